-- Up to where deadlines were told, so that each is told once: the last one that was, by its moment and its error.

CREATE TABLE deadline_marks (
    organization_id UUID NOT NULL,
    kind TEXT NOT NULL,
    told_to timestamptz NOT NULL,
    error_id UUID NOT NULL,
    CONSTRAINT deadline_marks_pkey PRIMARY KEY (organization_id, kind),
    CONSTRAINT deadline_marks_organization_id_fkey FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT deadline_marks_kind_check CHECK (kind IN ('soon', 'over'))
);

-- What was due before anybody told of it stays untold.
INSERT INTO deadline_marks
SELECT o.id, k.kind, now() + k.ahead, '00000000-0000-0000-0000-000000000000'
FROM organizations o CROSS JOIN (VALUES ('soon', interval '1 day'), ('over', interval '0')) AS k (kind, ahead);

SELECT protect_tenant_table('deadline_marks');

GRANT SELECT, INSERT, UPDATE, DELETE ON deadline_marks TO tocsin_app;
