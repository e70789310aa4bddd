"""Chapter 01: sums in log space, probabilities, indicator vectors."""

import math
import operator

from mathlib.arrays import arrays

__all__ = ["logsumexp", "one_hot", "softmax"]


def softmax(z, *, axis=-1):
    r"""Turn scores into probabilities that add up to one.

    Parameters
    ----------
    z : array of shape `(..., n)`
        Scores, also called logits.
    axis : int, default -1
        The axis along which the result adds up to one.

    Returns
    -------
    array
        Shape and dtype of ``z``, every entry between 0 and 1.

    Raises
    ------
    ValueError
        If ``z`` has no such axis or nothing along it.

    Notes
    -----
    .. math:: \mathrm{softmax}(\mathbf z)_i =
       \frac{e^{z_i - m}}{\sum_j e^{z_j - m}}, \qquad m = \max_j z_j.

    Without the maximum, exp overflows beyond 709 (88 in float32).  A row of
    minus infinities is NaN, as is one with plus infinity: SciPy and PyTorch
    say the same.  Linear time.

    References
    ----------
    Bridle, J. S. (1990). Probabilistic interpretation of feedforward
    classification network outputs. Neurocomputing, NATO ASI 68, 227-236.
    doi:10.1007/978-3-642-76153-9_28.

    Examples
    --------
    >>> softmax([1000.0, 1000.0])
    array([0.5, 0.5])
    """
    xp, z = arrays(z)
    check_axis("z", z, axis, empty=False)
    m = xp.max(z, axis=axis, keepdims=True)
    # NaN here and not from inf - inf, which would also warn.
    e = xp.exp(z - xp.where(xp.isfinite(m), m, math.nan))
    return e / xp.sum(e, axis=axis, keepdims=True)


def logsumexp(z, *, axis=-1, keepdims=False):
    r"""Take the logarithm of a sum of exponentials.

    Parameters
    ----------
    z : array of shape `(..., n)`
    axis : int, default -1
        The axis that is summed.
    keepdims : bool, default False
        Keep the summed axis with length 1.

    Returns
    -------
    array of shape `(...)`, or `(..., 1)` with ``keepdims``
        In the dtype of ``z``.

    Raises
    ------
    ValueError
        If ``z`` has no such axis or nothing along it.

    Notes
    -----
    .. math:: \log\sum_j e^{z_j} = m + \log\sum_j e^{z_j - m},
       \qquad m = \max_j z_j.

    Minus infinity stands for the probability 0: such terms add nothing, and
    a row of nothing else is minus infinity (with gradient 0).  Linear time.

    References
    ----------
    Blanchard, P., Higham, D. J., Higham, N. J. (2021). Accurately computing
    the log-sum-exp and softmax functions. IMA J. Numer. Anal. 41(4).
    doi:10.1093/imanum/draa038.

    Examples
    --------
    >>> float(logsumexp([-1000.0, -1000.0])).__round__(4)
    -999.3069
    """
    xp, z = arrays(z)
    check_axis("z", z, axis, empty=False)
    m = xp.max(z, axis=axis, keepdims=True)
    nothing = m == -math.inf
    # Infinite m would give inf - inf.
    m = xp.where(xp.isfinite(m), m, 0.0)
    total = xp.sum(xp.exp(z - m), axis=axis, keepdims=True)
    # log(0) would warn, and its gradient would be NaN: take log(1) there.
    log_total = m + xp.log(xp.where(nothing, 1.0, total))
    result = xp.where(nothing, -math.inf, log_total)
    return result if keepdims else xp.squeeze(result, axis=axis)


def one_hot(labels, num_classes):
    r"""Turn each label k into a vector with a one at position k.

    Parameters
    ----------
    labels : integer array of shape `(...)`
        Labels, counted from 0.
    num_classes : int
        The number of classes K.

    Returns
    -------
    array of shape `(..., K)`
        Zeros and ones, in the default float type of the library.

    Raises
    ------
    TypeError
        If ``labels`` or ``num_classes`` are not integers.
    ValueError
        If a label lies outside 0 to K - 1.

    Notes
    -----
    .. math:: \mathrm{onehot}(y)_k = \delta_{yk}.

    The number of classes is never guessed from the labels: a batch need not
    contain the last class.  ``torch.nn.functional.one_hot`` returns integers;
    these are floats, ready for formulas.  Time and memory are those of the
    result.

    References
    ----------
    Bishop, C. M. (2006). Pattern Recognition and Machine Learning, 4.2.
    Springer.

    Examples
    --------
    >>> one_hot([2, 0], 3)
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    xp, labels = arrays(labels, floating=False)
    num_classes = operator.index(num_classes)
    if not xp.isdtype(labels.dtype, "integral"):
        raise TypeError(f"labels must be integers, got {labels.dtype}")
    if not bool(xp.all((labels >= 0) & (labels < num_classes))):
        raise ValueError(
            f"labels must lie in 0 to num_classes - 1 = {num_classes - 1}"
        )
    classes = xp.arange(
        num_classes, dtype=labels.dtype, device=labels.device
    )
    _, hot = arrays(labels[..., None] == classes)
    return hot


def check_axis(name, x, axis, *, empty=True):
    """Raise ValueError unless x has this axis (with entries along it)."""
    shape = tuple(x.shape)
    if not -x.ndim <= axis < x.ndim:
        raise ValueError(
            f"{name} must have an axis {axis}, got the shape {shape}"
        )
    if not empty and shape[axis] == 0:
        raise ValueError(
            f"{name} must have entries along axis {axis}, got the shape"
            f" {shape}"
        )
