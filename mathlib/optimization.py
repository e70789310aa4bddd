r"""Chapter 08: the steps that training takes.

``grad`` is a function, which takes parameters and returns their gradient, and
``gradient`` is an array.  Each ``..._step`` takes one step: it returns the new
parameters and what it wants to remember, and changes nothing in place.
"""

import math

from mathlib.arrays import arrays
from mathlib.decompositions import frobenius_norm, spectral_norm
from mathlib.foundations import (
    check_axis,
    check_count,
    check_positive,
    check_shape,
    check_vector,
)
from mathlib.linear_algebra import check_matrix, l2_norm

__all__ = [
    "adagrad_step",
    "adam_step",
    "adamw_step",
    "cosine_annealing",
    "exponential_decay",
    "gd_contraction",
    "geodesic_distance",
    "gradient_descent",
    "is_convex_on_segment",
    "ista",
    "kfac_update",
    "kkt_residual",
    "momentum_step",
    "muon_step",
    "natural_gradient_step",
    "nesterov_step",
    "newton_schulz",
    "newton_step",
    "one_cycle",
    "project_to_simplex",
    "projected_gradient_descent",
    "rmsprop_step",
    "sam_step",
    "sgd",
    "shampoo_step",
    "soap_step",
    "soft_threshold",
    "sphere_gradient_step",
]


def is_convex_on_segment(f, x, y, *, samples=50):
    r"""Look whether a function stays below its chord from x to y.

    Parameters
    ----------
    f : callable
        Takes one point of the shape of ``x``, returns a number.
    x, y : array of any shape, the same for both
        The ends of the segment.
    samples : int, default 50
        How many points between the ends are looked at, evenly spaced.

    Returns
    -------
    bool
        False proves that ``f`` is not convex (unless the dip is as small as
        rounding, which is forgiven).  True is evidence, for one segment.

    Raises
    ------
    ValueError
        If the shapes differ or ``samples`` is less than 1.

    Notes
    -----
    .. math:: f(\lambda\mathbf x + (1-\lambda)\mathbf y) \le
       \lambda f(\mathbf x) + (1-\lambda) f(\mathbf y), \qquad
       0\le\lambda\le 1.

    Convex is what obeys this for all x, y and :math:`\lambda`.  ``samples`` +
    2 values of f.

    References
    ----------
    Boyd, S., Vandenberghe, L. (2004). Convex Optimization, 3.1. Cambridge
    University Press. doi:10.1017/CBO9780511804441.

    Examples
    --------
    >>> import numpy as np
    >>> is_convex_on_segment(np.exp, -1, 2)
    True
    >>> is_convex_on_segment(np.sin, 0, 3)
    False
    """
    xp, x, y = _alike("x", x, y=y)
    n = check_count("samples", samples, 1)
    f_x, f_y = float(f(x)), float(f(y))
    # Values are rounded, and so are points, which a slope makes visible.
    width = float(xp.max(xp.abs(x - y))) or 1.0
    size = float(xp.max(xp.maximum(xp.abs(x), xp.abs(y))))
    error = max(abs(f_x), abs(f_y)) + abs(f_x - f_y) * size / width
    slack = 64 * float(xp.finfo(x.dtype).eps) * error
    slack = slack if math.isfinite(slack) else 0.0
    for k in range(1, n + 1):
        share = k / (n + 1)
        chord = share * f_x + (1 - share) * f_y
        if not float(f(y + share * (x - y))) <= chord + slack:
            return False
    return True


def gradient_descent(grad, theta, *, lr, steps):
    r"""Walk downhill, each step along the negative gradient.

    Parameters
    ----------
    grad : callable
        Takes parameters, returns the gradient of the loss there.
    theta : array of any shape
        Where to start.
    lr : float
        Learning rate.
    steps : int
        How many steps, 0 or more.

    Returns
    -------
    array of the shape of theta
        Where the last step leads.  ``theta`` itself stays as it was.

    Raises
    ------
    ValueError
        If ``grad`` returns another shape or ``steps`` is negative.

    Notes
    -----
    .. math:: \boldsymbol\theta_{t+1} = \boldsymbol\theta_t -
       \eta\,\nabla L(\boldsymbol\theta_t).

    On a bowl of curvature :math:`\lambda` it converges for
    :math:`\eta < 2/\lambda`, see :func:`gd_contraction`.  One gradient a
    step.

    References
    ----------
    Cauchy, A. (1847). Methode generale pour la resolution des systemes
    d'equations simultanees. C. R. Acad. Sci. Paris 25, 536-538.

    Examples
    --------
    >>> gradient_descent(lambda w: 5 * w - 8, [0.0], lr=0.1, steps=2)
    array([1.2])
    """
    _, theta = arrays(theta)
    for _ in range(check_count("steps", steps, 0)):
        theta = theta - lr * _gradient(grad, theta)
    return theta


def sgd(grad, theta, data, *, lr, batch_size, epochs, rng):
    r"""Descend along gradients of small random batches of the data.

    Parameters
    ----------
    grad : callable
        Takes parameters and a batch, returns the gradient of the loss, which
        should be a mean over the batch.
    theta : array of any shape
        Where to start.
    data : array of shape `(n, ...)`, or tuple of such arrays
        One sample a row.  A batch is of the same kind: a tuple of ``X`` and
        ``y`` gives a tuple of some rows of each.
    lr : float
        Learning rate.
    batch_size : int
        Samples in a batch; the last one of an epoch may be smaller.
    epochs : int
        How often each sample is used.
    rng : numpy.random.Generator
        Draws one permutation of the rows for each epoch.

    Returns
    -------
    array of the shape of theta

    Raises
    ------
    ValueError
        If the arrays have not as many rows, there are none, ``grad`` returns
        another shape, or a number is out of range.

    Notes
    -----
    .. math:: \boldsymbol\theta \leftarrow \boldsymbol\theta -
       \eta\,\frac1{|B|}\sum_{i\in B}\nabla\ell_i(\boldsymbol\theta).

    The mean over a random batch is, on average, the mean over all samples;
    its noise shrinks like :math:`1/\sqrt{|B|}`.  An epoch uses each sample
    once, as ``torch.utils.data.DataLoader(shuffle=True)`` does.

    References
    ----------
    Robbins, H., Monro, S. (1951). A stochastic approximation method. Ann.
    Math. Statist. 22(3). doi:10.1214/aoms/1177729586.

    Examples
    --------
    >>> import numpy as np
    >>> def grad(w, x):
    ...     return w - np.mean(x)
    >>> rng = np.random.default_rng(0)
    >>> w = sgd(grad, 0.0, [1, 2, 3, 6], lr=0.1, batch_size=2, epochs=50,
    ...         rng=rng)
    >>> round(float(w), 1)
    3.0
    """
    _, theta = arrays(theta)
    parts = data if isinstance(data, tuple) else (data,)
    xp, *parts = arrays(*parts, floating=False)
    if not parts or any(x.ndim == 0 for x in parts):
        raise ValueError("data must be an array of rows or a tuple of some")
    counts = {int(x.shape[0]) for x in parts}
    if len(counts) > 1 or 0 in counts:
        raise ValueError(
            f"data must have rows, as many in each array, got {counts}"
        )
    (n,) = counts
    size = check_count("batch_size", batch_size, 1)
    for _ in range(check_count("epochs", epochs, 0)):
        order = rng.permutation(n)
        for i in range(0, n, size):
            rows = xp.asarray(order[i : i + size], device=parts[0].device)
            batch = tuple(xp.take(x, rows, axis=0) for x in parts)
            batch = batch if isinstance(data, tuple) else batch[0]
            theta = theta - lr * _gradient(grad, theta, batch)
    return theta


def gd_contraction(curvature, lr):
    r"""Say by what a step of gradient descent multiplies the error.

    Parameters
    ----------
    curvature : array of any shape
        Second derivatives: the eigenvalues of the Hessian.
    lr : float
        Learning rate.

    Returns
    -------
    array of the shape of curvature
        Between 0 and 1 the error shrinks, between -1 and 0 it does while it
        changes sign at every step, beyond it grows.

    Raises
    ------
    TypeError
        If ``curvature`` is not numeric.

    Notes
    -----
    .. math:: w_t - w^* = (1-\eta\lambda)^t\,(w_0 - w^*), \qquad
       |1-\eta\lambda| < 1 \iff 0 < \eta < \frac{2}{\lambda}.

    In many dimensions this holds along each eigenvector, so the largest
    eigenvalue sets the limit :math:`\eta < 2/\lambda_{\max}` and the
    smallest one the pace.  Linear time.

    References
    ----------
    Nesterov, Y. (2018). Lectures on Convex Optimization, 2nd ed., 1.2.3.
    Springer. doi:10.1007/978-3-319-91578-4.

    Examples
    --------
    >>> gd_contraction([1, 5, 25], 0.1).round(9)
    array([ 0.9,  0.5, -1.5])
    """
    _, curvature = arrays(curvature)
    return 1 - lr * curvature


def momentum_step(
    theta, gradient, velocity, *, lr, beta=0.9, dampening=0.0
):
    r"""Take a step with momentum: a heavy ball.

    Parameters
    ----------
    theta : array of any shape
        The parameters.
    gradient : array of the shape of theta
        The gradient of the loss at ``theta``.
    velocity : array of the shape of theta
        The decaying sum of gradients so far; zeros before the first step.
    lr : float
        Learning rate.
    beta : float in [0, 1), default 0.9
        How much of the old velocity is kept.
    dampening : float, default 0.0
        The gradient enters with the weight 1 - dampening.

    Returns
    -------
    theta, velocity : array of the shape of theta
        The inputs stay as they were.

    Raises
    ------
    ValueError
        If the shapes differ or ``beta`` is outside [0, 1).

    Notes
    -----
    .. math:: \mathbf v_t = \beta\mathbf v_{t-1} + \nabla
       L(\boldsymbol\theta_t), \qquad
       \boldsymbol\theta_{t+1} = \boldsymbol\theta_t - \eta\mathbf v_t.

    Under a constant gradient the steps grow to :math:`1/(1-\beta)` times
    those of plain descent; with ``dampening=beta`` the velocity is an average
    instead, and they do not.  The learning rate is outside of v, as in
    ``torch.optim.SGD`` (which leaves out ``dampening`` at its first step).
    Linear time.

    References
    ----------
    Polyak, B. T. (1964). Some methods of speeding up the convergence of
    iteration methods. USSR Comput. Math. Math. Phys. 4(5).
    doi:10.1016/0041-5553(64)90137-5.

    Examples
    --------
    >>> theta, velocity = momentum_step([1.0], [4.0], [10.0], lr=0.1)
    >>> theta.round(9), velocity
    (array([-0.3]), array([13.]))
    """
    _, theta, gradient, velocity = _alike(
        "theta", theta, gradient=gradient, velocity=velocity
    )
    _check_decay(beta=beta)
    velocity = beta * velocity + (1 - dampening) * gradient
    return theta - lr * velocity, velocity


def nesterov_step(theta, grad, velocity, *, lr, beta=0.9):
    r"""Take a step with momentum, and ask for the slope where it leads.

    Parameters
    ----------
    theta : array of any shape
        The parameters.
    grad : callable
        Takes parameters, returns the gradient of the loss there.
    velocity : array of the shape of theta
        Zeros before the first step.
    lr : float
        Learning rate.
    beta : float in [0, 1), default 0.9
        How much of the old velocity is kept.

    Returns
    -------
    theta, velocity : array of the shape of theta
        The inputs stay as they were.

    Raises
    ------
    ValueError
        If the shapes differ or ``beta`` is outside [0, 1).

    Notes
    -----
    .. math:: \mathbf v_t = \beta\mathbf v_{t-1} + \nabla
       L(\boldsymbol\theta_t - \eta\beta\mathbf v_{t-1}), \qquad
       \boldsymbol\theta_{t+1} = \boldsymbol\theta_t - \eta\mathbf v_t.

    ``torch.optim.SGD(nesterov=True)`` goes the same way, but keeps the point
    that looks ahead, :math:`\boldsymbol\theta_t - \eta\beta\mathbf v_{t-1}`,
    as its parameters.  One gradient.

    References
    ----------
    Nesterov, Y. (1983). A method for solving the convex programming problem
    with convergence rate O(1/k^2). Dokl. Akad. Nauk SSSR 269, 543-547.

    Sutskever, I., Martens, J., Dahl, G., Hinton, G. (2013). On the importance
    of initialization and momentum in deep learning. ICML.

    Examples
    --------
    >>> theta, velocity = nesterov_step([2.0], lambda x: 4 * x, [10.0], lr=0.1)
    >>> theta.round(9), velocity.round(9)
    (array([0.66]), array([13.4]))
    """
    _, theta, velocity = _alike("theta", theta, velocity=velocity)
    _check_decay(beta=beta)
    ahead = theta - lr * beta * velocity
    velocity = beta * velocity + _gradient(grad, ahead)
    return theta - lr * velocity, velocity


def adagrad_step(theta, gradient, v, *, lr, eps=1e-10):
    r"""Take an AdaGrad step: smaller where gradients have been large.

    Parameters
    ----------
    theta : array of any shape
        The parameters.
    gradient : array of the shape of theta
        The gradient of the loss at ``theta``.
    v : array of the shape of theta
        The sum of the squares of all gradients so far; zeros before the
        first step.
    lr : float
        Learning rate.
    eps : float, default 1e-10
        Added to the root in the denominator.

    Returns
    -------
    theta, v : array of the shape of theta
        The inputs stay as they were.

    Raises
    ------
    ValueError
        If the shapes differ.

    Notes
    -----
    .. math:: \mathbf v_t = \mathbf v_{t-1} + \mathbf g_t^2, \qquad
       \boldsymbol\theta_{t+1} = \boldsymbol\theta_t - \eta\,
       \frac{\mathbf g_t}{\sqrt{\mathbf v_t} + \epsilon}.

    The sum only grows, so steps shrink like :math:`1/\sqrt t`.  The same as
    ``torch.optim.Adagrad``.  Linear time.

    References
    ----------
    Duchi, J., Hazan, E., Singer, Y. (2011). Adaptive subgradient methods for
    online learning and stochastic optimization. JMLR 12, 2121-2159.

    Examples
    --------
    >>> theta, v = adagrad_step([1.0, 1.0], [4.0, 0.3], [9.0, 0.16], lr=0.1)
    >>> theta.round(4), v.round(4)
    (array([0.92, 0.94]), array([25.  ,  0.25]))
    """
    xp, theta, gradient, v = _alike("theta", theta, gradient=gradient, v=v)
    v = v + gradient**2
    return theta - lr * gradient / (xp.sqrt(v) + eps), v


def rmsprop_step(theta, gradient, v, *, lr, rho=0.99, eps=1e-8):
    r"""Take an RMSProp step: AdaGrad that forgets.

    Parameters
    ----------
    theta : array of any shape
        The parameters.
    gradient : array of the shape of theta
        The gradient of the loss at ``theta``.
    v : array of the shape of theta
        The running average of the squares of the gradients; zeros before the
        first step.
    lr : float
        Learning rate.
    rho : float in [0, 1), default 0.99
        How much of the old average is kept.
    eps : float, default 1e-8
        Added to the root in the denominator.

    Returns
    -------
    theta, v : array of the shape of theta
        The inputs stay as they were.

    Raises
    ------
    ValueError
        If the shapes differ or ``rho`` is outside [0, 1).

    Notes
    -----
    .. math:: \mathbf v_t = \rho\mathbf v_{t-1} + (1-\rho)\mathbf g_t^2,
       \qquad \boldsymbol\theta_{t+1} = \boldsymbol\theta_t - \eta\,
       \frac{\mathbf g_t}{\sqrt{\mathbf v_t} + \epsilon}.

    The average starts at 0 and is not corrected for it: the first step is
    :math:`1/\sqrt{1-\rho}` = 10 times lr.  The same as
    ``torch.optim.RMSprop``, where rho is called alpha.  Linear time.

    References
    ----------
    Tieleman, T., Hinton, G. (2012). Lecture 6.5: rmsprop. Neural Networks for
    Machine Learning, Coursera.

    Examples
    --------
    >>> theta, v = rmsprop_step([1.0], [4.0], [0.0], lr=0.01)
    >>> theta.round(4), v.round(4)
    (array([0.9]), array([0.16]))
    """
    xp, theta, gradient, v = _alike("theta", theta, gradient=gradient, v=v)
    _check_decay(rho=rho)
    v = rho * v + (1 - rho) * gradient**2
    return theta - lr * gradient / (xp.sqrt(v) + eps), v


def adam_step(
    theta, gradient, m, v, t, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8
):
    r"""Take the t-th Adam step.

    Parameters
    ----------
    theta : array of any shape
        The parameters.
    gradient : array of the shape of theta
        The gradient of the loss at ``theta``.
    m, v : array of the shape of theta
        The running averages of the gradient and of its square so far, not
        bias-corrected; zeros before the first step.
    t : int
        The number of this step; the first is 1.
    lr : float, default 1e-3
        Learning rate.
    beta1, beta2 : float in [0, 1), default 0.9 and 0.999
        How much of the old averages is kept.
    eps : float, default 1e-8
        Added to the root in the denominator.

    Returns
    -------
    theta, m, v : array of the shape of theta
        The new parameters and averages, not bias-corrected.  The inputs stay
        as they were.

    Raises
    ------
    ValueError
        If the shapes differ, ``t`` is less than 1 or a beta outside [0, 1).

    Notes
    -----
    .. math:: \mathbf m_t = \beta_1\mathbf m_{t-1} + (1-\beta_1)\mathbf g,
       \quad \mathbf v_t = \beta_2\mathbf v_{t-1} + (1-\beta_2)\mathbf g^2,
       \quad \boldsymbol\theta_t = \boldsymbol\theta_{t-1} - \eta\,
       \frac{\mathbf m_t/(1-\beta_1^t)}
       {\sqrt{\mathbf v_t/(1-\beta_2^t)} + \epsilon}.

    The same as ``torch.optim.Adam``.  Linear time.

    References
    ----------
    Kingma, D. P., Ba, J. (2015). Adam: a method for stochastic optimization.
    ICLR. arXiv:1412.6980.

    Examples
    --------
    >>> theta, m, v = adam_step([1.0], [4.0], [0.0], [0.0], t=1, lr=0.1)
    >>> theta.round(4), m.round(4), v.round(4)
    (array([0.9]), array([0.4]), array([0.016]))
    """
    xp, theta, gradient, m, v = _alike(
        "theta", theta, gradient=gradient, m=m, v=v
    )
    if not t >= 1:
        raise ValueError(f"t counts steps from 1, got {t}")
    _check_decay(beta1=beta1, beta2=beta2)

    m = beta1 * m + (1 - beta1) * gradient
    v = beta2 * v + (1 - beta2) * gradient**2
    # The corrections are numbers: move them out of the arrays.
    step = lr / (1 - beta1**t)
    root = math.sqrt(1 - beta2**t)
    return theta - step * m / (xp.sqrt(v) / root + eps), m, v


def adamw_step(
    theta, gradient, m, v, t, *, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8,
    weight_decay=0.01,
):
    r"""Take the t-th step of Adam with decoupled weight decay.

    Parameters
    ----------
    theta : array of any shape
        The parameters.
    gradient : array of the shape of theta
        The gradient of the loss at ``theta``, without any penalty.
    m, v : array of the shape of theta
        The running averages of the gradient and of its square so far, not
        bias-corrected; zeros before the first step.
    t : int
        The number of this step; the first is 1.
    lr : float, default 1e-3
        Learning rate.
    beta1, beta2 : float in [0, 1), default 0.9 and 0.999
        How much of the old averages is kept.
    eps : float, default 1e-8
        Added to the root in the denominator.
    weight_decay : float, default 0.01
        The parameters are shrunk by lr times this, before the step.

    Returns
    -------
    theta, m, v : array of the shape of theta
        The inputs stay as they were.

    Raises
    ------
    ValueError
        If the shapes differ, ``t`` is less than 1 or a beta outside [0, 1).

    Notes
    -----
    .. math:: \boldsymbol\theta \leftarrow \boldsymbol\theta(1-\eta\lambda) -
       \eta\,\frac{\hat{\mathbf m}}{\sqrt{\hat{\mathbf v}} + \epsilon}.

    The decay stays out of m and v.  With :math:`\lambda\boldsymbol\theta` in
    the gradient instead, Adam would divide it by
    :math:`\sqrt{\hat{\mathbf v}}`, and weights with large gradients would
    hardly decay.  The same as ``torch.optim.AdamW``.  Linear time.

    References
    ----------
    Loshchilov, I., Hutter, F. (2019). Decoupled weight decay regularization.
    ICLR. arXiv:1711.05101.

    Examples
    --------
    >>> theta, m, v = adamw_step([2.0], [4.0], [0.0], [0.0], t=1, lr=0.1,
    ...                          weight_decay=0.5)
    >>> theta.round(4), m.round(4), v.round(4)
    (array([1.8]), array([0.4]), array([0.016]))
    """
    _, theta = arrays(theta)
    return adam_step(
        theta * (1 - lr * weight_decay), gradient, m, v, t,
        lr=lr, beta1=beta1, beta2=beta2, eps=eps,
    )


def newton_schulz(G, *, steps=5, eps=1e-7):
    r"""Bring all singular values of a matrix near to 1, by products alone.

    Parameters
    ----------
    G : array of shape `(..., m, n)`
    steps : int, default 5
        Steps of the iteration, 0 or more.
    eps : float, default 1e-7
        ``G`` is divided by its Frobenius norm, but by no less than this.

    Returns
    -------
    array of shape `(..., m, n)`
        About :math:`UV^\top`, where :math:`G = U\Sigma V^\top`; zeros stay
        zeros.

    Raises
    ------
    ValueError
        If ``G`` is no matrix or ``steps`` is negative.

    Notes
    -----
    .. math:: X \leftarrow aX + (bA + cA^2)X, \quad A = XX^\top, \quad
       X_0 = \frac{G}{\|G\|_F}, \qquad (a, b, c) = (3.4445, -4.7750, 2.0315).

    A singular value s becomes :math:`as + bs^3 + cs^5`, the vectors stay.
    The coefficients are chosen for speed, not for a limit: they lift small
    values fast, and then all wander between about 0.7 and 1.2.  After five
    steps, those that began below about 0.0015 of the norm are still on their
    way.  A tall matrix is turned, so that A is the smaller product:
    :math:`O(mn\min(m, n))` time a step.

    References
    ----------
    Jordan, K. et al. (2024). Muon: an optimizer for hidden layers in neural
    networks. https://kellerjordan.github.io/posts/muon/.

    Bernstein, J., Newhouse, L. (2024). Old optimizer, new norm: an anthology.
    arXiv:2409.20325.

    Examples
    --------
    >>> newton_schulz([[3, 0], [0, 4]]).round(2)
    array([[0.72, 0.  ],
           [0.  , 1.12]])
    """
    xp, G = arrays(G)
    check_matrix("G", G)
    a, b, c = 3.4445, -4.7750, 2.0315
    is_tall = G.shape[-2] > G.shape[-1]
    X = G.mT if is_tall else G
    X = X / xp.maximum(frobenius_norm(G), eps)[..., None, None]
    for _ in range(check_count("steps", steps, 0)):
        A = X @ X.mT
        X = a * X + (b * A + c * (A @ A)) @ X
    return X.mT if is_tall else X


def muon_step(W, gradient, velocity, *, lr, beta=0.95, nesterov=True):
    r"""Take a step with momentum, made about as long in every direction.

    Parameters
    ----------
    W : array of shape `(m, n)`
        A weight matrix.
    gradient : array of shape `(m, n)`
        The gradient of the loss at ``W``.
    velocity : array of shape `(m, n)`
        The decaying sum of gradients so far; zeros before the first step.
    lr : float
        Learning rate.
    beta : float in [0, 1), default 0.95
        How much of the old velocity is kept; :math:`\mu` below.
    nesterov : bool, default True
        Whether the gradient is added once more, to look ahead.

    Returns
    -------
    W, velocity : array of shape `(m, n)`
        The inputs stay as they were.

    Raises
    ------
    ValueError
        If the shapes differ, ``W`` is not one matrix or ``beta`` is outside
        [0, 1).

    Notes
    -----
    .. math:: M_t = \mu M_{t-1} + G_t, \qquad
       \tilde M_t = G_t + \mu M_t\ \text{or}\ M_t, \qquad
       W \leftarrow W - \eta\,\mathrm{NewtonSchulz}(\tilde M_t).

    The size of the gradient does not matter, as in Adam.  In practice the
    step is scaled by the shape, with :math:`\sqrt{\max(1, m/n)}` or
    :math:`0.2\sqrt{\max(m, n)}`: give it to ``lr``.  ``torch.optim.Muon``
    multiplies by the first one, decays weights, keeps :math:`(1-\mu)M_t`,
    which has the same direction, and iterates in bfloat16.
    :math:`O(mn\min(m, n))` time.

    References
    ----------
    Jordan, K. et al. (2024). Muon: an optimizer for hidden layers in neural
    networks. https://kellerjordan.github.io/posts/muon/.

    Liu, J. et al. (2025). Muon is scalable for LLM training.
    arXiv:2502.16982.

    Examples
    --------
    >>> import numpy as np
    >>> W, M = np.zeros((2, 2)), np.zeros((2, 2))
    >>> W, M = muon_step(W, np.diag([3.0, 4.0]), M, lr=0.1)
    >>> W.round(3), M
    (array([[-0.072,  0.   ],
           [ 0.   , -0.112]]), array([[3., 0.],
           [0., 4.]]))
    """
    _, W, gradient, velocity = _alike(
        "W", W, gradient=gradient, velocity=velocity
    )
    check_matrix("W", W, batch=False)
    _check_decay(beta=beta)
    velocity = beta * velocity + gradient
    direction = gradient + beta * velocity if nesterov else velocity
    return W - lr * newton_schulz(direction), velocity


def shampoo_step(W, gradient, L, R, *, lr, eps=1e-6):
    r"""Take a Shampoo step: AdaGrad for the rows and columns of a matrix.

    Parameters
    ----------
    W : array of shape `(m, n)`
        A weight matrix.
    gradient : array of shape `(m, n)`
        The gradient of the loss at ``W``.
    L : array of shape `(m, m)`
    R : array of shape `(n, n)`
        The sums of :math:`GG^\top` and :math:`G^\top G` so far; zeros before
        the first step.
    lr : float
        Learning rate.
    eps : float, default 1e-6
        Added to the diagonals before the roots are taken.

    Returns
    -------
    W, L, R : arrays of shapes `(m, n)`, `(m, m)`, `(n, n)`
        The inputs stay as they were.

    Raises
    ------
    ValueError
        If the shapes do not fit or ``eps`` is not positive.

    Notes
    -----
    .. math:: L \leftarrow L + GG^\top, \quad R \leftarrow R + G^\top G,
       \qquad W \leftarrow W - \eta\,(L+\epsilon I)^{-1/4}\,G\,
       (R+\epsilon I)^{-1/4}.

    AdaGrad divides by the root of a sum of squares, entry by entry; the
    Kronecker product of two fourth roots stands in for the root of the full
    mn x mn sum.  The first step turns all singular values of G into 1.
    :math:`O(m^3 + n^3)` time.

    References
    ----------
    Gupta, V., Koren, T., Singer, Y. (2018). Shampoo: preconditioned
    stochastic tensor optimization. ICML. arXiv:1802.09568.

    Examples
    --------
    >>> import numpy as np
    >>> zeros = np.zeros((2, 2))
    >>> W, L, R = shampoo_step(zeros, [[0, 3], [4, 0]], zeros, zeros, lr=0.1)
    >>> W.round(4), L
    (array([[ 0. , -0.1],
           [-0.1,  0. ]]), array([[ 9.,  0.],
           [ 0., 16.]]))
    """
    xp, W, gradient = _alike("W", W, gradient=gradient)
    L, R = _sides(W, L, R)
    check_positive(eps=eps)
    L, R = L + gradient @ gradient.mT, R + gradient.mT @ gradient
    left, right = _fourth_root(xp, L, eps), _fourth_root(xp, R, eps)
    return W - lr * left @ gradient @ right, L, R


def soap_step(W, gradient, state, *, lr):
    r"""Take a step of Adam in the eigenbasis of Shampoo.

    Parameters
    ----------
    W : array of shape `(m, n)`
        A weight matrix.
    gradient : array of shape `(m, n)`
        The gradient of the loss at ``W``.
    state : dict or None
        What the last step returned; None at first.
    lr : float
        Learning rate.

    Returns
    -------
    W : array of shape `(m, n)`
        At first unchanged: that gradient only founds the basis.
    state : dict
        The averages ``L``, of shape `(m, m)`, ``R`` `(n, n)` and ``m``
        `(m, n)` of :math:`GG^\top`, :math:`G^\top G` and G, the average ``v``
        `(m, n)` of the squares in the basis, and the number ``t`` of steps
        taken in it.  The old state stays as it was.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Notes
    -----
    .. math:: G' = Q_L^\top G Q_R, \qquad N' = \mathrm{Adam}(G'), \qquad
       W \leftarrow W - \eta\,Q_L N' Q_R^\top.

    The columns of :math:`Q_L` and :math:`Q_R` are eigenvectors of L and R, in
    order of their eigenvalues, from gradients before this one.  Where
    eigenvalues coincide, as the zeros do while few gradients have been seen,
    they are not unique, and libraries choose differently.  Both betas and the
    decay of L and R are 0.95, eps is 1e-8, the authors' values.  They refresh
    the basis every ten steps, by one step of power iteration; here it is
    exact at each step: :math:`O(m^3 + n^3)` time.

    References
    ----------
    Vyas, N. et al. (2025). SOAP: improving and stabilizing Shampoo using
    Adam. ICLR. arXiv:2409.11321.

    Examples
    --------
    >>> import numpy as np
    >>> W, state = soap_step(np.eye(2), [[3, 0], [0, 1]], None, lr=0.1)
    >>> W, state = soap_step(W, [[3, 0], [0, 1]], state, lr=0.1)
    >>> W.round(4)
    array([[0.9, 0. ],
           [0. , 0.9]])
    """
    xp, W, gradient = _alike("W", W, gradient=gradient)
    check_matrix("W", W, batch=False)
    beta, zeros = 0.95, xp.zeros_like(W)
    if state is None:
        t, m, v, L, R = 0, zeros, zeros, 0.0, 0.0
    else:
        t = state["t"] + 1
        L, R = _sides(W, state["L"], state["R"])
        _, _, m = _alike("W", W, m=state["m"])
        _, Q_L = xp.linalg.eigh(L)
        _, Q_R = xp.linalg.eigh(R)
        step, m, v = adam_step(
            zeros, Q_L.mT @ gradient @ Q_R, Q_L.mT @ m @ Q_R, state["v"], t,
            lr=lr, beta1=beta, beta2=beta,
        )
        W, m = W + Q_L @ step @ Q_R.mT, Q_L @ m @ Q_R.mT
    L = beta * L + (1 - beta) * gradient @ gradient.mT
    R = beta * R + (1 - beta) * gradient.mT @ gradient
    return W, {"L": L, "R": R, "m": m, "v": v, "t": t}


def sam_step(theta, grad, *, lr, rho=0.05):
    r"""Step down the slope that is found a little further uphill.

    Parameters
    ----------
    theta : array of any shape
        The parameters.
    grad : callable
        Takes parameters, returns the gradient of the loss there.
    lr : float
        Learning rate.
    rho : float, default 0.05
        How far uphill, as a length over all parameters.

    Returns
    -------
    array of the shape of theta
        Unchanged where the gradient is zero.

    Raises
    ------
    ValueError
        If ``grad`` returns another shape.

    Notes
    -----
    .. math:: \hat{\boldsymbol\epsilon} =
       \rho\,\frac{\nabla L(\boldsymbol\theta)}
       {\|\nabla L(\boldsymbol\theta)\|}, \qquad
       \boldsymbol\theta \leftarrow \boldsymbol\theta -
       \eta\,\nabla L(\boldsymbol\theta + \hat{\boldsymbol\epsilon}).

    To first order that is the gradient of the worst loss within
    :math:`\rho`, which is high in sharp minima.  Where the gradient is zero
    there is no uphill, and no step.  Two gradients.

    References
    ----------
    Foret, P., Kleiner, A., Mobahi, H., Neyshabur, B. (2021). Sharpness-aware
    minimization for efficiently improving generalization. ICLR.
    arXiv:2010.01412.

    Examples
    --------
    >>> sam_step([3.0, 4.0], lambda x: x, lr=0.1, rho=0.5).round(9)
    array([2.67, 3.56])
    """
    xp, theta = arrays(theta)
    gradient = _gradient(grad, theta)
    length = l2_norm(xp.reshape(gradient, (-1,)))
    if not bool(length > 0):
        return theta
    return theta - lr * _gradient(grad, theta + rho * gradient / length)


def newton_step(theta, gradient, hessian, *, damping=0.0):
    r"""Go to the bottom of the parabola that fits the loss here.

    Parameters
    ----------
    theta : array of shape `(n,)`
        The parameters.
    gradient : array of shape `(n,)`
    hessian : array of shape `(n, n)`
        The first and the second derivatives of the loss at ``theta``.
    damping : float, default 0.0
        Added to the diagonal of ``hessian``.

    Returns
    -------
    array of shape `(n,)`

    Raises
    ------
    ValueError
        If the shapes do not fit, ``damping`` is negative, or the damped
        ``hessian`` is singular to working precision.

    Notes
    -----
    .. math:: \boldsymbol\theta_{t+1} = \boldsymbol\theta_t -
       (H + \gamma I)^{-1}\,\nabla L(\boldsymbol\theta_t).

    The step solves for where the gradient of the parabola vanishes: at a
    saddle or a maximum, too.  It goes downhill when :math:`H + \gamma I` is
    positive definite; much damping makes it a short step of gradient
    descent.  Near a minimum the error is about squared each time.
    :math:`O(n^3)` time.

    References
    ----------
    Nocedal, J., Wright, S. J. (2006). Numerical Optimization, 2nd ed., 3.3.
    Springer. doi:10.1007/978-0-387-40065-5.

    Examples
    --------
    >>> newton_step([1, 1], [4, 6], [[2, 0], [0, 3]]), "exact for a bowl"
    (array([-1., -1.]), 'exact for a bowl')
    """
    theta, step = _solved(theta, gradient, "hessian", hessian, damping)
    return theta - step


def natural_gradient_step(theta, gradient, fisher, *, lr, damping=0.0):
    r"""Descend as steeply as possible per change of the predictions.

    Parameters
    ----------
    theta : array of shape `(n,)`
        The parameters.
    gradient : array of shape `(n,)`
        The gradient of the loss at ``theta``.
    fisher : array of shape `(n, n)`
        The Fisher information matrix at ``theta``.
    lr : float
        Learning rate.
    damping : float, default 0.0
        Added to the diagonal of ``fisher``.

    Returns
    -------
    array of shape `(n,)`

    Raises
    ------
    ValueError
        If the shapes do not fit, ``damping`` is negative, or the damped
        ``fisher`` is singular to working precision.

    Notes
    -----
    .. math:: \boldsymbol\theta \leftarrow \boldsymbol\theta -
       \eta\,(F + \gamma I)^{-1}\,\nabla L(\boldsymbol\theta).

    F measures how far a step moves the distribution that the model predicts,
    so that the direction does not depend on how the model is parametrised.
    :math:`O(n^3)` time.

    References
    ----------
    Amari, S. (1998). Natural gradient works efficiently in learning. Neural
    Comput. 10(2). doi:10.1162/089976698300017746.

    Examples
    --------
    >>> natural_gradient_step([1, 1], [4, 6], [[2, 0], [0, 3]], lr=0.5)
    array([0., 0.])
    """
    theta, step = _solved(theta, gradient, "fisher", fisher, damping)
    return theta - lr * step


def kfac_update(gradient, activations, deltas, *, lr, damping):
    r"""Find the K-FAC update of a linear layer.

    Parameters
    ----------
    gradient : array of shape `(out, in)`
        The gradient of the mean loss by the weights W of y = W a.
    activations : array of shape `(N, in)`
        What the layer was given, one sample a row.
    deltas : array of shape `(N, out)`
        The gradients of each sample's loss by what the layer returned.
    lr : float
        Learning rate.
    damping : float
        Added to the diagonals of both factors.

    Returns
    -------
    array of shape `(out, in)`
        What is to be added to W.

    Raises
    ------
    ValueError
        If the shapes do not fit, there is no sample, ``damping`` is
        negative, or a damped factor is singular to working precision.

    Notes
    -----
    .. math:: A = \frac1N\sum_i\mathbf a_i\mathbf a_i^\top, \quad
       S = \frac1N\sum_i\boldsymbol\delta_i\boldsymbol\delta_i^\top, \qquad
       \Delta W = -\eta\,(S + \gamma I)^{-1}\,\nabla_W L\,
       (A + \gamma I)^{-1}.

    The natural gradient with a Fisher matrix taken for
    :math:`A\otimes S` (W stacked column by column), as if activations and
    deltas were independent.  For that the deltas belong to labels drawn from
    the model; with those of the data it is the "empirical" Fisher.  Two small
    systems instead of one of size in x out:
    :math:`O(N(in^2 + out^2) + in^3 + out^3)` time.

    References
    ----------
    Martens, J., Grosse, R. (2015). Optimizing neural networks with
    Kronecker-factored approximate curvature. ICML. arXiv:1503.05671.

    Examples
    --------
    >>> kfac_update([[1, 2]], [[1, 0], [0, 2]], [[1], [1]], lr=1, damping=0.5)
    array([[-0.66666667, -0.53333333]])
    """
    xp, gradient, activations, deltas = arrays(gradient, activations, deltas)
    check_matrix("gradient", gradient, batch=False)
    check_matrix("activations", activations, batch=False)
    n, (n_out, n_in) = activations.shape[0], gradient.shape
    check_shape("activations", activations, (n, n_in))
    check_shape("deltas", deltas, (n, n_out))
    if n == 0:
        raise ValueError("activations must have at least one row")
    A, S = activations.mT @ activations / n, deltas.mT @ deltas / n
    update = _solve("the covariance of deltas", S, gradient, damping)
    update = _solve("the covariance of activations", A, update.mT, damping).mT
    return -lr * update


def cosine_annealing(t, total_steps, *, max_lr, min_lr=0.0):
    r"""Let the learning rate fall along half a wave.

    Parameters
    ----------
    t : array of any shape
        Steps done, from 0 on.
    total_steps : int
        From here on the rate is ``min_lr``.
    max_lr, min_lr : float
        The first and the last rate; ``min_lr`` is 0 by default.

    Returns
    -------
    array of the shape of t

    Raises
    ------
    ValueError
        If a step is negative or ``total_steps`` is less than 1.

    Notes
    -----
    .. math:: \eta_t = \eta_{\min} + \tfrac12(\eta_{\max} - \eta_{\min})
       \Big(1 + \cos\frac{\pi t}{T}\Big), \qquad t \le T.

    Flat at both ends, steepest in the middle.  After T the wave would rise
    again, as ``torch.optim.lr_scheduler.CosineAnnealingLR`` does; here it
    stays down.  Linear time.

    References
    ----------
    Loshchilov, I., Hutter, F. (2017). SGDR: stochastic gradient descent with
    warm restarts. ICLR. arXiv:1608.03983.

    Examples
    --------
    >>> cosine_annealing([0, 50, 100, 150], 100, max_lr=0.5, min_lr=0.1)
    array([0.5, 0.3, 0.1, 0.1])
    """
    xp, t = _steps(t)
    done = xp.clip(t / check_count("total_steps", total_steps, 1), None, 1.0)
    return _half_wave(xp, max_lr, min_lr, done)


def exponential_decay(t, rate, *, max_lr):
    r"""Let the learning rate lose the same share at every step.

    Parameters
    ----------
    t : array of any shape
        Steps done, from 0 on.
    rate : float
        Decay per step; k below.
    max_lr : float
        The first rate.

    Returns
    -------
    array of the shape of t

    Raises
    ------
    ValueError
        If a step is negative.

    Notes
    -----
    .. math:: \eta_t = \eta_0\,e^{-kt}.

    It halves every :math:`\ln 2/k` steps.  ``gamma`` of
    ``torch.optim.lr_scheduler.ExponentialLR`` is :math:`e^{-k}`.  Linear
    time.

    References
    ----------
    Goodfellow, I., Bengio, Y., Courville, A. (2016). Deep Learning, 8.3.1.
    MIT Press.

    Examples
    --------
    >>> exponential_decay([0, 10], 0.1, max_lr=0.5).round(4)
    array([0.5   , 0.1839])
    """
    xp, t = _steps(t)
    return max_lr * xp.exp(-rate * t)


def one_cycle(t, total_steps, *, max_lr, pct_start=0.3):
    r"""Let the learning rate rise along half a wave, and fall along another.

    Parameters
    ----------
    t : array of any shape
        Steps done, from 0 on.
    total_steps : int
        The last of them is ``t = total_steps - 1``; after it the rate stays.
    max_lr : float
        The highest rate.
    pct_start : float in [0, 1), default 0.3
        The share (not per cent) of the steps that rises.

    Returns
    -------
    array of the shape of t

    Raises
    ------
    ValueError
        If a step is negative, ``total_steps`` is less than 2, or
        ``pct_start`` is outside [0, 1).

    Notes
    -----
    .. math:: \eta:\ \frac{\eta_{\max}}{25} \to \eta_{\max} \to
       \frac{\eta_{\max}}{25\cdot10^4}, \qquad
       \text{highest at } t = p\,T - 1.

    The same as ``torch.optim.lr_scheduler.OneCycleLR`` with its defaults (but
    for the momentum, which that one moves as well).  Linear time.

    References
    ----------
    Smith, L. N., Topin, N. (2019). Super-convergence: very fast training of
    neural networks using large learning rates. arXiv:1708.07120.

    Examples
    --------
    >>> one_cycle([0, 2, 9], 10, max_lr=0.5)
    array([2.e-02, 5.e-01, 2.e-06])
    """
    xp, t = _steps(t)
    last = check_count("total_steps", total_steps, 2) - 1
    _check_decay(pct_start=pct_start)
    peak, lowest = pct_start * (last + 1) - 1, max_lr / 25
    t = xp.clip(t, None, last)
    rise = _half_wave(xp, lowest, max_lr, t / peak if peak > 0 else t)
    fall = _half_wave(xp, max_lr, lowest / 1e4, (t - peak) / (last - peak))
    return xp.where(t < peak, rise, fall)


def soft_threshold(w, tau):
    r"""Pull numbers towards zero, and those that are near onto it.

    Parameters
    ----------
    w : array of any shape
    tau : float
        How far, 0 or more.

    Returns
    -------
    array of the shape of w

    Raises
    ------
    ValueError
        If ``tau`` is negative.

    Notes
    -----
    .. math:: S_\tau(w) = \mathrm{sign}(w)\max(|w| - \tau, 0)
       = \arg\min_x\ \tfrac12(x - w)^2 + \tau|x|.

    The proximal operator of :math:`\tau|x|`: unlike a step along its
    subgradient it arrives at 0 and stays there.  Linear time.

    References
    ----------
    Donoho, D. L. (1995). De-noising by soft-thresholding. IEEE Trans. Inf.
    Theory 41(3). doi:10.1109/18.382009.

    Examples
    --------
    >>> soft_threshold([-3, -0.5, 0, 2], 1)
    array([-2.,  0.,  0.,  1.])
    """
    xp, w = arrays(w)
    if not tau >= 0:
        raise ValueError(f"tau must not be negative, got {tau}")
    # Plus zero, because minus zero is no pretty sight.
    return xp.sign(w) * xp.clip(xp.abs(w) - tau, 0.0, None) + 0.0


def ista(X, y, alpha, *, steps, lr=None):
    r"""Fit a sparse linear model (Lasso) by proximal gradient steps.

    Parameters
    ----------
    X : array of shape `(n, p)`
        One sample a row; no column of ones is added.
    y : array of shape `(n,)`
    alpha : float
        Weight of the penalty, 0 or more.
    steps : int
        How many steps, 0 or more.
    lr : float, optional
        By default 1/L, L being the largest curvature of the squared error.

    Returns
    -------
    array of shape `(p,)`
        The coefficients; the first step starts from zeros.

    Raises
    ------
    ValueError
        If the shapes do not fit, there is no row, ``alpha`` is negative,
        ``lr`` is not positive, or ``steps`` is negative.

    Notes
    -----
    .. math:: \min_{\mathbf w}\ \frac1{2n}\|\mathbf y - X\mathbf w\|^2 +
       \alpha\|\mathbf w\|_1, \qquad \mathbf w \leftarrow
       S_{\eta\alpha}\Big(\mathbf w - \frac\eta n
       X^\top(X\mathbf w - \mathbf y)\Big).

    The loss of ``sklearn.linear_model.Lasso`` without intercept.  With
    :math:`\eta\le 1/L`, :math:`L = \|X\|_2^2/n`, no step raises it.
    :math:`O(np)` time a step.

    References
    ----------
    Beck, A., Teboulle, M. (2009). A fast iterative shrinkage-thresholding
    algorithm for linear inverse problems. SIAM J. Imaging Sci. 2(1).
    doi:10.1137/080716542.

    Examples
    --------
    >>> ista([[1, 0], [0, 1]], [4, 0.5], 1, steps=50)
    array([2., 0.])
    """
    xp, X, y = arrays(X, y)
    check_matrix("X", X, batch=False)
    n, p = X.shape
    check_shape("y", y, (n,))
    if n == 0:
        raise ValueError("X must have at least one row")
    if not alpha >= 0:
        raise ValueError(f"alpha must not be negative, got {alpha}")
    steps = check_count("steps", steps, 0)
    if lr is None:
        curvature = float(spectral_norm(X)) ** 2 / n
        # Of zeros alone, every step leads to the minimum.
        lr = 1 / curvature if curvature > 0 else 1.0
    check_positive(lr=lr)
    w = xp.zeros(p, dtype=X.dtype, device=X.device)
    for _ in range(steps):
        w = soft_threshold(w - lr * (X.mT @ (X @ w - y)) / n, lr * alpha)
    return w


def project_to_simplex(v):
    r"""Find the probabilities that are nearest to given numbers.

    Parameters
    ----------
    v : array of shape `(..., n)`

    Returns
    -------
    array of shape `(..., n)`
        Not negative, and 1 in sum along the last axis.

    Raises
    ------
    ValueError
        If there is no last axis or nothing along it.

    Notes
    -----
    .. math:: w_i = \max(v_i - \tau, 0), \qquad
       \tau = \frac{\sum_{i\le k}v_{(i)} - 1}{k}, \qquad
       k = \max\Big\{j: v_{(j)} > \frac{\sum_{i\le j}v_{(i)} - 1}{j}\Big\},

    where :math:`v_{(1)}\ge v_{(2)}\ge\dots`: one number is taken from all,
    so large that what stays positive adds up to 1.  Clipping and dividing by
    the sum also gives probabilities, but others.  :math:`O(n\log n)` time.

    References
    ----------
    Duchi, J., Shalev-Shwartz, S., Singer, Y., Chandra, T. (2008). Efficient
    projections onto the l1-ball for learning in high dimensions. ICML.
    doi:10.1145/1390156.1390191.

    Examples
    --------
    >>> project_to_simplex([0.5, 1.25, -3]).round(9)
    array([0.125, 0.875, 0.   ])
    """
    xp, v = arrays(v)
    check_axis("v", v, -1, empty=False)
    # A common shift changes nothing, and large numbers have no decimals.
    v = v - xp.max(v, axis=-1, keepdims=True)
    u = xp.sort(v, axis=-1, descending=True)
    count = xp.arange(1, v.shape[-1] + 1, dtype=v.dtype, device=v.device)
    stays = u * count > xp.cumulative_sum(u, axis=-1) - 1
    k = xp.sum(xp.astype(stays, v.dtype), axis=-1, keepdims=True)
    total = xp.sum(xp.where(stays, u, 0.0), axis=-1, keepdims=True)
    return xp.clip(v - (total - 1) / k, 0.0, None)


def projected_gradient_descent(grad, theta, project, *, lr, steps):
    r"""Walk downhill inside a set: step, and return to the nearest point.

    Parameters
    ----------
    grad : callable
        Takes parameters, returns the gradient of the loss there.
    theta : array of any shape
        Where to start; itself not projected.
    project : callable
        Takes parameters, returns the nearest ones that are allowed.
    lr : float
        Learning rate.
    steps : int
        How many steps, 0 or more.

    Returns
    -------
    array of the shape of theta
        Where the last step leads.  ``theta`` itself stays as it was.

    Raises
    ------
    ValueError
        If ``grad`` or ``project`` returns another shape or ``steps`` is
        negative.

    Notes
    -----
    .. math:: \boldsymbol\theta \leftarrow
       \Pi_C(\boldsymbol\theta - \eta\,\nabla f(\boldsymbol\theta)),
       \qquad \Pi_C(\mathbf z) =
       \arg\min_{\mathbf x\in C}\|\mathbf x - \mathbf z\|.

    Proximal gradient, where the penalty is 0 inside of C and infinite
    outside.  A minimum on the border is a fixed point: there the step leads
    straight out.  One gradient and one projection a step.

    References
    ----------
    Goldstein, A. A. (1964). Convex programming in Hilbert space. Bull. Amer.
    Math. Soc. 70(5). doi:10.1090/S0002-9904-1964-11178-2.

    Examples
    --------
    >>> import numpy as np
    >>> target = np.array([0.9, 0.7, -0.2])
    >>> x = projected_gradient_descent(
    ...     lambda x: x - target, [1, 0, 0], project_to_simplex,
    ...     lr=0.5, steps=60,
    ... )
    >>> x.round(9)
    array([0.6, 0.4, 0. ])
    """
    _, theta = arrays(theta)
    for _ in range(check_count("steps", steps, 0)):
        moved = theta - lr * _gradient(grad, theta)
        theta = _gradient(project, moved, name="project")
    return theta


def sphere_gradient_step(x, gradient, *, lr):
    r"""Take a step of gradient descent along the unit sphere.

    Parameters
    ----------
    x : array of shape `(..., n)`
        Of length 1 along the last axis.
    gradient : array of the shape of x
        The gradient of the loss at ``x``, as if there were no sphere.
    lr : float
        Learning rate.

    Returns
    -------
    array of the shape of x
        Of length 1 again.

    Raises
    ------
    ValueError
        If the shapes differ, or a length is not 1 (to within 1e-3).

    Notes
    -----
    .. math:: \mathrm{grad} f = (I - \mathbf x\mathbf x^\top)\nabla f, \qquad
       \mathbf x \leftarrow R_{\mathbf x}(-\eta\,\mathrm{grad} f), \qquad
       R_{\mathbf x}(\mathbf v) =
       \frac{\mathbf x + \mathbf v}{\|\mathbf x + \mathbf v\|}.

    First what points off the sphere is taken away from the gradient, then
    the step, which leaves the sphere a little, is called back.  Linear time.

    References
    ----------
    Absil, P.-A., Mahony, R., Sepulchre, R. (2008). Optimization Algorithms on
    Matrix Manifolds, 4.1. Princeton University Press.

    Examples
    --------
    >>> sphere_gradient_step([0, 1], [-0.75, 5], lr=1)
    array([0.6, 0.8])
    """
    xp, x, gradient = _alike("x", x, gradient=gradient)
    _check_unit(xp, "x", x)
    tangent = gradient - xp.vecdot(x, gradient, axis=-1)[..., None] * x
    moved = x - lr * tangent
    return moved / l2_norm(moved)[..., None]


def geodesic_distance(x, y):
    r"""Measure how far it is from x to y along the unit sphere.

    Parameters
    ----------
    x, y : array of shape `(..., n)`
        Of length 1 along the last axis; the same shape for both.

    Returns
    -------
    array of shape `(...)`
        The angle between them, from 0 to :math:`\pi`.

    Raises
    ------
    ValueError
        If the shapes differ, or a length is not 1 (to within 1e-3).

    Notes
    -----
    .. math:: d(\mathbf x, \mathbf y) = \arccos\langle\mathbf x,
       \mathbf y\rangle = 2\,\mathrm{atan2}(\|\mathbf x - \mathbf y\|,
       \|\mathbf x + \mathbf y\|).

    The second form is computed: near 1 the cosine is flat, and arccos of it
    loses half of the digits, or all when rounding makes it more than 1.
    Linear time.

    References
    ----------
    Kahan, W. (2006). How futile are mindless assessments of roundoff in
    floating-point computation?, section 12. University of California.

    Examples
    --------
    >>> float(geodesic_distance([1, 0], [0, 1])).__round__(4)
    1.5708
    """
    xp, x, y = _alike("x", x, y=y)
    _check_unit(xp, "x", x)
    _check_unit(xp, "y", y)
    return 2 * xp.atan2(l2_norm(x - y), l2_norm(x + y))


def kkt_residual(grad_f, grad_g, g, multipliers):
    r"""Measure by how much a point misses the conditions for a minimum.

    Parameters
    ----------
    grad_f : array of shape `(n,)`
        The gradient of the loss at the point.
    grad_g : array of shape `(m, n)`
        The gradients of the constraints there, one a row.
    g : array of shape `(m,)`
        The constraints there: allowed is what is not positive.
    multipliers : array of shape `(m,)`
        One :math:`\lambda_i` for each constraint.

    Returns
    -------
    array of shape `()`
        The largest violation; 0 when all conditions hold.

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Notes
    -----
    .. math:: \nabla f + \sum_i\lambda_i\nabla g_i = 0, \qquad
       g_i\le 0, \qquad \lambda_i\ge 0, \qquad \lambda_i g_i = 0.

    In a convex problem a point that meets them is a minimum, and the
    multipliers solve the dual,
    :math:`\max_{\lambda\ge0}\min_{\mathbf x} f + \sum_i\lambda_i g_i`.  A
    multiplier says by how much the minimum falls when its constraint is
    eased.  :math:`O(mn)` time.

    References
    ----------
    Boyd, S., Vandenberghe, L. (2004). Convex Optimization, 5.5. Cambridge
    University Press. doi:10.1017/CBO9780511804441.

    Examples
    --------
    The lowest x^2 where x is at least 1, that is, 1 - x at most 0:

    >>> float(kkt_residual([2.0], [[-1.0]], [0.0], [2.0]))
    0.0
    >>> float(kkt_residual([0.0], [[-1.0]], [1.0], [0.0]))
    1.0
    """
    xp, grad_f, grad_g, g, multipliers = arrays(
        grad_f, grad_g, g, multipliers
    )
    check_matrix("grad_g", grad_g, batch=False)
    m, n = grad_g.shape
    check_shape("grad_f", grad_f, (n,))
    check_shape("g", g, (m,))
    check_shape("multipliers", multipliers, (m,))
    violations = xp.concat([
        xp.abs(grad_f + grad_g.mT @ multipliers),
        xp.clip(g, 0.0, None),
        xp.clip(-multipliers, 0.0, None),
        xp.abs(multipliers * g),
    ])
    return xp.max(violations)


def _alike(name, x, **others):
    """Return the namespace, x and the others, which must have its shape."""
    xp, x, *found = arrays(x, *others.values())
    for other, value in zip(others, found, strict=True):
        if value.shape != x.shape:
            raise ValueError(
                f"{other} must have the shape {tuple(x.shape)} of {name}, got"
                f" {tuple(value.shape)}"
            )
    return xp, x, *found


def _gradient(grad, theta, *data, name="grad"):
    """Return grad(theta), which must have the shape of theta."""
    _, _, gradient = arrays(theta, grad(theta, *data))
    if gradient.shape != theta.shape:
        raise ValueError(
            f"{name} must return the shape {tuple(theta.shape)} of theta, got"
            f" {tuple(gradient.shape)}"
        )
    return gradient


def _sides(W, L, R):
    """Return L and R as arrays, with as many rows and columns as W."""
    check_matrix("W", W, batch=False)
    _, _, L, R = arrays(W, L, R)
    m, n = W.shape
    check_shape("L", L, (m, m))
    check_shape("R", R, (n, n))
    return L, R


def _fourth_root(xp, A, eps):
    """Return (A + eps I)^(-1/4) of a symmetric A without negative values."""
    values, Q = xp.linalg.eigh(A)
    return (Q * (xp.clip(values, 0.0, None) + eps) ** -0.25) @ Q.mT


def _solved(theta, gradient, name, A, damping):
    """Return theta and the step (A + damping I)^-1 gradient."""
    _, theta, gradient = _alike("theta", theta, gradient=gradient)
    check_vector("theta", theta)
    _, _, A = arrays(theta, A)
    check_shape(name, A, (theta.shape[0],) * 2)
    return theta, _solve(name, A, gradient, damping)


def _solve(name, A, b, damping):
    """Return (A + damping I)^-1 b."""
    if not damping >= 0:
        raise ValueError(f"damping must not be negative, got {damping}")
    xp, A, b = arrays(A, b)
    n = A.shape[0]
    if n == 0:
        return b
    eye = xp.eye(n, dtype=A.dtype, device=A.device)
    # Rows and columns of one size: units are no reason to be singular.
    A = A + damping * eye
    rows = _largest(xp, A, axis=1)
    A = A / rows
    columns = _largest(xp, A, axis=0)
    A, B = A / columns, (b[:, None] if b.ndim == 1 else b) / rows
    try:
        # The inverse comes along, to be measured, not to be used.
        X = xp.linalg.solve(A, xp.concat([B, eye], axis=1))
        width = B.shape[1]
        condition = frobenius_norm(A) * frobenius_norm(X[:, width:])
        singular = bool(condition * n * xp.finfo(A.dtype).eps >= 1)
    except (ValueError, RuntimeError):  # NumPy's and torch's LinAlgError
        singular = True
    if singular:
        raise ValueError(
            f"{name} must not be singular: try more damping than {damping}"
        )
    X = X[:, :width] / columns.mT
    return X[:, 0] if b.ndim == 1 else X


def _largest(xp, A, axis):
    """Return powers of two near the largest sizes along an axis."""
    limits = xp.finfo(A.dtype)
    sizes = xp.max(xp.abs(A), axis=axis, keepdims=True)
    # Neither 0 nor inf, by which nothing can be divided.
    low, high = float(limits.smallest_normal), float(limits.max) / 2
    return 2.0 ** xp.floor(xp.log2(xp.clip(sizes, low, high)))


def _steps(t):
    """Return the namespace and numbers of steps, none of them negative."""
    xp, t = arrays(t)
    if not bool(xp.all(t >= 0)):
        raise ValueError("t must not be negative")
    return xp, t


def _half_wave(xp, start, end, done):
    """Return what goes from start to end while done goes from 0 to 1."""
    return end + (start - end) * (1 + xp.cos(math.pi * done)) / 2


def _check_decay(**shares):
    """Raise ValueError for a share that is not from 0 to below 1."""
    for name, share in shares.items():
        if not 0 <= share < 1:
            raise ValueError(f"{name} must lie in [0, 1), got {share}")


def _check_unit(xp, name, x):
    """Raise ValueError unless x has length 1 along its last axis."""
    if not bool(xp.all(xp.abs(l2_norm(x) - 1) <= 1e-3)):
        raise ValueError(f"{name} must have length 1 along its last axis")
