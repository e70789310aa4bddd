"""The outer wall where there is no bubblewrap: enter it, then run a program.

``python -m mathlib.course.grading.launch WALLS COMMAND...`` makes a root that
holds the readable paths of ``WALLS`` and nothing else, and runs the command
in it, without a network.
"""

import contextlib
import ctypes
import json
import os
import platform
import shutil
import socket
import sys
import tempfile

from mathlib.course.grading import walls

_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41, "riscv64": 41, "ppc64le": 203}
_DETACH = 2
_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
_SMALL = "size=64m,nr_inodes=4k,mode=0755"


def main():
    """Put up the wall and become the command."""
    plan, command = json.loads(sys.argv[1]), sys.argv[2:]
    if os.geteuid() != 0:
        walls.new_user()
    walls.unshare(
        walls.NEWPID | walls.NEWIPC | walls.NEWUTS | walls.NEWNET
    )
    base = tempfile.mkdtemp(prefix="mathlib-root-")
    entered, entering = os.pipe()
    pid = os.fork()
    if pid:
        walls.die_with_parent()
        os.close(entering)
        os.read(entered, 1)  # nothing: it is closed with the last line below
        with contextlib.suppress(OSError):
            os.rmdir(base)
        _, status = os.waitpid(pid, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
    walls.die_with_parent()
    # Here and not above: the parent removes the folder once it is entered.
    walls.unshare(walls.NEWNS)
    socket.sethostname(walls.HOST)
    walls.mount("none", "/", None, walls.REC | walls.PRIVATE)
    walls.mount(
        "none", base, "tmpfs", walls.NOSUID | walls.NODEV, _SMALL
    )
    furnish(base, plan["readable"], plan["fonts"])
    _make_readonly(base)
    enter(base)
    os.execv(command[0], command)


def furnish(base, readable, fonts):
    """Fill the new root."""
    os.makedirs(f"{base}/tmp")
    walls.mount(
        "none", f"{base}/tmp", "tmpfs", walls.NOSUID | walls.NODEV,
        "size=64m,mode=1777",
    )
    for path in readable:
        place = base + path
        os.makedirs(os.path.dirname(place), exist_ok=True)
        if os.path.islink(path):
            os.symlink(os.readlink(path), place)
        else:
            _bind(path, place)
    for name in ("dev/shm", "mnt", "proc"):
        os.makedirs(f"{base}/{name}")
    for name in _DEVICES:
        _bind(f"/dev/{name}", f"{base}/dev/{name}")
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        os.symlink(f"/proc/self/fd/{number}", f"{base}/dev/{name}")
    os.symlink("/proc/self/fd", f"{base}/dev/fd")
    walls.mount(
        "proc", f"{base}/proc", "proc",
        walls.NOSUID | walls.NODEV | walls.NOEXEC,
    )
    if fonts:
        os.makedirs(base + walls.FONTS)
        shutil.copy(fonts, base + walls.FONTS)


def _bind(path, place):
    if os.path.isdir(path):
        os.makedirs(place, exist_ok=True)
    else:
        with open(place, "w", encoding="ascii"):
            pass
    walls.mount(path, place, None, walls.BIND | walls.REC)


def _make_readonly(base):
    """Make every mount below the new root read-only, the last one first."""
    with open("/proc/self/mountinfo", encoding="utf-8") as file:
        rows = [line.split() for line in file]
    for row in reversed(rows):
        place = row[4].encode().decode("unicode_escape")
        writable = place in (f"{base}/proc", f"{base}/tmp", base)
        if not place.startswith(f"{base}/") or writable:
            continue
        flags = walls.REMOUNT | walls.BIND | walls.RDONLY
        # What was forbidden outside may not be allowed again.
        for word, flag in (
            ("nosuid", walls.NOSUID), ("nodev", walls.NODEV),
            ("noexec", walls.NOEXEC), ("noatime", 1024),
            ("nodiratime", 2048), ("relatime", 1 << 21),
        ):
            if word in row[5].split(","):
                flags |= flag
        walls.mount(None, place, None, flags)


def enter(base):
    """Make ``base`` the root and forget the old one."""
    os.chdir(base)
    number = _PIVOT_ROOT.get(platform.machine())
    if number is None:
        raise OSError(f"no pivot_root known for {platform.machine()}")
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(number, b".", b".") != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"pivot_root: {os.strerror(error)}")
    if libc.umount2(b".", _DETACH) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"umount2: {os.strerror(error)}")
    os.chdir("/tmp")
    flags = walls.REMOUNT | walls.BIND | walls.RDONLY
    walls.mount(None, "/", None, flags | walls.NOSUID | walls.NODEV)


if __name__ == "__main__":
    main()
