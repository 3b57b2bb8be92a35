"""The documentation cannot lag behind the program: what it shows is run, what exists is shown."""

import doctest
import importlib
import pkgutil
import re
from pathlib import Path

import click
import pytest

import storymap
from storymap.cli import program

ROOT = Path(__file__).parents[1]
DOCS = {path: path.read_text(encoding="utf-8") for path in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]}


def commands(group=program, path=()):
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


@pytest.mark.parametrize(
    ("path", "command"), list(commands()), ids=lambda value: "-".join(value) if isinstance(value, tuple) else ""
)
def test_every_command_is_documented_and_shows_help(path, command):
    assert f"storymap {' '.join(path)}" in DOCS[ROOT / "docs" / "cli.md"]
    assert command.help


def test_cli_reference_is_current():
    assert DOCS[ROOT / "docs" / "cli.md"] == cli_reference(), "run: python tests/test_docs.py"


def cli_reference():
    """Return docs/cli.md as the program's own help texts make it."""
    parts = ["# The command line\n\nMade from the program's help; `python tests/test_docs.py` writes it anew.\n"]
    for path, command in commands():
        context = click.Context(
            command, info_name=" ".join(("storymap", *path)), terminal_width=100, help_option_names=["-h", "--help"]
        )
        parts.append(f"## storymap {' '.join(path)}\n\n```text\n{command.get_help(context)}\n```\n")
    return "\n".join(parts)


@pytest.mark.parametrize("name", [n for n in storymap.__all__ if n[0].islower()])
def test_every_public_function_is_documented(name):
    assert any(name in text for text in DOCS.values())


@pytest.mark.parametrize("path", list(DOCS), ids=lambda path: path.name)
def test_links_lead_somewhere(path):
    for target in re.findall(r"\]\((?!https?:|#|mailto:|-?\d)([^)#]+)", DOCS[path]):
        assert (path.parent / target).exists(), f"{path.name} links to {target}, which is not there"


MODULES = [
    module.name for module in pkgutil.walk_packages(storymap.__path__, "storymap.") if "__main__" not in module.name
]


@pytest.mark.parametrize("name", ["storymap", *MODULES])
def test_examples_in_docstrings_run(name):
    failures, _ = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)
    assert not failures


def test_examples_in_the_documents_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").symlink_to(ROOT / "data")
    for path, text in DOCS.items():
        if path.name == "design.md":  # sketches the interface, with names that stand for values
            continue
        for block in re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL):
            exec(compile(block, str(path), "exec"), {})


def test_the_tree_of_the_design_names_every_file():
    tree = DOCS[ROOT / "docs" / "design.md"].split("```")[1]
    named = set(re.findall(r"\w+\.py", tree))
    there = {path.name for path in (ROOT / "storymap").rglob("*.py")}
    assert there <= named | {"__init__.py"}
    # Three are designed and not built.
    assert named - there == {"app.py", "archive.py", "corrections.py"}


def test_decisions_are_numbered_one_by_one():
    decisions = sorted((ROOT / "docs" / "decisions").iterdir())
    assert [int(path.name.split("-")[0]) for path in decisions] == list(range(1, len(decisions) + 1))
    assert [DOCS[path].split(".")[0] for path in decisions] == [f"# {n}" for n in range(1, len(decisions) + 1)]


def test_the_gallery_shows_all_its_pictures_and_weighs_little():
    pictures = {f"gallery/{path.name}" for path in (ROOT / "docs" / "gallery").iterdir()}
    assert pictures == set(re.findall(r"!\[.+?\]\((.+?)\)", DOCS[ROOT / "docs" / "gallery.md"]))
    assert sum((ROOT / "docs" / name).stat().st_size for name in pictures) <= 1_000_000


if __name__ == "__main__":
    (ROOT / "docs" / "cli.md").write_text(cli_reference(), encoding="utf-8")
