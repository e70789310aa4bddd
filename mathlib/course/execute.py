"""Run a notebook and keep of its outputs what is the same next time."""

import base64
import io
import os
import re
import sys
import tempfile
from pathlib import Path

from mathlib.course.cells import LANGUAGE, ChapterError, role

__all__ = ["environment", "keep_pictures", "run_notebook", "tidy"]

SECONDS_PER_CELL = 600
THREADS = 2
LINES = 12  # of a traceback

_WIDGET = "application/vnd.jupyter.widget-view+json"
_PICTURES = ("image/png", "image/jpeg")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{4,}")
# Of 255.  Rounding in the last bits moves an antialiased pixel by one or two
# levels; a changed digit moves some by more than a hundred.
_LEVELS = 8


def run_notebook(slug, notebook, folder):
    """Run a notebook in place, from top to bottom, and tidy its outputs.

    It runs on this interpreter, whatever kernels are installed, with the
    seed that the course's outputs are made with, and without recording
    progress.

    Raises
    ------
    ChapterError
        If a cell raises, or its output could not be the same next time.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError

    with tempfile.TemporaryDirectory() as scratch:
        client = NotebookClient(
            notebook,
            km=_this_python(),
            timeout=SECONDS_PER_CELL,
            # A warning about transport encryption, for a kernel that talks
            # to this process alone.
            extra_arguments=["--IPKernelApp.log_level=40"],
            resources={"metadata": {"path": str(folder)}},
        )
        # nbclient leaves a kernel running that it did not start itself.
        client.owns_km = True
        try:
            client.execute(env=environment(scratch))
        except CellExecutionError as error:
            raise ChapterError(
                slug, "a cell that raises",
                f"{_last_run(notebook)}: {error.ename}: {error.evalue}\n"
                + _tail(error.traceback),
            ) from None
        except CellTimeoutError:
            raise ChapterError(
                slug, f"a cell that takes over {SECONDS_PER_CELL} seconds",
                _last_run(notebook),
            ) from None
    tidy(slug, notebook, folder)


def environment(scratch):
    """Return the environment that the course's outputs are made in."""
    package = str(Path(__file__).resolve().parents[2])
    paths = [package, os.environ.get("PYTHONPATH", "")]
    env = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        "MATHLIB_SEED": "0",
        "MATHLIB_PROGRESS": "off",
        "MATHLIB_DEVICE": os.environ.get("MATHLIB_DEVICE", "cpu"),
        # Nobody's own IPython start-up files.
        "IPYTHONDIR": str(scratch),
    }
    for name in ("OMP", "OPENBLAS", "MKL"):
        env[f"{name}_NUM_THREADS"] = str(THREADS)
    for name in ("NBGRADER_EXECUTION", "PYTHONWARNINGS"):
        env.pop(name, None)
    return env


def _this_python():
    """Return the manager of a kernel that runs this very interpreter."""
    from ipykernel.kernelspec import RESOURCES, get_kernel_dict
    from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager

    class OnlyThis(KernelSpecManager):
        def get_kernel_spec(self, kernel_name):
            spec = KernelSpec(resource_dir=RESOURCES, **get_kernel_dict())
            spec.argv[0] = sys.executable
            return spec

    return AsyncKernelManager(
        kernel_name="python3", kernel_spec_manager=OnlyThis()
    )


def _tail(traceback):
    """Return where it happened; the cell's source is known."""
    lines = _COLOUR.sub("", traceback).rstrip().splitlines()
    return "\n".join(lines[-LINES:])


def _last_run(notebook):
    """Name the cell that ran last, by its id."""
    # nbclient notes when it sent a cell to the kernel.
    ran = [c for c in notebook.cells if "execution" in c.metadata]
    return f"cell {(ran or notebook.cells)[-1]['id']}"


def tidy(slug, notebook, folder):
    """Remove what changes from run to run; refuse what would show it.

    Raises
    ------
    ChapterError
        For an address, a path of this machine, or anything on stderr.
    """
    notebook.metadata.pop("widgets", None)
    notebook.metadata["language_info"] = dict(LANGUAGE)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type != "code":
            continue
        cell.outputs = _merged(cell.outputs)
        for output in cell.outputs:
            output.get("data", {}).pop(_WIDGET, None)
            _refuse(slug, cell, output, folder)
        # nbval compares the outputs of cells with a count only, and an
        # answer's cell has none to compare.
        if role(cell) == "exercise" and not cell.outputs:
            cell.execution_count = None


def _merged(outputs):
    """Join what was printed in several pieces: the pieces vary."""
    merged = []
    for output in outputs:
        last = merged[-1] if merged else None
        if (
            last
            and output.output_type == last.output_type == "stream"
            and output.name == last.name
        ):
            last.text += output.text
        else:
            merged.append(output)
    return merged


def _refuse(slug, cell, output, folder):
    where = f"cell {cell['id']}"
    if output.output_type == "stream" and output.name == "stderr":
        raise ChapterError(
            slug, "an output on stderr", f"{where}: {output.text.strip()}"
        )
    for text in _texts(output):
        address = _ADDRESS.search(text)
        if address:
            raise ChapterError(
                slug, "an address in an output", f"{where}: {address[0]}"
            )
        for path in _private(folder):
            if path in text:
                raise ChapterError(
                    slug, "a path of this machine in an output",
                    f"{where}: {path}",
                )


def _texts(output):
    yield output.get("text", "")
    for kind, value in output.get("data", {}).items():
        if kind.startswith("text/") or kind == "image/svg+xml":
            yield value


def _private(folder):
    """Parts of paths that nobody else's machine has."""
    package = Path(__file__).resolve().parents[2]
    candidates = {
        str(Path(folder).resolve()),
        str(package),
        str(Path.home()),
        sys.prefix,
        f"{os.sep}ipykernel_",
    }
    return sorted(path for path in candidates if len(path) > 4)


def keep_pictures(notebook, old):
    """Put back old pictures that no eye could tell from the new ones.

    A picture's file changes with the last bits of the numbers in it, and
    with them the history of the repository grows.  An old one is kept while
    its cell's source and the pinned versions are the same and no pixel
    differs by more than a few levels of 255.

    Parameters
    ----------
    notebook : NotebookNode
        The notebook just run; changed in place.
    old : NotebookNode or None
        What stood in its place.
    """
    if old is None or _pins(notebook) != _pins(old):
        return
    before = {
        (cell.get("id"), cell.source): cell.get("outputs", ())
        for cell in old.cells
    }
    for cell in notebook.cells:
        outputs = before.get((cell["id"], cell.source), ())
        for new, kept in zip(cell.get("outputs", ()), outputs, strict=False):
            for kind in _PICTURES:
                first = new.get("data", {}).get(kind)
                second = kept.get("data", {}).get(kind)
                if first and second and _look_alike(first, second):
                    new.data[kind] = second


def _pins(notebook):
    return notebook.metadata.get("mathlib", {}).get("pins")


def _look_alike(first, second):
    import numpy as np
    from PIL import Image

    if first == second:
        return True
    pixels = []
    for encoded in (first, second):
        try:
            data = io.BytesIO(base64.b64decode(encoded))
            image = Image.open(data).convert("RGBA")
        except (OSError, ValueError):
            return False
        pixels.append(np.asarray(image, dtype=np.int16))
    return (
        pixels[0].shape == pixels[1].shape
        and np.abs(pixels[0] - pixels[1]).max() <= _LEVELS
    )
