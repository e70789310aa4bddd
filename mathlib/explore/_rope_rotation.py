"""Explorer: rotary positions, and why only their difference counts."""

import ipywidgets
import numpy as np
from matplotlib.patches import FancyArrowPatch

from mathlib.explore.explorer import Explorer, Panel, play_along, row
from mathlib.explore.figures import COLORS
from mathlib.transformers import rope

FARTHEST = 16
BASE = 100.0
DEFAULT_Q = [0.9, 0.3, 0.5, 0.7]
DEFAULT_K = [0.5, 0.8, 0.9, 0.1]

BLUE, ORANGE, GREEN = COLORS["blue"], COLORS["orange"], COLORS["green"]
INK, GRAY = "#222222", "#6B6B6B"


class RotationPanel(Panel):
    """A circle for each pair of features, and the score by the offset."""

    def __init__(self, figure, state, font):
        super().__init__(figure, state, font)
        self.pairs = len(state["angles"])
        lengths = np.hypot(
            *np.stack([state["q"], state["k"]]).reshape(-1, 2).T
        )
        self.radius = max(lengths.max(), 1e-9)
        width, height = figure.bbox.width, figure.bbox.height
        side = min(0.31 * width, 0.76 * height) / width
        first = 0.01 if self.pairs == 2 else 0.10
        self.dials = [
            self._dial(first + i * (side + 0.012), side, width / height, i,
                       state)
            for i in range(self.pairs)
        ]
        start = 0.73 if self.pairs == 2 else 0.56
        self._curve([start, 0.215, 0.965 - start, 0.56], state)

    @staticmethod
    def key(state):
        return tuple(state["q"]), tuple(state["k"]), tuple(state["angles"])

    def _dial(self, x, side, aspect, pair, state):
        ax = self.figure.add_axes([x, 0.10, side, side * aspect])
        reach = 1.3 * self.radius
        ax.set(xlim=(-reach, reach), ylim=(-reach, reach))
        ax.set_axis_off()
        around = np.linspace(0, 2 * np.pi, 121)
        ax.plot([-reach, reach], [0, 0], color="#DDDDDD", lw=0.8, zorder=0)
        ax.plot([0, 0], [-reach, reach], color="#DDDDDD", lw=0.8, zorder=0)
        parts = []
        for vector, color, name in (
            (state["q"], BLUE, "q"), (state["k"], ORANGE, "k")
        ):
            x0, y0 = vector[2 * pair:2 * pair + 2]
            length = np.hypot(x0, y0)
            ax.plot(length * np.cos(around), length * np.sin(around),
                    color=color, lw=0.7, alpha=0.45, zorder=1)
            # Where the vector was before any rotation.
            ax.plot([0, x0], [0, y0], color=color, lw=1.3, ls=(0, (3, 2)),
                    alpha=0.8, zorder=2)
            arrow = FancyArrowPatch(
                (0, 0), (x0, y0), arrowstyle="-|>", shrinkA=0, shrinkB=0,
                mutation_scale=1.25 * self.font, lw=2.2, color=color,
                zorder=4,
            )
            ax.add_patch(arrow)
            path = ax.plot([], [], color=color, lw=1.2, zorder=3)[0]
            label = ax.text(
                0, 0, name, color=color, fontweight="bold", ha="center",
                va="center", fontsize=1.1 * self.font, zorder=5,
            )
            parts.append((arrow, path, label))
        self.figure.text(
            x + side / 2, 0.945,
            f"pair {pair}: θ = {state['angles'][pair]:.3g} rad",
            ha="center", va="center", fontsize=self.font, color=INK,
        )
        below = self.figure.text(
            x + side / 2, 0.055, "", ha="center", va="center",
            fontsize=self.font, color=INK,
        )
        return parts, below

    def _curve(self, place, state):
        ax = self.axes = self.figure.add_axes(place, facecolor="white")
        ax.grid(False)
        for side in ("top", "right"):
            ax.spines[side].set_visible(False)
        for side in ("left", "bottom"):
            ax.spines[side].set(color="#999999", linewidth=0.8)
        most = 1.15 * max(_most(state), 1e-9)
        ax.set(xlim=(-FARTHEST - 1, FARTHEST + 1), ylim=(-most, most))
        ax.set_xticks([-FARTHEST, 0, FARTHEST],
                      [f"−{FARTHEST}", "0", f"{FARTHEST}"])
        ax.set_yticks([0], ["0"])
        ax.tick_params(colors=GRAY, labelsize=0.9 * self.font, length=3,
                       pad=2)
        ax.axhline(0, color="#DDDDDD", lw=0.8, zorder=0)
        fine = np.linspace(-FARTHEST, FARTHEST, 321)
        ax.plot(fine, _law(state, fine), color=GREEN, lw=1.0, alpha=0.6)
        # The line is the law; the dots are what mathlib computes.
        ax.plot(state["offsets"], state["scores"], "o", color=GREEN, ms=2.4,
                mew=0)
        self.drop = ax.plot([0, 0], [0, 0], color=GREEN, lw=1.2)[0]
        self.here = ax.plot(
            [0], [0], "o", color=GREEN, ms=8, mec="white", mew=1.2,
            zorder=5,
        )[0]
        ax.set_xlabel("n − m", fontsize=self.font, color=INK, labelpad=1)
        x = place[0] + place[2] / 2
        self.score = self.figure.text(
            x, 0.945, "", ha="center", va="center", fontsize=self.font,
            color=GREEN, fontweight="bold",
        )
        self.sum = self.figure.text(
            x, 0.845, "", ha="center", va="center",
            fontsize=0.88 * self.font, color=INK,
        )

    def draw(self, state):
        for pair, (parts, below) in enumerate(self.dials):
            here = slice(2 * pair, 2 * pair + 2)
            lean = self._lean(state["q_turned"][here],
                              state["k_turned"][here])
            self._turn(
                parts[0], state["q"][here], state["q_turned"][here],
                state["m"] * state["angles"][pair], 0.30, lean,
            )
            self._turn(
                parts[1], state["k"][here], state["k_turned"][here],
                state["n"] * state["angles"][pair], 0.46, -lean,
            )
            below.set_text(
                f"adds {_decimals(state['parts'][pair])}"
            )
        offset = state["n"] - state["m"]
        self.here.set_data([offset], [state["score"]])
        self.drop.set_data([offset, offset], [0, state["score"]])
        self.score.set_text(f"score {_decimals(state['score'])}")
        self.sum.set_text(
            f"m = {state['m']}, n = {state['n']}: n − m = "
            + f"{offset}".replace("-", "−")
        )

    def _lean(self, q, k):
        """Return the angle by which the letters must step aside."""
        # Beside each other the two letters would be one blot.
        if np.hypot(*(q - k)) > 0.3 * self.radius:
            return 0.0
        return 0.2 if k[0] * q[1] - k[1] * q[0] > 0 else -0.2

    def _turn(self, parts, before, after, angle, inner, lean):
        arrow, path, label = parts
        arrow.set_positions((0, 0), tuple(after))
        start = np.arctan2(before[1], before[0])
        t = np.linspace(0, 1, 2 + int(12 * abs(angle)))
        # A spiral, so that one sees how often it went round.
        turns = abs(angle) / (2 * np.pi)
        r = self.radius * (inner + 0.035 * turns * t)
        path.set_data(
            r * np.cos(start + angle * t), r * np.sin(start + angle * t)
        )
        far = np.hypot(*after) + 0.15 * self.radius
        where = np.arctan2(after[1], after[0]) + lean
        label.set_position((far * np.cos(where), far * np.sin(where)))


class RopeRotation(Explorer):
    """Explore how rotary positions turn queries and keys.

    A query at position m turns by ``m theta``, a key at n by ``n theta``, in
    each pair of features at that pair's own speed.  The score depends on
    ``n - m`` only: shift both, and the arrows turn together.

    Parameters
    ----------
    q, k : arrays of shape `(2,)` or `(4,)`, optional
        One or two pairs of features, neighbours paired.

    Raises
    ------
    ValueError
        If they have other or different shapes.

    Notes
    -----
    The angles are ``100**(-2 i / d)``, so that the second pair moves
    visibly; models take 10000 or more.  Controls: ``m``, ``n``, and
    ``shift``, which is added to both.
    """

    title = "rotary positions, pair by pair"
    panel = RotationPanel
    size = (6.9, 2.8)
    still_size = (4.9, 2.0)

    def __init__(self, q=None, k=None):
        self._q, self._k = _check(q, k)
        m = ipywidgets.IntSlider(2, 0, FARTHEST, description="query at m")
        n = ipywidgets.IntSlider(5, 0, FARTHEST, description="key at n")
        shift = ipywidgets.IntSlider(
            0, 0, FARTHEST, description="shift both"
        )
        play = play_along(shift, interval=400)
        super().__init__(
            {"m": m, "n": n, "shift": shift}, [row(m, n), row(play, shift)]
        )

    def read(self, values):
        q, k = self._q, self._k
        m, n = (values[name] + values["shift"] for name in "mn")
        offsets = np.arange(-FARTHEST, FARTHEST + 1)
        q_turned, k_turned = (
            rope(vector[None], np.array([place]), base=BASE)[0]
            for vector, place in ((q, m), (k, n))
        )
        along = rope(np.tile(k, (len(offsets), 1)), offsets, base=BASE)
        parts = (q_turned * k_turned).reshape(-1, 2).sum(axis=1)
        return {
            "q": q, "k": k, "m": m, "n": n,
            "angles": BASE ** (-np.arange(0, len(q), 2) / len(q)),
            "q_turned": q_turned, "k_turned": k_turned,
            "parts": parts, "score": parts.sum(), "unrotated": q @ k,
            "offsets": offsets, "scores": along @ q,
        }

    def describe(self, state):
        offset = f"{state['n'] - state['m']}".replace("-", "−")
        return (
            f"Query at m = {state['m']}, key at n = {state['n']}, so"
            f" n − m = {offset}. The score q·k is"
            f" {_decimals(state['score'])} rotated,"
            f" {_decimals(state['unrotated'])} unrotated. Shifting both"
            f" changes neither n − m nor the score."
        )

    def short(self, state):
        offset = f"{state['n'] - state['m']}".replace("-", "−")
        return f"m = {state['m']}, n = {state['n']}, offset {offset}"

    def default_states(self):
        return [
            {"m": 0, "n": 0, "shift": 0}, {"m": 2, "n": 5, "shift": 0},
            {"m": 2, "n": 5, "shift": 6}, {"m": 2, "n": 12, "shift": 0},
        ]


def _law(state, offsets):
    """Return |q||k| cos(angle between + offset * theta), summed over pairs."""
    q, k = (state[name].reshape(-1, 2) for name in "qk")
    between = np.arctan2(k[:, 1], k[:, 0]) - np.arctan2(q[:, 1], q[:, 0])
    lengths = np.hypot(*q.T) * np.hypot(*k.T)
    turned = between + np.multiply.outer(offsets, state["angles"])
    return np.cos(turned) @ lengths


def _most(state):
    q, k = (state[name].reshape(-1, 2) for name in "qk")
    return np.hypot(*q.T) @ np.hypot(*k.T)


def _check(q, k):
    if q is None and k is None:
        q, k = DEFAULT_Q, DEFAULT_K
    both = []
    for name, vector in (("q", q), ("k", k)):
        if vector is None:
            raise ValueError(f"give q and k or neither; {name} is missing")
        vector = np.asarray(vector, dtype=float)
        if vector.shape not in ((2,), (4,)) or not np.isfinite(vector).all():
            raise ValueError(
                f"{name} must be finite and of shape (2,) or (4,), got shape"
                f" {vector.shape}"
            )
        both.append(vector)
    if both[0].shape != both[1].shape:
        raise ValueError(
            f"q and k must be equally long, got {len(both[0])} and"
            f" {len(both[1])}"
        )
    return both


def _decimals(value):
    # Adding 0 turns a rounded -0.0 into 0.0.
    return f"{round(float(value), 2) + 0:.2f}".replace("-", "−")


rope_rotation = RopeRotation
