"""Every array library the mathematics must serve, as one fixture."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import array_api_compat
import array_api_strict
import nbformat
import numpy as np
import pytest
from hypothesis import settings

from mathlib.arrays import has_torch

# The same examples on every machine.  For a real search on your own:
# pytest --hypothesis-profile=search
settings.register_profile(
    "fixed", derandomize=True, deadline=None, max_examples=25, database=None
)
settings.register_profile("search", deadline=None, max_examples=500)
settings.load_profile("fixed")


@pytest.fixture(scope="session")
def zygote():
    """What learners' processes are forked from, fenced in where possible."""
    from mathlib.course.grading.learner import Zygote

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECRET_OF_THE_GRADER", "swordfish")
        started = Zygote(["torch"], unconfined=True)
    with started:
        yield started


@pytest.fixture(scope="session")
def released():
    """The chapter that grading is tried on, as released."""
    return nbformat.read(_chapter("chapters"), as_version=4)


@pytest.fixture(scope="session")
def answers():
    """Its right answers: grade id -> source."""
    from mathlib.course.cells import role

    solved = nbformat.read(_chapter("solutions"), as_version=4)
    return {
        cell.metadata.nbgrader.grade_id: cell.source
        for cell in solved.cells if role(cell) in ("exercise", "written")
    }


def _chapter(folder):
    root = Path(__file__).resolve().parents[1]
    return root / folder / "02_linear_algebra" / "02_linear_algebra.ipynb"


@pytest.fixture(scope="session")
def grader(released):
    """A grader of the chapter, whose seed nobody else prints."""
    from mathlib.course.grading.grader import Grader, autograded

    seeds = dict.fromkeys(autograded(released), 618033)
    started = Grader(released, seeds, unconfined=True)
    yield started
    started.close()


def pytest_collection_modifyitems(items):
    """Begin with the files that take longest: nobody waits for them then."""
    slow = Counter(
        item.path for item in items if item.get_closest_marker("slow")
    )
    items.sort(key=lambda item: -slow[item.path])


def pytest_xdist_make_scheduler(config, log):
    """Keep the tests of one file together, which share what is made for them.

    Those of a chapter's round trip share only what is made for the chapter.
    (xdist's own groups, loadgroup, do nothing under pytest 9.)
    """
    from xdist.scheduler import LoadScopeScheduling

    class ByFileOrChapter(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            path, _, test = nodeid.partition("::")
            if path.endswith("test_roundtrip.py"):
                return path + test.partition("[")[2]
            return path

    return ByFileOrChapter(config, log)


@dataclass(frozen=True)
class Library:
    """An array library, and the device its arrays are made on."""

    name: str
    xp: Any
    device: Any

    def asarray(self, value, dtype=None):
        """Return numbers as this library's array, on its device.

        ``dtype`` is a name such as "float32"; by default NumPy's own.
        """
        value = np.asarray(value)
        dtype = getattr(self.xp, dtype or value.dtype.name)
        return self.xp.asarray(value.copy(), dtype=dtype, device=self.device)

    def convert(self, value, dtype=None):
        """Return NumPy arrays as this library's, in tuples and dicts too.

        ``dtype`` is for arrays of floats; all other values stay.
        """
        if isinstance(value, np.ndarray):
            floats = value.dtype.kind == "f"
            return self.asarray(value, dtype if floats else None)
        if isinstance(value, dict):
            return {k: self.convert(v, dtype) for k, v in value.items()}
        if isinstance(value, tuple):
            return tuple(self.convert(v, dtype) for v in value)
        return value

    def to_numpy(self, x):
        """Return this library's array as NumPy's."""
        if self.name.startswith("strict"):
            cpu = array_api_strict.Device("CPU_DEVICE")
            x = array_api_strict.asarray(x, device=cpu)
        elif self.name.startswith("torch"):
            x = x.detach().cpu()
        return np.asarray(x)

    def owns(self, x):
        """Say whether x is this library's array, on its device."""
        if self.name == "numpy":
            return isinstance(x, np.ndarray | np.generic)
        own = type(self.xp.empty(0, device=self.device))
        return type(x) is own and array_api_compat.device(x) == self.device

    def assert_close(self, got, expected, *, dtype=None, rtol=None):
        """Compare nested results: library, device, dtype, shape and values.

        ``dtype`` is what arrays of floats must have.  Plain numbers, tuples
        of them and text are compared as they are.
        """
        if isinstance(expected, tuple | list):
            assert type(got) is tuple and len(got) == len(expected)
            for g, e in zip(got, expected, strict=True):
                self.assert_close(g, e, dtype=dtype, rtol=rtol)
            return
        if not isinstance(expected, np.ndarray | np.generic):
            assert type(got) is type(expected) and got == expected
            return
        assert self.owns(got), f"{type(got)} is not of {self.name}"
        if expected.dtype.kind == "f":
            dtype = dtype or expected.dtype.name
            assert got.dtype == getattr(self.xp, dtype)
        else:
            assert got.dtype == getattr(self.xp, expected.dtype.name)
        if rtol is None:
            rtol = 1e-10 if dtype == "float64" else 1e-4
        size = np.max(np.abs(expected), initial=0, where=np.isfinite(expected))
        np.testing.assert_allclose(
            self.to_numpy(got), expected, rtol=rtol,
            atol=rtol * float(size), strict=False,
        )
        assert tuple(got.shape) == expected.shape

    def agrees(self, function, expected, *args, rtol=None, **options):
        """Run a function in both precisions and compare with an oracle.

        ``args`` and ``options`` hold float64 NumPy arrays where the function
        takes arrays; ``expected`` is the result in float64.  Arguments must
        come out unchanged, and NumPy's may be lists as well (unless empty,
        because lists have no shape).
        """
        for dtype in ("float64", "float32"):
            mine = self.convert(args, dtype)
            kept = self.convert(args, dtype)
            got = function(*mine, **self.convert(options, dtype))
            self.assert_close(
                got, expected, dtype=dtype,
                rtol=rtol if dtype == "float64" else None,
            )
            for m, k in zip(mine, kept, strict=True):
                if self.owns(m):
                    np.testing.assert_array_equal(
                        self.to_numpy(m), self.to_numpy(k)
                    )
        if self.name == "numpy" and all(np.size(a) for a in args):
            lists = [
                a.tolist() if isinstance(a, np.ndarray) else a for a in args
            ]
            got = function(*lists, **options)
            self.assert_close(got, expected, rtol=rtol)


def _libraries():
    """Yield the libraries there are on this machine."""
    yield Library("numpy", np, "cpu")
    for device in ("CPU_DEVICE", "device1"):
        yield Library(
            f"strict-{device}",
            array_api_strict,
            array_api_strict.Device(device),
        )
    if has_torch:
        import array_api_compat.torch
        import torch

        devices = ["cpu"] + ["cuda:0"] * torch.cuda.is_available()
        for device in devices:
            yield Library(
                f"torch-{device}", array_api_compat.torch, torch.device(device)
            )


@pytest.fixture(
    scope="session", params=list(_libraries()), ids=lambda lib: lib.name
)
def library(request):
    """One array library after the other."""
    return request.param
