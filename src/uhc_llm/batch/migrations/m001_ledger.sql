-- What was asked for, what was tried, and what came out. One row of `documents` is one piece of
-- work; `sources` says which inputs it answers for.

CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (
    hash TEXT PRIMARY KEY,
    settings TEXT NOT NULL CHECK (json_valid(settings)),
    added_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE documents (
    number INTEGER PRIMARY KEY,             -- in the order of the inputs
    key TEXT NOT NULL UNIQUE,
    id TEXT,
    source TEXT NOT NULL,
    published TEXT,
    title TEXT,
    url TEXT,
    text TEXT NOT NULL,
    chars INTEGER NOT NULL,
    added_at TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting'
        CHECK (state IN ('waiting', 'running', 'done', 'failed')),
    settings_hash TEXT NOT NULL REFERENCES settings (hash)
) STRICT;

-- Of done work, by far the most, the index needs to know nothing.
CREATE INDEX documents_to_do ON documents (settings_hash, state, number) WHERE state <> 'done';

CREATE TABLE sources (
    source TEXT PRIMARY KEY,                -- a path; of a table, with the line
    document_key TEXT NOT NULL REFERENCES documents (key),
    id TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX sources_of_document ON sources (document_key);

CREATE TABLE attempts (
    id INTEGER PRIMARY KEY,
    document_key TEXT NOT NULL REFERENCES documents (key),
    started_at TEXT NOT NULL,
    ended_at TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('done', 'failed')),
    error_kind TEXT,
    error TEXT,
    requests INTEGER NOT NULL DEFAULT 0,
    input_tokens INTEGER NOT NULL DEFAULT 0,
    output_tokens INTEGER NOT NULL DEFAULT 0,
    cached_tokens INTEGER NOT NULL DEFAULT 0,
    cost REAL,                              -- US dollars; null when not known
    model TEXT                              -- as the provider names it
) STRICT;

CREATE INDEX attempts_of_document ON attempts (document_key);

CREATE TABLE extractions (
    document_key TEXT PRIMARY KEY REFERENCES documents (key),
    made_at TEXT NOT NULL,
    provenance TEXT NOT NULL,
    extraction TEXT NOT NULL
) STRICT;

CREATE TABLE facts (
    id INTEGER PRIMARY KEY,
    document_key TEXT NOT NULL REFERENCES documents (key),
    position INTEGER NOT NULL,
    metric TEXT NOT NULL,
    value ANY NOT NULL,                     -- INTEGER or REAL; TEXT where those would round it
    upper ANY,
    unit TEXT NOT NULL,
    qualifier TEXT NOT NULL,
    status TEXT,
    region_code TEXT,
    region TEXT,
    level TEXT,
    province TEXT,
    period TEXT,
    period_source TEXT,
    segment TEXT,
    mention TEXT,
    start INTEGER,
    "end" INTEGER,
    sentence TEXT,
    verdict TEXT,
    findings TEXT NOT NULL,
    rejected INTEGER NOT NULL CHECK (rejected IN (0, 1))
) STRICT;

CREATE INDEX facts_of_document ON facts (document_key);

CREATE TABLE declarations (
    id INTEGER PRIMARY KEY,
    document_key TEXT NOT NULL REFERENCES documents (key),
    position INTEGER NOT NULL,
    status TEXT NOT NULL,
    region_code TEXT,
    region TEXT NOT NULL,
    level TEXT NOT NULL,
    province TEXT,
    period TEXT,
    period_source TEXT,
    quote TEXT NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    sentence TEXT NOT NULL
) STRICT;

CREATE INDEX declarations_of_document ON declarations (document_key);

CREATE TABLE findings (
    id INTEGER PRIMARY KEY,
    document_key TEXT NOT NULL REFERENCES documents (key),
    fact_position INTEGER,                  -- null when it concerns the text as a whole
    rule TEXT NOT NULL,
    severity TEXT NOT NULL,
    message TEXT NOT NULL
) STRICT;

CREATE INDEX findings_of_document ON findings (document_key);

CREATE TABLE unclaimed (
    id INTEGER PRIMARY KEY,
    document_key TEXT NOT NULL REFERENCES documents (key),
    position INTEGER NOT NULL,
    mention TEXT NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    value ANY NOT NULL,
    unit TEXT,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;

CREATE INDEX unclaimed_of_document ON unclaimed (document_key);

CREATE TABLE input_errors (
    source TEXT NOT NULL,
    line INTEGER NOT NULL DEFAULT 0,        -- 0 when it is the whole of it
    error TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    PRIMARY KEY (source, line)
) STRICT, WITHOUT ROWID;
