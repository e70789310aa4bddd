"""Chapters on nbgrader's own road: released, handed in, graded, exported.

``autograde`` runs once over everything that these tests ask about:

- ``solved`` and ``released`` hand in the two notebooks as they are;
- ``class0``, ``class1``, ... hold the k-th of each exercise's mistakes and,
  where there are no more of them, its correct variants;
- ``odd`` holds answers that are unusual in other ways.

``mathlib verify`` judges all wrong answers of all chapters; here most chapters
hand in some eight notebooks of them.  Set ``MATHLIB_SLOW=1`` to hand in all.
"""

import copy
import html
import inspect
import os
import textwrap
from dataclasses import dataclass, field

import nbformat
import pytest
from nbformat.v4 import new_code_cell
from roundtrip import ROOT, Course, answers_source, make_course

from mathlib.course.build import built_chapters, notebook_paths
from mathlib.course.cells import role
from mathlib.course.judge import judge, parts_of, run_here
from mathlib.course.scope import defined_names
from mathlib.exercise import Written
from mathlib.exercises import chapter_exercises

pytestmark = pytest.mark.slow

SEED = 11
# Functions, callbacks, classes, scripts and delegation are all in these.
WHOLE = ("02_linear_algebra", "15_transformers")
HANDED_IN = 8
CHAPTERS = [
    slug for slug in built_chapters(ROOT)
    if all(path.is_file() for path in notebook_paths(slug, ROOT))
]


def graded(slug):
    """The chapter's exercises that nbgrader grades by itself."""
    return [
        e for e in chapter_exercises(slug) if not isinstance(e, Written)
    ]


def written(slug):
    return [e for e in chapter_exercises(slug) if isinstance(e, Written)]


def choice(exercise, kind, k, right):
    """An answer's cell that gives the k-th mistake or variant.

    Its functions are in an own cell, with all the others of the chapter;
    parts that it does not change are those of the ``right`` answer's cell.
    These keep to themselves: a right part must not call the wrong one.
    """
    given = getattr(exercise, kind)[k].answer
    if not isinstance(given, dict):
        given = {exercise.name: given}
    kept = [part for part in exercise.parts if part not in given]
    return "\n".join([
        *(["def right_answer():", textwrap.indent(right, "    "),
           f"    return [{', '.join(kept)}]",
           f"[{', '.join(kept)}] = right_answer()"] if kept else []),
        *(f"{part} = {a.__name__}" for part, a in given.items()),
    ])


def classes(exercises):
    """Deal out the mistakes and variants, one per exercise and notebook.

    Returns
    -------
    list of dict
        For each notebook: exercise name -> (kind, k), the k-th of its
        "mistakes" or "variants".
    """
    hands = [
        [(e.name, (kind, k)) for kind in ("mistakes", "variants")
         for k in range(len(getattr(e, kind)))]
        for e in exercises
    ]
    return [
        dict(hand[k] for hand in hands if k < len(hand))
        for k in range(max(map(len, hands)))
    ]


def handed_in(slug):
    """Return k -> the k-th of the chapter's classes, for those handed in."""
    dealt = dict(enumerate(classes(graded(slug))))
    if slug in WHOLE or "MATHLIB_SLOW" in os.environ:
        return dealt
    # Class 0 also holds what a person grades.  The first ones are the fullest.
    step = -(-len(dealt) // HANDED_IN)
    turn = CHAPTERS.index(slug) % step
    return {k: hand for k, hand in dealt.items() if k == 0 or k % step == turn}


def wrapped(exercise, right, first_lines, above=()):
    """An answer's cell with the right answer behind some lines of noise."""
    return "\n".join([
        "import os, sys, warnings",
        *above,
        right,
        f"right = {exercise.name}",
        f"def {exercise.name}(*args, **kwargs):",
        *(f"    {line}" for line in first_lines),
        "    return right(*args, **kwargs)",
    ])


NOISE = [
    "print('noise')",
    "print('noise', file=sys.stderr)",
    "warnings.warn('noise')",
    "os.write(2, b'noise')",
]


def odd_answers(slug, right, lesson):
    """Return kind -> (exercise, its answer's cell); ``lesson`` is a global.

    The exercises are the first of the chapter that ask for one function, and
    ``right`` has their answers.
    """
    functions = [
        e for e in graded(slug) if inspect.isfunction(e.reference)
    ]
    kinds = {
        "noisy": (NOISE, NOISE),
        "uses a lesson": ([lesson], ()),
        "not Python": (["return (1"], ()),
        "stops": ([], ["1 / 0"]),
        "raises": (["raise IndexError('mine')"], ()),
    }
    assert len(functions) >= len(kinds)
    return {
        kind: (e, wrapped(e, right[e.name], *lines))
        for (kind, lines), e in zip(kinds.items(), functions, strict=False)
    }


def right_answers(solved):
    """Return exercise -> the source of its answer's cell."""
    return {
        cell.metadata.nbgrader.grade_id.removesuffix("-answer"): cell.source
        for cell in solved.cells if role(cell) == "exercise"
    }


def answered(notebook, answers, own=""):
    """Return a copy with other answers and perhaps a cell of one's own."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        if role(cell) == "exercise":
            name = cell.metadata.nbgrader.grade_id.removesuffix("-answer")
            cell.source = answers.get(name, cell.source)
        elif role(cell) == "written":
            cell.source = "Because."
    if own:
        first = next(
            k for k, c in enumerate(notebook.cells) if role(c) == "exercise"
        )
        notebook.cells.insert(first, new_code_cell(own))
    return notebook


@dataclass
class Graded:
    """A chapter after autograding."""

    slug: str
    course: Course
    scores: dict
    classes: dict
    odd: dict
    lesson: str
    notebooks: dict = field(default_factory=dict)

    def outputs(self, student):
        """Yield the code cells of an autograded notebook."""
        if student not in self.notebooks:
            self.notebooks[student] = nbformat.read(
                self.course.autograded(student), as_version=4
            )
        return self.notebooks[student].cells

    def report(self, student, name):
        """Return the HTML that a student's check shows."""
        (cell,) = [
            cell for cell in self.outputs(student)
            if role(cell) == "check"
            and cell.metadata.nbgrader.grade_id == name
        ]
        (output,) = cell.outputs
        assert output.output_type == "execute_result", output
        return output.data["text/html"]


@pytest.fixture(scope="module", params=CHAPTERS)
def chapter(request, tmp_path_factory):
    slug = request.param
    course = make_course(
        tmp_path_factory.mktemp(slug), slug, run=False, seed=SEED
    )
    work, dealt, odd, lesson = submissions(slug)
    for student, notebook in work.items():
        course.submit(student, notebook)
    course.autograde()
    return Graded(slug, course, course.scores(), dealt, odd, lesson)


def submissions(slug):
    """Return student -> notebook, and what the odd ones hold."""
    solved, released = notebook_paths(slug, ROOT)
    work = {"solved": solved, "released": released}
    release = nbformat.read(released, as_version=4)
    setup, first = [c for c in release.cells if role(c) == "code"][:2]
    known = set(defined_names(setup.source))
    lesson = next(n for n in defined_names(first.source) if n not in known)
    right = right_answers(nbformat.read(solved, as_version=4))
    odd = odd_answers(slug, right, lesson)
    work["odd"] = answered(
        release, {e.name: source for e, source in odd.values()}
    )
    dealt = handed_in(slug)
    for k, hand in dealt.items():
        cells = {
            e.name: choice(e, *hand[e.name], right[e.name])
            for e in graded(slug) if e.name in hand
        }
        work[f"class{k}"] = answered(release, cells, answers_source(slug))
    return work, dealt, odd, lesson


def judged(exercise, answer):
    """What the check engine says, with the seed of the grading."""
    return judge(
        exercise, run_here(parts_of(exercise, answer), exercise.arrays), SEED
    )


def test_there_is_a_chapter():
    assert CHAPTERS


def test_solutions_earn_all_that_nbgrader_can_give(chapter):
    full = {e.name: float(e.points) for e in graded(chapter.slug)}
    waiting = {e.name: None for e in written(chapter.slug)}
    assert chapter.scores["solved"] == full | waiting


def test_the_release_earns_nothing_and_runs_to_its_end(chapter):
    names = [e.name for e in chapter_exercises(chapter.slug)]
    assert chapter.scores["released"] == dict.fromkeys(names, 0.0)
    cells = [c for c in chapter.outputs("released") if c.source]
    code = [c for c in cells if c.cell_type == "code"]
    assert all(c.execution_count for c in code)
    for cell in code:
        for output in cell.outputs:
            assert output.output_type != "error", cell.source
            assert output.get("name") != "stderr", (cell.source, output)
    for e in graded(chapter.slug):
        assert "not solved yet" in chapter.report("released", e.name)


def test_instructors_release_what_learners_have(chapter):
    # Outputs aside, which this release was not run for.
    def content(path):
        notebook = nbformat.read(path, as_version=4)
        return notebook.metadata.mathlib.built, [
            (c["id"], c.source, c.metadata) for c in notebook.cells
        ]

    _, released = notebook_paths(chapter.slug, ROOT)
    assert content(chapter.course.release) == content(released)


def dealt(chapter, kind):
    """Yield what was handed in: student, exercise, mistake or variant."""
    for k, hand in chapter.classes.items():
        for e in graded(chapter.slug):
            of, place = hand.get(e.name, (None, 0))
            if of == kind:
                yield f"class{k}", e, getattr(e, kind)[place]


def test_every_mistake_earns_its_points_and_is_named(chapter):
    given, wrong = list(dealt(chapter, "mistakes")), []
    for student, e, mistake in given:
        expected = judged(e, mistake.answer)
        earned = chapter.scores[student][e.name]
        named = f"known mistake: {html.escape(mistake.name)}."
        if earned != expected.points or earned >= e.points:
            wrong.append((e.name, mistake.name, earned, expected.points))
        elif named not in chapter.report(student, e.name):
            wrong.append((e.name, mistake.name, "is not named"))
    assert not wrong
    assert len(given) >= len(graded(chapter.slug))


def test_every_correct_variant_earns_full_marks(chapter):
    given = list(dealt(chapter, "variants"))
    assert given
    wrong = [
        (e.name, variant.name, chapter.scores[student][e.name])
        for student, e, variant in given
        if chapter.scores[student][e.name] != e.points
    ]
    assert not wrong


def test_nothing_earned_without_an_answer_in_the_batches(chapter):
    for k, hand in chapter.classes.items():
        for e in graded(chapter.slug):
            if e.name not in hand:
                assert chapter.scores[f"class{k}"][e.name] == 0.0


def test_noise_costs_nothing(chapter):
    e, _ = chapter.odd["noisy"]
    assert chapter.scores["odd"][e.name] == e.points


def test_a_global_of_the_lesson_costs_all_and_is_named(chapter):
    e, _ = chapter.odd["uses a lesson"]
    assert chapter.scores["odd"][e.name] == 0.0
    report = chapter.report("odd", e.name)
    assert f"Your answer uses {chapter.lesson}, which is not" in report


def test_a_cell_that_fails_costs_its_own_exercise_only(chapter):
    for kind in ("not Python", "stops"):
        e, _ = chapter.odd[kind]
        assert chapter.scores["odd"][e.name] == 0.0
        assert "not solved yet" in chapter.report("odd", e.name)
    e, _ = chapter.odd["raises"]
    assert chapter.scores["odd"][e.name] == 0.0
    assert "IndexError: mine" in chapter.report("odd", e.name)
    errors = [
        output.ename for cell in chapter.outputs("odd")
        for output in cell.get("outputs", ())
        if output.output_type == "error"
    ]
    assert errors == ["SyntaxError", "ZeroDivisionError"]


def test_a_written_answer_waits_for_a_person(chapter):
    for e in written(chapter.slug):
        assert chapter.scores["class0"][e.name] is None
        assert e.name in chapter.course.waiting("class0")


def test_manual_grades_and_the_table_of_grades(chapter):
    given = {e.name: e.points - 0.5 for e in written(chapter.slug)}
    chapter.course.grade_by_hand("class0", given)
    assert not chapter.course.waiting("class0")
    rows = {row["student_id"]: row for row in chapter.course.table()}
    assert rows.keys() == chapter.scores.keys()
    total = sum(e.points for e in chapter_exercises(chapter.slug))
    for student, row in rows.items():
        automatic = sum(filter(None, chapter.scores[student].values()))
        manual = sum(given.values()) if student == "class0" else 0
        assert float(row["score"]) == pytest.approx(automatic + manual)
        assert float(row["max_score"]) == total
        assert row["assignment"] == chapter.slug
