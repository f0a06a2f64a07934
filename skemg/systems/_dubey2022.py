"""Analytic intrinsic mode functions and a neural network, after Dubey 2022."""

from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skemg.features import EMDFeatures
from skemg.preprocessing import Resampler
from skemg.windowing import Windower, WindowVotingClassifier


def dubey2022(*, max_epochs=100, device="auto", random_state=None, verbose=0):
    """Needle EMG: traces of intrinsic mode functions, a feed-forward network.

    From the source [1]_: empirical mode decomposition, the traces of the analytic
    intrinsic mode functions in the complex plane, and a feed-forward network. There a
    quadrilateral is drawn over each trace, its area and circumference are the features,
    and a t-test chooses the functions. Here the features of the first four functions
    are the area of an ellipse of 95 % of the trace and, in the place of the
    circumference, mean and standard deviation of the amplitude. The rate (10 kHz),
    windows of 200 ms side by side, scaled features, one hidden layer of 32 units, its
    training, balanced classes and the vote are our choice. There is no filter.

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
    mishra_emd_lssvm : Other numbers of these functions.
    skemg.nn.DenseClassifier : The net.

    Notes
    -----
    Published: accuracy 0.995 (ALS, myopathy, normal), as cited by Tatlidil (2025,
    doi:10.20883/medical.e1391); what was counted, and whether patients were kept apart,
    we have not verified.

    References
    ----------
    .. [1] Dubey, R., Kumar, M., Upadhyay, A., Pachori, R. B. (2022). "Automated
       diagnosis of muscle diseases from EMG signals using empirical mode decomposition
       based method." Biomedical Signal Processing and Control, 71.
       doi:10.1016/j.bspc.2021.103098

    Examples
    --------
    >>> from skemg.datasets import make_needle_emg
    >>> from skemg.systems import dubey2022
    >>> emg = make_needle_emg(n_patients=6, duration=0.5, random_state=0)
    >>> system = dubey2022(max_epochs=2, random_state=0).fit(emg.data, emg.target)
    >>> system.predict_proba(emg.data).shape
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
        EMDFeatures(n_imfs=4, features=("area", "amp_mean", "amp_std")),
        WindowVotingClassifier(make_pipeline(StandardScaler(), net)),
    )
