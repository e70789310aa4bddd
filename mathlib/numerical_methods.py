"""Chapter 10: numbers in a computer, and formulas that survive them."""

import math

from mathlib import _ops
from mathlib.arrays import arrays
from mathlib.foundations import logsumexp

__all__ = ["log_softmax", "sigmoid"]


def sigmoid(x):
    r"""Map every number to a probability, without overflow.

    Parameters
    ----------
    x : array of any shape

    Returns
    -------
    array
        Shape and dtype of ``x``, between 0 and 1.

    Raises
    ------
    TypeError
        If ``x`` is not numeric.

    Notes
    -----
    .. math:: \sigma(x) = \begin{cases} \frac1{1+e^{-x}} & x \ge 0 \\
       \frac{e^x}{1+e^x} & x < 0. \end{cases}

    The two forms are equal, but the exponential of the first overflows at
    :math:`x = -1000`, that of the second at 1000.  Linear time.

    References
    ----------
    Higham, N. J. (2002). Accuracy and Stability of Numerical Algorithms,
    2nd ed. SIAM. doi:10.1137/1.9780898718027.

    Examples
    --------
    >>> sigmoid([-1000.0, 0.0, 1000.0])
    array([0. , 0.5, 1. ])
    """
    xp, x = arrays(x)
    return _ops.sigmoid(xp, x)


def log_softmax(z, *, axis=-1):
    r"""Take the logarithm of the softmax without taking the softmax.

    Parameters
    ----------
    z : array of shape `(..., n)`
        Logits.
    axis : int, default -1
        The axis whose probabilities add up to one.

    Returns
    -------
    array
        Log-probabilities, shape and dtype of ``z``.

    Raises
    ------
    ValueError
        If ``z`` has no such axis or nothing along it.

    Notes
    -----
    .. math:: \log s_i = z_i - \log\sum_j e^{z_j}.

    ``log(softmax(z))`` is minus infinity for a class 800 below the largest,
    because its probability underflows to 0; here it is -800.  A row of
    minus infinities is NaN, as is one with plus infinity.  Linear time.

    References
    ----------
    Blanchard, P., Higham, D. J., Higham, N. J. (2021). Accurately computing
    the log-sum-exp and softmax functions. IMA J. Numer. Anal. 41(4).
    doi:10.1093/imanum/draa038.

    Examples
    --------
    >>> log_softmax([0.0, 800.0])
    array([-800.,    0.])
    """
    xp, z = arrays(z)
    total = logsumexp(z, axis=axis, keepdims=True)
    # NaN here and not from inf - inf, which would also warn.
    return z - xp.where(xp.isfinite(total), total, math.nan)


def widen(xp, x):
    """Return half-precision numbers in single precision, others as is.

    A sum of a thousand numbers of 8 bits (bfloat16) or 11 bits (float16) is
    worth nothing when every partial sum is rounded as far.
    """
    if xp.finfo(x.dtype).bits < 32:
        return xp.astype(x, xp.float32)
    return x
