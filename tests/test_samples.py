"""The sample section goes the whole road, and so does the sample exercise.

It stands in for chapter 08, of whose exercises it has adam_step alone.
"""

import inspect
import shutil
from pathlib import Path

import nbformat
import pytest
from roundtrip import make_course

from mathlib import exercises
from mathlib.course import build
from mathlib.course.cells import role
from mathlib.exercises._optimization_answers import adam_uncorrected

SLUG = "08_optimization"
SAMPLE = Path(__file__).parent / "samples" / "sample_section.py"


@pytest.mark.slow
def test_from_source_to_grade(tmp_path, monkeypatch):
    root = tmp_path / "root"
    source = root / "solutions" / SLUG / f"{SLUG}.py"
    source.parent.mkdir(parents=True)
    shutil.copy(SAMPLE, source)
    with monkeypatch.context() as only:
        only.setattr(exercises, "names", lambda chapter=None: ["adam_step"])
        build.build(SLUG, root, lessons_path=tmp_path / "lessons.json")
    solved, released = (
        nbformat.read(path, as_version=4)
        for path in build.notebook_paths(SLUG, root)
    )
    shown = [
        output.data["text/plain"]
        for notebook in (solved, released)
        for cell in notebook.cells if role(cell) == "check"
        for output in cell.outputs
    ]
    assert shown == ["3", "0"]
    assert "beta1 * m + (1" not in str(released)

    wrong = nbformat.from_dict(released)
    answer = next(c for c in wrong.cells if role(c) == "exercise")
    answer.source = inspect.getsource(adam_uncorrected).replace(
        "adam_uncorrected", "adam_step"
    )
    folder = tmp_path / "course"
    folder.mkdir()
    course = make_course(folder, SLUG, root=root, run=False)
    course.submit("right", solved)
    course.submit("empty", released)
    course.submit("biased", wrong)
    course.autograde()
    grades = {who: got["adam_step"] for who, got in course.scores().items()}
    assert grades == {"right": 3.0, "empty": 0.0, "biased": 1.5}
