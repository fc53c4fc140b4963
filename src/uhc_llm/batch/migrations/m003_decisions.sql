-- What reviewers decided. Decisions are only ever added: what was said before stays as it was, in
-- `facts` and here, and an undo is a row of its own.

CREATE TABLE decisions (
    id INTEGER PRIMARY KEY,
    step TEXT NOT NULL,                     -- what one action decided is undone together
    document_key TEXT NOT NULL REFERENCES documents (key),
    item TEXT NOT NULL                      -- fact:POSITION, number:START, number:START:2, article
        CHECK (item = 'article' OR item GLOB 'fact:[0-9]*' OR item GLOB 'number:[0-9]*'),
    action TEXT NOT NULL CHECK (action IN ('accept', 'correct', 'reject', 'add', 'undo')),
    fact TEXT CHECK (fact IS NULL OR json_valid(fact)),     -- JSON, as it stands now
    reviewer TEXT NOT NULL,
    made_at TEXT NOT NULL,
    undoes INTEGER REFERENCES decisions (id),
    -- Which fact, or where the number stands that it is about; a cast ends at the second colon.
    position INTEGER AS (CASE WHEN item GLOB 'fact:*' THEN CAST(substr(item, 6) AS INTEGER) END),
    start INTEGER AS (CASE WHEN item GLOB 'number:*' THEN CAST(substr(item, 8) AS INTEGER) END),
    CHECK ((action = 'undo') = (undoes IS NOT NULL)),
    -- Only a number and an article can be left without a fact.
    CHECK (
        fact IS NOT NULL OR action = 'undo'
        OR (action IN ('accept', 'reject') AND item NOT GLOB 'fact:*')
    )
) STRICT;

CREATE INDEX decisions_of_document ON decisions (document_key, item);
CREATE UNIQUE INDEX decisions_undone ON decisions (undoes) WHERE undoes IS NOT NULL;

CREATE TRIGGER decisions_are_kept BEFORE UPDATE ON decisions
BEGIN
    SELECT raise(ABORT, 'a decision is never changed: add another');
END;

CREATE TRIGGER decisions_are_not_lost BEFORE DELETE ON decisions
BEGIN
    SELECT raise(ABORT, 'a decision is never deleted: undo it');
END;

-- A replacement deletes without a word to the trigger above.
CREATE TRIGGER decisions_are_not_replaced BEFORE INSERT ON decisions
WHEN EXISTS (SELECT 1 FROM decisions WHERE id = NEW.id OR undoes = NEW.undoes)
BEGIN
    SELECT raise(ABORT, 'a decision is never replaced: add another');
END;

-- The last one on each item that was not undone.
CREATE VIEW current_decisions AS
SELECT
    *,
    CASE action
        WHEN 'accept' THEN 'accepted' WHEN 'correct' THEN 'corrected'
        WHEN 'reject' THEN 'rejected' ELSE 'added'
    END AS decision
FROM decisions WHERE id IN (
    SELECT max(d.id) FROM decisions AS d
    WHERE d.action <> 'undo' AND NOT EXISTS (SELECT 1 FROM decisions AS u WHERE u.undoes = d.id)
    GROUP BY d.document_key, d.item
);

-- The facts as the reviewers left them; those that nobody decided on as they came out.
CREATE VIEW reviewed_facts AS
SELECT
    t.document_key, t.position, t.position AS place, 'fact:' || t.position AS item,
    t.metric, t.value, t.upper, t.unit, t.qualifier, t.status,
    t.region_code, t.region, t.level, t.province, t.period, t.period_source, t.segment,
    t.mention, t.start, t."end", t.sentence, t.verdict, t.findings, t.rejected,
    NULL AS decision, NULL AS reviewer, NULL AS decided_at
FROM facts AS t
WHERE NOT EXISTS (
    SELECT 1 FROM current_decisions AS c
    WHERE c.document_key = t.document_key AND c.position = t.position
)
UNION ALL
SELECT
    c.document_key, c.position, coalesce(c.position, 1000000 + c.id), c.item,
    json_extract(c.fact, '$.metric'), json_extract(c.fact, '$.value'),
    json_extract(c.fact, '$.upper'), json_extract(c.fact, '$.unit'),
    json_extract(c.fact, '$.qualifier'), json_extract(c.fact, '$.status'),
    json_extract(c.fact, '$.region.code'), json_extract(c.fact, '$.region.name'),
    json_extract(c.fact, '$.region.level'), json_extract(c.fact, '$.region.province'),
    json_extract(c.fact, '$.period.iso'), json_extract(c.fact, '$.period.source'),
    json_extract(c.fact, '$.segment'), json_extract(c.fact, '$.evidence.quote'),
    json_extract(c.fact, '$.evidence.start'), json_extract(c.fact, '$.evidence.end'),
    json_extract(c.fact, '$.evidence.sentence'), json_extract(c.fact, '$.verdict'),
    coalesce((
        SELECT group_concat(json_extract(f.value, '$.rule'), ';')
        FROM json_each(c.fact, '$.findings') AS f
    ), ''),
    c.action = 'reject', c.decision, c.reviewer, c.made_at
FROM current_decisions AS c
WHERE c.fact IS NOT NULL;

-- The numbers that no fact claims and that the verifier asks about.
CREATE VIEW asked_numbers AS
SELECT u.document_key, u.start
FROM unclaimed AS u JOIN extractions AS e ON e.document_key = u.document_key
WHERE u.start IN (
    SELECT json_extract(span.value, '$[0]')
    FROM json_each(e.extraction, '$.findings') AS finding,
        json_each(finding.value, '$.spans') AS span
    WHERE json_extract(finding.value, '$.rule') = 'unclaimed_number'
);

-- What nobody has decided on yet; an article with nothing else to decide is an item itself.
CREATE VIEW open_items AS
SELECT t.document_key, 'fact:' || t.position AS item
FROM facts AS t
WHERE NOT EXISTS (
    SELECT 1 FROM current_decisions AS c
    WHERE c.document_key = t.document_key AND c.position = t.position
)
UNION ALL
SELECT a.document_key, 'number:' || a.start
FROM asked_numbers AS a
WHERE NOT EXISTS (
    SELECT 1 FROM current_decisions AS c
    WHERE c.document_key = a.document_key AND c.start = a.start
)
UNION ALL
SELECT e.document_key, 'article'
FROM extractions AS e
WHERE NOT EXISTS (SELECT 1 FROM facts AS t WHERE t.document_key = e.document_key)
    AND NOT EXISTS (SELECT 1 FROM asked_numbers AS a WHERE a.document_key = e.document_key)
    AND NOT EXISTS (
        SELECT 1 FROM current_decisions AS c
        WHERE c.document_key = e.document_key AND c.position IS NULL
    );
