-- What reviewers decided. Decisions are only ever added: what was said before stays as it was, in
-- `facts` and here, and an undo is a row of its own.

CREATE TABLE decisions (
    id INTEGER PRIMARY KEY,
    step TEXT NOT NULL,                     -- what one action decided is undone together
    document_key TEXT NOT NULL REFERENCES documents (key),
    item TEXT NOT NULL,                     -- fact:POSITION, number:START, number:START:2, article
    action TEXT NOT NULL CHECK (action IN ('accept', 'correct', 'reject', 'add', 'undo')),
    fact TEXT CHECK (fact IS NULL OR json_valid(fact)),     -- JSON, as it stands now
    reviewer TEXT NOT NULL,
    made_at TEXT NOT NULL,
    undoes INTEGER REFERENCES decisions (id)
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

-- The last one on each item that was not undone.
CREATE VIEW current_decisions AS
SELECT * FROM decisions WHERE id IN (
    SELECT max(d.id) FROM decisions AS d
    WHERE d.action <> 'undo' AND NOT EXISTS (SELECT 1 FROM decisions AS u WHERE u.undoes = d.id)
    GROUP BY d.document_key, d.item
);

-- The facts as the reviewers left them; those that nobody decided on as they came out.
CREATE VIEW reviewed_facts AS
SELECT
    t.document_key, t.position, t.position AS place,
    t.metric, t.value, t.upper, t.unit, t.qualifier, t.status,
    t.region_code, t.region, t.level, t.province, t.period, t.period_source, t.segment,
    t.mention, t.start, t."end", t.sentence, t.verdict, t.findings, t.rejected,
    NULL AS decision, NULL AS reviewer, NULL AS decided_at
FROM facts AS t
WHERE NOT EXISTS (
    SELECT 1 FROM current_decisions AS c
    WHERE c.document_key = t.document_key AND c.item = 'fact:' || t.position
)
UNION ALL
SELECT
    c.document_key,
    CASE WHEN c.item GLOB 'fact:*' THEN CAST(substr(c.item, 6) AS INTEGER) END,
    CASE WHEN c.item GLOB 'fact:*' THEN CAST(substr(c.item, 6) AS INTEGER) ELSE 1000000 + c.id END,
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
    c.action = 'reject',
    CASE c.action
        WHEN 'accept' THEN 'accepted' WHEN 'correct' THEN 'corrected'
        WHEN 'reject' THEN 'rejected' ELSE 'added'
    END,
    c.reviewer, c.made_at
FROM current_decisions AS c
WHERE c.fact IS NOT NULL;
