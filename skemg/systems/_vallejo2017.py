"""Fuzzy entropy of wavelet sub-bands and a neural network, after Vallejo."""

from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skemg.features import EntropyFeatures
from skemg.preprocessing import Resampler
from skemg.windowing import Windower, WindowVotingClassifier


def vallejo2017(*, max_epochs=100, device="auto", random_state=None, verbose=0):
    """Needle EMG: fuzzy entropy of wavelet sub-bands, a neural network.

    Vallejo et al. take details and approximation of a discrete wavelet transform, the
    fuzzy entropy [1]_ of each, and a neural network. Their work is known to us only as
    it is cited in reviews, so all values are our choice: Daubechies-4 wavelet, four
    levels, templates of 2 samples, a tolerance of 0.2 standard deviations, at most 500
    samples of a sub-band (means of neighbours), the rate (10 kHz), windows of 200 ms
    side by side, scaled features, one hidden layer of 32 units, its training, balanced
    classes and the vote. There is no filter. Entropies do not see the amplitude.

    Parameters
    ----------
    max_epochs : int, default=100
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
    skemg.features.EntropyFeatures : The entropies.
    skemg.nn.DenseClassifier : The net.

    Notes
    -----
    Reviews give an accuracy of about 0.98 (ALS, myopathy, normal); what was counted,
    and whether patients were kept apart, we have not verified.

    References
    ----------
    .. [1] Chen, W. et al. (2007). "Characterization of surface EMG signal based on
       fuzzy entropy." IEEE Trans. Neural Systems and Rehabilitation Engineering, 15(2),
       266-272. doi:10.1109/TNSRE.2007.897025

    Examples
    --------
    >>> from skemg.datasets import make_needle_emg
    >>> from skemg.systems import vallejo2017
    >>> emg = make_needle_emg(n_patients=6, duration=0.5, random_state=0)
    >>> system = vallejo2017(max_epochs=2, random_state=0)
    >>> system.fit(emg.data, emg.target).predict_proba(emg.data).shape
    (12, 3)
    """
    from skemg.nn import DenseClassifier  # torch

    net = DenseClassifier(
        dense_units=(32,),
        batch_norm=False,
        dropout=0.0,
        lr=1e-2,
        max_epochs=max_epochs,
        class_weight="balanced",
        device=device,
        random_state=random_state,
        verbose=verbose,
    )
    return make_pipeline(
        Resampler(10_000),
        Windower(length=0.2, hop=0.2),
        EntropyFeatures(("fuzzy",), on="dwt", wavelet="db4", level=4, max_samples=500),
        WindowVotingClassifier(make_pipeline(StandardScaler(), net)),
    )
