"""Is what is checked what the learner last ran?

A cell with a typing error defines nothing, and an older definition of the
same name stays.  To check that one would praise or blame code which is no
longer on the screen, and which the grade will not see.
"""

import ast
import re

__all__ = ["typing_error"]


def typing_error(parts, history):
    """Return why the last attempt at an answer never ran, or None.

    Parameters
    ----------
    parts : iterable of str
        The names that the answer defines.
    history : sequence of str
        The cells that were run, oldest first: IPython's ``In``.

    Examples
    --------
    >>> typing_error(["f"], ["def f(x):\\n    return x", "def f(x:"])
    "line 1: '(' was never closed"
    >>> typing_error(["f"], ["def f(x:", "def f(x):\\n    return x"])
    """
    names = "|".join(map(re.escape, parts))
    defines = re.compile(
        rf"^[ \t]*(?:(?:async\s+)?def|class)\s+(?:{names})\b"
        rf"|^(?:{names})\s*=(?!=)",
        re.MULTILINE,
    )
    for source in reversed(history):
        if not isinstance(source, str) or not defines.search(source):
            continue
        try:
            ast.parse(source)
        except SyntaxError as error:
            return f"line {error.lineno}: {error.msg}"
        except (ValueError, RecursionError, MemoryError) as error:
            return str(error)
        return None
    return None
