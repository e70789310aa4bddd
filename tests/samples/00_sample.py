# ---
# jupyter:
#   kernelspec: {display_name: Python 3 (ipykernel), language: python, name: python3}
# ---

# %% [markdown]
# # A sample
#
# $2x$ is twice $x$.

# %%
import matplotlib.pyplot as plt
import numpy as np
import sample_course

sample_course.install()
from mathlib import check

rows = 4

# %%
t = np.arange(rows)
print("t =", t)
2 * t

# %%
class Shown:
    """Stands in for a widget: a view that changes, and a stable text."""

    def _repr_mimebundle_(self, **kwargs):
        return {
            "application/vnd.jupyter.widget-view+json": {
                "version_major": 2, "version_minor": 0, "model_id": "f00d",
            },
            "text/plain": "Explorer: doubling (needs a running notebook)",
        }


Shown()

# %%
fig, ax = plt.subplots(figsize=(2, 1.5))
ax.plot(t, 2 * t)
ax.set_title("twice")
plt.show()

# %% tags=["nbval-ignore-output"]
import sys

print("Python", sys.version_info.major)

# %% [markdown]
# ### Exercise 0.1 · double and triple (3 points)

# %% exercise="double"
def double(x):
    """Return twice x."""
    ### BEGIN SOLUTION
    return np.add(x, x) + 0 * x
    ### END SOLUTION


def triple(x):
    """Return three times x."""
    # The first third is given.
    total = 1 * x
    ### BEGIN SOLUTION
    for _ in range(2):
        # one more
        total = total + x
    ### END SOLUTION
    return total

# %% check="double"
check("double")

# %% [markdown]
# ### Exercise 0.2 · a tally (2.5 points)

# %% exercise="Tally"
class Tally:
    ### BEGIN SOLUTION
    steps = []
    ### END SOLUTION

    def __init__(self):
        ### BEGIN SOLUTION
        self.count_so_far = 0
        ### END SOLUTION

    def add(self, n):
        """Add n; return the sum so far."""
        ### BEGIN SOLUTION
        self.count_so_far += n
        return self.count_so_far
        ### END SOLUTION

# %% check="Tally"
check("Tally")

# %% [markdown]
# ### Exercise 0.3 · the answer (1 point)

# %% exercise="answer"
### BEGIN SOLUTION
answer = 6.0 * 7.0
### END SOLUTION

# %% check="answer"
check("answer")

# %% [markdown]
# ### Exercise 0.4 · why twice (3 points, graded by a reader)

# %% [markdown] written="why_two"
# Because $x + x = 2x$ by the distributive law.

# %%
assert (2 * t).sum() == 12
