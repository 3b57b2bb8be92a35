"""The command line: parse, call, print. `main` alone turns a `StorymapError` into one line and exit 1.

Defaults for a newsroom: `storymap.settings`.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote

import click

from storymap.cli.delivery import (
    STANDARD_OUTPUT,
    also_in,
    check_output,
    check_web_address,
    delivery,
    min_confidence_option,
    only_option,
    output_option,
    with_delivery,
)
from storymap.cli.gazetteer import gazetteer
from storymap.cli.mapping import (
    FILE,
    check_language,
    chosen_gazetteer,
    gazetteer_option,
    house_option,
    mapping,
    with_mapping,
)
from storymap.errors import ArticleError, StorymapError
from storymap.model import MIN_CONFIDENCE, VERSION
from storymap.settings import read_settings

if TYPE_CHECKING:
    from storymap.article.read import Page
    from storymap.model import Article, Story
    from storymap.publish.bundle import Looks

__all__ = ["main"]

Job = TypeVar("Job")

LEFT_TO_CHECK = 3
"""Exit code of ``make --strict`` if anything is left to check; 1 is an error, 2 a command line that makes no sense."""


def main() -> None:
    """Run the command line; errors we can explain become one line and exit 1."""
    try:
        program.main(prog_name="storymap", default_map=read_settings(Path.cwd(), program))
    except (StorymapError, OSError) as error:
        _complain(error)
        sys.exit(1)


def _complain(error: Exception) -> None:
    """Print an error as one line, however many a library has said it in."""
    click.echo(f"storymap: {' '.join(str(error).split())}", err=True)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="storymap")
def program() -> None:
    """An article goes in, an embeddable map of its places comes out."""


program.add_command(gazetteer)


@program.command()
@click.argument("articles", metavar="ARTICLE...", nargs=-1, required=True)
@output_option
@only_option
@click.option(
    "--lang",
    callback=check_language,
    help="Language of the articles (de, en, fr, ...); told from the text if left out.",
)
@click.option(
    "--url", callback=check_web_address, help="Address of the article online: quotes in the embedded map link to it."
)
@click.option("--title", help="Headline; goes before the one in the text.")
@click.option(
    "--places", "places_table", type=FILE, metavar="TABLE",
    help="The article's places.csv as an editor changed it: labels, points, what is confirmed or rejected.",
)  # fmt: skip
@with_delivery
@with_mapping
@min_confidence_option
@click.option(
    "--strict",
    is_flag=True,
    help=f"Exit with {LEFT_TO_CHECK} if a place is left to check; the maps are made all the same.",
)
def make(
    articles: tuple[str, ...],
    output: Path,
    *,
    only: tuple[str, ...] | None,
    places_table: Path | None,
    min_confidence: float,
    strict: bool,
    **known: str | None,
) -> None:
    """Make the story map of each ARTICLE: a text, Markdown or HTML file, a web address, or - for standard input.

    \b
    Examples:
      storymap make artikel.md
      storymap make artikel.html -o public/maps --url https://example.org/artikel
      storymap make artikel.html --places places.csv
      storymap make artikel.html --tiles 'https://tiles.example.org/{z}/{x}/{y}.png' --attribution '© Example'
      storymap make *.txt --lang de --home CH
      storymap make artikel.md --only geojson -o - > places.geojson
      storymap make artikel.html --only anchors
      storymap make artikel.md --also-in en,fr
      pbpaste | storymap make - --title "Treffen in Wostotschny"
    """
    from storymap.edits import find_deleted, read_edits
    from storymap.pipeline import map_article
    from storymap.publish.questions import list_questions

    if len(articles) > 1 and (known["url"] or known["title"] or places_table):
        raise click.UsageError(
            "--url, --title and --places are of one article. Make several one by one, or put title and address in them."
        )
    check_output(output, only, len(articles))
    edits = read_edits(places_table) if places_table else None
    failures, left, told, looks = 0, 0, mapping(), delivery()
    names = _bundle_names(articles)
    for source, name in _with_progress(list(zip(articles, names, strict=True)), "Story maps"):
        try:
            article, page = _read(source, **known)
            if "anchors" in (only or ()) and not page:
                raise ArticleError(
                    f"{source}: is no HTML, which alone can have anchors. Give a page, or leave anchors out."
                )
            story = map_article(article, edits=edits, **told)
            _ship(story, output / name, only, min_confidence, {**looks, "page": page})
        except (StorymapError, OSError) as error:
            failures += 1
            _complain(error)
            continue
        for place in find_deleted(story.article, story.places, edits) if edits else ():
            click.echo(f"{places_table}: {place.label} has no row, so it is rejected.", err=True)
        questions = list_questions(story, min_confidence)
        if output != STANDARD_OUTPUT:
            made = output / name / ("index.html" if only is None or {"default", "index"} & {*only} else "")
            click.echo(_report(len(story.published(min_confidence)), len(questions), made))
        for question in questions if strict else ():
            left += 1
            click.echo(f"{output / name}: to check: {question.in_one_line()}", err=True)
    if failures or left:
        sys.exit(1 if failures else LEFT_TO_CHECK)


def _ship(story: "Story", folder: Path, only: Sequence[str] | None, min_confidence: float, looks: "Looks") -> None:
    """Write the bundle of a story into its folder, or its one file to standard output."""
    if base_url := looks.get("base_url"):
        looks = {**looks, "base_url": f"{base_url.rstrip('/')}/{quote(folder.name)}/"}
    if languages := also_in():
        from storymap.pipeline import name_places

        gazetteer = chosen_gazetteer()
        looks = {**looks, "also_in": {lang: name_places(story, lang, gazetteer) for lang in languages}}
    if folder.parent == STANDARD_OUTPUT and only:
        from storymap.publish.bundle import make_file

        sys.stdout.buffer.write(make_file(story, only[0], min_confidence, **looks))
    else:
        from storymap.publish import publish

        publish(story, folder, only=only, min_confidence=min_confidence, **looks)


@program.command()
@click.argument("stories", metavar="STORY...", nargs=-1, required=True, type=FILE)
@output_option
@only_option
@with_delivery
@gazetteer_option
@house_option
@min_confidence_option
def export(stories: tuple[Path, ...], output: Path, only: tuple[str, ...] | None, min_confidence: float) -> None:
    """Write the bundle of each STORY anew, a story.json that make wrote: no article, the same places.

    The gazetteer gives names in the languages of --also-in, and is not asked for anything else.

    \b
    Examples:
      storymap export output/artikel/story.json --only kml,gpx
      storymap export archive/*/story.json -o public/maps --min-confidence 0.9
      storymap export output/artikel/story.json --only json-ld -o -
    """
    from storymap.model import Story

    check_output(output, only, len(stories))
    # A story.json lies in the folder that is named after its article.
    names = _bundle_names(str(path.resolve().parent if path.name == "story.json" else path) for path in stories)
    looks = delivery()
    for path, name in zip(stories, names, strict=True):
        _ship(Story.read(path), output / name, only, min_confidence, looks)


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


def _read(source: str, **known: str | None) -> "tuple[Article, Page | None]":
    from storymap.article.read import read_page

    return read_page(sys.stdin.buffer if source == "-" else _source(source), **known)


def _source(argument: str) -> str | Path:
    """Return a web address as it is, anything else as a path: on the command line no argument is an article's text."""
    return argument if argument.startswith(("http://", "https://")) else Path(argument)


def _report(on_map: int, to_check: int, made: Path) -> str:
    """Return the line that says what was made and where to look at it."""
    places = f"{on_map} place{'s' * (on_map != 1)} on the map" if on_map or to_check else "no places found"
    unsolved = f", {to_check} to check" if to_check else ""
    return f"{places}{unsolved}: {'open' if made.suffix else 'in'} {made}"


@program.command()
@click.argument("article", metavar="ARTICLE")
@click.option(
    "--format", "form", type=click.Choice(["table", "csv", "json", "geojson"]), default="table", show_default=True,
    help="A table to read, or data to pipe on.",
)  # fmt: skip
@click.option("--lang", callback=check_language, help="Language of the article; told from the text if left out.")
@with_mapping
@min_confidence_option
def places(article: str, form: str, *, lang: str | None, min_confidence: float) -> None:
    """List the places of ARTICLE without making a map.

    \b
    Examples:
      storymap places artikel.md
      storymap places artikel.md --format csv > places.csv
      curl -s https://example.org/artikel | storymap places - --format json
    """
    from storymap.pipeline import map_article

    story = map_article(_read(article, lang=lang)[0], **mapping())
    if form == "table":
        _print_places(story, min_confidence)
    elif form == "json":
        click.echo(story.to_json(), nl=False)
    else:
        from storymap.publish.export import places_csv, places_geojson

        write = {"csv": places_csv, "geojson": places_geojson}[form]
        click.echo(write(story, min_confidence), nl=False)


def _print_places(story: "Story", min_confidence: float) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Column, Table

    if not story.places:
        click.echo("No places found.")
        return
    table = Table(
        "",
        Column("place", overflow="fold"),
        "kind",
        Column("in", max_width=5),
        Column("at", no_wrap=True),
        Column("sure", justify="right"),
        "why",
        box=SIMPLE_HEAD,
    )
    published = story.published(min_confidence)
    for place in story.places:
        number = published.index(place) + 1 if place in published else "–"
        point = "" if place.lat is None else f"{place.lat:.2f} {place.lon:.2f}"
        why = next(iter(place.reasons), "")
        kind = str(place.kind or place.status)
        table.add_row(str(number), place.label, kind, place.country, point, f"{place.confidence:.0%}", why)
    Console().print(table)


@program.command()
@click.argument("gold", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--gold-spans", is_flag=True, help="Give the names; score the places alone.")
@click.option(
    "--ignore-kinds", metavar="A,B", default="", help="Kinds of gold that count neither way, such as demonyms."
)
@click.option(
    "--min-confidence", type=click.FloatRange(0, 1), default=MIN_CONFIDENCE, show_default=True,
    help="Confidence from which a pin is kept.",
)  # fmt: skip
@click.option("--json", "form", flag_value="json", default="tables", help="Print the report as JSON.")
@with_mapping
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
    from storymap.gold import read_gold

    texts = read_gold(gold)
    ignored = frozenset(filter(None, ignore_kinds.split(",")))
    report = score(
        _with_progress(texts, gold.name),
        gold_spans=gold_spans,
        ignored_kinds=ignored,
        min_confidence=min_confidence,
        **mapping(),
    )
    if form == "json":
        click.echo(report.to_json(), nl=False)
        return
    from rich.console import Console

    from storymap.cli.scores import tables_of

    for table in tables_of(report):
        Console().print(table)
