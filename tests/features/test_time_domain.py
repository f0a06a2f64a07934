import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import linalg, stats
from sklearn.exceptions import NotFittedError

from skemg.exceptions import SignalError
from skemg.features import TimeDomainFeatures
from skemg.features._time_domain import _FEATURES
from skemg.signals import Recordings, Windows
from skemg.windowing import Windower

RNG = np.random.default_rng(0)
ROWS = RNG.standard_normal((5, 961))
RAMP = np.arange(10.0)[np.newaxis]


def features(rows, *names, **kwargs):
    kwargs = {"threshold_unit": "signal", "turn_threshold_unit": "signal"} | kwargs
    return TimeDomainFeatures(names, **kwargs).fit_transform(rows)


def in_words(x, threshold):
    """Transcribe the formulas for one window."""
    n = len(x)
    d = [x[i + 1] - x[i] for i in range(n - 1)]
    third = n // 3
    mav = [np.mean(np.abs(x[i * third : (i + 1) * third])) for i in range(3)]
    mobility = np.sqrt(np.var(d) / np.var(x))
    return {
        "mav": np.mean(np.abs(x)),
        "rms": np.sqrt(np.mean(x**2)),
        "iemg": sum(abs(v) for v in x),
        "ssi": sum(v**2 for v in x),
        "var": sum(v**2 for v in x) / (n - 1),
        "log": np.exp(np.mean(np.log(np.abs(x)))),
        "mavs": [mav[1] - mav[0], mav[2] - mav[1]],
        "myop": np.mean([abs(v) >= threshold for v in x]),
        "wl": sum(abs(v) for v in d),
        "aac": sum(abs(v) for v in d) / n,
        "dasdv": np.sqrt(sum(v**2 for v in d) / (n - 1)),
        "mfl": np.log10(np.sqrt(sum(v**2 for v in d))),
        "zc": sum(x[i] * x[i + 1] < 0 and abs(d[i]) >= threshold for i in range(n - 1)),
        "ssc": sum(
            d[i - 1] * -d[i] > 0 and max(abs(d[i - 1]), abs(d[i])) >= threshold
            for i in range(1, n - 1)
        ),
        "wamp": sum(abs(v) >= threshold for v in d),
        "hjorth": [
            np.var(x),
            mobility,
            np.sqrt(np.var(np.diff(d)) / np.var(d)) / mobility,
        ],
        "skewness": stats.skew(x),
        "kurtosis": stats.kurtosis(x),
    }


def test_values_are_those_of_the_formulas():
    expected = [in_words(row, 0.8) for row in ROWS]
    for name in expected[0]:
        table = features(ROWS, name, threshold=0.8)
        values = np.array([row[name] for row in expected]).reshape(len(ROWS), -1)
        assert_allclose(table, values, rtol=1e-9, err_msg=name)


def test_a_ramp_has_values_in_closed_form():
    names = "mav", "iemg", "ssi", "var", "wl", "aac", "dasdv", "mfl", "zc", "ssc"
    expected = [4.5, 45, 285, 285 / 9, 9, 0.9, 1, np.log10(3), 0, 0]
    assert_allclose(features(RAMP, *names, threshold=0), [expected])


def test_a_sine_crosses_turns_and_changes_slope_twice_a_period():
    time = np.arange(2000) / 1000
    sine = 300 * np.sin(2 * np.pi * 10 * time + 0.1)[np.newaxis]
    names = "rms", "zc", "ssc", "turns", "turn_amplitude"
    table = features(sine, *names, threshold=0, turn_threshold=100, sfreq=1000)
    assert_allclose(table, [[300 / np.sqrt(2), 40, 40, 20, 600]], rtol=1e-3)


def test_turns_below_the_threshold_do_not_count():
    ripple = [0, 500, 450, 520, -300, -250, -310, 0, 400]
    table = features(np.array([ripple]), "turns", "turn_amplitude", sfreq=1)
    assert_allclose(table, [[2 / 9, 830]])  # 520 and -310


def test_turns_are_per_second_at_the_rate_of_the_windows():
    sine = 200 * np.sin(2 * np.pi * 50 * np.arange(48_000) / 48_000 + 0.1)
    emg = Recordings.from_list([sine], sfreq=48_000, unit="uV")
    windows = Windower(length=1.0).fit_transform(emg)
    turns = TimeDomainFeatures(("turns",)).fit_transform(windows)
    assert turns.feature_names == ["turns_per_s"]
    assert_allclose(turns.values, 100)
    with pytest.raises(SignalError, match="the sampling rate is unknown"):
        features(windows.values, "turns")


def test_autoregression_finds_the_coefficients_of_a_known_process():
    coefficients = np.array([-1.2, 0.9, -0.3])
    noise = np.random.default_rng(1).standard_normal(60_000)
    x = linalg.solve_banded(
        (3, 0),
        np.stack([np.full(60_000, a) for a in (1, *coefficients)]),
        noise,
    )
    table = features(x[np.newaxis], "ar", ar_order=3)
    assert_allclose(table, [coefficients], atol=0.02)


def test_the_cepstrum_is_that_of_the_model_of_the_window():
    a = features(ROWS, "ar", ar_order=6)
    cepstrum = features(ROWS, "cepstrum", ar_order=6)
    # The cepstrum of 1 / A(z) is the Fourier series of -ln A on the unit circle.
    response = np.fft.fft(np.pad(a, ((0, 0), (1, 0)), constant_values=1), 4096)
    series = np.fft.ifft(-np.log(np.abs(response)) * 2).real[:, 1:7]
    assert_allclose(cepstrum, series, atol=1e-9)


def test_columns_are_named_and_follow_the_list():
    step = TimeDomainFeatures(
        ("turn_amplitude", "hjorth", "rms", "ar", "mavs"),
        turn_threshold_unit="signal",
        ar_order=2,
    ).fit(ROWS)
    assert list(step.get_feature_names_out()) == [
        "mean_turn_amplitude",
        "hjorth_activity",
        "hjorth_mobility",
        "hjorth_complexity",
        "rms",
        "ar1",
        "ar2",
        "mavs1",
        "mavs2",
    ]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_zeros_have_zeros_but_for_the_two_logarithms(dtype):
    names = [name for name in _FEATURES if name not in ("log", "mfl")]
    zeros = np.zeros((2, 100), dtype)
    for threshold in (0, 1):
        table = features(zeros, *names, threshold=threshold, sfreq=1000)
        assert_array_equal(table, 0)
        assert not np.signbit(table).any()
    assert_allclose(features(zeros, "log", "mfl"), [[1e-12, -12]] * 2, rtol=1e-5)


def test_a_flat_window_away_from_zero_has_no_shape():
    flat = np.full((1, 1000), 0.1)
    names = "skewness", "kurtosis", "hjorth", "wl", "zc", "wamp"
    assert_array_equal(features(flat, *names, threshold=0), 0)


@pytest.mark.parametrize("scale", [1e-6, 1e6])
def test_amplitudes_scale_with_the_signal_and_shapes_do_not(scale):
    amplitudes = "mav", "rms", "iemg", "wl", "aac", "dasdv", "log", "mavs"
    shapes = "skewness", "kurtosis", "ar", "cepstrum", "zc", "wamp", "myop"
    assert_allclose(
        features(scale * ROWS, *amplitudes), scale * features(ROWS, *amplitudes), 1e-4
    )
    assert_allclose(
        features(scale * ROWS, *shapes, threshold=0.5 * scale),
        features(ROWS, *shapes, threshold=0.5),
    )


# ----------------------------------------------------------------- thresholds and units


def noisy(levels, n_times=10_000, sfreq=10_000, bursts=True, **kwargs):
    """Return recordings of white noise, half of each full of activity."""
    signals = []
    for level in levels:
        signal = level * RNG.standard_normal(n_times)
        if bursts:
            signal[n_times // 2 :] += 100 * RNG.standard_normal(n_times // 2)
        signals.append(signal)
    emg = Recordings.from_list(signals, sfreq=sfreq, **kwargs)
    return Windower(length=0.1).fit_transform(emg)


def test_the_noise_is_the_deviation_of_the_quiet_part_and_the_median_of_recordings():
    step = TimeDomainFeatures(("zc",)).fit(noisy([2.0, 4.0, 9.0]))
    assert step.noise_.shape == (1,)
    assert_allclose(step.noise_, 4, rtol=0.1)


def test_the_noise_is_the_same_rule_in_words():
    windows = noisy([3.0], n_times=2000, sfreq=5000)
    blocks = windows.values.reshape(-1, 250)  # 50 ms
    quiet = np.argsort((blocks**2).mean(axis=1))[: len(blocks) // 5]
    expected = np.median(np.abs(blocks[quiet])) / 0.6745
    step = TimeDomainFeatures(("zc",))
    assert_allclose(step.fit(windows).noise_, expected)
    plain = TimeDomainFeatures(("zc",), sfreq=5000).fit(windows.values)
    assert_allclose(plain.noise_, expected)  # all rows of a plain array: one recording


def test_a_window_is_one_block_where_the_rate_is_unknown():
    levels = np.repeat([5.0, 5.0, 90.0, 90.0, 90.0], 2)[:, np.newaxis]
    rows = levels * RNG.standard_normal((10, 2000))
    assert_allclose(TimeDomainFeatures(("zc",)).fit(rows).noise_, 5, rtol=0.05)


def test_padding_with_zeros_is_no_noise():
    windows = noisy([4.0], bursts=False)
    rows = np.concatenate([windows.values, np.zeros((50, 1000))])
    padded = Windows(rows, [0, len(rows)], sfreq=10_000)
    assert_allclose(TimeDomainFeatures(("zc",)).fit(padded).noise_, 4, rtol=0.1)


def test_each_channel_has_its_own_noise():
    rows = np.array([1.0, 50.0])[:, np.newaxis] * RNG.standard_normal((40, 2, 1000))
    step = TimeDomainFeatures(("wamp", "zc"), threshold=2).fit(rows)
    assert_allclose(step.noise_, [1, 50], rtol=0.1)
    table = step.transform(rows)
    levels = 2 * step.noise_
    for channel, level in enumerate(levels):
        alone = features(rows[:, channel], "wamp", "zc", threshold=level)
        assert_array_equal(table[:, 2 * channel : 2 * channel + 2], alone)


def test_the_noise_of_training_data_holds_for_other_data():
    train, test = noisy([2.0]), noisy([20.0])
    step = TimeDomainFeatures(("wamp",)).fit(train)
    expected = features(test.values, "wamp", threshold=3 * step.noise_[0])
    assert_array_equal(step.transform(test).values, expected)


def test_microvolts_are_refused_for_a_signal_that_is_not_calibrated():
    calibrated = noisy([3.0], unit="uV")
    step = TimeDomainFeatures(("zc", "turns"), threshold=25, threshold_unit="uV")
    expected = features(calibrated.values, "zc", "turns", threshold=25, sfreq=10_000)
    assert_array_equal(step.fit_transform(calibrated).values, expected)
    for features_ in (("zc",), ("turns",)):
        step = TimeDomainFeatures(features_, threshold_unit="uV")
        with pytest.raises(SignalError, match=r'"noise".*"signal"'):
            step.fit(noisy([3.0]))


def test_millivolts_are_stored_as_microvolts_so_thresholds_mean_the_same():
    signal = RNG.standard_normal(3000)
    tables = [
        TimeDomainFeatures(("zc", "rms"), threshold=0.5, threshold_unit="uV")
        .fit_transform(
            Windower(length=0.1).fit_transform(
                Recordings.from_list([signal * scale], sfreq=10_000, unit=unit)
            )
        )
        .values
        for scale, unit in [(1, "uV"), (1e-3, "mV"), (1e-6, "V")]
    ]
    assert_allclose(tables[1], tables[0])
    assert_allclose(tables[2], tables[0])


def test_turns_in_multiples_of_the_noise():
    windows = noisy([2.0])
    step = TimeDomainFeatures(
        ("turn_amplitude",), turn_threshold=5, turn_threshold_unit="noise"
    ).fit(windows)
    expected = features(
        windows.values, "turn_amplitude", turn_threshold=5 * step.noise_[0]
    )
    assert_array_equal(step.transform(windows).values, expected)


@pytest.mark.parametrize(
    "names, kwargs, needs_fit",
    [
        (("rms", "zc"), {}, True),
        (("rms", "wl", "turns"), {}, False),
        (("rms", "zc"), {"threshold_unit": "signal"}, False),
        (("turns",), {"turn_threshold_unit": "noise"}, True),
    ],
)
def test_it_is_stateless_exactly_where_no_feature_asks_for_the_noise(
    names, kwargs, needs_fit
):
    step = TimeDomainFeatures(names, **kwargs)
    assert step.__sklearn_tags__().requires_fit == needs_fit
    windows = noisy([3.0], unit="uV")
    if needs_fit:
        with pytest.raises(NotFittedError):
            step.transform(windows)
    else:
        step.transform(windows)
        assert not hasattr(step.fit(windows), "noise_")


@pytest.mark.parametrize(
    "kwargs, message",
    [
        ({"threshold": -1}, "threshold == -1"),
        ({"threshold_unit": "mV"}, "threshold_unit must be one of"),
        ({"turn_threshold_unit": None}, "turn_threshold_unit must be one of"),
        ({"ar_order": 0}, "ar_order == 0"),
        ({"features": ("ar",), "ar_order": 10}, "minimum of 11 .* 'ar'"),
        ({"features": ("energy",)}, "unknown feature 'energy'; the features are mav"),
    ],
)
def test_impossible_parameters_are_refused_at_fit(kwargs, message):
    with pytest.raises(ValueError, match=message):
        TimeDomainFeatures(**kwargs).fit(ROWS[:, :10])


def test_other_channels_than_in_fit_are_refused():
    step = TimeDomainFeatures(("zc",)).fit(noisy([3.0]))
    two = Windows(RNG.standard_normal((4, 2, 1000)), [0, 4], sfreq=10_000)
    with pytest.raises(SignalError, match=r"2 channels.* learned of 1"):
        step.transform(two)


def test_noise_learned_in_microvolts_is_not_applied_to_uncalibrated_windows():
    def cut(unit):
        rows = np.random.default_rng(0).normal(size=(2, 100))
        return Windows(rows, [0, 1, 2], sfreq=1000, unit=unit)

    step = TimeDomainFeatures(("zc",)).fit(cut("uV"))
    with pytest.raises(SignalError, match=r"are in µV and got data .* uncalibrated"):
        step.transform(cut(None))
