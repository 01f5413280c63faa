-- Errors, their occurrences and what people do with them.

CREATE TABLE errors (
    organization_id UUID NOT NULL,
    id UUID NOT NULL,
    service_id UUID NOT NULL,
    service_name TEXT NOT NULL,
    number INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    fingerprint_version SMALLINT NOT NULL,
    error_type_id UUID NOT NULL,
    error_type TEXT NOT NULL,
    title TEXT NOT NULL,
    message TEXT NOT NULL,
    culprit TEXT NOT NULL,
    platform TEXT NOT NULL,
    level TEXT DEFAULT 'error' NOT NULL,
    severity TEXT NOT NULL,
    status TEXT DEFAULT 'new' NOT NULL,
    status_category TEXT GENERATED ALWAYS AS (CASE WHEN status IN ('resolved', 'auto_resolved', 'closed') THEN 'resolved' WHEN status IN ('ignored') THEN 'muted' ELSE 'unresolved' END) STORED NOT NULL,
    priority TEXT,
    component TEXT,
    file_path TEXT,
    line_number INTEGER,
    column_number INTEGER,
    endpoint_path TEXT,
    environment TEXT,
    first_release TEXT,
    last_release TEXT,
    first_seen_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    listed_at timestamptz NOT NULL,
    occurrence_count BIGINT DEFAULT 1 NOT NULL,
    users_affected_count BIGINT DEFAULT 0 NOT NULL,
    sessions_affected_count BIGINT DEFAULT 0 NOT NULL,
    correlation_id UUID,
    calendar_context JSONB,
    assigned_to UUID,
    resolved_at timestamptz,
    resolved_by UUID,
    resolution_kind TEXT,
    regression_count INTEGER DEFAULT 0 NOT NULL,
    regressed_at timestamptz,
    metadata JSONB DEFAULT '{}' NOT NULL,
    tags TEXT[] DEFAULT '{}' NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT errors_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT errors_organization_id_service_id_fingerprint_key UNIQUE (organization_id, service_id, fingerprint),
    CONSTRAINT errors_organization_id_number_key UNIQUE (organization_id, number),
    CONSTRAINT errors_organization_id_fkey FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT errors_organization_id_service_id_fkey FOREIGN KEY(organization_id, service_id) REFERENCES services (organization_id, id),
    CONSTRAINT errors_organization_id_error_type_id_fkey FOREIGN KEY(organization_id, error_type_id) REFERENCES error_types (organization_id, id),
    CONSTRAINT errors_assigned_to_fkey FOREIGN KEY(assigned_to) REFERENCES users (id),
    CONSTRAINT errors_resolved_by_fkey FOREIGN KEY(resolved_by) REFERENCES users (id),
    CONSTRAINT errors_level_check CHECK (level IN ('debug', 'info', 'warning', 'error', 'critical')),
    CONSTRAINT errors_severity_check CHECK (severity IN ('low', 'medium', 'high', 'critical', 'emergency')),
    CONSTRAINT errors_status_check CHECK (status IN ('new', 'open', 'investigating', 'identified', 'fixing', 'resolved', 'auto_resolved', 'ignored', 'recurring', 'closed')),
    CONSTRAINT errors_resolution_kind_check CHECK (resolution_kind IN ('manual', 'auto', 'release', 'api')),
    CONSTRAINT errors_priority_check CHECK (priority IN ('p0', 'p1', 'p2', 'p3', 'p4')),
    CONSTRAINT errors_service_name_length_check CHECK (char_length(service_name) <= 100),
    CONSTRAINT errors_fingerprint_length_check CHECK (char_length(fingerprint) <= 64),
    CONSTRAINT errors_error_type_length_check CHECK (char_length(error_type) <= 100),
    CONSTRAINT errors_title_length_check CHECK (char_length(title) <= 500),
    CONSTRAINT errors_message_length_check CHECK (char_length(message) <= 8192),
    CONSTRAINT errors_culprit_length_check CHECK (char_length(culprit) <= 500),
    CONSTRAINT errors_platform_length_check CHECK (char_length(platform) <= 64),
    CONSTRAINT errors_component_length_check CHECK (char_length(component) <= 255),
    CONSTRAINT errors_file_path_length_check CHECK (char_length(file_path) <= 500),
    CONSTRAINT errors_endpoint_path_length_check CHECK (char_length(endpoint_path) <= 2000),
    CONSTRAINT errors_environment_length_check CHECK (char_length(environment) <= 255),
    CONSTRAINT errors_first_release_length_check CHECK (char_length(first_release) <= 255),
    CONSTRAINT errors_last_release_length_check CHECK (char_length(last_release) <= 255)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX errors_assigned_idx ON errors (organization_id, assigned_to, listed_at DESC) WHERE assigned_to IS NOT NULL;
-- The last two are looked at in the index, before the row: they spare what does not fit.
CREATE INDEX errors_category_idx ON errors (organization_id, status_category, listed_at DESC, id DESC, severity, status);
CREATE INDEX errors_first_seen_idx ON errors (organization_id, first_seen_at DESC, id DESC);
CREATE INDEX errors_listed_idx ON errors (organization_id, listed_at DESC, id DESC);
CREATE INDEX errors_service_idx ON errors (organization_id, service_id, listed_at DESC, id DESC);
-- Counts what fits a filter; few different values make it small, and occurrences do not change it.
CREATE INDEX errors_triage_idx ON errors (organization_id, status_category, severity, status, service_id, environment);

CREATE TABLE error_hashes (
    organization_id UUID NOT NULL,
    service_id UUID NOT NULL,
    hash BYTEA NOT NULL,
    error_id UUID NOT NULL,
    origin_error_id UUID NOT NULL,
    kind TEXT NOT NULL,
    version SMALLINT NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT error_hashes_pkey PRIMARY KEY (organization_id, service_id, hash),
    CONSTRAINT error_hashes_organization_id_error_id_fkey FOREIGN KEY(organization_id, error_id) REFERENCES errors (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT error_hashes_kind_length_check CHECK (char_length(kind) <= 50)
);
CREATE INDEX error_hashes_organization_id_error_id_idx ON error_hashes (organization_id, error_id);

CREATE TABLE error_hours (
    organization_id UUID NOT NULL,
    error_id UUID NOT NULL,
    hour timestamptz NOT NULL,
    occurrence_count BIGINT NOT NULL,
    CONSTRAINT error_hours_pkey PRIMARY KEY (organization_id, error_id, hour)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);

CREATE TABLE error_visitors (
    organization_id UUID NOT NULL,
    error_id UUID NOT NULL,
    visitor BIGINT NOT NULL,
    first_seen_on DATE DEFAULT CURRENT_DATE NOT NULL,
    CONSTRAINT error_visitors_pkey PRIMARY KEY (organization_id, error_id, visitor)
);

CREATE TABLE occurrences (
    organization_id UUID NOT NULL,
    id UUID NOT NULL,
    occurred_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    error_id UUID NOT NULL,
    service_id UUID NOT NULL,
    event_id UUID NOT NULL,
    level TEXT NOT NULL,
    message TEXT NOT NULL,
    environment TEXT,
    release TEXT,
    transaction TEXT,
    server_name TEXT,
    url TEXT,
    user_ref TEXT,
    session_id TEXT,
    ip_address INET,
    trace_id TEXT,
    span_id TEXT,
    tags JSONB DEFAULT '{}' NOT NULL,
    body_format SMALLINT NOT NULL,
    body BYTEA NOT NULL,
    CONSTRAINT occurrences_pkey PRIMARY KEY (organization_id, id, occurred_at),
    CONSTRAINT occurrences_level_check CHECK (level IN ('debug', 'info', 'warning', 'error', 'critical')),
    CONSTRAINT occurrences_message_length_check CHECK (char_length(message) <= 1000),
    CONSTRAINT occurrences_environment_length_check CHECK (char_length(environment) <= 255),
    CONSTRAINT occurrences_release_length_check CHECK (char_length(release) <= 255),
    CONSTRAINT occurrences_transaction_length_check CHECK (char_length(transaction) <= 500),
    CONSTRAINT occurrences_server_name_length_check CHECK (char_length(server_name) <= 255),
    CONSTRAINT occurrences_url_length_check CHECK (char_length(url) <= 2000),
    CONSTRAINT occurrences_user_ref_length_check CHECK (char_length(user_ref) <= 255),
    CONSTRAINT occurrences_session_id_length_check CHECK (char_length(session_id) <= 255),
    CONSTRAINT occurrences_trace_id_length_check CHECK (char_length(trace_id) <= 64),
    CONSTRAINT occurrences_span_id_length_check CHECK (char_length(span_id) <= 32)
)
 PARTITION BY RANGE (occurred_at);
CREATE INDEX occurrences_organization_id_error_id_idx ON occurrences (organization_id, error_id, occurred_at DESC, id DESC);
-- Already compressed by us: PostgreSQL shall neither try again nor pay for it.
ALTER TABLE occurrences ALTER COLUMN body SET STORAGE EXTERNAL;

CREATE TABLE event_ids (
    organization_id UUID NOT NULL,
    service_id UUID NOT NULL,
    event_id UUID NOT NULL,
    occurrence_id UUID NOT NULL,
    occurred_at timestamptz NOT NULL,
    CONSTRAINT event_ids_pkey PRIMARY KEY (organization_id, service_id, event_id)
);

CREATE TABLE assignments (
    organization_id UUID NOT NULL,
    id UUID NOT NULL,
    error_id UUID NOT NULL,
    assigned_to UUID NOT NULL,
    assigned_by UUID NOT NULL,
    assignment_notes TEXT,
    due_date timestamptz,
    is_active BOOLEAN DEFAULT true NOT NULL,
    unassigned_at timestamptz,
    unassigned_by UUID,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT assignments_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT assignments_organization_id_error_id_fkey FOREIGN KEY(organization_id, error_id) REFERENCES errors (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT assignments_assigned_to_fkey FOREIGN KEY(assigned_to) REFERENCES users (id),
    CONSTRAINT assignments_assigned_by_fkey FOREIGN KEY(assigned_by) REFERENCES users (id),
    CONSTRAINT assignments_unassigned_by_fkey FOREIGN KEY(unassigned_by) REFERENCES users (id),
    CONSTRAINT assignments_assignment_notes_length_check CHECK (char_length(assignment_notes) <= 2000)
);
CREATE UNIQUE INDEX assignments_active_key ON assignments (organization_id, error_id, assigned_to) WHERE is_active;
CREATE INDEX assignments_organization_id_assigned_to_error_id_idx ON assignments (organization_id, assigned_to, error_id);

CREATE TABLE error_activities (
    organization_id UUID NOT NULL,
    id UUID NOT NULL,
    error_id UUID NOT NULL,
    kind TEXT NOT NULL,
    actor_id UUID,
    data JSONB DEFAULT '{}' NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT error_activities_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT error_activities_organization_id_error_id_fkey FOREIGN KEY(organization_id, error_id) REFERENCES errors (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT error_activities_actor_id_fkey FOREIGN KEY(actor_id) REFERENCES users (id),
    CONSTRAINT error_activities_kind_length_check CHECK (char_length(kind) <= 50)
);
CREATE INDEX error_activities_organization_id_error_id_idx ON error_activities (organization_id, error_id, created_at DESC);

-- One partition for each day. The application owns nothing, so it makes and drops them by these two.
CREATE FUNCTION make_occurrence_partition(day date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    partition text := 'occurrences_' || to_char(day, 'YYYYMMDD');
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('occurrences'), 0);
    IF to_regclass(partition) IS NOT NULL THEN
        RETURN false;
    END IF;
    -- Attaching locks out nobody who reads or writes; CREATE … PARTITION OF would.
    EXECUTE format(
        'CREATE TABLE %I (LIKE occurrences INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)'
        -- Up to a page a body stays in its row: the side table would cost bytes and an index.
        ' WITH (toast_tuple_target = 8160)',
        partition
    );
    PERFORM protect_tenant_table(partition::regclass);
    EXECUTE format(
        'ALTER TABLE occurrences ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
        partition, day::timestamp AT TIME ZONE 'UTC', (day + 1)::timestamp AT TIME ZONE 'UTC'
    );
    RETURN true;
END
$$;

CREATE FUNCTION drop_occurrence_partitions(before date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    partition regclass;
    dropped integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('occurrences'), 0);
    FOR partition IN
        SELECT inhrelid::regclass FROM pg_inherits
        WHERE inhparent = 'occurrences'::regclass
          AND right(inhrelid::regclass::text, 8) < to_char(before, 'YYYYMMDD')
    LOOP
        EXECUTE format('DROP TABLE %s', partition);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END
$$;
REVOKE ALL ON FUNCTION make_occurrence_partition(date), drop_occurrence_partitions(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION make_occurrence_partition(date), drop_occurrence_partitions(date) TO tocsin_app;

SELECT protect_tenant_table('errors');
SELECT protect_tenant_table('error_hashes');
SELECT protect_tenant_table('error_hours');
SELECT protect_tenant_table('error_visitors');
SELECT protect_tenant_table('occurrences');
SELECT protect_tenant_table('event_ids');
SELECT protect_tenant_table('assignments');
SELECT protect_tenant_table('error_activities');

GRANT SELECT, INSERT, UPDATE, DELETE ON
    errors, error_hashes, error_hours, error_visitors, occurrences, event_ids, assignments
TO tocsin_app;
-- The timeline is append-only (SEC-10).
GRANT SELECT, INSERT ON error_activities TO tocsin_app;
