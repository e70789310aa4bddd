"""Exercises of chapter 12."""

import functools

import numpy as np

from mathlib import functional_analysis as fa
from mathlib.course.compare import (
    named_if,
    satisfies,
    values,
)
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
from mathlib.exercises import _functional_analysis_answers as answers

# A column may be turned round, and an eigenvalue 0 has a root of 1e-8.
_NEARLY = values(rtol=1e-6, atol=1e-6)


def columns_turned(expected, got, program):
    """Compare columns up to sign, as exactly as a root of rounding allows."""
    if (isinstance(expected, np.ndarray) and isinstance(got, np.ndarray)
            and expected.shape == got.shape and got.dtype.kind in "biuf"):
        signs = np.sign(np.sum(expected * got, axis=0))
        got = got * np.where(signs == 0, 1, signs)
    return _NEARLY(expected, got, program)


columns_turned.same = columns_turned


def both_nan(first, second, program):
    """Where rounding decides which eigenvalue 0 is a negative one."""
    return np.any(np.isnan(first)) and np.any(np.isnan(second))


def both_any_columns(first, second, program):
    """Where 0 is an eigenvalue twice, U's columns there may be any."""
    K = program.args[0]
    right = np.linalg.norm(fa.kernel_pca(K, len(K)), axis=0)
    lengths = [np.linalg.norm(Z, axis=0) for Z in (first, second)]
    return np.sum(right < 1e-6) > 1 and np.allclose(*lengths, atol=1e-6)


def by_rounding(first, second, program):
    """Where rounding decides what a wrong answer returns."""
    return (both_nan(first, second, program)
            or both_any_columns(first, second, program))


COLUMNS_TURNED = named_if(by_rounding, columns_turned, columns_turned)

# As far as a jitter from 1e-10 to 1e-6 moves it.
BUT_FOR_A_JITTER = values(rtol=1e-4, atol=1e-5)
# The same, where the noise is large beside the jitter.
BUT_FOR_A_SMALL_JITTER = values(rtol=2e-5, atol=1e-6)

# Nothing below counts as more than a few arrays of numbers.
MILLION = 1_000_000


def _frugal(got, **inputs):
    if np.ndim(got) == 0 and 0 < got < MILLION:
        return True
    return "a matrix of 512 x 512 complex numbers alone takes 4.2 million"


def both_large(first, second, program):
    """Two amounts of memory that are too large."""
    return min(first, second) > MILLION


FRUGAL = named_if(both_large, satisfies(_frugal, "less than 1 MB in use"))


def both_rounding(first, second, program):
    """Two kernels of points near 1e8, both far from the right one."""
    right = fa.rbf_kernel(*program.args, **program.kwargs)
    return all(np.max(np.abs(K - right)) > 1e-3 for K in (first, second))


def seed(rng):
    """A generator for the learner, the same for everybody's answer."""
    return given("rng", int(rng.integers(2**31)))


def away(rng, *shape):
    """Numbers from 0.3 to 1.3, with either sign."""
    return rng.uniform(0.3, 1.3, shape) * rng.choice([-1.0, 1.0], shape)


def complex_ones(rng, n):
    """Complex numbers with real and imaginary parts away from 0."""
    return away(rng, n) + 1j * away(rng, n)


def two(name, first, second):
    """An answer to both parts."""
    return dict(zip(name, (first, second), strict=True))


# Every transform that NumPy, SciPy and torch have.
TRANSFORMS = (
    *(f"{module}.{name}" for module in ("numpy.fft", "scipy.fft", "torch.fft")
      for name in ("fft", "fft2", "fftn", "hfft", "ifft", "ifft2", "ifftn",
                   "ihfft", "irfft", "irfftn", "rfft", "rfftn")),
    "scipy.fftpack.fft",
    "scipy.fftpack.ifft",
    "scipy.fftpack.irfft",
    "scipy.fftpack.rfft",
    "scipy.linalg.dft",
)


fourier_coefficients = Exercise(
    reference=fa.fourier_coefficients,
    points=2,
    refuses=(
        "mathlib.functional_analysis.dft",
        "mathlib.functional_analysis.fft",
        *TRANSFORMS,
    ),
    cases=lambda rng: [
        Case("by hand", call([3.0, 1.0, 5.0, 7.0], 1), core=True),
        Case("9 samples, order 4", call(away(rng, 9), 4)),
        Case("complex samples", call(complex_ones(rng, 8), 2)),
        Case("three waves",
             call(waves(rng, 16), 5)),
        Case("a square wave",
             call(np.repeat([1.0, -1.0], 12) * rng.uniform(1, 2), 6)),
        Case("order 0", call(3 + away(rng, 6), 0)),
        Case("complex samples, order 0", call(complex_ones(rng, 5), 0)),
    ],
    mistakes=[
        Mistake("the other sign", answers.coefficients_other_sign,
                "You have e^{+imt}, or the orders from order down to -order:"
                " each coefficient stands where its opposite belongs. The"
                " function is multiplied by the conjugate of the wave,"
                " e^{-imt}, and the first entry is that of m = -order.",
                credit=1.2),
        Mistake("1/n missing", answers.coefficients_summed,
                "The coefficient is a mean: divide the sum by n. Of a constant"
                " 4 the coefficient of order 0 is 4, not 4n.",
                credit=1.2),
        Mistake("the sum over 2 pi", answers.coefficients_over_two_pi,
                "1/(2 pi) belongs to the integral, and there each sample"
                " stands for a piece of length 2 pi / n. Together: 1/n.",
                credit=1.0),
        Mistake("the integral without 1/(2 pi)",
                answers.coefficients_times_two_pi,
                "With pieces of length 2 pi / n you have the integral; it is"
                " still to be divided by 2 pi. Together: 1/n.",
                credit=1.0),
        Mistake("both ends sampled", answers.coefficients_both_ends,
                "np.linspace(0, 2 pi, n) puts its last point on 2 pi. The"
                " samples stop one step before: t_j = 2 pi j / n.",
                credit=1.3),
        Mistake("both ends sampled, and 1/n missing",
                answers.coefficients_both_ends_summed,
                "Two things: the samples are at 2 pi j / n and stop before 2"
                " pi, and the coefficient is a mean, the sum over n.",
                credit=0.8),
        Mistake("the other sign, and 1/n missing",
                answers.coefficients_other_sign_summed,
                "Two things: the wave is e^{-imt}, and the coefficient is a"
                " mean, the sum over n.",
                credit=0.8),
        Mistake("the result conjugated",
                answers.coefficients_result_conjugated,
                "Each number is the conjugate of the right one. Of the two"
                " factors it is the wave that is conjugated; np.vdot"
                " conjugates its first argument.",
                credit=1.2),
        Mistake("half a turn", answers.coefficients_half_a_turn,
                "Your t goes up to pi only. The period is 2 pi: t_j = 2 pi j /"
                " n.",
                credit=0.9),
        Mistake("orders from 0", answers.coefficients_from_order_0,
                "2 order + 1 numbers, but the first belongs to m = 0. They"
                " are m = -order, ..., order.",
                credit=1.1),
        Mistake("the table turned", answers.coefficients_table_turned,
                "np.outer(t, m) has a row for each sample. To be multiplied"
                " by the samples it needs a row for each m: np.outer(m, t).",
                credit=1.0),
        Mistake("both ends sampled, n - 1 pieces",
                answers.coefficients_both_ends_n_less_1,
                "You place the last sample on 2 pi and share out n - 1 pieces."
                " The samples are at 2 pi j / n; the period has n pieces.",
                credit=1.1),
        Mistake("counted from 1", answers.coefficients_from_one,
                "Your samples begin at 2 pi / n. The first is f(0): j = 0, 1,"
                " ..., n - 1.",
                credit=1.2),
        Mistake("a period of 1", answers.coefficients_period_one,
                "Your t runs from 0 to 1, but e^{-imt} has the period 2 pi:"
                " t_j = 2 pi j / n.",
                credit=0.9),
        Mistake("one side only", answers.coefficients_one_side,
                "You return m = 0, ..., order. The negative orders belong to"
                " it, before the others: 2 order + 1 numbers.",
                credit=1.2),
        Mistake("the last order left out", answers.coefficients_last_left_out,
                "np.arange stops before its end: np.arange(-order, order + 1)"
                " has all 2 order + 1.",
                credit=1.5),
        Mistake("order 0 first", answers.coefficients_zero_first,
                "You return 0, 1, ..., and then the negative orders, as"
                " np.fft does. Asked is -order, ..., 0, ..., order.",
                credit=1.5),
        Mistake("the real part", answers.coefficients_real_part,
                "The imaginary part holds the sines. Keep the complex number.",
                credit=0.9),
        Mistake("the modulus", answers.coefficients_absolute,
                "np.abs throws the phase away: where the wave begins. Keep"
                " the complex number.",
                credit=0.9),
        Mistake("mirrored", answers.coefficients_mirrored,
                "The coefficient of -m is the conjugate of that of m for real"
                " functions only. The samples may be complex.",
                credit=1.6),
        Mistake("doubled", answers.coefficients_doubled,
                "2/n is right for the sum of cosines and sines, where m and"
                " -m are one term. Here each has its own: 1/n.",
                credit=1.2),
        Mistake("i forgotten", answers.coefficients_without_i,
                "e^{-mt} without the i grows or dies out; e^{-imt} turns:"
                " np.exp(-1j * m * t).",
                credit=0.8),
        Mistake("samples conjugated", answers.coefficients_conjugated,
                "In the inner product the wave is conjugated, not f. np.vdot"
                " conjugates its first argument.",
                credit=1.4),
        Mistake("the trapezoidal rule over both ends",
                answers.coefficients_by_trapezoids,
                "np.linspace(0, 2 pi, n) puts the last sample on 2 pi, and the"
                " rule then counts the ends by half. The samples stop one step"
                " before, and all count alike: the plain mean.",
                credit=1.1),
        Mistake("both ends sampled, and the other sign",
                answers.coefficients_both_ends_other_sign,
                "Two things: the samples are at 2 pi j / n and stop before 2"
                " pi, and the wave is e^{-imt}.",
                credit=0.8),
        Mistake("divided by 2 order + 1",
                answers.coefficients_over_orders,
                "The mean is over the n samples, not over the orders.",
                credit=1.2),
        Mistake("the wrong axis", answers.coefficients_of_samples,
                "You average over the frequencies and keep the samples. It is"
                " the other way round: one number for each frequency.",
                credit=1.0),
        Mistake("1/sqrt(n)", answers.coefficients_over_root,
                "Some share n out over both directions, a root for each. Here"
                " the coefficient is the mean: 1/n.",
                credit=1.3),
    ],
    variants=[
        Variant("sample by sample", answers.coefficients_by_loops),
        Variant("cosines and sines", answers.coefficients_by_cos_and_sin),
    ],
)


def waves(rng, n):
    """A sum of a few cosines and sines."""
    t = 2 * np.pi * np.arange(n) / n
    a, b, c, d = away(rng, 4)
    return a + b * np.cos(t) + c * np.sin(2 * t) + d * np.cos(4 * t + 1)


PAIR = ("dft", "circular_convolution")


def follows(name, transform, convolution, why, credits):
    """A wrong transform: alone, and with a convolution that goes by it."""
    alone, both = credits
    return [
        Mistake(name, {"dft": transform}, why, credit=alone),
        Mistake(f"{name}, and a convolution by it",
                two(PAIR, transform, convolution),
                f"{why} Your convolution goes by it and inherits the slip.",
                credit=both),
    ]


dft = Exercise(
    reference={
        "dft": fa.dft,
        "circular_convolution": fa.circular_convolution,
    },
    points=3,
    refuses=(
        "mathlib.functional_analysis.fft",
        "mathlib.functional_analysis.fft_convolve",
        "mathlib.functional_analysis.fourier_coefficients",
        "scipy.ndimage.convolve",
        "scipy.ndimage.convolve1d",
        "scipy.signal.fftconvolve",
        *TRANSFORMS,
    ),
    cases=lambda rng: [
        Case("by hand: four numbers",
             call([1.0, 2.0, 4.0, 8.0]).on("dft"), core=True),
        Case("seven numbers", call(away(rng, 7)).on("dft")),
        Case("complex numbers", call(complex_ones(rng, 6)).on("dft")),
        Case("one number, and two",
             script("(dft(one), dft(two))", one=2 + away(rng, 1),
                    two=2 + away(rng, 2))),
        Case("by hand: a circle of three",
             call([1.0, 2.0, 3.0], [4.0, 0.0, 5.0])
             .on("circular_convolution")),
        Case("a circle of six", call(away(rng, 6), away(rng, 6))
             .on("circular_convolution")),
        Case("a circle of five complex numbers",
             call(complex_ones(rng, 5), complex_ones(rng, 5))
             .on("circular_convolution")),
        Case("one step further: shifted round the circle",
             call([0.0, 1.0, 0.0, 0.0, 0.0, 0.0], 3 + away(rng, 6))
             .on("circular_convolution")),
    ],
    mistakes=[
        *half_written(1.3, "dft"),
        *half_written(1.5, "circular_convolution"),
        Mistake("the other sign", {"dft": answers.dft_conjugate},
                "You have e^{+2 pi i ...}: that is the way back. The forward"
                " transform multiplies by e^{-2 pi i m j / n}.",
                credit=1.8),
        *follows("1/n in the forward transform", answers.dft_over_n,
                 answers.convolution_mean_of_scaled,
                 "The forward transform has no 1/n: x̂_0 is the plain sum. The"
                 " 1/n belongs to the way back.",
                 (2.0, 1.6)),
        Mistake("1/n in the forward transform, none on the way back",
                two(PAIR, answers.dft_over_n, answers.convolution_mean),
                "The forward transform has no 1/n: it belongs to the way"
                " back. With two forward transforms in the convolution theorem"
                " one 1/n is too many.",
                credit=1.6),
        Mistake("the inverse transform", {"dft":
                                          answers.dft_conjugate_over_n},
                "Plus sign and 1/n: that is the inverse. Forward has a minus"
                " sign, and no factor.",
                credit=1.6),
        Mistake("1/sqrt(n)", {"dft": answers.dft_over_root},
                "With 1/sqrt(n) the transform is unitary. The contract's has"
                " no factor: x̂_0 is the plain sum.",
                credit=2.0),
        Mistake("2 pi missing", {"dft": answers.dft_without_two_pi},
                "A whole turn is 2 pi. e^{-i m j / n} turns by one radian"
                " only.",
                credit=1.6),
        Mistake("pi for 2 pi", {"dft": answers.dft_half_turn},
                "A whole turn is 2 pi; yours stops half-way.",
                credit=1.6),
        Mistake("2 pi / n missing", {"dft": answers.dft_without_over_n},
                "The n points share out one turn: the exponent is -2 pi i m j"
                " / n.",
                credit=1.5),
        Mistake("whole turns", {"dft": answers.dft_whole_turns},
                "Without / n every exponent is a whole number of turns, and"
                " every e^{...} is 1.",
                credit=1.5),
        Mistake("both ends sampled", {"dft": answers.dft_n_less_1},
                "np.linspace(0, 2 pi, n) has its last point on 2 pi, which is"
                " 0 again. The points are 2 pi j / n.",
                credit=1.7),
        Mistake("counted from 1", {"dft": answers.dft_from_one},
                "Both j and m begin at 0. Yours begin at 1.",
                credit=1.7),
        Mistake("half of it", {"dft": answers.dft_half},
                "For real numbers half of it would say all, but asked are all"
                " n.",
                credit=1.8),
        Mistake("the real part", {"dft": answers.dft_real},
                "The imaginary part holds the sines. Keep the complex"
                " numbers.",
                credit=1.6),
        Mistake("a real array", {"dft": answers.dft_into_a_real_array},
                "np.zeros(n) makes room for real numbers only, and complex"
                " ones do not fit in: dtype=complex.",
                credit=1.8),
        Mistake("the modulus", {"dft": answers.dft_absolute},
                "np.abs throws the phase away. Keep the complex numbers.",
                credit=1.6),
        Mistake("frequency 0 in the middle",
                {"dft": answers.dft_zero_in_the_middle},
                "Pictures have frequency 0 in the middle. The transform begins"
                " with it: m = 0, 1, ..., n - 1.",
                credit=2.0),
        Mistake("x conjugated", {"dft": answers.dft_conjugated_input},
                "x is not conjugated. np.vdot does it to its first argument;"
                " use @.",
                credit=2.2),
        Mistake("not summed", {"dft": answers.dft_matrix},
                "You multiply each column of the matrix by a number, but the"
                " sum over j is missing: @ in place of *.",
                credit=1.6),
        Mistake("linear convolution",
                {"circular_convolution": answers.convolution_linear},
                "np.convolve lets the sum run off the end: 2n - 1 numbers. On"
                " a circle what runs off comes in again at the front: add the"
                " last n - 1 to the first.",
                credit=2.0),
        Mistake("cut off, not wrapped",
                {"circular_convolution": answers.convolution_cut},
                "You keep the first n numbers of the linear convolution and"
                " throw the rest away. On a circle it comes in again at the"
                " front.",
                credit=2.0),
        Mistake("the middle of the linear one",
                {"circular_convolution": answers.convolution_same},
                "mode='same' cuts the middle out of the linear convolution."
                " Nothing wraps round there.",
                credit=1.9),
        Mistake("correlation",
                {"circular_convolution": answers.convolution_correlation},
                "You sum x_j y_{j-l}: both run the same way. In a convolution"
                " one runs backwards, y_{l-j}: j and l - j add up to l.",
                credit=1.9),
        Mistake("correlation, the other way round",
                {"circular_convolution":
                 answers.convolution_correlation_other},
                "You sum x_{j+l} y_j: both run the same way. In a convolution"
                " one runs backwards, y_{l-j}: j and l - j add up to l.",
                credit=1.9),
        Mistake("a spectrum conjugated",
                {"circular_convolution": answers.convolution_conjugating},
                "With one spectrum conjugated the product is that of a"
                " correlation. Multiply them as they are.",
                credit=1.9),
        Mistake("one place off",
                {"circular_convolution": answers.convolution_flipped},
                "y[::-1] turned round has y_{n-1} in place 0; on a circle the"
                " reversal keeps y_0 where it is. Everything is one place"
                " off.",
                credit=2.1),
        Mistake("begins at 1",
                {"circular_convolution": answers.convolution_from_one},
                "Your first number is the contract's second: begin with l ="
                " 0.",
                credit=2.1),
        Mistake("entry by entry",
                {"circular_convolution": answers.convolution_product},
                "That is the product of the signals, entry by entry. It is"
                " their spectra that are multiplied so.",
                credit=1.5),
        Mistake("one number",
                {"circular_convolution": answers.convolution_sum},
                "That is one sum. There is one for each l, with y shifted.",
                credit=1.5),
        Mistake("no way back",
                {"circular_convolution": answers.convolution_of_spectra},
                "The product of the spectra is the spectrum of the"
                " convolution. It wants to be transformed back.",
                credit=1.9),
        Mistake("back without 1/n",
                {"circular_convolution": answers.convolution_unscaled},
                "The way back has the factor 1/n; yours is n times too large.",
                credit=2.1),
        Mistake("forward twice",
                {"circular_convolution": answers.convolution_forward_twice},
                "Back has the other sign. Forward twice turns the numbers"
                " round.",
                credit=2.0),
        Mistake("forward twice, no 1/n",
                {"circular_convolution":
                 answers.convolution_forward_twice_unscaled},
                "Back has the other sign, and 1/n. Forward twice turns the"
                " numbers round, n times too large.",
                credit=1.8),
        Mistake("divided by n",
                {"circular_convolution": answers.convolution_mean},
                "A convolution is a sum, not a mean. With 1/n in both forward"
                " transforms the convolution theorem has a factor n.",
                credit=2.0),
        Mistake("the modulus of a convolution",
                {"circular_convolution": answers.convolution_modulus},
                "np.abs loses the sign of what comes back. If all are real,"
                " take the real part.",
                credit=2.3),
        Mistake("the real part of a convolution",
                {"circular_convolution": answers.convolution_real},
                "For real signals only the imaginary part is rounding. x and y"
                " may be complex.",
                credit=2.5),
    ],
    variants=[
        Variant("loops, and np.roll", {
            "dft": answers.dft_by_loops,
            "circular_convolution": answers.circular_by_roll,
        }),
        Variant("a polynomial, and wrapping", {
            "dft": answers.dft_by_powers,
            "circular_convolution": answers.circular_by_wrapping,
        }),
        Variant("the convolution theorem",
                {"circular_convolution": answers.circular_by_theorem}),
    ],
)

fft = Exercise(
    reference=fa.fft,
    points=3,
    refuses=(
        "mathlib.functional_analysis.dft",
        "mathlib.functional_analysis.fft_convolve",
        *TRANSFORMS,
    ),
    cases=lambda rng: [
        Case("by hand", call([1.0, 2.0, 4.0, 8.0])),
        Case("8 numbers", call(away(rng, 8)), core=True),
        Case("16 complex numbers", call(complex_ones(rng, 16))),
        Case("64 numbers", call(away(rng, 64))),
        Case("two complex numbers", call(complex_ones(rng, 2))),
        Case("one complex number, and one of two",
             script("(fft(one), fft(two))", one=complex_ones(rng, 1),
                    two=2 + away(rng, 2))),
        Case("512 numbers: no room for a 512 x 512 matrix",
             script("peak_memory(fft, x)", peak_memory=given("peak_memory"),
                    x=away(rng, 512)),
             compare=FRUGAL, core=True),
    ],
    mistakes=[
        Mistake("factors with the other sign", answers.fft_other_sign,
                "e^{+2 pi i m / n} builds the inverse transform, n times too"
                " large. Forward is e^{-2 pi i m / n}.",
                credit=2.0),
        Mistake("even and odd swapped", answers.fft_swapped,
                "x[::2] are the even places, 0, 2, ..., x[1::2] the odd ones."
                " The factor belongs to the odd ones.",
                credit=1.8),
        Mistake("minus in the first half", answers.fft_minus_first,
                "The first half is E + turned, the second E - turned: yours"
                " are exchanged.",
                credit=1.8),
        Mistake("plus in both halves", answers.fft_plus_twice,
                "Half a turn further the factor has the other sign: the"
                " second half is E - turned.",
                credit=1.8),
        Mistake("odd minus even", answers.fft_odd_minus_even,
                "In the second half it is E - turned, not turned - E.",
                credit=1.8),
        Mistake("the factor on the even half", answers.fft_twiddle_on_even,
                "The odd places come one step later; their transform is"
                " turned, that of the even ones is not.",
                credit=1.7),
        Mistake("the factor on both", answers.fft_twiddle_on_both,
                "Only the odd half is turned by the factor; the even half is"
                " not.",
                credit=1.7),
        Mistake("interleaved", answers.fft_interleaved,
                "The places of x alternate, those of X don't: first all of E +"
                " turned, then all of E - turned.",
                credit=1.8),
        Mistake("halved at each level", answers.fft_halved,
                "There is no 1/2: it adds up to 1/n, and the forward transform"
                " has no factor.",
                credit=2.0),
        Mistake("1/sqrt(2) at each level", answers.fft_over_root,
                "That adds up to 1/sqrt(n): the unitary transform. The"
                " contract's has no factor.",
                credit=2.0),
        Mistake("no factor", answers.fft_without_twiddle,
                "Evens plus odds, evens minus odds, and nothing turned. The"
                " odd half is turned by e^{-2 pi i m / n} first.",
                credit=1.5),
        Mistake("minus without a factor", answers.fft_minus_untwisted,
                "In the second half, too, it is the turned odd half that is"
                " subtracted: E - turned.",
                credit=1.8),
        Mistake("two rows", answers.fft_in_rows,
                "np.array([a, b]) puts the halves one above the other. They"
                " stand one behind the other: np.concatenate([a, b]).",
                credit=1.6),
        Mistake("halves added", answers.fft_added,
                "For arrays + adds entry by entry; it does not join."
                " np.concatenate([E + turned, E - turned]).",
                credit=1.4),
        Mistake("factors for all n", answers.fft_all_twiddles,
                "Each half has n / 2 numbers, and so many factors:"
                " np.arange(n // 2).",
                credit=1.6),
        Mistake("2 pi missing in the factor",
                answers.fft_without_two_pi,
                "A whole turn is 2 pi: the factor is e^{-2 pi i m / n}.",
                credit=1.8),
        Mistake("i missing in the factor", answers.fft_without_i,
                "Without the i the factor shrinks. With it, it turns:"
                " np.exp(-2j * np.pi * m / n).",
                credit=1.8),
        Mistake("two numbers as they are", answers.fft_stops_at_two,
                "The transform of [a, b] is [a + b, a - b]. Only a single"
                " number is its own transform: stop at 1.",
                credit=1.8),
        Mistake("n / 2 in the factor", answers.fft_twiddle_of_half,
                "The factor is a share of the whole turn of this level:"
                " e^{-2 pi i m / n} with n = len(x), not the length of a"
                " half.",
                credit=1.9),
        Mistake("half a turn in the factor", answers.fft_half_turn,
                "A whole turn is 2 pi: the factor is e^{-2 pi i m / n}.",
                credit=1.9),
        Mistake("factors counted from 1", answers.fft_twiddle_from_one,
                "m begins at 0: the first factor is 1, and turns nothing.",
                credit=1.9),
        Mistake("half of it", answers.fft_half_of_it,
                "You return the first half only, E + turned. The second, E -"
                " turned, belongs behind it.",
                credit=1.5),
        Mistake("real factors", answers.fft_real_twiddle,
                "The factor is complex, a turn: np.exp(-2j * np.pi * m / n),"
                " not its cosine.",
                credit=1.5),
        Mistake("a real array", answers.fft_into_a_copy,
                "np.empty_like(x) makes an array as x is, and a real one"
                " drops the imaginary parts. Make it complex, or use"
                " np.concatenate.",
                credit=2.0),
        Mistake("the real part", answers.fft_in_a_real_array,
                "At some level you keep the real part only. Keep the complex"
                " numbers.",
                credit=1.5),
        Mistake("front and back half", answers.fft_front_and_back,
                "You cut in the middle. The halves are every other number:"
                " x[::2] and x[1::2].",
                credit=1.7),
        Mistake("two slips at once", answers.fft_evens_last,
                "Even and odd are exchanged, and so are the signs: x[::2] is"
                " even and goes first, E + turned before E - turned.",
                credit=1.4),
        Mistake("one level only", answers.fft_one_level,
                "You split once and do not transform the halves: fft(x[::2])"
                " and fft(x[1::2]).",
                credit=1.2),
        Mistake("no end", answers.fft_endless,
                "It calls itself for ever: the transform of one number is that"
                " number. Begin with if len(x) == 1.",
                credit=1.8),
        Mistake("an end at two", answers.fft_down_to_two,
                "It stops at two numbers. A single one is a power of two as"
                " well, and never gets there: stop at 1.",
                credit=2.4),
        Mistake("the definition again", answers.fft_by_definition,
                "The numbers are right, but n x n of them were made for it:"
                " for 512 numbers 4 megabytes. Split into halves.",
                credit=1.0),
    ],
    variants=[
        Variant("level by level", answers.fft_by_table),
        Variant("lists of numbers", answers.fft_by_lists),
    ],
)


def plane(rng, n, d=2):
    """Points with coordinates from 0.3 to 1.3, of either sign."""
    return away(rng, n, d)


def rbf(answer):
    """A wrong RBF kernel, with a right polynomial one."""
    return {"rbf_kernel": answer}


def poly(answer):
    """A wrong polynomial kernel, with a right RBF one."""
    return {"polynomial_kernel": answer}


rbf_kernel = Exercise(
    reference={
        "rbf_kernel": fa.rbf_kernel,
        "polynomial_kernel": fa.polynomial_kernel,
    },
    points=3,
    refuses=(
        "sklearn.gaussian_process.kernels.RBF",
        "sklearn.metrics.pairwise.pairwise_kernels",
        "sklearn.metrics.pairwise.polynomial_kernel",
        "sklearn.metrics.pairwise.rbf_kernel",
    ),
    cases=lambda rng: [
        Case("by hand: RBF",
             call([[0.0, 0.0], [3.0, 4.0]], length_scale=5.0)
             .on("rbf_kernel")),
        Case("RBF of four points and three",
             call(plane(rng, 4, 3), plane(rng, 3, 3)).on("rbf_kernel")),
        Case("RBF, a small length scale",
             call(plane(rng, 3), plane(rng, 5), length_scale=0.6)
             .on("rbf_kernel")),
        Case("RBF, a large length scale",
             call(plane(rng, 5, 4), length_scale=2.5).on("rbf_kernel")),
        Case("RBF of as many points",
             call(plane(rng, 4), plane(rng, 4), length_scale=1.5)
             .on("rbf_kernel")),
        Case("RBF on a line",
             call(plane(rng, 6, 1), plane(rng, 2, 1)).on("rbf_kernel")),
        Case("RBF of points near 1e8",
             call(1e8 + np.round(64 * 3 * plane(rng, 5)) / 64,
                  length_scale=2.0).on("rbf_kernel"),
             compare=named_if(both_rounding)),
        Case("by hand: polynomial",
             call([[1.0, 2.0]], [[3.0, 1.0], [0.0, -2.0]], degree=2)
             .on("polynomial_kernel"), core=True),
        Case("polynomial of four points and three",
             call(plane(rng, 4, 3), plane(rng, 3, 3))
             .on("polynomial_kernel")),
        Case("polynomial of one set of points",
             call(plane(rng, 5, 3), degree=4, coef0=0.5)
             .on("polynomial_kernel")),
        Case("polynomial without a constant",
             call(plane(rng, 3), plane(rng, 3), degree=2, coef0=0.0)
             .on("polynomial_kernel")),
    ],
    mistakes=[
        *half_written(1.0, "rbf_kernel"),
        *half_written(1.6, "polynomial_kernel"),
        Mistake("the 2 missing", rbf(answers.rbf_without_two),
                "The exponent is the squared distance over 2 l^2. Without the"
                " 2 the length scale is another.",
                credit=2.0),
        Mistake("length scale not squared",
                rbf(answers.rbf_scale_not_squared),
                "A squared distance is divided by a squared length: 2 l^2.",
                credit=2.0),
        Mistake("neither the 2 nor the square", rbf(answers.rbf_neither),
                "The exponent is the squared distance over 2 l^2: both the 2"
                " and the square are missing.",
                credit=1.6),
        Mistake("distance not squared", rbf(answers.rbf_of_distance),
                "The distance itself is in your exponent. It is squared:"
                " la.pairwise_euclidean_distance returns distances.",
                credit=2.0),
        Mistake("neither of the two squared", rbf(answers.rbf_no_squares),
                "Both are squared: the distance"
                " (la.pairwise_euclidean_distance returns distances), and the"
                " length scale.",
                credit=1.6),
        Mistake("the exponential of -d / l", rbf(answers.rbf_laplace),
                "That is the Laplace kernel, with a kink at 0. The RBF kernel"
                " has the squared distance over 2 l^2.",
                credit=1.5),
        Mistake("a division that multiplies", rbf(answers.rbf_multiplied),
                "Python reads d / 2 * l**2 from the left: (d / 2) * l**2. Put"
                " 2 * l**2 in brackets.",
                credit=2.0),
        Mistake("the length scale as gamma", rbf(answers.rbf_gamma),
                "You multiply by the length scale, as by scikit-learn's gamma."
                " gamma is 1 / (2 l^2).",
                credit=1.8),
        Mistake("the 2 squared, too", rbf(answers.rbf_two_squared),
                "(2 l)^2 is 4 l^2. Only the length is squared: 2 l^2.",
                credit=2.0),
        Mistake("no minus sign", rbf(answers.rbf_growing),
                "The exponent is negative: far points have little in common."
                " Yours grow with the distance.",
                credit=1.8),
        Mistake("no exponential", rbf(answers.rbf_without_exp),
                "You return the exponent. np.exp is missing.",
                credit=1.5),
        Mistake("length scale ignored", rbf(answers.rbf_scale_ignored),
                "length_scale changes nothing. It divides the distances.",
                credit=1.8),
        Mistake("Y ignored in the RBF kernel", rbf(answers.rbf_Y_ignored),
                "Y is given: its rows make the columns. You compare X with"
                " itself.",
                credit=1.8),
        Mistake("RBF transposed", rbf(answers.rbf_transposed),
                "Rows belong to X, columns to Y: (n, m). Yours is the"
                " transpose.",
                credit=2.2),
        Mistake("a density", rbf(answers.rbf_normalised),
                "The factor of the Gaussian density makes the integral 1. A"
                " kernel has no factor: k(x, x) = 1.",
                credit=1.8),
        Mistake("a density on a line",
                rbf(answers.rbf_normalised_on_a_line),
                "1 / (l sqrt(2 pi)) makes the area of a bell curve 1. A kernel"
                " has no factor: k(x, x) = 1.",
                credit=1.8),
        Mistake("the mean over the coordinates", rbf(answers.rbf_mean),
                "The squared distance is the sum over the coordinates, not the"
                " mean.",
                credit=2.0),
        Mistake("absolute values added", rbf(answers.rbf_absolute),
                "The distance is the Euclidean one: add up squares, not"
                " absolute values.",
                credit=2.0),
        Mistake("row by row", rbf(answers.rbf_row_by_row),
                "X - Y pairs the first row with the first. Every row of X"
                " meets every row of Y: X[:, None] - Y.",
                credit=1.5),
        Mistake("one number for all", rbf(answers.rbf_one_number),
                "np.sum without an axis adds up everything. Sum over the"
                " coordinates only: axis=-1.",
                credit=1.6),
        Mistake("the wrong axis", rbf(answers.rbf_of_points),
                "X[:, None] - Y has shape (n, m, d). The coordinates are its"
                " last axis, and those are to be summed.",
                credit=1.8),
        Mistake("None not asked for in the RBF kernel",
                rbf(answers.rbf_None_not_asked),
                "Y=None means X itself: Y = X if Y is None else Y.",
                credit=2.2),
        Mistake("None given to the distances",
                rbf(answers.rbf_None_to_distances),
                "la.pairwise_euclidean_distance does not know what None means"
                " here. Y = X if Y is None else Y, before you call it.",
                credit=2.2),
        Mistake("None given to the distances, and to X @ Y.T", {
            "rbf_kernel": answers.rbf_None_to_distances,
            "polynomial_kernel": answers.polynomial_None_not_asked,
        },
                "Y=None means X itself: Y = X if Y is None else Y, in both.",
                credit=1.8),
        Mistake("cancellation", rbf(answers.rbf_expanded),
                "|x|^2 + |y|^2 - 2 x.y is right on paper. Near 1e8 its terms"
                " are 1e16, and what is left of them is rounding, whether it"
                " is clipped at 0 or not. Subtract first, then square.",
                credit=2.6),
        Mistake("the constant outside",
                poly(answers.polynomial_constant_outside),
                "coef0 is added before the power is taken: (x.y + c)^d.",
                credit=2.0),
        Mistake("the power of the constant",
                poly(answers.polynomial_power_of_constant),
                "** comes before +: a + c**d takes the power of the constant"
                " only. Brackets: (x.y + c)**d.",
                credit=2.0),
        Mistake("times the degree", poly(answers.polynomial_times_degree),
                "** takes a power, * multiplies: (x.y + c)**degree.",
                credit=2.0),
        Mistake("coef0 ignored",
                poly(answers.polynomial_without_constant),
                "coef0 changes nothing. It is added before the power.",
                credit=2.0),
        Mistake("always + 1", poly(answers.polynomial_always_one),
                "1 is only the default of coef0: add coef0 itself.",
                credit=2.4),
        Mistake("always cubed", poly(answers.polynomial_always_three),
                "3 is only the default of degree: the power is degree.",
                credit=2.3),
        Mistake("degree ignored", poly(answers.polynomial_linear),
                "The power is missing: (x.y + coef0)**degree.",
                credit=1.8),
        Mistake("divided by d", poly(answers.polynomial_over_d),
                "scikit-learn's kernel multiplies x.y by gamma, 1/d unless"
                " told otherwise. Here there is none.",
                credit=2.2),
        Mistake("the power of each coordinate",
                poly(answers.polynomial_of_entries),
                "You take the power of the coordinates. First the inner"
                " product, plus coef0, then the power.",
                credit=1.8),
        Mistake("Y ignored in the polynomial kernel",
                poly(answers.polynomial_Y_ignored),
                "Y is given: its rows make the columns. You compare X with"
                " itself.",
                credit=2.0),
        Mistake("Y ignored in both", {
            "rbf_kernel": answers.rbf_Y_ignored,
            "polynomial_kernel": answers.polynomial_Y_ignored,
        },
                "Y is given: its rows make the columns. Both kernels compare X"
                " with itself.",
                credit=1.4),
        Mistake("an array asked whether it is None", {
            "rbf_kernel": answers.rbf_equal_to_None,
            "polynomial_kernel": answers.polynomial_equal_to_None,
        },
                "Y == None, and not Y, ask every entry of an array. Y is None"
                " asks the name.",
                credit=1.8),
        Mistake("None not asked for in both", {
            "rbf_kernel": answers.rbf_None_not_asked,
            "polynomial_kernel": answers.polynomial_None_not_asked,
        },
                "Y=None means X itself: Y = X if Y is None else Y, in both.",
                credit=1.8),
        Mistake("None not asked for in the polynomial kernel",
                poly(answers.polynomial_None_not_asked),
                "Y=None means X itself: Y = X if Y is None else Y.",
                credit=2.4),
        Mistake("a power of the matrix",
                poly(answers.polynomial_matrix_power),
                "The power is taken of each entry: **. matrix_power multiplies"
                " the matrix with itself.",
                credit=1.8),
        Mistake("entry by entry", poly(answers.polynomial_entry_by_entry),
                "X * Y pairs entries. Every row of X meets every row of Y in"
                " an inner product: X @ Y.T.",
                credit=1.6),
        Mistake("polynomial transposed",
                poly(answers.polynomial_transposed),
                "Rows belong to X, columns to Y: X @ Y.T. Yours is the"
                " transpose.",
                credit=2.2),
        Mistake("X transposed in place of Y",
                poly(answers.polynomial_X_transposed),
                "Points are rows of both: the inner products are X @ Y.T, not"
                " X.T @ Y.",
                credit=1.8),
        Mistake("Y not transposed",
                poly(answers.polynomial_not_transposed),
                "Points are rows of both: the inner products are X @ Y.T.",
                credit=1.8),
    ],
    variants=[
        Variant("distances of chapter 02, and einsum", {
            "rbf_kernel": answers.rbf_by_distances,
            "polynomial_kernel": answers.polynomial_by_einsum,
        }),
        Variant("point by point", rbf(answers.rbf_by_loops)),
    ],
)


is_psd_kernel = Exercise(
    reference=fa.is_psd_kernel,
    points=2,
    cases=lambda rng: [
        Case("by hand: distances are no kernel",
             call(given("distances"), [[0.0], [1.0], [3.0]]), core=True),
        Case("RBF", call(given("gaussian_bumps"), plane(rng, 5, 3)),
             core=True),
        Case("RBF, some points twice",
             call(given("gaussian_bumps"),
                  np.repeat(plane(rng, 4), 2, axis=0))),
        Case("by hand: min(x, y), one point twice",
             call(given("smaller_of_two"), [[1.0], [1.0], [3.0]])),
        Case("inner products of 30 points of a plane",
             call(given("dot_products"), plane(rng, 30))),
        Case("the same in units of a ten-thousandth",
             call(given("dot_products", 1e8), plane(rng, 30))),
        Case("minus the RBF kernel, of four points",
             call(given("gaussian_bumps", -1.0), plane(rng, 4))),
        Case("minus the distances",
             call(given("distances", -1.0), plane(rng, 4))),
        Case("tiny numbers, no kernel",
             call(given("distances", 1e-12), plane(rng, 4))),
        Case("not symmetric",
             call(given("one_way", 200.0), apart_points(rng, 5))),
        Case("not symmetric, tiny",
             call(given("dot_products_one_way", 1e-12),
                  apart_points(rng, 5))),
        Case("nearly a kernel, by the default tol",
             call(given("lowered_bumps", 0.02), 0.1 * plane(rng, 8))),
        Case("nearly a kernel, by a coarse tol",
             call(given("lowered_bumps", 0.02), 0.1 * plane(rng, 8),
                  tol=0.05)),
        Case("nearly symmetric, by a coarse tol",
             call(given("one_way", 0.01), apart_points(rng, 5), tol=0.05)),
        Case("small eigenvalues, by a coarse tol",
             call(given("lowered_bumps", -0.01), 0.1 * plane(rng, 8),
                  tol=0.05)),
        Case("an eigenvalue of -1.5e-9",
             call(given("lowered_bumps", 1.5e-9), 0.1 * plane(rng, 12, 1))),
        Case("an eigenvalue of -0.7e-9",
             call(given("lowered_bumps", 0.7e-9), 0.1 * plane(rng, 12, 1))),
        Case("0 everywhere",
             call(given("nothing_in_common"), plane(rng, 3))),
        Case("a diagonal below 0",
             call(given("lowered_bumps", 1.5), 0.1 * plane(rng, 8))),
    ],
    mistakes=[
        Mistake("strictly positive", answers.psd_strictly,
                "You ask for eigenvalues above 0 (so does a Cholesky"
                " decomposition). Semi-definite allows 0: a point given twice"
                " makes two equal rows, and an eigenvalue 0.",
                credit=1.0),
        Mistake("entries tested", answers.psd_of_entries,
                "A positive semi-definite matrix may have negative entries,"
                " and one of positive entries need not be it. Test the"
                " eigenvalues.",
                credit=0.4),
        Mistake("entries tested, and symmetry",
                answers.psd_of_entries_symmetric,
                "The symmetry is tested, but then the entries: look at the"
                " eigenvalues in their place.",
                credit=0.6),
        Mistake("entries tested, up to tol",
                answers.psd_of_entries_up_to_tol,
                "The symmetry is tested, but then the entries: look at the"
                " eigenvalues in their place.",
                credit=0.6),
        Mistake("only the diagonal, up to tol",
                answers.psd_of_the_diagonal_up_to_tol,
                "A diagonal of numbers >= 0 is necessary, not enough. Test the"
                " eigenvalues.",
                credit=0.6),
        Mistake("only the diagonal", answers.psd_of_the_diagonal,
                "A diagonal of numbers >= 0 is necessary, not enough. Test the"
                " eigenvalues.",
                credit=0.5),
        Mistake("only the diagonal, without symmetry",
                answers.psd_of_the_diagonal_alone,
                "A diagonal of numbers >= 0 is necessary, not enough. Test the"
                " symmetry, and the eigenvalues.",
                credit=0.4),
        Mistake("tol not relative", answers.psd_absolute_tol,
                "You compare with tol itself. Numbers of 1e8 bring rounding of"
                " 1e-8, and for numbers of 1e-12 every matrix passes: tol"
                " times the largest entry.",
                credit=1.3),
        Mistake("tol not relative, beside allclose",
                answers.psd_allclose_and_absolute_tol,
                "You compare eigenvalues with tol itself, and np.allclose has"
                " tolerances of its own. Both are to be tol times the largest"
                " entry.",
                credit=1.2),
        Mistake("tol times the largest eigenvalue",
                answers.psd_of_the_largest_eigenvalue,
                "You compare with tol times the largest eigenvalue. The"
                " contract takes the largest entry of K.",
                credit=1.6),
        Mistake("no tolerance", answers.psd_without_tol,
                "An eigenvalue 0 comes out as -1e-16 by rounding. Allow -tol"
                " times the largest entry.",
                credit=1.2),
        Mistake("tol ignored", answers.psd_tol_ignored,
                "1e-9 is only the default of tol: use tol itself.",
                credit=1.5),
        Mistake("one triangle only", answers.psd_one_triangle,
                "np.linalg.eigvalsh reads the lower triangle and never looks"
                " at the upper one. Test first that K is symmetric.",
                credit=1.3),
        Mistake("one triangle only, tol not relative",
                answers.psd_one_triangle_absolute_tol,
                "Two things: eigvalsh reads the lower triangle only, so test"
                " the symmetry first; and tol is relative to the largest"
                " entry.",
                credit=1.0),
        Mistake("one triangle only, strictly",
                answers.psd_one_triangle_strictly,
                "Two things: eigvalsh reads the lower triangle only, so test"
                " the symmetry first; and 0 is allowed.",
                credit=0.8),
        Mistake("one triangle only, no tolerance",
                answers.psd_one_triangle_without_tol,
                "Two things: eigvalsh reads the lower triangle only, so test"
                " the symmetry first; and an eigenvalue 0 comes out as -1e-16"
                " by rounding.",
                credit=0.9),
        Mistake("np.allclose for the symmetry",
                answers.psd_allclose,
                "np.allclose has tolerances of its own, 1e-5 and 1e-8: tiny"
                " matrices are always symmetric by it. Give it rtol=0 and atol"
                " = tol times the largest entry.",
                credit=1.6),
        Mistake("made symmetric", answers.psd_symmetric_part,
                "(K + K^T) / 2 is always symmetric. Whether K is, has to be"
                " tested: a kernel must be.",
                credit=1.2),
        Mistake("symmetry alone", answers.psd_only_symmetric,
                "Symmetric is not enough: the distances are, too. Test the"
                " eigenvalues.",
                credit=0.5),
        Mistake("the largest eigenvalue", answers.psd_largest,
                "eigvalsh sorts them rising: [-1] is the largest. All must be"
                " >= 0, so look at the smallest, [0].",
                credit=1.0),
        Mistake("the determinant", answers.psd_determinant,
                "Two negative eigenvalues have a positive product. Test each.",
                credit=0.8),
        Mistake("the determinant, up to tol",
                answers.psd_determinant_up_to_tol,
                "Two negative eigenvalues have a positive product. Test each.",
                credit=0.8),
        Mistake("the determinant, beside allclose",
                answers.psd_allclose_and_determinant,
                "Two negative eigenvalues have a positive product. Test each,"
                " up to tol times the largest entry, and the symmetry, too.",
                credit=0.7),
        Mistake("the determinant, without symmetry",
                answers.psd_determinant_alone,
                "Two negative eigenvalues have a positive product, and a"
                " matrix that is not symmetric may have one, too. Test the"
                " symmetry, and each eigenvalue.",
                credit=0.6),
        Mistake("one choice of c", answers.psd_all_coefficients_one,
                "c^T K c >= 0 must hold for all c. For one choice of c, for"
                " example all ones, which adds up the entries, it may hold by"
                " chance. The smallest eigenvalue speaks for all c.",
                credit=0.6),
        Mistake("tol with the wrong sign", answers.psd_tol_upside_down,
                "tol forgives: the smallest eigenvalue may be -tol times the"
                " largest entry. You ask for more than 0.",
                credit=1.1),
        Mistake("called with single points", answers.psd_point_by_point,
                "kernel takes two arrays of points, one in each row, and"
                " returns the whole Gram matrix: kernel(X, X).",
                credit=0.8),
        Mistake("called with one argument", answers.psd_of_one_argument,
                "Not every kernel knows what to do without a second set of"
                " points: kernel(X, X).",
                credit=1.7),
        Mistake("0 divided by 0", answers.psd_divided,
                "K / s with s the largest entry is 0/0 for K = 0, and nan is"
                " not >= anything. Multiply tol by s instead.",
                credit=1.8),
        Mistake("the opposite", answers.psd_opposite,
                "You return True where it should be False, and False where it"
                " should be True.",
                credit=0.8),
        Mistake("an array", answers.psd_each_eigenvalue,
                "You return a truth value for each eigenvalue. One is asked:"
                " np.all of them. And eigvalsh reads one triangle only.",
                credit=1.0),
        Mistake("the eigenvalue", answers.psd_the_eigenvalue,
                "You return the smallest eigenvalue. Asked is True or False:"
                " whether it is >= -tol times the largest entry.",
                credit=0.8),
    ],
    variants=[
        Variant("eigvals", answers.psd_by_eigvals),
        Variant("eigh of the symmetric part", answers.psd_by_norm),
    ],
)


def apart_points(rng, n):
    """Points whose coordinate sums differ, in rising order."""
    return 0.25 * plane(rng, n) + 0.8 * np.arange(n)[:, None]


representer_derivation = Written(
    rubric=[
        (1, r"Question 1: the span $S$ of $k(\mathbf x_1, \cdot), \dots,"
            r" k(\mathbf x_n, \cdot)$ has finite dimension, so that every $f$"
            r" has a projection on it: $f = g + h$, $g$ in $S$, $h$ orthogonal"
            r" to every $k(\mathbf x_i, \cdot)$"),
        (1, r"Question 2: by the reproducing property $h(\mathbf x_i) ="
            r" \langle h, k(\mathbf x_i, \cdot)\rangle = 0$, so $f(\mathbf"
            r" x_i) = g(\mathbf x_i)$, and the sum of squares does not see"
            r" $h$"),
        (1, r"Question 3: Pythagoras, $\|f\|^2 = \|g\|^2 + \|h\|^2$, because"
            r" $\langle g, h\rangle = 0$"),
        (1, r"Question 3: hence $J(f) = J(g) + \alpha \|h\|^2 \ge J(g)$, with"
            r" equality only for $h = 0$ (this is where $\alpha > 0$ is"
            r" used): a minimizer has the form $\sum_i c_i k(\mathbf x_i,"
            r" \cdot)$"),
        (1, r"Question 4: $J = \|\mathbf y - K\mathbf c\|^2 + \alpha \mathbf"
            r" c^\top K \mathbf c$, its gradient $2K((K + \alpha I)\mathbf c -"
            r" \mathbf y)$ is $\mathbf 0$ for $\mathbf c = (K + \alpha"
            r" I)^{-1}\mathbf y$: kernel ridge regression"),
    ],
)


def gram(rng, n, d=2):
    """A Gram matrix with entries of some size."""
    return 2 * fa.rbf_kernel(plane(rng, n, d)) + 0.3 * np.eye(n)


def fit(answer):
    """Wrong coefficients, and right predictions."""
    return {"kernel_ridge_fit": answer}


def predict(answer):
    """Right coefficients, and wrong predictions."""
    return {"kernel_ridge_predict": answer}


kernel_ridge_fit = Exercise(
    reference={
        "kernel_ridge_fit": fa.kernel_ridge_fit,
        "kernel_ridge_predict": fa.kernel_ridge_predict,
    },
    points=2,
    refuses=(
        "sklearn.kernel_ridge.KernelRidge",
        "sklearn.linear_model.Ridge",
        "sklearn.linear_model.ridge_regression",
    ),
    cases=lambda rng: [
        Case("by hand: the coefficients",
             call([[1.0, 1.0], [1.0, 2.0]], [5.0, 9.0], 2.0)
             .on("kernel_ridge_fit"), core=True),
        Case("six points, alpha = 0.3",
             call(gram(rng, 6), 2 + away(rng, 6), 0.3)
             .on("kernel_ridge_fit")),
        Case("points given twice: K is singular",
             call(np.kron(gram(rng, 3), np.ones((2, 2))), 2 + away(rng, 6),
                  0.5).on("kernel_ridge_fit")),
        Case("two columns to predict",
             call(gram(rng, 4), 2 + away(rng, 4, 2), 0.7)
             .on("kernel_ridge_fit")),
        Case("by hand: three predictions",
             call([[1.0, 0.0], [3.0, 1.0], [0.0, 2.0]], [1.0, 2.0])
             .on("kernel_ridge_predict")),
        Case("as many test points as training points",
             call(away(rng, 4, 4), away(rng, 4))
             .on("kernel_ridge_predict")),
        Case("two test points",
             call(away(rng, 2, 5), away(rng, 5))
             .on("kernel_ridge_predict")),
        Case("predictions in two columns",
             call(away(rng, 3, 5), away(rng, 5, 2))
             .on("kernel_ridge_predict")),
        Case("predictions in four columns, of four points",
             call(away(rng, 4, 4), away(rng, 4, 4))
             .on("kernel_ridge_predict")),
    ],
    mistakes=[
        *half_written(0.8, "kernel_ridge_fit"),
        *half_written(1.0, "kernel_ridge_predict"),
        Mistake("n alpha", fit(answers.ridge_times_n),
                "You add n alpha. That belongs to a loss that is a mean; here"
                " it is a sum, and alpha is added as it is.",
                credit=1.4),
        Mistake("alpha everywhere", fit(answers.ridge_everywhere),
                "K + alpha adds it to every entry. Only the diagonal gets it:"
                " alpha * np.eye(n).",
                credit=1.3),
        Mistake("alpha squared", fit(answers.ridge_squared),
                "alpha is added itself, not its square. It is a noise's"
                " standard deviation that will be squared.",
                credit=1.3),
        Mistake("no alpha", fit(answers.ridge_without_alpha),
                "alpha changes nothing. It is added to the diagonal of K,"
                " which may have no inverse without it.",
                credit=1.0),
        Mistake("a pseudo-inverse, no alpha",
                fit(answers.ridge_pinv_without_alpha),
                "The pseudo-inverse of K passes through the points, noise and"
                " all. alpha is added to the diagonal.",
                credit=1.0),
        Mistake("alpha subtracted", fit(answers.ridge_minus),
                "alpha is added: it lifts the eigenvalues away from 0.",
                credit=1.2),
        Mistake("1/alpha", fit(answers.ridge_over_alpha),
                "A large alpha holds the function flat. You divide by it.",
                credit=1.2),
        Mistake("alpha / n", fit(answers.ridge_over_n),
                "You divide alpha by n. It is added as it is.",
                credit=1.4),
        Mistake("half of alpha", fit(answers.ridge_half),
                "You halve alpha. The contract adds it as it is.",
                credit=1.4),
        Mistake("K taken for the features", fit(answers.ridge_of_features),
                "(K^T K + alpha I)^-1 K^T y penalizes |c|^2. The norm of f is"
                " c^T K c, and one K drops out: (K + alpha I)^-1 y.",
                credit=1.2),
        Mistake("predictions for coefficients", fit(answers.ridge_fitted),
                "K c are the fitted values. Asked are the coefficients c.",
                credit=1.3),
        Mistake("multiplied, not solved", fit(answers.ridge_multiplied),
                "You multiply by K + alpha I. It is the inverse that is asked:"
                " np.linalg.solve.",
                credit=0.8),
        Mistake("the inverse times y, entry by entry",
                fit(answers.ridge_inverse_times_y),
                "* multiplies the columns of the inverse. It is a product of a"
                " matrix and a vector: @, or np.linalg.solve.",
                credit=1.2),
        Mistake("all that lstsq returns", fit(answers.ridge_all_of_lstsq),
                "np.linalg.lstsq returns a tuple; its first part is the"
                " solution.",
                credit=1.5),
        Mistake("1 for alpha", fit(answers.ridge_of_ones),
                "You add I as it is. What is added is alpha I.",
                credit=1.2),
        Mistake("the inverse of each entry", fit(answers.ridge_of_entries),
                "1 / A takes the inverse of each number. The inverse of the"
                " matrix is another thing: np.linalg.solve(A, y).",
                credit=0.8),
        Mistake("alpha times K", fit(answers.ridge_alpha_times_K),
                "alpha stands before I, not before K: K + alpha I.",
                credit=1.2),
        Mistake("y centred", fit(answers.ridge_centred),
                "The contract does not subtract the mean of y: there is no"
                " intercept.",
                credit=1.3),
        Mistake("one alpha too many", fit(answers.ridge_one_alpha_too_many),
                "c = (K + alpha I)^-1 y, and nothing before it: you multiply"
                " by alpha once more.",
                credit=1.3),
        Mistake("K_star transposed", predict(answers.predict_transposed),
                "K_star has a row for each test point: K_star @ c. Transposed"
                " it fits only when it is square, and then it is silently"
                " wrong.",
                credit=1.3),
        Mistake("coefficients first", predict(answers.predict_coef_first),
                "c @ K_star adds up over the test points. It is K_star @ c.",
                credit=1.3),
        Mistake("one column only",
                predict(answers.predict_columns_added),
                "np.sum(K_star * c, axis=1) is K_star @ c for one column. For"
                " more it pairs the wrong numbers: use @.",
                credit=1.6),
        Mistake("rows added", predict(answers.predict_rows_added),
                "You add up over the test points. For each test point, a row,"
                " add up over the training points: K_star @ c.",
                credit=1.2),
        Mistake("not summed", predict(answers.predict_not_summed),
                "You multiply and do not add up: @, not *.",
                credit=1.2),
        Mistake("the mean", predict(answers.predict_mean),
                "It is a sum over the training points, not a mean.",
                credit=1.3),
        Mistake("weights that add up to 1",
                predict(answers.predict_weighted),
                "You divide by the sum of the row, as a smoother does. The"
                " prediction is the plain sum.",
                credit=1.2),
        Mistake("the sign", predict(answers.predict_sign),
                "That would be a class. Asked is the number.",
                credit=1.2),
        Mistake("all in one", predict(answers.predict_all_in_one),
                "You add up over the test points, too. One prediction for"
                " each.",
                credit=1.2),
        Mistake("flattened", predict(answers.predict_flat),
                "With several columns of coefficients there are several of"
                " predictions: keep the shape (n_test, c).",
                credit=1.6),
    ],
    variants=[
        Variant("an inverse, and a loop", {
            "kernel_ridge_fit": answers.kernel_ridge_by_inverse,
            "kernel_ridge_predict": answers.predict_by_loop,
        }),
        Variant("eigenvalues", fit(answers.kernel_ridge_by_eigh)),
        Variant("the diagonal of a copy",
                fit(answers.kernel_ridge_on_the_diagonal)),
    ],
)


def center(answer):
    """A wrong centering, and a right PCA."""
    return {"center_kernel": answer}


def pca(answer):
    """A right centering, and a wrong PCA."""
    return {"kernel_pca": answer}


def and_its_pca(name, centering, projection, why, credits):
    """A wrong centering, alone and with the PCA that goes by it."""
    alone, both = credits
    return [
        Mistake(name, center(centering), why, credit=alone),
        Mistake(f"{name}, and a PCA by it",
                {"center_kernel": centering, "kernel_pca": projection},
                f"{why} kernel_pca goes by it and inherits it.",
                credit=both),
    ]


center_kernel = Exercise(
    reference={
        "center_kernel": fa.center_kernel,
        "kernel_pca": fa.kernel_pca,
    },
    points=3,
    refuses=(
        "sklearn.decomposition.KernelPCA",
        "sklearn.preprocessing.KernelCenterer",
    ),
    cases=lambda rng: [
        Case("by hand: centered",
             call([[0.0, 0.0, 0.0], [0.0, 1.0, 5.0], [0.0, 5.0, 25.0]])
             .on("center_kernel"), core=True),
        Case("a kernel of six points, centered",
             call(gram(rng, 6)).on("center_kernel")),
        Case("inner products far from the origin, centered",
             call(fa.polynomial_kernel(2 + plane(rng, 5, 3), degree=1))
             .on("center_kernel")),
        Case("by hand: two components, the second 0",
             call([[0.0, 0.0, 0.0], [0.0, 1.0, 5.0], [0.0, 5.0, 25.0]], 2)
             .on("kernel_pca"), compare=COLUMNS_TURNED),
        Case("three components of seven points",
             call(gram(rng, 7), 3).on("kernel_pca"), compare=COLUMNS_TURNED),
        Case("one component",
             call(fa.polynomial_kernel(plane(rng, 6)), 1).on("kernel_pca"),
             compare=COLUMNS_TURNED),
        Case("points far from the origin",
             call(fa.polynomial_kernel(3 + plane(rng, 6, 4), degree=1), 2)
             .on("kernel_pca"), compare=COLUMNS_TURNED),
        Case("all components: the last is 0",
             call(gram(rng, 5), 5).on("kernel_pca"),
             compare=COLUMNS_TURNED),
        Case("twelve points on a line: all but one are 0",
             call(fa.polynomial_kernel(plane(rng, 12, 1), degree=1), 12)
             .on("kernel_pca"), compare=COLUMNS_TURNED),
    ],
    mistakes=[
        *half_written(1.0, "center_kernel"),
        *half_written(1.0, "kernel_pca"),
        Mistake("as it was", {
            "center_kernel": answers.center_columns,
            "kernel_pca": answers.pca_as_it_was,
        },
                "Nothing is mended yet. Compare with PCA of the numbers 0, 1,"
                " 5: are the rows of your centered K zero in sum? Which"
                " eigenvalue comes first? What length should a column have?",
                credit=0.0),
        Mistake("kernel_pca as it was", pca(answers.pca_as_it_was_centred),
                "The centering is mended. eigh sorts the eigenvalues rising,"
                " and the coordinates are U sqrt(Lambda).",
                credit=1.2),
        *and_its_pca("column means only", answers.center_columns,
                     answers.pca_of_columns_centred,
                     "You subtract the column means only. HKH subtracts those"
                     " of the rows as well, and adds the mean of all again.",
                     (1.6, 1.2)),
        *and_its_pca("row means only", answers.center_rows,
                     answers.pca_of_rows_centred,
                     "You subtract the row means only. HKH subtracts those of"
                     " the columns as well, and adds the mean of all again.",
                     (1.6, 1.2)),
        Mistake("the mean of all not added",
                center(answers.center_without_mean),
                "The mean of all entries is taken away twice, with the rows"
                " and with the columns. Add it again once, though the first"
                " components do not notice.",
                credit=2.2),
        Mistake("the mean of all subtracted",
                center(answers.center_minus_mean),
                "The mean of all entries comes with a plus: rows and columns"
                " have taken it away twice. The first components do not"
                " notice.",
                credit=2.2),
        *and_its_pca("one mean for all", answers.center_grand,
                     answers.pca_grand,
                     "You subtract one number from all entries. Each row and"
                     " each column has its own mean.",
                     (1.4, 1.0)),
        *and_its_pca("the column means twice", answers.center_columns_twice,
                     answers.pca_of_columns_twice,
                     "Without keepdims=True the row means are a row, too: you"
                     " subtract from the columns twice. np.mean(K, axis=1,"
                     " keepdims=True).",
                     (1.7, 1.3)),
        *and_its_pca("standardised", answers.center_standardised,
                     answers.pca_standardised,
                     "You divide by the root of the diagonal as well. Centered"
                     " means only moved to mean 0.",
                     (1.5, 1.1)),
        *and_its_pca("sums for means", answers.center_by_sums,
                     answers.pca_by_sums,
                     "You subtract sums of rows and columns. It is the means:"
                     " in H, too, every entry of the second matrix is 1/n.",
                     (1.6, 1.2)),
        *and_its_pca("H K H entry by entry", answers.center_entries,
                     answers.pca_of_entries,
                     "* multiplies entry by entry. HKH is a product of"
                     " matrices: @.",
                     (1.5, 1.1)),
        Mistake("U Lambda", pca(answers.pca_times_lambda),
                "U Lambda is what K_c U gives, too. The coordinates are U"
                " sqrt(Lambda): Z Z^T must be the centered K.",
                credit=1.9),
        Mistake("U alone", pca(answers.pca_U_alone),
                "The columns of U have length 1, however much the points vary."
                " The coordinates are U sqrt(Lambda).",
                credit=1.6),
        Mistake("divided by the root", pca(answers.pca_over_root),
                "U / sqrt(Lambda) are the coefficients of the axes. The"
                " coordinates are U sqrt(Lambda).",
                credit=1.6),
        Mistake("smallest first", pca(answers.pca_rising),
                "eigh sorts the eigenvalues rising: the first columns belong"
                " to the smallest. Turn the order round.",
                credit=1.8),
        Mistake("smallest first, and the root of a negative number",
                pca(answers.pca_rising_unclipped),
                "Two things are left: eigh sorts the eigenvalues rising, so"
                " turn the order round; and an eigenvalue 0 comes out as"
                " -1e-16: np.maximum(eigenvalues, 0) before the root.",
                credit=1.5),
        Mistake("column means only, and the root of a negative number", {
            "center_kernel": answers.center_columns,
            "kernel_pca": answers.pca_of_columns_unclipped,
        },
                "Two things are left: HKH subtracts the row means as well, and"
                " adds the mean of all; and an eigenvalue 0 comes out as"
                " -1e-16: np.maximum(eigenvalues, 0) before the root.",
                credit=0.9),
        Mistake("not centered", pca(answers.pca_not_centred),
                "The points are not centered: the first component points to"
                " their mean. Call center_kernel first.",
                credit=1.7),
        Mistake("not centered, U Lambda",
                pca(answers.pca_not_centred_times_lambda),
                "Two things: call center_kernel first, and take the root of"
                " Lambda.",
                credit=1.3),
        Mistake("not centered, smallest first",
                pca(answers.pca_not_centred_rising),
                "Two things: call center_kernel first, and turn round the"
                " order in which eigh sorts.",
                credit=1.3),
        Mistake("the root of a negative number", pca(answers.pca_nan),
                "An eigenvalue 0 comes out as -1e-16, and its root as nan."
                " Clip first: np.maximum(eigenvalues, 0).",
                credit=2.4),
        Mistake("U not turned round", pca(answers.pca_U_not_turned),
                "You turn the eigenvalues round and leave U as it was: each"
                " column now has another's eigenvalue. U[:, ::-1], too.",
                credit=1.9),
        Mistake("U not turned round, and the root of a negative number",
                pca(answers.pca_U_not_turned_unclipped),
                "Two things: you turn the eigenvalues round and leave U as it"
                " was, U[:, ::-1]; and an eigenvalue 0 comes out as -1e-16:"
                " np.maximum(eigenvalues, 0) before the root.",
                credit=1.5),
        Mistake("eigenvalues not turned round",
                pca(answers.pca_values_not_turned),
                "You turn U round and leave the eigenvalues as they were: each"
                " column now has another's. Turn both.",
                credit=1.9),
        Mistake("rows of U turned round", pca(answers.pca_rows_turned),
                "U[::-1] turns the rows round, the points. The eigenvectors"
                " are columns: U[:, ::-1].",
                credit=1.8),
        Mistake("rows of U turned round, and the root of a negative number",
                pca(answers.pca_rows_turned_unclipped),
                "Two things: U[::-1] turns the rows round, the points, and the"
                " eigenvectors are columns, U[:, ::-1]; and an eigenvalue 0"
                " comes out as -1e-16: np.maximum(eigenvalues, 0) before the"
                " root.",
                credit=1.5),
        Mistake("the largest last", pca(answers.pca_largest_last),
                "These are the right columns, in rising order. The contract"
                " has the largest eigenvalue first.",
                credit=2.2),
        Mistake("column means only, U Lambda", {
            "center_kernel": answers.center_columns,
            "kernel_pca": answers.pca_of_columns_times_lambda,
        },
                "The order is mended. Two are left: HKH subtracts the row"
                " means as well, and adds the mean of all; and it is U"
                " sqrt(Lambda).",
                credit=0.6),
        Mistake("column means only, smallest first", {
            "center_kernel": answers.center_columns,
            "kernel_pca": answers.pca_of_columns_rising,
        },
                "The root is mended. Left are the order, in which eigh sorts"
                " rising, and the centering: HKH subtracts the row means as"
                " well, and adds the mean of all.",
                credit=0.6),
        Mistake("rows of U", pca(answers.pca_rows_for_columns),
                "The eigenvectors are the columns of U: U[:, ::-1], not"
                " U[::-1].",
                credit=1.6),
        Mistake("components in rows", pca(answers.pca_in_rows),
                "Z has a row for each point and a column for each component.",
                credit=2.0),
        Mistake("n_components ignored", pca(answers.pca_all),
                "You return all components. The first n_components are asked.",
                credit=2.0),
        Mistake("divided by sqrt(n)", pca(answers.pca_over_n),
                "Lambda / n are variances; the coordinates are U sqrt(Lambda),"
                " without n.",
                credit=1.9),
    ],
    variants=[
        Variant("HKH, and an SVD", {
            "center_kernel": answers.center_by_H,
            "kernel_pca": answers.kernel_pca_by_svd,
        }),
        Variant("two steps, and abs", {
            "center_kernel": answers.center_in_two_steps,
            "kernel_pca": answers.kernel_pca_by_abs,
        }),
    ],
)


def objective(answer):
    """A wrong objective, and a right subgradient."""
    return {"svm_objective": answer}


def subgradient(answer):
    """A right objective, and a wrong subgradient."""
    return {"svm_subgradient": answer}


def svm_both(name, value, slope, why, credits):
    """A slip in the objective, in the subgradient, in both."""
    first, second, both = credits
    return [
        Mistake(f"{name} in the objective", objective(value), why,
                credit=first),
        Mistake(f"{name} in the subgradient", subgradient(slope), why,
                credit=second),
        Mistake(f"{name} in both",
                {"svm_objective": value, "svm_subgradient": slope},
                f"{why} It is the same in both functions.", credit=both),
    ]


def classes(rng, n, d=2):
    """A line, points, and labels -1 and +1; some points on either side."""
    X = 1.5 * away(rng, n, d)
    w, b = away(rng, d), float(rng.uniform(0.3, 0.6))
    scores = X @ w + b
    y = np.where(scores > 0, 1.0, -1.0)
    wrong = rng.permutation(n)[:n // 3]
    y[wrong] = -y[wrong]
    y[:2] = -1.0, 1.0
    return w, b, X, y


def one_inside(rng, n, d=2):
    """The same, with a point that is right, but inside the margin."""
    w, b, X, y = classes(rng, n, d)
    X[-1] = w * (0.5 - b) / (w @ w)
    y[-1] = 1.0
    X[-2] = w * (2.5 - b) / (w @ w)
    y[-2] = 1.0
    return w, b, X, y


BY_HAND = ([1.0, -1.0], 0.5,
           [[1.0, 2.0], [2.0, 0.0], [3.0, 0.0], [0.0, 1.0]],
           [1.0, -1.0, 1.0, 1.0])

svm_objective = Exercise(
    reference={
        "svm_objective": fa.svm_objective,
        "svm_subgradient": fa.svm_subgradient,
    },
    points=3,
    refuses=("sklearn.metrics.hinge_loss", "sklearn.svm.LinearSVC",
             "sklearn.svm.SVC"),
    cases=lambda rng: [
        Case("by hand: the objective",
             call(*BY_HAND, C=2.0).on("svm_objective"), core=True),
        Case("12 points, C = 1",
             call(*one_inside(rng, 12, 3)).on("svm_objective")),
        Case("a small C",
             call(*one_inside(rng, 9), C=0.3).on("svm_objective")),
        Case("a far bias",
             call(classes(rng, 6)[0], -3.0, *classes(rng, 6)[2:], C=4.0)
             .on("svm_objective")),
        Case("all beyond the margin",
             call([2.0, 1.0], 0.5, [[2.0, 1.0], [-3.0, 1.0], [1.0, 3.0]],
                  [1.0, -1.0, 1.0], C=float(rng.uniform(2, 3)))
             .on("svm_objective")),
        Case("by hand: the subgradient",
             call(*BY_HAND, C=2.0).on("svm_subgradient")),
        Case("the subgradient for 12 points, C = 1",
             call(*one_inside(rng, 12, 3)).on("svm_subgradient")),
        Case("the subgradient for a small C",
             call(*one_inside(rng, 9), C=0.3).on("svm_subgradient")),
        Case("a point right on the margin",
             call([2.0, 1.0], 0.5,
                  [[0.0, 0.5], [1.0, 1.0], [-1.0, 0.5], [0.25, 0.25]],
                  [1.0, 1.0, -1.0, -1.0], C=float(rng.uniform(2, 3)))
             .on("svm_subgradient")),
        Case("the subgradient beyond the margin",
             call([2.0, 1.0], 0.5, [[2.0, 1.0], [-3.0, 1.0], [1.0, 3.0]],
                  [1.0, -1.0, 1.0], C=float(rng.uniform(2, 3)))
             .on("svm_subgradient")),
    ],
    mistakes=[
        *half_written(1.3, "svm_objective"),
        *half_written(1.3, "svm_subgradient"),
        *svm_both("labels 0 and 1", answers.objective_of_0_and_1,
                  answers.subgradient_of_0_and_1,
                  "You compute 2 y - 1 as for labels 0 and 1. Here they are -1"
                  " and +1 already, and a -1 becomes -3.",
                  (1.8, 1.8, 1.4)),
        *svm_both("bias regularized", answers.objective_bias_too,
                  answers.subgradient_bias_too,
                  "b is in the penalty, too. It moves the plane and says"
                  " nothing about the width of the street: only w is"
                  " penalized.",
                  (2.0, 2.0, 1.7)),
        *svm_both("a mean of hinges", answers.objective_mean,
                  answers.subgradient_mean,
                  "You average over the points. The contract has C times the"
                  " sum.",
                  (2.0, 2.0, 1.7)),
        *svm_both("the 1/2 missing", answers.objective_without_half,
                  answers.subgradient_2w,
                  "The penalty is half of w.w, and its gradient w.",
                  (2.0, 2.0, 1.7)),
        *svm_both("C ignored", answers.objective_without_C,
                  answers.subgradient_without_C,
                  "C changes nothing. It multiplies the sum of the hinges.",
                  (1.8, 1.8, 1.4)),
        *svm_both("C before the penalty", answers.objective_C_on_w,
                  answers.subgradient_C_on_w,
                  "C stands before the hinges, not before the penalty: a large"
                  " C allows few violations.",
                  (1.8, 1.8, 1.4)),
        *svm_both("no penalty", answers.objective_loss_only,
                  answers.subgradient_loss_only,
                  "The penalty w.w / 2 is missing, in the gradient w.",
                  (1.6, 1.6, 1.2)),
        *svm_both("squared hinges", answers.objective_squared_hinge,
                  answers.subgradient_squared_hinge,
                  "You square the hinges. Here they are added up as they"
                  " are.",
                  (1.6, 1.6, 1.2)),
        *svm_both("0 for 1", answers.objective_perceptron,
                  answers.subgradient_misclassified,
                  "You count only points on the wrong side, as a perceptron"
                  " does. The hinge asks for a margin of 1: max(0, 1 - m).",
                  (1.7, 1.7, 1.3)),
        *svm_both("all points", answers.objective_never_zero,
                  answers.subgradient_of_all,
                  "All points take part, also those far on the right side."
                  " Beyond the margin the hinge is 0.",
                  (1.7, 1.7, 1.3)),
        *svm_both("bias forgotten", answers.objective_without_bias,
                  answers.subgradient_without_bias,
                  "The score is w.x + b, and b moves the plane: you left it"
                  " out.",
                  (1.8, 1.8, 1.4)),
        *svm_both("margins without labels",
                  answers.objective_without_labels,
                  answers.subgradient_without_labels,
                  "The margin is the score times the label, m = y (w.x + b):"
                  " the y is missing.",
                  (1.7, 1.9, 1.4)),
        *svm_both("labels turned to 0 and 1",
                  answers.objective_to_0_and_1,
                  answers.subgradient_to_0_and_1,
                  "You turn the labels -1 into 0, and then those points have"
                  " the margin 0 wherever they lie. Leave them -1 and +1.",
                  (1.8, 1.8, 1.4)),
        Mistake("the smaller for the larger",
                objective(answers.objective_smaller),
                "The hinge is the larger of 0 and 1 - m: np.maximum. The"
                " smaller rewards good points and lets bad ones go.",
                credit=2.0),
        Mistake("one max for an array",
                objective(answers.objective_max_of_python),
                "Python's max compares two numbers, not two arrays. Entry by"
                " entry it is np.maximum(0, 1 - m).",
                credit=2.0),
        Mistake("the margin for the hinge",
                objective(answers.objective_of_margins),
                "Where m < 1 the fine is 1 - m, not m itself.",
                credit=1.9),
        Mistake("m - 1", objective(answers.objective_turned_round),
                "You fine m - 1, what lies beyond the margin. The fine is"
                " what is missing to it: max(0, 1 - m).",
                credit=1.9),
        Mistake("the root", objective(answers.objective_length),
                "The penalty is half of w.w itself, no root.",
                credit=1.8),
        Mistake("C before both", objective(answers.objective_C_on_both),
                "C multiplies the hinges only, not the penalty. Brackets?",
                credit=2.0),
        Mistake("the wrong sign in the hinge",
                objective(answers.objective_plus),
                "The hinge is max(0, 1 - m): it punishes small margins, and"
                " yours the large ones.",
                credit=1.8),
        Mistake("b subtracted", objective(answers.objective_bias_subtracted),
                "The score is w.x + b, with a plus; you subtract b.",
                credit=1.9),
        Mistake("one max for all", objective(answers.objective_one_max),
                "Take the maximum point by point, then add up. You add up"
                " first, and good points pay for the bad ones.",
                credit=1.9),
        Mistake("the largest hinge only",
                objective(answers.objective_largest_hinge),
                "np.max(z, 0) is the largest entry along axis 0. The larger of"
                " 0 and each entry is np.maximum(0, z).",
                credit=1.8),
        Mistake("means everywhere", {
            "svm_objective": answers.objective_mean,
            "svm_subgradient": answers.subgradient_two_means,
        },
                "np.mean for np.sum, in the objective and in both parts of the"
                " subgradient. The contract has C times the sum.",
                credit=1.4),
        Mistake("not summed", objective(answers.objective_not_summed),
                "The objective is one number: add up the hinges.",
                credit=1.8),
        Mistake("logistic loss", objective(answers.objective_logistic),
                "That is the logistic loss, the hinge's smooth cousin.",
                credit=1.4),
        Mistake("beyond the margin",
                subgradient(answers.subgradient_outside),
                "You take the points whose margin exceeds 1. They cost"
                " nothing and pull at nothing: it is m < 1 that counts.",
                credit=1.7),
        Mistake("a point on the margin",
                subgradient(answers.subgradient_at_the_kink),
                "Where m is exactly 1 the hinge has a kink. By the contract"
                " such a point adds nothing: <, not <=.",
                credit=2.6),
        Mistake("plus C", subgradient(answers.subgradient_plus),
                "The derivative of 1 - m = 1 - y (w.x + b) has a minus: w - C"
                " sum y x, and -C sum y.",
                credit=2.0),
        Mistake("downhill", subgradient(answers.subgradient_downhill),
                "You return the step downhill. The subgradient points uphill;"
                " the step will subtract it.",
                credit=2.0),
        Mistake("the sign of b", subgradient(answers.subgradient_bias_sign),
                "The subgradient in b has a minus as well: -C sum y.",
                credit=2.2),
        Mistake("weighted by the hinges",
                subgradient(answers.subgradient_by_hinges),
                "The hinge is straight: its slope does not grow with it. Every"
                " point inside the margin pulls alike, with C y x.",
                credit=1.8),
        Mistake("labels forgotten",
                subgradient(answers.subgradient_without_y),
                "The pull of a point has the sign of its label: C y x.",
                credit=1.7),
        Mistake("labels forgotten for b",
                subgradient(answers.subgradient_bias_without_y),
                "You count the points. In b it is -C times the sum of their"
                " labels.",
                credit=2.1),
        Mistake("C forgotten for b",
                subgradient(answers.subgradient_bias_without_C),
                "C multiplies the hinges, and so both parts of the"
                " subgradient.",
                credit=2.1),
        Mistake("w once for each point",
                subgradient(answers.subgradient_w_everywhere),
                "The penalty stands once before the sum: w, not w for every"
                " point inside the margin.",
                credit=1.8),
        Mistake("w changed on the way",
                subgradient(answers.subgradient_in_w),
                "g = w is no copy: g -= ... changes w, and with it the margins"
                " of the points that follow. Begin with g = w.copy().",
                credit=2.0),
        Mistake("one array", subgradient(answers.subgradient_joined),
                "Return two things: the tuple (grad_w, grad_b).",
                credit=2.2),
        Mistake("the part of b missing",
                subgradient(answers.subgradient_w_only),
                "Return two things: the tuple (grad_w, grad_b).",
                credit=1.8),
        Mistake("b point by point",
                subgradient(answers.subgradient_bias_not_summed),
                "grad_b is one number: add up over the points.",
                credit=2.1),
    ],
    variants=[
        Variant("point by point", {
            "svm_objective": answers.svm_objective_by_loop,
            "svm_subgradient": answers.svm_subgradient_by_loop,
        }),
    ],
)


def gp_data(rng, n, m, d=1, length_scale=0.7):
    """Three Gram matrices and targets, all of one RBF kernel."""
    X = np.arange(n)[:, None] * 0.8 + rng.uniform(0, 0.3, (n, d))
    Z = rng.uniform(0, 0.8 * n, (m, d))
    k = functools.partial(fa.rbf_kernel, length_scale=length_scale)
    return 2 * k(X), 2 * k(Z, X), 2 * k(Z), 2 + away(rng, n)


def gp_twice(rng):
    """The same at no noise, with a training point given twice."""
    K, K_star, K_star_star, y = gp_data(rng, 4, 3)
    again = [0, 1, 2, 3, 1]
    return K[np.ix_(again, again)], K_star[:, again], K_star_star, y[again]


def and_no_jitter(slip):
    """The same mistake, made by one who also left out the jitter."""
    return Mistake(
        f"{slip.name}, and no jitter", answers.WITHOUT_JITTER[slip.answer],
        f"{slip.why} And without noise K is singular when a point is given"
        " twice: add 1e-10 times its largest diagonal entry to the diagonal.",
        credit=round(slip.credit - 0.3, 1))


GP_SLIPS = [
    Mistake("noise std not squared", answers.gp_std_added,
            "You add the standard deviation to the diagonal. It is the"
            " variance: noise_std**2.",
            credit=2.0),
    Mistake("the prior covariance", answers.gp_prior,
            "You return K_** as it came: what was known before the data."
            " Subtract what the data explain.",
            credit=1.5),
    Mistake("noise in K_**, too", answers.gp_predictive,
            "You add the noise to the covariance that you return: that is"
            " the covariance of new measurements. Asked is that of f"
            " itself.",
            credit=2.0),
    Mistake("noise std not squared, and in K_**, too",
            answers.gp_std_twice,
            "Two things: noise_std is to be squared, and it belongs to the"
            " diagonal of K only.",
            credit=1.4),
    Mistake("noise ignored", answers.gp_without_noise,
            "noise_std changes nothing. Its square is added to the"
            " diagonal of K.",
            credit=1.5),
    Mistake("noise in the mean only", answers.gp_noise_in_the_mean_only,
            "The covariance goes by K + s^2 I, too, as the mean does.",
            credit=1.9),
    Mistake("noise everywhere", answers.gp_noise_everywhere,
            "K + s^2 adds it to every entry. The noise of two measurements"
            " is independent: the diagonal only, np.eye.",
            credit=1.9),
    Mistake("K_star transposed", answers.gp_transposed,
            "K_star has a row for each test point: (n_test, n_train)."
            " Transposed it fits only when it is square.",
            credit=1.5),
    Mistake("variances only", answers.gp_variances,
            "You return the diagonal. Asked is the whole matrix, (n_test,"
            " n_test).",
            credit=1.9),
    Mistake("standard deviations", answers.gp_stds,
            "You return the roots of the diagonal. Asked is the covariance"
            " matrix.",
            credit=1.8),
    Mistake("all beside the diagonal 0", answers.gp_diagonal,
            "Beside the diagonal stand the covariances of two test points."
            " They are not 0.",
            credit=1.9),
    Mistake("plus for minus", answers.gp_plus,
            "Data take uncertainty away: K_** minus what they explain.",
            credit=1.9),
    Mistake("what is explained", answers.gp_explained,
            "That is what the data explain. Subtract it from K_**.",
            credit=1.8),
    Mistake("no inverse in the covariance", answers.gp_no_inverse,
            "K_* K_*^T without the inverse of K + s^2 I between them.",
            credit=1.7),
    Mistake("half of Cholesky's way", answers.gp_cov_by_half,
            "With V = L^-1 K_*^T the covariance is K_** - V^T V; you"
            " multiply V by K_*, which is one solve too few.",
            credit=1.8),
    Mistake("y centred", answers.gp_centred,
            "The prior has mean 0 by the contract: y is taken as it is.",
            credit=2.2),
    Mistake("the mean alone", answers.gp_mean_alone,
            "Return two things, the mean and the covariance.",
            credit=1.5),
    Mistake("the two exchanged", answers.gp_other_order,
            "Return (mean, cov), in this order: the mean first.",
            credit=2.3),
    Mistake("the weights", answers.gp_weights,
            "(K + s^2 I)^-1 y are the weights of the training points. The"
            " mean is K_* times them.",
            credit=1.6),
    Mistake("the training points predicted", answers.gp_smoothed,
            "K times the weights predicts at the training points. For the"
            " test points it is K_star.",
            credit=1.7),
    Mistake("K_star transposed in the mean", answers.gp_mean_transposed,
            "K_star has a row for each test point: K_star @ weights."
            " Transposed it fits only when it is square.",
            credit=1.7),
    Mistake("noise in the covariance only",
            answers.gp_noise_in_the_covariance_only,
            "The mean goes by K + s^2 I, too, as the covariance does.",
            credit=1.9),
    Mistake("half of Cholesky's way in the mean", answers.gp_mean_by_half,
            "K + s^2 I is L L^T: after L comes L^T, two triangular systems."
            " You solve the first only.",
            credit=1.8),
    Mistake("half of Cholesky's way on one side",
            answers.gp_mean_of_half,
            "V = L^-1 K_*^T has done half of the way for K_*. In the mean y"
            " has its half to go, too: V.T @ np.linalg.solve(L, y).",
            credit=1.8),
    Mistake("K_star transposed in mean and covariance",
            answers.gp_both_transposed,
            "K_star has a row for each test point: it stands as it is at the"
            " left of both formulas, transposed only at the right.",
            credit=1.6),
    Mistake("training points by training points", answers.gp_outer,
            "V = L^-1 K_*^T is (n_train, n_test): what the data explain is"
            " V^T V, not V V^T.",
            credit=1.8),
    Mistake("no transpose in the covariance", answers.gp_not_transposed,
            "The second K_* is transposed: np.linalg.solve(A, K_star.T).",
            credit=1.7),
    Mistake("no inverse in the mean", answers.gp_unweighted,
            "That is K_* y, without the inverse of K + s^2 I between.",
            credit=1.5),
]

gp_posterior = Exercise(
    reference=fa.gp_posterior,
    points=3,
    compare=BUT_FOR_A_JITTER,
    refuses=("sklearn.gaussian_process.GaussianProcessRegressor",),
    cases=lambda rng: [
        Case("by hand",
             call(np.diag([6.0, 1.0, 16.0]),
                  [[2.0, 1.0, 4.0], [1.0, 0.0, 2.0]],
                  [[4.0, 1.0], [1.0, 2.0]], [20.0, 5.0, 40.0],
                  noise_std=2.0), core=True),
        Case("five points, three to predict",
             call(*gp_data(rng, 5, 3), noise_std=0.3)),
        Case("as many to predict as points",
             call(*gp_data(rng, 4, 4), noise_std=0.5)),
        Case("no noise", call(*gp_data(rng, 4, 3))),
        Case("one to predict", call(*gp_data(rng, 6, 1), noise_std=1.5)),
        Case("no noise, and a point given twice", call(*gp_twice(rng))),
    ],
    mistakes=[
        Mistake("no jitter", answers.gp_without_jitter,
                "Without noise K is singular when a point is given twice. A"
                " jitter of 1e-10 times its largest diagonal entry, added to"
                " the diagonal, keeps the solver alive.",
                credit=2.5),
        Mistake("entries inverted", answers.gp_entries_inverted,
                "A ** -1 inverts each entry. The inverse of the matrix is"
                " another thing: np.linalg.solve(A, y).",
                credit=1.3),
        *GP_SLIPS,
        *map(and_no_jitter, GP_SLIPS),
    ],
    variants=[
        Variant("Cholesky", answers.gp_by_cholesky),
        Variant("an inverse, and another jitter", answers.gp_by_inverse),
    ],
)


def co2_kernel(s, t):
    """The covariance of trend, season and weather at two lists of times."""
    def clock(t):
        return np.stack([np.cos(2 * np.pi * t), np.sin(2 * np.pi * t)], 1)

    S, T = s[:, None], t[:, None]
    season = fa.rbf_kernel(clock(s), clock(t))
    return (60**2 * fa.rbf_kernel(S, T, length_scale=60.0)
            + 3**2 * season * fa.rbf_kernel(S, T, length_scale=100.0)
            + 0.7**2 * fa.rbf_kernel(S, T, length_scale=1.5))


def forecast(t, y, t_new):
    """Predict measurements: the means and standard deviations."""
    K, K_new = co2_kernel(t, t), co2_kernel(t_new, t)
    mean, cov = fa.gp_posterior(
        K, K_new, co2_kernel(t_new, t_new), y - np.mean(y), noise_std=0.3)
    return np.mean(y) + mean, np.sqrt(np.diag(cov) + 0.3**2)


@functools.cache
def monthly_co2():
    """Times in years and the monthly means of CO2 in ppm (Mauna Loa)."""
    from statsmodels.datasets import co2

    record = co2.load().data["co2"].dropna()
    months = record.groupby([record.index.year, record.index.month]).mean()
    t = np.array([year + (month - 0.5) / 12 for year, month in months.index])
    return t, months.to_numpy(float)


def stretch(rng, months, ahead):
    """Some years of the record, and months to come."""
    t, y = monthly_co2()
    first = int(rng.integers(60, 250))
    later = first + months + np.sort(rng.permutation(24)[:ahead])
    return (t[first:first + months], y[first:first + months], t[later])


def by_kernel(name, kernel, why, credit):
    """A wrong kernel, and the forecast that goes by it."""
    return Mistake(
        name,
        {"co2_kernel": kernel, "co2_forecast": answers.FORECAST_BY[kernel]},
        f"{why} The forecast goes by this kernel.", credit)


def forecasts(answer):
    """A right kernel, and a wrong forecast."""
    return {"co2_forecast": answer}


def times(rng, n):
    """Times of the record, in no order."""
    return 1958 + rng.permutation(44)[:n] + rng.uniform(0, 1, n)


co2_forecast = Exercise(
    reference={"co2_kernel": co2_kernel, "co2_forecast": forecast},
    points=4,
    refuses=(
        "sklearn.gaussian_process.GaussianProcessRegressor",
        "sklearn.gaussian_process.kernels.ExpSineSquared",
        "sklearn.gaussian_process.kernels.RBF",
    ),
    cases=lambda rng: [
        Case("by hand: the kernel",
             call([1990.0, 1990.5], [1990.0, 1991.0, 2000.25])
             .on("co2_kernel")),
        Case("the variance at one time",
             call([1984.5], [1984.5]).on("co2_kernel"), core=True),
        Case("the kernel of five times and three",
             call(times(rng, 5), times(rng, 3)).on("co2_kernel")),
        Case("the kernel of near times",
             call(1990 + rng.uniform(0, 3, 4), 1990 + rng.uniform(0, 3, 4))
             .on("co2_kernel")),
        Case("three months known, two to come",
             call([1990.0, 1990.25, 1990.5], [354.0, 356.0, 353.0],
                  [1990.75, 1991.0]).on("co2_forecast"),
             compare=BUT_FOR_A_SMALL_JITTER),
        Case("ten years of Mauna Loa, 12 months to come",
             call(*stretch(rng, 120, 12)).on("co2_forecast"),
             compare=BUT_FOR_A_SMALL_JITTER),
        Case("four years, 5 months to come",
             call(*stretch(rng, 48, 5)).on("co2_forecast"),
             compare=BUT_FOR_A_SMALL_JITTER),
        Case("two years, one month to come",
             call(*stretch(rng, 24, 1)).on("co2_forecast"),
             compare=BUT_FOR_A_SMALL_JITTER),
    ],
    mistakes=[
        *half_written(1.8, "co2_kernel"),
        *half_written(1.6, "co2_forecast"),
        by_kernel(
            "heights not squared", answers.co2_heights_not_squared,
            "A kernel is a covariance: its heights are variances, 60^2, 3^2"
            " and 0.7^2.", 2.0),
        by_kernel(
            "the trend's height not squared", answers.co2_trend_not_squared,
            "A kernel is a covariance: its height is a variance, 60^2.",
            2.4),
        by_kernel(
            "the season's height not squared",
            answers.co2_season_height_not_squared,
            "A kernel is a covariance: its height is a variance, 3^2.",
            2.4),
        by_kernel(
            "the weather's height not squared",
            answers.co2_weather_not_squared,
            "A kernel is a covariance: its height is a variance, 0.7^2.",
            2.4),
        by_kernel(
            "the season times all", answers.co2_season_times_all,
            "The periodic part multiplies the second RBF kernel only. Trend"
            " and weather know no season.", 2.0),
        by_kernel(
            "length scales not squared", answers.co2_lengths_not_squared,
            "An RBF kernel divides by 2 l^2. Take fa.rbf_kernel.",
            2.0),
        by_kernel(
            "absolute sine", answers.co2_absolute_sine,
            "The sine is squared: sin^2, not its absolute value.",
            2.1),
        by_kernel(
            "noise in the kernel", answers.co2_noisy,
            "You add the noise's variance where s = t. The kernel is that of"
            " the curve; the noise comes in the forecast.", 2.2),
        by_kernel(
            "entry by entry", answers.co2_entry_by_entry,
            "s - t pairs the first with the first. Every time of s meets every"
            " time of t: s[:, None] - t.", 1.6),
        by_kernel(
            "season added", answers.co2_season_added,
            "The season is a product: 3^2 times the slow RBF times the"
            " periodic part. You add the periodic part.", 2.0),
        by_kernel(
            "season added with its height",
            answers.co2_season_added_with_its_height,
            "The season is a product: 3^2 times the slow RBF times the"
            " periodic part. You add the two.", 2.0),
        by_kernel(
            "sine not squared", answers.co2_season_not_squared,
            "The sine is squared: a distance on the circle. Unsquared it is"
            " not even symmetric.", 2.0),
        by_kernel(
            "the 2 before the sine missing", answers.co2_season_without_two,
            "The distance on the circle is 2 sin, its square 4 sin^2, halved"
            " 2 sin^2: the 2 is missing.", 2.2),
        by_kernel(
            "pi missing", answers.co2_season_without_pi,
            "sin(pi (s - t)): the square has the period 1. Without pi the year"
            " lasts 3.14 years.", 2.0),
        by_kernel(
            "a clock in radians", answers.co2_clock_in_radians,
            "Your clock takes 2 pi years for a turn. The angle at time t is 2"
            " pi t, once round in a year.", 2.0),
        by_kernel(
            "the square inside the sine", answers.co2_squared_inside,
            "It is the sine that is squared, np.sin(...)**2, not what stands"
            " in it.", 2.0),
        by_kernel(
            "two seasons a year", answers.co2_two_seasons,
            "sin^2 has half the period of the sine. With 2 pi inside the year"
            " has two summers.", 2.0),
        by_kernel(
            "a quarter of the exponent", answers.co2_season_half,
            "On the circle the distance is 2 sin(pi (s - t)), and its square 4"
            " sin^2; half of that is the exponent.", 2.1),
        by_kernel(
            "a season that never changes", answers.co2_season_forever,
            "The season may change slowly: the periodic part is multiplied by"
            " an RBF kernel of length 100 years.", 2.2),
        by_kernel(
            "no season", answers.co2_without_season,
            "The season, the second of the three parts, is missing.",
            1.6),
        by_kernel(
            "no weather", answers.co2_without_weather,
            "The third part is missing: 0.7^2 times an RBF kernel of 1.5"
            " years.", 1.8),
        by_kernel(
            "all multiplied", answers.co2_all_multiplied,
            "Trend, season and weather are added; only within the season two"
            " factors are multiplied.", 1.6),
        by_kernel(
            "no heights", answers.co2_without_heights,
            "Each part has its height: 60^2, 3^2, 0.7^2.", 1.8),
        by_kernel(
            "length scales without the 2", answers.co2_bumps_without_two,
            "An RBF kernel divides by 2 l^2. Take fa.rbf_kernel.",
            2.0),
        by_kernel(
            "60 and 100 exchanged", answers.co2_lengths_exchanged,
            "60 years is the length of the trend, 100 years that over which"
            " the season changes.", 2.6),
        by_kernel(
            "no length scales", answers.co2_without_lengths,
            "All three parts have the length 1, the default of length_scale."
            " They are 60, 100 and 1.5 years.", 2.2),
        by_kernel(
            "the trend without its length", answers.co2_trend_without_length,
            "The trend has the length 1, the default of length_scale. It is"
            " 60 years.", 2.6),
        by_kernel(
            "the season without its length",
            answers.co2_season_without_length,
            "The RBF kernel beside the season has the length 1, the default of"
            " length_scale. It is 100 years.", 2.6),
        by_kernel(
            "the weather without its length",
            answers.co2_weather_without_length,
            "The weather has the length 1, the default of length_scale. It is"
            " 1.5 years.", 2.6),
        by_kernel(
            "weather of 15 years", answers.co2_weather_ten_times,
            "The weather's length is 1.5 years. You have 15.", 2.8),
        by_kernel(
            "heights for lengths", answers.co2_heights_for_lengths,
            "60, 3 and 0.7 ppm are the heights. The lengths are 60, 100 and"
            " 1.5 years.", 2.4),
        by_kernel(
            "times not in rows", answers.co2_times_not_in_rows,
            "fa.rbf_kernel wants points as rows, (n, 1): s[:, None] and"
            " t[:, None].", 2.2),
        Mistake("the kernel transposed",
                {"co2_kernel": answers.co2_transposed},
                "Rows belong to s, columns to t: (n, m). Yours is transposed.",
                credit=3.2),
        Mistake("mean neither subtracted nor added",
                forecasts(answers.forecast_not_centred),
                "A Gaussian process of mean 0 draws its forecasts towards 0"
                " ppm. Subtract the mean of y first and add it again.",
                credit=2.8),
        Mistake("mean neither subtracted nor added, and std of f",
                forecasts(answers.forecast_latent_not_centred),
                "Two things: subtract the mean of y first and add it again;"
                " and a new measurement has a noise of its own, 0.3^2 in the"
                " variance.",
                credit=2.2),
        Mistake("mean not added again, and std of f",
                forecasts(answers.forecast_latent_not_added),
                "Two things: add the mean of y again; and a new measurement"
                " has a noise of its own, 0.3^2 in the variance.",
                credit=2.4),
        Mistake("K_star transposed", forecasts(answers.forecast_transposed),
                "gp_posterior wants a row for each new time: co2_kernel(t_new,"
                " t).",
                credit=2.8),
        Mistake("mean not added again",
                forecasts(answers.forecast_mean_not_added),
                "The forecasts are those of y minus its mean. Add it again.",
                credit=3.0),
        Mistake("mean added, never subtracted",
                forecasts(answers.forecast_added_only),
                "You add the mean of y without having subtracted it: some 330"
                " ppm too much.",
                credit=2.8),
        Mistake("std of f", forecasts(answers.forecast_latent),
                "That is the standard deviation of the curve. A measurement"
                " has its own noise on top: add 0.3^2 to the variance.",
                credit=3.0),
        Mistake("0.3 added to the variance",
                forecasts(answers.forecast_std_added),
                "A variance gets a variance: 0.3^2, not 0.3.",
                credit=3.0),
        Mistake("standard deviations added",
                forecasts(answers.forecast_std_added_after),
                "Independent variances add up, standard deviations don't: add"
                " 0.3^2 before the root.",
                credit=3.0),
        Mistake("variance for std", forecasts(answers.forecast_variance),
                "You return variances. The root is missing.",
                credit=3.0),
        Mistake("the covariance", forecasts(answers.forecast_covariance),
                "You return the covariance matrix. Asked are the roots of its"
                " diagonal.",
                credit=2.6),
        Mistake("the root of the whole matrix",
                forecasts(answers.forecast_root_of_covariance),
                "Only the diagonal holds variances: np.diag before the root.",
                credit=2.7),
        Mistake("noise as a variance",
                forecasts(answers.forecast_noise_as_variance),
                "gp_posterior takes the standard deviation and squares it"
                " itself: noise_std=0.3.",
                credit=3.0),
        Mistake("no noise in the posterior",
                forecasts(answers.forecast_without_noise),
                "The known months are noisy, too: noise_std=0.3.",
                credit=2.8),
        Mistake("no noise at all", forecasts(answers.forecast_noise_nowhere),
                "noise_std=0.3 for the known months, and 0.3^2 more in the"
                " variance of the new ones.",
                credit=2.4),
        Mistake("two std", forecasts(answers.forecast_two_std),
                "You return the half-width of the band, two standard"
                " deviations. One is asked.",
                credit=3.2),
        Mistake("no std", forecasts(answers.forecast_mean_alone),
                "Return two things, the means and their standard deviations.",
                credit=2.4),
        Mistake("the last month subtracted",
                forecasts(answers.forecast_from_last),
                "You subtract the last measurement. The contract takes the"
                " mean of all.",
                credit=3.0),
        Mistake("y standardised", forecasts(answers.forecast_standardised),
                "You divide y by its standard deviation. The heights of the"
                " kernel are in ppm: only the mean is subtracted.",
                credit=2.8),
        Mistake("the prior's band", forecasts(answers.forecast_prior),
                "The band is as wide as before any measurement: take the"
                " covariance that gp_posterior returns.",
                credit=2.6),
    ],
    variants=[
        Variant("sines, and Cholesky", {
            "co2_kernel": answers.co2_kernel_by_sines,
            "co2_forecast": answers.co2_forecast_by_cholesky,
        }),
    ],
)


def sample(answer):
    """Wrong draws, and right features."""
    return {"sample_fourier_frequencies": answer}


def features(answer):
    """Right draws, and wrong features."""
    return {"fourier_features": answer}


def some_waves(rng, n, d, D):
    """Points, frequencies and phases."""
    return away(rng, n, d), 2 * away(rng, d, D), rng.uniform(0.5, 6, D)


sample_fourier_frequencies = Exercise(
    reference={
        "sample_fourier_frequencies": fa.sample_fourier_frequencies,
        "fourier_features": fa.fourier_features,
    },
    points=3,
    refuses=("sklearn.kernel_approximation.RBFSampler",),
    cases=lambda rng: [
        Case("by hand: the features",
             call([[1.0, 2.0]],
                  [[np.pi / 3, 0.0, np.pi], [0.0, np.pi / 6, np.pi / 6]],
                  [0.0, np.pi / 3, 2 * np.pi / 3]).on("fourier_features"),
             core=True),
        Case("features of five points",
             call(*some_waves(rng, 5, 3, 8)).on("fourier_features")),
        Case("one feature",
             call(*some_waves(rng, 4, 2, 1)).on("fourier_features")),
        Case("as many features as coordinates",
             call(*some_waves(rng, 3, 3, 3)).on("fourier_features")),
        Case("the draws of seed 0",
             call(2, 3, length_scale=2.0, rng=given("rng", 0))
             .on("sample_fourier_frequencies")),
        Case("a length scale of 1",
             call(3, 5, rng=seed(rng)).on("sample_fourier_frequencies")),
        Case("a length scale of 0.4",
             call(4, 2, length_scale=0.4, rng=seed(rng))
             .on("sample_fourier_frequencies")),
        Case("a length scale of 5",
             call(1, 6, length_scale=5.0, rng=seed(rng))
             .on("sample_fourier_frequencies")),
    ],
    mistakes=[
        *half_written(1.4, "sample_fourier_frequencies"),
        *half_written(1.2, "fourier_features"),
        Mistake("times the length scale", sample(answers.sample_times_scale),
                "A wide kernel has low frequencies: divide by the length"
                " scale, do not multiply.",
                credit=2.0),
        Mistake("over the squared length scale",
                sample(answers.sample_over_squared),
                "1 / l^2 is the variance of the frequencies. Their standard"
                " deviation is 1 / l.",
                credit=2.1),
        Mistake("over the root", sample(answers.sample_over_root),
                "The standard deviation of the frequencies is 1 / l, no root.",
                credit=2.1),
        Mistake("length scale ignored",
                sample(answers.sample_scale_ignored),
                "length_scale changes nothing. The frequencies are divided by"
                " it.",
                credit=1.9),
        Mistake("phase first", sample(answers.sample_phase_first),
                "It is as good a sample, but not the contract's: omega is"
                " drawn first, then the phases, so that one seed gives one"
                " answer.",
                credit=2.5),
        Mistake("phases up to 1", sample(answers.sample_phase_to_one),
                "The phases go once round: from 0 to 2 pi.",
                credit=2.0),
        Mistake("phases up to pi", sample(answers.sample_phase_to_pi),
                "Half a turn is not enough: from 0 to 2 pi.",
                credit=2.1),
        Mistake("phases from -pi",
                sample(answers.sample_phase_around_zero),
                "The same on the circle, but the contract draws from 0 to 2"
                " pi.",
                credit=2.4),
        Mistake("no phases", sample(answers.sample_phase_zero),
                "Phases of 0 leave cosines only, which know no difference"
                " between x and -x. Draw them.",
                credit=1.8),
        Mistake("one phase for all", sample(answers.sample_one_phase),
                "Each wave has its own phase: size=n_components.",
                credit=2.0),
        Mistake("a phase for each coordinate",
                sample(answers.sample_phase_of_features),
                "There is one phase for each wave: size=n_components.",
                credit=2.0),
        Mistake("phases in a column",
                sample(answers.sample_phase_in_a_column),
                "phase has the shape (n_components,): size=n_components.",
                credit=2.1),
        Mistake("phases normal", sample(answers.sample_phase_normal),
                "The phases are uniform on the circle: draw with rng.uniform,"
                " not with rng.normal.",
                credit=2.0),
        Mistake("phases scaled", sample(answers.sample_phase_scaled),
                "Only the frequencies are divided by the length scale.",
                credit=2.1),
        Mistake("frequencies uniform", sample(answers.sample_uniform),
                "The frequencies of the RBF kernel are Gaussian: rng.normal.",
                credit=1.9),
        Mistake("shape exchanged", sample(answers.sample_transposed),
                "omega has the shape (n_features, n_components), so that X @"
                " omega fits.",
                credit=2.1),
        Mistake("transposed afterwards",
                sample(answers.sample_transposed_after),
                "The shape is right, but the numbers were drawn in another"
                " order: size=(n_features, n_components) at once.",
                credit=2.5),
        Mistake("a generator of one's own", sample(answers.sample_own_rng),
                "You make a generator with a seed of your own. Draw with the"
                " rng that was passed.",
                credit=2.0),
        Mistake("the two exchanged", sample(answers.sample_other_order),
                "Return (omega, phase), in this order: omega first.",
                credit=2.2),
        Mistake("1/D", features(answers.features_one_over_D),
                "A cosine squared is 1/2 on average: to bring k(x, x) to 1 it"
                " takes sqrt(2/D). sqrt(1/D) belongs to pairs of cosine and"
                " sine.",
                credit=2.1),
        Mistake("no factor", features(answers.features_unscaled),
                "The factor sqrt(2/D) is missing: phi(x).phi(x) would grow"
                " with D.",
                credit=1.9),
        Mistake("sqrt(2) only", features(answers.features_root_two),
                "The features add up to a mean over D waves: sqrt(2/D).",
                credit=2.0),
        Mistake("D outside the root", features(answers.features_D_outside),
                "The D stands under the root, too: sqrt(2/D).",
                credit=2.1),
        Mistake("no root", features(answers.features_no_root),
                "phi(x).phi(x') has the factor 2/D; each of the two gets its"
                " root.",
                credit=2.1),
        Mistake("d for D", features(answers.features_of_d),
                "D is the number of waves, the columns of omega. Its rows are"
                " the coordinates.",
                credit=2.1),
        Mistake("n for D", features(answers.features_of_n),
                "D is the number of waves, len(phase), not of points.",
                credit=2.0),
        Mistake("the factor upside down",
                features(answers.features_upside_down),
                "The factor is sqrt(2/D); yours is its inverse, sqrt(D/2).",
                credit=2.0),
        Mistake("phase left out", features(answers.features_without_phase),
                "The phase is missing: cos(X omega + phase). Without it the"
                " mean is not the kernel.",
                credit=2.0),
        Mistake("phase left out, and 1/D",
                features(answers.features_without_phase_one_over_D),
                "Two things: the phase is missing, and the factor is"
                " sqrt(2/D).",
                credit=1.5),
        Mistake("phase subtracted",
                features(answers.features_phase_subtracted),
                "The contract adds the phase. Subtracted it would do as well,"
                " but give other numbers.",
                credit=2.3),
        Mistake("phase outside", features(answers.features_phase_outside),
                "The phase belongs into the cosine: cos(X omega + phase).",
                credit=1.9),
        Mistake("phase multiplied",
                features(answers.features_phase_multiplied),
                "The phase is added, not multiplied: cos(X omega + phase).",
                credit=1.8),
        Mistake("sine", features(answers.features_sine),
                "The contract has a cosine. With a random phase the sine"
                " would do as well, but give other numbers.",
                credit=2.3),
        Mistake("2 pi in it", features(answers.features_two_pi),
                "omega is an angular frequency, in radians: no 2 pi.",
                credit=2.0),
        Mistake("cosine and sine", features(answers.features_cos_and_sin),
                "Pairs of cosine and sine are the other way, without phases:"
                " 2D columns. Here it is one cosine each.",
                credit=1.8),
        Mistake("complex waves", features(answers.features_complex),
                "Real features are asked: cosines with a phase.",
                credit=1.6),
        Mistake("transposed", features(answers.features_transposed),
                "A row for each point, a column for each wave: (n, D).",
                credit=2.2),
        Mistake("omega transposed",
                features(answers.features_omega_transposed),
                "omega has a column for each wave: X @ omega, as it is.",
                credit=1.9),
    ],
    variants=[
        Variant("scale as an argument, wave by wave", {
            "sample_fourier_frequencies": answers.sample_by_scale_argument,
            "fourier_features": answers.fourier_features_by_loop,
        }),
    ],
)


def jacobian_of_network(x, w, v):
    """The gradients of a small network's outputs in its parameters, as rows.
    """
    h = np.tanh(np.outer(x, w))
    by_w = x[:, None] * v * (1 - h**2)
    return np.hstack([by_w, h]) / np.sqrt(len(w))


def jacobian(answer):
    """A wrong Jacobian, and a right kernel."""
    return {"network_jacobian": answer}


def ntk(answer):
    """A right Jacobian, and a wrong kernel."""
    return {"empirical_ntk": answer}


empirical_ntk = Exercise(
    reference={
        "network_jacobian": jacobian_of_network,
        "empirical_ntk": fa.empirical_ntk,
    },
    points=3,
    refuses=(
        "mathlib.multivariate_calculus.jacobian",
        "torch.autograd.functional.jacobian",
        "torch.func.jacrev",
    ),
    cases=lambda rng: [
        Case("by hand: the kernel",
             call([[1.0, 2.0, 0.0], [0.0, 1.0, 3.0]],
                  [[2.0, 1.0, 1.0], [1.0, 0.0, -1.0], [0.0, 3.0, 1.0]])
             .on("empirical_ntk"), core=True),
        Case("four inputs and two, ten parameters",
             call(away(rng, 4, 10), away(rng, 2, 10)).on("empirical_ntk")),
        Case("as many inputs as parameters",
             call(away(rng, 3, 3), away(rng, 3, 3)).on("empirical_ntk")),
        Case("a network with two hidden units",
             call([0.0, 2.0], [1.0, -0.5], [3.0, -4.0])
             .on("network_jacobian")),
        Case("a network with five",
             call(away(rng, 3), away(rng, 5), away(rng, 5))
             .on("network_jacobian")),
        Case("as many inputs as units",
             call(away(rng, 4), away(rng, 4), away(rng, 4))
             .on("network_jacobian")),
        Case("one input, three units",
             call(away(rng, 1), away(rng, 3), away(rng, 3))
             .on("network_jacobian")),
    ],
    mistakes=[
        *half_written(1.2, "network_jacobian"),
        *half_written(1.6, "empirical_ntk"),
        Mistake("parameters by parameters", ntk(answers.ntk_of_parameters),
                "J^T J has a row for each parameter (it is the curvature of"
                " chapter 05). The kernel compares inputs: J_1 J_2^T.",
                credit=1.8),
        Mistake("entry by entry", ntk(answers.ntk_of_entries),
                "* multiplies entry by entry. It is the inner product of every"
                " row with every row: @, and a transpose.",
                credit=1.6),
        Mistake("not transposed", ntk(answers.ntk_not_transposed),
                "J_1 @ J_2 does not fit, and if both are square it is wrong:"
                " the second is transposed.",
                credit=1.8),
        Mistake("the mean over the parameters", ntk(answers.ntk_mean),
                "It is a sum over the parameters, not a mean. The 1/sqrt(M)"
                " stands in the network already.",
                credit=2.0),
        Mistake("the second first", ntk(answers.ntk_second_first),
                "Rows belong to the first Jacobian: J_1 J_2^T. Yours is the"
                " transpose.",
                credit=2.0),
        Mistake("the first only", ntk(answers.ntk_first_only),
                "The second Jacobian is not used: it makes the columns.",
                credit=1.6),
        Mistake("the second only", ntk(answers.ntk_second_only),
                "The first Jacobian is not used: it makes the rows.",
                credit=1.6),
        Mistake("cosines", ntk(answers.ntk_cosine),
                "You divide by the lengths. The kernel is the inner product"
                " itself.",
                credit=1.8),
        Mistake("squared distances", ntk(answers.ntk_distance),
                "Those are squared distances of gradients. The kernel is their"
                " inner product.",
                credit=1.5),
        Mistake("absolute values", ntk(answers.ntk_absolute),
                "The kernel may be negative: a step that raises f(x) lowers"
                " f(x') then.",
                credit=2.0),
        Mistake("row by row", ntk(answers.ntk_one_by_one),
                "You pair the first row with the first. Every row of the one"
                " meets every row of the other.",
                credit=1.5),
        Mistake("gradients w.r.t. the inputs",
                jacobian(answers.jacobian_of_inputs),
                "You differentiate by the input x: one number for each. What"
                " training moves are the parameters: differentiate by every"
                " w_k and v_k.",
                credit=1.5),
        Mistake("gradients w.r.t. the inputs, unit by unit",
                jacobian(answers.jacobian_of_inputs_by_unit),
                "w v (1 - tanh^2) are the terms of the derivative by the input"
                " x. What training moves are the parameters: differentiate by"
                " every w_k and v_k.",
                credit=1.5),
        Mistake("summed over the inputs", jacobian(answers.jacobian_summed),
                "Each input has its own gradient, a row. You add them up.",
                credit=1.7),
        Mistake("two matrices", jacobian(answers.jacobian_in_two),
                "The halves belong side by side in one matrix, (n, 2M):"
                " np.hstack.",
                credit=2.1),
        Mistake("w for x", jacobian(answers.jacobian_w_for_x),
                "The derivative of tanh(w x) by w is x (1 - tanh^2); w (1 -"
                " tanh^2) is that by the input x.",
                credit=1.9),
        Mistake("v first", jacobian(answers.jacobian_v_first),
                "The columns of w come first, then those of v. The kernel is"
                " the same, but the contract asks for this order.",
                credit=2.4),
        Mistake("1/sqrt(M) missing", jacobian(answers.jacobian_unscaled),
                "f has the factor 1/sqrt(M), so its derivatives have it, too.",
                credit=2.0),
        Mistake("1/M", jacobian(answers.jacobian_over_m),
                "The factor is 1/sqrt(M). It is the kernel that gets 1/M by"
                " it.",
                credit=2.0),
        Mistake("x forgotten", jacobian(answers.jacobian_without_x),
                "The chain rule: tanh(w x) by w is (1 - tanh^2) times x.",
                credit=1.8),
        Mistake("v forgotten", jacobian(answers.jacobian_without_v),
                "In the columns of w stands v_k, too: f is v_k tanh(w_k x).",
                credit=1.8),
        Mistake("no slope of tanh",
                jacobian(answers.jacobian_without_slope),
                "The slope of tanh is missing: 1 - tanh^2.",
                credit=1.7),
        Mistake("the slope of the sigmoid",
                jacobian(answers.jacobian_slope_of_sigmoid),
                "h (1 - h) is the slope of the sigmoid. That of tanh is 1 -"
                " h^2.",
                credit=1.9),
        Mistake("1 - tanh", jacobian(answers.jacobian_slope_of_the_square),
                "The slope of tanh is 1 - tanh^2: the square is missing.",
                credit=2.0),
        Mistake("1/cosh", jacobian(answers.jacobian_slope_one_over_cosh),
                "The slope of tanh is 1/cosh squared: 1 - tanh^2.",
                credit=2.0),
        Mistake("1/sqrt(2M)", jacobian(answers.jacobian_over_root_of_2m),
                "M is the number of hidden units, len(w), not of parameters.",
                credit=2.1),
        Mistake("1/sqrt(n)", jacobian(answers.jacobian_over_root_of_n),
                "M is the number of hidden units, len(w), not of inputs.",
                credit=2.1),
        Mistake("w not scaled", jacobian(answers.jacobian_half_scaled),
                "The factor 1/sqrt(M) belongs to both halves; the columns of w"
                " are without it.",
                credit=2.1),
        Mistake("v not scaled", jacobian(answers.jacobian_other_half_scaled),
                "The factor 1/sqrt(M) belongs to both halves; the columns of v"
                " are without it.",
                credit=2.1),
        Mistake("v in both halves", jacobian(answers.jacobian_v_in_both),
                "f is linear in v: its derivative by v_k is tanh(w_k x),"
                " without v_k.",
                credit=1.9),
        Mistake("w only", jacobian(answers.jacobian_of_w_only),
                "v is trained as well: M more columns belong to it.",
                credit=1.8),
        Mistake("v only", jacobian(answers.jacobian_of_v_only),
                "w is trained as well: M columns before those.",
                credit=1.6),
        Mistake("inputs in columns", jacobian(answers.jacobian_in_columns),
                "A row for each input, a column for each parameter: (n, 2M).",
                credit=2.0),
        Mistake("by turns", jacobian(answers.jacobian_by_turns),
                "You order the columns w_1, v_1, w_2, ... First all of w, then"
                " all of v.",
                credit=2.3),
        Mistake("stacked", jacobian(answers.jacobian_stacked),
                "The halves stand beside each other (hstack), not one above"
                " the other.",
                credit=2.0),
    ],
    variants=[
        Variant("loops, and einsum", {
            "network_jacobian": answers.network_jacobian_by_loop,
            "empirical_ntk": answers.empirical_ntk_by_einsum,
        }),
    ],
)


def training(rng, n):
    """A kernel with different eigenvalues, first outputs, and targets."""
    U = np.linalg.qr(rng.normal(size=(n, n)))[0]
    Theta = (U * rng.uniform(0.3, 2.0, n)) @ U.T
    return (Theta + Theta.T) / 2, 2 * away(rng, n), 3 + away(rng, n)


ntk_predictions = Exercise(
    reference=fa.ntk_predictions,
    points=2,
    cases=lambda rng: [
        Case("by hand",
             call([[2.0, 1.0], [1.0, 2.0]], [4.0, 4.0], [1.0, 3.0],
                  2 * np.log(2), lr=0.5)),
        Case("four outputs, after a while",
             call(*training(rng, 4), 3.0, lr=0.4), core=True),
        Case("five outputs, early",
             call(*training(rng, 5), 0.5, lr=0.3)),
        Case("a large rate", call(*training(rng, 3), 0.7, lr=2.0)),
        Case("before training: f0", call(*training(rng, 4), 0.0, lr=0.5)),
        Case("an eigenvalue 0: one mode stays",
             call(np.diag([1.0, 0.0, 2.0]) + np.zeros((3, 3)),
                  2 * away(rng, 3), 3 + away(rng, 3), 1.5, lr=0.6)),
    ],
    mistakes=[
        Mistake("exponential of each entry", answers.ntk_elementwise,
                "np.exp takes the exponential of each entry. That of a matrix"
                " goes by its eigenvalues: U e^{-lr Lambda t} U^T.",
                credit=1.2),
        Mistake("exponential of each entry, and no matrix product",
                answers.ntk_table,
                "* multiplies entry by entry, and np.exp is that of each"
                " entry. It is U e^{-lr Lambda t} U^T times the residual: @.",
                credit=1.0),
        Mistake("the mean of the squares", answers.ntk_of_the_mean_square,
                "2/n belongs to the mean of the squares. Here the loss is half"
                " their sum: no factor.",
                credit=1.3),
        Mistake("f decays", answers.ntk_decays_f,
                "What decays is the residual, f - y, not f itself: the outputs"
                " go to y, not to 0.",
                credit=1.2),
        Mistake("f decays, entry by entry",
                answers.ntk_decays_f_elementwise,
                "Two things: it is the residual f - y that decays, and the"
                " exponential is that of the matrix.",
                credit=0.8),
        Mistake("f0 for the residual", answers.ntk_decays_f_towards_y,
                "You let f0 decay and add y. At time 0 this is f0 + y: it is"
                " f0 - y that decays.",
                credit=1.2),
        Mistake("the residual alone", answers.ntk_residual,
                "That is f - y at time t, the residual. Add y to it.",
                credit=1.4),
        Mistake("y - f0", answers.ntk_other_residual,
                "The residual is f0 - y; with y - f0 the outputs begin on the"
                " other side of y.",
                credit=1.4),
        Mistake("from f0", answers.ntk_from_f0,
                "At time 0 this gives y. It is y + e^{...} (f0 - y).",
                credit=1.3),
        Mistake("growth", answers.ntk_grows,
                "The exponent is negative: the residual shrinks.",
                credit=1.2),
        Mistake("lr ignored", answers.ntk_without_lr,
                "The learning rate is missing in the exponent.",
                credit=1.2),
        Mistake("t ignored", answers.ntk_without_t,
                "The time t is missing in the exponent: -lr lambda t.",
                credit=1.2),
        Mistake("divided by n", answers.ntk_over_n,
                "The loss is half the sum of squares, not their mean: no 1/n.",
                credit=1.4),
        Mistake("twice as fast", answers.ntk_twice_as_fast,
                "With half the sum of squares there is no 2 in the gradient.",
                credit=1.4),
        Mistake("steps of gradient descent", answers.ntk_in_steps,
                "(1 - lr lambda)^t is gradient descent in steps. The contract"
                " follows the flow, of which steps are the coarse picture:"
                " e^{-lr lambda t}.",
                credit=1.3),
        Mistake("one straight step", answers.ntk_first_order,
                "f0 - lr t Theta (f0 - y) is the first term of the series. It"
                " overshoots for large t.",
                credit=1.0),
        Mistake("one speed for all: the largest", answers.ntk_one_speed,
                "Each mode has its own eigenvalue. You let all decay with the"
                " largest.",
                credit=0.9),
        Mistake("one speed for all: the smallest",
                answers.ntk_slowest_speed,
                "Each mode has its own eigenvalue. You let all decay with the"
                " smallest.",
                credit=0.9),
        Mistake("one speed for all: the mean", answers.ntk_mean_speed,
                "Each mode has its own eigenvalue. You let all decay with"
                " their mean.",
                credit=0.9),
        Mistake("the diagonal only", answers.ntk_diagonal,
                "The outputs pull at one another: what stands beside the"
                " diagonal of Theta matters.",
                credit=0.9),
        Mistake("eigenvalues without eigenvectors",
                answers.ntk_eigenvalues_in_place,
                "An eigenvalue belongs to a mode, not to an output. Turn into"
                " the basis U, let decay, turn back.",
                credit=1.0),
        Mistake("U and its transpose exchanged", answers.ntk_rows_of_U,
                "The modes are U^T (f0 - y), and U turns back. Yours are"
                " exchanged.",
                credit=1.3),
        Mistake("U twice", answers.ntk_U_twice,
                "The way to the modes is U^T, the way back U. Yours has U"
                " twice.",
                credit=1.3),
        Mistake("not turned back", answers.ntk_not_turned_back,
                "The modes have decayed, but are still modes: multiply by U.",
                credit=1.3),
        Mistake("ones beside the diagonal",
                answers.ntk_ones_beside_the_diagonal,
                "np.exp of np.diag(eigenvalues) makes 1 of every 0 beside the"
                " diagonal. First the exponentials, then np.diag.",
                credit=1.4),
        Mistake("never turned to the modes", answers.ntk_not_turned,
                "U turns back from the modes, but you never went there: U^T"
                " (f0 - y) comes first.",
                credit=1.3),
        Mistake("the residual added to f0", answers.ntk_added_to_f0,
                "What is left of f0 - y is added to y, the goal, not to f0.",
                credit=1.3),
        Mistake("eigenvalues squared", answers.ntk_squared,
                "The exponent has lambda itself, not its square.",
                credit=1.2),
    ],
    variants=[
        Variant("scipy.linalg.expm", answers.ntk_predictions_by_expm),
        Variant("mode by mode", answers.ntk_predictions_mode_by_mode),
        Variant("what was moved", answers.ntk_predictions_from_f0),
    ],
)


# Mutants of the solutions that change nothing, with the reason.
_TURN = "return np.exp(-2j * np.pi * np.outer(m, m) / len(x)) @ x"
_LARGEST = "margin = tol * np.max(np.abs(K))"
_EVEN = "symmetric = np.max(np.abs(K - K.T)) <= margin"
_VERDICT = "symmetric and np.linalg.eigvalsh(K)[0] >= -margin"
_JITTER = "jitter = 1e-10 * np.max(np.diag(K))"
_SMALL = "any small jitter does it"
_CLOCK = "[np.cos(2 * np.pi * t), np.sin(2 * np.pi * t)]"
_TURNED = "[np.sin(2 * np.pi * t), np.cos(2 * np.pi * t)]"
_OPPOSITE = "with every difference its opposite is in the matrix"
EQUIVALENT = {
    "dft": {
        f"{_TURN} => return (x @ np.exp(-2j * np.pi * np.outer(m, m)"
        " / len(x)))": "the Fourier matrix is symmetric",
        "return y[(j[:, None] - j) % len(x)] @ x =>"
        " return y[(j[:, None] - j)] @ x":
            "NumPy counts a negative index from the end: it wraps, too",
    },
    "fft": {
        "return x + 0j => return (x - 0j)": "0 is 0",
        "return x + 0j => return x":
            "a real number and the same complex one are compared by value",
    },
    "is_psd_kernel": {
        f"{_LARGEST} => margin = tol * np.max(K)":
            "where K is positive semi-definite, or nearly, its largest entry"
            " stands on the diagonal",
        f"{_EVEN} => symmetric = np.max((K - K.T)) <= margin": _OPPOSITE,
        f"{_EVEN} => symmetric = np.max(np.abs((K.T - K))) <= margin":
            _OPPOSITE,
        f"return bool({_VERDICT}) => return ({_VERDICT})":
            "NumPy's truth values are truth values",
    },
    "center_kernel": {
        "return K - rows - np.mean(K, axis=0) + np.mean(K) =>"
        " return K - rows - np.mean(K, axis=1) + np.mean(K)":
            "rows and columns of a symmetric matrix have the same means",
    },
    "gp_posterior": {
        f"{_JITTER} => jitter = (1e-10 / np.max(np.diag(K)))": _SMALL,
        f"{_JITTER} => jitter = 1e-10": _SMALL,
        f"{_JITTER} => jitter = 2e-10 * np.max(np.diag(K))": _SMALL,
        f"{_JITTER} => jitter = 1e-10 * np.diag(K)": _SMALL,
        f"{_JITTER} => jitter = 1e-10 * np.max(K)": _SMALL,
        "A = K + (noise_std**2 + jitter) * np.eye(len(K)) =>"
        " A = K + (((noise_std ** 2) - jitter)) * np.eye(len(K))":
            "an eigenvalue 0 is moved away from 0 as well",
    },
    "co2_forecast": {
        f"return np.stack({_CLOCK}, 1) => return np.stack({_TURNED}, 1)":
            "a clock seen in a mirror has the same distances",
    },
}
