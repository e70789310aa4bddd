"""mathlib.optimization against torch.optim."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from referees import check_gradient, referee

import mathlib.optimization as opt

RNG = np.random.default_rng(8)
GRADIENTS = RNG.normal(size=(5, 2, 3))
START = RNG.normal(size=(2, 3))


def torch_adam(start, gradients, lr, beta1, beta2, eps):
    """Return what torch's Adam makes of a start, step after step."""
    torch = pytest.importorskip("torch")
    theta = torch.tensor(start, requires_grad=True)
    adam = torch.optim.Adam([theta], lr=lr, betas=(beta1, beta2), eps=eps)
    for gradient in gradients:
        theta.grad = torch.tensor(gradient)
        adam.step()
        state = adam.state[theta]
        yield tuple(
            x.detach().numpy().copy()
            for x in (theta, state["exp_avg"], state["exp_avg_sq"])
        )


@referee("oracle", opt.adam_step)
@pytest.mark.parametrize("options", [
    {},
    {"lr": 0.1, "beta1": 0.5, "beta2": 0.9, "eps": 0.1},
    {"lr": 0.1, "beta1": 0.0, "beta2": 0.0},
], ids=["defaults", "all options", "no memory"])
def test_against_torch(library, options):
    settings = {"lr": 1e-3, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}
    theta, m, v = START, np.zeros((2, 3)), np.zeros((2, 3))
    right = torch_adam(START, GRADIENTS, **(settings | options))
    for t, expected in enumerate(right, start=1):
        library.agrees(
            opt.adam_step, expected, theta, GRADIENTS[t - 1], m, v, t,
            **options,
        )
        theta, m, v = expected


def test_first_step_by_hand(library):
    one = np.ones(1)
    expected = (np.array([0.9]), np.array([0.4]), np.array([0.016]))
    library.agrees(
        opt.adam_step, expected, one, 4 * one, 0 * one, 0 * one, 1,
        lr=0.1, rtol=1e-8,
    )


def test_a_gradient_of_zero_moves_nothing(library):
    zero = np.zeros((2, 3))
    library.agrees(
        opt.adam_step, (START, zero, zero), START, zero, zero, zero, 1
    )


@referee("gradient", opt.adam_step)
def test_gradients():
    check_gradient(
        opt.adam_step, START, GRADIENTS[0], GRADIENTS[1], GRADIENTS[2]**2, 3
    )


@referee("property", opt.adam_step)
@given(
    st.floats(1e-3, 1e3), st.floats(1e-3, 1e3), st.integers(1, 50),
    st.floats(0, 0.99), st.floats(0, 0.999),
)
def test_constant_gradients_make_steps_of_length_lr(g, lr, n, beta1, beta2):
    theta, m, v = np.zeros(2), np.zeros(2), np.zeros(2)
    gradient = np.array([g, -g])
    for t in range(1, n + 1):
        theta, m, v = opt.adam_step(
            theta, gradient, m, v, t, lr=lr, beta1=beta1, beta2=beta2, eps=0
        )
    np.testing.assert_allclose(theta, [-n * lr, n * lr], rtol=1e-9)


@referee("bad input", opt.adam_step)
def test_bad_input(library):
    x, y = (library.asarray(np.ones(n)) for n in (3, 4))
    for name, arguments in {
        "gradient": (x, y, x, x), "m": (x, x, y, x), "v": (x, x, x, y),
    }.items():
        with pytest.raises(ValueError, match=rf"{name} must .*\(3,\) of the"):
            opt.adam_step(*arguments, t=1)
    with pytest.raises(ValueError, match="t counts steps from 1, got 0"):
        opt.adam_step(x, x, x, x, t=0)
    for name in ("beta1", "beta2"):
        for beta in (-0.1, 1.0):
            with pytest.raises(ValueError, match=rf"{name} must lie in \[0"):
                opt.adam_step(x, x, x, x, t=1, **{name: beta})
