"""Whose work is it: calls that are the exercise itself are refused.

An answer may use whatever it likes, except what would be the whole answer:
mathlib's own implementation, and a library's function that does just this.
Each exercise names them in ``refuses``; mathlib's own come by themselves.
They are found in two ways.  :func:`delegates` reads the code of an answer and
of its helpers; :func:`refusing` makes the calls fail while an answer runs.

Neither is complete, nor can it be.  Reading follows names, not values: a text
for ``eval``, an attribute of the learner's own object, a method of an unknown
one escape.  (A refused method of NumPy's arrays, which can't be made to fail,
is read nevertheless: whatever is unknown may be an array.)  Running sees
attributes of modules that are loaded when it begins: a name that was imported
from its module before, or a module first imported while the answer runs,
escapes it (and is read).  Types of C take no new methods.  What a library
calls itself goes through, also when an answer asks it to.  And a library has
many functions: only those named are known.  So this is a reminder for the
honest and a sieve, not a wall; the instructor decides.
"""

import contextlib
import dis
import functools
import inspect
import itertools
import sys
import sysconfig
import types
from pathlib import Path

import numpy as np

from mathlib.course.ledger import formulas

__all__ = [
    "Delegation",
    "delegates",
    "named_in",
    "refused",
    "refusing",
    "sentence",
]

# The exercises hold right answers, and these hand them out.
_ALWAYS = (
    "mathlib.exercises",
    "mathlib.exercises.chapter_exercises",
    "mathlib.exercises.find",
)


class Delegation(RuntimeError):
    """Raised in place of a call that is the exercise itself.

    ``name`` is the dotted name of what was called.
    """

    def __init__(self, name):
        super().__init__(name)
        self.name = name

    def __str__(self):
        return sentence((self.name,))


def sentence(names):
    """Say kindly that an answer calls what does the exercise for it.

    Examples
    --------
    >>> sentence(["numpy.dot", "numpy.matmul"])[:46]
    'Your answer calls numpy.dot and numpy.matmul, '
    """
    *most, last = names
    listed = f"{', '.join(most)} and {last}" if most else last
    return (
        f"Your answer calls {listed}, which {'do' if most else 'does'} this"
        " exercise for you: write it out. (If you think that this is your own"
        " work, tell your instructor, who can give the points.)"
    )


def refused(exercise):
    """Return the dotted names of all that is this exercise itself, sorted.

    To what the exercise names come mathlib's functions in its row of the
    ledger, and its right answers.  Where a row has several exercises, its
    functions are the first one's; to another they may be a building block,
    unless a part has the same name.
    """
    names = {*_ALWAYS, *exercise.refuses}
    for part in exercise.parts.values():
        names.update(_own_name(part, "mathlib."))
    for variant in exercise.variants:
        answer = variant.answer
        for part in answer.values() if isinstance(answer, dict) else [answer]:
            names.update(_own_name(part, "mathlib.exercises."))
    for row in formulas():
        if exercise.name in row.exercises:
            first = row.exercises[0] == exercise.name
            names.update(
                name for name in row.functions
                if not name.startswith("mathlib.explore.")
                and (first or name.rpartition(".")[2] in exercise.parts)
            )
    return tuple(sorted(names))


def _own_name(item, package):
    """Yield where an object is defined, if that is in this package."""
    module = getattr(item, "__module__", None) or ""
    name = getattr(item, "__qualname__", "<nameless>")
    if module.startswith(package) and "<" not in name:
        yield f"{module}.{name}"


def named_in(outcomes, names):
    """Return those of the names whose call was refused, sorted.

    Parameters
    ----------
    outcomes : iterable of mathlib.course.programs.Outcome
    names : iterable of str
        What was refused.
    """
    told = {
        outcome.raised.message
        for outcome in outcomes
        if outcome.raised and outcome.raised.type == Delegation.__name__
    }
    return tuple(
        sorted(name for name in names if sentence((name,)) in told)
    )


# --- while the answer runs ---


@contextlib.contextmanager
def refusing(names):
    """Make calls of these raise :class:`Delegation`; a context manager.

    Only the answer's calls are refused: libraries and mathlib may go on
    using their own functions.  Nothing is imported; what a name stands for
    is looked up in the modules that are loaded.

    Parameters
    ----------
    names : iterable of str
        Dotted names of functions, classes and methods.  Unknown ones, and
        those that can't be replaced, are passed over.
    """
    loaded = set(sys.modules)
    guards, undo = {}, []
    try:
        for name, owner, attribute in _places(tuple(names), len(loaded)):
            original = inspect.getattr_static(owner, attribute, None)
            if original is None:
                continue
            key = name, id(original)
            if key not in guards:
                guards[key] = _Guard(name, original)
            own = vars(owner).get(attribute, _ABSENT)
            with contextlib.suppress(TypeError, AttributeError):
                setattr(owner, attribute, guards[key].as_attribute())
                undo.append((owner, attribute, own))
        yield
    finally:
        for guard in guards.values():
            guard.active = False
        for owner, attribute, own in reversed(undo):
            with contextlib.suppress(Exception):
                if own is _ABSENT:
                    delattr(owner, attribute)
                else:
                    setattr(owner, attribute, own)
        for name in set(sys.modules) - loaded:
            _put_back(sys.modules.get(name))


_ABSENT = object()


@functools.lru_cache(maxsize=256)
def _places(names, loaded):
    """List (name, owner, attribute) of all that is to be replaced.

    Besides what is named, all public modules of the same library that hold
    the same object.  ``loaded``, the number of modules, keeps the cache
    fresh: looking through all of torch takes milliseconds.
    """
    places, wanted = [], {}
    for name in names:
        owner, attribute, found = _look_up(name)
        if isinstance(found, type):
            # A class stays what it is, for isinstance; making one is refused.
            places.append((name, found, "__init__"))
        elif isinstance(found, (staticmethod, classmethod)) or (
            callable(found) and not isinstance(found, types.ModuleType)
        ):
            places.append((name, owner, attribute))
            wanted[id(found)] = name
    known = {(id(owner), attribute) for _, owner, attribute in places}
    libraries = {name.partition(".")[0] for name in names}
    for path, module in list(sys.modules.items()):
        if path.partition(".")[0] not in libraries or "._" in path:
            continue
        members = getattr(module, "__dict__", {})
        if wanted.keys().isdisjoint(map(id, list(members.values()))):
            continue
        places += [
            (wanted[id(value)], module, attribute)
            for attribute, value in list(members.items())
            if id(value) in wanted and not attribute.startswith("_")
            and (id(module), attribute) not in known
        ]
    return tuple(places)


def _look_up(name):
    """Return (owner, attribute, object) of a dotted name, importing nothing.
    """
    if name in sys.modules:
        return None, "", sys.modules[name]
    steps = name.split(".")
    for count in range(len(steps) - 1, 0, -1):
        item = sys.modules.get(".".join(steps[:count]))
        if item is not None:
            break
    else:
        return None, "", None
    owner = None
    for step in steps[count:]:
        owner = item
        if not isinstance(owner, (types.ModuleType, type)):
            return None, "", None
        # Static, because a module may import what it is asked for.
        item = inspect.getattr_static(owner, step, None)
    return owner, steps[-1], item


class _Guard:
    """Stands in for a function; raises when an answer calls it."""

    def __init__(self, name, attribute):
        original = attribute
        if isinstance(attribute, (staticmethod, classmethod)):
            original = attribute.__func__
        functools.update_wrapper(self, original)
        self.name, self.attribute, self.original = name, attribute, original
        self.active = True  # somebody may keep it for later

    def as_attribute(self):
        """Return it as the kind of method that it stands in for."""
        if self.original is self.attribute:
            return self
        return type(self.attribute)(self)

    def __call__(self, *args, **kwargs):
        if self.active and not _in_library(sys._getframe(1)):
            raise Delegation(self.name)
        if self.original is object.__init__:
            return None  # the arguments were for __new__
        return self.original(*args, **kwargs)

    def __get__(self, instance, owner=None):
        return self if instance is None else types.MethodType(self, instance)

    def __getattr__(self, attribute):
        return getattr(self.original, attribute)


def _put_back(module):
    """Free a module that was loaded meanwhile of guards that it copied."""
    for attribute, value in list(getattr(module, "__dict__", {}).items()):
        if type(value) is _Guard:
            with contextlib.suppress(Exception):
                setattr(module, attribute, value.original)


def _in_library(frame):
    return frame.f_code.co_filename.startswith(_LIBRARIES)


_LIBRARIES = tuple({
    "<frozen",
    "<__array_function__",
    str(Path(__file__).resolve().parents[1]),
    str(Path(np.__file__).parents[1]),
    *(sysconfig.get_path(kind) for kind in (
        "stdlib", "platstdlib", "purelib", "platlib")),
})


# --- by reading ---


def delegates(names, objects, namespace):
    """Return which of the refused names an answer's code uses, sorted.

    Parameters
    ----------
    names : iterable of str
        What is refused, as :func:`refused` lists it.
    objects : iterable
        The answer's parts: functions, classes, whatever the learner made.
    namespace : dict
        The learner's globals.  Helpers found there are read, too.

    Returns
    -------
    tuple of str
        The names in the order of the alphabet; empty for an honest answer.
    """
    reader = _Reader(names, namespace)
    for item in objects:
        reader.read(item)
    # Who calls a.b.c has also named a.b.
    return tuple(sorted(
        name for name in reader.found
        if not any(other.startswith(name + ".") for other in reader.found)
    ))


_MADE_IN_PYTHON = 1 << 9  # CPython's Py_TPFLAGS_HEAPTYPE
# Instructions that leave what is on top of the stack where it is.
_NOTHING = {"CACHE", "COPY", "EXTENDED_ARG", "NOP", "PUSH_NULL"}
# After the name of an attribute as text: the call or look-up that reads it.
_TAKES = {"BINARY_OP", "BINARY_SUBSCR", "CALL", "KW_NAMES", "PRECALL"}
_READERS = {"__dict__", "__getattribute__", "getattr"}
_ARRAY = "numpy.ndarray"


class _Reader:
    """Reads code for refused names.

    A place is a dotted name, such as ``"numpy.linalg"``: all that is known
    of a value, which is None wherever nothing is.
    """

    def __init__(self, names, namespace):
        self.names = frozenset(names)
        self.namespace = namespace
        self.found = set()
        self.known = {}
        for name in sorted(self.names):
            item = _look_up(name)[2]
            if item is not None:
                self.known.setdefault(id(item), name)
        self.seen = set()
        self.own_attributes = set()
        for item in list(namespace.values()):
            with contextlib.suppress(Exception):
                if issubclass(type(item), type) and self._is_own_class(item):
                    self.own_attributes.update(vars(item))

    def read(self, item):
        """Read an object of the learner's, and all helpers it names."""
        waiting = [item]
        while waiting:
            item = waiting.pop()
            if id(item) in self.seen:
                continue
            self.seen.add(id(item))
            with contextlib.suppress(Exception):
                waiting += self._read_one(item)

    def _read_one(self, item):
        """Read one object; return what else is to be read."""
        self._place(item)
        kind = type(item)  # isinstance would ask the learner's __class__
        if kind is types.FunctionType:
            return self._read_function(item) if self._is_own(item) else []
        if issubclass(kind, type):
            if not self._is_own_class(item):
                return []
            return [*item.__bases__, *vars(item).values()]
        if kind is types.ModuleType:
            return []
        return _inside(item) or [kind]

    def _is_own_class(self, item):
        """Whether the learner wrote it: it is in no imported module."""
        module = item.__module__
        if module == "builtins":  # so it says where nothing is called main
            return bool(item.__flags__ & _MADE_IN_PYTHON)
        own = module == self.namespace.get("__name__")
        return own or module not in sys.modules

    def _is_own(self, function):
        """Whether the learner wrote it: it is in no imported module."""
        home = function.__globals__
        name = home.get("__name__")
        if home is self.namespace or name == self.namespace.get("__name__"):
            return True
        module = sys.modules.get(name)
        return module is None or vars(module) is not home

    def _read_function(self, function):
        """Read a function; return the helpers it names."""
        code, home = function.__code__, function.__globals__
        bound = {}
        for name, cell in zip(
            code.co_freevars, function.__closure__ or (), strict=True
        ):
            with contextlib.suppress(ValueError):  # not filled yet
                bound[name] = cell.cell_contents
        defaults = function.__defaults__ or ()
        last = code.co_varnames[:code.co_argcount][-len(defaults):]
        bound.update(zip(last, defaults, strict=False))
        bound.update(function.__kwdefaults__ or {})
        places = {name: self._place(value) for name, value in bound.items()}
        inner = getattr(function, "__wrapped__", None)
        helpers = [*bound.values(), inner]
        self._read_code(code, home, places, helpers)
        return helpers

    def _read_code(self, code, home, places, helpers):
        place = module = constant = None
        taken = chained = importing = False
        by_text = not _READERS.isdisjoint(code.co_names)
        for instruction in dis.get_instructions(code):
            op, value = instruction.opname, instruction.argval
            if op in _NOTHING or (importing and op in ("SWAP", "POP_TOP")):
                continue
            if taken and op in _TAKES:
                continue
            taken, before, place = False, place, None
            last_constant, constant = constant, None
            if op in ("LOAD_GLOBAL", "LOAD_NAME"):
                if value in home:
                    helpers.append(home[value])
                    place = self._place(home[value])
                else:
                    place = places.get(value)
            elif op in ("LOAD_ATTR", "LOAD_METHOD"):
                place = self._step(before, value)
            elif op.startswith("STORE_FAST_LOAD_FAST"):
                places[value[0]] = before
                place = places.get(value[1])
            elif op.startswith(("LOAD_FAST", "LOAD_DEREF")):
                last = value[-1] if isinstance(value, tuple) else value
                place = places.get(last)
            elif op.startswith("STORE_") and op not in _STORES_ELSEWHERE:
                first, *rest = value if isinstance(value, tuple) else [value]
                places[first] = before
                places.update(dict.fromkeys(rest))
                importing = False
            elif op == "IMPORT_NAME":
                chained, importing = last_constant is None, True
                self._note(value)
                top = value.partition(".")[0]
                place = module = top if chained else value
            elif op == "IMPORT_FROM":
                importing = True
                place = self._step(module, value)
                module = place if chained else module
            elif op == "LOAD_CONST":
                constant = value
                if by_text and before and isinstance(value, str):
                    place, taken = self._step(before, value), True
        for inner in code.co_consts:
            if isinstance(inner, types.CodeType):
                self._read_code(inner, home, dict(places), helpers)

    def _step(self, place, attribute):
        """Return the place of an attribute, as far as it matters."""
        if place is None and attribute in self.own_attributes:
            return None
        if place is None:  # perhaps an array, whose methods can't be guarded
            method = f"{_ARRAY}.{attribute}"
            return self._note(method) if method in self.names else None
        if attribute == "__dict__":
            return place
        name = f"{place}.{attribute}"
        if name in self.names:
            return self._note(name)
        item = _look_up(name)[2]
        known = item is not None and self._place(item)
        return known or self._note(name) or self._towards(name)

    def _place(self, item):
        """Return the place of an object; note it if it is refused."""
        if id(item) in self.known:
            return self._note(self.known[id(item)])
        with contextlib.suppress(Exception):  # some refuse any question
            if isinstance(item, types.ModuleType):
                name = vars(item).get("__name__")
                return name if isinstance(name, str) else None
            if isinstance(item, type):
                return self._towards(f"{item.__module__}.{item.__qualname__}")
        return None

    def _towards(self, name):
        """Return the name if more may follow it that is refused."""
        item = _look_up(name)[2]
        leads = isinstance(item, (type, types.ModuleType)) or any(
            other.startswith(name + ".") for other in self.names
        )
        return name if leads else None

    def _note(self, place):
        """Note a refused place, or one inside; return it, or None."""
        while place:
            if place in self.names:
                self.found.add(place)
                return place
            place = place.rpartition(".")[0]
        return None


_STORES_ELSEWHERE = {"STORE_ATTR", "STORE_SLICE", "STORE_SUBSCR"}


def _inside(item):
    """Return what a wrapper or a container holds, for the common ones."""
    kind = type(item)
    if kind is functools.partial:
        return [item.func]
    if kind in (classmethod, staticmethod, types.MethodType):
        return [item.__func__]
    if kind is property:
        return [item.fget, item.fset, item.fdel]
    if kind is np.vectorize:
        return [item.pyfunc]
    if kind is _CACHED:
        return [item.__wrapped__]
    if kind is dict:
        item, kind = item.values(), list
    if kind in (list, set, tuple):
        return list(itertools.islice(item, 100))
    return []


_CACHED = type(functools.cache(len))
