"""The exercise format carries every kind of exercise, here and behind a wall.
"""

import kinds
import pytest

from mathlib.course.grading.learner import Gone
from mathlib.course.judge import judge, parts_of, run_here


@pytest.fixture
def in_process():
    return lambda exercise, source: run_here(
        {exercise.name: kinds.load(source, exercise.name)}
    )


@pytest.fixture
def apart(zygote):
    """A runner of programs on an answer in a process of its own."""

    def runner(exercise, source):
        def run(programs, seconds):
            with zygote.fork() as learner:
                try:
                    learner.run_cell(source, 10)
                except Gone:
                    return [], ""
                answer = learner.answer(exercise, (), programs, seconds)
            return answer.outcomes, answer.printed

        return run

    return runner


@pytest.fixture(params=["in_process", "apart"])
def way(request):
    return request.getfixturevalue(request.param)


every = pytest.mark.parametrize("name", kinds.KINDS)


@every
def test_right_answers_earn_everything(way, name):
    exercise, right, _ = kinds.KINDS[name]
    for source in right:
        result = judge(exercise, way(exercise, source), seed=1)
        assert result.points == exercise.points, result.first_failure


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
def test_hostile_answers_earn_nothing_in_process(in_process, name, attack):
    exercise, _, _ = kinds.KINDS[name]
    source = kinds.HOSTILE[attack].replace("{name}", name)
    result = judge(exercise, in_process(exercise, source), seed=1)
    assert result.points == 0


@pytest.mark.parametrize("attack", kinds.HOSTILE)
def test_hostile_answers_earn_nothing_behind_the_wall(apart, attack):
    exercise, _, _ = kinds.KINDS["ddpm_loss"]
    source = kinds.HOSTILE[attack].replace("{name}", exercise.name)
    result = judge(exercise, apart(exercise, source), seed=1)
    assert result.points == 0


def test_a_process_that_dies_or_hangs_earns_nothing(apart):
    import dataclasses

    exercise, right, _ = kinds.KINDS["dropout"]
    exercise = dataclasses.replace(exercise, seconds=1.0)
    name = exercise.name
    dead = f"import os\ndef {name}(*a, **k):\n    os._exit(0)\n"
    result = judge(exercise, apart(exercise, dead), seed=1)
    assert result.points == 0
    assert result.results[0].got.raised.type == "ProcessEnded"
    hanging = f"def {name}(*a, **k):\n    while True: pass\n"
    result = judge(exercise, apart(exercise, hanging), seed=1)
    assert result.points == 0
    assert result.results[0].got.timed_out


def test_a_forged_reply_is_only_data(apart):
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
    result = judge(exercise, apart(exercise, forged), seed=1)
    assert result.points == 0


@every
def test_the_same_seed_gives_the_same_result(apart, name):
    exercise, right, _ = kinds.KINDS[name]
    first = judge(exercise, run_here(parts_of(
        exercise, exercise.reference)), seed=5)
    again = judge(exercise, apart(exercise, right[0]), seed=5)
    assert first.points == again.points == exercise.points
