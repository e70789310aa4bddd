"""mathlib.probability against SciPy, NumPy, torch and closed forms."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
import scipy.linalg
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays as hypothesis_arrays
from referees import check_gradient, exempt, referee
from scipy import stats

import mathlib.probability as pr

RNG = np.random.default_rng(6)


def normal(*shape):
    return RNG.normal(size=shape)


def distributions(*shape):
    return RNG.dirichlet(np.ones(shape[-1]), size=shape[:-1])


class Scripted:
    """A generator that says what it is told to say."""

    def __init__(self, numbers):
        self.numbers = np.asarray(numbers)

    def random(self, size=None):
        assert size == self.numbers.shape
        return self.numbers


X, Y, POSITIVE = normal(2, 3), normal(3), RNG.uniform(0.5, 2, size=(2, 3))
P3, P43 = distributions(3), distributions(4, 3)
SURE = np.array([0.0, 0.75, 0.25, 0.0])
LIKELIHOOD = RNG.uniform(size=(5, 3))
TABLE_53 = normal(5, 3) + [3, 0, -7]
COV = np.cov(normal(9, 3), rowvar=False)
COVS = np.stack([COV, np.diag([1.0, 4, 9])])
CHAIN = distributions(4, 4)
PERIODIC = np.array([[0, 1, 0], [0.5, 0, 0.5], [0, 1, 0]])
LEFT_FOR_EVER = np.array([[0.5, 0.5, 0], [0, 0.25, 0.75], [0, 0.5, 0.5]])
ALPHA = np.array([0.5, 2, 7])
BITS = np.array([[1.0, 0, 1], [0, 0, 1]])

# Rain and a sprinkler make grass wet.
PARENTS = {"wet": ["rain", "sprinkler"], "sprinkler": ["rain"], "rain": []}
TABLES = {
    "rain": np.array([0.8, 0.2]),
    "sprinkler": np.array([[0.6, 0.4], [0.99, 0.01]]),
    "wet": np.array([[[1.0, 0.0], [0.1, 0.9]], [[0.2, 0.8], [0.01, 0.99]]]),
}


# ------------------------------------------------------------------ oracles


def posterior(prior, likelihood):
    """Return Bayes' rule in exact arithmetic."""
    joint = [
        Fraction(p) * math.prod(map(Fraction, column))
        for p, column in zip(prior, np.atleast_2d(likelihood).T, strict=True)
    ]
    return np.array([float(j / sum(joint)) for j in joint])


def null_vector(P):
    """Return the stationary distribution from a singular value of 0."""
    (pi,) = scipy.linalg.null_space(P.T - np.eye(len(P))).T
    return pi / pi.sum()


def mixture(x, weights, means, covs):
    return np.log(sum(
        w * stats.multivariate_normal(m, c).pdf(x)
        for w, m, c in zip(weights, means, covs, strict=True)
    ))


# function, arguments, options, what another source says
TABLE = [
    # Of 36 throws of two dice, 6 + 6 - 1 show a six.
    (pr.union_probability, (np.array(1 / 6), np.array(1 / 6),
                            np.array(1 / 36)), {}, np.array(11 / 36)),
    (pr.union_probability, (0.5 * P43, 0.25, np.zeros(3)), {},
     P43 / 2 + 0.25),
    (pr.joint_probability, (P43, P3), {}, np.einsum("ij,j->ij", P43, P3)),
    (pr.evidence, (P3, LIKELIHOOD[0]), {}, np.array(P3 @ LIKELIHOOD[0])),
    (pr.evidence, (P3, LIKELIHOOD), {},
     np.array(math.fsum(P3 * np.prod(LIKELIHOOD, axis=0)))),
    (pr.evidence, (P3, np.zeros((0, 3))), {}, np.array(1.0)),
    (pr.bayes_posterior, (P3, LIKELIHOOD[0]), {},
     posterior(P3, LIKELIHOOD[0])),
    (pr.bayes_posterior, (P3, LIKELIHOOD), {}, posterior(P3, LIKELIHOOD)),
    (pr.bayes_posterior, (P3, np.zeros((0, 3))), {}, P3),
    (pr.bayes_posterior, (SURE, np.array([[1, 0, 0.5, 1], [1, 1, 1, 0.0]])),
     {}, np.array([0.0, 0, 1, 0])),
    (pr.bernoulli_log_pmf, (BITS, P3), {}, stats.bernoulli.logpmf(BITS, P3)),
    (pr.bernoulli_log_pmf, (np.array([0.0, 1]), np.array([[0.0], [1]])), {},
     np.array([[0, -np.inf], [-np.inf, 0]])),
    (pr.categorical_log_pmf, (np.array([[2, 0], [1, 1]]), P3), {},
     stats.multinomial.logpmf(np.eye(3)[[[2, 0], [1, 1]]], 1, P3)),
    (pr.categorical_log_pmf, (np.array(1), P3), {}, np.log(P3[1])),
    (pr.categorical_log_pmf, (np.array([0, 2, 1, 1]), P43), {},
     stats.multinomial.logpmf(np.eye(3)[[0, 2, 1, 1]], 1, P43)),
    (pr.categorical_log_pmf, (np.arange(4), SURE), {},
     np.array([-np.inf, math.log(0.75), math.log(0.25), -np.inf])),
    (pr.gaussian_log_pdf, (X, Y, POSITIVE), {},
     stats.norm.logpdf(X, Y, POSITIVE)),
    (pr.gaussian_log_pdf, (X, 1, 0.1), {}, stats.norm.logpdf(X, 1, 0.1)),
    (pr.gaussian_cdf, (X,), {}, stats.norm.cdf(X)),
    (pr.gaussian_cdf, (X,), {"mean": Y, "std": POSITIVE},
     stats.norm.cdf(X, Y, POSITIVE)),
    (pr.gaussian_quantile, (P43,), {}, stats.norm.ppf(P43)),
    (pr.gaussian_quantile, (P43,), {"mean": 3.0, "std": P3},
     stats.norm.ppf(P43, 3, P3)),
    (pr.gaussian_quantile, (np.array([0.0, 1.0]),), {},
     np.array([-np.inf, np.inf])),
    (pr.multivariate_gaussian_log_pdf, (Y, np.zeros(3), COV), {},
     stats.multivariate_normal(np.zeros(3), COV).logpdf(Y)),
    (pr.multivariate_gaussian_log_pdf, (X, Y, COV), {},
     stats.multivariate_normal(Y, COV).logpdf(X)),
    (pr.multivariate_gaussian_log_pdf, (TABLE_53[:, None], Y, COV), {},
     stats.multivariate_normal(Y, COV).logpdf(TABLE_53)[:, None]),
    (pr.dirichlet_log_pdf, (P3, ALPHA), {}, stats.dirichlet.logpdf(P3, ALPHA)),
    (pr.dirichlet_log_pdf, (P43, ALPHA), {},
     stats.dirichlet.logpdf(P43.T, ALPHA)),
    (pr.dirichlet_log_pdf, (P3, 300 * ALPHA), {},
     stats.dirichlet.logpdf(P3, 300 * ALPHA)),
    (pr.dirichlet_log_pdf, (np.eye(3)[:2], np.array([1.0, 1, 3])), {},
     np.array([-np.inf, -np.inf])),
    (pr.dirichlet_log_pdf, (np.array([0.0, 0.5, 0.5]), np.array([1.0, 2, 1])),
     {}, np.array(math.log(6 * 0.5))),
    (pr.laplace_log_pdf, (X, Y, POSITIVE), {},
     stats.laplace.logpdf(X, Y, POSITIVE)),
    (pr.laplace_log_pdf, (X, 1, 2), {}, stats.laplace.logpdf(X, 1, 2)),
    (pr.expectation, (Y, P3), {}, np.average(Y, weights=P3)),
    (pr.expectation, (X, P3), {}, np.average(X, axis=1, weights=P3)),
    (pr.expectation, (Y, P43), {}, P43 @ Y),
    (pr.expectation, (np.array([np.inf, 2, 6, -np.inf]), SURE), {},
     np.array(3.0)),
    (pr.variance, (X,), {}, np.var(X)),
    (pr.variance, (X,), {"ddof": 1, "axis": 0}, np.var(X, axis=0, ddof=1)),
    (pr.variance, (X,), {"axis": -1, "ddof": 0.5},
     np.sum((X - X.mean(1, keepdims=True)) ** 2, axis=1) / 2.5),
    (pr.covariance_matrix, (TABLE_53,), {},
     np.cov(TABLE_53, rowvar=False, ddof=0)),
    (pr.covariance_matrix, (TABLE_53,), {"ddof": 1},
     np.cov(TABLE_53, rowvar=False)),
    (pr.covariance_matrix, (TABLE_53[:, :1],), {},
     np.var(TABLE_53[:, 0], keepdims=True)[:, None]),
    (pr.correlation, (TABLE_53[:, 0], TABLE_53[:, 1]), {},
     np.array(stats.pearsonr(TABLE_53[:, 0], TABLE_53[:, 1])[0])),
    (pr.correlation, (Y, -2 * Y + 3), {}, np.array(-1.0)),
    (pr.gaussian_mixture_log_pdf, (X, P3[:2] / P3[:2].sum(), X, COVS), {},
     mixture(X, P3[:2] / P3[:2].sum(), X, COVS)),
    (pr.gaussian_mixture_log_pdf, (Y, np.array([1.0, 0]), X, COVS), {},
     stats.multivariate_normal(X[0], COV).logpdf(Y)),
    (pr.hoeffding_bound, (100, np.array([0.1, 0.2])), {},
     2 / np.exp([2.0, 8.0])),
    (pr.hoeffding_bound, (np.array([1.0, 8.0]), 0.5),
     {"low": -1.0, "high": 3.0}, 2 / np.exp([1 / 32, 1 / 4])),
    (pr.standardized_mean, (TABLE_53, 1.0, 2.0), {"axis": 0},
     (TABLE_53.sum(axis=0) - 5) / (2 * math.sqrt(5))),
    (pr.standardized_mean, (X, np.ones(2), np.array([1.0, 3])), {},
     (X.sum(axis=1) - 3) / (np.array([1, 3]) * math.sqrt(3))),
    *[(pr.n_step_transition, (CHAIN, n), {},
       np.linalg.matrix_power(CHAIN, n)) for n in (0, 1, 2, 7, 20)],
    *[(pr.stationary_distribution, (P,), {}, null_vector(P))
      for P in (CHAIN, PERIODIC, LEFT_FOR_EVER)],
    (pr.stationary_distribution, (np.ones((1, 1)),), {}, np.ones(1)),
]


@referee("oracle", *dict.fromkeys(row[0] for row in TABLE))
@pytest.mark.parametrize(
    "function, args, options, expected", TABLE,
    ids=[f"{row[0].__name__}-{i}" for i, row in enumerate(TABLE)],
)
def test_against_oracle(library, function, args, options, expected):
    library.agrees(function, np.asarray(expected), *args, **options)


def test_distributions_against_torch():
    torch = pytest.importorskip("torch")
    from torch import distributions as D
    from torch import tensor

    x, row = tensor(X), tensor(Y)
    for ours, theirs in [
        (pr.multivariate_gaussian_log_pdf(x, row, tensor(COV)),
         D.MultivariateNormal(row, tensor(COV)).log_prob(x)),
        (pr.dirichlet_log_pdf(tensor(P43), tensor(ALPHA)),
         D.Dirichlet(tensor(ALPHA)).log_prob(tensor(P43))),
        (pr.laplace_log_pdf(x, row, 2.0), D.Laplace(row, 2.0).log_prob(x)),
        (pr.covariance_matrix(x, ddof=1), torch.cov(x.T)),
    ]:
        assert theirs.allclose(ours, rtol=1e-12)


@referee("oracle", pr.sample_categorical)
@pytest.mark.parametrize("p, size, u, expected", [
    (SURE, None, 0.0, 1),
    (SURE, (), np.nextafter(1.0, 0), 2),
    (SURE, 3, [0.75, 0.7499, 1 - 2.0**-53], [2, 1, 2]),
    (np.array([0.5, 0.25, 0.25]), (2, 2), [[0, 0.5], [0.75, 0.6]],
     [[0, 1], [2, 1]]),
    (np.full(10, 0.1), 2, [1 - 2.0**-53, 0.95], [9, 9]),
    (np.array([SURE, SURE[::-1]]), None, [0.0, 0.0], [1, 1]),
    (np.array([SURE, np.eye(4)[0]]), 3, [[0.0, 0.0], [0.8, 0.9], [0.74, 0.5]],
     [[1, 0], [2, 0], [1, 0]]),
])
def test_sampling_inverts_the_sums(library, p, size, u, expected):
    library.agrees(
        pr.sample_categorical, np.asarray(expected), p, size=size,
        rng=Scripted(u),
    )


def test_sampling_draws_once_and_in_order():
    u = np.random.default_rng(1).random((5, 4))
    expected = [
        [next(k for k in range(3) if x < P43[i, : k + 1].sum())
         for i, x in enumerate(row)]
        for row in u
    ]
    rng = np.random.default_rng(1)
    got = pr.sample_categorical(P43, size=5, rng=rng)
    assert (got == expected).all()
    assert rng.random() == np.random.default_rng(1).random(21)[20]


def test_sampling_has_the_right_distribution():
    n = 20_000
    drawn = pr.sample_categorical(P3, size=n, rng=np.random.default_rng(0))
    counts = np.bincount(drawn, minlength=3)
    # A right sampler fails for one seed in a million.
    assert stats.chisquare(counts, n * P3).pvalue > 1e-6
    assert stats.chisquare(counts, n * P3[::-1]).pvalue < 1e-6


def exponential(library, x):
    return library.xp.exp(x)


@referee("oracle", pr.change_of_variables_log_density)
def test_change_of_variables(library):
    xp = library.xp
    shear = np.array([[0.0, 2, 0], [3, 1, 0], [0, 5, 1]])  # determinant -6
    y = np.exp(X)
    for dtype in ("float64", "float32"):
        A, b = (library.asarray(v, dtype) for v in (shear, Y))
        inverse = library.asarray(np.linalg.inv(shear), dtype)
        zeros = library.asarray(np.zeros(3), dtype)
        eye = library.asarray(np.eye(3), dtype)

        def base(x, zeros=zeros, eye=eye):
            return pr.multivariate_gaussian_log_pdf(x, zeros, eye)

        affine = stats.multivariate_normal(Y, shear @ shear.T)
        # A constant Jacobian, one for each point, and a single point.
        for jacobian, points in [
            (lambda x, A=A: A, X),
            (lambda x, A=A: xp.broadcast_to(A, (2, 3, 3)), X),
            (lambda x, A=A: A, X[1]),
        ]:
            got = pr.change_of_variables_log_density(
                base, lambda y, b=b, M=inverse: (y - b) @ M.mT, jacobian,
                library.asarray(points, dtype),
            )
            library.assert_close(
                got, np.asarray(affine.logpdf(points)), dtype=dtype
            )
        # y = exp(x), entry by entry: the log-normal distribution.  The
        # Jacobian is taken at x, where it is y on the diagonal.
        got = pr.change_of_variables_log_density(
            base, xp.log, lambda x, eye=eye: eye * xp.exp(x)[..., None, :],
            library.asarray(y, dtype),
        )
        expected = stats.lognorm(1).logpdf(y).sum(axis=1)
        library.assert_close(got, expected, dtype=dtype)


@referee("oracle", pr.monte_carlo_expectation)
def test_monte_carlo(library):
    values = RNG.normal(size=(40, 2))
    calls = []

    def sampler(rng, n):
        calls.append((rng, n))
        return library.asarray(values)

    got = pr.monte_carlo_expectation(
        lambda x: x[:, 0] * x[:, 1], sampler, 40, rng="mine"
    )
    product = np.prod(values, axis=1)
    library.assert_close(got, (product.mean(), stats.sem(product)))
    assert calls == [("mine", 40)]
    # Truth values are numbers: a probability is an expectation.
    estimate, error = pr.monte_carlo_expectation(
        lambda x: x[:, 0] > 0, sampler, 40, rng=None
    )
    positive = float(np.mean(values[:, 0] > 0))
    assert float(estimate) == pytest.approx(positive)
    assert float(error) == pytest.approx(stats.sem(values[:, 0] > 0))


@referee("oracle", pr.bayesian_network_log_probability)
def test_bayesian_network(library):
    tables = library.convert(TABLES)
    joint = np.einsum("r,rs,rsw->rsw", *(
        TABLES[v] for v in ("rain", "sprinkler", "wet")
    ))
    for rain, sprinkler, wet in itertools.product(range(2), repeat=3):
        state = {"wet": wet, "sprinkler": sprinkler, "rain": rain}
        got = pr.bayesian_network_log_probability(state, PARENTS, tables)
        right = joint[rain, sprinkler, wet]
        library.assert_close(
            got, np.array(math.log(right) if right else -math.inf)
        )


@referee("oracle", pr.sample_lda_document)
def test_lda_document_is_drawn_in_the_order_stated(library):
    got = pr.sample_lda_document(
        *library.convert((ALPHA, P43[:3])), 50, rng=np.random.default_rng(3)
    )
    rng = np.random.default_rng(3)
    theta = rng.dirichlet(ALPHA)
    z = np.searchsorted(np.cumsum(theta), rng.random(50), side="right")
    sums = np.cumsum(P43[:3], axis=1)[z]
    words = (sums <= rng.random(50)[:, None]).sum(axis=1)
    library.assert_close(got, (words, z, theta))


def test_lda_words_follow_their_topics():
    rng = np.random.default_rng(4)
    tables = np.zeros((2, 3))
    for _ in range(20):
        words, z, _ = pr.sample_lda_document([1, 2], P43[:2], 500, rng=rng)
        np.add.at(tables, (z, words), 1)
    for counts, p in zip(tables, P43, strict=False):
        assert stats.chisquare(counts, counts.sum() * p).pvalue > 1e-6


@referee("oracle", pr.importance_estimate)
@pytest.mark.parametrize("shift", [0.0, -2000.0])
def test_importance_estimate(library, shift):
    samples, values = normal(30), normal(30)
    p, q = stats.norm(0.5, 1).logpdf(samples), stats.norm.logpdf(samples)
    weights = np.exp(p - q)
    for normalize, right in [
        (False, np.mean(weights * values)),
        (True, np.average(values, weights=weights)),
    ]:
        got = pr.importance_estimate(
            lambda x: library.asarray(values),
            library.asarray(samples),
            # Self-normalised weights bear a missing constant.
            lambda x, n=normalize: library.asarray(p + shift + 1000 * n),
            lambda x: library.asarray(q + shift),
            normalize=normalize,
        )
        library.assert_close(got, right)


def closure(omega, sets):
    """Return the generated family by adding what is missing, to the end."""
    family = {frozenset(omega), *map(frozenset, sets)}
    while True:
        more = {frozenset(omega) - a for a in family}
        more |= {a | b for a in family for b in family}
        if more <= family:
            return family
        family |= more


exempt("library", pr.generated_sigma_algebra, because="sets in, sets out")


@referee("oracle", pr.generated_sigma_algebra)
@pytest.mark.parametrize("sets", [
    [], [{1, 3, 5}], [{1}, {2}], [{1, 2}, {2, 3}], [set(), {1, 2, 3, 4, 5, 6}],
    [{1, 2}, {1, 2, 3}, {5}],
])
def test_sigma_algebra_against_closure(sets):
    got = pr.generated_sigma_algebra(range(1, 7), sets)
    assert got == closure(range(1, 7), sets)


# ------------------------------------------------------- where formulas fail


def test_posterior_of_data_whose_product_underflows(library):
    # 2000 likelihoods each; the ratio of the products is exactly e to the 1.
    one = np.full(2000, 1e-300)
    other = one.copy()
    other[0] = 1e-300 / math.e
    got = pr.bayes_posterior(*library.convert(
        (np.array([0.5, 0.5]), np.stack([one, other], axis=1))
    ))
    right = 1 / (1 + np.exp([-1.0, 1.0]))
    library.assert_close(got, right, rtol=1e-14)
    assert float(pr.evidence([0.5, 0.5], np.stack([one, one], axis=1))) == 0


def test_single_precision_posterior_of_many_data():
    rows = np.tile(np.float32([1e-30, 1e-30]), (2000, 1))
    rows[7, 1] = 3e-30
    got = pr.bayes_posterior(np.float32([0.5, 0.5]), rows)
    np.testing.assert_allclose(got, [0.25, 0.75], rtol=1e-6)
    assert got.dtype == np.float32


def test_bernoulli_keeps_the_digits_of_small_probabilities(library):
    p = np.array([1e-20, 1e-300])
    library.agrees(pr.bernoulli_log_pmf, -p[:1], np.zeros(1), p[:1])
    got = pr.bernoulli_log_pmf(*library.convert((np.ones(2), p)))
    library.assert_close(got, np.log(p))


def test_gaussians_far_out_and_narrow(library):
    x = np.array([40.0, 1e6])
    library.agrees(
        pr.gaussian_log_pdf, -x**2 / 2 - math.log(2 * math.pi) / 2, x, 0, 1
    )
    got = pr.gaussian_log_pdf(*library.convert(
        (np.array(2e-200), np.array(0.0), np.array(1e-200))
    ))
    right = -2 - math.log(2 * math.pi) / 2 + 200 * math.log(10)
    library.assert_close(got, np.array(right))


def test_tails_of_the_normal_distribution(library):
    x = np.array([-37.0, -20, -8.5, -3, -1e-3, 0, 2, 40])
    cdf = stats.norm.cdf(x)
    got = library.to_numpy(pr.gaussian_cdf(library.asarray(x)))
    np.testing.assert_allclose(got, cdf, rtol=1e-12)
    back = library.to_numpy(pr.gaussian_quantile(library.asarray(cdf[:7])))
    np.testing.assert_allclose(back, x[:7], rtol=1e-13, atol=1e-14)


def test_log_density_where_the_determinant_is_no_number(library):
    n = 150
    cov = 1e-4 * np.eye(n)
    got = pr.multivariate_gaussian_log_pdf(
        *library.convert((np.full(n, 0.01), np.zeros(n), cov))
    )
    right = -n / 2 - n / 2 * math.log(2 * math.pi) + n * math.log(100)
    library.assert_close(got, np.array(right))


def test_ill_conditioned_covariance():
    # Eigenvalues 1 and 1e-10, turned by an angle whose sine is 3/5.
    Q = np.array([[0.8, -0.6], [0.6, 0.8]])
    cov = Q @ np.diag([1, 1e-10]) @ Q.T
    x = Q @ np.array([1.0, 2e-5])
    got = pr.multivariate_gaussian_log_pdf(x, np.zeros(2), cov)
    right = -5 / 2 - math.log(2 * math.pi) + 5 * math.log(10)
    assert got == pytest.approx(right, rel=1e-5)


@pytest.mark.parametrize("normalizer, integral", [
    ("determinant", 1.0), ("Frobenius norm", 1.9118698163004502),
])
def test_density_integrates_to_one_with_the_determinant(
    normalizer, integral
):
    cov = np.diag([4.0, 9.0])
    grid = np.linspace(-40, 40, 401)
    points = np.stack(np.meshgrid(grid, grid), axis=-1)
    log_pdf = pr.multivariate_gaussian_log_pdf(points, [0, 0], cov)
    if normalizer != "determinant":
        log_pdf += np.log(np.linalg.det(cov) / np.linalg.norm(cov)) / 2
    assert np.exp(log_pdf).sum() * 0.04 == pytest.approx(integral, rel=1e-9)


def test_mixture_far_from_every_mean(library):
    x = np.array([1e4])
    got = pr.gaussian_mixture_log_pdf(*library.convert((
        x, np.array([0.5, 0.5]), np.array([[0.0], [1.0]]), np.ones((2, 1, 1))
    )))
    # The nearer mean is all that counts.
    right = math.log(0.5) + stats.norm.logpdf(1e4, 1)
    library.assert_close(got, np.array(right))


def test_variance_of_numbers_far_from_zero(library):
    x = np.arange(11.0) % 2 + 1e8
    library.assert_close(
        pr.variance(library.asarray(x)), np.array(30 / 121), rtol=1e-12
    )
    got = pr.covariance_matrix(library.asarray(np.stack([x, -x], axis=1)))
    expected = 30 / 121 * np.array([[1.0, -1], [-1, 1]])
    library.assert_close(got, expected, rtol=1e-12)
    naive = np.mean(x * x) - np.mean(x) ** 2
    assert abs(naive - 30 / 121) > 0.1


def test_covariance_of_few_or_collinear_samples_is_singular(library):
    for X in (TABLE_53[:3], TABLE_53[:, [0, 0, 1]] * [1, 2, 1]):
        eigenvalues = np.linalg.eigvalsh(pr.covariance_matrix(X))
        assert abs(eigenvalues[0]) < 1e-14 < eigenvalues[-1]
    cov = pr.covariance_matrix(library.asarray(np.outer(Y, [1, 2])))
    zeros = library.asarray(np.zeros(2))
    with pytest.raises(ValueError, match="there is no density"):
        pr.multivariate_gaussian_log_pdf(zeros, zeros, cov)


@pytest.mark.parametrize("scale", [1e-200, 1e-100, 1e100, 1e200])
def test_correlation_of_numbers_of_any_size(library, scale):
    x, y = TABLE_53[:, 0], TABLE_53[:, 1]
    right = np.array(stats.pearsonr(x, y)[0])
    got = pr.correlation(library.asarray(x * scale), library.asarray(y))
    library.assert_close(got, right)


def test_correlation_never_leaves_its_range():
    for _ in range(50):
        x = normal(7)
        assert abs(pr.correlation(x, 3 * x + 1)) <= 1


@pytest.mark.parametrize("library_dtype", ["float64", "float32"])
def test_a_slow_chain_loses_no_digits(library, library_dtype):
    rate = 2.0**-20
    P = np.array([[1 - rate, rate], [3 * rate, 1 - 3 * rate]])
    got = pr.stationary_distribution(library.asarray(P, library_dtype))
    rtol = 1e-14 if library_dtype == "float64" else 1e-6
    library.assert_close(
        got, np.array([0.75, 0.25]), dtype=library_dtype, rtol=rtol
    )


def test_numbers_take_the_precision_of_arrays(library):
    x = library.asarray(X, "float32")
    for result in (
        pr.gaussian_log_pdf(x, 0.1, [1, 2, 3]), pr.gaussian_cdf(x, mean=0.1),
        pr.laplace_log_pdf(x, 0.1, 0.2), pr.hoeffding_bound(10, abs(x)),
        pr.standardized_mean(x, 0.1, 0.2),
    ):
        assert library.owns(result) and result.dtype == library.xp.float32


# ----------------------------------------------------------------- gradients
HALVES = np.array([0.3, 0.5])
# what is differentiated, by way of what (if that differs), arguments
DIFFERENTIABLE = [
    (pr.union_probability, HALVES, HALVES, HALVES / 2),
    (pr.joint_probability, HALVES, HALVES),
    (pr.evidence, P3, LIKELIHOOD),
    (pr.bayes_posterior, P3, LIKELIHOOD),
    (pr.bernoulli_log_pmf,
     lambda p: pr.bernoulli_log_pmf([1, 0], p), HALVES),
    (pr.categorical_log_pmf,
     lambda p: pr.categorical_log_pmf([2, 0, 1, 1], p), P43),
    (pr.gaussian_log_pdf, X, Y, POSITIVE),
    (pr.gaussian_cdf,
     lambda x, m, s: pr.gaussian_cdf(x, mean=m, std=s), X, Y, POSITIVE),
    (pr.gaussian_quantile,
     lambda q, m, s: pr.gaussian_quantile(q, mean=m, std=s), P3, Y, POSITIVE),
    (pr.multivariate_gaussian_log_pdf,
     lambda x, m, A: pr.multivariate_gaussian_log_pdf(x, m, A @ A.mT),
     X, Y, np.linalg.cholesky(COV)),
    (pr.dirichlet_log_pdf, P43, ALPHA),
    (pr.dirichlet_log_pdf, P43, np.ones(3)),
    (pr.laplace_log_pdf, X, Y, POSITIVE),
    (pr.expectation, X, P3),
    (pr.variance, X),
    (pr.covariance_matrix, TABLE_53),
    (pr.correlation, TABLE_53[:, 0], TABLE_53[:, 1]),
    (pr.change_of_variables_log_density,
     lambda y, s: pr.change_of_variables_log_density(
         lambda x: pr.gaussian_log_pdf(x, 0.0, 1.0).sum(-1),
         lambda y: y / s, lambda x: s.diag(), y,
     ), X, POSITIVE[0]),
    (pr.gaussian_mixture_log_pdf,
     lambda x, w, m: pr.gaussian_mixture_log_pdf(x, w, m, COVS.tolist()),
     X, HALVES / HALVES.sum(), X + 1),
    (pr.monte_carlo_expectation,
     lambda m, s: pr.monte_carlo_expectation(
         lambda x: x**2, lambda rng, n: m + s * m.new_tensor(Y), 3, rng=None
     ), np.array(0.5), np.array(2.0)),
    (pr.bayesian_network_log_probability,
     lambda *t: pr.bayesian_network_log_probability(
         {"wet": 1, "sprinkler": 1, "rain": 0}, PARENTS,
         dict(zip(TABLES, t, strict=True)),
     ), *[0.9 * table + 0.05 for table in TABLES.values()]),
    (pr.hoeffding_bound, lambda t: pr.hoeffding_bound(10, t), HALVES),
    (pr.standardized_mean, X, Y[:2], POSITIVE[0, :2]),
    (pr.n_step_transition, lambda P: pr.n_step_transition(P, 3), CHAIN),
    (pr.stationary_distribution, CHAIN),
    *[(pr.importance_estimate,
       lambda x, n=normalize: pr.importance_estimate(
           lambda x: x, x, lambda x: -x * x, lambda x: -abs(x), normalize=n
       ), Y) for normalize in (False, True)],
]


@referee("gradient", *dict.fromkeys(row[0] for row in DIFFERENTIABLE))
@pytest.mark.parametrize("about, args", [
    (about, args) for about, *args in DIFFERENTIABLE
])
def test_gradients(about, args):
    check_gradient(*args) if callable(args[0]) else check_gradient(
        about, *args
    )


exempt(
    "gradient", pr.sample_categorical, pr.sample_lda_document,
    because="what is drawn are whole numbers",
)
exempt("gradient", pr.generated_sigma_algebra, because="sets, no numbers")


def test_gradients_where_a_probability_is_zero_are_finite():
    torch = pytest.importorskip("torch")
    for function in (
        lambda p: pr.bayes_posterior(p, [0.5, 0.2, 0.3, 0.9])[1],
        lambda p: pr.bayes_posterior([0.25] * 4, p)[1],
        lambda p: pr.categorical_log_pmf(1, p),
        lambda p: pr.dirichlet_log_pdf(p, [1.0, 2, 3, 1]),
        lambda p: pr.gaussian_mixture_log_pdf(
            [0.0], p, [[0.0]] * 4, [[[1.0]]] * 4
        ),
        lambda p: pr.bernoulli_log_pmf([0, 1, 1, 0], p).sum(),
    ):
        p = torch.tensor(SURE, requires_grad=True)
        function(p).backward()
        assert torch.isfinite(p.grad).all()


# ---------------------------------------------------------------- properties
chances = st.floats(0.01, 1)
numbers = st.floats(-100, 100).map(lambda x: round(x, 3))


def some(elements, *shape):
    return hypothesis_arrays(float, shape, elements=elements)


@st.composite
def laws(draw, *shape):
    """Draw distributions along the last axis."""
    p = draw(some(chances, *shape))
    return p / p.sum(axis=-1, keepdims=True)


def close(got, right, atol=1e-12):
    np.testing.assert_allclose(got, right, rtol=1e-10, atol=atol)


@referee("property", pr.union_probability, pr.joint_probability)
@given(laws(4))
def test_two_events_of_four_cells(p):
    both, a_only, b_only, neither = p
    a, b = both + a_only, both + b_only
    union = pr.union_probability(a, b, both)
    close(union, 1 - neither)
    assert max(a, b) - 1e-12 <= union <= a + b
    close(pr.joint_probability(both / b, b), both)


@referee("property", pr.bayes_posterior, pr.evidence)
@given(laws(3), some(chances, 4, 3), chances)
def test_learning_at_once_or_bit_by_bit(prior, likelihood, factor):
    posterior = pr.bayes_posterior(prior, likelihood)
    close(posterior.sum(), 1)
    belief, odds = prior, 1.0
    for row in likelihood:
        odds = odds * pr.evidence(belief, row)
        belief = pr.bayes_posterior(belief, row)
    close(posterior, belief)
    close(pr.evidence(prior, likelihood), odds)
    close(pr.bayes_posterior(prior, factor * likelihood), posterior)


@referee("property", pr.bernoulli_log_pmf, pr.categorical_log_pmf)
@given(laws(2))
def test_a_coin_is_a_die_with_two_sides(p):
    close(pr.bernoulli_log_pmf([0, 1], p[1]), pr.categorical_log_pmf(
        [0, 1], p
    ))
    close(np.exp(pr.bernoulli_log_pmf([0, 1], p[1])).sum(), 1)


@referee("property", pr.sample_categorical)
@given(laws(5), some(st.floats(0, 1, exclude_max=True), 6))
def test_larger_numbers_draw_later_classes(p, u):
    drawn = pr.sample_categorical(p, size=6, rng=Scripted(np.sort(u)))
    assert (np.diff(drawn) >= 0).all()
    assert (drawn >= 0).all() and (drawn < 5).all()
    sums = np.append(0, np.cumsum(p))
    assert (sums[drawn] <= np.sort(u) + 1e-12).all()
    assert (np.sort(u) < sums[drawn + 1] + 1e-12).all()


@referee("property", pr.gaussian_log_pdf, pr.laplace_log_pdf)
@pytest.mark.parametrize("log_pdf", [pr.gaussian_log_pdf, pr.laplace_log_pdf])
@given(x=numbers, mean=numbers, scale=st.floats(0.1, 10))
def test_families_of_location_and_scale(log_pdf, x, mean, scale):
    standard = log_pdf((x - mean) / scale, 0, 1)
    close(log_pdf(x, mean, scale), standard - math.log(scale))
    close(log_pdf(2 * mean - x, mean, scale), log_pdf(x, mean, scale))


@referee("property", pr.gaussian_cdf, pr.gaussian_quantile)
@given(st.floats(-8, 5), numbers, st.floats(0.1, 10))
def test_distribution_and_quantile_function_undo_each_other(z, mean, std):
    q = pr.gaussian_cdf(z)
    close(pr.gaussian_cdf(-z), 1 - q)
    close(pr.gaussian_quantile(q), z, 1e-8)
    close(pr.gaussian_cdf(mean + std * z, mean=mean, std=std), q, 1e-9)
    close(pr.gaussian_quantile(q, mean=mean, std=std), mean + std * z, 1e-7)


@referee(
    "property", pr.multivariate_gaussian_log_pdf,
    pr.change_of_variables_log_density,
)
@given(some(st.floats(-3, 3), 2, 2), some(st.floats(-9, 9), 2))
def test_a_gaussian_through_a_linear_map(A, y):
    A = A + 7 * np.diag([1, -1])
    got = pr.change_of_variables_log_density(
        lambda x: pr.gaussian_log_pdf(x, 0, 1).sum(),
        lambda y: np.linalg.solve(A, y), lambda x: A, y,
    )
    close(got, pr.multivariate_gaussian_log_pdf(y, np.zeros(2), A @ A.T))


@referee("property", pr.dirichlet_log_pdf)
@given(laws(3), some(st.floats(0.1, 50), 3), st.integers(0, 2))
def test_dirichlet_after_seeing_a_class(pi, alpha, k):
    # Bayes: p(pi | k) = pi_k p(pi) / E[pi_k], a Dirichlet with one more.
    seen = alpha + np.eye(3)[k]
    close(
        pr.dirichlet_log_pdf(pi, seen),
        np.log(pi[k]) + pr.dirichlet_log_pdf(pi, alpha)
        - np.log(alpha[k] / alpha.sum()), 1e-9,
    )
    close(pr.dirichlet_log_pdf(pi[::-1], alpha[::-1]),
          pr.dirichlet_log_pdf(pi, alpha), 1e-9)


@referee("property", pr.expectation, pr.variance)
@given(some(numbers, 5), numbers, numbers)
def test_moments_under_a_linear_map(x, a, b):
    p = np.full(5, 0.2)
    mean = pr.expectation(x, p)
    close(pr.expectation(a * x + b, p), a * mean + b, 1e-9)
    close(pr.variance(x), pr.expectation((x - mean) ** 2, p), 1e-9)
    close(pr.variance(a * x + b), a * a * pr.variance(x), 1e-6)
    close(pr.variance(x, ddof=1), 5 / 4 * pr.variance(x))
    assert pr.variance(x) >= 0


@referee("property", pr.covariance_matrix)
@given(some(numbers, 5, 3), some(numbers, 2, 3), some(numbers, 3))
def test_covariance_under_a_linear_map(X, A, b):
    cov = pr.covariance_matrix(X)
    assert (cov == cov.T).all()
    assert np.linalg.eigvalsh(cov)[0] >= -1e-9
    close(np.diag(cov), pr.variance(X, axis=0), 1e-9)
    close(pr.covariance_matrix((X + b) @ A.T), A @ cov @ A.T, 1e-4)


@referee("property", pr.correlation)
@given(st.permutations(range(6)), some(numbers, 6), st.floats(0.1, 9),
       numbers)
def test_correlation_is_blind_to_units(x, y, a, b):
    x, y = np.array(x, float), y + 300 * np.arange(6.0)
    rho = pr.correlation(x, y)
    assert abs(rho) <= 1 and rho == pr.correlation(y, x)
    close(pr.correlation(a * x + b, y), rho, 1e-9)
    close(pr.correlation(-x, y), -rho)


@referee("property", pr.gaussian_mixture_log_pdf)
@given(laws(2), some(numbers, 2, 1), some(numbers, 1))
def test_mixture_lies_between_its_components(weights, means, x):
    covs = np.ones((2, 1, 1))
    parts = [pr.multivariate_gaussian_log_pdf(x, m, covs[0]) for m in means]
    got = pr.gaussian_mixture_log_pdf(x, weights, means, covs)
    assert min(parts) - 1e-9 <= got <= max(parts) + 1e-9
    close(pr.gaussian_mixture_log_pdf(x, weights, means[[0, 0]], covs),
          parts[0])


@referee("property", pr.monte_carlo_expectation)
@given(some(numbers, 8), numbers, numbers)
def test_estimates_are_linear(x, a, b):
    def estimate(f):
        return pr.monte_carlo_expectation(f, lambda _, n: x, 8, rng=None)

    mean, error = estimate(lambda x: x)
    got = estimate(lambda x: a * x + b)
    close(got[0], a * mean + b, 1e-9)
    close(got[1], abs(a) * error, 1e-9)


@referee("property", pr.bayesian_network_log_probability)
@given(laws(2), laws(2, 2), laws(2, 2, 3))
def test_probabilities_of_all_states_add_up_to_one(rain, sprinkler, wet):
    tables = {"wet": wet, "rain": rain, "sprinkler": sprinkler}
    states = itertools.product(range(2), range(2), range(3))
    close(sum(
        np.exp(pr.bayesian_network_log_probability(
            {"rain": r, "sprinkler": s, "wet": w}, PARENTS, tables
        ))
        for r, s, w in states
    ), 1)


@referee("property", pr.sample_lda_document)
@given(some(st.floats(0.01, 9), 2), laws(2, 4), st.integers(0, 9))
def test_a_document_has_words_topics_and_shares(alpha, topics, length):
    rng = np.random.default_rng(length)
    words, z, theta = pr.sample_lda_document(alpha, topics, length, rng=rng)
    assert words.shape == z.shape == (length,)
    assert np.isin(words, range(4)).all() and np.isin(z, range(2)).all()
    close(theta.sum(), 1)
    assert (theta[z] > 0).all()


@referee("property", pr.hoeffding_bound)
@given(st.integers(1, 60), st.floats(0.05, 0.95), st.floats(0, 1))
def test_hoeffding_bounds_what_a_coin_does(n, p, t):
    heads = np.arange(n + 1)
    far = abs(heads / n - p) >= t
    chance = stats.binom.pmf(heads, n, p)[far].sum()
    assert chance <= pr.hoeffding_bound(n, t) * (1 + 1e-9)
    close(pr.hoeffding_bound(n, 3 * t, low=-1, high=2),
          pr.hoeffding_bound(n, t))


@referee("property", pr.standardized_mean)
@given(some(numbers, 4), numbers, st.floats(0.1, 9))
def test_standardized_means_are_blind_to_units(x, mu, sigma):
    got = pr.standardized_mean(x, mu, sigma)
    close(pr.standardized_mean(3 * x - 2, 3 * mu - 2, 3 * sigma), got, 1e-9)
    close(pr.standardized_mean(np.tile(x, 4), mu, sigma), 2 * got, 1e-9)


@referee("property", pr.n_step_transition, pr.stationary_distribution)
@given(laws(4, 4), st.integers(0, 9), st.integers(0, 9))
def test_steps_add_up_and_the_stationary_law_stays(P, m, n):
    far = pr.n_step_transition(P, m + n)
    close(far, pr.n_step_transition(P, m) @ pr.n_step_transition(P, n))
    close(far.sum(axis=1), 1)
    pi = pr.stationary_distribution(P)
    assert (pi >= 0).all()
    close(pi.sum(), 1)
    close(pi @ far, pi)


@referee("property", pr.importance_estimate)
@given(some(numbers, 5), some(st.floats(-9, 9), 5), numbers, st.booleans())
def test_weights_of_one_give_the_mean(x, log_q, shift, normalize):
    got = pr.importance_estimate(
        lambda x: x, x, lambda x: log_q + shift * normalize, lambda x: log_q,
        normalize=normalize,
    )
    close(got, x.mean(), 1e-9)


@referee("property", pr.generated_sigma_algebra)
@given(st.lists(st.frozensets(st.integers(0, 5)), max_size=3))
def test_sigma_algebra_is_closed(sets):
    omega = frozenset(range(6))
    family = pr.generated_sigma_algebra(omega, sets)
    assert {frozenset(), omega, *sets} <= family
    assert all(omega - a in family for a in family)
    assert all(a | b in family for a in family for b in family)
    assert len(family).bit_count() == 1
    assert pr.generated_sigma_algebra(omega, family) == family


# ----------------------------------------------------------------- bad input
ONES, NO_LAW = np.ones(2), np.array([0.5, 0.6])
HALF, NEGATIVE = np.array([0.5, 0.5]), np.array([1.5, -0.5])
UNIT = np.eye(2)
RNG_0 = np.random.default_rng(0)
RAIN = {"rain": []}, {"rain": HALF}


def draw(p, size=None):
    return pr.sample_categorical(p, size=size, rng=RNG_0)


def lda(alpha, topics, length):
    return pr.sample_lda_document(alpha, topics, length, rng=RNG_0)


def flow(y, *, x=ONES, log_base=0.0, J=UNIT):
    return pr.change_of_variables_log_density(
        lambda x: log_base, lambda y: x, lambda x: J, y
    )


def estimate(n, values=()):
    return pr.monte_carlo_expectation(
        lambda x: x, lambda rng, n: list(values), n, rng=None
    )


def reweigh(samples, *, f=ONES, log_p=ONES, log_q=ONES):
    return pr.importance_estimate(
        lambda x: f, samples, lambda x: log_p, lambda x: log_q
    )


network = pr.bayesian_network_log_probability
# whose arguments are bad, by way of what (if that differs), arguments, words
BAD = [
    (pr.union_probability, (1.2, 0.1, 0.1), "p_a must be a probability"),
    (pr.union_probability, (0.1, 1.2, 0.1), "p_b must be a probability"),
    (pr.union_probability, (0.1, 0.1, -0.1), "p_a_and_b must be a prob"),
    (pr.union_probability, (0.9, 0.9, 0.1), "the union must be a prob"),
    (pr.union_probability, (0.1, 0.2, 0.15), "must not exceed p_a or p_b"),
    (pr.union_probability, (0.2, 0.1, 0.15), "must not exceed p_a or p_b"),
    (pr.union_probability, (ONES, np.ones(3), 1.0), "p_a, p_b, p_a_and_b mu"),
    (pr.joint_probability, (math.nan, 0.1), "conditional must be a prob"),
    (pr.joint_probability, (0.1, 2.0), "marginal must be a probability"),
    (pr.joint_probability, (ONES, np.ones(3)), r"conditional, marginal must"),
    (pr.evidence, (NO_LAW, ONES), "prior must hold probabilities that add"),
    (pr.evidence, (HALF, np.ones(3)), r"likelihood must have .*\(2,\) or"),
    (pr.evidence, (HALF, np.ones((1, 1, 2))), "likelihood must have the sh"),
    (pr.bayes_posterior, (NEGATIVE, ONES), "prior must hold probabilities"),
    (pr.bayes_posterior, (UNIT, ONES), r"prior must have the shape \(K,\)"),
    (pr.bayes_posterior, (HALF, -ONES), "likelihood must not be negative"),
    (pr.bayes_posterior, (HALF, 0 * ONES), "must not be 0 for every hypo"),
    (pr.bayes_posterior, (HALF, UNIT), "must not be 0 for every hypothesis"),
    (pr.bernoulli_log_pmf, (2, 0.5), "k must hold zeros and ones"),
    (pr.bernoulli_log_pmf, (1, 1.5), "p must be a probability"),
    (pr.bernoulli_log_pmf, (ONES, np.full(3, 0.5)), "k, p must have shapes"),
    (pr.categorical_log_pmf, (np.array(2), HALF), "k must lie in 0 to K - 1"),
    (pr.categorical_log_pmf, (np.array(-1), HALF), "k must lie in 0 to K"),
    (pr.categorical_log_pmf, (np.array(1), NO_LAW), "p must hold probabili"),
    (pr.categorical_log_pmf, (np.array([1]), UNIT), r"k must have .*\(2,\)"),
    (pr.categorical_log_pmf, (np.array(1), np.ones((1, 1, 1))),
     r"p must have the shape \(K,\) or \(n, K\)"),
    (pr.sample_categorical, draw, (NO_LAW,), "p must hold probabilities"),
    (pr.sample_categorical, draw, (np.array(1.0),),
     r"p must have the shape \(K,\)"),
    (pr.sample_categorical, draw, (np.ones((2, 0)),),
     r"p must have the shape"),
    (pr.sample_categorical, draw, (HALF, -1), "size|negative|dimension"),
    (pr.gaussian_log_pdf, (0, 0, 0), "std must be positive"),
    (pr.gaussian_log_pdf, (ONES, np.ones(3), 1), r"x, mean, std must have"),
    (pr.gaussian_cdf, lambda x, s: pr.gaussian_cdf(x, std=s), (ONES, -ONES),
     "std must be positive"),
    (pr.gaussian_cdf, lambda x, s: pr.gaussian_cdf(x, std=s),
     (ONES, np.ones(3)), "x, mean, std must have shapes that broadcast"),
    (pr.gaussian_quantile, (1.1,), "q must lie in 0 to 1"),
    (pr.gaussian_quantile, (-0.1,), "q must lie in 0 to 1"),
    (pr.gaussian_quantile, lambda q, s: pr.gaussian_quantile(q, std=s),
     (HALF, 0), "std must be positive"),
    (pr.multivariate_gaussian_log_pdf, (ONES, ONES, np.diag([1.0, -1])),
     "cov must be symmetric and positive definite.*A must be positive"),
    (pr.multivariate_gaussian_log_pdf, (ONES, ONES, np.triu(np.ones((2, 2)))),
     "cov must be symmetric and positive definite.*A must be symmetric"),
    (pr.multivariate_gaussian_log_pdf, (ONES, ONES, np.ones((2, 3))),
     r"cov must have the shape \(n, n\), got \(2, 3\)"),
    (pr.multivariate_gaussian_log_pdf, (ONES, UNIT, UNIT),
     r"mean must have the shape \(2,\), got \(2, 2\)"),
    (pr.multivariate_gaussian_log_pdf, (np.ones(3), ONES, UNIT),
     r"x must have the shape \(..., 2\), got \(3,\)"),
    (pr.dirichlet_log_pdf, (NO_LAW, ONES), "pi must hold probabilities"),
    (pr.dirichlet_log_pdf, (HALF, 0 * ONES), "alpha must be positive"),
    (pr.dirichlet_log_pdf, (HALF, np.ones(3)), r"alpha must have .*\(2,\)"),
    (pr.laplace_log_pdf, (0, 0, -1), "scale must be positive"),
    (pr.expectation, (ONES, NO_LAW), "probabilities must hold probabilities"),
    (pr.expectation, (np.ones(3), HALF), "values, probabilities must have"),
    (pr.variance, (np.ones((2, 0)),), "x must hold more than ddof = 0"),
    (pr.variance, lambda x: pr.variance(x, ddof=2), (ONES,),
     "more than ddof = 2 samples"),
    (pr.variance, lambda x: pr.variance(x, axis=1), (ONES,),
     "x must have an axis 1"),
    (pr.covariance_matrix, (ONES,), r"X must have the shape \(m, n\)"),
    (pr.covariance_matrix, lambda x: pr.covariance_matrix(x, ddof=2), (UNIT,),
     "X must hold more"),
    (pr.correlation, (np.full(3, 0.1), np.arange(3.0)), "x must not be con"),
    (pr.correlation, (np.arange(3.0), np.full(3, 0.1)), "y must not be con"),
    (pr.correlation, (np.ones(1), np.ones(1)), r"x must have the shape"),
    (pr.correlation, (UNIT, UNIT), r"x must have the shape \(n,\)"),
    (pr.correlation, (HALF, np.arange(3.0)), r"y must have the shape \(2,\)"),
    (pr.change_of_variables_log_density, flow, (np.array(1.0),),
     r"y must have the shape \(..., n\)"),
    (pr.gaussian_mixture_log_pdf, (ONES, NO_LAW, UNIT, np.ones((2, 2, 2))),
     "weights must hold probabilities"),
    (pr.gaussian_mixture_log_pdf, (ONES, UNIT, UNIT, np.ones((2, 2, 2))),
     r"weights must have the shape \(K,\)"),
    (pr.gaussian_mixture_log_pdf, (ONES, HALF, ONES, np.ones((2, 2, 2))),
     r"means must have the shape \(2, 2\), got \(2,\)"),
    (pr.gaussian_mixture_log_pdf, (ONES, HALF, UNIT, UNIT),
     r"covs must have the shape \(2, 2, 2\), got \(2, 2\)"),
    (pr.gaussian_mixture_log_pdf, (ONES, HALF, UNIT, np.ones((2, 2, 2))),
     "cov must be symmetric and positive definite"),
    (pr.monte_carlo_expectation, estimate, (1, [1.0]),
     "n must be at least 2, got 1"),
    (pr.monte_carlo_expectation, estimate, (3, [1.0, 2]),
     r"what f returns must have the shape \(3,\)"),
    (network, ({}, *RAIN), "assignment must name the variables of parents"),
    (network, ({"rain": 1}, {"rain": []}, {"wet": HALF}), "tables must name"),
    (network, ({"rain": 2}, *RAIN), r"tables\['rain'\] must have an axis"),
    (network, ({"rain": -1}, *RAIN), r"with an entry \(-1,\), got .*\(2,\)"),
    (network, ({"rain": 1}, {"rain": []}, {"rain": UNIT}), "must have an ax"),
    (network, ({"rain": 1}, {"rain": []}, {"rain": NO_LAW}), "must hold prob"),
    (network, ({"a": 0, "b": 0}, {"a": ["b"], "b": ["a"]},
               {"a": UNIT, "b": UNIT}), "must have no cycle"),
    (network, ({"a": 0}, {"a": ["b"]}, {"a": UNIT}), "and no strangers"),
    (pr.sample_lda_document, lda, (ONES, np.ones((2, 2)), 3),
     "topics must hold probabilities"),
    (pr.sample_lda_document, lda, (ONES, ONES, 3),
     r"topics must have the shape \(m, n\)"),
    (pr.sample_lda_document, lda, (np.ones(3), UNIT, 3),
     r"alpha must have the shape \(2,\)"),
    (pr.sample_lda_document, lda, (-ONES, UNIT, 3), "alpha must be positive"),
    (pr.sample_lda_document, lda, (ONES, UNIT, -1),
     "length must be at least 0"),
    (pr.hoeffding_bound, (0, 0.1), "n must be at least 1"),
    (pr.hoeffding_bound, (1, -0.1), "t must not be negative"),
    (pr.hoeffding_bound, lambda n: pr.hoeffding_bound(n, 0.1, low=1.0), (1,),
     "low must be below"),
    (pr.standardized_mean, (ONES, 0.0, 0.0), "sigma must be positive"),
    (pr.standardized_mean, (np.ones(0), 0.0, 1.0), "samples must have entr"),
    (pr.n_step_transition, (UNIT, -1), "n must be at least 0, got -1"),
    (pr.n_step_transition, (np.ones((2, 3)), 1), r"P must have the shape"),
    (pr.n_step_transition, (2 * UNIT, 1), "P must hold probabilities"),
    (pr.stationary_distribution, (UNIT,), "P must have one stationary dis"),
    (pr.stationary_distribution, (UNIT - 0.5,), "P must hold probabilities"),
    (pr.importance_estimate, reweigh, (np.ones(0),),
     "samples must have entries along axis 0"),
    (pr.generated_sigma_algebra, ([1, 2], [{3}]),
     r"parts of omega, not so \{3\}"),
    (pr.generated_sigma_algebra, (range(17), [{i} for i in range(17)]),
     "at most 16 atoms"),
]


@referee("bad input", *dict.fromkeys(row[0] for row in BAD))
@pytest.mark.parametrize(
    "about, function, args, message",
    [row if len(row) == 4 else (row[0], *row) for row in BAD],
    ids=[f"{row[0].__name__}-{i}" for i, row in enumerate(BAD)],
)
def test_bad_input_is_named(library, about, function, args, message):
    with pytest.raises(ValueError, match=message):
        function(*library.convert(args))


@pytest.mark.parametrize("call, options, message", [
    (flow, {"x": np.ones(3)}, r"inverse\(y\) must have the shape \(2,\)"),
    (flow, {"log_base": ONES}, r"base_log_pdf\(x\) must have the shape \(\)"),
    (flow, {"J": ONES}, r"jacobian\(x\) must have the shape \(2, 2\)"),
    (flow, {"J": np.ones((2, 2))}, r"jacobian\(x\) must not be singular"),
    (reweigh, {"f": HALF[:1]}, r"f\(samples\) must have the shape \(2,\)"),
    (reweigh, {"log_p": UNIT}, r"log_p\(samples\) must have the shape"),
    (reweigh, {"log_q": UNIT}, r"log_q\(samples\) must have the shape"),
    (reweigh, {"log_q": -np.inf * ONES}, "samples must be possible under q"),
])
def test_bad_callables_are_named(call, options, message):
    with pytest.raises(ValueError, match=message):
        call(ONES, **options)


def test_what_cannot_draw_or_be_counted_is_refused():
    for rng in (0, None, "rng"):
        with pytest.raises(TypeError, match="rng must be a numpy.random.Gen"):
            pr.sample_categorical(HALF, rng=rng)
        with pytest.raises(TypeError, match="rng must be a numpy.random.Gen"):
            pr.sample_lda_document(ONES, UNIT, 1, rng=rng)
    with pytest.raises(TypeError, match="k must be integers, got float64"):
        pr.categorical_log_pmf([0.0], HALF)
    with pytest.raises(TypeError, match="integer"):
        pr.n_step_transition(UNIT, 1.5)
    with pytest.raises(TypeError, match="unhashable"):
        pr.generated_sigma_algebra([[1]], [])
