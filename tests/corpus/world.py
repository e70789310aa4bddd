"""A course folder with everything beside it that must be left alone.

A world is a folder::

    course/      nbgrader's: solutions, release, submitted, gradebook ...
    outside/     files that no submission has business with
    home/        the home of whoever grades
    beside.txt   a secret beside the course

and three listeners, which must hear nothing.
"""

import copy
import hashlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import replace
from functools import cache
from pathlib import Path

import nbformat
from roundtrip import ROOT, environment, make_course

from corpus.family import SLUG, WRITTEN

__all__ = ["FIRST", "LAST", "MARK", "Work", "World", "prepare", "wait_until"]

# The honest ones, first and last in the alphabet.
FIRST, LAST = "aa-witness", "zz-witness"
MARK = "CORPUS_RUN"  # in the environment of all that a world starts
SEED = 618033  # nobody else prints this by accident
MODEL = "Only the zero vector has length 0"  # stands in the model answer

STOCK = """
import os, sys
from pathlib import Path
os.environ["PATH"] = os.pathsep.join(
    [str(Path(sys.executable).parent), os.environ.get("PATH", "")]
)
c = get_config()
c.CourseDirectory.root = os.getcwd()
c.CourseDirectory.course_id = "mathlib"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "*.py", "*.md"]
c.Execute.timeout = 20
"""

# So that cells which never end do not take the time of all the others.
PATIENCE = """
c.AutogradeChapter.cell_seconds = 5.0
c.AutogradeChapter.time_factor = 0.3
"""


def prepare(folder):
    """Make the course that worlds are copies of."""
    folder = Path(folder) / "base"
    folder.mkdir(parents=True)
    return make_course(folder, SLUG, run=False, seed=SEED)


@cache
def _notebook(path):
    return nbformat.read(path, as_version=4)


def answers():
    """Return exercise -> the right answer's cell."""
    solved = _notebook(ROOT / "solutions" / SLUG / f"{SLUG}.ipynb")
    found = {}
    for cell in solved.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if name.endswith("-answer"):
            found[name.removesuffix("-answer")] = "\n".join(
                line for line in cell.source.split("\n")
                if "### " not in line
            )
    return found


class Work:
    """A submission in the making.

    ``notebook`` is the finished chapter, all right; ``folder`` is where it
    goes.  In the sources that families give, ``<<word>>`` stands for a word
    of the world: a path, a port, the family's own name and token.
    """

    def __init__(self, world, name):
        self.world = world
        self.name = name
        self.token = world.token(name)
        self.notebook = world.finished()
        self.folder = world.submission(name)

    @property
    def path(self):
        """Where the notebook belongs."""
        return self.folder / f"{SLUG}.ipynb"

    def fill(self, text):
        """Put this world's words into a source."""
        return self.world.fill(text, self.name)

    def cell(self, name):
        """Return the cell of a grade id, or of a cell id."""
        for cell in self.notebook.cells:
            graded = cell.metadata.get("nbgrader", {})
            if name in (graded.get("grade_id"), cell.get("id")):
                return cell
        raise KeyError(name)

    def place(self, name):
        """Return where in the notebook the cell stands."""
        return self.notebook.cells.index(self.cell(name))

    def answer(self, exercise, source):
        """Answer an exercise."""
        self.cell(f"{exercise}-answer").source = self.fill(source)

    def insert(self, source, before="dot-answer", kind="code"):
        """Put in an own cell."""
        make = {
            "code": nbformat.v4.new_code_cell,
            "markdown": nbformat.v4.new_markdown_cell,
            "raw": nbformat.v4.new_raw_cell,
        }[kind]
        cell = make(self.fill(source))
        cell["id"] = f"own-{len(self.notebook.cells)}"
        self.notebook.cells.insert(self.place(before), cell)
        return cell

    def text(self):
        """Return the notebook as it would be written."""
        return json.dumps(self.notebook, indent=1, ensure_ascii=False) + "\n"

    def save(self):
        """Hand the notebook in."""
        self.write(self.text())

    def write(self, content, name=None):
        """Hand in text or bytes as a file of the submission."""
        path = self.folder / (name or self.path.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            content = content.encode("utf-8", "surrogatepass")
        path.write_bytes(content)

    def plant(self, content="as it was\n"):
        """Make a file outside, which must stay; return its path."""
        path = self.world.outside / self.name / "planted.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
        return path


class World:
    """A course, what lies about it, and a way to grade it."""

    def __init__(self, folder, base, *, stock=False, light=False):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True)
        self.stock = stock
        self.light = light
        shutil.copytree(base.folder, self.folder / "course")
        self.course = replace(base, folder=self.folder / "course")
        self.slug = SLUG
        self.outside = self.folder / "outside"
        self.home = self.folder / "home"
        self.run = secrets.token_hex(8)
        self.secrets = {
            word: f"{word}-{secrets.token_hex(12)}"
            for word in ("environment", "submission", "solutions", "beside",
                         "home", "gradebook")
        }
        self.listeners = Listeners()
        self._furnish()

    def _furnish(self):
        self.outside.mkdir()
        self.home.mkdir()
        (self.outside / "notes.txt").write_text("as it was\n")
        (self.home / "diary.txt").write_text(self.secrets["home"])
        (self.folder / "beside.txt").write_text(self.secrets["beside"])
        root = self.course.folder
        config = root / "nbgrader_config.py"
        config.write_text(
            STOCK if self.stock else config.read_text() + PATIENCE
        )
        notes = root / "solutions" / SLUG / "notes.md"
        notes.write_text(self.secrets["solutions"])
        from nbgrader.api import Gradebook

        with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as book:
            for student in (FIRST, LAST):
                book.add_student(student, last_name=self.secrets["gradebook"])
        for student in (FIRST, LAST):
            work = Work(self, student)
            work.insert(f"thought = {self.secrets['submission']!r}")
            work.save()

    def token(self, name):
        """Return a word that only this family of this world uses."""
        return hashlib.sha256(f"{self.run} {name}".encode()).hexdigest()[:20]

    def submission(self, name):
        """Return the folder of a student's submission."""
        folder = self.course.folder / "submitted" / name / SLUG
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def finished(self):
        """Return the chapter with every exercise right."""
        notebook = copy.deepcopy(_notebook(self.course.release))
        right = answers()
        setup = True
        for cell in notebook.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
            if name == WRITTEN:
                cell.source = "Because a shadow has no shadow of its own."
            elif name.endswith("-answer"):
                cell.source = right[name.removesuffix("-answer")]
            elif self.light and cell.cell_type == "code" and not name:
                if not setup:
                    cell.source, cell.outputs = "", []
                setup = False
        return notebook

    def fill(self, text, name):
        """Put this world's words in place of ``<<word>>``."""
        words = {
            "name": name,
            "token": self.token(name),
            "slug": SLUG,
            "course": self.course.folder,
            "outside": self.outside,
            "folder": self.folder,
            "beside": self.folder / "beside.txt",
            "submitted": self.submission(name),
            "repository": ROOT,
            "port": self.listeners.port,
            "udp": self.listeners.udp,
            "socket": self.listeners.path,
            "run": self.run,
            "first": FIRST,
            "last": LAST,
        }
        for word, value in words.items():
            text = text.replace(f"<<{word}>>", str(value))
        return text

    def hand_in(self, family):
        """Make a family's submission."""
        family.build(Work(self, family.name))

    def environment(self):
        """The environment of whoever grades."""
        env = environment(SEED)
        env["HOME"] = str(self.home)
        env["CORPUS_SECRET"] = self.secrets["environment"]
        env[MARK] = self.run
        # Ours come last: no test shall be imported for a library.
        env["PYTHONPATH"] += os.pathsep + str(ROOT / "tests")
        return env

    def command(self, words, seconds):
        """Run a command in the course; return how it ended and its words.

        It gets a session of its own and is killed with it when time is up;
        what it says goes to a file, because an orphan may keep a pipe open.
        """
        log = self.folder / f"{words[0]}.log"
        with open(log, "wb") as said:
            process = subprocess.Popen(
                [sys.executable, "-m", *words], cwd=self.course.folder,
                env=self.environment(), stdin=subprocess.DEVNULL,
                stdout=said, stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                ended = process.wait(seconds)
            except subprocess.TimeoutExpired:
                ended = None
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        return ended, log.read_text(errors="replace")

    def running(self):
        """Return pid -> command line of processes that are still there."""
        found = {}
        for pid in _processes():
            line = _read(pid, "cmdline")
            marked = f"{MARK}={self.run}" in _read(pid, "environ")
            if marked or self.run in line or str(self.folder) in line:
                found[pid] = line.replace("\0", " ").strip()
        return found

    def leftovers(self):
        """Return the processes that are still there, and end them."""
        found = self.running()
        for pid in found:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        return found

    def snapshot(self):
        """Return path -> fingerprint of all that must not change."""
        found = {}
        roots = [
            self.course.folder / "submitted", self.course.folder / "release",
            self.course.folder / "solutions", self.outside, self.home,
            self.folder / "beside.txt",
            self.course.folder / "nbgrader_config.py",
        ]
        for root in roots:
            for path in (root, *sorted(root.rglob("*"))):
                if not _scratch(path.relative_to(self.folder)):
                    found[path] = _fingerprint(path)
        return found

    def pages(self, names, shown):
        """Return student -> {"feedback": its page, "formgrader": ...}.

        All ``names`` get feedback; ``shown`` of them are looked at as
        formgrader shows them, too.
        """
        if not names:
            return {}
        wanted = {FIRST, *names}
        submitted = self.course.folder / "submitted"
        others = [p.name for p in submitted.iterdir() if p.name not in wanted]
        self.command([
            "nbgrader", "generate_feedback", SLUG,
            f"--CourseDirectory.student_id_exclude={','.join(others)}",
        ], 60 + 40 * len(names))
        out = self.folder / "formgrader"
        out.mkdir()
        if shown:
            self.command(
                ["corpus.pages", str(out), *shown], 60 + 40 * len(shown)
            )
        found = {}
        for name in names:
            feedback = self.course.folder / "feedback" / name / SLUG
            for kind, path in {
                "feedback": feedback / f"{SLUG}.html",
                "formgrader": out / f"{name}.html",
            }.items():
                if path.is_file():
                    text = path.read_text(encoding="utf-8", errors="replace")
                    found.setdefault(name, {})[kind] = text
        return found

    def keep(self, said):
        """Keep what the grader said, for whoever wants to know why."""
        log = self.folder.with_suffix(".log")
        log.write_text(said, encoding="utf-8")

    def strays(self):
        """Return files with a family's token in places common to all."""
        tokens = {
            f"corpus-{self.token(path.name)}.stray"
            for path in (self.course.folder / "submitted").iterdir()
        }
        places = [
            Path(tempfile.gettempdir()), Path("/dev/shm"), Path("/var/tmp"),
            ROOT, ROOT / "mathlib" / "__pycache__", self.course.folder,
            self.folder,
        ]
        return [
            path for place in places if place.is_dir()
            for path in place.iterdir() if path.name in tokens
        ]

    def close(self):
        """End what still runs and remove the folder."""
        self.leftovers()
        self.listeners.close()
        for path in self.strays():
            path.unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)


def _scratch(path):
    """Whether a path in the home is one that programs keep for themselves."""
    if path.parts[0] != "home" or len(path.parts) == 1:
        return False
    if path.parts[1] == ".ipython":
        return "startup" not in path.parent.parts or path.name == "README"
    return path.parts[1] in (
        ".cache", ".config", ".dask", ".jupyter", ".local", ".nv"
    )


def _fingerprint(path):
    """What a file is, without opening what is not one."""
    status = path.lstat()
    kind = status.st_mode
    if path.is_symlink():
        return kind, os.readlink(path)
    if path.is_file():
        return kind, hashlib.sha256(path.read_bytes()).hexdigest()
    return kind, None


def _processes():
    own = os.getpid()
    for entry in os.scandir("/proc"):
        if entry.name.isdigit() and int(entry.name) != own:
            yield int(entry.name)


def _read(pid, name):
    try:
        return Path(f"/proc/{pid}/{name}").read_text(errors="replace")
    except OSError:
        return ""


class Listeners:
    """A TCP port, a UDP port and a Unix socket that should hear nothing."""

    def __init__(self):
        self.heard = []
        self._sockets = []
        tcp = self._open(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0))
        udp = self._open(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0))
        # A short name: the path of a socket has room for some 100 letters.
        self._folder = tempfile.TemporaryDirectory(prefix="corpus-")
        self.path = Path(self._folder.name) / "socket"
        self._open(socket.AF_UNIX, socket.SOCK_STREAM, str(self.path))
        self.port, self.udp = tcp.getsockname()[1], udp.getsockname()[1]

    def _open(self, family, kind, address):
        listener = socket.socket(family, kind)
        listener.bind(address)
        if kind == socket.SOCK_STREAM:
            listener.listen(64)
        self._sockets.append(listener)
        threading.Thread(
            target=self._listen, args=(listener, kind), daemon=True
        ).start()
        return listener

    def _listen(self, listener, kind):
        while True:
            try:
                if kind == socket.SOCK_DGRAM:
                    self.heard.append(listener.recv(65536))
                    continue
                connection, _ = listener.accept()
                with connection:
                    connection.settimeout(2)
                    self.heard.append(connection.recv(65536))
            except TimeoutError:
                self.heard.append(b"somebody who said nothing")
            except OSError:
                return

    def close(self):
        """Stop listening."""
        for listener in self._sockets:
            # Closing alone does not wake who waits in accept.
            try:
                listener.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            listener.close()
        self._folder.cleanup()


def wait_until(condition, seconds):
    """Give processes that were told to end a moment to do so."""
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.1)
