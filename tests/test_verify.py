"""What must be rejected is rejected, each for the reason it is named after.

(A leaked solution, a stale build and a stub line of its own are rejected in
test_build.py and test_release.py.)
"""

import dataclasses

from nbformat.v4 import (
    new_code_cell,
    new_markdown_cell,
    new_notebook,
    new_output,
)

from mathlib.course import reading, verify
from mathlib.course.audit import audit
from mathlib.course.compare import satisfies
from mathlib.course.ledger import formulas
from mathlib.exercise import Case, Exercise, Mistake, Variant, call


def scale(x, factor=2.0):
    return factor * x


FAIR = Exercise(
    name="scale", chapter="08_optimization", points=2, reference=scale,
    cases=lambda rng: [
        Case("by hand", call([1.0, 3.0]), core=True),
        Case("another factor", call(rng.normal(size=3), factor=3.0)),
    ],
    mistakes=[
        Mistake("squares", lambda x, factor=2.0: x**factor, "Not a power."),
        Mistake("adds", lambda x, factor=2.0: x + factor, "Not a sum."),
    ],
    variants=[Variant("loop", lambda x, factor=2.0: [factor * v for v in x])],
)


def reasons(exercise=None, **changes):
    exercise = dataclasses.replace(exercise or FAIR, **changes)
    return {problem.reason for problem in audit(exercise, seeds=(0,))}


def test_a_fair_exercise_has_no_problem():
    assert reasons() == set()


def test_an_exercise_with_no_mistake():
    assert reasons(mistakes=[]) == {"an exercise with no mistake"}


def test_a_check_cell_that_cannot_fail():
    anything = satisfies(lambda got, *a, **k: True, "anything")
    assert "a check cell that cannot fail" in reasons(compare=anything)


def test_a_trivial_answer_that_earns_points():
    def cases(rng):
        return [Case("nothing", call([0.0, 0.0]), core=True),
                *FAIR.cases(rng)[1:]]

    assert "a trivial answer that earns points" in reasons(cases=cases)


def test_an_option_that_no_case_needs():
    found = reasons(cases=lambda rng: [
        *FAIR.cases(rng)[:1], Case("another", call(rng.normal(size=3))),
    ])
    assert found == {"an option or hint that no case needs"}


def test_data_that_could_be_learnt_by_heart():
    fixed = [Case("by hand", call([1.0, 3.0], factor=3.0), core=True)]
    assert "data that could be learnt by heart" in reasons(
        cases=lambda rng: fixed
    )


def test_a_changed_input_that_costs_nothing(monkeypatch):
    from mathlib.course import judge

    monkeypatch.setattr(judge, "_compare_changes", lambda *a: None)
    assert "a changed input that costs nothing" in reasons()


def test_a_mistake_that_loses_nothing_or_is_not_named():
    same = [*FAIR.mistakes, Mistake("none at all", scale, "It is right.")]
    assert "a mistake that loses nothing" in reasons(mistakes=same)
    twin = [*FAIR.mistakes, dataclasses.replace(
        FAIR.mistakes[0], name="squares again")]
    assert "a mistake that is not named" in reasons(mistakes=twin)
    rich = [dataclasses.replace(m, credit=2) for m in FAIR.mistakes]
    assert "a mistake that keeps all its points" in reasons(mistakes=rich)


def test_a_right_answer_that_loses_points():
    deaf = [Variant("deaf", lambda x, factor=2.0: 2 * x)]
    assert reasons(variants=deaf) == {"a right answer that loses points"}


# --- notebooks ---------------------------------------------------------------

SETUP = "import numpy as np"


def picture(alt="a line", caption="<p><em>It rises.</em></p>"):
    shown = new_output(
        "display_data", {"image/png": "AAAA"},
        metadata={"image/png": {"alt": alt}},
    )
    said = new_output("display_data", {"text/html": caption})
    return [shown, said] if caption else [shown]


def answer(source, name="scale"):
    cell = new_code_cell(source)
    cell.metadata["nbgrader"] = {
        "solution": True, "grade": False, "grade_id": f"{name}-answer",
    }
    return cell


def read(*cells):
    notebook = new_notebook(cells=[new_code_cell(SETUP), *cells])
    return {p.reason for p in reading.review("00_sample", notebook)} - {
        "a chapter of other than 60 to 110 cells"
    }


def test_a_lesson_cell_that_depends_on_a_learners_answer():
    mine = answer("def scale(x):\n    return 2 * x")
    reason = "a lesson cell that depends on a learner's answer"
    assert read(mine, new_code_cell("y = scale(3)")) == {reason}
    assert read(mine, new_code_cell("scale = np.abs\nscale(3)")) == set()
    assert read(new_code_cell("y = 3"), mine) == set()


def test_a_figure_without_alt_text_or_caption():
    def shown(**texts):
        cell = new_code_cell("mathlib.show(fig)")
        cell.outputs = picture(**texts)
        return read(cell)

    assert shown() == set()
    assert shown(alt=" ") == {"a figure without alt text"}
    assert shown(caption="") == {"a figure without a caption"}


def test_many_cells_without_a_picture():
    text = [new_markdown_cell("words") for _ in range(9)]
    assert read(*text[:7]) == set()
    assert read(*text) == {"more than 8 cells without a picture"}


def test_walls_of_text_and_formulas_that_do_not_end():
    wall = new_markdown_cell("\n".join(["words"] * 40))
    assert read(wall) == {"a text cell of over 25 lines"}
    assert read(new_markdown_cell("$$x$$ and $$y")) == {
        "a formula that does not end"
    }


def test_a_non_deterministic_output():
    def run(text, tags=()):
        cell = new_code_cell("f()", metadata={"tags": list(tags)}, id="f")
        cell.outputs = [new_output("execute_result", {"text/plain": text})]
        return new_notebook(cells=[cell])

    assert not list(reading.compare_runs(run("1"), run("1")))
    (found,) = reading.compare_runs(run("1"), run("2"))
    assert found.reason == "a non-deterministic output"
    ways = {"text/html": "<b>1</b>", "text/plain": "1"}
    first, second = run("1"), run("1")
    first.cells[0].outputs[0].data = ways
    second.cells[0].outputs[0].data = dict(reversed(ways.items()))
    assert not list(reading.compare_runs(first, second))
    ignored = ["nbval-ignore-output"]
    assert not list(reading.compare_runs(run("1", ignored), run("2", ignored)))


def test_a_formula_row_without_code(monkeypatch, tmp_path):
    row = next(r for r in formulas() if r.id == "adam")
    lost = dataclasses.replace(row, callable="mathlib.optimization.eve()")
    bare = dataclasses.replace(row, callable="")
    for broken in (lost, bare):
        monkeypatch.setattr(verify, "formulas", lambda b=broken: [b])
        found, _ = verify.ledger_problems("08_optimization", tmp_path)
        assert [p.reason for p in found] == ["a formula row without code"]


def test_a_formula_that_only_the_prose_names(monkeypatch, tmp_path):
    row = next(r for r in formulas() if r.id == "adam")
    monkeypatch.setattr(verify, "formulas", lambda: [row])
    source = verify.source_path(row.slug, tmp_path)
    source.parent.mkdir(parents=True)
    head = "import mathlib.optimization as opt\n"

    def reasons_of(text):
        source.write_text(head + text)
        found, _ = verify.ledger_problems(row.slug, tmp_path)
        return [p.reason for p in found]

    assert reasons_of("# opt.adam_step(...)\n") == [
        "a formula its chapter never uses"
    ]
    assert reasons_of("opt.adam_step(1, 1, 0, 0, t=1)\n") == []


def test_the_table_says_what_is_not_done(capsys, monkeypatch):
    verdict = verify.Verdict("02_linear_algebra")
    verdict.add("fair", audit(dataclasses.replace(FAIR, mistakes=[]), (0,)),
                "told")
    monkeypatch.setattr(verify, "examine", lambda *a, **k: verdict)
    monkeypatch.setattr(verify, "audit_all", lambda *a: [])
    assert verify.main(["02_linear_algebra"]) == 1
    said = capsys.readouterr().out
    assert "NOT done" in said
    assert "scale: an exercise with no mistake" in said
