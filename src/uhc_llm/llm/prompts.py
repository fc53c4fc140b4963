"""The prompt templates in `prompts/`: found, rendered and hashed.

A prompt is a folder with `system.j2`, `user.j2` and `reask.j2`; its name carries its version
(`point/v3`). Every result records the name and the hash of the three texts.
"""

import hashlib
from pathlib import Path
from typing import Any, Final, NamedTuple

from jinja2 import DictLoader, Environment, StrictUndefined, TemplateError

from uhc_llm.errors import ConfigurationError

__all__ = ["Prompt", "load_prompt"]

_PARTS: Final = ("system.j2", "user.j2", "reask.j2")
_PACKAGE: Final = Path(__file__).resolve().parent.parent


class Prompt(NamedTuple):
    """A prompt: its name, the hash of its templates, and the templates."""

    name: str
    hash: str
    environment: Environment

    def system(self, **values: Any) -> str:  # noqa: ANN401 - what a template shows may be anything
        """What never changes from text to text; it comes first, so that providers can cache it."""
        return self._render("system.j2", values)

    def user(self, **values: Any) -> str:  # noqa: ANN401
        """The text and what is asked of it."""
        return self._render("user.j2", values)

    def reask(self, **values: Any) -> str:  # noqa: ANN401
        """What was wrong with an answer."""
        return self._render("reask.j2", values)

    def _render(self, part: str, values: dict[str, Any]) -> str:
        try:
            return self.environment.get_template(part).render(**values).strip()
        except TemplateError as error:
            raise ConfigurationError(f"prompt {self.name!r}: {part}: {error}") from error


def _folder() -> Path:
    """`prompts/` beside the modules in an installed package, at the root of a source tree."""
    installed = _PACKAGE / "prompts"
    return installed if installed.is_dir() else _PACKAGE.parent.parent / "prompts"


def load_prompt(name: str) -> Prompt:
    """Load a prompt by its name.

    Args:
        name: such as `point/v3`, or the path of a folder of your own that holds the three files.

    Raises:
        ConfigurationError: there is no such prompt, or one of its files is missing or no text.
    """
    folder = Path(name) if Path(name).is_dir() else _folder() / name
    missing = [part for part in _PARTS if not (folder / part).is_file()]
    if missing:
        known = sorted(
            f"{p.parent.parent.name}/{p.parent.name}" for p in _folder().glob("*/*/user.j2")
        )
        raise ConfigurationError(
            f"prompt {name!r} lacks {', '.join(missing)}; there are {', '.join(known)}, "
            "or name a folder of your own with system.j2, user.j2 and reask.j2"
        )
    # What is hashed is what is rendered, whatever becomes of the files meanwhile.
    templates = {part: _read(folder / part) for part in _PARTS}
    digest = hashlib.sha256("\0".join(templates.values()).encode())
    environment = Environment(
        loader=DictLoader(templates),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - a prompt is plain text, not HTML
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return Prompt(name, digest.hexdigest(), environment)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"prompt file {str(path)!r} cannot be read: {error}") from error
