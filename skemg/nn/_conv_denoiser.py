"""A filter that is learned: a convolutional net takes noise out of recordings."""

import math
import warnings
from numbers import Real

import numpy as np
import torch
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import check_random_state, check_scalar
from sklearn.utils.validation import check_is_fitted
from tqdm import tqdm

from skemg.exceptions import SignalError
from skemg.preprocessing import AmplitudeScaler
from skemg.utils._no_table import NoTableMixin
from skemg.utils._rate import one_rate
from skemg.utils._recordings import check_recordings, like, map_recordings
from skemg.utils._unit import refuse_other_unit

from ._checks import check_choice, check_counts, check_odd, check_widths
from ._context import arithmetic, choose_device, one_thread_in_workers, private_seed
from ._denoising_module import STRIDE, DenoisingModule, relative_error
from ._noise import Noise
from ._segments import Segments, in_pieces
from ._state import to_arrays, to_tensors

_PIECE = 1 << 16  # samples that the net gets at once
_TINY = 1e-6  # no error at all has a gradient too


class ConvDenoiser(NoTableMixin, TransformerMixin, BaseEstimator):
    """Take noise out of recordings by a convolutional net that was trained to do so.

    Recordings in, recordings out, of the same lengths: it stands where `Bandpass`
    stands. `fit` cuts segments from the training recordings, adds noise to them, drawn
    anew for every step, and trains an encoder and a decoder to tell the noise [1]_;
    `transform` subtracts from each recording what they take for noise. Every channel
    goes by itself through the same net. The loss is the mean over segments of the root
    mean square of the error, in standard deviations of the segment: weak signals weigh
    as much as strong ones, and little noise matters beside much. The architecture is
    ours: that of `JointDenoisingClassifier` without the classes. Read more in the
    :ref:`User Guide <nets>`.

    Parameters
    ----------
    conv_filters : tuple of int, default=(16, 32)
        Filters of each convolution of the encoder; each shortens the signal fourfold.
        With the default a sample of the output depends on the 504 samples before it and
        behind it.
    conv_kernel : int, default=9
        Samples of a filter, odd.
    noise : tuple of {"white", "mains", "motion"}, default=("white", "mains", "motion")
        Kinds of noise: white, mains hum with multiples up to the tenth, drift below
        20 Hz. Each segment gets a part of the kinds, drawn by chance, in equal
        strength.
    snr : tuple of two floats, default=(-10.0, 20.0)
        Range in dB from which the signal-to-noise ratio of each segment is drawn: the
        mean square of the segment about its mean over that of all its noise.
    mains_frequency : float, default=50.0
        Frequency of the mains in Hz: 60 in the Americas.
    length : float or None, default=None
        Length of a segment in seconds. A net that saw short segments alone is at a loss
        in a long recording: None is twice as long as the part of the signal on which
        one sample of the output depends, or as the longest recording where that is
        shorter. Recordings that are shorter than a segment are left out of training; a
        warning counts them.
    max_epochs : int, default=50
        Passes over the training data: an epoch draws as many segments as fill them.
    batch_size : int, default=16
        Segments of a step.
    lr : float, default=0.01
        Highest learning rate of Adam, which rises to it and falls to zero over all
        epochs.
    precision : {"float32", "bf16", "tf32", "float64"}, default="float32"
        Arithmetic of the net. "bf16" computes layers in bfloat16 and keeps weights in
        float32; "tf32" rounds products on CUDA and is float32 elsewhere; "float64" is
        slow and for comparisons.
    device : {"auto", "cpu", "cuda"}, default="auto"
        "auto" is CUDA where there is one.
    verbose : int, default=0
        1 shows a progress bar with the loss and the time left.
    random_state : int, RandomState instance or None, default=None
        Seed of weights, segments and noise.
    sfreq : float, default=None
        Sampling frequency in Hz, for plain arrays. `Recordings` carry their own.

    Attributes
    ----------
    module_ : torch.nn.Module
        The fitted net; its `scale` is the standard deviation of the training data.
    sfreq_ : float
        Sampling frequency of the training data in Hz.
    loss_curve_ : list of float
        Mean loss of each epoch: 1 is an error as strong as the signal.

    Raises
    ------
    ValueError
        If a parameter is out of range, or training diverges.
    SignalError
        If the sampling frequency is unknown or another than in training, rates differ,
        or no training recording is as long as `length`.

    See Also
    --------
    JointDenoisingClassifier : Denoises windows and classifies them.
    skemg.preprocessing.Bandpass : A filter that learns nothing.

    Notes
    -----
    What is in the training recordings counts as clean: filter them before. float64
    recordings come back as float64, computed as `precision` says. A recording that has
    less noise than `snr` reaches loses more than it gains: the error of a net has a
    floor, often 20 dB below the signal.

    References
    ----------
    .. [1] Vincent, P., Larochelle, H., Bengio, Y., Manzagol, P.-A. (2008). "Extracting
       and composing robust features with denoising autoencoders." Proceedings of the
       25th International Conference on Machine Learning. doi:10.1145/1390156.1390294

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.nn import ConvDenoiser
    >>> rng = np.random.default_rng(0)
    >>> tone = np.sin(2 * np.pi * 80 * np.arange(20_000) / 1000)
    >>> denoiser = ConvDenoiser(
    ...     conv_filters=(8,), noise=("white",), random_state=0, sfreq=1000
    ... ).fit([tone])
    >>> noisy = tone[:3000] + rng.normal(0, 0.5, 3000)
    >>> (clean,) = denoiser.transform([noisy])
    >>> bool((clean - tone[:3000]).std() < 0.25)
    True
    """

    def __init__(
        self,
        *,
        conv_filters=(16, 32),
        conv_kernel=9,
        noise=("white", "mains", "motion"),
        snr=(-10.0, 20.0),
        mains_frequency=50.0,
        length=None,
        max_epochs=50,
        batch_size=16,
        lr=0.01,
        precision="float32",
        device="auto",
        verbose=0,
        random_state=None,
        sfreq=None,
    ):
        self.conv_filters = conv_filters
        self.conv_kernel = conv_kernel
        self.noise = noise
        self.snr = snr
        self.mains_frequency = mains_frequency
        self.length = length
        self.max_epochs = max_epochs
        self.batch_size = batch_size
        self.lr = lr
        self.precision = precision
        self.device = device
        self.verbose = verbose
        self.random_state = random_state
        self.sfreq = sfreq

    def fit(self, X, y=None):
        """Train the net on segments of the recordings with added noise.

        Parameters
        ----------
        X : Recordings, list of arrays or array-like of shape (n_recordings, n_times)
            The recordings.
        y : ignored
            Not used.

        Returns
        -------
        self : ConvDenoiser
            The fitted step.
        """
        self.__dict__.pop("module_", None)  # unfitted should anything go wrong
        self._check_parameters()
        recordings = check_recordings(self, X, reset=True)
        sfreq = one_rate(self, recordings.sfreq)
        noise = Noise(self.noise, self.snr, sfreq, self.mains_frequency)
        device = choose_device(self.device)
        rng = np.random.RandomState()  # fresh entropy, not numpy's global generator
        if self.random_state is not None:
            rng = check_random_state(self.random_state)
        self._architecture = (1, tuple(self.conv_filters), self.conv_kernel)
        seed = rng.randint(np.iinfo(np.int32).max)
        with (
            private_seed(seed, device),
            one_thread_in_workers(),
            arithmetic(device, self.precision),
        ):
            module = self._new_module().to(device)
            module.scale.fill_(AmplitudeScaler().fit(recordings).scale_)
            n_times = self._n_times(module, recordings, sfreq)
            _warn_of_short(recordings, n_times)
            segments = Segments(recordings, n_times, self._dtype())
            losses = self._train(module, segments, noise, rng, device)
        self.sfreq_, self._unit, self.loss_curve_ = sfreq, recordings.unit, losses
        self.module_ = module
        return self

    def transform(self, X):
        """Take the noise out of each recording.

        Parameters
        ----------
        X : Recordings, list of arrays or array-like of shape (n_recordings, n_times)
            The recordings, at the rate of the training data.

        Returns
        -------
        denoised : Recordings, list of arrays or ndarray
            The denoised recordings, in the form in which they came.
        """
        check_is_fitted(self)
        recordings = check_recordings(self, X, reset=False)
        sfreq = one_rate(self, recordings.sfreq)
        if sfreq != self.sfreq_:
            raise SignalError(
                f"ConvDenoiser was trained at {self.sfreq_:g} Hz, the recordings have "
                f"{sfreq:g} Hz; put Resampler(target_sfreq={self.sfreq_:g}) before it"
            )
        refuse_other_unit(self, self._unit, recordings.unit)
        self.module_.eval()
        with (
            torch.inference_mode(),
            one_thread_in_workers(),
            arithmetic(self._device_of_module(), self.precision),
        ):
            denoised = map_recordings(self._denoise, recordings, given=X)
        return like(denoised, X)

    def _check_parameters(self):
        check_widths(self, "conv_filters")
        check_odd(self, "conv_kernel")
        check_counts(self, "max_epochs", "batch_size")
        for name in ("lr", "length"):
            value = getattr(self, name)
            if value is not None or name == "lr":
                check_scalar(value, name, Real, min_val=0, include_boundaries="neither")
        check_choice(self, "precision", ("float32", "bf16", "tf32", "float64"))

    def _n_times(self, module, recordings, sfreq):
        """Return the samples of a segment."""
        longest = recordings.n_times.max()
        if self.length is None:
            return min(2 * (2 * module.radius + 1), longest)
        n_times = max(1, round(self.length * sfreq))
        if n_times > longest:
            raise SignalError(
                f"no recording is as long as length={self.length:g} s: the longest has "
                f"{longest / sfreq:g} s; give a shorter length or None"
            )
        return n_times

    def _dtype(self):
        return np.float64 if self.precision == "float64" else np.float32

    def _new_module(self):
        module = DenoisingModule(*self._architecture)
        return module.double() if self.precision == "float64" else module

    def _device_of_module(self):
        return self.module_.scale.device.type

    def _train(self, module, segments, noise, rng, device):
        """Train the module where it lies and return the loss of each epoch."""
        n_rows = min(self.batch_size, segments.n_segments)
        n_steps = math.ceil(segments.n_segments / n_rows)
        optimizer = torch.optim.Adam(module.parameters(), lr=self.lr)
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, self.lr, total_steps=self.max_epochs * n_steps
        )
        losses = []
        with tqdm(
            range(self.max_epochs), unit="epoch", disable=not self.verbose
        ) as bar:
            for _ in bar:
                total = 0.0
                for _ in range(n_steps):
                    clean = torch.from_numpy(segments.draw(n_rows, rng)).to(device)
                    rebuilt = self._run(module, noise(clean))
                    error = relative_error(rebuilt, clean)
                    loss = (error + _TINY).sqrt().mean()
                    optimizer.zero_grad()
                    loss.backward()
                    optimizer.step()
                    schedule.step()
                    total = total + loss.detach()
                losses.append(float(total) / n_steps)
                if not math.isfinite(losses[-1]):
                    self._raise_diverged("loss", losses)
                bar.set_postfix(loss=f"{losses[-1]:.4f}", refresh=False)
        if not all(p.isfinite().all() for p in module.parameters()):
            self._raise_diverged("weights", [*losses[:-1], math.nan])
        return losses

    def _raise_diverged(self, what, losses):
        raise ValueError(
            f"training diverged: the {what} became {losses[-1]} in epoch "
            f"{len(losses)}; lower lr={self.lr:g}"
        )

    def _run(self, module, X):
        with torch.autocast(
            X.device.type, torch.bfloat16, enabled=self.precision == "bf16"
        ):
            return module(X).to(X.dtype)

    def _denoise(self, signal, sfreq):
        """Return a recording without its noise, channel by channel."""
        out = np.empty(signal.shape, self._dtype())
        for index in np.ndindex(signal.shape[:-1]):
            out[index] = in_pieces(
                self._denoise_piece,
                signal[index].astype(self._dtype()),
                n_times=_PIECE,
                margin=self.module_.radius,
                multiple=STRIDE ** len(self._architecture[1]),
            )
        return out

    def _denoise_piece(self, piece):
        X = torch.from_numpy(piece)[None, None].to(self._device_of_module())
        return self._run(self.module_, X)[0, 0].cpu().numpy()

    def __sklearn_is_fitted__(self):
        return hasattr(self, "module_")

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags

    def __getstate__(self):
        state = dict(super().__getstate__())
        if "module_" in state:
            state["module_"] = to_arrays(dict(state["module_"].state_dict()))
        return state

    def __setstate__(self, state):
        state = dict(state)
        arrays = state.pop("module_", None)
        super().__setstate__(state)
        if arrays is None:
            return
        device = self.device
        if device == "cuda" and not torch.cuda.is_available():
            warnings.warn(
                "CUDA is not available here; the net is loaded on the CPU", stacklevel=2
            )
            device = "cpu"
        device = choose_device(device)
        with private_seed(0, device):
            module = self._new_module()
        module.load_state_dict(to_tensors(arrays))
        self.module_ = module.to(device)


def _warn_of_short(recordings, n_times):
    """Say which recordings no segment fits into."""
    short = np.flatnonzero(recordings.n_times < n_times)
    if len(short):
        warnings.warn(
            f"{len(short)} of {len(recordings)} recordings (the first is number "
            f"{short[0]}) are shorter than a segment of {n_times} samples and are not "
            "trained on; lower length",
            UserWarning,
            stacklevel=3,
        )
