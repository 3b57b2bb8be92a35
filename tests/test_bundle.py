"""The files of a bundle: the table of them, the choice among them, the manifest."""

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest
from stories import kim_story, write_story

from storymap.publish import publish
from storymap.publish.bundle import DEFAULT, FILES, make_file, make_files

DOCS = Path(__file__).parents[1] / "docs" / "bundle.md"


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize(
    "story", [kim_story(), write_story("Nichts\n\nHier ist kein Ort.\n", {})], ids=["kim", "empty"]
)
def test_every_file_can_be_made_of_every_story_and_is_the_same_each_time(story, kind):
    assert make_file(story, kind) == make_file(story, kind) != b""


def test_the_documents_name_every_file_and_no_other():
    named = re.findall(r"^\| `([\w-]+)` \| `([\w.-]+)` \|", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(named) == sorted((kind, file.name) for kind, file in FILES.items())


def test_only_what_is_asked_for_is_written(tmp_path):
    written = publish(kim_story(), tmp_path, only=["kml", "map", "kml"])
    assert [path.name for path in written] == ["places.kml", "map.html"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["map.html", "places.kml"]


def test_a_file_that_no_bundle_has_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(ValueError, match=r"pdf is no file of a bundle\. There are: index, map"):
        publish(kim_story(), tmp_path / "new", only=["map", "pdf"])
    assert not (tmp_path / "new").exists()


def test_the_manifest_lists_each_other_file_with_its_checksum():
    files = make_files(kim_story())
    manifest = json.loads(files["manifest.json"])
    listed = {row["name"]: row["sha256"] for row in manifest["files"]}
    assert listed == {name: sha256(content).hexdigest() for name, content in files.items() if name != "manifest.json"}
    assert len(listed) == len(DEFAULT) - 1
    assert manifest["hosts"] == []


def test_the_privacy_statement_is_in_both_languages():
    text = make_file(kim_story(), "privacy").decode()
    assert "Keine Cookies" in text
    assert "No cookies" in text
