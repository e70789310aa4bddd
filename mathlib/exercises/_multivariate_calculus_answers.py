"""Wrong and right answers to the exercises of chapter 05."""

import math

import numpy as np

from mathlib import foundations as fd
from mathlib import multivariate_calculus as mc

# --- numerical_gradient ------------------------------------------------------


def _slopes(f, x, quotient):
    """One difference quotient for each entry of x."""
    x = np.asarray(x, dtype=float)
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = 1.0
        gradient[i] = quotient(x, step)
    return gradient


def gradient_leaves_x_shifted(f, x, *, h=1e-5):
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        below = x.copy()
        below[i] -= h
        x[i] += h
        gradient[i] = (f(x) - f(below)) / (2 * h)
    return gradient


def gradient_up_and_never_down(f, x, *, h=1e-5):
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        x[i] += h
        above = f(x)
        x[i] -= h
        gradient[i] = (above - f(x)) / (2 * h)
    return gradient


def gradient_never_back_up(f, x, *, h=1e-5):
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        x[i] += h
        above = f(x)
        x[i] -= 2 * h
        gradient[i] = (above - f(x)) / (2 * h)
    return gradient


def gradient_copy_never_back_up(f, x, *, h=1e-5):
    return gradient_never_back_up(f, np.array(x, dtype=float), h=h)


def gradient_there_and_back(f, x, *, h=1e-5):
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        x[i] += h
        above = f(x)
        x[i] -= 2 * h
        gradient[i] = (above - f(x)) / (2 * h)
        x[i] += h
    return gradient


def gradient_back_and_there(f, x, *, h=1e-5):
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        x[i] -= h
        below = f(x)
        x[i] += 2 * h
        gradient[i] = (f(x) - below) / (2 * h)
        x[i] -= h
    return gradient


def gradient_on_a_copy_of_whole_numbers(f, x, *, h=1e-5):
    return gradient_there_and_back(f, x.copy(), h=h)


def gradient_of_vectors_only(f, x, *, h=1e-5):
    gradient = np.zeros(len(x))
    for i in range(len(x)):
        step = np.zeros(len(x))
        step[i] = h
        gradient[i] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


def gradient_row_by_row(f, x, *, h=1e-5):
    gradient = np.zeros(x.shape)
    for i in range(len(x)):
        step = np.zeros(x.shape)
        step[i] = h
        gradient[i] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


def gradient_flattened(f, x, *, h=1e-5):
    return numerical_gradient_by_loop(f, x, h=h).ravel()


def gradient_forward(f, x, *, h=1e-5):
    return _slopes(f, x, lambda x, e: (f(x + h * e) - f(x)) / h)


def gradient_backward(f, x, *, h=1e-5):
    return _slopes(f, x, lambda x, e: (f(x) - f(x - h * e)) / h)


def gradient_by_h(f, x, *, h=1e-5):
    return _slopes(f, x, lambda x, e: (f(x + h * e) - f(x - h * e)) / h)


def gradient_in_one_direction(f, x, *, h=1e-5):
    slope = (f(x + h) - f(x - h)) / (2 * h)
    return np.full(x.shape, slope)


def gradient_of_whole_numbers(f, x, *, h=1e-5):
    gradient = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[i] = h
        gradient[i] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


def gradient_rounded_down(f, x, *, h=1e-5):
    gradient = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = h
        gradient[i] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


def numerical_gradient_by_loop(f, x, *, h=1e-5):
    return _slopes(f, x, lambda x, e: (f(x + h * e) - f(x - h * e)) / (2 * h))


def numerical_gradient_flat(f, x, *, h=1e-5):
    steps = h * np.eye(x.size).reshape(x.size, *x.shape)
    slopes = [(f(x + e) - f(x - e)) / (2 * h) for e in steps]
    return np.array(slopes).reshape(x.shape)


def numerical_gradient_on_a_copy(f, x, *, h=1e-5):
    x = np.array(x, dtype=float)
    gradient = np.empty_like(x)
    for i in np.ndindex(x.shape):
        here = x[i]
        x[i] = here + h
        above = f(x)
        x[i] = here - h
        gradient[i] = (above - f(x)) / (2 * h)
        x[i] = here
    return gradient


# --- jacobian ----------------------------------------------------------------


def _columns(f, x, quotient):
    return [quotient(x, e) for e in np.eye(len(x))]


def jacobian_by_columns(f, x, *, h=1e-5):
    columns = _columns(
        f, x, lambda x, e: (f(x + h * e) - f(x - h * e)) / (2 * h))
    return np.atleast_2d(np.stack(columns, axis=-1))


def jacobian_in_place(f, x, *, h=1e-5):
    J = np.zeros((np.size(f(x)), len(x)))
    for j in range(len(x)):
        step = np.zeros(len(x))
        step[j] = h
        J[:, j] = (f(x + step) - f(x - step)) / (2 * h)
    return J


def jacobian_by_gradients(f, x, *, h=1e-5):
    m = np.size(f(x))
    return np.stack([
        mc.numerical_gradient(lambda x, i=i: np.atleast_1d(f(x))[i], x, h=h)
        for i in range(m)
    ])


def jacobian_transposed(f, x, *, h=1e-5):
    return jacobian_by_columns(f, x, h=h).T


def jacobian_of_rows(f, x, *, h=1e-5):
    return np.array(_columns(
        f, x, lambda x, e: (f(x + h * e) - f(x - h * e)) / (2 * h)))


def jacobian_of_rows_for_arrays_only(f, x, *, h=1e-5):
    J = np.zeros((len(x), len(f(x))))
    for i, e in enumerate(np.eye(len(x))):
        J[i] = (f(x + h * e) - f(x - h * e)) / (2 * h)
    return J


def jacobian_of_outputs(f, x, *, h=1e-5):
    y = np.atleast_1d(f(x))
    J = np.zeros((len(y), len(x)))
    for i in range(len(y)):
        step = np.zeros(len(y))
        step[i] = h
        J[i] = ((y + step)[i] - (y - step)[i]) / (2 * h)
    return J


def jacobian_without_its_row(f, x, *, h=1e-5):
    columns = _columns(
        f, x, lambda x, e: (f(x + h * e) - f(x - h * e)) / (2 * h))
    return np.stack(columns, axis=-1)


def jacobian_for_arrays_only(f, x, *, h=1e-5):
    m = len(f(x))
    J = np.zeros((m, len(x)))
    for j, e in enumerate(np.eye(len(x))):
        J[:, j] = (f(x + h * e) - f(x - h * e)) / (2 * h)
    return J


def jacobian_squeezed(f, x, *, h=1e-5):
    return np.squeeze(jacobian_by_columns(f, x, h=h))


def jacobian_forward(f, x, *, h=1e-5):
    columns = _columns(f, x, lambda x, e: (f(x + h * e) - f(x)) / h)
    return np.atleast_2d(np.stack(columns, axis=-1))


def jacobian_by_h(f, x, *, h=1e-5):
    return 2 * jacobian_by_columns(f, x, h=h)


def jacobian_square_only(f, x, *, h=1e-5):
    J = np.zeros((len(x), len(x)))
    for j, e in enumerate(np.eye(len(x))):
        J[:, j] = (f(x + h * e) - f(x - h * e)) / (2 * h)
    return J


# --- hessian -----------------------------------------------------------------


def _four(f, x, a, b):
    return f(x + a + b) - f(x + a - b) - f(x - a + b) + f(x - a - b)


def hessian_by_four_points(f, x, *, h=1e-4):
    steps = h * np.eye(len(x))
    return np.array([
        [_four(f, x, a, b) / (4 * h**2) for b in steps] for a in steps
    ])


def hessian_with_its_diagonal(f, x, *, h=1e-4):
    H = hessian_by_four_points(f, x, h=h)
    for i, e in enumerate(h * np.eye(len(x))):
        H[i, i] = (f(x + e) - 2 * f(x) + f(x - e)) / h**2
    return H


def hessian_by_gradients(f, x, *, h=1e-4):
    J = mc.jacobian(lambda x: mc.numerical_gradient(f, x, h=h), x, h=h)
    return (J + J.T) / 2


def hessian_off_by_four(f, x, *, h=1e-4):
    H = hessian_with_its_diagonal(f, x, h=h)
    return np.where(np.eye(len(x), dtype=bool), H, 4 * H)


def hessian_all_off_by_four(f, x, *, h=1e-4):
    return 4 * hessian_by_four_points(f, x, h=h)


def hessian_off_by_two(f, x, *, h=1e-4):
    H = hessian_with_its_diagonal(f, x, h=h)
    return np.where(np.eye(len(x), dtype=bool), H, 2 * H)


def hessian_times_square(f, x, *, h=1e-4):
    steps = h * np.eye(len(x))
    return np.array([
        [_four(f, x, a, b) / 4 * h**2 for b in steps] for a in steps
    ])


def hessian_divided_once(f, x, *, h=1e-4):
    return 2 * h * hessian_by_four_points(f, x, h=h)


def hessian_of_noise(f, x, *, h=1e-8):
    return hessian_with_its_diagonal(f, x, h=h)


def hessian_one_triangle(f, x, *, h=1e-4):
    return np.triu(hessian_with_its_diagonal(f, x, h=h))


def hessian_lower_triangle(f, x, *, h=1e-4):
    return np.tril(hessian_with_its_diagonal(f, x, h=h))


def hessian_diagonal_only(f, x, *, h=1e-4):
    return np.diag(np.diag(hessian_with_its_diagonal(f, x, h=h)))


def hessian_forward(f, x, *, h=1e-4):
    steps = h * np.eye(len(x))
    return np.array([
        [(f(x + a + b) - f(x + a) - f(x + b) + f(x)) / h**2 for b in steps]
        for a in steps
    ])


def hessian_as_outer_product(f, x, *, h=1e-4):
    gradient = mc.numerical_gradient(f, x, h=h)
    return np.outer(gradient, gradient)


# --- classify_critical_point -------------------------------------------------


def _verdict(up, down, flat):
    if up and down:
        return "saddle"
    if flat or not (up or down):
        return "inconclusive"
    return "minimum" if up else "maximum"


def classify_by_signs(H, *, tol=1e-9):
    eigenvalues = np.linalg.eigvalsh(H)
    eigenvalues[np.abs(eigenvalues) <= tol * np.abs(eigenvalues).max()] = 0
    signs = set(np.sign(eigenvalues))
    return _verdict(1 in signs, -1 in signs, 0 in signs)


def classify_by_ends(H, *, tol=1e-9):
    values = np.linalg.eigvalsh(np.asarray(H))
    low, high = values[0], values[-1]
    small = tol * max(-low, high)
    if low < -small and high > small:
        return "saddle"
    if low > small:
        return "minimum"
    return "maximum" if high < -small else "inconclusive"


def classify_by_diagonal(H, *, tol=1e-9):
    d = np.diag(H)
    small = tol * np.abs(d).max()
    return _verdict(
        (d > small).any(), (d < -small).any(), (np.abs(d) <= small).any())


def classify_by_determinant(H, *, tol=1e-9):
    determinant = np.linalg.det(H)
    if abs(determinant) <= tol:
        return "inconclusive"
    return "minimum" if determinant > 0 else "saddle"


def classify_by_two_by_two_rule(H, *, tol=1e-9):
    determinant = np.linalg.det(H)
    if abs(determinant) <= tol:
        return "inconclusive"
    if determinant < 0:
        return "saddle"
    return "minimum" if H[0, 0] > 0 else "maximum"


def classify_by_trace(H, *, tol=1e-9):
    trace = np.trace(H)
    if abs(trace) <= tol:
        return "saddle"
    return "minimum" if trace > 0 else "maximum"


def classify_flat_as_bottom(H, *, tol=1e-9):
    values = np.linalg.eigvalsh(H)
    small = tol * np.abs(values).max()
    if (values >= -small).all():
        return "minimum"
    return "maximum" if (values <= small).all() else "saddle"


def classify_by_any(H, *, tol=1e-9):
    values = np.linalg.eigvalsh(H)
    small = tol * np.abs(values).max()
    return _verdict((values > small).any(), (values < -small).any(), False)


def classify_any_first(H, *, tol=1e-9):
    found = classify_by_any(H, tol=tol)
    return "minimum" if found == "saddle" else found


def classify_rest_as_saddle(H, *, tol=1e-9):
    values = np.linalg.eigvalsh(H)
    small = tol * np.abs(values).max()
    if (values > small).all():
        return "minimum"
    return "maximum" if (values < -small).all() else "saddle"


def classify_flat_first(H, *, tol=1e-9):
    values = np.linalg.eigvalsh(H)
    if (np.abs(values) <= tol * np.abs(values).max()).any():
        return "inconclusive"
    return _verdict((values > 0).any(), (values < 0).any(), False)


def classify_without_tol(H, *, tol=1e-9):
    values = np.linalg.eigvalsh(H)
    return _verdict(
        (values > 0).any(), (values < 0).any(), (values == 0).any())


def classify_absolute(H, *, tol=1e-9):
    values = np.linalg.eigvalsh(H)
    return _verdict((values > tol).any(), (values < -tol).any(),
                    (np.abs(values) <= tol).any())


def classify_upside_down(H, *, tol=1e-9):
    found = classify_by_signs(H, tol=tol)
    other = {"minimum": "maximum", "maximum": "minimum"}
    return other.get(found, found)


# --- chain_vjp ---------------------------------------------------------------


def chain_by_loop(jacobians, v):
    for J in reversed(jacobians):
        v = v @ J
    return v


def chain_by_transposes(jacobians, v):
    for J in jacobians[::-1]:
        v = J.T @ v
    return v


def chain_by_einsum(jacobians, v):
    v = np.array(v)
    for i in range(len(jacobians) - 1, -1, -1):
        v = np.einsum("i,ij->j", v, jacobians[i])
    return v


def chain_by_recursion(jacobians, v):
    if len(jacobians) == 0:
        return v
    *first, last = jacobians
    return chain_by_recursion(first, v @ last)


def chain_matrices_first(jacobians, v):
    if len(jacobians) == 0:
        return v
    product = jacobians[0]
    for J in jacobians[1:]:
        product = J @ product
    return v @ product


def chain_forward_order(jacobians, v):
    for J in jacobians:
        v = v @ J
    return v


def chain_not_transposed(jacobians, v):
    for J in reversed(jacobians):
        v = J @ v
    return v


def chain_pushed_forward(jacobians, v):
    for J in jacobians:
        v = J @ v
    return v


def chain_as_row(jacobians, v):
    return chain_by_loop(jacobians, v[None, :])


def chain_as_column(jacobians, v):
    return chain_by_transposes(jacobians, v[:, None])


def chain_list_reversed(jacobians, v):
    jacobians.reverse()
    for J in jacobians:
        v = v @ J
    return v


def chain_never_empty(jacobians, v):
    result = v @ jacobians[-1]
    for J in jacobians[-2::-1]:
        result = result @ J
    return result


# --- Value, backward ---------------------------------------------------------


class Value:
    """A number that keeps what it was made from: pairs (parent, slope)."""

    def __init__(self, data):
        self.data, self.grad, self.parents = float(data), 0.0, ()

    def made(self, data, *parents):
        """A new Value of the same class."""
        out = type(self)(data)
        out.parents = parents
        return out

    def of(self, other):
        """Wrap a number."""
        return other if isinstance(other, Value) else type(self)(other)

    def __add__(self, other):
        other = self.of(other)
        return self.made(self.data + other.data, (self, 1.0), (other, 1.0))

    def __mul__(self, other):
        other = self.of(other)
        return self.made(self.data * other.data,
                         (self, other.data), (other, self.data))

    def __pow__(self, p):
        return self.made(self.data**p, (self, p * self.data ** (p - 1)))

    def exp(self):
        out = math.exp(self.data)
        return self.made(out, (self, out))

    def log(self):
        return self.made(math.log(self.data), (self, 1 / self.data))

    def tanh(self):
        out = math.tanh(self.data)
        return self.made(out, (self, 1 - out**2))

    def relu(self):
        return self.made(max(self.data, 0.0), (self, float(self.data > 0)))

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + -self.of(other)

    def __rsub__(self, other):
        return self.of(other) + -self

    def __truediv__(self, other):
        return self * self.of(other) ** -1.0

    def __rtruediv__(self, other):
        return self.of(other) * self**-1.0

    __radd__, __rmul__ = __add__, __mul__


def _order(output):
    """Every node once, each after all that it was made from."""
    order, seen, waiting = [], set(), [(output, False)]
    while waiting:
        node, ready = waiting.pop()
        if ready:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            waiting.append((node, True))
            waiting += [(parent, False) for parent, _ in node.parents]
    return order


def _push(node):
    for parent, slope in node.parents:
        parent.grad += node.grad * slope


def _reverse(output):
    order = _order(output)
    for node in order:
        node.grad = 0.0
    output.grad = 1.0
    for node in reversed(order):
        _push(node)


def backward(output):
    """Reverse mode: from the output back to the leaves."""
    _reverse(output)


class TypedValue(Value):
    """As above: what stands beside a wrong or another backward."""


def backward_again(output):
    """As above: what stands beside a wrong class."""
    _reverse(output)


class ClosureValue(Value):
    """Each node pushes its gradient on by a function of its own."""

    def __init__(self, data):
        super().__init__(data)
        self.push = lambda: None

    def made(self, data, *parents):
        out = type(self)(data)
        out.parents = parents

        def push():
            for parent, slope in parents:
                parent.grad = parent.grad + slope * out.grad

        out.push = push
        return out


def backward_not_written(output):
    raise NotImplementedError


def backward_by_closures(output):
    order = _order(output)
    for node in order:
        node.grad = 0.0
    output.grad = 1.0
    while order:
        order.pop().push()


class NumberedValue(Value):
    """Counts its making: what is made later comes later."""

    count = 0

    def __init__(self, data):
        super().__init__(data)
        NumberedValue.count += 1
        self.number = NumberedValue.count


def backward_by_age(output):
    nodes, waiting = {output}, [output]
    while waiting:
        for parent, _ in waiting.pop().parents:
            if parent not in nodes:
                nodes.add(parent)
                waiting.append(parent)
    for node in nodes:
        node.grad = 0.0
    output.grad = 1.0
    for node in sorted(nodes, key=lambda node: -node.number):
        _push(node)


def backward_by_counting_children(output):
    children, waiting, nodes = {}, [output], {output}
    while waiting:
        for parent, _ in waiting.pop().parents:
            children[parent] = children.get(parent, 0) + 1
            if parent not in nodes:
                nodes.add(parent)
                waiting.append(parent)
    for node in nodes:
        node.grad = 0.0
    output.grad, ready = 1.0, [output]
    while ready:
        node = ready.pop()
        for parent, slope in node.parents:
            parent.grad += slope * node.grad
            children[parent] -= 1
            if children[parent] == 0:
                ready.append(parent)


def backward_that_assigns(output):
    order = _order(output)
    for node in order:
        node.grad = 0.0
    output.grad = 1.0
    for node in reversed(order):
        for parent, slope in node.parents:
            parent.grad = node.grad * slope


def backward_as_they_come(output):
    nodes, seen = [output], {output}
    for node in nodes:  # which grows on the way
        for parent, _ in node.parents:
            if parent not in seen:
                seen.add(parent)
                nodes.append(parent)
    for node in nodes:
        node.grad = 0.0
    output.grad = 1.0
    for node in nodes:
        _push(node)


def backward_depth_first(output):
    seen = set(_order(output))
    for node in seen:
        node.grad = 0.0
    output.grad, waiting = 1.0, [output]
    while waiting:
        node = waiting.pop()
        if node in seen:
            seen.remove(node)
            _push(node)
            waiting += [parent for parent, _ in reversed(node.parents)]


def backward_each_time(output):
    output.grad, waiting, visits = 1.0, [output], 0
    while waiting and visits < 25_000:  # or it would go on for years
        node = waiting.pop()
        _push(node)
        waiting += [parent for parent, _ in node.parents]
        visits += 1


def backward_each_time_from_zero(output):
    for node in _order(output):
        node.grad = 0.0
    backward_each_time(output)


def backward_each_time_by_recursion(output):
    output.grad, visits = 1.0, 0

    def visit(node):
        nonlocal visits
        visits += 1
        for parent, slope in node.parents:
            if visits < 25_000:  # or it would go on for years
                parent.grad += node.grad * slope
                visit(parent)

    visit(output)


def backward_keeps_everything(output):
    order = _order(output)
    output.grad = 1.0
    for node in reversed(order):
        _push(node)


def backward_keeps_leaves(output):
    order = _order(output)
    for node in order:
        if node.parents:
            node.grad = 0.0
    output.grad = 1.0
    for node in reversed(order):
        _push(node)


def backward_by_recursion(output):
    order, seen = [], set()

    def visit(node):
        if node not in seen:
            seen.add(node)
            for parent, _ in node.parents:
                visit(parent)
            order.append(node)

    visit(output)
    for node in order:
        node.grad = 0.0
    output.grad = 1.0
    for node in reversed(order):
        _push(node)


def backward_without_a_start(output):
    order = _order(output)
    for node in order:
        node.grad = 0.0
    for node in reversed(order):
        _push(node)


def backward_one_step(output):
    for node in _order(output):
        node.grad = 0.0
    output.grad = 1.0
    _push(output)


class UnwrappedValue(Value):
    def __add__(self, other):
        return self.made(self.data + other.data, (self, 1.0), (other, 1.0))

    def __mul__(self, other):
        return self.made(self.data * other.data,
                         (self, other.data), (other, self.data))

    __radd__, __rmul__ = __add__, __mul__


class OwnFactorValue(Value):
    def __mul__(self, other):
        other = self.of(other)
        return self.made(self.data * other.data,
                         (self, self.data), (other, other.data))

    __rmul__ = __mul__


class PowerNotLoweredValue(Value):
    def __pow__(self, p):
        return self.made(self.data**p, (self, p * self.data**p))


class ExponentForgottenValue(Value):
    def __pow__(self, p):
        return self.made(self.data**p, (self, self.data ** (p - 1)))


class TanhOfInputValue(Value):
    def tanh(self):
        return self.made(math.tanh(self.data), (self, 1 - self.data**2))


class TanhOverflowsValue(Value):
    def tanh(self):
        e = math.exp(2 * self.data)
        out = (e - 1) / (e + 1)
        return self.made(out, (self, 1 - out**2))


class ReluPassesZeroValue(Value):
    def relu(self):
        return self.made(max(self.data, 0.0), (self, float(self.data >= 0)))


class ReluPassesAllValue(Value):
    def relu(self):
        return self.made(max(self.data, 0.0), (self, 1.0))


class LogOfDataValue(Value):
    def log(self):
        return self.made(math.log(self.data), (self, self.data))


class ExpOfInputValue(Value):
    def exp(self):
        return self.made(math.exp(self.data), (self, self.data))


# --- gradient_check ----------------------------------------------------------


def _both(f, grad, x, h):
    x = np.asarray(x, dtype=np.float64)
    return mc.numerical_gradient(f, x, h=h), np.asarray(grad(x))


def _size(x):
    return float(np.sqrt(np.sum(x**2)))


def check_by_norms(f, grad, x, *, h=1e-5):
    numeric, g = _both(f, grad, x, h)
    return _size(numeric - g) / max(_size(numeric) + _size(g), 1e-12)


def check_flattened(f, grad, x, *, h=1e-5):
    x = np.array(x, dtype=float)
    numeric = numerical_gradient_by_loop(f, x, h=h).ravel()
    g = grad(x).ravel()
    top = np.linalg.norm(numeric - g)
    bottom = np.linalg.norm(numeric) + np.linalg.norm(g)
    return top / bottom if bottom > 1e-12 else top / 1e-12


def check_absolute(f, grad, x, *, h=1e-5):
    numeric, g = _both(f, grad, x, h)
    return _size(numeric - g)


def check_zero_by_zero(f, grad, x, *, h=1e-5):
    numeric, g = _both(f, grad, x, h)
    return np.float64(_size(numeric - g)) / (_size(numeric) + _size(g))


def check_in_its_own_precision(f, grad, x, *, h=1e-5):
    x = np.asarray(x)
    numeric = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[i] = h
        numeric[i] = (f(x + step) - f(x - step)) / (2 * h)
    g = grad(x)
    return _size(numeric - g) / max(_size(numeric) + _size(g), 1e-12)


def check_with_rough_gradient(f, grad, x, *, h=1e-5):
    numeric, g = mc.numerical_gradient(f, x, h=h), grad(x)
    return _size(numeric - g) / max(_size(numeric) + _size(g), 1e-12)


def check_by_one_norm(f, grad, x, *, h=1e-5):
    numeric, g = _both(f, grad, x, h)
    return _size(numeric - g) / max(_size(numeric), 1e-12)


def check_by_largest_norm(f, grad, x, *, h=1e-5):
    numeric, g = _both(f, grad, x, h)
    return _size(numeric - g) / max(_size(numeric), _size(g), 1e-12)


def check_of_norms(f, grad, x, *, h=1e-5):
    numeric, g = _both(f, grad, x, h)
    apart = abs(_size(numeric) - _size(g))
    return apart / max(_size(numeric) + _size(g), 1e-12)


def check_without_roots(f, grad, x, *, h=1e-5):
    numeric, g = _both(f, grad, x, h)
    top, bottom = np.sum((numeric - g) ** 2), np.sum(numeric**2) + np.sum(g**2)
    return top / max(bottom, 1e-12)


def check_as_verdict(f, grad, x, *, h=1e-5):
    return check_by_norms(f, grad, x, h=h) < 1e-6


def check_forward(f, grad, x, *, h=1e-5):
    x = np.asarray(x, dtype=np.float64)
    numeric, g = gradient_forward(f, x, h=h), grad(x)
    return _size(numeric - g) / max(_size(numeric) + _size(g), 1e-12)


def check_eps_added(f, grad, x, *, h=1e-5):
    numeric, g = _both(f, grad, x, h)
    return _size(numeric - g) / (_size(numeric) + _size(g) + 1e-12)


# --- softmax_jacobian --------------------------------------------------------


def softmax_jacobian_by_outer(z):
    s = fd.softmax(z)
    return np.diag(s) - np.outer(s, s)


def softmax_jacobian_by_broadcasting(z):
    s = np.exp(z - np.max(z))
    s = s / s.sum()
    return s[:, None] * (np.eye(len(s)) - s)


def softmax_jacobian_by_loop(z):
    s = fd.softmax(z)
    J = np.zeros((len(s), len(s)))
    for i in range(len(s)):
        for j in range(len(s)):
            J[i, j] = s[i] * (1 - s[i]) if i == j else -s[i] * s[j]
    return J


def softmax_jacobian_diagonal(z):
    s = fd.softmax(z)
    return np.diag(s * (1 - s))


def softmax_jacobian_as_vector(z):
    s = fd.softmax(z)
    return s * (1 - s)


def softmax_jacobian_not_negative(z):
    s = fd.softmax(z)
    return np.where(np.eye(len(s), dtype=bool), s * (1 - s), np.outer(s, s))


def softmax_jacobian_without_square(z):
    s = fd.softmax(z)
    return np.where(np.eye(len(s), dtype=bool), s, -np.outer(s, s))


def softmax_jacobian_inner(z):
    s = fd.softmax(z)
    return np.diag(s) - s @ s


def softmax_jacobian_row_of_s(z):
    s = fd.softmax(z)
    return np.diag(s) - s * s


def softmax_jacobian_not_times_s(z):
    s = fd.softmax(z)
    return np.eye(len(s)) - s


def softmax_jacobian_of_logits(z):
    return np.diag(z) - np.outer(z, z)


def softmax_jacobian_overflow(z):
    s = np.exp(z) / np.exp(z).sum()
    return np.diag(s) - np.outer(s, s)


def softmax_jacobian_by_differences(z):
    return mc.jacobian(fd.softmax, z)


# --- quadratic_form_gradient -------------------------------------------------


def quadratic_by_sum(A, x):
    return (A + A.T) @ x


def quadratic_by_parts(A, x):
    return A @ x + x @ A


def quadratic_by_loop(A, x):
    n = len(x)
    return np.array([
        sum((A[i, j] + A[j, i]) * x[j] for j in range(n)) for i in range(n)
    ])


def quadratic_twice(A, x):
    return 2 * A @ x


def quadratic_once(A, x):
    return A @ x


def quadratic_transposed_twice(A, x):
    return 2 * A.T @ x


def quadratic_transposed_once(A, x):
    return A.T @ x


def quadratic_halved(A, x):
    return (A + A.T) @ x / 2


def quadratic_form_itself(A, x):
    return x @ A @ x


# --- gauss_newton_matrix -----------------------------------------------------


def _batch(J, loss_hessian):
    J = np.reshape(J, (-1, *J.shape[-2:]))
    if loss_hessian is None:
        loss_hessian = np.eye(J.shape[-2])
    return J, loss_hessian


def gauss_newton_by_matmul(J, loss_hessian=None):
    J, H = _batch(J, loss_hessian)
    return (J.swapaxes(-1, -2) @ H @ J).sum(0)


def gauss_newton_by_einsum(J, loss_hessian=None):
    J, H = _batch(J, loss_hessian)
    H = np.broadcast_to(H, (len(J), *H.shape[-2:]))
    return np.einsum("bki,bkl,blj->ij", J, H, J)


def gauss_newton_by_loop(J, loss_hessian=None):
    J, H = _batch(J, loss_hessian)
    total = np.zeros((J.shape[-1], J.shape[-1]))
    for i, one in enumerate(J):
        total = total + one.T @ (H[i] if H.ndim == 3 else H) @ one
    return total


def gauss_newton_outputs(J, loss_hessian=None):
    J, H = _batch(J, loss_hessian)
    return (J @ J.swapaxes(-1, -2)).sum(0)


def gauss_newton_turned_round(J, loss_hessian=None):
    weighted = J if loss_hessian is None else J @ loss_hessian
    G = weighted @ J.swapaxes(-1, -2)
    return G if G.ndim == 2 else G.sum(axis=0)


def gauss_newton_turned_round_with_eye(J, loss_hessian=None):
    if loss_hessian is None:
        loss_hessian = np.eye(J.shape[-2])
    return gauss_newton_turned_round(J, loss_hessian)


def gauss_newton_deaf(J, loss_hessian=None):
    return gauss_newton_by_matmul(J)


def gauss_newton_mean(J, loss_hessian=None):
    J, H = _batch(J, loss_hessian)
    return (J.swapaxes(-1, -2) @ H @ J).mean(0)


def gauss_newton_mean_over_outputs(J, loss_hessian=None):
    return gauss_newton_by_matmul(J, loss_hessian) / J.shape[-2]


def gauss_newton_for_each(J, loss_hessian=None):
    H = np.eye(J.shape[-2]) if loss_hessian is None else loss_hessian
    return J.swapaxes(-1, -2) @ H @ J


def gauss_newton_all_transposed(J, loss_hessian=None):
    H = np.eye(J.shape[-2]) if loss_hessian is None else loss_hessian
    return J.T @ H @ J


def gauss_newton_diagonal(J, loss_hessian=None):
    J, H = _batch(J, loss_hessian)
    weights = np.diagonal(H, axis1=-2, axis2=-1)
    return (J.swapaxes(-1, -2) @ (weights[..., None] * J)).sum(0)


# --- hessian_vector_product --------------------------------------------------


def _unit(v):
    length = np.sqrt(np.sum(v**2))
    return (v / length if length > 0 else v), length


def product_of_unit_step(grad, x, v, *, h=1e-5):
    u, length = _unit(v)
    return length * (grad(x + h * u) - grad(x - h * u)) / (2 * h)


def product_by_scaled_step(grad, x, v, *, h=1e-5):
    length = np.linalg.norm(v)
    if length == 0:
        return np.zeros(np.shape(x))
    step = h / length
    return (grad(x + step * v) - grad(x - step * v)) / (2 * step)


def product_forward(grad, x, v, *, h=1e-5):
    u, length = _unit(v)
    return length * (grad(x + h * u) - grad(x)) / h


def product_not_scaled_back(grad, x, v, *, h=1e-5):
    u, _ = _unit(v)
    return (grad(x + h * u) - grad(x - h * u)) / (2 * h)


def product_by_h(grad, x, v, *, h=1e-5):
    u, length = _unit(v)
    return length * (grad(x + h * u) - grad(x - h * u)) / h


def product_of_long_step(grad, x, v, *, h=1e-5):
    return (grad(x + h * v) - grad(x - h * v)) / (2 * h)


def product_of_long_forward_step(grad, x, v, *, h=1e-5):
    return (grad(x + h * v) - grad(x)) / h


def product_of_long_step_by_h(grad, x, v, *, h=1e-5):
    return (grad(x + h * v) - grad(x - h * v)) / h


def product_nan_for_zero(grad, x, v, *, h=1e-5):
    length = np.sqrt(np.sum(v**2))
    with np.errstate(all="ignore"):
        u = v / length
        return length * (grad(x + h * u) - grad(x - h * u)) / (2 * h)


def product_by_hessian(grad, x, v, *, h=1e-5):
    H = mc.jacobian(
        lambda y: grad(y.reshape(x.shape)).ravel(), np.ravel(x), h=h)
    return (H @ np.ravel(v)).reshape(x.shape)


# --- sharpness ---------------------------------------------------------------


def _iterate(product, v, max_iter, tol):
    """Power iteration: the last Rayleigh quotient."""
    v = v / np.linalg.norm(v)
    value = np.inf
    for _ in range(max_iter):
        w = product(v)
        old, value = value, v @ w
        length = np.linalg.norm(w)
        if abs(value - old) <= tol * abs(value) or length == 0:
            break
        v = w / length
    return float(value)


def _start(rng, x):
    rng = np.random.default_rng() if rng is None else rng
    return rng.normal(size=x.shape)


def sharpness_by_two_runs(grad, x, *, max_iter=100, tol=1e-6, rng=None):
    def product(v):
        return mc.hessian_vector_product(grad, x, v)

    v = _start(rng, x)
    extreme = _iterate(product, v, max_iter, tol)
    if extreme >= 0:
        return extreme
    shifted = _iterate(
        lambda v: product(v) - extreme * v, v, max_iter, tol)
    return shifted + extreme


def sharpness_by_bound(grad, x, *, max_iter=100, tol=1e-6, rng=None):
    def product(v):
        return mc.hessian_vector_product(grad, x, v)

    v = _start(rng, x)
    bound = abs(_iterate(product, v, max_iter, tol))
    shifted = _iterate(lambda v: product(v) + bound * v, v, max_iter, tol)
    return shifted - bound


def sharpness_plain(grad, x, *, max_iter=100, tol=1e-6, rng=None):
    rng = np.random.default_rng() if rng is None else rng
    v = rng.normal(size=x.shape)
    v = v / np.linalg.norm(v)
    value = np.inf
    for _ in range(max_iter):
        Hv = mc.hessian_vector_product(grad, x, v)
        old, value = value, v @ Hv
        if abs(value - old) <= tol * abs(value):
            break
        with np.errstate(all="ignore"):
            v = Hv / np.linalg.norm(Hv)
    return value


def sharpness_plain_modulus(
    grad, x, *, max_iter=100, tol=1e-6, rng=None
):
    return abs(sharpness_plain(
        grad, x, max_iter=max_iter, tol=tol, rng=rng))


def sharpness_modulus(grad, x, *, max_iter=100, tol=1e-6, rng=None):
    def product(v):
        return mc.hessian_vector_product(grad, x, v)

    return abs(_iterate(product, _start(rng, x), max_iter, tol))


def sharpness_signed(grad, x, *, max_iter=100, tol=1e-6, rng=None):
    def product(v):
        return mc.hessian_vector_product(grad, x, v)

    return _iterate(product, _start(rng, x), max_iter, tol)


def sharpness_at_least_zero(grad, x, *, max_iter=100, tol=1e-6, rng=None):
    return max(0.0, sharpness_signed(
        grad, x, max_iter=max_iter, tol=tol, rng=rng))


def sharpness_nan_where_flat(
    grad, x, *, max_iter=100, tol=1e-6, rng=None
):
    def product(v):
        return mc.hessian_vector_product(grad, x, v)

    value = sharpness_by_two_runs(
        grad, x, max_iter=max_iter, tol=tol, rng=rng)
    if not np.any(product(np.ones(x.shape))):
        return np.nan
    return value


def sharpness_not_shifted_back(
    grad, x, *, max_iter=100, tol=1e-6, rng=None
):
    def product(v):
        return mc.hessian_vector_product(grad, x, v)

    v = _start(rng, x)
    extreme = _iterate(product, v, max_iter, tol)
    if extreme >= 0:
        return extreme
    return _iterate(lambda v: product(v) - extreme * v, v, max_iter, tol)


def _hessian_of(grad, x):
    return mc.jacobian(grad, x)


def sharpness_trace(grad, x, *, max_iter=100, tol=1e-6, rng=None):
    return np.trace(_hessian_of(grad, x))


def sharpness_of_whole_hessian(
    grad, x, *, max_iter=100, tol=1e-6, rng=None
):
    return np.linalg.eigvalsh(_hessian_of(grad, x))[-1]


def sharpness_of_own_start(grad, x, *, max_iter=100, tol=1e-6, rng=None):
    return sharpness_by_two_runs(
        grad, x, max_iter=max_iter, tol=tol, rng=np.random.default_rng(0))


def sharpness_never_early(grad, x, *, max_iter=100, tol=1e-6, rng=None):
    return sharpness_by_two_runs(
        grad, x, max_iter=max_iter, tol=-1.0, rng=rng)


def sharpness_never_tired(grad, x, *, max_iter=100, tol=1e-6, rng=None):
    return sharpness_by_two_runs(grad, x, max_iter=100, tol=tol, rng=rng)


# --- iris_perceptron ---------------------------------------------------------


def _discriminant(A, y):
    """Linear scores: how near the mean of each kind, in its own units."""
    means = np.stack([A[y == kind].mean(0) for kind in range(3)])
    within = np.cov((A - means[y]).T) + 1e-4 * np.eye(A.shape[1])
    W = np.linalg.solve(within, means.T).T
    return W, -0.5 * np.sum(W * means, axis=1)


def _fitted(X, y, *, seed, h=16):
    """A random first layer, and only the second one fitted."""
    rng = np.random.default_rng(seed)
    W1, b1 = 0.3 * rng.normal(size=(h, 4)), 0.3 * rng.normal(size=h)
    W2, b2 = _discriminant(np.tanh(X @ W1.T + b1), y)
    # The largest score stays the largest at any scale.
    return W1, b1, W2 / np.abs(W2).max(), b2 / np.abs(W2).max()


def iris_by_random_units(X, y, *, seed):
    return _fitted(X, y, seed=seed)


def iris_by_more_units(X, y, *, seed):
    return _fitted(X, y, seed=seed, h=24)


def iris_as_lists(X, y, *, seed):
    return [layer.tolist() for layer in _fitted(X, y, seed=seed)]


def iris_by_discriminant(X, y, *, seed):
    """Linear scores, through tanh where it is almost a straight line."""
    W, b = _discriminant(X, y)
    return 1e-3 * np.eye(4), np.zeros(4), 1e3 * W, b


def iris_untrained(X, y, *, seed):
    W1, b1, W2, _ = _fitted(X, y, seed=seed)
    return W1, b1, 0 * W2, np.array([0.0, 0.1, 0.0])


def iris_overflow(X, y, *, seed):
    return math.exp(1000.0)


def iris_mixed_up(X, y, *, seed):
    W1, b1, W2, b2 = _fitted(X, y, seed=seed)
    return W1, b1, W2[[0, 2, 1]], b2[[0, 2, 1]]


def iris_two_of_three(X, y, *, seed):
    """The second kind is never found: nothing has a lower score."""
    W1, b1, W2, b2 = _fitted(X, y, seed=seed)
    keep = np.array([1.0, 0.0, 1.0])
    return W1, b1, keep[:, None] * W2, keep * b2 - (1 - keep) * 1e6


def iris_transposed(X, y, *, seed):
    W1, b1, W2, b2 = _fitted(X, y, seed=seed)
    return W1.T, b1, W2.T, b2


def iris_labels(X, y, *, seed):
    W1, b1, W2, b2 = _fitted(X, y, seed=seed)
    return (np.tanh(X @ W1.T + b1) @ W2.T + b2).argmax(1)


def iris_of_values(X, y, *, seed):
    return tuple(
        [Value(w) for w in layer.ravel()] for layer in _fitted(X, y, seed=seed)
    )


def iris_not_finite(X, y, *, seed):
    W1, b1, W2, b2 = _fitted(X, y, seed=seed)
    return W1, b1, W2 * np.nan, b2
