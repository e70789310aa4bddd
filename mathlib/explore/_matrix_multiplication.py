"""Explorer: the product of two matrices, one product of numbers at a time."""

import ipywidgets
import numpy as np
from matplotlib.patches import FancyBboxPatch, Rectangle

from mathlib.explore.explorer import (
    Explorer,
    Panel,
    number,
    play_along,
    row,
)
from mathlib.explore.figures import COLORS
from mathlib.linear_algebra import matmul

LARGEST = 6
BLUE, ORANGE, GREEN = COLORS["blue"], COLORS["orange"], COLORS["green"]
PALE = {BLUE: "#D6E8F5", ORANGE: "#FBE3D3", GREEN: "#CFEAE0"}
INK, GRAY, PAPER = "#222222", "#6B6B6B", "#F6F6F6"

DEFAULT_A = [[2, 0, 1], [-1, 3, 2]]
DEFAULT_B = [[1, 4, 0, 2], [2, -1, 3, 0], [3, 1, -2, 5]]


class ProductPanel(Panel):
    """A on the left, B above, and C where rows and columns meet."""

    def __init__(self, figure, state, font):
        super().__init__(figure, state, font)
        (self.m, self.n), self.p = state["A"].shape, state["B"].shape[1]
        self.left = max(self.n, 4.3)
        self.right = self.left + 0.9
        self.lower = self.n + 0.95
        self.axes = ax = figure.add_axes([0, 0, 1, 1])
        ax.set_axis_off()
        ax.set_xlim(-0.75, self.right + self.p + 0.45)
        ax.set_ylim(self.lower + self.m + 1.05, -0.75)
        ax.set_aspect("equal")
        self._fit_font()
        self._bands()
        corner = self.left - self.n
        self.a = self._grid(corner, self.lower, self.m, self.n)
        self.b = self._grid(self.right, 0, self.n, self.p)
        self.c = self._grid(self.right, self.lower, self.m, self.p)
        self._names(corner)
        self._indices(corner)
        self._products()
        self.sum = ax.text(
            self.left - 4.25, self.lower + self.m + 0.6, "", va="center",
            fontsize=self.font, color=INK,
        )

    @staticmethod
    def key(state):
        return state["A"].shape, state["B"].shape

    def _fit_font(self):
        """Choose letters that fit a cell, however many cells there are."""
        ax, box = self.axes, self.figure.bbox
        width = box.width / abs(np.diff(ax.get_xlim())[0])
        height = box.height / abs(np.diff(ax.get_ylim())[0])
        points = min(width, height) * 72 / self.figure.dpi
        self.cell = points
        self.number = min(1.15 * self.font, 0.40 * points)
        self.small = min(0.9 * self.font, 0.32 * points)
        self.font = min(1.1 * self.font, 0.42 * points)

    def _bands(self):
        """Draw the row and the column on their way to where they meet."""
        self.band_a, self.band_b = (
            self.axes.add_patch(
                Rectangle((0, 0), 1, 1, color=PALE[color], lw=0, zorder=0)
            )
            for color in (BLUE, ORANGE)
        )

    def _grid(self, x, y, rows, columns):
        cells = np.empty((rows, columns), dtype=object)
        for i, j in np.ndindex(rows, columns):
            box = Rectangle(
                (x + j + 0.04, y + i + 0.04), 0.92, 0.92, lw=0.8, zorder=1,
            )
            self.axes.add_patch(box)
            text = self.axes.text(
                x + j + 0.5, y + i + 0.5, "", ha="center", va="center",
                zorder=3,
            )
            cells[i, j] = box, text
        return cells

    def _names(self, corner):
        middle = self.lower + self.m / 2
        big = {"fontsize": 1.25 * self.font, "fontweight": "bold"}
        self.axes.text(
            corner - 0.62, middle, "A", color=BLUE, ha="right",
            va="center", **big,
        )
        self.axes.text(
            self.right + self.p + 0.12, self.n / 2, "B", color=ORANGE,
            va="center", **big,
        )
        self.axes.text(
            self.right + self.p + 0.12, middle, "C", color=GREEN,
            va="center", **big,
        )

    def _indices(self, corner):
        small = {"fontsize": self.small, "ha": "center", "va": "center"}
        self.rows = [
            self.axes.text(corner - 0.3, self.lower + i + 0.5, i, **small)
            for i in range(self.m)
        ]
        self.columns = [
            self.axes.text(self.right + j + 0.5, -0.32, j, **small)
            for j in range(self.p)
        ]

    def _products(self):
        """The table of products, each level with its entry of B."""
        self.table = []
        for k in range(self.n):
            y = k + 0.5
            label = self._write(self.left - 3.9, y, f"k = {k}", self.small)
            label.set_color(GRAY)
            chips = [
                self._chip(self.left - 2.75, y, BLUE),
                self._chip(self.left - 1.35, y, ORANGE),
            ]
            times = self._write(self.left - 2.05, y, "×", self.number)
            result = self._write(self.left - 0.75, y, "", self.number)
            result.set_ha("left")
            self.table.append((label, chips, times, result))

    def _write(self, x, y, text, size):
        return self.axes.text(
            x, y, text, ha="center", va="center", fontsize=size, color=INK
        )

    def _chip(self, x, y, color):
        box = FancyBboxPatch(
            (x - 0.44, y - 0.36), 0.88, 0.72,
            boxstyle="round,pad=0,rounding_size=0.15",
            fc=PALE[color], ec=color, lw=0.9,
        )
        self.axes.add_patch(box)
        return box, self._write(x, y, "", self.number)

    def draw(self, state):
        i, j, done = state["i"], state["j"], state["done"]
        A, B, C = state["A"], state["B"], state["C"]
        self._place_bands(i, j)
        for (r, k), (box, text) in np.ndenumerate(self.a):
            self._cell(box, text, number(A[r, k]), BLUE, r == i, k < done)
        for (k, c), (box, text) in np.ndenumerate(self.b):
            self._cell(box, text, number(B[k, c]), ORANGE, c == j, k < done)
        for (r, c), (box, text) in np.ndenumerate(self.c):
            here = (r, c) == (i, j)
            known = r * self.p + c < state["known"]
            shown = number(C[r, c]) if known else "?"
            self._cell(box, text, shown, GREEN, here, here and known)
            if not known:
                text.set_color(GRAY)
        for index, labels, color in (
            (i, self.rows, BLUE), (j, self.columns, ORANGE)
        ):
            for place, label in enumerate(labels):
                label.set_color(color if place == index else GRAY)
                label.set_fontweight("bold" if place == index else "normal")
        for k, parts in enumerate(self.table):
            self._table_line(parts, A[i, k], B[k, j], k < done)
        self._write_sum(state)

    def _place_bands(self, i, j):
        self.band_a.set_bounds(
            self.left - self.n, self.lower + i,
            self.n + 0.9 + j + 1, 1,
        )
        self.band_b.set_bounds(
            self.right + j, 0, 1, self.lower + i + 1,
        )

    def _cell(self, box, text, shown, color, active, strong):
        box.set_facecolor(PALE[color] if active else PAPER)
        box.set_edgecolor(color if active else "#CFCFCF")
        box.set_linewidth(2.0 if strong and active else 0.9)
        text.set_text(shown)
        text.set_color(INK)
        text.set_fontweight("bold" if strong and active else "normal")
        text.set_fontsize(self._size(shown))

    def _size(self, shown):
        return self.number * min(1, 3.6 / len(shown))

    def _table_line(self, parts, a, b, visible):
        _, chips, times, result = parts
        for (box, text), value in zip(chips, (a, b), strict=True):
            box.set_visible(visible)
            text.set_visible(visible)
            text.set_text(number(value))
            text.set_fontsize(self._size(number(value)))
        times.set_visible(visible)
        result.set_visible(visible)
        result.set_text(f"= {number(a * b)}")
        result.set_fontsize(self._size(number(a * b)))

    def _write_sum(self, state):
        shown = _sum_text(state)
        self.sum.set_text(shown)
        # About 0.55 of its size is how wide a letter is.
        room = self.cell * (self.right + self.p + 0.8)
        self.sum.set_fontsize(
            min(self.font, room / (0.6 * max(len(shown), 1)))
        )
        finished = state["done"] == state["A"].shape[1]
        self.sum.set_color(GREEN if finished else INK)
        self.sum.set_fontweight("bold" if finished else "normal")


class MatrixMultiplication(Explorer):
    """Explore how each entry of ``C = AB`` comes about.

    Row i of A and column j of B meet in ``C[i, j]``; their products are
    added one by one.  Step or play through all of it, choose a cell, or type
    other matrices: a line for each row, spaces between the numbers.

    Parameters
    ----------
    A : array of shape `(m, n)`, optional
    B : array of shape `(n, p)`, optional
        At most six rows and columns each.

    Raises
    ------
    ValueError
        If they are not such matrices or do not fit.

    Notes
    -----
    Indices count from 0.  Controls: ``step`` (0: nothing multiplied yet; n
    steps a cell), ``i``, ``j``, and the texts ``A`` and ``B``.
    """

    title = "matrix multiplication, cell by cell"
    panel = ProductPanel
    size = (6.4, 3.7)
    still_size = (4.2, 2.7)

    def __init__(self, A=None, B=None):
        A, B = _pair(
            DEFAULT_A if A is None else A, DEFAULT_B if B is None else B
        )
        (m, n), p = A.shape, B.shape[1]
        texts = {
            name: ipywidgets.Textarea(
                value=_to_text(values), description=name, rows=3,
                continuous_update=False,
                tooltip=f"The rows of {name}, a line each",
                layout=ipywidgets.Layout(width="16em"),
            )
            for name, values in (("A", A), ("B", B))
        }
        step = ipywidgets.IntSlider(1, 0, m * n * p, description="step")
        i = ipywidgets.IntSlider(0, 0, m - 1, description="row i")
        j = ipywidgets.IntSlider(0, 0, p - 1, description="column j")
        play = play_along(step, interval=800)
        super().__init__(
            {**texts, "step": step, "i": i, "j": j},
            [row(play, step), row(i, j), row(*texts.values())],
        )

    def settle(self, values, changed):
        try:
            A, B = _parse(values)
        except ValueError:
            # read() will say what is wrong; until then all stays as it is.
            return values
        (m, n), p = A.shape, B.shape[1]
        step = values["step"]
        # i and j are checked here, because step hides where they were.
        for name, size in (("i", m), ("j", p)):
            if name in changed and not 0 <= values[name] < size:
                raise ValueError(
                    f"{name} must be from 0 to {size - 1},"
                    f" got {values[name]}"
                )
        if "step" not in changed:
            step = min(step, m * n * p)
            if changed & {"i", "j"}:
                # As many products as in the cell before; all, at the start.
                done = (step - 1) % n + 1 if step else n
                step = (values["i"] * p + values["j"]) * n + done
        cell = min(max(step - 1, 0) // n, m * p - 1)
        return {**values, "step": step, "i": cell // p, "j": cell % p}

    def limits(self, values):
        try:
            A, B = _parse(values)
        except ValueError:
            return {}
        (m, n), p = A.shape, B.shape[1]
        return {"step": (0, m * n * p), "i": (0, m - 1), "j": (0, p - 1)}

    def read(self, values):
        A, B = _parse(values)
        n, p = B.shape
        step = values["step"]
        cell, done = divmod(max(step - 1, 0), n)
        done = done + 1 if step else 0
        return {
            "A": A, "B": B, "C": matmul(A, B),
            "i": cell // p, "j": cell % p, "done": done,
            "known": cell + (done == n),
        }

    def describe(self, state):
        i, j, done, n = (
            state["i"], state["j"], state["done"], state["A"].shape[1]
        )
        meet = f"Row {i} of A meets column {j} of B. {_sum_text(state)}."
        left = state["C"].size - state["known"]
        if done == 0:
            return f"{meet} Nothing is multiplied yet."
        if done < n:
            return f"{meet} {done} of {n} products are added."
        return f"{meet} Cells of C still unknown: {left}."

    def short(self, state):
        done, n = state["done"], state["A"].shape[1]
        where = f"C[{state['i']}, {state['j']}]"
        return f"{where}: {done} of {n} products"

    def default_states(self):
        A, B = _parse(self.values())
        n, cells = A.shape[1], A.shape[0] * B.shape[1]
        middle = (cells + 1) // 2 * n
        wanted = {1, n, min(middle + 2, cells * n), cells * n}
        return [{"step": step} for step in sorted(wanted)]


def _sum_text(state):
    i, j, done = state["i"], state["j"], state["done"]
    a, b = state["A"][i], state["B"][:, j]
    terms = []
    for k in range(done):
        value = number(a[k] * b[k])
        terms.append(f"({value})" if value[0] == "−" and k else value)
    cell = f"C[{i}, {j}]"
    if done == len(a):
        return f"{cell} = {' + '.join(terms)} = {number(state['C'][i, j])}"
    return f"{cell} = {' + '.join([*terms, '…'])}"


def _pair(A, B):
    """Return two matrices that can be multiplied, or say why not."""
    both = []
    for name, values in (("A", A), ("B", B)):
        try:
            matrix = np.asarray(values, dtype=float)
        except (TypeError, ValueError):
            raise ValueError(
                f"{name} must be a matrix: rows of numbers, all equally long"
            ) from None
        if matrix.ndim != 2 or not matrix.size:
            raise ValueError(
                f"{name} must be a matrix of shape (rows, columns), got"
                f" shape {matrix.shape}"
            )
        if max(matrix.shape) > LARGEST:
            raise ValueError(
                f"{name} must have at most {LARGEST} rows and columns to be"
                f" readable, got shape {matrix.shape}"
            )
        if not np.all(np.abs(matrix) < 1e4):
            raise ValueError(f"{name} must have entries between ±10000")
        both.append(matrix)
    A, B = both
    if A.shape[1] != B.shape[0]:
        raise ValueError(
            f"A has {A.shape[1]} columns and B has {B.shape[0]} rows: they"
            " must be as many"
        )
    return A, B


def _parse(values):
    return _pair(*(_from_text(name, values[name]) for name in "AB"))


def _from_text(name, text):
    lines = text.replace(",", " ").replace("−", "-").strip().splitlines()
    rows = []
    for place, line in enumerate(lines):
        try:
            rows.append([float(word) for word in line.split()])
        except ValueError:
            raise ValueError(
                f"{name}, row {place}: {line.strip()!r} is not a row of"
                " numbers"
            ) from None
    if len({len(line) for line in rows}) > 1:
        raise ValueError(f"the rows of {name} must be equally long")
    return rows


def _to_text(matrix):
    def entry(x):
        return f"{x:g}" if float(f"{x:g}") == x else repr(float(x))

    return "\n".join(" ".join(map(entry, line)) for line in matrix)


matrix_multiplication = MatrixMultiplication
