"""Options that several commands share, and what they were set to.

Called by the commands of `storymap.cli`. An option about how an article is mapped is kept in click's context;
`mapping` and `chosen_gazetteer` return it to the command that runs.
"""

import re
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from storymap.model import MIN_CONFIDENCE
from storymap.settings import STYLE

if TYPE_CHECKING:
    from storymap.gazetteer.store import Gazetteer
    from storymap.pipeline import MappingOptions
    from storymap.publish.bundle import Looks

__all__ = [
    "FILE",
    "STANDARD_OUTPUT",
    "check_country",
    "check_language",
    "check_output",
    "check_web_address",
    "chosen_gazetteer",
    "gazetteer_option",
    "house_option",
    "looks",
    "mapping",
    "min_confidence_option",
    "only_option",
    "output_option",
    "with_looks",
    "with_mapping",
]

Command = TypeVar("Command", bound=Callable[..., object])


def check_language(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """Refuse what is no language code."""
    if value is not None and not re.fullmatch(r"[A-Za-z]{2,3}(?:[-_]\w+)*", value):
        raise click.BadParameter(f"{value} is no language code. Give one such as de, en or fr.")
    return value


def check_country(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """Refuse what is no country code."""
    if value is not None and not re.fullmatch(r"[A-Za-z]{2}", value):
        raise click.BadParameter(f"{value} is no country code. Give two letters such as DE, AT or CH.")
    return value


def check_web_address(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """Refuse what is no web address."""
    if value is not None and not value.startswith(("http://", "https://")):
        raise click.BadParameter(f"{value} is no web address. It begins with https:// or http://.")
    return value


FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _keep(context: click.Context, option: click.Parameter, value: object) -> None:
    """Keep what a command was told for `mapping` and `chosen_gazetteer`."""
    context.meta[f"storymap.{option.name}"] = value


gazetteer_option = click.option(
    "--gazetteer", type=click.Path(exists=True, path_type=Path), expose_value=False, callback=_keep, metavar="FILE",
    help="A gazetteer that storymap gazetteer build made; by default the embedded one.",
)  # fmt: skip
house_option = click.option(
    "--house", type=click.Path(dir_okay=False, path_type=Path), expose_value=False, callback=_keep, metavar="FILE",
    help="The desk's own list of places, CSV or GeoJSON; what it says comes before all else.",
)  # fmt: skip
_home_option = click.option(
    "--home", metavar="CC", expose_value=False,
    callback=lambda context, option, value: _keep(context, option, check_country(context, option, value)),
    help="Country the desk writes from (DE, AT, CH, ...): tips the balance.",
)  # fmt: skip
_recognizer_option = click.option(
    "--recognizer", metavar="NAME", expose_value=False, callback=_keep,
    help="What finds the names: spacy:PIPELINE, or module:Class of one's own; left out, the one built in.",
)  # fmt: skip


def with_mapping(command: Command) -> Command:
    """Give a command the options that say how an article is mapped; `mapping` returns what they were."""
    return _home_option(house_option(gazetteer_option(_recognizer_option(command))))


def mapping() -> "MappingOptions":
    """Return how the running command was told to map."""
    kept = click.get_current_context().meta
    return {"home": kept["storymap.home"], "recognizer": kept["storymap.recognizer"], "gazetteer": chosen_gazetteer()}


def chosen_gazetteer() -> "Gazetteer":
    """Return the gazetteer that the running command was told to ask."""
    from storymap.pipeline import open_gazetteer

    kept = click.get_current_context().meta
    return open_gazetteer(kept["storymap.gazetteer"], kept.get("storymap.house"))


min_confidence_option = click.option(
    "--min-confidence", type=click.FloatRange(0, 1), default=MIN_CONFIDENCE, show_default=True,
    help="What is less sure is listed to be checked, and stays off the map.",
)  # fmt: skip


_tiles_option = click.option(
    "--tiles", metavar="SERVICE", expose_value=False, callback=_keep,
    help="Offer readers the map of a tile service: its template of addresses, or a name such as TopPlusOpen.Grey.",
)  # fmt: skip
_attribution_option = click.option(
    "--attribution", metavar="TEXT", expose_value=False, callback=_keep,
    help="The words that the licence of the tiles asks for.",
)  # fmt: skip


def with_looks(command: Command) -> Command:
    """Give a command the options that say how pages look; `looks` returns what they were."""
    return _tiles_option(_attribution_option(command))


def looks() -> "Looks":
    """Return how the pages of the running command look; say which of their texts are hard to read."""
    from storymap.publish.style import read_style
    from storymap.publish.tiles import choose_tiles

    context = click.get_current_context()
    tiles, attribution = context.meta["storymap.tiles"], context.meta["storymap.attribution"]
    if attribution and not tiles:
        raise click.UsageError("--attribution goes with --tiles.")
    settings = context.find_root().default_map or {}
    with warnings.catch_warnings(record=True) as faint:
        warnings.simplefilter("always")
        style = read_style(settings.get(STYLE, {}))
    for warning in faint:
        click.echo(f"storymap: {warning.message}", err=True)
    return {"style": style, "tiles": choose_tiles(tiles, attribution or "") if tiles else None}


STANDARD_OUTPUT = Path("-")


def _check_files(_context: click.Context, _option: click.Parameter, value: str | None) -> tuple[str, ...] | None:
    from storymap.publish.bundle import FILES

    names = None if value is None else tuple(filter(None, (name.strip() for name in value.split(","))))
    for name in names or ():
        if name not in FILES:
            raise click.BadParameter(f"{name} is no file of a bundle. There are: {', '.join(FILES)}.")
    return names


output_option = click.option(
    "-o", "--output", type=click.Path(file_okay=False, allow_dash=True, path_type=Path), default=Path("output"),
    show_default=True, help="Folder for the bundles, each in one of its own; - writes one file to standard output.",
)  # fmt: skip
only_option = click.option(
    "--only", metavar="FILES", callback=_check_files, help="Which files to make, such as map,csv,kml: docs/bundle.md."
)


def check_output(output: Path, only: Sequence[str] | None, number: int) -> None:
    """Refuse to write more than one file to standard output."""
    if output == STANDARD_OUTPUT and (number != 1 or len(only or ()) != 1):
        raise click.UsageError("-o - writes one file of one article: name it, as in --only geojson.")
