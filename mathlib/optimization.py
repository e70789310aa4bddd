"""Chapter 08: the steps that training takes."""

import math

from mathlib.arrays import arrays

__all__ = ["adam_step"]


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
    xp, theta, gradient, m, v = arrays(theta, gradient, m, v)
    for name, x in {"gradient": gradient, "m": m, "v": v}.items():
        if x.shape != theta.shape:
            raise ValueError(
                f"{name} must have the shape {tuple(theta.shape)} of theta,"
                f" got {tuple(x.shape)}"
            )
    if not t >= 1:
        raise ValueError(f"t counts steps from 1, got {t}")
    for name, beta in {"beta1": beta1, "beta2": beta2}.items():
        if not 0 <= beta < 1:
            raise ValueError(f"{name} must lie in [0, 1), got {beta}")

    m = beta1 * m + (1 - beta1) * gradient
    v = beta2 * v + (1 - beta2) * gradient**2
    # The corrections are numbers: move them out of the arrays.
    step = lr / (1 - beta1**t)
    root = math.sqrt(1 - beta2**t)
    return theta - step * m / (xp.sqrt(v) / root + eps), m, v
