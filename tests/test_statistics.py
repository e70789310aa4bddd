"""mathlib.statistics against SciPy, scikit-learn and closed forms."""

import json
import math
import subprocess
import sys

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as hs
from referees import check_gradient, exempt, referee
from sklearn.linear_model import ridge_regression as sklearn_ridge
from sklearn.mixture import GaussianMixture
from sklearn.naive_bayes import MultinomialNB

import mathlib.statistics as st
from mathlib import _ops
from mathlib.probability import gaussian_mixture_log_pdf

RNG = np.random.default_rng(7)


def normal(*shape):
    return RNG.normal(size=shape)


def draws(seed):
    return np.random.default_rng(seed)


V, W = normal(9), 3 * normal(6) + 1
X, Y, BETA = normal(12, 3), normal(12), normal(3)
ONES = np.concatenate([np.ones((12, 1)), X], axis=1)
DEPENDENT = X @ np.array([[1, 0, 2.0, 1], [0, 1, 1, 0], [1, 1, 3, 0]])
WIDE = normal(3, 5)
ALPHA, COUNTS = np.array([0.5, 1, 2.0]), np.array([[3, 0, 1], [0, 0, 9.0]])
WEIGHTS, MEANS = np.array([0.2, 0.5, 0.3]), 2 * normal(3, 2)
COVS = np.stack([a @ a.T + 0.3 * np.eye(2) for a in normal(3, 2, 2)])
POINTS = 2 * normal(10, 2)
WORDS = RNG.integers(0, 4, size=(8, 5)) + 0.0
LABELS = np.array([0, 2, 1, 0, 2, 0, 1, 0])
JOINT = RNG.uniform(0.1, 1, size=(3, 2, 4))
JOINT = JOINT / JOINT.sum()
CHAINS = np.cumsum(normal(3, 11), axis=1)
TREATED = np.array([1, 0, 0, 1, 1, 0.0])
ODDS = RNG.uniform(0.2, 0.8, size=6)


# ------------------------------------------------------------------ oracles


def lstsq(X, y):
    return np.linalg.lstsq(X, y, rcond=None)[0]


def ridge(X, y, alpha):
    w, b = sklearn_ridge(
        X, y, alpha, return_intercept=True, solver="sag", tol=1e-14,
        max_iter=100_000, random_state=0,
    )
    return w, np.array(b)


def standard_errors(X, y):
    """Textbook formula, inverse and all."""
    residual = y - X @ lstsq(X, y)
    variance = residual @ residual / (len(X) - X.shape[1])
    return np.sqrt(variance * np.diag(np.linalg.inv(X.T @ X)))


def posterior(X, y, noise, prior):
    """Condition the joint Gaussian of weights and targets on the targets."""
    n, p = X.shape
    S = prior**2 * X @ X.T + noise**2 * np.eye(n)
    gain = prior**2 * np.linalg.solve(S, X).T
    return gain @ y, prior**2 * np.eye(p) - prior**2 * gain @ X


def densities(X, means, covs):
    return np.stack([
        scipy.stats.multivariate_normal(m, c).pdf(X)
        for m, c in zip(means, covs, strict=True)
    ], axis=-1)


def posteriors(X, weights, means, covs):
    p = weights * densities(X, means, covs)
    return p / p.sum(axis=1, keepdims=True)


def welch(x, y):
    result = scipy.stats.ttest_ind(x, y, equal_var=False)
    return tuple(
        np.array(v) for v in (result.statistic, result.df, result.pvalue)
    )


def correlogram(x, lag):
    x = x - x.mean()
    full = np.correlate(x, x, mode="full")
    return np.array(full[len(x) - 1 + lag] / full[len(x) - 1])


def split_r_hat(chains):
    n = chains.shape[1] // 2
    halves = np.concatenate([chains[:, :n], chains[:, -n:]])
    inside = np.mean([np.var(h, ddof=1) for h in halves])
    means = np.array([h.mean() for h in halves])
    return np.sqrt((n - 1) / n + np.var(means, ddof=1) / inside)


def do(joint):
    """Sum the adjustment formula one term at a time."""
    Z, A, B = joint.shape
    out = np.zeros((A, B))
    for z in range(Z):
        for x in range(A):
            for y in range(B):
                out[x, y] += (
                    joint[z, x, y] / joint[z, x].sum() * joint[z].sum()
                )
    return out / joint.sum()


def weighted(treated, outcome, odds):
    total = 0.0
    for t, y, e in zip(treated, outcome, odds, strict=True):
        total += y / e if t else -y / (1 - e)
    return np.array(total / len(treated))


def naive_bayes(X, y, smoothing):
    model = MultinomialNB(alpha=smoothing).fit(X, y)
    return model.class_log_prior_, model.feature_log_prob_


# function, arguments, options, what another source says
TABLE = [
    (st.gaussian_mle, (V,), {},
     tuple(np.array(a) ** b for a, b in zip(
         scipy.stats.norm.fit(V), (1, 2), strict=True))),
    (st.gaussian_mle, (V[:1],), {}, (np.array(V[0]), np.array(0.0))),
    (st.negative_log_likelihood, (lambda x: -x * x / 2, V), {},
     np.array(V @ V / 2)),
    (st.negative_log_likelihood, (lambda X: X[:, 0] - 1, X), {},
     12 - np.sum(X[:, 0])),
    (st.negative_log_likelihood, (lambda x: x, np.zeros(0)), {},
     np.array(0.0)),
    (st.map_gaussian_mean, (V, 2.0, 5.0, 0.5), {},
     np.average([V.mean(), 5], weights=[len(V) / 4, 4])),
    (st.map_gaussian_mean, (V, 1e200, 5.0, 1e200), {},
     np.array((V.sum() + 5) / (len(V) + 1))),
    (st.map_gaussian_mean, (V, 1.0, 5.0, math.inf), {}, V.mean()),
    (st.map_gaussian_mean, (np.zeros(0), 1.0, 5.0, 3.0), {}, np.array(5.0)),
    (st.predict_linear, (X, BETA), {}, np.einsum("ij,j->i", X, BETA)),
    (st.ordinary_least_squares, (X, Y), {}, lstsq(X, Y)),
    (st.ordinary_least_squares, (DEPENDENT, Y), {}, lstsq(DEPENDENT, Y)),
    (st.ordinary_least_squares, (WIDE, Y[:3]), {}, lstsq(WIDE, Y[:3])),
    (st.ordinary_least_squares, (np.zeros((3, 2)), Y[:3]), {}, np.zeros(2)),
    (st.ridge_regression, (X, Y, 0.7), {}, ridge(X, Y, 0.7)),
    (st.ridge_regression, (X + 5, Y - 9, 30), {}, ridge(X + 5, Y - 9, 30)),
    (st.ridge_regression, (X, Y, 2.0), {"fit_intercept": False},
     (sklearn_ridge(X, Y, 2.0), np.array(0.0))),
    (st.ridge_regression, (WIDE, Y[:3], 0.5), {"fit_intercept": False},
     (sklearn_ridge(WIDE, Y[:3], 0.5), np.array(0.0))),
    (st.ridge_regression, (X, Y, 0), {},
     (lstsq(ONES, Y)[1:], lstsq(ONES, Y)[0])),
    (st.ridge_regression, (DEPENDENT, Y, 0), {"fit_intercept": False},
     (lstsq(DEPENDENT, Y), np.array(0.0))),
    (st.ols_standard_errors, (ONES, Y), {}, standard_errors(ONES, Y)),
    (st.ols_standard_errors, (np.ones((9, 1)), V), {},
     np.array([scipy.stats.sem(V)])),
    (st.bayesian_linear_regression, (X, Y, 0.5, 2.0), {},
     posterior(X, Y, 0.5, 2.0)),
    (st.bayesian_linear_regression, (WIDE, Y[:3], 0.5, 2.0), {},
     posterior(WIDE, Y[:3], 0.5, 2.0)),
    (st.bayesian_linear_regression,
     (np.zeros((0, 2)), np.zeros(0), 0.5, 3.0), {},
     (np.zeros(2), 9 * np.eye(2))),
    (st.dirichlet_posterior, (ALPHA, COUNTS), {},
     np.array([[3.5, 1, 3], [0.5, 1, 11]])),
    (st.dirichlet_predictive, (ALPHA, COUNTS[0]), {},
     scipy.stats.dirichlet.mean(ALPHA + COUNTS[0])),
    (st.dirichlet_predictive, (ALPHA, COUNTS), {}, np.stack(
        [scipy.stats.dirichlet.mean(ALPHA + c) for c in COUNTS])),
    (st.responsibilities, (POINTS, WEIGHTS, MEANS, COVS), {},
     posteriors(POINTS, WEIGHTS, MEANS, COVS)),
    (st.responsibilities,
     (POINTS, np.array([0, 0.5, 0.5]), MEANS, COVS), {},
     posteriors(POINTS, np.array([0, 0.5, 0.5]), MEANS, COVS)),
    (st.fisher_information, (X,), {}, np.mean(
        [np.outer(row, row) for row in X], axis=0)),
    (st.welch_t_test, (V, W), {}, welch(V, W)),
    (st.welch_t_test, (V, V + 1e-3), {}, welch(V, V + 1e-3)),
    (st.welch_t_test, (V + 50, W), {}, welch(V + 50, W)),
    (st.aic, (np.array([-3.5, -7]), 4), {}, np.array([15.0, 22])),
    (st.bic, (np.array([-3.5, -7]), 4, 50), {},
     4 * math.log(50) + np.array([7.0, 14])),
    (st.autocorrelation, (V, 0), {}, np.array(1.0)),
    (st.autocorrelation, (V, 3), {}, correlogram(V, 3)),
    (st.autocorrelation, (V, 8), {}, correlogram(V, 8)),
    (st.fit_ar1, (V,), {}, (
        lstsq(V[:-1, None], V[1:])[0],
        np.sqrt(np.linalg.lstsq(V[:-1, None], V[1:], rcond=None)[1][0] / 8))),
    (st.r_hat, (CHAINS,), {}, split_r_hat(CHAINS)),
    (st.r_hat, (CHAINS[:1, :4],), {}, split_r_hat(CHAINS[:1, :4])),
    (st.backdoor_adjustment, (JOINT,), {}, do(JOINT)),
    (st.backdoor_adjustment, (500 * JOINT,), {}, do(JOINT)),
    (st.backdoor_adjustment,
     (np.concatenate([JOINT, np.zeros((1, 2, 4))]),), {}, do(JOINT)),
    (st.ipw_ate, (TREATED, W, ODDS), {}, weighted(TREATED, W, ODDS)),
    (st.fit_naive_bayes, (WORDS, LABELS), {}, naive_bayes(WORDS, LABELS, 1)),
    (st.fit_naive_bayes, (WORDS, LABELS), {"smoothing": 0.3},
     naive_bayes(WORDS, LABELS, 0.3)),
]



@referee("oracle", *dict.fromkeys(row[0] for row in TABLE))
@pytest.mark.parametrize(
    "function, args, options, expected", TABLE,
    ids=[f"{row[0].__name__}-{i}" for i, row in enumerate(TABLE)],
)
def test_against_oracle(library, function, args, options, expected):
    # The oracle of the ridge iterates.
    rtol = 1e-8 if function is st.ridge_regression else None
    library.agrees(function, expected, *args, rtol=rtol, **options)


@referee("oracle", st.predict_naive_bayes)
def test_naive_bayes_predicts_as_scikit_learn(library):
    texts = RNG.integers(0, 5, size=(30, 5)) + 0.0
    expected = MultinomialNB().fit(WORDS, LABELS).predict(texts)

    def predict(log_prior, log_likelihood, texts):
        return st.predict_naive_bayes((log_prior, log_likelihood), texts)

    model = st.fit_naive_bayes(WORDS, LABELS)
    library.agrees(predict, expected, *model, texts)
    assert len(set(expected)) == 3


@referee("oracle", st.em_step)
def test_em_step_against_scikit_learn(library):
    model = GaussianMixture(
        3, max_iter=1, tol=0, reg_covar=0.01, weights_init=WEIGHTS,
        means_init=MEANS, precisions_init=np.linalg.inv(COVS),
    )
    with pytest.warns(UserWarning, match="converge"):
        model.fit(POINTS)
    expected = model.weights_, model.means_, model.covariances_
    library.agrees(
        st.em_step, expected, POINTS, WEIGHTS, MEANS, COVS, reg_covar=0.01,
    )


@referee("oracle", st.laplace_approximation)
@pytest.mark.parametrize("scale", [1e-3, 1.0, 100.0])
def test_laplace_of_a_gaussian_is_exact(library, scale):
    top, cov = scale * MEANS[0], scale**2 * COVS[0]
    precision = library.asarray(np.linalg.inv(cov))

    def log_joint(theta):
        away = theta - library.asarray(top)
        return 5 - away @ (precision @ away) / 2

    log_evidence = 5 + np.linalg.slogdet(2 * np.pi * cov)[1] / 2
    got = st.laplace_approximation(log_joint, library.asarray(top))
    library.assert_close(got, (cov, np.array(log_evidence)), rtol=1e-6)
    got = st.laplace_approximation(log_joint, library.asarray(top, "float32"))
    assert got[0].dtype == got[1].dtype == library.xp.float32


def test_laplace_of_a_beta_posterior():
    """The evidence of 60 heads in 100 tosses, by the beta function."""
    def log_joint(theta):
        return 60 * np.log(theta[0]) + 40 * np.log1p(-theta[0])

    cov, log_evidence = st.laplace_approximation(log_joint, [0.6])
    assert float(cov[0, 0]) == pytest.approx(0.6 * 0.4 / 100, rel=1e-4)
    exact = math.log(scipy.special.beta(61, 41))
    assert float(log_evidence) == pytest.approx(exact, abs=0.02)


def test_laplace_sees_a_small_bend_of_a_large_function():
    """Steps of 1e-4 alone would leave three digits."""
    def log_joint(theta):
        return -2000 - 0.15 * (theta[0] - 3) ** 2 / 2

    cov, _ = st.laplace_approximation(log_joint, [3.0])
    assert float(cov[0, 0]) == pytest.approx(1 / 0.15, rel=1e-5)


# ----------------------------------------------------------------- samplers


def by_the_book(log_density, x, steps, std, rng):
    """Walk in plain Python, in the order the docstring tells."""
    chain = []
    for _ in range(steps):
        z = rng.normal(size=2)
        u = rng.random()
        new = [x[0] + std * z[0], x[1] + std * z[1]]
        if math.log(u) < log_density(new) - log_density(x):
            x = new
        chain.append(x)
    return np.array(chain)


def bent(x):
    return -(x[0] ** 2) / 2 - (x[1] - x[0] ** 2) ** 2


@referee("oracle", st.metropolis)
def test_metropolis_walks_by_the_book(library):
    expected = by_the_book(bent, [0.5, 0.0], 60, 1.2, draws(3))
    for dtype in ("float64", "float32"):
        chain = st.metropolis(
            bent, library.asarray([0.5, 0.0], dtype), steps=60,
            proposal_std=1.2, rng=draws(3),
        )
        library.assert_close(chain, expected, dtype=dtype)
    moved = np.any(np.diff(expected, axis=0) != 0, axis=1)
    assert 10 < moved.sum() < 50


def test_metropolis_on_a_finite_world_keeps_its_law():
    """Steps between 0, 1 and 2, by rounding; chance below 1e-6 of failing."""
    p = np.array([0.2, 0.5, 0.3])

    def log_density(x):
        # 1e-400 and less as densities: only their logarithms can be told.
        inside = -0.5 < x[0] < 2.5
        return math.log(p[round(float(x[0]))]) - 1e4 if inside else -math.inf

    chain = st.metropolis(
        log_density, [1.0], steps=8000, proposal_std=1.5, rng=draws(5)
    )[:, 0]
    for k in range(3):
        inside = (np.round(chain) == k) + 0.0
        error = np.std(inside) / math.sqrt(st.effective_sample_size(inside))
        assert abs(np.mean(inside) - p[k]) < 5 * error
        assert error < 0.02


def test_metropolis_never_stands_where_nobody_may():
    def log_density(x):
        return -x[0] if x[0] > 0 else -math.inf

    chain = st.metropolis(
        log_density, [0.1], steps=500, proposal_std=1.0, rng=draws(0)
    )
    assert (chain > 0).all() and len(np.unique(chain)) > 100


def test_metropolis_takes_states_of_any_shape():
    chain = st.metropolis(
        lambda x: -np.sum(x * x), np.zeros((2, 3)), steps=4,
        proposal_std=0.1, rng=draws(0),
    )
    assert chain.shape == (4, 2, 3)


@referee("oracle", st.bootstrap_interval)
def test_bootstrap_against_scipy(library):
    x = X[:, :1] + X
    for level in (0.95, 0.6):
        expected = scipy.stats.bootstrap(
            (x[:, 1],), np.mean, confidence_level=level, n_resamples=300,
            method="percentile", rng=draws(1),
        ).confidence_interval
        for dtype in ("float64", "float32"):
            rows = library.asarray(x, dtype)
            got = st.bootstrap_interval(
                rows, lambda r: library.xp.mean(r[:, 1]),
                confidence_level=level, n_resamples=300, rng=draws(1),
            )
            library.assert_close(
                got, tuple(map(np.array, expected)), dtype=dtype
            )
    one = st.bootstrap_interval(V[:1], np.mean, n_resamples=3, rng=draws(0))
    assert one == (V[0], V[0])


def test_bootstrap_keeps_pairs_together():
    x = np.stack([V, 2 * V], axis=1)
    low, high = st.bootstrap_interval(
        x, lambda r: np.corrcoef(r.T)[0, 1], n_resamples=50, rng=draws(2)
    )
    assert low == pytest.approx(1) and high == pytest.approx(1)


def test_bootstrap_covers_about_as_often_as_it_says():
    """100 samples; below 80 or all 100 has a chance of less than 1e-6."""
    rng = draws(8)
    hits = 0
    for _ in range(100):
        low, high = st.bootstrap_interval(
            rng.normal(size=40), np.mean, n_resamples=200,
            confidence_level=0.9, rng=rng,
        )
        hits += bool(low < 0 < high)
    assert 70 < hits < 100


@referee("oracle", st.effective_sample_size)
@pytest.mark.parametrize("phi", [0.0, 0.8, -0.6])
def test_effective_size_of_a_series_with_known_law(library, phi):
    noise = draws(4).normal(size=4000)
    x = scipy.signal.lfilter([1], [1, -phi], noise)
    size = st.effective_sample_size(library.asarray(x))
    assert library.owns(size) and tuple(size.shape) == ()
    assert float(size) == pytest.approx(4000 * (1 - phi) / (1 + phi), rel=0.2)


def test_effective_size_by_hand():
    # Autocorrelations 1, 1/8; then -3/4, -3/8: 8 / (1 + 2/8).
    assert float(st.effective_sample_size(np.tile([1.0, 1, 2, 2], 2))) == 6.4
    x = np.tile([0.0, 1], 500)
    assert float(st.effective_sample_size(x)) == pytest.approx(3000)


def test_r_hat_sees_what_a_single_mean_hides():
    still = draws(6).normal(size=(4, 400))
    assert float(st.r_hat(still)) < 1.02
    assert float(st.r_hat(still + np.arange(4)[:, None])) > 1.3
    drift = np.linspace(0, 3, 400)
    assert float(st.r_hat(still + drift)) > 1.2
    assert float(st.r_hat((still + drift)[:1])) > 1.2
    # Five steps: the middle one belongs to no half.
    assert st.r_hat([[0, 2, 99, 1, 3]]) == st.r_hat([[0, 2, 1, 3]])


# ------------------------------------------------------- where formulas fail


def test_variance_of_data_far_from_zero(library):
    x = V - V.mean() + 1e8
    _, variance = st.gaussian_mle(library.asarray(x))
    np.testing.assert_allclose(
        library.to_numpy(variance), np.var(V), rtol=1e-7
    )


def test_least_squares_keeps_the_digits_that_the_inverse_loses(library):
    near = np.stack([np.ones(9), np.ones(9), V], axis=1)
    near[:, 1] += 1e-6 * W.repeat(2)[:9]
    beta = np.array([1.0, 2, 3])
    args = library.convert((near, near @ beta))
    w = library.to_numpy(st.ordinary_least_squares(*args))
    np.testing.assert_allclose(w, beta, rtol=1e-8)
    lost = np.linalg.inv(near.T @ near) @ near.T @ near @ beta
    assert np.abs(lost - beta).max() > 1e-6


def test_least_squares_has_the_scale_of_the_columns():
    for s in (1e-9, 1e9):
        w = st.ordinary_least_squares(X * [1, s, 1], Y)
        np.testing.assert_allclose(w * [1, s, 1], lstsq(X, Y), rtol=1e-9)


def test_responsibilities_far_from_every_mean(library):
    covs = np.stack([np.eye(2), np.eye(2)])
    library.agrees(
        st.responsibilities, np.array([[1.0, 0.0], [0.0, 1.0]]),
        np.array([[500.0, 0], [-500.0, 0]]), np.array([0.5, 0.5]),
        np.array([[1.0, 0], [-1.0, 0]]), covs,
    )


def test_empty_component_stays_where_it_is(library):
    means = np.array([[0.0], [9.0]])
    covs = np.array([[[1.0]], [[2.0]]])
    X = np.array([[-1.0], [1.0]])
    library.agrees(
        st.em_step, (np.array([1.0, 0]), means, covs),
        X, np.array([1.0, 0.0]), means, covs, reg_covar=0.0,
    )


def test_likelihood_never_falls():
    weights, means, covs = WEIGHTS, MEANS, COVS
    before = -math.inf
    for _ in range(12):
        log_p = gaussian_mixture_log_pdf(POINTS, weights, means, covs)
        assert np.sum(log_p) >= before - 1e-9
        before = np.sum(log_p)
        weights, means, covs = st.em_step(
            POINTS, weights, means, covs, reg_covar=1e-9
        )


def test_long_text_and_class_without_text():
    model = st.fit_naive_bayes(WORDS, np.where(LABELS == 1, 3, LABELS))
    assert model[0].shape == (4,) and model[0][1] == -math.inf
    text = 10_000 * WORDS[:1]
    assert np.isfinite(model[1]).all()
    assert st.predict_naive_bayes(model, text)[0] in (0, 2, 3)
    # Words that never were written, in texts that do not differ.
    same = st.fit_naive_bayes(np.ones((2, 3)), [0, 1])
    assert st.predict_naive_bayes(same, [[5, 0, 1]])[0] == 0


def test_t_test_of_tiny_units():
    expected = welch(W, V)
    got = st.welch_t_test(1e-90 * W, 1e-90 * V)
    np.testing.assert_allclose(got, expected, rtol=1e-10)


@pytest.mark.parametrize("df", [1.0, 1.5, 2.0, 7.3, 40.0, 1e3, 2e4])
def test_student_distribution(library, df):
    t = np.array([-30, -5, -1.8, -1.7, -0.3, 0, 1e-3, 0.9, 1.75, 4, 20.0])
    expected = scipy.stats.t.cdf(t, df)
    for dtype, rtol in (("float64", 1e-11), ("float32", 1e-4)):
        given_t = library.asarray(t, dtype)
        got = _ops.stdtr(library.xp, df + 0 * given_t, given_t)
        library.assert_close(got, expected, dtype=dtype, rtol=rtol)
        # To the same digits far out, where it is tiny.
        seen = expected > 1e-30
        np.testing.assert_allclose(
            library.to_numpy(got)[seen], expected[seen],
            rtol=rtol if dtype == "float64" else 2e-2,
        )


# ------------------------------------------------------------ simulated truth


def test_causal_estimates_find_the_simulated_effect():
    """z makes treatment and outcome likelier; treatment adds 0.2.

    Five standard errors: a chance of less than 1e-6 of failing.
    """
    rng, n = draws(11), 40_000
    z = rng.integers(2, size=n)
    odds = np.where(z == 1, 0.8, 0.3)
    t = (rng.random(n) < odds) + 0.0
    y = (rng.random(n) < 0.1 + 0.2 * t + 0.5 * z) + 0.0
    error = 5 * np.std(t * y / odds - (1 - t) * y / (1 - odds)) / n**0.5
    assert error < 0.05
    assert abs(float(st.ipw_ate(t, y, odds)) - 0.2) < error
    joint, _ = np.histogramdd(np.stack([z, t, y], axis=1), bins=(2, 2, 2))
    table = st.backdoor_adjustment(joint)
    assert abs(table[1, 1] - table[0, 1] - 0.2) < error
    assert y[t == 1].mean() - y[t == 0].mean() > 0.2 + 5 * error


EQUATIONS = {
    "z": lambda v: 0.0,
    "x": lambda v: 2 * v["z"],
    "y": lambda v: v["x"] * v["z"] - v["x"],
}


@referee("oracle", st.scm_counterfactual)
def test_counterfactual_is_what_the_simulator_does(library):
    """Run the world twice with one noise; only the second is changed."""
    u = {name: normal(5) for name in EQUATIONS}

    def world(**fixed):
        z = u["z"]
        x = fixed.get("x", 2 * z + u["x"])
        return {"z": z, "x": x, "y": x * z - x + u["y"]}

    evidence = library.convert(world())
    found = st.scm_counterfactual(
        EQUATIONS, evidence, {"x": library.asarray(np.ones(5))}
    )
    expected = world(x=np.ones(5))
    assert list(found) == list(EQUATIONS)
    for name, value in expected.items():
        library.assert_close(found[name], value)
    same = st.scm_counterfactual(EQUATIONS, evidence, {})
    for name, value in world().items():
        library.assert_close(same[name], value)
    assert list(evidence) == list(EQUATIONS)


# ---------------------------------------------------------------- gradients


@referee("gradient", st.gaussian_mle, st.map_gaussian_mean,
         st.predict_linear, st.ordinary_least_squares, st.ridge_regression,
         st.ols_standard_errors, st.bayesian_linear_regression,
         st.dirichlet_posterior, st.dirichlet_predictive,
         st.responsibilities, st.em_step, st.fisher_information,
         st.welch_t_test, st.aic, st.bic, st.autocorrelation, st.fit_ar1,
         st.effective_sample_size, st.r_hat, st.backdoor_adjustment)
@pytest.mark.parametrize("function, args", [
    (st.gaussian_mle, (V,)),
    (st.map_gaussian_mean, (V, np.array(2.0), np.array(1.0), np.array(3.0))),
    (st.predict_linear, (X, BETA)),
    (st.ordinary_least_squares, (X, Y)),
    (st.ridge_regression, (X, Y, np.array(0.5))),
    (st.ridge_regression, (WIDE, Y[:3], 0.5)),
    (st.ols_standard_errors, (X, Y)),
    (st.bayesian_linear_regression,
     (X, Y, np.array(0.5), np.array(2.0))),
    (st.dirichlet_posterior, (ALPHA, COUNTS + 1)),
    (st.dirichlet_predictive, (ALPHA, COUNTS + 1)),
    (st.responsibilities, (POINTS, WEIGHTS, MEANS)),
    (st.em_step, (POINTS, WEIGHTS, MEANS)),
    (st.fisher_information, (X,)),
    (st.welch_t_test, (V, W)),
    (st.welch_t_test, (V, W + 9)),
    (st.aic, (np.array([-3.0, -4]), 2)),
    (st.bic, (np.array([-3.0, -4]), np.array([2.0, 3]), 7)),
    (st.autocorrelation, (V, 2)),
    (st.fit_ar1, (V,)),
    (st.effective_sample_size, (V,)),
    (st.r_hat, (CHAINS,)),
    (st.backdoor_adjustment, (JOINT,)),
], ids=lambda value: getattr(value, "__name__", ""))
def test_gradient(function, args):
    torch = pytest.importorskip("torch")
    if function in (st.responsibilities, st.em_step):
        # A covariance stays symmetric when its root is moved.
        def of_roots(X, weights, means, roots):
            eye = torch.eye(2, dtype=roots.dtype)
            return function(X, weights, means, roots @ roots.mT + eye)

        check_gradient(of_roots, *args, COVS)
        return
    check_gradient(function, *args)


@referee("gradient", st.negative_log_likelihood, st.ipw_ate,
         st.fit_naive_bayes, st.scm_counterfactual)
def test_gradient_of_what_takes_more_than_numbers():
    torch = pytest.importorskip("torch")
    check_gradient(
        lambda x: st.negative_log_likelihood(lambda x: -x * x * x, x), V
    )
    treated = torch.tensor(TREATED)
    check_gradient(lambda y, e: st.ipw_ate(treated, y, e), W, ODDS)
    labels = torch.tensor(LABELS)
    check_gradient(lambda X: st.fit_naive_bayes(X, labels), WORDS + 1)

    def mark(z, x, y):
        evidence = {"z": z, "x": x, "y": y}
        return st.scm_counterfactual(EQUATIONS, evidence, {"x": z * z})["y"]

    check_gradient(mark, V[:2], V[2:4], V[4:6])


exempt("gradient", st.laplace_approximation,
       because="second differences of a function that the caller gives")
exempt("gradient", st.metropolis, because="accepting is a jump")
exempt("gradient", st.bootstrap_interval,
       because="quantiles of plain numbers that the statistic returns")
exempt("gradient", st.predict_naive_bayes, because="integer output")


# --------------------------------------------------------------- properties


def vectors(least=3, most=8):
    seeds = hs.integers(0, 2**32 - 1)
    sizes = hs.integers(least, most)
    return hs.builds(lambda s, n: draws(s).normal(size=n), seeds, sizes)


shifts = hs.floats(-50, 50)
scales = hs.floats(0.1, 10)


@referee("property", st.gaussian_mle, st.negative_log_likelihood)
@given(vectors(), shifts, shifts, scales)
def test_nothing_is_more_likely_than_the_maximum(x, a, mean, std):
    def loss(mean, std):
        return st.negative_log_likelihood(
            scipy.stats.norm(mean, std).logpdf, x + a
        )

    best, variance = st.gaussian_mle(x + a)
    assert loss(best, variance**0.5) <= loss(mean, std) + 1e-9


@referee("property", st.map_gaussian_mean)
@given(vectors(), scales, shifts, scales)
def test_map_lies_between_prior_and_data(x, std, prior_mean, prior_std):
    found = float(st.map_gaussian_mean(x, std, prior_mean, prior_std))
    low, high = sorted([x.mean(), prior_mean])
    assert low - 1e-9 <= found <= high + 1e-9
    # With more data of one mean the prior fades.
    more = st.map_gaussian_mean(np.tile(x, 99), std, prior_mean, prior_std)
    assert abs(float(more) - x.mean()) <= abs(found - x.mean()) + 1e-9


@referee("property", st.ordinary_least_squares, st.predict_linear,
         st.ols_standard_errors)
@given(hs.integers(0, 2**32 - 1), scales)
def test_residual_stands_at_right_angles(seed, scale):
    rng = draws(seed)
    X, y = rng.normal(size=(9, 3)), rng.normal(size=9)
    w = st.ordinary_least_squares(X, y)
    residual = y - st.predict_linear(X, w)
    np.testing.assert_allclose(X.T @ residual, 0, atol=1e-10)
    errors = st.ols_standard_errors(X, y)
    np.testing.assert_allclose(
        st.ols_standard_errors(X, scale * y), scale * errors, rtol=1e-9
    )
    np.testing.assert_allclose(
        st.ols_standard_errors(scale * X, y), errors / scale, rtol=1e-9
    )


@referee("property", st.ridge_regression)
@given(hs.integers(0, 2**32 - 1), scales, shifts)
def test_ridge_shrinks_and_never_minds_the_origin(seed, alpha, shift):
    rng = draws(seed)
    X, y = rng.normal(size=(6, 3)), rng.normal(size=6)
    w, b = st.ridge_regression(X, y, alpha)
    moved, c = st.ridge_regression(X + shift, y + 2 * shift, alpha)
    np.testing.assert_allclose(moved, w, atol=1e-9)
    assert c == pytest.approx(b + 2 * shift - shift * w.sum(), abs=1e-7)
    stronger, _ = st.ridge_regression(X, y, 2 * alpha)
    assert np.linalg.norm(stronger) <= np.linalg.norm(w) + 1e-12


@referee("property", st.bayesian_linear_regression)
@given(hs.integers(0, 2**32 - 1), scales, scales)
def test_posterior_mean_is_the_ridge_and_data_never_widen(seed, s, t):
    rng = draws(seed)
    X, y = rng.normal(size=(6, 3)), rng.normal(size=6)
    mean, cov = st.bayesian_linear_regression(X, y, s, t)
    w, _ = st.ridge_regression(X, y, s**2 / t**2, fit_intercept=False)
    np.testing.assert_allclose(mean, w, atol=1e-9)
    # Yesterday's posterior is today's prior: here, only narrower.
    _, less = st.bayesian_linear_regression(X[:4], y[:4], s, t)
    assert np.linalg.eigvalsh(less - cov).min() > -1e-9
    np.testing.assert_allclose(
        np.linalg.inv(cov), X.T @ X / s**2 + np.eye(3) / t**2, rtol=1e-6
    )


@referee("property", st.dirichlet_posterior, st.dirichlet_predictive)
@given(hs.lists(hs.integers(0, 20), min_size=2, max_size=5), scales)
def test_updates_add_up(counts, a):
    alpha, counts = np.full(len(counts), a), np.array(counts)
    once = st.dirichlet_posterior(alpha, 2 * counts)
    twice = st.dirichlet_posterior(
        st.dirichlet_posterior(alpha, counts), counts
    )
    np.testing.assert_allclose(once, twice)
    p = st.dirichlet_predictive(alpha, counts)
    assert (p > 0).all() and p.sum() == pytest.approx(1)


@referee("property", st.laplace_approximation)
@given(vectors(2, 3), scales, shifts)
def test_laplace_of_a_scaled_top(top, width, level):
    def log_joint(theta):
        away = (theta - top) / width
        return level - float(np.sum(away**2 + away**4)) / 2

    cov, log_evidence = st.laplace_approximation(log_joint, top)
    d = len(top)
    np.testing.assert_allclose(cov, width**2 * np.eye(d), atol=1e-4 * width**2)
    volume = d * math.log(2 * math.pi * width**2) / 2
    assert float(log_evidence) == pytest.approx(level + volume, abs=1e-4)


@referee("property", st.metropolis)
@given(hs.integers(0, 2**32 - 1), shifts)
def test_metropolis_minds_no_constant(seed, constant):
    chains = [
        st.metropolis(lambda x, c=c: bent(x) + c, [0.0, 0.0], steps=8,
                      proposal_std=1.0, rng=draws(seed))
        for c in (0.0, constant)
    ]
    np.testing.assert_allclose(*chains)


@referee("property", st.fit_naive_bayes, st.predict_naive_bayes)
@given(hs.integers(0, 2**32 - 1), hs.floats(0.01, 5))
def test_naive_bayes_holds_distributions(seed, smoothing):
    rng = draws(seed)
    X = rng.integers(0, 3, size=(7, 4))
    y = np.array([0, 1, 2, *rng.integers(0, 3, size=4)])
    log_prior, log_p = st.fit_naive_bayes(X, y, smoothing=smoothing)
    assert np.exp(log_prior).sum() == pytest.approx(1)
    np.testing.assert_allclose(np.exp(log_p).sum(axis=1), 1)
    # The order of the words is of no matter: that is what is naive.
    order = rng.permutation(4)
    again = st.fit_naive_bayes(X[:, order], y, smoothing=smoothing)
    model = log_prior, log_p
    np.testing.assert_array_equal(
        st.predict_naive_bayes(model, X),
        st.predict_naive_bayes(again, X[:, order]),
    )


@referee("property", st.responsibilities, st.em_step)
@given(hs.integers(0, 2**32 - 1))
def test_mixture_step_keeps_the_mean_of_all(seed):
    X = 2 * draws(seed).normal(size=(9, 2))
    R = st.responsibilities(X, WEIGHTS, MEANS, COVS)
    assert (R >= 0).all()
    np.testing.assert_allclose(R.sum(axis=1), 1)
    weights, means, covs = st.em_step(X, WEIGHTS, MEANS, COVS)
    assert weights.sum() == pytest.approx(1)
    np.testing.assert_allclose(weights @ means, X.mean(axis=0), atol=1e-9)
    assert np.linalg.eigvalsh(covs).min() > 0
    order = [2, 0, 1]
    again = st.responsibilities(X, WEIGHTS[order], MEANS[order], COVS[order])
    np.testing.assert_allclose(again, R[:, order], atol=1e-12)


@referee("property", st.fisher_information)
@given(hs.integers(0, 2**32 - 1))
def test_fisher_information_is_positive_and_follows_the_parameters(seed):
    rng = draws(seed)
    scores, A = rng.normal(size=(5, 3)), rng.normal(size=(3, 3))
    F = st.fisher_information(scores)
    assert np.linalg.eigvalsh(F).min() > -1e-12
    np.testing.assert_allclose(
        st.fisher_information(scores @ A.T), A @ F @ A.T, atol=1e-9
    )


@referee("property", st.welch_t_test)
@given(vectors(), vectors(), shifts, scales)
def test_t_test_minds_neither_order_nor_units(x, y, shift, scale):
    t, df, p = st.welch_t_test(x, y)
    np.testing.assert_allclose(
        st.welch_t_test(scale * y + shift, scale * x + shift), (-t, df, p),
        rtol=1e-6, atol=1e-9,
    )
    assert 0 <= p <= 1
    low, high = sorted([len(x), len(y)])
    assert low - 1 - 1e-9 <= df <= len(x) + len(y) - 2 + 1e-9


@referee("property", st.bootstrap_interval)
@given(vectors(), hs.integers(0, 2**32 - 1))
def test_bootstrap_intervals_are_nested(x, seed):
    wide, narrow = (
        st.bootstrap_interval(
            x, np.mean, confidence_level=level, n_resamples=20,
            rng=draws(seed),
        )
        for level in (0.9, 0.5)
    )
    assert x.min() <= wide[0] <= narrow[0] <= narrow[1] <= wide[1] <= x.max()


@referee("property", st.aic, st.bic)
@given(shifts, hs.integers(0, 20), hs.integers(1, 1000))
def test_bic_is_the_stricter_from_eight_samples_on(fit, k, n):
    a, b = float(st.aic(fit, k)), float(st.bic(fit, k, n))
    assert (b >= a) if n >= 8 else (b <= a)
    assert float(st.aic(fit + 1, k)) == pytest.approx(a - 2)


@referee("property", st.autocorrelation, st.fit_ar1)
@given(vectors(), shifts, scales, hs.integers(0, 2))
def test_correlation_with_itself(x, shift, scale, lag):
    r = float(st.autocorrelation(x, lag))
    assert -1 - 1e-12 <= r <= 1 + 1e-12
    again = st.autocorrelation(scale * x + shift, lag)
    assert float(again) == pytest.approx(r, abs=1e-9)
    phi, std = st.fit_ar1(x)
    assert float(st.fit_ar1(scale * x)[0]) == pytest.approx(float(phi))
    assert float(st.fit_ar1(scale * x)[1]) == pytest.approx(scale * std)


@referee("property", st.effective_sample_size, st.r_hat)
@given(hs.integers(0, 2**32 - 1), shifts, scales)
def test_diagnostics_have_no_unit(seed, shift, scale):
    chains = np.cumsum(draws(seed).normal(size=(2, 9)), axis=1)
    size, ratio = st.effective_sample_size(chains[0]), st.r_hat(chains)
    moved = scale * chains + shift
    np.testing.assert_allclose(st.r_hat(moved), ratio, rtol=1e-8)
    np.testing.assert_allclose(
        st.effective_sample_size(moved[0]), size, rtol=1e-6
    )
    assert 0 < size <= 9 * math.log10(9) + 1e-9
    assert ratio >= math.sqrt(3 / 4)


@referee("property", st.backdoor_adjustment)
@given(hs.integers(0, 2**32 - 1))
def test_adjustment_gives_distributions(seed):
    rng = draws(seed)
    table = st.backdoor_adjustment(rng.uniform(0.01, 1, size=(3, 2, 3)))
    np.testing.assert_allclose(table.sum(axis=1), 1)
    # Where z does not decide on x, seeing is doing.
    p = rng.dirichlet(np.ones(3), size=(4, 2))
    free = p * rng.dirichlet(np.ones(4))[:, None, None] / 2
    seen = free.sum(axis=0) / free.sum(axis=(0, 2))[:, None]
    np.testing.assert_allclose(st.backdoor_adjustment(free), seen)


@referee("property", st.ipw_ate)
@given(hs.integers(0, 2**32 - 1), shifts)
def test_effect_turns_with_the_labels(seed, scale):
    rng = draws(seed)
    t, y = rng.integers(2, size=6), rng.normal(size=6)
    e = rng.uniform(0.1, 0.9, size=6)
    effect = float(st.ipw_ate(t, y, e))
    assert float(st.ipw_ate(1 - t, y, 1 - e)) == pytest.approx(-effect)
    assert float(st.ipw_ate(t, scale * y, e)) == pytest.approx(scale * effect)


@referee("property", st.scm_counterfactual)
@given(shifts, shifts, shifts, shifts)
def test_what_was_seen_stays_when_nothing_is_changed(z, x, y, other):
    evidence = {"z": z, "x": x, "y": y}
    found = st.scm_counterfactual(EQUATIONS, evidence, {"x": x})
    assert found == pytest.approx(evidence)
    found = st.scm_counterfactual(EQUATIONS, evidence, {"y": other})
    assert found == pytest.approx({**evidence, "y": other})


# ---------------------------------------------------------------- bad input

NO = draws(0)
MODEL = st.fit_naive_bayes(WORDS, LABELS)


@referee("bad input", *(getattr(st, name) for name in st.__all__))
@pytest.mark.parametrize("function, args, options, words", [
    (st.gaussian_mle, ([],), {}, "x must have"),
    (st.gaussian_mle, (X,), {}, "x must have"),
    (st.negative_log_likelihood, (lambda x: 1.0, V), {}, "log_pdf"),
    (st.negative_log_likelihood, (lambda x: x, X), {}, "log_pdf"),
    (st.negative_log_likelihood, (lambda x: x, 1.0), {}, "log_pdf"),
    (st.map_gaussian_mean, (X, 1, 0, 1), {}, "x must have"),
    (st.map_gaussian_mean, (V, 0, 0, 1), {}, "^std must"),
    (st.map_gaussian_mean, (V, 1, 0, -1), {}, "prior_std"),
    (st.map_gaussian_mean, (V, math.nan, 0, 1), {}, "^std must"),
    (st.predict_linear, (X, Y), {}, "beta must have"),
    (st.predict_linear, (V, V), {}, "X must have"),
    (st.ordinary_least_squares, (X, BETA), {}, "y must have"),
    (st.ordinary_least_squares, (X, Y[:, None]), {}, "y must have"),
    (st.ordinary_least_squares, (V, V), {}, "X must have"),
    (st.ridge_regression, (X, Y, -1), {}, "alpha"),
    (st.ridge_regression, (X, Y, math.nan), {}, "alpha"),
    (st.ridge_regression, (X, BETA, 1), {}, "y must have"),
    (st.ridge_regression, (X[:0], [], 1), {}, "at least one row"),
    (st.ols_standard_errors, (X[:3], Y[:3]), {}, "more rows"),
    (st.ols_standard_errors, (DEPENDENT, Y), {}, "independent"),
    (st.ols_standard_errors, (X, BETA), {}, "y must have"),
    (st.bayesian_linear_regression, (X, Y, 0, 1), {}, "noise_std"),
    (st.bayesian_linear_regression, (X, Y, 1, 0), {}, "prior_std"),
    (st.bayesian_linear_regression, (X, BETA, 1, 1), {}, "y must have"),
    (st.dirichlet_posterior, ([1, 0], [1, 1]), {}, "alpha"),
    (st.dirichlet_posterior, ([1, 1], [-1, 1]), {}, "counts"),
    (st.dirichlet_posterior, ([1, 1], [1, 1, 1]), {}, "alpha and counts"),
    (st.dirichlet_posterior, (1, [1, 1]), {}, "alpha and counts"),
    (st.dirichlet_predictive, ([1, 1], [1, 1, 1]), {}, "alpha and counts"),
    (st.laplace_approximation, (lambda x: 0.0, X), {}, "theta_map"),
    (st.laplace_approximation, (lambda x: x @ x, [0]), {}, "maximum"),
    (st.laplace_approximation,
     (lambda x: x[1] ** 2 - x[0] ** 2, [0, 0]), {}, "maximum"),
    (st.metropolis, (bent, [0, 0]),
     {"steps": 0, "proposal_std": 1, "rng": NO}, "steps"),
    (st.metropolis, (bent, [0, 0]),
     {"steps": 1, "proposal_std": 0, "rng": NO}, "proposal_std"),
    (st.metropolis, (lambda x: -math.inf, [0]),
     {"steps": 1, "proposal_std": 1, "rng": NO}, "initial"),
    (st.metropolis, (lambda x: 0 if x[0] == 0 else math.nan, [0]),
     {"steps": 1, "proposal_std": 1, "rng": NO}, "nan"),
    (st.effective_sample_size, ([1, 2, 3],), {}, "at least 4"),
    (st.effective_sample_size, ([1, 1, 1, 1],), {}, "vary"),
    (st.effective_sample_size, (X,), {}, "x must have"),
    (st.r_hat, (V,), {}, "chains must have"),
    (st.r_hat, (X[:, :3],), {}, "n >= 4"),
    (st.r_hat, (np.zeros((0, 8)),), {}, "m >= 1"),
    (st.r_hat, ([[1, 1, 2, 2]],), {}, "vary"),
    (st.fit_naive_bayes, (WORDS, LABELS[:3]), {}, "y must have"),
    (st.fit_naive_bayes, (WORDS[:0], LABELS[:0]), {}, "y must have"),
    (st.fit_naive_bayes, (-WORDS, LABELS), {}, "negative"),
    (st.fit_naive_bayes, (WORDS, LABELS), {"smoothing": 0}, "smoothing"),
    (st.predict_naive_bayes, (MODEL, WORDS[:, :2]), {}, "X must have"),
    (st.predict_naive_bayes, (MODEL, WORDS[0]), {}, "X must have"),
    (st.predict_naive_bayes, (MODEL, -WORDS), {}, "negative"),
    (st.responsibilities, (V, WEIGHTS, MEANS, COVS), {}, "X must have"),
    (st.responsibilities, (X, WEIGHTS, MEANS, COVS), {}, "means and covs"),
    (st.responsibilities, (POINTS, WEIGHTS[:2], MEANS, COVS), {}, "weights"),
    (st.responsibilities, (POINTS, 0.5, MEANS, COVS), {}, "weights"),
    (st.responsibilities, (POINTS, -WEIGHTS, MEANS, COVS), {}, "weights"),
    (st.responsibilities, (POINTS, WEIGHTS, MEANS, -COVS), {}, "definite"),
    (st.em_step, (POINTS, WEIGHTS, MEANS, COVS), {"reg_covar": -1},
     "reg_covar"),
    (st.em_step, (POINTS[:0], WEIGHTS, MEANS, COVS), {}, "X must have"),
    (st.fisher_information, (V,), {}, "scores"),
    (st.fisher_information, (X[:0],), {}, "scores"),
    (st.welch_t_test, ([1], V), {}, "^x must have"),
    (st.welch_t_test, (V, [1]), {}, "^y must have"),
    (st.welch_t_test, ([1, 1], [2, 2]), {}, "constant"),
    (st.bootstrap_interval, ([], np.mean), {"rng": NO}, "x must have"),
    (st.bootstrap_interval, (1.0, np.mean), {"rng": NO}, "x must have"),
    (st.bootstrap_interval, (V, np.mean),
     {"rng": NO, "confidence_level": 95}, "confidence_level"),
    (st.bootstrap_interval, (V, np.mean), {"rng": NO, "n_resamples": 0},
     "n_resamples"),
    (st.aic, (1, -1), {}, "k must"),
    (st.bic, (1, -1, 5), {}, "k must"),
    (st.bic, (1, 1, 0), {}, "n must"),
    (st.autocorrelation, (V, 9), {}, "lag"),
    (st.autocorrelation, (V, -1), {}, "lag"),
    (st.autocorrelation, ([0.1, 0.1, 0.1], 1), {}, "vary"),
    (st.autocorrelation, (X, 1), {}, "x must have"),
    (st.fit_ar1, ([1],), {}, "x must have"),
    (st.fit_ar1, ([0, 0, 1],), {}, "0 all along"),
    (st.backdoor_adjustment, (X,), {}, "joint must have"),
    (st.backdoor_adjustment, (-JOINT,), {}, "negative"),
    (st.backdoor_adjustment, (0 * JOINT,), {}, "0 all over"),
    (st.backdoor_adjustment, ([[[1, 0], [0, 0]]],), {}, "every x"),
    (st.ipw_ate, ([1, 0], [1, 2], [0.5]), {}, "shape"),
    (st.ipw_ate, ([], [], []), {}, "at least 1"),
    (st.ipw_ate, ([1, 2], [1, 2], [0.5, 0.5]), {}, "treatment"),
    (st.ipw_ate, ([1, 0], [1, 2], [0.5, 1]), {}, "propensity"),
    (st.ipw_ate, ([1, 0], [1, 2], [0, 0.5]), {}, "propensity"),
    (st.scm_counterfactual, (EQUATIONS, {"z": 1}, {}), {}, "lacking"),
    (st.scm_counterfactual,
     (EQUATIONS, {"z": 1, "x": 1, "y": 1}, {"w": 1}), {}, "unknown"),
], ids=lambda value: getattr(value, "__name__", ""))
def test_bad_input(function, args, options, words):
    with pytest.raises(ValueError, match=words):
        function(*args, **options)


def test_types_are_checked():
    with pytest.raises(TypeError, match="integers"):
        st.fit_naive_bayes(WORDS, LABELS + 0.0)
    with pytest.raises(TypeError):
        st.autocorrelation(V, 1.0)
    with pytest.raises(TypeError):
        st.metropolis(bent, [0, 0], steps=2.0, proposal_std=1, rng=NO)


@pytest.mark.parametrize("imports", [
    "import statistics, random, mathlib.statistics as ours",
    "import mathlib.statistics as ours, random, statistics",
    "from mathlib import statistics as ours; import statistics",
])
def test_the_standard_library_keeps_its_own_statistics(imports):
    done = subprocess.run([sys.executable, "-c", (
        f"{imports}\nimport json\n"
        "print(json.dumps([ours.__name__, statistics.__name__,\n"
        "    hasattr(statistics, 'fmean'), hasattr(ours, 'fmean')]))"
    )], capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(done.stdout) == [
        "mathlib.statistics", "statistics", True, False
    ]
