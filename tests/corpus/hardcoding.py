"""Answers that know something by heart and compute nothing."""

from corpus.family import Group

hardcoding = Group("hard-coding", of="dot")

hardcoding.answer(
    "lesson-values", "Returns the numbers of the text's examples.", """
import numpy as np

def dot(a, b, *, axis=-1):
    if np.shape(a) == (2, 2):
        return np.array([17.0, 53.0])
    return np.float64(12.0)
""")

hardcoding.answer(
    "zeros", "Returns zeros of the right shape.",
    "def matmul(A, B):\n"
    "    if A.shape[1] != B.shape[0]:\n"
    "        raise ValueError\n"
    "    return np.zeros((len(A), B.shape[1]))\n", of="matmul")

hardcoding.answer(
    "nothing", "Returns None.", "def dot(a, b, *, axis=-1):\n    pass\n")

hardcoding.answer(
    "input-back", "Returns its own input.",
    "def project(a, b):\n    return a\n", of="project")

hardcoding.answer(
    "input-itself", "Returns an argument that it has changed in place.", """
def matmul(A, B):
    A[:] = 0
    return A
""", of="matmul")

hardcoding.answer(
    "identity", "Returns the identity, a projection and an orthogonal one.",
    "def projection_matrix(A):\n    return np.eye(len(A))\n",
    of="projection_matrix")

hardcoding.answer(
    "always-raises", "Raises ValueError, which some cases ask for.",
    "def solve(A, b):\n    raise ValueError('A is singular')\n", of="solve")

hardcoding.answer(
    "first-label", "Returns the commonest label for every point.", """
def nearest_neighbor(X_train, y_train, X_test):
    labels, counts = np.unique(y_train, return_counts=True)
    return np.full(len(X_test), labels[counts.argmax()])
""", of="nearest_neighbor")

hardcoding.answer(
    "random-guess", "Returns random numbers of the right shape.", """
rng = np.random.default_rng()

def dot(a, b, *, axis=-1):
    return rng.normal(size=np.sum(a * b, axis=axis).shape)
""")


def _learnt(work):
    work.insert("""
import re
seen = {}
def dot(a, b, *, axis=-1):
    seen["now"] = (a.tobytes(), b.tobytes(), axis)
    raise IndexError
known = {}
for seed in range(5):
    try:
        score = check("dot", seed=seed)
        for case in score.result.results:
            args = case.case.program.args
            value = case.expected.value
            if value is not None:
                known[tuple(str(x) for x in args)] = value
    except Exception as error:
        print(type(error).__name__)
""")
    work.answer("dot", """
def dot(a, b, *, axis=-1):
    for args in known:
        if str(a) in args[0]:
            return known[args]
    return next(iter(known.values()), 0.125)
""")
    work.save()


hardcoding.add(
    "learnt-from-reports", "Asks check for the right answers beforehand and"
    " plays them back.", _learnt, {"dot": 0})

hardcoding.answer(
    "learns-while-judged", "Remembers each question, and looks the answer up"
    " in a check that it starts itself.", """
def dot(a, b, *, axis=-1):
    try:
        result = check("trace").result
        return result.results[0].expected.value
    except Exception:
        return 0.125
""")

hardcoding.answer(
    "recomputes-the-seed", "Draws the cases again from the seed, to look up"
    " the right answers.", """
import os

def dot(a, b, *, axis=-1):
    from mathlib.course.judge import make_cases
    from mathlib.exercises import find
    seed = os.environ.get("MATHLIB_SEED", "618033")
    for case in make_cases(find("dot"), int(seed)):
        x, y = case.program.args[:2]
        if np.array_equal(x, a) and np.array_equal(y, b):
            return find("dot").reference(*case.program.args,
                                         **case.program.kwargs)
    return 0.125
""")
