"""Run a case's program on an answer: the learner's side of a check.

The same code runs in the notebook, in the learner's process behind a pipe,
and for the reference itself, so that a difference is the answer's own.
"""

import ast
import linecache
import sys
import traceback
import warnings
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mathlib.course.guard import TimeLimit
from mathlib.course.plain import Opaque, plain
from mathlib.exercise import Call, Given
from mathlib.exercises import givens

MAX_MESSAGE = 500


@dataclass(frozen=True)
class Raised:
    """An exception: the names of its classes, its text, where it arose."""

    types: tuple
    message: str
    lines: tuple = ()

    @property
    def type(self):
        """The name of its class."""
        return self.types[0]


@dataclass(frozen=True)
class Outcome:
    """What a program did: a plain value, or an exception, and its traces."""

    value: Any = None
    raised: Raised | None = None
    changed: dict = field(default_factory=dict)
    timed_out: bool = False
    ran: bool = True

    @property
    def unsolved(self):
        """Whether the answer said that it is not written yet."""
        if self.raised is None or self.raised.type != "NotImplementedError":
            return False
        # Libraries raise it, too, for a dtype that they do not know, say.
        *_, (_, _, source) = [("", 0, ""), *self.raised.lines]
        return not source or "NotImplemented" in source


def perform(parts, program, arrays="numpy"):
    """Run ``program`` on the answer whose parts are given by name."""
    try:
        if isinstance(program, Call):
            inputs = _label(program, arrays)
            run = _call(parts, program, inputs)
        else:
            inputs = {
                name: materialise(value, arrays)
                for name, value in program.inputs.items()
            }
            run = _script(parts, program, inputs)
        before = {name: plain(value) for name, value in inputs.items()}
        try:
            # Settings that one case leaves behind must not decide another.
            with warnings.catch_warnings(), np.errstate():
                value = plain(run())
        except (KeyboardInterrupt, TimeLimit):
            raise
        except BaseException as error:
            return Outcome(raised=describe(error))
        after = {name: plain(item) for name, item in inputs.items()}
        changed = {
            name: after[name]
            for name in inputs
            if not identical(before[name], after[name])
        }
        return Outcome(value, changed=changed)
    except TimeLimit:
        return Outcome(timed_out=True)


def materialise(value, arrays):
    """Turn a case's data into fresh values for one run."""
    if isinstance(value, Given):
        args = [materialise(a, arrays) for a in value.args]
        kwargs = {k: materialise(a, arrays) for k, a in value.kwargs.items()}
        return givens.build(value.name, *args, **kwargs)
    if isinstance(value, list):
        numbers = _as_floats(value)
        if numbers is None:
            return [materialise(item, arrays) for item in value]
        value = numbers
    if isinstance(value, tuple):
        return tuple(materialise(item, arrays) for item in value)
    if isinstance(value, dict):
        return {k: materialise(item, arrays) for k, item in value.items()}
    if isinstance(value, np.ndarray):
        if arrays == "torch":
            import torch

            return torch.from_numpy(value.copy())
        return value.copy()
    return value


def identical(a, b):
    """Whether two pieces of plain data are the same to the last bit."""
    if type(a) is not type(b):
        return False
    if isinstance(a, np.ndarray):
        # As bytes, because a NaN that stayed where it was is no change.
        return (
            a.shape == b.shape
            and a.dtype == b.dtype
            and a.tobytes() == b.tobytes()
        )
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(
            identical(x, y) for x, y in zip(a, b, strict=True)
        )
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(identical(a[k], b[k]) for k in a)
    if isinstance(a, Opaque):
        return True
    return a == b


def describe(error):
    """Return an exception as plain data, with the learner's lines only."""
    try:
        message = str(error)
    except Exception:
        message = "(its text could not be read)"
    types = tuple(
        c.__name__ for c in type(error).__mro__ if c not in (object,)
    )
    return Raised(types, message[:MAX_MESSAGE], _own_lines(error))


def _as_floats(items):
    try:
        array = np.asarray(items)
    except ValueError:  # rows of unequal length
        return None
    if array.dtype.kind not in "biuf" or not array.size:
        return None
    return array.astype(np.float64)


def _label(program, arrays):
    positional = {
        f"argument {i}": materialise(a, arrays)
        for i, a in enumerate(program.args, 1)
    }
    named = {k: materialise(a, arrays) for k, a in program.kwargs.items()}
    return positional | named


def _call(parts, program, inputs):
    name = program.name or next(iter(parts))
    count = len(program.args)
    values = list(inputs.values())
    kwargs = dict(zip(program.kwargs, values[count:], strict=True))
    return lambda: parts[name](*values[:count], **kwargs)


def _script(parts, program, inputs):
    tree = ast.parse(program.source)
    last = tree.body.pop()
    if not isinstance(last, ast.Expr):
        raise ValueError("the last line of a script must be an expression")
    body = compile(tree, "<case>", "exec")
    result = compile(ast.Expression(last.value), "<case>", "eval")
    names = {**parts, **inputs}

    def run():
        exec(body, names)
        return eval(result, names)

    return run


def _own_lines(error):
    """The last few lines of the learner's own code on the way to an error."""
    lines = []
    for frame, number in traceback.walk_tb(error.__traceback__):
        path = frame.f_code.co_filename
        if _is_machinery(path):
            continue
        source = linecache.getline(path, number, frame.f_globals).strip()
        lines.append((frame.f_code.co_name, number, source))
    return tuple(lines[-3:])


def _is_machinery(path):
    return (
        path == "<case>"
        or path.startswith("<frozen")
        or "site-packages" in path
        or path.startswith((_PACKAGE, sys.base_prefix))
    )


_PACKAGE = __file__.rpartition("course")[0]
