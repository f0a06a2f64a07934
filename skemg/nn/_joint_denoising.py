"""A classifier that learns from noisy windows and rebuilds the clean ones."""

import numbers

import numpy as np
from sklearn.utils import check_scalar
from sklearn.utils.validation import check_is_fitted

from ._base import NetClassifier
from ._checks import check_counts, check_odd, check_widths
from ._context import prediction
from ._denoising_net import DenoisingNet
from ._joint_denoising_module import JointDenoisingModule
from ._noise import Noise
from ._parameters import document_training


@document_training
class JointDenoisingClassifier(NetClassifier):
    """Classify windows by an encoder that also has to take noise out of them.

    Windows in, a class a window out: stand it inside `WindowVotingClassifier`. Training
    adds noise to each window, drawn anew for every batch. One convolutional encoder
    feeds a head that tells the class and a decoder that rebuilds the window as it was
    before the noise, as a denoising autoencoder does [1]_. The loss is the
    cross-entropy plus `reconstruction_weight` times the mean squared error to the clean
    window in units of its variance. Prediction takes the windows as they are. The
    architecture is ours: convolutions of stride 4, three dilated ones behind them, and
    a decoder that mirrors them and sees each layer of the encoder. It gives the noise,
    which is subtracted from the window. Read more in the :ref:`User Guide <nets>`.

    Parameters
    ----------
    conv_filters : tuple of int, default=(16, 32)
        Filters of each convolution of the encoder; each shortens the window fourfold.
    conv_kernel : int, default=9
        Samples of a filter, odd.
    dense_units : int or None, default=32
        Width of the layer between the mean of the encoder over time and the classes;
        None for no such layer.
    reconstruction_weight : float, default=1.0
        Weight of the error of the rebuilt windows; 0 trains the classifier alone.
    noise : tuple of {"white", "mains", "motion"}, default=("white", "mains", "motion")
        Kinds of noise: white, mains hum with multiples up to the tenth, drift below
        20 Hz. Each window gets a part of the kinds, drawn by chance, in equal strength.
        Empty for none.
    snr : tuple of two floats, default=(-10.0, 20.0)
        Range in dB from which the signal-to-noise ratio of each window is drawn: the
        mean square of the clean window about its mean over that of all its noise.
    mains_frequency : float, default=50.0
        Frequency of the mains in Hz: 60 in the Americas.
    {training}
    sfreq : float, default=None
        Sampling frequency in Hz, which "mains" and "motion" need. The vote brings it
        along.

    Attributes
    ----------
    {fitted}

    Raises
    ------
    ValueError
        If the noise needs the sampling frequency and nobody knows it.

    See Also
    --------
    ConvDenoiser : The same encoder and decoder for whole recordings, without classes.
    skemg.windowing.WindowVotingClassifier : From windows to recordings.

    Notes
    -----
    What is in the training windows counts as clean: filter them before. Early stopping
    looks at the cross-entropy of the held-out windows as they are.

    References
    ----------
    .. [1] Vincent, P., Larochelle, H., Bengio, Y., Manzagol, P.-A. (2008). "Extracting
       and composing robust features with denoising autoencoders." Proceedings of the
       25th International Conference on Machine Learning. doi:10.1145/1390156.1390294

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.nn import JointDenoisingClassifier
    >>> rng = np.random.default_rng(0)
    >>> phase = rng.uniform(0, 2 * np.pi, (100, 1))
    >>> frequency = np.repeat([[0.2], [0.5]], 50, axis=0)
    >>> X = np.sin(frequency * np.arange(100) + phase)
    >>> y = ["slow"] * 50 + ["fast"] * 50
    >>> net = JointDenoisingClassifier(
    ...     noise=("white",), snr=(0, 10), max_epochs=40, lr=0.01, random_state=0
    ... ).fit(X[1:-1], y[1:-1])
    >>> noisy = X[[0, -1]] + rng.normal(0, 0.5, (2, 100))
    >>> net.predict(noisy)
    array(['slow', 'fast'], dtype='<U4')
    >>> before, after = noisy - X[[0, -1]], net.denoise(noisy) - X[[0, -1]]
    >>> bool(after.std() < 0.5 * before.std())
    True
    """

    _module = JointDenoisingModule
    _net = DenoisingNet

    def __init__(
        self,
        *,
        conv_filters=(16, 32),
        conv_kernel=9,
        dense_units=32,
        reconstruction_weight=1.0,
        noise=("white", "mains", "motion"),
        snr=(-10.0, 20.0),
        mains_frequency=50.0,
        max_epochs=60,
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
        sfreq=None,
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
        self.dense_units = dense_units
        self.reconstruction_weight = reconstruction_weight
        self.noise = noise
        self.snr = snr
        self.mains_frequency = mains_frequency
        self.sfreq = sfreq

    def denoise(self, X):
        """Return the windows without their noise.

        Parameters
        ----------
        X : array-like of shape (n_windows, n_times) or \
                (n_windows, n_channels, n_times)
            The windows.

        Returns
        -------
        rebuilt : ndarray of the shape of X
            The windows that the decoder rebuilds; float32, with `precision="float64"`
            float64.
        """
        check_is_fitted(self)
        X = self._check_X(X)
        self._check_shape(X)
        rows = self._rows(X, np.zeros(len(X), dtype=np.int64), None)
        with prediction(self.net_):
            return self.net_.denoise(rows).reshape(X.shape)

    def _architecture(self):
        check_widths(self, "conv_filters")
        check_odd(self, "conv_kernel")
        if self.dense_units is not None:
            check_counts(self, "dense_units")
        check_scalar(
            self.reconstruction_weight,
            "reconstruction_weight",
            numbers.Real,
            min_val=0,
        )
        self._noise()
        return {
            "conv_filters": tuple(self.conv_filters),
            "conv_kernel": self.conv_kernel,
            "dense_units": self.dense_units,
        }

    def _noise(self):
        return Noise(self.noise, self.snr, self.sfreq, self.mains_frequency)

    def _net_settings(self):
        return {
            "noise": self._noise(),
            "reconstruction_weight": self.reconstruction_weight,
        }
