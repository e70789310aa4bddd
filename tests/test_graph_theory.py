"""mathlib.graph_theory against networkx, SciPy, scikit-learn and loops."""

import math

import networkx as nx
import numpy as np
import pytest
import scipy.sparse
from hypothesis import given
from hypothesis import strategies as hs
from referees import check_gradient, exempt, referee
from scipy.sparse import csgraph
from sklearn.manifold import spectral_embedding as sklearn_embedding

import mathlib.graph_theory as gt
from mathlib import _ops
from mathlib.probability import stationary_distribution

RNG = np.random.default_rng(11)


def normal(*shape):
    return RNG.normal(size=shape)


def draws(seed):
    return np.random.default_rng(seed)


def weighted(seed, n, p=0.5, directed=False, loops=False):
    """Draw weights from 0.5 to 2, and which of the edges there are."""
    rng = draws(seed)
    A = rng.uniform(0.5, 2, size=(n, n)) * (rng.random((n, n)) < p)
    if not directed:
        A = np.triu(A) + np.triu(A, 1).T
    return A if loops else A - np.diag(np.diag(A))


KARATE = nx.to_numpy_array(nx.karate_club_graph())
CLUB = np.array([
    club != "Mr. Hi"
    for _, club in nx.karate_club_graph().nodes(data="club")
])
LES_MIS = nx.to_numpy_array(nx.les_miserables_graph())
DENSE = weighted(1, 7, 1.0)
SPARSE = weighted(10, 9, 0.35)
LOOPS = weighted(3, 6, 0.6, loops=True)
LINKS = weighted(4, 8, 0.3, directed=True)
LINKS[5] = 0  # a page without links
ALONE = np.zeros((5, 5))
ALONE[1:4, 1:4] = weighted(5, 3, 1.0)  # and two nodes without edges
PATH = np.diag(np.ones(4), 1) + np.diag(np.ones(4), -1)
STAR = nx.to_numpy_array(nx.star_graph(4))
TAIL = np.zeros((5, 5))  # a triangle 0, 1, 2 with a tail 2 - 3 - 4
for i, j in ((0, 1), (1, 2), (0, 2), (2, 3), (3, 4)):
    TAIL[i, j] = TAIL[j, i] = 1
GRAPHS = {
    "karate": KARATE, "les miserables": LES_MIS, "dense": DENSE,
    "sparse": SPARSE, "loops": LOOPS, "alone": ALONE, "path": PATH,
}
X7, X9, X34 = normal(7), normal(9, 2), normal(34, 3)


def each(names):
    return pytest.mark.parametrize("name", names.split(", "))


# ------------------------------------------------------------------ oracles


def triples(A, directed):
    """List the edges of a matrix with their weights, in a mixed order."""
    rows, columns = np.nonzero(A if directed else np.triu(A))
    order = draws(0).permutation(len(rows))
    return np.stack([rows, columns, A[rows, columns]], axis=1)[order]


@referee("oracle", gt.adjacency_matrix)
@each("karate, les miserables, sparse, loops, links")
def test_adjacency_matrix(library, name):
    directed = name == "links"
    A = LINKS if directed else GRAPHS[name]
    edges = triples(A, directed)
    library.agrees(
        gt.adjacency_matrix, A, edges, len(A), directed=directed
    )
    # networkx starts from the edges too.
    G = (nx.DiGraph if directed else nx.Graph)()
    G.add_nodes_from(range(len(A)))
    G.add_weighted_edges_from(
        (int(i), int(j), w) for i, j, w in edges
    )
    np.testing.assert_array_equal(nx.to_numpy_array(G), A)


def test_edges_that_come_twice_add_up(library):
    edges = np.array([[0, 1], [1, 0], [2, 2], [2, 2], [0, 2.0]])
    rows, columns = edges.astype(int).T
    once = scipy.sparse.coo_array(
        (np.ones(5), (rows, columns)), shape=(4, 4)
    ).toarray()
    library.agrees(gt.adjacency_matrix, once, edges, 4, directed=True)
    both = once + once.T - np.diag(np.diag(once))
    library.agrees(gt.adjacency_matrix, both, edges, 4)


def test_edges_of_every_kind(library):
    ones = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]])
    pairs = library.asarray(np.array([[0, 1], [2, 1]]))
    A = gt.adjacency_matrix(pairs, 3)
    assert library.owns(A) and A.dtype == library.xp.ones(1).dtype
    np.testing.assert_array_equal(library.to_numpy(A), ones)
    none = library.asarray(np.zeros((0, 2)))
    assert not library.to_numpy(gt.adjacency_matrix(none, 3)).any()


def test_edges_as_tuples():
    ones = np.array([[0, 1, 0], [1, 0, 2.5], [0, 2.5, 0]])
    mixed = [(0, 1), (2, 1, 2.5)]
    np.testing.assert_array_equal(gt.adjacency_matrix(mixed, 3), ones)
    np.testing.assert_array_equal(
        gt.adjacency_matrix((e for e in mixed), 3), ones
    )
    club = nx.karate_club_graph()
    edges = club.edges(data="weight")
    np.testing.assert_array_equal(gt.adjacency_matrix(edges, 34), KARATE)
    np.testing.assert_array_equal(
        gt.adjacency_matrix(club.edges, 34), KARATE > 0
    )
    for n in (0, 2):
        assert gt.adjacency_matrix([], n).shape == (n, n)


@pytest.mark.parametrize("size", [1, 5])
def test_index_add(library, size):
    index = draws(1).integers(0, size, 20)
    values = normal(20)
    expected = np.bincount(index, values, minlength=size)
    for dtype in ("float64", "float32"):
        got = _ops.index_add(
            library.xp, size, library.asarray(index),
            library.asarray(values, dtype),
        )
        library.assert_close(got, expected, dtype=dtype)


@referee("oracle", gt.degree_matrix, gt.laplacian)
@each("karate, les miserables, dense, sparse, alone, path")
def test_laplacian_against_scipy_and_networkx(library, name):
    A = GRAPHS[name]
    L, degrees = csgraph.laplacian(A, return_diag=True)
    library.agrees(gt.degree_matrix, np.diag(degrees), A)
    library.agrees(gt.laplacian, L, A)
    G = nx.from_numpy_array(A)
    np.testing.assert_allclose(nx.laplacian_matrix(G).toarray(), L)


def test_loops_and_directions(library):
    library.agrees(gt.degree_matrix, np.diag(LINKS @ np.ones(8)), LINKS)
    library.agrees(gt.degree_matrix, np.diag(LOOPS @ np.ones(6)), LOOPS)
    plain = LOOPS - np.diag(np.diag(LOOPS))
    assert np.diag(LOOPS).any()
    library.agrees(gt.laplacian, csgraph.laplacian(plain), LOOPS)


def energy(A, x):
    """Add up over the edges, one at a time."""
    total = 0.0
    for i in range(len(A)):
        for j in range(i):
            total += A[i, j] * np.sum((x[i] - x[j]) ** 2)
    return np.array(total)


@referee("oracle", gt.dirichlet_energy)
@pytest.mark.parametrize("A, x", [
    (DENSE, X7), (SPARSE, X9), (KARATE, X34), (LOOPS, normal(6)),
    (LES_MIS, normal(77, 1)), (ALONE, normal(5)),
])
def test_dirichlet_energy(library, A, x):
    expected = energy(A, x)
    library.agrees(gt.dirichlet_energy, expected, A, x)
    L = csgraph.laplacian(A - np.diag(np.diag(A)))
    assert np.sum(x * (L @ x)) == pytest.approx(float(expected))


def test_energy_of_a_signal_far_from_zero():
    far = gt.dirichlet_energy(KARATE, X34 + 2.0**27)
    near = gt.dirichlet_energy(KARATE, (X34 + 2.0**27) - 2.0**27)
    assert float(far) == float(near) > 1
    # What the quadratic form leaves of it.
    x = X34[:, 0] + 2.0**27
    lost = x @ csgraph.laplacian(KARATE) @ x
    assert abs(lost - gt.dirichlet_energy(KARATE, x)) > 1


@referee("oracle", gt.normalized_laplacian)
@each("karate, les miserables, dense, sparse, alone, path")
def test_normalized_laplacian(library, name):
    A = GRAPHS[name]
    expected = csgraph.laplacian(A, normed=True)
    library.agrees(gt.normalized_laplacian, expected, A)
    G = nx.from_numpy_array(A)
    np.testing.assert_allclose(
        nx.normalized_laplacian_matrix(G).toarray(), expected, atol=1e-12
    )


def test_normalized_laplacian_with_loops():
    G = nx.from_numpy_array(LOOPS)
    # In networkx a loop on the diagonal is in D and in A, as here.
    D = np.diag(1 / np.sqrt(LOOPS.sum(axis=1)))
    expected = D @ (np.diag(LOOPS.sum(axis=1)) - LOOPS) @ D
    np.testing.assert_allclose(gt.normalized_laplacian(LOOPS), expected)
    np.testing.assert_allclose(
        nx.normalized_laplacian_matrix(G).toarray(), expected, atol=1e-12
    )


def blocks(*matrices):
    return scipy.sparse.block_diag(matrices).toarray()


@referee("oracle", gt.number_of_components)
@pytest.mark.parametrize("A", [
    KARATE, LES_MIS, ALONE, LOOPS, np.zeros((3, 3)), np.zeros((0, 0)),
    blocks(KARATE, PATH, [[0]], SPARSE), 1e-300 * KARATE,
    blocks(1e9 * PATH, 1e-9 * STAR),
    nx.to_numpy_array(nx.path_graph(300)),
    nx.to_numpy_array(nx.barbell_graph(60, 60)),
], ids=lambda A: str(len(A)))
def test_number_of_components(library, A):
    # Sparse, for SciPy takes tiny numbers in a full matrix for 0.
    edges = scipy.sparse.csr_array(A)
    expected = csgraph.connected_components(edges)[0] if len(A) else 0
    got = gt.number_of_components(library.asarray(A))
    assert type(got) is int and got == expected
    if not 0 < A.max(initial=0) < 1e-30:
        assert gt.number_of_components(library.asarray(A, "float32")) == got


def test_bridges_too_thin_for_a_tolerance_on_eigenvalues():
    A = blocks(STAR, STAR)
    A[0, 5] = A[5, 0] = 1e-18
    assert np.sum(np.linalg.eigvalsh(csgraph.laplacian(A)) < 1e-12) == 2
    assert gt.number_of_components(A) == 1


def test_zero_eigenvalues_count_the_components():
    A = blocks(KARATE, PATH, [[0]], SPARSE)
    parts = csgraph.connected_components(A)[0]
    for L in (gt.laplacian(A), gt.normalized_laplacian(A)):
        assert np.sum(np.linalg.eigvalsh(L) < 1e-9) == parts


@referee("oracle", gt.transition_matrix)
@pytest.mark.parametrize("A", [KARATE, LINKS, LOOPS, ALONE, PATH])
def test_transition_matrix(library, A):
    P = np.eye(len(A))
    for i, row in enumerate(A):
        if row.any():
            P[i] = [w / math.fsum(row) for w in row]
    library.agrees(gt.transition_matrix, P, A)


def by_the_book(A, start, length, rng):
    nodes = [start]
    for _ in range(length - 1):
        row = A[nodes[-1]]
        p = row / row.sum() if row.any() else np.eye(len(A))[nodes[-1]]
        nodes.append(rng.choice(len(A), p=p))
    return np.array(nodes)


@referee("oracle", gt.random_walk)
@pytest.mark.parametrize("A, start", [
    (KARATE, 33), (LES_MIS, 0), (LINKS, 1), (ALONE, 0), (PATH, 4),
])
def test_random_walk_by_the_book(library, A, start):
    rng, same = draws(3), draws(3)
    for length in (1, 2, 60):
        expected = by_the_book(A, start, length, same)
        got = gt.random_walk(library.asarray(A), start, length, rng=rng)
        library.assert_close(got, expected)
        # It took as many numbers.
        assert rng.random() == same.random()


def test_walker_never_takes_a_missing_edge():
    class Zeros:
        """The least that a generator may draw."""

        def random(self, size):
            return np.zeros(size)

    walk = gt.random_walk(PATH, 0, 5, rng=Zeros())
    np.testing.assert_array_equal(walk, [0, 1, 0, 1, 0])


def test_walker_is_where_the_law_says():
    """20 walks of independent steps 50 apart; five standard errors."""
    pi = gt.walk_stationary_distribution(KARATE)
    walk = gt.random_walk(KARATE, 0, 100_000, rng=draws(2))
    assert (KARATE[walk[:-1], walk[1:]] > 0).all()
    share = np.bincount(walk, minlength=34) / len(walk)
    means = [
        np.bincount(part, minlength=34) / len(part)
        for part in np.split(walk, 50)
    ]
    error = np.std(means, axis=0, ddof=1) / math.sqrt(50)
    assert (np.abs(share - pi) < 6 * error).all() and error.max() < 0.002


@referee("oracle", gt.walk_stationary_distribution)
@pytest.mark.parametrize("A", [
    KARATE, LES_MIS, DENSE, LOOPS, PATH, STAR, np.zeros((1, 1)),
])
def test_walk_stationary_distribution(library, A):
    P = gt.transition_matrix(A)
    expected = stationary_distribution(P)
    library.agrees(gt.walk_stationary_distribution, expected, A)
    # As a left eigenvector, by LAPACK.
    values, vectors = np.linalg.eig(P.T)
    left = vectors[:, np.argmax(values.real)].real
    np.testing.assert_allclose(left / left.sum(), expected, atol=1e-10)


def waves(L):
    """Eigenvectors with the signs of the contract, another way."""
    values, U = np.linalg.eigh(L)
    for k in range(len(L)):
        U[:, k] *= np.sign(U[np.argmax(np.abs(U[:, k])), k])
    return values, U


L7, L9 = csgraph.laplacian(DENSE), csgraph.laplacian(SPARSE, normed=True)


@referee("oracle", gt.graph_fourier)
@pytest.mark.parametrize("L, x", [
    (L7, X7), (L9, X9), (L7, np.eye(7)), (csgraph.laplacian(TAIL), X7[:5]),
])
def test_graph_fourier(library, L, x):
    values, U = waves(L)
    assert np.diff(values).min() > 1e-3
    library.agrees(gt.graph_fourier, U.T @ x, L, x)


def test_fourier_of_a_ring_is_fourier():
    """The powers at each frequency of a ring are those of the FFT."""
    n, x = 12, normal(12)
    ring = nx.to_numpy_array(nx.cycle_graph(n))
    power = gt.graph_fourier(gt.laplacian(ring), x) ** 2
    fft = np.abs(np.fft.rfft(x)) ** 2 / n
    expected = [fft[0], *(2 * fft[1:-1]), fft[-1]]
    got = [power[0], *(power[1:-1].reshape(-1, 2).sum(axis=1)), power[-1]]
    np.testing.assert_allclose(got, expected, rtol=1e-9)


@referee("oracle", gt.spectral_filter)
@pytest.mark.parametrize("L, x, response, expected", [
    (L7, X7, lambda v: v, L7 @ X7),
    (L9, X9, lambda v: 1 + v * v, X9 + L9 @ L9 @ X9),
    (L7, X7, lambda v: 1 / (1 + v), np.linalg.solve(np.eye(7) + L7, X7)),
    (csgraph.laplacian(KARATE), X34, lambda v: 2 ** (-v / 9),
     scipy.linalg.expm(-csgraph.laplacian(KARATE) * math.log(2) / 9) @ X34),
    (L7, X7, lambda v: 3.0, 3 * X7),
    (L9, X9, lambda v: (1 + v) ** 0.5,
     scipy.linalg.sqrtm(np.eye(9) + L9) @ X9),
])
def test_spectral_filter(library, L, x, response, expected):
    library.agrees(gt.spectral_filter, expected, L, x, response)


def test_rounding_leaves_no_negative_frequency():
    seen = []

    def root(values):
        seen.append(values)
        return values**0.5

    A = blocks(KARATE, LES_MIS)
    with np.errstate(all="raise"):
        gt.spectral_filter(gt.laplacian(A), np.ones(111), root)
    values = seen[0]
    assert (np.diff(values) >= 0).all() and (values[:2] == 0).all()
    assert values[2] > 0.1


THETA = normal(6)


@referee("oracle", gt.chebyshev_filter)
@pytest.mark.parametrize("K", [0, 1, 2, 5])
@pytest.mark.parametrize("L, x, lambda_max", [
    (L7, X7, None), (L9, X9, None), (L9, X9, 0.7), (L7, X7, 30.0),
])
def test_chebyshev_filter_against_numpy(library, K, L, x, lambda_max):
    values, U = np.linalg.eigh(L)
    scaled = 2 * values / (lambda_max or values[-1]) - 1
    g = np.polynomial.chebyshev.chebval(scaled, THETA[: K + 1])
    expected = U @ (g * (U.T @ x).T).T
    library.agrees(
        gt.chebyshev_filter, expected, L, x, THETA[: K + 1],
        lambda_max=lambda_max, rtol=1e-9,
    )


def test_chebyshev_by_hand_and_without_edges():
    L = gt.laplacian(PATH[:3, :3])
    x, theta = [1, 2, 6], [1, 2, 3]
    got = gt.chebyshev_filter(L, x, theta)
    np.testing.assert_allclose(got, [14, 0, 4], atol=1e-12)
    got = gt.chebyshev_filter(L, x, theta, lambda_max=2.0)
    np.testing.assert_allclose(got, [24, -20, 14])
    # T_0, T_1, T_2, T_3 at -1 are 1, -1, 1, -1.
    got = gt.chebyshev_filter(np.zeros((2, 2)), [1, 2], [1, 10, 100, 1000])
    np.testing.assert_allclose(got, [-909, -1818])


def test_degree_k_reaches_k_edges_far():
    for K in range(5):
        x = np.eye(5)[0]
        y = gt.chebyshev_filter(gt.laplacian(PATH), x, np.ones(K + 1))
        np.testing.assert_array_equal(np.abs(y) > 1e-12, np.arange(5) <= K)


def gcn(A, H, W):
    """Send messages along edges, one at a time."""
    n = len(A)
    degrees = [1 + sum(A[i, j] for j in range(n)) for i in range(n)]
    out = np.zeros((n, W.shape[1]))
    for i in range(n):
        for j in range(n):
            weight = A[i, j] + (i == j)
            share = weight / math.sqrt(degrees[i] * degrees[j])
            for c in range(W.shape[1]):
                for k in range(W.shape[0]):
                    out[i, c] += share * H[j, k] * W[k, c]
    return out


W32, H34 = normal(3, 2), normal(34, 3)


@referee("oracle", gt.gcn_layer)
@pytest.mark.parametrize("A, H", [
    (KARATE, H34), (DENSE, normal(7, 3)), (ALONE, normal(5, 3)),
    (LOOPS, normal(6, 3)),
])
def test_gcn_layer(library, A, H):
    library.agrees(gt.gcn_layer, gcn(A, H, W32), A, H, W32)


def test_gcn_by_hand(library):
    A, W = np.array([[0, 3], [3, 5.0]]), np.array([[1.0, -1]])
    # Degrees 4 and 9: 6/4 + 3 * 12/6 and 3 * 6/6 + 6 * 12/9.
    expected = np.array([[7.5, -7.5], [11, -11.0]])
    H = np.array([[6.0], [12]])
    library.agrees(gt.gcn_layer, expected, A, H, W)
    got = gt.gcn_layer(*map(library.asarray, (A, H, W)), library.xp.tanh)
    library.assert_close(got, np.tanh(expected))


@referee("oracle", gt.aggregate_neighbors)
@pytest.mark.parametrize("A, H", [
    (KARATE, H34), (LINKS, normal(8, 2)), (ALONE, normal(5, 3) - 9),
    (LOOPS, normal(6, 1)),
])
@pytest.mark.parametrize("how", ["mean", "sum", "max"])
def test_aggregate_neighbors(library, A, H, how):
    expected = np.zeros(H.shape)
    for i, row in enumerate(A):
        (heard,) = np.nonzero(row)
        if len(heard) and how == "max":
            expected[i] = H[heard].max(axis=0)
        elif len(heard) and how == "mean":
            expected[i] = np.average(H[heard], axis=0, weights=row[heard])
        else:
            expected[i] = sum(row[j] * H[j] for j in heard)
    library.agrees(gt.aggregate_neighbors, expected, A, H, how=how)
    if how == "mean":
        library.agrees(gt.aggregate_neighbors, expected, A, H)


def gat(A, H, W, a, slope):
    """Follow the paper node by node: concatenate, score, share out."""
    out = []
    for i in range(len(A)):
        heard = [j for j in range(len(A)) if A[i, j] != 0 or j == i]
        scores = []
        for j in heard:
            s = float(a @ np.concatenate([W @ H[i], W @ H[j]]))
            scores.append(s if s > 0 else slope * s)
        top = max(scores)
        shares = [math.exp(s - top) for s in scores]
        total = math.fsum(shares)
        out.append(sum(
            e / total * (W @ H[j]) for e, j in zip(shares, heard, strict=True)
        ))
    return np.array(out)


W23, A4 = normal(2, 3), 2 * normal(4)


@referee("oracle", gt.gat_layer)
@pytest.mark.parametrize("A, H", [
    (KARATE, H34), (LINKS, normal(8, 3)), (ALONE, normal(5, 3)),
    (LOOPS, normal(6, 3)), (PATH, 500 * normal(5, 3)),
])
@pytest.mark.parametrize("slope", [0.2, 0.01])
def test_gat_layer(library, A, H, slope):
    expected = gat(A, H, W23, A4, slope)
    library.agrees(
        gt.gat_layer, expected, A, H, W23, A4, negative_slope=slope
    )
    if slope == 0.2:
        library.agrees(gt.gat_layer, expected, A, H, W23, A4)


def test_gat_by_hand(library):
    """Weights 2 : 4, 2 : 4 : 1/2 and 4 : 1/2 on 1, 2 and -5."""
    expected = np.array([[10 / 6], [7.5 / 6.5], [5.5 / 4.5]])
    library.agrees(
        gt.gat_layer, expected, PATH[:3, :3], np.array([[1.0], [2], [-5]]),
        np.array([[1.0]]), np.array([0, math.log(2)]),
    )


@referee("oracle", gt.node2vec_transition)
@pytest.mark.parametrize("name", ["karate", "sparse", "loops"])
def test_node2vec_against_enumeration(library, name):
    """All previous and current nodes, with distances from networkx."""
    A, p, q = GRAPHS[name], 0.3, 4.0
    n = len(A)
    G = nx.from_numpy_array(A)
    far = dict(nx.all_pairs_shortest_path_length(G, cutoff=2))
    mine = library.asarray(A)
    for t, v in list(zip(*np.nonzero(A), strict=True))[::5]:
        expected = np.zeros(n)
        for x in G.neighbors(v):
            bias = {0: 1 / p, 1: 1.0, 2: 1 / q}[far[t][x]]
            expected[x] = bias * A[v, x]
        expected /= math.fsum(expected)
        got = gt.node2vec_transition(mine, int(t), int(v), p, q)
        library.assert_close(got, expected)


def test_node2vec_by_hand(library):
    edges = [(0, 1), (0, 2), (1, 2), (1, 3, 2), (3, 4)]
    A = gt.adjacency_matrix(edges, 5)
    library.agrees(
        gt.node2vec_transition, np.array([1 / 4, 0, 1, 4, 0]) / 5.25,
        A, 0, 1, 4.0, 0.5,
    )
    library.agrees(
        gt.node2vec_transition, np.eye(5)[0], ALONE, 1, 0, 4.0, 0.5
    )


def up_to_sign(got, expected, **tol):
    got = got * np.sign(got[np.argmax(np.abs(got))])
    expected = expected * np.sign(expected[np.argmax(np.abs(got))])
    np.testing.assert_allclose(got, expected, **tol)


@referee("oracle", gt.fiedler_vector)
@pytest.mark.parametrize("A", [KARATE, LES_MIS, DENSE, TAIL, LOOPS])
def test_fiedler_vector(library, A):
    values, U = waves(csgraph.laplacian(A - np.diag(np.diag(A))))
    assert values[2] - values[1] > 1e-3
    if A is LES_MIS:  # which asks too much of single precision
        np.testing.assert_allclose(gt.fiedler_vector(A), U[:, 1], atol=1e-12)
    else:
        library.agrees(gt.fiedler_vector, U[:, 1], A, rtol=1e-8)
    theirs = nx.fiedler_vector(
        nx.from_numpy_array(A), method="tracemin_lu", tol=1e-12, seed=1
    )
    up_to_sign(
        gt.fiedler_vector(A), theirs / np.linalg.norm(theirs), atol=1e-4
    )


def test_fiedler_vector_of_a_path_is_a_cosine(library):
    A = nx.to_numpy_array(nx.path_graph(9))
    wave = np.cos(math.pi * (np.arange(9) + 0.5) / 9)
    library.agrees(
        gt.fiedler_vector, wave / np.linalg.norm(wave), A, rtol=1e-9
    )


@referee("oracle", gt.spectral_embedding)
@pytest.mark.parametrize("A, k", [(KARATE, 4), (LES_MIS, 4), (DENSE, 7)])
def test_spectral_embedding(library, A, k):
    values, U = waves(csgraph.laplacian(A))
    assert np.diff(values[: k + 1]).min() > 1e-3
    library.agrees(gt.spectral_embedding, U[:, :k], A, k, rtol=1e-8)
    theirs = sklearn_embedding(
        A, n_components=3, norm_laplacian=False, drop_first=False,
        random_state=0, eigen_tol=1e-12,
    )
    got = gt.spectral_embedding(A, 3)
    for mine, other in zip(got.T, theirs.T, strict=True):
        up_to_sign(mine, other / np.linalg.norm(other), atol=1e-6)


def test_rows_of_one_component_are_equal():
    A = blocks(KARATE, SPARSE, PATH)
    parts, labels = csgraph.connected_components(A)
    rows = gt.spectral_embedding(A, parts)
    for part in range(parts):
        own = rows[labels == part]
        np.testing.assert_allclose(own, own[:1].repeat(len(own), 0),
                                   atol=1e-9)
    assert len(np.unique(rows.round(6), axis=0)) == parts


@referee("oracle", gt.spectral_bisection)
@pytest.mark.parametrize("A", [KARATE, KARATE > 0, LES_MIS, DENSE, TAIL])
def test_spectral_bisection(library, A):
    A = A * 1.0
    side = waves(csgraph.laplacian(A))[1][:, 1] > 0
    library.agrees(
        gt.spectral_bisection, (side != side[0]).astype(np.int64), A
    )


@pytest.mark.parametrize("A", [KARATE, LES_MIS, DENSE, TAIL])
def test_spectral_bisection_against_networkx(A):
    G = nx.from_numpy_array(A)
    one, _ = nx.spectral_bisection(G, weight="weight", seed=1)
    theirs = np.array([node in one for node in G])
    mine = gt.spectral_bisection(A) == 0
    assert (mine == theirs).all() or (mine != theirs).all()


def test_karate_club_splits_as_it_did():
    """32 of 34 by who talked to whom, 33 by how much."""
    assert CLUB[0] == 0 and CLUB[33] == 1
    plain = gt.spectral_bisection((KARATE > 0) * 1.0)
    assert np.sum(plain == CLUB) == 32
    assert np.sum(gt.spectral_bisection(KARATE) == CLUB) == 33


@pytest.mark.parametrize("thin", [1e-3, 1e-12, 1e-17, 1e-30])
def test_bridge_that_hardly_holds(thin):
    """Where the second eigenvalue is less than rounding."""
    A = blocks(np.ones((5, 5)), np.ones((3, 3)))
    A[0, 5] = A[5, 0] = thin
    expected = [0] * 5 + [1] * 3
    np.testing.assert_array_equal(gt.spectral_bisection(A), expected)
    assert abs(gt.fiedler_vector(A).sum()) < 1e-12


def test_zeros_of_the_fiedler_vector_count_as_positive(library):
    """The middle of a path goes with the end that is numbered first."""
    for seed in range(8):
        order = draws(seed).permutation(7)
        A = np.zeros((7, 7))
        A[order[:-1], order[1:]] = A[order[1:], order[:-1]] = 1
        first = order[0] if order[0] < order[-1] else order[-1]
        for dtype in ("float64", "float32"):
            mine = library.asarray(A, dtype)
            parts = library.to_numpy(gt.spectral_bisection(mine))
            assert parts[order[3]] == parts[first] and parts[0] == 0
            assert sorted(np.bincount(parts)) == [3, 4]


@referee("oracle", gt.dijkstra)
@pytest.mark.parametrize("A", [
    KARATE, LES_MIS, LINKS, SPARSE, ALONE, 1e200 * DENSE,
])
def test_dijkstra(library, A):
    for source in (0, len(A) - 1):
        expected = csgraph.dijkstra(A, indices=source)
        if A.max() < 1e30:
            library.agrees(gt.dijkstra, expected, A, source)
        np.testing.assert_allclose(gt.dijkstra(A, source), expected)
    assert np.isinf(csgraph.dijkstra(ALONE, indices=0)).sum() == 4


def test_the_way_round_may_be_shorter():
    A = gt.adjacency_matrix(
        [(0, 1, 10), (0, 2, 1), (2, 3, 1), (3, 1, 1)], 4, directed=True
    )
    np.testing.assert_array_equal(gt.dijkstra(A, 0), [0, 3, 1, 2])


exempt("library", gt.erdos_renyi, because="makes a NumPy array of nothing")


@referee("oracle", gt.erdos_renyi)
@pytest.mark.parametrize("n, p", [(0, 0.5), (1, 0.5), (9, 0.3), (30, 0.8)])
def test_erdos_renyi_pair_by_pair(n, p):
    rng, expected = draws(6), np.zeros((n, n))
    for i in range(n):
        for j in range(i + 1, n):
            expected[i, j] = expected[j, i] = rng.random() < p
    got = gt.erdos_renyi(n, p, rng=draws(6))
    np.testing.assert_array_equal(got, expected)
    assert got.dtype == np.float64


@pytest.mark.parametrize("c", [0.5, 1.5, 3.0])
def test_giant_component(c):
    """Its share of 2000 nodes is near the root of s = 1 - exp(-c s)."""
    A = gt.erdos_renyi(2000, c / 2000, rng=draws(9))
    _, labels = csgraph.connected_components(scipy.sparse.csr_array(A))
    share = np.bincount(labels).max() / 2000
    s = 1.0
    for _ in range(200):
        s = 1 - math.exp(-c * s)
    assert share == pytest.approx(s, abs=0.05)
    assert (s < 1e-9) == (c < 1)


@referee("oracle", gt.pagerank)
@pytest.mark.parametrize("A", [KARATE, LES_MIS, LINKS, LOOPS, ALONE, STAR])
@pytest.mark.parametrize("alpha", [0.85, 0.3, 0.0])
def test_pagerank(library, A, alpha):
    G = nx.from_numpy_array(A, create_using=nx.DiGraph)
    expected = nx.pagerank(G, alpha=alpha, max_iter=1000, tol=1e-16)
    expected = np.array([expected[i] for i in range(len(A))])
    library.agrees(
        gt.pagerank, expected, A, alpha=alpha, max_iter=300, tol=1e-14
    )
    # As a system of equations, with no iteration.
    out = A.sum(axis=1, keepdims=True)
    P = np.where(out > 0, A / np.where(out > 0, out, 1), 1 / len(A))
    solved = np.linalg.solve(
        np.eye(len(A)) - alpha * P.T, np.full(len(A), (1 - alpha) / len(A))
    )
    np.testing.assert_allclose(solved, expected, atol=1e-9)
    # The defaults keep what they promise.
    assert np.abs(gt.pagerank(A, alpha=alpha) - solved).sum() <= 2e-7


def test_pagerank_step_by_step():
    A = [[0, 1, 1], [0, 0, 1], [0, 0, 0]]
    got = gt.pagerank(A)
    np.testing.assert_allclose(got, [0.1976, 0.2816, 0.5209], atol=1e-4)
    got = gt.pagerank(A, max_iter=1)
    np.testing.assert_allclose(got, [0.1444, 0.2861, 0.5694], atol=1e-4)
    # A tolerance of 0.6 stops after the first step, of 0.1 later.
    np.testing.assert_array_equal(gt.pagerank(A, tol=0.6), got)
    assert np.abs(gt.pagerank(A, tol=0.1) - got).sum() > 0.1


# ------------------------------------------------------- sizes and precision


@pytest.mark.parametrize("scale", [1e-150, 1e-12, 1e12, 1e150])
def test_units_of_the_weights_do_not_matter(scale):
    for function in (
        gt.normalized_laplacian, gt.transition_matrix, gt.pagerank,
        gt.walk_stationary_distribution, gt.fiedler_vector,
        gt.spectral_bisection,
    ):
        np.testing.assert_allclose(
            function(scale * KARATE), function(KARATE), rtol=1e-9, atol=1e-12
        )


def test_no_warnings_where_there_are_no_edges():
    nothing, H = np.zeros((3, 3)), normal(3, 2)
    with np.errstate(all="raise"):
        assert not gt.normalized_laplacian(nothing).any()
        np.testing.assert_array_equal(gt.transition_matrix(nothing), np.eye(3))
        np.testing.assert_allclose(gt.pagerank(nothing), np.full(3, 1 / 3))
        np.testing.assert_allclose(gt.gcn_layer(nothing, H, W32[:2]),
                                   H @ W32[:2])
        for how in ("mean", "sum", "max"):
            assert not gt.aggregate_neighbors(nothing, H, how=how).any()
        np.testing.assert_allclose(
            gt.gat_layer(nothing, H, W23[:, :2], A4), H @ W23[:, :2].T
        )


def test_networks_of_these_layers_learn():
    """Two layers tell the club from four known members, by torch."""
    torch = pytest.importorskip("torch")
    A = torch.tensor(KARATE)
    known, truth = [0, 1, 32, 33], torch.tensor(CLUB * 1.0)
    rng = draws(1)

    def parameter(*shape):
        value = rng.normal(size=shape) / math.sqrt(shape[-1])
        return torch.tensor(value, requires_grad=True)

    H = torch.eye(34, dtype=torch.float64)
    W1, W2 = parameter(34, 8), parameter(8, 1)
    V1, a1, V2, a2 = (
        parameter(8, 34), parameter(16), parameter(1, 8), parameter(2)
    )

    def gcn_network():
        hidden = gt.gcn_layer(A, H, W1, torch.tanh)
        return gt.gcn_layer(A, hidden, W2)[:, 0]

    def gat_network():
        hidden = torch.tanh(gt.gat_layer(A, H, V1, a1))
        return gt.gat_layer(A, hidden, V2, a2)[:, 0]

    for network, weights, least in (
        (gcn_network, [W1, W2], 31), (gat_network, [V1, a1, V2, a2], 31),
    ):
        adam = torch.optim.Adam(weights, lr=0.1)
        for _ in range(25):
            adam.zero_grad()
            torch.nn.functional.binary_cross_entropy_with_logits(
                network()[known], truth[known]
            ).backward()
            adam.step()
        right = (network() > 0) == (truth > 0)
        assert int(right.sum()) >= least


# ---------------------------------------------------------------- gradients


# Zeros could not be moved without a weight below 0.
LIFTED = DENSE + np.eye(7)


@referee("gradient", gt.degree_matrix, gt.laplacian, gt.dirichlet_energy,
         gt.normalized_laplacian, gt.transition_matrix,
         gt.walk_stationary_distribution, gt.graph_fourier,
         gt.spectral_filter, gt.chebyshev_filter, gt.gcn_layer,
         gt.aggregate_neighbors, gt.gat_layer, gt.node2vec_transition,
         gt.fiedler_vector, gt.spectral_embedding, gt.dijkstra, gt.pagerank)
@pytest.mark.parametrize("function, args, options", [
    (gt.degree_matrix, (LIFTED,), {}),
    (gt.laplacian, (LIFTED,), {}),
    (gt.dirichlet_energy, (LIFTED, X7), {}),
    (gt.normalized_laplacian, (LIFTED,), {}),
    (gt.transition_matrix, (LIFTED,), {}),
    (gt.walk_stationary_distribution, (LIFTED,), {}),
    (gt.graph_fourier, (L7, X7), {}),
    (gt.spectral_filter, (L7, X7, lambda v: 1 / (1 + v)), {}),
    (gt.chebyshev_filter, (L7, X7, THETA[:4]), {}),
    (gt.chebyshev_filter, (L7, X7, THETA[:3]), {"lambda_max": 9.0}),
    (gt.gcn_layer, (LIFTED, normal(7, 3), W32), {}),
    (gt.aggregate_neighbors, (LIFTED, normal(7, 2)), {}),
    (gt.aggregate_neighbors, (LIFTED, normal(7, 2)), {"how": "sum"}),
    (gt.aggregate_neighbors, (LIFTED, normal(7, 2)), {"how": "max"}),
    (gt.gat_layer, (ALONE.tolist(), normal(5, 3), W23, A4), {}),
    (gt.node2vec_transition,
     (LIFTED, 0, 1, np.array(0.5), np.array(3.0)), {}),
    (gt.fiedler_vector, (LIFTED,), {}),
    (gt.spectral_embedding, (LIFTED, 3), {}),
    (gt.dijkstra, (LIFTED, 0), {}),
    (gt.pagerank, (LIFTED,), {"max_iter": 20, "tol": 0}),
])
def test_gradient(function, args, options):
    def undirected(A, *args, **options):
        # So that a moved entry leaves the matrix symmetric.
        return function((A + A.mT) / 2, *args, **options)

    moved = function if function is gt.gat_layer else undirected
    check_gradient(moved, *args, **options)


@referee("gradient", gt.adjacency_matrix)
def test_gradient_of_edges():
    torch = pytest.importorskip("torch")
    nodes = torch.tensor([[0, 1], [1, 2], [1, 1], [0, 1]])

    def matrix(w):
        edges = torch.cat([nodes.to(w.dtype), w[:, None]], dim=1)
        return gt.adjacency_matrix(edges, 3)

    check_gradient(matrix, np.array([1.0, 2, 3, 4]))


def test_gradient_where_there_are_no_edges():
    """No gradient is NaN for a node without edges."""
    torch = pytest.importorskip("torch")
    A = torch.tensor(ALONE, requires_grad=True)
    H = torch.tensor(normal(5, 3), requires_grad=True)
    W, V, a = map(torch.tensor, (W32, W23, A4))
    total = (
        gt.normalized_laplacian(A).sum() + gt.transition_matrix(A).sum()
        + gt.pagerank(A).max() + gt.gcn_layer(A, H, W).sum()
        + gt.gat_layer(A, H, V, a).sum()
        + gt.node2vec_transition(A, 1, 0, 0.5, 2.0).sum()
        + gt.dijkstra(A, 1)[1:4].sum()
    )
    for how in ("mean", "sum", "max"):
        total = total + gt.aggregate_neighbors(A, H, how=how).sum()
    total.backward()
    assert torch.isfinite(A.grad).all() and torch.isfinite(H.grad).all()


for function in (gt.number_of_components, gt.random_walk,
                 gt.spectral_bisection):
    exempt("gradient", function, because="integer output")
exempt("gradient", gt.erdos_renyi, because="takes no array")


# --------------------------------------------------------------- properties


def graphs(directed=False, least=1, p=0.4):
    seeds, sizes = hs.integers(0, 2**32 - 1), hs.integers(least, 8)
    return hs.builds(
        lambda seed, n: weighted(seed, n, p, directed, loops=True),
        seeds, sizes,
    )


def connected():
    """Graphs with a ring through all nodes, and more edges."""
    return graphs(least=3).map(
        lambda A: A + nx.to_numpy_array(nx.cycle_graph(len(A)))
    )


def renumbered(A, seed):
    order = draws(seed).permutation(len(A))
    return order, A[order][:, order]


seeds = hs.integers(0, 2**32 - 1)


@referee("property", gt.adjacency_matrix, gt.degree_matrix)
@given(graphs(directed=True), seeds)
def test_edges_add_up_in_any_order(A, seed):
    edges, n = triples(A, True), len(A)
    forth = gt.adjacency_matrix(edges, n, directed=True)
    back = gt.adjacency_matrix(edges[:, [1, 0, 2]], n, directed=True)
    both = gt.adjacency_matrix(draws(seed).permutation(edges), n)
    np.testing.assert_array_equal(forth, A)
    np.testing.assert_array_equal(back, A.T)
    np.testing.assert_allclose(both, A + A.T - np.diag(np.diag(A)))
    degrees = np.diag(gt.degree_matrix(A))
    assert degrees.sum() == pytest.approx(A.sum())
    two = np.concatenate([edges, edges])
    np.testing.assert_allclose(
        gt.adjacency_matrix(two, n, directed=True), 2 * A
    )


@referee("property", gt.laplacian, gt.dirichlet_energy,
         gt.normalized_laplacian)
@given(graphs(), seeds, hs.floats(-100, 100))
def test_laplacian_is_an_energy(A, seed, shift):
    n, x = len(A), draws(seed).normal(size=len(A))
    L, N = gt.laplacian(A), gt.normalized_laplacian(A)
    np.testing.assert_allclose(L.sum(axis=1), 0, atol=1e-12)
    energy = float(gt.dirichlet_energy(A, x))
    assert energy == pytest.approx(x @ L @ x, abs=1e-9) and energy >= 0
    moved = gt.dirichlet_energy(A, np.stack([x + shift, -2 * x], axis=1))
    assert float(moved) == pytest.approx(5 * energy, rel=1e-9, abs=1e-12)
    values = np.linalg.eigvalsh(N)
    assert -1e-12 < values.min() and values.max() < 2 + 1e-12
    # The first wave of N has the roots of the degrees.
    np.testing.assert_allclose(N @ np.sqrt(A.sum(axis=1)), 0, atol=1e-12)
    order, B = renumbered(A, seed)
    np.testing.assert_allclose(
        gt.laplacian(B), L[order][:, order], atol=1e-12
    )
    assert L.shape == N.shape == (n, n)


@referee("property", gt.number_of_components)
@given(graphs(p=0.2), graphs(p=0.2), seeds)
def test_components_add_up(A, B, seed):
    parts = gt.number_of_components
    assert parts(blocks(A, B)) == parts(A) + parts(B)
    assert parts(renumbered(A, seed)[1]) == parts(A)
    joined = blocks(A, B)
    joined[0, -1] = joined[-1, 0] = 1e-9
    assert parts(joined) == parts(A) + parts(B) - 1


@referee("property", gt.transition_matrix, gt.random_walk)
@given(graphs(directed=True), seeds, hs.integers(1, 9))
def test_walker_keeps_to_the_edges(A, seed, length):
    P = gt.transition_matrix(A)
    np.testing.assert_allclose(P.sum(axis=1), 1)
    assert (P >= 0).all()
    start = seed % len(A)
    walk = gt.random_walk(A, start, length, rng=draws(seed))
    assert walk.shape == (length,) and walk[0] == start
    assert (P[walk[:-1], walk[1:]] > 0).all()
    longer = gt.random_walk(A, start, length + 3, rng=draws(seed))
    np.testing.assert_array_equal(longer[:length], walk)


@referee("property", gt.walk_stationary_distribution)
@given(connected(), seeds)
def test_stationary_walk_goes_there_as_often_as_back(A, seed):
    pi, P = gt.walk_stationary_distribution(A), gt.transition_matrix(A)
    assert pi.sum() == pytest.approx(1)
    flow = pi[:, None] * P
    np.testing.assert_allclose(flow, flow.T, atol=1e-15)
    np.testing.assert_allclose(pi @ P, pi)


@referee("property", gt.graph_fourier, gt.spectral_filter,
         gt.chebyshev_filter)
@given(connected(), seeds)
def test_waves_carry_the_signal(A, seed):
    rng, n = draws(seed), len(A)
    L, x, y = gt.laplacian(A), rng.normal(size=n), rng.normal(size=n)
    power = gt.graph_fourier(L, x) ** 2
    assert power.sum() == pytest.approx(x @ x)
    assert power @ np.linalg.eigvalsh(L) == pytest.approx(x @ L @ x)
    assert power[0] == pytest.approx(x.sum() ** 2 / n, abs=1e-12)

    def heat(v):
        return 2.0**-v

    # Linear, channel by channel; a filter twice is its square.
    both = gt.spectral_filter(L, np.stack([x, 3 * x - y], axis=1), heat)
    one, two = (gt.spectral_filter(L, z, heat) for z in (x, y))
    np.testing.assert_allclose(both, np.stack([one, 3 * one - two], 1),
                               atol=1e-12)
    np.testing.assert_allclose(
        gt.spectral_filter(L, one, heat),
        gt.spectral_filter(L, x, lambda v: 4.0**-v), atol=1e-12,
    )
    # A polynomial is a polynomial in whatever basis.
    most = np.linalg.eigvalsh(L)[-1]
    theta = rng.normal(size=4)
    chebyshev = gt.chebyshev_filter(L, x, theta)
    np.testing.assert_allclose(chebyshev, gt.spectral_filter(
        L, x, lambda v: np.polynomial.chebyshev.chebval(2 * v / most - 1,
                                                        theta)
    ), atol=1e-10)
    np.testing.assert_allclose(
        gt.chebyshev_filter(L, x, theta, lambda_max=most), chebyshev
    )


@referee("property", gt.gcn_layer, gt.aggregate_neighbors, gt.gat_layer)
@given(graphs(), seeds, hs.sampled_from(["mean", "sum", "max"]))
def test_layers_do_not_mind_the_numbering(A, seed, how):
    rng = draws(seed)
    H = rng.normal(size=(len(A), 3))
    V, a = rng.normal(size=(2, 3)), rng.normal(size=4)
    order, B = renumbered(A, seed)
    for layer in (
        lambda A, H: gt.gcn_layer(A, H, V.T),
        lambda A, H: gt.gat_layer(A, H, V, a),
        lambda A, H: gt.aggregate_neighbors(A, H, how=how),
    ):
        np.testing.assert_allclose(
            layer(B, H[order]), layer(A, H)[order], atol=1e-12
        )
    # Attention is an average: it stays within what there is.
    out, Z = gt.gat_layer(A, H, V, a), H @ V.T
    assert (out <= Z.max(axis=0) + 1e-12).all()
    assert (out >= Z.min(axis=0) - 1e-12).all()
    # Its weights do not matter, nor whether there is a loop already.
    np.testing.assert_allclose(
        gt.gat_layer((A > 0) + np.eye(len(A)), H, V, a), out
    )


@referee("property", gt.node2vec_transition)
@given(connected(), seeds, hs.floats(0.1, 10), hs.floats(0.1, 10))
def test_node2vec_turns_into_the_plain_walk(A, seed, p, q):
    v = seed % len(A)
    t = (v + 1) % len(A)
    P = gt.transition_matrix(A)
    plain = gt.node2vec_transition(A, t, v, 1, 1)
    np.testing.assert_allclose(plain, P[v])
    found = gt.node2vec_transition(A, t, v, p, q)
    assert found.sum() == pytest.approx(1) and (found >= 0).all()
    np.testing.assert_array_equal(found > 0, P[v] > 0)
    # A larger p: less often back.  A larger q: less often away.
    again = gt.node2vec_transition(A, t, v, 2 * p, q)
    assert again[t] <= found[t]
    far = (A[t] == 0) & (np.arange(len(A)) != t)
    again = gt.node2vec_transition(A, t, v, p, 2 * q)
    assert again[far].sum() <= found[far].sum()


@referee("property", gt.fiedler_vector, gt.spectral_embedding,
         gt.spectral_bisection)
@given(connected(), seeds)
def test_fiedler_vector_is_the_smoothest(A, seed):
    n, x = len(A), draws(seed).normal(size=len(A))
    L, u = gt.laplacian(A), gt.fiedler_vector(A)
    assert u @ u == pytest.approx(1) and abs(u.sum()) < 1e-9
    assert u[np.argmax(np.abs(u))] > 0
    # No other signal of mean 0 is smoother.
    x -= x.mean()
    assert u @ L @ u <= x @ L @ x / (x @ x) + 1e-9
    np.testing.assert_allclose(L @ u, (u @ L @ u) * u, atol=1e-9)
    U = gt.spectral_embedding(A, n)
    np.testing.assert_allclose(U.T @ U, np.eye(n), atol=1e-9)
    np.testing.assert_allclose(
        U.T @ L @ U, np.diag(np.linalg.eigvalsh(L)), atol=1e-9
    )
    np.testing.assert_array_equal(gt.spectral_embedding(A, 2), U[:, :2])
    parts = gt.spectral_bisection(A)
    assert parts[0] == 0 and set(parts) == {0, 1}
    sure = np.abs(u) > 1e-6
    same = (u > 0) == (u[0] > 0)
    if sure[0]:
        np.testing.assert_array_equal(parts[sure] == 0, same[sure])


@referee("property", gt.dijkstra)
@given(graphs(directed=True), seeds)
def test_distances_obey_the_triangle(A, seed):
    n = len(A)
    d = np.stack([gt.dijkstra(A, i) for i in range(n)])
    assert (np.diag(d) == 0).all()
    assert (d <= np.where(A > 0, A, np.inf) + 1e-12).all()
    assert (d[:, None, :] <= d[:, :, None] + d[None] + 1e-12).all()
    # The way back, on a graph turned round.
    np.testing.assert_allclose(gt.dijkstra(A.T, seed % n), d[:, seed % n])


@referee("property", gt.erdos_renyi)
@given(hs.integers(0, 20), hs.floats(0, 1), hs.floats(0, 1), seeds)
def test_more_chance_keeps_every_edge(n, p, more, seed):
    A = gt.erdos_renyi(n, p, rng=draws(seed))
    B = gt.erdos_renyi(n, max(p, more), rng=draws(seed))
    assert (A == A.T).all() and not np.diag(A).any()
    assert (A <= B).all()
    assert not gt.erdos_renyi(n, 0, rng=draws(seed)).any()
    full = gt.erdos_renyi(n, 1, rng=draws(seed))
    assert full.sum() == n * (n - 1)


@referee("property", gt.pagerank)
@given(graphs(directed=True), seeds, hs.floats(0, 0.99), hs.integers(1, 50))
def test_pagerank_loses_nothing(A, seed, alpha, steps):
    n = len(A)
    pi = gt.pagerank(A, alpha=alpha, max_iter=steps)
    assert pi.sum() == pytest.approx(1)
    assert (pi >= (1 - alpha) / n - 1e-15).all()
    order, B = renumbered(A, seed)
    again = gt.pagerank(B, alpha=alpha, max_iter=steps)
    np.testing.assert_allclose(again, pi[order], atol=1e-12)
    exact = gt.pagerank(A, alpha=alpha, max_iter=5000, tol=1e-15)
    assert np.abs(pi - exact).sum() <= 2 * alpha**steps + 1e-8


# ---------------------------------------------------------------- bad input

NO = draws(0)
ONE_WAY = np.array([[0, 1.0], [0, 0]])
X2, I2 = np.ones((2, 3)), np.eye(2)
# Functions of a graph, and what they take besides.
REST = {
    gt.degree_matrix: (), gt.laplacian: (), gt.dirichlet_energy: (X2,),
    gt.normalized_laplacian: (), gt.number_of_components: (),
    gt.transition_matrix: (), gt.random_walk: (0, 3),
    gt.walk_stationary_distribution: (), gt.gcn_layer: (X2, W32),
    gt.aggregate_neighbors: (X2,), gt.gat_layer: (X2, W23, A4),
    gt.node2vec_transition: (0, 1, 1.0, 1.0), gt.fiedler_vector: (),
    gt.spectral_embedding: (1,), gt.spectral_bisection: (),
    gt.dijkstra: (0,), gt.pagerank: (),
}
ONE_WAY_IS_FINE = {
    gt.degree_matrix, gt.transition_matrix, gt.random_walk,
    gt.aggregate_neighbors, gt.gat_layer, gt.dijkstra, gt.pagerank,
}


@referee("bad input", *REST)
@pytest.mark.parametrize("function", REST)
def test_no_graph(function):
    options = {"rng": NO} if function is gt.random_walk else {}
    for A, words in (
        (np.ones((2, 3)), "A must have the shape"),
        (np.ones(2), "A must have the shape"),
        (np.ones((2, 2, 2)), "A must have the shape"),
        (-I2, "A must hold weights"),
        (I2 * math.nan, "A must hold weights"),
        (I2 + [[0, math.inf], [math.inf, 0]], "A must hold weights"),
    ):
        with pytest.raises(ValueError, match=words):
            function(A, *REST[function], **options)
    if function in ONE_WAY_IS_FINE:
        function(ONE_WAY, *REST[function], **options)
    else:
        with pytest.raises(ValueError, match="A must be symmetric"):
            function(ONE_WAY, *REST[function])


@referee("bad input", gt.adjacency_matrix, gt.graph_fourier,
         gt.spectral_filter, gt.chebyshev_filter, gt.erdos_renyi)
@pytest.mark.parametrize("function, args, options, words", [
    (gt.adjacency_matrix, ([(0, 1)], -1), {}, "num_nodes"),
    (gt.adjacency_matrix, ([(0, 2)], 2), {}, "0 to num_nodes - 1 = 1"),
    (gt.adjacency_matrix, ([(-1, 0)], 2), {}, "edges must join"),
    (gt.adjacency_matrix, ([(0, 0.5)], 2), {}, "edges must join"),
    (gt.adjacency_matrix, ([(0, 1, -1)], 2), {}, "edges must have weights"),
    (gt.adjacency_matrix, ([(0, 1, math.nan)], 2), {}, "weights"),
    (gt.adjacency_matrix, ([(0, 1, 2, 3)], 2), {}, "pairs or triples"),
    (gt.adjacency_matrix, ([(0,), (1, 0)], 2), {}, "pairs or triples"),
    (gt.adjacency_matrix, (np.zeros((2, 4)), 2), {}, "edges must have"),
    (gt.adjacency_matrix, (np.zeros(2), 2), {}, "edges must have"),
    (gt.dirichlet_energy, (I2, np.ones(3)), {}, "x must have"),
    (gt.dirichlet_energy, (I2, np.ones((2, 1, 1))), {}, "x must have"),
    (gt.dirichlet_energy, (I2, 1.0), {}, "x must have"),
    (gt.random_walk, (I2, 2, 3), {"rng": NO}, "start"),
    (gt.random_walk, (I2, -1, 3), {"rng": NO}, "start"),
    (gt.random_walk, (I2, 0, 0), {"rng": NO}, "length"),
    (gt.walk_stationary_distribution, (I2,), {}, "connected.*2 components"),
    (gt.walk_stationary_distribution, (np.zeros((0, 0)),), {}, "connected"),
    (gt.graph_fourier, (ONE_WAY, [1, 2]), {}, "L must be symmetric"),
    (gt.graph_fourier, (I2, [1, 2, 3]), {}, "x must have"),
    (gt.graph_fourier, (X2, [1, 2]), {}, "L must have"),
    (gt.spectral_filter, (ONE_WAY, [1, 2], abs), {}, "L must be symmetric"),
    (gt.spectral_filter, (I2, [1, 2, 3], abs), {}, "x must have"),
    (gt.spectral_filter, (I2, [1, 2], lambda v: v[:1]), {}, "response"),
    (gt.chebyshev_filter, (ONE_WAY, [1, 2], [1]), {}, "L must be symmetric"),
    (gt.chebyshev_filter, (I2, [1, 2, 3], [1]), {}, "x must have"),
    (gt.chebyshev_filter, (I2, [1, 2], []), {}, "theta must have"),
    (gt.chebyshev_filter, (I2, [1, 2], [[1]]), {}, "theta must have"),
    (gt.chebyshev_filter, (I2, [1, 2], [1]), {"lambda_max": 0}, "lambda_max"),
    (gt.gcn_layer, (I2, np.ones((3, 3)), W32), {}, "H must have"),
    (gt.gcn_layer, (I2, [1, 2], W32), {}, "H must have"),
    (gt.gcn_layer, (I2, X2, W23), {}, "W must have"),
    (gt.gcn_layer, (I2, X2, [1, 2, 3]), {}, "W must have"),
    (gt.aggregate_neighbors, (I2, np.ones((3, 3))), {}, "H must have"),
    (gt.aggregate_neighbors, (I2, X2), {"how": "median"}, "how must be"),
    (gt.gat_layer, (I2, np.ones((3, 3)), W23, A4), {}, "H must have"),
    (gt.gat_layer, (I2, X2, W32, A4), {}, "W must have"),
    (gt.gat_layer, (I2, X2, W23, A4[:2]), {}, "a must have"),
    (gt.node2vec_transition, (I2, 2, 0, 1, 1), {}, "previous"),
    (gt.node2vec_transition, (I2, 0, -1, 1, 1), {}, "current"),
    (gt.node2vec_transition, (I2, 0, 0, 0, 1), {}, "p must"),
    (gt.node2vec_transition, (I2, 0, 0, 1, -1), {}, "q must"),
    (gt.fiedler_vector, (I2,), {}, "connected"),
    (gt.fiedler_vector, ([[0]],), {}, "two nodes"),
    (gt.spectral_bisection, (I2,), {}, "connected"),
    (gt.spectral_bisection, ([[0]],), {}, "two nodes"),
    (gt.spectral_embedding, (I2, 0), {}, "n_components"),
    (gt.spectral_embedding, (I2, 3), {}, "n_components"),
    (gt.dijkstra, (I2, 2), {}, "source"),
    (gt.erdos_renyi, (-1, 0.5), {"rng": NO}, "n must"),
    (gt.erdos_renyi, (3, 1.5), {"rng": NO}, "p must"),
    (gt.erdos_renyi, (3, math.nan), {"rng": NO}, "p must"),
    (gt.pagerank, (np.zeros((0, 0)),), {}, "empty"),
    (gt.pagerank, (I2,), {"alpha": 1}, "alpha"),
    (gt.pagerank, (I2,), {"alpha": -0.1}, "alpha"),
    (gt.pagerank, (I2,), {"max_iter": 0}, "max_iter"),
], ids=lambda value: getattr(value, "__name__", ""))
def test_bad_input(function, args, options, words):
    with pytest.raises(ValueError, match=words):
        function(*args, **options)


def test_symmetric_up_to_rounding():
    off = KARATE * (1 + 1e-15 * np.triu(np.ones((34, 34))))
    assert (off != off.T).any()
    np.testing.assert_allclose(gt.laplacian(off), gt.laplacian(KARATE))
    with pytest.raises(ValueError, match="symmetric"):
        gt.laplacian(KARATE * (1 + 1e-9 * np.triu(np.ones((34, 34)))))


def test_other_things_than_numbers():
    with pytest.raises(TypeError, match="numbers"):
        gt.adjacency_matrix([("a", "b")], 2)
    with pytest.raises(TypeError, match="rng"):
        gt.random_walk(I2, 0, 3, rng=None)
    with pytest.raises(TypeError, match="rng"):
        gt.erdos_renyi(3, 0.5, rng=0)
