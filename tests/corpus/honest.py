"""Nothing bad is meant: what was earned must not be lost."""

import copy

from corpus.family import FULL, WRITTEN, Group

honest = Group("honest")
notebook = honest.notebook


def answer(name, tries, source, of="dot", earns=None):
    """An answer that is right, in an unusual way."""
    honest.answer(name, tries, source, of=of, earns=earns or {})


RIGHT = """
def dot(a, b, *, axis=-1):
    return np.sum(a * b, axis=axis)
"""

answer("warning", "Warns when it is called.", """
import warnings

def dot(a, b, *, axis=-1):
    warnings.warn("this is slow")
    return np.sum(a * b, axis=axis)
""")

answer("stderr", "Writes to stderr while it is called.", """
import os, sys

def dot(a, b, *, axis=-1):
    print("called", file=sys.stderr)
    os.write(2, b"called\\n")
    return np.sum(a * b, axis=axis)
""")

answer("log", "Writes a log.", """
import logging
logging.basicConfig(level=logging.DEBUG)
logging.warning("defining")

def dot(a, b, *, axis=-1):
    logging.info("called with %s", a.shape)
    return np.sum(a * b, axis=axis)
""")

answer("prints", "Prints what it does, and in the end a number.", """
def dot(a, b, *, axis=-1):
    print("a =", a)
    total = np.sum(a * b, axis=axis)
    print(0.0)
    return total
print("0.0")
""")

answer("divides-by-zero", "Warns of a division by zero on its way.", """
def dot(a, b, *, axis=-1):
    np.ones(1) / np.zeros(1)
    return np.sum(a * b, axis=axis)
""")

answer("decorated", "Is decorated, cached and timed.", """
import functools, time

def timed(f):
    @functools.wraps(f)
    def inner(*args, **kwargs):
        start = time.perf_counter()
        try:
            return f(*args, **kwargs)
        finally:
            inner.last = time.perf_counter() - start
    return inner

@timed
def dot(a, b, *, axis=-1):
    return np.sum(a * b, axis=axis)
""")

answer("object", "Is an object that can be called.", """
class Dot:
    def __init__(self):
        self.calls = 0
    def __call__(self, a, b, *, axis=-1):
        self.calls += 1
        return np.sum(a * b, axis=axis)
dot = Dot()
""")

answer("lambda", "Is a lambda.",
       "dot = lambda a, b, *, axis=-1: np.sum(a * b, axis=axis)\n")

answer("single-precision", "Computes in single precision.", """
def matmul(A, B):
    if A.shape[1] != B.shape[0]:
        raise ValueError("do not fit")
    return A.astype(np.float32) @ B.astype(np.float32)
""", of="matmul")

answer("lists", "Returns lists and plain floats.", """
def dot(a, b, *, axis=-1):
    return np.sum(a * b, axis=axis).tolist()
""")

answer("torch", "Computes with torch and returns a tensor.", """
import torch

def dot(a, b, *, axis=-1):
    return (torch.tensor(a) * torch.tensor(b)).sum(dim=axis)
""")

answer("global-state", "Counts its calls in a global and keeps its inputs.",
       """
calls = 0
kept = []

def dot(a, b, *, axis=-1):
    global calls
    calls += 1
    kept.append(a)
    return np.sum(a * b, axis=axis)
""")

answer("own-names", "Has names, comments and text in other scripts.", """
# 内積 скалярное произведение ∑ aᵢbᵢ 🙂
Σ = np.sum

def dot(α, β, *, axis=-1):
    \"\"\"Produit scalaire: «Σ αᵢβᵢ».\"\"\"
    produit_élémentaire = α * β
    return Σ(produit_élémentaire, axis=axis)
""")

answer("tabs", "Is indented with tabs and ends its lines in blanks.",
       "def dot(a, b, *, axis=-1):   \n"
       "\tif a is None:\t\n\t\treturn None  \n"
       "\treturn np.sum(a * b, axis=axis)   \n\n\n   \n")

answer("windows-lines-inside", "Has line ends of Windows inside its source.",
       RIGHT.replace("\n", "\r\n"))

answer("helper-below", "Calls a helper that stands below it.", """
def dot(a, b, *, axis=-1):
    return summed(products(a, b), axis)

def summed(x, axis):
    return np.sum(x, axis=axis)

products = lambda a, b: a * b
""")

answer("answer-of-another", "Uses its own answer to an earlier exercise.",
       """
def nearest_neighbor(X_train, y_train, X_test):
    D = pairwise_euclidean_distance(X_test, X_train)
    return y_train[np.argmin(D, axis=1)]
""", of="nearest_neighbor")

answer("random", "Draws random numbers that do not matter.", """
import random
random.seed(0)
np.random.seed(0)

def dot(a, b, *, axis=-1):
    np.random.shuffle(np.arange(3))
    random.random()
    order = np.random.permutation(1)
    return np.sum(a * b, axis=axis)
""")

answer("await", "Has an await at the top of its cell.", """
import asyncio
await asyncio.sleep(0.01)
""" + RIGHT)

answer("magics", "Begins with magics and shell lines.",
       "%matplotlib inline\n%config InlineBackend.figure_format = 'svg'\n"
       "!ls\n%time x = 1\nfiles = !ls\n" + RIGHT)

answer("cell-magic", "Stands below a cell magic.", "%%time\n" + RIGHT)

answer("slow", "Takes a second a call.", """
import time

def trace(A):
    if A.shape[0] != A.shape[1]:
        raise ValueError("not square")
    time.sleep(0.3)
    return np.sum(np.diag(A))

def trace_of_product(A, B):
    if A.shape != B.shape[::-1]:
        raise ValueError("do not fit")
    return np.sum(A * B.T)
""", of="trace")

answer("threads", "Computes in threads.", """
from concurrent.futures import ThreadPoolExecutor

def dot(a, b, *, axis=-1):
    with ThreadPoolExecutor(4) as pool:
        products = list(pool.map(lambda pair: pair[0] * pair[1],
                                 [(a, b)]))
    return np.sum(products[0], axis=axis)
""")

answer("stub-left", "Leaves one answer as it was.",
       "def solve(A, b):\n    raise NotImplementedError\n", of="solve",
       earns={"solve": 0})

answer("empty-answer", "Clears one answer.", "", of="solve",
       earns={"solve": 0})

answer("syntax-error", "Has one answer that is not Python.",
       "def solve(A, b):\n    return (A\n", of="solve",
       earns={"solve": 0})

answer("crash", "Has one answer whose cell raises in its last line.",
       RIGHT + "\ndot(1)\n")

answer("endless", "Has one answer with an endless loop by mistake.", """
def row_echelon(A, *, tol=1e-10):
    r = 0
    while r < len(A):
        r = r + 0
    return A, []
""", of="row_echelon", earns={"row_echelon": 0})

answer("one-part", "Answers one of two parts.", """
def trace(A):
    if A.shape[0] != A.shape[1]:
        raise ValueError("not square")
    return np.sum(np.diag(A))
""", of="trace", earns={"trace": 0.8})


def cell(name, tries, source, before="dot-answer", kind="code", earns=None):
    """An own cell that takes nothing away."""
    honest.cell(
        name, tries, source, before=before, kind=kind, earns=earns or {})


cell("raises", "Has an own cell that raises.", "1 / 0\n")
cell("interrupted", "Has an own cell that was interrupted.",
     "raise KeyboardInterrupt\n")
cell("own-syntax-error", "Has an own cell that is not Python.",
     "this is not python (\n")
cell("own-plots", "Draws and leaves figures open.", """
for k in range(25):
    plt.figure()
    plt.plot([1, 2, k])
""")
cell("long-output", "Prints ten thousand lines.",
     "for k in range(10_000):\n    print(k, 'of 10000')\n")
cell("strict-warnings", "Turns warnings into errors.",
     "import warnings\nwarnings.simplefilter('error')\n")
cell("strict-floats", "Lets NumPy raise at overflow.",
     "np.seterr(all='raise')\n", before="start-3")
cell("print-options", "Changes how numbers are printed.", """
np.set_printoptions(precision=2, suppress=True, threshold=3)
%precision 1
""")
cell("installs", "Installs a package, which fails without a network.",
     "%pip install --quiet --no-index nothing-of-this-name\n")
cell("lists-files", "Lists the files.", "!ls -la\n%pwd\n%who\n")
cell("checks-early", "Checks exercises before and twice.", """
check("dot")
print(check("solve").text)
""")
cell("own-text", "Has notes between the cells.",
     "## My notes\n\n| a | b |\n|---|---|\n| 1 | 2 |\n", kind="markdown")
cell("raw-cell", "Has a raw cell.", "raw", kind="raw")
cell("clears", "Clears its outputs.", """
from IPython.display import clear_output
print("before")
clear_output(wait=True)
""")
cell("loop-variable", "Reuses the names of the setup cell.",
     "for la_ in range(3):\n    X = y = b = t = la_\n")
cell("seeds", "Sets seeds of everything.", """
import os, random
random.seed(1)
np.random.seed(1)
os.environ["PYTHONHASHSEED"] = "0"
""")
cell("widgets", "Shows a widget.", """
import ipywidgets
ipywidgets.IntSlider(value=3)
""")


@notebook("helper-above", "Defines a helper in an own cell above.")
def helper_above(work):
    work.insert("def products(a, b):\n    return a * b\n")
    work.answer("dot", "def dot(a, b, *, axis=-1):\n"
                "    return products(a, b).sum(axis=axis)\n")


@notebook("import-above", "Imports in an own cell what its answer needs.")
def import_above(work):
    work.insert("import functools, math\nfrom math import fsum\n")
    work.answer("trace", """
def trace(A):
    if A.shape[0] != A.shape[1]:
        raise ValueError("not square")
    return fsum(A[i, i] for i in range(len(A)))

def trace_of_product(A, B):
    if A.shape != B.shape[::-1]:
        raise ValueError("do not fit")
    return fsum((A * B.T).ravel())
""")


@notebook("copied-answer", "Has copied an answer's cell, with its metadata.")
def copied_answer(work):
    twin = copy.deepcopy(work.cell("dot-answer"))
    twin["id"] = "twin"
    work.notebook.cells.insert(work.place("dot-answer") + 1, twin)


@notebook("copied-check", "Has copied a check's cell, with its metadata.")
def copied_check(work):
    twin = copy.deepcopy(work.cell("dot"))
    twin["id"] = "twin"
    work.notebook.cells.insert(work.place("dot") + 1, twin)


@notebook("copied-id", "Has copied cells with the same cell id.")
def copied_id(work):
    twin = copy.deepcopy(work.cell("start-3"))
    work.notebook.cells.insert(work.place("start-3"), twin)


@notebook("check-missing", "Has deleted a check's cell.")
def check_missing(work):
    del work.notebook.cells[work.place("dot")]


@notebook("check-edited", "Has written below a check's call.")
def check_edited(work):
    work.cell("dot").source += "\nprint('done')\n"


@notebook("check-emptied", "Has emptied a check's cell.")
def check_emptied(work):
    work.cell("dot").source = ""


@notebook("answer-missing", "Has deleted an answer's cell.",
          earns={"dot": 0})
def answer_missing(work):
    del work.notebook.cells[work.place("dot-answer")]


@notebook("metadata-missing", "Has lost the metadata of a check's cell.")
def metadata_missing(work):
    del work.cell("dot").metadata["nbgrader"]


@notebook("no-notebook-metadata", "Has lost the notebook's metadata.")
def no_notebook_metadata(work):
    work.notebook["metadata"] = {}


@notebook("lesson-missing", "Has deleted a lesson's cell.")
def lesson_missing(work):
    del work.notebook.cells[work.place("start-6")]


@notebook("lesson-edited", "Has played with a lesson's cell.")
def lesson_edited(work):
    work.cell("start-6").source = "ana = 3\nprint(ana)\n"


@notebook("setup-extended", "Has added imports to the setup cell.")
def setup_extended(work):
    work.cell("start-2").source += "\nimport math\nfrom math import fsum\n"
    work.answer("trace", """
def trace(A):
    if A.shape[0] != A.shape[1]:
        raise ValueError("not square")
    return fsum(A[i, i] for i in range(len(A)))

def trace_of_product(A, B):
    if A.shape != B.shape[::-1]:
        raise ValueError("do not fit")
    return math.fsum((A * B.T).ravel())
""")


@notebook("all-lessons-missing", "Has kept the setup and the exercises only.")
def all_lessons_missing(work):
    work.notebook.cells = [
        cell for cell in work.notebook.cells
        if "nbgrader" in cell.metadata or cell["id"] == "start-2"
    ]


@notebook("reordered", "Has moved the last exercises to the top.")
def reordered(work):
    cells = work.notebook.cells
    moved = [
        cells.pop(work.place(name))
        for name in ("solve-answer", "solve", "determinant-answer",
                     "determinant")
    ]
    place = work.place("start-3")
    cells[place:place] = moved


@notebook("written-empty", "Has written nothing where words were asked for.",
          earns={WRITTEN: 0})
def written_empty(work):
    work.cell(WRITTEN).source = "*Write your answer here.*"


@notebook("old-format", "Was saved as 4.4, without cell ids.")
def old_format(work):
    work.notebook.nbformat_minor = 4
    for cell in work.notebook.cells:
        del cell["id"]


@notebook("new-format", "Was saved by a later minor version.")
def new_format(work):
    work.notebook.nbformat_minor = 9
    for cell in work.notebook.cells:
        cell["color"] = "red"


@notebook("sources-as-lines", "Has each source as a list of lines.")
def sources_as_lines(work):
    for cell in work.notebook.cells:
        cell["source"] = cell.source.splitlines(keepends=True)


@notebook("outputs-missing", "Has code cells without outputs and counts.")
def outputs_missing(work):
    for cell in work.notebook.cells:
        cell.pop("outputs", None)
        cell.pop("execution_count", None)


@notebook("cell-without-source", "Has an own cell without a source.")
def cell_without_source(work):
    del work.insert("x = 1")["source"]


@notebook("cell-without-metadata", "Has own cells without metadata.")
def cell_without_metadata(work):
    del work.insert("x = 1")["metadata"]
    del work.cell("start-6")["metadata"]


@notebook("own-keys", "Has keys of some editor in all its parts.")
def own_keys(work):
    work.notebook["editor"] = {"version": 3}
    for cell in work.notebook.cells:
        cell["vscode"] = {"languageId": "python"}
        cell.metadata["colab"] = {"base_uri": "https://example.org/"}
        cell.metadata["id"] = "abc"


def written(name, tries, change):
    """The right notebook, written to the disk in another way."""

    def build(work):
        work.write(change(work.text()))

    honest.add(name, tries, build, {})


written("byte-order-mark", "Begins with a byte-order mark.",
        lambda text: text.encode("utf-8-sig"))
written("windows-lines", "Ends its lines as Windows does.",
        lambda text: text.replace("\n", "\r\n"))
written("no-last-line", "Has no end of line, and blanks around it.",
        lambda text: "\n\n  " + text.strip() + "  \n\n\n")


@honest.folder(
    "two-notebooks", "Hands in a copy beside its notebook.", earns={})
def two_notebooks(work):
    work.save()
    work.answer("dot", "def dot(a, b, *, axis=-1):\n    return 0.125\n")
    work.write(work.text(), f"{work.path.stem}-Copy1.ipynb")


@honest.folder(
    "checkpoints", "Hands in checkpoints and pictures, too.", earns={})
def checkpoints(work):
    work.save()
    work.write("{}", f".ipynb_checkpoints/{work.path.stem}-checkpoint.ipynb")
    work.write(bytes(1000), "figure (1).png")
    work.write("x", "Übung/läs mig.txt")
    work.write("2026-01-01 00:00:00 UTC", "timestamp.txt")


@honest.folder("read-only", "Hands in files that can't be written.",
               earns={})
def read_only(work):
    work.save()
    work.path.chmod(0o444)


@notebook("unsolved", "Hands in the chapter as it was released.",
          earns={**dict.fromkeys(FULL, 0), WRITTEN: 0})
def unsolved(work):
    import nbformat

    release = nbformat.read(work.world.course.release, as_version=4)
    if work.world.light:
        for cell in release.cells[2:]:
            if cell.cell_type == "code" and "nbgrader" not in cell.metadata:
                cell.source = ""
    work.notebook.cells = release.cells
