"""The tile service of a newsroom -> what a page needs to offer its map, in place of ours, to a reader who agrees.

`choose_tiles` is called by ``storymap make --tiles`` and by users; what it returns goes to `storymap.publish.publish`.
Nothing is asked of the service here, and nothing by a page before its reader has agreed (``assets/tiles.js``).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from storymap.errors import SettingError

__all__ = ["Tiles", "choose_tiles"]

MAX_ZOOM = 18
"""What most services have; a provider that xyzservices knows says its own."""

_EXAMPLE = "https://tiles.example/{z}/{x}/{y}.png"

_VARIABLE = re.compile(r"\{([^{}]*)\}")
_KEPT = frozenset({"z", "x", "y", "-y", "s", "r"})
"""What Leaflet fills in, tile by tile."""

_HOST = re.compile(r"(?:[a-z0-9-]*\{s\}[a-z0-9-]*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d+)?")
_PATH = re.compile(r"[\w.~:/?#@!$&()*+,;=%{}-]*", re.ASCII)
_LOOPBACK = re.compile(r"(?:localhost|127\.0\.0\.1)(?::\d+)?")
_OPENSTREETMAP = re.compile(r"(?:.*\.)?tile\.(?:openstreetmap|osm)\.org(?::\d+)?")


@dataclass(frozen=True, slots=True)
class Tiles:
    """A tile service: the template of its addresses as Leaflet takes it, and the words its licence asks for."""

    url: str
    attribution: str
    subdomains: tuple[str, ...] = ("a", "b", "c")
    max_zoom: int = MAX_ZOOM

    def __post_init__(self) -> None:
        _check(self.url)
        if not self.attribution.strip():
            raise SettingError(f"The tiles of {self.host} need an attribution: the words that their licence asks for.")

    @property
    def host(self) -> str:
        """The name of the server, for readers: tiles.example."""
        first, _, rest = urlsplit(self.url).netloc.partition(".")
        return rest if "{s}" in first else f"{first}.{rest}".rstrip(".")

    @property
    def origins(self) -> tuple[str, ...]:
        """Where tiles come from, for a content security policy."""
        address = urlsplit(self.url)
        names = self.subdomains if "{s}" in address.netloc else ("",)
        return tuple(f"{address.scheme}://{address.netloc.replace('{s}', name)}" for name in names)


def choose_tiles(source: str, attribution: str = "") -> Tiles:
    """Return the tile service that a template of addresses, or a name, means.

    Parameters
    ----------
    source
        ``https://tiles.example/{z}/{x}/{y}.png``, with ``{s}`` for a subdomain and ``{r}`` for sharp screens if the
        service has them; or a provider's name in PyPI package xyzservices, such as ``TopPlusOpen.Grey``.
    attribution
        The words that the licence asks for; a provider has its own.

    Raises
    ------
    SettingError
        If it is neither, if the attribution is missing, or if the service refuses pages such as ours.

    Examples
    --------
    >>> choose_tiles("https://tiles.example/{z}/{x}/{y}.png", "© Beispiel").host
    'tiles.example'
    """
    if "://" in source:
        return Tiles(source, attribution)
    from xyzservices import providers

    try:
        provider = providers.query_name(source)
    except ValueError:
        raise SettingError(
            f"{source} is no tile service. Give a template such as {_EXAMPLE}, or a name that the package xyzservices "
            "knows, such as TopPlusOpen.Grey."
        ) from None
    if provider.requires_token():
        raise SettingError(
            f"{source} needs a key. Give its address with yours in it, in place of the name: {provider['url']}"
        )
    return Tiles(
        _fill(provider),
        attribution or provider["attribution"].replace("(C)", "©"),
        tuple(provider.get("subdomains", "abc")),
        int(provider.get("max_zoom", MAX_ZOOM)),
    )


def _fill(provider: Mapping[str, object]) -> str:
    """Put what a provider says of itself into its address, and leave what Leaflet fills in.

    Some are noted with http, of the time before their server had a certificate.
    """
    address = re.sub(r"^http://", "https://", str(provider["url"]))
    return _VARIABLE.sub(
        lambda match: match[0] if match[1] in _KEPT else quote(str(provider.get(match[1], "")), safe="/:"), address
    )


def _check(url: str) -> None:
    scheme, _, rest = url.partition("://")
    host = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if _OPENSTREETMAP.fullmatch(host):
        raise SettingError(
            f"{host} is for OpenStreetMap's own site: its rules forbid heavy use, and it refuses what comes without a "
            "referrer, as from a sandboxed frame. Take a service that you have a contract with, or none: our map asks "
            "nobody."
        )
    if not _HOST.fullmatch(host) or not _PATH.fullmatch(rest[len(host) :]):
        raise SettingError(f"{url} is no template of addresses. Write one such as {_EXAMPLE}.")
    if scheme != "https" and not (scheme == "http" and _LOOPBACK.fullmatch(host)):
        raise SettingError(f"{url}: tiles come by https, or a page that does will not show them. Write https://.")
    names = _VARIABLE.findall(url)
    unknown = sorted(set(names) - _KEPT)
    if (
        unknown
        or not {"z", "x"} <= set(names)
        or not {"y", "-y"} & set(names)
        or re.search(r"[{}]", _VARIABLE.sub("", url))
    ):
        wrong = f"has {{{unknown[0]}}}, which nothing fills in" if unknown else "does not say where zoom, x and y go"
        raise SettingError(f"{url} {wrong}. Write one such as {_EXAMPLE}.")
