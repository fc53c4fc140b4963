"""Check that an installed uhc_llm has its data with it; run where only the wheel can answer."""

import sys
from importlib.metadata import files as installed_files
from importlib.resources import files
from pathlib import Path

import uhc_llm
from uhc_llm import scan

here = Path(uhc_llm.__file__).resolve()
if not here.is_relative_to(Path(sys.prefix).resolve()):
    sys.exit(f"{here} is not the installed package")

reading = scan("Cakupan JKN di Kabupaten Semarang 98,5 persen.")
if [region.code for region in reading.regions] != ["33.22"]:
    sys.exit(f"the gazetteer did not answer: {reading.regions}")

for folder in ("prompts", "schemas"):
    found = [path for path in files("uhc_llm").joinpath(folder).rglob("*") if path.is_file()]  # type: ignore[attr-defined]
    if not any(path.read_text("utf-8").strip() for path in found):
        sys.exit(f"the wheel has no {folder}")

licences = {path.name for path in installed_files("uhc-llm") or [] if "licenses" in path.parts}
if not {"LICENSE", "NOTICE"} <= licences:
    sys.exit(f"the wheel has only these licence files: {licences}")

print(f"uhc_llm {uhc_llm.__version__}: gazetteer, prompts, schemas and licences are there")
