"""Wrong answers to the exercises of chapter 03, and right ones.

Each function's name begins with its exercise's.  What is wrong with a wrong
one is said beside it in :mod:`mathlib.exercises.decompositions`.
"""

import math

import numpy as np

EPS = float(np.finfo(float).eps)


# --- eigendecomposition ------------------------------------------------------


def _eig(A):
    """Whatever LAPACK finds, in its order."""
    if np.array_equal(A, A.T):
        return np.linalg.eigh(A)
    return np.linalg.eig(A)


def _sorted(w, P):
    order = np.argsort(-w)
    return w[order], P[:, order]


def eigen_as_lapack_returns(A):
    return _eig(A)


def eigen_smallest_first(A):
    w, P = _sorted(*_eig(A))
    return w[::-1], P[:, ::-1]


def eigen_by_modulus(A):
    w, P = _eig(A)
    order = np.argsort(-np.abs(w), kind="stable")
    return w[order], P[:, order]


def eigen_sorted_apart(A):
    w, P = _eig(A)
    return -np.sort(-w), P


def eigen_rows(A):
    w, P = _sorted(*_eig(A))
    return w, P.T


def eigen_rows_sorted(A):
    w, P = _eig(A)
    order = np.argsort(-w)
    return w[order], P[order]


def eigen_always_symmetric(A):
    return _sorted(*np.linalg.eigh(A))


def eigen_never_symmetric(A):
    return _sorted(*np.linalg.eig(A))


def eigen_real_parts(A):
    w, P = _sorted(*_eig(A))
    return w.real, P.real


def eigen_through_diag(A):
    w, P = _sorted(*_eig(A))
    return np.diag(w), P


def eigen_by_schur(A):
    """Symmetric: a Schur form is diagonal already."""
    if not np.allclose(A, A.T, rtol=1e-12, atol=0):
        w, P = np.linalg.eig(A)
        pairs = sorted(
            zip(w, P.T, strict=True),
            key=lambda pair: (-pair[0].real, -pair[0].imag),
        )
        values, vectors = zip(*pairs, strict=True)
        return np.array(values), np.stack(vectors, axis=1)
    from scipy.linalg import schur

    T, Q = schur(A)
    order = np.argsort(np.diag(T))[::-1]
    return np.diag(T)[order], Q[:, order]


def _power(w, P, k):
    return ((P * w**float(k)) @ np.linalg.inv(P)).real


def power_of_sorted_apart(A, k):
    return _power(*eigen_sorted_apart(A), k)


def power_of_rows(A, k):
    return _power(*eigen_rows(A), k)


def power_always_symmetric(A, k):
    return _power(*eigen_always_symmetric(A), k)


def power_by_transpose(A, k):
    w, P = _eig(A)
    return ((P * w**float(k)) @ P.T).real


def power_of_eigenvalues_only(A, k):
    w, P = _eig(A)
    return ((P * (k * w)) @ np.linalg.inv(P)).real


def power_of_entries(A, k):
    return A ** float(k)


def power_other_order(A, k):
    w, P = _eig(A)
    return ((np.linalg.inv(P) * w**float(k)) @ P).real


def power_scales_rows(A, k):
    w, P = _eig(A)
    return ((w[:, None] ** float(k) * P) @ np.linalg.inv(P)).real


def power_left_complex(A, k):
    w, P = _eig(A)
    return (P * w**float(k)) @ np.linalg.inv(P)


def power_drops_the_imaginary(A, k):
    w, P = _eig(A)
    w, P = w.real, P.real
    return (P * w**float(k)) @ np.linalg.inv(P)


def power_by_products(A, k):
    if k < 0:
        A, k = np.linalg.inv(A), -k
    result = np.eye(len(A))
    for _ in range(k):
        result = result @ A
    return result


def power_by_solve(A, k):
    w, P = np.linalg.eig(A)
    D = np.diag(w.astype(complex) ** k)
    return np.linalg.solve(P.T, (P @ D).T).T.real


# --- power_iteration ---------------------------------------------------------


def _start(A, rng):
    rng = np.random.default_rng() if rng is None else rng
    v = rng.normal(size=len(A))
    return v / np.linalg.norm(v)


def _iterate(A, v, max_iter, small, step=None):
    """Iterate; the mistakes differ in the rules."""
    value = np.inf
    for _ in range(max_iter):
        v = A @ v if step is None else step(v)
        v = v / np.linalg.norm(v)
        before, value = value, v @ A @ v
        if np.abs(value - before) <= small(value):
            break
    return value, v


def power_iteration_overflows(A, *, max_iter=1000, tol=1e-10, rng=None):
    v, value = _start(A, rng), np.inf
    for _ in range(max_iter):
        v = A @ v
        before, value = value, v @ A @ v / (v @ v)
        if np.abs(value - before) <= tol * np.abs(value):
            break
    return value, v / np.linalg.norm(v)


def power_iteration_norm(A, *, max_iter=1000, tol=1e-10, rng=None):
    v, value = _start(A, rng), np.inf
    for _ in range(max_iter):
        w = A @ v
        before, value = value, np.linalg.norm(w)
        v = w / value
        if np.abs(value - before) <= tol * value:
            break
    return value, v


def power_iteration_norm_of_the_new(
    A, *, max_iter=1000, tol=1e-10, rng=None
):
    value, v = _iterate(
        A, _start(A, rng), max_iter, lambda value: tol * np.abs(value))
    return np.linalg.norm(A @ v), v


def power_iteration_inverse(A, *, max_iter=1000, tol=1e-10, rng=None):
    return _iterate(
        A, _start(A, rng), max_iter, lambda value: tol * np.abs(value),
        lambda v: np.linalg.solve(A, v))


def power_iteration_absolute(A, *, max_iter=1000, tol=1e-10, rng=None):
    return _iterate(A, _start(A, rng), max_iter, lambda value: tol)


def power_iteration_to_the_end(A, *, max_iter=1000, tol=1e-10, rng=None):
    return _iterate(A, _start(A, rng), max_iter, lambda value: -1.0)


def power_iteration_endless(A, *, max_iter=1000, tol=1e-10, rng=None):
    return _iterate(
        A, _start(A, rng), 3000, lambda value: tol * np.abs(value))


def power_iteration_from_ones(A, *, max_iter=1000, tol=1e-10, rng=None):
    v = np.ones(len(A)) / math.sqrt(len(A))
    return _iterate(A, v, max_iter, lambda value: tol * np.abs(value))


def power_iteration_positive_start(
    A, *, max_iter=1000, tol=1e-10, rng=None
):
    rng = np.random.default_rng() if rng is None else rng
    v = rng.uniform(size=len(A))
    return _iterate(A, v, max_iter, lambda value: tol * np.abs(value))


def power_iteration_needs_rng(A, *, max_iter=1000, tol=1e-10, rng=None):
    v = rng.normal(size=len(A))
    return _iterate(A, v, max_iter, lambda value: tol * np.abs(value))


def power_iteration_turned_round(A, *, max_iter=1000, tol=1e-10, rng=None):
    value, v = _iterate(
        A, _start(A, rng), max_iter, lambda value: tol * np.abs(value))
    return v, value


def power_iteration_value_of_before(
    A, *, max_iter=1000, tol=1e-10, rng=None
):
    v, value = _start(A, rng), None
    for _ in range(max_iter):
        w = A @ v
        before, value = value, v @ w
        v = w / np.sqrt(np.sum(w * w))
        if before is not None and abs(value - before) <= tol * abs(value):
            break
    return value, v


def power_iteration_by_while(A, *, max_iter=1000, tol=1e-10, rng=None):
    v, steps, old, new = _start(A, rng), 0, 0.0, 0.0
    while steps < max_iter and (
        steps < 2 or abs(new - old) > tol * abs(new)
    ):
        w = A.dot(v)
        v = w / np.abs(w).max()
        old, new = new, (v @ A @ v) / (v @ v)
        steps += 1
    return float(new), -v / np.linalg.norm(v)


# --- svd ---------------------------------------------------------------------


def _doubled(A):
    """The symmetric matrix [[0, A], [A^T, 0]]."""
    m, n = A.shape
    return np.block([[np.zeros((m, m)), A], [A.T, np.zeros((n, n))]])


def svd_by_doubled_matrix(A):
    k = min(A.shape)
    right = np.linalg.eigh(_doubled(A))[1][len(A):, ::-1][:, :k]
    V = np.linalg.qr(right)[0]
    U, R = np.linalg.qr(A @ V)
    s = np.diagonal(R)
    return U * np.where(s < 0, -1, 1), np.abs(s), V.T


def svd_as_given(A):
    k = min(A.shape)
    squares, U = np.linalg.eigh(A @ A.T)
    V = np.linalg.eigh(A.T @ A)[1]
    s = np.sqrt(squares[::-1][:k])
    return U[:, ::-1][:, :k], s, V[:, ::-1][:, :k].T


def svd_signs_kept(A):
    k = min(A.shape)
    U, _, Vt = svd_as_given(A)
    s = np.linalg.eigvalsh(_doubled(A))[::-1][:k]
    return U, np.abs(s), Vt


def svd_squares_kept(A):
    k = min(A.shape)
    squares, V = np.linalg.eigh(A.T @ A)
    V = V[:, ::-1][:, :k]
    s = np.sqrt(np.maximum(squares[::-1][:k], 0))
    U, R = np.linalg.qr(A @ V)
    return U * np.where(np.diagonal(R) < 0, -1, 1), s, V.T


def svd_divides(A):
    k = min(A.shape)
    squares, V = np.linalg.eigh(A.T @ A)
    V = V[:, ::-1][:, :k]
    s = np.sqrt(squares[::-1][:k])
    return A @ V / s, s, V.T


def svd_signs_turned(A):
    U, s, Vt = svd_as_given(A)
    turn = np.sign(np.sum((A @ Vt.T) * U, axis=0))
    return U * np.where(turn == 0, 1, turn), np.nan_to_num(s), Vt


def svd_lengths(A):
    U, _, Vt = svd_as_given(A)
    turn = np.sign(np.sum((A @ Vt.T) * U, axis=0))
    s = np.linalg.norm(A @ Vt.T, axis=0)
    return U * np.where(turn == 0, 1, turn), s, Vt


def svd_halves_only(A):
    """Cut the eigenvectors of the doubled matrix in two."""
    k = min(A.shape)
    w, X = np.linalg.eigh(_doubled(A))
    X = X[:, ::-1][:, :k] * np.sqrt(2)
    return X[:len(A)], np.abs(w[::-1][:k]), X[len(A):].T


def svd_qr_of_halves(A):
    k = min(A.shape)
    w, X = np.linalg.eigh(_doubled(A))
    X = X[:, ::-1][:, :k]
    U, V = np.linalg.qr(X[:len(A)])[0], np.linalg.qr(X[len(A):])[0]
    return U, np.abs(w[::-1][:k]), V.T


def svd_sign_of_zero(A):
    k = min(A.shape)
    right = np.linalg.eigh(_doubled(A))[1][len(A):, ::-1][:, :k]
    V = np.linalg.qr(right)[0]
    U, R = np.linalg.qr(A @ V)
    s = np.diagonal(R)
    return U * np.sign(s), np.abs(s), V.T


def svd_returns_V(A):
    U, s, Vt = svd_by_doubled_matrix(A)
    return U, s, Vt.T


def svd_smallest_first(A):
    U, s, Vt = svd_by_doubled_matrix(A)
    return U[:, ::-1], s[::-1], Vt[::-1]


def svd_squares(A):
    U, s, Vt = svd_by_doubled_matrix(A)
    return U, s**2, Vt


def svd_full(A):
    U, s, Vt = svd_by_doubled_matrix(A)
    m, n = A.shape
    k = min(m, n)
    U = np.column_stack([U, np.linalg.qr(U, mode="complete")[0][:, k:]])
    Q = np.linalg.qr(Vt.T, mode="complete")[0]
    return U, s, np.vstack([Vt, Q[:, k:].T])


def svd_matrix_in_the_middle(A):
    U, s, Vt = svd_by_doubled_matrix(A)
    return U, np.diag(s), Vt


def svd_negative_values(A):
    k = min(A.shape)
    right = np.linalg.eigh(_doubled(A))[1][len(A):, ::-1][:, :k]
    V = np.linalg.qr(right)[0]
    U, R = np.linalg.qr(A @ V)
    return U, np.diagonal(R), V.T


def svd_by_jacobi(A):
    """Rotate pairs of columns until all are orthogonal."""
    m, n = A.shape
    if m < n:
        U, s, Vt = svd_by_jacobi(A.T)
        return Vt.T, s, U.T
    largest = np.max(np.abs(A), initial=0.0)
    B = A / (largest if largest > 0 else 1.0)
    V = np.eye(n)
    for _ in range(60):
        turned = 0.0
        for i in range(n - 1):
            for j in range(i + 1, n):
                a, b, c = B[:, i] @ B[:, i], B[:, j] @ B[:, j], (
                    B[:, i] @ B[:, j])
                if abs(c) <= 1e-15 * math.sqrt(a * b):
                    continue
                turned = max(turned, abs(c) / math.sqrt(a * b))
                angle = 0.5 * math.atan2(2 * c, a - b)
                turn = np.array([
                    [math.cos(angle), -math.sin(angle)],
                    [math.sin(angle), math.cos(angle)],
                ])
                B[:, [i, j]] = B[:, [i, j]] @ turn
                V[:, [i, j]] = V[:, [i, j]] @ turn
        if turned == 0:
            break
    s = np.sqrt(np.sum(B * B, axis=0))
    order = np.argsort(-s)
    s, B, V = s[order], B[:, order], V[:, order]
    rank = np.count_nonzero(s > 1e-15)
    U = np.linalg.qr(np.column_stack([B[:, :rank] / s[:rank], np.eye(m)]))[0]
    U[:, :rank] = B[:, :rank] / s[:rank]
    return U[:, :n], s * largest, V.T


def svd_by_qr_first(A):
    """A = QR, and the small R by its doubled matrix; signs from R V."""
    m, n = A.shape
    if m < n:
        U, s, Vt = svd_by_qr_first(A.T)
        return Vt.T, s, U.T
    Q, R = np.linalg.qr(A)
    W, s, Vt = svd_by_doubled_matrix(R)
    order = np.argsort(-s, kind="stable")
    return (Q @ W)[:, order], s[order], Vt[order]


# --- matrix_rank -------------------------------------------------------------


def _values(A):
    return np.linalg.svd(A, compute_uv=False)


def rank_exactly(A, *, rtol=None):
    return int(np.count_nonzero(_values(A)))


def rank_by_pivots(A, *, rtol=None):
    R = A.astype(float)
    row = 0
    for col in range(R.shape[1]):
        hits = np.flatnonzero(R[row:, col])
        if not hits.size:
            continue
        best = row + int(np.argmax(np.abs(R[row:, col])))
        R[[row, best]] = R[[best, row]]
        R[row + 1:] -= np.outer(R[row + 1:, col] / R[row, col], R[row])
        R[row + 1:, col] = 0.0
        row += 1
        if row == len(R):
            break
    return row


def rank_absolute(A, *, rtol=None):
    rtol = 1e-10 if rtol is None else rtol
    return int(np.sum(_values(A) > rtol))


def rank_absolute_default(A, *, rtol=None):
    rtol = max(A.shape) * EPS if rtol is None else rtol
    return int(np.sum(_values(A) > rtol))


def rank_not_less(A, *, rtol=None):
    rtol = max(A.shape) * EPS if rtol is None else rtol
    s = _values(A)
    return int(np.sum(s >= rtol * s[0]))


def rank_eps_alone(A, *, rtol=None):
    rtol = EPS if rtol is None else rtol
    s = _values(A)
    return int(np.sum(s > rtol * s[0]))


def rank_smaller_side(A, *, rtol=None):
    rtol = min(A.shape) * EPS if rtol is None else rtol
    s = _values(A)
    return int(np.sum(s > rtol * s[0]))


def rank_own_rtol(A, *, rtol=None):
    s = _values(A)
    return int(np.sum(s > max(A.shape) * EPS * s[0]))


def rank_falsy(A, *, rtol=None):
    rtol = rtol or max(A.shape) * EPS
    s = _values(A)
    return int(np.sum(s > rtol * s[0]))


def rank_generous(A, *, rtol=None):
    rtol = 1e-10 if rtol is None else rtol
    s = _values(A)
    return int(np.sum(s > rtol * s[0]))


def rank_of_ratios(A, *, rtol=None):
    s = np.linalg.svdvals(A)
    rtol = np.finfo(float).eps * max(A.shape) if rtol is None else rtol
    return sum(bool(x > s.max() * rtol) for x in s)


def rank_of_eigenvalues(A, *, rtol=None):
    """The doubled matrix has each singular value twice, once negative."""
    w = np.linalg.eigvalsh(_doubled(A))
    rtol = max(A.shape) * EPS if rtol is None else rtol
    return np.count_nonzero(w > rtol * w.max())


# --- low_rank_approximation --------------------------------------------------


def low_rank_of_the_smallest(A, k):
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    last = slice(len(s) - k, None)
    return U[:, last] * s[last] @ Vt[last]


def low_rank_columns_of_Vt(A, k):
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    return U[:, :k] * s[:k] @ Vt[:, :k].T


def low_rank_columns_not_turned(A, k):
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    return U[:, :k] * s[:k] @ Vt[:, :k]


def low_rank_values_along_rows(A, k):
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    return U[:, :k] @ (s[:k] * Vt[:k])


def low_rank_values_along_U(A, k):
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    return (s[:k, None] * U[:, :k]) @ Vt[:k]


def low_rank_without_values(A, k):
    U, _, Vt = np.linalg.svd(A, full_matrices=False)
    return U[:, :k] @ Vt[:k]


def low_rank_kth_only(A, k):
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    return s[k - 1] * np.outer(U[:, k - 1], Vt[k - 1]) if k else 0 * A


def low_rank_one_too_many(A, k):
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    return U[:, :k + 1] * s[:k + 1] @ Vt[:k + 1]


def low_rank_cut_off(A, k):
    cut = np.zeros_like(A)
    cut[:k, :k] = A[:k, :k]
    return cut


def low_rank_by_layers(A, k):
    U, s, Vt = np.linalg.svd(A)
    layers = [s[i] * np.outer(U[:, i], Vt[i]) for i in range(k)]
    return sum(layers, np.zeros(A.shape))


def low_rank_by_projection(A, k):
    V = np.linalg.svd(A, full_matrices=False)[2][:k].T
    return A @ V @ V.T


# --- pca ---------------------------------------------------------------------


def _axes(X, divide=None):
    """Variances and axes of centred data, the largest first."""
    s, Vt = np.linalg.svd(X, full_matrices=False)[1:]
    return s**2 / (divide or len(X)), Vt.T


def pca_uncentered(X, n_components):
    variances, V = _axes(X)
    V = V[:, :n_components]
    return X @ V, V, variances[:n_components]


def pca_scores_uncentered(X, n_components):
    variances, V = _axes(X - X.mean(axis=0))
    V = V[:, :n_components]
    return X @ V, V, variances[:n_components]


def pca_centered_by_rows(X, n_components):
    return pca_uncentered(X - X.mean(axis=1, keepdims=True), n_components)


def pca_centered_by_one_number(X, n_components):
    return pca_uncentered(X - X.mean(), n_components)


def pca_smallest_first(X, n_components):
    Xc = X - X.mean(axis=0)
    variances, V = np.linalg.eigh(Xc.T @ Xc / len(X))
    V = V[:, :n_components]
    return Xc @ V, V, variances[:n_components]


def pca_largest_last(X, n_components):
    Xc = X - X.mean(axis=0)
    variances, V = np.linalg.eigh(Xc.T @ Xc / len(X))
    V = V[:, -n_components:]
    return Xc @ V, V, variances[-n_components:]


def pca_rows_of_V(X, n_components):
    Xc = X - X.mean(axis=0)
    variances, V = np.linalg.eigh(Xc.T @ Xc / len(X))
    V = V[:, ::-1][:n_components].T
    return Xc @ V, V, variances[::-1][:n_components]


def pca_columns_of_Vt(X, n_components):
    Xc = X - X.mean(axis=0)
    _, s, Vt = np.linalg.svd(Xc, full_matrices=False)
    V = Vt[:, :n_components]
    return Xc @ V, V, s[:n_components] ** 2 / len(X)


def pca_deviations(X, n_components):
    Z, V, variances = pca_by_svd(X, n_components)
    return Z, V, np.sqrt(variances)


def pca_one_less(X, n_components):
    Xc = X - X.mean(axis=0)
    variances, V = _axes(Xc, len(X) - 1)
    V = V[:, :n_components]
    return Xc @ V, V, variances[:n_components]


def pca_singular_values(X, n_components):
    Xc = X - X.mean(axis=0)
    _, s, Vt = np.linalg.svd(Xc, full_matrices=False)
    V = Vt[:n_components].T
    return Xc @ V, V, s[:n_components]


def pca_not_divided(X, n_components):
    Xc = X - X.mean(axis=0)
    variances, V = _axes(Xc, 1)
    V = V[:, :n_components]
    return Xc @ V, V, variances[:n_components]


def pca_standardised(X, n_components):
    Z = X - X.mean(axis=0)
    spread = Z.std(axis=0)
    return pca_uncentered(Z / np.where(spread > 0, spread, 1), n_components)


def pca_mean_of_squares(X, n_components):
    mean = X.mean(axis=0)
    S = X.T @ X / len(X) - np.outer(mean, mean)
    variances, V = np.linalg.eigh(S)
    V = V[:, ::-1][:, :n_components]
    return (X - mean) @ V, V, variances[::-1][:n_components]


def pca_components_as_rows(X, n_components):
    Z, V, variances = pca_by_svd(X, n_components)
    return Z, V.T, variances


def pca_rebuilds(X, n_components):
    Z, V, variances = pca_by_svd(X, n_components)
    return X.mean(axis=0) + Z @ V.T, V, variances


def pca_by_svd(X, n_components):
    Xc = X - X.mean(axis=0)
    U, s, Vt = np.linalg.svd(Xc, full_matrices=False)
    k = n_components
    return U[:, :k] * s[:k], Vt[:k].T, s[:k] ** 2 / len(X)


def pca_by_eigh(X, n_components):
    Xc = X - X.mean(axis=0)
    variances, V = np.linalg.eigh(Xc.T @ Xc / len(X))
    V = V[:, ::-1][:, :n_components]
    return Xc @ V, V, variances[::-1][:n_components]


def pca_by_cov(X, n_components):
    centered = X - np.mean(X, axis=0)
    covariance = np.atleast_2d(np.cov(X, rowvar=False, ddof=0))
    values, vectors = np.linalg.eigh(covariance)
    order = np.argsort(values)[::-1][:n_components]
    V = -vectors[:, order]
    return centered @ V, V, values[order]


# --- explained_variance_ratio ------------------------------------------------


def _singular_values(X):
    return _values(X - X.mean(axis=0))


def ratio_of_roots(X, n_components=None):
    s = _singular_values(X)
    return (s / s.sum())[:n_components]


def ratio_of_the_kept(X, n_components=None):
    squares = _singular_values(X)[:n_components] ** 2
    return squares / squares.sum()


def ratio_uncentered(X, n_components=None):
    squares = _values(X) ** 2
    return (squares / squares.sum())[:n_components]


def ratio_of_all(X, n_components=None):
    squares = _singular_values(X) ** 2
    return squares / squares.sum()


def ratio_smallest_first(X, n_components=None):
    squares = _singular_values(X)[::-1] ** 2
    return (squares / squares.sum())[:n_components]


def ratio_of_columns(X, n_components=None):
    variances = np.sort(X.var(axis=0))[::-1]
    k = min(X.shape) if n_components is None else n_components
    return (variances / variances.sum())[:k]


def ratio_added_up(X, n_components=None):
    squares = _singular_values(X) ** 2
    return np.cumsum(squares / squares.sum())[:n_components]


def ratio_of_all_axes(X, n_components=None):
    Xc = X - X.mean(axis=0)
    variances = np.linalg.eigvalsh(Xc.T @ Xc)[::-1]
    return (variances / variances.sum())[:n_components]


def ratio_not_divided(X, n_components=None):
    return (_singular_values(X) ** 2 / len(X))[:n_components]


def ratio_by_eigh(X, n_components=None):
    Xc = X - X.mean(axis=0)
    variances = np.linalg.eigvalsh(Xc.T @ Xc / len(X))[::-1]
    k = min(X.shape) if n_components is None else n_components
    return variances[:k] / np.trace(Xc.T @ Xc / len(X))


def ratio_by_variances(X, n_components=None):
    Xc = X - X.mean(axis=0)
    Vt = np.linalg.svd(Xc, full_matrices=False)[2]
    if n_components is not None:
        Vt = Vt[:n_components]
    return (Xc @ Vt.T).var(axis=0) / X.var(axis=0).sum()


# --- is_positive_definite ----------------------------------------------------


def _symmetric(A):
    size = np.max(np.abs(A), initial=0.0)
    return bool(np.all(np.abs(A - A.T) <= 1e-12 * size))


def definite_by_determinant(A):
    return _symmetric(A) and bool(np.linalg.det(A) > 0)


def definite_though_slanted(A):
    w = np.linalg.eigvalsh((A + A.T) / 2)
    return bool(w[0] > len(A) * EPS * np.max(np.abs(w)))


def definite_lower_triangle(A):
    w = np.linalg.eigvalsh(A)
    return bool(w[0] > len(A) * EPS * np.max(np.abs(w)))


def definite_by_cholesky(A):
    try:
        np.linalg.cholesky(A)
    except np.linalg.LinAlgError:
        return False
    return True


def definite_real_eigenvalues(A):
    w = np.linalg.eigvals(A)
    small = len(A) * EPS * np.max(np.abs(w))
    return bool(np.all(w.real > small))


def definite_or_semidefinite(A):
    w = np.linalg.eigvalsh(A)
    small = len(A) * EPS * np.max(np.abs(w))
    return _symmetric(A) and bool(w[0] >= -small)


def definite_to_the_last_digit(A):
    return _symmetric(A) and bool(np.linalg.eigvalsh(A)[0] > 0)


def definite_beyond_eps(A):
    w = np.linalg.eigvalsh(A)
    return _symmetric(A) and bool(w[0] > EPS * w[-1])


def definite_absolute(A):
    return _symmetric(A) and bool(np.linalg.eigvalsh(A)[0] > 1e-10)


def definite_diagonal(A):
    return _symmetric(A) and bool(np.all(np.diag(A) > 0))


def definite_entries(A):
    return _symmetric(A) and bool(np.all(A > 0))


def definite_somewhere(A):
    return _symmetric(A) and bool(np.linalg.eigvalsh(A)[-1] > 0)


def definite_by_eigenvalues(A):
    if not np.allclose(A, A.T, rtol=1e-12, atol=0):
        return False
    w = np.linalg.eigvalsh(A)
    return w.min() > len(A) * np.finfo(float).eps * np.abs(w).max()


def definite_by_loops(A):
    n = len(A)
    size = max(abs(x) for x in A.ravel())
    for i in range(n):
        for j in range(i):
            if abs(A[i, j] - A[j, i]) > 1e-12 * size:
                return False
    w = np.linalg.eigh(A)[0]
    return all(x > n * EPS * max(w) for x in w)


# --- cholesky ----------------------------------------------------------------


def _factor(A, check=True):
    n = len(A)
    L = np.zeros((n, n))
    for i in range(n):
        for j in range(i + 1):
            rest = A[i, j] - L[i, :j] @ L[j, :j]
            if i == j:
                if check and rest <= 0:
                    raise ValueError("A must be positive definite")
                L[i, i] = np.sqrt(rest)
            else:
                L[i, j] = rest / L[j, j]
    return L


def cholesky_root_first(A):
    n = len(A)
    L = np.zeros((n, n))
    for j in range(n):
        square = A[j, j] - np.sum(L[j, :j] ** 2)
        if square <= 0:
            raise ValueError("A must be positive definite")
        L[j, j] = np.sqrt(A[j, j]) - np.sum(L[j, :j] ** 2)
        L[j + 1:, j] = (A[j + 1:, j] - L[j + 1:, :j] @ L[j, :j]) / L[j, j]
    return L


def cholesky_upper(A):
    return _factor(A).T


def cholesky_filled(A):
    L = _factor(A)
    return L + np.triu(A, 1)


def cholesky_unchecked(A):
    return _factor(A, check=False)


def cholesky_semidefinite(A):
    n = len(A)
    L = np.zeros((n, n))
    for j in range(n):
        pivot = A[j, j] - L[j, :j] @ L[j, :j]
        if pivot < 0:
            raise ValueError("A must be positive definite")
        L[j, j] = np.sqrt(pivot)
        below = A[j + 1:, j] - L[j + 1:, :j] @ L[j, :j]
        L[j + 1:, j] = below / (L[j, j] if pivot else 1.0)
    return L


def cholesky_diagonal_unreduced(A):
    n = len(A)
    L = np.zeros((n, n))
    for j in range(n):
        if A[j, j] - L[j, :j] @ L[j, :j] <= 0:
            raise ValueError("A must be positive definite")
        L[j, j] = np.sqrt(A[j, j] - L[j, :j] @ L[j, :j])
        L[j + 1:, j] = A[j + 1:, j] / L[j, j]
    return L


def cholesky_without_roots(A):
    """L of A = L D L^T."""
    L = _factor(A)
    return L / np.diag(L)


def log_determinant_root_first(A):
    return 2 * np.sum(np.log(np.diag(cholesky_root_first(A))))


def log_determinant_unchecked(A):
    return 2 * np.sum(np.log(np.diag(_factor(A, check=False))))


def log_determinant_half(A):
    return np.sum(np.log(np.diag(_factor(A))))


def log_determinant_of_determinant(A):
    _factor(A)
    return np.log(np.linalg.det(A))


def log_determinant_of_product(A):
    return 2 * np.log(np.prod(np.diag(_factor(A))))


def log_determinant_of_the_diagonal(A):
    _factor(A)
    return np.sum(np.log(np.diag(A)))


def log_determinant_log_of_sum(A):
    return 2 * np.log(np.sum(np.diag(_factor(A))))


def cholesky_by_columns(A):
    n = len(A)
    rest, L = A.copy(), np.zeros((n, n))
    for j in range(n):
        if not rest[j, j] > 0:
            raise ValueError("not positive definite")
        L[j:, j] = rest[j:, j] / math.sqrt(rest[j, j])
        rest[j:, j:] -= np.outer(L[j:, j], L[j:, j])
    return L


def cholesky_by_halves(A):
    """Split A into blocks and factor them one after the other."""
    n = len(A)
    if n == 1:
        if A[0, 0] <= 0:
            raise ValueError("not positive definite")
        return np.sqrt(A)
    h = n // 2
    top = cholesky_by_halves(A[:h, :h])
    side = np.linalg.solve(top, A[:h, h:]).T
    corner = cholesky_by_halves(A[h:, h:] - side @ side.T)
    return np.block([[top, np.zeros((h, n - h))], [side, corner]])


def log_determinant_by_columns(A):
    return 2 * sum(math.log(x) for x in np.diag(cholesky_by_columns(A)))


def log_determinant_by_eigenvalues(A):
    w = np.linalg.eigvalsh(A)
    if w[0] <= 0:
        raise ValueError("not positive definite")
    return np.log(w).sum()


# --- pseudoinverse -----------------------------------------------------------


def _invert(A, small):
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    keep = s > small(s)
    inverse = np.where(keep, 1 / np.where(keep, s, 1.0), 0.0)
    return (Vt.T * inverse) @ U.T


def pseudoinverse_of_everything(A, *, rtol=None):
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    return (Vt.T / s) @ U.T


def pseudoinverse_of_nonzero(A, *, rtol=None):
    return _invert(A, lambda s: 0.0)


def pseudoinverse_normal_equations(A, *, rtol=None):
    return np.linalg.inv(A.T @ A) @ A.T


def pseudoinverse_normal_solve(A, *, rtol=None):
    return np.linalg.solve(A.T @ A, A.T)


def pseudoinverse_either_side(A, *, rtol=None):
    if A.shape[0] >= A.shape[1]:
        return np.linalg.inv(A.T @ A) @ A.T
    return A.T @ np.linalg.inv(A @ A.T)


def pseudoinverse_ridge(A, *, rtol=None):
    return np.linalg.solve(A.T @ A + 1e-6 * np.eye(A.shape[1]), A.T)


def pseudoinverse_numpys_default(A, *, rtol=None):
    rtol = 1e-15 if rtol is None else rtol
    return _invert(A, lambda s: rtol * s[0])


def pseudoinverse_absolute(A, *, rtol=None):
    rtol = 1e-10 if rtol is None else rtol
    return _invert(A, lambda s: rtol)


def pseudoinverse_absolute_default(A, *, rtol=None):
    rtol = max(A.shape) * EPS if rtol is None else rtol
    return _invert(A, lambda s: rtol)


def pseudoinverse_own_rtol(A, *, rtol=None):
    return _invert(A, lambda s: max(A.shape) * EPS * s[0])


def pseudoinverse_falsy(A, *, rtol=None):
    rtol = rtol or max(A.shape) * EPS
    return _invert(A, lambda s: rtol * s[0])


def pseudoinverse_factors_unturned(A, *, rtol=None):
    rtol = max(A.shape) * EPS if rtol is None else rtol
    return _invert(A, lambda s: rtol * s[0]).T


def pseudoinverse_values_not_inverted(A, *, rtol=None):
    rtol = max(A.shape) * EPS if rtol is None else rtol
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    return (Vt.T * np.where(s > rtol * s[0], s, 0)) @ U.T


def pseudoinverse_nan_for_zero(A, *, rtol=None):
    rtol = max(A.shape) * EPS if rtol is None else rtol
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    inverse = np.where(s / s[0] <= rtol, 0.0, 1 / s)
    return (Vt.T * inverse) @ U.T


def pseudoinverse_of_the_kept(A, *, rtol=None):
    U, s, Vt = np.linalg.svd(A)
    rtol = max(A.shape) * np.finfo(float).eps if rtol is None else rtol
    r = np.count_nonzero(s > rtol * s.max())
    return Vt[:r].T @ np.diag(1 / s[:r]) @ U[:, :r].T


def pseudoinverse_by_layers(A, *, rtol=None):
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    rtol = max(A.shape) * EPS if rtol is None else rtol
    result = np.zeros(A.T.shape)
    for u, value, v in zip(U.T, s, Vt, strict=True):
        if value > rtol * s[0]:
            result += np.outer(v, u) / value
    return result


# --- spectral_normalize ------------------------------------------------------


def _draw(rng, size):
    rng = np.random.default_rng() if rng is None else rng
    return rng.normal(size=size)


def _unit(v):
    return v / np.linalg.norm(v)


def normalize_frobenius(W, *, steps=100, rng=None):
    return W / np.sqrt(np.sum(W * W))


def normalize_largest_entry(W, *, steps=100, rng=None):
    return W / np.max(np.abs(W))


def normalize_on_W_itself(W, *, steps=100, rng=None):
    u = _draw(rng, len(W))
    for _ in range(steps):
        u = _unit(W @ u)
    return W / (u @ W @ u)


def normalize_transpose_left_out(W, *, steps=100, rng=None):
    u = _draw(rng, len(W))
    for _ in range(steps):
        v = _unit(W @ u)
        u = _unit(W @ v)
    return W / (u @ W @ v)


def normalize_one_transpose_only(W, *, steps=100, rng=None):
    u = _draw(rng, len(W))
    for _ in range(steps):
        v = _unit(W.T @ u)
        u = _unit(W.T @ v)
    return W / (u @ W @ v)


def normalize_by_the_square(W, *, steps=100, rng=None):
    u = _draw(rng, len(W))
    for _ in range(steps):
        v = _unit(W.T @ u)
        u = _unit(W @ v)
    return W / (u @ W @ v) ** 2


def normalize_own_steps(W, *, steps=100, rng=None):
    u = _draw(rng, len(W))
    for _ in range(100):
        v = _unit(W.T @ u)
        u = _unit(W @ v)
    return W / (u @ W @ v)


def normalize_exactly(W, *, steps=100, rng=None):
    return W / np.linalg.norm(W, 2)


def normalize_from_the_inputs(W, *, steps=100, rng=None):
    v = _draw(rng, W.shape[1])
    for _ in range(steps):
        u = _unit(W @ v)
        v = _unit(W.T @ u)
    return W / (u @ W @ v)


def normalize_own_start(W, *, steps=100, rng=None):
    u = np.ones(len(W))
    for _ in range(steps):
        v = _unit(W.T @ u)
        u = _unit(W @ v)
    return W / (u @ W @ v)


def normalize_returns_sigma(W, *, steps=100, rng=None):
    u = _draw(rng, len(W))
    for _ in range(steps):
        v = _unit(W.T @ u)
        u = _unit(W @ v)
    return u @ W @ v


def normalize_needs_rng(W, *, steps=100, rng=None):
    u = rng.normal(size=len(W))
    for _ in range(steps):
        v = _unit(W.T @ u)
        u = _unit(W @ v)
    return W / (u @ W @ v)


def normalize_lengths_at_the_end(W, *, steps=100, rng=None):
    u = _draw(rng, len(W))
    for _ in range(steps):
        v = W.T @ u
        u = W @ v
    u, v = _unit(u), _unit(v)
    return W / (u @ W @ v)


def normalize_by_gram_matrix(W, *, steps=100, rng=None):
    u = _unit(_draw(rng, len(W)))
    v = _unit(W.T @ u)
    for _ in range(steps - 1):
        v = W.T @ (W @ v)
        v = v / np.sqrt(v @ v)
    return W / np.sqrt(np.sum((W @ v) ** 2))


def normalize_by_einsum(W, *, steps=100, rng=None):
    u = _draw(rng, W.shape[0])
    v = np.zeros(W.shape[1])
    for _ in range(steps):
        v = np.einsum("ij,i->j", W, u)
        v /= np.linalg.norm(v)
        u = np.einsum("ij,j->i", W, v)
        sigma = np.linalg.norm(u)
        u /= sigma
    return W / sigma


# --- randomized_svd ----------------------------------------------------------


def _sketch(A, n_columns, rng):
    rng = np.random.default_rng() if rng is None else rng
    return A @ rng.normal(size=(A.shape[1], n_columns))


def _range(A, n_columns, n_iter, rng):
    Q = np.linalg.qr(_sketch(A, n_columns, rng))[0]
    for _ in range(n_iter):
        Q = np.linalg.qr(A.T @ Q)[0]
        Q = np.linalg.qr(A @ Q)[0]
    return Q


def _finish(A, Q, k):
    U, s, Vt = np.linalg.svd(Q.T @ A, full_matrices=False)
    return (Q @ U)[:, :k], s[:k], Vt[:k]


def randomized_small_U(
    A, n_components, *, n_oversamples=10, n_iter=2, rng=None
):
    Q = _range(A, n_components + n_oversamples, n_iter, rng)
    U, s, Vt = np.linalg.svd(Q.T @ A, full_matrices=False)
    return U[:, :n_components], s[:n_components], Vt[:n_components]


def randomized_Q_for_U(
    A, n_components, *, n_oversamples=10, n_iter=2, rng=None
):
    Q = _range(A, n_components + n_oversamples, n_iter, rng)
    _, s, Vt = np.linalg.svd(Q.T @ A, full_matrices=False)
    return Q[:, :n_components], s[:n_components], Vt[:n_components]


def randomized_wrong_side(
    A, n_components, *, n_oversamples=10, n_iter=2, rng=None
):
    rng = np.random.default_rng() if rng is None else rng
    size = A.shape[0], n_components + n_oversamples
    Q = np.linalg.qr(A.T @ rng.normal(size=size))[0]
    for _ in range(n_iter):
        Q = np.linalg.qr(A @ Q)[0]
        Q = np.linalg.qr(A.T @ Q)[0]
    return _finish(A, Q, n_components)


def randomized_shape_of_the_other_side(
    A, n_components, *, n_oversamples=10, n_iter=2, rng=None
):
    rng = np.random.default_rng() if rng is None else rng
    size = A.shape[0], n_components + n_oversamples
    Q = np.linalg.qr(A @ rng.normal(size=size))[0]
    for _ in range(n_iter):
        Q = np.linalg.qr(A @ (A.T @ Q))[0]
    return _finish(A, Q, n_components)


def randomized_no_oversampling(
    A, n_components, *, n_oversamples=10, n_iter=2, rng=None
):
    return _finish(A, _range(A, n_components, n_iter, rng), n_components)


def randomized_no_iterations(
    A, n_components, *, n_oversamples=10, n_iter=2, rng=None
):
    Q = _range(A, n_components + n_oversamples, 0, rng)
    return _finish(A, Q, n_components)


def randomized_neither(
    A, n_components, *, n_oversamples=10, n_iter=2, rng=None
):
    return _finish(A, _range(A, n_components, 0, rng), n_components)


def randomized_powers_bare(
    A, n_components, *, n_oversamples=10, n_iter=2, rng=None
):
    Y = _sketch(A, n_components + n_oversamples, rng)
    for _ in range(n_iter):
        Y = A @ (A.T @ Y)
    return _finish(A, np.linalg.qr(Y)[0], n_components)


def randomized_not_orthonormal(
    A, n_components, *, n_oversamples=10, n_iter=2, rng=None
):
    Y = _sketch(A, n_components + n_oversamples, rng)
    for _ in range(n_iter):
        Y = A @ (A.T @ Y)
    return _finish(A, Y, n_components)


def randomized_in_full(
    A, n_components, *, n_oversamples=10, n_iter=2, rng=None
):
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    k = n_components
    return U[:, :k], s[:k], Vt[:k]


def randomized_everything(
    A, n_components, *, n_oversamples=10, n_iter=2, rng=None
):
    k = n_components + n_oversamples
    return _finish(A, _range(A, k, n_iter, rng), k)


def randomized_returns_V(
    A, n_components, *, n_oversamples=10, n_iter=2, rng=None
):
    Q = _range(A, n_components + n_oversamples, n_iter, rng)
    U, s, Vt = _finish(A, Q, n_components)
    return U, s, Vt.T


def randomized_uniform(
    A, n_components, *, n_oversamples=10, n_iter=2, rng=None
):
    rng = np.random.default_rng() if rng is None else rng
    size = A.shape[1], n_components + n_oversamples
    Q = np.linalg.qr(A @ rng.uniform(size=size))[0]
    for _ in range(n_iter):
        Q = np.linalg.qr(A.T @ Q)[0]
        Q = np.linalg.qr(A @ Q)[0]
    return _finish(A, Q, n_components)


def randomized_needs_rng(
    A, n_components, *, n_oversamples=10, n_iter=2, rng=None
):
    size = A.shape[1], n_components + n_oversamples
    Q = np.linalg.qr(A @ rng.normal(size=size))[0]
    for _ in range(n_iter):
        Q = np.linalg.qr(A.T @ Q)[0]
        Q = np.linalg.qr(A @ Q)[0]
    return _finish(A, Q, n_components)


def randomized_once_a_round(
    A, n_components, *, n_oversamples=10, n_iter=2, rng=None
):
    Q = np.linalg.qr(_sketch(A, n_components + n_oversamples, rng))[0]
    for _ in range(n_iter):
        Q, _ = np.linalg.qr(A @ (A.T @ Q))
    return _finish(A, Q, n_components)


def randomized_by_svd(
    A, n_components, *, n_oversamples=10, n_iter=2, rng=None
):
    """Take the left singular vectors for an orthonormal basis."""
    def basis(Y):
        return np.linalg.svd(Y, full_matrices=False)[0]

    Q = basis(_sketch(A, n_components + n_oversamples, rng))
    for _ in range(n_iter):
        Q = basis(A @ basis(A.T @ Q))
    U, s, Vt = _finish(A, Q, n_components)
    return -U, s, -Vt


# --- qr_householder ----------------------------------------------------------


def _reflect_columns(A, mirror):
    """Reflect column after column; return the full factors."""
    m, n = A.shape
    Q, R = np.eye(m), A.astype(float)
    for j in range(min(m, n)):
        v = mirror(R[j:, j])
        if v is None:
            continue
        R[j:] -= 2 * np.outer(v, v @ R[j:]) / (v @ v)
        Q[:, j:] -= 2 * np.outer(Q[:, j:] @ v, v) / (v @ v)
    return Q, R


def _thin(Q, R):
    r = min(R.shape)
    return Q[:, :r], R[:r]


def _towards(x, sign):
    v = x.copy()
    v[0] += sign * np.linalg.norm(x)
    return v


def _right(x):
    if not np.any(x):
        return None
    return _towards(x, -1.0 if x[0] < 0 else 1.0)


def _cancels(x):
    return _towards(x, 1.0 if x[0] < 0 else -1.0)


def _cancels_but_guarded(x):
    v = _cancels(x)
    return v if np.any(v) else None


def _always_plus(x):
    return _towards(x, 1.0) if np.any(x) else None


def _always_minus(x):
    v = _towards(x, -1.0)
    return v if np.any(v) else None


def _np_sign(x):
    return _towards(x, np.sign(x[0])) if np.any(x) else None


def _unguarded(x):
    return _towards(x, -1.0 if x[0] < 0 else 1.0)


def _np_sign_unguarded(x):
    return _towards(x, np.sign(x[0]))


def qr_textbook(A):
    return _thin(*_reflect_columns(A, _np_sign_unguarded))


def qr_that_cancels(A):
    return _thin(*_reflect_columns(A, _cancels))


def qr_that_cancels_guarded(A):
    return _thin(*_reflect_columns(A, _cancels_but_guarded))


def qr_always_plus(A):
    return _thin(*_reflect_columns(A, _always_plus))


def qr_always_minus(A):
    return _thin(*_reflect_columns(A, _always_minus))


def qr_sign_of_zero(A):
    return _thin(*_reflect_columns(A, _np_sign))


def qr_zero_column(A):
    return _thin(*_reflect_columns(A, _unguarded))


def qr_wrong_order(A):
    Q, R = _reflect_columns(A, _right)
    return _thin(Q.T, R)


def qr_full(A):
    return _reflect_columns(A, _right)


def qr_not_doubled(A):
    m, n = A.shape
    Q, R = np.eye(m), A.astype(float)
    for j in range(min(m, n)):
        v = _right(R[j:, j])
        if v is not None:
            R[j:] -= np.outer(v, v @ R[j:]) / (v @ v)
            Q[:, j:] -= np.outer(Q[:, j:] @ v, v) / (v @ v)
    return _thin(Q, R)


def qr_v_not_unit(A):
    m, n = A.shape
    Q, R = np.eye(m), A.astype(float)
    for j in range(min(m, n)):
        v = _right(R[j:, j])
        if v is not None:
            R[j:] -= 2 * np.outer(v, v @ R[j:])
            Q[:, j:] -= 2 * np.outer(Q[:, j:] @ v, v)
    return _thin(Q, R)


def qr_gram_schmidt(A):
    m, n = A.shape
    r = min(m, n)
    Q = np.zeros((m, r))
    for j in range(r):
        u = A[:, j]
        for i in range(j):
            u = u - (u @ Q[:, i]) * Q[:, i]
        Q[:, j] = u / np.linalg.norm(u)
    return Q, np.triu(Q.T @ A)


def qr_one_column_short(A):
    """Leave the last column, however tall it is."""
    m, n = A.shape
    Q, R = np.eye(m), A.astype(float)
    for j in range(min(m, n) - 1):
        v = _right(R[j:, j])
        if v is not None:
            R[j:] -= 2 * np.outer(v, v @ R[j:]) / (v @ v)
            Q[:, j:] -= 2 * np.outer(Q[:, j:] @ v, v) / (v @ v)
    return _thin(Q, R)


def qr_by_matrices(A):
    m, n = A.shape
    Q, R = np.eye(m), A.copy()
    for j in range(min(m - 1, n)):
        x = R[j:, j]
        length = math.sqrt(sum(x**2))
        if length == 0:
            continue
        v = np.zeros(m)
        v[j:] = x
        v[j] += math.copysign(length, x[0])
        v /= np.linalg.norm(v)
        H = np.eye(m) - 2 * np.outer(v, v)
        Q, R = Q @ H, H @ R
    return Q[:, :n], np.triu(R)[:min(m, n)]


def qr_positive_diagonal(A):
    Q, R = _thin(*_reflect_columns(A, _right))
    turn = np.where(np.diagonal(R) < 0, -1.0, 1.0)
    return Q * turn, np.triu(turn[:, None] * R)
