-- Telemetry beside errors: samples, web vitals, release health, monitors.

-- By whether a row speaks of one user (kept 30 days) or of a service alone (90), then by day (RET-04).
CREATE TABLE metric_samples (
    organization_id UUID NOT NULL,
    id UUID NOT NULL,
    measured_at timestamptz NOT NULL,
    is_personal BOOLEAN NOT NULL,
    service_id UUID NOT NULL,
    name TEXT NOT NULL,
    metric_type TEXT NOT NULL,
    value DOUBLE PRECISION NOT NULL,
    unit TEXT NOT NULL,
    sample_count BIGINT,
    sample_sum DOUBLE PRECISION,
    sample_min DOUBLE PRECISION,
    sample_max DOUBLE PRECISION,
    endpoint_path TEXT,
    op TEXT,
    status TEXT,
    release TEXT,
    environment TEXT,
    trace_id TEXT,
    page_url TEXT,
    session_id TEXT,
    user_ref TEXT,
    device_info JSONB,
    device_type TEXT,
    connection_type TEXT,
    user_segment TEXT,
    calendar_context JSONB,
    system_load_context JSONB,
    metadata JSONB,
    created_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT metric_samples_pkey PRIMARY KEY (organization_id, id, measured_at, is_personal),
    CONSTRAINT metric_samples_metric_type_check CHECK (metric_type IN ('response_time', 'throughput', 'error_rate', 'cpu_usage', 'memory_usage', 'database_query_time', 'core_web_vitals', 'user_journey_time', 'custom')),
    CONSTRAINT metric_samples_device_type_check CHECK (device_type IN ('desktop', 'tablet', 'mobile', 'bot', 'unknown')),
    CONSTRAINT metric_samples_connection_type_check CHECK (connection_type IN ('slow_2g', '2g', '3g', '4g', '5g', 'wifi', 'ethernet', 'unknown')),
    -- NaN is greater than everything, so this is what finite means.
    CONSTRAINT metric_samples_value_check CHECK (value > '-Infinity' AND value < 'Infinity'),
    CONSTRAINT metric_samples_sample_count_check CHECK (sample_count > 0),
    CONSTRAINT metric_samples_name_length_check CHECK (char_length(name) <= 100),
    CONSTRAINT metric_samples_unit_length_check CHECK (char_length(unit) <= 50),
    CONSTRAINT metric_samples_endpoint_path_length_check CHECK (char_length(endpoint_path) <= 2000),
    CONSTRAINT metric_samples_op_length_check CHECK (char_length(op) <= 100),
    CONSTRAINT metric_samples_status_length_check CHECK (char_length(status) <= 50),
    CONSTRAINT metric_samples_release_length_check CHECK (char_length(release) <= 255),
    CONSTRAINT metric_samples_environment_length_check CHECK (char_length(environment) <= 255),
    CONSTRAINT metric_samples_trace_id_length_check CHECK (char_length(trace_id) <= 64),
    CONSTRAINT metric_samples_page_url_length_check CHECK (char_length(page_url) <= 2000),
    CONSTRAINT metric_samples_session_id_length_check CHECK (char_length(session_id) <= 255),
    CONSTRAINT metric_samples_user_ref_length_check CHECK (char_length(user_ref) <= 255),
    CONSTRAINT metric_samples_user_segment_length_check CHECK (char_length(user_segment) <= 50)
)
 PARTITION BY LIST (is_personal);
CREATE TABLE metric_samples_of_services PARTITION OF metric_samples FOR VALUES IN (false) PARTITION BY RANGE (measured_at);
CREATE TABLE metric_samples_of_users PARTITION OF metric_samples FOR VALUES IN (true) PARTITION BY RANGE (measured_at);
CREATE INDEX metric_samples_series_idx ON metric_samples (organization_id, service_id, name, measured_at);

-- Sums that outlive their samples: a sketch tells percentiles, and adds up over hours (MET-06).
CREATE TABLE metric_rollups (
    organization_id UUID NOT NULL,
    service_id UUID NOT NULL,
    name TEXT NOT NULL,
    hour timestamptz NOT NULL,
    unit TEXT NOT NULL,
    environment TEXT NOT NULL,
    metric_type TEXT NOT NULL,
    sample_count BIGINT NOT NULL,
    sample_sum DOUBLE PRECISION NOT NULL,
    sample_min DOUBLE PRECISION NOT NULL,
    sample_max DOUBLE PRECISION NOT NULL,
    sketch BYTEA NOT NULL,
    CONSTRAINT metric_rollups_pkey PRIMARY KEY (organization_id, service_id, name, hour, unit, environment),
    CONSTRAINT metric_rollups_metric_type_check CHECK (metric_type IN ('response_time', 'throughput', 'error_rate', 'cpu_usage', 'memory_usage', 'database_query_time', 'core_web_vitals', 'user_journey_time', 'custom')),
    CONSTRAINT metric_rollups_name_length_check CHECK (char_length(name) <= 100),
    CONSTRAINT metric_rollups_unit_length_check CHECK (char_length(unit) <= 50),
    CONSTRAINT metric_rollups_environment_length_check CHECK (char_length(environment) <= 255)
) WITH (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX metric_rollups_hour_idx ON metric_rollups (hour);

CREATE TABLE web_vitals (
    organization_id UUID NOT NULL,
    id UUID NOT NULL,
    measured_at timestamptz NOT NULL,
    service_id UUID NOT NULL,
    page TEXT NOT NULL,
    page_url TEXT NOT NULL,
    session_id TEXT NOT NULL,
    user_ref TEXT,
    release TEXT,
    environment TEXT,
    lcp_value NUMERIC(8, 2),
    fid_value NUMERIC(8, 2),
    cls_value NUMERIC(8, 4),
    fcp_value NUMERIC(8, 2),
    ttfb_value NUMERIC(8, 2),
    inp_value NUMERIC(8, 2),
    fp_value NUMERIC(8, 2),
    device_type TEXT NOT NULL,
    connection_type TEXT,
    viewport_width INTEGER,
    viewport_height INTEGER,
    user_agent TEXT,
    performance_rating TEXT,
    workflow_context JSONB,
    created_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT web_vitals_pkey PRIMARY KEY (organization_id, id, measured_at),
    CONSTRAINT web_vitals_device_type_check CHECK (device_type IN ('desktop', 'tablet', 'mobile', 'bot', 'unknown')),
    CONSTRAINT web_vitals_connection_type_check CHECK (connection_type IN ('slow_2g', '2g', '3g', '4g', '5g', 'wifi', 'ethernet', 'unknown')),
    CONSTRAINT web_vitals_performance_rating_check CHECK (performance_rating IN ('good', 'needs_improvement', 'poor')),
    CONSTRAINT web_vitals_page_length_check CHECK (char_length(page) <= 500),
    CONSTRAINT web_vitals_page_url_length_check CHECK (char_length(page_url) <= 2000),
    CONSTRAINT web_vitals_session_id_length_check CHECK (char_length(session_id) <= 255),
    CONSTRAINT web_vitals_user_ref_length_check CHECK (char_length(user_ref) <= 255),
    CONSTRAINT web_vitals_release_length_check CHECK (char_length(release) <= 255),
    CONSTRAINT web_vitals_environment_length_check CHECK (char_length(environment) <= 255),
    CONSTRAINT web_vitals_user_agent_length_check CHECK (char_length(user_agent) <= 1000)
)
 PARTITION BY RANGE (measured_at);
CREATE INDEX web_vitals_service_idx ON web_vitals (organization_id, service_id, measured_at);
-- What is measured when a page is left does not say which page it was.
CREATE INDEX web_vitals_session_idx ON web_vitals (organization_id, service_id, session_id);

CREATE TABLE session_hours (
    organization_id UUID NOT NULL,
    service_id UUID NOT NULL,
    hour timestamptz NOT NULL,
    release TEXT NOT NULL,
    environment TEXT NOT NULL,
    status TEXT NOT NULL,
    quantity BIGINT NOT NULL,
    CONSTRAINT session_hours_pkey PRIMARY KEY (organization_id, service_id, hour, release, environment, status),
    CONSTRAINT session_hours_status_check CHECK (status IN ('ok', 'exited', 'errored', 'unhandled', 'abnormal', 'crashed')),
    CONSTRAINT session_hours_release_length_check CHECK (char_length(release) <= 255),
    CONSTRAINT session_hours_environment_length_check CHECK (char_length(environment) <= 255)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX session_hours_hour_idx ON session_hours (hour);

-- Sessions that may still change, so that each counts once and at its worst.
CREATE TABLE sessions (
    organization_id UUID NOT NULL,
    service_id UUID NOT NULL,
    id UUID NOT NULL,
    started_at timestamptz NOT NULL,
    status TEXT NOT NULL,
    release TEXT NOT NULL,
    environment TEXT NOT NULL,
    CONSTRAINT sessions_pkey PRIMARY KEY (organization_id, service_id, id),
    CONSTRAINT sessions_status_check CHECK (status IN ('ok', 'exited', 'errored', 'unhandled', 'abnormal', 'crashed')),
    CONSTRAINT sessions_release_length_check CHECK (char_length(release) <= 255),
    CONSTRAINT sessions_environment_length_check CHECK (char_length(environment) <= 255)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX sessions_started_at_idx ON sessions (started_at);

CREATE TABLE monitors (
    organization_id UUID NOT NULL,
    id UUID NOT NULL,
    service_id UUID NOT NULL,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    schedule_kind TEXT,
    schedule_value TEXT,
    schedule_unit TEXT,
    timezone TEXT,
    checkin_margin_minutes INTEGER,
    max_runtime_minutes INTEGER,
    failure_issue_threshold INTEGER,
    recovery_threshold INTEGER,
    is_active BOOLEAN DEFAULT true NOT NULL,
    last_check_in_at timestamptz,
    last_status TEXT,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT monitors_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT monitors_organization_id_service_id_slug_key UNIQUE (organization_id, service_id, slug),
    CONSTRAINT monitors_organization_id_service_id_fkey FOREIGN KEY(organization_id, service_id) REFERENCES services (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT monitors_schedule_kind_check CHECK (schedule_kind IN ('crontab', 'interval')),
    CONSTRAINT monitors_last_status_check CHECK (last_status IN ('in_progress', 'ok', 'error', 'missed', 'timeout')),
    CONSTRAINT monitors_slug_length_check CHECK (char_length(slug) <= 100),
    CONSTRAINT monitors_name_length_check CHECK (char_length(name) <= 255),
    CONSTRAINT monitors_schedule_value_length_check CHECK (char_length(schedule_value) <= 100),
    CONSTRAINT monitors_schedule_unit_length_check CHECK (char_length(schedule_unit) <= 20),
    CONSTRAINT monitors_timezone_length_check CHECK (char_length(timezone) <= 64)
) WITH (fillfactor = 80);
CREATE INDEX monitors_created_idx ON monitors (organization_id, created_at DESC, id DESC);

CREATE TABLE check_ins (
    organization_id UUID NOT NULL,
    id UUID NOT NULL,
    monitor_id UUID NOT NULL,
    check_in_id UUID NOT NULL,
    status TEXT NOT NULL,
    environment TEXT,
    duration_ms DOUBLE PRECISION,
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    CONSTRAINT check_ins_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT check_ins_organization_id_monitor_id_check_in_id_key UNIQUE (organization_id, monitor_id, check_in_id),
    CONSTRAINT check_ins_organization_id_monitor_id_fkey FOREIGN KEY(organization_id, monitor_id) REFERENCES monitors (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT check_ins_status_check CHECK (status IN ('in_progress', 'ok', 'error', 'missed', 'timeout')),
    CONSTRAINT check_ins_duration_ms_check CHECK (duration_ms >= 0 AND duration_ms < 'Infinity'),
    CONSTRAINT check_ins_environment_length_check CHECK (char_length(environment) <= 255)
) WITH (fillfactor = 80);
CREATE INDEX check_ins_monitor_idx ON check_ins (organization_id, monitor_id, started_at DESC, id DESC);
CREATE INDEX check_ins_started_at_idx ON check_ins (started_at);

-- What makes the items beside errors count once; kept as long as an item may come again.
CREATE TABLE telemetry_ids (
    organization_id UUID NOT NULL,
    service_id UUID NOT NULL,
    id UUID NOT NULL,
    received_at timestamptz NOT NULL,
    CONSTRAINT telemetry_ids_pkey PRIMARY KEY (organization_id, service_id, id)
);
CREATE INDEX telemetry_ids_received_at_idx ON telemetry_ids (received_at);

ALTER TABLE ingest_outcomes DROP CONSTRAINT ingest_outcomes_outcome_check;
ALTER TABLE ingest_outcomes ADD CONSTRAINT ingest_outcomes_outcome_check CHECK (outcome IN ('accepted', 'deduplicated', 'rate_limited', 'suppressed', 'invalid', 'consent_refused', 'unsupported', 'client_discarded'));

-- One partition for each day, as of occurrences; the family is one of these and nothing else.
CREATE FUNCTION is_telemetry_family(family text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT family IN ('metric_samples_of_services', 'metric_samples_of_users', 'web_vitals')
$$;

CREATE FUNCTION make_telemetry_partition(family text, day date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    partition text := family || '_' || to_char(day, 'YYYYMMDD');
BEGIN
    IF NOT is_telemetry_family(family) THEN
        RAISE EXCEPTION '% is not a family of telemetry', family;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('telemetry'), 0);
    IF to_regclass(partition) IS NOT NULL THEN
        RETURN false;
    END IF;
    -- Attaching locks out nobody who reads or writes; CREATE … PARTITION OF would.
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', partition, family);
    PERFORM protect_tenant_table(partition::regclass);
    EXECUTE format(
        'ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
        family, partition, day::timestamp AT TIME ZONE 'UTC', (day + 1)::timestamp AT TIME ZONE 'UTC'
    );
    RETURN true;
END
$$;

CREATE FUNCTION drop_telemetry_partitions(family text, before date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    partition regclass;
    dropped integer := 0;
BEGIN
    IF NOT is_telemetry_family(family) THEN
        RAISE EXCEPTION '% is not a family of telemetry', family;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('telemetry'), 0);
    FOR partition IN
        SELECT inhrelid::regclass FROM pg_inherits
        WHERE inhparent = family::regclass
          AND right(inhrelid::regclass::text, 8) < to_char(before, 'YYYYMMDD')
    LOOP
        EXECUTE format('DROP TABLE %s', partition);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END
$$;
REVOKE ALL ON FUNCTION make_telemetry_partition(text, date), drop_telemetry_partitions(text, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION make_telemetry_partition(text, date), drop_telemetry_partitions(text, date) TO tocsin_app;

SELECT protect_tenant_table('metric_samples');
SELECT protect_tenant_table('metric_samples_of_services');
SELECT protect_tenant_table('metric_samples_of_users');
SELECT protect_tenant_table('metric_rollups');
SELECT protect_tenant_table('web_vitals');
SELECT protect_tenant_table('session_hours');
SELECT protect_tenant_table('sessions');
SELECT protect_tenant_table('monitors');
SELECT protect_tenant_table('check_ins');
SELECT protect_tenant_table('telemetry_ids');

GRANT SELECT, INSERT, UPDATE, DELETE ON
    metric_samples, metric_rollups, web_vitals, session_hours, sessions, monitors, check_ins, telemetry_ids
TO tocsin_app;
