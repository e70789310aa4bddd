# ---
# jupyter:
#   kernelspec: {display_name: Python 3 (ipykernel), language: python, name: python3}
# ---

# %% [markdown]
# # 10. Numerical Methods
#
# **Where did half of the index go?**
#
# In January 1982 the Vancouver Stock Exchange gave itself an index and set it to 1000. Whenever a price changed, about
# 2800 times a day, a computer took the last value, added the change, kept three decimals and dropped the rest. Business
# was good. In November 1983 the index stood at 524.811. Consultants worked for three weeks and computed it anew:
# 1098.892.

# %%
import math

import matplotlib.pyplot as plt
import numpy as np
from scipy import special
from statsmodels.datasets import longley

import mathlib
import mathlib.calculus as ca
import mathlib.decompositions as dc
import mathlib.foundations as fd
import mathlib.numerical_methods as nm
from mathlib import check

mathlib.style()

# %%
# Nobody kept the trades, so we draw some: bell-shaped changes that rise by
# 98.892 in all. Dropping digits costs half a thousandth on average, so the
# loss of 574 points tells how many changes there must have been.
lost = 1098.892 - 524.811
changes = round(lost / 0.0005)
days = changes / 2800
rng = np.random.default_rng(1982)
change = rng.normal(0, 0.02, changes)
change += (98.892 - change.sum()) / changes

exact = 1000 + np.cumsum(change)
dropped = 1000 + np.cumsum(np.floor(1000 * change)) / 1000
nearest = 1000 + np.cumsum(np.round(1000 * change)) / 1000
print(f"{changes:,} changes, {days:.0f} days of 2800")
print(f"exact {exact[-1]:.1f}, digits dropped {dropped[-1]:.1f},"
      f" to nearest {nearest[-1]:.1f}")

fig, ax = plt.subplots(figsize=(6.6, 2.9))
when = np.arange(changes) / 2800
for line, color, text, y in ((exact, "C0", "as it was", 1.03),
                             (dropped, "C1", "as it was computed", 1.09)):
    ax.plot(when[::1400], line[::1400], color=color)
    ax.text(300, y * line[int(300 * 2800)] + 12, text, color=color)
ax.set(xlabel="day", ylabel="index", ylim=(0, 1220))
mathlib.show(
    fig,
    caption="One index, twice. Both lines take the same simulated changes;"
    " the lower one drops what stands after the third decimal, each time.",
    alt="Two lines over days start at 1000. The upper one wanders up to about"
    " 1100, the lower one falls steadily to about 520.",
)
assert round(days) == 410 and abs(dropped[-1] - 524.811) < 2
assert abs(nearest[-1] - exact[-1]) < 1 and round(exact[-1], 3) == 1098.892

# %% [markdown]
# Nobody stole anything. Every single step was right to a thousandth, and half of the index is gone. Had they rounded to
# the *nearest* thousandth, the two lines would lie on each other. Your computer takes such steps a billion times a
# second, and the newest ones keep not three decimals but less than one. **When does that go well, and what do you do
# when it doesn't?**
#
# **After this chapter you can**
#
# - say what fp32, fp16, bf16 and fp8 can hold, and round to them yourself, bit for bit;
# - write formulas that survive a score of 1000 and a class of probability $e^{-800}$;
# - see a cancellation coming, and walk around it;
# - add a million small numbers without losing them, as a tensor core does;
# - tell a bad problem from a bad method, and save the digits that a method throws away;
# - solve large systems, integrate, and draw curves through points, with a few operations each.
#
# **You need** logarithms and softmax (chapter 1), systems and projections (2), SVD and QR (3), Taylor and difference
# quotients (4); for the last third of section 10.6 a little regression (7). **Time:** two hours to read, three to four
# more for the exercises, and one derivation wants a pencil.

# %% [markdown]
# ## 10.1 The numbers that there are
#
# Between 0 and 1 there are more numbers than anybody can name. In 16 bits there is room for 65 536. So which?
#
# **The law.** A float is scientific notation to the base two, cut off. It has one sign bit $s$, a number $e$ from $E$
# *exponent bits*, and $M$ *mantissa bits* $m_1m_2\dots m_M$ that stand behind a point. In front of the point stands a 1
# that needs no bit, because in base two a leading digit can't be anything else:
#
# $$x = (-1)^s\cdot(1.m_1m_2\dots m_M)_2\cdot2^e, \qquad 1 - b \le e \le b, \qquad b = 2^{E - 1} - 1 .$$
#
# Stored is $e + b$, which is never negative ($b$ is the *bias*). Two patterns are kept back. All exponent bits 1:
# infinity, or nan ("not a number") if any mantissa bit is set. All exponent bits 0: the leading 1 becomes a 0, and $e =
# 1 - b$. These are the **subnormals**; they fill the gap down to zero, with ever fewer digits.
#
# **By hand.** $0.15625 = \frac18 + \frac1{32} = \frac18\cdot(1 + \frac14) = (1.01)_2\cdot2^{-3}$. In fp16, $E = 5$, $M
# = 10$, $b = 15$: sign 0; exponent $-3 + 15 = 12 = (01100)_2$; mantissa 0100000000. And 0.1? $\frac1{10} =
# (1.1001\,1001\,1001\dots)_2\cdot2^{-4}$, for ever. No float is one tenth, just as no decimal is one third.

# %%
def bits(x):
    """Write the bits of a float16: sign, exponent, mantissa."""
    text = f"{np.float16(x).view(np.uint16):016b}"
    return f"{text[0]} {text[1:6]} {text[6:]}"

for x in (0.15625, 0.1, 65504, 6e-8, math.inf, math.nan):
    print(f"{x:<8}  {bits(x)}  = {float(np.float16(x)):.10g}")
assert bits(0.15625) == "0 01100 0100000000"
assert 0.1 + 0.2 != 0.3 and 1 / 8 + 1 / 32 == 0.15625
print("0.1 + 0.2 =", 0.1 + 0.2)

fig, ax = plt.subplots(figsize=(6.8, 2.5))
formats = {"fp64": (11, 52), "fp32": (8, 23), "fp16": (5, 10),
           "bf16": (8, 7), "fp8 E5M2": (5, 2), "fp8 E4M3": (4, 3)}
for row, (name, (E, M)) in enumerate(formats.items()):
    colors = ["0.35"] + ["C1"] * E + ["C0"] * M
    ax.barh([-row] * len(colors), 0.86, left=range(len(colors)),
            color=colors, height=0.62)
    ax.text(-0.6, -row, name, ha="right", va="center")
ax.text(13.2, -4.6, "orange: exponent, how large", color="C1")
ax.text(13.2, -5.4, "blue: mantissa, how fine", color="C0")
ax.text(13.2, -3.8, "grey: sign", color="0.35")
ax.set(xlim=(-8, 64.5), ylim=(-5.8, 0.6))
ax.axis("off")
mathlib.show(
    fig,
    caption="One square is one bit. bf16 is fp32 with the tail cut off: as"
    " far a range, with a third of the digits. fp16 spends its bits the"
    " other way round.",
    alt="Six rows of small squares, 64, 32, 16, 16, 8 and 8 long, each with"
    " one grey square, some orange ones and then blue ones.",
)

# %% [markdown]
# **What follows from $E$ and $M$.** All numbers from $2^e$ up to $2^{e + 1}$ (call that an *octave*) have last digits
# that are worth the same, $2^{e - M}$, so that is how far apart they lie. The next octave is twice as wide and has as
# many numbers. So floats are a ruler whose marks get sparser with the distance from zero, and what stays the same is
# the *relative* gap. Its size at 1 has a name, the **machine epsilon**,
#
# $$\varepsilon = 2^{-M}, \qquad\text{largest } (2 - 2^{-M})\,2^b, \qquad\text{smallest normal } 2^{1-b},
# \qquad\text{smallest of all } 2^{1 - b - M} .$$
#
# Rounding $x$ to the nearest float, $\mathrm{fl}(x)$, moves it by half a gap at most, so by the share
# $u = \varepsilon/2$ of itself. IEEE 754 (1985) promises that for each single operation, too: $+$, $-$, $\times$, $/$
# and the square root give the *exact* result, rounded once,
#
# $$\mathrm{fl}(a\circ b) = (a\circ b)(1 + \delta), \qquad |\delta| \le u .$$
#
# This is the whole physics of the chapter. (It holds while nothing over- or underflows.) No single operation is ever to
# blame; what goes wrong goes wrong between them.
#
# The smallest formats bend the rules. E4M3 has no infinity: it uses the topmost exponent for numbers as well, up to
# 448, and only the very last pattern means nan.

# %%
print("format     bytes  epsilon    largest    smallest   7e9 of them")
for name, (E, M) in formats.items():
    b = 2 ** (E - 1) - 1
    # E4M3: exponent b + 1, and the last mantissa is taken by nan.
    largest = (2 - 2.0**-M) * 2.0**b if (E, M) != (4, 3) else 1.75 * 2**8
    print(f"{name:9} {(1 + E + M) // 8:5}    {2.0**-M:8.2e}  {largest:9.3g}"
          f"  {2.0 ** (1 - b - M):9.2g}   {7e9 * (1 + E + M) / 8e9:5.0f} GB")
    if (E, M) in ((11, 52), (8, 23), (5, 10)):
        known = np.finfo(f"f{(1 + E + M) // 8}")
        assert known.eps == 2.0**-M and float(known.max) == largest
        assert float(known.smallest_subnormal) == 2.0 ** (1 - b - M)
    assert (E, M) != (5, 10) or largest == 65504
    assert (E, M) != (5, 2) or largest == 57344

# %% [markdown]
# **Where it is load-bearing.** Bytes are memory, and memory traffic is time: a model of 7 billion weights takes 28 GB
# in fp32, 14 GB in fp16 or bf16, 7 GB in fp8. Most training today multiplies in bf16; DeepSeek-V3 (2024) in fp8. Why
# bf16 and not fp16, which is eight times as fine? Gradients of $10^{-8}$ are common, and in fp16 they are 0; a sum past
# 65 504 is infinity. A missing digit can be borne; a missing number can't. (That is experience, not a theorem.)
#
# **Look at them.** Below is a stretch of the ruler around a number $x$. Every upright line is a number that the format
# has (where they stand too close to draw there is a bar). Start at $x$, add a small $d$ again and again, and round each
# time as the machine does. (The fp8 of the picture is E4M3.)

# %%
explorer = mathlib.explore.floating_line()
fig = explorer.still()
e4m3 = {"exponent_bits": 4, "mantissa_bits": 3, "max_value": 448.0}
assert (nm.round_to_float([2048, 400], **e4m3) == [448, 384]).all()
mathlib.show(
    fig,
    caption="Eight times d is added (open dots: on the way, black: at the"
    " end); the dashed line is where the sum should end. Where d is less than"
    " half a gap, or a tie that goes back, a format doesn't move at all. A"
    " triangle says that its number lies outside of the picture: fp8 (E4M3)"
    " holds 2048 at 448, and rounds 400 to 384, where it stays.",
    alt="Four panels of four rulers each, for fp32, fp16, bf16 and fp8: from"
    " solid bars to single marks. Dots walk along the fine rulers and stand"
    " still on the coarse ones.",
)
gap = {name: 2.0 ** (11 - M) for name, (E, M) in formats.items()}
print("at 2048 the next number is further by", gap["fp32"], "in fp32,",
      gap["fp16"], "in fp16,", gap["bf16"], "in bf16")
assert np.spacing(np.float16(2048)) == gap["fp16"] == 2
assert np.float16(2048) + np.float16(1) == 2048

explorer

# %% [markdown]
# Panel (c) is worth remembering: **in fp16, 2048 + 1 is 2048.** Two floats are equally near, 2048 and 2050, and the tie
# goes to the one whose last bit is 0 (*round half to even*). So does the next 1, and the next. A counter in fp16 stops
# at 2048, in bf16 at 256, in E4M3 at 16.
#
# **How to find $\varepsilon$ by experiment.** Take a 1 and add less and less. By hand in fp8, $M = 3$: the numbers are
# $1, 1.125, 1.25, \dots$ Is $1 + \frac12 > 1$? Yes. $1 + \frac14$, $1 + \frac18$? Yes, yes. $1 + \frac1{16}$ is a tie,
# and falls back to 1. So $\varepsilon = \frac18$, the last one that was still seen.

#
# ### Exercise 10.1 * · the smallest thing that one notices (2 points)
#
# **Contract.** `dtype`: whatever `np.dtype` takes (`"float16"`, `np.float64`). Return the smallest power of two
# $2^{-k}$ whose sum with 1, *computed in that dtype*, is larger than 1; a number, of any float type. Find it by
# experiment: `np.finfo` and its like are not allowed.
#
# *Example:* `machine_epsilon("float16")` returns 0.0009765625, which is $2^{-10}$.
#
# <details><summary>Hint 1</summary><code>np.dtype(dtype).type(1)</code> is a one of that type. With it, a plain Python number takes the type of its partner; a <code>np.float64</code> insists on its own.</details>
# <details><summary>Hint 2</summary>Look one step ahead before you halve: the number to return is the last one that was still seen.</details>

# %% exercise="machine_epsilon"
def machine_epsilon(dtype):
    """Return the smallest power of two that still adds to 1 in a dtype."""
    ### BEGIN SOLUTION
    one = np.dtype(dtype).type(1)
    eps = one
    while one + eps / 2 > one:
        eps = eps / 2
    return eps
    ### END SOLUTION

# %% check="machine_epsilon"
check("machine_epsilon")

# %% [markdown]
# ## 10.2 Rounding, bit by bit
#
# bf16 ("brain float", after Google Brain) is fp32 with the last 16 of its 32 bits cut off. You could do it with
# scissors. And that would be Vancouver again: cutting always goes towards zero.
#
# **The law.** Keep the top 16 bits, and look at the rest $c$, a number from 0 to $2^{16} - 1$, half of which is
# $2^{15}$:
#
# $$\mathrm{bf16}(x) = \begin{cases}\text{the top 16 bits} & \text{if } c < 2^{15}, \text{ or } c = 2^{15}
# \text{ and the last bit kept is } 0\\ \text{the top 16 bits, plus } 1 & \text{otherwise.}\end{cases}$$
#
# "Plus 1" means: read the 16 bits as a whole number and add 1. That is always the next float, and here is why. Inside
# an octave it moves the mantissa by one unit. Behind the last mantissa 1111111 the carry runs into the exponent and
# leaves zeros: $(1.1111111)_2\cdot2^e$ becomes $(1.0000000)_2\cdot2^{e + 1}$, which *is* the next number. And behind
# the largest finite number comes the pattern of infinity.
#
# **By hand.** 0.1 in fp32 is `3DCCCCCD` in hexadecimal. Top half `3DCC`, rest `CCCD`, which is more than the half
# `8000`: up, to `3DCD`, which is 0.10009765625. Now the tie $1 + 2^{-8}$: `3F80` and `8000`. The last bit of `3F80` is
# 0, so it stays: 1. And $1 + 3\cdot2^{-8}$: `3F81`, `8000`, last bit 1, up to `3F82`: 1.015625. Ties go down as often
# as up, and so they don't drift.

# %%
x = np.float32([0.1, 1 + 2**-8, 1 + 3 * 2**-8])
for value, rounded in zip(x, nm.round_to_bfloat16(x)):
    before, after = np.float32([value, rounded]).view(np.uint32)
    print(f"{value:<11.9g} {before:08X} -> {after:08X}  {rounded:.11g}")
assert (nm.round_to_bfloat16(x) == [0.10009765625, 1, 1.015625]).all()

x = np.linspace(1, 1.07, 2001, dtype=np.float32)
cut = (x.view(np.uint32) & 0xFFFF0000).view(np.float32)
nearest = nm.round_to_bfloat16(x)
fig, axes = plt.subplots(1, 2, figsize=(6.8, 2.5), sharey=True)
for ax, rounded, color, title in (
    (axes[0], cut, "C1", "cut off"),
    (axes[1], nearest, "C0", "rounded to nearest"),
):
    error = rounded.astype(float) - x
    ax.plot(x, error, color=color, lw=1.2)
    ax.axhline(error.mean(), color="black", ls="--", lw=1.2)
    ax.set(title=f"{title}: mean error {error.mean():+.4f}"
           .replace("-", "−").replace("+0.0000", "0").replace("−0.0000", "0"),
           xlabel="x")
axes[0].set(ylabel="bf16(x) − x")
mathlib.show(
    fig,
    caption="The error of every number between 1 and 1.07, and its mean"
    " (dashed). Cutting errs to one side, by half a gap on average; the"
    " nearest number errs to both.",
    alt="Two sawtooth curves. The left one lies below zero throughout, the"
    " right one swings around zero with half the depth.",
)
assert cut.mean() < x.mean() - 0.003
assert abs(nearest.mean(dtype=float) - x.mean(dtype=float)) < 1e-4

# %% [markdown]
# **One pitfall has cost people days.** A nan is a pattern with all exponent bits 1 and *some* mantissa bit set. If the
# bit that is set lies in the lower half, scissors turn nan into infinity. And adding to the bits of `7FFFFFFF`, also a
# nan, carries into the sign: `80000000` is $-0$. A training run that has gone mad then looks healthy.
#
# **Where it is load-bearing.** Every cast to `torch.bfloat16`. Weights, activations and gradients of most language
# models are stored so; the sums are not, and section 10.5 shows why.
#
# ### Exercise 10.2 ** · half of the bits (3 points)
#
# **Contract.** `x` float32, any shape. Return float32 of that shape: the nearest bfloat16 numbers, ties to the one
# whose last bit is 0. $\pm0$, $\pm\infty$ and nan stay what they are (every nan, whatever its bits); what rounds past
# the largest bfloat16 becomes $\pm\infty$; subnormals are kept. `x` is not changed.
#
# *Example:* `round_to_bfloat16(np.float32([3.1415927, 1.00390625, 1.01171875]))` returns `[3.140625, 1.0, 1.015625]`.
#
# <details><summary>Hint 1</summary>The bits are <code>x.view(np.uint32)</code>, and <code>.view(np.float32)</code> makes them floats again. A view shares the memory of x: write <code>bits = bits + ...</code>, for <code>bits += ...</code> would change x. <code>bits & 0xFFFF0000</code> clears the lower half.</details>
# <details><summary>Hint 2</summary>What can you add before you clear, so that a carry into the upper half happens exactly when the rest is more than half?</details>
# <details><summary>Hint 3</summary>0x7FFF carries for all that is above half, and just not for the tie. One more is needed for a tie if the last bit kept, <code>(bits >> 16) & 1</code>, is 1.</details>

# %% exercise="round_to_bfloat16"
def round_to_bfloat16(x):
    """Round float32 numbers to the nearest bfloat16, ties to even."""
    ### BEGIN SOLUTION
    bits = x.view(np.uint32)
    last = (bits >> 16) & 1
    rounded = (bits + 0x7FFF + last) & 0xFFFF0000
    return np.where(np.isnan(x), x, rounded.view(np.float32))
    ### END SOLUTION

# %% check="round_to_bfloat16"
check("round_to_bfloat16")

# %% [markdown]
# **Eight bits, and four.** Below 16 bits there are many formats, and one recipe. Find the octave of $x$, so the
# spacing; count in spacings; round; and stay within the largest number:
#
# $$e = \max\bigl(\lfloor\log_2|x|\rfloor,\; 1 - b\bigr), \qquad q = 2^{e - M}, \qquad
# \mathrm{round}_{E,M}(x) = \mathrm{clip}\bigl(q\cdot\mathrm{round}(x/q),\, \pm x_{\max}\bigr).$$
#
# The maximum is all that subnormals need: below the smallest normal octave, the spacing stays. Clipping is called
# *saturation*. Recent versions of PyTorch cast to E4M3 so, which has no infinity; older ones gave nan. (E5M2 has an
# infinity, and there PyTorch uses it.)
#
# **By hand**, E4M3, $b = 7$, $x_{\max} = 448$. $x = 0.3$ lies in the octave $[\frac14, \frac12)$, $e = -2$, $q =
# 2^{-5}$, $0.3\cdot32 = 9.6$, round to 10: 0.3125. $x = 300$: $e = 8$, $q = 32$, 9.375 to 9: 288. $x = 0.001$: $e$
# would be $-10$, but stops at $-6$; $q = 2^{-9}$, 0.512 to 1: 0.001953. $x = 1000$: 448.
#
# E2M1 has four bits and neither infinity nor nan: its topmost exponent is for numbers as well, up to 6, and so it has
# $0, \frac12, 1, 1\frac12, 2, 3, 4, 6$, the same with a minus, and no more. Can one keep a network in *that*? Not as it
# stands: weights of 0.02 would all be 0.

# %%
e2m1 = {"exponent_bits": 2, "mantissa_bits": 1, "max_value": 6.0}
x = np.array([0.3, 300, 0.001, 1000])
print("E4M3:", nm.round_to_float(x, **e4m3))
assert (nm.round_to_float(x, **e4m3) == [0.3125, 288, 2.0**-9, 448]).all()
four_bits = np.unique(nm.round_to_float(np.linspace(0, 9, 999), **e2m1))
print("E2M1:", *four_bits)
assert (four_bits == [0, 0.5, 1, 1.5, 2, 3, 4, 6]).all()

# %% [markdown]
# **The mend is a scale.** Store $x/s$ instead of $x$, and $s$ beside it, chosen so that the largest entry just fits.
# With one scale for a whole matrix, a single outlier decides for all. So each **block** $b$ of 16, 32 or 128 neighbours
# gets its own:
#
# $$s_b = \frac{\max_{i\in b}|x_i|}{x_{\max}}, \qquad x_i \;\to\; s_b\cdot\mathrm{round}_{E,M}\!\left(\frac{x_i}{s_b}\right).$$
#
# (The standard's MX formats take blocks of 32 and round $s_b$ to a power of two, so that it fits in 8 bits: MXFP4 costs
# $4 + \frac8{32} = 4.25$ bits a number. NVFP4 takes 16 and an E4M3 scale. We keep the plain quotient.)

# %%
rng = np.random.default_rng(4)
weights = rng.normal(0, 0.02, 96)
weights[40] = 2.0
one_scale = nm.block_scaled_round(weights, block_size=96, **e2m1)
blocks = nm.block_scaled_round(weights, block_size=16, **e2m1)

fig, axes = plt.subplots(2, 1, figsize=(6.8, 3.4), sharex=True)
for ax, rounded, title in ((axes[0], one_scale, "one scale for all"),
                           (axes[1], blocks, "a scale for each block of 16")):
    ax.vlines(np.arange(96), 0, weights, color="0.75", lw=2.5)
    ax.plot(rounded, "o", ms=3.2)
    ax.set(ylim=(-0.07, 0.075), ylabel="weight",
           title=f"{title}: {np.sum(rounded == 0)} of 96 are now 0")
for edge in range(16, 96, 16):
    axes[1].axvline(edge - 0.5, color="0.8", lw=0.8, zorder=0)
axes[1].set(xlabel="index")
mathlib.show(
    fig,
    caption="96 weights (grey) in four bits (blue). Number 40 is 2.0, far"
    " above the frame. With one scale it flattens all others; with"
    " blocks, only its own block suffers.",
    alt="Two rows of grey stems with blue dots. Above, the dots lie on"
    " the zero line; below, they follow the stems except in one block.",
)
assert np.sum(one_scale == 0) == 95 and np.sum(blocks == 0) < 30

# %% [markdown]
# **Where it is load-bearing.** DeepSeek-V3 multiplies in E4M3 with scales for tiles of 128. Most weights of gpt-oss
# come in MXFP4. NVFP4 is built into the GPUs of 2025. For inference this is *quantisation*, and chapter 19 goes on from
# here.
#
# ### Exercise 10.3 *** · eight bits, and blocks (4 points)
#
# **Contract.** `round_to_float(x, *, exponent_bits, mantissa_bits, max_value=None)`: `x` float64, any shape. Return
# the nearest numbers of the format, ties to even; the bias is $2^{E - 1} - 1$; subnormals are kept; beyond $\pm$
# `max_value`, infinities too, it saturates; nan stays nan. `None` means $(2 - 2^{-M})\,2^b$. `block_scaled_round(x, *,
# block_size=32, exponent_bits=4, mantissa_bits=3, max_value=448.0)`: `x` `(..., n)`; blocks of neighbours along the
# last axis (the last block may be shorter), each with its own $s_b$ as above. A block of zeros stays zeros. Build the
# second on your own first.
#
# *Example:* `round_to_float(np.array([0.3, 13, 17, 19, 500, 0.003]), exponent_bits=4, mantissa_bits=3,
# max_value=448.0)` returns `[0.3125, 13, 16, 20, 448, 0.00390625]`. And `block_scaled_round(np.array([448, 17,
# 0.0068359375, 0.003]), block_size=2)` returns `[448, 16, 0.0068359375, 0.0029296875]`: the scales are 1 and $2^{-16}$.
#
# <details><summary>Hint 1</summary><code>np.frexp(x)</code> returns m and k with x = m · 2<sup>k</sup> and m from ½ to 1, exactly. So the octave is k − 1. k is an array of integers: write <code>2.0**k</code>, for NumPy refuses <code>2**k</code> where k is negative. (A logarithm is rounded, and may miss by one octave.)</details>
# <details><summary>Hint 2</summary><code>np.round</code> rounds halves to even. Clip before you look for the octave, and infinity is no special case.</details>
# <details><summary>Hint 3</summary>A loop over <code>range(0, n, block_size)</code> that fills a fresh array. What is s in a block of zeros, and what would x / s be?</details>

# %% exercise="round_to_float"
def round_to_float(x, *, exponent_bits, mantissa_bits, max_value=None):
    """Round to a format of 1 + exponent_bits + mantissa_bits bits."""
    ### BEGIN SOLUTION
    bias = 2 ** (exponent_bits - 1) - 1
    if max_value is None:
        max_value = (2 - 2.0**-mantissa_bits) * 2.0**bias
    x = np.clip(x, -max_value, max_value)
    exponent = np.maximum(np.frexp(x)[1] - 1, 1 - bias)
    spacing = 2.0 ** (exponent - mantissa_bits)
    return np.round(x / spacing) * spacing
    ### END SOLUTION

def block_scaled_round(
    x, *, block_size=32, exponent_bits=4, mantissa_bits=3, max_value=448.0
):
    """Round each block of the last axis of x with a scale of its own."""
    ### BEGIN SOLUTION
    rounded = np.zeros(x.shape)
    for i in range(0, x.shape[-1], block_size):
        block = x[..., i:i + block_size]
        scale = np.max(np.abs(block), axis=-1, keepdims=True) / max_value
        scale = np.where(scale == 0, 1.0, scale)
        rounded[..., i:i + block_size] = scale * round_to_float(
            block / scale, exponent_bits=exponent_bits,
            mantissa_bits=mantissa_bits, max_value=max_value,
        )
    return rounded
    ### END SOLUTION

# %% check="round_to_float"
check("round_to_float")

# %% [markdown]
# NumPy has a real float16, but neither bf16 nor fp8. PyTorch has them all. If it is installed, the next cell compares
# bit for bit: 200 000 patterns drawn at random, nans and infinities among them.

# %% tags=["nbval-ignore-output"]
if mathlib.has_torch:
    import torch

    draw = np.random.default_rng(0).integers(0, 2**32, 200_000)
    x = draw.astype(np.uint32).view(np.float32)
    cast = torch.from_numpy(x).to(torch.bfloat16).float().numpy()
    ours = nm.round_to_bfloat16(x)
    assert np.array_equal(ours, cast, equal_nan=True)
    print("bfloat16:", x.size, "patterns agree,", np.isnan(x).sum(), "nans")

    x = np.random.default_rng(1).normal(size=2000) * np.logspace(-4, 2.5, 2000)
    x = x.astype(np.float32).clip(-448, 448)
    cast = torch.from_numpy(x).to(torch.float8_e4m3fn).float().numpy()
    assert np.array_equal(nm.round_to_float(x, **e4m3), cast)
    cast = torch.from_numpy(x).to(torch.float8_e5m2).float().numpy()
    assert np.array_equal(
        nm.round_to_float(x, exponent_bits=5, mantissa_bits=2), cast)
    print("fp8:", x.size, "numbers agree in E4M3 and in E5M2")
    large = torch.tensor([1000.0, 1e9])
    held = large.to(torch.float8_e4m3fn).float()
    # Older versions of PyTorch make nan of what is too large.
    assert ((held == 448) | held.isnan()).all()
    print("1000 and 1e9 in this PyTorch's E4M3:", *held.tolist())
    assert torch.isinf(large.to(torch.float8_e5m2).float()[1])

    counter = torch.tensor(0.0, dtype=torch.bfloat16)
    for _ in range(1000):
        counter += 1
    print("counting to 1000 in bfloat16:", counter.item())
    assert counter == 256
else:
    print("torch is not installed; nothing depends on this cell")

# %% [markdown]
# ## 10.3 Formulas that survive
#
# On paper, two forms of a formula are equal. In a machine one of them may be infinity over infinity. This section is
# about choosing.
#
# **A class that never had a chance.** A classifier gives the right class a score of 0 and a wrong one 800. Its loss is
# minus the logarithm of the right class's probability. Softmax (chapter 1) says $e^{-800}/(1 + e^{-800})$, and the
# smallest float64 is about $e^{-745}$. So the probability is 0, its logarithm $-\infty$, the loss infinite, the
# gradient nan, and tomorrow morning so are all weights. Yet the true loss is a harmless number: 800.
#
# **The law.** Never form the probability. For scores $\mathbf z \in \mathbb R^n$ with maximum $m$,
#
# $$\log s_i = \log\frac{e^{z_i}}{\sum_je^{z_j}} = z_i - \log\sum_je^{z_j} = (z_i - m) - \log\sum_je^{z_j - m} .$$
#
# The second step is the logarithm of a quotient; the third takes $e^m$ out of the sum (log-sum-exp, chapter 1). Now
# every exponent is at most 0, and one of them is 0, so the sum lies between 1 and $n$, and its logarithm is harmless.
#
# **By hand.** $\mathbf z = (0, \log2, \log5)$: $\sum_je^{z_j} = 8$, so $\log s = (-\log8, \log2 - \log8, \log5 - \log8)
# = (-2.079, -1.386, -0.470)$. Add 1000 to all three and the answer must be the same.

# %%
z = np.array([0, np.log(2), np.log(5)])
print(nm.log_softmax(z).round(3), nm.log_softmax(z + 1000).round(3))
assert np.allclose(np.exp(nm.log_softmax(z)), [1 / 8, 2 / 8, 5 / 8])
assert np.allclose(nm.log_softmax(z), nm.log_softmax(z + 1000))

fig, ax = plt.subplots(figsize=(6.4, 2.7))
behind = np.geomspace(1, 2000, 2001)
scores = np.stack([-behind, np.zeros_like(behind)], axis=1)
ax.loglog(behind, -nm.log_softmax(scores)[:, 0], color="0.75", lw=6)
ax.text(1.6, 7, "log-softmax", color="0.4")
for dtype, name, look in (("f8", "fp64", "-"), ("f4", "fp32", "--"),
                          ("f2", "fp16", ":")):
    with np.errstate(divide="ignore"):
        naive = -np.log(fd.softmax(scores.astype(dtype)))[:, 0]
    last = np.flatnonzero(np.isfinite(naive))[-1]
    ax.plot(behind[:last + 1], naive[:last + 1], look, color="C1", lw=1.8)
    ax.plot(behind[last], naive[last], "x", color="C1", ms=8, mew=2)
    ax.text(behind[last] * 1.15, naive[last] * 0.55,
            f"{name}: up to {behind[last]:.0f}", color="C1")
ax.set(xlabel="how far the right class is behind", ylabel="loss",
       xlim=(1, 4500), ylim=(0.3, 2500))
mathlib.show(
    fig,
    caption="The loss by log-softmax (grey), and by the logarithm of the"
    " softmax (orange) in three formats: at the cross it becomes infinite.",
    alt="A straight grey line; three orange lines run along it and end in"
    " crosses, far apart.",
)
with np.errstate(divide="ignore"):
    assert np.log(fd.softmax([0.0, 800.0]))[0] == -np.inf
assert (nm.log_softmax([0.0, 800.0]) == [-800, 0]).all()

# %% [markdown]
# **Where it is load-bearing.** `F.cross_entropy` takes *scores*, not probabilities, for this reason: it is
# `log_softmax` and a look-up. In fp16 the naive loss ends at a lag of 17, and a confident network has that on any
# mislabelled example.
#
# ### Exercise 10.4 ** · the logarithm of what is not there (2 points)
#
# **Contract.** `z` `(..., n)`, scores. Return the natural logarithm of the softmax along `axis`, of the shape of `z`.
# Entries may be hundreds apart, or all near 1000. A masked class, $-\infty$, stays $-\infty$; each row has a finite
# entry. `fd.logsumexp` may be used.
#
# *Example:* `log_softmax(np.array([1., 3., 2.]))` returns `[-2.408, -0.408, -1.408]`, and for `[0., 800.]` it is
# `[-800, 0]`.
#
# <details><summary>Hint 1</summary>The probability has underflowed before you can take its logarithm. At which step of the law is there no quotient left?</details>
# <details><summary>Hint 2</summary>Each row has its own maximum: <code>keepdims=True</code>, along <code>axis</code>.</details>

# %% exercise="log_softmax"
def log_softmax(z, *, axis=-1):
    """Take the logarithm of the softmax of z, of shape (..., n)."""
    ### BEGIN SOLUTION
    z = z - np.max(z, axis=axis, keepdims=True)
    return z - np.log(np.sum(np.exp(z), axis=axis, keepdims=True))
    ### END SOLUTION

# %% check="log_softmax"
check("log_softmax")

# %% [markdown]
# **Two classes.** The softmax of $(x, 0)$ has the first entry $\sigma(x) = e^x/(e^x + 1)$, the **sigmoid**. Divide both
# parts by $e^x$ and it reads $1/(1 + e^{-x})$. Two forms of one function:
#
# | | at $x = 1000$ | at $x = -1000$ |
# |---|---|---|
# | $e^x/(1 + e^x)$ | $\infty/\infty$, nan | $0/1$, right |
# | $1/(1 + e^{-x})$ | $1/1$, right | $1/\infty = 0$, right, but with a warning |
#
# **The law.** On each side take the form whose exponent is not positive,
#
# $$\sigma(x) = \begin{cases}\dfrac1{1 + e^{-x}} & x \ge 0\\[4pt] \dfrac{e^x}{1 + e^x} & x < 0 .\end{cases}$$
#
# Both have $e^{-|x|}$ in them and nothing else, and that is at most 1. (Beware of `np.where(x >= 0, 1 / (1 +
# np.exp(-x)), ...)`: `np.where` does not choose what is computed. Both sides are, for all $x$, and then one is picked.
# The values come out right, the warnings come as well, and in PyTorch the *gradient* is nan: zero times the infinite
# slope of the side that was not picked.)

# %% [markdown]
# **And its logarithm.** The loss of a yes-or-no classifier is $-\log\sigma(x)$. At $x = -1000$ the sigmoid has
# underflowed, and the cell below shows two ways to $-\infty$. The law has no trouble there:
#
# $$\log\sigma(x) = -\log(1 + e^{-x}), \qquad\text{and for } x < 0 \qquad
# \log\frac{e^x}{1 + e^x} = x - \log(1 + e^x),$$
#
# in one line for both sides: $\;\log\sigma(x) = \min(x, 0) - \log(1 + e^{-|x|})$.
#
# **One trap is left, at the other end.** At $x = 40$ the term is $\log(1 + 4\cdot10^{-18})$. But $1 + 4\cdot10^{-18}$
# is 1, and the logarithm 0: all digits gone. `np.log1p(t)` computes $\log(1 + t)$ without forming $1 + t$. For small
# $t$ it is about $t$, as Taylor says.
#
# **By hand.** $x = -\log3$: $\sigma = \frac{1/3}{1 + 1/3} = \frac14$, and $\min(x, 0) - \log(1 + \frac13) = -1.0986 -
# 0.2877 = -1.3863 = \log\frac14$.
#
# **Where it is load-bearing.** Logistic regression (chapter 13), the gates of an LSTM (14), and DPO (21), whose whole
# loss is one $-\log\sigma$ of a margin that may well be $-1000$. PyTorch: `F.logsigmoid`; SciPy: `special.log_expit`.

# %%
x = np.array([-1000.0, 0.0, 1000.0])
with np.errstate(all="ignore"):
    print("e^x / (1 + e^x): ", np.exp(x) / (1 + np.exp(x)))
    assert np.isnan((np.exp(x) / (1 + np.exp(x)))[2])
    print("log sigma(x):    ", np.log(nm.sigmoid(x)))
    print("-log(1 + e^-x):  ", -np.log(1 + np.exp(-x)))
print("sigmoid:         ", nm.sigmoid(x))
print("log_sigmoid:     ", nm.log_sigmoid(x).round(3))
assert (nm.sigmoid(x) == [0, 0.5, 1]).all() and nm.log_sigmoid(x)[0] == -1000

third = -np.log(3)
print(np.round([nm.sigmoid(third), nm.log_sigmoid(third)], 4))
assert np.isclose(nm.log_sigmoid(third), np.log(1 / 4))
print("log(1 + t) and log1p(t):", np.log(1 + np.exp(-40.0)),
      f"{np.log1p(np.exp(-40.0)):.4g}")
assert np.log(1 + np.exp(-40.0)) == 0

fig, axes = plt.subplots(1, 2, figsize=(6.8, 2.6))
x = np.linspace(-20, 20, 801).astype(np.float16)
with np.errstate(all="ignore"):
    naive = np.exp(x) / (1 + np.exp(x))
    loss = -np.log(1 / (1 + np.exp(-x)))
for ax, good, bad, title in (
    (axes[0], nm.sigmoid(x), naive, "σ(x)"),
    (axes[1], -nm.log_sigmoid(x), loss, "−log σ(x)"),
):
    ax.plot(x, good, color="0.75", lw=6)
    ax.plot(x, bad, color="C1")
    end = np.flatnonzero(np.isfinite(bad))[0 if ax is axes[1] else -1]
    ax.plot(x[end], bad[end], "x", color="C1", ms=9, mew=2.2)
    ax.set(title=title, xlabel="x")
mathlib.show(
    fig,
    caption="In fp16: the stable forms (grey), and the naive ones (orange)"
    " until they break at the cross. Left $e^x/(1 + e^x)$, which overflows"
    " at 11.1; right the logarithm of $1/(1 + e^{-x})$."
    .replace("$", "").replace("^{-x}", "^−x"),
    alt="Left, an S-curve that the orange line leaves on the right. Right, a"
    " ramp that the orange line joins only from about −11 on.",
)

# %% [markdown]
# ### Exercise 10.5 ** · the sigmoid and its logarithm (3 points)
#
# **Contract.** `x` of any shape; both functions return that shape. Both tails keep all digits: $\sigma(-40) =
# 4.248\cdot10^{-18}$, $\log\sigma(40) = -4.248\cdot10^{-18}$, $\log\sigma(-1000) = -1000$. Nothing overflows on the way
# to the answer, so there is no warning.
#
# *Example:* `sigmoid(np.array([0., np.log(3)]))` returns `[0.5, 0.75]`; `log_sigmoid(np.array([0., -1000.]))` returns
# `[-0.693, -1000]`.
#
# <details><summary>Hint 1</summary><code>small = np.exp(-np.abs(x))</code> never overflows. Write both forms of the sigmoid with it, and nothing else.</details>
# <details><summary>Hint 2</summary>They have the same denominator. Only the numerator is chosen.</details>

# %% exercise="sigmoid"
def sigmoid(x):
    """Map every number to a probability, without overflow."""
    ### BEGIN SOLUTION
    small = np.exp(-np.abs(x))
    return np.where(x < 0, small, 1.0) / (1 + small)
    ### END SOLUTION

def log_sigmoid(x):
    """Take the logarithm of the sigmoid, without taking the sigmoid."""
    ### BEGIN SOLUTION
    return np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x)))
    ### END SOLUTION

# %% check="sigmoid"
check("sigmoid")

# %% [markdown]
# ## 10.4 Where digits go
#
# Here is a polynomial of degree 7, $x^7 - 7x^6 + 21x^5 - 35x^4 + 35x^3 - 21x^2 + 7x - 1$. It is smooth, and it
# rises everywhere. Let us look at it near 1, in 64 bits.

# %%
x = np.linspace(0.988, 1.012, 1001)
terms = [x**7, -7 * x**6, 21 * x**5, -35 * x**4, 35 * x**3, -21 * x**2,
         7 * x, -np.ones_like(x)]
expanded = sum(terms)
folded = (x - 1) ** 7
fig, ax = plt.subplots(figsize=(6.6, 2.9))
ax.plot(x, expanded * 1e14, ".", ms=2.5, color="C1")
ax.plot(x, folded * 1e14, color="C0", lw=2.5)
ax.text(0.9885, 3.6, "the eight terms, added up", color="C1")
ax.text(1.0085, -2.6, "the truth", color="C0")
ax.set(xlabel="x", ylabel="value, times $10^{14}$")
mathlib.show(
    fig,
    caption="One polynomial, twice. Dots: computed from its eight terms, at"
    " 1001 points. Line: $(x − 1)^7$, which is the same polynomial."
    .replace("$", "").replace("^7", "⁷"),
    alt="A cloud of orange dots in layers, as high everywhere; through it"
    " runs a smooth blue line that is flat in the middle.",
)
print("signs of the sum, point by point around 1:",
      "".join("-0+"[int(s) + 1] for s in np.sign(expanded[480:521])))
assert np.abs(expanded).max() < 1e-13 and np.max(np.abs(terms)) > 30

# %% [markdown]
# The terms are as large as 35. Each is rounded, so each is wrong by up to $35u \approx 4\cdot10^{-15}$. They cancel,
# and what should be left is smaller than their errors. **The subtraction is not to blame.** Two floats within a factor
# of 2 are subtracted *exactly* (Sterbenz 1974). Cancellation makes no error; it takes away the digits that were right
# and leaves those that were wrong already.
#
# **The law.** $a$ and $b$ are known up to relative errors $\delta_a, \delta_b$ of size at most $u$. Then $\hat a - \hat
# b = (a - b) + a\delta_a - b\delta_b$, and
#
# $$\frac{|(\hat a - \hat b) - (a - b)|}{|a - b|} \;\le\; u\cdot\frac{|a| + |b|}{|a - b|} .$$
#
# The factor is the number to watch. Sums of numbers with one sign have 1; $1.0001 - 1$ has 20 001.
#
# **By hand**, with four decimal digits. $x^2 - 60x + 1 = 0$ has the roots $30 \pm \sqrt{899}$, and $\sqrt{899} = 29.98$
# to four digits. So $30 + 29.98 = 59.98$, good; and $30 - 29.98 = 0.02$, but the root is 0.01667: wrong by a fifth.
# *Walk around it:* the product of the roots is 1, so the small one is $1/59.98 = 0.01667$. No subtraction, all four
# digits. (`log1p` is such a detour, and so is what comes next.)
#
# **The variance that was negative.** Every handbook gives $\mathrm{Var}(x) = E[x^2] - E[x]^2$ (chapter 6). As algebra
# it is right. Take data around $10^8$ with a variance of 1: the squares are about $10^{16}$, and there floats are 2
# apart. So the difference of the two means is a multiple of 2, whatever the data. Watch it happen, for eight samples.

# %%
b, c = 1e8, 1.0
root = math.sqrt(b * b / 4 - c)
small, detour = b / 2 - root, c / (b / 2 + root)
print(f"x^2 - 1e8 x + 1: small root {small:.4g}, by the detour {detour:.4g}")
assert abs(small - 1e-8) > 2e-9 and abs(detour - 1e-8) < 1e-22
assert round(math.sqrt(899), 2) == 29.98 and round(1 / 59.98, 5) == 0.01667

naive, two_pass = [], []
for seed in range(8):
    x = np.random.default_rng(seed).normal(1e8, 1, 100_000)
    naive.append((x**2).mean() - x.mean() ** 2)
    two_pass.append(((x - x.mean()) ** 2).mean())
print("E[x²] − E[x]²: ", *naive)
print("mean of (x − mean)²: ", *np.round(two_pass, 2))
assert naive[0] == 2 and min(naive) == -4 and np.spacing(1e16) == 2
assert np.allclose(two_pass, 1, atol=0.02)

# %% [markdown]
# A standard deviation from the first line is 0, 1.41, 2 or nan. **The mend** is to subtract the mean first. That takes
# two passes over the data, though, and a stream comes by only once. Welford (1962) found how to do it in one.
#
# **The law.** After $k$ numbers keep the mean $\mu_k$ and the sum of squared deviations *from it*, $M_k =
# \sum_{i\le k}(x_i - \mu_k)^2$. A new number $x$ is off the old mean by $\delta = x - \mu_{k-1}$. Then
#
# $$\mu_k = \mu_{k-1} + \frac\delta k, \qquad M_k = M_{k-1} + \delta\,(x - \mu_k), \qquad
# \mathrm{Var} = \frac{M_k}{k - \mathtt{ddof}} .$$
#
# (`ddof`, "delta degrees of freedom", is 0 for the mean of the squares, and 1 for the estimate from a sample, chapter 7.)
#
# **Derivation.** The mean: $k\mu_k = (k - 1)\mu_{k-1} + x = k\mu_{k-1} + \delta$. For $M$, the centre moves by
# $\delta/k$. Around a centre shifted by $h$ from their mean, $k - 1$ numbers have $(k - 1)h^2$ more (the mixed term is
# a sum of deviations from the mean, so 0). So the old ones contribute $M_{k-1} + (k - 1)\frac{\delta^2}{k^2}$. The new
# one is off the new mean by $x - \mu_k = \delta - \frac\delta k = \frac{k - 1}k\delta$. Together
#
# $$M_k - M_{k-1} = \frac{(k - 1)\delta^2}{k^2} + \frac{(k - 1)^2\delta^2}{k^2} = \frac{k - 1}{k^2}\,\delta^2\,(1 + k - 1)
# = \delta\cdot\frac{k - 1}k\delta = \delta\,(x - \mu_k) .$$
#
# One factor is off the *old* mean, the other off the *new*. No square of a large number is ever formed: $x - \mu$ cancels
# only the digits that $x$ and $\mu$ share, so the error grows like mean over spread, and not like its square.
#
# **By hand.** 1, 4, 10. Means 1, 2.5, 5. $M_1 = 0$; $M_2 = 3\cdot1.5 = 4.5$; $M_3 = 4.5 + 7.5\cdot5 = 42$. Directly:
# $16 + 1 + 25 = 42$. The variance is 14, or 21 with `ddof=1`.

# %%
stream = nm.RunningVariance()
for x in (1.0, 4.0, 10.0):
    stream.update(x)
    print(f"after {x:4}: mean {stream.mean}, variance {stream.variance()}")
assert np.allclose(nm.welford([1.0, 4.0, 10.0]), (5, 14))
assert np.allclose(nm.welford([1.0, 4.0, 10.0], ddof=1), (5, 21))

base = np.random.default_rng(3).integers(-3, 4, 500).astype(float)
truth = base.var()
means = 2.0 ** np.arange(0, 34)
errors = {"E[x²] − E[x]²": [], "Welford": [], "two passes": []}
for mean in means:
    x = base + mean     # exact: whole numbers below 2^53
    for name, value in zip(errors, (
        (x**2).mean() - x.mean() ** 2, nm.welford(x)[1],
        ((x - x.mean()) ** 2).mean(),
    )):
        errors[name].append(abs(value / truth - 1) + 1e-17)

fig, ax = plt.subplots(figsize=(6.6, 2.9))
for (name, e), look, spot in zip(errors.items(), ("C1s-", "C0o-", "C2^-"), (
    (3e2, 3e-8), (3e6, 2e-9), (2e7, 8e-15),
)):
    ax.loglog(means, e, look, ms=4, lw=1.2)
    ax.text(*spot, name, color=look[:2])
ax.axhline(1, color="0.6", ls=":")
ax.text(1, 2.5, "all digits lost", color="0.4")
ax.set(xlabel="mean of the data (their variance is 4)",
       ylabel="relative error", ylim=(3e-18, 1e4))
mathlib.show(
    fig,
    caption="The same 500 numbers, moved away from zero. The error of the"
    " first formula grows like the square of the mean, Welford's like the"
    " mean at most;"
    " below the dotted line some digits are right. (An error of 0 is drawn"
    " at the bottom.)",
    alt="On logarithmic axes one line climbs from the lower left to the"
    " upper right, two stay near the bottom.",
)
assert errors["E[x²] − E[x]²"][-1] > 0.5 > 1e-6 > errors["Welford"][-1]

# %% [markdown]
# **Where it is load-bearing.** PyTorch's layer norm on a GPU reads its input once, with this update (and a rule for
# merging two halves); so does `torch.var`. A data loader that computes the mean and the spread of a terabyte does. And
# beware of features far from zero: years, prices, timestamps.
#
# ### Exercise 10.6 ** · the variance of a stream (3 points)
#
# **Contract.** `RunningVariance()`, a class. `update(x)` takes one number. Attributes `count` and `mean` (0.0 at
# first). Method `variance(ddof=0)`: $M/(\mathtt{count} - \mathtt{ddof})$, and nan while `count` $\le$ `ddof`; asking
# changes nothing. `welford(values, *, ddof=0)`: `values` is anything that yields numbers; it is gone through **once**.
# Return the pair (mean, variance); your class may be used.
#
# *Example:* `welford([2.0, 4.0, 9.0])` returns `(5.0, 8.667)`, with `ddof=1` `(5.0, 13.0)`; $M$ goes 0, 2, 26.
#
# `__init__` is given: $M$ lives in `self.M`.
#
# <details><summary>Hint 1</summary>You need the number's distance from the mean twice: before the mean has moved, and after.</details>
# <details><summary>Hint 2</summary>The first number needs no special case: count it first, then move the mean.</details>

# %% exercise="RunningVariance"
class RunningVariance:
    """Mean and variance of a stream of numbers, which it does not keep."""

    def __init__(self):
        self.count, self.mean, self.M = 0, 0.0, 0.0

    def update(self, x):
        ### BEGIN SOLUTION
        delta = x - self.mean
        self.count += 1
        self.mean += delta / self.count
        self.M += delta * (x - self.mean)
        ### END SOLUTION

    def variance(self, ddof=0):
        ### BEGIN SOLUTION
        if self.count <= ddof:
            return np.nan
        return self.M / (self.count - ddof)
        ### END SOLUTION

def welford(values, *, ddof=0):
    """Return the mean and the variance of values, in one pass."""
    ### BEGIN SOLUTION
    running = RunningVariance()
    for x in values:
        running.update(x)
    return running.mean, running.variance(ddof)
    ### END SOLUTION

# %% check="RunningVariance"
check("RunningVariance")

# %% [markdown]
# **The most famous cancellation** stands in the definition of the derivative. $f(x + h) - f(x)$ is a difference of
# near-equal numbers, and the nearer, the better, says chapter 4. The machine says otherwise.
#
# Let every computed value of $f$ be off by up to $\varepsilon|f|$ (a function is a few operations, so $\varepsilon$ and
# not $u$ is a fair guess). The *forward* difference has two errors, and they pull in opposite directions:
#
# $$\frac{f(x + h) - f(x)}h = f'(x) + \underbrace{\tfrac h2f''}_{\text{truncation}} \pm
# \underbrace{\frac{2\,\varepsilon|f|}h}_{\text{rounding}} .$$
#
# As $h$ shrinks, the first falls and the second rises. They are in balance where both are alike, $h^2 \sim \varepsilon|f|/
# |f''|$: so $h^* \sim\varepsilon^{1/2}$, and the error there is of order $\varepsilon^{1/2}$ as well. Half of the digits, at
# best. The *central* difference $\bigl(f(x + h) - f(x - h)\bigr)/2h$ has a smaller truncation error, and so it may stay further
# away from the noise:
#
# $$|\text{error}| \;\lesssim\; \frac{h^2}6|f'''| + \frac{\varepsilon|f|}h, \qquad h^* \sim \varepsilon^{1/3} .$$
#
# (You derive this one yourself, on paper, in exercise 10.8.) All sizes of $f$ left out, and $\varepsilon$ being that of the
# *format in which $f$ is computed*, the rule of thumb is $h = \varepsilon^{1/2}$ forward, $h = \varepsilon^{1/3}$
# central.
#
# **By hand.** fp64: $\varepsilon = 2.2\cdot10^{-16}$, so $1.5\cdot10^{-8}$ forward, and $6.1\cdot10^{-6}$ central.

# %%
one = {"fp32": np.float32(1), "fp64": np.float64(1)}
fig, axes = plt.subplots(1, 2, figsize=(6.9, 3), sharey=True)
for ax, (name, x) in zip(axes, one.items()):
    kind = x.dtype.type
    h = 2.0 ** -np.arange(0, 52).astype(kind)
    h = h[x - h < x]    # else x + h is x, and all is lost
    schemes = {"forward": (np.exp(x + h) - np.exp(x)) / h,
               "central": (np.exp(x + h) - np.exp(x - h)) / (2 * h)}
    for (scheme, slope), look, color in zip(
        schemes.items(), ("o-", "s-"), ("C1", "C0"),
    ):
        error = np.abs(slope.astype(float) / math.e - 1) + 1e-14
        ax.loglog(h, error, look, ms=3, lw=1, color=color)
        best = nm.optimal_difference_step(kind, scheme=scheme)
        ax.axvline(best, color=color, ls="--", lw=1.2)
        print(f"{name} {scheme}: h* = {best:.2g}, best error"
              f" seen {error.min():.0e}")
    ax.set(title=name, xlabel="h")
axes[0].set(ylabel="relative error")
axes[1].text(2e-15, 1e-8, "forward", color="C1")
axes[1].text(1e-4, 1e-10, "central", color="C0")
axes[0].set_ylim(1e-12, 3)
mathlib.show(
    fig,
    caption="The slope of exp at 1 by differences, forward (orange circles)"
    " and central (blue squares). To the right the error of Taylor, to the"
    " left noise; dashed: the rules of thumb.",
    alt="Two panels with two V-shaped curves each. The valleys of the central"
    " difference lie deeper and further to the right.",
)
assert np.isclose(nm.optimal_difference_step("float64", scheme="forward"),
                  1.5e-8, rtol=0.01)
assert np.isclose(nm.optimal_difference_step("float64"), 6.1e-6, rtol=0.01)

# %% [markdown]
# **Where it is load-bearing.** Gradient checks (`torch.autograd.gradcheck`) use central differences in fp64 with $h =
# 10^{-6}$: just this. They are a *test*. Training uses automatic differentiation, which applies exact rules to each
# step and has no $h$ at all (chapters 4 and 5); it is sometimes called "numerical", and that is a confusion.
#
# ### Exercise 10.7 * · how far to step (2 points)
#
# **Contract.** `dtype` as in exercise 10.1. Return $\varepsilon^{1/3}$ of that dtype for `scheme="central"`,
# $\varepsilon^{1/2}$ for `"forward"`, a number; any other scheme is a `ValueError`. `nm.machine_epsilon` and `np.finfo`
# may be used. (In which order does Python read `eps**1/3`?)
#
# *Example:* `optimal_difference_step("float64")` returns 6.06e-06; for `"float32"` with `scheme="forward"` it is
# 3.45e-04.
#
# <details><summary>Hint 1</summary>In which arithmetic do you take the root? A float16 has three digits. A plain <code>float</code> has sixteen.</details>

# %% exercise="optimal_difference_step"
def optimal_difference_step(dtype, *, scheme="central"):
    """Return the step at which a difference quotient errs least."""
    ### BEGIN SOLUTION
    power = {"central": 1 / 3, "forward": 1 / 2}
    if scheme not in power:
        raise ValueError("scheme must be 'central' or 'forward'")
    return nm.machine_epsilon(dtype) ** power[scheme]
    ### END SOLUTION

# %% check="optimal_difference_step"
check("optimal_difference_step")

# %% [markdown]
# ### Exercise 10.8 *** · a derivation, in writing (5 points, read by a person)
#
# Where exactly does the valley of the central difference $D(h) = \dfrac{f(x + h) - f(x - h)}{2h}$ lie? Let $f$ have
# as many derivatives as you need, $f(x) \ne 0$ and $f'''(x) \ne 0$.
#
# 1. *(2 points)* Write $f(x + h)$ and $f(x - h)$ by Taylor, up to the third order. Show $D(h) = f'(x) +
#    \frac{h^2}6f'''(x) + \dots$, and say which terms cancel, and why.
# 2. *(1)* What the machine has is not $f(x \pm h)$ but $f(x \pm h)(1 + \delta_\pm)$ with $|\delta_\pm| \le \varepsilon$.
#    Show that this changes $D(h)$ by at most about $\varepsilon|f|/h$, where $|f|$ stands for the size of $f$ near $x$.
# 3. *(1)* Minimise the bound $B(h) = \frac{h^2}6|f'''| + \frac{\varepsilon|f|}h$ over $h > 0$. Show that it is a minimum,
#    and that it lies at $h^* = \left(\dfrac{3\,\varepsilon|f|}{|f'''|}\right)^{1/3}$.
# 4. *(1)* With which power of $\varepsilon$ does $B(h^*)$ go? How many of the 16 digits of fp64 is that? Find $h^*$ and
#    the power for the forward difference as well, from $\frac h2|f''| + \frac{2\varepsilon|f|}h$.
#
# Write formulas between dollar signs. One line of reasoning for each step is enough; a step without a reason is not.

# %% [markdown] written="finite_difference_derivation"
# **1.** $f(x \pm h) = f \pm hf' + \frac{h^2}2f'' \pm \frac{h^3}6f''' + O(h^4)$, all at $x$. In the difference the even
# terms, $f$ and $\frac{h^2}2f''$, have the same sign in both and cancel; the odd ones have opposite signs and double:
# $2hf' + \frac{h^3}3f''' + O(h^5)$ (the term in $h^4$ is even, too). Divide by $2h$: $D(h) = f' + \frac{h^2}6f''' +
# O(h^4)$.
#
# **2.** The computed quotient is $D(h) + \frac{f(x + h)\delta_+ - f(x - h)\delta_-}{2h}$. By the triangle inequality
# the last term is at most $\frac{|f|\varepsilon + |f|\varepsilon}{2h} = \frac{\varepsilon|f|}h$. (Subtracting and
# dividing round once more each, by a share of at most $u$ of a number of the size of $f'$, which is small beside this.)
#
# **3.** $B'(h) = \frac h3|f'''| - \frac{\varepsilon|f|}{h^2}$ is 0 only where $h^3 = 3\varepsilon|f|/|f'''|$, which is
# $h^*$. $B''(h) = \frac13|f'''| + \frac{2\varepsilon|f|}{h^3} > 0$ for all $h > 0$, so $B$ is convex and this is the
# minimum.
#
# **4.** At $h^*$ we have $\varepsilon|f| = h^{*3}|f'''|/3$, so $B(h^*) = h^{*2}|f'''|\bigl(\frac16 + \frac13\bigr) =
# \frac12h^{*2}|f'''|$, which goes with $\varepsilon^{2/3}$. For $\varepsilon = 2.2\cdot10^{-16}$ that is $3.7\cdot
# 10^{-11}$: ten digits of sixteen. Forward: the derivative $\frac12|f''| - 2\varepsilon|f|/h^2$ is 0 at $h^* =
# 2\sqrt{\varepsilon|f|/|f''|}$; the error there is $2\sqrt{\varepsilon|f||f''|}$, which goes with $\varepsilon^{1/2}$:
# eight digits.

# %% [markdown]
# ## 10.5 A million small things
#
# A sum of positive numbers has no cancellation. What could go wrong? Add 0.1 a hundred thousand times, in fp32, one
# after the other.

# %%
tenths = np.full(100_000, 0.1, dtype=np.float32)
one_by_one = np.cumsum(tenths)[-1]
ones = np.cumsum(np.ones(4096, dtype=np.float16))
print("100 000 tenths in fp32:", one_by_one, "  by np.sum:", tenths.sum())
print("4096 ones in fp16:     ", ones[-1], "  by np.sum:",
      np.ones(4096, dtype=np.float16).sum())
assert np.isclose(one_by_one, 9998.557) and ones[-1] == 2048

fig, axes = plt.subplots(1, 2, figsize=(6.8, 2.4))
n = np.arange(1, 4097)
axes[0].plot(n, n, color="0.75", lw=5)
axes[0].plot(n, ones, color="C1")
axes[0].set(xlabel="terms", title="ones in fp16: the sum")
n = np.arange(1, 100_001)[::50]
off = np.cumsum(tenths, dtype=np.float32)[::50].astype(float) - 0.1 * n
axes[1].axhline(0, color="0.75", lw=5)
axes[1].plot(n, off, color="C1")
axes[1].set(xlabel="terms", title="tenths in fp32: how far off")
axes[1].set_xticks([0, 50_000, 100_000], ["0", "50 000", "100 000"])
mathlib.show(
    fig,
    caption="Running sums (orange) against the truth (grey). In fp16 the sum"
    " stops at 2048. In fp32 it drifts, in straight pieces: while the sum is"
    " in one octave, each tenth is rounded by the same amount.",
    alt="Left, a ramp that turns into a level line halfway. Right, a line of"
    " straight pieces: down a little, far up to 5.6, and down below zero.",
)

# %% [markdown]
# **The law.** Each addition is rounded, $s_k = (s_{k-1} + x_k)(1 + \delta_k)$. So $x_1$ passes through $n - 1$
# roundings, $x_2$ through as many, $x_3$ through $n - 2$, ...; to first order in $u$
#
# $$|\hat s_n - s_n| \;\le\; (n - 1)\,u\sum_i|x_i| .$$
#
# Think of what an addition rounds: the *sum so far*. Once that is large, each small term is cut to the gap of the large
# number, and when the term is below half a gap, nothing of it is left. The worst case needs roundings that all go one
# way; random ones give $\sqrt n\,u$ instead of $nu$. Equal terms are not random, as Vancouver found.
#
# **Three ways out.**
#
# - **Pairwise:** add neighbours, then neighbours of these, as in a tournament. Each term meets only $\log_2n$ roundings.
#   `np.sum` does that (in blocks of 128), and so does every GPU reduction.
# - **Wider:** keep the sum in a format with more digits than the terms.
# - **Compensated:** find out what each addition has lost, and hand it to the next (Kahan 1965).
#
# The third looks impossible, for how can a machine know what it could not hold?

# %% [markdown]
# **By arithmetic.** After adding, $t = \mathrm{fl}(s + y)$, look at $t - s$: that is what has *arrived* of $y$. So $(t -
# s) - y$ is what arrived too much, and both differences come out exactly (for $|s| \ge |y|$). Keep it as $c$, and take
# it off the next term:
#
# $$y = x - c, \qquad t = s + y, \qquad c = (t - s) - y, \qquad s = t .$$
#
# An algebra program will tell you that $c = 0$. So will a compiler with `-ffast-math`.
#
# **By hand**, with three decimal digits: $100 + 0.4 + 0.4 + 0.4$. Plainly, $100.4$ rounds to 100, three times. Kahan:
#
# | $x$ | $y = x - c$ | $s + y$ | $t$ | $c = (t - s) - y$ |
# |---|---|---|---|---|
# | 100 | 100 | 100 | 100 | 0 |
# | 0.4 | 0.4 | 100.4 | 100 | $0 - 0.4 = -0.4$ |
# | 0.4 | $0.4 + 0.4 = 0.8$ | 100.8 | 101 | $1 - 0.8 = 0.2$ |
# | 0.4 | $0.4 - 0.2 = 0.2$ | 101.2 | 101 | $0 - 0.2 = -0.2$ |
#
# The sum is 101, the three-digit number nearest to 101.2, and $c$ still knows of the rest.

# %%
def plain(values):
    """Add up one after the other, in the type of the values."""
    return np.cumsum(values)[-1]

counts = [10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000]
fig, ax = plt.subplots(figsize=(6.4, 2.9))
for (name, add), look, color, spot in (
    (("one by one", plain), "s-", "C1", (1.3e3, 1e-4)),
    (("pairwise (np.sum)", np.sum), "^-", "C2", (2.2e3, 3e-7)),
    (("Kahan", nm.kahan_sum), "o-", "C0", (3e4, 1.2e-9)),
):
    error = [abs(float(add(tenths[:n])) / math.fsum(tenths[:n]) - 1) + 1e-10
             for n in counts]
    ax.loglog(counts, error, look, ms=4, lw=1.2, color=color)
    ax.text(*spot, name, color=color)
ax.axhline(2.0**-24, color="0.6", ls=":")
ax.text(1.2e5, 2.0**-24, "u", color="0.4", va="center",
        backgroundcolor="white")
ax.set(xlabel="terms", ylabel="relative error", ylim=(5e-11, 1e-2),
       xlim=(8, 2e5))
mathlib.show(
    fig,
    caption="Sums of 10 to 100 000 tenths, in fp32. Kahan's stays"
    " within one rounding u of the truth (dotted), however many terms. It is"
    " level because its sums are the round numbers 1, 3, 10, ...: what is"
    " off is fp32's 0.1 itself, by the share 1.5e-8.",
    alt="Three lines on logarithmic axes: one climbs, one stays near the"
    " dotted line, one stays below it.",
)
assert nm.kahan_sum(tenths) == np.float32(10_000)
assert f"{float(tenths[0]) / 0.1 - 1:.1e}" == "1.5e-08"

# %% [markdown]
# ### Exercise 10.9 ** · find and mend (2 points)
#
# The function below ought to be Kahan's. It gives what plain adding gives. There are **two** slips in it, and the first
# hides the second. **Mend both.**
#
# **Contract.** `values` `(n,)`, floats. Return their compensated sum. Every step is computed in the dtype of `values`,
# nothing wider; 0 for no values. (`math.fsum` is another algorithm, and not allowed.)
#
# *Example:* `kahan_sum(np.float16([2048, 3, 1, 1, 1]))` returns 2054. (Plain: 2052.) By hand, $t$ goes 2048, 2052,
# 2052, 2052, 2054, and $c$ goes 0, 1, 0, $-1$, 0.
#
# <details><summary>Hint 1</summary>How long does what was lost live?</details>
# <details><summary>Hint 2</summary>Go through the second row of the table above with the code's signs. What has arrived too much must come off the next term.</details>

# %%
def broken_kahan_sum(values):
    s = values.dtype.type(0)
    for x in values:
        c = 0.0
        y = x - c
        t = s + y
        c = y - (t - s)
        s = t
    return s

print(broken_kahan_sum(np.float16([2048, 3, 1, 1, 1])))
assert broken_kahan_sum(np.float16([2048, 3, 1, 1, 1])) == 2052

# %% exercise="kahan_sum"
def kahan_sum(values):
    """Add numbers up, carrying what each addition lost to the next."""
    ### BEGIN SOLUTION
    s = c = 0.0
    for x in values:
        y = x - c
        t = s + y
        c = (t - s) - y
        s = t
    return s
    ### END SOLUTION

# %% check="kahan_sum"
check("kahan_sum")

# %% [markdown]
# **Multiply narrow, add wide.** An entry of a matrix product is a sum of $k$ products, and $k$ is in the thousands. In
# fp16 throughout, that sum stands still at 2048 if the terms are ones. Now the good news: the product of two fp16
# numbers has $11 + 11 = 22$ significant bits, so it fits into fp32 (24) *exactly*. The inputs are what takes memory;
# the sums are few. So:
#
# $$c_{ij} = \sum_k^{\text{in fp32}} a_{ik}^{\text{fp16}}\,b_{kj}^{\text{fp16}} .$$
#
# That is **mixed precision**, and a *tensor core* is this formula in silicon. All that is lost is the rounding of the
# inputs, once each, and the result stays in fp32.
#
# **By hand.** $\begin{bmatrix}0.1 & 2049\end{bmatrix}\begin{bmatrix}3\\1\end{bmatrix}$. In fp16, 0.1 is 0.099975586 and
# 2049 is 2048 (a tie). So $0.299926758 + 2048 = 2048.299926758$, which in fp32 is 2048.2998 (one more tie). The true
# 2049.3 is out of reach, but fp16 would have said 2048.
#
# *(You can't see the failure with `@`: for float16, NumPy's product and PyTorch's both add in something wider. So the
# picture adds with `np.cumsum`, which takes you at your word.)*

# %%
print(nm.mixed_precision_matmul([[0.1, 2049.0]], [[3.0], [1.0]]))
assert (nm.mixed_precision_matmul([[0.1, 2049]], [[3], [1]])
        == 2048 + 1228 / 4096)
narrow = np.cumsum(np.ones(4096, np.float16) * np.ones(4096, np.float16))
wide = nm.mixed_precision_matmul(np.ones((1, 4096)), np.ones((4096, 1)))
print("4096 ones times 4096 ones: in fp16", narrow[-1], " mixed", wide[0, 0])
assert narrow[-1] == 2048 and wide == 4096

rng = np.random.default_rng(7)
counts = 2 ** np.arange(3, 17)
a, b = rng.random((2, 20, counts[-1]))
truth = np.cumsum(a * b, axis=1)
half = a.astype(np.float16), b.astype(np.float16)
in_half = np.cumsum(half[0] * half[1], axis=1)
mixed = np.cumsum(half[0].astype(np.float32) * half[1], axis=1)
fig, ax = plt.subplots(figsize=(6.4, 2.8))
for sums, look, color, text, spot in (
    (in_half, "s-", "C1", "added in fp16", (7e2, 0.25)),
    (mixed, "o-", "C0", "the same products, added in fp32", (9, 4e-6)),
):
    error = np.abs(sums / truth - 1).mean(axis=0)[counts - 1]
    ax.loglog(counts, error, look, ms=4, lw=1.2, color=color)
    ax.text(*spot, text, color=color)
ax.set(xlabel="length k of the inner product", ylabel="relative error",
       ylim=(1e-6, 2))
mathlib.show(
    fig,
    caption="Inner products of random numbers between 0 and 1, inputs in"
    " fp16, mean of 20. In fp16 the sum gets stuck, and the rest is lost; in"
    " fp32 the errors of the inputs even average out.",
    alt="One line climbs towards 1, the other one falls.",
)
assert np.abs(in_half / truth - 1).mean(axis=0)[-1] > 0.5

# %% [markdown]
# ### Exercise 10.10 ** · a tensor core (2 points)
#
# **Contract.** `A` `(n, k)`, `B` `(k, m)`, float32 or float64. Round each entry to float16 (65504 is the largest; what
# rounds past it, from 65520 on, is infinity); multiply and add in float32. Return float32 `(n, m)`. If the inner sizes
# differ, `ValueError`.
#
# *Example:* `mixed_precision_matmul(np.array([[0.1, 2051.0]]), np.array([[3.0], [1.1]]))` returns `[[2256.6982]]`.
#
# <details><summary>Hint 1</summary>Two casts for each matrix: one loses digits, the other makes room.</details>

# %% exercise="mixed_precision_matmul"
def mixed_precision_matmul(A, B):
    """Multiply as tensor cores do: factors in float16, sums in float32."""
    ### BEGIN SOLUTION
    A = A.astype(np.float16).astype(np.float32)
    B = B.astype(np.float16).astype(np.float32)
    return A @ B
    ### END SOLUTION

# %% check="mixed_precision_matmul"
check("mixed_precision_matmul")

# %% [markdown]
# **Training is a sum.** A weight is its initial value plus 100 000 small updates. Say it is 1 and each update is 0.001.
# Above 1 the numbers of bf16 are 0.0078 apart. So the weight never moves: it is not that the model learns badly; it
# does not learn at all. Two mends are in use.
#
# - **A master copy in fp32.** Multiply with the bf16 copy, add to the fp32 one (Micikevicius 2018). It costs 4 more bytes
#   for each weight, and nearly everybody pays them.
# - **Stochastic rounding.** Round up with a probability equal to the share of the gap that you are above the lower
#   neighbour. An update of 0.001 then moves the weight about one time in eight, and on average by just 0.001: Vancouver, honest.

# %%
def stochastic_bfloat16(x, rng):
    """Round up or down at random, right on average."""
    bits = np.float32(x).view(np.uint32) + rng.integers(0, 2**16, np.shape(x),
                                                        dtype=np.uint32)
    return (bits & np.uint32(0xFFFF0000)).view(np.float32)

rng = np.random.default_rng(0)
nearest, random = np.ones(5, np.float32), np.ones(5, np.float32)
path = []
for _ in range(1000):
    nearest = nm.round_to_bfloat16(nearest + np.float32(0.001))
    random = stochastic_bfloat16(random + np.float32(0.001), rng)
    path.append([nearest[0], *random])
path = np.array(path)
print("after 1000 updates of 0.001: nearest", path[-1, 0],
      " stochastic, five weights", path[-1, 1:])
assert path[-1, 0] == 1 and abs(path[-1, 1:].mean() - 2) < 0.1

fig, ax = plt.subplots(figsize=(6.4, 2.6))
ax.plot([0, 1000], [1, 2], color="0.75", lw=6)
ax.plot(path[:, 1:], color="C0", lw=0.8)
ax.plot(path[:, 0], color="C1", ls="--")
ax.text(640, 1.9, "master copy in fp32", color="0.4", ha="right")
ax.text(700, 1.45, "stochastic rounding", color="C0")
ax.text(700, 1.06, "nearest", color="C1")
ax.set(xlabel="update", ylabel="weight", ylim=(0.93, 2.15))
mathlib.show(
    fig,
    caption="A weight that ought to go from 1 to 2 in a thousand steps. In"
    " bf16, rounded to nearest, it stays where it was (dashed); five runs"
    " with stochastic rounding (thin) go there in jumps.",
    alt="A broad grey ramp with five thin jagged lines around it, and a flat"
    " dashed line at 1.",
)

# %% [markdown]
# **The guard that isn't there.** Adam divides by $\sqrt v + \epsilon$ with $\epsilon = 10^{-8}$ (chapter 8), a norm by
# $\sqrt{\mathrm{Var} + \epsilon}$. This $\epsilon$ keeps the denominator from being 0. The smallest number of fp16 is
# $6\cdot 10^{-8}$, so in fp16 $10^{-8}$ *is* 0. And $v$, a mean of squared gradients, underflows long before: a
# gradient of $10^{-4}$ has the square $10^{-8}$.
#
# One weight with a gradient of zero, and the model is nan. So **optimizer state and norm statistics live in fp32**, and
# an epsilon is chosen for the format it lives in (LayerNorm's usual $10^{-5}$ survives in fp16, BERT's $10^{-12}$
# doesn't). Mixed-precision training in fp16 also multiplies the loss by $2^{15}$ or so before the backward pass, and
# divides the gradients by it afterwards, in fp32: *loss scaling* (chapter 17). bf16 has the range of fp32 and does
# without.
#
# The next cell takes an Adam step by hand, and the one after it lets PyTorch's own Adam run into it.

# %%
for kind in (np.float16, np.float32):
    g, m, v = kind(1e-4), kind(0), kind(0)
    m = kind(0.9) * m + kind(0.1) * g
    v = kind(0.999) * v + kind(0.001) * g * g
    eps = kind(1e-8)
    with np.errstate(divide="ignore", invalid="ignore"):
        step = m / kind(0.1) / (np.sqrt(v / kind(0.001)) + eps)
        idle = kind(0) / (np.sqrt(kind(0)) + eps)
    print(f"{kind.__name__}: eps = {eps:.3g}, v = {v:.3g}, first step ="
          f" {step:.4f} x lr, with no gradient {idle:.3g}")
    if kind is np.float16:
        assert eps == 0 and v == 0 and np.isinf(step) and np.isnan(idle)
    else:
        assert np.isclose(step, 1, atol=1e-3) and idle == 0
print("smallest fp16:", np.finfo(np.float16).smallest_subnormal)

# %% tags=["nbval-ignore-output"]
if mathlib.has_torch:
    import torch

    for kind in (torch.float16, torch.float32):
        w = torch.nn.Parameter(torch.ones(3, dtype=kind))
        adam = torch.optim.Adam([w], lr=0.01, foreach=False)
        w.grad = torch.tensor([0.0, 1e-4, 1.0], dtype=kind)
        adam.step()
        print(f"{kind}: after one step {w.tolist()}")
        assert bool(torch.isfinite(w).all()) == (kind == torch.float32)

    x = torch.ones(1, 4096, dtype=torch.float16)
    print("torch, 4096 ones in float16, x @ x.T:", (x @ x.T).item(),
          " one by one:", end=" ")
    total = torch.tensor(0.0, dtype=torch.float16)
    for one in x[0]:
        total += one
    print(total.item())
    assert total == 2048 and (x @ x.T) == 4096
else:
    print("torch is not installed; nothing depends on this cell")

# %% [markdown]
# ## 10.6 Whose fault is it?
#
# An answer can be wrong for two reasons. The *problem* may be touchy: whoever changes the data in the last digit gets
# another answer. Or the *method* is bad: the problem is harmless, and digits are lost on the way. The first can't be
# mended. The second is a scandal. To tell them apart takes one number.
#
# **The law.** Solve $A\mathbf x = \mathbf b$, $A$ invertible, and move $\mathbf b$ by $\Delta\mathbf b$. The answer
# moves by $\Delta\mathbf x = A^{-1}\Delta\mathbf b$. Of the singular values of $A$ (chapter 3) let $\sigma_{\max}$ be
# the largest and $\sigma_{\min}$ the smallest. $A$ stretches nothing by more than $\sigma_{\max}$, so $\|\mathbf b\|
# \le \sigma_{\max}\| \mathbf x\|$; $A^{-1}$ stretches nothing by more than $1/\sigma_{\min}$, so $\|\Delta\mathbf x\|
# \le \|\Delta\mathbf b\|/ \sigma_{\min}$. Multiply the two, and divide by $\|\mathbf x\|\,\|\mathbf b\|$:
#
# $$\frac{\|\Delta\mathbf x\|}{\|\mathbf x\|} \;\le\; \kappa(A)\,\frac{\|\Delta\mathbf b\|}{\|\mathbf b\|}, \qquad
# \kappa(A) = \frac{\sigma_{\max}}{\sigma_{\min}} \ge 1 .$$
#
# $\kappa$ (kappa) is the **condition number**. Rule of thumb: with $\kappa = 10^k$ you lose $k$ digits. A singular $A$
# has $\kappa = \infty$. A rotation has 1: it loses nothing.
#
# **By hand.** $A = \begin{bmatrix}2 & 2\\1 & -1\end{bmatrix}$. $A^\top A = \begin{bmatrix}5 & 3\\3 & 5\end{bmatrix}$
# has the eigenvalues 8 and 2, so $\sigma = 2\sqrt2, \sqrt2$ and $\kappa = 2$. (The eigenvalues of $A$ itself, 2.56 and
# $-1.56$, would say 1.64. They say how far *eigenvectors* are stretched, and the most stretched vector need not be
# one.)

# %%
A = np.array([[2.0, 2.0], [1.0, -1.0]])
print("singular values", dc.svd(A)[1].round(4), "  kappa =",
      round(float(nm.condition_number(A)), 6),
      "  eigenvalues", np.linalg.eigvals(A).round(2))
assert np.isclose(nm.condition_number(A), 2)
assert np.isclose(nm.condition_number(A.T @ A), 4)

steep, slim = np.array([[1.0, 1], [1, -1]]), np.array([[1.0, 1], [1, 1.3]])
fig, axes = plt.subplots(1, 2, figsize=(6.8, 2.9), sharey=True)
grid, rng = np.linspace(-1, 3, 2), np.random.default_rng(1)
for ax, M in zip(axes, (steep, slim)):
    b = M @ [1, 1]
    moved = np.linalg.solve(M, b[:, None] + 0.05 * rng.normal(size=(2, 300)))
    ax.plot(*moved, ".", ms=2.5, color="C1")
    for row, value in zip(M, b):
        ax.plot(grid, (value - row[0] * grid) / row[1], color="C0")
    ax.plot(1, 1, "o", color="black", ms=5)
    ax.set(xlim=(0, 2), ylim=(0, 2), xlabel="$x_1$",
           title=f"condition number {nm.condition_number(M):.1f}")
axes[0].set(ylabel="$x_2$")
mathlib.show(
    fig,
    caption="Two equations are two lines, and the solution (black) is where"
    " they cross. Orange: 300 solutions after right sides moved by 0.05 or"
    " so, equally in both pictures.",
    alt="Left, two lines cross at a right angle in a small round cloud."
    " Right, they cross at a slim angle in a long thin cloud.",
)

# %% [markdown]
# **Where it is load-bearing.** $\kappa$ of the Hessian is the speed of gradient descent (chapter 8), $\kappa$ of a
# kernel matrix the reason why a Gaussian process adds "jitter" (12). Feature scaling, whitening and normalisation
# layers are ways to lower a $\kappa$.
#
# ### Exercise 10.11 * · how touchy (2 points)
#
# **Contract.** `A` `(m, n)`, real, at least one row and one column. Return the ratio of the largest to the smallest of
# its $\min(m, n)$ singular values; infinity if the smallest is 0, also for a matrix of zeros (and no warning).
# `np.linalg.svd` and `dc.svd` may be used.
#
# *Example:* `condition_number(np.array([[3.0, 0.0], [4.0, 5.0]]))` returns 3.0. (The singular values are $\sqrt{45}$
# and $\sqrt5$.)
#
# <details><summary>Hint 1</summary>Singular values come sorted. What is 0 / 0 here?</details>

# %% exercise="condition_number"
def condition_number(A):
    """Divide the largest singular value by the smallest."""
    ### BEGIN SOLUTION
    sigma = np.linalg.svd(A, compute_uv=False)
    return sigma[0] / sigma[-1] if sigma[-1] > 0 else np.inf
    ### END SOLUTION

# %% check="condition_number"
check("condition_number")

# %% [markdown]
# **How to lose half of your digits.** Least squares (chapters 2 and 7): given $X$ $(n, d)$ with independent columns and
# $\mathbf y$ $(n,)$, find the $\mathbf w$ with the smallest $\|X\mathbf w - \mathbf y\|$. Every textbook has the
# *normal equations* $X^\top X\mathbf w = X^\top\mathbf y$. They are right, and they ask a touchier question than you
# had: with the SVD $X = U\Sigma V^\top$ we have $X^\top X = V\Sigma^2V^\top$, its singular values are the squares, and
#
# $$\kappa(X^\top X) = \kappa(X)^2 .$$
#
# If $\kappa(X) = 10^8$, nothing is left of 16 digits. That is the method's fault, not the problem's. **Läuchli's
# matrix** (1961) shows it with one small number $\eta$ (eta):
#
# $$X = \begin{bmatrix}1 & 1\\\eta & 0\\0 & \eta\end{bmatrix}, \qquad
# X^\top X = \begin{bmatrix}1 + \eta^2 & 1\\1 & 1 + \eta^2\end{bmatrix} .$$
#
# Take $\eta = 10^{-8}$. $X$ is fine, its columns are independent. But $1 + 10^{-16}$ is 1, so the computed $X^\top X$
# has four ones: **singular**. All that made the columns differ is gone before you begin to solve.

# %% [markdown]
# **The mend: never form $X^\top X$.** Chapter 3 gives $X = QR$: the columns of $Q$ $(n, d)$ are orthonormal, $R$ $(d,
# d)$ is upper triangular. Any $\mathbf y$ splits into a part in the span of $Q$, $QQ^\top\mathbf y$, and a rest
# orthogonal to it. By Pythagoras
#
# $$\|X\mathbf w - \mathbf y\|^2 = \|QR\mathbf w - QQ^\top\mathbf y\|^2 + \|\text{rest}\|^2
# = \|R\mathbf w - Q^\top\mathbf y\|^2 + \|\text{rest}\|^2 ,$$
#
# since $Q$ keeps lengths. The rest doesn't depend on $\mathbf w$, and the first term can be made 0: $R\mathbf w =
# Q^\top\mathbf y$. And $\kappa(R) = \kappa(X)$: nothing is squared.
#
# **By hand.** $X = \begin{bmatrix}3 & 1\\4 & 3\\0 & 0\end{bmatrix}$, $\mathbf y = (5, 10, 4)$. The first column has
# length 5: $\mathbf q_1 = (0.6, 0.8, 0)$. The second has $r_{12} = \mathbf q_1^\top\mathbf x_2 = 0.6 + 2.4 = 3$ along
# it; what is left, $(1, 3, 0) - 3\,\mathbf q_1 = (-0.8, 0.6, 0)$, has length 1 and is $\mathbf q_2$. So
#
# $$R = \begin{bmatrix}5 & 3\\0 & 1\end{bmatrix}, \qquad Q^\top\mathbf y = (3 + 8,\; -4 + 6) = (11, 2), \qquad
# w_2 = 2, \quad w_1 = (11 - 3\cdot2)/5 = 1 .$$
#
# The fit is $X\mathbf w = (5, 10, 0)$, and the rest $(0, 0, 4)$ is orthogonal to both columns.

# %%
X, y = np.array([[3.0, 1], [4, 3], [0, 0]]), np.array([5.0, 10, 4])
print("w =", nm.least_squares_qr(X, y).round(12))
assert np.allclose(nm.least_squares_qr(X, y), [1, 2])

eta = 1e-8
X = np.array([[1, 1], [eta, 0], [0, eta]])
y = X @ [1.0, 1.0]
print("Läuchli, X^T X:", (X.T @ X).tolist(), " with QR: w =",
      nm.least_squares_qr(X, y).round(6))
assert (X.T @ X == 1).all()
assert np.allclose(nm.least_squares_qr(X, y), 1)

degrees = np.arange(1, 16)
t = np.linspace(0, 1, 40)
errors = {"normal equations": [], "QR": []}
for d in degrees:
    X = np.vander(t, d + 1)
    y = X @ np.ones(d + 1)      # so the right weights are all 1
    errors["normal equations"].append(
        np.abs(np.linalg.solve(X.T @ X, X.T @ y) - 1).max())
    errors["QR"].append(np.abs(nm.least_squares_qr(X, y) - 1).max())
fig, ax = plt.subplots(figsize=(6.4, 2.9))
ax.semilogy(degrees, errors["normal equations"], "s-", color="C1", ms=4)
ax.semilogy(degrees, errors["QR"], "o-", color="C0", ms=4)
kappa = np.array([nm.condition_number(np.vander(t, d + 1)) for d in degrees])
eps = np.finfo(float).eps
ax.semilogy(degrees, eps * kappa, ":", color="C0", lw=1.2)
ax.semilogy(degrees, np.minimum(eps * kappa**2, 1e3), ":", color="C1", lw=1.2)
ax.text(4.6, 3e-5, "normal equations", color="C1", ha="right")
ax.text(11.5, 1e-10, "QR", color="C0")
ax.set(xlabel="degree of the polynomial", ylabel="error of the weights",
       ylim=(1e-16, 1e4))
mathlib.show(
    fig,
    caption="Fitting a polynomial through 40 points whose weights are known"
    " to be 1. Dotted: ε κ(X) in blue, ε κ(X)² in orange, cut off at 1000.",
    alt="On a logarithmic axis the orange line climbs twice as steeply as"
    " the blue one; each stays below its dotted line.",
)
assert errors["normal equations"][9] > 1e4 * errors["QR"][9]

# %% [markdown]
# **The capstone: sixteen years of America.** In 1967 James Longley computed one regression on the employment of the
# United States, 1947 to 1962, by hand and to many digits. Then he gave it to the programs of his day. They disagreed
# with him and with each other, some in the first digit. The problem is touchy: prices, output, population and the year
# itself rise together, so the columns are nearly dependent, and the year is 1954 give or take 8. Today NIST, the
# American bureau of standards, certifies the right answer to 15 digits and lets every statistics package face it.

# %%
table = longley.load_pandas()
X = np.column_stack([np.ones(16), table.exog.to_numpy(float)])
y = table.endog.to_numpy(float)
certified = np.array([
    -3482258.63459582, 15.0618722713733, -0.0358191792925910,
    -2.02022980381683, -1.03322686717359, -0.0511041056535807,
    1829.15146461355,
])
names = ["constant", "prices", "output", "unemployed", "army",
         "population", "year"]
print(f"kappa(X) = {nm.condition_number(X):.1e}", X.shape)
assert 4.8e9 < nm.condition_number(X) < 4.9e9

fig, ax = plt.subplots(figsize=(6.4, 2.8))
for j, look, color, x, up in (
    (1, "o-", "C0", 1949.2, 0.1), (2, "s-", "C1", 1955.9, -0.55),
    (5, "^-", "C2", 1958.2, 0.3), (6, "--", "C5", 1947.1, -1.05),
):
    scaled = (X[:, j] - X[:, j].mean()) / X[:, j].std()
    ax.plot(X[:, 6], scaled, look, ms=4, lw=1.1, color=color)
    ax.text(x, up, names[j], color=color)
ax.set(xlabel="year", ylabel="standardised")
mathlib.show(
    fig,
    caption="Four of Longley's columns, each shifted and scaled to mean 0 and"
    " spread 1. They tell nearly the same story, so their weights are hard"
    " to tell apart.",
    alt="Four nearly straight rising lines that lie almost on each other.",
)

# %% [markdown]
# ### Exercise 10.12 *** · the capstone: least squares that keep their digits (4 points)
#
# **Contract.** `X` `(n, d)`, $n \ge d$, independent columns, taken as it is (no column of ones is added); `y` `(n,)`.
# Return the `w` `(d,)` with the smallest $\|X\mathbf w - \mathbf y\|$. Graded on Longley's data, to nine digits, and on
# a Läuchli matrix. `np.linalg.qr`, `dc.qr_householder` and `np.linalg.solve` may be used, ready-made least squares may
# not. (A Gram-Schmidt of your own won't do: in floats its $Q$ is not orthogonal enough.)
#
# *Example:* `least_squares_qr(np.array([[3., 5], [4, 0], [0, 3]]), np.array([25., -5, -14]))` returns `[1, 2]`.
#
# <details><summary>Hint 1</summary>If <code>X.T @ X</code> stands anywhere, the digits are gone.</details>
# <details><summary>Hint 2</summary>Two shapes to check: Q is (n, d) and R is (d, d). What is the shape of the right side that R needs?</details>

# %% exercise="least_squares_qr"
def least_squares_qr(X, y):
    """Return the weights w that make ||Xw - y|| smallest."""
    ### BEGIN SOLUTION
    Q, R = np.linalg.qr(X)
    return np.linalg.solve(R, Q.T @ y)
    ### END SOLUTION

# %% check="least_squares_qr"
check("least_squares_qr")

# %%
def digits(w):
    """Count the digits that agree with the certified ones."""
    return -np.log10(np.abs(w - certified) / np.abs(certified))

kept = {
    "normal equations": np.linalg.solve(X.T @ X, X.T @ y),
    "QR": nm.least_squares_qr(X, y),
}
fig, ax = plt.subplots(figsize=(6.4, 2.9))
for (name, w), look, color, at_least in zip(
    kept.items(), "so", ("C1", "C0"), (7, 10),
):
    right = digits(w)
    print(f"{name}: more than {at_least} digits of each weight")
    assert right.min() > at_least
    ax.plot(right, range(7), look, color=color, ms=6)
    ax.text(np.median(right), -0.85, name, color=color, ha="center")
ax.set(yticks=range(7), yticklabels=names, xlabel="digits that are right",
       xlim=(0, 15.5), ylim=(6.5, -1.4))
ax.grid(axis="y")
mathlib.show(
    fig,
    caption="Digits of Longley's weights that agree with NIST's. QR keeps"
    " more than ten of sixteen; the normal equations throw away three to five"
    " of them.",
    alt="Seven rows with two marks each: squares at seven to nine, circles"
    " at eleven to thirteen.",
)
assert digits(kept["normal equations"]).min() < 8.5

spread = (X[:, 1:] - X[:, 1:].mean(axis=0)) / X[:, 1:].std(axis=0)
print(f"kappa of the scaled columns: {nm.condition_number(spread):.0f}")
assert 100 < nm.condition_number(spread) < 120

# %% [markdown]
# By $\kappa^2\varepsilon$ the normal equations should have had no digit at all. They were lucky: most of this $\kappa$
# comes from columns of very different sizes, and solving with pivots does not mind those. Shift the years and scale the
# columns, and $\kappa$ falls to a hundred or so. **Centre and scale first, then use QR (or the SVD), and report
# $\kappa$.** NumPy's `lstsq` takes the SVD, scikit-learn's `LinearRegression` calls it; PCA takes the SVD of $X$ and
# not the eigenvectors of $X^\top X$ (chapter 3), for the same reason.

# %% [markdown]
# ## 10.7 A million unknowns
#
# Elimination takes $\frac23n^3$ operations and wants to see the whole matrix. With a million unknowns that is nearly
# $10^{18}$ operations, and 8 terabytes. But often you can *multiply* by $A$ without having it: a blur, a graph, a
# Hessian times a vector (chapter 5). Can one solve $A\mathbf x = \mathbf b$ by multiplying?
#
# Let $A$ be symmetric and positive definite. Then solving is going downhill: $\phi(\mathbf x) = \frac12\mathbf x^\top
# A\mathbf x - \mathbf b^\top\mathbf x$ has the gradient $A\mathbf x - \mathbf b$, and its one minimum is the solution.
# The **residual** $\mathbf r = \mathbf b - A\mathbf x$ points straight down. Steepest descent goes along $\mathbf r$ to
# the lowest point, looks again, and zigzags: each step spoils a little of what the last one had achieved.
#
# **The idea** (Hestenes and Stiefel 1952). Choose directions $\mathbf p_k$ that don't disturb each other. After moving
# along $\mathbf p_0$ to its lowest point, the slope along $\mathbf p_0$ is 0. A move along $\mathbf p_1$ changes the
# gradient by a multiple of $A\mathbf p_1$. So the slope along $\mathbf p_0$ *stays* 0 if $\mathbf p_0^\top A\mathbf p_1
# = 0$: the two are **conjugate**. Then every direction is finished once and for all, and after $n$ of them, so are you.

# %%
def steepest_descent(A, b, steps):
    """Go along the residual to the lowest point, again and again."""
    x, path = np.zeros(len(b)), [np.zeros(len(b))]
    for _ in range(steps):
        r = b - A @ x
        x = x + (r @ r) / (r @ A @ r) * r
        path.append(x)
    return np.array(path)

A, b = np.array([[1.0, 0], [0, 12]]), np.array([9.0, 9.0])
zigzag = steepest_descent(A, b, 40)
straight = np.array([nm.conjugate_gradient(A, b, max_iter=k)
                     for k in (0, 1, 2)])
u, v = np.meshgrid(np.linspace(-0.6, 10, 121), np.linspace(-0.6, 2.1, 91))
phi = 0.5 * (u**2 + 12 * v**2) - 9 * u - 9 * v
fig, ax = plt.subplots(figsize=(6.8, 2.5))
ax.contour(u, v, phi + 43.875, [0.3, 2, 6, 13, 24, 40], colors="0.8",
           linewidths=0.9)
ax.plot(*zigzag.T, "s-", ms=3, lw=1.2, color="C1")
ax.plot(*straight.T, "o-", ms=6, lw=2, color="C0")
ax.text(2.6, 1.72, "conjugate gradient: 2 steps", color="C0")
ax.text(4.0, -0.2, f"steepest descent: {len(zigzag) - 1} steps", color="C1")
ax.set(xlabel="$x_1$", ylabel="$x_2$")
mathlib.show(
    fig,
    caption="Both start at the origin along the residual. The second step of"
    " conjugate gradient goes straight to the bottom; steepest descent turns"
    " at right angles for ever (they look sharper: the axes differ in"
    " scale).",
    alt="Long flat ellipses. A blue path of two strokes ends in their"
    " centre, an orange zigzag creeps towards it.",
)
assert np.allclose(straight[-1], np.linalg.solve(A, b))
assert np.linalg.norm(A @ zigzag[20] - b) > 1e-6

# %% [markdown]
# **The law.** Start with $\mathbf x_0 = \mathbf0$, so $\mathbf r_0 = \mathbf p_0 = \mathbf b$. Then
#
# $$\alpha_k = \frac{\mathbf r_k^\top\mathbf r_k}{\mathbf p_k^\top A\mathbf p_k}, \qquad
# \mathbf x_{k+1} = \mathbf x_k + \alpha_k\mathbf p_k, \qquad \mathbf r_{k+1} = \mathbf r_k - \alpha_kA\mathbf p_k,$$
# $$\beta_k = \frac{\|\mathbf r_{k+1}\|^2}{\|\mathbf r_k\|^2}, \qquad
# \mathbf p_{k+1} = \mathbf r_{k+1} + \beta_k\mathbf p_k .$$
#
# **Where $\alpha$ comes from.** At the lowest point along $\mathbf p_k$ the new residual is orthogonal to it: $0 =
# \mathbf p_k^\top\mathbf r_{k+1} = \mathbf p_k^\top\mathbf r_k - \alpha_k\mathbf p_k^\top A\mathbf p_k$. And $\mathbf
# p_k^\top \mathbf r_k = \mathbf r_k^\top\mathbf r_k$, because $\mathbf p_k = \mathbf r_k + \beta_{k-1}\mathbf p_{k-1}$,
# and $\mathbf p_{k-1}^\top\mathbf r_k = 0$ by the step before.
#
# **Where $\beta$ comes from.** Ask for $\mathbf p_{k+1}^\top A\mathbf p_k = 0$. That fixes $\beta_k$: new over old.
#
# <details><summary>The proof, in three steps</summary>
#
# 1. So $\beta_k = -\mathbf r_{k+1}^\top A\mathbf p_k/\mathbf p_k^\top A\mathbf p_k$, and the update says $A\mathbf p_k =
#    (\mathbf r_k - \mathbf r_{k+1})/\alpha_k$. Below stands $\|\mathbf r_k\|^2/\alpha_k$, by the law for $\alpha_k$.
# 2. Above stands $\|\mathbf r_{k+1}\|^2/\alpha_k$, for $\mathbf r_{k+1}^\top\mathbf r_k = 0$: $\mathbf r_k = \mathbf p_k -
#    \beta_{k-1}\mathbf p_{k-1}$, and $\mathbf r_{k+1}$ is orthogonal to both (to $\mathbf p_{k-1}$, for nothing spoils it).
# 3. $\mathbf p_{k+1}$ is conjugate to the earlier directions, too: by induction, because $A\mathbf p_j$ is a difference
#    of residuals. It is where symmetry is used.
#
# </details>

# %% [markdown]
# **By hand.** $A = \begin{bmatrix}3 & 1\\1 & 2\end{bmatrix}$, $\mathbf b = (1, -1)$. $\mathbf r_0 = \mathbf p_0 = (1,
# -1)$, $A\mathbf p_0 = (2, -1)$, $\alpha_0 = \frac2{2 + 1} = \frac23$. $\mathbf x_1 = (\frac23, -\frac23)$, $\mathbf
# r_1 = (1, -1) - \frac23(2, -1) = (-\frac13, -\frac13)$. $\beta_0 = \frac{2/9}2 = \frac19$, $\mathbf p_1 = (-\frac13 +
# \frac19, -\frac13 - \frac19) = (-\frac29, -\frac49)$. $A\mathbf p_1 = -\frac{10}9(1, 1)$, $\alpha_1 =
# \frac{2/9}{60/81} = \frac3{10}$, and $\mathbf x_2 = (\frac23 - \frac1{15}, -\frac23 - \frac2{15}) = (0.6, -0.8)$.
# Check: $A\mathbf x_2 = (1.8 - 0.8, 0.6 - 1.6) = \mathbf b$. Two unknowns, two steps, and one product with $A$ in each.
#
# **How many steps really?** In exact arithmetic $n$, at most. Nobody waits for them. The error, measured by
# $\sqrt{\mathbf e^\top A\mathbf e}$, shrinks at least like
#
# $$2\left(\frac{\sqrt\kappa - 1}{\sqrt\kappa + 1}\right)^k, \qquad\text{for steepest descent}\qquad
# \left(\frac{\kappa - 1}{\kappa + 1}\right)^k .$$
#
# (We quote this; the proof is about polynomials.) The square root is the point: with $\kappa = 10\,000$, a digit costs
# about a hundred steps in place of ten thousand. And it is a worst case. If $A$ has only five *different* eigenvalues,
# five steps are enough. In floats the directions lose their conjugacy slowly, so it may take some more.
#
# **Seen in practice: heat on a plate.** A square of $32\times32$ points; each wants to be the mean of its four
# neighbours, the border is kept at 0, and two spots are heated. That is $A\mathbf x = \mathbf b$ with 1024 unknowns,
# and $A$ has five entries in a row that are not 0.

# %%
A, b = np.array([[3.0, 1], [1, 2]]), np.array([1.0, -1])
print(nm.conjugate_gradient(A, b, max_iter=1).round(4),
      nm.conjugate_gradient(A, b).round(12))
assert np.allclose(nm.conjugate_gradient(A, b), [0.6, -0.8])
assert np.allclose(nm.conjugate_gradient(A, b, max_iter=1), [2 / 3, -2 / 3])

side = 32
line = 2 * np.eye(side) - np.eye(side, k=1) - np.eye(side, k=-1)
plate = np.kron(line, np.eye(side)) + np.kron(np.eye(side), line)
heat = np.zeros((side, side))
heat[8:11, 6:10], heat[21:24, 18:27] = 1.0, 0.5
b = heat.ravel()
# Its eigenvalues are known: sums of those of the line (chapter 11).
ends = 4 - 4 * np.cos(np.pi * np.array([1, side]) / (side + 1))
kappa = ends[1] / ends[0]

counts = np.array([0, 5, 10, 15, 20, 40, 60, 80, 100])
solved = [nm.conjugate_gradient(plate, b, max_iter=k) for k in counts]
rest = [np.linalg.norm(b - plate @ x) / np.linalg.norm(b) for x in solved]
path = steepest_descent(plate, b, 100)[counts]
slow = [np.linalg.norm(b - plate @ x) / np.linalg.norm(b) for x in path]
print(f"kappa = {kappa:.0f}; after 100 steps the residual is {rest[-1]:.0e},"
      f" by steepest descent {slow[-1]:.0e}")
assert rest[-1] < 1e-6 < 1e-2 < slow[-1]

fig, axes = plt.subplots(1, 4, figsize=(7.4, 2.3),
                         width_ratios=[1, 1, 1, 1.5])
for ax, k in zip(axes, (1, 4, 8)):
    ax.imshow(solved[k].reshape(side, side), cmap="inferno", vmin=0,
              vmax=solved[-1].max())
    ax.set(title=f"{counts[k]} steps", xticks=[], yticks=[])
axes[3].semilogy(counts, rest, "o-", ms=4)
axes[3].semilogy(counts, slow, "s-", ms=4)
axes[3].text(58, 1e-5, "CG", color="C0", ha="right")
axes[3].text(99, 1.5, "steepest descent", color="C1", ha="right")
axes[3].set(xlabel="steps", ylabel="residual", ylim=(1e-9, 60))
mathlib.show(
    fig,
    caption="The temperature after 5, 20 and 100 steps of conjugate gradient:"
    " each step reaches one neighbour further. Right, the size of the"
    " residual, relative to that of b.",
    alt="Three dark squares with two glowing spots that spread; beside them"
    " a falling blue curve and a nearly flat orange one on a log axis.",
)

# %% [markdown]
# **Where it is load-bearing.** Hessian-free training (Martens 2010) and trust-region policy optimisation (chapter 20)
# solve with a curvature matrix that nobody could store. Gaussian processes for a million points do (GPyTorch). So does
# every simulation of heat, air and bridges, with a *preconditioner*: an $M$ close to $A^{-1}$ that makes $\kappa$
# small.
#
# ### Exercise 10.13 *** · solve by multiplying (4 points)
#
# **Contract.** `A` `(n, n)`, symmetric and positive definite; `b` `(n,)`. Start at $\mathbf x = \mathbf0$. Stop as soon
# as $\|\mathbf r\| \le$ `tol` $\cdot\,\|\mathbf b\|$ (looked at before each step, so $\mathbf b = \mathbf0$ gives
# zeros), and after `max_iter` steps at the latest (`None`: $n$). Return `x` `(n,)`. `A` and `b` stay as they are. No
# solver, no inverse.
#
# *Example:* `conjugate_gradient(np.array([[1., 1], [1, 2]]), np.array([2., 1]))` returns `[3, -1]`; with `max_iter=1`
# it returns `[1, 0.5]`. ($\alpha_0 = \frac12$, $\beta_0 = \frac14$, $\alpha_1 = 2$.)
#
# <details><summary>Hint 1</summary>One product <code>A @ p</code> in each step, used twice. Keep it.</details>
# <details><summary>Hint 2</summary>β needs the old and the new ‖r‖². Keep the old one before you overwrite it.</details>
# <details><summary>Hint 3</summary>After <code>p = r</code> the two names mean one array. Does <code>p += ...</code> leave b alone?</details>

# %% exercise="conjugate_gradient"
def conjugate_gradient(A, b, *, tol=1e-8, max_iter=None):
    """Solve A x = b for a symmetric positive definite A."""
    ### BEGIN SOLUTION
    x, r = np.zeros(len(b)), b
    p, square = r, r @ r
    enough = tol**2 * square
    for _ in range(len(b) if max_iter is None else max_iter):
        if square <= enough:
            break
        Ap = A @ p
        alpha = square / (p @ Ap)
        x = x + alpha * p
        r = r - alpha * Ap
        before, square = square, r @ r
        p = r + square / before * p
    return x
    ### END SOLUTION

# %% check="conjugate_gradient"
check("conjugate_gradient")

# %% [markdown]
# ## 10.8 A curve from a few points
#
# A computer never has a function, only its values here and there. From a few of them we want the area below it, or the
# curve between them. Both are the same move: **replace the function by a polynomial, and do with that what you
# wanted.**
#
# **Simpson's rule.** On $[-h, h]$ put a parabola $q(x) = \alpha + \beta x + \gamma x^2$ through $f_{-1}, f_0, f_1$. Its
# area is $\int_{-h}^hq = 2h\alpha + \frac23h^3\gamma$. From the three conditions, $\alpha = f_0$ and $\gamma h^2 =
# \frac12(f_{-1} + f_1) - f_0$. So the area is $\frac h3(f_{-1} + 4f_0 + f_1)$. Now side by side, $n$ intervals of width
# $h = (b - a)/n$, **$n$ even**; the inner ends are shared by two parabolas:
#
# $$\int_a^bf \approx \frac h3\Bigl(f_0 + 4\sum_{i\text{ odd}}f_i + 2\!\!\sum_{i\text{ even}, 0<i<n}\!\!f_i + f_n\Bigr).$$
#
# It is exact for parabolas by construction, and for cubics by luck: $x^3$ adds nothing on either side of the middle.
# For smooth $f$ the error falls like $h^4$.
#
# **By hand.** $\int_0^2x^3\,dx$ with $n = 2$: $\frac13(0 + 4\cdot1 + 8) = 4$. Exactly.
#
# **Gauss's rule.** Simpson chose equidistant points and then the weights. Choose the points as well, and $n$ of them
# have $2n$ free numbers, enough to be exact up to **degree $2n - 1$**: $\int_{-1}^1f \approx \sum_iw_if(x_i)$. For $n =
# 2$, symmetric: weights 1 and 1 (for $f = 1$), points $\pm x$ with $2x^2 = \int_{-1}^1t^2dt = \frac23$, so $x =
# 1/\sqrt3$. Two values, and cubics are exact. In general the points are the zeros of the Legendre polynomials; another
# interval is reached by stretching.

# %%
def cube(x):
    return x**3

print("Simpson, n = 2:", nm.simpson_integral(cube, 0, 2, 2),
      "  Gauss, n = 2:", round(float(nm.gauss_legendre_integral(
          cube, 0, 2, 2)), 12))
assert np.isclose(nm.simpson_integral(cube, 0, 2, 2), 4)
assert np.isclose(nm.gauss_legendre_integral(cube, 0, 2, 2), 4)

def hill(x):
    return 1 / (1 + 25 * x**2)

def kink(x):
    return np.abs(x - 0.3)

fig, axes = plt.subplots(1, 2, figsize=(6.9, 2.9), sharey=True)
counts = np.array([2, 4, 8, 16, 32, 64, 128])
for ax, f, truth, title in (
    (axes[0], hill, 0.4 * math.atan(5), "smooth: 1/(1 + 25x²)"),
    (axes[1], kink, (1.3**2 + 0.7**2) / 2, "with a kink: |x − 0.3|"),
):
    for name, rule, look in (
        ("trapezoids", ca.trapezoid_integral, "C1s-"),
        ("Simpson", nm.simpson_integral, "C0o-"),
        ("Gauss", nm.gauss_legendre_integral, "C2^-"),
    ):
        error = [abs(float(rule(f, -1, 1, n)) - truth) + 1e-17
                 for n in counts]
        ax.loglog(counts, error, look, ms=4, lw=1.2, label=name)
    ax.set(title=title, xlabel="n", ylim=(3e-18, 3))
axes[0].set(ylabel="error of the integral")
axes[0].legend(loc="lower left")
mathlib.show(
    fig,
    caption="Integrals from −1 to 1. Left, below n = 32 the points are too"
    " few for a high degree to pay (at 16 the trapezoids are best); from"
    " there on Gauss gains digits with every point, Simpson a fixed number"
    " with every doubling. Right, one kink, and all three are equally"
    " slow.",
    alt="Two panels with three falling lines each; on the left they fan out"
    " from n = 32 on, on the right they stay together.",
)

# %% [markdown]
# **Where it is load-bearing.** Expectations over one or two variables: some thirty well-chosen points replace a million
# draws. The probability that a noisy score means "yes", $E[\sigma(m + sZ)]$ with $Z$ standard normal, has no formula;
# it appears in every Bayesian classifier. In many dimensions a grid has too many points, and chapter 6's dice win.

# %%
m, s = 1.0, 2.0

def weighted(z):
    return nm.sigmoid(m + s * z) * np.exp(-z**2 / 2) / np.sqrt(2 * np.pi)

few = float(nm.gauss_legendre_integral(weighted, -8, 8, 30))
many = float(nm.simpson_integral(weighted, -8, 8, 4000))
draws = nm.sigmoid(m + s * np.random.default_rng(0).normal(size=1_000_000))
print(f"30 Gauss points {few:.6f}, 4001 Simpson points {many:.6f},"
      f" a million draws {draws.mean():.4f}"
      f" ± {draws.std() / 1000:.4f}")
assert abs(few - many) < 1e-5 < 1e-4 < abs(draws.mean() - many) < 2e-3

# %% [markdown]
# **The curve between.** Through $n$ points with different $x_j$ goes exactly one polynomial of degree below $n$.
# Solving for its coefficients is a system with a terrible $\kappa$ (section 10.6 has fitted with it). Lagrange writes it
# down at once. With $\ell(x) = \prod_k(x - x_k)$ and the weights $w_j = \prod_{k\ne j}\frac1{x_j - x_k}$,
#
# $$p(x) = \sum_jy_j\prod_{k\ne j}\frac{x - x_k}{x_j - x_k} = \ell(x)\sum_j\frac{w_j}{x - x_j}\,y_j .$$
#
# Each product is 1 at its own point and 0 at the others; so $p(x_j) = y_j$. One trick is left. The same formula holds
# for the constant 1: $1 = \ell(x)\sum_jw_j/(x - x_j)$. Divide, and $\ell$ is gone:
#
# $$p(x) = \frac{\displaystyle\sum_j\frac{w_j}{x - x_j}\,y_j}{\displaystyle\sum_j\frac{w_j}{x - x_j}} .$$
#
# This **barycentric formula** is a weighted mean of the $y_j$. It takes $n$ operations for each $x$, and it is stable:
# what blows up near $x_j$ does so above and below alike, and at $x_j$ itself one returns $y_j$.
#
# **By hand.** Points $(0, 1), (1, 3), (3, 1)$. $w = \bigl(\frac1{(-1)(-3)}, \frac1{1\cdot(-2)}, \frac1{3\cdot2}\bigr) =
# (\frac13, -\frac12, \frac16)$. At $x = 2$: the terms $\frac{w_j}{x - x_j}$ are $\frac16, -\frac12, -\frac16$, sum
# $-\frac12$; with the $y_j$: $\frac16 - \frac32 - \frac16 = -\frac32$. So $p(2) = 3$. (It is $1 + 3x - x^2$.)

# %%
x_nodes, y_nodes = np.array([0.0, 1, 3]), np.array([1.0, 3, 1])
print("p(2) =", round(float(nm.barycentric_interpolate(
    x_nodes, y_nodes, 2.0)), 12))
assert np.isclose(nm.barycentric_interpolate(x_nodes, y_nodes, 2.0), 3)

x = np.linspace(-1, 1, 801)
n = 15
spread = {"equal distances": np.linspace(-1, 1, n),
          "Chebyshev": -np.cos(np.pi * (2 * np.arange(n) + 1) / (2 * n))}
fig, axes = plt.subplots(1, 2, figsize=(6.9, 2.9), sharey=True)
worst = {}
for ax, (name, nodes), color in zip(axes, spread.items(), ("C1", "C0")):
    p = nm.barycentric_interpolate(nodes, hill(nodes), x)
    worst[name] = np.abs(p - hill(x)).max()
    ax.plot(x, hill(x), color="0.75", lw=5)
    ax.plot(x, p, color=color)
    ax.plot(nodes, hill(nodes), "o", color=color, ms=4)
    ax.set(title=f"{name}: off by up to {worst[name]:.2f}", xlabel="x",
           ylim=(-1.5, 1.5))
mathlib.show(
    fig,
    caption=f"The same hill (grey), and the one polynomial through {n} of its"
    " points. On the left it leaves the frame near the ends: more points"
    " would make it worse.",
    alt="Left, an orange curve follows the hill in the middle and swings"
    " wildly at both ends. Right, a blue curve ripples gently around it.",
)
assert worst["equal distances"] > 5 and worst["Chebyshev"] < 0.1

print(" n   equal distances   Chebyshev")
for n in (5, 10, 20, 40):
    off = [np.abs(nm.barycentric_interpolate(nodes, hill(nodes), x)
                  - hill(x)).max() for nodes in (
        np.linspace(-1, 1, n),
        -np.cos(np.pi * (2 * np.arange(n) + 1) / (2 * n)))]
    print(f"{n:2}   {off[0]:15.2g}   {off[1]:9.2g}")
assert off[0] > 1e3 and off[1] < 1e-3

# %% [markdown]
# **Runge's phenomenon** (1901). Nothing was rounded wrongly here: the polynomial *is* that. With equal distances the
# outer weights $w_j$ are tiny and the inner ones huge, by a factor of about $2^n$, so a little misfit in the middle is
# paid for at the ends. **Chebyshev's points** $x_j = -\cos\frac{(2j + 1)\pi}{2n}$ stand closer towards the ends; with
# them the polynomial converges for every function with a bounded slope.
#
# So "more points and a higher degree" is not a method; *where* the points are is. (And don't mistake it for
# overfitting: there is no noise here.)
#
# **Where it is load-bearing.** `exp`, `log` and `erf` in your libraries are short polynomials, fitted with Chebyshev's
# idea. ChebNet filters graphs with them (chapter 11). The matrix sign in Muon (chapter 8) is a chosen polynomial, too.

# %% [markdown]
# ## Common mistakes
#
# | one often sees | why it is wrong | what is right |
# |---|---|---|
# | cutting off the lower 16 bits for bf16 | drifts to zero, as in Vancouver; a nan may become infinity | to the nearest, ties to even, nan apart |
# | one scale for a whole fp8 or fp4 matrix | one outlier flattens the rest | a scale for each block |
# | `log(softmax(z))`, `log(sigmoid(x))` | $-\infty$ for what is merely unlikely | `log_softmax`, `log_sigmoid` of the scores |
# | `np.where(x > 0, ..., ...)` as a guard | both sides are computed | one form that is safe for all $x$ |
# | $E[x^2] - E[x]^2$ | cancels: 2 or $-4$ instead of 1 | two passes, or Welford |
# | `s += x` in fp16 or bf16 | stands still at 2048, at 256 | add in fp32; a master copy |
# | "`a @ b` in half precision adds in half precision" | the product rounds the *inputs* only, and the result at the end | inputs narrow, sums wide |
# | `eps=1e-8` in fp16 | it is 0 | state and epsilons in fp32 |
# | $h = 10^{-12}$, "the smaller the better" | noise $\varepsilon\lvert f\rvert/h$ | $\varepsilon^{1/3}$ central, $\varepsilon^{1/2}$ forward |
# | "autograd is numerical differentiation" | it has no $h$ | exact rules, step by step |
# | ratio of eigenvalues as $\kappa$ | right for symmetric $A$ (with $\lvert\lambda\rvert$) only | singular values |
# | $(X^\top X)^{-1}X^\top\mathbf y$ | squares $\kappa$ | QR or SVD of $X$ |

# %% [markdown]
# ## The same in NumPy, SciPy and PyTorch
#
# | here | NumPy, SciPy | PyTorch |
# |---|---|---|
# | `nm.machine_epsilon(dtype)` | `np.finfo(dtype).eps` | `torch.finfo(dtype).eps` |
# | `nm.round_to_bfloat16(x)` | | `x.bfloat16().float()` |
# | `nm.round_to_float(x, exponent_bits=4, ...)` | | `x.to(torch.float8_e4m3fn).float()` |
# | `nm.log_softmax(z)` | `special.log_softmax(z, -1)` | `F.log_softmax(z, -1)` |
# | `nm.sigmoid(x)`, `nm.log_sigmoid(x)` | `special.expit`, `special.log_expit` | `torch.sigmoid`, `F.logsigmoid` |
# | `nm.welford(x)` | `np.mean(x), np.var(x)` | `torch.var_mean(x, correction=0)` |
# | `nm.kahan_sum(x)` | `math.fsum(x)`, rounded once | |
# | `nm.mixed_precision_matmul(A, B)` | | `A.half() @ B.half()`, then rounded to half |
# | `nm.condition_number(A)` | `np.linalg.cond(A)` | `torch.linalg.cond(A)` |
# | `nm.least_squares_qr(X, y)` | `np.linalg.lstsq(X, y)[0]` (SVD) | `torch.linalg.lstsq(X, y)` (QR) |
# | `nm.conjugate_gradient(A, b)` | `sparse.linalg.cg(A, b)` | |
# | `nm.simpson_integral(f, a, b, n)` | `integrate.simpson(f(x), x=x)`, of samples | |
# | `nm.gauss_legendre_integral(f, a, b, n)` | `integrate.fixed_quad(f, a, b, n=n)` | |
# | `nm.barycentric_interpolate(x_nodes, y_nodes, x)` | `interpolate.barycentric_interpolate` | |
#
# The defaults differ: `np.var` divides by $n$, `torch.var` by $n - 1$; `np.linalg.lstsq` treats tiny singular values as
# 0; SciPy's `cg` stops at a residual of $10^{-5}$.

# %%
z = np.random.default_rng(0).normal(0, 30, size=(6, 5))
assert np.allclose(nm.log_softmax(z), special.log_softmax(z, axis=-1))
assert np.allclose(nm.sigmoid(z), special.expit(z))
assert np.allclose(nm.log_sigmoid(z), special.log_expit(z))
assert np.allclose(nm.welford(z.ravel()), (np.mean(z), np.var(z)))
assert nm.machine_epsilon("float32") == np.finfo("float32").eps
assert np.isclose(nm.condition_number(z), np.linalg.cond(z))
assert np.allclose(nm.least_squares_qr(z, z[:, 0] ** 2),
                   np.linalg.lstsq(z, z[:, 0] ** 2)[0])
print("they agree")

# %% [markdown]
# ## Summary: one screen
#
# | | formula | function |
# |---|---|---|
# | a float | $(-1)^s(1.m)_2\cdot2^e$, gaps $2^{e-M}$ | `mathlib.explore.floating_line` |
# | one operation | $\mathrm{fl}(a\circ b) = (a\circ b)(1 + \delta)$, $\lvert\delta\rvert \le \varepsilon/2$ | `nm.machine_epsilon` |
# | bf16 | top 16 bits, to nearest, ties to even | `nm.round_to_bfloat16` |
# | fp8, fp4 | $s_b\cdot\mathrm{round}_{E,M}(x/s_b)$, $s_b = \max_b\lvert x\rvert/x_{\max}$ | `nm.round_to_float`, `nm.block_scaled_round` |
# | log-softmax | $z_i - m - \log\sum_je^{z_j-m}$ | `nm.log_softmax` |
# | sigmoid | only $e^{-\lvert x\rvert}$; $\;\min(x, 0) - \log(1 + e^{-\lvert x\rvert})$ | `nm.sigmoid`, `nm.log_sigmoid` |
# | cancellation | error times $(\lvert a\rvert + \lvert b\rvert)/\lvert a - b\rvert$ | |
# | Welford | $M \mathrel{+}= \delta\,(x - \mu_{\text{new}})$ | `nm.RunningVariance`, `nm.welford` |
# | differences | $\frac{h^2}6\lvert f'''\rvert + \varepsilon\lvert f\rvert/h$, $\;h^*\sim\varepsilon^{1/3}$ | `nm.optimal_difference_step` |
# | Kahan | $y = x - c,\; t = s + y,\; c = (t - s) - y$ | `nm.kahan_sum` |
# | mixed precision | factors in fp16, sums in fp32 | `nm.mixed_precision_matmul` |
# | epsilons | $10^{-8}$ is 0 in fp16 | |
# | condition | $\kappa = \sigma_{\max}/\sigma_{\min}$, $\;\kappa(A^\top A) = \kappa(A)^2$ | `nm.condition_number` |
# | least squares | $X = QR$, $R\mathbf w = Q^\top\mathbf y$ | `nm.least_squares_qr` |
# | conjugate gradient | $\alpha = \mathbf r^\top\mathbf r/\mathbf p^\top A\mathbf p$, $\;\beta = \lVert\mathbf r_{\text{new}}\rVert^2/\lVert\mathbf r\rVert^2$ | `nm.conjugate_gradient` |
# | area | $\frac h3(1, 4, 2, 4, \dots, 4, 1)$; $\;\sum_iw_if(x_i)$ | `nm.simpson_integral`, `nm.gauss_legendre_integral` |
# | curve | $\sum_j\frac{w_jy_j}{x - x_j}\big/\sum_j\frac{w_j}{x - x_j}$ | `nm.barycentric_interpolate` |

# %% [markdown]
# **Five questions to ask yourself.**
#
# <details><summary>1. Your loss is nan after 3000 steps in fp16, and fine in bf16. What do you look at first?</summary>
# Range: something passed 65 504, or an epsilon or a squared gradient became 0 and was divided by. bf16 has the range of fp32.
# </details>
# <details><summary>2. In bf16 without a master copy the loss falls for a while and then stops, whatever the data. Why?</summary>
# The updates have become smaller than half a gap of the weights, and rounding to nearest drops them.
# </details>
# <details><summary>3. A colleague computes distances as |x|² + |y|² − 2 x·y, all embeddings near one another, and gets negative ones. Bug?</summary>
# Cancellation: large numbers that agree, subtracted. Subtract a common centre first, or compute x − y.
# </details>
# <details><summary>4. κ is 10⁶ and the data have four digits. What do fp64 and QR give you?</summary>
# An answer that is computed well and means nothing: the problem itself turns four digits into none. No method mends that.
# </details>
# <details><summary>5. You sum a billion numbers of one sign in fp32 on a GPU. Should you worry?</summary>
# Hardly: the reduction is a tree with about 30 levels, so the error is some 30 u. A plain loop would be another matter.
# </details>

# %% [markdown]
# ## Further reading
#
# **Books and overviews.** N. Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd ed., SIAM 2002,
# doi:10.1137/1.9780898718027: the book on all of this. D. Goldberg, "What every computer scientist should know about
# floating-point arithmetic", *ACM Comput. Surv.* 23 (1991), doi:10.1145/103162.103163. L. N. Trefethen, D. Bau,
# *Numerical Linear Algebra*, SIAM 1997, doi:10.1137/1.9780898719574.
#
# **Formats.** IEEE 754-2019, doi:10.1109/IEEESTD.2019.8766229. P. Micikevicius et al., mixed-precision training, 2018,
# arXiv:1710.03740, and FP8 formats, 2022, arXiv:2209.05433. B. D. Rouhani et al., microscaling formats, 2023,
# arXiv:2310.10537. DeepSeek-AI, DeepSeek-V3, 2024, arXiv:2412.19437.
#
# **Algorithms.** W. Kahan, *Commun. ACM* 8 (1965), doi:10.1145/363707.363723. B. P. Welford, *Technometrics* 4 (1962),
# doi:10.1080/00401706.1962.10490022. P. Läuchli, *Numer. Math.* 3 (1961), doi:10.1007/BF01386022. M. Hestenes, E.
# Stiefel, *J. Res. Natl. Bur. Stand.* 49 (1952), doi:10.6028/jres.049.044. J. Martens, Hessian-free optimization
# (2010). J.-P. Berrut, L. N. Trefethen, barycentric interpolation, *SIAM Rev.* 46 (2004),
# doi:10.1137/S0036144502417715. C. Runge, *Z. Math. Phys.* 46 (1901).
#
# **The data.** J. Longley, *J. Am. Stat. Assoc.* 62 (1967), doi:10.1080/01621459.1967.10500896; certified by NIST's
# Statistical Reference Datasets; shipped with statsmodels. Vancouver: K. Quinn, *Wall Street Journal*, 8 November 1983;
# B. McCullough, H. Vinod, *J. Econ. Lit.* 37 (1999), doi:10.1257/jel.37.2.633. Our trades are simulated.
#
# Next: chapter 11 leaves the line and the plane, and calculates on networks.
