"""mathlib.optimization against torch.optim, SciPy, scikit-learn, theorems.

The optimizers run for 120 steps on a real problem: the weights of a small
network's hidden layer, which reads handwritten digits.
"""

import functools
import math

import numpy as np
import pytest
import scipy.linalg
import scipy.optimize
import scipy.special
from hypothesis import given
from hypothesis import strategies as hs
from referees import check_gradient, exempt, referee
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.linear_model import Lasso

import mathlib.optimization as op

RNG = np.random.default_rng(8)
STEPS = 120


def draws(seed):
    return np.random.default_rng(seed)


def normal(*shape):
    return RNG.normal(size=shape)


# ------------------------------------------------------------ a real problem

DIGITS = load_digits()
IMAGES = DIGITS.images.mean(axis=2)[:400] / 4 - 1  # mean of each row of ink
ONE_HOT = np.eye(10)[DIGITS.target[:400]]
READ_OUT = normal(10, 12)
START = 0.5 * normal(12, 8)
SQUARE = START[:8]
EVERY = np.arange(400)
BATCHES = [RNG.permutation(400)[:64] for _ in range(STEPS)]


def four_epochs(rng):
    """Yield batches of 13 rows; the last of each epoch has ten."""
    for _ in range(4):
        order = rng.permutation(400)
        for i in range(0, 400, 13):
            yield order[i : i + 13]


PLANS = {
    "batches": BATCHES, "whole": [EVERY] * STEPS,
    "epochs": list(four_epochs(draws(3))),
}


def slope(W, rows):
    """Return the gradient of the cross-entropy by the hidden weights."""
    x, V = IMAGES[rows], READ_OUT[:, : len(W)]
    h = np.tanh(x @ W.T)
    error = scipy.special.softmax(h @ V.T, axis=1) - ONE_HOT[rows]
    return ((error @ V) * (1 - h**2)).T @ x / len(x)


def torch_loss(W, rows):
    """Return the same loss by torch, to be differentiated by torch."""
    import torch

    x = torch.tensor(IMAGES[rows])
    V = torch.tensor(READ_OUT[:, : len(W)])
    labels = torch.tensor(DIGITS.target[:400][rows])
    return torch.nn.functional.cross_entropy(torch.tanh(x @ W.T) @ V.T, labels)


@functools.cache
def torch_path(name, plan="batches", hidden=12, **options):
    """Return where one of torch's optimizers goes, step after step."""
    torch = pytest.importorskip("torch")
    W = torch.tensor(START[:hidden], requires_grad=True)
    optimizer, path = getattr(torch.optim, name)([W], **options), []
    for rows in PLANS[plan]:
        optimizer.zero_grad()
        torch_loss(W, rows).backward()
        optimizer.step()
        path.append(W.detach().numpy().copy())
    return path


def batches_for(library):
    # The strict library is slow, and there to see that all is standard.
    return BATCHES[:20] if library.name.startswith("strict") else BATCHES


def walk(library, step, memories=1, start=START):
    """Return where our steps go; a step gets (W, gradient, *memory, t)."""
    W = library.asarray(start)
    memory = [library.asarray(0 * start)] * memories
    found = []
    for t, rows in enumerate(batches_for(library), start=1):
        gradient = library.asarray(slope(library.to_numpy(W), rows))
        W, *memory = step(W, gradient, *memory, t)
        assert library.owns(W)
        found.append(library.to_numpy(W))
    return found


def assert_same_path(library, found, expected):
    assert len(expected) == STEPS
    assert np.abs(expected[-1] - expected[0]).max() > 0.1
    expected = expected[: len(batches_for(library))]
    np.testing.assert_allclose(
        np.stack(found), np.stack(expected), rtol=1e-7, atol=1e-8
    )


def dampened(W, gradient, velocity, t):
    # torch leaves dampening out at its first step.
    return op.momentum_step(
        W, gradient, velocity, lr=0.2, beta=0.8,
        dampening=0.8 if t > 1 else 0.0,
    )


# name: whose, the step, how many arrays it remembers, torch's, its options
RACE = {
    "momentum": (
        op.momentum_step,
        lambda W, g, v, t: op.momentum_step(W, g, v, lr=0.05), 1,
        "SGD", dict(lr=0.05, momentum=0.9),
    ),
    "dampening": (
        op.momentum_step,
        dampened, 1, "SGD", dict(lr=0.2, momentum=0.8, dampening=0.8),
    ),
    "AdaGrad": (
        op.adagrad_step,
        lambda W, g, v, t: op.adagrad_step(W, g, v, lr=0.1), 1,
        "Adagrad", dict(lr=0.1),
    ),
    "RMSProp": (
        op.rmsprop_step,
        lambda W, g, v, t: op.rmsprop_step(W, g, v, lr=0.01), 1,
        "RMSprop", dict(lr=0.01),
    ),
    "RMSProp, its options": (
        op.rmsprop_step,
        lambda W, g, v, t: op.rmsprop_step(W, g, v, lr=0.01, rho=0.9,
                                           eps=0.1), 1,
        "RMSprop", dict(lr=0.01, alpha=0.9, eps=0.1),
    ),
    "Adam": (
        op.adam_step,
        lambda W, g, m, v, t: op.adam_step(W, g, m, v, t, lr=0.02), 2,
        "Adam", dict(lr=0.02),
    ),
    "Adam, as it comes": (
        op.adam_step, op.adam_step, 2, "Adam", {},
    ),
    "AdamW, as it comes": (
        op.adamw_step, op.adamw_step, 2, "AdamW", {},
    ),
    "AdamW": (
        op.adamw_step,
        lambda W, g, m, v, t: op.adamw_step(
            W, g, m, v, t, lr=0.02, weight_decay=0.5), 2,
        "AdamW", dict(lr=0.02, weight_decay=0.5),
    ),
    "AdamW, its options": (
        op.adamw_step,
        lambda W, g, m, v, t: op.adamw_step(
            W, g, m, v, t, lr=0.02, beta1=0.8, beta2=0.95, eps=0.01), 2,
        "AdamW", dict(lr=0.02, betas=(0.8, 0.95), eps=0.01),
    ),
}


@referee("oracle", op.momentum_step, op.adagrad_step, op.rmsprop_step,
         op.adam_step, op.adamw_step)
@pytest.mark.parametrize("row", list(RACE.values()), ids=list(RACE))
def test_step_for_step_as_torch(library, row):
    _, step, memories, name, options = row
    expected = torch_path(name, **options)
    assert_same_path(library, walk(library, step, memories), expected)


def test_l2_in_the_gradient_is_not_adamw(library):
    def step(W, g, m, v, t):
        return op.adam_step(W, g + 0.5 * W, m, v, t, lr=0.02)

    expected = torch_path("Adam", lr=0.02, weight_decay=0.5)
    assert_same_path(library, walk(library, step, 2), expected)
    decoupled = torch_path("AdamW", lr=0.02, weight_decay=0.5)
    assert np.abs(expected[-1] - decoupled[-1]).max() > 0.1


@referee("oracle", op.gradient_descent, op.sgd)
def test_descent_and_sgd_as_torch(library):
    n = len(batches_for(library))
    expected = torch_path("SGD", "whole", lr=0.3)
    found = op.gradient_descent(
        lambda W: library.asarray(slope(library.to_numpy(W), EVERY)),
        library.asarray(START), lr=0.3, steps=n,
    )
    library.assert_close(found, expected[n - 1], rtol=1e-8)

    seen = []

    def grad(W, batch):
        seen.append(library.to_numpy(W))
        images, rows = map(library.to_numpy, batch)
        np.testing.assert_array_equal(images, IMAGES[rows])
        return library.asarray(slope(seen[-1], rows))

    data = library.asarray(IMAGES), library.asarray(EVERY)
    found = op.sgd(
        grad, library.asarray(START), data, lr=0.1, batch_size=13, epochs=4,
        rng=draws(3),
    )
    expected = torch_path("SGD", "epochs", lr=0.1)
    library.assert_close(found, expected[-1], rtol=1e-8)
    np.testing.assert_allclose(
        np.stack(seen[1:]), np.stack(expected[:-1]), rtol=1e-7, atol=1e-9
    )
    assert len(seen) == 4 * 31


@referee("oracle", op.nesterov_step)
def test_nesterov_is_torch_seen_from_the_point_ahead(library):
    expected = torch_path("SGD", lr=0.05, momentum=0.9, nesterov=True)
    lr, beta = 0.05, 0.9
    W, velocity = map(library.asarray, (START, 0 * START))
    ahead = []
    for rows in batches_for(library):
        def grad(X, rows=rows):
            return library.asarray(slope(library.to_numpy(X), rows))

        W, velocity = op.nesterov_step(W, grad, velocity, lr=lr, beta=beta)
        ahead.append(library.to_numpy(W - lr * beta * velocity))
    assert_same_path(library, ahead, expected)


@referee("oracle", op.muon_step)
@pytest.mark.parametrize("nesterov", [True, False])
@pytest.mark.parametrize("hidden", [12, 6])
def test_muon_as_torch_in_double_precision(library, nesterov, hidden):
    expected = torch_muon_in_double_precision(hidden, nesterov)
    ratio = math.sqrt(max(1, hidden / 8))
    found = walk(library, lambda W, g, v, t: op.muon_step(
        W, g, v, lr=0.02 * ratio, nesterov=nesterov
    ), start=START[:hidden])
    assert_same_path(library, found, expected)


@functools.cache
def torch_muon_in_double_precision(hidden, nesterov):
    """Run torch's Muon with its bfloat16 switched off."""
    torch = pytest.importorskip("torch")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch.Tensor, "bfloat16", torch.Tensor.clone)
        return torch_path(
            "Muon", hidden=hidden, lr=0.02, weight_decay=0.0,
            nesterov=nesterov, eps=1.1e-7,  # no path of others' in the cache
        )


def test_muon_in_sixteen_bits():
    """The real thing: torch's own bfloat16, step by step from its weights."""
    torch = pytest.importorskip("torch")
    rounded = torch_path("Muon", lr=0.02, weight_decay=0.0)
    velocity, before = 0 * START, START
    for rows, after in zip(BATCHES, rounded, strict=True):
        mine, velocity = op.muon_step(
            before, slope(before, rows), velocity, lr=0.02 * math.sqrt(1.5)
        )
        moved = np.linalg.norm(after - before)
        assert np.linalg.norm(mine - after) < 0.05 * moved
        before = after
    G = torch.tensor(normal(5, 9)).bfloat16()
    assert op.newton_schulz(G).dtype == torch.bfloat16


# SOAP, SAM and K-FAC are not in torch: each once more, in another way.


@functools.cache
def soap_from_history(lr):
    """Run SOAP on the whole history, as a matrix of size mn x mn.

    L is M M^T for a matrix M of all gradients, weighted, side by side: its
    eigenvectors are the singular vectors of M.  Averages are weighted sums.
    """
    W, gradients, squares, found = SQUARE, [], [], []
    m, n = SQUARE.shape
    for rows in BATCHES:
        g = slope(W, rows)
        if gradients:
            t = len(gradients)
            age = 0.95 ** (np.arange(t, 0, -1) / 2)
            wide = np.hstack([a * G for a, G in zip(age, gradients,
                                                    strict=True)])
            tall = np.vstack([a * G for a, G in zip(age, gradients,
                                                    strict=True)])
            left = np.linalg.svd(wide)[0][:, ::-1]
            right = np.linalg.svd(tall)[2][::-1].T
            basis = np.kron(left, right)
            squares.append((basis.T @ g.ravel()) ** 2)
            weights = 0.95 ** np.arange(t - 1, -1, -1.0)
            weights /= weights.sum()
            mean = weights @ [G.ravel() for G in [*gradients[1:], g]]
            step = basis.T @ mean / (np.sqrt(weights @ squares) + 1e-8)
            W = W - lr * (basis @ step).reshape(m, n)
        gradients.append(g)
        found.append(W)
    return found


@referee("oracle", op.soap_step)
def test_soap_as_from_its_whole_history(library):
    def step(W, g, state, t):
        return op.soap_step(W, g, state if t > 1 else None, lr=0.02)

    found = walk(library, step, start=SQUARE)
    expected = soap_from_history(0.02)
    np.testing.assert_array_equal(found[0], SQUARE)
    assert_same_path(library, found, expected)


def test_soap_state():
    g, zeros = normal(3, 3), np.zeros((3, 3))
    W, first = op.soap_step(SQUARE[:3, :3], g, None, lr=0.1)
    np.testing.assert_array_equal(W, SQUARE[:3, :3])
    np.testing.assert_allclose(first["L"], 0.05 * g @ g.T)
    np.testing.assert_allclose(first["R"], 0.05 * g.T @ g)
    np.testing.assert_array_equal(first["m"], zeros)
    kept = {k: np.copy(v) for k, v in first.items()}
    # In its own basis this gradient is diagonal: Adam's first step there is
    # a sign for each singular value, that is, lr times U V^T.
    moved, second = op.soap_step(W, g, first, lr=0.1)
    U, _, Vt = np.linalg.svd(g)
    np.testing.assert_allclose(moved, W - 0.1 * U @ Vt, atol=1e-6)
    assert second["t"] == 1 and first["t"] == 0
    for k, v in kept.items():
        np.testing.assert_array_equal(first[k], v)


@functools.cache
def sam_by_torch(lr, rho):
    """Climb in place, go back through the loss, and let torch's SGD step."""
    torch = pytest.importorskip("torch")
    W = torch.tensor(START, requires_grad=True)
    sgd, found = torch.optim.SGD([W], lr=lr), []
    for rows in BATCHES:
        sgd.zero_grad()
        torch_loss(W, rows).backward()
        with torch.no_grad():
            climb = rho * torch.nn.functional.normalize(W.grad.ravel(), dim=0)
            W += climb.reshape(W.shape)
        sgd.zero_grad()
        torch_loss(W, rows).backward()
        with torch.no_grad():
            W -= climb.reshape(W.shape)
        sgd.step()
        found.append(W.detach().numpy().copy())
    return found


@referee("oracle", op.sam_step)
def test_sam_as_two_backward_passes(library):
    def step(W, _, t):
        return [op.sam_step(W, lambda X: library.asarray(
            slope(library.to_numpy(X), BATCHES[t - 1])), lr=0.2, rho=0.3)]

    assert_same_path(library, walk(library, step, 0), sam_by_torch(0.2, 0.3))


def read_out_slope(V, rows):
    """Return the gradient by an output layer, 10 x 8, and its deltas."""
    x = IMAGES[rows]
    deltas = scipy.special.softmax(x @ V.T, axis=1) - ONE_HOT[rows]
    return deltas.T @ x / len(x), deltas


@functools.cache
def kfac_by_kronecker(lr, damping):
    """Solve one system of size 80 at each step, by SciPy."""
    V, found = 0.1 * READ_OUT[:, :8], []
    for rows in BATCHES:
        gradient, deltas = read_out_slope(V, rows)
        A, S = (
            np.mean([np.outer(row, row) for row in x], axis=0)
            + damping * np.eye(x.shape[1])
            for x in (IMAGES[rows], deltas)
        )
        step = scipy.linalg.solve(
            np.kron(A, S), gradient.ravel("F"), assume_a="pos"
        )
        V = V - lr * step.reshape(8, 10).T
        found.append(V)
    return found


@referee("oracle", op.kfac_update)
def test_kfac_as_one_system_of_kronecker_size(library):
    V, found = library.asarray(0.1 * READ_OUT[:, :8]), []
    for rows in batches_for(library):
        gradient, deltas = read_out_slope(library.to_numpy(V), rows)
        V = V + op.kfac_update(
            *map(library.asarray, (gradient, IMAGES[rows], deltas)),
            lr=0.05, damping=0.1,
        )
        found.append(library.to_numpy(V))
    assert_same_path(library, found, kfac_by_kronecker(0.05, 0.1))


@functools.cache
def shampoo_by_powers(lr):
    W, L, R, found = START, np.zeros((12, 12)), np.zeros((8, 8)), []
    for rows in BATCHES:
        g = slope(W, rows)
        L, R = L + g @ g.T, R + g.T @ g
        left, right = (
            scipy.linalg.fractional_matrix_power(
                A + 1e-6 * np.eye(len(A)), -0.25
            ).real
            for A in (L, R)
        )
        W = W - lr * left @ g @ right
        found.append(W)
    return found


@referee("oracle", op.shampoo_step)
def test_shampoo_by_matrix_powers(library):
    sides = [library.asarray(np.zeros((k, k))) for k in (12, 8)]

    def step(W, g, t):
        W, *sides[:] = op.shampoo_step(W, g, *sides, lr=0.1)
        return [W]

    assert_same_path(library, walk(library, step, 0), shampoo_by_powers(0.1))


# ------------------------------------------------------------ Newton & friends

X_RAW, TUMOURS = load_breast_cancer(return_X_y=True)
PATIENTS = ((X_RAW - X_RAW.mean(axis=0)) / X_RAW.std(axis=0))[:, :5]


def tumour_loss(w):
    z = PATIENTS @ w
    return np.mean(np.logaddexp(0, z) - TUMOURS * z) + 0.01 * w @ w / 2


def tumour_slope(w):
    error = scipy.special.expit(PATIENTS @ w) - TUMOURS
    return PATIENTS.T @ error / len(PATIENTS) + 0.01 * w


def tumour_hessian(w):
    p = scipy.special.expit(PATIENTS @ w)
    weighted = PATIENTS * (p * (1 - p))[:, None]
    return PATIENTS.T @ weighted / len(PATIENTS) + 0.01 * np.eye(5)


@referee("oracle", op.newton_step, op.natural_gradient_step)
def test_newton_finds_what_scipy_finds(library):
    expected = scipy.optimize.minimize(
        tumour_loss, np.zeros(5), jac=tumour_slope, hess=tumour_hessian,
        method="trust-exact", options={"gtol": 1e-12},
    ).x
    w, errors = library.asarray(np.zeros(5)), []
    # Of a logistic model the Fisher matrix is the Hessian.
    for step, options in ((op.newton_step, {}),
                          (op.natural_gradient_step, {"lr": 1.0})):
        w = library.asarray(np.zeros(5))
        for _ in range(8):
            at = library.to_numpy(w)
            errors.append(np.abs(at - expected).max())
            w = step(w, library.asarray(tumour_slope(at)),
                     library.asarray(tumour_hessian(at)), **options)
        library.assert_close(w, expected, rtol=1e-9)
    # Digits double: the error is squared at each step.
    assert errors[5] < errors[4] ** 2 and errors[4] < 0.1


@referee("oracle", op.newton_step, op.natural_gradient_step, op.kfac_update)
def test_steps_that_solve_against_scipy(library):
    A, theta, g = normal(4, 4), normal(4), normal(4)
    H = A + A.T  # indefinite
    for damping in (0.0, 0.7):
        step = scipy.linalg.solve(H + damping * np.eye(4), g)
        library.agrees(
            op.newton_step, theta - step, theta, g, H, damping=damping
        )
        library.agrees(
            op.natural_gradient_step, theta - 0.3 * step, theta, g, H,
            lr=0.3, damping=damping,
        )
    a, d, G = normal(7, 3), normal(7, 4), normal(4, 3)
    A, S = np.cov(a.T, bias=True), np.cov(d.T, bias=True)
    A += np.outer(a.mean(0), a.mean(0)) + 0.2 * np.eye(3)
    S += np.outer(d.mean(0), d.mean(0)) + 0.2 * np.eye(4)
    library.agrees(
        op.kfac_update,
        -0.3 * scipy.linalg.inv(S) @ G @ scipy.linalg.inv(A), G, a, d,
        lr=0.3, damping=0.2,
    )


@pytest.mark.parametrize("seed", range(10))
def test_singular_is_singular_although_rounding_hides_it(library, seed):
    # Rank 4 of 5: the last pivot is a rounding error, not 0.
    a = draws(seed).normal(size=(4, 5))
    H, g, G, rows, deltas = map(library.asarray, (
        a.T @ a, np.ones(5), np.ones((1, 5)), a, np.ones((4, 1))
    ))
    with pytest.raises(ValueError, match="hessian must not be singular"):
        op.newton_step(g, g, H)
    with pytest.raises(ValueError, match="fisher must not be singular"):
        op.natural_gradient_step(g, g, H, lr=1.0)
    with pytest.raises(ValueError, match="activations must not be singular"):
        op.kfac_update(G, rows, deltas, lr=1.0, damping=0.0)
    for broken in (0 * H, library.asarray(np.ones((5, 5)))):
        with pytest.raises(ValueError, match="hessian must not be singular"):
            op.newton_step(g, g, broken)


def test_units_do_not_make_a_matrix_singular():
    B, g = draws(0).normal(size=(6, 6)), draws(1).normal(size=6)
    H, units = B @ B.T + np.eye(6), 10.0 ** np.arange(-9, 9, 3)
    step = op.newton_step(0 * g, units * g, H * units * units[:, None])
    np.testing.assert_allclose(
        step * units, op.newton_step(0 * g, g, H), rtol=1e-9
    )
    ill = scipy.linalg.hilbert(9)
    found = op.newton_step(np.zeros(9), -ill @ np.ones(9), ill)
    np.testing.assert_allclose(found, 1, rtol=1e-3)


def test_newton_walks_to_a_saddle_unless_damped():
    H = np.diag([2.0, -1.0])
    theta = np.array([1.0, 0.5])
    np.testing.assert_allclose(
        op.newton_step(theta, H @ theta, H), 0, atol=1e-15
    )
    x, y = op.newton_step(theta, H @ theta, H, damping=3.0)
    assert abs(x) < 1 and y > 0.5


# -------------------------------------------------------- tables of examples


def polar(G, steps=5):
    """Iterate on the singular values alone."""
    U, s, Vt = np.linalg.svd(G, full_matrices=False)
    s = s / max(math.sqrt(np.sum(s**2)), 1e-7)
    for _ in range(steps):
        s = 3.4445 * s - 4.775 * s**3 + 2.0315 * s**5
    return (U * s) @ Vt


def lasso(X, y, alpha):
    return Lasso(
        alpha, fit_intercept=False, tol=1e-14, max_iter=100_000
    ).fit(X, y).coef_


def on_simplex(v):
    """Find the shift by a root finder."""
    tau = scipy.optimize.brentq(
        lambda tau: np.maximum(v - tau, 0).sum() - 1,
        v.min() - 1, v.max(), xtol=1e-14,
    )
    return np.maximum(v - tau, 0)


def torch_schedule(name, steps, **options):
    torch = pytest.importorskip("torch")
    sgd = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.4)
    schedule = getattr(torch.optim.lr_scheduler, name)(sgd, **options)
    found = []
    for _ in range(steps):
        found.append(schedule.get_last_lr()[0])
        sgd.step()
        schedule.step()
    return np.array(found)


def unit(x):
    return x / np.linalg.norm(x, axis=-1, keepdims=True)


TALL, WIDE = normal(6, 3), normal(3, 6)
# Singular values that differ little, so that few steps are enough.
ROWS = np.linalg.qr(normal(9, 4))[0] @ np.diag([3.0, 4, 5, 6]) @ (
    np.linalg.qr(normal(4, 4))[0]
)
POINTS = unit(normal(5, 3))
TARGETS = ROWS @ [2.0, -1, 0, 0] + 0.1 * normal(9)
LOGITS = normal(4, 5)
TANGENT = normal(5, 3)
BOX2 = np.ones((2, 2))
ANGLES = np.array([0.0, 1e-9, 1e-5, 1.0, 3.0, np.pi - 1e-9])
NORTH = np.tile([1.0, 0.0], (6, 1))
TURNED = np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=-1)

TABLE = [
    (op.gd_contraction, (np.array([1.0, 5, 20]), 0.1), {},
     np.array([0.9, 0.5, -1])),
    (op.gradient_descent, (lambda w: 5 * w - 8, np.array([0.0])),
     {"lr": 0.1, "steps": 0}, np.array([0.0])),
    (op.gradient_descent, (lambda w: 5 * w - 8, np.array([0.0])),
     {"lr": 0.1, "steps": 20}, np.array([1.6 - 1.6 / 2**20])),
    (op.momentum_step, (TALL, TALL**2, TALL**3),
     {"lr": 0.1, "beta": 0.5, "dampening": 0.25},
     (TALL - 0.05 * TALL**3 - 0.075 * TALL**2,
      0.5 * TALL**3 + 0.75 * TALL**2)),
    (op.nesterov_step, (np.array([1.0]), lambda x: 2 * x, np.array([3.0])),
     {"lr": 0.1}, (np.array([0.584]), np.array([4.16]))),
    (op.adagrad_step, (np.array([1.0]), np.array([3.0]), np.array([7.0])),
     {"lr": 0.1, "eps": 1.0}, (np.array([0.94]), np.array([16.0]))),
    (op.rmsprop_step, (np.array([1.0]), np.array([4.0]), np.array([1.0])),
     {"lr": 0.1, "rho": 0.75, "eps": 0.5},
     (np.array([1 - 0.4 / (math.sqrt(4.75) + 0.5)]), np.array([4.75]))),
    (op.adam_step, (*np.array([[1.0], [4], [0], [0]]), 1),
     {"lr": 0.1, "eps": 0.0},
     (np.array([0.9]), np.array([0.4]), np.array([0.016]))),
    (op.adam_step, (TALL, 0 * TALL, 0 * TALL, 0 * TALL, 1), {},
     (TALL, 0 * TALL, 0 * TALL)),
    (op.adam_step, (*np.array([[1.0], [4], [1], [1]]), 3),
     {"lr": 0.1, "beta1": 0.0, "beta2": 0.0, "eps": 1.0},
     (np.array([0.92]), np.array([4.0]), np.array([16.0]))),
    (op.adamw_step, (*np.array([[2.0], [4], [0], [0]]), 1),
     {"lr": 0.1, "weight_decay": 0.5, "eps": 0.0},
     (np.array([1.8]), np.array([0.4]), np.array([0.016]))),
    # Gradients so small that eps is half of the denominator.
    (op.adagrad_step, (np.zeros(1), np.array([1e-10]), np.zeros(1)),
     {"lr": 1.0}, (np.array([-0.5]), np.array([1e-20]))),
    (op.rmsprop_step, (np.zeros(1), np.array([1e-7]), np.zeros(1)),
     {"lr": 1.0}, (np.array([-5.0]), np.array([1e-16]))),
    (op.adam_step, (np.zeros(1), np.array([1e-8]), *np.zeros((2, 1)), 1),
     {"lr": 1.0}, (np.array([-0.5]), np.array([1e-9]), np.array([1e-19]))),
    (op.adamw_step, (np.zeros(1), np.array([1e-8]), *np.zeros((2, 1)), 1),
     {"lr": 1.0}, (np.array([-0.5]), np.array([1e-9]), np.array([1e-19]))),
    (op.shampoo_step, (BOX2, np.array([[0.0, 3], [4, 0]]), np.zeros((2, 2)),
                       np.zeros((2, 2))), {"lr": 1.0, "eps": 7.0},
     (1 - np.array([[0, 3 / 4], [4 / 23**0.5, 0]]), np.diag([9.0, 16]),
      np.diag([16.0, 9]))),
    (op.newton_schulz, (TALL,), {}, polar(TALL)),
    (op.newton_schulz, (WIDE,), {"steps": 2}, polar(WIDE, 2)),
    (op.newton_schulz, (WIDE,), {"steps": 0}, WIDE / np.linalg.norm(WIDE)),
    (op.newton_schulz, (1e15 * WIDE,), {}, polar(WIDE)),
    (op.newton_schulz, (1e-9 * WIDE,), {}, polar(1e-9 * WIDE)),
    (op.newton_schulz, (np.stack([TALL, TALL**2]),), {},
     np.stack([polar(TALL), polar(TALL**2)])),
    (op.newton_schulz, (np.zeros((2, 3)),), {}, np.zeros((2, 3))),
    (op.muon_step, (TALL, TALL**2, TALL**3), {"lr": 0.1, "beta": 0.5},
     (TALL - 0.1 * polar(1.5 * TALL**2 + 0.25 * TALL**3),
      TALL**2 + 0.5 * TALL**3)),
    (op.muon_step, (TALL, TALL**2, TALL**3), {"lr": 1.0, "nesterov": False},
     (TALL - polar(TALL**2 + 0.95 * TALL**3), TALL**2 + 0.95 * TALL**3)),
    (op.sam_step, (np.array([3.0, 1]), lambda x: x * x), {
        "lr": 0.1, "rho": 0.5},
     np.array([3.0, 1]) - 0.1 * (
         np.array([3.0, 1]) + 0.5 * np.array([9.0, 1]) / math.sqrt(82)) ** 2),
    (op.sam_step, (np.array([2.0]), lambda x: x * x), {"lr": 1.0},
     np.array([2 - 2.05**2])),
    (op.sam_step, (np.zeros((2, 2)), lambda x: 3 * x), {"lr": 0.1},
     np.zeros((2, 2))),
    (op.cosine_annealing, (np.array([0.0, 25, 50, 100, 150]), 100),
     {"max_lr": 0.4, "min_lr": 0.1},
     np.array([0.4, 0.1 + 0.15 * (1 + math.sqrt(0.5)), 0.25, 0.1, 0.1])),
    (op.cosine_annealing, (np.array([0.0, 8, 9]), 8), {"max_lr": 0.4},
     np.array([0.4, 0, 0])),
    (op.exponential_decay, (np.array([0.0, 7]), math.log(2) / 7),
     {"max_lr": 3.0}, np.array([3.0, 1.5])),
    (op.one_cycle, (np.array([0.0, 1, 2, 19, 25]), 20), {
        "max_lr": 1.0, "pct_start": 0.15},
     np.array([0.04, 0.52, 1.0, 4e-6, 4e-6])),
    (op.one_cycle, (np.array([0.0, 9]), 10), {
        "max_lr": 1.0, "pct_start": 0.1}, np.array([1.0, 4e-6])),
    (op.soft_threshold, (np.array([-3.0, -0.5, 0, 0.5, 2]), 0.75), {},
     np.array([-2.25, 0, 0, 0, 1.25])),
    (op.soft_threshold, (TALL, 0.0), {}, TALL),
    (op.ista, (ROWS, TARGETS, 0.2), {"steps": 150},
     lasso(ROWS, TARGETS, 0.2)),
    (op.ista, (ROWS, TARGETS, 0.2), {"steps": 150, "lr": 0.2},
     lasso(ROWS, TARGETS, 0.2)),
    (op.ista, (ROWS, TARGETS, 9.0), {"steps": 5}, np.zeros(4)),
    (op.ista, (ROWS, TARGETS, 9.0), {"steps": 0}, np.zeros(4)),
    (op.ista, (ROWS, TARGETS, 0.0), {"steps": 1},
     ROWS.T @ TARGETS / np.linalg.norm(ROWS, 2) ** 2),
    (op.ista, (np.array([[1.0, 0], [0, 2]]), np.array([4.0, 3]), 1.0),
     {"steps": 2}, np.array([0.875, 1])),
    (op.ista, (np.zeros((3, 2)), np.ones(3), 0.1), {"steps": 3},
     np.zeros(2)),
    (op.project_to_simplex, (np.array([1, 0.5, -1]),), {},
     np.array([0.75, 0.25, 0])),
    (op.project_to_simplex, (LOGITS,), {},
     np.stack([on_simplex(v) for v in LOGITS])),
    (op.project_to_simplex, (5 * LOGITS,), {},
     np.stack([on_simplex(5 * v) for v in LOGITS])),
    (op.project_to_simplex, (np.array([7.0]),), {}, np.ones(1)),
    (op.project_to_simplex, (np.full(4, -3.0),), {}, np.full(4, 0.25)),
    (op.projected_gradient_descent,
     (lambda x: 2 * x - 1, np.array([0.0, 0, 1]), lambda x: x[:1] + 0 * x),
     {"lr": 0.25, "steps": 2}, np.full(3, 0.375)),
    (op.projected_gradient_descent, (abs, np.ones(3), abs),
     {"lr": 0.25, "steps": 0}, np.ones(3)),
    (op.sphere_gradient_step, (POINTS, TANGENT), {"lr": 0.3},
     np.stack([
         unit(x - 0.3 * (np.eye(3) - np.outer(x, x)) @ g)
         for x, g in zip(POINTS, TANGENT, strict=True)])),
    (op.sphere_gradient_step, (POINTS[0], 5 * POINTS[0]), {"lr": 9.0},
     POINTS[0]),
    (op.sphere_gradient_step, (np.array([0.8, 0.6]), np.array([0, -1.25])),
     {"lr": 0.75}, np.array([0.28, 0.96])),
    (op.geodesic_distance, (POINTS, POINTS[::-1]), {},
     np.arccos(np.sum(POINTS * POINTS[::-1], axis=1)) * [1, 1, 0, 1, 1]),
    (op.geodesic_distance, (NORTH, TURNED), {}, ANGLES),
    (op.kkt_residual, (np.array([1.0, -2]), np.array([[0.5, 0], [0, 1]]),
                       np.array([-1.0, 0]), np.array([0.0, 2])), {},
     np.array(1.0)),
    (op.kkt_residual, (np.array([-3.0]), np.ones((1, 1)), np.array([-0.5]),
                       np.array([3.0])), {}, np.array(1.5)),
    (op.kkt_residual, (np.array([3.0]), np.ones((1, 1)), np.array([0.0]),
                       np.array([-3.0])), {}, np.array(3.0)),
    (op.kkt_residual, (np.array([0.0]), np.ones((1, 1)), np.array([0.7]),
                       np.array([0.0])), {}, np.array(0.7)),
    (op.kkt_residual, (np.array([3.0, -4]), np.zeros((0, 2)), np.zeros(0),
                       np.zeros(0)), {}, np.array(4.0)),
    (op.is_convex_on_segment, (lambda x: x**2, np.array(-3.0),
                               np.array(5.0)), {}, True),
    (op.is_convex_on_segment, (lambda x: 7 - 3 * x[0] + x[1],
                               np.array([1.0, 2]), np.array([-5, 9.0])), {},
     True),
    (op.is_convex_on_segment, (lambda x: -(x**2), np.array(-3.0),
                               np.array(5.0)), {"samples": 1}, False),
    (op.is_convex_on_segment, (lambda x: (x**2 - 1) ** 2, np.array(-1.0),
                               np.array(1.0)), {}, False),
    (op.is_convex_on_segment, (lambda x: (x**2 - 1) ** 2, np.array(0.6),
                               np.array(2.0)), {}, True),
    # One point in the middle sees no dip on its right.
    (op.is_convex_on_segment, (lambda x: abs(abs(x - 1) - 1),
                               np.array(0.0), np.array(4.0)),
     {"samples": 3}, False),
]


@referee("oracle", *dict.fromkeys(row[0] for row in TABLE))
@pytest.mark.parametrize(
    "function, args, options, expected", TABLE,
    ids=[f"{row[0].__name__}-{i}" for i, row in enumerate(TABLE)],
)
def test_against_oracle(library, function, args, options, expected):
    # scikit-learn's Lasso stops a little before the minimum.
    rtol = 1e-7 if function is op.ista else None
    library.agrees(function, expected, *args, rtol=rtol, **options)


@referee("oracle", op.cosine_annealing, op.exponential_decay, op.one_cycle)
@pytest.mark.parametrize("function, args, options, name, torch_options", [
    (op.cosine_annealing, (50,), {"max_lr": 0.4, "min_lr": 0.1},
     "CosineAnnealingLR", {"T_max": 50, "eta_min": 0.1}),
    (op.exponential_decay, (0.03,), {"max_lr": 0.4},
     "ExponentialLR", {"gamma": math.exp(-0.03)}),
    (op.one_cycle, (50,), {"max_lr": 0.4},
     "OneCycleLR", {"max_lr": 0.4, "total_steps": 50}),
    (op.one_cycle, (50,), {"max_lr": 0.4, "pct_start": 0.47},
     "OneCycleLR", {"max_lr": 0.4, "total_steps": 50, "pct_start": 0.47}),
    (op.one_cycle, (50,), {"max_lr": 0.4, "pct_start": 0.0},
     "OneCycleLR", {"max_lr": 0.4, "total_steps": 50, "pct_start": 0.0}),
])
def test_schedules_as_torch(
    library, function, args, options, name, torch_options
):
    expected = torch_schedule(name, 50, **torch_options)
    library.agrees(
        function, expected, np.arange(50.0), *args, rtol=1e-9, **options
    )
    one = function(library.asarray(7), *args, **options)
    assert float(one) == pytest.approx(expected[7], rel=1e-5)


@referee("oracle", op.projected_gradient_descent, op.project_to_simplex)
def test_least_squares_among_probabilities(library):
    """Against SciPy's SLSQP: the mixture of columns that is nearest."""
    A, b = ROWS[:, :3], TARGETS / 2
    expected = scipy.optimize.minimize(
        lambda w: np.sum((A @ w - b) ** 2), np.full(3, 1 / 3),
        bounds=[(0, 1)] * 3, method="SLSQP",
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
        options={"ftol": 1e-15},
    ).x
    A, b = library.asarray(A), library.asarray(b)
    w = op.projected_gradient_descent(
        lambda w: A.mT @ (A @ w - b), library.asarray(np.zeros(3)),
        op.project_to_simplex, lr=0.02, steps=500,
    )
    library.assert_close(w, expected, rtol=1e-6)


@referee("oracle", op.sphere_gradient_step)
def test_descent_on_the_sphere_finds_an_eigenvector(library):
    A = ROWS.T @ ROWS
    _, vectors = np.linalg.eigh(A)
    x, A = library.asarray(unit(np.ones(4))), library.asarray(A)
    for _ in range(150):
        x = op.sphere_gradient_step(x, -2 * (A @ x), lr=0.01)
    found = library.to_numpy(x)
    top = vectors[:, -1] * np.sign(vectors[:, -1] @ found)
    np.testing.assert_allclose(found, top, atol=1e-8)


@referee("oracle", op.kkt_residual)
def test_kkt_of_a_linear_program(library):
    """SciPy's simplex method gives the point and its multipliers."""
    c, A, b = np.array([1.0, -2]), np.vstack([TALL[:3, :2], -np.eye(2)]), None
    b = np.array([1.0, 2, 3, 0, 0])
    A[:3] = np.abs(A[:3])
    solved = scipy.optimize.linprog(c, A, b, bounds=(None, None))
    multipliers = -solved.ineqlin.marginals
    assert multipliers.max() > 0.1
    args = library.convert((c, A, A @ solved.x - b, multipliers))
    assert float(op.kkt_residual(*args)) < 1e-12
    worse = library.convert((c, A, A @ (solved.x - 0.1) - b, multipliers))
    assert float(op.kkt_residual(*worse)) > 0.01


# ------------------------------------------------------- where formulas fail


def test_simplex_far_from_zero(library):
    """A common shift changes nothing, even where numbers lose decimals."""
    v = np.array([0.5, 0.25, -0.75])  # exact beside 1e8
    expected = np.array([0.625, 0.375, 0])
    shifts = np.array([[1e8], [-1e8], [1e15], [0]])
    got = op.project_to_simplex(library.asarray(v + shifts))
    library.assert_close(got, np.tile(expected, (4, 1)))


def test_geodesic_of_the_same_point_is_no_nan(library):
    x = library.asarray(unit(np.array([[0.1, 0.2, 0.3], [1, 1, 1]])))
    assert (library.to_numpy(op.geodesic_distance(x, x)) == 0).all()
    found = library.to_numpy(op.geodesic_distance(x, -x))
    np.testing.assert_allclose(found, np.pi, rtol=1e-12)
    y = library.to_numpy(x)[0]
    with np.errstate(invalid="ignore"):
        lost = np.arccos(y @ unit(y + [1e-9, -1e-9, 0]))
    assert not lost > 0


def test_sam_of_tiny_and_huge_gradients(library):
    """Squares of 1e-200 vanish, squares of 1e200 are infinite."""
    for size in (1e-200, 1e200):
        seen = []

        def grad(x, size=size, seen=seen):
            seen.append(library.to_numpy(x))
            return library.asarray(np.array([3.0, 4.0]) * size)

        op.sam_step(library.asarray(np.zeros(2)), grad, lr=0.1, rho=0.5)
        np.testing.assert_allclose(seen[1], [0.3, 0.4])


def test_singular_values_after_newton_schulz():
    """About 0.7 to 1.2 for whatever was not too small."""
    G = (np.linalg.qr(normal(50, 30))[0] * np.linspace(0.1, 1, 30)) @ (
        np.linalg.qr(normal(30, 30))[0]
    )
    s = np.linalg.svd(op.newton_schulz(G), compute_uv=False)
    assert 0.67 < s.min() < s.max() < 1.21
    # A rank that is not full stays so.
    assert np.linalg.matrix_rank(op.newton_schulz(np.ones((3, 4)))) == 1


def test_convexity_beyond_the_domain():
    def log_barrier(x):
        return -math.log(x) if x > 0 else math.inf

    assert op.is_convex_on_segment(log_barrier, -1.0, 2.0)
    assert op.is_convex_on_segment(log_barrier, -1.0, -2.0)
    assert not op.is_convex_on_segment(lambda x: math.nan, 0.0, 1.0)
    assert not op.is_convex_on_segment(
        lambda x: 0.0 if abs(x) == 1 else math.inf, -1.0, 1.0
    )
    # Far up or far out, a straight line bends by rounding alone.
    assert op.is_convex_on_segment(lambda x: 1e8 + 0.1 * x, 0.3, 0.9)
    assert op.is_convex_on_segment(lambda x: x - 1e8, 1e8, 1e8 + 1)
    assert op.is_convex_on_segment(lambda x: 1e8 - x, 1e8 + 0.1, 1e8 + 0.1)
    assert not op.is_convex_on_segment(
        lambda x: -((x - 1e8) ** 2), 1e8, 1e8 + 1
    )


def test_ista_stays_at_exact_zeros_and_never_climbs():
    def loss(w):
        residual = TARGETS - ROWS @ w
        return residual @ residual / 18 + 0.2 * np.abs(w).sum()

    path = [op.ista(ROWS, TARGETS, 0.2, steps=k) for k in range(60)]
    losses = [loss(w) for w in path]
    assert (np.diff(losses) <= 1e-12).all()
    assert (path[-1] == 0).any() and (path[-1] != 0).any()


def test_callers_arrays_stay_as_they_were():
    theta, data = np.ones(3), np.arange(12.0).reshape(4, 3)
    kept = theta.copy(), data.copy()
    op.gradient_descent(lambda x: x, theta, lr=0.1, steps=3)

    def grad(x, batch):
        assert batch.shape == (1, 3)
        return x - batch[0]

    op.sgd(grad, theta, data, lr=0.1, batch_size=1, epochs=2, rng=draws(0))
    op.projected_gradient_descent(
        lambda x: x, theta, op.project_to_simplex, lr=0.1, steps=3
    )
    op.sam_step(theta, lambda x: x, lr=0.1)
    np.testing.assert_array_equal(theta, kept[0])
    np.testing.assert_array_equal(data, kept[1])


def test_sgd_finds_the_mean_of_any_kind_of_data():
    rows = draws(1).integers(0, 9, size=(40, 2))

    def grad(w, batch):
        X, y = batch
        assert X.dtype == rows.dtype and len(X) == len(y) <= 7
        return w - X.mean(axis=0) - y.mean()

    w = op.sgd(grad, [0.0, 0.0], (rows, np.ones(40)), lr=0.05, batch_size=7,
               epochs=60, rng=draws(2))
    np.testing.assert_allclose(w, rows.mean(axis=0) + 1, atol=0.6)
    same = op.sgd(grad, w, (rows, np.ones(40)), lr=0.05, batch_size=7,
                  epochs=0, rng=draws(2))
    assert same is w


# ---------------------------------------------------------------- gradients


def cubic(x):
    return x * x * x


WEIGHTS, G3, M3, V3 = (normal(3, 3) for _ in range(4))
NUMBER = np.array(3.0)


@referee("gradient", op.gradient_descent, op.gd_contraction, op.momentum_step,
         op.nesterov_step, op.adagrad_step, op.rmsprop_step, op.adam_step,
         op.adamw_step, op.newton_schulz, op.muon_step, op.shampoo_step,
         op.sam_step, op.newton_step, op.natural_gradient_step,
         op.kfac_update, op.cosine_annealing, op.exponential_decay,
         op.one_cycle, op.soft_threshold, op.ista, op.project_to_simplex,
         op.projected_gradient_descent, op.sphere_gradient_step,
         op.geodesic_distance, op.kkt_residual)
@pytest.mark.parametrize("function, args, options", [
    (op.gradient_descent, (cubic, G3), {"lr": 0.1, "steps": 3}),
    (op.gd_contraction, (G3, 0.1), {}),
    (op.momentum_step, (WEIGHTS, G3, M3), {"lr": 0.1}),
    (op.nesterov_step, (WEIGHTS, cubic, M3), {"lr": 0.1}),
    (op.adagrad_step, (WEIGHTS, G3, V3**2), {"lr": 0.1}),
    (op.rmsprop_step, (WEIGHTS, G3, V3**2), {"lr": 0.1}),
    (op.adam_step, (WEIGHTS, G3, M3, V3**2, 3), {}),
    (op.adamw_step, (WEIGHTS, G3, M3, V3**2, 3), {"weight_decay": 0.5}),
    (op.newton_schulz, (TALL,), {"steps": 2}),
    (op.muon_step, (WEIGHTS, G3, M3), {"lr": 0.1}),
    (op.shampoo_step, (WEIGHTS, G3, M3 @ M3.T, V3 @ V3.T), {"lr": 0.1}),
    (op.sam_step, (WEIGHTS, cubic), {"lr": 0.1}),
    (op.newton_step, (G3[0], G3[1], M3), {"damping": 0.5}),
    (op.natural_gradient_step, (G3[0], G3[1], M3), {"lr": 0.1}),
    (op.kfac_update, (G3, ROWS[:, :3], ROWS[:, 1:]),
     {"lr": 0.1, "damping": 0.2}),
    (op.cosine_annealing, (NUMBER, 10), {"max_lr": 1.0}),
    (op.exponential_decay, (NUMBER, np.array(0.1)), {"max_lr": 1.0}),
    (op.one_cycle, (np.array([1.0, 5.0]), 10), {"max_lr": 1.0}),
    (op.soft_threshold, (G3, 0.4), {}),
    (op.ista, (ROWS, TARGETS, 0.1), {"steps": 3, "lr": 0.1}),
    (op.project_to_simplex, (LOGITS,), {}),
    (op.projected_gradient_descent, (cubic, G3, op.project_to_simplex),
     {"lr": 0.1, "steps": 2}),
    (op.sphere_gradient_step, (POINTS, TANGENT), {"lr": 0.1}),
    (op.geodesic_distance, (POINTS, POINTS[::-1] + 0), {}),
    (op.kkt_residual, (G3[0], G3, M3[0], M3[1]), {}),
], ids=lambda value: getattr(value, "__name__", ""))
def test_gradient(function, args, options):
    pytest.importorskip("torch")
    if function is op.shampoo_step:
        # A symmetric matrix stays so when its root is moved.
        def of_roots(W, gradient, L, R):
            return function(W, gradient, L @ L.mT, R @ R.mT, **options)

        check_gradient(of_roots, *args[:2], M3, V3)
        return
    if function is op.geodesic_distance:
        args = POINTS[:2], POINTS[2:4]
    check_gradient(function, *args, **options)


@referee("gradient", op.sgd, op.soap_step)
def test_gradient_through_steps_with_data_or_state():
    pytest.importorskip("torch")
    check_gradient(lambda w: op.sgd(
        lambda w, b: cubic(w), w, [1, 2, 3], lr=0.1, batch_size=2, epochs=2,
        rng=draws(0)), G3)

    def two_steps(W, first, second):
        W, state = op.soap_step(W, first, None, lr=0.1)
        W, state = op.soap_step(W, second, state, lr=0.1)
        return W, state["m"], state["v"]

    check_gradient(two_steps, WEIGHTS, G3, M3)


exempt("gradient", op.is_convex_on_segment, because="boolean output")


# --------------------------------------------------------------- properties

sizes = hs.integers(1, 5)
seeds = hs.integers(0, 2**32 - 1)
rates = hs.floats(0.01, 1.0)
shares = hs.floats(0, 0.99)


@referee("property", op.is_convex_on_segment)
@given(seeds, hs.integers(1, 20))
def test_sums_of_convex_functions_are_convex(seed, samples):
    rng = draws(seed)
    A, b, (x, y) = rng.normal(size=(3, 2)), rng.normal(size=3), rng.normal(
        size=(2, 2))

    def f(x):
        return np.log(np.exp(A @ x + b).sum()) + np.abs(A @ x).max()

    assert op.is_convex_on_segment(f, x, y, samples=samples)
    assert not op.is_convex_on_segment(
        lambda x: -np.sum(x**2), x, y, samples=samples
    )


@referee("property", op.gradient_descent, op.gd_contraction)
@given(seeds, hs.floats(0.01, 3), hs.integers(0, 6))
def test_on_a_bowl_errors_are_powers(seed, lr, steps):
    rng = draws(seed)
    Q = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    curvature, bottom, start = rng.uniform(0.1, 2, 3), *rng.normal(size=(2, 3))
    found = op.gradient_descent(
        lambda x: Q @ (curvature * (Q.T @ (x - bottom))), start,
        lr=lr, steps=steps,
    )
    factor = op.gd_contraction(curvature, lr) ** steps
    np.testing.assert_allclose(
        Q.T @ (found - bottom), factor * (Q.T @ (start - bottom)), atol=1e-9
    )


@referee("property", op.sgd)
@given(seeds, rates, hs.integers(0, 3))
def test_sgd_with_full_batches_is_descent(seed, lr, epochs):
    data = draws(seed).normal(size=(5, 2))
    one = op.sgd(lambda w, b: w - b.mean(axis=0), np.zeros(2), data, lr=lr,
                 batch_size=9, epochs=epochs, rng=draws(seed))
    two = op.gradient_descent(
        lambda w: w - data.mean(axis=0), np.zeros(2), lr=lr, steps=epochs
    )
    np.testing.assert_allclose(one, two, atol=1e-12)


@referee("property", op.momentum_step, op.nesterov_step)
@given(seeds, rates, shares)
def test_momentum_without_memory_is_descent(seed, lr, beta):
    theta, gradient, velocity = draws(seed).normal(size=(3, 4))
    new, v = op.momentum_step(theta, gradient, velocity, lr=lr, beta=0.0)
    np.testing.assert_allclose(new, theta - lr * gradient)
    np.testing.assert_allclose(v, gradient)
    # An average with the rate of lr is a sum with less of it.
    _, small = op.momentum_step(
        theta, gradient, (1 - beta) * velocity, lr=lr, beta=beta,
        dampening=beta,
    )
    _, large = op.momentum_step(theta, gradient, velocity, lr=lr, beta=beta)
    np.testing.assert_allclose(small, (1 - beta) * large, atol=1e-12)
    # Where the slope is the same everywhere, looking ahead shows nothing.
    one = op.nesterov_step(theta, lambda x: gradient, velocity, lr=lr,
                           beta=beta)
    two = op.momentum_step(theta, gradient, velocity, lr=lr, beta=beta)
    np.testing.assert_allclose(one, two)


@referee("property", op.adagrad_step, op.rmsprop_step)
@given(seeds, rates, hs.floats(1e-3, 1e3), hs.integers(1, 9))
def test_scale_of_the_gradient_does_not_matter(seed, lr, scale, n):
    gradients = draws(seed).normal(size=(n, 3))
    for step in (op.adagrad_step, op.rmsprop_step):
        (a, va), (b, vb) = [(np.zeros(3), np.zeros(3))] * 2
        for g in gradients:
            a, va = step(a, g, va, lr=lr, eps=0)
            b, vb = step(b, scale * g, vb, lr=lr, eps=0)
        np.testing.assert_allclose(a, b, atol=1e-9)
        np.testing.assert_allclose(vb, scale**2 * va)
    # Of AdaGrad's steps the k-th is lr / sqrt(k) at equal gradients.
    theta, v = np.zeros(1), np.zeros(1)
    for _ in range(n):
        theta, v = op.adagrad_step(theta, [scale], v, lr=lr)
    assert -theta[0] == pytest.approx(
        lr * sum(k**-0.5 for k in range(1, n + 1))
    )


@referee("property", op.adam_step)
@given(
    hs.floats(1e-3, 1e3), hs.floats(1e-3, 1e3), hs.integers(1, 50),
    shares, hs.floats(0, 0.999),
)
def test_constant_gradients_make_steps_of_length_lr(g, lr, n, beta1, beta2):
    theta, m, v = np.zeros(2), np.zeros(2), np.zeros(2)
    gradient = np.array([g, -g])
    for t in range(1, n + 1):
        theta, m, v = op.adam_step(
            theta, gradient, m, v, t, lr=lr, beta1=beta1, beta2=beta2, eps=0
        )
    np.testing.assert_allclose(theta, [-n * lr, n * lr], rtol=1e-9)


@referee("property", op.adamw_step)
@given(seeds, rates, hs.floats(0, 1), hs.integers(1, 20))
def test_decay_does_not_ask_how_large_gradients_are(seed, lr, decay, t):
    theta, g, m, v = draws(seed).normal(size=(4, 3))
    one, *averages = op.adam_step(theta, g, m, v**2, t, lr=lr)
    two, *same = op.adamw_step(theta, g, m, v**2, t, lr=lr,
                               weight_decay=decay)
    np.testing.assert_allclose(one - two, lr * decay * theta, atol=1e-9)
    np.testing.assert_array_equal(averages, same)


@referee("property", op.newton_schulz, op.muon_step)
@given(seeds, sizes, sizes, hs.floats(0.01, 100))
def test_newton_schulz_turns_with_its_matrix(seed, m, n, scale):
    rng = draws(seed)
    G = rng.normal(size=(m, n))
    U, V = (np.linalg.qr(rng.normal(size=(k, k)))[0] for k in (m, n))
    X = op.newton_schulz(G)
    np.testing.assert_allclose(op.newton_schulz(G.T), X.T, atol=1e-9)
    np.testing.assert_allclose(
        op.newton_schulz(scale * U @ G @ V), U @ X @ V, atol=1e-8
    )
    assert np.linalg.norm(X, 2) < 1.21
    W, velocity = op.muon_step(0 * G, G, 0 * G, lr=1.0)
    np.testing.assert_allclose(W, -X, atol=1e-9)
    np.testing.assert_array_equal(velocity, G)


@referee("property", op.shampoo_step, op.soap_step)
@given(seeds, hs.integers(2, 4))
def test_shampoo_and_soap_turn_with_their_matrix(seed, n):
    rng = draws(seed)
    U, V = (np.linalg.qr(rng.normal(size=(n, n)))[0] for _ in range(2))
    gradients = rng.normal(size=(3, n, n)) + 3 * np.eye(n)
    walks = []
    for left, right in ((np.eye(n), np.eye(n)), (U, V)):
        W, L, R = np.zeros((3, n, n))
        S, state = np.zeros((n, n)), None
        for G in gradients:
            G = left @ G @ right
            W, L, R = op.shampoo_step(W, G, L, R, lr=0.1)
            S, state = op.soap_step(S, G, state, lr=0.1)
        walks.append((left.T @ W @ right.T, left.T @ S @ right.T))
    np.testing.assert_allclose(walks[0], walks[1], atol=1e-5)


@referee("property", op.sam_step)
@given(seeds, rates, rates)
def test_sam_climbs_by_rho(seed, lr, rho):
    start, gradient = draws(seed).normal(size=(2, 2, 3))
    seen = []

    def grad(x):
        seen.append(x)
        return gradient

    found = op.sam_step(start, grad, lr=lr, rho=rho)
    np.testing.assert_allclose(found, start - lr * gradient)
    climb = seen[1] - seen[0]
    assert np.linalg.norm(climb) == pytest.approx(rho)
    assert np.sum(climb * gradient) > 0


@referee("property", op.newton_step, op.natural_gradient_step)
@given(seeds, hs.integers(1, 4), rates)
def test_newton_does_not_mind_other_coordinates(seed, n, lr):
    rng = draws(seed)
    A, B = rng.normal(size=(2, n, n)) + 4 * np.eye(n)
    theta, g = rng.normal(size=(2, n))
    H = A @ A.T
    # theta = B u: gradients and Hessians change, the step does not.
    u = np.linalg.solve(B, theta)
    moved = op.newton_step(u, B.T @ g, B.T @ H @ B)
    expected = op.newton_step(theta, g, H)
    np.testing.assert_allclose(B @ moved, expected, atol=1e-8)
    part = op.natural_gradient_step(theta, g, H, lr=lr)
    np.testing.assert_allclose(
        part, theta + lr * (expected - theta), atol=1e-9
    )


@referee("property", op.kfac_update)
@given(seeds, rates, hs.floats(0.1, 2))
def test_kfac_is_downhill_and_counts_no_sample_twice(seed, lr, damping):
    rng = draws(seed)
    a, d, G = (rng.normal(size=s) for s in ((2, 3), (2, 4), (4, 3)))
    update = op.kfac_update(G, a, d, lr=lr, damping=damping)
    assert np.sum(update * G) < 0
    twice = op.kfac_update(
        G, np.tile(a, (2, 1)), np.tile(d, (2, 1)), lr=lr, damping=damping
    )
    np.testing.assert_allclose(twice, update, atol=1e-10)


@referee("property", op.cosine_annealing, op.exponential_decay, op.one_cycle)
@given(hs.integers(2, 100), rates, shares)
def test_schedules_stay_between_their_ends(total, max_lr, share):
    t = np.arange(2 * total)
    wave = op.cosine_annealing(t, total, max_lr=max_lr, min_lr=max_lr / 9)
    assert wave[0] == pytest.approx(max_lr)
    assert (np.diff(wave) <= 1e-15).all()
    np.testing.assert_allclose(wave[total:], max_lr / 9)
    decay = op.exponential_decay(t, share, max_lr=max_lr)
    np.testing.assert_allclose(decay[1:], decay[:-1] * math.exp(-share))
    cycle = op.one_cycle(t, total, max_lr=max_lr, pct_start=share)
    assert 0 < cycle.min() and cycle.max() <= max_lr * (1 + 1e-12)
    np.testing.assert_allclose(cycle[total - 1 :], max_lr / 25e4)
    top = np.argmax(cycle)
    assert (np.diff(cycle[: top + 1]) >= 0).all()
    assert (np.diff(cycle[top:]) <= 1e-15).all()


@referee("property", op.soft_threshold)
@given(seeds, hs.floats(0, 3))
def test_soft_threshold_is_the_nearest_compromise(seed, tau):
    w, others = draws(seed).normal(size=(2, 5))

    def cost(x):
        return (x - w) ** 2 / 2 + tau * np.abs(x)

    best = op.soft_threshold(w, tau)
    for x in (others, best + 1e-3, best - 1e-3, w, 0 * w):
        assert (cost(best) <= cost(x) + 1e-12).all()
    assert not np.signbit(best[best == 0]).any()


@referee("property", op.ista)
@given(seeds, hs.floats(0.01, 0.5), hs.floats(0.1, 10))
def test_ista_ends_where_no_direction_is_downhill(seed, alpha, scale):
    rng = draws(seed)
    X = np.linalg.qr(rng.normal(size=(8, 3)))[0] @ np.diag([2, 2.5, 3])
    y = rng.normal(size=8)
    w = op.ista(X, y, alpha, steps=50)
    slope = X.T @ (X @ w - y) / 8
    assert (np.abs(slope) <= alpha + 1e-9).all()
    np.testing.assert_allclose(
        slope[w != 0], -alpha * np.sign(w[w != 0]), atol=1e-9
    )
    np.testing.assert_allclose(
        op.ista(X, scale * y, scale * alpha, steps=7),
        scale * op.ista(X, y, alpha, steps=7), atol=1e-9,
    )


@referee("property", op.project_to_simplex)
@given(seeds, sizes, hs.floats(0.1, 20), hs.floats(-100, 100))
def test_projection_is_nearest(seed, n, scale, shift):
    rng = draws(seed)
    v = scale * rng.normal(size=n)
    p = op.project_to_simplex(v)
    assert (p >= 0).all() and p.sum() == pytest.approx(1)
    # From the nearest point of a convex set all others lie on one side.
    for q in rng.dirichlet(np.ones(n), size=5):
        assert (v - p) @ (q - p) <= 1e-9
    np.testing.assert_allclose(op.project_to_simplex(p), p, atol=1e-12)
    np.testing.assert_allclose(
        op.project_to_simplex(v + shift), p, atol=1e-9
    )


@referee("property", op.projected_gradient_descent)
@given(seeds, rates, hs.integers(0, 5))
def test_projecting_onto_everything_is_descent(seed, lr, steps):
    start = draws(seed).normal(size=4)
    one = op.projected_gradient_descent(
        np.sin, start, lambda x: x, lr=lr, steps=steps
    )
    np.testing.assert_array_equal(
        one, op.gradient_descent(np.sin, start, lr=lr, steps=steps)
    )


@referee("property", op.sphere_gradient_step, op.geodesic_distance)
@given(seeds, hs.integers(2, 5), rates)
def test_sphere(seed, n, lr):
    rng = draws(seed)
    x, y, z = unit(rng.normal(size=(3, n)))
    g = rng.normal(size=n)
    moved = op.sphere_gradient_step(x, g, lr=lr)
    assert np.linalg.norm(moved) == pytest.approx(1)
    assert (moved - x) @ g <= 1e-12
    # What points off the sphere does not matter; the step is along it.
    np.testing.assert_allclose(
        op.sphere_gradient_step(x, g + 7 * x, lr=lr), moved, atol=1e-9
    )
    tangent = lr * np.linalg.norm(g - (g @ x) * x)
    away = float(op.geodesic_distance(x, moved))
    assert away == pytest.approx(math.atan(tangent), abs=1e-9)
    d = op.geodesic_distance
    assert d(x, z) <= d(x, y) + d(y, z) + 1e-12
    assert d(x, y) + d(x, -y) == pytest.approx(math.pi)
    assert math.cos(d(x, y)) == pytest.approx(x @ y)


@referee("property", op.kkt_residual)
@given(seeds, sizes, hs.integers(0, 4))
def test_kkt_holds_at_the_nearest_point_of_a_box(seed, n, where):
    """Nearest to a below 0: x = min(a, 0), and the multipliers max(a, 0)."""
    a = draws(seed).normal(size=n)
    x, multipliers = np.minimum(a, 0), np.maximum(a, 0)
    args = x - a, np.eye(n), x, multipliers
    assert op.kkt_residual(*args) == 0
    off = np.zeros(n)
    off[where % n] = 0.5
    assert op.kkt_residual(*args[:3], multipliers + off) > 0.49
    assert op.kkt_residual(x + off - a, np.eye(n), x + off, multipliers) > 0


# ---------------------------------------------------------------- bad input

ONE, TWO, BOX = np.ones(3), np.ones(4), np.ones((2, 3))
SOUND = {"L": np.eye(2), "R": np.eye(3), "m": BOX, "v": BOX, "t": 1}


def cases():
    """Yield (function, arguments, options, what the message must say)."""
    lr = {"lr": 0.1}
    for function, name in (
        (op.momentum_step, "velocity"), (op.adagrad_step, "v"),
        (op.rmsprop_step, "v"),
    ):
        yield function, (ONE, TWO, ONE), lr, r"gradient .*\(3,\) of theta"
        yield function, (ONE, ONE, TWO), lr, rf"{name} .*\(3,\) of theta"
    for function in (op.adam_step, op.adamw_step):
        yield function, (ONE, TWO, ONE, ONE, 1), {}, r"gradient .*\(3,\) of"
        yield function, (ONE, ONE, TWO, ONE, 1), {}, r"m .*\(3,\) of theta"
        yield function, (ONE, ONE, ONE, TWO, 1), {}, r"v .*\(3,\) of theta"
        yield function, (ONE,) * 4 + (0,), {}, "t counts steps from 1, got 0"
        for name in ("beta1", "beta2"):
            for beta in (-0.1, 1.0):
                yield (function, (ONE,) * 4 + (1,), {name: beta},
                       rf"{name} must lie in \[0, 1\)")
    yield op.momentum_step, (ONE,) * 3, lr | {"beta": 1}, "beta must lie in"
    yield op.rmsprop_step, (ONE,) * 3, lr | {"rho": 1}, "rho must lie in"
    yield op.nesterov_step, (ONE, abs, TWO), lr, "velocity must have"
    yield op.nesterov_step, (ONE, abs, ONE), lr | {"beta": -1}, "beta must"
    yield (op.nesterov_step, (ONE, lambda x: x[1:], ONE), lr,
           r"grad must return the shape \(3,\) of theta, got \(2,\)")
    for function, args in (
        (op.gradient_descent, ()), (op.projected_gradient_descent, (abs,)),
    ):
        yield (function, (lambda x: x[1:], ONE, *args), lr | {"steps": 1},
               "grad must return")
        yield function, (abs, ONE, *args), lr | {"steps": -1}, "steps must"
    yield (op.projected_gradient_descent, (abs, ONE, lambda x: x[1:]),
           lr | {"steps": 1}, "project must return")
    more = lr | {"batch_size": 2, "epochs": 1, "rng": draws(0)}

    def grad(w, batch):
        return w

    yield op.sgd, (grad, ONE, (ONE, TWO)), more, "as many in each"
    yield op.sgd, (grad, ONE, np.zeros((0, 2))), more, "data must have rows"
    yield op.sgd, (grad, ONE, ()), more, "data must be an array"
    yield op.sgd, (grad, ONE, np.array(1.0)), more, "data must be an array"
    yield op.sgd, (lambda w, b: w[1:], ONE, ONE), more, "grad must return"
    yield op.sgd, (grad, ONE, ONE), more | {"batch_size": 0}, "batch_size"
    yield op.sgd, (grad, ONE, ONE), more | {"epochs": -1}, "epochs must"
    yield op.newton_schulz, (ONE,), {}, r"G must have the shape \(..., m, n\)"
    yield op.newton_schulz, (BOX,), {"steps": -1}, "steps must be at least 0"
    yield op.muon_step, (ONE,) * 3, lr, r"W must have the shape \(m, n\)"
    cube = np.ones((2, 2, 2))
    yield op.muon_step, (cube,) * 3, lr, r"W must have the shape \(m, n\)"
    yield op.shampoo_step, (cube,) * 4, lr, r"W must have .* \(m, n\)"
    yield op.soap_step, (cube, cube, None), lr, r"W must have .* \(m, n\)"
    yield op.muon_step, (BOX, BOX.T, BOX), lr, "gradient must have .* of W"
    yield op.muon_step, (BOX, BOX, BOX.T), lr, "velocity must have .* of W"
    yield op.muon_step, (BOX,) * 3, lr | {"beta": 1}, "beta must lie in"
    yield (op.shampoo_step, (BOX, BOX, np.eye(3), np.eye(3)), lr,
           r"L must have the shape \(2, 2\), got \(3, 3\)")
    yield (op.shampoo_step, (BOX, BOX, np.eye(2), np.eye(2)), lr,
           r"R must have the shape \(3, 3\), got \(2, 2\)")
    yield op.shampoo_step, (BOX, BOX.T, ONE, ONE), lr, "gradient must have"
    yield op.shampoo_step, (ONE,) * 4, lr, "W must have the shape"
    yield (op.shampoo_step, (BOX, BOX, np.eye(2), np.eye(3)),
           lr | {"eps": 0}, "eps must be positive")
    yield op.soap_step, (ONE, ONE, None), lr, "W must have the shape"
    yield op.soap_step, (BOX, BOX.T, None), lr, "gradient must have"
    for name in "LRmv":
        wrong = SOUND | {name: np.ones((4, 4))}
        yield op.soap_step, (BOX, BOX, wrong), lr, rf"{name} must have the"
    yield op.sam_step, (ONE, lambda x: x[1:]), lr, "grad must return"
    for function, name, options in (
        (op.newton_step, "hessian", {}),
        (op.natural_gradient_step, "fisher", lr),
    ):
        H = np.eye(3)
        yield function, (BOX, BOX, H), options, r"theta must .*\(n,\)"
        yield function, (ONE, TWO, H), options, "gradient must have"
        yield function, (ONE, ONE, BOX), options, rf"{name} must .*\(3, 3\)"
        yield (function, (ONE, ONE, 0 * H), options,
               f"{name} must not be singular: .* than 0.0")
        yield (function, (ONE, ONE, H), options | {"damping": -1},
               "damping must not be negative")
    more = lr | {"damping": 0.1}
    rows, deltas = np.ones((5, 3)), np.ones((5, 2))
    yield op.kfac_update, (ONE, rows, deltas), more, "gradient must have"
    yield op.kfac_update, (cube, rows, deltas), more, r"gradient .*\(m, n\)"
    yield op.kfac_update, (BOX, ONE, deltas), more, "activations must have"
    yield op.kfac_update, (BOX, deltas, deltas), more, r"activations .*5, 3\)"
    yield op.kfac_update, (BOX, rows, ONE), more, "deltas must have"
    yield op.kfac_update, (BOX, rows, deltas[1:]), more, r"deltas .*\(5, 2\)"
    yield op.kfac_update, (BOX, rows[:0], deltas[:0]), more, "one row"
    yield (op.kfac_update, (BOX, rows, deltas), lr | {"damping": 0.0},
           "deltas must not be singular")
    yield (op.kfac_update, (BOX, rows, deltas), lr | {"damping": -1},
           "damping must not be negative")
    top = {"max_lr": 1.0}
    yield op.cosine_annealing, (-ONE, 9), top, "t must not be negative"
    yield op.cosine_annealing, (ONE, 0), top, "total_steps must be at least 1"
    yield op.exponential_decay, (-ONE, 0.1), top, "t must not be negative"
    yield op.one_cycle, (-ONE, 9), top, "t must not be negative"
    yield op.one_cycle, (ONE, 1), top, "total_steps must be at least 2"
    for share in (-0.1, 1.0):
        yield (op.one_cycle, (ONE, 9), top | {"pct_start": share},
               r"pct_start must lie in \[0, 1\)")
    yield op.soft_threshold, (ONE, -1), {}, "tau must not be negative"
    more = {"steps": 1}
    yield op.ista, (ONE, ONE, 0.1), more, "X must have the shape"
    yield op.ista, (cube, ONE, 0.1), more, r"X must have .*\(m, n\)"
    yield op.ista, (BOX, ONE, 0.1), more, r"y must have the shape \(2,\)"
    yield op.ista, (BOX[:0], ONE[:0], 0.1), more, "X must have .* one row"
    yield op.ista, (BOX, ONE[:2], -0.1), more, "alpha must not be negative"
    yield op.ista, (BOX, ONE[:2], 0.1), {"steps": -1}, "steps must be"
    yield op.ista, (BOX, ONE[:2], 0.1), more | {"lr": 0}, "lr must be positive"
    yield op.project_to_simplex, (np.array(1.0),), {}, "v must have an axis"
    yield op.project_to_simplex, (ONE[:0],), {}, "v must have entries"
    e = np.array([1.0, 0, 0])
    yield op.sphere_gradient_step, (ONE, ONE), lr, "x must have length 1"
    yield op.sphere_gradient_step, (e, TWO), lr, r"gradient .*\(3,\) of x"
    yield op.geodesic_distance, (e, ONE), {}, "y must have length 1"
    yield op.geodesic_distance, (2 * e, e), {}, "x must have length 1"
    yield op.geodesic_distance, (e, e[:2]), {}, r"y .*\(3,\) of x"
    yield (op.geodesic_distance, (np.array(1.0),) * 2, {},
           "x must have an axis")
    k = ONE, BOX, ONE[:2], ONE[:2]
    yield op.kkt_residual, (TWO, *k[1:]), {}, r"grad_f must .*\(3,\)"
    yield op.kkt_residual, (ONE, ONE, *k[2:]), {}, "grad_g must have"
    yield op.kkt_residual, (ONE, cube, *k[2:]), {}, r"grad_g .*\(m, n\)"
    yield op.kkt_residual, (*k[:2], ONE, k[3]), {}, r"g must .*\(2,\)"
    yield op.kkt_residual, (*k[:3], ONE), {}, r"multipliers must .*\(2,\)"
    yield op.is_convex_on_segment, (sum, ONE, TWO), {}, r"y .*\(3,\) of x"
    yield (op.is_convex_on_segment, (sum, ONE, ONE), {"samples": 0},
           "samples must be at least 1")


BAD = list(cases())


@referee("bad input", *dict.fromkeys(row[0] for row in BAD))
@pytest.mark.parametrize(
    "function, args, options, message", BAD,
    ids=[f"{row[0].__name__}-{i}" for i, row in enumerate(BAD)],
)
def test_bad_input(function, args, options, message):
    with pytest.raises(ValueError, match=message):
        function(*args, **options)


@referee("bad input", op.gd_contraction)
def test_bad_types():
    with pytest.raises(TypeError, match="expected an array or numbers"):
        op.gd_contraction("steep", 0.1)
