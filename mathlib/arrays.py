"""Array namespaces, devices, and the cast at the door of every function.

One implementation serves NumPy arrays, torch tensors (CPU and CUDA) and every
other library that follows the Python array API standard.  A public function
begins with ``xp, x = arrays(x)`` and from then on speaks only ``xp``.
"""

import functools
import importlib.util
import os

import array_api_compat
import numpy as np

__all__ = ["alike", "arrays", "device", "has_torch", "like", "to_numpy"]

has_torch = importlib.util.find_spec("torch") is not None


def arrays(*values, floating=True):
    """Return the common array namespace and the values as its arrays.

    Parameters
    ----------
    *values : array, number, nested list, or None
        Lists and numbers become arrays of the library (and on the device) of
        the first argument that already is an array; NumPy when none is.
        ``None`` stays ``None``, so that optional arguments pass through.
    floating : bool, default True
        Turn integers and booleans into the default float type of the library,
        because formulas divide.  ``False`` keeps dtypes as they are.

    Returns
    -------
    xp : module
        The array namespace.
    *values : array
        The converted values, in order.

    Raises
    ------
    TypeError
        If a value is neither array nor number nor list of numbers, or if
        arrays of two libraries are mixed.

    Examples
    --------
    >>> xp, a, b = arrays([1, 2], None)
    >>> a, b
    (array([1., 2.]), None)
    """
    # The common case first: resolving a namespace costs more than a small
    # formula does.
    if all(type(v) is np.ndarray and v.dtype.kind == "f" for v in values):
        return _numpy(), *values
    given = [v for v in values if _is_array(v)]
    if given:
        xp = array_api_compat.array_namespace(*given)
        where = array_api_compat.device(given[0])
    else:
        xp, where = _numpy(), None
    return xp, *[_convert(xp, v, where, floating) for v in values]


def like(x, values, *, floating=False):
    """Return ``values`` as an array of the library and on the device of x.

    Examples
    --------
    >>> like(np.ones(2), [1, 2])
    array([1, 2])
    """
    xp = array_api_compat.array_namespace(x)
    return _convert(xp, values, array_api_compat.device(x), floating)


def to_numpy(x):
    """Return ``x`` as a NumPy array, from any library and any device.

    Examples
    --------
    >>> to_numpy([1.0, 2.0])
    array([1., 2.])
    """
    if array_api_compat.is_torch_array(x):
        return x.detach().cpu().resolve_conj().resolve_neg().numpy()
    if isinstance(x, np.ndarray):
        return x
    if _is_array(x):
        return np.from_dlpack(x)
    return np.asarray(x)


@functools.cache
def device():
    """Return the device that models should use: ``"cuda"`` or ``"cpu"``.

    The answer is ``"cuda"`` when torch is installed and sees a GPU.  Set the
    environment variable ``MATHLIB_DEVICE`` to choose for yourself.

    Examples
    --------
    >>> device() in ("cpu", "cuda")
    True
    """
    chosen = os.environ.get("MATHLIB_DEVICE")
    if chosen:
        return chosen
    if not has_torch:
        return "cpu"
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def alike(*values):
    """Convert as :func:`arrays`, all to the precision of the arrays.

    Parameters
    ----------
    *values : array, number or nested list
        Numbers and lists have no precision of their own: they take that of
        the arrays among the values.

    Returns
    -------
    xp : module
        The array namespace.
    *values : array
        The converted values, in order.

    Raises
    ------
    TypeError
        As :func:`arrays`.

    Examples
    --------
    >>> xp, x, std = alike(np.float32([1, 2]), 0.1)
    >>> std.dtype == x.dtype
    True
    """
    xp, *found = arrays(*values)
    given = [_is_array(v) for v in values]
    if not any(given) or all(given):
        return xp, *found
    dtype = xp.result_type(
        *[x for x, g in zip(found, given, strict=True) if g]
    )
    # Not by way of torch's default, which would round to single precision.
    return xp, *[
        x if g else xp.asarray(
            np.asarray(v).tolist(), dtype=dtype, device=x.device
        )
        for x, g, v in zip(found, given, values, strict=True)
    ]


@functools.cache
def _numpy():
    return array_api_compat.array_namespace(np.empty(0))


def _is_array(value):
    return not isinstance(value, np.generic) and (
        array_api_compat.is_array_api_obj(value)
    )


def _convert(xp, value, where, floating):
    if value is None:
        return None
    if not _is_array(value):
        numbers = np.asarray(value)
        if numbers.dtype.kind not in "biufc":
            raise TypeError(
                f"expected an array or numbers, got {type(value).__name__}"
            )
        # Through a list, because a Python number has no precision of its own:
        # it takes the library's default dtype, on the right device.
        value = xp.asarray(numbers.tolist(), device=where)
    if floating and not xp.isdtype(
        value.dtype, ("real floating", "complex floating")
    ):
        value = xp.astype(value, _default_float(xp, value))
    return value


def _default_float(xp, x):
    info = xp.__array_namespace_info__()
    where = array_api_compat.device(x)
    return info.default_dtypes(device=where)["real floating"]
