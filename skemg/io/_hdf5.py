"""The groups, attributes and data sets of a classic HDF5 file, read with bounds.

The HDF5 library trusts what a file says of itself: eight changed bytes can make it take
all memory of the machine. The files of recorders and of MATLAB use a small part of the
format, its first layout (The HDF Group, "HDF5 File Format Specification", versions 1.0
and 1.1), which is read here from the bytes.
"""

import numpy as np

from skemg.exceptions import SignalError

from ._hdf5_types import TEXT, parse_dataspace, parse_datatype
from ._layout import Layout

SIGNATURE = b"\x89HDF\r\n\x1a\n"
_DATASPACE, _LINK_INFO, _DATATYPE, _LINK = 0x01, 0x02, 0x03, 0x06
_ATTRIBUTE, _CONTINUATION, _SYMBOL_TABLE, _ATTRIBUTE_INFO = 0x0C, 0x10, 0x11, 0x15
_SOFT_LINK = 2
_MAX_MEMBERS = 10_000
_MAX_NAME = 1024
_MAX_HEAP = 1 << 24


class Hdf5:
    """An HDF5 file of the first layout (superblock 0 or 1).

    Parameters
    ----------
    path : path-like
        The file, for the messages.
    content : bytes
        What it holds.
    start : int, default=0
        Where the HDF5 part begins.
    """

    def __init__(self, path, content, start=0):
        self.layout = layout = Layout(path, content)
        magic, version, n_offset, n_length = layout.fields(
            "<8sB4xBB", start, "the head of an HDF5 file"
        )
        if magic != SIGNATURE:
            layout.refuse("this is no HDF5 file")
        if version > 1 or (n_offset, n_length) != (8, 8):
            self.refuse_newer(f"superblock {version}")
        place = start + 24 + 4 * version
        base, _, end, _, _, root = layout.fields("<QQQQQQ", place, "the superblock")
        if base != start or len(layout) not in (end, base + end):
            layout.refuse(f"it states {end} bytes, but has {len(layout)}")
        self.base = base
        self.root = Hdf5Object(self, root, "/")

    def at(self, address, size, what):
        """Return a layout of `size` bytes at an address of the file."""
        return Layout(
            self.layout.path, self.layout.take(self.base + address, size, what)
        )

    def refuse_newer(self, found):
        """Raise that the file uses a part of HDF5 that is not read."""
        raise SignalError(
            f"{self.layout.path} has {found}; only the first layout of HDF5 is read, "
            'which h5py writes with libver="earliest"'
        )

    def heap_text(self, address, index):
        """Return a string of variable length out of a global heap."""
        magic, size = self.at(address, 16, "a heap").fields("<4s4xQ", 0, "a heap")
        if magic != b"GCOL" or size > _MAX_HEAP:
            self.layout.refuse("a string is not where it should be")
        heap, place = self.at(address, size, "a heap"), 16
        while place + 16 <= size:
            found, n_bytes = heap.fields("<H6xQ", place, "a string")
            if found == index:
                return heap.take(place + 16, n_bytes, "a string").tobytes()
            if found == 0:
                break
            place += 16 + n_bytes + -n_bytes % 8
        return self.layout.refuse("a string is missing")

    def walk_tree(self, address, kind, n_key, n_max):
        """Yield (key, address) of the leaves of a tree of version 1."""
        nodes, n_seen = [(address, None)], 0
        while nodes:
            address, above = nodes.pop()
            head = self.at(address, 24, "a node")
            magic, found, level, n = head.fields("<4sBBH", 0, "a node")
            if (magic, found) != (b"TREE", kind) or above not in (None, level + 1):
                self.layout.refuse("a tree is broken")
            n_seen += n
            if n_seen > n_max:
                self.layout.refuse(f"a tree has more than {n_max} entries")
            body = self.at(address + 24, n * (n_key + 8) + n_key, "a node")
            for i in range(n):
                place = i * (n_key + 8)
                key = body.take(place, n_key, "a key")
                (child,) = body.fields("<Q", place + n_key, "a child")
                if level:
                    nodes.append((child, level))
                else:
                    yield key, child


class Hdf5Object:
    """A group or a data set.

    Parameters
    ----------
    file : Hdf5
        Which it belongs to.
    address : int
        Of its header.
    name : str
        For the messages.
    """

    def __init__(self, file, address, name):
        self.file = file
        self.name = name
        self.messages = list(self._walk_messages(address))

    def _walk_messages(self, address):
        head = self.file.at(address, 16, "an object")
        version, n_messages, size = head.fields("<BxH4xI", 0, "an object")
        if version == ord("O"):
            self.file.refuse_newer("objects of version 2")
        if version != 1:
            self.file.layout.refuse(f"the header of {self.name!r} is damaged")
        blocks, n_seen = [(address + 16, size)], 0
        for start, size in blocks:
            block, place = self.file.at(start, size, "messages"), 0
            while place + 8 <= size:
                kind, n_bytes, flags = block.fields("<HHB", place, "a message")
                body = Layout(block.path, block.take(place + 8, n_bytes, "a message"))
                n_seen += 1
                if n_seen > n_messages:
                    self.file.layout.refuse(f"the header of {self.name!r} is damaged")
                place += 8 + n_bytes
                if kind == _CONTINUATION:
                    blocks.append(body.fields("<QQ", 0, "a continuation"))
                elif flags & 2 and kind in (_DATASPACE, _DATATYPE, _ATTRIBUTE):
                    self.file.refuse_newer("shared types")
                else:
                    yield kind, body

    def find(self, kind):
        """Return the only message of a kind, or None."""
        found = [body for k, body in self.messages if k == kind]
        if len(found) > 1:
            self.file.layout.refuse(f"the header of {self.name!r} is damaged")
        return found[0] if found else None

    @property
    def is_group(self):
        return any(k in (_SYMBOL_TABLE, _LINK_INFO, _LINK) for k, _ in self.messages)

    @property
    def shape(self):
        """Shape of a data set."""
        return parse_dataspace(self._need(_DATASPACE, "shape"))

    @property
    def dtype(self):
        """Type of a data set; None for one that is no number and no text."""
        return parse_datatype(self._need(_DATATYPE, "type"))

    def _need(self, kind, what):
        body = self.find(kind)
        if body is None:
            self.file.layout.refuse(f"{self.name!r} has no {what}")
        return body

    def members(self):
        """Return the objects of a group by name; links to elsewhere are refused."""
        if self.find(_SYMBOL_TABLE) is None and self.is_group:
            self.file.refuse_newer(
                f"links in {self.name!r} that lead elsewhere, or a group of a new kind"
            )
        layout = self.file.layout
        tree, heap = self._need(_SYMBOL_TABLE, "members").fields("<QQ", 0, "a group")
        head = self.file.at(heap, 32, "names")
        magic, size, _, place = head.fields("<4s4xQQQ", 0, "names")
        if magic != b"HEAP":
            layout.refuse(f"the names in {self.name!r} are missing")
        names = self.file.at(place, size, "names").content.tobytes()
        members = {}
        for _, address in self.file.walk_tree(tree, 0, 8, _MAX_MEMBERS):
            head = self.file.at(address, 8, "symbols")
            magic, n = head.fields("<4s2xH", 0, "symbols")
            if magic != b"SNOD" or len(members) + n > _MAX_MEMBERS:
                layout.refuse(f"the members of {self.name!r} are broken")
            entries = self.file.at(address + 8, 40 * n, "symbols")
            for i in range(n):
                start, target, cache = entries.fields("<QQI", 40 * i, "a symbol")
                name = _name_at(layout, names, start)
                if name in members:
                    layout.refuse(f"there are two members of one name in {self.name!r}")
                members[name] = None if cache == _SOFT_LINK else target
        return Members(self, members)

    def attribute(self, name):
        """Return an attribute as an array or a string, or None where there is none."""
        if self.find(_ATTRIBUTE_INFO) is not None:
            self.file.refuse_newer("attributes of a new kind")
        for kind, body in self.messages:
            if kind == _ATTRIBUTE:
                found, value = self._split_attribute(body)
                if found == name.encode():
                    return self._attribute_value(name, *value)
        return None

    def _split_attribute(self, body):
        version, flags, *sizes = body.fields("<BBHHH", 0, "an attribute")
        if version not in (1, 2, 3) or (version > 1 and flags):
            self.file.refuse_newer(f"attributes of version {version}")
        place, parts = 8 + (version == 3), []
        for size in sizes:
            parts.append(body.take(place, size, "an attribute"))
            place += size + (-size % 8 if version == 1 else 0)
        name, datatype, dataspace = (Layout(body.path, part) for part in parts)
        rest = Layout(body.path, body.content[place:])
        return name.content.tobytes().rstrip(b"\0"), (datatype, dataspace, rest)

    def _attribute_value(self, name, datatype, dataspace, rest):
        shape, dtype = parse_dataspace(dataspace), parse_datatype(datatype)
        if dtype == TEXT and shape == ():
            n_bytes, address, index = rest.fields("<IQI", 0, "a string")
            text = self.file.heap_text(address, index)[:n_bytes]
            return text.decode("utf-8", "replace")
        if dtype is None or dtype == TEXT:
            self.file.refuse_newer(f"an attribute {name!r} of an unusual type")
        size = dtype.itemsize * int(np.prod(shape, dtype=object))
        values = np.frombuffer(rest.take(0, size, "an attribute"), dtype)
        if dtype.kind == "S" and len(values) == 1:
            return bytes(values[0]).decode("utf-8", "replace")
        return values


class Members:
    """Objects of a group by name, opened when asked for."""

    def __init__(self, group, addresses):
        self._group = group
        self._addresses = addresses

    def __iter__(self):
        return iter(self._addresses)

    def __contains__(self, name):
        return name in self._addresses

    def __len__(self):
        return len(self._addresses)

    def __getitem__(self, name):
        return self.open(name, name)

    def open(self, name, shown):
        """Return an object that messages call `shown`."""
        address = self._addresses[name]
        if address is None:
            raise SignalError(
                f"{self._group.file.layout.path}: {shown!r} is a link, which is not "
                "followed; store the data set itself"
            )
        return Hdf5Object(self._group.file, address, shown)


def _name_at(layout, names, start):
    end = names.find(b"\0", start, start + _MAX_NAME)
    if not 0 <= start < end:
        layout.refuse("a name is missing")
    return names[start:end].decode("utf-8", "replace")
