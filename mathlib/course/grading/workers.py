"""Grade many submissions, by this process alone or by several.

A worker holds a zygote of its own and grades one submission at a time.  Only
one process, the one that calls :func:`grade_all`, writes to the gradebook.
"""

import itertools
import logging
from dataclasses import dataclass

from mathlib.course.grading.grader import CELL_SECONDS, Grader, unreadable
from mathlib.course.grading.learner import NoWall

__all__ = ["Chapter", "grade_all"]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Chapter:
    """What a worker must know to grade a chapter."""

    release: object
    seeds: dict
    unseen: tuple = ()
    unconfined: bool = False
    cell_seconds: float = CELL_SECONDS
    time_factor: float = 1.0

    def grader(self):
        """Return a new grader."""
        return Grader(
            self.release, self.seeds, unseen=self.unseen,
            unconfined=self.unconfined, cell_seconds=self.cell_seconds,
            time_factor=self.time_factor,
        )


def grade_all(chapter, submissions, jobs=1):
    """Grade submissions; yield each one's key and result when it is done.

    Parameters
    ----------
    chapter : Chapter
    submissions : iterable
        Pairs of a key and a :class:`Submission`, read as they are needed.
    jobs : int
        How many to grade at a time, each in a process of its own; with one
        job it is this process that judges.

    Yields
    ------
    key, Graded
    """
    if jobs == 1:
        yield from _one_by_one(chapter, submissions)
    else:
        yield from _side_by_side(chapter, submissions, jobs)


def _one_by_one(chapter, submissions):
    grader = None
    try:
        for key, submission in submissions:
            grader = grader or chapter.grader()
            try:
                graded = grader.grade(submission)
            except Exception as error:  # it stops no other submission
                log.exception("%s could not be graded", key)
                reason = f"the grader stopped with {type(error).__name__}"
                graded = unreadable(chapter.release, reason)
            yield key, graded
    finally:
        if grader:
            grader.close()


def _side_by_side(chapter, submissions, jobs):
    # A few ahead of the workers, so that none waits and few are held.
    waiting = iter(submissions)
    ahead = list(itertools.islice(waiting, 3 * jobs))
    if len(ahead) < 2:  # not worth a cluster
        yield from _one_by_one(chapter, ahead)
        return
    from distributed import Client, LocalCluster, as_completed

    with (
        LocalCluster(
            n_workers=min(jobs, len(ahead)), threads_per_worker=1,
            processes=True, dashboard_address=None, memory_limit=0,
        ) as cluster,
        Client(cluster) as client,
    ):
        shared = client.scatter(chapter, broadcast=True)
        keys = {}

        def submit(key, submission):
            future = client.submit(
                _grade_here, shared, submission, pure=False
            )
            keys[future] = key
            return future

        done = as_completed([submit(*one) for one in ahead])
        for future in done:
            key = keys.pop(future)
            try:
                result = future.result()
            except NoWall:
                raise
            except Exception as error:  # a worker that died again and again
                log.error("%s: %r", key, error)
                result = unreadable(chapter.release, "its worker was lost")
            for following in itertools.islice(waiting, 1):
                done.add(submit(*following))
            yield key, result
        client.run(_end_here)


_kept = []  # the last chapter and its grader


def _grade_here(chapter, submission):
    """Grade in this worker, with the grader that it keeps for the chapter."""
    if not _kept or _kept[0] is not chapter:
        _end_here()
        _kept[:] = chapter, chapter.grader()
    return _kept[1].grade(submission)


def _end_here():
    """End this worker's zygote."""
    if _kept:
        _kept[1].close()
        _kept.clear()
