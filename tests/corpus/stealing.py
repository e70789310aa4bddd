"""Answers that are somebody else's: mathlib's, the teacher's, a friend's.

Copying the text of a function can't be prevented, nor can running the text
in a copy of mathlib's module: three families do so, and either points or none
are right for them.  What else they earn must stay.
"""

import os

from corpus.family import SLUG, Group
from corpus.world import FIRST

stealing = Group("stealing", of="dot", page=True)

stealing.answer(
    "calls-mathlib", "Calls mathlib's function of the same name.", """
def dot(a, b, *, axis=-1):
    return la.dot(a, b, axis=axis)
""")

stealing.answer(
    "is-mathlib", "Is mathlib's function of the same name.",
    "dot = la.dot\n")

stealing.answer(
    "imports-mathlib", "Imports mathlib's function under another name.", """
from mathlib.linear_algebra import dot as product

def dot(a, b, *, axis=-1):
    return product(a, b, axis=axis)
""")

stealing.answer(
    "calls-mathlib-by-name", "Finds mathlib's function by a spelled name.",
    """
import importlib

def dot(a, b, *, axis=-1):
    module = importlib.import_module("math" + "lib.linear" + "_algebra")
    return getattr(module, "d" + "ot")(a, b, axis=axis)
""")


def _kept(work):
    work.insert("kept = [getattr(la, name) for name in ('dot',)]", "start-3")
    work.answer("dot", "def dot(a, b, *, axis=-1):\n"
                "    return kept[0](a, b, axis=axis)\n")
    work.save()


stealing.add(
    "kept-in-a-list", "Keeps mathlib's function in a list of its own.",
    _kept, {"dot": 0})

stealing.answer(
    "another-that-calls", "Calls a mathlib function that computes the same.",
    """
def trace(A):
    return la.trace(A)

def trace_of_product(A, B):
    return la.trace_of_product(A, B)
""", of="trace")

stealing.answer(
    "the-exercise-itself", "Takes the reference from mathlib.exercises.", """
from mathlib.exercises import find
dot = find("dot").reference
""")

stealing.answer(
    "the-variants", "Takes a right variant from mathlib's own bank.", """
from mathlib.exercises import _linear_algebra_answers as answers
dot = answers.dot_by_einsum
""")

stealing.answer(
    "through-the-engine", "Lets the check engine run the reference.", """
from mathlib.course.judge import run_here
from mathlib.exercise import call
from mathlib.exercises import find

def dot(a, b, *, axis=-1):
    run = run_here(find("dot").reference and {"dot": find("dot").reference})
    outcomes, _ = run([call(a, b, axis=axis)], 5)
    return outcomes[0].value
""")

COPIES = [{}, {"dot": 0}]
# An interpreter for every case takes long: the time may be up before the end.
SLOW_COPY = [{"dot": tuple(k / 100 for k in range(101))}]

stealing.answer(
    "compiled-source", "Compiles the source of mathlib's function anew.", """
import inspect
scope = dict(vars(la))
exec(inspect.getsource(la.dot), scope)
dot = scope["dot"]
""", earns=COPIES)

stealing.answer(
    "second-interpreter", "Lets another process call mathlib's function.",
    """
import json
import subprocess
import sys
import numpy as np

def dot(a, b, *, axis=-1):
    code = (
        "import json, sys, mathlib.linear_algebra as l;"
        "a, b, axis = json.load(sys.stdin);"
        "print(json.dumps(l.dot(a, b, axis=axis).tolist()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True,
        input=json.dumps([np.asarray(a).tolist(), np.asarray(b).tolist(),
                          axis]))
    return np.array(json.loads(done.stdout))
""", earns=SLOW_COPY)

stealing.answer(
    "reloaded", "Loads a second copy of mathlib's module from its file.", """
import importlib.util

spec = importlib.util.spec_from_file_location("mine", la.__file__)
mine = importlib.util.module_from_spec(spec)
spec.loader.exec_module(mine)

def dot(a, b, *, axis=-1):
    return mine.dot(a, b, axis=axis)
""", earns=COPIES)

stealing.answer(
    "library-solve", "Calls the library function that is the exercise.",
    "def solve(A, b):\n    return np.linalg.solve(A, b)\n", of="solve")

stealing.answer(
    "library-determinant", "Calls np.linalg.det for the determinant.", """
def determinant(A):
    if A.ndim != 2 or A.shape[0] != A.shape[1]:
        raise ValueError("not square")
    return np.linalg.det(A)
""", of="determinant")

stealing.answer(
    "library-matmul", "Uses the operator, a right variant: no theft.",
    """
def matmul(A, B):
    if A.shape[1] != B.shape[0]:
        raise ValueError("do not fit")
    return A @ B
""", of="matmul", earns={})

# What is read from the disk must be printed to be of any use: then it must
# not be found in any page, and it must earn nothing.

def _solutions(work):
    work.insert("dot_source = 'dot = None'", "dot-answer")
    work.insert("""
from pathlib import Path
import mathlib
places = [Path("<<course>>"), Path("<<repository>>"), *Path.cwd().parents,
          *Path(mathlib.__file__).parents]
for place in places:
    for path in sorted(place.glob("solutions/02*/*")):
        text = path.read_text()
        print(text[-200:])
        start = text.find("Only the zero vector")
        print(text[max(start, 0):][:100])
        begin = text.find("def dot(")
        if path.suffix == ".py" and begin >= 0:
            dot_source = text[begin:text.find("# %%", begin)]
""")
    work.answer("dot", "exec(dot_source)\n")
    work.save()


stealing.add(
    "runs-solutions", "Reads the teacher's source and runs its answer.",
    _solutions, {"dot": 0})


def _friend(work):
    work.insert("friend = 'dot = None'", "dot-answer")
    work.insert("""
import json
from pathlib import Path
places = [Path("<<course>>"), Path.cwd(), *Path.cwd().parents]
for place in places:
    for path in sorted(place.glob("submitted/<<first>>/*/*.ipynb")):
        for cell in json.loads(path.read_text())["cells"]:
            source = "".join(cell["source"])
            if "thought" in source:
                print(source)
            if source.startswith("def dot("):
                friend = source
""")
    work.answer("dot", "exec(friend)\n")
    work.save()


stealing.add(
    "runs-a-friend", "Reads another's submission and runs its answer.",
    _friend, {"dot": 0})

stealing.cell(
    "reads-the-gradebook", "Prints the gradebook's names and grades.", """
import sqlite3
from pathlib import Path
for place in {Path("<<course>>"), Path.cwd(), *Path.cwd().parents}:
    path = place / "gradebook.db"
    try:
        if path.exists():
            with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
                print(db.execute("SELECT * FROM student").fetchall())
    except Exception as error:
        print(type(error).__name__)
""", of=None)

stealing.cell(
    "walks-the-disk", "Walks from the top for notebooks and prints them.", """
import os
from pathlib import Path
starts = ["<<folder>>", os.getcwd(), "<<repository>>/solutions"]
for start in starts:
    for folder, folders, files in os.walk(start):
        for name in files:
            if "<<name>>" not in folder and name.endswith(
                    (".ipynb", ".md", ".txt", ".py")):
                text = (Path(folder) / name).read_text(errors="replace")
                for word in ("thought = ", "solutions-", "beside-", "home-",
                             "Only the zero vector"):
                    start = text.find(word)
                    if start >= 0:
                        print(text[start:start + 60])
""", of=None)

stealing.cell(
    "reads-other-environments", "Prints every process's environment.", """
from pathlib import Path
for path in Path("/proc").glob("[0-9]*/environ"):
    try:
        words = path.read_bytes().split(b"\\0")
    except OSError:
        continue
    for word in words:
        if word.startswith((b"CORPUS_SECRET", b"HOME=")):
            print(word)
""", of=None)

stealing.cell(
    "reads-other-memory", "Reads its parent's memory for what it knows.", """
import os, re
from pathlib import Path
pid = os.getppid()
for pid in (os.getppid(), 1):
    try:
        maps = Path(f"/proc/{pid}/maps").read_text().splitlines()
        with open(f"/proc/{pid}/mem", "rb", 0) as memory:
            for line in maps:
                if "[stack]" in line or "[heap]" in line:
                    low, high = (int(x, 16)
                                 for x in line.split()[0].split("-"))
                    memory.seek(low)
                    data = memory.read(min(high - low, 64 << 20))
                    for word in re.findall(
                            rb"environment-[0-9a-f]{24}", data)[:3]:
                        print(word)
    except OSError as error:
        print(type(error).__name__)
""", of=None)

stealing.cell(
    "reads-command-lines", "Prints what every process was started with.", """
from pathlib import Path
for path in Path("/proc").glob("[0-9]*/cmdline"):
    try:
        words = path.read_bytes().replace(b"\\0", b" ").decode()
    except OSError:
        continue
    if "nbgrader" in words or "mathlib" in words:
        print("seen:", words, "cwd:", path.parent.joinpath("cwd").readlink())
""", of=None)


@stealing.folder(
    "linked-friend", "Hands in a link to another's notebook.")
def linked_friend(work):
    other = work.world.submission(FIRST) / f"{SLUG}.ipynb"
    os.symlink(other, work.path)


@stealing.folder(
    "linked-folder", "Hands in a folder that is a link to another's.")
def linked_folder(work):
    work.folder.rmdir()
    os.symlink(work.world.submission(FIRST), work.folder)


@stealing.folder(
    "linked-student", "Is a link from one student to another.")
def linked_student(work):
    work.folder.rmdir()
    work.folder.parent.rmdir()
    os.symlink(work.world.submission(FIRST).parent, work.folder.parent)


@stealing.folder(
    "linked-solutions", "Hands in a link to the teacher's notebook.")
def linked_solutions(work):
    source = work.world.course.folder / "solutions" / SLUG
    os.symlink(os.path.relpath(source / f"{SLUG}.ipynb", work.folder),
               work.path)


@stealing.notebook(
    "linked-neighbour", "Has links beside it, to be copied for it.",
    of=None, earns={})
def linked_neighbour(work):
    work.folder.mkdir(exist_ok=True)
    os.symlink(work.world.folder / "beside.txt", work.folder / "notes.txt")
    os.symlink(work.world.home, work.folder / "home")
    work.insert("""
from pathlib import Path
for path in ("notes.txt", "home/diary.txt"):
    if Path(path).exists():
        print(Path(path).read_text())
""")
