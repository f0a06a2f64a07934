"""The CNN-GRU of Tatlidil 2025."""

import numbers

from sklearn.utils import check_scalar
from skorch.callbacks import GradientNormClipping

from skemg.utils._counts import check_count

from ._base import NetClassifier
from ._checks import (
    check_choice,
    check_counts,
    check_flags,
    check_odd,
    check_share,
    check_widths,
)
from ._cnn_gru_module import CNNGRUModule
from ._parameters import document_training


@document_training
class CNNGRUClassifier(NetClassifier):
    """Classify windows by convolutions over time and recurrent layers behind them.

    Windows in, a class a window out: stand it inside `WindowVotingClassifier`. Rows 4
    to 20 of the table of the source are settings of it. The source names numbers of
    layers, 245 units in the first recurrent layer and the epochs; filters, kernels, the
    other widths, dropout, optimizer and the clipping of gradients are our choice. Read
    more in the :ref:`User Guide <nets>`.

    Parameters
    ----------
    n_conv : int, default=1
        Number of convolutions; 0 for none.
    conv_filters : int, default=64
        Filters of each convolution.
    conv_kernel : int, default=5
        Samples of a filter, odd.
    conv_stride : int, default=1
        Step of the first convolution; without effect where there is none. 4 leaves a
        quarter of the samples to the recurrent layers, which read them one by one: it
        makes training several times faster.
    pool : bool, default=False
        Halve the time axis by a maximum after each convolution.
    rnn_units : tuple of int, default=(245, 128, 64, 32)
        Width of each recurrent layer, in each direction.
    cell : {"gru", "lstm"}, default="gru"
        Kind of the recurrent layers.
    bidirectional : bool, default=False
        Whether a second set of units reads each layer from the end.
    dropout : float, default=0.2
        Share of values that training drops between the recurrent layers.
    readout : {"last", "mean"}, default="last"
        What the last layer hands on: its final state, or the mean of its states.
    clip : float or None, default=1.0
        Largest norm of the gradient; None for no limit.
    {training}

    Attributes
    ----------
    {fitted}

    See Also
    --------
    ResidualCNNClassifier : Convolutions alone, rows 1 to 3 of the table.
    skemg.systems.tatlidil2025 : All rows as ready pipelines.
    skemg.windowing.WindowVotingClassifier : From windows to recordings.

    References
    ----------
    .. [1] Tatlidil, Ekinci and Boz (2025). doi:10.20883/medical.e1391

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.nn import CNNGRUClassifier
    >>> rng = np.random.default_rng(0)
    >>> slow, fast = np.sin([[0.1], [1.0]] * np.arange(20.0))
    >>> X = np.repeat([slow, fast], 20, axis=0) + rng.normal(0, 0.3, (40, 20))
    >>> y = ["slow"] * 20 + ["fast"] * 20
    >>> net = CNNGRUClassifier(
    ...     conv_filters=8, rnn_units=(8,), max_epochs=8, lr=0.03, random_state=0
    ... )
    >>> net.fit(X, y).predict([slow, fast])
    array(['slow', 'fast'], dtype='<U4')
    """

    _module = CNNGRUModule

    def __init__(
        self,
        *,
        n_conv=1,
        conv_filters=64,
        conv_kernel=5,
        conv_stride=1,
        pool=False,
        rnn_units=(245, 128, 64, 32),
        cell="gru",
        bidirectional=False,
        dropout=0.2,
        readout="last",
        clip=1.0,
        max_epochs=90,
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
        self.n_conv = n_conv
        self.conv_filters = conv_filters
        self.conv_kernel = conv_kernel
        self.conv_stride = conv_stride
        self.pool = pool
        self.rnn_units = rnn_units
        self.cell = cell
        self.bidirectional = bidirectional
        self.dropout = dropout
        self.readout = readout
        self.clip = clip

    def _architecture(self):
        check_count(self.n_conv, "n_conv", min_val=0)
        check_counts(self, "conv_filters", "conv_stride")
        check_odd(self, "conv_kernel")
        check_widths(self, "rnn_units")
        check_choice(self, "cell", ("gru", "lstm"))
        check_choice(self, "readout", ("last", "mean"))
        check_share(self, "dropout")
        check_flags(self, "pool", "bidirectional")
        if self.clip is not None:
            check_scalar(
                self.clip, "clip", numbers.Real, min_val=0, include_boundaries="neither"
            )
        return {
            "conv_filters": (self.conv_filters,) * self.n_conv,
            "conv_kernel": self.conv_kernel,
            "conv_stride": self.conv_stride,
            "pool": self.pool,
            "rnn_units": tuple(self.rnn_units),
            "cell": self.cell,
            "bidirectional": self.bidirectional,
            "dropout": self.dropout,
            "readout": self.readout,
        }

    def _callbacks(self):
        callbacks = super()._callbacks()
        if self.clip is not None:
            callbacks.append(GradientNormClipping(self.clip))
        return callbacks
