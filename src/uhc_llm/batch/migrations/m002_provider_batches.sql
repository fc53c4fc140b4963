-- What is asked by way of a provider's own batches. A batch is written down before it is handed in;
-- its token stands in its metadata at the provider too, so that it is found again whatever happens.

CREATE TABLE provider_batches (
    token TEXT PRIMARY KEY,
    settings_hash TEXT NOT NULL REFERENCES settings (hash),
    made_at TEXT NOT NULL,
    requests INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    batch TEXT UNIQUE,                      -- the provider's name for it; null until it says so
    status TEXT NOT NULL DEFAULT 'intended',-- then the provider's own words
    ended_at TEXT,
    error TEXT
) STRICT, WITHOUT ROWID;

-- The requests of a document, from the first on, as long as it is neither done nor failed.
CREATE TABLE provider_requests (
    custom_id TEXT PRIMARY KEY,
    document_key TEXT NOT NULL REFERENCES documents (key),
    position INTEGER NOT NULL,
    request TEXT NOT NULL,                  -- sha256 of its body
    token TEXT NOT NULL REFERENCES provider_batches (token),
    line INTEGER NOT NULL,                  -- in the file of its batch, from 1
    status INTEGER,                         -- of HTTP; null until it is answered
    answer TEXT,                            -- JSON
    UNIQUE (document_key, position)
) STRICT;

CREATE INDEX provider_requests_of_batch ON provider_requests (token, line);
CREATE INDEX provider_requests_answered ON provider_requests (document_key)
WHERE status IS NOT NULL;

CREATE TRIGGER provider_requests_are_over AFTER UPDATE OF state ON documents
WHEN NEW.state IN ('done', 'failed')
BEGIN
    DELETE FROM provider_requests WHERE document_key = NEW.key;
END;
