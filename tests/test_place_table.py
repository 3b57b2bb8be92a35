"""The place table on the story page, as a reader without script has it."""

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from stories import KIM_ENTRIES, kim_story, write_story

from storymap.model import Check, Finding, Focus, Status
from storymap.publish.embed import story_page
from storymap.publish.rows import list_rows


class Cells(HTMLParser):
    """The rows of the page's table: the text of each cell, with what is folded in; and the links in them."""

    def __init__(self, html):
        super().__init__()
        self.rows, self.links, self._cell = [], [], None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"}:
            self.rows[-1].append("")
            self._cell = tag
        elif tag == "a" and self._cell:
            self.links.append(dict(attrs))

    def handle_endtag(self, tag):
        if tag == self._cell:
            self._cell = None

    def handle_data(self, data):
        if self._cell:
            self.rows[-1][-1] += data


def rows_of(story):
    return [[" ".join(cell.split()) for cell in row] for row in Cells(story_page(story)).rows]


def test_the_page_has_a_row_a_place_with_all_that_is_known():
    story = kim_story()
    first, *places = story.places
    first = replace(first, reasons=("Weltraumbahnhof",))
    story = replace(story, places=(first, *places), focus=Focus((first.id,), "RU"))
    head, *rows = rows_of(story)
    assert head == [
        "Nr.", "Ort", "Art", "Land", "Koordinaten", "Sicherheit", "Nennungen", "Status", "Schauplatz", "Begründung",
    ]  # fmt: skip
    assert len(rows) == len(story.places) == 8
    assert rows[0] == [
        "1", "Wostotschny", "Ort", "Russland", "51,884° N 128,334° O", "93 % recht sicher", "3", "automatisch", "ja",
        "Gründe Wostotschny Weltraumbahnhof",
    ]  # fmt: skip
    moscow = next(row for row in rows if row[1] == "Moskau")
    assert moscow[0] == "–"
    assert moscow[5] == "52 % unsicher"
    assert moscow[7] == "automatisch zu prüfen"
    assert "Moscow (Vereinigte Staaten)" in moscow[9] or "Moscow (USA)" in moscow[9]
    assert rows[-1][1:8] == ["Quellenthal", "–", "–", "–", "kein Ort gefunden", "1", "ungeklärt zu prüfen"]


def test_the_number_of_a_row_leads_to_its_pin():
    links = Cells(story_page(kim_story())).links
    assert [(link["data-pin"], link["href"]) for link in links] == [(str(n), f"#place-{n}") for n in range(1, 7)]
    assert links[0]["aria-label"] == "1 Wostotschny"


def test_a_rejected_place_has_a_row_and_is_not_to_be_checked():
    story = kim_story()
    story = replace(story, places=tuple(replace(place, status=Status.REJECTED) for place in story.places))
    rows = list_rows(story)
    assert len(rows) == 8
    assert {row.number for row in rows} == {0}
    assert not any(row.doubtful for row in rows)


def test_what_the_linter_found_is_in_the_row_of_a_pin():
    story = kim_story()
    story = replace(story, findings=(Finding(story.places[0].id, Check.OUTLIER, "Liegt weit ab."),))
    row = list_rows(story)[0]
    assert (row.number, row.doubtful, row.findings) == (1, True, ("Liegt weit ab.",))


@pytest.mark.parametrize(
    ("lang", "point", "percent"),
    [
        ("en", ("46.000°\u00a0S", "117.500°\u00a0W"), "93%"),
        ("fr", ("46,000°\u00a0S", "117,500°\u00a0O"), "93\u00a0%"),
        ("nl", ("46,000°\u00a0Z", "117,500°\u00a0W"), "93%"),
    ],
)
def test_figures_are_written_as_the_language_writes_them(lang, point, percent):
    entry = replace(KIM_ENTRIES["Kiew"], lat=-46.0, lon=-117.5)
    (row,) = list_rows(write_story("In [[X]] regnet es.", {"X": entry}, lang=lang))
    assert (row.point, row.percent) == (point, percent)


def test_a_story_without_places_has_no_table():
    page = story_page(write_story("Nichts.", {}))
    assert 'id="table"' not in page
    assert "table-filter" not in page
