"""Gold files, which the training scripts read."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def read_gold(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the documents of a gold file: {"id", "lang", "text", "toponyms": [{"start", "end", "text", "lat"?, "lon"?, "kind"?}]}."""
    with path.open(encoding="utf-8", newline="\n") as lines:
        yield from map(json.loads, lines)
