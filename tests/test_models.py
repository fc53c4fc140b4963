"""Names of models, and which one is taken when nobody names one."""

import subprocess
import sys
from pathlib import Path

import pytest

from uhc_llm.errors import ConfigurationError
from uhc_llm.llm.models import DEFAULT_HOSTED_MODEL, ModelName, choose_model


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("openai/gpt-4.1-mini", ModelName("openai", "gpt-4.1-mini")),
        ("OpenAI/gpt-4.1-mini", ModelName("openai", "gpt-4.1-mini")),
        ("  groq/llama-3.3-70b-versatile\n", ModelName("groq", "llama-3.3-70b-versatile")),
        ("openrouter/qwen/qwen3-32b:free", ModelName("openrouter", "qwen/qwen3-32b:free")),
        ("local", ModelName("local", "")),
        ("LOCAL", ModelName("local", "")),
        ("local:/models/a b.gguf", ModelName("local", "a b", Path("/models/a b.gguf"))),
        ("local:C:/m.gguf", ModelName("local", "m", Path("C:/m.gguf"))),
    ],
)
def test_a_name_is_taken_apart(text: str, expected: ModelName) -> None:
    assert ModelName.parse(text) == expected


@pytest.mark.parametrize("text", ["openai/gpt-4.1-mini", "local", "local:m.gguf", "a/b/c"])
def test_a_name_is_written_as_it_was_read(text: str) -> None:
    assert str(ModelName.parse(text)) == text


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "local:models/my-model.gguf"),
        ("gpt-4.1-mini", "Did you mean 'openai/gpt-4.1-mini'?"),
        ("openai/", "openai/gpt-4.1-mini"),
        ("/gpt", "openai/gpt-4.1-mini"),
        ("openai/gpt 4", "openai/gpt-4.1-mini"),
        ("local:", "path of a GGUF file"),
        ("local/my.gguf", "local:my.gguf"),
    ],
)
def test_a_name_that_is_none_is_refused_with_an_example(text: str, hint: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        ModelName.parse(text)
    assert hint in str(caught.value)


@pytest.mark.parametrize(
    ("given", "environ", "name", "reason"),
    [
        ("groq/x", {"UHC_LLM_MODEL": "a/b", "OPENAI_API_KEY": "k"}, "groq/x", "--model"),
        (None, {"UHC_LLM_MODEL": "a/b", "OPENAI_API_KEY": "k"}, "a/b", "UHC_LLM_MODEL"),
        (
            None,
            {"UHC_LLM_MODEL": " ", "OPENAI_API_KEY": "k"},
            DEFAULT_HOSTED_MODEL,
            "OPENAI_API_KEY is set: openai/gpt-4.1-mini",
        ),
        (None, {"OPENAI_API_KEY": ""}, "local", "no key set"),
        (None, {}, "local", "no key set"),
    ],
)
def test_the_model_is_chosen_in_this_order(
    given: str | None, environ: dict[str, str], name: str, reason: str
) -> None:
    model, why = choose_model(given, environ)
    assert (str(model), why) == (name, reason)


def test_an_empty_name_that_was_given_is_not_taken_for_none() -> None:
    with pytest.raises(ConfigurationError):
        choose_model("", {"UHC_LLM_MODEL": "a/b"})


def test_no_sdk_is_imported_before_a_model_is_asked() -> None:
    code = (
        "import sys, uhc_llm.llm.models, uhc_llm.llm.client, uhc_llm.testing;"
        "print({'openai', 'instructor', 'vcr', 'xllamacpp', 'huggingface_hub'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"
