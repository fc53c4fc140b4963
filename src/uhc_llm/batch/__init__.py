"""Many articles in one run that can be stopped and gone on with: `uhc-llm batch`.

    inputs -> keys -> ledger -> extract, paced -> ledger -> results

- inputs: where documents come from
- keys: what a document's work is known by
- ledger: the run, as a SQLite file (tables in migrations/)
- pace: how fast requests may go
- prices: what they cost
- runner: the run itself
- progress: what is shown meanwhile
- results: tables and files out of a ledger
"""
