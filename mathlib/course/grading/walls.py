"""What a learner's process is fenced in by, in Linux's own terms.

Two walls stand one in the other.  The outer one is put up once, around the
process that all learners' processes are forked from: a root that holds only
the interpreter and the libraries, read-only, and no network; by bubblewrap
where it exists, otherwise by :mod:`mathlib.course.grading.launch`.  The inner
one (this module) is put up around each submission: namespaces of its own for
users, mounts, processes, network and System V objects, an empty ``/proc``, a
fresh ``/tmp``, no capabilities, limits.

Everything here is the standard library only and computes nothing: it runs
between a fork and the learner's first line.
"""

import contextlib
import ctypes
import os
import resource
import socket

NOBODY = 65534

SCRATCH = "/tmp"  # where a learner's process may write
HOME = f"{SCRATCH}/home"
FONTS = f"{SCRATCH}/matplotlib"  # its list of fonts
HOST = "mathlib"  # the machine's own name is nobody's business

MIB = 2**20
LIMITS = {
    "memory": 3072 * MIB,  # of one process's data; torch maps a lot
    "scratch": 256 * MIB,  # of everything under /tmp
    "file": 128 * MIB,
    "processes": 64,
    "files": 512,
    "cpu": 900,  # seconds, of one process
}

NEWNS, NEWUTS, NEWIPC = 0x00020000, 0x04000000, 0x08000000
NEWUSER, NEWPID, NEWNET = 0x10000000, 0x20000000, 0x40000000

RDONLY, NOSUID, NODEV, NOEXEC = 1, 2, 4, 8
REMOUNT, BIND, MOVE, REC, PRIVATE = 32, 4096, 8192, 16384, 1 << 18

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_CAPBSET_DROP = 1, 4, 24
_PR_SET_NO_NEW_PRIVS = 38
_CAPABILITY_VERSION = 0x20080522


def _libc():
    return ctypes.CDLL(None, use_errno=True)


def _call(name, *arguments):
    function = getattr(_libc(), name)
    if function(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def unshare(flags):
    """Move this process into new namespaces."""
    _call("unshare", flags)


def mount(source, target, kind=None, flags=0, data=None):
    """Mount, as in mount(2)."""
    text = [
        value.encode() if isinstance(value, str) else value
        for value in (source, target, kind, data)
    ]
    _call(
        "mount", text[0], text[1], text[2], ctypes.c_ulong(flags), text[3]
    )


def prctl(option, value=0):
    """Set a property of this process, as in prctl(2)."""
    _call("prctl", option, *(ctypes.c_ulong(v) for v in (value, 0, 0, 0)))


def die_with_parent():
    """Let this process be killed when its parent ends."""
    prctl(_PR_SET_PDEATHSIG, 9)


def drop_root():
    """Give up root for good, if this is root, without being asked twice.

    A limit on the number of processes does not bind root.
    """
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
        # Otherwise /proc/self belongs to root and no user map can be written.
        prctl(_PR_SET_DUMPABLE, 1)


def new_user():
    """Enter a user namespace in which this user is the only one."""
    uid, gid = os.geteuid(), os.getegid()
    unshare(NEWUSER)
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"1000 {uid} 1"),
        ("gid_map", f"1000 {gid} 1"),
    ):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(text)


def enclose():
    """Enter the namespaces of one submission; its next fork is process 1."""
    new_user()
    unshare(NEWNS | NEWPID | NEWIPC | NEWUTS | NEWNET)


def settle(readable, hidden, limits=LIMITS):
    """Finish the inner wall, from inside: process 1 of the submission.

    Parameters
    ----------
    readable : list of str
        Folders that must stay readable (some may lie under ``/tmp``).
    hidden : list of str
        Folders in whose place an empty one is seen.
    limits : mapping
    """
    mount("none", "/", None, REC | PRIVATE)
    limit(limits)
    with contextlib.suppress(OSError):
        # No namespaces in the namespace.
        with open("/proc/sys/user/max_user_namespaces", "w") as file:
            file.write("0")
    for folder in hidden:
        mount("none", folder, "tmpfs", RDONLY | NOSUID | NODEV, "size=4k")
    _fresh_tmp(readable, limits["scratch"])
    with contextlib.suppress(OSError):
        mount("none", "/dev/shm", "tmpfs", NOSUID | NODEV, f"size={16 * MIB}")
    # Empty: where bubblewrap is started by root, a fresh one may not be had,
    # and an answer must not depend on that.
    mount("none", "/proc", "tmpfs", RDONLY | NOSUID | NODEV, "size=4k")
    drop_capabilities()


def _fresh_tmp(readable, size):
    """Mount an empty /tmp, in which what must stay readable still stands."""
    options = f"size={size},nr_inodes=20000,mode=1777"
    kept = [path for path in readable if path.startswith(f"{SCRATCH}/")]
    if not kept:
        mount("none", SCRATCH, "tmpfs", NOSUID | NODEV, options)
        return
    mount("none", NEW_TMP, "tmpfs", NOSUID | NODEV, options)
    for path in kept:
        place = NEW_TMP + path.removeprefix(SCRATCH)
        os.makedirs(place, exist_ok=True)
        mount(path, place, None, BIND | REC)
    mount(NEW_TMP, SCRATCH, None, MOVE)


NEW_TMP = "/mnt"  # an empty folder of the outer wall's root


def limit(limits=LIMITS):
    """Set the limits of this process and of all that it starts."""
    for kind, value in (
        (resource.RLIMIT_DATA, limits["memory"]),
        (resource.RLIMIT_FSIZE, limits["file"]),
        (resource.RLIMIT_NOFILE, limits["files"]),
        (resource.RLIMIT_CPU, limits["cpu"]),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, limits["processes"]),
    ):
        if value is None:
            continue
        _, most = resource.getrlimit(kind)
        if most != resource.RLIM_INFINITY:
            value = min(value, most)
        resource.setrlimit(kind, (value, value))
    with contextlib.suppress(OSError):
        # When memory runs out, this goes first and not the judge.
        with open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
            file.write("1000")


def drop_capabilities():
    """Give up every privilege in the namespaces, for good."""
    for number in range(64):
        with contextlib.suppress(OSError):
            prctl(_PR_CAPBSET_DROP, number)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    _call("capset", header, (ctypes.c_uint32 * 6)())
    prctl(_PR_SET_NO_NEW_PRIVS, 1)


def close_others(kept):
    """Close every file descriptor but these."""
    low = 0
    for number in [*sorted(kept), os.sysconf("SC_OPEN_MAX")]:
        if low < number:  # an empty range at 0 would close everything
            os.closerange(low, number)
        low = number + 1


def prove(hidden, unseen):
    """Try what must not be possible; raise OSError if it is.

    Parameters
    ----------
    hidden, unseen : list of str
        Folders that must look empty, and paths that must not be there.
    """
    holes = [path for path in hidden if os.listdir(path)]
    holes += [path for path in unseen if os.path.exists(path)]
    if os.getpid() != 1:
        holes.append("other processes")
    if 0 in (os.getuid(), os.geteuid()):
        holes.append("root")
    if {name for _, name in socket.if_nameindex()} - {"lo"}:
        holes.append("the network")
    for folder in ("/", "/usr", "/dev", *hidden):
        if _can_write(folder):
            holes.append(f"writing to {folder}")
    if holes:
        raise OSError(f"the wall has a hole: {', '.join(holes)}")


def _can_write(folder):
    try:
        path = os.path.join(folder, ".mathlib-wall")
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
        os.unlink(path)
    except OSError:
        return False
    return True
