"""What a family is: how a submission is made, and what must come of it."""

from collections.abc import Callable
from dataclasses import dataclass, field

__all__ = [
    "ALL",
    "FAMILIES",
    "FULL",
    "NOTHING",
    "SLUG",
    "WRITTEN",
    "Family",
    "Group",
]

SLUG = "02_linear_algebra"

# The exercises in the order of the text, with what each can earn.
FULL = {
    "dot": 1,
    "l2_norm": 2,
    "cosine_similarity": 2,
    "matmul": 2,
    "linear": 2,
    "trace": 2,
    "pairwise_euclidean_distance": 3,
    "project": 2,
    "reflect": 2,
    "gram_schmidt": 4,
    "row_echelon": 4,
    "solve": 4,
    "determinant": 3,
    "projection_matrix": 3,
    "nearest_neighbor": 3,
}
# Graded by a person: it waits, whatever the machine finds.
WRITTEN = "projection_derivation"

ALL = {}
NOTHING = dict.fromkeys(FULL, 0)

FAMILIES = {}
OF_THE_GROUP = object()


@dataclass(frozen=True)
class Family:
    """One way to hand in something odd.

    Parameters
    ----------
    name : str
        Also the id of the student who hands it in.
    group : str
    tries : str
        One sentence: what it is after.
    build : callable
        ``build(work)`` makes the submission; see
        :class:`corpus.world.Work`.
    earns : list of dict
        The outcomes that are right: exercise -> points (or a tuple of
        points, where more than one is) for those that do not earn all.
    unread : bool
        Whether the submission can't be read, so that the learner must be
        told why it earned nothing.
    page : bool
        Whether the pages that people see of it are looked at.
    """

    name: str
    group: str
    tries: str
    build: Callable
    earns: list = field(default_factory=lambda: [ALL])
    unread: bool = False
    page: bool = False


class Group:
    """Families of one kind; each method adds one."""

    def __init__(self, name, *, of=None, page=False):
        self.name = name
        self.of = of
        self.page = page

    def add(self, name, tries, build, earns, **options):
        """Add a family whose submission ``build`` makes."""
        if name in FAMILIES:
            raise ValueError(f"there are two families {name}")
        if isinstance(earns, dict):
            earns = [earns]
        options.setdefault("page", self.page)
        FAMILIES[name] = Family(
            name, self.name, tries, build, earns, **options
        )

    def answer(self, name, tries, source, *, of=None, earns=None, **options):
        """Answer the exercise ``of`` with this; the rest is right."""
        of = of or self.of
        earns = {of: 0} if earns is None else earns

        def build(work):
            work.answer(of, source)
            work.save()

        self.add(name, tries, build, earns, **options)

    def cell(
        self, name, tries, source, *, of=OF_THE_GROUP, earns=None,
        before=None, kind="code", **options,
    ):
        """Put in an own cell, before the answer ``of`` or where it says.

        Where ``of`` earns nothing its answer is wrong.
        """
        of, earns = self._attacked(of, earns)

        def build(work):
            if of:
                work.answer(of, wrong(of))
            work.insert(source, before or f"{of or 'dot'}-answer", kind)
            work.save()

        self.add(name, tries, build, earns, **options)

    def notebook(
        self, name, tries, *, of=OF_THE_GROUP, earns=None, **options
    ):
        """Decorate what edits the notebook before it is handed in."""
        of, earns = self._attacked(of, earns)

        def decorate(edit):
            def build(work):
                if of:
                    work.answer(of, wrong(of))
                edit(work)
                work.save()

            self.add(name, tries, build, earns, **options)
            return edit

        return decorate

    def _attacked(self, of, earns):
        """Return the exercise that is answered wrongly, and what is right."""
        of = self.of if of is OF_THE_GROUP else of
        if earns is None:
            earns = {of: 0} if of else ALL
        return of, earns

    def folder(self, name, tries, earns=NOTHING, **options):
        """Decorate what makes the whole submission."""
        if earns is NOTHING:
            options.setdefault("unread", True)

        def decorate(build):
            self.add(name, tries, build, earns, **options)
            return build

        return decorate


def wrong(exercise):
    """An answer that earns nothing."""
    return f"def {exercise}(*args, **kwargs):\n    return 0.125\n"
