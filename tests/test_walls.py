"""What a learner's process is kept from, tried from inside.

Everything is tried for each way of fencing it in that works on this machine.
"""

import contextlib
import json
import os
import random
import signal
import socket
import struct
import time
from pathlib import Path

import pytest
from roundtrip import ROOT

from mathlib.course.grading import learner as judges_end
from mathlib.course.grading import outer, walls, wire
from mathlib.course.grading.learner import Gone, NoWall, Zygote

linux = pytest.mark.skipif(
    not Path("/proc/self").exists(), reason="reads Linux's /proc"
)


@pytest.fixture(scope="module", params=["bubblewrap", "namespaces"])
def walled(request, zygote):
    """A zygote behind a wall, one for each way that works here."""
    if zygote.way == request.param:
        yield zygote
        return
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SECRET_OF_THE_GRADER", "swordfish")
            started = Zygote(ways=(request.param,))
    except NoWall as error:
        pytest.skip(str(error))
    with started:
        yield started


def tell(learner, source, seconds=30):
    """Run a cell that must work; return what it printed, as JSON."""
    outputs = learner.run_cell(
        "import json, os, sys\ntell = lambda x: print(json.dumps(x))\n"
        + source, seconds,
    )
    assert [o["output_type"] for o in outputs] == ["stream"], outputs
    return json.loads(outputs[0]["text"])


def fails(learner, statement):
    """Return the name of the error that a statement stops with, or None."""
    return tell(learner, f"""
try:
    {statement}
except Exception as error:
    tell(type(error).__name__)
else:
    tell(None)
""")


def running(argument):
    """Return the host's processes that were started with an argument."""
    found = []
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            words = (folder / "cmdline").read_bytes().split(b"\0")
            if folder.name.isdigit() and argument.encode() in words:
                found.append(int(folder.name))
    return found


def wait_for(condition, seconds=10):
    """Return whether a condition came true in time."""
    ends = time.monotonic() + seconds
    while not condition() and time.monotonic() < ends:
        time.sleep(0.02)
    return condition()


TMP = "/tmp"  # as learners see it
# Nobody is 0 in there, and a file system that is read-only says so.
_REFUSED = ("PermissionError", "OSError")


# -- what can be seen -----------------------------------------------------


def test_nothing_of_the_repository_but_mathlib(walled):
    # An environment in the repository's folder is there, too.
    expected = {
        Path(path).relative_to(ROOT).parts[0]
        for path in outer.readable_paths() if path.startswith(f"{ROOT}/")
    }
    with walled.fork() as learner:
        seen = tell(learner, f"tell(os.listdir({str(ROOT)!r}))")
        assert set(seen) == expected
        assert "mathlib" in expected
        assert not expected & {"solutions", "tests", "chapters", ".git"}
        above = tell(learner, f"tell(os.listdir({str(ROOT.parent)!r}))")
        readable = outer.readable_paths()
        for name in above:
            place = str(ROOT.parent / name)
            assert place in (walls.SCRATCH, walls.HOME, "/home") or any(
                path == place or path.startswith(f"{place}/")
                for path in readable
            ), place


def test_exercises_are_neither_there_nor_imported(walled):
    folder = str(ROOT / "mathlib" / "exercises")
    with walled.fork() as learner:
        assert tell(learner, f"tell(os.listdir({folder!r}))") == []
        for name in (
            "mathlib.exercises", "mathlib.exercises.linear_algebra",
            "mathlib.exercises._linear_algebra_answers",
        ):
            assert fails(learner, f"import {name}") == "ModuleNotFoundError"
        assert fails(learner, "import mathlib; mathlib.exercises") is not None
        # Nor when what was imported before the fork is forgotten.
        assert fails(
            learner,
            "[sys.modules.pop(n) for n in list(sys.modules)"
            " if n.startswith('mathlib')];"
            " import mathlib.exercises.linear_algebra",
        ) == "ModuleNotFoundError"


def test_the_grader_s_own_places_are_not_there(walled, tmp_path):
    secret = tmp_path / "gradebook.db"
    secret.write_text("grades")
    home = os.path.expanduser("~")
    with walled.fork() as learner:
        seen = tell(learner, f"""
tell([os.path.exists(path) for path in (
    {str(secret)!r}, {str(tmp_path)!r}, "/etc/shadow", "/etc/passwd",
    "/var", "/run", "/sys", "/proc/1",
    {os.path.join(home, ".ssh")!r}, {os.path.join(home, ".bashrc")!r},
)])""")
        assert not any(seen)


def test_the_environment_is_a_new_one(walled):
    with walled.fork() as learner:
        seen = tell(learner, "tell(dict(os.environ))")
        assert "swordfish" not in json.dumps(seen)
        ours = outer._environment(None).keys() | {
            "LC_CTYPE", "LOGNAME", "PWD", "TMPDIR", "USER",
        }
        assert not (seen.keys() - ours) & os.environ.keys()
        assert seen["HOME"] == f"{TMP}/home"
        assert tell(learner, "tell(os.listdir('.'))") == []
        assert tell(learner, "tell([sys.argv, sys.orig_argv])") == [[""], []]
        name = tell(learner, "import socket; tell(socket.gethostname())")
        assert name == "mathlib"


def test_it_is_alone_and_nobody(walled):
    with walled.fork() as learner:
        ids = "tell([os.getuid(), os.geteuid(), os.getgid(), *os.getgroups()])"
        assert 0 not in tell(learner, ids)
        assert tell(learner, "tell([os.getpid(), os.getppid()])") == [1, 0]
        assert tell(learner, "tell(os.listdir('/proc'))") == []
        assert fails(learner, "os.kill(-1, 0)") == "ProcessLookupError"
        assert fails(learner, "os.setuid(0)") in _REFUSED


def test_nothing_is_open_but_its_channel(walled):
    with walled.fork() as learner:
        kinds = tell(learner, """
import stat
found = []
for number in range(3, 600):
    try:
        found.append(stat.S_IFMT(os.fstat(number).st_mode))
    except OSError:
        pass
tell([k for k in found if k == stat.S_IFSOCK or k == stat.S_IFDIR])
""")
        assert kinds == [0o140000]


def test_there_is_no_network(walled):
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.socket(socket.AF_UNIX) as local,
        walled.fork() as learner,
    ):
        name = f"\0mathlib-{random.getrandbits(64):x}"
        local.bind(name)
        local.listen()
        host, port = server.getsockname()
        assert fails(
            learner, "import socket; socket.create_connection"
            f"(({host!r}, {port}), 5)",
        ) in ("ConnectionRefusedError", "OSError")  # or no way there
        assert fails(
            learner,
            f"socket.socket(socket.AF_UNIX).connect({name!r})",
        ) == "ConnectionRefusedError"
        names = tell(learner, "tell([n for _, n in socket.if_nameindex()])")
        assert set(names) <= {"lo"}
        for listening in (server, local):
            listening.settimeout(0)
            with pytest.raises(BlockingIOError):
                listening.accept()


# -- what can be changed --------------------------------------------------


def test_all_but_scratch_is_read_only(walled):
    import numpy

    folders = [
        "/", "/usr", "/usr/bin", "/dev", "/mnt", "/proc", str(ROOT),
        str(ROOT / "mathlib"), str(ROOT / "mathlib" / "exercises"),
        os.path.dirname(numpy.__file__), *outer.readable_paths(),
    ]
    if str(ROOT).startswith(f"{walls.SCRATCH}/"):
        # An empty folder of scratch, in which mathlib/ is mounted.
        folders.remove(str(ROOT))
    with walled.fork() as learner:
        assert tell(learner, f"""
written = []
for folder in {folders}:
    try:
        with open(os.path.join(folder, "mine"), "w") as file:
            file.write("x")
        written.append(folder)
    except OSError:
        pass
tell(written)
""") == []
        assert fails(
            learner, f"open({str(ROOT / 'mathlib' / '__init__.py')!r}, 'a')"
        ) in _REFUSED


def test_the_walls_can_t_be_moved(walled):
    with walled.fork() as learner:
        assert tell(learner, f"""
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
tell([
    libc.umount2(b"/proc", 2), libc.umount2(b"/tmp", 2),
    libc.umount2({str(ROOT / "mathlib" / "exercises").encode()!r}, 2),
    libc.mount(None, b"/", None, ctypes.c_ulong(32), None),
    libc.unshare({walls.NEWNS}), libc.unshare({walls.NEWUSER}),
    libc.sethostname(b"x", 1),
    libc.chroot(b"/tmp"),
])
""") == [-1] * 8


def test_what_one_leaves_the_next_does_not_find(walled):
    places = [f"{TMP}/left", "/dev/shm/left", "left"]  # at home
    with walled.fork() as learner:
        written = tell(learner, f"""
written = []
for place in {places}:
    try:
        with open(place, "w") as file:
            file.write("for the next")
        written.append(place)
    except OSError:
        pass
os.environ["LEFT"] = "yes"
import numpy
numpy.left = "yes"
tell(written)
""")
        assert {places[0], places[2]} <= set(written)
    with walled.fork() as learner:
        seen = tell(learner, f"""
import numpy
tell([*map(os.path.exists, {places}), "LEFT" in os.environ,
      hasattr(numpy, "left")])
""")
        assert not any(seen)


# -- what can be used up --------------------------------------------------


def test_memory_is_limited(walled):
    with walled.fork() as learner:
        error = fails(learner, "x = bytearray(4 * 2**30)")
        assert error == "MemoryError"
        assert tell(learner, "tell(len(bytearray(2**28)))") == 2**28


def test_files_are_limited(walled):
    with walled.fork() as learner:
        assert tell(learner, """
import errno
def write(name, size, folder="."):
    with open(f"{folder}/{name}", "wb") as file:
        try:
            os.posix_fallocate(file.fileno(), 0, size)
        except OSError as error:
            return errno.errorcode[error.errno]
tell([write("a", 2**28), write("b", 100 * 2**20),
      write("c", 100 * 2**20), write("d", 100 * 2**20),
      write("e", 2**26, "/dev/shm")])
""") == ["EFBIG", None, None, "ENOSPC", "ENOSPC"]
        assert fails(
            learner, "kept = [open('/dev/null') for _ in range(600)]"
        ) == "OSError"


def test_processes_are_limited(walled):
    with walled.fork() as learner:
        count = tell(learner, """
import time
count = 0
while count < 200:
    try:
        pid = os.fork()
    except BlockingIOError:
        break
    if pid == 0:
        time.sleep(60)
        os._exit(0)
    count += 1
tell(count)
""")
        assert 10 < count <= walls.LIMITS["processes"]


def test_a_full_disk_costs_no_output(walled):
    with walled.fork() as learner:
        assert tell(learner, """
import subprocess
subprocess.Popen(["sleep", "60"])  # it keeps what was its output
try:
    for number in range(30_000):
        open(f"/tmp/{number}", "w").close()
except OSError as error:
    tell(error.errno)
""") == 28
        assert tell(learner, "tell(1)") == 1


# -- how it ends ----------------------------------------------------------

DAEMON = """
import subprocess
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execvp("sleep", ["sleep", "{argument}"])
    os._exit(0)
os.wait()
tell(None)
"""


@linux
def test_a_daemon_ends_with_its_learner(walled):
    argument = f"{random.randint(10**8, 10**9)}"
    with walled.fork() as learner:
        tell(learner, DAEMON.format(argument=argument))
        assert wait_for(lambda: running(argument))
    assert not running(argument)


@linux
def test_a_daemon_ends_when_time_is_up(walled):
    argument = f"{random.randint(10**8, 10**9)}"
    with walled.fork() as learner:
        tell(learner, DAEMON.format(argument=argument))
        assert wait_for(lambda: running(argument))
        with pytest.raises(Gone) as gone:
            learner.run_cell("while True: pass", 0.2)
        assert gone.value.late
        assert not running(argument)


@linux
def test_a_zygote_that_is_lost_is_replaced(walled, caplog):
    argument = f"{random.randint(10**8, 10**9)}"
    first = walled.fork()
    tell(first, DAEMON.format(argument=argument))
    assert wait_for(lambda: running(argument))
    os.killpg(walled._process.pid, signal.SIGKILL)
    assert wait_for(lambda: not running(argument)), "it outlived its zygote"
    with pytest.raises(Gone):
        first.run_cell("1", 20)
    with walled.fork() as second:
        assert tell(second, "tell('here')") == "here"
        first.close()  # which is none of the second's business
        assert tell(second, "tell('still here')") == "still here"
    assert "another" in caplog.text


def test_an_earlier_learner_does_not_end_a_later_one(walled):
    first = walled.fork()
    with walled.fork() as second:
        first.close()
        assert tell(second, "tell(1)") == 1
        with pytest.raises(Gone):
            first.run_cell("1", 20)


def test_nothing_is_left_in_the_grader_s_tmp(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(
        outer, "_environment",
        lambda fonts, real=outer._environment: {
            **real(fonts), "TMPDIR": str(tmp_path)
        },
    )
    try:
        Zygote(ways=("namespaces",)).close()
    except NoWall as error:
        pytest.skip(str(error))
    assert list(tmp_path.iterdir()) == []


# -- when there is no wall ------------------------------------------------


@pytest.fixture
def forbidden(monkeypatch):
    """No way works; the list holds those that were tried."""
    tried = []

    def start(way, *_):
        tried.append(way)
        raise OSError(f"{way} is forbidden here")

    monkeypatch.setattr(outer, "start", start)
    return tried


def test_no_wall_says_what_was_tried(forbidden, monkeypatch):
    monkeypatch.setattr(judges_end.shutil, "which", lambda name: None)
    with pytest.raises(NoWall) as error:
        Zygote()
    assert forbidden == ["bubblewrap", "namespaces"]
    told = str(error.value)
    assert "bubblewrap: bubblewrap is forbidden here" in told
    assert "namespaces: namespaces is forbidden here" in told
    assert "apt install bubblewrap" in told
    assert "--unconfined" in told


def test_bubblewrap_is_not_advised_where_it_is(forbidden, monkeypatch):
    monkeypatch.setattr(judges_end.shutil, "which", lambda name: "/bin/bwrap")
    with pytest.raises(NoWall) as error:
        Zygote()
    assert "apt install" not in str(error.value)


@pytest.mark.parametrize("value, told", [("1", True), ("0", False)])
def test_apparmor_s_line(forbidden, monkeypatch, tmp_path, value, told):
    setting = tmp_path / "setting"
    setting.write_text(f"{value}\n")

    def opened(name, **options):
        assert name.endswith("apparmor_restrict_unprivileged_userns")
        return open(setting, **options)

    monkeypatch.setattr(judges_end, "open", opened, raising=False)
    with pytest.raises(NoWall) as error:
        Zygote()
    line = "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
    assert (line in str(error.value)) is told


def test_without_a_wall_only_when_asked(forbidden):
    with pytest.raises(NoWall):
        Zygote(ways=("none",))
    assert forbidden == []


def test_without_a_wall_cells_still_run_and_end():
    with Zygote(ways=("none",), unconfined=True) as started:
        assert started.way == "none"
        with started.fork() as learner:
            assert tell(learner, "tell(os.getpid())") > 1
            assert fails(learner, "bytearray(4 * 2**30)") == "MemoryError"
            with pytest.raises(Gone) as gone:
                learner.run_cell("while True: pass", 0.2)
            assert gone.value.late
        with started.fork() as learner:
            assert tell(learner, "tell(1)") == 1


@pytest.mark.parametrize("hidden, unseen", [
    (["{folder}"], []), ([], ["{folder}/file"]),
])
def test_a_hole_is_found(tmp_path, monkeypatch, hidden, unseen):
    (tmp_path / "file").touch()
    monkeypatch.setattr(os, "getpid", lambda: 1)
    monkeypatch.setattr(os, "getuid", lambda: 1000)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(socket, "if_nameindex", lambda: [(1, "lo")])
    monkeypatch.setattr(walls, "_can_write", lambda folder: False)
    walls.prove([], [])
    with pytest.raises(OSError, match=f"hole: {tmp_path}"):
        walls.prove(
            [name.format(folder=tmp_path) for name in hidden],
            [name.format(folder=tmp_path) for name in unseen],
        )


@pytest.mark.parametrize("function, value, told", [
    ("os.getpid", 2, "other processes"),
    ("os.geteuid", 0, "root"),
    ("socket.if_nameindex", [(1, "lo"), (2, "eth0")], "the network"),
])
def test_other_holes_are_found(monkeypatch, function, value, told):
    right = {
        "os.getpid": 1, "os.getuid": 1000, "os.geteuid": 1000,
        "socket.if_nameindex": [(1, "lo")],
    }
    for name, result in {**right, function: value}.items():
        monkeypatch.setattr(name, lambda result=result: result)
    monkeypatch.setattr(walls, "_can_write", lambda folder: False)
    with pytest.raises(OSError, match=f"hole: {told}"):
        walls.prove([], [])


def test_where_can_be_written_is_found(tmp_path):
    assert walls._can_write(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert not walls._can_write(tmp_path / "nowhere")


def test_what_must_not_be_seen_and_is_stops_the_grading(zygote):
    if zygote.way == "none":
        pytest.skip("no wall works here")
    with pytest.raises(NoWall, match="the wall has a hole: /usr"):
        Zygote(unseen=["/usr"], ways=(zygote.way,))


# -- the wire -------------------------------------------------------------


@pytest.fixture
def ends():
    """Both ends of a channel."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def soon():
    return time.monotonic() + 0.1


def framed(data):
    return struct.pack(">Q", len(data)) + data


@pytest.mark.parametrize("message", [
    {}, {"text": "Größe, \u4f60, \0, \ud800"}, [1, 2.5, None, True],
    {"infinite": float("inf")}, "x" * 100_000,
])
def test_messages_arrive_as_they_are(ends, message):
    ours, theirs = ends
    wire.send(theirs, message, soon())
    assert wire.receive(ours, soon()) == message


def test_the_first_message_is_not_the_second(ends):
    ours, theirs = ends
    for number in range(3):
        wire.send(theirs, number)
    assert [wire.receive(ours, soon()) for _ in range(3)] == [0, 1, 2]


@pytest.mark.parametrize("data", [
    b"", b"{", b"nonsense", b"\xff\xfe\xfd", b"[1] [2]", b"[" * 100_000,
    b"1" * 100_000, b'{"a":' * 10_000,
])
def test_nonsense_is_broken(ends, data):
    ours, theirs = ends
    theirs.sendall(framed(data))
    with pytest.raises(wire.Broken):
        wire.receive(ours, soon())


def test_more_than_the_limit_is_not_read(ends):
    ours, theirs = ends
    theirs.sendall(struct.pack(">Q", 2**62))
    with pytest.raises(wire.Broken, match="bytes"):
        wire.receive(ours, soon())
    theirs.sendall(framed(b'"1234"'))
    with pytest.raises(wire.Broken, match="6 bytes"):
        wire.receive(ours, soon(), limit=5)


def test_too_many_parts_are_not_built(ends, monkeypatch):
    ours, theirs = ends
    monkeypatch.setattr(wire, "MAX_MARKS", 100)
    wire.send(theirs, [[]] * 40)
    assert len(wire.receive(ours, soon())) == 40
    wire.send(theirs, [[]] * 60)
    with pytest.raises(wire.Broken, match="parts"):
        wire.receive(ours, soon())


@pytest.mark.parametrize("sent", [0, 3, 8, 10])
def test_a_cut_message_is_broken(ends, sent):
    ours, theirs = ends
    theirs.sendall(framed(b'{"a": 1}')[:sent])
    theirs.close()
    with pytest.raises(wire.Broken, match="ended"):
        wire.receive(ours, soon())


@pytest.mark.parametrize("sent", [0, 3, 8, 10])
def test_a_message_that_does_not_end_is_late(ends, sent):
    ours, theirs = ends
    theirs.sendall(framed(b'{"a": 1}')[:sent])
    start = time.monotonic()
    with pytest.raises(wire.TooLate):
        wire.receive(ours, soon())
    assert time.monotonic() - start < 5


def test_a_message_in_drops_is_late(ends):
    ours, theirs = ends
    with pytest.raises(wire.TooLate):
        wire.receive(ours, time.monotonic() - 1)
    theirs.sendall(framed(b"1"))
    with pytest.raises(wire.TooLate):
        wire.receive(ours, time.monotonic() - 1)


def test_who_does_not_listen_is_not_waited_for(ends):
    ours, _ = ends
    start = time.monotonic()
    with pytest.raises(wire.TooLate):
        wire.send(ours, "x" * 2**24, soon())
    assert time.monotonic() - start < 5


def test_who_is_gone_is_not_written_to(ends):
    ours, theirs = ends
    theirs.close()
    with pytest.raises(wire.Broken):
        wire.send(ours, "x", soon())
    ours.close()
    with pytest.raises(wire.Broken):
        wire.send(ours, "x")
    with pytest.raises(wire.Broken):
        wire.receive(ours)
