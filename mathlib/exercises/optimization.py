"""Exercises of chapter 08."""

import functools

import numpy as np

from mathlib import optimization as op
from mathlib.course.compare import named_if, values
from mathlib.exercise import (
    Case,
    Exercise,
    Mistake,
    Variant,
    Written,
    call,
    given,
    half_written,
    script,
)
from mathlib.exercises import _optimization_answers as answers


def bowl(rng, n):
    """A symmetric matrix with eigenvalues between 0.5 and 3."""
    Q, _ = np.linalg.qr(rng.normal(size=(n, n)))
    return (Q * rng.uniform(0.5, 3.0, n)) @ Q.T


def slope(rng, n):
    """The gradient of a bowl whose minimum lies somewhere."""
    return given("Ax_minus_b", bowl(rng, n), rng.normal(size=n))


# The bowl of the worked example: one weight, x = [1, 2], y = [2, 3].
FIVE_W_MINUS_EIGHT = given("Ax_minus_b", [[5.0]], [8.0])
BUMPY = given("bumpy_gradient")


# --- gradient descent --------------------------------------------------------


def both_near(first, second, program):
    """Both stopped short of the bottom, each by a tolerance of its own."""
    return float(np.max(np.abs(first - second))) < 0.05


gradient_descent = Exercise(
    reference=op.gradient_descent,
    points=2,
    refuses=("mathlib.optimization.projected_gradient_descent",),
    cases=lambda rng: [
        Case("by hand: three steps of 5w - 8",
             call(FIVE_W_MINUS_EIGHT, [0.0], lr=0.1, steps=3), core=True),
        Case("a bowl of two variables, two steps",
             call(slope(rng, 2), rng.normal(size=2), lr=0.2, steps=2)),
        Case("one step",
             call(slope(rng, 3), rng.normal(size=3), lr=0.1, steps=1),
             core=True),
        Case("a matrix of parameters, and no bowl",
             call(BUMPY, rng.uniform(0.5, 1.5, (2, 3)), lr=0.02, steps=4)),
        Case("many steps: at the bottom",
             call(slope(rng, 3), rng.normal(size=3), lr=0.3, steps=200),
             compare=named_if(both_near)),
        Case("a learning rate that is too large",
             call(FIVE_W_MINUS_EIGHT, [float(rng.uniform(2, 3))], lr=0.45,
                  steps=6)),
        Case("no step: theta as it came",
             call(slope(rng, 3), rng.normal(size=3), lr=0.1, steps=0)),
        Case("one gradient for each step", script(
            "gradient_descent(grad, theta, lr=0.1, steps=5); grad.calls",
            grad=given("counted", slope(rng, 3)), theta=rng.normal(size=3))),
    ],
    mistakes=[
        Mistake("uphill", answers.gradient_descent_uphill,
                "The gradient points to where the loss grows fastest: go"
                " against it, with a minus. From 0 the first step of the"
                " example leads to 0.8, towards 1.6; yours leads to -0.8.",
                credit=0.6),
        Mistake("one step short", answers.gradient_descent_one_short,
                "steps=3 means three updates: 0, 0.8, 1.2, 1.4. You make one"
                " fewer; range(1, n), for one, has only n - 1 numbers.",
                credit=1.4),
        Mistake("one step too many", answers.gradient_descent_one_too_many,
                "steps=3 means three updates: 0, 0.8, 1.2, 1.4. You make one"
                " more, and with steps=0 theta should not move at all.",
                credit=1.4),
        Mistake("the gradient of the start",
                answers.gradient_descent_of_one_gradient,
                "You take the gradient once, before the loop. The ground"
                " changes as you walk: ask grad(theta) again at every step.",
                credit=0.8),
        Mistake("return inside the loop",
                answers.gradient_descent_returns_at_once,
                "The return stands inside the loop, so the first step is the"
                " last; and with steps=0 nothing is returned. Move it out by"
                " one level.",
                credit=1.2),
        Mistake("gradient shortened to length 1",
                answers.gradient_descent_of_unit_length,
                "Divided by its norm, the gradient gives steps of one length,"
                " which leap over the minimum for ever. Its length counts: it"
                " is what makes the steps shorter near the bottom.",
                credit=0.8),
        Mistake("the whole path", answers.gradient_descent_with_path,
                "You return every theta on the way, one above the other."
                " Asked is the last.",
                credit=1.4),
        Mistake("learning rate left out",
                answers.gradient_descent_without_rate,
                "You subtract the whole gradient; the step is lr times it.",
                credit=0.6),
        Mistake("stops when it is close",
                answers.gradient_descent_stops_when_close,
                "Near the bottom you stop before all steps are made, and"
                " remain a little beside it. Exactly `steps` steps are asked,"
                " however short the last ones are.",
                credit=1.6),
        Mistake("two gradients a step", answers.gradient_descent_asks_twice,
                "The result is right at twice the price: in training, the"
                " gradient is what costs. Ask for it once a step and keep it"
                " in a variable.",
                credit=1.6),
    ],
    variants=[
        Variant("in place, on a copy", answers.gradient_descent_on_a_copy),
        Variant("recursion", answers.gradient_descent_by_recursion),
    ],
)

step_limit_derivation = Written(
    rubric=[
        (1, r"Question 1: the gradient is $H(\boldsymbol\theta -"
            r" \boldsymbol\theta^*)$, with the $\tfrac12$ and the symmetry of"
            r" $H$ accounted for; subtracting $\boldsymbol\theta^*$ on both"
            r" sides gives $\mathbf e_{t+1} = (I - \eta H)\mathbf e_t$"),
        (1, r"Question 2: puts in $H = Q\Lambda Q^\top$, uses $Q^\top Q = I$"
            r" and says that it is symmetry that gives an orthonormal"
            r" eigenbasis; $c_{t,i} = (1 - \eta\lambda_i)^t c_{0,i}$"),
        (1, r"Question 3: $|1 - \eta\lambda_i| < 1$ exactly if $0 <"
            r" \eta\lambda_i < 2$, for all $i$, hence the largest decides;"
            r" the other direction with a start along that eigenvector; at"
            r" $\eta = 2/\lambda_{\max}$ the factor is $-1$: it swings for"
            r" ever"),
        (1, r"Question 4: says why only the smallest and the largest"
            r" eigenvalue count, sets $1 - \eta\lambda_{\min} ="
            r" \eta\lambda_{\max} - 1$, and arrives at $\eta ="
            r" 2/(\lambda_{\min}+\lambda_{\max})$ and $(\kappa-1)/"
            r"(\kappa+1)$"),
        (1, r"Question 5: monotone up to $0.2$, swinging up to $0.4$,"
            r" divergent above; factors $0.5$ and $-0.95$, so 10 and 135"
            r" steps"),
    ],
)


# --- momentum ----------------------------------------------------------------


def three(rng, *shape):
    """Parameters, gradient and velocity, of one shape."""
    return tuple(rng.normal(size=(3, *shape)))


momentum_step = Exercise(
    reference=op.momentum_step,
    points=2,
    refuses=("torch.optim.SGD", "torch.optim.sgd.sgd"),
    cases=lambda rng: [
        Case("by hand", call([1.0], [2.0], [3.0], lr=0.2), core=True),
        Case("by hand: half of the gradient",
             call([1.0], [2.0], [3.0], lr=0.2, dampening=0.5)),
        Case("four parameters", call(*three(rng, 4), lr=0.1)),
        Case("a matrix of parameters", call(*three(rng, 3, 2), lr=0.3)),
        Case("the first step: no velocity yet",
             call(*rng.normal(size=(2, 3)), np.zeros(3), lr=0.1)),
        Case("another beta", call(*three(rng, 4), lr=0.1, beta=0.5)),
        Case("beta=0: plain gradient descent",
             call(*three(rng, 4), lr=0.1, beta=0.0)),
        Case("dampening, and another beta",
             call(*three(rng, 4), lr=0.1, beta=0.6, dampening=0.3)),
        Case("dampening at the first step",
             call(*rng.normal(size=(2, 3)), np.zeros(3), lr=0.1,
                  dampening=0.4)),
        Case("two steps, the second with a tenth of the rate", script(
            "theta, velocity = momentum_step(theta, g, velocity, lr=0.5)\n"
            "momentum_step(theta, h, velocity, lr=0.05)",
            theta=rng.normal(size=3), g=rng.normal(size=3),
            h=rng.normal(size=3), velocity=np.zeros(3))),
    ],
    mistakes=[
        Mistake("(1 - beta) before the gradient", answers.momentum_averaged,
                "That is an average of the gradients, as in Adam: at beta ="
                " 0.9 its steps are ten times shorter. The heavy ball adds"
                " the gradient whole, and (1 - dampening) of it if asked.",
                credit=0.8),
        Mistake("learning rate inside the velocity",
                answers.momentum_with_rate_inside,
                "With lr inside, the velocity remembers the old rates, and"
                " when a schedule lowers lr the ball rolls on as before. The"
                " velocity is made of gradients; lr comes in at the step.",
                credit=0.8),
        Mistake("learning rate inside the velocity, no dampening",
                answers.momentum_with_rate_inside_undampened,
                "With lr inside, the velocity remembers the old rates, and"
                " when a schedule lowers lr the ball rolls on as before. lr"
                " comes in at the step. And (1 - dampening) belongs before"
                " the gradient.",
                credit=0.6),
        Mistake("dampening ignored", answers.momentum_undampened,
                "Only (1 - dampening) of the gradient enters the velocity;"
                " yours always takes all of it.",
                credit=1.4),
        Mistake("dampening turned round",
                answers.momentum_dampened_the_other_way,
                "dampening=0 takes the whole gradient, not none of it: the"
                " factor is 1 - dampening.",
                credit=1.0),
        Mistake("velocity dampened, too", answers.momentum_dampens_all,
                "The dampening holds back the new gradient only; the old"
                " velocity is already held back, by beta.",
                credit=1.4),
        Mistake("first step undampened", answers.momentum_first_undampened,
                "PyTorch leaves the dampening out at its first step. Here it"
                " counts at every step.",
                credit=1.7),
        Mistake("a step along the old velocity",
                answers.momentum_along_the_old,
                "First the velocity is renewed, then theta moves along the"
                " new one. Yours moves along the old one: at the first step"
                " it would not move at all.",
                credit=1.0),
        Mistake("velocity not returned", answers.momentum_without_velocity,
                "The next step needs the velocity: return both, (theta,"
                " velocity).",
                credit=1.0),
        Mistake("velocity reset", answers.momentum_forgotten,
                "You return a velocity of zeros, so every step is the first."
                " Return the new velocity: it is the memory.",
                credit=1.0),
        Mistake("old velocity returned",
                answers.momentum_that_stands_still,
                "You move along the new velocity and return the old one. The"
                " next step must go on from the new one.",
                credit=1.2),
        Mistake("velocity first", answers.momentum_swapped,
                "Both are right, in the other order: (theta, velocity).",
                credit=1.4),
        Mistake("uphill", answers.momentum_uphill,
                "The velocity is a sum of gradients and points uphill: theta"
                " moves against it, with a minus.",
                credit=0.8),
        Mistake("gradient subtracted, velocity too",
                answers.momentum_against_itself,
                "One minus is right, two go uphill. The velocity is a sum of"
                " gradients, and theta moves against it.",
                credit=0.6),
        Mistake("velocity of the other sign",
                answers.momentum_as_displacement,
                "theta is right, but your velocity has the other sign. In the"
                " contract it adds gradients up, and theta moves against it.",
                credit=1.2),
        Mistake("a displacement for the velocity",
                answers.momentum_as_shortened_displacement,
                "Yours is the displacement, -lr included. The contract's"
                " velocity is made of gradients, with a plus and without lr:"
                " a schedule that lowers lr then slows the ball at once.",
                credit=0.8),
        Mistake("Nesterov's step", answers.momentum_ahead,
                "theta - lr (g + beta v) is PyTorch's Nesterov step, the next"
                " section's subject. Plain momentum moves by lr v.",
                credit=0.8),
        Mistake("beta and 1 - beta", answers.momentum_with_weights_swapped,
                "beta = 0.9 keeps nine tenths of the velocity, and the"
                " gradient comes to it whole: beta v + g.",
                credit=0.5),
        Mistake("beta fixed", answers.momentum_of_fixed_beta,
                "You write 0.9 where beta should stand: it may be another.",
                credit=1.4),
    ],
    variants=[
        Variant("step by step, on copies", answers.momentum_by_steps),
        Variant("rolled and pushed, in a list",
                answers.momentum_in_two_parts),
    ],
)

nesterov_step = Exercise(
    reference=op.nesterov_step,
    points=2,
    cases=lambda rng: [
        Case("by hand", call([1.0], given("Ax_minus_b", [[2.0]], [0.0]),
                             [3.0], lr=0.1), core=True),
        Case("a bowl of three variables",
             call(rng.normal(size=3), slope(rng, 3), rng.normal(size=3),
                  lr=0.2)),
        Case("a matrix of parameters, and no bowl",
             call(rng.uniform(0.5, 1.5, (2, 3)), BUMPY,
                  rng.normal(size=(2, 3)), lr=0.1)),
        Case("another beta",
             call(rng.normal(size=3), slope(rng, 3), rng.normal(size=3),
                  lr=0.2, beta=0.5)),
        Case("the first step: no velocity yet",
             call(rng.normal(size=3), slope(rng, 3), np.zeros(3), lr=0.1)),
        Case("two steps", script(
            "theta, velocity = nesterov_step(theta, grad, velocity, lr=0.2)\n"
            "nesterov_step(theta, grad, velocity, lr=0.1)",
            theta=rng.normal(size=3), grad=slope(rng, 3),
            velocity=np.zeros(3))),
        Case("one gradient, not two", script(
            "nesterov_step(theta, grad, velocity, lr=0.1); grad.calls",
            theta=rng.normal(size=3), velocity=rng.normal(size=3),
            grad=given("counted", slope(rng, 3)))),
    ],
    mistakes=[
        Mistake("gradient at the current point",
                answers.nesterov_at_the_point,
                "That is plain momentum. Nesterov first looks where the"
                " velocity is about to carry theta, to theta - lr beta v,"
                " and asks for the gradient there.",
                credit=0.8),
        Mistake("looks back", answers.nesterov_looking_back,
                "theta moves against the velocity, so ahead is theta - lr"
                " beta v. You look at theta + lr beta v, where the ball"
                " comes from.",
                credit=1.2),
        Mistake("PyTorch's form", answers.nesterov_as_in_torch,
                "PyTorch keeps the look-ahead point in the place of theta:"
                " the same path, other numbers. Asked is the form with the"
                " gradient at theta - lr beta v.",
                credit=1.0),
        Mistake("beta missing in the look-ahead",
                answers.nesterov_ahead_without_beta,
                "Of the velocity only beta v will be left when theta moves:"
                " look ahead by lr beta v, not by lr v.",
                credit=1.2),
        Mistake("learning rate missing in the look-ahead",
                answers.nesterov_ahead_without_rate,
                "The velocity will carry theta by lr beta v. You look ahead"
                " by beta v: ten times too far at lr = 0.1.",
                credit=1.2),
        Mistake("steps from the look-ahead point",
                answers.nesterov_from_ahead,
                "One only looks from there. The new velocity holds beta v"
                " already; taken from the look-ahead point, that part of the"
                " way is gone twice.",
                credit=1.0),
        Mistake("(1 - beta) before the gradient", answers.nesterov_averaged,
                "The heavy ball adds the gradient whole. With (1 - beta) its"
                " steps are ten times shorter at beta = 0.9.",
                credit=1.0),
        Mistake("velocity forgotten", answers.nesterov_without_memory,
                "You look ahead, and then the velocity is the gradient alone."
                " It should be beta v plus the gradient.",
                credit=0.8),
        Mistake("velocity not returned", answers.nesterov_without_velocity,
                "The next step needs the velocity: return both, (theta,"
                " velocity).",
                credit=1.0),
        Mistake("velocity first", answers.nesterov_swapped,
                "Both are right, in the other order: (theta, velocity).",
                credit=1.4),
        Mistake("uphill", answers.nesterov_uphill,
                "The velocity is a sum of gradients and points uphill: theta"
                " moves against it, with a minus.",
                credit=0.8),
        Mistake("two gradients", answers.nesterov_asks_twice,
                "The result is right at twice the price. The gradient at"
                " theta is not needed: ask once, at the look-ahead point.",
                credit=1.6),
        Mistake("learning rate inside the velocity",
                answers.nesterov_with_rate_inside,
                "That is an old form in which the velocity holds the learning"
                " rate. Here it is made of gradients: look ahead by lr beta"
                " v, and step by lr v.",
                credit=1.0),
        Mistake("an average, at the current point",
                answers.nesterov_averaged_at_the_point,
                "Two things: the gradient belongs to the look-ahead point,"
                " theta - lr beta v, and it is added whole.",
                credit=0.6),
        Mistake("theta moved in place", answers.nesterov_moves_theta,
                "theta -= ... moves the caller's theta, and yours too: the"
                " step should start from where theta was. Give the"
                " look-ahead point a name of its own.",
                credit=0.8),
    ],
    variants=[
        Variant("first roll, then push", answers.nesterov_rolls_then_pushes),
        Variant("in displacements", answers.nesterov_as_displacement),
    ],
)


# --- Adam and AdamW ----------------------------------------------------------


def before_training(rng, *shape):
    """Parameters, a gradient and the two zero averages of step 1."""
    return (*rng.normal(size=(2, *shape)), np.zeros(shape), np.zeros(shape))


def in_training(rng, *shape):
    """Parameters, a gradient and two averages some steps on."""
    return (*rng.normal(size=(3, *shape)), rng.uniform(0.1, 1.0, size=shape))


adam_step = Exercise(
    reference=op.adam_step,
    points=3,
    refuses=(
        "mathlib.optimization.adamw_step",
        "torch.optim.Adam",
        "torch.optim.AdamW",
        "torch.optim.adam.adam",
        "torch.optim.adamw.adamw",
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
        Mistake("no bias correction", answers.adam_uncorrected,
                "After step 1, m is 0.1 of the gradient and sqrt(v) only"
                " 0.032 of it, so the step is 3.2 times too long. Divide m by"
                " 1 - beta1**t and v by 1 - beta2**t.",
                credit=1.5),
        Mistake("eps under the root", answers.adam_eps_under_the_root,
                "sqrt(v + eps) is 1e-4 where v is 0, not 1e-8: small gradients"
                " are muffled ten-thousandfold. Add eps after the root."),
        Mistake("steps counted from 0", answers.adam_counting_from_zero,
                "With the exponent t - 1 you divide by 1 - beta**0 = 0 at the"
                " first step. t is 1 there: use it as it is.",
                credit=1.5),
        Mistake("beta * t", answers.adam_beta_times_t,
                "After t steps the share of the zeros at the start is beta to"
                " the power t, beta**t. beta * t is above 1 from the second"
                " step on.",
                credit=1.5),
        Mistake("no power of t", answers.adam_without_power,
                "Dividing by 1 - beta is right at the first step only. The"
                " zeros of the start fade: after t steps their share is"
                " beta**t.",
                credit=1.5),
        Mistake("corrected averages returned", answers.adam_returns_corrected,
                "The step is right, but the averages go on uncorrected:"
                " what you return would be corrected again at the next step.",
                credit=2.0),
        Mistake("no root", answers.adam_without_root,
                "v averages the square of the gradient. Divided by its root,"
                " the step has one size whatever the units of the loss; by v"
                " itself, small gradients make giant steps.",
                credit=1.0),
        Mistake("v of the gradient, not of its square",
                answers.adam_of_unsquared_gradient,
                "v is the average of gradient**2. Yours averages the gradient"
                " itself, whose root is nan where it is negative.",
                credit=1.0),
        Mistake("v of m", answers.adam_of_squared_average,
                "v averages the square of the gradient, not that of m: where"
                " the gradient swings, m is small, and v should still be"
                " large.",
                credit=1.2),
        Mistake("uphill", answers.adam_uphill,
                "The step goes against the gradient, with a minus.",
                credit=1.5),
        Mistake("only m corrected", answers.adam_corrects_m_only,
                "v needs it even more: after one step it holds a thousandth"
                " of the square. Divide it by 1 - beta2**t.",
                credit=1.8),
        Mistake("only v corrected", answers.adam_corrects_v_only,
                "m needs it, too: after one step it holds a tenth of the"
                " gradient. Divide it by 1 - beta1**t.",
                credit=1.8),
        Mistake("beta and 1 - beta", answers.adam_with_weights_swapped,
                "beta is what is kept of the old average, 1 - beta what comes"
                " of the new gradient. Yours hardly remembers.",
                credit=1.2),
        Mistake("eps added before the correction",
                answers.adam_eps_uncorrected,
                "Folding the corrections into the rate saves time, but then"
                " eps must be folded in with them: sqrt(v) + eps *"
                " sqrt(1 - beta2**t).",
                credit=2.2),
        Mistake("t + 1", answers.adam_counting_from_two,
                "t is 1 at the first step already: the exponents are t, not"
                " t + 1.",
                credit=1.5),
        Mistake("beta1 in both corrections", answers.adam_one_beta,
                "v fades with beta2, so it is divided by 1 - beta2**t; only m"
                " is divided by 1 - beta1**t.",
                credit=1.8),
        Mistake("no eps", answers.adam_without_eps,
                "Where the gradient has always been zero, the step is 0/0,"
                " which is nan. Add eps to the root.",
                credit=2.2),
        Mistake("eps outside the brackets", answers.adam_eps_beside,
                "m / sqrt(v) + eps divides first and adds eps to the step. It"
                " belongs to the denominator: m / (sqrt(v) + eps).",
                credit=2.2),
        Mistake("averages not returned", answers.adam_only_theta,
                "The next step needs the averages: return (theta, m, v).",
                credit=1.5),
    ],
    variants=[
        Variant("the corrections folded into the rate",
                answers.adam_one_rate),
        Variant("single precision", answers.adam_in_float32),
    ],
)

adamw_step = Exercise(
    reference=op.adamw_step,
    points=2,
    refuses=("torch.optim.AdamW", "torch.optim.adamw.adamw"),
    cases=lambda rng: [
        Case("by hand",
             call([2.0], [4.0], [0.0], [0.0], t=1, lr=0.1,
                  weight_decay=0.5), core=True),
        Case("a later step",
             call(*in_training(rng, 4), t=7, lr=0.1, weight_decay=0.1)),
        Case("a matrix of parameters",
             call(*before_training(rng, 3, 2), t=1, lr=0.2,
                  weight_decay=0.3)),
        Case("the weight decay nobody chose",
             call(*in_training(rng, 4), t=3, lr=0.5)),
        Case("the learning rate nobody chose",
             call(*in_training(rng, 4), t=3, weight_decay=20.0)),
        Case("no weight decay: Adam",
             call(*in_training(rng, 4), t=3, lr=0.1, weight_decay=0.0)),
        Case("a gradient of zero: only decay",
             call(rng.uniform(1, 2, 3), np.zeros(3), np.zeros(3),
                  np.zeros(3), t=1, lr=0.1, weight_decay=0.2)),
        Case("other betas",
             call(*in_training(rng, 4), t=3, lr=0.1, beta1=0.8, beta2=0.95,
                  weight_decay=0.1)),
        Case("a larger eps",
             call(*in_training(rng, 4), t=5, lr=0.1, eps=1e-2,
                  weight_decay=0.1)),
    ],
    mistakes=[
        Mistake("decay in the gradient", answers.adamw_in_the_gradient,
                "That is Adam with an L2 penalty: the decay enters m and v"
                " and is divided by the root with all the rest, so weights of"
                " large gradients hardly decay. Shrink theta itself, by 1 -"
                " lr * weight_decay, and leave the gradient alone.",
                credit=0.8),
        Mistake("decay not times the learning rate",
                answers.adamw_without_rate,
                "The factor is 1 - lr * weight_decay. Without lr a weight"
                " decay of 0.1 takes a tenth of every weight at every step,"
                " and a schedule has no say in it.",
                credit=1.0),
        Mistake("decay after the step", answers.adamw_decays_after,
                "You take Adam's step first and shrink its result, the step"
                " included. Shrink theta first: by hand 2 * 0.95 - 0.1 = 1.8,"
                " not (2 - 0.1) * 0.95 = 1.805.",
                credit=1.4),
        Mistake("decay after the step, and not times the learning rate",
                answers.adamw_decays_after_without_rate,
                "Two things at once: the factor is 1 - lr * weight_decay, and"
                " theta shrinks before Adam's step, not after it.",
                credit=0.8),
        Mistake("weights grow", answers.adamw_grows,
                "The factor is 1 - lr * weight_decay, below 1: weights"
                " decay. Yours is above 1.",
                credit=1.0),
        Mistake("options not handed on", answers.adamw_deaf,
                "beta1, beta2 and eps reach your function but not Adam's"
                " step, which takes its defaults. Hand them on by name.",
                credit=1.4),
        Mistake("no option handed on", answers.adamw_deaf_to_all,
                "lr, beta1, beta2 and eps reach your function but not Adam's"
                " step, which takes its defaults. Hand them on by name.",
                credit=1.2),
        Mistake("no decay", answers.adamw_without_decay,
                "This is Adam: weight_decay changes nothing. Multiply theta"
                " by 1 - lr * weight_decay before the step.",
                credit=0.4),
        Mistake("only the decayed part is kept", answers.adamw_decay_is_all,
                "lr * weight_decay is the share that goes. What stays is 1"
                " minus that.",
                credit=0.8),
        Mistake("decay in the gradient, options not handed on",
                answers.adamw_in_the_gradient_deaf,
                "Two things: theta itself shrinks, by 1 - lr * weight_decay,"
                " while the gradient stays as it is; and Adam's step must be"
                " told beta1, beta2 and eps.",
                credit=0.6),
        Mistake("decay times the learning rate in the gradient",
                answers.adamw_little_in_the_gradient,
                "Whatever enters the gradient is divided by the root with all"
                " the rest. Shrink theta itself, by 1 - lr * weight_decay.",
                credit=0.7),
        Mistake("decay after the step, options not handed on",
                answers.adamw_decays_after_deaf,
                "Two things: shrink theta before the step, and hand beta1,"
                " beta2 and eps on to it.",
                credit=1.0),
        Mistake("decay twice as strong", answers.adamw_decays_twice,
                "You take off 2 * lr * weight_decay, the 2 of the derivative"
                " of theta squared. The factor is 1 - lr * weight_decay.",
                credit=1.2),
        Mistake("averages not returned", answers.adamw_only_theta,
                "The next step needs the averages: return (theta, m, v).",
                credit=1.2),
    ],
    variants=[
        Variant("written out", answers.adamw_written_out),
        Variant("the decay subtracted", answers.adamw_decay_subtracted),
    ],
)


# --- Muon --------------------------------------------------------------------


def flattening(G, **options):
    return call(G, **options).on("newton_schulz")


def muon(W, gradient, velocity, **options):
    return call(W, gradient, velocity, **options).on("muon_step")


def matrix(rng, m, n):
    """A matrix whose singular values are neither equal nor tiny."""
    U, _ = np.linalg.qr(rng.normal(size=(m, min(m, n))))
    V, _ = np.linalg.qr(rng.normal(size=(n, min(m, n))))
    s = np.linspace(1.0, 0.2, min(m, n)) * rng.uniform(0.9, 1.1, min(m, n))
    return 5 * (U * s) @ V.T


def matrices(rng, m, n):
    """Weights, gradient and velocity."""
    return rng.normal(size=(m, n)), matrix(rng, m, n), matrix(rng, m, n)


# Products may be taken in any order, and eps may be added where it is tiny.
ROUNDED = values(rtol=1e-5, atol=1e-6)


def both_burst(first, second, program):
    """Both outputs of one form hold what is no number, or a giant."""
    return all(
        any(np.any(~(np.abs(part) < 1e6)) for part in _parts(output))
        for output in (first, second)
    )


def _parts(output):
    return output if isinstance(output, tuple) else (output,)


FLAT = named_if(both_burst, ROUNDED, ROUNDED)


def orthogonalised(by):
    """A way to orthogonalise, and Muon by it."""
    name = by.__name__.replace("newton_schulz", "muon")
    return {"newton_schulz": by, "muon_step": getattr(answers, name)}


newton_schulz = Exercise(
    reference={
        "newton_schulz": op.newton_schulz,
        "muon_step": op.muon_step,
    },
    points=4,
    compare=FLAT,
    refuses=("torch.optim.Muon",),
    cases=lambda rng: [
        Case("by hand: one step",
             flattening([[7.0, 1.0], [5.0, 5.0]], steps=1), core=True),
        Case("by hand: five steps",
             flattening([[7.0, 1.0], [5.0, 5.0]])),
        Case("a square matrix", flattening(matrix(rng, 3, 3))),
        Case("a wide matrix", flattening(matrix(rng, 2, 4))),
        Case("a tall matrix", flattening(matrix(rng, 4, 2))),
        Case("two steps", flattening(matrix(rng, 3, 3), steps=2)),
        Case("no step: only the scale",
             flattening(matrix(rng, 2, 3), steps=0)),
        Case("a single row", flattening(rng.normal(size=(1, 4)))),
        Case("a matrix of zeros", flattening(np.zeros((2, 3)))),
        Case("shorter than eps",
             flattening(matrix(rng, 2, 3), eps=30.0, steps=3)),
        Case("shorter than the eps nobody chose",
             flattening(1e-9 * matrix(rng, 2, 3))),
        Case("short, but longer than eps",
             flattening(1e-6 * matrix(rng, 2, 3))),
        Case("Muon, by hand",
             muon(np.eye(2), [[0.0, 3.0], [-4.0, 0.0]],
                  [[0.0, 1.0], [1.0, 0.0]], lr=0.1)),
        Case("Muon: a square layer", muon(*matrices(rng, 3, 3), lr=0.1)),
        Case("Muon: a tall layer", muon(*matrices(rng, 4, 2), lr=0.3)),
        Case("Muon without Nesterov",
             muon(*matrices(rng, 2, 3), lr=0.1, nesterov=False)),
        Case("Muon with another beta",
             muon(*matrices(rng, 2, 3), lr=0.1, beta=0.5)),
        Case("Muon's first step: no velocity yet",
             muon(*matrices(rng, 2, 3)[:2], np.zeros((2, 3)), lr=0.1)),
    ],
    mistakes=[
        *half_written(2.2, "muon_step"),
        *half_written(1.2, "newton_schulz"),
        Mistake("not scaled", orthogonalised(answers.newton_schulz_unscaled),
                "The iteration works for singular values up to 1 only; above,"
                " the fifth power makes them explode, soon to nan. Begin with"
                " G divided by its Frobenius norm.",
                credit=2.0),
        Mistake("sign of the entries",
                orthogonalised(answers.newton_schulz_sign),
                "The singular values are to become nearly 1, not the entries:"
                " np.sign looks at each number alone, the iteration at how"
                " the rows lie to one another.",
                credit=1.0),
        Mistake("the cubic iteration",
                orthogonalised(answers.newton_schulz_cubic),
                "1.5 X - 0.5 X X^T X converges to the polar factor, but"
                " slowly: after five steps small singular values are still"
                " small. Muon's a, b, c are (3.4445, -4.7750, 2.0315).",
                credit=2.0),
        Mistake("left transposed",
                orthogonalised(answers.newton_schulz_left_lying),
                "You transpose a tall G to save time, and return it lying."
                " Transpose it back; or leave it, the result is the same.",
                credit=2.8),
        Mistake("divided by the largest singular value",
                orthogonalised(answers.newton_schulz_by_spectral_norm),
                "np.linalg.norm(G, 2) of a matrix is its largest singular"
                " value. The contract divides by the Frobenius norm, which"
                " needs no SVD: np.linalg.norm(G).",
                credit=2.8),
        Mistake("each row by its own norm",
                orthogonalised(answers.newton_schulz_by_rows),
                "One number divides the whole matrix, its Frobenius norm."
                " Rows scaled one by one make another matrix of it.",
                credit=2.4),
        Mistake("the exact polar factor",
                orthogonalised(answers.newton_schulz_exact),
                "U V^T is what the iteration aims at, and Muon does not wait"
                " for it: after five steps the singular values lie between"
                " 0.7 and 1.2. The SVD is just what it wants to avoid.",
                credit=1.5),
        Mistake("eps added to the norm",
                orthogonalised(answers.newton_schulz_eps_added),
                "The contract divides by max(||G||, eps): eps counts only"
                " where the norm is smaller.",
                credit=3.6),
        Mistake("nan for a matrix of zeros",
                orthogonalised(answers.newton_schulz_nan),
                "A layer that gets no gradient has ||G|| = 0, and 0/0 is"
                " nan. Divide by max(||G||, eps).",
                credit=3.2),
        Mistake("always five steps",
                orthogonalised(answers.newton_schulz_five_at_once),
                "Five is only the default: make as many steps as steps says.",
                credit=3.2),
        Mistake("A**2 for A A",
                orthogonalised(answers.newton_schulz_squares_entries),
                "For arrays A**2 squares each entry. The fifth power of X"
                " needs the matrix product, A @ A.",
                credit=2.4),
        Mistake("X^T X for X X^T",
                orthogonalised(answers.newton_schulz_of_columns),
                "A stands to the left of X, so it is X X^T, of shape (m, m)."
                " X^T X fits only from the right, X (b A + c A A).",
                credit=2.0),
        Mistake("A on the right",
                orthogonalised(answers.newton_schulz_from_the_right),
                "A = X X^T is right, and it stands on the left: (b A + c A A)"
                " X. From the right it fits square matrices only, and is"
                " another product there.",
                credit=2.6),
        Mistake("polynomial of the entries",
                orthogonalised(answers.newton_schulz_of_entries),
                "X**3 and X**5 take powers of each entry. The polynomial is"
                " for the singular values, and matrix products take it to"
                " them: A = X @ X.T.",
                credit=1.2),
        Mistake("a G inside the loop",
                orthogonalised(answers.newton_schulz_from_the_start),
                "Each round starts from the X of the round before: a X. You"
                " add a times the G of the start again and again.",
                credit=2.4),
        Mistake("brackets missing",
                orthogonalised(answers.newton_schulz_without_brackets),
                "X stands behind both terms: (b A + c A A) X, in Python"
                " (b * A + c * A @ A) @ X.",
                credit=2.4),
        Mistake("b with a plus",
                orthogonalised(answers.newton_schulz_with_plus_b),
                "b is negative, -4.7750: with a plus nothing holds the"
                " singular values back.",
                credit=2.8),
        Mistake("A taken once",
                orthogonalised(answers.newton_schulz_of_first_product),
                "A = X X^T belongs inside the loop: X is another at every"
                " step.",
                credit=2.0),
        Mistake("Nesterov left out", {"muon_step": answers.muon_never_ahead},
                "With nesterov=True, the default, the direction is gradient +"
                " beta * velocity with the new velocity. With the old one it"
                " would be the new velocity again.",
                credit=3.2),
        Mistake("Nesterov always", {"muon_step": answers.muon_always_ahead},
                "With nesterov=False the direction is the velocity itself.",
                credit=3.4),
        Mistake("(1 - beta) before the gradient",
                {"muon_step": answers.muon_averaged},
                "torch.optim.Muon keeps such an average. Here the gradient is"
                " added whole, as in momentum_step; the direction is the"
                " same, the velocity is not.",
                credit=3.0),
        Mistake("(1 - beta) in the velocity only",
                {"muon_step": answers.muon_averaged_and_whole},
                "The velocity adds the gradients whole, beta V + G, as in"
                " momentum_step. With (1 - beta) in it and the whole gradient"
                " beside it, the memory hardly counts.",
                credit=2.8),
        Mistake("first orthogonal, then momentum",
                {"muon_step": answers.muon_orthogonalises_first},
                "The momentum gathers plain gradients; orthogonalised is what"
                " comes out of it. A sum of orthogonal matrices is not"
                " orthogonal any more.",
                credit=2.8),
        Mistake("orthogonal velocity kept",
                {"muon_step": answers.muon_keeps_the_orthogonal},
                "You keep the orthogonalised direction as the velocity. Keep"
                " beta V + G as it is, and orthogonalise only for the step.",
                credit=3.0),
        Mistake("orthogonalised velocity returned",
                {"muon_step": answers.muon_returns_the_orthogonal},
                "W is right. But you return the velocity orthogonalised, and"
                " the next step would go on from that: keep beta V + G as it"
                " is.",
                credit=3.2),
        Mistake("sign of the entries in Muon",
                {"muon_step": answers.muon_of_signs},
                "np.sign looks at each number of the direction alone. Muon"
                " takes newton_schulz of the direction.",
                credit=2.8),
        Mistake("momentum only", {"muon_step": answers.muon_not_orthogonal},
                "This is Nesterov's momentum without the Newton-Schulz"
                " iteration: the step should be lr times the orthogonalised"
                " direction.",
                credit=2.2),
        Mistake("scaled by the shape",
                {"muon_step": answers.muon_scaled_by_shape},
                "In practice the step is often scaled by sqrt(max(1, m/n))."
                " The contract leaves that out.",
                credit=3.6),
        Mistake("velocity not returned",
                {"muon_step": answers.muon_without_velocity},
                "The next step needs the velocity: return (W, velocity).",
                credit=2.8),
        Mistake("uphill", {"muon_step": answers.muon_uphill},
                "W moves against the direction, with a minus.",
                credit=2.6),
    ],
    variants=[
        Variant("transposed where tall", {
            "newton_schulz": answers.newton_schulz_transposing,
            "muon_step": answers.muon_written_out}),
        Variant("on the singular values",
                {"newton_schulz": answers.newton_schulz_by_singular_values}),
    ],
)


# --- SAM and Newton ----------------------------------------------------------

ONE_AND_FOUR = given("Ax_minus_b", [[1.0, 0.0], [0.0, 4.0]], [0.0, 0.0])

sam_step = Exercise(
    reference=op.sam_step,
    points=2,
    cases=lambda rng: [
        Case("by hand",
             call([3.0, 1.0], ONE_AND_FOUR, lr=0.2, rho=0.5), core=True),
        Case("a bowl of three variables",
             call(rng.normal(size=3), slope(rng, 3), lr=0.2, rho=0.3)),
        Case("the radius nobody chose",
             call(rng.normal(size=3), slope(rng, 3), lr=0.5)),
        Case("a matrix of parameters, and no bowl",
             call(rng.uniform(0.5, 1.5, (2, 3)), BUMPY, lr=0.1, rho=0.2)),
        Case("a matrix with rows of different slopes",
             call(rng.uniform(0.5, 1.5, (2, 3)) * [[1.0], [4.0]], BUMPY,
                  lr=0.1, rho=0.4)),
        Case("radius 0: plain gradient descent",
             call(rng.normal(size=3), slope(rng, 3), lr=0.2, rho=0.0)),
        Case("at the bottom: no way up",
             call([0.0, 0.0], ONE_AND_FOUR, lr=0.1)),
    ],
    mistakes=[
        Mistake("climbs downhill", answers.sam_downhill,
                "SAM asks how bad it can get near theta, so it climbs: theta"
                " + rho times the unit gradient. Yours goes down first.",
                credit=1.0),
        Mistake("steps from the top", answers.sam_from_the_top,
                "The gradient is taken at the top, but the step starts from"
                " theta: by hand [2.34, -0.12], not [2.64, 0.28]. Keep theta"
                " under its own name.",
                credit=1.0),
        Mistake("nan at the bottom", answers.sam_nan,
                "Where the gradient is zero there is no unit gradient: 0/0 is"
                " nan. Such a theta comes back unchanged.",
                credit=1.6),
        Mistake("not normalised", answers.sam_not_normalised,
                "rho is the length of the climb. You climb by rho times the"
                " gradient: by hand to [4.5, 3], not to [3.3, 1.4]. Divide by"
                " its norm.",
                credit=0.8),
        Mistake("each row by its own norm", answers.sam_by_rows,
                "All parameters together are one point, and the gradient has"
                " one norm, over all entries. np.linalg.norm(gradient)"
                " without axis does that.",
                credit=1.4),
        Mistake("divided by the squared norm", answers.sam_by_squared_norm,
                "The sum of squares is the square of the norm: take the"
                " root, or the climb is the shorter the steeper it is.",
                credit=1.0),
        Mistake("climbs by lr", answers.sam_climbs_by_rate,
                "The climb has the length rho; yours has the length lr, which"
                " is for the step.",
                credit=1.0),
        Mistake("climbs by lr, and nan at the bottom",
                answers.sam_climbs_by_rate_nan,
                "Two things: the climb has the length rho, lr is for the"
                " step; and where the gradient is zero, 0/0 is nan.",
                credit=0.8),
        Mistake("sign of the gradient", answers.sam_of_signs,
                "np.sign moves every entry by rho. The climb as a whole has"
                " length rho: divide the gradient by its norm.",
                credit=0.8),
        Mistake("climbs downhill, and nan at the bottom",
                answers.sam_downhill_nan,
                "Two things: SAM climbs, theta plus rho times the unit"
                " gradient; and where the gradient is zero, 0/0 is nan.",
                credit=0.8),
        Mistake("steps from the top, and nan at the bottom",
                answers.sam_from_the_top_nan,
                "Two things: the gradient is taken at the top, but the step"
                " starts from theta; and where the gradient is zero, 0/0 is"
                " nan.",
                credit=0.8),
        Mistake("each row by its own norm, and nan at the bottom",
                answers.sam_by_rows_nan,
                "Two things: the gradient has one norm, over all entries; and"
                " where it is zero, 0/0 is nan.",
                credit=1.2),
        Mistake("divided by the squared norm, and nan at the bottom",
                answers.sam_by_squared_norm_nan,
                "Two things: the norm is the root of the sum of squares; and"
                " where it is zero, 0/0 is nan.",
                credit=0.8),
        Mistake("largest singular value for the norm",
                answers.sam_by_spectral_norm,
                "Of a matrix np.linalg.norm(g, 2) is the largest singular"
                " value. Without the 2 it is the root of the sum of all"
                " squares, which is meant.",
                credit=1.5),
        Mistake("climbs in place", answers.sam_climbs_in_place,
                "theta += ... moves the caller's theta, and the step starts"
                " from the top. Give the top a name of its own; and mind a"
                " gradient of zero.",
                credit=0.7),
        Mistake("climbs in place, and back",
                answers.sam_climbs_in_place_and_back,
                "theta += ... moves the caller's theta, if only for a while;"
                " where the gradient is zero it is left as nan. Give the top"
                " a name of its own.",
                credit=1.0),
        Mistake("no climb", answers.sam_plain_descent,
                "This is gradient descent: the gradient should be taken at"
                " theta + rho times the unit gradient."),
        Mistake("both gradients added", answers.sam_both_gradients,
                "The first gradient only shows the way up; the step uses the"
                " second alone.",
                credit=0.8),
        Mistake("the top returned", answers.sam_returns_the_top,
                "You return the point to which one climbs. One more gradient,"
                " taken there, then a step from theta.",
                credit=0.4),
        Mistake("uphill", answers.sam_uphill,
                "The climb goes up, the step goes down: theta - lr times the"
                " gradient at the top.",
                credit=0.8),
    ],
    variants=[
        Variant("1e-12 added to the norm", answers.sam_by_tiny_number),
        Variant("there and back", answers.sam_there_and_back),
    ],
)


def saddle(rng, n):
    """A Hessian of both signs; 5 on its diagonal makes it positive."""
    Q, _ = np.linalg.qr(rng.normal(size=(n, n)))
    signs = np.where(np.arange(n) % 2, -1.0, 1.0)
    return (Q * signs * rng.uniform(1.0, 3.0, n)) @ Q.T


newton_step = Exercise(
    reference=op.newton_step,
    points=2,
    refuses=("mathlib.optimization.natural_gradient_step",),
    cases=lambda rng: [
        Case("by hand",
             call([1.0, 0.0], [1.0, 2.0], [[1.0, 2.0], [2.0, 1.0]])),
        Case("by hand: damping 2",
             call([1.0, 0.0], [1.0, 2.0], [[1.0, 2.0], [2.0, 1.0]],
                  damping=2.0)),
        Case("a bowl of four variables",
             call(*rng.normal(size=(2, 4)), bowl(rng, 4)), core=True),
        Case("a bowl, damped",
             call(*rng.normal(size=(2, 3)), bowl(rng, 3), damping=0.3)),
        Case("a saddle: walks to it",
             call(*rng.normal(size=(2, 3)), saddle(rng, 3))),
        Case("a saddle, damped: walks away from it",
             call(*rng.normal(size=(2, 4)), saddle(rng, 4), damping=5.0)),
        Case("one variable",
             call(rng.normal(size=1), rng.normal(size=1), [[4.0]],
                  damping=float(rng.uniform(0.5, 1.0)))),
        Case("where it is flat, damping alone",
             call(*rng.normal(size=(2, 3)), np.zeros((3, 3)), damping=0.5)),
    ],
    mistakes=[
        Mistake("product for the solution", answers.newton_by_product,
                "You multiply the gradient by H. The step s solves H s = g:"
                " steep directions get short steps, not long ones."
                " np.linalg.solve(H, g).",
                credit=0.5),
        Mistake("product for the solution, no damping",
                answers.newton_undamped_product,
                "You multiply the gradient by H. The step s solves"
                " (H + damping I) s = g: np.linalg.solve.",
                credit=0.4),
        Mistake("damping ignored", answers.newton_undamped,
                "Without damping a step at a saddle walks to it. damping"
                " belongs on the diagonal of H, damping * np.eye(d), before"
                " you solve.",
                credit=1.2),
        Mistake("damping subtracted", answers.newton_damping_subtracted,
                "Damping is added to the diagonal: it lifts the eigenvalues"
                " above zero. Subtracted, it makes a bowl a saddle.",
                credit=1.4),
        Mistake("damping on every entry", answers.newton_damping_everywhere,
                "NumPy adds a number to every entry of a matrix. damping I"
                " has it on the diagonal only: damping * np.eye(d).",
                credit=1.4),
        Mistake("uphill", answers.newton_uphill,
                "The step leads down to the level point, so it is subtracted:"
                " theta - s.",
                credit=1.0),
        Mistake("the step alone", answers.newton_step_alone,
                "You return the step. Asked is where it leads: theta - s.",
                credit=1.2),
        Mistake("the solution alone", answers.newton_solution_alone,
                "You return s, the solution of H s = g. Asked is where the"
                " step leads: theta - s.",
                credit=1.2),
        Mistake("diagonal only", answers.newton_of_diagonal,
                "You divide by the diagonal of H. That is right where the"
                " variables don't mix; where they do, a system must be"
                " solved.",
                credit=0.8),
        Mistake("inverse entry by entry", answers.newton_entry_by_entry,
                "1 / H inverts each entry. The inverse of a matrix is"
                " another thing: np.linalg.solve(H, g).",
                credit=0.5),
        Mistake("uphill, and damping ignored",
                answers.newton_uphill_undamped,
                "Two things: the step is subtracted, and damping belongs on"
                " the diagonal of H before you solve.",
                credit=0.6),
        Mistake("* for @", answers.newton_inverse_times_star,
                "inverse * gradient multiplies entry by entry and gives a"
                " matrix. The matrix product is @; np.linalg.solve does both"
                " at once.",
                credit=1.2),
        Mistake("step shortened", answers.newton_shortened,
                "You divide the step by 1 + damping, which leaves its"
                " direction as it is. Added to the diagonal, damping turns"
                " it, away from the saddle.",
                credit=1.2),
    ],
    variants=[
        Variant("the inverse", answers.newton_by_inverse),
        Variant("in the eigenbasis", answers.newton_by_eigenbasis),
    ],
)


# --- K-FAC -------------------------------------------------------------------


def layer(rng, n, width_in, width_out):
    """The gradient of a layer, and the batch that it comes from."""
    activations = rng.normal(size=(n, width_in)) + 0.5
    deltas = rng.normal(size=(n, width_out)) * rng.uniform(0.5, 2, width_out)
    if n < width_in:  # A and S are singular, and not only up to rounding
        activations[:, -1] = 0
        deltas[:, -1] = 0
    return deltas.T @ activations / n, activations, deltas


def both_far(first, second, program):
    """Both blown up: a singular factor inverted without damping."""
    return all(np.max(np.abs(update)) > 1e6 for update in (first, second))


kfac_update = Exercise(
    reference=op.kfac_update,
    points=3,
    compare=named_if(both_far),
    cases=lambda rng: [
        Case("by hand: two inputs, two outputs",
             call([[1.0, 2.0], [3.0, 2.0]], [[2.0, 0.0], [0.0, 4.0]],
                  [[1.0, 3.0], [1.0, 1.0]], lr=0.9, damping=1.0),
             core=True),
        Case("a square layer",
             call(*layer(rng, 20, 3, 3), lr=0.1, damping=0.1)),
        Case("more inputs than outputs",
             call(*layer(rng, 20, 4, 2), lr=0.1, damping=0.2)),
        Case("more outputs than inputs",
             call(*layer(rng, 20, 2, 3), lr=0.5, damping=0.3)),
        Case("fewer samples than inputs",
             call(*layer(rng, 2, 4, 3), lr=0.1, damping=0.1)),
        Case("one sample", call(*layer(rng, 1, 3, 2), lr=0.1, damping=0.5)),
        Case("strong damping",
             call(*layer(rng, 10, 3, 3), lr=1.0, damping=10.0)),
    ],
    mistakes=[
        Mistake("as it stood", answers.kfac_as_it_stood,
                "Both mistakes are still in it. Which factor fits to which"
                " side of the gradient (out, in) when the layer is not"
                " square? And what happens to A when every sample comes"
                " twice?",
                credit=0.3),
        Mistake("A and S exchanged", answers.kfac_exchanged,
                "A is (in, in) and S is (out, out). The gradient is (out,"
                " in): S^-1 belongs to its left, A^-1 to its right. A square"
                " layer does not complain.",
                credit=1.5),
        Mistake("sums for means", answers.kfac_of_sums,
                "A and S are means over the batch. As sums they grow with it,"
                " and the step shrinks with its square; and the damping"
                " counts for less and less. Divide both by N.",
                credit=1.5),
        Mistake("damping divided by N, too", answers.kfac_of_damped_sums,
                "You add the damping to the sums and divide by N after that:"
                " it is divided with them. First the means, then the"
                " damping.",
                credit=2.4),
        Mistake("divided by N - 1", answers.kfac_unbiased,
                "These are plain means over the batch, divided by N; nothing"
                " is centred, so no degree of freedom is lost. With one"
                " sample N - 1 is 0.",
                credit=2.0),
        Mistake("centred", answers.kfac_centred,
                "A and S are means of squares, not covariances: nothing is"
                " centred before.",
                credit=1.8),
        Mistake("S still a sum", answers.kfac_sum_in_s,
                "A is a mean now, S still a sum: divide it by N, too.",
                credit=2.2),
        Mistake("A still a sum", answers.kfac_sum_in_a,
                "S is a mean now, A still a sum: divide it by N, too.",
                credit=2.2),
        Mistake("divided by the width", answers.kfac_mean_of_everything,
                "The mean is over the samples, which are the rows: divide by"
                " len(activations), not by the number of columns.",
                credit=2.0),
        Mistake("no damping", answers.kfac_undamped,
                "Fewer samples than units make A and S singular, and what is"
                " flat by accident would get giant steps, or none. Add"
                " damping to both diagonals.",
                credit=1.5),
        Mistake("no damping, and singular", answers.kfac_undamped_solved,
                "Fewer samples than units make A and S singular, and what is"
                " singular can't be inverted. Add damping to both diagonals.",
                credit=1.5),
        Mistake("damping on one factor", answers.kfac_one_damped,
                "Both factors are damped, A and S: either may be singular.",
                credit=2.0),
        Mistake("only A damped", answers.kfac_only_a_damped,
                "A is damped, S is not: with few samples S is singular, too.",
                credit=2.0),
        Mistake("only S damped", answers.kfac_only_s_damped,
                "S is damped, A is not: with few samples A is singular, too.",
                credit=2.0),
        Mistake("damping on the product", answers.kfac_product_damped,
                "You add the damping to the Kronecker product of A and S. The"
                " contract adds it to each factor, so that two small matrices"
                " are all that must be inverted.",
                credit=2.0),
        Mistake("divided by the number of inputs", answers.kfac_of_width,
                "The mean is over the samples, which are the rows: N is"
                " activations.shape[0], not shape[1].",
                credit=2.2),
        Mistake("roots of the damping", answers.kfac_damped_by_roots,
                "Martens and Grosse spread the damping over the factors by"
                " its root. The contract adds it whole to both.",
                credit=2.6),
        Mistake("uphill", answers.kfac_uphill,
                "The update goes against the gradient: it begins with -lr.",
                credit=2.0),
        Mistake("products for inverses", answers.kfac_by_product,
                "The curvature divides: S^-1 to the left, A^-1 to the right.",
                credit=1.2),
        Mistake("learning rate lost", answers.kfac_without_rate,
                "The update is -lr times all the rest; yours has no lr.",
                credit=2.0),
        Mistake("transposed", answers.kfac_of_transposes,
                "The update has the shape of the gradient, (out, in).",
                credit=2.4),
    ],
    variants=[
        Variant("the whole Kronecker product", answers.kfac_by_kronecker),
        Variant("sample by sample", answers.kfac_sample_by_sample),
    ],
)


# --- schedules ---------------------------------------------------------------

cosine_annealing = Exercise(
    reference=op.cosine_annealing,
    points=2,
    refuses=("torch.optim.lr_scheduler.CosineAnnealingLR",),
    cases=lambda rng: [
        Case("by hand",
             call([0.0, 25.0, 50.0, 100.0, 150.0], 100, max_lr=0.4,
                  min_lr=0.1), core=True),
        Case("no min_lr",
             call(rng.uniform(0, 50, 4), 50, max_lr=0.3)),
        Case("one step", call(int(rng.integers(3, 15)), 20, max_lr=1.0,
                              min_lr=0.2)),
        Case("the start and the end",
             call(np.array([0, 30]), 30, max_lr=float(rng.uniform(1, 2)),
                  min_lr=0.5)),
        Case("one step, long after the end",
             call(int(rng.integers(12, 18)), 10, max_lr=0.5, min_lr=0.05)),
        Case("whole numbers in two axes",
             call(rng.integers(0, 12, (2, 3)), 8, max_lr=1.0, min_lr=0.3)),
    ],
    mistakes=[
        Mistake("rises again", answers.cosine_rises_again,
                "After total_steps the cosine comes up again, and so does"
                " your rate: at t = 150 of 100 to half of its way. Hold it at"
                " min_lr: np.minimum(t, total_steps).",
                credit=1.2),
        Mistake("degrees", answers.cosine_in_degrees,
                "np.cos takes radians: half a turn is pi, not 180.",
                credit=1.0),
        Mistake("min_lr not added", answers.cosine_without_floor,
                "The wave goes from max_lr - min_lr to 0. Add min_lr, and it"
                " goes from max_lr to min_lr.",
                credit=1.2),
        Mistake("min_lr ignored", answers.cosine_deaf_to_floor,
                "Your rate falls to 0 whatever min_lr is. Let the wave have"
                " the height max_lr - min_lr, and add min_lr.",
                credit=1.0),
        Mistake("starts above max_lr", answers.cosine_from_above,
                "At t = 0 you have min_lr + max_lr. The height of the wave is"
                " what lies between the two, max_lr - min_lr.",
                credit=1.2),
        Mistake("cut off at min_lr", answers.cosine_cut_off,
                "You let the rate fall to 0 and cut it off at min_lr. The"
                " wave itself is to end there: its height is max_lr -"
                " min_lr.",
                credit=1.2),
        Mistake("1 + left out", answers.cosine_without_one,
                "The cosine goes from 1 to -1, so 1 + cos goes from 2 to 0."
                " Without the 1 the rate begins in the middle.",
                credit=1.0),
        Mistake("half left out", answers.cosine_without_half,
                "1 + cos goes from 2 to 0: halve it, or the rate begins twice"
                " as high.",
                credit=1.0),
        Mistake("straight line", answers.cosine_straight,
                "This falls along a straight line, with the right ends. The"
                " cosine falls slowly first, fast in the middle, slowly at"
                " the end.",
                credit=0.6),
        Mistake("rises", answers.cosine_rising,
                "At t = 0 the rate is max_lr; yours is min_lr and rises. It"
                " is 1 + cos, not 1 - cos.",
                credit=1.0),
        Mistake("a quarter of a wave", answers.cosine_quarter,
                "You take a quarter of the wave, which ends where it is"
                " steepest. Half a wave, pi t / total_steps, ends level.",
                credit=0.8),
        Mistake("half of the way", answers.cosine_half_way,
                "cos(pi/2 s) is 0 at the end, so 1 + cos comes down to 1 only"
                " and the rate halfway to min_lr. Half a wave has pi, not"
                " pi/2: pi t / total_steps.",
                credit=1.0),
        Mistake("a whole wave", answers.cosine_of_two_pi,
                "2 pi is a whole wave: down and up again. Half of it, pi t /"
                " total_steps, ends at the bottom.",
                credit=1.0),
        Mistake("0 after the end", answers.cosine_zero_at_the_end,
                "After total_steps the rate stays at min_lr.",
                credit=1.4),
        Mistake("rises again, and min_lr ignored",
                answers.cosine_deaf_and_rising_again,
                "Two things: the wave lies between min_lr and max_lr, so its"
                " height is max_lr - min_lr and min_lr is added; and after"
                " total_steps it must stay down.",
                credit=0.8),
        Mistake("rises again, and min_lr not added",
                answers.cosine_floorless_and_rising_again,
                "Two things: add min_lr; and after total_steps the wave must"
                " stay down.",
                credit=0.9),
        Mistake("starts again", answers.cosine_starts_again,
                "t % total_steps begins a new wave at the end, a schedule"
                " with restarts. Here the rate stays at min_lr.",
                credit=1.2),
        Mistake("one step too early", answers.cosine_one_earlier,
                "The rate reaches min_lr at t = total_steps, not at"
                " total_steps - 1.",
                credit=1.2),
        Mistake("t cut off in place", answers.cosine_cuts_t,
                "t[...] = ... changes the caller's array, and a single number"
                " can't be indexed. np.minimum(t, total_steps) makes a new"
                " one, of either.",
                credit=1.0),
        Mistake("one step at a time", answers.cosine_of_one_step,
                "`if t > total_steps` and math.cos take one number. t may be"
                " an array: np.minimum and np.cos take both.",
                credit=1.2),
    ],
    variants=[
        Variant("np.where", answers.cosine_by_where),
        Variant("a squared sine, between the two",
                answers.cosine_by_squared_cosine),
    ],
)


# --- the lasso ---------------------------------------------------------------


def shrinking(w, tau):
    return call(w, tau).on("soft_threshold")


def lasso(X, y, alpha, **options):
    return call(X, y, alpha, **options).on("ista")


def sparse(rng, n, d):
    """Data of which two columns explain y, noise apart."""
    X = rng.normal(size=(n, d)) * rng.uniform(0.5, 1.5, d)
    w = np.zeros(d)
    w[:2] = rng.choice([-1.0, 1.0], 2) * rng.uniform(1.5, 2.5, 2)
    return X, X @ w + 0.3 * rng.normal(size=n)


BY_HAND = [[2.0, 0.0], [0.0, 4.0]], [4.0, 0.4], 1.0


def shrunk(by):
    """A way to shrink, and ISTA by it."""
    name = by.__name__.replace("threshold", "ista", 1)
    return {"soft_threshold": by, "ista": getattr(answers, name)}


soft_threshold = Exercise(
    reference={"soft_threshold": op.soft_threshold, "ista": op.ista},
    points=3,
    compare=named_if(both_burst),
    refuses=("torch.nn.Softshrink", "torch.nn.functional.softshrink"),
    cases=lambda rng: [
        Case("by hand: shrink by 1", shrinking([3.0, -2.0, 0.5], 1.0),
             core=True),
        Case("a matrix",
             shrinking(rng.uniform(-2, 2, (3, 4)),
                       float(rng.uniform(0.5, 1.0)))),
        Case("below zero as above",
             shrinking([-3.0, -0.4, 0.0, 0.4, 3.0],
                       float(rng.uniform(0.5, 1.0)))),
        Case("tau = 0: nothing changes", shrinking(rng.normal(size=4), 0.0)),
        Case("by hand: one step", lasso(*BY_HAND, steps=1)),
        Case("by hand: two steps", lasso(*BY_HAND, steps=2)),
        Case("ten columns, two of them of use",
             lasso(*sparse(rng, 30, 10), 0.3, steps=50)),
        Case("more columns than rows",
             lasso(*sparse(rng, 6, 9), 0.2, steps=20)),
        Case("a learning rate of one's own",
             lasso(*sparse(rng, 12, 4), 0.3, steps=5,
                   lr=float(rng.uniform(0.05, 0.15)))),
        Case("alpha = 0: least squares",
             lasso(*sparse(rng, 12, 3), 0.0, steps=7)),
        Case("alpha so large that all is zero",
             lasso(*sparse(rng, 12, 3), 100.0, steps=4)),
        Case("no step: zeros", lasso(*sparse(rng, 12, 3), 0.3, steps=0)),
    ],
    mistakes=[
        *half_written(1.2, "ista"),
        *half_written(1.5, "soft_threshold"),
        Mistake("sign lost", shrunk(answers.threshold_without_sign),
                "Shrinking moves towards 0 from both sides: -2 becomes -1."
                " Yours is the size alone; multiply by np.sign(w).",
                credit=1.5),
        Mistake("hard threshold", shrunk(answers.threshold_hard),
                "You set small entries to 0 and leave the large as they are."
                " The soft threshold takes tau off the large ones, too: 3"
                " becomes 2.",
                credit=1.2),
        Mistake("across zero", shrunk(answers.threshold_across_zero),
                "w - tau sign(w) takes tau off however little is there: 0.5"
                " becomes -0.5. It must stop at 0, and that is where the"
                " zeros come from.",
                credit=1.2),
        Mistake("below zero all is cut off",
                shrunk(answers.threshold_upper_only),
                "max(w - tau, 0) is right for positive entries and sets all"
                " negative ones to 0. Shrink |w|, then give the sign back.",
                credit=1.2),
        Mistake("tau subtracted below zero, too",
                shrunk(answers.threshold_tau_always_subtracted),
                "-2 lies below zero, so shrinking it means adding: -1. Yours"
                " is -3. Shrink |w|, then give the sign back.",
                credit=1.4),
        Mistake("one number at a time",
                {"soft_threshold": answers.threshold_one_number},
                "`if w > tau` asks one question of a whole array, and Python"
                " refuses to answer. np.sign, np.abs and np.maximum take all"
                " entries at once.",
                credit=1.8),
        Mistake("one number at a time, and ISTA by it",
                shrunk(answers.threshold_one_number),
                "`if w > tau` asks one question of a whole array, and Python"
                " refuses to answer. np.sign, np.abs and np.maximum take all"
                " entries at once.",
                credit=1.5),
        Mistake("clipped", shrunk(answers.threshold_clipped),
                "Clipping to [-tau, tau] keeps just the part that should go:"
                " w minus it is the answer.",
                credit=1.0),
        Mistake("grows", shrunk(answers.threshold_growing),
                "Sizes shrink by tau, and 3 becomes 2; yours grow by it.",
                credit=0.8),
        Mistake("threshold alpha", {"ista": answers.ista_threshold_alpha},
                "The penalty takes part in the step as the slope does: the"
                " threshold is lr * alpha. With alpha alone the smaller the"
                " step, the heavier the penalty.",
                credit=2.2),
        Mistake("subgradient for threshold",
                {"ista": answers.ista_subgradient},
                "alpha sign(w) in the gradient makes weights swing around 0"
                " and never be 0. Step along the smooth part alone, then"
                " shrink.",
                credit=1.5),
        Mistake("sums for means", {"ista": answers.ista_of_sums},
                "The objective divides the squares by 2n, so the slope is"
                " X^T (X w - y) / n, and L is that of X^T X / n. Without n"
                " the penalty is n times lighter.",
                credit=2.0),
        Mistake("slope not divided by n",
                {"ista": answers.ista_slope_of_sums},
                "The slope of ||y - Xw||^2 / (2n) is X^T (X w - y) / n.",
                credit=2.0),
        Mistake("a factor 2 too many",
                {"ista": answers.ista_twice_the_slope},
                "The objective has 1/(2n): the 2 of the derivative cancels.",
                credit=2.2),
        Mistake("rate without n", {"ista": answers.ista_rate_of_sums},
                "L is the largest eigenvalue of X^T X / n. Without the n your"
                " steps are n times too short.",
                credit=2.4),
        Mistake("singular value not squared",
                {"ista": answers.ista_rate_unsquared},
                "np.linalg.norm(X, 2) is the largest singular value of X;"
                " that of X^T X is its square.",
                credit=2.2),
        Mistake("Frobenius norm in the rate",
                {"ista": answers.ista_rate_of_all_entries},
                "np.linalg.norm(X) of a matrix is the Frobenius norm, which"
                " adds all singular values' squares. For the largest alone:"
                " np.linalg.norm(X, 2).",
                credit=2.4),
        Mistake("lr ignored", {"ista": answers.ista_own_rate},
                "An lr that is given must be used; 1/L is for lr=None only.",
                credit=2.6),
        Mistake("shrunk once, at the end",
                {"ista": answers.ista_shrinks_once},
                "Each step ends with the threshold. Shrinking once at the end"
                " gives least squares, cut.",
                credit=1.8),
        Mistake("shrunk before the step",
                {"ista": answers.ista_shrinks_first},
                "First the step, then the threshold: the other way round, the"
                " answer has no exact zeros.",
                credit=2.0),
        Mistake("shrunk before the step, slope of before",
                {"ista": answers.ista_shrinks_the_old},
                "You shrink the old w and step after that: lr * alpha must"
                " come off what the step has made, or nothing ends at 0.",
                credit=2.0),
        Mistake("rate twice as large", {"ista": answers.ista_rate_doubled},
                "lr=None means 1/L. Yours is 2/L, the edge: along the"
                " steepest direction every step leaps to the other side.",
                credit=2.4),
        Mistake("one step short", {"ista": answers.ista_one_short},
                "steps=2 means two steps; you make one fewer.",
                credit=2.4),
        Mistake("return inside the loop",
                {"ista": answers.ista_returns_at_once},
                "The return stands inside the loop, so the first step is the"
                " last, and with steps=0 nothing is returned.",
                credit=2.2),
        Mistake("uphill", {"ista": answers.ista_uphill},
                "The step goes against the slope: w - lr * slope, with the"
                " slope X^T (X w - y) / n.",
                credit=1.8),
        Mistake("starts at ones", {"ista": answers.ista_from_ones},
                "The contract starts at w = 0; yours starts at ones.",
                credit=2.4),
    ],
    variants=[
        Variant("two halves; with the Gram matrix", {
            "soft_threshold": answers.threshold_by_two_halves,
            "ista": answers.ista_by_gram}),
        Variant("w minus its clipped part",
                {"soft_threshold": answers.threshold_by_clipping}),
    ],
)


# --- constraints -------------------------------------------------------------


def projecting(v):
    return call(v).on("project_to_simplex")


def staying(grad, theta, project, **options):
    program = call(grad, theta, project, **options)
    return program.on("projected_gradient_descent")


UNIT_BOX = given("onto_box", 0.0, 1.0)


def ball(rng, n):
    """A small ball that the bowl's minimum need not lie in."""
    return given("onto_ball", rng.normal(size=n), 0.3)


def simplex_of(part):
    return {"project_to_simplex": part}


def descent_of(part):
    return {"projected_gradient_descent": part}


project_to_simplex = Exercise(
    reference={
        "project_to_simplex": op.project_to_simplex,
        "projected_gradient_descent": op.projected_gradient_descent,
    },
    points=3,
    cases=lambda rng: [
        Case("by hand: onto the simplex", projecting([1.0, 0.5, -1.0]),
             core=True),
        Case("six numbers", projecting(rng.normal(size=6))),
        Case("two of five survive",
             projecting(rng.permutation([1.2, 0.9, -0.5, -0.6, -2.0]))),
        Case("a probability vector stays",
             projecting(rng.dirichlet(np.ones(4)))),
        Case("all negative", projecting(rng.uniform(-3, -1, 4))),
        Case("all of them count", projecting(rng.uniform(0.2, 0.4, 5))),
        Case("one winner", projecting(rng.permutation([9.0, 1.0, 2.0]))),
        Case("equal numbers", projecting(np.full(4, float(rng.normal())))),
        Case("a single number", projecting([float(rng.normal())])),
        Case("by hand: two steps in a box",
             staying(given("Ax_minus_b", np.eye(3), [2.0, 0.5, -1.0]),
                     [0.0, 0.0, 1.0], UNIT_BOX, lr=0.5, steps=2)),
        Case("ten steps in a box",
             staying(slope(rng, 3), rng.uniform(0, 1, 3), UNIT_BOX, lr=0.2,
                     steps=10)),
        Case("three steps in a ball",
             staying(slope(rng, 4), rng.normal(size=4), ball(rng, 4),
                     lr=0.3, steps=3)),
        Case("one step in a ball",
             staying(slope(rng, 2), rng.normal(size=2), ball(rng, 2),
                     lr=0.3, steps=1)),
        Case("no step: theta as it came",
             staying(slope(rng, 3), rng.normal(size=3) + 3, UNIT_BOX,
                     lr=0.2, steps=0)),
        Case("from outside",
             staying(slope(rng, 3), rng.normal(size=3) + 3, UNIT_BOX,
                     lr=0.2, steps=1)),
    ],
    mistakes=[
        *half_written(1.8, "projected_gradient_descent"),
        *half_written(0.8, "project_to_simplex"),
        Mistake("clipped and renormalised",
                simplex_of(answers.simplex_renormalised),
                "That is a point of the simplex, but not the nearest: [1,"
                " 0.5, -1] has [0.75, 0.25, 0] nearer than [0.67, 0.33, 0]."
                " And where all are negative, you divide by 0. Take the same"
                " tau off every entry, then clip.",
                credit=1.2),
        Mistake("softmax", simplex_of(answers.simplex_softmax),
                "The softmax never gives a zero and is not the nearest point;"
                " a probability vector would not even stay as it is.",
                credit=1.0),
        Mistake("onto the plane only",
                simplex_of(answers.simplex_plane_only),
                "Now the sum is 1, but entries are negative. Take more off"
                " the others, so that these can be 0: find tau.",
                credit=1.2),
        Mistake("clipped once", simplex_of(answers.simplex_clipped_once),
                "You take off what brings the sum to 1, then clip: after"
                " that the sum is above 1. Entries that end at 0 must be left"
                " out when tau is computed. If you did sort: np.sort sorts"
                " upwards, and the sums must begin with the largest.",
                credit=1.4),
        Mistake("onto the plane, clipped, renormalised",
                simplex_of(answers.simplex_clipped_and_renormalised),
                "Dividing by the sum at the end shrinks large entries more"
                " than small ones. The nearest point takes the same tau off"
                " every entry that stays above 0.",
                credit=1.4),
        Mistake("divided by the sum", simplex_of(answers.simplex_divided),
                "That keeps negative entries, and a sum near 0 blows it up."
                " Take the same tau off every entry, then clip.",
                credit=0.8),
        Mistake("sizes divided by their sum",
                simplex_of(answers.simplex_of_sizes),
                "np.abs makes large entries of very negative ones, which"
                " should end at 0. Take the same tau off every entry, then"
                " clip.",
                credit=0.8),
        Mistake("v sorted in place",
                simplex_of(answers.simplex_sorted_in_place),
                "v.sort() sorts the caller's v, and yours: the answer then"
                " has lost its order. np.sort(v) makes a new array.",
                credit=1.6),
        Mistake("k counts the positive entries",
                simplex_of(answers.simplex_counts_positive),
                "An entry may be positive and yet end at 0, or negative and"
                " survive: what counts is u_k > tau_k.",
                credit=1.6),
        Mistake("first level", simplex_of(answers.simplex_first_level),
                "You take the first k with u_k > tau_k, which is always k ="
                " 1: everything goes to the largest entry. It is the largest"
                " such k.",
                credit=1.8),
        Mistake("sorted answer", simplex_of(answers.simplex_sorted),
                "You subtract tau from the sorted entries. tau is right:"
                " subtract it from v, in its own order.",
                credit=2.0),
        Mistake("k counted from 0",
                simplex_of(answers.simplex_counted_from_zero),
                "tau_k divides the sum of the first k by k, and k begins at"
                " 1.",
                credit=1.8),
        Mistake("k from 0, a division by 0",
                simplex_of(answers.simplex_divides_by_zero),
                "np.arange(n) begins at 0, and the first sum is divided by"
                " it: k begins at 1, np.arange(1, n + 1). A tau of another k"
                " may leave nothing to choose from, hence an IndexError.",
                credit=1.8),
        Mistake("1 not subtracted",
                simplex_of(answers.simplex_without_one),
                "tau_k is the sum of the first k minus 1, divided by k."
                " Without the minus 1 it is their mean, which the last of"
                " them never exceeds: no k is found.",
                credit=1.6),
        Mistake("not clipped", simplex_of(answers.simplex_unclipped),
                "v - tau is negative where an entry lies below tau: the"
                " answer is 0 there, np.maximum(v - tau, 0).",
                credit=2.0),
        Mistake("clipped and renormalised, gradient projected",
                {**simplex_of(answers.simplex_renormalised),
                 **descent_of(answers.descent_projects_gradient)},
                "Two things: clipping and renormalising does not give the"
                " nearest point; and the descent projects points, not"
                " gradients.",
                credit=0.6),
        Mistake("always onto the simplex",
                descent_of(answers.descent_onto_the_simplex),
                "The descent is given the projection that it should use, as"
                " project: a box, a ball, a simplex.",
                credit=2.0),
        Mistake("gradient projected",
                descent_of(answers.descent_projects_gradient),
                "The set is a set of points, not of gradients: take the whole"
                " step, then bring the point back.",
                credit=1.8),
        Mistake("step projected", descent_of(answers.descent_projects_step),
                "The set is a set of points, not of steps: take the whole"
                " step, then bring the point back.",
                credit=1.8),
        Mistake("projected at the end only",
                descent_of(answers.descent_projects_at_the_end),
                "Outside the set the walk goes on where it should not, and"
                " the last projection does not lead to the minimum of the"
                " set. Project after every step.",
                credit=2.0),
        Mistake("projected before the step",
                descent_of(answers.descent_projects_before),
                "Then the last thing is a step, which may lead out of the"
                " set. First the step, then the projection.",
                credit=2.2),
        Mistake("start projected, too",
                descent_of(answers.descent_projects_start_too),
                "The contract takes the first gradient at theta as it comes.",
                credit=2.6),
        Mistake("never projected", descent_of(answers.descent_unprojected),
                "This is gradient descent: project is never called.",
                credit=1.4),
        Mistake("one step short", descent_of(answers.descent_one_short),
                "steps=2 means two updates; you make one fewer.",
                credit=2.2),
        Mistake("return inside the loop",
                descent_of(answers.descent_returns_at_once),
                "The return stands inside the loop, so the first step is the"
                " last, and with steps=0 nothing is returned.",
                credit=2.0),
        Mistake("uphill", descent_of(answers.descent_uphill),
                "The step goes against the gradient, with a minus.",
                credit=1.8),
    ],
    variants=[
        Variant("bisection", {
            "project_to_simplex": answers.simplex_by_bisection,
            "projected_gradient_descent": answers.descent_on_a_copy}),
        Variant("dropping what ends below 0",
                simplex_of(answers.simplex_by_dropping)),
        Variant("the largest level",
                simplex_of(answers.simplex_by_largest_level)),
    ],
)


# --- the sphere --------------------------------------------------------------


def on_the_sphere(rng, d):
    x = rng.normal(size=d)
    return x / np.linalg.norm(x)


def outwards(rng, d):
    """A point of the sphere, and a gradient whose part along it is 1."""
    x, gradient = on_the_sphere(rng, d), rng.normal(size=d)
    return x, gradient + (1 - x @ gradient) * x


def upright(rng, d):
    """A point of the sphere, and a gradient along it, without rounding."""
    x = np.zeros(d)
    x[rng.integers(d)] = rng.choice([-1.0, 1.0])
    return x, float(rng.uniform(1, 2)) * x


sphere_gradient_step = Exercise(
    reference=op.sphere_gradient_step,
    points=2,
    cases=lambda rng: [
        Case("by hand",
             call([0.8, 0.6], [2.8, -0.4], lr=0.375), core=True),
        Case("three axes",
             call(on_the_sphere(rng, 3), rng.normal(size=3), lr=0.3)),
        Case("ten axes",
             call(on_the_sphere(rng, 10), rng.normal(size=10), lr=0.1)),
        Case("a long step",
             call(*outwards(rng, 4), lr=5.0)),
        Case("a gradient along x: no way to go",
             call(*upright(rng, 3), lr=0.4)),
        Case("a gradient of zero",
             call(on_the_sphere(rng, 3), np.zeros(3), lr=0.4)),
    ],
    mistakes=[
        Mistake("gradient not projected", answers.sphere_whole_gradient,
                "The part of the gradient along x leads off the sphere. Take"
                " it out first: gradient - (x . gradient) x.",
                credit=0.8),
        Mistake("sphere left", answers.sphere_left,
                "A step along the tangent leaves the sphere: by hand [0.35,"
                " 1.2] has length 1.25. Divide by the length.",
                credit=1.0),
        Mistake("plain gradient step", answers.sphere_plain_step,
                "This knows nothing of the sphere. Take the part along x out"
                " of the gradient, step, divide by the length.",
                credit=0.3),
        Mistake("the part along x kept", answers.sphere_radial_part,
                "You keep just the part of the gradient that leads off the"
                " sphere, x x^T g, and nothing turns. The tangent part is the"
                " rest, g - x x^T g.",
                credit=0.8),
        Mistake("the part along x kept, and the sphere left",
                answers.sphere_radial_part_left,
                "You keep the part of the gradient along x, which leads off"
                " the sphere. Step against the rest, g - x x^T g, and divide"
                " by the length.",
                credit=0.4),
        Mistake("uphill", answers.sphere_uphill,
                "The step goes against the gradient, with a minus.",
                credit=1.0),
        Mistake("along the great circle", answers.sphere_along_geodesic,
                "This follows the sphere exactly, by cosine and sine. Asked"
                " is the cheaper way back: step along the tangent, divide by"
                " the length.",
                credit=1.4),
        Mistake("along the great circle, nan where it is level",
                answers.sphere_along_geodesic_nan,
                "Asked is the cheaper way back: step along the tangent,"
                " divide by the length of the point. By cosine and sine you"
                " divide by the length of the tangent, and where that is 0,"
                " 0/0 is nan.",
                credit=1.2),
        Mistake("the number x . g taken off every entry",
                answers.sphere_without_x,
                "g @ x is a number, and g - g @ x takes it off every entry."
                " The part along x is that number times x: g - (x @ g) * x.",
                credit=1.2),
        Mistake("x @ x.T for the outer product",
                answers.sphere_outer_by_at,
                "x.T of a vector is the vector itself, and x @ x.T the number"
                " 1, which is then taken off every entry. The matrix is"
                " np.outer(x, x); better, without any matrix: (x @ g) * x.",
                credit=1.2),
        Mistake("x * x for the outer product", answers.sphere_outer_by_star,
                "x * x is a vector of squares. The matrix x x^T is"
                " np.outer(x, x); better, without any matrix: (x @ g) * x.",
                credit=1.2),
        Mistake("uphill, and the sphere left",
                answers.sphere_uphill_and_left,
                "Two things: the step goes against the gradient; and after it"
                " the point must be brought back to length 1.",
                credit=0.6),
        Mistake("x @ x.T for the outer product, and the sphere left",
                answers.sphere_outer_by_at_and_left,
                "Two things: x @ x.T of a vector is a number, the matrix is"
                " np.outer(x, x); and after the step the point must be"
                " brought back to length 1.",
                credit=0.7),
        Mistake("the point projected", answers.sphere_point_projected,
                "You take the part along x out of the point after the step,"
                " and with it x itself. Take it out of the gradient.",
                credit=0.8),
        Mistake("divided by the sum", answers.sphere_by_sum,
                "On the sphere it is the length that is 1, the root of the"
                " sum of squares; not the sum.",
                credit=1.0),
        Mistake("tangent shortened to length 1", answers.sphere_unit_step,
                "The length of the tangent counts: it is what makes the steps"
                " shorter near the minimum.",
                credit=1.2),
        Mistake("tangent shortened to length 1, nan where it is level",
                answers.sphere_unit_step_nan,
                "The length of the tangent counts: it makes the steps shorter"
                " near the minimum. And divided by it, a tangent of zero"
                " gives nan. Divide the new point by its length, not the"
                " tangent.",
                credit=1.0),
        Mistake("tangent only", answers.sphere_tangent_only,
                "You return the Riemannian gradient. Asked is the point after"
                " a step against it.",
                credit=0.8),
        Mistake("divided by the squared length",
                answers.sphere_by_squared_length,
                "y . y is the square of the length: take the root.",
                credit=1.2),
        Mistake("learning rate left out", answers.sphere_without_rate,
                "The step is lr times the tangent; yours is all of it.",
                credit=1.0),
    ],
    variants=[
        Variant("the projector as a matrix", answers.sphere_by_projector),
        Variant("the length by Pythagoras", answers.sphere_by_pythagoras),
    ],
)


# --- a small real model ------------------------------------------------------


@functools.cache
def tumours():
    """scikit-learn's 569 tumours: 30 measures, and 1 if benign."""
    from sklearn.datasets import load_breast_cancer

    X, y = load_breast_cancer(return_X_y=True)
    return X, y.astype(float)


def some_tumours(rng, n, *, columns=30, raw=False):
    """As many of each kind; standardised unless raw."""
    X, y = tumours()
    rows = np.concatenate([
        rng.choice(np.flatnonzero(y == kind), n // 2, replace=False)
        for kind in (0, 1)
    ])
    which = rng.choice(30, columns, replace=False)
    X = X[rows][:, which]
    if not raw:
        X = (X - X.mean(axis=0)) / X.std(axis=0)
    # A few of one kind less, so that the bias has something to learn.
    return X[n // 6:], y[rows][n // 6:]


def train_by_adamw(X, y, *, lr, weight_decay, steps):
    """Logistic regression: AdamW for the weights, Adam for the bias."""
    w, m_w, v_w = np.zeros((3, X.shape[1]))
    b, m_b, v_b = np.zeros(3)
    losses = []
    for t in range(1, steps + 1):
        z = X @ w + b
        losses.append(np.mean(np.logaddexp(0, z) - y * z))
        error = (np.exp(-np.logaddexp(0, -z)) - y) / len(y)
        w, m_w, v_w = op.adamw_step(
            w, X.T @ error, m_w, v_w, t, lr=lr, weight_decay=weight_decay
        )
        b, m_b, v_b = op.adam_step(b, error.sum(), m_b, v_b, t, lr=lr)
    return w, b, np.array(losses)


def train_nothing(rng):
    """No step; an empty list is as good as an empty array."""
    X, y = some_tumours(rng, 24, columns=3)
    return script(
        "w, b, losses = train_logistic(X, y, lr=0.1, weight_decay=0.1,"
        " steps=0)\nw, b, len(losses)",
        X=X, y=y,
    )


def bursts(known, output, program):
    """The answer overflows: no reason not to name what else is wrong."""
    return both_burst(known, output, program) or any(
        not np.all(np.isfinite(part)) for part in _parts(output)
    )


train_logistic = Exercise(
    reference=train_by_adamw,
    points=4,
    compare=named_if(bursts),
    cases=lambda rng: [
        Case("by hand: three rows, two steps",
             call([[1.0, 2.0], [3.0, -1.0], [2.0, 1.0]], [1.0, 0.0, 0.0],
                  lr=0.1, weight_decay=0.5, steps=2), core=True,
             compare=values()),
        Case("one step",
             call(*some_tumours(rng, 24, columns=3), lr=0.1,
                  weight_decay=0.1, steps=1)),
        Case("60 tumours, four measures",
             call(*some_tumours(rng, 60, columns=4), lr=0.05,
                  weight_decay=0.3, steps=6)),
        Case("80 tumours, all measures",
             call(*some_tumours(rng, 80), lr=0.1, weight_decay=0.1,
                  steps=15)),
        Case("all measures, each in its own unit",
             call(*some_tumours(rng, 60, raw=True), lr=0.001,
                  weight_decay=0.1, steps=12)),
        Case("no weight decay",
             call(*some_tumours(rng, 40, columns=5), lr=0.1,
                  weight_decay=0.0, steps=6)),
        Case("strong weight decay",
             call(*some_tumours(rng, 40, columns=5), lr=0.1,
                  weight_decay=3.0, steps=6)),
        Case("scores of a thousand and more",
             call(2000 * some_tumours(rng, 30, columns=3)[0],
                  some_tumours(rng, 30, columns=3)[1], lr=0.5,
                  weight_decay=0.1, steps=6)),
        Case("measures in giant units, so that gradients are tiny",
             call(1e-7 * some_tumours(rng, 30, columns=3)[0],
                  some_tumours(rng, 30, columns=3)[1], lr=0.5,
                  weight_decay=0.1, steps=4)),
        Case("no step: zeros, and no loss", train_nothing(rng)),
    ],
    mistakes=[
        Mistake("bias decayed, too", answers.train_bias_decayed,
                "The decay is for the weights. A bias has nothing to do with"
                " how wiggly the model is: decayed, it only pulls the"
                " probabilities to one half. Give it Adam's step.",
                credit=2.8),
        Mistake("bias decayed by the default",
                answers.train_bias_decayed_by_default,
                "op.adamw_step decays by 0.01 unless told otherwise. The bias"
                " is not to decay: give it op.adam_step, or weight_decay=0.",
                credit=3.0),
        Mistake("weight decay not handed on", answers.train_by_default_decay,
                "op.adamw_step takes its default of 0.01 unless weight_decay"
                " is handed on.",
                credit=2.6),
        Mistake("uphill", answers.train_uphill,
                "The gradient is X^T (p - y) / n, p first. With y - p every"
                " step goes uphill.",
                credit=2.0),
        Mistake("decay in the gradient", answers.train_l2,
                "With weight_decay * w in the gradient this is Adam with an"
                " L2 penalty. AdamW shrinks w itself: op.adamw_step does it.",
                credit=2.4),
        Mistake("no decay", answers.train_without_decay,
                "weight_decay changes nothing. The weights take"
                " op.adamw_step with it.",
                credit=2.4),
        Mistake("loss after the step", answers.train_loss_after,
                "losses[0] is the loss before anything was learned, log 2 ="
                " 0.693. You note it after each step.",
                credit=3.0),
        Mistake("overflow", answers.train_overflows,
                "e^1000 is no float: log(1 + e^z) becomes infinite though it"
                " is nearly z, or p exactly 1 and log(1 - p) minus infinity."
                " np.logaddexp(0, z) computes log(1 + e^z) safely.",
                credit=3.0),
        Mistake("eps in the logarithm", answers.train_eps_in_log,
                "log(p + 1e-12) is never below -27.6: a row that is wrong by"
                " a score of 1000 should cost 1000. Compute the loss from the"
                " score: np.logaddexp(0, z) - y z.",
                credit=3.0),
        Mistake("loss summed", answers.train_loss_summed,
                "The loss is the mean over the rows; yours is their sum.",
                credit=3.0),
        Mistake("all summed", answers.train_all_summed,
                "The loss is the mean over the rows, and so is its gradient;"
                " yours are sums. Adam hardly notices the second, since it"
                " divides the size of the gradient out.",
                credit=2.8),
        Mistake("gradient summed", answers.train_gradient_summed,
                "The gradient of a mean is a mean: divide by n. Adam divides"
                " the size of the gradient out, so you see it only where eps"
                " matters.",
                credit=3.2),
        Mistake("labels taken for -1 and 1", answers.train_signed_labels,
                "log(1 + e^(-y z)) is for labels -1 and 1. With 0 and 1 the"
                " loss is log(1 + e^z) - y z.",
                credit=2.8),
        Mistake("squared errors", answers.train_squares,
                "You note the mean squared error of the probabilities. Asked"
                " is the log loss, log(1 + e^z) - y z.",
                credit=2.8),
        Mistake("t from 0", answers.train_t_from_zero,
                "Adam's first step has t = 1: for t in range(1, steps + 1).",
                credit=2.4),
        Mistake("t always 1", answers.train_always_first,
                "t counts the steps. With t = 1 at every step the averages"
                " are corrected as if they had just begun.",
                credit=2.4),
        Mistake("averages reset", answers.train_without_memory,
                "The averages m and v are made anew at every step. Make them"
                " once, before the loop, and keep what the step returns.",
                credit=2.0),
        Mistake("bias left at 0", answers.train_bias_left,
                "b is trained, too: its gradient is the mean of p - y.",
                credit=2.0),
        Mistake("one after the other", answers.train_one_after_the_other,
                "You move w and take the gradient for b after that. Both"
                " gradients belong to one point: compute z once a step.",
                credit=2.6),
        Mistake("b first", answers.train_b_first,
                "You move b and take the gradient for w after that. Both"
                " gradients belong to one point: compute z once a step.",
                credit=2.6),
        Mistake("gradient of w summed", answers.train_gradient_of_w_summed,
                "The gradient of w is a mean over the rows: divide by n. Adam"
                " hardly notices, since it divides the size out; only eps"
                " shows it.",
                credit=3.2),
        Mistake("gradient of b summed", answers.train_gradient_of_b_summed,
                "The gradient of b is the mean of p - y, not the sum. Adam"
                " hardly notices, since it divides the size out; only eps"
                " shows it, in a late digit.",
                credit=3.2),
        Mistake("averages of w reset", answers.train_w_without_memory,
                "The averages m and v of w are made anew at every step. Make"
                " them once, before the loop, and keep what the step"
                " returns.",
                credit=2.2),
        Mistake("one step short", answers.train_one_short,
                "steps=2 means two steps, t = 1 and 2; you make one fewer."
                " range(1, n), for one, has only n - 1 numbers.",
                credit=3.0),
        Mistake("losses left empty", answers.train_notes_no_losses,
                "w and b are right, but no loss is noted: put the loss of"
                " each step into losses, before the step.",
                credit=2.8),
        Mistake("a plain step for b", answers.train_bias_by_descent,
                "b takes a step of gradient descent. It is to take Adam's,"
                " too: op.adam_step.",
                credit=2.4),
        Mistake("standardised inside", answers.train_standardises,
                "You standardise the columns of X. That is a good idea before"
                " training, but w then belongs to other columns: here X is"
                " taken as it comes.",
                credit=2.0),
        Mistake("penalty in the loss", answers.train_penalised_loss,
                "The losses are those of the data alone. Weight decay is no"
                " part of the loss: that is what decoupled means.",
                credit=3.0),
        Mistake("last loss only", answers.train_last_loss,
                "losses is an array of all of them, one for each step.",
                credit=3.0),
        Mistake("losses not returned", answers.train_without_losses,
                "Three things are asked: (w, b, losses), in this order.",
                credit=2.8),
        Mistake("b as an array", answers.train_bias_as_array,
                "b is a number; yours is an array that holds one number.",
                credit=3.4),
        Mistake("plain gradient descent", answers.train_plain_descent,
                "This is gradient descent with weight decay. On measures that"
                " differ ten-thousandfold in size it hardly moves or bursts:"
                " take op.adamw_step for w and op.adam_step for b.",
                credit=1.2),
    ],
    variants=[
        Variant("one vector, the bias its last entry",
                answers.train_as_one_vector),
        Variant("written out", answers.train_written_out),
    ],
)


# Mutants of the solutions that change nothing, with the reason.
_OWN = "the products before made an array of its own"
EQUIVALENT = {
    "newton_schulz": {
        "X = G / max(np.linalg.norm(G), eps) =>"
        " X = G / max(eps, np.linalg.norm(G))":
            "the larger of two numbers does not mind their order",
        "X = a * X + (b * A + c * A @ A) @ X =>"
        " X = a * X + (b * A + (A @ (c * A))) @ X":
            "A commutes with a multiple of itself",
    },
    "kfac_update": {
        "A = A + damping * np.eye(len(A)) =>"
        " A += damping * np.eye(len(A))": _OWN,
        "S = S + damping * np.eye(len(S)) =>"
        " S += damping * np.eye(len(S))": _OWN,
    },
    "project_to_simplex": {
        "tau = taus[u > taus][-1] => tau = taus[(u >= taus)][-1]":
            "where u_k = tau_k, tau_k is the level before it, too",
    },
    "sphere_gradient_step": {
        "tangent = gradient - (x @ gradient) * x =>"
        " tangent = gradient - ((gradient @ x)) * x":
            "the dot product of two vectors does not mind their order",
    },
    "train_logistic": {
        "return w, b, np.array(losses) => return w, b, losses":
            "a list of numbers is as good as an array of them",
    },
}
