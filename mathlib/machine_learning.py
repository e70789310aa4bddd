"""Chapter 13: activations, normalisation and losses."""

import math

from mathlib import _ops
from mathlib.arrays import arrays
from mathlib.foundations import logsumexp
from mathlib.numerical_methods import log_softmax, sigmoid, widen

__all__ = [
    "cross_entropy_loss",
    "gelu",
    "layer_norm",
    "relu",
    "rms_norm",
    "silu",
]


def relu(x):
    r"""Replace what is negative by zero.

    Parameters
    ----------
    x : array of any shape

    Returns
    -------
    array
        Shape and dtype of ``x``; integers become floats.

    Raises
    ------
    TypeError
        If ``x`` is not numeric.

    Notes
    -----
    .. math:: \mathrm{ReLU}(x) = \max(0, x).

    The derivative at 0 does not exist; automatic differentiation gets 0
    here, as in PyTorch.  NaN stays NaN.  Linear time.

    References
    ----------
    Nair, V., Hinton, G. E. (2010). Rectified linear units improve restricted
    Boltzmann machines. ICML.

    Examples
    --------
    >>> relu([-2.0, 0.0, 3.0])
    array([0., 0., 3.])
    """
    xp, x = arrays(x)
    # maximum(x, 0) would give the derivative 1/2 at 0.
    return xp.where(x <= 0, 0.0, x)


def gelu(x, *, approximate="none"):
    r"""Weigh every number by the share of a Gaussian that lies below it.

    Parameters
    ----------
    x : array of any shape
    approximate : {"none", "tanh"}, default "none"
        The exact form, or the one with a hyperbolic tangent that GPT-2 was
        trained with.

    Returns
    -------
    array
        Shape and dtype of ``x``.

    Raises
    ------
    ValueError
        If ``approximate`` is neither of the two.

    Notes
    -----
    .. math:: \mathrm{GELU}(x) = x\,\Phi(x) \approx \tfrac x2\Big(1 +
       \tanh\big[\sqrt{2/\pi}\,(x + 0.044715\,x^3)\big]\Big),

    with the standard normal distribution function :math:`\Phi(x) = \tfrac12
    (1 + \mathrm{erf}(x/\sqrt2))`.  The two forms differ by 4.8e-4 at most.
    Linear time.

    References
    ----------
    Hendrycks, D., Gimpel, K. (2016). Gaussian error linear units.
    arXiv:1606.08415.

    Examples
    --------
    >>> gelu([-1.0, 0.0, 1.0]).round(4)
    array([-0.1587,  0.    ,  0.8413])
    """
    xp, x = arrays(x)
    if approximate == "none":
        gate = _ops.erf(xp, x / math.sqrt(2))
    elif approximate == "tanh":
        gate = xp.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))
    else:
        raise ValueError(
            f"approximate must be 'none' or 'tanh', got {approximate!r}"
        )
    return 0.5 * x * (1 + gate)


def silu(x):
    r"""Weigh every number by its sigmoid.

    Parameters
    ----------
    x : array of any shape

    Returns
    -------
    array
        Shape and dtype of ``x``.

    Raises
    ------
    TypeError
        If ``x`` is not numeric.

    Notes
    -----
    .. math:: \mathrm{SiLU}(x) = x\,\sigma(x).

    Also called swish.  It has its minimum, -0.278, at x = -1.278.  Linear
    time.

    References
    ----------
    Elfwing, S., Uchibe, E., Doya, K. (2018). Sigmoid-weighted linear units
    for neural network function approximation in reinforcement learning.
    Neural Networks 107. doi:10.1016/j.neunet.2017.12.012.

    Examples
    --------
    >>> silu([-1.0, 0.0, 1.0]).round(4)
    array([-0.2689,  0.    ,  0.7311])
    """
    xp, x = arrays(x)
    return x * sigmoid(x)


def layer_norm(x, weight=None, bias=None, *, eps=1e-5):
    r"""Give every row mean 0 and variance 1, then scale and shift it.

    Parameters
    ----------
    x : array of shape `(..., n)`
        The statistics are taken over the last axis.
    weight, bias : array of shape `(n,)`, optional
        Scale and shift of each feature; 1 and 0 when not given.
    eps : float, default 1e-5
        Added to the variance, under the root.

    Returns
    -------
    array of shape `(..., n)`
        In the dtype of ``x``.

    Raises
    ------
    ValueError
        If ``x`` has no axis, or ``weight`` or ``bias`` another shape than
        `(n,)`.

    Notes
    -----
    .. math:: \mathrm{LN}(\mathbf x) = \gamma \odot
       \frac{\mathbf x - \mu}{\sqrt{\sigma^2 + \epsilon}} + \beta,

    with the variance divided by n, not n - 1.  Half-precision numbers are
    summed in single precision.  Linear time.

    References
    ----------
    Ba, J. L., Kiros, J. R., Hinton, G. E. (2016). Layer normalization.
    arXiv:1607.06450.

    Examples
    --------
    >>> layer_norm([1.0, 3.0], eps=0.0)
    array([-1.,  1.])
    """
    xp, x, weight, bias = arrays(x, weight, bias)
    _check_features(x, weight=weight, bias=bias)
    wide = widen(xp, x)
    centered = wide - xp.mean(wide, axis=-1, keepdims=True)
    variance = xp.mean(centered**2, axis=-1, keepdims=True)
    y = centered / xp.sqrt(variance + eps)
    if weight is not None:
        y = y * weight
    if bias is not None:
        y = y + bias
    return xp.astype(y, x.dtype, copy=False)


def rms_norm(x, weight=None, *, eps=1e-6):
    r"""Divide every row by its root mean square, then scale it.

    Parameters
    ----------
    x : array of shape `(..., n)`
        The mean is taken over the last axis.
    weight : array of shape `(n,)`, optional
        Scale of each feature; 1 when not given.
    eps : float, default 1e-6
        Added to the mean square, under the root.

    Returns
    -------
    array of shape `(..., n)`
        In the dtype of ``x``.

    Raises
    ------
    ValueError
        If ``x`` has no axis, or ``weight`` another shape than `(n,)`.

    Notes
    -----
    .. math:: \hat x_i = \gamma_i
       \frac{x_i}{\sqrt{\frac1n\sum_j x_j^2 + \epsilon}}.

    No mean is subtracted: this is what sets it apart from
    :func:`layer_norm`.  ``torch.nn.functional.rms_norm`` takes the machine
    epsilon of the dtype for ``eps`` unless told otherwise.  Half-precision
    numbers are summed in single precision.  Linear time.

    References
    ----------
    Zhang, B., Sennrich, R. (2019). Root mean square layer normalization.
    NeurIPS. arXiv:1910.07467.

    Examples
    --------
    >>> rms_norm([1.0, 7.0], eps=0.0)
    array([0.2, 1.4])
    """
    xp, x, weight = arrays(x, weight)
    _check_features(x, weight=weight)
    wide = widen(xp, x)
    mean_square = xp.mean(wide**2, axis=-1, keepdims=True)
    y = wide / xp.sqrt(mean_square + eps)
    if weight is not None:
        y = y * weight
    return xp.astype(y, x.dtype, copy=False)


def cross_entropy_loss(
    logits,
    labels,
    *,
    ignore_index=-100,
    label_smoothing=0.0,
    reduction="mean",
):
    r"""Charge each sample minus the log-probability of its true class.

    Parameters
    ----------
    logits : array of shape `(..., K)`
        Scores before any softmax, classes on the last axis.
    labels : integer array of shape `(...)`
        True classes, 0 to K - 1, or ``ignore_index``.
    ignore_index : int, default -100
        Samples with this label cost nothing and do not count in the mean.
    label_smoothing : float in [0, 1], default 0
        Share of the target that is spread evenly over all K classes.
    reduction : {"mean", "sum", "none"}, default "mean"
        Mean or sum over the samples, or every sample's own loss.

    Returns
    -------
    array
        0-d, or of shape `(...)` when ``reduction`` is ``"none"``.

    Raises
    ------
    TypeError
        If ``labels`` are not integers.
    ValueError
        If shapes do not fit, a label is no class, ``label_smoothing`` lies
        outside [0, 1] or ``reduction`` is unknown.

    Notes
    -----
    .. math:: L = \mathrm{LSE}(\mathbf z) - z_y, \qquad
       L_s = (1 - s)\,L + \frac sK\sum_k\big(\mathrm{LSE}(\mathbf z) -
       z_k\big).

    The options are those of ``torch.nn.functional.cross_entropy``, which
    wants the classes on axis 1.  The mean is NaN when every label is
    ignored.  Time and memory are linear in the size of ``logits``.

    References
    ----------
    Bishop, C. M. (2006). Pattern Recognition and Machine Learning, 4.3.4.
    Springer.  Label smoothing: Szegedy, C. et al. (2016). Rethinking the
    Inception architecture for computer vision. CVPR. arXiv:1512.00567.

    Examples
    --------
    >>> loss = cross_entropy_loss([[2.0, 0.0], [0.0, 0.0]], [0, 1])
    >>> round(float(loss), 4)
    0.41
    """
    xp, logits = arrays(logits)
    labels = _check_labels(xp, logits, labels, ignore_index)
    if not 0 <= label_smoothing <= 1:
        raise ValueError(
            f"label_smoothing must lie in [0, 1], got {label_smoothing}"
        )
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(
            f"reduction must be 'mean', 'sum' or 'none', got {reduction!r}"
        )
    counts = labels != ignore_index
    y = xp.where(counts, labels, 0)[..., None]
    loss = logsumexp(logits) - xp.take_along_axis(logits, y, axis=-1)[..., 0]
    if label_smoothing:
        uniform = -xp.mean(log_softmax(logits), axis=-1)
        loss = (1 - label_smoothing) * loss + label_smoothing * uniform
    loss = xp.where(counts, loss, 0.0)
    if reduction == "none":
        return loss
    if reduction == "sum":
        return xp.sum(loss)
    n = xp.sum(xp.astype(counts, loss.dtype))
    return xp.sum(loss) / xp.where(n > 0, n, math.nan)


def _check_features(x, **vectors):
    """Raise unless x has features and each vector has one entry for each."""
    if x.ndim == 0:
        raise ValueError("x must have shape (..., n), got a single number")
    for name, vector in vectors.items():
        if vector is not None and vector.shape != x.shape[-1:]:
            raise ValueError(
                f"{name} must have shape {tuple(x.shape[-1:])}, one entry"
                f" for each feature of x, got {tuple(vector.shape)}"
            )


def _check_labels(xp, logits, labels, ignore_index):
    """Return labels as an array beside logits, or raise."""
    _, _, labels = arrays(logits, labels, floating=False)
    if logits.ndim == 0:
        raise ValueError("logits must have shape (..., K), got one number")
    if labels.shape != logits.shape[:-1]:
        raise ValueError(
            f"labels must have the shape {tuple(logits.shape[:-1])} of logits"
            f" without their last axis, got {tuple(labels.shape)}"
        )
    if not xp.isdtype(labels.dtype, "integral"):
        raise TypeError(f"labels must be integers, got {labels.dtype}")
    n_classes = logits.shape[-1]
    known = (labels >= 0) & (labels < n_classes) | (labels == ignore_index)
    if not bool(xp.all(known)):
        raise ValueError(
            f"labels must lie in 0 to {n_classes - 1} or be ignore_index"
            f" = {ignore_index}"
        )
    return labels
