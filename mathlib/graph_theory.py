"""Chapter 11: graphs as matrices, walks, spectra, layers of graph networks.

A graph of n nodes is its adjacency matrix A of shape ``(n, n)``: ``A[i, j]``
is the weight of the edge from node i to node j, and 0 where there is none.
Nodes are counted from 0, and an undirected graph has a symmetric A.  ``rng``
is a ``numpy.random.Generator``; nothing is drawn from anywhere else.
"""

import math

import numpy as np
from array_api_compat import is_array_api_obj

from mathlib import _ops
from mathlib.arrays import alike, arrays, to_numpy
from mathlib.decompositions import eigendecomposition
from mathlib.foundations import (
    check_count,
    check_generator,
    check_positive,
    softmax,
)
from mathlib.linear_algebra import check_matrix, is_symmetric, linear

__all__ = [
    "adjacency_matrix",
    "aggregate_neighbors",
    "chebyshev_filter",
    "degree_matrix",
    "dijkstra",
    "dirichlet_energy",
    "erdos_renyi",
    "fiedler_vector",
    "gat_layer",
    "gcn_layer",
    "graph_fourier",
    "laplacian",
    "node2vec_transition",
    "normalized_laplacian",
    "number_of_components",
    "pagerank",
    "random_walk",
    "spectral_bisection",
    "spectral_embedding",
    "spectral_filter",
    "transition_matrix",
    "walk_stationary_distribution",
]


def adjacency_matrix(edges, num_nodes, *, directed=False):
    r"""Write a list of edges as a matrix.

    Parameters
    ----------
    edges : array of shape `(m, 2)` or `(m, 3)`, or iterable of tuples
        For each edge the node it leaves, the node it enters, counted from 0,
        and its weight, 1 by default.
    num_nodes : int
    directed : bool, default False
        Store an edge one way only; by default it is stored both ways.

    Returns
    -------
    array of shape `(num_nodes, num_nodes)`

    Raises
    ------
    TypeError
        If ``edges`` holds something else than tuples of numbers.
    ValueError
        If the shape is another, a node is not one of 0 to ``num_nodes`` - 1,
        or a weight is negative or not finite.

    Notes
    -----
    .. math:: A_{ij} = w_{ij}, \qquad A = A^\top\ \text{(undirected)}.

    A loop from a node to itself is one number on the diagonal, stored once.
    Edges given twice add up, as in ``scipy.sparse.coo_array``; undirected,
    (1, 0) is (0, 1) once more.  :math:`O(n^2 + m)` time and memory.

    References
    ----------
    Newman, M. E. J. (2010). Networks: An Introduction, 6.2. Oxford University
    Press. doi:10.1093/acprof:oso/9780199206650.001.0001.

    Examples
    --------
    >>> adjacency_matrix([(0, 1), (1, 2)], 3)
    array([[0., 1., 0.],
           [1., 0., 1.],
           [0., 1., 0.]])
    """
    n = check_count("num_nodes", num_nodes, 0)
    xp, tail, head, w = _columns(edges, n)
    A = _ops.index_add(xp, n * n, tail * n + head, w)
    if not directed:
        back = xp.where(tail == head, 0.0, w)
        A = A + _ops.index_add(xp, n * n, head * n + tail, back)
    return xp.reshape(A, (n, n))


def degree_matrix(A):
    r"""Put the degrees of the nodes on a diagonal.

    Parameters
    ----------
    A : array of shape `(n, n)`
        Adjacency matrix.

    Returns
    -------
    array of shape `(n, n)`

    Raises
    ------
    ValueError
        If ``A`` is not square, or a weight is negative or not finite.

    Notes
    -----
    .. math:: D = \mathrm{diag}\Big(\sum_j A_{ij}\Big).

    Sums of rows: of a directed graph, the weight that leaves a node.  A loop
    counts once here (in graph theory without matrices often twice).
    :math:`O(n^2)` time.

    References
    ----------
    Newman, M. E. J. (2010). Networks: An Introduction, 6.9. Oxford University
    Press. doi:10.1093/acprof:oso/9780199206650.001.0001.

    Examples
    --------
    >>> degree_matrix([[0, 3], [0, 0]])
    array([[3., 0.],
           [0., 0.]])
    """
    xp, A = _graph(A)
    eye = xp.eye(A.shape[0], dtype=A.dtype, device=A.device)
    return eye * xp.sum(A, axis=-1, keepdims=True)


def laplacian(A):
    r"""Take the Laplacian of an undirected graph: degrees minus edges.

    Parameters
    ----------
    A : array of shape `(n, n)`
        Adjacency matrix, symmetric.

    Returns
    -------
    array of shape `(n, n)`
        Symmetric, positive semidefinite; its rows add up to 0.

    Raises
    ------
    ValueError
        If ``A`` is not square and symmetric, or a weight is negative or not
        finite.

    Notes
    -----
    .. math:: L = D - A, \qquad \mathbf x^\top L\mathbf x =
       \tfrac12\sum_{ij} A_{ij}(x_i - x_j)^2.

    Loops cancel.  :math:`O(n^2)` time.

    References
    ----------
    Kirchhoff, G. (1847). Ueber die Aufloesung der Gleichungen, auf welche man
    bei der Untersuchung der linearen Vertheilung galvanischer Stroeme
    gefuehrt wird. Ann. Phys. 148. doi:10.1002/andp.18471481202.

    Examples
    --------
    >>> laplacian([[0, 3], [3, 0]])
    array([[ 3., -3.],
           [-3.,  3.]])
    """
    _, A = _graph(A, undirected=True)
    return degree_matrix(A) - A


def dirichlet_energy(A, x):
    r"""Measure how much a signal differs along the edges of a graph.

    Parameters
    ----------
    A : array of shape `(n, n)`
        Adjacency matrix, symmetric.
    x : array of shape `(n,)` or `(n, d)`
        A number at each node, or d channels.

    Returns
    -------
    array of shape `()`
        Summed over the channels.

    Raises
    ------
    ValueError
        If ``A`` is not square and symmetric, a weight is negative or not
        finite, or ``x`` does not fit.

    Notes
    -----
    .. math:: E(\mathbf x) = \sum_{(i,j)\in\mathcal E} w_{ij}(x_i - x_j)^2
       = \mathbf x^\top L\mathbf x.

    Each undirected edge counts once.  Computed from the differences, because
    x may lie far from 0.  :math:`O(n^2 d)` time and memory.

    References
    ----------
    Shuman, D. I. et al. (2013). The emerging field of signal processing on
    graphs. IEEE Signal Process. Mag. 30(3). doi:10.1109/MSP.2012.2235192.

    Examples
    --------
    >>> float(dirichlet_energy([[0, 3], [3, 0]], [1, 5]))
    48.0
    """
    xp, A, x = alike(A, x)
    _graph(A, undirected=True)
    X = _signal(xp, x, A)
    difference = X[:, None, :] - X[None, :, :]
    return xp.sum(A[:, :, None] * difference**2) / 2


def normalized_laplacian(A):
    r"""Take the symmetric Laplacian, in which every node weighs the same.

    Parameters
    ----------
    A : array of shape `(n, n)`
        Adjacency matrix, symmetric.

    Returns
    -------
    array of shape `(n, n)`
        Symmetric, with eigenvalues from 0 to 2; a row of zeros for a node
        without edges.

    Raises
    ------
    ValueError
        If ``A`` is not square and symmetric, or a weight is negative or not
        finite.

    Notes
    -----
    .. math:: L_{\mathrm{sym}} = I - D^{-1/2}AD^{-1/2}
       = D^{-1/2}LD^{-1/2}.

    For a node without edges the second form is meant, with 0 for 1/0, as in
    SciPy and networkx: so the eigenvalue 0 still counts the components.  The
    largest eigenvalue is 2 only if a component is bipartite.  :math:`O(n^2)`
    time.

    References
    ----------
    Chung, F. R. K. (1997). Spectral Graph Theory, 1.2. American Mathematical
    Society. doi:10.1090/cbms/092.

    Examples
    --------
    >>> normalized_laplacian([[0, 5, 0], [5, 0, 0], [0, 0, 0]])
    array([[ 1., -1.,  0.],
           [-1.,  1.,  0.],
           [ 0.,  0.,  0.]])
    """
    xp, A = _graph(A, undirected=True)
    eye = xp.eye(A.shape[0], dtype=A.dtype, device=A.device)
    linked = xp.sum(A, axis=-1) > 0
    # 0.0 - x and not -x, so that no edge is 0 and not -0.
    return xp.where(linked, eye, 0.0) - _scaled(xp, A)


def number_of_components(A):
    r"""Count the parts of a graph between which there is no edge.

    Parameters
    ----------
    A : array of shape `(n, n)`
        Adjacency matrix, symmetric.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If ``A`` is not square and symmetric, or a weight is negative or not
        finite.

    Notes
    -----
    .. math:: \dim\ker L = \#\text{connected components}.

    Weights do not matter, so each edge is given the weight 1.  Then an
    eigenvalue that is not 0 is at least 4 / (n diameter), more than
    4 / n^2: what rounding leaves of a 0 is far below, up to some 10^4 nodes.
    :math:`O(n^3)` time; a search along the edges takes :math:`O(n^2)`.

    References
    ----------
    Mohar, B. (1991). Eigenvalues, diameter, and mean distance in graphs.
    Graphs Combin. 7. doi:10.1007/BF01789463.

    Examples
    --------
    >>> number_of_components([[0, 1, 0], [1, 0, 0], [0, 0, 0]])
    2
    """
    xp, A = _graph(A, undirected=True)
    n = A.shape[0]
    if n == 0:
        return 0
    L = laplacian(xp.astype(A > 0, xp.float64))
    zero = xp.linalg.eigvalsh(L) < 2 / n**2
    return int(xp.sum(xp.astype(zero, xp.int64)))


def transition_matrix(A):
    r"""Find where a walker on a graph goes next, with what probability.

    Parameters
    ----------
    A : array of shape `(n, n)`
        Adjacency matrix.

    Returns
    -------
    array of shape `(n, n)`
        Row i holds the probabilities of the next node after node i.

    Raises
    ------
    ValueError
        If ``A`` is not square, or a weight is negative or not finite.

    Notes
    -----
    .. math:: P = D^{-1}A, \qquad
       \boldsymbol\pi_{t+1} = \boldsymbol\pi_t P.

    From a node that no edge leaves the walker stays where it is.
    :math:`O(n^2)` time.

    References
    ----------
    Lovasz, L. (1993). Random walks on graphs: a survey. Combinatorics, Paul
    Erdos is Eighty 2, 353-397. Bolyai Society.

    Examples
    --------
    >>> transition_matrix([[0, 1, 3], [1, 0, 0], [0, 0, 0]])
    array([[0.  , 0.25, 0.75],
           [1.  , 0.  , 0.  ],
           [0.  , 0.  , 1.  ]])
    """
    xp, A = _graph(A)
    degree = xp.sum(A, axis=-1, keepdims=True)
    eye = xp.eye(A.shape[0], dtype=A.dtype, device=A.device)
    moves = A / xp.where(degree > 0, degree, 1.0)
    return xp.where(degree > 0, moves, eye)


def random_walk(A, start, length, *, rng):
    r"""Walk on a graph, from node to node along its edges.

    Parameters
    ----------
    A : array of shape `(n, n)`
        Adjacency matrix.
    start : int
        The first node.
    length : int
        How many nodes are visited, the first included.
    rng : numpy.random.Generator

    Returns
    -------
    integer array of shape `(length,)`
        Nodes, counted from 0.

    Raises
    ------
    TypeError
        If ``rng`` is no generator.
    ValueError
        If ``A`` is not square, a weight is negative or not finite, ``start``
        is no node, or ``length`` is less than 1.

    Notes
    -----
    .. math:: P(X_{t+1} = j\mid X_t = i) = P_{ij}, \qquad P = D^{-1}A.

    At a node that no edge leaves the walker stays.  One ``rng.random()`` a
    step, as ``rng.choice(n, p=P[i])`` takes it.  :math:`O(n^2)` time, and
    :math:`O(\log n)` a step.

    References
    ----------
    Pearson, K. (1905). The problem of the random walk. Nature 72.
    doi:10.1038/072294b0.

    Examples
    --------
    >>> A = [[0, 1, 0], [0, 0, 1], [1, 0, 0]]
    >>> random_walk(A, 0, 5, rng=np.random.default_rng(0))
    array([0, 1, 2, 0, 1])
    """
    xp, A = _graph(A)
    node = check_count("start", start, 0, A.shape[0] - 1)
    length = check_count("length", length, 1)
    check_generator(rng)
    sums = np.cumsum(to_numpy(transition_matrix(A)), axis=-1)
    sums, walk = sums / sums[:, -1:], [node]
    for u in rng.random(length - 1):
        node = int(np.searchsorted(sums[node], u, side="right"))
        walk.append(node)
    return xp.asarray(walk, dtype=xp.int64, device=A.device)


def walk_stationary_distribution(A):
    r"""Find which share of its time a walker spends at each node.

    Parameters
    ----------
    A : array of shape `(n, n)`
        Adjacency matrix of a connected graph, symmetric.

    Returns
    -------
    array of shape `(n,)`
        Adds up to 1.

    Raises
    ------
    ValueError
        If ``A`` is not square and symmetric, a weight is negative or not
        finite, or the graph is not connected.

    Notes
    -----
    .. math:: \boldsymbol\pi P = \boldsymbol\pi, \qquad
       \pi_i = \frac{d_i}{\sum_j d_j}.

    Along each edge as much walks there as back: :math:`\pi_i P_{ij} = A_{ij}
    / \sum_k d_k` is symmetric.  On a bipartite graph the walk itself never
    settles, its average does.  For directed graphs see
    ``mathlib.probability.stationary_distribution``.  :math:`O(n^3)` time, all
    of it to see that the graph is connected.

    References
    ----------
    Lovasz, L. (1993). Random walks on graphs: a survey. Combinatorics, Paul
    Erdos is Eighty 2, 353-397. Bolyai Society.

    Examples
    --------
    >>> walk_stationary_distribution([[0, 1, 1], [1, 0, 0], [1, 0, 0]])
    array([0.5 , 0.25, 0.25])
    """
    xp, A = _connected(A)
    degree = xp.sum(A, axis=-1)
    total = xp.sum(degree)
    # A single node without a loop: the walker is there.
    return xp.where(total > 0, degree / xp.where(total > 0, total, 1.0), 1.0)


def graph_fourier(L, x):
    r"""Write a signal on a graph as a sum of the graph's own waves.

    Parameters
    ----------
    L : array of shape `(n, n)`
        A Laplacian: symmetric.
    x : array of shape `(n,)` or `(n, d)`
        A number at each node, or d channels.

    Returns
    -------
    array of the shape of ``x``
        Row k is for the k-th smallest eigenvalue.

    Raises
    ------
    ValueError
        If ``L`` is not square and symmetric, or ``x`` does not fit.

    Notes
    -----
    .. math:: \hat{\mathbf x} = U^\top\mathbf x, \qquad
       L = U\Lambda U^\top.

    Eigenvectors have a sign of their own choice: here the largest entry of
    each is positive.  For an eigenvalue that occurs twice their plane alone is
    determined.  :math:`O(n^3)` time, :math:`O(n^2)` memory.

    References
    ----------
    Shuman, D. I. et al. (2013). The emerging field of signal processing on
    graphs. IEEE Signal Process. Mag. 30(3). doi:10.1109/MSP.2012.2235192.

    Examples
    --------
    >>> graph_fourier([[1, -1], [-1, 1]], [3, 3]).round(4) + 0.0
    array([4.2426, 0.    ])
    """
    xp, L, x = alike(L, x)
    _signal(xp, x, L)
    _, U = _waves("L", L)
    return U.mT @ x


def spectral_filter(L, x, response):
    r"""Weaken or strengthen the waves of a signal by their frequency.

    Parameters
    ----------
    L : array of shape `(n, n)`
        A Laplacian: symmetric.
    x : array of shape `(n,)` or `(n, d)`
        A number at each node, or d channels.
    response : callable
        Takes the eigenvalues, an array of shape `(n,)`, returns a factor for
        each, an array of shape `(n,)`, or one for all.

    Returns
    -------
    array of the shape of ``x``

    Raises
    ------
    ValueError
        If ``L`` is not square and symmetric, ``x`` does not fit, or
        ``response`` returns another shape.

    Notes
    -----
    .. math:: g * \mathbf x = U\,g(\Lambda)\,U^\top\mathbf x, \qquad
       L = U\Lambda U^\top.

    The eigenvalues are the frequencies (squared): 0 for a constant.  What
    rounding leaves of a 0 is set to 0 first, so that a response may take a
    root.  The signs of the waves cancel.  :math:`O(n^3)` time.

    References
    ----------
    Bruna, J., Zaremba, W., Szlam, A., LeCun, Y. (2014). Spectral networks and
    locally connected networks on graphs. ICLR. arXiv:1312.6203.

    Examples
    --------
    >>> spectral_filter([[1, -1], [-1, 1]], [3, 5], lambda v: 1 / (1 + v))
    array([3.66666667, 4.33333333])
    """
    xp, L, x = alike(L, x)
    X = _signal(xp, x, L)
    eigenvalues, U = _waves("L", L)
    _, _, g = alike(L, response(eigenvalues))
    if tuple(g.shape) not in ((), tuple(eigenvalues.shape)):
        raise ValueError(
            f"response must return the shape {tuple(eigenvalues.shape)}, got"
            f" {tuple(g.shape)}"
        )
    filtered = U @ (g[..., None] * (U.mT @ X))
    return xp.reshape(filtered, x.shape)


def chebyshev_filter(L, x, theta, *, lambda_max=None):
    r"""Filter a signal by a polynomial of the Laplacian: no eigenvectors.

    Parameters
    ----------
    L : array of shape `(n, n)`
        A Laplacian: symmetric.
    x : array of shape `(n,)` or `(n, d)`
        A number at each node, or d channels.
    theta : array of shape `(K + 1,)`
        Factors of the Chebyshev polynomials of degree 0 to K.
    lambda_max : float, optional
        The largest eigenvalue of ``L``, or a bound; computed by default.

    Returns
    -------
    array of the shape of ``x``

    Raises
    ------
    ValueError
        If ``L`` is not square and symmetric, ``x`` does not fit, ``theta`` is
        no vector or empty, or ``lambda_max`` is not positive.

    Notes
    -----
    .. math:: g_\theta * \mathbf x = \sum_{k=0}^K\theta_k T_k(\tilde L)\mathbf
       x, \qquad \tilde L = \frac{2L}{\lambda_{\max}} - I, \qquad
       T_k = 2\tilde L T_{k-1} - T_{k-2}.

    :math:`T_0 = I`, :math:`T_1 = \tilde L`.  The eigenvalues of
    :math:`\tilde L` lie in -1 to 1, where the polynomials do.  Degree K
    reaches K edges far.  Without edges, :math:`\tilde L = -I`.  K products
    with L: :math:`O(Kn^2)` time here, :math:`O(K|E|)` for a sparse L.

    References
    ----------
    Defferrard, M., Bresson, X., Vandergheynst, P. (2016). Convolutional
    neural networks on graphs with fast localized spectral filtering. NeurIPS.
    arXiv:1606.09375.

    Examples
    --------
    >>> chebyshev_filter([[1, -1], [-1, 1]], [3, 5], [0, 1, 0])
    array([-5., -3.])
    """
    xp, L, x, theta = alike(L, x, theta)
    _check_symmetric("L", L)
    _signal(xp, x, L)
    if theta.ndim != 1 or theta.shape[0] == 0:
        raise ValueError(
            f"theta must have the shape (K + 1,), got {tuple(theta.shape)}"
        )
    if lambda_max is None:
        lambda_max = xp.max(xp.linalg.eigvalsh(L))
        lambda_max = xp.where(lambda_max > 0, lambda_max, 1.0)
    check_positive(lambda_max=lambda_max)
    eye = xp.eye(L.shape[0], dtype=L.dtype, device=L.device)
    scaled = 2 * L / lambda_max - eye
    # T_(-1) = T_1, because cos(-t) = cos(t): so the first step is none of
    # its own.
    before, now = scaled @ x, x
    total = theta[0] * x
    for k in range(1, theta.shape[0]):
        before, now = now, 2 * (scaled @ now) - before
        total = total + theta[k] * now
    return total


def gcn_layer(A, H, W, activation=None):
    r"""Apply a layer of a graph convolutional network.

    Parameters
    ----------
    A : array of shape `(n, n)`
        Adjacency matrix, symmetric.
    H : array of shape `(n, d_in)`
        Features of the nodes, one node a row.
    W : array of shape `(d_in, d_out)`
        Weights.
    activation : callable, optional
        Applied to the result, such as ``np.tanh``; none by default.

    Returns
    -------
    array of shape `(n, d_out)`

    Raises
    ------
    ValueError
        If ``A`` is not square and symmetric, a weight of it is negative or
        not finite, or the shapes do not fit.

    Notes
    -----
    .. math:: H' = \sigma\big(\hat D^{-1/2}\hat A\hat D^{-1/2}HW\big), \qquad
       \hat A = A + I, \quad \hat D_{ii} = \sum_j\hat A_{ij}.

    Each node listens to itself too: its loop weighs 1 (1 more, if it has
    one).  W is (in, out) as in the paper, not (out, in) as in ``linear``.
    :math:`O(n^2 d_{out} + n d_{in} d_{out})` time.

    References
    ----------
    Kipf, T. N., Welling, M. (2017). Semi-supervised classification with graph
    convolutional networks. ICLR. arXiv:1609.02907.

    Examples
    --------
    >>> gcn_layer([[0, 1], [1, 0]], [[2], [4]], [[1, 10]])
    array([[ 3., 30.],
           [ 3., 30.]])
    """
    xp, A, H, W = alike(A, H, W)
    _graph(A, undirected=True)
    _features(A, H)
    check_matrix("W", W, batch=False)
    if W.shape[0] != H.shape[1]:
        raise ValueError(
            f"W must have the shape ({H.shape[1]}, d_out) for H of shape"
            f" {tuple(H.shape)}, got {tuple(W.shape)}"
        )
    A_hat = A + xp.eye(A.shape[0], dtype=A.dtype, device=A.device)
    Z = _scaled(xp, A_hat) @ (H @ W)
    return Z if activation is None else activation(Z)


def aggregate_neighbors(A, H, *, how="mean"):
    r"""Gather what the neighbours of each node have to say.

    Parameters
    ----------
    A : array of shape `(n, n)`
        Adjacency matrix.  Node i hears node j if ``A[i, j]`` is not 0.
    H : array of shape `(n, d)`
        Features of the nodes, one node a row.
    how : {"mean", "sum", "max"}, default "mean"
        Mean and sum are weighted by A; the maximum minds no weights.

    Returns
    -------
    array of shape `(n, d)`
        Zeros for a node without neighbours.

    Raises
    ------
    ValueError
        If ``A`` is not square, a weight is negative or not finite, ``H`` does
        not fit, or ``how`` is something else.

    Notes
    -----
    .. math:: \mathbf h_i' = \phi\Big(\mathbf h_i,
       \bigoplus_{j\in\mathcal N(i)}\psi(\mathbf h_i, \mathbf h_j)\Big).

    Here psi takes :math:`\mathbf h_j` and phi takes what was gathered.  All
    three ways mind no order of the neighbours.  A node is not its own
    neighbour, unless ``A`` has a loop.  :math:`O(n^2 d)` time, for the maximum
    memory too.

    References
    ----------
    Gilmer, J. et al. (2017). Neural message passing for quantum chemistry.
    ICML. arXiv:1704.01212.

    Examples
    --------
    >>> A = [[0, 1, 1], [1, 0, 0], [1, 0, 0]]
    >>> aggregate_neighbors(A, [[1], [2], [6]])
    array([[4.],
           [1.],
           [1.]])
    """
    xp, A, H = alike(A, H)
    _graph(A)
    _features(A, H)
    degree = xp.sum(A, axis=-1, keepdims=True)
    if how == "sum":
        return A @ H
    if how == "mean":
        return A @ H / xp.where(degree > 0, degree, 1.0)
    if how == "max":
        heard = xp.where(A[:, :, None] > 0, H[None, :, :], -math.inf)
        return xp.where(degree > 0, xp.max(heard, axis=1), 0.0)
    raise ValueError(f'how must be "mean", "sum" or "max", got {how!r}')


def gat_layer(A, H, W, a, *, negative_slope=0.2):
    r"""Apply a layer of a graph attention network, with one head.

    Parameters
    ----------
    A : array of shape `(n, n)`
        Adjacency matrix.  Node i attends to node j if ``A[i, j]`` is not 0,
        and to itself; the weights do not matter.
    H : array of shape `(n, d_in)`
        Features of the nodes, one node a row.
    W : array of shape `(d_out, d_in)`
        Weights.
    a : array of shape `(2 d_out,)`
        What is looked for: first in the node that attends, then in the one
        that is attended to.
    negative_slope : float, default 0.2
        Slope of the LeakyReLU below 0.

    Returns
    -------
    array of shape `(n, d_out)`
        Before the activation, which is left to the caller.

    Raises
    ------
    ValueError
        If ``A`` is not square, a weight of it is negative or not finite, or
        the shapes do not fit.

    Notes
    -----
    .. math:: \alpha_{ij} = \mathrm{softmax}_{j\in\mathcal N(i)\cup\{i\}}\
       \mathrm{LeakyReLU}\big(\mathbf a^\top[W\mathbf h_i\,\|\,W\mathbf
       h_j]\big), \qquad \mathbf h_i' = \sum_j\alpha_{ij}W\mathbf h_j.

    :math:`\mathbf a^\top[\mathbf u\,\|\,\mathbf v] = \mathbf a_1^\top\mathbf u
    + \mathbf a_2^\top\mathbf v`: all scores are the sums of two vectors.  A
    node without edges keeps its own :math:`W\mathbf h_i`.
    :math:`O(n^2 d_{out} + n d_{in} d_{out})` time.

    References
    ----------
    Velickovic, P. et al. (2018). Graph attention networks. ICLR.
    arXiv:1710.10903.

    Examples
    --------
    >>> gat_layer([[0, 1], [1, 0]], [[2], [4]], [[1]], [0, 0])
    array([[3.],
           [3.]])
    """
    xp, A, H, W, a = alike(A, H, W, a)
    _graph(A)
    _features(A, H)
    check_matrix("W", W, batch=False)
    d_out = W.shape[0]
    if W.shape[1] != H.shape[1]:
        raise ValueError(
            f"W must have the shape (d_out, {H.shape[1]}) for H of shape"
            f" {tuple(H.shape)}, got {tuple(W.shape)}"
        )
    if tuple(a.shape) != (2 * d_out,):
        raise ValueError(
            f"a must have the shape ({2 * d_out},) for W of shape"
            f" {tuple(W.shape)}, got {tuple(a.shape)}"
        )
    Z = linear(H, W)
    score = (Z @ a[:d_out])[:, None] + (Z @ a[d_out:])[None, :]
    score = xp.where(score > 0, score, negative_slope * score)
    eye = xp.eye(A.shape[0], dtype=A.dtype, device=A.device)
    return softmax(xp.where(A + eye > 0, score, -math.inf)) @ Z


def node2vec_transition(A, previous, current, p, q):
    r"""Find where a walker goes next who remembers where it came from.

    Parameters
    ----------
    A : array of shape `(n, n)`
        Adjacency matrix, symmetric.
    previous, current : int
        The node t before, and the node v where the walker is.
    p : float
        Return parameter: a large p makes the step back to t rare.
    q : float
        In-out parameter: a large q keeps the walker near t.

    Returns
    -------
    array of shape `(n,)`
        The probabilities of the next node.

    Raises
    ------
    ValueError
        If ``A`` is not square and symmetric, a weight is negative or not
        finite, a node does not exist, or ``p`` or ``q`` is not positive.

    Notes
    -----
    .. math:: P(x\mid t, v)\propto w_{vx}\cdot\begin{cases}
       1/p & d_{tx} = 0\\ 1 & d_{tx} = 1\\ 1/q & d_{tx} = 2\end{cases}

    :math:`d_{tx}` counts the edges from the *previous* node t to x, so that a
    node has distance 0 to itself, loop or not.  At a node without edges the
    walker stays.  p = q = 1 is the plain walk.  :math:`O(n)` time, and
    :math:`O(n^2)` to check ``A``.

    References
    ----------
    Grover, A., Leskovec, J. (2016). node2vec: scalable feature learning for
    networks. KDD. arXiv:1607.00653.

    Examples
    --------
    >>> A = [[0, 1, 1, 0], [1, 0, 1, 1], [1, 1, 0, 0], [0, 1, 0, 0]]
    >>> node2vec_transition(A, 0, 1, 0.5, 2)  # weights 2, 0, 1 and 1/2
    array([0.57142857, 0.        , 0.28571429, 0.14285714])
    """
    xp, A, p, q = alike(A, p, q)
    _graph(A, undirected=True)
    most = A.shape[0] - 1
    t = check_count("previous", previous, 0, most)
    v = check_count("current", current, 0, most)
    check_positive(p=p, q=q)
    node = xp.arange(A.shape[0], device=A.device)
    weight = A[v, :] * xp.where(
        node == t, 1 / p, xp.where(A[t, :] > 0, 1.0, 1 / q)
    )
    total = xp.sum(weight)
    stay = xp.astype(node == v, A.dtype)
    return xp.where(
        total > 0, weight / xp.where(total > 0, total, 1.0), stay
    )


def fiedler_vector(A):
    r"""Find the slowest wave on a connected graph that is not constant.

    Parameters
    ----------
    A : array of shape `(n, n)`
        Adjacency matrix of a connected graph with two nodes or more,
        symmetric.

    Returns
    -------
    array of shape `(n,)`
        Of length 1, orthogonal to the constant vector, its largest entry
        positive.

    Raises
    ------
    ValueError
        If ``A`` is not square and symmetric, a weight is negative or not
        finite, the graph is not connected or has less than two nodes.

    Notes
    -----
    .. math:: L\mathbf u_2 = \lambda_2\mathbf u_2, \qquad
       0 = \lambda_1 < \lambda_2\le\dots\le\lambda_n.

    Where :math:`\lambda_2` occurs twice, as on a ring, the vector is one of
    many.  :math:`O(n^3)` time.

    References
    ----------
    Fiedler, M. (1973). Algebraic connectivity of graphs. Czechoslovak Math.
    J. 23(2). doi:10.21136/CMJ.1973.101168.

    Examples
    --------
    >>> fiedler_vector([[0, 1, 0], [1, 0, 1], [0, 1, 0]]).round(4) + 0.0
    array([ 0.7071,  0.    , -0.7071])
    """
    xp, A = _connected(A)
    n = A.shape[0]
    if n < 2:
        raise ValueError("A must have two nodes or more, got one")
    L = laplacian(A)
    # The same number added to all entries lifts the constant vector above
    # all others, and only it: two parts that hardly hang together do not mix
    # with it.
    lift = 2 * xp.max(xp.sum(A, axis=-1))
    _, U = eigendecomposition(L + lift / n)
    return U[:, -1]


def spectral_embedding(A, n_components):
    r"""Give each node coordinates, near for nodes that hang together.

    Parameters
    ----------
    A : array of shape `(n, n)`
        Adjacency matrix, symmetric.
    n_components : int
        k, from 1 to n.

    Returns
    -------
    array of shape `(n, k)`
        Row i belongs to node i.  Column j is the unit eigenvector of the j-th
        smallest eigenvalue of L, its largest entry positive.

    Raises
    ------
    ValueError
        If ``A`` is not square and symmetric, a weight is negative or not
        finite, or there are no ``n_components`` eigenvectors.

    Notes
    -----
    .. math:: L\mathbf u_j = \lambda_j\mathbf u_j, \qquad
       \text{rows of } [\mathbf u_1, \dots, \mathbf u_k].

    The first column of a connected graph is constant.  With k components the
    rows of one component are equal, those of two are orthogonal.  For an
    eigenvalue that occurs twice the plane alone is determined.
    :math:`O(n^3)` time.

    References
    ----------
    von Luxburg, U. (2007). A tutorial on spectral clustering. Stat. Comput.
    17. doi:10.1007/s11222-007-9033-z.

    Examples
    --------
    >>> spectral_embedding([[0, 1], [1, 0]], 2).round(4)
    array([[ 0.7071,  0.7071],
           [ 0.7071, -0.7071]])
    """
    _, A = _graph(A, undirected=True)
    k = check_count("n_components", n_components, 1, A.shape[0])
    _, U = _waves("A", laplacian(A))
    return U[:, :k]


def spectral_bisection(A):
    r"""Cut a connected graph in two by the signs of its Fiedler vector.

    Parameters
    ----------
    A : array of shape `(n, n)`
        Adjacency matrix of a connected graph with two nodes or more,
        symmetric.

    Returns
    -------
    integer array of shape `(n,)`
        The part of each node, 0 or 1; node 0 is in part 0.

    Raises
    ------
    ValueError
        If ``A`` is not square and symmetric, a weight is negative or not
        finite, the graph is not connected or has less than two nodes.

    Notes
    -----
    .. math:: \text{two parts by } \mathrm{sign}(u_{2,i}).

    Entries that are 0, up to rounding, count as positive, with the sign that
    :func:`fiedler_vector` chose.  The signs are the best balanced cut with
    whole numbers relaxed to real ones: near it, not always it.
    :math:`O(n^3)` time.

    References
    ----------
    Pothen, A., Simon, H. D., Liou, K.-P. (1990). Partitioning sparse matrices
    with eigenvectors of graphs. SIAM J. Matrix Anal. Appl. 11(3).
    doi:10.1137/0611030.

    Examples
    --------
    >>> A = adjacency_matrix([(0, 2), (1, 3), (2, 3)], 4)
    >>> spectral_bisection(A)
    array([0, 1, 0, 1])
    """
    xp, A = arrays(A)
    # In double precision: of a small number the sign is all that matters.
    u = fiedler_vector(xp.astype(A, xp.float64))
    side = u >= -1e-8 * xp.max(xp.abs(u))
    return xp.astype(side != side[0], xp.int64)


def dijkstra(A, source):
    r"""Find the length of the shortest path from one node to every other.

    Parameters
    ----------
    A : array of shape `(n, n)`
        ``A[i, j]`` is the length of the edge from i to j, 0 where there is
        none.
    source : int

    Returns
    -------
    array of shape `(n,)`
        Infinite for a node that no path reaches.

    Raises
    ------
    ValueError
        If ``A`` is not square, a length is negative or not finite, or
        ``source`` is no node.

    Notes
    -----
    .. math:: d(v) = \min_{(u,v)\in\mathcal E}\big(d(u) + w_{uv}\big),
       \qquad w\ge0.

    The nearest node that is not yet settled is: whatever way round leads
    over nodes that are no nearer, and no edge is negative.  Weights are
    lengths here, while elsewhere a large weight brings nodes together.
    :math:`O(n^2)` time; with a heap, :math:`O(|E|\log n)`.

    References
    ----------
    Dijkstra, E. W. (1959). A note on two problems in connexion with graphs.
    Numer. Math. 1. doi:10.1007/BF01386390.

    Examples
    --------
    >>> dijkstra([[0, 7, 2, 0], [0, 0, 0, 0], [0, 3, 0, 0], [0] * 4], 0)
    array([ 0.,  5.,  2., inf])
    """
    xp, A = _graph(A)
    n = A.shape[0]
    source = check_count("source", source, 0, n - 1)
    node = xp.arange(n, device=A.device)
    distance = xp.where(node == source, 0.0, math.inf * xp.ones_like(A[0, :]))
    settled = node < 0
    for _ in range(n):
        waiting = xp.where(settled, math.inf, distance)
        nearest = int(xp.argmin(waiting))
        if not bool(waiting[nearest] < math.inf):
            break
        settled = settled | (node == nearest)
        edge = A[nearest, :]
        by_here = xp.where(edge > 0, distance[nearest] + edge, math.inf)
        distance = xp.where(by_here < distance, by_here, distance)
    return distance


def erdos_renyi(n, p, *, rng):
    r"""Draw a random graph: each pair of nodes is joined with chance p.

    Parameters
    ----------
    n : int
        Number of nodes.
    p : float
        Chance of each edge.
    rng : numpy.random.Generator

    Returns
    -------
    NumPy array of shape `(n, n)`
        Adjacency matrix of zeros and ones: symmetric, without loops.

    Raises
    ------
    TypeError
        If ``rng`` is no generator.
    ValueError
        If ``n`` is negative, or ``p`` is not a probability.

    Notes
    -----
    .. math:: P((i,j)\in\mathcal E) = p; \qquad np > 1:\
       \text{giant component of share } s = 1 - e^{-np\,s}.

    The law of s is for large n, and the largest solution is meant; for
    np at most 1 it is 0.  One ``rng.random`` for all pairs (0, 1), (0, 2),
    ..., (n - 2, n - 1).  :math:`O(n^2)` time.

    References
    ----------
    Gilbert, E. N. (1959). Random graphs. Ann. Math. Stat. 30(4).
    doi:10.1214/aoms/1177706098.
    Erdos, P., Renyi, A. (1960). On the evolution of random graphs. Publ.
    Math. Inst. Hung. Acad. Sci. 5.

    Examples
    --------
    >>> erdos_renyi(3, 1.0, rng=np.random.default_rng(0))
    array([[0., 1., 1.],
           [1., 0., 1.],
           [1., 1., 0.]])
    """
    n = check_count("n", n, 0)
    if not 0 <= p <= 1:
        raise ValueError(f"p must be a probability, from 0 to 1, got {p}")
    check_generator(rng)
    A = np.zeros((n, n))
    rows, columns = np.triu_indices(n, 1)
    A[rows, columns] = rng.random(rows.size) < p
    return A + A.T


def pagerank(A, *, alpha=0.85, max_iter=100, tol=1e-10):
    r"""Rank pages by where a surfer is who sometimes jumps anywhere.

    Parameters
    ----------
    A : array of shape `(n, n)`
        ``A[i, j]`` is the weight of the link from page i to page j.
    alpha : float, default 0.85
        Chance to follow a link; otherwise the surfer jumps to any page.
    max_iter : int, default 100
        Stop after so many steps.
    tol : float, default 1e-10
        Stop when a step changes the entries by less than this in all.

    Returns
    -------
    array of shape `(n,)`
        Adds up to 1.

    Raises
    ------
    ValueError
        If ``A`` is not square or is empty, a weight is negative or not
        finite, ``alpha`` is not in 0 to 1 (1 excluded), or ``max_iter`` is
        less than 1.

    Notes
    -----
    .. math:: \boldsymbol\pi = \alpha P^\top\boldsymbol\pi
       + (1 - \alpha)\tfrac1n\mathbf 1.

    From a page without links the surfer jumps anywhere: its row of P is 1/n.
    Begins with 1/n everywhere.  Each step shrinks the error by alpha, so that
    it is at most :math:`2\alpha^t` after t steps: 2e-7 for the defaults, or
    less.  :math:`O(n^2)` time a step.

    References
    ----------
    Brin, S., Page, L. (1998). The anatomy of a large-scale hypertextual web
    search engine. Comput. Networks 30. doi:10.1016/S0169-7552(98)00110-X.

    Examples
    --------
    >>> pagerank([[0, 1], [0, 0]]).round(4)
    array([0.3509, 0.6491])
    """
    xp, A = _graph(A)
    n = A.shape[0]
    if n == 0:
        raise ValueError("A must not be empty")
    if not 0 <= alpha < 1:
        raise ValueError(f"alpha must lie in 0 to 1, 1 excluded, got {alpha}")
    degree = xp.sum(A, axis=-1, keepdims=True)
    links = A / xp.where(degree > 0, degree, 1.0)
    P = xp.where(degree > 0, links, 1 / n)
    pi = xp.ones_like(A[0, :]) / n
    for _ in range(check_count("max_iter", max_iter, 1)):
        before = pi
        pi = alpha * (P.mT @ before) + (1 - alpha) / n
        if bool(xp.sum(xp.abs(pi - before)) < tol):
            break
    return pi


def _graph(A, *, undirected=False):
    """Return the namespace and an adjacency matrix, or raise ValueError."""
    xp, A = arrays(A)
    check_matrix("A", A, square=True, batch=False)
    if not bool(xp.all((A >= 0) & (A < math.inf))):
        raise ValueError("A must hold weights, finite and not negative")
    if undirected:
        _check_symmetric("A", A)
    return xp, A


def _connected(A):
    """Return the namespace and A, or raise ValueError if it has parts."""
    xp, A = _graph(A, undirected=True)
    parts = number_of_components(A)
    if parts != 1:
        raise ValueError(
            f"A must be connected, got a graph of {parts} components"
        )
    return xp, A


def _columns(edges, n):
    """Return the namespace, tails and heads as integers, and weights."""
    if not is_array_api_obj(edges):
        # Pairs and triples may be mixed: a pair is given its weight.
        edges = [(*edge, 1) if len(edge) == 2 else edge for edge in edges]
        if any(len(edge) != 3 for edge in edges):
            raise ValueError("edges must hold pairs or triples of numbers")
        edges = edges or np.zeros((0, 3))
    xp, edges = arrays(edges, floating=False)
    if edges.ndim != 2 or edges.shape[1] not in (2, 3):
        raise ValueError(
            "edges must have the shape (m, 2) or (m, 3), got"
            f" {tuple(edges.shape)}"
        )
    nodes = edges[:, :2]
    whole = xp.astype(nodes, xp.int64)
    exact = xp.astype(whole, nodes.dtype) == nodes
    if not bool(xp.all((whole >= 0) & (whole < n) & exact)):
        raise ValueError(f"edges must join nodes 0 to num_nodes - 1 = {n - 1}")
    column = edges[:, -1]
    _, w = arrays(column if edges.shape[1] == 3 else xp.ones_like(column))
    if not bool(xp.all((w >= 0) & (w < math.inf))):
        raise ValueError("edges must have weights, finite and not negative")
    return xp, whole[:, 0], whole[:, 1], w


def _scaled(xp, A):
    """Return A over the roots of both degrees; no edge stays no edge."""
    degree = xp.sum(A, axis=-1)
    root = xp.sqrt(xp.where(degree > 0, degree, 1.0))
    return A / (root[:, None] * root[None, :])


def _waves(name, L):
    """Return the eigenvalues, smallest first, and the unit eigenvectors."""
    xp, L = arrays(L)
    _check_symmetric(name, L)
    eigenvalues, U = eigendecomposition(L)
    eigenvalues, U = xp.flip(eigenvalues), xp.flip(U, axis=-1)
    # Subtracted as numbers, so that gradients are as if they were not.
    noise = to_numpy(eigenvalues).copy()
    least = noise.size * xp.finfo(L.dtype).eps
    noise[np.abs(noise) > least * np.max(np.abs(noise))] = 0
    noise = xp.asarray(noise.tolist(), dtype=L.dtype, device=L.device)
    return eigenvalues - noise, U


def _check_symmetric(name, A):
    """Raise ValueError unless A is symmetric, up to rounding."""
    check_matrix(name, A, square=True, batch=False)
    xp, A = arrays(A)
    if not is_symmetric(A, tol=max(1e-12, 64 * xp.finfo(A.dtype).eps)):
        raise ValueError(
            f"{name} must be symmetric: an undirected edge is stored both ways"
        )


def _signal(xp, x, A):
    """Return x as (n, channels), or raise ValueError."""
    n = A.shape[0] if A.ndim else 0
    if x.ndim not in (1, 2) or x.shape[0] != n:
        raise ValueError(
            f"x must have the shape ({n},) or ({n}, d), got {tuple(x.shape)}"
        )
    return xp.reshape(x, (n, -1)) if x.ndim == 1 else x


def _features(A, H):
    """Raise ValueError unless H has a row for each node."""
    n = A.shape[0]
    if H.ndim != 2 or H.shape[0] != n:
        raise ValueError(
            f"H must have the shape ({n}, d), got {tuple(H.shape)}"
        )
