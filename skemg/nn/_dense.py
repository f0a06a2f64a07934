"""The dense network of Gaso, Cankurt and Subasi 2023."""

import numpy as np
from sklearn.utils import check_scalar

from ._base import NetClassifier
from ._checks import check_share, check_widths
from ._dense_module import DenseModule
from ._parameters import document_training


@document_training
class DenseClassifier(NetClassifier):
    """Classify the features of windows by dense layers.

    A row of features in, a class out: stand it inside `WindowVotingClassifier`. Windows
    of several channels are read as one row. The source counts eight layers: five dense
    ones, two of batch normalisation and one of dropout, with an L2 penalty, on wavelet
    features. Widths, places, strengths, optimizer and epochs are our choice. Put
    `StandardScaler` before it where features differ in size. Read more in the
    :ref:`User Guide <nets>`.

    Parameters
    ----------
    dense_units : tuple of int, default=(128, 64, 32, 16)
        Width of each hidden dense layer; the last dense layer has a unit a class.
    batch_norm : bool, default=True
        Normalise the first two hidden layers, before their rectifiers.
    dropout : float, default=0.3
        Share of values that training drops behind the third hidden layer, or behind the
        last where there are fewer.
    {training}

    Attributes
    ----------
    {fitted}

    See Also
    --------
    skemg.features.DWTFeatures : The features of the source.
    skemg.windowing.WindowVotingClassifier : From windows to recordings.

    References
    ----------
    .. [1] Gaso, M. S., Cankurt, S. and Subasi, A. (2023). "Electromyography signal
       classification using deep learning." arXiv:2305.04006

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.nn import DenseClassifier
    >>> rng = np.random.default_rng(0)
    >>> X = np.repeat([[-1.0, 0.0], [1.0, 0.0]], 20, axis=0)
    >>> X += rng.normal(0, 0.3, X.shape)
    >>> y = ["small"] * 20 + ["large"] * 20
    >>> net = DenseClassifier(
    ...     dense_units=(8, 8), max_epochs=30, lr=0.01, random_state=0
    ... )
    >>> net.fit(X, y).predict([[-1.0, 0.2], [1.0, -0.1]])
    array(['small', 'large'], dtype='<U5')
    """

    _module = DenseModule
    _expected = (
        "features of shape (n_windows, n_features) or windows of shape "
        "(n_windows, n_channels, n_times)"
    )

    def __init__(
        self,
        *,
        dense_units=(128, 64, 32, 16),
        batch_norm=True,
        dropout=0.3,
        max_epochs=50,
        batch_size=64,
        lr=1e-3,
        optimizer="adam",
        weight_decay=1e-4,
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
        self.dense_units = dense_units
        self.batch_norm = batch_norm
        self.dropout = dropout

    def _architecture(self):
        check_widths(self, "dense_units")
        check_scalar(self.batch_norm, "batch_norm", (bool, np.bool_))
        check_share(self, "dropout")
        return {
            "dense_units": tuple(self.dense_units),
            "batch_norm": self.batch_norm,
            "dropout": self.dropout,
        }
