"""A small convolutional network for time-frequency images, after Sengur 2017."""

from ._base import NetClassifier
from ._checks import check_counts, check_odd, check_share, check_widths
from ._image_cnn_module import ImageCNNModule
from ._parameters import document_training


@document_training
class ImageCNNClassifier(NetClassifier):
    """Classify time-frequency images of windows by convolutions in two dimensions.

    Images of shape (n_windows, n_channels, n_frequencies, n_frames) in, a class a
    window out: stand it inside `WindowVotingClassifier`. A plain row is an image of one
    channel and one frequency. The source names two convolutions, two poolings and a
    fully connected layer; filters, kernels, widths, dropout, optimizer and epochs are
    our choice, and so is the last layer behind the fully connected one. The source also
    repeats training samples that it misclassified, which is not done here. Scale the
    images before: the net starts with small weights. Read more in the
    :ref:`User Guide <nets>`.

    Parameters
    ----------
    conv_filters : tuple of int, default=(16, 32)
        Filters of each convolution; a maximum over `pool_size` follows each.
    conv_kernel : int, default=3
        Height and width of a filter, odd.
    pool_size : int, default=2
        Factor by which each pooling shortens both axes, rounded up. An axis of length
        one stays as it is.
    dense_units : int, default=64
        Width of the fully connected layer.
    dropout : float, default=0.0
        Share of values that training drops behind the fully connected layer.
    {training}

    Attributes
    ----------
    {fitted}

    See Also
    --------
    skemg.windowing.WindowVotingClassifier : From windows to recordings.

    References
    ----------
    .. [1] Sengur, A. et al. (2017). "Classification of amyotrophic lateral sclerosis
       disease based on convolutional neural network and reinforcement sample learning
       algorithm." Health Information Science and Systems, 5, 9.
       doi:10.1007/s13755-017-0029-6

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.nn import ImageCNNClassifier
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(0, 0.3, (40, 1, 8, 8))
    >>> X[:20, 0, 2] += 1  # a line at a low frequency
    >>> X[20:, 0, 5] += 1
    >>> y = ["low"] * 20 + ["high"] * 20
    >>> net = ImageCNNClassifier(
    ...     conv_filters=(4, 4), dense_units=8, max_epochs=10, lr=0.01, random_state=0
    ... )
    >>> net.fit(X, y).predict(X[[0, -1]])
    array(['low', 'high'], dtype='<U4')
    """

    _module = ImageCNNModule
    _n_dims = (2, 4)
    _expected = (
        "images of shape (n_windows, n_channels, n_frequencies, n_frames); images of "
        "one channel get that axis by X[:, np.newaxis]"
    )

    def __init__(
        self,
        *,
        conv_filters=(16, 32),
        conv_kernel=3,
        pool_size=2,
        dense_units=64,
        dropout=0.0,
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
        self.conv_filters = conv_filters
        self.conv_kernel = conv_kernel
        self.pool_size = pool_size
        self.dense_units = dense_units
        self.dropout = dropout

    def _input_shape(self):
        return self._shape if len(self._shape) > 1 else (1, 1, *self._shape)

    def _module_shape(self):
        names = ("n_channels", "n_frequencies", "n_frames")
        return dict(zip(names, self._input_shape(), strict=True))

    def _architecture(self):
        check_widths(self, "conv_filters")
        check_odd(self, "conv_kernel")
        check_counts(self, "pool_size", "dense_units")
        check_share(self, "dropout")
        return {
            "conv_filters": tuple(self.conv_filters),
            "conv_kernel": self.conv_kernel,
            "pool_size": self.pool_size,
            "dense_units": self.dense_units,
            "dropout": self.dropout,
        }
