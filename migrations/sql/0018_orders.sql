-- Orders of the list: by severity, by how often and by how many were met.

-- A count changes with every event, and an index on it would make each of those updates write all
-- indexes of the row. How many bits a count has changes twenty times until a million: PostgreSQL walks
-- the index of that and sorts by the count itself among those of one magnitude. One rewrite of the table.
ALTER TABLE errors
    ADD COLUMN severity_rank SMALLINT GENERATED ALWAYS AS (
        CASE severity WHEN 'low' THEN 0 WHEN 'medium' THEN 1 WHEN 'high' THEN 2 WHEN 'critical' THEN 3 WHEN 'emergency' THEN 4 END
    ) STORED NOT NULL,
    ADD COLUMN occurrence_magnitude SMALLINT GENERATED ALWAYS AS (
        CASE WHEN occurrence_count > 0 THEN 65 - position('1'::bit(1) IN occurrence_count::bit(64)) ELSE 0 END
    ) STORED NOT NULL,
    ADD COLUMN users_magnitude SMALLINT GENERATED ALWAYS AS (
        CASE WHEN users_affected_count > 0 THEN 65 - position('1'::bit(1) IN users_affected_count::bit(64)) ELSE 0 END
    ) STORED NOT NULL;

CREATE INDEX errors_severity_idx ON errors (organization_id, severity_rank DESC, listed_at DESC, id DESC) WHERE merged_into_id IS NULL;
CREATE INDEX errors_occurrences_idx ON errors (organization_id, occurrence_magnitude DESC) WHERE merged_into_id IS NULL;
CREATE INDEX errors_users_idx ON errors (organization_id, users_magnitude DESC) WHERE merged_into_id IS NULL;
