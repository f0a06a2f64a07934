import time as clock

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skemg.exceptions import SignalError
from skemg.io import read_clinical_text
from skemg.io._clinical_text import is_clinical_text
from skemg.io._columns import is_columns
from skemg.io._matrix import is_matrix

N_TIMES = 40
SWEEPS = np.random.default_rng(0).normal(0, 50, (3, N_TIMES)).round(2)


def comma(number, form="{:.2f}"):
    return form.format(number).replace(".", ",")


def german():
    """UTF-8 with a mark, CR-LF, decimal comma, one column, keys with a colon."""
    header = [
        "Nachname: Zzyzx-Canary",
        "Vorname: Zzyzx-Canary",
        "Geburtsdatum: 01.02.1970",
        "Patienten-ID: 7700112",
        "Überweisender Arzt: Dr. Zzyzx-Canary",
        "Muskel: M. tibialis anterior",
        "Seite: links",
        "Abtastrate: 48 kHz",
        "Einheit: µV",
        f"Anzahl Abtastwerte: {N_TIMES}",
        "",
        "Messwerte",
    ]
    text = "\r\n".join([*header, *map(comma, SWEEPS[0]), ""])
    return text.encode("utf-8-sig"), SWEEPS[:1], 48000


def german_table():
    """Windows-1252, semicolons, a column of times in ms, three sweeps."""
    rows = [
        ";".join([comma(i / 20, "{:.3f}"), *map(comma, SWEEPS[:, i])])
        for i in range(N_TIMES)
    ]
    header = ["Patient;Zzyzx-Canary", "Gerät;Keypoint", "Abtastfrequenz;20,0 kHz", ""]
    header.append("Zeit [ms];Kurve 1 [µV];Kurve 2 [µV];Kurve 3 [µV]")
    return "\r\n".join([*header, *rows]).encode("cp1252"), SWEEPS, 20000


def natus():
    """UTF-16 with a mark, tabs, an interval instead of a rate, mV."""
    header = [
        "Patient Name\tZzyzx-Canary, Zzyzx",
        "DOB\t1970-02-01",
        "Sampling Interval (us)\t20.8333",
        "Sampling Rate\t48000\tHz",
        "Amplitude Units\tmV",
        "",
    ]
    rows = ["\t".join(f"{x / 1000:.5f}" for x in row) for row in SWEEPS.T]
    header.append("Sweep 1\tSweep 2\tSweep 3")
    return "\r\n".join([*header, *rows, ""]).encode("utf-16"), SWEEPS, 48000


def nicolet():
    """UTF-16 without a mark, key=value, a section for each sweep."""
    lines = ["[Patient]", "Name=Zzyzx-Canary", "[Settings]", "SamplingFreq=10 kHz"]
    lines += ["Unit=uV", "Sweeps=3", ""]
    for i, sweep in enumerate(SWEEPS, 1):
        lines += [f"[Sweep {i}]", f"Points={N_TIMES}", *(f"{x:.2f}" for x in sweep), ""]
    return "\r\n".join(lines).encode("utf-16-be"), SWEEPS, 10000


def synergy():
    """One long block over many lines, blanks between, big-endian with a mark."""
    numbers = [f"{x:9.2f}" for x in SWEEPS[0]]
    lines = ["Physician: Zzyzx-Canary", "Sample rate: 24 kHz", "Units: uV"]
    lines += ["Number of sweeps: 1", f"Number of samples: {N_TIMES}", ""]
    lines += ["".join(numbers[i : i + 12]) for i in range(0, N_TIMES, 12)]
    text = "\r\n".join(lines)
    return b"\xfe\xff" + text.encode("utf-16-be"), SWEEPS[:1], 24000


def french():
    """Decimal comma and tabs, a thin blank of thousands in the header, UTF-8."""
    header = [
        "Nom\tZzyzx-Canary",
        "Médecin\tZzyzx-Canary",
        "Fréquence d'échantillonnage\t48\u202f000 Hz",
        "Unité\tµV",
        "Nombre de points\t40",
        "Balayage 1\tBalayage 2\tBalayage 3",
    ]
    rows = ["\t".join(map(comma, row)) for row in SWEEPS.T]
    return "\n".join([*header, *rows]).encode(), SWEEPS, 48000


def spanish():
    """Commas between and points within, a column that counts the rows."""
    header = [
        "Apellidos: Zzyzx-Canary",
        "Músculo: bíceps",
        "Frecuencia de muestreo (Hz)",
    ]
    header[-1] += ": 23437.5"
    header.append("Muestra,Barrido 1 (uV),Barrido 2 (uV),Barrido 3 (uV)")
    rows = [
        ",".join([str(i), *(f"{x:.2f}" for x in SWEEPS[:, i])]) for i in range(N_TIMES)
    ]
    return "\n".join([*header, *rows]).encode("cp1252"), SWEEPS, 23437.5


def turkish():
    """Names of the columns, their units below, CR alone, a row of marks."""
    header = [
        "Hasta Adı: Zzyzx-Canary",
        "Doğum Tarihi: 01.02.1970",
        "Örnekleme hızı: 20000 Hz",
        "----------",
        "Zaman\tSinyal",
        "ms\tµV",
    ]
    rows = [f"{i / 20:.2f}\t{x:.2f}" for i, x in enumerate(SWEEPS[0])]
    return "\r".join([*header, *rows]).encode(), SWEEPS[:1], 20000


def rows_of_sweeps():
    """A sweep in each row."""
    header = ["Sampling Frequency = 5000 Hz", "Unit = uV", f"Samples = {N_TIMES}"]
    header += ["Traces = 3", ""]
    rows = [" ".join(f"{x:.2f}" for x in sweep) for sweep in SWEEPS]
    return "\n".join([*header, *rows]).encode(), SWEEPS, 5000


def times_alone():
    """Only the column of times tells the rate."""
    rows = [f"{i / 8000:.6f} {x:.2f}" for i, x in enumerate(SWEEPS[0])]
    return "\n".join(["Time (s)  EMG (uV)", *rows]).encode(), SWEEPS[:1], 8000


def italian():
    """Volts, exponents, an end mark behind the numbers."""
    header = ["Cognome: Zzyzx-Canary", "Frequenza di campionamento: 20 kHz", "Unita: V"]
    rows = [f"{x * 1e-6:.8e}" for x in SWEEPS[0]]
    return "\n".join([*header, "Dati: ", *rows, "[End]"]).encode(), SWEEPS[:1], 20000


def quoted():
    """Keys and values in quotes, commas between key and value, an empty line."""
    header = ['"Patient","Zzyzx-Canary"', '"Sampling Rate (kHz)","12.5"', '"Unit","uV"']
    rows = [f"{x:.2f}" for x in SWEEPS[0]]
    return "\r\n".join([*header, "", *rows, ""]).encode(), SWEEPS[:1], 12500


VARIANTS = [german, german_table, natus, nicolet, synergy, french, spanish, turkish]
VARIANTS += [rows_of_sweeps, times_alone, italian, quoted]


@pytest.fixture
def read(tmp_path):
    def read(content, **parameters):
        path = tmp_path / "export.txt"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_clinical_text(path, **parameters)

    return read


@pytest.mark.parametrize("variant", VARIANTS)
def test_sweeps_rate_and_unit_of_an_export(read, variant):
    content, sweeps, rate = variant()
    emg = read(content, dtype=np.float64)
    assert_allclose(np.asarray(emg), sweeps, rtol=0, atol=1e-8)
    assert_array_equal(emg.sfreq, rate)
    assert emg.unit == "uV"
    assert [entry["sweep"] for entry in emg.metadata] == [*range(1, len(sweeps) + 1)]
    assert emg.metadata[0]["format"] == "clinical-text"


@pytest.mark.parametrize("variant", VARIANTS)
def test_no_name_and_no_birth_date_reaches_metadata_or_messages(read, variant):
    content, _, rate = variant()
    texts = [repr(read(content)), str(read(content).metadata)]
    for parameters in ({"sfreq": rate + 7}, {"unit": "V"}, {"layout": "rows"}):
        try:
            with pytest.warns() as caught:
                emg = read(content, on_mismatch="warn", **parameters)
                texts += [str(emg.metadata), *(str(w.message) for w in caught)]
        except (SignalError, pytest.fail.Exception) as error:
            texts.append(str(error))
    for cut in range(40, len(content), 97):
        try:
            texts.append(str(read(content[:cut]).metadata))
        except SignalError as error:
            texts += [str(error), str(error.__cause__)]
    for text in texts:
        for secret in ("Zzyzx", "zzyzx", "1970", "7700112"):
            assert secret not in text


@pytest.mark.parametrize("variant", VARIANTS)
def test_exports_are_recognised_by_their_content(variant):
    head = variant()[0][:4096]
    assert is_clinical_text(head, "x") == (variant is not times_alone)
    assert not is_columns(head, "x")
    assert not (is_matrix(head, "x") and is_clinical_text(head, "x"))


def test_other_formats_are_no_clinical_text():
    for head in (
        b"1 2\n3 4\n",
        b"<xml>\nSampling rate: 5 Hz\n",
        b"RIFF\0\1",
        b"",
        b"a",
    ):
        assert not is_clinical_text(head, "x")


def test_harmless_fields_are_kept_and_the_others_counted(read):
    metadata = read(german()[0]).metadata[0]
    assert metadata["muscle"] == "M. tibialis anterior"
    assert metadata["side"] == "links"
    assert metadata["n_withheld"] >= 5


def test_identity_hidden_in_a_harmless_field_is_withheld(read):
    text = "Muscle: Biceps Patient: Zzyzx\nDevice: Dr. Zzyzx\n"
    text += "Diagnosis: since 1.2.1970\n"
    text += "Location: Zzyzx hospital\nFilters: 7700112\n" + HEAD + ROWS
    assert set(read(text).metadata[0]) == {"format", "sweep", "n_withheld"}


@pytest.mark.parametrize(
    "key",
    [
        "Name",
        "Patient",
        "Nachname",
        "Nom",
        "Prénom",
        "Apellidos",
        "Nombre",
        "Adı Soyadı",
        "Arzt",
        "Médecin",
        "Médico",
        "Hekim",
        "Physician",
        "Klinik",
        "Hôpital",
        "Hastane",
        "Referred by",
        "Cognome",
        "Patient ID",
    ],
)
def test_name_of_a_person_or_place_is_withheld_wherever_it_stands(read, key):
    text = f"Device: Synergy ZZYZX\n{key}: Zzyzx\nMuscle: Biceps\n" + HEAD + ROWS
    metadata = read(text).metadata[0]
    assert set(metadata) == {"format", "sweep", "muscle", "n_withheld"}
    assert metadata["muscle"] == "Biceps"


HEAD = "Sampling rate: 10 kHz\nUnit: uV\n"
ROWS = "\n".join(f"{x:.2f}" for x in SWEEPS[0]) + "\n"


@pytest.mark.parametrize(
    "text, message",
    [
        ("Unit: uV\n" + ROWS, r"does not state its sampling rate; pass sfreq="),
        ("Sampling rate: 10 kHz\n" + ROWS, r"does not state its unit; pass unit="),
        ("Sampling rate: 10000\nUnit: uV\n" + ROWS, "without a unit such as Hz"),
        ("Sampling interval: 0.1\nUnit: uV\n" + ROWS, "without a unit such as Hz"),
        (
            HEAD + "Sampling rate: 20 kHz\n" + ROWS,
            "states rates from 10000 to 20000 Hz",
        ),
        (HEAD + "Sampling interval: 0.11 ms\n" + ROWS, "states rates from"),
        (HEAD + "Amplitude unit: mV\n" + ROWS, "different units, mV and uV"),
        (HEAD + "Data unit: nV\n" + ROWS, "different units, another unit and uV"),
        ("Sampling rate: 1 kHz\nUnit: nV\n" + ROWS, "is in 'another unit'; pass unit"),
        ("Sampling rate: -1 kHz\nUnit: uV\n" + ROWS, "impossible sampling rate -1000"),
        ("Sampling rate: 0 Hz\nUnit: uV\n" + ROWS, "impossible sampling rate 0"),
        (HEAD + "Samples: 41\n" + ROWS, "states 41 samples, but a sweep has 40"),
        (HEAD + "Samples: 41\nPoints: 40\n" + ROWS, "different numbers of samples"),
        (HEAD + "Number of sweeps: 2\n" + ROWS, "states 2 sweeps, but has 1"),
        (HEAD + "Total samples: 41\n" + ROWS, "states 41 samples in all, but has 40"),
        (HEAD + "Samples: 40 12.5\n" + ROWS, "that is no whole number"),
        (HEAD + "Sweeps: 1.5\n" + ROWS, "that is no whole number"),
        (HEAD + "Note: \0\n" + ROWS, "characters that no text has"),
        (HEAD + "٣\n" + ROWS, "line 3, stands right above"),
        (HEAD + "Samples: 4\n1.5 2\n3 4\n", 'pass layout="columns"'),
        (HEAD + "Samples: 3\n1.5 2\n3\n", "line 5, differs in length"),
        (HEAD + "Resolution: 0.5 uV/bit\n" + ROWS, "states a voltage per count"),
        ("Sampling rate: 48.828 kHz\nUnit: uV\n" + ROWS, "'48.828', where the mark"),
        ("Abtastrate: 10.000 Hz\nUnit: uV\n" + ROWS, "'10.000', where the mark"),
        (HEAD + "1.234\n2.345\n", "may be one of thousands"),
        (HEAD + "1.234,5;1\n1,5;2\n", "commas and points"),
        (HEAD + "Samples: 2\n1.234,5\n1,5\n", "may be one of thousands"),
        (HEAD + "Samples: 2\n1,234.5\n2,345.5\n", "may be marks of thousands"),
        (HEAD + "1,5\n2,3\n", "may separate numbers or be decimal marks"),
        (HEAD + ROWS + "3.5x\n" + ROWS, "line 43, stands between or behind"),
        (HEAD + ROWS + "p.12\n" + ROWS, "line 43, stands between or behind"),
        (HEAD + ROWS + "nan\n", "line 43, stands between or behind"),
        (HEAD + "3.5x\n" + ROWS, "line 3, stands right above"),
        (HEAD + ROWS + "\n" + ROWS, "numbers behind an empty line, from line 44"),
        (HEAD + ROWS + "Sweep 2\n" + ROWS[7:], "sweeps of 39 to 40 samples"),
        (HEAD + "1 2\n3\n", "line 4, differs in length: 1 against 2"),
        (HEAD + "1.5 2\n3 4\n", 'pass layout="columns"'),
        (HEAD + "1.5 2..5\n3 4\n", "line 3, has '2..5' as value 2"),
        (HEAD, "no line of numbers"),
        ("", "is empty"),
        (HEAD + "12.5 e\n" * 3, "line 3, has 'e|line 3, has text"),
    ],
)
def test_what_leaves_a_doubt_is_refused(read, text, message):
    with pytest.raises(SignalError, match=message):
        read(text)


def test_the_caller_ends_the_doubts(read):
    assert_array_equal(read("Unit: uV\n" + ROWS, sfreq=7).sfreq, [7])
    assert read("Sampling rate: 10 kHz\n" + ROWS, unit="mV").unit == "uV"
    assert read(HEAD + ROWS, unit="uncalibrated").unit is None
    assert_array_equal(
        read(HEAD + "1,5\n2,3\n", decimal=",")[0], np.float32([1.5, 2.3])
    )
    assert len(read(HEAD + "1,5\n2,3\n", decimal=".", layout="columns")) == 2
    emg = read("Abtastrate: 10.000 Hz\nUnit: uV\n" + ROWS, decimal=".")
    assert_array_equal(emg.sfreq, [10])
    emg = read("Abtastrate: 10.000 Hz\nUnit: uV\n" + ROWS, decimal=".", sfreq=10)
    assert_array_equal(emg.sfreq, [10])
    emg = read("Abtastrate: 10.000 Hz\nUnit: uV\n-0,5\n", decimal=",")
    assert_array_equal(emg.sfreq, [10000])
    text = HEAD + "1.5 2\n3 4\n"
    assert_array_equal(read(text, layout="columns")[0], [1.5, 3])
    assert_array_equal(read(text, layout="rows")[0], [1.5, 2])
    assert_array_equal(read(text, layout="lines")[0], [1.5, 2, 3, 4])


def test_numbers_alone_in_a_line_of_the_header_need_the_first_line(read):
    text = "7700112\nSampling rate: 10 kHz\nUnit: uV\n12.3.\n" + ROWS
    with pytest.raises(SignalError, match="line 4, has '12"):
        read(text)
    with pytest.raises(SignalError, match=r"sweeps of 1 to 40 .* pass first_line="):
        read(text.replace("12.3.\n", "Samples: 40\n"))
    assert len(read(text, first_line=5)[0]) == N_TIMES
    with pytest.raises(
        SignalError, match="no number in line first_line=3, but in line 4"
    ):
        read(text, first_line=3)
    with pytest.raises(SignalError, match="has no line first_line=99"):
        read(text, first_line=99)


def test_given_rate_and_unit_are_checked_against_the_header(read):
    with pytest.raises(SignalError, match="states 10000 Hz, but sfreq=9000"):
        read(HEAD + ROWS, sfreq=9000)
    with pytest.raises(SignalError, match="is in uV, but unit='mV'"):
        read(HEAD + ROWS, unit="mV")
    with pytest.warns(UserWarning, match="but sfreq=9000"):
        assert_array_equal(
            read(HEAD + ROWS, sfreq=9000, on_mismatch="warn").sfreq, [9000]
        )


def test_uneven_times_are_refused_or_left_out_with_a_warning(read):
    times = [f"{i / 10:.1f}" for i in range(N_TIMES)]
    times[20] = "2.3"
    rows = [f"{t}\t{x:.2f}\n" for t, x in zip(times, SWEEPS[0], strict=True)]
    text = HEAD + "Time (ms)\tSweep\n" + "".join(rows)
    with pytest.raises(SignalError, match="line 25, has a time that is not later"):
        read(text)
    with pytest.warns(UserWarning, match="line 25, has a time"):
        emg = read(text, on_mismatch="warn", dtype=np.float64)
    assert_array_equal(emg[0], SWEEPS[0])


@pytest.mark.parametrize(
    "line, rate",
    [
        ("Sampling rate: 10,000.0 Hz", 10000),
        ("Sample rate: 10 kS/s", 10000),
        ("Samples per second: 10000", 10000),
        ("Sampling frequency (kHz): 10", 10000),
        ("Sampling rate [Hz] = 23437.5", 23437.5),
        ("Sampling period: 50 us", 20000),
        ("Abtastintervall in ms: 0,05", 20000),
        ("Période d'échantillonnage : 50 µs", 20000),
        ("Tasa de muestreo: 10 kHz", 10000),
        ("Örnekleme aralığı: 50 μs", 20000),
        ("Taxa de amostragem: 10 kHz", 10000),
        ("SamplingRate=10kHz", 10000),
    ],
)
def test_rate_is_found_under_its_usual_names(read, line, rate):
    text = f"Sampling filter: 3 kHz\nHigh cut: 5 kHz\n{line}\nUnit: uV\n" + ROWS
    assert read(text).sfreq[0] == pytest.approx(rate, 1e-12)


@pytest.mark.parametrize(
    "line",
    [
        "Unit: µV",
        "Units\tuV",
        "Einheit=μV",
        "Unité: µV",
        "Unidades: uV",
        "Birim: µV",
        "Y unit: microvolts",
        "Data (uV)",
        "Spannung [µV]",
    ],
)
def test_unit_is_found_under_its_usual_names(read, line):
    emg = read(f"X unit: ms\nSampling rate: 1 kHz\nGain: 5 mV\n{line}\n" + ROWS)
    assert_array_equal(emg[0], SWEEPS[0].astype(np.float32))


def test_rounded_interval_agrees_with_the_rate_behind_it(read):
    text = "Sampling interval: 0.0208 ms\nUnit: uV\n" + ROWS
    assert_array_equal(read(text, sfreq=48000).sfreq, [48000])
    with pytest.raises(SignalError, match="but sfreq=50000"):
        read(text, sfreq=50000)


def test_interval_alone_is_taken_as_printed(read):
    emg = read("Sampling interval: 0.3 ms\nUnit: uV\n" + ROWS)
    assert emg.sfreq[0] == pytest.approx(1 / 0.0003)
    emg = read("Sampling interval: 20.8333 us\nUnit: uV\n" + ROWS)
    assert_array_equal(emg.sfreq, [48000])


def test_two_statements_that_differ_end_with_a_third_and_a_warning(read):
    text = HEAD + "Sampling interval: 0.02 ms\nData unit: mV\n" + ROWS
    with pytest.raises(SignalError, match="states rates from 10000 to 50000 Hz"):
        read(text, sfreq=10000, unit="mV")
    with pytest.warns(UserWarning, match="states rates|different units"):
        emg = read(text, sfreq=10000, unit="mV", on_mismatch="warn")
    assert_array_equal(emg.sfreq, [10000])


@pytest.mark.parametrize(
    "heading, message",
    [
        ("Sweep 1 (uV)\tSweep 2 (mV)", "different units, mV and uV"),
        ("Sweep 1\tTemperature (degC)", "different units, another unit and uV"),
        ("Muscle\tBiceps", 'pass layout="columns"'),
        ("Unit\tuV", 'pass layout="columns"'),
        ("Sampling rate\t10 kHz", 'pass layout="columns"'),
        ("A\tB", "line 3, stands right above"),
    ],
)
def test_heading_that_is_none_or_of_another_kind_is_refused(read, heading, message):
    with pytest.raises(SignalError, match=message):
        read(HEAD + heading + "\n1.5\t2\n2.5\t3\n")


def test_missing_samples_can_be_read_with_a_warning(read):
    with pytest.warns(UserWarning, match="states 41 samples"):
        emg = read(HEAD + "Samples: 41\n" + ROWS, on_mismatch="warn")
    assert emg.metadata[0]["n_times_stated"] == 41


def test_encoding_is_taken_as_given(read):
    text = "Muscle: Бицепс\n" + HEAD + ROWS
    emg = read(text.encode("cp1251"), encoding="cp1251")
    assert emg.metadata[0]["muscle"] == "Бицепс"
    with pytest.raises(ValueError, match="encoding='klingon' is not known"):
        read(text, encoding="klingon")
    with pytest.raises(SignalError, match="is no text in ascii") as error:
        read(text, encoding="ascii")
    assert error.value.__cause__ is None


@pytest.mark.parametrize(
    "name, value",
    [("layout", "table"), ("first_line", 0), ("decimal", "x"), ("separator", "|")],
)
def test_parameter_out_of_range_is_refused(read, name, value):
    with pytest.raises(ValueError, match=name):
        read(HEAD + ROWS, **{name: value})


@pytest.mark.parametrize(
    "line",
    [
        "1;" * 50_000 + "x",
        ":" * 100_000,
        "a " * 50_000,
        "(" * 100_000,
        "-" * 100_000,
        "Sampling rate: " + "1" * 100_000,
        "Samples: " + "1." * 50_000,
        "\t" * 100_000,
        "number of " * 10_000 + ": 5",
        "1 " * 50_000 + "x",
        "e" * 100_000,
        "," * 100_000,
    ],
)
def test_hostile_line_takes_no_time(read, line):
    begin = clock.perf_counter()
    for text in (line + "\n" + ROWS, ROWS + line):
        with pytest.raises(SignalError):
            read(text)
    assert clock.perf_counter() - begin < 2


@pytest.mark.parametrize("cut", range(8, 300, 16))
def test_export_that_states_its_length_is_never_read_short(read, cut):
    with pytest.raises(SignalError):
        read(german()[0][: -cut - 2])
