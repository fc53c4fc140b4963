"""Files of what was said of gold articles, told apart by what stands in them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from uhc_llm.documents import decoded_json
from uhc_llm.errors import InputError
from uhc_llm.evaluation.adapters.cells import read_fact
from uhc_llm.evaluation.adapters.langextract import facts_of_document
from uhc_llm.evaluation.adapters.tables import rows_of_table
from uhc_llm.evaluation.gold import GoldArticle, LabelledFact, text_of_file
from uhc_llm.evaluation.predictions import Prediction

__all__ = ["load_predictions"]

_SHOWN: Final = 3


def load_predictions(path: str | Path, articles: Sequence[GoldArticle] = ()) -> list[Prediction]:
    """Read what was said of articles.

    Args:
        path: the file: lines of JSON with `id` and `facts`, as `save_predictions` and annotators
            write them; lines with one list of facts each, in the order of the articles; lines with
            one fact each and its `id`; LangExtract's lines, with `extractions`; or a CSV.
        articles: what `load_gold` gives. Regions are looked up with what an article names, and ids
            are held against them; without them names that two regions share may be taken wrongly.

    Returns:
        Predictions, in the order of the file. Of a file of single facts every article has one, with
        no facts where the file has none.

    Raises:
        InputError: the file cannot be read, a line is wrong, or it is of other articles.
    """
    path = Path(path)
    reader = _Reader(path, articles)
    text = text_of_file(path).removeprefix("\ufeff")
    if not text.strip():
        return []
    found = reader.json(text) if text.lstrip()[0] in "{[" else reader.table(text)
    reader.refuse_others()
    return found


class _Reader:
    """One file, on its way to predictions.

    What says the facts of an article in one piece becomes a prediction at once; single facts are
    gathered by their articles until all are read.
    """

    def __init__(self, path: Path, articles: Sequence[GoldArticle]) -> None:
        self._path = path
        self._articles = articles
        self._by_id = {article.id: article for article in articles}
        self._by_text = {article.text: article.id for article in articles}
        self._whole: list[Prediction] = []
        self._single: defaultdict[str, list[LabelledFact]] | None = None
        self._ids: set[str] = set()

    def table(self, text: str) -> list[Prediction]:
        with self._named():
            rows = list(rows_of_table(text))
        for row in rows:
            with self._named(f"line {row.line}"):
                facts = self._facts_of(row.article)
                if row.cells.keys() & {"metric", "value"}:  # else it says that there is none
                    article = self._by_id.get(row.article or "") or self._only()
                    point = row.has_decimal_point
                    facts.append(read_fact(row.cells, article, has_decimal_point=point))
        return self._predictions()

    def json(self, text: str) -> list[Prediction]:
        values = list(self._values(text))
        lists = sum(isinstance(value, list) for _, value in values)
        turns = iter(self._articles if lists == len(self._articles) else ())
        for place, value in values:
            if isinstance(value, list):
                self._list(value, place, next(turns, None))
            elif isinstance(value, dict):
                with self._named(place):
                    self._mapping(value)
            else:
                raise InputError(f"{self._path}, {place}: {_EXPECTED}")
        return self._predictions()

    def refuse_others(self) -> None:
        """See to it that the file is of these articles.

        Raises:
            InputError: none of its ids is that of an article.
        """
        ids = self._ids | {prediction.id for prediction in self._whole}
        if ids and self._by_id and ids.isdisjoint(self._by_id):
            raise InputError(
                f"{self._path} is of other articles: it has {_named(sorted(ids))}, and the gold "
                f"file {_named(list(self._by_id))}"
            )

    def _list(self, facts: Sequence[Any], place: str, in_turn: GoldArticle | None) -> None:
        """The facts of one line: each with its article's id, or all of the article in turn."""
        if in_turn is not None:
            self._facts_of(in_turn.id)
        for number, fact in enumerate(facts, start=1):
            with self._named(f"{place}, fact {number}"):
                self._fact(fact, in_turn.id if in_turn else None)

    def _mapping(self, value: Mapping[str, Any]) -> None:
        if "extractions" in value:
            id_ = self._id_of_document(value)
            facts, left_out = facts_of_document(value, self._by_id.get(id_))
            self._whole.append(Prediction(id=id_, facts=tuple(facts), left_out=left_out))
        elif value.keys() & {"facts", "error"}:
            self._whole.append(self._prediction(value))
        elif value.keys() & {"metric", "value"}:
            self._fact(value, None)
        else:
            raise InputError(_EXPECTED)

    def _fact(self, cells: object, in_turn: str | None) -> None:
        if not isinstance(cells, Mapping):
            raise InputError(f"a fact must be a mapping, not {type(cells).__name__}")
        if cells.keys() & {"facts", "extractions"}:
            self._mapping(cells)
            return
        id_ = cells.get("id", cells.get("document_id", in_turn))
        facts = self._facts_of(None if id_ is None else str(id_))
        facts.append(read_fact(_flat(cells), self._by_id.get(str(id_)) or self._only()))

    def _prediction(self, value: Mapping[str, Any]) -> Prediction:
        article = self._by_id.get(str(value.get("id")))
        said = value.get("facts", [])
        if not isinstance(said, list):
            raise InputError("facts is no list")
        facts = []
        for number, cells in enumerate(said, start=1):
            if not isinstance(cells, Mapping):
                raise InputError(f"fact {number}: it must be a mapping")
            try:
                facts.append(read_fact(_flat(cells), article))
            except InputError as error:
                raise InputError(f"fact {number}: {error}") from error
        try:
            return Prediction.model_validate({**value, "facts": facts})
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            raise InputError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error

    def _id_of_document(self, value: Mapping[str, Any]) -> str:
        """The article that LangExtract had before it, by its id or else by its text."""
        id_, text = value.get("document_id"), value.get("text")
        if id_ in self._by_id or not self._articles:
            return str(id_)
        if isinstance(text, str) and text in self._by_text:
            return self._by_text[text]
        raise InputError(
            f"the gold file has no article {id_!r}, nor one with this text: give LangExtract "
            "Document(text=..., document_id=...) with the ids of the gold file"
        )

    def _facts_of(self, id_: str | None) -> list[LabelledFact]:
        """Where the facts of an article are gathered; of a file on one article it need no id."""
        if id_ is None and (only := self._only()):
            id_ = only.id
        if id_ is None:
            raise InputError(
                "it does not say which article it is of: give each fact the id of its article, "
                "or each article a line with the list of its facts, in the order of the gold file"
            )
        self._ids.add(id_)
        if self._single is None:
            self._single = defaultdict(list, {article.id: [] for article in self._articles})
        return self._single[id_]

    def _only(self) -> GoldArticle | None:
        return self._articles[0] if len(self._articles) == 1 else None

    def _predictions(self) -> list[Prediction]:
        single = (self._single or {}).items()
        return [*self._whole, *(Prediction(id=id_, facts=tuple(facts)) for id_, facts in single)]

    def _values(self, text: str) -> Iterator[tuple[str, Any]]:
        """The values of a file, one a line or one in all, with their places."""
        # Other ends of lines may stand inside a text.
        lines = [(n, line) for n, line in enumerate(text.split("\n"), 1) if line.strip()]
        for number, line in lines:
            try:
                value = decoded_json(line)
            except InputError as error:
                if number == lines[0][0]:
                    with suppress(InputError):
                        yield "in all", decoded_json(text)
                        return
                raise InputError(f"{self._path}, line {number}: {error}") from error
            yield f"line {number}", value

    @contextmanager
    def _named(self, place: str | None = None) -> Iterator[None]:
        """Say in every message which file is wrong, and where."""
        try:
            yield
        except InputError as error:
            where = f"{self._path}, {place}: " if place else f"{self._path}, "
            raise InputError(f"{where}{error}") from error


_EXPECTED: Final = (
    "it is no list of facts, no fact with metric and value, and has neither facts nor extractions"
)


def _flat(cells: Mapping[str, Any]) -> Mapping[str, Any]:
    """A fact with the words that its evidence quotes beside the rest."""
    evidence = cells.get("evidence")
    if isinstance(evidence, Mapping):
        return {"mention": evidence.get("quote"), "start": evidence.get("start"), **cells}
    return cells


def _named(ids: Sequence[str]) -> str:
    shown = ", ".join(map(repr, ids[:_SHOWN]))
    return f"{shown}, ..." if len(ids) > _SHOWN else shown
