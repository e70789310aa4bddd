"""Exercises of chapter 03."""

import functools

import numpy as np

from mathlib import decompositions as dc
from mathlib.course.compare import (
    TO_THE_LAST,
    Difference,
    named_if,
    satisfies,
    values,
)
from mathlib.exercise import (
    Case,
    Exercise,
    Mistake,
    Variant,
    Written,
    call,
    given,
    script,
)
from mathlib.exercises import _decompositions_answers as answers
from mathlib.exercises.linear_algebra import both_noise, digits

EPS = float(np.finfo(float).eps)

SVD_CALLS = (
    "numpy.linalg.svd",
    "numpy.linalg.svdvals",
    "scipy.linalg.polar",
    "scipy.linalg.svd",
    "scipy.linalg.svdvals",
    "scipy.sparse.linalg.svds",
    "torch.Tensor.svd",
    "torch.linalg.svd",
    "torch.linalg.svdvals",
    "torch.svd",
)
RANDOMIZED_CALLS = (
    "scipy.linalg.interpolative.svd",
    "scipy.sparse.linalg.svds",
    "sklearn.decomposition.TruncatedSVD",
    "sklearn.utils.extmath.randomized_svd",
    "torch.pca_lowrank",
    "torch.svd_lowrank",
)
EIGEN_CALLS = (
    "numpy.linalg.eig",
    "numpy.linalg.eigh",
    "numpy.linalg.eigvals",
    "numpy.linalg.eigvalsh",
    "scipy.linalg.eig",
    "scipy.linalg.eigh",
    "scipy.linalg.eigvals",
    "scipy.linalg.eigvalsh",
    "scipy.linalg.schur",
    "scipy.sparse.linalg.eigs",
    "scipy.sparse.linalg.eigsh",
    "scipy.sparse.linalg.lobpcg",
    "torch.linalg.eig",
    "torch.linalg.eigh",
    "torch.linalg.eigvals",
    "torch.linalg.eigvalsh",
    "torch.lobpcg",
)
PCA_CALLS = (
    "mathlib.decompositions.pca_svd",
    "sklearn.decomposition.IncrementalPCA",
    "sklearn.decomposition.KernelPCA",
    "sklearn.decomposition.PCA",
    "sklearn.decomposition.TruncatedSVD",
    "torch.pca_lowrank",
)


# --- factors are judged by what they do, not by LAPACK's choice of signs ---


class _Told(Exception):
    """A sentence that says what is wrong with an output."""


def need(right, told):
    """Stop unless ``right`` is true; nan never is."""
    if not right:
        raise _Told(told)


def by_rule(check, what, alike=None):
    """Judge by ``check(got, *args, **kwargs)``, which tells what is wrong.

    ``alike(first, second, *args, **kwargs)`` says whether two wrong outputs
    show one mistake; as it stands, when they agree up to the signs of their
    entries.
    """

    def verdict(got, *args, **kwargs):
        try:
            with np.errstate(all="ignore"):
                check(got, *args, **kwargs)
        except _Told as told:
            return str(told)
        return True

    compare = satisfies(verdict, what)
    compare.same = alike_or(alike)
    return compare


def alike_or(alike=None):
    """Compare two wrong outputs up to signs, and by ``alike``."""
    exact = values()

    def same(first, second, program):
        if not all(isinstance(one, (list, tuple)) for one in (first, second)):
            return exact(first, second, program)
        with np.errstate(all="ignore"):
            if up_to_signs(first, second) or (
                alike and _holds(alike, first, second, program)
            ):
                return None
        return Difference("value", "they differ")

    return same


def _holds(alike, first, second, program):
    """Ask ``alike``, who may stumble over an output of another form."""
    try:
        return alike(first, second, *program.args, **program.kwargs)
    except (AttributeError, IndexError, TypeError, ValueError):
        return False


def up_to_signs(first, second, near=1e-10):
    """Whether two tuples of arrays agree but for the signs of entries."""
    if len(first) != len(second):
        return False
    for a, b in zip(first, second, strict=True):
        a, b = np.abs(np.asarray(a)), np.abs(np.asarray(b))
        if a.shape != b.shape:
            return False
        a, b = (np.where(np.isfinite(x), x, np.nan) for x in (a, b))
        size = np.max(np.nan_to_num(a), initial=0.0)
        if not np.allclose(a, b, rtol=near, atol=near * size, equal_nan=True):
            return False
    return True


def unpack(got, **shapes):
    """Return the named arrays, and the precision that they have.

    Complex entries are left only where the name says so.
    """
    names = [name.removesuffix("_complex") for name in shapes]
    asked = f"{len(names)} things are asked for: {', '.join(names)}"
    need(isinstance(got, (list, tuple)) and len(got) == len(names), asked)
    parts, near = [], 1e-9
    for part, name, shape in zip(got, names, shapes.values(), strict=True):
        part = np.asarray(part)
        need(part.dtype.kind in "biufc", f"{name} is no array of numbers")
        need(
            part.shape == shape,
            f"{name} has shape {part.shape}, it should have {shape}",
        )
        need(np.isfinite(part).all(), f"{name} holds a nan or an infinity")
        if f"{name}_complex" not in shapes and part.dtype.kind == "c":
            need(np.all(part.imag == 0), f"{name} is not real")
            part = part.real
        if part.dtype in (np.float32, np.complex64):
            near = 2e-5
        parts.append(part.astype(complex if part.dtype.kind == "c" else float))
    return *parts, near


def need_orthonormal(name, Q, near, what="columns"):
    """Stop unless the columns are unit vectors at right angles."""
    off = np.max(np.abs(Q.T @ Q - np.eye(Q.shape[1])), initial=0.0)
    need(
        off <= near,
        f"the {what} of {name} are not orthonormal (off by {off:.2g})",
    )


def need_order(name, numbers, near):
    """Stop unless the largest comes first."""
    need(
        np.all(np.diff(numbers) <= near),
        f"{name} should begin with the largest",
    )


def orthogonal(rng, n):
    """A random orthogonal matrix."""
    return np.linalg.qr(rng.normal(size=(n, n)))[0]


def with_singular_values(rng, s, m, n):
    """A matrix of shape (m, n) with these singular values."""
    k = len(s)
    return orthogonal(rng, m)[:, :k] * s @ orthogonal(rng, n)[:k]


def with_eigenvalues(rng, w):
    """A symmetric matrix with these eigenvalues."""
    Q = orthogonal(rng, len(w))
    A = Q * w @ Q.T
    return (A + A.T) / 2


def slanted(rng, w):
    """A matrix with these eigenvalues whose eigenvectors lean."""
    n = len(w)
    P = np.eye(n) + rng.uniform(0.3, 0.6, size=(n, n)) * np.sign(
        rng.normal(size=(n, n))) / np.sqrt(n)
    return P * w @ np.linalg.inv(P)


def low_rank(rng, m, n, rank):
    """A matrix of small rank."""
    return rng.normal(size=(m, rank)) @ rng.normal(size=(rank, n))


def seed(rng):
    """A generator that both sides know by its seed."""
    return given("rng", int(rng.integers(2**31)))


# --- eigendecomposition ---


def check_eigen(got, A):
    """Judge eigenvalues and eigenvectors."""
    A = np.asarray(A, dtype=float)
    n = len(A)
    w, P, near = unpack(
        got, eigenvalues_complex=(n,), P_complex=(n, n))
    right = np.linalg.eigvals(A)
    right = right[np.argsort(-right)]
    size = max(np.max(np.abs(right)), 1e-300)
    need_order("the eigenvalues", w.real, 1e3 * near * size)
    missing = [
        x for x in right if np.min(np.abs(w - x)) > 1e3 * near * size]
    need(not missing, f"{missing[0] if missing else 0:.4g} is missing"
         " among the eigenvalues")
    imaginary = np.abs(w.imag) > 1e3 * near * size
    first = np.flatnonzero(imaginary)[:1]
    need(np.all(w.imag[first] > 0),
         "of a complex pair the one with +i comes first")
    need(
        np.all(np.abs(np.linalg.norm(P, axis=0) - 1) <= 1e3 * near),
        "the columns of P should have length 1",
    )
    off = np.abs(A @ P - P * w).max(axis=0)
    worst = int(np.argmax(off))
    need(
        off[worst] <= 1e3 * near * size,
        f"for column {worst} of your P and eigenvalue {worst}, A v and"
        f" lambda v differ by {off[worst]:.2g}",
    )
    if np.array_equal(A, A.T):
        need(
            np.abs(P.conj().T @ P - np.eye(n)).max() <= 1e3 * near,
            "A is symmetric, but the columns of P are not orthonormal",
        )
    else:
        need(np.linalg.svd(P, compute_uv=False)[-1] > 1e-4,
             "the columns of P are dependent, so P has no inverse")


EIGEN = by_rule(
    check_eigen,
    "unit eigenvectors in the columns of P, in the order of the eigenvalues,"
    " the largest first",
)


def only_real():
    """Compare values, and let no complex number pass for a real one."""
    compare = values()

    def judged(expected, got, program):
        if getattr(got, "dtype", np.dtype(float)).kind == "c":
            return Difference(
                "kind", "this should be real numbers, yours are complex",
                expected=expected, got=got)
        return compare(expected, got, program)

    judged.same = compare
    return judged


REAL = only_real()


def eigen_case(title, A, **options):
    """A case of the first part."""
    return Case(title, call(A).on("eigendecomposition"), compare=EIGEN,
                **options)


def power_case(title, A, k, **options):
    """A case of the second part."""
    return Case(title, call(A, k).on("matrix_power_by_eigen"),
                compare=REAL, **options)


def eigen_mistake(name, eigen, why, credit):
    """A wrong eigendecomposition beside a right power."""
    return Mistake(name, {"eigendecomposition": eigen}, why, credit)


def both_mistaken(name, eigen, power, why, credit):
    """A wrong eigendecomposition, and the power that is built on it."""
    return Mistake(
        f"{name}, and the power built on it",
        {"eigendecomposition": eigen, "matrix_power_by_eigen": power},
        why, credit)


def power_mistake(name, power, why, credit=1.5):
    """A wrong power beside a right eigendecomposition."""
    return Mistake(name, {"matrix_power_by_eigen": power}, why, credit)


APART = (
    "Sorting the eigenvalues alone leaves the vectors where they were, and"
    " each number stands beside another's vector. Take one order,"
    " np.argsort(-eigenvalues), and use it for both: P[:, order]."
)
AS_ROWS = (
    "Your eigenvectors are rows. Column j belongs to eigenvalue j, so that"
    " A P = P diag(eigenvalues): return P, not P.T."
)
ONLY_SYMMETRIC = (
    "np.linalg.eigh believes that A is symmetric and reads one half of it"
    " only. Right for a symmetric A; for all others call np.linalg.eig."
)

eigendecomposition = Exercise(
    reference={
        "eigendecomposition": dc.eigendecomposition,
        "matrix_power_by_eigen": dc.matrix_power_by_eigen,
    },
    points=3,
    refuses=(
        "numpy.linalg.matrix_power",
        "scipy.linalg.fractional_matrix_power",
        "torch.Tensor.matrix_power",
        "torch.linalg.matrix_power",
        "torch.matrix_power",
    ),
    cases=lambda rng: [
        eigen_case("by hand", [[2.0, 1.0], [0.0, 3.0]], core=True),
        eigen_case("a symmetric matrix",
                   with_eigenvalues(rng, [4.0, 1.5, 0.5, -2.0])),
        eigen_case("a matrix that is not symmetric",
                   slanted(rng, [1.0, -5.0, 3.0, 2.0])),
        eigen_case("the largest in the middle",
                   [[1.0, 2.0, 0.0], [0.0, 5.0, 1.0], [0.0, 0.0, -7.0]]),
        eigen_case("symmetric, an eigenvalue twice",
                   with_eigenvalues(rng, [3.0, 3.0, -1.0, 0.5])),
        eigen_case("symmetric, 2 on the diagonal and 1 beside it",
                   np.ones((3, 3)) + np.eye(3)),
        eigen_case("a rotation", [[0.6, -0.8], [0.8, 0.6]]),
        eigen_case("a single number", [[-4.0]]),
        power_case("by hand: the power 3", [[2.0, 1.0], [0.0, 3.0]], 3,
                   core=True),
        power_case("a power of a symmetric matrix",
                   with_eigenvalues(rng, [2.0, 1.0, -1.5]), 4),
        power_case("a power of a matrix that is not symmetric",
                   slanted(rng, [1.0, -1.5, 0.5]), 5),
        power_case("the power 0", slanted(rng, [1.0, 2.0, -0.5]), 0),
        power_case("the power -1", slanted(rng, [1.0, 2.0, -0.5]), -1),
        power_case("a projection, eigenvalue 0",
                   [[0.5, 0.5], [0.5, 0.5]], 3),
        power_case("a rotation, twice", [[0.6, -0.8], [0.8, 0.6]], 2),
    ],
    mistakes=[
        eigen_mistake("order of LAPACK", answers.eigen_as_lapack_returns,
                      "np.linalg.eigh returns the smallest first,"
                      " np.linalg.eig any order. Here the largest comes"
                      " first: take np.argsort(-eigenvalues) for both.",
                      1.8),
        eigen_mistake("smallest first", answers.eigen_smallest_first,
                      "The largest eigenvalue comes first here; yours begin"
                      " with the smallest.", 1.8),
        eigen_mistake("largest absolute value first",
                      answers.eigen_by_modulus,
                      "You sort by absolute value, so -5 stands before 3. The"
                      " contract asks for the largest first, and -5 is the"
                      " smallest.", 2.0),
        eigen_mistake("sorted apart", answers.eigen_sorted_apart, APART,
                      1.5),
        both_mistaken("sorted apart", answers.eigen_sorted_apart,
                      answers.power_of_sorted_apart, APART, 1.0),
        eigen_mistake("rows for columns", answers.eigen_rows, AS_ROWS, 1.5),
        both_mistaken("rows for columns", answers.eigen_rows,
                      answers.power_of_rows, AS_ROWS, 1.0),
        eigen_mistake("rows of P sorted", answers.eigen_rows_sorted,
                      "P[order] exchanges the rows of P and so the entries of"
                      " every vector. The vectors are its columns:"
                      " P[:, order].", 1.5),
        eigen_mistake("every matrix taken for symmetric",
                      answers.eigen_always_symmetric, ONLY_SYMMETRIC, 1.0),
        both_mistaken("every matrix taken for symmetric",
                      answers.eigen_always_symmetric,
                      answers.power_always_symmetric, ONLY_SYMMETRIC, 0.8),
        eigen_mistake("eig for a symmetric matrix",
                      answers.eigen_never_symmetric,
                      "Where an eigenvalue of a symmetric matrix occurs"
                      " twice, np.linalg.eig returns two vectors that need"
                      " not be at right angles. np.linalg.eigh makes all of"
                      " them orthonormal: call it for a symmetric A.", 2.5),
        eigen_mistake("imaginary parts dropped", answers.eigen_real_parts,
                      "A rotation turns every real vector, so its"
                      " eigenvalues are complex: 0.6 + 0.8i and 0.6 - 0.8i."
                      " Keep the imaginary parts.", 2.4),
        eigen_mistake("a matrix for the eigenvalues",
                      answers.eigen_through_diag,
                      "You return the diagonal matrix. The contract asks for"
                      " the eigenvalues alone, an array of shape (n,).",
                      1.5),
        power_mistake("P^T for P^-1", answers.power_by_transpose,
                      "P^T undoes P only where the columns of P are"
                      " orthonormal, which they are for a symmetric A. In"
                      " general it takes the inverse.", 2.0),
        power_mistake("eigenvalues times k",
                      answers.power_of_eigenvalues_only,
                      "Applying A k times multiplies an eigenvector by"
                      " lambda k times: lambda^k, not k lambda."),
        power_mistake("power of the entries", answers.power_of_entries,
                      "A ** k takes the power of each entry. The matrix"
                      " power multiplies matrices: P diag(lambda^k) P^-1."),
        power_mistake("P and its inverse exchanged",
                      answers.power_other_order,
                      "P^-1 comes first, on the right: it writes a vector in"
                      " the basis of eigenvectors. Then diag(lambda^k), and P"
                      " writes it back: P diag(lambda^k) P^-1."),
        power_mistake("rows of P stretched", answers.power_scales_rows,
                      "P diag(w) multiplies column j of P by w_j. Yours"
                      " multiplies row j, which is diag(w) P: write P * w.",
                      ),
        power_mistake("complex numbers left", answers.power_left_complex,
                      "The power of a real matrix is real. Where P and the"
                      " eigenvalues are complex, rounding leaves imaginary"
                      " parts of 1e-17 or 0: take the real part, np.real.",
                      2.7),
        power_mistake("imaginary parts dropped too early",
                      answers.power_drops_the_imaginary,
                      "The eigenvalues of a rotation are complex, and only"
                      " the finished product is real. Take the real part at"
                      " the end.", 2.2),
    ],
    variants=[
        Variant("products, and a Schur form",
                {"eigendecomposition": answers.eigen_by_schur,
                 "matrix_power_by_eigen": answers.power_by_products}),
        Variant("a system of equations in place of an inverse",
                {"matrix_power_by_eigen": answers.power_by_solve}),
    ],
)


# --- power_iteration ---


@functools.lru_cache(maxsize=16)
def trajectory(entries, seed, max_iter, tol):
    """Return the vectors of the contract, v.Av of each, and where to stop.

    One vector more than needed, unless max_iter is reached.
    """
    A = np.array(entries)
    v = np.random.default_rng(seed).normal(size=len(A))
    vectors = [v / np.linalg.norm(v)]
    values, stop = [vectors[0] @ A @ vectors[0]], max_iter
    for i in range(1, max_iter + 1):
        v = A @ vectors[-1]
        vectors.append(v / np.linalg.norm(v))
        values.append(vectors[-1] @ A @ vectors[-1])
        if i > stop:
            break
        if np.abs(values[-1] - values[-2]) <= tol * np.abs(values[-1]):
            stop = min(stop, i)
    return vectors, values, stop


def check_pair(got, A, *, max_iter=1000, tol=1e-10, rng=None):
    """Judge an eigenpair, where the iteration has come to its end."""
    A = np.asarray(A, dtype=float)
    value, v, near = unpack(got, eigenvalue=(), v=(len(A),))
    w = np.linalg.eigvalsh(A)
    right = w[np.argmax(np.abs(w))]
    need(
        np.abs(value - right) <= 1e3 * near * np.abs(right),
        f"the dominant eigenvalue is {right:.6g}, yours {value:.6g}",
    )
    need(np.abs(np.linalg.norm(v) - 1) <= 1e-4, "v should have length 1")
    off = np.linalg.norm(A @ v - value * v) / np.abs(right)
    need(off <= 1e-3,
         f"your A v and lambda v differ by {off:.2g} times lambda")


def check_steps(got, A, *, max_iter=1000, tol=1e-10, rng=None):
    """Judge where the iteration is stopped before its end."""
    value, v, near = unpack(got, eigenvalue=(), v=(len(A),))
    path, values, last = trajectory(
        tuple(map(tuple, A)), *rng.args, max_iter, tol)
    stops = [last] if last == max_iter else [last - 1, last, last + 1]
    for i in stops:
        turn = np.sign(v @ path[i]) or 1
        if np.all(np.abs(turn * v - path[i]) <= 1e2 * near):
            break
    else:
        raise _Told(
            f"it should stop after {last} steps from the start that rng"
            " draws, and your v is not the vector reached there")
    need(
        min(np.abs(value - values[j]) for j in (i - 1, i) if j >= 0)
        <= 1e2 * near * np.abs(values[i]),
        f"after this step v.Av is {values[i]:.6g}, yours says {value:.6g}",
    )


def nearly(first, second, *args, **kwargs):
    """Two that went on to the end may have stopped at different steps."""
    return up_to_signs(first, second, near=5e-5)


def early(first, second, A, **options):
    """Both stopped before v was an eigenvector."""
    A = np.asarray(A, dtype=float)
    off = [
        np.linalg.norm(A @ v - (v @ A @ v) * v) / np.linalg.norm(A)
        for _, v in (first, second) if abs(np.linalg.norm(v) - 1) < 1e-6
    ]
    return len(off) == 2 and min(off) > 1e-6


EARLY = by_rule(check_pair, "the dominant eigenvalue and a unit eigenvector",
                early)
PAIR = by_rule(check_pair, "the dominant eigenvalue and a unit eigenvector",
               nearly)
STEPS = by_rule(check_steps, "v and v.Av where the iteration stops", nearly)


power_iteration = Exercise(
    reference=dc.power_iteration,
    points=3,
    compare=PAIR,
    refuses=(
        *EIGEN_CALLS,
        *SVD_CALLS,
        "mathlib.decompositions.eigendecomposition",
        "numpy.linalg.matrix_power",
    ),
    cases=lambda rng: [
        Case("by hand", call([[2.0, 1.0], [1.0, 2.0]], rng=seed(rng)),
             core=True),
        Case("a symmetric matrix",
             call(with_eigenvalues(rng, [5.0, -2.0, 1.0, 0.5]),
                  rng=seed(rng)), core=True),
        Case("the dominant eigenvalue is negative",
             call(with_eigenvalues(rng, [-5.0, 3.0, 1.0]), rng=seed(rng))),
        Case("a single negative number", call([[-4.0]], rng=seed(rng))),
        Case("large numbers, close together",
             call(with_eigenvalues(rng, [1e6, 9e5, 4e5, 1e5]),
                  rng=seed(rng))),
        Case("tiny numbers",
             call(with_eigenvalues(rng, [3e-12, 2e-12, -1e-12]),
                  rng=seed(rng)), compare=EARLY),
        Case("a vector of ones leads astray",
             call([[2.0, -1.0], [-1.0, 2.0]], rng=seed(rng))),
        Case("no rng given", call([[4.0, 1.0], [1.0, -2.0]])),
        Case("max_iter=2",
             call(with_eigenvalues(rng, [5.0, 4.0, -3.0, 2.0]), max_iter=2,
                  rng=seed(rng)), compare=STEPS),
        Case("a larger tol",
             call(with_eigenvalues(rng, [-1e3, 9e2, 5e2, -3e2]), tol=1e-4,
                  rng=seed(rng)), compare=STEPS),
        Case("the default tol",
             call(with_eigenvalues(rng, [1.0, 0.95, 0.5, -0.3]),
                  rng=seed(rng)), compare=STEPS),
        Case("the default max_iter",
             call(with_eigenvalues(rng, [1.0, 0.999, 0.4]), tol=0.0,
                  rng=seed(rng)), compare=STEPS),
    ],
    mistakes=[
        Mistake("vector not normalised", answers.power_iteration_overflows,
                "Each product makes the vector lambda times as long: with an"
                " eigenvalue of 1e6 no float can hold it after 52 steps, and"
                " its square after 26. Divide v by its norm in every step.",
                credit=1.5),
        Mistake("norm for eigenvalue", answers.power_iteration_norm,
                "|Av| is |lambda|: for the eigenvalue -5 it says 5, while v"
                " turns round at every step. The Rayleigh quotient v.Av keeps"
                " the sign.", credit=1.5),
        Mistake("norm for eigenvalue at the end",
                answers.power_iteration_norm_of_the_new,
                "|Av| is |lambda|: for the eigenvalue -5 it says 5. The"
                " Rayleigh quotient v.Av keeps the sign.", credit=1.5),
        Mistake("smallest eigenvalue", answers.power_iteration_inverse,
                "Iterating with the inverse makes the eigenvalue nearest to 0"
                " win, because 1/lambda is largest there. Multiply by A.",
                credit=1.0),
        Mistake("absolute tolerance", answers.power_iteration_absolute,
                "A change of 1e-12 is all there is when the eigenvalue is"
                " 3e-12. Compare the change with tol * |lambda|.",
                credit=2.2),
        Mistake("tol ignored", answers.power_iteration_to_the_end,
                "With a larger tol the answer may be rough and the work"
                " short. Yours goes on: for all max_iter steps, to a"
                " tolerance of its own, or until v stands still, which it"
                " never does for a negative eigenvalue. Stop when lambda"
                " changes by no more than tol * |lambda|.", credit=2.2),
        Mistake("max_iter ignored", answers.power_iteration_endless,
                "With max_iter=2 there are two steps, however far v still"
                " is from an eigenvector. Count them.", credit=2.4),
        Mistake("starts with ones", answers.power_iteration_from_ones,
                "A vector of ones may be at right angles to the eigenvector"
                " that you look for, as it is for [[2, -1], [-1, 2]]: then it"
                " is never found. A random start has a share of it, with"
                " probability 1.", credit=2.0),
        Mistake("another start", answers.power_iteration_positive_start,
                "The contract says how to start, so that a given rng"
                " determines every step: v = rng.normal(size=n). Numbers"
                " between 0 and 1, all positive, are another start.",
                credit=2.4),
        Mistake("no generator of its own",
                answers.power_iteration_needs_rng,
                "rng is None when nobody gives one, and None draws no"
                " numbers. Make one then: np.random.default_rng().",
                credit=2.6),
        Mistake("the vector first", answers.power_iteration_turned_round,
                "You return the vector first. The contract asks for"
                " (eigenvalue, v).", credit=1.5),
    ],
    variants=[
        Variant("eigenvalue of the vector before",
                answers.power_iteration_value_of_before),
        Variant("a while loop", answers.power_iteration_by_while),
    ],
)


# --- svd ---


def check_svd(got, A):
    """Judge the thin singular value decomposition."""
    A = np.asarray(A, dtype=float)
    m, n = A.shape
    k = min(m, n)
    U, s, Vt, near = unpack(got, U=(m, k), s=(k,), Vt=(k, n))
    right = np.linalg.svd(A, compute_uv=False)
    size = right[0] if right[0] > 0 else 1.0
    close = 1e-12 if near < 1e-8 else near
    need(np.all(s >= 0), "a singular value is never negative")
    need_order("s", s / size, close)
    off = np.abs(s - right) / size
    i = int(np.argmax(off))
    need(off[i] <= close,
         f"s[{i}] should be {right[i]:.6g}, yours is {s[i]:.6g}")
    need_orthonormal("U", U, near)
    need_orthonormal("Vt", Vt.T, near, "rows")
    off = np.max(np.abs((U * s) @ (Vt / size) - A / size))
    need(off <= near, f"your U diag(s) Vt is off from A by {off * size:.2g}")


def lost(first, second, A):
    """Both have singular values that rounding spoilt."""
    A = np.asarray(A, dtype=float)
    right = np.linalg.svd(A, compute_uv=False)
    pairs = [
        isinstance(got, (list, tuple)) and len(got) == 3
        and np.shape(got[1]) == right.shape
        and not np.all(np.abs(got[1] - right) <= 1e-12 * right[0])
        for got in (first, second)
    ]
    return all(pairs)


def no_directions(first, second, A):
    """Both have a nan, or vectors that are no basis, where s is 0."""
    return all(
        isinstance(got, (list, tuple)) and len(got) == 3
        and not all(
            np.all(np.abs(np.asarray(Q).T @ Q - np.eye(len(got[1]))) <= 1e-9)
            for Q in (got[0], np.asarray(got[2]).T)
            if np.shape(Q)[-1:] == np.shape(got[1])
        )
        for got in (first, second)
    )


def either(first, second, A):
    """Spoilt in one of the two ways."""
    return lost(first, second, A) or no_directions(first, second, A)


THIN = "orthonormal thin factors, s in order, with U diag(s) Vt = A"


def thin(alike=None):
    """Judge a thin SVD; a negative s is a mistake of its own."""
    compare = by_rule(check_svd, THIN, alike)
    up_to = compare.same

    def same(first, second, program):
        if negative_values(first) != negative_values(second):
            return Difference("value", "they differ")
        return up_to(first, second, program)

    compare.same = same
    return compare


def negative_values(got):
    """Whether some s is below 0."""
    if not isinstance(got, (list, tuple)) or len(got) != 3:
        return False
    s = np.asarray(got[1])
    return s.dtype.kind == "f" and bool(np.any(s < 0))


SVD, SINGULAR = thin(), thin(either)

svd = Exercise(
    reference=dc.svd,
    points=4,
    compare=SVD,
    refuses=(
        *SVD_CALLS,
        *RANDOMIZED_CALLS,
        "mathlib.decompositions.randomized_svd",
        "numpy.linalg.pinv",
        "scipy.linalg.pinv",
        "torch.Tensor.pinverse",
        "torch.linalg.pinv",
        "torch.pinverse",
    ),
    cases=lambda rng: [
        Case("by hand", call([[3.0, 0.0], [4.0, 5.0]])),
        Case("a tall matrix",
             call(with_singular_values(rng, [4.0, 2.0, 1.0], 5, 3)),
             core=True),
        Case("a wide matrix",
             call(with_singular_values(rng, [5.0, 2.0, 0.5], 3, 4)),
             core=True),
        Case("a square matrix",
             call(with_singular_values(rng, [3.0, 2.0, 1.0, 0.3], 4, 4))),
        Case("symmetric, a negative eigenvalue",
             call(with_eigenvalues(rng, [2.0, -3.0, 0.5]))),
        Case("one row", call([[3.0, 0.0, -4.0]])),
        Case("equal singular values: an orthogonal matrix",
             call(orthogonal(rng, 3)), compare=SINGULAR),
        Case("rank 1", call(low_rank(rng, 4, 3, 1)), compare=SINGULAR),
        Case("rank 2, wide", call(low_rank(rng, 3, 5, 2)),
             compare=SINGULAR),
        Case("nothing but zeros", call(np.zeros((3, 2))), compare=SINGULAR),
        Case("singular values from 1 down to 1e-10",
             call(with_singular_values(rng, [1.0, 1e-3, 1e-6, 1e-10], 6, 4)),
             compare=SINGULAR),
        Case("numbers whose squares are too small",
             call(1e-170 * with_singular_values(rng, [3.0, 2.0, 1.0], 4, 3)),
             compare=SINGULAR),
    ],
    mistakes=[
        Mistake("the code as it was", answers.svd_as_given,
                "That is the code as it was printed; both faults are still"
                " in it. For a matrix that it gets wrong, compare the signs of"
                " the columns of U and V with those of a right answer. Then"
                " try one with singular values down to 1e-10."),
        Mistake("squares mended, signs kept", answers.svd_signs_kept,
                "The singular values are right now. But two calls of eigh"
                " choose the signs of U and of V with no regard to one"
                " another, so U diag(s) Vt is not A. Make U from V, by"
                " A v = s u.", credit=1.5),
        Mistake("signs mended, squares kept", answers.svd_squares_kept,
                "U and V go together now. But A^T A squares the singular"
                " values: what is 1e-8 of the largest becomes 1e-16, which"
                " rounding takes away. The doubled matrix [[0, A], [A^T, 0]]"
                " has them as eigenvalues without squaring.", credit=2.5),
        Mistake("signs mended by dividing, squares kept",
                answers.svd_divides,
                "U and V go together now. But A v / s is 0/0 where s is 0,"
                " and A^T A has lost what is below 1e-8 of the largest: its"
                " root is rounding, or nan. The doubled matrix"
                " [[0, A], [A^T, 0]] does not square; QR of A V gives U"
                " without a division.", credit=2.0),
        Mistake("signs turned, bases and squares kept",
                answers.svd_signs_turned,
                "Turning the signs helps where all singular values differ."
                " Where two are equal, U and V each have a basis of a plane,"
                " and no sign makes the one fit the other. Make U from V, by"
                " A v = s u. And A^T A squares: what is below 1e-8 of the"
                " largest is lost.", credit=2.0),
        Mistake("signs turned, bases kept", answers.svd_lengths,
                "Turning the signs helps where all singular values differ."
                " Where two are equal, U and V each have a basis of a plane,"
                " and no sign makes the one fit the other. Make U from V, by"
                " A v = s u. And eigh of A^T A finds no direction whose"
                " square is lost beside the others.", credit=2.5),
        Mistake("halves of the doubled matrix", answers.svd_halves_only,
                "The eigenvectors (u, v) of [[0, A], [A^T, 0]] halve into"
                " singular vectors where s > 0. Where s = 0 an eigenvector"
                " mixes u and v as it likes, and its halves are no"
                " orthonormal vectors. Make V orthonormal by QR, then U from"
                " A V.", credit=3.0),
        Mistake("QR of both halves", answers.svd_qr_of_halves,
                "qr makes both halves orthonormal, but each of its calls"
                " chooses the signs of its columns: two coins again. Make V"
                " by qr, then U from V: the qr of A V.", credit=3.0),
        Mistake("np.sign of 0", answers.svd_sign_of_zero,
                "np.sign(0) is 0, so that where a singular value is 0 the"
                " column of U becomes a column of zeros. Count 0 as positive:"
                " np.where(d < 0, -1, 1).", credit=3.7),
        Mistake("V for Vt", answers.svd_returns_V,
                "The contract asks for V transposed: its rows are the right"
                " singular vectors. Return V.T.", credit=2.5),
        Mistake("smallest first", answers.svd_smallest_first,
                "eigh returns the smallest first. The largest singular value"
                " comes first, and its vectors with it.", credit=2.5),
        Mistake("squared singular values", answers.svd_squares,
                "Those are the eigenvalues of A^T A, the squares of the"
                " singular values.", credit=1.5),
        Mistake("full factors", answers.svd_full,
                "Yours are square, as np.linalg.svd returns them unless told"
                " otherwise. The thin form keeps the first min(m, n) columns"
                " of U and rows of Vt.", credit=3.0),
        Mistake("a matrix in the middle",
                answers.svd_matrix_in_the_middle,
                "You return diag(s). The contract asks for the singular"
                " values alone, an array of shape (min(m, n),).",
                credit=3.0),
        Mistake("negative singular values", answers.svd_negative_values,
                "The diagonal of R may be negative; singular values are not."
                " Where it is, change the sign of the column of U and take"
                " |r|.",
                credit=3.0),
    ],
    variants=[
        Variant("the doubled matrix", answers.svd_by_doubled_matrix),
        Variant("Jacobi rotations", answers.svd_by_jacobi),
        Variant("QR first", answers.svd_by_qr_first),
    ],
)


# --- matrix_rank ---


def diagonal(*entries):
    """A square matrix with these on its diagonal."""
    return np.diag(np.array(entries))


def tenths(rng):
    """Rank 2, but for rounding: the last column is the sum of the others."""
    a, b = rng.integers(1, 9, size=(2, 5)) / 10
    b[0] += 1
    return np.stack([a, b, a + b], axis=1)


matrix_rank = Exercise(
    reference=dc.matrix_rank,
    points=2,
    refuses=(
        "numpy.linalg.matrix_rank",
        "torch.linalg.matrix_rank",
    ),
    cases=lambda rng: [
        Case("by hand", call([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]]),
             core=True),
        Case("full rank", call(rng.normal(size=(4, 3))), core=True),
        Case("rank 2 of 5", call(low_rank(rng, 6, 5, 2))),
        Case("wide, rank 3", call(low_rank(rng, 4, 7, 3))),
        Case("0.1 + 0.2 is not quite 0.3", call(tenths(rng))),
        Case("nothing but zeros", call(np.zeros((3, 4)))),
        Case("small numbers, full rank",
             call(1e-17 * with_singular_values(rng, [3.0, 2.0, 1.0], 3, 3))),
        Case("large numbers, rank 1", call(1e12 * low_rank(rng, 4, 4, 1))),
        Case("a small singular value that counts",
             call(diagonal(1.0, 1e-12))),
        Case("5 eps beside 1, eight rows and columns",
             call(diagonal(*[1.0] * 7, 5 * EPS))),
        Case("5 eps beside 1, two rows and columns",
             call(diagonal(1.0, 5 * EPS))),
        Case("5 eps beside 1, eight rows and two columns",
             call(np.vstack([diagonal(1.0, 5 * EPS), np.zeros((6, 2))]))),
        Case("rtol=0.1",
             call(with_singular_values(rng, [50.0, 6.0, 4.0], 4, 3),
                  rtol=0.1)),
        Case("rtol=0", call(diagonal(1.0, 1e-17), rtol=0.0)),
    ],
    mistakes=[
        Mistake("compared with 0", answers.rank_exactly,
                "Rounding leaves about 1e-16 where a singular value is 0, and"
                " that counts in yours. Compare with rtol times the largest.",
                credit=0.6),
        Mistake("pivots compared with 0", answers.rank_by_pivots,
                "Rounding leaves about 1e-16 where a pivot is 0, and that"
                " counts in yours. Count the singular values larger than"
                " rtol times the largest.", credit=0.6),
        Mistake("absolute tolerance", answers.rank_absolute,
                "Measured in kilometres or in nanometres, the rank is the"
                " same. Whether a singular value is small, the largest one"
                " decides: compare with rtol times that.", credit=1.0),
        Mistake("rtol not times the largest",
                answers.rank_absolute_default,
                "rtol is relative: multiply it by the largest singular value."
                " Else 1e-17 times a matrix has the rank 0.", credit=1.0),
        Mistake("a generous tolerance", answers.rank_generous,
                "1e-12 beside 1 is small, yet far above rounding: it counts."
                " The default is rtol = max(m, n) * eps.", credit=1.6),
        Mistake(">= for >", answers.rank_not_less,
                "Of the zero matrix all singular values are 0, the largest"
                " too, and 0 >= 0. Its rank is 0: they must be larger.",
                credit=1.7),
        Mistake("eps alone", answers.rank_eps_alone,
                "Rounding grows with the size of the matrix. The default is"
                " max(m, n) * eps.", credit=1.7),
        Mistake("the smaller side", answers.rank_smaller_side,
                "The default is max(m, n) * eps; yours takes the smaller of"
                " the two.", credit=1.7),
        Mistake("0 taken for None", answers.rank_falsy,
                "Whoever passes rtol=0 means 0, and `not rtol` or `rtol or"
                " ...` takes it for nothing. Ask `rtol is None`.",
                credit=1.8),
        Mistake("rtol ignored", answers.rank_own_rtol,
                "Whoever passes rtol=0.1 wants to count what is larger than a"
                " tenth of the largest. Use the default only where rtol is"
                " None.", credit=1.7),
    ],
    variants=[
        Variant("a loop", answers.rank_of_ratios),
        Variant("the doubled matrix", answers.rank_of_eigenvalues),
    ],
)


# --- low_rank_approximation ---


@functools.cache
def photograph():
    """The photograph china.jpg, gray from 0 to 1, of shape (427, 640)."""
    from sklearn.datasets import load_sample_image

    return load_sample_image("china.jpg").mean(axis=2) / 255


def patch(rng, m, n):
    """A piece of the photograph."""
    picture = photograph()
    top = rng.integers(150, picture.shape[0] - m)
    left = rng.integers(picture.shape[1] - n)
    return picture[top:top + m, left:left + n]


low_rank_approximation = Exercise(
    reference=dc.low_rank_approximation,
    points=2,
    refuses=RANDOMIZED_CALLS,
    cases=lambda rng: [
        Case("by hand", call([[3.0, 0.0], [0.0, 1.0]], 1), core=True),
        Case("a tall matrix",
             call(with_singular_values(rng, [4.0, 3.0, 2.0, 1.0], 5, 4), 2),
             core=True),
        Case("a wide matrix",
             call(with_singular_values(rng, [4.0, 2.0, 1.0], 3, 6), 2)),
        Case("a square matrix, k=1",
             call(with_singular_values(rng, [4.0, 2.0, 1.0], 3, 3), 1)),
        Case("k=0 leaves nothing", call(rng.normal(size=(3, 2)), 0)),
        Case("k=min(m, n) leaves all", call(rng.normal(size=(4, 3)), 3)),
        Case("a piece of a photograph", call(patch(rng, 24, 32), 4)),
        Case("a tall piece of a photograph", call(patch(rng, 30, 10), 3)),
    ],
    mistakes=[
        Mistake("smallest kept", answers.low_rank_of_the_smallest,
                "You keep the k smallest singular values, which make the"
                " worst approximation of all. Keep the first k: s[:k]."),
        Mistake("columns of Vt, turned", answers.low_rank_columns_of_Vt,
                "The right singular vectors are the rows of Vt. Vt[:, :k]"
                " takes the first k entries of each of them; take the first k"
                " rows: Vt[:k].", credit=0.8),
        Mistake("columns of Vt", answers.low_rank_columns_not_turned,
                "The right singular vectors are the rows of Vt. Vt[:, :k]"
                " takes the first k entries of each of them; take the first k"
                " rows: Vt[:k].", credit=0.8),
        Mistake("singular values along rows of Vt",
                answers.low_rank_values_along_rows,
                "s[:k] * Vt[:k] multiplies column j of Vt by s_j, or fails"
                " for its shape. A singular value belongs to a whole row of"
                " Vt: s[:k, None] * Vt[:k], or U[:, :k] * s[:k].",
                credit=0.8),
        Mistake("singular values along columns of U",
                answers.low_rank_values_along_U,
                "s[:k, None] * U[:, :k] multiplies row i of U by s_i, or"
                " fails for its shape. A singular value belongs to a whole"
                " column of U: U[:, :k] * s[:k].", credit=0.8),
        Mistake("singular values left out",
                answers.low_rank_without_values,
                "U_k Vt_k turns without stretching. The singular values"
                " belong between the two.", credit=0.5),
        Mistake("layer k alone", answers.low_rank_kth_only,
                "That is the k-th layer alone. Rank k takes the first k"
                " layers together.", credit=0.6),
        Mistake("one layer too many", answers.low_rank_one_too_many,
                "Your answer has rank k + 1: a slice :k ends before k.",
                credit=1.0),
        Mistake("corner of A", answers.low_rank_cut_off,
                "A corner of the matrix has rank at most k, but is not near"
                " to A. Cut the singular values, not the entries."),
    ],
    variants=[
        Variant("layer by layer", answers.low_rank_by_layers),
        Variant("a projection", answers.low_rank_by_projection),
    ],
)


# --- pca ---


def spreads_of(X):
    """Return the data centred (twice: a large mean leaves a remainder)."""
    X = np.asarray(X, dtype=float)
    Xc = X - X.mean(axis=0)
    Xc = Xc - Xc.mean(axis=0)
    return Xc, np.linalg.svd(Xc, compute_uv=False) ** 2 / len(X)


def three(got):
    """Stop unless there are three things."""
    need(isinstance(got, (list, tuple)) and len(got) == 3,
         "3 things are asked for: Z, V, variances")
    return got


def check_axes(got, X, n_components):
    """Judge scores and axes."""
    Xc, right = spreads_of(X)
    (N, d), k = Xc.shape, n_components
    Z, V, near = unpack(three(got)[:2], Z=(N, k), V=(d, k))
    near *= 1e2
    need_orthonormal("V", V, near)
    along = np.sum((Xc @ V) ** 2, axis=0) / N
    off = np.abs(along - right[:k]) / right[0]
    i = int(np.argmax(off))
    need(off[i] <= near,
         f"the data have the variance {along[i]:.6g} along column {i} of V,"
         f" the best direction left has {right[i]:.6g}")
    off = np.max(np.abs(Z - Xc @ V)) / np.sqrt(right[0])
    need(off <= 10 * near, "your Z is not (X - mean) V")


def check_variances(got, X, n_components):
    """Judge the variances alone."""
    _, right = spreads_of(X)
    variances, near = unpack(three(got)[2:], variances=(n_components,))
    off = np.abs(variances - right[:n_components]) / right[0]
    i = int(np.argmax(off))
    need(off[i] <= 1e2 * near, f"variances[{i}] should be {right[i]:.6g},"
         f" yours is {variances[i]:.6g}")


def same_space(first, second, X, n_components):
    """Both have these variances, and these spaces, in whatever basis."""
    (Z, V, variances), (Z2, V2, variances2) = first, second
    return (
        np.shape(V) == np.shape(V2) and np.shape(Z) == np.shape(Z2)
        and np.allclose(variances, variances2, rtol=1e-6)
        and np.allclose(V @ V.T, V2 @ V2.T, atol=1e-6)
        and np.allclose(Z @ V.T, Z2 @ V2.T, rtol=1e-6, atol=1e-6)
    )


AXES = by_rule(
    check_axes, "scores (X - mean) V, and orthonormal columns V along the"
    " largest variances", same_space)
VARIANCES = by_rule(
    check_variances, "the variances of the columns of Z, with 1/N",
    same_space)


def scattered(rng, n, spreads, mean=0.0):
    """n points with these spreads along random axes, around a mean."""
    d = len(spreads)
    return (rng.normal(size=(n, d)) * spreads) @ orthogonal(rng, d) + mean


def some_digits(rng, n):
    """n of scikit-learn's digits, as rows of 64 pixels."""
    X = digits()[0]
    return X[rng.permutation(len(X))[:n]]


def pca_data(rng):
    """Tables and numbers of components, by what they are."""
    return {
        "by hand": ([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], 1),
        "points in three dimensions":
            (scattered(rng, 20, [3.0, 1.0, 0.3], [5.0, -2.0, 1.0]), 2),
        "all components": (scattered(rng, 12, [2.0, 1.0, 0.5]), 3),
        "as many points as dimensions":
            (scattered(rng, 4, [3.0, 2.0, 1.0, 0.5], 4.0), 2),
        "columns of different units":
            (rng.normal(size=(15, 3)) * [1.0, 20.0, 5.0], 2),
        "equal variances":
            ([[1.0, 7.0], [-1.0, 7.0], [0.0, 8.0], [0.0, 6.0]], 2),
        "a mean a million times the spread":
            (scattered(rng, 15, [2.0, 1.0, 0.4], 1e6), 2),
        "200 handwritten digits in two components":
            (some_digits(rng, 200), 2),
        "30 handwritten digits in ten components":
            (some_digits(rng, 30), 10),
    }


def pca_cases(rng):
    """Scores and axes of each table; of some the variances, too."""
    data = pca_data(rng)
    core = list(data)[:2]
    return [
        *(Case(title, call(*args), core=title in core, compare=AXES)
          for title, args in data.items()),
        *(Case(f"variances: {title}", call(*data[title]), compare=VARIANCES)
          for title in (*core, "a mean a million times the spread",
                        "30 handwritten digits in ten components")),
    ]


pca = Exercise(
    reference=dc.pca,
    points=4,
    refuses=PCA_CALLS,
    cases=pca_cases,
    mistakes=[
        Mistake("no centring", answers.pca_uncentered,
                "Without subtracting the mean the first component points at"
                " the mean, where the data are, and not along which they"
                " differ. Begin with X - X.mean(axis=0).", credit=1.0),
        Mistake("scores not centred", answers.pca_scores_uncentered,
                "Your axes are those of the centred data, your scores are"
                " X V. Take (X - mean) V, so that the scores have mean 0 and"
                " mean + Z V^T rebuilds X.", credit=2.5),
        Mistake("centred by rows", answers.pca_centered_by_rows,
                "You subtract from each sample the mean of its own entries."
                " The mean sample is wanted: the mean of each column,"
                " axis=0.", credit=1.0),
        Mistake("centred by one number",
                answers.pca_centered_by_one_number,
                "X.mean() is one number for the whole table. Each column has"
                " its own mean: X.mean(axis=0).", credit=1.0),
        Mistake("smallest first", answers.pca_smallest_first,
                "eigh returns the smallest eigenvalue first, so your first"
                " components are those along which the data differ least."
                " Reverse the order, of values and of columns.",
                credit=2.0),
        Mistake("largest last", answers.pca_largest_last,
                "These are the right components in the order of eigh, the"
                " smallest first. Reverse values and columns:"
                " [::-1] and [:, ::-1].", credit=2.5),
        Mistake("rows of V", answers.pca_rows_of_V,
                "The eigenvectors are the columns of what eigh returns; you"
                " take its rows. V[:, :k], not V[:k].", credit=1.0),
        Mistake("columns of Vt", answers.pca_columns_of_Vt,
                "The components are the rows of what np.linalg.svd returns"
                " third. Vt[:, :k] takes the first k entries of each of them;"
                " take the first k rows: V = Vt[:k].T.", credit=1.0),
        Mistake("N - 1 for N", answers.pca_one_less,
                "Your variances divide by N - 1, as scikit-learn and np.cov"
                " do; the contract here divides by N. The directions are the"
                " same, the variances differ by N/(N - 1).", credit=3.0),
        Mistake("singular values for variances",
                answers.pca_singular_values,
                "The variance along component i is s_i^2 / N, the eigenvalue"
                " of the covariance; you return s_i itself.", credit=2.8),
        Mistake("roots of the variances", answers.pca_deviations,
                "Those are standard deviations, s_i / sqrt(N). The contract"
                " asks for the variances, their squares.", credit=3.0),
        Mistake("not divided by N", answers.pca_not_divided,
                "s_i^2 is the sum of the squared scores. The variance is"
                " their mean: divide by N.", credit=2.8),
        Mistake("standardised", answers.pca_standardised,
                "You also divide each column by its standard deviation. That"
                " is PCA of the correlations; the contract asks for centring"
                " only.", credit=1.5),
        Mistake("mean of squares minus square of the mean",
                answers.pca_mean_of_squares,
                "X^T X / N minus the mean's square is the covariance on"
                " paper. With a mean of a million both are near 1e12, and"
                " their difference has lost what the data are. Subtract the"
                " mean first.", credit=2.5),
        Mistake("components as rows", answers.pca_components_as_rows,
                "scikit-learn keeps the components in rows; the contract asks"
                " for columns, V of shape (d, k), as in Z = (X - mean) V.",
                credit=2.5),
        Mistake("data rebuilt in place of scores", answers.pca_rebuilds,
                "mean + Z V^T is what the data look like rebuilt. The scores"
                " are the k coordinates Z themselves.", credit=2.0),
    ],
    variants=[
        Variant("SVD of the centred data", answers.pca_by_svd),
        Variant("eigh of the covariance", answers.pca_by_eigh),
        Variant("np.cov, other signs", answers.pca_by_cov),
    ],
)


explained_variance_ratio = Exercise(
    reference=dc.explained_variance_ratio,
    points=2,
    refuses=PCA_CALLS,
    cases=lambda rng: [
        Case("by hand", call([[2.0, 0.0], [-2.0, 0.0], [0.0, 1.0],
                              [0.0, -1.0]]), core=True),
        Case("points around a mean",
             call(scattered(rng, 20, [3.0, 2.0, 1.0], [9.0, -6.0, 3.0])),
             core=True),
        Case("the first two of four",
             call(scattered(rng, 20, [3.0, 2.0, 1.0, 0.5]), n_components=2)),
        Case("the first alone",
             call(scattered(rng, 10, [2.0, 1.0, 1.0], 5.0), n_components=1)),
        Case("fewer points than dimensions",
             call(scattered(rng, 3, [3.0, 2.0, 2.0, 1.0, 1.0]))),
        Case("handwritten digits, the first ten",
             call(some_digits(rng, 100), n_components=10)),
    ],
    mistakes=[
        Mistake("singular values not squared", answers.ratio_of_roots,
                "Variances add up, standard deviations do not. The shares are"
                " those of the squares, s_i^2.", credit=0.8),
        Mistake("share of the kept", answers.ratio_of_the_kept,
                "You divide by the variance of the components that you keep,"
                " so that the shares always add up to 1 and nothing seems to"
                " be lost. Divide by that of all.", credit=1.2),
        Mistake("no centring", answers.ratio_uncentered,
                "Without subtracting the mean the first component explains"
                " the mean, not the variance. Begin with X - X.mean(axis=0).",
                credit=0.6),
        Mistake("n_components ignored", answers.ratio_of_all,
                "With n_components=2 the first two shares are asked for.",
                credit=1.2),
        Mistake("smallest first", answers.ratio_smallest_first,
                "The largest share comes first, as the largest singular value"
                " does in np.linalg.svd; yours are in the opposite order.",
                credit=0.8),
        Mistake("variances of the columns", answers.ratio_of_columns,
                "These are the shares of the columns of X, of the axes as"
                " they were. The principal components have axes of their own:"
                " take the singular values of the centred X.", credit=0.4),
        Mistake("running sum", answers.ratio_added_up,
                "That is how much the first k explain together. The share of"
                " each by itself is asked for.", credit=0.8),
        Mistake("a share for every dimension", answers.ratio_of_all_axes,
                "Three points lie in a plane: there are min(N, d) components,"
                " and you list d.", credit=1.6),
        Mistake("variances in place of shares", answers.ratio_not_divided,
                "These are the variances. Divide by their sum.", credit=0.8),
    ],
    variants=[
        Variant("the trace as the sum", answers.ratio_by_eigh),
        Variant("variances of the scores", answers.ratio_by_variances),
    ],
)


# --- is_positive_definite ---


def grams(rng):
    """Matrices X^T X of four rows and five columns, of whole numbers."""
    X = rng.integers(-4, 5, size=(24, 4, 5)).astype(float)
    return np.swapaxes(X, 1, 2) @ X


def rounding_decides(first, second):
    """Both call some of the semidefinite matrices definite, but not all."""
    return all(0 < np.mean(np.asarray(one) != 0) < 1 for one in (
        first, second))


def by_chance():
    """Compare lists of truth values; know again who leaves it to chance."""
    compare = values()

    def judged(expected, got, program):
        return compare(expected, got, program)

    def same(first, second, program):
        flat = all(np.shape(one) == (24,) for one in (first, second))
        if flat and rounding_decides(first, second):
            return None
        return compare(first, second, program)

    judged.same = same
    return judged


is_positive_definite = Exercise(
    reference=dc.is_positive_definite,
    points=2,
    cases=lambda rng: [
        Case("by hand", script(
            "is_positive_definite(A), is_positive_definite(B)",
            A=np.array([[2.0, 1.0], [1.0, 2.0]]),
            B=np.array([[1.0, 2.0], [2.0, 1.0]])), core=True),
        Case("eigenvalues 3, 1, 0.2, and 3, 1, -0.2", script(
            "is_positive_definite(A), is_positive_definite(B)",
            A=with_eigenvalues(rng, [3.0, 1.0, 0.2]),
            B=with_eigenvalues(rng, [3.0, 1.0, -0.2])), core=True),
        Case("two negative eigenvalues", call([[-1.0, 0.0], [0.0, -1.0]])),
        Case("a negative entry", call([[2.0, -1.0], [-1.0, 2.0]])),
        Case("a single number", script(
            "is_positive_definite(A), is_positive_definite(-A)",
            A=np.array([[0.5]]))),
        Case("not symmetric", call([[2.0, 1.0], [0.0, 2.0]])),
        Case("not symmetric, far above the diagonal",
             call([[1.0, 5.0], [0.0, 1.0]])),
        Case("not symmetric, far below the diagonal",
             call([[1.0, 0.0], [5.0, 1.0]])),
        Case("semidefinite", call([[1.0, 0.0], [0.0, 0.0]])),
        Case("nothing but zeros", call(np.zeros((2, 2)))),
        Case("24 matrices X^T X of dependent columns", script(
            "[is_positive_definite(A) for A in grams]",
            grams=grams(rng)), compare=by_chance()),
        Case("small numbers",
             call(1e-12 * with_eigenvalues(rng, [3.0, 2.0, 1.0]))),
        Case("a small eigenvalue that is not zero",
             call(diagonal(1.0, 1e-10))),
        Case("4 eps beside 1, eight rows and columns",
             call(diagonal(*[1.0] * 7, 4 * EPS))),
        Case("4 eps beside 1, two rows and columns",
             call(diagonal(1.0, 4 * EPS))),
    ],
    mistakes=[
        Mistake("determinant", answers.definite_by_determinant,
                "Two negative eigenvalues have a positive product: the"
                " determinant of -I is 1 in two dimensions. All eigenvalues"
                " must be positive.", credit=0.6),
        Mistake("asymmetry accepted: the symmetric half",
                answers.definite_though_slanted,
                "Here only a symmetric matrix is called positive definite."
                " Look first whether A is its own transpose.", credit=1.2),
        Mistake("asymmetry accepted: the lower triangle",
                answers.definite_lower_triangle,
                "eigvalsh and cholesky read the lower triangle only and take"
                " the rest to be its mirror image. Look first whether A is"
                " its own transpose.", credit=1.2),
        Mistake("Cholesky alone", answers.definite_by_cholesky,
                "np.linalg.cholesky reads the lower triangle only and takes"
                " the rest to be its mirror image: look first whether A is"
                " its own transpose. And where an eigenvalue is 0, rounding"
                " decides whether it stops: compare the smallest eigenvalue"
                " with n * eps times the largest.", credit=1.2),
        Mistake("asymmetry accepted: any eigenvalues",
                answers.definite_real_eigenvalues,
                "Positive eigenvalues make x^T A x positive only where A is"
                " symmetric: for [[1, 5], [0, 1]] and x = (1, -1) it is -3."
                " Look first whether A is its own transpose.", credit=1.2),
        Mistake("semidefinite called definite",
                answers.definite_or_semidefinite,
                "With an eigenvalue 0 there is an x with x^T A x = 0. That is"
                " semidefinite; definite asks for > 0.", credit=1.2),
        Mistake("rounding decides", answers.definite_to_the_last_digit,
                "What is 0 for X^T X, an eigenvalue or a pivot, comes out as"
                " 1e-16 or -1e-16, as rounding likes. Count as positive"
                " an eigenvalue larger than n * eps times the largest.",
                credit=1.6),
        Mistake("eps alone", answers.definite_beyond_eps,
                "Rounding grows with the size of the matrix: what is at most"
                " n * eps times the largest eigenvalue counts as 0.",
                credit=1.7),
        Mistake("absolute tolerance", answers.definite_absolute,
                "1e-12 times a definite matrix is as definite. Compare the"
                " smallest eigenvalue with the largest.", credit=1.4),
        Mistake("positive diagonal", answers.definite_diagonal,
                "[[1, 2], [2, 1]] has a positive diagonal, and for"
                " x = (1, -1) x^T A x is -2. The diagonal shows the"
                " coordinate axes alone."),
        Mistake("positive entries", answers.definite_entries,
                "[[2, -1], [-1, 2]] is positive definite, [[1, 2], [2, 1]] is"
                " not. It's the eigenvalues that must be positive, not the"
                " entries."),
        Mistake("largest eigenvalue", answers.definite_somewhere,
                "All eigenvalues must be positive, the smallest one too; you"
                " ask the largest."),
    ],
    variants=[
        Variant("eigenvalues", answers.definite_by_eigenvalues),
        Variant("one after the other", answers.definite_by_loops),
    ],
)


# --- cholesky ---


def covariance(rng, n, scale=1.0):
    """A positive definite matrix of moderate condition."""
    X = rng.normal(size=(n, 2 * n))
    return scale * (X @ X.T / (2 * n) + 0.1 * np.eye(n))


def factor_case(title, A, **options):
    """A case of the first part."""
    return Case(title, call(A).on("cholesky"), **options)


def log_case(title, A, **options):
    """A case of the second part."""
    return Case(title, call(A).on("log_determinant"), **options)


UNCHECKED = (
    "[[1, 2], [2, 1]] has no such factor: the square root of -3 is nan, and"
    " only whoever reads the result will notice. Raise ValueError where a"
    " pivot is not positive."
)
ROOT_FIRST = (
    "You take the root of a_jj and subtract the sum afterwards. The sum"
    " belongs under the root: l_jj = sqrt(a_jj - sum)."
)

cholesky = Exercise(
    reference={
        "cholesky": dc.cholesky, "log_determinant": dc.log_determinant},
    points=3,
    refuses=(
        "numpy.linalg.cholesky",
        "numpy.linalg.slogdet",
        "scipy.linalg.cho_factor",
        "scipy.linalg.cholesky",
        "scipy.linalg.cholesky_banded",
        "scipy.linalg.ldl",
        "scipy.linalg.lu",
        "scipy.linalg.lu_factor",
        "torch.Tensor.cholesky",
        "torch.Tensor.logdet",
        "torch.Tensor.slogdet",
        "torch.cholesky",
        "torch.linalg.cholesky",
        "torch.linalg.cholesky_ex",
        "torch.linalg.slogdet",
        "torch.logdet",
        "torch.slogdet",
    ),
    cases=lambda rng: [
        factor_case("by hand", [[4.0, 2.0], [2.0, 5.0]], core=True),
        factor_case("a covariance", covariance(rng, 4), core=True),
        factor_case("a single number", [[9.0]]),
        factor_case("a larger covariance", covariance(rng, 12)),
        factor_case("small numbers", covariance(rng, 3, 1e-14),
                    compare=TO_THE_LAST),
        factor_case("ValueError: one eigenvalue is negative",
                    [[1.0, 2.0], [2.0, 1.0]]),
        factor_case("ValueError: semidefinite", [[1.0, 1.0], [1.0, 1.0]]),
        factor_case("ValueError: a negative number", [[-4.0]]),
        log_case("by hand: the logarithm of 16", [[4.0, 2.0], [2.0, 5.0]],
                 core=True),
        log_case("logarithm of a determinant", covariance(rng, 5)),
        log_case("30 dimensions, the determinant too small",
                 covariance(rng, 30, 1e-12)),
        log_case("60 dimensions, the determinant far too large",
                 covariance(rng, 60, 1e12)),
        log_case("ValueError: no logarithm", [[1.0, 2.0], [2.0, 1.0]]),
    ],
    mistakes=[
        Mistake("sum subtracted after the root",
                {"cholesky": answers.cholesky_root_first}, ROOT_FIRST, 1.0),
        Mistake("sum subtracted after the root, in both",
                {"cholesky": answers.cholesky_root_first,
                 "log_determinant": answers.log_determinant_root_first},
                ROOT_FIRST, 1.0),
        Mistake("upper factor", {"cholesky": answers.cholesky_upper},
                "Yours is the transpose, with A = U^T U. The contract asks"
                " for the lower triangle, A = L L^T.", 2.0),
        Mistake("upper triangle left filled",
                {"cholesky": answers.cholesky_filled},
                "Above the diagonal of L stand zeros; yours still has the"
                " entries of A there, so that L L^T is not A. Begin with"
                " zeros.", 1.8),
        Mistake("no check", {"cholesky": answers.cholesky_unchecked},
                UNCHECKED, 2.2),
        Mistake("no check, in both",
                {"cholesky": answers.cholesky_unchecked,
                 "log_determinant": answers.log_determinant_unchecked},
                UNCHECKED, 2.0),
        Mistake("semidefinite accepted",
                {"cholesky": answers.cholesky_semidefinite},
                "A pivot of 0 makes A semidefinite, and its logarithm is"
                " -inf. Raise ValueError where a pivot is not positive,"
                " <= 0.", 2.4),
        Mistake("products not subtracted beside the diagonal",
                {"cholesky": answers.cholesky_diagonal_unreduced},
                "Beside the diagonal, too, what the earlier columns explain"
                " is subtracted first:"
                " l_ij = (a_ij - sum of l_ik l_jk) / l_jj.", 1.0),
        Mistake("ones on the diagonal",
                {"cholesky": answers.cholesky_without_roots},
                "Yours is the factor of A = L D L^T, with ones on the"
                " diagonal. Here the roots of D are in L.", 1.2),
        Mistake("factor 2 missing",
                {"log_determinant": answers.log_determinant_half},
                "det A = det L det L^T is the square of det L, so its"
                " logarithm is twice the sum of log l_ii.", 2.0),
        Mistake("determinant first",
                {"log_determinant": answers.log_determinant_of_determinant},
                "The determinant of 30 eigenvalues of 1e-12 is 1e-360, which"
                " a float rounds to 0. Never compute it: add up logarithms.",
                2.0),
        Mistake("product first",
                {"log_determinant": answers.log_determinant_of_product},
                "The product of many diagonal entries of L under- or"
                " overflows. Take the logarithms first and add them up.",
                2.4),
        Mistake("diagonal of A",
                {"log_determinant": answers.log_determinant_of_the_diagonal},
                "The diagonal of A gives the determinant of a triangular"
                " matrix. Take the diagonal of L, and twice its logarithms.",
                1.8),
        Mistake("logarithm of the sum",
                {"log_determinant": answers.log_determinant_log_of_sum},
                "The logarithm of a product is the sum of the logarithms, not"
                " the logarithm of the sum.", 1.8),
    ],
    variants=[
        Variant("column by column",
                {"cholesky": answers.cholesky_by_columns,
                 "log_determinant": answers.log_determinant_by_columns}),
        Variant("blocks, and eigenvalues",
                {"cholesky": answers.cholesky_by_halves,
                 "log_determinant": answers.log_determinant_by_eigenvalues}),
    ],
)


# --- pseudoinverse ---


pseudoinverse = Exercise(
    reference=dc.pseudoinverse,
    points=3,
    compare=named_if(both_noise),
    refuses=(
        "numpy.linalg.lstsq",
        "numpy.linalg.pinv",
        "scipy.linalg.lstsq",
        "scipy.linalg.pinv",
        "scipy.linalg.pinvh",
        "torch.Tensor.pinverse",
        "torch.linalg.lstsq",
        "torch.linalg.pinv",
        "torch.pinverse",
    ),
    cases=lambda rng: [
        Case("by hand", call([[2.0, 0.0], [0.0, 0.0], [0.0, 4.0]]),
             core=True),
        Case("a tall matrix",
             call(with_singular_values(rng, [3.0, 2.0, 0.5], 5, 3)),
             core=True),
        Case("a wide matrix",
             call(with_singular_values(rng, [3.0, 2.0, 0.5], 3, 5))),
        Case("an invertible matrix",
             call(with_singular_values(rng, [3.0, 2.0, 0.5], 3, 3))),
        Case("rank 2 of 4", call(low_rank(rng, 5, 4, 2))),
        Case("rank 1, wide", call(np.outer([0.1, 0.2], [0.3, 0.1, 0.7]))),
        Case("large numbers, rank 2", call(1e10 * low_rank(rng, 4, 4, 2))),
        Case("small numbers",
             call(1e-17 * with_singular_values(rng, [3.0, 2.0], 3, 2))),
        Case("nothing but zeros", call(np.zeros((2, 3)))),
        Case("a small singular value that counts",
             call(diagonal(1.0, 1e-12))),
        Case("5 eps beside 1, eight rows and columns",
             call(diagonal(*[1.0] * 7, 5 * EPS))),
        Case("5 eps beside 1, two rows and columns",
             call(diagonal(1.0, 5 * EPS))),
        Case("rtol=0.1",
             call(with_singular_values(rng, [50.0, 6.0, 4.0], 4, 3),
                  rtol=0.1)),
        Case("rtol=0", call(diagonal(1.0, 1e-17), rtol=0.0)),
    ],
    mistakes=[
        Mistake("everything inverted", answers.pseudoinverse_of_everything,
                "Where a singular value is 0, rounding leaves about 1e-16, and"
                " its inverse is 1e16. Leave out what is no larger than rtol"
                " times the largest.", credit=1.5),
        Mistake("everything but 0 inverted",
                answers.pseudoinverse_of_nonzero,
                "Where a singular value is 0, rounding leaves about 1e-16, and"
                " its inverse is 1e16. Leave out what is no larger than rtol"
                " times the largest, not 0 alone.", credit=1.8),
        Mistake("normal equations", answers.pseudoinverse_normal_equations,
                "(A^T A)^-1 A^T needs independent columns: a wide matrix has"
                " none, nor has one of lower rank. Go through the SVD.",
                credit=1.0),
        Mistake("normal equations, solved",
                answers.pseudoinverse_normal_solve,
                "A^T A has an inverse only where the columns are independent:"
                " in a wide matrix they are not, nor in one of lower rank."
                " Go through the SVD.", credit=1.0),
        Mistake("normal equations on the shorter side",
                answers.pseudoinverse_either_side,
                "A wide matrix works now, one of lower rank does not: neither"
                " A^T A nor A A^T has an inverse then. Go through the SVD.",
                credit=1.5),
        Mistake("a fixed ridge", answers.pseudoinverse_ridge,
                "(A^T A + alpha I)^-1 A^T is the pseudoinverse only in the"
                " limit; with an alpha of 1e-6 it is off by about as much,"
                " and small singular values are lost. Go through the SVD.",
                credit=1.0),
        Mistake("1e-15", answers.pseudoinverse_numpys_default,
                "NumPy's 1e-15 is too small for a large matrix, whose"
                " rounding is larger: 5 eps is 1.1e-15. The default is"
                " max(m, n) * eps.", credit=2.5),
        Mistake("absolute tolerance", answers.pseudoinverse_absolute,
                "Whether a singular value is small, the largest one decides:"
                " compare with rtol times that.", credit=1.8),
        Mistake("rtol not times the largest",
                answers.pseudoinverse_absolute_default,
                "rtol is relative: multiply it by the largest singular value."
                " Else of 1e-17 times a matrix nothing is left.",
                credit=2.0),
        Mistake("0 taken for None", answers.pseudoinverse_falsy,
                "Whoever passes rtol=0 means 0, and `not rtol` or `rtol or"
                " ...` takes it for nothing. Ask `rtol is None`.",
                credit=2.7),
        Mistake("rtol ignored", answers.pseudoinverse_own_rtol,
                "Whoever passes rtol=0.1 wants to leave out what is below a"
                " tenth of the largest. Use the default only where rtol is"
                " None.", credit=2.5),
        Mistake("not transposed", answers.pseudoinverse_factors_unturned,
                "A takes n numbers to m, its pseudoinverse m to n: the shape"
                " is (n, m), and the factors change places, V S^+ U^T.",
                credit=1.5),
        Mistake("singular values not inverted",
                answers.pseudoinverse_values_not_inverted,
                "That is A^T. The singular values that count are inverted,"
                " 1/s.", credit=1.0),
        Mistake("nan for the zero matrix",
                answers.pseudoinverse_nan_for_zero,
                "Dividing by the largest singular value is 0/0 for the zero"
                " matrix. Multiply on the other side: s > rtol * s[0].",
                credit=2.5),
    ],
    variants=[
        Variant("what is kept", answers.pseudoinverse_of_the_kept),
        Variant("layer by layer", answers.pseudoinverse_by_layers),
    ],
)


# --- spectral_normalize ---


spectral_normalize = Exercise(
    reference=dc.spectral_normalize,
    points=2,
    refuses=(
        *EIGEN_CALLS,
        *SVD_CALLS,
        "mathlib.decompositions.spectral_norm",
        "mathlib.decompositions.svd",
        "torch.nn.utils.parametrizations.spectral_norm",
        "torch.nn.utils.spectral_norm",
    ),
    cases=lambda rng: [
        Case("by hand", call([[3.0, 0.0], [0.0, 4.0]], rng=seed(rng)),
             core=True),
        Case("a tall matrix",
             call(with_singular_values(rng, [3.0, 2.0, 1.0], 5, 3),
                  rng=seed(rng)), core=True),
        Case("a wide matrix",
             call(with_singular_values(rng, [3.0, 2.0, 1.0], 3, 5),
                  rng=seed(rng))),
        Case("a square matrix",
             call(with_singular_values(rng, [3.0, 2.0, 1.0], 3, 3),
                  rng=seed(rng))),
        Case("a negative number", call([[-2.0]], rng=seed(rng))),
        Case("no rng given",
             call(with_singular_values(rng, [5.0, 1.0, 0.5], 4, 3))),
        Case("large numbers",
             call(with_singular_values(rng, [200.0, 100.0], 3, 2),
                  rng=seed(rng))),
        Case("the default steps",
             call(with_singular_values(rng, [1.0, 0.995, 0.6], 4, 3),
                  rng=seed(rng))),
        Case("steps=1",
             call(with_singular_values(rng, [3.0, 2.5, 2.0, 1.0], 4, 6),
                  steps=1, rng=seed(rng))),
        Case("steps=3, square",
             call(with_singular_values(rng, [3.0, 2.5, 2.0, 1.0], 4, 4),
                  steps=3, rng=seed(rng))),
    ],
    mistakes=[
        Mistake("Frobenius norm", answers.normalize_frobenius,
                "The Frobenius norm is the root of the sum of all squared"
                " singular values. Dividing by it leaves a largest one below"
                " 1: 0.8 for diag(3, 4).", credit=0.3),
        Mistake("largest entry", answers.normalize_largest_entry,
                "The largest entry says how far one coordinate is stretched."
                " The spectral norm is the largest stretch of any direction."
                ),
        Mistake("W itself iterated", answers.normalize_on_W_itself,
                "Power iteration on W finds an eigenvalue, and needs a square"
                " matrix. The singular value comes from W and W^T in turn.",
                credit=0.4),
        Mistake("transpose left out", answers.normalize_transpose_left_out,
                "v lies at the entrance of W, u at its exit: from u back to v"
                " leads W^T, v = W^T u.", credit=0.4),
        Mistake("W^T twice", answers.normalize_one_transpose_only,
                "From v forward to u leads W itself, u = W v; yours takes W^T"
                " in both steps.", credit=0.4),
        Mistake("divided by the square", answers.normalize_by_the_square,
                "sigma^2 is the eigenvalue of W^T W. Divide by sigma.",
                credit=0.6),
        Mistake("steps ignored", answers.normalize_own_steps,
                "With steps=1 the contract divides by the estimate after one"
                " round, as is done in training. Yours makes more of them."
                " Use steps as the number of rounds.", credit=1.4),
        Mistake("the exact norm", answers.normalize_exactly,
                "That is the exact norm, or as good as exact. The contract"
                " wants the estimate after `steps` rounds from the start that"
                " rng draws, which is what training can afford.",
                credit=1.4),
        Mistake("start in the inputs", answers.normalize_from_the_inputs,
                "You start in the inputs, with n random entries. The contract"
                " starts in the outputs: u has m entries, and v = W^T u is"
                " the first product.", credit=1.5),
        Mistake("another start", answers.normalize_own_start,
                "The contract says how to start, so that a given rng"
                " determines the result: u = rng.normal(size=m).",
                credit=1.4),
        Mistake("sigma alone", answers.normalize_returns_sigma,
                "You return sigma. The contract asks for W / sigma.",
                credit=1.0),
        Mistake("vectors not normalised",
                answers.normalize_lengths_at_the_end,
                "Each step makes the vector sigma times as long: after 100"
                " rounds with a sigma of 200 no float can hold it. Divide by"
                " the norm in every step.", credit=1.4),
        Mistake("no generator of its own", answers.normalize_needs_rng,
                "rng is None when nobody gives one, and None draws no"
                " numbers. Make one then: np.random.default_rng().",
                credit=1.6),
    ],
    variants=[
        Variant("W^T W", answers.normalize_by_gram_matrix),
        Variant("einsum", answers.normalize_by_einsum),
    ],
)


# --- randomized_svd ---


def compare_sketch(expected, got, program):
    """Compare what does not depend on the signs of the factors."""
    U, s, Vt = (np.asarray(part) for part in expected)
    try:
        with np.errstate(all="ignore"):
            *yours, near = unpack(got, U=U.shape, s=s.shape, Vt=Vt.shape)
            need_order("s", yours[1] / max(s[0], 1e-300), near)
            need_orthonormal("U", yours[0], near)
            need_orthonormal("Vt", yours[2].T, near, "rows")
            size = max(s[0], 1e-300)
            off = np.abs(yours[1] - s) / size
            i = int(np.argmax(off))
            need(off[i] <= 10 * near,
                 f"s[{i}] should be {s[i]:.6g}, yours is {yours[1][i]:.6g}")
            off = np.max(np.abs(
                (U * s) @ Vt - (yours[0] * yours[1]) @ yours[2]))
            need(off <= 10 * near * size,
                 f"your U diag(s) Vt is off by {off:.2g}")
    except _Told as told:
        return Difference(
            "rule", f"the right answer: orthonormal factors of the sketch"
            f" that rng draws: {told}", expected=expected, got=got)
    return None


def without_seed(expected, got, program):
    """Compare, and let chance make two of the same mistake differ."""
    return compare_sketch(expected, got, program)


def same_shapes(first, second, *args, **kwargs):
    """Both are wrong in the same form."""
    return list(map(np.shape, first)) == list(map(np.shape, second))


compare_sketch.same = alike_or()
without_seed.same = alike_or(same_shapes)


def slow_decay(rng, m, n):
    """A matrix whose singular values fall slowly."""
    return with_singular_values(rng, 0.9 ** np.arange(min(m, n)), m, n)


randomized_svd = Exercise(
    reference=dc.randomized_svd,
    points=3,
    compare=compare_sketch,
    refuses=RANDOMIZED_CALLS,
    cases=lambda rng: [
        Case("by hand", call([[3.0, 0.0], [0.0, 1.0]], 1, rng=seed(rng)),
             core=True),
        Case("a tall matrix of rank 2",
             call(low_rank(rng, 30, 20, 2), 2, rng=seed(rng)), core=True),
        Case("a wide matrix of rank 3",
             call(low_rank(rng, 20, 35, 3), 3, rng=seed(rng))),
        Case("a slow decay", call(slow_decay(rng, 40, 30), 4,
                                  rng=seed(rng))),
        Case("a slow decay, wide", call(slow_decay(rng, 25, 40), 3,
                                        rng=seed(rng))),
        Case("a slow decay, square", call(slow_decay(rng, 30, 30), 5,
                                          rng=seed(rng))),
        Case("no oversampling", call(slow_decay(rng, 30, 25), 4,
                                     n_oversamples=0, rng=seed(rng))),
        Case("no power iterations", call(slow_decay(rng, 30, 25), 4,
                                         n_iter=0, rng=seed(rng))),
        Case("neither", call(slow_decay(rng, 25, 30), 3, n_oversamples=0,
                             n_iter=0, rng=seed(rng))),
        Case("singular values that fall tenfold, four power iterations",
             call(with_singular_values(rng, 10.0 ** -np.arange(20), 30, 20),
                  6, n_oversamples=2, n_iter=4, rng=seed(rng))),
        Case("no rng given", call(low_rank(rng, 25, 20, 2), 2),
             compare=without_seed),
        Case("100 handwritten digits",
             call(some_digits(rng, 100), 5, rng=seed(rng))),
    ],
    mistakes=[
        Mistake("U~ for U", answers.randomized_small_U,
                "The SVD of B = Q^T A has its U in the small space. Back in"
                " the large one it is U = Q U~, with m rows.", credit=1.2),
        Mistake("Q for U", answers.randomized_Q_for_U,
                "The columns of Q span the right space, but they are not the"
                " singular vectors. Turn them: U = Q U~.", credit=1.2),
        Mistake("sketch of the rows", answers.randomized_wrong_side,
                "Q spans the rows of A now, so Q^T A has no meaning (or fails"
                " for its shape). Mix the columns: Y = A Omega, Omega with n"
                " rows.", credit=0.8),
        Mistake("Omega with m rows",
                answers.randomized_shape_of_the_other_side,
                "Y = A Omega mixes the columns of A, of which there are n:"
                " Omega has n rows. Yours has m and fits a square A only.",
                credit=1.0),
        Mistake("no oversampling", answers.randomized_no_oversampling,
                "Omega has n_components columns and not one more. Where the"
                " singular values fall slowly, the sketch misses some of the"
                " space; n_oversamples more columns cost little.",
                credit=1.8),
        Mistake("no power iterations", answers.randomized_no_iterations,
                "Where the singular values fall slowly, A Omega holds too"
                " much of the small ones. Each of the n_iter products with"
                " A A^T makes the large ones larger beside them.",
                credit=1.8),
        Mistake("neither oversampling nor power iterations",
                answers.randomized_neither,
                "Where the singular values fall slowly, the bare sketch with"
                " n_components columns misses much. Take n_oversamples more,"
                " and n_iter products with A A^T.", credit=1.2),
        Mistake("no orthonormal basis between the iterations",
                answers.randomized_powers_bare,
                "(A A^T)^q A takes powers of the singular values: 1e-2 of the"
                " largest, to the 9th, is 1e-18, and rounding takes it."
                " Orthonormalise after each product.", credit=2.4),
        Mistake("no orthonormal basis at all",
                answers.randomized_not_orthonormal,
                "Q^T A has A's singular values only if the columns of Q are"
                " orthonormal. Make them so: np.linalg.qr(Y)[0].",
                credit=1.0),
        Mistake("a full SVD", answers.randomized_in_full,
                "This is the SVD of all of A, which the sketch is there to"
                " avoid. Its answer, under a given rng, is a little less"
                " exact, and for a large matrix a hundred times as fast.",
                credit=0.8),
        Mistake("n_oversamples components too many",
                answers.randomized_everything,
                "The extra columns are there for the accuracy of the first"
                " n_components. Cut them off at the end.", credit=1.5),
        Mistake("V for Vt", answers.randomized_returns_V,
                "The contract asks for V transposed, of shape (k, n).",
                credit=1.5),
        Mistake("another Omega", answers.randomized_uniform,
                "The contract draws Omega with rng.normal. Numbers between 0"
                " and 1 all point one way, and they sketch one direction too"
                " much.", credit=1.8),
        Mistake("no generator of its own", answers.randomized_needs_rng,
                "rng is None when nobody gives one, and None draws no"
                " numbers. Make one then: np.random.default_rng().",
                credit=2.6),
    ],
    variants=[
        Variant("one QR a round", answers.randomized_once_a_round),
        Variant("bases by SVD", answers.randomized_by_svd),
    ],
)


# --- qr_householder ---


def check_qr(got, A):
    """Judge the reduced QR factorization."""
    A = np.asarray(A, dtype=float)
    m, n = A.shape
    r = min(m, n)
    Q, R, near = unpack(got, Q=(m, r), R=(r, n))
    close = 1e-12 if near < 1e-8 else near
    size = np.max(np.abs(A)) or 1.0
    left = np.max(np.abs(np.tril(R, -1)), initial=0.0)
    need(left <= close * size,
         f"in your R {left:.2g} is left below the diagonal")
    need_orthonormal("Q", Q, close)
    off = np.max(np.abs(Q @ R - A))
    need(off <= close * size, f"your Q R is off from A by {off:.2g}")


def no_basis(first, second, A):
    """Both have a nan, or columns of Q that are far from orthonormal."""
    r = min(np.shape(A))
    return all(
        isinstance(got, (list, tuple)) and len(got) == 2
        and np.shape(got[0]) == (len(A), r)
        and not np.all(np.abs(
            np.asarray(got[0]).T @ got[0] - np.eye(r)) <= 1e-9)
        for got in (first, second)
    )


QR = by_rule(check_qr, "orthonormal columns Q, R upper triangular, Q R = A")
# Where rounding decides what comes out in place of a basis.
NO_BASIS = by_rule(check_qr, QR.what, no_basis)


qr_householder = Exercise(
    reference=dc.qr_householder,
    points=3,
    compare=QR,
    refuses=(
        "numpy.linalg.qr",
        "scipy.linalg.qr",
        "scipy.linalg.qr_insert",
        "scipy.linalg.qr_multiply",
        "scipy.linalg.rq",
        "torch.Tensor.geqrf",
        "torch.Tensor.qr",
        "torch.geqrf",
        "torch.linalg.qr",
        "torch.qr",
    ),
    cases=lambda rng: [
        Case("by hand", call([[3.0, 1.0], [4.0, 3.0]]), core=True),
        Case("a tall matrix", call(rng.normal(size=(5, 3))), core=True),
        Case("a square matrix", call(rng.normal(size=(4, 4)))),
        Case("a wide matrix", call(rng.normal(size=(2, 4)))),
        Case("one column", call([[-2.0], [1.0], [2.0]])),
        Case("the identity", call(np.eye(3))),
        Case("minus the identity", call(-np.eye(3))),
        Case("1 on top, 1e-8 below",
             call([[1.0, 2.0], [1e-8, 1.0], [1e-8, 3.0]])),
        Case("-1 on top, 1e-8 below",
             call([[-1.0, 2.0], [1e-8, 1.0], [1e-8, 3.0]])),
        Case("0 on top", call([[0.0, 1.0], [2.0, 3.0], [0.0, 5.0]])),
        Case("a column of zeros",
             call([[0.0, 1.0, 2.0], [0.0, 3.0, 5.0], [0.0, 4.0, 1.0]]),
             compare=NO_BASIS),
        Case("dependent columns",
             call(np.array([[1.0, 2.0, 1.0], [2.0, 4.0, 0.0],
                            [3.0, 6.0, 0.0], [1.0, 2.0, 5.0]])),
             compare=NO_BASIS),
        Case("almost dependent: the 8 x 8 Hilbert matrix",
             call(1.0 / (np.arange(8)[:, None] + np.arange(8) + 1.0)),
             compare=NO_BASIS),
    ],
    mistakes=[
        Mistake("sign that cancels", answers.qr_that_cancels,
                "v = x - sign(x1)|x| e1 cancels: for the first column of the"
                " identity v is 0 and 0/0 follows, for (1, 1e-8, 1e-8) no"
                " digit of v1 is right, and 1e-8 is left below the diagonal."
                " Add, with the sign of x1.", credit=1.5),
        Mistake("sign that cancels, v = 0 left out",
                answers.qr_that_cancels_guarded,
                "v = x - sign(x1)|x| e1 cancels: for (1, 1e-8, 1e-8) no digit"
                " of v1 is right, and 1e-8 is left below the diagonal. Add,"
                " with the sign of x1.", credit=1.8),
        Mistake("always plus", answers.qr_always_plus,
                "x1 + |x| cancels where x1 is negative: for -e1 it is 0. Add"
                " |x| with the sign of x1.", credit=1.8),
        Mistake("always minus", answers.qr_always_minus,
                "x1 - |x| cancels where x1 is positive: for (1, 1e-8, 1e-8)"
                " no digit of it is right. Add |x| with the sign of x1.",
                credit=1.8),
        Mistake("np.sign of 0", answers.qr_sign_of_zero,
                "np.sign(0) is 0, so v = x where x1 is 0, and the mirror"
                " sends x to -x, not to the axis. Count 0 as positive:"
                " np.where(x1 < 0, -1, 1), or np.copysign.", credit=2.2),
        Mistake("np.sign of 0, and a column of zeros", answers.qr_textbook,
                "np.sign(0) is 0, so v = x where x1 is 0, and the mirror"
                " sends x to -x, not to the axis: count 0 as positive, as"
                " np.copysign does. And below a column of zeros v is 0, and"
                " 0/0 follows: leave that mirror out.", credit=2.0),
        Mistake("a column of zeros", answers.qr_zero_column,
                "Below a column of zeros there is nothing to reflect: v is 0"
                " and 0/0 follows. Leave that mirror out.", credit=2.2),
        Mistake("Q in the wrong order", answers.qr_wrong_order,
                "Q is the product H1 H2 ... in this order: multiply each new"
                " mirror from the right, Q H. From the left it becomes Q^T.",
                credit=1.5),
        Mistake("full factors", answers.qr_full,
                "Yours is the full form, Q square. The reduced form keeps the"
                " first min(m, n) columns of Q and rows of R.", credit=2.2),
        Mistake("factor 2 missing", answers.qr_not_doubled,
                "I - v v^T leads into the mirror, where the component along v"
                " is 0. Twice leads behind it: I - 2 v v^T.", credit=0.8),
        Mistake("v not made a unit vector", answers.qr_v_not_unit,
                "I - 2 v v^T is a mirror for a v of length 1 only. Divide by"
                " v.v, or v by its norm.", credit=0.8),
        Mistake("Gram-Schmidt", answers.qr_gram_schmidt,
                "Gram-Schmidt makes Q R = A, too, but its columns lose their"
                " right angles where those of A are almost dependent, and it"
                " divides by 0 where they are. Mirrors never do.",
                credit=1.5),
        Mistake("last column left", answers.qr_one_column_short,
                "In a square matrix the last column needs no mirror; in a tall"
                " one it does, for there are rows below it. Go over min(m, n)"
                " columns.", credit=1.5),
    ],
    variants=[
        Variant("a matrix for each mirror", answers.qr_by_matrices),
        Variant("a positive diagonal", answers.qr_positive_diagonal),
    ],
)


pca_svd_derivation = Written(
    rubric=[
        (1, r"Question 1: puts $X_c = USV^\top$ into $\Sigma$, uses"
            r" $U^\top U = I$ and says so, and arrives at"
            r" $\Sigma = V(S^2/N)V^\top$"),
        (1, r"Question 2: computes $\Sigma\mathbf v_i = (s_i^2/N)\mathbf v_i$"
            r" from the orthonormal columns of $V$; the other $d - N$ (or"
            r" more) eigenvalues are 0 where $N < d$"),
        (1, r"Question 3: $Z = X_cV = US$, mean 0 because the columns of"
            r" $X_c$ add up to 0, and $Z^\top Z/N = S^2/N$ is diagonal"),
        (1, r"Question 4: writes $\mathbf w$ in the basis of the"
            r" $\mathbf v_i$, so that the variance is a weighted mean of the"
            r" $\lambda_i$, which is at most $\lambda_1$"),
        (1, r"Question 5: $N - 1$ changes the $\lambda_i$ only; without"
            r" centring the eigenvectors are those of another matrix, the"
            r" first near the mean; the square of a small $s_i$ falls below"
            r" rounding"),
    ],
)


# Mutants of the solutions that change nothing, with the reason.
_ORDER = "min does not mind the order"
_FULL = "slower; what the full factors have more is cut off"
_SYMMETRIC = "A is symmetric, so v A is A v"
_NEW = "v is a new array, nobody else's"
_SIGN = "dividing by 1 or -1 is multiplying"
_LENGTH = "the first step gives v the length 1, whatever it had"
_FIRST = "eigh(H) begins with -s_1, -s_2, ..., whose vectors (u, -v) serve"
_NUMBER = "NumPy's numbers and truth values are as good as Python's"
EQUIVALENT = {
    "power_iteration": {
        "v = v / la.l2_norm(v) => v /= la.l2_norm(v)": _NEW,
        "v = v / la.l2_norm(v) => pass": _LENGTH,
        "v = v / la.l2_norm(v) => v = (v * la.l2_norm(v))": _LENGTH,
        "v = v / la.l2_norm(v) => v = v": _LENGTH,
        "v = A @ v => v = (v @ A)": _SYMMETRIC,
        "before, value = value, v @ A @ v =>"
        " before, value = value, (v @ (v @ A))": _SYMMETRIC,
        "before, value = value, v @ A @ v =>"
        " before, value = value, (A @ v) @ v": _SYMMETRIC,
        "if np.abs(value - before) <= tol * np.abs(value): =>"
        " if (np.abs(value - before) < (tol * np.abs(value))):":
            "they differ only where both sides are 0, and v stays there",
        "if np.abs(value - before) <= tol * np.abs(value): =>"
        " if np.abs((before - value)) <= tol * np.abs(value):":
            "the absolute value does not mind the order",
    },
    "svd": {
        "k = min(m, n) => k = min(n, m)": _ORDER,
        "k = min(m, n) => k = m":
            "QR of n rows has no more than n columns",
        "halves = np.linalg.eigh(H)[1][m:, ::-1][:, :k] =>"
        " halves = np.linalg.eigh(H)[1][m:, :][:, :k]": _FIRST,
        "halves = np.linalg.eigh(H)[1][m:, ::-1][:, :k] =>"
        " halves = np.linalg.eigh(H)[1][m:, ::1][:, :k]": _FIRST,
        "return U * np.where(s < 0, -1, 1), np.abs(s), V.T =>"
        " return (U / np.where(s < 0, -1, 1)), np.abs(s), V.T": _SIGN,
        "return U * np.where(s < 0, -1, 1), np.abs(s), V.T =>"
        " return U * np.where((s <= 0), -1, 1), np.abs(s), V.T":
            "where s is 0, u may have either sign",
    },
    "matrix_rank": {
        "return int(np.sum(s > rtol * s[0])) =>"
        " return np.sum(s > rtol * s[0])": _NUMBER,
    },
    "low_rank_approximation": {
        "U, s, Vt = np.linalg.svd(A, full_matrices=False) =>"
        " U, s, Vt = np.linalg.svd(A)": _FULL,
        "U, s, Vt = np.linalg.svd(A, full_matrices=False) =>"
        " U, s, Vt = np.linalg.svd(A, full_matrices=True)": _FULL,
    },
    "randomized_svd": {
        "U, s, Vt = np.linalg.svd(Q.T @ A, full_matrices=False) =>"
        " U, s, Vt = np.linalg.svd(Q.T @ A)": _FULL,
        "U, s, Vt = np.linalg.svd(Q.T @ A, full_matrices=False) =>"
        " U, s, Vt = np.linalg.svd(Q.T @ A, full_matrices=True)": _FULL,
    },
    "pca": {
        "U, s, Vt = np.linalg.svd(centred, full_matrices=False) =>"
        " U, s, Vt = np.linalg.svd(centred)": _FULL,
        "U, s, Vt = np.linalg.svd(centred, full_matrices=False) =>"
        " U, s, Vt = np.linalg.svd(centred, full_matrices=True)": _FULL,
    },
    "explained_variance_ratio": {
        "s = np.linalg.svd(X - X.mean(axis=0), compute_uv=False) =>"
        " s = np.linalg.svd((X.mean(axis=0) - X), compute_uv=False)":
            "singular values do not mind a sign",
    },
    "is_positive_definite": {
        "small = len(A) * np.finfo(float).eps * np.abs(values).max() =>"
        " small = len(A) * np.finfo(float).eps * values.max()":
            "they differ only where an eigenvalue is negative anyway",
        "return bool(values[0] > small) => return (values[0] > small)":
            _NUMBER,
    },
    "qr_householder": {
        "r = min(m, n) => r = min(n, m)": _ORDER,
        "Q, R = np.eye(m), np.array(A, dtype=float) =>"
        " Q, R = np.eye(m), np.array(A)": "a check passes floats",
        "Q, R = np.eye(m), np.array(A, dtype=float) =>"
        " Q, R = np.eye(m), A": "a check passes floats; reflect makes a"
            " new array",
        "return Q[:, :r], np.triu(R[:r]) => return Q[:, :r], R[:r]":
            "what is left below the diagonal is rounding",
    },
    "spectral_normalize": {
        "v = v / la.l2_norm(v) => v /= la.l2_norm(v)": _NEW,
        "u = u / la.l2_norm(u) => u /= la.l2_norm(u)": _NEW,
        "return W / (u @ W @ v) => return W / ((v @ (u @ W)))":
            "the product of two vectors does not mind their order",
    },
}
