import signal
import time
import tracemalloc

import numpy as np
import pytest
from fuzzing import damage
from numpy.testing import assert_array_equal

from skemg.exceptions import SignalError
from skemg.io import read_eaf
from skemg.io._eaf import is_eaf

EAF = """<?xml version="1.0" encoding="ASCII"?>

<emglab_annotation_file
xmlns="http://ece.wpi.edu/~ted"
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
xsi:schemaLocation="http://ece.wpi.edu/~ted emglab_annotation_file.xsd">

<emglab_version>0.01</emglab_version>
<emglab_general_information>
<contributor>Zzyzx-Canary</contributor>
<samprate>23437.5</samprate>
</emglab_general_information>
<emglab_spike_header>
<time></time>
<unit></unit>
<chan></chan>
</emglab_spike_header>
<emglab_spike_events>
0.01250000 1 1
0.02025000 2 1
0.01900000 3 1
1.5e-2 2 1
</emglab_spike_events>
</emglab_annotation_file>
"""


def write(folder, *edits, text=EAF):
    """Write an annotation file with pieces of it replaced."""
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    path = folder / "r1.eaf"
    path.write_text(text)
    return path


def test_discharges_come_in_order_of_time_by_unit(tmp_path):
    found = read_eaf(write(tmp_path))
    assert_array_equal(found.times, [0.0125, 0.015, 0.019, 0.02025])
    assert_array_equal(found.units, [1, 2, 3, 2])
    assert found.sfreq == 23437.5
    assert {unit: times.tolist() for unit, times in found.by_unit().items()} == {
        1: [0.0125],
        2: [0.015, 0.02025],
        3: [0.019],
    }


def test_who_contributed_is_not_kept(tmp_path):
    assert "Canary" not in repr(read_eaf(write(tmp_path)))


def test_columns_may_stand_in_any_order(tmp_path):
    path = write(
        tmp_path,
        ("<time></time>\n<unit></unit>\n<chan></chan>", "<unit/><errtpl/><time/>"),
        ("0.01250000 1 1\n0.02025000 2 1\n0.01900000 3 1\n1.5e-2 2 1", "7 -.5 2.25"),
    )
    assert read_eaf(path).by_unit() == {7: [2.25]}


def test_complex_column_takes_two_numbers(tmp_path):
    path = write(
        tmp_path,
        ("<time></time>\n<unit></unit>\n<chan></chan>", "<errtpl complex='on'/>"),
        ("</emglab_spike_header>", "<time/><unit/></emglab_spike_header>"),
        ("0.01250000 1 1\n0.02025000 2 1\n0.01900000 3 1\n1.5e-2 2 1", "1 2 0.5 4"),
    )
    assert read_eaf(path).by_unit() == {4: [0.5]}


def test_several_channels_are_not_mixed(tmp_path):
    path = write(tmp_path, ("0.02025000 2 1", "0.0125 1 2"))
    with pytest.raises(SignalError, match=r"annotates the channels \[1, 2\]; pass ch"):
        read_eaf(path)
    assert_array_equal(read_eaf(path, channel=2).times, [0.0125])
    assert_array_equal(read_eaf(path, channel=1).units, [1, 2, 3])
    with pytest.raises(SignalError, match=r"channels \[1, 2\], not 3"):
        read_eaf(path, channel=3)
    with pytest.raises(ValueError, match="channel must be an integer or None, got 'a'"):
        read_eaf(path, channel="a")


def test_channel_is_refused_where_the_file_names_none(tmp_path):
    path = write(
        tmp_path,
        ("<chan></chan>\n", ""),
        ("0.01250000 1 1\n0.02025000 2 1\n0.01900000 3 1\n1.5e-2 2 1", ""),
    )
    assert read_eaf(path).by_unit() == {}
    with pytest.raises(SignalError, match="names no channels; leave channel=1 out"):
        read_eaf(path, channel=1)


@pytest.mark.parametrize(
    "old, new, text",
    [
        ("0.01250000 1 1", "0,0125 1 1", "'0,0125 1 1' as discharge 1, expected the 3"),
        ("0.01250000 1 1", "0.0125 1", "as discharge 1"),
        ("0.01250000 1 1", "0.0125 1.5 1", "as discharge 1"),
        ("0.01250000 1 1", "nan 1 1", "as discharge 1"),
        ("0.01250000 1 1", "0.0125 1 1\u20280.1 1 1", "as discharge 1"),
        ("0.01250000 1 1", "<b>0.0125</b> 1 1", "an element among its discharges"),
        ("0.01250000 1 1", "-0.0125 1 1", "time that is negative or too large"),
        ("0.01250000 1 1", "1e999 1 1", "time that is negative or too large"),
        ("<unit></unit>", "<motor></motor>", "column 'motor' in its spike header"),
        (
            "<unit></unit>",
            "<time></time>",
            "column 'time' in its spike header, .*twice",
        ),
        ("<unit></unit>", "<stop></stop>", "no column 'unit'"),
        ("<unit></unit>", "<unit complex='on'/>", "column 'unit'"),
        ("<emglab_version>0.01</emglab_version>", "", "parts of an annotation file"),
        ("<emglab_version>0.01", "<x/><emglab_version>0.01", "parts of an annotation"),
        ("23437.5", "fast", "sampling rate 'fast'"),
        ("23437.5", "0", "sampling rate '0'"),
        ("emglab_annotation_file\nx", "other_file\nx", "no well-formed XML"),
        ("</emglab_annotation_file>", "", "no well-formed XML"),
    ],
)
def test_what_emglab_does_not_write_is_refused_by_name(tmp_path, old, new, text):
    with pytest.raises(SignalError, match=rf"r1\.eaf .*{text}"):
        read_eaf(write(tmp_path, (old, new)))


@pytest.mark.parametrize(
    "text",
    ["<other/>", "", "0.1 1\n", "\0", "<a>" * 10**4, "<a>" * 10**4 + "</a>" * 10**4],
)
def test_other_files_are_refused(tmp_path, text):
    with pytest.raises(SignalError, match=r"r1\.eaf"):
        read_eaf(write(tmp_path, text=text))


TENFOLD = [f"<!ENTITY b{i} '{f'&b{i - 1};' * 10}'>" for i in range(1, 10)]
DEEP = "<a>" * 10**6 + "</a>" * 10**6
BOMB = f"<!DOCTYPE a [<!ENTITY b0 'bb'>{''.join(TENFOLD)}]>"


@pytest.mark.parametrize(
    "declared",
    [
        BOMB,
        "<!DOCTYPE a SYSTEM 'file:///etc/passwd'>",
        "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
def test_entities_are_refused_before_anything_is_parsed(tmp_path, declared, encoding):
    path = write(tmp_path)
    text = EAF.replace("\n\n<emglab", f"\n{declared}\n<emglab", 1).replace(
        "0.01<", "&b9;<"
    )
    path.write_bytes(text.encode(encoding))
    begin = time.perf_counter()
    with pytest.raises(SignalError, match="declares a document type or entities"):
        read_eaf(path)
    assert time.perf_counter() - begin < 0.5


def test_depth_costs_nothing(tmp_path):
    path = write(
        tmp_path,
        ("</emglab_ann", f"<emglab_freeform>{DEEP}</emglab_freeform></emglab_ann"),
    )
    begin = time.perf_counter()
    with pytest.raises(SignalError, match="more than 100000 tags"):
        read_eaf(path)
    assert time.perf_counter() - begin < 0.5


def test_declared_encoding_cannot_hide_entities(tmp_path):
    path = tmp_path / "r1.eaf"
    head = "<?xml version='1.0' encoding='cp037'?>"
    path.write_bytes((head + EAF.split("\n", 1)[1]).encode("cp037"))
    with pytest.raises(SignalError, match=r"r1\.eaf"):
        read_eaf(path)


def test_file_longer_than_the_limit_is_refused_unread(tmp_path):
    path = write(tmp_path)
    with path.open("r+b") as file:
        file.truncate(10**9)
    tracemalloc.start()
    with pytest.raises(SignalError, match="more than max_bytes"):
        read_eaf(path)
    assert tracemalloc.get_traced_memory()[1] < 1 << 20
    tracemalloc.stop()


def test_format_is_recognised_by_content(tmp_path):
    assert is_eaf(EAF.encode()[:4096], tmp_path / "renamed.xml")
    assert is_eaf(b"<!-- note -->\n<emglab_annotation_file>", tmp_path / "x")
    assert not is_eaf(b"<html><emglab_annotation_file>", tmp_path / "x.eaf")
    assert not is_eaf(b"<emglab_annotation_files>", tmp_path / "x.eaf")
    assert not is_eaf(b"", tmp_path / "x.eaf")


def test_damage_to_free_text_changes_no_discharge(tmp_path):
    whole = read_eaf(write(tmp_path))
    path = write(tmp_path, ("Zzyzx-Canary", "J. Doe, Universität"))
    path.write_bytes(path.read_bytes() + b"<!-- \xff\xfe -->\n")
    assert_array_equal(read_eaf(path).times, whole.times)


def test_damaged_files_are_read_or_refused_and_nothing_else(tmp_path):
    rows = "".join(f"{i / 40:.6f} {i % 5} 1\n" for i in range(100))
    path = write(tmp_path, ("0.01250000 1 1\n", rows))
    content, n_read = path.read_bytes(), 0
    for seed in range(300):
        damaged, kind = damage(content, np.random.default_rng(seed))
        path.write_bytes(damaged)
        signal.alarm(2)  # ends the test run if a file hangs the reader
        try:
            found = read_eaf(path)
        except SignalError:
            continue
        finally:
            signal.alarm(0)
        n_read += 1
        assert found.times.shape == found.units.shape
        assert len(found.times) >= 103 or kind in ("blank", "bits", "digit", "byte")
    assert 0 < n_read < 300
