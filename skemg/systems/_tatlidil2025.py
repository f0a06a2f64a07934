"""The networks that Tatlidil 2025 compares on needle EMG."""

from sklearn.pipeline import make_pipeline

from skemg.preprocessing import (
    AmplitudeScaler,
    Bandpass,
    PeakPreservingDownsampler,
    Resampler,
)
from skemg.windowing import Windower, WindowVotingClassifier

from ._tatlidil2025_models import find_model


def tatlidil2025(
    model=9, *, max_epochs=None, device="auto", random_state=None, verbose=0
):
    """Needle EMG: one of 20 networks on windows of 100 ms that keep their short turns.

    From the source [1]_: recordings at 48 kHz, of each five samples the one that turns
    most sharply (9,600 Hz), high-pass at 50 Hz, windows of 100 ms with half of it
    overlapping, brought to 940 samples, the layers and epochs of the table below, 245
    units in the first recurrent layer. Our choice: recordings at other rates are first
    resampled to 48 kHz, the order of the filter (2, forward and backward), division
    of the amplitude by the standard deviation of the training recordings, batches of
    64, Adam with a learning rate of 0.001, pooling wherever the source is silent about
    it in rows 12 to 20, and all else of the networks. The vote is ours too: the source
    classifies windows.

    Parameters
    ----------
    model : int or str, default=9
        Number or name of a row of the table in Notes.
    max_epochs : int, default=None
        Passes over the training data; None takes those of the table.
    device : {"auto", "cpu", "cuda"}, default="auto"
        "auto" is CUDA where there is one.
    random_state : int, RandomState instance or None, default=None
        Seed of the net.
    verbose : int, default=0
        1 shows a progress bar.

    Returns
    -------
    system : Pipeline
        Recordings in, a class a recording out. All other parameters are changed by
        `set_params`: those of the net have the prefix
        `windowvotingclassifier__estimator__`. Without a GPU, `conv_stride=4` makes
        rows 8 to 20 several times faster.

    Raises
    ------
    ValueError
        If the table has no such row.

    See Also
    --------
    skemg.nn.CNNGRUClassifier : The net of rows 4 to 20.
    skemg.nn.ResidualCNNClassifier : The net of rows 1 to 3.

    Notes
    -----
    Published accuracy in percent, mean and standard deviation over ten folds of
    windows of 26 people:

    === =================================== ======== ==============
    row name                                 epochs   accuracy
    === =================================== ======== ==============
    1   "5-layer CNN"                        50       96.55 ± 1.60
    2   "11-layer CNN, no residual"          50       95.71 ± 2.23
    3   "11-layer CNN, 3 residual layers"    50       97.10 ± 1.05
    4   "4 uni LSTM"                         70       95.23 ± 1.23
    5   "4 bi LSTM"                          90       94.64 ± 1.87
    6   "4 uni GRU"                          30       96.13 ± 1.82
    7   "4 bi GRU"                           35       97.04 ± 2.18
    8   "1 conv + 4 uni GRU, pool"           90       97.77 ± 1.08
    9   "1 conv + 4 uni GRU, no pool"        90       98.13 ± 1.05
    10  "1 conv + 4 uni LSTM, no pool"       250      95.52 ± 3.46
    11  "1 conv + 4 bi GRU, no pool"         90       97.81 ± 0.96
    12  "1 conv + 3 uni GRU"                 80       96.47 ± 2.54
    13  "2 conv + 2 uni GRU"                 70       97.82 ± 0.59
    14  "2 conv + 3 uni GRU"                 90       97.77 ± 1.45
    15  "3 conv + 3 uni GRU"                 70       96.98 ± 1.87
    16  "3 conv + 2 uni GRU"                 90       97.02 ± 0.92
    17  "1 conv + 2 uni GRU"                 70       96.50 ± 1.16
    18  "2 conv + 1 uni GRU"                 70       97.92 ± 0.82
    19  "2 conv + 1 bi GRU"                  70       96.27 ± 1.60
    20  "2 conv + 1 uni LSTM"                90       96.03 ± 1.08
    === =================================== ======== ==============

    The windows were chosen by hand and split at random, so overlapping windows of one
    recording stand on both sides: these numbers say nothing about unseen patients.

    References
    ----------
    .. [1] Tatlidil, Ekinci and Boz (2025). doi:10.20883/medical.e1391

    Examples
    --------
    Row 18, made small so that it trains in a moment:

    >>> from skemg.datasets import make_needle_emg
    >>> from skemg.systems import tatlidil2025
    >>> emg = make_needle_emg(n_patients=6, duration=1.0, random_state=0)
    >>> system = tatlidil2025("2 conv + 1 uni GRU", max_epochs=2, random_state=0)
    >>> net = "windowvotingclassifier__estimator__"
    >>> small = {f"{net}conv_stride": 16, f"{net}rnn_units": (16,)}
    >>> system = system.set_params(**small).fit(emg.data, emg.target)
    >>> system.predict_proba(emg.data).shape
    (12, 3)
    """
    from skemg import nn  # torch

    row = find_model(model)
    net = getattr(nn, row.net)(
        **row.settings,
        max_epochs=row.epochs if max_epochs is None else max_epochs,
        batch_size=64,
        lr=1e-3,
        device=device,
        random_state=random_state,
        verbose=verbose,
    )
    return make_pipeline(
        Resampler(48_000),
        PeakPreservingDownsampler(factor=5),
        Bandpass(low=50, high=None, order=2, zero_phase=True),
        AmplitudeScaler(),
        Windower(length=0.1, hop=0.05, n_times=940),
        WindowVotingClassifier(net),
    )
