"""The command line: ``mathlib lab``, ``build``, ``verify``, ``grade``, ..."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from mathlib.course.chapters import find_slug

__all__ = ["app", "main"]

PACKAGE = Path(__file__).resolve().parents[1]

app = typer.Typer(
    help="The mathematics of machine learning, worked by hand and graded.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
_out = Console(markup=False, highlight=False, soft_wrap=True)
_err = Console(stderr=True, markup=False, highlight=False, soft_wrap=True)

Chapters = Annotated[
    list[str] | None,
    typer.Argument(
        help="Numbers, module names or slugs (2, linear_algebra,"
        " 02_linear_algebra); all chapters unless given.",
        show_default=False,
    ),
]


@app.command()
def build(
    chapters: Chapters = None,
    check: Annotated[
        bool,
        typer.Option(
            "--check", help="Write and run nothing; fail where a notebook is"
            " not what its source gives.",
        ),
    ] = False,
):
    """Make the notebooks in solutions/ and chapters/ from their sources."""
    from mathlib.course import build as building
    from mathlib.course.cells import ChapterError

    root = _root()
    if PACKAGE.parent != root:
        _fail(
            f"the notebooks of {root} would be run with the mathlib of"
            f" {PACKAGE.parent}: install the one beside them (pip"
            " install -e .)"
        )
    slugs = _slugs(chapters) or building.built_chapters(root)
    if not slugs:
        _fail("no chapter has a source in solutions/")
    failed = []
    if check and not chapters:
        failed += building.orphans(root)
    for slug in slugs:
        try:
            if check:
                building.check(slug, root)
                _out.print(f"{slug}: up to date")
            else:
                building.build(slug, root, say=_out.print)
        except ChapterError as error:
            failed.append(error)
    for error in failed:
        _err.print(str(error), style="red")
    raise typer.Exit(bool(failed))


@app.command()
def verify(
    chapters: Chapters = None,
    run: Annotated[
        bool,
        typer.Option(
            "--run", help="Run both notebooks, too, and compare outputs.",
        ),
    ] = False,
):
    """Say whether a chapter is done, and what keeps it from being so."""
    from mathlib.course import verify as verifying

    raise typer.Exit(bool(verifying.main(_slugs(chapters), run=run)))


@app.command()
def lab(
    browser: Annotated[
        bool, typer.Option(help="Open a browser window.")
    ] = True,
    port: Annotated[
        int | None, typer.Option(help="The port to listen on.")
    ] = None,
    update: Annotated[
        list[str] | None,
        typer.Option(
            help="Take a chapter's newest release and carry your answers"
            " over; then stop.",
        ),
    ] = None,
):
    """Copy the chapters to work/ and open JupyterLab on them."""
    from mathlib.course import lab as laboratory

    root = _root()
    if update:
        try:
            for slug in _slugs(update):
                laboratory.update(slug, root, say=_out.print)
        except FileNotFoundError as error:
            _fail(error)
        return
    laboratory.prepare(root, say=_out.print)
    laboratory.open_lab(root, browser=browser, port=port)


@app.command()
def grade(
    chapter: Annotated[
        str,
        typer.Argument(
            help="Its number, module name or slug.", show_default=False
        ),
    ],
    student: Annotated[
        str, typer.Option(help="Grade this student's submission only.")
    ] = "*",
    jobs: Annotated[
        int | None,
        typer.Option(
            min=1, help="How many at a time; one for each processor unless"
            " given.",
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Grade again what was graded.")
    ] = False,
    unconfined: Annotated[
        bool,
        typer.Option(
            "--unconfined", help="Go on where learners' code can't be fenced"
            " in: it could then read and change what you can.",
        ),
    ] = False,
):
    """Grade a chapter's submissions into nbgrader's gradebook."""
    from mathlib.course.grading.command import grade as grade_chapter

    (slug,) = _slugs([chapter])
    if not Path("nbgrader_config.py").is_file():
        _fail("run this in the course's folder, beside nbgrader_config.py")
    done = grade_chapter(
        slug, Path.cwd(), _out, student=student, jobs=jobs, force=force,
        unconfined=unconfined,
    )
    raise typer.Exit(not done)


@app.command()
def progress():
    """Show what you have solved, chapter by chapter."""
    from mathlib.course.progress import progress as so_far

    _out.print(str(so_far()))


def _root():
    from mathlib.course.source import repository

    try:
        return repository()
    except FileNotFoundError as error:
        _fail(error)


def _slugs(chapters):
    try:
        return [find_slug(chapter) for chapter in chapters or []]
    except ValueError as error:
        _fail(error)


def _fail(said):
    _err.print(str(said), style="red")
    raise typer.Exit(1)


def main():
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
