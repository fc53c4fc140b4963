"""The providers that people use, and what each of them takes: one table.

All but one speak OpenAI's chat completions at an address of their own; Anthropic has its Messages.
docs/providers.md says where each row comes from. What is in no row is left to instructor.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from uhc_llm.llm.transport.strict_schema import (
    ANTHROPIC,
    GEMINI,
    GRAMMAR,
    OPENAI,
    PLAIN,
    SchemaSubset,
)

__all__ = [
    "OPENAI_NAME",
    "PROVIDERS",
    "Protocol",
    "Provider",
    "StructuredOutput",
    "is_here",
    "own_address",
]

OPENAI_NAME: Final = "openai"

Protocol = Literal["chat", "messages"]
"""OpenAI's chat completions, or Anthropic's Messages."""

StructuredOutput = Literal["json_schema", "json_object"]
"""The provider keeps to a schema; or to JSON alone, and the schema stands in the prompt."""

_ALL: Final = re.compile("")
_NONE: Final = re.compile(r"(?!)")
# Deployments of Azure mostly bear the name of their model, among other words.
_OPENAI_THINKS: Final = re.compile(r"(^|[-_/])(o\d|gpt-?[5-9](?!.*chat))")
_OPENAI_TEMPERED: Final = re.compile(rf"^(?!.*{_OPENAI_THINKS.pattern})")
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
_HERE: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_ANY_ADDRESS: Final = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 (read, not listened on)


@dataclass(frozen=True, kw_only=True)
class Provider:
    """Where a provider is, and what a request to it may hold.

    Attributes:
        title: its name, for people.
        base_url: of its service; empty where every customer has one of their own.
        path: added to an address that a user gives without a path.
        address_variable: environment variable with an address instead of `base_url`; empty: none.
        address_port: the port of an address there that is a bare host, as in `OLLAMA_HOST`.
        key_variables: environment variables with the key; the first that is set counts.
        keys_are_at: where a key is to be had; empty where none is needed.
        protocol: what it speaks.
        output: how structured output is asked for.
        subset: what the JSON Schema may hold.
        limit: its name for the most tokens of an answer.
        seed: its name for the seed; empty where it takes none.
        tempered: names of models that take a temperature other than their own.
        thinks: names of models whose thoughts count as tokens of the answer.
        extra: what goes into every request.
    """

    title: str
    base_url: str
    path: str = ""
    address_variable: str = ""
    address_port: int | None = None
    key_variables: tuple[str, ...]
    keys_are_at: str = ""
    protocol: Protocol = "chat"
    output: StructuredOutput = "json_schema"
    subset: SchemaSubset
    limit: str = "max_tokens"
    seed: str = ""
    tempered: re.Pattern[str] = _ALL
    thinks: re.Pattern[str] = _NONE
    extra: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)

    def key(self, environ: Mapping[str, str] = os.environ) -> str:
        """The key in the environment; empty when there is none."""
        found = (environ.get(name, "").strip() for name in self.key_variables)
        return next(filter(None, found), "")

    def address(self, environ: Mapping[str, str] = os.environ) -> str:
        """Its address in the environment, else its own; empty when there is neither."""
        given = environ.get(self.address_variable, "").strip() if self.address_variable else ""
        if given and self.address_port is not None:
            given = _reached(given, self.address_port)
        return given or self.base_url

    @property
    def makes_grammars(self) -> bool:
        """Whether it turns a schema into a grammar in no time, however many there are."""
        return self.subset is GRAMMAR

    def completed(self, address: str) -> str:
        """The base URL that an address means: with the path that it lacks, without one too many.

        >>> PROVIDERS["azure"].completed("https://kota.openai.azure.com/")
        'https://kota.openai.azure.com/openai/v1'
        """
        parts = urlsplit(address)
        path = parts.path.rstrip("/")
        if self.protocol == "messages":
            path = path.removesuffix("/v1")
        return parts._replace(path=path or self.path).geturl()


def own_address(model: str, base_url: str | None) -> str | None:
    """The address of a server that is asked in place of the provider's own; None where none is."""
    known = PROVIDERS.get(model.partition("/")[0].lower())
    if base_url or known is None:
        return base_url
    address = known.address()
    return address if address != known.base_url else None


def is_here(address: str) -> bool:
    """Whether an address is one of this machine, which no proxy can see."""
    return urlsplit(address).hostname in _HERE


def _reached(host: str, port: int) -> str:
    """The URL of a server that listens on `host`, which may lack its scheme and its port.

    >>> _reached("0.0.0.0", 11434), _reached("gpu:8080", 11434), _reached("https://gpu", 11434)
    ('http://127.0.0.1:11434', 'http://gpu:8080', 'https://gpu')
    """
    if "://" in host:
        return host
    parts = urlsplit(f"//{host}")
    name = parts.hostname or ""
    name = "127.0.0.1" if name in _ANY_ADDRESS else f"[{name}]" if ":" in name else name
    return f"http://{name}:{parts.port or port}"


_AZURE: Final = Provider(
    title="Azure OpenAI",
    base_url="",
    path="/openai/v1",
    address_variable="AZURE_OPENAI_ENDPOINT",
    key_variables=("AZURE_OPENAI_API_KEY",),
    keys_are_at="the resource's page in the Azure portal, under Keys and Endpoint",
    subset=PLAIN,
    limit="max_completion_tokens",
    seed="seed",
    tempered=_OPENAI_TEMPERED,
    thinks=_OPENAI_THINKS,
)
_GEMINI: Final = Provider(
    title="Google Gemini",
    base_url="https://generativelanguage.googleapis.com/v1beta/openai",
    path="/v1beta/openai",
    key_variables=("GEMINI_API_KEY", "GOOGLE_API_KEY"),
    keys_are_at="https://aistudio.google.com/apikey",
    subset=GEMINI,
    limit="max_completion_tokens",
    # Gemini 3 wants its own temperature: with a lower one it may go round in circles.
    tempered=re.compile(r"gemini-[12]\b"),
    thinks=_ALL,
)
_LLAMACPP: Final = Provider(
    title="llama.cpp",
    base_url="http://127.0.0.1:8080/v1",
    path="/v1",
    address_variable="LLAMACPP_BASE_URL",
    key_variables=("LLAMA_API_KEY",),
    subset=GRAMMAR,
    seed="seed",
)

PROVIDERS: Final[Mapping[str, Provider]] = MappingProxyType(
    {
        OPENAI_NAME: Provider(
            title="OpenAI",
            base_url="https://api.openai.com/v1",
            address_variable="OPENAI_BASE_URL",
            key_variables=("OPENAI_API_KEY",),
            keys_are_at=(
                "https://platform.openai.com/api-keys; any word will do for a server of your own "
                "that asks for none"
            ),
            subset=OPENAI,
            # The older name is refused by its newer models; a server of another kind that does
            # not know the newer one passes over it.
            limit="max_completion_tokens",
            seed="seed",
            tempered=_OPENAI_TEMPERED,
            thinks=_OPENAI_THINKS,
        ),
        "azure": _AZURE,
        "azure_openai": _AZURE,
        "anthropic": Provider(
            title="Anthropic",
            base_url="https://api.anthropic.com",
            address_variable="ANTHROPIC_BASE_URL",
            key_variables=("ANTHROPIC_API_KEY",),
            keys_are_at="https://platform.claude.com/settings/keys",
            protocol="messages",
            subset=ANTHROPIC,
            # From Claude Opus 4.7 on, a temperature is refused.
            tempered=re.compile(r"claude-(3|(haiku|sonnet)-4|opus-4-([0156]\b|20))"),
            thinks=_ALL,
        ),
        "gemini": _GEMINI,
        "google": _GEMINI,
        "mistral": Provider(
            title="Mistral",
            base_url="https://api.mistral.ai/v1",
            path="/v1",
            key_variables=("MISTRAL_API_KEY",),
            keys_are_at="https://console.mistral.ai/api-keys",
            subset=PLAIN,
            seed="random_seed",
            thinks=re.compile("magistral"),
            # Without it nothing is taken from the cache.
            extra=MappingProxyType({"prompt_cache_key": "uhc_llm"}),
        ),
        "deepseek": Provider(
            title="DeepSeek",
            base_url="https://api.deepseek.com",
            key_variables=("DEEPSEEK_API_KEY",),
            keys_are_at="https://platform.deepseek.com/api_keys",
            output="json_object",
            subset=PLAIN,
            # Thinking is on unless it is switched off, and knows no temperature.
            extra=MappingProxyType({"thinking": {"type": "disabled"}}),
        ),
        "openrouter": Provider(
            title="OpenRouter",
            base_url="https://openrouter.ai/api/v1",
            path="/api/v1",
            key_variables=("OPENROUTER_API_KEY",),
            keys_are_at="https://openrouter.ai/settings/keys",
            subset=PLAIN,
            tempered=re.compile(
                r"^(?!openai/(o\d|gpt-[5-9])|google/gemini-[3-9]"
                r"|anthropic/claude-(opus-4[.-][7-9]|4\.[7-9]|.*-[5-9]\b))"
            ),
            thinks=re.compile(r"^(openai/(o\d|gpt-[5-9])|google/gemini|anthropic/claude)"),
            # Else a request may go to a host that passes over the schema. The more a request
            # holds, the fewer hosts take all of it: so no seed.
            extra=MappingProxyType({"provider": {"require_parameters": True}}),
        ),
        "ollama": Provider(
            title="Ollama",
            base_url="http://127.0.0.1:11434/v1",
            path="/v1",
            address_variable="OLLAMA_HOST",
            address_port=11434,
            key_variables=("OLLAMA_API_KEY",),
            subset=GRAMMAR,
            seed="seed",
        ),
        "vllm": Provider(
            title="vLLM",
            base_url="http://127.0.0.1:8000/v1",
            path="/v1",
            address_variable="VLLM_BASE_URL",
            key_variables=("VLLM_API_KEY",),
            subset=GRAMMAR,
            seed="seed",
        ),
        "llamacpp": _LLAMACPP,
        "llama.cpp": _LLAMACPP,
    }
)
"""By the first part of a model's name."""
