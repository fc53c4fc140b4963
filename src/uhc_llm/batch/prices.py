"""What requests cost, by the prices that the package genai-prices keeps.

A model that it does not know has no price, and a run then counts tokens only.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from uhc_llm.errors import ConfigurationError
from uhc_llm.language import _, later
from uhc_llm.schemas import Usage

__all__ = ["BATCH_SHARE", "Price", "given_price", "price_of"]

BATCH_SHARE: Final = 0.5
"""What a provider's own batches cost beside the same requests asked one by one."""

_MILLION: Final = 1_000_000
_NO_MODEL: Final = frozenset({"local"})


class Price(NamedTuple):
    """What a model costs.

    Attributes:
        of: dollars for these tokens, asked one by one.
        source: where that is known from, in words for the user.
    """

    of: Callable[[Usage], float]
    source: str

    def cost(self, usage: Usage, *, batch: bool = False) -> float:
        """US dollars for these tokens.

        Args:
            usage: tokens of a request; of one with a price by length, not of several together.
            batch: they were asked in the provider's own batches.
        """
        return self.of(usage) * (BATCH_SHARE if batch else 1.0)


def given_price(text: str) -> Price:
    """The price that a user names: dollars for a million tokens of input and of output.

    >>> given_price("0.4/1.6").cost(Usage(input_tokens=1_000_000, output_tokens=500_000))
    1.2

    Raises:
        ConfigurationError: it has another form.
    """
    try:
        given, taken = (float(part) for part in text.split("/"))
    except ValueError:
        given = taken = -1.0
    if not (0 <= given < _MILLION and 0 <= taken < _MILLION):
        raise ConfigurationError(
            _(
                "price {price!r}: write dollars for a million tokens of input and of output, as in "
                "0.40/1.60",
                price=text,
            )
        )

    def cost(usage: Usage) -> float:
        return (usage.input_tokens * given + usage.output_tokens * taken) / _MILLION

    return Price(cost, later("as given"))


def price_of(model: str | None, base_url: str | None = None) -> Price | None:
    """The price of a model; None where it is not known.

    Args:
        model: as a user names it; None where none is asked.
        base_url: of the server that is asked, where it is not the provider's own: the same name
            may cost something else there, or nothing.
    """
    if model is None or model.partition(":")[0] in _NO_MODEL:
        return Price(lambda usage: 0.0, later("runs on this machine"))
    provider, _slash, name = model.partition("/")
    try:
        from genai_prices import Usage as PricedUsage
        from genai_prices import calc_price
    except ImportError:
        return None

    def cost(usage: Usage) -> float:
        priced = PricedUsage(
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            cache_read_tokens=min(usage.cached_tokens, usage.input_tokens),
        )
        if base_url:
            return float(calc_price(priced, name, provider_api_url=base_url).total_price)
        return float(calc_price(priced, name, provider_id=provider).total_price)

    try:
        cost(Usage(input_tokens=1, output_tokens=1))
    except LookupError:
        return None
    return Price(cost, "genai-prices")
