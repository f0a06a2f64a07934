"""Multiscale PCA, wavelet features and the dense network of Gaso 2023."""

from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skemg.features import DWTFeatures
from skemg.preprocessing import MultiscalePCA, Resampler
from skemg.windowing import Windower, WindowVotingClassifier


def gaso2023(*, max_epochs=50, device="auto", random_state=None, verbose=0):
    """Needle EMG: multiscale PCA, discrete wavelet features, a dense network.

    From the source [1]_: denoising by multiscale principal component analysis, discrete
    wavelet features, and a network of five dense layers, two of batch normalisation and
    one of dropout, with an L2 penalty. The settings of the denoising, which here takes
    short windows of one recording as columns, Daubechies-4 wavelet and five levels, the
    rate (10 kHz), windows of 200 ms with half overlapping, scaled features, widths and
    training of the network, balanced classes and the vote are our choice. There is no
    filter.

    Parameters
    ----------
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
        `windowvotingclassifier__estimator__denseclassifier__`.

    See Also
    --------
    skemg.nn.DenseClassifier : The net.
    gokgoz2015 : Trees on the same features.

    Notes
    -----
    Published: accuracy 0.99, precision 1.00, 0.974 and 0.982 in the three classes, over
    pieces of the recordings of a small public set; whether patients were kept apart is
    not stated. Pieces of one recording on both sides of a split raise such figures.

    References
    ----------
    .. [1] Gaso, M. S., Cankurt, S. and Subasi, A. (2023). "Electromyography signal
       classification using deep learning." arXiv:2305.04006

    Examples
    --------
    >>> from skemg.datasets import make_needle_emg
    >>> from skemg.systems import gaso2023
    >>> emg = make_needle_emg(n_patients=6, duration=0.5, random_state=0)
    >>> system = gaso2023(max_epochs=2, random_state=0).fit(emg.data, emg.target)
    >>> system.predict_proba(emg.data).shape
    (12, 3)
    """
    from skemg.nn import DenseClassifier  # torch

    net = DenseClassifier(
        dense_units=(128, 64, 32, 16),
        batch_norm=True,
        dropout=0.3,
        weight_decay=1e-4,
        max_epochs=max_epochs,
        class_weight="balanced",
        device=device,
        random_state=random_state,
        verbose=verbose,
    )
    return make_pipeline(
        Resampler(10_000),
        MultiscalePCA(),
        Windower(length=0.2, hop=0.1),
        DWTFeatures(wavelet="db4", level=5),
        WindowVotingClassifier(make_pipeline(StandardScaler(), net)),
    )
