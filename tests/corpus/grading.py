"""Grade worlds full of submissions, and find what went wrong."""

import os
import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from corpus.family import FAMILIES, FULL, NOTHING, SLUG, WRITTEN
from corpus.pages import active
from corpus.world import FIRST, LAST, MODEL, SEED, World, prepare, wait_until

__all__ = ["KINDS", "THE_CLASS", "Finding", "compare_points", "grade_all"]

KINDS = {
    "earned": "earned what it did not",
    "lost": "lost what it earned",
    "ungraded": "was not graded",
    "leaked": "leaked",
    "script": "acts in a page",
    "harmed": "harmed others",
    "side": "left a side effect",
    "untold": "was not told why",
}
# What can't be laid at one family's door.
THE_CLASS = "the class"
REASON = re.compile(
    r"(can ?not|can.?t|could not|couldn.t) be (read|opened|graded)", re.I
)
SECONDS = {True: 150, False: 60}  # for each family; stock is slow


@dataclass(frozen=True)
class Finding:
    """One thing that went wrong."""

    kind: str
    detail: str


def grade_all(
    names, folder, *, stock=False, command="autograde", jobs=1, each=None
):
    """Grade families and return name -> list of findings.

    Parameters
    ----------
    names : list of str
    folder : path
        An empty folder to work in.
    stock : bool
        Grade with nbgrader as it comes: each family in a course of its own,
        so that the harm it does is its own, and without the lessons.
    command : {"autograde", "grade"}
        ``nbgrader autograde`` or ``mathlib grade``.
    jobs : int
        How many courses are graded at a time.  Without ``stock`` the
        families are dealt out to as many courses.
    each : callable, optional
        Called with (name, findings) whenever one is known.
    """
    base = prepare(folder)
    hands = [[name] for name in names] if stock else [
        names[k::jobs] for k in range(jobs) if names[k::jobs]
    ]
    found = {}

    def grade(numbered):
        number, hand = numbered
        world = World(
            Path(folder) / f"world-{number}", base, stock=stock, light=stock
        )
        try:
            result = grade_world(world, hand, command)
        finally:
            world.close()
        for name, findings in result.items():
            found.setdefault(name, []).extend(findings)
            if each:
                each(name, findings)

    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(grade, enumerate(hands)))
    return found


def grade_world(world, names, command):
    """Grade one course; return name -> findings."""
    families = [FAMILIES[name] for name in names]
    for family in families:
        world.hand_in(family)
    before = world.snapshot()
    module = {
        "autograde": ["nbgrader", "autograde", SLUG],
        "grade": ["mathlib.course.cli", "grade", SLUG],
    }[command]
    limit = 120 + SECONDS[world.stock] * len(names)
    ended, said = world.command(module, limit)
    # Whatever was told to end has a moment for it.
    wait_until(lambda: not world.running(), 3)
    running = world.leftovers()
    pages = world.pages(
        [f.name for f in families if f.page],
        [f.name for f in families if f.group == "script"],
    )
    after = world.snapshot()
    found = {name: [] for name in (*names, THE_CLASS)}
    _blame(found, world, _changes(before, after), running)
    for witness in (FIRST, LAST):
        for finding in compare_points({}, scores(world, witness)):
            found[THE_CLASS].append(
                Finding("harmed", f"{witness}: {finding.detail}")
            )
    if ended is None:
        found[THE_CLASS].append(Finding("harmed", f"not done in {limit} s"))
    for family in families:
        found[family.name] += judge(world, family, pages)
    if len(names) == 1:  # then all that happened is its own
        found[names[0]] += found.pop(THE_CLASS)
    found = {
        name: list(dict.fromkeys(findings))
        for name, findings in found.items()
    }
    if any(found.values()):
        world.keep(said)
    return found


def judge(world, family, pages):
    """Return what is wrong with what became of one family."""
    got = scores(world, family.name)
    outcomes = [compare_points(earns, got) for earns in family.earns]
    findings = min(outcomes, key=len)
    text = _texts(world, family.name, pages)
    findings += [
        Finding("leaked", word)
        for word, pattern in _canaries(world).items()
        if re.search(pattern, text)
    ]
    token = world.token(family.name)
    for kind, page in pages.get(family.name, {}).items():
        acts = sorted(set(active(page, token)))
        if acts:
            findings.append(Finding("script", f"{kind}: {', '.join(acts)}"))
    if family.page and "feedback" not in pages.get(family.name, {}):
        findings.append(Finding("untold", "there is no feedback"))
    elif family.unread and not REASON.search(text):
        findings.append(Finding("untold", "no reason in the feedback"))
    return findings


def scores(world, student):
    """Return exercise -> points in the gradebook, None while it waits.

    Empty where there is no submission.
    """
    query = """
        SELECT base_cell.name, grade.auto_score, grade.manual_score,
               grade.extra_credit
        FROM grade
        JOIN base_cell ON base_cell.id = grade.cell_id
        JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
        JOIN submitted_assignment
          ON submitted_assignment.id = submitted_notebook.assignment_id
        WHERE submitted_assignment.student_id = ?
    """
    path = world.course.folder / "gradebook.db"
    try:
        with sqlite3.connect(path) as database:
            rows = database.execute(query, [student]).fetchall()
    except sqlite3.Error as error:
        return {"gradebook": str(error)}
    return {
        name: None if auto is None and manual is None
        else (auto if manual is None else manual) + (extra or 0)
        for name, auto, manual, extra in rows
    }


def compare_points(earns, got):
    """Compare the gradebook with one outcome that is right."""
    findings = []
    if not set(FULL) <= set(got):
        return [Finding("ungraded", "it is not in the gradebook")]
    for name, full in FULL.items():
        allowed = earns.get(name, full)
        if not isinstance(allowed, tuple):
            allowed = (allowed,)
        if got[name] is None:
            findings.append(Finding("ungraded", name))
        elif got[name] > max(allowed):
            findings.append(
                Finding("earned", f"{name}: {got[name]:g} of {full}")
            )
        elif got[name] not in allowed:
            findings.append(
                Finding("lost", f"{name}: {got[name]:g} of {full}")
            )
    if earns is not NOTHING and got.get(WRITTEN) != earns.get(WRITTEN):
        findings.append(Finding("lost", f"{WRITTEN}: {got.get(WRITTEN)}"))
    elif got.get(WRITTEN):
        findings.append(Finding("earned", f"{WRITTEN}: {got[WRITTEN]}"))
    return findings


def _texts(world, name, pages):
    """Return all that people see of a submission."""
    texts = list(pages.get(name, {}).values())
    for folder in ("autograded", "feedback"):
        root = world.course.folder / folder / name
        texts += [
            path.read_bytes().decode("utf-8", "replace")
            for path in root.rglob("*")
            if path.is_file() and not path.is_symlink()
            and path.stat().st_size < 2**28
        ]
    return "\n".join(texts)


def _canaries(world):
    """Return word -> pattern of what must be in no page."""
    words = {f"the secret in {k}": v for k, v in world.secrets.items()}
    words |= {
        "the machine's name": f"host=({os.uname().nodename})",
        "the home": f"home=({world.home})",
        "the seed": f"seed=({SEED})",
        "a model answer": MODEL,
        "where the grader works": f"cwd: {world.course.folder}",
        "the passwords": "root:x:0:0",
    }
    return {name: re.escape(word) for name, word in words.items()}


def _changes(before, after):
    """Yield (path, what happened to it)."""
    for path in sorted(before.keys() | after.keys()):
        if path not in after:
            yield path, "removed"
        elif path not in before:
            yield path, "made"
        elif before[path] != after[path]:
            yield path, "changed"


def _blame(found, world, changes, running):
    """Lay what happened outside at a family's door, or at the class's."""
    names = [name for name in found if name != THE_CLASS]
    tokens = {name: world.token(name) for name in names}

    def blame(text, finding):
        for name in names:
            if tokens[name] in text or re.search(
                rf"(?<![\w-]){re.escape(name)}(?![\w-])", text
            ):
                found[name].append(finding)
                return
        found[THE_CLASS].append(finding)

    for path, what in changes:
        content = ""
        if path.is_file() and not path.is_symlink():
            content = path.read_bytes()[:10_000].decode("utf-8", "replace")
        where = str(path.relative_to(world.folder))
        blame(f"{where} {content}", Finding("side", f"{where}: {what}"))
    for path in world.strays():
        blame(path.name, Finding("side", f"{path.parent}: a file left"))
    for line in running.values():
        blame(line, Finding("side", f"still running: {line[:60]}"))
    for heard in world.listeners.heard:
        text = heard.decode("utf-8", "replace")
        blame(text, Finding("leaked", "to a socket"))
