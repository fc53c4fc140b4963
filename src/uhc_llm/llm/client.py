"""Asking a language model for an answer of a given form.

The only module that imports `openai` and `instructor`, and only when a model is asked: importing
them takes longer than everything else that the program does before its first request.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar
from weakref import WeakKeyDictionary

from pydantic import BaseModel, ValidationError

from uhc_llm.errors import (
    ConfigurationError,
    MissingExtraError,
    MissingKeyError,
    UhcLlmError,
    UnusableAnswerError,
)
from uhc_llm.llm.asking import Answer, Gate, Message
from uhc_llm.llm.models import ModelName
from uhc_llm.llm.replay import is_replaying
from uhc_llm.llm.transport.addresses import read_address, shown_address, without_query
from uhc_llm.llm.transport.answer_form import mend_refusal, usual_answer
from uhc_llm.llm.transport.anthropic_messages import completion_body, messages_body
from uhc_llm.llm.transport.concessions import LIMITS, Concessions
from uhc_llm.llm.transport.failures import first_error, one_line, understand
from uhc_llm.llm.transport.options import DEFAULTS, checked_options
from uhc_llm.llm.transport.providers import OPENAI_NAME, PROVIDERS, Provider, is_here
from uhc_llm.llm.transport.redaction import redact
from uhc_llm.llm.transport.request_form import Send, as_it_is, in_form_of
from uhc_llm.llm.transport.sending import Create, Exchange, Sleep, Wire

if TYPE_CHECKING:
    import instructor

__all__ = ["Answer", "ModelClient", "completion_of"]

T = TypeVar("T", bound=BaseModel)
R = TypeVar("R")

_OPENAI: Final = OPENAI_NAME
_PLACEHOLDER_KEY: Final = "replayed"
_REPLAYED_URL: Final = "https://replayed.invalid"
_NO_KEY: Final = "no-key-needed"  # a server of one's own mostly asks for none, but the SDK does
_HOSTED_TIMEOUT: Final = 120.0
_LOCAL_TIMEOUT: Final = 900.0  # a long article on two old cores, behind others in the queue
# Without a handler of its own, instructor's complaints would go to the user's terminal.
logging.getLogger("instructor").addHandler(logging.NullHandler())


@dataclass(frozen=True)
class _Endpoint:
    """Where requests go, and under which names."""

    model: str
    base_url: str
    api_key: str = field(repr=False)


@dataclass(frozen=True)
class _Channel:
    """A connection to a provider that belongs to one event loop."""

    endpoint: _Endpoint
    sdk: Any
    create: Create
    mode: "instructor.Mode"
    provider: "instructor.Provider"
    chat: bool
    shape: Callable[[Send], Send]


class ModelClient:
    """A model that can be asked. It may be used from several event loops, one after the other.

    Args:
        model: which one.
        api_key: instead of the one in the environment.
        base_url: of an OpenAI-compatible server, instead of `OPENAI_BASE_URL`.
        timeout: seconds for one request; None is 120 for a hosted model and 900 for `local`.
        transport_attempts: how often a request is sent when the provider does not answer it.
        max_output_tokens: an answer longer than this is an error; None is the provider's limit.
        temperature: None leaves it to the provider.
        seed: None leaves it to the provider.
        options: the same three and whatever else is to stand in every request, by name; None
            leaves one out. What is not set here and is refused by the provider is left out.
        gate: what every request passes on its way out, re-asked and repeated ones included.
        create: answers one request in place of the provider, in the form of its SDK.
        sleep: waits between attempts; for tests.
    """

    def __init__(
        self,
        model: ModelName,
        *,
        api_key: str | None = None,
        base_url: str | None = None,
        timeout: float | None = None,
        transport_attempts: int = 5,
        max_output_tokens: int | None = DEFAULTS["max_output_tokens"],
        temperature: float | None = DEFAULTS["temperature"],
        seed: int | None = DEFAULTS["seed"],
        options: Mapping[str, Any] | None = None,
        gate: Gate | None = None,
        create: Create | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._model = model
        self._api_key = api_key
        self._base_url = None if base_url is None else read_address(base_url)
        self._timeout = timeout or (_LOCAL_TIMEOUT if model.is_local else _HOSTED_TIMEOUT)
        self._attempts = max(1, transport_attempts)
        self._options = {
            "max_output_tokens": max_output_tokens,
            "temperature": temperature,
            "seed": seed,
            **checked_options(options or {}),
        }
        self._concessions = Concessions(chosen=self.options)
        self._gate = gate
        self._create = create
        self._sleep = sleep
        self._channels: WeakKeyDictionary[asyncio.AbstractEventLoop, _Channel] = WeakKeyDictionary()

    def __repr__(self) -> str:
        return f"ModelClient({self.name!r})"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    @property
    def name(self) -> str:
        """The model's name, as a user writes it."""
        return str(self._model)

    @property
    def options(self) -> dict[str, Any]:
        """The options that are not as they are without being set."""
        return {
            name: value
            for name, value in self._options.items()
            if name not in DEFAULTS or value != DEFAULTS[name]
        }

    async def aclose(self) -> None:
        """Close the connections of the running event loop. The client may be used again."""
        channel = self._channels.pop(asyncio.get_running_loop(), None)
        close = getattr(channel and channel.sdk, "close", None)
        if close is not None:
            await close()

    async def ask(
        self, messages: Sequence[Message], answer_model: type[T], *, reasks: int = 2
    ) -> Answer[T]:
        """Ask one question.

        Args:
            messages: the conversation; its text reaches the model untouched.
            answer_model: the form of the answer.
            reasks: how often an answer of the wrong form is sent back with what is wrong.

        Raises:
            ConfigurationError: no key, or something that is not installed.
            ProviderError: the provider did not answer, after the retries that make sense.
            OutputError: the model's answer is cut off, empty, refused, or of the wrong form still.
        """
        channel = await self._channel()
        exchange = Exchange(self._wire(channel), messages, _test_of(answer_model))
        try:
            content = await self._instruct(channel, exchange, messages, answer_model, reasks)
        except UhcLlmError as error:
            error.spent += exchange.spent
            raise
        return Answer(
            content=content,
            usage=exchange.usage,
            requests=exchange.requests,
            answers=exchange.answers,
            model=exchange.model or channel.endpoint.model,
        )

    async def call(self, do: Callable[[Any], Awaitable[R]]) -> R:
        """Do what is no question, such as sending a file, with the SDK of the provider.

        Args:
            do: gets the SDK's client, which tries nothing again unless it is told to.

        Raises:
            ConfigurationError: no key, or a provider that is not reached through openai's SDK.
            ProviderError: the provider did not do it.
        """
        if self._model.provider != _OPENAI:
            raise ConfigurationError(
                f"{self.name} has no batches that could be asked for: name a model of openai/, "
                "or ask it directly"
            )
        channel = await self._channel()
        wire = self._wire(channel)
        try:
            return await do(channel.sdk)
        except Exception as exc:  # noqa: BLE001 (`understand` knows them)
            failure = understand(exc, who=wire.who, where=wire.where, attempts=1, keys=wire.keys)
            clean = redact(str(exc), wire.keys) == str(exc)
            raise failure.error from (exc if clean else None)

    async def _instruct(
        self,
        channel: _Channel,
        exchange: Exchange,
        messages: Sequence[Message],
        answer_model: type[T],
        reasks: int,
    ) -> T:
        import instructor
        from instructor.core.exceptions import InstructorError, InstructorRetryException

        create: Any = instructor.patch(
            create=channel.shape(exchange.send),
            mode=channel.mode,
            provider=channel.provider,
        )
        try:
            # No `context`: it would make instructor render the article as a template.
            parsed = await create(
                response_model=_prepared(answer_model),
                messages=[dict(message) for message in messages],
                max_retries=reasks,
                **self._settings(channel),
            )
        except InstructorRetryException as exc:
            if isinstance(exc.__cause__, UhcLlmError):
                raise exc.__cause__ from exc.__cause__.__cause__
            attempts = exc.failed_attempts
            reason = attempts[0].exception if attempts else exc
            raise self._unusable(reason, exchange) from exc.__cause__
        except InstructorError as exc:
            raise self._unusable(exc, exchange) from exc
        # instructor answers with a subclass of its own making; hand out what was asked for.
        return answer_model.model_construct(parsed.model_fields_set, **dict(parsed))

    def _unusable(self, reason: Exception, exchange: Exchange) -> UnusableAnswerError:
        answers = "the answer" if exchange.answers == 1 else f"none of {exchange.answers} answers"
        has = "has not" if exchange.answers == 1 else "has"
        return UnusableAnswerError(
            f"{self.name}: {answers} {has} the form that was asked for: "
            f"{redact(first_error(reason))}. Use another model, or a shorter text",
            attempts=exchange.answers,
        )

    def _wire(self, channel: _Channel) -> Wire:
        key = channel.endpoint.api_key
        # What takes the provider's place is to be sent the same requests every time.
        learns = self._create is None
        return Wire(
            create=channel.create,
            chat=channel.chat,
            who=self.name,
            where=shown_address(channel.endpoint.base_url),
            keys=frozenset({key} if key else ()),
            attempts=self._attempts,
            timeout=self._timeout,
            sleep=self._sleep,
            make=completion_of,
            gate=self._gate,
            besides={name: value for name, value in self._besides.items() if value is not None},
            concessions=self._concessions if learns else Concessions(chosen=self.options),
        )

    @property
    def _besides(self) -> dict[str, Any]:
        """The options that mean nothing to this program, and go out as they are."""
        return {name: value for name, value in self._options.items() if name not in DEFAULTS}

    def _settings(self, channel: _Channel) -> dict[str, Any]:
        # OpenAI's newer models refuse the older name; a server that does not know the newer one
        # passes over it. It must not hang on the address: recordings replay without one.
        hosted = self._model.provider == _OPENAI
        limit = "max_completion_tokens" if hosted else "max_tokens"
        has_limit = any(name in self._options for name in LIMITS)
        settings = {
            "model": channel.endpoint.model,
            limit: None if has_limit else self._options["max_output_tokens"],
            "temperature": self._options["temperature"],
            "seed": self._options["seed"] if channel.chat else None,
        }
        return {name: value for name, value in settings.items() if value is not None}

    async def _channel(self) -> _Channel:
        """The connection for the running loop, opened when it is first needed."""
        endpoint = await self._endpoint()
        loop = asyncio.get_running_loop()
        channel = self._channels.get(loop)
        if channel is None or channel.endpoint != endpoint:
            await self.aclose()
            known = PROVIDERS.get(self._model.provider)
            if known is None and not self._model.is_local:
                channel = self._open_other(endpoint)
            elif known is not None and known.protocol == "messages":
                channel = self._open_messages(endpoint, known)
            else:
                channel = self._open(endpoint, known)
            self._channels[loop] = channel
        return channel

    async def _endpoint(self) -> _Endpoint:
        if self._model.is_local:
            from uhc_llm.llm import local

            server = await asyncio.to_thread(local.start, self._model.path)
            return _Endpoint(server.model_name, server.base_url, server.api_key)
        known = PROVIDERS.get(self._model.provider)
        key = self._api_key or (known.key() if known else "")
        key = key or (_PLACEHOLDER_KEY if is_replaying() else "")
        if known is None:
            return _Endpoint(self._model.model, self._base_url or "", key)
        base_url = self._base_url or known.address() or (_REPLAYED_URL if is_replaying() else "")
        if not base_url:
            raise ConfigurationError(
                f"{self.name} needs an address, as {known.title} gives every customer one: set "
                f"{known.address_variable}, or name it by --base-url"
            )
        if not key and known.keys_are_at:
            raise MissingKeyError(
                f"{self.name} needs a key: set {' or '.join(known.key_variables)} (to be had at "
                f"{known.keys_are_at}), or ask no model, with --strategy code"
            )
        return _Endpoint(self._model.model, known.completed(read_address(base_url)), key or _NO_KEY)

    def _open(self, endpoint: _Endpoint, known: Provider | None) -> _Channel:
        """A connection to what speaks chat completions; None is the embedded model."""
        import instructor
        import openai

        base_url, query = without_query(endpoint.base_url or "")
        sdk = openai.AsyncOpenAI(
            api_key=endpoint.api_key,
            base_url=base_url,
            default_query=query,
            max_retries=0,
            timeout=self._timeout,
            # A proxy of the environment cannot see a server on the loopback.
            http_client=openai.DefaultAsyncHttpxClient(trust_env=not is_here(endpoint.base_url)),
        )

        async def create(**request: Any) -> Any:  # noqa: ANN401 (any parameter, any answer)
            # `chat.completions.create` would hold every part of a request against every type that
            # it may have, in search of what is to be renamed: a fifth of what a request costs us.
            try:
                answer = await sdk.post("/chat/completions", cast_to=object, body=request)
            except openai.APIStatusError as exc:
                mend_refusal(exc)
                raise
            return completion_of(usual_answer(answer)) if isinstance(answer, dict) else answer

        return _Channel(
            endpoint=endpoint,
            sdk=sdk,
            create=self._create or create,
            mode=instructor.Mode.JSON_SCHEMA,
            provider=instructor.Provider.OPENAI,
            chat=True,
            shape=in_form_of(known) if known else as_it_is,
        )

    def _open_messages(self, endpoint: _Endpoint, known: Provider) -> _Channel:
        """A connection to Anthropic's Messages, which look like chat completions from here on."""
        import instructor

        try:
            import anthropic
        except ImportError:
            raise MissingExtraError(self.name, "anthropic") from None
        base_url, query = without_query(endpoint.base_url)
        sdk = anthropic.AsyncAnthropic(
            api_key=endpoint.api_key,
            base_url=base_url,
            default_query=query,
            max_retries=0,
            timeout=self._timeout,
            http_client=anthropic.DefaultAsyncHttpxClient(trust_env=not is_here(endpoint.base_url)),
        )

        async def create(**request: Any) -> Any:  # noqa: ANN401
            try:
                answer: Any = await sdk.post(
                    "/v1/messages", cast_to=object, body=messages_body(request)
                )
            except anthropic.APIStatusError as exc:
                mend_refusal(exc)
                raise
            is_message = isinstance(answer, dict) and "content" in answer
            return completion_of(completion_body(answer)) if is_message else answer

        return _Channel(
            endpoint=endpoint,
            sdk=sdk,
            create=self._create or create,
            mode=instructor.Mode.JSON_SCHEMA,
            provider=instructor.Provider.OPENAI,
            chat=True,
            shape=in_form_of(known),
        )

    def _open_other(self, endpoint: _Endpoint) -> _Channel:
        """A connection made by instructor, to any provider that it knows."""
        import instructor

        from_provider: Any = instructor.from_provider  # its overloads know single model names
        given = {"api_key": endpoint.api_key, "base_url": endpoint.base_url}
        try:
            made = from_provider(
                self.name,
                async_client=True,
                **{name: value for name, value in given.items() if value},
            )
        except Exception as exc:  # noqa: BLE001 (what it raises differs from one to the next)
            text = redact(one_line(str(exc)))
            missing_key = "API_KEY" in text and "not set" in text
            kind = MissingKeyError if missing_key else ConfigurationError
            raise kind(f"{self.name}: {text}. Or ask no model: --strategy code") from None
        sdk = made.client
        if hasattr(sdk, "max_retries"):
            sdk.max_retries = 0
        return _Channel(
            endpoint=endpoint,
            sdk=sdk,
            create=made.create_fn.__wrapped__,
            mode=made.mode,
            provider=made.provider,
            chat=hasattr(sdk, "chat") and hasattr(sdk.chat, "completions"),
            shape=as_it_is,
        )


@lru_cache(maxsize=8)
def _prepared(answer_model: type[T]) -> type[T]:
    """The form of an answer as instructor would make it anew, and describe it anew, each time.

    One form serves all texts, or one text: the latter soon make room for others.
    """
    import instructor

    prepared = instructor.openai_schema(answer_model)
    schema = answer_model.model_json_schema()
    # What instructor does with it leaves it as it is.
    prepared.model_json_schema = lambda *_, **__: schema  # type: ignore[method-assign]
    return prepared


def completion_of(body: Mapping[str, Any]) -> Any:  # noqa: ANN401 (the SDK's own type)
    """An answer that was kept as JSON, in the form in which the SDK hands it out."""
    from openai.types.chat import ChatCompletion

    return ChatCompletion.construct(**body)


def _test_of(answer_model: type[BaseModel]) -> Callable[[str], bool]:
    """Whether JSON has the form of an answer."""

    def fits(text: str) -> bool:
        try:
            answer_model.model_validate_json(text, strict=True)
        except ValidationError:
            return False
        return True

    return fits
