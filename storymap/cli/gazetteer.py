"""``storymap gazetteer``: ask the gazetteer, tell what it holds, build one. Part of `storymap.cli`."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from storymap.cli.mapping import (
    FILE,
    check_country,
    check_language,
    chosen_gazetteer,
    gazetteer_option,
    house_option,
    refuse_unknown,
)
from storymap.model import VERSION

if TYPE_CHECKING:
    from storymap.gazetteer.store import Gazetteer
    from storymap.model import Entry

__all__ = ["gazetteer"]


@click.group()
def gazetteer() -> None:
    """Ask or build the embedded gazetteer."""


def _check_name(_context: click.Context, _argument: click.Parameter, value: str) -> str:
    """Refuse what has no letters before its comma: with --country, the country alone would be looked up."""
    if not any(map(str.isalnum, value.partition(",")[0])):
        raise click.BadParameter(f"{value!r} has no letters to look up. Give the name of a place, such as Köln.")
    return value


@gazetteer.command()
@click.argument("name", callback=_check_name)
@click.option("--lang", callback=check_language, help="Language NAME is used in, and of the labels (de, en, fr, ...).")
@click.option("--country", metavar="CC", callback=check_country, help="Only places in this country (DE, AT, CH, ...).")
@click.option("--limit", type=click.IntRange(1), default=10, show_default=True, help="How many places at most.")
@click.option("--json", "as_json", is_flag=True, help="Print data to pipe on.")
@house_option
@gazetteer_option
def lookup(name: str, lang: str | None, country: str | None, limit: int, *, as_json: bool) -> None:
    """Show the places called NAME, the likeliest first; if there is none, those with a name close to it.

    \b
    Examples:
      storymap gazetteer lookup Wostotschny --lang de
      storymap gazetteer lookup "Paris, Texas"
      storymap gazetteer lookup Springfield --country US --limit 50 --json
    """
    opened = chosen_gazetteer()
    refuse_unknown(country, "--country", opened)
    query = f"{name}, {country}" if country else name
    called = opened.lookup(query, lang)
    found = called[:limit] or opened.search(query, lang, limit)
    if as_json:
        records = [{**asdict(e), "label": opened.label(e, lang or "en"), "names": opened.labels(e)} for e in found]
        click.echo(json.dumps(records, ensure_ascii=False, indent=1))
        return
    if not called:
        click.echo(f"No place is called {name}." + " Close to it:" * bool(found))
    if found:
        _print_entries(opened, found, lang or "en")
    if len(called) > limit:
        click.echo(f"{len(called) - limit} more; --limit {len(called)} shows all.")


NAMES_SHOWN = 6
"""Names of a place in other languages that a line of the table holds."""

ROOM_FOR_NAMES = 110
"""Columns of a terminal from which they are shown: in 80 they would leave no room for the place itself."""


def _print_entries(gazetteer: "Gazetteer", entries: "list[Entry]", lang: str) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Column, Table

    console = Console()
    table = Table(
        Column("id", no_wrap=True),
        Column("place", overflow="fold"),
        "kind",
        Column("where", overflow="fold"),
        Column("at", no_wrap=True),
        Column("people", justify="right", no_wrap=True),
        *([Column("names", overflow="fold")] if console.width >= ROOM_FOR_NAMES else []),
        box=SIMPLE_HEAD,
    )
    for entry in entries:
        label = gazetteer.label(entry, lang)
        names = [n for n in dict.fromkeys((entry.name, *gazetteer.labels(entry).values())) if n != label]
        where = ", ".join(filter(None, (entry.admin1, entry.country)))
        people = f"{entry.population:,}" if entry.population else ""
        point = f"{entry.lat:.2f} {entry.lon:.2f}"
        cells = entry.id, label, entry.kind, where, point, people, ", ".join(names[:NAMES_SHOWN])
        table.add_row(*cells[: len(table.columns)])
    console.print(table)


@gazetteer.command()
@click.option("--verify", is_flag=True, help="Read and check every row; takes seconds, minutes for all of GeoNames.")
@gazetteer_option
def info(*, verify: bool) -> None:
    """Show what the gazetteer holds, what it was built from, and under which licences."""
    from rich.console import Console
    from rich.table import Table

    opened = chosen_gazetteer()
    if verify:
        opened.verify()
    click.echo(f"storymap {VERSION}, gazetteer of schema {opened.meta['schema']}, hash {opened.meta['sources']}")
    click.echo(f"{opened.file.path}: {opened.meta['places']} places, {opened.meta['names']} names")
    kinds = Table("kind", "places")
    for kind, number in opened.counts().items():
        kinds.add_row(kind, f"{number:,}")
    sources = Table("source", "licence", "credit")
    for source in opened.sources():
        sources.add_row(source["name"], source["licence"], source["credit"])
    console = Console()
    console.print(kinds, sources)
    credits_due = {credit for source in opened.sources() for credit in source["credit"].split("; ") if credit}
    console.print("Credit: " + " · ".join(sorted(credits_due)))
    if verify:
        click.echo("Every row is as it was written.")


@gazetteer.command()
@click.argument("sources", type=click.Path(file_okay=False, path_type=Path), default=Path("data/sources"))
@click.option(
    "--geonames", type=FILE, metavar="FILE",
    help="All places of GeoNames: allCountries, or the file of a country. Taken in place of SOURCES.",
)  # fmt: skip
@click.option("--alternate-names", type=FILE, metavar="FILE", help="GeoNames' names by language: alternateNamesV2.")
@click.option("--hierarchy", type=FILE, metavar="FILE", help="GeoNames' hierarchy: the divisions some places lack.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file to write; needed with --geonames.")
def build(
    sources: Path, geonames: Path | None, alternate_names: Path | None, hierarchy: Path | None, output: Path | None
) -> None:
    """Compile a gazetteer: the embedded one from the tables in SOURCES, or a large one from GeoNames' files.

    By default SOURCES is data/sources of a checkout. GeoNames' files may be text or zip; the embedded gazetteer goes
    into the large one, which any --gazetteer takes.

    \b
    Examples:
      storymap gazetteer build
      storymap gazetteer build --geonames allCountries.zip --alternate-names alternateNamesV2.zip \\
        --hierarchy hierarchy.zip -o big.sqlite
    """
    from storymap.gazetteer.build import build_gazetteer
    from storymap.gazetteer.store import COMPILED, Gazetteer

    if geonames is None:
        if alternate_names or hierarchy:
            raise click.UsageError("--alternate-names and --hierarchy go with --geonames.")
        target = build_gazetteer(sources, output or COMPILED)
    elif output is None:
        raise click.UsageError("--geonames needs -o, the file to write.")
    else:
        target = output
        _build_from_geonames(geonames, output, alternate_names=alternate_names, hierarchy=hierarchy)
    click.echo(f"{Gazetteer.open(target).meta['places']} places in {target}")


def _build_from_geonames(dump: Path, target: Path, *, alternate_names: Path | None, hierarchy: Path | None) -> None:
    """Build with a progress bar; tell which lines were damaged."""
    from rich.console import Console
    from rich.progress import Progress, TaskID

    from storymap.gazetteer.geonames import build_from_geonames

    with Progress(console=Console(stderr=True)) as bar:
        tasks: dict[str, TaskID] = {}

        def show(doing: str, done: int, total: int) -> None:
            if doing not in tasks:
                tasks[doing] = bar.add_task(doing)
            bar.update(tasks[doing], completed=done, total=total)

        read = build_from_geonames(dump, target, alternate_names=alternate_names, hierarchy=hierarchy, progress=show)
    for file in read:
        if file.damaged:
            click.echo(f"{file.path}: {file.damaged} of {file.lines} lines are damaged and left out, such as", err=True)
            for line in file.first_damaged:
                click.echo(f"  {line}", err=True)
