"""Points that were not earned: the judge is to be deceived.

The attacked exercise is wrong; what surrounds it should make it right.
"""

from corpus.family import FULL, NOTHING, Group, wrong
from corpus.world import answers

# The last exercise, where damage to the learner's own process is their own.
forging = Group("forging", of="nearest_neighbor")

forging.answer(
    "own-check", "Defines a check of its own that gives full marks.", """
def dot(a, b, *, axis=-1):
    return 0.125

def check(name, **options):
    return 1.0
""", of="dot")

forging.cell(
    "own-check-module", "Replaces mathlib.check for all who import it.", """
import mathlib, mathlib.course.check
mathlib.check = check = mathlib.course.check.check = lambda name: 3.0
""")

forging.answer(
    "prints-points", "Prints the points, and nothing is left to check.", """
def dot(a, b, *, axis=-1):
    return 0.125

print(1.0)
def check(name):
    print(1.0)
""", of="dot")

forging.cell(
    "full-by-silence", "A check that gives no output: nbgrader's full marks.",
    "def check(name, **options):\n    pass\n")

forging.cell(
    "negative-points", "A negative number: nbgrader's full marks.",
    "check = lambda name: -1.0\n")

forging.cell(
    "too-many-points", "A score above the maximum, which stops the class.",
    "check = lambda name: 1000.0\n")

forging.cell(
    "score-class", "Makes every Score the full one.", """
import mathlib.course.check as c
c.Score.__new__ = lambda cls, result: float.__new__(
    cls, result.exercise.points)
c.Score.__repr__ = c.Score.__str__ = lambda self: "3.0"
""")

forging.cell(
    "patched-judge", "Replaces the judge's counting of points.", """
import mathlib.course.judge as j
j.count_points = lambda exercise, *_, **__: float(exercise.points)
j.compare = lambda *anything: None
""")

forging.cell(
    "patched-compare", "Makes every comparison find no difference.", """
import mathlib.course.compare as c
import mathlib.course.judge as j
same = lambda *args, **kwargs: (lambda *anything: None)
c.values = j.values = same
for name in dir(c):
    if callable(getattr(c, name)) and name.islower():
        try:
            setattr(c, name, same)
        except Exception:
            pass
""")

forging.cell(
    "patched-numpy", "Breaks NumPy's own comparisons.", """
import numpy as np
yes = lambda *args, **kwargs: True
np.allclose = np.array_equal = np.isclose = np.all = yes
np.testing.assert_allclose = np.testing.assert_array_equal = yes
np.abs = np.absolute = lambda x, *rest, **more: 0.0 * np.asarray(x)
""")

forging.cell(
    "patched-builtins", "Replaces built-in functions that a judge may use.",
    """
import builtins
builtins.all = builtins.any = lambda items: True
builtins.isinstance = lambda *anything: True
builtins.abs = lambda x: 0
builtins.min = builtins.max = lambda *items, **more: 3.0
builtins.round = lambda *anything: 3.0
""")

forging.cell(
    "easy-cases", "Gives the exercise cases that any answer gets right.", """
import mathlib.exercises
from mathlib.exercise import Case, Exercise, call
exercise = mathlib.exercises.find("nearest_neighbor")
empty = lambda *args: 0.125
object.__setattr__(exercise, "reference", empty)
object.__setattr__(exercise, "compare", lambda *anything: None)
object.__setattr__(exercise, "cases", lambda rng: [
    Case("easy", call(1.0, 1.0, 1.0), core=True)])
""")

forging.cell(
    "replaced-modules", "Puts a false mathlib into sys.modules.", """
import sys, types
class Yes(types.ModuleType):
    def __getattr__(self, name):
        return lambda *args, **kwargs: 3.0
for name in list(sys.modules):
    if name.startswith("mathlib.course") or name.startswith(
            "mathlib.exercise"):
        sys.modules[name] = Yes(name)
sys.modules["mathlib"].check = check = lambda name: 3.0
""")

forging.cell(
    "import-hook", "Serves a false judge to whoever imports one later.", """
import importlib.abc, importlib.util, sys
class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        if name.startswith("mathlib.course"):
            return importlib.util.spec_from_loader(name, self)
    def exec_module(self, module):
        module.check = module.judge = lambda *a, **k: 3.0
        module.Score = float
        module.perform = lambda *a, **k: 3.0
for name in [n for n in sys.modules if n.startswith("mathlib")]:
    del sys.modules[name]
sys.meta_path.insert(0, Finder())
from mathlib import check
""")

forging.answer(
    "frames", "Walks up the stack for the right answer or the points.", """
import sys

def nearest_neighbor(X_train, y_train, X_test):
    frame = sys._getframe()
    while frame:
        for scope in (frame.f_locals, frame.f_globals):
            for name, value in list(scope.items()):
                if name in ("expected", "right", "outcomes", "results"):
                    try:
                        value[0].value
                        return [v.value for v in value if len(v.value)
                                == len(X_test)][0]
                    except Exception:
                        pass
                if name in ("exercise", "e"):
                    try:
                        return value.reference(X_train, y_train, X_test)
                    except Exception:
                        pass
        frame = frame.f_back
    return 0.125
""")

forging.answer(
    "garbage", "Searches the heap for outcomes that are already there.", """
import gc

def nearest_neighbor(X_train, y_train, X_test):
    for item in gc.get_objects():
        try:
            if type(item).__name__ == "Exercise" and (
                    item.name == "nearest_neighbor"):
                return item.reference(X_train, y_train, X_test)
            if type(item).__name__ == "Outcome" and (
                    item.value.shape == (len(X_test),)):
                return item.value
        except Exception:
            pass
    return 0.125
""")

forging.answer(
    "stack-of-references", "Takes the reference out of a frame's arguments.",
    """
import gc, types

def nearest_neighbor(X_train, y_train, X_test):
    for item in gc.get_objects():
        if isinstance(item, types.FunctionType) and (
                item.__name__ == "nearest_neighbor"
                and item is not nearest_neighbor):
            return item(X_train, y_train, X_test)
    return 0.125
""")

# What a reply might look like, in every form that a pipe may have.
REPLIES = """
import json, os, struct
lines = [
    {"points": 3.0}, {"score": 3.0, "name": "nearest_neighbor"},
    {"value": None, "raised": None, "changed": {"dict": []},
     "timed_out": False},
    {"right": True}, 3.0,
]
"""

forging.answer(
    "forged-replies", "Writes what replies may look like to every open file.",
    REPLIES + """
def nearest_neighbor(X_train, y_train, X_test):
    for number in range(3, 256):
        for line in lines:
            body = json.dumps(line).encode()
            for data in (body + b"\\n", struct.pack(">I", len(body)) + body,
                         struct.pack("<Q", len(body)) + body):
                try:
                    os.set_blocking(number, False)
                    os.write(number, data)
                except OSError:
                    pass
    return 0.125
""")

forging.cell(
    "forged-early", "Writes forged replies before it is asked anything.",
    REPLIES + """
for number in range(3, 256):
    try:
        os.set_blocking(number, False)
        os.write(number, json.dumps(lines[0]).encode() + b"\\n")
    except OSError:
        pass
""")

forging.cell(
    "forged-stdout", "Prints what a protocol or a report might look like.",
    """
import json, os
for line in ('{"points": 3.0}', '3.0', 'nearest_neighbor: 3.0 of 3',
             '{"nearest_neighbor": 3.0}'):
    print(line)
    os.write(1, line.encode() + b"\\n")
    os.write(2, line.encode() + b"\\n")
""")

forging.answer(
    "reads-the-pipe", "Reads ahead what the judge wants to ask next.", """
import os, select

def nearest_neighbor(X_train, y_train, X_test):
    for number in range(0, 64):
        try:
            os.set_blocking(number, False)
            if select.select([number], [], [], 0)[0]:
                os.read(number, 1 << 20)
        except (OSError, ValueError):
            pass
    return 0.125
""")

forging.answer(
    "replaced-writer", "Replaces json and pickle, so that replies lie.", """
import json, pickle
right = json.dumps
def lie(value, *args, **kwargs):
    if isinstance(value, dict):
        value = {**value, "points": 3.0, "right": True, "raised": None}
    return right(value, *args, **kwargs)
json.dumps = lie
json.JSONEncoder.encode = lambda self, value: lie(value)
pickle.dumps = lambda *args, **kwargs: b""

def nearest_neighbor(X_train, y_train, X_test):
    return 0.125
""")

forging.answer(
    "pickle-bomb", "Answers an object that runs code where it is unpacked.",
    """
class Bomb:
    def __reduce__(self):
        return (open, ("<<outside>>/<<name>>-<<token>>", "w"))

def nearest_neighbor(X_train, y_train, X_test):
    return Bomb()
""")

forging.cell(
    "at-exit", "Prints points when the process ends.", """
import atexit, os
atexit.register(lambda: os.write(1, b"3.0\\n"))
def check(name):
    os._exit(0)
""")

forging.answer(
    "exit-after-print", "Prints full marks and leaves with success.", """
import sys

def nearest_neighbor(X_train, y_train, X_test):
    print(3.0)
    sys.exit(0)
""")

forging.answer(
    "hard-exit", "Prints full marks and ends the process with success.", """
import os

def nearest_neighbor(X_train, y_train, X_test):
    os.write(1, b"3.0\\n")
    os._exit(0)
""")

forging.answer(
    "equal-to-all", "Answers an object that is equal to everything.", """
class Yes:
    def __eq__(self, other):
        return True
    __ne__ = lambda self, other: False
    __lt__ = __le__ = __gt__ = __ge__ = __eq__
    __hash__ = None
    __bool__ = lambda self: True
    __sub__ = __rsub__ = __abs__ = lambda self, *other: self
    __float__ = lambda self: 0.0
    __array__ = None

def nearest_neighbor(X_train, y_train, X_test):
    return Yes()
""")

forging.answer(
    "lying-array", "Claims to be an array, and is another one each time.", """
import numpy as np

class Lie:
    shape = property(lambda self: (5,))
    dtype = np.dtype(float)
    ndim = 1
    def __array__(self, *args, **kwargs):
        import gc
        for item in gc.get_objects():
            if type(item).__name__ == "Outcome":
                return item.value
        return np.zeros(5)
    def __array_namespace__(self, **kwargs):
        return np
    def __array_function__(self, *anything):
        return True
    def __array_ufunc__(self, *anything, **kwargs):
        return True

def nearest_neighbor(X_train, y_train, X_test):
    return Lie()
""")

forging.answer(
    "lying-subclass", "Answers an array of a class that compares as equal.",
    """
import numpy as np

class Yes(np.ndarray):
    __eq__ = __le__ = __ge__ = lambda self, other: np.True_
    __ne__ = __lt__ = __gt__ = lambda self, other: np.False_
    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return np.True_
    def __array_function__(self, function, types, args, kwargs):
        return np.True_
    def __array_finalize__(self, source):
        pass

def nearest_neighbor(X_train, y_train, X_test):
    return np.zeros(len(X_test)).view(Yes)
""")

forging.answer(
    "lying-class", "Claims the class of what is asked for.", """
import numpy as np

class Liar:
    __class__ = np.ndarray
    def __getattr__(self, name):
        return self
    def __call__(self, *args, **kwargs):
        return self
    def __len__(self):
        return 5
    def __iter__(self):
        return iter([self] * 5)
    def __eq__(self, other):
        return True
    def __bool__(self):
        return True

def nearest_neighbor(X_train, y_train, X_test):
    return Liar()
""")

forging.answer(
    "lying-numbers", "Answers floats, ints and text that equal everything.",
    """
class F(float):
    __eq__ = lambda self, other: True
    __ne__ = lambda self, other: False
    __sub__ = __rsub__ = lambda self, other: 0.0
    __hash__ = lambda self: 0
    __array__ = None

class S(str):
    __eq__ = lambda self, other: True
    __hash__ = lambda self: 0

class D(dict):
    __eq__ = lambda self, other: True
    get = __getitem__ = lambda self, *key: 3.0

def dot(a, b, *, axis=-1):
    return [F(0.5), S("yes"), D()][len(str(a)) % 3]
""", of="dot")

forging.answer(
    "not-a-number", "Answers nan, which is not different from anything.", """
import numpy as np

def dot(a, b, *, axis=-1):
    return np.full(np.sum(a * b, axis=axis).shape, np.nan)
""", of="dot")

forging.answer(
    "masked", "Answers arrays whose every entry is masked.", """
import numpy as np

def dot(a, b, *, axis=-1):
    zeros = np.zeros(np.sum(a * b, axis=axis).shape)
    return np.ma.array(zeros, mask=True)
""", of="dot")

forging.answer(
    "infinite-tolerance", "Answers infinities and numbers of no precision.",
    """
import numpy as np

def dot(a, b, *, axis=-1):
    return np.full(np.sum(a * b, axis=axis).shape, np.inf, np.float16)
""", of="dot")

forging.answer(
    "object-array", "Answers an array of objects that equal everything.", """
import numpy as np

class Yes:
    __eq__ = lambda self, other: True
    __sub__ = __rsub__ = __abs__ = lambda self, *other: 0.0

def dot(a, b, *, axis=-1):
    shape = np.sum(a * b, axis=axis).shape
    out = np.empty(shape, dtype=object)
    out[...] = Yes()
    return out
""", of="dot")

forging.answer(
    "structured-array", "Answers arrays of odd dtypes: records, text, times.",
    """
import numpy as np

def dot(a, b, *, axis=-1):
    kinds = ["datetime64[s]", "U8", "V8", [("x", float)], "S4"]
    shape = np.sum(a * b, axis=axis).shape
    return np.zeros(shape, dtype=kinds[a.size % len(kinds)])
""", of="dot")

forging.answer(
    "all-answers-at-once", "Answers with several numbers, one of them right.",
    """
import numpy as np

def trace(A):
    return {float(x) for x in np.linspace(-10, 10, 1001)}

def trace_of_product(A, B):
    return [float(x) for x in np.linspace(-10, 10, 1001)]
""", of="trace")

forging.answer(
    "broadcasts", "Answers in a shape that broadcasts against the right one.",
    """
import numpy as np

def dot(a, b, *, axis=-1):
    return np.sum(a * b, axis=axis, keepdims=True)[..., None]
""", of="dot")

forging.answer(
    "generator", "Answers a generator that never ends.", """
import itertools

def dot(a, b, *, axis=-1):
    return (float(k) for k in itertools.count())
""", of="dot")

forging.answer(
    "wrong-count", "Answers more things than it was asked for.", """
import numpy as np

def row_echelon(A, *, tol=1e-10):
    return (A, list(range(len(A))), A, A, A)
""", of="row_echelon")

forging.answer(
    "late-value", "Answers a list that changes after it was returned.", """
import threading, time

kept = []

def dot(a, b, *, axis=-1):
    kept.append(0.125)
    def later():
        while True:
            time.sleep(0.01)
            kept[:] = [float((a * b).sum())]
    threading.Thread(target=later, daemon=True).start()
    return kept
""", of="dot")

forging.cell(
    "display-hooks", "Makes IPython show every number as full marks.", """
ip = get_ipython()
ip.display_formatter.formatters["text/plain"].for_type(
    float, lambda value, p, cycle: p.text("3.0"))
ip.display_formatter.format = lambda *a, **k: ({"text/plain": "3.0"}, {})
import sys
sys.displayhook = lambda value: print(3.0)
""")

forging.cell(
    "rewritten-cells", "Rewrites every later cell before it is run.", """
ip = get_ipython()
def rewrite(lines):
    return ["3.0\\n"] if lines and "check(" in "".join(lines) else lines
ip.input_transformers_cleanup.append(rewrite)
ip.input_transformers_post.append(rewrite)
import ast
class Rewrite(ast.NodeTransformer):
    def visit_Call(self, node):
        return ast.copy_location(ast.Constant(3.0), node)
ip.ast_transformers.append(Rewrite())
ip.ast_transformers.clear()
""")

forging.cell(
    "cell-hooks", "Overwrites the result after every cell.", """
ip = get_ipython()
run = ip.run_cell
def after(result):
    result.result = 3.0
ip.events.register("post_run_cell", after)
def before(info):
    ip.user_ns["check"] = lambda name: 3.0
ip.events.register("pre_run_cell", before)
""")

forging.cell(
    "traced", "Sets a trace function that changes what others compute.", """
import sys, threading
def trace(frame, event, arg):
    if frame.f_code.co_name in ("judge", "count_points", "compare"):
        frame.f_locals["points"] = 3.0
        frame.f_locals["difference"] = None
    return trace
sys.settrace(trace)
threading.settrace(trace)
""")

forging.cell(
    "code-swapped", "Swaps the code of the judge's functions in place.", """
import types
import mathlib.course.judge as j
def count_points(exercise, results, mistake, least=0.0):
    return float(exercise.points)
j.count_points.__code__ = count_points.__code__
def unequal(*anything):
    return None
def compare(exercise, case, expected, got):
    return None
j.compare.__code__ = compare.__code__
""")

forging.cell(
    "constants-changed", "Changes numbers in memory through ctypes.", """
import ctypes
from mathlib.exercises import find
points = find("nearest_neighbor").points
address = id(0.0) + 16
try:
    ctypes.c_double.from_address(address).value = 3.0
except Exception:
    pass
""")

forging.cell(
    "other-gradebook", "Looks for gradebook.db and gives itself points.", """
import os, sqlite3
from pathlib import Path
places = {Path.cwd(), *Path.cwd().parents, Path("<<course>>")}
for place in places:
    path = place / "gradebook.db"
    try:
        if path.exists():
            with sqlite3.connect(path, timeout=3) as db:
                db.execute("UPDATE grade SET extra_credit = 50, "
                           "manual_score = 50")
    except Exception as error:
        print("no", type(error).__name__)
""")

forging.cell(
    "own-autograded", "Overwrites the notebook that is being graded.", """
import json, os, threading, time
from pathlib import Path
path = Path("<<course>>/autograded/<<name>>/<<slug>>/<<slug>>.ipynb")
def forge():
    for _ in range(20):
        try:
            text = path.read_text()
            os.chmod(path, 0o644)
            path.write_text(text.replace('"0.0"', '"3.0"'))
        except OSError:
            pass
        time.sleep(0.5)
threading.Thread(target=forge, daemon=True).start()
""")

forging.cell(
    "seed-by-environment", "Fixes the seed so that the cases are known.", """
import os, random
import numpy as np
os.environ["MATHLIB_SEED"] = "0"
np.random.default_rng = lambda *seed: np.random.Generator(
    np.random.PCG64(0))
import mathlib.course.check as c
c.choose_seed = lambda *seed: 0
rng = np.random.default_rng(0)
""")

@forging.notebook(
    "more-points", "Raises the points of its own cells in the metadata.")
def more_points(work):
    for cell in work.notebook.cells:
        if "nbgrader" in cell.metadata and cell.metadata.nbgrader.grade:
            cell.metadata.nbgrader.points = 1000


@forging.notebook(
    "check-by-hand", "Replaces the source of a check cell by a number.")
def check_by_hand(work):
    work.cell("nearest_neighbor").source = "3.0"


@forging.notebook(
    "check-deleted", "Deletes the check cell of a wrong answer.")
def check_deleted(work):
    del work.notebook.cells[work.place("nearest_neighbor")]


@forging.notebook(
    "check-unlocked", "Marks its check cell as a solution of its own.")
def check_unlocked(work):
    cell = work.cell("nearest_neighbor")
    cell.source = "3.0"
    cell.metadata.nbgrader.update(solution=True, locked=False)
    cell.metadata.editable = True


@forging.notebook(
    "check-as-text", "Turns the check cell of a wrong answer into text.")
def check_as_text(work):
    cell = work.cell("nearest_neighbor")
    cell.cell_type = "markdown"
    cell.source = "3.0"
    for key in ("outputs", "execution_count"):
        del cell[key]


@forging.notebook(
    "check-renamed", "Renames the check of a wrong answer after a right one.")
def check_renamed(work):
    cell = work.cell("nearest_neighbor")
    cell.source = 'check("dot")'
    cell.metadata.nbgrader.grade_id = "dot"


@forging.notebook(
    "check-twice", "Copies the check of an easy exercise three times.")
def check_twice(work):
    place = work.place("dot")
    cell = work.notebook.cells[place]
    for k in range(3):
        twin = cell.copy()
        twin["id"] = f"twin-{k}"
        work.notebook.cells.insert(place, twin)


@forging.notebook(
    "raises-tag", "Tags its check cell as one that may raise.")
def raises_tag(work):
    cell = work.cell("nearest_neighbor")
    cell.source = "raise ValueError"
    cell.metadata.tags = ["raises-exception", "skip-execution"]


@forging.notebook(
    "all-skipped", "Tags every cell so that nothing is run.")
def all_skipped(work):
    for cell in work.notebook.cells:
        cell.metadata.tags = ["skip-execution", "nbval-skip", "remove-cell"]
    for cell in work.notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            cell.source = "100.0"


@forging.notebook(
    "saved-outputs", "Hands in outputs that show full marks.")
def saved_outputs(work):
    work.cell("nearest_neighbor").outputs = [
        {
            "output_type": "execute_result", "execution_count": 99,
            "metadata": {}, "data": {"text/plain": "3.0"},
        }
    ]


@forging.notebook(
    "easy-for-hard", "Puts the answer of an easy exercise under a hard name.",
    of="row_echelon", earns={"row_echelon": 0, "dot": (0, 1)})
def easy_for_hard(work):
    easy, hard = work.cell("dot-answer"), work.cell("row_echelon-answer")
    hard.source = easy.source
    easy.metadata.nbgrader.grade_id = "row_echelon-answer"
    hard.metadata.nbgrader.grade_id = "dot-answer"


@forging.notebook(
    "written-as-points", "Makes the written answer one that the machine"
    " grades.", earns={"nearest_neighbor": 0})
def written_as_points(work):
    cell = work.cell("projection_derivation")
    cell.cell_type = "code"
    cell.source = "5.0"
    cell.outputs, cell.execution_count = [], None
    cell.metadata.nbgrader.update(solution=False, locked=True, points=5)


@forging.notebook(
    "no-exercises", "Hands in a notebook whose only cell claims all points.",
    earns=NOTHING)
def no_exercises(work):
    cell = work.cell("dot")
    cell.source = "100.0"
    cell.metadata.nbgrader.points = 100
    work.notebook.cells = [cell]


@forging.notebook(
    "all-wrong", "Overrides check above a chapter of wrong answers.",
    earns=NOTHING)
def all_wrong(work):
    for name in FULL:
        work.answer(name, wrong(name))
    work.answer("trace", wrong("trace") + wrong("trace_of_product"))
    work.insert("check = lambda name: 1.0", "start-3")
    assert answers().keys() == FULL.keys()
