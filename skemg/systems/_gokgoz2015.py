"""Multiscale PCA, wavelet features and the classifiers of Gokgoz 2015."""

from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from skemg.features import DWTFeatures
from skemg.preprocessing import MultiscalePCA, Resampler
from skemg.windowing import Windower, WindowVotingClassifier

from ._options import choose


def gokgoz2015(*, classifier="forest", random_state=None, n_jobs=None):
    """Needle EMG: multiscale PCA, discrete wavelet features, trees.

    From the source [1]_: denoising by multiscale principal component analysis,
    Daubechies-4 wavelet, mean absolute value, mean power and standard deviation of the
    sub-bands and ratios of neighbours, and the random forest, beside single trees. The
    settings of the denoising, which here takes short windows of one recording as
    columns, five levels, the rate (10 kHz), windows of 200 ms with half overlapping,
    the sizes of the trees, balanced classes and the vote are our choice. There is no
    filter.

    Parameters
    ----------
    classifier : {"forest", "tree", "svm"}, default="forest"
        "forest" has 300 trees with at least 5 windows in a leaf. "tree" is a single one
        that splits by entropy as C4.5 does, but in two parts each time and without its
        pruning: its leaves have at least 5 windows. "svm", a support vector machine
        with RBF kernel, is what the authors set beside trees elsewhere [2]_; its
        windows vote hard, and `predict_proba` is their share.
    random_state : int, RandomState instance or None, default=None
        Seed of the forest or tree.
    n_jobs : int or None, default=None
        Jobs of the forest.

    Returns
    -------
    system : Pipeline
        Recordings in, a class a recording out.

    Raises
    ------
    ValueError
        If the classifier is not known.

    See Also
    --------
    forest_dwt : With filters in the place of the denoising.

    Notes
    -----
    Published: accuracy 0.9667 with the forest (ALS, myopathy, normal), less with single
    trees, k-fold over windows of a small public set; whether patients were kept apart
    is not stated. Windows of one recording on both sides of a split raise such figures.

    References
    ----------
    .. [1] Gokgoz, E., Subasi, A. (2015). "Comparison of decision tree algorithms for
       EMG signal classification using DWT." Biomedical Signal Processing and Control,
       18. doi:10.1016/j.bspc.2014.12.005
    .. [2] Gokgoz, E., Subasi, A. (2014). doi:10.1007/s10916-014-0031-3

    Examples
    --------
    >>> from skemg.datasets import make_needle_emg
    >>> from skemg.systems import gokgoz2015
    >>> emg = make_needle_emg(n_patients=6, duration=0.5, random_state=0)
    >>> system = gokgoz2015(classifier="tree", random_state=0)
    >>> system.fit(emg.data, emg.target).predict_proba(emg.data).shape
    (12, 3)
    """
    options = {
        "forest": RandomForestClassifier(
            n_estimators=300,
            min_samples_leaf=5,
            class_weight="balanced",
            random_state=random_state,
            n_jobs=n_jobs,
        ),
        "tree": DecisionTreeClassifier(
            criterion="entropy",
            min_samples_leaf=5,
            class_weight="balanced",
            random_state=random_state,
        ),
        "svm": make_pipeline(StandardScaler(), SVC(class_weight="balanced")),
    }
    return make_pipeline(
        Resampler(10_000),
        MultiscalePCA(),
        Windower(length=0.2, hop=0.1),
        DWTFeatures(wavelet="db4", level=5),
        WindowVotingClassifier(choose("classifier", classifier, options)),
    )
