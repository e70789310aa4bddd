"""Exercises of chapter 11."""

import functools

import numpy as np

from mathlib import graph_theory as gt
from mathlib.course.compare import (
    Difference,
    named_if,
    up_to_permutation,
    up_to_sign,
)
from mathlib.exercise import (
    Case,
    Exercise,
    Mistake,
    Variant,
    Written,
    call,
    given,
    half_written,
    script,
)
from mathlib.exercises import _graph_theory_answers as answers

# What may be turned round: a vector or each row, each entry, each column.
ROWS_TURNED = up_to_sign(axis=-1)
ENTRIES_TURNED = up_to_sign(axis=())
COLUMNS_TURNED = up_to_sign()
RENAMED = up_to_permutation(labels=True)


def of_0_and_1(labels):
    """Whether the sides are called as the contract says."""
    return isinstance(labels, np.ndarray) and bool(
        np.all((labels == 0) | (labels == 1)))


def two_sides(expected, got, program):
    """Either side may be 0, but no label is another number than 0 or 1."""
    found = RENAMED(expected, got, program)
    if found is None and not of_0_and_1(np.asarray(got)):
        return Difference(
            "value", "the sides are called 0 and 1, yours otherwise",
            expected=expected, got=got,
        )
    return found


def same_sides(first, second, program):
    """Whether two wrong answers are, but for the names, the same sides."""
    if of_0_and_1(first) != of_0_and_1(second):
        return Difference("value", "other names")
    return RENAMED(first, second, program)


two_sides.same = same_sides


def both_rounding(first, second, program):
    """Two numbers, neither of which has a right digit left."""
    exact = answers.energy_by_loop(*program.args)
    return all(abs(float(e) - exact) > 1e-6 * exact for e in (first, second))


def both_swinging(first, second, program):
    """Distributions that never settle, at one time or another."""
    return all(abs(np.sum(pi) - 1) < 1e-6 and np.ptp(pi) > 1e-6
               for pi in (first, second))


def both_of_length_one(first, second, program):
    """An eigenvector, turned round or not."""
    return (abs(np.linalg.norm(first) - 1) < 1e-6
            and np.allclose(np.abs(first), np.abs(second)))


LENGTH_FREE = named_if(both_of_length_one)


def both_swinging_or_long(first, second, program):
    """What swings, or has the length 1."""
    return (both_swinging(first, second, program)
            or both_of_length_one(first, second, program))


def seed(rng):
    """A generator for the learner, the same for everybody's answer."""
    return given("rng", int(rng.integers(2**31)))


def of_edges(n, edges, rng=None):
    """An undirected graph; with ``rng`` its weights are drawn."""
    A = np.zeros((n, n))
    for i, j, *w in edges:
        A[i, j] = w[0] if w else 1.0 if rng is None else rng.uniform(0.5, 3)
        A[j, i] = A[i, j]
    return A


def network(rng, n, *, alone=0, loops=()):
    """A connected graph with drawn weights, its last nodes without edges."""
    m = n - alone
    A = np.zeros((n, n))
    for i in range(m):
        for j in range(i):
            if i - j == 1 or rng.random() < 0.3:
                A[i, j] = A[j, i] = rng.uniform(0.5, 3)
    for i in loops:
        A[i, i] = rng.uniform(1.5, 3)
    return A


def web(rng, n, *, ends=()):
    """Links with drawn weights: a round trip and more; some pages have none.

    Few pages are linked to from many, so that rows and columns differ.
    """
    A = np.zeros((n, n))
    for i in range(n):
        A[i, (i + 1) % n] = rng.uniform(0.5, 3)
        for j in range(i):
            if i - j > 1 and rng.random() < 0.4:
                A[i, j] = rng.uniform(0.5, 3)
    A[n - 1, 1] = rng.uniform(1, 2)
    A[list(ends)] = 0
    return A


def renumbered(rng, A):
    """The same graph, its nodes in another order."""
    order = rng.permutation(len(A))
    return A[np.ix_(order, order)]


@functools.cache
def known(name, weight="weight"):
    """A graph of networkx, as a matrix."""
    import networkx as nx

    return nx.to_numpy_array(getattr(nx, name)(), weight=weight)


def laplacian_of(A):
    """The Laplacian, written out."""
    return np.diag(np.sum(A, axis=1)) - A


FOUR = of_edges(4, [(0, 1, 2.0), (1, 2, 3.0), (0, 2, 1.0), (2, 3, 4.0)])
PATH = of_edges(3, [(0, 1), (1, 2)])


adjacency_matrix = Exercise(
    reference={
        "adjacency_matrix": gt.adjacency_matrix,
        "degree_matrix": gt.degree_matrix,
    },
    points=2,
    refuses=(
        "networkx.adjacency_matrix",
        "networkx.to_numpy_array",
        "networkx.to_scipy_sparse_array",
    ),
    cases=lambda rng: [
        Case("by hand: a matrix",
             call(((0, 1, 1.0), (0, 2, 2.0), (2, 0, 1.0), (1, 3, 4.0),
                   (3, 3, 5.0)), 4).on("adjacency_matrix")),
        Case("by hand: its degrees",
             call([[0.0, 1.0, 3.0, 0.0], [1.0, 0.0, 0.0, 4.0],
                   [3.0, 0.0, 0.0, 0.0], [0.0, 4.0, 0.0, 5.0]])
             .on("degree_matrix")),
        Case("pairs: every edge weighs 1",
             call(((0, 3), (1, 2), (4, 1), (3, 4)), 5)
             .on("adjacency_matrix")),
        Case("an array of pairs",
             call(np.array([[0, 3], [1, 2], [4, 1], [3, 4]])[
                 rng.permutation(4)], 5).on("adjacency_matrix")),
        Case("an array of triples: nodes as floats",
             call(np.array(weighed(rng, [[0, 3], [1, 2], [4, 1]])), 5)
             .on("adjacency_matrix")),
        Case("triples with weights",
             call(weighed(rng, [[0, 3], [1, 2], [4, 1], [3, 4]]), 5)
             .on("adjacency_matrix"), core=True),
        Case("directed",
             call(weighed(rng, [[0, 3], [3, 0], [4, 1], [2, 4]]), 5,
                  directed=True).on("adjacency_matrix")),
        Case("a loop", call(weighed(rng, [[0, 1], [1, 1], [2, 0]]), 3)
             .on("adjacency_matrix")),
        Case("a directed loop",
             call(weighed(rng, [[0, 1], [1, 1], [2, 0]]), 3, directed=True)
             .on("adjacency_matrix")),
        Case("an edge given three times",
             call(weighed(rng, [[0, 1], [0, 1], [1, 0], [2, 1]]), 3)
             .on("adjacency_matrix")),
        Case("a last node without edges",
             call(weighed(rng, [[0, 1], [2, 1]]), 5).on("adjacency_matrix")),
        Case("no edges",
             call(np.zeros((0, 2)), 3).on("adjacency_matrix")),
        Case("degrees of a network",
             call(network(rng, 6)).on("degree_matrix")),
        Case("degrees of a directed graph",
             call(web(rng, 5, ends=[2])).on("degree_matrix")),
        Case("degrees with loops",
             call(network(rng, 5, loops=[1, 3])).on("degree_matrix")),
    ],
    mistakes=[
        *half_written(0.7, "adjacency_matrix"),
        *half_written(1.2, "degree_matrix"),
        Mistake("one way only",
                {"adjacency_matrix": answers.adjacency_one_way},
                "An undirected edge can be walked both ways, so it stands in"
                " the matrix twice, at (i, j) and at (j, i).",
                credit=0.8),
        Mistake("loops counted twice",
                {"adjacency_matrix": answers.adjacency_loops_twice},
                "(i, j) and (j, i) are one place when i = j: you add the"
                " weight of a loop there twice.",
                credit=1.5),
        Mistake("directed ignored",
                {"adjacency_matrix": answers.adjacency_always_both_ways},
                "With directed=True the edge (i, j) leads from i to j and not"
                " back: only A[i, j] gets its weight.",
                credit=1.3),
        Mistake("columns to rows",
                {"adjacency_matrix": answers.adjacency_into},
                "You store the edge from i to j at A[j, i]. Row i says where"
                " one can go from i: A[i, j].",
                credit=1.2),
        Mistake("overwritten",
                {"adjacency_matrix": answers.adjacency_overwritten},
                "An edge given twice adds up: two roads carry twice as much."
                " You keep only the last: write += for =.",
                credit=1.5),
        Mistake("the larger of two",
                {"adjacency_matrix":
                 answers.adjacency_added_to_its_transpose},
                "You make the matrix symmetric by taking the larger of A[i,"
                " j] and A[j, i]. An edge that is given once as (0, 2) and"
                " once as (2, 0) is then not added up.",
                credit=1.5),
        Mistake("repeated places added once",
                {"adjacency_matrix": answers.adjacency_all_at_once},
                "A[i, j] += w with arrays i and j adds only once where a"
                " place stands in them twice. Go through the edges one by"
                " one, or use np.add.at.",
                credit=1.5),
        Mistake("weights ignored",
                {"adjacency_matrix": answers.adjacency_of_ones},
                "A triple (i, j, w) brings its weight: A[i, j] gets w, not"
                " 1.",
                credit=0.8),
        Mistake("triples only",
                {"adjacency_matrix": answers.adjacency_of_triples},
                "A pair (i, j) has no third number; its weight is 1. for i,"
                " j, *weight in edges takes both kinds.",
                credit=1.4),
        Mistake("nodes left as floats",
                {"adjacency_matrix": answers.adjacency_of_float_nodes},
                "In an array of triples the nodes are floats, too, and A[0.0,"
                " 1.0] is no place. Make them whole first: int(i).",
                credit=1.6),
        Mistake("the weight is a list",
                {"adjacency_matrix": answers.adjacency_of_weight_lists},
                "You put a sequence where one number belongs. In for i, j,"
                " *weight in edges the weight is a list: take weight[0].",
                credit=1.2),
        Mistake("the weight is a list, perhaps an empty one",
                {"adjacency_matrix": answers.adjacency_of_empty_weight_lists},
                "You put a sequence where one number belongs. In for i, j,"
                " *weight in edges the weight is a list, and an empty one for"
                " a pair: weight[0] if weight else 1.0.",
                credit=1.0),
        Mistake("weights cut off",
                {"adjacency_matrix": answers.adjacency_of_integers},
                "A matrix of dtype int cuts 2.5 down to 2. np.zeros makes"
                " floats unless told otherwise.",
                credit=1.0),
        Mistake("columns for rows",
                {"degree_matrix": answers.degrees_of_columns},
                "You add up columns, what arrives. The degree here is what"
                " leaves: the sum of row i. In a directed graph the two"
                " differ.",
                credit=1.5),
        Mistake("edges counted", {"degree_matrix": answers.degrees_counted},
                "You count the edges. In a weighted graph the degree is the"
                " sum of their weights.",
                credit=1.2),
        Mistake("degrees in a row", {"degree_matrix": answers.degrees_listed},
                "You return the degrees as a vector. Asked is the matrix D,"
                " with the degrees on its diagonal: np.diag.",
                credit=1.4),
        Mistake("a loop twice in the degree",
                {"degree_matrix": answers.degrees_with_loops_twice},
                "Some books let a loop count twice. The contract takes the"
                " row sum, as it stands in A.",
                credit=1.6),
        Mistake("no loops in the degree",
                {"degree_matrix": answers.degrees_without_loops},
                "You leave the diagonal of A out. The contract takes the"
                " whole row, loops included.",
                credit=1.6),
    ],
    variants=[
        Variant("np.add.at, and a loop for the degrees", {
            "adjacency_matrix": answers.adjacency_by_add_at,
            "degree_matrix": answers.degrees_by_loop,
        }),
    ],
)


def weighed(rng, pairs):
    """The pairs as triples (i, j, w) with drawn weights, in any order."""
    return tuple((*map(int, pair), float(rng.uniform(0.5, 3)))
                 for pair in rng.permutation(pairs))


laplacian = Exercise(
    reference=gt.laplacian,
    points=2,
    refuses=(
        "networkx.laplacian_matrix",
        "scipy.sparse.csgraph.laplacian",
    ),
    cases=lambda rng: [
        Case("by hand", call(FOUR), core=True),
        Case("a network of 7", call(network(rng, 7))),
        Case("all weights 1", call(1.0 * (network(rng, 6) > 0))),
        Case("whole numbers", call(np.array(2 * PATH, dtype=int))),
        Case("nodes without edges", call(network(rng, 6, alone=2))),
        Case("loops", call(network(rng, 5, loops=[0, 3]))),
        Case("one node", call([[0.0]])),
    ],
    mistakes=[
        Mistake("A - D", answers.laplacian_negated,
                "That is -L. The degrees stand on the diagonal with a plus,"
                " the weights beside it with a minus, so that x^T L x is"
                " never negative.",
                credit=1.0),
        Mistake("degrees that count", answers.laplacian_of_counts,
                "Your D counts edges while A holds weights, so the rows do"
                " not add up to 0. The degree is the sum of the weights.",
                credit=0.8),
        Mistake("weights ignored", answers.laplacian_without_weights,
                "You take every edge for one of weight 1. The weights belong"
                " into D and into A.",
                credit=0.8),
        Mistake("D + A", answers.laplacian_signless,
                "That is the signless Laplacian; it measures sums x_i + x_j."
                " Differences need D - A, whose rows add up to 0.",
                credit=0.8),
        Mistake("a vector minus a matrix", answers.laplacian_without_diag,
                "The degrees are a vector, and NumPy subtracts A from it in"
                " every row. Put them on a diagonal first: np.diag.",
                credit=0.8),
        Mistake("a column minus a matrix", answers.laplacian_of_a_column,
                "d[:, None] - A subtracts A from d_i in every column. The"
                " degrees belong on the diagonal only: np.diag.",
                credit=0.8),
        Mistake("the diagonal overwritten",
                answers.laplacian_over_the_diagonal,
                "You write the degrees over the diagonal of -A. A loop stands"
                " in D and in A and must cancel; here it stays, and the row"
                " does not add up to 0.",
                credit=1.6),
        Mistake("loops left out of D",
                answers.laplacian_degrees_without_loops,
                "The loop is subtracted with A, but was never in your D: the"
                " row does not add up to 0.",
                credit=1.6),
        Mistake("the normalized one", answers.laplacian_normalised,
                "That is I - D^-1/2 A D^-1/2, which comes later. Asked is"
                " L = D - A.",
                credit=0.6),
        Mistake("1 for every degree", answers.laplacian_of_one,
                "I - A has rows that add up to 1 - d. The diagonal holds the"
                " degrees.",
                credit=0.4),
        Mistake("one degree for all", answers.laplacian_of_total,
                "np.sum(A) without an axis adds up the whole matrix. Each"
                " node has its own degree: axis=1.",
                credit=0.8),
    ],
    variants=[
        Variant("edge by edge", answers.laplacian_by_edges),
        Variant("with gt.degree_matrix", answers.laplacian_by_degree_matrix),
    ],
)


dirichlet_energy = Exercise(
    reference=gt.dirichlet_energy,
    points=2,
    cases=lambda rng: [
        Case("by hand", call(FOUR, [1.0, 0.0, 3.0, 1.0]), core=True),
        Case("by hand: two channels",
             call(FOUR, [[1.0, 0.0], [0.0, 1.0], [3.0, 2.0], [1.0, 4.0]])),
        Case("a network of 7", call(network(rng, 7), rng.normal(size=7))),
        Case("five channels",
             call(network(rng, 6), 3 * rng.normal(size=(6, 5)))),
        Case("as many channels as nodes",
             call(network(rng, 4), 3 * rng.normal(size=(4, 4)))),
        Case("loops",
             call(network(rng, 5, loops=[0, 2]), rng.normal(size=5))),
        Case("a signal near 1e8",
             call(network(rng, 6), 1e8 + 10 * rng.normal(size=6)),
             compare=named_if(both_rounding)),
        Case("the same everywhere",
             call(network(rng, 6), np.full(6, rng.uniform(1, 2)))),
        Case("no edges", call(np.zeros((3, 3)), rng.normal(size=3))),
    ],
    mistakes=[
        Mistake("each edge twice", answers.energy_of_each_edge_twice,
                "A holds an undirected edge at (i, j) and at (j, i): the sum"
                " over all entries counts it twice. Halve it.",
                credit=1.2),
        Mistake("each edge twice, in each channel by itself",
                answers.energy_twice_of_each_channel,
                "Two things: A holds each edge twice, so halve the sum; and"
                " the channels are to be added up to one number.",
                credit=0.9),
        Mistake("|x_i - x_j|", answers.energy_absolute,
                "You add up the differences themselves: that is the total"
                " variation. The energy takes their squares.",
                credit=0.8),
        Mistake("weights ignored", answers.energy_unweighted,
                "A heavy edge pulls harder: multiply each square by the"
                " weight of its edge.",
                credit=1.0),
        Mistake("all pairs", answers.energy_of_all_pairs,
                "You compare all pairs of nodes. Only those joined by an edge"
                " count, each with its weight.",
                credit=0.4),
        Mistake("weights squared", answers.energy_of_weighted_gaps,
                "You square the weight, too: w (x_i - x_j)^2, not (w (x_i -"
                " x_j))^2.",
                credit=1.0),
        Mistake("one channel only", answers.energy_of_one_channel,
                "With x of shape (n, c) the differences have shape (n, n, c),"
                " and A, (n, n), is lined up with the wrong axes. Sum over"
                " the channels first, or give A a third axis: A[..., None].",
                credit=1.3),
        Mistake("x^T L x near 1e8", answers.energy_by_laplacian,
                "x^T L x is the same on paper. But for x near 1e8 its terms"
                " are 1e16 and cancel: nothing is left. Subtract first, then"
                " square.",
                credit=1.7),
        Mistake("x^T L x for one channel", answers.energy_of_a_vector,
                "x @ L @ x takes a vector. For x of shape (n, c) the channels"
                " are added up: the sum of x * (L @ x). And near 1e8 its"
                " terms cancel: subtract first, then square.",
                credit=1.2),
        Mistake("a number for each pair of channels", answers.energy_matrix,
                "X^T L X is a matrix, one entry for each two channels. The"
                " energy is the sum of its diagonal. And near 1e8 its terms"
                " cancel: subtract first, then square.",
                credit=1.2),
        Mistake("a number for each channel", answers.energy_of_each_channel,
                "You return the energy of each channel. The contract asks for"
                " one number: their sum.",
                credit=1.4),
        Mistake("not added up over the channels",
                answers.energy_never_one_number,
                "You leave the axis of the channels: an array comes out, with"
                " one entry where x has one channel. The contract asks for"
                " one number, all channels added up.",
                credit=1.3),
        Mistake("channels added up before squaring",
                answers.energy_of_added_channels,
                "You add up the differences of the channels and square then."
                " Square first: each channel has its own energy, and those"
                " are added up.",
                credit=1.4),
        Mistake("the mean over the channels",
                answers.energy_mean_over_channels,
                "You average over the channels. The contract adds them up.",
                credit=1.5),
        Mistake("its root", answers.energy_root,
                "No root: the energy is the sum of the squares itself.",
                credit=1.0),
    ],
    variants=[
        Variant("pair by pair", answers.energy_by_loop),
        Variant("x^T L x, the mean subtracted first", answers.energy_centred),
    ],
)


normalized_laplacian = Exercise(
    reference=gt.normalized_laplacian,
    points=2,
    refuses=(
        "networkx.normalized_laplacian_matrix",
        "scipy.sparse.csgraph.laplacian",
    ),
    cases=lambda rng: [
        Case("by hand", call(of_edges(4, [(0, 1), (0, 2, 3.0)]))),
        Case("a network of 7", call(network(rng, 7))),
        Case("all weights 1", call(1.0 * (network(rng, 6) > 0)), core=True),
        Case("tiny weights", call(1e-12 * network(rng, 5))),
        Case("two nodes without edges",
             call(renumbered(rng, network(rng, 6, alone=2)))),
        Case("loops", call(network(rng, 5, loops=[0, 3]))),
    ],
    mistakes=[
        Mistake("D^-1 A", answers.normalized_random_walk,
                "I - D^-1 A is the random-walk form: it is not symmetric."
                " Share the degree out: 1/sqrt(d_i) from the left, 1/sqrt(d_j)"
                " from the right.",
                credit=1.0),
        Mistake("D^-1 A, and 0/0", answers.normalized_random_walk_unguarded,
                "Two things: this is the random-walk form, where 1/sqrt(d)"
                " from both sides is asked; and a node without edges makes"
                " 0/0 of it.",
                credit=0.7),
        Mistake("1/0", answers.normalized_dividing_by_zero,
                "A node without edges has degree 0, and 1/sqrt(0) is"
                " infinite: inf times 0 is nan. Its row and column are 0.",
                credit=1.3),
        Mistake("zeros to the power -1/2",
                answers.normalized_power_of_the_matrix,
                "np.diag(d)**-0.5 takes the power of every entry, and beside"
                " the diagonal that is 1/0. Take it of the vector d first.",
                credit=0.8),
        Mistake("columns twice", answers.normalized_columns_twice,
                "s * A * s scales the columns twice: NumPy lines a vector up"
                " with the last axis. For the rows it is s[:, None].",
                credit=1.0),
        Mistake("an inverse that isn't", answers.normalized_by_inverse,
                "D has a 0 on its diagonal when a node has no edges, and then"
                " no inverse. Take 1/sqrt(d) where d > 0, and 0 elsewhere.",
                credit=1.3),
        Mistake("1 for a node without edges",
                answers.normalized_one_for_the_isolated,
                "Its diagonal entry is 0, too: each component, a lonely node"
                " included, has its eigenvalue 0. You keep the 1 of I.",
                credit=1.5),
        Mistake("degrees that count", answers.normalized_by_counts,
                "The degree is the sum of the weights, not the number of"
                " edges.",
                credit=0.8),
        Mistake("I left out", answers.normalized_adjacency,
                "That is D^-1/2 A D^-1/2. The Laplacian is I minus it.",
                credit=1.0),
        Mistake("no root", answers.normalized_without_root,
                "You divide by d_i and by d_j. From each side comes only the"
                " root: 1/sqrt(d_i d_j).",
                credit=1.0),
        Mistake("multiplied", answers.normalized_multiplied,
                "D^-1/2 divides: 1/sqrt(d). You multiply by sqrt(d).",
                credit=0.8),
        Mistake("one side", answers.normalized_one_side,
                "You scale the rows only. The columns get their 1/sqrt(d_j),"
                " too, and the matrix is symmetric again.",
                credit=0.8),
        Mistake("loops added", answers.normalized_with_loops,
                "You add I to A: that is the GCN's trick, and comes later."
                " Here A stays as it is.",
                credit=0.6),
        Mistake("degrees from the diagonal of L",
                answers.normalized_by_the_diagonal,
                "On the diagonal of L = D - A stands d_i - A_ii: a loop is"
                " lost there. Take the degrees from A, as the sums of its"
                " rows.",
                credit=1.6),
        Mistake("1 on every diagonal",
                answers.normalized_ones_on_the_diagonal,
                "With a loop the diagonal is 1 - A_ii / d_i, not 1. Subtract"
                " the whole matrix.",
                credit=1.6),
    ],
    variants=[
        Variant("D^-1/2 L D^-1/2", answers.normalized_from_laplacian),
        Variant("entry by entry", answers.normalized_by_loop),
    ],
)


def whole(answer):
    """A wrong P, with a right walk."""
    return {"transition_matrix": answer}


def walked(answer):
    """A walk that goes wrong, with a right P."""
    return {"random_walk": answer}


def and_a_walk(name, transition, walk, why, credits):
    """A wrong P, with a right walk and with one that draws by it."""
    alone, both = credits
    return [
        Mistake(name, whole(transition), why, credit=alone),
        Mistake(f"{name}, and a walk by it",
                {"transition_matrix": transition, "random_walk": walk},
                f"{why} Your walk draws by this P and inherits it.",
                credit=both),
    ]


THREE_AND_ONE = of_edges(4, [(0, 1), (0, 2, 3.0), (1, 2)])

transition_matrix = Exercise(
    reference={
        "transition_matrix": gt.transition_matrix,
        "random_walk": gt.random_walk,
    },
    points=3,
    refuses=("networkx.google_matrix",),
    cases=lambda rng: [
        Case("by hand: P", call(THREE_AND_ONE).on("transition_matrix")),
        Case("P of a network",
             call(network(rng, 6)).on("transition_matrix"), core=True),
        Case("P of a directed graph",
             call(web(rng, 5)).on("transition_matrix")),
        Case("P with ends that nobody leaves",
             call(web(rng, 6, ends=[1, 4])).on("transition_matrix")),
        Case("by hand: 8 nodes",
             call(THREE_AND_ONE, 0, 8, rng=given("rng", 0))
             .on("random_walk")),
        Case("100 nodes of a walk",
             call(network(rng, 6), 2, 100, rng=seed(rng)).on("random_walk")),
        Case("a walk on a directed graph",
             call(web(rng, 5), 3, 80, rng=seed(rng)).on("random_walk")),
        Case("a walk that comes to an end",
             call(web(rng, 6, ends=[0]), 2, 40, rng=seed(rng))
             .on("random_walk")),
        Case("the nodes as indices",
             script("places.take(random_walk(A, 1, 6, rng=rng))",
                    places=rng.normal(size=5), A=network(rng, 5),
                    rng=seed(rng))),
        Case("a walk of one node",
             call(network(rng, 4), 3, 1, rng=seed(rng)).on("random_walk")),
        Case("start without edges",
             call(network(rng, 5, alone=1), 4, 3, rng=seed(rng))
             .on("random_walk")),
    ],
    mistakes=[
        *half_written(1.4, "transition_matrix"),
        *half_written(1.2, "random_walk"),
        *and_a_walk("columns normalized", answers.transition_of_columns,
                    answers.walk_by_columns,
                    "Your columns add up to 1. Row i holds the chances of one"
                    " who stands at i: each row adds up to 1, axis=1.",
                    (1.5, 1.2)),
        *and_a_walk("P without weights", answers.transition_unweighted,
                    answers.walk_without_weights,
                    "You give all neighbours the same chance. The chance"
                    " follows the weight of the edge.",
                    (1.5, 1.2)),
        *and_a_walk("0/0", answers.transition_zero_by_zero,
                    answers.walk_by_zero_by_zero,
                    "A node without edges has degree 0: its row becomes 0/0 ="
                    " nan. By the contract one who stands there stays: P_ii ="
                    " 1.",
                    (2.2, 2.0)),
        *and_a_walk("rows of zeros", answers.transition_with_empty_rows,
                    answers.walk_by_empty_rows,
                    "Where a node has no edges your row is 0: whoever stands"
                    " there disappears. By the contract he stays: P_ii = 1.",
                    (2.4, 2.1)),
        *and_a_walk("jumping from an end", answers.transition_jumping,
                    answers.walk_by_jumps,
                    "You let a walker without edges jump anywhere. That is"
                    " PageRank's rule; the contract lets him stay: P_ii = 1.",
                    (2.4, 2.1)),
        *and_a_walk("divided by another node's degree",
                    answers.transition_without_keepdims,
                    answers.walk_without_keepdims,
                    "A / d divides column j by d_j. Row i is to be divided by"
                    " d_i: keepdims=True, or d[:, None].",
                    (1.7, 1.5)),
        *and_a_walk("columns normalized, loops where they are empty",
                    answers.transition_of_columns_with_loops,
                    answers.walk_by_columns_with_loops,
                    "You add up along axis=0, the columns. Row i holds the"
                    " chances of one who stands at i: axis=1, for the loops"
                    " and for the division.",
                    (1.5, 1.3)),
        *and_a_walk("divided by another node's degree, and 0/0",
                    answers.transition_without_keepdims_unguarded,
                    answers.walk_without_keepdims_unguarded,
                    "Two things: A / d divides column j by d_j, where row i is"
                    " to be divided by d_i, d[:, None]; and a degree of 0"
                    " makes 0/0. One without edges stays: P_ii = 1.",
                    (1.3, 1.1)),
        *and_a_walk("one sum for all", answers.transition_of_everything,
                    answers.walk_by_one_sum,
                    "All entries together add up to 1. Every row must: sum"
                    " along axis=1.",
                    (1.2, 1.0)),
        *and_a_walk("a loop for everybody",
                    answers.transition_with_a_loop_for_all,
                    answers.walk_with_a_loop_for_all,
                    "A + I gives every node a loop, so that all may stay. Only"
                    " those without edges do: add 1 where the sum of the row"
                    " is 0.",
                    (1.7, 1.5)),
        Mistake("one node too many", walked(answers.walk_one_too_many),
                "length counts nodes, the start included: length - 1 steps.",
                credit=2.4),
        Mistake("the start left out", walked(answers.walk_without_start),
                "The first of the length nodes is the start; yours begins"
                " after the first step.",
                credit=2.4),
        Mistake("any neighbour alike", walked(answers.walk_to_any_neighbor),
                "You choose among the neighbours without weights. The chance"
                " of each is its entry in row i of P: rng.choice(n, p=P[i]).",
                credit=1.8),
        Mistake("weights ignored in the walk",
                walked(answers.walk_without_weights),
                "You walk as if all edges weighed the same. The chance of"
                " each neighbour is its entry in row i of P.",
                credit=1.8),
        Mistake("every step from the start",
                walked(answers.walk_from_the_start),
                "You always take the row of the start. The next step starts"
                " from where the walk is now: the last node of your list.",
                credit=1.5),
        Mistake("to the likeliest", walked(answers.walk_to_the_likeliest),
                "argmax always takes the same way: nothing is random. Draw"
                " the next node with the chances in row i of P.",
                credit=0.8),
        Mistake("anywhere", walked(answers.walk_anywhere),
                "Without p= every node is as likely as any other, also one"
                " that no edge leads to: rng.choice(n, p=P[i]).",
                credit=1.2),
        Mistake("another use of rng", walked(answers.walk_by_multinomial),
                "It is as good a walk, but not the one of the contract: each"
                " step draws one rng.random(), as rng.choice(n, p=P[i]) does,"
                " so that one seed gives one walk.",
                credit=2.6),
        Mistake("against the arrows", walked(answers.walk_along_columns),
                "You go along columns, against the direction of the edges."
                " Row i says where one can go from i.",
                credit=2.0),
        Mistake("a column of P", walked(answers.walk_by_a_column),
                "P[:, i] are the chances to come to i, and they do not add up"
                " to 1. Those to leave it are row i, P[i].",
                credit=1.8),
        Mistake("a column of P, made to add up to 1",
                walked(answers.walk_by_a_column_made_to_add_up),
                "P[:, i] are the chances to come to i, and made to add up to 1"
                " they are still not those to leave it: row i, P[i].",
                credit=2.0),
        Mistake("nodes left as floats", walked(answers.walk_of_floats),
                "Nodes are places in a list: whoever uses your walk as"
                " indices needs integers. np.zeros(length) makes floats;"
                " np.array of a list of nodes does not.",
                credit=2.6),
        Mistake("a walk that breaks off", walked(answers.walk_that_ends),
                "At a node without outgoing edges your walk is over. By the"
                " contract it stays there: length nodes in all cases.",
                credit=2.4),
    ],
    variants=[
        Variant("cumulative sums", {
            "transition_matrix": answers.transition_by_diag,
            "random_walk": answers.walk_right,
        }),
        Variant("all u at once", {"random_walk": answers.walk_drawn_ahead}),
        Variant("pr.sample_categorical",
                {"random_walk": answers.walk_of_categories}),
        Variant("chosen among the neighbours",
                {"random_walk": answers.walk_among_neighbors}),
    ],
)


def two_sided(rng, n):
    """A connected graph whose edges all join one side to the other."""
    A = np.zeros((2 * n, 2 * n))
    A[:n, n:] = rng.uniform(0.5, 3, size=(n, n))
    return A + A.T


walk_stationary_distribution = Exercise(
    reference=gt.walk_stationary_distribution,
    points=2,
    refuses=("mathlib.probability.stationary_distribution",),
    cases=lambda rng: [
        Case("by hand", call(FOUR), core=True, compare=LENGTH_FREE),
        Case("a network of 8", call(network(rng, 8)), compare=LENGTH_FREE),
        Case("all weights 1", call(1.0 * (network(rng, 6) > 0)),
             compare=LENGTH_FREE),
        Case("loops", call(network(rng, 5, loops=[0, 2])),
             compare=LENGTH_FREE),
        Case("a star", call(of_edges(5, [(0, i) for i in range(1, 5)], rng)),
             compare=named_if(both_swinging_or_long)),
        Case("two sides, no edge within one", call(two_sided(rng, 3)),
             compare=named_if(both_swinging_or_long)),
        Case("one edge", call(of_edges(2, [(0, 1)], rng)),
             compare=named_if(both_swinging_or_long)),
    ],
    mistakes=[
        Mistake("the right eigenvector", answers.stationary_uniform,
                "P v = v holds for the vector of ones, for every graph. The"
                " stationary law is a left eigenvector, pi P = pi: busy nodes"
                " get more.",
                credit=0.4),
        Mistake("iteration that does not settle",
                answers.stationary_by_iteration,
                "On a graph of two sides, with no edge within one, the walker"
                " is on the left at even times and on the right at odd ones:"
                " pi P^t swings for ever. The degrees need no iteration.",
                credit=1.2),
        Mistake("iteration from 1/n that does not settle",
                answers.stationary_by_iteration_from_everywhere,
                "On a star half of the walkers should be at its centre; from"
                " 1/n each, the share there swings for ever. The degrees need"
                " no iteration.",
                credit=1.5),
        Mistake("a matrix", answers.stationary_matrix,
                "You divide the whole matrix D. A distribution is a vector,"
                " one number for each node.",
                credit=1.2),
        Mistake("edges counted", answers.stationary_by_counts,
                "With weights the degree is their sum, not the number of"
                " edges.",
                credit=1.0),
        Mistake("not normalized", answers.stationary_not_normalised,
                "The degrees are in the right proportion, but a distribution"
                " adds up to 1.",
                credit=1.2),
        Mistake("length 1 for sum 1", answers.stationary_of_length_one,
                "Your vector has the length 1, as an eigenvector of eig has,"
                " whose sign is open, too. A distribution has the sum 1:"
                " divide by the sum.",
                credit=1.3),
        Mistake("divided by the number of edges", answers.stationary_by_edges,
                "For weights of 1 the sum of the degrees is the number of"
                " entries that are not 0, else it is not. Divide by the sum"
                " of the degrees.",
                credit=1.2),
        Mistake("upside down", answers.stationary_inverse,
                "You give most to the least connected. The chance to be at a"
                " node is proportional to its degree, not to 1 over it.",
                credit=0.6),
        Mistake("divided by n", answers.stationary_over_n,
                "Dividing by the number of nodes makes no distribution."
                " Divide by the sum of the degrees.",
                credit=1.0),
        Mistake("divided by half", answers.stationary_each_edge_once,
                "Every edge stands in two rows: the degrees add up to twice"
                " the total weight of the edges. Your entries add up to 2.",
                credit=1.3),
    ],
    variants=[
        Variant("left eigenvector", answers.stationary_by_left_eigenvector),
        Variant("a lazy walk", answers.stationary_lazily),
    ],
)


def of_fourier(answer):
    """A wrong transform, with a right filter."""
    return {"graph_fourier": answer}


def of_filter(answer):
    """A wrong filter, with a right transform."""
    return {"spectral_filter": answer}


def ring(n):
    """The cycle of n nodes: its eigenvalues come in pairs."""
    return laplacian_of(of_edges(n, [(i, (i + 1) % n) for i in range(n)]))


graph_fourier = Exercise(
    reference={
        "graph_fourier": gt.graph_fourier,
        "spectral_filter": gt.spectral_filter,
    },
    points=3,
    cases=lambda rng: [
        Case("by hand: frequencies",
             call(laplacian_of(PATH), [1.0, 2.0, 6.0]).on("graph_fourier"),
             compare=ENTRIES_TURNED),
        Case("frequencies of a network",
             call(laplacian_of(network(rng, 7)), rng.normal(2, 1, size=7))
             .on("graph_fourier"), core=True, compare=ENTRIES_TURNED),
        Case("frequencies of three channels",
             call(laplacian_of(network(rng, 6)),
                  rng.normal(2, 1, size=(6, 3))).on("graph_fourier"),
             compare=ROWS_TURNED),
        Case("by hand: a low pass",
             call(laplacian_of(PATH), [1.0, 2.0, 6.0],
                  given("low_pass", 1.0)).on("spectral_filter")),
        Case("heat on a network",
             call(laplacian_of(network(rng, 7)), rng.normal(2, 1, size=7),
                  given("exponential_curve", -0.3)).on("spectral_filter")),
        Case("a polynomial on a ring",
             call(ring(6), rng.normal(2, 1, size=6),
                  given("polynomial", 1.0, -2.0, 0.5))
             .on("spectral_filter")),
        Case("three channels",
             call(laplacian_of(network(rng, 5)),
                  rng.normal(2, 1, size=(5, 3)), given("low_pass", 2.0))
             .on("spectral_filter")),
        Case("as many channels as nodes",
             call(laplacian_of(network(rng, 4)),
                  rng.normal(2, 1, size=(4, 4)), given("low_pass", 0.5))
             .on("spectral_filter")),
        Case("a filter that lets all pass",
             call(laplacian_of(network(rng, 5)), rng.normal(size=5),
                  given("polynomial", 1.0, 0.0)).on("spectral_filter")),
    ],
    mistakes=[
        *half_written(1.5, "graph_fourier"),
        *half_written(0.9, "spectral_filter"),
        Mistake("U for U^T", of_fourier(answers.fourier_transposed),
                "The frequencies are the columns u_k of U, and x_hat_k = u_k ."
                " x: that is U^T x. You multiply by U, which leads back.",
                credit=1.8),
        Mistake("U for U^T, and back with U^T",
                {"graph_fourier": answers.fourier_transposed,
                 "spectral_filter": answers.filter_transposed},
                "The frequencies are the columns u_k of U, and x_hat_k = u_k ."
                " x: U^T leads to them, U leads back. Yours are exchanged.",
                credit=1.2),
        Mistake("U for U^T, also in the filter",
                {"graph_fourier": answers.fourier_transposed,
                 "spectral_filter": answers.filter_analysed_by_U},
                "The frequencies are the columns u_k of U, and x_hat_k = u_k ."
                " x: that is U^T x. You multiply by U, which leads back, and"
                " the filter begins with that.",
                credit=1.4),
        Mistake("x @ U", of_fourier(answers.fourier_from_the_right),
                "x @ U is U^T x for one channel only. For x of shape (n, c)"
                " the nodes are the rows: U.T @ x takes both.",
                credit=2.5),
        Mistake("x @ U, also in the filter",
                {"graph_fourier": answers.fourier_from_the_right,
                 "spectral_filter": answers.filter_from_the_right},
                "x @ U is U^T x for one channel only. For x of shape (n, c)"
                " the nodes are the rows: U.T @ x takes both.",
                credit=2.2),
        Mistake("eig for eigh", {
                    "graph_fourier": answers.fourier_unsorted,
                    "spectral_filter": answers.filter_by_eig,
                },
                "np.linalg.eig promises no order, and no right angles where"
                " eigenvalues are equal. L is symmetric: eigh gives both.",
                credit=1.8),
        Mistake("high frequencies first",
                of_fourier(answers.fourier_descending),
                "The first entry belongs to the smallest eigenvalue, the"
                " slowest wave. Yours are in the opposite order.",
                credit=2.2),
        Mistake("unsorted", of_fourier(answers.fourier_unsorted),
                "np.linalg.eig promises no order. L is symmetric: eigh sorts"
                " the eigenvalues ascending, and its vectors are orthogonal.",
                credit=1.8),
        Mistake("there and back", of_fourier(answers.fourier_there_and_back),
                "U U^T x is x again. The transform alone is U^T x.",
                credit=1.2),
        Mistake("eigenvalues multiplied in",
                of_fourier(answers.fourier_weighted),
                "You multiply by the eigenvalues: that is the transform of"
                " Lx. Asked is that of x, U^T x.",
                credit=1.5),
        Mistake("the transform of time", of_fourier(answers.fourier_of_time),
                "The FFT knows nothing of this graph: its waves belong to a"
                " ring. Take the eigenvectors of L.",
                credit=0.6),
        Mistake("U and U^T exchanged", of_filter(answers.filter_transposed),
                "First to frequencies, U^T x, then times g, then back with U."
                " You go the other way round.",
                credit=1.8),
        Mistake("U for U^T in the filter",
                of_filter(answers.filter_analysed_by_U),
                "The way back by U is right, but the way there is U^T x: you"
                " multiply by U twice.",
                credit=1.8),
        Mistake("U^T forgotten in the filter",
                of_filter(answers.filter_without_analysis),
                "You weigh the values at the nodes as if they were amplitudes:"
                " before g comes U^T x, and only then the way back by U.",
                credit=1.6),
        Mistake("x on the left in the filter",
                of_filter(answers.filter_from_the_right),
                "x @ U is U^T x for one channel only. For x of shape (n, c)"
                " the nodes are the rows: U.T @ x takes both.",
                credit=2.5),
        Mistake("eigenvalues in place of the response",
                of_filter(answers.filter_by_the_eigenvalues),
                "You multiply by the eigenvalues themselves; that makes Lx."
                " Multiply by response(eigenvalues).",
                credit=1.6),
        Mistake("the response forgotten",
                of_filter(answers.filter_that_does_nothing),
                "You give x back. Between U^T x and the way back by U, each"
                " amplitude is multiplied by response(eigenvalues).",
                credit=1.4),
        Mistake("node values filtered",
                of_filter(answers.filter_of_node_values),
                "You apply the response to the values at the nodes. It takes"
                " eigenvalues, and says how much of each frequency passes.",
                credit=0.9),
        Mistake("response of the amplitudes",
                of_filter(answers.filter_of_frequency_values),
                "You apply the response to U^T x, the amplitudes. It takes"
                " the eigenvalues; the amplitudes are then multiplied by what"
                " it returns.",
                credit=1.2),
        Mistake("left in frequencies",
                of_filter(answers.filter_left_in_frequencies),
                "You return amplitudes of frequencies. Go back to the nodes:"
                " multiply by U from the left.",
                credit=1.8),
        Mistake("response of every entry",
                of_filter(answers.filter_of_entries),
                "A function of a matrix is not the function of its entries."
                " It acts on the eigenvalues: U g(Lambda) U^T.",
                credit=1.0),
        Mistake("positions for eigenvalues",
                of_filter(answers.filter_of_positions),
                "You hand the response 0, 1, 2, ... It wants the eigenvalues,"
                " which are not evenly spaced.",
                credit=1.5),
        Mistake("one channel only", of_filter(answers.filter_of_one_channel),
                "g(lambda) * (U^T x) lines g up with the last axis. For x of"
                " shape (n, c) that is the channels: row k is to be"
                " multiplied, g[:, None], or scale the columns of U.",
                credit=2.3),
        Mistake("the eigenvalues as well", of_filter(answers.filter_twice),
                "You multiply by the eigenvalues and by the response. The"
                " response takes the place of the eigenvalues.",
                credit=1.8),
        Mistake("the eigenvalues back to front",
                of_filter(answers.filter_descending),
                "The eigenvalues are reversed and their vectors are not: the"
                " slow wave gets what the fast one should.",
                credit=1.8),
        Mistake("the filter, not the filtered",
                of_filter(answers.filter_matrix),
                "You return the matrix U g(Lambda) U^T. Apply it to x.",
                credit=2.0),
        Mistake("no transform at all", of_filter(answers.filter_in_place),
                "You multiply node k by what belongs to frequency k. Nodes"
                " are not frequencies: transform, multiply, transform back."
                " If you do, you scale the rows of U: its columns are the"
                " waves, U * g.",
                credit=1.2),
        Mistake("rows of U scaled",
                of_filter(answers.filter_with_rows_scaled),
                "Node k is multiplied by what belongs to frequency k. U *"
                " g[:, None] scales the rows of U, and those are nodes; its"
                " columns are the waves: U * g.",
                credit=1.8),
    ],
    variants=[
        Variant("dots and a matrix", {
            "graph_fourier": answers.fourier_by_dots,
            "spectral_filter": answers.filter_as_a_matrix,
        }),
        Variant("one frequency at a time",
                {"spectral_filter": answers.filter_one_frequency_at_a_time}),
    ],
)


def heights(rng, count):
    """Weights of a filter, none of them near 0."""
    return rng.uniform(0.5, 2, size=count) * rng.choice([-1, 1], size=count)


chebyshev_filter = Exercise(
    reference=gt.chebyshev_filter,
    points=3,
    cases=lambda rng: [
        Case("by hand",
             call(laplacian_of(PATH), [1.0, 2.0, 6.0], [1.0, 2.0, 3.0]),
             core=True),
        Case("by hand: lambda_max",
             call(laplacian_of(PATH), [1.0, 2.0, 6.0], [1.0, 2.0, 3.0],
                  lambda_max=2.0)),
        Case("five weights",
             call(laplacian_of(network(rng, 7)), rng.normal(size=7),
                  heights(rng, 5))),
        Case("nine weights, three channels",
             call(laplacian_of(network(rng, 6)), rng.normal(size=(6, 3)),
                  heights(rng, 9))),
        Case("two weights",
             call(laplacian_of(network(rng, 5)), rng.normal(size=5),
                  heights(rng, 2))),
        Case("one weight: nobody looks at a neighbour",
             call(laplacian_of(network(rng, 5)), rng.normal(size=5),
                  heights(rng, 1))),
        Case("a bound for lambda_max",
             call(laplacian_of(network(rng, 6)), rng.normal(size=6),
                  heights(rng, 4), lambda_max=float(rng.uniform(25, 30)))),
    ],
    mistakes=[
        Mistake("not rescaled", answers.chebyshev_not_scaled,
                "The eigenvalues of L reach far beyond 1, where the"
                " polynomials explode. Take 2L/lambda_max - I, whose"
                " eigenvalues lie between -1 and 1.",
                credit=1.5),
        Mistake("the 2 of the scaling lost", answers.chebyshev_half_scaled,
                "L/lambda_max - I has its eigenvalues between -1 and 0: half"
                " of the interval. It is 2L/lambda_max - I.",
                credit=2.0),
        Mistake("I not subtracted", answers.chebyshev_not_shifted,
                "2L/lambda_max has its eigenvalues between 0 and 2. Subtract"
                " I, and they lie between -1 and 1.",
                credit=2.0),
        Mistake("1 for I", answers.chebyshev_shifted_everywhere,
                "Minus 1 is subtracted from every entry of the matrix. The"
                " identity, np.eye(n), has ones on its diagonal only.",
                credit=2.0),
        Mistake("the 2 of the recursion lost", answers.chebyshev_without_two,
                "T_k = 2 L~ T_(k-1) - T_(k-2): your recursion has no 2.",
                credit=1.8),
        Mistake("plus in the recursion", answers.chebyshev_plus,
                "T_(k-2) is subtracted, not added. T_2 = 2x^2 - 1.",
                credit=1.8),
        Mistake("nothing subtracted", answers.chebyshev_nothing_subtracted,
                "T_k = 2 L~ T_(k-1) - T_(k-2): your recursion does not"
                " subtract the last but one.",
                credit=1.8),
        Mistake("ones for T_0", answers.chebyshev_from_ones,
                "T_0(y) = 1 as a polynomial; of a matrix it is the identity,"
                " so T_0 x is x itself. You begin with ones.",
                credit=1.8),
        Mistake("always from T_1", answers.chebyshev_always_from_T_1,
                "2 L~ L~ x makes each new term of T_1 x. It is made of the"
                " newest one: 2 L~ T_(k-1) x.",
                credit=2.0),
        Mistake("the second kind", answers.chebyshev_second_kind,
                "T_1 is L~ x, without the 2: that begins with the third term."
                " Yours are the polynomials of the second kind.",
                credit=1.8),
        Mistake("plain powers", answers.chebyshev_powers,
                "You take L~ x, L~^2 x, L~^3 x. The weights belong to"
                " Chebyshev's polynomials, T_k = 2 L~ T_(k-1) - T_(k-2).",
                credit=1.0),
        Mistake("entry by entry", answers.chebyshev_of_entries,
                "* multiplies entry by entry. A polynomial of a matrix is"
                " made of matrix products, @, and T_0 is the identity.",
                credit=0.8),
        Mistake("entry by entry, from the identity",
                answers.chebyshev_entries_from_identity,
                "T_0 = I is right, but then * multiplies entry by entry. A"
                " polynomial of a matrix is made of matrix products, @.",
                credit=1.0),
        Mistake("lambda_max ignored", answers.chebyshev_own_lambda,
                "You compute the largest eigenvalue even when lambda_max is"
                " given. It saves the eigenvalues: use it.",
                credit=2.3),
        Mistake("2 for the largest eigenvalue", answers.chebyshev_always_two,
                "2 is the bound for the normalized Laplacian. Without"
                " lambda_max take the largest eigenvalue of the L you are"
                " given.",
                credit=1.5),
        Mistake("the largest entry", answers.chebyshev_largest_entry,
                "lambda_max is the largest eigenvalue of L, not its largest"
                " entry, which is smaller.",
                credit=1.8),
        Mistake("a norm for the largest eigenvalue",
                answers.chebyshev_largest_norm,
                "np.linalg.norm(L) is the root of the sum of all squares, and"
                " larger than the largest eigenvalue. Take the last of"
                " np.linalg.eigvalsh(L).",
                credit=1.8),
        Mistake("overwritten too early", answers.chebyshev_overwritten,
                "before = now comes too early: then 2 L~ now - before uses"
                " the same vector twice. Change both at once: before, now ="
                " now, ...",
                credit=2.0),
        Mistake("two weights needed",
                answers.chebyshev_two_weights_at_least,
                "With one weight, K = 0, there is no theta[1]. The sum then"
                " is theta_0 x.",
                credit=2.6),
        Mistake("a term too many for one weight",
                answers.chebyshev_two_terms_at_least,
                "With one weight, K = 0, the sum is theta_0 x: there is no"
                " T_1 in it.",
                credit=2.5),
        Mistake("the first weight halved", answers.chebyshev_first_halved,
                "Some books halve the first weight of a Chebyshev series. The"
                " contract does not.",
                credit=2.2),
        Mistake("weights back to front", answers.chebyshev_backwards,
                "theta[0] belongs to T_0, that is x itself; np.polyval counts"
                " the other way, this contract does not.",
                credit=1.8),
        Mistake("the last weight left out", answers.chebyshev_without_last,
                "theta has K + 1 entries, and T_K is the last: your sum stops"
                " one too early.",
                credit=1.8),
    ],
    variants=[
        Variant("in frequencies", answers.chebyshev_in_frequencies),
        Variant("two terms at a time", answers.chebyshev_running),
    ],
)


def layer(rng, n, d_in, d_out, activation=None, **options):
    """A graph with drawn features and weights, and perhaps an activation."""
    args = (network(rng, n, **options), rng.normal(size=(n, d_in)),
            rng.normal(size=(d_in, d_out)))
    return call(*args) if activation is None else call(
        *args, given(activation))


def both_forget_the_last(first, second, program):
    """Nothing arrives at the node without edges, or 1/0 is everywhere."""
    return all(
        not np.isfinite(Z).all() or not np.any(Z[-1])
        for Z in (first, second)
    )


gcn_layer = Exercise(
    reference=gt.gcn_layer,
    points=3,
    cases=lambda rng: [
        Case("by hand",
             call([[0.0, 3.0], [3.0, 5.0]], [[6.0], [12.0]], [[1.0, -1.0]])),
        Case("by hand, with ReLU",
             call([[0.0, 3.0], [3.0, 5.0]], [[6.0], [12.0]], [[1.0, -1.0]],
                  given("relu"))),
        Case("a network of 6", layer(rng, 6, 4, 3)),
        Case("all weights 1",
             call(1.0 * (network(rng, 5) > 0), rng.normal(size=(5, 2)),
                  rng.normal(size=(2, 2))), core=True),
        Case("squares at the end", layer(rng, 5, 3, 2, "square")),
        Case("ReLU on 8 features", layer(rng, 6, 3, 8, "relu")),
        Case("a node without edges", layer(rng, 5, 3, 2, alone=1),
             compare=named_if(both_forget_the_last)),
        Case("loops in A already", layer(rng, 5, 3, 2, loops=[0, 3])),
    ],
    mistakes=[
        Mistake("no loops", answers.gcn_without_loops,
                "Without A + I a node hears its neighbours and forgets itself;"
                " one without edges becomes 0. Add the identity first.",
                credit=1.2),
        Mistake("I minus the Laplacian of A", answers.gcn_by_laplacian,
                "I - L_sym is D^-1/2 A D^-1/2, without loops: a node hears"
                " its neighbours and forgets itself. Add the identity to A"
                " first.",
                credit=1.2),
        Mistake("degrees of A", answers.gcn_degrees_of_A,
                "You add I, but the degrees are still those of A. D holds the"
                " row sums of A + I; they are never 0.",
                credit=1.8),
        Mistake("degrees of A, and 1 for 0", answers.gcn_degrees_of_A_never_0,
                "You add I, but the degrees are still those of A, with a 1"
                " where they are 0. D holds the row sums of A + I; they are"
                " never 0.",
                credit=1.8),
        Mistake("degrees that count", answers.gcn_degrees_counted,
                "You divide by the number of edges. The degree is the sum of"
                " their weights, that of the loop of I included.",
                credit=1.8),
        Mistake("degrees that count those of A, and 1",
                answers.gcn_degrees_counted_in_A,
                "You divide by the number of edges, plus 1. The degree is the"
                " sum of their weights, plus 1.",
                credit=1.8),
        Mistake("I added afterwards", answers.gcn_loops_after,
                "You normalize A and add I then. The loops come first, so"
                " that they are normalized, too: this is the step by which"
                " the GCN differs.",
                credit=1.5),
        Mistake("rows averaged", answers.gcn_rows,
                "D^-1 (A + I) averages over the row. The layer is symmetric:"
                " 1/sqrt(d_i) from the left, 1/sqrt(d_j) from the right.",
                credit=1.5),
        Mistake("no root", answers.gcn_without_root,
                "You divide by d_i and by d_j; from each side comes only the"
                " root: 1/sqrt(d_i d_j).",
                credit=1.8),
        Mistake("multiplied", answers.gcn_multiplied,
                "D^-1/2 divides by sqrt(d). You multiply: the numbers grow"
                " from layer to layer.",
                credit=1.5),
        Mistake("summed", answers.gcn_summed,
                "(A + I) H W adds up without normalizing: a node with many"
                " edges drowns the others.",
                credit=1.2),
        Mistake("one side", answers.gcn_one_side,
                "You scale the rows by 1/sqrt(d_i). The columns get their"
                " 1/sqrt(d_j), too.",
                credit=1.5),
        Mistake("columns twice", answers.gcn_columns_twice,
                "s * A * s scales the columns twice: NumPy lines a vector up"
                " with the last axis. For the rows it is s[:, None].",
                credit=1.5),
        Mistake("zeros to the power -1/2", answers.gcn_power_of_the_matrix,
                "np.diag(d)**-0.5 takes the power of every entry, and beside"
                " the diagonal that is 1/0. Take it of the vector d first.",
                credit=1.2),
        Mistake("diagonal set to 1", answers.gcn_diagonal_set,
                "You write 1 on the diagonal. Where A has a loop already, it"
                " is lost: A + I adds.",
                credit=2.4),
        Mistake("1 for I", answers.gcn_plus_one,
                "A + 1 joins everybody with everybody. The identity,"
                " np.eye(n), has ones on its diagonal only.",
                credit=1.0),
        Mistake("weights of the edges ignored", answers.gcn_counts,
                "You take every edge for one of weight 1; A holds the"
                " weights.",
                credit=1.5),
        Mistake("activation ignored", answers.gcn_without_activation,
                "activation is a function to be applied to the result, when"
                " there is one.",
                credit=2.0),
        Mistake("always ReLU", answers.gcn_always_relu,
                "Without an activation the layer is linear: None means none,"
                " not ReLU.",
                credit=1.8),
        Mistake("None called", answers.gcn_always_activated,
                "Without an activation there is nothing to call: return the"
                " sum as it is.",
                credit=1.8),
        Mistake("activated before the sum", answers.gcn_activated_early,
                "The activation comes last, after the neighbours have been"
                " added up. You apply it to H W.",
                credit=1.8),
        Mistake("W transposed", answers.gcn_weights_transposed,
                "W has the shape (in, out) here, as in the paper: H @ W, not"
                " H @ W.T.",
                credit=1.8),
    ],
    variants=[
        Variant("diagonal matrices", answers.gcn_by_diag),
        Variant("message by message", answers.gcn_by_messages),
    ],
)


def attending(rng, A, d_in, d_out, *, scale=1.0, **options):
    """Drawn features and weights; scores of both signs."""
    return call(
        A, rng.normal(size=(len(A), d_in)), rng.normal(size=(d_out, d_in)),
        scale * rng.normal(size=2 * d_out), **options)


gat_layer = Exercise(
    reference=gt.gat_layer,
    points=4,
    cases=lambda rng: [
        Case("by hand",
             call(PATH, [[-8.0], [2.0], [12.0]], [[0.5]],
                  [-float(np.log(2)), float(np.log(2))])),
        Case("six nodes",
             attending(rng, 1.0 * (network(rng, 6) > 0), 4, 3), core=True),
        Case("two nodes without edges",
             attending(rng, 1.0 * (network(rng, 6, alone=2) > 0), 3, 2)),
        Case("a directed graph",
             attending(rng, 1.0 * (web(rng, 6) > 0), 3, 2)),
        Case("negative_slope 0.01",
             attending(rng, 1.0 * (network(rng, 6) > 0), 3, 2, scale=2.0,
                       negative_slope=0.01)),
        Case("negative_slope 0.6",
             attending(rng, 1.0 * (network(rng, 6) > 0), 3, 3, scale=2.0,
                       negative_slope=0.6)),
        Case("scores in the thousands",
             attending(rng, 1.0 * (network(rng, 7) > 0), 3, 2,
                       scale=2000.0)),
        Case("scores near -1000",
             call(1.0 * (network(rng, 5) > 0), rng.normal(-50, 1, (5, 1)),
                  [[1.0]], [60.0, 40.0])),
        Case("an edge is an edge, whatever its weight",
             attending(rng, network(rng, 5), 3, 2)),
        Case("loops in A already",
             attending(rng, 1.0 * (network(rng, 5, loops=[1, 2]) > 0), 3, 2)),
    ],
    mistakes=[
        Mistake("as it was", answers.gat_as_it_was,
                "Nothing is mended yet. Two things are wrong: a score of 0"
                " masks nobody, since e^0 = 1; and the softmax runs over i,"
                " while each node i shares itself out over its j."),
        Mistake("masked with 0", answers.gat_masked_by_zero,
                "A score of 0 is no mask: e^0 = 1, and strangers get their"
                " share. e^-inf is 0: mask with -np.inf, before the softmax.",
                credit=2.0),
        Mistake("softmax over i", answers.gat_over_i,
                "Your columns add up to 1. Node i shares its attention out"
                " over the j: row i adds up to 1, axis=1.",
                credit=2.0),
        Mistake("everybody attended to", answers.gat_everybody,
                "The graph plays no part: each node attends to all. Mask who"
                " is neither a neighbour nor the node itself with -np.inf.",
                credit=1.2),
        Mistake("masked after the softmax", answers.gat_masked_after,
                "The strangers were in the sum below, so the rest no longer"
                " adds up to 1. Mask the scores, before the softmax.",
                credit=2.0),
        Mistake("no loop", answers.gat_without_self,
                "A node attends to itself, too. Without that, one without"
                " edges has nobody to attend to, and 0/0 is nan.",
                credit=2.0),
        Mistake("no LeakyReLU", answers.gat_without_leaky_relu,
                "Without LeakyReLU the part of h_i cancels in the softmax:"
                " i's own features no longer play a part, and all who listen"
                " share out in the same proportions.",
                credit=2.0),
        Mistake("LeakyReLU of each part", answers.gat_leaky_on_each_part,
                "LeakyReLU comes after the sum of the two parts. On each part"
                " alone, that of h_i cancels in the softmax: i's own features"
                " no longer play a part.",
                credit=2.4),
        Mistake("LeakyReLU before a", answers.gat_leaky_before_a,
                "You bend W h before a scores it. LeakyReLU comes last, on the"
                " score; else the part of h_i cancels in the softmax.",
                credit=2.2),
        Mistake("ReLU", answers.gat_relu,
                "ReLU cuts negative scores off. The leaky one multiplies them"
                " by negative_slope.",
                credit=2.4),
        Mistake("negative_slope ignored", answers.gat_own_slope,
                "0.2 is only the default: use the argument negative_slope.",
                credit=3.2),
        Mistake("halves exchanged", answers.gat_halves_exchanged,
                "The first half of a belongs to node i, who attends, the"
                " second to node j, who is attended to.",
                credit=2.5),
        Mistake("H for WH", answers.gat_of_features,
                "What is averaged is W h_j, of length out, not h_j itself.",
                credit=2.0),
        Mistake("weights of edges in the scores", answers.gat_weighted,
                "You multiply the scores by A. In this layer an edge is an"
                " edge: A says only who is joined.",
                credit=3.2),
        Mistake("overflow", answers.gat_overflowing,
                "exp of a thousand is infinite, and exp of -1000 is 0 for"
                " all: 0/0. Subtract the largest score of each row first, or"
                " use fd.softmax.",
                credit=3.2),
        Mistake("masked with a small number", answers.gat_masked_a_little,
                "-100 looks small until the scores of the neighbours are"
                " -1000: then the strangers win. Only -np.inf is below all.",
                credit=3.4),
        Mistake("-inf times 0", answers.gat_infinity_times_zero,
                "Where the mask is 0 you add 0 times -inf, which is nan."
                " np.where chooses instead of multiplying.",
                credit=2.5),
        Mistake("columns of A", answers.gat_of_columns,
                "In a directed graph node i attends to the j with A_ij != 0:"
                " row i of the mask, not column i.",
                credit=3.2),
    ],
    variants=[
        Variant("one neighbourhood at a time",
                answers.gat_one_neighborhood_at_a_time),
        Variant("-1e30 for -inf", answers.gat_by_a_large_number),
    ],
)


def crossing(rng, *, weighted=True, p=None, q=None):
    """A walk from t to v, and v's neighbours: t, two near t, two far."""
    edges = [(0, 1), (1, 2), (0, 2), (1, 3), (0, 3), (1, 4), (1, 5),
             (0, 6), (4, 5), (4, 7), (2, 7)]
    A = of_edges(8, edges, rng if weighted else None)
    order = rng.permutation(8)
    t, v = (int(np.flatnonzero(order == node)[0]) for node in (0, 1))
    p = float(rng.uniform(1.5, 4)) if p is None else p
    q = float(rng.uniform(0.2, 0.6)) if q is None else q
    return call(A[np.ix_(order, order)], t, v, p, q)


node2vec_transition = Exercise(
    reference=gt.node2vec_transition,
    points=3,
    cases=lambda rng: [
        Case("by hand",
             call(of_edges(5, [(0, 1), (0, 2), (1, 2), (1, 3, 2.0), (3, 4)]),
                  0, 1, 4.0, 0.5), core=True),
        Case("away from home: q small", crossing(rng)),
        Case("close to home: q large",
             crossing(rng, p=float(rng.uniform(0.2, 0.5)),
                      q=float(rng.uniform(3, 5)))),
        Case("all weights 1", crossing(rng, weighted=False)),
        Case("p = q = 1: a plain walk", crossing(rng, p=1.0, q=1.0)),
        Case("a dead end: only back",
             call(of_edges(4, [(0, 1), (1, 2), (0, 3)], rng), 1, 2, 3.0,
                  0.5)),
    ],
    mistakes=[
        Mistake("p and q exchanged", answers.node2vec_exchanged,
                "1/p is for going back to the previous node, 1/q for going"
                " farther away. Yours are the other way round.",
                credit=1.5),
        Mistake("times p, times q", answers.node2vec_multiplied,
                "A large p makes returning rare: divide by p, and by q."
                " You multiply.",
                credit=1.5),
        Mistake("times p", answers.node2vec_times_p,
                "A large p makes returning rare: divide by p, as you divide by"
                " q.",
                credit=1.8),
        Mistake("times q", answers.node2vec_times_q,
                "A large q makes going away rare: divide by q, as you divide"
                " by p.",
                credit=1.8),
        Mistake("only the neighbours", answers.node2vec_of_neighbors,
                "You return a number for each neighbour of the current node."
                " Asked is an entry for every node, (n,), and 0 for those that"
                " no edge leads to: A[current] times the factors of all.",
                credit=2.2),
        Mistake("distance from the current node",
                answers.node2vec_from_current,
                "All candidates are neighbours of the current node, so seen"
                " from there none is far, and q plays no part. The distance"
                " is that from the previous node.",
                credit=1.2),
        Mistake("nobody near", answers.node2vec_only_away,
                "A neighbour of the previous node is at distance 1 from it and"
                " has the factor 1. You give 1/q to all but the previous"
                " node.",
                credit=1.2),
        Mistake("near and far exchanged", answers.node2vec_near_and_far,
                "The factor 1/q is for nodes that are not joined to the"
                " previous one; those that are have 1.",
                credit=1.5),
        Mistake("not normalized", answers.node2vec_not_normalised,
                "These are weights; divide by their sum, and they are"
                " probabilities.",
                credit=2.0),
        Mistake("weights ignored", answers.node2vec_without_weights,
                "The bias multiplies the weight of the edge from the current"
                " node to the candidate; yours takes every edge for 1.",
                credit=1.8),
        Mistake("weights of the previous node in the bias",
                answers.node2vec_weights_of_previous,
                "Whether a candidate is joined to the previous node counts,"
                " not how strongly: the factor is 1, not A[previous, x].",
                credit=2.0),
        Mistake("no factor for going back", answers.node2vec_no_way_back,
                "The previous node is not its own neighbour, so that yours"
                " gives it 1/q. It is at distance 0, and has 1/p.",
                credit=1.5),
        Mistake("by p and by q", answers.node2vec_both,
                "The previous node is not its own neighbour, so that yours"
                " divides it by q as well. It is at distance 0: 1/p alone.",
                credit=1.5),
        Mistake("the way back without its weight",
                answers.node2vec_back_without_weight,
                "You write 1/p over the weight of the way back. All three"
                " factors multiply the weight of the edge.",
                credit=2.2),
        Mistake("nodes that no edge leads to", answers.node2vec_everywhere,
                "You share out over all nodes. Only neighbours of the current"
                " node can be next: multiply by its row of A.",
                credit=1.0),
        Mistake("previous and current exchanged", answers.node2vec_other_way,
                "The walker stands at current and has come from previous: the"
                " edges are those of current, the distances those from"
                " previous.",
                credit=1.2),
        Mistake("no bias", answers.node2vec_plain,
                "That is the plain random walk. p and q make the difference.",
                credit=0.4),
        Mistake("normalized before the bias", answers.node2vec_scaled_before,
                "You normalize first and apply the bias then, and the sum is"
                " not 1 any more. Normalize last.",
                credit=2.0),
    ],
    variants=[
        Variant("a loop", answers.node2vec_by_loop),
        Variant("np.select", answers.node2vec_by_select),
    ],
)


def as_vector(A, title, **options):
    """A case of the Fiedler vector."""
    return Case(title, call(A).on("fiedler_vector"), compare=ROWS_TURNED,
                **options)


def as_rows(A, n_components, title, **options):
    """A case of the embedding."""
    return Case(title, call(A, n_components).on("spectral_embedding"),
                compare=COLUMNS_TURNED, **options)


def as_sides(A, title, **options):
    """A case of the bisection: which side is 0 is free."""
    return Case(title, call(A).on("spectral_bisection"), compare=two_sides,
                **options)


KITE = of_edges(5, [(0, 1), (0, 2), (1, 2), (2, 3), (3, 4)])


def two_towns(rng, m, n):
    """Two dense groups of m and n nodes, joined by two weak edges."""
    A = np.zeros((m + n, m + n))
    A[:m, :m] = rng.uniform(1, 3, size=(m, m))
    A[m:, m:] = rng.uniform(1, 3, size=(n, n))
    A[0, m] = A[1, m + 1] = 0.3
    A = np.triu(A, 1)
    return renumbered(rng, A + A.T)


def wrong_vectors(name, why, credit, vector, sides, rows=None):
    """A wrong vector: alone, with the sides by its sign, with all three."""
    alone = {"fiedler_vector": vector}
    cut = {**alone, "spectral_bisection": sides}
    mistakes = [
        Mistake(name, cut, why, credit=credit),
        Mistake(f"{name}, in the vector alone", alone, why,
                credit=round(credit + 0.6, 1)),
    ]
    if rows:
        mistakes.append(Mistake(
            f"{name}, in all three", {**cut, "spectral_embedding": rows},
            why, credit=round(credit - 0.2, 1)))
    return mistakes


fiedler_vector = Exercise(
    reference={
        "fiedler_vector": gt.fiedler_vector,
        "spectral_embedding": gt.spectral_embedding,
        "spectral_bisection": gt.spectral_bisection,
    },
    points=4,
    refuses=(
        "networkx.fiedler_vector",
        "networkx.spectral_bisection",
        "networkx.spectral_ordering",
        "sklearn.cluster.SpectralClustering",
        "sklearn.cluster.spectral_clustering",
        "sklearn.manifold.SpectralEmbedding",
        "sklearn.manifold.spectral_embedding",
    ),
    cases=lambda rng: [
        as_vector(KITE, "by hand"),
        as_vector(two_towns(rng, 7, 4), "two towns of unlike size"),
        as_vector(renumbered(rng, known("karate_club_graph", None)),
                  "the karate club, renumbered"),
        as_vector(renumbered(rng, known("karate_club_graph")),
                  "the karate club with its weights"),
        as_rows(KITE, 2, "by hand: two coordinates", core=True),
        as_rows(network(rng, 8), 3, "three coordinates of a network"),
        as_rows(renumbered(rng, known("karate_club_graph")), 4,
                "four coordinates of the karate club"),
        as_sides(KITE, "by hand: two sides"),
        as_sides(two_towns(rng, 7, 4), "which of two towns"),
        as_sides(renumbered(rng, known("karate_club_graph", None)),
                 "the club breaks in two"),
        as_sides(renumbered(rng, known("karate_club_graph")),
                 "the club with its weights"),
        as_sides(renumbered(rng, known("les_miserables_graph")),
                 "Les Miserables"),
    ],
    mistakes=[
        *half_written(2.0, "fiedler_vector"),
        *half_written(2.6, "spectral_embedding"),
        *half_written(2.2, "spectral_bisection"),
        *wrong_vectors(
            "the largest eigenvalue",
            "You take the last eigenvector, the wildest wave of all. The"
            " graph is cut where the slowest one changes its sign: the second"
            " smallest eigenvalue.",
            1.6, answers.fiedler_largest, answers.bisection_by_largest),
        *wrong_vectors(
            "the second largest eigenvalue",
            "You count from the top. The second smallest is meant: eigh sorts"
            " ascending, so it is column 1.",
            2.0, answers.fiedler_second_largest,
            answers.bisection_by_second_largest),
        *wrong_vectors(
            "the constant vector",
            "The first eigenvector is constant, with eigenvalue 0, for every"
            " graph: it knows nothing. Take the second.",
            2.0, answers.fiedler_first, answers.bisection_by_first),
        *wrong_vectors(
            "the third vector",
            "Python counts from 0: the second eigenvector is column 1.",
            2.4, answers.fiedler_third, answers.bisection_by_third),
        *wrong_vectors(
            "a row of U",
            "U[1] is a row. The eigenvectors are the columns: U[:, 1].",
            2.2, answers.fiedler_row, answers.bisection_by_row,
            answers.embedding_of_turned_rows),
        *wrong_vectors(
            "eigenvectors of A",
            "You take the second eigenvector of A, from the top. Unless all"
            " degrees are the same it is another one: L = D - A.",
            1.6, answers.fiedler_of_adjacency,
            answers.bisection_of_adjacency),
        *wrong_vectors(
            "eigenvectors of A, from below",
            "You take eigenvectors of A itself, and those of its smallest"
            " eigenvalues. Build L = D - A first.",
            1.6, answers.fiedler_of_adjacency_second,
            answers.bisection_of_adjacency_second,
            answers.embedding_of_adjacency),
        *wrong_vectors(
            "the normalized Laplacian",
            "That is the vector of I - D^-1/2 A D^-1/2: a good cut, too, but"
            " the contract takes L = D - A.",
            2.2, answers.fiedler_normalised, answers.bisection_normalised,
            answers.embedding_normalised),
        *wrong_vectors(
            "weights ignored",
            "You take all edges for 1. The weights belong into L.",
            2.4, answers.fiedler_unweighted, answers.bisection_unweighted),
        *wrong_vectors(
            "unsorted",
            "np.linalg.eig promises no order, so column 1 is any of them. L"
            " is symmetric: eigh sorts ascending.",
            2.4, answers.fiedler_unsorted, answers.bisection_unsorted,
            answers.embedding_unsorted),
        Mistake("the value, not the vector",
                {"fiedler_vector": answers.fiedler_value},
                "You return lambda_2, how well the graph hangs together."
                " Asked is its eigenvector, one number for each node.",
                credit=2.2),
        Mistake("value and vector", {"fiedler_vector": answers.fiedler_pair},
                "You return the pair of lambda_2 and its vector. Asked is the"
                " vector alone.",
                credit=3.0),
        Mistake("a column", {"fiedler_vector": answers.fiedler_column},
                "U[:, 1:2] is a matrix of one column, (n, 1). Asked is a"
                " vector, (n,): U[:, 1].",
                credit=3.2),
        Mistake("another length",
                {"fiedler_vector": answers.fiedler_not_unit},
                "The contract asks for a vector of length 1; yours has 1 for"
                " its largest entry.",
                credit=3.2),
        Mistake("length root n",
                {"fiedler_vector": answers.fiedler_of_length_root_n},
                "sqrt(n) u_2 is what the text compares with a cut into two"
                " halves. The contract asks for u_2 itself, of length 1.",
                credit=3.2),
        Mistake("length root n, in the coordinates, too",
                {"fiedler_vector": answers.fiedler_of_length_root_n,
                 "spectral_embedding": answers.embedding_of_length_root_n},
                "Each vector is multiplied by sqrt(n). The contract asks for"
                " the eigenvectors of length 1, as eigh returns them.",
                credit=2.8),
        Mistake("embedding from the top",
                {"spectral_embedding": answers.embedding_largest},
                "You take the last columns, the eigenvectors of the largest"
                " eigenvalues. Neighbours are close in the slow ones: the"
                " first columns.",
                credit=2.8),
        Mistake("embedding from the top down",
                {"spectral_embedding": answers.embedding_descending},
                "Your columns begin with the largest eigenvalue. Neighbours"
                " are close in the slow waves: ascending, u_1 first.",
                credit=2.8),
        Mistake("u_1 left out",
                {"spectral_embedding": answers.embedding_without_first},
                "You leave the constant vector out, as scikit-learn does. It"
                " is of little use, but the contract counts it: u_1 to u_k.",
                credit=3.4),
        Mistake("u_1 left out, one column short",
                {"spectral_embedding": answers.embedding_one_short},
                "You leave the constant vector out and have one column too"
                " few. The contract counts it: u_1 to u_k.",
                credit=3.2),
        Mistake("all columns",
                {"spectral_embedding": answers.embedding_all},
                "You return all n eigenvectors. The contract asks for the"
                " first n_components: U[:, :n_components].",
                credit=3.2),
        Mistake("rows for columns",
                {"spectral_embedding": answers.embedding_of_rows},
                "U[:k] cuts off rows, that is nodes. The eigenvectors are the"
                " columns: U[:, :k].",
                credit=2.8),
        Mistake("rows for columns, turned",
                {"spectral_embedding": answers.embedding_of_turned_rows},
                "U[:k].T has the right shape, but its columns are rows of U."
                " The eigenvectors are the columns: U[:, :k].",
                credit=3.0),
        Mistake("transposed",
                {"spectral_embedding": answers.embedding_transposed},
                "A row for each node, a column for each eigenvector: yours is"
                " the transpose.",
                credit=3.2),
        Mistake("embedding of the normalized Laplacian",
                {"spectral_embedding": answers.embedding_normalised},
                "These are the eigenvectors of the normalized Laplacian. The"
                " contract takes L = D - A.",
                credit=3.0),
        Mistake("embedding unsorted",
                {"spectral_embedding": answers.embedding_unsorted},
                "np.linalg.eig promises no order, so the first columns are"
                " any. L is symmetric: eigh sorts ascending.",
                credit=2.8),
        Mistake("scaled by the eigenvalues",
                {"spectral_embedding": answers.embedding_weighted},
                "You multiply by the eigenvalues, as if this were PCA; the"
                " first column is 0 then. The columns are the eigenvectors"
                " themselves.",
                credit=3.0),
        Mistake("cut at the median",
                {"spectral_bisection": answers.bisection_by_median},
                "The median makes two halves of one size, also where the"
                " graph has none. Cut at 0: the sign.",
                credit=3.0),
        Mistake("the sign of the first",
                {"spectral_bisection": answers.bisection_by_first},
                "The first eigenvector is constant: all nodes land on one"
                " side. Use the second.",
                credit=2.6),
        Mistake("values for sides",
                {"spectral_bisection": answers.bisection_values},
                "You return the vector. Asked is a 0 or a 1 for each node,"
                " by its sign.",
                credit=2.8),
        Mistake("other names for the sides",
                {"spectral_bisection": answers.bisection_of_signs},
                "The sides are right, but called otherwise, -1 and 1 perhaps."
                " The contract calls them 0 and 1: (u > 0).astype(int).",
                credit=3.4),
        Mistake("sides without weights",
                {"spectral_bisection": answers.bisection_unweighted},
                "You cut as if all edges weighed the same. In the karate club"
                " the weights bring one member more to the right side.",
                credit=3.2),
    ],
    variants=[
        Variant("eig, sorted by hand", {
            "fiedler_vector": answers.fiedler_by_eig,
            "spectral_embedding": answers.embedding_by_sorting,
            "spectral_bisection": answers.bisection_as_truth,
        }),
        Variant("dc.eigendecomposition",
                {"fiedler_vector": answers.fiedler_by_dc}),
    ],
)


pagerank = Exercise(
    reference=gt.pagerank,
    points=3,
    refuses=("networkx.google_matrix", "networkx.pagerank"),
    cases=lambda rng: [
        Case("by hand",
             call([[0.0, 1.0, 1.0], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]])),
        Case("by hand: one step",
             call([[0.0, 1.0, 1.0], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]],
                  max_iter=1)),
        Case("a web of 7 pages, all with links", call(web(rng, 7)),
             core=True),
        Case("two pages without links", call(web(rng, 7, ends=[2, 5]))),
        Case("alpha = 0.5", call(web(rng, 6), alpha=0.5)),
        Case("alpha = 0", call(web(rng, 5), alpha=0.0)),
        Case("three steps with two ends",
             call(web(rng, 6, ends=[0, 4]), max_iter=3)),
        Case("a coarse tol",
             call(slow_web(rng), alpha=0.97, tol=1e-2, max_iter=1000)),
        Case("100 steps are not enough for alpha = 0.99",
             call(slow_web(rng), alpha=0.99)),
        Case("Les Miserables",
             call(renumbered(rng, known("les_miserables_graph")))),
        Case("nobody links anywhere", call(np.zeros((4, 4)))),
    ],
    mistakes=[
        Mistake("mass lost at the ends", answers.pagerank_losing,
                "A page without links has a row of zeros: whoever is there"
                " disappears, and the sum falls below 1. He jumps anywhere:"
                " 1/n to each page.",
                credit=1.8),
        Mistake("rescaled at every step", answers.pagerank_rescaled,
                "You lose the surfers at the ends and blow the rest up to a"
                " sum of 1. In the limit it comes to the same, but not step"
                " by step: let them jump, 1/n to each page.",
                credit=2.3),
        Mistake("rescaled at the end", answers.pagerank_rescaled_once,
                "You lose the surfers at the ends and blow the rest up to a"
                " sum of 1 at last. In the limit it comes to the same, but"
                " not step by step: let them jump, 1/n to each page.",
                credit=2.3),
        Mistake("staying at the ends", answers.pagerank_staying,
                "gt.transition_matrix lets one without links stay where he"
                " is: the ends become traps that swallow the rank. Here he"
                " jumps anywhere.",
                credit=1.8),
        Mistake("anywhere but here", answers.pagerank_jumping_elsewhere,
                "From a page without links you jump to all others. The"
                " contract has 1/n for each page, its own included.",
                credit=2.2),
        Mistake("mass gained at the ends", answers.pagerank_gaining,
                "Those at the ends jump with probability 1, and your (1 -"
                " alpha)/n lets them jump once more: the sum rises above 1."
                " What follows no link is alpha times their share.",
                credit=2.0),
        Mistake("0/0 at the ends", answers.pagerank_zero_by_zero,
                "A page without links has degree 0, and 0/0 = nan spreads to"
                " all. Give it the row 1/n.",
                credit=1.6),
        Mistake("alpha on the wrong term", answers.pagerank_other_alpha,
                "alpha is the probability to follow a link, 1 - alpha that of"
                " a jump. Yours are exchanged.",
                credit=1.5),
        Mistake("always 0.85", answers.pagerank_always_85,
                "alpha is an argument; 0.85 is only its default.",
                credit=2.2),
        Mistake("in-links and out-links exchanged",
                answers.pagerank_of_out_links,
                "You rank who links to many. A page is important when many"
                " link to it: A_ij leads from i to j, and rows are"
                " normalized.",
                credit=1.5),
        Mistake("A read the other way, and 0/0", answers.pagerank_of_columns,
                "You normalize columns and multiply P @ pi: that is right"
                " where A_ij leads from j to i. Here it leads from i to j."
                " And a column without links makes 0/0.",
                credit=1.2),
        Mistake("A read the other way",
                answers.pagerank_of_columns_unless_empty,
                "You normalize columns and multiply P @ pi: that is right"
                " where A_ij leads from j to i. Here it leads from i to j, so"
                " that you follow the links backwards.",
                credit=1.3),
        Mistake("A read the other way, with full rows",
                answers.pagerank_of_columns_with_full_rows,
                "You normalize columns and multiply P @ pi: that is right"
                " where A_ij leads from j to i. Here it leads from i to j, so"
                " that you follow the links backwards.",
                credit=1.3),
        Mistake("P for its transpose",
                answers.pagerank_P_for_its_transpose,
                "Your ranks stay at 1/n. P pi averages the ranks of the pages"
                " that one can reach, and the average of 1/n is 1/n. (So does"
                " pi @ P, if you divided by the sums of the columns.) With"
                " rows that add up to 1, what arrives at j is the sum over i"
                " of pi_i P_ij: pi @ P.",
                credit=1.5),
        Mistake("columns that add up to 1", answers.pagerank_dividing_columns,
                "You divide by the sums of the columns, and who links to"
                " nobody is lost. A surfer at i shares out over row i: divide"
                " by the sums of the rows, and give a page without links the"
                " row 1/n.",
                credit=1.1),
        Mistake("columns that add up to 1, and 0/0",
                answers.pagerank_dividing_columns_unguarded,
                "You divide by the sums of the columns, 0 where nobody links"
                " to. A surfer at i shares out over row i: divide by the sums"
                " of the rows, and give a page without links the row 1/n.",
                credit=1.0),
        Mistake("weights ignored", answers.pagerank_unweighted,
                "The surfer follows links in proportion to their weights;"
                " yours takes all for 1.",
                credit=1.8),
        Mistake("1/n forgotten", answers.pagerank_not_over_n,
                "The jump shares 1 - alpha out over n pages: (1 - alpha)/n"
                " for each. Yours gives each the whole.",
                credit=1.8),
        Mistake("not normalized", answers.pagerank_not_normalised,
                "A holds weights, not probabilities. Divide each row by its"
                " sum first.",
                credit=1.2),
        Mistake("divided by another page's links",
                answers.pagerank_without_keepdims,
                "A / d divides column j by d_j. Row i is to be divided by"
                " d_i: keepdims=True. And a page without links makes 0/0.",
                credit=1.2),
        Mistake("started with ones", answers.pagerank_from_ones,
                "A distribution adds up to 1: start with 1/n at each page,"
                " not with 1.",
                credit=2.0),
        Mistake("stopped by allclose", answers.pagerank_allclose,
                "np.allclose has a relative tolerance of 1e-5 of its own and"
                " stops early. The contract takes the sum of |new - old|"
                " against tol.",
                credit=2.2),
        Mistake("max_iter ignored", answers.pagerank_always_100,
                "max_iter says how many steps at most; yours takes 100.",
                credit=2.2),
        Mistake("tol ignored", answers.pagerank_to_the_end,
                "You go on to the last step. Stop as soon as the sum of"
                " |new - old| is below tol.",
                credit=2.5),
        Mistake("solved, not iterated", answers.pagerank_solved,
                "The linear system has the limit for its solution. The"
                " contract asks for the vector after so many steps, as"
                " max_iter and tol say.",
                credit=2.0),
        Mistake("from the first page", answers.pagerank_from_the_first,
                "You start at page 0. The contract starts with 1/n at each.",
                credit=2.3),
        Mistake("stopped by the largest change",
                answers.pagerank_largest_change,
                "You look at the largest change. The contract stops when the"
                " sum of all |new - old| is below tol.",
                credit=2.5),
        Mistake("stopped by the length of the change",
                answers.pagerank_length_of_change,
                "You look at the length of the change, the root of the sum of"
                " squares. The contract takes the sum of |new - old|.",
                credit=2.5),
        Mistake("the last but one", answers.pagerank_previous,
                "When the change is below tol you return the vector before"
                " it. Return the newest.",
                credit=2.6),
    ],
    variants=[
        Variant("the Google matrix", answers.pagerank_google_matrix),
        Variant("loops", answers.pagerank_by_loops),
    ],
)


def slow_web(rng):
    """Two sides, no link within one: for alpha near 1 the ranks swing."""
    A = np.zeros((9, 9))
    A[:2, 2:] = rng.uniform(0.5, 3, size=(2, 7))
    A[2:, :2] = rng.uniform(0.5, 3, size=(7, 2))
    return A


laplacian_derivation = Written(
    rubric=[
        (1, r"Question 1: writes out $\mathbf x^\top D\mathbf x = \sum_i d_i"
            r" x_i^2 = \sum_{ij} A_{ij} x_i^2$ and $\mathbf x^\top A\mathbf x"
            r" = \sum_{ij} A_{ij} x_i x_j$"),
        (1, r"Question 2: says that by $A_{ij} = A_{ji}$ the first sum is"
            r" also $\sum_{ij} A_{ij} x_j^2$, hence half of $\sum_{ij} A_{ij}"
            r" (x_i^2 + x_j^2)$"),
        (1, r"Question 2: completes the square to $\tfrac12\sum_{ij} A_{ij}"
            r" (x_i - x_j)^2$, and says why this is the sum over the edges,"
            r" each once: it stands there twice, and a loop gives 0"),
        (1, r"Question 3: no term is negative, so no eigenvalue of $L$ is;"
            r" if $L\mathbf x = \mathbf 0$, the sum is 0, hence every term is,"
            r" and $\mathbf x$ is constant along each edge and so on each"
            r" component; if it is constant there, the sum is 0, and so is"
            r" $L\mathbf x$ (row by row, or by the hint)"),
        (1, r"Question 4: an edge that is cut gives 4 times its weight and"
            r" no other edge anything, so $4\,\mathrm{cut}(B)$; and the"
            r" smallest eigenvalue, 0, belongs to the constant vector, which"
            r" cuts nothing"),
    ],
)


# Mutants of the solutions that change nothing, with the reason.
_SYMMETRIC = "rows and columns of a symmetric matrix have the same sums"
_RENAMED = "which side is called 0 is free, and no entry is 0"
_SIDES = "return (fiedler_vector(A) > 0).astype(int)"
_SERIES = "return sum(t * term for t, term in zip(theta, terms))"
_STOP = "if np.sum(np.abs(pi - old)) < tol:"
_SURFER = "def pagerank(A, *, alpha=0.85, max_iter=100, tol="
_ENDS = "  # a page without links: to all alike"
EQUIVALENT = {
    "laplacian": {
        "return np.diag(np.sum(A, axis=1)) - A =>"
        " return np.diag(np.sum(A, axis=0)) - A": _SYMMETRIC,
    },
    "dirichlet_energy": {
        "columns = np.reshape(x, (len(A), -1)) =>"
        " columns = np.reshape(x, (len(A), -2))":
            "NumPy takes any negative size for the one to be found",
        "gaps = columns[:, None] - columns  # (n, n, channels) =>"
        " gaps = (columns - columns[:, None])  # (n, n, channels)":
            "a number and its opposite have the same square",
    },
    "normalized_laplacian": {
        "degrees = np.sum(A, axis=1) => degrees = np.sum(A, axis=0)":
            _SYMMETRIC,
        "scale = linked / np.sqrt(np.where(linked, degrees, 1.0)) =>"
        " scale = linked / np.sqrt(np.where(linked, degrees, 2.0))":
            "0 divided by any root is 0",
    },
    "transition_matrix": {
        "A = A + np.diag(np.sum(A, axis=1) == 0)  # who has no edge stays =>"
        " A = (A - np.diag(np.sum(A, axis=1) == 0))  # who has no edge stays":
            "-1 divided by the row's sum, -1, is 1 as well",
        "return np.array(nodes) => return nodes":
            "a list and an array are one kind",
    },
    "walk_stationary_distribution": {
        "degrees = np.sum(A, axis=1) => degrees = np.sum(A, axis=0)":
            _SYMMETRIC,
    },
    "chebyshev_filter": {
        "while len(terms) < len(theta): =>"
        " while (len(terms) <= len(theta)):":
            "zip leaves the term that is too many",
        f"{_SERIES} => return sum(t * term for t, term in zip(terms, theta))":
            "a product does not mind the order of its factors",
    },
    "gcn_layer": {
        "scale = 1 / np.sqrt(np.sum(A_hat, axis=1)) =>"
        " scale = 1 / np.sqrt(np.sum(A_hat, axis=0))": _SYMMETRIC,
    },
    "gat_layer": {
        "scores = np.where(scores > 0, scores, negative_slope * scores) =>"
        " scores = np.where((scores >= 0), scores, negative_slope * scores)":
            "a score of 0 is 0 on both sides",
        "return fd.softmax(np.where(linked, scores, -np.inf), axis=1) @ Z =>"
        " return fd.softmax(np.where(linked, scores, -np.inf)) @ Z":
            "axis 1 is the last one",
    },
    "fiedler_vector": {
        f"{_SIDES} => return (fiedler_vector(A) > 0)":
            "False and True are 0 and 1",
        f"{_SIDES} => return ((fiedler_vector(A) >= 0)).astype(int)":
            _RENAMED,
        f"{_SIDES} => return ((fiedler_vector(A) <= 0)).astype(int)":
            _RENAMED,
    },
    "pagerank": {
        f"{_SURFER}1e-10): => {_SURFER}2e-10):":
            "one step more or less is 1e-10 here",
        f"P = np.where(links > 0, A, 1.0){_ENDS} =>"
        f" P = np.where(links > 0, A, 2.0){_ENDS}":
            "the next line divides the row by its sum",
        "P = P / np.sum(P, axis=1, keepdims=True) =>"
        " P /= np.sum(P, axis=1, keepdims=True)":
            "P is an array of its own",
        f"{_STOP} => if (np.sum(np.abs(pi - old)) <= tol):":
            "the two are never equal",
        f"{_STOP} => if np.sum(np.abs((old - pi))) < tol:":
            "a number and its opposite are as large",
    },
}
