"""Explorer: five optimizers start at one point of one surface."""

import functools

import ipywidgets
import numpy as np

from mathlib.explore.explorer import Explorer, Panel, play_along, row
from mathlib.explore.figures import COLORS
from mathlib.optimization import (
    adam_step,
    adamw_step,
    momentum_step,
    muon_step,
)

LAST, FAR = 120, 8.0
LOW, HIGH = np.array([-2.2, -1.9]), np.array([2.6, 1.9])
INK, GRAY = "#222222", "#6B6B6B"


GOAL, START = np.array([1.2, 0.4]), np.array([-1.8, 1.3])
ANGLE = np.pi / 5
TURN = np.array([[np.cos(ANGLE), np.sin(ANGLE)],
                 [-np.sin(ANGLE), np.cos(ANGLE)]])
UPRIGHT = np.eye(2)


def _bowl(p, axes=UPRIGHT):
    """Return height and slope of a bowl 25 times as steep one way."""
    bends = np.array([0.4, 10.0])
    q = (p - GOAL) @ axes.T
    return (bends * q**2).sum(-1) / 2, (bends * q) @ axes


def _canyon(p):
    """Return height and slope of a bent valley with a flat floor."""
    x, y = p[..., 0], p[..., 1]
    off = y + 0.6 - 0.7 * x**2
    along = x - 1.2
    slope = np.stack([0.4 * along - 8 * off * 1.4 * x, 8 * off], axis=-1)
    return 0.2 * along**2 + 4 * off**2, slope


def _saddle(p):
    """Return height and slope of a pass between two valleys."""
    x, y = p[..., 0], p[..., 1]
    slope = np.stack([x**3 - 1.44 * x, 3 * y], axis=-1)
    return x**4 / 4 - 0.72 * x**2 + 0.5184 + 1.5 * y**2, slope


# Each surface: its name, its height and slope, the start, and the lowest
# points.  The start turns with the bowl: who cannot feel a turn takes the
# same way, turned.
SURFACES = {
    "bowl": ("a long bowl", _bowl, tuple(START), [tuple(GOAL)]),
    "turned": ("the bowl, turned", lambda p: _bowl(p, TURN),
               tuple(GOAL + (START - GOAL) @ TURN), [tuple(GOAL)]),
    "canyon": ("a bent canyon", _canyon, (-1.5, 1.6), [(1.2, 0.408)]),
    "saddle": ("a pass", _saddle, (0.02, 1.4), [(-1.2, 0), (1.2, 0)]),
}

# Each runner: its name, its look, and its rate.  The rates are such that the
# paths on the long bowl can be told apart; nobody was tuned to win.
RUNNERS = {
    "SGD": ("blue", "-", "o", 0.15),
    "momentum": ("orange", "--", "s", 0.03),
    "Adam": ("green", "-", "^", 0.3),
    "AdamW": ("purple", ":", "v", 0.3),
    "Muon": ("ochre", "-.", "D", 0.1),
}
DECAY = 0.1


@functools.lru_cache(maxsize=256)
def run(name, surface, lr):
    """Return the places of one runner, of shape (LAST + 1, 2)."""
    _, height, start, _ = SURFACES[surface]
    p = np.array(start, dtype=float)
    m, v, path = np.zeros(2), np.zeros(2), [p]
    for t in range(1, LAST + 1):
        g = height(p)[1]
        if name == "SGD":
            p = p - lr * g
        elif name == "momentum":
            p, m = momentum_step(p, g, m, lr=lr)
        elif name == "Adam":
            p, m, v = adam_step(p, g, m, v, t, lr=lr)
        elif name == "AdamW":
            p, m, v = adamw_step(p, g, m, v, t, lr=lr, weight_decay=DECAY)
        else:
            # To Muon the point is the matrix with x and y on its diagonal.
            W, M = muon_step(np.diag(p), np.diag(g), np.diag(m), lr=lr)
            p, m = np.diag(W), np.diag(M)
        # Far outside nothing more happens that anybody could see.
        p = np.clip(p, -1e3, 1e3)
        path.append(p)
    return np.array(path)


class RacePanel(Panel):
    """The map with all paths, and a table of who is where."""

    def __init__(self, figure, state, font):
        super().__init__(figure, state, font)
        _, height, _, lowest = SURFACES[state["surface"]]
        ax = self.axes = figure.add_axes([0.055, 0.13, 0.545, 0.83],
                                         facecolor="white")
        ax.grid(False)
        x, y = np.linspace(*np.stack([LOW, HIGH])[:, 0], 81), np.linspace(
            *np.stack([LOW, HIGH])[:, 1], 81)
        grid = np.stack(np.meshgrid(x, y), axis=-1)
        heights = height(grid)[0]
        ax.contour(x, y, heights, 0.02 * 2.6 ** np.arange(9),
                   colors="#C3CDD4", linewidths=0.8)
        for spot in lowest:
            ax.plot(*spot, "+", color=INK, ms=12, mew=1.6, zorder=8)
        ax.plot(*SURFACES[state["surface"]][2], "o", color=INK, ms=4,
                zorder=6)
        for side in ax.spines.values():
            side.set(color="#999999", linewidth=0.8, visible=True)
        ax.set(xlim=(LOW[0], HIGH[0]), ylim=(LOW[1], HIGH[1]))
        ax.set_xticks([-2, -1, 0, 1, 2], ["−2", "−1", "0", "1", "2"])
        ax.set_yticks([-1, 0, 1], ["−1", "0", "1"])
        ax.tick_params(colors=GRAY, labelsize=0.85 * font, length=3, pad=2)
        self.paths, self.heads, self.rows = {}, {}, {}
        columns = ((0.645, "left"), (0.875, "right"), (0.985, "right"))
        for (place, ha), text in zip(columns, ("", "rate", "loss"),
                                     strict=True):
            figure.text(place, 0.9, text, fontsize=0.85 * font, color=GRAY,
                        ha=ha, va="center")
        for k, (name, (color, style, mark, _)) in enumerate(RUNNERS.items()):
            color, up = COLORS[color], 0.78 - 0.135 * k
            self.paths[name] = ax.plot([], [], color=color, ls=style, lw=1.3,
                                       zorder=4)[0]
            self.heads[name] = ax.plot(
                [], [], mark, color=color, ms=6.5, mec="white", mew=0.8,
                zorder=7, clip_on=True)[0]
            key = figure.add_axes([0.609, up - 0.05, 0.03, 0.1])
            key.set_axis_off()
            key.plot([0], [0], mark, color=color, ms=6)
            self.rows[name] = [
                figure.text(place, up, name if ha == "left" else "",
                            fontsize=0.9 * font, color=color, ha=ha,
                            va="center")
                for place, ha in columns
            ]
        self.foot = figure.text(0.645, 0.1, "", fontsize=0.85 * font,
                                color=GRAY, ha="left", va="center")

    @staticmethod
    def key(state):
        return state["surface"]

    def draw(self, state):
        step = state["step"]
        for name, path in state["paths"].items():
            # Who flies off would paint the map over: the first swings do.
            far = np.abs(path[:step + 1]).max(axis=1) > FAR
            drawn = far.argmax() if far.any() else step
            self.paths[name].set_data(*path[:drawn + 1].T)
            self.heads[name].set_data(*path[step][:, None])
            _, rate, loss = self.rows[name]
            rate.set_text(f"{state['rates'][name]:.2g}")
            loss.set_text(_loss(state["losses"][name]))
        self.foot.set_text(f"after {step} steps")


class OptimizerRace(Explorer):
    """Explore how five optimizers walk down the same surface.

    All start at the dot; crosses mark the lowest points.  ``rates`` multiplies
    the learning rates of all of them.

    Notes
    -----
    Muon works on matrices: to it the point (x, y) is the diagonal matrix with
    x and y on its diagonal, so the two coordinates are two singular values.
    AdamW pulls towards (0, 0) on top, with a decay of 0.1.  A runner that has
    left the map is still in the table.  Controls: ``surface``, ``rates`` and
    ``step``.
    """

    title = "five optimizers on one surface"
    panel = RacePanel
    size = (6.8, 3.4)
    still_size = (4.8, 3.1)

    def __init__(self):
        surface = ipywidgets.Dropdown(
            options=[(SURFACES[key][0], key) for key in SURFACES],
            value="bowl", description="surface",
            layout=ipywidgets.Layout(width="18em"),
        )
        rates = ipywidgets.SelectionSlider(
            options=[("÷ 8", 0.125), ("÷ 4", 0.25), ("÷ 2", 0.5),
                     ("× 1", 1.0), ("× 2", 2.0), ("× 4", 4.0)],
            value=1.0, description="rates",
        )
        step = ipywidgets.IntSlider(60, 0, LAST, description="steps")
        play = play_along(step, interval=120)
        super().__init__(
            {"surface": surface, "rates": rates, "step": step},
            [row(surface, rates), row(play, step)],
        )

    def read(self, values):
        height = SURFACES[values["surface"]][1]
        rates = {name: values["rates"] * rate
                 for name, (*_, rate) in RUNNERS.items()}
        paths = {
            name: run(name, values["surface"], rate)
            for name, rate in rates.items()
        }
        return {
            **values, "factor": values["rates"], "rates": rates,
            "paths": paths,
            "losses": {name: float(height(path[values["step"]])[0])
                       for name, path in paths.items()},
        }

    def describe(self, state):
        order = sorted(state["losses"], key=state["losses"].get)
        said = ", ".join(
            f"{name} {_loss(state['losses'][name])}" for name in order
        )
        return (
            f"{SURFACES[state['surface']][0].capitalize()}, rates times"
            f" {state['factor']:g}, after {state['step']} steps. Loss, lowest"
            f" first: {said}."
        )

    def short(self, state):
        return (
            f"{SURFACES[state['surface']][0]}, rates × {state['factor']:g}"
        )

    def default_states(self):
        return [
            {"surface": "bowl", "rates": 1.0, "step": 30},
            {"surface": "turned", "rates": 1.0, "step": 30},
            {"surface": "bowl", "rates": 2.0, "step": 30},
            {"surface": "saddle", "rates": 0.5, "step": 30},
        ]


def _loss(value):
    """Return a loss with as many digits as the eye can use."""
    return "gone" if value > 99 else f"{value:.4f}"


optimizer_race = OptimizerRace
