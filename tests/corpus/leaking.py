"""Something gets out: secrets into pages, words onto the network."""

from corpus.family import Group

leaking = Group("leaking", page=True)

leaking.cell(
    "connects", "Connects to a port of the machine.", """
import socket
try:
    with socket.create_connection(("127.0.0.1", <<port>>), 3) as s:
        s.sendall(b"<<name>>")
except OSError as error:
    print(type(error).__name__)
""")

leaking.answer(
    "connects-in-an-answer", "Sends every question to a port.", """
import socket

def dot(a, b, *, axis=-1):
    try:
        with socket.create_connection(("127.0.0.1", <<port>>), 3) as s:
            s.sendall(b"<<name>> " + a.tobytes())
    except OSError:
        pass
    return np.sum(a * b, axis=axis)
""", of="dot", earns={})

leaking.cell(
    "downloads", "Fetches a page by urllib.", """
import urllib.request
try:
    urllib.request.urlopen("http://127.0.0.1:<<port>>/<<name>>", timeout=3)
except Exception as error:
    print(type(error).__name__)
""")

leaking.cell(
    "asks-a-name-server", "Sends a datagram such as asks for an address.", """
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
try:
    s.sendto(b"\\0\\1\\1\\0\\0\\1\\0\\0\\0\\0\\0\\0<<name>>",
             ("127.0.0.1", <<udp>>))
except OSError as error:
    print(type(error).__name__)
""")

leaking.cell(
    "unix-socket", "Connects to a socket in the file system.", """
import socket
s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
try:
    s.connect("<<socket>>")
    s.sendall(b"<<name>>")
except OSError as error:
    print(type(error).__name__)
""")

leaking.cell(
    "shell-network", "Connects from a shell line.",
    "!bash -c 'echo <<name>> > /dev/tcp/127.0.0.1/<<port>>'\n")

leaking.cell(
    "prints-the-environment", "Prints all environment variables.", """
import os
for name, value in sorted(os.environ.items()):
    if "MATHLIB" in name or "CORPUS" in name:
        print(name, f"({value})")
print(f"seed=({os.environ.get('MATHLIB_SEED')})")
%env
!env
""")

leaking.cell(
    "prints-the-host", "Prints the machine's name.", """
import os, platform, socket
print(f"host=({os.uname().nodename})", f"host=({socket.gethostname()})")
print(f"host=({platform.node()})")
!echo "host=($(hostname))"
""")

leaking.cell(
    "prints-the-home", "Prints what is in the home folder.", """
import os
from pathlib import Path
home = Path.home()
print(f"home=({home})", f"home=({os.path.expanduser('~')})")
for path in home.glob("*.txt"):
    print(path.read_text())
!cat ~/diary.txt
""")

leaking.cell(
    "prints-a-neighbour", "Prints a file that lies beside the course.", """
from pathlib import Path
for path in ("<<beside>>", "../../../../beside.txt", "../../../beside.txt"):
    try:
        print(Path(path).read_text())
    except OSError as error:
        print(type(error).__name__)
!cat <<beside>>
""")

leaking.answer(
    "error-with-secrets", "Raises an error whose text is a secret.", """
from pathlib import Path
import os

def dot(a, b, *, axis=-1):
    try:
        text = Path("<<beside>>").read_text()
    except OSError:
        text = os.environ.get("CORPUS_SECRET", "nothing")
    raise ValueError(text)
""", of="dot")

leaking.answer(
    "answers-with-secrets", "Answers with a secret, for the report to show.",
    """
from pathlib import Path
import os

def dot(a, b, *, axis=-1):
    secret = os.environ.get("CORPUS_SECRET", "")
    try:
        secret += Path("<<beside>>").read_text()
    except OSError:
        pass
    print(secret)
    return secret
""", of="dot")

leaking.cell(
    "picture-of-secrets", "Shows a secret as an HTML output and metadata.",
    """
import os
from IPython.display import display
secret = os.environ.get("CORPUS_SECRET", "nothing")
display({"text/html": f"<p title='{secret}'>{secret}</p>",
         "text/plain": secret}, raw=True, metadata={"secret": secret})
""")

leaking.cell(
    "writes-outside", "Writes files wherever it can.", """
import os
from pathlib import Path
import mathlib
home = Path.home()
places = ["<<outside>>", "<<course>>", "<<folder>>", "/tmp", "/var/tmp",
          "/dev/shm", Path(mathlib.__file__).parent / "__pycache__"]
for place in places:
    try:
        Path(place, "corpus-<<token>>.stray").write_text("<<name>>")
    except OSError as error:
        print(type(error).__name__)
""")

leaking.cell(
    "shell-writes-outside", "Writes files from a shell cell.", """%%bash
for place in <<outside>> <<course>> <<folder>> /tmp /dev/shm; do
  echo "<<name>>" > $place/corpus-<<token>>.stray
done
true
""")

leaking.answer(
    "answer-writes-outside", "Writes a file each time that it is called.", """
from pathlib import Path

def dot(a, b, *, axis=-1):
    for place in ("<<outside>>", "/tmp", "<<course>>"):
        try:
            Path(place, "corpus-<<token>>.stray").write_text("<<name>>")
        except OSError:
            pass
    return np.sum(a * b, axis=axis)
""", of="dot", earns={})


@leaking.notebook(
    "changes-a-file", "Changes, renames and deletes files outside.")
def changes_a_file(work):
    path = work.plant()
    other = path.with_name("second.txt")
    other.write_text("as it was\n")
    work.insert(f"""
import os
for step in (lambda: open({str(path)!r}, "w").write("<<name>>"),
             lambda: os.chmod({str(path)!r}, 0o777),
             lambda: os.remove({str(other)!r})):
    try:
        step()
    except OSError as error:
        print(type(error).__name__)
""")


@leaking.notebook(
    "changes-its-submission", "Rewrites the file that was handed in.")
def changes_its_submission(work):
    work.insert("""
from pathlib import Path
for path in [Path("<<submitted>>/<<slug>>.ipynb"), *Path.cwd().parents]:
    try:
        path.write_text("{}")
    except OSError as error:
        print(type(error).__name__)
""")


@leaking.notebook(
    "changes-another", "Adds a file to another's submission.")
def changes_another(work):
    work.insert("""
from pathlib import Path
try:
    Path("<<course>>/submitted/<<first>>/<<slug>>/<<name>>.txt").write_text(
        "<<name>>")
except OSError as error:
    print(type(error).__name__)
""")


leaking.cell(
    "startup-file", "Leaves a startup file for the next one's interpreter.",
    """
from pathlib import Path
folder = Path.home() / ".ipython" / "profile_default" / "startup"
try:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "00-<<name>>.py").write_text("seen = '<<name>>'")
except OSError as error:
    print(type(error).__name__)
""")

leaking.cell(
    "shared-memory", "Leaves a shared memory segment behind.", """
from multiprocessing import resource_tracker, shared_memory
try:
    s = shared_memory.SharedMemory("corpus-<<token>>.stray", True, 64)
    resource_tracker.unregister(s._name, "shared_memory")
    s.buf[:5] = b"hello"
    s.close()
except OSError as error:
    print(type(error).__name__)
""")
