"""What of a notebook is run to grade it, and in which order.

The setup cell and the learner's own cells are run, as answers may read them.
A lesson cell is run only when one of these reads what it defines: its outputs
are known already, and no answer may depend on it.
"""

import ast
import dis
import functools
import types
import warnings
from dataclasses import dataclass

from mathlib.course.cells import role
from mathlib.course.scope import defined_names, globals_of

__all__ = ["Step", "imported_modules", "is_own", "steps"]


@dataclass(frozen=True)
class Step:
    """One thing to do: run a cell, or judge the exercise of a check cell."""

    place: int  # of the cell in the notebook
    kind: str  # "setup", "lesson", "own", or "judge"


def is_own(cell):
    """Whether the learner added this cell."""
    return bool(cell.metadata.get("mathlib", {}).get("own"))


def steps(notebook):
    """Return the steps, in the order of the notebook."""
    kinds = {}
    for place, cell in enumerate(notebook.cells):
        if cell.cell_type == "code" and is_own(cell):
            kinds[place] = "own"
        elif role(cell) == "exercise":
            kinds[place] = "own"
        elif role(cell) == "check":
            kinds[place] = "judge"
        elif role(cell) == "code" and "setup" not in kinds.values():
            kinds[place] = "setup"
    for place in _needed_lessons(notebook, kinds):
        kinds[place] = "lesson"
    return [Step(place, kind) for place, kind in sorted(kinds.items())]


def _needed_lessons(notebook, kinds):
    """Return the lesson cells that the learner's cells read from."""
    own, lessons, read, room = {}, {}, {}, MAX_READ
    for place, cell in enumerate(notebook.cells):
        if kinds.get(place) in ("own", "setup"):
            room -= len(cell.source)
            source = plain_python(cell.source) if room > 0 else ""
            own[place], read[place] = _defined(source), names_read(source)
        elif role(cell) == "code":
            lessons[place] = _defined(cell.source)
    needed = set()
    waiting = [place for place, kind in kinds.items() if kind == "own"]
    while waiting:
        reader = waiting.pop()
        names = read.get(reader)
        if names is None:
            names = names_read(notebook.cells[reader].source)
        for place, defined in own.items():
            if place < reader:
                names = names - defined
        for place, defined in lessons.items():
            if place < reader and place not in needed and names & defined:
                needed.add(place)
                waiting.append(place)
    return needed


@functools.lru_cache(1000)  # most cells are the same in all submissions
def _defined(source):
    with warnings.catch_warnings(action="ignore"):
        return frozenset(defined_names(source))


@functools.lru_cache(1000)
def names_read(source):
    """Return the names that a cell of plain Python needs from before it.

    Examples
    --------
    >>> sorted(names_read("x = x + a; y = 1; print(y, lambda: [b, x])"))
    ['a', 'b', 'print', 'x']
    """
    try:
        with warnings.catch_warnings(action="ignore"):
            code = compile(source, "<cell>", "exec", _AWAIT)
        names, bound = set(), set()
        for step in dis.get_instructions(code):
            if step.opname in ("STORE_NAME", "STORE_GLOBAL"):
                bound.add(step.argval)
            elif step.opname in _READS and step.argval not in bound:
                names.add(step.argval)
        for inner in code.co_consts:
            if isinstance(inner, types.CodeType):
                names.update(set(globals_of(inner)) - bound)
        return frozenset(names)
    except _NOT_PYTHON:
        return frozenset()


# Who writes a cell decides how long it takes to read.
MAX_READ = 500_000  # characters, of all that a learner wrote
_READS = ("LOAD_NAME", "LOAD_GLOBAL", "DELETE_NAME")
_AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
_NOT_PYTHON = (SyntaxError, ValueError, RecursionError, MemoryError)


def plain_python(source):
    """Return a cell without its magics and shell lines.

    IPython's own way reads a cell as often as there are magics in it, which
    may be many thousand times: who wrote the cell decides that.

    Examples
    --------
    >>> plain_python("%matplotlib inline\\nfiles = !ls\\nn = 2")
    'pass\\nfiles = 0\\nn = 2'
    >>> plain_python("%%time\\nx = f(2)")
    'x = f(2)'
    """
    try:
        with warnings.catch_warnings(action="ignore"):
            compile(source, "<cell>", "exec", _AWAIT | ast.PyCF_ONLY_AST)
        return source
    except _NOT_PYTHON:
        lines = source.strip().split("\n")
    if lines[0].startswith("%%"):
        if lines[0].split()[0] not in _RUN_HERE:
            return ""
        del lines[0]
    return "\n".join(map(_without_magic, lines))


_RUN_HERE = ("%%capture", "%%prun", "%%time", "%%timeit")


def _without_magic(line):
    text = line.strip()
    indent = line[: len(line) - len(line.lstrip())]
    name, equals, value = text.partition("=")
    if text.startswith("%time "):
        return indent + text.removeprefix("%time ").lstrip()
    if text.startswith(_MAGIC) or text.endswith("?"):
        return f"{indent}pass"
    if equals and value.lstrip().startswith(_MAGIC):
        return f"{indent}{name}= 0"
    return line


_MAGIC = ("%", "!", "?")


def imported_modules(notebook):
    """Return the modules that the setup cell imports."""
    setup = next((s for s in steps(notebook) if s.kind == "setup"), None)
    if setup is None:
        return []
    tree = ast.parse(notebook.cells[setup.place].source)
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names |= {f"{node.module}.{a.name}" for a in node.names}
    return sorted(names)
