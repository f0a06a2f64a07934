"""The residual CNN of Tatlidil 2025 and nEMGNet of Yoo 2022."""

import numbers
import warnings

from sklearn.utils import check_scalar

from skemg.utils._counts import check_count

from ._base import NetClassifier
from ._checks import check_counts, check_odd, check_widths
from ._parameters import document_training
from ._residual_cnn_module import (
    ResidualCNNModule,
    n_times_of_stages,
    shortest_window,
)


@document_training
class ResidualCNNClassifier(NetClassifier):
    """Classify windows by convolutions with residual blocks and dense layers.

    Windows in, a class a window out: stand it inside `WindowVotingClassifier`. A stem
    of convolutions with stride 2 is followed by stages that widen the net, each with a
    convolution over 3 samples. Batch normalisation, ReLU and a maximum over two samples
    stand behind each of them. Residual blocks, two convolutions each, follow the stem
    and every stage. Read more in the :ref:`User Guide <nets>`.

    The default is the net with 11 convolutions and 3 residual blocks of [1]_; without
    the residual (`residual=False`) or without the blocks (`n_blocks=0`, 5 convolutions)
    it is one of the other two. That source names numbers of layers and epochs; filters,
    kernels, pooling and the dense layer are our choice.

    nEMGNet [2]_ is, for windows of 0.4 s at 10 kHz::

        ResidualCNNClassifier(
            stem_kernels=(11, 7, 5), n_blocks=2, stage_filters=(128, 256, 512, 1024),
            block_kernel=5, dense_units=(512, 256, 64, 16), negative_slope=0.01,
            batch_size=32, max_epochs=100,
        )

    The public code of that source steps by one sample in the pooling (`pool_stride=1`),
    which makes 290 instead of 32 million weights. It balances the classes
    (`class_weight="balanced"`) and keeps the best of up to 100 epochs
    (`early_stopping=True`).

    Parameters
    ----------
    stem_filters : int, default=64
        Filters of each convolution of the stem.
    stem_kernels : tuple of int, default=(7, 5, 3)
        Samples of a filter of each convolution of the stem, odd; empty for no stem.
    n_blocks : int, default=1
        Residual blocks after the stem and after each stage.
    stage_filters : tuple of int, default=(128, 256)
        Filters of each stage; empty for none.
    block_kernel : int, default=3
        Samples of a filter of the residual blocks, odd.
    residual : bool, default=True
        Whether a block adds its result to what it was given, or replaces it.
    pool_stride : int, default=2
        Step of the maximum over two samples. 2 halves the time axis, 1 keeps it.
    batch_norm : bool, default=True
        Whether a batch normalisation follows each convolution. It respects
        `sample_weight`: a window of weight 2 counts as two.
    dense_units : tuple of int, default=(64,)
        Width of each dense layer before the last one; empty for none.
    negative_slope : float, default=0.0
        Slope of the activation of the dense layers for negative values: 0 is ReLU.
    {training}

    Attributes
    ----------
    n_stages_ : int
        The stages in use. Where a window is too short for all, the last are left out,
        with a warning.
    {fitted}

    See Also
    --------
    CNNGRUClassifier : The best net of the same table, with recurrent layers.
    skemg.windowing.WindowVotingClassifier : From windows to recordings.

    References
    ----------
    .. [1] Tatlidil, Ekinci and Boz (2025). doi:10.20883/medical.e1391
    .. [2] Yoo et al. (2022). doi:10.1016/j.cmpb.2022.107079

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.nn import ResidualCNNClassifier
    >>> rng = np.random.default_rng(0)
    >>> slow, fast = np.sin([[0.1], [1.0]] * np.arange(40.0))
    >>> X = np.repeat([slow, fast], 20, axis=0) + rng.normal(0, 0.3, (40, 40))
    >>> y = ["slow"] * 20 + ["fast"] * 20
    >>> net = ResidualCNNClassifier(
    ...     stem_filters=8, stem_kernels=(5,), stage_filters=(8,), max_epochs=10,
    ...     lr=0.01, random_state=0,
    ... )
    >>> net.fit(X, y).predict([slow, fast])
    array(['slow', 'fast'], dtype='<U4')
    """

    _module = ResidualCNNModule

    def __init__(
        self,
        *,
        stem_filters=64,
        stem_kernels=(7, 5, 3),
        n_blocks=1,
        stage_filters=(128, 256),
        block_kernel=3,
        residual=True,
        pool_stride=2,
        batch_norm=True,
        dense_units=(64,),
        negative_slope=0.0,
        max_epochs=50,
        batch_size=64,
        lr=1e-3,
        optimizer="adam",
        weight_decay=0.0,
        early_stopping=False,
        validation_fraction=0.1,
        patience=10,
        class_weight=None,
        augment=None,
        precision="float32",
        compile=False,
        device="auto",
        callbacks=None,
        net_params=None,
        init_from=None,
        freeze=None,
        warm_start=False,
        verbose=0,
        random_state=None,
    ):
        super().__init__(
            max_epochs=max_epochs,
            batch_size=batch_size,
            lr=lr,
            optimizer=optimizer,
            weight_decay=weight_decay,
            early_stopping=early_stopping,
            validation_fraction=validation_fraction,
            patience=patience,
            class_weight=class_weight,
            augment=augment,
            precision=precision,
            compile=compile,
            device=device,
            callbacks=callbacks,
            net_params=net_params,
            init_from=init_from,
            freeze=freeze,
            warm_start=warm_start,
            verbose=verbose,
            random_state=random_state,
        )
        self.stem_filters = stem_filters
        self.stem_kernels = stem_kernels
        self.n_blocks = n_blocks
        self.stage_filters = stage_filters
        self.block_kernel = block_kernel
        self.residual = residual
        self.pool_stride = pool_stride
        self.batch_norm = batch_norm
        self.dense_units = dense_units
        self.negative_slope = negative_slope

    def _architecture(self):
        for name in ("stem_kernels", "stage_filters", "dense_units"):
            if getattr(self, name) not in ((), []):
                check_widths(self, name, odd=name == "stem_kernels")
        check_counts(self, "stem_filters", "pool_stride")
        check_count(self.n_blocks, "n_blocks", min_val=0)
        check_odd(self, "block_kernel")
        check_scalar(self.negative_slope, "negative_slope", numbers.Real, min_val=0)
        return {
            "stem_filters": self.stem_filters,
            "stem_kernels": tuple(self.stem_kernels),
            "n_blocks": self.n_blocks,
            "stage_filters": tuple(self.stage_filters),
            "block_kernel": self.block_kernel,
            "residual": self.residual,
            "pool_stride": self.pool_stride,
            "batch_norm": self.batch_norm,
            "dense_units": tuple(self.dense_units),
            "negative_slope": self.negative_slope,
        }

    def _check_window_shape(self):
        n_times, n_stages = self._shape[-1], len(self.stage_filters)
        n_stem = len(self.stem_kernels)
        left = n_times_of_stages(n_times, n_stem, n_stages, self.pool_stride)
        if left[0] == 0:
            shortest = shortest_window(n_stem, self.pool_stride)
            raise ValueError(
                f"windows of {n_times} samples are too short for the stem, which needs "
                f"at least {shortest}; make longer windows or shorten stem_kernels="
                f"{self.stem_kernels}"
            )
        self.n_stages_ = sum(n > 0 for n in left) - 1
        if self.n_stages_ < n_stages:
            warnings.warn(
                f"{self.n_stages_} of {n_stages} stages remain: windows of {n_times} "
                "samples are too short for the others; make longer windows, or give "
                "fewer stage_filters to silence this",
                UserWarning,
                stacklevel=4,
            )
