"""The outer wall: how the zygote is started, and by which of three ways.

``bubblewrap``
    The well-kept tool, where it is installed and allowed.
``namespaces``
    The same by :mod:`mathlib.course.grading.launch`, where it is not.
``none``
    No wall.  Learners' code could then read and write whatever the person
    who grades can; grading asks for a flag before it goes on like this.
"""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from mathlib.course.grading import walls

__all__ = ["WAYS", "readable_paths", "start"]

WAYS = ("bubblewrap", "namespaces", "none")

# What programs look up when they start; no accounts and no keys.
_ETC = (
    "alternatives", "fonts", "ld.so.cache", "ld.so.conf", "ld.so.conf.d",
    "localtime", "mime.types",
)
_PACKAGE = Path(__file__).resolve().parents[2]
HIDDEN = (str(_PACKAGE / "exercises"),)


def readable_paths():
    """Return the folders that Python and its libraries live in."""
    places = [
        sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix,
        os.path.dirname(os.path.realpath(sys.executable)),
        *(sysconfig.get_path(name) for name in ("purelib", "platlib")),
        *_libraries(),
        "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64",
        str(_PACKAGE),
        *(f"/etc/{name}" for name in _ETC),
    ]
    kept = []
    for place in sorted({os.path.normpath(p) for p in places}):
        inside = any(place.startswith(f"{other}/") for other in kept)
        if os.path.exists(place) and not inside:
            kept.append(place)
    return kept


def _libraries():
    """Return the folders of libraries, those of a user's own included."""
    return [
        path for path in sys.path
        if os.path.basename(path) in ("site-packages", "dist-packages")
    ]


def start(way, control, modules, unseen, errors):
    """Start a zygote behind the outer wall; return its process.

    Parameters
    ----------
    way : str
        One of :data:`WAYS`.
    control : socket.socket
        The zygote's end of the judge's socket.
    modules : list of str
        What it imports for the chapter.
    unseen : list of str
        Paths of which it is made sure that no learner sees them.
    errors : file
        Where the zygote's last words go.
    """
    readable = readable_paths()
    plan = {
        "isolated": way != "none", "readable": readable,
        "hidden": list(HIDDEN), "modules": list(modules),
        "unseen": list(unseen),
    }
    command = [
        sys.executable, "-P", "-m", "mathlib.course.grading.zygote",
        str(control.fileno()), json.dumps(plan),
    ]
    fonts = _font_list()
    if way == "bubblewrap":
        command = [*_bubblewrap(readable, fonts), *command]
    elif way == "namespaces":
        walls = json.dumps({"readable": readable, "fonts": fonts})
        command = [
            sys.executable, "-P", "-m", "mathlib.course.grading.launch",
            walls, *command,
        ]
    return subprocess.Popen(
        command,
        pass_fds=[control.fileno()],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=errors,
        env=_environment(fonts if way == "none" else None),
        start_new_session=True,
    )


def _environment(fonts):
    """Nothing of the grader's own environment goes in."""
    place = os.path.dirname(fonts) if fonts else walls.FONTS
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "PYTHONPATH": os.pathsep.join([str(_PACKAGE.parent), *_libraries()]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": walls.SCRATCH,
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "MPLBACKEND": "agg",
        "MPLCONFIGDIR": place,
        "IPYTHONDIR": f"{walls.SCRATCH}/ipython",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "MATHLIB_PROGRESS": "off",
        "CUDA_VISIBLE_DEVICES": "",
    }


def _font_list():
    """Matplotlib's list of fonts, which takes seconds to make anew."""
    import matplotlib
    import matplotlib.font_manager  # makes it, if it is not there

    folder = Path(matplotlib.get_cachedir())
    found = sorted(folder.glob("fontlist-*.json"))
    return str(found[-1]) if found else None


def _bubblewrap(readable, fonts):
    tool = shutil.which("bwrap")
    if tool is None:
        raise FileNotFoundError("bubblewrap (bwrap) is not installed")
    command = [
        tool, "--unshare-ipc", "--unshare-pid", "--unshare-net",
        "--unshare-uts", "--hostname", walls.HOST, "--unshare-cgroup-try",
        "--die-with-parent",
        "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp",
        "--dir", "/mnt", "--chdir", "/tmp",
    ]
    if os.geteuid() == 0:  # to stop being root, once all is imported
        command += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    for path in _parents(readable):
        # Made beforehand: bubblewrap would copy a home's 0700, too.
        command += ["--dir", path]
    for path in readable:
        if os.path.islink(path):
            command += ["--symlink", os.readlink(path), path]
        else:
            command += ["--ro-bind", path, path]
    if fonts:
        name = os.path.basename(fonts)
        command += ["--ro-bind", fonts, f"{walls.FONTS}/{name}"]
    return [*command, "--remount-ro", "/dev", "--remount-ro", "/"]


def _parents(paths):
    return sorted({
        str(parent) for path in paths for parent in Path(path).parents
    } - {"/", "/tmp"})
