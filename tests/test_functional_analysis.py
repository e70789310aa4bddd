"""mathlib.functional_analysis against NumPy, SciPy, scikit-learn, torch."""

import math

import numpy as np
import pytest
import scipy.integrate
import scipy.linalg
import scipy.signal
from hypothesis import assume, given
from hypothesis import strategies as hs
from referees import check_gradient, exempt, referee
from sklearn.datasets import load_breast_cancer
from sklearn.decomposition import PCA, KernelPCA
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF
from sklearn.kernel_approximation import RBFSampler
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import Ridge
from sklearn.metrics import hinge_loss
from sklearn.metrics import pairwise as sklearn_pairwise
from sklearn.preprocessing import KernelCenterer
from sklearn.svm import SVC

import mathlib.functional_analysis as fa
from mathlib.arrays import has_torch, to_numpy
from mathlib.linear_algebra import pairwise_euclidean_distance

RNG = np.random.default_rng(12)
needs_torch = pytest.mark.skipif(not has_torch, reason="compares with torch")


def normal(*shape):
    return RNG.normal(size=shape)


def draws(seed):
    return np.random.default_rng(seed)


def complex_normal(*shape):
    return normal(*shape) + 1j * normal(*shape)


def labels(seed, n):
    """Draw labels, at least one of each."""
    y = draws(seed).choice([-1.0, 1.0], size=n)
    y[:2] = -1, 1
    return y


X5, X7, Y4 = normal(5, 3), normal(7, 2), normal(4, 3)
X40 = normal(40, 3)
F40 = np.sin(2 * X40[:, 0]) + X40[:, 1] * X40[:, 2]
SPD = (lambda A: A @ A.T + 0.5 * np.eye(5))(normal(5, 5))

# ------------------------------------------------------------------ oracles


def agrees(library, function, expected, *args, **options):
    """As library.agrees, where what comes out (or goes in) is complex."""
    for real, cplx in (("float64", "complex128"), ("float32", "complex64")):
        mine = [
            library.asarray(a, cplx if a.dtype.kind == "c" else real)
            if isinstance(a, np.ndarray) else a
            for a in args
        ]
        kept = [library.to_numpy(m).copy() for m in mine
                if library.owns(m)]
        got = function(*mine, **options)
        kind = cplx if expected.dtype.kind == "c" else real
        assert library.owns(got) and got.dtype == getattr(library.xp, kind)
        assert tuple(got.shape) == expected.shape
        rtol = 1e-11 if real == "float64" else 1e-5
        size = rtol * np.max(np.abs(expected), initial=0)
        np.testing.assert_allclose(
            library.to_numpy(got), expected, rtol=0, atol=size
        )
        for m, k in zip(filter(library.owns, mine), kept, strict=True):
            np.testing.assert_array_equal(library.to_numpy(m), k)
    if library.name == "numpy" and all(np.size(a) for a in args):
        lists = [a.tolist() if isinstance(a, np.ndarray) else a for a in args]
        np.testing.assert_array_equal(
            function(*lists, **options), function(*args, **options)
        )


@referee("oracle", fa.lp_norm)
@pytest.mark.parametrize("p", [0.5, 1, 1.5, 2, 3, 17.0, math.inf])
@pytest.mark.parametrize("x, axis", [
    (normal(6), None), (normal(3, 4), None), (normal(3, 4), 0),
    (normal(2, 3, 4), -1), (normal(2, 3, 4), 1), (np.zeros(3), 0),
    (np.array([-2.5]), None),
])
def test_lp_norm(library, x, axis, p):
    line = x.reshape(-1) if axis is None else x
    expected = np.linalg.norm(line, ord=p, axis=axis or 0) \
        if axis is None else np.linalg.norm(line, ord=p, axis=axis)
    library.agrees(fa.lp_norm, np.asarray(expected), x, p, axis=axis)


def test_lp_norm_of_complex_numbers(library):
    x = complex_normal(3, 4)
    expected = np.linalg.norm(x, ord=3, axis=1)
    agrees(library, fa.lp_norm, expected, x, 3, axis=1)


def test_lp_norm_of_nothing_and_of_a_number(library):
    empty = library.asarray(np.zeros((2, 0)))
    for p in (1, 2, math.inf):
        got = library.to_numpy(fa.lp_norm(empty, p, axis=1))
        np.testing.assert_array_equal(got, [0, 0])
        assert float(fa.lp_norm(empty, p)) == 0
        assert float(fa.lp_norm(library.asarray(np.array(-3.0)), p)) == \
            pytest.approx(3)


@pytest.mark.parametrize("p", [1e3, 1e5, 4.5e15])
def test_lp_norm_of_high_order_is_nearly_the_largest(p):
    # By hand: 1.9 < 2 counts for nothing, and twice 2 is 2 * 2**(1 / p).
    assert fa.lp_norm([1.9, -2.0, 0.0], p) == pytest.approx(2, rel=1e-12)
    assert fa.lp_norm([2.0, -2.0], p) == pytest.approx(
        2 * 2 ** (1 / p), rel=1e-12
    )
    assert fa.lp_norm([1.0, math.inf], p) == math.inf
    assert math.isnan(fa.lp_norm([1.0, math.nan], p))


@pytest.mark.parametrize("size", [1e-308, 1e-200, 1e200, 1e307])
@pytest.mark.parametrize("p", [1, 2, 5, 40])
def test_lp_norm_of_the_very_large_and_small(size, p):
    x = np.array([3.0, -4.0, 1.0])
    expected = size * np.linalg.norm(x, ord=p)
    assert fa.lp_norm(size * x, p) == pytest.approx(expected, rel=1e-12)
    tiny = np.array([1.0, 1e-200])
    assert fa.lp_norm(tiny, p) == pytest.approx(1)


@referee("oracle", fa.fourier_coefficients)
@pytest.mark.parametrize("samples, order", [
    (normal(7), 3), (normal(8), 3), (normal(9), 0), (normal(1), 0),
    (normal(2, 12), 4), (complex_normal(11), 5), (complex_normal(2, 3, 6), 2),
    (normal(257), 128),
])
def test_fourier_coefficients(library, samples, order):
    n = samples.shape[-1]
    both = np.fft.fft(samples, axis=-1) / n
    m = np.arange(-order, order + 1)
    assert np.array_equal(np.fft.fftfreq(n, 1 / n)[m], m)
    agrees(library, fa.fourier_coefficients, both[..., m], samples, order)


@pytest.mark.parametrize("f", [
    lambda t: np.exp(np.cos(t)) * (1 + 2j * np.sin(3 * t)),
    lambda t: 1 / (2 + np.sin(t)),
], ids=["entire", "analytic"])
def test_fourier_coefficients_are_the_integrals(f):
    t = 2 * np.pi * np.arange(80) / 80
    got = fa.fourier_coefficients(f(t), 6)
    for m, c in zip(range(-6, 7), got, strict=True):
        parts = [
            scipy.integrate.quad(
                lambda t, part=part, m=m: part(f(t) * np.exp(-1j * m * t)),
                0, 2 * np.pi, epsabs=1e-12,
            )[0] / (2 * np.pi)
            for part in (np.real, np.imag)
        ]
        assert c == pytest.approx(complex(*parts), abs=1e-11)


def test_frequencies_the_samples_cannot_tell_apart():
    t = 2 * np.pi * np.arange(9) / 9
    # 7 turns look like -2 between 9 samples; 6 are told from all up to 2.
    wave = fa.fourier_coefficients(np.exp(7j * t), 2)
    np.testing.assert_allclose(wave, [1, 0, 0, 0, 0], atol=1e-14)
    wave = fa.fourier_coefficients(np.exp(6j * t), 2)
    np.testing.assert_allclose(wave, 0, atol=1e-14)


def test_square_wave_has_one_over_m():
    n, m = 100_000, np.arange(-9, 10)
    t = (np.arange(n) + 0.0) * 2 * np.pi / n
    wave = np.where((t == 0) | (t == np.pi), 0, np.where(t < np.pi, 1, -1))
    odd = np.where(m % 2 == 0, 1, m)
    expected = np.where(m % 2 == 0, 0, 2 / (1j * np.pi * odd))
    got = fa.fourier_coefficients(wave, 9)
    np.testing.assert_allclose(got, expected, atol=1e-8)


@referee("oracle", fa.dft)
@pytest.mark.parametrize("x", [
    normal(1), normal(2), normal(7), normal(8), normal(3, 12),
    complex_normal(5), complex_normal(2, 2, 9), normal(400),
], ids=lambda x: f"{x.dtype}{x.shape}")
def test_dft(library, x):
    agrees(library, fa.dft, np.fft.fft(x, axis=-1), x)
    matrix = scipy.linalg.dft(x.shape[-1])
    np.testing.assert_allclose(fa.dft(x), x @ matrix.T, atol=1e-10)


@referee("oracle", fa.fft)
@pytest.mark.parametrize("x", [
    normal(1), normal(2), normal(4), normal(3, 8), complex_normal(16),
    complex_normal(2, 1, 32), normal(1024), normal(2, 0, 4),
], ids=lambda x: f"{x.dtype}{x.shape}")
def test_fft(library, x):
    agrees(library, fa.fft, np.fft.fft(x, axis=-1), x)


def test_fft_is_as_exact_as_it_should_be():
    """The error grows with the logarithm of the length only."""
    x = normal(2**17)
    exact = np.fft.fft(x)
    error = np.linalg.norm(fa.fft(x) - exact) / np.linalg.norm(exact)
    assert error < 1e-15


@referee("oracle", fa.circular_convolution)
@pytest.mark.parametrize("x, y", [
    (normal(1), normal(1)), (normal(5), normal(5)), (normal(8), normal(8)),
    (complex_normal(6), normal(6)), (normal(6), complex_normal(6)),
    (normal(2, 3, 4), normal(3, 4)), (normal(4), normal(2, 4)),
], ids=lambda x: f"{x.dtype}{x.shape}")
def test_circular_convolution(library, x, y):
    n = x.shape[-1]
    rows = np.broadcast_arrays(x, y)
    flat = [r.reshape(-1, n) for r in rows]
    expected = np.stack([
        scipy.linalg.circulant(b) @ a for a, b in zip(*flat, strict=True)
    ]).reshape(rows[0].shape)
    agrees(library, fa.circular_convolution, expected, x, y)


def test_circular_convolution_of_whole_numbers_is_exact():
    x, y = [3, -1, 2, 10**6], [5, 0, 7, -2]
    long = np.convolve(x, y)
    wrapped = long[:4] + np.append(long[4:], 0)
    np.testing.assert_array_equal(fa.circular_convolution(x, y), wrapped)
    empty = fa.circular_convolution(np.zeros(0), np.zeros(0))
    assert empty.shape == (0,)


@referee("oracle", fa.fft_convolve)
@pytest.mark.parametrize("a, b", [
    (normal(1), normal(1)), (normal(5), normal(3)), (normal(3), normal(5)),
    (normal(64), normal(65)), (complex_normal(6), normal(4)),
    (normal(2), complex_normal(9)), (normal(2, 3, 4), normal(3, 5)),
    (normal(7), normal(2, 1)), (normal(500), normal(300)),
], ids=lambda x: f"{x.dtype}{x.shape}")
def test_fft_convolve(library, a, b):
    rows = np.broadcast_shapes(a.shape[:-1], b.shape[:-1])
    wide = [np.broadcast_to(x, (*rows, x.shape[-1])) for x in (a, b)]
    expected = scipy.signal.convolve(
        wide[0], wide[1], method="direct"
    ) if not rows else np.stack([
        np.convolve(p, q) for p, q in zip(
            *(w.reshape(-1, w.shape[-1]) for w in wide), strict=True
        )
    ]).reshape((*rows, -1))
    agrees(library, fa.fft_convolve, expected, a, b)


def haar_matrix(n):
    """Build the transform of size 2n from that of size n."""
    if n == 1:
        return np.ones((1, 1))
    half = haar_matrix(n // 2)
    top = np.kron(half, [1, 1])
    bottom = np.kron(np.eye(n // 2), [1, -1])
    return np.concatenate([top, bottom]) / math.sqrt(2)


@referee("oracle", fa.haar, fa.inverse_haar)
@pytest.mark.parametrize("x", [
    normal(1), normal(2), normal(3, 8), normal(2, 2, 4), normal(64),
], ids=lambda x: str(x.shape))
def test_haar(library, x):
    H = haar_matrix(x.shape[-1])
    library.agrees(fa.haar, x @ H.T, x)
    library.agrees(fa.inverse_haar, x @ H, x)


@referee("oracle", fa.rbf_kernel)
@pytest.mark.parametrize("X, Y, scale", [
    (X5, None, 1.0), (X5, Y4, 0.3), (X7, None, 20.0), (X40, X5, 2.5),
    (normal(2, 4, 3), normal(5, 3), 1.5), (np.zeros((3, 2)), None, 1.0),
])
def test_rbf_kernel(library, X, Y, scale):
    if X.ndim == 2:
        expected = RBF(scale)(X, Y)
        other = sklearn_pairwise.rbf_kernel(X, Y, gamma=1 / (2 * scale**2))
        np.testing.assert_allclose(other, expected, atol=1e-12)
    else:
        expected = np.stack([RBF(scale)(x, Y) for x in X])
    args = (X,) if Y is None else (X, Y)
    library.agrees(fa.rbf_kernel, expected, *args, length_scale=scale)


@referee("oracle", fa.polynomial_kernel)
@pytest.mark.parametrize("X, Y, degree, coef0", [
    (X5, None, 3, 1.0), (X5, Y4, 2, 0.0), (X7, None, 1, -2.0),
    (X40, X5, 5, 0.5), (normal(2, 4, 3), normal(5, 3), 2, 1.0),
])
def test_polynomial_kernel(library, X, Y, degree, coef0):
    def oracle(X):
        return sklearn_pairwise.polynomial_kernel(
            X, Y, degree=degree, gamma=1, coef0=coef0
        )

    expected = oracle(X) if X.ndim == 2 else np.stack([*map(oracle, X)])
    args = (X,) if Y is None else (X, Y)
    library.agrees(
        fa.polynomial_kernel, expected, *args, degree=degree, coef0=coef0
    )


def test_defaults_of_the_kernels(library):
    library.agrees(fa.rbf_kernel, RBF(1.0)(X5), X5)
    cubes = (X5 @ X5.T + 1) ** 3
    library.agrees(fa.polynomial_kernel, cubes, X5)
    library.agrees(fa.polynomial_kernel, (X5 @ Y4.T + 1) ** 3, X5, Y4)


def test_kernel_of_points_far_from_the_origin():
    near = np.round(64 * X40) / 64
    far = near + 1e8
    assert np.array_equal(far - 1e8, near)
    K = fa.rbf_kernel(far)
    np.testing.assert_array_equal(K, fa.rbf_kernel(near))
    assert (np.diag(K) == 1).all() and (K <= 1).all()
    # What squares of norms leave of it.
    squares = np.sum(far**2, axis=1)
    lost = squares[:, None] + squares - 2 * far @ far.T
    assert lost.min() < 0 or np.abs(np.exp(-lost / 2) - K).max() > 0.1


def test_polynomial_kernel_is_a_product_of_features():
    """Degree 2 in two coordinates: six features."""
    a, b = X7.T
    root = math.sqrt(2)
    features = np.stack(
        [a * a, b * b, root * a * b, root * a, root * b, np.ones(7)], axis=1
    )
    np.testing.assert_allclose(
        fa.polynomial_kernel(X7, degree=2), features @ features.T
    )


def least(X, Y):
    """Brownian motion: covariances are the smaller of two times."""
    return (X + Y.mT - abs(X - Y.mT)) / 2


KERNELS = [
    (fa.rbf_kernel, True), (fa.polynomial_kernel, True),
    (least, True),
    (lambda X, Y: X @ Y.mT, True),
    (lambda X, Y: -(X @ Y.mT), False),
    (pairwise_euclidean_distance, False),
    (lambda X, Y: -pairwise_euclidean_distance(X, Y), False),
    (lambda X, Y: fa.polynomial_kernel(X, Y, degree=2, coef0=-5.0), False),
    (lambda X, Y: X + 0 * Y.mT, False),
    (lambda X, Y: 0 * X @ Y.mT, True),
]
TIMES = np.array([[0.5], [1.0], [1.0], [3.0], [0.0], [2.0]])


@referee("oracle", fa.is_psd_kernel)
@pytest.mark.parametrize("kernel, right", KERNELS)
def test_is_psd_kernel(library, kernel, right):
    K = np.asarray(kernel(TIMES, TIMES))
    least = np.linalg.eigvals(K).real.min()
    symmetric = np.allclose(K, K.T)
    assert (symmetric and least > -1e-9) == right
    for dtype in ("float64", "float32"):
        got = fa.is_psd_kernel(kernel, library.asarray(TIMES, dtype))
        assert got is right


def test_how_negative_an_eigenvalue_may_be():
    def kernel(shift):
        return lambda X, Y: 50 * np.diag([1.0, 0.5, -shift])

    X = np.zeros((3, 1))
    assert fa.is_psd_kernel(kernel(0.9e-9), X)
    assert not fa.is_psd_kernel(kernel(1.1e-9), X)
    assert fa.is_psd_kernel(kernel(0.9e-3), X, tol=1e-3)
    assert not fa.is_psd_kernel(kernel(1.1e-3), X, tol=1e-3)
    # Rounding is not held against a kernel, even if one asks for it.
    assert fa.is_psd_kernel(fa.rbf_kernel, np.ones((30, 2)), tol=0)
    points = np.linspace(0, 1, 60)[:, None]
    assert np.linalg.eigvalsh(fa.rbf_kernel(points)).min() < 0
    assert fa.is_psd_kernel(fa.rbf_kernel, points, tol=0)
    assert fa.is_psd_kernel(fa.rbf_kernel, np.zeros((0, 2)))

    def nearly(X, Y):
        return np.eye(3) + np.diag([1e-10, 0], 1)

    assert fa.is_psd_kernel(nearly, X)
    assert not fa.is_psd_kernel(nearly, X, tol=1e-11)


@referee("oracle", fa.rkhs_norm)
def test_rkhs_norm(library):
    # In the space of the features it is a length.
    a, b = X7.T
    root = math.sqrt(2)
    features = np.stack([a * a, b * b, root * a * b], axis=1)
    K = fa.polynomial_kernel(X7, degree=2, coef0=0.0)
    for alpha in (normal(7), np.eye(7)[2], np.zeros(7)):
        expected = np.asarray(np.linalg.norm(alpha @ features))
        library.agrees(fa.rkhs_norm, expected, K, alpha)
    assert float(fa.rkhs_norm(np.ones((2, 2)), [1, -1])) == 0
    # Rounding may leave less than nothing.
    x = np.linspace(0, 1, 40)[:, None]
    K = fa.rbf_kernel(x)
    null = np.linalg.eigh(K)[1][:, 0]
    assert 0 <= fa.rkhs_norm(K, null) < 1e-6


@referee("oracle", fa.kernel_ridge_fit, fa.kernel_ridge_predict)
@pytest.mark.parametrize("alpha", [1e-3, 1.0, 50.0])
@pytest.mark.parametrize("y", [F40, np.stack([F40, -X40[:, 0]], axis=1)],
                         ids=["one", "two"])
def test_kernel_ridge(library, y, alpha):
    K, K_star = fa.rbf_kernel(X40), fa.rbf_kernel(X5, X40)
    model = KernelRidge(alpha=alpha, kernel="precomputed").fit(K, y)
    library.agrees(
        fa.kernel_ridge_fit, model.dual_coef_, K, y, alpha, rtol=1e-9
    )
    library.agrees(
        fa.kernel_ridge_predict, model.predict(K_star), K_star,
        model.dual_coef_, rtol=1e-9,
    )


def test_kernel_ridge_with_a_linear_kernel_is_ridge():
    model = Ridge(alpha=0.7, fit_intercept=False).fit(X40, F40)
    c = fa.kernel_ridge_fit(X40 @ X40.T, F40, 0.7)
    np.testing.assert_allclose(X40.T @ c, model.coef_)
    got = fa.kernel_ridge_predict(X5 @ X40.T, c)
    np.testing.assert_allclose(got, model.predict(X5))


def test_kernel_ridge_without_a_price_goes_through_the_points():
    c = fa.kernel_ridge_fit(SPD, [1, 2, 3, 4, 5], 0)
    np.testing.assert_allclose(SPD @ c, [1, 2, 3, 4, 5])
    assert fa.kernel_ridge_fit(np.zeros((0, 0)), np.zeros(0), 1).shape == (0,)
    got = fa.kernel_ridge_predict(np.zeros((3, 0)), np.zeros((0, 2)))
    np.testing.assert_array_equal(got, np.zeros((3, 2)))


@referee("oracle", fa.svm_objective)
@pytest.mark.parametrize("C", [0.1, 1.0, 30.0])
def test_svm_objective(library, C):
    y, w, b = labels(1, 40), normal(3), np.array(0.3)
    # scikit-learn's hinge loss is a mean.
    hinges = 40 * hinge_loss(y, X40 @ w + b)
    expected = np.asarray(w @ w / 2 + C * hinges)
    library.agrees(fa.svm_objective, expected, w, b, X40, y, C=C)


def by_one(w, b, X, y, C):
    """Add up the subgradient, a point at a time."""
    grad_w, grad_b = w.copy(), 0.0
    for x, s in zip(X, y, strict=True):
        if s * (x @ w + b) < 1:
            grad_w -= C * s * x
            grad_b -= C * s
    return grad_w, np.asarray(grad_b)


@referee("oracle", fa.svm_subgradient)
@pytest.mark.parametrize("C", [0.1, 1.0, 30.0])
def test_svm_subgradient(library, C):
    y, w, b = labels(1, 40), normal(3), np.array(0.3)
    expected = by_one(w, b, X40, y, C)
    library.agrees(fa.svm_subgradient, expected, w, b, X40, y, C=C)


def test_labels_of_every_kind(library):
    y = np.array([1, -1, 1, -1, 1])
    w, b = np.array([1.0, 0, 2]), 0.5
    expected = by_one(w, b, X5, y, 1.0)
    for dtype in ("float32", "float64"):
        arrays = [library.asarray(a, dtype) for a in (w, X5)]
        for kind in (library.asarray(y), y.tolist()):
            got = fa.svm_subgradient(arrays[0], b, arrays[1], kind)
            library.assert_close(got, expected, dtype=dtype, rtol=1e-5)
            loss = fa.svm_objective(arrays[0], b, arrays[1], kind)
            assert loss.dtype == getattr(library.xp, dtype)


def test_point_on_the_margin_does_not_pull():
    X, y = np.array([[1.0], [1.0]]), [1, -1]
    grad_w, grad_b = fa.svm_subgradient([1], 0, X, y)
    assert grad_w == 1 + 1 and grad_b == 1
    grad_w, grad_b = fa.svm_subgradient([1], -1e-9, X, y)
    assert grad_w == 1 and grad_b == 0


@needs_torch
def test_svm_subgradient_is_torchs_gradient():
    import torch

    w, b = torch.tensor(normal(3)), torch.tensor(0.2, dtype=torch.float64)
    X, y = torch.tensor(X40), torch.tensor(labels(4, 40))
    w.requires_grad_(), b.requires_grad_()
    fa.svm_objective(w, b, X, y, C=0.7).backward()
    grad_w, grad_b = fa.svm_subgradient(w.detach(), b.detach(), X, y, C=0.7)
    torch.testing.assert_close(grad_w, w.grad)
    torch.testing.assert_close(grad_b, b.grad)


def by_libsvm(K, y, C):
    """Return coefficients and intercept as scikit-learn finds them.

    LIBSVM keeps kernels in single precision: K should be exact in it.
    """
    model = SVC(C=C, kernel="precomputed", tol=1e-10, shrinking=False)
    model.fit(K, y)
    coef = np.zeros(len(y))
    coef[model.support_] = model.dual_coef_[0]
    return coef, model.intercept_[0]


def dual(c, K, y):
    return y @ c - c @ K @ c / 2


@referee("oracle", fa.svm_fit)
@pytest.mark.parametrize("C", [0.05, 1.0, 20.0])
@pytest.mark.parametrize("K", [
    fa.rbf_kernel(X40), fa.rbf_kernel(X40, length_scale=0.2),
    fa.polynomial_kernel(X40, degree=2),
], ids=["rbf", "narrow", "polynomial"])
def test_svm_fit(library, K, C):
    y = np.where(F40 + 0.4 * draws(3).normal(size=40) > 0, 1.0, -1.0)
    K = K.astype(np.float32).astype(np.float64)
    coef, intercept = by_libsvm(K, y, C)
    c, b = fa.svm_fit(library.asarray(K), library.asarray(y), C=C, tol=1e-10)
    library.assert_close(c, coef, rtol=1e-7)
    library.assert_close(b, np.asarray(intercept), rtol=1e-7)
    # The same support, and not a little of the others.
    np.testing.assert_array_equal(library.to_numpy(c) != 0, coef != 0)
    c, b = fa.svm_fit(
        library.asarray(K, "float32"), library.asarray(y, "float32"), C=C,
        tol=1e-6,
    )
    assert c.dtype == b.dtype == library.xp.float32
    assert library.owns(c) and library.owns(b)
    sides = K @ library.to_numpy(c) + library.to_numpy(b)
    np.testing.assert_allclose(sides, K @ coef + intercept, atol=2e-3)


@pytest.mark.parametrize("C", [1.0, 100.0])
def test_svm_fit_on_real_data(C):
    X, y = load_breast_cancer(return_X_y=True)
    X, y = (X - X.mean(axis=0)) / X.std(axis=0), 2 * y - 1
    K = fa.rbf_kernel(X[::2], length_scale=4.0)
    y, other = y[::2], y[1::2]
    coef, intercept = by_libsvm(K, y, C)
    for tol, near in ((1e-3, 5e-3), (1e-8, 1e-5)):
        c, b = fa.svm_fit(K, y, C=C, tol=tol)
        assert dual(c, K, y) == pytest.approx(dual(coef, K, y), rel=near)
        np.testing.assert_allclose(
            K @ c + b, K @ coef + intercept, atol=10 * near
        )
    K_star = fa.rbf_kernel(X[1::2], X[::2], length_scale=4.0)
    assert np.mean(np.sign(K_star @ c + b) == other) > 0.95


def test_svm_fit_is_the_minimum_of_the_objective():
    y = np.where(X40[:, 0] + 0.5 * X40[:, 1] > 0.2, 1, -1)
    y[::7] *= -1
    c, b = fa.svm_fit(X40 @ X40.T, y, C=0.5, tol=1e-9)
    w = X40.T @ c
    primal = fa.svm_objective(w, b, X40, y, C=0.5)
    # No gap between the two problems: neither can be better.
    assert primal == pytest.approx(dual(c, X40 @ X40.T, y), rel=1e-7)
    for seed in range(20):
        step = 1e-2 * draws(seed).normal(size=4)
        moved = fa.svm_objective(w + step[:3], b + step[3], X40, y, C=0.5)
        assert moved > primal


def test_svm_fit_of_points_given_twice():
    X = np.repeat([[0.0], [1.0], [2.0]], 2, axis=0)
    y = [-1, -1, 1, -1, 1, 1]  # the middle one is both
    K = X @ X.T
    c, b = fa.svm_fit(K, y, C=2.0, tol=1e-9)
    coef, intercept = by_libsvm(K, np.array(y), 2.0)
    assert dual(c, K, np.array(y)) == pytest.approx(
        dual(coef, K, np.array(y)))
    np.testing.assert_allclose(K @ c + b, K @ coef + intercept, atol=1e-7)


def test_svm_fit_where_all_points_are_at_a_bound():
    # Any b from -1/2 to 1/2 will do; the middle is taken.
    K, y = np.eye(2), [1, -1]
    c, b = fa.svm_fit(K, y, C=0.5)
    np.testing.assert_array_equal(c, [0.5, -0.5])
    assert b == 0
    c, b = fa.svm_fit(np.diag([1.0, 3.0]), y, C=0.1)
    np.testing.assert_array_equal(c, [0.1, -0.1])
    # Slopes 1 - 0.1 and -1 + 0.3.
    assert b == pytest.approx((0.9 - 0.7) / 2)
    assert b == pytest.approx(by_libsvm(np.diag([1.0, 3]), y, 0.1)[1])


def test_svm_fit_stops_when_told():
    y = labels(5, 40)
    K = fa.rbf_kernel(X40)
    values = [
        dual(fa.svm_fit(K, y, C=5.0, tol=1e-9, max_iter=k)[0], K, y)
        for k in (1, 3, 10, 100, 10_000)
    ]
    assert values == sorted(values) and values[0] < 0.5 * values[-1]
    assert np.sum(fa.svm_fit(K, y, max_iter=1)[0] != 0) == 2
    loose = fa.svm_fit(K, y, C=5.0, tol=0.5)[0]
    assert dual(loose, K, y) < values[-1]


@referee("oracle", fa.center_kernel)
@pytest.mark.parametrize("K", [
    fa.rbf_kernel(X40), SPD, np.ones((1, 1)), normal(6, 6),
], ids=["rbf", "linear", "one", "unsymmetric"])
def test_center_kernel(library, K):
    n = len(K)
    H = np.eye(n) - np.ones((n, n)) / n
    library.agrees(fa.center_kernel, H @ K @ H, K)
    np.testing.assert_allclose(
        KernelCenterer().fit(K).transform(K), H @ K @ H, atol=1e-12
    )


def test_center_kernel_of_points_far_from_the_origin():
    near = np.round(8 * X40) / 8
    K = (near + 1024) @ (near + 1024).T  # exact
    centered = near - near.mean(axis=0)
    np.testing.assert_allclose(
        fa.center_kernel(K), centered @ centered.T, atol=1e-9
    )


def same_up_to_signs(library, got, expected, rtol):
    got = library.to_numpy(got)
    assert got.shape == expected.shape
    signs = np.where(np.sum(got * expected, axis=0) < 0, -1, 1)
    size = np.abs(expected).max()
    np.testing.assert_allclose(got, signs * expected, atol=rtol * size)


@referee("oracle", fa.kernel_pca)
@pytest.mark.parametrize("K", [
    fa.rbf_kernel(X40), fa.polynomial_kernel(X40, degree=2),
], ids=["rbf", "polynomial"])
@pytest.mark.parametrize("k", [1, 4])
def test_kernel_pca(library, K, k):
    model = KernelPCA(k, kernel="precomputed", eigen_solver="dense")
    expected = model.fit_transform(K)
    for dtype, rtol in (("float64", 1e-9), ("float32", 2e-3)):
        Z = fa.kernel_pca(library.asarray(K, dtype), k)
        assert library.owns(Z) and Z.dtype == getattr(library.xp, dtype)
        same_up_to_signs(library, Z, expected, rtol)
        Z = library.to_numpy(Z)
        largest = np.argmax(np.abs(Z), axis=0)
        assert (Z[largest, np.arange(k)] > 0).all()


def test_kernel_pca_with_a_linear_kernel_is_pca(library):
    expected = PCA(3).fit_transform(X40 + 5)
    K = library.asarray((X40 + 5) @ (X40 + 5).T)
    same_up_to_signs(library, fa.kernel_pca(K, 3), expected, 1e-9)
    # Further components there are not: zeros, not the root of -1e-15.
    rest = library.to_numpy(fa.kernel_pca(K, 40))[:, 3:]
    np.testing.assert_array_equal(rest, 0)
    flat = fa.kernel_pca(library.asarray(np.ones((4, 4))), 2)
    np.testing.assert_array_equal(library.to_numpy(flat), 0)


@referee("oracle", fa.gp_posterior)
@pytest.mark.parametrize("noise, scale", [(0.3, 1.0), (0.05, 0.5), (2.0, 5)])
def test_gp_posterior(library, noise, scale):
    kernel = 1.7 * RBF(scale)
    model = GaussianProcessRegressor(
        kernel=kernel, alpha=noise**2, optimizer=None
    ).fit(X40, F40)
    expected = model.predict(Y4, return_cov=True)
    library.agrees(
        fa.gp_posterior, expected, kernel(X40), kernel(Y4, X40), kernel(Y4),
        F40, noise_std=noise, rtol=1e-9,
    )


def test_gp_posterior_is_a_conditional_normal():
    """By inverting the joint covariance of what is asked and measured."""
    K = fa.rbf_kernel(np.concatenate([Y4, X5]))
    K[4:, 4:] += 0.2**2 * np.eye(5)
    precision = np.linalg.inv(K)
    y = normal(5)
    cov = np.linalg.inv(precision[:4, :4])
    mean = -cov @ precision[:4, 4:] @ y
    got = fa.gp_posterior(
        fa.rbf_kernel(X5), fa.rbf_kernel(Y4, X5), fa.rbf_kernel(Y4), y,
        noise_std=0.2,
    )
    np.testing.assert_allclose(got[0], mean)
    np.testing.assert_allclose(got[1], cov)


def test_gp_posterior_without_noise(library):
    x = np.linspace(0, 4, 5)[:, None]
    y, K = np.sin(x[:, 0]), fa.rbf_kernel(x)
    for dtype, near in (("float64", 1e-8), ("float32", 2e-3)):
        K_, y_ = library.asarray(K, dtype), library.asarray(y, dtype)
        mean, cov = fa.gp_posterior(K_, K_, K_, y_)
        np.testing.assert_allclose(library.to_numpy(mean), y, atol=near)
        cov = library.to_numpy(cov)
        np.testing.assert_allclose(cov, 0, atol=near)
        assert (np.diag(cov) >= 0).all()


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e4])
def test_cholesky_is_kept_alive(dtype, scale):
    """Hundreds of points, far nearer than the length scale, no noise."""
    x = np.sort(draws(1).uniform(size=(300, 1)), axis=0)
    new = np.linspace(0, 1, 50)[:, None]
    args = [
        (scale * fa.rbf_kernel(*p, length_scale=2)).astype(dtype)
        for p in ((x, x), (new, x), (new, new))
    ]
    mean, cov = fa.gp_posterior(*args, np.sin(3 * x[:, 0]).astype(dtype))
    near = 1e-3 if dtype == "float64" else 0.1
    np.testing.assert_allclose(mean, np.sin(3 * new[:, 0]), atol=near)
    assert (np.diag(cov) >= 0).all() and np.diag(cov).max() < 1e-3 * scale


def test_two_measurements_at_one_point_are_averaged():
    x = np.array([[0.0], [0.0], [3.0]])
    K = fa.rbf_kernel(x)
    mean, cov = fa.gp_posterior(K, K, K, [1.0, 3.0, 0.0])
    np.testing.assert_allclose(mean, [2, 2, 0], atol=1e-4)
    np.testing.assert_allclose(cov, 0, atol=1e-8)


def test_gp_posterior_before_any_measurement():
    prior = fa.rbf_kernel(Y4)
    mean, cov = fa.gp_posterior(
        np.zeros((0, 0)), np.zeros((4, 0)), prior, np.zeros(0)
    )
    np.testing.assert_array_equal(mean, np.zeros(4))
    np.testing.assert_array_equal(cov, prior)
    mean, cov = fa.gp_posterior(
        SPD, np.zeros((0, 5)), np.zeros((0, 0)), normal(5)
    )
    assert mean.shape == (0,) and cov.shape == (0, 0)


def promise(mean, std, best):
    """Integrate what is gained, up to nine standard deviations."""
    if std == 0:
        return max(mean - best, 0.0)
    u = (mean - best) / std
    return std * scipy.integrate.quad(
        lambda z: (u + z) * np.exp(-z * z / 2) / math.sqrt(2 * math.pi),
        -u, max(-u, 0) + 12, epsabs=0, epsrel=1e-12,
    )[0]


@referee("oracle", fa.expected_improvement)
@pytest.mark.parametrize("best", [0.0, 1.3])
def test_expected_improvement(library, best):
    mean = np.array([[-1.0, 0.0, 0.5], [1.3, 2.0, 5.0]])
    std = np.array([1.0, 0.2, 3.0])
    expected = np.vectorize(promise)(mean, std, best)
    library.agrees(fa.expected_improvement, expected, mean, std, best)


def test_expected_improvement_far_out_and_without_doubt(library):
    mean, best = np.array([-5.0, 0.0, 2.0]), np.array(1.0)
    sure = np.array([0.0, 0.0, 1.0])
    library.agrees(fa.expected_improvement, sure, mean, np.zeros(3), best)
    far = np.array([promise(-u, 1.0, 0.0) for u in (6.0, 12.0, 30.0)])
    got = fa.expected_improvement([-6.0, -12.0, -30.0], 1.0, 0.0)
    np.testing.assert_allclose(got, far, rtol=1e-9)
    assert (fa.expected_improvement(-np.linspace(30, 60, 99), 1, 0) >= 0).all()


@referee("oracle", fa.empirical_ntk)
def test_empirical_ntk(library):
    J1, J2 = normal(4, 9), normal(3, 9)
    expected = np.array([[np.sum(a * b) for b in J2] for a in J1])
    library.agrees(fa.empirical_ntk, expected, J1, J2)


@needs_torch
def test_empirical_ntk_of_a_network_of_torch():
    """What a small step of training changes, to first order."""
    import torch

    torch.manual_seed(0)
    net = torch.nn.Sequential(
        torch.nn.Linear(3, 20), torch.nn.Tanh(), torch.nn.Linear(20, 1)
    ).double()
    x, y = torch.tensor(X5), torch.tensor(normal(5))
    names = [name for name, _ in net.named_parameters()]

    def outputs(*values):
        given = dict(zip(names, values, strict=True))
        return torch.func.functional_call(net, given, (x,))[:, 0]

    parts = torch.autograd.functional.jacobian(
        outputs, tuple(net.parameters())
    )
    J = torch.cat([p.reshape(5, -1) for p in parts], dim=1)
    Theta = fa.empirical_ntk(J, J)
    by_hand = torch.stack([
        torch.cat([
            g.flatten()
            for g in torch.autograd.grad(net(x)[i, 0], net.parameters())
        ])
        for i in range(5)
    ])
    torch.testing.assert_close(Theta, by_hand @ by_hand.T)
    # Training does what the kernel says.
    before, lr = net(x)[:, 0].detach(), 1e-6
    loss = ((net(x)[:, 0] - y) ** 2).sum() / 2
    loss.backward()
    with torch.no_grad():
        for p in net.parameters():
            p -= lr * p.grad
    change = net(x)[:, 0].detach() - before
    torch.testing.assert_close(
        change, -lr * Theta @ (before - y), rtol=1e-4, atol=0
    )
    predicted = fa.ntk_predictions(Theta, before, y, 1, lr=lr)
    torch.testing.assert_close(
        predicted - before, change, rtol=1e-4, atol=0
    )


def wide_jacobian(X, M, rng):
    """Gradients of relu(X W) v / sqrt(M) by W and v, drawn at random."""
    W, v = rng.normal(size=(X.shape[1], M)), rng.normal(size=M)
    z = X @ W
    by_w = X[:, :, None] * ((z > 0) * v)[:, None, :]
    both = [by_w.reshape(len(X), -1), np.maximum(z, 0)]
    return np.concatenate(both, axis=1) / math.sqrt(M)


def test_empirical_ntk_of_a_wide_network_is_the_law():
    """Arc-cosine kernels of orders 0 and 1 (Cho and Saul, 2009)."""
    length = np.linalg.norm(X5, axis=1)
    cosine = np.clip(X5 @ X5.T / np.outer(length, length), -1, 1)
    angle = np.arccos(cosine)
    slopes = (np.pi - angle) / (2 * np.pi)
    values = np.outer(length, length) * (
        np.sin(angle) + (np.pi - angle) * cosine
    ) / (2 * np.pi)
    law = X5 @ X5.T * slopes + values

    def error(M, seed):
        J = wide_jacobian(X5, M, draws(seed))
        return np.abs(fa.empirical_ntk(J, J) - law).mean()

    narrow = np.mean([error(100, seed) for seed in range(10)])
    wide = np.mean([error(10_000, seed) for seed in range(10)])
    # A hundred times the width: a tenth of the error.
    assert wide < 0.2 * narrow and wide < 0.03 * np.abs(law).max()


@referee("oracle", fa.ntk_predictions)
@pytest.mark.parametrize("f0, y", [
    (normal(5), normal(5)), (normal(5, 2), normal(5, 2)),
], ids=["one", "two"])
@pytest.mark.parametrize("t, lr", [(0, 1.0), (1, 0.1), (7.5, 0.02)])
def test_ntk_predictions(library, f0, y, t, lr):
    expected = y + scipy.linalg.expm(-lr * t * SPD) @ (f0 - y)
    library.agrees(fa.ntk_predictions, expected, SPD, f0, y, t, lr=lr)


def test_ntk_predictions_are_where_gradient_descent_goes():
    f0, y, f = normal(5), normal(5), None
    for lr in (1e-2, 1e-3):
        f = f0
        for _ in range(round(0.5 / lr)):
            f = f - lr * SPD @ (f - y)
        flow = fa.ntk_predictions(SPD, f0, y, round(0.5 / lr), lr=lr)
        error = np.abs(f - flow).max()
        assert 1e-8 < error < 2 * lr * np.abs(f0 - y).max()
    late = fa.ntk_predictions(SPD, f0, y, 1e9, lr=1e-2)
    np.testing.assert_allclose(late, y)
    # What the kernel does not see is never learned.
    still = fa.ntk_predictions(np.ones((2, 2)), [0, 0], [3, 1], 1e9, lr=1)
    np.testing.assert_allclose(still, [2, 2])


exempt("library", fa.sample_fourier_frequencies,
       because="NumPy's generator draws NumPy arrays")


@referee("oracle", fa.sample_fourier_frequencies)
def test_sample_fourier_frequencies():
    rng, same = draws(5), draws(5)
    omega, phase = fa.sample_fourier_frequencies(
        3, 50, length_scale=0.4, rng=rng
    )
    np.testing.assert_allclose(omega, same.normal(size=(3, 50)) / 0.4)
    np.testing.assert_array_equal(phase, same.uniform(0, 2 * np.pi, 50))
    assert rng.random() == same.random()
    plain, _ = fa.sample_fourier_frequencies(3, 50, rng=draws(5))
    np.testing.assert_allclose(plain, 0.4 * omega)


@referee("oracle", fa.fourier_features)
def test_fourier_features(library):
    model = RBFSampler(gamma=0.8, n_components=30, random_state=0).fit(X40)
    omega, phase = model.random_weights_, model.random_offset_
    for X in (X40, Y4[0], normal(2, 4, 3)):
        rows = model.transform(X.reshape(-1, 3))
        expected = rows.reshape((*X.shape[:-1], 30))
        library.agrees(fa.fourier_features, expected, X, omega, phase)


def test_many_waves_are_the_kernel():
    """Hoeffding: each product off by 0.03 has a chance below 1e-9."""
    D = 200_000
    omega, phase = fa.sample_fourier_frequencies(
        3, D, length_scale=1.5, rng=draws(7)
    )
    Z = fa.fourier_features(X5, omega, phase)
    # Terms lie between -2 and 2: 2 exp(-2 D 0.03^2 / 16) is 3e-10.
    K = fa.rbf_kernel(X5, length_scale=1.5)
    assert np.abs(Z @ Z.T - K).max() < 0.03


# ---------------------------------------------------------------- gradients


exempt("gradient", fa.is_psd_kernel, because="boolean output")
exempt("gradient", fa.svm_fit, because="a sequential algorithm in NumPy")
exempt("gradient", fa.sample_fourier_frequencies,
       because="NumPy's generator draws NumPy arrays")


@needs_torch
@referee("gradient", fa.fourier_coefficients, fa.dft, fa.fft, fa.haar,
         fa.inverse_haar)
@pytest.mark.parametrize("function, args", [
    (fa.fourier_coefficients, (2,)), (fa.dft, ()), (fa.fft, ()),
    (fa.haar, ()), (fa.inverse_haar, ()),
])
def test_gradients_of_transforms(function, args):
    check_gradient(function, normal(2, 8), *args)
    if function in (fa.dft, fa.fft):
        check_gradient(function, complex_normal(4))


@needs_torch
@referee("gradient", fa.circular_convolution, fa.fft_convolve)
def test_gradients_of_convolutions():
    check_gradient(fa.circular_convolution, normal(2, 4), normal(4))
    check_gradient(fa.circular_convolution, complex_normal(3), normal(3))
    check_gradient(fa.fft_convolve, normal(2, 4), normal(3))
    check_gradient(fa.fft_convolve, complex_normal(3), normal(2))


@needs_torch
@referee("gradient", fa.lp_norm)
@pytest.mark.parametrize("p", [0.5, 1, 1.5, 2, 3, math.inf])
def test_gradient_of_lp_norm(p):
    check_gradient(fa.lp_norm, normal(2, 3), p)
    check_gradient(fa.lp_norm, normal(2, 3), p, axis=0)


@needs_torch
@pytest.mark.parametrize("p", [0.5, 1, 2, 3])
def test_gradient_of_lp_norm_at_zero(p):
    import torch

    for x in (torch.zeros(3), torch.tensor([2.0, 0.0, 0.0])):
        x = x.double().requires_grad_()
        fa.lp_norm(x, p).backward()
        assert torch.equal(x.grad, (x != 0).double())


@needs_torch
@referee("gradient", fa.rbf_kernel, fa.polynomial_kernel)
def test_gradients_of_kernels():
    for function, name in ((fa.rbf_kernel, "length_scale"),
                           (fa.polynomial_kernel, "coef0")):
        check_gradient(
            lambda X, Y, s, function=function, name=name:
            function(X, Y, **{name: s}),
            X5, Y4, np.array(1.3),
        )
        check_gradient(function, X5)


def symmetric(function, place=0):
    """Let a function be differentiated along symmetric matrices only."""
    def of_half(*args):
        args = list(args)
        args[place] = args[place] + args[place].mT
        return function(*args)

    return of_half


@needs_torch
@referee("gradient", fa.rkhs_norm, fa.kernel_ridge_fit,
         fa.kernel_ridge_predict, fa.gp_posterior, fa.ntk_predictions,
         fa.center_kernel, fa.kernel_pca, fa.empirical_ntk)
def test_gradients_through_gram_matrices():
    half = np.tril(SPD) - np.diag(np.diag(SPD)) / 2
    check_gradient(symmetric(fa.rkhs_norm), half, normal(5))
    check_gradient(
        symmetric(fa.kernel_ridge_fit), half, normal(5), np.array(0.3)
    )
    check_gradient(
        symmetric(fa.kernel_ridge_fit), half, normal(5, 2), np.array(0.3)
    )
    check_gradient(fa.kernel_ridge_predict, normal(4, 5), normal(5, 2))
    check_gradient(
        symmetric(lambda K, *rest: fa.gp_posterior(
            K, *rest[:3], noise_std=rest[3]
        )),
        half, normal(3, 5), 9 * np.eye(3), normal(5), np.array(0.5),
    )
    check_gradient(
        symmetric(lambda T, f0, y, t: fa.ntk_predictions(
            T, f0, y, t, lr=0.1
        )),
        half, normal(5), normal(5), np.array(2.0),
    )
    check_gradient(fa.center_kernel, normal(4, 4))
    check_gradient(symmetric(lambda K: fa.kernel_pca(K, 2)), half)
    check_gradient(fa.empirical_ntk, normal(3, 4), normal(2, 4))


@needs_torch
def test_gradient_of_a_norm_of_zero():
    import torch

    K = torch.eye(2, dtype=torch.float64)
    alpha = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    fa.rkhs_norm(K, alpha).backward()
    assert torch.equal(alpha.grad, torch.zeros_like(alpha))


@needs_torch
@referee("gradient", fa.svm_objective, fa.svm_subgradient)
def test_gradients_of_support_vector_machines():
    y = labels(2, 5).tolist()
    for function in (fa.svm_objective, fa.svm_subgradient):
        check_gradient(
            lambda w, b, X, function=function: function(w, b, X, y, C=0.7),
            normal(3), np.array(0.1), X5,
        )


@needs_torch
@referee("gradient", fa.expected_improvement, fa.fourier_features)
def test_gradients_of_the_rest():
    check_gradient(
        fa.expected_improvement, normal(4), np.abs(normal(4)) + 0.1,
        np.array(0.3),
    )
    check_gradient(fa.fourier_features, X5, normal(3, 4), normal(4))


@needs_torch
def test_gradient_of_expected_improvement_without_doubt():
    import torch

    mean = torch.tensor([0.0, 2.0], dtype=torch.float64, requires_grad=True)
    sure = torch.zeros(2, dtype=torch.float64)
    fa.expected_improvement(mean, sure, 1.0).sum().backward()
    assert torch.equal(mean.grad, torch.tensor([0.0, 1.0]).double())


# --------------------------------------------------------------- properties


seeds = hs.integers(0, 2**32 - 1)
sizes = hs.integers(1, 9)
powers = hs.integers(0, 5).map(lambda k: 2**k)


@referee("property", fa.lp_norm)
@given(seeds, sizes, hs.floats(1, 20), hs.floats(1, 20),
       hs.floats(-100, 100))
def test_lp_norm_is_a_norm(seed, n, p, q, factor):
    x, y = draws(seed).normal(size=(2, n))
    norm = fa.lp_norm
    assert norm(x + y, p) <= norm(x, p) + norm(y, p) + 1e-12
    assert norm(factor * x, p) == pytest.approx(abs(factor) * norm(x, p))
    low, high = sorted((p, q))
    assert norm(x, high) <= norm(x, low) * (1 + 1e-12)
    assert norm(x, low) <= n ** (1 / low - 1 / high) * norm(x, high) * (
        1 + 1e-12
    )
    # Hoelder, with the exponent that goes with p.
    dual = p / (p - 1) if p > 1 else math.inf
    assert abs(x @ y) <= norm(x, p) * norm(y, dual) * (1 + 1e-12)
    assert norm(np.outer(x, y), p) == pytest.approx(norm(x, p) * norm(y, p))


@referee("property", fa.fourier_coefficients)
@given(seeds, hs.integers(0, 4), hs.integers(0, 5), hs.integers(0, 20))
def test_fourier_series_comes_back(seed, order, more, shift):
    rng, n = draws(seed), 2 * order + 1 + more
    c = rng.normal(size=(2, 2 * order + 1)).T @ [1, 1j]
    m, t = np.arange(-order, order + 1), 2 * np.pi * np.arange(n) / n
    f = np.exp(1j * np.outer(t, m)) @ c
    np.testing.assert_allclose(fa.fourier_coefficients(f, order), c,
                               atol=1e-12)
    # A later start turns each by its own angle; lengths stay (Parseval).
    later = fa.fourier_coefficients(np.roll(f, -shift), order)
    turned = c * np.exp(2j * np.pi * m * shift / n)
    np.testing.assert_allclose(later, turned, atol=1e-12)
    assert np.mean(np.abs(f) ** 2) == pytest.approx(np.sum(np.abs(c) ** 2))
    real = fa.fourier_coefficients(f.real, order)
    np.testing.assert_allclose(real[::-1], real.conj(), atol=1e-12)


@referee("property", fa.dft, fa.circular_convolution)
@given(seeds, sizes)
def test_dft_turns_convolutions_into_products(seed, n):
    x, y, z = draws(seed).normal(size=(3, n))
    conv = fa.circular_convolution
    np.testing.assert_allclose(
        fa.dft(conv(x, y)), fa.dft(x) * fa.dft(y), atol=1e-10
    )
    np.testing.assert_allclose(conv(x, y), conv(y, x), atol=1e-12)
    np.testing.assert_allclose(conv(conv(x, y), z), conv(x, conv(y, z)),
                               atol=1e-11)
    np.testing.assert_allclose(conv(x, np.eye(n)[1 % n]), np.roll(x, 1))
    # Four times: everything n^2 fold.
    once = fa.dft(x)
    assert np.sum(np.abs(once) ** 2) == pytest.approx(n * x @ x)
    twice = fa.dft(once)
    np.testing.assert_allclose(twice, n * np.roll(x[::-1], 1), atol=1e-10)
    np.testing.assert_allclose(fa.dft(fa.dft(twice)), n**2 * x, atol=1e-9)


@referee("property", fa.fft, fa.fft_convolve)
@given(seeds, powers, sizes, sizes)
def test_fft_is_the_dft(seed, n, k, long):
    rng = draws(seed)
    x = rng.normal(size=(2, n)) + 1j * rng.normal(size=(2, n))
    np.testing.assert_allclose(fa.fft(x), fa.dft(x), atol=1e-11)
    a, b = rng.normal(size=k), rng.normal(size=long)
    whole = fa.fft_convolve(a, b)
    assert whole.shape == (k + long - 1,)
    np.testing.assert_allclose(whole, np.convolve(a, b), atol=1e-12)
    # With zeros enough, the circle is as good as the line.
    room = (0, k + long - 1)
    a, b = (np.pad(v, (0, room[1] - len(v))) for v in (a, b))
    np.testing.assert_allclose(
        fa.circular_convolution(a, b), whole, atol=1e-12
    )


@referee("property", fa.haar, fa.inverse_haar)
@given(seeds, powers, hs.floats(-10, 10))
def test_haar_turns_without_stretching(seed, n, level):
    x, y = draws(seed).normal(size=(2, n))
    c, d = fa.haar(x), fa.haar(y)
    assert c @ d == pytest.approx(x @ y, abs=1e-12)
    np.testing.assert_allclose(fa.inverse_haar(c), x, atol=1e-12)
    np.testing.assert_allclose(fa.haar(fa.inverse_haar(y)), y, atol=1e-12)
    # A level is in the average only.
    np.testing.assert_allclose(fa.haar(x + level)[1:], c[1:], atol=1e-12)
    assert c[0] == pytest.approx(x.sum() / math.sqrt(n), abs=1e-12)


@referee("property", fa.rbf_kernel, fa.polynomial_kernel, fa.is_psd_kernel)
@given(seeds, sizes, hs.integers(1, 4), hs.floats(0.1, 10),
       hs.integers(1, 4))
def test_kernels_are_positive(seed, n, d, scale, degree):
    X = draws(seed).normal(size=(n, d))
    X[-1] = X[0]

    def rbf(X, Y):
        return fa.rbf_kernel(X, Y, length_scale=scale)

    def polynomial(X, Y):
        return fa.polynomial_kernel(X, Y, degree=degree, coef0=scale)

    for kernel in (
        rbf, polynomial, lambda X, Y: rbf(X, Y) * polynomial(X, Y),
        lambda X, Y: 2 * rbf(X, Y) + polynomial(X, Y),
    ):
        assert fa.is_psd_kernel(kernel, X)
        assert fa.is_psd_kernel(lambda X, Y, k=kernel: 1e-6 * k(X, Y), X)
        assert not fa.is_psd_kernel(lambda X, Y, k=kernel: -k(X, Y), X)
    K = rbf(X, X)
    assert (K == K.T).all() and (np.diag(K) == 1).all() and (K <= 1).all()
    moved = 3 * X + 17  # and the length scale with it
    np.testing.assert_allclose(
        fa.rbf_kernel(moved, length_scale=3 * scale), K, atol=1e-12
    )


@referee("property", fa.rkhs_norm)
@given(seeds, sizes, hs.floats(-5, 5))
def test_rkhs_norm_bounds_the_function(seed, n, factor):
    rng = draws(seed)
    X, alpha, x = rng.normal(size=(n, 2)), rng.normal(size=n), rng.normal(
        size=(1, 2)
    )
    K = fa.rbf_kernel(X)
    norm = fa.rkhs_norm(K, alpha)
    value = (fa.rbf_kernel(x, X) @ alpha)[0]
    # Cauchy and Schwarz, with k(x, x) = 1.
    assert abs(value) <= norm * (1 + 1e-9) + 1e-9
    assert fa.rkhs_norm(K, factor * alpha) == pytest.approx(
        abs(factor) * norm, abs=1e-9
    )
    assert fa.rkhs_norm(K, np.eye(n)[0]) == pytest.approx(1)


@referee("property", fa.kernel_ridge_fit, fa.kernel_ridge_predict)
@given(seeds, sizes, hs.floats(1e-3, 100))
def test_kernel_ridge_is_best(seed, n, alpha):
    rng = draws(seed)
    X, y = rng.normal(size=(n, 2)), rng.normal(size=n)
    K = fa.rbf_kernel(X)
    c = fa.kernel_ridge_fit(K, y, alpha)
    np.testing.assert_allclose(K @ c + alpha * c, y, atol=1e-9)

    def price(c):
        return np.sum((y - K @ c) ** 2) + alpha * c @ K @ c

    assert price(c) <= price(c + 0.01 * rng.normal(size=n))
    fitted = fa.kernel_ridge_predict(K, c)
    np.testing.assert_allclose(y - fitted, alpha * c, atol=1e-9)
    # In whatever order the points come.
    order = rng.permutation(n)
    again = fa.kernel_ridge_fit(K[order][:, order], y[order], alpha)
    np.testing.assert_allclose(again, c[order], atol=1e-9)


@referee("property", fa.svm_objective, fa.svm_subgradient)
@given(seeds, hs.integers(2, 9), hs.floats(0.01, 100))
def test_subgradient_lies_below(seed, n, C):
    rng, y = draws(seed), labels(seed, n)
    X, w, v = rng.normal(size=(n, 2)), *rng.normal(size=(2, 2))
    b, a = rng.normal(size=2)
    grad_w, grad_b = fa.svm_subgradient(w, b, X, y, C=C)
    here = fa.svm_objective(w, b, X, y, C=C)
    there = fa.svm_objective(v, a, X, y, C=C)
    tangent = here + grad_w @ (v - w) + grad_b * (a - b)
    assert there >= tangent - 1e-9 * (1 + abs(tangent))
    # Both labels the other way: the same, seen in a mirror.
    assert fa.svm_objective(-w, -b, X, -y, C=C) == pytest.approx(here)


@referee("property", fa.svm_fit)
@given(seeds, hs.integers(2, 20), hs.floats(0.1, 20))
def test_svm_fit_meets_its_conditions(seed, n, C):
    rng, y = draws(seed), labels(seed, n)
    K = fa.rbf_kernel(rng.normal(size=(n, 2)))
    c, b = fa.svm_fit(K, y, C=C, tol=1e-7)
    assert abs(c.sum()) < 1e-9 * n * C
    assert ((y * c >= 0) & (y * c <= C)).all()
    margin = y * (K @ c + b)
    tight = 1e-6 * (1 + C)
    # Karush, Kuhn and Tucker: who is free has margin 1.
    assert (margin[c == 0] >= 1 - tight).all()
    full = y * c > C * (1 - 1e-9)
    assert (margin[full] <= 1 + tight).all()
    np.testing.assert_allclose(margin[(c != 0) & ~full], 1, atol=tight)
    # Mirrored labels, and points in another order.
    other, minus_b = fa.svm_fit(K, -y, C=C, tol=1e-7)
    np.testing.assert_allclose(other, -c, atol=1e-4 * C)
    order = rng.permutation(n)
    again, _ = fa.svm_fit(K[order][:, order], y[order], C=C, tol=1e-7)
    np.testing.assert_allclose(again, c[order], atol=1e-4 * C)


@referee("property", fa.center_kernel, fa.kernel_pca)
@given(seeds, sizes)
def test_centered_and_split_into_parts(seed, n):
    X = draws(seed).normal(size=(n, 3))
    K = fa.rbf_kernel(X, length_scale=2)
    centered = fa.center_kernel(K)
    np.testing.assert_allclose(centered.sum(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(centered.sum(axis=1), 0, atol=1e-12)
    np.testing.assert_allclose(fa.center_kernel(centered), centered,
                               atol=1e-12)
    np.testing.assert_allclose(fa.center_kernel(K + 7), centered, atol=1e-12)
    Z = fa.kernel_pca(K, n)
    np.testing.assert_allclose(Z @ Z.T, centered, atol=1e-9)
    spread = np.sum(Z**2, axis=0)
    np.testing.assert_allclose(Z.T @ Z, np.diag(spread), atol=1e-9)
    assert (np.diff(spread) <= 1e-12).all()
    np.testing.assert_array_equal(fa.kernel_pca(K, 1), Z[:, :1])


@referee("property", fa.gp_posterior)
@given(seeds, hs.integers(2, 9), hs.floats(0.05, 3))
def test_measuring_more_never_doubts_more(seed, n, noise):
    rng = draws(seed)
    X, new, y = rng.normal(size=(n, 2)), rng.normal(size=(4, 2)), rng.normal(
        size=n
    )

    def posterior(k, y=y):
        return fa.gp_posterior(
            fa.rbf_kernel(X[:k]), fa.rbf_kernel(new, X[:k]),
            fa.rbf_kernel(new), y[:k], noise_std=noise,
        )

    mean, cov = posterior(n)
    np.testing.assert_allclose(cov, cov.T, atol=1e-12)
    assert np.linalg.eigvalsh(cov).min() > -1e-10
    less = posterior(n - 1)[1]
    assert (np.diag(cov) <= np.diag(less) + 1e-10).all()
    assert (np.diag(cov) <= 1).all()
    # What was measured moves the mean, and only the mean.
    doubled, same = posterior(n, 2 * y)
    np.testing.assert_allclose(doubled, 2 * mean, atol=1e-10)
    np.testing.assert_array_equal(same, cov)
    # The mean is kernel ridge regression with the variance as a price.
    c = fa.kernel_ridge_fit(fa.rbf_kernel(X), y, noise**2)
    np.testing.assert_allclose(
        fa.kernel_ridge_predict(fa.rbf_kernel(new, X), c), mean, atol=1e-9
    )


@referee("property", fa.expected_improvement)
@given(hs.floats(-5, 5), hs.floats(0, 5), hs.floats(-5, 5),
       hs.floats(0, 3))
def test_doubt_and_hope_make_a_promise(mean, std, best, more):
    ei = fa.expected_improvement
    here = ei(mean, std, best)
    assert here >= max(mean - best, 0) - 1e-12
    assert ei(mean, std + more, best) >= here - 1e-12
    assert ei(mean + more, std, best) >= here - 1e-12
    # Gains less losses are the difference of the means.
    losses = ei(-mean, std, -best)
    assert here - losses == pytest.approx(mean - best, abs=1e-12)
    assert ei(3 * mean, 3 * std, 3 * best) == pytest.approx(
        3 * here, abs=1e-12
    )


@referee("property", fa.empirical_ntk, fa.ntk_predictions)
@given(seeds, sizes, hs.floats(0, 10), hs.floats(0, 10))
def test_training_forgets_its_start(seed, n, t, more):
    rng = draws(seed)
    J, f0, y = rng.normal(size=(n, n + 2)), *rng.normal(size=(2, n))
    Theta = fa.empirical_ntk(J, J)
    assert np.array_equal(Theta, Theta.T) or np.allclose(Theta, Theta.T)
    assert np.linalg.eigvalsh(Theta).min() > -1e-9
    go = fa.ntk_predictions
    once = go(Theta, f0, y, t, lr=0.1)
    # Twice a while is a longer while; time and rate are one number.
    twice = go(Theta, once, y, more, lr=0.1)
    np.testing.assert_allclose(twice, go(Theta, f0, y, t + more, lr=0.1),
                               atol=1e-9)
    np.testing.assert_allclose(go(Theta, f0, y, 0.5 * t, lr=0.2), once,
                               atol=1e-9)
    assert np.linalg.norm(once - y) <= np.linalg.norm(f0 - y) + 1e-9
    np.testing.assert_allclose(go(Theta, y, y, t, lr=0.1), y)


@referee("property", fa.sample_fourier_frequencies, fa.fourier_features)
@given(seeds, hs.integers(1, 5), hs.integers(1, 40), hs.floats(0.1, 10))
def test_waves_stay_in_their_bounds(seed, d, D, scale):
    omega, phase = fa.sample_fourier_frequencies(
        d, D, length_scale=scale, rng=draws(seed)
    )
    assert omega.shape == (d, D) and phase.shape == (D,)
    assert (phase >= 0).all() and (phase < 2 * np.pi).all()
    X = draws(seed).normal(size=(6, d))
    Z = fa.fourier_features(X, omega, phase)
    assert Z.shape == (6, D) and (np.abs(Z) <= math.sqrt(2 / D)).all()
    # A shift of all points is a shift of the phases.
    shift = draws(seed + 1).normal(size=d)
    np.testing.assert_allclose(
        fa.fourier_features(X + shift, omega, phase - shift @ omega), Z,
        atol=1e-9,
    )
    assume(D > 1)
    np.testing.assert_allclose(
        fa.fourier_features(X, omega[:, :1], phase[:1]),
        Z[:, :1] * math.sqrt(D), atol=1e-12,
    )


# ---------------------------------------------------------------- bad input

I2, I3, W = np.eye(2), np.eye(3), np.ones((2, 3))
ONE_WAY = np.array([[1.0, 0.5], [0, 1]])
NO = draws(0)


@referee("bad input", *(
    fa.lp_norm, fa.fourier_coefficients, fa.dft, fa.circular_convolution,
    fa.fft, fa.fft_convolve, fa.haar, fa.inverse_haar, fa.rbf_kernel,
    fa.polynomial_kernel, fa.is_psd_kernel, fa.rkhs_norm,
    fa.kernel_ridge_fit, fa.kernel_ridge_predict, fa.svm_objective,
    fa.svm_subgradient, fa.svm_fit, fa.center_kernel, fa.kernel_pca,
    fa.gp_posterior, fa.expected_improvement, fa.empirical_ntk,
    fa.ntk_predictions, fa.sample_fourier_frequencies, fa.fourier_features,
))
@pytest.mark.parametrize("function, args, options, words", [
    (fa.lp_norm, ([1, 2], 0), {}, "p must be positive"),
    (fa.lp_norm, ([1, 2], -1), {}, "p must be positive"),
    (fa.lp_norm, ([1, 2], math.nan), {}, "p must be positive"),
    (fa.lp_norm, ([1, 2], 2), {"axis": 1}, "x must have an axis 1"),
    (fa.fourier_coefficients, ([1, 2], 1), {}, "at least .* = 3 numbers"),
    (fa.fourier_coefficients, ([], 0), {}, "samples must have entries"),
    (fa.fourier_coefficients, ([1, 2], -1), {}, "order"),
    (fa.fourier_coefficients, (1.0, 0), {}, "samples must have an axis"),
    (fa.dft, ([],), {}, "x must have entries"),
    (fa.dft, (1.0,), {}, "x must have an axis"),
    (fa.circular_convolution, ([1, 2], [1, 2, 3]), {}, "same length"),
    (fa.circular_convolution, (1.0, [1]), {}, "x must have an axis"),
    (fa.circular_convolution, (W, np.ones((3, 3))), {}, "broadcast"),
    (fa.fft, ([1, 2, 3],), {}, "x must have a power of two .* got 3"),
    (fa.fft, (np.ones(12),), {}, "power of two"),
    (fa.fft, ([],), {}, "x must have entries"),
    (fa.fft, (1.0,), {}, "x must have an axis"),
    (fa.fft_convolve, ([], [1]), {}, "a must have entries"),
    (fa.fft_convolve, ([1], []), {}, "b must have entries"),
    (fa.fft_convolve, (1.0, [1]), {}, "a must have an axis"),
    (fa.fft_convolve, (W, np.ones((3, 3))), {}, "broadcast"),
    (fa.haar, ([1, 2, 3],), {}, "x must have a power of two"),
    (fa.haar, ([],), {}, "x must have entries"),
    (fa.inverse_haar, ([1, 2, 3],), {}, "c must have a power of two"),
    (fa.inverse_haar, (1.0,), {}, "c must have an axis"),
    (fa.rbf_kernel, ([1, 2],), {}, "X must have the shape"),
    (fa.rbf_kernel, (I2, W), {}, "X and Y must have"),
    (fa.rbf_kernel, (I2,), {"length_scale": 0}, "length_scale must be pos"),
    (fa.rbf_kernel, (I2,), {"length_scale": -1}, "length_scale must be pos"),
    (fa.rbf_kernel, (I2,), {"length_scale": math.nan}, "length_scale"),
    (fa.rbf_kernel, (I2,), {"length_scale": [1, 2]}, "length_scale must ha"),
    (fa.polynomial_kernel, ([1, 2],), {}, "X must have the shape"),
    (fa.polynomial_kernel, (I2, [1, 2]), {}, "Y must have the shape"),
    (fa.polynomial_kernel, (I2, W), {}, "X and Y must have"),
    (fa.polynomial_kernel, (I2,), {"degree": 0}, "degree"),
    (fa.polynomial_kernel, (I2,), {"coef0": [1, 2]}, "coef0"),
    (fa.polynomial_kernel, (np.ones((2, 1, 1)), np.ones((3, 1, 1))), {},
     "broadcast"),
    (fa.is_psd_kernel, (fa.rbf_kernel, [1, 2]), {}, "X must have the shape"),
    (fa.is_psd_kernel, (lambda X, Y: 1.0, I2), {}, "kernel must return"),
    (fa.is_psd_kernel, (lambda X, Y: W, I2), {}, "kernel must return"),
    (fa.is_psd_kernel, (lambda X, Y: math.nan * I2, I2), {}, "finite"),
    (fa.is_psd_kernel, (fa.rbf_kernel, I2), {"tol": -1}, "tol"),
    (fa.rkhs_norm, (W, [1, 2]), {}, "K must have the shape"),
    (fa.rkhs_norm, (ONE_WAY, [1, 2]), {}, "K must be symmetric"),
    (fa.rkhs_norm, (I2, [1, 2, 3]), {}, "alpha must have the shape"),
    (fa.rkhs_norm, (I2, [[1], [2]]), {}, "alpha must have the shape"),
    (fa.rkhs_norm, (-I2, [1, 2]), {}, "K must be positive semidefinite"),
    (fa.kernel_ridge_fit, (W, [1, 2], 1), {}, "K must have the shape"),
    (fa.kernel_ridge_fit, (ONE_WAY, [1, 2], 1), {}, "K must be symmetric"),
    (fa.kernel_ridge_fit, (I2, [1, 2, 3], 1), {}, "y must have the shape"),
    (fa.kernel_ridge_fit, (I2, 1.0, 1), {}, "y must have the shape"),
    (fa.kernel_ridge_fit, (I2, np.ones((2, 1, 1)), 1), {}, "y must have"),
    (fa.kernel_ridge_fit, (I2, [1, 2], -1), {}, "alpha must not be neg"),
    (fa.kernel_ridge_fit, (I2, [1, 2], math.nan), {}, "alpha must not be"),
    (fa.kernel_ridge_fit, (I2, [1, 2], [1, 2]), {}, "alpha must have"),
    (fa.kernel_ridge_fit, (-I2, [1, 2], 0.5), {}, r"K \+ alpha I must be"),
    (fa.kernel_ridge_fit, (np.zeros((2, 2)), [1, 2], 0), {}, "definite"),
    (fa.kernel_ridge_predict, (I2, [1, 2, 3]), {}, "dual_coef must have"),
    (fa.kernel_ridge_predict, (W.T, [1, 2, 3]), {}, "dual_coef must have"),
    (fa.kernel_ridge_predict, ([1, 2], [1, 2]), {}, "K_star must have"),
    (fa.kernel_ridge_predict, (I2, np.ones((2, 1, 1))), {}, "dual_coef"),
    (fa.svm_objective, ([1, 2], 0, W, [1, -1]), {}, "w must have"),
    (fa.svm_objective, ([1] * 3, [0], W, [1, -1]), {}, "b must have"),
    (fa.svm_objective, ([1] * 3, 0, W, [1, -1, 1]), {}, "y must have"),
    (fa.svm_objective, ([1] * 3, 0, W, [[1], [-1]]), {}, "y must have"),
    (fa.svm_objective, ([1] * 3, 0, W, [1, 0]), {}, "labels -1 and"),
    (fa.svm_objective, ([1] * 3, 0, [1] * 3, [1]), {}, "X must have"),
    (fa.svm_objective, ([1] * 3, 0, W, [1, -1]), {"C": 0}, "C must be pos"),
    (fa.svm_subgradient, ([1, 2], 0, W, [1, -1]), {}, "w must have"),
    (fa.svm_subgradient, ([1] * 3, 0, W, [1, 0]), {}, "labels -1 and"),
    (fa.svm_subgradient, ([1] * 3, 0, W, [1]), {}, "y must have"),
    (fa.svm_subgradient, ([1] * 3, 0, W, [1, -1]), {"C": -1}, "C must be"),
    (fa.svm_fit, (W, [1, -1]), {}, "K must have the shape"),
    (fa.svm_fit, (ONE_WAY, [1, -1]), {}, "K must be symmetric"),
    (fa.svm_fit, (I2, [1, -1, 1]), {}, "y must have the shape"),
    (fa.svm_fit, (I2, [1, 0]), {}, "labels -1 and"),
    (fa.svm_fit, (I2, [1, 1]), {}, "both labels"),
    (fa.svm_fit, (I2, [-1, -1]), {}, "both labels"),
    (fa.svm_fit, (np.zeros((0, 0)), []), {}, "both labels"),
    (fa.svm_fit, (I2, [1, -1]), {"C": 0}, "C must be positive"),
    (fa.svm_fit, (I2, [1, -1]), {"tol": 0}, "tol must be positive"),
    (fa.svm_fit, (I2, [1, -1]), {"max_iter": 0}, "max_iter"),
    (fa.center_kernel, (W,), {}, "K must have the shape"),
    (fa.center_kernel, (np.zeros((0, 0)),), {}, "K must not be empty"),
    (fa.kernel_pca, (W, 1), {}, "K must have the shape"),
    (fa.kernel_pca, (ONE_WAY, 1), {}, "K must be symmetric"),
    (fa.kernel_pca, (I2, 0), {}, "n_components"),
    (fa.kernel_pca, (I2, 3), {}, "n_components"),
    (fa.gp_posterior, (W, I2, I2, [1, 2]), {}, "K must have the shape"),
    (fa.gp_posterior, (ONE_WAY, I2, I2, [1, 2]), {}, "K must be symmetric"),
    (fa.gp_posterior, (I2, W.T, I2, [1, 2]), {}, "K_star_star must have"),
    (fa.gp_posterior, (I3, W.T, I2, [1, 2, 3]), {}, "K_star must have"),
    (fa.gp_posterior, (I2, [1, 2], I2, [1, 2]), {}, "K_star must have"),
    (fa.gp_posterior, (I2, I2, I2, [1, 2, 3]), {}, "y must have the shape"),
    (fa.gp_posterior, (I2, I2, I2, [[1], [2]]), {}, "y must have the shape"),
    (fa.gp_posterior, (I2, I2, I2, [1, 2]), {"noise_std": -1}, "noise_std"),
    (fa.gp_posterior, (I2, I2, I2, [1, 2]), {"noise_std": [1, 2]}, "noise"),
    (fa.gp_posterior, (I2 - 2, I2, I2, [1, 2]), {}, "K must be positive"),
    (fa.expected_improvement, (1, -1, 0), {}, "std must not be negative"),
    (fa.expected_improvement, (1, math.nan, 0), {}, "std must not be"),
    (fa.expected_improvement, ([1, 2], [1, 2, 3], 0), {}, "broadcast"),
    (fa.empirical_ntk, (W, I2), {}, "a column for each parameter"),
    (fa.empirical_ntk, ([1, 2], I2), {}, "jacobian_1 must have"),
    (fa.empirical_ntk, (I2, np.ones((2, 2, 2))), {}, "jacobian_2 must have"),
    (fa.ntk_predictions, (W, [1, 2], [1, 2], 1), {"lr": 1}, "Theta must ha"),
    (fa.ntk_predictions, (ONE_WAY, [1, 2], [1, 2], 1), {"lr": 1}, "symmet"),
    (fa.ntk_predictions, (I2, [1], [1, 2], 1), {"lr": 1}, "f0 must have"),
    (fa.ntk_predictions, (I2, [1, 2], [1], 1), {"lr": 1}, "y must have"),
    (fa.ntk_predictions, (I2, [1, 2], [[1], [2]], 1), {"lr": 1}, "y must ha"),
    (fa.ntk_predictions, (I2, [1, 2], [1, 2], -1), {"lr": 1}, "t must not"),
    (fa.ntk_predictions, (I2, [1, 2], [1, 2], [1]), {"lr": 1}, "t must have"),
    (fa.ntk_predictions, (I2, [1, 2], [1, 2], 1), {"lr": 0}, "lr must be"),
    (fa.sample_fourier_frequencies, (0, 1), {"rng": NO}, "n_features"),
    (fa.sample_fourier_frequencies, (1, 0), {"rng": NO}, "n_components"),
    (fa.sample_fourier_frequencies, (1, 1), {"rng": NO, "length_scale": 0},
     "length_scale"),
    (fa.fourier_features, (I2, I3, [1, 2, 3]), {}, "omega must have"),
    (fa.fourier_features, (I2, [1, 2], [1, 2]), {}, "omega must have"),
    (fa.fourier_features, (I2, I2, [1, 2, 3]), {}, "phase must have"),
    (fa.fourier_features, (1.0, I2, [1, 2]), {}, "X must have an axis"),
    (fa.fourier_features, (I2, np.ones((2, 0)), []), {}, "columns of omega"),
], ids=lambda value: getattr(value, "__name__", ""))
def test_bad_input(function, args, options, words):
    with pytest.raises(ValueError, match=words):
        function(*args, **options)


def test_other_things_than_numbers():
    with pytest.raises(TypeError, match="rng"):
        fa.sample_fourier_frequencies(1, 1, rng=0)
    with pytest.raises(TypeError, match="numbers"):
        fa.dft(["a"])


def test_kernels_symmetric_up_to_rounding():
    off = SPD * (1 + 1e-15 * np.triu(np.ones((5, 5))))
    assert (off != off.T).any()
    for A in (off, SPD):
        c = fa.kernel_ridge_fit(A, F40[:5], 1.0)
        np.testing.assert_allclose(SPD @ c + c, F40[:5])
    with pytest.raises(ValueError, match="symmetric"):
        fa.kernel_pca(SPD * (1 + 1e-9 * np.triu(np.ones((5, 5)))), 1)


@needs_torch
def test_hyperparameters_can_be_learned():
    """A gradient flows through the kernel and the posterior to a scale."""
    import torch

    scale = torch.tensor(1.0, dtype=torch.float64, requires_grad=True)
    x, y = torch.tensor(X40[:20]), torch.tensor(F40[:20])

    def loss(scale):
        mean, _ = fa.gp_posterior(
            fa.rbf_kernel(x[:15], length_scale=scale),
            fa.rbf_kernel(x[15:], x[:15], length_scale=scale),
            fa.rbf_kernel(x[15:], length_scale=scale), y[:15], noise_std=0.1,
        )
        return ((mean - y[15:]) ** 2).sum()

    loss(scale).backward()
    h = 1e-5
    slope = (loss(scale.detach() + h) - loss(scale.detach() - h)) / (2 * h)
    assert float(scale.grad) == pytest.approx(float(slope), rel=1e-5)
    assert to_numpy(scale).shape == ()
