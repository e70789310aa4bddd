"""What a learner reads after a check: one report, as text and as HTML.

The report is built once, as a list of blocks, and written twice.  The HTML
reads correctly with no CSS at all, because formgrader and feedback strip it:
right and wrong are words, and colour only repeats them.
"""

import re
from html import escape

import numpy as np

from mathlib.course import delegation
from mathlib.course.compare import kind_of
from mathlib.course.judge import Result
from mathlib.course.plain import Opaque
from mathlib.exercise import Call, Given, Script

__all__ = ["number", "to_html", "to_text"]

# Each is told from a white page as well as from JupyterLab's dark one.
_COLOURS = {"full": "#23863b", "part": "#9a6700", "none": "#d1453b",
            "open": "#6e7781"}
_LINE = 76
# nbgrader's pages frame every <pre> and break words anywhere.
_PRE = (
    "margin: 2px 0 8px 1.5em; padding: 0; border: 0; background: none;"
    " font-family: monospace; white-space: pre-wrap; word-break: normal;"
    " overflow-wrap: anywhere"
)
_P = "margin: 6px 0"
_CELL = "text-align: left; border: 0; background: none; font-size: inherit"


def number(points):
    """Write points without a needless ``.0``.

    Examples
    --------
    >>> number(3.0), number(1.5)
    ('3', '1.5')
    """
    return f"{points:g}"


def to_text(result: Result):
    """Return the report for a terminal."""
    lines = []
    for kind, *content in _blocks(result):
        if kind == "title":
            lines += [content[0], *content[1:]]
        elif kind == "heading":
            lines += ["", content[0]]
        elif kind == "text":
            lines += [f"  {line}" for line in _wrap(content[0])]
        elif kind == "code":
            label, code = content
            lines += [f"  {label}:"] if label else []
            lines += [f"    {line}" for line in code.splitlines()]
        elif kind == "cases":
            lines += [f"  {word:<8} {title}" for word, title in content[0]]
    return "\n".join(lines)


def to_html(result: Result):
    """Return the report for a notebook."""
    colour = _COLOURS[_state(result)]
    parts = [
        f'<div style="border-left: 4px solid {colour}; padding: 2px 0 2px'
        ' 12px; max-width: 46em">'
    ]
    for kind, *content in _blocks(result):
        if kind == "title":
            title, *rest = content
            name, _, tail = title.partition(": ")
            parts.append(
                f'<p style="{_P}"><strong>{escape(name)}: {escape(tail)}'
                + "</strong>"
                + "".join(f" {escape(line)}" for line in rest) + "</p>"
            )
        elif kind == "heading":
            parts.append(
                '<p style="margin: 12px 0 6px">'
                f"<strong>{escape(content[0])}</strong></p>"
            )
        elif kind == "text":
            parts.append(f'<p style="{_P}">{_inline(content[0])}</p>')
        elif kind == "code":
            label, code = content
            head = f"{escape(label)}:" if label else ""
            parts.append(
                f'<div>{head}<pre style="{_PRE}">'
                f"{escape(code)}</pre></div>"
            )
        elif kind == "cases":
            rows = "".join(
                # Words in the text's own colour can be read on any page.
                f'<tr><td style="{_CELL}; padding: 1px 16px 1px 8px;'
                f' border-left: 3px solid {_word_colour(word)}">{word}</td>'
                f'<td style="{_CELL}; padding: 1px 0">'
                f"{escape(title)}</td></tr>"
                for word, title in content[0]
            )
            parts.append(
                '<table style="margin: 4px 0; border: 0; font-size: inherit">'
                f"{rows}</table>"
            )
    return "\n".join([*parts, "</div>"])


def _inline(text):
    """Escape text; what stands in backticks becomes code."""
    pieces = escape(text).split("`")
    return "".join(
        f"<code>{piece}</code>" if i % 2 else piece
        for i, piece in enumerate(pieces)
    ) if len(pieces) % 2 else escape(text)


def _state(result):
    if result.unsolved:
        return "open"
    if result.complete:
        return "full"
    return "part" if result.points else "none"


def _word_colour(word):
    return {"right": _COLOURS["full"], "not yet": _COLOURS["open"],
            "not run": _COLOURS["open"]}.get(word, _COLOURS["none"])


def _blocks(result):
    exercise = result.exercise
    total = number(exercise.points)
    unit = "point" if exercise.points == 1 else "points"
    if result.unread:
        yield "title", f"{exercise.name}: 0 of {total} {unit}.", (
            "The last version of your answer that you ran has a typing error."
        )
        yield "code", "Python could not read it", result.unread
        yield "text", (
            "So it never ran, and Python still holds what you had before."
            " Mend it, run that cell, then run this one again."
        )
        return
    if result.unsolved:
        yield (
            "title", f"{exercise.name}: not solved yet ({total} {unit}).",
            "Write your answer in the cell above, run that cell, then run"
            " this one again. If that cell stopped with an error, mend it"
            " first.",
        )
        return
    count = len(result.results)
    told = f"{exercise.name}: {number(result.points)} of {total} {unit}."
    if result.complete:
        yield "title", told, (
            f"All {count} cases are right." if count > 1
            else "The case is right."
        )
        return
    if result.foreign or result.delegated:
        yield "title", told
        if result.delegated:
            yield "text", delegation.sentence(result.delegated)
        if result.foreign:
            yield from _foreign_blocks(result)
        return
    verb = "is" if result.right == 1 else "are"
    yield "title", told, (
        f"{result.right} of {count} cases {verb} right." if count > 1
        else "The case is not right."
    )
    if result.missing:
        yield "text", (
            f"Not defined yet: {', '.join(result.missing)}. Run the cell"
            " that defines it."
        )
    if result.mistake:
        yield from _mistake_blocks(result)
    if result.points > exercise.points * result.right / count + 0.01:
        what = (
            "The idea is there" if result.mistake and result.explains_all
            else "A part of it is right"
        )
        yield "text", (
            f"{what}: that alone earns {number(result.points)} of {total}"
            f" {unit}."
        )
    yield from _failure_blocks(
        result.first_failure, next(iter(exercise.parts))
    )
    if result.printed:
        yield "code", "Your code printed", result.printed.rstrip()
    yield "heading", "All cases"
    yield "cases", [(_word(r), r.case.title) for r in result.results]
    if result.seed is not None:  # a grade's stays secret
        yield "code", "To run these same cases again", (
            f'check("{exercise.name}", seed={result.seed})'
        )


def _foreign_blocks(result):
    names = result.foreign
    yield "heading", (
        f"Your answer uses {_listed(names)}, which"
        f" {'is' if len(names) == 1 else 'are'} not an argument."
    )
    yield "text", (
        "The notebook happens to hold a value of that name, from another"
        " cell. Where your answer is graded, and wherever else it is used,"
        " there is none. Take what you need from the arguments; a helper from"
        " another cell moves into this one."
    )


def _mistake_blocks(result):
    mistake = result.mistake
    if result.explains_all:
        yield "heading", f"This looks like a known mistake: {mistake.name}."
    else:
        yield "heading", (
            f"The first failure looks like a known mistake: {mistake.name}."
            + " There may be another besides." * (result.wrong > 1)
        )
    yield "text", mistake.why


def _failure_blocks(failure, name):
    yield "heading", f"The first case that is not right: {failure.case.title}"
    code = _program_text(failure.case.program, name)
    is_call = isinstance(failure.case.program, Call)
    yield "code", "The call" if is_call else "The program", code
    found, got, expected = failure.difference, failure.got, failure.expected
    if got.unsolved:
        yield "text", "This part is not written yet."
        return
    if got.raised:
        yield "code", "Your answer stops with an error", _raised_text(
            got.raised
        )
        if advice := _advice(got.raised.message, name):
            yield "text", advice
    elif not got.timed_out and found.kind != "changed":
        shown = show(got.value)
        # What a rule asks of it is said below, entry by entry it is no use.
        if found.kind == "rule":
            shown = _beginning(shown)
        yield "code", "Your output", shown
    if expected.raised:
        yield "code", "The right answer raises", (
            f"{expected.raised.type}: {expected.raised.message}"
        )
    elif found.kind not in ("rule", "changed"):
        yield "code", "The right output", show(expected.value)
    told = _where(found)
    if told and not (got.raised and not expected.raised):
        yield "text", told
    ended = not got.raised and not got.timed_out
    if ended and got.value is None and expected.value is not None:
        yield "text", (
            "A function that ends without `return` gives None. To print a"
            " value shows it; to return it gives it back."
        )


def _beginning(text, lines=12):
    """Return the first lines of a text, and a mark where more would come."""
    first = text.splitlines()
    if len(first) <= lines:
        return text
    return "\n".join([*first[:lines], "..."])


_BINARY = re.compile(
    r"unsupported operand type\(s\) for (\S+).*: '(\w+)' and '(\w+)'"
)
_OPERATORS = {"+": "add", "-": "sub", "*": "mul", "/": "truediv",
              "**": "pow", "@": "matmul"}


def _advice(message, own):
    """Translate what Python and NumPy tell everybody once."""
    if "truth value of an array" in message:
        return (
            "`if`, `and`, `or` and `not` want one answer, and an array has"
            " one for each entry. `np.where(condition, this, that)` chooses"
            " entry by entry; whether something was given at all is asked"
            " with `is not None`."
        )
    if "arrays can be converted to Python scalars" in message:
        return (
            "The functions of `math`, and `float`, take one number. NumPy's,"
            " such as `np.exp`, work entry by entry."
        )
    found = _BINARY.match(message)
    name = found and _OPERATORS.get(found[1].rstrip(":"))
    if name and own == found[2]:
        return (
            f"For this Python runs `__{name}__` of {own}: it is missing, or"
            f" does not take what stands on the right, of type {found[3]}."
        )
    if name and own == found[3]:
        return (
            f"With something of type {found[2]} on the left Python runs"
            f" `__r{name}__` of {own}: it is missing, or does not take that."
        )
    return ""


def _word(r):
    if r.right:
        return "right"
    if r.got.timed_out:
        return "too slow" if r.got.ran else "not run"
    return "not yet" if r.got.unsolved else "wrong"


def _where(found):
    """Say in a sentence where output and right answer part."""
    place = "".join(f"[{step!r}]" for step in found.path)
    if found.kind == "changed":
        return (
            f"Your answer changed {found.path[0]}, which belongs to the"
            " caller."
        )
    if found.kind == "time":
        return (
            f"{_sentence(found.message)} That is the time for all cases"
            " together: perhaps a loop does not end."
        )
    if found.kind in ("rule", "raised", "not raised", "unchanged"):
        return _sentence(found.message)
    if found.index is not None:
        entry = place + (
            "[" + ", ".join(map(str, found.index)) + "]"
            if found.index else ""
        )
        yours, right = _apart(
            found.got[found.index], found.expected[found.index]
        )
        where = f"They part at output{entry}" if entry else "They differ"
        told = f"{where}: yours is {yours}, right is {right}"
        more = f" ({found.message})" if found.message else ""
        return f"{told}{more}."
    at = f"At output{place}: " if place else ""
    return _sentence(f"{at}{found.message}") if found.message else ""


def _sentence(text):
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def _apart(a, b):
    """Write two numbers with as many digits as it takes to tell them apart.

    Examples
    --------
    >>> _apart(0.5, 0.25), _apart(1.0, 1.0000001)
    (('0.5', '0.25'), ('1', '1.0000001'))
    """
    a, b = np.asarray(a)[()], np.asarray(b)[()]
    if a.dtype.kind not in "fc" and b.dtype.kind not in "fc":
        return str(a), str(b)
    for digits in (4, 6, 8, 10, 12, 17):
        pair = f"{a:.{digits}g}", f"{b:.{digits}g}"
        if pair[0] != pair[1]:
            break
    return pair


_NAMELESS = {
    "<lambda>": "a lambda", "<genexpr>": "a generator",
    "<listcomp>": "a list comprehension",
    "<dictcomp>": "a dict comprehension", "<setcomp>": "a set comprehension",
}


def _raised_text(raised):
    lines = [f"{raised.type}: {raised.message}".rstrip(": ")]
    for name, line, source in raised.lines:
        # A comprehension has a frame of its own until Python 3.12.
        name = _NAMELESS.get(name, name)
        lines.append(f"  in {name}, line {line}: {source}".rstrip(": "))
    return "\n".join(lines)


def _program_text(program, name):
    """Write a program as the learner would type it."""
    if isinstance(program, Script):
        values = [f"{k} = {show(v)}" for k, v in program.inputs.items()]
        source = "\n".join(
            line.strip() if ";" in line and not line.startswith(" ") else line
            for line in program.source.strip().splitlines()
        )
        return "\n".join([*values, source])
    assert isinstance(program, Call)
    arguments = [show(a) for a in program.args]
    arguments += [f"{k}={show(v)}" for k, v in program.kwargs.items()]
    joined = ", ".join(arguments)
    name = program.name or name
    if len(joined) < _LINE and "\n" not in joined:
        return f"{name}({joined})"
    lines = []
    for a in arguments:
        # What is said of a large array is no part of the call.
        large = re.fullmatch(r"(.*)\n\(shape (.*?\))\)", a, re.DOTALL)
        a, comment = (
            (large[1], f"  # shape {large[2]}") if large else (a, "")
        )
        lines.append("    " + a.replace("\n", "\n    ") + "," + comment)
    return "\n".join([f"{name}(", *lines, ")"])


def show(value, longest=600):
    """Write a value in a few lines, as a learner would read it."""
    if isinstance(value, Given):
        inner = [show(a) for a in value.args]
        inner += [f"{k}={show(v)}" for k, v in value.kwargs.items()]
        return f"<{value.name}({', '.join(inner)})>"
    if isinstance(value, Opaque):
        return f"<{kind_of(value)}>"
    if isinstance(value, (np.ndarray, np.generic)):
        return _show_array(np.asarray(value))
    if isinstance(value, list) and value and _is_rectangular(value):
        return _show_array(np.asarray(value, dtype=float))
    if isinstance(value, (tuple, list)):
        left, right = "()" if isinstance(value, tuple) else "[]"
        if right == ")" and len(value) == 1:
            right = ",)"
        items = [show(item) for item in value[:12]]
        items += ["..."] * (len(value) > 12)
        inner = ", ".join(items)
        if "\n" in inner or len(inner) > _LINE:
            inner = ",\n ".join(i.replace("\n", "\n ") for i in items)
        return left + inner + right
    if isinstance(value, dict):
        # A table of whole pages is known by how each of them begins.
        items = [f"{k!r}: {show(v, 60)}" for k, v in [*value.items()][:12]]
        items += ["..."] * (len(value) > 12)
        inner = ", ".join(items)
        if "\n" in inner or len(inner) > _LINE:
            inner = ",\n ".join(i.replace("\n", "\n ") for i in items)
        return "{" + inner + "}"
    if isinstance(value, float):
        return f"{value:.12g}"
    text = repr(value)
    return text if len(text) <= longest else text[:longest] + " ..."


def _is_rectangular(value):
    try:
        return np.asarray(value).dtype.kind in "biuf"
    except ValueError:
        return False


def _show_array(array):
    if not array.ndim:
        scalar = array[()]
        return f"{scalar:.6g}" if array.dtype.kind == "f" else str(scalar)
    if not array.size:
        return f"[] (shape {array.shape})"
    if array.dtype.kind == "f":
        # Plus 0, so that no zero has a sign; wide, because a float16 can't
        # be compared with 1e5, and some nans protest at being touched.
        with np.errstate(all="ignore"):
            array = array.astype(float) + 0.0
    text = np.array2string(
        array, precision=4, threshold=60, edgeitems=3, max_line_width=_LINE,
        separator=", ", suppress_small=_similar_sizes(array),
    )
    large = array.size > 60 or array.ndim > 2
    return f"{text}\n(shape {array.shape})" if large else text


def _similar_sizes(array):
    """Plain decimals read best unless an entry would vanish in them."""
    sizes = np.abs(array[np.isfinite(array) & (array != 0)])
    return bool(
        not sizes.size or (sizes.min() > 1e-3 and sizes.max() < 1e5)
    )


def _listed(names):
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def _wrap(text):
    import textwrap

    return textwrap.wrap(text, _LINE) or [""]
