-- How likely a fact and each of its fields is right; null in what older versions made.

ALTER TABLE facts ADD COLUMN confidence REAL;
ALTER TABLE facts ADD COLUMN confidence_metric REAL;
ALTER TABLE facts ADD COLUMN confidence_status REAL;
ALTER TABLE facts ADD COLUMN confidence_segment REAL;
ALTER TABLE facts ADD COLUMN confidence_region REAL;
ALTER TABLE facts ADD COLUMN confidence_period REAL;

DROP VIEW reviewed_facts;

CREATE VIEW reviewed_facts AS
SELECT
    t.document_key, t.position, t.position AS place, 'fact:' || t.position AS item,
    t.metric, t.value, t.upper, t.unit, t.qualifier, t.status,
    t.region_code, t.region, t.level, t.province, t.period, t.period_source, t.segment,
    t.mention, t.start, t."end", t.sentence, t.page, t.boxes, t.verdict,
    t.confidence, t.confidence_metric, t.confidence_status, t.confidence_segment,
    t.confidence_region, t.confidence_period, t.findings, t.rejected,
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
    json_extract(c.fact, '$.evidence.sentence'), json_extract(c.fact, '$.evidence.page'),
    nullif(json_extract(c.fact, '$.evidence.boxes'), '[]'), json_extract(c.fact, '$.verdict'),
    json_extract(c.fact, '$.confidence'),
    (
        SELECT json_extract(r.value, '$.probability') FROM json_each(c.fact, '$.reading') AS r
        WHERE json_extract(r.value, '$.field') = 'metric'
    ),
    (
        SELECT json_extract(r.value, '$.probability') FROM json_each(c.fact, '$.reading') AS r
        WHERE json_extract(r.value, '$.field') = 'status'
    ),
    (
        SELECT json_extract(r.value, '$.probability') FROM json_each(c.fact, '$.reading') AS r
        WHERE json_extract(r.value, '$.field') = 'segment'
    ),
    (
        SELECT json_extract(r.value, '$.probability') FROM json_each(c.fact, '$.reading') AS r
        WHERE json_extract(r.value, '$.field') = 'region'
    ),
    (
        SELECT json_extract(r.value, '$.probability') FROM json_each(c.fact, '$.reading') AS r
        WHERE json_extract(r.value, '$.field') = 'period'
    ),
    coalesce((
        SELECT group_concat(json_extract(f.value, '$.rule'), ';')
        FROM json_each(c.fact, '$.findings') AS f
    ), ''),
    c.action = 'reject', c.decision, c.reviewer, c.made_at
FROM current_decisions AS c
WHERE c.fact IS NOT NULL;
