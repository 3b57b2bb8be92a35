"""A Story -> what ships: the bundle that a newsroom puts on its server.

`publish` is called by ``storymap make``, by the archive and by users. Importing it loads nothing heavy: folium, pandas
and the rest come with the first call.
"""

from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Unpack

from storymap.model import MIN_CONFIDENCE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from storymap.model import Story
    from storymap.publish.bundle import Looks

__all__ = ["publish"]


def publish(
    story: "Story",
    folder: str | Path,
    *,
    only: "Iterable[str] | None" = None,
    min_confidence: float = MIN_CONFIDENCE,
    **looks: "Unpack[Looks]",
) -> tuple[Path, ...]:
    """Write the bundle of a story: pages, map and data, which need no other file and no network.

    Every file is made before the first is put in its place, and each is put there whole: an older bundle in the folder
    stays as it was if anything fails. Other files in the folder are left alone.

    Parameters
    ----------
    story
        Any story; one without places gives a page that says so.
    folder
        Where to; it is made if missing, with its parents.
    only
        Which files, by the names of `storymap.publish.bundle.FILES`: ``["map", "kml"]``; the default bundle if left
        out: ``index.html`` the article beside its map · ``map.html`` the map alone, for an iframe · ``embed.html`` the
        code to embed it · ``map.svg`` its picture · ``places.csv`` and ``places.geojson`` the place table ·
        ``story.json`` the whole story · ``manifest.json`` and ``privacy.txt``. In a list ``"default"`` stands for it.
    min_confidence
        From 0 to 1. A place that is less sure, and that no editor confirmed, is in the tables, and on the story page
        under what is to check, but not on the map. At 0 everything that was resolved is on the map.
    **looks
        ``style``, how the pages and pictures look; ``tiles``, the service whose map the pages offer to readers who
        agree, from `storymap.publish.tiles.choose_tiles`; ``print_mm``, the width of the map in print; ``strict_csp``,
        whether the pages hold no code, and ``integrity``; ``base_url``, the address at which the folder will lie;
        ``also_in``, in which languages the pages are written, too: see `storymap.publish.bundle.Looks`.

    Returns
    -------
    tuple of Path
        The files written.

    Raises
    ------
    ValueError
        If a file asked for is none a bundle has.
    MissingExtra
        If a format needs a package that is not installed.
    OSError
        If the folder cannot be written, or one of its folders has the name of a file.
    """
    from storymap.publish.bundle import make_files

    files = make_files(story, only, min_confidence, **looks)
    target = Path(folder)
    for name in files:
        if (target / name).is_dir():
            raise IsADirectoryError(f"{target / name}: a folder stands where the file belongs. Move it away.")
    try:
        _write(files, target)
    except OSError as error:
        raise OSError(
            f"{target}: cannot be written ({error.strerror}). Make room on the disk, close these files in other "
            "programs, or give another folder."
        ) from error
    return tuple(target / name for name in files)


def _write(files: "Mapping[str, bytes]", target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    # In the target's own file system, where a file is moved in one step.
    staging = Path(mkdtemp(dir=target, prefix=".storymap-"))
    try:
        for name, content in files.items():
            (staging / name).write_bytes(content)
        _put_in_place(files, staging, target)
    finally:
        rmtree(staging)


def _put_in_place(names: "Iterable[str]", staging: Path, target: Path) -> None:
    """Move the new files to where the old ones were; if one cannot be moved, the old ones come back."""
    kept = staging / "before"
    kept.mkdir()
    try:
        for name in names:
            if (target / name).exists():
                (target / name).replace(kept / name)
            (staging / name).replace(target / name)
    except OSError:
        for old in kept.iterdir():
            old.replace(target / old.name)
        raise
