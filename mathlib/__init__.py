"""The mathematics of machine learning, one module a chapter.

Nothing is imported until it is asked for, so that ``import mathlib`` costs
next to nothing: ``mathlib.linear_algebra`` loads that module,
``mathlib.check`` the checker of exercises, and torch only loads where a
tensor is made.
"""

import importlib

__version__ = "0.1.0"

# What a notebook uses most, under a short name; all else is a submodule.
_SHORT = {
    "check": "mathlib.course.check",
    "device": "mathlib.arrays",
    "formula": "mathlib.course.ledger",
    "formulas": "mathlib.course.ledger",
    "has_torch": "mathlib.arrays",
    "progress": "mathlib.course.progress",
    "show": "mathlib.explore.figures",
    "style": "mathlib.explore.figures",
}


def __getattr__(name):
    if name in _SHORT:
        value = getattr(importlib.import_module(_SHORT[name]), name)
    elif name in _submodules():
        value = importlib.import_module(f"mathlib.{name}")
    else:
        raise AttributeError(f"module 'mathlib' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__():
    return sorted({*globals(), *_SHORT, *_submodules()})


def _submodules():
    import pkgutil

    names = {module.name for module in pkgutil.iter_modules(__path__)}
    return {name for name in names if not name.startswith("_")}
