"""Plain data: what a learner's answer is reduced to before anyone compares.

Comparison never touches the learner's objects.  Numbers, arrays and tensors
of every library become NumPy arrays (a single number one of no axes), and
whatever has no plain form becomes :class:`Opaque`.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mathlib.arrays import to_numpy
from mathlib.exercise import Call, Given, Script

MAX_DEPTH = 20
MAX_ENTRIES = 20_000_000


@dataclass(frozen=True)
class Opaque:
    """A value with no plain form; all that is known of it is its kind."""

    kind: str


def plain(value, depth=0):
    """Return ``value`` as plain data.

    Examples
    --------
    >>> plain([1, 2.5])
    array([1. , 2.5])
    >>> plain((True, "a"))
    (array(True), 'a')
    >>> plain(object())
    Opaque(kind='object')
    """
    if depth > MAX_DEPTH:
        return Opaque("something nested too deeply")
    if value is None or type(value) in (str, bytes):
        return value
    if isinstance(value, (bool, int, float, complex, np.generic)):
        return _numbers(value)
    if isinstance(value, tuple):
        return tuple(plain(item, depth + 1) for item in value)
    if isinstance(value, list):
        return _list([plain(item, depth + 1) for item in value])
    if isinstance(value, Mapping):
        return {
            _key(key): plain(item, depth + 1) for key, item in value.items()
        }
    if isinstance(value, (set, frozenset)):
        return frozenset(_key(item) for item in value)
    if hasattr(value, "__array_namespace__") or _is_tensor(value):
        if int(np.prod(value.shape)) > MAX_ENTRIES:
            return Opaque("an array too large to compare")
        try:
            if str(value.dtype) == "torch.bfloat16":  # unknown to NumPy
                value = value.float()
            return _numbers(to_numpy(value))
        except Exception:  # a tensor without data, a sparse one, ...
            return Opaque(f"a {type(value).__name__} that can't be read")
    return Opaque(type(value).__name__)


def _is_tensor(value):
    return type(value).__module__.partition(".")[0] == "torch" and hasattr(
        value, "detach"
    )


def _numbers(value):
    array = np.array(value)
    if array.dtype.kind in "biufc":
        return array
    return Opaque(f"an array of {array.dtype}")


def _list(items):
    """A list of equal shapes is an array; any other stays a list."""
    if items and all(isinstance(item, np.ndarray) for item in items):
        if len({item.shape for item in items}) == 1:
            return np.stack(items)
    return items


def _key(key):
    if isinstance(key, np.generic):
        return key.item()
    if isinstance(key, (tuple, list)):
        return tuple(_key(item) for item in key)
    if key is None or isinstance(key, (str, bytes, bool, int, float)):
        return key
    return f"<{type(key).__name__}>"


def to_json(value):
    """Return data (plain or a program) as what ``json`` can write."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, np.generic):
        return value
    if isinstance(value, (np.ndarray, np.generic)):
        array = np.asarray(value, order="C")
        data = base64.b64encode(array.tobytes()).decode("ascii")
        return {"array": [array.dtype.str, list(array.shape), data]}
    if isinstance(value, list):
        return [to_json(item) for item in value]
    if isinstance(value, tuple):
        return {"tuple": [to_json(item) for item in value]}
    if isinstance(value, Mapping):
        pairs = [[to_json(k), to_json(v)] for k, v in value.items()]
        return {"dict": pairs}
    if isinstance(value, frozenset):
        return {"set": [to_json(item) for item in value]}
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode("ascii")}
    if isinstance(value, Opaque):
        return {"opaque": value.kind}
    if isinstance(value, Given):
        return {"given": to_json((value.name, value.args, value.kwargs))}
    if isinstance(value, Call):
        return {"call": to_json((value.args, value.kwargs, value.name))}
    if isinstance(value, Script):
        return {"script": to_json((value.source, value.inputs))}
    raise TypeError(f"{type(value).__name__} has no place in plain data")


def from_json(node):
    """Undo :func:`to_json`, building nothing but the types it knows.

    Examples
    --------
    >>> from_json(to_json({"a": (1, np.arange(2.0))}))
    {'a': (1, array([0., 1.]))}
    """
    if isinstance(node, list):
        return [from_json(item) for item in node]
    if not isinstance(node, dict):
        return node
    ((tag, body),) = node.items()
    if tag == "array":
        return _array(*body)
    if tag == "tuple":
        return tuple(from_json(item) for item in body)
    if tag == "dict":
        return {from_json(k): from_json(v) for k, v in body}
    if tag == "set":
        return frozenset(from_json(item) for item in body)
    if tag == "bytes":
        return base64.b64decode(body)
    if tag == "opaque":
        return Opaque(str(body)[:80])
    rebuild = {"given": Given, "call": Call, "script": Script}
    if tag in rebuild:
        return rebuild[tag](*from_json(body))
    raise ValueError(f"unknown tag {tag!r}")


def _array(dtype, shape, data):
    dtype = np.dtype(dtype)
    if dtype.kind not in "biufc":
        raise ValueError(f"arrays of {dtype} do not travel")
    raw = np.frombuffer(base64.b64decode(data), dtype=dtype)
    return raw.reshape(shape).copy()
