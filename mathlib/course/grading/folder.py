"""A learner's folder, opened so that nothing in it leads anywhere else."""

import contextlib
import itertools
import os
import stat
from pathlib import Path

__all__ = ["MAX_NAMES", "Folder", "Unreadable"]

MAX_NAMES = 1000  # files in the folder that are looked at


class Unreadable(Exception):
    """A submission that can't be read, with a sentence that says why."""


class Folder:
    """A submission's folder: its files are opened in it, never by a link."""

    # Windows has not all of it; there what is opened must be what was seen.
    relative = (
        hasattr(os, "O_NOFOLLOW")
        and {os.open, os.stat} <= os.supports_dir_fd
        and os.scandir in os.supports_fd
    )
    flags = os.O_RDONLY
    for flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_NOCTTY", "O_BINARY"):
        flags |= getattr(os, flag, 0)

    def __init__(self, path):
        self.path, self.fd = Path(path), None  # without a slash at its end
        with _said("the submission's folder"):
            mode = self.path.lstat().st_mode
            if not stat.S_ISDIR(mode):
                raise Unreadable(f"the submission's folder is {_kind(mode)}")
            if self.relative:
                self.fd = os.open(self.path, self.flags | os.O_DIRECTORY)

    def close(self):
        """Close it."""
        if self.fd is not None:
            os.close(self.fd)

    def names(self):
        """Return the names of what is in the folder, sorted."""
        with _said("the submission's folder"):
            with os.scandir(self.path if self.fd is None else self.fd) as all:
                first = itertools.islice(all, MAX_NAMES)
                return sorted(entry.name for entry in first)

    def read(self, name, limit, what):
        """Return a regular file's bytes; None if there is no such file."""
        path = name if self.fd is not None else self.path / name
        with _said(what):
            try:
                seen = os.stat(path, dir_fd=self.fd, follow_symlinks=False)
            except FileNotFoundError:
                return None
            if not stat.S_ISREG(seen.st_mode):
                raise Unreadable(f"{what} is {_kind(seen.st_mode)}")
            fd = os.open(path, self.flags, dir_fd=self.fd)
            try:
                if not os.path.samestat(seen, os.fstat(fd)):
                    raise Unreadable(f"{what} was exchanged while it was read")
                # At most so many bytes, even if the file grows meanwhile.
                with open(fd, "rb", closefd=False) as file:
                    data = file.read(limit + 1)
            finally:
                os.close(fd)
        if len(data) > limit:
            raise Unreadable(f"{what} is larger than {limit:,} bytes")
        return data


@contextlib.contextmanager
def _said(what):
    try:
        yield
    except OSError as error:
        raise Unreadable(f"{what} can't be read: {error.strerror}") from None


def _kind(mode):
    if stat.S_ISLNK(mode):
        return "a symbolic link"
    if stat.S_ISDIR(mode):
        return "a folder"
    return "a file" if stat.S_ISREG(mode) else "a pipe or a device"
