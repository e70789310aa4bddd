"""Chapter 05: gradients, Jacobians, Hessians, automatic differentiation.

Derivatives by differences are taken in float64, whatever the precision of x;
the answer comes back in that precision.  Functions that are differentiated
get fresh arrays: the caller's x never changes.
"""

import math

import numpy as np
from array_api_compat import array_namespace, is_array_api_obj

from mathlib.arrays import arrays
from mathlib.foundations import check_axis, check_vector, softmax
from mathlib.linear_algebra import is_symmetric, l2_norm

__all__ = [
    "Value",
    "backward",
    "chain_jacobian",
    "chain_vjp",
    "classify_critical_point",
    "directional_derivative",
    "gauss_newton_matrix",
    "gradient_check",
    "hessian",
    "hessian_vector_product",
    "jacobian",
    "numerical_gradient",
    "quadratic_form_gradient",
    "sharpness",
    "softmax_jacobian",
]

# How far a "symmetric" matrix of noisy second differences may be from it.
_ASYMMETRY = 1e-4


def numerical_gradient(f, x, *, h=1e-5):
    r"""Find the gradient of f at x by central differences.

    Parameters
    ----------
    f : callable
        Takes an array of the shape of ``x``, returns one number.
    x : array of any shape
    h : float, default 1e-5
        How far each entry is moved, up and down.

    Returns
    -------
    array
        The partial derivatives, in the shape and dtype of ``x``.

    Raises
    ------
    ValueError
        If ``f`` does not return one number, or ``h`` is not positive.

    Notes
    -----
    .. math:: \frac{\partial f}{\partial x_i} \approx
       \frac{f(\mathbf x + h\mathbf e_i) - f(\mathbf x - h\mathbf e_i)}{2h}.

    What the formula leaves out is :math:`O(h^2)`, what rounding adds about
    1e-16/h: together they are least near h = 1e-5.  A one-sided difference
    leaves out :math:`O(h)`.  2n calls of ``f`` for n entries, where
    :func:`backward` needs one pass.

    References
    ----------
    Nocedal, J., Wright, S. J. (2006). Numerical Optimization, 2nd ed., 8.1.
    Springer. doi:10.1007/978-0-387-40065-5.

    Examples
    --------
    >>> numerical_gradient(lambda x: x[0] ** 2 * x[1], [3, 5]).round(6)
    array([30.,  9.])
    """
    xp, x, wide = _widened(x)
    _check_step(h)
    partials = [
        (_number(f, wide + step) - _number(f, wide - step)) / (2 * h)
        for step in _steps(xp, wide, h)
    ]
    if not partials:
        return xp.zeros_like(x)
    partials = xp.reshape(xp.stack(partials), x.shape)
    return xp.astype(partials, x.dtype)


def directional_derivative(f, x, direction):
    r"""Find how steeply f rises from x in one direction.

    Parameters
    ----------
    f : callable
        Takes an array of the shape of ``x``, returns one number.
    x : array of any shape
    direction : array of the shape of x
        Only where it points to matters, not its length.

    Returns
    -------
    array of shape `()`
        The slope for each unit of length, in the dtype of ``x``.

    Raises
    ------
    ValueError
        If the shapes differ, ``direction`` is zero, or ``f`` does not return
        one number.

    Notes
    -----
    .. math:: D_{\mathbf u}f = \nabla f\cdot\mathbf u \le \|\nabla f\|,
       \qquad \mathbf u = \frac{\mathbf d}{\|\mathbf d\|}.

    Largest along the gradient, 0 at right angles to it.  One central
    difference: two calls of ``f``, however many entries ``x`` has.

    References
    ----------
    Apostol, T. M. (1969). Calculus, vol. II, 2nd ed., ch. 8. Wiley.

    Examples
    --------
    >>> f = lambda x: 3 * x[0] + 4 * x[1]
    >>> float(directional_derivative(f, [0, 0], [6, 8]).round(9))
    5.0
    """
    xp, x, wide, d = _widened(x, direction=direction)
    length = _length(xp, d)
    if length == 0:
        raise ValueError("direction must not be zero")
    h = 1e-5
    step = d / length * h
    slope = (_number(f, wide + step) - _number(f, wide - step)) / (2 * h)
    return xp.astype(slope, x.dtype)


def jacobian(f, x, *, h=1e-5):
    r"""Find the Jacobian matrix of f at x by central differences.

    Parameters
    ----------
    f : callable
        Takes an array of shape `(n,)`, returns one of shape `(m,)` or a
        number (then m is 1).
    x : array of shape `(n,)`
    h : float, default 1e-5
        How far each entry of ``x`` is moved, up and down.

    Returns
    -------
    array of shape `(m, n)`
        Row i is the gradient of output i, column j the answer of all
        outputs to input j.  In the dtype of ``x``.

    Raises
    ------
    ValueError
        If ``x`` or what ``f`` returns is no vector, or ``h`` not positive.

    Notes
    -----
    .. math:: J_{ij} = \frac{\partial f_i}{\partial x_j} \approx
       \frac{f_i(\mathbf x + h\mathbf e_j) - f_i(\mathbf x - h\mathbf e_j)}
       {2h}.

    2n calls of ``f``, one pair for each column.

    References
    ----------
    Nocedal, J., Wright, S. J. (2006). Numerical Optimization, 2nd ed., 8.1.
    Springer. doi:10.1007/978-0-387-40065-5.

    Examples
    --------
    >>> f = lambda x: np.stack([x[0] * x[1], x[0] + x[1], x[0] ** 2])
    >>> jacobian(f, [2, 3]).round(6)
    array([[3., 2.],
           [1., 1.],
           [4., 0.]])
    """
    xp, x, wide = _widened(x)
    check_vector("x", x, 1)
    _check_step(h)
    columns = [
        (_vector(f, wide + step) - _vector(f, wide - step)) / (2 * h)
        for step in _steps(xp, wide, h)
    ]
    return xp.astype(xp.stack(columns, axis=1), x.dtype)


def hessian(f, x, *, h=1e-4):
    r"""Find the matrix of second derivatives of f at x by differences.

    Parameters
    ----------
    f : callable
        Takes an array of shape `(n,)`, returns one number.
    x : array of shape `(n,)`
    h : float, default 1e-4
        How far each entry of ``x`` is moved, up and down.

    Returns
    -------
    array of shape `(n, n)`
        Symmetric, in the dtype of ``x``.

    Raises
    ------
    ValueError
        If ``x`` is no vector, ``f`` does not return one number, or ``h`` is
        not positive.

    Notes
    -----
    .. math:: H_{ij} = \frac{\partial^2 f}{\partial x_i\,\partial x_j}
       \approx \frac{f_{++} - f_{+-} - f_{-+} + f_{--}}{4h^2}, \qquad
       f_{\pm\pm} = f(\mathbf x \pm h\mathbf e_i \pm h\mathbf e_j).

    Rounding adds about 1e-16/h^2, so that h must be larger than for a first
    derivative: with h = 1e-8 nothing is left but noise.  2n(n + 1) calls of
    ``f``.

    References
    ----------
    Nocedal, J., Wright, S. J. (2006). Numerical Optimization, 2nd ed., 8.1.
    Springer. doi:10.1007/978-0-387-40065-5.

    Examples
    --------
    >>> hessian(lambda x: x[0] ** 2 * x[1], [3, 5]).round(4)
    array([[10.,  6.],
           [ 6.,  0.]])
    """
    xp, x, wide = _widened(x)
    check_vector("x", x, 1)
    _check_step(h)
    n = x.shape[0]
    above = {}
    for i, a in enumerate(_steps(xp, wide, h)):
        for j, b in enumerate(_steps(xp, wide, h)):
            if i <= j:
                bent = _number(f, wide + a + b) + _number(f, wide - a - b)
                flat = _number(f, wide + a - b) + _number(f, wide - a + b)
                above[i, j] = (bent - flat) / (4 * h * h)
    H = xp.stack([above[min(i, j), max(i, j)]
                  for i in range(n) for j in range(n)])
    return xp.astype(xp.reshape(H, (n, n)), x.dtype)


def classify_critical_point(H, *, tol=1e-9):
    r"""Say what a point is where the gradient vanishes, from the Hessian.

    Parameters
    ----------
    H : array of shape `(n, n)`
        The Hessian at the point; symmetric.
    tol : float, default 1e-9
        An eigenvalue counts as zero when it is at most so much of the
        largest in size (or of rounding, when that is more).

    Returns
    -------
    str
        ``"minimum"`` when all eigenvalues are positive, ``"maximum"`` when
        all are negative, ``"saddle"`` when there are both, and otherwise
        ``"inconclusive"``.

    Raises
    ------
    ValueError
        If ``H`` is not square, empty, not symmetric or not finite.

    Notes
    -----
    .. math:: \nabla f = 0: \qquad H\succ0 \Rightarrow \min, \qquad
       H\prec0 \Rightarrow \max, \qquad
       \lambda_{\min} < 0 < \lambda_{\max} \Rightarrow \text{saddle}.

    Nothing follows where the gradient is not zero: x + x^2 is convex and
    rises at x = 5.  Nor when the smallest eigenvalue is zero: x^4, x^3 and
    -x^4 have the same second derivative at 0.  :math:`O(n^3)` time.

    References
    ----------
    Apostol, T. M. (1969). Calculus, vol. II, 2nd ed., ch. 9. Wiley.

    Examples
    --------
    >>> classify_critical_point([[1, 2], [2, 1]])
    'saddle'
    >>> classify_critical_point([[1, 0], [0, 0]])
    'inconclusive'
    """
    xp, H = arrays(H)
    if H.ndim != 2 or H.shape[0] != H.shape[1] or H.shape[0] == 0:
        raise ValueError(
            f"H must have the shape (n, n) with n > 0, got {tuple(H.shape)}"
        )
    if not bool(xp.all(xp.isfinite(H))):
        raise ValueError("H must be finite")
    if not is_symmetric(H, tol=_ASYMMETRY):
        raise ValueError("H must be symmetric, as a Hessian is")
    values = xp.linalg.eigvalsh((H + H.mT) / 2)
    smallest, largest = float(xp.min(values)), float(xp.max(values))
    tol = max(tol, H.shape[0] * float(xp.finfo(H.dtype).eps))
    zero = tol * max(-smallest, largest)
    if smallest > zero:
        return "minimum"
    if largest < -zero:
        return "maximum"
    if smallest < -zero and largest > zero:
        return "saddle"
    return "inconclusive"


def chain_jacobian(jacobians):
    r"""Multiply the Jacobians of a chain of functions.

    Parameters
    ----------
    jacobians : sequence of arrays of shape `(..., n_k, n_{k-1})`
        In the order in which the functions are applied: first the Jacobian
        of the function that is applied first.

    Returns
    -------
    array of shape `(..., n_L, n_0)`
        The Jacobian of the whole chain.

    Raises
    ------
    ValueError
        If there is none, or they do not fit one another.

    Notes
    -----
    .. math:: J_{f_L\circ\cdots\circ f_1} = J_L J_{L-1}\cdots J_1.

    The function applied last stands on the left.  Matrices do not commute:
    in ascending order the product is another, or none at all.  When all have
    n rows and columns, :math:`O(Ln^3)`; :func:`chain_vjp` needs
    :math:`O(Ln^2)`.

    References
    ----------
    Baydin, A. G., Pearlmutter, B. A., Radul, A. A., Siskind, J. M. (2018).
    Automatic differentiation in machine learning: a survey. JMLR 18.
    arXiv:1502.05767.

    Examples
    --------
    >>> chain_jacobian([[[1, 2], [3, 4]], [[1, 1]]])
    array([[4., 6.]])
    """
    _, *jacobians = arrays(*jacobians)
    _check_chain(jacobians)
    if not jacobians:
        raise ValueError("jacobians must hold a matrix at least")
    product = jacobians[-1]
    for J in reversed(jacobians[:-1]):
        product = product @ J
    return product


def chain_vjp(jacobians, v):
    r"""Take a row vector back through a chain of functions.

    Parameters
    ----------
    jacobians : sequence of arrays of shape `(..., n_k, n_{k-1})`
        In the order in which the functions are applied: first the Jacobian
        of the function that is applied first.
    v : array of shape `(..., n_L)`
        The gradient of a number with respect to the chain's output.

    Returns
    -------
    array of shape `(..., n_0)`
        The gradient of that number with respect to the chain's input.

    Raises
    ------
    ValueError
        If they do not fit one another.

    Notes
    -----
    .. math:: \mathbf v^\top J_L J_{L-1}\cdots J_1
       = \big((\mathbf v^\top J_L)\,J_{L-1}\big)\cdots J_1.

    From the left every product is a vector times a matrix:
    :math:`O(Ln^2)`, where multiplying the matrices first takes
    :math:`O(Ln^3)`.  That is reverse mode, and backpropagation.

    References
    ----------
    Rumelhart, D. E., Hinton, G. E., Williams, R. J. (1986). Learning
    representations by back-propagating errors. Nature 323.
    doi:10.1038/323533a0.

    Examples
    --------
    >>> chain_vjp([[[1, 2], [3, 4]], [[1, 1]]], [10])
    array([40., 60.])
    """
    _, v, *jacobians = arrays(v, *jacobians)
    check_axis("v", v, -1)
    _check_chain(jacobians, v.shape[:-1])
    if jacobians and v.shape[-1] != jacobians[-1].shape[-2]:
        raise ValueError(
            f"v must have the shape (..., {jacobians[-1].shape[-2]}) for a"
            f" last Jacobian of shape {tuple(jacobians[-1].shape)}, got"
            f" {tuple(v.shape)}"
        )
    row = v[..., None, :]
    for J in reversed(jacobians):
        row = row @ J
    return row[..., 0, :]


class Value:
    r"""A number, or an array, that remembers what it was computed from.

    Parameters
    ----------
    data : float or array
        Real numbers.  Lists become NumPy arrays.
    parents : tuple of Value
        What it was computed from; empty for an input.
    op : str
        By which operation.

    Attributes
    ----------
    grad : float or array
        After ``backward(output)``: the derivative of the output with respect
        to this value, in the shape and dtype of ``data``.  Before, 0.0.
    pullback : callable or None
        The chain rule of the operation: takes the gradient with respect to
        this value, returns a tuple of those with respect to the parents.

    Raises
    ------
    TypeError
        If ``data`` is not real numbers.

    Notes
    -----
    .. math:: \bar v_i = \sum_{j\in\mathrm{out}(i)}
       \bar v_j\,\frac{\partial v_j}{\partial v_i}.

    There are the operators + - * / ** and @, with plain numbers and arrays
    on either side; exp, log, sin, cos, tanh, relu and sum(axis, keepdims) as
    methods; and mT.  Arrays broadcast, and ``backward`` undoes that; they
    are not copied.  Plain numbers follow Python: 1/0 and exp(1000) raise,
    where arrays get infinity.  The slope of relu at 0 is taken to be 0.  An
    operation of your own is a Value with parents and a pullback.

    References
    ----------
    Griewank, A., Walther, A. (2008). Evaluating Derivatives, 2nd ed. SIAM.
    doi:10.1137/1.9780898717761.

    Examples
    --------
    >>> x, w = Value(3.0), Value(2.0)
    >>> y = x * x + w
    >>> backward(y)
    >>> y.data, x.grad, w.grad
    (11.0, 6.0, 1.0)
    """

    __slots__ = ("data", "grad", "op", "parents", "pullback")
    # NumPy's operators must leave it to __radd__ and the others.
    __array_ufunc__ = None

    def __init__(self, data, parents=(), op=""):
        self.data = data if type(data) is float else _real(data)
        self.grad = 0.0
        self.parents = tuple(parents)
        self.op = op
        self.pullback = None

    def __repr__(self):
        return f"Value(data={self.data}, grad={self.grad})"

    @property
    def shape(self):
        return () if type(self.data) is float else tuple(self.data.shape)

    def __add__(self, other):
        other = _value(other)
        return _result(
            self.data + other.data, (self, other), "+", lambda g: (g, g)
        )

    def __sub__(self, other):
        other = _value(other)
        return _result(
            self.data - other.data, (self, other), "-", lambda g: (g, -g)
        )

    def __mul__(self, other):
        other = _value(other)
        a, b = self.data, other.data
        return _result(a * b, (self, other), "*", lambda g: (g * b, g * a))

    def __truediv__(self, other):
        other = _value(other)
        b = other.data
        q = self.data / b
        return _result(
            q, (self, other), "/", lambda g: (g / b, -g * q / b)
        )

    def __pow__(self, n):
        if isinstance(n, Value):
            return (n * self.log()).exp()
        x, n = self.data, float(n)
        return _result(
            x**n, (self,), f"**{n:g}",
            lambda g: (g * (n * x ** (n - 1)) if n else 0.0 * g,),
        )

    def __matmul__(self, other):
        other = _value(other)
        a, b = self.data, other.data

        def pullback(g):
            if a.ndim == b.ndim == 1:
                return g * b, g * a
            # A vector is a row on the left and a column on the right.
            A, B = a, b
            if a.ndim == 1:
                A, g = a[None, :], g[..., None, :]
            if b.ndim == 1:
                B, g = b[:, None], g[..., None]
            to_b = A.mT @ g
            return g @ B.mT, to_b[..., 0] if b.ndim == 1 else to_b

        return _result(a @ b, (self, other), "@", pullback)

    def __neg__(self):
        return _result(-self.data, (self,), "neg", lambda g: (-g,))

    def __radd__(self, other):
        return _value(other) + self

    def __rsub__(self, other):
        return _value(other) - self

    def __rmul__(self, other):
        return _value(other) * self

    def __rtruediv__(self, other):
        return _value(other) / self

    def __rpow__(self, other):
        return _value(other) ** self

    def __rmatmul__(self, other):
        return _value(other) @ self

    def exp(self):
        y = _functions(self.data).exp(self.data)
        return _result(y, (self,), "exp", lambda g: (g * y,))

    def log(self):
        x = self.data
        y = _functions(x).log(x)
        return _result(y, (self,), "log", lambda g: (g / x,))

    def sin(self):
        x = self.data
        of = _functions(x)
        return _result(
            of.sin(x), (self,), "sin", lambda g: (g * of.cos(x),)
        )

    def cos(self):
        x = self.data
        of = _functions(x)
        return _result(
            of.cos(x), (self,), "cos", lambda g: (-g * of.sin(x),)
        )

    def tanh(self):
        y = _functions(self.data).tanh(self.data)
        return _result(y, (self,), "tanh", lambda g: (g * (1.0 - y * y),))

    def relu(self):
        x = self.data
        if type(x) is float:
            y, slope = (0.0, 0.0) if x <= 0 else (x, 1.0)
        else:
            xp = array_namespace(x)
            y = xp.where(x <= 0, 0.0, x)
            slope = xp.where(x <= 0, 0.0, xp.ones_like(x))
        return _result(y, (self,), "relu", lambda g: (g * slope,))

    def sum(self, axis=None, *, keepdims=False):
        xp, x = arrays(self.data)
        total = xp.sum(x, axis=axis, keepdims=True)
        kept = total.shape
        if not keepdims:
            # Axes of length 1 are left: adding up takes them away.
            total = xp.sum(total, axis=axis)
        return _result(
            total, (self,), "sum", lambda g: (xp.reshape(g, kept),)
        )

    @property
    def mT(self):
        return _result(self.data.mT, (self,), "mT", lambda g: (g.mT,))


def backward(output):
    r"""Find the derivatives of one number by all that it was computed from.

    Parameters
    ----------
    output : Value
        It holds one number.

    Returns
    -------
    None
        Every Value of the graph gets its derivative as ``grad``.

    Raises
    ------
    ValueError
        If ``output`` holds an array of more or less than one number, or a
        Value has parents but no pullback.

    Notes
    -----
    .. math:: \bar v_i = \sum_{j\in\mathrm{out}(i)}
       \bar v_j\,\frac{\partial v_j}{\partial v_i}, \qquad
       \bar v_{\text{output}} = 1.

    A value is visited when all that was computed from it has been, so that
    its sum is complete.  The gradients of the graph are set to zero first:
    a second call gives the same, where PyTorch adds to what was there.
    Neither symbolic nor numerical differentiation: exact local derivatives,
    multiplied and added.  As long as the forward pass, times a constant.

    References
    ----------
    Linnainmaa, S. (1976). Taylor expansion of the accumulated rounding
    error. BIT 16. doi:10.1007/BF01931367.

    Examples
    --------
    >>> W, x = Value([[1.0, 2.0], [3.0, 4.0]]), Value([5.0, 6.0])
    >>> backward((W @ x).sum())
    >>> x.grad
    array([4., 6.])
    """
    if math.prod(output.shape) != 1:
        raise ValueError(
            f"output must hold one number, got the shape {output.shape}"
        )
    order = _parents_first(output)
    for node in order:
        node.grad = 0.0
    output.grad = _fit(1.0, output.data)
    for node in reversed(order):
        if not node.parents:
            continue
        if node.pullback is None:
            raise ValueError(f"a Value of op {node.op!r} has no pullback")
        gradients = node.pullback(node.grad)
        for parent, g in zip(node.parents, gradients, strict=True):
            # One parent may occur twice, as in x * x: add, never assign.
            parent.grad = parent.grad + _fit(g, parent.data)


def gradient_check(f, grad, x, *, h=1e-5):
    r"""Compare a gradient with central differences: how far are they apart?

    Parameters
    ----------
    f : callable
        Takes an array of the shape of ``x``, returns one number.
    grad : callable
        Takes the same, returns what should be the gradient of ``f``.
    x : array of any shape
    h : float, default 1e-5
        See :func:`numerical_gradient`.

    Returns
    -------
    float
        The relative error, at most 1; 0 when both vanish.  That of a right
        gradient stays below 1e-6 where ``f`` is smooth.  NaN stays NaN.

    Raises
    ------
    ValueError
        If ``grad(x)`` has not the shape of ``x``, ``f`` does not return one
        number, or ``h`` is not positive.

    Notes
    -----
    .. math:: \frac{\|\mathbf g_{\text{num}} - \mathbf g\|}
       {\max(\|\mathbf g_{\text{num}}\| + \|\mathbf g\|, \epsilon)}, \qquad
       \epsilon = 10^{-12}.

    Relative, because 1e-4 is nothing beside a gradient of 1e6 and everything
    beside one of 1e-5.  Both functions are called with float64, also for an
    ``x`` in float32, whose differences would be noise.  At a critical point
    rounding is all there is to compare: check elsewhere.  2n calls of ``f``.

    References
    ----------
    Goodfellow, I., Bengio, Y., Courville, A. (2016). Deep Learning, 11.5.
    MIT Press.

    Examples
    --------
    >>> f = lambda x: (x**3).sum()
    >>> gradient_check(f, lambda x: 3 * x**2, [1.0, 2.0]) < 1e-9
    True
    >>> round(gradient_check(f, lambda x: x**2, [1.0, 2.0]), 6)
    0.5
    """
    xp, x, wide = _widened(x)
    numerical = numerical_gradient(f, wide, h=h)
    exact = _gradient(grad, wide)
    size = _length(xp, numerical) + _length(xp, exact)
    return _length(xp, numerical - exact) / max(size, 1e-12)


def softmax_jacobian(z):
    r"""Give the Jacobian matrix of the softmax.

    Parameters
    ----------
    z : array of shape `(..., n)`
        Logits.

    Returns
    -------
    array of shape `(..., n, n)`
        The derivative of probability i by logit j in row i, column j.

    Raises
    ------
    ValueError
        If ``z`` has no axis or nothing along the last.

    Notes
    -----
    .. math:: \frac{\partial s_i}{\partial z_j} = s_i(\delta_{ij} - s_j),
       \qquad J = \mathrm{diag}(\mathbf s) - \mathbf s\mathbf s^\top.

    Symmetric, positive semidefinite; rows sum to 0, because the
    probabilities always sum to 1.  Quadratic time and memory; the product
    :math:`J\mathbf v = \mathbf s\odot(\mathbf v - \mathbf s\cdot\mathbf v)`
    is linear.

    References
    ----------
    Bridle, J. S. (1990). Probabilistic interpretation of feedforward
    classification network outputs. Neurocomputing, NATO ASI 68, 227-236.
    doi:10.1007/978-3-642-76153-9_28.

    Examples
    --------
    >>> softmax_jacobian([0.0, 0.0])
    array([[ 0.25, -0.25],
           [-0.25,  0.25]])
    """
    xp, z = arrays(z)
    s = softmax(z, axis=-1)
    delta = xp.eye(s.shape[-1], dtype=s.dtype, device=s.device)
    return s[..., :, None] * (delta - s[..., None, :])


def quadratic_form_gradient(A, x):
    r"""Give the gradient of x^T A x.

    Parameters
    ----------
    A : array of shape `(..., n, n)`
        Symmetric or not.
    x : array of shape `(..., n)`
        Leading axes broadcast.

    Returns
    -------
    array of shape `(..., n)`

    Raises
    ------
    ValueError
        If ``A`` is not square or ``x`` does not fit.

    Notes
    -----
    .. math:: \nabla_{\mathbf x}\,\mathbf x^\top A\mathbf x
       = (A + A^\top)\,\mathbf x,

    which is :math:`2A\mathbf x` only for a symmetric matrix.  Quadratic
    time.

    References
    ----------
    Petersen, K. B., Pedersen, M. S. (2012). The Matrix Cookbook, eq. 81.
    Technical University of Denmark.

    Examples
    --------
    >>> quadratic_form_gradient([[1, 2], [0, 3]], [1, 1])
    array([4., 8.])
    """
    _, A, x = arrays(A, x)
    if A.ndim < 2 or A.shape[-1] != A.shape[-2]:
        raise ValueError(
            f"A must have the shape (..., n, n), got {tuple(A.shape)}"
        )
    if x.ndim == 0 or x.shape[-1] != A.shape[-1]:
        raise ValueError(
            f"x must have the shape (..., {A.shape[-1]}) for A of shape"
            f" {tuple(A.shape)}, got {tuple(x.shape)}"
        )
    _check_batches("A and x", A.shape[:-2], x.shape[:-1])
    return ((A + A.mT) @ x[..., None])[..., 0]


def gauss_newton_matrix(J, loss_hessian=None):
    r"""Approximate the Hessian of a loss from first derivatives.

    Parameters
    ----------
    J : array of shape `(..., m, n)`
        The Jacobian of a model's m outputs (or residuals) by its n
        parameters, one for each sample.
    loss_hessian : array of shape `(..., m, m)`, optional
        The Hessian of the loss by the outputs, one for each sample or one
        for all.  Without it the identity, which is that of half the sum of
        squared residuals.

    Returns
    -------
    array of shape `(n, n)`
        The sum over all samples, as the loss is a sum.

    Raises
    ------
    ValueError
        If ``J`` is no matrix or ``loss_hessian`` does not fit.

    Notes
    -----
    .. math:: H \approx \sum_s J_s^\top H_{\ell,s}\,J_s, \qquad
       \tfrac12\|\mathbf r\|^2:\ J^\top J, \qquad
       \text{softmax cross-entropy: } H_\ell = \mathrm{diag}(\mathbf p)
       - \mathbf p\mathbf p^\top.

    Left out is the curvature of the model itself, weighed with the slope of
    the loss; where the model is linear nothing is left out.  Positive
    semidefinite for a convex loss.  :math:`O(m n^2 + m^2 n)` a sample.

    References
    ----------
    Schraudolph, N. N. (2002). Fast curvature matrix-vector products for
    second-order gradient descent. Neural Comput. 14(7).
    doi:10.1162/08997660260028683.

    Examples
    --------
    >>> gauss_newton_matrix([[1, 2], [3, 4]])
    array([[10., 14.],
           [14., 20.]])
    >>> gauss_newton_matrix([[1, 2], [3, 4]], [[1, 0], [0, 0]])
    array([[1., 2.],
           [2., 4.]])
    """
    xp, J, loss_hessian = arrays(J, loss_hessian)
    if J.ndim < 2:
        raise ValueError(
            f"J must have the shape (..., m, n), got {tuple(J.shape)}"
        )
    right = J
    if loss_hessian is not None:
        m = J.shape[-2]
        batch = tuple(J.shape[:-2])
        if tuple(loss_hessian.shape) not in {(m, m), (*batch, m, m)}:
            raise ValueError(
                f"loss_hessian must have the shape ({m}, {m}) or"
                f" {(*batch, m, m)} for J of shape {tuple(J.shape)}, got"
                f" {tuple(loss_hessian.shape)}"
            )
        right = loss_hessian @ J
    G = J.mT @ right
    return xp.sum(G, axis=tuple(range(G.ndim - 2))) if G.ndim > 2 else G


def hessian_vector_product(grad, x, v, *, h=1e-5):
    r"""Multiply the Hessian by a vector, without the Hessian.

    Parameters
    ----------
    grad : callable
        The gradient: takes an array of the shape of ``x``, returns another.
    x : array of any shape
        The point.
    v : array of the shape of x
        The vector.
    h : float, default 1e-5
        How far ``x`` is moved along ``v``, forward and back: a length.

    Returns
    -------
    array
        Hv, in the shape and dtype of ``x``.

    Raises
    ------
    ValueError
        If the shapes differ or ``h`` is not positive.

    Notes
    -----
    .. math:: H\mathbf v \approx \|\mathbf v\|\,
       \frac{\nabla f(\mathbf x + h\mathbf u) - \nabla f(\mathbf x -
       h\mathbf u)}{2h}, \qquad \mathbf u = \frac{\mathbf v}{\|\mathbf v\|}.

    The step has the length h however long ``v`` is.  Two gradients, where
    the whole Hessian needs 2n.  For a zero ``v`` the product is zero.

    References
    ----------
    Pearlmutter, B. A. (1994). Fast exact multiplication by the Hessian.
    Neural Comput. 6(1). doi:10.1162/neco.1994.6.1.147.

    Examples
    --------
    >>> grad = lambda x: np.stack([2 * x[0] * x[1], x[0] ** 2])
    >>> hessian_vector_product(grad, [3, 5], [1, 0]).round(6)
    array([10.,  6.])
    """
    xp, x, wide, v = _widened(x, v=v)
    _check_step(h)
    return xp.astype(_hvp(xp, grad, wide, v, h), x.dtype)


def sharpness(grad, x, *, max_iter=100, tol=1e-6, rng=None):
    r"""Find the largest eigenvalue of the Hessian, without the Hessian.

    Parameters
    ----------
    grad : callable
        The gradient: takes an array of the shape of ``x``, returns another.
    x : array of any shape
        The point.
    max_iter : int, default 100
        At most so many steps in each of the two iterations.
    tol : float, default 1e-6
        An iteration ends when a step changes its estimate by less than this
        share.
    rng : numpy.random.Generator, optional
        Draws the first vectors; without it they are the same every time.

    Returns
    -------
    float
        The largest eigenvalue, which is negative at a maximum.

    Raises
    ------
    ValueError
        If ``x`` is empty, ``grad(x)`` has not its shape, or ``max_iter`` is
        less than 1.

    Notes
    -----
    .. math:: \lambda_{\max}(H) = \rho(H + \beta I) - \beta, \qquad
       \beta = \rho(H) = \max_i|\lambda_i|.

    Power iteration finds the size of the eigenvalue of largest size: of -5
    and 3 it finds 5.  So much is added to all, which then are positive and
    keep their order.  Two gradients a step; two more vectors of memory.
    The estimates come from below, and slowly when the two largest
    eigenvalues are close (Lanczos' method is faster).

    "Flat minima generalise better" is contested: sharpness depends on how a
    network is parametrised (Dinh et al. 2017, arXiv:1703.04933).

    References
    ----------
    Foret, P., Kleiner, A., Mobahi, H., Neyshabur, B. (2021). Sharpness-aware
    minimization for efficiently improving generalization. ICLR.
    arXiv:2010.01412.

    Examples
    --------
    >>> round(sharpness(lambda x: np.array([3.0, -5.0]) * x, [1, 1]), 4)
    3.0
    """
    xp, x, wide = _widened(x)
    if math.prod(x.shape) == 0:
        raise ValueError(f"x must not be empty, got {tuple(x.shape)}")
    if max_iter < 1:
        raise ValueError(f"max_iter must be at least 1, got {max_iter}")
    rng = np.random.default_rng(0) if rng is None else rng

    # The largest size of an eigenvalue of H + shift I.
    def radius(shift):
        v = _array(xp, rng.normal(size=tuple(x.shape)), wide)
        size = 0.0
        for _ in range(max_iter):
            v = v / _length(xp, v)
            v = _hvp(xp, grad, wide, v, 1e-5) + shift * v
            previous, size = size, _length(xp, v)
            change = abs(size - previous)
            if size == 0 or change <= tol * (size + shift):
                break
        return size

    bound = radius(0.0)
    return radius(bound) - bound


def _parents_first(output):
    """Return all Values that output was computed from, each once.

    Parents come before what was computed from them.  With a stack of its
    own, because a deep graph would be too much for Python's.
    """
    order, seen, stack = [], set(), [(output, False)]
    while stack:
        node, parents_are_done = stack.pop()
        if parents_are_done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            stack.extend([(parent, False) for parent in node.parents])
    return order


def _result(data, parents, op, pullback):
    """Return a Value that was computed from others."""
    value = Value(data, parents, op)
    value.pullback = pullback
    return value


def _value(x):
    return x if isinstance(x, Value) else Value(x)


def _real(data):
    """Return numbers as float or as an array of floats."""
    if isinstance(data, int):
        return float(data)
    xp, array = arrays(data)
    if array is None or not xp.isdtype(array.dtype, "real floating"):
        raise TypeError(f"data must be real numbers, got {data!r}")
    if isinstance(array, np.ndarray) and array.ndim == 0:
        # Python's floats take on the precision of arrays they meet.
        return float(array)
    return array


def _functions(data):
    """Return where exp and the others for this data are."""
    return math if type(data) is float else array_namespace(data)


def _fit(g, data):
    """Return a gradient in the shape and dtype of the data.

    Where copies of the data were used, their gradients are added up; where a
    sum was taken, every entry gets that of the sum.
    """
    if type(data) is float:
        if type(g) is float:
            return g
        return float(g if np.isscalar(g) else array_namespace(g).sum(g))
    xp = array_namespace(data)
    if isinstance(g, int | float):
        return xp.full_like(data, float(g))
    if g.shape != data.shape:
        extra = g.ndim - data.ndim
        copied = [
            i for i in range(g.ndim)
            if i < extra or data.shape[i - extra] == 1
        ]
        g = xp.sum(g, axis=tuple(copied), keepdims=True)
        g = xp.reshape(g, g.shape[max(extra, 0):])
        g = xp.broadcast_to(g, data.shape)
    return xp.astype(g, data.dtype, copy=False)


def _widened(x, **others):
    """Return the namespace, x, and fresh copies in float64.

    The others are arrays that must have the shape of x.
    """
    xp, x, *rest = arrays(x, *others.values())
    for name, y in zip(others, rest, strict=True):
        if y.shape != x.shape:
            raise ValueError(
                f"{name} must have the shape {tuple(x.shape)} of x, got"
                f" {tuple(y.shape)}"
            )
    for name, y in zip(["x", *others], [x, *rest], strict=True):
        if not xp.isdtype(y.dtype, "real floating"):
            raise TypeError(f"{name} must be real, got {y.dtype}")
    return xp, x, *[xp.astype(y, xp.float64) for y in (x, *rest)]


def _steps(xp, x, h):
    """Yield, for each entry of x, an array with h there and 0 elsewhere."""
    for i in range(math.prod(x.shape)):
        step = xp.zeros(math.prod(x.shape), dtype=x.dtype, device=x.device)
        step[i] = h
        yield xp.reshape(step, x.shape)


def _outputs(f, x):
    """Return f(x) in float64, in the library and on the device of x."""
    y = f(x)
    xp = array_namespace(x)
    if isinstance(y, np.generic) or not is_array_api_obj(y):
        # The precision of plain numbers is float64, not torch's default.
        return _array(xp, np.asarray(y, dtype=float), x)
    return xp.astype(y, xp.float64)


def _number(f, x):
    """Return f(x), of shape (); raise ValueError unless it is one number."""
    y = _outputs(f, x)
    if math.prod(y.shape) != 1:
        raise ValueError(
            f"f must return one number, got the shape {tuple(y.shape)}"
        )
    return array_namespace(y).reshape(y, ())


def _vector(f, x):
    """Return f(x), of shape (m,); raise ValueError if it has more axes."""
    y = _outputs(f, x)
    if y.ndim > 1:
        raise ValueError(
            "f must return an array of shape (m,) or one number, got the"
            f" shape {tuple(y.shape)}"
        )
    return array_namespace(y).reshape(y, (-1,))


def _gradient(grad, x):
    """Return grad(x); raise ValueError unless it has the shape of x."""
    g = _outputs(grad, x)
    if g.shape != x.shape:
        raise ValueError(
            f"grad must return the shape {tuple(x.shape)} of x, got"
            f" {tuple(g.shape)}"
        )
    return g


def _hvp(xp, grad, x, v, h):
    """Return Hv, see hessian_vector_product."""
    length = _length(xp, v)
    if length == 0:
        return xp.zeros_like(x)
    step = v / length * h
    rise = _gradient(grad, x + step) - _gradient(grad, x - step)
    return rise * (length / (2 * h))


def _length(xp, x):
    """Return the norm over all axes as a float."""
    return float(l2_norm(xp.reshape(x, (-1,))))


def _array(xp, numbers, x):
    """Return NumPy's numbers in the library and dtype of x, on its device."""
    return xp.asarray(numbers, dtype=x.dtype, device=x.device)


def _check_step(h):
    if not h > 0:
        raise ValueError(f"h must be positive, got {h}")


def _check_chain(jacobians, *batches):
    """Raise ValueError unless each takes what the one before it gives."""
    for k, J in enumerate(jacobians):
        if J.ndim < 2:
            raise ValueError(
                f"jacobians[{k}] must have the shape (..., m, n), got"
                f" {tuple(J.shape)}"
            )
        if k and J.shape[-1] != jacobians[k - 1].shape[-2]:
            raise ValueError(
                f"jacobians[{k}] must have as many columns as"
                f" jacobians[{k - 1}] has rows, got the shapes"
                f" {tuple(J.shape)} and {tuple(jacobians[k - 1].shape)}"
            )
    _check_batches(
        "all arguments", *batches, *[J.shape[:-2] for J in jacobians]
    )


def _check_batches(names, *shapes):
    """Raise ValueError unless the shapes broadcast."""
    shapes = [tuple(shape) for shape in shapes]
    try:
        np.broadcast_shapes(*shapes)
    except ValueError:
        raise ValueError(
            f"the leading axes of {names} must broadcast, got"
            f" {' and '.join(map(str, shapes))}"
        ) from None
