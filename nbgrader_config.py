"""nbgrader, set up for this course: a chapter is an assignment.

nbgrader's source is ``solutions/<slug>/<slug>.ipynb``, which ``mathlib
build`` writes.  All of nbgrader's commands work from this folder::

    nbgrader generate_assignment 02_linear_algebra
    nbgrader autograde 02_linear_algebra
    nbgrader export

The first tells nbgrader's database about a chapter.  What it writes to
``release/`` is the same as ``chapters/``, where nbgrader itself never
writes: whenever it fails it deletes the folder that it was writing to.
"""

import os
import sys
from pathlib import Path

root = Path(__file__).resolve().parent
sys.path.insert(0, str(root))
# nbgrader starts alembic by its bare name, which is found only where the
# environment is activated.
os.environ["PATH"] = os.pathsep.join(
    [str(Path(sys.executable).parent), os.environ.get("PATH", "")]
)

from mathlib.course.grading.autograde import install_autograde  # noqa: E402
from mathlib.course.grading.generate import install_generate  # noqa: E402
from mathlib.course.release import configure  # noqa: E402

install_autograde()
install_generate()
c = configure(get_config())  # noqa: F821
c.CourseDirectory.root = str(root)
c.CourseDirectory.course_id = "mathlib"
