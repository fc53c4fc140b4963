"""The services of all providers."""

from collections.abc import Mapping
from typing import Final

from tests.documented.anthropic_service import ANTHROPIC
from tests.documented.deepseek_service import DEEPSEEK
from tests.documented.dialect import Dialect
from tests.documented.gemini_service import GEMINI
from tests.documented.mistral_service import MISTRAL
from tests.documented.openai_service import AZURE, OPENAI
from tests.documented.openrouter_service import OPENROUTER
from tests.documented.own_services import LLAMACPP, OLLAMA, VLLM

__all__ = ["DIALECTS"]

DIALECTS: Final[Mapping[str, Dialect]] = {
    "openai": OPENAI,
    "azure": AZURE,
    "anthropic": ANTHROPIC,
    "gemini": GEMINI,
    "mistral": MISTRAL,
    "deepseek": DEEPSEEK,
    "openrouter": OPENROUTER,
    "ollama": OLLAMA,
    "vllm": VLLM,
    "llamacpp": LLAMACPP,
}
"""By the first part of a model's name."""
