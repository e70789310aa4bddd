"""From the chapter with solutions to the one that learners get.

These are preprocessors for nbgrader's ``generate_assignment``.  ``mathlib
build`` runs them, and so does an instructor who calls nbgrader directly:
``nbgrader_config.py`` names them.  Both write the same file.
"""

import ast
import copy
import tempfile

from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearHiddenTests,
    ClearMarkScheme,
    ClearSolutions,
    ComputeChecksums,
    IncludeHeaderFooter,
    LockCells,
    NbGraderPreprocessor,
    SaveCells,
)

from mathlib.course.cells import (
    ChapterError,
    content_hash,
    is_code,
    regions,
    role,
)
from mathlib.course.execute import keep_pictures, run_notebook

__all__ = [
    "PROMPT",
    "STUB",
    "ClearAnswers",
    "ClearOutputs",
    "RunRelease",
    "SealRelease",
    "clear_answer",
    "configure",
    "finish",
    "verify",
    "verify_scores",
]

STUB = "# YOUR CODE HERE"
RAISE = "raise NotImplementedError"
PROMPT = "*Write your answer here.*"
TELLING = 12  # characters; shorter lines are in everybody's code


def configure(config):
    """Set nbgrader up for this course; return the configuration.

    Parameters
    ----------
    config : traitlets.config.Config
        The ``c`` of a configuration file.
    """
    config.CourseDirectory.source_directory = "solutions"
    config.CourseDirectory.release_directory = "release"
    # nbgrader copies what lies beside a notebook, to the learners and to
    # the folder that submissions run in: the source holds every solution.
    config.CourseDirectory.ignore = [
        ".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", "*.py",
        "*.backup-*",
    ]
    config.GenerateAssignment.preprocessors = [
        IncludeHeaderFooter,
        LockCells,
        ClearAnswers,
        ClearOutputs,
        CheckCellMetadata,
        ComputeChecksums,
        SaveCells,
        ClearHiddenTests,
        ClearMarkScheme,
        ComputeChecksums,
        CheckCellMetadata,
        RunRelease,
        SealRelease,
    ]
    config.Execute.timeout = 600
    # The exporter of formgrader and of generate_feedback.  Named in words,
    # because nbgrader compares, copies and prints its configuration.
    safe = "mathlib.course.grading.sanitise"
    config.HTMLExporter.sanitize_html = True
    config.HTMLExporter.default_preprocessors = []  # ours is the first
    config.HTMLExporter.preprocessors = [f"{safe}.SafeNotebook"]
    config.HTMLExporter.filters = {
        "markdown2html": f"{safe}.render_markdown",
        "strip_files_prefix": f"{safe}.clean_html",
        "clean_html": f"{safe}.clean_html",
        # Not in the language that a notebook's metadata name.
        "highlight_code": "nbconvert.filters.Highlight2HTML",
    }
    return config


class ClearAnswers(ClearSolutions):
    """Take out the solutions and leave stubs that run."""

    def preprocess_cell(self, cell, resources, cell_index):
        """Clear one cell."""
        slug = resources.get("nbgrader", {}).get("assignment", "")
        clear_answer(slug, cell)
        # nbgrader's own rule, for a region in a cell of another kind.
        if role(cell) not in ("exercise", "written"):
            return super().preprocess_cell(cell, resources, cell_index)
        return cell, resources


def clear_answer(slug, cell):
    """Replace a cell's solution by what the learner starts from.

    Inside a function a region becomes a comment and ``raise
    NotImplementedError``; elsewhere a comment alone, so that the notebook
    runs to its end.
    """
    kind = role(cell)
    if kind == "written":
        cell.source = PROMPT
    if kind != "exercise":
        return
    lines = cell.source.split("\n")
    tree = ast.parse(cell.source)
    for begin, end in reversed(regions(slug, cell.source)):
        indent = lines[begin][:len(lines[begin]) - len(lines[begin].lstrip())]
        stub = [indent + STUB]
        if _in_function(tree, begin, end, lines):
            stub.append(indent + RAISE)
        elif indent:
            stub.append(indent + "pass")
        lines[begin:end + 1] = stub
    cell.source = "\n".join(lines)
    try:
        ast.parse(cell.source)
    except SyntaxError as error:
        raise ChapterError(
            slug, "a stub that is not Python",
            f"{cell.metadata.nbgrader.grade_id}: {error}\n{cell.source}",
        ) from None


def _in_function(tree, begin, end, lines):
    """Whether the region's first line of code is inside a function."""
    first = next(n for n in range(begin + 1, end) if is_code(lines[n])) + 1
    return any(
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.lineno < first <= node.end_lineno
        for node in ast.walk(tree)
    )


class ClearOutputs(NbGraderPreprocessor):
    """Clear what solutions printed; lessons keep their outputs."""

    def preprocess_cell(self, cell, resources, cell_index):
        """Clear one cell."""
        if role(cell) in ("exercise", "check"):
            cell.outputs = []
            cell.execution_count = None
        return cell, resources


class RunRelease(NbGraderPreprocessor):
    """Run the released notebook, so that it shows what it really gives."""

    def preprocess(self, nb, resources):
        """Run the whole notebook."""
        finish(resources["nbgrader"]["assignment"], nb)
        return nb, resources


def finish(slug, release):
    """Run a released notebook in place; its lessons must come out the same.

    Raises
    ------
    ChapterError
        If a cell raises, if a lesson's outputs depend on an exercise, or if
        a check gives points.
    """
    lessons = copy.deepcopy(release)
    with tempfile.TemporaryDirectory() as empty:
        run_notebook(slug, release, empty)
    for before, after in zip(lessons.cells, release.cells, strict=True):
        if role(after) == "code" and not _ignored(after):
            if _words(before) != _words(after):
                raise ChapterError(
                    slug, "a lesson that depends on an exercise",
                    f"cell {after['id']}: its output is another one when the"
                    " exercises are not solved, or differs from run to run",
                )
        if role(after) == "code" and _ignored(after):
            after.outputs = before.outputs
    keep_pictures(release, lessons)
    verify_scores(slug, release, solved=False)


def _ignored(cell):
    return "nbval-ignore-output" in cell.metadata.get("tags", ())


def _words(cell):
    """Return a cell's outputs without pictures, for comparison."""
    return [
        (
            output.get("text"),
            {
                kind: value
                for kind, value in output.get("data", {}).items()
                if not kind.startswith("image/")
            },
        )
        for output in cell.outputs
    ]


class SealRelease(NbGraderPreprocessor):
    """Write down what was released, to tell a learner's copy from it."""

    def preprocess(self, nb, resources):
        """Write the hash of the contents into the metadata."""
        nb.metadata.setdefault("mathlib", {})["built"] = content_hash(nb)
        return nb, resources


def verify_scores(slug, notebook, *, solved):
    """Check that all checks gave all points, or that none gave any.

    Raises
    ------
    ChapterError
        Naming the first exercise that did not.
    """
    for cell in notebook.cells:
        if role(cell) != "check":
            continue
        name = cell.metadata.nbgrader.grade_id
        wanted = float(cell.metadata.nbgrader.points) if solved else 0.0
        results = [
            output.data.get("text/plain", "")
            for output in cell.outputs
            if output.output_type == "execute_result"
        ]
        try:
            (score,) = map(float, results)
        except ValueError:
            raise ChapterError(
                slug, "a check that gives no number", f"{name}: {results}"
            ) from None
        if score != wanted:
            reason = (
                "a solution that does not earn all its points" if solved
                else "a check that gives points to an empty answer"
            )
            raise ChapterError(
                slug, reason, f"{name}: {score:g} of"
                f" {float(cell.metadata.nbgrader.points):g}",
            )


def verify(slug, solved, release):
    """Check a released notebook against the one with the solutions.

    Parameters
    ----------
    slug : str
    solved, release : NotebookNode

    Raises
    ------
    ChapterError
        If a cell is missing or new, if a line of a solution or of a model
        answer is in the release, or if a stub has a line that the solution
        does not have.
    """
    _verify_cells(slug, solved, release)
    secrets = {}
    for cell in solved.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        for line in _secret_lines(slug, cell):
            secrets.setdefault(line, name)
    for before, after in zip(solved.cells, release.cells, strict=True):
        kind = role(before)
        if kind == "written" and after.source != PROMPT:
            raise ChapterError(
                slug, "a solution leaked into the release",
                f"the written answer {before['id']} is not empty",
            )
        for line in after.source.split("\n"):
            if kind in ("exercise", "check", "rubric", "text"):
                _verify_line(slug, secrets, before, line)
        if kind == "exercise":
            _verify_stub(slug, before, after)
    for cell in release.cells:
        for text in _all_text(cell):
            if "BEGIN SOLUTION" in text or "END SOLUTION" in text:
                raise ChapterError(
                    slug, "a solution leaked into the release", cell["id"]
                )


def _verify_cells(slug, solved, release):
    first = [(c["id"], role(c)) for c in solved.cells]
    second = [(c["id"], role(c)) for c in release.cells]
    if first != second:
        differ = sorted(set(first) ^ set(second))
        raise ChapterError(
            slug, "a release with other cells than the solutions",
            ", ".join(f"{name} ({kind})" for name, kind in differ),
        )


def _secret_lines(slug, cell):
    """Lines of a solution that give it away."""
    lines = cell.source.split("\n")
    if role(cell) == "exercise":
        for begin, end in regions(slug, cell.source):
            for line in lines[begin + 1:end]:
                if is_code(line) and len(line.strip()) >= TELLING:
                    yield line.strip()


def _verify_line(slug, secrets, cell, line):
    name = secrets.get(line.strip())
    if name is None:
        return
    raise ChapterError(
        slug, "a solution leaked into the release",
        f"a line of {name} stands in cell {cell['id']}: {line.strip()}",
    )


def _verify_stub(slug, solved, release):
    allowed = {line.strip() for line in solved.source.split("\n")}
    allowed |= {STUB, RAISE, "pass"}
    for line in release.source.split("\n"):
        if line.strip() not in allowed:
            raise ChapterError(
                slug, "a stub line that is not in the solution",
                f"cell {release['id']}: {line.strip()}",
            )


def _all_text(cell):
    yield cell.source
    for output in cell.get("outputs", ()):
        yield output.get("text", "")
        yield from (
            value for value in output.get("data", {}).values()
            if isinstance(value, str)
        )
