"""A number for any object that is the same in every process with the same content."""

import functools
import hashlib
import sys
import types

import joblib
import numpy as np

from skemg.signals import Recordings, Windows

_PLAIN = bool | int | float | complex | str | bytes | None


def digest(value, above=()):
    """Return 32 characters that differ where the content differs."""
    hasher = hashlib.sha256()
    _feed(hasher.update, value, above)
    return hasher.hexdigest()[:32]


def _feed(update, value, above):
    """Hash a value and what it holds; `above` are the objects that hold it."""
    update(f"<{_name(type(value))}>".encode())
    if id(value) in above:  # it holds itself
        return
    above = (*above, id(value))
    if isinstance(value, _PLAIN):
        update(repr(value).encode())
    elif isinstance(value, np.ndarray):
        _feed_array(update, value, above)
    elif isinstance(value, list | tuple):
        update(str(len(value)).encode())
        for item in value:
            _feed(update, item, above)
    elif isinstance(value, dict):
        items = ((digest(k, above), digest(v, above)) for k, v in value.items())
        _feed(update, sorted(items), above)
    elif isinstance(value, set | frozenset):
        _feed(update, sorted(digest(item, above) for item in value), above)
    elif isinstance(value, type):
        _feed_class(update, value, above)
    elif isinstance(value, types.FunctionType):
        cells = [cell.cell_contents for cell in value.__closure__ or ()]
        parts = value.__qualname__, value.__code__, value.__defaults__, cells
        _feed(update, (value.__module__, *parts, value.__kwdefaults__), above)
    elif isinstance(value, types.CodeType):
        _feed(update, (value.co_code, value.co_names, value.co_consts), above)
    elif isinstance(value, types.MethodType):
        _feed(update, (value.__func__, value.__self__), above)
    elif isinstance(value, functools.partial):
        _feed(update, (value.func, value.args, value.keywords), above)
    elif hasattr(value, "get_params"):
        _feed(update, (type(value), value.get_params(deep=False)), above)
    elif isinstance(value, Recordings | Windows) or _is_plain_object(value):
        _feed(update, (type(value), vars(value)), above)
    else:
        update(joblib.hash(value).encode())


def _feed_array(update, array, above):
    update(f"{array.dtype.descr}{array.shape}".encode())
    if array.dtype.hasobject:
        _feed(update, array.tolist(), above)
    else:
        update(np.ascontiguousarray(array).reshape(-1).view(np.uint8))


def _feed_class(update, cls, above):
    """Hash the name; the code too where no version says which one it is."""
    update(_name(cls).encode())
    package = sys.modules.get(cls.__module__.partition(".")[0])
    if cls.__module__ != "builtins" and not hasattr(package, "__version__"):
        code = {k: v for k, v in vars(cls).items() if hasattr(v, "__code__")}
        _feed(update, (code, cls.__bases__), above)


def _is_plain_object(value):
    """Whether all that the object is stands in its attributes."""
    is_table = hasattr(value, "__array__") or hasattr(value, "to_numpy")
    return hasattr(value, "__dict__") and not is_table


def _name(cls):
    # A memory map holds what an array holds.
    cls = np.ndarray if issubclass(cls, np.ndarray) else cls
    return f"{cls.__module__}.{cls.__qualname__}"
