"""The values of an HDF5 data set, counted before anything is made for them."""

import itertools
import math
import zlib

import numpy as np

from ._layout import MAX_RATIO, Layout

_LAYOUT, _FILTERS, _EXTERNAL = 0x08, 0x0B, 0x07
_COMPACT, _CONTIGUOUS, _CHUNKED, _VIRTUAL = range(4)
_DEFLATE, _SHUFFLE, _FLETCHER32 = 1, 2, 3
_SLACK = 1 << 24  # bytes by which chunks may be larger than their data set
_MAX_EDGES = 8  # times as much, as they stand out at its edges


def read_values(dataset, *, max_bytes):
    """Return the values of a data set of numbers.

    Parameters
    ----------
    dataset : Hdf5Object
        Of numbers.
    max_bytes : int
        Largest size.

    Returns
    -------
    values : ndarray
        In the type and shape of the file.

    Raises
    ------
    SignalError
        If the values are missing, damaged, in another file, too many, or packed in an
        unknown way.
    """
    layout, name = dataset.file.layout, dataset.name
    shape, dtype = dataset.shape, dataset.dtype
    if not isinstance(dtype, np.dtype) or dtype.kind not in "iuf":
        layout.refuse(f"{name!r} does not hold numbers")
    n_bytes = math.prod(shape) * dtype.itemsize
    if not 0 < n_bytes <= max_bytes:
        layout.refuse(f"{name!r} states {n_bytes} bytes; max_bytes is {max_bytes}")
    if dataset.find(_EXTERNAL) is not None:
        layout.refuse(f"{name!r} keeps its values in another file, which is not opened")
    body = dataset.find(_LAYOUT)
    if body is None:
        layout.refuse(f"{name!r} has no values")
    kind, address, sizes = _parse_layout(dataset, body)
    if kind == _CHUNKED:
        return _Chunks(dataset, address, sizes).read(shape, dtype, n_bytes)
    size = math.prod(sizes)
    if size != n_bytes:
        layout.refuse(f"{name!r} needs {n_bytes} bytes, but {size} are stored")
    if kind == _COMPACT:
        stored = body.take(address, size, f"the values of {name!r}")
    else:
        stored = dataset.file.at(address, size, f"the values of {name!r}").content
    return np.frombuffer(stored, dtype).reshape(shape)


def _parse_layout(dataset, body):
    """Return how values are stored, where, and the sizes of a piece of them.

    The last size of chunks is in bytes; the place of compact values is in `body`.
    """
    (version,) = body.fields("<B", 0, "a layout")
    if version in (1, 2):
        n_dims, kind, address = body.fields("<BB5xQ", 1, "a layout")
        if kind in (_CONTIGUOUS, _CHUNKED):
            return kind, address, body.fields(f"<{n_dims}I", 16, "a layout")
    elif version == 3:
        (kind,) = body.fields("<B", 1, "a layout")
        if kind == _COMPACT:
            return kind, 4, body.fields("<H", 2, "a layout")
        if kind == _CONTIGUOUS:
            address, size = body.fields("<QQ", 2, "a layout")
            return kind, address, (size,)
        if kind == _CHUNKED:
            n_dims, address = body.fields("<BQ", 2, "a layout")
            return kind, address, body.fields(f"<{n_dims}I", 11, "a layout")
    elif body.fields("<B", 1, "a layout") == (_VIRTUAL,):
        body.refuse(f"{dataset.name!r} is virtual, put together from other files")
    return dataset.file.refuse_newer(f"a layout of version {version}")


class _Chunks:
    """A data set that is stored in chunks, packed or not."""

    def __init__(self, dataset, address, sizes):
        self.dataset = dataset
        self.layout = dataset.file.layout
        self.address = address
        *self.shape, self.itemsize = sizes or (0,)
        self.filters = _parse_filters(dataset)

    def read(self, shape, dtype, n_bytes):
        chunk_bytes = math.prod(self.shape) * dtype.itemsize
        fits = len(self.shape) == len(shape) and self.itemsize == dtype.itemsize
        if not fits or not 0 < chunk_bytes <= n_bytes + _SLACK:
            self._refuse(f"chunks of shape {self.shape} for {shape}")
        counts = [-(-n // size) for n, size in zip(shape, self.shape, strict=True)]
        if math.prod(counts) * chunk_bytes > _MAX_EDGES * n_bytes + _SLACK:
            self._refuse(f"chunks of shape {self.shape} for {shape}")
        places = self._find(counts)
        stored = sum(size for size, _, _ in places.values())
        if n_bytes > MAX_RATIO * stored + _SLACK or stored > len(self.layout):
            self._refuse(f"{n_bytes} bytes, packed into {stored}")
        values = np.empty(shape, dtype)
        for index in itertools.product(*map(range, counts)):
            chunk = self._unpack(*places[index], dtype.itemsize, chunk_bytes)
            target = values[
                tuple(
                    slice(i * size, (i + 1) * size)
                    for i, size in zip(index, self.shape, strict=True)
                )
            ]
            chunk = np.frombuffer(chunk, dtype).reshape(self.shape)
            target[...] = chunk[tuple(map(slice, target.shape))]
        return values

    def _find(self, counts):
        """Return size, filter mask and address of each chunk by its position."""
        expected = math.prod(counts)
        n_dims, places = len(counts), {}
        if self.address < len(self.layout):
            tree = self.dataset.file.walk_tree(
                self.address,
                1,
                16 + 8 * n_dims,
                2 * min(expected, len(self.layout)) + 1000,
            )
            for key, address in tree:
                key = Layout(self.layout.path, key)
                size, mask, *offsets = key.fields(f"<II{n_dims}Q", 0, "a chunk")
                pairs = zip(offsets, self.shape, strict=True)
                index, rest = zip(*(divmod(*pair) for pair in pairs), strict=True)
                inside = all(i < n for i, n in zip(index, counts, strict=True))
                if any(rest) or not inside or index in places:
                    self._refuse(f"a chunk at {offsets}")
                places[index] = (size, mask, address)
        n_stored = len({address for _, _, address in places.values()})
        if n_stored != expected:
            self._refuse(f"{n_stored} of {expected} chunks")
        return places

    def _unpack(self, size, mask, address, itemsize, n_bytes):
        packed = self.dataset.file.at(address, size, "a chunk").content
        for number, kind in reversed(list(enumerate(self.filters))):
            if mask >> number & 1:
                continue
            if kind == _DEFLATE:
                packed = self._inflate(packed, n_bytes + 4 * len(self.filters))
            elif kind == _FLETCHER32:
                packed = self._verify(packed)
            else:
                packed = _unshuffle(packed, itemsize)
        if len(packed) != n_bytes:
            self._refuse(f"a chunk of {len(packed)} bytes instead of {n_bytes}")
        return packed

    def _inflate(self, packed, n_max):
        inflate = zlib.decompressobj()
        try:
            content = inflate.decompress(packed, n_max)
        except zlib.error as error:
            self._refuse(f"a chunk that cannot be unpacked ({error})")
        if not inflate.eof:
            self._refuse(f"a chunk that unpacks to more than {n_max} bytes, or ends")
        return content

    def _verify(self, packed):
        content, stored = packed[:-4], bytes(packed[-4:])
        words = np.frombuffer(bytes(content) + b"\0" * (len(content) % 2), ">u2")
        words = words.astype(np.uint64)
        weights = np.arange(len(words), 0, -1, dtype=np.uint64) % 65535
        sums = (words.sum(), (words * weights % 65535).sum())
        found = [int.from_bytes(stored[i : i + 2], "little") for i in (0, 2)]
        if [int(s) % 65535 for s in sums] != [f % 65535 for f in found]:
            self._refuse("a chunk whose checksum is wrong")
        return content

    def _refuse(self, found):
        self.layout.refuse(f"{self.dataset.name!r} has {found}")


def _parse_filters(dataset):
    """Return the kinds of the filters, in the order in which they were applied."""
    body = dataset.find(_FILTERS)
    if body is None:
        return []
    version, n_filters = body.fields("<BB", 0, "the filters")
    if version not in (1, 2) or n_filters > 8:
        body.refuse(f"{dataset.name!r} has {n_filters} filters of version {version}")
    place, kinds = 8 if version == 1 else 2, []
    for _ in range(n_filters):
        (kind,) = body.fields("<H", place, "a filter")
        if kind not in (_DEFLATE, _SHUFFLE, _FLETCHER32):
            body.refuse(
                f"{dataset.name!r} is packed with filter {kind}; deflate (1), shuffle "
                "(2) and fletcher32 (3) are read"
            )
        if version == 1:
            n_name, n_values = body.fields("<H2xH", place + 2, "a filter")
            place += 8 + n_name + -n_name % 8 + 4 * (n_values + n_values % 2)
        else:
            (n_values,) = body.fields("<H", place + 4, "a filter")
            place += 6 + 4 * n_values
        kinds.append(kind)
    return kinds


def _unshuffle(packed, itemsize):
    content = np.frombuffer(packed, np.uint8)
    whole = len(content) // itemsize * itemsize
    mixed = content[:whole].reshape(itemsize, -1).T.reshape(-1)
    return np.concatenate([mixed, content[whole:]]).tobytes()
