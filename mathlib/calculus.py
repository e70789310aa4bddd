"""Chapter 04: derivatives, by rules, by differences and by dual numbers.

A function that is differentiated or integrated is called with whole arrays
and returns one number for each entry, as ``numpy.sin`` does.  Sums reduce
the last axis.  Logarithms are natural.
"""

import math
import operator

import array_api_compat

from mathlib import _ops
from mathlib.arrays import arrays
from mathlib.foundations import check_axis

__all__ = [
    "Dual",
    "central_difference",
    "chain_derivative",
    "exp_derivative",
    "leaky_relu_derivative",
    "limit",
    "log_derivative",
    "polynomial_derivative",
    "product_derivative",
    "ratio_test",
    "relu_derivative",
    "sigmoid_derivative",
    "sum_derivative",
    "tanh_derivative",
    "taylor_polynomial",
    "trapezoid_integral",
]


def limit(f, a, *, side=0):
    r"""Estimate what f(x) tends to as x comes close to a.

    Parameters
    ----------
    f : callable
        Takes a float, returns a number.  It is never called at ``a``.
    a : float
        May be infinite.
    side : {-1, 0, 1}, default 0
        -1: only from below; 1: only from above; 0: from both sides, which
        must agree.

    Returns
    -------
    float
        ``inf`` or ``-inf`` where f grows beyond all bounds with one sign.
        NaN where no limit was found.

    Raises
    ------
    TypeError
        If ``f`` is not callable.
    ValueError
        If ``side`` is none of the three, or ``a`` is NaN.

    Notes
    -----
    .. math:: L_{k,j} = L_{k,j-1} +
       \frac{L_{k,j-1} - L_{k-1,j-1}}{2^j - 1}, \qquad
       L_{k,0} = f(a \pm \sqrt2\,2^{-k}).

    The steps are halved again and again, and the values extrapolated to step
    0 (Richardson), until two estimates agree.  Closer and closer alone would
    not do: :math:`(1-\cos x)/x^2` rounds to 0 long before x does.  Finitely
    many values prove no limit: this is right to about 8 digits for smooth f,
    to 6 for such as :math:`\sqrt x`, NaN for what creeps (:math:`1/\ln x` at
    0), and blind to what happens nearer than 1e-12.

    References
    ----------
    Richardson, L. F., Gaunt, J. A. (1927). The deferred approach to the
    limit. Phil. Trans. R. Soc. A 226, 299-361. doi:10.1098/rsta.1927.0008.

    Examples
    --------
    >>> limit(lambda x: math.sin(x) / x, 0.0).__round__(10)
    1.0
    >>> limit(lambda x: 1 / x, 0.0, side=1), limit(lambda x: 1 / x, 0.0)
    (inf, nan)
    """
    _check_callable("f", f)
    a = float(a)
    if side not in (-1, 0, 1):
        raise ValueError(f"side must be -1, 0 or 1, got {side}")
    if math.isnan(a):
        raise ValueError("a must not be NaN")
    if math.isinf(a):
        return _one_sided(lambda h: f(math.copysign(1 / h, a)))
    size = max(1.0, abs(a))
    sides = [
        _one_sided(lambda h, sign=sign: f(a + sign * size * h))
        for sign in ((-1, 1) if side == 0 else (side,))
    ]
    first, last = sides[0], sides[-1]
    # Of infinities only equal ones agree.
    if math.isclose(first, last, rel_tol=1e-5, abs_tol=1e-5):
        return (first + last) / 2
    return math.nan


def ratio_test(terms):
    r"""Estimate the limit of the ratios of neighbouring terms of a series.

    Parameters
    ----------
    terms : array of shape `(..., n)`
        The first n >= 4 terms, none of them 0.  Of a power series the
        coefficients; where every other one is 0, leave the zeros out.

    Returns
    -------
    array of shape `(...)`
        The estimate :math:`\rho`; infinity where the ratios keep growing,
        NaN where they do not settle.

    Raises
    ------
    ValueError
        If there are fewer than four terms, or one is 0 or not finite.

    Notes
    -----
    .. math:: \rho = \lim_{n\to\infty}\left|\frac{a_{n+1}}{a_n}\right|.

    Below 1 the series converges, beyond 1 it does not, at 1 the test is
    silent (:math:`\sum 1/n` and :math:`\sum 1/n^2` both have 1).  A power
    series converges for :math:`|x - a| < 1/\rho`.  From finitely many terms
    it is an estimate: ratios :math:`r_k = \rho + c/(k + 1)` are
    extrapolated, which leaves an error of about :math:`1/n^2`, and ratios
    that swing but settle are averaged.

    References
    ----------
    d'Alembert, J. (1768). Opuscules mathematiques, vol. 5. Paris: Briasson.

    Examples
    --------
    >>> float(ratio_test([1, 1, 1 / 2, 1 / 6, 1 / 24])).__round__(12)
    0.0
    """
    xp, terms = arrays(terms)
    check_axis("terms", terms, -1)
    n = terms.shape[-1]
    if n < 4:
        raise ValueError(f"terms must be 4 or more, got {n}")
    size = xp.abs(terms[..., -4:])
    if not bool(xp.all((size > 0) & (size < math.inf))):
        raise ValueError("terms must be finite and not 0: leave zeros out")
    ratios = size[..., 1:] / size[..., :-1]
    last = ratios[..., 2]
    before, step = ratios[..., 1] - ratios[..., 0], last - ratios[..., 1]
    # Ratios that go up and down are averaged, the others extrapolated; ratio
    # k = n - 2 comes last, counted from 0.
    turns = step * before < 0
    jump = xp.where(turns, -step / 2, (n - 2) * step)
    shrinks = xp.abs(step) < 0.99 * xp.abs(before)
    falls = (step <= 0) & (before <= 0)
    near = xp.abs(jump) <= xp.where(turns, 1e-6 * last, 0.1 * last)
    never = xp.where(turns, math.nan, math.inf * xp.ones_like(last))
    rho = last + jump
    return xp.where(
        shrinks | falls | near, xp.where(rho > 0, rho, 0.0), never
    )


def polynomial_derivative(coefficients):
    r"""Differentiate a polynomial that is given by its coefficients.

    Parameters
    ----------
    coefficients : array of shape `(..., n)`
        The constant term first: ``[5, 0, 3]`` is 5 + 3x^2.

    Returns
    -------
    array of shape `(..., n - 1)`, or `(..., 1)` if n is 1
        The coefficients of the derivative; a constant has ``[0]``.

    Raises
    ------
    ValueError
        If there are no coefficients.

    Notes
    -----
    .. math:: \frac{d}{dx}\sum_{k=0}^{n-1} c_k x^k =
       \sum_{k=1}^{n-1} k\,c_k\,x^{k-1}.

    The order of ``numpy.polynomial.polynomial.polyder``; the older
    ``numpy.polyder`` has the highest power first.  Linear time.

    References
    ----------
    Leibniz, G. W. (1684). Nova methodus pro maximis et minimis. Acta
    Eruditorum, 467-473.

    Examples
    --------
    >>> polynomial_derivative([5, 0, 3]), polynomial_derivative([5])
    (array([0., 6.]), array([0.]))
    """
    xp, c = arrays(coefficients)
    check_axis("coefficients", c, -1, empty=False)
    if c.shape[-1] == 1:
        return xp.zeros_like(c)
    where = array_api_compat.device(c)
    k = xp.arange(1, c.shape[-1], dtype=c.dtype, device=where)
    return k * c[..., 1:]


def exp_derivative(x):
    r"""Differentiate the exponential: it is its own derivative.

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
    .. math:: \frac{d}{dx}e^x = e^x.

    Linear time.

    References
    ----------
    Euler, L. (1748). Introductio in analysin infinitorum, vol. 1, ch. 7.
    Lausanne: Bousquet.

    Examples
    --------
    >>> exp_derivative([0.0])
    array([1.])
    """
    xp, x = arrays(x)
    return xp.exp(x)


def log_derivative(x):
    r"""Differentiate the natural logarithm.

    Parameters
    ----------
    x : array of any shape

    Returns
    -------
    array
        Shape and dtype of ``x``; NaN where x is not positive, because there
        is no logarithm there.

    Raises
    ------
    TypeError
        If ``x`` is not numeric.

    Notes
    -----
    .. math:: \frac{d}{dx}\ln x = \frac1x, \qquad x > 0.

    Autograd of ``log`` returns 1/x for negative x, too, which is the
    derivative of :math:`\ln|x|`.  Linear time.

    References
    ----------
    Euler, L. (1755). Institutiones calculi differentialis, ch. 6. St
    Petersburg: Academia.

    Examples
    --------
    >>> log_derivative([0.5, 4.0, -1.0])
    array([2.  , 0.25,  nan])
    """
    xp, x = arrays(x)
    return 1 / xp.where(x > 0, x, math.nan)


def sigmoid_derivative(x):
    r"""Differentiate the sigmoid: at most 1/4, and that at 0.

    Parameters
    ----------
    x : array of any shape
        The argument of the sigmoid, not its value.

    Returns
    -------
    array
        Shape and dtype of ``x``, between 0 and 1/4.

    Raises
    ------
    TypeError
        If ``x`` is not numeric.

    Notes
    -----
    .. math:: \sigma'(x) = \sigma(x)\,(1-\sigma(x)) =
       \sigma(x)\,\sigma(-x) \le \tfrac14.

    The last form loses nothing at x = 40, where :math:`1 - \sigma(x)` is
    rounded to 0, and overflows nowhere.  Linear time.

    References
    ----------
    Verhulst, P.-F. (1838). Notice sur la loi que la population suit dans son
    accroissement. Correspondance mathematique et physique 10, 113-121.

    Examples
    --------
    >>> sigmoid_derivative([-1000.0, 0.0, 1000.0])
    array([0.  , 0.25, 0.  ])
    """
    xp, x = arrays(x)
    return _ops.sigmoid(xp, x) * _ops.sigmoid(xp, -x)


def tanh_derivative(x):
    r"""Differentiate the hyperbolic tangent: at most 1, and that at 0.

    Parameters
    ----------
    x : array of any shape
        The argument of tanh, not its value.

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
    .. math:: \frac{d}{dx}\tanh x = 1 - \tanh^2 x = 4\,\sigma'(2x) =
       4\,\sigma(2x)\,\sigma(-2x),

    because :math:`\tanh x = 2\sigma(2x) - 1`.  The last form loses nothing
    at x = 20, where :math:`1 - \tanh^2 x` is rounded to 0.  Linear time.

    References
    ----------
    LeCun, Y., Bottou, L., Orr, G. B., Mueller, K.-R. (1998). Efficient
    BackProp. In Neural Networks: Tricks of the Trade. Springer.
    doi:10.1007/3-540-49430-8_2.

    Examples
    --------
    >>> tanh_derivative([0.0, 1.0]).round(4)
    array([1.  , 0.42])
    """
    xp, x = arrays(x)
    return 4 * _ops.sigmoid(xp, 2 * x) * _ops.sigmoid(xp, -2 * x)


def relu_derivative(z):
    r"""Differentiate the ReLU: 1 where it lets through, 0 elsewhere.

    Parameters
    ----------
    z : array of any shape

    Returns
    -------
    array
        Shape and dtype of ``z``, zeros and ones.

    Raises
    ------
    TypeError
        If ``z`` is not numeric.

    Notes
    -----
    .. math:: f'(z) = \begin{cases}1 & z > 0\\ 0 & z \le 0.\end{cases}

    There is no derivative at 0; 0 is the convention, PyTorch's too.  Linear
    time.

    References
    ----------
    Nair, V., Hinton, G. E. (2010). Rectified linear units improve restricted
    Boltzmann machines. ICML.

    Examples
    --------
    >>> relu_derivative([-2.0, 0.0, 3.0])
    array([0., 0., 1.])
    """
    xp, z = arrays(z)
    return xp.astype(z > 0, z.dtype)


def leaky_relu_derivative(z, *, negative_slope=0.01):
    r"""Differentiate the leaky ReLU: 1 where z is positive, else a small one.

    Parameters
    ----------
    z : array of any shape
    negative_slope : float, default 0.01
        The slope :math:`\alpha` where z is not positive.

    Returns
    -------
    array
        Shape and dtype of ``z``.

    Raises
    ------
    TypeError
        If ``z`` is not numeric.

    Notes
    -----
    .. math:: f'(z) =
       \begin{cases}1 & z > 0\\ \alpha & z \le 0.\end{cases}

    The value at 0 is a convention, PyTorch's too.  Linear time.

    References
    ----------
    Maas, A. L., Hannun, A. Y., Ng, A. Y. (2013). Rectifier nonlinearities
    improve neural network acoustic models. ICML workshop on deep learning
    for audio, speech and language processing.

    Examples
    --------
    >>> leaky_relu_derivative([-2.0, 0.0, 3.0])
    array([0.01, 0.01, 1.  ])
    """
    xp, z = arrays(z)
    return xp.where(z > 0, xp.ones_like(z), negative_slope)


def sum_derivative(f_prime, g_prime, x):
    r"""Differentiate a sum of two functions: add their derivatives.

    Parameters
    ----------
    f_prime, g_prime : callable
        The derivatives, entry by entry.
    x : array of any shape

    Returns
    -------
    array
        Shape and dtype of ``x``.

    Raises
    ------
    TypeError
        If a function is not callable.
    ValueError
        If a function does not return one number for each entry of ``x``.

    Notes
    -----
    .. math:: (f + g)' = f' + g'.

    In a residual connection x + g(x) the derivative is 1 + g'(x): the 1
    lets gradients through.  One call of each function.

    References
    ----------
    Leibniz, G. W. (1684). Nova methodus pro maximis et minimis. Acta
    Eruditorum, 467-473.

    Examples
    --------
    >>> float(sum_derivative(lambda x: 2 * x, lambda x: 3, 2.0))
    7.0
    """
    _, x = arrays(x)
    return _at("f_prime", f_prime, x) + _at("g_prime", g_prime, x)


def product_derivative(f, f_prime, g, g_prime, x):
    r"""Differentiate a product of two functions.

    Parameters
    ----------
    f, f_prime, g, g_prime : callable
        The factors and their derivatives, entry by entry.
    x : array of any shape

    Returns
    -------
    array
        Shape and dtype of ``x``.

    Raises
    ------
    TypeError
        If a function is not callable.
    ValueError
        If a function does not return one number for each entry of ``x``.

    Notes
    -----
    .. math:: (fg)' = f'g + fg'.

    One call of each function.

    References
    ----------
    Leibniz, G. W. (1684). Nova methodus pro maximis et minimis. Acta
    Eruditorum, 467-473.

    Examples
    --------
    >>> import numpy as np
    >>> float(product_derivative(lambda x: x, lambda x: 1, np.exp, np.exp, 0))
    1.0
    """
    _, x = arrays(x)
    rise_of_f = _at("f_prime", f_prime, x) * _at("g", g, x)
    rise_of_g = _at("f", f, x) * _at("g_prime", g_prime, x)
    return rise_of_f + rise_of_g


def chain_derivative(f_prime, g, g_prime, x):
    r"""Differentiate f(g(x)): the outer slope at g(x), times the inner.

    Parameters
    ----------
    f_prime : callable
        The derivative of the outer function.
    g, g_prime : callable
        The inner function and its derivative, entry by entry.
    x : array of any shape

    Returns
    -------
    array
        Shape and dtype of ``x``.

    Raises
    ------
    TypeError
        If a function is not callable.
    ValueError
        If a function does not return one number for each entry of ``x``.

    Notes
    -----
    .. math:: (f\circ g)'(x) = f'(g(x))\,g'(x).

    One call of each function.

    References
    ----------
    L'Hospital, G. de (1696). Analyse des infiniment petits. Paris:
    Imprimerie Royale.

    Examples
    --------
    >>> import numpy as np
    >>> float(chain_derivative(np.cos, lambda x: x**2, lambda x: 2 * x, 0.5))
    0.9689124217106447
    """
    _, x = arrays(x)
    inner = _at("g", g, x)
    return _at("f_prime", f_prime, inner) * _at("g_prime", g_prime, x)


def central_difference(f, x, *, h=1e-5):
    r"""Estimate a derivative from a step to the right and one to the left.

    Parameters
    ----------
    f : callable
        Entry by entry: arrays in, arrays of the same shape out.
    x : array of any shape
    h : float, default 1e-5
        The step.

    Returns
    -------
    array
        f'(x), shape and dtype of ``x``.

    Raises
    ------
    TypeError
        If ``f`` is not callable.
    ValueError
        If ``h`` is not positive and finite, or f does not return one number
        for each entry of ``x``.

    Notes
    -----
    .. math:: f'(x) = \frac{f(x+h) - f(x-h)}{2h} + O(h^2).

    The error :math:`h^2f'''/6` of the formula shrinks with h, that of
    rounding, about :math:`\epsilon|f|/h`, grows: the best h is near
    :math:`\sqrt[3]{\epsilon}`, 6e-6 in float64 and 5e-3 in float32.  Two
    calls of f.

    References
    ----------
    Press, W. H. et al. (2007). Numerical Recipes, 3rd ed., 5.7. Cambridge
    University Press.

    Examples
    --------
    >>> float(central_difference(lambda x: x**2 + 3 * x, 2.0)).__round__(8)
    7.0
    """
    _, x = arrays(x)
    if not 0 < h < math.inf:
        raise ValueError(f"h must be positive and finite, got {h}")
    # NumPy makes scalars of arrays without axes; [...] undoes that.
    right, left = (x + h)[...], (x - h)[...]
    # The steps that were taken: x + h is rounded.
    return (_at("f", f, right) - _at("f", f, left)) / (right - left)


class Dual:
    r"""A number that carries its derivative along.

    Parameters
    ----------
    value : array of any shape
    derivative : array of the shape of value, or float, default 0.0
        0 makes a constant, 1 the variable to differentiate by.

    Attributes
    ----------
    value, derivative : array
        Of one shape and dtype.

    Raises
    ------
    TypeError
        If ``value`` or ``derivative`` is not numeric.
    ValueError
        If ``derivative`` has another shape than ``value``.

    Notes
    -----
    .. math:: (a + b\varepsilon)(c + d\varepsilon) =
       ac + (ad + bc)\,\varepsilon, \qquad
       f(a + b\varepsilon) = f(a) + f'(a)\,b\,\varepsilon, \qquad
       \varepsilon^2 = 0.

    Forward mode: if x is ``Dual(a, 1.0)``, then f(x) holds f(a) and f'(a),
    both exact but for rounding; no step has to be chosen.  Numbers and
    arrays may stand on either side of + - * / **; elementary functions, sum
    and mean are methods, and NumPy's work, too: ``numpy.exp(x)`` is
    ``x.exp()``.  So does ``numpy.where``; all others refuse a Dual.
    Comparisons look at the values.  The time is a small multiple of f's.

    References
    ----------
    Clifford, W. K. (1871). Preliminary sketch of biquaternions. Proc. London
    Math. Soc. 4, 381-395. Wengert, R. E. (1964). A simple automatic
    derivative evaluation program. Comm. ACM 7(8), 463-464.
    doi:10.1145/355586.364791.

    Examples
    --------
    >>> x = Dual(2.0, 1.0)
    >>> x**2 + 3 * x
    Dual(10.0, 7.0)
    """

    def __init__(self, value, derivative=0.0):
        xp, value, derivative = arrays(value, derivative)
        if derivative.shape not in ((), value.shape):
            raise ValueError(
                "derivative must be a number or have the shape"
                f" {tuple(value.shape)} of value, got"
                f" {tuple(derivative.shape)}"
            )
        self.value = value
        self.derivative = xp.zeros_like(value) + xp.astype(
            derivative, value.dtype
        )

    def __repr__(self):
        return f"Dual({self.value}, {self.derivative})"

    def __add__(self, other):
        c, d = self._parts(other)
        return self._new(self.value + c, self.derivative + d)

    def __sub__(self, other):
        c, d = self._parts(other)
        return self._new(self.value - c, self.derivative - d)

    def __mul__(self, other):
        a, b = self.value, self.derivative
        c, d = self._parts(other)
        return self._new(a * c, a * d + b * c)

    def __truediv__(self, other):
        a, b = self.value, self.derivative
        c, d = self._parts(other)
        return self._new(a / c, (b - a / c * d) / c)

    def __pow__(self, other):
        a, b = self.value, self.derivative
        c, d = self._parts(self._dual(other))
        where, log = self._xp.where, self._xp.log
        # x^0 is the constant 1, at x = 0 too, where x^(-1) is infinite.
        by_base = c * a ** where(c == 0, 1.0, c - 1)
        # A constant exponent asks for no logarithm, which need not exist;
        # and 0^c stays 0 when c moves.
        by_exponent = a**c * log(where((d == 0) | (a == 0), 1.0, a))
        return self._new(a**c, by_base * b + by_exponent * d)

    def __neg__(self):
        return self._new(-self.value, -self.derivative)

    # The same with a number or an array on the left.

    def __radd__(self, other):
        return self + other

    def __rsub__(self, other):
        return -self + other

    def __rmul__(self, other):
        return self * other

    def __rtruediv__(self, other):
        return self._dual(other) / self

    def __rpow__(self, other):
        return self._dual(other) ** self

    # The chain rule: f(a) beside f'(a) b.

    def exp(self):
        return self._chain(self._xp.exp, exp_derivative)

    def log(self):
        return self._chain(self._xp.log, log_derivative)

    def sqrt(self):
        return self._chain(self._xp.sqrt, lambda a: 0.5 / self._xp.sqrt(a))

    def sin(self):
        return self._chain(self._xp.sin, self._xp.cos)

    def cos(self):
        return self._chain(self._xp.cos, lambda a: -self._xp.sin(a))

    def tanh(self):
        return self._chain(self._xp.tanh, tanh_derivative)

    def sigmoid(self):
        return self._chain(
            lambda a: _ops.sigmoid(self._xp, a), sigmoid_derivative
        )

    # A sum of slopes is the slope of the sum, and so for a mean.

    def sum(self, axis=None):
        total = self._xp.sum
        return self._new(
            total(self.value, axis=axis), total(self.derivative, axis=axis)
        )

    def mean(self, axis=None):
        mean = self._xp.mean
        return self._new(
            mean(self.value, axis=axis), mean(self.derivative, axis=axis)
        )

    # Branches such as ``if x > 0`` look at the value.

    def __lt__(self, other):
        return self.value < self._parts(other)[0]

    def __le__(self, other):
        return self.value <= self._parts(other)[0]

    def __gt__(self, other):
        return self.value > self._parts(other)[0]

    def __ge__(self, other):
        return self.value >= self._parts(other)[0]

    def __eq__(self, other):
        return self.value == self._parts(other)[0]

    def __ne__(self, other):
        return self.value != self._parts(other)[0]

    __hash__ = None

    def __array_ufunc__(self, ufunc, method, *inputs, **options):
        # NumPy asks here for np.exp(x), and where it stands on the left. Else
        # array * x would be an array of Duals in place of a Dual of arrays.
        rule = _RULES.get(ufunc.__name__)
        if rule is None or method != "__call__" or options:
            _refuse(ufunc)
        first, *rest = inputs
        return rule(self._dual(first), *rest)

    def __array_function__(self, function, types, args, options):
        # And here for np.sum(x), which is no function entry by entry.
        rule = _WHOLE.get(function.__name__)
        if rule is None:
            _refuse(function)
        return rule(*args, **options)

    @property
    def _xp(self):
        return arrays(self.value)[0]

    def _new(self, value, derivative):
        dual = object.__new__(Dual)
        # NumPy makes scalars of arrays without axes; [...] undoes that.
        dual.value, dual.derivative = value[...], derivative[...]
        return dual

    def _dual(self, other):
        if isinstance(other, Dual):
            return other
        if isinstance(other, int | float):
            # A Python number has no precision of its own: it takes x's.
            zero = self._xp.zeros_like(self.value)
            return self._new(zero + float(other), zero)
        return Dual(other)

    def _parts(self, other):
        # Value and derivative; those of a constant are c and 0.
        if isinstance(other, int | float):
            return float(other), 0.0
        other = self._dual(other)
        return other.value, other.derivative

    def _chain(self, f, f_prime):
        slope = f_prime(self.value)
        return self._new(f(self.value), slope * self.derivative)


# What a NumPy function does with a Dual.
_RULES = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": operator.truediv,
    "power": operator.pow,
    "negative": operator.neg,
    "square": lambda x: x * x,
    "less": operator.lt,
    "less_equal": operator.le,
    "greater": operator.gt,
    "greater_equal": operator.ge,
    "equal": operator.eq,
    "not_equal": operator.ne,
    "exp": Dual.exp,
    "log": Dual.log,
    "sqrt": Dual.sqrt,
    "sin": Dual.sin,
    "cos": Dual.cos,
    "tanh": Dual.tanh,
    "expit": Dual.sigmoid,  # SciPy's
}


def _where(condition, x, y):
    dual = x if isinstance(x, Dual) else y
    x, y = dual._dual(x), dual._dual(y)
    where = dual._xp.where
    return dual._new(where(condition, x.value, y.value),
                     where(condition, x.derivative, y.derivative))


_WHOLE = {"sum": Dual.sum, "mean": Dual.mean, "where": _where}


def _refuse(function):
    raise TypeError(
        f"{function.__name__} does not know what to do with a Dual. These"
        " do: + - * / **, comparisons, exp, log, sqrt, sin, cos, tanh, sum,"
        " mean, where"
    )


def taylor_polynomial(derivatives, center, x):
    r"""Evaluate the Taylor polynomial of a function around a point.

    Parameters
    ----------
    derivatives : array of shape `(n + 1,)`
        At the center: the value, the first derivative, ... the n-th.
    center : float
        Where they were taken.
    x : array of any shape
        Where the polynomial is wanted.

    Returns
    -------
    array
        Shape of ``x``.

    Raises
    ------
    ValueError
        If ``derivatives`` is not a vector with an entry or more, or
        ``center`` is not one number.

    Notes
    -----
    .. math:: \sum_{k=0}^{n} \frac{f^{(k)}(a)}{k!}\,(x-a)^k = f(a)
       + (x-a)\Big(f'(a) + \tfrac{x-a}{2}\big(f''(a) + \cdots\big)\Big).

    Read from the inside (Horner) it needs neither powers nor factorials,
    which would overflow beyond 170!.  O(n) operations for each x.

    References
    ----------
    Taylor, B. (1715). Methodus incrementorum directa et inversa,
    proposition 7. London.

    Examples
    --------
    >>> float(taylor_polynomial([1, 1, 1, 1, 1], 0, 1)).__round__(4)
    2.7083
    """
    xp, derivatives, center, x = arrays(derivatives, center, x)
    if derivatives.ndim != 1 or derivatives.shape[0] == 0:
        raise ValueError(
            "derivatives must have shape (n + 1,), got"
            f" {tuple(derivatives.shape)}"
        )
    _check_number("center", center)
    step = x - xp.astype(center, x.dtype)
    total = xp.zeros_like(step)
    for k in reversed(range(derivatives.shape[0])):
        total = derivatives[k] + step / (k + 1) * total
    return total


def trapezoid_integral(f, a, b, n):
    r"""Integrate f from a to b: the area under n chords.

    Parameters
    ----------
    f : callable
        Entry by entry: arrays in, arrays of the same shape out.
    a, b : float
        The bounds.  With b < a the integral changes its sign.
    n : int
        The number of intervals; f is called once, with the n + 1 points
        between them.

    Returns
    -------
    array of shape `()`

    Raises
    ------
    TypeError
        If ``f`` is not callable or ``n`` is not an integer.
    ValueError
        If ``n`` is less than 1, a bound is not one finite number, or f does
        not return one number for each point.

    Notes
    -----
    .. math:: \int_a^b f \approx h\Big(\tfrac12 f(x_0) +
       \sum_{i=1}^{n-1} f(x_i) + \tfrac12 f(x_n)\Big), \qquad
       h = \frac{b-a}{n},\quad x_i = a + ih.

    Exact for straight lines; else the error is about
    :math:`-\tfrac{h^2}{12}(f'(b) - f'(a))`, so twice the intervals give a
    quarter of it.  ``numpy.trapezoid`` takes the samples in place of f.

    References
    ----------
    Press, W. H. et al. (2007). Numerical Recipes, 3rd ed., 4.2. Cambridge
    University Press.

    Examples
    --------
    >>> float(trapezoid_integral(lambda x: x**2, 0.0, 1.0, 2))
    0.375
    """
    xp, a, b = arrays(a, b)
    n = operator.index(n)
    if n < 1:
        raise ValueError(f"n counts intervals, 1 or more, got {n}")
    for name, bound in {"a": a, "b": b}.items():
        _check_number(name, bound)
        if not bool(xp.isfinite(bound)):
            raise ValueError(f"{name} must be finite, got {float(bound)}")
    where = array_api_compat.device(a)
    share = xp.arange(0, n + 1, dtype=a.dtype, device=where) / n
    # So both ends are exact: f may stop there.
    y = _at("f", f, a * (1 - share) + b * share)
    ends = (y[0] + y[-1]) / 2
    return (b - a) / n * (xp.sum(y[1:-1]) + ends)


def _check_callable(name, f):
    if not callable(f):
        raise TypeError(
            f"{name} must be a function, got {type(f).__name__}"
        )


def _check_number(name, x):
    if x.shape != ():
        raise ValueError(f"{name} must be a number, got {tuple(x.shape)}")


def _at(name, f, x):
    """Return f(x), one number for each entry of x."""
    _check_callable(name, f)
    xp, x, y = arrays(x, f(x))
    if getattr(y, "shape", None) not in ((), x.shape):
        raise ValueError(
            f"{name} must return one number for each entry of its argument,"
            f" of shape {tuple(x.shape)}"
        )
    # A constant function may return one number.
    return xp.broadcast_to(xp.astype(y, x.dtype), x.shape)


def _one_sided(f):
    """Return the limit of f(h) for h from above to 0, or NaN."""
    best, error, above, values = math.nan, math.inf, [], []
    for k in range(3, 43):
        # No round steps: at 1/2, 1/4, 1/8 ... sin(pi / x) looks like 0.
        values.append(float(f(2.0 ** (0.5 - k))))
        row = [values[-1]]
        for j, old in enumerate(above[:6], 1):
            row.append(row[-1] + (row[-1] - old) / (2**j - 1))
        # An entry is as good as its neighbours say.
        errors = [
            max(abs(row[j] - row[j - 1]), abs(row[j] - above[j - 1]))
            for j in range(1, len(row))
        ]
        above = row
        if not errors:
            continue
        least = min(errors)
        small = 1e-8 * max(1.0, abs(best))
        if error <= small and least >= error:
            return best
        if least < error:
            best, error = row[errors.index(least) + 1], least
    if error <= 1e-6 * max(1.0, abs(best)):
        return best
    return _beyond(values[-12:])


def _beyond(values):
    """Return infinity with the sign of values that never slow down."""
    steps = [b - a for a, b in zip(values, values[1:], strict=False)]
    for sign in (1.0, -1.0):
        if values[-1] == sign * math.inf:
            return sign * math.inf
        pairs = zip(steps, steps[1:], strict=False)
        if all(0 < 0.99 * sign * a <= sign * b for a, b in pairs):
            return sign * math.inf
    return math.nan
