"""What a learner's cell prints and shows, collected as a notebook's outputs.

This is the learner's side: it keeps what is collected small.  What may be
shown to others is decided by :mod:`mathlib.course.grading.sanitise`.
"""

import contextlib
import io
import json
import os
import sys
import tempfile

# All that one cell shows must fit into one message to the judge.
MAX_TEXT = 64 * 2**10  # of one stream in one cell
MAX_DATA = 4 * 2**20  # of one form of a display
MAX_TOTAL = 8 * 2**20  # of all that one cell displays
MAX_OUTPUTS = 100


class Outputs:
    """The outputs of the cell that is running."""

    def __init__(self):
        self.collected = []
        self._room, self._space = MAX_TEXT, MAX_TOTAL

    def clear(self):
        """Forget what was shown so far."""
        self.collected.clear()

    def text(self, name, text):
        """Add text to a stream."""
        text = text[: self._room]
        self._room -= len(text)
        if not text:
            return
        last = self.collected[-1] if self.collected else {}
        if last.get("name") == name:
            last["text"] += text
        else:
            self._add({"output_type": "stream", "name": name, "text": text})

    def display(self, data):
        """Add something displayed."""
        self._show({"output_type": "display_data", "metadata": {}}, data)

    def result(self, data, count):
        """Add the value of a cell's last line."""
        kind = {"output_type": "execute_result", "metadata": {}}
        self._show(kind | {"execution_count": count}, data)

    def error(self, name, value, traceback):
        """Add an exception."""
        self._add({
            "output_type": "error", "ename": name[:200],
            "evalue": value[:2000],
            "traceback": [line[:4000] for line in traceback[-40:]],
        })

    def _show(self, output, data):
        data = _bounded(data)
        size = sum(map(len, data.values()))
        if size <= self._space:
            self._space -= size
            self._add(output | {"data": data})

    def _add(self, output):
        if len(self.collected) < MAX_OUTPUTS:
            self.collected.append(output)

    @contextlib.contextmanager
    def capture(self):
        """Collect the outputs of one cell, file descriptors included."""
        self.collected = []
        self._room, self._space = MAX_TEXT, MAX_TOTAL
        kept = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = _Stream(self, "stdout"), _Stream(
            self, "stderr"
        )
        try:
            with _descriptors(self):
                yield self
        finally:
            sys.stdout, sys.stderr = kept


class _Stream(io.TextIOBase):
    """Standard output or error, as a list of outputs."""

    encoding = "utf-8"

    def __init__(self, outputs, name):
        self._outputs, self._name = outputs, name

    def write(self, text):
        self._outputs.text(self._name, str(text))
        return len(text)

    def writable(self):
        return True

    def fileno(self):
        """Return the descriptor, for programs started from here."""
        return 1 if self._name == "stdout" else 2


@contextlib.contextmanager
def _descriptors(outputs):
    """Collect what is written to file descriptors 1 and 2 directly."""
    with _scratch() as file:
        kept = os.dup(1), os.dup(2)
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
        try:
            yield
        finally:
            for number, old in enumerate(kept, 1):
                os.dup2(old, number)
                os.close(old)
            file.seek(0)
            written = file.read(MAX_TEXT).decode(errors="replace")
            outputs.text("stdout", written)


def _scratch():
    """Open a file that needs no room in /tmp, which may be full."""
    if hasattr(os, "memfd_create"):
        return open(os.memfd_create("outputs"), "w+b")
    return tempfile.TemporaryFile()


def _bounded(data):
    """Keep what is text and not too large of a display's forms."""
    kept = {}
    for kind, value in data.items():
        if isinstance(value, bytes):
            import base64

            value = base64.b64encode(value).decode("ascii")
        if not isinstance(value, str):
            try:
                value = json.dumps(value)
            except (TypeError, ValueError):
                continue
        if len(value) <= MAX_DATA:
            kept[str(kind)] = value
    return kept
