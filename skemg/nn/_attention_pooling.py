"""Attention over the windows of a recording."""

import numpy as np
import torch
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from skemg.exceptions import SignalError
from skemg.signals import Recordings, Windows
from skemg.utils._finite import refuse_not_finite, refuse_rows_not_finite
from skemg.utils._labels import check_labels

from ._attention_pooling_module import AttentionPoolingModule
from ._bag_rows import BagRows
from ._base import NetClassifier, holds_nothing_out
from ._checks import check_choice, check_counts, check_odd, check_share, check_widths
from ._context import prediction
from ._parameters import document_training
from ._state import bare


@document_training
class AttentionPoolingClassifier(NetClassifier):
    r"""Classify recordings by a mean of their windows whose weights are learned.

    Windows in, one answer a recording out: it stands at the end of a pipeline behind
    `Windower`, or behind a feature step, and needs no vote. An encoder makes a vector
    :math:`h_k` of each window, the gated attention of [1]_ its weight in the recording,

    .. math:: a_k = \mathrm{softmax}_k\, w^T(\tanh(V h_k) \odot \sigma(U h_k)),

    and a linear layer classifies :math:`\sum_k a_k h_k`. The order of the windows plays
    no role, and recordings may have any numbers of them. The source gives the formula
    and 64 units; the encoders and all other values are our choice.

    A row of a plain array is a recording of one window. Where the lines below speak of
    windows, `batch_size` counts recordings, all windows of which are in memory at
    once, and early stopping without patients holds out recordings. `augment` changes
    windows; its strengths are for signals. There is `n_features_in_` only after a fit
    on a plain array. Read more in the :ref:`User Guide <nets>`.

    Parameters
    ----------
    encoder : {"auto", "dense", "conv"}, default="auto"
        "conv" reads signals: convolutions over time, the mean over time, one dense
        layer. Put `AmplitudeScaler` before `Windower`: signals in µV are large numbers.
        "dense" reads features: it standardises each column by the mean and standard
        deviation of the training windows and has one dense layer. "auto" is dense for
        `Windows` with feature names and for plain arrays of two dimensions, else conv.
    conv_filters : tuple of int, default=(16, 32)
        Filters of each convolution.
    conv_kernel : int, default=5
        Samples of a filter, odd.
    conv_stride : int, default=4
        Step of each convolution; the default leaves a 16th of the samples.
    encoder_units : int, default=64
        Length of :math:`h_k`.
    attention_units : int, default=64
        Rows of V and U.
    dropout : float, default=0.0
        Share of the values of the weighted mean that training drops.
    {training}

    Attributes
    ----------
    {fitted}

    Raises
    ------
    SignalError
        If X are recordings, hold NaN, or differ from the windows seen in fit.

    See Also
    --------
    skemg.windowing.WindowVotingClassifier : All windows weigh the same.
    skemg.windowing.WindowPooling : Statistics over the windows.

    References
    ----------
    .. [1] Ilse, M., Tomczak, J. M., Welling, M. (2018). "Attention-based deep multiple
       instance learning." ICML. arXiv:1802.04712

    Examples
    --------
    Of five windows of one feature, a single one is large where the class is "burst".
    The attention finds it; `start / sfreq` says when it was.

    >>> import numpy as np
    >>> from skemg.nn import AttentionPoolingClassifier
    >>> from skemg.signals import Windows
    >>> rms = np.random.default_rng(0).uniform(0, 1, (40, 5))
    >>> rms[::2, 3] = 5
    >>> X = Windows(
    ...     rms.reshape(-1, 1),
    ...     np.arange(0, 201, 5),
    ...     sfreq=1000,
    ...     start=np.tile(np.arange(5) * 100, 40),
    ...     feature_names=["rms"],
    ... )
    >>> net = AttentionPoolingClassifier(max_epochs=10, lr=0.03, random_state=0)
    >>> net.fit(X, ["burst", "rest"] * 20).predict(X[:2])
    array(['burst', 'rest'], dtype='<U5')
    >>> weights = net.attention_weights(X[:1])
    >>> weights.start[weights.values.argmax()] / weights.sfreq
    np.float64(0.3)
    """

    _module = AttentionPoolingModule
    _expected = (
        "Windows of signals or features, or a recording of one window a row: "
        "(n_recordings, n_features) or (n_recordings, n_channels, n_times)"
    )
    _cure_of_ragged = "Pass Windows, which Windower cuts from recordings"

    def __init__(
        self,
        *,
        encoder="auto",
        conv_filters=(16, 32),
        conv_kernel=5,
        conv_stride=4,
        encoder_units=64,
        attention_units=64,
        dropout=0.0,
        max_epochs=50,
        batch_size=16,
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
        self.encoder = encoder
        self.conv_filters = conv_filters
        self.conv_kernel = conv_kernel
        self.conv_stride = conv_stride
        self.encoder_units = encoder_units
        self.attention_units = attention_units
        self.dropout = dropout

    def fit(self, X, y, sample_weight=None, groups=None):
        """Train the net.

        Parameters
        ----------
        X : Windows or array-like of shape (n_recordings, n_features) or \
                (n_recordings, n_channels, n_times)
            The windows of each recording; a row of a plain array is one window.
        y : array-like of shape (n_recordings,)
            The class of each recording.
        sample_weight : array-like of shape (n_recordings,), default=None
            Weight of each recording in the loss.
        groups : array-like of shape (n_recordings,), default=None
            The patient of each recording, where X does not carry them. Early stopping
            holds out whole patients.

        Returns
        -------
        self : AttentionPoolingClassifier
            The fitted classifier.
        """
        return super().fit(X, y, sample_weight=sample_weight, groups=groups)

    @available_if(holds_nothing_out)
    def partial_fit(self, X, y, classes=None, sample_weight=None):
        """Train for one more epoch; the first call learns how features are scaled.

        Parameters
        ----------
        X : Windows or array-like of shape (n_recordings, n_features) or \
                (n_recordings, n_channels, n_times)
            The windows of each recording; a row of a plain array is one window.
        y : array-like of shape (n_recordings,)
            The class of each recording.
        classes : array-like of shape (n_classes,), default=None
            All classes; needed in the first call where y lacks one.
        sample_weight : array-like of shape (n_recordings,), default=None
            Weight of each recording in the loss.

        Returns
        -------
        self : AttentionPoolingClassifier
            The classifier.
        """
        return super().partial_fit(X, y, classes=classes, sample_weight=sample_weight)

    def predict(self, X):
        """Return the most probable class of each recording.

        Parameters
        ----------
        X : Windows or array-like of shape (n_recordings, n_features) or \
                (n_recordings, n_channels, n_times)
            The windows of each recording.

        Returns
        -------
        y : ndarray of shape (n_recordings,)
            The classes.
        """
        return super().predict(X)

    def predict_proba(self, X):
        """Return the probability of each class for each recording.

        Parameters
        ----------
        X : Windows or array-like of shape (n_recordings, n_features) or \
                (n_recordings, n_channels, n_times)
            The windows of each recording.

        Returns
        -------
        proba : ndarray of shape (n_recordings, n_classes)
            Probabilities, in the order of `classes_`.
        """
        return super().predict_proba(X)

    def attention_weights(self, X):
        """Return how much each window weighs in the answer for its recording.

        Parameters
        ----------
        X : Windows or array-like of shape (n_recordings, n_features) or \
                (n_recordings, n_channels, n_times)
            The windows of each recording.

        Returns
        -------
        weights : Windows
            `values` has shape (n_windows,) and sums to 1 in each recording. The window
            with the weight `weights.values[k]` starts `weights.start[k] /
            weights.sfreq` seconds after its recording did.
        """
        check_is_fitted(self)
        windows = self._check_X(X)
        self._check_shape(windows)
        rows = self._rows(windows, np.zeros(len(windows), dtype=np.int64), None)
        device, module = self.net_.device, bare(self.net_.module_).eval()
        with prediction(self.net_), torch.inference_mode():
            weights = [
                module.window_weights(x["X"].to(device), x["inside"].to(device)).cpu()
                for x, _ in self.net_.get_iterator(rows)
            ]
        return windows.with_values(torch.cat(weights).numpy())

    def _architecture(self):
        check_choice(self, "encoder", ("auto", "dense", "conv"))
        check_widths(self, "conv_filters")
        check_odd(self, "conv_kernel")
        check_counts(self, "conv_stride", "encoder_units", "attention_units")
        check_share(self, "dropout")
        return {
            "conv_filters": tuple(self.conv_filters),
            "conv_kernel": self.conv_kernel,
            "conv_stride": self.conv_stride,
            "encoder_units": self.encoder_units,
            "attention_units": self.attention_units,
            "dropout": self.dropout,
        }

    def _module_shape(self):
        encoder = self.encoder
        if encoder == "auto":
            plain = self._seen is None
            table = len(self._shape) == 1 and (plain or self._seen[1] is not None)
            encoder = "dense" if table else "conv"
        return {**super()._module_shape(), "encoder": encoder}

    # -- data --------------------------------------------------------------------------

    def _check_X(self, X):
        if _has_bags(X):
            return self._check_bags(X, reset=False)
        return _one_window_each(super()._check_X(X))

    def _check_X_y(self, X, y, *, reset):
        if _has_bags(X):
            return self._check_bags(X, reset=reset), check_labels(y, len(X))
        X, y = super()._check_X_y(X, y, reset=reset)
        if reset:
            self._seen = None
        return _one_window_each(X), y

    def _check_bags(self, windows, *, reset):
        """Return windows of finite floats that are like those seen in fit."""
        if len(windows) == 0:
            raise SignalError("Found array with 0 sample(s): there is no recording")
        if windows.dtype.kind not in "iuf" or not self._shape_of(windows):
            raise SignalError(f"X must be signals or features, got {windows!r}")
        if reset:
            for name in ("n_features_in_", "feature_names_in_"):  # of a plain array
                self.__dict__.pop(name, None)
            self._seen = (windows.sfreq, windows.feature_names)
        elif self._seen is not None:
            self._check_seen(windows)
        windows = windows.astype(self._array_rules()["dtype"])
        if windows._values is None:
            refuse_not_finite(windows._recordings)
        else:
            refuse_rows_not_finite(windows)
        return windows

    def _check_seen(self, windows):
        sfreq, feature_names = self._seen
        name = type(self).__name__
        if None not in (sfreq, windows.sfreq) and sfreq != windows.sfreq:
            raise SignalError(
                f"{name} was fitted on windows at {sfreq:g} Hz and got "
                f"{windows.sfreq:g} Hz; put Resampler(target_sfreq=...) before Windower"
            )
        if feature_names != windows.feature_names:
            raise SignalError(
                "the features of the windows differ from those seen in fit; use the "
                f"same steps before {name}"
            )

    def _shape_of(self, windows):
        return windows.rows(0, 1).shape[1:]

    def _rows(self, windows, codes, weight):
        # torch warns of the read-only arrays that joblib hands to workers
        values = np.require(windows.values, requirements=["C", "W"])
        return BagRows(
            torch.from_numpy(values.reshape(len(values), *self._input_shape())),
            torch.from_numpy(windows.counts),
            torch.from_numpy(codes),
            None if weight is None else torch.from_numpy(weight),
        )


def _has_bags(X):
    if isinstance(X, Recordings):
        raise SignalError("the attention works on windows; put Windower before it")
    return isinstance(X, Windows)


def _one_window_each(X):
    return Windows(X, np.arange(len(X) + 1), sfreq=None)
