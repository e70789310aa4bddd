"""Explorer: the Taylor polynomial of a function around a movable centre."""

import math

import ipywidgets
import numpy as np
from scipy.special import expit

from mathlib.calculus import taylor_polynomial
from mathlib.explore.explorer import (
    Explorer,
    Panel,
    number,
    play_along,
    row,
)
from mathlib.explore.figures import COLORS

HIGHEST = 15
CLOSE = 0.01
BLUE, ORANGE, GREEN = COLORS["blue"], COLORS["orange"], COLORS["green"]
INK, GRAY, PALE = "#222222", "#6B6B6B", "#E9F2F9"


def _of_sigmoid(c, n):
    # s' = s - s s, read coefficient by coefficient.
    s = [float(expit(c))]
    for k in range(n):
        square = sum(s[i] * s[k - i] for i in range(k + 1))
        s.append((s[k] - square) / (k + 1))
    return s


def _of_tanh(c, n):
    # t' = 1 - t t, in the same way.
    t = [math.tanh(c)]
    for k in range(n):
        square = sum(t[i] * t[k - i] for i in range(k + 1))
        t.append(((k == 0) - square) / (k + 1))
    return t


def _of_exp(c, n):
    return [math.exp(c) / math.factorial(k) for k in range(n + 1)]


def _of_log(c, n):
    return [math.log(c)] + [
        -((-1 / c) ** k) / k for k in range(1, n + 1)
    ]


# Each function: itself; its Taylor coefficients; how far its series reaches,
# which is the distance to its nearest singularity in the complex plane; the
# window; and where the centre may go.
FUNCTIONS = {
    "sigmoid": (
        expit, _of_sigmoid,
        lambda c: math.hypot(c, math.pi), (-8, 8), (-0.6, 1.6), (-4, 4),
    ),
    "tanh": (
        np.tanh, _of_tanh, lambda c: math.hypot(c, math.pi / 2),
        (-4, 4), (-2.2, 2.2), (-2, 2),
    ),
    "exp": (
        np.exp, _of_exp, lambda c: math.inf, (-5, 3), (-4, 16), (-3, 2),
    ),
    "log": (
        np.log, _of_log, lambda c: c, (-0.5, 6), (-3.5, 3.5), (0.5, 4),
    ),
}
POINTS = 1601


class TaylorPanel(Panel):
    """The function, its polynomial, and where the two agree."""

    def __init__(self, figure, state, font):
        super().__init__(figure, state, font)
        self.axes = ax = figure.add_axes([0.095, 0.13, 0.885, 0.73])
        ax.grid(False)
        ax.set_facecolor("white")
        for side in ("top", "right"):
            ax.spines[side].set_visible(False)
        for side in ("bottom", "left"):
            ax.spines[side].set_color("#999999")
        ax.tick_params(colors=GRAY, labelsize=0.9 * font, width=0.6)
        ax.set(xlim=state["window"], ylim=state["height"],
               xticks=_ticks(*state["window"]),
               yticks=_ticks(*state["height"]))
        self.band = ax.axvspan(0, 1, color=PALE, lw=0, zorder=0)
        self.truth = ax.plot(
            state["x"], state["y"], color=GRAY, lw=4, alpha=0.55
        )[0]
        self.drawn = ax.plot([], [], color=BLUE, lw=1.8)[0]
        self.agree = ax.plot([], [], color=GREEN, lw=5, clip_on=False,
                             solid_capstyle="butt", zorder=4)[0]
        self.center = ax.plot([], [], "o", color=ORANGE, ms=0.8 * font,
                              zorder=5)[0]
        self.title = figure.text(
            0.095, 0.925, "", fontsize=font, color=INK, va="center"
        )
        self.name = ax.text(
            *state["label"], state["function"], fontsize=font, color=GRAY,
            ha="center", va="center",
        )

    @staticmethod
    def key(state):
        return state["function"]

    def draw(self, state):
        c, reach = state["center"], state["reach"]
        left, right = state["window"]
        start, end = max(c - reach, left), min(c + reach, right)
        self.band.set_bounds(start, 0, end - start, 1)
        low, high = state["height"]
        y = state["polynomial"]
        # Far outside, the line leaves the picture; stop it just there.
        span = high - low
        self.drawn.set_data(
            state["x"], np.clip(y, low - span, high + span)
        )
        self.agree.set_data(state["close"], [low] * 2)
        self.center.set_data([c], [state["value"]])
        self.title.set_text(f"$T(x) = {_formula(state)}$")


class Taylor(Explorer):
    """Explore Taylor polynomials: move the centre, choose the degree.

    The thick grey line is the function, the thin blue one its Taylor
    polynomial; the dot is the centre.  On the pale strip the series, which
    goes on for ever, has the function as its sum.  The green bar marks where
    this polynomial is within 0.01.

    Notes
    -----
    The strip reaches as far as the nearest point, in the plane of complex
    numbers, where the function goes wrong.  Controls: ``function``,
    ``center`` and ``degree``.

    References
    ----------
    B. Taylor, *Methodus incrementorum directa et inversa*, 1715.
    """

    title = "Taylor polynomials around a movable centre"
    panel = TaylorPanel
    size = (6.4, 3.3)
    still_size = (4.4, 2.5)

    def __init__(self):
        function = ipywidgets.Dropdown(
            options=[(name, name) for name in FUNCTIONS],
            description="function", layout=ipywidgets.Layout(width="13em"),
        )
        center = ipywidgets.FloatSlider(
            value=0.0, min=-4.0, max=4.0, step=0.25, description="centre",
            readout_format=".2f",
        )
        degree = ipywidgets.IntSlider(3, 0, HIGHEST, description="degree")
        play = play_along(degree, interval=900)
        super().__init__(
            {"function": function, "center": center, "degree": degree},
            [row(play, degree), row(center, function)],
        )

    def limits(self, values):
        name = values["function"]
        return {"center": FUNCTIONS[name][5]} if name in FUNCTIONS else {}

    def settle(self, values, changed):
        limits = self.limits(values)
        if "center" in changed or not limits:
            return values
        low, high = limits["center"]
        return {**values, "center": min(max(values["center"], low), high)}

    def read(self, values):
        name, c, n = (values[k] for k in ("function", "center", "degree"))
        f, coefficients, reach, window, height, _ = FUNCTIONS[name]
        x = np.linspace(*window, POINTS)
        a = coefficients(c, n)
        derivatives = [math.factorial(k) * a_k for k, a_k in enumerate(a)]
        inside = x > 0 if name == "log" else np.full(x.shape, True)
        y = np.full(x.shape, np.nan)
        y[inside] = f(x[inside])
        polynomial = taylor_polynomial(derivatives, c, x)
        return {
            **values, "x": x, "y": y, "polynomial": polynomial,
            "coefficients": a, "reach": reach(c), "window": window,
            "height": height, "value": a[0],
            "close": _around(x, np.abs(polynomial - y) <= CLOSE, c),
            "label": LABELS[name],
        }

    def describe(self, state):
        a, b = state["close"]
        left, right = state["window"]
        edge = " (the picture's edge)"
        c, reach = state["center"], state["reach"]
        series = (
            "The whole series has this function as its sum everywhere."
            if math.isinf(reach) else
            f"The whole series converges from {number(c - reach)} to"
            f" {number(c + reach)}, {number(reach)} to either side, and"
            " nowhere beyond."
        )
        return (
            f"{state['function']} around {number(c)}, degree"
            f" {state['degree']}: within {CLOSE} from"
            f" {number(a)}{edge * (a <= left)} to"
            f" {number(b)}{edge * (b >= right)}. {series}"
        )

    def short(self, state):
        return (
            f"{state['function']} around {number(state['center'])},"
            f" degree {state['degree']}"
        )

    def default_states(self):
        return [
            {"function": "sigmoid", "center": 0.0, "degree": 1},
            {"function": "sigmoid", "center": 0.0, "degree": 5},
            {"function": "sigmoid", "center": 2.0, "degree": 5},
            {"function": "log", "center": 1.0, "degree": 15},
        ]


# Where each function's name stands, beside its curve.
LABELS = {
    "sigmoid": (6.4, 0.86), "tanh": (-3.6, -0.75), "exp": (2.35, 14.5),
    "log": (5.6, 1.35),
}


def _ticks(low, high):
    """Return a few round numbers from low to high, none of them outside."""
    step = next(s for s in (0.5, 1, 2, 5) if high - low <= 9 * s)
    first, last = math.ceil(low / step), math.floor(high / step)
    return [step * k for k in range(first, last + 1)]


def _around(x, close, c):
    """Return the ends of the stretch around c in which all are close."""
    far = x[~close]
    before, after = far[far < c], far[far > c]
    return (
        float(before[-1] if len(before) else x[0]),
        float(after[0] if len(after) else x[-1]),
    )


def _formula(state):
    """Return the first terms of the polynomial, as mathtext."""
    c = state["center"]
    base = "x" if c == 0 else f"(x {'-' if c > 0 else '+'} {abs(c):g})"
    text, shown = "", 0
    for k, a in enumerate(state["coefficients"]):
        if abs(a) < 5e-13:
            continue
        if shown == 4:
            return text + r" + \dots"
        sign = "-" if a < 0 else "+" * bool(text)
        power = ["", base, f"{base}^{{{k}}}"][min(k, 2)]
        text += f" {sign} {_short(abs(a), alone=not k)}{power}"
        shown += 1
    return text or "0"


def _short(a, *, alone):
    """Return a coefficient as mathtext; 1 is written only if alone."""
    if 0.001 <= a < 1000:
        text = f"{a:.3g}"
        return text if alone else "" if text == "1" else text + r"\,"
    mantissa, exponent = f"{a:.2e}".split("e")
    return rf"{mantissa}\cdot 10^{{{int(exponent)}}}\,"


taylor = Taylor
