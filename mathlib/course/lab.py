"""``mathlib lab``: the learner's own copies, and JupyterLab on top of them.

``chapters/`` is what is published; a learner works in ``work/``, which git
ignores, so that a newer course never meets anybody's answers.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from mathlib.course.build import back_up, notebook_paths, write
from mathlib.course.cells import KERNEL, LANGUAGE, content_hash, role
from mathlib.course.chapters import SLUGS, TITLES

__all__ = ["FRONT_PAGE", "command", "open_lab", "prepare", "update"]

FRONT_PAGE = "work/index.ipynb"
CONFIG = Path(__file__).with_name("jupyter")

# The ids that the build gives to cells other than graded ones.  Those that
# Jupyter gives are eight or more hexadecimal digits, or have more dashes.
_BUILT_ID = re.compile(r"^\w+(-answer)?-\d{1,3}$|^[\w-]+-rubric$")


def prepare(root, *, say=lambda line: None):
    """Copy the chapters that are not in ``work/`` yet; overwrite nothing.

    Parameters
    ----------
    root : path
        The repository.
    say : callable
        Told, line by line, what happens.

    Returns
    -------
    list of str
        The slugs of all chapters that can be worked on.
    """
    released = [s for s in SLUGS if notebook_paths(s, root)[1].is_file()]
    for slug in released:
        release, copy = notebook_paths(slug, root)[1], copy_path(slug, root)
        if not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            write(copy, release.read_text(encoding="utf-8"))
            say(f"{slug}: copied to {copy.relative_to(root).as_posix()}")
        elif _release_of(copy) != _release_of(release):
            say(
                f"{slug}: there is a newer release. Your copy stays as it"
                f" is; 'mathlib lab --update {slug[:2]}' takes the new one"
                " and carries your answers over."
            )
    _write_front_page(Path(root), released, say)
    return released


def copy_path(slug, root):
    """Return where the learner's copy of a chapter stands."""
    return Path(root) / "work" / slug / f"{slug}.ipynb"


def _release_of(path):
    """Return which release a notebook was copied from, or None."""
    try:
        notebook = nbformat.read(path, as_version=4)
        return notebook.metadata.get("mathlib", {}).get("built")
    except Exception:  # half a file, or no notebook at all
        return None


def update(slug, root, *, say=lambda line: None):
    """Take a chapter's newest release, with the learner's answers in it.

    The answers, and the cells that the learner added, go into the new
    notebook; the old one is kept whole in ``work/backups/``.

    Parameters
    ----------
    slug : str
    root : path
    say : callable

    Raises
    ------
    FileNotFoundError
        If the chapter is not released.
    """
    release_path, mine_path = notebook_paths(slug, root)[1], copy_path(
        slug, root
    )
    if not release_path.is_file():
        raise FileNotFoundError(f"{slug} is not released yet")
    if not mine_path.exists():
        prepare(root, say=say)
        return
    mine = nbformat.read(mine_path, as_version=4)
    fresh, carried = carry_over(
        mine, nbformat.read(release_path, as_version=4)
    )
    backup = back_up(mine_path, root, always=True)
    write(mine_path, nbformat.writes(fresh) + "\n")
    say(f"{slug}: the newest release, with {carried} of your cells in it."
        f" The old notebook is {backup}.")


def carry_over(mine, release):
    """Return the release with a learner's cells, and how many they are.

    A new answer cell is taken where the release still asks for it; a cell
    that the learner added goes behind the same cell as before.
    """
    released = {cell["id"] for cell in release.cells}
    answers, added, previous = {}, {}, None
    for cell in mine.cells:
        graded = cell.metadata.get("nbgrader")
        if graded and graded.get("solution"):
            answers[graded["grade_id"]] = cell
        elif not graded and cell["id"] not in released:
            if not _BUILT_ID.match(cell["id"]):
                added.setdefault(previous, []).append(cell)
                continue
        previous = cell["id"]
    fresh = nbformat.from_dict(release)
    cells, carried = [*added.pop(None, [])], 0
    for cell in fresh.cells:
        answer = answers.get(
            cell.metadata.get("nbgrader", {}).get("grade_id")
        )
        if role(cell) in ("exercise", "written") and answer is not None:
            if answer.source != cell.source:
                cell.source = answer.source
                carried += 1
        cells.append(cell)
        cells += added.pop(cell["id"], [])
    cells += [cell for left in added.values() for cell in left]
    carried += len(cells) - len(fresh.cells)
    fresh.cells = cells
    return fresh, carried


def _write_front_page(root, released, say):
    """Write the list of chapters, unless the learner has made it theirs."""
    path = root / FRONT_PAGE
    page = front_page(released)
    if path.exists():
        try:
            old = nbformat.read(path, as_version=4)
        except Exception:
            old = None
        if old is None or old.metadata.get("mathlib", {}).get(
            "built"
        ) != content_hash(old):
            say(f"{FRONT_PAGE}: you have changed it, so it stays as it is")
            return
        if content_hash(old) == content_hash(page):
            return
    path.parent.mkdir(parents=True, exist_ok=True)
    write(path, nbformat.writes(page) + "\n")


def front_page(released):
    """Return the notebook that ``mathlib lab`` opens."""
    lines = [
        "# The chapters",
        "",
        "Click one to open your own copy of it. Run cells with Shift+Enter,"
        " write your answers where it says `# YOUR CODE HERE`, and run the"
        " check cell below. Save as you like: nothing overwrites your work.",
        "",
    ]
    for slug in released:
        number = int(slug[:2])
        lines.append(f"- [{number}. {TITLES[slug]}]({slug}/{slug}.ipynb)")
    if not released:
        lines.append("No chapter is released yet.")
    progress = new_code_cell("import mathlib\n\nmathlib.progress()")
    cells = [
        new_markdown_cell("\n".join(lines), id="chapters"),
        new_markdown_cell(
            "## How far you are\n\nRun the next cell to see.",
            id="how-far",
        ),
        progress,
    ]
    progress["id"] = "progress"
    page = new_notebook(
        cells=cells,
        metadata={
            "kernelspec": dict(KERNEL), "language_info": dict(LANGUAGE),
        },
    )
    page.metadata["mathlib"] = {"built": content_hash(page)}
    return page


def command(root, *, browser=True, port=None):
    """Return the command line that starts JupyterLab on the front page."""
    line = [
        sys.executable, "-m", "jupyterlab",
        # The repository's root, where nbgrader's pages look for the course.
        f"--ServerApp.root_dir={root}",
        f"--LabApp.default_url=/lab/tree/{FRONT_PAGE}",
    ]
    if not browser:
        line.append("--no-browser")
    if port:
        line.append(f"--port={port}")
    # In a container everybody is root, and Jupyter would stop there.
    if getattr(os, "geteuid", lambda: 1)() == 0:
        line.append("--allow-root")
    return line


def environment(root):
    """Return JupyterLab's environment: this mathlib, and no news.

    What is configured beside this file keeps JupyterLab from asking for
    news and from looking for newer versions of itself on the network.
    """
    added = {"PYTHONPATH": str(root), "JUPYTER_CONFIG_PATH": str(CONFIG)}
    return {**os.environ, **{
        name: os.pathsep.join(filter(None, [path, os.environ.get(name)]))
        for name, path in added.items()
    }}


def open_lab(root, *, browser=True, port=None):
    """Start JupyterLab in place of this process."""
    line, env = command(root, browser=browser, port=port), environment(root)
    if os.name == "posix":
        os.chdir(root)
        os.execve(line[0], line, env)
    raise SystemExit(subprocess.call(line, env=env, cwd=root))
