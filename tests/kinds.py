"""One exercise of every kind that the format must carry, with answers.

Answers are sources, because the same ones are judged in this process and in
another behind a pipe.  ``HOSTILE`` answers earn nothing and harm nobody.
"""

import numpy as np
from scipy import stats

from mathlib.course.compare import (
    distribution,
    satisfies,
    up_to_permutation,
    up_to_sign,
)
from mathlib.exercise import Case, Exercise, Mistake, call, given, script


def load(source, name):
    """Return what a source defines under ``name``."""
    namespace = {"np": np}
    exec(source, namespace)
    return namespace[name]


# --- a callback ---
NUMERICAL_GRADIENT = """
import numpy as np
def numerical_gradient(f, x, h=1e-5):
    gradient = np.zeros_like(x)
    for i in range(x.size):
        step = np.zeros_like(x)
        step[i] = h
        gradient[i] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient
"""
FORWARD_DIFFERENCE = NUMERICAL_GRADIENT.replace(
    "(f(x + step) - f(x - step)) / (2 * h)", "(f(x + step) - f(x)) / h"
)

# --- randomness by contract ---
METROPOLIS = """
import numpy as np
def metropolis(log_density, x, n, step, rng):
    chain = []
    for _ in range(n):
        proposal = x + step * rng.normal(size=np.shape(x))
        if np.log(rng.uniform()) < log_density(proposal) - log_density(x):
            x = proposal
        chain.append(x)
    return np.array(chain)
"""
KEEPS_ACCEPTED_ONLY = METROPOLIS.replace(
    "            x = proposal\n        chain.append(x)",
    "            x = proposal\n            chain.append(x)",
)

# --- a class with operators ---
VALUE = """
class Value:
    def __init__(self, data, parents=()):
        self.data, self.grad, self.parents = data, 0.0, parents
        self.push = lambda: None
    def __add__(self, other):
        out = Value(self.data + other.data, (self, other))
        def push():
            self.grad += out.grad
            other.grad += out.grad
        out.push = push
        return out
    def __mul__(self, other):
        out = Value(self.data * other.data, (self, other))
        def push():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad
        out.push = push
        return out
    def backward(self):
        order, seen = [], set()
        def visit(node):
            if node not in seen:
                seen.add(node)
                for parent in node.parents:
                    visit(parent)
                order.append(node)
        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            node.push()
"""
OVERWRITES_GRADIENTS = VALUE.replace(
    "grad += other.data", "grad = other.data"
).replace("grad += self.data", "grad = self.data")

# --- state ---
KV_CACHE = """
import numpy as np
class KVCache:
    def __init__(self):
        self.keys = self.values = None
    def append(self, k, v):
        if self.keys is None:
            self.keys, self.values = k.copy(), v.copy()
        else:
            self.keys = np.concatenate([self.keys, k])
            self.values = np.concatenate([self.values, v])
    def __len__(self):
        return 0 if self.keys is None else len(self.keys)
"""
FORGETS = KV_CACHE.replace("if self.keys is None:", "if True:", 1)

# --- text and mappings ---
BPE_TRAIN = """
from collections import Counter
def bpe_train(text, n):
    tokens, merges = list(text), {}
    for _ in range(n):
        pairs = Counter(zip(tokens, tokens[1:]))
        if not pairs:
            break
        best = min(pairs, key=lambda p: (-pairs[p], p))
        merges[best] = best[0] + best[1]
        out, i = [], 0
        while i < len(tokens):
            if tuple(tokens[i:i + 2]) == best:
                out.append(best[0] + best[1])
                i += 2
            else:
                out.append(tokens[i])
                i += 1
        tokens = out
    return merges, tokens
"""
LAST_TIE = BPE_TRAIN.replace(
    "min(pairs, key=lambda p: (-pairs[p], p))",
    "max(pairs, key=lambda p: (pairs[p], p))",
)

# --- up to permutation ---
K_MEANS = """
import numpy as np
def k_means(X, centers, n_iter):
    for _ in range(n_iter):
        d = ((X[:, None] - centers[None]) ** 2).sum(-1)
        labels = d.argmin(1)
        centers = np.array(
            [X[labels == k].mean(0) for k in range(len(centers))]
        )
    return centers, labels
"""
K_MEANS_REVERSED = K_MEANS.replace(
    "return centers, labels", "return centers[::-1], 1 - labels"
)
MEDIANS = K_MEANS.replace(
    "X[labels == k].mean(0)", "np.median(X[labels == k], 0)"
)

# --- up to sign ---
PRINCIPAL_AXES = """
import numpy as np
def principal_axes(A):
    w, V = np.linalg.eigh(A)
    return w[::-1], V[:, ::-1]
"""
FLIPPED = PRINCIPAL_AXES.replace("V[:, ::-1]", "-V[:, ::-1]")
ASCENDING = PRINCIPAL_AXES.replace("w[::-1], V[:, ::-1]", "w, V")

# --- a distribution ---
EXPONENTIAL = """
import numpy as np
def exponential(rate, n, rng):
    return -np.log1p(-rng.uniform(size=n)) / rate
"""
OTHER_DRAWS = """
import numpy as np
def exponential(rate, n, rng):
    return rng.exponential(1 / rate, size=n)
"""
RATE_AS_SCALE = OTHER_DRAWS.replace("1 / rate", "rate")

DROPOUT = """
import numpy as np
def dropout(x, p, rng):
    keep = rng.uniform(size=x.shape) >= p
    return x * keep / (1 - p)
"""
UNSCALED = DROPOUT.replace(" / (1 - p)", "")

# --- a model as argument ---
DDPM_LOSS = """
import numpy as np
def ddpm_loss(model, x, t, noise, alpha_bar):
    a = alpha_bar[t][:, None]
    x_t = np.sqrt(a) * x + np.sqrt(1 - a) * noise
    return np.mean((noise - model(x_t, t)) ** 2)
"""
NO_ROOTS = DDPM_LOSS.replace("np.sqrt(a)", "a").replace(
    "np.sqrt(1 - a)", "(1 - a)"
)

# --- an outcome of training ---
FIT_LINE = """
import numpy as np
def fit_line(X, y, seed):
    w = np.random.default_rng(seed).normal(size=X.shape[1])
    for _ in range(500):
        w = w - 0.1 * X.T @ (X @ w - y) / len(y)
    return w
"""
ASCENDS = FIT_LINE.replace("w - 0.1 *", "w + 0.001 *")

# --- a change in place ---
NORMALISE_ROWS = """
def normalise_rows(A):
    A /= A.sum(axis=1, keepdims=True)
"""
RETURNS_NEW = """
def normalise_rows(A):
    return A / A.sum(axis=1, keepdims=True)
"""


def _mean_error(got, X, y, seed):
    got = np.asarray(got)
    if got.shape != (X.shape[1],):
        return f"w should have shape ({X.shape[1]},)"
    error = float(np.mean((X @ got - y) ** 2))
    return error < 1e-3 or f"the mean squared error is {error:.3g}"


def _line(rng):
    X = rng.normal(size=(50, 3))
    return X, X @ rng.normal(size=3)


def _clusters(rng):
    X = np.concatenate([rng.normal(size=(20, 2)), rng.normal(6, 1, (15, 2))])
    X[0] += 3.0  # so that the mean is not the median
    return X, X[[0, -1]].copy()


def _symmetric(rng):
    A = rng.normal(size=(4, 4))
    return A + A.T


def _kind(name, right, cases, wrong, others=(), **options):
    """Return (exercise, right sources, wrong sources by mistake's name)."""
    mistakes = [
        Mistake(title, load(source, name), f"why {title}")
        for title, source in wrong.items()
    ]
    exercise = Exercise(
        reference=load(right, name), points=2, cases=cases,
        mistakes=mistakes, name=name, chapter="08_optimization", **options,
    )
    return exercise, [right, *others], wrong


KINDS = {
    kind[0].name: kind
    for kind in [
        _kind(
            "numerical_gradient", NUMERICAL_GRADIENT,
            lambda rng: [
                Case("squares", call(given("sum_of_squares"),
                                     rng.normal(size=3), h=1e-2), core=True),
                Case("a product", call(given("sin_of_product"),
                                       rng.normal(size=2))),
            ],
            {"forward difference": FORWARD_DIFFERENCE},
        ),
        _kind(
            "metropolis", METROPOLIS,
            lambda rng: [
                Case("a Gaussian", call(
                    given("gaussian_log_density"), [0.0], 200, 2.0,
                    given("rng", int(rng.integers(1000)))), core=True),
            ],
            {"keeps accepted proposals only": KEEPS_ACCEPTED_ONLY},
        ),
        _kind(
            "Value", VALUE,
            lambda rng: [
                Case("a product", script(
                    "a, b = Value(x), Value(y); c = a * b; c.backward();"
                    " (c.data, a.grad, b.grad)",
                    x=float(rng.normal()), y=float(rng.normal())),
                    core=True),
                Case("one value used twice", script(
                    "a = Value(x); b = a * a; b.backward(); a.grad",
                    x=float(rng.normal()))),
            ],
            {"overwrites gradients": OVERWRITES_GRADIENTS},
        ),
        _kind(
            "KVCache", KV_CACHE,
            lambda rng: [
                Case("two appends", script(
                    "cache = KVCache(); cache.append(k, v);"
                    " cache.append(k2, v2);"
                    " (len(cache), cache.keys, cache.values)",
                    k=rng.normal(size=(2, 3)), v=rng.normal(size=(2, 3)),
                    k2=rng.normal(size=(1, 3)), v2=rng.normal(size=(1, 3))),
                    core=True),
            ],
            {"forgets": FORGETS},
        ),
        _kind(
            "bpe_train", BPE_TRAIN,
            lambda rng: [
                Case("a rhyme", call("low lower lowest", 4), core=True),
                Case("ties", call("abcd", 1)),
            ],
            {"last of a tie": LAST_TIE},
        ),
        _kind(
            "k_means", K_MEANS,
            lambda rng: [
                Case("two clusters", call(*_clusters(rng), 5), core=True),
            ],
            {"medians": MEDIANS},
            [K_MEANS_REVERSED],
            compare=up_to_permutation(),
        ),
        _kind(
            "principal_axes", PRINCIPAL_AXES,
            lambda rng: [
                Case("symmetric", call(_symmetric(rng)), core=True),
            ],
            {"ascending": ASCENDING},
            [FLIPPED],
            compare=up_to_sign(part=1),
        ),
        _kind(
            "exponential", EXPONENTIAL,
            lambda rng: [
                Case("rate 3", call(
                    3.0, 4000, given("rng", int(rng.integers(1000)))),
                    core=True,
                    compare=distribution(stats.expon(scale=1 / 3).cdf)),
            ],
            {"rate as scale": RATE_AS_SCALE},
            [OTHER_DRAWS],
        ),
        _kind(
            "dropout", DROPOUT,
            lambda rng: [
                Case("half", call(rng.normal(size=20), 0.5,
                                  given("rng", int(rng.integers(1000)))),
                     core=True),
            ],
            {"unscaled": UNSCALED},
        ),
        _kind(
            "ddpm_loss", DDPM_LOSS,
            lambda rng: [
                Case("a linear model", call(
                    given("linear_noise_model", 0.5),
                    rng.normal(size=(4, 3)), rng.integers(10, size=4),
                    rng.normal(size=(4, 3)), np.linspace(0.99, 0.1, 10)),
                    core=True),
            ],
            {"no roots": NO_ROOTS},
        ),
        _kind(
            "fit_line", FIT_LINE,
            lambda rng: [
                Case("it fits", call(*_line(rng), 3), core=True,
                     compare=satisfies(
                         _mean_error, "a mean squared error below 0.001")),
            ],
            {"climbs the loss": ASCENDS},
            [FIT_LINE.replace("500", "700")],
        ),
        _kind(
            "normalise_rows", NORMALISE_ROWS,
            lambda rng: [
                Case("rows sum to one", call(rng.uniform(1, 2, (3, 4))),
                     core=True),
            ],
            {"returns a new array": RETURNS_NEW},
        ),
    ]
}

# Each earns nothing, whatever the exercise; {name} is the answer's name.
HOSTILE = {
    "forges equality": """
class Same:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __sub__(self, other): return 0
    __rsub__ = __sub__
    def __abs__(self): return 0.0
    def __array__(self, *a, **k): raise RuntimeError
    def __getattr__(self, name): return self
    def __call__(self, *a, **k): return self
def {name}(*args, **kwargs):
    return Same()
""",
    "a float that equals everything": """
class Same(float):
    def __eq__(self, other): return True
    def __sub__(self, other): return 0.0
def {name}(*args, **kwargs):
    return Same(7.25)
""",
    "exits": "import os\ndef {name}(*a, **k):\n    raise SystemExit(0)\n",
    "prints points": "def {name}(*a, **k):\n    print('2.0')\n",
    "NaN": "def {name}(*a, **k):\n    return float('nan')\n",
    "deep": """
def {name}(*a, **k):
    x = []
    for _ in range(100000):
        x = [x]
    return x
""",
    "no recursion end": "def {name}(*a, **k):\n    return {name}()\n",
}
