"""What every explorer is: a picture, its controls, and the state in words.

In JupyterLab the controls call back from a second thread, while pyplot may
be drawing in the first, and pyplot keeps one current figure for all.  So an
explorer never touches pyplot: it has a figure of its own, changes its artists
under a lock, and sends the finished PNG to an image widget.
"""

import contextlib
import html
import io
import threading

import ipywidgets
import matplotlib
import numpy as np
import traitlets
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

__all__ = ["Explorer", "Panel"]

# One lock for all explorers, because matplotlib's caches are shared too.
_DRAWING = threading.RLock()


class Picture(ipywidgets.Image):
    """An image whose tooltip is its name for a screen reader.

    ipywidgets gives images no alt text.  Browsers then take the title, which
    is the tooltip; but the front end only sets it on widgets with an empty
    description, and an image without any stops with an error there.
    """

    description = traitlets.Unicode("", read_only=True).tag(sync=True)


class Panel:
    """A picture of one state, in a figure or a part of one.

    Subclasses make their artists in ``__init__`` and change them in ``draw``.
    They give every artist its colour and its size in points, so that a
    notebook's own matplotlib settings change nothing.

    Parameters
    ----------
    figure : matplotlib.figure.Figure or SubFigure
        Where to draw.
    state : dict
        What ``Explorer.read`` returned.
    font : float
        The size of ordinary text, in points.
    """

    def __init__(self, figure, state, font):
        self.figure, self.font = figure, font

    def draw(self, state):
        """Change the artists to show this state."""
        raise NotImplementedError

    @staticmethod
    def key(state):
        """Return what a panel is made for; another key needs a new panel."""
        return None


class Explorer(ipywidgets.VBox):
    """The base of the explorers.

    A subclass names itself in ``title``, its drawing in ``panel``, and says
    in ``read`` what the controls mean, in ``describe`` what one sees.

    Parameters
    ----------
    controls : dict of str to ipywidgets.Widget
        The controls by name; each has a ``value``.
    rows : list of ipywidgets.Widget
        What stands between picture and words.
    """

    title = "explorer"
    panel = Panel
    size = (6.4, 3.2)
    still_size = (4.2, 2.5)
    still_columns = 2
    dpi = 110

    def __init__(self, controls, rows):
        self.controls = controls
        self._gate = threading.RLock()
        self._held = 0
        self._wanted = self._busy = False
        self._panel = self._key = None
        self._figure = _figure(self.size, self.dpi)
        self._image = Picture(
            format="png",
            layout=ipywidgets.Layout(
                width=f"{round(self.size[0] * self.dpi)}px",
                max_width="100%", object_fit="contain",
            ),
        )
        self._words = ipywidgets.HTML()
        super().__init__([self._image, *rows, self._words])
        self._settle(self.settle(self.values(), set(controls)))
        self._refresh()
        for name, control in controls.items():
            control.observe(self._listener(name), "value")

    # -- what a subclass says --------------------------------------------

    def read(self, values):
        """Return the state that the controls' values mean.

        Raises
        ------
        ValueError
            If they mean none; the message is shown below the picture.
        """
        return dict(values)

    def describe(self, state):
        """Return the state in words, with the numbers that matter."""
        raise NotImplementedError

    def settle(self, values, changed):
        """Return the values after the controls in ``changed`` were moved.

        Here a control that depends on another follows it.
        """
        return values

    def limits(self, values):
        """Return ``{control: (min, max)}`` where they depend on values."""
        return {}

    def default_states(self):
        """Return the states of ``still()``, as arguments of ``update``."""
        raise NotImplementedError

    # -- what everybody may call -----------------------------------------

    def values(self):
        """Return the controls' values by name."""
        return {name: c.value for name, c in self.controls.items()}

    def update(self, **state):
        """Move controls, all at once, as a hand would; redraw once.

        Raises
        ------
        TypeError
            If there is no such control.
        ValueError
            If a value is outside its control's range.
        """
        values = self._moved(state)
        self.read(values)
        self._settle(values)
        self._request()

    def still(self, states=None, titles=None):
        """Return a figure of a few states beside one another.

        Parameters
        ----------
        states : list of dict, optional
            Values of controls, as ``update`` takes them; what is left out
            is as it stands now.  Without it, states chosen beforehand.
        titles : list of str, optional
            A line above each.

        Returns
        -------
        matplotlib.figure.Figure
            Drawn by the code that draws the explorer.
        """
        states = self.default_states() if states is None else list(states)
        if not states:
            raise ValueError("states is empty: name at least one state")
        if titles is None:
            titles = [None] * len(states)
        if len(titles) != len(states):
            raise ValueError(
                f"titles must have one line for each of the {len(states)}"
                f" states, got {len(titles)}"
            )
        read = [self.read(self._moved(values)) for values in states]
        columns = min(self.still_columns, len(read))
        lines = -(-len(read) // columns)
        width, height = self.still_size
        heading = 0.28
        with _DRAWING:
            figure = _figure(
                (width * columns, (height + heading) * lines), self.dpi
            )
            parts = figure.subfigures(lines, columns, squeeze=False).flat
            # A last line that is not full leaves empty parts, which is fine.
            for letter, state, title, part in zip(
                "abcdefghijkl", read, titles, parts, strict=False
            ):
                part.set_facecolor("white")
                text = title or self.short(state)
                _, body = part.subfigures(
                    2, 1, height_ratios=[heading, height]
                )
                body.set_facecolor("white")
                self.panel(body, state, 8.5).draw(state)
                part.text(
                    0.02, 1 - 0.06 / (height + heading),
                    f"({letter})  {text}",
                    va="top", ha="left", color="#222222", fontsize=9,
                    fontweight="bold",
                )
        return figure

    def short(self, state):
        """Return the heading of this state in a still figure."""
        return ""

    def png(self):
        """Return the picture shown, as PNG bytes."""
        return bytes(self._image.value)

    @property
    def text(self):
        """The words shown below the picture."""
        return self._text

    # -- how it works ----------------------------------------------------

    def _moved(self, state):
        unknown = sorted(set(state) - set(self.controls))
        if unknown:
            raise TypeError(
                f"no control is called {', '.join(unknown)};"
                f" there are {', '.join(self.controls)}"
            )
        values = self.settle({**self.values(), **state}, set(state))
        limits = self.limits(values)
        for name in state:
            control = self.controls[name]
            if hasattr(control, "options"):
                _check_option(name, control, values[name])
                continue
            low, high = limits.get(name, _range(control))
            if low is not None and not low <= values[name] <= high:
                raise ValueError(
                    f"{name} must be from {low} to {high},"
                    f" got {values[name]}"
                )
        return values

    def _settle(self, values):
        """Set all controls; they are held, so that nobody redraws midway."""
        with self._gate:
            self._held += 1
            try:
                for name, (low, high) in self.limits(values).items():
                    _set_range(self.controls[name], low, high)
                for name, value in values.items():
                    self.controls[name].value = value
            finally:
                self._held -= 1

    def _listener(self, name):
        def moved(change):
            with self._gate:
                if self._held:
                    return
                try:
                    self._settle(self.settle(self.values(), {name}))
                except Exception as error:
                    self._say_error(error)
                    return
            self._request()

        return moved

    def _request(self):
        """Redraw, unless somebody is: then they draw the latest state."""
        with self._gate:
            self._wanted = True
            if self._busy:
                return
            self._busy = True
        try:
            while self._more():
                self._refresh()
        except BaseException:
            # An interrupted kernel must be able to draw again.
            self._busy = False
            raise

    def _more(self):
        with self._gate:
            self._busy = more = self._wanted
            self._wanted = False
            return more

    def _refresh(self):
        try:
            with self._gate:
                values = self.values()
            state = self.read(values)
            text = self.describe(state)
            with _DRAWING:
                picture = self._render(state)
        except Exception as error:
            # Nobody reads a traceback that a callback leaves in a log.
            self._say_error(error)
            return
        self._image.value = picture
        self._image.tooltip = f"Picture: {self.title}. {text}"
        self._say(text)

    def _render(self, state):
        key = self.panel.key(state)
        if self._panel is None or key != self._key:
            self._figure.clear()
            self._panel = self.panel(self._figure, state, 10)
            self._key = key
        try:
            self._panel.draw(state)
            return _encode(self._figure)
        except Exception:
            # Half-changed artists must not be drawn upon again.
            self._panel = None
            raise

    def _say(self, text, *, error=False):
        self._text = text
        strong = "<b>Not drawn.</b> " if error else ""
        self._words.value = (
            f'<div role="status" aria-live="polite"'
            f' style="line-height: 1.4; max-width: 46em">'
            f"{strong}{html.escape(text)}</div>"
        )

    def _say_error(self, error):
        known = isinstance(error, ValueError)
        kind = "" if known else f"{type(error).__name__}: "
        self._say(f"{kind}{error}", error=True)

    def _repr_mimebundle_(self, include=None, exclude=None, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        bundle["text/plain"] = (
            f"Explorer: {self.title} (needs a running notebook)"
        )
        return bundle


def play_along(control, *, interval, trait="value", low=0, high=None):
    """Return a Play button that moves a control in the browser."""
    play = ipywidgets.Play(
        value=control.value, min=low,
        max=control.max if high is None else high, interval=interval,
        tooltip="Play",
        layout=ipywidgets.Layout(width="auto", margin="2px 8px 2px 0"),
    )
    ipywidgets.jslink((play, "value"), (control, trait))
    if high is None:
        ipywidgets.jslink((control, "max"), (play, "max"))
        ipywidgets.jslink((control, "min"), (play, "min"))
    return play


def wide():
    """Return the style of a slider whose description must not be cut."""
    return {"description_width": "initial"}


def row(*widgets):
    """Return the widgets in a line that wraps in a narrow window."""
    return ipywidgets.HBox(
        widgets,
        layout=ipywidgets.Layout(flex_flow="row wrap", align_items="center"),
    )


def number(value):
    """Return a number as short text with a true minus sign.

    Examples
    --------
    >>> number(-2.0), number(0.12345), number(float("-inf"))
    ('−2', '0.123', '−∞')
    """
    value = float(value)
    if abs(value) < 5e-13:
        value = 0.0
    text = f"{value:.3g}" if abs(value) < 100 else f"{value:.4g}"
    return text.replace("-", "−").replace("inf", "∞")


def _figure(size, dpi):
    figure = Figure(size, dpi=dpi, facecolor="white", layout="none")
    FigureCanvasAgg(figure)
    return figure


def _encode(figure):
    # Hinted letters of some sizes look as if from another font.  This one
    # setting is read while drawing, so it cannot be given to the artists.
    hinting = matplotlib.rcParams["text.hinting"]
    matplotlib.rcParams["text.hinting"] = "none"
    try:
        figure.canvas.draw()
    finally:
        matplotlib.rcParams["text.hinting"] = hinting
    pixels = np.asarray(figure.canvas.buffer_rgba())
    picture = Image.fromarray(pixels).convert("RGB")
    buffer = io.BytesIO()
    # The picture lives for a moment: speed before size.
    picture.save(buffer, "png", compress_level=1)
    return buffer.getvalue()


def _range(control):
    return getattr(control, "min", None), getattr(control, "max", None)


def _check_option(name, control, value):
    options = [o[1] if isinstance(o, tuple) else o for o in control.options]
    if value not in options:
        raise ValueError(f"{name} must be one of {options}, got {value!r}")


def _set_range(control, low, high):
    with contextlib.ExitStack() as stack:
        stack.enter_context(control.hold_sync())
        # min may not pass max, even on the way.
        if low > control.max:
            control.max, control.min = high, low
        else:
            control.min, control.max = low, high
