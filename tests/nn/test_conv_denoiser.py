"""The learned filter: what it takes out, what it leaves, and that no piece is seen."""

import io
import pickle

import joblib
import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline

from skemg.exceptions import SignalError
from skemg.nn import ConvDenoiser, _conv_denoiser
from skemg.nn._denoising_module import DenoisingModule
from skemg.nn._segments import Segments, in_pieces
from skemg.preprocessing import Resampler
from skemg.signals import Recordings

SFREQ = 1000.0
QUICK = {"conv_filters": (4,), "conv_kernel": 5, "max_epochs": 2, "random_state": 0}


def tone(n_times=2000, amplitude=3.0, frequency=130, phase=0.0):
    angle = 2 * np.pi * frequency * np.arange(n_times) / SFREQ
    return amplitude * np.sin(angle + phase)


def recordings(**settings):
    signals = [tone(2000), tone(1500, phase=1.0), tone(900, phase=2.0)]
    return Recordings.from_list(signals, **{"sfreq": SFREQ, **settings})


def mean_square(x):
    return float(np.square(x).mean())


# -- what it does to signals -----------------------------------------------------------


def spikes(n_times, seed):
    """Return potentials of 20 ms at random places, as in needle EMG."""
    rng = np.random.default_rng(seed)
    x = np.zeros(n_times)
    x[rng.choice(n_times, n_times // 150, replace=False)] = rng.uniform(0.5, 1.5)
    time = np.linspace(-2, 2, 21)
    return 80 * np.convolve(x, -time * np.exp(-(time**2)), "same")


@pytest.fixture(scope="module")
def trained():
    torch.set_num_threads(1)
    emg = Recordings.from_list([spikes(8000, seed) for seed in range(4)], sfreq=SFREQ)
    return ConvDenoiser(
        conv_filters=(8, 8), max_epochs=60, batch_size=8, random_state=0
    ).fit(emg)


def noises(n_times, seed=9):
    """Return white noise, hum and drift of mean square one, without the package."""
    rng = np.random.default_rng(seed)
    time = np.arange(n_times) / SFREQ
    hum = np.sin(2 * np.pi * 50 * time + 1) + 0.4 * np.sin(2 * np.pi * 150 * time)
    drift = sum(np.sin(2 * np.pi * f * time + f) for f in (0.7, 2.3, 6.1, 11.9))
    kinds = {"white": rng.normal(size=n_times), "mains": hum, "motion": drift}
    return {name: x / np.sqrt(mean_square(x)) for name, x in kinds.items()}


@pytest.mark.parametrize("snr", [-5.0, 5.0])
@pytest.mark.parametrize("kind", ["white", "mains", "motion"])
def test_noise_that_was_not_seen_is_taken_out(trained, kind, snr):
    clean = spikes(5000, seed=99)
    noise = noises(5000)[kind] * np.sqrt(clean.var() / 10 ** (snr / 10))
    (denoised,) = trained.transform(Recordings.from_list([clean + noise], sfreq=SFREQ))
    gain = 10 * np.log10(mean_square(noise) / mean_square(denoised - clean))
    assert gain > 3


def test_a_clean_recording_stays_what_it_is(trained):
    clean = spikes(5000, seed=99)
    (denoised,) = trained.transform(Recordings.from_list([clean], sfreq=SFREQ))
    assert mean_square(denoised - clean) < 0.02 * clean.var()


def test_an_epoch_of_no_size_changes_nothing():
    emg = recordings()
    denoiser = ConvDenoiser(**QUICK, noise=("white",), lr=1e-30).fit(emg)
    assert_allclose(denoiser.transform(emg).values, emg.values, rtol=1e-6, atol=1e-12)
    # the error of what it gives back is all noise
    denoiser.set_params(snr=(3.0, 3.0)).fit(emg)
    assert_allclose(denoiser.loss_curve_, 10**-0.15, rtol=1e-4)


# -- pieces ---------------------------------------------------------------------------


def random_module(conv_filters=(3, 4), conv_kernel=5):
    """Return a net whose every weight has a say, in double precision."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        module = DenoisingModule(1, conv_filters, conv_kernel).double()
        torch.nn.init.normal_(module.decoder.last.weight)
    return module


@pytest.mark.parametrize("conv_filters, conv_kernel", [((3,), 3), ((3, 4), 5)])
def test_no_sample_depends_on_one_beyond_the_radius(conv_filters, conv_kernel):
    module = random_module(conv_filters, conv_kernel)
    X = torch.zeros(1, 1, 2001, dtype=torch.float64, requires_grad=True)
    at = 1000
    module(X + torch.randn(2001, generator=torch.Generator().manual_seed(0)))[
        0, 0, at
    ].backward()
    seen = X.grad[0, 0].nonzero()[:, 0]
    assert at - module.radius <= seen.min() < at < seen.max() <= at + module.radius


def test_the_radius_is_the_sum_of_half_filters_at_their_steps():
    # encoder 1 + 4, dilated (1 + 2 + 4) * 16, growing 4 + 1, merging 4
    assert random_module((3, 4), 9).radius == 4 * (5 + 112 + 5 + 4)
    assert random_module((3,), 3).radius == 1 + 28 + 1


@pytest.mark.parametrize("n_times", [1, 15, 64, 999, 1000, 1001, 3210])
def test_pieces_give_what_the_whole_gives(n_times):
    module = random_module()
    signal = np.random.default_rng(0).normal(size=n_times)
    seen = []

    def run(piece):
        seen.append(len(piece))
        with torch.no_grad():
            return module(torch.from_numpy(piece)[None, None])[0, 0].numpy()

    whole = run(signal)
    assert not np.array_equal(whole, signal)
    pieces = in_pieces(run, signal, n_times=100, margin=module.radius, multiple=16)
    assert_allclose(pieces, whole, rtol=1e-10, atol=1e-12)
    assert len(seen) == 1 + -(-n_times // 112)
    assert max(seen[1:]) <= 112 + 2 * 272  # 112 and 272 are multiples of 16


def test_transform_works_in_pieces_that_cannot_be_seen(monkeypatch):
    emg = recordings()
    denoiser = ConvDenoiser(**QUICK, lr=0.5, precision="float64").fit(emg)
    whole = denoiser.transform(emg).values
    assert not np.allclose(whole, emg.values)
    monkeypatch.setattr(_conv_denoiser, "_PIECE", 64)
    assert_allclose(denoiser.transform(emg).values, whole, rtol=1e-9)


# -- forms of data --------------------------------------------------------------------


def test_lengths_rates_patients_and_units_stay():
    emg = recordings(groups=["a", "a", "b"], unit="uV")
    denoised = ConvDenoiser(**QUICK).fit_transform(emg)
    assert_array_equal(denoised.n_times, [2000, 1500, 900])
    assert denoised.unit == "uV"
    assert_array_equal(denoised.groups, emg.groups)
    assert_array_equal(denoised.sfreq, emg.sfreq)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_the_type_of_the_recordings_stays(dtype, precision):
    signals = [tone(700).astype(dtype), tone(500).astype(dtype)]
    denoiser = ConvDenoiser(**QUICK, precision=precision, sfreq=SFREQ).fit(signals)
    assert {x.dtype for x in denoiser.transform(signals)} == {np.dtype(dtype)}
    table = denoiser.transform(np.stack([signals[0]] * 2))
    assert table.shape == (2, 700) and table.dtype == dtype


def test_every_channel_goes_by_itself_through_the_same_net():
    emg = recordings()
    denoiser = ConvDenoiser(**QUICK, lr=0.5).fit(emg)
    first, second = tone(600), tone(600, amplitude=1.0, frequency=70)
    channels = Recordings.from_list([np.stack([first, second])], sfreq=SFREQ)
    alone = Recordings.from_list([first, second], sfreq=SFREQ)
    (together,) = denoiser.transform(channels)
    assert_array_equal(together, np.stack(denoiser.transform(alone).to_list()))
    trained = clone(denoiser).set_params(lr=0.01).fit(channels)
    assert trained.module_.scale == pytest.approx(np.std([first, second]))


def test_the_scale_is_learned():
    emg = recordings()
    denoiser = ConvDenoiser(**QUICK, lr=0.5).fit(emg)
    assert float(denoiser.module_.scale) == pytest.approx(emg.values.std())
    larger = ConvDenoiser(**QUICK, lr=0.5).fit(emg.with_values(1000 * emg.values))
    assert_allclose(
        larger.transform(emg.with_values(1000 * emg.values)).values,
        1000 * denoiser.transform(emg).values,
        rtol=1e-3,
        atol=1,
    )


def test_segments_come_from_every_place_and_never_span_two_recordings():
    values = np.concatenate([np.arange(10.0), 100 + np.arange(2), 200 + np.arange(5)])
    emg = Recordings(values, [0, 10, 12, 17], sfreq=1)
    segments = Segments(emg, 3, np.float64)
    drawn = segments.draw(500, np.random.RandomState(0))[:, 0]
    assert segments.n_segments == 5
    assert (np.diff(drawn, axis=1) == 1).all()
    assert set(drawn[:, 0]) == {*range(8), 200, 201, 202}  # the short one is left out


# -- rates ----------------------------------------------------------------------------


def test_mixed_rates_are_refused_and_the_resampler_is_the_cure():
    emg = recordings(sfreq=[1000, 2000, 1000])
    with pytest.raises(SignalError, match=r"put Resampler\(target_sfreq=\.\.\.\)"):
        ConvDenoiser(**QUICK).fit(emg)
    chain = make_pipeline(Resampler(1000), ConvDenoiser(**QUICK)).fit(emg)
    assert chain.transform(emg).n_times.tolist() == [2000, 750, 900]
    assert chain[-1].sfreq_ == 1000


def test_another_rate_than_in_training_is_refused():
    denoiser = ConvDenoiser(**QUICK).fit(recordings())
    with pytest.raises(SignalError, match=r"at 1000 Hz, .* 500 Hz; put Resampler"):
        denoiser.transform(recordings(sfreq=500))


def test_segments_are_no_longer_than_the_longest_recording():
    short = recordings()[[2]].values[:100]
    with pytest.warns(
        UserWarning, match=r"1 of 2 recordings \(the first is number 1\)"
    ):
        denoiser = ConvDenoiser(**QUICK, sfreq=SFREQ).fit([short, short[:30]])
    assert [len(x) for x in denoiser.transform([short, short[:30]])] == [100, 30]


def test_an_unknown_rate_is_refused():
    with pytest.raises(SignalError, match=r"ConvDenoiser\(sfreq=\.\.\.\)"):
        ConvDenoiser(**QUICK).fit([tone()])


def test_another_unit_than_in_training_is_refused():
    denoiser = ConvDenoiser(**QUICK).fit(recordings(unit="uV"))
    with pytest.raises(SignalError, match="learned an amplitude from data"):
        denoiser.transform(recordings())


@pytest.mark.parametrize("length, n_times", [(0.05, 50), (None, 2 * (2 * 60 + 1))])
def test_length_is_in_seconds_and_by_default_twice_what_a_sample_depends_on(
    monkeypatch, length, n_times
):
    seen = set()

    def forward(self, X):
        seen.add(X.shape[-1])
        return self.rebuild(X, self.encode(X))

    monkeypatch.setattr(DenoisingModule, "forward", forward)
    ConvDenoiser(**QUICK, length=length).fit(recordings())
    assert seen == {n_times}


# -- training --------------------------------------------------------------------------


def test_one_seed_is_one_result_and_nothing_global_is_changed():
    def state():
        return [
            np.random.get_state()[1].tolist(),  # noqa: NPY002
            np.random.get_state()[2],  # noqa: NPY002
            torch.get_rng_state().tolist(),
        ]

    emg, before = recordings(), state()
    first, again = (ConvDenoiser(**QUICK).fit_transform(emg) for _ in range(2))
    other = ConvDenoiser(**{**QUICK, "random_state": 1}).fit_transform(emg)
    free = [ConvDenoiser(**{**QUICK, "random_state": None}) for _ in range(2)]
    one, two = (denoiser.fit_transform(emg) for denoiser in free)
    assert state() == before
    assert_array_equal(first.values, again.values)
    assert not np.array_equal(first.values, other.values)
    assert not np.array_equal(one.values, two.values)


def test_the_given_recordings_stay_as_they_are():
    emg = recordings()
    before = emg.values.copy()
    ConvDenoiser(**QUICK).fit(emg).transform(emg)
    assert_array_equal(emg.values, before)


class Interrupted:
    """Noise that gives NaN, or presses Ctrl-C."""

    def __init__(self, *args):
        pass

    def __call__(self, X):
        raise KeyboardInterrupt


class NotANumber(Interrupted):
    def __call__(self, X):
        return X * torch.nan


@pytest.mark.parametrize(
    "noise, error, message",
    [
        (Interrupted, KeyboardInterrupt, None),
        (NotANumber, ValueError, "training diverged: the loss became nan in epoch 1"),
    ],
)
def test_ctrl_c_and_nan_leave_fit_and_nothing_fitted(
    monkeypatch, noise, error, message
):
    denoiser = ConvDenoiser(**QUICK).fit(recordings())
    monkeypatch.setattr(_conv_denoiser, "Noise", noise)
    with pytest.raises(error, match=message):
        denoiser.fit(recordings())
    with pytest.raises(NotFittedError):
        denoiser.transform(recordings())


@pytest.mark.parametrize("library", [pickle, joblib])
@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_a_saved_denoiser_is_plain_arrays_and_denoises_as_before(library, precision):
    emg = recordings()
    denoiser = ConvDenoiser(**QUICK, precision=precision).fit(emg)
    kinds = {type(array) for array in denoiser.__getstate__()["module_"].values()}
    assert kinds == {np.ndarray}
    file = io.BytesIO()
    library.dump(denoiser, file)
    file.seek(0)
    loaded = library.load(file)
    assert_array_equal(loaded.transform(emg).values, denoiser.transform(emg).values)
    assert loaded.loss_curve_ == denoiser.loss_curve_


def test_a_denoiser_of_a_gpu_loads_on_the_cpu_with_a_warning(monkeypatch):
    denoiser = ConvDenoiser(**QUICK).fit(recordings()).set_params(device="cuda")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.warns(UserWarning, match="loaded on the CPU"):
        loaded = pickle.loads(pickle.dumps(denoiser))
    assert loaded.transform(recordings()).dtype == np.float64


def test_an_unfitted_denoiser_is_unfitted_after_pickle():
    with pytest.raises(NotFittedError):
        pickle.loads(pickle.dumps(ConvDenoiser())).transform(recordings())


@pytest.mark.parametrize("precision", ["bf16", "tf32"])
def test_precision_changes_the_digits_only(precision):
    emg = recordings()
    exact = ConvDenoiser(**QUICK).fit_transform(emg)
    rounded = ConvDenoiser(**QUICK, precision=precision).fit_transform(emg)
    assert_allclose(rounded.values, exact.values, atol=0.1)


def test_verbose_shows_the_loss_and_the_time_left(capsys):
    ConvDenoiser(**QUICK, verbose=1).fit(recordings())
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "2/2" in shown.err and "loss=" in shown.err
    ConvDenoiser(**QUICK).fit(recordings())
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    "params, message",
    [
        ({"conv_filters": (0,)}, r"conv_filters\[0\] == 0, must be >= 1"),
        ({"conv_kernel": 2}, "conv_kernel must be odd, got 2"),
        ({"max_epochs": 0}, "max_epochs == 0, must be >= 1"),
        ({"batch_size": 0}, "batch_size == 0, must be >= 1"),
        ({"lr": 0.0}, "lr == 0.0, must be > 0"),
        ({"length": 0.0}, "length == 0.0, must be > 0"),
        ({"length": 2.5}, "no recording is as long as length=2.5 s: .* has 2 s"),
        ({"precision": "int8"}, "precision must be one of"),
        ({"device": "tpu"}, 'device must be "auto", "cpu" or "cuda", got'),
        ({"noise": ("pink",)}, "noise must be a tuple of some of"),
        ({"snr": 3.0}, "snr must be a tuple"),
        ({"mains_frequency": 600.0}, "'mains' begins at 600 Hz, .* end at 500 Hz"),
    ],
)
def test_impossible_parameters_are_refused_at_fit(params, message):
    with pytest.raises(ValueError, match=message):
        ConvDenoiser(**params).fit(recordings())


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs CUDA")
def test_cuda_denoises_and_comes_home():
    emg = recordings()
    on_cuda = ConvDenoiser(**QUICK, device="cuda").fit(emg)
    again = ConvDenoiser(**QUICK, device="cuda").fit(emg)
    expected = on_cuda.transform(emg).values
    assert_array_equal(again.transform(emg).values, expected)
    assert on_cuda.module_.scale.device.type == "cuda"
    on_cpu = pickle.loads(pickle.dumps(on_cuda))
    assert_allclose(on_cpu.transform(emg).values, expected, atol=1e-3)
