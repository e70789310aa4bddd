# ---
# jupyter:
#   kernelspec: {display_name: Python 3 (ipykernel), language: python, name: python3}
# ---

# %% [markdown]
# # 4. Calculus Fundamentals
#
# **How fast is it changing, right now?**
#
# On a volcano in Hawaii, far from any city, a machine breathes in, and counts how much of the air is carbon dioxide: so many
# parts in a million, *ppm*. It has done so since 1958. Three people look at its record and ask how fast the number was
# rising on 5 May 1990. They get three answers, and none of them has made a mistake.
#
# Training a network asks the same question, billions of times a second, about a stranger machine: *if I turn this one
# weight up a little, how fast does the error change?* If the answer is "it rises", turn the weight down. All learning in
# this course hangs on that little sentence. So "how fast, right now" had better mean something.
#
# **After this chapter you can**
#
# - say what a slope *at one point* is, without dividing zero by zero;
# - say why slopes are measured with a step of $10^{-5}$, and why $10^{-12}$ is worse and not better;
# - find the slope of anything you can write down, with three rules and a handful of functions;
# - say why some neurons go deaf, and which of two famous slopes is at most $\tfrac14$ and which is not;
# - build numbers that know their own slope: automatic differentiation, the engine inside PyTorch, in some forty lines;
# - add up slopes (integrals), foretell a function from one point (Taylor), and say how far to trust the prophecy.
#
# **You need** functions, $\sum$ and $\log$ (chapter 1); no calculus, or what is left of it from school. **Time:** about 90
# minutes to read; the exercises take two to three hours more. In code, `ca` is mathlib's module for this chapter.

# %%
import math

import matplotlib.pyplot as plt
import numpy as np
from statsmodels.datasets import co2

import mathlib
import mathlib.calculus as ca
from mathlib import check

mathlib.style()

# %%
record = co2.load_pandas().data["co2"].dropna()
ppm = record.to_numpy()
year = 1970 + (record.index - np.datetime64("1970-01-01")).days / 365.25
here = record.index.get_loc("1990-05-05")

slopes = {}
for name, weeks in (("1 week", 1), ("3 months", 13), ("1 year", 52)):
    before, after = here - weeks, here + weeks
    slopes[name] = (ppm[after] - ppm[before]) / (year[after] - year[before])

fig, (whole, near) = plt.subplots(1, 2, figsize=(6.8, 2.9),
                                  width_ratios=[1, 1.25])
whole.plot(year, ppm, color="C0", lw=0.8)
whole.plot(year[here], ppm[here], "o", color="C1")
whole.set(xlabel="year", ylabel="CO$_2$ (ppm)")
near.plot(year, ppm, ".", color="C0", ms=4)
t = np.array([-0.55, 0.55])
for (name, slope), look, end, shift in zip(
    slopes.items(), ("C1-", "C2--", "C3-."), (0.12, -0.5, -0.5),
    ((4, 6), (-22, 6), (-34, -15)),
):
    d = t if name != "1 week" else t / 4.5
    near.plot(year[here] + d, ppm[here] + slope * d, look, lw=1.6)
    label = f"{name}: {slope:+.1f}".replace("-", "−")
    near.annotate(label, xytext=shift, fontsize=9,
                  xy=(year[here] + end, ppm[here] + slope * end),
                  textcoords="offset points", color=look[:2])
near.set(xlim=(1989.55, 1991.25), ylim=(348.5, 361.5), xlabel="year",
         xticks=[1990, 1991])
mathlib.show(
    fig,
    caption="Slopes through one and the same day, from a week, three months"
    " and a year to either side, in ppm a year: three windows, three answers,"
    " two signs.",
    alt="Left, a jagged curve that climbs from 315 to 371 ppm between 1958"
    " and 2001. Right, dots of two years that swing up and down, and three"
    " straight lines through one of them.",
)
assert slopes["1 week"] > 20 and slopes["3 months"] < 0
assert 1.5 < slopes["1 year"] < 2.5

# %% [markdown]
# The week sees noise and spring, the three months see northern forests wake up and drink the air, the year sees us. For
# measured points "right now" means nothing until you choose a window. For a **function**, a rule that answers at *every*
# $x$, you can let the window shrink and shrink, and see what the answer does. That is calculus. We start with functions
# that have no noise, and come back to the volcano at the end.
#
# ## 4.1 Zoom in until it is straight
#
# **A straight line** has one slope, wherever you look: how far it rises for each step to the right,
#
# $$\text{slope} = \frac{\text{rise}}{\text{run}} = \frac{y_2 - y_1}{x_2 - x_1}.$$
#
# A slope of 2 climbs two for each one; a negative slope falls; slope 0 is flat.
#
# **A curve** has no one slope. But put it under a microscope. Below, the same point of two curves is magnified, ten times
# and a hundred times.

# %%
def wiggle(x):
    return 0.4 * x**2 + np.sin(3 * x) / 3


a, widths = 0.6, (2.0, 0.2, 0.02)
fig, axes = plt.subplots(2, 3, figsize=(6.4, 3.7))
for line, f, color in zip(axes, (wiggle, lambda x: np.abs(x - a)),
                          ("C0", "C1")):
    for ax, width in zip(line, widths):
        x = a + width * np.linspace(-1, 1, 401)
        ax.plot(x, f(x), color=color)
        ax.plot(a, f(a), "o", color="0.2")
        ax.set(xticks=[], yticks=[], xlim=(x[0], x[-1]),
               ylim=(f(a) - width, f(a) + width))
        ax.spines[["top", "right"]].set_visible(True)
for ax, title in zip(axes[0], ("as it is", "10 times", "100 times")):
    ax.set_title(title, loc="center")
mathlib.show(
    fig,
    caption="Magnified, the smooth curve becomes a straight line, and a line"
    " has a slope. The corner stays a corner at every magnification.",
    alt="Two rows of three framed pictures: a wavy curve that turns into a"
    " slanted straight line, and a V that is the same V three times.",
)
inner = ca.central_difference(wiggle, a)
assert np.isclose(wiggle(a + 1e-3) - wiggle(a), 1e-3 * inner, atol=1e-5)

# %% [markdown]
# **The law.** Take a second point at distance $h$ and draw the line through both. Its slope is the **difference
# quotient**. Let the second point slide into the first: the number that the slopes run up to is the **derivative** of $f$
# at $x$,
#
# $$f'(x) = \lim_{h\to0}\frac{f(x+h) - f(x)}{h}, \qquad\text{also written}\quad \frac{dy}{dx}\ \text{ or }\ \frac{d}{dx}f(x)
# \quad\text{for } y = f(x).$$
#
# Read $f'$ as "f prime", $\frac{dy}{dx}$ as "d y by d x", and $\lim_{h\to0}$ as "what it tends to as $h$ goes to zero". It
# is again a function: at each $x$ it says how steep $f$ is there. You can't put $h = 0$: that gives $\frac00$. You ask where
# the journey leads, not what happens at its end.
#
# **By hand.** $f(x) = x^2$. Open the bracket, then divide:
#
# $$\frac{(x+h)^2 - x^2}{h} = \frac{x^2 + 2xh + h^2 - x^2}{h} = \frac{2xh + h^2}{h} = 2x + h
# \quad\xrightarrow{\;h\to0\;}\quad 2x .$$
#
# While $h\ne0$ we may cancel it; once it is cancelled, nothing stops it from becoming 0. So $(x^2)' = 2x$: at $x = 3$ the
# parabola climbs with slope 6. The same three lines give the slope of a straight line $mx + c$: it is $m$; and of a constant:
# it is 0.

# %%
for h in (1.0, 0.1, 0.01, 0.001):
    print(f"h = {h:<5}  slope of x² from 3 to 3 + h: {((3 + h)**2 - 9) / h:g}")
quotients = [((3 + h) ** 2 - 9) / h for h in (1.0, 0.1, 0.01, 0.001)]
assert np.allclose(quotients, [7, 6.1, 6.01, 6.001])

x = np.linspace(-0.6, 3.2, 200)
fig, ax = plt.subplots(figsize=(5.2, 3.0))
ax.plot(x, x**2, color="C0")
for h, color in ((2.0, "C3"), (1.0, "C4")):
    ax.axline((1, 1), slope=2 + h, color=color, lw=1.2, ls="--")
    ax.plot(1 + h, (1 + h) ** 2, "s", color=color, ms=5)
    ax.text(0.6 + h, (1 + h) ** 2, f"h = {h:g}, slope {2 + h:g}",
            color=color, ha="right")
ax.axline((1, 1), slope=2, color="C1")
ax.plot(1, 1, "o", color="C1")
ax.text(2.6, 2.9, "h → 0, slope 2", color="C1")
ax.set(xlim=(-0.6, 4.6), ylim=(-1.5, 10), xlabel="x", ylabel="x²")
mathlib.show(
    fig,
    caption="The line through two points of x² turns into the line that"
    " touches it at 1, the tangent; its slope is the derivative, 2.",
    alt="A parabola with two dashed lines through the point (1, 1) and a"
    " second point each, and one solid line that touches it there.",
)

# %% [markdown]
# **What "tends to" means.** $\lim_{x\to a}f(x) = L$ is a promise in the form of a bet: *you* name a tolerance, however
# small; *I* name a distance, and for all $x\ne a$ closer to $a$ than that, $f(x)$ is within your tolerance of $L$. If I can
# always answer, $L$ is the limit. Note that $f(a)$ itself does not matter, and need not exist. If it does and is $L$, then
# $f$ is **continuous** at $a$: no jump.
#
# **By hand.** $\frac{x^2-4}{x-2}$ is $\frac00$ at $x = 2$. For any other $x$ it is $\frac{(x-2)(x+2)}{x-2} = x + 2$, so the
# limit is 4. You say "within 0.1"; I say "stay within 0.1 of 2".
#
# **Limits of sums and products** are the sums and products of the limits: if $f$ is close to $L$ and $g$ to $M$, then both parts
# of $(f + g) - (L + M) = (f-L) + (g-M)$ are small, and both of $fg - LM = (f-L)\,g + L\,(g-M)$. We shall use it without a word.
#
# Three ways to fail, or not, at one point:

# %%
def jump(x):
    return np.sign(x) / 2 + 0.5


shown = {
    "sin(x) / x": lambda x: np.sin(x) / x,
    "a jump": jump,
    "sin(1 / x)": lambda x: np.sin(1 / x),
}
x = np.concatenate([-np.geomspace(3, 1e-3, 3000), [np.nan],
                    np.geomspace(1e-3, 3, 3000)])
fig, axes = plt.subplots(1, 3, figsize=(6.4, 2.1), sharey=True)
for ax, (name, f), color in zip(axes, shown.items(), ("C0", "C1", "C2")):
    ax.plot(x, f(x), color=color, lw=1.2)
    ax.set_title(name, loc="center")
    ax.set(xlabel="x", ylim=(-1.2, 1.3), xticks=[-3, 0, 3])
axes[0].plot(0, 1, "o", mfc="white", mec="C0")
axes[1].plot([0, 0], [0, 1], "o", mfc="white", mec="C1")
axes[1].plot(0, jump(0.0), "o", color="C1")
mathlib.show(
    fig,
    caption="At 0, left: no value, but a limit, 1. Middle: a value (full"
    " dot), and one limit from each side (hollow), which differ. Right: no"
    " limit at all.",
    alt="Three small graphs over -3 to 3: a hump with a hollow dot on top,"
    " a step from 0 to 1 with a dot half-way, and a wave that oscillates"
    " without end near 0.",
)
print("sin(x)/x at 0:    ", round(ca.limit(shown["sin(x) / x"], 0.0), 9))
print("jump, from the left ", ca.limit(jump, 0.0, side=-1))
print("jump, from the right", ca.limit(jump, 0.0, side=1))


def flat(x):
    return (1 - np.cos(x)) / x**2


print("(1 - cos x) / x² at 1e-9:", flat(1e-9), "  its limit at 0:",
      round(ca.limit(flat, 0.0), 6))
hole = ca.limit(lambda x: (x**2 - 4) / (x - 2), 2.0)
assert np.isclose(hole, 4) and np.isclose(ca.limit(np.cos, 0.0), 1)
assert np.isclose(ca.limit(shown["sin(x) / x"], 0.0), 1)
assert ca.limit(jump, 0.0, side=-1) == 0 and ca.limit(jump, 0.0, side=1) == 1
assert np.isnan(ca.limit(jump, 0.0))
assert np.isnan(ca.limit(shown["sin(1 / x)"], 0.0))

# %% [markdown]
# A program can only try points that come closer and closer: it *finds evidence* for a limit, and can be fooled. (Who looks
# only at $x = \frac1\pi, \frac1{2\pi}, \frac1{3\pi}, \dots$ sees $\sin\frac1x = 0$ each time.) And too close is no good, either: in
# the last line $\cos$ of a tiny number was rounded to 1. The proof is the algebra.
#
# **Where there is a slope there is no jump.** If $f'(a)$ exists, then
# $f(a+h) - f(a) = \frac{f(a+h)-f(a)}{h}\cdot h \to f'(a)\cdot 0 = 0$, so $f$ is continuous at $a$. The converse fails at
# every corner: $|x|$ has no jump at 0, but its quotient $\frac{|h|}h$ is $1$ from the right and $-1$ from the left.
#
# **Where it is load-bearing.** Accuracy, the share of right answers, is a function of the weights that is made of jumps:
# its slope is 0 wherever it has one, and says nothing about where to go. That is why networks are trained on a *loss*,
# which is continuous, and judged by accuracy afterwards. And the most used function inside them, ReLU, has one corner
# (section 4.4).

# %%
x = np.array([0.3, 0.8, 1.1, 1.6, 1.9, 2.4, 2.7, 3.3])
label = np.array([-1, -1, 1, -1, 1, -1, 1, 1])
w = np.linspace(0, 3.6, 1000)[:, None]
accuracy = np.mean(np.sign(x - w) == label, axis=1)
loss = np.mean(np.log(1 + np.exp(-4 * label * (x - w))), axis=1)

fig, (above, below) = plt.subplots(2, 1, figsize=(5.6, 3.2), sharex=True)
above.plot(w, accuracy, color="C1", lw=1.4)
above.set(ylabel="accuracy", ylim=(0.35, 0.9))
below.plot(w, loss, color="C0")
below.set(ylabel="loss", xlabel="the weight w")
mathlib.show(
    fig,
    caption="A machine that says yes to x above w, on eight samples. Its"
    " accuracy has slope 0 or none; its loss says everywhere which way to"
    " turn.",
    alt="Above, a staircase that goes up and down; below, a smooth valley"
    " over the same weights.",
)
assert set(accuracy) <= {k / 8 for k in range(9)}

# %% [markdown]
# ## 4.2 How small is small?
#
# You have a function as code, and nobody has told you its derivative. The definition suggests a program: take a small $h$
# and don't go to the limit. How small? "As small as possible" is the wrong answer, and it is worth a picture.
#
# **Two recipes.** Look forward, or look to both sides:
#
# $$\text{forward:}\quad\frac{f(x+h) - f(x)}{h}, \qquad\qquad \text{central:}\quad\frac{f(x+h) - f(x-h)}{2h}.$$
#
# **By hand**, $f(x) = x^2 + 3x$ at $x = 2$ with a clumsy $h = 1$. Forward: $f(3) - f(2) = 18 - 10 = 8$. Central:
# $\frac{f(3) - f(1)}{2} = \frac{18 - 4}2 = 7$. The truth is $2x + 3 = 7$. Luck?
#
# **The error, derived.** Try $f(x) = x^3$, and open all brackets: $(x\pm h)^3 = x^3 \pm 3x^2h + 3xh^2 \pm h^3$. Then
#
# $$\frac{(x+h)^3 - x^3}{h} = 3x^2 + \underbrace{3xh + h^2}_{\text{error, about } h}, \qquad
# \frac{(x+h)^3 - (x-h)^3}{2h} = \frac{6x^2h + 2h^3}{2h} = 3x^2 + \underbrace{h^2}_{\text{error}} .$$
#
# In the central quotient all even terms cancel: what the right side does too much, the left side does too little. For a
# parabola nothing is left over, so the 7 was no luck. In general the forward error shrinks like $h$, the central one like
# $h^2$ (section 4.7 proves it): with $h = 0.001$ you get three digits, or six.

# %%
def g(x):
    return x**2 + 3 * x


forward, central = g(3.0) - g(2.0), ca.central_difference(g, 2.0, h=1.0)
print("h = 1: forward", forward, "  central", central)
print("h = 1e-5: central", round(ca.central_difference(g, 2.0), 6))
assert forward == 8 and central == 7
assert np.isclose(ca.central_difference(g, 2.0), 7)

for h in (0.1, 0.01, 0.001):
    error = ca.central_difference(lambda x: x**3, 2.0, h=h) - 12
    print(f"x³ at 2, h = {h:<5}: error {error:.2e}")
    assert np.isclose(error, h**2, rtol=1e-3)

# %% [markdown]
# **So smaller is better, until it drowns.** A float carries about 16 digits: $f(x+h)$ comes with a rounding error of up to
# $u\,|f|$, where $u = 2^{-53} \approx 1.1\cdot10^{-16}$. The subtraction keeps the errors of both and cancels the rest, and
# then you divide by $2h$:
#
# $$\text{total error} \;\lesssim\; \underbrace{C\,h^2}_{\text{truncation}} + \underbrace{\frac{u\,|f(x)|}{h}}_{\text{rounding}}.$$
#
# (Read $\lesssim$ as "at most about"; $C$ depends on $f$ only.) One falls as $h$ shrinks, the other rises. The best $h$ is about where they meet. With $f$ and $C$ of ordinary size,
# $h^2 = u/h$, so $h = \sqrt[3]{u} \approx 5\cdot10^{-6}$, and the error there is $h^2 \approx 2\cdot10^{-11}$: ten or eleven
# digits. That is where the rule "$h = 10^{-5}$" comes from. For the forward quotient, $h = u/h$: $h \approx 10^{-8}$, and
# only eight digits. And $h = 10^{-12}$ leaves the central quotient about four digits: it drowns in rounding.

# %%
h = 10.0 ** np.arange(-15, 0.01, 0.1)
truth = np.exp(1.0)
errors = {
    "forward": np.abs((np.exp(1 + h) - np.exp(1.0)) / h - truth),
    "central": np.abs([
        ca.central_difference(np.exp, 1.0, h=step) - truth for step in h
    ]),
}
u = 2.0**-53
fig, ax = plt.subplots(figsize=(6.4, 3.2))
for error, look in zip(errors.values(), ("C1.", "C0s")):
    ax.loglog(h, np.maximum(error, 1e-14), look, ms=3)
ax.loglog(h, truth * h / 2, color="C1", lw=0.8)
ax.loglog(h, truth * h**2 / 6, color="C0", lw=0.8)
ax.loglog(h, truth * u / h, color="0.4", lw=0.8, ls="--")
ax.axvline(1e-5, color="0.7", lw=0.8)
ax.text(1.3e-5, 3e-14, "h = 1e-5", color="0.4")
ax.text(1e-6, 1e-5, "forward", color="C1", ha="right")
ax.text(3e-2, 1e-6, "central", color="C0")
ax.text(1e-12, 3e-3, "rounding, u|f|/h", color="0.4", fontsize=9)
ax.set(xlabel="h (smaller to the left)", ylabel="error of the slope",
       ylim=(1e-14, 10))
small, tiny = (np.abs(np.log10(h) + k) < 0.05 for k in (5, 12))
mathlib.show(
    fig,
    caption="The error of a numerical slope of exp at 1 is a V. At"
    " h = 1e-5 the central quotient has ten right digits, at 1e-12 four.",
    alt="Log-log plot with two V-shaped clouds of dots; the central one dips"
    " deeper, near h = 1e-5, the forward one near 1e-8; a dashed line of"
    " rounding error falls from the upper left.",
)
assert errors["central"][small] < 1e-10 * truth
assert 1e-6 < errors["central"][tiny] < 1e-3
near = np.abs(np.log10(h) + 8) < 0.05
assert errors["forward"][near] < 1e-6 < errors["forward"].max()
assert round(1e6 * u ** (1 / 3), 1) == 4.8

# %% [markdown]
# **Where it is load-bearing.** This is **gradient checking**. Whoever writes a backward pass by hand, in a new CUDA kernel
# say, compares it with a central difference, in 64-bit floats; `torch.autograd.gradcheck` does exactly that. In 32-bit
# floats, $u = 6\cdot10^{-8}$ and the best you can hope for is five digits, so nobody does.
#
# ### Exercise 4.1 ** · a slope from two values (3 points)
#
# You will see this form eleven times, and once in writing: a contract, an example, hints to unfold, a cell to fill, a cell
# that checks. Three things hold for all of them:
#
# - **Points:** a share for each case, once the core cases are right. Some named mistakes have a credit of their own.
# - **What you may call:** the functions of *earlier* exercises, as `ca.name`, solved or not. A ready-made version of this
#   one earns nothing. Where a *rule* for slopes is asked (4.2, 4.3, 4.5, 4.6), neither steps (`ca.central_difference`) nor
#   `ca.Dual`: they would find the slope without the rule.
# - **What you are given:** a function (`f`, `g`, `f_prime`, …) works entry by entry on numbers and arrays, as `np.sin` does.
#
# **Contract.** `f` a function, `x` a number or an array, `h` a positive number; return
# $\frac{f(x+h)-f(x-h)}{2h}$, the shape of `x`. Use `h` as it is given. Leave `x` as it was.
#
# *Example:* for `f` $= x^2 + 3x$, `central_difference(f, 2.0)` returns `7.0` (up to rounding); for `f` $= x^3$,
# `central_difference(f, 2.0, h=0.1)` returns `12.01`.
#
# <details><summary>Hint 1</summary>How far apart are the two points at which f is asked?</details>
# <details><summary>Hint 2</summary>If x is an array, <code>x += h</code> changes the array of whoever called you; <code>x + h</code> makes a new one.</details>

# %% exercise="central_difference"
def central_difference(f, x, *, h=1e-5):
    """Return the slope of f at x, from a step to either side."""
    ### BEGIN SOLUTION
    return (f(x + h) - f(x - h)) / (2 * h)
    ### END SOLUTION

# %% check="central_difference"
check("central_difference")

# %% [markdown]
# ## 4.3 Three rules for everything
#
# Nobody takes limits for a living. Whatever you can write down is made of small functions that are added, multiplied and
# put into one another. There is one rule for each of the three ways.
#
# **Sum.** The difference quotient of $f + g$ is the quotient of $f$ plus the quotient of $g$; so is its limit. A constant
# factor comes out in the same way:
#
# $$(f + g)' = f' + g', \qquad (c\,f)' = c\,f'.$$
#
# **Product.** Not $f'g'$! Write $f(x+h) = f + \Delta f$ and $g(x+h) = g + \Delta g$ ($\Delta$, *delta*, is a change). A field
# of $f$ by $g$ metres grows on two sides, and in a corner:
#
# $$(f + \Delta f)(g + \Delta g) - fg = \Delta f\,g + f\,\Delta g + \Delta f\,\Delta g .$$
#
# Divide by $h$ and let $h\to0$. The strips give $f'g$ and $fg'$. The corner gives $\frac{\Delta f}{h}\,\Delta g \to f'\cdot 0$,
# because $g$ has a slope, so no jump. Hence
#
# $$(fg)' = f'\,g + f\,g'.$$
#
# **By hand.** $f = x^2$ and $g = x^3$ at $x = 2$: $f'g + fg' = 4\cdot8 + 4\cdot12 = 80$. Check: $fg = x^5$. And the product of
# the derivatives would be $4\cdot12 = 48$. (In November 1675 Leibniz asked himself whether it might be that, and an example
# told him.)

# %%
fig, ax = plt.subplots(figsize=(5.0, 2.9))
f, g, df, dg = 3.0, 1.8, 0.5, 0.35
for corner, wide, high, color, label in (
    ((0, 0), f, g, "0.6", "$f\\,g$"),
    ((f, 0), df, g, "C0", "$\\Delta f\\,g$"),
    ((0, g), f, dg, "C1", "$f\\,\\Delta g$"),
    ((f, g), df, dg, "C3", ""),
):
    ax.add_patch(plt.Rectangle(corner, wide, high, fc=color, alpha=0.3,
                               ec=color))
    ax.text(corner[0] + wide / 2, corner[1] + high / 2, label, ha="center",
            va="center", color="0.2" if color == "0.6" else color)
ax.annotate("$\\Delta f\\,\\Delta g$", (f + df / 2, g + dg / 2), (4.0, 2.2),
            color="C3", va="center",
            arrowprops={"arrowstyle": "-", "color": "C3", "lw": 0.8})
ax.text(f / 2, -0.2, "$f$", ha="center", va="center")
ax.text(-0.15, g / 2, "$g$", ha="center", va="center")
ax.set(xlim=(-0.3, 5), ylim=(-0.35, 2.3), aspect="equal")
ax.axis("off")
mathlib.show(
    fig,
    caption="A field that grows both ways gains two strips, one for each"
    " term of the product rule. The corner is small in both directions, and"
    " is forgotten in the limit.",
    alt="A grey rectangle f by g with a blue strip on its right, an orange"
    " strip on top, and a small purple corner where they meet.",
)
slope = ca.product_derivative(
    lambda x: x**2, lambda x: 2 * x, lambda x: x**3, lambda x: 3 * x**2, 2.0
)
print("(x² x³)' at 2:", slope, "  and x⁵:", 5 * 2.0**4)
assert slope == 80 == 5 * 2**4
slope = ca.sum_derivative(lambda x: 2 * x, lambda x: 3 * x**2, 2.0)
print("(x² + x³)' at 2:", slope)
assert slope == 4 + 12

# %% [markdown]
# **Where it is load-bearing.** A residual connection computes $x + g(x)$: its slope is $1 + g'(x)$. Even where a layer's own
# slope is 0, the 1 lets the signal through; a hundred layers can be stacked because of that (He et al. 2015). And a *gate*
# is a product: an LSTM multiplies what it remembers by a number from 0 to 1, and in training both factors get a slope.
#
# ### Exercise 4.2 * · the product rule (2 points)
#
# **Contract.** `f`, `f_prime`, `g`, `g_prime`: two functions and their derivatives; `x` a number or an array. Return
# $(fg)'(x)$, the shape of `x`.
#
# *Example:* for $f = x^2$ and $g = x + 1$ at $x = 2$ it is $4\cdot3 + 4\cdot1 = 16$.
#
# <details><summary>Hint 1</summary>Two strips, no corner. Which of the four functions stand in the first strip?</details>

# %% exercise="product_derivative"
def product_derivative(f, f_prime, g, g_prime, x):
    """Return the slope of f times g at x."""
    ### BEGIN SOLUTION
    return f_prime(x) * g(x) + f(x) * g_prime(x)
    ### END SOLUTION

# %% check="product_derivative"
check("product_derivative")

# %% [markdown]
# **Chain.** One machine feeds another: $f(g(x))$. Turn $x$ a little. If $g$ moves three times as fast as $x$, and $f$ twice
# as fast as its own input, then $f(g(x))$ moves six times as fast as $x$. Gears multiply ($f\circ g$, read "f after g", is
# the function $f(g(x))$):
#
# $$(f\circ g)'(x) = f'\bigl(g(x)\bigr)\cdot g'(x), \qquad \frac{dz}{dx} = \frac{dz}{dy}\,\frac{dy}{dx}
# \quad\text{for } y = g(x),\ z = f(y).$$
#
# **Derivation.** With $\Delta y = g(x+h) - g(x)$ one would like to write $\frac{\Delta z}{h} = \frac{\Delta z}{\Delta y}\cdot\frac{\Delta
# y}{h}$ and take limits. But $\Delta y$ may be 0 although $h$ is not. So avoid the division. That $f$ has a slope at $y$ means
#
# $$f(y + k) = f(y) + f'(y)\,k + r(k)\,k \qquad\text{with } r(k)\to0 \text{ as } k\to0,$$
#
# where $r(k)$ is just the difference between quotient and derivative for $k\ne0$, and we say $r(0) = 0$. Then the line holds for
# $k = 0$, too. Put in $k = \Delta y$, and divide by $h$:
#
# $$\frac{f(g(x+h)) - f(g(x))}{h} = \bigl(f'(y) + r(\Delta y)\bigr)\,\frac{\Delta y}{h} \;\longrightarrow\; f'(y)\,g'(x),$$
#
# as $\Delta y\to0$. $\square$ The trap is in the letter: $f'$ is taken **at $g(x)$**, where the second gear runs, not at $x$.
#
# **By hand.** $(x^2+1)^3$ at $x = 1$: the inner value is 2, the inner slope $2x = 2$, the outer slope $3y^2 = 3\cdot2^2 = 12$.
# Together 24. (With $f'$ at $x$ instead: $3\cdot 2 = 6$, wrong.)

# %%
slope = ca.chain_derivative(
    lambda y: 3 * y**2, lambda x: x**2 + 1, lambda x: 2 * x, 1.0
)
print("slope of (x² + 1)³ at 1:", slope)
assert slope == 24

x = np.linspace(0, 1.6, 200)
d = 0.12
fig, axes = plt.subplots(1, 3, figsize=(6.6, 2.4))
for ax, (f, at, rise, name) in zip(axes, (
    (lambda x: x**2 + 1, 1.0, 2.0, "$y = x^2 + 1$"),
    (lambda y: y**3, 2.0, 12.0, "$z = y^3$"),
    (lambda x: (x**2 + 1) ** 3, 1.0, 24.0, "$z = (x^2+1)^3$"),
)):
    t = x if at == 1.0 else 0.5 + 1.5 * x
    ax.plot(t, f(t), color="C0")
    ax.plot([at - 3 * d, at + 3 * d], f(at) + rise * np.array([-3, 3]) * d,
            color="C1")
    ax.plot(at, f(at), "o", color="C1")
    ax.set_title(f"{name}\nslope {rise:g}", loc="center")
    ax.set(xlabel="y" if at == 2.0 else "x")
mathlib.show(
    fig,
    caption="Slope 2, then slope 12, makes slope 24: the outer slope is"
    " taken at y = 2, where the inner function arrives.",
    alt="Three rising curves, each with a dot and a short tangent: y against"
    " x, z against y, and z against x.",
)

# %% [markdown]
# **Where it is load-bearing.** A network is one long chain $f_L(\dots f_2(f_1(x)))$. The slope of its error is one long
# product, a factor for each layer. **Backpropagation is the chain rule**, organised so that nothing is computed twice
# (chapter 5). And one small factor spoils the whole product; keep that for the next section.
#
# ### Exercise 4.3 * · the chain rule (2 points)
#
# **Contract.** `f_prime`: derivative of the outer function; `g`, `g_prime`: the inner function and its derivative; `x` a number
# or an array. Return $(f\circ g)'(x)$, the shape of `x`.
#
# *Example:* for $f = y^2$ (so `f_prime` is $2y$) and $g = 3x + 1$ at $x = 2$ it is $2\cdot7\cdot3 = 42$.
#
# <details><summary>Hint 1</summary>Where is the outer machine running when the inner one gets x?</details>
# <details><summary>Hint 2</summary>If you got 12 for the example, your outer slope was taken at x. And if you got 17?</details>

# %% exercise="chain_derivative"
def chain_derivative(f_prime, g, g_prime, x):
    """Return the slope of f(g(x)) at x."""
    ### BEGIN SOLUTION
    return f_prime(g(x)) * g_prime(x)
    ### END SOLUTION

# %% check="chain_derivative"
check("chain_derivative")

# %% [markdown]
# **Powers, from the product rule.** $(x)' = 1$. If $(x^n)' = n\,x^{n-1}$ holds for some $n$, then for the next
#
# $$(x^{n+1})' = (x\cdot x^n)' = 1\cdot x^n + x\cdot n\,x^{n-1} = (n+1)\,x^n ,$$
#
# so by induction (chapter 1) it holds for all $n\ge1$: the **power rule**
#
# $$\frac{d}{dx}x^n = n\,x^{n-1}.$$
#
# **Quotients, from the same.** Let $q = \frac1g$ with $g\ne0$. Then $q\,g = 1$, whose slope is 0: $q'g + qg' = 0$. So
# $q' = -\frac{g'}{g^2}$, and with the product rule $\bigl(\frac fg\bigr)' = \frac{f'g - fg'}{g^2}$. (That $q$ has a slope
# at all: its quotient is $-\frac{1}{g(x)\,g(x+h)}\cdot\frac{\Delta g}{h}$.) For example
# $\bigl(\frac1x\bigr)' = -\frac1{x^2}$: the power rule, with $n = -1$.
#
# **A polynomial** $c_0 + c_1x + c_2x^2 + \dots$ is a list of numbers, and its derivative another list: each coefficient is
# multiplied by its power, and moves down one place. *By hand:* $5 + 3x^2$ is `[5, 0, 3]`; multiplied by `[0, 1, 2]` it is
# `[0, 0, 6]`, and one place down `[0, 6]`: $6x$. The constant 5 is gone, and no derivative can bring it back.

# %%
c = [5.0, 0.0, 3.0]
print("5 + 3x² has the slope with coefficients", ca.polynomial_derivative(c))
assert ca.polynomial_derivative(c).tolist() == [0, 6]
assert ca.polynomial_derivative([5.0]).tolist() == [0]

falling = np.array([0.0, 4.0, -1.0, -1.5, 0.5])
x = np.linspace(-1.6, 3.1, 300)
rise = np.polynomial.Polynomial(ca.polynomial_derivative(falling))
flat = np.sort(rise.roots().real)

fig, (above, below) = plt.subplots(2, 1, figsize=(5.6, 3.6), sharex=True)
above.plot(x, np.polynomial.Polynomial(falling)(x), color="C0")
below.plot(x, rise(x), color="C1")
below.axhline(0, color="0.6", lw=0.8)
for root in flat:
    above.plot(root, np.polynomial.Polynomial(falling)(root), "o", color="C0")
    below.plot(root, 0, "o", color="C1")
    for ax in (above, below):
        ax.axvline(root, color="0.75", lw=0.8, ls="--", zorder=0)
above.set(ylabel="$f$")
below.set(ylabel="$f'$", xlabel="x", ylim=(-12, 12))
mathlib.show(
    fig,
    caption="Where f climbs, f' is above zero; where f falls, below; at each"
    " hill and valley f' passes through zero.",
    alt="Above, a curve with two valleys and a hill; below, its derivative,"
    " which crosses zero at three dashed vertical lines through them.",
)
assert len(flat) == 3 and np.allclose(rise(flat), 0, atol=1e-9)

# %% [markdown]
# That picture is why anybody trains with derivatives. At the bottom of a valley $f' = 0$. Left of it $f' < 0$, right of it
# $f' > 0$: the **sign of the slope says which way is down**, without looking. Remember it for the volcano.
#
# ### Exercise 4.4 * · a polynomial at once (2 points)
#
# **Contract.** `coefficients` `(n,)` with $n\ge1$, the **constant term first**. Return the coefficients of the derivative in
# the same order, `(n - 1,)`; a constant, $n = 1$, gives `[0.]`, not an empty array.
#
# *Example:* `polynomial_derivative(np.array([5., 0., 3., 2.]))` returns `[0., 6., 6.]`.
#
# <details><summary>Hint 1</summary>Multiply each coefficient by its own index; then one of them has to go.</details>
# <details><summary>Hint 2</summary><code>np.arange(n)</code> counts 0, 1, …, n − 1, and <code>c[1:]</code> is all but the first.</details>

# %% exercise="polynomial_derivative"
def polynomial_derivative(coefficients):
    """Return the coefficients of the derivative, constant term first."""
    ### BEGIN SOLUTION
    n = len(coefficients)
    if n == 1:
        return np.zeros(1)
    return np.arange(1, n) * coefficients[1:]
    ### END SOLUTION

# %% check="polynomial_derivative"
check("polynomial_derivative")

# %% [markdown]
# ## 4.4 The functions that networks are made of
#
# **The exponential.** For a base $b > 0$, $b^{x+h} = b^x\,b^h$, so
#
# $$\frac{b^{x+h} - b^x}{h} = b^x\cdot\frac{b^h - 1}{h} .$$
#
# The last factor does not know $x$. So every exponential grows in proportion to *itself*; its limit, the slope of $b^x$ at
# 0, says how fast. (That there is a limit, we take on trust.) It is about 0.69 for $b = 2$ and 1.10 for $b = 3$. In between is
# one base for which it is exactly **1** (on trust, too). That base is called $e = 2.71828\dots$, and
#
# $$\frac{d}{dx}e^x = e^x .$$
#
# **The logarithm** undoes it: $e^{\ln x} = x$ for $x > 0$. Take the slope of both sides, the left one with the chain rule:
# $e^{\ln x}\cdot(\ln x)' = 1$, and $e^{\ln x}$ is $x$. So
#
# $$\frac{d}{dx}\ln x = \frac1x .$$
#
# (This takes for granted that $\ln$ has a slope. It does: its graph is that of $e^x$ in a mirror, and mirrors turn a slope
# $m\ne0$ into $\frac1m$.) The factor above was $\ln b$ all along: $b^x = e^{x\ln b}$, so $(b^x)' = b^x\ln b$. And
# $x^a = e^{a\ln x}$ gives $x^a\cdot\frac ax = a\,x^{a-1}$: the power rule for **every** real $a$ when $x > 0$. *By hand:* $\sqrt x =
# x^{1/2}$ has the slope $\frac1{2\sqrt x}$, at 4 one quarter.

# %%
print("e^x at 2: slope", ca.exp_derivative(2.0).round(4),
      "  value", np.exp(2.0).round(4))
print("ln x at 4: slope", ca.log_derivative(4.0))
assert ca.exp_derivative(2.0) == np.exp(2.0)
assert ca.log_derivative(4.0) == 0.25
assert np.isclose(ca.central_difference(np.sqrt, 4.0), 0.25)

x = np.linspace(-2, 2, 200)
fig, (left, right) = plt.subplots(1, 2, figsize=(6.4, 2.8))
for b, look in ((2.0, "C1--"), (np.e, "C0-"), (3.0, "C2-.")):
    at_zero = float(ca.limit(lambda h, b=b: (b**h - 1) / h, 0.0))
    name = "e" if b == np.e else f"{b:g}"
    left.plot(x, b**x, look, label=f"${name}^x$, slope {at_zero:.2f}")
    assert np.isclose(at_zero, np.log(b), atol=1e-6)
left.axline((0, 1), slope=1, color="0.6", lw=0.8)
left.legend(loc="upper left")
left.set(xlabel="x", xlim=(-2, 2), ylim=(0, 6))
x = np.linspace(0.12, 4.5, 200)
right.plot(x, np.log(x), color="C0")
for a in (0.5, 1.0, 4.0):
    rise = float(ca.log_derivative(a))
    d = 0.5 / np.hypot(1, rise)
    right.plot([a - d, a + d], np.log(a) + rise * np.array([-d, d]), "C1")
    right.text(a + 0.15, np.log(a) - 0.45, f"slope {rise:g}", color="C1")
right.set(xlabel="x", xlim=(0, 5.6), ylim=(-2.2, 2))
mathlib.show(
    fig,
    caption="Left: through (0, 1) the exponentials pass with different"
    " slopes, and e is the base with slope 1. Right: the slope of ln x is"
    " 1/x.",
    alt="Left, three growing curves through one point, with their slopes in"
    " the legend. Right, the logarithm with three short tangents.",
)

# %% [markdown]
# **Sine and cosine** fall to a limit you have seen. With the addition formula $\sin(x+h) = \sin x\cos h + \cos x\sin h$,
#
# $$\frac{\sin(x+h) - \sin x}{h} = \cos x\cdot\frac{\sin h}h - \sin x\cdot\frac{1 - \cos h}{h}\quad\longrightarrow\quad \cos x\cdot1 - \sin x\cdot0 .$$
#
# For the first limit, look at a slice of cake of radius 1 and angle $h>0$. It contains one triangle and is contained in
# another. Compare the areas, then divide by $\frac12\sin h$ and turn the fractions over:
#
# $$\tfrac12\sin h < \tfrac12h < \tfrac12\tan h \quad\Rightarrow\quad 1 < \frac{h}{\sin h} < \frac1{\cos h}
# \quad\Rightarrow\quad \cos h < \frac{\sin h}h < 1 .$$
#
# As $h\to0$, $\cos h\to1$: squeezed to 1. The second limit follows from the first:
#
# $$\frac{1-\cos h}h = \frac{1-\cos^2h}{h\,(1+\cos h)} = \frac{\sin h}h\cdot\frac{\sin h}{1+\cos h}\;\to\;1\cdot\frac02 = 0 .$$
#
# In the same way $(\cos x)' = -\sin x$. (Angles in radians, or none of this is true.)

# %%
h = 0.9
arc = np.linspace(0, h, 60)
fig, ax = plt.subplots(figsize=(3.8, 2.6))
ax.fill([0, 1, 1], [0, 0, np.tan(h)], color="C1", alpha=0.25, lw=0)
ax.fill([0, *np.cos(arc)], [0, *np.sin(arc)], color="C0", alpha=0.35, lw=0)
ax.fill([0, 1, np.cos(h)], [0, 0, np.sin(h)], color="C2", alpha=0.35, lw=0)
ax.plot([0, np.cos(h)], [0, np.sin(h)], color="0.2", lw=1)
ax.plot([1, np.cos(h)], [0, np.sin(h)], "C2", lw=1)
ax.text(0.14, 0.06, "angle h")
ax.text(0.6, 0.3, "sin h", ha="right")
ax.plot([np.cos(h)] * 2, [0, np.sin(h)], "C2--", lw=1)
ax.plot(np.cos(arc), np.sin(arc), "C0", lw=2)
ax.annotate("arc h", (np.cos(0.75), np.sin(0.75)), (0.62, 1.0), color="C0",
            ha="right", arrowprops={"arrowstyle": "-", "color": "C0"})
ax.text(1.04, 0.6, "tan h", color="C1")
ax.set(aspect="equal", xlim=(-0.02, 1.4), ylim=(-0.03, 1.3))
ax.axis("off")
mathlib.show(
    fig,
    caption="Triangle, slice of cake, larger triangle: their areas are half of"
    " sin h, of h and of tan h. As h shrinks, the three become one.",
    alt="A green triangle inside a blue sector of a circle inside an orange"
    " right-angled triangle, all with the angle h at the left.",
)
x = np.linspace(-3, 3, 61)
assert np.allclose(ca.central_difference(np.sin, x), np.cos(x))
assert np.allclose(ca.central_difference(np.cos, x), -np.sin(x))
print("slope of sin at 60 degrees:",
      round(float(ca.central_difference(np.sin, np.pi / 3)), 6))

# %% [markdown]
# **Three bends.** Without bends between its layers a network is one matrix (chapter 2). Three functions do most of the bending:
#
# $$\sigma(x) = \frac1{1+e^{-x}}, \qquad \tanh x = \frac{e^x - e^{-x}}{e^x + e^{-x}}, \qquad
# \operatorname{ReLU}(z) = \max(0, z).$$
#
# The **sigmoid** $\sigma$ squeezes every number into $(0, 1)$: a probability, or a *gate*, a tap that is more or less open.
# **tanh** squeezes into $(-1, 1)$. (One reads that LSTM gates are tanh. A tap opened by $-0.96$ is no tap: gates are
# sigmoids, and tanh makes what flows through them.) **Their slopes:**
#
# $$\sigma'(x) = \sigma(x)\,\bigl(1 - \sigma(x)\bigr) \le \tfrac14, \qquad
# \frac{d}{dx}\tanh x = 1 - \tanh^2x \in (0, 1], \qquad \operatorname{ReLU}'(z) = \begin{cases}1 & z>0\\0 & z\le0.\end{cases}$$
#
# The first you will derive yourself (exercise 4.8). For the second let $f = e^x - e^{-x}$ and $g = e^x + e^{-x}$. The slope of
# $e^{-x}$ is $-e^{-x}$ (chain rule), so $f' = g$ and $g' = f$, and the quotient rule gives
#
# $$\Bigl(\frac fg\Bigr)' = \frac{f'g - fg'}{g^2} = \frac{g^2 - f^2}{g^2} = 1 - \tanh^2x .$$
#
# It is largest where $\tanh x = 0$, at $x = 0$: there it is **1**, not $\tfrac14$.
#
# **ReLU** has slope 1 to the right, 0 to the left, and none at 0. Programs must return something: 0 by convention, here and
# in PyTorch. A **leaky** ReLU has a small slope $\alpha$, 0.01 say, in place of 0.
#
# **By hand.** $\sigma(0) = \frac12$, so $\sigma'(0) = \frac12\cdot\frac12 = \frac14$. $\tanh 0 = 0$: slope $1$. And at 10:
# $1 - \sigma(10) = \frac{e^{-10}}{1 + e^{-10}} \approx e^{-10} = 4.5\cdot10^{-5}$, and so is the slope.

# %%
z = np.linspace(-5, 5, 1001)
bends = {
    "sigmoid": (1 / (1 + np.exp(-z)), ca.sigmoid_derivative(z), "C0-"),
    "tanh": (np.tanh(z), ca.tanh_derivative(z), "C1--"),
    "ReLU": (np.maximum(z, 0), ca.relu_derivative(z), "C2-."),
}
fig, (left, right) = plt.subplots(1, 2, figsize=(6.6, 2.8))
for (name, (value, slope, look)), (a, b), (c, d) in zip(
    bends.items(), ((3.0, 0.62), (-4.8, -0.8), (2.1, 1.6)),
    ((-4.6, 0.17), (-2.9, 0.62), (2.4, 0.88)),
):
    left.plot(z, value, look)
    left.text(a, b, name, color=look[:2])
    # ReLU has no slope at 0: leave a gap.
    gap = (name == "ReLU") & (np.abs(z) < 1e-9)
    right.plot(z, np.where(gap, np.nan, slope), look)
    right.text(c, d, name, color=look[:2])
left.set(xlabel="z", ylabel="value", ylim=(-1.2, 2.2))
right.set(xlabel="z", ylabel="slope", ylim=(-0.05, 1.15))
mathlib.show(
    fig,
    caption="Left the functions, right their slopes: that of the sigmoid is"
    " at most a quarter, that of tanh at most 1, both fade away on either"
    " side. ReLU's is 0 or 1.",
    alt="Left, two S-shaped curves and a hinge. Right, a low bump, a high"
    " bump and a step.",
)
away = z[np.abs(z) > 0.1]
assert np.allclose(ca.tanh_derivative(z), ca.central_difference(np.tanh, z))
assert np.allclose(
    ca.relu_derivative(away),
    ca.central_difference(lambda x: np.maximum(x, 0), away),
)
at_0 = [float(f(0.0)) for f in (ca.sigmoid_derivative, ca.tanh_derivative)]
print("largest slopes: sigmoid", at_0[0], " tanh", at_0[1])
print(f"sigmoid at 10: {float(ca.sigmoid_derivative(10.0)):.1e}")
print("ReLU and leaky ReLU at -2, 0, 3:",
      ca.relu_derivative([-2.0, 0.0, 3.0]),
      ca.leaky_relu_derivative([-2.0, 0.0, 3.0]))
assert at_0 == [0.25, 1.0] and bends["sigmoid"][1].max() == 0.25
assert f"{float(ca.sigmoid_derivative(10.0)):.1e}" == "4.5e-05"
assert np.round(np.tanh(-2.0), 2) == -0.96

# %% [markdown]
# ### Exercise 4.5 ** · find and mend: the slope that is not a number (2 points)
#
# The quotient rule gives $\sigma'(x) = \frac{e^{-x}}{(1+e^{-x})^2}$, and somebody typed it in. On paper it is right. The cell
# below runs it at $-1000$.
#
# **Contract.** `x` a number or an array, **the argument of the sigmoid, not its value**. Return $\sigma'(x)$, the shape of
# `x`, for arguments of any size: at $\pm1000$ it is 0, nowhere nan. (A warning costs nothing.)
#
# *Example:* `sigmoid_derivative(np.array([-1000., 0., 1000.]))` returns `[0., 0.25, 0.]`; at 1 it is 0.1966.
#
# <details><summary>Hint 1</summary>What is exp(1000) in floats, and what is infinity divided by infinity?</details>
# <details><summary>Hint 2</summary>One way out: the other formula, σ(1 − σ). Another: the slopes at x and −x are the same, so which of the two would you rather compute?</details>

# %%
def typed_in(x):
    return np.exp(-x) / (1 + np.exp(-x)) ** 2


with np.errstate(over="ignore", invalid="ignore"):
    found = typed_in(np.array([-1000.0, 0.0, 1000.0]))
print("typed in:", found)
print("mathlib: ", ca.sigmoid_derivative([-1000.0, 0.0, 1000.0]))
assert np.isnan(found[0]) and found[1] == 0.25 and found[2] == 0

x = np.linspace(-800, 800, 401)
with np.errstate(all="ignore"):
    broken = typed_in(x)
fig, ax = plt.subplots(figsize=(5.6, 2.5))
ax.semilogy(x, np.where(broken > 0, broken, np.nan), color="C1", lw=5,
            alpha=0.5)
whole = ca.sigmoid_derivative(x)
ax.semilogy(x, np.where(whole > 0, whole, np.nan), color="C0", lw=1.2)
ax.axvspan(-800, x[np.isnan(broken)].max(), color="C3", alpha=0.2, lw=0)
ax.text(-755, 1e-30, "nan", color="C3", ha="center", fontsize=8)
ax.set(xlabel="x", ylabel="slope of σ", xlim=(-800, 800),
       ylim=(1e-300, 1e10), yticks=[1e-300, 1e-200, 1e-100, 1])
mathlib.show(
    fig,
    caption="As typed in (thick), the slope is 0 where the square overflows,"
    " and nan where the exponential does. The thin line is as it should be.",
    alt="A tent on a logarithmic axis; the thick line covers all of its right"
    " side and half of its left; a strip at the far left is marked nan.",
)
assert np.isnan(broken[x < -710]).all() and np.all(broken[x > -709] >= 0)

# %% exercise="sigmoid_derivative"
def sigmoid_derivative(x):
    """Return the slope of the sigmoid at x."""
    ### BEGIN SOLUTION
    # The slope is the same at x and -x; this exponential can't overflow.
    e = np.exp(-np.abs(x))
    return e / (1 + e) ** 2
    ### END SOLUTION

# %% check="sigmoid_derivative"
check("sigmoid_derivative")

# %% [markdown]
# ### Exercise 4.6 * · the slope of tanh (2 points)
#
# One often reads that the slopes of "sigmoid and tanh" are at most $\tfrac14$. You know better.
#
# **Contract.** `x` a number or an array, the argument of tanh. Return the derivative, the shape of `x`, for arguments of any
# size. `np.tanh` is yours to use.
#
# *Example:* `tanh_derivative(np.array([0., 1.]))` returns `[1., 0.42]` (in full 0.41997…).
#
# <details><summary>Hint 1</summary>What is squared in the law: the argument, or the value?</details>

# %% exercise="tanh_derivative"
def tanh_derivative(x):
    """Return the slope of tanh at x."""
    ### BEGIN SOLUTION
    return 1 - np.tanh(x) ** 2
    ### END SOLUTION

# %% check="tanh_derivative"
check("tanh_derivative")

# %% [markdown]
# **What that does to a deep network.** Its slope is a product with one factor for each layer (and the weights; leave them at
# 1 for the moment). Ten sigmoids: at best $0.25^{10} \approx 10^{-6}$. The first layer hears a millionth of the error:
# **vanishing gradients**. Ten tanh: at best 1, so much better; but an input of $\pm10$ *saturates* it, too, and a factor of
# $8\cdot10^{-9}$ is silence. A ReLU passes the slope on whole, or not at all. If its input is $\le0$ for **every** sample, it
# never gets a slope, never changes, and is **dead**; the leak in a leaky ReLU is there to revive it.

# %%
layers = np.arange(1, 21)
fig, ax = plt.subplots(figsize=(6.0, 2.9))
for inputs, look in ((0.0, "-"), (2.0, "--")):
    for derivative, color, label in (
        (ca.sigmoid_derivative, "C0", "sigmoid"),
        (ca.tanh_derivative, "C1", "tanh"),
    ):
        product = float(derivative(inputs)) ** layers
        ax.semilogy(layers, product, color + look)
        ax.text(20.2, product[-1], f"{label}, inputs {inputs:g}",
                color=color, va="center", fontsize=9)
ax.semilogy(layers, np.ones(20), "C2:", lw=3)
ax.text(1, 8, "ReLU, inputs above 0", color="C2", fontsize=9)
ax.set(xlabel="layers", ylabel="slope of the whole chain", xlim=(0, 27),
       xticks=[0, 5, 10, 15, 20], ylim=(1e-24, 1e3))
mathlib.show(
    fig,
    caption="Each layer multiplies the slope by its own. Ten sigmoids leave"
    " at most a millionth; tanh leaves all of it at input 0, and almost"
    " nothing at input 2.",
    alt="Straight lines that fall on a logarithmic axis, for both functions"
    " more steeply at input 2 than at input 0; ReLU, and tanh at input 0,"
    " stay at 1.",
)
assert 9e-7 < 0.25**10 < 1e-6
assert f"{float(ca.tanh_derivative(10.0)):.0e}" == "8e-09"

# %% [markdown]
# **Where it is load-bearing.** This was found by Hochreiter in 1991, and it is why today's networks bend with ReLU and its
# smooth relatives, why weights are scaled at the start (chapter 13), and why LSTM, residual connections and normalisation
# were invented: each keeps that product near 1.
#
# ### Exercise 4.7 * · two staircases (2 points)
#
# **Contract.** `z` a number or an array; return the shape of `z`, **numbers, not truth values**. ReLU: 1 where $z>0$, else 0.
# Leaky ReLU: 1 where $z>0$, else `negative_slope`, which may be any number. So at 0, where there is no derivative, the left
# side's slope counts: a convention, and PyTorch's.
#
# *Example:* for `z = np.array([-2., 0., 3.])`, `relu_derivative(z)` returns `[0., 0., 1.]` and `leaky_relu_derivative(z)`
# `[0.01, 0.01, 1.]`.
#
# <details><summary>Hint 1</summary><code>np.where(condition, this, that)</code> chooses entry by entry.</details>
# <details><summary>Hint 2</summary>The left branch of the leaky ReLU is α z. What is its slope?</details>

# %% exercise="relu_derivative"
def relu_derivative(z):
    """Return the slope of ReLU at z."""
    ### BEGIN SOLUTION
    return np.where(z > 0, 1.0, 0.0)
    ### END SOLUTION


def leaky_relu_derivative(z, *, negative_slope=0.01):
    """Return the slope of the leaky ReLU at z."""
    ### BEGIN SOLUTION
    return np.where(z > 0, 1.0, negative_slope)
    ### END SOLUTION

# %% check="relu_derivative"
check("relu_derivative")

# %% [markdown]
# ### Exercise 4.8 *** · a derivation, in writing (5 points, read by a person)
#
# 1. Write $\sigma(x) = (1 + e^{-x})^{-1}$ as an outer and an inner function, and differentiate with the chain rule, until you have
#    $\frac{e^{-x}}{(1+e^{-x})^2}$.
# 2. Turn that into $\sigma(x)\,(1-\sigma(x))$.
# 3. Show that $1 - \sigma(x) = \sigma(-x)$. What does this say about the graph of $\sigma'$?
# 4. Why is $s\,(1-s)$ never larger than $\tfrac14$? For which $x$ does $\sigma'$ reach it? (Complete the square.)
# 5. Show that $\tanh x = 2\,\sigma(2x) - 1$, and differentiate *that* with the chain rule. How large can the slope of tanh be?
#
# Write formulas between dollar signs. One line of reasoning for each step is enough; a step without a reason is not.
#
# **Try before you unfold:** what earns the points stands folded below, and it gives all answers away.

# %% [markdown] written="sigmoid_derivation"
# **1.** Outer $y\mapsto y^{-1}$ with slope $-y^{-2}$, inner $g(x) = 1 + e^{-x}$ with slope $-e^{-x}$ (itself a chain: outer slope
# $e^{-x}$, inner slope $-1$). The chain rule gives $\sigma'(x) = -\frac1{(1+e^{-x})^2}\cdot(-e^{-x}) = \frac{e^{-x}}{(1+e^{-x})^2}$.
#
# **2.** $\frac{e^{-x}}{(1+e^{-x})^2} = \frac1{1+e^{-x}}\cdot\frac{e^{-x}}{1+e^{-x}}$. The first factor is $\sigma(x)$; the second is
# $\frac{(1+e^{-x})-1}{1+e^{-x}} = 1 - \sigma(x)$.
#
# **3.** $1-\sigma(x) = \frac{e^{-x}}{1+e^{-x}}$; multiply above and below by $e^x$: $\frac1{e^x+1} = \sigma(-x)$. So $\sigma'(x) =
# \sigma(x)\,\sigma(-x)$, which is the same for $x$ and $-x$: the graph is its own mirror image in the vertical axis.
#
# **4.** $s(1-s) = s - s^2 = \frac14 - \bigl(s-\frac12\bigr)^2 \le \frac14$, because a square is never negative, with equality
# exactly for $s = \frac12$. $\sigma(x) = \frac12$ means $e^{-x} = 1$, so $x = 0$.
#
# **5.** Above and below times $e^{-x}$: $\tanh x = \frac{1-e^{-2x}}{1+e^{-2x}} = \frac{2-(1+e^{-2x})}{1+e^{-2x}} = 2\sigma(2x)-1$. Chain
# rule with inner slope 2: $(\tanh x)' = 2\cdot\sigma'(2x)\cdot2 = 4\,\sigma'(2x)\le4\cdot\frac14 = 1$, reached at 0.

# %% [markdown]
# ## 4.5 Numbers that know their own slope
#
# So far you have two ways to a slope. By hand: exact, but work, and a program of a thousand lines is much work. By
# differences: no work, but ten digits at best, and an $h$ to choose. Here is the third, and it is the one that runs the
# world: exact, no $h$, no work.
#
# **The idea.** Let every number carry its slope along. Instead of $a$ compute with the pair $(a, b)$: value $a$, slope $b$.
# We write it $a + b\,\varepsilon$, and call it a **dual number**. Think of $\varepsilon$ (*epsilon*) as a step so small that
# its square is nothing: $\varepsilon^2 = 0$. The rest is school algebra:
#
# $$(a + b\varepsilon) + (c + d\varepsilon) = (a + c) + (b + d)\,\varepsilon,$$
# $$(a + b\varepsilon)(c + d\varepsilon) = ac + (ad + bc)\,\varepsilon + bd\,\underbrace{\varepsilon^2}_{0} = ac + (ad + bc)\,\varepsilon .$$
#
# Look what stands beside $\varepsilon$: the sum rule, and the **product rule**. Nobody put it there; it fell out of opening
# brackets. For every other function we *teach* the pair the chain rule,
#
# $$f(a + b\,\varepsilon) = f(a) + f'(a)\,b\,\varepsilon .$$
#
# **Why it works.** Feed in $x + 1\varepsilon$ (the slope of $x$ itself is 1) and constants as $c + 0\varepsilon$. Each step of
# the program turns correct pairs (value, slope) into a correct pair, by one of the rules of 4.3. So by induction over the
# steps the last pair holds $f(x)$ and $f'(x)$.
#
# **By hand.** $x^2 + 3x$ at 2: $\;(2+\varepsilon)^2 + 3(2+\varepsilon) = 4 + 4\varepsilon + 6 + 3\varepsilon = 10 + 7\,\varepsilon$.
# Value 10, slope 7.

# %%
x = ca.Dual(2.0, 1.0)
pieces = {"x": x, "x²": x**2, "3x": 3 * x, "x² + 3x": x**2 + 3 * x}
fig, ax = plt.subplots(figsize=(4.6, 3.0))
for (name, pair), color in zip(pieces.items(), ("0.4", "C0", "C2", "C1")):
    print(f"{name:8} {pair}")
    value, slope = float(pair.value), float(pair.derivative)
    ax.plot([1.7, 2.3], [value - 0.3 * slope, value + 0.3 * slope], color)
    ax.plot(2, value, "o", color=color)
    ax.text(2.36, value + 0.3 * slope, f"{name}: {value:g} + {slope:g}ε",
            color=color, va="center")
ax.set(xlabel="x", xlim=(1.4, 3.2), xticks=[1.5, 2, 2.5], ylim=(0, 13))
mathlib.show(
    fig,
    caption="A dual number is a point with its tangent: each step of the"
    " program adds or multiplies points and tangents at once.",
    alt="Four dots above x = 2 with short slanted lines through them,"
    " labelled 2 + 1ε, 4 + 4ε, 6 + 3ε and 10 + 7ε.",
)
answer = pieces["x² + 3x"]
assert answer.value == 10 and answer.derivative == 7

# %% [markdown]
# **Your old programs run on them,** as long as they use what a `ca.Dual` has been taught: `+ - * / **`, comparisons, `np.exp`,
# `log`, `sqrt`, `sin`, `cos`, `tanh`, and `np.sum`, `np.mean`, `np.where`. NumPy asks its argument how to be computed, so `np.exp` of a
# `ca.Dual` is a `ca.Dual`. All else refuses, and says so: `np.maximum`, `math.exp` (which wants a float), and mathlib's own
# functions. Watch two programs: a sigmoid, and one with a loop.

# %%
def squeeze(x):
    """A sigmoid, from nothing but exp and the four operations."""
    return 1 / (1 + np.exp(-x))


# Arrays, too: the slope at a thousand points, with one call.
many = squeeze(ca.Dual(z, 1.0))
off = np.abs(many.derivative - ca.sigmoid_derivative(z)).max()
print(f"sigmoid, slope at {z.size} points: off by less than 1e-15")
assert off < 1e-15


def heron(x):
    """The square root as Heron of Alexandria found it."""
    guess = x
    for _ in range(8):
        guess = (guess + x / guess) / 2
    return guess


for stubborn in (math.exp, np.tan):
    try:
        stubborn(x)
    except TypeError as error:
        print(f"{stubborn.__name__}:", str(error).partition(".")[0])
pair = np.sum(ca.Dual(np.array([1.0, 2.0]), 1.0) ** 2)
assert pair.value == 5 and pair.derivative == 6

root = heron(ca.Dual(2.0, 1.0))
print(f"Heron: {root.value:.9f}, slope {root.derivative:.9f};"
      f" 1 / (2 √2) = {1 / (2 * np.sqrt(2)):.9f}")
assert np.isclose(root.derivative, 1 / (2 * np.sqrt(2)), rtol=1e-14)

# %% [markdown]
# Heron's program contains no root, and nobody told it the slope of a root; it came out to the last digit.
#
# **What this is, and what it is not.** Automatic differentiation is often called "symbolic", and sometimes "numerical". It is
# neither. *Symbolic* differentiation turns a formula into a formula, which swells, and has no answer to `for` and `if`.
# *Finite differences* are approximate. Automatic differentiation computes with **numbers**: the exact slope of each
# small step, multiplied by the chain rule. What it leaves you is rounding, as any computation does.
#
# Here are differences and a dual number on $f(x) = e^{\sin x^2}$ at 1; the truth by hand, with two chain rules, is
# $e^{\sin x^2}\cos(x^2)\,2x$.

# %%
def nested(x):
    return np.exp(np.sin(x * x))


truth = np.exp(np.sin(1.0)) * np.cos(1.0) * 2
dual_error = abs(nested(ca.Dual(1.0, 1.0)).derivative - truth)
h = 10.0 ** np.arange(-14, 0)
difference_error = [
    abs(ca.central_difference(nested, 1.0, h=step) - truth) for step in h
]
fig, ax = plt.subplots(figsize=(6.0, 2.7))
ax.loglog(h, difference_error, "o-", color="C1")
ax.axhline(max(dual_error, 2e-16), color="C0")
ax.text(1e-14, 1e-15, "dual number: no h to choose", color="C0")
ax.text(2e-9, 1e-6, "central difference", color="C1")
ax.set(xlabel="h", ylabel="error of the slope", ylim=(5e-17, 2))
mathlib.show(
    fig,
    caption="The dual number's slope is right to the last bit or two; the"
    " best finite difference is at least ten thousand times worse.",
    alt="A V-shaped orange curve of errors over h, and far below it a flat"
    " blue line at about 1e-16.",
)
assert dual_error < 5e-16 and min(difference_error) > 5e-12

# %% [markdown]
# **And PyTorch?** Its `autograd` does the same local steps, and multiplies them from the other end (chapter 5). If torch is
# installed, this cell asks all three about a small network, tanh of a sigmoid of a polynomial:

# %% tags=["nbval-ignore-output"]
def network(x, exp, tanh):
    squeezed = 1 / (1 + exp(-(0.5 * x**3 - x + 0.25)))
    return tanh(2 * squeezed - 1)


points = np.linspace(-2, 2, 9)
ours = network(ca.Dual(points, 1.0), np.exp, np.tanh).derivative
steps = ca.central_difference(lambda x: network(x, np.exp, np.tanh), points)
print("differences agree to", f"{np.abs(ours - steps).max():.0e}")
assert np.allclose(ours, steps, atol=1e-9)
if mathlib.has_torch:
    import torch

    x = torch.tensor(points, requires_grad=True)
    network(x, torch.exp, torch.tanh).sum().backward()
    apart = np.abs(ours - x.grad.numpy()).max()
    print("torch.autograd agrees to", f"{apart:.0e}")
    assert apart < 2e-15

    x = torch.tensor(2.0, requires_grad=True)
    (x**2 + 3 * x).backward()
    assert x.grad == 7

# %% [markdown]
# **Where it is load-bearing.** This is *forward mode*: JAX calls it `jvp`, PyTorch `torch.func.jvp`. One pass through the
# program gives the slope by **one** input. A network with a billion weights would need a billion passes. The other
# direction, *reverse mode*, needs one, however many weights; it is chapter 5, and all training rests on it. Forward mode
# wins when there are few inputs: the time in a differential equation, the angle of a robot's joint, the one rate that you
# will fit to the volcano.
#
# ### Exercise 4.9 *** · a number that knows its slope (4 points)
#
# Python runs `-x` as `x.__neg__()`, and `x + y` as `x.__add__(y)`. The first is given, as a pattern; the rest is yours. (You need
# not do all at once: the report says which method Python looked for.)
#
# **Contract.** Attributes `value` and `derivative`. `+ - * /` with another Dual, and with an int or a float **on either side**;
# `-x`; `x**n` for an int or a float `n`, also negative, with $x\ne0$. Methods `exp()`, `log()`, `sin()`, `cos()`, `tanh()`, without
# arguments. Each returns a **new** Dual; no operation changes its operands. (Not asked: arrays, comparisons, `2**x`, a `repr`.)
#
# *Example:* after `x = Dual(2.0, 1.0)` and `y = x * x + 3 * x`, `(y.value, y.derivative)` is `(10.0, 7.0)`.
#
# <details><summary>Hint 1</summary>The other side may be a plain number. Treat it as a Dual of slope 0: <code>isinstance(other, Dual)</code> tells which it is.</details>
# <details><summary>Hint 2</summary>For <code>3 * x</code> Python asks 3 first, which does not know Duals, and then runs <code>x.__rmul__(3)</code>. Inside a class, <code>__rmul__ = __mul__</code> says that both are the same. Are they for minus? (The others: <code>__sub__</code>, <code>__truediv__</code>, <code>__pow__</code>, with an r before the name for a number on the left.)</details>
# <details><summary>Hint 3</summary>Save work: a − b is a + (−b), and a / b is a · b⁻¹. And every elementary function, the power too, is one line of chain rule: f(a) beside f′(a) times b. The slope of sin is cos, that of cos is −sin.</details>

# %% exercise="Dual"
class Dual:
    """A number that carries its derivative along."""

    def __init__(self, value, derivative=0.0):
        ### BEGIN SOLUTION
        self.value = value
        self.derivative = derivative
        ### END SOLUTION

    def __neg__(self):
        return Dual(-self.value, -self.derivative)

    ### BEGIN SOLUTION
    def parts(self, other):
        if isinstance(other, Dual):
            return other.value, other.derivative
        return other, 0.0

    def chain(self, value, slope):
        return Dual(value, slope * self.derivative)

    def __add__(self, other):
        c, d = self.parts(other)
        return Dual(self.value + c, self.derivative + d)

    def __mul__(self, other):
        a, b = self.value, self.derivative
        c, d = self.parts(other)
        return Dual(a * c, a * d + b * c)

    __radd__, __rmul__ = __add__, __mul__

    def __sub__(self, other):
        return self + -other

    def __rsub__(self, other):
        return -self + other

    def __pow__(self, n):
        return self.chain(self.value**n, n * self.value ** (n - 1))

    def __truediv__(self, other):
        return self * Dual(*self.parts(other)) ** -1

    def __rtruediv__(self, other):
        return other * self**-1

    def exp(self):
        return self.chain(np.exp(self.value), np.exp(self.value))

    def log(self):
        return self.chain(np.log(self.value), 1 / self.value)

    def sin(self):
        return self.chain(np.sin(self.value), np.cos(self.value))

    def cos(self):
        return self.chain(np.cos(self.value), -np.sin(self.value))

    def tanh(self):
        t = np.tanh(self.value)
        return self.chain(t, 1 - t**2)
    ### END SOLUTION

# %% check="Dual"
check("Dual")


# %% [markdown]
# ## 4.6 Adding slopes up again: integrals
#
# A speedometer shows a slope: how fast the way you have driven grows with time. Can you get the way back from it? Drive at 50 km/h for a tenth of
# an hour: 5 km. Then at 60 for a tenth: 6 more. Add up *speed times time*, in pieces so short that the speed hardly changes.
# In a picture of speed against time, each piece is a thin strip, and the sum is the **area** under the curve.
#
# **The law.** The area between $f$ and the axis from $a$ to $b$ (below the axis it counts as negative) is the *integral*
#
# $$\int_a^b f(x)\,dx = \lim_{n\to\infty}\sum_{i=0}^{n-1} f(x_i)\,h, \qquad h = \frac{b-a}n,\quad x_i = a + ih .$$
#
# The sign is a long S for *sum*, and $dx$ is what became of $h$. Each strip is as high as $f$ at its left end; in the limit
# it would be all one. (For continuous $f$ there is a limit: we take that on trust.)
#
# **Slopes and areas undo each other.** Let $A(x) = \int_a^x f(t)\,dt$ be the area up to $x$. Go on by $h$: the area grows by a
# strip of width $h$, whose height lies between the smallest and the largest value of $f$ there:
#
# $$\min f \;\le\; \frac{A(x+h) - A(x)}h \;\le\; \max f .$$
#
# As $h\to0$ both tend to $f(x)$, because $f$ is continuous. Hence $A' = f$.

# %%
hours = np.linspace(0, 1, 300)


def speed(t):
    return 60 + 40 * np.sin(5 * t) * t


edges = np.linspace(0, 1, 11)
pieces = speed(edges[:-1]) * 0.1
road = [ca.trapezoid_integral(speed, 0.0, t, 200) for t in edges]
fig, (left, right) = plt.subplots(1, 2, figsize=(6.6, 2.7))
left.bar(edges[:-1], speed(edges[:-1]), 0.1, align="edge", color="C0",
         alpha=0.3, ec="C0")
left.plot(hours, speed(hours), color="C1")
left.set(xlabel="hours", ylabel="speed (km/h)", ylim=(0, 90))
right.step(edges, [0, *np.cumsum(pieces)], "C0", where="post", lw=1)
right.plot(edges, road, "o-", color="C1", ms=4)
right.set(xlabel="hours", ylabel="way (km)")
mathlib.show(
    fig,
    caption="Left: ten strips, a tenth of an hour wide, as high as the speed"
    " at their left ends. Right: added up, they make the way; its slope is"
    " the speed.",
    alt="Left, ten bars under a wavy curve; right, a staircase and a rising"
    " curve that stays close to it.",
)
ahead, behind = (ca.trapezoid_integral(speed, 0.0, 0.5 + d, 200)
                 for d in (0.01, -0.01))
steepness = (ahead - behind) / 0.02
print(f"slope of the way at half past: {steepness:.1f}, speed:"
      f" {speed(0.5):.1f} km/h")
assert np.isclose(steepness, speed(0.5), atol=0.02)

# %% [markdown]
# **So an integral needs only the ends.** Take any $F$ with $F' = f$. Then
#
# $$(F - A)' = f - f = 0 :$$
#
# no slope anywhere, so $F - A$ is a constant. (That sounds obvious. Its proof is the *mean value theorem*; like the limit
# above, we take it on trust.) The constant is $F(a)$, as $A(a) = 0$. At $b$:
#
# $$\int_a^b F'(x)\,dx = A(b) = F(b) - F(a) .$$
#
# That is the **fundamental theorem**: all the slopes added up make the whole rise. *By hand:* $\int_0^2 x^2\,dx$. Which $F$
# has slope $x^2$? $\frac{x^3}3$. So it is $\frac{8}{3} - 0 = 2.667$.

# %%
for n in (10, 100, 1000):
    h = 2 / n
    strips = sum((i * h) ** 2 * h for i in range(n))
    print(f"{n:4} strips under x², 0 to 2: {strips:.4f}")
print(f"F(2) - F(0):                {2**3 / 3:.4f}")
assert abs(strips - 8 / 3) < 0.005

# %% [markdown]
# **When there is no $F$.** The bell curve $e^{-x^2/2}$ has no antiderivative that one could write down (Liouville proved such
# things in the 1830s). So cut the area into $n$ strips, and cut their tops straight: **trapezoids**. One from $x_i$ to $x_{i+1}$
# has the area width times mean height, $h\,\frac{f(x_i) + f(x_{i+1})}2$. In the sum each inner point occurs twice, with
# $\frac12$, and each end once:
#
# $$\int_a^b f \;\approx\; h\Bigl(\tfrac12f(x_0) + \sum_{i=1}^{n-1}f(x_i) + \tfrac12f(x_n)\Bigr), \qquad h = \frac{b-a}n .$$
#
# $n$ strips have $n + 1$ points: fence and fence posts. *By hand:* $\int_0^2x^2dx$ with $n = 2$, so $h = 1$ and the points are
# 0, 1, 2: $\;1\cdot(\frac12\cdot0 + 1 + \frac12\cdot4) = 3$. Too much by $\frac13$: chords lie above a parabola. With $n = 4$,
# $h = \frac12$: $\frac12(0 + \frac14 + 1 + \frac94 + 2) = 2.75$. The error went from $\frac13$ to $\frac1{12}$: a quarter.

# %%
def square(x):
    return x**2


strips = np.array([1, 2, 4, 8, 16, 32, 64])
areas = [ca.trapezoid_integral(square, 0.0, 2.0, int(n)) for n in strips]
error = np.array(areas) - 8 / 3
print("n = 2:", areas[1], "  n = 4:", areas[2], "  truth: 2.6667")
assert areas[1] == 3 and areas[2] == 2.75
assert np.allclose(error[:-1] / error[1:], 4)

x = np.linspace(0, 2, 100)
fig, axes = plt.subplots(1, 3, figsize=(6.6, 2.4))
for ax, n in zip(axes, (2, 4)):
    posts = np.linspace(0, 2, n + 1)
    ax.fill_between(posts, posts**2, color="C0", alpha=0.25, lw=0)
    ax.plot(posts, posts**2, "o-", color="C0", ms=4, lw=1)
    ax.vlines(posts, 0, posts**2, color="C0", lw=0.8)
    ax.plot(x, x**2, color="C1")
    ax.set_title(f"n = {n}, n + 1 posts", loc="center")
    ax.set(xlabel="x", ylim=(0, 4.2))
axes[2].loglog(strips, error, "o-", color="C0")
axes[2].set_xticks([1, 10, 64], ["1", "10", "64"])
axes[2].minorticks_off()
axes[2].set_title("error", loc="center")
axes[2].set(xlabel="n")
mathlib.show(
    fig,
    caption="Chords lie above the parabola, so the trapezoids hold a little"
    " too much. Twice as many leave a quarter of the error.",
    alt="Two pictures of trapezoids under a parabola, two and four of them,"
    " and a straight line falling on log-log axes.",
)

# %% [markdown]
# **What integrals are for, here.** Two things, and they come in every chapter on probability.
#
# *To make a density.* A curve $\ge0$ becomes a probability density when its area is 1: divide it by its area $Z$. It is
# softmax's denominator with an integral for the sum. For the bell curve $Z = \int e^{-x^2/2}dx = \sqrt{2\pi} \approx 2.507$
# (chapter 6 derives it).
#
# *To take an average.* Where a value $g(x)$ turns up with density $p(x)$, its mean, or **expectation**, is
# $\int g(x)\,p(x)\,dx$: a sum of values times weights. Let the inputs of a ReLU be spread like the bell curve. How much of
# their mean square, 1, comes through? Half of the curve is cut off, so $\int\max(0,x)^2p(x)\,dx = \frac12$. That half is the
# reason for the 2 in He initialisation, the way most ReLU networks start: each layer makes good for it (He et al. 2015,
# chapter 13).

# %%
def bell(x):
    return np.exp(-x**2 / 2)


Z = ca.trapezoid_integral(bell, -10.0, 10.0, 200)
print(f"Z = {Z:.9f}   √(2π) = {np.sqrt(2 * np.pi):.9f}")
print("error with n = 20:",
      f"{abs(ca.trapezoid_integral(bell, -10.0, 10.0, 20) - Z):.0e}")

average = {
    name: float(ca.trapezoid_integral(
        lambda x, g=g: g(x) * bell(x) / Z, -10.0, 10.0, 2000
    ))
    for name, g in {
        "x": lambda x: x, "x²": lambda x: x**2,
        "relu(x)²": lambda x: np.maximum(x, 0) ** 2,
    }.items()
}
for name, value in average.items():
    print(f"mean of {name:8} {value:9.6f}".replace("-0.000000", " 0.000000"))
assert np.isclose(Z, np.sqrt(2 * np.pi), rtol=1e-12)
assert np.allclose(list(average.values()), [0, 1, 0.5], atol=1e-6)

fig, ax = plt.subplots(figsize=(5.6, 2.5))
x = np.linspace(-4, 4, 400)
ax.plot(x, bell(x) / Z, color="C0")
ax.fill_between(x, x**2 * bell(x) / Z, color="0.6", alpha=0.3, lw=0)
ax.fill_between(x, np.maximum(x, 0) ** 2 * bell(x) / Z, color="C1",
                alpha=0.45, lw=0)
ax.text(0.75, 0.36, "density p, area 1", color="C0")
ax.text(-4, 0.3, f"both humps, $x^2p$:\narea {average['x²']:.2f}",
        color="0.35")
ax.text(2.3, 0.24, f"relu(x)$^2p$: {average['relu(x)²']:.2f}", color="C1")
ax.set(xlabel="x")
mathlib.show(
    fig,
    caption="ReLU lets half of the mean square through: the orange area is"
    " half of the two humps.",
    alt="A bell curve and below it two equal humps, the left one grey, the"
    " right one orange.",
)

# %% [markdown]
# (For the bell curve twenty strips were already good to eight digits, far better than $1/n^2$: at both ends everything
# is flat. Chapter 10 explains that small wonder.)
#
# ### Exercise 4.10 ** · fence and fence posts (3 points)
#
# **Contract.** `f` a function; `n` $\ge1$ counts the **intervals**, all equally wide; `f` is needed at their $n + 1$ ends. Return
# a number. If $b<a$, $h$ is negative, and so the integral changes its sign.
#
# *Example:* for $f = x^2$, `trapezoid_integral(f, 0.0, 1.0, 2)` returns `0.375`.
#
# <details><summary>Hint 1</summary><code>np.linspace(a, b, m)</code> returns m points. How many do you need?</details>
# <details><summary>Hint 2</summary>Sum all values, then take back half of the first and half of the last.</details>

# %% exercise="trapezoid_integral"
def trapezoid_integral(f, a, b, n):
    """Return the area under n chords of f, from a to b."""
    ### BEGIN SOLUTION
    y = f(np.linspace(a, b, n + 1))
    return (b - a) / n * (np.sum(y) - (y[0] + y[-1]) / 2)
    ### END SOLUTION

# %% check="trapezoid_integral"
check("trapezoid_integral")

# %% [markdown]
# ## 4.7 A function from a single point: Taylor
#
# Stand at one point of a curve. You may ask for the height there, the slope, the slope of the slope ($f''$, how fast the slope
# changes), and so on; but you must not move. How much of the curve can you foretell? For many functions: all of it. For
# others, up to a wall that you can't even see from where you stand.
#
# **The law.** $f^{(k)}$ is $f$ differentiated $k$ times ($f^{(0)} = f$), $k! = 1\cdot2\cdots k$ with $0! = 1$. The Taylor
# polynomial of degree $n$ around the **centre** $a$ is
#
# $$T_n(x) = \sum_{k=0}^{n}\frac{f^{(k)}(a)}{k!}\,(x-a)^k = f(a) + f'(a)\,(x-a) + \frac{f''(a)}2\,(x-a)^2 + \dots$$
#
# **Why $k!$** We want a polynomial $\sum_k c_k(x-a)^k$ with the same height, slope, slope of the slope, … at $a$. Differentiate
# $(x-a)^k$ just $k$ times: the powers come down one by one, $k\,(k-1)\cdots1 = k!$. Put in $x = a$: lower powers are gone,
# higher ones are 0 there. So the $k$-th derivative of the sum at $a$ is $k!\,c_k$, it should be $f^{(k)}(a)$, and $c_k$ is
# the quotient.
#
# **How far off?** Let $|f^{(n+1)}|\le M$ between $a$ and $x$. The rest $R = f - T_n$ has $R(a) = R'(a) = \dots = R^{(n)}(a) = 0$,
# and $R^{(n+1)} = f^{(n+1)}$ ($T_n$ has degree $n$, so nothing is left of it). Now integrate from $a$, again and again:
#
# $$|R^{(n+1)}| \le M \;\Rightarrow\; |R^{(n)}(x)| \le M\,|x-a| \;\Rightarrow\; |R^{(n-1)}(x)| \le M\frac{|x-a|^2}{2}
# \;\Rightarrow\;\dots\;\Rightarrow\; |R(x)| \le M\,\frac{|x-a|^{n+1}}{(n+1)!} .$$
#
# **By hand.** $e^x$ around 0: all derivatives are $e^0 = 1$, so $e^{0.1} \approx 1 + 0.1 + \frac{0.01}2 = 1.105$. The rest is at
# most $e^{0.1}\cdot\frac{0.001}{6} < 0.0002$. (Truth: 1.10517.)

# %%
print("e^0.1 by degree 2:", ca.taylor_polynomial([1.0, 1.0, 1.0], 0.0, 0.1))
assert np.isclose(ca.taylor_polynomial([1.0, 1.0, 1.0], 0.0, 0.1), 1.105)
assert 0 < np.exp(0.1) - 1.105 < np.exp(0.1) * 0.1**3 / 6 < 2e-4

# %% [markdown]
# **The debt of 4.2, paid.** With $|f'''|\le M$ near $x$: $f(x\pm h) = f(x) \pm h f'(x) + \frac{h^2}2f''(x) + R_\pm$ and
# $|R_\pm|\le\frac{Mh^3}6$. Subtract: the even terms cancel, $f(x+h) - f(x-h) = 2hf'(x) + R_+ - R_-$. Divide by $2h$: the error of
# the central difference is at most $\frac{M h^2}{6}$.
#
# **Where it is load-bearing.** Nearly all of optimisation is Taylor, cut off early. *One* term, $f(x + d) \approx f(x) + f'(x)\,d$:
# step against the slope, $d = -\eta f'(x)$ with a small $\eta > 0$, and $f$ falls by about $\eta f'(x)^2$. That is **gradient
# descent**. *Two* terms, $f(x) + f'(x)\,d + \frac12f''(x)\,d^2$: where is this parabola in $d$ lowest (for $f''>0$)? Where its
# slope $f'(x) + f''(x)\,d$ is 0: at $d = -\frac{f'(x)}{f''(x)}$. That is **Newton's method** (both in chapter 8).
#
# **Drag it.** Below, four states, and the explorer they come from: move the centre, raise the degree. The green bar marks where
# the polynomial (blue) is within 0.01 of the function (grey). What the pale strip is, you will know in a minute.

# %%
explorer = mathlib.explore.taylor()
fig = explorer.still()
mathlib.show(
    fig,
    caption="A higher degree holds on for longer, and so does a better"
    " centre. But no degree takes any of them beyond the pale strip.",
    alt="Four panels with a grey S-shaped curve or a logarithm, and a thin"
    " blue polynomial that leaves it at both ends of a pale strip.",
)

explorer

# %% [markdown]
# **The wall.** Set the explorer to `log`, centre 1, and raise the degree to 15. Between 0 and 2 it closes in;
# right of 2 each step makes it *worse*. What is there at 2? Nothing at all: $\ln 2 = 0.693$. To see the wall, ask when an
# endless sum has a value.
#
# **The ratio test.** Let $\rho = \lim_{k\to\infty}\left|\frac{a_{k+1}}{a_k}\right|$. If $\rho < 1$, the series $a_0 + a_1 + a_2 +
# \dots$ converges; if $\rho > 1$, it does not; if $\rho = 1$, the test is silent.
#
# **Derivation.** If $\rho<1$, choose $q$ between $\rho$ and 1. From some $K$ on every ratio is at most $q$, so
# $|a_{K+j}|\le |a_K|\,q^j$: the tail is smaller than a geometric series (chapter 1), and what is still to come shrinks to
# nothing. If $\rho>1$, from some $K$ on the terms *grow*, and a sum whose terms do not go to 0 can't settle.
#
# **For a power series** $\sum c_k(x-a)^k$ the ratio of terms is $\left|\frac{c_{k+1}}{c_k}\right||x-a|$. If the first factor
# tends to $\rho$, there is convergence for $|x-a| < \frac1\rho$, the **radius**, and none beyond.
#
# **By hand.** $\ln$ around 1 has the derivatives $\frac1x, -\frac1{x^2}, \frac2{x^3}, -\frac{6}{x^4},\dots$, at 1: $1, -1, 2, -6$;
# divided by $k!$:
#
# $$\ln x = (x-1) - \frac{(x-1)^2}{2} + \frac{(x-1)^3}{3} - \frac{(x-1)^4}4 + \dots, \qquad
# \left|\frac{c_{k+1}}{c_k}\right| = \frac{k}{k+1} \to 1 .$$
#
# The radius is **1**: from 0 to 2. At 0, distance 1 to the left, $\ln$ falls to $-\infty$. The series can't pass that point,
# and being made of powers of a distance, it can't reach farther on the other side, either. For $e^x$ the ratio is
# $\frac1{k+1}\to0$: the radius is infinite.

# %%
k = np.arange(1, 41)
log_coefficients = (-1.0) ** (k + 1) / k
exp_coefficients = 1 / np.cumprod(1.0 * k)
# The sigmoid's around 0; np.convolve makes the coefficients of s².
s = [0.5]
for n in range(40):
    s.append((s[n] - np.convolve(s, s)[n]) / (n + 1))
odd = s[1::2]

radius = {
    "log around 1": 1 / ca.ratio_test(log_coefficients),
    "sigmoid around 0": 1 / np.sqrt(ca.ratio_test(odd)),
}
for name, value in radius.items():
    print(f"radius of {name}, estimated from 40 terms: {value:.4f}")
print(f"ratio of exp: {ca.ratio_test(exp_coefficients):.3f}")
assert ca.ratio_test(exp_coefficients) < 0.01
assert np.isclose(radius["log around 1"], 1, atol=1e-3)
assert np.isclose(radius["sigmoid around 0"], np.pi, atol=1e-3)
assert np.allclose(s[:4], [1 / 2, 1 / 4, 0, -1 / 48])

fig, ax = plt.subplots(figsize=(6.0, 2.8))
for x, look in ((1.5, "C0o-"), (1.9, "C2s-"), (2.1, "C1^-")):
    sums = np.cumsum(log_coefficients * (x - 1) ** k)
    ax.plot(k, sums - np.log(x), look, ms=3, lw=1)
    height = {1.5: 0.1, 1.9: -0.1, 2.1: -0.6}[x]
    ax.text(40.8, height, f"x = {x}", color=look[:2], va="center")
    assert (abs(sums[-1] - np.log(x)) < 0.02) == (x < 2)
ax.axhline(0, color="0.6", lw=0.8)
ax.set(xlabel="degree", ylabel="$T_n(x) - \\ln x$", xlim=(0, 46),
       ylim=(-0.85, 0.85))
mathlib.show(
    fig,
    caption="The series of ln around 1 closes in on its value at 1.5 and at"
    " 1.9; at 2.1, just beyond the radius, it swings farther and farther out.",
    alt="Three zigzag lines over the degree from 1 to 40: two shrink to zero,"
    " one grows.",
)

# %% [markdown]
# **And the sigmoid?** The code above gets its coefficients $s_k$ around 0 from its own law, $s' = s - s^2$: both sides must have the
# same coefficient at $x^k$, so $(k+1)\,s_{k+1} = s_k - \sum_{j=0}^{k} s_j\,s_{k-j}$. After $s_0$ every second one is 0. From one odd
# one to the next are *two* powers of $x$: their ratio belongs to $x^2$, hence the square root.
#
# It is smooth everywhere; nothing is wrong at any $x$. Yet its series around 0 stops at $3.14$. At
# $\pi$, of all places. The wall is not on your line: in the plane of complex numbers, at distance $\pi$ *above* 0, stands the
# number $i\pi$ (where $i^2 = -1$) with $e^{-i\pi} = -1$, and $\sigma$ divides by $1 + (-1)$. The pale strip in the explorer reaches as far as the
# nearest such point.
#
# **Where it is load-bearing.** How does your computer know $e^x$? It writes $x = m\ln2 + r$ with a whole number $m$ and
# $|r|\le\frac{\ln 2}2 = 0.35$, so that $e^x = 2^m\,e^r$, and gets $e^r$ from a short polynomial. *Close to the centre*, 14 terms
# give all digits of a float:

# %%
def own_exp(x):
    m = np.round(x / np.log(2))
    r = x - m * np.log(2)
    return 2.0**m * ca.taylor_polynomial(np.ones(14), 0.0, r)


x = np.linspace(-20, 20, 4001)
worst = np.abs(own_exp(x) / np.exp(x) - 1).max()
far = ca.taylor_polynomial(np.ones(14), 0.0, -20.0)
print("e^x from 14 terms near 0: off by less than 1e-14 of its value")
print(f"e^-20 from 14 terms without that: {far:.0f}")
rest = (np.log(2) / 2) ** 14 / np.prod(np.arange(1.0, 15))
assert worst < 1e-14 and rest < 1e-16 and abs(far) > 1e5

# %% [markdown]
# (Libraries take slightly better polynomials than Taylor's, with a term or two less. The idea is this one.)
#
# ### Exercise 4.11 ** · foretell a function (3 points)
#
# **Contract.** `derivatives` `(n + 1,)`, $n\ge0$: entry $k$ is the $k$-th derivative at `center`, entry 0 the value itself (no
# factorials in them yet); `center` a number; `x` a number or an array. Return $T_n(x)$, the shape of `x`.
#
# *Example:* $x^2$ around 3 has the derivatives 9, 6, 2: `taylor_polynomial([9., 6., 2.], 3.0, 5.0)` returns `25.0`. With five
# ones, `taylor_polynomial([1., 1., 1., 1., 1.], 0.0, 1.0)` returns 2.7083…
#
# <details><summary>Hint 1</summary><code>enumerate(derivatives)</code> gives each k with its derivative; <code>math.factorial(k)</code> is k!.</details>
# <details><summary>Hint 2</summary>In powers of what: of x, or of the way from the centre to x?</details>

# %% exercise="taylor_polynomial"
def taylor_polynomial(derivatives, center, x):
    """Return the Taylor polynomial around center, at x."""
    ### BEGIN SOLUTION
    return sum(
        derivative / math.factorial(k) * (x - center) ** k
        for k, derivative in enumerate(derivatives)
    )
    ### END SOLUTION

# %% check="taylor_polynomial"
check("taylor_polynomial")

# %% [markdown]
# ## 4.8 The capstone: the volcano's growth rate
#
# Back to Hawaii. Take the means of whole years: no noise, no forests. Before industry the air held about 280 ppm, for thousands of
# years. What we have added on top, the *excess* $y$, seems to grow in proportion to itself, like money: $y' = r\,y$. A function
# with this slope is $y(t) = y_1e^{r(t-t_1)}$, by the chain rule, and it goes through the first point. One number is unknown, the
# **growth rate** $r$. A good $r$ makes the squared error small:
#
# $$E(r) = \sum_{i=1}^{N}\bigl(y_1e^{r(t_i-t_1)} - y_i\bigr)^2 .$$
#
# At the bottom of its valley the slope $E'(r)$ is zero, negative to the left, positive to the right. So hunt for the place where
# $E'$ **changes its sign**. And you need not differentiate $E$: write it as a program, and feed it a number that knows its slope.
#
# **By hand,** a record of three years: $t = 0, 1, 2$ and $y = 1, 2, 4$. Then $E(r) = 0 + (e^r - 2)^2 + (e^{2r} - 4)^2$ and
# $E'(r) = 2(e^r - 2)\,e^r + 2(e^{2r} - 4)\,2e^{2r}$. At $r = 0$: $2\cdot(-1)\cdot1 + 2\cdot(-3)\cdot2 = -14$. Negative: $r$ should
# be larger. At $r = \ln2$ both brackets vanish: found.

# %%
r = ca.Dual(0.0, 1.0)
E = (np.exp(r) - 2) ** 2 + (np.exp(2 * r) - 4) ** 2
print("E(0) =", E.value, "  E'(0) =", E.derivative)
assert E.value == 10 and E.derivative == -14

whole_years = np.floor(year).astype(int)
t = np.arange(1959.0, 2002.0)
y = np.array([ppm[whole_years == int(each)].mean() for each in t]) - 280

rates = ca.Dual(np.linspace(0, 0.035, 71), 1.0)
E = sum((y[0] * np.exp(rates * (t[i] - t[0])) - y[i]) ** 2
        for i in range(len(t)))
right_of = int(np.argmax(E.derivative > 0))
low, high = 100 * rates.value[[right_of - 1, right_of]]

fig, axes = plt.subplots(2, 1, figsize=(5.8, 3.8), sharex=True)
for ax, curve, color in zip(axes, (E.value / 1e3, E.derivative / 1e6),
                            ("C0", "C1")):
    ax.plot(100 * rates.value, curve, color=color)
    ax.axhline(0, color="0.6", lw=0.8)
    ax.axvspan(low, high, color="C2", alpha=0.3, lw=0)
axes[0].set(ylabel="$E(r)$ (1000 ppm²)")
axes[1].set(ylabel="$E'(r)$ (10$^6$ per\nunit of r)",
            xlabel="growth rate r (% a year)")
mathlib.show(
    fig,
    caption=f"The excess of {len(t)} years: the error and its slope, from one"
    " call with a dual number that holds 71 rates. The slope changes its sign"
    f" between {low:.2f} and {high:.2f} % a year.",
    alt="Above, a valley over growth rates from 0 to 3.5 percent; below, its"
    " slope, which rises through zero in a green strip.",
)
assert np.all(np.diff(np.sign(E.derivative)) >= 0)
assert 2.2 <= low < 2.265 < high <= 2.3

# %% [markdown]
# **Bisection.** You hold two rates; at one $E'$ is negative, at the other positive. $E'$ has no jumps, so somewhere in between it
# is 0. Look at the middle. Is it negative there, too? Then the zero is in the right half, else in the left. Each look halves what
# you do not know: thirty-four looks give ten digits more.
#
# ### Exercise 4.12 *** · fit the growth rate (4 points)
#
# **Contract.** `t`, `y` `(n,)`, $n\ge2$: increasing times (the first need not be 0) and positive values. The curve
# $y_1e^{r(t - t_1)}$ goes through the first point. Return the $r$ of least
# $E(r) = \sum_i\bigl(y_1e^{r(t_i-t_1)} - y_i\bigr)^2$, to 8 decimal places or better. You may rely on this: $E'$ is negative at
# $r = -1$, positive at $r = 1$, and changes its sign once in between. Use `ca.Dual`, so that this does not hang on your own.
#
# *Example:* for `t = np.array([0., 1., 2.])` and `y = np.array([1., 2., 4.])` it returns `0.6931…`, $\ln2$: it doubles each year.
#
# <details><summary>Hint 1</summary>Write a function that takes a rate and returns E′ there: build E from <code>ca.Dual(r, 1.0)</code>, add up with a loop or <code>np.sum</code>, and return the derivative that E carries.</details>
# <details><summary>Hint 2</summary>Bisection: <code>low, high = -1.0, 1.0</code>; look at the middle; replace the end that has the same sign as the middle.</details>
# <details><summary>Hint 3</summary>The interval is 2 wide; after 40 halvings it is 2·10⁻¹² wide.</details>

# %% exercise="fit_growth_rate"
def fit_growth_rate(t, y):
    """Return the rate r at which y[0] exp(r (t - t[0])) fits y best."""
    ### BEGIN SOLUTION
    def slope(r):
        curve = y[0] * np.exp(ca.Dual(r, 1.0) * (t - t[0]))
        return np.sum(((curve - y) ** 2).derivative)

    low, high = -1.0, 1.0
    while high - low > 1e-10:
        middle = (low + high) / 2
        if slope(middle) < 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2
    ### END SOLUTION

# %% check="fit_growth_rate"
check("fit_growth_rate")

# %% [markdown]
# **Now use it** on the record. Guess the rate, and in how many years the excess doubles; then paste this into a new cell:
#
# ```python
# r = fit_growth_rate(t, y)
# print(f"{100 * r:.3f} % a year; twice as much in {np.log(2) / r:.1f} years")
# ```
#
# <details><summary>And?</summary>2.265 % a year, and a doubling in 30.6 years. (A straight line through the logarithms gives 2.301 %: it asks for small <i>relative</i> misses, another question with another answer.)</details>
#
# **And "right now"?** The opening question has an answer at last. The slope of the fitted curve is $r\,y(t)$; the next cell
# computes it for 5 May 1990, with an $r$ from the picture above, refined.

# %%
def slope_of_error(r):
    r = ca.Dual(r, 1.0)
    return sum((y[0] * np.exp(r * s) - v) ** 2
               for s, v in zip(t - t[0], y)).derivative


# Where the line through two neighbouring slopes crosses zero.
low, high = 0.02264, 0.02266
below, above = slope_of_error(low), slope_of_error(high)
r = low - below * (high - low) / (above - below)
doubling = np.log(2) / r
assert below < 0 < above
assert f"{100 * r:.3f}" == "2.265" and f"{doubling:.1f}" == "30.6"
by_logs = np.polyfit(t - t[0], np.log(y), 1)[0]
assert f"{100 * by_logs:.3f}" == "2.301"

# The mean of a year belongs to the middle of it.
fit = 280 + y[0] * np.exp(r * (ca.Dual(year[here], 1.0) - 1959.5))
now = float(fit.derivative)
print(f"5 May 1990: {fit.value:.1f} ppm, rising by {now:.2f} a year;"
      f" measured that week: {ppm[here]:.1f} ppm")
assert f"{fit.value:.1f}, {ppm[here]:.1f}, {now:.2f}" == "352.2, 357.3, 1.64"
asked = ", ".join(f"{slope:+.1f}" for slope in slopes.values())
assert asked == "+23.5, -1.2, +1.9"

first_half, last_half = np.log(y[21] / y[0]) / 21, np.log(y[42] / y[21]) / 21
print(f"rate to 1980: {first_half:.1%} a year, since then: {last_half:.1%}")
assert round(100 * first_half, 1) == 2.3 and round(100 * last_half, 1) == 2.1

later = np.arange(1959.0, 2025.0)
curve = 280 + y[0] * np.exp(r * (later - 1959))
in_2023 = curve[later == 2023][0]
fig, ax = plt.subplots(figsize=(6.2, 3.0))
ax.plot(t, 280 + y, "o", color="C0", ms=3)
ax.plot(later, curve, color="C1")
ax.plot(2023, 421.1, "s", color="C3", ms=6)
ax.text(1975, 350, "yearly means", color="C0", ha="right")
ax.text(2003, 396, f"fit: {100 * r:.3f} %\na year", color="C1", ha="right")
ax.annotate("measured\n2023: 421", (2023, 421.1), (2009, 330), color="C3",
            arrowprops={"arrowstyle": "-", "color": "C3", "lw": 0.8})
ax.set(xlabel="year", ylabel="CO$_2$ (ppm)", xlim=(1957, 2026))
mathlib.show(
    fig,
    caption="One number fits 43 years to about a ppm. Followed to 2023, it"
    f" says {in_2023:.0f} ppm; the air held 421. A fit is no prophecy.",
    alt="Dots that climb from 316 in 1959 to 371 in 2001, a curve through"
    " them that goes on far above them, and a square below its end.",
)
assert round(in_2023) == 433
assert np.std(curve[: len(t)] - 280 - y) < 1.1

# %% [markdown]
# (The 421 ppm is NOAA's mean for that year; it is not in our record.) The rate had been falling a little, from 2.3 to 2.1 % a year,
# and one number can't say that. Over 22 years beyond the data a little becomes much. You know it from Taylor: near the centre
# everything fits.
#
# **The three answers of the beginning** were $+23.5$, $-1.2$ and $+1.9$ ppm a year; the fitted curve says $1.64$, without weather
# and seasons. It puts that week at 352.2 ppm, where 357.3 were measured: May is the peak of the yearly swing, before the
# forests of the north drink. The curve knows years only. Each of the four is right, for its own window.

# %% [markdown]
# ## Common mistakes
#
# | one often sees | why it is wrong | what is right |
# |---|---|---|
# | $h = 10^{-12}$ "to be exact" | rounding, $u\lvert f\rvert/h$, drowns the slope | $10^{-5}$, central |
# | $\frac{f(x+h)-f(x)}{h}$ for a gradient check | error of order $h$: eight digits at best | $\frac{f(x+h)-f(x-h)}{2h}$ |
# | dividing the central difference by $h$ | the points are $2h$ apart | divide by $2h$ |
# | $(fg)' = f'g'$ | the field grows on two sides | $f'g + fg'$ |
# | $(f\circ g)' = f'(x)\,g'(x)$ | the outer machine runs at $g(x)$ | $f'(g(x))\,g'(x)$ |
# | derivative of `[5]` is `[]` | a constant has slope 0, not none | `[0]` |
# | "tanh' and $\sigma'$ are at most $\tfrac14$" | true of the sigmoid; tanh' reaches 1 | $\tfrac14$ and $1$ |
# | "tanh gates" in an LSTM | a gate opens by 0 to 1; tanh can be negative | gates are sigmoids, tanh the candidate |
# | `s * (1 - s)` applied to $x$ | it wants the *value* $s = \sigma(x)$ | `s = sigmoid(x)` first |
# | `exp(-x) / (1 + exp(-x))**2` | nan at $-1000$ | use $e^{-\lvert x\rvert}$ |
# | `z >= 0` in ReLU's slope | 1 at 0, where the convention is 0 | `z > 0` |
# | leaky ReLU as $\max(\alpha z, z)$ | the same only for $\alpha\le1$ | choose by the sign of $z$ |
# | "autodiff is symbolic", "is numerical" | it is neither: exact slopes of steps, multiplied | numbers with their slopes |
# | a Dual constant with slope 1 | a constant does not move | slope 0; only $x$ has 1 |
# | Taylor without $k!$, or in powers of $x$ | the derivatives come out wrong; centre is $a$ | $\frac{f^{(k)}(a)}{k!}(x-a)^k$ |
# | "more terms, closer" | beyond the radius each term makes it worse | ratio test |
# | $n$ points for $n$ intervals | fence and posts | $n + 1$ points, ends halved |

# %% [markdown]
# ## The same in NumPy, SciPy and PyTorch
#
# | here | NumPy, SciPy | PyTorch |
# |---|---|---|
# | `ca.central_difference(f, x)` | `scipy.differentiate.derivative(f, x).df`, from SciPy 1.15 | `torch.autograd.gradcheck` compares |
# | `ca.Dual` | | `torch.func.jvp`, in JAX `jax.jvp` |
# | `ca.polynomial_derivative(c)` | `np.polynomial.polynomial.polyder(c)` | |
# | `ca.sigmoid_derivative(x)` | `s * (1 - s)` with `scipy.special.expit` | autograd of `torch.sigmoid` |
# | `ca.relu_derivative(z)` | `(z > 0) * 1.0` | autograd of `torch.relu` |
# | `ca.taylor_polynomial(d, a, x)` | `np.polynomial.polynomial.polyval` with $d_k/k!$ | |
# | `ca.trapezoid_integral(f, a, b, n)` | `np.trapezoid(y, x)` takes samples; `scipy.integrate.quad(f, a, b)` | `torch.trapezoid(y, x)` |
#
# Beware of order: the older `np.polyder` and `np.polyval` have the **highest** power first.

# %%
from scipy import integrate, special

c = np.array([5.0, 0.0, 3.0, 2.0])
assert np.allclose(ca.polynomial_derivative(c),
                   np.polynomial.polynomial.polyder(c))
assert np.allclose(np.polyder(c[::-1])[::-1], ca.polynomial_derivative(c))
s = special.expit(z)
assert np.allclose(ca.sigmoid_derivative(z), s * (1 - s))
posts = np.linspace(-1.0, 3.0, 11)
assert np.isclose(ca.trapezoid_integral(np.exp, -1.0, 3.0, 10),
                  np.trapezoid(np.exp(posts), posts))
area, claimed = integrate.quad(bell, -np.inf, np.inf)
assert np.isclose(area, Z)
print("all agree")

# %% [markdown]
# ## Summary: one screen
#
# | | formula | function |
# |---|---|---|
# | limit | $\lim_{x\to a}f(x) = L$ | `ca.limit` |
# | derivative, by steps | $\frac{f(x+h)-f(x-h)}{2h}$, error about $h^2$ | `ca.central_difference` |
# | sum | $(f+g)' = f'+g'$ | `ca.sum_derivative` |
# | product | $(fg)' = f'g+fg'$ | `ca.product_derivative` |
# | chain | $(f\circ g)'(x) = f'(g(x))\,g'(x)$ | `ca.chain_derivative` |
# | power | $(x^n)' = n\,x^{n-1}$ | `ca.polynomial_derivative` |
# | exp, log | $(e^x)' = e^x$, $\;(\ln x)' = \frac1x$ | `ca.exp_derivative`, `ca.log_derivative` |
# | sigmoid | $\sigma' = \sigma(1-\sigma)\le\frac14$ | `ca.sigmoid_derivative` |
# | tanh | $1-\tanh^2x\le1$ | `ca.tanh_derivative` |
# | ReLU, leaky | $1$ if $z>0$, else $0$, or $\alpha$ | `ca.relu_derivative`, `ca.leaky_relu_derivative` |
# | dual numbers | $f(a+b\varepsilon) = f(a)+f'(a)\,b\,\varepsilon$ | `ca.Dual` |
# | fundamental theorem | $\int_a^bF' = F(b)-F(a)$ | |
# | trapezoids | $h\,(\frac12f_0+f_1+\dots+f_{n-1}+\frac12f_n)$ | `ca.trapezoid_integral` |
# | Taylor | $\sum_k\frac{f^{(k)}(a)}{k!}(x-a)^k$, rest $\le M\frac{\lvert x-a\rvert^{n+1}}{(n+1)!}$ | `ca.taylor_polynomial` |
# | ratio test | $\rho = \lim\lvert a_{n+1}/a_n\rvert$, radius $1/\rho$ | `ca.ratio_test` |

# %% [markdown]
# **Five questions to ask yourself.**
#
# <details><summary>1. Your gradient check agrees to 10 digits in float64 and to 2 in float32. Is the gradient wrong?</summary>
# No. In float32 rounding alone is 6e-8 / h; with h = 1e-5 that leaves two digits. Check in float64.
# </details>
# <details><summary>2. A network of 30 sigmoid layers does not learn in its first layers. Name the number.</summary>
# (1/4)^30 is below 1e-18: that is the most that the product of slopes can be, with weights of 1.
# </details>
# <details><summary>3. f is even: f(−x) = f(x). What is f′(0), if it exists, and what does the central difference say?</summary>
# 0: what rises on one side would have to fall on the other. The central difference says exactly 0, even for |x|, which has no slope there. Beware.
# </details>
# <details><summary>4. Forward mode on a function of 1000 inputs: how many passes? And what is the derivative of the constant 5?</summary>
# 1000, one with slope 1 for each input. The constant has slope 0, in every pass.
# </details>
# <details><summary>5. Why does the series of 1 / (1 + x²) around 0 stop at 1, although nothing happens there?</summary>
# Its ratio is x², so the radius is 1. The wall stands at i, where 1 + i² = 0, at distance 1 from the centre.
# </details>

# %% [markdown]
# ## Further reading
#
# **Limits and slopes.** G. W. Leibniz, *Nova methodus pro maximis et minimis*, Acta Eruditorum, 1684: six pages, and the product rule.
# B. Taylor, *Methodus incrementorum*, 1715. A. Cauchy, *Cours d'analyse*, 1821: what "tends to" means. M. Spivak, *Calculus*, 2008.
#
# **Numerical slopes.** W. Press et al., *Numerical Recipes*, 3rd ed., 2007, section 5.7.
#
# **Numbers that know their slope.** W. K. Clifford, dual numbers, 1871, doi:10.1112/plms/s1-4.1.381. R. Wengert, "A simple automatic
# derivative evaluation program", 1964, doi:10.1145/355586.364791. A. Baydin et al., automatic differentiation in machine learning,
# 2018, arXiv:1502.05767. A. Griewank, A. Walther, *Evaluating Derivatives*, 2008, doi:10.1137/1.9780898717761.
#
# **Saturation.** S. Hochreiter's thesis, 1991; Y. Bengio, P. Simard, P. Frasconi, 1994, doi:10.1109/72.279181. K. He et al., the
# factor 2, 2015, arXiv:1502.01852; residual connections, 2015, arXiv:1512.03385.
#
# **The data.** C. D. Keeling, T. P. Whorf, Mauna Loa, weekly means, as shipped with statsmodels; C. D. Keeling, *Tellus* 12 (1960),
# doi:10.3402/tellusa.v12i2.9366. For 2023: X. Lan, P. Tans, K. Thoning, NOAA, doi:10.15138/9N0H-ZH07.
#
# Next: chapter 5 gives the function many inputs, a slope for each of them, and finds all the slopes in one pass, backwards.
