"""What stands in the notebook's place is none, or hardly one."""

import json
import os

from corpus.family import ALL, NOTHING, SLUG, Group

unreadable = Group("unreadable", page=True)
folder = unreadable.folder

# Both are right: to mend it, and to say that it can't be read.
EITHER = (ALL, NOTHING)


@folder("pipe", "Hands in a named pipe, which hangs whoever opens it.")
def pipe(work):
    os.mkfifo(work.path)


@folder("device", "Hands in a link to a device that never ends.")
def device(work):
    os.symlink("/dev/zero", work.path)


@folder("folder-for-file", "Hands in a folder with a notebook's name.")
def folder_for_file(work):
    work.path.mkdir()
    (work.path / "inside.txt").write_text("a file")


@folder("socket-for-file", "Hands in a socket.")
def socket_for_file(work):
    import socket

    here = os.getcwd()
    with socket.socket(socket.AF_UNIX) as s:
        os.chdir(work.folder)
        try:
            s.bind(work.path.name)
        finally:
            os.chdir(here)


@folder("link-to-itself", "Hands in a link that goes round in a circle.")
def link_to_itself(work):
    os.symlink(work.path.name, work.path)


@folder("link-to-nothing", "Hands in a link to what is not there.")
def link_to_nothing(work):
    os.symlink("nothing.ipynb", work.path)


@folder("link-to-passwords", "Hands in a link to /etc/passwd.")
def link_to_passwords(work):
    os.symlink("/etc/passwd", work.path)


@folder("link-to-its-own", "Hands in a link to its own notebook elsewhere.")
def link_to_its_own(work):
    path = work.world.outside / work.name / "finished.ipynb"
    path.parent.mkdir()
    path.write_text(work.text())
    os.symlink(path, work.path)


@folder("empty-folder", "Hands in nothing at all.")
def empty_folder(work):
    assert not any(work.folder.iterdir())


@folder("empty-file", "Hands in an empty file.")
def empty_file(work):
    work.write("")


@folder("not-json", "Hands in the chapter as text.")
def not_json(work):
    work.write("# 2. Linear Algebra Basics\n\ndef dot(a, b): ...\n")


@folder("truncated", "Hands in half a notebook.")
def truncated(work):
    text = work.text()
    work.write(text[:len(text) // 2])


@folder("binary", "Hands in bytes that are no text.")
def binary(work):
    work.write(bytes(range(256)) * 64)


@folder("zipped", "Hands in a compressed notebook under a notebook's name.")
def zipped(work):
    import gzip

    work.write(gzip.compress(work.text().encode()))


@folder("json-list", "Hands in JSON that is a list.")
def json_list(work):
    work.write("[1, 2, 3]")


@folder("json-number", "Hands in JSON that is a number.")
def json_number(work):
    work.write("3.0")


@folder("no-cells", "Hands in a notebook without cells.")
def no_cells(work):
    del work.notebook["cells"]
    work.save()


@folder("cells-are-text", "Hands in a notebook whose cells are a text.")
def cells_are_text(work):
    work.notebook["cells"] = "def dot(a, b): ..."
    work.save()


@folder("cells-are-numbers", "Hands in a notebook whose cells are numbers.",
        unread=False)
def cells_are_numbers(work):
    work.notebook["cells"] = [1, None, True, "dot", [], {}]
    work.save()


@folder("deep", "Hands in JSON nested a hundred thousand deep.")
def deep(work):
    work.write('{"cells": ' + "[" * 100_000 + "]" * 100_000 + "}")


@folder("deep-in-metadata", "Nests its metadata too deep to be read.",
        earns=EITHER)
def deep_in_metadata(work):
    work.notebook.metadata["deep"] = "DEEP"
    nest = '{"a":' * 20_000 + "1" + "}" * 20_000
    work.write(work.text().replace('"DEEP"', nest))


@folder("huge", "Hands in a notebook of a hundred megabytes.",
        earns=EITHER)
def huge(work):
    work.notebook.metadata["huge"] = "HUGE"
    work.write(work.text().replace("HUGE", "a" * 100_000_000))


@folder("huge-number-inside", "Has a number of a million digits inside.",
        earns=EITHER)
def huge_number_inside(work):
    work.notebook.metadata["huge"] = "HUGE"
    work.write(work.text().replace('"HUGE"', "1" * 1_000_000))


@folder("many-cells", "Hands in a notebook of twenty thousand cells.",
        earns=EITHER)
def many_cells(work):
    empty = {
        "cell_type": "markdown", "metadata": {}, "source": "", "id": "x",
    }
    work.notebook.cells += [
        {**empty, "id": f"x{k}"} for k in range(20_000)
    ]
    work.save()


@folder("not-finite", "Has NaN and Infinity where JSON has no such thing.",
        earns=EITHER)
def not_finite(work):
    work.notebook.metadata["odd"] = [float("nan"), float("inf")]
    work.save()


@folder("version-3", "Is in the format of 2013, with worksheets.",
        earns=EITHER)
def version_3(work):
    cells = []
    for cell in work.notebook.cells:
        old = {"cell_type": cell.cell_type, "metadata": cell.metadata}
        if cell.cell_type == "code":
            old |= {
                "input": cell.source, "outputs": [], "collapsed": False,
                "language": "python", "prompt_number": None,
            }
        else:
            old["source"] = cell.source
        cells.append(old)
    work.write(json.dumps({
        "nbformat": 3, "nbformat_minor": 0,
        "metadata": {"name": SLUG},
        "worksheets": [{"cells": cells, "metadata": {}}],
    }))


@folder("version-99", "Claims to be in a format of the future.",
        earns=EITHER)
def version_99(work):
    work.notebook["nbformat"] = 99
    work.save()


@folder("version-is-text", "Says its format's version in words.",
        earns=EITHER)
def version_is_text(work):
    work.notebook["nbformat"] = "four"
    work.notebook["nbformat_minor"] = None
    work.save()


@folder("no-version", "Says nothing of its format's version.", earns=EITHER)
def no_version(work):
    del work.notebook["nbformat"], work.notebook["nbformat_minor"]
    work.save()


@folder("utf-16", "Is written in UTF-16.", earns=EITHER)
def utf_16(work):
    work.write(work.text().encode("utf-16"))


@folder("latin-1", "Has bytes that are no UTF-8 in a comment.",
        earns=EITHER)
def latin_1(work):
    work.cell("dot-answer").source += "\n# Zürich, naïve\n"
    work.write(work.text().encode("utf-8").replace(
        "Zürich, naïve".encode(), "Zürich, naïve".encode("latin-1")))


@folder("surrogate", "Has half a character in an own cell's text.",
        earns=EITHER)
def surrogate(work):
    work.insert("text = 'HALF'")
    work.write(work.text().replace("HALF", "\\ud800"))


@folder("nul", "Has a character NUL in an own cell.", earns=EITHER)
def nul(work):
    work.insert("text = 'HALF'")
    work.write(work.text().replace("HALF", "\\u0000"))


@folder("same-key-twice", "Has the key cells twice, the right ones last.",
        earns=EITHER)
def same_key_twice(work):
    work.write(work.text().replace("{", '{"cells": [],', 1))


@folder("odd-types", "Has metadata, names and sources of odd types.",
        earns=[{"dot": (0, 1), "l2_norm": (0, 2), "matmul": (0, 2)},
               NOTHING])
def odd_types(work):
    dot, length, product = (
        work.cell(f"{name}-answer") for name in ("dot", "l2_norm", "matmul")
    )
    for key, value in {
        "source": {"a": 1}, "cell_type": ["code"], "outputs": "none",
        "id": [17], "execution_count": "once",
    }.items():
        work.insert("x = 1")[key] = value
    dot.metadata.nbgrader.grade_id = ["dot-answer"]
    length.metadata.nbgrader = "l2_norm-answer"
    product["metadata"] = None
    work.notebook["metadata"] = ["a"]
    work.save()


@folder("renamed", "Is named as browsers name a second download.",
        earns=EITHER)
def renamed(work):
    work.write(work.text(), f"{SLUG} (1).ipynb")


@folder("wrong-chapter", "Hands in the notebook of no chapter.",
        unread=False)
def wrong_chapter(work):
    work.notebook.cells = work.notebook.cells[:1]
    work.notebook.cells[0].source = "# Another course"
    work.save()
