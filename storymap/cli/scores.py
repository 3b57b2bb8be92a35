"""The scores of a corpus as tables for people; the same for programs is `storymap.evaluate.Report.to_json`.

A `storymap.evaluate.Report` goes in, tables of the package rich come out. Called by ``storymap evaluate``.
"""

from collections.abc import Iterator

from rich.table import Table

from storymap.evaluate import DISTANCES_KM, Recognition, Report, Resolution
from storymap.model import RIGHT_KM

__all__ = ["tables_of"]


def tables_of(report: Report) -> Iterator[Table]:
    """Yield the report as tables for people."""
    if report.recognition:
        yield from _tables_of_names(report.recognition, report.texts)
    if report.resolution:
        yield _table_of_places(report.resolution)
    if report.kept:
        yield from _tables_of_confidence(report)
    for title, kinds in (("By kind of the gold", report.kinds), ("By kind of the place chosen", report.place_kinds)):
        if kinds:
            rows = _table(title, "kind", "gold", "found", "with a point", f"within {RIGHT_KM} km")
            for kind, of_kind in kinds.items():
                within = "" if of_kind.within is None else f"{of_kind.within:.3f}"
                rows.add_row(kind, str(of_kind.gold), f"{of_kind.found:.3f}", str(of_kind.located), within)
            yield rows


def _table(title: str, *columns: str) -> Table:
    """Return an empty table whose first column is words and the others figures."""
    made = Table(title=title, title_justify="left")
    for number, column in enumerate(columns):
        made.add_column(column, justify="right" if number else "left")
    return made


def _tables_of_names(scores: Recognition, texts: int) -> Iterator[Table]:
    rows = _table(f"Names: {scores.gold} in {texts} texts", "", "precision", "recall", "F1")
    rows.add_row("exact", f"{scores.precision:.3f}", f"{scores.recall:.3f}", f"{scores.f1:.3f}")
    rows.add_row("overlapping", f"{scores.overlap_precision:.3f}", f"{scores.overlap_recall:.3f}", "")
    yield rows
    if scores.role_accuracy is not None:
        rows = _table("Roles of names found", "", "right")
        rows.add_row("literal, metonym or part", f"{scores.role_accuracy:.3f}")
        yield rows
    for title, listed in (("Missed most often", scores.missed), ("Wrongly found most often", scores.surplus)):
        if listed:
            rows = _table(title, "name", "times")
            for text, times in listed.items():
                rows.add_row(text, str(times))
            yield rows


def _table_of_places(places: Resolution) -> Table:
    title = f"Places: {places.located} with a gold point, {places.placed} placed"
    rows = _table(title, "share within", *(f"{far} km" for far in DISTANCES_KM))
    rows.add_row("of all", *(f"{share:.3f}" for share in places.within.values()))
    rows.add_row("of the placed", *(f"{share:.3f}" for share in places.within_of_placed.values()))
    rows.add_row("of all, if most people decided", *(f"{share:.3f}" for share in places.baseline.values()))
    if places.median_km is not None:
        rows.caption = f"median distance of the placed: {places.median_km:.1f} km"
    return rows


def _tables_of_confidence(report: Report) -> Iterator[Table]:
    rows = _table(f"Confidence: expected error {report.calibration_error:.3f}", "from", "names", "mean", "right")
    for row in report.calibration:
        rows.add_row(f"{row.low:.1f}", str(row.names), f"{row.confidence:.3f}", f"{row.right:.3f}")
    yield rows
    rows = _table("Pins kept", "from confidence", "share kept", "right", "right, or in the area")
    for kept in filter(None, (report.kept, report.safe)):
        rows.add_row(f"{kept.min_confidence:.3f}", f"{kept.share:.3f}", f"{kept.right:.3f}", f"{kept.held:.3f}")
    yield rows
