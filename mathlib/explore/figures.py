"""The look of the course's figures, and how a lesson shows one."""

import base64
import html
import importlib.resources
import io
import sys

from matplotlib.figure import Figure

__all__ = ["COLORS", "show", "style"]

# The style's cycle under names, for code that means one colour.
COLORS = {
    "blue": "#0072B2",
    "orange": "#C24E00",
    "green": "#005A41",
    "purple": "#B0487F",
    "ochre": "#7A5700",
    "black": "#222222",
}


def style():
    """Give every matplotlib figure made from now on the course's look.

    Notes
    -----
    Six colours that people who see colours differently can tell apart (after
    Okabe and Ito), each dark enough to print text in; no frame above and to
    the right; a size and letters that stay readable at half width.

    References
    ----------
    M. Okabe and K. Ito, "Color Universal Design", 2008,
    https://jfly.uni-koeln.de/color/

    Examples
    --------
    >>> import matplotlib
    >>> with matplotlib.rc_context():
    ...     style()
    ...     print(matplotlib.rcParams["figure.figsize"])
    [6.4, 3.0]
    """
    import matplotlib.style

    here = importlib.resources.files("mathlib.explore")
    with importlib.resources.as_file(here / "mathlib.mplstyle") as path:
        matplotlib.style.use(path)


def show(fig, *, caption, alt):
    """Show a figure once, with its caption below, and close it.

    Outside a notebook the arguments are checked, the figure is closed, and
    nothing is shown.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
        The figure.
    caption : str
        One sentence that everybody reads: what there is to see.
    alt : str
        What the picture looks like, for those who do not see it.  It says
        other things than the caption, because a screen reader reads both.

    Raises
    ------
    TypeError
        If ``fig`` is not a figure or a text is not a string.
    ValueError
        If a text is empty, or ``alt`` repeats the caption.

    Notes
    -----
    The same figure gives the same bytes: the PNG carries no time and no
    version.
    """
    if not isinstance(fig, Figure):
        raise TypeError(
            f"fig must be a matplotlib Figure, not {type(fig).__name__}"
            " (of `fig, ax = plt.subplots()` it is the first)"
        )
    _check_texts(caption, alt)
    try:
        if _in_notebook():
            _display(fig, caption, alt)
    finally:
        # Left open, the inline backend would show it again after the cell.
        if "matplotlib.pyplot" in sys.modules:
            sys.modules["matplotlib.pyplot"].close(fig)


def png(fig):
    """Return the figure as the bytes of a PNG, cut to what is drawn.

    With 256 colours, chosen for the picture: a third of the size, and no eye
    has told the two apart.
    """
    from PIL import Image

    buffer, small = io.BytesIO(), io.BytesIO()
    fig.savefig(
        buffer, format="png", bbox_inches="tight", pad_inches=0.08,
        metadata={"Software": None},
    )
    picture = Image.open(buffer).convert("RGB")
    dpi = (fig.dpi, fig.dpi)
    picture.quantize(256, dither=Image.Dither.NONE).save(
        small, "PNG", optimize=True, dpi=dpi
    )
    return small.getvalue()


def caption_html(caption):
    """Return the caption as HTML that survives a notebook's sanitiser."""
    return f"<p><em>{html.escape(caption.strip(), quote=False)}</em></p>"


def _display(fig, caption, alt):
    from IPython.display import display

    picture = base64.b64encode(png(fig)).decode("ascii")
    display(
        {"image/png": picture, "text/plain": alt.strip()},
        metadata={"image/png": {"alt": alt.strip()}},
        raw=True,
    )
    display(
        {"text/html": caption_html(caption), "text/plain": caption.strip()},
        raw=True,
    )


def _check_texts(caption, alt):
    for name, text in (("caption", caption), ("alt", alt)):
        if not isinstance(text, str):
            raise TypeError(
                f"{name} must be a string, not {type(text).__name__}"
            )
        if not text.strip():
            raise ValueError(f"{name} is empty: say what there is to see")
    words = [_words(caption), _words(alt)]
    if words[0] in words[1] or words[1] in words[0]:
        raise ValueError(
            "alt repeats the caption: a screen reader reads both, so let"
            " alt say what is drawn and the caption what to notice"
        )


def _words(text):
    plain = "".join(c if c.isalnum() else " " for c in text.casefold())
    return f" {' '.join(plain.split())} "


def _in_notebook():
    # A figure can only be shown where IPython already runs.
    if "IPython" not in sys.modules:
        return False
    from IPython import get_ipython

    return get_ipython() is not None
