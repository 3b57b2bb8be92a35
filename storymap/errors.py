"""Every error storymap raises on purpose.

The tree; each kind is also the builtin that fits it, so that callers who know only Python still catch it:

* StorymapError
  + ArticleError (ValueError)      an article cannot be read, or holds no text
  + FetchError (OSError)           a web page cannot be fetched
  + GazetteerError (OSError)       the gazetteer file is missing, damaged or of another version
  + StoryFileError (ValueError)    a story.json is not one, or of another schema version
  + PlaceTableError (ValueError)   an edited place table has a row that is wrong
  + RecognizerError (ValueError)   a recogniser of one's own does not fit, or marks what is not in the text
  + SettingError (ValueError)      storymap.toml, a house style or a tile service says what cannot be done
  + MissingExtra (ImportError)     an optional part is not installed

A message says what happened, to which thing, and what to do. `storymap.cli.main` alone turns one into a
line and exit 1.
A name nobody knows, or knows too many of, is no error: it is a result with a reason.
"""

__all__ = [
    "ArticleError",
    "FetchError",
    "GazetteerError",
    "MissingExtra",
    "PlaceTableError",
    "RecognizerError",
    "SettingError",
    "StoryFileError",
    "StorymapError",
]


class StorymapError(Exception):
    """Something storymap can explain went wrong."""


class ArticleError(StorymapError, ValueError):
    """An article could not be read, or held no text."""


class FetchError(StorymapError, OSError):
    """A web page could not be fetched."""


class GazetteerError(StorymapError, OSError):
    """The gazetteer was missing, damaged or of another version."""


class StoryFileError(StorymapError, ValueError):
    """A story file was not one, or of another schema version."""


class PlaceTableError(StorymapError, ValueError):
    """An edited place table was none, or a row of it was wrong."""


class RecognizerError(StorymapError, ValueError):
    """A recogniser that is not the one built in did not fit, or gave spans that are none."""


class SettingError(StorymapError, ValueError):
    """A file of settings, a house style or a tile service was none."""


class MissingExtra(StorymapError, ImportError):
    """An optional part was asked for that is not installed."""
