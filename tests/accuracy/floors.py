"""The least that each figure may be: ``floors.toml``, a line a figure.

A figure below its floor fails its test. ``pytest tests/accuracy --allow-regression`` is the only way to lower one: it
writes what is measured, higher floors too. A figure that has risen clearly is named at the end of a run.
"""

import json
import math
import tomllib
from pathlib import Path

PATH = Path(__file__).parent / "floors.toml"

HEAD = """\
# The least that each figure may be, as measured when it was last written. Only this writes it:
#     pytest tests/accuracy tests/test_ambiguity.py --allow-regression
# and a commit that lowers one says why.

"""

CLEARLY = 0.005
"""A figure this far above its floor asks for a higher one: a name or two of the smallest sets."""


class Floors:
    """The floors, and what was measured against them: ``measured``, a figure by its name."""

    def __init__(self, path: Path, *, allow_regression: bool) -> None:
        self._path = path
        self._allow_regression = allow_regression
        self._floors: dict[str, float] = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        self.measured: dict[str, float] = {}

    def check(self, name: str, figure: float) -> str:
        """Take a figure between 0 and 1; return what is wrong with it, "" if nothing is."""
        measured = self.measured[name] = math.floor(figure * 1000 + 1e-9) / 1000
        floor = self._floors.get(name)
        if self._allow_regression or (floor is not None and measured >= floor):
            return ""
        if floor is None:
            return f"{name} is {measured:.3f} and has no floor yet; --allow-regression writes one"
        return f"{name} is {measured:.3f}, below its floor of {floor:.3f}"

    def risen(self) -> list[str]:
        """Return the figures that are clearly above their floors, in words."""
        return [
            f"{name} has risen from {self._floors[name]:.3f} to {figure:.3f}"
            for name, figure in self.measured.items()
            if name in self._floors and figure >= self._floors[name] + CLEARLY
        ]

    def write(self) -> None:
        """Write what was measured, beside the floors of what was not; nothing without leave to."""
        if not (self._allow_regression and self.measured):
            return
        lines = (
            f"{json.dumps(name)} = {floor:.3f}\n" for name, floor in sorted((self._floors | self.measured).items())
        )
        draft = self._path.with_suffix(".draft")
        draft.write_text(HEAD + "".join(lines), encoding="utf-8")
        draft.replace(self._path)
