"""Explorer: gradient, tangent plane and curvature on a surface with a saddle.
"""

import ipywidgets
import numpy as np
from matplotlib.collections import PolyCollection
from matplotlib.patches import FancyArrowPatch, Polygon

from mathlib.explore.explorer import Explorer, Panel, play_along, row
from mathlib.explore.figures import COLORS
from mathlib.multivariate_calculus import (
    classify_critical_point,
    hessian,
    numerical_gradient,
)

REACH = 1.6
FRAME = 1.85  # of the map, so that ellipses near the edge are not cut off
LAST = 24
RATE = 0.15
# Arrow and ellipse are drawn at one scale, so that they can be compared.
SCALE = 0.25
LEVEL = 0.05
LEVELS = [-0.3, -0.2, -0.1, 0, 0.15, 0.4, 0.8, 1.4, 2.2]
AZIMUTH, ELEVATION, HEIGHT = np.radians(-62), np.radians(38), 0.55
SIDE = 0.62

BLUE, ORANGE, GREEN = COLORS["blue"], COLORS["orange"], COLORS["green"]
PURPLE = COLORS["purple"]
INK, GRAY = "#222222", "#6B6B6B"

SHAPES = {
    "minimum": "a bowl", "maximum": "a dome", "saddle": "a saddle",
    "inconclusive": "flat in one direction",
}


def surface(p):
    """Return the height above a point; two valleys, a saddle at 0."""
    x, y = p[..., 0], p[..., 1]
    return x**4 / 4 - x**2 / 2 + x * y / 2 + y**2 / 2


class SurfacePanel(Panel):
    """The surface seen from the side, and its map seen from above."""

    def __init__(self, figure, state, font):
        super().__init__(figure, state, font)
        self._relief([0.0, 0.02, 0.50, 0.88])
        self._map([0.575, 0.165, 0.40, 0.665])
        self.heads = [
            figure.text(x, y, "", fontsize=font, color=color, ha="left",
                        va="center", fontweight="bold")
            for x, y, color in (
                (0.02, 0.95, INK), (0.555, 0.955, ORANGE), (0.555, 0.885, INK)
            )
        ]

    def _relief(self, place):
        ax = self.figure.add_axes(place)
        ax.set_axis_off()
        grid = np.linspace(-REACH, REACH, 25)
        points = np.stack(np.meshgrid(grid, grid), axis=-1)
        heights = surface(points)
        corners = np.concatenate([points, heights[..., None]], axis=-1)
        flat = np.stack([
            corners[:-1, :-1], corners[1:, :-1], corners[1:, 1:],
            corners[:-1, 1:],
        ], axis=2).reshape(-1, 4, 3)
        # Far ones first, so that near ones cover them.
        flat = flat[np.argsort(_depth(flat.mean(axis=1)))]
        shade = flat[..., 2].mean(axis=1)
        shade = 0.97 - 0.45 * np.clip((shade + 0.4) / 3.4, 0, 1) ** 0.6
        faces = np.stack([shade - 0.06, shade - 0.02, shade], axis=-1)
        ax.add_collection(PolyCollection(
            _project(flat), facecolors=np.clip(faces, 0, 1),
            edgecolors="#8FA3B0", linewidths=0.35, zorder=1,
        ))
        self.trail = ax.plot([], [], color=INK, lw=1.0, zorder=3)[0]
        self.plane = ax.add_patch(Polygon(
            np.zeros((4, 2)), facecolor=GREEN, edgecolor=GREEN, alpha=0.45,
            lw=1.2, zorder=4,
        ))
        self.uphill = _arrow(ax, ORANGE, self.font)
        self.ball = ax.plot([], [], "o", color=INK, ms=5.5, mec="white",
                            mew=0.8, zorder=7)[0]
        ax.set(xlim=(-2.3, 2.3), ylim=(-1.65, 2.5))

    def _map(self, place):
        ax = self.axes = self.figure.add_axes(place, facecolor="white")
        ax.grid(False)
        grid = np.linspace(-FRAME, FRAME, 61)
        points = np.stack(np.meshgrid(grid, grid), axis=-1)
        ax.contour(grid, grid, surface(points), LEVELS, colors="#A9B6BF",
                   linewidths=0.8, linestyles="solid")
        for spine in ax.spines.values():
            spine.set(color="#999999", linewidth=0.8, visible=True)
        ax.set(xlim=(-FRAME, FRAME), ylim=(-FRAME, FRAME))
        ax.set_aspect("equal", adjustable="box")
        ticks = [-1, 0, 1]
        ax.set_xticks(ticks, ["−1", "0", "1"])
        ax.set_yticks(ticks, ["−1", "0", "1"])
        ax.tick_params(colors=GRAY, labelsize=0.85 * self.font, length=3,
                       pad=2)
        ax.set_xlabel("x", fontsize=self.font, color=INK, labelpad=0)
        ax.set_ylabel("y", fontsize=self.font, color=INK, labelpad=0,
                      rotation=0)
        self.path = ax.plot([], [], ".-", color=INK, lw=1.0, ms=3,
                            zorder=3)[0]
        self.ellipse = ax.plot([], [], color=BLUE, lw=1.4, zorder=4)[0]
        self.axles = [ax.plot([], [], lw=1.8, zorder=4)[0] for _ in "12"]
        self.gradient = _arrow(ax, ORANGE, self.font)
        self.here = ax.plot([], [], "o", color=INK, ms=5, mec="white",
                            mew=0.8, zorder=7)[0]

    def draw(self, state):
        p, g = state["point"], state["gradient"]
        self._draw_relief(state)
        path = np.array(state["path"])
        self.path.set_data(*path.T)
        self.here.set_data(*p[:, None])
        self.gradient.set_positions(tuple(p), tuple(p + SCALE * g))
        values, axes = state["curvatures"], state["axes"]
        around = np.linspace(0, 2 * np.pi, 121)
        circle = np.stack([np.cos(around), np.sin(around)])
        ellipse = p[:, None] + SCALE * state["hessian"] @ circle
        self.ellipse.set_data(*ellipse)
        for line, value, axis in zip(self.axles, values, axes.T,
                                     strict=True):
            ends = p[:, None] + SCALE * value * np.outer(axis, [-1, 1])
            line.set_data(*ends)
            line.set_color(PURPLE if value < 0 else BLUE)
            line.set_linestyle((0, (2, 1)) if value < 0 else "-")
        self.heads[0].set_text(f"height {_decimals(state['height'])}")
        self.heads[1].set_text(f"gradient {_pair(g)}")
        self.heads[2].set_text(f"curvatures {_pair(values)}")

    def _draw_relief(self, state):
        p, g, z = state["point"], state["gradient"], state["height"]
        path = np.array(state["path"])
        self.trail.set_data(*_project(_lift(path)).T)
        slope = np.hypot(*g)
        along = g / slope if slope > 1e-12 else np.array([1.0, 0.0])
        across = np.array([-along[1], along[0]])
        # A square of one size as it is drawn, however steep it is.
        short = SIDE / np.sqrt(1 + (HEIGHT * slope) ** 2)
        corners = [
            [*(p + a * short * along + b * SIDE * across),
             z + a * short * slope]
            for a, b in ((-1, -1), (-1, 1), (1, 1), (1, -1))
        ]
        self.plane.set_xy(_project(np.array(corners)))
        tip = [*(p + short * along), z + short * slope]
        start, stop = _project(np.array([[*p, z], tip]))
        self.uphill.set_positions(tuple(start), tuple(stop))
        for arrow in (self.uphill, self.gradient):
            arrow.set_visible(slope > LEVEL)
        self.ball.set_data(*_project(np.array([[*p, z]])).T)


class DescentSurface(Explorer):
    """Explore slope and curvature on a surface with two valleys.

    Left the surface with its tangent plane, right its map.  The arrow is the
    gradient: the way up, and how steep.  The ellipse is the Hessian's: a
    step of length 0.25 in some direction changes the gradient by what leads
    from the point to the ellipse; its half-axes are the curvatures.

    Notes
    -----
    The height is ``x^4/4 - x^2/2 + xy/2 + y^2/2``, its derivatives are
    mathlib's central differences.  A curvature below zero is drawn as a
    dashed line.  Controls: ``x`` and ``y``, where one starts, and ``step``,
    how often one then goes against the gradient, each time by 0.15 of it.
    """

    title = "gradient, tangent plane and curvature on a surface"
    panel = SurfacePanel
    size = (6.9, 3.1)
    still_size = (4.7, 2.2)

    def __init__(self):
        x, y = (
            ipywidgets.FloatSlider(
                start, min=-1.5, max=1.5, step=0.05, description=name,
                readout_format=".2f",
            )
            for name, start in (("x", 0.1), ("y", 1.2))
        )
        step = ipywidgets.IntSlider(0, 0, LAST, description="steps")
        play = play_along(step, interval=350)
        super().__init__(
            {"x": x, "y": y, "step": step}, [row(x, y), row(play, step)]
        )

    def read(self, values):
        p = np.array([values["x"], values["y"]])
        path = [p]
        for _ in range(values["step"]):
            p = p - RATE * numerical_gradient(surface, p)
            path.append(p)
        H = hessian(surface, p)
        curvatures, axes = np.linalg.eigh(H)
        return {
            "point": p, "path": path, "height": float(surface(p)),
            "gradient": numerical_gradient(surface, p), "hessian": H,
            "curvatures": curvatures, "axes": axes,
            "shape": classify_critical_point(H, tol=1e-3),
            "steps": values["step"], "start": path[0],
        }

    def describe(self, state):
        g = state["gradient"]
        slope = float(np.hypot(*g))
        went = (
            f"After {state['steps']} steps from {_pair(state['start'])}, at"
            if state["steps"] else "At"
        )
        shape = SHAPES[state["shape"]]
        if slope <= LEVEL:
            what = (
                f"The ground is level here, so the curvatures decide: a"
                f" {state['shape']}."
            )
        else:
            what = (
                f"The ground curves like {shape}, but it is not level: no"
                f" critical point."
            )
        return (
            f"{went} {_pair(state['point'])} the height is"
            f" {_decimals(state['height'])}, the gradient {_pair(g)}, its"
            f" length {_decimals(slope)}, the curvatures"
            f" {_pair(state['curvatures'])}. {what}"
        )

    def short(self, state):
        return f"at {_pair(state['point'])}"

    def default_states(self):
        return [
            {"x": 0.1, "y": 1.2, "step": 0}, {"x": 0.1, "y": 1.2, "step": 24},
            {"x": 0.0, "y": 0.0, "step": 0}, {"x": 0.8, "y": 1.0, "step": 0},
        ]


def _arrow(ax, color, font):
    arrow = FancyArrowPatch(
        (0, 0), (0, 0), arrowstyle="-|>", shrinkA=0, shrinkB=0,
        mutation_scale=1.1 * font, lw=2.0, color=color, zorder=6,
    )
    return ax.add_patch(arrow)


def _lift(points):
    return np.concatenate([points, surface(points)[:, None]], axis=1)


def _project(points):
    """Return where points of space are on the picture."""
    x, y, z = np.moveaxis(points, -1, 0)
    towards = np.cos(AZIMUTH) * x + np.sin(AZIMUTH) * y
    return np.stack([
        np.cos(AZIMUTH) * y - np.sin(AZIMUTH) * x,
        HEIGHT * z * np.cos(ELEVATION) - towards * np.sin(ELEVATION),
    ], axis=-1)


def _depth(points):
    x, y, z = np.moveaxis(points, -1, 0)
    towards = np.cos(AZIMUTH) * x + np.sin(AZIMUTH) * y
    return towards * np.cos(ELEVATION) + HEIGHT * z * np.sin(ELEVATION)


def _pair(values):
    return f"({_decimals(values[0])}, {_decimals(values[1])})"


def _decimals(value):
    # Adding 0 turns a rounded -0.0 into 0.0.
    return f"{round(float(value), 2) + 0:.2f}".replace("-", "−")


descent_surface = DescentSurface
