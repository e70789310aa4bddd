"""Grading is to be stopped, for this learner or for everybody.

All of it is bounded: processes, memory, files and time end by themselves,
and only processes that grade this corpus are killed.
"""

from corpus.family import Group

# The first exercise: what follows it must still be graded.
disrupting = Group("disrupting", of="dot")

disrupting.answer(
    "endless-cell", "Never finishes the cell of an answer.", """
import time
ends = time.time() + 300
while time.time() < ends:
    pass
""")

disrupting.answer(
    "endless-answer", "Never returns from a call.", """
import time

def dot(a, b, *, axis=-1):
    ends = time.time() + 300
    while time.time() < ends:
        pass
""")

disrupting.answer(
    "swallows-everything", "Loops and catches every exception it is sent.",
    """
import time

def dot(a, b, *, axis=-1):
    ends = time.time() + 300
    while time.time() < ends:
        try:
            while time.time() < ends:
                pass
        except BaseException:
            pass
""")

disrupting.answer(
    "ignores-signals", "Ignores all signals that can be, and sleeps.", """
import signal, time
for number in signal.valid_signals():
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError, TypeError):
        pass

def dot(a, b, *, axis=-1):
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    time.sleep(300)
""")

disrupting.answer(
    "endless-in-c", "Is caught in a call into C that no exception ends.", """
def dot(a, b, *, axis=-1):
    return pow(7, 10**12_000, 10**12_000 + 1)
""")

disrupting.answer(
    "bad-pattern", "Is caught in a regular expression.", """
import re

def dot(a, b, *, axis=-1):
    re.match(r"(a+)+$", "a" * 30 + "b")
    return 0.125
""")

disrupting.answer(
    "sleeps", "Sleeps in its cell.", """
import time
time.sleep(300)
""")

disrupting.answer(
    "stops-itself", "Stops its own process, so that no time passes.", """
import os, signal

def dot(a, b, *, axis=-1):
    os.kill(os.getpid(), signal.SIGSTOP)
""")

disrupting.answer(
    "stops-in-a-cell", "Stops its own process in the cell.", """
import os, signal
os.kill(os.getpid(), signal.SIGSTOP)
""")

disrupting.answer(
    "many-processes", "Starts two hundred processes.", """
import os, time
children = []
for _ in range(200):
    try:
        pid = os.fork()
    except OSError:
        break
    if pid == 0:
        try:
            time.sleep(60)
        finally:
            os._exit(0)
    children.append(pid)
""")

disrupting.answer(
    "processes-that-start-processes", "Starts processes that start more.",
    """
import os, time

def dot(a, b, *, axis=-1):
    for _ in range(6):
        try:
            os.fork()
        except OSError:
            break
    time.sleep(40)
    os._exit(0)
""")

disrupting.answer(
    "many-threads", "Starts three hundred threads that never end.", """
import threading, time

def dot(a, b, *, axis=-1):
    for _ in range(300):
        try:
            threading.Thread(target=time.sleep, args=(60,)).start()
        except RuntimeError:
            break
    return 0.125
""")

disrupting.answer(
    "much-memory", "Takes two gigabytes in one piece.", """
def dot(a, b, *, axis=-1):
    block = np.ones(2 * 2**30 // 8)
    return block[:1].sum() / 8
""")

disrupting.answer(
    "memory-in-a-cell", "Takes two gigabytes piece by piece.", """
blocks = []
while len(blocks) < 128:
    blocks.append(bytearray(b"1") * (16 * 2**20))
""")

disrupting.answer(
    "daemon", "Leaves a process that survives its parents.", """
import os, subprocess, sys
child = os.fork()
if child == 0:
    os.setsid()
    subprocess.Popen(
        [sys.executable, "-c",
         "import time; time.sleep(90) # <<token>> <<run>>"],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, start_new_session=True)
    os._exit(0)
os.waitpid(child, 0)
""")

disrupting.answer(
    "shell-daemon", "Leaves a process started by the shell.",
    "!nohup setsid python -c 'import time; time.sleep(90) # <<token>>"
    " <<run>>' > /dev/null 2>&1 &\n")

disrupting.answer(
    "non-daemon-thread", "Leaves a thread that keeps its process alive.", """
import threading, time
threading.Thread(target=time.sleep, args=(120,)).start()
""")

disrupting.answer(
    "kills-itself", "Kills its own process in a cell.", """
import os, signal
os.kill(os.getpid(), signal.SIGKILL)
""")

disrupting.answer(
    "kills-its-parent", "Kills the process that started it.", """
import os, signal
from pathlib import Path

def dot(a, b, *, axis=-1):
    for pid in (os.getppid(),):
        # Nobody else's processes, even where nothing confines it.
        try:
            words = Path(f"/proc/{pid}/environ").read_bytes()
        except OSError:
            continue
        if pid > 1 and b"<<run>>" in words:
            os.kill(pid, signal.SIGKILL)
    return 0.125
""")

disrupting.cell(
    "kills-the-grader", "Kills every process of the grading that it sees.",
    """
import os, signal
from pathlib import Path
for path in Path("/proc").glob("[0-9]*/environ"):
    pid = int(path.parent.name)
    try:
        if b"<<run>>" in path.read_bytes() and pid not in (1, os.getpid()):
            os.kill(pid, signal.SIGKILL)
    except OSError:
        pass
""", before="trace-answer", of=None)

disrupting.answer(
    "segmentation-fault", "Crashes the interpreter through ctypes.", """
import ctypes

def dot(a, b, *, axis=-1):
    ctypes.string_at(0)
""")

disrupting.answer(
    "segmentation-fault-in-a-cell", "Crashes the interpreter in its cell.",
    """
import ctypes
ctypes.string_at(0)
""")

disrupting.answer(
    "aborts", "Aborts.", """
import os

def dot(a, b, *, axis=-1):
    os.abort()
""")

disrupting.answer(
    "exits-in-a-cell", "Ends its process with success in a cell.", """
import os
os._exit(0)
""")

disrupting.answer(
    "quits", "Says exit() and quit() in a cell.", """
exit()
quit()
raise SystemExit
""")

disrupting.answer(
    "recursion", "Calls itself for ever, almost without limit.", """
import sys
sys.setrecursionlimit(1_000_000)

def dot(a, b, *, axis=-1):
    return dot(a, b, axis=axis)
""")

disrupting.answer(
    "deep-answer", "Answers with a list nested a hundred thousand deep.", """
def dot(a, b, *, axis=-1):
    nest = []
    for _ in range(100_000):
        nest = [nest]
    return nest
""")

disrupting.answer(
    "circular-answer", "Answers with a list that holds itself.", """
def dot(a, b, *, axis=-1):
    loop = {}
    loop["loop"] = [loop]
    return [loop, loop]
""")

disrupting.answer(
    "huge-answer", "Answers with an array of a hundred million numbers.", """
def dot(a, b, *, axis=-1):
    return np.zeros(100_000_000, dtype=np.float32)
""")

disrupting.answer(
    "broadcast-answer", "Answers with an array that is large in shape only.",
    """
def dot(a, b, *, axis=-1):
    return np.broadcast_to(np.float64(0.125), (10**6, 10**6))
""")

disrupting.answer(
    "huge-text", "Answers with fifty million letters.", """
def dot(a, b, *, axis=-1):
    return "a" * 50_000_000
""")

disrupting.answer(
    "huge-error", "Raises an error with a text of fifty million letters.", """
def dot(a, b, *, axis=-1):
    raise ValueError("a" * 50_000_000)
""")

disrupting.answer(
    "huge-number", "Answers with a number of a million digits.", """
def dot(a, b, *, axis=-1):
    return 1 << 4_000_000
""")

disrupting.answer(
    "prints-in-an-answer", "Prints fifty megabytes while it is judged.", """
def dot(a, b, *, axis=-1):
    for _ in range(50):
        print("a" * 1_000_000)
    return 0.125
""")

disrupting.cell(
    "prints-much", "Prints fifty megabytes in a cell.", """
for _ in range(500):
    print("a" * 100_000)
""", of=None)

disrupting.cell(
    "many-outputs", "Displays two thousand things.", """
from IPython.display import display
for k in range(2000):
    display(k)
""", of=None)

disrupting.cell(
    "huge-figure", "Draws a picture of ten thousand by ten thousand.", """
fig = plt.figure(figsize=(100, 100), dpi=100)
fig.gca().plot([0, 1])
plt.show()
""", of=None)

disrupting.cell(
    "huge-output", "Displays an output of thirty megabytes.", """
from IPython.display import HTML, display
display(HTML("<p>" + "a" * 30_000_000 + "</p>"))
""", of=None)

disrupting.cell(
    "fills-the-disk", "Writes three hundred megabytes.", """
import os, tempfile
from pathlib import Path
block = bytes(2**20)
for place in (Path.cwd(), Path(tempfile.gettempdir())):
    path = place / "corpus-<<token>>.stray"
    try:
        with open(path, "wb") as out:
            for _ in range(150):
                out.write(block)
    except OSError as error:
        print(type(error).__name__)
""", of=None)

disrupting.cell(
    "many-files", "Writes twenty thousand files.", """
from pathlib import Path
try:
    folder = Path("many")
    folder.mkdir()
    for k in range(20_000):
        (folder / str(k)).touch()
except OSError as error:
    print(type(error).__name__)
""", of=None)

disrupting.cell(
    "deep-folders", "Makes folders too deep to be removed by name.", """
import os
here = os.getcwd()
try:
    for _ in range(1200):
        os.mkdir("a" * 20)
        os.chdir("a" * 20)
except OSError as error:
    print(type(error).__name__)
os.chdir(here)
""", of=None)

disrupting.answer(
    "closes-files", "Closes all files from 0 to 255.", """
import os
os.closerange(0, 256)
""")

disrupting.answer(
    "closes-files-in-an-answer", "Closes all files while it is judged.", """
import os

def dot(a, b, *, axis=-1):
    os.closerange(0, 256)
    return 0.125
""")

disrupting.cell(
    "signal-handlers", "Puts own handlers and timers in place.", """
import signal

def handler(number, frame):
    raise KeyboardInterrupt
for number in (signal.SIGALRM, signal.SIGINT, signal.SIGTERM,
               signal.SIGCHLD, signal.SIGPROF, signal.SIGUSR1):
    signal.signal(number, handler)
signal.setitimer(signal.ITIMER_REAL, 0.5, 0.5)
""", of="nearest_neighbor")

disrupting.cell(
    "changes-its-surroundings", "Changes folder, umask, environment, limits.",
    """
import os, resource
os.makedirs("elsewhere", exist_ok=True)
os.chdir("elsewhere")
os.rmdir("../elsewhere")
os.umask(0o777)
os.environ.clear()
os.nice(5)
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
""", of=None)

disrupting.cell(
    "no-more-files", "Forbids itself to open files.", """
import resource
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (16, hard))
""", of=None, before="nearest_neighbor-answer",
    earns=[{}, {"nearest_neighbor": 0}])

disrupting.cell(
    "asks-a-question", "Waits for somebody to type.",
    "name = input('Who are you? ')\n", of=None)

disrupting.cell(
    "asks-for-a-password", "Waits for a password on the terminal.", """
import getpass
word = getpass.getpass()
""", of=None)

disrupting.answer(
    "breakpoint", "Stops in the debugger while it is judged.", """
def dot(a, b, *, axis=-1):
    breakpoint()
    return 0.125
""")

disrupting.cell(
    "debugger", "Starts the debugger in a cell.", """
import pdb
pdb.set_trace()
x = 1
""", of=None)

disrupting.cell(
    "kernel-tricks", "Stops the kernel and sends what it likes.", """
kernel = getattr(get_ipython(), "kernel", None)
if kernel is not None:
    kernel.do_shutdown(False)
    kernel.io_loop.add_callback(kernel.io_loop.stop)
get_ipython().ask_exit()
""", of=None)

disrupting.cell(
    "reset", "Removes every name with a magic.", "%reset -f\n",
    of=None, before="nearest_neighbor-answer",
    earns=[{}, {"nearest_neighbor": 0}])

disrupting.cell(
    "bash", "Runs a shell script that fails and goes on in the background.",
    """%%bash
sleep 90 &
disown
exit 3
""", of=None)

disrupting.cell(
    "removes-its-folder", "Removes what lies where it runs.",
    "!rm -rf ./*\n", of=None)

disrupting.cell(
    "shell-waits", "Waits for input in the shell.", "!cat\n", of=None)

disrupting.cell(
    "awaits-for-ever", "Awaits what never comes.", """
import asyncio
await asyncio.wait_for(asyncio.Event().wait(), 300)
""", of=None, before="trace-answer")

disrupting.cell(
    "stops-the-loop", "Stops the event loop that cells run in.", """
import asyncio
async def stop():
    asyncio.get_running_loop().stop()
await stop()
""", of=None)

disrupting.cell(
    "other-backend", "Asks for a window, which no grader has.", """
%matplotlib tk
import matplotlib
matplotlib.use("TkAgg")
plt.plot([1, 2])
plt.show(block=True)
""", of=None)


def _neighbour(name, path, tries, content):
    @disrupting.notebook(name, tries)
    def with_neighbour(work):
        work.write(work.fill(content), path)

    return with_neighbour


FALSE = """
import os, sys
try:
    open("<<outside>>/<<name>>-<<token>>", "w").write("<<name>>")
except OSError:
    pass
def check(name, **options):
    return 4.0
"""

for word, path in {
    "false-numpy": "numpy.py",
    "false-json": "json.py",
    "false-mathlib": "mathlib/__init__.py",
    "false-conftest": "conftest.py",
    "false-sitecustomize": "sitecustomize.py",
    "false-usercustomize": "usercustomize.py",
    "false-startup": ".ipython/profile_default/startup/00.py",
    "false-config": "nbgrader_config.py",
    "false-ipython-config": "ipython_config.py",
}.items():
    _neighbour(
        word, path, f"Has a file {path} beside it, for the grader to import.",
        FALSE)


@disrupting.notebook(
    "large-neighbour", "Has forty megabytes beside it.")
def large_neighbour(work):
    work.write(bytes(40 * 2**20), "data.bin")


@disrupting.notebook(
    "false-timestamp", "Claims to be handed in at no time at all.")
def false_timestamp(work):
    work.write("the day before yesterday, \0 or NaT\n", "timestamp.txt")


@disrupting.notebook(
    "other-kernel", "Names a kernel and a language of its own.", of=None)
def other_kernel(work):
    work.notebook.metadata.kernelspec = {
        "display_name": "R", "language": "R", "name": "ir",
    }
    work.notebook.metadata.language_info = {"name": "R"}
