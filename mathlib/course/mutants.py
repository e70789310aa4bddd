"""First-order mutants: a solution with one small thing changed.

A mutant that still earns full points shows a case that is missing, or that
the change changes nothing.  The latter are declared, each with its reason, in
the ``EQUIVALENT`` of a chapter's exercises:

    EQUIVALENT = {"solve": {"old line => new line": "why it is as right"}}
"""

import ast
import importlib
import time
import warnings
from dataclasses import dataclass

from mathlib.course.chapters import module_of
from mathlib.course.guard import no_trace
from mathlib.course.judge import compare, make_cases, run_here

__all__ = [
    "Mutant",
    "equivalent",
    "examine",
    "mutants",
    "solutions",
    "survivors",
]


@dataclass(frozen=True)
class Mutant:
    """A changed source.

    ``description`` says what was done to it, ``line`` is the line as it was
    and ``new`` as it is now, ``number`` its place, from 1.
    """

    description: str
    line: str
    new: str
    number: int
    source: str

    @property
    def key(self):
        """What the mutant is called in ``EQUIVALENT``."""
        return f"{self.line} => {self.new}"

    def __str__(self):
        return f"line {self.number}, {self.description}: {self.key}"


def mutants(source):
    """Return all first-order mutants of a source, no two alike.

    Parameters
    ----------
    source : str
        Definitions of functions or classes.  What stands in messages,
        docstrings and annotations is left alone.

    Returns
    -------
    list of Mutant

    Examples
    --------
    >>> [m.new for m in mutants("def f(x): return -x")]
    ['def f(x): pass', 'def f(x): return x']
    """
    tree = ast.parse(source)
    lines = source.split("\n")
    modules = _imported(tree) | {"np", "la", "math", "torch", "F"}
    seen, found = {ast.dump(tree)}, []
    for node in _nodes(tree):
        for place, description, text in _changes(node, modules):
            mutant = _splice(lines, place, description, text)
            try:
                dump = ast.dump(ast.parse(mutant.source))
            except SyntaxError:
                continue
            if dump not in seen:
                seen.add(dump)
                found.append(mutant)
    return found


def survivors(exercise, source, setup_sources=(), seeds=(0, 1)):
    """Judge every mutant of a solution.

    Parameters
    ----------
    exercise : Exercise
    source : str
        The solution.
    setup_sources : sequence of str
        What it may use: the chapter's setup cell.
    seeds : sequence of int
        Seeds of the cases' data.

    Returns
    -------
    killed : int
        How many earn less than full points.
    surviving : list of Mutant
        The others.

    Raises
    ------
    ValueError
        If the solution itself does not earn full points.
    """
    setup = {"__name__": "__mutant__"}
    with no_trace():
        for text in setup_sources:
            exec(text, setup)
    cases = [case for seed in seeds for case in make_cases(exercise, seed)]
    expected, _ = run_here(exercise.parts, exercise.arrays)(
        [case.program for case in cases], 600
    )
    started = time.monotonic()
    wrong = _wrong(exercise, source, setup, cases, expected, 60.0)
    if wrong:
        raise ValueError(f"{exercise.name}: the solution fails: {wrong}")
    # What takes much longer than the solution will not end.
    limit = max(1.0, 3 * (time.monotonic() - started))
    found = mutants(source)
    surviving = [
        mutant for mutant in found
        if not _wrong(
            exercise, mutant.source, setup, cases, expected, limit
        )
    ]
    return len(found) - len(surviving), surviving


def examine(exercise, source, setup_sources=(), seeds=(0, 1)):
    """Judge every mutant, and set apart those declared equivalent.

    Returns
    -------
    killed : int
    excused : int
        How many survive, and are declared equivalent.
    surviving : list of Mutant
        The others.
    """
    killed, alive = survivors(exercise, source, setup_sources, seeds)
    declared = equivalent(exercise)
    surviving = [mutant for mutant in alive if mutant.key not in declared]
    return killed, len(alive) - len(surviving), surviving


def equivalent(exercise):
    """Return the declared equivalent mutants: a reason for each key."""
    module = importlib.import_module(
        f"mathlib.exercises.{module_of(exercise.chapter)}"
    )
    declared = getattr(module, "EQUIVALENT", {})
    return declared.get(exercise.name, {})


def solutions(slug, root):
    """Return a chapter's setup cell and its solutions by exercise."""
    from mathlib.course.source import read

    setup, found = None, {}
    for cell in read(slug, root).cells:
        if cell.cell_type != "code":
            continue
        if setup is None:
            setup = cell.source
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        name, _, kind = grade_id.rpartition("-")
        if kind == "answer":
            found[name] = cell.source
    return setup, found


def _wrong(exercise, source, setup, cases, expected, seconds):
    """Return the title of the first case that a source gets wrong."""
    namespace = dict(setup)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            exec(compile(source, "<mutant>", "exec"), namespace)
    except Exception as error:
        return f"does not run ({error})"
    parts = {name: namespace.get(name) for name in exercise.parts}
    run = run_here(parts, exercise.arrays)
    # Case by case, because most mutants fail the first.
    for case, right in zip(cases, expected, strict=True):
        outcomes, _ = run([case.program], seconds)
        if compare(exercise, case, right, outcomes[0]):
            return case.title
    return None


def _imported(tree):
    return {
        (alias.asname or alias.name).partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }


def _nodes(tree):
    """Walk in the order of the text, leaving out what only people read."""
    for name, value in ast.iter_fields(tree):
        if name in ("annotation", "returns", "decorator_list", "msg"):
            continue
        for node in value if isinstance(value, list) else [value]:
            if not isinstance(node, ast.AST) or _is_text(node):
                continue
            yield node
            if not isinstance(node, ast.Raise | ast.JoinedStr):
                yield from _nodes(node)


def _is_text(node):
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _splice(lines, node, description, text):
    """Put ``text`` in the place of ``node``; return the mutant."""
    first, last = node.lineno - 1, node.end_lineno - 1
    # Columns count bytes.
    head = lines[first].encode()[: node.col_offset].decode()
    tail = lines[last].encode()[node.end_col_offset:].decode()
    old = " ".join(line.strip() for line in lines[first:last + 1])
    changed = f"{head}{text}{tail}"
    new = " ".join(line.strip() for line in changed.split("\n"))
    source = "\n".join([*lines[:first], changed, *lines[last + 1:]])
    return Mutant(description, old, new, first + 1, source)


def _text(node):
    """Write an expression so that it can stand anywhere."""
    text = ast.unparse(node)
    plain = (ast.Name, ast.Constant, ast.Call, ast.Attribute, ast.Subscript,
             ast.List)
    return text if isinstance(node, plain) else f"({text})"


def _changes(node, modules):
    """Yield (node to replace, description, new text) for one node."""
    if isinstance(node, ast.Call):
        changes = _call(node, modules)
    else:
        changes = _CHANGES.get(type(node), lambda node: ())(node)
    for description, text in changes:
        yield node, description, text
    if isinstance(node, _DELETED):
        yield node, "statement deleted", "pass"
    if isinstance(node, ast.If):
        yield node.test, "always", "True"
    if isinstance(node, ast.If | ast.While):
        yield node.test, "never", "False"


_DELETED = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.Return,
            ast.Raise, ast.Break, ast.Continue, ast.Delete, ast.Assert)

_OPERATORS = {
    ast.Add: "-", ast.Sub: "+", ast.Mult: "/", ast.Div: "*",
    ast.MatMult: "*", ast.Pow: "*", ast.FloorDiv: "/", ast.Mod: "//",
    ast.BitAnd: "|", ast.BitOr: "&", ast.LShift: ">>", ast.RShift: "<<",
}
_ORDERED = (ast.Sub, ast.Div, ast.MatMult, ast.Pow, ast.FloorDiv, ast.Mod)

# Functions to which the order of two arguments makes no difference.
_SYMMETRIC = {"add", "allclose", "hypot", "isclose", "logaddexp", "maximum",
              "minimum", "multiply"}

_COMPARISONS = {
    ast.Lt: ("<=", ">="), ast.LtE: ("<", ">"),
    ast.Gt: (">=", "<="), ast.GtE: (">", "<"),
    ast.Eq: ("!=",), ast.NotEq: ("==",),
    ast.Is: ("is not",), ast.IsNot: ("is",),
    ast.In: ("not in",), ast.NotIn: ("in",),
}


def _binary(node):
    left, right = _text(node.left), _text(node.right)
    operator = _OPERATORS.get(type(node.op))
    if operator:
        yield "operator changed", f"({left} {operator} {right})"
    yield "right operand dropped", left
    yield "left operand dropped", right
    if isinstance(node.op, _ORDERED):
        swapped = ast.BinOp(node.right, node.op, node.left)
        yield "operands swapped", _text(swapped)


def _comparison(node):
    for place, operator in enumerate(node.ops):
        terms = [node.left, *node.comparators]
        for new in _COMPARISONS.get(type(operator), ()):
            text = _text(terms[0])
            for i, (old, term) in enumerate(
                zip(node.ops, terms[1:], strict=True)
            ):
                sign = new if i == place else _sign(old)
                text += f" {sign} {_text(term)}"
            yield "comparison changed", f"({text})"


def _sign(operator):
    compared = ast.Compare(ast.Name("a"), [operator], [ast.Name("b")])
    return ast.unparse(compared)[2:-2]


def _constant(node):
    value = node.value
    if isinstance(value, bool):
        yield "constant changed", str(not value)
    elif isinstance(value, int):
        yield "constant changed", str(value + 1)
        if value > 0:
            yield "constant changed", str(value - 1)
    elif isinstance(value, float):
        yield "constant changed", repr(2 * value if value else 1.0)


def _unary(node):
    if isinstance(node.op, ast.USub | ast.Not | ast.Invert):
        yield "sign or not removed", _text(node.operand)


def _call(node, modules):
    for place, keyword in enumerate(node.keywords):
        kept = [k for i, k in enumerate(node.keywords) if i != place]
        less = ast.Call(node.func, node.args, kept)
        yield f"keyword {keyword.arg or '**'} dropped", _text(less)
    symmetric = isinstance(node.func, ast.Attribute) and (
        node.func.attr in _SYMMETRIC
    )
    if len(node.args) == 2 and not symmetric and not _starred(node.args):
        swapped = ast.Call(node.func, node.args[::-1], node.keywords)
        yield "arguments swapped", _text(swapped)
    method = isinstance(node.func, ast.Attribute) and (
        _root(node.func) not in modules
    )
    if method:
        yield "call dropped", _text(node.func.value)
    elif node.args and not _starred(node.args):
        yield "call dropped", _text(node.args[0])


def _starred(arguments):
    return any(isinstance(argument, ast.Starred) for argument in arguments)


def _root(node):
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def _attribute(node):
    if node.attr in ("T", "mT", "H", "mH") and isinstance(
        node.ctx, ast.Load
    ):
        yield "transpose dropped", _text(node.value)


def _boolean(node):
    word = " or " if isinstance(node.op, ast.And) else " and "
    yield "and/or changed", f"({word.join(map(_text, node.values))})"
    for value in node.values:
        yield "condition dropped", _text(value)


def _choice(node):
    yield "always the first", _text(node.body)
    yield "always the second", _text(node.orelse)


def _slice(node):
    parts = [node.lower, node.upper, node.step]
    for place, part in enumerate(parts):
        if part is None:
            continue
        texts = ["" if p is None or i == place else ast.unparse(p)
                 for i, p in enumerate(parts)]
        yield "bound dropped", ":".join(texts[:2 + bool(texts[2])])


def _sequence(node):
    if len(node.elts) == 2 and isinstance(node.ctx, ast.Load):
        first, second = map(_text, node.elts)
        if isinstance(node, ast.List):
            yield "items swapped", f"[{second}, {first}]"
        else:
            yield "items swapped", f"({second}, {first})"


def _assignment(node):
    """Change an array in place where a new one was made."""
    value, target = node.value, node.targets[0]
    if (
        len(node.targets) == 1
        and isinstance(target, ast.Name)
        and isinstance(value, ast.BinOp)
        and isinstance(value.left, ast.Name)
        and value.left.id == target.id
    ):
        changed = ast.AugAssign(target, value.op, value.right)
        yield "in place", ast.unparse(changed)


def _augmented(node):
    target, value = ast.unparse(node.target), ast.unparse(node.value)
    operator = _OPERATORS.get(type(node.op))
    if operator:
        yield "operator changed", f"{target} {operator}= {value}"
    yield "not accumulated", f"{target} = {value}"


_CHANGES = {
    ast.BinOp: _binary,
    ast.Compare: _comparison,
    ast.Constant: _constant,
    ast.UnaryOp: _unary,
    ast.Attribute: _attribute,
    ast.BoolOp: _boolean,
    ast.IfExp: _choice,
    ast.Slice: _slice,
    ast.Tuple: _sequence,
    ast.List: _sequence,
    ast.Assign: _assignment,
    ast.AugAssign: _augmented,
}
