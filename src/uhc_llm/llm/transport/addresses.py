"""Base URLs, as people write them and as they are meant."""

from typing import Final
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from uhc_llm.errors import ConfigurationError
from uhc_llm.llm.transport.redaction import redact

__all__ = ["read_address", "shown_address", "without_query"]

_ENDPOINT: Final = "/chat/completions"


def read_address(base_url: str) -> str:
    """A base URL as it is meant: without blanks, a slash at its end, or the service itself.

    Raises:
        ConfigurationError: it is none.
    """
    given = base_url.strip()
    try:
        scheme, host, path, query, _ = urlsplit(given)
    except ValueError as exc:
        raise ConfigurationError(f"base URL {redact(given)!r} is none: {exc}") from None
    if scheme not in ("http", "https") or not host:
        raise ConfigurationError(f"base URL {redact(given)!r} {_hint(given)}")
    path = path.rstrip("/").removesuffix(_ENDPOINT).rstrip("/")
    return urlunsplit((scheme, host, path, query, ""))


def without_query(address: str) -> tuple[str, dict[str, str]]:
    """An address without its query, such as `?api-version=2024-10-21`, and the query."""
    scheme, host, path, query, _ = urlsplit(address)
    return urlunsplit((scheme, host, path, "", "")), dict(parse_qsl(query))


def shown_address(address: str) -> str:
    """An address for messages: a name, a password or a key in it is not for them."""
    scheme, host, path, _, _ = urlsplit(address)
    return urlunsplit((scheme, host.rpartition("@")[2], path, "", ""))


def _hint(given: str) -> str:
    """What to write in place of an address without its beginning."""
    name = given.partition("://")[2] or given.lstrip("/")
    is_near = name.startswith(("localhost", "127.", "0.0.0.0", "192.168.", "10.", "[::1]"))  # noqa: S104
    meant = f"{'http' if is_near else 'https'}://{name}" if name else "http://127.0.0.1:8000/v1"
    return f"must begin with http:// or https://, such as {redact(meant)}"
