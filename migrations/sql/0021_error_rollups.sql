-- What overviews are read from: counts by hour and by day of UTC, and who met what as bits that add
-- up by OR. Each occurrence is in one row of an hour and in one of a day.

CREATE TABLE error_rollups (
    organization_id UUID NOT NULL,
    is_day BOOLEAN NOT NULL,
    begins_at timestamptz NOT NULL,
    service_id UUID NOT NULL,
    environment TEXT NOT NULL,
    error_type TEXT NOT NULL,
    severity TEXT NOT NULL,
    level TEXT NOT NULL,
    occurrence_count BIGINT NOT NULL,
    new_error_count BIGINT NOT NULL,
    regressed_error_count BIGINT NOT NULL,
    CONSTRAINT error_rollups_pkey PRIMARY KEY (organization_id, is_day, begins_at, service_id, environment, error_type, severity, level),
    CONSTRAINT error_rollups_severity_check CHECK (severity IN ('low', 'medium', 'high', 'critical', 'emergency')),
    CONSTRAINT error_rollups_level_check CHECK (level IN ('debug', 'info', 'warning', 'error', 'critical')),
    CONSTRAINT error_rollups_environment_length_check CHECK (char_length(environment) <= 255),
    CONSTRAINT error_rollups_error_type_length_check CHECK (char_length(error_type) <= 100)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX error_rollups_begins_at_idx ON error_rollups (is_day, begins_at);

-- 512 lanes of 20 depths. It stays in its row: the side table would be written at every update.
CREATE TABLE error_crowds (
    organization_id UUID NOT NULL,
    is_day BOOLEAN NOT NULL,
    begins_at timestamptz NOT NULL,
    service_id UUID NOT NULL,
    environment TEXT NOT NULL,
    errors BIT(10240) NOT NULL,
    users BIT(10240) NOT NULL,
    CONSTRAINT error_crowds_pkey PRIMARY KEY (organization_id, is_day, begins_at, service_id, environment),
    CONSTRAINT error_crowds_environment_length_check CHECK (char_length(environment) <= 255)
) WITH (fillfactor = 60, toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX error_crowds_begins_at_idx ON error_crowds (is_day, begins_at);
-- Both counted and copied as they are: to compress them at every update costs more than their room.
ALTER TABLE error_crowds ALTER COLUMN errors SET STORAGE PLAIN, ALTER COLUMN users SET STORAGE PLAIN;

-- How far the count has doubled: the index finds the busiest errors of an hour, and changes only
-- when the count has doubled again, so that counting stays HOT.
ALTER TABLE error_hours ADD COLUMN magnitude SMALLINT GENERATED ALWAYS AS (floor(ln(greatest(occurrence_count, 1)::float8) / ln(2::float8) + 0.000001)::smallint) STORED;
CREATE INDEX error_hours_busiest_idx ON error_hours (organization_id, hour, magnitude DESC, error_id);
CREATE INDEX resolutions_resolved_idx ON resolutions (organization_id, resolved_at);

-- What was counted before: by the error, as it stands now.
INSERT INTO error_rollups
SELECT e.organization_id, s.is_day, date_trunc(CASE WHEN s.is_day THEN 'day' ELSE 'hour' END, h.hour, 'UTC'), e.service_id, coalesce(e.environment, ''), e.error_type, e.severity, e.level,
    sum(h.occurrence_count), count(*) FILTER (WHERE h.hour = date_trunc('hour', e.first_seen_at)), 0
FROM errors e JOIN error_hours h ON h.organization_id = e.organization_id AND h.error_id = e.id
CROSS JOIN (VALUES (false), (true)) AS s (is_day)
WHERE e.merged_into_id IS NULL
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8;

SELECT protect_tenant_table('error_rollups');
SELECT protect_tenant_table('error_crowds');

GRANT SELECT, INSERT, UPDATE, DELETE ON error_rollups, error_crowds TO tocsin_app;
