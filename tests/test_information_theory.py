"""mathlib.information_theory against SciPy, scikit-learn, torch, trying."""

import itertools
import math
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
import scipy.stats
import torch
from hypothesis import given
from hypothesis import strategies as hs
from referees import check_gradient, exempt, referee
from scipy.spatial.distance import jensenshannon
from scipy.special import rel_entr
from sklearn.metrics import mutual_info_score

import mathlib.information_theory as it
from mathlib.probability import gaussian_log_pdf

RNG = np.random.default_rng(9)


def draws(seed):
    return np.random.default_rng(seed)


def dirichlet(*shape):
    return RNG.dirichlet(np.ones(shape[-1]), size=shape[:-1])


def table(*shape, rng=RNG):
    return rng.dirichlet(np.ones(math.prod(shape))).reshape(shape)


P, Q = dirichlet(3, 4, 5), dirichlet(3, 4, 5)
COLUMNS = dirichlet(4, 3).T
PAIRS = table(3, 5)
COUNTS = RNG.integers(0, 9, size=(4, 3))
# A row and a column of zeros, and a zero among others.
HOLES = np.array([[0.2, 0, 0, 0.1], [0, 0, 0, 0], [0, 0.3, 0, 0.4]])
CERTAIN, EVEN = np.array([0, 1.0, 0]), np.array([0.5, 0, 0.5])
SUMMARY = dirichlet(3, 2)
SCORES = 3 * RNG.normal(size=(5, 5))
MEANS = RNG.normal(size=(2, 3))
COVS = np.stack([
    a @ a.T + 0.3 * np.eye(3) for a in RNG.normal(size=(2, 3, 3))
])
DELTAS = RNG.normal(size=(4, 3))


# ------------------------------------------------------------------ oracles


def surprise(p, q, axis=-1):
    """Sum one term at a time, in the order of the definition."""
    p, q = np.broadcast_arrays(p, q)
    p, q = np.moveaxis(p, axis, -1), np.moveaxis(q, axis, -1)
    out = np.zeros(p.shape[:-1])
    for i in np.ndindex(p.shape[:-1]):
        for a, b in zip(p[i].tolist(), q[i].tolist(), strict=True):
            if a > 0:
                out[i] += a * math.log(1 / b) if b > 0 else math.inf
    return out


def torch_kl(mean0, cov0, mean1, cov1):
    first, second = (
        torch.distributions.MultivariateNormal(
            torch.tensor(m), covariance_matrix=torch.tensor(c)
        )
        for m, c in ((mean0, cov0), (mean1, cov1))
    )
    return torch.distributions.kl_divergence(first, second).numpy()


def torch_nce(scores):
    loss = torch.nn.functional.cross_entropy(
        torch.tensor(scores), torch.arange(len(scores))
    )
    return math.log(len(scores)) - loss.numpy()


def shared(p_xy):
    """Mutual information as the divergence from independence."""
    alone = np.outer(p_xy.sum(axis=1), p_xy.sum(axis=0))
    return np.array(rel_entr(p_xy, alone).sum())


def bottleneck(p_xy, p_t_given_x, beta):
    """From the table p(x, y, t), entry by entry."""
    full = np.einsum("xy,xt->xyt", p_xy, p_t_given_x)
    return shared(full.sum(1)) - beta * shared(full.sum(0).T)


def conditional(p_xy):
    """Weigh the entropies of the columns."""
    p_y = p_xy.sum(axis=0)
    return np.array(sum(
        w * scipy.stats.entropy(column) for w, column in
        zip(p_y, p_xy.T, strict=True) if w > 0
    ))


# function, arguments, options, what another source says
TABLE = [
    (it.entropy, (P,), {}, scipy.stats.entropy(P, axis=-1)),
    (it.entropy, (P,), {"base": 2}, scipy.stats.entropy(P, base=2, axis=-1)),
    (it.entropy, (COLUMNS,), {"axis": 0, "base": 10},
     scipy.stats.entropy(COLUMNS, base=10, axis=0)),
    (it.entropy, (CERTAIN,), {}, np.array(0.0)),
    (it.entropy, (EVEN,), {"base": 2}, np.array(1.0)),
    (it.entropy, (np.full(8, 1 / 8),), {"base": 2}, np.array(3.0)),
    (it.cross_entropy, (P, Q), {}, surprise(P, Q)),
    (it.cross_entropy, (P, Q), {"base": 3}, surprise(P, Q) / math.log(3)),
    (it.cross_entropy, (P[0, 0], Q), {}, surprise(P[0, 0], Q)),
    (it.cross_entropy, (P, Q[1]), {}, surprise(P, Q[1])),
    (it.cross_entropy, (np.moveaxis(P, -1, 1), np.moveaxis(Q, -1, 1)),
     {"axis": 1}, surprise(P, Q)),
    (it.cross_entropy, (np.moveaxis(P, -1, 1), np.moveaxis(Q[:1], -1, 1)),
     {"axis": 1}, surprise(P, Q[:1])),
    (it.cross_entropy, (CERTAIN, EVEN), {}, np.array(math.inf)),
    (it.cross_entropy, (EVEN, EVEN), {"base": 2}, np.array(1.0)),
    (it.cross_entropy, (CERTAIN, CERTAIN), {}, np.array(0.0)),
    (it.kl_divergence, (P, Q), {}, scipy.stats.entropy(P, Q, axis=-1)),
    (it.kl_divergence, (P, Q), {"base": 2},
     scipy.stats.entropy(P, Q, axis=-1, base=2)),
    (it.kl_divergence, (P, Q[:1]), {}, rel_entr(P, Q[:1]).sum(-1)),
    (it.kl_divergence, (np.moveaxis(P, -1, 0), np.moveaxis(Q, -1, 0)),
     {"axis": 0}, rel_entr(P, Q).sum(-1)),
    (it.kl_divergence, (EVEN, CERTAIN), {}, np.array(math.inf)),
    (it.kl_divergence, (CERTAIN, np.array([0, 0.5, 0.5])), {"base": 2},
     np.array(1.0)),
    (it.kl_divergence, (EVEN, EVEN), {}, np.array(0.0)),
    (it.jensen_shannon, (P, Q), {}, jensenshannon(P, Q, axis=-1) ** 2),
    (it.jensen_shannon, (P, Q), {"base": 2},
     jensenshannon(P, Q, axis=-1, base=2) ** 2),
    (it.jensen_shannon, (np.moveaxis(P, -1, 1), np.moveaxis(Q, -1, 1)),
     {"axis": 1}, jensenshannon(P, Q, axis=-1) ** 2),
    (it.jensen_shannon, (P[0, 0], Q), {},
     jensenshannon(np.broadcast_to(P[0, 0], Q.shape), Q, axis=-1) ** 2),
    (it.jensen_shannon, (EVEN, CERTAIN), {}, np.array(math.log(2))),
    (it.jensen_shannon, (EVEN, EVEN), {}, np.array(0.0)),
    (it.joint_entropy, (PAIRS,), {},
     np.array(scipy.stats.entropy(PAIRS, axis=None))),
    (it.joint_entropy, (HOLES,), {},
     np.array(scipy.stats.entropy(HOLES, axis=None))),
    (it.conditional_entropy, (PAIRS,), {}, conditional(PAIRS)),
    (it.conditional_entropy, (PAIRS.T.copy(),), {}, conditional(PAIRS.T)),
    (it.conditional_entropy, (HOLES,), {}, conditional(HOLES)),
    (it.mutual_information, (PAIRS,), {}, shared(PAIRS)),
    (it.mutual_information, (HOLES,), {}, shared(HOLES)),
    (it.mutual_information, (COUNTS / COUNTS.sum(),), {}, np.array(
        mutual_info_score(None, None, contingency=COUNTS))),
    (it.gaussian_kl, (MEANS[0], COVS[0], MEANS[1], COVS[1]), {},
     torch_kl(MEANS[0], COVS[0], MEANS[1], COVS[1])),
    (it.gaussian_kl, (MEANS[1], COVS[1], MEANS[0], COVS[0]), {},
     torch_kl(MEANS[1], COVS[1], MEANS[0], COVS[0])),
    (it.infonce_bound, (SCORES,), {}, torch_nce(SCORES)),
    (it.infonce_bound, (SCORES.T + 100,), {}, torch_nce(SCORES.T)),
    (it.infonce_bound, (1000 * np.eye(4),), {}, np.array(math.log(4))),
    (it.infonce_bound, (-1000 * np.eye(4),), {},
     np.array(math.log(4 / 3) - 1000)),
    (it.infonce_bound, (np.array([[7.0]]),), {}, np.array(0.0)),
    (it.information_bottleneck_objective, (PAIRS, SUMMARY, 2.5), {},
     bottleneck(PAIRS, SUMMARY, 2.5)),
    (it.information_bottleneck_objective, (HOLES, np.eye(3), 0), {},
     shared(np.diag(HOLES.sum(1)))),
    (it.cramer_rao_bound, (COVS[0],), {}, np.linalg.inv(COVS[0])),
    (it.cramer_rao_bound, (COVS[1],), {"n": 50},
     np.linalg.inv(COVS[1]) / 50),
    # Of a Gaussian's mean the approximation is exact.
    (it.fisher_kl_approximation, (np.linalg.inv(COVS[0]), DELTAS), {},
     np.array([torch_kl(MEANS[0], COVS[0], MEANS[0] + d, COVS[0])
               for d in DELTAS])),
    (it.fisher_kl_approximation, (COVS[0], DELTAS[0]), {},
     np.einsum("i,ij,j", DELTAS[0], COVS[0], DELTAS[0]) / 2),
]


@referee("oracle", *dict.fromkeys(row[0] for row in TABLE))
@pytest.mark.parametrize(
    "function, args, options, expected", TABLE,
    ids=[f"{row[0].__name__}-{i}" for i, row in enumerate(TABLE)],
)
def test_against_oracle(library, function, args, options, expected):
    library.agrees(function, expected, *args, **options)


@referee("oracle", it.information_gain)
def test_information_gain_is_scikit_learns(library):
    labels, feature = RNG.integers(0, 3, size=(2, 40))
    gain = it.information_gain(
        library.asarray(labels), library.asarray(feature)
    )
    assert type(gain) is float
    assert gain == pytest.approx(mutual_info_score(labels, feature))
    other = it.information_gain(library.asarray(labels / 7 - 1), feature % 2)
    assert other == pytest.approx(mutual_info_score(labels, feature % 2))


def test_information_gain_of_words():
    """Quinlan's Saturday mornings: the gain of the outlook, 0.247 bits."""
    outlook = 5 * ["sunny"] + 4 * ["overcast"] + 5 * ["rain"]
    play = "nnnyy" + "yyyy" + "yyynn"
    bits = it.information_gain(list(play), outlook) / math.log(2)
    assert bits == pytest.approx(0.247, abs=5e-4)
    assert it.information_gain(list(play), ["same"] * 14) == 0
    name = it.information_gain(list(play), list(range(14)))
    assert name == pytest.approx(scipy.stats.entropy([9, 5]))


def test_entropy_of_torch_and_loss_of_torch():
    p, logits = torch.tensor(P), torch.tensor(RNG.normal(size=(4, 5)))
    torch.testing.assert_close(
        it.entropy(p), torch.distributions.Categorical(p).entropy()
    )
    labels = torch.tensor([0, 3, 4, 1])
    mine = it.cross_entropy(
        torch.nn.functional.one_hot(labels, 5), torch.softmax(logits, -1)
    )
    theirs = torch.nn.functional.cross_entropy(
        logits, labels, reduction="none"
    )
    torch.testing.assert_close(mine, theirs)
    q = torch.tensor(Q)
    torch.testing.assert_close(
        it.kl_divergence(p, q),
        torch.nn.functional.kl_div(q.log(), p, reduction="none").sum(-1),
    )


# -------------------------------------------------------------------- codes


def prefix_free(words):
    words = sorted(words)
    return all(
        not b.startswith(a) for a, b in itertools.pairwise(words)
    ) and all(words)


def mean_length(code, p):
    return sum(p[symbol] * len(word) for symbol, word in code.items())


def least_by_trying(p):
    """Try every choice of lengths that a prefix code may have (Kraft)."""
    K = len(p)
    lengths = np.array(list(itertools.product(range(1, K), repeat=K)))
    possible = lengths[np.sum(2.0**-lengths, axis=1) <= 1]
    return np.min(possible @ p)


def least_of_ordered_trees(p):
    """Split the sorted probabilities, everywhere where one can (Knuth)."""
    p = sorted(p)
    K, sums = len(p), np.concatenate([[0], np.cumsum(p)])
    cost = np.zeros((K, K))
    for size in range(2, K + 1):
        for i in range(K - size + 1):
            j = i + size - 1
            cost[i, j] = sums[j + 1] - sums[i] + min(
                cost[i, k] + cost[k + 1, j] for k in range(i, j)
            )
    return cost[0, K - 1]


@pytest.mark.parametrize("K", [2, 3, 4, 5, 6])
def test_huffman_is_the_best_of_all_lengths(K):
    for seed in range(4):
        p = draws(seed).dirichlet(np.full(K, 0.4))
        code = it.huffman_code(p)
        assert mean_length(code, p) == pytest.approx(least_by_trying(p))
        assert prefix_free(code.values())


@referee("oracle", it.huffman_code)
@pytest.mark.parametrize("K, spread", [(20, 0.3), (30, 1.0), (40, 10.0)])
def test_huffman_is_the_best_ordered_tree(library, K, spread):
    p = draws(K).dirichlet(np.full(K, spread))
    code = it.huffman_code(library.asarray(p))
    assert list(code) == list(range(K))
    assert mean_length(code, p) == pytest.approx(least_of_ordered_trees(p))
    assert prefix_free(code.values())


def test_huffman_by_hand():
    assert it.huffman_code({"a": 1}) == {"a": "0"}
    assert it.huffman_code([0.5, 0.5]) == {0: "0", 1: "1"}
    dyadic = {"a": 0.125, "b": 0.5, "c": 0.25, "d": 0.125}
    lengths = {s: len(w) for s, w in it.huffman_code(dyadic).items()}
    assert lengths == {"a": 3, "b": 1, "c": 2, "d": 3}
    # Huffman's own table of 1952: 3.42 digits a message.
    p = [0.2, 0.18, 0.1, 0.1, 0.1, 0.06, 0.06, 0.04, 0.04, 0.04, 0.04,
         0.03, 0.01]
    assert mean_length(it.huffman_code(p), p) == pytest.approx(3.42)
    thirds = [Fraction(1, 3)] * 3
    assert mean_length(it.huffman_code(thirds), thirds) == Fraction(5, 3)
    # What can't happen gets a word as well, and costs nothing.
    code = it.huffman_code({"a": 0.5, "b": 0, "c": 0.5, "d": 0})
    assert prefix_free(code.values()) and len(code) == 4


def test_equal_nodes_make_no_word_longer_than_it_must_be():
    for p in itertools.permutations([0.4, 0.2, 0.2, 0.1, 0.1]):
        words = it.huffman_code(p).values()
        assert max(map(len, words)) == 3


def test_symbols_need_no_order():
    symbols = ["a", 1, None, (2, 3), 0.5, "b", frozenset(), b""]
    code = it.huffman_code(dict.fromkeys(symbols, 1 / 8))
    assert list(code) == symbols
    assert {len(word) for word in code.values()} == {3}


def test_huffman_of_many_symbols():
    p = 1 / np.arange(1, 3001)
    p = p / p.sum()
    code = it.huffman_code(p)
    H = it.entropy(p, base=2)
    assert H <= mean_length(code, p) < H + 1
    assert sum(Fraction(1, 2 ** len(w)) for w in code.values()) == 1


HALF, THIRD = Fraction(1, 2), Fraction(1, 3)
LETTERS = [0.9, 0.06, 0.04]


def always(p):
    return lambda prefix: p


def alternating(prefix):
    """What came last is likely to be followed by something else."""
    p = [Fraction(2, 5)] * 3
    if prefix:
        p[prefix[-1]] = Fraction(1, 5)
    return p if prefix else [THIRD] * 3


def probability(symbols, model):
    p = Fraction(1)
    for i, symbol in enumerate(symbols):
        p *= Fraction(model(tuple(symbols[:i]))[symbol])
    return p


def price(p):
    """Return ceil(-log2 p) + 1, by counting."""
    length = 1
    while p * 2 ** (length - 1) < 1:
        length += 1
    return length


@referee("oracle", it.arithmetic_encode, it.arithmetic_decode)
@pytest.mark.parametrize("model", [
    always([HALF, HALF]), always([THIRD, 0, 2 * THIRD]), alternating,
], ids=["coin", "with zero", "alternating"])
def test_arithmetic_code_lies_in_the_interval_of_its_text(library, model):
    """Of all texts of length 4, in order: intervals that fill [0, 1)."""
    low = Fraction(0)
    K = len(model(()))
    for text in itertools.product(range(K), repeat=4):
        p = probability(text, model)
        if p == 0:
            continue
        bits = it.arithmetic_encode(library.asarray(text), model)
        assert len(bits) == price(p)
        first = Fraction(int(bits, 2), 2 ** len(bits))
        assert low <= first and first + Fraction(1, 2 ** len(bits)) <= low + p
        low += p
        for tail in ("", "0", "1", "0110" * 9):
            assert it.arithmetic_decode(bits + tail, 4, model) == list(text)
    assert low == 1


def test_arithmetic_code_by_hand():
    model = always([Fraction(3, 4), Fraction(1, 4)])
    assert it.arithmetic_encode((0, 0, 1), model) == "0111"
    assert it.arithmetic_decode("0111000", 3, model) == [0, 0, 1]
    assert it.arithmetic_encode([], model) == "0"
    assert it.arithmetic_decode("", 0, model) == []
    assert it.arithmetic_encode([0, 0], always([1])) == "0"
    assert it.arithmetic_decode("0", 2, always([1])) == [0, 0]


def test_model_sees_what_came_before_and_nothing_else():
    seen = []

    def model(prefix):
        seen.append(prefix)
        return [HALF, HALF]

    it.arithmetic_encode([1, 0, 1], model)
    assert seen == [(), (1,), (1, 0)]
    seen.clear()
    it.arithmetic_decode("1010", 3, model)
    assert seen == [(), (1,), (1, 0)]


def test_floats_are_taken_as_they_are_and_made_whole():
    """0.1 ten times is more than 1 as fractions, less as a float sum."""
    model = always(np.full(10, 0.1))
    text = draws(2).integers(0, 10, size=60).tolist()
    bits = it.arithmetic_encode(text, model)
    assert it.arithmetic_decode(bits, 60, model) == text
    assert len(bits) == math.ceil(60 * math.log2(10)) + 1
    # The last letter again and again must not leave [0, 1).
    bits = it.arithmetic_encode([9] * 60, model)
    assert it.arithmetic_decode(bits, 60, model) == [9] * 60
    half = always(np.full(4, 0.25, dtype=np.float16))
    assert it.arithmetic_encode([1, 2, 3], half) == "0110110"
    tensor = always(torch.full((4,), 0.25))
    assert it.arithmetic_encode([1, 2, 3], tensor) == "0110110"


def test_long_texts_cost_their_surprise():
    text = draws(4).choice(3, p=LETTERS, size=400).tolist()
    bits = it.arithmetic_encode(text, always(LETTERS))
    assert it.arithmetic_decode(bits, 400, always(LETTERS)) == text
    share = np.bincount(text) / 400
    surprise = 400 * float(it.cross_entropy(share, LETTERS, base=2))
    assert surprise + 1 <= len(bits) < surprise + 2 + 1e-6
    # A Huffman code pays a whole bit for the likely letter.
    code = it.huffman_code(LETTERS)
    assert sum(len(code[s]) for s in text) > 1.5 * len(bits)


# ------------------------------------------------------- where formulas fail


def test_tiny_probabilities(library):
    """1e-310 has a logarithm, but no reciprocal."""
    for dtype, tiny in (("float64", 1e-310), ("float32", 1e-38)):
        p = library.asarray([1.0, 0.0], dtype)
        q = library.asarray([tiny, 1.0], dtype)
        got = it.kl_divergence(p, q)
        library.assert_close(
            got, np.array(-math.log(float(q[0]))), dtype=dtype
        )
        small = library.asarray([[tiny, 0.0], [0.0, 1.0]], dtype)
        information = float(it.mutual_information(small))
        assert 0 <= information <= 1e-30


def test_certain_is_zero_and_not_minus_zero():
    for value in (it.entropy(CERTAIN), it.cross_entropy(CERTAIN, CERTAIN),
                  it.joint_entropy(CERTAIN[None, :])):
        assert math.copysign(1, value) == 1


def test_entropy_in_four_hundred_dimensions():
    """Determinants of 1e-400 and 1e400 are no floats."""
    d = 400
    small, large = 0.1 * np.eye(d), 10 * np.eye(d)
    zero = np.zeros(d)
    expected = d / 2 * (0.01 - 1 + math.log(100))
    assert it.gaussian_kl(zero, small, zero, large) == pytest.approx(expected)


def test_gaussians_far_from_zero(library):
    far = library.convert((MEANS[0] + 1e8, COVS[0], MEANS[1] + 1e8, COVS[1]))
    near = torch_kl(MEANS[0], COVS[0], MEANS[1], COVS[1])
    np.testing.assert_allclose(
        library.to_numpy(it.gaussian_kl(*far)), near, rtol=1e-6
    )


def test_gaussian_kl_is_the_integral():
    args = [np.array([v]) for v in (0.3, -0.5)]
    x = np.linspace(-12, 12, 20001)
    p = gaussian_log_pdf(x, 0.3, 0.8)
    q = gaussian_log_pdf(x, -0.5, 1.3)
    integral = np.sum(np.exp(p) * (p - q)) * (x[1] - x[0])
    kl = it.gaussian_kl(args[0], [[0.64]], args[1], [[1.69]])
    assert float(kl) == pytest.approx(integral, rel=1e-9)


def test_scores_far_from_zero(library):
    far = library.asarray(np.round(SCORES, 3) + 1e8)
    np.testing.assert_allclose(
        library.to_numpy(it.infonce_bound(far)),
        torch_nce(np.round(SCORES, 3)), atol=1e-6,
    )


def test_infonce_lies_below_the_truth_on_average():
    """Gaussian pairs of correlation 0.9: 0.830 nats; the best scores."""
    rng, rho, bounds = draws(3), 0.9, []
    for _ in range(400):
        x, e = rng.normal(size=(2, 16))
        y = rho * x + math.sqrt(1 - rho**2) * e
        bounds.append(it.infonce_bound(gaussian_log_pdf(
            y[None, :], rho * x[:, None], math.sqrt(1 - rho**2)
        )))
    truth = -math.log(1 - rho**2) / 2
    error = np.std(bounds) / 20
    # Five standard errors: fails by chance once in a million.
    assert 0.6 * truth < np.mean(bounds) < truth + 5 * error


def test_fisher_is_the_curvature_of_kl():
    """Halving the step leaves an eighth of the error."""
    p, v = np.array([0.5, 0.3, 0.2]), np.array([-0.03, 0.04, -0.01])
    fisher = np.diag(1 / p[:2]) + 1 / p[2]
    errors = [
        float(it.kl_divergence(p, p + v / k)
              - it.fisher_kl_approximation(fisher, v[:2] / k))
        for k in (2, 4, 8)
    ]
    for large, small in itertools.pairwise(errors):
        assert large / small == pytest.approx(8, rel=0.1)


@pytest.mark.parametrize("name", ["float16", "bfloat16"])
def test_rows_of_sixteen_bits(name):
    p, q = (
        torch.softmax(torch.tensor(RNG.normal(size=(9, 50))), -1)
        for _ in range(2)
    )
    dtype = getattr(torch, name)
    for function in (it.entropy, it.cross_entropy):
        args = (p, q)[: 1 + (function is not it.entropy)]
        got = function(*[a.to(dtype) for a in args])
        assert got.dtype == dtype
        torch.testing.assert_close(
            got.double(), function(*args), rtol=0.05, atol=0.05
        )
    # 1/11 in float16 and 1/61 in bfloat16 add up to less than 1.
    for K in (11, 61):
        even = torch.full((K,), 1 / K, dtype=dtype)
        assert float(it.entropy(even)) == pytest.approx(math.log(K), rel=0.01)


def test_rows_of_float32_may_miss_one():
    p = np.full(3, 0.3333333, dtype=np.float32)
    assert it.entropy(p).dtype == np.float32
    assert float(it.entropy([0.1] * 10)) == pytest.approx(math.log(10))
    mixed = it.kl_divergence(torch.tensor(P[0, 0]), Q[0, 0].tolist())
    assert mixed.dtype == torch.float64
    # Not by way of torch's float32.
    exact = rel_entr(P[0, 0], Q[0, 0]).sum()
    assert float(mixed) == pytest.approx(exact, rel=1e-12)


# ---------------------------------------------------------------- gradients


@referee("gradient", it.entropy, it.cross_entropy, it.kl_divergence,
         it.jensen_shannon, it.joint_entropy, it.conditional_entropy,
         it.mutual_information, it.infonce_bound,
         it.information_bottleneck_objective, it.fisher_kl_approximation)
@pytest.mark.parametrize("function, args, options", [
    (it.entropy, (P[0],), {"base": 2}),
    (it.cross_entropy, (P[0], Q[0]), {"axis": 1}),
    (it.kl_divergence, (P[0, 0], Q[0]), {"base": 2}),
    (it.jensen_shannon, (P[0], Q[0]), {}),
    (it.joint_entropy, (PAIRS,), {}),
    (it.conditional_entropy, (PAIRS,), {}),
    (it.mutual_information, (PAIRS,), {}),
    (it.infonce_bound, (SCORES,), {}),
    (it.information_bottleneck_objective, (PAIRS, SUMMARY, 2.5), {}),
    (it.fisher_kl_approximation, (COVS[0], DELTAS), {}),
])
def test_gradient(function, args, options):
    check_gradient(function, *args, **options)


@referee("gradient", it.gaussian_kl)
def test_gradient_of_gaussian_kl():
    """Symmetric steps only: a covariance matrix is A A^T."""
    def kl(mean0, A, mean1, B):
        return it.gaussian_kl(mean0, A @ A.mT, mean1, B @ B.mT)

    check_gradient(kl, MEANS[0], COVS[0], MEANS[1], COVS[1])


@referee("gradient", it.cramer_rao_bound)
def test_gradient_of_the_bound():
    check_gradient(lambda A: it.cramer_rao_bound(A @ A.mT, n=3), COVS[0])


def test_gradients_are_finite_where_probabilities_are_zero():
    p, q = (
        torch.tensor(x, dtype=torch.float64, requires_grad=True)
        for x in ([0.5, 0.0, 0.5], [0.25, 0.0, 0.75])
    )
    for value in (it.entropy(p), it.cross_entropy(p, q),
                  it.kl_divergence(p, q), it.jensen_shannon(p, q)):
        for gradient in torch.autograd.grad(
            value, (p, q), allow_unused=True
        ):
            assert gradient is None or gradient.isfinite().all()


exempt("gradient", it.information_gain, because="it counts classes")
exempt("gradient", it.huffman_code, because="text as output")
exempt("gradient", it.arithmetic_encode, it.arithmetic_decode,
       because="integers and text")


# --------------------------------------------------------------- properties

seeds = hs.integers(0, 2**32 - 1)
sizes = hs.integers(1, 6)


@referee("property", it.entropy, it.cross_entropy, it.kl_divergence,
         it.jensen_shannon)
@given(seeds, sizes, hs.floats(0.05, 5))
def test_inequalities_of_distributions(seed, K, spread):
    p, q = draws(seed).dirichlet(np.full(K, spread), size=2)
    H, cross = it.entropy(p), it.cross_entropy(p, q)
    kl, js = it.kl_divergence(p, q), it.jensen_shannon(p, q)
    assert 0 <= H <= math.log(K) + 1e-12
    assert kl >= -1e-15
    if np.isfinite(kl):
        assert cross == pytest.approx(H + kl, abs=1e-9)
    assert -1e-15 <= js <= math.log(2) + 1e-12
    assert js == pytest.approx(it.jensen_shannon(q, p), abs=1e-12)
    # Names of the symbols do not count, nor does what never happens.
    order = draws(seed).permutation(K)
    assert it.entropy(np.append(p[order], 0)) == pytest.approx(H)
    # Coarser symbols tell less.
    assert it.kl_divergence(
        np.append(p[1:-1], p[0] + p[-1]) if K > 1 else p,
        np.append(q[1:-1], q[0] + q[-1]) if K > 1 else q,
    ) <= kl + 1e-12


@referee("property", it.joint_entropy, it.conditional_entropy,
         it.mutual_information)
@given(seeds, sizes, sizes)
def test_chain_rules_of_tables(seed, n, m):
    p_xy = table(n, m, rng=draws(seed))
    H_x, H_y = it.entropy(p_xy.sum(1)), it.entropy(p_xy.sum(0))
    H_xy, known = it.joint_entropy(p_xy), it.conditional_entropy(p_xy)
    information = it.mutual_information(p_xy)
    assert H_xy == pytest.approx(H_y + known, abs=1e-12)
    assert information == pytest.approx(H_x - known, abs=1e-12)
    assert information == pytest.approx(it.mutual_information(p_xy.T))
    assert 0 <= known <= H_x + 1e-12
    assert max(H_x, H_y) - 1e-12 <= H_xy <= H_x + H_y + 1e-12
    alone = np.outer(p_xy.sum(1), p_xy.sum(0))
    assert abs(it.mutual_information(alone)) < 1e-12


@referee("property", it.information_gain)
@given(seeds, hs.integers(1, 20))
def test_gain_is_less_than_the_labels_hold(seed, n):
    labels, feature, other = draws(seed).integers(0, 4, size=(3, n))
    gain = it.information_gain(labels, feature)
    H = scipy.stats.entropy(np.bincount(labels))
    assert -1e-12 <= gain <= H + 1e-12
    # A finer feature tells no less; classes have no order and no names.
    finer = it.information_gain(labels, 4 * feature + other)
    assert finer >= gain - 1e-12
    again = it.information_gain(labels, [f"v{-v}" for v in feature])
    assert again == pytest.approx(gain, abs=1e-12)


@referee("property", it.gaussian_kl)
@given(seeds, hs.integers(1, 4))
def test_gaussian_kl_follows_the_coordinates(seed, d):
    rng = draws(seed)
    m0, m1 = rng.normal(size=(2, d))
    S0, S1 = (a @ a.T + np.eye(d) for a in rng.normal(size=(2, d, d)))
    kl = it.gaussian_kl(m0, S0, m1, S1)
    assert kl >= 0 and abs(it.gaussian_kl(m0, S0, m0, S0)) < 1e-12
    A, b = rng.normal(size=(d, d)) + 3 * np.eye(d), rng.normal(size=d)
    S0, S1 = (A @ S @ A.T for S in (S0, S1))
    S0, S1 = (S0 + S0.T) / 2, (S1 + S1.T) / 2
    again = it.gaussian_kl(A @ m0 + b, S0, A @ m1 + b, S1)
    assert float(again) == pytest.approx(float(kl), rel=1e-6)


@referee("property", it.infonce_bound)
@given(seeds, sizes)
def test_bound_is_capped(seed, N):
    rng = draws(seed)
    scores = 5 * rng.normal(size=(N, N))
    bound = it.infonce_bound(scores)
    assert bound <= math.log(N) + 1e-12
    shifted = it.infonce_bound(scores + rng.normal(size=(N, 1)))
    assert shifted == pytest.approx(bound, abs=1e-12)
    order = rng.permutation(N)
    assert it.infonce_bound(scores[order][:, order]) == pytest.approx(bound)


@referee("property", it.information_bottleneck_objective)
@given(seeds, sizes, sizes, hs.floats(0, 9))
def test_summaries_know_no_more_than_x(seed, n, k, beta):
    rng = draws(seed)
    p_xy = table(n, 3, rng=rng)
    p_t = rng.dirichlet(np.ones(k), size=n)
    value = it.information_bottleneck_objective(p_xy, p_t, beta)
    floor = -beta * it.mutual_information(p_xy)
    assert value >= floor - 1e-12
    whole = it.information_bottleneck_objective(p_xy, np.eye(n), beta)
    assert whole == pytest.approx(it.entropy(p_xy.sum(1)) + floor)


@referee("property", it.cramer_rao_bound, it.fisher_kl_approximation)
@given(seeds, sizes, hs.integers(1, 9))
def test_much_information_is_little_variance(seed, P, n):
    rng = draws(seed)
    a, delta = rng.normal(size=(P, P)), rng.normal(size=P)
    fisher = a @ a.T + np.eye(P)
    bound = it.cramer_rao_bound(fisher, n=n)
    np.testing.assert_allclose(n * bound @ fisher, np.eye(P), atol=1e-9)
    np.testing.assert_array_equal(bound, bound.T)
    kl = it.fisher_kl_approximation(fisher, delta)
    assert kl >= 0
    assert it.fisher_kl_approximation(fisher, -3 * delta) == pytest.approx(
        9 * kl
    )


@referee("property", it.huffman_code)
@given(hs.lists(hs.integers(1, 50), min_size=1, max_size=30))
def test_source_coding_theorem(counts):
    text = [k for k, c in enumerate(counts) for _ in range(c)]
    p = {k: c / len(text) for k, c in Counter(text).items()}
    code = it.huffman_code(p)
    assert prefix_free(code.values()) and set(code) == set(p)
    H = float(it.entropy(list(p.values()), base=2))
    length = mean_length(code, p)
    assert H - 1e-12 <= length < H + 1 or len(counts) == 1
    kraft = sum(Fraction(1, 2 ** len(w)) for w in code.values())
    assert kraft == 1 or len(counts) == 1


@referee("property", it.arithmetic_encode, it.arithmetic_decode)
@given(hs.lists(hs.integers(0, 2), max_size=30))
def test_round_trip(text):
    bits = it.arithmetic_encode(text, alternating)
    assert it.arithmetic_decode(bits, len(text), alternating) == text
    assert len(bits) == price(probability(text, alternating))


# ---------------------------------------------------------------- bad input

p, q = [0.5, 0.5], [0.2, 0.3, 0.5]


@referee("bad input", *(getattr(it, name) for name in it.__all__))
@pytest.mark.parametrize("function, args, options, words", [
    (it.entropy, ([0.5, 0.4],), {}, "p must hold probabilities"),
    (it.entropy, ([1.5, -0.5],), {}, "p must hold probabilities"),
    (it.entropy, ([math.nan, 1],), {}, "p must hold probabilities"),
    (it.entropy, ([],), {}, "p must hold probabilities"),
    (it.entropy, (1.0,), {}, "p must have an axis"),
    (it.entropy, ([q, q],), {"axis": 0}, "along axis 0"),
    (it.entropy, (p,), {"base": 1}, "base must be above 1"),
    (it.entropy, (p,), {"base": 0.5}, "base must be above 1"),
    (it.entropy, (p,), {"base": math.nan}, "base must be above 1"),
    (it.cross_entropy, (p, q), {}, "same length along axis -1"),
    (it.cross_entropy, (p, [2, 3]), {}, "q must hold"),
    (it.cross_entropy, ([3, 3], p), {}, "p must hold"),
    (it.cross_entropy, (p, p), {"base": 0}, "base must be"),
    (it.cross_entropy, ([p, p], [p, p, p]), {}, "broadcast"),
    (it.kl_divergence, (p, q), {}, "same length along axis -1"),
    (it.kl_divergence, (p, [p]), {"axis": 0}, "p must have an axis -2"),
    (it.kl_divergence, (p, p), {"axis": 1}, "p must have an axis 1"),
    (it.cross_entropy, (p, [p]), {"axis": 2}, "q must have an axis 2"),
    (it.kl_divergence, (p, p), {"base": -2}, "base must be"),
    (it.jensen_shannon, (p, q), {}, "same length along axis -1"),
    (it.jensen_shannon, (p, [1, 1]), {}, "q must hold"),
    (it.joint_entropy, (p,), {}, "p_xy must have"),
    (it.joint_entropy, ([p, p],), {}, "p_xy must hold"),
    (it.conditional_entropy, (p,), {}, "p_xy must have"),
    (it.conditional_entropy, ([[2, -1]],), {}, "p_xy must hold"),
    (it.mutual_information, (p,), {}, "p_xy must have"),
    (it.mutual_information, ([[p]],), {}, "p_xy must have"),
    (it.mutual_information, ([p, p],), {}, "p_xy must hold"),
    (it.information_gain, ([1, 2], [1]), {}, "feature must have 2"),
    (it.information_gain, ([], []), {}, "labels must have"),
    (it.information_gain, ([1, 2], [[1, 2]]), {}, "feature must have"),
    (it.gaussian_kl, (p, [p, p], p, COVS[0]), {}, "cov1 must have"),
    (it.gaussian_kl, (p, p, p, np.eye(2)), {}, "cov0 must have"),
    (it.gaussian_kl, (q, np.eye(2), p, np.eye(2)), {}, "mean0 must have"),
    (it.gaussian_kl, (p, np.eye(2), [p], np.eye(2)), {}, "mean1 must have"),
    (it.gaussian_kl, (p, -np.eye(2), p, np.eye(2)), {}, "cov0 must be"),
    (it.gaussian_kl, (p, np.eye(2), p, [p, p]), {}, "cov1 must be"),
    (it.infonce_bound, (p,), {}, "scores must have"),
    (it.infonce_bound, ([p],), {}, "scores must have"),
    (it.infonce_bound, (np.zeros((0, 0)),), {}, "at least one row"),
    (it.information_bottleneck_objective, ([p, p], np.eye(2), 1), {},
     "p_xy must hold"),
    (it.information_bottleneck_objective, ([p], np.eye(2), 1), {},
     "must have 1 rows"),
    (it.information_bottleneck_objective, ([p], [[1, 1]], 1), {},
     "p_t_given_x must hold"),
    (it.information_bottleneck_objective, ([p], [1], 1), {},
     "p_t_given_x must have"),
    (it.information_bottleneck_objective, ([p], [[1]], -1), {}, "beta"),
    (it.cramer_rao_bound, (p,), {}, "fisher must have"),
    (it.cramer_rao_bound, ([p, p],), {}, "fisher must be symmetric"),
    (it.cramer_rao_bound, (np.eye(2),), {"n": 0}, "n must be"),
    (it.fisher_kl_approximation, (p, p), {}, "fisher must have"),
    (it.fisher_kl_approximation, (np.eye(2), q), {}, "delta must have"),
    (it.fisher_kl_approximation, (np.eye(2), 1.0), {}, "delta must have"),
    (it.huffman_code, ({},), {}, "one symbol or more"),
    (it.huffman_code, ([],), {}, "one symbol or more"),
    (it.huffman_code, ({"a": 2, "b": 3},), {}, "add up to 1"),
    (it.huffman_code, ({"a": -1, "b": 2},), {}, "add up to 1"),
    (it.huffman_code, ({"a": math.nan},), {}, "add up to 1"),
    (it.arithmetic_encode, ([2], always(p)), {}, "0 to 1, got 2"),
    (it.arithmetic_encode, ([-1], always(p)), {}, "0 to 1, got -1"),
    (it.arithmetic_encode, ([0, 1], always([1, 0])), {}, "symbol 1"),
    (it.arithmetic_encode, ([0], always([1, 1])), {}, "conditional must"),
    (it.arithmetic_encode, ([0], always([2, -1])), {}, "conditional must"),
    (it.arithmetic_encode, ([0], always([])), {}, "conditional must"),
    (it.arithmetic_decode, ("012", 1, always(p)), {}, "bits must hold"),
    (it.arithmetic_decode, ("01", -1, always(p)), {}, "length must be"),
    (it.arithmetic_decode, ("01", 1, always([0.5])), {}, "conditional must"),
], ids=lambda value: getattr(value, "__name__", ""))
def test_bad_input(function, args, options, words):
    with pytest.raises(ValueError, match=words):
        function(*args, **options)


def test_types_are_checked():
    with pytest.raises(TypeError):
        it.entropy("p")
    for axis in (None, (0, 1), 0.0):
        with pytest.raises(TypeError, match="flatten it first"):
            it.entropy([[1.0]], axis=axis)
        with pytest.raises(TypeError, match="flatten it first"):
            it.kl_divergence([[1.0]], [[1.0]], axis=axis)
    with pytest.raises(TypeError):
        it.arithmetic_encode([0.0], always(p))
    with pytest.raises(TypeError, match="bits must be text"):
        it.arithmetic_decode([0, 1], 1, always(p))
    with pytest.raises(TypeError):
        it.arithmetic_decode("01", 1.0, always(p))
    with pytest.raises(TypeError):
        it.arithmetic_encode([0], p)
