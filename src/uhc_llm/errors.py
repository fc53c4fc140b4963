"""Every error that this library raises on purpose, by who must act on it.

    UhcLlmError
    ├── InputError             the text, file or fact given: mend the input           (exit 3)
    ├── ConfigurationError     a setting, an extra, a key, weights, a cassette: mend
    │   │                      the set-up                                            (exit 4)
    │   ├── MissingKeyError
    │   ├── MissingExtraError
    │   ├── WeightsError
    │   ├── CassetteError
    │   ├── LedgerError        the file of a run
    │   │   ├── LedgerBusyError
    │   │   ├── LedgerVersionError
    │   │   └── ReviewConflictError
    │   └── ResultFileError    the file that results are exported to
    ├── ProviderError          the model's server: wait, or mend the account          (exit 5)
    │   ├── AuthenticationError
    │   ├── ModelNotFoundError
    │   ├── RequestRefusedError
    │   │   ├── ContextLengthError
    │   │   └── SchemaRefusedError
    │   ├── RateLimitError
    │   │   └── QuotaExhaustedError
    │   ├── ServerError
    │   └── ConnectionFailedError
    │       └── RequestTimeoutError
    └── OutputError            the model's answer: another model, or a shorter text   (exit 6)
        ├── EmptyAnswerError
        ├── TruncatedAnswerError
        │   └── SpentOnThinkingError
        └── UnusableAnswerError

Each message says what to do next. `exit_code` is what the command line ends with.
"""

from typing import ClassVar, NamedTuple

__all__ = [
    "AuthenticationError",
    "CassetteError",
    "ConfigurationError",
    "ConnectionFailedError",
    "ContextLengthError",
    "EmptyAnswerError",
    "InputError",
    "LedgerBusyError",
    "LedgerError",
    "LedgerVersionError",
    "MissingExtraError",
    "MissingKeyError",
    "ModelNotFoundError",
    "OutputError",
    "ProviderError",
    "QuotaExhaustedError",
    "RateLimitError",
    "RequestRefusedError",
    "RequestTimeoutError",
    "ResultFileError",
    "ReviewConflictError",
    "SchemaRefusedError",
    "ServerError",
    "Spent",
    "SpentOnThinkingError",
    "TruncatedAnswerError",
    "UhcLlmError",
    "UnusableAnswerError",
    "WeightsError",
]


class Spent(NamedTuple):
    """What was asked of a provider, and has to be paid for, before an error came."""

    requests: int = 0
    answers: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0

    def __add__(self, other: object) -> "Spent":
        """This and what was spent besides."""
        if not isinstance(other, Spent):
            return NotImplemented
        return Spent(*(mine + others for mine, others in zip(self, other, strict=True)))


class UhcLlmError(Exception):
    """Root of every error that this library raises on purpose.

    Attributes:
        spent: requests and tokens of the question that ended so, all its answers included.
    """

    exit_code: ClassVar[int] = 1
    spent: Spent = Spent()


class InputError(UhcLlmError, ValueError):
    """The text, the file or the fact that was given cannot be read."""

    exit_code = 3


class ConfigurationError(UhcLlmError):
    """A setting is wrong or something that it needs is not there."""

    exit_code = 4


class MissingKeyError(ConfigurationError):
    """The provider needs an API key and none was given."""


class MissingExtraError(ConfigurationError):
    """A part that is installed separately is not installed.

    Args:
        feature: what was asked for, as the user would say it.
        extra: the extra of this package that brings it.
    """

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(f"{feature} needs an extra: pip install 'uhc-llm[{extra}]'")
        self.feature = feature
        self.extra = extra


class WeightsError(ConfigurationError):
    """The weights of the embedded model cannot be had, or are not the right ones."""


class CassetteError(ConfigurationError):
    """A cassette is missing, holds no answer to a request, or cannot be written."""


class ProviderError(UhcLlmError):
    """The model's server did not do what was asked.

    Attributes:
        status: the HTTP status, or None when no answer came.
        attempts: how many times the request was sent.
        retry_after: seconds that the provider asks to wait; None when it says nothing of it.
    """

    exit_code = 5
    retry_after: float | None = None

    def __init__(self, message: str, *, status: int | None = None, attempts: int = 1) -> None:
        super().__init__(message)
        self.status = status
        self.attempts = attempts


class AuthenticationError(ProviderError):
    """The key is wrong, or may not use this model."""


class ModelNotFoundError(ProviderError):
    """The provider has no model of that name."""


class RequestRefusedError(ProviderError):
    """The provider says that the request itself is wrong."""


class ContextLengthError(RequestRefusedError):
    """The text is longer than the model can read."""


class SchemaRefusedError(RequestRefusedError):
    """The provider does not accept the answer's schema."""


class RateLimitError(ProviderError):
    """Too many requests, or the quota is used up; waiting did not help."""


class QuotaExhaustedError(RateLimitError):
    """The account has no quota left, which waiting does not mend."""


class ServerError(ProviderError):
    """The provider failed (5xx), and went on failing."""


class ConnectionFailedError(ProviderError):
    """The provider could not be reached."""


class RequestTimeoutError(ConnectionFailedError):
    """The provider did not answer in time."""


class OutputError(UhcLlmError):
    """The model answered, but not with anything that can be used.

    Attributes:
        attempts: how many answers were asked for.
    """

    exit_code = 6

    def __init__(self, message: str, *, attempts: int = 1) -> None:
        super().__init__(message)
        self.attempts = attempts


class EmptyAnswerError(OutputError):
    """The answer has no content."""


class TruncatedAnswerError(OutputError):
    """The answer stopped at the token limit."""


class SpentOnThinkingError(TruncatedAnswerError):
    """The token limit was used up with thinking: a shorter question would not mend that."""


class UnusableAnswerError(OutputError):
    """The answer is not of the form that was asked for, and re-asking did not mend it."""


class LedgerError(ConfigurationError):
    """The file of a run is not there, is none, or cannot be read or written."""


class LedgerBusyError(LedgerError):
    """Another process is writing to the file of the run."""


class LedgerVersionError(LedgerError):
    """The file of the run was made by a newer version of this program."""


class ReviewConflictError(LedgerError):
    """Somebody else has decided since on what is decided here; `item` says on which."""

    def __init__(self, item: str) -> None:
        super().__init__(
            f"somebody else has decided on {item!r} since it was shown: look again, then decide"
        )
        self.item = item


class ResultFileError(ConfigurationError):
    """Results cannot be written to the file that was named."""
