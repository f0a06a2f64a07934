"""The network on spectrograms of Rahman 2023."""

from sklearn.pipeline import make_pipeline

from skemg.preprocessing import Resampler
from skemg.windowing import Windower, WindowVotingClassifier


def rahman2023_spectroemgnet(
    *, max_epochs=100, device="auto", random_state=None, verbose=0
):
    """Needle EMG: SpectroEMG-Net, spectrograms and their change, and attention.

    From the source [1]_: the logarithm of the spectrogram and its change over time are
    the two planes of an image, and a convolutional network with attention tells three
    classes apart. Everything else is our choice: 12 kHz, so that the spectra of 256
    samples span 21 ms and follow each other every 5 ms, windows of 200 ms with half of
    it overlapping, no filter, the layers of the network, batches of 64, Adam with a
    learning rate of 0.001, early stopping on held-out patients, and the vote. The
    amplitude needs no scaling: a factor adds a constant to a logarithm, and the net
    standardizes each frequency on the training windows.

    Parameters
    ----------
    max_epochs : int, default=100
        Most passes over the training data.
    device : {"auto", "cpu", "cuda"}, default="auto"
        "auto" is CUDA where there is one.
    random_state : int, RandomState instance or None, default=None
        Seed of the net and of the patients that it holds out.
    verbose : int, default=0
        1 shows a progress bar.

    Returns
    -------
    system : Pipeline
        Recordings in, a class a recording out; they must know their patients, at least
        two of each class. All other parameters are changed by `set_params`: those of
        the net have the prefix `windowvotingclassifier__estimator__`.

    See Also
    --------
    skemg.nn.SpectroEMGNetClassifier : The net.

    Notes
    -----
    Published: accuracy 0.92 of three classes (myopathy, normal, ALS); whether patients
    were kept apart we have not verified.

    References
    ----------
    .. [1] Rahman, Rahman and Shahnaz (2023). arXiv:2309.10483

    Examples
    --------
    Made small, so that it trains in a moment:

    >>> from skemg.datasets import make_needle_emg
    >>> from skemg.systems import rahman2023_spectroemgnet
    >>> emg = make_needle_emg(n_patients=6, duration=1.0, random_state=0)
    >>> system = rahman2023_spectroemgnet(max_epochs=2, random_state=0)
    >>> net = "windowvotingclassifier__estimator__"
    >>> small = {f"{net}conv_filters": (8, 8), f"{net}dense_units": 8}
    >>> system = system.set_params(**small).fit(emg.data, emg.target)
    >>> system.predict_proba(emg.data).shape
    (12, 3)
    """
    from skemg.nn import SpectroEMGNetClassifier  # torch

    net = SpectroEMGNetClassifier(
        n_fft=256,
        n_hop=64,
        conv_filters=(32, 64, 128),
        attention="cbam",
        max_epochs=max_epochs,
        batch_size=64,
        lr=1e-3,
        early_stopping=True,
        patience=10,
        device=device,
        random_state=random_state,
        verbose=verbose,
    )
    return make_pipeline(
        Resampler(12_000),
        Windower(length=0.2, hop=0.1),
        WindowVotingClassifier(net),
    )
