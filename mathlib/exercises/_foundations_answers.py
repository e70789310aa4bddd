"""Wrong and right answers to the exercises of chapter 01, as people write."""

import collections
import functools
import itertools
import math

import numpy as np

from mathlib import foundations as fd


def _need(condition):
    if not condition:
        raise ValueError("the shapes do not fit")


# --- matmul_shape ------------------------------------------------------------


def _batch(first, second, *, missing=True, largest=max):
    """Broadcast two batch shapes; the mistakes differ in the rules."""
    if not missing:
        _need(len(first) == len(second))
    pairs = list(itertools.zip_longest(
        reversed(first), reversed(second), fillvalue=1))
    _need(all(p == q or 1 in (p, q) for p, q in pairs))
    return tuple(largest(p, q) for p, q in reversed(pairs))


def _stretched(p, q):
    return q if p == 1 else p


def shape_by_outer_dimensions(shape_a, shape_b):
    _need(shape_a[0] == shape_b[0])
    return (*shape_a[:-1], shape_b[-1])


def shape_without_batch(shape_a, shape_b):
    a = (1, *shape_a) if len(shape_a) == 1 else shape_a
    b = (*shape_b, 1) if len(shape_b) == 1 else shape_b
    _need(shape_a and shape_b and a[-1] == b[-2])
    rows = a[-2:-1] if len(shape_a) > 1 else ()
    return (*rows, *(b[-1:] if len(shape_b) > 1 else ()))


def shape_batch_of_the_left(shape_a, shape_b):
    _need(shape_a and shape_b)
    _need(shape_a[-1] == shape_b[-2:][0])
    return (*shape_a[:-1], *(shape_b[-1:] if len(shape_b) > 1 else ()))


def shape_for_matrices_only(shape_a, shape_b):
    (m, k), (inner, n) = shape_a, shape_b
    _need(k == inner)
    return m, n


def shape_of_places_0_and_1(shape_a, shape_b):
    _need(shape_a[1] == shape_b[0])
    return shape_a[0], shape_b[1]


def shape_of_the_last_two(shape_a, shape_b):
    _need(shape_a[-1] == shape_b[-2])
    return shape_a[-2], shape_b[-1]


def shape_keeping_the_added_axis(shape_a, shape_b):
    _need(shape_a and shape_b)
    a = (1, *shape_a) if len(shape_a) == 1 else shape_a
    b = (*shape_b, 1) if len(shape_b) == 1 else shape_b
    _need(a[-1] == b[-2])
    return (*_batch(a[:-2], b[:-2], largest=_stretched), a[-2], b[-1])


def shape_of_wrong_promotion(shape_a, shape_b):
    _need(shape_a and shape_b)
    a = (*shape_a, 1) if len(shape_a) == 1 else shape_a
    b = (1, *shape_b) if len(shape_b) == 1 else shape_b
    _need(a[-1] == b[-2])
    return (*_batch(a[:-2], b[:-2], largest=_stretched), a[-2], b[-1])


def _shape(
    shape_a, shape_b, fits=lambda p, q: p == q, known=False, **rules
):
    _need(known or shape_a and shape_b)
    inner = shape_b[-2] if len(shape_b) > 1 else shape_b[0]
    _need(fits(shape_a[-1], inner))
    rules = {"largest": _stretched, **rules}
    batch = _batch(shape_a[:-2], shape_b[:-2], **rules)
    rows = shape_a[-2:-1]
    return (*batch, *rows, *(shape_b[-1:] if len(shape_b) > 1 else ()))


def shape_stretching_inside(shape_a, shape_b):
    return _shape(shape_a, shape_b, lambda p, q: p == q or 1 in (p, q))


def shape_unchecked(shape_a, shape_b):
    return _shape(shape_a, shape_b, lambda p, q: True)


def shape_of_equal_batches(shape_a, shape_b):
    _need(shape_a[:-2] == shape_b[:-2])
    return _shape(shape_a, shape_b)


def shape_of_largest_batch(shape_a, shape_b):
    return _shape(shape_a, shape_b, largest=max)


def shape_indexing_a_number(shape_a, shape_b):
    return _shape(shape_a, shape_b, known=True)


def shape_by_assertion(shape_a, shape_b):
    assert shape_a and shape_b
    inner = shape_b[-2] if len(shape_b) > 1 else shape_b[0]
    assert shape_a[-1] == inner
    batch = np.broadcast_shapes(shape_a[:-2], shape_b[:-2])
    columns = shape_b[-1:] if len(shape_b) > 1 else ()
    return (*batch, *shape_a[-2:-1], *columns)


def shape_by_building(shape_a, shape_b):
    return (np.empty(shape_a) @ np.empty(shape_b)).shape


def shape_by_hand(shape_a, shape_b):
    return _shape(shape_a, shape_b)


def shape_by_numpys_rules(shape_a, shape_b):
    if not (shape_a and shape_b):
        raise ValueError("a number has no rows")
    a = shape_a if len(shape_a) > 1 else (1, *shape_a)
    b = shape_b if len(shape_b) > 1 else (*shape_b, 1)
    if a[-1] != b[-2]:
        raise ValueError(f"{a[-1]} and {b[-2]} differ")
    result = [*np.broadcast_shapes(a[:-2], b[:-2]), a[-2], b[-1]]
    if len(shape_b) == 1:
        del result[-1]
    if len(shape_a) == 1:
        del result[-1 if len(shape_b) == 1 else -2]
    return tuple(result)


def shape_by_a_view(shape_a, shape_b):
    # A view of a single number takes no memory, whatever its shape.
    _need(len(shape_a) and len(shape_b))
    a = np.broadcast_to(0.0, shape_a)
    b = np.broadcast_to(0.0, shape_b)
    _need(a.shape[-1] == b.shape[max(b.ndim - 2, 0)])
    rows = a[..., :1] if a.ndim > 1 else a[:1].reshape(1, 1)
    columns = b[..., :1, :] if b.ndim > 1 else b[:1].reshape(1, 1)
    size = np.broadcast_shapes(
        rows.shape[:-2] + (1, 1), columns.shape[:-2] + (1, 1)
    )[:-2]
    size += (rows.shape[-2],) * (a.ndim > 1)
    return size + (columns.shape[-1],) * (b.ndim > 1)


# --- summation, product ------------------------------------------------------


def summation_without_the_last(term, start, stop):
    return sum(term(i) for i in range(start, stop))


def product_without_the_last(term, start, stop):
    return math.prod(term(i) for i in range(start, stop))


def summation_from_zero(term, start, stop):
    return sum(term(i) for i in range(stop + 1))


def product_from_zero(term, start, stop):
    return math.prod(term(i) for i in range(stop + 1))


def summation_from_one(term, start, stop):
    return sum(term(i) for i in range(1, stop + 1))


def product_from_one(term, start, stop):
    return math.prod(term(i) for i in range(1, stop + 1))


def summation_of_indices(term, start, stop):
    return sum(range(start, stop + 1))


def product_of_indices(term, start, stop):
    return math.prod(range(start, stop + 1))


def summation_of_all_at_once(term, start, stop):
    return np.sum(term(np.arange(start, stop + 1)))


def product_of_all_at_once(term, start, stop):
    return np.prod(term(np.arange(start, stop + 1)))


def product_from_nothing(term, start, stop):
    result = 0
    for i in range(start, stop + 1):
        result = result * term(i)
    return result


def product_empty_zero(term, start, stop):
    if stop < start:
        return 0
    return math.prod(term(i) for i in range(start, stop + 1))


def summation_from_the_first(term, start, stop):
    result = term(start)
    for i in range(start + 1, stop + 1):
        result += term(i)
    return result


def product_from_the_first(term, start, stop):
    result = term(start)
    for i in range(start + 1, stop + 1):
        result *= term(i)
    return result


def summation_either_way(term, start, stop):
    return sum(
        term(i) for i in range(min(start, stop), max(start, stop) + 1)
    )


def product_either_way(term, start, stop):
    return math.prod(
        term(i) for i in range(min(start, stop), max(start, stop) + 1)
    )


def summation_by_while(term, start, stop):
    total, i = 0, start
    while i <= stop:
        total = total + term(i)
        i += 1
    return total


def product_by_while(term, start, stop):
    total, i = 1, start
    while i <= stop:
        total = total * term(i)
        i += 1
    return total


def summation_by_list(term, start, stop):
    return np.sum([term(i) for i in range(start, stop + 1)])


def product_by_list(term, start, stop):
    return np.prod([term(i) for i in range(start, stop + 1)])


def summation_by_recursion(term, start, stop):
    if stop < start:
        return 0.0
    return summation_by_recursion(term, start, stop - 1) + term(stop)


def product_by_recursion(term, start, stop):
    if stop < start:
        return 1.0
    return product_by_recursion(term, start, stop - 1) * term(stop)


# --- log_product -------------------------------------------------------------


def log_product_of_the_product(values):
    return np.log(np.prod(values))


def log_product_by_math(values):
    return math.log(math.prod(values))


def log_product_in_bits(values):
    return np.sum(np.log2(values))


def log_product_in_tens(values):
    return np.sum(np.log10(values))


def _log_product(values):
    with np.errstate(divide="ignore"):
        return np.sum(np.log(values))


def log_product_to_4_digits(values):
    return np.round(_log_product(values), 4)


def log_product_to_3_digits(values):
    return np.round(_log_product(values), 3)


def log_product_to_2_digits(values):
    return np.round(_log_product(values), 2)


def log_product_of_logs(values):
    return np.prod(np.log(values))


def log_product_mean(values):
    return np.mean(np.log(values))


def log_product_without_zeros(values):
    return np.sum(np.log(values[values > 0]))


def log_product_with_crumbs(values):
    return np.sum(np.log(values + 1e-12))


def log_product_by_math_log(values):
    return sum(math.log(v) for v in values)


def log_product_sum_of_logs(values):
    with np.errstate(divide="ignore"):
        return np.log(values).sum()


def log_product_by_loop(values):
    total = 0.0
    for v in values:
        total += math.log(v) if v > 0 else -math.inf
    return total


def log_product_by_parts(values):
    # Each factor is m * 2**e: the m are multiplied, the e are added.
    product, exponents = 1.0, 0
    for v in values:
        product, e = math.frexp(product * math.frexp(v)[0])
        exponents += e + math.frexp(v)[1]
    if product == 0:
        return -math.inf
    return math.log(product) + exponents * math.log(2)


# --- logsumexp, softmax ------------------------------------------------------


def lse_plain(z, *, axis=-1, keepdims=False):
    return np.log(np.sum(np.exp(z), axis=axis, keepdims=keepdims))


def lse_plain_without_keepdims(z, *, axis=-1, keepdims=False):
    return np.log(np.sum(np.exp(z), axis=axis))


def lse_plain_along_the_last(z, *, axis=-1, keepdims=False):
    return np.log(np.sum(np.exp(z), axis=-1))


def lse_nan_for_nothing(z, *, axis=-1, keepdims=False):
    m = np.max(z, axis=axis, keepdims=True)
    total = m + np.log(np.sum(np.exp(z - m), axis=axis, keepdims=True))
    return total if keepdims else np.squeeze(total, axis=axis)


def lse_one_maximum(z, *, axis=-1, keepdims=False):
    m = np.max(z)
    m = m if np.isfinite(m) else 0.0
    return m + np.log(np.sum(np.exp(z - m), axis=axis, keepdims=keepdims))


def lse_one_maximum_nan(z, *, axis=-1, keepdims=False):
    m = np.max(z)
    return m + np.log(np.sum(np.exp(z - m), axis=axis, keepdims=keepdims))


def lse_maximum_not_added(z, *, axis=-1, keepdims=False):
    m = np.max(z, axis=axis, keepdims=True)
    m = np.where(np.isfinite(m), m, 0.0)
    return np.log(np.sum(np.exp(z - m), axis=axis, keepdims=keepdims))


def lse_maximum_not_squeezed(z, *, axis=-1, keepdims=False):
    m = np.max(z, axis=axis, keepdims=True)
    m = np.where(np.isfinite(m), m, 0.0)
    return m + np.log(np.sum(np.exp(z - m), axis=axis, keepdims=keepdims))


def lse_maximum_not_squeezed_nan(z, *, axis=-1, keepdims=False):
    m = np.max(z, axis=axis, keepdims=True)
    return m + np.log(np.sum(np.exp(z - m), axis=axis, keepdims=keepdims))


def _lse(z, axis, keepdims):
    with np.errstate(divide="ignore"):
        m = np.max(z, axis=axis, keepdims=True)
        m = np.where(np.isfinite(m), m, 0.0)
        total = m + np.log(np.exp(z - m).sum(axis=axis, keepdims=True))
    return total if keepdims else np.squeeze(total, axis=axis)


def lse_to_4_digits(z, *, axis=-1, keepdims=False):
    return np.round(_lse(z, axis, keepdims), 4)


def lse_to_3_digits(z, *, axis=-1, keepdims=False):
    return np.round(_lse(z, axis, keepdims), 3)


def lse_to_2_digits(z, *, axis=-1, keepdims=False):
    return np.round(_lse(z, axis, keepdims), 2)


def lse_last_axis_only(z, *, axis=-1, keepdims=False):
    return _lse(z, -1, keepdims)


def lse_keepdims_ignored(z, *, axis=-1, keepdims=False):
    return _lse(z, axis, False)


def lse_keepdims_always(z, *, axis=-1, keepdims=False):
    return _lse(z, axis, True)


def lse_without_keepdims(z, *, axis=-1, keepdims=False):
    m = np.max(z, axis=axis)
    total = np.sum(np.exp(z - m), axis=axis, keepdims=keepdims)
    return m + np.log(total)


def lse_of_everything(z, *, axis=-1, keepdims=False):
    m = np.max(z)
    return m + np.log(np.sum(np.exp(z - m)))


def lse_of_everything_plain(z, *, axis=-1, keepdims=False):
    return np.log(np.sum(np.exp(z)))


def lse_squeezed_everywhere(z, *, axis=-1, keepdims=False):
    total = _lse(z, axis, True)
    return total if keepdims else np.squeeze(total)


def lse_sum_of_logs(z, *, axis=-1, keepdims=False):
    return np.sum(z, axis=axis, keepdims=keepdims)


def lse_with_crumbs(z, *, axis=-1, keepdims=False):
    m = np.max(z, axis=axis, keepdims=True)
    m = np.where(np.isfinite(m), m, 0.0)
    total = np.sum(np.exp(z - m), axis=axis, keepdims=True)
    total = m + np.log(total + 1e-9)
    return total if keepdims else np.squeeze(total, axis=axis)


def lse_with_finite_maximum(z, *, axis=-1, keepdims=False):
    return _lse(z, axis, keepdims)


def lse_term_by_term(z, *, axis=-1, keepdims=False):
    terms = np.moveaxis(z, axis, 0)
    total = terms[0]
    for term in terms[1:]:
        high, low = np.maximum(total, term), np.minimum(total, term)
        apart = np.where(low == -np.inf, -np.inf, low - np.where(
            high == -np.inf, 0.0, high))
        total = high + np.log1p(np.exp(apart))
    return np.expand_dims(total, axis) if keepdims else total


def lse_row_by_row(z, *, axis=-1, keepdims=False):
    def one(row):
        m = max(row)
        if m == -math.inf:
            return m
        return m + math.log(math.fsum(math.exp(v - m) for v in row))

    total = np.apply_along_axis(one, axis, z)
    return np.expand_dims(total, axis) if keepdims else total


def softmax_plain(z, *, axis=-1):
    e = np.exp(z)
    return e / np.sum(e, axis=axis, keepdims=True)


def softmax_of_everything(z, *, axis=-1):
    e = np.exp(z - np.max(z))
    return e / np.sum(e)


def softmax_of_everything_plain(z, *, axis=-1):
    e = np.exp(z)
    return e / np.sum(e)


def softmax_last_axis_only(z, *, axis=-1):
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def softmax_first_axis(z, *, axis=-1):
    e = np.exp(z - np.max(z, axis=0, keepdims=True))
    return e / np.sum(e, axis=0, keepdims=True)


def softmax_one_maximum(z, *, axis=-1):
    e = np.exp(z - np.max(z))
    return e / np.sum(e, axis=axis, keepdims=True)


def softmax_by_sum_of_logits(z, *, axis=-1):
    return z / np.sum(z, axis=axis, keepdims=True)


def softmax_exp_by_sum_of_logits(z, *, axis=-1):
    return np.exp(z) / np.sum(z, axis=axis, keepdims=True)


def softmax_without_keepdims(z, *, axis=-1):
    e = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis)


def softmax_without_any_keepdims(z, *, axis=-1):
    e = np.exp(z - np.max(z, axis=axis))
    return e / np.sum(e, axis=axis)


def softmax_not_divided(z, *, axis=-1):
    return np.exp(z - np.max(z, axis=axis, keepdims=True))


def softmax_divided_by_maximum(z, *, axis=-1):
    e = np.exp(z / np.max(z, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)


def softmax_zero_for_nothing(z, *, axis=-1):
    m = np.max(z, axis=axis, keepdims=True)
    e = np.exp(z - np.where(np.isfinite(m), m, 0.0))
    total = np.sum(e, axis=axis, keepdims=True)
    return e / np.where(total == 0, 1.0, total)


def softmax_by_logsumexp(z, *, axis=-1):
    with np.errstate(invalid="ignore"):
        return np.exp(z - fd.logsumexp(z, axis=axis, keepdims=True))


def softmax_row_by_row(z, *, axis=-1):
    def one(row):
        e = np.array([np.exp(v - max(row)) for v in row])
        return e / sum(e)

    return np.apply_along_axis(one, axis, z)


def softmax_turned(z, *, axis=-1):
    rows = np.moveaxis(z, axis, 0)
    e = np.exp(rows - rows.max(axis=0))
    return np.moveaxis(e / e.sum(axis=0), 0, axis)


def softmax_in_single_precision(z, *, axis=-1):
    z = z.astype(np.float32)
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


# --- batched_bilinear --------------------------------------------------------


def bilinear_whole_matrix(X, A, Y):
    return X @ A @ Y.T


def bilinear_sum_over_the_batch(X, A, Y):
    return np.einsum("bi,ij,bj->", X, A, Y)


def bilinear_not_summed(X, A, Y):
    return X @ A * Y


def bilinear_sum_over_rows(X, A, Y):
    return np.sum(X @ A * Y, axis=0)


def bilinear_other_way_round(X, A, Y):
    return np.einsum("bi,ji,bj->b", X, A, Y)


def bilinear_for_columns(X, A, Y):
    return X.T @ A @ Y


def bilinear_without_a(X, A, Y):
    return np.einsum("bi,bi->b", X, Y)


def bilinear_two_batches(X, A, Y):
    return np.einsum("bi,ij,cj->b", X, A, Y)


def bilinear_diagonal_of_a(X, A, Y):
    return np.einsum("bi,ii,bi->b", X, A, Y)


def bilinear_by_einsum(X, A, Y):
    return np.einsum("bi,ij,bj->b", X, A, Y)


def bilinear_by_loops(X, A, Y):
    s = np.zeros(len(X))
    for b, i, j in np.ndindex(len(X), *A.shape):
        s[b] += X[b, i] * A[i, j] * Y[b, j]
    return s


def bilinear_pair_by_pair(X, A, Y):
    return [x @ A @ y for x, y in zip(X, Y, strict=True)]


def bilinear_by_diagonal(X, A, Y):
    return np.diag(X @ A @ Y.T)


def bilinear_in_single_precision(X, A, Y):
    product = X.astype(np.float32) @ A.astype(np.float32)
    return (product * Y.astype(np.float32)).sum(axis=1)


# --- one_hot -----------------------------------------------------------------


def _in_range(labels, num_classes):
    if np.any((labels < 0) | (labels >= num_classes)):
        raise ValueError("a label lies outside the classes")


def one_hot_as_many_as_seen(labels, num_classes):
    _in_range(labels, num_classes)
    return np.eye(np.max(labels, initial=-1) + 1)[labels]


def one_hot_flat(labels, num_classes):
    _in_range(labels, num_classes)
    return np.eye(num_classes)[labels.reshape(-1)]


def one_hot_filled_in(labels, num_classes):
    _in_range(labels, num_classes)
    hot = np.zeros((len(labels), num_classes))
    hot[np.arange(len(labels)), labels] = 1
    return hot


def one_hot_filled_in_unchecked(labels, num_classes):
    hot = np.zeros((len(labels), num_classes))
    hot[np.arange(len(labels)), labels] = 1
    return hot


def one_hot_as_many_rows_as_labels(labels, num_classes):
    _in_range(labels, num_classes)
    hot = np.zeros((labels.size, num_classes))
    hot[np.arange(labels.size), labels] = 1
    return hot


def one_hot_row_by_row(labels, num_classes):
    _in_range(labels, num_classes)
    hot = np.zeros((len(labels), num_classes))
    for row, label in enumerate(labels):
        hot[row, label] = 1
    return hot


def one_hot_row_by_row_unchecked(labels, num_classes):
    hot = np.zeros((len(labels), num_classes))
    for row, label in enumerate(labels):
        hot[row, label] = 1
    return hot


def one_hot_by_assertion(labels, num_classes):
    assert np.all((labels >= 0) & (labels < num_classes))
    return np.eye(num_classes)[labels]


def one_hot_transposed(labels, num_classes):
    _in_range(labels, num_classes)
    return (np.arange(num_classes)[:, None] == labels) * 1.0


def one_hot_from_one(labels, num_classes):
    _in_range(labels, num_classes)
    return (labels[..., None] == np.arange(1, num_classes + 1)) * 1.0


def one_hot_unchecked(labels, num_classes):
    return np.eye(num_classes)[labels]


def one_hot_silent(labels, num_classes):
    return (labels[..., None] == np.arange(num_classes)) * 1.0


def one_hot_too_high_only(labels, num_classes):
    if np.any(labels >= num_classes):
        raise ValueError("a label lies outside the classes")
    return np.eye(num_classes)[labels]


def one_hot_one_too_many(labels, num_classes):
    if np.any((labels < 0) | (labels > num_classes)):
        raise ValueError("a label lies outside the classes")
    return (labels[..., None] == np.arange(num_classes)) * 1.0


def one_hot_by_identity(labels, num_classes):
    _in_range(labels, num_classes)
    return np.eye(num_classes)[labels]


def one_hot_by_comparison(labels, num_classes):
    _in_range(labels, num_classes)
    return labels[..., None] == np.arange(num_classes)


def one_hot_by_loop(labels, num_classes):
    hot = np.zeros((*labels.shape, num_classes))
    for place in np.ndindex(labels.shape):
        if not 0 <= labels[place] < num_classes:
            raise ValueError(f"there is no class {labels[place]}")
        hot[(*place, labels[place])] = 1
    return hot


# --- compose -----------------------------------------------------------------


def compose_left_to_right(*functions):
    def composed(x):
        for f in functions:
            x = f(x)
        return x

    return composed


def compose_two(f, g):
    return lambda x: f(g(x))


def compose_without_x(*functions):
    for f in reversed(functions):
        x = f(x)  # noqa: F821
    return x


def compose_to_a_number(*functions):
    x = 3
    for f in reversed(functions):
        x = f(x)
    return x


def compose_to_a_float(*functions):
    x = 3.0
    for f in reversed(functions):
        x = f(x)
    return x


def compose_feeding_functions(*functions):
    result = functions[-1]
    for f in reversed(functions[:-1]):
        result = f(result)
    return result


def compose_returning_nothing(*functions):
    def composed(x):
        for f in reversed(functions):
            x = f(x)
        return x


def compose_by_bare_reduce(*functions):
    return functools.reduce(
        lambda f, g: lambda x: f(g(x)), functions
    )


def compose_once(*functions):
    functions = reversed(functions)

    def composed(x):
        for f in functions:
            x = f(x)
        return x

    return composed


def compose_late_bound(*functions):
    composed = lambda x: x  # noqa: E731
    for f in functions:
        composed = lambda x: composed(f(x))  # noqa: B023, E731
    return composed


def compose_product(*functions):
    return lambda x: math.prod(f(x) for f in functions)


def compose_all_on_x(*functions):
    return lambda x: [f(x) for f in functions]


def compose_last_only(*functions):
    def composed(x):
        result = x
        for f in reversed(functions):
            result = f(x)
        return result

    return composed


def compose_returns_early(*functions):
    def composed(x):
        for f in reversed(functions):
            x = f(x)
            return x

    return composed


def compose_nothing_to_none(*functions):
    def composed(x):
        result = None
        for f in reversed(functions):
            result = f(x)
            x = result
        return result

    return composed


def compose_by_reduce(*functions):
    return functools.reduce(
        lambda f, g: lambda x: f(g(x)), functions, lambda x: x
    )


def compose_by_recursion(*functions):
    if not functions:
        return lambda x: x
    first, *rest = functions
    return lambda x: first(compose_by_recursion(*rest)(x))


class _Composed:
    def __init__(self, functions):
        self.functions = functions

    def __call__(self, x):
        for f in self.functions[::-1]:
            x = f(x)
        return x


def compose_by_class(*functions):
    return _Composed(functions)


# --- geometric_sum -----------------------------------------------------------


def geometric_as_given(ratio, terms):
    return (1 - ratio ** (terms + 1)) / (1 - ratio)


def geometric_zero_by_zero(ratio, terms):
    return (1 - ratio**terms) / (1 - ratio)


def geometric_one_term_more(ratio, terms):
    if ratio == 1:
        return terms + 1
    return (1 - ratio ** (terms + 1)) / (1 - ratio)


def geometric_one_term_more_but_for_one(ratio, terms):
    if ratio == 1:
        return terms
    return (1 - ratio ** (terms + 1)) / (1 - ratio)


def geometric_one_for_one(ratio, terms):
    if ratio == 1:
        return 1.0
    return (1 - ratio**terms) / (1 - ratio)


def geometric_zero_for_one(ratio, terms):
    if ratio == 1:
        return 0.0
    return (1 - ratio**terms) / (1 - ratio)


def geometric_infinite_for_one(ratio, terms):
    if ratio == 1:
        return math.inf
    return (1 - ratio**terms) / (1 - ratio)


def geometric_last_exponent(ratio, terms):
    if ratio == 1:
        return terms
    return (1 - ratio ** (terms - 1)) / (1 - ratio)


def geometric_without_the_one(ratio, terms):
    return math.fsum(ratio**k for k in range(1, terms + 1))


def geometric_to_infinity(ratio, terms):
    if ratio == 1:
        return terms
    return 1 / (1 - ratio)


def geometric_by_case(ratio, terms):
    if ratio == 1:
        return terms
    return (ratio**terms - 1) / (ratio - 1)


def geometric_by_horner(ratio, terms):
    total = 0.0
    for _ in range(terms):
        total = 1 + ratio * total
    return total


def geometric_by_powers(ratio, terms):
    return np.sum(np.power(float(ratio), np.arange(terms)))


# --- empirical_order ---------------------------------------------------------


def _line(x, y):
    """Slope and intercept of the least-squares line."""
    apart = x - x.mean()
    slope = apart @ (y - y.mean()) / (apart @ apart)
    return slope, y.mean() - slope * x.mean()


def order_of_raw_values(sizes, costs):
    return _line(sizes, costs)[0]


def order_semilog(sizes, costs):
    return _line(sizes, np.log(costs))[0]


def order_log_sizes_only(sizes, costs):
    return _line(np.log(sizes), costs)[0]


def order_intercept(sizes, costs):
    return _line(np.log(sizes), np.log(costs))[1]


def order_intercept_and_slope(sizes, costs):
    x = np.log(sizes)
    design = np.column_stack([x, np.ones_like(x)])
    return np.linalg.lstsq(design, np.log(costs), rcond=None)[0]


def order_other_way_round(sizes, costs):
    return _line(np.log(costs), np.log(sizes))[0]


def order_rounded(sizes, costs):
    return round(_line(np.log(sizes), np.log(costs))[0])


def order_first_to_last(sizes, costs):
    rise = np.log(costs[-1]) - np.log(costs[0])
    return rise / (np.log(sizes[-1]) - np.log(sizes[0]))


def order_of_neighbours(sizes, costs):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.mean(np.diff(np.log(costs)) / np.diff(np.log(sizes)))


def order_of_sorted_neighbours(sizes, costs):
    order = np.argsort(sizes)
    return order_of_neighbours(sizes[order], costs[order])


def order_ratio_of_logs(sizes, costs):
    return np.mean(np.log(costs) / np.log(sizes))


def order_through_the_origin(sizes, costs):
    x, y = np.log(sizes), np.log(costs)
    return x @ y / (x @ x)


def order_by_normal_equations(sizes, costs):
    x, y = np.log10(sizes), np.log10(costs)
    sums = [[len(x), x.sum()], [x.sum(), x @ x]]
    return np.linalg.solve(sums, [y.sum(), x @ y])[1]


def order_by_least_squares(sizes, costs):
    x = np.log(sizes)
    design = np.column_stack([x, np.ones_like(x)])
    return np.linalg.lstsq(design, np.log(costs), rcond=None)[0][0]


def order_by_covariance(sizes, costs):
    C = np.cov(np.log2(sizes), np.log2(costs))
    return C[0, 1] / C[0, 0]


# --- geometric_mean ----------------------------------------------------------


def gmean_of_the_product(values):
    return np.prod(values) ** (1 / len(values))


def gmean_arithmetic(values):
    return np.mean(values)


def gmean_harmonic(values):
    return len(values) / np.sum(1 / values)


def gmean_square_root(values):
    return np.exp(np.sum(np.log(values)) / 2)


def gmean_not_divided(values):
    return np.exp(np.sum(np.log(values)))


def gmean_divided_too_late(values):
    return np.exp(np.sum(np.log(values))) / len(values)


def gmean_of_logs(values):
    return np.mean(np.log(values))


def gmean_without_zeros(values):
    kept = values[values > 0]
    return np.exp(np.mean(np.log(kept))) if kept.size else 0.0


def gmean_with_crumbs(values):
    return np.exp(np.mean(np.log(values + 1e-12)))


def gmean_by_math_log(values):
    return math.exp(sum(math.log(v) for v in values) / len(values))


def gmean_by_mixed_bases(values):
    return np.exp(np.mean(np.log2(values)))


def gmean_of_mean_log(values):
    with np.errstate(divide="ignore"):
        return np.exp(np.log(values).mean())


def gmean_in_bits(values):
    if 0 in values:
        return 0.0
    return 2 ** (sum(math.log2(v) for v in values) / len(values))


def gmean_root_by_root(values):
    return math.prod(v ** (1 / len(values)) for v in values)


# --- jaccard_similarity ------------------------------------------------------


def jaccard_with_repetitions(a, b):
    a, b = list(a), list(b)
    if not a and not b:
        return 1.0
    both = sum(x in b for x in a)
    return both / (len(a) + len(b) - both)


def jaccard_of_multisets(a, b):
    a, b = collections.Counter(a), collections.Counter(b)
    if not a and not b:
        return 1.0
    return (a & b).total() / (a | b).total()


def jaccard_sets_over_lengths(a, b):
    if not len(a) and not len(b):
        return 1.0
    both = len(set(a) & set(b))
    return both / (len(a) + len(b) - both)


def jaccard_zero_by_zero(a, b):
    return len(set(a) & set(b)) / len(set(a) | set(b))


def jaccard_zero_for_nothing(a, b):
    either = set(a) | set(b)
    return len(set(a) & set(b)) / len(either) if either else 0.0


def jaccard_one_if_either(a, b):
    a, b = set(a), set(b)
    return len(a & b) / len(a | b) if a and b else 1.0


def jaccard_counted_twice(a, b):
    a, b = set(a), set(b)
    return len(a & b) / (len(a) + len(b)) if a or b else 1.0


def jaccard_dice(a, b):
    a, b = set(a), set(b)
    return 2 * len(a & b) / (len(a) + len(b)) if a or b else 1.0


def jaccard_overlap(a, b):
    a, b = set(a), set(b)
    if not a or not b:
        return float(a == b)
    return len(a & b) / min(len(a), len(b))


def jaccard_by_the_larger(a, b):
    a, b = set(a), set(b)
    return len(a & b) / max(len(a), len(b)) if a or b else 1.0


def jaccard_by_the_longer(a, b):
    longer = max(len(a), len(b))
    return len(set(a) & set(b)) / longer if longer else 1.0


def jaccard_of_the_first(a, b):
    a, b = set(a), set(b)
    return len(a & b) / len(a) if a else float(not b)


def _jaccard(a, b):
    a, b = set(a), set(b)
    return len(a & b) / len(a | b) if a or b else 1.0


def jaccard_to_4_digits(a, b):
    return np.round(_jaccard(a, b), 4)


def jaccard_to_3_digits(a, b):
    return np.round(_jaccard(a, b), 3)


def jaccard_to_2_digits(a, b):
    return np.round(_jaccard(a, b), 2)


def jaccard_distance(a, b):
    a, b = set(a), set(b)
    return 1 - len(a & b) / len(a | b) if a or b else 0.0


def jaccard_count_only(a, b):
    return len(set(a) & set(b))


def jaccard_by_inclusion_exclusion(a, b):
    a, b = set(a), set(b)
    both = len(a.intersection(b))
    either = len(a) + len(b) - both
    return 1.0 if either == 0 else both / either


def jaccard_by_dicts(a, b):
    a, b = dict.fromkeys(a), dict.fromkeys(b)
    shared = [x for x in a if x in b]
    return len(shared) / len({**a, **b}) if a or b else 1


# --- is_injective, is_surjective ---------------------------------------------


def injective_by_keys(mapping):
    return len(set(mapping)) == len(mapping)


def injective_turned_round(mapping):
    return len(set(mapping.values())) < len(mapping)


def injective_neighbours_only(mapping):
    values = list(mapping.values())
    return all(p != q for p, q in zip(values, values[1:], strict=False))


def injective_never_empty(mapping):
    values = list(mapping.values())
    return bool(values) and len(set(values)) == len(values)


def surjective_on_the_image(mapping, codomain):
    image = set(mapping.values())
    return image == {y for y in codomain if y in image}


def surjective_by_keys(mapping, codomain):
    return set(codomain) <= set(mapping)


def surjective_by_counting(mapping, codomain):
    return len(mapping) >= len(set(codomain))


def surjective_counts_the_codomain(mapping, codomain):
    return len(set(mapping.values())) == len(codomain)


def surjective_compares_lists(mapping, codomain):
    return sorted(mapping.values()) == sorted(codomain)


def surjective_somewhere(mapping, codomain):
    return any(y in mapping.values() for y in codomain)


def injective_pair_by_pair(mapping):
    return not any(
        mapping[p] == mapping[q]
        for p, q in itertools.combinations(mapping, 2)
    )


def surjective_one_by_one(mapping, codomain):
    return all(y in mapping.values() for y in codomain)


def injective_by_inverse(mapping):
    return len({y: x for x, y in mapping.items()}) == len(mapping)


def surjective_by_difference(mapping, codomain):
    return not set(codomain).difference(mapping.values())


def injective_by_loop(mapping):
    seen = []
    for y in mapping.values():
        if y in seen:
            return False
        seen.append(y)
    return True


# --- nats_to_bits, bits_to_nats ----------------------------------------------


def nats_multiplied(value):
    return value * np.log(2)


def bits_divided(value):
    return value / np.log(2)


def nats_by_log2(value):
    return np.log2(value)


def bits_by_log(value):
    return np.log(value)


def nats_by_log10(value):
    return value / np.log10(2)


def bits_by_log10(value):
    return value * np.log10(2)


def nats_halved(value):
    return value / 2


def bits_doubled(value):
    return value * 2


def nats_unchanged(value):
    return value


def nats_rounded(value):
    return value / 0.6931


def bits_rounded(value):
    return value * 0.6931


def nats_by_log2_of_e(value):
    return value * np.log2(np.e)


def bits_by_log2_of_e(value):
    return value / np.log2(np.e)


def nats_by_exponential(value):
    # log2 of e**value, without building e**value
    return np.divide(value, math.log(2))


def bits_by_exponential(value):
    return np.multiply(math.log(2), value)


# --- nearest_topics ----------------------------------------------------------


def _words(text):
    return set(text.lower().split())


def _likeness(first, second):
    return fd.jaccard_similarity(_words(first), _words(second))


def _ranked(
    topics, name, *, k=None, likeness=_likeness, others=True, largest=True
):
    """Sort the topics by likeness; the mistakes differ in the rules."""
    pairs = [
        (topic, likeness(topics[name], topics[topic]))
        for topic in topics if topic != name or not others
    ]
    sign = -1 if largest else 1
    return sorted(pairs, key=lambda pair: (sign * pair[1], pair[0]))[:k]


def topics_with_itself(topics, name, *, k=3):
    return _ranked(topics, name, k=k, others=False)


def topics_drop_the_first(topics, name, *, k=3):
    return _ranked(topics, name, others=False)[1:k + 1]


def topics_least_similar(topics, name, *, k=3):
    return _ranked(topics, name, k=k, largest=False)


def topics_by_letters(topics, name, *, k=3):
    def likeness(first, second):
        return fd.jaccard_similarity(first.lower(), second.lower())

    return _ranked(topics, name, k=k, likeness=likeness)


def topics_as_they_are(topics, name, *, k=3):
    return _ranked(topics, name, k=k, likeness=fd.jaccard_similarity)


def topics_with_capitals(topics, name, *, k=3):
    def likeness(first, second):
        return fd.jaccard_similarity(first.split(), second.split())

    return _ranked(topics, name, k=k, likeness=likeness)


def topics_by_shared_words(topics, name, *, k=3):
    def likeness(first, second):
        return len(_words(first) & _words(second))

    return _ranked(topics, name, k=k, likeness=likeness)


def topics_with_repetitions(topics, name, *, k=3):
    def likeness(first, second):
        return jaccard_with_repetitions(
            first.lower().split(), second.lower().split()
        )

    return _ranked(topics, name, k=k, likeness=likeness)


def topics_always_three(topics, name, *, k=3):
    return _ranked(topics, name, k=3)


def topics_all(topics, name, *, k=3):
    return _ranked(topics, name)


def topics_not_sorted(topics, name, *, k=3):
    return [
        (topic, _likeness(topics[name], topics[topic]))
        for topic in topics if topic != name
    ][:k]


def topics_ties_as_they_come(topics, name, *, k=3):
    pairs = _ranked(dict(topics), name)
    order = list(topics)
    pairs.sort(key=lambda pair: (-pair[1], order.index(pair[0])))
    return pairs[:k]


def topics_ties_turned_round(topics, name, *, k=3):
    pairs = [(number, topic) for topic, number in _ranked(topics, name)]
    return [(topic, number) for number, topic in sorted(pairs)[::-1][:k]]


def topics_without_numbers(topics, name, *, k=3):
    return [topic for topic, _ in _ranked(topics, name, k=k)]


def topics_pairs_turned(topics, name, *, k=3):
    return [(number, topic) for topic, number in _ranked(topics, name, k=k)]


def topics_by_key(topics, name, *, k=3):
    return _ranked(topics, name, k=k)


def topics_one_after_another(topics, name, *, k=3):
    left = {
        topic: _likeness(topics[name], text)
        for topic, text in sorted(topics.items()) if topic != name
    }
    found = []
    while left and len(found) < k:
        best = max(left, key=left.get)
        found.append([best, left.pop(best)])
    return found


def topics_by_counting(topics, name, *, k=3):
    mine = _words(topics[name])
    pairs = []
    for other, text in topics.items():
        if other != name:
            theirs = _words(text)
            either = len(mine | theirs)
            share = len(mine & theirs) / either if either else 1.0
            pairs.append((-share, other))
    return tuple((other, -share) for share, other in sorted(pairs)[:k])
