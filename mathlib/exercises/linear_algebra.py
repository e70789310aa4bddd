"""Exercises of chapter 02."""

import functools

import numpy as np

from mathlib import linear_algebra as la
from mathlib.course.compare import TO_THE_LAST, named_if, satisfies, values
from mathlib.exercise import Case, Exercise, Mistake, Variant, Written, call
from mathlib.exercises import _linear_algebra_answers as answers

EPS = float(np.finfo(float).eps)
# Where an answer may go another way, rounding apart (1 is the largest entry).
ROUGHLY = values(atol=1e-6)


def both_noise(first, second, program):
    """Both divided by nothing, or by rounding."""
    return all(
        np.any(~(np.abs(output) < 1e10)) for output in (first, second)
    )


def both_slanted(first, second, program):
    """Neither has orthonormal columns."""
    return all(
        not np.all(np.abs(Q.T @ Q - np.eye(Q.shape[-1])) < 1e-3)
        for Q in (first, second)
    )


def both_no_projection(first, second, program):
    """Neither stays what it is when squared."""
    return all(
        P.shape[0] == P.shape[-1] and not np.all(np.abs(P @ P - P) < 1e-6)
        for P in (first, second)
    )


def within(most):
    """Differ by no more than this, counting nan as 0."""
    return lambda first, second, program: np.all(
        np.abs(np.nan_to_num(first) - np.nan_to_num(second)) <= most
    )


def pair(rng, *shape):
    """Two arrays of one shape."""
    return tuple(rng.normal(size=(2, *shape)))


dot = Exercise(
    reference=la.dot,
    points=1,
    refuses=("numpy.linalg.vecdot", "numpy.vecdot", "torch.linalg.vecdot"),
    cases=lambda rng: [
        Case("by hand", call([1.0, 2.0, 3.0], [4.0, -5.0, 6.0]), core=True),
        Case("two vectors", call(*pair(rng, 5)), core=True),
        Case("orthogonal vectors", call([1.0, 2.0], [-4.0, 2.0])),
        Case("a batch of rows", call(*pair(rng, 4, 3))),
        Case("a square batch", call(*pair(rng, 3, 3))),
        Case("columns: axis=0", call(*pair(rng, 3, 3), axis=0)),
        Case("a batch of batches", call(*pair(rng, 2, 3, 4))),
        Case("a middle axis", call(*pair(rng, 2, 3, 3), axis=1)),
        Case("empty vectors", call(np.zeros(0), np.zeros(0))),
    ],
    mistakes=[
        Mistake("sum over every axis", answers.dot_over_every_axis,
                "A batch of 4 pairs of vectors has 4 dot products; yours adds"
                " them all up to one number. Sum along axis only.",
                credit=0.4),
        Mistake("entrywise product", answers.dot_entry_by_entry,
                "The products a_i b_i are the terms of the dot product:"
                " [1, 2, 3] and [4, -5, 6] give 4, -10 and 18, and the answer"
                " is their sum, 12."),
        Mistake("matrix product of a batch", answers.dot_as_matrix_product,
                "For two vectors a @ b is the dot product, for 2-D arrays it"
                " is the matrix product: with 4 pairs of length 3 the shapes"
                " do not fit, and 3 pairs of length 3 give 9 numbers in place"
                " of 3. Multiply entry by entry, then sum along axis.",
                credit=0.4),
        Mistake("np.dot of a batch", answers.dot_by_np_dot,
                "For two vectors np.dot is the dot product, for 2-D arrays it"
                " is the matrix product: with 4 pairs of length 3 the shapes"
                " do not fit, and 3 pairs of length 3 give 9 numbers in place"
                " of 3. Multiply entry by entry, then sum along axis.",
                credit=0.4),
        Mistake("axis ignored", answers.dot_last_axis_only,
                "With axis=0 the vectors are columns; yours still multiplies"
                " rows. Pass axis on to the sum.",
                credit=0.6),
    ],
    variants=[
        Variant("einsum", answers.dot_by_einsum),
        Variant("a loop", answers.dot_by_loop),
        Variant("single precision", answers.dot_in_single_precision),
    ],
)


cosine_similarity = Exercise(
    reference=la.cosine_similarity,
    points=2,
    refuses=(
        "scipy.spatial.distance.cosine",
        "sklearn.metrics.pairwise.cosine_distances",
        "sklearn.metrics.pairwise.cosine_similarity",
        "sklearn.metrics.pairwise.paired_cosine_distances",
        "torch.cosine_similarity",
        "torch.nn.CosineSimilarity",
        "torch.nn.functional.cosine_similarity",
    ),
    cases=lambda rng: [
        Case("by hand", call([3.0, 4.0], [4.0, 3.0]), core=True),
        Case("two vectors", call(*pair(rng, 5)), core=True),
        Case("opposite directions", call([1.0, 2.0], [-3.0, -6.0])),
        Case("a batch of rows", call(*pair(rng, 4, 3))),
        Case("columns: axis=0", call(*pair(rng, 3, 3), axis=0)),
        Case("a middle axis", call(*pair(rng, 2, 3, 3), axis=1)),
        Case("one vector against a batch",
             call(rng.normal(size=3), rng.normal(size=(4, 3)))),
        Case("a zero vector among others",
             call([[0.0, 0.0], [1.0, 1.0]], [[1.0, 2.0], [1.0, 0.0]])),
        Case("two zero vectors", call([0.0, 0.0], [0.0, 0.0])),
        Case("a shorter than eps", call([1e-9, 0.0], [2.0, 0.0])),
        Case("b shorter than eps", call([2.0, 0.0], [1e-9, 0.0])),
        Case("both short, neither shorter than eps",
             call([3e-6, 4e-6], [4e-6, 3e-6])),
        Case("a large eps", call([0.3, 0.4], [0.6, 0.8], eps=0.7)),
    ],
    mistakes=[
        Mistake("nan for a zero vector", answers.cosine_without_eps,
                "A zero vector has no direction, and 0/0 is nan, which then"
                " spreads to all that is computed from it. Divide by no norm"
                " smaller than eps: then the answer is 0.",
                credit=1.4),
        Mistake("squared norms", answers.cosine_by_squared_norms,
                "You divide by |a|^2 |b|^2. For [3, 4] and [4, 3] that gives"
                " 24/625 in place of 24/25, and a cosine that changes when a"
                " vector is made longer. Take the roots.",
                credit=0.5),
        Mistake("norms of the whole batch",
                answers.cosine_by_norms_of_the_batch,
                "Each pair has its own two norms; yours are taken over all"
                " vectors at once, so that every cosine comes out too small."
                " Sum the squares along axis, as in the dot product.",
                credit=0.8),
        Mistake("eps on the product", answers.cosine_with_eps_on_the_product,
                "The contract bounds each norm by eps, not their product: two"
                " vectors of norm 5e-6 have the product 2.5e-11, and yours"
                " makes their cosine 0.0024 in place of 0.96.",
                credit=1.4),
        Mistake("eps added to the norms", answers.cosine_with_eps_added,
                "Adding eps shortens every cosine a little: with eps=0.7 the"
                " one of a vector of norm 1 by a factor 1.7. Use the larger of"
                " norm and eps: np.maximum(norm, eps).",
                credit=1.2),
        Mistake("eps added to the product",
                answers.cosine_with_eps_added_to_the_product,
                "Adding eps changes every cosine a little, and those of short"
                " vectors a lot: norms of 5e-6 have the product 2.5e-11, of"
                " which an eps of 1e-8 leaves nothing. Each norm counts as"
                " eps at least: np.maximum(norm, eps).",
                credit=1.2),
    ],
    variants=[
        Variant("unit vectors first", answers.cosine_by_unit_vectors),
        Variant("einsum", answers.cosine_by_einsum),
    ],
)


l2_norm = Exercise(
    reference=la.l2_norm,
    points=2,
    refuses=(
        "math.dist",
        "math.hypot",
        "numpy.hypot",
        "numpy.linalg.norm",
        "numpy.linalg.vector_norm",
        "scipy.linalg.norm",
        "torch.Tensor.hypot",
        "torch.Tensor.norm",
        "torch.hypot",
        "torch.linalg.norm",
        "torch.linalg.vector_norm",
        "torch.norm",
    ),
    cases=lambda rng: [
        Case("by hand", call([3.0, -4.0]), core=True),
        Case("a vector", call(rng.normal(size=5)), core=True),
        Case("negative entries only", call([-1.0, -2.0, -2.0])),
        Case("a batch of rows", call(rng.normal(size=(4, 3)))),
        Case("columns: axis=0", call(rng.normal(size=(3, 3)), axis=0)),
        Case("a middle axis", call(rng.normal(size=(2, 3, 3)), axis=1)),
        Case("a zero vector", call([0.0, 0.0, 0.0])),
        Case("a zero row among others", call([[0.0, 0.0], [1.0, 2.0]])),
        Case("empty vectors", call(np.zeros((2, 0)))),
        Case("a batch with an axis of length 1",
             call(rng.normal(size=(2, 1, 3)))),
        Case("squares too large", call([1.0, -3e300, -4e300]),
             compare=TO_THE_LAST, core=True),
        Case("squares too small", call([3e-300, 4e-300]),
             compare=TO_THE_LAST),
        Case("large and small in one batch",
             call([[3e200, 4e200], [5e-200, 12e-200]]), compare=TO_THE_LAST),
    ],
    mistakes=[
        Mistake("missing square root", answers.l2_without_root,
                "The sum of the squares of [3, -4] is 25; its length is the"
                " root of that, 5."),
        Mistake("overflow", answers.l2_that_overflows,
                "(3e300)^2 is 9e600, larger than any float, so the norm comes"
                " out infinite; (3e-300)^2 is rounded to 0. Divide by the"
                " largest |x| first and multiply by it at the end.",
                credit=1.0),
        Mistake("sum of absolute values", answers.l2_of_absolute_values,
                "That is the L1 norm: 7 for [3, -4], where the straight way"
                " is 5 long. Square, sum, take the root."),
        Mistake("norm of the whole batch", answers.l2_of_the_batch,
                "Each vector of a batch has its own norm; yours is one number"
                " for all. Sum along axis only.",
                credit=0.8),
        Mistake("norm of the whole batch, and overflow",
                answers.l2_of_the_batch_that_overflows,
                "Each vector of a batch has its own norm; yours is one number"
                " for all, so sum along axis only. And (3e300)^2 is larger"
                " than any float: divide by the largest |x| first and multiply"
                " by it at the end.",
                credit=0.5),
        Mistake("scale not squeezed", answers.l2_with_scale_unsqueezed,
                "With keepdims the largest entries of 4 rows have the shape"
                " (4, 1), the sums the shape (4,), and multiplying the two"
                " makes a (4, 4) of them. keepdims is right for the division;"
                " squeeze the axis away before you multiply at the end.",
                credit=0.8),
        Mistake("keepdims left in", answers.l2_with_the_axis_kept,
                "The axis that is summed has to go: the norm of a vector is a"
                " number, those of 4 rows have the shape (4,), yours (4, 1)."
                " keepdims is right for the division; squeeze the axis away"
                " at the end.",
                credit=0.8),
        Mistake("one scale for the whole batch", answers.l2_with_one_scale,
                "Divided by 4e200, the row of entries near 1e-199 is rounded"
                " to 0. Every vector needs its own largest entry: take the"
                " maximum along axis, too.",
                credit=1.7),
        Mistake("nan for the zero vector", answers.l2_nan_for_zero,
                "The largest entry of a zero vector is 0, and 0/0 is nan."
                " Where the largest entry is 0, divide by 1 instead.",
                credit=1.6),
    ],
    variants=[
        Variant("pair by pair", answers.l2_pair_by_pair),
        Variant("a loop", answers.l2_by_loop),
    ],
)


def around(rng, centre, n, m):
    """Two sets of points near each other, and far from the origin."""
    return centre + rng.normal(size=(n, 3)), centre + rng.normal(size=(m, 3))


def same_twice(rng, n):
    """The same points in both places."""
    return (rng.normal(size=(n, 4)),) * 2


pairwise_euclidean_distance = Exercise(
    reference=la.pairwise_euclidean_distance,
    points=3,
    refuses=(
        "scipy.spatial.distance.cdist",
        "scipy.spatial.distance.pdist",
        "scipy.spatial.distance_matrix",
        "sklearn.metrics.euclidean_distances",
        "sklearn.metrics.nan_euclidean_distances",
        "sklearn.metrics.pairwise.euclidean_distances",
        "sklearn.metrics.pairwise.pairwise_distances",
        "sklearn.metrics.pairwise_distances",
        "torch.cdist",
        "torch.nn.functional.pdist",
        "torch.pdist",
    ),
    cases=lambda rng: [
        Case("by hand",
             call([[0.0, 0.0], [3.0, 4.0]],
                  [[6.0, 8.0], [3.0, 0.0], [0.0, 1.0]]), core=True),
        Case("5 points and 4",
             call(rng.normal(size=(5, 3)), rng.normal(size=(4, 3))),
             core=True),
        Case("as many points as axes", call(*pair(rng, 3, 3))),
        Case("points on a line",
             call(rng.normal(size=(4, 1)), rng.normal(size=(2, 1)))),
        Case("one point and one", call(*pair(rng, 1, 3))),
        Case("the same 150 points twice", call(*same_twice(rng, 150)),
             compare=named_if(within(1e-6), ROUGHLY)),
        Case("points that all lie near (1e8, -1e8, 0)",
             call(*around(rng, np.array([1e8, -1e8, 0.0]), 4, 3)),
             compare=named_if(within(10), values(rtol=1e-6, atol=1e-6))),
    ],
    mistakes=[
        Mistake("nan on the diagonal", answers.distance_nan_on_the_diagonal,
                "From a point to itself |x|^2 + |y|^2 - 2 x.y is 0, but for"
                " rounding: it may come out as -1e-16, and the root of that"
                " is nan. Clip at 0 before the root, or better, square the"
                " differences: they also survive points far from the origin.",
                credit=1.8),
        Mistake("cancellation far from the origin",
                answers.distance_cancelled,
                "Near (1e8, -1e8, 0) |x|^2 is 2e16, where floats lie 4"
                " apart: subtracting such numbers leaves nothing of a"
                " distance of 1. Subtract first, x - y, or move the origin"
                " among the points.",
                credit=2.4),
        Mistake("squared distances", answers.distance_squared,
                "From (0, 0) to (3, 4) yours is 25; the distance is the root"
                " of it, 5.",
                credit=1.0),
        Mistake("shape (m, n)", answers.distance_transposed,
                "Row i belongs to X[i] and column j to Y[j], so the shape is"
                " (n, m); yours is its transpose.",
                credit=1.2),
        Mistake("each set centred by itself",
                answers.distance_centred_apart,
                "Moving both sets by the same vector changes no distance, but"
                " you move X by its mean and Y by its own: that takes away"
                " how far the two sets lie apart. Subtract one mean, of X or"
                " of Y, from both.",
                credit=1.2),
        Mistake("city-block distance", answers.distance_city_block,
                "You add up |x_k - y_k|: from (0, 0) to (3, 4) that is 7, the"
                " way along the streets. The straight way is 5: square, sum,"
                " root."),
    ],
    variants=[
        Variant("two loops", answers.distance_by_loops),
        Variant("Gram matrix, centred", answers.distance_centred),
        Variant("einsum", answers.distance_by_einsum),
    ],
)


project = Exercise(
    reference=la.project,
    points=2,
    cases=lambda rng: [
        Case("by hand", call([2.0, 3.0], [4.0, 0.0]), core=True),
        Case("two vectors", call(*pair(rng, 4)), core=True),
        Case("a slanted line, by hand", call([3.0, 1.0], [2.0, 4.0])),
        Case("a already along b", call([2.0, -4.0], [-1.0, 2.0])),
        Case("a orthogonal to b", call([1.0, 2.0], [-4.0, 2.0])),
        Case("b a unit vector", call([5.0, 10.0], [0.6, 0.8])),
        Case("b the zero vector", call([1.0, 2.0], [0.0, 0.0])),
        Case("a batch of rows, one b",
             call(rng.normal(size=(4, 3)), rng.normal(size=3))),
        Case("a square batch, one b",
             call(rng.normal(size=(3, 3)), rng.normal(size=3))),
        Case("a b for each row", call(*pair(rng, 4, 3))),
        Case("a b for each row, one of them zero",
             call([[1.0, 2.0], [3.0, 4.0]], [[0.0, 0.0], [1.0, 1.0]])),
        Case("a batch of batches", call(*pair(rng, 2, 3, 3))),
    ],
    mistakes=[
        Mistake("norm in place of its square", answers.project_by_norm,
                "Right only for unit vectors: onto [4, 0] yours is 4 times"
                " too long. b stands in the numerator twice, so its norm"
                " stands in the denominator twice: divide by b.b.",
                credit=0.8),
        Mistake("multiple of a", answers.project_times_a,
                "The shadow of a on the line along b lies on that line: it is"
                " a multiple of b. Multiply the number a.b / b.b by b.",
                credit=0.5),
        Mistake("b projected onto a", answers.project_the_other_way,
                "You have projected b onto a. project(a, b) lies along b: the"
                " vector that is divided by its own square is b.",
                credit=0.8),
        Mistake("nan for the zero vector", answers.project_nan_for_zero,
                "The line through a zero vector is a single point, the"
                " origin; there the formula says 0/0, which is nan. Divide by"
                " 1 where the square is 0.",
                credit=1.6),
        Mistake("one vector only", answers.project_one_vector_only,
                "For a batch a * b holds one product for each row, and you"
                " add them all up. Sum along the last axis, and keep it:"
                " axis=-1, keepdims=True.",
                credit=1.2),
        Mistake("the rest", answers.project_the_rest,
                "That is what projecting leaves over, orthogonal to b. The"
                " projection is the part that you subtract.",
                credit=0.8),
    ],
    variants=[
        Variant("a unit vector first", answers.project_by_unit_vector),
        Variant("row by row", answers.project_row_by_row),
    ],
)


ALMOST_DEPENDENT = named_if(both_slanted, values(atol=1e-4))


def hilbert(n):
    """The Hilbert matrix: columns that are almost dependent."""
    return 1.0 / (np.arange(n)[:, None] + np.arange(n) + 1.0)


def dependent(rng, scale=1.0):
    """Four columns, of which the third is a sum of the first two."""
    a, b, c = scale * rng.normal(size=(3, 5))
    return np.stack([a, b, a + 2 * b, c], axis=1)


gram_schmidt = Exercise(
    reference=la.gram_schmidt,
    points=4,
    compare=named_if(both_slanted),
    cases=lambda rng: [
        Case("by hand", call([[3.0, 1.0], [4.0, 3.0]]), core=True),
        Case("three vectors in five dimensions",
             call(rng.normal(size=(5, 3))), core=True),
        Case("as many vectors as dimensions", call(rng.normal(size=(4, 4)))),
        Case("one vector", call([[0.0], [-2.0]])),
        Case("a dependent vector in the middle", call(dependent(rng))),
        Case("more vectors than dimensions", call(rng.normal(size=(2, 4)))),
        Case("a zero vector among others",
             call([[0.0, 1.0, 2.0], [0.0, 0.0, 3.0]])),
        Case("nothing but zero vectors", call(np.zeros((3, 2)))),
        Case("almost dependent: the 8 x 8 Hilbert matrix",
             call(hilbert(8)), compare=ALMOST_DEPENDENT, core=True),
        Case("almost dependent: 1 on top, 1e-8 below",
             call(np.vstack([np.ones(3), 1e-8 * np.eye(3)])),
             compare=ALMOST_DEPENDENT),
        Case("short vectors, independent",
             call(1e-12 * rng.normal(size=(4, 3)))),
        Case("long vectors, dependent", call(dependent(rng, 1e12))),
        Case("a larger tol", call([[1.0, 2.0], [0.0, 0.1]], tol=0.1)),
        Case("on both sides of the default tol",
             call([[1.0, 1.0, 1.0], [0.0, 7e-11, 0.0], [0.0, 0.0, 1.5e-10]])),
    ],
    mistakes=[
        Mistake("classical form", answers.gram_schmidt_classical,
                "You take all shares of the vector as it was. On the 8 x 8"
                " Hilbert matrix rounding then ruins the angles: Q^T Q is off"
                " by 1.0. Take each share from what the previous subtraction"
                " left, and it is off by 4e-7.",
                credit=2.0),
        Mistake("classical form, dependent vectors kept",
                answers.gram_schmidt_classical_keeps_all,
                "You take all shares of the vector as it was: take each from"
                " what the previous subtraction left, or rounding ruins the"
                " angles. And of a dependent vector only rounding is left:"
                " drop it when no more than tol times its norm remains.",
                credit=1.2),
        Mistake("dependent vectors kept", answers.gram_schmidt_keeps_all,
                "Of a dependent vector only rounding is left, about 1e-16;"
                " divided by its own length it becomes a unit vector in a"
                " random direction, or nan. Drop a vector of which no more"
                " than tol times its norm is left.",
                credit=2.0),
        Mistake("absolute tolerance", answers.gram_schmidt_absolute,
                "What is left of a vector is small or not beside the vector:"
                " measured in kilometres or in nanometres, the same vectors"
                " must stay. Compare with tol * norm(v).",
                credit=3.2),
        Mistake("rows for columns", answers.gram_schmidt_of_rows,
                "The vectors are the columns of V; yours makes the rows"
                " orthonormal. Loop over V.T.",
                credit=1.5),
        Mistake("a library's QR", answers.gram_schmidt_by_library,
                "A QR routine may turn columns round, and it keeps dependent"
                " ones. Here each column points along what is left of its"
                " vector: [3, 4] becomes [0.6, 0.8], not [-0.6, -0.8].",
                credit=1.0),
        Mistake("no normalisation", answers.gram_schmidt_not_normalised,
                "Your columns are orthogonal, but not of length 1, so Q^T Q"
                " is diagonal and not the identity. Divide each by its norm.",
                credit=1.5),
        Mistake("the caller's V overwritten",
                answers.gram_schmidt_overwrites,
                "A column of V is a view: u -= ... writes into the caller's V."
                " And the vector that you compare u with is u itself by then,"
                " so no dependent one is dropped. Write u = u - ..., which"
                " makes a new array, or begin with a copy.",
                credit=2.0),
        Mistake("V normalised in place", answers.gram_schmidt_normalises_V,
                "A column of V is a view: u -= ... and u /= ... write into the"
                " caller's V. And the vector that you compare u with is u"
                " itself by then, so no dependent one is dropped. Write"
                " u = u - ..., which makes a new array, or begin with a copy.",
                credit=2.0),
    ],
    variants=[
        Variant("twice is enough", answers.gram_schmidt_twice),
        Variant("sweeping forward", answers.gram_schmidt_sweeping),
    ],
)


matmul = Exercise(
    reference=la.matmul,
    points=2,
    cases=lambda rng: [
        Case("by hand", call([[1.0, 2.0], [3.0, 4.0]],
                             [[5.0, 6.0], [7.0, 8.0]]), core=True),
        Case("(2, 3) times (3, 4)",
             call(rng.normal(size=(2, 3)), rng.normal(size=(3, 4))),
             core=True),
        Case("(4, 3) times (3, 2)",
             call(rng.normal(size=(4, 3)), rng.normal(size=(3, 2)))),
        Case("square", call(*pair(rng, 3, 3))),
        Case("a row times a column",
             call(rng.normal(size=(1, 3)), rng.normal(size=(3, 1)))),
        Case("a column times a row",
             call(rng.normal(size=(3, 1)), rng.normal(size=(1, 2)))),
        Case("nothing to sum: (2, 0) times (0, 3)",
             call(np.zeros((2, 0)), np.zeros((0, 3)))),
        Case("ValueError: (2, 2) and (3, 4)",
             call(np.ones((2, 2)), np.ones((3, 4)))),
        Case("ValueError: (2, 3) and (2, 3)",
             call(np.ones((2, 3)), np.ones((2, 3)))),
        Case("ValueError: (2, 1) and (3, 4)",
             call(np.ones((2, 1)), np.ones((3, 4)))),
    ],
    mistakes=[
        Mistake("entrywise product", answers.matmul_entry_by_entry,
                "A * B multiplies entries that stand in one place. Entry"
                " (i, j) of the matrix product is row i of A times column j"
                " of B: 1 * 5 + 2 * 7 = 19 in the first corner, not 5."),
        Mistake("A transposed", answers.matmul_of_transposed_A,
                "You sum over the rows of A, so your product is A^T B. The"
                " index that is summed is the second of A and the first of B."
                ),
        Mistake("B transposed", answers.matmul_of_transposed_B,
                "You multiply rows of A by rows of B, which is A B^T. The"
                " index that is summed is the second of A and the first of B."
                ),
        Mistake("other order", answers.matmul_other_order,
                "That is B A. The order matters: for (2, 3) and (3, 4) only"
                " one of the two products exists."),
        Mistake("mismatched shapes accepted", answers.matmul_unchecked,
                "Where A has 2 columns and B has 3 rows, yours leaves one row"
                " of B out and tells nobody. Raise ValueError when the inner"
                " dimensions differ.",
                credit=1.5),
        Mistake("broadcasting in place of a check",
                answers.matmul_that_broadcasts,
                "Where A has 1 column and B has 3 rows, broadcasting uses that"
                " column three times, and no error stops it. Compare"
                " A.shape[1] with B.shape[0] yourself and raise ValueError.",
                credit=1.5),
    ],
    variants=[
        Variant("three loops", answers.matmul_by_loops),
        Variant("the operator", answers.matmul_by_operator),
        Variant("einsum", answers.matmul_by_einsum),
        Variant("single precision", answers.matmul_in_single_precision),
    ],
)


@np.errstate(all="ignore")
def is_echelon_form(got, A, *, tol=1e-10):
    """Judge ``(R, pivots)``; say what is wrong with it."""
    A = np.asarray(A, dtype=float)
    if not (isinstance(got, (tuple, list)) and len(got) == 2):
        return "two things are asked for, R and the list of pivot columns"
    R, pivots = np.asarray(got[0]), np.asarray(got[1])
    if R.shape != A.shape:
        return f"R has shape {R.shape}, A has {A.shape}"
    right = la.row_echelon(A, tol=tol)[1]
    if pivots.shape != (len(right),) or any(pivots != right):
        return (
            f"the pivots are in columns {list(right)}, yours says"
            f" {pivots.tolist()}"
        )
    begins = [*right, *[None] * (len(R) - len(right))]
    for row, begin in enumerate(begins):
        crumbs = R[row, :begin]
        if np.any(crumbs != 0):
            return (
                f"row {row} of R should be 0 up to its pivot, yours has"
                f" {crumbs[crumbs != 0][0]:.3g} there"
            )
        if begin is not None and R[row, begin] == 0:
            return f"row {row} of R has no pivot in column {begin}"
    # A row of an echelon form may be scaled: measure it by itself.
    rows = R[:len(right)].astype(float)
    rows /= np.max(np.abs(rows), axis=1, keepdims=True)
    # Steps on rows never leave the space that the rows of A span.
    span = np.linalg.qr(rows.T)[0]
    lost = np.abs(A - A @ span @ span.T)
    near = 4 * tol + (1e-5 if R.dtype == np.float32 else 1e-9)
    if not np.all(lost <= near * np.max(np.abs(A), initial=0.0)):
        return f"row {lost.max(axis=1).argmax()} of A is lost"
    return True


row_echelon = Exercise(
    reference=la.row_echelon,
    points=4,
    compare=satisfies(
        is_echelon_form, "a row echelon form of A and its pivot columns"
    ),
    cases=lambda rng: [
        Case("by hand", call([[1.0, 2.0], [3.0, 4.0]]), core=True),
        Case("three rows, four columns", call(rng.normal(size=(3, 4))),
             core=True),
        Case("more rows than columns", call(rng.normal(size=(4, 2)))),
        Case("one row", call([[0.0, 0.0, 2.0]])),
        Case("a zero in pivot position",
             call([[0.0, 1.0, 2.0], [1.0, 1.0, 1.0], [2.0, 0.0, 1.0]])),
        Case("a zero pivot that appears on the way",
             call([[1.0, 2.0, 3.0, 1.0], [2.0, 4.0, 1.0, 0.0],
                   [1.0, 1.0, 1.0, 2.0]])),
        Case("a zero in every pivot position",
             call([[0.0, 0.0, 3.0], [0.0, 2.0, 1.0], [1.0, 5.0, 2.0]])),
        Case("a first column of zeros", call([[0.0, 1.0], [0.0, 0.0]])),
        Case("a column without a pivot in the middle",
             call([[1.0, 2.0, 3.0], [2.0, 4.0, 7.0], [3.0, 6.0, 11.0]])),
        Case("rank 2, five columns",
             call(rng.normal(size=(4, 2)) @ rng.normal(size=(2, 5)))),
        Case("nothing but zeros", call(np.zeros((2, 3)))),
        Case("small numbers, full rank",
             call(1e-12 * rng.normal(size=(3, 3)))),
        Case("large numbers, rank 1",
             call(1e12 * np.outer(rng.normal(size=3), rng.normal(size=3)))),
        Case("a larger tol", call([[-2.0, 1.0], [0.0, 0.15]], tol=0.1)),
        Case("just above the default tol",
             call([[2.0, 1.0], [0.0, 3e-10]])),
        Case("just below the default tol",
             call([[2.0, 1.0], [0.0, 1.4e-10]])),
        Case("a pivot that is too small to trust",
             call([[1e-9, 1.0, 1.0], [1.0, 1.0, 2.0]])),
        Case("the same rows the other way round",
             call([[1.0, 1.0, 2.0], [1e-9, 1.0, 1.0]])),
    ],
    mistakes=[
        Mistake("crumbs left", answers.row_echelon_with_crumbs,
                "What should be 0 is only nearly so: 0.3 - 0.1 * 3 is"
                " -5.6e-17, and whoever looks for the first nonzero entry of"
                " a row finds that. Write the zeros below a pivot, and where"
                " a column has none, yourself.",
                credit=3.4),
        Mistake("end at a zero pivot", answers.row_echelon_stops,
                "When no row has an entry in this column, the elimination is"
                " not over: the same row may find its pivot in the next"
                " column. [[0, 1], [0, 0]] has rank 1, not 0.",
                credit=2.0),
        Mistake("no row exchange", answers.row_echelon_no_exchange,
                "A zero in the pivot's place says nothing about the rows"
                " below it. Look there for the largest entry of the column,"
                " and bring its row up.",
                credit=1.5),
        Mistake("pivots on the diagonal only",
                answers.row_echelon_diagonal,
                "A column without a pivot must not use up a row. Yours goes"
                " right and down together, so [[0, 1], [0, 0]] has rank 0;"
                " its rank is 1. Go right only, and stay in the row.",
                credit=2.0),
        Mistake("absolute tolerance", answers.row_echelon_absolute,
                "Rounding leaves about 1e-16 of the largest entry where a"
                " zero belongs: 1e-4 when the entries are near 1e12. Compare"
                " with tol * max|A|, or the units decide the rank.",
                credit=3.2),
        Mistake("first nonzero entry as pivot",
                answers.row_echelon_first_nonzero,
                "Dividing by a pivot of 1e-9 multiplies the other entries by"
                " 1e9, and of their 16 digits 7 remain. Take the largest"
                " entry of the column.",
                credit=3.2),
        Mistake("rows for columns", answers.row_echelon_counts_rows,
                "You number the pivots by their rows, 0, 1, 2 and so on. What"
                " is asked is the column that each stands in.",
                credit=2.5),
        Mistake("place counted from the wrong row",
                answers.row_echelon_counts_from_the_top,
                "np.argmax(np.abs(R[r:, j])) counts from row r: a 0 means row"
                " r, not row 0. Yours brings back a row that is finished. Add"
                " r to it.",
                credit=1.5),
    ],
    variants=[
        Variant("lists and loops", answers.row_echelon_by_loops),
        Variant("reduced form", answers.row_echelon_reduced),
    ],
)


def nearly_singular(pivot):
    """A 4 x 4 matrix of negative entries, all pivots -1 but the last."""
    A = -np.eye(4)
    A[2:, 2:] = -1.0
    A[3, 3] -= pivot
    return A


solve = Exercise(
    reference=la.solve,
    points=4,
    compare=named_if(both_noise),
    # Inverting, and the least squares, solve the equations on the way.
    refuses=(
        "mathlib.linear_algebra.inverse",
        "numpy.linalg.inv",
        "numpy.linalg.lstsq",
        "numpy.linalg.pinv",
        "numpy.linalg.solve",
        "numpy.linalg.tensorsolve",
        "scipy.linalg.inv",
        "scipy.linalg.lstsq",
        "scipy.linalg.lu_solve",
        "scipy.linalg.pinv",
        "scipy.linalg.solve",
        "torch.Tensor.inverse",
        "torch.Tensor.lu_solve",
        "torch.Tensor.pinverse",
        "torch.inverse",
        "torch.linalg.inv",
        "torch.linalg.lstsq",
        "torch.linalg.lu_solve",
        "torch.linalg.pinv",
        "torch.linalg.solve",
        "torch.linalg.tensorsolve",
        "torch.lu_solve",
        "torch.pinverse",
    ),
    cases=lambda rng: [
        Case("by hand", call([[2.0, 1.0], [1.0, 3.0]], [3.0, 5.0]),
             core=True),
        Case("five equations",
             call(rng.normal(size=(5, 5)), rng.normal(size=5)), core=True),
        Case("one equation", call([[-4.0]], [2.0])),
        Case("a zero pivot", call([[0.0, 1.0], [1.0, 0.0]], [2.0, 3.0])),
        Case("a zero pivot that appears on the way",
             call([[1.0, 2.0, 3.0], [2.0, 4.0, 1.0], [1.0, 1.0, 1.0]],
                  [1.0, 2.0, 4.0])),
        Case("a pivot that is too small to trust",
             call([[1e-20, 1.0], [1.0, 1.0]], [1.0, 2.0])),
        Case("the same equations the other way round",
             call([[1.0, 1.0], [1e-20, 1.0]], [2.0, 1.0])),
        Case("rows in a circle",
             call([[0.0, 2.0, 0.0], [0.0, 0.0, 4.0], [1.0, 0.0, 0.0]],
                  [2.0, 8.0, 5.0])),
        Case("small numbers, not singular",
             call(1e-20 * rng.normal(size=(3, 3)), rng.normal(size=3))),
        Case("almost singular: the last pivot is 6 eps",
             call([[1.0, 1.0], [1.0, 1.0 + 6 * EPS]], [0.0, 6 * EPS])),
        Case("ValueError: the second row is twice the first",
             call([[1.0, 2.0], [2.0, 4.0]], [1.0, 2.0])),
        Case("ValueError: nothing but zeros",
             call(np.zeros((2, 2)), [0.0, 0.0])),
        Case("ValueError: rank 2 of 3, and no zero in sight",
             call([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]],
                  [1.0, 2.0, 4.0])),
        Case("ValueError: the last of four pivots is only 2 eps",
             call(nearly_singular(2 * EPS), np.ones(4))),
        Case("ValueError: A of shape (2, 3)",
             call([[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]], [1.0, 2.0])),
    ],
    mistakes=[
        Mistake("singular matrix accepted", answers.solve_accepts_singular,
                "Where no pivot is left there is no solution, or more than"
                " one; dividing by 0 gives inf or nan, which nobody notices"
                " until much later. Raise ValueError.",
                credit=3.0),
        Mistake("no row exchange", answers.solve_no_exchange,
                "x2 = 2, x1 = 3 is easy to solve, yet its first pivot is 0"
                " and you divide by it. And a pivot of 1e-20 costs all 16"
                " digits. Bring the largest entry of the column up first.",
                credit=2.0),
        Mistake("exchange for an exact zero only",
                answers.solve_exchanges_for_zero_only,
                "With a pivot of 1e-20 the other row is multiplied by 1e20,"
                " and its own numbers are rounded away: yours gives x = 0"
                " where 1 is right. Always take the largest entry.",
                credit=3.0),
        Mistake("b left behind", answers.solve_forgets_b,
                "Exchanging two equations exchanges their right sides, too;"
                " yours leaves b as it was. Swap its entries along with the"
                " rows.",
                credit=2.0),
        Mistake("row_echelon of [A | b]", answers.solve_by_row_echelon,
                "row_echelon takes for zero what is below 1e-10 of the largest"
                " entry of [A | b], b included. Whether A is singular, b must"
                " not decide: with a small A and a large b yours finds no"
                " pivot. Compare with n * eps * max|A|.",
                credit=3.0),
        Mistake("b decides what is small", answers.solve_measures_b,
                "You measure the pivots by the largest entry of [A | b], b"
                " included. Whether A is singular, b must not decide: an A of"
                " entries near 1e-20 is no more singular than 1e20 times it."
                " Compare with n * eps * max|A|.",
                credit=3.4),
        Mistake("place counted from the wrong row",
                answers.solve_counts_from_the_top,
                "np.argmax(np.abs(M[j:, j])) counts from row j: a 0 means row"
                " j, not row 0. Yours brings back a row that is finished. Add"
                " j to it.",
                credit=1.5),
    ],
    variants=[
        Variant("row by row", answers.solve_by_rows),
        Variant("down to the diagonal", answers.solve_to_the_diagonal),
    ],
)


trace = Exercise(
    reference={
        "trace": la.trace,
        "trace_of_product": la.trace_of_product,
    },
    points=2,
    refuses=(
        "numpy.linalg.trace",
        "numpy.ndarray.trace",
        "numpy.trace",
        "torch.Tensor.trace",
        "torch.trace",
    ),
    cases=lambda rng: [
        Case("trace by hand", call([[1.0, 2.0], [3.0, 4.0]]).on("trace"),
             core=True),
        Case("trace of a 4 x 4 matrix",
             call(rng.normal(size=(4, 4))).on("trace"), core=True),
        Case("trace of a single number", call([[3.0]]).on("trace")),
        Case("tr(AB) by hand",
             call([[1.0, 2.0], [3.0, 4.0]], [[0.0, 1.0], [5.0, 2.0]])
             .on("trace_of_product")),
        Case("tr(AB), square",
             call(*pair(rng, 4, 4)).on("trace_of_product")),
        Case("tr(AB) of (2, 3) and (3, 2)",
             call(rng.normal(size=(2, 3)), rng.normal(size=(3, 2)))
             .on("trace_of_product")),
        Case("tr(AB) of (3, 2) and (2, 3)",
             call(rng.normal(size=(3, 2)), rng.normal(size=(2, 3)))
             .on("trace_of_product")),
        Case("ValueError: trace of (2, 3)",
             call(np.ones((2, 3))).on("trace")),
        Case("ValueError: tr(AB) of (2, 3) and (2, 3)",
             call(np.ones((2, 3)), np.ones((2, 3))).on("trace_of_product")),
        Case("ValueError: tr(AB) of (2, 3) and (3, 1)",
             call(np.ones((2, 3)), np.ones((3, 1))).on("trace_of_product")),
    ],
    mistakes=[
        Mistake("sum of all entries",
                {"trace": answers.trace_of_everything},
                "The trace adds up the diagonal only: 1 + 4 = 5 for"
                " [[1, 2], [3, 4]], not 10."),
        Mistake("the other diagonal",
                {"trace": answers.trace_of_the_other_diagonal},
                "The main diagonal goes from the top left to the bottom"
                " right: the entries (i, i)."),
        Mistake("trace of A^T B",
                {"trace_of_product": answers.trace_of_transposed_product},
                "The sum of all entries of A * B is tr(A^T B). In tr(AB) the"
                " entry A[i, j] meets B[j, i]: transpose one of the two.",
                credit=1.3),
        Mistake("shapes not checked",
                {"trace": answers.trace_unchecked,
                 "trace_of_product": answers.trace_of_product_unchecked},
                "A matrix that is not square has no trace, and broadcasting"
                " makes a number even of (2, 3) and (3, 1), which have no"
                " tr(AB). Compare the shapes and raise ValueError.",
                credit=1.5),
        Mistake("product of the traces",
                {"trace_of_product": answers.trace_product_of_traces},
                "The trace of a sum is the sum of the traces, but for products"
                " there is no such rule: for A = B = I with two rows, tr(AB)"
                " is 2, and the product of the traces is 4.",
                credit=1.0),
    ],
    variants=[
        Variant("loops", {
            "trace": answers.trace_by_loop,
            "trace_of_product": answers.trace_of_product_by_loop}),
        Variant("einsum", {
            "trace": answers.trace_by_einsum,
            "trace_of_product": answers.trace_of_product_by_einsum}),
        Variant("the full product",
                {"trace_of_product": answers.trace_of_full_product}),
    ],
)


def layer(rng, n_in, n_out, *batch):
    """An input, or a batch of them, a weight matrix and a bias."""
    return (rng.normal(size=(*batch, n_in)), rng.normal(size=(n_out, n_in)),
            rng.normal(size=n_out))


linear = Exercise(
    reference=la.linear,
    points=2,
    refuses=("torch.nn.Linear", "torch.nn.functional.linear"),
    cases=lambda rng: [
        Case("by hand",
             call([1.0, 2.0], [[3.0, 4.0], [5.0, 6.0], [0.0, -1.0]],
                  [0.5, 0.0, 1.0]), core=True),
        Case("one input", call(*layer(rng, 3, 2)), core=True),
        Case("a batch of rows", call(*layer(rng, 3, 2, 4))),
        Case("a batch as large as the output", call(*layer(rng, 2, 3, 3))),
        Case("square weights", call(*layer(rng, 3, 3, 4))),
        Case("all square", call(*layer(rng, 3, 3, 3))),
        Case("without bias", call(*layer(rng, 3, 2, 4)[:2])),
        Case("a batch of sequences", call(*layer(rng, 3, 4, 2, 5))),
    ],
    mistakes=[
        Mistake("W not transposed", answers.linear_not_transposed,
                "W has shape (out, in), and a batch holds its inputs as rows:"
                " the product is x W^T. With a square W the shapes fit without"
                " the transpose, too, and only the numbers are wrong.",
                credit=0.6),
        Mistake("all axes reversed", answers.linear_through_transposes,
                "x.T reverses all axes: of a batch of sequences (2, 5, 3) it"
                " makes (3, 5, 2), and W @ x.T does not fit. Leave x as it is"
                " and transpose W: x @ W.T goes along the last axis, however"
                " many stand before it.",
                credit=1.4),
        Mistake("W before x", answers.linear_w_before_x,
                "W @ x is right for one x, a column. A batch holds its inputs"
                " as rows, and there W @ x runs over the rows of x: the shapes"
                " do not fit, or, worse, fit by chance. x @ W.T is right for"
                " both.",
                credit=0.8),
        Mistake("if b: of an array", answers.linear_asks_if_b,
                "Whether an array of several numbers is true nobody can say,"
                " so `if b:` and `b == None` stop with an error. Ask whether"
                " there is a b at all: if b is not None.",
                credit=0.8),
        Mistake("bias along the batch", answers.linear_bias_along_the_batch,
                "Each output has its bias, whatever the input; yours gives"
                " each input one. b of shape (out,) broadcasts along the last"
                " axis as it is: y + b.",
                credit=1.0),
        Mistake("bias forgotten", answers.linear_without_bias,
                "The layer is x W^T + b; yours leaves b out, so that it maps 0"
                " to 0.",
                credit=0.8),
        Mistake("bias required", answers.linear_bias_required,
                "b may be left out and is None then, to which nothing can be"
                " added. Add b only if b is not None.",
                credit=1.6),
        Mistake("bias subtracted", answers.linear_bias_subtracted,
                "The bias is added: with x = 0 the layer answers b.",
                credit=0.8),
    ],
    variants=[
        Variant("einsum", answers.linear_by_einsum),
        Variant("a loop over the outputs", answers.linear_by_loop),
        Variant("single precision", answers.linear_in_single_precision),
    ],
)


projection_matrix = Exercise(
    reference=la.projection_matrix,
    points=3,
    compare=named_if(both_no_projection, values(atol=1e-9)),
    cases=lambda rng: [
        Case("by hand: the diagonal of the plane", call([[2.0], [2.0]]),
             core=True),
        Case("a plane in five dimensions", call(rng.normal(size=(5, 2))),
             core=True),
        Case("orthonormal columns",
             call([[0.6, 0.0], [0.8, 0.0], [0.0, 1.0]])),
        Case("columns of unequal length",
             call(rng.normal(size=(4, 2)) * [1e-3, 1e3])),
        Case("the whole space", call(rng.normal(size=(3, 3)))),
        Case("a dependent column", call(dependent(rng))),
        Case("short columns, independent",
             call(1e-12 * rng.normal(size=(4, 2)))),
        Case("long columns, dependent", call(dependent(rng, 1e12))),
        Case("more columns than rows", call(rng.normal(size=(2, 4)))),
        Case("a zero column", call([[1.0, 0.0], [2.0, 0.0], [2.0, 0.0]])),
        Case("nothing but zeros", call(np.zeros((3, 2)))),
    ],
    mistakes=[
        Mistake("A A^T without the inverse",
                answers.projection_without_gram,
                "Right only for orthonormal columns. Projecting twice must"
                " change nothing, P P = P, but the column [2, 2] gives you"
                " A A^T = [[4, 4], [4, 4]], whose square is 8 times as large."
                " The inverse of A^T A belongs in the middle.",
                credit=0.8),
        Mistake("dependent columns not allowed for",
                answers.projection_that_inverts,
                "Dependent columns make A^T A singular: its inverse is an"
                " error, or noise of the size 1e16, although the column space"
                " is as good as any. Build P from an orthonormal basis of it,"
                " P = Q Q^T, and let Gram-Schmidt drop what depends.",
                credit=2.0),
        Mistake("the inverse of a singular A^T A",
                answers.projection_by_la_inverse,
                "Dependent columns make A^T A singular: la.inverse and"
                " la.solve raise an error, or answer noise of the size 1e16,"
                " although the column space is as good as any. Build P from an"
                " orthonormal basis of it, P = Q Q^T, and let Gram-Schmidt"
                " drop what depends.",
                credit=2.0),
        Mistake("the normal equations, solved",
                answers.projection_by_normal_equations,
                "With a zero column A^T A is singular, and np.linalg.solve"
                " stops; with another dependent one it answers by luck. The"
                " column space is as good as any: build P from an orthonormal"
                " basis of it, P = Q Q^T, and let Gram-Schmidt drop what"
                " depends.",
                credit=2.0),
        Mistake("dependent columns kept by QR", answers.projection_by_qr,
                "QR makes as many orthonormal columns as A has, and for a"
                " dependent one it makes up a direction that A does not have:"
                " your P projects on a space that is too large. Drop what"
                " depends, as gram_schmidt does.",
                credit=2.0),
        Mistake("projection on the rest", answers.projection_on_the_rest,
                "That is I - P, which projects on what is orthogonal to the"
                " columns.",
                credit=1.0),
        Mistake("projection on the rows", answers.projection_on_the_rows,
                "You project on the row space: the shape is (n, n). P acts on"
                " vectors y with as many entries as A has rows.",
                credit=1.0),
    ],
    variants=[
        Variant("pseudo-inverse", answers.projection_by_pseudo_inverse),
        Variant("singular vectors", answers.projection_by_singular_vectors),
        Variant("least squares", answers.projection_by_least_squares),
    ],
)


determinant = Exercise(
    reference=la.determinant,
    points=3,
    refuses=(
        "numpy.linalg.det",
        "numpy.linalg.slogdet",
        "scipy.linalg.det",
        "torch.Tensor.det",
        "torch.Tensor.slogdet",
        "torch.det",
        "torch.linalg.det",
        "torch.linalg.slogdet",
        "torch.slogdet",
    ),
    cases=lambda rng: [
        Case("by hand", call([[3.0, 1.0], [4.0, 2.0]]), core=True),
        Case("a 3 x 3 matrix", call(rng.normal(size=(3, 3))), core=True),
        Case("a 5 x 5 matrix", call(rng.normal(size=(5, 5)))),
        Case("a single number", call([[-4.0]])),
        Case("two rows swapped", call([[0.0, 1.0], [1.0, 0.0]])),
        Case("three rows in a circle",
             call([[0.0, 2.0, 0.0], [0.0, 0.0, 3.0], [1.0, 0.0, 0.0]])),
        Case("a zero pivot that appears on the way",
             call([[1.0, 2.0, 3.0], [2.0, 4.0, 1.0], [1.0, 1.0, 1.0]])),
        Case("a triangle",
             call([[2.0, 5.0, 1.0], [0.0, -3.0, 7.0], [0.0, 0.0, 4.0]])),
        Case("a singular matrix", call([[1.0, 2.0], [2.0, 4.0]])),
        Case("a column of zeros", call([[0.0, 1.0], [0.0, 2.0]])),
        Case("the empty matrix", call(np.zeros((0, 0)))),
        Case("ValueError: A of shape (2, 3)",
             call([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])),
        Case("a small volume that is not zero",
             call(1e-5 * rng.normal(size=(3, 3))),
             compare=TO_THE_LAST),
        Case("a tiny volume that is not zero",
             call(1e-20 * rng.normal(size=(3, 3))),
             compare=TO_THE_LAST),
    ],
    mistakes=[
        Mistake("no alternating signs", answers.determinant_without_signs,
                "The cofactors alternate, + - + -. With plus signs only you"
                " get the permanent: 3 * 2 + 1 * 4 = 10 for"
                " [[3, 1], [4, 2]], whose area is 3 * 2 - 1 * 4 = 2.",
                credit=1.0),
        Mistake("sign of the row exchanges",
                answers.determinant_without_swaps_sign,
                "Each exchange of two rows turns the sign round: the"
                " determinant of [[0, 1], [1, 0]] is -1. Count the exchanges.",
                credit=1.8),
        Mistake("0 for a zero pivot",
                answers.determinant_zero_for_zero_pivot,
                "A zero on the diagonal is no zero volume: [[0, 1], [1, 0]]"
                " turns the unit square over, and its area stays 1. Exchange"
                " rows before you give up.",
                credit=2.0),
        Mistake("product of the diagonal",
                answers.determinant_of_the_diagonal,
                "The diagonal alone gives the volume of a triangular matrix."
                " Make A triangular by elimination first, or expand along a"
                " row."),
        Mistake("0 for a small volume", answers.determinant_zero_when_small,
                "A cube of side 1e-5 has the volume 1e-15; that is small, not"
                " zero. Only a pivot of 0 makes the determinant 0.",
                credit=2.4),
        Mistake("0 for a small pivot", answers.determinant_absolute,
                "You take a pivot below some fixed number for 0. In a matrix"
                " of entries near 1e-20 all pivots are that small, and the"
                " volume is about 1e-60, not 0. Only a pivot of 0 makes the"
                " determinant 0.",
                credit=2.5),
        Mistake("sign turned at every step",
                answers.determinant_turns_at_every_step,
                "You turn the sign round for every column, also where the"
                " largest entry stands in its place already: p == j is no"
                " exchange. Turn it only if p != j.",
                credit=1.5),
        Mistake("place counted from the wrong row",
                answers.determinant_counts_from_the_top,
                "np.argmax(np.abs(U[j:, j])) counts from row j: a 0 means row"
                " j, not row 0. Yours brings back a row that is finished. Add"
                " j to it.",
                credit=1.2),
    ],
    variants=[
        Variant("cofactors", answers.determinant_by_cofactors),
        Variant("permutations", answers.determinant_by_permutations),
        Variant("elimination", answers.determinant_by_elimination),
    ],
)


def mirror(x, v):
    """Reflect x; what is orthogonal to nothing in particular is no mirror."""
    if not np.any(v):
        raise ValueError("v must not be zero")
    return la.reflect(x, v)


reflect = Exercise(
    reference=mirror,
    points=2,
    cases=lambda rng: [
        Case("by hand", call([3.0, 1.0], [0.0, 2.0]), core=True),
        Case("one vector, a v of any length", call(*pair(rng, 4)),
             core=True),
        Case("v of length 1", call([5.0, 10.0], [0.6, 0.8])),
        Case("x along v", call([2.0, -4.0], [-1.0, 2.0])),
        Case("x in the mirror", call([2.0, 1.0], [-1.0, 2.0])),
        Case("a batch of rows",
             call(rng.normal(size=(4, 3)), rng.normal(size=3))),
        Case("a square batch",
             call(rng.normal(size=(3, 3)), rng.normal(size=3))),
        Case("a batch of batches",
             call(rng.normal(size=(2, 4, 3)), rng.normal(size=3))),
        Case("ValueError: v is zero", call([1.0, 2.0], [0.0, 0.0])),
    ],
    mistakes=[
        Mistake("the code as it was", answers.reflect_as_given,
                "Two things are wrong with it. It leaves out v.v, which is 1"
                " only for a v of length 1; and for a batch v @ x runs over"
                " the rows of x, where it should run over the entries of"
                " each row."),
        Mistake("v.v left out", answers.reflect_for_unit_v,
                "Right only for a v of length 1: with v = [0, 2] the point"
                " [3, 1] lands at [3, -7], not at [3, -1]. Divide by v.v.",
                credit=0.8),
        Mistake("v.v left out, and a zero v accepted",
                answers.reflect_for_unit_v_unchecked,
                "Right only for a v of length 1: with v = [0, 2] the point"
                " [3, 1] lands at [3, -7], not at [3, -1]. Divide by v.v, and"
                " where that is 0 raise ValueError.",
                credit=0.6),
        Mistake("the batch's axis", answers.reflect_across_the_batch,
                "For a batch v @ x runs over the rows of x: the shapes do not"
                " fit, or, worse, fit by chance. Each row needs its own"
                " product with v, along the last axis: x @ v.",
                credit=1.0),
        Mistake("the batch's axis, then a column",
                answers.reflect_across_the_batch_as_column,
                "For a batch v @ x runs over the rows of x: the shapes do not"
                " fit, or, worse, fit by chance. Each row needs its own"
                " product with v, along the last axis: (x @ v)[..., None].",
                credit=1.0),
        Mistake("the batch's axis, by np.dot",
                answers.reflect_across_the_batch_by_np_dot,
                "For a batch np.dot(v, x) runs over the rows of x: the shapes"
                " do not fit, or, worse, fit by chance. Each row needs its own"
                " product with v, along the last axis: x @ v.",
                credit=1.0),
        Mistake("one axis short", answers.reflect_one_axis_short,
                "x @ v is right: one number for each row. But the shapes (4,)"
                " and (3,) do not multiply, and in a square batch the numbers"
                " meet the entries, not the rows. Give each its own row:"
                " (x @ v)[..., None] * v.",
                credit=1.2),
        Mistake("a zero v accepted", answers.reflect_accepts_zero,
                "Nothing is orthogonal to the zero vector in particular, so"
                " there is no such mirror: yours divides 0 by 0 and answers"
                " nan. Raise ValueError.",
                credit=1.6),
        Mistake("a zero v left unnoticed", answers.reflect_returns_x_for_zero,
                "Nothing is orthogonal to the zero vector in particular, so"
                " there is no such mirror: yours answers x, because the"
                " projection on a zero vector is 0. Raise ValueError.",
                credit=1.6),
        Mistake("half way only", answers.reflect_halfway,
                "Subtracting the component along v once leads into the mirror,"
                " where it is 0. Subtract it twice to come out behind.",
                credit=0.8),
        Mistake("reflection in the line", answers.reflect_in_the_line,
                "The sign is turned round: yours keeps what lies along v and"
                " turns the rest. The mirror is orthogonal to v, so v itself"
                " goes to -v.",
                credit=0.8),
    ],
    variants=[
        Variant("a Householder matrix", answers.reflect_by_matrix),
        Variant("a unit vector first", answers.reflect_by_unit_vector),
        Variant("loops", answers.reflect_by_loop),
    ],
)


def nearest(X_train, y_train, X_test):
    """Return the label of the training point nearest to each test point."""
    distance = la.pairwise_euclidean_distance(X_test, X_train)
    return y_train[np.argmin(distance, axis=1)]


@functools.cache
def digits():
    """scikit-learn's digits, as images of 64 pixels and labels."""
    from sklearn.datasets import load_digits

    return load_digits(return_X_y=True)


def some_digits(rng, train, test):
    """Digits to learn from and digits to read, no one a close call.

    Where two digits are equally near, rounding would decide which wins.
    """
    X, y = digits()
    chosen = rng.permutation(len(X))
    known, unknown = chosen[:train], chosen[train:]
    squared = answers.distance_squared(X[unknown[:2 * test]], X[known])
    first, second = np.sort(squared, axis=1)[:, :2].T
    clear = unknown[:2 * test][second > first + 1][:test]
    return X[known], y[known], X[clear]


nearest_neighbor = Exercise(
    reference=nearest,
    points=3,
    refuses=("sklearn.neighbors.KNeighborsClassifier",),
    cases=lambda rng: [
        Case("by hand",
             call([[0.0, 0.0], [4.0, 0.0], [0.0, 3.0]], np.array([7, 8, 9]),
                  [[3.0, 1.0], [1.0, 0.0], [1.0, 2.0], [9.0, 9.0]]),
             core=True),
        Case("handwritten digits", call(*some_digits(rng, 60, 20)),
             core=True),
        Case("more digits to learn from", call(*some_digits(rng, 300, 10))),
        Case("one digit to read", call(*some_digits(rng, 50, 1))),
        Case("as many to read as to learn from",
             call(*some_digits(rng, 12, 12))),
        Case("one training point",
             call([[1.0, 2.0]], np.array([5]), rng.normal(size=(3, 2)))),
        Case("two training points equally near: the first decides",
             call([[1.0, 0.0], [-1.0, 0.0], [0.0, 4.0]], np.array([2, 1, 0]),
                  [[0.0, 0.0], [0.0, 1.0]])),
    ],
    mistakes=[
        Mistake("index for label", answers.neighbor_index,
                "You return where the nearest point stands among the training"
                " data. Its label is asked: y_train at that place.",
                credit=1.2),
        Mistake("last of a tie", answers.neighbor_last_of_a_tie,
                "When several training points are equally near, the one with"
                " the lowest index decides; yours takes the highest. np.argmin"
                " returns the first.",
                credit=2.4),
        Mistake("farthest point", answers.neighbor_farthest,
                "A large distance means unlike. Take the smallest: argmin, not"
                " argmax."),
        Mistake("largest dot product", answers.neighbor_by_dot_product,
                "A dot product grows with the length of the training point, so"
                " that the boldest digit wins, not the nearest. Compare"
                " distances.",
                credit=0.8),
        Mistake("the wrong axis",
                answers.neighbor_of_each_training_point,
                "You look for the test point nearest to each training point."
                " Search along the axis of the training points, so that one"
                " answer for each test point remains.",
                credit=0.5),
    ],
    variants=[
        Variant("a loop", answers.neighbor_by_loop),
        Variant("Gram matrix", answers.neighbor_by_gram_matrix),
        Variant("single precision", answers.neighbor_in_single_precision),
    ],
)


projection_derivation = Written(
    rubric=[
        (1, r"Question 1: from $A^\top A\mathbf z = \mathbf 0$ arrives at"
            r" $\|A\mathbf z\|^2 = 0$, so $A\mathbf z = \mathbf 0$, and at"
            r" $\mathbf z = \mathbf 0$ because the columns are independent"),
        (1, r"Question 2: puts $P\mathbf y = A\mathbf w$ into the condition"
            r" and arrives at $A^\top A\mathbf w = A^\top\mathbf y$"),
        (1, r"Question 2: solves for $\mathbf w$ by question 1, and says that"
            r" this holds for every $\mathbf y$, so that"
            r" $P = A(A^\top A)^{-1}A^\top$"),
        (1, r"Question 3: multiplies out $PP = P$ and $P^\top = P$, the"
            r" latter because the inverse of a symmetric matrix is"
            r" symmetric, and says what each of them means"),
        (1, r"Question 4: $AA^\top$ for orthonormal columns; for dependent"
            r" ones the inverse is missing, though the projection is not"),
    ],
)


# Mutants of the solutions that change nothing, with the reason.
_ZERO = "0 divided by any number is 0"
_ORDER = "the dot product of two vectors does not mind their order"
_FLOATS = "a check passes floats; the cast is for callers with integers"
EQUIVALENT = {
    "l2_norm": {
        "scale = np.where(scale == 0, 1.0, scale) =>"
        " scale = np.where(scale == 0, 2.0, scale)": _ZERO,
    },
    "project": {
        "square = np.where(square == 0, 1.0, square) =>"
        " square = np.where(square == 0, 2.0, square)": _ZERO,
    },
    "gram_schmidt": {
        "u = u - (u @ q) * q => u = u - ((q @ u)) * q": _ORDER,
    },
    "row_echelon": {
        "R = np.array(A, dtype=float) => R = np.array(A)": _FLOATS,
        "small = tol * np.max(np.abs(R), initial=0.0) =>"
        " small = tol * np.max(np.abs(R))":
            "only an empty matrix needs it, and the contract knows none",
    },
    "solve": {
        "M = np.column_stack([A, b]).astype(float) =>"
        " M = np.column_stack([A, b])": _FLOATS,
        "x[i] = (M[i, n] - M[i, i + 1:n] @ x[i + 1:]) / M[i, i] =>"
        " x[i] = (M[i, n] - (x[i + 1:] @ M[i, i + 1:n])) / M[i, i]": _ORDER,
    },
    "determinant": {
        "U = np.array(A, dtype=float) => U = np.array(A)": _FLOATS,
    },
}
