"""The file ``storymap.toml`` -> the defaults of each command, as click's ``default_map`` takes them.

It is found upwards from the working directory: a table a command, its options by their long names, such as
``output = "maps"`` under ``[make]``; before the tables, what counts for every command, such as ``home = "AT"`` and
``house = "house-places.csv"``; and the house style under ``[style]``. Called by the command line.
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from storymap.errors import SettingError

__all__ = ["STYLE", "read_settings"]

SETTINGS_FILE = "storymap.toml"

STYLE = "style"
"""The table of the house style, which is no command; what may stand in it says `storymap.publish.style`."""

FILES = frozenset({"gazetteer", "house"})
"""Options that name a file."""

VALUES = (str, int, float, bool)


def read_settings(folder: Path, program: click.Group) -> dict[str, Any]:
    """Return the defaults that the nearest ``storymap.toml`` gives the commands of a program, in `folder` or above it.

    Raises
    ------
    SettingError
        If it cannot be read, or names a command or an option that there is not.
    """
    for place in (folder, *folder.parents):
        path = place / SETTINGS_FILE
        if path.is_file():
            try:
                settings = tomllib.loads(path.read_text(encoding="utf-8-sig"))
            except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
                raise SettingError(f"{path}: cannot be read as settings ({error}). Mend or remove it.") from error
            style = settings.pop(STYLE, {})
            _check_common(path, program, settings)
            return {**_defaults(path, "", program, settings, {}), STYLE: style}
    return {}


def _check_common(path: Path, program: click.Group, settings: dict[str, Any]) -> None:
    """Refuse a key before the first table that is an option of no command."""
    known = {option for command in _commands(program) for option in _options(command)}
    for key, value in settings.items():
        if not isinstance(value, dict) and (key not in known or not isinstance(value, VALUES)):
            raise SettingError(f"{path}: no command has an option {key} with such a value. See storymap -h.")


def _commands(group: click.Group) -> Iterator[click.Command]:
    for command in group.commands.values():
        yield from _commands(command) if isinstance(command, click.Group) else [command]


def _options(command: click.Command) -> dict[str, str]:
    """Return the options of a command by their long names, with what click calls them."""
    return {
        option.removeprefix("--"): str(parameter.name)
        for parameter in command.params
        for option in parameter.opts
        if option.startswith("--")
    }


def _defaults(
    path: Path, heading: str, group: click.Group, settings: dict[str, Any], common: dict[str, Any]
) -> dict[str, Any]:
    """Return the defaults of each command of a group; refuse what is no command, and no option of one.

    A key before the first table counts for every command that has such an option. A file lies beside the settings that
    name it, whatever folder the program runs in.
    """
    common = common | {key: value for key, value in settings.items() if not isinstance(value, dict)}
    tables = {name: table for name, table in settings.items() if isinstance(table, dict)}
    for name in tables:
        if name not in group.commands:
            raise SettingError(
                f"{path}: {name} is no command. Tables are: {', '.join(sorted([*group.commands, STYLE]))}."
            )
    defaults: dict[str, Any] = {}
    for name, command in group.commands.items():
        title = f"{heading} {name}".strip()
        if isinstance(command, click.Group):
            defaults[name] = _defaults(path, title, command, tables.get(name, {}), common)
            continue
        options, table = _options(command), tables.get(name, {})
        for option, value in table.items():
            if option not in options or not isinstance(value, VALUES):
                raise SettingError(
                    f"{path}: [{title}] has no option {option} with such a value. See storymap {title} -h."
                )
        values = {key: value for key, value in (common | table).items() if key in options}
        values |= {key: str(path.parent / values[key]) for key in FILES & values.keys()}
        defaults[name] = {options[key]: value for key, value in values.items()}
    return defaults
