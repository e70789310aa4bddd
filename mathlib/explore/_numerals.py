"""Many numbers in one artist.

Matplotlib lays every ``Text`` out anew each time it is drawn, half a
millisecond for each; a table of eighty would make a slider stutter.  Here the
outlines of the characters are cached, and a table is one path per colour.
"""

import functools

import numpy as np
from matplotlib.font_manager import FontProperties
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.textpath import text_to_path

__all__ = ["Numerals"]

_CLOSED = Path(np.zeros((0, 2)), np.zeros(0, dtype=Path.code_type))


class Numerals:
    """A table of short texts, centred at points of an axes.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Its limits and place must be final.
    points : array of shape `(n, 2)`
        Where to centre each text, in data coordinates.
    size : float
        Size of the letters, in points.
    colors : sequence of str
        The colours that texts may have.
    fits : int
        Longer texts are drawn smaller, as wide as this many characters.
    """

    def __init__(self, ax, points, size, colors, fits=4.3):
        self.points, self.size, self.fits = np.asarray(points), size, fits
        box = ax.bbox
        inches = np.array([box.width, box.height]) / ax.figure.dpi
        span = [np.diff(ax.get_xlim())[0], np.diff(ax.get_ylim())[0]]
        self.unit = np.array(span) / inches / 72
        self.patches = {
            color: ax.add_patch(
                PathPatch(_CLOSED, fc=color, lw=0, zorder=3, snap=False)
            )
            for color in colors
        }

    def write(self, texts, colors):
        """Replace all texts; each has one of the colours."""
        vertices = {color: [] for color in self.patches}
        codes = {color: [] for color in self.patches}
        for text, color, point in zip(
            texts, colors, self.points, strict=True
        ):
            size = self.size * min(1, self.fits / max(len(text), 1))
            outline, code = _outline(text)
            vertices[color].append(outline * (size * self.unit) + point)
            codes[color].append(code)
        for color, patch in self.patches.items():
            if vertices[color]:
                patch.set_path(Path(
                    np.concatenate(vertices[color]),
                    np.concatenate(codes[color]),
                ))
            else:
                patch.set_path(_CLOSED)


@functools.lru_cache(maxsize=4096)
def _outline(text):
    """Return a text of size 1, centred at 0, as vertices and codes."""
    if not text:
        return _CLOSED.vertices, _CLOSED.codes
    vertices, codes, at = [], [], 0.0
    for character in text:
        outline, code, advance = _glyph(character)
        vertices.append(outline + [at, 0.0])
        codes.append(code)
        at += advance
    # Digits are 0.73 high; all lines are centred as if they were digits.
    return np.concatenate(vertices) - [at / 2, 0.365], np.concatenate(codes)


@functools.cache
def _glyph(character):
    font = FontProperties(family="DejaVu Sans", size=100)
    outline, codes = text_to_path.get_text_path(font, character)
    width, _, _ = text_to_path.get_text_width_height_descent(
        character, font, False
    )
    vertices = np.asarray(outline, dtype=float).reshape(-1, 2) / 100
    return vertices, np.asarray(codes, dtype=Path.code_type), width / 100
