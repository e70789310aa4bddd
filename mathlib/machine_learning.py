"""Chapter 13: activations, losses, norms, first weights, first learners.

Samples are rows.  A loss is the mean over all samples, unless it says
otherwise, and a gradient is that of this mean.
"""

import math

import numpy as np

from mathlib import _ops
from mathlib.arrays import alike, arrays, to_numpy
from mathlib.foundations import (
    check_count,
    check_generator,
    check_positive,
    check_shape,
    check_vector,
    logsumexp,
    one_hot,
    softmax,
)
from mathlib.linear_algebra import (
    check_matrix,
    linear,
    pairwise_euclidean_distance,
)
from mathlib.numerical_methods import (
    log_sigmoid,
    log_softmax,
    sigmoid,
    widen,
)

__all__ = [
    "batch_norm",
    "bce_with_logits",
    "boosting_leaf_weight",
    "boosting_split_gain",
    "cross_entropy_gradient",
    "cross_entropy_loss",
    "dropout",
    "gelu",
    "gelu_derivative",
    "he_normal",
    "huber",
    "kmeans",
    "kmeans_assign",
    "kmeans_plus_plus",
    "kmeans_update",
    "l1_penalty",
    "l2_gradient",
    "l2_penalty",
    "layer_norm",
    "leaky_relu",
    "linear_regression_gradient",
    "linear_regression_loss",
    "logistic_gradient",
    "logistic_loss",
    "mae",
    "mse",
    "relu",
    "rms_norm",
    "sigmoid_focal_loss",
    "silu",
    "silu_derivative",
    "softmax_regression_gradient",
    "tanh",
    "xavier_normal",
    "xavier_uniform",
]

# From here on the smooth gates are 0 or 1 in every float type; the square
# of a much larger number overflows.
_FAR = 200.0


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


def leaky_relu(x, *, negative_slope=0.01):
    r"""Let through what is positive, and a little of what is negative.

    Parameters
    ----------
    x : array of any shape
    negative_slope : float, default 0.01
        The slope :math:`\alpha` where x is not positive.

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
    .. math:: f(x) = \begin{cases}x & x > 0\\ \alpha x & x \le 0\end{cases}
       \qquad = \max(\alpha x, x)\ \text{ for }\ 0\le\alpha\le1.

    With a slope above 1 the maximum would choose the other line, so this is
    not how it is computed here.  The derivative at 0 is :math:`\alpha` by
    convention, as in PyTorch.  Linear time.

    References
    ----------
    Maas, A. L., Hannun, A. Y., Ng, A. Y. (2013). Rectifier nonlinearities
    improve neural network acoustic models. ICML workshop on deep learning
    for audio, speech and language processing.

    Examples
    --------
    >>> leaky_relu([-2.0, 0.0, 3.0], negative_slope=0.1)
    array([-0.2,  0. ,  3. ])
    """
    xp, x = arrays(x)
    return xp.where(x > 0, x, negative_slope * x)


def tanh(x):
    r"""Squash every number into (-1, 1), keeping its sign.

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
    .. math:: \tanh x = \frac{e^x-e^{-x}}{e^x+e^{-x}} = 2\sigma(2x) - 1.

    A sigmoid of twice the height and half the width, moved to pass through 0
    with slope 1.  Both forms lose digits near 0, and the first is NaN from
    710 on: the library's own has neither fault.  Linear time.

    References
    ----------
    LeCun, Y., Bottou, L., Orr, G. B., Mueller, K.-R. (1998). Efficient
    BackProp. In Neural Networks: Tricks of the Trade. Springer.
    doi:10.1007/3-540-49430-8_2.

    Examples
    --------
    >>> tanh([-1000.0, 0.0, 1.0]).round(4)
    array([-1.    ,  0.    ,  0.7616])
    """
    xp, x = arrays(x)
    return xp.tanh(x)


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


def gelu_derivative(x):
    r"""Differentiate the exact GELU.

    Parameters
    ----------
    x : array of any shape

    Returns
    -------
    array
        Shape and dtype of ``x``, between -0.129 and 1.129.

    Raises
    ------
    TypeError
        If ``x`` is not numeric.

    Notes
    -----
    .. math:: \mathrm{GELU}'(x) = \Phi(x) + x\,\phi(x), \qquad
       \phi(x) = \tfrac{1}{\sqrt{2\pi}}e^{-x^2/2},

    by the product rule, since the density is the slope of the distribution
    function.  Linear time.

    References
    ----------
    Hendrycks, D., Gimpel, K. (2016). Gaussian error linear units.
    arXiv:1606.08415.

    Examples
    --------
    >>> gelu_derivative([-1.0, 0.0, 1.0]).round(4)
    array([-0.0833,  0.5   ,  1.0833])
    """
    xp, x = arrays(x)
    x = xp.clip(x, -_FAR, _FAR)
    below = 0.5 * (1 + _ops.erf(xp, x / math.sqrt(2)))
    return below + x * xp.exp(-x * x / 2) / math.sqrt(2 * math.pi)


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


def silu_derivative(x):
    r"""Differentiate the SiLU.

    Parameters
    ----------
    x : array of any shape

    Returns
    -------
    array
        Shape and dtype of ``x``, between -0.1 and 1.1.

    Raises
    ------
    TypeError
        If ``x`` is not numeric.

    Notes
    -----
    .. math:: f'(x) = \sigma(x) + x\,\sigma(x)\,(1-\sigma(x)),

    by the product rule; :math:`1-\sigma(x)` is taken as
    :math:`\sigma(-x)`, which keeps its digits.  Linear time.

    References
    ----------
    Elfwing, S., Uchibe, E., Doya, K. (2018). Sigmoid-weighted linear units
    for neural network function approximation in reinforcement learning.
    Neural Networks 107. doi:10.1016/j.neunet.2017.12.012.

    Examples
    --------
    >>> silu_derivative([-1.0, 0.0, 1.0]).round(4)
    array([0.0723, 0.5   , 0.9277])
    """
    xp, x = arrays(x)
    # Infinity times zero would be NaN.
    far = 1e3 if xp.finfo(x.dtype).bits > 32 else _FAR
    x = xp.clip(x, -far, far)
    return sigmoid(x) * (1 + x * sigmoid(-x))


def mse(y_true, y_pred):
    r"""Take the mean of the squared errors.

    Parameters
    ----------
    y_true, y_pred : array of any shape, the same for both
        What was observed and what was predicted.

    Returns
    -------
    0-d array

    Raises
    ------
    ValueError
        If the shapes differ or there is nothing to average.

    Notes
    -----
    .. math:: \mathrm{MSE} = \frac1n\sum_i (y_i-\hat y_i)^2.

    Among constant predictions the mean of y is best.  Shapes must be equal:
    (N, 1) and (N,) would broadcast to N times N differences.  Linear time.

    References
    ----------
    Bishop, C. M. (2006). Pattern Recognition and Machine Learning, 1.5.5.
    Springer.

    Examples
    --------
    >>> float(mse([1, 2, 6], [1, 3, 3])).__round__(4)
    3.3333
    """
    xp, r = _residuals(y_true, y_pred)
    return xp.mean(r * r)


def mae(y_true, y_pred):
    r"""Take the mean of the absolute errors.

    Parameters
    ----------
    y_true, y_pred : array of any shape, the same for both
        What was observed and what was predicted.

    Returns
    -------
    0-d array

    Raises
    ------
    ValueError
        If the shapes differ or there is nothing to average.

    Notes
    -----
    .. math:: \mathrm{MAE} = \frac1n\sum_i |y_i-\hat y_i|.

    Among constant predictions a median of y is best, so that one wild value
    does little.  The slope where an error is 0 is taken to be 0.  Linear
    time.

    References
    ----------
    Boscovich, R. J. (1757). De litteraria expeditione per pontificiam
    ditionem. Bononiensi Scientiarum et Artium Instituto 4.

    Examples
    --------
    >>> float(mae([1, 2, 6], [1, 3, 3])).__round__(4)
    1.3333
    """
    xp, r = _residuals(y_true, y_pred)
    return xp.mean(xp.abs(r))


def huber(y_true, y_pred, *, delta=1.0):
    r"""Square small errors, and charge large ones along a straight line.

    Parameters
    ----------
    y_true, y_pred : array of any shape, the same for both
        What was observed and what was predicted.
    delta : float, default 1.0
        Where the parabola turns into the line.

    Returns
    -------
    0-d array
        The mean over all entries.

    Raises
    ------
    ValueError
        If the shapes differ, there is nothing to average, or ``delta`` is
        not positive.

    Notes
    -----
    .. math:: L_\delta(r) = \begin{cases}\tfrac12 r^2 & |r|\le\delta\\
       \delta\,(|r| - \tfrac12\delta) & |r|>\delta.\end{cases}

    Value and slope of the two pieces agree at :math:`|r| = \delta`.  The
    mean is ``torch.nn.functional.huber_loss``; ``smooth_l1_loss`` is it
    divided by delta.  Linear time.

    References
    ----------
    Huber, P. J. (1964). Robust estimation of a location parameter. Ann.
    Math. Statist. 35(1). doi:10.1214/aoms/1177703732.

    Examples
    --------
    >>> float(huber([0, 0], [1, 4], delta=2))
    3.25
    """
    check_positive(delta=delta)
    xp, r = _residuals(y_true, y_pred)
    size = xp.abs(r)
    small = xp.minimum(size, xp.full_like(size, delta))
    # On the line, small is delta: delta |r| - delta^2 / 2.
    return xp.mean(small * (size - small / 2))


def linear_regression_loss(w, X, y):
    r"""Take the mean squared error of a linear model.

    Parameters
    ----------
    w : array of shape `(D,)`
        Weights.
    X : array of shape `(N, D)`
        Samples are rows.
    y : array of shape `(N,)`
        Targets.

    Returns
    -------
    0-d array

    Raises
    ------
    ValueError
        If the shapes do not fit or there is no sample.

    Notes
    -----
    .. math:: L = \frac1N\|X\mathbf w-\mathbf y\|^2.

    For an intercept, give X a column of ones.  :math:`O(ND)` time.

    References
    ----------
    Legendre, A.-M. (1805). Nouvelles methodes pour la determination des
    orbites des cometes. Firmin Didot, Paris.

    Examples
    --------
    >>> float(linear_regression_loss([0], [[1], [2]], [2, 3]))
    6.5
    """
    xp, w, X, y = _supervised(w, X, y)
    return mse(y, X @ w)


def linear_regression_gradient(w, X, y):
    r"""Differentiate the mean squared error of a linear model.

    Parameters
    ----------
    w : array of shape `(D,)`
        Weights.
    X : array of shape `(N, D)`
        Samples are rows.
    y : array of shape `(N,)`
        Targets.

    Returns
    -------
    array of shape `(D,)`

    Raises
    ------
    ValueError
        If the shapes do not fit or there is no sample.

    Notes
    -----
    .. math:: \nabla L = \frac2N X^\top(X\mathbf w-\mathbf y).

    It is 0 where the normal equations hold.  :math:`O(ND)` time.

    References
    ----------
    Bishop, C. M. (2006). Pattern Recognition and Machine Learning, 3.1.3.
    Springer.

    Examples
    --------
    >>> linear_regression_gradient([0], [[1], [2]], [2, 3])
    array([-8.])
    """
    xp, w, X, y = _supervised(w, X, y)
    return 2 / y.shape[0] * (X.mT @ (X @ w - y))


def bce_with_logits(logits, targets):
    r"""Charge yes-or-no predictions minus the log of what was true.

    Parameters
    ----------
    logits : array of any shape
        Scores before any sigmoid.
    targets : array of the shape of logits
        0 or 1, or a probability between.

    Returns
    -------
    0-d array
        The mean over all entries, in nats.

    Raises
    ------
    ValueError
        If the shapes differ, there is nothing to average, or a target lies
        outside [0, 1].

    Notes
    -----
    With :math:`\hat y = \sigma(z)`,

    .. math:: L = -[y\log\hat y + (1-y)\log(1-\hat y)]
       = \max(z, 0) - zy + \log(1 + e^{-|z|}).

    Computed from :math:`\log\sigma(\pm z)`, so that the loss at a certain
    and wrong prediction is neither infinite nor capped.  It is minus the log
    likelihood of a Bernoulli variable, and convex in z, which the squared
    error of a sigmoid is not.  As
    ``torch.nn.functional.binary_cross_entropy_with_logits``.  Linear time.

    References
    ----------
    Good, I. J. (1952). Rational decisions. J. R. Stat. Soc. B 14(1).
    doi:10.1111/j.2517-6161.1952.tb00104.x.

    Examples
    --------
    >>> float(bce_with_logits([0.0, 1000.0], [1, 0])).__round__(4)
    500.3466
    """
    xp, z, y = _binary(logits, targets)
    return xp.mean(_bce(z, y))


def sigmoid_focal_loss(logits, targets, *, alpha=0.25, gamma=2.0):
    r"""Charge yes-or-no predictions, and the easy ones hardly at all.

    Parameters
    ----------
    logits : array of any shape
        Scores before any sigmoid.
    targets : array of the shape of logits
        0 or 1.
    alpha : float in [0, 1], default 0.25
        Weight of the ones; the zeros have 1 - alpha.
    gamma : float, default 2.0
        How much easy samples are held back, 0 or more.

    Returns
    -------
    array of the shape of logits
        Every entry's own loss, not yet a mean.

    Raises
    ------
    ValueError
        If the shapes differ, there is no entry, a target or ``alpha`` lies
        outside [0, 1], or ``gamma`` is negative.

    Notes
    -----
    .. math:: L = -\alpha_t\,(1-\hat y_t)^\gamma\,\log\hat y_t, \qquad
       (\hat y_t, \alpha_t) = \begin{cases}(\hat y, \alpha) & y = 1\\
       (1-\hat y, 1-\alpha) & y = 0.\end{cases}

    With gamma 0 this is binary cross-entropy with weights.  Options and
    default (no reduction) of ``torchvision.ops.sigmoid_focal_loss``.  Linear
    time.

    References
    ----------
    Lin, T.-Y., Goyal, P., Girshick, R., He, K., Dollar, P. (2017). Focal
    loss for dense object detection. ICCV. arXiv:1708.02002.

    Examples
    --------
    >>> sigmoid_focal_loss([0.0, 2.0], [1, 1]).round(4)
    array([0.0433, 0.0005])
    """
    xp, z, y = _binary(logits, targets)
    if not 0 <= alpha <= 1:
        raise ValueError(f"alpha must lie in [0, 1], got {alpha}")
    if not gamma >= 0:
        raise ValueError(f"gamma must not be negative, got {gamma}")
    missed = y * sigmoid(-z) + (1 - y) * sigmoid(z)
    weight = alpha * y + (1 - alpha) * (1 - y)
    return weight * missed**gamma * _bce(z, y)


def logistic_loss(w, b, X, y):
    r"""Take the mean cross-entropy of a logistic regression.

    Parameters
    ----------
    w : array of shape `(D,)`
        Weights.
    b : number
        Bias.
    X : array of shape `(N, D)`
        Samples are rows.
    y : array of shape `(N,)`
        Classes, 0 or 1.

    Returns
    -------
    0-d array
        In nats.

    Raises
    ------
    ValueError
        If the shapes do not fit, there is no sample, or a target lies
        outside [0, 1].

    Notes
    -----
    .. math:: L = -\frac1N\sum_i\big[y_i\log\hat y_i +
       (1-y_i)\log(1-\hat y_i)\big], \qquad
       \hat y_i = \sigma(\mathbf w^\top\mathbf x_i + b).

    From the logits, see :func:`bce_with_logits`.  Convex in (w, b).
    :math:`O(ND)` time.

    References
    ----------
    Cox, D. R. (1958). The regression analysis of binary sequences. J. R.
    Stat. Soc. B 20(2). doi:10.1111/j.2517-6161.1958.tb00292.x.

    Examples
    --------
    >>> float(logistic_loss([0.0], 0.0, [[1], [2]], [0, 1])).__round__(4)
    0.6931
    """
    _, z, _, y = _logits(w, b, X, y)
    return bce_with_logits(z, y)


def logistic_gradient(w, b, X, y):
    r"""Differentiate the mean cross-entropy of a logistic regression.

    Parameters
    ----------
    w : array of shape `(D,)`
        Weights.
    b : number
        Bias.
    X : array of shape `(N, D)`
        Samples are rows.
    y : array of shape `(N,)`
        Classes, 0 or 1.

    Returns
    -------
    grad_w : array of shape `(D,)`
    grad_b : 0-d array

    Raises
    ------
    ValueError
        If the shapes do not fit, there is no sample, or a target lies
        outside [0, 1].

    Notes
    -----
    .. math:: \nabla_{\mathbf w}L = \frac1N X^\top(\hat{\mathbf y} -
       \mathbf y), \qquad
       \frac{\partial L}{\partial b} = \frac1N\sum_i(\hat y_i - y_i).

    The slope of the sigmoid has cancelled against that of the logarithm: a
    prediction that is wrong for certain still learns.  :math:`O(ND)` time.

    References
    ----------
    Bishop, C. M. (2006). Pattern Recognition and Machine Learning, 4.3.2.
    Springer.

    Examples
    --------
    >>> grad_w, grad_b = logistic_gradient([0.0], 0.0, [[1], [2]], [0, 1])
    >>> grad_w, float(grad_b)
    (array([-0.25]), 0.0)
    """
    xp, z, X, y = _logits(w, b, X, y)
    error = sigmoid(z) - y
    return X.mT @ error / y.shape[0], xp.mean(error)


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


def cross_entropy_gradient(logits, labels):
    r"""Differentiate the mean cross-entropy by the logits.

    Parameters
    ----------
    logits : array of shape `(..., K)`
        Scores before any softmax, classes on the last axis.
    labels : integer array of shape `(...)`
        True classes, 0 to K - 1; samples with -100 are left out, as in
        :func:`cross_entropy_loss`.

    Returns
    -------
    array of shape `(..., K)`
        Every row adds up to 0.

    Raises
    ------
    TypeError
        If ``labels`` are not integers.
    ValueError
        If the shapes do not fit or a label is no class.

    Notes
    -----
    .. math:: \frac{\partial L}{\partial\mathbf z_i} =
       \frac1N(\hat{\mathbf y}_i - \mathbf y_i), \qquad
       \hat{\mathbf y} = \mathrm{softmax}(\mathbf z),

    with :math:`\mathbf y` the one-hot vector of the label and N the number
    of samples that count.  Time and memory are linear in the size of
    ``logits``.

    References
    ----------
    Bridle, J. S. (1990). Probabilistic interpretation of feedforward
    classification network outputs. Neurocomputing, NATO ASI 68, 227-236.
    doi:10.1007/978-3-642-76153-9_28.

    Examples
    --------
    >>> cross_entropy_gradient([[0.0, 0.0], [0.0, 0.0]], [0, 1])
    array([[-0.25,  0.25],
           [ 0.25, -0.25]])
    """
    xp, logits = arrays(logits)
    labels = _check_labels(xp, logits, labels, -100)
    counts = labels != -100
    y = one_hot(xp.where(counts, labels, 0), logits.shape[-1])
    error = softmax(logits) - xp.astype(y, logits.dtype)
    n = xp.sum(xp.astype(counts, logits.dtype))
    return xp.where(counts[..., None], error / xp.where(n > 0, n, 1.0), 0.0)


def softmax_regression_gradient(W, b, X, labels):
    r"""Differentiate the mean cross-entropy of a softmax regression.

    Parameters
    ----------
    W : array of shape `(K, D)`
        Weights, one row for each class.
    b : array of shape `(K,)`
        Biases.
    X : array of shape `(N, D)`
        Samples are rows.
    labels : integer array of shape `(N,)`
        True classes, 0 to K - 1.

    Returns
    -------
    grad_W : array of shape `(K, D)`
    grad_b : array of shape `(K,)`

    Raises
    ------
    TypeError
        If ``labels`` are not integers.
    ValueError
        If the shapes do not fit or a label is no class.

    Notes
    -----
    With the one-hot labels as the rows of Y,

    .. math:: \hat Y = \mathrm{softmax}(XW^\top + \mathbf b), \qquad
       \nabla_W L = \frac1N(\hat Y - Y)^\top X, \qquad
       \nabla_{\mathbf b} L = \frac1N\sum_i(\hat{\mathbf y}_i -
       \mathbf y_i).

    Both add up to 0 over the classes: adding one vector to all rows of W
    changes no prediction.  :math:`O(NKD)` time.

    References
    ----------
    Bishop, C. M. (2006). Pattern Recognition and Machine Learning, 4.3.4.
    Springer.

    Examples
    --------
    >>> grad_W, grad_b = softmax_regression_gradient(
    ...     [[0.0], [0.0]], [0.0, 0.0], [[1.0], [3.0]], [0, 1])
    >>> grad_W[:, 0], grad_b
    (array([ 0.5, -0.5]), array([0., 0.]))
    """
    xp, W, b, X = alike(W, b, X)
    check_matrix("X", X, batch=False)
    if X.shape[0] == 0:
        raise ValueError("X must have at least one row")
    error = cross_entropy_gradient(linear(X, W, b), labels)
    return error.mT @ X, xp.sum(error, axis=0)


def l2_penalty(params, alpha):
    r"""Charge parameters half their squared length.

    Parameters
    ----------
    params : array of any shape
        Usually weights, not biases.
    alpha : float
        The factor :math:`\lambda`, 0 or more.

    Returns
    -------
    0-d array

    Raises
    ------
    ValueError
        If ``alpha`` is negative.

    Notes
    -----
    .. math:: \tfrac\lambda2\|\mathbf w\|_2^2, \qquad
       \mathbf w \leftarrow \mathbf w - \eta(\nabla L + \lambda\mathbf w)
       = \mathbf w(1-\eta\lambda) - \eta\nabla L.

    The half is there for the gradient's sake.  Others leave it away, as
    scikit-learn's ``Ridge`` does: their lambda is half of this one.  Linear
    time.

    References
    ----------
    Hoerl, A. E., Kennard, R. W. (1970). Ridge regression: biased estimation
    for nonorthogonal problems. Technometrics 12(1).
    doi:10.1080/00401706.1970.10488634.

    Examples
    --------
    >>> float(l2_penalty([[1, 2], [0, 1]], 0.5))
    1.5
    """
    xp, params = _penalised(params, alpha)
    return alpha / 2 * xp.sum(params * params)


def l2_gradient(params, alpha):
    r"""Differentiate the L2 penalty: a pull towards 0.

    Parameters
    ----------
    params : array of any shape
    alpha : float
        The factor :math:`\lambda`, 0 or more.

    Returns
    -------
    array of the shape of params

    Raises
    ------
    ValueError
        If ``alpha`` is negative.

    Notes
    -----
    .. math:: \nabla\,\tfrac\lambda2\|\mathbf w\|_2^2
       = \lambda\mathbf w.

    The larger the weight, the stronger the pull, so that none arrives at 0.
    Linear time.

    References
    ----------
    Krogh, A., Hertz, J. A. (1991). A simple weight decay can improve
    generalization. NeurIPS.

    Examples
    --------
    >>> l2_gradient([1.0, -2.0], 0.5)
    array([ 0.5, -1. ])
    """
    _, params = _penalised(params, alpha)
    return alpha * params


def l1_penalty(params, alpha):
    r"""Charge parameters the sum of their sizes.

    Parameters
    ----------
    params : array of any shape
    alpha : float
        The factor :math:`\lambda`, 0 or more.

    Returns
    -------
    0-d array

    Raises
    ------
    ValueError
        If ``alpha`` is negative.

    Notes
    -----
    .. math:: \lambda\|\mathbf w\|_1 = \lambda\sum_i|w_i|, \qquad
       \text{gradient } \lambda\,\mathrm{sign}(\mathbf w).

    The pull is as strong on small weights as on large ones, so that some
    arrive at 0 and stay (:func:`mathlib.optimization.soft_threshold`).  At 0
    automatic differentiation gets 0.  Linear time.

    References
    ----------
    Tibshirani, R. (1996). Regression shrinkage and selection via the lasso.
    J. R. Stat. Soc. B 58(1). doi:10.1111/j.2517-6161.1996.tb02080.x.

    Examples
    --------
    >>> float(l1_penalty([[1, -2], [0, 1]], 0.5))
    2.0
    """
    xp, params = _penalised(params, alpha)
    return alpha * xp.sum(xp.abs(params))


def dropout(x, *, p=0.5, training=True, rng):
    r"""Silence a random share of the entries, and raise the others.

    Parameters
    ----------
    x : array of any shape
    p : float in [0, 1], default 0.5
        The chance that an entry is dropped.
    training : bool, default True
        When False, ``x`` comes back as it is and ``rng`` is not used.
    rng : numpy.random.Generator

    Returns
    -------
    array
        Shape and dtype of ``x``.

    Raises
    ------
    TypeError
        If ``rng`` is no generator.
    ValueError
        If ``p`` lies outside [0, 1].

    Notes
    -----
    .. math:: \mathbf h = \frac{\mathbf m\odot\mathbf x}{1-p}, \qquad
       m_i\sim\mathrm{Bernoulli}(1-p).

    Dividing by the share that is kept leaves the mean as it was; hence
    nothing is left to do once training is over.  Every entry has a draw of
    its own: one ``rng.random`` of the shape of ``x``, and what is below p
    is dropped.  As in PyTorch, p = 1 drops everything.  Linear time.

    References
    ----------
    Srivastava, N., Hinton, G., Krizhevsky, A., Sutskever, I., Salakhutdinov,
    R. (2014). Dropout: a simple way to prevent neural networks from
    overfitting. JMLR 15.

    Examples
    --------
    >>> dropout(np.ones(6), p=0.5, rng=np.random.default_rng(0))
    array([2., 0., 0., 0., 2., 2.])
    """
    xp, x = arrays(x)
    if not 0 <= p <= 1:
        raise ValueError(f"p must be a chance, from 0 to 1, got {p}")
    if not training:
        return x
    check_generator(rng)
    keep = xp.asarray(
        np.asarray(rng.random(tuple(x.shape)) >= p), device=x.device
    )
    return xp.where(keep, x / (1 - p) if p < 1 else x, 0.0)


def batch_norm(
    x,
    running_mean,
    running_var,
    weight=None,
    bias=None,
    *,
    training=True,
    momentum=0.1,
    eps=1e-5,
):
    r"""Give every feature mean 0 and variance 1 over a batch of samples.

    Parameters
    ----------
    x : array of shape `(N, C)` or `(N, C, ...)`
        N samples of C features; of images `(N, C, H, W)`, where each channel
        is one feature, seen N H W times.
    running_mean, running_var : array of shape `(C,)`
        What is remembered of the batches so far; 0 and 1 before the first.
    weight, bias : array of shape `(C,)`, optional
        Scale and shift of each feature; 1 and 0 when not given.
    training : bool, default True
        Normalise by the batch's own statistics and remember them; when
        False, normalise by what is remembered.
    momentum : float, default 0.1
        Share of the new batch in what is remembered.
    eps : float, default 1e-5
        Added to the variance, under the root.

    Returns
    -------
    y : array of the shape of x
        In the dtype of ``x``.
    running_mean, running_var : array of shape `(C,)`
        Updated; the inputs stay as they were.

    Raises
    ------
    ValueError
        If shapes do not fit, or a batch to train with shows each feature
        less than twice.

    Notes
    -----
    .. math:: y_i = \gamma\,\frac{x_i - \mu_B}{\sqrt{\sigma_B^2 +
       \epsilon}} + \beta.

    The variance that normalises is divided by the number n of values, the
    one that is remembered by n - 1.  Order of
    ``torch.nn.functional.batch_norm``, whose ``training`` is False by
    default and which writes into its arguments.  Linear time.

    References
    ----------
    Ioffe, S., Szegedy, C. (2015). Batch normalization: accelerating deep
    network training by reducing internal covariate shift. ICML.
    arXiv:1502.03167.

    Examples
    --------
    >>> y, mean, var = batch_norm([[1.0], [3.0]], [0.0], [1.0], eps=0.0)
    >>> y[:, 0], mean, var
    (array([-1.,  1.]), array([0.2]), array([1.1]))
    """
    xp, x, running_mean, running_var = alike(x, running_mean, running_var)
    _, _, weight, bias = arrays(x, weight, bias)
    if x.ndim < 2:
        raise ValueError(
            f"x must have the shape (N, C) or (N, C, ...), got"
            f" {tuple(x.shape)}"
        )
    n_features = x.shape[1]
    vectors = {"running_mean": running_mean, "running_var": running_var,
               "weight": weight, "bias": bias}
    for name, vector in vectors.items():
        if vector is not None:
            check_shape(name, vector, (n_features,))
    others = (0, *range(2, x.ndim))
    column = (1, n_features, *[1] * (x.ndim - 2))
    wide = widen(xp, x)
    mean, var = running_mean, running_var
    if training:
        n = math.prod(x.shape[axis] for axis in others)
        if n < 2:
            raise ValueError(
                "x must show each feature at least twice to train, got the"
                f" shape {tuple(x.shape)}"
            )
        mean = xp.mean(wide, axis=others)
        away = wide - xp.reshape(mean, column)
        var = xp.mean(away * away, axis=others)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (
            (1 - momentum) * running_var + momentum * var * (n / (n - 1))
        )
    y = wide - xp.reshape(mean, column)
    y = y / xp.sqrt(xp.reshape(var, column) + eps)
    if weight is not None:
        y = y * xp.reshape(weight, column)
    if bias is not None:
        y = y + xp.reshape(bias, column)
    return xp.astype(y, x.dtype, copy=False), running_mean, running_var


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


def xavier_uniform(fan_in, fan_out, *, rng):
    r"""Draw first weights for a tanh layer, uniformly.

    Parameters
    ----------
    fan_in, fan_out : int
        How many numbers go into the layer and come out.
    rng : numpy.random.Generator

    Returns
    -------
    NumPy array of shape `(fan_out, fan_in)`
        From one ``rng.uniform`` of this shape.

    Raises
    ------
    TypeError
        If ``rng`` is no generator.
    ValueError
        If a width is less than 1.

    Notes
    -----
    .. math:: W\sim U(-a, a), \qquad
       a = \sqrt{\frac{6}{n_{\text{in}}+n_{\text{out}}}}, \qquad
       \mathrm{Var}(W) = \frac{a^2}{3}
       = \frac{2}{n_{\text{in}}+n_{\text{out}}}.

    Forwards, 1/n_in would keep the variance of the signal; backwards,
    1/n_out that of the gradient.  This is the compromise, exact for both
    when the widths are equal.  :math:`O(n_{in} n_{out})` time.

    References
    ----------
    Glorot, X., Bengio, Y. (2010). Understanding the difficulty of training
    deep feedforward neural networks. AISTATS.

    Examples
    --------
    >>> W = xavier_uniform(300, 100, rng=np.random.default_rng(0))
    >>> W.shape, float(abs(W).max()).__round__(3)
    ((100, 300), 0.122)
    """
    shape, total = _fans(fan_in, fan_out)
    a = math.sqrt(6 / total)
    check_generator(rng)
    return rng.uniform(-a, a, size=shape)


def xavier_normal(fan_in, fan_out, *, rng):
    r"""Draw first weights for a tanh layer, from a Gaussian.

    Parameters
    ----------
    fan_in, fan_out : int
        How many numbers go into the layer and come out.
    rng : numpy.random.Generator

    Returns
    -------
    NumPy array of shape `(fan_out, fan_in)`
        From one ``rng.normal`` of this shape.

    Raises
    ------
    TypeError
        If ``rng`` is no generator.
    ValueError
        If a width is less than 1.

    Notes
    -----
    .. math:: W\sim\mathcal N\Big(0,
       \frac{2}{n_{\text{in}}+n_{\text{out}}}\Big).

    The second number is the variance; NumPy and PyTorch want its root.  See
    :func:`xavier_uniform`.  :math:`O(n_{in} n_{out})` time.

    References
    ----------
    Glorot, X., Bengio, Y. (2010). Understanding the difficulty of training
    deep feedforward neural networks. AISTATS.

    Examples
    --------
    >>> W = xavier_normal(300, 100, rng=np.random.default_rng(0))
    >>> W.shape, float(W.std()).__round__(3)
    ((100, 300), 0.071)
    """
    shape, total = _fans(fan_in, fan_out)
    check_generator(rng)
    return rng.normal(0.0, math.sqrt(2 / total), size=shape)


def he_normal(fan_in, fan_out, *, rng):
    r"""Draw first weights for a ReLU layer, from a Gaussian.

    Parameters
    ----------
    fan_in, fan_out : int
        How many numbers go into the layer and come out.
    rng : numpy.random.Generator

    Returns
    -------
    NumPy array of shape `(fan_out, fan_in)`
        From one ``rng.normal`` of this shape.

    Raises
    ------
    TypeError
        If ``rng`` is no generator.
    ValueError
        If a width is less than 1.

    Notes
    -----
    .. math:: W\sim\mathcal N\Big(0, \frac{2}{n_{\text{in}}}\Big).

    A ReLU passes half of the mean square of a symmetric signal; the 2 makes
    up for it, so that the mean square stays from layer to layer.
    :math:`O(n_{in} n_{out})` time.

    References
    ----------
    He, K., Zhang, X., Ren, S., Sun, J. (2015). Delving deep into rectifiers:
    surpassing human-level performance on ImageNet classification. ICCV.
    arXiv:1502.01852.

    Examples
    --------
    >>> W = he_normal(300, 100, rng=np.random.default_rng(0))
    >>> W.shape, float(W.std()).__round__(3)
    ((100, 300), 0.081)
    """
    shape, _ = _fans(fan_in, fan_out)
    check_generator(rng)
    return rng.normal(0.0, math.sqrt(2 / shape[1]), size=shape)


def kmeans_assign(X, centroids):
    r"""Find the nearest centroid of every point.

    Parameters
    ----------
    X : array of shape `(n, d)`
        Points.
    centroids : array of shape `(K, d)`

    Returns
    -------
    integer array of shape `(n,)`
        Numbers of centroids, 0 to K - 1; at a tie the lower one.

    Raises
    ------
    ValueError
        If the shapes do not fit or there is no centroid.

    Notes
    -----
    .. math:: c_i = \arg\min_k \|\mathbf x_i - \boldsymbol\mu_k\|^2.

    No other assignment has a smaller sum of squared distances to these
    centroids.  :math:`O(nKd)` time.

    References
    ----------
    Lloyd, S. P. (1982). Least squares quantization in PCM. IEEE Trans. Inf.
    Theory 28(2). doi:10.1109/TIT.1982.1056489.

    Examples
    --------
    >>> kmeans_assign([[0, 0], [1, 0], [9, 9]], [[0, 0], [8, 8]])
    array([0, 0, 1])
    """
    xp, distance = _distances(X, centroids)
    return xp.argmin(distance, axis=-1)


def kmeans_update(X, labels, centroids):
    r"""Move every centroid to the mean of its points.

    Parameters
    ----------
    X : array of shape `(n, d)`
        Points.
    labels : integer array of shape `(n,)`
        Which centroid each belongs to, 0 to K - 1.
    centroids : array of shape `(K, d)`
        Where the centroids are.

    Returns
    -------
    array of shape `(K, d)`
        A centroid without points stays where it is.

    Raises
    ------
    TypeError
        If ``labels`` are not integers.
    ValueError
        If the shapes do not fit or a label is no centroid.

    Notes
    -----
    .. math:: \boldsymbol\mu_k =
       \frac{1}{|C_k|}\sum_{\mathbf x\in C_k}\mathbf x.

    No other centroids have a smaller sum of squared distances to these
    members.  :math:`O(nKd)` time.

    References
    ----------
    Lloyd, S. P. (1982). Least squares quantization in PCM. IEEE Trans. Inf.
    Theory 28(2). doi:10.1109/TIT.1982.1056489.

    Examples
    --------
    >>> kmeans_update([[0, 0], [2, 0]], [0, 0], [[5, 5], [8, 8]])
    array([[1., 0.],
           [8., 8.]])
    """
    xp, X, centroids = alike(X, centroids)
    _check_points(X, centroids)
    _, _, labels = arrays(X, labels, floating=False)
    check_shape("labels", labels, (X.shape[0],))
    member = xp.astype(one_hot(labels, centroids.shape[0]), X.dtype)
    size = xp.sum(member, axis=0)[:, None]
    mean = member.mT @ X / xp.where(size > 0, size, 1.0)
    return xp.where(size > 0, mean, centroids)


def kmeans_plus_plus(X, n_clusters, *, rng):
    r"""Choose first centroids among the points, far from one another.

    Parameters
    ----------
    X : array of shape `(n, d)`
        Points.
    n_clusters : int
        How many centroids, at most n.
    rng : numpy.random.Generator

    Returns
    -------
    array of shape `(n_clusters, d)`
        Rows of ``X``, in the order in which they were drawn.

    Raises
    ------
    TypeError
        If ``rng`` is no generator.
    ValueError
        If ``X`` is no matrix or ``n_clusters`` is out of range.

    Notes
    -----
    .. math:: P(\mathbf x) =
       \frac{D(\mathbf x)^2}{\sum_{\mathbf x'}D(\mathbf x')^2}, \qquad
       D(\mathbf x) = \min_{\boldsymbol\mu\ \text{chosen}}
       \|\mathbf x-\boldsymbol\mu\|.

    The first is row ``rng.integers(n)``, each of the others row
    ``rng.choice(n, p=P)``, uniformly when all points lie on those chosen.
    The objective it starts from is, on average, at most :math:`8(\ln K +
    2)` times the best one.  scikit-learn draws several candidates for each
    and keeps the best.  :math:`O(nKd)` time.

    References
    ----------
    Arthur, D., Vassilvitskii, S. (2007). k-means++: the advantages of
    careful seeding. SODA.

    Examples
    --------
    >>> X = [[0.0], [7.0], [7.0]]
    >>> kmeans_plus_plus(X, 2, rng=np.random.default_rng(0))
    array([[7.],
           [0.]])
    """
    xp, X = arrays(X)
    check_matrix("X", X, batch=False)
    n = X.shape[0]
    K = check_count("n_clusters", n_clusters, 1, n)
    check_generator(rng)
    chosen = [int(rng.integers(n))]
    away = np.full(n, np.inf)
    while len(chosen) < K:
        to_last = pairwise_euclidean_distance(X, X[chosen[-1], None, :])
        away = np.minimum(away, to_numpy(to_last[:, 0]).astype(np.float64))
        # The largest is made 1, so that no square is too large.
        square = (away / (np.max(away) or 1.0)) ** 2
        if not np.any(square):
            square = np.ones(n)
        chosen.append(int(rng.choice(n, p=square / np.sum(square))))
    rows = xp.asarray(chosen, device=X.device)
    return xp.take(X, rows, axis=0)


def kmeans(X, n_clusters, *, max_iter=300, tol=1e-4, rng):
    r"""Sort points into clusters around centroids.

    Parameters
    ----------
    X : array of shape `(n, d)`
        Points.
    n_clusters : int
        How many clusters, at most n.
    max_iter : int, default 300
        How many rounds of assigning and updating at most.
    tol : float, default 1e-4
        It stops when the squared moves of the centroids add up to at most
        this share of the mean variance of the features.
    rng : numpy.random.Generator
        For :func:`kmeans_plus_plus`.

    Returns
    -------
    centroids : array of shape `(n_clusters, d)`
    labels : integer array of shape `(n,)`
        The nearest of these centroids.
    inertia : 0-d array
        The objective J: the sum of the squared distances to it.

    Raises
    ------
    TypeError
        If ``rng`` is no generator.
    ValueError
        If ``X`` is no matrix or a number is out of range.

    Notes
    -----
    .. math:: J = \sum_k\sum_{\mathbf x\in C_k}
       \|\mathbf x-\boldsymbol\mu_k\|^2.

    Neither step can raise J, and there are finitely many partitions, so the
    algorithm stops: at a local minimum, which depends on the start.  Names,
    order and ``tol`` as in ``sklearn.cluster.k_means``.  :math:`O(nKd)` time
    a round.

    References
    ----------
    Lloyd, S. P. (1982). Least squares quantization in PCM. IEEE Trans. Inf.
    Theory 28(2). doi:10.1109/TIT.1982.1056489.

    Examples
    --------
    >>> X = [[0.0], [2.0], [10.0], [14.0]]
    >>> centroids, labels, J = kmeans(X, 2, rng=np.random.default_rng(0))
    >>> np.sort(centroids[:, 0]), float(J)
    (array([ 1., 12.]), 10.0)
    """
    xp, X = arrays(X)
    rounds = check_count("max_iter", max_iter, 1)
    if not tol >= 0:
        raise ValueError(f"tol must not be negative, got {tol}")
    centroids = kmeans_plus_plus(X, n_clusters, rng=rng)
    small = tol * float(xp.mean(xp.var(X, axis=0)))
    for _ in range(rounds):
        labels = kmeans_assign(X, centroids)
        moved = kmeans_update(X, labels, centroids)
        shift = float(xp.sum((moved - centroids) ** 2))
        centroids = moved
        if shift <= small:
            break
    labels = kmeans_assign(X, centroids)
    away = X - xp.take(centroids, labels, axis=0)
    return centroids, labels, xp.sum(away * away)


def boosting_leaf_weight(gradients, hessians, *, reg_lambda=1.0):
    r"""Say what a leaf of a boosted tree should predict.

    Parameters
    ----------
    gradients, hessians : array of shape `(n,)`
        First and second derivatives of the loss by the prediction so far,
        for each sample in the leaf.
    reg_lambda : float, default 1.0
        L2 penalty of the weight, 0 or more.

    Returns
    -------
    0-d array
        To be added to the prediction.

    Raises
    ------
    ValueError
        If the shapes differ, ``reg_lambda`` is negative, or H + reg_lambda
        is not positive.

    Notes
    -----
    .. math:: w^* = -\frac{G}{H+\lambda}, \qquad
       G = \sum_i g_i, \quad H = \sum_i h_i.

    The minimum of :math:`Gw + \tfrac12(H+\lambda)w^2`: a step of Newton in
    the space of functions.  For the squared error :math:`\tfrac12(\hat y -
    y)^2` and lambda 0 it is the mean residual.  Linear time.

    References
    ----------
    Chen, T., Guestrin, C. (2016). XGBoost: a scalable tree boosting system.
    KDD. arXiv:1603.02754.

    Examples
    --------
    >>> float(boosting_leaf_weight([-1, -2, 0], [1, 1, 1]))
    0.75
    """
    xp, g, h = _derivatives(gradients, hessians)
    everything = xp.ones_like(g)
    G, D = _leaf(xp, g, h, everything, reg_lambda)
    return -G / D


def boosting_split_gain(
    gradients, hessians, left, *, reg_lambda=1.0, gamma=0.0
):
    r"""Say by how much splitting a leaf in two lowers the loss.

    Parameters
    ----------
    gradients, hessians : array of shape `(n,)`
        First and second derivatives of the loss by the prediction so far,
        for each sample in the leaf.
    left : boolean array of shape `(n,)`
        Which samples go to the left; the others go to the right.
    reg_lambda : float, default 1.0
        L2 penalty of the weights, 0 or more.
    gamma : float, default 0.0
        What one more leaf costs.

    Returns
    -------
    0-d array
        The split is worth it when this is positive.

    Raises
    ------
    TypeError
        If ``left`` is not boolean.
    ValueError
        If the shapes differ, ``reg_lambda`` is negative, or H + reg_lambda
        is not positive on a side.

    Notes
    -----
    .. math:: \mathrm{gain} = \tfrac12\Big[\frac{G_L^2}{H_L+\lambda} +
       \frac{G_R^2}{H_R+\lambda} -
       \frac{(G_L+G_R)^2}{H_L+H_R+\lambda}\Big] - \gamma.

    Half of each term is what the best weight of that leaf saves, see
    :func:`boosting_leaf_weight`.  XGBoost's own gain is the bracket without
    the half, and that is what it compares with its gamma.  Linear time.

    References
    ----------
    Chen, T., Guestrin, C. (2016). XGBoost: a scalable tree boosting system.
    KDD. arXiv:1603.02754.

    Examples
    --------
    >>> g, h = [-2, -2, 2], [1, 1, 1]
    >>> gain = boosting_split_gain(g, h, [True, True, False])
    >>> float(gain).__round__(4)
    3.1667
    """
    xp, g, h = _derivatives(gradients, hessians)
    _, _, left = arrays(g, left, floating=False)
    check_shape("left", left, tuple(g.shape))
    if not xp.isdtype(left.dtype, "bool"):
        raise TypeError(f"left must be boolean, got {left.dtype}")
    left = xp.astype(left, g.dtype)
    saved = 0.0
    for sign, side in ((1, left), (1, 1 - left), (-1, xp.ones_like(g))):
        G, D = _leaf(xp, g, h, side, reg_lambda)
        saved = saved + sign * G * G / D
    return saved / 2 - gamma


def _residuals(y_true, y_pred):
    """Return the namespace and the errors, or raise ValueError."""
    xp, y_true, y_pred = alike(y_true, y_pred)
    if y_true.shape != y_pred.shape:
        raise ValueError(
            f"y_pred must have the shape {tuple(y_true.shape)} of y_true, got"
            f" {tuple(y_pred.shape)}"
        )
    if 0 in y_true.shape:
        raise ValueError("y_true must not be empty")
    return xp, y_pred - y_true


def _supervised(w, X, y):
    """Return the namespace, w, X and y, or raise ValueError."""
    xp, w, X, y = alike(w, X, y)
    check_matrix("X", X, batch=False)
    n, d = X.shape
    if n == 0:
        raise ValueError("X must have at least one row")
    check_shape("w", w, (d,))
    check_shape("y", y, (n,))
    return xp, w, X, y


def _logits(w, b, X, y):
    """Return the namespace, the logits, X and y, or raise ValueError."""
    xp, w, X, y = _supervised(w, X, y)
    _, _, b = alike(X, b)
    check_shape("b", b, ())
    z = X @ w + b
    return xp, z, X, _binary(z, y)[2]


def _binary(logits, targets):
    """Return the namespace and both as arrays, or raise ValueError."""
    xp, z, y = alike(logits, targets)
    check_shape("targets", y, tuple(z.shape))
    if 0 in z.shape:
        raise ValueError("logits must not be empty")
    if not bool(xp.all((y >= 0) & (y <= 1))):
        raise ValueError("targets must lie in [0, 1]")
    return xp, z, y


def _bce(z, y):
    """Return the binary cross-entropy of every entry."""
    return -(y * log_sigmoid(z) + (1 - y) * log_sigmoid(-z))


def _penalised(params, alpha):
    """Return the namespace and the parameters, or raise ValueError."""
    xp, params = arrays(params)
    if not alpha >= 0:
        raise ValueError(f"alpha must not be negative, got {alpha}")
    return xp, params


def _fans(fan_in, fan_out):
    """Return the shape of the weights and the sum of both widths."""
    n_in = check_count("fan_in", fan_in, 1)
    n_out = check_count("fan_out", fan_out, 1)
    return (n_out, n_in), n_in + n_out


def _check_points(X, centroids):
    """Raise ValueError unless both are points of the same space."""
    check_matrix("X", X, batch=False)
    check_matrix("centroids", centroids, batch=False)
    if centroids.shape[0] == 0 or centroids.shape[1] != X.shape[1]:
        raise ValueError(
            f"centroids must have the shape (K, {X.shape[1]}) with K at least"
            f" 1, got {tuple(centroids.shape)}"
        )


def _distances(X, centroids):
    """Return the namespace and the distance of each point from each."""
    xp, X, centroids = alike(X, centroids)
    _check_points(X, centroids)
    return xp, pairwise_euclidean_distance(X, centroids)


def _derivatives(gradients, hessians):
    """Return the namespace and both as arrays, or raise ValueError."""
    xp, g, h = alike(gradients, hessians)
    check_vector("gradients", g)
    check_shape("hessians", h, tuple(g.shape))
    return xp, g, h


def _leaf(xp, g, h, side, reg_lambda):
    """Return G and H + lambda of the samples on one side."""
    if not reg_lambda >= 0:
        raise ValueError(f"reg_lambda must not be negative, got {reg_lambda}")
    D = xp.sum(h * side) + reg_lambda
    if not bool(D > 0):
        raise ValueError(
            "hessians and reg_lambda must add up to a positive number in"
            " every leaf"
        )
    return xp.sum(g * side), D


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
