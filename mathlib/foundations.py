"""Chapter 01: sums and products, sets and maps, sums in log space.

Where a function reduces an array and has no ``axis``, it reduces the last
axis; all axes before it are a batch.  Logarithms are natural.
"""

import math
import operator
from collections.abc import Mapping
from itertools import zip_longest

import array_api_compat

from mathlib.arrays import arrays, to_numpy

__all__ = [
    "argmax_set",
    "batched_bilinear",
    "bits_to_nats",
    "compose",
    "empirical_order",
    "geometric_mean",
    "geometric_sum",
    "indicator",
    "is_injective",
    "is_non_increasing",
    "is_surjective",
    "jaccard_similarity",
    "log_product",
    "logsumexp",
    "matmul_shape",
    "nats_to_bits",
    "one_hot",
    "product",
    "softmax",
    "summation",
]


def matmul_shape(shape_a, shape_b):
    r"""Predict the shape of a matrix product, or say why there is none.

    Parameters
    ----------
    shape_a, shape_b : tuple of ints
        Shapes of the operands, with one axis or more.

    Returns
    -------
    tuple of ints

    Raises
    ------
    TypeError
        If a shape is not a sequence of integers.
    ValueError
        If a shape is empty or has a negative length, the inner dimensions
        differ, or the batches do not broadcast.

    Notes
    -----
    .. math:: (\ldots, m, k)\,(\ldots, k, n) \to (\ldots, m, n).

    The rules of ``numpy.matmul`` and ``torch.matmul``.  A vector is a row on
    the left, a column on the right, and the axis of length 1 that this lends
    it is taken away from the result.  Batches broadcast, from the right.

    References
    ----------
    Harris, C. R. et al. (2020). Array programming with NumPy. Nature 585,
    357-362. doi:10.1038/s41586-020-2649-2.

    Examples
    --------
    >>> matmul_shape((32, 784), (784, 10)), matmul_shape((784,), (784, 10))
    ((32, 10), (10,))
    """
    a, b = _shape("shape_a", shape_a), _shape("shape_b", shape_b)
    *batch_a, m, k = a if len(a) > 1 else (1, *a)
    *batch_b, inner, n = b if len(b) > 1 else (*b, 1)
    if k != inner:
        raise ValueError(
            "the last of shape_a and the last but one of shape_b (the last"
            f" of a vector) must be equal, got {a} and {b}"
        )
    batch = _broadcast("shape_a", batch_a, "shape_b", batch_b)
    rows = (m,) if len(a) > 1 else ()
    columns = (n,) if len(b) > 1 else ()
    return (*batch, *rows, *columns)


def summation(term, start, stop):
    r"""Add up term(i) for i from start to stop, both included.

    Parameters
    ----------
    term : callable
        Takes an int, returns a number or an array.
    start, stop : int
        The first and the last index.

    Returns
    -------
    number or array
        0 when ``stop`` is less than ``start``.

    Raises
    ------
    TypeError
        If ``term`` is not callable or a bound is not an integer.

    Notes
    -----
    .. math:: \sum_{i=m}^{n} a_i = a_m + a_{m+1} + \cdots + a_n.

    The upper bound belongs to the sum; that of ``range`` does not belong to
    the range.  An empty sum is 0, so that sums over neighbouring ranges add
    up.  Exact for ints and fractions.  One call of ``term`` for each index.

    References
    ----------
    Graham, R. L., Knuth, D. E., Patashnik, O. (1994). Concrete Mathematics,
    2nd ed., 2.1. Addison-Wesley.

    Examples
    --------
    >>> summation(lambda i: i * i, 1, 3)
    14
    """
    return sum(term(i) for i in _indices(term, start, stop))


def product(term, start, stop):
    r"""Multiply term(i) for i from start to stop, both included.

    Parameters
    ----------
    term : callable
        Takes an int, returns a number or an array.
    start, stop : int
        The first and the last index.

    Returns
    -------
    number or array
        1 when ``stop`` is less than ``start``.

    Raises
    ------
    TypeError
        If ``term`` is not callable or a bound is not an integer.

    Notes
    -----
    .. math:: \prod_{i=m}^{n} a_i = a_m\,a_{m+1}\cdots a_n.

    An empty product is 1, so that products over neighbouring ranges
    multiply; hence 0! = 1.  Exact for ints and fractions.  One call of
    ``term`` for each index.

    References
    ----------
    Graham, R. L., Knuth, D. E., Patashnik, O. (1994). Concrete Mathematics,
    2nd ed., 2.6. Addison-Wesley.

    Examples
    --------
    >>> product(lambda i: i, 1, 5), product(lambda i: i, 1, 0)
    (120, 1)
    """
    return math.prod(term(i) for i in _indices(term, start, stop))


def log_product(values):
    r"""Take the logarithm of a product, without forming the product.

    Parameters
    ----------
    values : array of shape `(..., n)`
        Factors, none of them negative.

    Returns
    -------
    array of shape `(...)`
        Minus infinity where a factor is 0; 0 where there are no factors.

    Raises
    ------
    ValueError
        If a factor is negative or ``values`` has no axis.

    Notes
    -----
    .. math:: \log\prod_i p_i = \sum_i\log p_i.

    The product of 2000 factors 0.5 is less than the smallest double: its
    logarithm would be minus infinity.  The gradient at a zero factor, which
    does not exist, is taken to be 0 there.  Linear time.

    References
    ----------
    Napier, J. (1614). Mirifici Logarithmorum Canonis Descriptio. Edinburgh:
    Andrew Hart.

    Examples
    --------
    >>> float(log_product([0.5] * 2000)).__round__(4)
    -1386.2944
    """
    xp, values = arrays(values)
    check_axis("values", values, -1)
    if bool(xp.any(values < 0)):
        raise ValueError("values must not be negative")
    zero = values == 0
    # log(0) would warn, and its gradient would be NaN: take log(1) there.
    logs = xp.where(zero, -math.inf, xp.log(xp.where(zero, 1.0, values)))
    return xp.sum(logs, axis=-1)


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


def batched_bilinear(X, A, Y):
    r"""Weigh each pair of rows of X and Y by one matrix.

    Parameters
    ----------
    X : array of shape `(..., m)`
        Rows.
    A : array of shape `(m, n)`
        One matrix for all pairs.
    Y : array of shape `(..., n)`
        As many rows as ``X``; leading axes broadcast.

    Returns
    -------
    array of shape `(...)`
        One number for each pair of rows.

    Raises
    ------
    ValueError
        If the shapes do not fit one another.

    Notes
    -----
    .. math:: s_b = \sum_{i,j} X_{bi} A_{ij} Y_{bj}.

    The index b stands on both sides, so it is not summed:
    ``einsum("bi,ij,bj->b", X, A, Y)``.  The product :math:`XAY^\top` pairs
    every row with every row, and only its diagonal is wanted.
    :math:`O(Bmn)` time for B rows, :math:`O(Bn)` memory.

    References
    ----------
    Einstein, A. (1916). Die Grundlage der allgemeinen Relativitätstheorie.
    Annalen der Physik 354(7), 769-822. doi:10.1002/andp.19163540702.

    Examples
    --------
    >>> batched_bilinear([[1, 2], [0, 1]], [[1, 0], [0, 3]], [[1, 1], [5, 2]])
    array([7., 6.])
    """
    xp, X, A, Y = arrays(X, A, Y)
    shapes = tuple(X.shape), tuple(A.shape), tuple(Y.shape)
    fits = A.ndim == 2 and X.ndim > 0 and Y.ndim > 0
    if not fits or (X.shape[-1], Y.shape[-1]) != shapes[1]:
        raise ValueError(
            "X, A and Y must have the shapes (..., m), (m, n) and (..., n),"
            " got {}, {} and {}".format(*shapes)
        )
    _broadcast("X", shapes[0][:-1], "Y", shapes[2][:-1])
    return xp.sum((X @ A) * Y, axis=-1)


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
    return indicator(labels[..., None] == classes)


def indicator(condition):
    r"""Turn true into 1 and false into 0.

    Parameters
    ----------
    condition : array of booleans of shape `(...)`
        Such as ``x > 0``.

    Returns
    -------
    array of shape `(...)`
        Zeros and ones, in the default float type of the library.

    Raises
    ------
    TypeError
        If ``condition`` is not boolean.

    Notes
    -----
    .. math:: \mathbb{1}[P] =
       \begin{cases}1&\text{if } P\\0&\text{otherwise}\end{cases}

    Its sum counts, its mean is a proportion (accuracy is the mean of
    ``indicator(prediction == label)``).  Linear time.

    References
    ----------
    Knuth, D. E. (1992). Two notes on notation. Amer. Math. Monthly 99(5).
    doi:10.2307/2325085, arXiv:math/9205211.

    Examples
    --------
    >>> indicator([True, False])
    array([1., 0.])
    """
    xp, condition = arrays(condition, floating=False)
    if not xp.isdtype(condition.dtype, "bool"):
        raise TypeError(f"condition must be boolean, got {condition.dtype}")
    _, ones = arrays(condition)
    return ones


def argmax_set(values, *, tol=0.0):
    r"""Find every place where the largest value stands.

    Parameters
    ----------
    values : array of shape `(n,)`
    tol : float, default 0.0
        Values that are this much less than the largest count as ties.

    Returns
    -------
    array of integers of shape `(k,)`
        Positions, counted from 0, in ascending order; at least one.

    Raises
    ------
    ValueError
        If ``values`` is not a vector, is empty or has a NaN, or if ``tol``
        is negative or not finite.

    Notes
    -----
    .. math:: \operatorname*{arg\,max}_i f_i =
       \{i : f_i \ge \max_j f_j\}.

    A set, because several values may be the largest.  ``numpy.argmax`` and
    greedy decoders return its first member.  Integers are compared exactly
    when ``tol`` is 0.  Linear time.

    References
    ----------
    Rockafellar, R. T., Wets, R. J.-B. (1998). Variational Analysis, 1.A.
    Springer. doi:10.1007/978-3-642-02431-3.

    Examples
    --------
    >>> argmax_set([1, 3, 2, 3])
    array([1, 3])
    """
    if not 0 <= tol < math.inf:
        raise ValueError(f"tol must be finite and not negative, got {tol}")
    xp, values = arrays(values, floating=tol > 0)
    check_vector("values", values)
    check_axis("values", values, 0, empty=False)
    largest = xp.max(values)
    tied = values >= (largest - tol if tol else largest)
    (places,) = xp.nonzero(tied)
    if places.shape[0] == 0:  # nothing compares with NaN
        raise ValueError("values must not be NaN")
    return places


def compose(*functions):
    r"""Chain functions: the last one is applied first.

    Parameters
    ----------
    *functions : callable
        Each takes what the one to its right returns.

    Returns
    -------
    callable
        A function of one argument; the identity when there are none.

    Raises
    ------
    TypeError
        If one of them is not callable.

    Notes
    -----
    .. math:: (f\circ g)(x) = f(g(x)).

    The order is that of writing f(g(x)), not that of computing it: layers of
    a network are listed the other way round, as in ``torch.nn.Sequential``.

    References
    ----------
    Halmos, P. R. (1960). Naive Set Theory, section 10. Van Nostrand.

    Examples
    --------
    >>> compose(abs, int)("-3")
    3
    """
    for function in functions:
        if not callable(function):
            raise TypeError(
                f"functions must be callable, got {type(function).__name__}"
            )

    def composed(x):
        for function in reversed(functions):
            x = function(x)
        return x

    return composed


def geometric_sum(ratio, terms):
    r"""Add up the powers of a ratio, from the zeroth on.

    Parameters
    ----------
    ratio : array of shape `(...)`
    terms : int, or ``math.inf``
        How many powers: 0, 1, ... ``terms - 1``.

    Returns
    -------
    array of shape `(...)`

    Raises
    ------
    TypeError
        If ``terms`` is not an integer (or infinite).
    ValueError
        If ``terms`` is negative, or infinite and a ratio is not between
        -1 and 1.

    Notes
    -----
    .. math:: \sum_{k=0}^{n-1} r^k = \frac{1-r^n}{1-r}\ (r\ne 1), \qquad
       \sum_{k\ge 0} r^k = \frac{1}{1-r}\ (|r|<1).

    The sum is n where r = 1, the quotient 0/0 there.  Near by, both
    differences lose their digits unless :math:`r^n - 1` is computed as
    :math:`\mathrm{expm1}(n\log|r|)`; so it is here (near -1 too, where n is
    even).  Constant time for each ratio.

    References
    ----------
    Euclid (about 300 BC). Elements, book IX, proposition 35.

    Examples
    --------
    >>> float(geometric_sum(2, 10)), float(geometric_sum(1, 10))
    (1023.0, 10.0)
    >>> import math
    >>> float(geometric_sum(0.5, math.inf))
    2.0
    """
    xp, r = arrays(ratio)
    if terms == math.inf:
        if not bool(xp.all(xp.abs(r) < 1)):
            raise ValueError(
                "ratio must lie between -1 and 1 for infinitely many terms"
            )
        return 1 / (1 - r)
    n = operator.index(terms)
    if n < 0:
        raise ValueError(f"terms must not be negative, got {n}")
    one, size = r == 1, xp.abs(r)
    near = (size > 0.5) & (size < 2) & (r > (-2 if n % 2 == 0 else 0))
    logs = xp.log(xp.where(near, size, 1.0))
    powers = xp.where(near, 1.0, r) ** n
    rise = xp.where(near, xp.expm1(n * logs), powers - 1)
    # At r = 1: the value, and a slope for gradients.
    limit = n + n * (n - 1) / 2 * (r - 1)
    return xp.where(one, limit, rise / xp.where(one, 1.0, r - 1)) + 0.0


def empirical_order(sizes, costs):
    r"""Estimate the power of n with which costs grow.

    Parameters
    ----------
    sizes : array of shape `(n,)`
        Positive, at least two of them different.
    costs : array of shape `(..., n)`
        Positive: times, bytes, operations.

    Returns
    -------
    array of shape `(...)`
        About k where the costs are about :math:`c\,n^k`.

    Raises
    ------
    ValueError
        If the shapes do not fit, a number is not positive and finite, or all
        sizes are equal.

    Notes
    -----
    .. math:: \hat k = \frac{\sum_i (x_i-\bar x)(y_i-\bar y)}
       {\sum_i (x_i-\bar x)^2}, \qquad x_i = \log n_i,\ y_i = \log c_i.

    The slope of the line of least squares through the points, in any base:
    a power law is a line on doubly logarithmic axes.  It measures growth over
    these sizes, while :math:`O(n^k)` speaks of all large n: fixed costs and
    caches bend the line.  Linear time.

    References
    ----------
    Knuth, D. E. (1976). Big omicron and big omega and big theta. ACM SIGACT
    News 8(2), 18-24. doi:10.1145/1008328.1008329.

    Examples
    --------
    >>> float(empirical_order([10, 20, 40], [3, 12, 48])).__round__(12)
    2.0
    """
    xp, sizes, costs = arrays(sizes, costs)
    check_vector("sizes", sizes)
    if costs.ndim == 0 or costs.shape[-1] != sizes.shape[0]:
        raise ValueError(
            f"costs must have the shape (..., {sizes.shape[0]}) for as many"
            f" sizes, got {tuple(costs.shape)}"
        )
    for name, x in (("sizes", sizes), ("costs", costs)):
        if not bool(xp.all((x > 0) & (x < math.inf))):
            raise ValueError(f"{name} must be positive and finite")
    x, y = xp.log(sizes), xp.log(costs)
    if x.shape[0] == 0 or bool(xp.all(x == x[:1])):
        raise ValueError("sizes must hold two different sizes or more")
    x = x - xp.mean(x)
    y = y - xp.mean(y, axis=-1, keepdims=True)
    return xp.sum(x * y, axis=-1) / xp.sum(x * x)


def geometric_mean(values):
    r"""Average factors: the one factor that could stand in for each.

    Parameters
    ----------
    values : array of shape `(..., n)`
        Factors, none of them negative.

    Returns
    -------
    array of shape `(...)`
        0 where a factor is 0.

    Raises
    ------
    ValueError
        If a factor is negative, or there are none.

    Notes
    -----
    .. math:: \Big(\prod_{i=1}^n x_i\Big)^{1/n} =
       \exp\Big(\frac1n\sum_{i=1}^n\log x_i\Big).

    Never more than the arithmetic mean.  Perplexity is the geometric mean of
    1/p.  The product of many factors overflows or underflows, the mean of
    their logarithms does not.  Linear time.

    References
    ----------
    Hardy, G. H., Littlewood, J. E., Polya, G. (1934). Inequalities, ch. 2.
    Cambridge University Press.

    Examples
    --------
    >>> float(geometric_mean([1, 2, 4])).__round__(12)
    2.0
    """
    xp, values = arrays(values)
    check_axis("values", values, -1, empty=False)
    return xp.exp(log_product(values) / values.shape[-1])


def jaccard_similarity(a, b):
    r"""Compare two sets by the share of members they have in common.

    Parameters
    ----------
    a, b : iterable of hashable things, or array
        Order and repetitions do not count.

    Returns
    -------
    float
        From 0 (nothing in common) to 1 (equal).

    Raises
    ------
    TypeError
        If ``a`` or ``b`` is no collection of hashable things.

    Notes
    -----
    .. math:: J(A, B) = \frac{|A\cap B|}{|A\cup B|}, \qquad
       |A\cup B| = |A| + |B| - |A\cap B|.

    Two empty sets are equal: 1, by convention.  A string is the set of its
    letters; split it into words first if words are meant.  Expected linear
    time.

    References
    ----------
    Jaccard, P. (1912). The distribution of the flora in the alpine zone. New
    Phytologist 11(2). doi:10.1111/j.1469-8137.1912.tb05611.x.

    Examples
    --------
    >>> jaccard_similarity("the cat sat".split(), "the cat ran off".split())
    0.4
    """
    a, b = _as_set("a", a), _as_set("b", b)
    common = len(a & b)
    union = len(a) + len(b) - common
    return common / union if union else 1.0


def is_injective(mapping):
    r"""Say whether a map sends different keys to different values.

    Parameters
    ----------
    mapping : dict
        With hashable values.

    Returns
    -------
    bool
        True for the empty map.

    Raises
    ------
    TypeError
        If ``mapping`` is no mapping or has values that are not hashable.

    Notes
    -----
    .. math:: f(a) = f(b) \Rightarrow a = b.

    Just then can the map be undone: a tokenizer must not send two words to
    one number.  Expected linear time.

    References
    ----------
    Halmos, P. R. (1960). Naive Set Theory, section 8. Van Nostrand.

    Examples
    --------
    >>> is_injective({"cat": 0, "dog": 1}), is_injective({-2: 4, 2: 4})
    (True, False)
    """
    return len(_image(mapping)) == len(mapping)


def is_surjective(mapping, codomain):
    r"""Say whether a map reaches every member of its codomain.

    Parameters
    ----------
    mapping : dict
        With hashable values, all of them in ``codomain``.
    codomain : iterable of hashable things

    Returns
    -------
    bool

    Raises
    ------
    TypeError
        If ``mapping`` is no mapping, or something in it or in ``codomain``
        is not hashable.
    ValueError
        If a value of ``mapping`` is not in ``codomain``.

    Notes
    -----
    .. math:: \forall y\in Y\ \exists x\in X: f(x) = y.

    Every map reaches all of its image, so the codomain must be stated.  A
    map that is injective as well is bijective.  Expected linear time.

    References
    ----------
    Halmos, P. R. (1960). Naive Set Theory, section 8. Van Nostrand.

    Examples
    --------
    >>> squares = {-2: 4, 2: 4, 3: 9}
    >>> is_surjective(squares, {4, 9}), is_surjective(squares, {1, 4, 9})
    (True, False)
    """
    image, codomain = _image(mapping), _as_set("codomain", codomain)
    outside = image - codomain
    if outside:
        raise ValueError(
            f"codomain must hold every value of mapping, not so"
            f" {next(iter(outside))!r}"
        )
    return image == codomain


def nats_to_bits(value):
    r"""Turn information in nats (base e) into bits (base 2).

    Parameters
    ----------
    value : array of shape `(...)`

    Returns
    -------
    array of shape `(...)`

    Raises
    ------
    TypeError
        If ``value`` is not numeric.

    Notes
    -----
    .. math:: \log_2 x = \frac{\ln x}{\ln 2}.

    A bit is less than a nat, so there are more of them.  Losses of PyTorch
    are in nats.  Linear time.

    References
    ----------
    Shannon, C. E. (1948). A mathematical theory of communication. Bell Syst.
    Tech. J. 27(3). doi:10.1002/j.1538-7305.1948.tb01338.x.

    Examples
    --------
    >>> float(nats_to_bits(0.5108)).__round__(3)
    0.737
    """
    _, value = arrays(value)
    return value / math.log(2)


def bits_to_nats(value):
    r"""Turn information in bits (base 2) into nats (base e).

    Parameters
    ----------
    value : array of shape `(...)`

    Returns
    -------
    array of shape `(...)`

    Raises
    ------
    TypeError
        If ``value`` is not numeric.

    Notes
    -----
    .. math:: \ln x = \ln 2\,\log_2 x.

    Linear time.

    References
    ----------
    Shannon, C. E. (1948). A mathematical theory of communication. Bell Syst.
    Tech. J. 27(3). doi:10.1002/j.1538-7305.1948.tb01338.x.

    Examples
    --------
    >>> float(bits_to_nats(1)).__round__(4)
    0.6931
    """
    _, value = arrays(value)
    return value * math.log(2)


def is_non_increasing(values, *, tol=1e-12):
    r"""Say whether no value is larger than the one before it.

    Parameters
    ----------
    values : array of shape `(n,)`
        Such as a loss, step after step.
    tol : float, default 1e-12
        How much a value may rise above the one before it, relative to the
        size of that one (to 1 where it is smaller than 1).

    Returns
    -------
    bool
        True for fewer than two values, False where one is NaN.

    Raises
    ------
    ValueError
        If ``values`` is not a vector.

    Notes
    -----
    .. math:: J_{t+1}\le J_t,\ J_t\ge 0\ \Rightarrow\ J_t\to J_\infty.

    What falls and is bounded below converges: that is how k-means is proved
    to converge.  The limit need not be the minimum.  The default allows for
    rounding of doubles; of float32, 1e-6 would.  Linear time.

    References
    ----------
    Rudin, W. (1976). Principles of Mathematical Analysis, 3rd ed., theorem
    3.14. McGraw-Hill.

    Examples
    --------
    >>> is_non_increasing([3, 2, 2, 1]), is_non_increasing([3, 1, 2])
    (True, False)
    """
    xp, values = arrays(values)
    check_vector("values", values)
    if values.shape[0] < 2:
        return True
    before, after = values[:-1], values[1:]
    # At most the largest number: 0 times infinity would be NaN.
    largest = float(xp.finfo(values.dtype).max)
    slack = tol * xp.clip(xp.abs(before), 1.0, largest)
    return bool(xp.all(after <= before + slack))


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


def check_shape(name, x, shape):
    """Raise ValueError unless x has this shape, a tuple."""
    if tuple(x.shape) != shape:
        raise ValueError(
            f"{name} must have the shape {shape}, got {tuple(x.shape)}"
        )


def check_vector(name, x, least=0):
    """Raise ValueError unless x has one axis, of so many entries."""
    if x.ndim != 1 or x.shape[0] < least:
        some = f" with n at least {least}" if least else ""
        raise ValueError(
            f"{name} must have the shape (n,){some}, got {tuple(x.shape)}"
        )


def check_positive(**numbers):
    """Raise ValueError for a number or an array not all above 0."""
    for name, number in numbers.items():
        xp, x = arrays(number)
        if not bool(xp.all(x > 0)):
            got = f", got {number}" if x.ndim == 0 else ""
            raise ValueError(f"{name} must be positive{got}")


def check_count(name, value, least, most=None):
    """Return an option as an int, or raise ValueError with its range."""
    count = operator.index(value)
    if count < least or (most is not None and count > most):
        upper = "" if most is None else f" and at most {most}"
        raise ValueError(
            f"{name} must be at least {least}{upper}, got {count}"
        )
    return count


def check_generator(rng):
    """Raise TypeError unless rng draws as a numpy.random.Generator does."""
    if not hasattr(rng, "random"):
        raise TypeError(
            "rng must be a numpy.random.Generator, got"
            f" {type(rng).__name__}"
        )


def _shape(name, shape):
    """Return a shape as a tuple of ints."""
    try:
        sizes = tuple(operator.index(size) for size in shape)
    except TypeError:
        raise TypeError(
            f"{name} must be a tuple of integers, got {shape!r}"
        ) from None
    if not sizes or min(sizes) < 0:
        raise ValueError(
            f"{name} must have one axis or more, and no negative length, got"
            f" {sizes}"
        )
    return sizes


def _broadcast(name_a, batch_a, name_b, batch_b):
    """Return the broadcast shape, or raise ValueError with names."""
    pairs = zip_longest(reversed(batch_a), reversed(batch_b), fillvalue=1)
    batch = [n if m == 1 else m for m, n in pairs if m == n or 1 in (m, n)]
    if len(batch) < max(len(batch_a), len(batch_b)):
        raise ValueError(
            f"the leading axes of {name_a} and {name_b} must broadcast, got"
            f" {tuple(batch_a)} and {tuple(batch_b)}"
        )
    return tuple(reversed(batch))


def _indices(term, start, stop):
    """Return the indices of a sum or product, the last one included."""
    if not callable(term):
        raise TypeError(f"term must be callable, got {type(term).__name__}")
    try:
        return range(operator.index(start), operator.index(stop) + 1)
    except TypeError:
        raise TypeError(
            f"start and stop must be integers, got {start!r} and {stop!r}"
        ) from None


def _as_set(name, members):
    """Return an iterable or an array as a set."""
    if array_api_compat.is_array_api_obj(members):
        # A tensor's entries are tensors, each different from all others.
        members = to_numpy(members).ravel().tolist()
    try:
        return set(members)
    except TypeError:
        raise TypeError(
            f"{name} must be a collection of hashable things, got"
            f" {type(members).__name__}"
        ) from None


def _image(mapping):
    """Return the set of values of a mapping."""
    if not isinstance(mapping, Mapping):
        raise TypeError(
            f"mapping must be a dict, got {type(mapping).__name__}"
        )
    return _as_set("the values of mapping", mapping.values())
