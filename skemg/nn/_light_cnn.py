"""The light CNN of Yu 2025."""

from ._base import NetClassifier
from ._checks import check_counts, check_odd, check_widths
from ._light_cnn_module import LightCNNModule, shortest_window
from ._parameters import document_training


@document_training
class LightCNNClassifier(NetClassifier):
    """Classify windows by two small convolutions and a dense layer.

    Windows in, a class a window out: stand it inside `WindowVotingClassifier`. A small
    net for surface EMG of several channels. The source names filters, pooling, dense
    units, optimizer, learning rate, batch size and epochs; the kernel of the second
    convolution, the padding (half a kernel at both ends) and the ReLU behind the dense
    layer are our choice. Read more in the :ref:`User Guide <nets>`.

    Parameters
    ----------
    conv_filters : tuple of int, default=(16, 32)
        Filters of each convolution. A maximum halves the time axis after each of them.
    conv_kernel : int, default=3
        Samples of a filter, odd.
    conv_stride : int, default=1
        Step of the first convolution. 4 leaves a quarter of the samples to all layers
        behind it, which makes training several times faster.
    dense_units : int, default=128
        Width of the dense layer.
    {training}

    Attributes
    ----------
    {fitted}

    See Also
    --------
    skemg.systems.yu2025_svm : What the source compares with.
    skemg.windowing.WindowVotingClassifier : From windows to recordings.

    References
    ----------
    .. [1] Yu (2025), on the recordings of Di Nardo et al. (2024).
       doi:10.13026/grdj-qx06

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.nn import LightCNNClassifier
    >>> rng = np.random.default_rng(0)
    >>> slow, fast = np.sin([[0.1], [1.0]] * np.arange(20.0))
    >>> X = np.repeat([slow, fast], 20, axis=0) + rng.normal(0, 0.3, (40, 20))
    >>> y = ["slow"] * 20 + ["fast"] * 20
    >>> net = LightCNNClassifier(max_epochs=5, lr=0.01, random_state=0).fit(X, y)
    >>> net.predict([slow, fast])
    array(['slow', 'fast'], dtype='<U4')
    """

    _module = LightCNNModule

    def __init__(
        self,
        *,
        conv_filters=(16, 32),
        conv_kernel=3,
        conv_stride=1,
        dense_units=128,
        max_epochs=20,
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
        self.conv_filters = conv_filters
        self.conv_kernel = conv_kernel
        self.conv_stride = conv_stride
        self.dense_units = dense_units

    def _architecture(self):
        check_widths(self, "conv_filters")
        check_odd(self, "conv_kernel")
        check_counts(self, "conv_stride", "dense_units")
        return {
            "conv_filters": tuple(self.conv_filters),
            "conv_kernel": self.conv_kernel,
            "conv_stride": self.conv_stride,
            "dense_units": self.dense_units,
        }

    def _check_window_shape(self):
        n_times = self._shape[-1]
        shortest = shortest_window(len(self.conv_filters), self.conv_stride)
        if n_times < shortest:
            axis = "n_features" if len(self._shape) == 1 else "n_times"
            raise ValueError(
                f"the windows are too short, {axis} = {n_times}: conv_filters="
                f"{self.conv_filters} with conv_stride={self.conv_stride} need at "
                f"least {shortest} samples; make longer windows or give fewer filters "
                "or a smaller stride"
            )
