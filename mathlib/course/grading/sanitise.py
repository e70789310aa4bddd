"""What of a submission is shown to others: words and pictures, no script.

formgrader and feedback are web pages made from a learner's notebook, and
formgrader's can write grades.  So what stands in the notebook is taken by an
allow-list, in three places that do not rely on each other: outputs when they
are made (:func:`clean_outputs`), the whole notebook before it is rendered
(:class:`SafeNotebook`), and every piece of HTML when it is
(:func:`clean_html`).  ``nbgrader_config.py`` sets up the last two.
"""

import base64
import binascii
import re
from collections import Counter
from html import escape

import nh3
from jinja2 import pass_context
from nbconvert.filters.markdown_mistune import (
    IPythonRenderer,
    MarkdownWithMath,
)
from nbconvert.preprocessors import Preprocessor
from nbformat import from_dict
from pygments.token import STANDARD_TYPES

__all__ = [
    "SafeNotebook",
    "clean_html",
    "clean_outputs",
    "markdown_to_html",
    "render_markdown",
]

MAX_OUTPUTS = 100  # of one cell
MAX_TOTAL = 8 * 2**20  # bytes, of one cell
MAX_TEXT = 64 * 2**10  # bytes, of one text
MAX_HTML = 2**20  # characters
MAX_PICTURE = 2 * 2**20  # bytes
# The time of what reads these grows with their square.
MAX_TAGS = 10_000
MAX_MARKDOWN = 20_000  # characters
MAX_COLOURS = 2_000

PREFIX = "text-"  # of ids, so that no text takes the place of a page's own


def _pattern(text):
    return re.compile(text, re.ASCII | re.IGNORECASE)


# ----------------------------------------------------------------- HTML

_TAGS = set(
    "a abbr b blockquote br caption code col colgroup dd del details div dl"
    " dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p"
    " pre q s samp small span strong sub summary sup table tbody td tfoot th"
    " thead tr tt u ul var".split()
)
# These go with all that is in them; of other tags the text stays.
_GO_WHOLE = set(
    "applet audio embed frameset iframe math noembed noframes noscript"
    " object plaintext script select style svg template textarea title video"
    " xmp".split()
)
_ATTRIBUTES = {
    "*": {"class", "id", "style", "title"},
    "a": {"href"},
    "col": {"span"},
    "colgroup": {"span"},
    "details": {"open"},
    "img": {"alt", "height", "src", "width"},
    "li": {"value"},
    "ol": {"start", "type"},
    "table": {"border"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan", "scope"},
}
# Highlighted code, the sign behind a heading, tables of pandas.
_CLASSES = {name for name in STANDARD_TYPES.values() if name} | {
    "anchor-link", "dataframe", "highlight",
}

_FREE = {"alt", "rel", "title"}  # text, which no page reads
_VALUES = {
    "href": _pattern(r"(https?://|mailto:)[^\s]+"),
    "src": _pattern(r"data:image/(png|jpeg|gif);base64,[a-z0-9+/=\s]+"),
    "id": _pattern(r"[^\s\x00-\x1f]{1,200}"),
    **dict.fromkeys(
        ["border", "colspan", "rowspan", "span", "start", "value"],
        _pattern(r"\d{1,3}"),
    ),
    **dict.fromkeys(["height", "width"], _pattern(r"\d{1,4}(px|%)?")),
    **dict.fromkeys(["align", "scope"], _pattern(r"[a-z]{2,8}")),
    "type": _pattern(r"[1ai]"),
    "open": _pattern(r"(open)?"),
}

# Nothing here moves, layers or hides, names an address, or grows with its
# depth: what is styled stays in its place on the page.
_LENGTH = (
    r"(0|\d{1,3}(\.\d+)?(px|pt|%)|\d{1,2}(\.\d+)?(em|ex|rem|ch)"
    r"|\.\d+(em|ex|rem|ch))"
)
_COLOUR = (
    r"([a-z]{3,20}|#[0-9a-f]{3,8}|(rgb|hsl)a?\([\d\s.,%/]{5,40}\))"
)
_WORDS = _pattern(r"[a-z][a-z-]{1,20}([\s,]+[a-z][a-z-]{1,20}){0,5}")
_BOX = _pattern(rf"({_LENGTH}|auto)(\s+({_LENGTH}|auto)){{0,3}}")
_LINE = _pattern(rf"({_LENGTH}|{_COLOUR})(\s+({_LENGTH}|{_COLOUR})){{0,2}}")
_SIDES = ["", "-top", "-right", "-bottom", "-left"]
_STYLES = {
    **dict.fromkeys(
        [
            "border-collapse", "border-style", "font-family", "font-style",
            "list-style-type", "overflow-wrap", "text-align",
            "text-decoration", "vertical-align", "white-space", "word-break",
        ],
        _WORDS,
    ),
    **dict.fromkeys([f"margin{side}" for side in _SIDES], _BOX),
    **dict.fromkeys([f"padding{side}" for side in _SIDES], _BOX),
    **dict.fromkeys([f"border{side}" for side in _SIDES], _LINE),
    **dict.fromkeys(
        [
            "border-radius", "border-spacing", "border-width", "max-width",
            "min-width", "width",
        ],
        _BOX,
    ),
    **dict.fromkeys(
        ["background", "background-color", "border-color", "color"],
        _pattern(_COLOUR),
    ),
    "font-size": _pattern(
        r"inherit|x-small|small|smaller|medium|large|x-large"
        r"|[12]?\d(\.\d+)?(px|pt)|(0?\.\d+|1)r?em|(\d\d|100)%"
    ),
    "font-weight": _pattern(r"normal|bold|bolder|lighter|inherit|[1-9]00"),
    "line-height": _pattern(r"[12](\.\d+)?|normal|inherit"),
}

# What nbconvert makes of "- [ ]" is a form's field; we write the sign.
_BOXES = {
    '<input class="task-list-item-checkbox" type="checkbox" disabled/>':
        "\N{BALLOT BOX} ",
    '<input class="task-list-item-checkbox" type="checkbox" disabled'
    " checked/>": "\N{BALLOT BOX WITH CHECK} ",
}


def clean_html(text):
    """Return HTML with nothing in it that runs, loads, covers or submits.

    Tags, attributes, classes, styles and addresses are kept by an
    allow-list.  What is cleaned already stays as it is.

    Parameters
    ----------
    text : str
        HTML from anywhere.

    Examples
    --------
    >>> clean_html('<p onclick="go()">1 &lt; 2<script>go()</script></p>')
    '<p>1 &lt; 2</p>'
    >>> clean_html('<b style="color: red; position: fixed">now</b>')
    '<b style="color: red">now</b>'
    """
    text = _well_formed(text)
    if len(text) > 4 * MAX_PICTURE or text.count("<") > MAX_TAGS:
        return _as_text(text)
    for field, sign in _BOXES.items():
        text = text.replace(field, sign)
    return nh3.clean(
        text,
        tags=_TAGS,
        clean_content_tags=_GO_WHOLE,
        attributes=_ATTRIBUTES,
        attribute_filter=_keep,
        url_schemes={"http", "https", "mailto", "data"},
        link_rel="noopener noreferrer",
    )


def _keep(tag, name, value):
    """Return what stays of an attribute, or None."""
    if name in _FREE:
        return value
    if name == "style":
        return _style(value)
    if name == "class":
        known = [word for word in value.split() if word in _CLASSES]
        return " ".join(known) or None
    if name == "href" and value.startswith("#"):
        return "#" + _own(value[1:])
    if name not in _VALUES or not _VALUES[name].fullmatch(value.strip()):
        return None
    return _own(value) if name == "id" else value


def _own(name):
    return name if name.startswith(PREFIX) else PREFIX + name


def _style(value):
    kept = []
    for declaration in value.split(";"):
        name, _, told = declaration.partition(":")
        name, told = name.strip().lower(), told.strip()
        if name in _STYLES and _STYLES[name].fullmatch(told):
            kept.append(f"{name}: {told}")
    return "; ".join(kept) or None


def markdown_to_html(source, attachments=None):
    """Render Markdown as nbconvert does, and clean it; never raise.

    Parameters
    ----------
    source : str
    attachments : dict, optional
        The cell's pictures: ``{name: {"image/png": base64}}``.

    Examples
    --------
    >>> markdown_to_html("*a* $x < y$ [b](javascript:go())").strip()
    '<p><em>a</em> $x &lt; y$ <a rel="noopener noreferrer">b</a></p>'
    """
    source = _well_formed(source)
    if len(source) > MAX_MARKDOWN:
        return _as_text(source)
    renderer = IPythonRenderer(
        escape=False, attachments=_attachments(attachments)
    )
    try:
        html = MarkdownWithMath(renderer=renderer).render(source)
    except Exception:  # a picture that is not there, brackets too deep
        return _as_text(source)
    return clean_html(html)


@pass_context
def render_markdown(context, source):
    """Be nbconvert's filter ``markdown2html`` in its templates."""
    cell = context.get("cell", {})
    return markdown_to_html(source, cell.get("attachments"))


def _attachments(attachments):
    if not isinstance(attachments, dict):
        return {}
    kept = {}
    for name, kinds in attachments.items():
        kinds = kinds if isinstance(kinds, dict) else {}
        for kind in _MAGIC.keys() & kinds.keys():
            picture = _picture(kind, kinds[kind])
            if picture:
                kept[name] = {kind: picture}
    return kept


def _as_text(text):
    return f"<pre>{escape(_cut(text), quote=False)}</pre>"


# -------------------------------------------------------------- outputs

_MAGIC = {
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
}
# nbconvert stops on a colour that is half told, such as ESC [38m.
_NUMBER = r"(?![34]8(?!\d))\d{1,3}"
_COLOUR_CODE = (
    rf"(?:[34]8;5;\d{{1,3}}|[34]8;2;\d{{1,3}};\d{{1,3}};\d{{1,3}}|{_NUMBER})"
)
_CONTROL = re.compile(
    rf"(\x1b\[(?:{_COLOUR_CODE}(?:;{_COLOUR_CODE})*)?m)"  # kept
    r"|\x1b(?:\[[0-9:;<=>?]*[ -/]*[@-~]?|\][^\x07\x1b]*(?:\x07|\x1b\\)?)?"
    r"|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]"
)


def clean_outputs(outputs):
    """Return a cell's outputs, reduced to what may be shown to others.

    Text, errors, cleaned HTML (Markdown becomes HTML) and PNG and JPEG
    pictures stay, each up to a size.  Of the metadata only a picture's
    description stays.  Whatever else there was is told in one line at the
    end.

    Parameters
    ----------
    outputs : list of dict
        Outputs in nbformat 4.  What is malformed is left out.

    Returns
    -------
    list of NotebookNode
        Dicts that nbformat takes.

    Examples
    --------
    >>> script = {"application/javascript": "go()", "text/plain": "2"}
    >>> shown = clean_outputs([{"output_type": "display_data",
    ...                         "data": script, "metadata": {}}])
    >>> shown[0]["data"]
    {'text/plain': '2'}
    >>> shown[1]["text"]
    '[Not shown: application/javascript]\\n'
    """
    kept, left_out, room = [], Counter(), MAX_TOTAL
    if not isinstance(outputs, list | tuple):
        outputs, left_out["no list of outputs"] = [], outputs is not None
    for output in outputs:
        if len(kept) == MAX_OUTPUTS:
            left_out[f"more than {MAX_OUTPUTS} outputs"] = 1
            break
        new = _clean_output(output, left_out)
        if new is None:
            continue
        if kept and _join(kept[-1], new):
            continue
        room -= _size(new)
        if room < 0:
            left_out[f"more than {MAX_TOTAL >> 20} MB"] = 1
            break
        kept.append(new)
    told = _told(left_out)
    return from_dict([*kept, _stream("stdout", told)] if told else kept)


def _told(left_out):
    names = [
        f"{count} x {name}" if count > 1 else name
        for name, count in left_out.items() if count
    ]
    names[8:] = ["and more"] * (len(names) > 8)
    return f"[Not shown: {', '.join(names)}]\n" if names else ""


def _stream(name, text):
    return {"output_type": "stream", "name": name, "text": text}


def _join(last, new):
    """Add a stream to the same stream before it; say whether that was it."""
    if new["output_type"] != "stream" or last.get("name") != new["name"]:
        return False
    if not last["text"].endswith(_REST):
        last["text"] = _cut(last["text"] + new["text"])
    return True


def _size(value):
    if isinstance(value, dict):
        return sum(map(_size, value.values()))
    if isinstance(value, list):
        return sum(map(_size, value))
    return len(value.encode()) if isinstance(value, str) else 0


def _clean_output(output, left_out):
    kind = output.get("output_type") if isinstance(output, dict) else None
    if kind == "stream":
        text, name = _text(output.get("text")), output.get("name")
        if text is not None and name in ("stdout", "stderr"):
            return _stream(name, text)
    elif kind == "error":
        return _clean_error(output)
    elif kind in ("display_data", "execute_result"):
        return _clean_display(kind, output, left_out)
    left_out["an output of unknown kind"] += 1
    return None


def _clean_error(output):
    lines = output.get("traceback")
    lines = lines if isinstance(lines, list) else []
    traceback = _text([f"{line}\n" for line in lines if _is_text(line)])
    name = _cut(_text(output.get("ename")) or "Error", 200)
    value = _cut(_text(output.get("evalue")) or "", 2000)
    return {
        "output_type": "error", "ename": name, "evalue": value,
        "traceback": (traceback or f"{name}: {value}").splitlines(),
    }


def _clean_display(kind, output, left_out):
    data = output.get("data")
    shown = {}
    for mime, value in (data if isinstance(data, dict) else {}).items():
        new = _clean_data(mime, value)
        if new is None:
            left_out[_cut(_plain(mime), 60)] += 1
        else:
            # HTML that was made from Markdown gives way to HTML.
            target = "text/html" if mime == "text/markdown" else mime
            if mime == target or target not in data:
                shown[target] = new
    if not shown:
        left_out["an output with nothing to show"] += not data
        return None
    new = {
        "output_type": kind, "data": shown,
        "metadata": _descriptions(output.get("metadata"), shown),
    }
    if kind == "execute_result":
        new["execution_count"] = _count(output.get("execution_count"))
    return new


def _clean_data(mime, value):
    """Return what may be shown of one piece of data, or None."""
    if mime in _MAGIC:
        return _picture(mime, value)
    if mime in ("text/plain", "text/latex"):
        return _text(value)
    if mime not in ("text/html", "text/markdown") or not _is_text(value):
        return None
    text = _joined(value)
    if len(text) > MAX_HTML:
        return None
    html = markdown_to_html(text) if "markdown" in mime else clean_html(text)
    return html if html.strip() else None


def _picture(kind, value):
    """Return a picture's base64 if that is what it is, otherwise None."""
    if not _is_text(value):
        return None
    text = "".join(_joined(value).split())
    if len(text) > MAX_PICTURE * 4 // 3 + 4:
        return None
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(raw) > MAX_PICTURE or not raw.startswith(_MAGIC[kind]):
        return None
    return base64.b64encode(raw).decode()


def _descriptions(metadata, shown):
    """Keep what a picture's metadata says to those who can't see it."""
    kept = {}
    for kind in _MAGIC.keys() & shown.keys():
        told = metadata.get(kind) if isinstance(metadata, dict) else None
        alt = told.get("alt") if isinstance(told, dict) else None
        if isinstance(alt, str):
            kept[kind] = {"alt": _cut(_plain(alt), 2000)}
    return kept


def _count(value):
    good = isinstance(value, int) and not isinstance(value, bool)
    return value if good and 0 <= value < 10**6 else None


def _is_text(value):
    """Whether this is a text, or one in lines as nbformat writes it."""
    return isinstance(value, str) or (
        isinstance(value, list)
        and all(isinstance(line, str) for line in value)
    )


def _joined(value):
    return _well_formed("".join(value))


def _text(value):
    """Return a text without control characters, not too long, or None."""
    return _cut(_plain(_joined(value))) if _is_text(value) else None


def _plain(text):
    """Take out what steers a terminal or turns text round; keep colours."""
    text = _well_formed(text)
    plain = _CONTROL.sub(lambda found: found[1] or "", text)
    if plain.count("\x1b") > MAX_COLOURS:
        plain = re.sub(r"\x1b\[[\d;]*m", "", plain)
    return plain


def _well_formed(text):
    """Return text that can be written in UTF-8: no half characters."""
    return str(text).encode("utf-8", "replace").decode()


_REST = "\n[The rest is not shown.]\n"


def _cut(text, most=MAX_TEXT):
    """Cut a text that has more than so many bytes."""
    encoded = text.encode()
    if len(encoded) <= most:
        return text
    rest = _REST if most > 10 * len(_REST) else "..."
    return encoded[: most - len(rest)].decode("utf-8", "ignore") + rest


# ------------------------------------------------------------- notebooks

_ID = _pattern(r"[\w-]{1,64}")


class SafeNotebook(Preprocessor):
    """Rebuild a notebook before formgrader and feedback render it.

    Their templates write some of a notebook into the page as it is: an
    execution count, a cell's id, the size of a picture.  So only what is of
    the right kind is taken over.
    """

    def preprocess(self, nb, resources):
        """Return the notebook, rebuilt."""
        language = {"name": "python", "pygments_lexer": "ipython3"}
        nb.metadata = from_dict({"language_info": language})
        nb.cells = [
            from_dict(_clean_cell(cell, place))
            for place, cell in enumerate(nb.cells)
        ]
        return nb, resources


def _clean_cell(cell, place):
    name, source = str(cell.get("id", "")), cell.get("source")
    new = {
        "cell_type": cell.get("cell_type"),
        "id": name if _ID.fullmatch(name) else f"cell-{place}",
        "metadata": _clean_metadata(cell.get("metadata")),
        "source": _cut(_joined(source)) if _is_text(source) else "",
    }
    if new["cell_type"] == "code":
        new["execution_count"] = _count(cell.get("execution_count"))
        new["outputs"] = clean_outputs(cell.get("outputs"))
    elif new["cell_type"] == "markdown":
        new["attachments"] = _attachments(cell.get("attachments"))
    else:
        new["cell_type"] = "raw"
    return new


def _clean_metadata(metadata):
    """Keep what nbgrader must know of a cell of its own."""
    told = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    if not isinstance(told, dict):
        return {}
    name, points = told.get("grade_id"), told.get("points")
    if not isinstance(name, str) or not _ID.fullmatch(name):
        return {}
    kept = {
        key: bool(told.get(key))
        for key in ("grade", "solution", "task", "locked")
    }
    kept |= {"grade_id": name, "schema_version": 3}
    if isinstance(points, int | float):
        kept["points"] = float(points)
    return {"nbgrader": kept}
