"""Which names an answer reads that it will not find where it is graded.

An answer may read the chapter's setup cell (imports and helpers) and what
the learner's own cells define.  In a notebook it can also, by accident, read
what a lesson cell left behind; the grade would then differ from the check.
"""

import ast
import builtins
import contextlib
import dis
import functools
import hashlib
import inspect
import json
import types
from pathlib import Path

__all__ = [
    "defined_names", "fingerprint", "foreign_names", "globals_of", "lessons",
]

LESSONS = Path(__file__).with_name("lessons.json")


@functools.cache
def lessons():
    """Return what the build knows of each chapter's lesson cells.

    For each slug: ``setup``, the names that the setup cell defines, and
    ``cells``, a mapping from the fingerprint of a lesson cell to the names
    that it defines.
    """
    if not LESSONS.exists():
        return {}
    return json.loads(LESSONS.read_text(encoding="utf-8"))


def fingerprint(source):
    """Return a short name for a cell's source, whatever ends its lines."""
    text = "\n".join(line.rstrip() for line in source.strip().splitlines())
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def defined_names(source):
    """Return the global names that a cell's source defines, sorted.

    Examples
    --------
    >>> defined_names("import numpy as np; x, (y, z) = f(); x.a = 1")
    ['np', 'x', 'y', 'z']
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []  # magics, or a cell that never ran
    finder = _Definitions()
    with contextlib.suppress(RecursionError):  # what is so deep binds little
        finder.visit(tree)
    return sorted(finder.names)


class _Definitions(ast.NodeVisitor):
    def __init__(self):
        self.names = set()

    def visit_Name(self, node):
        if isinstance(node.ctx, ast.Store):
            self.names.add(node.id)

    def visit_FunctionDef(self, node):
        self.names.add(node.name)

    visit_AsyncFunctionDef = visit_ClassDef = visit_FunctionDef

    def visit_Lambda(self, node):
        """Skip: what is inside is local."""

    def _visit_comprehension(self, node):
        for inner in ast.walk(node):  # only a walrus escapes
            if isinstance(inner, ast.NamedExpr):
                self.names.add(inner.target.id)

    visit_ListComp = visit_SetComp = _visit_comprehension
    visit_DictComp = visit_GeneratorExp = _visit_comprehension

    def visit_alias(self, node):
        name = node.asname or node.name.partition(".")[0]
        self.names.add(name)

    def visit_ExceptHandler(self, node):
        if node.name:
            self.names.add(node.name)
        self.generic_visit(node)


def foreign_names(exercise, parts, namespace, sources=None):
    """Return the lesson's names that an answer's parts read, sorted.

    Parameters
    ----------
    exercise : Exercise
    parts : list
        What the answer is made of: functions, classes, values.
    namespace : dict
        The notebook's.
    sources : list of str, optional
        The learner's own cells, where only these (and the setup cell) ran;
        by default all that IPython remembers of a notebook that ran whole.
    """
    chapter = lessons().get(exercise.chapter)
    if chapter is None:
        return ()
    cells = chapter["cells"]
    suspects = {name for names in cells.values() for name in names}
    if sources is None:
        sources = namespace.get("In", ())
        suspects &= set(namespace)
    own = {*chapter["setup"], *exercise.parts, *dir(builtins)}
    for source in sources:
        if fingerprint(source) not in cells:
            own.update(defined_names(source))
    return tuple(sorted((suspects - own) & read_names(parts, namespace)))


def read_names(objects, namespace):
    """Return all globals that functions and classes read, helpers' too."""
    names, seen, waiting = set(), set(), list(objects)
    while waiting:
        item = waiting.pop()
        if id(item) in seen:
            continue
        seen.add(id(item))
        for code in _codes(item):
            for name in globals_of(code):
                names.add(name)
                helper = namespace.get(name)
                if isinstance(helper, (types.FunctionType, type)) and (
                    helper.__module__ == namespace.get("__name__")
                ):
                    waiting.append(helper)
    return names


def _codes(item):
    with contextlib.suppress(Exception):  # an object may refuse any question
        item = inspect.unwrap(item)
    if isinstance(item, types.FunctionType):
        yield item.__code__
    elif isinstance(item, type):
        for member in vars(item).values():
            member = getattr(member, "__func__", member)
            if isinstance(member, property):
                for accessor in (member.fget, member.fset, member.fdel):
                    yield from _codes(accessor)
            elif isinstance(member, types.FunctionType):
                yield member.__code__


def globals_of(code):
    """Yield the global names that a code object reads, and those in it."""
    for instruction in dis.get_instructions(code):
        if instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            yield instruction.argval
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from globals_of(constant)
