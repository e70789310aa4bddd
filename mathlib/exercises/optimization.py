"""Exercises of chapter 08."""

import numpy as np

from mathlib import optimization
from mathlib.exercise import Case, Exercise, Mistake, Variant, call


def before_training(rng, *shape):
    """Parameters, a gradient and the two zero averages of step 1."""
    return (*rng.normal(size=(2, *shape)), np.zeros(shape), np.zeros(shape))


def in_training(rng, *shape):
    """Parameters, a gradient and two averages some steps on."""
    return (*rng.normal(size=(3, *shape)), rng.uniform(0.1, 1.0, size=shape))


def uncorrected(theta, gradient, m, v, t, *,
                lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * gradient
    v = beta2 * v + (1 - beta2) * gradient**2
    return theta - lr * m / (np.sqrt(v) + eps), m, v


def eps_under_the_root(theta, gradient, m, v, t, *,
                       lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * gradient
    v = beta2 * v + (1 - beta2) * gradient**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta - lr * m_hat / np.sqrt(v_hat + eps), m, v


def one_rate(theta, gradient, m, v, t, *,
             lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = m + (1 - beta1) * (gradient - m)
    v = v + (1 - beta2) * (gradient**2 - v)
    root = (1 - beta2**t) ** 0.5
    rate = lr * root / (1 - beta1**t)
    return theta - rate * m / (v**0.5 + eps * root), m, v


def in_float32(theta, gradient, m, v, t, *,
               lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    theta, gradient, m, v = map(np.float32, (theta, gradient, m, v))
    m = beta1 * m + (1 - beta1) * gradient
    v = beta2 * v + (1 - beta2) * gradient**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return theta - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


adam_step = Exercise(
    reference=optimization.adam_step,
    points=3,
    refuses=(
        "torch.optim.Adam",
        "torch.optim.AdamW",
        "torch.optim.adam.adam",
    ),
    cases=lambda rng: [
        Case("the first step, by hand",
             call([1.0], [4.0], [0.0], [0.0], t=1, lr=0.1), core=True),
        Case("a later step", call(*in_training(rng, 4), t=7), core=True),
        Case("a matrix of parameters",
             call(*before_training(rng, 3, 2), t=1)),
        Case("other betas",
             call(*in_training(rng, 4), t=3, beta1=0.8, beta2=0.95)),
        Case("a tiny gradient, where eps matters",
             call([1.0], [1e-9], [0.0], [0.0], t=1, lr=1.0)),
        Case("a larger eps", call(*in_training(rng, 4), t=5, eps=1e-2)),
        Case("a gradient of zero",
             call([1.0], [0.0], [0.0], [0.0], t=1)),
    ],
    mistakes=[
        Mistake("no bias correction", uncorrected,
                "After step 1, m is 0.1 of the gradient and sqrt(v) only"
                " 0.032 of it, so the step is 3.2 times too long. Divide m by"
                " 1 - beta1**t and v by 1 - beta2**t.",
                credit=1.5),
        Mistake("eps under the root", eps_under_the_root,
                "sqrt(v + eps) is 1e-4 where v is 0, not 1e-8: small gradients"
                " are muffled ten-thousandfold. Add eps after the root."),
    ],
    variants=[
        Variant("the corrections folded into the rate", one_rate),
        Variant("single precision", in_float32),
    ],
)
