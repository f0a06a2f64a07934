"""Archives, unpacked into one folder and nowhere else."""

import contextlib
import functools
import gzip
import os
import shutil
import stat
import struct
import tarfile
import unicodedata
import zipfile
import zlib
from typing import NamedTuple

from skemg.exceptions import SignalError

from ._whole_folder import whole_folder

MAX_BYTES = 2 << 30
MAX_ENTRIES = 100_000
_MAX_RATIO = 200  # unpacked over packed; text of recordings has 3 to 10
_SMALL = 1 << 20  # bytes that any archive may have
_MAX_DEPTH = 32  # folders in folders
_MAX_NAME = 255  # bytes of a name, as of most file systems
_MAX_HEADER = 1 << 16  # bytes of a tar header that holds a name
_PLAIN = (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.DIRTYPE)
_NAMES = (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME)
_SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz")
_GZIP = b"\x1f\x8b"
_ZIP_END = struct.Struct("<4s6xH10x")  # its mark and the number of entries
_ZIP64 = 0xFFFF  # there: the number stands elsewhere
_DAMAGE = (
    zipfile.BadZipFile,
    tarfile.TarError,
    gzip.BadGzipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OverflowError,
    ValueError,
)


class Entry(NamedTuple):
    """A file or folder in an archive: the parts of its path, and its length."""

    parts: tuple
    n_bytes: int
    is_folder: bool


def is_archive(path):
    """Return whether a path is a file with the suffix of a zip or tar archive."""
    return path.name.lower().endswith(_SUFFIXES) and path.is_file()


def list_archive(path, *, max_bytes=MAX_BYTES, max_entries=MAX_ENTRIES):
    """Return what an archive holds, if all of it may be unpacked.

    Parameters
    ----------
    path : pathlib.Path
        A zip archive, or a tar archive, packed with gzip or not.
    max_bytes : int, default=2 GiB
        Largest size of all files together.
    max_entries : int, default=100_000
        Largest number of files and folders.

    Returns
    -------
    entries : list of Entry
        Files and folders.

    Raises
    ------
    SignalError
        If it is damaged, encrypted or too large, or holds a link, a device, one name
        twice (differences in case do not count) or a path that leads out of it.
    """
    entries, files, folders = [], set(), set()
    with _refuse_damage(path, OSError):
        for entry, _ in _walk(path, max_bytes):
            entries.append(entry)
            if len(entries) > max_entries:
                raise SignalError(f"{path} holds more than {max_entries} entries")
            parts = tuple(_same_file(part) for part in entry.parts)
            if entry.is_folder:
                folders.add(parts)
            elif parts in files:
                raise SignalError(f"{path} holds {_short(entry)} twice")
            else:
                files.add(parts)
            folders.update(parts[:i] for i in range(1, len(parts)))
    if clash := files & folders:
        raise SignalError(
            f"{path} holds {'/'.join(min(clash))[:40]!r} as a file and as a folder"
        )
    return entries


def extract(path, folder, *, root=(), max_bytes=MAX_BYTES, max_entries=MAX_ENTRIES):
    """Unpack an archive into a folder that is whole or absent.

    Everything is checked before the first byte is written.

    Parameters
    ----------
    path : pathlib.Path
        The archive.
    folder : pathlib.Path
        The folder to make.
    root : tuple of str, default=()
        The folder inside the archive that is unpacked; the rest is left out.
    max_bytes, max_entries : int
        As of :func:`list_archive`.

    Raises
    ------
    SignalError
        As of :func:`list_archive`.
    """
    list_archive(path, max_bytes=max_bytes, max_entries=max_entries)
    with whole_folder(folder) as temporary, _refuse_damage(path):
        for entry, open_entry in _walk(path, max_bytes):
            if entry.parts[: len(root)] == root:
                target = temporary.joinpath(*entry.parts[len(root) :])
                _write(path, entry, open_entry, target)


def _write(path, entry, open_entry, target):
    if entry.is_folder:
        target.mkdir(parents=True, exist_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with open_entry() as source, open(target, "xb") as file:
        shutil.copyfileobj(source, file)
        if file.tell() != entry.n_bytes:
            raise SignalError(f"{path} is damaged: {_short(entry)} ends early")


def _walk(path, max_bytes):
    """Yield each entry and what opens it, none of them dangerous by itself."""
    packed = path.stat().st_size
    limit = min(max_bytes, max(_MAX_RATIO * packed, _SMALL))
    walk = _walk_zip if path.name.lower().endswith(".zip") else _walk_tar
    return walk(path, limit)


def _walk_zip(path, limit):
    total = 0
    with open(path, "rb") as file, zipfile.ZipFile(file) as archive:
        _check_count(file, archive)
        for info in archive.infolist():
            total += info.file_size
            _refuse_bomb(path, total, limit)
            yield _zip_entry(path, info), functools.partial(archive.open, info)


def _check_count(file, archive):
    """Refuse a zip that states another number of entries, which zipfile never reads."""
    file.seek(-len(archive.comment) - _ZIP_END.size, os.SEEK_END)
    mark, stated = _ZIP_END.unpack(file.read(_ZIP_END.size))
    found = len(archive.infolist())
    if mark != b"PK\5\6" or (stated != found and stated != _ZIP64):
        raise zipfile.BadZipFile(f"it holds {found} entries and states {stated}")


def _zip_entry(path, info):
    name = info.orig_filename
    entry = _entry(path, name, info.file_size, name.endswith("/"))
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise SignalError(f"{path} holds the link or device {_short(entry)}")
    if info.flag_bits & 1:
        raise SignalError(f"{path} is encrypted; unpack it yourself")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise SignalError(
            f"{path} is packed by method {info.compress_type}; unpack it yourself"
        )
    if info.header_offset < 0:
        raise zipfile.BadZipFile(f"{_short(entry)} lies before its start")
    return entry


def _walk_tar(path, limit):
    class Header(_PlainTarInfo):
        """A header of this archive, which remembers its end."""

    with contextlib.ExitStack() as stack:
        file = stack.enter_context(open(path, "rb"))
        is_gzip = file.read(len(_GZIP)) == _GZIP
        file.seek(0)
        if is_gzip:
            file = stack.enter_context(gzip.GzipFile(fileobj=file))
        file = _Limited(path, file, limit)
        archive = stack.enter_context(
            tarfile.open(fileobj=file, mode="r|", tarinfo=Header)
        )
        for info in iter(archive.next, None):
            entry = _entry(path, info.name, info.size, info.isdir())
            if info.issparse():
                raise tarfile.ReadError(f"the file {_short(entry)} is sparse")
            yield entry, functools.partial(archive.extractfile, info)
            archive.members.clear()  # it would keep all of them
        if not Header.has_ended:
            raise tarfile.ReadError("it ends early")
        while file.read(tarfile.RECORDSIZE):  # gzip has its checksum at the end
            pass


class _Limited:
    """What a file gives, up to a number of bytes."""

    def __init__(self, path, file, limit):
        self.path = path
        self.file = file
        self.limit = limit
        self.total = 0

    def read(self, size):
        content = self.file.read(size)
        self.total += len(content)
        _refuse_bomb(self.path, self.total, self.limit)
        return content


class _PlainTarInfo(tarfile.TarInfo):
    """A header of a file, a folder, or a name too long for the header of a file."""

    has_ended = False

    @classmethod
    def frombuf(cls, buf, encoding, errors):
        """Read a header and refuse what is no plain entry."""
        cls.has_ended = buf == bytes(tarfile.BLOCKSIZE)
        info = super().frombuf(buf, encoding, errors)
        if info.type not in (*_PLAIN, *_NAMES):
            raise tarfile.ReadError(f"it holds the link or device {info.name[:40]!r}")
        if info.size < 0 or (info.type in _NAMES and info.size > _MAX_HEADER):
            raise tarfile.ReadError(f"{info.name[:40]!r} has {info.size} bytes")
        return info


def _entry(path, name, n_bytes, is_folder):
    parts = tuple(part for part in name.split("/") if part not in ("", "."))
    if (
        name.startswith("/")
        or ".." in parts
        or not (parts or is_folder)
        or len(parts) > _MAX_DEPTH
        or any(letter in "\\:" or ord(letter) < 32 for letter in name)
        or any(len(part.encode(errors="replace")) > _MAX_NAME for part in parts)
    ):
        raise SignalError(
            f"{path} holds the name {name[:40]!r}, which can lead out of the folder or "
            "is no name on some systems; do not trust this archive"
        )
    return Entry(parts, n_bytes, is_folder)


def _same_file(part):
    """Return one spelling for the names that some file system takes for one."""
    return unicodedata.normalize("NFC", part).casefold()


def _short(entry):
    return repr("/".join(entry.parts)[:40])


def _refuse_bomb(path, n_bytes, limit):
    if n_bytes > limit:
        raise SignalError(
            f"{path} unpacks to more than {limit} bytes, which no recordings do; "
            "unpack it yourself if you trust it"
        )


@contextlib.contextmanager
def _refuse_damage(path, *more):
    try:
        yield
    except SignalError:
        raise
    except (*_DAMAGE, *more) as error:
        raise SignalError(
            f"{path} cannot be unpacked ({error}); download it again"
        ) from error
