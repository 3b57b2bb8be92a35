"""Options about what is written, where to and how it looks, and what they were set to.

Called by the commands of `storymap.cli`. `with_delivery` gives a command those that a bundle takes as they are;
`delivery` returns them to the command that runs.
"""

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from storymap.cli.mapping import Command, keep
from storymap.model import MIN_CONFIDENCE
from storymap.settings import STYLE

if TYPE_CHECKING:
    from storymap.publish.bundle import Looks

__all__ = [
    "STANDARD_OUTPUT",
    "also_in",
    "check_output",
    "check_web_address",
    "delivery",
    "min_confidence_option",
    "only_option",
    "output_option",
    "with_delivery",
]

STANDARD_OUTPUT = Path("-")


def check_web_address(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """Refuse what is no web address."""
    if value is not None and not value.startswith(("http://", "https://")):
        raise click.BadParameter(f"{value} is no web address. It begins with https:// or http://.")
    return value


min_confidence_option = click.option(
    "--min-confidence", type=click.FloatRange(0, 1), default=MIN_CONFIDENCE, show_default=True,
    help="What is less sure is listed to be checked, and stays off the map.",
)  # fmt: skip


def _split(value: str | None) -> tuple[str, ...] | None:
    return None if value is None else tuple(filter(None, (name.strip() for name in value.split(","))))


def _keep_base_url(context: click.Context, option: click.Parameter, value: str | None) -> None:
    from storymap.publish.pins import is_folder_address

    if value and not is_folder_address(value):
        raise click.BadParameter(
            f"{value} is no address of a folder on the web. One looks like https://maps.example.org/2026/."
        )
    keep(context, option, value)


def _keep_languages(context: click.Context, option: click.Parameter, value: str | None) -> None:
    codes = _split(value) or ()
    if codes:
        from storymap.publish.pins import languages

        for code in codes:
            if code not in languages():
                raise click.BadParameter(f"The pages do not speak {code}. They speak: {', '.join(languages())}.")
    keep(context, option, codes)


_tiles_option = click.option(
    "--tiles", metavar="SERVICE", expose_value=False, callback=keep,
    help="Offer readers the map of a tile service: its template of addresses, or a name such as TopPlusOpen.Grey.",
)  # fmt: skip
_attribution_option = click.option(
    "--attribution", metavar="TEXT", expose_value=False, callback=keep,
    help="The words that the licence of the tiles asks for.",
)  # fmt: skip
_print_option = click.option(
    "--print-mm", type=click.FloatRange(48), metavar="MM", expose_value=False, callback=keep,
    help="Make the map for print, too, so many millimetres wide: map-print.svg and map-print.png.",
)  # fmt: skip
_base_url_option = click.option(
    "--base-url", metavar="URL", expose_value=False, callback=_keep_base_url,
    help="Address at which the output folder will lie: the code to embed names it, and there is an oembed.json.",
)  # fmt: skip
_also_in_option = click.option(
    "--also-in", metavar="LANGUAGES", expose_value=False, callback=_keep_languages,
    help="Write the pages in these languages, too, such as en,fr; map.html?lang=en leads to the one in English.",
)  # fmt: skip
_strict_option = click.option(
    "--strict-csp", is_flag=True, expose_value=False, callback=keep,
    help="Put all code and style in files beside the pages, for sites whose policy allows none inside.",
)  # fmt: skip
_integrity_option = click.option(
    "--integrity/--no-integrity", default=True, expose_value=False, callback=keep,
    help="With --strict-csp: whether pages name the hashes of those files.  [default: integrity]",
)  # fmt: skip


def with_delivery(command: Command) -> Command:
    """Give a command the options of a bundle; `delivery` returns what they were."""
    for option in (_integrity_option, _strict_option, _also_in_option, _base_url_option, _print_option):
        command = option(command)
    return _tiles_option(_attribution_option(command))


def delivery() -> "Looks":
    """Return how the bundles of the running command look; say which of their texts are hard to read."""
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
    looks: Looks = {
        "style": style,
        "tiles": choose_tiles(tiles, attribution or "") if tiles else None,
        "strict_csp": context.meta["storymap.strict_csp"],
        "integrity": context.meta["storymap.integrity"],
    }
    if width := context.meta["storymap.print_mm"]:
        looks["print_mm"] = width
    if base_url := context.meta["storymap.base_url"]:
        looks["base_url"] = base_url
    return looks


def also_in() -> tuple[str, ...]:
    """Return the languages that the pages of the running command are also written in."""
    languages: tuple[str, ...] = click.get_current_context().meta["storymap.also_in"]
    return languages


def _check_files(_context: click.Context, _option: click.Parameter, value: str | None) -> tuple[str, ...] | None:
    from storymap.publish.bundle import FILES

    names = _split(value)
    if names == ():
        raise click.BadParameter("It names no file. Leave it out for the default bundle.")
    for name in names or ():
        if name not in FILES and name != "default":
            raise click.BadParameter(f"{name} is no file of a bundle. There are: default, {', '.join(FILES)}.")
    return names


output_option = click.option(
    "-o", "--output", type=click.Path(file_okay=False, allow_dash=True, path_type=Path), default=Path("output"),
    show_default=True, help="Folder for the bundles, each in one of its own; - writes one file to standard output.",
)  # fmt: skip
only_option = click.option(
    "--only", metavar="FILES", callback=_check_files,
    help="Which files to make, such as map,csv,kml, or default,png for one more than usual: docs/bundle.md.",
)  # fmt: skip


def check_output(output: Path, only: Sequence[str] | None, number: int) -> None:
    """Refuse to write more than one file to standard output."""
    if output != STANDARD_OUTPUT:
        return
    if number != 1 or len(only or ()) != 1 or only == ("default",):
        raise click.UsageError("-o - writes one file of one article: name it, as in --only geojson.")
    if click.get_current_context().meta["storymap.strict_csp"] and {"index", "map", "embed"} & set(only or ()):
        raise click.UsageError("--strict-csp puts a page's code in files beside it: give a folder, not -o -.")
