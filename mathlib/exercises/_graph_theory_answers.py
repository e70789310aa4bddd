"""Wrong and right answers to the exercises of chapter 11."""

import numpy as np

from mathlib import decompositions as dc
from mathlib import foundations as fd
from mathlib import graph_theory as gt
from mathlib import linear_algebra as la
from mathlib import probability as pr

# --- adjacency_matrix --------------------------------------------------------


def _listed(edges):
    """The edges as tuples (i, j, w), the nodes whole numbers."""
    for i, j, *weight in edges:
        yield int(i), int(j), float(weight[0]) if weight else 1.0


def adjacency_one_way(edges, num_nodes, *, directed=False):
    A = np.zeros((num_nodes, num_nodes))
    for i, j, w in _listed(edges):
        A[i, j] += w
    return A


def adjacency_loops_twice(edges, num_nodes, *, directed=False):
    A = np.zeros((num_nodes, num_nodes))
    for i, j, w in _listed(edges):
        A[i, j] += w
        if not directed:
            A[j, i] += w
    return A


def adjacency_added_to_its_transpose(edges, num_nodes, *, directed=False):
    A = adjacency_one_way(edges, num_nodes)
    return np.maximum(A, A.T) if not directed else A


def adjacency_always_both_ways(edges, num_nodes, *, directed=False):
    A = np.zeros((num_nodes, num_nodes))
    for i, j, w in _listed(edges):
        A[i, j] += w
        if i != j:
            A[j, i] += w
    return A


def adjacency_into(edges, num_nodes, *, directed=False):
    A = np.zeros((num_nodes, num_nodes))
    for i, j, w in _listed(edges):
        A[j, i] += w
        if not directed and i != j:
            A[i, j] += w
    return A


def adjacency_overwritten(edges, num_nodes, *, directed=False):
    A = np.zeros((num_nodes, num_nodes))
    for i, j, w in _listed(edges):
        A[i, j] = w
        if not directed:
            A[j, i] = w
    return A


def adjacency_all_at_once(edges, num_nodes, *, directed=False):
    i, j, w = np.array([*_listed(edges)]).reshape(-1, 3).T
    i, j = i.astype(int), j.astype(int)
    A = np.zeros((num_nodes, num_nodes))
    A[i, j] += w
    if not directed:
        apart = i != j
        A[j[apart], i[apart]] += w[apart]
    return A


def adjacency_of_ones(edges, num_nodes, *, directed=False):
    A = np.zeros((num_nodes, num_nodes))
    for i, j, _ in _listed(edges):
        A[i, j] += 1
        if not directed and i != j:
            A[j, i] += 1
    return A


def adjacency_of_triples(edges, num_nodes, *, directed=False):
    A = np.zeros((num_nodes, num_nodes))
    for i, j, w in edges:
        A[int(i), int(j)] += w
        if not directed and i != j:
            A[int(j), int(i)] += w
    return A


def adjacency_of_float_nodes(edges, num_nodes, *, directed=False):
    A = np.zeros((num_nodes, num_nodes))
    for i, j, *weight in edges:
        w = weight[0] if weight else 1.0
        A[i, j] += w
        if not directed and i != j:
            A[j, i] += w
    return A


def adjacency_of_weight_lists(edges, num_nodes, *, directed=False):
    # What NumPy says of A[i, j] += [2.5]; an old one would only warn.
    if any(len(edge) > 2 for edge in edges):
        raise ValueError("setting an array element with a sequence.")
    return adjacency_by_add_at(edges, num_nodes, directed=directed)


def adjacency_of_empty_weight_lists(edges, num_nodes, *, directed=False):
    if len(edges):
        raise ValueError("setting an array element with a sequence.")
    return np.zeros((num_nodes, num_nodes))


def adjacency_of_integers(edges, num_nodes, *, directed=False):
    A = np.zeros((num_nodes, num_nodes), dtype=int)
    for i, j, w in _listed(edges):
        A[i, j] += w
        if not directed and i != j:
            A[j, i] += w
    return A


def degrees_of_columns(A):
    return np.diag(np.sum(A, axis=0))


def degrees_counted(A):
    return np.diag(np.sum(A > 0, axis=1))


def degrees_listed(A):
    return np.sum(A, axis=1)


def degrees_with_loops_twice(A):
    return np.diag(np.sum(A, axis=1) + np.diag(A))


def degrees_without_loops(A):
    return np.diag(np.sum(A, axis=1) - np.diag(A))


def adjacency_by_add_at(edges, num_nodes, *, directed=False):
    rows = np.array([*_listed(edges)]).reshape(-1, 3)
    i, j, w = rows[:, 0].astype(int), rows[:, 1].astype(int), rows[:, 2]
    A = np.zeros((num_nodes, num_nodes))
    np.add.at(A, (i, j), w)
    return A if directed else A + A.T - np.diag(np.diag(A))


def degrees_by_loop(A):
    D = np.zeros_like(A, dtype=float)
    for i, row in enumerate(A):
        D[i, i] = sum(row)
    return D


# --- laplacian ---------------------------------------------------------------


def laplacian_negated(A):
    return A - np.diag(np.sum(A, axis=1))


def laplacian_of_counts(A):
    return np.diag(np.sum(A > 0, axis=1)) - A


def laplacian_without_weights(A):
    return laplacian_of_counts(np.where(A > 0, 1.0, 0.0))


def laplacian_signless(A):
    return np.diag(np.sum(A, axis=1)) + A


def laplacian_without_diag(A):
    return np.sum(A, axis=1) - A


def laplacian_of_a_column(A):
    return np.sum(A, axis=1, keepdims=True) - A


def laplacian_over_the_diagonal(A):
    L = -np.array(A, dtype=float)
    np.fill_diagonal(L, np.sum(A, axis=1))
    return L


def laplacian_degrees_without_loops(A):
    return np.diag(np.sum(A, axis=1) - np.diag(A)) - A


def laplacian_normalised(A):
    return gt.normalized_laplacian(A)


def laplacian_of_one(A):
    return np.eye(len(A)) - A


def laplacian_of_total(A):
    return np.sum(A) * np.eye(len(A)) - A


def laplacian_by_edges(A):
    L = np.zeros(np.shape(A))
    for i in range(len(A)):
        for j in range(i):
            L[i, i] += A[i][j]
            L[j, j] += A[i][j]
            L[i, j] -= A[i][j]
            L[j, i] -= A[i][j]
    return L


def laplacian_by_degree_matrix(A):
    return gt.degree_matrix(A) - A


# --- dirichlet_energy --------------------------------------------------------


def _gaps(A, x):
    """All differences, (n, n, channels)."""
    x = np.reshape(x, (len(A), -1))
    return x[:, None] - x[None]


def energy_of_each_edge_twice(A, x):
    return np.sum(A[..., None] * _gaps(A, x) ** 2)


def energy_twice_of_each_channel(A, x):
    energies = np.sum(A[..., None] * _gaps(A, x) ** 2, axis=(0, 1))
    return energies if np.ndim(x) > 1 else energies[0]


def energy_absolute(A, x):
    return np.sum(A[..., None] * np.abs(_gaps(A, x))) / 2


def energy_unweighted(A, x):
    return np.sum((A > 0)[..., None] * _gaps(A, x) ** 2) / 2


def energy_of_one_channel(A, x):
    return np.sum(A * (x[:, None] - x[None]) ** 2) / 2


def energy_by_laplacian(A, x):
    x = np.reshape(x, (len(A), -1))
    return np.trace(x.T @ gt.laplacian(A) @ x)


def energy_matrix(A, x):
    return x.T @ gt.laplacian(A) @ x


def energy_of_a_vector(A, x):
    return x @ gt.laplacian(A) @ x


def energy_of_each_channel(A, x):
    energies = np.sum(A[..., None] * _gaps(A, x) ** 2, axis=(0, 1)) / 2
    return energies if np.ndim(x) > 1 else energies[0]


def energy_never_one_number(A, x):
    return np.sum(A[..., None] * _gaps(A, x) ** 2, axis=(0, 1)) / 2


def energy_of_added_channels(A, x):
    return np.sum(A * np.sum(_gaps(A, x), axis=2) ** 2) / 2


def energy_mean_over_channels(A, x):
    return np.mean(np.sum(A[..., None] * _gaps(A, x) ** 2, axis=(0, 1))) / 2


def energy_root(A, x):
    return np.sqrt(np.sum(A[..., None] * _gaps(A, x) ** 2) / 2)


def energy_of_all_pairs(A, x):
    return np.sum(_gaps(A, x) ** 2) / 2


def energy_of_weighted_gaps(A, x):
    return np.sum((A[..., None] * _gaps(A, x)) ** 2) / 2


def energy_by_loop(A, x):
    total = 0.0
    for i in range(len(A)):
        for j in range(i):
            total += A[i, j] * np.sum((x[i] - x[j]) ** 2)
    return total


def energy_centred(A, x):
    x = np.reshape(x, (len(A), -1))
    x = x - np.mean(x, axis=0)
    return np.sum(x * (gt.laplacian(A) @ x))


# --- normalized_laplacian ----------------------------------------------------


def _safe(degrees):
    return np.where(degrees > 0, degrees, 1.0)


def normalized_random_walk(A):
    d = np.sum(A, axis=1)
    return np.diag(np.where(d > 0, 1.0, 0.0)) - A / _safe(d)[:, None]


def normalized_random_walk_unguarded(A):
    with np.errstate(all="ignore"):
        return np.eye(len(A)) - A / np.sum(A, axis=1)[:, None]


def normalized_dividing_by_zero(A):
    with np.errstate(all="ignore"):
        scale = np.sum(A, axis=1) ** -0.5
        return np.eye(len(A)) - scale[:, None] * A * scale


def normalized_by_inverse(A):
    scale = np.sqrt(np.linalg.inv(np.diag(np.sum(A, axis=1))))
    return np.eye(len(A)) - scale @ A @ scale


def normalized_power_of_the_matrix(A):
    with np.errstate(all="ignore"):
        scale = np.diag(np.sum(A, axis=1)) ** -0.5
        return np.eye(len(A)) - scale @ A @ scale


def normalized_columns_twice(A):
    d = np.sum(A, axis=1)
    scale = 1 / np.sqrt(_safe(d))
    return np.diag(np.where(d > 0, 1.0, 0.0)) - scale * A * scale


def normalized_one_for_the_isolated(A):
    scale = 1 / np.sqrt(_safe(np.sum(A, axis=1)))
    return np.eye(len(A)) - scale[:, None] * A * scale


def normalized_by_counts(A):
    d = np.sum(A > 0, axis=1)
    scale = 1 / np.sqrt(_safe(d))
    return np.diag(np.where(d > 0, 1.0, 0.0)) - scale[:, None] * A * scale


def normalized_adjacency(A):
    scale = 1 / np.sqrt(_safe(np.sum(A, axis=1)))
    return scale[:, None] * A * scale


def normalized_without_root(A):
    d = np.sum(A, axis=1)
    scale = 1 / _safe(d)
    return np.diag(np.where(d > 0, 1.0, 0.0)) - scale[:, None] * A * scale


def normalized_multiplied(A):
    d = np.sum(A, axis=1)
    scale = np.sqrt(d)
    return np.diag(np.where(d > 0, 1.0, 0.0)) - scale[:, None] * A * scale


def normalized_one_side(A):
    d = np.sum(A, axis=1)
    scale = 1 / np.sqrt(_safe(d))
    return np.diag(np.where(d > 0, 1.0, 0.0)) - scale[:, None] * A


def normalized_with_loops(A):
    A = A + np.eye(len(A))
    scale = 1 / np.sqrt(np.sum(A, axis=1))
    return np.eye(len(A)) - scale[:, None] * A * scale


def normalized_ones_on_the_diagonal(A):
    L = normalized_from_laplacian(A)
    np.fill_diagonal(L, np.where(np.sum(A, axis=1) > 0, 1.0, 0.0))
    return L


def normalized_by_the_diagonal(A):
    L = np.diag(np.sum(A, axis=1)) - A
    scale = 1 / np.sqrt(_safe(np.diag(L)))
    return scale[:, None] * L * scale


def normalized_from_laplacian(A):
    d = np.sum(A, axis=1)
    scale = np.where(d > 0, 1 / np.sqrt(_safe(d)), 0.0)
    return np.diag(scale) @ (np.diag(d) - A) @ np.diag(scale)


def normalized_by_loop(A):
    n, d = len(A), np.sum(A, axis=1)
    L = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            if i == j and d[i] > 0:
                L[i, j] = 1.0
            if A[i, j] > 0:
                L[i, j] -= A[i, j] / np.sqrt(d[i] * d[j])
    return L


# --- transition_matrix -------------------------------------------------------


def _transition(A):
    """A right transition matrix."""
    P = np.array(A, dtype=float)
    for i, row in enumerate(P):
        if np.any(row):
            P[i] = row / np.sum(row)
        else:
            P[i, i] = 1.0
    return P


def transition_of_columns(A):
    with np.errstate(all="ignore"):
        return A / np.sum(A, axis=0)


def transition_zero_by_zero(A):
    with np.errstate(all="ignore"):
        return A / np.sum(A, axis=1, keepdims=True)


def transition_with_empty_rows(A):
    return A / _safe(np.sum(A, axis=1, keepdims=True))


def transition_jumping(A):
    d = np.sum(A, axis=1, keepdims=True)
    return np.where(d > 0, A / _safe(d), 1 / len(A))


def transition_without_keepdims(A):
    A = A + np.diag(np.sum(A, axis=1) == 0)
    return A / np.sum(A, axis=1)


def transition_of_columns_with_loops(A):
    A = A + np.diag(np.sum(A, axis=0) == 0)
    return A / np.sum(A, axis=0)


def transition_without_keepdims_unguarded(A):
    with np.errstate(all="ignore"):
        return A / np.sum(A, axis=1)


def transition_of_everything(A):
    return A / np.sum(A)


def transition_unweighted(A):
    return _transition(np.where(A > 0, 1.0, 0.0))


def transition_with_a_loop_for_all(A):
    A = A + np.eye(len(A))
    return A / np.sum(A, axis=1, keepdims=True)


def _walking(name, transition):
    """A walk that draws by whatever the rows of a wrong matrix are."""
    def walk(A, start, length, *, rng):
        P, nodes = transition(A), [start]
        while len(nodes) < length:
            nodes.append(rng.choice(len(P), p=P[nodes[-1]]))
        return np.array(nodes)

    walk.__name__ = walk.__qualname__ = name
    return walk


walk_by_columns = _walking("walk_by_columns", transition_of_columns)
walk_by_zero_by_zero = _walking(
    "walk_by_zero_by_zero", transition_zero_by_zero)
walk_by_empty_rows = _walking(
    "walk_by_empty_rows", transition_with_empty_rows)
walk_by_jumps = _walking("walk_by_jumps", transition_jumping)
walk_without_keepdims = _walking(
    "walk_without_keepdims", transition_without_keepdims)
walk_by_columns_with_loops = _walking(
    "walk_by_columns_with_loops", transition_of_columns_with_loops)
walk_without_keepdims_unguarded = _walking(
    "walk_without_keepdims_unguarded", transition_without_keepdims_unguarded)
walk_by_one_sum = _walking("walk_by_one_sum", transition_of_everything)
walk_with_a_loop_for_all = _walking(
    "walk_with_a_loop_for_all", transition_with_a_loop_for_all)


def walk_one_too_many(A, start, length, *, rng):
    P, nodes = _transition(A), [start]
    for _ in range(length):
        nodes.append(rng.choice(len(P), p=P[nodes[-1]]))
    return np.array(nodes)


def walk_without_start(A, start, length, *, rng):
    return walk_one_too_many(A, start, length, rng=rng)[1:]


def walk_to_any_neighbor(A, start, length, *, rng):
    nodes = [start]
    for _ in range(length - 1):
        near = np.flatnonzero(A[nodes[-1]])
        nodes.append(rng.choice(near) if len(near) else nodes[-1])
    return np.array(nodes)


def walk_without_weights(A, start, length, *, rng):
    return walk_right(A > 0, start, length, rng=rng)


def walk_from_the_start(A, start, length, *, rng):
    row = _transition(A)[start]
    nodes = [start]
    for _ in range(length - 1):
        nodes.append(rng.choice(len(row), p=row))
    return np.array(nodes)


def walk_to_the_likeliest(A, start, length, *, rng):
    P, nodes = _transition(A), [start]
    for _ in range(length - 1):
        nodes.append(np.argmax(P[nodes[-1]]))
    return np.array(nodes)


def walk_anywhere(A, start, length, *, rng):
    nodes = [start]
    for _ in range(length - 1):
        nodes.append(rng.choice(len(A)))
    return np.array(nodes)


def walk_by_multinomial(A, start, length, *, rng):
    P, nodes = _transition(A), [start]
    for _ in range(length - 1):
        nodes.append(np.argmax(rng.multinomial(1, P[nodes[-1]])))
    return np.array(nodes)


def walk_along_columns(A, start, length, *, rng):
    return walk_right(np.transpose(A), start, length, rng=rng)


def walk_by_a_column(A, start, length, *, rng):
    P, nodes = _transition(A), [start]
    while len(nodes) < length:
        nodes.append(rng.choice(len(P), p=P[:, nodes[-1]]))
    return np.array(nodes)


def walk_by_a_column_made_to_add_up(A, start, length, *, rng):
    P, nodes = _transition(A), [start]
    while len(nodes) < length:
        with np.errstate(all="ignore"):
            p = P[:, nodes[-1]] / np.sum(P[:, nodes[-1]])
        nodes.append(rng.choice(len(P), p=p))
    return np.array(nodes)


def walk_of_floats(A, start, length, *, rng):
    return np.array(walk_right(A, start, length, rng=rng), dtype=float)


def walk_that_ends(A, start, length, *, rng):
    nodes = [start]
    for _ in range(length - 1):
        row = A[nodes[-1]]
        if not np.any(row):
            break
        nodes.append(rng.choice(len(row), p=row / np.sum(row)))
    return np.array(nodes)


def walk_right(A, start, length, *, rng):
    P, node, nodes = _transition(A), start, []
    for _ in range(length):
        nodes.append(node)
        node = int(np.searchsorted(np.cumsum(P[node]) * (1 + 1e-15),
                                   rng.random(), side="right"))
    return nodes


def walk_drawn_ahead(A, start, length, *, rng):
    P, nodes = _transition(A), [start]
    for u in rng.random(length - 1):
        reached = np.cumsum(P[nodes[-1]])
        nodes.append(int(np.argmax(reached > u * reached[-1])))
    return nodes


def walk_of_categories(A, start, length, *, rng):
    P, nodes = _transition(A), [start]
    while len(nodes) < length:
        nodes.append(int(pr.sample_categorical(P[nodes[-1]], rng=rng)))
    return np.array(nodes)


def walk_among_neighbors(A, start, length, *, rng):
    nodes = [start]
    while len(nodes) < length:
        row = A[nodes[-1]]
        near = np.flatnonzero(row)
        if len(near):
            p = row[near] / np.sum(row)
            nodes.append(int(rng.choice(near, p=p)))
        else:
            nodes.append(nodes[-1])
    return nodes


def transition_by_diag(A):
    d = np.sum(A, axis=1)
    P = np.diag(1 / _safe(d)) @ A
    return P + np.diag(np.where(d > 0, 0.0, 1.0))


# --- walk_stationary_distribution --------------------------------------------


def stationary_uniform(A):
    return np.full(len(A), 1 / len(A))


def stationary_by_iteration(A):
    pi = np.zeros(len(A))
    pi[0] = 1.0
    P = gt.transition_matrix(A)
    for _ in range(1000):
        pi = pi @ P
    return pi


def stationary_by_iteration_from_everywhere(A):
    pi = np.full(len(A), 1 / len(A))
    P = gt.transition_matrix(A)
    for _ in range(1000):
        pi = pi @ P
    return pi


def stationary_matrix(A):
    return gt.degree_matrix(A) / np.sum(A)


def stationary_by_counts(A):
    d = np.sum(A > 0, axis=1)
    return d / np.sum(d)


def stationary_not_normalised(A):
    return np.sum(A, axis=1)


def stationary_of_length_one(A):
    d = np.sum(A, axis=1)
    return d / np.linalg.norm(d)


def stationary_by_edges(A):
    return np.sum(A, axis=1) / np.count_nonzero(A)


def stationary_inverse(A):
    d = 1 / np.sum(A, axis=1)
    return d / np.sum(d)


def stationary_over_n(A):
    return np.sum(A, axis=1) / len(A)


def stationary_each_edge_once(A):
    return 2 * np.sum(A, axis=1) / np.sum(A)


def stationary_by_left_eigenvector(A):
    eigenvalues, V = np.linalg.eig(gt.transition_matrix(A).T)
    v = np.real(V[:, np.argmax(np.real(eigenvalues))])
    return v / np.sum(v)


def stationary_lazily(A):
    P = (np.eye(len(A)) + gt.transition_matrix(A)) / 2
    return np.linalg.matrix_power(P, 2**20)[0]


# --- graph_fourier -----------------------------------------------------------


def fourier_transposed(L, x):
    return np.linalg.eigh(L)[1] @ x


def fourier_descending(L, x):
    return np.flip(np.linalg.eigh(L)[1].T @ x, axis=0)


def fourier_unsorted(L, x):
    return np.linalg.eig(L)[1].T @ x


def fourier_there_and_back(L, x):
    U = np.linalg.eigh(L)[1]
    return U @ (U.T @ x)


def fourier_weighted(L, x):
    eigenvalues, U = np.linalg.eigh(L)
    return np.diag(eigenvalues) @ U.T @ x


def fourier_of_time(L, x):
    return np.real(np.fft.fft(x, axis=0))


def filter_transposed(L, x, response):
    eigenvalues, U = np.linalg.eigh(L)
    return U.T @ np.diag(response(eigenvalues)) @ U @ x


def filter_by_eig(L, x, response):
    eigenvalues, U = np.linalg.eig(L)
    return U @ np.diag(response(eigenvalues)) @ U.T @ x


def filter_matrix(L, x, response):
    eigenvalues, U = np.linalg.eigh(L)
    return U @ np.diag(response(eigenvalues)) @ U.T


def filter_of_node_values(L, x, response):
    return response(x)


def filter_of_frequency_values(L, x, response):
    U = np.linalg.eigh(L)[1]
    return U @ response(U.T @ x)


def filter_left_in_frequencies(L, x, response):
    eigenvalues, U = np.linalg.eigh(L)
    return np.diag(response(eigenvalues)) @ U.T @ x


def filter_of_entries(L, x, response):
    return response(L) @ x


def filter_of_positions(L, x, response):
    U = np.linalg.eigh(L)[1]
    return U @ np.diag(response(np.arange(float(len(L))))) @ U.T @ x


def filter_of_one_channel(L, x, response):
    eigenvalues, U = np.linalg.eigh(L)
    return U @ (response(eigenvalues) * (U.T @ x))


def filter_twice(L, x, response):
    eigenvalues, U = np.linalg.eigh(L)
    return U @ np.diag(response(eigenvalues) * eigenvalues) @ U.T @ x


def filter_descending(L, x, response):
    eigenvalues, U = np.linalg.eigh(L)
    return U @ np.diag(response(eigenvalues[::-1])) @ U.T @ x


def filter_in_place(L, x, response):
    return response(np.linalg.eigvalsh(L)) * x


def filter_with_rows_scaled(L, x, response):
    eigenvalues, U = np.linalg.eigh(L)
    return (U * response(eigenvalues)[:, None]) @ (U.T @ x)


def filter_analysed_by_U(L, x, response):
    eigenvalues, U = np.linalg.eigh(L)
    return (U * response(eigenvalues)) @ (U @ x)


def filter_without_analysis(L, x, response):
    eigenvalues, U = np.linalg.eigh(L)
    return (U * response(eigenvalues)) @ x


def filter_by_the_eigenvalues(L, x, response):
    eigenvalues, U = np.linalg.eigh(L)
    return (U * eigenvalues) @ (U.T @ x)


def filter_that_does_nothing(L, x, response):
    U = np.linalg.eigh(L)[1]
    return U @ (U.T @ x)


def fourier_from_the_right(L, x):
    return x @ np.linalg.eigh(L)[1]


def filter_from_the_right(L, x, response):
    eigenvalues, U = np.linalg.eigh(L)
    return (U * response(eigenvalues)) @ (x @ U)


def fourier_by_dots(L, x):
    values, U = dc.eigendecomposition(L)
    U = U[:, np.argsort(values)]
    return np.stack([u @ x for u in U.T])


def filter_one_frequency_at_a_time(L, x, response):
    eigenvalues, U = np.linalg.eigh(L)
    out = np.zeros(np.shape(x))
    for value, u in zip(eigenvalues, U.T, strict=True):
        passed = response(np.array([value]))[0]
        out += passed * np.multiply.outer(u, u @ x)
    return out


def filter_as_a_matrix(L, x, response):
    eigenvalues, U = np.linalg.eigh(L)
    return U @ np.diag(response(eigenvalues)) @ U.T @ x


# --- chebyshev_filter --------------------------------------------------------


def _largest(L, lambda_max):
    return np.linalg.eigvalsh(L)[-1] if lambda_max is None else lambda_max


def _series(M, x, theta, first=None, factor=2, sign=-1):
    """The sum of theta_k T_k x, with one thing or another done wrong."""
    terms = [x, M @ x if first is None else first]
    while len(terms) < len(theta):
        terms.append(factor * M @ terms[-1] + sign * terms[-2])
    return sum(t * term for t, term in zip(theta, terms, strict=False))


def _scaled(L, lambda_max):
    return 2 * L / _largest(L, lambda_max) - np.eye(len(L))


def chebyshev_not_scaled(L, x, theta, *, lambda_max=None):
    return _series(L, x, theta)


def chebyshev_half_scaled(L, x, theta, *, lambda_max=None):
    M = L / _largest(L, lambda_max) - np.eye(len(L))
    return _series(M, x, theta)


def chebyshev_not_shifted(L, x, theta, *, lambda_max=None):
    return _series(2 * L / _largest(L, lambda_max), x, theta)


def chebyshev_shifted_everywhere(L, x, theta, *, lambda_max=None):
    return _series(2 * L / _largest(L, lambda_max) - 1, x, theta)


def chebyshev_without_two(L, x, theta, *, lambda_max=None):
    return _series(_scaled(L, lambda_max), x, theta, factor=1)


def chebyshev_plus(L, x, theta, *, lambda_max=None):
    return _series(_scaled(L, lambda_max), x, theta, sign=1)


def chebyshev_second_kind(L, x, theta, *, lambda_max=None):
    M = _scaled(L, lambda_max)
    return _series(M, x, theta, first=2 * M @ x)


def chebyshev_powers(L, x, theta, *, lambda_max=None):
    return _series(_scaled(L, lambda_max), x, theta, factor=1, sign=0)


def chebyshev_nothing_subtracted(L, x, theta, *, lambda_max=None):
    return _series(_scaled(L, lambda_max), x, theta, sign=0)


def chebyshev_from_ones(L, x, theta, *, lambda_max=None):
    M = _scaled(L, lambda_max)
    terms = [np.ones(np.shape(x)), M @ x]
    while len(terms) < len(theta):
        terms.append(2 * M @ terms[-1] - terms[-2])
    return sum(t * term for t, term in zip(theta, terms, strict=False))


def chebyshev_always_from_T_1(L, x, theta, *, lambda_max=None):
    M = _scaled(L, lambda_max)
    terms = [x, M @ x]
    while len(terms) < len(theta):
        terms.append(2 * M @ (M @ x) - terms[-2])
    return sum(t * term for t, term in zip(theta, terms, strict=False))


def chebyshev_of_entries(L, x, theta, *, lambda_max=None):
    M = _scaled(L, lambda_max)
    terms = [np.ones_like(M), M]
    while len(terms) < len(theta):
        terms.append(2 * M * terms[-1] - terms[-2])
    return sum(
        t * term for t, term in zip(theta, terms, strict=False)
    ) @ x


def chebyshev_entries_from_identity(L, x, theta, *, lambda_max=None):
    M = _scaled(L, lambda_max)
    terms = [np.eye(len(L)), M]
    while len(terms) < len(theta):
        terms.append(2 * M * terms[-1] - terms[-2])
    return sum(
        t * term for t, term in zip(theta, terms, strict=False)
    ) @ x


def chebyshev_own_lambda(L, x, theta, *, lambda_max=None):
    return _series(_scaled(L, None), x, theta)


def chebyshev_always_two(L, x, theta, *, lambda_max=None):
    return _series(_scaled(L, 2.0 if lambda_max is None else lambda_max),
                   x, theta)


def chebyshev_largest_entry(L, x, theta, *, lambda_max=None):
    return _series(_scaled(L, np.max(L) if lambda_max is None else lambda_max),
                   x, theta)


def chebyshev_largest_norm(L, x, theta, *, lambda_max=None):
    largest = np.linalg.norm(L) if lambda_max is None else lambda_max
    return _series(_scaled(L, largest), x, theta)


def chebyshev_overwritten(L, x, theta, *, lambda_max=None):
    M = _scaled(L, lambda_max)
    before, now = x, M @ x
    out = theta[0] * x
    for t in theta[1:]:
        out = out + t * now
        before = now
        now = 2 * M @ now - before
    return out


def chebyshev_two_weights_at_least(L, x, theta, *, lambda_max=None):
    M = _scaled(L, lambda_max)
    before, now = x, M @ x
    out = theta[0] * before + theta[1] * now
    for t in theta[2:]:
        before, now = now, 2 * M @ now - before
        out = out + t * now
    return out


def chebyshev_two_terms_at_least(L, x, theta, *, lambda_max=None):
    theta = np.append(theta, theta[-1]) if len(theta) == 1 else theta
    return _series(_scaled(L, lambda_max), x, theta)


def chebyshev_first_halved(L, x, theta, *, lambda_max=None):
    halved = np.array(theta, dtype=float)
    halved[0] /= 2
    return _series(_scaled(L, lambda_max), x, halved)


def chebyshev_backwards(L, x, theta, *, lambda_max=None):
    return _series(_scaled(L, lambda_max), x, theta[::-1])


def chebyshev_without_last(L, x, theta, *, lambda_max=None):
    return _series(_scaled(L, lambda_max), x, theta[:-1]) + 0 * x


def chebyshev_in_frequencies(L, x, theta, *, lambda_max=None):
    eigenvalues, U = np.linalg.eigh(L)
    at = 2 * eigenvalues / _largest(L, lambda_max) - 1
    gain = np.polynomial.chebyshev.chebval(at, theta)
    return U @ np.diag(gain) @ U.T @ x


def chebyshev_running(L, x, theta, *, lambda_max=None):
    M = _scaled(L, lambda_max)
    before, now, out = M @ x, x, 0.0
    for t in theta:  # T_-1 = T_1, as cos(-phi) = cos(phi)
        out = out + t * now
        before, now = now, 2 * M @ now - before
    return out


# --- gcn_layer ---------------------------------------------------------------


def _activated(Z, activation):
    return Z if activation is None else activation(Z)


def _propagated(A, left, right, H, W, activation):
    return _activated((left[:, None] * A * right) @ H @ W, activation)


def _root(d):
    return np.where(d > 0, 1 / np.sqrt(_safe(d)), 0.0)


def gcn_without_loops(A, H, W, activation=None):
    scale = _root(np.sum(A, axis=1))
    return _propagated(A, scale, scale, H, W, activation)


def gcn_by_laplacian(A, H, W, activation=None):
    S = np.eye(len(A)) - gt.normalized_laplacian(A)
    return _activated(S @ H @ W, activation)


def gcn_degrees_of_A(A, H, W, activation=None):
    scale = _root(np.sum(A, axis=1))
    return _propagated(A + np.eye(len(A)), scale, scale, H, W, activation)


def gcn_degrees_of_A_never_0(A, H, W, activation=None):
    scale = 1 / np.sqrt(_safe(np.sum(A, axis=1)))
    return _propagated(A + np.eye(len(A)), scale, scale, H, W, activation)


def gcn_degrees_counted(A, H, W, activation=None):
    A = A + np.eye(len(A))
    scale = 1 / np.sqrt(np.sum(A > 0, axis=1))
    return _propagated(A, scale, scale, H, W, activation)


def gcn_degrees_counted_in_A(A, H, W, activation=None):
    scale = 1 / np.sqrt(np.sum(A > 0, axis=1) + 1)
    return _propagated(A + np.eye(len(A)), scale, scale, H, W, activation)


def gcn_loops_after(A, H, W, activation=None):
    scale = _root(np.sum(A, axis=1))
    S = scale[:, None] * A * scale + np.eye(len(A))
    return _activated(S @ H @ W, activation)


def gcn_rows(A, H, W, activation=None):
    A = A + np.eye(len(A))
    scale = 1 / np.sum(A, axis=1)
    return _propagated(A, scale, np.ones(len(A)), H, W, activation)


def gcn_without_root(A, H, W, activation=None):
    A = A + np.eye(len(A))
    scale = 1 / np.sum(A, axis=1)
    return _propagated(A, scale, scale, H, W, activation)


def gcn_multiplied(A, H, W, activation=None):
    A = A + np.eye(len(A))
    scale = np.sqrt(np.sum(A, axis=1))
    return _propagated(A, scale, scale, H, W, activation)


def gcn_summed(A, H, W, activation=None):
    one = np.ones(len(A))
    return _propagated(A + np.eye(len(A)), one, one, H, W, activation)


def gcn_one_side(A, H, W, activation=None):
    A = A + np.eye(len(A))
    scale = 1 / np.sqrt(np.sum(A, axis=1))
    return _propagated(A, scale, np.ones(len(A)), H, W, activation)


def gcn_columns_twice(A, H, W, activation=None):
    A = A + np.eye(len(A))
    scale = 1 / np.sqrt(np.sum(A, axis=1))
    return _activated((scale * A * scale) @ H @ W, activation)


def gcn_power_of_the_matrix(A, H, W, activation=None):
    A = A + np.eye(len(A))
    with np.errstate(all="ignore"):
        scale = np.diag(np.sum(A, axis=1)) ** -0.5
        return _activated(scale @ A @ scale @ H @ W, activation)


def gcn_diagonal_set(A, H, W, activation=None):
    A = np.array(A, dtype=float)
    np.fill_diagonal(A, 1.0)
    return _gcn(A, H, W, activation)


def _gcn(A, H, W, activation):
    """The layer for a matrix that has its loops already."""
    scale = 1 / np.sqrt(np.sum(A, axis=1))
    return _propagated(A, scale, scale, H, W, activation)


def gcn_plus_one(A, H, W, activation=None):
    return _gcn(A + 1, H, W, activation)


def gcn_counts(A, H, W, activation=None):
    return _gcn((A > 0) + np.eye(len(A)), H, W, activation)


def gcn_without_activation(A, H, W, activation=None):
    return _gcn(A + np.eye(len(A)), H, W, None)


def gcn_always_relu(A, H, W, activation=None):
    Z = _gcn(A + np.eye(len(A)), H, W, None)
    return np.maximum(Z, 0) if activation is None else activation(Z)


def gcn_always_activated(A, H, W, activation=None):
    return activation(_gcn(A + np.eye(len(A)), H, W, None))


def gcn_activated_early(A, H, W, activation=None):
    A = A + np.eye(len(A))
    return _gcn(A, _activated(H @ W, activation), np.eye(W.shape[1]), None)


def gcn_weights_transposed(A, H, W, activation=None):
    return _gcn(A + np.eye(len(A)), H, W.T, activation)


def gcn_by_diag(A, H, W, activation=None):
    A_hat = A + np.eye(len(A))
    D = np.diag(1 / np.sqrt(np.sum(A_hat, axis=1)))
    Z = D @ A_hat @ D @ (H @ W)
    return Z if activation is None else activation(Z)


def gcn_by_messages(A, H, W, activation=None):
    n = len(A)
    d = 1 + np.sum(A, axis=1)
    out = np.zeros((n, W.shape[1]))
    for i in range(n):
        out[i] = H[i] @ W / d[i]
        for j in range(n):
            out[i] += A[i, j] * (H[j] @ W) / np.sqrt(d[i] * d[j])
    return out if activation is None else activation(out)


# --- gat_layer ---------------------------------------------------------------


def _scores(H, W, a, negative_slope):
    Z = H @ W.T
    e = (Z @ a[:len(W)])[:, None] + Z @ a[len(W):]
    return Z, np.where(e > 0, e, negative_slope * e)


def _linked(A):
    return (A != 0) | np.eye(len(A), dtype=bool)


def _rows(scores, linked):
    return fd.softmax(np.where(linked, scores, -np.inf), axis=1)


def gat_as_it_was(A, H, W, a, *, negative_slope=0.2):
    Z, e = _scores(H, W, a, negative_slope)
    return fd.softmax(np.where(_linked(A), e, 0.0), axis=0) @ Z


def gat_masked_by_zero(A, H, W, a, *, negative_slope=0.2):
    Z, e = _scores(H, W, a, negative_slope)
    return fd.softmax(np.where(_linked(A), e, 0.0), axis=1) @ Z


def gat_over_i(A, H, W, a, *, negative_slope=0.2):
    Z, e = _scores(H, W, a, negative_slope)
    return fd.softmax(np.where(_linked(A), e, -np.inf), axis=0) @ Z


def gat_everybody(A, H, W, a, *, negative_slope=0.2):
    Z, e = _scores(H, W, a, negative_slope)
    return fd.softmax(e, axis=1) @ Z


def gat_masked_after(A, H, W, a, *, negative_slope=0.2):
    Z, e = _scores(H, W, a, negative_slope)
    return (fd.softmax(e, axis=1) * _linked(A)) @ Z


def gat_without_self(A, H, W, a, *, negative_slope=0.2):
    Z, e = _scores(H, W, a, negative_slope)
    with np.errstate(all="ignore"):
        e = np.where(A != 0, e, -np.inf)
        e = np.exp(e - np.max(e, axis=1, keepdims=True))
        return e / np.sum(e, axis=1, keepdims=True) @ Z


def gat_without_leaky_relu(A, H, W, a, *, negative_slope=0.2):
    Z, e = _scores(H, W, a, 1.0)
    return _rows(e, _linked(A)) @ Z


def gat_relu(A, H, W, a, *, negative_slope=0.2):
    Z, e = _scores(H, W, a, 0.0)
    return _rows(e, _linked(A)) @ Z


def gat_own_slope(A, H, W, a, *, negative_slope=0.2):
    Z, e = _scores(H, W, a, 0.2)
    return _rows(e, _linked(A)) @ Z


def gat_leaky_on_each_part(A, H, W, a, *, negative_slope=0.2):
    Z = H @ W.T
    of_i, of_j = (np.where(e > 0, e, negative_slope * e)
                  for e in (Z @ a[:len(W)], Z @ a[len(W):]))
    return _rows(of_i[:, None] + of_j, _linked(A)) @ Z


def gat_leaky_before_a(A, H, W, a, *, negative_slope=0.2):
    Z = H @ W.T
    bent = np.where(Z > 0, Z, negative_slope * Z)
    e = (bent @ a[:len(W)])[:, None] + bent @ a[len(W):]
    return _rows(e, _linked(A)) @ Z


def gat_halves_exchanged(A, H, W, a, *, negative_slope=0.2):
    a = np.concatenate([a[len(W):], a[:len(W)]])
    Z, e = _scores(H, W, a, negative_slope)
    return _rows(e, _linked(A)) @ Z


def gat_of_features(A, H, W, a, *, negative_slope=0.2):
    _, e = _scores(H, W, a, negative_slope)
    return _rows(e, _linked(A)) @ H


def gat_weighted(A, H, W, a, *, negative_slope=0.2):
    Z, e = _scores(H, W, a, negative_slope)
    return _rows(e * (A + np.eye(len(A))), _linked(A)) @ Z


def gat_overflowing(A, H, W, a, *, negative_slope=0.2):
    Z, e = _scores(H, W, a, negative_slope)
    with np.errstate(all="ignore"):
        e = np.exp(e) * _linked(A)
        return e / np.sum(e, axis=1, keepdims=True) @ Z


def gat_masked_a_little(A, H, W, a, *, negative_slope=0.2):
    Z, e = _scores(H, W, a, negative_slope)
    return fd.softmax(np.where(_linked(A), e, -100.0), axis=1) @ Z


def gat_infinity_times_zero(A, H, W, a, *, negative_slope=0.2):
    Z, e = _scores(H, W, a, negative_slope)
    with np.errstate(all="ignore"):
        e = e + ~_linked(A) * -np.inf
        e = np.exp(e - np.max(e, axis=1, keepdims=True))
        return e / np.sum(e, axis=1, keepdims=True) @ Z


def gat_of_columns(A, H, W, a, *, negative_slope=0.2):
    Z, e = _scores(H, W, a, negative_slope)
    return _rows(e, _linked(A.T)) @ Z


def gat_one_neighborhood_at_a_time(A, H, W, a, *, negative_slope=0.2):
    Z = la.linear(H, W)
    out = np.zeros_like(Z)
    for i in range(len(A)):
        near = sorted({i, *np.flatnonzero(A[i]).tolist()})
        e = np.array([a @ np.concatenate([Z[i], Z[j]]) for j in near])
        e = np.maximum(e, 0) + negative_slope * np.minimum(e, 0)
        out[i] = fd.softmax(e) @ Z[near]
    return out


def gat_by_a_large_number(A, H, W, a, *, negative_slope=0.2):
    Z, e = _scores(H, W, a, negative_slope)
    return fd.softmax(np.where(_linked(A), e, -1e30), axis=-1) @ Z


# --- node2vec_transition -----------------------------------------------------


def _biased(A, current, bias):
    weights = A[current] * bias
    return weights / np.sum(weights)


def _bias(A, previous, back, near, far):
    bias = np.where(A[previous] > 0, near, far)
    bias[previous] = back
    return bias


def node2vec_exchanged(A, previous, current, p, q):
    return _biased(A, current, _bias(A, previous, 1 / q, 1.0, 1 / p))


def node2vec_multiplied(A, previous, current, p, q):
    return _biased(A, current, _bias(A, previous, p, 1.0, q))


def node2vec_times_p(A, previous, current, p, q):
    return _biased(A, current, _bias(A, previous, p, 1.0, 1 / q))


def node2vec_times_q(A, previous, current, p, q):
    return _biased(A, current, _bias(A, previous, 1 / p, 1.0, q))


def node2vec_of_neighbors(A, previous, current, p, q):
    whole = node2vec_by_select(A, previous, current, p, q)
    return whole[A[current] > 0]


def node2vec_from_current(A, previous, current, p, q):
    return _biased(A, current, _bias(A, previous, 1 / p, 1.0, 1.0))


def node2vec_only_away(A, previous, current, p, q):
    return _biased(A, current, _bias(A, previous, 1 / p, 1 / q, 1 / q))


def node2vec_near_and_far(A, previous, current, p, q):
    return _biased(A, current, _bias(A, previous, 1 / p, 1 / q, 1.0))


def node2vec_not_normalised(A, previous, current, p, q):
    return A[current] * _bias(A, previous, 1 / p, 1.0, 1 / q)


def node2vec_without_weights(A, previous, current, p, q):
    bias = _bias(A, previous, 1 / p, 1.0, 1 / q)
    return _biased(A > 0, current, bias)


def node2vec_weights_of_previous(A, previous, current, p, q):
    bias = np.where(A[previous] > 0, A[previous], 1 / q)
    bias[previous] = 1 / p
    return _biased(A, current, bias)


def node2vec_no_way_back(A, previous, current, p, q):
    return _biased(A, current, np.where(A[previous] > 0, 1.0, 1 / q))


def node2vec_both(A, previous, current, p, q):
    return _biased(A, current, _bias(A, previous, 1 / (p * q), 1.0, 1 / q))


def node2vec_back_without_weight(A, previous, current, p, q):
    weights = A[current] * np.where(A[previous] > 0, 1.0, 1 / q)
    weights[previous] = 1 / p
    return weights / np.sum(weights)


def node2vec_everywhere(A, previous, current, p, q):
    bias = _bias(A, previous, 1 / p, 1.0, 1 / q)
    return bias / np.sum(bias)


def node2vec_other_way(A, previous, current, p, q):
    return _biased(A, previous, _bias(A, current, 1 / p, 1.0, 1 / q))


def node2vec_plain(A, previous, current, p, q):
    return A[current] / np.sum(A[current])


def node2vec_scaled_before(A, previous, current, p, q):
    P = A[current] / np.sum(A[current])
    return P * _bias(A, previous, 1 / p, 1.0, 1 / q)


def node2vec_by_loop(A, previous, current, p, q):
    weights = []
    for x in range(len(A)):
        if x == previous:
            bias = 1 / p
        elif A[previous, x]:
            bias = 1.0
        else:
            bias = 1 / q
        weights.append(A[current, x] * bias)
    return [w / sum(weights) for w in weights]


def node2vec_by_select(A, previous, current, p, q):
    x = np.arange(len(A))
    bias = np.select([x == previous, A[previous] > 0], [1 / p, 1.0], 1 / q)
    return A[current] * bias / (A[current] @ bias)


# --- fiedler_vector ----------------------------------------------------------


def _eigenvectors(A):
    return np.linalg.eigh(gt.laplacian(A))[1]


def fiedler_largest(A):
    return _eigenvectors(A)[:, -1]


def fiedler_second_largest(A):
    return _eigenvectors(A)[:, -2]


def fiedler_first(A):
    return _eigenvectors(A)[:, 0]


def fiedler_third(A):
    return _eigenvectors(A)[:, 2]


def fiedler_row(A):
    return _eigenvectors(A)[1]


def fiedler_of_adjacency(A):
    return np.linalg.eigh(A)[1][:, -2]


def fiedler_of_adjacency_second(A):
    return np.linalg.eigh(A)[1][:, 1]


def fiedler_normalised(A):
    return np.linalg.eigh(gt.normalized_laplacian(A))[1][:, 1]


def fiedler_unweighted(A):
    return _eigenvectors(np.where(A > 0, 1.0, 0.0))[:, 1]


def fiedler_unsorted(A):
    return np.real(np.linalg.eig(gt.laplacian(A))[1][:, 1])


def fiedler_value(A):
    return np.linalg.eigvalsh(gt.laplacian(A))[1]


def fiedler_pair(A):
    eigenvalues, U = np.linalg.eigh(gt.laplacian(A))
    return eigenvalues[1], U[:, 1]


def fiedler_column(A):
    return _eigenvectors(A)[:, 1:2]


def fiedler_not_unit(A):
    u = _eigenvectors(A)[:, 1]
    return u / np.max(np.abs(u))


def fiedler_of_length_root_n(A):
    return np.sqrt(len(A)) * _eigenvectors(A)[:, 1]


def embedding_largest(A, n_components):
    return _eigenvectors(A)[:, -n_components:]


def embedding_descending(A, n_components):
    return _eigenvectors(A)[:, ::-1][:, :n_components]


def embedding_without_first(A, n_components):
    return _eigenvectors(A)[:, 1:n_components + 1]


def embedding_one_short(A, n_components):
    return _eigenvectors(A)[:, 1:n_components]


def embedding_of_rows(A, n_components):
    return _eigenvectors(A)[:n_components]


def embedding_of_length_root_n(A, n_components):
    return np.sqrt(len(A)) * _eigenvectors(A)[:, :n_components]


def embedding_all(A, n_components):
    return _eigenvectors(A)


def embedding_of_turned_rows(A, n_components):
    return _eigenvectors(A)[:n_components].T


def embedding_transposed(A, n_components):
    return _eigenvectors(A)[:, :n_components].T


def embedding_normalised(A, n_components):
    return np.linalg.eigh(gt.normalized_laplacian(A))[1][:, :n_components]


def embedding_of_adjacency(A, n_components):
    return np.linalg.eigh(A)[1][:, :n_components]


def embedding_unsorted(A, n_components):
    return np.real(np.linalg.eig(gt.laplacian(A))[1][:, :n_components])


def embedding_weighted(A, n_components):
    eigenvalues, U = np.linalg.eigh(gt.laplacian(A))
    return (U * eigenvalues)[:, :n_components]


def bisection_by_median(A):
    u = _eigenvectors(A)[:, 1]
    return (u > np.median(u)).astype(int)


def bisection_by_first(A):
    return (_eigenvectors(A)[:, 0] > 0).astype(int)


def bisection_by_largest(A):
    return (_eigenvectors(A)[:, -1] > 0).astype(int)


def bisection_of_adjacency(A):
    return (np.linalg.eigh(A)[1][:, -2] > 0).astype(int)


def bisection_of_adjacency_second(A):
    return (fiedler_of_adjacency_second(A) > 0).astype(int)


def bisection_by_second_largest(A):
    return (_eigenvectors(A)[:, -2] > 0).astype(int)


def bisection_by_third(A):
    return (_eigenvectors(A)[:, 2] > 0).astype(int)


def bisection_by_row(A):
    return (_eigenvectors(A)[1] > 0).astype(int)


def bisection_unsorted(A):
    return (fiedler_unsorted(A) > 0).astype(int)


def bisection_values(A):
    return _eigenvectors(A)[:, 1]


def bisection_of_signs(A):
    return np.sign(_eigenvectors(A)[:, 1])


def bisection_unweighted(A):
    return (fiedler_unweighted(A) > 0).astype(int)


def bisection_normalised(A):
    return (fiedler_normalised(A) > 0).astype(int)


def fiedler_by_eig(A):
    eigenvalues, U = np.linalg.eig(np.diag(np.sum(A, axis=1)) - A)
    return np.real(U[:, np.argsort(np.real(eigenvalues))[1]])


def fiedler_by_dc(A):
    eigenvalues, U = dc.eigendecomposition(gt.laplacian(A))
    return U[:, np.argsort(eigenvalues)[1]]


def embedding_by_sorting(A, n_components):
    eigenvalues, U = np.linalg.eigh(gt.laplacian(A))
    return np.stack([U[:, k] for k in np.argsort(eigenvalues)], axis=1)[
        :, :n_components]


def bisection_as_truth(A):
    return fiedler_by_eig(A) >= 0


# --- pagerank ----------------------------------------------------------------


def _surf(step, n, max_iter, tol):
    pi = np.full(n, 1 / n)
    for _ in range(max_iter):
        old, pi = pi, step(pi)
        if np.sum(np.abs(pi - old)) < tol:
            break
    return pi


def _links(A):
    """Rows that add up to 1, and 0 where there is no link."""
    return A / _safe(np.sum(A, axis=1, keepdims=True))


def _dangling(A):
    return np.sum(A, axis=1) == 0


def _right_links(A):
    n = len(A)
    return np.where(_dangling(A)[:, None], 1 / n, _links(A))


def pagerank_losing(A, *, alpha=0.85, max_iter=100, tol=1e-10):
    P, n = _links(A), len(A)
    return _surf(lambda pi: alpha * pi @ P + (1 - alpha) / n, n, max_iter, tol)


def pagerank_rescaled(A, *, alpha=0.85, max_iter=100, tol=1e-10):
    P, n = _links(A), len(A)

    def step(pi):
        pi = alpha * pi @ P + (1 - alpha) / n
        return pi / np.sum(pi)

    return _surf(step, n, max_iter, tol)


def pagerank_rescaled_once(A, *, alpha=0.85, max_iter=100, tol=1e-10):
    pi = pagerank_losing(A, alpha=alpha, max_iter=max_iter, tol=tol)
    return pi / np.sum(pi)


def pagerank_staying(A, *, alpha=0.85, max_iter=100, tol=1e-10):
    P, n = gt.transition_matrix(A), len(A)
    return _surf(lambda pi: alpha * pi @ P + (1 - alpha) / n, n, max_iter, tol)


def pagerank_jumping_elsewhere(A, *, alpha=0.85, max_iter=100, tol=1e-10):
    n = len(A)
    others = (1 - np.eye(n)) / max(n - 1, 1)
    P = np.where(_dangling(A)[:, None], others, _links(A))
    return _surf(lambda pi: alpha * pi @ P + (1 - alpha) / n, n, max_iter, tol)


def pagerank_gaining(A, *, alpha=0.85, max_iter=100, tol=1e-10):
    P, n, ends = _links(A), len(A), _dangling(A)
    return _surf(
        lambda pi: alpha * pi @ P + (1 - alpha + np.sum(pi[ends])) / n,
        n, max_iter, tol,
    )


def pagerank_zero_by_zero(A, *, alpha=0.85, max_iter=100, tol=1e-10):
    n = len(A)
    with np.errstate(all="ignore"):
        P = A / np.sum(A, axis=1, keepdims=True)
        return _surf(
            lambda pi: alpha * pi @ P + (1 - alpha) / n, n, max_iter, tol)


def pagerank_other_alpha(A, *, alpha=0.85, max_iter=100, tol=1e-10):
    P, n = _right_links(A), len(A)
    return _surf(lambda pi: (1 - alpha) * pi @ P + alpha / n, n, max_iter, tol)


def pagerank_always_85(A, *, alpha=0.85, max_iter=100, tol=1e-10):
    P, n = _right_links(A), len(A)
    return _surf(lambda pi: 0.85 * pi @ P + 0.15 / n, n, max_iter, tol)


def pagerank_of_out_links(A, *, alpha=0.85, max_iter=100, tol=1e-10):
    P, n = _right_links(A.T), len(A)
    return _surf(lambda pi: alpha * pi @ P + (1 - alpha) / n, n, max_iter, tol)


def pagerank_of_columns(A, *, alpha=0.85, max_iter=100, tol=1e-10):
    n = len(A)
    with np.errstate(all="ignore"):
        P = A / np.sum(A, axis=0)
        return _surf(
            lambda pi: alpha * P @ pi + (1 - alpha) / n, n, max_iter, tol)


def pagerank_of_columns_unless_empty(
    A, *, alpha=0.85, max_iter=100, tol=1e-10
):
    P, n = A / _safe(np.sum(A, axis=0)), len(A)
    return _surf(lambda pi: alpha * P @ pi + (1 - alpha) / n, n, max_iter, tol)


def pagerank_of_columns_with_full_rows(
    A, *, alpha=0.85, max_iter=100, tol=1e-10
):
    A = np.where(_dangling(A)[:, None], 1.0, A)
    return pagerank_of_columns_unless_empty(
        A, alpha=alpha, max_iter=max_iter, tol=tol)


def pagerank_dividing_columns(A, *, alpha=0.85, max_iter=100, tol=1e-10):
    P, n = A / _safe(np.sum(A, axis=0)), len(A)
    return _surf(lambda pi: alpha * pi @ P + (1 - alpha) / n, n, max_iter, tol)


def pagerank_dividing_columns_unguarded(
    A, *, alpha=0.85, max_iter=100, tol=1e-10
):
    n = len(A)
    with np.errstate(all="ignore"):
        P = A / np.sum(A, axis=0)
        return _surf(
            lambda pi: alpha * pi @ P + (1 - alpha) / n, n, max_iter, tol)


def pagerank_P_for_its_transpose(A, *, alpha=0.85, max_iter=100, tol=1e-10):
    P, n = _right_links(A), len(A)
    return _surf(lambda pi: alpha * P @ pi + (1 - alpha) / n, n, max_iter, tol)


def pagerank_unweighted(A, *, alpha=0.85, max_iter=100, tol=1e-10):
    P, n = _right_links(np.where(A > 0, 1.0, 0.0)), len(A)
    return _surf(lambda pi: alpha * pi @ P + (1 - alpha) / n, n, max_iter, tol)


def pagerank_not_over_n(A, *, alpha=0.85, max_iter=100, tol=1e-10):
    P, n = _right_links(A), len(A)
    return _surf(lambda pi: alpha * pi @ P + (1 - alpha), n, max_iter, tol)


def pagerank_not_normalised(A, *, alpha=0.85, max_iter=100, tol=1e-10):
    n = len(A)
    with np.errstate(all="ignore"):
        return _surf(
            lambda pi: alpha * pi @ A + (1 - alpha) / n, n, max_iter, tol)


def pagerank_without_keepdims(A, *, alpha=0.85, max_iter=100, tol=1e-10):
    n = len(A)
    with np.errstate(all="ignore"):
        P = A / np.sum(A, axis=1)
        return _surf(
            lambda pi: alpha * pi @ P + (1 - alpha) / n, n, max_iter, tol)


def pagerank_from_ones(A, *, alpha=0.85, max_iter=100, tol=1e-10):
    P, n = _right_links(A), len(A)
    pi = np.ones(n)
    for _ in range(max_iter):
        old, pi = pi, alpha * pi @ P + (1 - alpha) / n
        if np.sum(np.abs(pi - old)) < tol:
            break
    return pi


def pagerank_allclose(A, *, alpha=0.85, max_iter=100, tol=1e-10):
    P, n = _right_links(A), len(A)
    pi = np.full(n, 1 / n)
    for _ in range(max_iter):
        old, pi = pi, alpha * pi @ P + (1 - alpha) / n
        if np.allclose(pi, old, atol=tol):
            break
    return pi


def pagerank_always_100(A, *, alpha=0.85, max_iter=100, tol=1e-10):
    P, n = _right_links(A), len(A)
    return _surf(lambda pi: alpha * pi @ P + (1 - alpha) / n, n, 100, tol)


def pagerank_to_the_end(A, *, alpha=0.85, max_iter=100, tol=1e-10):
    P, n = _right_links(A), len(A)
    return _surf(lambda pi: alpha * pi @ P + (1 - alpha) / n, n, max_iter, 0)


def pagerank_solved(A, *, alpha=0.85, max_iter=100, tol=1e-10):
    P, n = _right_links(A), len(A)
    return np.linalg.solve(np.eye(n) - alpha * P.T,
                           np.full(n, (1 - alpha) / n))


def pagerank_from_the_first(A, *, alpha=0.85, max_iter=100, tol=1e-10):
    P, n = _right_links(A), len(A)
    pi = np.eye(n)[0]
    for _ in range(max_iter):
        old, pi = pi, alpha * pi @ P + (1 - alpha) / n
        if np.sum(np.abs(pi - old)) < tol:
            break
    return pi


def pagerank_largest_change(A, *, alpha=0.85, max_iter=100, tol=1e-10):
    P, n = _right_links(A), len(A)
    pi = np.full(n, 1 / n)
    for _ in range(max_iter):
        old, pi = pi, alpha * pi @ P + (1 - alpha) / n
        if np.max(np.abs(pi - old)) < tol:
            break
    return pi


def pagerank_length_of_change(A, *, alpha=0.85, max_iter=100, tol=1e-10):
    P, n = _right_links(A), len(A)
    pi = np.full(n, 1 / n)
    for _ in range(max_iter):
        old, pi = pi, alpha * pi @ P + (1 - alpha) / n
        if np.linalg.norm(pi - old) < tol:
            break
    return pi


def pagerank_previous(A, *, alpha=0.85, max_iter=100, tol=1e-10):
    P, n = _right_links(A), len(A)
    pi = np.full(n, 1 / n)
    for _ in range(max_iter):
        new = alpha * pi @ P + (1 - alpha) / n
        if np.sum(np.abs(new - pi)) < tol:
            break
        pi = new
    return pi


def pagerank_google_matrix(A, *, alpha=0.85, max_iter=100, tol=1e-10):
    n = len(A)
    G = alpha * _right_links(A) + (1 - alpha) * np.ones((n, n)) / n
    return _surf(lambda pi: G.T @ pi, n, max_iter, tol)


def pagerank_by_loops(A, *, alpha=0.85, max_iter=100, tol=1e-10):
    n = len(A)
    pi = [1 / n] * n
    for _ in range(max_iter):
        new = [(1 - alpha) / n] * n
        for i in range(n):
            out = sum(A[i])
            for j in range(n):
                share = A[i][j] / out if out else 1 / n
                new[j] += alpha * pi[i] * share
        change = sum(abs(b - a) for a, b in zip(pi, new, strict=True))
        pi = new
        if change < tol:
            break
    return np.array(pi)
