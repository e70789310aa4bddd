"""Explorer: the numbers that four formats have, and what a sum loses."""

import math
from typing import NamedTuple

import ipywidgets
import numpy as np
from matplotlib.collections import LineCollection, PolyCollection

from mathlib.explore.explorer import Explorer, Panel, number, play_along, row
from mathlib.explore.figures import COLORS

MOST = 8
HALVINGS = 26
BLUE, ORANGE = COLORS["blue"], COLORS["orange"]
INK, GRAY, PALE = "#222222", "#6B6B6B", "#9DBBD0"
# Numbers closer than this share of the picture's width are drawn as a bar.
DENSE = 1 / 220


class Format(NamedTuple):
    """Bits after the point, the smallest normal exponent, the largest."""

    digits: int
    lowest: int
    largest: float
    saturates: bool = False

    def spacing(self, x):
        """Return how far apart the numbers of x's size are."""
        exponent = math.frexp(x)[1] - 1 if x else self.lowest
        return 2.0 ** (max(exponent, self.lowest) - self.digits)

    def round(self, x):
        """Return the nearest number, of two equally near the even one."""
        if math.isinf(x):
            return x
        step = self.spacing(x)
        nearest = round(x / step) * step
        if nearest > self.largest:
            return self.largest if self.saturates else math.inf
        return nearest


FORMATS = {
    "fp32": Format(23, -126, (2 - 2.0**-23) * 2.0**127),
    "fp16": Format(10, -14, 65504.0),
    "bf16": Format(7, -126, (2 - 2.0**-7) * 2.0**127),
    "fp8": Format(3, -6, 448.0, True),
}

VALUES = {
    "0.0000001": 1e-7, "0.00001": 1e-5, "0.001": 1e-3, "0.01": 1e-2,
    "0.1": 0.1, "1": 1.0, "π": math.pi, "10": 10.0, "100": 100.0,
    "400": 400.0, "1000": 1e3, "2048": 2048.0, "60000": 6e4, "10⁶": 1e6,
}


class LinePanel(Panel):
    """A line for each format: its numbers, and where its sum has got to."""

    def __init__(self, figure, state, font):
        super().__init__(figure, state, font)
        self.axes = ax = figure.add_axes([0.02, 0.1, 0.96, 0.87])
        ax.set_axis_off()
        # The x axis counts in steps d from x.
        ax.set(xlim=(-1.25, MOST + 1.75), ylim=(-0.62, 3.92))
        for k in range(MOST + 1):
            ax.axvline(k, 0, 0.985, color="#E3E3E3", lw=0.8, zorder=0)
            ax.text(k, -0.62, "x" if k == 0 else f"+{k}d", color=GRAY,
                    ha="center", va="top", fontsize=0.9 * font)
        self.exact = ax.axvline(0, 0, 0.985, color=ORANGE, lw=1.4,
                                ls=(0, (4, 2)), zorder=1)
        self.rows = [self._row(name, 3 - k) for k, name in enumerate(FORMATS)]

    def _row(self, name, y):
        ax, size = self.axes, 0.95 * self.font
        ax.plot([-1, MOST + 1.5], [y, y], color="#BBBBBB", lw=0.8, zorder=1)
        ticks = ax.add_collection(
            LineCollection([], colors=BLUE, linewidths=1.1, zorder=2)
        )
        bars = ax.add_collection(
            PolyCollection([], facecolors=PALE, edgecolors="none", zorder=2)
        )
        path = ax.plot([], [], "o", ms=4.2, mfc="white", mec=INK, mew=0.9,
                       zorder=4)[0]
        here = ax.plot([], [], "o", color=INK, ms=7.5, zorder=5)[0]
        box = {"fc": "white", "ec": "none", "pad": 1.0}
        texts = [
            ax.text(x, y + 0.5, "", ha=align, va="center", fontsize=size,
                    color=color, fontweight=weight, bbox=box, zorder=6)
            for x, align, color, weight in (
                (-1, "left", BLUE, "bold"), (-0.2, "left", GRAY, "normal"),
                (MOST + 1.5, "right", INK, "normal"),
            )
        ]
        texts[0].set_text(name)
        return y, ticks, bars, path, here, texts

    def draw(self, state):
        n = state["steps"]
        self.exact.set_xdata([n, n])
        for name, parts in zip(FORMATS, self.rows, strict=True):
            y, ticks, bars, path, here, (_, gap, moved) = parts
            line = state["lines"][name]
            ticks.set_segments(
                [[(t, y - 0.2), (t, y + 0.2)] for t in line["ticks"]]
            )
            bars.set_verts([
                [(a, y - 0.2), (b, y - 0.2), (b, y + 0.2), (a, y + 0.2)]
                for a, b in line["bars"]
            ])
            at = np.clip(line["path"], -1.12, MOST + 1.62)
            inside = at == line["path"]
            path.set_data(at[:-1][inside[:-1]], [y] * int(inside[:-1].sum()))
            here.set_data([at[-1]], [y])
            # Outside the picture only the direction can be shown.
            here.set_marker(
                "o" if inside[-1] else "<" if at[-1] < 0 else ">"
            )
            gap.set_text(_apart(line["apart"]))
            moved.set_text(_moved(line, n))


class FloatingLine(Explorer):
    """Explore the numbers that fp32, fp16, bf16 and fp8 have near x.

    Every upright line is a number of the format; where they are too many to
    draw there is a bar.  Start at x and add d, step by step; each format
    rounds after each step (dots), the dashed line is where the sum should be.

    Notes
    -----
    fp8 is E4M3: numbers above 448 become 448, as in torch.  The others
    overflow to infinity.  Ties go to the even neighbour.  d is x halved as
    often as you say, and is itself rounded to the format before it is added.
    Controls: ``value`` (x), ``halvings`` and ``steps``.

    References
    ----------
    IEEE 754-2019.  P. Micikevicius et al., FP8 formats for deep learning,
    2022, arXiv:2209.05433.
    """

    title = "the numbers of four formats, and a sum"
    panel = LinePanel
    size = (6.8, 3.3)
    still_size = (4.9, 2.45)

    def __init__(self):
        value = ipywidgets.SelectionSlider(
            options=list(VALUES.items()), value=1.0, description="x",
        )
        halvings = ipywidgets.IntSlider(
            4, 1, HALVINGS, description="d = x / 2^",
        )
        steps = ipywidgets.IntSlider(0, 0, MOST, description="times")
        play = play_along(steps, interval=600)
        super().__init__(
            {"value": value, "halvings": halvings, "steps": steps},
            [row(play, steps), row(value, halvings)],
        )

    def read(self, values):
        x, n = values["value"], values["steps"]
        d = x / 2.0 ** values["halvings"]
        return {
            **values, "d": d,
            "lines": {
                name: _line(form, x, d, n) for name, form in FORMATS.items()
            },
        }

    def describe(self, state):
        n, d = state["steps"], state["d"]
        label = next(k for k, v in VALUES.items() if v == state["value"])
        said = "; ".join(
            f"{name} has {_size(line['sum'])}"
            for name, line in state["lines"].items()
        )
        exact = _size(state["value"] + n * d)
        return (
            f"x = {label}, d = {_size(d)}, added {n} time{'s' * (n != 1)}:"
            f" the sum should be {exact}. {said}."
        )

    def short(self, state):
        label = next(k for k, v in VALUES.items() if v == state["value"])
        return (
            f"x = {label}, d = {number(state['d'])}, added"
            f" {state['steps']} times"
        )

    def default_states(self):
        return [
            {"value": 1.0, "halvings": 3, "steps": 8},
            {"value": 1.0, "halvings": 8, "steps": 8},
            {"value": 2048.0, "halvings": 11, "steps": 8},
            {"value": 400.0, "halvings": 5, "steps": 8},
        ]


def _line(form, x, d, n):
    """Return what one format makes of x + d + ... + d."""
    path, step = [form.round(x)], form.round(d)
    for _ in range(n):
        path.append(form.round(path[-1] + step))
    ticks, bars = _numbers(form, x - d, x + (MOST + 1.5) * d)
    return {
        "sum": path[-1], "start": path[0],
        "apart": form.spacing(x) / d if x <= form.largest else math.inf,
        "moved": _difference(path[-1], path[0]) / d,
        "path": (np.array(path) - x) / d,
        "ticks": (ticks - x) / d, "bars": (bars - x) / d,
    }


def _numbers(form, low, high):
    """Return the format's numbers from low to high: single ones, and bars.

    All is positive here, because d is at most half of x.
    """
    high, pixel = min(high, form.largest), (high - low) * DENSE
    ticks, bars, at = [], [], low
    while at < high:
        step = form.spacing(at)
        # Up to the next power of two the spacing stays the same.
        end = min(high, max(2.0 ** math.frexp(at)[1], 2.0**form.lowest))
        if step < pixel:
            bars.append((at, end))
        else:
            first, last = math.ceil(at / step), math.floor(end / step)
            ticks += [k * step for k in range(first, last + 1)]
        if end == high:
            break
        at = end
    return np.unique(ticks), np.array(bars).reshape(-1, 2)


def _difference(a, b):
    return 0.0 if a == b else a - b


def _apart(gap):
    if math.isinf(gap):
        return "no numbers here: x is too large"
    if gap < 0.001:
        return "numbers less than 0.001 d apart"
    return f"numbers {number(gap)} d apart"


def _moved(line, n):
    if math.isinf(line["sum"]):
        return "sum: ∞"
    return f"moved {number(line['moved'])} of {n} d"


def _size(value):
    """Return a number in up to nine digits, with a true minus sign."""
    return f"{value:.9g}".replace("inf", "∞").replace("-", "−")


floating_line = FloatingLine
