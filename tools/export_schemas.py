"""Export the JSON Schemas of the public models to schemas/, or say where they have drifted.

Usage: python tools/export_schemas.py [--check]
"""

import json
import sys
from pathlib import Path
from typing import Final

from pydantic import BaseModel

from uhc_llm.schemas import Extraction, Fact, Reading, Verification

FOLDER: Final = Path(__file__).resolve().parent.parent / "schemas"
MODELS: Final[tuple[type[BaseModel], ...]] = (Extraction, Fact, Reading, Verification)


def exported() -> dict[str, str]:
    """File names and contents, as they ought to be."""
    return {
        f"{model.__name__.lower()}.schema.json": json.dumps(
            model.model_json_schema(mode="serialization"), ensure_ascii=False, indent=2
        )
        + "\n"
        for model in MODELS
    }


def drifted(files: dict[str, str]) -> list[str]:
    """Names of the files that are missing, differ, or should not be there."""
    present = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.json")}
    return sorted(name for name in files.keys() | present if files.get(name) != present.get(name))


def main(arguments: list[str]) -> int:
    """Write the files, or with --check only compare them."""
    files = exported()
    changed = drifted(files)
    if "--check" in arguments:
        for name in changed:
            print(f"schemas/{name} is not what the models say: run python3 tasks.py schemas")
        return 1 if changed else 0
    FOLDER.mkdir(exist_ok=True)
    for name in changed:
        if name in files:
            (FOLDER / name).write_text(files[name], "utf-8", newline="\n")
        else:
            (FOLDER / name).unlink()
        print(f"schemas/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
