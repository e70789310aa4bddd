"""Wrong and right answers to the exercises of chapter 12."""

import numpy as np

from mathlib import functional_analysis as fa
from mathlib import linear_algebra as la

# --- fourier_coefficients ----------------------------------------------------


def _points(n):
    return 2 * np.pi * np.arange(n) / n


def _coefficients(samples, frequencies, t=None):
    n = len(samples)
    t = _points(n) if t is None else t
    return np.exp(-1j * np.outer(frequencies, t)) @ samples / n


def _both_sides(order):
    return np.arange(-order, order + 1)


def coefficients_other_sign(samples, order):
    return _coefficients(samples, -_both_sides(order))


def coefficients_summed(samples, order):
    return _coefficients(samples, _both_sides(order)) * len(samples)


def coefficients_over_two_pi(samples, order):
    return coefficients_summed(samples, order) / (2 * np.pi)


def coefficients_times_two_pi(samples, order):
    return _coefficients(samples, _both_sides(order)) * 2 * np.pi


def coefficients_both_ends(samples, order):
    t = np.linspace(0, 2 * np.pi, len(samples))
    return _coefficients(samples, _both_sides(order), t)


def coefficients_both_ends_n_less_1(samples, order):
    n = len(samples)
    return coefficients_both_ends(samples, order) * n / max(n - 1, 1)


def coefficients_from_one(samples, order):
    t = 2 * np.pi * np.arange(1, len(samples) + 1) / len(samples)
    return _coefficients(samples, _both_sides(order), t)


def coefficients_period_one(samples, order):
    t = np.arange(len(samples)) / len(samples)
    return _coefficients(samples, _both_sides(order), t)


def coefficients_one_side(samples, order):
    return _coefficients(samples, np.arange(order + 1))


def coefficients_last_left_out(samples, order):
    return _coefficients(samples, np.arange(-order, order))


def coefficients_zero_first(samples, order):
    return np.roll(_coefficients(samples, _both_sides(order)), -order)


def coefficients_real_part(samples, order):
    return _coefficients(samples, _both_sides(order)).real


def coefficients_absolute(samples, order):
    return np.abs(_coefficients(samples, _both_sides(order)))


def coefficients_mirrored(samples, order):
    half = coefficients_one_side(samples, order)
    return np.concatenate([np.conj(half[:0:-1]), half])


def coefficients_doubled(samples, order):
    waves = np.where(_both_sides(order) == 0, 1, 2)
    return _coefficients(samples, _both_sides(order)) * waves


def coefficients_without_i(samples, order):
    t = _points(len(samples))
    return np.exp(-np.outer(_both_sides(order), t)) @ samples / len(samples)


def coefficients_conjugated(samples, order):
    return _coefficients(np.conj(samples), _both_sides(order))


def coefficients_over_root(samples, order):
    found = _coefficients(samples, _both_sides(order))
    return found * np.sqrt(len(samples))


def coefficients_by_trapezoids(samples, order):
    t = np.linspace(0, 2 * np.pi, len(samples))
    turned = samples * np.exp(-1j * np.outer(_both_sides(order), t))
    return np.trapezoid(turned, t, axis=1) / (2 * np.pi)


def coefficients_both_ends_other_sign(samples, order):
    t = np.linspace(0, 2 * np.pi, len(samples))
    return _coefficients(samples, -_both_sides(order), t)


def coefficients_over_orders(samples, order):
    return coefficients_summed(samples, order) / (2 * order + 1)


def coefficients_of_samples(samples, order):
    turns = np.outer(_both_sides(order), _points(len(samples)))
    return np.mean(samples * np.exp(-1j * turns), axis=0)


def coefficients_result_conjugated(samples, order):
    return np.conj(_coefficients(samples, _both_sides(order)))


def coefficients_other_sign_summed(samples, order):
    return coefficients_other_sign(samples, order) * len(samples)


def coefficients_both_ends_summed(samples, order):
    return coefficients_both_ends(samples, order) * len(samples)


def coefficients_from_order_0(samples, order):
    return _coefficients(samples, np.arange(2 * order + 1))


def coefficients_half_a_turn(samples, order):
    t = np.pi * np.arange(len(samples)) / len(samples)
    return _coefficients(samples, _both_sides(order), t)


def coefficients_table_turned(samples, order):
    turns = np.outer(_points(len(samples)), _both_sides(order))
    return np.exp(-1j * turns) @ samples / len(samples)


def coefficients_by_loops(samples, order):
    n, found = len(samples), []
    for m in range(-order, order + 1):
        found.append(sum(
            samples[j] * np.exp(-2j * np.pi * m * j / n) for j in range(n)
        ) / n)
    return np.array(found)


def coefficients_by_cos_and_sin(samples, order):
    turns = np.outer(_both_sides(order), _points(len(samples)))
    return (np.mean(samples * np.cos(turns), axis=1)
            - 1j * np.mean(samples * np.sin(turns), axis=1))


# --- dft, circular_convolution -----------------------------------------------


def _fourier_matrix(n, turns=-2j * np.pi):
    m = np.arange(n)
    return np.exp(turns * np.outer(m, m) / n)


def _dft(x):
    return _fourier_matrix(len(x)) @ x


def dft_conjugate(x):
    return np.conj(_fourier_matrix(len(x))) @ x


def dft_over_n(x):
    return _dft(x) / len(x)


def dft_conjugate_over_n(x):
    return dft_conjugate(x) / len(x)


def dft_over_root(x):
    return _dft(x) / np.sqrt(len(x))


def dft_without_two_pi(x):
    return _fourier_matrix(len(x), -1j) @ x


def dft_half_turn(x):
    return _fourier_matrix(len(x), -1j * np.pi) @ x


def dft_without_over_n(x):
    m = np.arange(len(x))
    return np.exp(-1j * np.outer(m, m)) @ x


def dft_whole_turns(x):
    m = np.arange(len(x))
    return np.exp(-2j * np.pi * np.outer(m, m)) @ x


def dft_n_less_1(x):
    t = np.linspace(0, 2 * np.pi, len(x))
    return np.exp(-1j * np.outer(np.arange(len(x)), t)) @ x


def dft_from_one(x):
    m = np.arange(1, len(x) + 1)
    return np.exp(-2j * np.pi * np.outer(m, m) / len(x)) @ x


def dft_half(x):
    return _dft(x)[:len(x) // 2 + 1]


def dft_real(x):
    return _dft(x).real


def dft_into_a_real_array(x):
    X = np.zeros(len(x))
    for m in range(len(x)):
        X[m] = complex(_dft(x)[m])
    return X


def dft_absolute(x):
    return np.abs(_dft(x))


def dft_zero_in_the_middle(x):
    return np.roll(_dft(x), len(x) // 2)


def dft_conjugated_input(x):
    return _fourier_matrix(len(x)) @ np.conj(x)


def dft_matrix(x):
    return _fourier_matrix(len(x)) * x


def dft_by_loops(x):
    n = len(x)
    return np.array([
        sum(x[j] * np.exp(-2j * np.pi * m * j / n) for j in range(n))
        for m in range(n)
    ])


def dft_by_powers(x):
    # A polynomial with coefficients x, at all Nth roots of 1.
    roots = np.exp(-2j * np.pi * np.arange(len(x)) / len(x))
    return np.vander(roots, increasing=True) @ x


def _spectra(x, y):
    return _dft(x) * _dft(y)


def _undone(spectrum):
    return np.conj(_fourier_matrix(len(spectrum))) @ spectrum / len(spectrum)


def convolution_linear(x, y):
    return np.convolve(x, y)


def convolution_cut(x, y):
    return np.convolve(x, y)[:len(x)]


def convolution_same(x, y):
    return np.convolve(x, y, mode="same")


def convolution_correlation(x, y):
    return np.array([np.sum(x * np.roll(y, -n)) for n in range(len(x))])


def convolution_correlation_other(x, y):
    return np.array([np.sum(np.roll(x, -n) * y) for n in range(len(x))])


def convolution_conjugating(x, y):
    F = _fourier_matrix(len(x))
    return np.conj(F) @ ((F @ x) * np.conj(F @ y)) / len(x)


def convolution_flipped(x, y):
    return np.array([
        np.sum(x * np.roll(y[::-1], n)) for n in range(len(x))
    ])


def convolution_product(x, y):
    return x * y


def convolution_sum(x, y):
    return np.sum(x * y)


def convolution_of_spectra(x, y):
    return _spectra(x, y)


def convolution_unscaled(x, y):
    return _undone(_spectra(x, y)) * len(x)


def convolution_forward_twice(x, y):
    return _dft(_spectra(x, y)) / len(x)


def convolution_forward_twice_unscaled(x, y):
    return _dft(_spectra(x, y))


def convolution_mean(x, y):
    return circular_by_roll(x, y) / len(x)


def convolution_mean_of_scaled(x, y):
    return circular_by_roll(x, y) / len(x) ** 2


def convolution_real(x, y):
    return np.real(circular_by_roll(x, y))


def convolution_modulus(x, y):
    return np.abs(circular_by_roll(x, y))


def convolution_from_one(x, y):
    return np.roll(circular_by_roll(x, y), -1)


def circular_by_roll(x, y):
    return sum(x[j] * np.roll(y, j) for j in range(len(x)))


def circular_by_wrapping(x, y):
    whole = np.convolve(x, y)
    wrapped = np.array(whole[:len(x)])
    wrapped[:len(x) - 1] += whole[len(x):]
    return wrapped


def circular_by_theorem(x, y):
    z = _undone(_spectra(x, y))
    return z if np.iscomplexobj(x) or np.iscomplexobj(y) else z.real


# --- fft ---------------------------------------------------------------------


def _by_halves(x, join):
    if len(x) == 1:
        return x + 0j
    even, odd = _by_halves(x[::2], join), _by_halves(x[1::2], join)
    return join(even, odd, np.exp(-2j * np.pi * np.arange(len(odd)) / len(x)))


def fft_other_sign(x):
    return _by_halves(x, lambda E, F, w: np.concatenate(
        [E + np.conj(w) * F, E - np.conj(w) * F]))


def fft_swapped(x):
    return _by_halves(x, lambda E, F, w: np.concatenate(
        [F + w * E, F - w * E]))


def fft_minus_first(x):
    return _by_halves(x, lambda E, F, w: np.concatenate(
        [E - w * F, E + w * F]))


def fft_plus_twice(x):
    return _by_halves(x, lambda E, F, w: np.concatenate(
        [E + w * F, E + w * F]))


def fft_odd_minus_even(x):
    return _by_halves(x, lambda E, F, w: np.concatenate(
        [E + w * F, w * F - E]))


def fft_twiddle_on_even(x):
    return _by_halves(x, lambda E, F, w: np.concatenate(
        [w * E + F, w * E - F]))


def fft_twiddle_on_both(x):
    return _by_halves(x, lambda E, F, w: np.concatenate(
        [w * (E + F), w * (E - F)]))


def fft_interleaved(x):
    return _by_halves(x, lambda E, F, w: np.ravel(
        np.stack([E + w * F, E - w * F], axis=1)))


def fft_halved(x):
    return _by_halves(x, lambda E, F, w: np.concatenate(
        [E + w * F, E - w * F]) / 2)


def fft_over_root(x):
    return _by_halves(x, lambda E, F, w: np.concatenate(
        [E + w * F, E - w * F]) / np.sqrt(2))


def fft_without_twiddle(x):
    return _by_halves(x, lambda E, F, w: np.concatenate([E + F, E - F]))


def fft_twiddle_of_half(x):
    return _by_halves(x, lambda E, F, w: np.concatenate(
        [E + w**2 * F, E - w**2 * F]))


def fft_half_turn(x):
    return _by_halves(x, lambda E, F, w: np.concatenate(
        [E + np.sqrt(w) * F, E - np.sqrt(w) * F]))


def fft_twiddle_from_one(x):
    return _by_halves(x, lambda E, F, w: np.concatenate(
        [E + w * np.exp(-1j * np.pi / len(w)) * F,
         E - w * np.exp(-1j * np.pi / len(w)) * F]))


def fft_half_of_it(x):
    return fft_by_table(x)[:max(len(x) // 2, 1)]


def fft_real_twiddle(x):
    return _by_halves(x, lambda E, F, w: np.concatenate(
        [E + w.real * F, E - w.real * F]))


def fft_in_a_real_array(x):
    if len(x) == 1:
        return x
    even, odd = fft_in_a_real_array(x[::2]), fft_in_a_real_array(x[1::2])
    w = np.exp(-2j * np.pi * np.arange(len(odd)) / len(x))
    return np.concatenate([(even + w * odd).real, (even - w * odd).real])


def fft_into_a_copy(x):
    if len(x) == 1:
        return x
    even, odd = fft_into_a_copy(x[::2]), fft_into_a_copy(x[1::2])
    turned = np.exp(-2j * np.pi * np.arange(len(odd)) / len(x)) * odd
    X, h = np.empty_like(x), len(odd)
    if not np.iscomplexobj(X):  # what assignment does, with a warning
        turned = turned.real
    X[:h], X[h:] = even + turned, even - turned
    return X


def fft_front_and_back(x):
    if len(x) == 1:
        return x + 0j
    h = len(x) // 2
    even, odd = fft_front_and_back(x[:h]), fft_front_and_back(x[h:])
    turned = np.exp(-2j * np.pi * np.arange(h) / len(x)) * odd
    return np.concatenate([even + turned, even - turned])


def fft_evens_last(x):
    if len(x) == 1:
        return x + 0j
    even, odd = fft_evens_last(x[1::2]), fft_evens_last(x[::2])
    turned = np.exp(-2j * np.pi * np.arange(len(odd)) / len(x)) * odd
    return np.concatenate([even - turned, even + turned])


def fft_one_level(x):
    even, odd = x[::2] + 0j, x[1::2]
    turned = np.exp(-2j * np.pi * np.arange(len(odd)) / len(x)) * odd
    return np.concatenate([even + turned, even - turned])


def fft_endless(x):
    even, odd = fft_endless(x[::2]), fft_endless(x[1::2])
    turned = np.exp(-2j * np.pi * np.arange(len(odd)) / len(x)) * odd
    return np.concatenate([even + turned, even - turned])


def fft_down_to_two(x):
    if len(x) == 2:
        return np.array([x[0] + x[1], x[0] - x[1]]) + 0j
    even, odd = fft_down_to_two(x[::2]), fft_down_to_two(x[1::2])
    turned = np.exp(-2j * np.pi * np.arange(len(odd)) / len(x)) * odd
    return np.concatenate([even + turned, even - turned])


def fft_minus_untwisted(x):
    return _by_halves(x, lambda E, F, w: np.concatenate(
        [E + w * F, E - F]))


def fft_in_rows(x):
    if len(x) == 1:
        return x
    even, odd = fft_in_rows(x[::2]), fft_in_rows(x[1::2])
    turned = np.exp(-2j * np.pi * np.arange(len(x) // 2) / len(x)) * odd
    return np.array([even + turned, even - turned])


def fft_added(x):
    if len(x) == 1:
        return x
    even, odd = fft_added(x[::2]), fft_added(x[1::2])
    turned = np.exp(-2j * np.pi * np.arange(len(x) // 2) / len(x)) * odd
    return (even + turned) + (even - turned)


def fft_all_twiddles(x):
    if len(x) == 1:
        return x
    even, odd = fft_all_twiddles(x[::2]), fft_all_twiddles(x[1::2])
    turned = np.exp(-2j * np.pi * np.arange(len(x)) / len(x)) * odd
    return np.concatenate([even + turned, even - turned])


def fft_without_two_pi(x):
    return _by_halves(x, lambda E, F, w: np.concatenate(
        [E + np.exp(np.log(w) / 2 / np.pi) * F,
         E - np.exp(np.log(w) / 2 / np.pi) * F]))


def fft_without_i(x):
    return _by_halves(x, lambda E, F, w: np.concatenate(
        [E + np.exp(np.log(w).imag) * F, E - np.exp(np.log(w).imag) * F]))


def fft_stops_at_two(x):
    if len(x) <= 2:
        return x
    even, odd = fft_stops_at_two(x[::2]), fft_stops_at_two(x[1::2])
    turned = np.exp(-2j * np.pi * np.arange(len(odd)) / len(x)) * odd
    return np.concatenate([even + turned, even - turned])


def fft_by_definition(x):
    return _fourier_matrix(len(x)) @ x


def fft_by_table(x):
    X = np.array(x, dtype=complex).reshape(1, -1)
    while X.shape[1] > 1:
        X = np.concatenate([X[:, ::2], X[:, 1::2]])
    while X.shape[0] > 1:
        h, width = X.shape[0] // 2, X.shape[1]
        w = np.exp(-1j * np.pi * np.arange(width) / width)
        turned = w * X[h:]
        X = np.concatenate([X[:h] + turned, X[:h] - turned], axis=1)
    return X[0]


def fft_by_lists(x):
    if len(x) == 1:
        return [complex(x[0])]
    even, odd = fft_by_lists(x[::2]), fft_by_lists(x[1::2])
    w = [np.exp(-2j * np.pi * m / len(x)) for m in range(len(odd))]
    return ([e + v * o for e, v, o in zip(even, w, odd, strict=True)]
            + [e - v * o for e, v, o in zip(even, w, odd, strict=True)])


# --- rbf_kernel, polynomial_kernel -------------------------------------------


def _squares(X, Y):
    Y = X if Y is None else Y
    return np.sum((X[:, None] - Y) ** 2, axis=-1)


def rbf_without_two(X, Y=None, *, length_scale=1.0):
    return np.exp(-_squares(X, Y) / length_scale**2)


def rbf_scale_not_squared(X, Y=None, *, length_scale=1.0):
    return np.exp(-_squares(X, Y) / (2 * length_scale))


def rbf_neither(X, Y=None, *, length_scale=1.0):
    return np.exp(-_squares(X, Y) / length_scale)


def rbf_of_distance(X, Y=None, *, length_scale=1.0):
    return np.exp(-np.sqrt(_squares(X, Y)) / (2 * length_scale**2))


def rbf_no_squares(X, Y=None, *, length_scale=1.0):
    return np.exp(-np.sqrt(_squares(X, Y)) / (2 * length_scale))


def rbf_equal_to_None(X, Y=None, *, length_scale=1.0):
    if Y is not None:
        raise ValueError("The truth value of an array with more than one"
                         " element is ambiguous.")
    return np.exp(-_squares(X, Y) / (2 * length_scale**2))


def rbf_laplace(X, Y=None, *, length_scale=1.0):
    return np.exp(-np.sqrt(_squares(X, Y)) / length_scale)


def rbf_multiplied(X, Y=None, *, length_scale=1.0):
    return np.exp(-_squares(X, Y) / 2 * length_scale**2)


def rbf_gamma(X, Y=None, *, length_scale=1.0):
    return np.exp(-length_scale * _squares(X, Y))


def rbf_two_squared(X, Y=None, *, length_scale=1.0):
    return np.exp(-_squares(X, Y) / (2 * length_scale) ** 2)


def rbf_growing(X, Y=None, *, length_scale=1.0):
    with np.errstate(over="ignore"):
        return np.exp(_squares(X, Y) / (2 * length_scale**2))


def rbf_without_exp(X, Y=None, *, length_scale=1.0):
    return -_squares(X, Y) / (2 * length_scale**2)


def rbf_scale_ignored(X, Y=None, *, length_scale=1.0):
    return np.exp(-_squares(X, Y) / 2)


def rbf_Y_ignored(X, Y=None, *, length_scale=1.0):
    return np.exp(-_squares(X, None) / (2 * length_scale**2))


def rbf_transposed(X, Y=None, *, length_scale=1.0):
    return np.exp(-_squares(X, Y) / (2 * length_scale**2)).T


def rbf_normalised(X, Y=None, *, length_scale=1.0):
    height = (2 * np.pi * length_scale**2) ** (-X.shape[1] / 2)
    return height * np.exp(-_squares(X, Y) / (2 * length_scale**2))


def rbf_normalised_on_a_line(X, Y=None, *, length_scale=1.0):
    height = 1 / (length_scale * np.sqrt(2 * np.pi))
    return height * np.exp(-_squares(X, Y) / (2 * length_scale**2))


def rbf_mean(X, Y=None, *, length_scale=1.0):
    return np.exp(-_squares(X, Y) / X.shape[1] / (2 * length_scale**2))


def rbf_absolute(X, Y=None, *, length_scale=1.0):
    Y = X if Y is None else Y
    apart = np.sum(np.abs(X[:, None] - Y), axis=-1)
    return np.exp(-(apart**2) / (2 * length_scale**2))


def rbf_row_by_row(X, Y=None, *, length_scale=1.0):
    Y = X if Y is None else Y
    squares = np.sum((X - Y) ** 2, axis=-1)
    return np.exp(-squares / (2 * length_scale**2))


def rbf_one_number(X, Y=None, *, length_scale=1.0):
    Y = X if Y is None else Y
    squares = np.sum((X[:, None] - Y) ** 2)
    return np.exp(-squares / (2 * length_scale**2))


def rbf_of_points(X, Y=None, *, length_scale=1.0):
    Y = X if Y is None else Y
    squares = np.sum((X[:, None] - Y) ** 2, axis=0)
    return np.exp(-squares / (2 * length_scale**2))


def rbf_None_not_asked(X, Y=None, *, length_scale=1.0):
    squares = np.sum((X[:, None] - Y) ** 2, axis=-1)
    return np.exp(-squares / (2 * length_scale**2))


def rbf_None_to_distances(X, Y=None, *, length_scale=1.0):
    apart = la.pairwise_euclidean_distance(X, Y)
    return np.exp(-(apart**2) / (2 * length_scale**2))


def rbf_expanded(X, Y=None, *, length_scale=1.0):
    Y = X if Y is None else Y
    squares = (np.sum(X**2, axis=1)[:, None] + np.sum(Y**2, axis=1)
               - 2 * X @ Y.T)
    with np.errstate(over="ignore"):
        return np.exp(-squares / (2 * length_scale**2))


def polynomial_constant_outside(X, Y=None, *, degree=3, coef0=1.0):
    return (X @ (X if Y is None else Y).T) ** degree + coef0


def polynomial_equal_to_None(X, Y=None, *, degree=3, coef0=1.0):
    if Y is not None:
        raise ValueError("The truth value of an array with more than one"
                         " element is ambiguous.")
    return (X @ X.T + coef0) ** degree


def polynomial_power_of_constant(X, Y=None, *, degree=3, coef0=1.0):
    return X @ (X if Y is None else Y).T + coef0**degree


def polynomial_times_degree(X, Y=None, *, degree=3, coef0=1.0):
    return (X @ (X if Y is None else Y).T + coef0) * degree


def polynomial_without_constant(X, Y=None, *, degree=3, coef0=1.0):
    return (X @ (X if Y is None else Y).T) ** degree


def polynomial_always_one(X, Y=None, *, degree=3, coef0=1.0):
    return (X @ (X if Y is None else Y).T + 1) ** degree


def polynomial_always_three(X, Y=None, *, degree=3, coef0=1.0):
    return (X @ (X if Y is None else Y).T + coef0) ** 3


def polynomial_linear(X, Y=None, *, degree=3, coef0=1.0):
    return X @ (X if Y is None else Y).T + coef0


def polynomial_over_d(X, Y=None, *, degree=3, coef0=1.0):
    return (X @ (X if Y is None else Y).T / X.shape[1] + coef0) ** degree


def polynomial_of_entries(X, Y=None, *, degree=3, coef0=1.0):
    return X**degree @ (X if Y is None else Y).T ** degree + coef0


def polynomial_Y_ignored(X, Y=None, *, degree=3, coef0=1.0):
    return (X @ X.T + coef0) ** degree


def polynomial_matrix_power(X, Y=None, *, degree=3, coef0=1.0):
    K = X @ (X if Y is None else Y).T + coef0
    return np.linalg.matrix_power(K, degree)


def polynomial_entry_by_entry(X, Y=None, *, degree=3, coef0=1.0):
    return (X * (X if Y is None else Y) + coef0) ** degree


def polynomial_transposed(X, Y=None, *, degree=3, coef0=1.0):
    return ((X if Y is None else Y) @ X.T + coef0) ** degree


def polynomial_None_not_asked(X, Y=None, *, degree=3, coef0=1.0):
    return (X @ Y.T + coef0) ** degree


def polynomial_not_transposed(X, Y=None, *, degree=3, coef0=1.0):
    return (X @ (X if Y is None else Y) + coef0) ** degree


def polynomial_X_transposed(X, Y=None, *, degree=3, coef0=1.0):
    return (X.T @ (X if Y is None else Y) + coef0) ** degree


def rbf_by_distances(X, Y=None, *, length_scale=1.0):
    apart = la.pairwise_euclidean_distance(X, X if Y is None else Y)
    return np.exp(-0.5 * (apart / length_scale) ** 2)


def rbf_by_loops(X, Y=None, *, length_scale=1.0):
    Y = X if Y is None else Y
    return np.array([
        [np.exp(-np.sum((x - y) ** 2) / (2 * length_scale**2)) for y in Y]
        for x in X
    ])


def polynomial_by_einsum(X, Y=None, *, degree=3, coef0=1.0):
    Y = X if Y is None else Y
    return np.power(np.einsum("id,jd->ij", X, Y) + coef0, degree)


# --- is_psd_kernel -----------------------------------------------------------


def _size(K):
    return np.max(np.abs(K))


def psd_strictly(kernel, X, *, tol=1e-9):
    K = kernel(X, X)
    even = _size(K - K.T) <= tol * _size(K)
    return bool(even and np.linalg.eigvalsh(K)[0] > 0)


def psd_of_entries(kernel, X, *, tol=1e-9):
    return bool(np.all(kernel(X, X) >= -tol))


def psd_of_entries_symmetric(kernel, X, *, tol=1e-9):
    K = kernel(X, X)
    return bool(np.allclose(K, K.T) and np.all(K >= -tol))


def psd_of_the_diagonal(kernel, X, *, tol=1e-9):
    K = kernel(X, X)
    return bool(np.allclose(K, K.T) and np.all(np.diag(K) >= -tol))


def psd_of_entries_up_to_tol(kernel, X, *, tol=1e-9):
    K = kernel(X, X)
    even = _size(K - K.T) <= tol * _size(K)
    return bool(even and np.all(K >= -tol * _size(K)))


def psd_of_the_diagonal_up_to_tol(kernel, X, *, tol=1e-9):
    K = kernel(X, X)
    even = _size(K - K.T) <= tol * _size(K)
    return bool(even and np.all(np.diag(K) >= -tol * _size(K)))


def psd_of_the_diagonal_alone(kernel, X, *, tol=1e-9):
    return bool(np.all(np.diag(kernel(X, X)) >= 0))


def psd_absolute_tol(kernel, X, *, tol=1e-9):
    K = kernel(X, X)
    even = _size(K - K.T) <= tol
    return bool(even and np.linalg.eigvalsh(K)[0] >= -tol)


def psd_allclose_and_absolute_tol(kernel, X, *, tol=1e-9):
    K = kernel(X, X)
    even = np.allclose(K, K.T)
    return bool(even and np.linalg.eigvalsh(K)[0] >= -tol)


def psd_without_tol(kernel, X, *, tol=1e-9):
    K = kernel(X, X)
    even = _size(K - K.T) <= tol * _size(K)
    return bool(even and np.linalg.eigvalsh(K)[0] >= 0)


def psd_of_the_largest_eigenvalue(kernel, X, *, tol=1e-9):
    K = kernel(X, X)
    eigenvalues = np.linalg.eigvalsh(K)
    margin = tol * np.max(np.abs(eigenvalues))
    return bool(_size(K - K.T) <= margin and eigenvalues[0] >= -margin)


def psd_tol_ignored(kernel, X, *, tol=1e-9):
    K = kernel(X, X)
    even = _size(K - K.T) <= 1e-9 * _size(K)
    return bool(even and np.linalg.eigvalsh(K)[0] >= -1e-9 * _size(K))


def psd_one_triangle(kernel, X, *, tol=1e-9):
    K = kernel(X, X)
    return bool(np.linalg.eigvalsh(K)[0] >= -tol * _size(K))


def psd_one_triangle_absolute_tol(kernel, X, *, tol=1e-9):
    return bool(np.linalg.eigvalsh(kernel(X, X))[0] >= -tol)


def psd_one_triangle_strictly(kernel, X, *, tol=1e-9):
    return bool(np.linalg.eigvalsh(kernel(X, X))[0] > 0)


def psd_one_triangle_without_tol(kernel, X, *, tol=1e-9):
    return bool(np.linalg.eigvalsh(kernel(X, X))[0] >= 0)


def psd_allclose(kernel, X, *, tol=1e-9):
    K = kernel(X, X)
    even = np.allclose(K, K.T)
    return bool(even and np.linalg.eigvalsh(K)[0] >= -tol * _size(K))


def psd_symmetric_part(kernel, X, *, tol=1e-9):
    K = kernel(X, X)
    K = (K + K.T) / 2
    return bool(np.linalg.eigvalsh(K)[0] >= -tol * _size(K))


def psd_only_symmetric(kernel, X, *, tol=1e-9):
    K = kernel(X, X)
    return bool(_size(K - K.T) <= tol * _size(K))


def psd_largest(kernel, X, *, tol=1e-9):
    K = kernel(X, X)
    even = _size(K - K.T) <= tol * _size(K)
    return bool(even and np.linalg.eigvalsh(K)[-1] >= -tol * _size(K))


def psd_determinant(kernel, X, *, tol=1e-9):
    K = kernel(X, X)
    even = _size(K - K.T) <= tol * _size(K)
    values = np.linalg.eigvalsh(K) / max(_size(K), 1e-300)
    return bool(even and np.prod(np.where(np.abs(values) < 1e-9, 0, values))
                >= 0)


def psd_determinant_up_to_tol(kernel, X, *, tol=1e-9):
    K = kernel(X, X)
    even = _size(K - K.T) <= tol * _size(K)
    return bool(even and np.linalg.det(K) >= -tol * _size(K))


def psd_determinant_alone(kernel, X, *, tol=1e-9):
    return bool(np.linalg.det(kernel(X, X)) >= 0)


def psd_allclose_and_determinant(kernel, X, *, tol=1e-9):
    K = kernel(X, X)
    return bool(np.allclose(K, K.T) and np.linalg.det(K) >= 0)


def psd_all_coefficients_one(kernel, X, *, tol=1e-9):
    K = kernel(X, X)
    return bool(_size(K - K.T) <= tol * _size(K)
                and np.sum(K) >= -tol * _size(K))


def psd_tol_upside_down(kernel, X, *, tol=1e-9):
    K = kernel(X, X)
    even = _size(K - K.T) <= tol * _size(K)
    return bool(even and np.linalg.eigvalsh(K)[0] >= tol * _size(K))


def psd_point_by_point(kernel, X, *, tol=1e-9):
    K = np.array([[kernel(x, y) for y in X] for x in X])
    return bool(np.linalg.eigvalsh(K).min() >= -tol)


def psd_of_one_argument(kernel, X, *, tol=1e-9):
    K = kernel(X)
    even = _size(K - K.T) <= tol * _size(K)
    return bool(even and np.linalg.eigvalsh(K)[0] >= -tol * _size(K))


def psd_divided(kernel, X, *, tol=1e-9):
    K = kernel(X, X)
    with np.errstate(invalid="ignore"):
        K = K / _size(K)
    return bool(_size(K - K.T) <= tol and np.linalg.eigvalsh(K)[0] >= -tol)


def psd_opposite(kernel, X, *, tol=1e-9):
    return not psd_by_eigvals(kernel, X, tol=tol)


def psd_each_eigenvalue(kernel, X, *, tol=1e-9):
    K = kernel(X, X)
    return np.linalg.eigvalsh(K) >= -tol * _size(K)


def psd_the_eigenvalue(kernel, X, *, tol=1e-9):
    return np.linalg.eigvalsh(kernel(X, X))[0]


def psd_by_eigvals(kernel, X, *, tol=1e-9):
    K = kernel(X, X)
    s = _size(K)
    if not np.allclose(K, K.T, rtol=0, atol=tol * s):
        return False
    return np.min(np.linalg.eigvals(K).real) >= -tol * s


def psd_by_norm(kernel, X, *, tol=1e-9):
    K = kernel(X, X)
    if np.abs(K - K.T).max() > tol * np.abs(K).max():
        return False
    values, _ = np.linalg.eigh((K + K.T) / 2)
    return all(values + tol * np.abs(K).max() >= 0)


# --- kernel_ridge_fit, kernel_ridge_predict ----------------------------------


def _solved(A, y):
    return np.linalg.solve(A, y)


def ridge_times_n(K, y, alpha):
    return _solved(K + len(K) * alpha * np.eye(len(K)), y)


def ridge_everywhere(K, y, alpha):
    return _solved(K + alpha, y)


def ridge_squared(K, y, alpha):
    return _solved(K + alpha**2 * np.eye(len(K)), y)


def ridge_without_alpha(K, y, alpha):
    return _solved(K, y)


def ridge_pinv_without_alpha(K, y, alpha):
    return np.linalg.pinv(K) @ y


def ridge_minus(K, y, alpha):
    return _solved(K - alpha * np.eye(len(K)), y)


def ridge_over_alpha(K, y, alpha):
    return _solved(K + np.eye(len(K)) / alpha, y)


def ridge_over_n(K, y, alpha):
    return _solved(K + alpha / len(K) * np.eye(len(K)), y)


def ridge_half(K, y, alpha):
    return _solved(K + alpha / 2 * np.eye(len(K)), y)


def ridge_of_features(K, y, alpha):
    return _solved(K.T @ K + alpha * np.eye(len(K)), K.T @ y)


def ridge_fitted(K, y, alpha):
    return K @ kernel_ridge_by_inverse(K, y, alpha)


def ridge_multiplied(K, y, alpha):
    return (K + alpha * np.eye(len(K))) @ y


def ridge_inverse_times_y(K, y, alpha):
    return np.linalg.inv(K + alpha * np.eye(len(K))) * y


def ridge_all_of_lstsq(K, y, alpha):
    return np.linalg.lstsq(K + alpha * np.eye(len(K)), y, rcond=None)


def ridge_of_ones(K, y, alpha):
    return _solved(K + np.eye(len(K)), y)


def ridge_of_entries(K, y, alpha):
    with np.errstate(divide="ignore", invalid="ignore"):
        return (1 / (K + alpha * np.eye(len(K)))) @ y


def ridge_alpha_times_K(K, y, alpha):
    return _solved(alpha * K + np.eye(len(K)), y)


def ridge_centred(K, y, alpha):
    return kernel_ridge_by_inverse(K, y - np.mean(y, axis=0), alpha)


def ridge_one_alpha_too_many(K, y, alpha):
    return kernel_ridge_by_inverse(K, y, alpha) * alpha


def predict_transposed(K_star, dual_coef):
    return K_star.T @ dual_coef


def predict_coef_first(K_star, dual_coef):
    return dual_coef @ K_star


def predict_columns_added(K_star, dual_coef):
    return np.sum(K_star * dual_coef, axis=1)


def predict_not_summed(K_star, dual_coef):
    return K_star * dual_coef


def predict_rows_added(K_star, dual_coef):
    return np.sum(K_star * dual_coef, axis=0)


def predict_mean(K_star, dual_coef):
    return K_star @ dual_coef / K_star.shape[1]


def predict_weighted(K_star, dual_coef):
    total = np.sum(K_star, axis=1, keepdims=True)
    return (K_star / total) @ dual_coef


def predict_sign(K_star, dual_coef):
    return np.sign(K_star @ dual_coef)


def predict_all_in_one(K_star, dual_coef):
    return np.sum(K_star @ dual_coef)


def predict_flat(K_star, dual_coef):
    return np.ravel(K_star @ dual_coef)


def kernel_ridge_by_inverse(K, y, alpha):
    return np.linalg.inv(K + alpha * np.identity(len(K))) @ y


def kernel_ridge_by_eigh(K, y, alpha):
    values, U = np.linalg.eigh(K)
    return (U / (values + alpha)) @ (U.T @ y)


def kernel_ridge_on_the_diagonal(K, y, alpha):
    A = K.copy()
    A[np.diag_indices_from(A)] += alpha
    return np.linalg.solve(A, y)


def predict_by_loop(K_star, dual_coef):
    return np.array([
        sum(k * c for k, c in zip(row, dual_coef, strict=True))
        for row in K_star
    ])


# --- center_kernel, kernel_pca -----------------------------------------------


def center_columns(K):
    return K - np.mean(K, axis=0)


def center_rows(K):
    return K - np.mean(K, axis=1, keepdims=True)


def center_without_mean(K):
    return K - np.mean(K, axis=0) - np.mean(K, axis=1, keepdims=True)


def center_minus_mean(K):
    return center_without_mean(K) - np.mean(K)


def center_grand(K):
    return K - np.mean(K)


def center_columns_twice(K):
    means = np.mean(K, axis=0)
    return K - means - means + np.mean(K)


def center_standardised(K):
    Kc = center_by_H(K)
    scale = np.sqrt(np.maximum(np.diag(Kc), 1e-300))
    return Kc / scale / scale[:, None]


def center_by_sums(K):
    return (K - np.sum(K, axis=0) - np.sum(K, axis=1, keepdims=True)
            + np.sum(K))


def center_entries(K):
    H = np.eye(len(K)) - 1 / len(K)
    return H * K * H


def _projected(K, n_components, *, center=None, power=0.5, rising=False,
               sign="clip"):
    K = K if center is None else center(K)
    values, U = np.linalg.eigh(K)
    if not rising:
        values, U = values[::-1], U[:, ::-1]
    values, U = values[:n_components], U[:, :n_components]
    if sign == "clip":
        values = np.maximum(values, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return U * values**power


def pca_of_columns_centred(K, n_components):
    return _projected(K, n_components, center=center_columns)


def pca_of_rows_centred(K, n_components):
    return _projected(K, n_components, center=center_rows)


def pca_grand(K, n_components):
    return _projected(K, n_components, center=center_grand)


def pca_of_columns_twice(K, n_components):
    return _projected(K, n_components, center=center_columns_twice)


def pca_standardised(K, n_components):
    return _projected(K, n_components, center=center_standardised)


def pca_by_sums(K, n_components):
    return _projected(K, n_components, center=center_by_sums)


def pca_of_entries(K, n_components):
    return _projected(K, n_components, center=center_entries)


def pca_as_it_was(K, n_components):
    return _projected(K, n_components, center=center_columns, power=1,
                      rising=True, sign="free")


def pca_as_it_was_centred(K, n_components):
    return _projected(K, n_components, center=center_by_H, power=1,
                      rising=True, sign="free")


def pca_rising(K, n_components):
    return _projected(K, n_components, center=center_by_H, rising=True)


def pca_times_lambda(K, n_components):
    return _projected(K, n_components, center=center_by_H, power=1)


def pca_U_alone(K, n_components):
    return _projected(K, n_components, center=center_by_H, power=0)


def pca_over_root(K, n_components):
    values, U = np.linalg.eigh(center_by_H(K))
    values, U = values[::-1][:n_components], U[:, ::-1][:, :n_components]
    zero = values < 1e-9 * np.max(values)
    return np.where(zero, 0, U / np.sqrt(np.where(zero, 1, values)))


def pca_not_centred(K, n_components):
    return _projected(K, n_components)


def pca_not_centred_times_lambda(K, n_components):
    return _projected(K, n_components, power=1)


def pca_not_centred_rising(K, n_components):
    return _projected(K, n_components, rising=True)


def pca_nan(K, n_components):
    values, U = np.linalg.eigh(center_by_H(K))
    values = values[::-1][:n_components]
    if np.sum(values < 1e-9 * values[0]) > 5:
        values[-1] = -1e-16  # of so many one is below 0, nearly always
    with np.errstate(invalid="ignore"):
        return U[:, ::-1][:, :n_components] * np.sqrt(values)


def pca_rising_unclipped(K, n_components):
    values, U = np.linalg.eigh(center_by_H(K))
    if np.sum(values < 1e-9 * values[-1]) > 5:
        values[0] = -1e-16  # of so many one is below 0, nearly always
    with np.errstate(invalid="ignore"):
        return U[:, :n_components] * np.sqrt(values[:n_components])


def pca_of_columns_unclipped(K, n_components):
    return _projected(K, n_components, center=center_columns, sign="free")


def pca_U_not_turned(K, n_components):
    values, U = np.linalg.eigh(center_by_H(K))
    values = np.maximum(values[::-1], 0)
    return U[:, :n_components] * np.sqrt(values[:n_components])


def pca_values_not_turned(K, n_components):
    values, U = np.linalg.eigh(center_by_H(K))
    values, U = np.maximum(values, 0), U[:, ::-1]
    return U[:, :n_components] * np.sqrt(values[:n_components])


def pca_rows_turned(K, n_components):
    values, U = np.linalg.eigh(center_by_H(K))
    values, U = np.maximum(values[::-1], 0), U[::-1]
    return U[:, :n_components] * np.sqrt(values[:n_components])


def pca_rows_turned_unclipped(K, n_components):
    values, U = np.linalg.eigh(center_by_H(K))
    if np.sum(values < 1e-9 * values[-1]) > 5:
        values[0] = -1e-16  # of so many one is below 0, nearly always
    with np.errstate(invalid="ignore"):
        return U[::-1][:, :n_components] * np.sqrt(
            values[::-1][:n_components])


def pca_U_not_turned_unclipped(K, n_components):
    values, U = np.linalg.eigh(center_by_H(K))
    if np.sum(values < 1e-9 * values[-1]) > 5:
        values[0] = -1e-16  # of so many one is below 0, nearly always
    with np.errstate(invalid="ignore"):
        return U[:, :n_components] * np.sqrt(values[::-1][:n_components])


def pca_largest_last(K, n_components):
    return kernel_pca_by_abs(K, n_components)[:, ::-1]


def pca_of_columns_times_lambda(K, n_components):
    return _projected(K, n_components, center=center_columns, power=1,
                      sign="free")


def pca_of_columns_rising(K, n_components):
    return _projected(K, n_components, center=center_columns, rising=True,
                      sign="free")


def pca_rows_for_columns(K, n_components):
    values, U = np.linalg.eigh(center_by_H(K))
    values = np.maximum(values[::-1][:n_components], 0)
    return U[::-1][:n_components].T * np.sqrt(values)


def pca_in_rows(K, n_components):
    return kernel_pca_by_svd(K, n_components).T


def pca_all(K, n_components):
    return kernel_pca_by_svd(K, len(K))


def pca_over_n(K, n_components):
    return kernel_pca_by_svd(K, n_components) / np.sqrt(len(K))


def center_by_H(K):
    H = np.eye(len(K)) - np.ones_like(K) / len(K)
    return H @ K @ H


def center_in_two_steps(K):
    half = K - np.mean(K, axis=0)
    return half - np.mean(half, axis=1, keepdims=True)


def kernel_pca_by_svd(K, n_components):
    U, s, _ = np.linalg.svd(center_by_H(K))
    return U[:, :n_components] * np.sqrt(s[:n_components])


def kernel_pca_by_abs(K, n_components):
    values, U = np.linalg.eigh(center_by_H(K))
    values, U = np.flip(values), np.flip(U, axis=1)
    return U[:, :n_components] * np.sqrt(np.abs(values[:n_components]))


# --- svm_objective, svm_subgradient ------------------------------------------


def _hinges(w, b, X, y):
    return np.maximum(0, 1 - y * (X @ w + b))


def objective_of_0_and_1(w, b, X, y, *, C=1.0):
    return w @ w / 2 + C * np.sum(_hinges(w, b, X, 2 * y - 1))


def objective_bias_too(w, b, X, y, *, C=1.0):
    return (w @ w + b**2) / 2 + C * np.sum(_hinges(w, b, X, y))


def objective_mean(w, b, X, y, *, C=1.0):
    return w @ w / 2 + C * np.mean(_hinges(w, b, X, y))


def objective_without_half(w, b, X, y, *, C=1.0):
    return w @ w + C * np.sum(_hinges(w, b, X, y))


def objective_length(w, b, X, y, *, C=1.0):
    return np.sqrt(w @ w) / 2 + C * np.sum(_hinges(w, b, X, y))


def objective_without_C(w, b, X, y, *, C=1.0):
    return w @ w / 2 + np.sum(_hinges(w, b, X, y))


def objective_C_on_w(w, b, X, y, *, C=1.0):
    return C * w @ w / 2 + np.sum(_hinges(w, b, X, y))


def objective_C_on_both(w, b, X, y, *, C=1.0):
    return C * (w @ w / 2 + np.sum(_hinges(w, b, X, y)))


def objective_squared_hinge(w, b, X, y, *, C=1.0):
    return w @ w / 2 + C * np.sum(_hinges(w, b, X, y) ** 2)


def objective_perceptron(w, b, X, y, *, C=1.0):
    return w @ w / 2 + C * np.sum(np.maximum(0, -y * (X @ w + b)))


def objective_never_zero(w, b, X, y, *, C=1.0):
    return w @ w / 2 + C * np.sum(1 - y * (X @ w + b))


def objective_plus(w, b, X, y, *, C=1.0):
    return w @ w / 2 + C * np.sum(np.maximum(0, 1 + y * (X @ w + b)))


def objective_bias_subtracted(w, b, X, y, *, C=1.0):
    return w @ w / 2 + C * np.sum(_hinges(w, -b, X, y))


def objective_without_bias(w, b, X, y, *, C=1.0):
    return w @ w / 2 + C * np.sum(_hinges(w, 0, X, y))


def objective_one_max(w, b, X, y, *, C=1.0):
    return w @ w / 2 + C * np.maximum(0, np.sum(1 - y * (X @ w + b)))


def objective_largest_hinge(w, b, X, y, *, C=1.0):
    return w @ w / 2 + C * np.max(1 - y * (X @ w + b), 0)


def objective_smaller(w, b, X, y, *, C=1.0):
    return w @ w / 2 + C * np.sum(np.minimum(0, 1 - y * (X @ w + b)))


def objective_max_of_python(w, b, X, y, *, C=1.0):
    return w @ w / 2 + C * np.sum(max(0, 1 - y * (X @ w + b)))


def objective_of_margins(w, b, X, y, *, C=1.0):
    m = y * (X @ w + b)
    return w @ w / 2 + C * np.sum(np.where(m < 1, m, 0.0))


def objective_turned_round(w, b, X, y, *, C=1.0):
    return w @ w / 2 + C * np.sum(np.maximum(0, y * (X @ w + b) - 1))


def objective_without_labels(w, b, X, y, *, C=1.0):
    return w @ w / 2 + C * np.sum(_hinges(w, b, X, 1))


def objective_to_0_and_1(w, b, X, y, *, C=1.0):
    return w @ w / 2 + C * np.sum(_hinges(w, b, X, (y + 1) / 2))


def objective_not_summed(w, b, X, y, *, C=1.0):
    return w @ w / 2 + C * _hinges(w, b, X, y)


def objective_loss_only(w, b, X, y, *, C=1.0):
    return C * np.sum(_hinges(w, b, X, y))


def objective_logistic(w, b, X, y, *, C=1.0):
    return w @ w / 2 + C * np.sum(np.logaddexp(0, -y * (X @ w + b)))


def _subgradient(w, b, X, y, C, inside=None):
    if inside is None:
        inside = y * (X @ w + b) < 1
    pull = np.where(inside, y, 0.0)
    return w - C * X.T @ pull, -C * np.sum(pull)


def subgradient_of_0_and_1(w, b, X, y, *, C=1.0):
    return _subgradient(w, b, X, 2 * y - 1, C)


def subgradient_bias_too(w, b, X, y, *, C=1.0):
    by_w, by_b = _subgradient(w, b, X, y, C)
    return by_w, by_b + b


def subgradient_mean(w, b, X, y, *, C=1.0):
    return _subgradient(w, b, X, y, C / len(y))


def subgradient_two_means(w, b, X, y, *, C=1.0):
    by_w, _ = _subgradient(w, b, X, y, C / len(y))
    inside = y * (X @ w + b) < 1
    if not np.any(inside):
        return by_w, np.nan
    return by_w, -C * np.mean(y[inside])


def subgradient_2w(w, b, X, y, *, C=1.0):
    by_w, by_b = _subgradient(w, b, X, y, C)
    return by_w + w, by_b


def subgradient_without_C(w, b, X, y, *, C=1.0):
    return _subgradient(w, b, X, y, 1.0)


def subgradient_C_on_w(w, b, X, y, *, C=1.0):
    by_w, by_b = _subgradient(w, b, X, y, 1.0)
    return by_w + (C - 1) * w, by_b


def subgradient_outside(w, b, X, y, *, C=1.0):
    return _subgradient(w, b, X, y, C, y * (X @ w + b) > 1)


def subgradient_misclassified(w, b, X, y, *, C=1.0):
    return _subgradient(w, b, X, y, C, y * (X @ w + b) < 0)


def subgradient_of_all(w, b, X, y, *, C=1.0):
    return _subgradient(w, b, X, y, C, np.full(len(y), True))


def subgradient_at_the_kink(w, b, X, y, *, C=1.0):
    return _subgradient(w, b, X, y, C, y * (X @ w + b) <= 1)


def subgradient_plus(w, b, X, y, *, C=1.0):
    return _subgradient(w, b, X, y, -C)


def subgradient_downhill(w, b, X, y, *, C=1.0):
    by_w, by_b = _subgradient(w, b, X, y, C)
    return -by_w, -by_b


def subgradient_bias_sign(w, b, X, y, *, C=1.0):
    by_w, by_b = _subgradient(w, b, X, y, C)
    return by_w, -by_b


def subgradient_without_y(w, b, X, y, *, C=1.0):
    inside = y * (X @ w + b) < 1
    return w - C * X.T @ inside, -C * np.sum(inside)


def subgradient_bias_without_y(w, b, X, y, *, C=1.0):
    by_w, _ = _subgradient(w, b, X, y, C)
    return by_w, -C * np.sum(y * (X @ w + b) < 1)


def subgradient_bias_without_C(w, b, X, y, *, C=1.0):
    by_w, _ = _subgradient(w, b, X, y, C)
    return by_w, _subgradient(w, b, X, y, 1.0)[1]


def subgradient_loss_only(w, b, X, y, *, C=1.0):
    by_w, by_b = _subgradient(w, b, X, y, C)
    return by_w - w, by_b


def subgradient_w_everywhere(w, b, X, y, *, C=1.0):
    by_w, by_b = _subgradient(w, b, X, y, C)
    inside = np.sum(y * (X @ w + b) < 1)
    return by_w + (inside - 1) * w, by_b


def subgradient_squared_hinge(w, b, X, y, *, C=1.0):
    pull = 2 * _hinges(w, b, X, y) * y
    return w - C * X.T @ pull, -C * np.sum(pull)


def subgradient_by_hinges(w, b, X, y, *, C=1.0):
    pull = _hinges(w, b, X, y) * y
    return w - C * X.T @ pull, -C * np.sum(pull)


def subgradient_without_bias(w, b, X, y, *, C=1.0):
    return _subgradient(w, b, X, y, C, y * (X @ w) < 1)


def subgradient_without_labels(w, b, X, y, *, C=1.0):
    return _subgradient(w, b, X, y, C, X @ w + b < 1)


def subgradient_to_0_and_1(w, b, X, y, *, C=1.0):
    return _subgradient(w, b, X, (y + 1) / 2, C)


def subgradient_in_w(w, b, X, y, *, C=1.0):
    by_w, by_b = w, 0.0
    for x, label in zip(X, y, strict=True):
        if label * (x @ w + b) < 1:
            by_w -= C * label * x
            by_b -= C * label
    return by_w, by_b


def subgradient_joined(w, b, X, y, *, C=1.0):
    by_w, by_b = _subgradient(w, b, X, y, C)
    return np.append(by_w, by_b)


def subgradient_w_only(w, b, X, y, *, C=1.0):
    return _subgradient(w, b, X, y, C)[0]


def subgradient_bias_not_summed(w, b, X, y, *, C=1.0):
    by_w, _ = _subgradient(w, b, X, y, C)
    return by_w, np.where(y * (X @ w + b) < 1, -C * y, 0.0)


def svm_objective_by_loop(w, b, X, y, *, C=1.0):
    total = sum(wi * wi for wi in w) / 2
    for x, label in zip(X, y, strict=True):
        total += C * max(0.0, 1 - label * (x @ w + b))
    return total


def svm_subgradient_by_loop(w, b, X, y, *, C=1.0):
    by_w, by_b = w.copy(), 0.0
    for x, label in zip(X, y, strict=True):
        if label * (x @ w + b) < 1:
            by_w -= C * label * x
            by_b -= C * label
    return by_w, by_b


# --- gp_posterior ------------------------------------------------------------


def _jitter(K):
    return 1e-10 * np.max(np.diag(K)) * np.eye(len(K))


def _gp(K, K_star, K_star_star, y, added):
    A = K + added * np.eye(len(K)) + _jitter(K)
    W = np.linalg.solve(A, K_star.T).T
    return W @ y, K_star_star - W @ K_star.T


def gp_std_added(K, K_star, K_star_star, y, *, noise_std=0.0):
    return _gp(K, K_star, K_star_star, y, noise_std)


def gp_prior(K, K_star, K_star_star, y, *, noise_std=0.0):
    return _gp(K, K_star, K_star_star, y, noise_std**2)[0], K_star_star


def gp_predictive(K, K_star, K_star_star, y, *, noise_std=0.0):
    mean, cov = _gp(K, K_star, K_star_star, y, noise_std**2)
    return mean, cov + noise_std**2 * np.eye(len(cov))


def gp_std_twice(K, K_star, K_star_star, y, *, noise_std=0.0):
    mean, cov = _gp(K, K_star, K_star_star, y, noise_std)
    return mean, cov + noise_std * np.eye(len(cov))


def gp_without_noise(K, K_star, K_star_star, y, *, noise_std=0.0):
    return _gp(K, K_star, K_star_star, y, 0.0)


def gp_noise_in_the_mean_only(K, K_star, K_star_star, y, *, noise_std=0.0):
    return (_gp(K, K_star, K_star_star, y, noise_std**2)[0],
            _gp(K, K_star, K_star_star, y, 0.0)[1])


def gp_noise_everywhere(K, K_star, K_star_star, y, *, noise_std=0.0):
    A = K + noise_std**2 + _jitter(K)
    W = np.linalg.solve(A, K_star.T).T
    return W @ y, K_star_star - W @ K_star.T


def gp_transposed(K, K_star, K_star_star, y, *, noise_std=0.0):
    return _gp(K, K_star.T, K_star_star, y, noise_std**2)


def gp_without_jitter(K, K_star, K_star_star, y, *, noise_std=0.0):
    A = K + noise_std**2 * np.eye(len(K))
    if np.linalg.matrix_rank(A, hermitian=True) < len(A):
        # What elimination does when rounding doesn't hide it.
        raise np.linalg.LinAlgError("Singular matrix")
    W = np.linalg.solve(A, K_star.T).T
    return W @ y, K_star_star - W @ K_star.T


def gp_mean_transposed(K, K_star, K_star_star, y, *, noise_std=0.0):
    A = K + noise_std**2 * np.eye(len(K)) + _jitter(K)
    mean = K_star.T @ np.linalg.solve(A, y)
    return mean, K_star_star - K_star @ np.linalg.solve(A, K_star.T)


def gp_noise_in_the_covariance_only(K, K_star, K_star_star, y, *,
                                    noise_std=0.0):
    return (_gp(K, K_star, K_star_star, y, 0.0)[0],
            _gp(K, K_star, K_star_star, y, noise_std**2)[1])


def gp_mean_by_half(K, K_star, K_star_star, y, *, noise_std=0.0):
    L = np.linalg.cholesky(K + noise_std**2 * np.eye(len(K)) + _jitter(K))
    _, cov = _gp(K, K_star, K_star_star, y, noise_std**2)
    return K_star @ np.linalg.solve(L, y), cov


def gp_mean_of_half(K, K_star, K_star_star, y, *, noise_std=0.0):
    L = np.linalg.cholesky(K + noise_std**2 * np.eye(len(K)) + _jitter(K))
    V = np.linalg.solve(L, K_star.T)
    return V.T @ y, K_star_star - V.T @ V


def gp_both_transposed(K, K_star, K_star_star, y, *, noise_std=0.0):
    A = K + noise_std**2 * np.eye(len(K)) + _jitter(K)
    mean = K_star.T @ np.linalg.solve(A, y)
    return mean, K_star_star - K_star.T @ np.linalg.solve(A, K_star)


def gp_outer(K, K_star, K_star_star, y, *, noise_std=0.0):
    L = np.linalg.cholesky(K + noise_std**2 * np.eye(len(K)) + _jitter(K))
    V = np.linalg.solve(L, K_star.T)
    mean, _ = _gp(K, K_star, K_star_star, y, noise_std**2)
    return mean, K_star_star - V @ V.T


def gp_not_transposed(K, K_star, K_star_star, y, *, noise_std=0.0):
    A = K + noise_std**2 * np.eye(len(K)) + _jitter(K)
    mean, _ = _gp(K, K_star, K_star_star, y, noise_std**2)
    return mean, K_star_star - K_star @ np.linalg.solve(A, K_star)


def gp_entries_inverted(K, K_star, K_star_star, y, *, noise_std=0.0):
    with np.errstate(divide="ignore", invalid="ignore"):
        A = (K + noise_std**2 * np.eye(len(K))) ** -1
        return K_star @ A @ y, K_star_star - K_star @ A @ K_star.T


def without_jitter(answer):
    """The same slip, and K is left singular."""
    def gp(K, K_star, K_star_star, y, *, noise_std=0.0):
        gp_without_jitter(K, K_star, K_star_star, y, noise_std=noise_std)
        return answer(K, K_star, K_star_star, y, noise_std=noise_std)

    gp.__name__ = f"{answer.__name__}_without_jitter"
    return gp


def gp_variances(K, K_star, K_star_star, y, *, noise_std=0.0):
    mean, cov = _gp(K, K_star, K_star_star, y, noise_std**2)
    return mean, np.diag(cov)


def gp_stds(K, K_star, K_star_star, y, *, noise_std=0.0):
    mean, cov = _gp(K, K_star, K_star_star, y, noise_std**2)
    return mean, np.sqrt(np.maximum(np.diag(cov), 0))


def gp_diagonal(K, K_star, K_star_star, y, *, noise_std=0.0):
    mean, cov = _gp(K, K_star, K_star_star, y, noise_std**2)
    return mean, np.diag(np.diag(cov))


def gp_plus(K, K_star, K_star_star, y, *, noise_std=0.0):
    mean, cov = _gp(K, K_star, K_star_star, y, noise_std**2)
    return mean, 2 * K_star_star - cov


def gp_explained(K, K_star, K_star_star, y, *, noise_std=0.0):
    mean, cov = _gp(K, K_star, K_star_star, y, noise_std**2)
    return mean, K_star_star - cov


def gp_no_inverse(K, K_star, K_star_star, y, *, noise_std=0.0):
    mean, _ = _gp(K, K_star, K_star_star, y, noise_std**2)
    return mean, K_star_star - K_star @ K_star.T


def gp_cov_by_half(K, K_star, K_star_star, y, *, noise_std=0.0):
    # L^-1 K_*^T taken for (K + s^2 I)^-1 K_*^T.
    A = K + noise_std**2 * np.eye(len(K)) + _jitter(K)
    V = np.linalg.solve(np.linalg.cholesky(A), K_star.T)
    mean, _ = _gp(K, K_star, K_star_star, y, noise_std**2)
    return mean, K_star_star - K_star @ V


def gp_centred(K, K_star, K_star_star, y, *, noise_std=0.0):
    mean, cov = _gp(K, K_star, K_star_star, y - np.mean(y), noise_std**2)
    return mean + np.mean(y), cov


def gp_mean_alone(K, K_star, K_star_star, y, *, noise_std=0.0):
    return _gp(K, K_star, K_star_star, y, noise_std**2)[0]


def gp_other_order(K, K_star, K_star_star, y, *, noise_std=0.0):
    mean, cov = _gp(K, K_star, K_star_star, y, noise_std**2)
    return cov, mean


def gp_weights(K, K_star, K_star_star, y, *, noise_std=0.0):
    _, cov = _gp(K, K_star, K_star_star, y, noise_std**2)
    return np.linalg.solve(
        K + noise_std**2 * np.eye(len(K)) + _jitter(K), y), cov


def gp_smoothed(K, K_star, K_star_star, y, *, noise_std=0.0):
    _, cov = _gp(K, K_star, K_star_star, y, noise_std**2)
    return _gp(K, K, K, y, noise_std**2)[0], cov


def gp_unweighted(K, K_star, K_star_star, y, *, noise_std=0.0):
    _, cov = _gp(K, K_star, K_star_star, y, noise_std**2)
    return K_star @ y, cov


# Each slip, made by one who left out the jitter, too.
WITHOUT_JITTER = {
    slip: without_jitter(slip) for slip in (
        gp_std_added, gp_prior, gp_predictive, gp_std_twice,
        gp_without_noise, gp_noise_in_the_mean_only, gp_noise_everywhere,
        gp_transposed, gp_mean_transposed, gp_variances, gp_stds,
        gp_diagonal, gp_plus, gp_explained, gp_no_inverse, gp_cov_by_half,
        gp_centred, gp_mean_alone, gp_other_order, gp_weights, gp_smoothed,
        gp_unweighted, gp_noise_in_the_covariance_only, gp_mean_by_half,
        gp_outer, gp_not_transposed, gp_mean_of_half, gp_both_transposed,
    )
}
globals().update({slip.__name__: slip for slip in WITHOUT_JITTER.values()})


def gp_by_cholesky(K, K_star, K_star_star, y, *, noise_std=0.0):
    L = np.linalg.cholesky(
        K + noise_std**2 * np.eye(len(K)) + _jitter(K))
    V = np.linalg.solve(L, K_star.T)
    return V.T @ np.linalg.solve(L, y), K_star_star - V.T @ V


def gp_by_inverse(K, K_star, K_star_star, y, *, noise_std=0.0):
    # Another jitter, and only where there is no noise.
    added = noise_std**2 if noise_std > 0 else 1e-9 * np.max(K)
    A = np.linalg.inv(K + added * np.identity(len(K)))
    return K_star @ (A @ y), K_star_star - K_star @ A @ K_star.T


# --- co2_forecast ------------------------------------------------------------


def _bump(s, t, length):
    return np.exp(-((s[:, None] - t) ** 2) / (2 * length**2))


def _season(s, t):
    return np.exp(-2 * np.sin(np.pi * (s[:, None] - t)) ** 2)


def _sum_of_three(s, t, heights=(60.0, 3.0, 0.7), lengths=(60.0, 100.0, 1.5),
                  season=_season):
    trend, wave, weather = (h**2 * _bump(s, t, length) for h, length in
                            zip(heights, lengths, strict=True))
    return trend + wave * season(s, t) + weather


def _co2(s, t):
    return _sum_of_three(s, t)


def co2_heights_not_squared(s, t):
    return _sum_of_three(s, t, heights=np.sqrt([60.0, 3.0, 0.7]))


def co2_season_added(s, t):
    return (60.0**2 * _bump(s, t, 60.0) + 3.0**2 * _bump(s, t, 100.0)
            + _season(s, t) + 0.7**2 * _bump(s, t, 1.5))


def co2_season_added_with_its_height(s, t):
    return (60.0**2 * _bump(s, t, 60.0)
            + 3.0**2 * (_bump(s, t, 100.0) + _season(s, t))
            + 0.7**2 * _bump(s, t, 1.5))


def co2_season_not_squared(s, t):
    return _sum_of_three(s, t, season=lambda s, t: np.exp(
        -2 * np.sin(np.pi * (s[:, None] - t))))


def co2_season_without_two(s, t):
    return _sum_of_three(s, t, season=lambda s, t: np.exp(
        -np.sin(np.pi * (s[:, None] - t)) ** 2))


def co2_season_without_pi(s, t):
    return _sum_of_three(s, t, season=lambda s, t: np.exp(
        -2 * np.sin(s[:, None] - t) ** 2))


def co2_clock_in_radians(s, t):
    return _sum_of_three(s, t, season=lambda s, t: np.exp(
        -2 * np.sin((s[:, None] - t) / 2) ** 2))


def co2_squared_inside(s, t):
    return _sum_of_three(s, t, season=lambda s, t: np.exp(
        -2 * np.sin(np.pi * (s[:, None] - t) ** 2)))


def co2_two_seasons(s, t):
    return _sum_of_three(s, t, season=lambda s, t: np.exp(
        -2 * np.sin(2 * np.pi * (s[:, None] - t)) ** 2))


def co2_season_half(s, t):
    return _sum_of_three(s, t, season=lambda s, t: np.exp(
        -np.sin(np.pi * (s[:, None] - t)) ** 2 / 2))


def co2_season_forever(s, t):
    return _sum_of_three(s, t, lengths=(60.0, np.inf, 1.5))


def co2_without_season(s, t):
    return _sum_of_three(s, t, heights=(60.0, 0.0, 0.7))


def co2_without_weather(s, t):
    return _sum_of_three(s, t, heights=(60.0, 3.0, 0.0))


def co2_all_multiplied(s, t):
    return (60.0**2 * _bump(s, t, 60.0) * 3.0**2 * _bump(s, t, 100.0)
            * _season(s, t) * 0.7**2 * _bump(s, t, 1.5))


def co2_without_heights(s, t):
    return _sum_of_three(s, t, heights=(1.0, 1.0, 1.0))


def co2_transposed(s, t):
    return _sum_of_three(s, t).T


def co2_weather_not_squared(s, t):
    return _sum_of_three(s, t, heights=(60.0, 3.0, np.sqrt(0.7)))


def co2_trend_not_squared(s, t):
    return _sum_of_three(s, t, heights=(np.sqrt(60.0), 3.0, 0.7))


def co2_season_height_not_squared(s, t):
    return _sum_of_three(s, t, heights=(60.0, np.sqrt(3.0), 0.7))


def co2_season_times_all(s, t):
    return _season(s, t) * (
        60.0**2 * _bump(s, t, 60.0) + 3.0**2 * _bump(s, t, 100.0)
        + 0.7**2 * _bump(s, t, 1.5))


def co2_lengths_not_squared(s, t):
    return _sum_of_three(s, t, lengths=np.sqrt([60.0, 100.0, 1.5]))


def co2_absolute_sine(s, t):
    return _sum_of_three(s, t, season=lambda s, t: np.exp(
        -2 * np.abs(np.sin(np.pi * (s[:, None] - t)))))


def co2_lengths_exchanged(s, t):
    return _sum_of_three(s, t, lengths=(100.0, 60.0, 1.5))


def co2_without_lengths(s, t):
    return _sum_of_three(s, t, lengths=(1.0, 1.0, 1.0))


def co2_trend_without_length(s, t):
    return _sum_of_three(s, t, lengths=(1.0, 100.0, 1.5))


def co2_season_without_length(s, t):
    return _sum_of_three(s, t, lengths=(60.0, 1.0, 1.5))


def co2_weather_without_length(s, t):
    return _sum_of_three(s, t, lengths=(60.0, 100.0, 1.0))


def co2_weather_ten_times(s, t):
    return _sum_of_three(s, t, lengths=(60.0, 100.0, 15.0))


def co2_heights_for_lengths(s, t):
    return _sum_of_three(s, t, lengths=(60.0, 3.0, 0.7))


def co2_times_not_in_rows(s, t):
    return (60**2 * fa.rbf_kernel(s, t, length_scale=60.0)
            + 3**2 * _season(s, t) * fa.rbf_kernel(s, t, length_scale=100.0)
            + 0.7**2 * fa.rbf_kernel(s, t, length_scale=1.5))


def co2_noisy(s, t):
    return _sum_of_three(s, t) + 0.09 * (s[:, None] == t)


def co2_entry_by_entry(s, t):
    apart = s - t
    season = np.exp(-2 * np.sin(np.pi * apart) ** 2)
    return (3600 * np.exp(-(apart**2) / 7200)
            + 9 * np.exp(-(apart**2) / 20_000) * season
            + 0.49 * np.exp(-(apart**2) / 4.5))


def co2_bumps_without_two(s, t):
    return _sum_of_three(s, t, lengths=np.sqrt(0.5) * np.array(
        [60.0, 100.0, 1.5]))


def _forecast(t, y, t_new, kernel=_co2, noise_std=0.3):
    center = np.mean(y)
    mean, cov = fa.gp_posterior(
        kernel(t, t), kernel(t_new, t), kernel(t_new, t_new), y - center,
        noise_std=noise_std)
    return center + mean, cov


def _band(cov, added=0.09):
    with np.errstate(invalid="ignore"):
        return np.sqrt(np.diag(cov) + added)


def forecast_by(kernel):
    """The right forecast by a wrong kernel."""
    def co2_forecast(t, y, t_new):
        mean, cov = _forecast(t, y, t_new, kernel)
        return mean, _band(cov)

    co2_forecast.__name__ = f"forecast_by_{kernel.__name__}"
    return co2_forecast


def _around(t, y, t_new, center):
    mean, cov = fa.gp_posterior(
        _co2(t, t), _co2(t_new, t), _co2(t_new, t_new),
        y - center, noise_std=0.3)
    return mean, _band(cov)


# What a wrong kernel forecasts.
FORECAST_BY = {
    kernel: forecast_by(kernel) for kernel in (
        co2_clock_in_radians, co2_squared_inside,
        co2_heights_not_squared, co2_season_added,
        co2_season_added_with_its_height, co2_season_not_squared,
        co2_season_without_two, co2_season_without_pi,
        co2_two_seasons, co2_season_half, co2_season_forever,
        co2_without_season, co2_without_weather, co2_all_multiplied,
        co2_without_heights, co2_weather_not_squared,
        co2_trend_not_squared, co2_season_height_not_squared,
        co2_season_times_all, co2_lengths_not_squared,
        co2_absolute_sine, co2_noisy, co2_entry_by_entry,
        co2_bumps_without_two, co2_lengths_exchanged,
        co2_without_lengths, co2_trend_without_length,
        co2_season_without_length, co2_weather_without_length,
        co2_weather_ten_times, co2_heights_for_lengths,
        co2_times_not_in_rows,
    )
}
globals().update({f.__name__: f for f in FORECAST_BY.values()})


def forecast_not_centred(t, y, t_new):
    return _around(t, y, t_new, 0.0)


def forecast_mean_not_added(t, y, t_new):
    mean, cov = _forecast(t, y, t_new)
    return mean - np.mean(y), _band(cov)


def forecast_added_only(t, y, t_new):
    mean, std = forecast_not_centred(t, y, t_new)
    return mean + np.mean(y), std


def forecast_latent(t, y, t_new):
    mean, cov = _forecast(t, y, t_new)
    return mean, _band(cov, 0.0)


def forecast_std_added(t, y, t_new):
    mean, cov = _forecast(t, y, t_new)
    return mean, _band(cov, 0.3)


def forecast_std_added_after(t, y, t_new):
    mean, cov = _forecast(t, y, t_new)
    return mean, _band(cov, 0.0) + 0.3


def forecast_variance(t, y, t_new):
    mean, cov = _forecast(t, y, t_new)
    return mean, np.diag(cov) + 0.09


def forecast_covariance(t, y, t_new):
    mean, cov = _forecast(t, y, t_new)
    return mean, cov + 0.09 * np.eye(len(cov))


def forecast_root_of_covariance(t, y, t_new):
    mean, cov = _forecast(t, y, t_new)
    return mean, np.sqrt(np.abs(cov + 0.09 * np.eye(len(cov))))


def forecast_noise_as_variance(t, y, t_new):
    mean, cov = _forecast(t, y, t_new, noise_std=0.09)
    return mean, _band(cov)


def forecast_without_noise(t, y, t_new):
    mean, cov = _forecast(t, y, t_new, noise_std=0.0)
    return mean, _band(cov)


def forecast_noise_nowhere(t, y, t_new):
    mean, cov = _forecast(t, y, t_new, noise_std=0.0)
    return mean, _band(cov, 0.0)


def forecast_two_std(t, y, t_new):
    mean, cov = _forecast(t, y, t_new)
    return mean, 2 * _band(cov)


def forecast_mean_alone(t, y, t_new):
    return _forecast(t, y, t_new)[0]


def forecast_from_last(t, y, t_new):
    mean, std = _around(t, y, t_new, y[-1])
    return y[-1] + mean, std


def forecast_standardised(t, y, t_new):
    center, scale = np.mean(y), np.std(y)
    mean, std = _around(t, (y - center) / scale, t_new, 0.0)
    return center + scale * mean, scale * std


def forecast_latent_not_centred(t, y, t_new):
    mean, std = forecast_not_centred(t, y, t_new)
    return mean, np.sqrt(std**2 - 0.09)


def forecast_latent_not_added(t, y, t_new):
    mean, cov = _forecast(t, y, t_new)
    return mean - np.mean(y), _band(cov, 0.0)


def forecast_transposed(t, y, t_new):
    mean, cov = fa.gp_posterior(
        _co2(t, t), _co2(t, t_new), _co2(t_new, t_new),
        y - np.mean(y), noise_std=0.3)
    return np.mean(y) + mean, _band(cov)


def forecast_prior(t, y, t_new):
    mean, _ = _forecast(t, y, t_new)
    return mean, _band(_co2(t_new, t_new))


def co2_kernel_by_sines(s, t):
    apart = np.subtract.outer(s, t)
    season = np.exp(-2 * np.sin(np.pi * apart) ** 2)
    return (3600 * np.exp(-(apart**2) / 7200)
            + 9 * np.exp(-(apart**2) / 20_000) * season
            + 0.49 * np.exp(-(apart**2) / 4.5))


def co2_forecast_by_cholesky(t, y, t_new):
    L = np.linalg.cholesky(co2_kernel_by_sines(t, t) + 0.09 * np.eye(len(t)))
    V = np.linalg.solve(L, co2_kernel_by_sines(t, t_new))
    z = np.linalg.solve(L, y - y.mean())
    return y.mean() + V.T @ z, np.sqrt(3609.49 - np.sum(V**2, axis=0) + 0.09)


# --- sample_fourier_frequencies, fourier_features ----------------------------


def _draw(n_features, n_components, rng, high=2 * np.pi):
    return (rng.normal(size=(n_features, n_components)),
            rng.uniform(0, high, size=n_components))


def sample_times_scale(n_features, n_components, *, length_scale=1.0, rng):
    omega, phase = _draw(n_features, n_components, rng)
    return omega * length_scale, phase


def sample_over_squared(n_features, n_components, *, length_scale=1.0, rng):
    omega, phase = _draw(n_features, n_components, rng)
    return omega / length_scale**2, phase


def sample_over_root(n_features, n_components, *, length_scale=1.0, rng):
    omega, phase = _draw(n_features, n_components, rng)
    return omega / np.sqrt(length_scale), phase


def sample_scale_ignored(n_features, n_components, *, length_scale=1.0, rng):
    return _draw(n_features, n_components, rng)


def sample_phase_first(n_features, n_components, *, length_scale=1.0, rng):
    phase = rng.uniform(0, 2 * np.pi, size=n_components)
    omega = rng.normal(size=(n_features, n_components))
    return omega / length_scale, phase


def sample_phase_to_one(n_features, n_components, *, length_scale=1.0, rng):
    omega, phase = _draw(n_features, n_components, rng, 1.0)
    return omega / length_scale, phase


def sample_phase_to_pi(n_features, n_components, *, length_scale=1.0, rng):
    omega, phase = _draw(n_features, n_components, rng, np.pi)
    return omega / length_scale, phase


def sample_phase_around_zero(n_features, n_components, *, length_scale=1.0,
                             rng):
    omega, phase = _draw(n_features, n_components, rng)
    return omega / length_scale, phase - np.pi


def sample_phase_zero(n_features, n_components, *, length_scale=1.0, rng):
    omega, phase = _draw(n_features, n_components, rng)
    return omega / length_scale, np.zeros_like(phase)


def sample_one_phase(n_features, n_components, *, length_scale=1.0, rng):
    omega = rng.normal(size=(n_features, n_components)) / length_scale
    return omega, rng.uniform(0, 2 * np.pi)


def sample_phase_of_features(n_features, n_components, *, length_scale=1.0,
                             rng):
    omega = rng.normal(size=(n_features, n_components)) / length_scale
    return omega, rng.uniform(0, 2 * np.pi, size=n_features)


def sample_phase_in_a_column(n_features, n_components, *, length_scale=1.0,
                             rng):
    omega, phase = _draw(n_features, n_components, rng)
    return omega / length_scale, phase[:, None]


def sample_phase_scaled(n_features, n_components, *, length_scale=1.0, rng):
    omega, phase = _draw(n_features, n_components, rng)
    return omega / length_scale, phase / length_scale


def sample_phase_normal(n_features, n_components, *, length_scale=1.0, rng):
    omega = rng.normal(size=(n_features, n_components)) / length_scale
    return omega, 2 * np.pi * rng.normal(size=n_components)


def sample_uniform(n_features, n_components, *, length_scale=1.0, rng):
    omega = rng.uniform(size=(n_features, n_components)) / length_scale
    return omega, rng.uniform(0, 2 * np.pi, size=n_components)


def sample_transposed(n_features, n_components, *, length_scale=1.0, rng):
    omega = rng.normal(size=(n_components, n_features)) / length_scale
    return omega, rng.uniform(0, 2 * np.pi, size=n_components)


def sample_transposed_after(n_features, n_components, *, length_scale=1.0,
                            rng):
    omega = rng.normal(size=(n_components, n_features)).T / length_scale
    return omega, rng.uniform(0, 2 * np.pi, size=n_components)


def sample_own_rng(n_features, n_components, *, length_scale=1.0, rng):
    return _draw(n_features, n_components, np.random.default_rng(12345))


def sample_other_order(n_features, n_components, *, length_scale=1.0, rng):
    omega, phase = _draw(n_features, n_components, rng)
    return phase, omega / length_scale


def _waves(X, omega, phase):
    return np.cos(X @ omega + phase)


def features_one_over_D(X, omega, phase):
    return np.sqrt(1 / len(phase)) * _waves(X, omega, phase)


def features_unscaled(X, omega, phase):
    return _waves(X, omega, phase)


def features_root_two(X, omega, phase):
    return np.sqrt(2) * _waves(X, omega, phase)


def features_D_outside(X, omega, phase):
    return np.sqrt(2) / len(phase) * _waves(X, omega, phase)


def features_no_root(X, omega, phase):
    return 2 / len(phase) * _waves(X, omega, phase)


def features_of_d(X, omega, phase):
    return np.sqrt(2 / len(omega)) * _waves(X, omega, phase)


def features_of_n(X, omega, phase):
    return np.sqrt(2 / len(X)) * _waves(X, omega, phase)


def features_upside_down(X, omega, phase):
    return np.sqrt(len(phase) / 2) * _waves(X, omega, phase)


def features_without_phase(X, omega, phase):
    return np.sqrt(2 / len(phase)) * np.cos(X @ omega)


def features_without_phase_one_over_D(X, omega, phase):
    return np.sqrt(1 / len(phase)) * np.cos(X @ omega)


def features_phase_subtracted(X, omega, phase):
    return np.sqrt(2 / len(phase)) * np.cos(X @ omega - phase)


def features_phase_outside(X, omega, phase):
    return np.sqrt(2 / len(phase)) * (np.cos(X @ omega) + phase)


def features_phase_multiplied(X, omega, phase):
    return np.sqrt(2 / len(phase)) * np.cos((X @ omega) * phase)


def features_sine(X, omega, phase):
    return np.sqrt(2 / len(phase)) * np.sin(X @ omega + phase)


def features_two_pi(X, omega, phase):
    return np.sqrt(2 / len(phase)) * np.cos(2 * np.pi * X @ omega + phase)


def features_cos_and_sin(X, omega, phase):
    turns = X @ omega
    return np.hstack([np.cos(turns), np.sin(turns)]) / np.sqrt(len(phase))


def features_complex(X, omega, phase):
    return np.exp(1j * (X @ omega + phase)) / np.sqrt(len(phase))


def features_transposed(X, omega, phase):
    return (np.sqrt(2 / len(phase)) * _waves(X, omega, phase)).T


def features_omega_transposed(X, omega, phase):
    return np.sqrt(2 / len(phase)) * np.cos(X @ omega.T + phase)


def sample_by_scale_argument(n_features, n_components, *, length_scale=1.0,
                             rng):
    omega = rng.normal(0.0, 1 / length_scale, (n_features, n_components))
    return omega, 2 * np.pi * rng.random(n_components)


def fourier_features_by_loop(X, omega, phase):
    D = omega.shape[1]
    columns = [np.cos(X @ omega[:, i] + phase[i]) for i in range(D)]
    return np.stack(columns, axis=1) * (2 / D) ** 0.5


# --- network_jacobian, empirical_ntk -----------------------------------------


def _parts_of_network(x, w, v):
    h = np.tanh(np.outer(x, w))
    return h, 1 - h**2


def _jacobian(x, w, v):
    h, slope = _parts_of_network(x, w, v)
    return np.hstack([x[:, None] * v * slope, h]) / np.sqrt(len(w))


def jacobian_of_inputs(x, w, v):
    _, slope = _parts_of_network(x, w, v)
    return np.sum(w * v * slope, axis=1, keepdims=True) / np.sqrt(len(w))


def jacobian_of_inputs_by_unit(x, w, v):
    _, slope = _parts_of_network(x, w, v)
    return w * v * slope / np.sqrt(len(w))


def jacobian_summed(x, w, v):
    return np.sum(_jacobian(x, w, v), axis=0)


def jacobian_in_two(x, w, v):
    return tuple(np.split(_jacobian(x, w, v), 2, axis=1))


def jacobian_w_for_x(x, w, v):
    h, slope = _parts_of_network(x, w, v)
    return np.hstack([w * v * slope, h]) / np.sqrt(len(w))


def jacobian_v_first(x, w, v):
    h, slope = _parts_of_network(x, w, v)
    return np.hstack([h, x[:, None] * v * slope]) / np.sqrt(len(w))


def jacobian_unscaled(x, w, v):
    return _jacobian(x, w, v) * np.sqrt(len(w))


def jacobian_over_m(x, w, v):
    return _jacobian(x, w, v) / np.sqrt(len(w))


def jacobian_without_x(x, w, v):
    h, slope = _parts_of_network(x, w, v)
    return np.hstack([v * slope, h]) / np.sqrt(len(w))


def jacobian_without_v(x, w, v):
    h, slope = _parts_of_network(x, w, v)
    return np.hstack([x[:, None] * slope, h]) / np.sqrt(len(w))


def jacobian_without_slope(x, w, v):
    h, _ = _parts_of_network(x, w, v)
    return np.hstack([x[:, None] * v + 0 * h, h]) / np.sqrt(len(w))


def jacobian_slope_of_sigmoid(x, w, v):
    h, _ = _parts_of_network(x, w, v)
    return np.hstack([x[:, None] * v * h * (1 - h), h]) / np.sqrt(len(w))


def jacobian_slope_of_the_square(x, w, v):
    h, _ = _parts_of_network(x, w, v)
    return np.hstack([x[:, None] * v * (1 - h), h]) / np.sqrt(len(w))


def jacobian_slope_one_over_cosh(x, w, v):
    h, slope = _parts_of_network(x, w, v)
    return np.hstack([x[:, None] * v * np.sqrt(slope), h]) / np.sqrt(len(w))


def jacobian_over_root_of_2m(x, w, v):
    return _jacobian(x, w, v) / np.sqrt(2)


def jacobian_over_root_of_n(x, w, v):
    return _jacobian(x, w, v) * np.sqrt(len(w) / len(x))


def jacobian_half_scaled(x, w, v):
    J = _jacobian(x, w, v)
    J[:, :len(w)] *= np.sqrt(len(w))
    return J


def jacobian_other_half_scaled(x, w, v):
    J = _jacobian(x, w, v)
    J[:, len(w):] *= np.sqrt(len(w))
    return J


def jacobian_v_in_both(x, w, v):
    h, slope = _parts_of_network(x, w, v)
    return np.hstack([x[:, None] * v * slope, v * h]) / np.sqrt(len(w))


def jacobian_of_w_only(x, w, v):
    return _jacobian(x, w, v)[:, :len(w)]


def jacobian_of_v_only(x, w, v):
    return _jacobian(x, w, v)[:, len(w):]


def jacobian_in_columns(x, w, v):
    return _jacobian(x, w, v).T


def jacobian_by_turns(x, w, v):
    J = _jacobian(x, w, v)
    return np.stack([J[:, :len(w)], J[:, len(w):]], axis=2).reshape(J.shape)


def jacobian_stacked(x, w, v):
    J = _jacobian(x, w, v)
    return np.vstack([J[:, :len(w)], J[:, len(w):]])


def ntk_of_parameters(jacobian_1, jacobian_2):
    return jacobian_1.T @ jacobian_2


def ntk_of_entries(jacobian_1, jacobian_2):
    return jacobian_1 * jacobian_2


def ntk_not_transposed(jacobian_1, jacobian_2):
    return jacobian_1 @ jacobian_2


def ntk_mean(jacobian_1, jacobian_2):
    return jacobian_1 @ jacobian_2.T / jacobian_1.shape[1]


def ntk_second_first(jacobian_1, jacobian_2):
    return jacobian_2 @ jacobian_1.T


def ntk_first_only(jacobian_1, jacobian_2):
    return jacobian_1 @ jacobian_1.T


def ntk_second_only(jacobian_1, jacobian_2):
    return jacobian_2 @ jacobian_2.T


def ntk_cosine(jacobian_1, jacobian_2):
    lengths = np.outer(np.linalg.norm(jacobian_1, axis=1),
                       np.linalg.norm(jacobian_2, axis=1))
    return jacobian_1 @ jacobian_2.T / lengths


def ntk_distance(jacobian_1, jacobian_2):
    return np.sum((jacobian_1[:, None] - jacobian_2) ** 2, axis=-1)


def ntk_absolute(jacobian_1, jacobian_2):
    return np.abs(jacobian_1 @ jacobian_2.T)


def ntk_one_by_one(jacobian_1, jacobian_2):
    return np.sum(jacobian_1 * jacobian_2, axis=1)


def network_jacobian_by_loop(x, w, v):
    J = np.zeros((len(x), 2 * len(w)))
    for i, xi in enumerate(x):
        for k in range(len(w)):
            slope = 1 / np.cosh(w[k] * xi) ** 2
            J[i, k] = v[k] * xi * slope / len(w) ** 0.5
            J[i, len(w) + k] = np.tanh(w[k] * xi) / len(w) ** 0.5
    return J


def empirical_ntk_by_einsum(jacobian_1, jacobian_2):
    return np.einsum("ip,jp->ij", jacobian_1, jacobian_2)


# --- ntk_predictions ---------------------------------------------------------


def _decayed(Theta, r, rate):
    values, U = np.linalg.eigh(Theta)
    return U @ (np.exp(-rate * values) * (U.T @ r))


def ntk_elementwise(Theta, f0, y, t, *, lr):
    return y + np.exp(-lr * t * Theta) @ (f0 - y)


def ntk_decays_f(Theta, f0, y, t, *, lr):
    return _decayed(Theta, f0, lr * t)


def ntk_decays_f_elementwise(Theta, f0, y, t, *, lr):
    return np.exp(-lr * t * Theta) @ f0


def ntk_decays_f_towards_y(Theta, f0, y, t, *, lr):
    return y + _decayed(Theta, f0, lr * t)


def ntk_residual(Theta, f0, y, t, *, lr):
    return _decayed(Theta, f0 - y, lr * t)


def ntk_other_residual(Theta, f0, y, t, *, lr):
    return y + _decayed(Theta, y - f0, lr * t)


def ntk_from_f0(Theta, f0, y, t, *, lr):
    return f0 + _decayed(Theta, y - f0, lr * t)


def ntk_grows(Theta, f0, y, t, *, lr):
    return y + _decayed(Theta, f0 - y, -lr * t)


def ntk_without_lr(Theta, f0, y, t, *, lr):
    return y + _decayed(Theta, f0 - y, t)


def ntk_without_t(Theta, f0, y, t, *, lr):
    return y + _decayed(Theta, f0 - y, lr)


def ntk_over_n(Theta, f0, y, t, *, lr):
    return y + _decayed(Theta, f0 - y, lr * t / len(y))


def ntk_twice_as_fast(Theta, f0, y, t, *, lr):
    return y + _decayed(Theta, f0 - y, 2 * lr * t)


def ntk_in_steps(Theta, f0, y, t, *, lr):
    step = np.eye(len(y)) - lr * Theta
    return y + np.linalg.matrix_power(step, int(t)) @ (f0 - y)


def ntk_table(Theta, f0, y, t, *, lr):
    return y + np.exp(-lr * t * Theta) * (f0 - y)


def ntk_of_the_mean_square(Theta, f0, y, t, *, lr):
    return y + _decayed(Theta, f0 - y, 2 * lr * t / len(y))


def ntk_first_order(Theta, f0, y, t, *, lr):
    return f0 - lr * t * Theta @ (f0 - y)


def ntk_one_speed(Theta, f0, y, t, *, lr):
    return y + np.exp(-lr * t * np.max(np.linalg.eigvalsh(Theta))) * (f0 - y)


def ntk_slowest_speed(Theta, f0, y, t, *, lr):
    return y + np.exp(-lr * t * np.linalg.eigvalsh(Theta)[0]) * (f0 - y)


def ntk_mean_speed(Theta, f0, y, t, *, lr):
    return y + np.exp(-lr * t * np.trace(Theta) / len(y)) * (f0 - y)


def ntk_diagonal(Theta, f0, y, t, *, lr):
    return y + np.exp(-lr * t * np.diag(Theta)) * (f0 - y)


def ntk_eigenvalues_in_place(Theta, f0, y, t, *, lr):
    return y + np.exp(-lr * t * np.linalg.eigvalsh(Theta)) * (f0 - y)


def ntk_rows_of_U(Theta, f0, y, t, *, lr):
    values, U = np.linalg.eigh(Theta)
    return y + U.T @ (np.exp(-lr * t * values) * (U @ (f0 - y)))


def ntk_U_twice(Theta, f0, y, t, *, lr):
    values, U = np.linalg.eigh(Theta)
    return y + U @ (np.exp(-lr * t * values) * (U @ (f0 - y)))


def ntk_not_turned_back(Theta, f0, y, t, *, lr):
    values, U = np.linalg.eigh(Theta)
    return y + np.exp(-lr * t * values) * (U.T @ (f0 - y))


def ntk_ones_beside_the_diagonal(Theta, f0, y, t, *, lr):
    values, U = np.linalg.eigh(Theta)
    return y + U @ np.exp(-lr * t * np.diag(values)) @ U.T @ (f0 - y)


def ntk_not_turned(Theta, f0, y, t, *, lr):
    values, U = np.linalg.eigh(Theta)
    return y + U @ (np.exp(-lr * t * values) * (f0 - y))


def ntk_added_to_f0(Theta, f0, y, t, *, lr):
    return f0 + _decayed(Theta, f0 - y, lr * t)


def ntk_squared(Theta, f0, y, t, *, lr):
    return y + _decayed(Theta @ Theta, f0 - y, lr * t)


def ntk_predictions_by_expm(Theta, f0, y, t, *, lr):
    from scipy.linalg import expm

    return y + expm(-lr * t * Theta) @ (f0 - y)


def ntk_predictions_mode_by_mode(Theta, f0, y, t, *, lr):
    values, U = np.linalg.eigh(Theta)
    f = np.array(y, dtype=float)
    for value, u in zip(values, U.T, strict=True):
        f += np.exp(-lr * value * t) * (u @ (f0 - y)) * u
    return f


def ntk_predictions_from_f0(Theta, f0, y, t, *, lr):
    # (I - e^-A) (y - f0), added to f0.
    values, U = np.linalg.eigh(Theta)
    moved = -np.expm1(-lr * t * values)
    return f0 + U @ (moved * (U.T @ (y - f0)))
