"""The exercise format carries every kind of exercise, in process and piped.
"""

import kinds
import pytest

from mathlib.course.judge import judge, parts_of, run_here
from mathlib.course.pipe import run_piped


def in_process(exercise, source):
    return run_here({exercise.name: kinds.load(source, exercise.name)})


def piped(exercise, source):
    return run_piped([source], [exercise.name])


both = pytest.mark.parametrize("way", [in_process, piped])
every = pytest.mark.parametrize("name", kinds.KINDS)


@both
@every
def test_right_answers_earn_everything(way, name):
    exercise, right, _ = kinds.KINDS[name]
    for source in right:
        result = judge(exercise, way(exercise, source), seed=1)
        assert result.points == exercise.points, result.first_failure


@both
@every
def test_mistakes_are_named_and_lose_points(way, name):
    exercise, _, wrong = kinds.KINDS[name]
    for mistake, source in wrong.items():
        result = judge(exercise, way(exercise, source), seed=1)
        assert result.points < exercise.points
        assert result.mistake is not None
        assert result.mistake.name == mistake


@every
@pytest.mark.parametrize("attack", kinds.HOSTILE)
def test_hostile_answers_earn_nothing_in_process(name, attack):
    exercise, _, _ = kinds.KINDS[name]
    source = kinds.HOSTILE[attack].replace("{name}", name)
    result = judge(exercise, in_process(exercise, source), seed=1)
    assert result.points == 0


@pytest.mark.parametrize("attack", kinds.HOSTILE)
def test_hostile_answers_earn_nothing_through_the_pipe(attack):
    exercise, _, _ = kinds.KINDS["ddpm_loss"]
    source = kinds.HOSTILE[attack].replace("{name}", exercise.name)
    result = judge(exercise, piped(exercise, source), seed=1)
    assert result.points == 0


def test_a_process_that_dies_or_hangs_earns_nothing():
    import dataclasses

    exercise, right, _ = kinds.KINDS["dropout"]
    exercise = dataclasses.replace(exercise, seconds=1.0)
    name = exercise.name
    dead = f"import os\ndef {name}(*a, **k):\n    os._exit(0)\n"
    result = judge(exercise, piped(exercise, dead), seed=1)
    assert result.points == 0
    assert result.results[0].got.raised.type == "ProcessEnded"


def test_a_forged_reply_is_only_data():
    exercise, _, _ = kinds.KINDS["dropout"]
    forged = (
        "import os\n"
        "for fd in range(3, 20):\n"
        "    try:\n"
        "        os.write(fd, b'{\"value\": {\"evil\": 1}}\\n')\n"
        "    except OSError:\n"
        "        pass\n"
        "def dropout(*a):\n    return None\n"
    )
    result = judge(exercise, piped(exercise, forged), seed=1)
    assert result.points == 0


@every
def test_the_same_seed_gives_the_same_result(name):
    exercise, right, _ = kinds.KINDS[name]
    first = judge(exercise, run_here(parts_of(
        exercise, exercise.reference)), seed=5)
    again = judge(exercise, piped(exercise, right[0]), seed=5)
    assert first.points == again.points == exercise.points
