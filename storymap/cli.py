"""The command line: parse, call, print. `main` alone turns a `StorymapError` into one line and exit 1.

Defaults for a newsroom: `storymap.settings`.
"""

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from storymap.errors import StorymapError
from storymap.model import MIN_CONFIDENCE, VERSION
from storymap.settings import read_settings

if TYPE_CHECKING:
    from storymap.gazetteer.store import Gazetteer
    from storymap.model import Article, Entry, Story
    from storymap.pipeline import MappingOptions

__all__ = ["main"]

Job = TypeVar("Job")
Command = TypeVar("Command", bound=Callable[..., object])

LEFT_TO_CHECK = 3
"""Exit code of ``make --strict`` if anything is left to check; 1 is an error, 2 a command line that makes no sense."""


def main() -> None:
    """Run the command line; errors we can explain become one line and exit 1."""
    try:
        program.main(prog_name="storymap", default_map=read_settings(Path.cwd(), program))
    except (StorymapError, OSError) as error:
        click.echo(f"storymap: {error}", err=True)
        sys.exit(1)


def _language(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    if value is not None and not re.fullmatch(r"[A-Za-z]{2,3}(?:[-_]\w+)*", value):
        raise click.BadParameter(f"{value} is no language code. Give one such as de, en or fr.")
    return value


def _country(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    if value is not None and not re.fullmatch(r"[A-Za-z]{2}", value):
        raise click.BadParameter(f"{value} is no country code. Give two letters such as DE, AT or CH.")
    return value


def _web_address(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    if value is not None and not value.startswith(("http://", "https://")):
        raise click.BadParameter(f"{value} is no web address. It begins with https:// or http://.")
    return value


_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _keep(context: click.Context, option: click.Parameter, value: object) -> None:
    """Keep what a command was told for `_mapping` and `_gazetteer`."""
    context.meta[f"storymap.{option.name}"] = value


_gazetteer_option = click.option(
    "--gazetteer", type=click.Path(exists=True, path_type=Path), expose_value=False, callback=_keep, metavar="FILE",
    help="A gazetteer that storymap gazetteer build made; by default the embedded one.",
)  # fmt: skip
_house_option = click.option(
    "--house", type=click.Path(dir_okay=False, path_type=Path), expose_value=False, callback=_keep, metavar="FILE",
    help="The desk's own list of places, CSV or GeoJSON; what it says comes before all else.",
)  # fmt: skip
_home_option = click.option(
    "--home", metavar="CC", expose_value=False,
    callback=lambda context, option, value: _keep(context, option, _country(context, option, value)),
    help="Country the desk writes from (DE, AT, CH, ...): tips the balance.",
)  # fmt: skip
_recognizer_option = click.option(
    "--recognizer", metavar="NAME", expose_value=False, callback=_keep,
    help="What finds the names: spacy:PIPELINE, or module:Class of one's own; left out, the one built in.",
)  # fmt: skip


def _with_mapping(command: Command) -> Command:
    """Give a command the options that say how an article is mapped; `_mapping` returns what they were."""
    return _home_option(_house_option(_gazetteer_option(_recognizer_option(command))))


def _mapping() -> "MappingOptions":
    """Return how the running command was told to map."""
    kept = click.get_current_context().meta
    return {"home": kept["storymap.home"], "recognizer": kept["storymap.recognizer"], "gazetteer": _gazetteer()}


def _gazetteer() -> "Gazetteer":
    """Return the gazetteer that the running command was told to ask."""
    from storymap.pipeline import open_gazetteer

    kept = click.get_current_context().meta
    return open_gazetteer(kept["storymap.gazetteer"], kept.get("storymap.house"))


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="storymap")
def program() -> None:
    """An article goes in, an embeddable map of its places comes out."""


_min_confidence_option = click.option(
    "--min-confidence", type=click.FloatRange(0, 1), default=MIN_CONFIDENCE, show_default=True,
    help="What is less sure is listed to be checked, and stays off the map.",
)  # fmt: skip


@program.command()
@click.argument("articles", metavar="ARTICLE...", nargs=-1, required=True)
@click.option(
    "-o", "--output", type=click.Path(file_okay=False, path_type=Path), default=Path("output"), show_default=True,
    help="Folder for the bundles; each article gets one of its own in it.",
)  # fmt: skip
@click.option(
    "--lang", callback=_language, help="Language of the articles (de, en, fr, ...); told from the text if left out."
)
@click.option(
    "--url", callback=_web_address, help="Address of the article online: quotes in the embedded map link to it."
)
@click.option("--title", help="Headline; goes before the one in the text.")
@_with_mapping
@_min_confidence_option
@click.option(
    "--strict",
    is_flag=True,
    help=f"Exit with {LEFT_TO_CHECK} if a place is left to check; the maps are made all the same.",
)
def make(articles: tuple[str, ...], output: Path, *, min_confidence: float, strict: bool, **known: str | None) -> None:
    """Make the story map of each ARTICLE: a text, Markdown or HTML file, a web address, or - for standard input.

    \b
    Examples:
      storymap make artikel.md
      storymap make artikel.html -o public/maps --url https://example.org/artikel
      storymap make *.txt --lang de --home CH
      pbpaste | storymap make - --title "Treffen in Wostotschny"
    """
    from storymap.pipeline import map_article
    from storymap.publish import publish
    from storymap.publish.questions import list_questions

    if len(articles) > 1 and (known["url"] or known["title"]):
        raise click.UsageError(
            "--url and --title are of one article. Make several one by one, or put them in the files."
        )
    failures, left, mapping = 0, 0, _mapping()
    names = _bundle_names(articles)
    for source, name in _with_progress(list(zip(articles, names, strict=True)), "Story maps"):
        try:
            story = map_article(_read(source, **known), **mapping)
            publish(story, output / name, min_confidence=min_confidence)
        except (StorymapError, OSError) as error:
            failures += 1
            click.echo(f"storymap: {error}", err=True)
            continue
        questions = list_questions(story, min_confidence)
        click.echo(_report(len(story.published(min_confidence)), len(questions), output / name))
        for question in questions if strict else ():
            left += 1
            click.echo(f"{output / name}: to check: {question.in_one_line()}", err=True)
    if failures or left:
        sys.exit(1 if failures else LEFT_TO_CHECK)


def _bundle_names(articles: Iterable[str]) -> Iterator[str]:
    """Yield a folder name an article: that of its file, numbered where two are the same."""
    taken: set[str] = set()
    for source in articles:
        stem = "story" if source == "-" else Path(source.split("?")[0].rstrip("/")).stem
        plain = re.sub(r"[^\w.-]+", "-", stem).strip("-.") or "story"
        names = chain([plain], (f"{plain}-{number}" for number in count(2)))
        # Two names that differ in capitals are one folder on some systems.
        name = next(name for name in names if name.casefold() not in taken)
        taken.add(name.casefold())
        yield name


def _with_progress(jobs: Sequence[Job], label: str) -> Iterator[Job]:
    """Go through the jobs, with a progress bar if there are several and someone watches."""
    if len(jobs) == 1 or not sys.stderr.isatty():
        yield from jobs
        return
    with click.progressbar(jobs, label=label, file=sys.stderr) as bar:
        yield from bar


def _read(source: str, **known: str | None) -> "Article":
    from storymap.article.read import read_article

    return read_article(sys.stdin.buffer if source == "-" else _source(source), **known)


def _source(argument: str) -> str | Path:
    """Return a web address as it is, anything else as a path: on the command line no argument is an article's text."""
    return argument if argument.startswith(("http://", "https://")) else Path(argument)


def _report(on_map: int, to_check: int, folder: Path) -> str:
    """Return the line that says what was made and where to look at it."""
    places = f"{on_map} place{'s' * (on_map != 1)} on the map" if on_map or to_check else "no places found"
    unsolved = f", {to_check} to check" if to_check else ""
    return f"{places}{unsolved}: open {folder / 'index.html'}"


@program.command()
@click.argument("article", metavar="ARTICLE")
@click.option(
    "--format", "form", type=click.Choice(["table", "csv", "json", "geojson"]), default="table", show_default=True,
    help="A table to read, or data to pipe on.",
)  # fmt: skip
@click.option("--lang", callback=_language, help="Language of the article; told from the text if left out.")
@_with_mapping
@_min_confidence_option
def places(article: str, form: str, *, lang: str | None, min_confidence: float) -> None:
    """List the places of ARTICLE without making a map.

    \b
    Examples:
      storymap places artikel.md
      storymap places artikel.md --format csv > places.csv
      curl -s https://example.org/artikel | storymap places - --format json
    """
    from storymap.pipeline import map_article

    story = map_article(_read(article, lang=lang), **_mapping())
    if form == "table":
        _print_places(story, min_confidence)
    elif form == "json":
        click.echo(story.to_json(), nl=False)
    else:
        from storymap.publish.export import places_csv, places_geojson

        write = {"csv": places_csv, "geojson": places_geojson}[form]
        click.echo(write(story, min_confidence), nl=False)


def _print_places(story: "Story", min_confidence: float) -> None:
    from rich.console import Console
    from rich.table import Table

    if not story.places:
        click.echo("No places found.")
        return
    table = Table("", "place", "kind", "in", "lat", "lon", "sure", "why")
    published = story.published(min_confidence)
    for place in story.places:
        number = published.index(place) + 1 if place in published else "–"
        point = ("", "") if place.lat is None else (f"{place.lat:.2f}", f"{place.lon:.2f}")
        why = next(iter(place.reasons), "")
        kind = str(place.kind or place.status)
        table.add_row(str(number), place.label, kind, place.country, *point, f"{place.confidence:.0%}", why)
    Console().print(table)


@program.command()
@click.argument("gold", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--gold-spans", is_flag=True, help="Give the names; score the places alone.")
@click.option(
    "--ignore-kinds", metavar="A,B", default="", help="Kinds of gold that count neither way, such as demonyms."
)
@click.option(
    "--min-confidence", type=click.FloatRange(0, 1), default=0.5, show_default=True,
    help="Confidence from which a pin is kept.",
)  # fmt: skip
@click.option("--json", "form", flag_value="json", default="tables", help="Print the report as JSON.")
@_with_mapping
def evaluate(gold: Path, *, gold_spans: bool, ignore_kinds: str, min_confidence: float, form: str) -> None:
    """Score the names found in the texts of GOLD, and their places.

    GOLD has an object a line: {"text", "lang", "toponyms": [{"start", "end", "lat", "lon", "kind", "role"}]}, where a
    toponym needs only the first two; or it is a Markdown text that begins with a line such as "lang: de" and marks its
    names as [Moskau](55.752, 37.618, metonym).

    \b
    Examples:
      storymap evaluate gold.jsonl --ignore-kinds demonym
      storymap evaluate gold.jsonl --gold-spans --json > scores.json
      storymap evaluate tests/cases/koeln.md
    """
    from storymap.evaluate import evaluate as score
    from storymap.evaluate import tables_of
    from storymap.gold import read_gold

    texts = read_gold(gold)
    ignored = frozenset(filter(None, ignore_kinds.split(",")))
    report = score(
        _with_progress(texts, gold.name),
        gold_spans=gold_spans,
        ignored_kinds=ignored,
        min_confidence=min_confidence,
        **_mapping(),
    )
    if form == "json":
        click.echo(report.to_json(), nl=False)
        return
    from rich.console import Console

    for table in tables_of(report):
        Console().print(table)


@program.group()
def gazetteer() -> None:
    """Ask or build the embedded gazetteer."""


@gazetteer.command()
@click.argument("name")
@click.option("--lang", callback=_language, help="Language NAME is used in, and of the labels (de, en, fr, ...).")
@click.option("--country", metavar="CC", callback=_country, help="Only places in this country (DE, AT, CH, ...).")
@click.option("--limit", type=click.IntRange(1), default=10, show_default=True, help="How many places at most.")
@click.option("--json", "as_json", is_flag=True, help="Print data to pipe on.")
@_house_option
@_gazetteer_option
def lookup(name: str, lang: str | None, country: str | None, limit: int, *, as_json: bool) -> None:
    """Show the places called NAME, the likeliest first; if there is none, those with a name close to it.

    \b
    Examples:
      storymap gazetteer lookup Wostotschny --lang de
      storymap gazetteer lookup "Paris, Texas"
      storymap gazetteer lookup Springfield --country US --limit 50 --json
    """
    opened = _gazetteer()
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


def _print_entries(gazetteer: "Gazetteer", entries: "list[Entry]", lang: str) -> None:
    from rich.console import Console
    from rich.table import Column, Table

    table = Table(
        Column("id", no_wrap=True), "place", "kind", "where", "at", Column("people", justify="right"), "names"
    )
    for entry in entries:
        label = gazetteer.label(entry, lang)
        names = [n for n in dict.fromkeys((entry.name, *gazetteer.labels(entry).values())) if n != label]
        where = ", ".join(filter(None, (entry.admin1, entry.country)))
        people = f"{entry.population:,}" if entry.population else ""
        point = f"{entry.lat:.2f} {entry.lon:.2f}"
        table.add_row(entry.id, label, entry.kind, where, point, people, ", ".join(names[:NAMES_SHOWN]))
    Console().print(table)


@gazetteer.command()
@click.option("--verify", is_flag=True, help="Read and check every row; takes seconds, minutes for all of GeoNames.")
@_gazetteer_option
def info(*, verify: bool) -> None:
    """Show what the gazetteer holds, what it was built from, and under which licences."""
    from rich.console import Console
    from rich.table import Table

    opened = _gazetteer()
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
    "--geonames", type=_FILE, metavar="FILE",
    help="All places of GeoNames: allCountries, or the file of a country. Taken in place of SOURCES.",
)  # fmt: skip
@click.option("--alternate-names", type=_FILE, metavar="FILE", help="GeoNames' names by language: alternateNamesV2.")
@click.option("--hierarchy", type=_FILE, metavar="FILE", help="GeoNames' hierarchy: the divisions some places lack.")
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
