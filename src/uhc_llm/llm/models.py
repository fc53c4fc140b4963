"""Which model is asked: its name, and how it is chosen when nobody names one."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from uhc_llm.errors import ConfigurationError

__all__ = ["DEFAULT_HOSTED_MODEL", "LOCAL", "ModelName", "choose_model"]

LOCAL: Final = "local"
DEFAULT_HOSTED_MODEL: Final = "openai/gpt-4.1-mini"

_EXAMPLES: Final = "openai/gpt-4.1-mini, ollama/qwen2.5, local, or local:models/my-model.gguf"


@dataclass(frozen=True)
class ModelName:
    """The name of a model, taken apart.

    Attributes:
        provider: who serves it, in lower case; `local` for the embedded server.
        model: the provider's own name for it; for `local`, the stem of the weights file, or an
            empty string for the embedded model.
        path: the weights file that `local:PATH` names.
    """

    provider: str
    model: str
    path: Path | None = None

    @classmethod
    def parse(cls, name: str) -> Self:
        """Take a name apart.

        Args:
            name: `provider/model`, `local` or `local:PATH`.

        Raises:
            ConfigurationError: the name has none of these forms.

        >>> ModelName.parse("openrouter/qwen/qwen3-32b").model
        'qwen/qwen3-32b'
        """
        text = name.strip()
        if text.lower() == LOCAL:
            return cls(LOCAL, "")
        if text[: len(LOCAL) + 1].lower() == f"{LOCAL}:":
            return cls._weights(text[len(LOCAL) + 1 :].strip())
        provider, slash, model = text.partition("/")
        if provider.lower() == LOCAL:
            raise ConfigurationError(
                f"{name!r} is no model name: weights of your own are named local:PATH, "
                f"such as local:{model or 'models/my-model.gguf'}"
            )
        if not (slash and provider and model) or any(map(str.isspace, text)):
            hint = f" Did you mean 'openai/{text}'?" if text and not slash else ""
            raise ConfigurationError(
                f"{name!r} is no model name.{hint} A name looks like {_EXAMPLES}"
            )
        return cls(provider.lower(), model)

    @classmethod
    def _weights(cls, path: str) -> Self:
        if not path:
            raise ConfigurationError(f"local: lacks the path of a GGUF file, as in {_EXAMPLES}")
        weights = Path(path).expanduser()
        return cls(LOCAL, weights.stem, weights)

    @property
    def is_local(self) -> bool:
        """True when the model runs on this machine, started by this process."""
        return self.provider == LOCAL

    def __str__(self) -> str:
        """The name as a user writes it."""
        if self.path is not None:
            return f"{LOCAL}:{self.path}"
        return LOCAL if self.is_local else f"{self.provider}/{self.model}"


def choose_model(
    given: str | None, environ: Mapping[str, str] = os.environ
) -> tuple[ModelName, str]:
    """Decide which model is asked, and say why.

    Args:
        given: what the user named, if anything.
        environ: where `UHC_LLM_MODEL` and `OPENAI_API_KEY` are looked up; blank counts as unset.

    Returns:
        The model and the reason, in words for the user.

    Raises:
        ConfigurationError: the name that was given, or set, is no model name.
    """
    if given is not None:
        return ModelName.parse(given), "--model"
    if named := environ.get("UHC_LLM_MODEL", "").strip():
        return ModelName.parse(named), "UHC_LLM_MODEL"
    if environ.get("OPENAI_API_KEY", "").strip():
        reason = f"OPENAI_API_KEY is set: {DEFAULT_HOSTED_MODEL}"
        return ModelName.parse(DEFAULT_HOSTED_MODEL), reason
    return ModelName.parse(LOCAL), "no key set"
