"""What of a page would run, load or cover something when it is opened.

``python -m corpus.pages OUT STUDENT...`` in a course's folder writes the
pages that formgrader would show.
"""

import re
import sys
from html.parser import HTMLParser
from pathlib import Path

from corpus.family import SLUG

__all__ = ["active", "formgrader_pages"]

LOADING = {
    "script", "iframe", "frame", "object", "embed", "applet", "base", "meta",
    "link", "form", "style", "portal",
}
ADDRESSES = {
    "href", "src", "action", "formaction", "xlink:href", "data", "poster",
    "background", "srcset", "srcdoc", "ping",
}
BAD_ADDRESS = re.compile(
    r"^[\s\0-\x1f]*(javascript|vbscript|data:(?!image/(png|jpeg|gif)))",
    re.IGNORECASE,
)
COVERING = re.compile(r"position|z-index|url\(|@import|inset", re.IGNORECASE)
# MathJax makes links and styles of these, unless it was told to be safe.
FORMULA = re.compile(r"\\(href|style|class|cssId|require)\s*\{")
SAFE = re.compile(r"mathjax[^\"'\s]*config=[^\"'\s]*\bSafe\b", re.IGNORECASE)
QUIET = {"pre", "code", "textarea", "title"}
VOID = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link",
    "meta", "source", "track", "wbr",
}


def active(page, token):
    """Return what a page does with ``token``, beyond showing it.

    Examples
    --------
    >>> active("<p>x7</p><pre>&lt;script&gt;x7&lt;/script&gt;</pre>", "x7")
    []
    >>> active("<script>run('x7')</script>", "x7")
    ['script']
    >>> active("<b onclick='x7'><a href=' JavaScript:x7'>", "x7")
    ['onclick of b', 'href of a']
    >>> active("<img src='https://example.org/x7.png'>", "x7")
    ['src of img']
    """
    finder = _Finder(token, SAFE.search(page))
    finder.feed(page)
    finder.close()
    return finder.found


class _Finder(HTMLParser):
    def __init__(self, token, safe):
        super().__init__(convert_charrefs=True)
        self.token = token
        self.safe = safe
        self.found = []
        self.open = []

    def handle_starttag(self, tag, attributes):
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attributes:
            if self.token not in f"{name}{value}":
                continue
            value = value or ""
            remote = tag != "a" and re.match(r"\s*(https?:)?//", value)
            if name.startswith("on") or tag in LOADING:
                self.found.append(f"{name} of {tag}")
            elif name in ADDRESSES and (
                remote or BAD_ADDRESS.match(re.sub(r"[\t\r\n]", "", value))
            ):
                self.found.append(f"{name} of {tag}")
            elif name == "style" and COVERING.search(value):
                self.found.append(f"{name} of {tag}")

    def handle_endtag(self, tag):
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data):
        if self.token not in data:
            return
        inside = LOADING & set(self.open)
        if inside:
            self.found += sorted(inside)
        elif self.safe or QUIET & set(self.open):
            return
        elif FORMULA.search(data):
            self.found.append("a formula")


def formgrader_pages(students, out):
    """Write the page that formgrader shows of each student's notebook."""
    from nbconvert.exporters import HTMLExporter
    from nbgrader.server_extensions.formgrader import handlers
    from traitlets.config import Config
    from traitlets.config.loader import PyFileConfigLoader

    config = Config()
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    config.merge(PyFileConfigLoader("nbgrader_config.py").load_config())
    exporter = HTMLExporter(config=config)
    for student in students:
        path = Path("autograded", student, SLUG, f"{SLUG}.ipynb")
        if not path.is_file():
            continue
        resources = {
            "assignment_id": SLUG, "notebook_id": SLUG, "index": 0,
            "submission_id": "1", "total": 1, "base_url": "",
            "student": student, "last_name": "", "first_name": "",
            "notebook_path": str(path),
        }
        html, _ = exporter.from_filename(str(path), resources=resources)
        Path(out, f"{student}.html").write_text(
            html, encoding="utf-8", errors="replace"
        )


if __name__ == "__main__":
    formgrader_pages(sys.argv[2:], sys.argv[1])
