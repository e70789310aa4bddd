"""Is this output the right one?  And if not, where do the two part?

A comparison is a function ``compare(expected, got, program)`` of plain data
that returns None, or a :class:`Difference` that says what is wrong.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from mathlib.course.plain import Opaque
from mathlib.exercise import Call

__all__ = [
    "TO_THE_LAST",
    "Difference",
    "as_set",
    "distribution",
    "named_if",
    "satisfies",
    "up_to_permutation",
    "up_to_sign",
    "values",
]


@dataclass(frozen=True)
class Difference:
    """Where an output and the right one part.

    ``kind`` is one of raised, not raised, kind, shape, value, changed,
    unchanged, time and rule; ``path`` leads to the part of a tuple or
    mapping, ``index`` to the entry of an array.
    """

    kind: str
    message: str
    path: tuple = ()
    index: tuple | None = None
    expected: Any = None
    got: Any = None

    def inside(self, step):
        """Return the same difference, seen from one level further out."""
        return Difference(
            self.kind, self.message, (step, *self.path),
            self.index, self.expected, self.got,
        )


def values(*, rtol=None, atol=None):
    """Compare kind, shape and values, entry by entry.

    The tolerance follows the coarser precision of input and answer and is
    never looser than float32's.  ``atol`` is relative to the largest right
    entry, or to 1 if that is larger; pass ``atol=0`` where tiny numbers
    matter.
    """

    def compare(expected, got, program):
        tolerance = _tolerance(program, got, rtol, atol)
        return _difference(expected, got, tolerance)

    compare.same = compare
    return compare


# Where tiny numbers must be right too.
TO_THE_LAST = values(atol=0)


def up_to_sign(*, axis=-2, part=None):
    """Compare vectors that may each be turned round.

    ``axis`` runs along a vector: -2 when the columns are the vectors.
    ``part`` is the place of the vectors in a tuple whose rest is compared as
    it is.
    """
    exact = values()

    def compare(expected, got, program):
        def turn(right, answer):
            # A lone number is no vector, though NumPy lets -1 be its axis.
            if not _comparable(right, answer) or right.ndim == 0:
                return answer
            sign = np.sign(np.sum(right * answer, axis=axis, keepdims=True))
            return answer * np.where(sign == 0, 1, sign)

        if part is None:
            return exact(expected, turn(expected, got), program)
        if not isinstance(got, tuple) or len(got) != len(expected):
            return exact(expected, got, program)
        turned = list(got)
        turned[part] = turn(expected[part], got[part])
        return exact(expected, tuple(turned), program)

    compare.same = compare
    return compare


def up_to_permutation(*, labels=False):
    """Compare rows in any order; with ``labels``, class names up to renaming.

    An output ``(centers, labels)`` is matched by its centers, and the labels
    are renamed to follow.
    """
    exact = values()

    def compare(expected, got, program):
        if labels:
            renamed = _rename(expected, got)
            return exact(expected, renamed, program)
        if isinstance(expected, tuple):
            if not isinstance(got, tuple) or len(got) != len(expected):
                return exact(expected, got, program)
            order = _match(expected[0], got[0])
            if order is None:
                return exact(expected, got, program)
            rank = np.argsort(order)
            names = np.asarray(got[1])
            known = np.issubdtype(names.dtype, np.integer) and (
                names.size == 0
                or (0 <= names.min() and names.max() < len(rank))
            )
            moved = (got[0][order], rank[names] if known else names)
            return exact(expected, (*moved, *got[2:]), program)
        order = _match(expected, got)
        return exact(expected, got if order is None else got[order], program)

    compare.same = compare
    return compare


def distribution(law, *, false_alarm=1e-6):
    """Compare a sample with a law by a Kolmogorov-Smirnov test.

    ``law`` is the cumulative distribution function (a callable such as
    ``scipy.stats.norm.cdf``).  A right sample of independent draws is
    rejected with probability ``false_alarm``.  Two samples, the learner's
    and a known mistake's, count as the same by the two-sample test.
    """
    exact = values()

    def compare(expected, got, program):
        if not _comparable(expected, got):
            return exact(expected, got, program)
        from scipy import stats

        sample = np.asarray(got, dtype=float).ravel()
        if not np.isfinite(sample).all():
            return Difference("value", "not all draws are finite numbers")
        test = stats.kstest(sample, law)
        if test.pvalue >= false_alarm:
            return None
        return Difference(
            "value",
            f"as a sample of {sample.size} draws these do not follow the"
            f" law: near {test.statistic_location:.4g} the share of smaller"
            f" draws is off by {test.statistic:.3f}, which chance does less"
            f" than once in {1 / false_alarm:,.0f} times",
            expected=expected,
            got=got,
        )

    def same(first, second, program):
        from scipy import stats

        if not _comparable(first, second):
            return exact(first, second, program)
        test = stats.ks_2samp(np.ravel(first), np.ravel(second))
        return None if test.pvalue >= 0.01 else Difference("value", "differs")

    compare.same = same
    return compare


def as_set():
    """Compare collections without order or repetition."""
    exact = values()

    def collect(value):
        if isinstance(value, np.ndarray):
            value = value.tolist()
        try:
            return frozenset(
                tuple(v) if isinstance(v, list) else v for v in value
            )
        except TypeError:
            return None

    def compare(expected, got, program):
        right, answer = collect(expected), collect(got)
        if answer is None:
            return exact(expected, got, program)
        if right == answer:
            return None
        missing, extra = right - answer, answer - right
        said = []
        if missing:
            said.append(f"missing: {_few(missing)}")
        if extra:
            said.append(f"too many: {_few(extra)}")
        return Difference(
            "value", "; ".join(said), expected=expected, got=got
        )

    compare.same = compare
    return compare


def satisfies(predicate, what):
    """Judge the output by a property instead of by equality.

    ``predicate(got, *args, **kwargs)`` gets the output and the call's
    arguments, and returns True, or False, or a sentence that says what is
    wrong.  ``what`` states the property.
    """

    def compare(expected, got, program):
        try:
            if isinstance(program, Call):
                verdict = predicate(got, *program.args, **program.kwargs)
            else:
                verdict = predicate(got, **program.inputs)
        except Exception as error:
            verdict = f"it could not be examined ({error})"
        if verdict is True or (
            not isinstance(verdict, str) and bool(verdict)
        ):
            return None
        told = f": {verdict}" if isinstance(verdict, str) else ""
        return Difference(
            "rule", f"the right answer: {what}{told}",
            expected=expected, got=got,
        )

    compare.same = values()
    compare.what = what
    return compare


@dataclass(frozen=True)
class _Tolerance:
    rtol: float
    atol: float


_DOUBLE = _Tolerance(1e-7, 1e-12)
_SINGLE = _Tolerance(5e-5, 2e-6)


def _tolerance(program, got, rtol, atol):
    inputs = (
        (program.args, program.kwargs)
        if isinstance(program, Call)
        else program.inputs
    )
    dtypes = [*_float_dtypes(inputs), *_float_dtypes(got)]
    single = any(np.finfo(dtype).bits < 64 for dtype in dtypes)
    default = _SINGLE if single else _DOUBLE
    # What a case asks for can't be had from an answer in single precision.
    rtol = default.rtol if rtol is None else max(rtol, default.rtol * single)
    return _Tolerance(rtol, default.atol if atol is None else atol)


def _float_dtypes(data):
    if isinstance(data, np.ndarray):
        if data.dtype.kind == "f":
            yield data.dtype
    elif isinstance(data, (list, tuple)):
        for item in data:
            yield from _float_dtypes(item)
    elif isinstance(data, dict):
        yield from _float_dtypes(list(data.values()))


def _difference(expected, got, tolerance):
    if isinstance(got, Opaque):
        return _other_kind(expected, got)
    if isinstance(expected, np.ndarray):
        if isinstance(got, (tuple, list)):
            got = _stacked(got)
        if not isinstance(got, np.ndarray):
            return _other_kind(expected, got)
        return _array_difference(expected, got, tolerance)
    if isinstance(expected, (tuple, list)):
        if isinstance(got, np.ndarray) and got.ndim:
            got = tuple(map(np.asarray, got))
        if not isinstance(got, (tuple, list)):
            return _other_kind(expected, got)
        if len(got) != len(expected):
            return Difference(
                "kind",
                f"this should have {len(expected)}"
                f" part{'s' * (len(expected) != 1)}, yours has {len(got)}",
                expected=expected, got=got,
            )
        for i, (right, answer) in enumerate(zip(expected, got, strict=True)):
            found = _difference(right, answer, tolerance)
            if found:
                return found.inside(i)
        return None
    if isinstance(expected, dict):
        return _mapping_difference(expected, got, tolerance)
    if isinstance(expected, frozenset) and isinstance(got, frozenset):
        return as_set()(expected, got, Call((), {}))
    if type(expected) is not type(got):
        return _other_kind(expected, got)
    if expected != got:
        return Difference("value", "", expected=expected, got=got)
    return None


def _mapping_difference(expected, got, tolerance):
    if not isinstance(got, dict):
        return _other_kind(expected, got)
    missing = [k for k in expected if k not in got]
    extra = [k for k in got if k not in expected]
    if missing or extra:
        said = [f"the key {_few(missing)} is missing"] if missing else []
        said += [f"the key {_few(extra)} should not be there"] * bool(extra)
        return Difference(
            "value", "; ".join(said), expected=expected, got=got
        )
    for key, right in expected.items():
        found = _difference(right, got[key], tolerance)
        if found:
            return found.inside(key)
    return None


def _array_difference(expected, got, tolerance):
    if expected.shape != got.shape:
        return Difference(
            "shape",
            f"yours has {_shape(got)}, the right answer has"
            f" {_shape(expected)}",
            expected=expected, got=got,
        )
    with np.errstate(all="ignore"):  # a signalling nan would
        right = np.asarray(expected, dtype=_wide(expected))
        answer = np.asarray(got, dtype=_wide(got))
    finite = np.abs(right[np.isfinite(right)])
    scale = max(1.0, float(finite.max()) if finite.size else 0.0)
    with np.errstate(all="ignore"):
        near = np.abs(right - answer) <= (
            tolerance.rtol * np.abs(right) + tolerance.atol * scale
        )
    same = (right == answer) | (np.isnan(right) & np.isnan(answer))
    wrong = ~(same | (near & np.isfinite(right) & np.isfinite(answer)))
    if not wrong.any():
        return None
    first = tuple(int(i) for i in np.argwhere(wrong)[0])
    count = int(wrong.sum())
    message = (
        "" if expected.size == 1
        else f"{count} of {expected.size} entries differ"
    )
    return Difference(
        "value", message, index=first, expected=expected, got=got
    )


def _other_kind(expected, got):
    return Difference(
        "kind",
        f"this should be {kind_of(expected)}, yours is {kind_of(got)}",
        expected=expected, got=got,
    )


def kind_of(value):
    """Say in words what a piece of plain data is."""
    if isinstance(value, np.ndarray):
        if value.ndim:
            return f"an array of {_shape(value)}"
        return "a truth value" if value.dtype.kind == "b" else "a number"
    if value is None:
        return "None"
    if isinstance(value, Opaque):
        kind = value.kind
        return kind if kind.startswith(("a ", "an ")) else f"a {kind} object"
    if isinstance(value, (tuple, list)):
        return f"a {type(value).__name__} of {len(value)}"
    return {
        str: "text", bytes: "bytes", dict: "a mapping", frozenset: "a set",
    }.get(type(value), type(value).__name__)


def _shape(array):
    return f"shape {array.shape}" if array.ndim else "no axes (one number)"


def _wide(array):
    return complex if array.dtype.kind == "c" else float


def _stacked(parts):
    arrays = [np.asarray(p) for p in parts if isinstance(p, np.ndarray)]
    same = len(arrays) == len(parts) and len({a.shape for a in arrays}) == 1
    return np.stack(arrays) if same else parts


def _comparable(expected, got):
    return (
        isinstance(expected, np.ndarray)
        and isinstance(got, np.ndarray)
        and expected.shape == got.shape
        and got.dtype.kind in "biufc"
    )


def _match(expected, got):
    """The order that brings the rows of ``got`` nearest to ``expected``."""
    if not _comparable(expected, got) or not np.isfinite(got).all():
        return None
    from scipy.optimize import linear_sum_assignment

    rows = (len(expected), -1)
    apart = expected.reshape(rows)[:, None] - got.reshape(rows)[None]
    return linear_sum_assignment((np.abs(apart) ** 2).sum(-1))[1]


def _rename(expected, got):
    """Rename the classes of ``got`` by the order of their appearance."""
    if not _comparable(expected, got):
        return got
    renamed, taken = {}, set()
    for answer, right in zip(got.ravel(), expected.ravel(), strict=True):
        if answer.item() not in renamed and right.item() not in taken:
            renamed[answer.item()] = right.item()
            taken.add(right.item())
    flat = [renamed.get(v.item(), -1) for v in got.ravel()]
    return np.array(flat).reshape(got.shape)


def _few(items, most=5):
    shown = sorted(map(repr, items))
    more = ", ..." if len(shown) > most else ""
    return ", ".join(shown[:most]) + more


def named_if(alike, compare=None, otherwise=None):
    """Compare as usual, but know a mistake again by ``alike``, too.

    Where rounding, or a number of one's own choice, decides what a wrong
    answer returns, two people who make the same mistake get different
    numbers.

    Parameters
    ----------
    alike : callable
        ``alike(first, second, program)`` says whether two wrong outputs of
        one form (arrays of one shape, or tuples) show one mistake.
    compare : callable, optional
        What is right; ``values()`` unless given.
    otherwise : callable, optional
        How wrong outputs are compared that are not alike; ``values()`` unless
        given.
    """
    compare, otherwise = compare or values(), otherwise or values()

    def judged(expected, got, program):
        return compare(expected, got, program)

    def same(first, second, program):
        if _of_one_form(first, second):
            with np.errstate(all="ignore"):
                try:
                    if alike(first, second, program):
                        return None
                except (AttributeError, IndexError, TypeError, ValueError):
                    pass
        return otherwise(first, second, program)

    judged.same = same
    return judged


def _of_one_form(first, second):
    if isinstance(first, tuple) and isinstance(second, tuple):
        return True
    shape = getattr(first, "shape", None)
    return shape is not None and shape == getattr(second, "shape", None)
