import gzip
import io
import os
import random
import stat
import struct
import tarfile
import warnings
import zipfile

import pytest

from skemg.datasets import fetch_emgdb
from skemg.datasets._extract import MAX_ENTRIES, extract, list_archive
from skemg.datasets._home import find_folder
from skemg.exceptions import SignalError

FILES = {"set/A/1.txt": b"one", "set/A/2.txt": b"", "set/B/1.txt": b"three\n" * 999}


def zip_of(path, files, **attributes):
    """Write a zip with any names, the same name twice included."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            info = zipfile.ZipInfo("x")
            info.filename = info.orig_filename = name
            info.compress_type = zipfile.ZIP_DEFLATED
            for attribute, value in attributes.items():
                setattr(info, attribute, value)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # a name is there twice
                archive.writestr(info, content)
    return path


def tar_of(path, files, **attributes):
    mode = "w:gz" if path.name.endswith("gz") else "w"
    with tarfile.open(path, mode) as archive:
        for name, content in files:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            for attribute, value in attributes.items():
                setattr(info, attribute, value)
            archive.addfile(info, io.BytesIO(content))
    return path


WRITERS = {"x.zip": zip_of, "x.tar": tar_of, "x.tar.gz": tar_of, "x.TGZ": tar_of}
each_kind = pytest.mark.parametrize("name", WRITERS)


def write(folder, name, files, **attributes):
    folder.mkdir(exist_ok=True)
    return WRITERS[name](folder / name, files, **attributes)


def tree(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def refuse(path, match, **limits):
    """Check that an archive is refused and that nothing at all was written."""
    before = sorted(path.parent.parent.rglob("*"))
    with pytest.raises(SignalError, match=match) as caught:
        extract(path, path.parent / "home" / "set", **limits)
    assert str(path) in str(caught.value)
    assert sorted(path.parent.parent.rglob("*")) == before


@each_kind
def test_files_come_out_as_they_went_in(tmp_path, name):
    path = write(tmp_path, name, FILES.items())
    extract(path, tmp_path / "home" / "new")
    assert tree(tmp_path / "home") == {f"new/{k}": v for k, v in FILES.items()}
    assert (tmp_path / "home" / "new").stat().st_mode & 0o777 == 0o700


@each_kind
def test_only_the_wanted_folder_is_unpacked(tmp_path, name):
    extract(write(tmp_path, name, FILES.items()), tmp_path / "new", root=("set", "A"))
    assert tree(tmp_path / "new") == {"1.txt": b"one", "2.txt": b""}


@each_kind
@pytest.mark.parametrize(
    "member",
    [
        "",
        "../outside",
        "set/../../outside",
        "set/..",
        "/etc/outside",
        "//server/outside",
        "..\\outside",
        "C:outside",
        "C:\\outside",
        "set/a.txt:stream",
        "set/new\nline",
        "set/" + "x" * 256,
        "set/" + "a/" * 20_000 + "b",
    ],
    ids=lambda member: member[:16],
)
def test_a_name_that_leads_out_is_refused(tmp_path, name, member):
    files = [("set/1.txt", b"first"), (member, b"out")]
    refuse(write(tmp_path / "in", name, files), "which can lead out of the folder")


def test_a_name_that_is_cut_at_a_zero_byte_is_refused(tmp_path):
    path = zip_of(tmp_path / "x.zip", [("set/a_b", b"")])
    path.write_bytes(path.read_bytes().replace(b"set/a_b", b"set/a\0b"))
    with pytest.raises(SignalError, match="can lead out"):
        list_archive(path)


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO])
def test_links_and_devices_in_a_zip_are_refused(tmp_path, kind):
    attributes = (kind | 0o777) << 16
    files = [("set/link", b"../../outside")]
    path = zip_of(tmp_path / "x.zip", files, external_attr=attributes)
    refuse(path, "the link or device 'set/link'")


@pytest.mark.parametrize("name", ["x.tar", "x.tar.gz"])
@pytest.mark.parametrize(
    "kind",
    [
        tarfile.SYMTYPE,
        tarfile.LNKTYPE,
        tarfile.CHRTYPE,
        tarfile.BLKTYPE,
        tarfile.FIFOTYPE,
        tarfile.GNUTYPE_SPARSE,
        tarfile.CONTTYPE,
    ],
)
def test_links_and_devices_in_a_tar_are_refused(tmp_path, name, kind):
    files = [("set/first", b"")]
    path = write(tmp_path / "in", name, files, type=kind, linkname="../../outside")
    refuse(path, "the link or device 'set/first'")


def test_a_link_behind_which_a_file_follows_leads_nowhere(tmp_path):
    path = tmp_path / "in" / "x.tar"
    path.parent.mkdir()
    with tarfile.open(path, "w") as archive:
        link = tarfile.TarInfo("set")
        link.type, link.linkname = tarfile.SYMTYPE, str(tmp_path)
        archive.addfile(link)
        archive.addfile(tarfile.TarInfo("set/outside"))
    refuse(path, "the link or device 'set'")


@each_kind
@pytest.mark.parametrize(
    "one, other",
    [
        ("set/a.txt", "set/a.txt"),
        ("set/a.txt", "set/A.TXT"),
        ("set/a.txt", "SET/a.txt"),
        ("set/a.txt", "./set//a.txt"),
        ("set/\u00e9", "set/e\u0301"),
    ],
)
def test_two_files_of_one_name_are_refused(tmp_path, name, one, other):
    files = [(one, b"1"), (other, b"2")]
    refuse(write(tmp_path / "in", name, files), "twice")


@each_kind
def test_a_file_that_is_a_folder_too_is_refused(tmp_path, name):
    files = [("set/a/b", b""), ("SET/A", b"")]
    refuse(write(tmp_path / "in", name, files), "'set/a' as a file and as a folder")


@pytest.mark.parametrize("name", ["x.zip", "x.tar.gz"])
def test_a_bomb_is_refused_by_its_ratio(tmp_path, name):
    path = write(tmp_path / "in", name, [("set/zeros", bytes(3 << 20))])
    assert path.stat().st_size < 5000
    refuse(path, "unpacks to more than 1048576 bytes")


@each_kind
def test_more_bytes_than_allowed_are_refused(tmp_path, name):
    path = write(tmp_path / "in", name, [("set/a", bytes(9)), ("set/b", bytes(9999))])
    refuse(path, "unpacks to more than 5000 bytes", max_bytes=5000)


def test_a_zip_that_declares_terabytes_is_refused_before_it_is_read(tmp_path):
    path = zip_of(tmp_path / "x.zip", [("set/a", b"123456789")])
    content = bytearray(path.read_bytes())
    at = content.rindex(b"PK\x01\x02")
    struct.pack_into("<I", content, at + 24, 0xFFFFFFF0)
    path.write_bytes(content)
    refuse(path, "unpacks to more than 1048576 bytes")


def test_a_tar_with_a_name_of_gigabytes_is_refused_before_it_is_read(tmp_path):
    name = tarfile.TarInfo("././@LongLink")
    name.type, name.size = tarfile.GNUTYPE_LONGNAME, 8 << 30
    path = tmp_path / "x.tar"
    path.write_bytes(name.tobuf(tarfile.GNU_FORMAT))
    refuse(path, "'././@LongLink' has 8589934592 bytes")


def test_a_tar_with_a_file_of_negative_length_is_refused(tmp_path):
    file = tarfile.TarInfo("set/a")
    file.size = -512
    path = tmp_path / "x.tar"
    path.write_bytes(file.tobuf(tarfile.GNU_FORMAT) + bytes(1024))
    refuse(path, "'set/a' has -512 bytes")


@pytest.mark.parametrize("name", ["x.tar", "x.tar.gz"])
def test_a_tar_that_ends_behind_a_file_is_refused(tmp_path, name):
    content = tar_of(tmp_path / "x.tar", FILES.items()).read_bytes()
    content = content[: content.index(b"set/B")]
    path = tmp_path / name
    path.write_bytes(gzip.compress(content) if name.endswith("gz") else content)
    refuse(path, "it ends early")


def test_a_zip_in_which_one_entry_swallows_the_others_is_refused(tmp_path):
    path = zip_of(tmp_path / "x.zip", FILES.items())
    content = bytearray(path.read_bytes())
    first, second = (content.index(b"PK\1\2"), content.rindex(b"PK\1\2"))
    length = second - first - 46 - len("set/A/1.txt")
    struct.pack_into("<H", content, first + 32, length)  # as a comment of the first
    path.write_bytes(content)
    with zipfile.ZipFile(path) as archive:
        assert len(archive.namelist()) == 2
    refuse(path, "it holds 2 entries and states 3")


def test_a_nested_archive_is_a_file_and_is_not_opened(tmp_path):
    inner = zip_of(tmp_path / "inner.zip", [("zeros", bytes(3 << 20))]).read_bytes()
    path = zip_of(tmp_path / "x.zip", [("set/inner.zip", inner)])
    extract(path, tmp_path / "new")
    assert tree(tmp_path / "new") == {"set/inner.zip": inner}


@pytest.mark.parametrize(
    "n_entries", [100_001, pytest.param(1_000_000, marks=pytest.mark.slow)]
)
def test_a_million_entries_are_refused(tmp_path, n_entries):
    """A central directory written by hand: zipfile would take a minute."""
    entries = b"".join(
        b"PK\x01\x02" + bytes(24) + struct.pack("<H", 6) + bytes(16) + b"%06d" % i
        for i in range(n_entries)
    )
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 65535, 65535, len(entries), 0, 0)
    (tmp_path / "x.zip").write_bytes(entries + end)
    refuse(tmp_path / "x.zip", f"more than {MAX_ENTRIES} entries")


@each_kind
def test_more_entries_than_allowed_are_refused(tmp_path, name):
    refuse(write(tmp_path / "in", name, FILES.items()), "more than 2", max_entries=2)


def test_an_encrypted_zip_is_refused(tmp_path):
    path = zip_of(tmp_path / "x.zip", FILES.items())
    content = bytearray(path.read_bytes())
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    refuse(path, "is encrypted; unpack it yourself")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_methods_of_a_zip_are_refused(tmp_path, method):
    path = zip_of(tmp_path / "x.zip", FILES.items(), compress_type=method)
    refuse(path, f"packed by method {method}; unpack it yourself")


def test_a_page_of_a_server_under_the_name_of_an_archive_is_refused(tmp_path):
    for name in WRITERS:
        (tmp_path / name).write_bytes(b"<html>Please log in</html>")
        refuse(tmp_path / name, "cannot be unpacked .* download it again")


@pytest.mark.parametrize("name", ["x.zip", "x.tar", "x.tar.gz"])
def test_a_damaged_archive_gives_what_it_held_or_one_kind_of_error(tmp_path, name):
    rng = random.Random(0)
    files = {f"set/{i}.txt": rng.randbytes(50) for i in range(5)}
    content = write(tmp_path / "in", name, files.items()).read_bytes()
    n_refused = 0
    for i in range(300):
        damaged = bytearray(content)
        if i % 3:
            for _ in range(rng.choice([1, 1, 8])):
                damaged[rng.randrange(len(damaged))] = rng.randrange(256)
        else:
            del damaged[rng.randrange(len(damaged)) :]
        path = tmp_path / name
        path.write_bytes(damaged)
        try:
            extract(path, tmp_path / "home" / str(i))
            if name != "x.tar":  # which has no checksum of the contents
                assert tree(tmp_path / "home" / str(i)) == files
        except SignalError as error:
            assert str(path) in str(error)
            assert not (tmp_path / "home").exists() or str(i) not in os.listdir(
                tmp_path / "home"
            )
            n_refused += 1
    assert 50 < n_refused < 300
    assert sorted(os.listdir(tmp_path)) == sorted({"home", "in", name})
    assert not list((tmp_path / "home").glob(".*"))


def find(home):
    return find_folder(home, name="set", marks=("A", "B"), source="the set")


@each_kind
@pytest.mark.parametrize("prefix", ["", "set/", "Published data/v1/"])
def test_an_archive_in_the_place_of_the_set_is_unpacked_beside(tmp_path, name, prefix):
    write(tmp_path, name, [(f"{prefix}{file}", b"1") for file in ("A/1.txt", "B/2")])
    (tmp_path / "notes.txt").touch()
    zip_of(tmp_path / "other.zip", [("C/1", b"")])
    assert find(tmp_path) == tmp_path / "set"
    assert tree(tmp_path / "set") == {"A/1.txt": b"1", "B/2": b"1"}
    (tmp_path / name).unlink()
    assert find(tmp_path) == tmp_path / "set"


def test_the_same_set_in_two_archives_is_refused(tmp_path):
    for name in ("x.zip", "x (1).zip"):
        zip_of(tmp_path / name, FILES.items())
    with pytest.raises(SignalError, match=r"x \(1\)\.zip and .*x\.zip hold the same"):
        find(tmp_path)


def test_an_archive_that_cannot_be_trusted_is_told_where_nothing_else_is_found(
    tmp_path,
):
    zip_of(tmp_path / "bad.zip", [("../A/1", b"")])
    with pytest.raises(SignalError, match=r"bad\.zip holds the name '\.\./A/1'"):
        find(tmp_path)
    zip_of(tmp_path / "good.zip", [("A/1", b"")])
    assert find(tmp_path) == tmp_path / "set"


def test_a_hostile_archive_beside_the_set_is_never_opened(tmp_path):
    (tmp_path / "A").mkdir()
    (tmp_path / "x.zip").write_bytes(b"no zip")
    assert find(tmp_path) == tmp_path


def test_without_set_and_archive_the_message_names_both_ways(tmp_path):
    with pytest.raises(FileNotFoundError, match="unpacked or as an archive"):
        find(tmp_path)


def test_emgdb_is_read_from_its_zip(tmp_path, skemg_data):
    source = skemg_data / "physionet-emgdb"
    zip_of(
        tmp_path / "examples-of-electromyograms-1.0.0.zip",
        [
            (f"examples-of-electromyograms-1.0.0/{path.name}", path.read_bytes())
            for path in source.glob("emg_*")
        ],
    )
    emg = fetch_emgdb(tmp_path, download=False)
    assert emg.data == fetch_emgdb(source, download=False).data


def test_gzip_of_several_parts_is_read_to_its_end(tmp_path):
    path = tar_of(tmp_path / "x.tar", FILES.items())
    content = path.read_bytes()
    (tmp_path / "x.tgz").write_bytes(
        gzip.compress(content[:700]) + gzip.compress(content[700:])
    )
    extract(tmp_path / "x.tgz", tmp_path / "new")
    assert tree(tmp_path / "new") == FILES
