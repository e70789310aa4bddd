"""Wrong answers to the exercises of chapter 02, and right ones.

Each function's name begins with its exercise's.  What is wrong with a wrong
one is said beside it in :mod:`mathlib.exercises.linear_algebra`.
"""

import itertools
import math

import numpy as np

from mathlib import linear_algebra as la


def _need(right):
    if not right:
        raise ValueError("the shapes do not fit")


# --- dot ---------------------------------------------------------------------


def dot_over_every_axis(a, b, *, axis=-1):
    return np.sum(a * b)


def dot_entry_by_entry(a, b, *, axis=-1):
    return a * b


def dot_as_matrix_product(a, b, *, axis=-1):
    return a @ b


def dot_by_np_dot(a, b, *, axis=-1):
    return np.dot(a, b)


def dot_last_axis_only(a, b, *, axis=-1):
    return np.sum(a * b, axis=-1)


def dot_by_einsum(a, b, *, axis=-1):
    a, b = np.moveaxis(a, axis, -1), np.moveaxis(b, axis, -1)
    return np.einsum("...i,...i->...", a, b)


def dot_by_loop(a, b, *, axis=-1):
    total = 0.0
    for x, y in zip(
        np.moveaxis(a, axis, 0), np.moveaxis(b, axis, 0), strict=True
    ):
        total = total + x * y
    return total


def dot_in_single_precision(a, b, *, axis=-1):
    a, b = a.astype(np.float32), b.astype(np.float32)
    return (a * b).sum(axis=axis)


# --- cosine_similarity -------------------------------------------------------


def _norm(x, axis=-1):
    return np.sqrt(np.sum(x * x, axis=axis))


def cosine_without_eps(a, b, *, axis=-1, eps=1e-8):
    return np.sum(a * b, axis=axis) / (_norm(a, axis) * _norm(b, axis))


def cosine_by_squared_norms(a, b, *, axis=-1, eps=1e-8):
    a_norm = np.maximum(_norm(a, axis) ** 2, eps)
    b_norm = np.maximum(_norm(b, axis) ** 2, eps)
    return np.sum(a * b, axis=axis) / (a_norm * b_norm)


def cosine_by_norms_of_the_batch(a, b, *, axis=-1, eps=1e-8):
    a_norm = np.maximum(np.linalg.norm(a), eps)
    b_norm = np.maximum(np.linalg.norm(b), eps)
    return np.sum(a * b, axis=axis) / (a_norm * b_norm)


def cosine_with_eps_on_the_product(a, b, *, axis=-1, eps=1e-8):
    product = _norm(a, axis) * _norm(b, axis)
    return np.sum(a * b, axis=axis) / np.maximum(product, eps)


def cosine_with_eps_added(a, b, *, axis=-1, eps=1e-8):
    product = (_norm(a, axis) + eps) * (_norm(b, axis) + eps)
    return np.sum(a * b, axis=axis) / product


def cosine_with_eps_added_to_the_product(a, b, *, axis=-1, eps=1e-8):
    return np.sum(a * b, axis=axis) / (_norm(a, axis) * _norm(b, axis) + eps)


def cosine_by_unit_vectors(a, b, *, axis=-1, eps=1e-8):
    a = a / np.maximum(np.linalg.norm(a, axis=axis, keepdims=True), eps)
    b = b / np.maximum(np.linalg.norm(b, axis=axis, keepdims=True), eps)
    return (a * b).sum(axis=axis)


def cosine_by_einsum(a, b, *, axis=-1, eps=1e-8):
    a, b = np.moveaxis(a, axis, -1), np.moveaxis(b, axis, -1)
    ab, aa, bb = (
        np.einsum("...i,...i->...", x, y) for x, y in [(a, b), (a, a), (b, b)]
    )
    return ab / (np.sqrt(aa).clip(min=eps) * np.sqrt(bb).clip(min=eps))


# --- l2_norm -----------------------------------------------------------------


def l2_without_root(x, *, axis=-1):
    return np.sum(x**2, axis=axis)


def l2_that_overflows(x, *, axis=-1):
    return np.sqrt(np.sum(x**2, axis=axis))


def l2_of_absolute_values(x, *, axis=-1):
    return np.sum(np.abs(x), axis=axis)


def l2_of_the_batch(x, *, axis=-1):
    scale = np.max(np.abs(x), initial=0.0)
    return scale * np.sqrt(np.sum((x / scale) ** 2)) if scale else 0.0


def l2_of_the_batch_that_overflows(x, *, axis=-1):
    return np.sqrt(np.sum(x**2))


def _scaled(x, axis, keepdims):
    scale = np.max(np.abs(x), axis=axis, keepdims=True, initial=0.0)
    scale = np.where(scale == 0, 1.0, scale)
    root = np.sqrt(np.sum((x / scale) ** 2, axis=axis, keepdims=keepdims))
    return scale * root


def l2_with_scale_unsqueezed(x, *, axis=-1):
    return _scaled(x, axis, keepdims=False)


def l2_with_the_axis_kept(x, *, axis=-1):
    return _scaled(x, axis, keepdims=True)


def l2_with_one_scale(x, *, axis=-1):
    scale = np.max(np.abs(x), initial=0.0)
    if scale == 0:
        return np.sum(x, axis=axis)
    return scale * np.sqrt(np.sum((x / scale) ** 2, axis=axis))


def l2_nan_for_zero(x, *, axis=-1):
    scale = np.max(np.abs(x), axis=axis, keepdims=True, initial=0.0)
    root = np.sqrt(np.sum((x / scale) ** 2, axis=axis))
    return np.squeeze(scale, axis=axis) * root


def l2_pair_by_pair(x, *, axis=-1):
    """Take length and next entry for the legs of a right triangle."""
    entries = np.moveaxis(np.abs(x), axis, 0)
    length = np.zeros(entries.shape[1:])
    for entry in entries:
        longer = np.maximum(length, entry)
        ratio = np.minimum(length, entry) / np.where(longer > 0, longer, 1.0)
        length = longer * np.sqrt(1 + ratio**2)
    return length


def l2_by_loop(x, *, axis=-1):
    rows = np.moveaxis(x, axis, -1)
    norms = np.zeros(rows.shape[:-1])
    for place in np.ndindex(norms.shape):
        largest = max(map(abs, rows[place]), default=0.0)
        if largest > 0:
            squares = sum((entry / largest) ** 2 for entry in rows[place])
            norms[place] = largest * math.sqrt(squares)
    return norms


# --- pairwise_euclidean_distance ---------------------------------------------


def _gram_distance_squared(X, Y):
    squares = np.sum(X**2, axis=1)[:, None] + np.sum(Y**2, axis=1)
    return squares - 2 * X @ Y.T


def distance_nan_on_the_diagonal(X, Y):
    return np.sqrt(_gram_distance_squared(X, Y))


def distance_cancelled(X, Y):
    return np.sqrt(np.maximum(_gram_distance_squared(X, Y), 0))


def distance_squared(X, Y):
    return np.sum((X[:, None] - Y) ** 2, axis=-1)


def distance_transposed(X, Y):
    return np.sqrt(np.sum((Y[:, None] - X) ** 2, axis=-1))


def distance_city_block(X, Y):
    return np.sum(np.abs(X[:, None] - Y), axis=-1)


def distance_centred_apart(X, Y):
    squared = _gram_distance_squared(X - X.mean(axis=0), Y - Y.mean(axis=0))
    return np.sqrt(np.maximum(squared, 0))


def distance_by_loops(X, Y):
    return np.array([[math.dist(x, y) for y in Y] for x in X])


def distance_centred(X, Y):
    centre = X.mean(axis=0)
    squared = _gram_distance_squared(X - centre, Y - centre)
    return np.sqrt(np.maximum(squared, 0))


def distance_by_einsum(X, Y):
    apart = X[:, None, :] - Y[None, :, :]
    return np.sqrt(np.einsum("nmd,nmd->nm", apart, apart))


# --- project -----------------------------------------------------------------


def _inner(a, b):
    return np.sum(a * b, axis=-1, keepdims=True)


def _square(b):
    square = _inner(b, b)
    return np.where(square == 0, 1.0, square)


def project_by_norm(a, b):
    return _inner(a, b) / np.sqrt(_square(b)) * b


def project_times_a(a, b):
    return _inner(a, b) / _square(b) * a


def project_the_other_way(a, b):
    return _inner(a, b) / _square(a) * a


def project_nan_for_zero(a, b):
    return _inner(a, b) / _inner(b, b) * b


def project_one_vector_only(a, b):
    square = np.sum(b * b)
    return np.sum(a * b) / (square if square else 1.0) * b


def project_the_rest(a, b):
    return a - _inner(a, b) / _square(b) * b


def project_by_unit_vector(a, b):
    length = np.linalg.norm(b, axis=-1, keepdims=True)
    unit = b / np.where(length > 0, length, 1.0)
    return np.einsum("...i,...i->...", a, unit)[..., None] * unit


def project_row_by_row(a, b):
    if a.ndim > 1:
        b = np.broadcast_to(b, a.shape)
        pairs = zip(a, b, strict=True)
        return np.stack([project_row_by_row(*pair) for pair in pairs])
    squared = b @ b
    return np.outer(b, b) @ a / (squared if squared > 0 else 1.0)


# --- gram_schmidt ------------------------------------------------------------


def gram_schmidt_classical(V, *, tol=1e-10):
    Q = np.zeros((V.shape[0], 0))
    for v in V.T:
        u = v - Q @ (Q.T @ v)
        if np.linalg.norm(u) > tol * np.linalg.norm(v):
            Q = np.column_stack([Q, u / np.linalg.norm(u)])
    return Q


def gram_schmidt_classical_keeps_all(V, *, tol=1e-10):
    Q = np.zeros((V.shape[0], 0))
    for v in V.T:
        u = v - Q @ (Q.T @ v)
        Q = np.column_stack([Q, u / np.linalg.norm(u)])
    return Q


def _modified(V, keep):
    found = []
    for v in V.T:
        u = v.copy()
        for q in found:
            u = u - (u @ q) * q
        if keep(u, v):
            found.append(u / np.linalg.norm(u))
    return np.stack(found, axis=1) if found else np.zeros((len(V), 0))


def gram_schmidt_keeps_all(V, *, tol=1e-10):
    return _modified(V, lambda u, v: True)


def gram_schmidt_absolute(V, *, tol=1e-10):
    return _modified(V, lambda u, v: np.linalg.norm(u) > tol)


def gram_schmidt_of_rows(V, *, tol=1e-10):
    norm = np.linalg.norm
    return _modified(V.T, lambda u, v: norm(u) > tol * norm(v)).T


def gram_schmidt_not_normalised(V, *, tol=1e-10):
    found = []
    for v in V.T:
        u = v.copy()
        for q in found:
            u = u - (u @ q) / (q @ q) * q
        if np.linalg.norm(u) > tol * np.linalg.norm(v):
            found.append(u)
    return np.stack(found, axis=1) if found else np.zeros((len(V), 0))


def _in_place(V, tol, finish):
    found = []
    for v in V.T:
        u = v
        for q in found:
            u -= (u @ q) * q
        if np.linalg.norm(u) > tol * np.linalg.norm(v):
            found.append(finish(u))
    return np.stack(found, axis=1) if found else np.zeros((len(V), 0))


def gram_schmidt_overwrites(V, *, tol=1e-10):
    return _in_place(V, tol, lambda u: u / np.linalg.norm(u))


def gram_schmidt_normalises_V(V, *, tol=1e-10):
    def shorten(u):
        u /= np.linalg.norm(u)
        return u

    return _in_place(V, tol, shorten)


def gram_schmidt_by_library(V, *, tol=1e-10):
    return np.linalg.qr(V)[0]


def gram_schmidt_twice(V, *, tol=1e-10):
    Q = np.zeros((V.shape[0], 0))
    for v in V.T:
        u = v - Q @ (Q.T @ v)
        u = u - Q @ (Q.T @ u)
        if np.linalg.norm(u) > tol * np.linalg.norm(v):
            Q = np.column_stack([Q, u / np.linalg.norm(u)])
    return Q


def gram_schmidt_sweeping(V, *, tol=1e-10):
    rest, lengths = V.copy(), np.linalg.norm(V, axis=0)
    kept = []
    for k in range(V.shape[1]):
        length = np.linalg.norm(rest[:, k])
        if length <= tol * lengths[k]:
            continue
        kept.append(k)
        rest[:, k] /= length
        shares = rest[:, k] @ rest[:, k + 1:]
        rest[:, k + 1:] -= np.outer(rest[:, k], shares)
    return rest[:, kept]


# --- matmul ------------------------------------------------------------------


def matmul_entry_by_entry(A, B):
    return A * B


def matmul_of_transposed_A(A, B):
    return A.T @ B


def matmul_of_transposed_B(A, B):
    return A @ B.T


def matmul_other_order(A, B):
    return B @ A


def matmul_unchecked(A, B):
    C = np.zeros((A.shape[0], B.shape[1]))
    for k in range(min(A.shape[1], B.shape[0])):
        C += np.outer(A[:, k], B[k])
    return C


def matmul_that_broadcasts(A, B):
    return np.sum(A[:, :, None] * B[None], axis=1)


def matmul_by_loops(A, B):
    n, inner = A.shape
    if inner != B.shape[0]:
        raise ValueError("A's columns and B's rows differ in number")
    C = np.zeros((n, B.shape[1]))
    for i, j, k in itertools.product(
        range(n), range(B.shape[1]), range(inner)
    ):
        C[i, j] += A[i, k] * B[k, j]
    return C


def matmul_by_operator(A, B):
    return A @ B


def matmul_by_einsum(A, B):
    if A.shape[1] != B.shape[0]:
        raise ValueError(f"{A.shape} and {B.shape} do not fit")
    return np.einsum("ik,kj->ij", A, B)


def matmul_in_single_precision(A, B):
    return A.astype(np.float32) @ B.astype(np.float32)


# --- row_echelon -------------------------------------------------------------


def _eliminate(A, small, choose, on_zero, clean=True):
    """Eliminate below the pivots; the mistakes differ in the rules."""
    R = A.astype(float)
    row, col, pivots = 0, 0, []
    while row < R.shape[0] and col < R.shape[1]:
        best = choose(R, row, col, small)
        if abs(R[best, col]) <= small:
            if on_zero == "stop":
                break
            if clean:
                R[row:, col] = 0.0
            row += on_zero == "go down"
            col += 1
            continue
        R[[row, best]] = R[[best, row]]
        shares = R[row + 1:, col] / R[row, col]
        R[row + 1:] -= np.outer(shares, R[row])
        if clean:
            R[row + 1:, col] = 0.0
        pivots.append(col)
        row, col = row + 1, col + 1
    return R, pivots


def _largest(R, row, col, small):
    return row + int(np.argmax(np.abs(R[row:, col])))


def _largest_from_the_top(R, row, col, small):
    return int(np.argmax(np.abs(R[row:, col])))


def _first_nonzero(R, row, col, small):
    hits = np.flatnonzero(np.abs(R[row:, col]) > small)
    return row + (int(hits[0]) if hits.size else 0)


def _no_exchange(R, row, col, small):
    return row


def _relative(A, tol):
    return tol * np.max(np.abs(A), initial=0.0)


def row_echelon_stops(A, *, tol=1e-10):
    return _eliminate(A, _relative(A, tol), _largest, "stop")


def row_echelon_no_exchange(A, *, tol=1e-10):
    return _eliminate(A, _relative(A, tol), _no_exchange, "go right")


def row_echelon_diagonal(A, *, tol=1e-10):
    return _eliminate(A, _relative(A, tol), _largest, "go down")


def row_echelon_absolute(A, *, tol=1e-10):
    return _eliminate(A, tol, _largest, "go right")


def row_echelon_first_nonzero(A, *, tol=1e-10):
    return _eliminate(A, _relative(A, tol), _first_nonzero, "go right")


def row_echelon_counts_rows(A, *, tol=1e-10):
    R, pivots = _eliminate(A, _relative(A, tol), _largest, "go right")
    return R, list(range(len(pivots)))


def row_echelon_counts_from_the_top(A, *, tol=1e-10):
    return _eliminate(
        A, _relative(A, tol), _largest_from_the_top, "go right"
    )


def row_echelon_with_crumbs(A, *, tol=1e-10):
    return _eliminate(A, _relative(A, tol), _largest, "go right", clean=False)


def row_echelon_by_loops(A, *, tol=1e-10):
    rows = [list(map(float, row)) for row in A]
    small = tol * max((abs(x) for row in rows for x in row), default=0.0)
    done, pivots = 0, []
    for col in range(len(rows[0])):
        below = range(done, len(rows))
        best = max(below, key=lambda i: abs(rows[i][col]), default=None)
        if best is None:
            break
        if abs(rows[best][col]) <= small:
            for i in below:
                rows[i][col] = 0.0
            continue
        rows[done], rows[best] = rows[best], rows[done]
        top = rows[done]
        for i in range(done + 1, len(rows)):
            share = rows[i][col] / top[col]
            rows[i] = [x - share * y for x, y in zip(
                rows[i], top, strict=True)]
            rows[i][col] = 0.0
        pivots.append(col)
        done += 1
    return np.array(rows), pivots


def row_echelon_reduced(A, *, tol=1e-10):
    R, small = A.copy(), _relative(A, tol)
    pivots = []
    for col in range(R.shape[1]):
        row = len(pivots)
        if row == R.shape[0]:
            break
        best = _largest(R, row, col, small)
        if abs(R[best, col]) <= small:
            R[row:, col] = 0.0
            continue
        R[[row, best]] = R[[best, row]]
        R[row] /= R[row, col]
        for i in range(R.shape[0]):
            if i != row:
                R[i] -= R[i, col] * R[row]
                R[i, col] = 0.0
        pivots.append(col)
    return R, np.array(pivots, dtype=int)


# --- solve -------------------------------------------------------------------


def _solve(A, b, choose, *, swap_b=True, guard=True, size=None):
    U, y = A.astype(float), b.astype(float)
    n = len(y)
    _need(U.shape == (n, n))
    size = np.max(np.abs(U)) if size is None else size
    small = n * np.finfo(float).eps * size
    for k in range(n):
        p = choose(U, k)
        if guard and abs(U[p, k]) <= small:
            raise ValueError("A is singular")
        U[[k, p]] = U[[p, k]]
        if swap_b:
            y[[k, p]] = y[[p, k]]
        for i in range(k + 1, n):
            share = U[i, k] / U[k, k]
            U[i, k:] -= share * U[k, k:]
            y[i] -= share * y[k]
    x = np.zeros(n)
    for k in reversed(range(n)):
        x[k] = (y[k] - U[k, k + 1:] @ x[k + 1:]) / U[k, k]
    return x


def _biggest(U, k):
    return k + int(np.argmax(np.abs(U[k:, k])))


def solve_no_exchange(A, b):
    return _solve(A, b, lambda U, k: k, guard=False)


def solve_exchanges_for_zero_only(A, b):
    def first(U, k):
        return k + int(np.argmax(U[k:, k] != 0))

    return _solve(A, b, first, guard=False)


def solve_accepts_singular(A, b):
    return _solve(A, b, _biggest, guard=False)


def solve_forgets_b(A, b):
    return _solve(A, b, _biggest, swap_b=False)


def solve_by_row_echelon(A, b):
    n = len(b)
    _need(A.shape == (n, n))
    R, pivots = la.row_echelon(np.column_stack([A, b]))
    if list(pivots)[:n] != list(range(n)):
        raise ValueError("A is singular")
    x = np.zeros(n)
    for k in reversed(range(n)):
        x[k] = (R[k, n] - R[k, k + 1:n] @ x[k + 1:]) / R[k, k]
    return x


def solve_measures_b(A, b):
    return _solve(A, b, _biggest, size=max(np.abs(A).max(), np.abs(b).max()))


def solve_counts_from_the_top(A, b):
    return _solve(A, b, lambda U, k: int(np.argmax(np.abs(U[k:, k]))))


def solve_by_rows(A, b):
    return _solve(A, b, _biggest)


def solve_to_the_diagonal(A, b):
    M = np.column_stack([A, b])
    n = len(M)
    _need(A.shape == (n, n))
    small = n * np.finfo(float).eps * np.abs(A).max()
    for k in range(n):
        p = max(range(k, n), key=lambda i: abs(M[i, k]))
        if abs(M[p, k]) <= small:
            raise ValueError("A has no inverse")
        M[[k, p]] = M[[p, k]]
        M[k] = M[k] / M[k, k]
        for i in range(n):
            if i != k:
                M[i] = M[i] - M[i, k] * M[k]
    return M[:, -1]


# --- trace, trace_of_product -------------------------------------------------


def trace_of_everything(A):
    _need(A.shape[0] == A.shape[1])
    return np.sum(A)


def trace_of_the_other_diagonal(A):
    _need(A.shape[0] == A.shape[1])
    return np.sum(np.diag(A[:, ::-1]))


def trace_of_transposed_product(A, B):
    _need(A.shape == B.shape[::-1])
    return np.sum(A * B)


def trace_product_of_traces(A, B):
    _need(A.shape == B.shape[::-1])
    return np.sum(np.diag(A)) * np.sum(np.diag(B))


def trace_unchecked(A):
    return np.sum(np.diag(A))


def trace_of_product_unchecked(A, B):
    return np.sum(A * B.T)


def trace_by_loop(A):
    _need(A.shape[0] == A.shape[1])
    return sum(A[i, i] for i in range(len(A)))


def trace_of_product_by_loop(A, B):
    _need(A.shape == B.shape[::-1])
    return sum(
        A[i, j] * B[j, i] for i in range(len(A)) for j in range(len(B))
    )


def trace_by_einsum(A):
    return np.einsum("ii->", A)


def trace_of_product_by_einsum(A, B):
    _need(A.shape == B.shape[::-1])
    return np.einsum("ij,ji->", A, B)


def trace_of_full_product(A, B):
    _need(A.shape == B.shape[::-1])
    return np.sum(np.diag(A @ B))


# --- linear ------------------------------------------------------------------


def linear_not_transposed(x, W, b=None):
    y = x @ W
    return y if b is None else y + b


def linear_bias_along_the_batch(x, W, b=None):
    y = x @ W.T
    if b is None:
        return y
    return y + (b[:, None] if y.ndim > 1 else b)


def linear_without_bias(x, W, b=None):
    return x @ W.T


def linear_bias_required(x, W, b=None):
    return x @ W.T + b


def linear_bias_subtracted(x, W, b=None):
    y = x @ W.T
    return y if b is None else y - b


def linear_through_transposes(x, W, b=None):
    y = (W @ x.T).T
    return y if b is None else y + b


def linear_w_before_x(x, W, b=None):
    y = W @ x
    return y if b is None else y + b


def linear_asks_if_b(x, W, b=None):
    y = x @ W.T
    return y + b if b else y


def linear_by_einsum(x, W, b=None):
    y = np.einsum("...i,oi->...o", x, W)
    return y if b is None else y + b


def linear_by_loop(x, W, b=None):
    b = np.zeros(len(W)) if b is None else b
    columns = [np.sum(x * w, axis=-1) + c for w, c in zip(W, b, strict=True)]
    return np.stack(columns, axis=-1)


def linear_in_single_precision(x, W, b=None):
    y = x.astype(np.float32) @ W.T.astype(np.float32)
    return y if b is None else y + b.astype(np.float32)


# --- projection_matrix -------------------------------------------------------


def projection_without_gram(A):
    return A @ A.T


def projection_that_inverts(A):
    return A @ np.linalg.inv(A.T @ A) @ A.T


def projection_by_la_inverse(A):
    return A @ la.inverse(A.T @ A) @ A.T


def projection_by_normal_equations(A):
    return A @ np.linalg.solve(A.T @ A, A.T)


def projection_by_qr(A):
    Q = np.linalg.qr(A)[0]
    return Q @ Q.T


def projection_on_the_rest(A):
    return np.eye(len(A)) - A @ np.linalg.pinv(A)


def projection_on_the_rows(A):
    return np.linalg.pinv(A) @ A


def projection_by_pseudo_inverse(A):
    return A @ np.linalg.pinv(A)


def projection_by_singular_vectors(A):
    U, sizes, _ = np.linalg.svd(A, full_matrices=False)
    U = U[:, sizes > 1e-10 * sizes.max()]
    return U @ U.T


def projection_by_least_squares(A):
    return A @ np.linalg.lstsq(A, np.eye(len(A)), rcond=None)[0]


# --- determinant -------------------------------------------------------------


def _expand(A, sign):
    _need(A.shape[0] == A.shape[1])
    if len(A) == 0:
        return 1.0
    return sum(
        sign(j) * A[0, j]
        * _expand(np.delete(A[1:], j, axis=1), sign)
        for j in range(len(A))
    )


def determinant_without_signs(A):
    return _expand(A, lambda j: 1)


def _pivot_product(A, exchange, count, small=0.0):
    _need(A.shape[0] == A.shape[1])
    U, sign = A.astype(float), 1.0
    for k in range(len(U)):
        p = exchange(U, k)
        if abs(U[p, k]) <= small:
            return 0.0
        if p != k:
            U[[k, p]] = U[[p, k]]
            sign *= count
        U[k + 1:] -= np.outer(U[k + 1:, k] / U[k, k], U[k])
    return sign * np.prod(np.diag(U))


def determinant_without_swaps_sign(A):
    return _pivot_product(A, _biggest, 1)


def determinant_zero_for_zero_pivot(A):
    return _pivot_product(A, lambda U, k: k, 1)


def determinant_absolute(A):
    return _pivot_product(A, _biggest, -1, small=1e-10)


def determinant_turns_at_every_step(A):
    value = _pivot_product(A, _biggest, 1)
    return value * (-1) ** len(A)


def determinant_counts_from_the_top(A):
    return _pivot_product(
        A, lambda U, k: int(np.argmax(np.abs(U[k:, k]))), -1
    )


def determinant_of_the_diagonal(A):
    _need(A.shape[0] == A.shape[1])
    return np.prod(np.diag(A))


def determinant_zero_when_small(A):
    value = _pivot_product(A, _biggest, -1)
    return value if abs(value) > 1e-10 else 0.0


def determinant_by_cofactors(A):
    return _expand(A, lambda j: (-1) ** j)


def determinant_by_permutations(A):
    n, total = len(A), 0.0
    _need(A.shape == (n, n))
    for order in itertools.permutations(range(n)):
        swaps = sum(
            order[i] > order[j] for i in range(n) for j in range(i + 1, n)
        )
        total += (-1) ** swaps * math.prod(A[i, order[i]] for i in range(n))
    return total


def determinant_by_elimination(A):
    return _pivot_product(A, _biggest, -1)


# --- reflect -----------------------------------------------------------------


def _mirror(v):
    _need(np.any(v))
    return v @ v


def reflect_as_given(x, v):
    return x - 2 * (v @ x) * v


def reflect_for_unit_v(x, v):
    _need(np.any(v))
    return x - 2 * (x @ v)[..., None] * v


def reflect_for_unit_v_unchecked(x, v):
    return x - 2 * (x @ v)[..., None] * v


def reflect_across_the_batch(x, v):
    return x - 2 * (v @ x) / _mirror(v) * v


def reflect_across_the_batch_as_column(x, v):
    return x - 2 * (v @ x)[..., None] / _mirror(v) * v


def reflect_across_the_batch_by_np_dot(x, v):
    return x - 2 * np.dot(v, x) / _mirror(v) * v


def reflect_one_axis_short(x, v):
    return x - 2 * (x @ v) / _mirror(v) * v


def reflect_accepts_zero(x, v):
    return x - 2 * (x @ v)[..., None] / (v @ v) * v


def reflect_returns_x_for_zero(x, v):
    return x - 2 * _inner(x, v) / _square(v) * v


def reflect_halfway(x, v):
    return x - (x @ v)[..., None] / _mirror(v) * v


def reflect_in_the_line(x, v):
    return 2 * (x @ v)[..., None] / _mirror(v) * v - x


def reflect_by_matrix(x, v):
    H = np.eye(len(v)) - 2 * np.outer(v, v) / _mirror(v)
    return x @ H


def reflect_by_unit_vector(x, v):
    unit = v / np.sqrt(_mirror(v))
    return x - np.multiply.outer(2 * np.dot(x, unit), unit)


def reflect_by_loop(x, v):
    if x.ndim > 1:
        return np.stack([reflect_by_loop(row, v) for row in x])
    share = sum(x * v) / _mirror(v)
    return np.array([p - 2 * share * q for p, q in zip(x, v, strict=True)])


# --- nearest_neighbor --------------------------------------------------------


def neighbor_index(X_train, y_train, X_test):
    return np.argmin(distance_squared(X_test, X_train), axis=1)


def neighbor_last_of_a_tie(X_train, y_train, X_test):
    D = distance_squared(X_test, X_train)[:, ::-1]
    return y_train[::-1][np.argmin(D, axis=1)]


def neighbor_farthest(X_train, y_train, X_test):
    return y_train[np.argmax(distance_squared(X_test, X_train), axis=1)]


def neighbor_by_dot_product(X_train, y_train, X_test):
    return y_train[np.argmax(X_test @ X_train.T, axis=1)]


def neighbor_of_each_training_point(X_train, y_train, X_test):
    nearest = np.argmin(distance_squared(X_train, X_test), axis=1)
    return y_train[nearest]


def neighbor_by_loop(X_train, y_train, X_test):
    labels = []
    for x in X_test:
        squared = [((x - t) ** 2).sum() for t in X_train]
        labels.append(y_train[squared.index(min(squared))])
    return labels


def neighbor_by_gram_matrix(X_train, y_train, X_test):
    # |x|^2 is the same for all training points, so it decides nothing.
    score = np.sum(X_train**2, axis=1) - 2 * X_test @ X_train.T
    return y_train[np.argmin(score, axis=1)]


def neighbor_in_single_precision(X_train, y_train, X_test):
    apart = np.float32(X_test)[:, None] - np.float32(X_train)
    return y_train[np.argmin((apart**2).sum(axis=-1), axis=1)]
