"""The residual network of Yoo 2022."""

from sklearn.pipeline import make_pipeline

from skemg.preprocessing import AmplitudeScaler, Resampler
from skemg.windowing import Windower, WindowVotingClassifier


def yoo2022_nemgnet(*, max_epochs=100, device="auto", random_state=None, verbose=0):
    """Needle EMG: nEMGNet, a residual network of 27 convolutions, on 400 ms windows.

    From the source [1]_ and its public code: 10 kHz, windows of 400 ms every 100 ms, no
    filter, the network, a loss weighted by inverse class frequency, learning rate
    0.001, batches of 32, up to 100 epochs, best weights kept, and the mean of the
    window probabilities as the answer of a recording.

    It differs from the source in this: resampling is polyphase, there by Fourier
    transform; one third of the training patients is held out, as large as one of its
    three inner folds; the lowest loss after an epoch decides, there the best accuracy
    in checks after every 50 updates; patience is 36 epochs, about its 100 checks on its
    data; the max-pooling has stride 2, there 1, which gives nine times as many weights.
    Division of the amplitude by the standard deviation of the training recordings and
    Adam are our choice.

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
    skemg.nn.ResidualCNNClassifier : The net.
    skemg.metrics.vote_by_group : From recordings over muscles to patients.
    skemg.decision.PatientVotingClassifier : The logistic regression on their votes.

    Notes
    -----
    Published, with patients apart (nested folds, 57 people in three classes): accuracy
    0.6235 over windows, about 0.83 over patients, both as cited by Tatlidil (2025,
    doi:10.20883/medical.e1391). The source may also fit a logistic regression on the
    votes of the muscles of a patient, which is not part of this.

    References
    ----------
    .. [1] Yoo, J. et al. (2022). "Residual one-dimensional convolutional neural network
       for neuromuscular disorder classification from needle electromyography signals
       with explainability." Computer Methods and Programs in Biomedicine, 226.
       doi:10.1016/j.cmpb.2022.107079

    Examples
    --------
    Made small, so that it trains in a moment:

    >>> from skemg.datasets import make_needle_emg
    >>> from skemg.systems import yoo2022_nemgnet
    >>> emg = make_needle_emg(n_patients=6, duration=1.0, random_state=0)
    >>> system = yoo2022_nemgnet(max_epochs=2, random_state=0)
    >>> net = "windowvotingclassifier__estimator__"
    >>> small = {f"{net}stem_filters": 8, f"{net}stage_filters": (16, 16)}
    >>> system = system.set_params(**small).fit(emg.data, emg.target)
    >>> system.predict_proba(emg.data).shape
    (12, 3)
    """
    from skemg.nn import ResidualCNNClassifier  # torch

    net = ResidualCNNClassifier(
        stem_filters=64,
        stem_kernels=(11, 7, 5),
        n_blocks=2,
        stage_filters=(128, 256, 512, 1024),
        block_kernel=5,
        pool_stride=2,
        dense_units=(512, 256, 64, 16),
        negative_slope=0.01,
        max_epochs=max_epochs,
        batch_size=32,
        lr=1e-3,
        early_stopping=True,
        validation_fraction=1 / 3,
        patience=36,
        class_weight="balanced",
        device=device,
        random_state=random_state,
        verbose=verbose,
    )
    return make_pipeline(
        Resampler(10_000),
        AmplitudeScaler(),
        Windower(length=0.4, hop=0.1),
        WindowVotingClassifier(net, voting="soft"),
    )
