"""Who tests what: every public function answers to four referees.

In ``tests/test_<module>.py``, above each test (or parametrised table)::

    @referee("oracle", la.dot, la.trace)      # SciPy, torch, closed form...
    def test_against_numpy(library): ...      # takes the fixture `library`
    @referee("gradient", la.dot)              # calls check_gradient
    @referee("property", la.dot)              # is a Hypothesis test
    @referee("bad input", la.dot)             # uses pytest.raises
    exempt("gradient", la.is_symmetric, because="boolean output")
    exempt("library", tokens.encode, because="text in, text out")

The first argument is the kind, the rest are the functions the test is about:
the test names them in its body or gets them from ``pytest.mark.parametrize``.
``tests/test_referees.py`` imports the test files and fails for each public
function (``__all__`` of ``mathlib/<module>.py``) that lacks a kind without a
reason, and for each test that is not what it says it is.
"""

import inspect
from collections import defaultdict

import numpy as np

KINDS = ("oracle", "gradient", "property", "bad input")

tests = defaultdict(list)  # (kind, function): [(module, name), ...]
reasons = {}  # (kind or "library", function): why not


def referee(kind, *functions):
    """Say that a test is the referee of this kind for these functions."""
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {KINDS}, got {kind!r}")
    if not functions:
        raise ValueError("name the functions that the test is about")

    def note(test):
        for function in functions:
            tests[kind, function].append((test.__module__, test.__name__))
        return test

    return note


def exempt(kind, *functions, because):
    """Say why functions need no gradient, or no fixture ``library``."""
    if kind not in ("gradient", "library"):
        raise ValueError(f"nothing is exempt from {kind!r}")
    if len(because.split()) < 2:
        raise ValueError("say in words why")
    for function in functions:
        reasons[kind, function] = because


def missing(function):
    """Return the kinds of test that a function lacks."""
    return [
        kind
        for kind in KINDS
        if not tests[kind, function] and (kind, function) not in reasons
    ]


def fault(kind, function, test):
    """Return why a test is no such referee for the function, or None."""
    body = inspect.unwrap(test)
    if kind == "property":
        if not getattr(test, "is_hypothesis_test", False):
            return "is not a Hypothesis test"
        body = test.hypothesis.inner_test
    names = _names(body.__code__)
    if kind == "oracle" and ("library", function) not in reasons:
        if "library" not in inspect.signature(body).parameters:
            return "does not run on every library: take the fixture"
    if kind == "gradient" and not names & {"check_gradient", "gradcheck"}:
        return "does not call check_gradient"
    if kind == "bad input" and "raises" not in names:
        return "does not use pytest.raises"
    marks = [mark.args for mark in getattr(test, "pytestmark", [])]
    if function.__name__ not in names and not _holds(marks, function):
        return f"does not use {function.__name__}"
    return None


def check_gradient(function, *args, **options):
    """Compare the gradients by torch with finite differences.

    Arrays of floats become float64 tensors that ask for a gradient; all else
    is passed as it is.
    """
    import torch

    wanted = [
        isinstance(a, np.ndarray) and a.dtype.kind in "fc" for a in args
    ]
    assert any(wanted), "no argument to differentiate by"
    args = [
        torch.tensor(a, requires_grad=True) if w else a
        for a, w in zip(args, wanted, strict=True)
    ]
    assert torch.autograd.gradcheck(lambda *x: function(*x, **options), args)


def _names(code):
    """Return every name that code uses, its inner functions' too."""
    inner = (c for c in code.co_consts if inspect.iscode(c))
    return set(code.co_names).union(*map(_names, inner))


def _holds(value, function):
    """Say whether nested tuples, lists or values of dicts hold function."""
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list | tuple | set):
        return any(_holds(v, function) for v in value)
    return value is function
