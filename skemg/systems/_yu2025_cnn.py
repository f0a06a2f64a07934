"""The light convolutional network of Yu 2025."""

from sklearn.pipeline import make_pipeline

from skemg.preprocessing import AmplitudeScaler, Bandpass, Resampler
from skemg.windowing import Windower, WindowVotingClassifier


def yu2025_cnn(*, max_epochs=20, device="auto", random_state=None, verbose=0):
    """Surface EMG: two convolutions and a dense layer on 200 ms windows.

    From the source [1]_: band-pass 20 to 450 Hz, z-score of each channel, windows of
    200 ms with half of it overlapping, the layers and widths of the network, Adam with
    a learning rate of 0.001, batches of 64, 20 epochs. The rate, 2 kHz, to which all
    recordings are brought, the order of the filter (4), the z-score over a whole
    recording, the kernel of the second convolution (3) and the vote are our choice.

    Parameters
    ----------
    max_epochs : int, default=20
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
        Recordings in, a class a recording out. All other parameters are
        changed by `set_params`: those of the net have the prefix
        `windowvotingclassifier__estimator__`.

    See Also
    --------
    skemg.nn.LightCNNClassifier : The net.
    skemg.systems.yu2025_svm : The support vector machine beside it.
    skemg.windowing.make_windows : Windows with labels that change within a recording,
        as states of gait do.

    Notes
    -----
    Where the label changes within a recording, as gestures do, the steps before the
    vote cut windows for a track, and the estimator inside the vote classifies them:
    `make_windows(X, track, system[:-1])` and `system[-1].estimator`. See the
    :ref:`User Guide <label_tracks>`.

    Published: accuracy 0.902, F1 0.89 over windows, under a random split (8:2) that
    puts windows of one person on both sides.

    References
    ----------
    .. [1] Yu (2025), on the recordings of Di Nardo et al. (2024).
       doi:10.13026/grdj-qx06

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.signals import Recordings
    >>> from skemg.systems import yu2025_cnn
    >>> rng = np.random.default_rng(0)
    >>> time = np.arange(1000) / 1000
    >>> slow, fast = np.sin(2 * np.pi * np.outer([80, 200], time))
    >>> X = np.stack([slow, fast] * 4) + rng.normal(0, 0.5, (8, 1000))
    >>> emg = Recordings.from_array(X, sfreq=1000, groups=list("aabbccdd"))
    >>> system = yu2025_cnn(random_state=0).fit(emg, ["slow", "fast"] * 4)
    >>> system.predict(emg[:2])
    array(['slow', 'fast'], dtype='<U4')
    """
    from skemg.nn import LightCNNClassifier  # torch

    net = LightCNNClassifier(
        conv_filters=(16, 32),
        conv_kernel=3,
        dense_units=128,
        max_epochs=max_epochs,
        batch_size=64,
        lr=1e-3,
        device=device,
        random_state=random_state,
        verbose=verbose,
    )
    return make_pipeline(
        Resampler(2000),
        Bandpass(low=20, high=450),
        AmplitudeScaler("zscore"),
        Windower(length=0.2, hop=0.1),
        WindowVotingClassifier(net),
    )
