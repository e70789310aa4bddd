"""What the learner has done, kept on the learner's own machine.

Every check appends one line to a file; nothing is ever rewritten, so two
notebooks cannot undo each other, and nothing is sent anywhere.
"""

import json
import os
from collections import Counter
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from mathlib.course.chapters import SLUGS, TITLES
from mathlib.exercise import Written
from mathlib.exercises import chapter_exercises

__all__ = ["Progress", "progress", "record"]


def _path():
    """Where progress is kept, or None where it should not be."""
    chosen = os.environ.get("MATHLIB_PROGRESS")
    if chosen == "off" or os.environ.get("NBGRADER_EXECUTION"):
        return None
    if chosen:
        return Path(chosen)
    return Path.home() / ".mathlib" / "progress.jsonl"


def record(result):
    """Remember a judged answer; a disk that can't be written is no error."""
    path = _path()
    if path is None or result.unsolved:
        return
    entry = {
        "exercise": result.exercise.name,
        "points": result.points,
        "of": float(result.exercise.points),
        "mistake": result.mistake.name if result.mistake else None,
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")
    except OSError:
        pass


def progress():
    """Return your progress over all chapters: a table that shows itself.

    Examples
    --------
    >>> "Linear Algebra Basics" in str(progress())
    True
    """
    return Progress(_entries())


def _entries():
    path = _path()
    if path is None or not path.exists():
        return []
    entries = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            entries.append(json.loads(line))
        except ValueError:  # a line cut off by a full disk
            continue
    return entries


class Progress:
    """Points by chapter, with what is next and which mistakes recur."""

    def __init__(self, entries):
        self.best = {}
        self.mistakes = Counter()
        for entry in entries:
            name = entry["exercise"]
            self.best[name] = max(self.best.get(name, 0), entry["points"])
            if entry.get("mistake"):
                self.mistakes[entry["mistake"]] += 1

    @property
    def rows(self):
        """One row a chapter: slug, title, solved, exercises, points, of."""
        return [self._row(slug) for slug in SLUGS]

    def _row(self, slug):
        graded = [
            e for e in chapter_exercises(slug) if not isinstance(e, Written)
        ]
        earned = [min(self.best.get(e.name, 0), e.points) for e in graded]
        solved = sum(
            p == e.points for p, e in zip(earned, graded, strict=True)
        )
        total = sum(e.points for e in graded)
        return slug, TITLES[slug], solved, len(graded), sum(earned), total

    @property
    def next(self):
        """The name of the first exercise not solved yet, or None."""
        for slug in SLUGS:
            for exercise in chapter_exercises(slug):
                if isinstance(exercise, Written):
                    continue
                if self.best.get(exercise.name, 0) < exercise.points:
                    return exercise.name
        return None

    def _last_lines(self):
        if self.next:
            yield f"Next: {self.next}"
        if self.mistakes:
            common = ", ".join(
                f"{name} ({count})"
                for name, count in self.mistakes.most_common(3)
            )
            yield f"Mistakes met most often: {common}"

    def __repr__(self):
        lines = []
        for slug, title, solved, count, earned, total in self.rows:
            number = slug[:2]
            if not count:
                lines.append(f"{number}  {title:<32} planned")
                continue
            bar = "#" * round(20 * earned / total)
            lines.append(
                f"{number}  {title:<32} [{bar:<20}] {solved} of {count}"
                f" solved, {earned:g} of {total:g} points"
            )
        return "\n".join([*lines, "", *self._last_lines()]).rstrip()

    def _repr_html_(self):
        rows = []
        for slug, title, solved, count, earned, total in self.rows:
            if count:
                meter = (
                    f'<progress value="{earned:g}" max="{total:g}"'
                    f' aria-label="points in chapter {slug[:2]}"></progress>'
                )
                told = (
                    f"{solved} of {count} solved, {earned:g} of"
                    f" {total:g} points"
                )
            else:
                meter, told = "", "planned"
            rows.append(
                f"<tr><td>{slug[:2]}</td>"
                f'<td style="text-align: left">{escape(title)}</td>'
                f"<td>{meter}</td>"
                f'<td style="text-align: left">{told}</td></tr>'
            )
        last = "".join(f"<p>{escape(s)}</p>" for s in self._last_lines())
        return f"<table>{''.join(rows)}</table>{last}"
