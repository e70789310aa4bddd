"""mathlib.machine_learning against torch, scikit-learn, and its own laws.

Where numbers are drawn, a test of the law would alarm without cause in less
than one run in a million; seeds are fixed, so it never does.
"""

import math

import numpy as np
import pytest
import scipy.optimize
import scipy.special
import scipy.stats
import sklearn.cluster
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from referees import check_gradient, exempt, referee
from sklearn.datasets import (
    load_breast_cancer,
    load_diabetes,
    load_digits,
    load_iris,
)
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import pairwise_distances_argmin
from sklearn.tree import DecisionTreeRegressor

import mathlib.graph_theory as gt
import mathlib.machine_learning as ml

RNG = np.random.default_rng(13)


def normal(*shape):
    return RNG.normal(size=shape)


def draws(seed):
    return np.random.default_rng(seed)


X, WEIGHT, BIAS = normal(2, 3, 6), normal(6), normal(6)
# With a deviation this small it shows where eps stands.
FLAT = 5.0 + 1e-3 * normal(4, 6)
TINY = 1e-3 * normal(4, 6)
POINTS = np.array([-40.0, -2.0, -0.1, 0.0, 0.1, 2.0, 40.0])
LOGITS, LABELS = 5 * normal(7, 4), np.array([0, 3, 2, -100, 1, 1, 0])
seeds = st.integers(0, 2**32 - 1)
TRUE, PREDICTED = normal(3, 4), 2 * normal(3, 4)
W, SAMPLES, TARGETS = normal(3), normal(9, 3), normal(9)
ANSWERS = (normal(9) > 0) * 1.0
CLASS_W, CLASS_B = normal(4, 3), normal(4)
CLASSES = RNG.integers(0, 4, 9)
SCORES = np.array([-800.0, -40.0, -3.0, -0.1, 0.0, 0.1, 3.0, 40.0, 800.0])
HARD = np.array([1.0, 0, 0, 1, 1, 0, 1, 1, 1])
SOFT = np.array([0.0, 0.2, 0.9, 0.5, 0.3, 1, 0.7, 1, 0.75])
FIRST, SECOND = normal(8), RNG.uniform(0.2, 2.0, 8)
LEFT = np.arange(8) % 3 > 0
IMAGES = 3 * normal(4, 2, 3, 5) + 7
MEAN, VAR = normal(2), RNG.uniform(0.5, 2.0, 2)
DIGITS = load_digits().data
POINTS_2D = normal(40, 2) + 6 * RNG.integers(0, 3, (40, 1))


def torch_layer_norm(x, weight=None, bias=None, *, eps=1e-5):
    return F.layer_norm(x, x.shape[-1:], weight, bias, eps)


def torch_rms_norm(x, weight=None, *, eps=1e-6):
    return F.rms_norm(x, x.shape[-1:], weight, eps)


def case(function, oracle, *args, **options):
    return pytest.param(function, oracle, args, options,
                        id=f"{function.__name__}-{oracle.__name__}")


def slope(function):
    """Return the derivative of one of torch's functions, by autograd."""

    def derivative(x):
        x = x.clone().requires_grad_()
        return torch.autograd.grad(function(x).sum(), x)[0]

    derivative.__name__ = f"slope of {function.__name__}"
    return derivative


def torch_huber(y_true, y_pred, delta=1.0):
    return F.huber_loss(y_pred, y_true, delta=delta)


def torch_bce(logits, targets):
    return F.binary_cross_entropy_with_logits(logits, targets)


def torch_linear_loss(w, X, y):
    return F.mse_loss(X @ w, y)


def torch_logistic_loss(w, b, X, y):
    return torch_bce(X @ w + b, y)


def torch_softmax_loss(W, b, X, labels):
    return F.cross_entropy(F.linear(X, W, b), labels)


def half_square(params, alpha):
    return alpha * torch.linalg.vector_norm(params) ** 2 / 2


def absolute_sum(params, alpha):
    return alpha * torch.linalg.vector_norm(params, 1)


ORACLES = [
    case(ml.relu, F.relu, POINTS),
    case(ml.relu, F.relu, X),
    case(ml.gelu, F.gelu, POINTS),
    case(ml.gelu, F.gelu, X, approximate="tanh"),
    case(ml.gelu, F.gelu, X),
    case(ml.silu, F.silu, POINTS),
    case(ml.silu, F.silu, X),
    case(ml.layer_norm, torch_layer_norm, X),
    case(ml.layer_norm, torch_layer_norm, X, WEIGHT),
    case(ml.layer_norm, torch_layer_norm, X, WEIGHT, BIAS),
    case(ml.layer_norm, torch_layer_norm, X[0, 0], None, BIAS, eps=0.5),
    case(ml.rms_norm, torch_rms_norm, X),
    case(ml.rms_norm, torch_rms_norm, X[0, 0], WEIGHT),
    case(ml.rms_norm, torch_rms_norm, TINY, WEIGHT),
    case(ml.rms_norm, torch_rms_norm, X, eps=0.5),
    case(ml.leaky_relu, F.leaky_relu, POINTS),
    case(ml.leaky_relu, F.leaky_relu, X, negative_slope=0.3),
    case(ml.leaky_relu, F.leaky_relu, X, negative_slope=2.0),
    case(ml.tanh, torch.tanh, POINTS),
    case(ml.tanh, torch.tanh, X),
    case(ml.gelu_derivative, slope(F.gelu), POINTS),
    case(ml.gelu_derivative, slope(F.gelu), X),
    case(ml.silu_derivative, slope(F.silu), POINTS),
    case(ml.silu_derivative, slope(F.silu), X),
    case(ml.mse, F.mse_loss, TRUE, PREDICTED),
    case(ml.mae, F.l1_loss, TRUE, PREDICTED),
    case(ml.huber, torch_huber, TRUE, PREDICTED),
    case(ml.huber, torch_huber, TRUE, PREDICTED, delta=0.4),
    case(ml.huber, torch_huber, TRUE[:1, 0], PREDICTED[:1, 0], delta=2.0),
    case(ml.bce_with_logits, torch_bce, SCORES, HARD),
    case(ml.bce_with_logits, torch_bce, SCORES, SOFT),
    case(ml.bce_with_logits, torch_bce, X, 1.0 * (WEIGHT > 0) + 0 * X),
    case(ml.linear_regression_loss, torch_linear_loss, W, SAMPLES, TARGETS),
    case(ml.logistic_loss, torch_logistic_loss, W, 0.7, SAMPLES, ANSWERS),
    case(ml.logistic_loss, torch_logistic_loss, 900 * W, -3.0, SAMPLES,
         ANSWERS),
    case(ml.l2_penalty, half_square, TRUE, 0.7),
    case(ml.l1_penalty, absolute_sum, TRUE, 0.7),
]


@referee("oracle", ml.relu, ml.gelu, ml.silu, ml.layer_norm, ml.rms_norm,
         ml.leaky_relu, ml.tanh, ml.gelu_derivative, ml.silu_derivative,
         ml.mse, ml.mae, ml.huber, ml.bce_with_logits, ml.logistic_loss,
         ml.linear_regression_loss, ml.l2_penalty, ml.l1_penalty)
@pytest.mark.parametrize("function, oracle, args, options", ORACLES)
def test_agrees_with_torch(library, function, oracle, args, options):
    tensors = [
        torch.tensor(x) if isinstance(x, np.ndarray) else x for x in args
    ]
    expected = np.asarray(oracle(*tensors, **options))
    library.agrees(function, expected, *args, **options)


def autograd(loss, *args):
    """Return the gradient of a loss by each of its arrays of floats."""
    args = [torch.tensor(np.asarray(a)) for a in args]
    wanted = [a.requires_grad_() for a in args if a.is_floating_point()]
    return [g.numpy() for g in torch.autograd.grad(loss(*args), wanted)]


@referee("oracle", ml.linear_regression_gradient, ml.logistic_gradient,
         ml.softmax_regression_gradient, ml.cross_entropy_gradient,
         ml.l2_gradient)
def test_gradients_are_those_of_autograd(library):
    w, _, _ = autograd(torch_linear_loss, W, SAMPLES, TARGETS)
    library.agrees(ml.linear_regression_gradient, w, W, SAMPLES, TARGETS)
    for scale in (1.0, 500.0):
        args = scale * W, 0.7, SAMPLES, ANSWERS
        expected = autograd(torch_logistic_loss, *args)[:2]
        library.agrees(ml.logistic_gradient, expected, *args)
    args = CLASS_W, CLASS_B, SAMPLES, CLASSES
    expected = autograd(torch_softmax_loss, *args)[:2]
    library.agrees(ml.softmax_regression_gradient, expected, *args)
    z, = autograd(F.cross_entropy, LOGITS, LABELS)
    library.agrees(ml.cross_entropy_gradient, z, LOGITS, LABELS)
    z, = autograd(F.cross_entropy, 0 * LOGITS, 0 * LABELS - 100)
    library.agrees(ml.cross_entropy_gradient, z, 0 * LOGITS, 0 * LABELS - 100)
    g, = autograd(lambda w: half_square(w, 0.7), TRUE)
    library.agrees(ml.l2_gradient, g, TRUE, 0.7)


def test_where_there_is_no_derivative_the_gradient_is_torchs():
    z = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    y = torch.tensor([0.2, 1.0], dtype=torch.float64)
    got, = torch.autograd.grad(ml.bce_with_logits(z, y), z)
    expected, = torch.autograd.grad(torch_bce(z, y), z)
    torch.testing.assert_close(got, expected)
    for ours, theirs in ((ml.mae, F.l1_loss), (ml.huber, torch_huber)):
        got, = torch.autograd.grad(ours(0 * y, z), z)
        expected, = torch.autograd.grad(theirs(0 * y, z), z)
        torch.testing.assert_close(got, expected)


def test_no_loss_is_infinite_or_lost_in_rounding():
    with np.errstate(all="raise", under="ignore"):
        assert ml.bce_with_logits([1e4], [0.0]) == 1e4
        tiny = float(ml.bce_with_logits([40.0], [1.0]))
        assert math.isclose(tiny, math.exp(-40), rel_tol=1e-12)
        sure = ml.sigmoid_focal_loss([1e4, -1e4], [1.0, 1.0])
        np.testing.assert_array_equal(sure, [0.0, 2500.0])
        far = np.array([-np.inf, -1e300, 1e300, np.inf])
        for derivative in (ml.gelu_derivative, ml.silu_derivative):
            np.testing.assert_array_equal(derivative(far), [0, 0, 1, 1])
            assert np.isnan(derivative(np.nan))


@referee("oracle", ml.sigmoid_focal_loss)
@pytest.mark.parametrize("alpha, gamma", [(0.25, 2.0), (0.8, 0.5), (0.5, 0)])
def test_focal_loss_is_the_papers(library, alpha, gamma):
    z = SCORES[1:-1]
    p = scipy.special.expit(z)
    missed = scipy.special.expit(-z)  # 1 - p would be 0 at 40
    ones = -alpha * missed**gamma * np.log(p)
    zeros = -(1 - alpha) * p**gamma * scipy.special.log_expit(-z)
    for y, expected in ((1.0, ones), (0.0, zeros)):
        library.agrees(
            ml.sigmoid_focal_loss, expected, z, y + 0 * z, alpha=alpha,
            gamma=gamma,
        )


# -------------------------------------------------- what scikit-learn finds


def with_ones(X):
    return np.concatenate([X, np.ones((len(X), 1))], axis=1)


def test_the_gradient_is_zero_where_scikit_learn_stops():
    X, y = load_diabetes(return_X_y=True)
    model = LinearRegression().fit(X, y)
    w = np.append(model.coef_, model.intercept_)
    assert np.abs(ml.linear_regression_gradient(w, with_ones(X), y)).max() < (
        1e-9 * np.abs(y).max()
    )
    X, y = load_breast_cancer(return_X_y=True)
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    model = LogisticRegression(C=0.5, tol=1e-10, max_iter=1000).fit(X, y)
    # It minimises C times the sum of losses, plus half a squared length.
    w, b = model.coef_[0], model.intercept_[0]
    grad_w, grad_b = ml.logistic_gradient(w, b, X, y)
    pull = ml.l2_gradient(w, 1 / (0.5 * len(y)))
    assert np.abs(pull).max() > 1e-4
    np.testing.assert_allclose(grad_w, -pull, atol=1e-7)
    assert abs(grad_b) < 1e-7
    X, y = load_iris(return_X_y=True)
    model = LogisticRegression(tol=1e-10, max_iter=5000).fit(X, y)
    grad_W, grad_b = ml.softmax_regression_gradient(
        model.coef_, model.intercept_, X, y
    )
    pull = ml.l2_gradient(model.coef_, 1 / len(y))
    np.testing.assert_allclose(grad_W, -pull, atol=1e-6)
    np.testing.assert_allclose(grad_b, 0, atol=1e-6)


@referee("oracle", ml.kmeans_assign, ml.kmeans_update)
def test_steps_of_k_means(library):
    far = POINTS_2D + 1e8
    for X in (POINTS_2D, far):
        C = np.concatenate([X[:4], X[:1] + 1e3])
        labels = pairwise_distances_argmin(X - X[0], C - X[0])
        assert set(labels) == {0, 1, 2, 3}
        for dtype in ("float64", "float32")[: 1 if X is far else 2]:
            points, centroids = library.convert((X, C), dtype)
            got = ml.kmeans_assign(points, centroids)
            library.assert_close(got, labels.astype(np.int64))
        expected = C.copy()
        for k in range(4):
            expected[k] = X[labels == k].mean(axis=0)
        library.agrees(
            ml.kmeans_update, expected, X, labels, C,
            rtol=1e-12 if X is far else None,
        )


def test_ties_go_to_the_lower_label():
    assert ml.kmeans_assign([[0.0]], [[1.0], [-1.0], [1.0]])[0] == 0


@referee("oracle", ml.kmeans_plus_plus, ml.kmeans)
@pytest.mark.parametrize("seed", [0, 1])
def test_k_means_is_scikit_learns(library, seed):
    X = DIGITS[:200] if library.name.startswith("strict") else DIGITS
    points, K = library.asarray(X), 10
    start = library.to_numpy(ml.kmeans_plus_plus(points, K, rng=draws(seed)))
    # The contract on the generator, by loops.
    rng = draws(seed)
    rows = [rng.integers(len(X))]
    while len(rows) < K:
        D = ((X[:, None] - X[rows]) ** 2).sum(axis=-1).min(axis=-1)
        rows.append(rng.choice(len(X), p=D / D.sum()))
    np.testing.assert_array_equal(start, X[rows])
    theirs = sklearn.cluster.KMeans(
        K, init=start, n_init=1, algorithm="lloyd"
    ).fit(X)
    C, labels, inertia = ml.kmeans(points, K, rng=draws(seed))
    library.assert_close(C, theirs.cluster_centers_)
    library.assert_close(labels, theirs.labels_.astype(np.int64))
    library.assert_close(inertia, np.asarray(theirs.inertia_))
    # Stopped early, the labels are those of the centroids returned.
    C, labels, _ = ml.kmeans(points, K, max_iter=1, rng=draws(seed))
    library.assert_close(ml.kmeans_assign(points, C),
                         library.to_numpy(labels))


def test_k_means_completes_spectral_clustering():
    A = np.kron(np.eye(3), np.ones((5, 5))) - np.eye(15)
    A[0, 5] = A[5, 0] = A[6, 12] = A[12, 6] = 1
    rows = gt.spectral_embedding(A, 3)
    _, labels, _ = ml.kmeans(rows, 3, rng=draws(0))
    assert all(len(set(labels[k : k + 5])) == 1 for k in (0, 5, 10))
    assert len(set(labels)) == 3


def test_k_means_knows_where_points_coincide():
    X = np.array([[2.0, 2.0]] * 3)
    np.testing.assert_array_equal(
        ml.kmeans_plus_plus(X, 3, rng=draws(0)), X
    )
    C, labels, inertia = ml.kmeans(X, 2, rng=draws(0))
    assert inertia == 0 and np.all(labels == 0) and np.all(C == 2)
    huge = 1e200 * np.array([[0.0], [1.0], [1.0]])
    C = ml.kmeans_plus_plus(huge, 2, rng=draws(0))
    np.testing.assert_array_equal(np.sort(C, axis=0), [[0], [1e200]])


def test_second_seed_is_drawn_by_squared_distance():
    X, rng, second = np.array([[0.0], [1.0], [3.0]]), draws(5), []
    while len(second) < 3000:
        first, other = ml.kmeans_plus_plus(X, 2, rng=rng)[:, 0]
        if first == 0:
            second.append(other)
    far = sum(x == 3 for x in second)
    assert scipy.stats.binomtest(far, 3000, 9 / 10).pvalue > 1e-6
    # The slips that a reader might make would be found.
    for slip in (3 / 4, 1 / 2):
        assert scipy.stats.binomtest(far, 3000, slip).pvalue < 1e-6


@referee("oracle", ml.boosting_leaf_weight, ml.boosting_split_gain)
@pytest.mark.parametrize("reg_lambda, gamma", [(1.0, 0.0), (0.3, 0.2), (0, 0)])
def test_boosting_minimises(library, reg_lambda, gamma):

    def least(rows):
        found = scipy.optimize.minimize_scalar(
            lambda w: np.sum((FIRST * w + SECOND * w**2 / 2)[rows])
            + reg_lambda * w**2 / 2
        )
        return found.x, found.fun

    everything = np.ones(8, bool)
    w, whole = least(everything)
    library.agrees(
        ml.boosting_leaf_weight, np.asarray(w), FIRST, SECOND,
        reg_lambda=reg_lambda, rtol=1e-6,
    )
    gain = whole - least(LEFT)[1] - least(~LEFT)[1] - gamma
    library.agrees(
        ml.boosting_split_gain, np.asarray(gain), FIRST, SECOND, LEFT,
        reg_lambda=reg_lambda, gamma=gamma, rtol=1e-9,
    )


def test_the_best_gain_is_scikit_learns_first_split():
    X, y = load_diabetes(return_X_y=True)
    tree = DecisionTreeRegressor(max_depth=1).fit(X, y).tree_
    g, h = y.mean() - y, np.ones(len(y))  # of half the squared error
    left = X[:, tree.feature[0]] <= tree.threshold[0]
    best = float(ml.boosting_split_gain(g, h, left, reg_lambda=0.0))
    for feature in range(X.shape[1]):
        for cut in np.quantile(X[:, feature], np.linspace(0.02, 0.98, 30)):
            side = X[:, feature] <= cut
            if side.any() and not side.all():
                gain = ml.boosting_split_gain(g, h, side, reg_lambda=0.0)
                assert gain <= best * (1 + 1e-12)
    leaf = ml.boosting_leaf_weight(g[left], h[left], reg_lambda=0.0)
    assert math.isclose(y.mean() + leaf, tree.value[1, 0, 0])


# --------------------------------------------------------- batches, chances


def torch_batch_norm(x, mean, var, weight, bias, *, training, **options):
    tensors = [None if a is None else torch.tensor(a)
               for a in (x, mean, var, weight, bias)]
    y = F.batch_norm(*tensors, training=training, **options)
    return [a.numpy() for a in (y, *tensors[1:3])]


BATCHES = [
    (IMAGES, MEAN, VAR, None, None, {}),
    (IMAGES, MEAN, VAR, MEAN + 2, None, {"momentum": 0.4}),
    (IMAGES[:, :, 0, 0], MEAN, VAR, MEAN, VAR, {"eps": 0.3}),
    (IMAGES[..., 0], MEAN, VAR, None, VAR, {}),
]


@referee("oracle", ml.batch_norm)
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("batch", BATCHES)
def test_batch_norm_is_torchs(library, training, batch):
    *args, options = batch
    options = {"training": training, **options}
    expected = torch_batch_norm(*args, **options)
    library.agrees(ml.batch_norm, expected, *args, **options)


def test_batch_norm_of_features_that_hardly_vary():
    x = 5 + 1e-3 * normal(6, 2)
    expected = torch_batch_norm(x, MEAN, VAR, None, None, training=True)
    for got, e in zip(ml.batch_norm(x, MEAN, VAR), expected, strict=True):
        np.testing.assert_allclose(got, e, rtol=1e-9)
    y, _, _ = ml.batch_norm(np.full((4, 2), 3.0), MEAN, VAR)
    np.testing.assert_array_equal(y, np.zeros((4, 2)))
    # Far from the origin the mean is taken away before squaring.
    x = normal(50, 2)
    near, _, _ = ml.batch_norm(x, MEAN, VAR)
    far, _, _ = ml.batch_norm(x + 1e8, MEAN, VAR)
    np.testing.assert_allclose(far, near, atol=1e-6)


@referee("oracle", ml.dropout)
@pytest.mark.parametrize("p", [0.0, 0.3, 0.5, 1.0])
def test_dropout_keeps_its_contract(library, p):

    def dropped(x, seed, **options):
        return ml.dropout(x, rng=draws(seed), **options)

    keep = draws(3).random(X.shape) >= p
    expected = np.where(keep, X / (1 - p) if p < 1 else X, 0.0)
    library.agrees(dropped, expected, X, 3, p=p)
    library.agrees(dropped, X, X, 3, p=p, training=False)


def test_dropout_keeps_the_mean_and_draws_for_every_entry():
    x = np.full((500, 400), 3.0)
    for p in (0.1, 0.5):
        y = ml.dropout(x, p=p, rng=draws(7))
        gone = y == 0
        np.testing.assert_allclose(y[~gone], 3 / (1 - p))
        # So many are dropped, and so many together with the one below.
        for count, n, chance in (
            (gone.sum(), y.size, p),
            ((gone[::2] & gone[1::2]).sum(), y.size // 2, p * p),
        ):
            assert scipy.stats.binomtest(int(count), n, chance).pvalue > 1e-6
        assert abs(y.mean() - 3) < 5 * y.std() / math.sqrt(y.size)


FILLS = [
    (ml.xavier_uniform, torch.nn.init.xavier_uniform_, {}),
    (ml.xavier_normal, torch.nn.init.xavier_normal_, {}),
    (ml.he_normal, torch.nn.init.kaiming_normal_, {"nonlinearity": "relu"}),
]


@referee("oracle", ml.xavier_uniform, ml.xavier_normal, ml.he_normal)
@pytest.mark.parametrize("ours, theirs, options", FILLS)
def test_first_weights_have_the_law_of_torchs(ours, theirs, options):
    generator = torch.Generator().manual_seed(0)
    for fan_in, fan_out in ((300, 100), (100, 300), (200, 1)):
        got = ours(fan_in, fan_out, rng=draws(1))
        empty = torch.empty(got.shape, dtype=torch.float64)
        expected = theirs(empty, generator=generator, **options).numpy()
        assert got.shape == (fan_out, fan_in)
        p = scipy.stats.ks_2samp(got.ravel(), expected.ravel()).pvalue
        assert p > 1e-6
    # The variance for the deviation, and other such slips, would be found.
    for slip in (0.5, 0.8, 1.25, 2.0):
        wrong = slip * ours(300, 100, rng=draws(1)).ravel()
        right = ours(300, 100, rng=draws(2)).ravel()
        assert scipy.stats.ks_2samp(wrong, right).pvalue < 1e-6


def test_first_weights_keep_a_signal_alive():
    rng = draws(0)
    x = h = normal(64, 256)
    for _ in range(20):
        x = ml.relu(x @ ml.he_normal(256, 256, rng=rng).T)
        h = ml.relu(h @ ml.xavier_normal(256, 256, rng=rng).T)
    assert 0.1 < np.mean(x**2) < 10
    assert np.mean(h**2) < 1e-4


@referee("oracle", ml.layer_norm)
def test_eps_of_layer_norm_stands_under_the_root(library):
    expected = torch_layer_norm(torch.tensor(FLAT)).numpy()
    x = library.asarray(FLAT)
    library.assert_close(ml.layer_norm(x), expected)


LOSSES = [
    {"reduction": reduction, "label_smoothing": s, "ignore_index": ignore}
    for reduction in ("mean", "sum", "none")
    for s in (0.0, 0.1, 1.0)
    for ignore in (-100, 1)
]


@referee("oracle", ml.cross_entropy_loss)
@pytest.mark.parametrize("options", LOSSES)
def test_cross_entropy_is_torchs(library, options):
    ignore = options["ignore_index"]
    labels = np.where(LABELS == -100, ignore, LABELS)
    expected = F.cross_entropy(
        torch.tensor(LOGITS), torch.tensor(labels), **options
    ).numpy()
    library.agrees(
        ml.cross_entropy_loss, expected, LOGITS, labels, **options
    )


@referee("oracle", ml.cross_entropy_loss)
def test_cross_entropy_keeps_sequences_and_single_samples(library):
    logits, labels = normal(2, 3, 5), RNG.integers(0, 5, (2, 3))
    tensors = torch.tensor(logits).movedim(-1, 1), torch.tensor(labels)
    expected = F.cross_entropy(*tensors, reduction="none").numpy()
    library.agrees(
        ml.cross_entropy_loss, expected, logits, labels, reduction="none"
    )
    smooth = F.cross_entropy(*tensors, label_smoothing=0.3).numpy()
    library.agrees(
        ml.cross_entropy_loss, smooth, logits, labels, label_smoothing=0.3
    )
    library.agrees(
        ml.cross_entropy_loss, expected[0, 0], logits[0, 0], labels[0, 0]
    )


def test_cross_entropy_is_stable_and_nan_without_labels():
    loss = ml.cross_entropy_loss([[1000.0, 0.0], [0.0, 1000.0]], [1, 1])
    assert loss == 500.0
    assert np.isnan(ml.cross_entropy_loss([[1.0, 2.0]], [-100]))
    assert F.cross_entropy(torch.ones(1, 2), torch.tensor([-100])).isnan()
    assert ml.cross_entropy_loss([[-np.inf, 2.0]], [1]) == 0.0


def test_ignored_samples_send_no_gradient():
    logits = torch.tensor(LOGITS, requires_grad=True)
    ml.cross_entropy_loss(logits, torch.tensor(LABELS)).backward()
    assert torch.all(logits.grad[LABELS == -100] == 0)
    counted = logits.grad[LABELS != -100]
    assert torch.all(counted.abs().sum(-1) > 0)


GRADIENTS = [
    (ml.relu, (POINTS[POINTS != 0],), {}),
    (ml.gelu, (POINTS,), {}),
    (ml.gelu, (POINTS,), {"approximate": "tanh"}),
    (ml.silu, (POINTS,), {}),
    (ml.layer_norm, (X[0], WEIGHT, BIAS), {}),
    (ml.rms_norm, (X[0], WEIGHT), {}),
    (ml.cross_entropy_loss, (LOGITS,), {"labels": torch.tensor(LABELS)}),
    (ml.cross_entropy_loss, (LOGITS,),
     {"labels": torch.tensor(LABELS), "label_smoothing": 0.2,
      "reduction": "none"}),
    (ml.leaky_relu, (POINTS[POINTS != 0],), {}),
    (ml.tanh, (POINTS,), {}),
    (ml.gelu_derivative, (POINTS,), {}),
    (ml.silu_derivative, (POINTS,), {}),
    (ml.mse, (TRUE, PREDICTED), {}),
    (ml.mae, (TRUE, PREDICTED), {}),
    (ml.huber, (TRUE, PREDICTED), {"delta": 0.4}),
    (ml.bce_with_logits, (SCORES[1:-1], SOFT[1:-1] * 0.9 + 0.05), {}),
    (ml.sigmoid_focal_loss, (SCORES[1:-1], SOFT[1:-1] * 0.9 + 0.05), {}),
    (ml.linear_regression_loss, (W, SAMPLES, TARGETS), {}),
    (ml.linear_regression_gradient, (W, SAMPLES, TARGETS), {}),
    (ml.logistic_loss, (W, np.array(0.7), SAMPLES, 0.1 + 0.8 * ANSWERS), {}),
    (ml.logistic_gradient,
     (W, np.array(0.7), SAMPLES, 0.1 + 0.8 * ANSWERS), {}),
    (ml.cross_entropy_gradient, (LOGITS,), {"labels": torch.tensor(LABELS)}),
    (ml.softmax_regression_gradient, (CLASS_W, CLASS_B, SAMPLES),
     {"labels": torch.tensor(CLASSES)}),
    (ml.l2_penalty, (TRUE, 0.7), {}),
    (ml.l2_gradient, (TRUE, 0.7), {}),
    (ml.l1_penalty, (TRUE, 0.7), {}),
    (ml.batch_norm, (IMAGES[:3, :, 0, :2], MEAN, VAR, MEAN, VAR), {}),
    (ml.batch_norm, (IMAGES[:3, :, 0, :2], MEAN, VAR, MEAN, VAR),
     {"training": False}),
    (ml.boosting_leaf_weight, (FIRST, SECOND), {}),
    (ml.boosting_split_gain, (FIRST, SECOND), {"left": torch.tensor(LEFT)}),
]


@referee("gradient", ml.relu, ml.gelu, ml.silu, ml.layer_norm, ml.rms_norm,
         ml.cross_entropy_loss, ml.leaky_relu, ml.tanh, ml.gelu_derivative,
         ml.silu_derivative, ml.mse, ml.mae, ml.huber, ml.bce_with_logits,
         ml.sigmoid_focal_loss, ml.linear_regression_loss,
         ml.linear_regression_gradient, ml.logistic_loss,
         ml.logistic_gradient, ml.cross_entropy_gradient,
         ml.softmax_regression_gradient, ml.l2_penalty, ml.l2_gradient,
         ml.l1_penalty, ml.batch_norm, ml.boosting_leaf_weight,
         ml.boosting_split_gain)
@pytest.mark.parametrize("function, args, options", GRADIENTS)
def test_gradient(function, args, options):
    check_gradient(function, *args, **options)


@referee("gradient", ml.dropout, ml.kmeans_update)
def test_gradient_beside_what_is_drawn_or_counted():
    check_gradient(lambda x: ml.dropout(x, p=0.3, rng=draws(0)), X[0])
    labels = torch.tensor([0, 2, 0, 2, 2])
    C = torch.zeros(3, 2, dtype=torch.float64)
    check_gradient(
        lambda x: ml.kmeans_update(x, labels, C), POINTS_2D[:5]
    )


exempt("gradient", ml.kmeans_assign, because="integers come out")
exempt("gradient", ml.kmeans_plus_plus, because="a choice among the rows")
exempt("gradient", ml.kmeans, because="a search that starts at a choice")
exempt("gradient", ml.xavier_uniform, ml.xavier_normal, ml.he_normal,
       because="nothing goes in but widths and a generator")
exempt("library", ml.xavier_uniform, ml.xavier_normal, ml.he_normal,
       because="what is drawn belongs to NumPy")


def test_relu_has_derivative_zero_at_zero_and_keeps_nan():
    x = torch.zeros(1, requires_grad=True)
    ml.relu(x).backward()
    assert x.grad == 0
    assert np.isnan(ml.relu(np.nan))


@referee("property", ml.relu)
@given(seeds)
def test_relu_splits_numbers_by_sign(seed):
    x = np.random.default_rng(seed).normal(size=9)
    np.testing.assert_array_equal(ml.relu(x) - ml.relu(-x), x)
    np.testing.assert_array_equal(ml.relu(x) + ml.relu(-x), np.abs(x))
    np.testing.assert_allclose(ml.relu(3 * x), 3 * ml.relu(x))


@referee("property", ml.gelu, ml.silu)
@given(st.floats(-50, 50))
def test_smooth_gates_lie_beside_relu(x):
    for function, lowest in ((ml.gelu, -0.17), (ml.silu, -0.279)):
        y = float(function(x))
        assert lowest < y <= max(x, 0.0)
        # The gates for x and -x add up to one.
        assert math.isclose(y - float(function(-x)), x, abs_tol=1e-14)
    exact, fast = ml.gelu(x), ml.gelu(x, approximate="tanh")
    assert abs(float(exact - fast)) < 4.8e-4


@referee("property", ml.layer_norm)
@given(seeds, st.floats(0.5, 100.0), st.floats(-100.0, 100.0))
def test_layer_norm_forgets_scale_and_shift(seed, scale, shift):
    x = np.random.default_rng(seed).normal(size=(3, 16))
    y = ml.layer_norm(x, eps=0.0)
    np.testing.assert_allclose(y.mean(axis=-1), 0, atol=1e-12)
    np.testing.assert_allclose(y.var(axis=-1), 1)
    np.testing.assert_allclose(
        ml.layer_norm(scale * x + shift, eps=0.0), y, atol=1e-9
    )


@referee("property", ml.rms_norm)
@given(seeds, st.floats(1e-3, 1e3))
def test_rms_norm_forgets_scale_alone(seed, scale):
    x = np.random.default_rng(seed).normal(size=(3, 16))
    y = ml.rms_norm(x, eps=0.0)
    np.testing.assert_allclose(np.mean(y**2, axis=-1), 1)
    np.testing.assert_allclose(ml.rms_norm(scale * x, eps=0.0), y)
    assert not np.allclose(ml.rms_norm(x + 5.0, eps=0.0), y)
    centered = x - x.mean(axis=-1, keepdims=True)
    np.testing.assert_allclose(
        ml.rms_norm(centered, eps=1e-5), ml.layer_norm(x), atol=1e-12
    )


@referee("property", ml.cross_entropy_loss)
@given(seeds, st.integers(1, 6), st.integers(2, 6), st.floats(-500, 500))
def test_cross_entropy_is_a_cost(seed, n, n_classes, shift):
    rng = np.random.default_rng(seed)
    z, y = rng.normal(size=(n, n_classes)), rng.integers(n_classes, size=n)
    loss = ml.cross_entropy_loss(z, y, reduction="none")
    assert np.all(loss >= 0)
    np.testing.assert_allclose(
        ml.cross_entropy_loss(z + shift, y, reduction="none"), loss,
        atol=1e-10,
    )
    np.testing.assert_allclose(loss.mean(), ml.cross_entropy_loss(z, y))
    np.testing.assert_allclose(
        ml.cross_entropy_loss(0 * z, y), math.log(n_classes)
    )
    order = rng.permutation(n_classes)
    np.testing.assert_allclose(
        ml.cross_entropy_loss(z[:, order], np.argsort(order)[y]),
        loss.mean(),
    )


@referee("property", ml.leaky_relu, ml.tanh)
@given(st.floats(-30, 30), st.floats(0, 1))
def test_laws_of_leaky_relu_and_tanh(x, slope):
    y = float(ml.leaky_relu(x, negative_slope=slope))
    assert y == max(slope * x, x)
    t = float(ml.tanh(x))
    assert math.isclose(t, 2 * scipy.special.expit(2 * x) - 1, abs_tol=1e-15)
    assert -1 <= t <= 1 and t == -float(ml.tanh(-x))


@referee("property", ml.gelu_derivative, ml.silu_derivative)
@given(st.floats(-30, 30))
def test_slopes_of_smooth_gates(x):
    for function, derivative, most in (
        (ml.gelu, ml.gelu_derivative, 1.13),
        (ml.silu, ml.silu_derivative, 1.1),
    ):
        d = float(derivative(x))
        assert 1 - most <= d <= most
        # f(x) - f(-x) = x for both.
        assert math.isclose(d + float(derivative(-x)), 1, abs_tol=1e-12)
        h = 1e-5
        change = float(function(x + h)) - float(function(x - h))
        assert math.isclose(d, change / (2 * h), abs_tol=1e-8)


@referee("property", ml.mse, ml.mae, ml.huber)
@given(seeds, st.floats(0.05, 20.0))
def test_robust_losses(seed, delta):
    rng = draws(seed)
    y, y_hat = rng.normal(size=11), 3 * rng.normal(size=11)
    mse, mae = float(ml.mse(y, y_hat)), float(ml.mae(y, y_hat))
    assert mae**2 <= mse * (1 + 1e-12)
    huber = float(ml.huber(y, y_hat, delta=delta))
    assert huber <= min(mse / 2, delta * mae) * (1 + 1e-12)
    assert huber >= delta * mae - delta**2 / 2 - 1e-12
    # Far out it is one of the two.
    assert math.isclose(ml.huber(y, y_hat, delta=1e3), mse / 2)
    for f, best in ((ml.mse, np.mean), (ml.mae, np.median)):
        at_best = f(y, np.full(11, best(y)))
        assert at_best <= f(y, np.full(11, best(y) + rng.normal()))
    assert ml.huber(y, y + delta, delta=delta) == pytest.approx(delta**2 / 2)


@referee("property", ml.bce_with_logits, ml.sigmoid_focal_loss)
@given(seeds)
def test_yes_and_no_are_alike(seed):
    rng = draws(seed)
    z, y = 5 * rng.normal(size=7), 1.0 * (rng.random(7) < 0.5)
    loss = ml.bce_with_logits(z, y)
    np.testing.assert_allclose(ml.bce_with_logits(-z, 1 - y), loss)
    plain = ml.sigmoid_focal_loss(z, y, alpha=0.5, gamma=0.0)
    np.testing.assert_allclose(2 * plain.mean(), loss)
    focal = ml.sigmoid_focal_loss(z, y, alpha=0.5)
    assert np.all((0 <= focal) & (focal <= plain))
    np.testing.assert_allclose(
        ml.sigmoid_focal_loss(-z, 1 - y, alpha=0.3),
        ml.sigmoid_focal_loss(z, y, alpha=0.7),
    )
    # Two classes: softmax of (0, z).
    logits = np.stack([0 * z, z], axis=1)
    np.testing.assert_allclose(
        ml.cross_entropy_loss(logits, y.astype(int)), loss
    )


@referee("property", ml.linear_regression_loss, ml.linear_regression_gradient,
         ml.logistic_loss, ml.logistic_gradient)
@given(seeds, st.integers(1, 9), st.integers(1, 4))
def test_regression_losses_lie_above_their_tangents(seed, n, d):
    rng = draws(seed)
    X, w, v = rng.normal(size=(n, d)), rng.normal(size=d), rng.normal(size=d)
    y = rng.normal(size=n)
    rise = ml.linear_regression_loss(v, X, y) - (
        ml.linear_regression_loss(w, X, y)
    )
    slope = ml.linear_regression_gradient(w, X, y) @ (v - w)
    np.testing.assert_allclose(
        rise - slope, np.mean((X @ (v - w)) ** 2), atol=1e-10
    )
    y, b, c = 1.0 * (y > 0), rng.normal(), rng.normal()
    grad_w, grad_b = ml.logistic_gradient(w, b, X, y)
    rise = ml.logistic_loss(v, c, X, y) - ml.logistic_loss(w, b, X, y)
    assert rise >= grad_w @ (v - w) + grad_b * (c - b) - 1e-12
    # The bias is the weight of a column of ones.
    ones = np.append(w, b)
    together, _ = ml.logistic_gradient(ones, 0.0, with_ones(X), y)
    np.testing.assert_allclose(together, [*grad_w, grad_b])


@referee("property", ml.cross_entropy_gradient,
         ml.softmax_regression_gradient)
@given(seeds, st.integers(1, 6), st.integers(2, 5))
def test_softmax_gradients_add_up_to_zero(seed, n, K):
    rng = draws(seed)
    X, y = rng.normal(size=(n, 3)), rng.integers(K, size=n)
    weights, b = rng.normal(size=(K, 3)), rng.normal(size=K)
    error = ml.cross_entropy_gradient(X @ weights.T + b, y)
    np.testing.assert_allclose(error.sum(axis=1), 0, atol=1e-14)
    assert np.all((error < 0) == (np.arange(K) == y[:, None]))
    grad_W, grad_b = ml.softmax_regression_gradient(weights, b, X, y)
    np.testing.assert_allclose(grad_W.sum(axis=0), 0, atol=1e-13)
    np.testing.assert_allclose(grad_b, error.sum(axis=0))
    twice = ml.softmax_regression_gradient(
        weights, b, np.tile(X, (2, 1)), np.tile(y, 2)
    )
    np.testing.assert_allclose(twice[0], grad_W)


@referee("property", ml.l2_penalty, ml.l2_gradient, ml.l1_penalty)
@given(seeds, st.floats(0.0, 5.0))
def test_penalties_are_distances_from_zero(seed, alpha):
    w = draws(seed).normal(size=(3, 2))
    l1, l2 = ml.l1_penalty(w, alpha), ml.l2_penalty(w, alpha)
    assert l1 >= 0 and l2 >= 0 and ml.l1_penalty(0 * w, alpha) == 0
    np.testing.assert_allclose(ml.l1_penalty(-3 * w, alpha), 3 * l1)
    np.testing.assert_allclose(ml.l2_penalty(-3 * w, alpha), 9 * l2)
    # Euler: w times the gradient is twice a form of degree 2.
    np.testing.assert_allclose(np.sum(w * ml.l2_gradient(w, alpha)), 2 * l2)


@referee("property", ml.dropout)
@given(seeds, st.floats(0.0, 0.9))
def test_dropout_silences_or_raises(seed, p):
    x = draws(seed).normal(size=(3, 5))
    y = ml.dropout(x, p=p, rng=draws(seed))
    kept = y != 0
    np.testing.assert_allclose(y[kept], x[kept] / (1 - p))
    np.testing.assert_array_equal(
        ml.dropout(2 * x, p=p, rng=draws(seed)), 2 * y
    )


@referee("property", ml.batch_norm)
@given(seeds, st.floats(0.5, 50.0), st.floats(-50.0, 50.0))
def test_batch_norm_forgets_scale_and_shift(seed, scale, shift):
    x = draws(seed).normal(size=(6, 2, 3))
    y, mean, var = ml.batch_norm(x, MEAN, VAR, eps=0.0, momentum=1.0)
    np.testing.assert_allclose(y.mean(axis=(0, 2)), 0, atol=1e-12)
    np.testing.assert_allclose(y.var(axis=(0, 2)), 1)
    again, _, _ = ml.batch_norm(scale * x + shift, MEAN, VAR, eps=0.0)
    np.testing.assert_allclose(again, y, atol=1e-9)
    np.testing.assert_allclose(mean, x.mean(axis=(0, 2)), atol=1e-14)
    flat = x.swapaxes(0, 1).reshape(2, -1)
    np.testing.assert_allclose(var, flat.var(axis=1, ddof=1))
    # Samples of a batch know of one another; of a trained layer they don't.
    calm, *kept = ml.batch_norm(x, mean, var, training=False)
    alone, *_ = ml.batch_norm(x[:1], mean, var, training=False)
    np.testing.assert_allclose(calm[:1], alone)
    np.testing.assert_array_equal(kept, [mean, var])


@referee("property", ml.xavier_uniform, ml.xavier_normal, ml.he_normal)
@given(seeds, st.integers(1, 9), st.integers(1, 9))
def test_first_weights_scale_with_the_widths(seed, n_in, n_out):
    W = ml.xavier_uniform(n_in, n_out, rng=draws(seed))
    a = math.sqrt(6 / (n_in + n_out))
    np.testing.assert_allclose(
        W, a * draws(seed).uniform(-1, 1, size=(n_out, n_in)), atol=1e-15
    )
    standard = draws(seed).normal(size=(n_out, n_in))
    np.testing.assert_allclose(
        ml.xavier_normal(n_in, n_out, rng=draws(seed)), a / 3**0.5 * standard
    )
    np.testing.assert_allclose(
        ml.he_normal(n_in, n_out, rng=draws(seed)),
        (2 / n_in) ** 0.5 * standard,
    )


def objective(X, labels, C):
    return np.sum((X - C[labels]) ** 2)


@referee("property", ml.kmeans_assign, ml.kmeans_update, ml.kmeans,
         ml.kmeans_plus_plus)
@given(seeds, st.integers(1, 12), st.integers(1, 5))
def test_no_step_of_k_means_raises_the_objective(seed, n, K):
    rng = draws(seed)
    X, C, K = rng.normal(size=(n, 2)), rng.normal(size=(K, 2)), min(n, K)
    labels = rng.integers(len(C), size=n)
    J = objective(X, labels, C)
    for _ in range(3):
        C = ml.kmeans_update(X, labels, C)
        assert objective(X, labels, C) <= J * (1 + 1e-12)
        labels = ml.kmeans_assign(X, C)
        J_next = objective(X, labels, C)
        assert J_next <= J * (1 + 1e-12)
        J = J_next
    empty = np.setdiff1d(np.arange(len(C)), labels)
    np.testing.assert_array_equal(ml.kmeans_update(X, labels, C)[empty],
                                  C[empty])
    start = ml.kmeans_plus_plus(X, K, rng=draws(seed))
    assert all(any(np.array_equal(c, x) for x in X) for c in start)
    assert len(np.unique(start, axis=0)) == K
    C, labels, inertia = ml.kmeans(X, K, tol=0.0, rng=draws(seed))
    np.testing.assert_allclose(inertia, objective(X, labels, C), atol=1e-15)
    np.testing.assert_allclose(ml.kmeans_update(X, labels, C), C)
    first = objective(X, ml.kmeans_assign(X, start), start)
    assert inertia <= first * (1 + 1e-12)


@referee("property", ml.boosting_leaf_weight, ml.boosting_split_gain)
@given(seeds, st.floats(0.0, 5.0))
def test_a_split_that_may_be_ignored_never_costs(seed, reg_lambda):
    rng = draws(seed)
    g, h = rng.normal(size=9), rng.uniform(0.1, 1, 9)
    left = np.arange(9) < rng.integers(1, 9)
    options = {"reg_lambda": reg_lambda}
    gain = float(ml.boosting_split_gain(g, h, left, **options))
    other = float(ml.boosting_split_gain(g, h, ~left, **options))
    assert math.isclose(gain, other, abs_tol=1e-12)
    if reg_lambda == 0:
        assert gain >= -1e-12
    assert math.isclose(
        ml.boosting_split_gain(g, h, left, gamma=0.7, **options), gain - 0.7,
        abs_tol=1e-12,
    )
    w = float(ml.boosting_leaf_weight(g, h, **options))
    assert w * g.sum() <= 0
    y = rng.normal(size=9)
    plain = ml.boosting_leaf_weight(-y, np.ones(9), reg_lambda=0.0)
    assert math.isclose(plain, y.mean(), abs_tol=1e-12)


BAD = [
    (ml.leaky_relu, ("x",), {}, TypeError, "got str"),
    (ml.tanh, ("x",), {}, TypeError, "got str"),
    (ml.gelu_derivative, ("x",), {}, TypeError, "got str"),
    (ml.silu_derivative, ("x",), {}, TypeError, "got str"),
    (ml.mse, (TRUE, TRUE[:, :1]), {}, ValueError, "y_pred must have"),
    (ml.mse, ([], []), {}, ValueError, "y_true must not be empty"),
    (ml.mae, (TARGETS, TARGETS[:, None]), {}, ValueError, "y_pred must have"),
    (ml.mae, ([], []), {}, ValueError, "y_true must not be empty"),
    (ml.huber, (TRUE, TRUE[0]), {}, ValueError, "y_pred must have"),
    (ml.huber, (TRUE, TRUE), {"delta": 0.0}, ValueError, "delta must be"),
    (ml.bce_with_logits, (SCORES, HARD[:, None]), {}, ValueError,
     "targets must have"),
    (ml.bce_with_logits, (SCORES, HARD + 1), {}, ValueError,
     r"targets must lie in \[0, 1\]"),
    (ml.bce_with_logits, ([], []), {}, ValueError, "logits must not be empty"),
    (ml.sigmoid_focal_loss, (SCORES, HARD[1:]), {}, ValueError,
     "targets must have"),
    (ml.sigmoid_focal_loss, (SCORES, HARD), {"alpha": 2}, ValueError,
     "alpha must lie"),
    (ml.sigmoid_focal_loss, (SCORES, HARD), {"gamma": -1}, ValueError,
     "gamma must not"),
    (ml.cross_entropy_gradient, (LOGITS, LABELS[1:]), {}, ValueError,
     r"labels must have the shape \(7,\)"),
    (ml.cross_entropy_gradient, (LOGITS, LABELS + 0.0), {}, TypeError,
     "labels must be integers"),
    (ml.cross_entropy_gradient, (LOGITS, LABELS + 1), {}, ValueError,
     "labels must lie in 0 to 3"),
    (ml.softmax_regression_gradient,
     (CLASS_W.T, CLASS_B, SAMPLES, CLASSES), {}, ValueError, "x must have"),
    (ml.softmax_regression_gradient,
     (CLASS_W, CLASS_B, SAMPLES, CLASSES[:, None]), {}, ValueError,
     "labels must have"),
    (ml.softmax_regression_gradient,
     (CLASS_W, CLASS_B, SAMPLES[:0], CLASSES[:0]), {}, ValueError,
     "X must have at least one row"),
    *[
        (function, (*b, X_, y), {}, ValueError, words)
        for function, y_ in (
            (ml.linear_regression_loss, TARGETS),
            (ml.linear_regression_gradient, TARGETS),
            (ml.logistic_loss, ANSWERS), (ml.logistic_gradient, ANSWERS),
        )
        for w, X_, y, words in (
            (W, SAMPLES, y_[:, None], r"y must have the shape \(9,\)"),
            (W[1:], SAMPLES, y_, r"w must have the shape \(3,\)"),
            (W, SAMPLES[0], y_, "X must have the shape"),
            (W, SAMPLES[:0], y_[:0], "X must have at least one row"),
        )
        for b in [(w, 0.7) if "logistic" in function.__name__ else (w,)]
    ],
    (ml.logistic_loss, (W, CLASS_B, SAMPLES, ANSWERS), {}, ValueError,
     "b must have"),
    (ml.logistic_gradient, (W, 0.0, SAMPLES, ANSWERS + 1), {}, ValueError,
     "targets must lie"),
    (ml.l2_penalty, (W, -1), {}, ValueError, "alpha must not be negative"),
    (ml.l2_gradient, (W, -1), {}, ValueError, "alpha must not be negative"),
    (ml.l1_penalty, (W, -1), {}, ValueError, "alpha must not be negative"),
    (ml.dropout, (X,), {"p": 1.5, "rng": RNG}, ValueError, "p must be a"),
    (ml.dropout, (X,), {"rng": 3}, TypeError, "rng must be"),
    (ml.batch_norm, (MEAN, MEAN, VAR), {}, ValueError, "x must have the"),
    (ml.batch_norm, (IMAGES, MEAN[1:], VAR), {}, ValueError,
     r"running_mean must have the shape \(2,\)"),
    (ml.batch_norm, (IMAGES, MEAN, VAR, WEIGHT), {}, ValueError,
     "weight must have"),
    (ml.batch_norm, (IMAGES[:1, :, 0, 0], MEAN, VAR), {}, ValueError,
     "at least twice"),
    (ml.xavier_uniform, (0, 3), {"rng": RNG}, ValueError, "fan_in must"),
    (ml.xavier_uniform, (3, 3), {"rng": 0}, TypeError, "rng must be"),
    (ml.xavier_normal, (3, 0), {"rng": RNG}, ValueError, "fan_out must"),
    (ml.xavier_normal, (3, 3), {"rng": 0}, TypeError, "rng must be"),
    (ml.he_normal, (3, 0), {"rng": RNG}, ValueError, "fan_out must"),
    (ml.he_normal, (3, 3), {"rng": 0}, TypeError, "rng must be"),
    (ml.kmeans_assign, (POINTS_2D, POINTS_2D[:0]), {}, ValueError,
     r"centroids must have the shape \(K, 2\)"),
    (ml.kmeans_assign, (POINTS_2D, SAMPLES), {}, ValueError,
     "centroids must have"),
    (ml.kmeans_assign, (W, SAMPLES), {}, ValueError, "X must have the shape"),
    (ml.kmeans_update, (SAMPLES, CLASSES[1:], CLASS_W), {}, ValueError,
     "labels must have"),
    (ml.kmeans_update, (SAMPLES, CLASSES + 4, CLASS_W), {}, ValueError,
     "labels must lie"),
    (ml.kmeans_update, (SAMPLES, TARGETS, CLASS_W), {}, TypeError,
     "labels must be integers"),
    (ml.kmeans_plus_plus, (SAMPLES, 10), {"rng": RNG}, ValueError,
     "n_clusters must be at least 1 and at most 9"),
    (ml.kmeans_plus_plus, (SAMPLES, 2), {"rng": None}, TypeError,
     "rng must be"),
    (ml.kmeans, (SAMPLES, 0), {"rng": RNG}, ValueError, "n_clusters must"),
    (ml.kmeans, (SAMPLES, 2), {"rng": RNG, "tol": -1}, ValueError,
     "tol must not"),
    (ml.kmeans, (SAMPLES, 2), {"rng": RNG, "max_iter": 0}, ValueError,
     "max_iter must"),
    (ml.boosting_leaf_weight, (FIRST, SECOND[1:]), {}, ValueError,
     "hessians must have"),
    (ml.boosting_leaf_weight, (FIRST, -SECOND), {}, ValueError,
     "hessians and reg_lambda must add up"),
    (ml.boosting_leaf_weight, (FIRST, SECOND), {"reg_lambda": -1},
     ValueError, "reg_lambda must not"),
    (ml.boosting_split_gain, (FIRST, SECOND, LEFT[1:]), {}, ValueError,
     "left must have"),
    (ml.boosting_split_gain, (FIRST, SECOND, 1 * LEFT), {}, TypeError,
     "left must be boolean"),
    (ml.boosting_split_gain, (FIRST, SECOND, LEFT | True),
     {"reg_lambda": 0.0}, ValueError, "hessians and reg_lambda must add up"),
    (ml.relu, ("x",), {}, TypeError, "got str"),
    (ml.gelu, (X,), {"approximate": "sigmoid"}, ValueError, "approximate"),
    (ml.silu, ("x",), {}, TypeError, "got str"),
    (ml.layer_norm, (X, WEIGHT[1:]), {}, ValueError,
     r"weight must have shape \(6,\)"),
    (ml.layer_norm, (X, WEIGHT, BIAS[None]), {}, ValueError, "bias must"),
    (ml.layer_norm, (1.0,), {}, ValueError, "x must have shape"),
    (ml.rms_norm, (X, WEIGHT[1:]), {}, ValueError,
     r"weight must have shape \(6,\)"),
    (ml.rms_norm, (1.0,), {}, ValueError, "x must have shape"),
    (ml.cross_entropy_loss, (LOGITS, LABELS[1:]), {}, ValueError,
     r"labels must have the shape \(7,\)"),
    (ml.cross_entropy_loss, (1.0, 0), {}, ValueError, "logits must have"),
    (ml.cross_entropy_loss, (LOGITS, LABELS + 0.0), {}, TypeError,
     "labels must be integers"),
    (ml.cross_entropy_loss, (LOGITS, LABELS + (LABELS == 3)), {}, ValueError,
     "labels must lie in 0 to 3"),
    (ml.cross_entropy_loss, (LOGITS, LABELS - (LABELS == 0)), {}, ValueError,
     "labels must lie in 0 to 3"),
    (ml.cross_entropy_loss, (LOGITS, LABELS), {"reduction": "avg"},
     ValueError, "reduction must be"),
    (ml.cross_entropy_loss, (LOGITS, LABELS), {"label_smoothing": 1.5},
     ValueError, "label_smoothing must lie"),
]


@referee("bad input", *dict.fromkeys(row[0] for row in BAD))
@pytest.mark.parametrize("function, args, options, error, words", BAD)
def test_bad_input(function, args, options, error, words):
    with pytest.raises(error, match=words):
        function(*args, **options)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize("function", [
    ml.relu, ml.gelu, ml.silu, ml.layer_norm, ml.rms_norm, ml.leaky_relu,
    ml.tanh, ml.gelu_derivative, ml.silu_derivative,
])
def test_half_precision_goes_in_and_comes_out(function, dtype):
    x = torch.tensor(X).to(dtype)
    got = function(x)
    assert got.dtype == dtype
    torch.testing.assert_close(got.double(), function(x.double()),
                               rtol=0.02, atol=0.02)


@pytest.mark.parametrize("function", [ml.layer_norm, ml.rms_norm])
def test_norms_sum_half_precision_in_single(function):
    # Squares of 300 overflow float16; a thousand of them even more so.
    x = 300 * torch.randn(1000, generator=torch.Generator().manual_seed(0))
    got = function(x.to(torch.float16)).double()
    torch.testing.assert_close(got, function(x.double()), rtol=0.002,
                               atol=0.002)


def test_empty_batch_of_norms():
    assert ml.rms_norm(np.ones((0, 4))).shape == (0, 4)
    assert ml.layer_norm(np.ones((0, 4))).shape == (0, 4)
