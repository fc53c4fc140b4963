"""The JSON of an answer is found whatever stands around it, and nothing else is taken for it."""

import json
from collections.abc import Callable
from typing import Final

import pytest

from uhc_llm.llm.transport.answer_text import json_objects, take_json

GOOD: Final = '{"facts": [{"number": "n1"}], "main": null}'


def fits(text: str) -> bool:
    """Whether it has both fields and no other."""
    return set(json.loads(text)) == {"facts", "main"}


@pytest.mark.parametrize(
    "written",
    [
        GOOD,
        f"\ufeff{GOOD}",
        f"  \n{GOOD}\n",
        f"```json\n{GOOD}\n```",
        f"```\n{GOOD}\n```",
        f"Berikut jawabannya:\n\n```json\n{GOOD}\n```\nSemoga membantu.",
        f"Jawaban: {GOOD} Demikian.",
        f'<think>\nn1? {{"facts": [], "main": null}}\n</think>\n\n{GOOD}',
        f"Mari kita lihat [n1] dan {{n2}} ...\n</think>\n{GOOD}",
        f"[THINK]belum tentu[/THINK]{GOOD}",
        f"<thinking>a</thinking><think>b</think>{GOOD}",
        f"{GOOD}\n\n{GOOD}",
        f'{{"facts": [], "main": null}} Salah, yang benar: {GOOD}',
        f'{GOOD} Catatan: {{"yakin": true}}',
        f"[{GOOD}]",
        f"{{{GOOD}}}",
        f'{{"facts": [{{"number": \n\n```json\n{GOOD}\n```',
        "{'facts': [{'number': 'n1'}], 'main': None}",
        "Jawaban:\n```python\n{'facts': [{'number': 'n1'}], 'main': None}\n```\nSelesai {ya}.",
        '{"facts": [{"number": "n1"}], "main": None}',
        "{\n  'facts': [{'number': 'n1',},], 'main': None}",
    ],
)
def test_json_is_taken_out_of_what_stands_around_it(written: str) -> None:
    taken = take_json(written, fits)
    assert json.loads(taken) == json.loads(GOOD)


def test_json_is_taken_as_it_was_written() -> None:
    """A number is not written anew: 95.30 has two places, and 1e2 is no 100.0."""
    said = '{"facts": [95.30, 1e2, 98.50000000000000001], "main": "\\u00e9"}'
    assert take_json(f"```\n{said}\n```", fits) == said


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ('{"main": "satu\ndua", "facts": ["\ttiga"]}', {"main": "satu\ndua", "facts": ["tiga"]}),
        ("{'main': \"Jum'at\", 'facts': 'a\\n'}", {"main": "Jum'at", "facts": "a\n"}),
        ("{'main': True, 'facts': {'a': 1.5}}", {"main": True, "facts": {"a": 1.5}}),
    ],
)
def test_line_breaks_in_strings_and_python_are_read(written: str, value: object) -> None:
    assert json.loads(take_json(written, fits)) == value


@pytest.mark.parametrize(
    "written",
    [
        "",
        "   ",
        "Maaf, saya tidak dapat membantu.",
        "[1, 2]",
        "[]",
        f"[{GOOD}, {GOOD}]",
        f"<think>{GOOD}</think>",
        f"<think>{GOOD}",
        f"{GOOD[:-1]}",
        f'{{"facts": [{GOOD}, "main": null',
        '{"facts": [], "main": null, }, {"facts": [], "main": null}',
        "{'facts': open('/etc/passwd'), 'main': None}",
        "{'facts': {1, 2}, 'main': None}",
        "{'facts': '\\d', 'main': None}",
        "{'facts': 9" + "9" * 5000 + "}",
        '{"facts": ' + "[" * 100_000,
        "{'facts': " + "(" * 100_000,
    ],
)
def test_where_there_is_no_answer_the_text_stays_as_it_is(written: str) -> None:
    assert take_json(written, fits) == written


def test_of_objects_that_do_not_fit_the_last_one_is_left_to_be_told_what_is_wrong() -> None:
    assert take_json('{"a": 1} {"b": 2}', fits) == '{"b": 2}'


def test_what_stands_in_a_broken_object_is_no_object() -> None:
    broken = '{"facts": [{"number": "n1"}, {"number": "n2"], "main": {}}'
    assert list(json_objects(f'{{"a": 1}} {broken}')) == ['{"a": 1}']


@pytest.mark.parametrize(
    "unit",
    [
        '{"',
        '{"a":',
        '{"a":1}',
        "[{",
        '{"\\"',
        "{'a':",
        '```{"a":"',
        "<think>",
        "</think><think>",
        "{'",
        '{\n"',
        "[ ",
    ],
)
def test_no_text_takes_more_than_its_length(unit: str, steps: Callable[[str], int]) -> None:
    few, many = steps(unit * 200), steps(unit * 1600)
    assert many <= 12 * few + 100


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], int]:
    """Counts the characters that are looked at by what decodes, in place of a clock."""
    looked_at = 0

    class Decoder(json.JSONDecoder):
        def raw_decode(self, s: str, idx: int = 0) -> tuple[object, int]:
            nonlocal looked_at
            try:
                value, end = super().raw_decode(s, idx)
            except json.JSONDecodeError as error:
                is_open = error.msg.startswith("Unterminated")
                looked_at += (len(s) if is_open else error.pos) - idx
                raise
            looked_at += end - idx
            return value, end

    monkeypatch.setattr("uhc_llm.llm.transport.answer_text._STRICT", Decoder())
    monkeypatch.setattr("uhc_llm.llm.transport.answer_text._WITH_CONTROLS", Decoder(strict=False))

    def count(text: str) -> int:
        nonlocal looked_at
        looked_at = 0
        take_json(text, lambda _: False)
        return looked_at

    return count


def test_brackets_in_prose_begin_nothing() -> None:
    written = "Mari kita lihat [n1] {x} " * 40_000 + GOOD
    assert take_json(written, fits) == GOOD
