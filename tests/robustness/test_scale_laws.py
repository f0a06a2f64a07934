"""How the result of each transformer follows from the scale and offset of a signal."""

import re

import numpy as np
import pytest
from every_transformer import N_TIMES, STEPS
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from sklearn.base import clone

from skemg.features import LogSpectrum, TimeDomainFeatures

pytestmark = pytest.mark.filterwarnings("ignore:DeltaFeatures got plain rows")

# The power of the scale with which a result grows, of all columns or by their names.
# LOG2 is a logarithm of a power: 2 * log10(scale) is added.
LOG, LOG2 = "log", "log2"
IMAGES = "MelSpectrogram|Scalogram|SmoothedPseudoWignerVille|Spectrogram|Stockwell"
SCALE_LAWS = {
    "AmplitudeScaler.*": 0,
    "Bandpass.*|Notch.*|Resampler|PeakPreservingDownsampler": 1,
    "ConvDenoiser|EMDDenoiser|MultiscalePCA|WaveletDenoiser": 1,
    "Windower|WindowSelector|DeltaFeatures|WindowPooling": 1,
    "DWTFeatures": {".*_(mav|std)": 1, ".*_power": 2, ".*_ratio": 0},
    "EMDFeatures": {
        ".*_(bam|bfm|freq_slope)": 0,
        ".*_(amp_mean|amp_std)": 1,
        ".*_(sm1|area)": 2,
    },
    "EntropyFeatures": 0,
    "HilbertFeatures": {".*_env_.*": 1, ".*_freq_.*": 0},
    "InterferencePattern": {  # without a threshold
        "ip_turns_per_s|ip_small_segments_per_s|ip_activity_share": 0,
        "ip_turn_amplitude|ip_envelope": 1,
        "ip_turns_by_amplitude_per_s|ip_peak_ratio_per_s": -1,
    },
    "LogSpectrum": LOG2,
    IMAGES: 2,  # without range: powers
    "SpectralFeatures": {
        "mnf|mdf|pkf|vcf|fr|psr|spectral_entropy": 0,
        "ttp|sm1|sm2|sm3": 2,
    },
    "SpontaneousActivity": {".*_amplitude": 1, ".*": 0},
    "TeagerFeatures": {".*_energy_.*": 2, ".*_amp_.*": 1, ".*_freq_.*": 0},
    "TimeDomainFeatures": {
        "mav|rms|iemg|mavs.|wl|aac|dasdv|log|mean_turn_amplitude": 1,
        "ssi|var|hjorth_activity": 2,
        "myop|zc|ssc|wamp|turns_per_s": 0,  # thresholds are multiples of the noise
        "skewness|kurtosis|hjorth_mobility|hjorth_complexity|ar.|cepstrum.": 0,
        "mfl": LOG,
    },
    "WaveletPacketFeatures": {
        ".*_\\d_energy": 2,
        ".*_relative_energy|packet_entropy": 0,
    },
}
# A constant inside of the logarithm, 1e-12, is felt by signals that are as small.
LEAST_SCALE = {"log": 1e-3, "mfl": 1e-3}

FREE, MOVES = "free of the offset", "moves with the offset"
OFFSET_LAWS = {
    "AmplitudeScaler-(robust|zscore)": FREE,
    "AmplitudeScaler-global": "is divided by the scale, as the signal is",
    "Bandpass-causal": "starts at rest, so that an offset is a step",
    "Bandpass-zero_phase": FREE,
    "ConvDenoiser": "is learned from signals around zero",
    "EMDDenoiser|MultiscalePCA|WaveletDenoiser|Resampler": MOVES,
    "Notch-causal": "starts at rest, so that an offset is a step",
    "Notch-zero_phase": MOVES,
    "PeakPreservingDownsampler|Windower|WindowSelector": MOVES,
    "DWTFeatures": {
        "dwt_d._(mav|power|std)|dwt_a2_std|dwt_d1_d2_ratio": FREE,
        "dwt_a2_(mav|power)|dwt_d2_a2_ratio": "the approximation holds the offset",
    },
    "EMDFeatures|EntropyFeatures|HilbertFeatures|SpectralFeatures": FREE,
    "InterferencePattern|SpontaneousActivity": FREE,
    "LogSpectrum": {
        "logspectrum_(0|10.4167)hz": "the Hann window spreads the offset this far",
        ".*": FREE,
    },
    IMAGES: "the lowest frequencies hold the offset: put a Bandpass before",
    "TeagerFeatures": "an energy is that of the whole signal",
    "TimeDomainFeatures": {
        "wl|aac|dasdv|mfl|skewness|kurtosis|hjorth_.*": FREE,
        "mav|rms|iemg|ssi|var|log|mavs.|myop|zc|ar.|cepstrum.": "amplitude around zero",
        "ssc|wamp|turns_per_s|mean_turn_amplitude": "the noise, which is the threshold",
    },
    "WaveletPacketFeatures": {
        "packet_[2-4]_energy": FREE,
        "packet_1_energy|.*_relative_energy|packet_entropy": "packet 1 holds it",
    },
    "DeltaFeatures": {"(?!delta_).*": MOVES, "delta_.*": FREE},
    "WindowPooling": {"std_.*": FREE, ".*": MOVES},
}


def kind(step):
    name = type(step).__name__
    if name == "AmplitudeScaler":
        return f"{name}-{step.method}"
    if name in ("Bandpass", "Notch"):
        return f"{name}-{'zero_phase' if step.zero_phase else 'causal'}"
    return name


def law_of(laws, name):
    """Return the law of a name; the first expression that matches counts."""
    found = [law for names, law in laws.items() if re.fullmatch(names, name)]
    assert found, f"no law is stated for {name}"
    return found[0]


def without_constants(step):
    """Return the step without numbers that have a unit of their own."""
    step = clone(step)
    if "range" in step.get_params():
        step.set_params(range=None)
    return step.set_params(eps=0) if isinstance(step, LogSpectrum) else step


def columns_of(step, X):
    """Return pairs of a name and values; what has no names is one column."""
    result = step.fit_transform(X)
    if not hasattr(step, "get_feature_names_out"):
        return [("all", result if isinstance(result, np.ndarray) else result.values)]
    return list(zip(step.get_feature_names_out(), result.T, strict=True))


def laws_by_column(laws, step, columns):
    law = law_of(laws, kind(step))
    for name, values in columns:
        yield name, values, law_of(law, name) if isinstance(law, dict) else law


each_step = pytest.mark.parametrize("step", STEPS, ids=lambda s: type(s).__name__)
seeds = st.integers(0, 2**16)


@each_step
@given(seed=seeds, exponent=st.floats(-9, 9))
def test_each_column_follows_its_law_of_scale(step, seed, exponent):
    X = np.random.default_rng(seed).standard_normal((3, N_TIMES))
    step, scale = without_constants(step), 10.0**exponent
    scaled = dict(columns_of(step, scale * X))
    for name, values, law in laws_by_column(SCALE_LAWS, step, columns_of(step, X)):
        if scale < LEAST_SCALE.get(name, 0):
            continue
        if law in (LOG, LOG2):
            expected = values + {LOG: 1, LOG2: 2}[law] * np.log10(scale)
        else:
            expected = values * scale**law
        near = 1e-6 * np.abs(expected).max()
        assert_allclose(scaled[name], expected, rtol=1e-6, atol=near, err_msg=name)


@each_step
@given(seed=seeds, sign=st.sampled_from([-1, 1]))
def test_an_offset_of_10000_times_the_signal_follows_its_law(step, seed, sign):
    X = np.random.default_rng(seed).standard_normal((3, N_TIMES))
    step, offset = without_constants(step), sign * 1e4
    moved = dict(columns_of(step, X + offset))
    for name, values, law in laws_by_column(OFFSET_LAWS, step, columns_of(step, X)):
        if law in (FREE, MOVES):
            expected = values + (offset if law == MOVES else 0)
            near = 1e-6 * np.abs(values).max()
            assert_allclose(moved[name], expected, rtol=1e-6, atol=near, err_msg=name)


@given(seed=seeds, exponent=st.floats(-6, 6))
def test_counts_over_a_threshold_hold_where_it_is_scaled_too(seed, exponent):
    X = np.random.default_rng(seed).standard_normal((3, N_TIMES))
    scale = 10.0**exponent

    def counts(X, scale):
        step = TimeDomainFeatures(
            ("myop", "zc", "ssc", "wamp", "turns"),
            threshold=0.7 * scale,
            threshold_unit="signal",
            turn_threshold=1.5 * scale,
            turn_threshold_unit="signal",
            sfreq=1000.0,
        )
        return step.fit_transform(X)

    np.testing.assert_array_equal(counts(scale * X, scale), counts(X, 1.0))


def test_every_law_belongs_to_a_step():
    for laws in (SCALE_LAWS, OFFSET_LAWS):
        for names in laws:
            assert any(re.fullmatch(names, kind(step)) for step in STEPS), names
