"""The variables of MATLAB files of version 5 to 7.2, walked with bounds.

One changed type code makes the usual reader of such files crash its process, so tags,
sizes and dimensions are checked here, and the numbers come straight from the bytes.
"""

import dataclasses
import math
import zlib
from collections.abc import Callable

import numpy as np

from skemg.exceptions import SignalError

from ._layout import MAX_RATIO, Layout

_SLACK = 1 << 20
_PEEK = 4096  # bytes unpacked at a time, and to see what a variable is
_MATRIX, _COMPRESSED = 14, 15
_INT8, _INT32, _UINT32, _UTF8 = 1, 5, 6, 16
_NUMBERS = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8"}
_NUMBERS |= {12: "i8", 13: "u8"}
_STRUCT, _NUMERIC, _OPAQUE = 2, range(6, 16), 17
_COMPLEX, _LOGICAL = 0x0800, 0x0200
_MAX_VARIABLES, _MAX_FIELDS, _MAX_DIMS = 10_000, 1000, 8


@dataclasses.dataclass
class Variable:
    """A variable of a MATLAB file: what it is, and how its numbers are read.

    `shape` is None for one that is no array of real numbers.
    """

    shape: tuple | None
    load: Callable


class Mat5:
    """A MATLAB file of version 5 to 7.2.

    Parameters
    ----------
    path : path-like
        The file, for the messages.
    content : bytes
        What it holds.
    max_bytes : int
        How much is unpacked of all variables together.
    """

    def __init__(self, path, content, max_bytes):
        self.layout = Layout(path, content)
        self.order = "<" if content[126:128] == b"IM" else ">"
        self.max_bytes = max_bytes
        self.n_unpacked = 0

    def variables(self):
        """Return the variables by name, the fields of a single struct as "a.b"."""
        found, place = {}, 128
        while place < len(self.layout):
            kind, n_bytes = self.layout.fields(f"{self.order}II", place, "a variable")
            body = self.layout.take(place + 8, n_bytes, "a variable")
            place += 8 + n_bytes
            if kind == _COMPRESSED:
                self._add(found, self._peek(body), lambda body=body: self._unpack(body))
            elif kind == _MATRIX:
                self._add(found, body, lambda body=body: body)
                place += -n_bytes % 8
            else:
                self.layout.refuse(f"a variable is of the unknown type {kind}")
            if len(found) > _MAX_VARIABLES:
                self.layout.refuse(f"there are more than {_MAX_VARIABLES} variables")
        return found

    def _add(self, found, head, load):
        matrix = self._parse(head)
        if not matrix.name:
            return  # the workspace of functions, or an object
        if matrix.kind == _STRUCT and math.prod(matrix.shape) == 1:
            body = load()
            for name, start, size in self._fields(body, self._parse(body)):
                part = body[start : start + size]
                shape = self._parse(part).real_shape if size else None
                self._put(found, f"{matrix.name}.{name}", shape, lambda part=part: part)
        else:
            self._put(found, matrix.name, matrix.real_shape, load)

    def _put(self, found, name, shape, load):
        if name in found:
            self.layout.refuse("two variables have one name")
        found[name] = Variable(shape, lambda: self._values(load()))

    def _parse(self, body):
        """Return what stands before the values of a matrix."""
        layout = Layout(self.layout.path, body)
        kind, start, size, place = self._tag(layout, 0)
        if (kind, size) != (_UINT32, 8):
            layout.refuse("a variable has no flags")
        (flags,) = layout.fields(f"{self.order}I", start, "flags")
        if flags & 0xFF == _OPAQUE:
            return _Matrix(flags, (), "", place)  # a table, string or date
        kind, start, size, place = self._tag(layout, place)
        n_dims, rest = divmod(size, 4)
        if kind not in (_INT32, _UINT32) or rest or not 2 <= n_dims <= _MAX_DIMS:
            layout.refuse("a variable has no dimensions")
        shape = layout.fields(f"{self.order}{n_dims}i", start, "dimensions")
        if min(shape) < 0:
            layout.refuse(f"a variable has the dimensions {shape}")
        kind, start, size, place = self._tag(layout, place)
        if kind not in (_INT8, _UTF8) or size > 63:
            layout.refuse("a variable has no name")
        name = layout.take(start, size, "a name").tobytes().decode("ascii", "replace")
        if name and not name.isidentifier():
            layout.refuse("a variable has an impossible name")
        return _Matrix(flags, shape, name, place)

    def _tag(self, layout, place):
        """Return type, start and size of an element, and where the next one is."""
        (first,) = layout.fields(f"{self.order}I", place, "an element")
        if first >> 16:  # up to four bytes within the tag
            size = first >> 16
            if size > 4:
                layout.refuse(f"a short element has {size} bytes")
            return first & 0xFFFF, place + 4, size, place + 8
        (size,) = layout.fields(f"{self.order}I", place + 4, "an element")
        return first, place + 8, size, place + 8 + size + -size % 8

    def _fields(self, body, matrix):
        """Yield name, start and size of the fields of a struct."""
        layout = Layout(self.layout.path, body)
        kind, start, size, place = self._tag(layout, matrix.place)
        if (kind, size) != (_INT32, 4):
            layout.refuse("a struct has no fields")
        (length,) = layout.fields(f"{self.order}i", start, "the length of names")
        kind, start, size, place = self._tag(layout, place)
        if kind != _INT8 or not 0 < length <= 64 or size % length:
            layout.refuse("a struct has no names")
        if size // length > _MAX_FIELDS:
            layout.refuse(f"a struct has {size // length} fields")
        names = layout.take(start, size, "names").tobytes()
        for i in range(0, size, length):
            name = names[i : i + length].split(b"\0")[0].decode("ascii", "replace")
            kind, start, n_bytes, place = self._tag(layout, place)
            if kind != _MATRIX:
                layout.refuse(f"a field is of the type {kind}")
            layout.take(start, n_bytes, "a field")
            yield name, start, n_bytes

    def _values(self, body):
        matrix = self._parse(body)
        layout = Layout(self.layout.path, body)
        kind, start, size, _ = self._tag(layout, matrix.place)
        if kind not in _NUMBERS:
            layout.refuse(f"numbers are of the unknown type {kind}")
        dtype = np.dtype(f"{self.order}{_NUMBERS[kind]}")
        if math.prod(matrix.shape) * dtype.itemsize != size:
            layout.refuse(f"{size} bytes do not make an array of shape {matrix.shape}")
        stored = layout.take(start, size, "an array")
        return np.frombuffer(stored, dtype).reshape(matrix.shape, order="F")

    def _peek(self, packed):
        """Return the beginning of a packed variable, behind its tag."""
        head = self._inflate(packed[:_PEEK], _PEEK)
        kind, _ = Layout(self.layout.path, head).fields(
            f"{self.order}II", 0, "a variable"
        )
        if kind != _MATRIX:
            self.layout.refuse(f"a packed variable is of the type {kind}")
        return head[8:]

    def _unpack(self, packed):
        head = Layout(self.layout.path, self._inflate(packed[:_PEEK], 8))
        _, size = head.fields(f"{self.order}II", 0, "a variable")
        self.n_unpacked += size
        too_much = size > MAX_RATIO * len(packed) + _SLACK
        if too_much or self.n_unpacked > self.max_bytes:
            raise SignalError(
                f"{self.layout.path} states {size} bytes of a variable that is packed "
                f"into {len(packed)}; at most {MAX_RATIO} times as much and "
                f"max_bytes={self.max_bytes} in all are unpacked; save it unpacked "
                "(-v6) or raise max_bytes"
            )
        content, n_done, inflate = bytearray(size + 8), 0, zlib.decompressobj()
        for start in range(0, len(packed), _PEEK):
            n_max = len(content) - n_done + 1
            piece = self._inflate(packed[start : start + _PEEK], n_max, inflate)
            content[n_done : n_done + len(piece)] = piece
            n_done += len(piece)
            if n_done > size + 8:
                break
        if n_done != size + 8 or not inflate.eof or inflate.unused_data:
            self.layout.refuse(f"a variable does not unpack to its {size} bytes")
        return memoryview(content)[8:]

    def _inflate(self, packed, n_max, inflate=None):
        try:
            return (inflate or zlib.decompressobj()).decompress(packed, n_max)
        except zlib.error as error:
            return self.layout.refuse(f"a variable cannot be unpacked ({error})")


@dataclasses.dataclass
class _Matrix:
    """What stands before the values, which begin at `place`."""

    flags: int
    shape: tuple
    name: str
    place: int

    @property
    def kind(self):
        return self.flags & 0xFF

    @property
    def real_shape(self):
        real = self.kind in _NUMERIC and not self.flags & (_COMPLEX | _LOGICAL)
        return self.shape if real else None
