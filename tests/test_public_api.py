"""The public surface is a list, and the list is the surface."""

import inspect

import pytest

import storymap
from storymap import errors


@pytest.mark.parametrize("name", storymap.__all__)
def test_every_public_name_exists_and_explains_itself(name):
    assert inspect.getdoc(getattr(storymap, name))


def test_all_lists_the_public_names():
    loaded = {name: getattr(storymap, name) for name in storymap.__all__}
    public = {n for n in vars(storymap) if not n.startswith("_") and not inspect.ismodule(vars(storymap)[n])}
    assert public - {"import_module", "TYPE_CHECKING"} == set(loaded)
    assert storymap.__all__ == sorted(storymap.__all__)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'map_articel'"):
        storymap.map_articel


def test_publish_stays_callable_when_its_package_is_loaded():
    from storymap.publish import draw

    assert draw
    assert callable(storymap.publish)


@pytest.mark.parametrize(
    ("error", "builtin"),
    [
        (errors.ArticleError, ValueError),
        (errors.FetchError, OSError),
        (errors.GazetteerError, OSError),
        (errors.StoryFileError, ValueError),
        (errors.MissingExtra, ImportError),
    ],
)
def test_errors_are_ours_and_pythons(error, builtin):
    assert issubclass(error, errors.StorymapError)
    assert issubclass(error, builtin)
