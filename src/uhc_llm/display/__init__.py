"""What the command line shows: tables for people, rows for programs."""

from uhc_llm.display.reasons import reasons_report
from uhc_llm.display.results import (
    extraction_line,
    extraction_table,
    reading_table,
    rules_table,
    verification_report,
    write_csv,
)

__all__ = [
    "extraction_line",
    "extraction_table",
    "reading_table",
    "reasons_report",
    "rules_table",
    "verification_report",
    "write_csv",
]
