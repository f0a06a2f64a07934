"""The SpectroEMG-Net of Rahman 2023."""

from ._base import NetClassifier
from ._checks import check_choice, check_counts, check_share, check_widths
from ._parameters import document_training
from ._spectro_emg_net_module import SpectroEMGNetModule


@document_training
class SpectroEMGNetClassifier(NetClassifier):
    r"""Classify windows by an image of their spectrum over time.

    Windows in, a class a window out: stand it inside `WindowVotingClassifier`. The net
    computes the logarithm of the power of each window over frequency and time, and its
    slope over time, and standardises both at each frequency by the windows it is
    trained on. The source names these two images, convolutions and attention, three
    classes and an accuracy of 92 % [1]_; every number here and the kind of attention
    are our choice. Read more in the :ref:`User Guide <nets>`.

    Parameters
    ----------
    n_fft : int, default=256
        Samples of a frame of the spectrogram, at most those of a window. The default is
        21 to 27 ms at 12 to 9.6 kHz; each frame is weighted by a periodic Hann window.
    n_hop : int, default=64
        Samples from the start of a frame to that of the next. Samples behind the last
        whole frame are not used.
    conv_filters : tuple of int, default=(32, 64, 128)
        Filters of each block: a 3 x 3 convolution, batch normalisation, ReLU, attention
        and a maximum that halves both axes.
    attention : {"cbam", "se"} or None, default="cbam"
        "cbam" weights the filters, then the places of an image [2]_; "se" the filters
        alone, in the same way; None does neither.
    reduction : int, default=8
        How many times fewer units than filters the attention has between its layers.
    dense_units : int, default=128
        Width of the layer behind the mean of each filter.
    dropout : float, default=0.5
        Share of values that training drops behind this layer.
    label_smoothing : float, default=0.0
        Share of the target that is spread evenly over all classes, in the loss of
        training and of early stopping.
    {training}

    Attributes
    ----------
    {fitted}

    Raises
    ------
    ValueError
        If the windows are shorter than `n_fft`.

    See Also
    --------
    CNNGRUClassifier : Convolutions and recurrent layers on the samples themselves.
    skemg.features.LogSpectrum : One spectrum a window, for any classifier.
    skemg.windowing.WindowVotingClassifier : From windows to recordings.

    Notes
    -----
    With the power :math:`P = |X|^2` of a frame, the first image is
    :math:`\log(P + \epsilon)`, where :math:`\epsilon` is 1e-10 of the largest power of
    the training windows. The second is the slope of the first over two frames on either
    side; the first and last frame are repeated. Mean and standard deviation of each
    channel and frequency, over windows and frames, heed `sample_weight`. `partial_fit`
    takes them from its first call, and `init_from` from the other net.
    The power forgets signs: a window and its negative have the same class.

    References
    ----------
    .. [1] Rahman, Rahman and Shahnaz (2023). arXiv:2309.10483
    .. [2] Woo, S., Park, J., Lee, J.-Y. and Kweon, I. S. (2018). "CBAM: Convolutional
       Block Attention Module." ECCV 2018, 3-19. doi:10.1007/978-3-030-01234-2_1

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.nn import SpectroEMGNetClassifier
    >>> rng = np.random.default_rng(0)
    >>> slow, fast = np.sin([[0.2], [1.0]] * np.arange(64.0))
    >>> X = np.repeat([slow, fast], 20, axis=0) + rng.normal(0, 0.3, (40, 64))
    >>> y = ["slow"] * 20 + ["fast"] * 20
    >>> net = SpectroEMGNetClassifier(
    ...     n_fft=16,
    ...     n_hop=8,
    ...     conv_filters=(4, 8),
    ...     max_epochs=8,
    ...     batch_size=8,
    ...     random_state=0,
    ... )
    >>> noise = rng.normal(0, 0.3, (2, 64))
    >>> net.set_params(lr=0.01).fit(X, y).predict([slow, fast] + noise)
    array(['slow', 'fast'], dtype='<U4')
    """

    _module = SpectroEMGNetModule

    def __init__(
        self,
        *,
        n_fft=256,
        n_hop=64,
        conv_filters=(32, 64, 128),
        attention="cbam",
        reduction=8,
        dense_units=128,
        dropout=0.5,
        label_smoothing=0.0,
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
        self.n_fft = n_fft
        self.n_hop = n_hop
        self.conv_filters = conv_filters
        self.attention = attention
        self.reduction = reduction
        self.dense_units = dense_units
        self.dropout = dropout
        self.label_smoothing = label_smoothing

    def _architecture(self):
        check_counts(self, "n_fft", "n_hop", "reduction", "dense_units")
        check_widths(self, "conv_filters")
        check_choice(self, "attention", ("cbam", "se", None))
        check_share(self, "dropout")
        check_share(self, "label_smoothing")
        return {
            "n_fft": self.n_fft,
            "n_hop": self.n_hop,
            "conv_filters": tuple(self.conv_filters),
            "attention": self.attention,
            "reduction": self.reduction,
            "dense_units": self.dense_units,
            "dropout": self.dropout,
        }

    def _check_window_shape(self):
        _, n_times = self._input_shape()
        if n_times < self.n_fft:
            raise ValueError(
                f"windows of {n_times} samples are shorter than a frame of "
                f"n_fft={self.n_fft}; use n_fft={n_times} or less, or longer windows"
            )

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        # of a row of two numbers, which tests that word, power keeps no sign
        tags.classifier_tags.poor_score = True
        return tags

    def _net_settings(self):
        settings = {"criterion__label_smoothing": self.label_smoothing}
        return {**super()._net_settings(), **settings}
