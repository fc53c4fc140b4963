"""The command line speaks one language: all that it says, and nothing of what programs read."""

import json
import re
from pathlib import Path

import pytest
from typer.main import get_group

from tests.decided_run import make_run
from tests.english import english_in
from tests.fake_provider import FakeProvider, Reply, refuse
from tests.shell import Command
from uhc_llm import Document
from uhc_llm.cli import app
from uhc_llm.cli.help import say_anew
from uhc_llm.language import current, speaking

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*.txt"))
COMMANDS = sorted(get_group(app).commands)
KEY = "sk-test-0123456789abcdefghij"
TEXT = (
    "KOTA BLITAR - Per Desember 2023 Kota Blitar mencatat 155.210 peserta JKN dari 157.730 "
    "penduduk, atau 98,4 persen. Pemkot menganggarkan Rp17,5 miliar untuk iuran pada 2024."
)
CODE = re.compile(r"`([^`]*)`")
NAME = re.compile(r"\W+")
# What the program is told is in no language: options, types, choices, defaults.
TOLD = re.compile(r"--[a-z-]+|<[^>]*>|\[bawaan: [^\]]*\]")


@pytest.fixture(autouse=True)
def _nothing_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "UHC_LLM_MODEL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture
def indonesian(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "id_ID.UTF-8")


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "blitar.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("run") / "run.db"
    make_run(path, Document(text=TEXT, id="blitar"))
    return path


# --- which language -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variables", "options", "word"),
    [
        ({}, (), "Usage"),
        ({"LANG": "id_ID.UTF-8"}, (), "Pemakaian"),
        ({"LC_ALL": "C", "LANG": "id_ID.UTF-8"}, (), "Usage"),
        ({"UHC_LLM_LANG": "id"}, (), "Pemakaian"),
        ({"UHC_LLM_LANG": "en", "LANG": "id_ID.UTF-8"}, (), "Usage"),
        ({"UHC_LLM_LANG": "klingon", "LANG": "id_ID.UTF-8"}, (), "Pemakaian"),
        ({}, ("--lang", "id"), "Pemakaian"),
        ({}, ("--lang=id",), "Pemakaian"),
        ({"LANG": "id_ID.UTF-8"}, ("--lang", "en"), "Usage"),
        ({"UHC_LLM_LANG": "id"}, ("--lang", "en"), "Usage"),
    ],
)
def test_the_option_goes_before_the_variable_and_that_before_the_locale(
    uhc: Command,
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    options: tuple[str, ...],
    word: str,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    for command in ((), ("scan",)):
        assert f"{word}: " in uhc(*options, *command, "--help").out


def test_an_option_behind_the_command_is_the_command_s_own(uhc: Command) -> None:
    assert "Usage: " in uhc("report", "--lang", "id", "--help").out


def test_a_language_that_is_none_is_refused(uhc: Command) -> None:
    done = uhc("--lang", "klingon", "rules")
    assert done.code == 2
    assert "klingon" in done.err


def test_a_command_that_has_ended_leaves_its_language_behind(uhc: Command) -> None:
    uhc("--lang", "id", "rules")
    assert current() == "en"
    assert "Arguments" in uhc("scan", "--help").out


# --- helps ----------------------------------------------------------------------------------------


def helps(command: str) -> tuple[list[str], str]:
    """What a command says of itself, with code in backticks, and its help as a whole."""
    with speaking("id"):
        program = get_group(app)
    told = program.commands[command] if command else program
    said: list[str] = []

    def note(words: str) -> str:
        said.append(words)
        return words

    say_anew(told, note)
    return said, told.help or ""


@pytest.mark.parametrize("command", ["", *COMMANDS])
@pytest.mark.usefixtures("indonesian")
def test_no_help_has_english_left(uhc: Command, command: str) -> None:
    said, help_ = helps(command)
    assert [words for words in said if english_in(words)] == []
    names = {name for code in CODE.findall(" ".join([*said, help_])) for name in NAME.split(code)}
    done = uhc(*filter(None, [command]), "--help")
    assert done.code == 0
    assert [word for word in english_in(TOLD.sub("", done.out)) if word not in names] == []
    for left in ("Usage", "Options", "Arguments", "Commands", "default:", "required", "exit."):
        assert left not in done.out


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_helps_say_what_stands_in_the_code(uhc: Command, command: str) -> None:
    """In English nothing goes through a catalogue."""
    plain = uhc(*filter(None, [command]), "--help")
    assert plain == uhc("--lang", "en", *filter(None, [command]), "--help")
    program = get_group(app)
    help_ = (program.commands[command] if command else program).help or ""
    first = help_.split("\n\n")[0].replace("`", "")
    assert " ".join(first.split()) in " ".join(plain.out.split())


# --- what commands print --------------------------------------------------------------------------


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.usefixtures("indonesian")
def test_tables_of_facts_and_numbers_have_no_english_left(
    uhc: Command, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    extracted = uhc("extract", *EXAMPLES, "--format", "table")
    scanned = uhc("scan", EXAMPLES[1], "--format", "table")
    assert english_in(extracted.err + extracted.out + scanned.out) == []
    assert "terverifikasi" in extracted.out
    assert {"1.021.435", "96,93%"} <= set(extracted.out.split())
    lines = (extracted.out + scanned.out).splitlines()
    assert [line for line in lines if len(line.rstrip()) > width] == []


@pytest.mark.usefixtures("indonesian")
def test_why_a_fact_is_as_it_is_is_told(uhc: Command, article: Path) -> None:
    told = uhc("extract", article, "--format", "table", "--explain").out
    assert re.search(r"indikator +peserta [01],\d\d", told)
    assert "(jika bukan, " in told


@pytest.mark.usefixtures("indonesian")
def test_a_verification_and_its_rules_have_no_english_left(
    uhc: Command, article: Path, tmp_path: Path
) -> None:
    facts = tmp_path / "facts.json"
    right = {"value": 98.4, "unit": "percent", "metric": "coverage_rate", "region": "Kota Blitar"}
    facts.write_text(json.dumps([right, right | {"value": 99.4}]), encoding="utf-8")
    verified = uhc("verify", article, facts, "--format", "table")
    assert verified.code == 1
    assert english_in(verified.out) == []
    assert "ditolak" in verified.out
    assert english_in(uhc("rules").out) == []


@pytest.mark.usefixtures("indonesian")
def test_a_run_and_what_is_made_of_it_have_no_english_left(uhc: Command, tmp_path: Path) -> None:
    articles = tmp_path / "artikel"
    articles.mkdir()
    for path in EXAMPLES:
        (articles / path.name).write_bytes(path.read_bytes())
    (articles / "kosong.txt").touch()
    table = tmp_path / "tabel.csv"
    table.write_text(f'isi,tanggal\n"{TEXT}",31-13-2024\n', encoding="utf-8")
    db = tmp_path / "r.db"
    rows = [
        uhc("batch", articles, table, "--run", db, "--model", "local", "--dry-run"),
        uhc("batch", articles, table, "--run", db, "--model", "local"),
        uhc("batch", "--run", db, "--model", "local", "--limit", "1"),
        uhc("export", db, tmp_path / "f.csv"),
        uhc("export", db, tmp_path / "g.jsonl", "--gold"),
        uhc("panel", db, tmp_path / "p.csv"),
        uhc("report", db, "-o", tmp_path / "r.html"),
    ]
    assert [done.code for done in rows] == [0, 3, 0, 0, 0, 0, 0]
    for done in rows:
        assert english_in(done.out + done.err) == []
    assert '<html lang="id">' in (tmp_path / "r.html").read_text("utf-8")


@pytest.mark.usefixtures("indonesian")
def test_a_panel_beside_an_official_series_has_no_english_left(
    uhc: Command, run: Path, tmp_path: Path
) -> None:
    series = tmp_path / "resmi.csv"
    series.write_text(
        "region_code,period,metric,value\n35.72,2023-12,coverage_rate,97.1\n", encoding="utf-8"
    )
    done = uhc("panel", run, tmp_path / "p.csv", "--reference", series)
    assert "cakupan kepesertaan: 98,4 di sini, 97,1 di sana" in done.err
    assert english_in(done.err) == []


@pytest.mark.usefixtures("indonesian")
def test_an_evaluation_has_no_english_left(uhc: Command, tmp_path: Path) -> None:
    gold, found = ROOT / "examples" / "gold.jsonl", tmp_path / "prediksi.jsonl"
    done = [
        uhc("eval", gold, "--model", "code", "--output", found, "--format", "table"),
        uhc("eval", gold, "--predictions", found, "--compare", found, "--format", "table"),
        uhc("eval", gold, "--runs", tmp_path / "runs", "--model", "code", "--format", "table"),
        uhc("eval", gold, "--runs", tmp_path / "runs", "--model", "code", "--format", "markdown"),
    ]
    assert [each.code for each in done] == [0, 0, 0, 0]
    for each in done:
        assert english_in(each.out + each.err) == []
    assert "tingkat keaktifan" in done[0].out


# --- what programs read ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "extract {article} --format json --explain",
        "extract {article} --format jsonl",
        "extract {article} --format csv",
        "extract {article} --format csv --locale id",
        "scan {article} --format json",
        "verify {article} {facts} --format json",
        "eval {gold} --model code --limit 2 --format json --output {out}",
        "eval {gold} --model code --limit 2 --runs {folder} --format json",
        *(
            f"export {{run}} {{out}} --table {table}"
            for table in ("facts", "documents", "findings", "unclaimed", "errors")
        ),
        "panel {run} {folder}/panel.csv",
        "panel {run} {folder}/panel.jsonl --complete",
    ],
)
def test_what_programs_read_is_the_same_in_every_language(
    uhc: Command, run: Path, article: Path, tmp_path: Path, line: str
) -> None:
    facts = tmp_path / "facts.json"
    facts.write_text('[{"value": 99.4, "unit": "percent", "metric": "coverage_rate"}]')
    written = []
    for language in ("en", "id"):
        folder = tmp_path / language
        folder.mkdir()
        places = {"run": run, "article": article, "facts": facts, "folder": folder}
        places |= {"gold": ROOT / "examples" / "gold.jsonl", "out": folder / "out.jsonl"}
        done = uhc("--lang", language, *line.format(**places).split())
        files = {
            path.name: path.read_bytes()
            for path in folder.glob("*.*")
            if path.is_file() and ".codebook." not in path.name  # people read it
        }
        written.append((done.code, timeless(done.out), {n: timeless(f) for n, f in files.items()}))
    assert written[0] == written[1]


def timeless(said: str | bytes) -> str:
    """What was written, but for how long it took."""
    text = said if isinstance(said, str) else said.decode("utf-8")
    return re.sub(r'("seconds[a-z_]*": )[\d.]+', r"\1", text)


def test_what_a_run_keeps_is_the_same_in_every_language(uhc: Command, tmp_path: Path) -> None:
    broken = tmp_path / "rusak.bin"
    broken.write_bytes(b"\0\1\2abc")
    table = tmp_path / "tabel.csv"
    table.write_text(f'isi,tanggal\n"{TEXT}",31-13-2024\n', encoding="utf-8")
    kept = []
    for language in ("en", "id"):
        db, out = tmp_path / f"{language}.db", tmp_path / f"{language}.csv"
        assert uhc("--lang", language, "batch", table, broken, "--run", db).code == 3
        uhc("export", db, out, "--table", "errors")
        lines = out.read_text("utf-8").splitlines()
        kept.append(sorted(re.sub(r"\d{4}-\d\d-\d\dT[^,]*", "", line) for line in lines))
    assert kept[0] == kept[1]
    assert len(kept[0]) > 2


# --- errors ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("extract", 2, "Argumen 'BERKAS...' belum diberikan."),
        ("batch", 2, "Opsi '--run' belum diberikan."),
        ("extrac", 2, "Tidak ada perintah 'extrac'. Mungkin maksud Anda 'extract'?"),
        ("rules --nope", 2, "Tidak ada opsi --nope"),
        ("rules nope", 2, "Ada argumen yang tidak dikenal (nope)"),
        ("scan --format", 2, "Opsi '--format' memerlukan argumen."),
        ("extract x --precision much", 2, "harus berupa angka"),
        ("batch --run r.db --limit 0", 2, "harus lebih besar dari atau sama dengan 1"),
        ("extract x --format xml", 2, "'xml' tidak termasuk 'table', 'json', 'jsonl', 'csv'"),
        ("scan {article} --published 31/05/2024", 2, "tulis 2024-05-31, bila itu yang dimaksud"),
        ("extract {article} --format json --locale id", 2, "--locale memerlukan --format csv"),
        ("verify - -", 2, "TEKS dan FAKTA tidak dapat keduanya masukan standar"),
        ("verify a b --rule number_in_text=loud", 2, "tulis NAMA=off"),
        ("verify a b --rule nope=off", 2, "tidak ada aturan “nope”"),
        ("extract nowhere.txt", 3, "tidak ada berkas 'nowhere.txt': periksa namanya"),
        ("extract {folder}", 3, "adalah folder: berikan berkas di dalamnya"),
        ("extract {binary}", 3, "adalah berkas biner (memuat byte NUL): simpan sebagai teks polos"),
        ("extract {image}", 3, "adalah gambar PNG, yang tidak dapat dibaca: hanya teks"),
        ("extract https://example.com/a", 3, "adalah alamat web, dan di sini tidak ada yang"),
        ("scan {table}", 3, "adalah tabel, yang dapat memuat banyak artikel"),
        ("verify {article} {article}", 3, "bukan pemetaan atau daftar pemetaan (JSON)"),
        ("extract {article} --model gpt", 4, "bukan nama model. Mungkin maksud Anda “openai/gpt”"),
        ("extract {article} --model local:x.gguf --strategy point", 4, "tidak ada: sebutkan"),
        (
            "extract {article} --model openai/gpt-4.1-mini",
            4,
            "memerlukan kunci: isi OPENAI_API_KEY",
        ),
        ("extract {article} --precision 3", 4, "presisi 3.0 tidak terletak antara 0 dan 1"),
        ("extract {article} --certainty 3", 4, "kepastian 3.0 tidak terletak antara 0 dan 1"),
        ("extract {article} --precision 0.9999", 4, "bahwa 99,99% benar tidak dapat dijanjikan"),
        ("export nowhere.db f.csv", 4, "tidak ada berkas proses “nowhere.db”"),
        ("export {article} f.csv", 4, "bukan berkas hasil, atau rusak"),
        ("export {run} f.xyz", 4, "jenis berkas 'f.xyz' tidak dikenal"),
        ("export {run} {folder}/baru/f.csv", 4, "berkas atau folder tidak ada. Buat foldernya"),
        ("export {run} f.csv --precision 0.999", 4, "99,90% tidak dapat dijanjikan"),
        ("export {run} f.csv --gold", 2, "gold berupa baris JSON"),
        ("panel {run} p.csv --without nope", 4, "tidak ada aturan bernama 'nope'"),
        ("panel {run} p.csv --reference nowhere.csv", 3, "nowhere.csv tidak dapat dibaca"),
        ("report {run} --boundaries {article} -o {folder}/r.html", 3, "bukan GeoJSON"),
        ("batch {article} --run {folder}/baru/r.db", 4, "untuk prosesnya: buat dahulu"),
        ("batch nowhere --run {folder}/r.db", 3, "tidak ada 'nowhere': periksa namanya"),
        ("batch {article} --run {folder}/r.db --price much", 4, "tulis dolar per satu juta token"),
        ("extract {article} --model openai/m --option temperature", 2, "tulis NAMA=NILAI"),
        ("eval {gold} --model code --price m=1/2", 2, "berlaku untuk model yang dibandingkan"),
    ],
)
@pytest.mark.usefixtures("indonesian")
def test_errors_are_told(
    uhc: Command, run: Path, article: Path, tmp_path: Path, *, line: str, code: int, words: str
) -> None:
    places = {"run": run, "article": article, "folder": tmp_path / "map"}
    places["folder"].mkdir()
    for name, raw in {
        "binary.txt": b"teks " * 99 + b"\0",
        "image.png": b"\x89PNG\r\n\x1a\n",
    }.items():
        places[name.partition(".")[0]] = tmp_path / name
        (tmp_path / name).write_bytes(raw)
    places |= {"table": tmp_path / "t.csv", "gold": ROOT / "examples" / "gold.jsonl"}
    (tmp_path / "t.csv").write_text("isi\na\n")
    done = uhc(*line.format(**places).split())
    said = " ".join(done.err.replace("│", " ").split())
    assert (done.code, words in said) == (code, True), said
    assert english_in(re.sub(r"yang ada .*|kolom .*?:|Expecting value|/\S+", "", said)) == []


@pytest.mark.parametrize(
    ("reply", "code", "words"),
    [
        (refuse(401, "Incorrect API key provided"), 5, "(HTTP 401). Periksa kunci API, dan"),
        (refuse(404, "The model `m` does not exist"), 5, "(HTTP 404). Periksa nama modelnya"),
        (refuse(402, "no credit"), 5, "(HTTP 402). Kuota akun habis"),
        (refuse(400, "no"), 5, "(HTTP 400). Penyedia tidak menerima permintaan ini apa adanya"),
    ],
)
@pytest.mark.usefixtures("indonesian")
def test_refusals_of_a_provider_are_told(
    uhc: Command,
    monkeypatch: pytest.MonkeyPatch,
    article: Path,
    *,
    reply: Reply,
    code: int,
    words: str,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with FakeProvider() as provider:
        provider.will(*[reply] * 9)
        done = uhc("extract", article, "--model", "openai/m", "--base-url", provider.url)
    assert (done.code, words in done.err) == (code, True), done.err


@pytest.mark.usefixtures("indonesian")
def test_a_dead_port_is_told_with_each_try(
    uhc: Command, monkeypatch: pytest.MonkeyPatch, article: Path
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setattr("uhc_llm.llm.transport.sending._FIRST_WAIT", 0.01)
    asked = ("extract", article, "--model", "openai/m", "--base-url", "http://127.0.0.1:9/v1")
    done = uhc(*asked)
    assert done.code == 5
    assert "tidak ada sambungan ke http://127.0.0.1:9/v1: tidak ada yang menjawab di" in done.err
    assert "masih belum ada jawaban. Percobaan 3 dari 5 dimulai dalam" in done.err
    assert english_in(done.err) == []
