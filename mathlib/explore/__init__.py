"""Explorers to drag and pictures to read.

``mathlib.explore.rope_rotation()`` in a notebook gives an explorer: a picture
with controls, redrawn as they move.  ``.still()`` gives the same picture in a
few fixed states, for print.  Nothing is imported until it is asked for.
"""

import importlib

# The files have other names than what they define, so that importing a file
# never hides the explorer of that name.
_HOMES = {
    "attention_stages": "_attention_stages",
    "backprop_two_layer": "_backprop_two_layer",
    "bayes_update": "_bayes_update",
    "clt": "_clt",
    "convolution_slide": "_convolution_slide",
    "descent_bowl": "_descent_bowl",
    "descent_surface": "_descent_surface",
    "floating_line": "_floating_line",
    "fourier_partial_sums": "_fourier_partial_sums",
    "gp_posterior": "_gp_posterior",
    "k_means_steps": "_k_means_steps",
    "kl_direction": "_kl_direction",
    "logistic_boundary": "_logistic_boundary",
    "matrix_multiplication": "_matrix_multiplication",
    "optimizer_race": "_optimizer_race",
    "power_iteration": "_power_iteration",
    "random_walk": "_random_walk",
    "rope_rotation": "_rope_rotation",
    "sigma_loop": "_sigma_loop",
    "svd_truncation": "_svd_truncation",
    "taylor": "_taylor",
    "Explorer": "explorer",
    "show": "figures",
    "style": "figures",
}

__all__ = sorted(_HOMES)


def __getattr__(name):
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = importlib.import_module(f"{__name__}.{_HOMES[name]}")
    value = globals()[name] = getattr(home, name)
    return value


def __dir__():
    return sorted({*globals(), *_HOMES})
