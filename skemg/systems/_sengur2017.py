"""Time-frequency images and the convolutional network of Sengur 2017."""

from sklearn.pipeline import make_pipeline

from skemg.features import Scalogram, SmoothedPseudoWignerVille, Spectrogram
from skemg.preprocessing import Resampler
from skemg.windowing import Windower, WindowVotingClassifier

from ._options import choose


def sengur2017(
    image="spectrogram", *, max_epochs=50, device="auto", random_state=None, verbose=0
):
    """Needle EMG: time-frequency images of windows, a convolutional network.

    From the source [1]_: spectrograms, wavelet scalograms or smoothed pseudo
    Wigner-Ville distributions, and a network of two convolutions, two poolings and a
    fully connected layer. There training repeats samples that were misclassified, which
    is not done here. The rate (10 kHz, there 24 kHz), windows of 200 ms side by side,
    images of 64 by 64 over 60 dB, frames of 25 ms in the spectrogram, the widths and
    training of the network, balanced classes and the vote are our choice. There is no
    filter.

    Parameters
    ----------
    image : {"spectrogram", "scalogram", "spwvd"}, default="spectrogram"
        The image of a window. "scalogram" takes the middle of each pixel and computes
        no other samples. "spwvd" is the slowest by far.
    max_epochs : int, default=50
        Passes over the training data.
    device : {"auto", "cpu", "cuda"}, default="auto"
        "auto" is CUDA where there is one.
    random_state : int, RandomState instance or None, default=None
        Seed of the net.
    verbose : int, default=0
        1 shows a progress bar.

    Returns
    -------
    system : Pipeline
        Recordings in, a class a recording out. Parameters of the net have the prefix
        `windowvotingclassifier__estimator__`.

    Raises
    ------
    ValueError
        If the image is not known.

    See Also
    --------
    skemg.nn.ImageCNNClassifier : The net.

    Notes
    -----
    Published: accuracy 0.968 on 89 recordings of ALS and 133 normal ones; with which of
    the images, what was counted, and whether patients were kept apart, we have not
    verified.

    References
    ----------
    .. [1] Sengur, A. et al. (2017). "Classification of amyotrophic lateral sclerosis
       disease based on convolutional neural network and reinforcement sample learning
       algorithm." Health Information Science and Systems, 5, 9.
       doi:10.1007/s13755-017-0029-6

    Examples
    --------
    >>> from skemg.datasets import make_needle_emg
    >>> from skemg.systems import sengur2017
    >>> emg = make_needle_emg(n_patients=6, duration=0.5, random_state=0)
    >>> system = sengur2017(max_epochs=2, random_state=0).fit(emg.data, emg.target)
    >>> system.predict_proba(emg.data).shape
    (12, 3)
    """
    from skemg.nn import ImageCNNClassifier  # torch

    size = {"n_frequencies": 64, "n_frames": 64}
    images = {
        "spectrogram": Spectrogram(length=0.025, **size),
        "scalogram": Scalogram(**size, resize="pick"),
        "spwvd": SmoothedPseudoWignerVille(**size),
    }
    net = ImageCNNClassifier(
        conv_filters=(16, 32),
        max_epochs=max_epochs,
        class_weight="balanced",
        device=device,
        random_state=random_state,
        verbose=verbose,
    )
    return make_pipeline(
        Resampler(10_000),
        Windower(length=0.2, hop=0.2),
        choose("image", image, images),
        WindowVotingClassifier(net),
    )
