"""Wrong and right answers to the exercises of chapter 09."""

import heapq
import math
from collections import Counter
from fractions import Fraction

import numpy as np
from scipy import special

from mathlib import foundations as fd
from mathlib import information_theory as it


def _unit(base):
    return 1.0 if base is None else np.log(base)


def _p_log_q(p, q):
    """p log q, and 0 where p is 0."""
    return special.xlogy(p, q)


# --- entropy -----------------------------------------------------------------


def _checked(p, axis):
    off = np.abs(np.sum(p, axis=axis) - 1)
    if not np.all(p >= 0) or np.any(off > 1e-4):
        raise ValueError("p must be >= 0 and add up to 1")


def _entropy(p, base=None, axis=-1):
    return -np.sum(_p_log_q(p, p), axis=axis) / _unit(base)


def entropy_bare(p, *, base=None, axis=-1):
    return -np.sum(p * np.log(p), axis=axis) / _unit(base)


def entropy_bare_in_bits(p, *, base=None, axis=-1):
    return -np.sum(p * np.log2(p), axis=axis)


def entropy_bare_without_base(p, *, base=None, axis=-1):
    return -np.sum(p * np.log(p), axis=axis)


def entropy_zero_times_log_zero(p, *, base=None, axis=-1):
    _checked(p, axis)
    return -np.sum(p * np.log(p), axis=axis) / _unit(base)


def entropy_in_bits(p, *, base=None, axis=-1):
    _checked(p, axis)
    return _entropy(p, 2, axis)


def entropy_in_bits_by_default(p, *, base=None, axis=-1):
    _checked(p, axis)
    return _entropy(p, base or 2, axis)


def entropy_without_base(p, *, base=None, axis=-1):
    _checked(p, axis)
    return _entropy(p, None, axis)


def entropy_times_unit(p, *, base=None, axis=-1):
    _checked(p, axis)
    return _entropy(p, None, axis) * _unit(base)


def entropy_without_minus(p, *, base=None, axis=-1):
    _checked(p, axis)
    return -_entropy(p, base, axis)


def entropy_of_everything(p, *, base=None, axis=-1):
    _checked(p, axis)
    return _entropy(p, base, None)


def entropy_along_the_last_axis(p, *, base=None, axis=-1):
    _checked(p, axis)
    return _entropy(p, base, -1)


def entropy_averaged(p, *, base=None, axis=-1):
    _checked(p, axis)
    return _entropy(p, base, axis) / p.shape[axis]


def entropy_unchecked(p, *, base=None, axis=-1):
    return _entropy(p, base, axis)


def entropy_sum_unchecked(p, *, base=None, axis=-1):
    if not np.all(p >= 0):
        raise ValueError("p must not be negative")
    return _entropy(p, base, axis)


def entropy_sign_unchecked(p, *, base=None, axis=-1):
    off = np.abs(np.sum(p, axis=axis) - 1)
    if not np.all(off <= 1e-4):
        raise ValueError("p must add up to 1")
    return _entropy(np.where(p > 0, p, 0), base, axis)


def entropy_sum_compared_exactly(p, *, base=None, axis=-1):
    if not np.all(p >= 0) or np.any(np.sum(p, axis=axis) != 1):
        raise ValueError("p must be >= 0 and add up to 1")
    return _entropy(p, base, axis)


def entropy_nan_unchecked(p, *, base=None, axis=-1):
    off = np.abs(np.sum(p, axis=axis) - 1)
    if np.any(p < 0) or np.any(off > 1e-4):
        raise ValueError("p must be >= 0 and add up to 1")
    return _entropy(p, base, axis)


def entropy_normalised(p, *, base=None, axis=-1):
    return _entropy(p / np.sum(p, axis=axis, keepdims=True), base, axis)


def entropy_asserted(p, *, base=None, axis=-1):
    off = np.abs(np.sum(p, axis=axis) - 1)
    assert np.all(p >= 0)
    assert np.all(off <= 1e-4)
    return _entropy(p, base, axis)


def entropy_with_eps(p, *, base=None, axis=-1):
    _checked(p, axis)
    return -np.sum(p * np.log(p + 1e-12), axis=axis) / _unit(base)


def entropy_by_xlogy(p, *, base=None, axis=-1):
    _checked(p, axis)
    return _entropy(p, base, axis)


def entropy_by_loop(p, *, base=None, axis=-1):
    _checked(p, axis)

    def of_one(row):
        return sum(-x * math.log(x) for x in row if x > 0) / _unit(base)

    return np.apply_along_axis(of_one, axis, p)


def entropy_by_nansum(p, *, base=None, axis=-1):
    _checked(p, axis)
    return -np.nansum(p * np.log(p), axis=axis) / _unit(base)


# --- cross_entropy -----------------------------------------------------------


def _cross(p, q, base=None, axis=-1):
    return -np.sum(_p_log_q(p, q), axis=axis) / _unit(base)


def cross_swapped(p, q, *, base=None, axis=-1):
    return _cross(q, p, base, axis)


def cross_bare(p, q, *, base=None, axis=-1):
    return -np.sum(p * np.log(q), axis=axis) / _unit(base)


def cross_bare_in_bits(p, q, *, base=None, axis=-1):
    return -np.sum(p * np.log2(q), axis=axis)


def cross_bare_without_base(p, q, *, base=None, axis=-1):
    return -np.sum(p * np.log(q), axis=axis)


def cross_swapped_bare(p, q, *, base=None, axis=-1):
    return -np.sum(q * np.log(p), axis=axis) / _unit(base)


def cross_with_eps(p, q, *, base=None, axis=-1):
    return -np.sum(p * np.log(q + 1e-12), axis=axis) / _unit(base)


def cross_made_finite(p, q, *, base=None, axis=-1):
    surprise = np.nan_to_num(-np.log(q))
    return np.sum(p * surprise, axis=axis) / _unit(base)


def cross_impossible_free(p, q, *, base=None, axis=-1):
    surprise = np.where(q > 0, -np.log(q), 0.0)
    return np.sum(p * surprise, axis=axis) / _unit(base)


def cross_in_bits(p, q, *, base=None, axis=-1):
    return _cross(p, q, 2, axis)


def cross_in_bits_by_default(p, q, *, base=None, axis=-1):
    return _cross(p, q, base or 2, axis)


def cross_without_base(p, q, *, base=None, axis=-1):
    return _cross(p, q, None, axis)


def cross_without_minus(p, q, *, base=None, axis=-1):
    return -_cross(p, q, base, axis)


def cross_as_kl(p, q, *, base=None, axis=-1):
    return _cross(p, q, base, axis) - _cross(p, p, base, axis)


def cross_of_p_alone(p, q, *, base=None, axis=-1):
    p = np.broadcast_to(p, np.broadcast_shapes(p.shape, q.shape))
    return _entropy(p, base, axis)


def cross_averaged(p, q, *, base=None, axis=-1):
    return _cross(p, q, base, axis) / p.shape[axis]


def cross_of_everything(p, q, *, base=None, axis=-1):
    return _cross(p, q, base, None)


def cross_mean_of_the_batch(p, q, *, base=None, axis=-1):
    return np.mean(_cross(p, q, base, axis))


def cross_along_the_last_axis(p, q, *, base=None, axis=-1):
    return _cross(p, q, base, -1)


def cross_by_dot(p, q, *, base=None, axis=-1):
    return -(p @ np.log(q)) / _unit(base)


def cross_by_xlogy(p, q, *, base=None, axis=-1):
    return _cross(p, q, base, axis)


def cross_by_nansum(p, q, *, base=None, axis=-1):
    return -np.nansum(p * np.log(q), axis=axis) / _unit(base)


def cross_by_loop(p, q, *, base=None, axis=-1):
    p, q = np.broadcast_arrays(p, q)
    rows = np.moveaxis(p, axis, -1), np.moveaxis(q, axis, -1)
    total = np.zeros(rows[0].shape[:-1])
    for i in np.ndindex(rows[0].shape):
        if rows[0][i] > 0:
            seen = rows[1][i]
            surprise = -math.log(seen) if seen > 0 else math.inf
            total[i[:-1]] += rows[0][i] * surprise
    return total / _unit(base)


# --- kl_divergence -----------------------------------------------------------


def _kl(p, q, base=None, axis=-1):
    terms = _p_log_q(p, p) - _p_log_q(p, q)
    return np.sum(terms, axis=axis) / _unit(base)


def kl_reversed(p, q, *, base=None, axis=-1):
    return _kl(q, p, base, axis)


def kl_reversed_bare(p, q, *, base=None, axis=-1):
    return np.sum(q * np.log(q / p), axis=axis) / _unit(base)


def kl_bare(p, q, *, base=None, axis=-1):
    return np.sum(p * np.log(p / q), axis=axis) / _unit(base)


def kl_bare_in_bits(p, q, *, base=None, axis=-1):
    return np.sum(p * np.log2(p / q), axis=axis)


def kl_bare_without_base(p, q, *, base=None, axis=-1):
    return np.sum(p * np.log(p / q), axis=axis)


def kl_bare_difference(p, q, *, base=None, axis=-1):
    return np.sum(p * (np.log(p) - np.log(q)), axis=axis) / _unit(base)


def kl_quotient(p, q, *, base=None, axis=-1):
    terms = np.where(p > 0, p * np.log(p / q), 0.0)
    return np.sum(terms, axis=axis) / _unit(base)


def kl_with_eps(p, q, *, base=None, axis=-1):
    return _kl(p, q + 1e-12, base, axis)


def kl_with_eps_twice(p, q, *, base=None, axis=-1):
    log_ratio = np.log((p + 1e-12) / (q + 1e-12))
    return np.sum(p * log_ratio, axis=axis) / _unit(base)


def kl_where_both(p, q, *, base=None, axis=-1):
    both = (p > 0) & (q > 0)
    terms = np.where(both, p * (np.log(p) - np.log(q)), 0.0)
    return np.sum(terms, axis=axis) / _unit(base)


def kl_made_finite(p, q, *, base=None, axis=-1):
    terms = np.nan_to_num(p * (np.log(p) - np.log(q)))
    return np.sum(terms, axis=axis) / _unit(base)


def kl_symmetrised(p, q, *, base=None, axis=-1):
    return (_kl(p, q, base, axis) + _kl(q, p, base, axis)) / 2


def kl_as_cross_entropy(p, q, *, base=None, axis=-1):
    return _cross(p, q, base, axis)


def kl_entropy_added(p, q, *, base=None, axis=-1):
    return _cross(p, q, base, axis) + _entropy(p, base, axis)


def kl_weighted_with_q(p, q, *, base=None, axis=-1):
    terms = np.where(p > 0, q * (np.log(p) - np.log(q)), 0.0)
    return np.sum(terms, axis=axis) / _unit(base)


def kl_by_xlogy_of_the_quotient(p, q, *, base=None, axis=-1):
    return np.sum(special.xlogy(p, p / q), axis=axis) / _unit(base)


def kl_of_absolute_terms(p, q, *, base=None, axis=-1):
    terms = np.abs(_p_log_q(p, p) - _p_log_q(p, q))
    return np.sum(terms, axis=axis) / _unit(base)


def kl_without_weights(p, q, *, base=None, axis=-1):
    return np.sum(np.log(p) - np.log(q), axis=axis) / _unit(base)


def kl_negative(p, q, *, base=None, axis=-1):
    return -_kl(p, q, base, axis)


def kl_in_bits(p, q, *, base=None, axis=-1):
    return _kl(p, q, 2, axis)


def kl_in_bits_by_default(p, q, *, base=None, axis=-1):
    return _kl(p, q, base or 2, axis)


def kl_without_base(p, q, *, base=None, axis=-1):
    return _kl(p, q, None, axis)


def kl_of_everything(p, q, *, base=None, axis=-1):
    return _kl(p, q, base, None)


def kl_mean_of_the_batch(p, q, *, base=None, axis=-1):
    return np.mean(_kl(p, q, base, axis))


def kl_along_the_last_axis(p, q, *, base=None, axis=-1):
    return _kl(p, q, base, -1)


def kl_by_xlogy(p, q, *, base=None, axis=-1):
    return _kl(p, q, base, axis)


def kl_by_cross_entropy(p, q, *, base=None, axis=-1):
    return _cross(p, q, base, axis) - _entropy(p, base, axis)


def kl_by_nansum(p, q, *, base=None, axis=-1):
    terms = p * (np.log(p) - np.log(q))
    return np.nansum(terms, axis=axis) / _unit(base)


# --- joint_entropy, conditional_entropy --------------------------------------


def joint_by_rows(p_xy):
    return it.entropy(p_xy)


def joint_of_rows_added(p_xy):
    return np.sum(it.entropy(p_xy))


def joint_of_each_row(p_xy):
    return _entropy(p_xy)


def joint_bare(p_xy):
    return -np.sum(p_xy * np.log(p_xy))


def joint_of_the_margins(p_xy):
    return _entropy(p_xy.sum(axis=1)) + _entropy(p_xy.sum(axis=0))


def joint_in_bits(p_xy):
    return _entropy(p_xy.ravel(), 2)


def joint_without_axis(p_xy):
    return it.entropy(p_xy, axis=None)


def joint_by_where(p_xy):
    return np.sum(-p_xy * np.log(np.where(p_xy > 0, p_xy, 1.0)))


def conditional_on_the_row(p_xy):
    return it.entropy(p_xy.ravel()) - it.entropy(p_xy.sum(axis=1))


def conditional_unweighted(p_xy):
    p_y = p_xy.sum(axis=0)
    seen = p_xy[:, p_y > 0] / p_y[p_y > 0]
    return np.mean(_entropy(seen, axis=0))


def conditional_added(p_xy):
    p_y = p_xy.sum(axis=0)
    seen = p_xy[:, p_y > 0] / p_y[p_y > 0]
    return np.sum(_entropy(seen, axis=0))


def conditional_unweighted_on_the_row(p_xy):
    return conditional_unweighted(p_xy.T)


def conditional_for_each_column(p_xy):
    p_y = p_xy.sum(axis=0)
    return _entropy(p_xy / np.where(p_y > 0, p_y, 1.0), axis=0)


def conditional_bare(p_xy):
    return -np.sum(p_xy * np.log(p_xy / p_xy.sum(axis=0)))


def conditional_on_the_row_bare(p_xy):
    p_x = p_xy.sum(axis=1, keepdims=True)
    return -np.sum(p_xy * np.log(p_xy / p_x))


def conditional_empty_columns(p_xy):
    p_y = p_xy.sum(axis=0)
    return np.sum(p_y * _entropy(p_xy / p_y, axis=0))


def conditional_empty_columns_refused(p_xy):
    p_y = p_xy.sum(axis=0)
    return np.sum(p_y * it.entropy(p_xy / p_y, axis=0))


def conditional_as_mutual_information(p_xy):
    p_x, p_y = p_xy.sum(axis=1), p_xy.sum(axis=0)
    return it.entropy(p_x) + it.entropy(p_y) - it.entropy(p_xy.ravel())


def conditional_turned_round(p_xy):
    return it.entropy(p_xy.sum(axis=0)) - it.entropy(p_xy.ravel())


def conditional_in_bits(p_xy):
    return (_entropy(p_xy.ravel(), 2) - _entropy(p_xy.sum(axis=0), 2))


def conditional_by_rows(p_xy):
    return joint_by_rows(p_xy) - it.entropy(p_xy.sum(axis=0))


def conditional_from_rows_added(p_xy):
    return joint_of_rows_added(p_xy) - it.entropy(p_xy.sum(axis=0))


def conditional_without_axis(p_xy):
    return joint_without_axis(p_xy) - it.entropy(p_xy.sum(axis=0))


def conditional_from_each_row(p_xy):
    return joint_of_each_row(p_xy) - it.entropy(p_xy.sum(axis=0))


def conditional_from_the_margins(p_xy):
    return joint_of_the_margins(p_xy) - it.entropy(p_xy.sum(axis=0))


def conditional_from_bits(p_xy):
    return joint_in_bits(p_xy) - it.entropy(p_xy.sum(axis=0))


def conditional_by_chain_rule(p_xy):
    return it.entropy(p_xy.ravel()) - it.entropy(p_xy.sum(axis=0))


def conditional_by_columns(p_xy):
    total = 0.0
    for column in p_xy.T:
        weight = column.sum()
        if weight > 0:
            total += weight * it.entropy(column / weight)
    return total


def joint_by_loop(p_xy):
    return -sum(p * math.log(p) for p in p_xy.flat if p > 0)


# --- mutual_information ------------------------------------------------------


def information_as_given(p_xy):
    p_x = p_xy.sum(axis=0)
    p_y = p_xy.sum(axis=1)
    return np.sum(p_xy * np.log(p_xy / (p_x * p_y)))


def information_without_zeros(p_xy):
    p_x = p_xy.sum(axis=0)
    p_y = p_xy.sum(axis=1)
    ratio = p_xy / (p_x * p_y)
    return np.sum(np.where(p_xy > 0, p_xy * np.log(ratio), 0.0))


def information_zero_cells(p_xy):
    p_x = p_xy.sum(axis=1, keepdims=True)
    p_y = p_xy.sum(axis=0, keepdims=True)
    return np.sum(p_xy * np.log(p_xy / (p_x * p_y)))


def information_by_rows(p_xy):
    p_x = p_xy.sum(axis=1, keepdims=True)
    p_y = p_xy.sum(axis=0, keepdims=True)
    return it.kl_divergence(p_xy, p_x * p_y)


def information_without_axis(p_xy):
    p_x = p_xy.sum(axis=1, keepdims=True)
    p_y = p_xy.sum(axis=0, keepdims=True)
    return it.kl_divergence(p_xy, p_x * p_y, axis=None)


def information_of_a_turned_table(p_xy):
    expected = np.outer(p_xy.sum(axis=0), p_xy.sum(axis=1))
    return np.sum(_p_log_q(p_xy, p_xy) - _p_log_q(p_xy, expected))


def information_of_a_turned_table_bare(p_xy):
    expected = np.outer(p_xy.sum(axis=0), p_xy.sum(axis=1))
    return np.sum(p_xy * np.log(p_xy / expected))


def _information(p_xy):
    p_x, p_y = p_xy.sum(axis=1), p_xy.sum(axis=0)
    return _entropy(p_x) + _entropy(p_y) - _entropy(p_xy.ravel())


def information_of_the_other(p_xy):
    given_x = it.joint_entropy(p_xy) - it.entropy(p_xy.sum(axis=1))
    return it.entropy(p_xy.sum(axis=1)) - given_x


def information_of_the_other_column(p_xy):
    given_y = it.conditional_entropy(p_xy)
    return it.entropy(p_xy.sum(axis=0)) - given_y


def information_in_bits(p_xy):
    return _information(p_xy) / np.log(2)


def information_share(p_xy):
    return _information(p_xy) / it.joint_entropy(p_xy)


def information_reversed(p_xy):
    expected = np.outer(p_xy.sum(axis=1), p_xy.sum(axis=0))
    return np.sum(_p_log_q(expected, expected) - _p_log_q(expected, p_xy))


def information_joint_added(p_xy):
    p_x, p_y = p_xy.sum(axis=1), p_xy.sum(axis=0)
    return it.joint_entropy(p_xy) - it.entropy(p_x) - it.entropy(p_y)


def information_by_entropies(p_xy):
    p_x, p_y = p_xy.sum(axis=1), p_xy.sum(axis=0)
    return it.entropy(p_x) + it.entropy(p_y) - it.joint_entropy(p_xy)


def information_by_what_is_left(p_xy):
    return it.entropy(p_xy.sum(axis=1)) - it.conditional_entropy(p_xy)


def information_where_positive(p_xy):
    expected = np.outer(p_xy.sum(axis=1), p_xy.sum(axis=0))
    seen = p_xy > 0
    return np.sum(p_xy[seen] * np.log(p_xy[seen] / expected[seen]))


def information_by_nansum(p_xy):
    p_x = p_xy.sum(axis=1, keepdims=True)
    p_y = p_xy.sum(axis=0, keepdims=True)
    return np.nansum(p_xy * np.log(p_xy / (p_x * p_y)))


# --- information_gain --------------------------------------------------------


def _of_labels(labels, base=None):
    counts = np.unique(labels, return_counts=True)[1]
    return it.entropy(counts / len(labels), base=base)


def _left(labels, feature, base=None):
    return sum(
        np.mean(feature == v) * _of_labels(labels[feature == v], base)
        for v in np.unique(feature)
    )


def gain_unweighted(labels, feature):
    children = [_of_labels(labels[feature == v]) for v in np.unique(feature)]
    return _of_labels(labels) - np.mean(children)


def gain_unweighted_in_bits(labels, feature):
    return gain_unweighted(labels, feature) / np.log(2)


def gain_children_added(labels, feature):
    children = [_of_labels(labels[feature == v]) for v in np.unique(feature)]
    return _of_labels(labels) - sum(children)


def gain_weighted_by_counts(labels, feature):
    return _of_labels(labels) - sum(
        np.sum(feature == v) * _of_labels(labels[feature == v])
        for v in np.unique(feature)
    )


def gain_feature_in_its_own_parts(labels, feature):
    return _of_labels(labels) - _left(feature, feature)


def gain_of_counts(labels, feature):
    def uncertainty(some):
        return it.entropy(np.unique(some, return_counts=True)[1])

    return uncertainty(labels) - sum(
        np.mean(feature == v) * uncertainty(labels[feature == v])
        for v in np.unique(feature)
    )


def gain_of_shares_of_all(labels, feature):
    def uncertainty(some):
        counts = np.unique(some, return_counts=True)[1]
        return it.entropy(counts / len(labels))

    return uncertainty(labels) - sum(
        np.mean(feature == v) * uncertainty(labels[feature == v])
        for v in np.unique(feature)
    )


def gain_of_the_feature(labels, feature):
    return _of_labels(feature) - _left(labels, feature)


def gain_feature_in_the_children(labels, feature):
    return _of_labels(labels) - _left(feature, labels)


def gain_ratio(labels, feature):
    split = _of_labels(feature)
    gain = _of_labels(labels) - _left(labels, feature)
    return gain / split if split > 0 else 0.0


def gain_ratio_of_nothing(labels, feature):
    gain = _of_labels(labels) - _left(labels, feature)
    return np.divide(gain, _of_labels(feature))


def gain_in_bits(labels, feature):
    return _of_labels(labels, 2) - _left(labels, feature, 2)


def gain_remainder(labels, feature):
    return _left(labels, feature)


def gain_negative(labels, feature):
    return _left(labels, feature) - _of_labels(labels)


def gain_of_gini(labels, feature):
    def gini(some):
        counts = np.unique(some, return_counts=True)[1]
        return 1 - np.sum((counts / len(some)) ** 2)

    left = sum(
        np.mean(feature == v) * gini(labels[feature == v])
        for v in np.unique(feature)
    )
    return gini(labels) - left


def gain_by_bincount(labels, feature):
    def uncertainty(some):
        return it.entropy(np.bincount(some) / len(some))

    left = sum(
        np.mean(feature == v) * uncertainty(labels[feature == v])
        for v in np.unique(feature)
    )
    return uncertainty(labels) - left


def gain_of_two_branches(labels, feature):
    one = feature == np.unique(feature)[0]
    left = sum(
        np.mean(part) * _of_labels(labels[part])
        for part in (one, ~one) if np.any(part)
    )
    return _of_labels(labels) - left


def gain_of_labels_0_and_1(labels, feature):
    def uncertainty(some):
        p = np.mean(some == 1)
        return it.entropy(np.array([p, 1 - p]))

    left = sum(
        np.mean(feature == v) * uncertainty(labels[feature == v])
        for v in np.unique(feature)
    )
    return uncertainty(labels) - left


def gain_by_loop(labels, feature):
    def uncertainty(some):
        counts = Counter(some).values()
        return -sum(k / len(some) * math.log(k / len(some)) for k in counts)

    labels, feature = labels.tolist(), feature.tolist()
    groups = {}
    for label, v in zip(labels, feature, strict=True):
        groups.setdefault(v, []).append(label)
    left = sum(len(g) / len(labels) * uncertainty(g) for g in groups.values())
    return uncertainty(labels) - left


def gain_by_a_table(labels, feature):
    rows = np.unique(labels, return_inverse=True)[1]
    columns = np.unique(feature, return_inverse=True)[1]
    table = np.zeros((rows.max() + 1, columns.max() + 1))
    np.add.at(table, (rows, columns), 1 / len(labels))
    return _information(table)


# --- jensen_shannon ----------------------------------------------------------


def _jsd(p, q, base=None, axis=-1):
    m = (p + q) / 2
    return (_kl(p, m, base, axis) + _kl(q, m, base, axis)) / 2


def jsd_without_halves(p, q, *, base=None, axis=-1):
    return 2 * _jsd(p, q, base, axis)


def jsd_root(p, q, *, base=None, axis=-1):
    return np.sqrt(_jsd(p, q, base, axis))


def jsd_one_side(p, q, *, base=None, axis=-1):
    return _kl(p, (p + q) / 2, base, axis)


def jsd_of_each_other(p, q, *, base=None, axis=-1):
    return (_kl(p, q, base, axis) + _kl(q, p, base, axis)) / 2


def jsd_bare(p, q, *, base=None, axis=-1):
    m = (p + q) / 2
    terms = p * np.log(p / m) + q * np.log(q / m)
    return np.sum(terms, axis=axis) / 2 / _unit(base)


def jsd_half_of_p(p, q, *, base=None, axis=-1):
    m = (p + q) / 2
    return _kl(p, m, base, axis) / 2 + _kl(q, m, base, axis)


def jsd_half_of_q(p, q, *, base=None, axis=-1):
    m = (p + q) / 2
    return _kl(p, m, base, axis) + _kl(q, m, base, axis) / 2


def jsd_without_a_mixture(p, q, *, base=None, axis=-1):
    m = p + q / 2
    first = it.kl_divergence(p, m, base=base, axis=axis)
    return (first + it.kl_divergence(q, m, base=base, axis=axis)) / 2


def jsd_negative(p, q, *, base=None, axis=-1):
    return -_jsd(p, q, base, axis)


def jsd_of_cross_entropies(p, q, *, base=None, axis=-1):
    m = (p + q) / 2
    return (_cross(p, m, base, axis) + _cross(q, m, base, axis)) / 2


def jsd_with_a_sum(p, q, *, base=None, axis=-1):
    m = p + q
    return (_kl(p, m, base, axis) + _kl(q, m, base, axis)) / 2


def jsd_from_the_middle(p, q, *, base=None, axis=-1):
    m = (p + q) / 2
    return (_kl(m, p, base, axis) + _kl(m, q, base, axis)) / 2


def jsd_in_bits(p, q, *, base=None, axis=-1):
    return _jsd(p, q, 2, axis)


def jsd_in_bits_by_default(p, q, *, base=None, axis=-1):
    return _jsd(p, q, base or 2, axis)


def jsd_without_base(p, q, *, base=None, axis=-1):
    return _jsd(p, q, None, axis)


def jsd_along_the_last_axis(p, q, *, base=None, axis=-1):
    return _jsd(p, q, base, -1)


def jsd_axis_not_handed_on(p, q, *, base=None, axis=-1):
    m = (p + q) / 2
    first = it.kl_divergence(p, m, base=base)
    return (first + it.kl_divergence(q, m, base=base)) / 2


def jsd_of_everything(p, q, *, base=None, axis=-1):
    return np.sum(_jsd(p, q, base, axis))


def jsd_with_geometric_mean(p, q, *, base=None, axis=-1):
    m = np.sqrt(p * q)
    m = m / m.sum(axis=axis, keepdims=True)
    return (_kl(p, m, base, axis) + _kl(q, m, base, axis)) / 2


def jsd_by_entropies(p, q, *, base=None, axis=-1):
    def H(x):
        return it.entropy(x, base=base, axis=axis)

    return H((p + q) / 2) - (H(p) + H(q)) / 2


def jsd_by_xlogy(p, q, *, base=None, axis=-1):
    return _jsd(p, q, base, axis)


# --- gaussian_kl -------------------------------------------------------------


def _gaussian(trace, distance, d, log_ratio):
    return 0.5 * (trace + distance - d + log_ratio)


def _log_det(cov):
    return np.linalg.slogdet(cov)[1]


def _terms(mean0, cov0, mean1, cov1):
    delta = mean1 - mean0
    trace = np.trace(np.linalg.solve(cov1, cov0))
    distance = delta @ np.linalg.solve(cov1, delta)
    return trace, distance, len(delta), _log_det(cov1) - _log_det(cov0)


def gaussian_ratio_inverted(mean0, cov0, mean1, cov1):
    trace, distance, d, log_ratio = _terms(mean0, cov0, mean1, cov1)
    return _gaussian(trace, distance, d, -log_ratio)


def gaussian_without_d(mean0, cov0, mean1, cov1):
    trace, distance, _, log_ratio = _terms(mean0, cov0, mean1, cov1)
    return _gaussian(trace, distance, 0, log_ratio)


def gaussian_d_added(mean0, cov0, mean1, cov1):
    trace, distance, d, log_ratio = _terms(mean0, cov0, mean1, cov1)
    return _gaussian(trace, distance, -d, log_ratio)


def gaussian_without_log_det(mean0, cov0, mean1, cov1):
    trace, distance, d, _ = _terms(mean0, cov0, mean1, cov1)
    return _gaussian(trace, distance, d, 0)


def gaussian_with_signs(mean0, cov0, mean1, cov1):
    trace, distance, d, _ = _terms(mean0, cov0, mean1, cov1)
    both = np.linalg.slogdet(cov1), np.linalg.slogdet(cov0)
    return _gaussian(trace, distance, d, np.subtract(*both))


def gaussian_log_det_outside(mean0, cov0, mean1, cov1):
    trace, distance, d, log_ratio = _terms(mean0, cov0, mean1, cov1)
    return _gaussian(trace, distance, d, 2 * log_ratio)


def gaussian_squared(mean0, cov0, mean1, cov1):
    return _gaussian(*_terms(mean0, cov0 @ cov0, mean1, cov1 @ cov1))


def gaussian_minus_one(mean0, cov0, mean1, cov1):
    trace, distance, _, log_ratio = _terms(mean0, cov0, mean1, cov1)
    return _gaussian(trace, distance, 1, log_ratio)


def gaussian_inverse_of_0(mean0, cov0, mean1, cov1):
    trace, distance, d, log_ratio = _terms(mean1, cov1, mean0, cov0)
    return _gaussian(trace, distance, d, -log_ratio)


def gaussian_distance_by_0(mean0, cov0, mean1, cov1):
    trace, _, d, log_ratio = _terms(mean0, cov0, mean1, cov1)
    delta = mean1 - mean0
    distance = delta @ np.linalg.solve(cov0, delta)
    return _gaussian(trace, distance, d, log_ratio)


def gaussian_trace_inverted(mean0, cov0, mean1, cov1):
    _, distance, d, log_ratio = _terms(mean0, cov0, mean1, cov1)
    trace = np.trace(np.linalg.solve(cov0, cov1))
    return _gaussian(trace, distance, d, log_ratio)


def gaussian_reversed(mean0, cov0, mean1, cov1):
    return _gaussian(*_terms(mean1, cov1, mean0, cov0))


def gaussian_without_half(mean0, cov0, mean1, cov1):
    return 2 * _gaussian(*_terms(mean0, cov0, mean1, cov1))


def gaussian_by_determinants(mean0, cov0, mean1, cov1):
    trace, distance, d, _ = _terms(mean0, cov0, mean1, cov1)
    ratio = np.linalg.det(cov1) / np.linalg.det(cov0)
    return _gaussian(trace, distance, d, np.log(ratio))


def gaussian_no_logarithm(mean0, cov0, mean1, cov1):
    trace, distance, d, log_ratio = _terms(mean0, cov0, mean1, cov1)
    return _gaussian(trace, distance, d, np.exp(log_ratio))


def gaussian_diagonals(mean0, cov0, mean1, cov1):
    return _gaussian(*_terms(
        mean0, np.diag(np.diag(cov0)), mean1, np.diag(np.diag(cov1))
    ))


def gaussian_elementwise_trace(mean0, cov0, mean1, cov1):
    _, distance, d, log_ratio = _terms(mean0, cov0, mean1, cov1)
    trace = np.trace(np.linalg.inv(cov1) * cov0)
    return _gaussian(trace, distance, d, log_ratio)


def gaussian_plain_distance(mean0, cov0, mean1, cov1):
    trace, _, d, log_ratio = _terms(mean0, cov0, mean1, cov1)
    delta = mean1 - mean0
    return _gaussian(trace, delta @ delta, d, log_ratio)


def gaussian_without_means(mean0, cov0, mean1, cov1):
    trace, _, d, log_ratio = _terms(mean0, cov0, mean1, cov1)
    return _gaussian(trace, 0.0, d, log_ratio)


def gaussian_in_bits(mean0, cov0, mean1, cov1):
    return _gaussian(*_terms(mean0, cov0, mean1, cov1)) / np.log(2)


def gaussian_by_cholesky(mean0, cov0, mean1, cov1):
    L0, L1 = np.linalg.cholesky(cov0), np.linalg.cholesky(cov1)
    M = np.linalg.solve(L1, L0)
    z = np.linalg.solve(L1, mean1 - mean0)
    log_ratio = 2 * np.sum(np.log(np.diag(L1)) - np.log(np.diag(L0)))
    return _gaussian(np.sum(M**2), z @ z, len(z), log_ratio)


def gaussian_by_eigenvalues(mean0, cov0, mean1, cov1):
    ratios = np.linalg.eigvals(np.linalg.solve(cov1, cov0)).real
    delta = mean0 - mean1
    distance = delta @ np.linalg.inv(cov1) @ delta
    return (np.sum(ratios - 1 - np.log(ratios)) + distance) / 2


# --- infonce_bound -----------------------------------------------------------


def _others(scores):
    return np.where(np.eye(len(scores), dtype=bool), -np.inf, scores)


def infonce_negatives_only(scores):
    log_share = np.diag(scores) - fd.logsumexp(_others(scores), axis=1)
    return np.log(len(scores)) + np.mean(log_share)


def infonce_mean_of_the_negatives(scores):
    log_share = np.diag(scores) - fd.logsumexp(_others(scores), axis=1)
    return np.log(len(scores) - 1) + np.mean(log_share)


def infonce_columns(scores):
    log_share = np.diag(scores) - fd.logsumexp(scores, axis=0)
    return np.log(len(scores)) + np.mean(log_share)


def _in_rows(scores, largest):
    apart = scores - largest
    log_share = np.diag(apart) - np.log(np.sum(np.exp(apart), axis=1))
    return np.log(len(scores)) + np.mean(log_share)


def infonce_largest_of_another_row(scores):
    return _in_rows(scores, scores.max(axis=1))


def infonce_largest_of_the_column(scores):
    return _in_rows(scores, scores.max(axis=0))


def infonce_log_n_in_bits(scores):
    return np.log2(len(scores)) + infonce_minus_the_loss(scores)


def infonce_cut_off(scores):
    return max(0.0, np.log(len(scores)) + infonce_minus_the_loss(scores))


def infonce_minus_the_loss(scores):
    return np.mean(np.diag(scores) - fd.logsumexp(scores, axis=1))


def infonce_loss(scores):
    return np.mean(fd.logsumexp(scores, axis=1) - np.diag(scores))


def infonce_plus_the_loss(scores):
    return np.log(len(scores)) + infonce_loss(scores)


def infonce_sum(scores):
    log_share = np.diag(scores) - fd.logsumexp(scores, axis=1)
    return np.log(len(scores)) + np.sum(log_share)


def infonce_overflow(scores):
    share = np.exp(np.diag(scores)) / np.sum(np.exp(scores), axis=1)
    return np.log(len(scores)) + np.mean(np.log(share))


def infonce_in_bits(scores):
    log_share = np.diag(scores) - fd.logsumexp(scores, axis=1)
    return (np.log(len(scores)) + np.mean(log_share)) / np.log(2)


def infonce_both_ways(scores):
    rows, columns = (fd.logsumexp(scores, axis=a) for a in (1, 0))
    log_share = np.diag(scores) - (rows + columns) / 2
    return np.log(len(scores)) + np.mean(log_share)


def infonce_the_whole_table(scores):
    return (np.log(len(scores)) + np.mean(np.diag(scores))
            - fd.logsumexp(scores.ravel()))


def infonce_log_of_the_mean_share(scores):
    share = np.diag(fd.softmax(scores, axis=1))
    return np.log(len(scores)) + np.log(np.mean(share))


def infonce_probabilities(scores):
    share = np.diag(fd.softmax(scores, axis=1))
    return np.log(len(scores)) + np.mean(share)


def infonce_each_row(scores):
    log_share = np.diag(scores) - fd.logsumexp(scores, axis=1)
    return np.log(len(scores)) + log_share


def infonce_all_scores(scores):
    log_share = scores - fd.logsumexp(scores, axis=1, keepdims=True)
    return np.log(len(scores)) + np.mean(log_share)


def infonce_by_shift(scores):
    apart = scores - np.diag(scores)[:, None]
    most = apart.max(axis=1, keepdims=True)
    log_sum = most[:, 0] + np.log(np.mean(np.exp(apart - most), axis=1))
    return -np.mean(log_sum)


def infonce_by_loop(scores):
    total = 0.0
    for i, row in enumerate(scores.tolist()):
        most = max(row)
        total += row[i] - most
        total -= math.log(sum(math.exp(s - most) for s in row))
    return math.log(len(scores)) + total / len(scores)


# --- huffman_code ------------------------------------------------------------


def _merged(probabilities, choose, word=lambda bit, word: bit + word):
    """Merge two nodes at a time, those that ``choose`` takes from a list."""
    nodes = [(p, [symbol]) for symbol, p in probabilities.items()]
    words = dict.fromkeys(probabilities, "")
    while len(nodes) > 1:
        nodes, first, second = choose(nodes)
        for bit, node in (("0", first), ("1", second)):
            for symbol in node[1]:
                words[symbol] = word(bit, words[symbol])
        nodes.append((first[0] + second[0], first[1] + second[1]))
    return words if len(words) > 1 else dict.fromkeys(words, "0")


def _two_smallest(nodes):
    first, second, *others = sorted(nodes)
    return others, first, second


def huffman_two_largest(probabilities):
    def two_largest(nodes):
        *others, second, first = sorted(nodes)
        return others, first, second

    return _merged(probabilities, two_largest)


def huffman_not_put_back_in_order(probabilities):
    def first_two(nodes):
        first, second, *others = nodes
        return others, first, second

    ordered = dict(sorted(probabilities.items(), key=lambda item: item[1]))
    words = _merged(ordered, first_two)
    return {symbol: words[symbol] for symbol in probabilities}


def huffman_in_order_given(probabilities):
    def first_two(nodes):
        first, second, *others = nodes
        return others, first, second

    return _merged(probabilities, first_two)


def huffman_one_long_chain(probabilities):
    ordered = sorted(probabilities, key=probabilities.get, reverse=True)
    last = len(ordered) - 1
    words = {s: "1" * i + "0" * (i < last) for i, s in enumerate(ordered)}
    return words if last else dict.fromkeys(words, "0")


def huffman_empty_word(probabilities):
    words = _merged(probabilities, _two_smallest)
    return words if len(words) > 1 else dict.fromkeys(words, "")


def huffman_bits_at_the_end(probabilities):
    return _merged(
        probabilities, _two_smallest, lambda bit, word: word + bit
    )


def huffman_heap_of_trees(probabilities):
    if len(probabilities) == 1:
        return dict.fromkeys(probabilities, "0")
    heap = [(p, symbol) for symbol, p in probabilities.items()]
    heapq.heapify(heap)
    while len(heap) > 1:
        p, zero = heapq.heappop(heap)
        q, one = heapq.heappop(heap)
        heapq.heappush(heap, (p + q, (zero, one)))
    words = {}

    def read(tree, word):
        if isinstance(tree, tuple):
            read(tree[0], word + "0")
            read(tree[1], word + "1")
        else:
            words[tree] = word

    read(heap[0][1], "")
    return words


def huffman_heap_of_dicts(probabilities):
    if len(probabilities) == 1:
        return dict.fromkeys(probabilities, "0")
    heap = [(p, {symbol: ""}) for symbol, p in probabilities.items()]
    heapq.heapify(heap)
    while len(heap) > 1:
        p, zeros = heapq.heappop(heap)
        q, ones = heapq.heappop(heap)
        words = {symbol: "0" + word for symbol, word in zeros.items()}
        words |= {symbol: "1" + word for symbol, word in ones.items()}
        heapq.heappush(heap, (p + q, words))
    return heap[0][1]


def huffman_fixed_length(probabilities):
    length = max(1, (len(probabilities) - 1).bit_length())
    return {s: f"{i:0{length}b}" for i, s in enumerate(probabilities)}


def huffman_shannon_lengths(probabilities):
    words, start = {}, 0.0
    for s in sorted(probabilities, key=probabilities.get, reverse=True):
        length = max(1, math.ceil(-math.log2(probabilities[s])))
        words[s] = f"{int(start * 2**length):0{length}b}"
        start += probabilities[s]
    return words


def huffman_fano(probabilities):
    words = dict.fromkeys(probabilities, "")

    def split(symbols):
        if len(symbols) == 1:
            return
        p = np.array([probabilities[s] for s in symbols])
        sums = np.cumsum(p)[:-1]
        cut = int(np.argmin(np.abs(2 * sums - p.sum()))) + 1
        for bit, part in (("0", symbols[:cut]), ("1", symbols[cut:])):
            for s in part:
                words[s] += bit
            split(part)

    split(sorted(probabilities, key=probabilities.get, reverse=True))
    return words if len(words) > 1 else dict.fromkeys(words, "0")


def huffman_lengths(probabilities):
    words = _merged(probabilities, _two_smallest)
    return {symbol: len(word) for symbol, word in words.items()}


def huffman_words_by_rank(probabilities):
    words = _merged(probabilities, _two_smallest)
    in_order = sorted(words, key=lambda s: (len(words[s]), words[s]))
    return {s: words[t] for s, t in zip(probabilities, in_order, strict=True)}


def huffman_pairs(probabilities):
    return list(_merged(probabilities, _two_smallest).items())


def huffman_the_other_way_round(probabilities):
    words = _merged(probabilities, _two_smallest)
    return {word: symbol for symbol, word in words.items()}


def huffman_by_sorting(probabilities):
    return _merged(probabilities, _two_smallest)


def huffman_by_tree(probabilities):
    if len(probabilities) == 1:
        return dict.fromkeys(probabilities, "0")
    heap = [(p, i, s) for i, (s, p) in enumerate(probabilities.items())]
    heapq.heapify(heap)
    count = len(heap)
    while len(heap) > 1:
        p, _, zero = heapq.heappop(heap)
        q, _, one = heapq.heappop(heap)
        heapq.heappush(heap, (p + q, count, [one, zero]))
        count += 1
    words, waiting = {}, [(heap[0][2], "")]
    while waiting:
        tree, word = waiting.pop()
        if isinstance(tree, list):
            waiting += [(tree[0], word + "0"), (tree[1], word + "1")]
        else:
            words[tree] = word
    return words


# --- bits_per_character ------------------------------------------------------


def _bits(items):
    counts = np.array(list(Counter(items).values()), dtype=float)
    return it.entropy(counts / counts.sum(), base=2)


def _huffman_bits(text):
    share = {c: k / len(text) for c, k in Counter(text).items()}
    words = it.huffman_code(share)
    return sum(share[c] * len(words[c]) for c in share)


def _pairs(text):
    return list(zip(text[:-1], text[1:], strict=True))


def _after(text):
    return _bits(_pairs(text)) - _bits(text[:-1])


def text_in_nats(text):
    return (_bits(text) * np.log(2), _huffman_bits(text),
            _after(text) * np.log(2))


def text_after_in_nats(text):
    return _bits(text), _huffman_bits(text), _after(text) * np.log(2)


def text_in_nats_with_all_before(text):
    after = (_bits(_pairs(text)) - _bits(text)) * np.log(2)
    return _bits(text) * np.log(2), _huffman_bits(text), after


def text_huffman_first(text):
    return _huffman_bits(text), _bits(text), _after(text)


def text_words_unweighted(text):
    share = {c: k / len(text) for c, k in Counter(text).items()}
    words = it.huffman_code(share).values()
    return _bits(text), np.mean([len(word) for word in words]), _after(text)


def text_in_total(text):
    n = len(text)
    return n * _bits(text), n * _huffman_bits(text), (n - 1) * _after(text)


def text_huffman_in_total(text):
    return _bits(text), len(text) * _huffman_bits(text), _after(text)


def text_given_the_next(text):
    after = _bits(_pairs(text)) - _bits(text[1:])
    return _bits(text), _huffman_bits(text), after


def text_with_all_characters_before(text):
    after = _bits(_pairs(text)) - _bits(text)
    return _bits(text), _huffman_bits(text), after


def text_of_pairs(text):
    return _bits(text), _huffman_bits(text), _bits(_pairs(text))


def text_half_of_pairs(text):
    return _bits(text), _huffman_bits(text), _bits(_pairs(text)) / 2


def text_of_pairs_side_by_side(text):
    pairs = list(zip(text[::2], text[1::2], strict=False))
    after = _bits(pairs) - _bits([first for first, _ in pairs])
    return _bits(text), _huffman_bits(text), after


def text_in_small_letters(text):
    text = text.lower()
    return _bits(text), _huffman_bits(text), _after(text)


def text_without_white(text):
    text = "".join(text.split())
    return _bits(text), _huffman_bits(text), _after(text)


def text_without_spaces(text):
    text = text.replace(" ", "")
    return _bits(text), _huffman_bits(text), _after(text)


def text_without_new_lines(text):
    text = text.replace("\n", "")
    return _bits(text), _huffman_bits(text), _after(text)


def text_tidied(text):
    text = " ".join(text.split())
    return _bits(text), _huffman_bits(text), _after(text)


def text_rounded(text):
    exact = _bits(text), _huffman_bits(text), _after(text)
    return tuple(round(float(number), 4) for number in exact)


def text_rounded_to_six(text):
    exact = _bits(text), _huffman_bits(text), _after(text)
    return tuple(round(float(number), 6) for number in exact)


def _bits_of_n(items, n):
    """Bits of items whose counts are divided by n, whatever their sum."""
    shares = np.array(list(Counter(items).values())) / n
    return -np.sum(_p_log_q(shares, shares)) / np.log(2)


def text_pairs_by_n_refused(text):
    n = len(text)
    pairs, before = (
        it.entropy(np.array(list(Counter(items).values())) / n, base=2)
        for items in (_pairs(text), text[:-1])
    )
    return _bits(text), _huffman_bits(text), pairs - before


def text_pairs_by_n(text):
    n = len(text)
    after = _bits_of_n(_pairs(text), n) - _bits_of_n(text[:-1], n)
    return _bits(text), _huffman_bits(text), after


def text_before_by_n(text):
    after = _bits(_pairs(text)) - _bits_of_n(text[:-1], len(text))
    return _bits(text), _huffman_bits(text), after


def text_only_pairs_by_n(text):
    after = _bits_of_n(_pairs(text), len(text)) - _bits(text[:-1])
    return _bits(text), _huffman_bits(text), after


def text_of_a_ring(text):
    pairs = list(zip(text, text[1:] + text[0], strict=True))
    return _bits(text), _huffman_bits(text), _bits(pairs) - _bits(text)


def text_of_words(text):
    text = text.split()
    return _bits(text), _huffman_bits(text), _after(text)


def text_every_kind_alike(text):
    def alike(items):
        return np.log2(len(set(items)))

    return (alike(text), _huffman_bits(text),
            alike(_pairs(text)) - alike(text[:-1]))


def text_words_mixed_up(text):
    """Words of one order, shares of another."""
    counts = Counter(text)
    words = it.huffman_code({c: k / len(text) for c, k in counts.items()})
    shares = sorted(k / len(text) for k in counts.values())
    huffman = sum(
        share * len(word)
        for share, word in zip(shares, words.values(), strict=True)
    )
    return _bits(text), huffman, _after(text)


def text_after_unweighted(text):
    following = {}
    for first, second in _pairs(text):
        following.setdefault(first, []).append(second)
    after = np.mean([_bits(seconds) for seconds in following.values()])
    return _bits(text), _huffman_bits(text), after


def text_after_by_characters(text):
    following = {}
    for first, second in _pairs(text):
        following.setdefault(first, []).append(second)
    after = sum(
        len(seconds) / (len(text) - 1) * _bits(seconds)
        for seconds in following.values()
    )
    return _bits(text), _huffman_bits(text), after


def text_by_table(text):
    kinds = sorted(set(text))
    place = np.array([kinds.index(c) for c in text])
    table = np.zeros((len(kinds), len(kinds)))
    np.add.at(table, (place[1:], place[:-1]), 1 / (len(text) - 1))
    p = np.bincount(place) / len(text)
    words = it.huffman_code(dict(zip(kinds, p, strict=True)))
    return (
        it.entropy(p, base=2),
        p @ [len(words[c]) for c in kinds],
        fd.nats_to_bits(it.conditional_entropy(table)),
    )


# --- arithmetic_encode, arithmetic_decode ------------------------------------


def _word(low, width, length=None, start=math.ceil):
    """The bits of the first stretch that begins in the interval."""
    if length is None:
        length = 1
        while width * 2 ** (length - 1) < 1:
            length += 1
    return f"{start(low * 2**length):0{length}b}"


def _interval(symbols, conditional):
    low, width = Fraction(0), Fraction(1)
    for i, symbol in enumerate(symbols):
        p = conditional(symbols[:i])
        low += width * sum(p[:symbol])
        width *= p[symbol]
    return low, width


def encode_by_probability(symbols, conditional):
    low, width = Fraction(0), Fraction(1)
    for i, symbol in enumerate(symbols):
        p = conditional(symbols[:i])[symbol]
        low += width * p
        width *= p
    return _word(low, width)


def encode_past_the_symbol(symbols, conditional):
    low, width = Fraction(0), Fraction(1)
    for i, symbol in enumerate(symbols):
        p = conditional(symbols[:i])
        low += width * sum(p[:symbol + 1])
        width *= p[symbol]
    return _word(low, width)


def encode_ends_one_after_another(symbols, conditional):
    low, high = Fraction(0), Fraction(1)
    for i, symbol in enumerate(symbols):
        p = conditional(symbols[:i])
        width = high - low
        low = low + width * sum(p[:symbol])
        high = low + width * sum(p[:symbol + 1])
    return _word(low, high - low)


def encode_with_the_new_width(symbols, conditional):
    low, high = Fraction(0), Fraction(1)
    for i, symbol in enumerate(symbols):
        p = conditional(symbols[:i])
        low = low + (high - low) * sum(p[:symbol])
        high = low + (high - low) * sum(p[:symbol + 1])
    return _word(low, high - low)


def encode_after_narrowing(symbols, conditional):
    """The width is narrowed before it is used."""
    low, width = Fraction(0), Fraction(1)
    for i, symbol in enumerate(symbols):
        p = conditional(symbols[:i])
        width *= p[symbol]
        low += width * sum(p[:symbol])
    return _word(low, width)


def encode_in_floats(symbols, conditional):
    low, width = 0.0, 1.0
    for i, symbol in enumerate(symbols):
        p = conditional(symbols[:i])
        low += width * float(sum(p[:symbol]))
        width *= float(p[symbol])
    return _word(low, width)


def encode_in_floats_by_both_ends(symbols, conditional):
    low, high = 0.0, 1.0
    for i, symbol in enumerate(symbols):
        p = [float(x) for x in conditional(symbols[:i])]
        width = high - low
        low, high = low + width * sum(p[:symbol]), (
            low + width * sum(p[:symbol + 1]))
    length = math.ceil(-math.log2(high - low)) + 1
    return f"{math.ceil(low * 2**length):0{length}b}"


def encode_rounded_up_each_time(symbols, conditional):
    low, width = _interval(symbols, conditional)
    length = 1
    for i, symbol in enumerate(symbols):
        length += math.ceil(-math.log2(conditional(symbols[:i])[symbol]))
    return _word(low, width, length)


def encode_one_bit_short(symbols, conditional):
    low, width = _interval(symbols, conditional)
    length = 0
    while width * 2**length < 1:
        length += 1
    length = max(length, 1)
    return _word(low, width, length)


def encode_one_bit_long(symbols, conditional):
    low, width = _interval(symbols, conditional)
    length = 2
    while width * 2 ** (length - 2) < 1:
        length += 1
    return _word(low, width, length)


def encode_rounded_down(symbols, conditional):
    return _word(*_interval(symbols, conditional), start=math.floor)


def encode_without_leading_zeros(symbols, conditional):
    word = _word(*_interval(symbols, conditional))
    return bin(int(word, 2))[2:]


def encode_with_0b(symbols, conditional):
    return bin(int(_word(*_interval(symbols, conditional)), 2))


def encode_to_list(symbols, conditional):
    return [int(bit) for bit in _word(*_interval(symbols, conditional))]


def encode_without_prefix(symbols, conditional):
    return _word(*_interval(symbols, lambda prefix: conditional(())))


def encode_with_the_symbol_itself(symbols, conditional):
    low, width = Fraction(0), Fraction(1)
    for i, symbol in enumerate(symbols):
        p = conditional(symbols[:i + 1])
        low += width * sum(p[:symbol])
        width *= p[symbol]
    return _word(low, width)


def encode_last_symbol_only(symbols, conditional):
    return _word(*_interval(symbols, lambda prefix: conditional(prefix[-1:])))


def encode_from_the_middle(symbols, conditional):
    low, width = _interval(symbols, conditional)
    return _word(low + width / 2, width, start=math.floor)


def encode_with_both_ends(symbols, conditional):
    low, high = Fraction(0), Fraction(1)
    for i, symbol in enumerate(symbols):
        start = low
        for s, p in enumerate(conditional(symbols[:i])):
            end = start + (high - low) * p
            if s == symbol:
                break
            start = end
        low, high = start, end
    width = high - low
    length = (math.ceil(1 / width) - 1).bit_length() + 1
    return _word(low, width, length)


def _decoded(bits, length, conditional, inside):
    value = Fraction(int(bits, 2), 2 ** len(bits))
    low, width, symbols = Fraction(0), Fraction(1), ()
    for _ in range(length):
        p = conditional(symbols)
        symbol = 0
        while not inside(value, low + width * p[symbol]):
            low += width * p[symbol]
            symbol += 1
        width *= p[symbol]
        symbols += (symbol,)
    return list(symbols)


def _below(value, end):
    return value < end


def decode_one_symbol_too_many(bits, length, conditional):
    value = Fraction(int(bits, 2), 2 ** len(bits))
    low, width, symbols = Fraction(0), Fraction(1), ()
    for _ in range(length):
        p = conditional(symbols)
        symbol = 0
        while symbol < len(p) - 1 and low + width * p[symbol] <= value:
            low += width * p[symbol]
            symbol += 1
        symbols += (symbol,)
        width *= conditional(symbols)[symbol]
    return list(symbols)


def decode_end_included(bits, length, conditional):
    return _decoded(
        bits, length, conditional, lambda value, end: value <= end
    )


def decode_in_floats(bits, length, conditional):
    value = int(bits, 2) / 2 ** len(bits)
    low, width, symbols = 0.0, 1.0, ()
    for _ in range(length):
        p = conditional(symbols)
        symbol = 0
        while symbol < len(p) - 1 and low + width * float(p[symbol]) <= value:
            low += width * float(p[symbol])
            symbol += 1
        width *= float(p[symbol])
        symbols += (symbol,)
    return list(symbols)


def decode_without_prefix(bits, length, conditional):
    return _decoded(bits, length, lambda prefix: conditional(()), _below)


def decode_one_symbol_behind(bits, length, conditional):
    return _decoded(
        bits, length, lambda prefix: conditional(prefix[:-1]), _below
    )


def decode_last_symbol_only(bits, length, conditional):
    return _decoded(
        bits, length, lambda prefix: conditional(prefix[-1:]), _below
    )


def decode_without_narrowing(bits, length, conditional):
    value = Fraction(int(bits, 2), 2 ** len(bits))
    symbols = ()
    for _ in range(length):
        p = conditional(symbols)
        symbol, end = 0, p[0]
        while end <= value:
            symbol += 1
            end += p[symbol]
        symbols += (symbol,)
    return list(symbols)


def decode_to_text(bits, length, conditional):
    return "".join(map(str, _decoded(bits, length, conditional, _below)))


def decode_by_rescaling(bits, length, conditional):
    place = Fraction(int(bits, 2), 2 ** len(bits))
    symbols = []
    for _ in range(length):
        p = conditional(tuple(symbols))
        symbol, start = 0, Fraction(0)
        while start + p[symbol] <= place:
            start += p[symbol]
            symbol += 1
        symbols.append(symbol)
        place = (place - start) / p[symbol]
    return symbols


def decode_by_cumulative_sums(bits, length, conditional):
    value = Fraction(int(bits, 2), 2 ** len(bits))
    low, high, symbols = Fraction(0), Fraction(1), ()
    for _ in range(length):
        sums = np.cumsum([0, *conditional(symbols)])
        symbol = int(np.sum(sums <= (value - low) / (high - low))) - 1
        low, high = low + (high - low) * sums[symbol:symbol + 2]
        symbols += (symbol,)
    return symbols
