"""Explorer: attention in four stages, from raw scores to weighted values."""

import hashlib

import ipywidgets
import numpy as np
from matplotlib import colormaps
from matplotlib.colors import (
    LinearSegmentedColormap,
    Normalize,
    to_rgba,
)
from matplotlib.patches import Rectangle

from mathlib.explore._numerals import Numerals
from mathlib.explore.explorer import (
    Explorer,
    Panel,
    number,
    play_along,
    row,
    wide,
)
from mathlib.explore.figures import COLORS
from mathlib.foundations import softmax
from mathlib.transformers import attention, causal_mask

STAGES = ["scores", "scaled, masked", "softmax", "values"]
LONGEST = 8
WIDTH = 4
SENTENCE = "the cat sat on the mat"

INK, GRAY, HIDDEN = "#222222", "#6B6B6B", "#E4E4E4"
BLUE, ORANGE = COLORS["blue"], COLORS["orange"]
# The row that is followed.
THIS = COLORS["green"]
SIGNED = LinearSegmentedColormap.from_list(
    "signed", ["#0A5A8C", "#7FB6D9", "#FFFFFF", "#EFA777", "#A84300"]
)


class StagesPanel(Panel):
    """The matrix of a stage, and beside it what one row of it does."""

    def __init__(self, figure, state, font):
        super().__init__(figure, state, font)
        self.T = len(state["tokens"])
        self.features = state["V"].shape[1]
        height = 0.62 / max(self.T, 4)
        top = 0.89
        self.left = figure.add_axes(
            [0.145, top - self.T * height, 0.36, self.T * height]
        )
        space = [0.645, top - (self.T + 1.4) * height,
                 0.335, (self.T + 1.4) * height]
        self.bars, self.sums = (figure.add_axes(space) for _ in range(2))
        self.left.set(xlim=(0, self.T), ylim=(self.T, 0))
        self.bars.set(ylim=(self.T + 1.4, 0))
        self.sums.set(xlim=(0, self.features), ylim=(self.T + 1.4, 0))
        for ax in (self.left, self.bars, self.sums):
            ax.set_axis_off()
        points = height * figure.bbox.height * 72 / figure.dpi
        wide = 0.36 / self.T * figure.bbox.width * 72 / figure.dpi
        self.cell = min(0.88 * font, 0.5 * points, 0.36 * wide)
        self._titles(state)
        self._matrix()
        self._row_bars()
        self._row_values()

    @staticmethod
    def key(state):
        return tuple(state["tokens"]), state["V"].shape

    def _titles(self, state):
        write = self.figure.text
        self.title = write(
            0.145, 0.93, "", fontsize=self.font, fontweight="bold", color=INK
        )
        self.about = write(
            0.56, 0.93, "", fontsize=self.font, fontweight="bold", color=THIS
        )
        names = [_short(token) for token in state["tokens"]]
        size = 0.92 * self.font
        self.queries = [
            self.left.text(-0.12, i + 0.5, name, ha="right", va="center",
                           fontsize=size)
            for i, name in enumerate(names)
        ]
        for j, name in enumerate(names):
            self.left.text(
                j + 0.6, self.T + 0.12, name, ha="right", va="top",
                rotation=40, rotation_mode="anchor", fontsize=size,
                color=GRAY,
            )
        self.keys = [
            self.bars.figure.text(
                0.635, 0, name, ha="right", va="center", fontsize=size,
                color=GRAY,
            )
            for name in names
        ]
        box = self.bars.get_position()
        line = box.height / (self.T + 1.4)
        for j, text in enumerate(self.keys):
            text.set_y(box.y1 - (j + 0.5) * line)
        self.total = write(
            0.635, box.y1 - (self.T + 0.9) * line, "sum", ha="right",
            va="center", fontsize=size, color=THIS, fontweight="bold",
        )
        write(0.130, 0.93, "query", fontsize=size, color=GRAY, style="italic",
              ha="right")
        write(0.512, 0.89 - self.T * line - 0.02, "key", fontsize=size,
              color=GRAY, style="italic", va="top")

    def _matrix(self):
        T = self.T
        self.image = self.left.imshow(
            np.ones((T, T, 4)), extent=(0, T, T, 0), aspect="auto",
            interpolation="nearest",
        )
        self.left.set(xlim=(0, T), ylim=(T, 0))
        self.numbers = _numbers(self.left, T, T, self.cell)
        self.frame = self.left.add_patch(
            Rectangle((0, 0), T, 1, fill=False, ec=THIS, lw=2.2,
                      clip_on=False)
        )

    def _row_bars(self):
        self.boxes, self.ends = [], []
        for j in range(self.T):
            self.boxes.append(self.bars.add_patch(
                Rectangle((0, j + 0.16), 0, 0.68, lw=0)
            ))
            self.ends.append(self.bars.text(
                0, j + 0.5, "", va="center", fontsize=0.92 * self.font,
                color=INK,
            ))
        self.zero = self.bars.plot(
            [0, 0], [0, self.T], color="#999999", lw=0.8
        )[0]
        self.one = self.bars.text(
            0, self.T + 0.9, "", va="center", fontsize=0.92 * self.font,
            color=THIS, fontweight="bold",
        )

    def _row_values(self):
        T, d = self.T, self.features
        self.terms = self.sums.imshow(
            np.ones((T, d, 4)), extent=(0, d, T, 0), aspect="auto",
            interpolation="nearest",
        )
        self.output = self.sums.imshow(
            np.ones((1, d, 4)), extent=(0, d, T + 1.4, T + 0.4),
            aspect="auto", interpolation="nearest",
        )
        # imshow fits the axes to itself.
        self.sums.set(xlim=(0, d), ylim=(T + 1.4, 0))
        wide = 0.335 / d * self.figure.bbox.width * 72 / self.figure.dpi
        size = min(0.88 * self.font, 0.30 * wide)
        self.term_numbers = _numbers(self.sums, T, d, size, fits=5.3)
        self.output_numbers = _numbers(
            self.sums, 1, d, size, start=T + 0.4, fits=5.3
        )
        self.sums.add_patch(
            Rectangle((0, T + 0.4), d, 1, fill=False, ec=THIS, lw=2.2,
                      clip_on=False)
        )

    def draw(self, state):
        stage, i = state["stage"], state["row"]
        self._draw_matrix(state)
        self.frame.set_y(i)
        for place, text in enumerate(self.queries):
            text.set_color(THIS if place == i else GRAY)
            text.set_fontweight("bold" if place == i else "normal")
        self.title.set_text(_heading(state))
        name = _short(state["tokens"][i])
        self.about.set_text([
            f"scores of “{name}”", f"scores of “{name}”",
            f"weights of “{name}”", f"output for “{name}”",
        ][stage])
        last = stage == 3
        self.sums.set_visible(last)
        self.bars.set_visible(not last)
        self.total.set_visible(stage >= 2)
        if last:
            self._draw_values(state)
        else:
            self._draw_bars(state)

    def _draw_matrix(self, state):
        values = state["shown"]
        if state["stage"] >= 2:
            colors = _shades("cividis", 0, 1)(values)
        else:
            most = max(np.abs(values[np.isfinite(values)]).max(), 1e-12)
            colors = _shades(SIGNED, -most, most)(values)
        _paint(
            self.image, self.numbers, values, colors, state["masked"],
            places=2 if state["stage"] >= 2 else 1,
        )

    def _draw_bars(self, state):
        values = state["shown"][state["row"]]
        finite = values[np.isfinite(values)]
        if state["stage"] == 2:
            self.bars.set_xlim(0, 1.3)
        else:
            most = max(state["bar_scale"], 1e-12)
            self.bars.set_xlim(-1.45 * most, 1.45 * most)
        low, high = self.bars.get_xlim()
        gap = (high - low) / 60
        for j, (box, text) in enumerate(
            zip(self.boxes, self.ends, strict=True)
        ):
            hidden = state["masked"][state["row"], j]
            value = 0.0 if hidden else values[j]
            box.set_width(value)
            box.set_color(
                THIS if state["stage"] == 2 else
                ORANGE if value > 0 else BLUE
            )
            text.set_x(value + (gap if value >= 0 else -gap))
            text.set_ha("left" if value >= 0 else "right")
            text.set_text(_hidden_text(state) if hidden else
                          _decimals(values[j]))
            text.set_color(GRAY if hidden else INK)
        self.one.set_text(
            _decimals(finite.sum()) if state["stage"] == 2 else ""
        )
        self.one.set_x(gap)

    def _draw_values(self, state):
        weights = state["weights"][state["row"]]
        terms = weights[:, None] * state["V"]
        output = state["output"][state["row"]][None]
        most = max(np.abs(state["V"]).max(), 1e-12)
        shades = _shades(SIGNED, -most, most)
        hidden = np.repeat(
            state["masked"][state["row"]][:, None], self.features, axis=1
        )
        _paint(self.terms, self.term_numbers, terms, shades(terms), hidden,
               masked="")
        _paint(self.output, self.output_numbers, output, shades(output),
               np.zeros_like(output, dtype=bool))


class AttentionStages(Explorer):
    """Explore scaled dot-product attention, stage by stage.

    Four stages: the raw scores ``Q K^T``; divided by the root of d and by
    the temperature, later keys masked; each row made to weights by softmax;
    the values averaged with these weights.  The blue row is followed.

    Parameters
    ----------
    tokens : list of str, or str, optional
        Two to eight words, one for each row.
    Q, K : arrays of shape `(T, d)`, optional
    V : array of shape `(T, d_v)`, optional
        All three or none.  Without them each word gets a random embedding
        that depends on its letters only, and Q, K, V are random projections
        of it: an untrained model that does not know of positions.

    Raises
    ------
    ValueError
        If the shapes do not fit or there are too many words.

    Notes
    -----
    Controls: ``stage`` (0 to 3), ``row``, ``temperature``, ``causal``,
    ``scaling`` and, unless Q, K, V are given, the text ``sentence``.
    """

    title = "attention in four stages"
    panel = StagesPanel
    size = (6.6, 3.5)
    still_size = (4.4, 2.6)

    def __init__(self, tokens=None, Q=None, K=None, V=None):
        self._given = _given(Q, K, V)
        if tokens is None:
            tokens = SENTENCE if self._given is None else [
                f"token {i}" for i in range(len(self._given[0]))
            ]
        tokens = tokens.split() if isinstance(tokens, str) else list(tokens)
        _check_tokens(tokens)
        if self._given and len(tokens) != len(self._given[0]):
            raise ValueError(
                f"tokens must have {len(self._given[0])} words, one for"
                f" each row of Q, got {len(tokens)}"
            )
        self._tokens = tokens
        stage = ipywidgets.ToggleButtons(
            options=[(f"{i + 1} {s}", i) for i, s in enumerate(STAGES)],
            description="stage",
            style={"button_width": "auto", "description_width": "3em"},
            layout=ipywidgets.Layout(width="max-content"),
        )
        which = ipywidgets.IntSlider(
            min(2, len(tokens) - 1), 0, len(tokens) - 1, description="row"
        )
        temperature = ipywidgets.FloatSlider(
            value=1.0, min=0.1, max=4.0, step=0.1, readout_format=".1f",
            description="temperature", style=wide(),
        )
        causal = ipywidgets.Checkbox(
            value=True, description="causal mask", indent=False,
            layout=ipywidgets.Layout(width="9em"),
        )
        scaling = ipywidgets.Checkbox(
            value=True, description="divide by √d", indent=False,
            layout=ipywidgets.Layout(width="9em"),
        )
        controls = {
            "stage": stage, "row": which, "temperature": temperature,
            "causal": causal, "scaling": scaling,
        }
        play = play_along(stage, interval=1800, trait="index", high=3)
        rows = [row(play, stage), row(which, temperature),
                row(causal, scaling)]
        if self._given is None:
            sentence = ipywidgets.Text(
                value=" ".join(tokens), description="sentence",
                continuous_update=False,
                layout=ipywidgets.Layout(width="30em"),
            )
            controls["sentence"] = sentence
            rows.append(sentence)
        super().__init__(controls, rows)

    def _tokens_of(self, values):
        if self._given is not None:
            return self._tokens
        tokens = values["sentence"].split()
        _check_tokens(tokens)
        return tokens

    def limits(self, values):
        try:
            return {"row": (0, len(self._tokens_of(values)) - 1)}
        except ValueError:
            return {}

    def settle(self, values, changed):
        limits = self.limits(values)
        if "row" in changed or not limits:
            return values
        return {**values, "row": min(values["row"], limits["row"][1])}

    def read(self, values):
        tokens = self._tokens_of(values)
        Q, K, V = self._given or _project(tokens)
        d, T = Q.shape[1], len(tokens)
        divisor = values["temperature"]
        divisor *= np.sqrt(d) if values["scaling"] else 1
        scores = Q @ K.T
        mask = causal_mask(T) if values["causal"] else np.zeros((T, T))
        scaled = scores / divisor + mask
        weights = softmax(scaled, axis=-1)
        stage = values["stage"]
        shown = [scores, scaled, weights, weights][stage]
        masked = np.isinf(mask) if stage else np.zeros((T, T), dtype=bool)
        seen = scores if stage == 0 else scores / divisor
        return {
            **values, "tokens": tokens, "V": V, "shown": shown,
            "masked": masked, "weights": weights, "d": d,
            "bar_scale": np.abs(seen[values["row"]]).max(),
            "output": attention(
                Q, K, V, causal=values["causal"], scale=1 / divisor
            ),
        }

    def describe(self, state):
        stage, i = state["stage"], state["row"]
        tokens, shown = state["tokens"], state["shown"][i]
        best = int(np.argmax(shown))
        who = f"“{tokens[i]}” (row {i})"
        said = f"Stage {stage + 1} of 4, {STAGES[stage]}. "
        if stage == 0:
            said += (
                f"The query of {who} scores highest,"
                f" {_decimals(shown[best])}, with the key of"
                f" “{tokens[best]}” (column {best})."
            )
        elif stage == 1:
            by = [f"√{state['d']}"] if state["scaling"] else []
            by.append(f"the temperature {state['temperature']:.1f}")
            said += (
                f"Scores divided by {' and '.join(by)};"
                f" {int(state['masked'].sum())} are masked. {who} scores"
                f" highest, {_decimals(shown[best])}, with"
                f" “{tokens[best]}” (column {best})."
            )
        elif stage == 2:
            said += (
                f"{who} gives its largest weight, {_decimals(shown[best])},"
                f" to “{tokens[best]}” (column {best}). Every row adds up"
                " to 1."
            )
        else:
            output = ", ".join(_decimals(x) for x in state["output"][i])
            said += (
                f"The output for {who} is the sum of weight times value:"
                f" [{output}]."
            )
        return said

    def short(self, state):
        stage = state["stage"]
        return f"stage {stage + 1} of 4: {STAGES[stage]}"

    def default_states(self):
        return [{"stage": stage} for stage in range(4)]


def _heading(state):
    if state["stage"] == 1:
        # The divisor as it is: √d may be off, and a temperature of 1 is mute.
        by = "/√d" if state["scaling"] else ""
        temperature = f"{state['temperature']:.1f}"
        by += f"/{temperature}" if temperature != "1.0" else ""
        return f"QKᵀ{by}" + (" + mask" if state["causal"] else "")
    return ["QKᵀ", "", "softmax of each row", "weights"][state["stage"]]


def _given(Q, K, V):
    """Return Q, K, V as arrays, or None if none is given."""
    both = {"Q": Q, "K": K, "V": V}
    if all(x is None for x in both.values()):
        return None
    missing = [name for name, x in both.items() if x is None]
    if missing:
        raise ValueError(f"give Q, K and V or none; {missing[0]} is missing")
    arrays = []
    for name, x in both.items():
        x = np.asarray(x, dtype=float)
        if x.ndim != 2 or not x.size or not np.isfinite(x).all():
            raise ValueError(
                f"{name} must be a finite array of shape (tokens, features),"
                f" got shape {x.shape}"
            )
        arrays.append(x)
    Q, K, V = arrays
    if Q.shape != K.shape or len(V) != len(Q):
        raise ValueError(
            "Q and K must be of one shape (T, d) and V of shape (T, d_v), got"
            f" {Q.shape}, {K.shape} and {V.shape}"
        )
    if V.shape[1] > 6:
        raise ValueError(
            f"V must have at most 6 columns to be readable, got {V.shape[1]}"
        )
    return Q, K, V


def _check_tokens(tokens):
    if not 2 <= len(tokens) <= LONGEST:
        raise ValueError(
            f"the sentence must have 2 to {LONGEST} words, got {len(tokens)}"
        )


def _project(tokens):
    """Return Q, K, V of words: random, but always the same for a word."""
    X = np.stack([_embed(token) for token in tokens])
    weights = np.random.default_rng(15).standard_normal((3, WIDTH, WIDTH))
    Q, K, V = X @ weights / np.sqrt(WIDTH)
    # Shorter queries and keys keep the softmax from choosing one key alone.
    return 0.8 * Q, 0.8 * K, V


def _embed(token):
    # Python's own hash() differs from one run to the next.
    digest = hashlib.sha256(token.encode()).digest()
    seed = int.from_bytes(digest[:8], "big")
    return np.random.default_rng(seed).standard_normal(WIDTH)


def _numbers(ax, rows, columns, size, start=0, fits=4.3):
    points = [
        (j + 0.5, start + i + 0.5) for i, j in np.ndindex(rows, columns)
    ]
    return Numerals(ax, points, size, [INK, "white", GRAY], fits)


def _shades(cmap, low, high):
    colors = colormaps[cmap] if isinstance(cmap, str) else cmap
    norm = Normalize(low, high, clip=True)

    def shade(values):
        return colors(norm(np.where(np.isfinite(values), values, low)))

    return shade


def _paint(image, numbers, values, colors, hidden, *, places=2, masked="−∞"):
    """Colour the cells of a table and write their values into them."""
    colors = colors.copy()
    colors[hidden] = to_rgba(HIDDEN)
    image.set_data(colors)
    light = colors[..., :3] @ [0.2126, 0.7152, 0.0722] > 0.45
    texts, inks = [], []
    for value, hide, bright in zip(
        values.flat, hidden.flat, light.flat, strict=True
    ):
        if hide:
            # A masked score is -inf; its weight is a plain 0.
            texts.append(masked if np.isinf(value) else "0")
            inks.append(GRAY)
        else:
            texts.append(_decimals(value, places))
            inks.append(INK if bright else "white")
    numbers.write(texts, inks)


def _hidden_text(state):
    return "−∞ (masked)" if state["stage"] == 1 else "0 (masked)"


def _decimals(value, places=2):
    if not abs(value) < 99.95:
        return number(value)
    places = places if abs(value) < 9.995 else 1
    # Adding 0 turns a rounded -0.0 into 0.0.
    rounded = round(float(value), places) + 0
    return f"{rounded:.{places}f}".replace("-", "−")


def _short(token):
    return token if len(token) <= 8 else token[:7] + "…"


attention_stages = AttentionStages
