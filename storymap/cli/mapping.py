"""Options about how an article is mapped, or the gazetteer asked, and what they were set to.

Called by the commands of `storymap.cli`. `with_mapping` gives a command the options and keeps what they say in click's
context; `mapping` and `chosen_gazetteer` return it to the command that runs.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from storymap.errors import ArticleError

if TYPE_CHECKING:
    from storymap.gazetteer.store import Gazetteer
    from storymap.pipeline import MappingOptions

__all__ = [
    "FILE",
    "Command",
    "check_country",
    "check_language",
    "chosen_gazetteer",
    "gazetteer_option",
    "house_option",
    "keep",
    "mapping",
    "refuse_unknown",
    "with_mapping",
]

Command = TypeVar("Command", bound=Callable[..., object])


def check_language(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """Refuse what is no language code; return it with two letters."""
    if value is None:
        return None
    from storymap.article.language import read_code

    try:
        return read_code(value)
    except ArticleError as error:
        raise click.BadParameter(str(error)) from error


def check_country(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """Refuse what is no country code."""
    if value is not None and not re.fullmatch(r"[A-Za-z]{2}", value):
        raise click.BadParameter(f"{value} is no country code. Give two letters such as DE, AT or CH.")
    return value


def refuse_unknown(country: str | None, option: str, gazetteer: "Gazetteer") -> None:
    """Refuse the code of no country: an answer for the whole world would pass for one about it."""
    if country and gazetteer.file.countries and not gazetteer.country(country.upper()):
        raise click.UsageError(f"{option} {country}: no country has this code. Give one such as DE, AT or GB.")


FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def keep(context: click.Context, option: click.Parameter, value: object) -> None:
    """Keep what a command was told, for the function that returns it."""
    context.meta[f"storymap.{option.name}"] = value


gazetteer_option = click.option(
    "--gazetteer", type=click.Path(exists=True, path_type=Path), expose_value=False, callback=keep, metavar="FILE",
    help="A gazetteer that storymap gazetteer build made; by default the embedded one.",
)  # fmt: skip
house_option = click.option(
    "--house", type=click.Path(dir_okay=False, path_type=Path), expose_value=False, callback=keep, metavar="FILE",
    help="The desk's own list of places, CSV or GeoJSON; what it says comes before all else.",
)  # fmt: skip
_home_option = click.option(
    "--home", metavar="CC", expose_value=False,
    callback=lambda context, option, value: keep(context, option, check_country(context, option, value)),
    help="Country the desk writes from (DE, AT, CH, ...): tips the balance.",
)  # fmt: skip
_recognizer_option = click.option(
    "--recognizer", metavar="NAME", expose_value=False, callback=keep,
    help="What finds the names: spacy:PIPELINE, or module:Class of one's own; left out, the one built in.",
)  # fmt: skip


def with_mapping(command: Command) -> Command:
    """Give a command the options that say how an article is mapped; `mapping` returns what they were."""
    return _home_option(house_option(gazetteer_option(_recognizer_option(command))))


def mapping() -> "MappingOptions":
    """Return how the running command was told to map."""
    kept, gazetteer = click.get_current_context().meta, chosen_gazetteer()
    refuse_unknown(kept["storymap.home"], "--home", gazetteer)
    return {"home": kept["storymap.home"], "recognizer": kept["storymap.recognizer"], "gazetteer": gazetteer}


def chosen_gazetteer() -> "Gazetteer":
    """Return the gazetteer that the running command was told to ask."""
    from storymap.pipeline import open_gazetteer

    kept = click.get_current_context().meta
    return open_gazetteer(kept["storymap.gazetteer"], kept.get("storymap.house"))
