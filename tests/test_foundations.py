"""mathlib.foundations against SciPy, exact fractions and closed forms."""

import itertools
import math
import statistics
from fractions import Fraction

import numpy as np
import pytest
import scipy.special
import scipy.stats
import sympy
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays as hypothesis_arrays
from referees import check_gradient, exempt, referee
from scipy.spatial import distance

import mathlib.foundations as fo

RNG = np.random.default_rng(1)
SCORES = RNG.normal(size=(2, 3, 4))
HUGE = np.array([[1000.0, 999.0, -1000.0], [-1000.0, -1000.0, -999.0]])
MASKED = np.array([[0.0, -np.inf, 1.0], [-np.inf, -np.inf, 2.0]])

FACTORS = RNG.uniform(0.1, 3, size=(2, 3, 4))
X, A, Y = (RNG.normal(size=shape) for shape in ((5, 3), (3, 4), (5, 4)))
SIZES = np.array([10.0, 30.0, 100.0, 250.0])
COSTS = SIZES**1.5 * RNG.uniform(0.5, 2, size=(2, 4))
RATIOS = np.array([-3.0, -1, -0.9, -0.25, 0, 0.5, 0.75, 1, 1.5, 2])

scores = hypothesis_arrays(
    float, st.tuples(st.integers(1, 4), st.integers(1, 5)),
    elements=st.floats(-700, 700),
)


@referee("oracle", fo.softmax, fo.logsumexp)
@pytest.mark.parametrize("axis", [0, 1, -1])
@pytest.mark.parametrize("function, oracle", [
    (fo.softmax, scipy.special.softmax),
    (fo.logsumexp, scipy.special.logsumexp),
])
def test_against_scipy(library, function, oracle, axis):
    library.agrees(function, oracle(SCORES, axis=axis), SCORES, axis=axis)


@pytest.mark.parametrize("z", [HUGE, MASKED], ids=["huge", "masked"])
@pytest.mark.parametrize("function, oracle", [
    (fo.softmax, scipy.special.softmax),
    (fo.logsumexp, scipy.special.logsumexp),
])
def test_extreme_scores(library, function, oracle, z):
    library.agrees(function, oracle(z, axis=-1), z)


def test_keepdims(library):
    expected = scipy.special.logsumexp(SCORES, axis=1, keepdims=True)
    library.agrees(fo.logsumexp, expected, SCORES, axis=1, keepdims=True)


def test_a_row_of_minus_infinities(library):
    nothing = np.array([[-np.inf, -np.inf], [0.0, 0.0]])
    library.agrees(fo.logsumexp, np.array([-np.inf, math.log(2)]), nothing)
    halves = np.array([[np.nan, np.nan], [0.5, 0.5]])
    library.agrees(fo.softmax, halves, nothing)


def test_plus_infinity(library):
    z = np.array([[np.inf, 1.0], [np.inf, np.inf], [np.nan, 1.0]])
    library.agrees(fo.logsumexp, np.array([np.inf, np.inf, np.nan]), z)
    library.agrees(fo.softmax, np.full((3, 2), np.nan), z)


@referee("oracle", fo.one_hot)
@pytest.mark.parametrize("labels", [
    np.array([2, 0, 1]), np.array([[0, 3], [1, 1]]), np.array(2),
    np.zeros((0,), dtype=int),
], ids=lambda labels: str(labels.shape))
def test_one_hot(library, labels):
    hot = fo.one_hot(library.asarray(labels), 4)
    default = library.xp.empty(0).dtype
    assert library.owns(hot) and hot.dtype == default
    expected = np.eye(4)[labels]
    np.testing.assert_array_equal(library.to_numpy(hot), expected)
    assert hot.shape == expected.shape


@referee("gradient", fo.softmax, fo.logsumexp)
@pytest.mark.parametrize("function", [fo.softmax, fo.logsumexp])
@pytest.mark.parametrize("axis", [0, -1])
def test_gradients(function, axis):
    check_gradient(function, SCORES, axis=axis)


def test_gradient_of_rows_with_nothing_in_them():
    torch = pytest.importorskip("torch")
    z = torch.tensor([[-math.inf, -math.inf], [-math.inf, 1.0]])
    z.requires_grad_()
    result = fo.logsumexp(z)
    result[torch.isfinite(result)].sum().backward()
    assert z.grad.tolist() == [[0.0, 0.0], [0.0, 1.0]]


exempt("gradient", fo.one_hot, because="labels are integers")


@referee("property", fo.softmax)
@given(scores, st.floats(-100, 100))
def test_softmax_is_a_distribution_and_forgets_a_shift(z, shift):
    p = fo.softmax(z)
    assert (p >= 0).all()
    np.testing.assert_allclose(p.sum(axis=-1), 1)
    np.testing.assert_allclose(fo.softmax(z + shift), p, atol=1e-12)


@referee("property", fo.logsumexp)
@given(scores, st.floats(-100, 100))
def test_logsumexp_bounds_the_maximum_and_moves_with_a_shift(z, shift):
    total, top = fo.logsumexp(z), z.max(axis=-1)
    assert (total >= top).all()
    assert (total <= top + math.log(z.shape[-1]) + 1e-12).all()
    np.testing.assert_allclose(
        fo.logsumexp(z + shift), total + shift, atol=1e-11
    )


@referee("property", fo.one_hot)
@given(st.lists(st.integers(0, 6), min_size=1), st.integers(0, 3))
def test_one_hot_picks_the_label(labels, more):
    hot = fo.one_hot(labels, 7 + more)
    assert hot.shape == (len(labels), 7 + more)
    assert (hot.sum(axis=-1) == 1).all()
    assert hot.argmax(axis=-1).tolist() == labels


@referee("bad input", fo.softmax, fo.logsumexp)
@pytest.mark.parametrize("function", [fo.softmax, fo.logsumexp])
def test_bad_axes_and_types(library, function):
    with pytest.raises(ValueError, match=r"z must have an axis 3.*\(2, 3"):
        function(library.asarray(SCORES), axis=3)
    with pytest.raises(ValueError, match=r"z must have an axis -1.*\(\)"):
        function(library.asarray(1.0))
    with pytest.raises(ValueError, match=r"z must have entries.*\(2, 0\)"):
        function(library.asarray(np.zeros((2, 0))))
    with pytest.raises(TypeError, match="expected an array or numbers"):
        function("abc")


@referee("bad input", fo.one_hot)
def test_bad_labels(library):
    for labels in (np.array([0, 3]), np.array([-1, 0])):
        with pytest.raises(ValueError, match="labels must lie in 0 to .*2"):
            fo.one_hot(library.asarray(labels), 3)
    with pytest.raises(TypeError, match="labels must be integers"):
        fo.one_hot(library.asarray(np.array([0.0, 1.0])), 3)
    with pytest.raises(TypeError, match="integer"):
        fo.one_hot(library.asarray(np.array([0, 1])), 3.0)


# ------------------------------------------------------------------ oracles


def exact_sum(ratio, terms):
    """Return the geometric sum of a float, without any rounding."""
    p, q = float(ratio).as_integer_ratio()
    total = sum(p**k * q ** (terms - k) for k in range(terms))
    return Fraction(total, q**terms)


def exact_sums(ratios, terms):
    return np.array([float(exact_sum(r, terms)) for r in ratios])


def slope(sizes, costs):
    return scipy.stats.linregress(np.log(sizes), np.log(costs)).slope


# function, arguments, options, what another source says
TABLE = [
    (fo.log_product, (FACTORS,), {}, np.log(np.prod(FACTORS, axis=-1))),
    (fo.log_product, (np.arange(1.0, 200),), {},
     np.array(math.lgamma(200))),
    (fo.log_product, (np.full(2000, 0.5),), {},
     np.array(float(sympy.log(sympy.Rational(1, 2) ** 2000)))),
    (fo.log_product, (np.full((2, 2000), 3.0),), {},
     np.full(2, math.log(3**2000))),
    (fo.log_product, (np.array([[0.5, 0], [0, 0], [1, 1]]),), {},
     np.array([-np.inf, -np.inf, 0])),
    (fo.log_product, (np.array([[np.inf, 2], [np.nan, 1]]),), {},
     np.array([np.inf, np.nan])),
    (fo.log_product, (np.zeros(0),), {}, np.array(0.0)),
    (fo.log_product, (np.zeros((2, 0)),), {}, np.zeros(2)),
    (fo.geometric_mean, (FACTORS,), {}, scipy.stats.gmean(FACTORS, axis=-1)),
    (fo.geometric_mean, (np.array([1.0, 4, 16]),), {}, np.array(4.0)),
    (fo.geometric_mean, (np.full(2000, 3.0),), {}, np.array(3.0)),
    (fo.geometric_mean, (np.full(2000, 0.001),), {}, np.array(0.001)),
    (fo.geometric_mean, (np.array([[0.0, 5], [7, 7]]),), {},
     np.array([0.0, 7])),
    (fo.batched_bilinear, (X, A, Y), {},
     np.einsum("bi,ij,bj->b", X, A, Y)),
    (fo.batched_bilinear, (X[0], A, Y[0]), {}, np.inner(X[0] @ A, Y[0])),
    (fo.batched_bilinear, (X, A, Y[0]), {}, X @ (A @ Y[0])),
    (fo.batched_bilinear, (X[:, None], A, Y), {}, X @ A @ Y.T),
    (fo.batched_bilinear, (X[:0], A, Y[:0]), {}, np.zeros(0)),
    (fo.batched_bilinear, (X[:, :0], A[:0], Y), {}, np.zeros(5)),
    *[(fo.geometric_sum, (RATIOS, n), {}, exact_sums(RATIOS, n))
      for n in (0, 1, 2, 3, 7, 30)],
    (fo.geometric_sum, (np.array(0.99), 1000), {},
     exact_sums([0.99], 1000)[0]),
    (fo.geometric_sum, (np.array([-0.5, 0, 0.5, 0.75]), math.inf), {},
     np.array([2 / 3, 1, 2, 4])),
    (fo.empirical_order, (SIZES, COSTS[0]), {},
     np.array(slope(SIZES, COSTS[0]))),
    (fo.empirical_order, (SIZES, COSTS), {},
     np.array([slope(SIZES, c) for c in COSTS])),
    (fo.empirical_order, (SIZES[::-1].copy(), SIZES[::-1] ** 3), {},
     np.array(3.0)),
    (fo.empirical_order, (SIZES, 1 / SIZES), {}, np.array(-1.0)),
    (fo.nats_to_bits, (FACTORS,), {}, np.log2(np.exp(FACTORS))),
    (fo.nats_to_bits, (np.array(scipy.stats.entropy([0.6, 0.3, 0.1])),), {},
     np.array(scipy.stats.entropy([0.6, 0.3, 0.1], base=2))),
    (fo.bits_to_nats, (FACTORS,), {}, np.log(2**FACTORS)),
    (fo.bits_to_nats, (np.array([-1.0, 0, np.inf]),), {},
     np.array([math.log(0.5), 0, np.inf])),
    (fo.indicator, (SCORES > 0,), {}, np.heaviside(SCORES, 0)),
    (fo.indicator, (np.array(True),), {}, np.array(1.0)),
    (fo.argmax_set, (np.array([1.0, 3, 2, 3]),), {}, np.array([1, 3])),
    (fo.argmax_set, (np.array([-1.0]),), {}, np.array([0])),
    (fo.argmax_set, (np.array([-np.inf, -np.inf]),), {}, np.array([0, 1])),
    (fo.argmax_set, (np.array([0, np.inf, np.inf]),), {"tol": 1.0},
     np.array([1, 2])),
    (fo.argmax_set, (np.array([1.0, 3, 2.75]),), {"tol": 0.25},
     np.array([1, 2])),
    (fo.argmax_set, (np.array([1.0, 3, 2.5]),), {"tol": 0.25},
     np.array([1])),
    (fo.is_non_increasing, (np.array([3.0, 2, 2, 1]),), {}, True),
    (fo.is_non_increasing, (np.array([3.0, 2, 2.5, 1]),), {}, False),
    (fo.is_non_increasing, (np.array([3.0, 2, 2.5, 1]),), {"tol": 0.3},
     True),
    (fo.is_non_increasing, (np.array([1e-3, 0.2]),), {"tol": 0.3}, True),
    (fo.is_non_increasing, (np.array([np.inf, 5.0]),), {"tol": 0.0}, True),
    (fo.is_non_increasing, (np.array([5.0, np.inf]),), {}, False),
    (fo.is_non_increasing, (np.array([2.0, -np.inf, -np.inf]),), {}, True),
    (fo.is_non_increasing, (np.array([2.0, np.nan, 1.0]),), {}, False),
    (fo.is_non_increasing, (np.zeros(0),), {}, True),
    (fo.is_non_increasing, (np.array([7.0]),), {}, True),
]


@referee("oracle", *dict.fromkeys(row[0] for row in TABLE))
@pytest.mark.parametrize(
    "function, args, options, expected", TABLE,
    ids=[f"{row[0].__name__}-{i}" for i, row in enumerate(TABLE)],
)
def test_against_oracle(library, function, args, options, expected):
    if function is fo.indicator:
        # The default type, which for torch is float32.
        got = fo.indicator(library.asarray(*args))
        assert library.owns(got) and got.dtype == library.xp.empty(0).dtype
        np.testing.assert_array_equal(library.to_numpy(got), expected)
        assert tuple(got.shape) == expected.shape
    else:
        library.agrees(function, expected, *args, **options)


@referee("oracle", fo.summation, fo.product)
def test_sums_and_products_of_arrays(library):
    rows = [library.asarray(row) for row in FACTORS[0]]
    library.assert_close(
        fo.summation(rows.__getitem__, 0, 2), FACTORS[0].sum(axis=0)
    )
    library.assert_close(
        fo.product(rows.__getitem__, 0, 2), FACTORS[0].prod(axis=0)
    )
    single = [library.asarray(row, "float32") for row in FACTORS[0]]
    library.assert_close(
        fo.product(single.__getitem__, 1, 2), FACTORS[0, 1:].prod(axis=0),
        dtype="float32",
    )


def test_sums_and_products_against_closed_forms():
    i, n = sympy.symbols("i n", integer=True, positive=True)
    for power in range(4):
        closed = sympy.summation(i**power, (i, 1, n))
        for stop in range(1, 6):
            got = fo.summation(lambda k, p=power: k**p, 1, stop)
            assert got == closed.subs(n, stop)
    # Whole numbers stay exact, however large.
    assert fo.product(lambda k: k, 1, 30) == math.factorial(30)
    assert fo.product(lambda k: k, 7, 9) == math.perm(9, 3)
    assert fo.summation(lambda k: Fraction(1, 2**k), 1, 80) == (
        1 - Fraction(1, 2**80)
    )
    telescope = fo.product(lambda k: Fraction(k, k - 1), -3, -1)
    assert telescope == Fraction(1, 4) and fo.summation(abs, -3, 3) == 12


def test_empty_sums_and_products():
    def never(i):
        raise AssertionError(f"there is no term {i}")

    for start, stop in ((1, 0), (5, -5)):
        assert fo.summation(never, start, stop) == 0
        assert fo.product(never, start, stop) == 1


@referee("oracle", fo.matmul_shape)
def test_shapes_of_all_small_arrays_against_matmul():
    small = [
        shape for n in (1, 2, 3, 4)
        for shape in itertools.product(range(3), repeat=n)
    ]
    for a, b in itertools.product(small, small):
        try:
            right = np.matmul(np.zeros(a), np.zeros(b)).shape
        except ValueError:
            with pytest.raises(ValueError, match="equal|broadcast"):
                fo.matmul_shape(a, b)
        else:
            assert fo.matmul_shape(a, b) == right


@st.composite
def fitting_shapes(draw):
    batch = draw(st.lists(st.integers(1, 3), max_size=3))
    m, k, n = (draw(st.integers(0, 3)) for _ in range(3))

    def part():
        keep = batch[draw(st.integers(0, len(batch))):]
        return [draw(st.sampled_from([1, size])) for size in keep]

    return (*part(), m, k), (*part(), k, n)


@referee("property", fo.matmul_shape)
@given(fitting_shapes())
def test_shape_of_batches_against_matmul(pair):
    a, b = pair
    right = np.matmul(np.zeros(a), np.zeros(b)).shape
    assert fo.matmul_shape(a, b) == fo.matmul_shape(list(a), b) == right


@pytest.mark.parametrize("a, b, right", [
    ((3,), (3,), ()),
    ((3,), (3, 4), (4,)),
    ((2, 3), (3,), (2,)),
    ((5, 2, 3), (3,), (5, 2)),
    ((3,), (5, 3, 4), (5, 4)),
    ((8, 1, 2, 3), (5, 3, 4), (8, 5, 2, 4)),
    ((10**20, 10**15), (10**15, 10**20), (10**20, 10**20)),
    ((10**20, 1, 2), (10**20, 2, 1), (10**20, 1, 1)),
])
def test_shapes_of_vectors_and_of_what_no_memory_holds(a, b, right):
    assert fo.matmul_shape(a, b) == right


exempt("library", fo.matmul_shape, because="shapes in, shape out")


@referee("oracle", fo.compose)
def test_composition_runs_from_right_to_left(library):
    xp, x = library.xp, library.asarray(FACTORS)
    chain = fo.compose(xp.exp, xp.negative, xp.sqrt)
    for _ in range(2):
        library.assert_close(chain(x), np.exp(-np.sqrt(FACTORS)))
    assert fo.compose()(x) is x
    assert fo.compose(len)("four") == 4


@referee("oracle", fo.jaccard_similarity)
@pytest.mark.parametrize("a, b", [
    ([1.0, 2, 3], [2.0, 3, 4, 5]), ([1.0, 1, 1, 2], [2.0, 1]),
    ([[1.0, 2], [3, 4]], [4.0, 9]), ([0.0], [1.0]), ([0.0], []),
])
def test_jaccard_against_scipy(library, a, b):
    def members(values):
        return [float(i in np.ravel(values)) for i in range(10)]

    a, b = np.array(a), np.array(b)
    right = 1 - distance.jaccard(members(a) + [0], members(b) + [0])
    got = fo.jaccard_similarity(library.asarray(a), library.asarray(b))
    assert type(got) is float and got == pytest.approx(right, abs=1e-15)
    assert fo.jaccard_similarity(set(a.ravel()), b.ravel().tolist()) == got


def test_jaccard_of_nothing_and_of_text():
    assert fo.jaccard_similarity([], set()) == 1.0
    assert fo.jaccard_similarity([], [0]) == 0.0
    assert fo.jaccard_similarity("night", "nacht") == 3 / 7
    assert fo.jaccard_similarity("aab".split(), iter(["b"])) == 0.0
    assert fo.jaccard_similarity(range(3), (i for i in (2, 1, 1))) == 2 / 3


def maps(n, m):
    """Yield all maps from n things to m things."""
    for values in itertools.product(range(m), repeat=n):
        yield dict(zip("abcd", values, strict=False))


@referee("oracle", fo.is_injective, fo.is_surjective)
@pytest.mark.parametrize("n", range(5))
@pytest.mark.parametrize("m", range(4))
def test_counts_of_injections_and_surjections(n, m):
    every = list(maps(n, m))
    assert sum(map(fo.is_injective, every)) == math.perm(m, n)
    # Inclusion and exclusion over the members that are missed.
    onto = sum((-1) ** k * math.comb(m, k) * (m - k) ** n
               for k in range(m + 1))
    assert sum(fo.is_surjective(f, range(m)) for f in every) == onto


def test_codomains_may_repeat_and_be_arrays(library):
    codomain = library.asarray(np.array([1.0, 2.0, 2.0]))
    assert fo.is_surjective({"a": 2, "b": 1}, codomain) is True
    assert fo.is_surjective({"a": 2, "b": 2}, codomain) is False
    assert fo.is_surjective({}, []) is True
    assert fo.is_injective({}) is True


exempt("library", fo.is_injective, fo.is_surjective,
       because="dictionaries in, booleans out")


# ------------------------------------------------------- where formulas fail


@pytest.mark.parametrize("gap", [1e-3, 1e-6, 1e-9, 1e-12, 2.0**-52])
@pytest.mark.parametrize("terms", [2, 3, 10, 1001])
def test_geometric_sums_near_one_keep_their_digits(gap, terms):
    # Near -1 as well, where all terms but one or none cancel.
    near = [1 - gap, 1 + gap, -1 + gap, -1 - gap]
    np.testing.assert_allclose(
        fo.geometric_sum(np.array(near), terms), exact_sums(near, terms),
        rtol=3e-15, atol=0,
    )


def test_ratio_of_one_has_value_and_slope():
    torch = pytest.importorskip("torch")
    r = torch.tensor(1.0, requires_grad=True)
    total = fo.geometric_sum(r, 10)
    total.backward()
    assert (total.item(), r.grad.item()) == (10.0, 45.0)


def test_nothing_is_minus_zero():
    sums = fo.geometric_sum(RATIOS, 0)
    assert not np.signbit(sums).any() and (sums == 0).all()


def test_order_of_costs_that_only_shift(library):
    # Costs and sizes whose logarithms are far from 0 and near each other.
    sizes = np.array([1e6, 1.1e6, 1.2e6])
    library.agrees(
        fo.empirical_order, np.array(2.0), sizes, 1e-12 * sizes**2,
        rtol=1e-9,
    )
    near = np.array([1e6, 1e6 + 100, 1e6 + 200])
    order = fo.empirical_order(near, 1e300 * (near / 1e6) ** 2)
    assert abs(order - 2) < 1e-7


def test_zero_factors_are_silent_and_have_finite_gradients():
    torch = pytest.importorskip("torch")
    for function in (fo.log_product, fo.geometric_mean):
        x = torch.tensor([[0.0, 2.0], [3.0, 2.0]], requires_grad=True)
        result = function(x)
        result[torch.isfinite(result)].sum().backward()
        assert torch.isfinite(x.grad).all()
    with np.errstate(all="raise"):
        assert fo.log_product([0.0, 0.5]) == -math.inf
        assert fo.geometric_mean([0.0, 0.5]) == 0.0


def test_large_integers_do_not_tie(library):
    # As floats these two are equal.
    close = library.asarray(np.array([2**53, 2**53 + 1]))
    found = fo.argmax_set(close)
    assert library.owns(found) and library.to_numpy(found).tolist() == [1]
    both = library.to_numpy(fo.argmax_set(close, tol=1.0))
    assert both.tolist() == [0, 1]
    small = library.asarray(np.array([3, 5, 5]), "uint8")
    assert library.to_numpy(fo.argmax_set(small)).tolist() == [1, 2]
    wide = library.to_numpy(fo.argmax_set(small, tol=9.0))
    assert wide.tolist() == [0, 1, 2]


def test_integers_become_floats(library):
    x = library.asarray(np.array([1, 2, 4]))
    A = library.asarray(np.eye(3, dtype=int))
    default = library.xp.empty(0).dtype
    for got, right in [
        (fo.log_product(x), math.log(8)),
        (fo.geometric_mean(x), 2.0),
        (fo.batched_bilinear(x, A, x), 21.0),
        (fo.geometric_sum(x, 3), [3, 7, 21]),
        (fo.empirical_order(x, x * x), 2.0),
        (fo.nats_to_bits(x), np.array([1, 2, 4]) / math.log(2)),
        (fo.bits_to_nats(x), np.array([1, 2, 4]) * math.log(2)),
        (fo.logsumexp(x), math.log(math.e + math.e**2 + math.e**4)),
    ]:
        assert library.owns(got) and got.dtype == default
        np.testing.assert_allclose(library.to_numpy(got), right, rtol=1e-6)
    assert fo.is_non_increasing(x) is False


# ----------------------------------------------------------------- gradients


@referee(
    "gradient", fo.log_product, fo.geometric_mean, fo.batched_bilinear,
    fo.empirical_order, fo.nats_to_bits, fo.bits_to_nats,
)
@pytest.mark.parametrize("function, args", [
    (fo.log_product, (FACTORS,)),
    (fo.geometric_mean, (FACTORS,)),
    (fo.batched_bilinear, (X, A, Y)),
    (fo.batched_bilinear, (X[:, None], A, Y)),
    (fo.empirical_order, (SIZES, COSTS)),
    (fo.nats_to_bits, (FACTORS,)),
    (fo.bits_to_nats, (FACTORS,)),
])
def test_gradients_of_the_rest(function, args):
    check_gradient(function, *args)


@referee("gradient", fo.geometric_sum)
@pytest.mark.parametrize("terms", [1, 2, 5, 6])
def test_gradients_of_geometric_sums(terms):
    check_gradient(fo.geometric_sum, RATIOS, terms)


def test_gradient_of_infinite_geometric_sums():
    check_gradient(fo.geometric_sum, RATIOS[2:7], math.inf)


@referee("gradient", fo.summation, fo.product, fo.compose)
def test_gradients_flow_through_terms_and_layers():
    check_gradient(
        lambda x: fo.summation(lambda i: x**i / math.factorial(i), 0, 4),
        FACTORS,
    )
    check_gradient(
        lambda x: fo.product(lambda i: x - i, 0, 3), FACTORS
    )
    check_gradient(fo.compose(fo.softmax, fo.nats_to_bits), FACTORS)


exempt(
    "gradient", fo.matmul_shape, fo.is_injective, fo.is_surjective,
    fo.jaccard_similarity, because="nothing to differentiate by",
)
exempt("gradient", fo.indicator, because="conditions are boolean")
exempt("gradient", fo.argmax_set, because="positions are integers")
exempt("gradient", fo.is_non_increasing, because="boolean output")


# ---------------------------------------------------------------- properties
numbers = st.floats(-100, 100).map(lambda x: round(x, 3))
factors = st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=8)
sets = st.sets(st.integers(0, 9))


@referee("property", fo.summation, fo.product)
@given(st.integers(-9, 9), st.integers(0, 9), st.integers(0, 9))
def test_neighbouring_ranges_join(start, first, second):
    middle, stop = start + first, start + first + second

    def joined(total):
        return [
            total(lambda i: 2 * i + 1, start, middle - 1),
            total(lambda i: 2 * i + 1, middle, stop - 1),
            total(lambda i: 2 * i + 1, start, stop - 1),
        ]

    left, right, whole = joined(fo.summation)
    # Consecutive odd numbers are the differences of squares.
    assert left + right == whole == stop**2 - start**2
    left, right, whole = joined(fo.product)
    assert left * right == whole


@referee("property", fo.log_product, fo.geometric_mean)
@given(factors, factors, st.randoms())
def test_logs_of_products_add_up_in_any_order(a, b, random):
    whole = fo.log_product(a) + fo.log_product(b)
    shuffled = a + b
    random.shuffle(shuffled)
    np.testing.assert_allclose(
        fo.log_product(shuffled), whole, atol=1e-12
    )
    mean = fo.geometric_mean(shuffled)
    np.testing.assert_allclose(
        math.log(mean) * len(shuffled), whole, atol=1e-10
    )


@referee("property", fo.geometric_mean)
@given(factors, st.floats(1e-3, 1e3))
def test_geometric_mean_lies_between_the_other_means(values, scale):
    mean = float(fo.geometric_mean(values))
    slack = 1 + 1e-12
    assert statistics.harmonic_mean(values) <= mean * slack
    assert mean <= statistics.fmean(values) * slack
    assert min(values) <= mean * slack and mean <= max(values) * slack
    np.testing.assert_allclose(
        mean, statistics.geometric_mean(values), rtol=1e-12
    )
    np.testing.assert_allclose(
        fo.geometric_mean(np.array(values) * scale), mean * scale,
        rtol=1e-12,
    )


@referee("property", fo.batched_bilinear)
@given(st.data())
def test_bilinear_is_linear_in_each_and_turns_around(data):
    B, m, n = (data.draw(st.integers(1, 4)) for _ in range(3))

    def draw(*shape):
        return data.draw(hypothesis_arrays(float, shape, elements=numbers))

    X, Z, A, Y = draw(B, m), draw(B, m), draw(m, n), draw(B, n)
    one = fo.batched_bilinear(X, A, Y)
    np.testing.assert_allclose(one, np.diag(X @ A @ Y.T), atol=1e-6)
    np.testing.assert_allclose(
        fo.batched_bilinear(Y, A.T, X), one, atol=1e-6
    )
    np.testing.assert_allclose(
        fo.batched_bilinear(2 * X - Z, A, Y),
        2 * one - fo.batched_bilinear(Z, A, Y), atol=1e-6,
    )


@referee("property", fo.indicator)
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1))
def test_indicators_turn_logic_into_arithmetic(pairs):
    p, q = np.array(pairs).T
    one_p, one_q = fo.indicator(p), fo.indicator(q)
    assert (fo.indicator(~p) == 1 - one_p).all()
    assert (fo.indicator(p & q) == one_p * one_q).all()
    assert (fo.indicator(p | q) == one_p + one_q - one_p * one_q).all()
    assert one_p.sum() == sum(a for a, _ in pairs)


@referee("property", fo.argmax_set)
@given(st.lists(st.integers(-3, 3), min_size=1), st.integers(0, 3))
def test_every_tie_and_nothing_else(values, tol):
    found = fo.argmax_set(values).tolist()
    assert found[0] == np.argmax(values)
    assert found == [i for i, v in enumerate(values) if v == max(values)]
    cubes = [3 * v**3 + 1 for v in values]
    assert fo.argmax_set(cubes).tolist() == found
    assert fo.argmax_set(values, tol=tol).tolist() == [
        i for i, v in enumerate(values) if v >= max(values) - tol
    ]


@referee("property", fo.compose)
@given(st.lists(st.sampled_from("fgh"), max_size=6), st.integers(0, 6),
       st.integers(-9, 9))
def test_composition_associates(letters, cut, x):
    functions = [
        {"f": lambda n: n + 1, "g": lambda n: 2 * n, "h": abs}[c]
        for c in letters
    ]
    left, right = functions[:cut], functions[cut:]
    whole = fo.compose(*functions)(x)
    assert fo.compose(fo.compose(*left), fo.compose(*right))(x) == whole
    for function in reversed(functions):
        x = function(x)
    assert x == whole


@referee("property", fo.geometric_sum)
@given(st.floats(-2, 2), st.integers(0, 20), st.integers(0, 20))
def test_geometric_sums_join_and_telescope(r, m, n):
    whole = fo.geometric_sum(r, m + n)
    size = float(fo.geometric_sum(abs(r), m + n))
    parts = fo.geometric_sum(r, m) + r**m * fo.geometric_sum(r, n)
    assert abs(whole - parts) <= 1e-13 * size
    assert abs((1 - r) * whole - (1 - r ** (m + n))) <= 1e-12 * (1 + size)
    np.testing.assert_allclose(
        whole, float(exact_sum(r, m + n)), rtol=1e-13, atol=1e-300
    )


@referee("property", fo.empirical_order)
@given(
    st.lists(st.integers(1, 10**6), min_size=2, max_size=6, unique=True),
    st.floats(-3, 3), st.floats(1e-6, 1e6),
)
def test_order_of_a_power_law(sizes, k, unit):
    sizes = np.array(sizes, float)
    assume(sizes.max() > 1.01 * sizes.min())
    costs = unit * sizes**k
    assert abs(fo.empirical_order(sizes, costs) - k) < 1e-9
    # Neither the unit of the costs nor that of the sizes counts.
    other = fo.empirical_order(unit * sizes, costs * sizes)
    assert abs(other - k - 1) < 1e-9


@referee("property", fo.jaccard_similarity)
@given(sets, sets, sets)
def test_jaccard_distance_is_a_metric(a, b, c):
    def far(x, y):
        return 1 - fo.jaccard_similarity(x, y)

    assert fo.jaccard_similarity(a, b) == fo.jaccard_similarity(
        sorted(b) * 2, a
    )
    assert (far(a, b) == 0) == (a == b) and 0 <= far(a, b) <= 1
    assert far(a, c) <= far(a, b) + far(b, c) + 1e-12


@referee("property", fo.is_injective, fo.is_surjective)
@given(st.dictionaries(st.integers(0, 9), st.integers(0, 4)), st.data())
def test_pigeons_and_holes(f, data):
    injective, onto = fo.is_injective(f), fo.is_surjective(f, range(5))
    assert not injective or len(f) <= 5
    assert not onto or len(f) >= 5
    if len(f) == 5:
        assert injective == onto
    assert fo.is_surjective(f, f.values())
    # Just the injective maps can be undone.
    undone = {y: x for x, y in f.items()}
    assert injective == ({x: undone[y] for x, y in f.items()} == {
        x: x for x in f
    })


@referee("property", fo.nats_to_bits, fo.bits_to_nats)
@given(st.floats(-1e6, 1e6))
def test_bits_and_nats_and_back(x):
    bits, nats = fo.nats_to_bits(x), fo.bits_to_nats(x)
    np.testing.assert_allclose(fo.bits_to_nats(bits), x, rtol=1e-15)
    np.testing.assert_allclose(fo.nats_to_bits(nats), x, rtol=1e-15)
    assert abs(nats) <= abs(x) <= abs(bits)


@referee("property", fo.is_non_increasing)
@given(st.lists(numbers, min_size=1, max_size=9), st.integers(0, 9),
       st.integers(-6, 6))
def test_running_minima_never_rise(values, place, power):
    values = np.array(values) * 10.0**power
    best = np.minimum.accumulate(values)
    assert fo.is_non_increasing(best)
    # Rounding is forgiven, a true rise is not.
    assert fo.is_non_increasing(best * (1 + 1e-14 * (np.arange(
        len(best)) % 2)))
    risen = np.insert(best, place % len(best) + 1,
                      best[place % len(best)] + 1e-3 * 10.0**power)
    assert not fo.is_non_increasing(risen)


# ----------------------------------------------------------------- bad input
two = np.ones((2, 2))
BAD = [
    (fo.log_product, (np.array([0.5, -0.1]),), r"values must not be negative"),
    (fo.log_product, (np.array(0.5),), r"values must have an axis -1"),
    (fo.geometric_mean, (np.array([[1.0, 2], [-2, -2]]),),
     r"values must not be negative"),
    (fo.geometric_mean, (np.zeros((2, 0)),), r"values must have entries"),
    (fo.geometric_mean, (np.array(0.5),), r"values must have an axis -1"),
    (fo.batched_bilinear, (X, A.T, Y),
     r"X, A and Y must have the shapes .*\(5, 3\), \(4, 3\) and \(5, 4\)"),
    (fo.batched_bilinear, (X, A[0], Y), r"X, A and Y must have the shapes"),
    (fo.batched_bilinear, (np.array(1.0), A, Y), r"X, A and Y must have"),
    (fo.batched_bilinear, (X, A, np.array(1.0)), r"X, A and Y must have"),
    (fo.batched_bilinear, (X, A, Y[:4]),
     r"axes of X and Y must broadcast, got \(5,\) and \(4,\)"),
    (fo.argmax_set, (two,), r"values must have the shape \(n,\).*\(2, 2\)"),
    (fo.argmax_set, (np.zeros(0),), r"values must have entries"),
    (fo.argmax_set, (np.array([1.0, np.nan]),), r"values must not be NaN"),
    (fo.geometric_sum, (RATIOS, -1), r"terms must not be negative, got -1"),
    (fo.geometric_sum, (np.array([0.5, 1.0]), math.inf),
     r"ratio must lie between -1 and 1"),
    (fo.geometric_sum, (np.array([-1.0]), math.inf), r"ratio must lie"),
    (fo.geometric_sum, (np.array([np.nan]), math.inf), r"ratio must lie"),
    (fo.empirical_order, (two, two), r"sizes must have the shape \(n,\)"),
    (fo.empirical_order, (SIZES, COSTS.T), r"costs must have the shape .*4"),
    (fo.empirical_order, (SIZES, np.array(1.0)), r"costs must have the sh"),
    (fo.empirical_order, (0 * SIZES, SIZES), r"sizes must be positive"),
    (fo.empirical_order, (SIZES, -SIZES), r"costs must be positive and fi"),
    (fo.empirical_order, (SIZES, SIZES * np.inf), r"costs must be positive"),
    (fo.empirical_order, (SIZES, SIZES * np.nan), r"costs must be positive"),
    (fo.empirical_order, (np.full(4, 5.0), SIZES), r"two different sizes"),
    (fo.empirical_order, (SIZES[:1], SIZES[:1]), r"two different sizes"),
    (fo.empirical_order, (SIZES[:0], SIZES[:0]), r"two different sizes"),
    (fo.is_non_increasing, (two,), r"values must have the shape \(n,\)"),
    (fo.is_non_increasing, (np.array(1.0),), r"values must have the shape"),
]


@referee("bad input", *dict.fromkeys(row[0] for row in BAD))
@pytest.mark.parametrize(
    "function, args, message", BAD,
    ids=[f"{row[0].__name__}-{i}" for i, row in enumerate(BAD)],
)
def test_bad_values_are_named(library, function, args, message):
    with pytest.raises(ValueError, match=message):
        function(*library.convert(args))


WRONG = [
    (fo.matmul_shape, ((), (3,)), ValueError, r"shape_a must have one axis"),
    (fo.matmul_shape, ((3,), ()), ValueError, r"shape_b must have one axis"),
    (fo.matmul_shape, ((2, -3), (3,)), ValueError, r"no negative length"),
    (fo.matmul_shape, ((2, 3), (2, 3)), ValueError,
     r"must be equal, got \(2, 3\) and \(2, 3\)"),
    (fo.matmul_shape, ((2, 3), (1, 3)), ValueError, r"must be equal"),
    (fo.matmul_shape, ((5, 2, 3), (4, 3, 1)), ValueError,
     r"shape_a and shape_b must broadcast, got \(5,\) and \(4,\)"),
    (fo.matmul_shape, ((2.0, 3), (3,)), TypeError, r"shape_a must be a tup"),
    (fo.matmul_shape, ((2, 3), 3), TypeError, r"shape_b must be a tuple"),
    (fo.summation, (1, 0, 3), TypeError, r"term must be callable, got int"),
    (fo.summation, (abs, 0.0, 3), TypeError, r"start and stop must be int"),
    (fo.summation, (abs, 0, 3.5), TypeError, r"start and stop must be int"),
    (fo.product, (None, 1, 0), TypeError, r"term must be callable"),
    (fo.product, (abs, "1", 3), TypeError, r"start and stop must be integ"),
    (fo.compose, (abs, 3), TypeError, r"functions must be callable, got int"),
    (fo.compose, ([abs],), TypeError, r"functions must be callable"),
    (fo.indicator, ([0, 1],), TypeError, r"condition must be boolean"),
    (fo.indicator, ("yes",), TypeError, r"expected an array or numbers"),
    (fo.geometric_sum, (0.5, 2.5), TypeError, r"integer"),
    (fo.jaccard_similarity, (3, [3]), TypeError, r"a must be a collection"),
    (fo.jaccard_similarity, ([3], [[3]]), TypeError, r"b must be a collec"),
    (fo.is_injective, ([1, 2],), TypeError, r"mapping must be a dict"),
    (fo.is_injective, ({1: []},), TypeError, r"the values of mapping must"),
    (fo.is_surjective, ({1, 2}, [1]), TypeError, r"mapping must be a dict"),
    (fo.is_surjective, ({1: 2}, 2), TypeError, r"codomain must be a coll"),
    (fo.is_surjective, ({1: 2}, [1]), ValueError,
     r"codomain must hold every value of mapping, not so 2"),
    (fo.nats_to_bits, ("a bit",), TypeError, r"expected an array or numb"),
    (fo.bits_to_nats, ("a nat",), TypeError, r"expected an array or numb"),
]


@referee("bad input", *dict.fromkeys(row[0] for row in WRONG))
@pytest.mark.parametrize(
    "function, args, error, message", WRONG,
    ids=[f"{row[0].__name__}-{i}" for i, row in enumerate(WRONG)],
)
def test_what_makes_no_sense_is_refused(function, args, error, message):
    with pytest.raises(error, match=message):
        function(*args)


@pytest.mark.parametrize("tol", [-0.1, math.inf, math.nan])
def test_bad_tolerances(tol):
    with pytest.raises(ValueError, match="tol must be finite and not neg"):
        fo.argmax_set([1.0, 2.0], tol=tol)
