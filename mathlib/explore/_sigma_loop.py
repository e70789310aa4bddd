"""Explorer: a sum, one term at a time, and three programs for it."""

import ipywidgets
import numpy as np
from matplotlib.patches import Rectangle

from mathlib.explore.explorer import Explorer, Panel, play_along, row
from mathlib.explore.figures import COLORS
from mathlib.foundations import summation

LAST = 8
BLUE, ORANGE, GREEN = COLORS["blue"], COLORS["orange"], COLORS["green"]
INK, GRAY, PALE = "#222222", "#6B6B6B", "#D6E8F5"

A = np.array([2.0, 1.0, 3.0, 0.0, 2.0, 5.0, 1.0, 4.0, 2.0])
B = np.array([1.0, 4.0, -1.0, 7.0, 3.0, 1.0, -2.0, 2.0, 6.0])

# Each summand: the formula, its code in a loop, its code for an array (None
# for a product of two arrays, which are cut to the range), and its value.
SUMMANDS = {
    "i": ("i", "i", "i", lambda i: i),
    "i**2": ("i^2", "i**2", "i**2", lambda i: i**2),
    "2*i - 1": (r"(2i - 1)", "2*i - 1", "2*i - 1", lambda i: 2 * i - 1),
    "1/2**i": ("2^{-i}", "1 / 2**i", "1 / 2.0**i", lambda i: 1 / 2.0**i),
    "a[i]*b[i]": ("a_i b_i", "a[i] * b[i]", None, lambda i: A[i] * B[i]),
}
LABELS = {
    "i": "i", "i**2": "i²", "2*i - 1": "2i − 1", "1/2**i": "1 / 2ⁱ",
    "a[i]*b[i]": "a[i] · b[i]",
}


class SumPanel(Panel):
    """The sign, the terms as bars, the sum in full, and three programs."""

    def __init__(self, figure, state, font):
        super().__init__(figure, state, font)
        self.sign = self._write(0.125, 0.77, "", 2 * font, ha="center")
        self.axes = ax = figure.add_axes([0.27, 0.61, 0.70, 0.37])
        ax.grid(False)
        ax.set_facecolor("white")
        for side in ("top", "right", "left"):
            ax.spines[side].set_visible(False)
        ax.spines["bottom"].set_visible(False)
        ax.axhline(0, color="#999999", lw=0.8, zorder=0)
        ax.set_yticks([])
        ax.tick_params(colors=GRAY, labelsize=0.9 * font, length=0, pad=3)
        low, high = state["first"] - 0.6, max(state["last"], state["first"])
        ax.set_xlim(low, high + 0.6)
        where = range(state["first"], state["last"] + 1)
        ax.set_xticks(list(where), [f"{i}" for i in where])
        values = [0.0, *state["terms"]]
        reach = max(values) - min(values) or 1.0
        ax.set_ylim(min(values) - 0.22 * reach * (min(values) < 0),
                    max(values) + 0.25 * reach)
        self.bars = [
            ax.add_patch(Rectangle((i - 0.36, 0), 0.72, value, lw=1.0))
            for i, value in zip(where, state["terms"], strict=True)
        ]
        self.labels = [
            ax.annotate(
                text, (i, value), (0, -2 if value < 0 else 1), ha="center",
                textcoords="offset points", color=INK, fontsize=0.85 * font,
                va="top" if value < 0 else "bottom",
            )
            for i, value, text in zip(
                where, state["terms"], state["labels"], strict=True
            )
        ]
        self._write(0.215, 0.565, "i =", 0.9 * font).set_color(GRAY)
        self.sum = self._write(0.03, 0.465, "", 1.1 * font)
        self.lines = [
            self._program(0.355 - 0.1 * place, name)
            for place, name in enumerate(("loop", "array", "einsum"))
        ]

    @staticmethod
    def key(state):
        return state["summand"], state["first"], state["last"]

    def _write(self, x, y, text, size, **style):
        return self.figure.text(
            x, y, text, fontsize=size,
            **{"color": INK, "va": "center", "ha": "left", **style},
        )

    def _program(self, y, name):
        self._write(0.03, y, name, 0.9 * self.font).set_color(GRAY)
        code = self._write(0.15, y, "", 0.9 * self.font, family="monospace")
        value = self._write(0.97, y, "", self.font, ha="right",
                            fontweight="bold")
        return code, value

    def draw(self, state):
        done, count = state["done"], len(state["terms"])
        self.sign.set_text(_formula(state))
        for place, (bar, label) in enumerate(
            zip(self.bars, self.labels, strict=True)
        ):
            added, now = place < done, place == done - 1
            color = ORANGE if now else BLUE
            bar.set_facecolor(color if now else PALE if added else "white")
            bar.set_edgecolor(color if added else "#BBBBBB")
            bar.set_linestyle("-" if added else (0, (2, 2)))
            label.set_color(INK if added else GRAY)
            label.set_fontweight("bold" if now else "normal")
        finished = done == count
        text = _sum_text(state)
        self.sum.set_text(text)
        # About 0.6 of its size is how wide a letter is.
        room = 72 * 0.94 * self.figure.bbox.width / self.figure.figure.dpi
        self.sum.set_fontsize(
            min(1.1 * self.font, room / (0.62 * len(text)))
        )
        color = GREEN if finished else INK
        self.sum.set_color(color)
        for (code, value), program, result in zip(
            self.lines, state["programs"], state["results"], strict=True
        ):
            code.set_text(program)
            value.set_text(_value(result))
            value.set_color(
                GREEN if result == state["results"][1] else ORANGE
            )


class SigmaLoop(Explorer):
    """Explore what a sigma says: a loop, written as one letter.

    Choose the summand and the range, then step or play through the sum.
    Below stand three programs: the loop, whose total grows as you step, and
    two that take all terms at once.

    Notes
    -----
    Both bounds belong to the sum; when the upper one is below the lower one
    the sum is empty, and 0.  Controls: ``summand``, ``start``, ``stop`` and
    ``step``, the number of terms that are added.
    """

    title = "a sum, term by term"
    panel = SumPanel
    size = (6.4, 3.3)
    still_size = (4.4, 2.5)

    def __init__(self):
        summand = ipywidgets.Dropdown(
            options=[(LABELS[key], key) for key in SUMMANDS], value="i**2",
            description="summand", layout=ipywidgets.Layout(width="14em"),
        )
        start = ipywidgets.IntSlider(1, 0, 4, description="from i =")
        stop = ipywidgets.IntSlider(5, 0, LAST, description="to i =")
        step = ipywidgets.IntSlider(3, 0, 5, description="terms")
        play = play_along(step, interval=800)
        super().__init__(
            {"summand": summand, "start": start, "stop": stop, "step": step},
            [row(play, step), row(start, stop, summand)],
        )

    def settle(self, values, changed):
        start, stop, step = (values[n] for n in ("start", "stop", "step"))
        if "stop" not in changed:
            stop = max(stop, start - 1)
        if "step" not in changed:
            step = min(step, max(stop - start + 1, 0))
        return {**values, "stop": stop, "step": step}

    def limits(self, values):
        start, stop = values["start"], values["stop"]
        return {
            "stop": (start - 1, LAST), "step": (0, max(stop - start + 1, 0)),
        }

    def read(self, values):
        first, last = values["start"], values["stop"]
        done, key = values["step"], values["summand"]
        term = SUMMANDS[key][3]
        inside = np.arange(first, last + 1)
        terms = term(inside)
        operands = (A[inside], B[inside]) if "a" in key else (terms,)
        letters = ",".join("i" * len(operands))
        return {
            "summand": key, "first": first, "last": last, "done": done,
            "terms": [float(t) for t in terms],
            "labels": [_term(key, i, terms[i - first]) for i in inside],
            "written": [
                f"{_factor(A[i])}·{_factor(B[i])}" if "a" in key
                else _factor(t, _term(key, i, t))
                for i, t in zip(inside, terms, strict=True)
            ],
            "programs": _programs(key, first, last),
            # The loop has come as far as the steps; the others are done.
            "results": [
                float(summation(term, first, first + done - 1)),
                float(np.sum(terms)),
                float(np.einsum(f"{letters}->", *operands)),
            ],
        }

    def describe(self, state):
        done, count = state["done"], len(state["terms"])
        bounds = f"i runs from {state['first']} to {state['last']}."
        if not count:
            return (
                f"From {state['first']} up to {state['last']} there is no i:"
                f" the empty sum of {LABELS[state['summand']]} is 0."
            )
        said = f"{LABELS[state['summand']]}, {bounds} {_sum_text(state)}"
        if done < count:
            loop, rest, _ = map(_value, state["results"])
            return (
                f"{said} {done} of {count} terms are added, which makes"
                f" {loop}; all of them make {rest}."
            )
        return f"{said}. The loop, the array and the einsum agree."

    def short(self, state):
        what, count = LABELS[state["summand"]], len(state["terms"])
        if not count:
            return f"{what}: from {state['first']} to {state['last']}"
        return f"{what}: {state['done']} of {count} terms"

    def default_states(self):
        return [
            {"summand": "i**2", "start": 1, "stop": 5, "step": 2},
            {"summand": "i**2", "start": 1, "stop": 5, "step": 5},
            {"summand": "a[i]*b[i]", "start": 0, "stop": 4, "step": 5},
            {"summand": "i", "start": 3, "stop": 2, "step": 0},
        ]


def _formula(state):
    what = SUMMANDS[state["summand"]][0]
    return rf"$\sum_{{i={state['first']}}}^{{{state['last']}}} {what}$"


def _programs(key, first, last):
    _, inside, array, _ = SUMMANDS[key]
    span = f"{first}, {last + 1}"
    loop = f"for i in range({span}): total += {inside}"
    if array is None:
        part = f"[{first}:{last + 1}]"
        return [
            loop, f"np.sum(a{part} * b{part})",
            f'np.einsum("i,i->", a{part}, b{part})',
        ]
    if array == "i":
        array = f"np.arange({span})"
        return [loop, f"np.sum({array})", f'np.einsum("i->", {array})']
    return [
        loop, f"i = np.arange({span}); np.sum({array})",
        f'np.einsum("i->", {array})',
    ]


def _term(key, i, value):
    if key == "1/2**i" and i:
        return f"1/{2**int(i)}"
    return _value(value)


def _factor(value, text=None):
    """Return a number as part of a formula, in brackets if negative."""
    text = text or _value(value)
    return f"({text})" if value < 0 else text


def _sum_text(state):
    done = state["done"]
    if not state["terms"]:
        return "no terms: the empty sum is 0"
    terms = state["written"][:done]
    if done < len(state["terms"]):
        return " + ".join([*terms, "…"])
    return f"{' + '.join(terms)} = {_value(state['results'][0])}"


def _value(x):
    return f"{float(x):.6g}".replace("-", "−")


sigma_loop = SigmaLoop
