"""Compile the gazetteer when the package is built, so that an installed storymap finds it on disk."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class GazetteerBuildHook(BuildHookInterface[Any]):
    """Writes storymap/gazetteer/compiled before the wheel is packed or the editable install is made."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build it unless it is there already, made from the same tables."""
        root = Path(self.root)
        sys.path.insert(0, str(root))
        from storymap.gazetteer.build import build_gazetteer

        build_gazetteer(root / "data" / "sources", root / "storymap" / "gazetteer" / "compiled")
