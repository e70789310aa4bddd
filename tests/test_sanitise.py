"""Nothing that a learner writes runs in formgrader or in feedback.

A bank of hostile texts goes into every place of a notebook that reaches a
page, through nbgrader's own two exporters as ``nbgrader_config.py`` sets them
up, and a parser of HTML that makes of a page what browsers make of it looks
for what is left.
"""

import base64
import functools
import json
import os
import re
import subprocess
import sys
import time
import warnings
from collections import Counter

import nbformat
import pytest
from bleach._vendor import html5lib  # nbconvert brings it along
from hypothesis import given
from hypothesis import strategies as st
from nbconvert import HTMLExporter
from nbformat import from_dict
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from roundtrip import ROOT, environment

from mathlib import foundations
from mathlib.course.grading.sanitise import (
    MAX_OUTPUTS,
    MAX_PICTURE,
    MAX_TEXT,
    MAX_TOTAL,
    SafeNotebook,
    clean_html,
    clean_outputs,
    markdown_to_html,
)
from mathlib.course.judge import judge, run_here
from mathlib.course.report import to_html
from mathlib.exercise import Case, Exercise, call

RUN = "(window.ran=window.ran||[]).push(1)"
IMAGE = "<img src=x onerror=RUN>"
ENCODED = base64.b64encode(f"<script>{RUN}</script>".encode()).decode()
SVG = base64.b64encode(
    f"<svg xmlns='http://www.w3.org/2000/svg' onload='{RUN}'/>".encode()
).decode()

# RUN stands for JavaScript that leaves a trace.
BANK = [
    "<script>RUN</script>",
    "<ScRiPt >RUN</sCrIpT >",
    "<script src=data:text/javascript,RUN></script>",
    "<script/x>RUN</script/x>",
    "<<script>RUN//<</script>",
    "<scr<script>ipt>RUN</scr</script>ipt>",
    IMAGE,
    "<img src=x onerror='RUN' onload=RUN//",
    '<img """><script>RUN</script>">',
    "<img/src/onerror=RUN>",
    "<img src=`x` onerror\n=\nRUN>",
    "<svg onload=RUN>",
    "<svg><script>RUN</script></svg>",
    "<svg><animate onbegin=RUN attributeName=x dur=1s>",
    "<svg><a xlink:href='javascript:RUN'><text y=20>here</text></a></svg>",
    "<svg><foreignObject><iframe srcdoc='<script>RUN</script>'>",
    "<math><mtext><table><mglyph><style><!--</style>"
    "<img title='--&gt;&lt;img src=x onerror=RUN&gt;'>",
    "<math><a xlink:href='javascript:RUN'>here</a></math>",
    "<math><mi//xlink:href='data:x,<script>RUN</script>'>",
    "<noscript><p title='</noscript><img src=x onerror=RUN>'>",
    "<style><img src='</style><img src=x onerror=RUN>'></style>",
    "<textarea><img title='</textarea><img src=x onerror=RUN>'></textarea>",
    "<title><img title='</title><img src=x onerror=RUN>'></title>",
    "<xmp><img title='</xmp><img src=x onerror=RUN>'></xmp>",
    "<!--<img src='--><img src=x onerror=RUN>'>-->",
    "<!--><script>RUN</script>-->",
    "<![CDATA[<img src=x onerror=RUN>]]>",
    "<?xml version='1.0'?><script>RUN</script>",
    "<template><script>RUN</script></template>",
    "<iframe src='javascript:RUN'></iframe>",
    "<iframe srcdoc='<script>RUN</script>'></iframe>",
    f"<iframe src='data:text/html;base64,{ENCODED}'></iframe>",
    f"<object data='data:text/html;base64,{ENCODED}'></object>",
    f"<embed src='data:image/svg+xml;base64,{SVG}'>",
    "<applet code='javascript:RUN'></applet>",
    "<a href='javascript:RUN'>here</a>",
    "<a href='java&#10;script&colon;RUN'>here</a>",
    "<a href=' &#14; JaVaScRiPt:RUN'>here</a>",
    "<a href='vbscript:RUN'>here</a>",
    f"<a href='data:text/html;base64,{ENCODED}'>here</a>",
    "<a href='/logout'>here</a>",
    "<a href='//example.org/'>here</a>",
    "<img src='/logout'>",
    "<img src='https://example.org/seen.png'>",
    f"<img src='data:image/svg+xml;base64,{SVG}'>",
    "<img src=x srcset='/logout 1x'>",
    "<form action='javascript:RUN'><input type=submit autofocus></form>",
    "<button onclick=RUN formaction='javascript:RUN'>here</button>",
    "<input autofocus onfocus=RUN>",
    "<select onfocus=RUN autofocus></select>",
    "<isindex type=image src=1 onerror=RUN>",
    "<details open ontoggle=RUN><summary>here</summary></details>",
    "<body onload=RUN><frameset onload=RUN>",
    "<marquee onstart=RUN>here</marquee>",
    "<video autoplay><source onerror=RUN></video>",
    "<audio src=x onerror=RUN></audio>",
    "<link rel=stylesheet href='data:text/css,body{display:none}'>",
    "<link rel=import href='data:text/html,<script>RUN</script>'>",
    "<meta http-equiv=refresh content='0;url=javascript:RUN'>",
    "<base href='https://example.org/'>",
    "<style>body { display: none } @import 'https://example.org/';</style>",
    "<div style='position: fixed; inset: 0; z-index: 9999'>over</div>",
    "<div style='margin-top: -2000px; width: 5000px'>over</div>",
    "<div style='background: url(https://example.org/seen)'>seen</div>",
    "<div style='back\\67round: u\\72l(https://example.org/)'>seen</div>",
    "<div style='color: red;;position/**/:/**/absolute'>over</div>",
    "<div style='width: expression(RUN)'>old</div>",
    "<div style='font-size: 999px; line-height: 0'>over</div>",
    "<p id=dot>here</p><a name=dot id=statusmessage>here</a>",
    "<img name=base_url id=submission_id src=x>",
    "<p class='modal navbar-fixed-top full-credit help'>over</p>",
    "<p data-toggle=tooltip data-html=true title='<img src=x onerror=RUN>'"
    " data-link='javascript:RUN'>here</p>",
    "</pre></div></div></div></body></html><script>RUN</script>",
    "</textarea></title></style></script><script>RUN</script>",
    "\"'><script>RUN</script>",
    "1 onerror=RUN src=x",
    "\" onmouseover=\"RUN\" x=\"",
    "{{ ''.__class__ }}<script>RUN</script>{% raw %}",
    # Markdown
    "[here](javascript:RUN)",
    "[here](<java\nscript:RUN>)",
    "[here](JAVASCRIPT&colon;RUN 'title')",
    f"[here](data:text/html;base64,{ENCODED})",
    "![x](x 'y\" onerror=\"RUN')",
    "![x\" onerror=\"RUN](x)",
    "![x](attachment:nowhere.png)",
    "![x](attachment:evil.png)",
    "<javascript:RUN>",
    "[a]: javascript:RUN\n\n[a]",
    "# <img src=x onerror=RUN>",
    "# dot\n\n## statusmessage\n\n[up](#dot)",
    "| a |\n|---|\n| <script>RUN</script> |",
    "```mermaid\n</pre><script>RUN</script>\n```",
    "```html onload=RUN\n<script>RUN</script>\n```",
    "`</code><script>RUN</script>`",
    "- [ ] <script>RUN</script>\n- [x] <img src=x onerror=RUN>",
    "term\n: <svg onload=RUN>",
    # LaTeX
    "$<script>RUN</script>$",
    "$$</script><img src=x onerror=RUN>$$",
    r"\begin{matrix}<img src=x onerror=RUN>\end{matrix}",
    r"\(<svg onload=RUN>\)",
    r"$\href{javascript:RUN}{x}$",
    # For a terminal
    "\x1b]8;;javascript:RUN\x07here\x1b]8;;\x07",
    "\x1b[38m\x1b[48;5m\x1b[999;<script>RUN</script>m",
    "\ud800<script>RUN</script>\x00\u202e",
]
BANK = [text.replace("RUN", RUN) for text in BANK]

PNG = base64.b64encode(
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01"
    b"\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xff"
    b"\xff?\x00\x05\xfe\x02\xfe\xa75\x81\x84\x00\x00\x00\x00IEND\xaeB`\x82"
).decode()


# ------------------------------------------------------- pages, as parsed


def shown(kind, text, **rest):
    return {"output_type": "display_data", "data": {kind: text},
            "metadata": {}, **rest}


def cells_with(text):
    """Cells that have a text in each place where a page may take it up."""
    outputs = [
        shown("text/html", text),
        shown("text/html", text, metadata={"text/html": {"isolated": True}}),
        shown("text/markdown", text),
        shown("text/latex", text),
        shown("text/plain", text),
        shown("image/svg+xml", text),
        shown("image/png", text),
        shown("image/jpeg", PNG),
        shown("application/javascript", RUN),
        shown("application/vnd.jupyter.widget-view+json", {"a": text}),
        shown("text/vnd.mermaid", text),
        shown("application/pdf", text),
        shown(text, text),
        shown("image/png", PNG, metadata={
            "image/png": {"width": text, "height": text, "alt": text},
            "filenames": {"image/png": text},
        }),
        {"output_type": "stream", "name": "stdout", "text": text},
        {"output_type": "stream", "name": text, "text": text},
        {"output_type": "error", "ename": text, "evalue": text,
         "traceback": [text]},
        {"output_type": text},
    ]
    outputs.append({
        **shown("text/plain", "1"), "output_type": "execute_result",
        "execution_count": text,
    })
    code = new_code_cell(text)
    code["outputs"] = outputs
    code["execution_count"], code["id"] = text, text + "1"
    code["metadata"] = {
        "tags": [text], "alt": text, "magics_language": text,
        "nbgrader": {"grade": True, "solution": True, "grade_id": text,
                     "points": text, "comment": text},
    }
    evil = {"image/svg+xml": SVG, text: text, "image/png": text}
    words = new_markdown_cell(
        text, attachments={"evil.png": evil, text: {text: text}}
    )
    raw = {"cell_type": "raw", "id": text + "2", "source": text,
           "metadata": {"raw_mimetype": "text/html"}}
    other = {"cell_type": text, "id": text + "3", "type": text, "source": text,
             "metadata": {}}
    return [
        words, new_markdown_cell("# " + text.split("\n")[0]), code,
        from_dict(raw), from_dict(other),
    ]


def submission(texts):
    """A graded notebook with every text in it, a mark after each."""
    cells = [graded("essay", "An essay."), graded("why", "\n\n".join(texts))]
    for number, text in enumerate(texts):
        cells += [*cells_with(text), new_markdown_cell(f"mark-{number}-end")]
    evil, notebook = "\n".join(texts), new_notebook()
    notebook["cells"] = cells  # nbformat would refuse them
    notebook["metadata"] = from_dict({
        "title": evil, "language_info": {"pygments_lexer": evil},
        "widgets": {"application/vnd.jupyter.widget-state+json": evil},
    })
    return notebook


def graded(name, text):
    cell = new_markdown_cell(text)
    cell.metadata["nbgrader"] = {
        "grade": True, "solution": True, "locked": False, "points": 2,
        "grade_id": name, "schema_version": 3, "task": False,
    }
    return cell


GONE = {
    "script", "iframe", "frame", "frameset", "object", "embed", "applet",
    "form", "input", "button", "textarea", "select", "option", "svg", "math",
    "style", "link", "meta", "base", "template", "noscript", "audio",
    "video", "source", "portal", "dialog", "marquee", "isindex", "title",
}
STYLES = {
    "background", "border", "border-left", "color", "font-family", "margin",
    "font-size", "max-width", "overflow-wrap", "padding", "text-align",
    "white-space", "word-break", "background-color", "width", "height",
    "margin-left",
}


def active(page):
    """Count what a page has of all that can do anything."""
    found = Counter()
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        tag = element.tag.rpartition("}")[2].lower()
        if tag in GONE:
            found[f"<{tag}> {''.join(element.itertext())[:200]}"] += 1
        for name, value in element.attrib.items():
            name = (name[1] if isinstance(name, tuple) else name).lower()
            found.update(_active_attribute(tag, name, value))
    return found


def _active_attribute(tag, name, value):
    url = re.sub(r"[\s\x00-\x20]", "", value).lower()
    if name.startswith(("on", "data-", "form")) or name in (
        "srcset", "srcdoc", "action", "background", "ping", "name", "target",
        "autofocus", "is", "slot", "contenteditable", "tabindex",
    ):
        yield f"{tag} {name}"
    if name.endswith(("href", "src")):
        picture = re.match("data:image/(png|jpeg|gif);base64,", url)
        fine = (
            picture if tag == "img"
            else url.startswith(("http://", "https://", "mailto:"))
            or url.startswith("#text-")
        )
        if not fine:
            yield f"{tag} {name}={url[:60]}"
    if name == "style":
        for declaration in value.split(";"):
            key, _, told = declaration.partition(":")
            known = key.strip() in STYLES and not re.search(
                r"url|expression|\\|[-]\d|@|calc|var\(|/\*", told
            )
            if not known or "999" in told:
                yield f"{tag} style {declaration.strip()}"
    if name == "id" and not re.fullmatch(r"(text-|cell-id=)[^<>\s]+", value):
        yield f"{tag} id={value}"
    if name == "class":
        for word in {"modal", "help", "full-credit", "navbar-fixed-top"}:
            if word in value.split():
                yield f"{tag} class {word}"


@functools.cache
def stock():
    return HTMLExporter(template_name="basic")


def stock_page(notebook):
    """The page that nbconvert makes of a notebook if nobody minds."""
    page, _ = stock().from_notebook_node(notebook)
    # Half a character can't be written to a file at all.
    return page.encode("utf-8", "replace").decode()


def test_the_bank_is_hostile():
    assert len(BANK) >= 80 and len(set(BANK)) == len(BANK)
    nothing = active(stock_page(new_notebook()))
    dangerous = 0
    for text in BANK:
        cells = [new_code_cell("", outputs=[shown("text/html", text)])]
        if "attachment" not in text:  # where nbconvert gives up
            cells.append(new_markdown_cell(text))
        page = stock_page(new_notebook(cells=cells))
        dangerous += bool(active(page) - nothing)
    assert dangerous > 0.9 * len(BANK)


# -------------------------------------------------- nbgrader's exporters

EXPORT = """
import sys
from nbconvert import HTMLExporter
from nbgrader.server_extensions.formgrader.formgrader import (
    FormgradeExtension
)
# As formgrader's load_jupyter_server_extension does it.
app = FormgradeExtension()
app.load_cwd_config = True
app.initialize([])
exporter = HTMLExporter(config=app.config)
page, _ = exporter.from_filename(sys.argv[1], resources={
    "assignment_id": "work", "notebook_id": "work", "submission_id": "abc",
    "index": 0, "total": 1, "base_url": "", "student": "s",
    "last_name": None, "first_name": None, "notebook_path": "x",
})
open(sys.argv[2], "w", encoding="utf-8").write(page)
"""


def make_pages(folder, texts):
    """Return both pages of a notebook that was autograded by anything."""
    (folder / "nbgrader_config.py").write_text(
        # The repository's configuration, for a course in this folder.
        f"exec(open({str(ROOT / 'nbgrader_config.py')!r}).read(),"
        f" {{**globals(), '__file__': {str(folder / 'x.py')!r}}})\n"
    )
    path = folder / "autograded" / "s" / "work" / "work.ipynb"
    path.parent.mkdir(parents=True)
    # By json: nbformat would refuse much of what is in here.
    path.write_text(json.dumps(submission(texts)))
    words = "\n\n".join(["Good: $a < b$ **and**", *texts[:9]])
    _fill_gradebook(folder, words)
    form = folder / "formgrader.html"
    for line in (
        ["-m", "nbgrader", "generate_feedback", "work"],
        ["-c", EXPORT, str(path), str(form)],
    ):
        done = subprocess.run(
            [sys.executable, *line], cwd=folder, env=environment(),
            text=True, capture_output=True, timeout=300,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    feedback = folder / "feedback" / "s" / "work" / "work.html"
    return {"feedback": feedback, "formgrader": form}


def _fill_gradebook(folder, comment):
    from nbgrader.api import Gradebook

    bin = os.path.dirname(sys.executable)
    with pytest.MonkeyPatch.context() as patch:
        # nbgrader starts alembic by its bare name.
        patch.setenv("PATH", bin, prepend=os.pathsep)
        book = Gradebook(f"sqlite:///{folder / 'gradebook.db'}")
    with book, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of SQLAlchemy's, about nbgrader
        book.add_assignment("work")
        book.add_notebook("work", "work")
        for name in ("essay", "why"):
            book.add_grade_cell(
                name, "work", "work", max_score=2, cell_type="markdown"
            )
            book.add_solution_cell(name, "work", "work")
        book.add_student("s")
        book.add_submission("work", "s")
        found = book.find_comment("essay", "work", "work", "s")
        found.manual_comment = comment
        book.db.commit()


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    return make_pages(tmp_path_factory.mktemp("hostile"), BANK)


@pytest.fixture(scope="module")
def harmless(tmp_path_factory):
    return make_pages(tmp_path_factory.mktemp("harmless"), ["not a thing"])


@pytest.mark.parametrize("kind", ["feedback", "formgrader"])
def test_nothing_active_is_left_on_a_page(kind, pages, harmless):
    page = pages[kind].read_text(encoding="utf-8")
    plain = harmless[kind].read_text(encoding="utf-8")
    assert active(page) - active(plain) == Counter()
    for number in range(len(BANK)):  # and nothing was swallowed
        assert page.count(f"mark-{number}-end") == 1


def test_harmless_words_come_through(pages, harmless):
    for kind in pages:
        assert "An essay." in pages[kind].read_text(encoding="utf-8")
        plain = harmless[kind].read_text(encoding="utf-8")
        assert plain.count("not a thing") > 10
    feedback = pages["feedback"].read_text(encoding="utf-8")
    assert "Good: $a &lt; b$ <strong>and</strong>" in feedback


@pytest.fixture(scope="module")
def browser():
    api = pytest.importorskip("playwright.sync_api")
    system = "/usr/bin/chromium"
    with api.sync_playwright() as play:
        path = system if os.path.exists(system) else None
        try:
            browser = play.chromium.launch(
                executable_path=path,
                args=["--no-sandbox", "--disable-gpu", "--disable-quic"],
            )
        except api.Error as error:
            pytest.skip(f"no browser: {error}")
        yield browser
        browser.close()


def ran(browser, path):
    """Open a page, touch everything on it, and say what of RUN has run."""
    page = browser.new_page()
    page.route(re.compile("^(?!file:)"), lambda route: route.abort())
    page.on("dialog", lambda dialog: dialog.dismiss())
    page.goto(path.as_uri(), wait_until="load")
    try:
        page.evaluate("""() => {
            for (const e of document.querySelectorAll("body *")) {
                for (const kind of ["mouseover", "focus", "toggle"])
                    e.dispatchEvent(new Event(kind, {bubbles: true}));
                if (/^\\s*java/i.test(e.getAttribute("href") || "")) e.click();
            }
        }""")
        page.wait_for_timeout(500)
        return page.evaluate("(window.ran || []).length")
    finally:
        page.close()


@pytest.mark.browser
def test_no_script_runs_in_a_browser(browser, pages, tmp_path):
    outputs = [shown("text/html", text) for text in BANK]
    unsafe = tmp_path / "unsafe.html"
    page = stock_page(new_notebook(cells=[
        new_code_cell("", outputs=[output]) for output in outputs
    ]))
    unsafe.write_text(page, encoding="utf-8")
    assert ran(browser, unsafe) > 10
    for path in pages.values():
        assert ran(browser, path) == 0


# ------------------------------------------------------------- clean_html


@pytest.mark.parametrize("text", BANK)
def test_cleaning_twice_changes_nothing(text):
    once = clean_html(text)
    assert not active(once)
    assert clean_html(once) == once
    assert not active(markdown_to_html(text))


KEPT = [
    '<table border="1" class="dataframe"><thead><tr><th>a</th></tr></thead>'
    '<tbody><tr><td colspan="2">1</td></tr></tbody></table>',
    '<details open=""><summary>Hint</summary>Sum.</details>',
    f'<img src="data:image/png;base64,{PNG}" alt="a dot" width="20">',
    '<pre style="font-family: monospace; white-space: pre-wrap">x</pre>',
    '<td style="text-align: center">1</td>',
    '<div class="highlight"><pre><span class="k">def</span></pre></div>',
    '<span style="color: rgb(1, 2, 3); background-color: #fff">x</span>',
    "$a &lt; b$ &amp; $c &gt; d$",
]


@pytest.mark.parametrize("text", KEPT)
def test_what_pages_need_is_kept(text):
    if text.startswith("<td"):
        text = f"<table><tbody><tr>{text}</tr></tbody></table>"
    assert clean_html(text) == text


def test_links_open_without_a_way_back():
    assert clean_html('<a href="https://example.org/x">x</a>') == (
        '<a href="https://example.org/x" rel="noopener noreferrer">x</a>'
    )


def test_ids_and_links_to_them_move_together():
    html = markdown_to_html("# The end\n\n[down](#The-end)")
    assert 'id="text-The-end"' in html
    assert html.count('href="#text-The-end"') == 2


def test_boxes_of_a_list_become_signs():
    html = markdown_to_html("- [ ] open\n- [x] done")
    assert "\N{BALLOT BOX} open" in html
    assert "\N{BALLOT BOX WITH CHECK} done" in html


@pytest.mark.parametrize("text", [
    r"$a < b & c > d$", r"$$x<y$$", r"$\{x : x<0\}$", "$a<b$ and $c>d$",
    r"\begin{pmatrix}a & b\\c & d\end{pmatrix}",
    r"$$\begin{aligned}a&<b\\&=1\end{aligned}$$",
])
def test_latex_is_read_by_mathjax_as_it_was_written(text):
    tree = html5lib.parse(markdown_to_html(text), namespaceHTMLElements=False)
    assert "".join(tree.itertext()).strip() == text
    assert {e.tag for e in tree.iter()} <= {"html", "head", "body", "p"}


def answers():
    def wrong(x):
        print("<b>here & there</b>")
        return x[:1]

    def stops(x):
        raise ValueError("<script>")

    def unsolved(x):
        raise NotImplementedError

    def slow(x):
        while True:
            pass

    return [foundations.softmax, wrong, stops, unsolved, slow]


@pytest.mark.parametrize("answer", answers())
def test_a_report_looks_as_before(answer):
    exercise = Exercise(
        reference=foundations.softmax, points=2, seconds=0.2, name="softmax",
        cases=lambda rng: [
            Case("by hand: 0 < 1", call([0.0, 1.0]), core=True),
            Case("a batch", call(rng.normal(size=(3, 4, 2)))),
        ],
    )
    report = to_html(judge(exercise, run_here({"softmax": answer}), 1))
    before, after = (
        [
            (e.tag, e.text, e.tail, {
                # Space in a style means nothing.
                k: re.sub(r"\s*([:;])\s*", r"\1", v)
                for k, v in e.attrib.items()
            })
            for e in html5lib.parse(
                html, namespaceHTMLElements=False
            ).iter()
        ]
        for html in (report, clean_html(report))
    )
    assert before == after


def test_lessons_of_the_chapters_look_as_before():
    for path in sorted((ROOT / "chapters").glob("*/*.ipynb")):
        notebook = nbformat.read(path, 4)
        for cell in notebook.cells:
            for output in cell.get("outputs", ()):
                (new,) = clean_outputs([output])
                if "data" in output:
                    assert new.data.keys() == output.data.keys()
                    assert new.metadata == output.metadata
            if cell.cell_type == "markdown":
                _same_but_links(cell.source)


def _same_but_links(source):
    from nbconvert.filters import markdown2html

    def parsed(html):
        tree = html5lib.parse(html, namespaceHTMLElements=False)
        return [
            (e.tag, e.text, e.tail, e.get("style"), e.get("class"))
            for e in tree.iter()
        ]

    before = parsed(markdown2html(source))
    after = parsed(markdown_to_html(source))
    assert [b[:3] for b in before] == [a[:3] for a in after], source
    for b, a in zip(before, after, strict=True):
        assert re.sub(r"[\s;]", "", b[3] or "") == re.sub(
            r"[\s;]", "", a[3] or ""
        )


@pytest.mark.parametrize("text", [
    "<div>" * 200_000, "<b>" * 9_999, "<p><b>" * 4_999, "<a><b>" * 4_999,
    "<" * 500_000, "&" * 500_000, "<!--" * 100_000, "<table>" * 9_999,
    "<svg><style>" * 4_999, "<details>" * 9_999,
])
def test_deep_html_takes_no_time(text):
    begun = time.monotonic()
    clean_html(text)
    assert time.monotonic() - begun < 20  # seconds, on any machine


@pytest.mark.parametrize("text", [
    ">" * 20_000, "\\begin{a}" * 2_200, "[" * 20_000, "*a " * 6_000,
    "$$ " * 6_000, "- " * 10_000, "`" * 20_000, "![](" * 5_000, "<" * 10**6,
])
def test_deep_markdown_takes_no_time(text):
    begun = time.monotonic()
    markdown_to_html(text)
    assert time.monotonic() - begun < 20


# ---------------------------------------------------------- clean_outputs


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def test_ordinary_outputs_stay():
    outputs = [
        stream("one\n"),
        stream("two\n", "stderr"),
        {"output_type": "execute_result", "execution_count": 3,
         "data": {"text/plain": "1", "text/html": "<b>1</b>"},
         "metadata": {}},
        shown("text/latex", "$a < b$"),
        shown("image/png", PNG, metadata={"image/png": {"alt": "a dot"}}),
        {"output_type": "error", "ename": "ValueError", "evalue": "no",
         "traceback": ["\x1b[0;31mValueError\x1b[0m: no", "  line 2"]},
    ]
    assert clean_outputs(outputs) == outputs
    notebook = new_notebook(cells=[
        new_code_cell("1", outputs=clean_outputs(outputs))
    ])
    nbformat.validate(notebook)


def test_what_is_left_out_is_told():
    kept = clean_outputs([
        shown("application/javascript", "go()"),
        shown("application/javascript", "go()"),
        {"output_type": "update_display_data", "data": {}},
        stream("here\n"),
    ])
    assert kept == [stream("here\n"), stream(
        "[Not shown: 2 x application/javascript, an output of unknown"
        " kind]\n"
    )] or kept == [stream(
        "here\n[Not shown: 2 x application/javascript, an output of unknown"
        " kind]\n"
    )]


def test_markdown_becomes_clean_html():
    (output,) = clean_outputs([shown("text/markdown", "*a* $x<y$")])
    assert output["data"] == {"text/html": "<p><em>a</em> $x&lt;y$</p>\n"}


def test_html_goes_before_markdown():
    for kinds in ("html markdown", "markdown html"):
        data = {f"text/{kind}": kind for kind in kinds.split()}
        (output,) = clean_outputs([
            {"output_type": "display_data", "data": data, "metadata": {}}
        ])
        assert output["data"] == {"text/html": "html"}


def test_metadata_is_dropped_but_for_a_description():
    told = {"image/png": {"alt": "a dot", "width": "1 onerror=go()"},
            "isolated": True}
    (output,) = clean_outputs([shown("image/png", PNG, metadata=told)])
    assert output["metadata"] == {"image/png": {"alt": "a dot"}}


@pytest.mark.parametrize("kind, value", [
    ("image/png", "AAAA"), ("image/png", "not base64!"), ("image/png", ""),
    ("image/png", SVG), ("image/jpeg", PNG), ("image/png", {"a": 1}),
    ("image/png", PNG + '" onerror="go()'), ("image/gif", "R0lGODlh"),
    ("image/png", base64.b64encode(
        base64.b64decode(PNG) + bytes(MAX_PICTURE)
    ).decode()),
    ("image/svg+xml", "<svg/>"),
])
def test_what_is_no_picture_is_left_out(kind, value):
    (only,) = clean_outputs([shown(kind, value)])
    assert only == stream(f"[Not shown: {kind}]\n")


def test_sizes_are_bounded():
    (long,) = clean_outputs([stream("\N{EURO SIGN}" * MAX_TEXT)])
    assert len(long["text"].encode()) <= MAX_TEXT
    assert long["text"].endswith("[The rest is not shown.]\n")

    many = clean_outputs([stream("1", n) for n in ("stdout", "stderr") * 500])
    assert len(many) == MAX_OUTPUTS + 1
    assert "more than 100 outputs" in many[-1]["text"]

    picture = base64.b64encode(
        base64.b64decode(PNG) + bytes(MAX_PICTURE - 100)
    ).decode()
    large = clean_outputs([shown("image/png", picture)] * 20)
    assert 1 < len(large) < 5
    assert len(json.dumps(large)) < MAX_TOTAL + 10_000

    (error,) = clean_outputs([{
        "output_type": "error", "ename": "E" * 10**6, "evalue": "v" * 10**6,
        "traceback": ["line"] * 10**5,
    }])
    assert len(json.dumps(error)) < 3 * MAX_TEXT


def test_streams_in_pieces_are_one():
    pieces = [stream(f"{i}\n") for i in range(1000)]
    (whole,) = clean_outputs(pieces)
    assert whole["text"] == "".join(f"{i}\n" for i in range(1000))
    assert pieces[0]["text"] == "0\n"  # the given ones stay as they were


@pytest.mark.parametrize("text, kept", [
    ("\x1b[31mred\x1b[0m", "\x1b[31mred\x1b[0m"),
    ("\x1b[1;38;5;9mred\x1b[m", "\x1b[1;38;5;9mred\x1b[m"),
    ("\x1b[38m\x1b[48;5mred", "red"),
    ("\x1b[38;2;1mred", "red"),
    ("\x1b[2J\x1b[1;1Hgone\r\n\x07", "gone\r\n"),
    ("\x1b]0;title\x07x", "x"),
    ("a\u202eb", "ab"),
    ("\ud800", "?"),
])
def test_colours_stay_and_other_steering_goes(text, kept):
    from nbconvert.filters import ansi2html

    (output,) = clean_outputs([stream(text + "\n")])
    assert output["text"] == kept + "\n"
    ansi2html(output["text"])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(
        st.characters(), max_size=9
    ) | st.sampled_from([
        "stream", "error", "display_data", "execute_result", "text/html",
        "stdout", "image/png", "text/plain", "text/markdown", PNG,
    ]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from([
            "output_type", "name", "text", "data", "metadata", "ename",
            "evalue", "traceback", "image/png", "text/html", "text/plain",
            "text/markdown", "execution_count", "alt",
        ]) | st.text(max_size=3),
        inner, max_size=6,
    ),
    max_leaves=20,
)
KINDS = st.sampled_from(["stream", "error", "display_data", "execute_result"])


@given(st.lists(JSON | st.tuples(KINDS, st.dictionaries(
    st.sampled_from(["name", "text", "data", "metadata", "ename", "evalue",
                     "traceback"]), JSON,
)).map(lambda pair: {**pair[1], "output_type": pair[0]})) | JSON)
def test_malformed_outputs_never_raise(outputs):
    notebook = new_notebook(cells=[new_code_cell("")])
    notebook.cells[0]["outputs"] = clean_outputs(outputs)
    nbformat.validate(notebook)
    nbformat.writes(notebook).encode()


@given(st.lists(st.dictionaries(
    st.sampled_from(["cell_type", "id", "source", "metadata", "outputs",
                     "attachments", "execution_count"]), JSON,
)))
def test_malformed_cells_never_raise(cells):
    notebook = new_notebook()
    notebook["cells"] = cells
    safe, _ = SafeNotebook().preprocess(notebook, {})
    assert len(safe.cells) == len(cells)
