CREATE TYPE public.pgqueuer_status AS ENUM (
    'queued',
    'picked',
    'successful',
    'exception',
    'canceled',
    'deleted',
    'failed'
);

CREATE FUNCTION public.drop_occurrence_partitions(before date) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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

CREATE FUNCTION public.drop_telemetry_partitions(family text, before date) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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

CREATE FUNCTION public.fn_pgqueuer_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    to_emit BOOLEAN := false;  -- Flag to decide whether to emit a notification
BEGIN
    -- Check operation type and set the emit flag accordingly
    IF TG_OP = 'UPDATE' AND OLD IS DISTINCT FROM NEW THEN
        to_emit := true;
    ELSIF TG_OP = 'DELETE' THEN
        to_emit := true;
    ELSIF TG_OP = 'INSERT' THEN
        to_emit := true;
    ELSIF TG_OP = 'TRUNCATE' THEN
        to_emit := true;
    END IF;

    -- Perform notification if the emit flag is set
    IF to_emit THEN
        PERFORM pg_notify(
            'ch_pgqueuer',
            json_build_object(
                'channel', 'ch_pgqueuer',
                'operation', lower(TG_OP),
                'sent_at', NOW(),
                'table', TG_TABLE_NAME,
                'type', 'table_changed_event'
            )::text
        );
    END IF;

    -- Return appropriate value based on the operation
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        RETURN NEW;
    ELSIF TG_OP = 'DELETE' THEN
        RETURN OLD;
    ELSE
        RETURN NULL; -- For TRUNCATE and other non-row-specific contexts
    END IF;

END;
$$;

CREATE FUNCTION public.forget_audit_log(moment timestamp with time zone, at_most integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
    gone INTEGER;
BEGIN
    IF (SELECT current_setting('tocsin.scope', true)) IS DISTINCT FROM 'system' THEN
        RAISE EXCEPTION 'only Tocsin itself forgets' USING ERRCODE = 'insufficient_privilege';
    END IF;
    DELETE FROM audit_log WHERE (organization_id, id) IN (
        SELECT organization_id, id FROM audit_log
        WHERE at < least(moment, now() - interval '1 year') LIMIT at_most
    );
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;

CREATE FUNCTION public.is_telemetry_family(family text) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    AS $$
    SELECT family IN ('metric_samples_of_services', 'metric_samples_of_users', 'web_vitals')
$$;

CREATE FUNCTION public.make_occurrence_partition(day date) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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

CREATE FUNCTION public.make_telemetry_partition(family text, day date) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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

CREATE FUNCTION public.protect_tenant_table(tenant_table regclass, tenant_column text DEFAULT 'organization_id'::text) RETURNS void
    LANGUAGE plpgsql
    AS $_$
DECLARE
    listed text := 'string_to_array(current_setting(''tocsin.organizations'', true), '','')::uuid[]';
    allowed text := format(
        '%1$I = (SELECT (%2$s)[1]) OR %1$I = ANY ((SELECT %2$s)::uuid[])'
        ' OR (SELECT current_setting(''tocsin.scope'', true)) = ''system''',
        tenant_column, listed
    );
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('DROP POLICY IF EXISTS tenant ON %s', tenant_table);
    EXECUTE format('CREATE POLICY tenant ON %s USING (%s) WITH CHECK (%s)', tenant_table, allowed, allowed);
END
$_$;

CREATE FUNCTION public.remove_rows(removal uuid, tenant_table text, at_most integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $_$
DECLARE
    asked removals%ROWTYPE;
    leaf regclass;
    gone INTEGER;
    total INTEGER := 0;
    condition text := 'organization_id = $1';
BEGIN
    SELECT * INTO asked FROM removals WHERE id = removal;
    IF NOT FOUND OR (SELECT current_setting('tocsin.scope', true)) IS DISTINCT FROM 'system' THEN
        RAISE EXCEPTION 'nobody asked for this removal' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF tenant_table = 'removals' OR NOT EXISTS (
        SELECT 1 FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name = tenant_table AND column_name = 'organization_id'
    ) THEN
        RAISE EXCEPTION '% is no table of a tenant', tenant_table USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF asked.kind = 'service' THEN
        condition := condition || CASE
            WHEN tenant_table = 'services' THEN ' AND id = $2'
            WHEN EXISTS (
                SELECT 1 FROM information_schema.columns
                WHERE table_schema = 'public' AND table_name = tenant_table AND column_name = 'service_id'
            ) THEN ' AND service_id = $2'
            ELSE ' AND error_id IN (SELECT id FROM errors WHERE organization_id = $1 AND service_id = $2)'
        END;
    END IF;
    FOR leaf IN
        SELECT c.oid::regclass FROM pg_class c
        WHERE c.oid = to_regclass(tenant_table) AND c.relkind = 'r'
        UNION ALL
        SELECT t.relid FROM pg_partition_tree(to_regclass(tenant_table)) t
        WHERE t.isleaf AND t.relid <> to_regclass(tenant_table)
    LOOP
        EXECUTE format(
            'DELETE FROM %1$s WHERE ctid = ANY (ARRAY(SELECT ctid FROM %1$s WHERE %2$s LIMIT $3))', leaf, condition
        ) USING asked.organization_id, asked.object_id, at_most - total;
        GET DIAGNOSTICS gone = ROW_COUNT;
        total := total + gone;
        EXIT WHEN total >= at_most;
    END LOOP;
    RETURN total;
END
$_$;

CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);

CREATE TABLE public.api_tokens (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    name text NOT NULL,
    secret_hash bytea NOT NULL,
    scopes text[] NOT NULL,
    expires_at timestamp with time zone,
    last_used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    bound_document text,
    bound_sha256 text,
    CONSTRAINT api_tokens_bound_check CHECK (((bound_document IS NULL) = (bound_sha256 IS NULL))),
    CONSTRAINT api_tokens_bound_document_length_check CHECK ((char_length(bound_document) <= 20000)),
    CONSTRAINT api_tokens_bound_sha256_length_check CHECK ((char_length(bound_sha256) <= 64)),
    CONSTRAINT api_tokens_name_length_check CHECK ((char_length(name) <= 255))
);

ALTER TABLE ONLY public.api_tokens FORCE ROW LEVEL SECURITY;

CREATE TABLE public.artifact_blobs (
    organization_id uuid NOT NULL,
    sha256 bytea NOT NULL,
    size bigint NOT NULL,
    body_format smallint NOT NULL,
    body bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE ONLY public.artifact_blobs ALTER COLUMN body SET STORAGE EXTERNAL;

ALTER TABLE ONLY public.artifact_blobs FORCE ROW LEVEL SECURITY;

CREATE TABLE public.artifact_bundles (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    checksum bytea NOT NULL,
    release text DEFAULT ''::text NOT NULL,
    dist text DEFAULT ''::text NOT NULL,
    release_key uuid,
    service_ids uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    chunks bytea[] DEFAULT '{}'::bytea[] NOT NULL,
    state text DEFAULT 'created'::text NOT NULL,
    detail text,
    size bigint DEFAULT 0 NOT NULL,
    artifact_count integer DEFAULT 0 NOT NULL,
    assembled_at timestamp with time zone,
    last_used_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT artifact_bundles_detail_length_check CHECK ((char_length(detail) <= 1000)),
    CONSTRAINT artifact_bundles_dist_length_check CHECK ((char_length(dist) <= 255)),
    CONSTRAINT artifact_bundles_release_length_check CHECK ((char_length(release) <= 255)),
    CONSTRAINT artifact_bundles_state_check CHECK ((state = ANY (ARRAY['created'::text, 'ok'::text, 'error'::text])))
);

ALTER TABLE ONLY public.artifact_bundles FORCE ROW LEVEL SECURITY;

CREATE TABLE public.artifact_chunks (
    organization_id uuid NOT NULL,
    sha1 bytea NOT NULL,
    size integer NOT NULL,
    body bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE ONLY public.artifact_chunks ALTER COLUMN body SET STORAGE EXTERNAL;

ALTER TABLE ONLY public.artifact_chunks FORCE ROW LEVEL SECURITY;

CREATE TABLE public.artifacts (
    organization_id uuid NOT NULL,
    bundle_id uuid NOT NULL,
    "position" integer NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    debug_id uuid,
    place uuid,
    source_map_name text,
    source_map_place uuid,
    sha256 bytea NOT NULL,
    size bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT artifacts_kind_check CHECK ((kind = ANY (ARRAY['minified_source'::text, 'source_map'::text]))),
    CONSTRAINT artifacts_name_length_check CHECK ((char_length(name) <= 1000)),
    CONSTRAINT artifacts_source_map_name_length_check CHECK ((char_length(source_map_name) <= 1000))
);

ALTER TABLE ONLY public.artifacts FORCE ROW LEVEL SECURITY;

CREATE TABLE public.assignments (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    error_id uuid NOT NULL,
    assigned_to uuid NOT NULL,
    assigned_by uuid NOT NULL,
    assignment_notes text,
    due_date timestamp with time zone,
    is_active boolean DEFAULT true NOT NULL,
    unassigned_at timestamp with time zone,
    unassigned_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT assignments_assignment_notes_length_check CHECK ((char_length(assignment_notes) <= 2000))
);

ALTER TABLE ONLY public.assignments FORCE ROW LEVEL SECURITY;

CREATE TABLE public.attachments (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    service_id uuid NOT NULL,
    item_id uuid NOT NULL,
    event_id uuid,
    filename text NOT NULL,
    content_type text NOT NULL,
    attachment_type text NOT NULL,
    size bigint NOT NULL,
    sha256 bytea NOT NULL,
    body bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT attachments_attachment_type_length_check CHECK ((char_length(attachment_type) <= 100)),
    CONSTRAINT attachments_content_type_length_check CHECK ((char_length(content_type) <= 100)),
    CONSTRAINT attachments_filename_length_check CHECK ((char_length(filename) <= 255))
);
ALTER TABLE ONLY public.attachments ALTER COLUMN body SET STORAGE EXTERNAL;

ALTER TABLE ONLY public.attachments FORCE ROW LEVEL SECURITY;

CREATE TABLE public.attempts (
    name bytea NOT NULL,
    failures integer NOT NULL,
    last_at timestamp with time zone NOT NULL,
    free_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.attempts FORCE ROW LEVEL SECURITY;

CREATE TABLE public.audit_log (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    actor_kind text NOT NULL,
    actor_id uuid,
    token_id uuid,
    action text NOT NULL,
    object_kind text NOT NULL,
    object_id uuid NOT NULL,
    before jsonb,
    after jsonb,
    request_id text,
    address inet,
    at timestamp with time zone NOT NULL,
    CONSTRAINT audit_log_action_length_check CHECK ((char_length(action) <= 100)),
    CONSTRAINT audit_log_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['user'::text, 'program'::text, 'system'::text]))),
    CONSTRAINT audit_log_object_kind_length_check CHECK ((char_length(object_kind) <= 50)),
    CONSTRAINT audit_log_request_id_length_check CHECK ((char_length(request_id) <= 64))
);

ALTER TABLE ONLY public.audit_log FORCE ROW LEVEL SECURITY;

CREATE TABLE public.check_ins (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    monitor_id uuid NOT NULL,
    check_in_id uuid NOT NULL,
    status text NOT NULL,
    environment text,
    duration_ms double precision,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT check_ins_duration_ms_check CHECK (((duration_ms >= (0)::double precision) AND (duration_ms < 'Infinity'::double precision))),
    CONSTRAINT check_ins_environment_length_check CHECK ((char_length(environment) <= 255)),
    CONSTRAINT check_ins_status_check CHECK ((status = ANY (ARRAY['in_progress'::text, 'ok'::text, 'error'::text, 'missed'::text, 'timeout'::text])))
)
WITH (fillfactor='80');

ALTER TABLE ONLY public.check_ins FORCE ROW LEVEL SECURITY;

CREATE TABLE public.counters (
    organization_id uuid NOT NULL,
    name text NOT NULL,
    value bigint NOT NULL
)
WITH (fillfactor='50');

ALTER TABLE ONLY public.counters FORCE ROW LEVEL SECURITY;

CREATE TABLE public.dead_letters (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    service_id uuid NOT NULL,
    ingest_key_id uuid NOT NULL,
    kind text NOT NULL,
    event_id uuid NOT NULL,
    received_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    remote_address inet,
    client text,
    body_format smallint NOT NULL,
    body bytea NOT NULL,
    reason text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT dead_letters_client_length_check CHECK ((char_length(client) <= 255)),
    CONSTRAINT dead_letters_kind_length_check CHECK ((char_length(kind) <= 50)),
    CONSTRAINT dead_letters_reason_length_check CHECK ((char_length(reason) <= 1000))
);
ALTER TABLE ONLY public.dead_letters ALTER COLUMN body SET STORAGE EXTERNAL;

ALTER TABLE ONLY public.dead_letters FORCE ROW LEVEL SECURITY;

CREATE TABLE public.deadline_marks (
    organization_id uuid NOT NULL,
    kind text NOT NULL,
    told_to timestamp with time zone NOT NULL,
    error_id uuid NOT NULL,
    CONSTRAINT deadline_marks_kind_check CHECK ((kind = ANY (ARRAY['soon'::text, 'over'::text])))
);

ALTER TABLE ONLY public.deadline_marks FORCE ROW LEVEL SECURITY;

CREATE TABLE public.discarded_hashes (
    organization_id uuid NOT NULL,
    service_id uuid NOT NULL,
    hash bytea NOT NULL,
    title text NOT NULL,
    discarded_by uuid NOT NULL,
    discarded_at timestamp with time zone NOT NULL,
    error_id uuid NOT NULL,
    CONSTRAINT discarded_hashes_title_length_check CHECK ((char_length(title) <= 500))
);

ALTER TABLE ONLY public.discarded_hashes FORCE ROW LEVEL SECURITY;

CREATE TABLE public.duplicates (
    organization_id uuid NOT NULL,
    primary_error_id uuid NOT NULL,
    duplicate_error_id uuid NOT NULL,
    marked_by uuid NOT NULL,
    similarity_reason text,
    marked_at timestamp with time zone NOT NULL,
    CONSTRAINT duplicates_different_check CHECK ((primary_error_id <> duplicate_error_id)),
    CONSTRAINT duplicates_similarity_reason_length_check CHECK ((char_length(similarity_reason) <= 1000))
);

ALTER TABLE ONLY public.duplicates FORCE ROW LEVEL SECURITY;

CREATE TABLE public.error_activities (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    error_id uuid NOT NULL,
    kind text NOT NULL,
    actor_id uuid,
    data jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT error_activities_kind_length_check CHECK ((char_length(kind) <= 50))
);

ALTER TABLE ONLY public.error_activities FORCE ROW LEVEL SECURITY;

CREATE TABLE public.error_buckets (
    organization_id uuid NOT NULL,
    bucket bigint NOT NULL,
    error_id uuid NOT NULL
);

ALTER TABLE ONLY public.error_buckets FORCE ROW LEVEL SECURITY;

CREATE TABLE public.error_comments (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    error_id uuid NOT NULL,
    author_id uuid NOT NULL,
    body text NOT NULL,
    mentions uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    edited_at timestamp with time zone,
    deleted_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT error_comments_body_length_check CHECK ((char_length(body) <= 10000))
);

ALTER TABLE ONLY public.error_comments FORCE ROW LEVEL SECURITY;

CREATE TABLE public.error_crowds (
    organization_id uuid NOT NULL,
    is_day boolean NOT NULL,
    begins_at timestamp with time zone NOT NULL,
    service_id uuid NOT NULL,
    environment text NOT NULL,
    errors bit(10240) NOT NULL,
    users bit(10240) NOT NULL,
    CONSTRAINT error_crowds_environment_length_check CHECK ((char_length(environment) <= 255))
)
WITH (fillfactor='60', toast_tuple_target='8160', autovacuum_vacuum_scale_factor='0.05');
ALTER TABLE ONLY public.error_crowds ALTER COLUMN errors SET STORAGE PLAIN;
ALTER TABLE ONLY public.error_crowds ALTER COLUMN users SET STORAGE PLAIN;

ALTER TABLE ONLY public.error_crowds FORCE ROW LEVEL SECURITY;

CREATE TABLE public.error_hashes (
    organization_id uuid NOT NULL,
    service_id uuid NOT NULL,
    hash bytea NOT NULL,
    error_id uuid NOT NULL,
    origin_error_id uuid NOT NULL,
    kind text NOT NULL,
    version smallint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT error_hashes_kind_length_check CHECK ((char_length(kind) <= 50))
);

ALTER TABLE ONLY public.error_hashes FORCE ROW LEVEL SECURITY;

CREATE TABLE public.error_hours (
    organization_id uuid NOT NULL,
    error_id uuid NOT NULL,
    hour timestamp with time zone NOT NULL,
    occurrence_count bigint NOT NULL,
    magnitude smallint GENERATED ALWAYS AS ((floor(((ln((GREATEST(occurrence_count, (1)::bigint))::double precision) / ln((2)::double precision)) + (0.000001)::double precision)))::smallint) STORED
)
WITH (fillfactor='80', autovacuum_vacuum_scale_factor='0.05');

ALTER TABLE ONLY public.error_hours FORCE ROW LEVEL SECURITY;

CREATE TABLE public.error_merges (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    primary_error_id uuid NOT NULL,
    merged_error_id uuid NOT NULL,
    merged_by uuid NOT NULL,
    reason text,
    before jsonb DEFAULT '{}'::jsonb NOT NULL,
    merged_at timestamp with time zone NOT NULL,
    undone_at timestamp with time zone,
    undone_by uuid,
    CONSTRAINT error_merges_different_check CHECK ((primary_error_id <> merged_error_id)),
    CONSTRAINT error_merges_reason_length_check CHECK ((char_length(reason) <= 1000))
);

ALTER TABLE ONLY public.error_merges FORCE ROW LEVEL SECURITY;

CREATE TABLE public.error_remains (
    organization_id uuid NOT NULL,
    error_id uuid NOT NULL,
    service_id uuid NOT NULL,
    deleted_by uuid NOT NULL,
    deleted_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.error_remains FORCE ROW LEVEL SECURITY;

CREATE TABLE public.error_rollups (
    organization_id uuid NOT NULL,
    is_day boolean NOT NULL,
    begins_at timestamp with time zone NOT NULL,
    service_id uuid NOT NULL,
    environment text NOT NULL,
    error_type text NOT NULL,
    severity text NOT NULL,
    level text NOT NULL,
    occurrence_count bigint NOT NULL,
    new_error_count bigint NOT NULL,
    regressed_error_count bigint NOT NULL,
    CONSTRAINT error_rollups_environment_length_check CHECK ((char_length(environment) <= 255)),
    CONSTRAINT error_rollups_error_type_length_check CHECK ((char_length(error_type) <= 100)),
    CONSTRAINT error_rollups_level_check CHECK ((level = ANY (ARRAY['debug'::text, 'info'::text, 'warning'::text, 'error'::text, 'critical'::text]))),
    CONSTRAINT error_rollups_severity_check CHECK ((severity = ANY (ARRAY['low'::text, 'medium'::text, 'high'::text, 'critical'::text, 'emergency'::text])))
)
WITH (fillfactor='70', autovacuum_vacuum_scale_factor='0.05');

ALTER TABLE ONLY public.error_rollups FORCE ROW LEVEL SECURITY;

CREATE TABLE public.error_shares (
    organization_id uuid NOT NULL,
    error_id uuid NOT NULL,
    primary_id uuid NOT NULL,
    occurrence_count bigint NOT NULL,
    users_affected_count bigint NOT NULL,
    sessions_affected_count bigint NOT NULL,
    first_seen_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    first_release text,
    last_release text,
    level text NOT NULL,
    message text NOT NULL,
    CONSTRAINT error_shares_first_release_length_check CHECK ((char_length(first_release) <= 255)),
    CONSTRAINT error_shares_last_release_length_check CHECK ((char_length(last_release) <= 255)),
    CONSTRAINT error_shares_message_length_check CHECK ((char_length(message) <= 8192))
)
WITH (fillfactor='70');

ALTER TABLE ONLY public.error_shares FORCE ROW LEVEL SECURITY;

CREATE TABLE public.error_subscriptions (
    organization_id uuid NOT NULL,
    error_id uuid NOT NULL,
    user_id uuid NOT NULL,
    is_subscribed boolean NOT NULL,
    reason text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT error_subscriptions_reason_check CHECK ((reason = ANY (ARRAY['asked'::text, 'assigned'::text, 'commented'::text, 'mentioned'::text])))
);

ALTER TABLE ONLY public.error_subscriptions FORCE ROW LEVEL SECURITY;

CREATE TABLE public.error_tags (
    organization_id uuid NOT NULL,
    key text NOT NULL,
    value text NOT NULL COLLATE pg_catalog."C",
    error_id uuid NOT NULL,
    CONSTRAINT error_tags_key_length_check CHECK ((char_length(key) <= 200)),
    CONSTRAINT error_tags_value_length_check CHECK ((char_length(value) <= 200))
);

ALTER TABLE ONLY public.error_tags FORCE ROW LEVEL SECURITY;

CREATE TABLE public.error_traits (
    organization_id uuid NOT NULL,
    error_id uuid NOT NULL,
    service_id uuid NOT NULL,
    exception_type text NOT NULL,
    frames bigint[] NOT NULL,
    words bigint[] NOT NULL,
    CONSTRAINT error_traits_exception_type_length_check CHECK ((char_length(exception_type) <= 255))
);

ALTER TABLE ONLY public.error_traits FORCE ROW LEVEL SECURITY;

CREATE TABLE public.error_types (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    description text,
    default_severity text NOT NULL,
    auto_capture boolean DEFAULT true NOT NULL,
    is_builtin boolean DEFAULT false NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    response_hint text,
    CONSTRAINT error_types_code_length_check CHECK ((char_length(code) <= 100)),
    CONSTRAINT error_types_default_severity_check CHECK ((default_severity = ANY (ARRAY['low'::text, 'medium'::text, 'high'::text, 'critical'::text, 'emergency'::text]))),
    CONSTRAINT error_types_description_length_check CHECK ((char_length(description) <= 1000)),
    CONSTRAINT error_types_name_length_check CHECK ((char_length(name) <= 255)),
    CONSTRAINT error_types_response_hint_length_check CHECK ((char_length(response_hint) <= 2000))
);

ALTER TABLE ONLY public.error_types FORCE ROW LEVEL SECURITY;

CREATE TABLE public.error_visitors (
    organization_id uuid NOT NULL,
    error_id uuid NOT NULL,
    visitor bigint NOT NULL,
    first_seen_on date DEFAULT CURRENT_DATE NOT NULL
);

ALTER TABLE ONLY public.error_visitors FORCE ROW LEVEL SECURITY;

CREATE TABLE public.error_words (
    organization_id uuid NOT NULL,
    word text NOT NULL COLLATE pg_catalog."C",
    error_id uuid NOT NULL,
    CONSTRAINT error_words_word_length_check CHECK ((char_length(word) <= 64))
);

ALTER TABLE ONLY public.error_words FORCE ROW LEVEL SECURITY;

CREATE TABLE public.errors (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    service_id uuid NOT NULL,
    service_name text NOT NULL,
    number integer NOT NULL,
    fingerprint text NOT NULL,
    fingerprint_version smallint NOT NULL,
    error_type_id uuid NOT NULL,
    error_type text NOT NULL,
    title text NOT NULL,
    message text NOT NULL,
    culprit text NOT NULL,
    platform text NOT NULL,
    level text DEFAULT 'error'::text NOT NULL,
    severity text NOT NULL,
    status text DEFAULT 'new'::text NOT NULL,
    status_category text GENERATED ALWAYS AS (
CASE
    WHEN (status = ANY (ARRAY['resolved'::text, 'auto_resolved'::text, 'closed'::text])) THEN 'resolved'::text
    WHEN (status = 'ignored'::text) THEN 'muted'::text
    ELSE 'unresolved'::text
END) STORED NOT NULL,
    priority text,
    component text,
    file_path text,
    line_number integer,
    column_number integer,
    endpoint_path text,
    environment text,
    first_release text,
    last_release text,
    first_seen_at timestamp with time zone NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    listed_at timestamp with time zone NOT NULL,
    occurrence_count bigint DEFAULT 1 NOT NULL,
    users_affected_count bigint DEFAULT 0 NOT NULL,
    sessions_affected_count bigint DEFAULT 0 NOT NULL,
    correlation_id uuid,
    calendar_context jsonb,
    assigned_to uuid,
    resolved_at timestamp with time zone,
    resolved_by uuid,
    resolution_kind text,
    regression_count integer DEFAULT 0 NOT NULL,
    regressed_at timestamp with time zone,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    team_id uuid,
    assignment_due_at timestamp with time zone,
    resolution_id uuid,
    resolved_in jsonb,
    ignored_until timestamp with time zone,
    ignore_condition jsonb,
    first_response_at timestamp with time zone,
    response_due_at timestamp with time zone,
    resolve_due_at timestamp with time zone,
    merged_into_id uuid,
    merged_count integer DEFAULT 0 NOT NULL,
    severity_rank smallint GENERATED ALWAYS AS (
CASE severity
    WHEN 'low'::text THEN 0
    WHEN 'medium'::text THEN 1
    WHEN 'high'::text THEN 2
    WHEN 'critical'::text THEN 3
    WHEN 'emergency'::text THEN 4
    ELSE NULL::integer
END) STORED NOT NULL,
    occurrence_magnitude smallint GENERATED ALWAYS AS (
CASE
    WHEN (occurrence_count > 0) THEN (65 - POSITION(('1'::bit(1)) IN ((occurrence_count)::bit(64))))
    ELSE 0
END) STORED NOT NULL,
    users_magnitude smallint GENERATED ALWAYS AS (
CASE
    WHEN (users_affected_count > 0) THEN (65 - POSITION(('1'::bit(1)) IN ((users_affected_count)::bit(64))))
    ELSE 0
END) STORED NOT NULL,
    CONSTRAINT errors_component_length_check CHECK ((char_length(component) <= 255)),
    CONSTRAINT errors_culprit_length_check CHECK ((char_length(culprit) <= 500)),
    CONSTRAINT errors_endpoint_path_length_check CHECK ((char_length(endpoint_path) <= 2000)),
    CONSTRAINT errors_environment_length_check CHECK ((char_length(environment) <= 255)),
    CONSTRAINT errors_error_type_length_check CHECK ((char_length(error_type) <= 100)),
    CONSTRAINT errors_file_path_length_check CHECK ((char_length(file_path) <= 500)),
    CONSTRAINT errors_fingerprint_length_check CHECK ((char_length(fingerprint) <= 64)),
    CONSTRAINT errors_first_release_length_check CHECK ((char_length(first_release) <= 255)),
    CONSTRAINT errors_last_release_length_check CHECK ((char_length(last_release) <= 255)),
    CONSTRAINT errors_level_check CHECK ((level = ANY (ARRAY['debug'::text, 'info'::text, 'warning'::text, 'error'::text, 'critical'::text]))),
    CONSTRAINT errors_merged_into_check CHECK (((merged_into_id <> id) AND ((merged_into_id IS NULL) OR (merged_count = 0)))),
    CONSTRAINT errors_message_length_check CHECK ((char_length(message) <= 8192)),
    CONSTRAINT errors_platform_length_check CHECK ((char_length(platform) <= 64)),
    CONSTRAINT errors_priority_check CHECK ((priority = ANY (ARRAY['p0'::text, 'p1'::text, 'p2'::text, 'p3'::text, 'p4'::text]))),
    CONSTRAINT errors_resolution_kind_check CHECK ((resolution_kind = ANY (ARRAY['manual'::text, 'auto'::text, 'release'::text, 'api'::text]))),
    CONSTRAINT errors_service_name_length_check CHECK ((char_length(service_name) <= 100)),
    CONSTRAINT errors_severity_check CHECK ((severity = ANY (ARRAY['low'::text, 'medium'::text, 'high'::text, 'critical'::text, 'emergency'::text]))),
    CONSTRAINT errors_status_check CHECK ((status = ANY (ARRAY['new'::text, 'open'::text, 'investigating'::text, 'identified'::text, 'fixing'::text, 'resolved'::text, 'auto_resolved'::text, 'ignored'::text, 'recurring'::text, 'closed'::text]))),
    CONSTRAINT errors_title_length_check CHECK ((char_length(title) <= 500))
)
WITH (fillfactor='70', autovacuum_vacuum_scale_factor='0.02');

ALTER TABLE ONLY public.errors FORCE ROW LEVEL SECURITY;

CREATE TABLE public.escalations (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    error_id uuid NOT NULL,
    escalated_by uuid NOT NULL,
    escalated_to uuid NOT NULL,
    escalation_reason text NOT NULL,
    escalation_level text NOT NULL,
    escalated_at timestamp with time zone NOT NULL,
    acknowledged_at timestamp with time zone,
    escalation_run_id uuid,
    notified_at timestamp with time zone,
    CONSTRAINT escalations_escalation_level_check CHECK ((escalation_level = ANY (ARRAY['l1'::text, 'l2'::text, 'l3'::text, 'management'::text, 'executive'::text]))),
    CONSTRAINT escalations_escalation_reason_length_check CHECK ((char_length(escalation_reason) <= 1000))
);

ALTER TABLE ONLY public.escalations FORCE ROW LEVEL SECURITY;

CREATE TABLE public.event_ids (
    organization_id uuid NOT NULL,
    service_id uuid NOT NULL,
    event_id uuid NOT NULL,
    occurrence_id uuid NOT NULL,
    occurred_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.event_ids FORCE ROW LEVEL SECURITY;

CREATE TABLE public.feed (
    organization_id uuid NOT NULL,
    "position" bigint NOT NULL,
    kind text NOT NULL,
    subject_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    payload jsonb NOT NULL,
    CONSTRAINT feed_kind_length_check CHECK ((char_length(kind) <= 50))
);

ALTER TABLE ONLY public.feed FORCE ROW LEVEL SECURITY;

CREATE TABLE public.feed_heads (
    organization_id uuid NOT NULL,
    "position" bigint DEFAULT 0 NOT NULL,
    trimmed_to bigint DEFAULT 0 NOT NULL
)
WITH (fillfactor='50');

ALTER TABLE ONLY public.feed_heads FORCE ROW LEVEL SECURITY;

CREATE TABLE public.grouping_history (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    version smallint NOT NULL,
    rules jsonb NOT NULL,
    ended_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.grouping_history FORCE ROW LEVEL SECURITY;

CREATE TABLE public.grouping_rules (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    service_id uuid,
    name text NOT NULL,
    kind text NOT NULL,
    matchers jsonb NOT NULL,
    fingerprint text[] DEFAULT '{}'::text[] NOT NULL,
    title text,
    begins_new_errors boolean DEFAULT false NOT NULL,
    in_app boolean,
    "position" integer NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT grouping_rules_kind_check CHECK ((kind = ANY (ARRAY['fingerprint'::text, 'in_app'::text]))),
    CONSTRAINT grouping_rules_name_length_check CHECK ((char_length(name) <= 200)),
    CONSTRAINT grouping_rules_title_length_check CHECK ((char_length(title) <= 500))
);

ALTER TABLE ONLY public.grouping_rules FORCE ROW LEVEL SECURITY;

CREATE TABLE public.idempotency_keys (
    organization_id uuid NOT NULL,
    user_id uuid NOT NULL,
    operation text NOT NULL,
    key text NOT NULL,
    asked text NOT NULL,
    result jsonb,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT idempotency_keys_asked_length_check CHECK ((char_length(asked) <= 64)),
    CONSTRAINT idempotency_keys_key_length_check CHECK ((char_length(key) <= 100)),
    CONSTRAINT idempotency_keys_operation_length_check CHECK ((char_length(operation) <= 50))
);

ALTER TABLE ONLY public.idempotency_keys FORCE ROW LEVEL SECURITY;

CREATE TABLE public.identities (
    issuer text NOT NULL,
    subject text NOT NULL,
    user_id uuid NOT NULL,
    last_used_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT identities_issuer_length_check CHECK ((char_length(issuer) <= 500)),
    CONSTRAINT identities_subject_length_check CHECK ((char_length(subject) <= 255))
);

ALTER TABLE ONLY public.identities FORCE ROW LEVEL SECURITY;

CREATE TABLE public.inbox (
    shard smallint NOT NULL,
    id bigint NOT NULL,
    organization_id uuid NOT NULL,
    service_id uuid NOT NULL,
    ingest_key_id uuid NOT NULL,
    kind text NOT NULL,
    event_id uuid NOT NULL,
    received_at timestamp with time zone NOT NULL,
    sent_at timestamp with time zone,
    remote_address inet,
    client text,
    body_format smallint NOT NULL,
    body bytea NOT NULL,
    CONSTRAINT inbox_client_length_check CHECK ((char_length(client) <= 255)),
    CONSTRAINT inbox_kind_length_check CHECK ((char_length(kind) <= 50))
)
WITH (toast_tuple_target='8160', autovacuum_vacuum_scale_factor='0.0', autovacuum_vacuum_threshold='5000', autovacuum_vacuum_cost_delay='0');
ALTER TABLE ONLY public.inbox ALTER COLUMN body SET STORAGE EXTERNAL;

ALTER TABLE ONLY public.inbox FORCE ROW LEVEL SECURITY;

ALTER TABLE public.inbox ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.inbox_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.ingest_keys (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    service_id uuid NOT NULL,
    public_key text NOT NULL,
    purpose text DEFAULT 'ingest'::text NOT NULL,
    allowed_origins text[] DEFAULT '{}'::text[] NOT NULL,
    rate_limit_per_minute integer,
    is_active boolean DEFAULT true NOT NULL,
    last_used_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ingest_keys_public_key_length_check CHECK ((char_length(public_key) <= 64)),
    CONSTRAINT ingest_keys_purpose_check CHECK ((purpose = ANY (ARRAY['ingest'::text, 'report'::text])))
);

ALTER TABLE ONLY public.ingest_keys FORCE ROW LEVEL SECURITY;

CREATE TABLE public.ingest_outcomes (
    organization_id uuid NOT NULL,
    ingest_key_id uuid NOT NULL,
    minute timestamp with time zone NOT NULL,
    outcome text NOT NULL,
    category text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    quantity bigint NOT NULL,
    CONSTRAINT ingest_outcomes_category_length_check CHECK ((char_length(category) <= 50)),
    CONSTRAINT ingest_outcomes_outcome_check CHECK ((outcome = ANY (ARRAY['accepted'::text, 'deduplicated'::text, 'rate_limited'::text, 'suppressed'::text, 'invalid'::text, 'consent_refused'::text, 'unsupported'::text, 'client_discarded'::text]))),
    CONSTRAINT ingest_outcomes_reason_length_check CHECK ((char_length(reason) <= 100))
);

ALTER TABLE ONLY public.ingest_outcomes FORCE ROW LEVEL SECURITY;

CREATE TABLE public.ingest_settings (
    organization_id uuid NOT NULL,
    grouping_version smallint DEFAULT 1 NOT NULL,
    secret_names text[] DEFAULT '{}'::text[] NOT NULL,
    safe_names text[] DEFAULT '{}'::text[] NOT NULL,
    hides_emails boolean DEFAULT false NOT NULL,
    hides_addresses boolean DEFAULT false NOT NULL,
    infers_addresses boolean DEFAULT false NOT NULL,
    switched_off text[] DEFAULT '{}'::text[] NOT NULL,
    patterns jsonb DEFAULT '[]'::jsonb NOT NULL,
    updated_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.ingest_settings FORCE ROW LEVEL SECURITY;

CREATE TABLE public.installation_secrets (
    name text NOT NULL,
    value bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT installation_secrets_name_length_check CHECK ((char_length(name) <= 50))
);

ALTER TABLE ONLY public.installation_secrets FORCE ROW LEVEL SECURITY;

CREATE TABLE public.invitations (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    email text NOT NULL,
    role text NOT NULL,
    secret_hash bytea NOT NULL,
    is_mailed boolean DEFAULT false NOT NULL,
    invited_by uuid NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    accepted_at timestamp with time zone,
    accepted_by uuid,
    revoked_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT invitations_email_length_check CHECK ((char_length(email) <= 255)),
    CONSTRAINT invitations_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'admin'::text, 'devops'::text, 'on_call'::text, 'support'::text, 'staff'::text, 'viewer'::text])))
);

ALTER TABLE ONLY public.invitations FORCE ROW LEVEL SECURITY;

CREATE TABLE public.job_starts (
    job_id bigint NOT NULL,
    starts integer NOT NULL,
    started_at timestamp with time zone NOT NULL
);

CREATE TABLE public.limit_notices (
    organization_id uuid NOT NULL,
    hour timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.limit_notices FORCE ROW LEVEL SECURITY;

CREATE TABLE public.memberships (
    organization_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT memberships_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'admin'::text, 'devops'::text, 'on_call'::text, 'support'::text, 'staff'::text, 'viewer'::text])))
);

ALTER TABLE ONLY public.memberships FORCE ROW LEVEL SECURITY;

CREATE TABLE public.metric_rollups (
    organization_id uuid NOT NULL,
    service_id uuid NOT NULL,
    name text NOT NULL,
    hour timestamp with time zone NOT NULL,
    unit text NOT NULL,
    environment text NOT NULL,
    metric_type text NOT NULL,
    sample_count bigint NOT NULL,
    sample_sum double precision NOT NULL,
    sample_min double precision NOT NULL,
    sample_max double precision NOT NULL,
    sketch bytea NOT NULL,
    CONSTRAINT metric_rollups_environment_length_check CHECK ((char_length(environment) <= 255)),
    CONSTRAINT metric_rollups_metric_type_check CHECK ((metric_type = ANY (ARRAY['response_time'::text, 'throughput'::text, 'error_rate'::text, 'cpu_usage'::text, 'memory_usage'::text, 'database_query_time'::text, 'core_web_vitals'::text, 'user_journey_time'::text, 'custom'::text]))),
    CONSTRAINT metric_rollups_name_length_check CHECK ((char_length(name) <= 100)),
    CONSTRAINT metric_rollups_unit_length_check CHECK ((char_length(unit) <= 50))
)
WITH (fillfactor='60', autovacuum_vacuum_scale_factor='0.05');

ALTER TABLE ONLY public.metric_rollups FORCE ROW LEVEL SECURITY;

CREATE TABLE public.metric_samples (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    measured_at timestamp with time zone NOT NULL,
    is_personal boolean NOT NULL,
    service_id uuid NOT NULL,
    name text NOT NULL,
    metric_type text NOT NULL,
    value double precision NOT NULL,
    unit text NOT NULL,
    sample_count bigint,
    sample_sum double precision,
    sample_min double precision,
    sample_max double precision,
    endpoint_path text,
    op text,
    status text,
    release text,
    environment text,
    trace_id text,
    page_url text,
    session_id text,
    user_ref text,
    device_info jsonb,
    device_type text,
    connection_type text,
    user_segment text,
    calendar_context jsonb,
    system_load_context jsonb,
    metadata jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT metric_samples_connection_type_check CHECK ((connection_type = ANY (ARRAY['slow_2g'::text, '2g'::text, '3g'::text, '4g'::text, '5g'::text, 'wifi'::text, 'ethernet'::text, 'unknown'::text]))),
    CONSTRAINT metric_samples_device_type_check CHECK ((device_type = ANY (ARRAY['desktop'::text, 'tablet'::text, 'mobile'::text, 'bot'::text, 'unknown'::text]))),
    CONSTRAINT metric_samples_endpoint_path_length_check CHECK ((char_length(endpoint_path) <= 2000)),
    CONSTRAINT metric_samples_environment_length_check CHECK ((char_length(environment) <= 255)),
    CONSTRAINT metric_samples_metric_type_check CHECK ((metric_type = ANY (ARRAY['response_time'::text, 'throughput'::text, 'error_rate'::text, 'cpu_usage'::text, 'memory_usage'::text, 'database_query_time'::text, 'core_web_vitals'::text, 'user_journey_time'::text, 'custom'::text]))),
    CONSTRAINT metric_samples_name_length_check CHECK ((char_length(name) <= 100)),
    CONSTRAINT metric_samples_op_length_check CHECK ((char_length(op) <= 100)),
    CONSTRAINT metric_samples_page_url_length_check CHECK ((char_length(page_url) <= 2000)),
    CONSTRAINT metric_samples_release_length_check CHECK ((char_length(release) <= 255)),
    CONSTRAINT metric_samples_sample_count_check CHECK ((sample_count > 0)),
    CONSTRAINT metric_samples_session_id_length_check CHECK ((char_length(session_id) <= 255)),
    CONSTRAINT metric_samples_status_length_check CHECK ((char_length(status) <= 50)),
    CONSTRAINT metric_samples_trace_id_length_check CHECK ((char_length(trace_id) <= 64)),
    CONSTRAINT metric_samples_unit_length_check CHECK ((char_length(unit) <= 50)),
    CONSTRAINT metric_samples_user_ref_length_check CHECK ((char_length(user_ref) <= 255)),
    CONSTRAINT metric_samples_user_segment_length_check CHECK ((char_length(user_segment) <= 50)),
    CONSTRAINT metric_samples_value_check CHECK (((value > '-Infinity'::double precision) AND (value < 'Infinity'::double precision)))
)
PARTITION BY LIST (is_personal);

ALTER TABLE ONLY public.metric_samples FORCE ROW LEVEL SECURITY;

CREATE TABLE public.metric_samples_of_services (
    organization_id uuid CONSTRAINT metric_samples_organization_id_not_null NOT NULL,
    id uuid CONSTRAINT metric_samples_id_not_null NOT NULL,
    measured_at timestamp with time zone CONSTRAINT metric_samples_measured_at_not_null NOT NULL,
    is_personal boolean CONSTRAINT metric_samples_is_personal_not_null NOT NULL,
    service_id uuid CONSTRAINT metric_samples_service_id_not_null NOT NULL,
    name text CONSTRAINT metric_samples_name_not_null NOT NULL,
    metric_type text CONSTRAINT metric_samples_metric_type_not_null NOT NULL,
    value double precision CONSTRAINT metric_samples_value_not_null NOT NULL,
    unit text CONSTRAINT metric_samples_unit_not_null NOT NULL,
    sample_count bigint,
    sample_sum double precision,
    sample_min double precision,
    sample_max double precision,
    endpoint_path text,
    op text,
    status text,
    release text,
    environment text,
    trace_id text,
    page_url text,
    session_id text,
    user_ref text,
    device_info jsonb,
    device_type text,
    connection_type text,
    user_segment text,
    calendar_context jsonb,
    system_load_context jsonb,
    metadata jsonb,
    created_at timestamp with time zone DEFAULT now() CONSTRAINT metric_samples_created_at_not_null NOT NULL,
    CONSTRAINT metric_samples_connection_type_check CHECK ((connection_type = ANY (ARRAY['slow_2g'::text, '2g'::text, '3g'::text, '4g'::text, '5g'::text, 'wifi'::text, 'ethernet'::text, 'unknown'::text]))),
    CONSTRAINT metric_samples_device_type_check CHECK ((device_type = ANY (ARRAY['desktop'::text, 'tablet'::text, 'mobile'::text, 'bot'::text, 'unknown'::text]))),
    CONSTRAINT metric_samples_endpoint_path_length_check CHECK ((char_length(endpoint_path) <= 2000)),
    CONSTRAINT metric_samples_environment_length_check CHECK ((char_length(environment) <= 255)),
    CONSTRAINT metric_samples_metric_type_check CHECK ((metric_type = ANY (ARRAY['response_time'::text, 'throughput'::text, 'error_rate'::text, 'cpu_usage'::text, 'memory_usage'::text, 'database_query_time'::text, 'core_web_vitals'::text, 'user_journey_time'::text, 'custom'::text]))),
    CONSTRAINT metric_samples_name_length_check CHECK ((char_length(name) <= 100)),
    CONSTRAINT metric_samples_op_length_check CHECK ((char_length(op) <= 100)),
    CONSTRAINT metric_samples_page_url_length_check CHECK ((char_length(page_url) <= 2000)),
    CONSTRAINT metric_samples_release_length_check CHECK ((char_length(release) <= 255)),
    CONSTRAINT metric_samples_sample_count_check CHECK ((sample_count > 0)),
    CONSTRAINT metric_samples_session_id_length_check CHECK ((char_length(session_id) <= 255)),
    CONSTRAINT metric_samples_status_length_check CHECK ((char_length(status) <= 50)),
    CONSTRAINT metric_samples_trace_id_length_check CHECK ((char_length(trace_id) <= 64)),
    CONSTRAINT metric_samples_unit_length_check CHECK ((char_length(unit) <= 50)),
    CONSTRAINT metric_samples_user_ref_length_check CHECK ((char_length(user_ref) <= 255)),
    CONSTRAINT metric_samples_user_segment_length_check CHECK ((char_length(user_segment) <= 50)),
    CONSTRAINT metric_samples_value_check CHECK (((value > '-Infinity'::double precision) AND (value < 'Infinity'::double precision)))
)
PARTITION BY RANGE (measured_at);

ALTER TABLE ONLY public.metric_samples_of_services FORCE ROW LEVEL SECURITY;

CREATE TABLE public.metric_samples_of_users (
    organization_id uuid CONSTRAINT metric_samples_organization_id_not_null NOT NULL,
    id uuid CONSTRAINT metric_samples_id_not_null NOT NULL,
    measured_at timestamp with time zone CONSTRAINT metric_samples_measured_at_not_null NOT NULL,
    is_personal boolean CONSTRAINT metric_samples_is_personal_not_null NOT NULL,
    service_id uuid CONSTRAINT metric_samples_service_id_not_null NOT NULL,
    name text CONSTRAINT metric_samples_name_not_null NOT NULL,
    metric_type text CONSTRAINT metric_samples_metric_type_not_null NOT NULL,
    value double precision CONSTRAINT metric_samples_value_not_null NOT NULL,
    unit text CONSTRAINT metric_samples_unit_not_null NOT NULL,
    sample_count bigint,
    sample_sum double precision,
    sample_min double precision,
    sample_max double precision,
    endpoint_path text,
    op text,
    status text,
    release text,
    environment text,
    trace_id text,
    page_url text,
    session_id text,
    user_ref text,
    device_info jsonb,
    device_type text,
    connection_type text,
    user_segment text,
    calendar_context jsonb,
    system_load_context jsonb,
    metadata jsonb,
    created_at timestamp with time zone DEFAULT now() CONSTRAINT metric_samples_created_at_not_null NOT NULL,
    CONSTRAINT metric_samples_connection_type_check CHECK ((connection_type = ANY (ARRAY['slow_2g'::text, '2g'::text, '3g'::text, '4g'::text, '5g'::text, 'wifi'::text, 'ethernet'::text, 'unknown'::text]))),
    CONSTRAINT metric_samples_device_type_check CHECK ((device_type = ANY (ARRAY['desktop'::text, 'tablet'::text, 'mobile'::text, 'bot'::text, 'unknown'::text]))),
    CONSTRAINT metric_samples_endpoint_path_length_check CHECK ((char_length(endpoint_path) <= 2000)),
    CONSTRAINT metric_samples_environment_length_check CHECK ((char_length(environment) <= 255)),
    CONSTRAINT metric_samples_metric_type_check CHECK ((metric_type = ANY (ARRAY['response_time'::text, 'throughput'::text, 'error_rate'::text, 'cpu_usage'::text, 'memory_usage'::text, 'database_query_time'::text, 'core_web_vitals'::text, 'user_journey_time'::text, 'custom'::text]))),
    CONSTRAINT metric_samples_name_length_check CHECK ((char_length(name) <= 100)),
    CONSTRAINT metric_samples_op_length_check CHECK ((char_length(op) <= 100)),
    CONSTRAINT metric_samples_page_url_length_check CHECK ((char_length(page_url) <= 2000)),
    CONSTRAINT metric_samples_release_length_check CHECK ((char_length(release) <= 255)),
    CONSTRAINT metric_samples_sample_count_check CHECK ((sample_count > 0)),
    CONSTRAINT metric_samples_session_id_length_check CHECK ((char_length(session_id) <= 255)),
    CONSTRAINT metric_samples_status_length_check CHECK ((char_length(status) <= 50)),
    CONSTRAINT metric_samples_trace_id_length_check CHECK ((char_length(trace_id) <= 64)),
    CONSTRAINT metric_samples_unit_length_check CHECK ((char_length(unit) <= 50)),
    CONSTRAINT metric_samples_user_ref_length_check CHECK ((char_length(user_ref) <= 255)),
    CONSTRAINT metric_samples_user_segment_length_check CHECK ((char_length(user_segment) <= 50)),
    CONSTRAINT metric_samples_value_check CHECK (((value > '-Infinity'::double precision) AND (value < 'Infinity'::double precision)))
)
PARTITION BY RANGE (measured_at);

ALTER TABLE ONLY public.metric_samples_of_users FORCE ROW LEVEL SECURITY;

CREATE TABLE public.missing_artifacts (
    organization_id uuid NOT NULL,
    key uuid NOT NULL,
    occurrence_id uuid NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    is_due boolean DEFAULT false NOT NULL
);

ALTER TABLE ONLY public.missing_artifacts FORCE ROW LEVEL SECURITY;

CREATE TABLE public.monitors (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    service_id uuid NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    schedule_kind text,
    schedule_value text,
    schedule_unit text,
    timezone text,
    checkin_margin_minutes integer,
    max_runtime_minutes integer,
    failure_issue_threshold integer,
    recovery_threshold integer,
    is_active boolean DEFAULT true NOT NULL,
    last_check_in_at timestamp with time zone,
    last_status text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT monitors_last_status_check CHECK ((last_status = ANY (ARRAY['in_progress'::text, 'ok'::text, 'error'::text, 'missed'::text, 'timeout'::text]))),
    CONSTRAINT monitors_name_length_check CHECK ((char_length(name) <= 255)),
    CONSTRAINT monitors_schedule_kind_check CHECK ((schedule_kind = ANY (ARRAY['crontab'::text, 'interval'::text]))),
    CONSTRAINT monitors_schedule_unit_length_check CHECK ((char_length(schedule_unit) <= 20)),
    CONSTRAINT monitors_schedule_value_length_check CHECK ((char_length(schedule_value) <= 100)),
    CONSTRAINT monitors_slug_length_check CHECK ((char_length(slug) <= 100)),
    CONSTRAINT monitors_timezone_length_check CHECK ((char_length(timezone) <= 64))
)
WITH (fillfactor='80');

ALTER TABLE ONLY public.monitors FORCE ROW LEVEL SECURITY;

CREATE TABLE public.new_error_counts (
    organization_id uuid NOT NULL,
    service_id uuid NOT NULL,
    minute timestamp with time zone NOT NULL,
    quantity integer NOT NULL
)
WITH (fillfactor='50');

ALTER TABLE ONLY public.new_error_counts FORCE ROW LEVEL SECURITY;

CREATE TABLE public.notifications (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    kind text NOT NULL,
    subject_kind text NOT NULL,
    subject_id uuid NOT NULL,
    title text NOT NULL,
    quantity integer DEFAULT 1 NOT NULL,
    actor_id uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    read_at timestamp with time zone,
    CONSTRAINT notifications_kind_length_check CHECK ((char_length(kind) <= 50)),
    CONSTRAINT notifications_subject_kind_length_check CHECK ((char_length(subject_kind) <= 50)),
    CONSTRAINT notifications_title_length_check CHECK ((char_length(title) <= 300))
);

ALTER TABLE ONLY public.notifications FORCE ROW LEVEL SECURITY;

CREATE TABLE public.occurrences (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    received_at timestamp with time zone NOT NULL,
    error_id uuid NOT NULL,
    service_id uuid NOT NULL,
    event_id uuid NOT NULL,
    level text NOT NULL,
    message text NOT NULL,
    environment text,
    release text,
    transaction text,
    server_name text,
    url text,
    user_ref text,
    session_id text,
    ip_address inet,
    trace_id text,
    span_id text,
    tags jsonb DEFAULT '{}'::jsonb NOT NULL,
    body_format smallint NOT NULL,
    body bytea NOT NULL,
    CONSTRAINT occurrences_environment_length_check CHECK ((char_length(environment) <= 255)),
    CONSTRAINT occurrences_level_check CHECK ((level = ANY (ARRAY['debug'::text, 'info'::text, 'warning'::text, 'error'::text, 'critical'::text]))),
    CONSTRAINT occurrences_message_length_check CHECK ((char_length(message) <= 1000)),
    CONSTRAINT occurrences_release_length_check CHECK ((char_length(release) <= 255)),
    CONSTRAINT occurrences_server_name_length_check CHECK ((char_length(server_name) <= 255)),
    CONSTRAINT occurrences_session_id_length_check CHECK ((char_length(session_id) <= 255)),
    CONSTRAINT occurrences_span_id_length_check CHECK ((char_length(span_id) <= 32)),
    CONSTRAINT occurrences_trace_id_length_check CHECK ((char_length(trace_id) <= 64)),
    CONSTRAINT occurrences_transaction_length_check CHECK ((char_length(transaction) <= 500)),
    CONSTRAINT occurrences_url_length_check CHECK ((char_length(url) <= 2000)),
    CONSTRAINT occurrences_user_ref_length_check CHECK ((char_length(user_ref) <= 255))
)
PARTITION BY RANGE (occurred_at);
ALTER TABLE ONLY public.occurrences ALTER COLUMN body SET STORAGE EXTERNAL;

ALTER TABLE ONLY public.occurrences FORCE ROW LEVEL SECURITY;

CREATE TABLE public.organizations (
    id uuid NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    timezone text DEFAULT 'UTC'::text NOT NULL,
    locale text DEFAULT 'en'::text NOT NULL,
    settings jsonb DEFAULT '{}'::jsonb NOT NULL,
    error_rate_limit_per_minute integer DEFAULT 100 NOT NULL,
    is_system boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT organizations_locale_length_check CHECK ((char_length(locale) <= 35)),
    CONSTRAINT organizations_name_length_check CHECK ((char_length(name) <= 255)),
    CONSTRAINT organizations_slug_length_check CHECK ((char_length(slug) <= 100)),
    CONSTRAINT organizations_timezone_length_check CHECK ((char_length(timezone) <= 64))
);

ALTER TABLE ONLY public.organizations FORCE ROW LEVEL SECURITY;

CREATE TABLE public.passwords (
    user_id uuid NOT NULL,
    hash text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT passwords_hash_length_check CHECK ((char_length(hash) <= 500))
);

ALTER TABLE ONLY public.passwords FORCE ROW LEVEL SECURITY;

CREATE TABLE public.pgqueuer (
    id bigint NOT NULL,
    priority integer NOT NULL,
    queue_manager_id uuid,
    created timestamp with time zone DEFAULT now() NOT NULL,
    updated timestamp with time zone DEFAULT now() NOT NULL,
    heartbeat timestamp with time zone DEFAULT now() NOT NULL,
    execute_after timestamp with time zone DEFAULT now() NOT NULL,
    status public.pgqueuer_status NOT NULL,
    entrypoint text NOT NULL,
    dedupe_key text,
    payload bytea,
    headers jsonb,
    attempts integer DEFAULT 0 NOT NULL,
    slot bigint
);

CREATE SEQUENCE public.pgqueuer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.pgqueuer_id_seq OWNED BY public.pgqueuer.id;

CREATE TABLE public.pgqueuer_log (
    id bigint NOT NULL,
    created timestamp with time zone DEFAULT now() NOT NULL,
    job_id bigint NOT NULL,
    status public.pgqueuer_status NOT NULL,
    priority integer NOT NULL,
    entrypoint text NOT NULL,
    traceback jsonb,
    aggregated boolean DEFAULT false
);

ALTER TABLE public.pgqueuer_log ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.pgqueuer_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.pgqueuer_schedules (
    id bigint NOT NULL,
    expression text NOT NULL,
    entrypoint text NOT NULL,
    heartbeat timestamp with time zone DEFAULT now() NOT NULL,
    created timestamp with time zone DEFAULT now() NOT NULL,
    updated timestamp with time zone DEFAULT now() NOT NULL,
    next_run timestamp with time zone DEFAULT now() NOT NULL,
    last_run timestamp with time zone,
    status public.pgqueuer_status DEFAULT 'queued'::public.pgqueuer_status
);

CREATE SEQUENCE public.pgqueuer_schedules_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.pgqueuer_schedules_id_seq OWNED BY public.pgqueuer_schedules.id;

CREATE TABLE public.pgqueuer_statistics (
    id bigint NOT NULL,
    created timestamp with time zone DEFAULT date_trunc('sec'::text, now()) NOT NULL,
    count bigint NOT NULL,
    priority integer NOT NULL,
    status public.pgqueuer_status NOT NULL,
    entrypoint text NOT NULL
);

CREATE SEQUENCE public.pgqueuer_statistics_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.pgqueuer_statistics_id_seq OWNED BY public.pgqueuer_statistics.id;

CREATE TABLE public.process_heartbeats (
    id uuid NOT NULL,
    kind text NOT NULL,
    host text NOT NULL,
    pid integer NOT NULL,
    version text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    CONSTRAINT process_heartbeats_host_length_check CHECK ((char_length(host) <= 255)),
    CONSTRAINT process_heartbeats_kind_length_check CHECK ((char_length(kind) <= 50)),
    CONSTRAINT process_heartbeats_version_length_check CHECK ((char_length(version) <= 50))
);

CREATE TABLE public.release_services (
    organization_id uuid NOT NULL,
    release_id uuid NOT NULL,
    service_id uuid NOT NULL
);

ALTER TABLE ONLY public.release_services FORCE ROW LEVEL SECURITY;

CREATE TABLE public.release_sightings (
    organization_id uuid NOT NULL,
    service_id uuid NOT NULL,
    release text NOT NULL,
    first_seen_at timestamp with time zone NOT NULL,
    CONSTRAINT release_sightings_release_length_check CHECK ((char_length(release) <= 255))
);

ALTER TABLE ONLY public.release_sightings FORCE ROW LEVEL SECURITY;

CREATE TABLE public.releases (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    version text NOT NULL,
    url text,
    finalized_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT releases_url_length_check CHECK ((char_length(url) <= 2000)),
    CONSTRAINT releases_version_length_check CHECK ((char_length(version) <= 255))
);

ALTER TABLE ONLY public.releases FORCE ROW LEVEL SECURITY;

CREATE TABLE public.removals (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    object_id uuid NOT NULL,
    name text NOT NULL,
    requested_by uuid,
    requested_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    removed jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT removals_kind_check CHECK ((kind = ANY (ARRAY['organization'::text, 'service'::text]))),
    CONSTRAINT removals_name_length_check CHECK ((char_length(name) <= 255))
);

ALTER TABLE ONLY public.removals FORCE ROW LEVEL SECURITY;

CREATE TABLE public.resolution_types (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    description text NOT NULL,
    requires_testing boolean DEFAULT false NOT NULL,
    is_builtin boolean DEFAULT false NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT resolution_types_description_length_check CHECK ((char_length(description) <= 500)),
    CONSTRAINT resolution_types_name_length_check CHECK ((char_length(name) <= 50))
);

ALTER TABLE ONLY public.resolution_types FORCE ROW LEVEL SECURITY;

CREATE TABLE public.resolutions (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    error_id uuid NOT NULL,
    resolution_type_id uuid NOT NULL,
    resolved_by uuid,
    resolved_at timestamp with time zone NOT NULL,
    resolution_description text DEFAULT ''::text NOT NULL,
    steps_taken text,
    prevention_measures text,
    requires_code_change boolean DEFAULT false NOT NULL,
    requires_documentation boolean DEFAULT false NOT NULL,
    requires_testing boolean DEFAULT false NOT NULL,
    fixed_in text DEFAULT 'now'::text NOT NULL,
    release text,
    commit_sha text,
    tested_at timestamp with time zone,
    tested_by uuid,
    verified boolean,
    followed_up_at timestamp with time zone,
    followed_up_by uuid,
    reverted_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT resolutions_commit_sha_length_check CHECK ((char_length(commit_sha) <= 64)),
    CONSTRAINT resolutions_fixed_in_check CHECK ((fixed_in = ANY (ARRAY['now'::text, 'this_release'::text, 'next_release'::text, 'commit'::text]))),
    CONSTRAINT resolutions_prevention_measures_length_check CHECK ((char_length(prevention_measures) <= 2000)),
    CONSTRAINT resolutions_release_length_check CHECK ((char_length(release) <= 255)),
    CONSTRAINT resolutions_resolution_description_length_check CHECK ((char_length(resolution_description) <= 2000)),
    CONSTRAINT resolutions_steps_taken_length_check CHECK ((char_length(steps_taken) <= 2000))
);

ALTER TABLE ONLY public.resolutions FORCE ROW LEVEL SECURITY;

CREATE TABLE public.saved_views (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    search text NOT NULL,
    sort text NOT NULL,
    is_shared boolean DEFAULT false NOT NULL,
    created_by uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT saved_views_name_length_check CHECK ((char_length(name) <= 100)),
    CONSTRAINT saved_views_search_length_check CHECK ((char_length(search) <= 1000)),
    CONSTRAINT saved_views_sort_length_check CHECK ((char_length(sort) <= 50))
);

ALTER TABLE ONLY public.saved_views FORCE ROW LEVEL SECURITY;

CREATE TABLE public.services (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    number bigint NOT NULL,
    name text NOT NULL,
    description text,
    is_business_critical boolean DEFAULT false NOT NULL,
    is_external boolean DEFAULT false NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    owner_team_id uuid,
    runbook_links jsonb DEFAULT '[]'::jsonb NOT NULL,
    CONSTRAINT services_description_length_check CHECK ((char_length(description) <= 2000)),
    CONSTRAINT services_name_length_check CHECK ((char_length(name) <= 100))
);

ALTER TABLE ONLY public.services FORCE ROW LEVEL SECURITY;

ALTER TABLE public.services ALTER COLUMN number ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.services_number_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.session_hours (
    organization_id uuid NOT NULL,
    service_id uuid NOT NULL,
    hour timestamp with time zone NOT NULL,
    release text NOT NULL,
    environment text NOT NULL,
    status text NOT NULL,
    quantity bigint NOT NULL,
    CONSTRAINT session_hours_environment_length_check CHECK ((char_length(environment) <= 255)),
    CONSTRAINT session_hours_release_length_check CHECK ((char_length(release) <= 255)),
    CONSTRAINT session_hours_status_check CHECK ((status = ANY (ARRAY['ok'::text, 'exited'::text, 'errored'::text, 'unhandled'::text, 'abnormal'::text, 'crashed'::text])))
)
WITH (fillfactor='80', autovacuum_vacuum_scale_factor='0.05');

ALTER TABLE ONLY public.session_hours FORCE ROW LEVEL SECURITY;

CREATE TABLE public.sessions (
    organization_id uuid NOT NULL,
    service_id uuid NOT NULL,
    id uuid NOT NULL,
    started_at timestamp with time zone NOT NULL,
    status text NOT NULL,
    release text NOT NULL,
    environment text NOT NULL,
    CONSTRAINT sessions_environment_length_check CHECK ((char_length(environment) <= 255)),
    CONSTRAINT sessions_release_length_check CHECK ((char_length(release) <= 255)),
    CONSTRAINT sessions_status_check CHECK ((status = ANY (ARRAY['ok'::text, 'exited'::text, 'errored'::text, 'unhandled'::text, 'abnormal'::text, 'crashed'::text])))
)
WITH (fillfactor='80', autovacuum_vacuum_scale_factor='0.05');

ALTER TABLE ONLY public.sessions FORCE ROW LEVEL SECURITY;

CREATE TABLE public.severity_levels (
    organization_id uuid NOT NULL,
    severity text NOT NULL,
    label text NOT NULL,
    description text,
    rank smallint NOT NULL,
    response_target interval,
    resolve_target interval,
    pages boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    default_priority text,
    CONSTRAINT severity_levels_default_priority_check CHECK ((default_priority = ANY (ARRAY['p0'::text, 'p1'::text, 'p2'::text, 'p3'::text, 'p4'::text]))),
    CONSTRAINT severity_levels_description_length_check CHECK ((char_length(description) <= 500)),
    CONSTRAINT severity_levels_label_length_check CHECK ((char_length(label) <= 100)),
    CONSTRAINT severity_levels_severity_check CHECK ((severity = ANY (ARRAY['low'::text, 'medium'::text, 'high'::text, 'critical'::text, 'emergency'::text])))
);

ALTER TABLE ONLY public.severity_levels FORCE ROW LEVEL SECURITY;

CREATE TABLE public.sign_in_links (
    secret_hash bytea NOT NULL,
    user_id uuid NOT NULL,
    purpose text NOT NULL,
    is_mailed boolean NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT sign_in_links_purpose_check CHECK ((purpose = ANY (ARRAY['enter'::text, 'reset'::text])))
);

ALTER TABLE ONLY public.sign_in_links FORCE ROW LEVEL SECURITY;

CREATE TABLE public.sign_ins (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    secret_hash bytea NOT NULL,
    method text NOT NULL,
    user_agent text,
    address inet,
    last_seen_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT sign_ins_method_check CHECK ((method = ANY (ARRAY['password'::text, 'link'::text, 'invitation'::text, 'oidc'::text]))),
    CONSTRAINT sign_ins_user_agent_length_check CHECK ((char_length(user_agent) <= 500))
);

ALTER TABLE ONLY public.sign_ins FORCE ROW LEVEL SECURITY;

CREATE TABLE public.suppression_rules (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    scope text NOT NULL,
    name text NOT NULL,
    description text,
    matchers jsonb NOT NULL,
    expression text,
    alert_rule_id uuid,
    action text NOT NULL,
    downgrade_to text,
    max_per_window integer,
    "window" interval,
    active_from timestamp with time zone,
    active_until timestamp with time zone,
    schedule jsonb,
    never_in_critical_window boolean DEFAULT true NOT NULL,
    never_above text DEFAULT 'emergency'::text NOT NULL,
    expires_at timestamp with time zone,
    is_active boolean DEFAULT true NOT NULL,
    created_by uuid,
    hit_count bigint DEFAULT 0 NOT NULL,
    last_hit_at timestamp with time zone,
    window_began_at timestamp with time zone,
    window_count bigint DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT suppression_rules_action_check CHECK ((action = ANY (ARRAY['drop'::text, 'rate_limit'::text, 'store_only'::text, 'mute'::text, 'downgrade'::text]))),
    CONSTRAINT suppression_rules_description_length_check CHECK ((char_length(description) <= 2000)),
    CONSTRAINT suppression_rules_downgrade_to_check CHECK ((downgrade_to = ANY (ARRAY['low'::text, 'medium'::text, 'high'::text, 'critical'::text, 'emergency'::text]))),
    CONSTRAINT suppression_rules_expression_length_check CHECK ((char_length(expression) <= 10000)),
    CONSTRAINT suppression_rules_name_length_check CHECK ((char_length(name) <= 200)),
    CONSTRAINT suppression_rules_never_above_check CHECK ((never_above = ANY (ARRAY['low'::text, 'medium'::text, 'high'::text, 'critical'::text, 'emergency'::text]))),
    CONSTRAINT suppression_rules_scope_check CHECK ((scope = ANY (ARRAY['error'::text, 'alert'::text, 'notification'::text])))
)
WITH (fillfactor='70');

ALTER TABLE ONLY public.suppression_rules FORCE ROW LEVEL SECURITY;

CREATE TABLE public.team_members (
    organization_id uuid NOT NULL,
    team_id uuid NOT NULL,
    user_id uuid NOT NULL,
    is_lead boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.team_members FORCE ROW LEVEL SECURITY;

CREATE TABLE public.teams (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    description text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT teams_description_length_check CHECK ((char_length(description) <= 2000)),
    CONSTRAINT teams_name_length_check CHECK ((char_length(name) <= 100))
);

ALTER TABLE ONLY public.teams FORCE ROW LEVEL SECURITY;

CREATE TABLE public.telemetry_ids (
    organization_id uuid NOT NULL,
    service_id uuid NOT NULL,
    id uuid NOT NULL,
    received_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.telemetry_ids FORCE ROW LEVEL SECURITY;

CREATE TABLE public.triage_settings (
    organization_id uuid NOT NULL,
    auto_resolve_after interval,
    updated_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.triage_settings FORCE ROW LEVEL SECURITY;

CREATE TABLE public.user_report_activities (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    user_report_id uuid NOT NULL,
    kind text NOT NULL,
    actor_id uuid,
    body text,
    data jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT user_report_activities_body_length_check CHECK ((char_length(body) <= 10000)),
    CONSTRAINT user_report_activities_kind_length_check CHECK ((char_length(kind) <= 50))
);

ALTER TABLE ONLY public.user_report_activities FORCE ROW LEVEL SECURITY;

CREATE TABLE public.user_reports (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    service_id uuid NOT NULL,
    item_id uuid NOT NULL,
    event_id uuid,
    report_type text NOT NULL,
    priority text DEFAULT 'medium'::text NOT NULL,
    reporter_type text NOT NULL,
    reporter_id uuid,
    reporter_email text,
    reporter_name text,
    title text NOT NULL,
    description text NOT NULL,
    steps_to_reproduce text,
    expected_behavior text,
    actual_behavior text,
    url text,
    environment text,
    release text,
    source text,
    browser_info jsonb DEFAULT '{}'::jsonb NOT NULL,
    context jsonb DEFAULT '{}'::jsonb NOT NULL,
    associated_event_id uuid,
    linked_error_id uuid,
    status text DEFAULT 'open'::text NOT NULL,
    assigned_to uuid,
    resolved_at timestamp with time zone,
    resolution_notes text,
    duplicate_of_id uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    is_linked_by_hand boolean DEFAULT false NOT NULL,
    due_at timestamp with time zone,
    CONSTRAINT user_reports_actual_behavior_length_check CHECK ((char_length(actual_behavior) <= 10000)),
    CONSTRAINT user_reports_description_length_check CHECK ((char_length(description) <= 10000)),
    CONSTRAINT user_reports_environment_length_check CHECK ((char_length(environment) <= 255)),
    CONSTRAINT user_reports_expected_behavior_length_check CHECK ((char_length(expected_behavior) <= 10000)),
    CONSTRAINT user_reports_priority_check CHECK ((priority = ANY (ARRAY['low'::text, 'medium'::text, 'high'::text, 'critical'::text]))),
    CONSTRAINT user_reports_release_length_check CHECK ((char_length(release) <= 255)),
    CONSTRAINT user_reports_report_type_check CHECK ((report_type = ANY (ARRAY['bug'::text, 'feature_request'::text, 'performance'::text, 'ui_issue'::text, 'data_issue'::text, 'feedback'::text, 'other'::text]))),
    CONSTRAINT user_reports_reporter_email_length_check CHECK ((char_length(reporter_email) <= 255)),
    CONSTRAINT user_reports_reporter_name_length_check CHECK ((char_length(reporter_name) <= 255)),
    CONSTRAINT user_reports_reporter_type_check CHECK ((reporter_type = ANY (ARRAY['system_admin'::text, 'org_owner'::text, 'staff'::text, 'customer'::text]))),
    CONSTRAINT user_reports_resolution_notes_length_check CHECK ((char_length(resolution_notes) <= 10000)),
    CONSTRAINT user_reports_source_length_check CHECK ((char_length(source) <= 100)),
    CONSTRAINT user_reports_status_check CHECK ((status = ANY (ARRAY['open'::text, 'in_progress'::text, 'pending_info'::text, 'resolved'::text, 'closed'::text, 'duplicate'::text]))),
    CONSTRAINT user_reports_steps_to_reproduce_length_check CHECK ((char_length(steps_to_reproduce) <= 10000)),
    CONSTRAINT user_reports_title_length_check CHECK ((char_length(title) <= 500)),
    CONSTRAINT user_reports_url_length_check CHECK ((char_length(url) <= 2000))
);

ALTER TABLE ONLY public.user_reports FORCE ROW LEVEL SECURITY;

CREATE TABLE public.users (
    id uuid NOT NULL,
    email text NOT NULL,
    name text NOT NULL,
    is_system_admin boolean DEFAULT false NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    anonymized_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    email_verified_at timestamp with time zone,
    CONSTRAINT users_email_length_check CHECK ((char_length(email) <= 255)),
    CONSTRAINT users_name_length_check CHECK ((char_length(name) <= 255))
);

ALTER TABLE ONLY public.users FORCE ROW LEVEL SECURITY;

CREATE TABLE public.web_vitals (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    measured_at timestamp with time zone NOT NULL,
    service_id uuid NOT NULL,
    page text NOT NULL,
    page_url text NOT NULL,
    session_id text NOT NULL,
    user_ref text,
    release text,
    environment text,
    lcp_value numeric(8,2),
    fid_value numeric(8,2),
    cls_value numeric(8,4),
    fcp_value numeric(8,2),
    ttfb_value numeric(8,2),
    inp_value numeric(8,2),
    fp_value numeric(8,2),
    device_type text NOT NULL,
    connection_type text,
    viewport_width integer,
    viewport_height integer,
    user_agent text,
    performance_rating text,
    workflow_context jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT web_vitals_connection_type_check CHECK ((connection_type = ANY (ARRAY['slow_2g'::text, '2g'::text, '3g'::text, '4g'::text, '5g'::text, 'wifi'::text, 'ethernet'::text, 'unknown'::text]))),
    CONSTRAINT web_vitals_device_type_check CHECK ((device_type = ANY (ARRAY['desktop'::text, 'tablet'::text, 'mobile'::text, 'bot'::text, 'unknown'::text]))),
    CONSTRAINT web_vitals_environment_length_check CHECK ((char_length(environment) <= 255)),
    CONSTRAINT web_vitals_page_length_check CHECK ((char_length(page) <= 500)),
    CONSTRAINT web_vitals_page_url_length_check CHECK ((char_length(page_url) <= 2000)),
    CONSTRAINT web_vitals_performance_rating_check CHECK ((performance_rating = ANY (ARRAY['good'::text, 'needs_improvement'::text, 'poor'::text]))),
    CONSTRAINT web_vitals_release_length_check CHECK ((char_length(release) <= 255)),
    CONSTRAINT web_vitals_session_id_length_check CHECK ((char_length(session_id) <= 255)),
    CONSTRAINT web_vitals_user_agent_length_check CHECK ((char_length(user_agent) <= 1000)),
    CONSTRAINT web_vitals_user_ref_length_check CHECK ((char_length(user_ref) <= 255))
)
PARTITION BY RANGE (measured_at);

ALTER TABLE ONLY public.web_vitals FORCE ROW LEVEL SECURITY;

ALTER TABLE ONLY public.metric_samples ATTACH PARTITION public.metric_samples_of_services FOR VALUES IN (false);

ALTER TABLE ONLY public.metric_samples ATTACH PARTITION public.metric_samples_of_users FOR VALUES IN (true);

ALTER TABLE ONLY public.pgqueuer ALTER COLUMN id SET DEFAULT nextval('public.pgqueuer_id_seq'::regclass);

ALTER TABLE ONLY public.pgqueuer_schedules ALTER COLUMN id SET DEFAULT nextval('public.pgqueuer_schedules_id_seq'::regclass);

ALTER TABLE ONLY public.pgqueuer_statistics ALTER COLUMN id SET DEFAULT nextval('public.pgqueuer_statistics_id_seq'::regclass);

ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);

ALTER TABLE ONLY public.api_tokens
    ADD CONSTRAINT api_tokens_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.artifact_blobs
    ADD CONSTRAINT artifact_blobs_pkey PRIMARY KEY (organization_id, sha256);

ALTER TABLE ONLY public.artifact_bundles
    ADD CONSTRAINT artifact_bundles_organization_id_checksum_release_dist_key UNIQUE (organization_id, checksum, release, dist);

ALTER TABLE ONLY public.artifact_bundles
    ADD CONSTRAINT artifact_bundles_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.artifact_chunks
    ADD CONSTRAINT artifact_chunks_pkey PRIMARY KEY (organization_id, sha1);

ALTER TABLE ONLY public.artifacts
    ADD CONSTRAINT artifacts_pkey PRIMARY KEY (organization_id, bundle_id, "position");

ALTER TABLE ONLY public.assignments
    ADD CONSTRAINT assignments_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.attachments
    ADD CONSTRAINT attachments_organization_id_service_id_item_id_key UNIQUE (organization_id, service_id, item_id);

ALTER TABLE ONLY public.attachments
    ADD CONSTRAINT attachments_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.attempts
    ADD CONSTRAINT attempts_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.audit_log
    ADD CONSTRAINT audit_log_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.check_ins
    ADD CONSTRAINT check_ins_organization_id_monitor_id_check_in_id_key UNIQUE (organization_id, monitor_id, check_in_id);

ALTER TABLE ONLY public.check_ins
    ADD CONSTRAINT check_ins_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.counters
    ADD CONSTRAINT counters_pkey PRIMARY KEY (organization_id, name);

ALTER TABLE ONLY public.dead_letters
    ADD CONSTRAINT dead_letters_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.deadline_marks
    ADD CONSTRAINT deadline_marks_pkey PRIMARY KEY (organization_id, kind);

ALTER TABLE ONLY public.discarded_hashes
    ADD CONSTRAINT discarded_hashes_pkey PRIMARY KEY (organization_id, service_id, hash);

ALTER TABLE ONLY public.duplicates
    ADD CONSTRAINT duplicates_organization_id_duplicate_error_id_key UNIQUE (organization_id, duplicate_error_id);

ALTER TABLE ONLY public.duplicates
    ADD CONSTRAINT duplicates_pkey PRIMARY KEY (organization_id, primary_error_id, duplicate_error_id);

ALTER TABLE ONLY public.error_activities
    ADD CONSTRAINT error_activities_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.error_buckets
    ADD CONSTRAINT error_buckets_pkey PRIMARY KEY (organization_id, bucket, error_id);

ALTER TABLE ONLY public.error_comments
    ADD CONSTRAINT error_comments_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.error_crowds
    ADD CONSTRAINT error_crowds_pkey PRIMARY KEY (organization_id, is_day, begins_at, service_id, environment);

ALTER TABLE ONLY public.error_hashes
    ADD CONSTRAINT error_hashes_pkey PRIMARY KEY (organization_id, service_id, hash);

ALTER TABLE ONLY public.error_hours
    ADD CONSTRAINT error_hours_pkey PRIMARY KEY (organization_id, error_id, hour);

ALTER TABLE ONLY public.error_merges
    ADD CONSTRAINT error_merges_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.error_remains
    ADD CONSTRAINT error_remains_pkey PRIMARY KEY (organization_id, error_id);

ALTER TABLE ONLY public.error_rollups
    ADD CONSTRAINT error_rollups_pkey PRIMARY KEY (organization_id, is_day, begins_at, service_id, environment, error_type, severity, level);

ALTER TABLE ONLY public.error_shares
    ADD CONSTRAINT error_shares_pkey PRIMARY KEY (organization_id, error_id);

ALTER TABLE ONLY public.error_subscriptions
    ADD CONSTRAINT error_subscriptions_pkey PRIMARY KEY (organization_id, error_id, user_id);

ALTER TABLE ONLY public.error_tags
    ADD CONSTRAINT error_tags_pkey PRIMARY KEY (organization_id, key, value, error_id);

ALTER TABLE ONLY public.error_traits
    ADD CONSTRAINT error_traits_pkey PRIMARY KEY (organization_id, error_id);

ALTER TABLE ONLY public.error_types
    ADD CONSTRAINT error_types_organization_id_code_key UNIQUE (organization_id, code);

ALTER TABLE ONLY public.error_types
    ADD CONSTRAINT error_types_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.error_visitors
    ADD CONSTRAINT error_visitors_pkey PRIMARY KEY (organization_id, error_id, visitor);

ALTER TABLE ONLY public.error_words
    ADD CONSTRAINT error_words_pkey PRIMARY KEY (organization_id, word, error_id);

ALTER TABLE ONLY public.errors
    ADD CONSTRAINT errors_organization_id_number_key UNIQUE (organization_id, number);

ALTER TABLE ONLY public.errors
    ADD CONSTRAINT errors_organization_id_service_id_fingerprint_key UNIQUE (organization_id, service_id, fingerprint);

ALTER TABLE ONLY public.errors
    ADD CONSTRAINT errors_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.escalations
    ADD CONSTRAINT escalations_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.event_ids
    ADD CONSTRAINT event_ids_pkey PRIMARY KEY (organization_id, service_id, event_id);

ALTER TABLE ONLY public.feed_heads
    ADD CONSTRAINT feed_heads_pkey PRIMARY KEY (organization_id);

ALTER TABLE ONLY public.feed
    ADD CONSTRAINT feed_pkey PRIMARY KEY (organization_id, "position");

ALTER TABLE ONLY public.grouping_history
    ADD CONSTRAINT grouping_history_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.grouping_rules
    ADD CONSTRAINT grouping_rules_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (organization_id, user_id, operation, key);

ALTER TABLE ONLY public.identities
    ADD CONSTRAINT identities_pkey PRIMARY KEY (issuer, subject);

ALTER TABLE ONLY public.inbox
    ADD CONSTRAINT inbox_pkey PRIMARY KEY (shard, id);

ALTER TABLE ONLY public.ingest_keys
    ADD CONSTRAINT ingest_keys_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.ingest_outcomes
    ADD CONSTRAINT ingest_outcomes_pkey PRIMARY KEY (organization_id, ingest_key_id, minute, outcome, category, reason);

ALTER TABLE ONLY public.ingest_settings
    ADD CONSTRAINT ingest_settings_pkey PRIMARY KEY (organization_id);

ALTER TABLE ONLY public.installation_secrets
    ADD CONSTRAINT installation_secrets_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT invitations_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.job_starts
    ADD CONSTRAINT job_starts_pkey PRIMARY KEY (job_id);

ALTER TABLE ONLY public.limit_notices
    ADD CONSTRAINT limit_notices_pkey PRIMARY KEY (organization_id, hour);

ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT memberships_pkey PRIMARY KEY (organization_id, user_id);

ALTER TABLE ONLY public.metric_rollups
    ADD CONSTRAINT metric_rollups_pkey PRIMARY KEY (organization_id, service_id, name, hour, unit, environment);

ALTER TABLE ONLY public.metric_samples
    ADD CONSTRAINT metric_samples_pkey PRIMARY KEY (organization_id, id, measured_at, is_personal);

ALTER TABLE ONLY public.metric_samples_of_services
    ADD CONSTRAINT metric_samples_of_services_pkey PRIMARY KEY (organization_id, id, measured_at, is_personal);

ALTER TABLE ONLY public.metric_samples_of_users
    ADD CONSTRAINT metric_samples_of_users_pkey PRIMARY KEY (organization_id, id, measured_at, is_personal);

ALTER TABLE ONLY public.missing_artifacts
    ADD CONSTRAINT missing_artifacts_pkey PRIMARY KEY (organization_id, key, occurrence_id);

ALTER TABLE ONLY public.monitors
    ADD CONSTRAINT monitors_organization_id_service_id_slug_key UNIQUE (organization_id, service_id, slug);

ALTER TABLE ONLY public.monitors
    ADD CONSTRAINT monitors_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.new_error_counts
    ADD CONSTRAINT new_error_counts_pkey PRIMARY KEY (organization_id, service_id, minute);

ALTER TABLE ONLY public.notifications
    ADD CONSTRAINT notifications_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.occurrences
    ADD CONSTRAINT occurrences_pkey PRIMARY KEY (organization_id, id, occurred_at);

ALTER TABLE ONLY public.organizations
    ADD CONSTRAINT organizations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.organizations
    ADD CONSTRAINT organizations_slug_key UNIQUE (slug);

ALTER TABLE ONLY public.passwords
    ADD CONSTRAINT passwords_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY public.pgqueuer_log
    ADD CONSTRAINT pgqueuer_log_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.pgqueuer
    ADD CONSTRAINT pgqueuer_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.pgqueuer_schedules
    ADD CONSTRAINT pgqueuer_schedules_expression_entrypoint_key UNIQUE (expression, entrypoint);

ALTER TABLE ONLY public.pgqueuer_schedules
    ADD CONSTRAINT pgqueuer_schedules_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.pgqueuer_statistics
    ADD CONSTRAINT pgqueuer_statistics_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.process_heartbeats
    ADD CONSTRAINT process_heartbeats_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.release_services
    ADD CONSTRAINT release_services_pkey PRIMARY KEY (organization_id, release_id, service_id);

ALTER TABLE ONLY public.release_sightings
    ADD CONSTRAINT release_sightings_pkey PRIMARY KEY (organization_id, service_id, release);

ALTER TABLE ONLY public.releases
    ADD CONSTRAINT releases_organization_id_version_key UNIQUE (organization_id, version);

ALTER TABLE ONLY public.releases
    ADD CONSTRAINT releases_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.removals
    ADD CONSTRAINT removals_organization_id_object_id_key UNIQUE (organization_id, object_id);

ALTER TABLE ONLY public.removals
    ADD CONSTRAINT removals_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.resolution_types
    ADD CONSTRAINT resolution_types_organization_id_name_key UNIQUE (organization_id, name);

ALTER TABLE ONLY public.resolution_types
    ADD CONSTRAINT resolution_types_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.resolutions
    ADD CONSTRAINT resolutions_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.saved_views
    ADD CONSTRAINT saved_views_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.services
    ADD CONSTRAINT services_organization_id_name_key UNIQUE (organization_id, name);

ALTER TABLE ONLY public.services
    ADD CONSTRAINT services_organization_id_number_key UNIQUE (organization_id, number);

ALTER TABLE ONLY public.services
    ADD CONSTRAINT services_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.session_hours
    ADD CONSTRAINT session_hours_pkey PRIMARY KEY (organization_id, service_id, hour, release, environment, status);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (organization_id, service_id, id);

ALTER TABLE ONLY public.severity_levels
    ADD CONSTRAINT severity_levels_pkey PRIMARY KEY (organization_id, severity);

ALTER TABLE ONLY public.sign_in_links
    ADD CONSTRAINT sign_in_links_pkey PRIMARY KEY (secret_hash);

ALTER TABLE ONLY public.sign_ins
    ADD CONSTRAINT sign_ins_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.sign_ins
    ADD CONSTRAINT sign_ins_secret_hash_key UNIQUE (secret_hash);

ALTER TABLE ONLY public.suppression_rules
    ADD CONSTRAINT suppression_rules_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.team_members
    ADD CONSTRAINT team_members_pkey PRIMARY KEY (organization_id, team_id, user_id);

ALTER TABLE ONLY public.teams
    ADD CONSTRAINT teams_organization_id_name_key UNIQUE (organization_id, name);

ALTER TABLE ONLY public.teams
    ADD CONSTRAINT teams_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.telemetry_ids
    ADD CONSTRAINT telemetry_ids_pkey PRIMARY KEY (organization_id, service_id, id);

ALTER TABLE ONLY public.triage_settings
    ADD CONSTRAINT triage_settings_pkey PRIMARY KEY (organization_id);

ALTER TABLE ONLY public.user_report_activities
    ADD CONSTRAINT user_report_activities_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.user_reports
    ADD CONSTRAINT user_reports_organization_id_service_id_item_id_key UNIQUE (organization_id, service_id, item_id);

ALTER TABLE ONLY public.user_reports
    ADD CONSTRAINT user_reports_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_email_key UNIQUE (email);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.web_vitals
    ADD CONSTRAINT web_vitals_pkey PRIMARY KEY (organization_id, id, measured_at);

CREATE INDEX api_tokens_listed_idx ON public.api_tokens USING btree (organization_id, created_at DESC, id DESC);

CREATE INDEX api_tokens_secret_hash_idx ON public.api_tokens USING btree (secret_hash);

CREATE INDEX api_tokens_user_id_idx ON public.api_tokens USING btree (organization_id, user_id);

CREATE INDEX artifact_bundles_assembled_idx ON public.artifact_bundles USING btree (assembled_at) WHERE (state = 'ok'::text);

CREATE INDEX artifact_bundles_organization_id_created_at_idx ON public.artifact_bundles USING btree (organization_id, created_at DESC, id DESC);

CREATE INDEX artifact_bundles_release_key_idx ON public.artifact_bundles USING btree (organization_id, release_key) WHERE (release_key IS NOT NULL);

CREATE INDEX artifact_bundles_waiting_idx ON public.artifact_bundles USING btree (created_at) WHERE (state = 'created'::text);

CREATE INDEX artifacts_debug_id_idx ON public.artifacts USING btree (organization_id, debug_id, kind) WHERE (debug_id IS NOT NULL);

CREATE INDEX artifacts_place_idx ON public.artifacts USING btree (organization_id, place, kind) WHERE (place IS NOT NULL);

CREATE INDEX artifacts_sha256_idx ON public.artifacts USING btree (organization_id, sha256);

CREATE UNIQUE INDEX assignments_active_key ON public.assignments USING btree (organization_id, error_id, assigned_to) WHERE is_active;

CREATE INDEX assignments_organization_id_assigned_to_error_id_idx ON public.assignments USING btree (organization_id, assigned_to, error_id);

CREATE INDEX assignments_organization_id_error_id_idx ON public.assignments USING btree (organization_id, error_id, created_at DESC, id DESC);

CREATE INDEX attachments_organization_id_service_id_created_at_idx ON public.attachments USING btree (organization_id, service_id, created_at);

CREATE INDEX attachments_organization_id_service_id_event_id_idx ON public.attachments USING btree (organization_id, service_id, event_id);

CREATE INDEX attempts_last_at_idx ON public.attempts USING btree (last_at);

CREATE INDEX audit_log_at_idx ON public.audit_log USING btree (at);

CREATE INDEX audit_log_object_idx ON public.audit_log USING btree (organization_id, object_id, at DESC);

CREATE INDEX audit_log_organization_id_idx ON public.audit_log USING btree (organization_id, at DESC, id DESC);

CREATE INDEX check_ins_monitor_idx ON public.check_ins USING btree (organization_id, monitor_id, started_at DESC, id DESC);

CREATE INDEX check_ins_started_at_idx ON public.check_ins USING btree (started_at);

CREATE INDEX dead_letters_organization_id_idx ON public.dead_letters USING btree (organization_id, created_at DESC);

CREATE INDEX discarded_hashes_organization_id_error_id_idx ON public.discarded_hashes USING btree (organization_id, error_id);

CREATE INDEX error_activities_organization_id_error_id_idx ON public.error_activities USING btree (organization_id, error_id, created_at DESC);

CREATE INDEX error_buckets_organization_id_error_id_idx ON public.error_buckets USING btree (organization_id, error_id);

CREATE INDEX error_comments_organization_id_error_id_idx ON public.error_comments USING btree (organization_id, error_id, created_at DESC, id DESC);

CREATE INDEX error_crowds_begins_at_idx ON public.error_crowds USING btree (is_day, begins_at);

CREATE INDEX error_hashes_organization_id_error_id_idx ON public.error_hashes USING btree (organization_id, error_id);

CREATE INDEX error_hours_busiest_idx ON public.error_hours USING btree (organization_id, hour, magnitude DESC, error_id);

CREATE INDEX error_merges_primary_idx ON public.error_merges USING btree (organization_id, primary_error_id, merged_at DESC);

CREATE UNIQUE INDEX error_merges_standing_key ON public.error_merges USING btree (organization_id, merged_error_id) WHERE (undone_at IS NULL);

CREATE INDEX error_rollups_begins_at_idx ON public.error_rollups USING btree (is_day, begins_at);

CREATE INDEX error_shares_organization_id_primary_id_idx ON public.error_shares USING btree (organization_id, primary_id);

CREATE INDEX error_tags_error_idx ON public.error_tags USING btree (organization_id, error_id, key, value);

CREATE INDEX error_visitors_visitor_idx ON public.error_visitors USING btree (organization_id, visitor, error_id);

CREATE INDEX error_words_error_idx ON public.error_words USING btree (organization_id, error_id, word);

CREATE INDEX errors_assigned_idx ON public.errors USING btree (organization_id, assigned_to, listed_at DESC) WHERE ((assigned_to IS NOT NULL) AND (merged_into_id IS NULL));

CREATE INDEX errors_assignment_due_idx ON public.errors USING btree (organization_id, assignment_due_at) WHERE (assignment_due_at IS NOT NULL);

CREATE INDEX errors_category_idx ON public.errors USING btree (organization_id, status_category, listed_at DESC, id DESC, severity, status) WHERE (merged_into_id IS NULL);

CREATE INDEX errors_first_seen_idx ON public.errors USING btree (organization_id, first_seen_at DESC, id DESC) WHERE (merged_into_id IS NULL);

CREATE INDEX errors_ignored_until_idx ON public.errors USING btree (ignored_until) WHERE (ignored_until IS NOT NULL);

CREATE INDEX errors_listed_idx ON public.errors USING btree (organization_id, listed_at DESC, id DESC) WHERE (merged_into_id IS NULL);

CREATE INDEX errors_merged_idx ON public.errors USING btree (organization_id, merged_into_id) WHERE (merged_into_id IS NOT NULL);

CREATE INDEX errors_occurrences_idx ON public.errors USING btree (organization_id, occurrence_magnitude DESC) WHERE (merged_into_id IS NULL);

CREATE INDEX errors_resolve_due_idx ON public.errors USING btree (organization_id, resolve_due_at) WHERE ((resolve_due_at IS NOT NULL) AND (resolved_at IS NULL));

CREATE INDEX errors_response_due_idx ON public.errors USING btree (organization_id, response_due_at) WHERE ((response_due_at IS NOT NULL) AND (first_response_at IS NULL));

CREATE INDEX errors_service_idx ON public.errors USING btree (organization_id, service_id, listed_at DESC, id DESC) WHERE (merged_into_id IS NULL);

CREATE INDEX errors_severity_idx ON public.errors USING btree (organization_id, severity_rank DESC, listed_at DESC, id DESC) WHERE (merged_into_id IS NULL);

CREATE INDEX errors_team_idx ON public.errors USING btree (organization_id, team_id, listed_at DESC) WHERE (team_id IS NOT NULL);

CREATE INDEX errors_triage_idx ON public.errors USING btree (organization_id, status_category, severity, status, service_id, environment, error_type, level) WHERE (merged_into_id IS NULL);

CREATE INDEX errors_users_idx ON public.errors USING btree (organization_id, users_magnitude DESC) WHERE (merged_into_id IS NULL);

CREATE INDEX escalations_error_idx ON public.escalations USING btree (organization_id, error_id, escalated_at DESC, id DESC);

CREATE UNIQUE INDEX escalations_open_key ON public.escalations USING btree (organization_id, error_id, escalated_to, escalation_level) WHERE (acknowledged_at IS NULL);

CREATE INDEX escalations_owed_idx ON public.escalations USING btree (organization_id, escalated_at) WHERE (notified_at IS NULL);

CREATE INDEX escalations_to_idx ON public.escalations USING btree (organization_id, escalated_to, escalated_at DESC, id DESC);

CREATE INDEX feed_at_idx ON public.feed USING brin (at);

CREATE INDEX grouping_history_organization_id_ended_at_idx ON public.grouping_history USING btree (organization_id, ended_at);

CREATE INDEX grouping_rules_organization_id_position_idx ON public.grouping_rules USING btree (organization_id, "position");

CREATE INDEX idempotency_keys_created_at_idx ON public.idempotency_keys USING btree (created_at);

CREATE INDEX identities_user_id_idx ON public.identities USING btree (user_id);

CREATE INDEX ingest_keys_organization_id_service_id_idx ON public.ingest_keys USING btree (organization_id, service_id);

CREATE INDEX ingest_keys_public_key_idx ON public.ingest_keys USING btree (public_key);

CREATE INDEX invitations_listed_idx ON public.invitations USING btree (organization_id, created_at DESC, id DESC);

CREATE UNIQUE INDEX invitations_open_key ON public.invitations USING btree (organization_id, email) WHERE ((accepted_at IS NULL) AND (revoked_at IS NULL));

CREATE INDEX invitations_secret_hash_idx ON public.invitations USING btree (secret_hash);

CREATE INDEX memberships_listed_idx ON public.memberships USING btree (organization_id, created_at DESC, user_id DESC);

CREATE INDEX memberships_user_id_idx ON public.memberships USING btree (user_id);

CREATE INDEX metric_rollups_hour_idx ON public.metric_rollups USING btree (hour);

CREATE INDEX metric_samples_series_idx ON ONLY public.metric_samples USING btree (organization_id, service_id, name, measured_at);

CREATE INDEX metric_samples_of_services_organization_id_service_id_name__idx ON ONLY public.metric_samples_of_services USING btree (organization_id, service_id, name, measured_at);

CREATE INDEX metric_samples_of_users_organization_id_service_id_name_mea_idx ON ONLY public.metric_samples_of_users USING btree (organization_id, service_id, name, measured_at);

CREATE INDEX missing_artifacts_due_idx ON public.missing_artifacts USING btree (organization_id, key) WHERE is_due;

CREATE INDEX missing_artifacts_occurred_at_idx ON public.missing_artifacts USING btree (occurred_at);

CREATE INDEX monitors_created_idx ON public.monitors USING btree (organization_id, created_at DESC, id DESC);

CREATE INDEX notifications_listed_idx ON public.notifications USING btree (organization_id, user_id, created_at DESC, id DESC);

CREATE INDEX notifications_unread_idx ON public.notifications USING btree (organization_id, user_id) WHERE (read_at IS NULL);

CREATE INDEX occurrences_organization_id_error_id_idx ON ONLY public.occurrences USING btree (organization_id, error_id, occurred_at DESC, id DESC);

CREATE UNIQUE INDEX organizations_is_system_key ON public.organizations USING btree (is_system) WHERE is_system;

CREATE INDEX pgqueuer_ep_ea_idx ON public.pgqueuer USING btree (entrypoint, execute_after) WHERE (status = 'queued'::public.pgqueuer_status);

CREATE INDEX pgqueuer_ep_prio_id_idx ON public.pgqueuer USING btree (entrypoint, priority DESC, id) WHERE (status = 'queued'::public.pgqueuer_status);

CREATE INDEX pgqueuer_log_created ON public.pgqueuer_log USING btree (created);

CREATE INDEX pgqueuer_log_job_id_status ON public.pgqueuer_log USING btree (job_id, created DESC);

CREATE INDEX pgqueuer_log_not_aggregated ON public.pgqueuer_log USING btree ((1)) WHERE (NOT aggregated);

CREATE INDEX pgqueuer_log_status ON public.pgqueuer_log USING btree (status);

CREATE INDEX pgqueuer_picked_heartbeat_idx ON public.pgqueuer USING btree (heartbeat) WHERE (status = 'picked'::public.pgqueuer_status);

CREATE UNIQUE INDEX pgqueuer_picked_slot_idx ON public.pgqueuer USING btree (entrypoint, slot) WHERE ((status = 'picked'::public.pgqueuer_status) AND (slot IS NOT NULL));

CREATE INDEX pgqueuer_priority_id_id1_idx ON public.pgqueuer USING btree (priority, id DESC) INCLUDE (id) WHERE (status = 'queued'::public.pgqueuer_status);

CREATE INDEX pgqueuer_queue_manager_id_idx ON public.pgqueuer USING btree (queue_manager_id) WHERE (queue_manager_id IS NOT NULL);

CREATE UNIQUE INDEX pgqueuer_statistics_unique_count ON public.pgqueuer_statistics USING btree (priority, date_trunc('sec'::text, timezone('UTC'::text, created)), status, entrypoint);

CREATE UNIQUE INDEX pgqueuer_unique_dedupe_key ON public.pgqueuer USING btree (dedupe_key) WHERE ((status = ANY (ARRAY['queued'::public.pgqueuer_status, 'picked'::public.pgqueuer_status])) AND (dedupe_key IS NOT NULL));

CREATE INDEX pgqueuer_updated_id_id1_idx ON public.pgqueuer USING btree (updated, id DESC) INCLUDE (id) WHERE (status = 'picked'::public.pgqueuer_status);

CREATE INDEX release_sightings_newest_idx ON public.release_sightings USING btree (organization_id, service_id, first_seen_at DESC);

CREATE INDEX removals_listed_idx ON public.removals USING btree (organization_id, requested_at DESC, id DESC);

CREATE INDEX resolutions_organization_id_error_id_idx ON public.resolutions USING btree (organization_id, error_id, resolved_at DESC, id DESC);

CREATE INDEX resolutions_resolved_idx ON public.resolutions USING btree (organization_id, resolved_at);

CREATE INDEX saved_views_organization_id_created_by_idx ON public.saved_views USING btree (organization_id, created_by);

CREATE INDEX services_owner_team_idx ON public.services USING btree (organization_id, owner_team_id);

CREATE INDEX session_hours_hour_idx ON public.session_hours USING btree (hour);

CREATE INDEX sessions_started_at_idx ON public.sessions USING btree (started_at);

CREATE INDEX sign_in_links_expires_at_idx ON public.sign_in_links USING btree (expires_at);

CREATE INDEX sign_in_links_user_id_idx ON public.sign_in_links USING btree (user_id);

CREATE INDEX sign_ins_last_seen_at_idx ON public.sign_ins USING btree (last_seen_at);

CREATE INDEX sign_ins_user_id_idx ON public.sign_ins USING btree (user_id, created_at DESC);

CREATE INDEX team_members_user_idx ON public.team_members USING btree (organization_id, user_id);

CREATE INDEX teams_listed_idx ON public.teams USING btree (organization_id, created_at DESC, id DESC);

CREATE INDEX telemetry_ids_received_at_idx ON public.telemetry_ids USING btree (received_at);

CREATE INDEX user_report_activities_organization_id_user_report_id_idx ON public.user_report_activities USING btree (organization_id, user_report_id, created_at DESC, id DESC);

CREATE INDEX user_reports_assigned_idx ON public.user_reports USING btree (organization_id, assigned_to, created_at DESC, id DESC) WHERE (assigned_to IS NOT NULL);

CREATE INDEX user_reports_duplicates_idx ON public.user_reports USING btree (organization_id, duplicate_of_id) WHERE (duplicate_of_id IS NOT NULL);

CREATE INDEX user_reports_error_idx ON public.user_reports USING btree (organization_id, linked_error_id) WHERE (linked_error_id IS NOT NULL);

CREATE INDEX user_reports_listed_idx ON public.user_reports USING btree (organization_id, created_at DESC, id DESC);

CREATE INDEX user_reports_status_idx ON public.user_reports USING btree (organization_id, status, created_at DESC, id DESC);

CREATE INDEX user_reports_waiting_idx ON public.user_reports USING btree (organization_id, service_id, associated_event_id) WHERE ((associated_event_id IS NOT NULL) AND (linked_error_id IS NULL));

CREATE INDEX web_vitals_service_idx ON ONLY public.web_vitals USING btree (organization_id, service_id, measured_at);

CREATE INDEX web_vitals_session_idx ON ONLY public.web_vitals USING btree (organization_id, service_id, session_id);

ALTER INDEX public.metric_samples_series_idx ATTACH PARTITION public.metric_samples_of_services_organization_id_service_id_name__idx;

ALTER INDEX public.metric_samples_pkey ATTACH PARTITION public.metric_samples_of_services_pkey;

ALTER INDEX public.metric_samples_series_idx ATTACH PARTITION public.metric_samples_of_users_organization_id_service_id_name_mea_idx;

ALTER INDEX public.metric_samples_pkey ATTACH PARTITION public.metric_samples_of_users_pkey;

CREATE TRIGGER tg_pgqueuer_changed AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.pgqueuer FOR EACH STATEMENT EXECUTE FUNCTION public.fn_pgqueuer_changed();

ALTER TABLE ONLY public.api_tokens
    ADD CONSTRAINT api_tokens_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.api_tokens
    ADD CONSTRAINT api_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.artifact_blobs
    ADD CONSTRAINT artifact_blobs_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.artifact_bundles
    ADD CONSTRAINT artifact_bundles_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.artifact_chunks
    ADD CONSTRAINT artifact_chunks_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.artifacts
    ADD CONSTRAINT artifacts_organization_id_bundle_id_fkey FOREIGN KEY (organization_id, bundle_id) REFERENCES public.artifact_bundles(organization_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.artifacts
    ADD CONSTRAINT artifacts_organization_id_sha256_fkey FOREIGN KEY (organization_id, sha256) REFERENCES public.artifact_blobs(organization_id, sha256);

ALTER TABLE ONLY public.assignments
    ADD CONSTRAINT assignments_assigned_by_fkey FOREIGN KEY (assigned_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.assignments
    ADD CONSTRAINT assignments_assigned_to_fkey FOREIGN KEY (assigned_to) REFERENCES public.users(id);

ALTER TABLE ONLY public.assignments
    ADD CONSTRAINT assignments_organization_id_error_id_fkey FOREIGN KEY (organization_id, error_id) REFERENCES public.errors(organization_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.assignments
    ADD CONSTRAINT assignments_unassigned_by_fkey FOREIGN KEY (unassigned_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.attachments
    ADD CONSTRAINT attachments_organization_id_service_id_fkey FOREIGN KEY (organization_id, service_id) REFERENCES public.services(organization_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.check_ins
    ADD CONSTRAINT check_ins_organization_id_monitor_id_fkey FOREIGN KEY (organization_id, monitor_id) REFERENCES public.monitors(organization_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.counters
    ADD CONSTRAINT counters_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.deadline_marks
    ADD CONSTRAINT deadline_marks_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.discarded_hashes
    ADD CONSTRAINT discarded_hashes_discarded_by_fkey FOREIGN KEY (discarded_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.discarded_hashes
    ADD CONSTRAINT discarded_hashes_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.duplicates
    ADD CONSTRAINT duplicates_marked_by_fkey FOREIGN KEY (marked_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.duplicates
    ADD CONSTRAINT duplicates_organization_id_duplicate_error_id_fkey FOREIGN KEY (organization_id, duplicate_error_id) REFERENCES public.errors(organization_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.duplicates
    ADD CONSTRAINT duplicates_organization_id_primary_error_id_fkey FOREIGN KEY (organization_id, primary_error_id) REFERENCES public.errors(organization_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.error_activities
    ADD CONSTRAINT error_activities_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.error_activities
    ADD CONSTRAINT error_activities_organization_id_error_id_fkey FOREIGN KEY (organization_id, error_id) REFERENCES public.errors(organization_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.error_buckets
    ADD CONSTRAINT error_buckets_organization_id_error_id_fkey FOREIGN KEY (organization_id, error_id) REFERENCES public.errors(organization_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.error_comments
    ADD CONSTRAINT error_comments_author_id_fkey FOREIGN KEY (author_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.error_comments
    ADD CONSTRAINT error_comments_organization_id_error_id_fkey FOREIGN KEY (organization_id, error_id) REFERENCES public.errors(organization_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.error_hashes
    ADD CONSTRAINT error_hashes_organization_id_error_id_fkey FOREIGN KEY (organization_id, error_id) REFERENCES public.errors(organization_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.error_merges
    ADD CONSTRAINT error_merges_merged_by_fkey FOREIGN KEY (merged_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.error_merges
    ADD CONSTRAINT error_merges_organization_id_merged_error_id_fkey FOREIGN KEY (organization_id, merged_error_id) REFERENCES public.errors(organization_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.error_merges
    ADD CONSTRAINT error_merges_organization_id_primary_error_id_fkey FOREIGN KEY (organization_id, primary_error_id) REFERENCES public.errors(organization_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.error_merges
    ADD CONSTRAINT error_merges_undone_by_fkey FOREIGN KEY (undone_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.error_remains
    ADD CONSTRAINT error_remains_deleted_by_fkey FOREIGN KEY (deleted_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.error_remains
    ADD CONSTRAINT error_remains_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.error_shares
    ADD CONSTRAINT error_shares_organization_id_error_id_fkey FOREIGN KEY (organization_id, error_id) REFERENCES public.errors(organization_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.error_subscriptions
    ADD CONSTRAINT error_subscriptions_organization_id_error_id_fkey FOREIGN KEY (organization_id, error_id) REFERENCES public.errors(organization_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.error_subscriptions
    ADD CONSTRAINT error_subscriptions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.error_traits
    ADD CONSTRAINT error_traits_organization_id_error_id_fkey FOREIGN KEY (organization_id, error_id) REFERENCES public.errors(organization_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.error_types
    ADD CONSTRAINT error_types_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.errors
    ADD CONSTRAINT errors_assigned_to_fkey FOREIGN KEY (assigned_to) REFERENCES public.users(id);

ALTER TABLE ONLY public.errors
    ADD CONSTRAINT errors_organization_id_error_type_id_fkey FOREIGN KEY (organization_id, error_type_id) REFERENCES public.error_types(organization_id, id);

ALTER TABLE ONLY public.errors
    ADD CONSTRAINT errors_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.errors
    ADD CONSTRAINT errors_organization_id_merged_into_id_fkey FOREIGN KEY (organization_id, merged_into_id) REFERENCES public.errors(organization_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.errors
    ADD CONSTRAINT errors_organization_id_service_id_fkey FOREIGN KEY (organization_id, service_id) REFERENCES public.services(organization_id, id);

ALTER TABLE ONLY public.errors
    ADD CONSTRAINT errors_organization_id_team_id_fkey FOREIGN KEY (organization_id, team_id) REFERENCES public.teams(organization_id, id) ON DELETE SET NULL (team_id);

ALTER TABLE ONLY public.errors
    ADD CONSTRAINT errors_resolved_by_fkey FOREIGN KEY (resolved_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.escalations
    ADD CONSTRAINT escalations_escalated_by_fkey FOREIGN KEY (escalated_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.escalations
    ADD CONSTRAINT escalations_escalated_to_fkey FOREIGN KEY (escalated_to) REFERENCES public.users(id);

ALTER TABLE ONLY public.escalations
    ADD CONSTRAINT escalations_organization_id_error_id_fkey FOREIGN KEY (organization_id, error_id) REFERENCES public.errors(organization_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.grouping_history
    ADD CONSTRAINT grouping_history_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.grouping_rules
    ADD CONSTRAINT grouping_rules_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.grouping_rules
    ADD CONSTRAINT grouping_rules_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.grouping_rules
    ADD CONSTRAINT grouping_rules_organization_id_service_id_fkey FOREIGN KEY (organization_id, service_id) REFERENCES public.services(organization_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.identities
    ADD CONSTRAINT identities_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.ingest_keys
    ADD CONSTRAINT ingest_keys_organization_id_service_id_fkey FOREIGN KEY (organization_id, service_id) REFERENCES public.services(organization_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.ingest_settings
    ADD CONSTRAINT ingest_settings_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.ingest_settings
    ADD CONSTRAINT ingest_settings_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT invitations_accepted_by_fkey FOREIGN KEY (accepted_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT invitations_invited_by_fkey FOREIGN KEY (invited_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT invitations_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.limit_notices
    ADD CONSTRAINT limit_notices_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT memberships_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT memberships_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.monitors
    ADD CONSTRAINT monitors_organization_id_service_id_fkey FOREIGN KEY (organization_id, service_id) REFERENCES public.services(organization_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.notifications
    ADD CONSTRAINT notifications_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.notifications
    ADD CONSTRAINT notifications_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.notifications
    ADD CONSTRAINT notifications_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.passwords
    ADD CONSTRAINT passwords_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.release_services
    ADD CONSTRAINT release_services_organization_id_release_id_fkey FOREIGN KEY (organization_id, release_id) REFERENCES public.releases(organization_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.release_services
    ADD CONSTRAINT release_services_organization_id_service_id_fkey FOREIGN KEY (organization_id, service_id) REFERENCES public.services(organization_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.releases
    ADD CONSTRAINT releases_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.removals
    ADD CONSTRAINT removals_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.resolution_types
    ADD CONSTRAINT resolution_types_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.resolution_types
    ADD CONSTRAINT resolution_types_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.resolutions
    ADD CONSTRAINT resolutions_followed_up_by_fkey FOREIGN KEY (followed_up_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.resolutions
    ADD CONSTRAINT resolutions_organization_id_error_id_fkey FOREIGN KEY (organization_id, error_id) REFERENCES public.errors(organization_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.resolutions
    ADD CONSTRAINT resolutions_organization_id_resolution_type_id_fkey FOREIGN KEY (organization_id, resolution_type_id) REFERENCES public.resolution_types(organization_id, id);

ALTER TABLE ONLY public.resolutions
    ADD CONSTRAINT resolutions_resolved_by_fkey FOREIGN KEY (resolved_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.resolutions
    ADD CONSTRAINT resolutions_tested_by_fkey FOREIGN KEY (tested_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.saved_views
    ADD CONSTRAINT saved_views_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.saved_views
    ADD CONSTRAINT saved_views_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.services
    ADD CONSTRAINT services_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.services
    ADD CONSTRAINT services_organization_id_owner_team_id_fkey FOREIGN KEY (organization_id, owner_team_id) REFERENCES public.teams(organization_id, id);

ALTER TABLE ONLY public.severity_levels
    ADD CONSTRAINT severity_levels_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.sign_in_links
    ADD CONSTRAINT sign_in_links_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.sign_ins
    ADD CONSTRAINT sign_ins_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.suppression_rules
    ADD CONSTRAINT suppression_rules_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.suppression_rules
    ADD CONSTRAINT suppression_rules_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.team_members
    ADD CONSTRAINT team_members_organization_id_team_id_fkey FOREIGN KEY (organization_id, team_id) REFERENCES public.teams(organization_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.team_members
    ADD CONSTRAINT team_members_organization_id_user_id_fkey FOREIGN KEY (organization_id, user_id) REFERENCES public.memberships(organization_id, user_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.teams
    ADD CONSTRAINT teams_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.triage_settings
    ADD CONSTRAINT triage_settings_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.triage_settings
    ADD CONSTRAINT triage_settings_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.users(id);

ALTER TABLE ONLY public.user_report_activities
    ADD CONSTRAINT user_report_activities_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES public.users(id);

ALTER TABLE ONLY public.user_report_activities
    ADD CONSTRAINT user_report_activities_organization_id_user_report_id_fkey FOREIGN KEY (organization_id, user_report_id) REFERENCES public.user_reports(organization_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.user_reports
    ADD CONSTRAINT user_reports_assigned_to_fkey FOREIGN KEY (assigned_to) REFERENCES public.users(id);

ALTER TABLE ONLY public.user_reports
    ADD CONSTRAINT user_reports_organization_id_duplicate_of_id_fkey FOREIGN KEY (organization_id, duplicate_of_id) REFERENCES public.user_reports(organization_id, id) ON DELETE SET NULL (duplicate_of_id);

ALTER TABLE ONLY public.user_reports
    ADD CONSTRAINT user_reports_organization_id_linked_error_id_fkey FOREIGN KEY (organization_id, linked_error_id) REFERENCES public.errors(organization_id, id) ON DELETE SET NULL (linked_error_id);

ALTER TABLE ONLY public.user_reports
    ADD CONSTRAINT user_reports_organization_id_service_id_fkey FOREIGN KEY (organization_id, service_id) REFERENCES public.services(organization_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.user_reports
    ADD CONSTRAINT user_reports_reporter_id_fkey FOREIGN KEY (reporter_id) REFERENCES public.users(id);

ALTER TABLE public.api_tokens ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.artifact_blobs ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.artifact_bundles ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.artifact_chunks ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.artifacts ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.assignments ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.attachments ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.attempts ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.audit_log ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.check_ins ENABLE ROW LEVEL SECURITY;

CREATE POLICY colleague ON public.users USING (((( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text) OR ((id)::text = ( SELECT current_setting('tocsin.caller'::text, true) AS current_setting)) OR (EXISTS ( SELECT 1
   FROM public.memberships m
  WHERE (m.user_id = users.id))))) WITH CHECK ((( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text));

ALTER TABLE public.counters ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.dead_letters ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.deadline_marks ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.discarded_hashes ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.duplicates ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.error_activities ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.error_buckets ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.error_comments ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.error_crowds ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.error_hashes ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.error_hours ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.error_merges ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.error_remains ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.error_rollups ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.error_shares ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.error_subscriptions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.error_tags ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.error_traits ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.error_types ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.error_visitors ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.error_words ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.errors ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.escalations ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.event_ids ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.feed ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.feed_heads ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.grouping_history ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.grouping_rules ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.idempotency_keys ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.identities ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.inbox ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.ingest_keys ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.ingest_outcomes ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.ingest_settings ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.installation_secrets ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.invitations ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.limit_notices ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.memberships ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.metric_rollups ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.metric_samples ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.metric_samples_of_services ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.metric_samples_of_users ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.missing_artifacts ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.monitors ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.new_error_counts ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.notifications ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.occurrences ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.organizations ENABLE ROW LEVEL SECURITY;

CREATE POLICY own_changed ON public.notifications AS RESTRICTIVE FOR UPDATE USING ((((user_id)::text = ( SELECT current_setting('tocsin.caller'::text, true) AS current_setting)) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY own_read ON public.notifications AS RESTRICTIVE FOR SELECT USING ((((user_id)::text = ( SELECT current_setting('tocsin.caller'::text, true) AS current_setting)) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY own_removed ON public.notifications AS RESTRICTIVE FOR DELETE USING ((((user_id)::text = ( SELECT current_setting('tocsin.caller'::text, true) AS current_setting)) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

ALTER TABLE public.passwords ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.release_services ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.release_sightings ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.releases ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.removals ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.resolution_types ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.resolutions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.saved_views ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.services ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.session_hours ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.sessions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.severity_levels ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.sign_in_links ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.sign_ins ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.suppression_rules ENABLE ROW LEVEL SECURITY;

CREATE POLICY system ON public.attempts USING ((( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)) WITH CHECK ((( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text));

CREATE POLICY system ON public.identities USING ((( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)) WITH CHECK ((( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text));

CREATE POLICY system ON public.installation_secrets USING ((( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)) WITH CHECK ((( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text));

CREATE POLICY system ON public.passwords USING ((( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)) WITH CHECK ((( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text));

CREATE POLICY system ON public.sign_in_links USING ((( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)) WITH CHECK ((( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text));

CREATE POLICY system ON public.sign_ins USING ((( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)) WITH CHECK ((( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text));

ALTER TABLE public.team_members ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.teams ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.telemetry_ids ENABLE ROW LEVEL SECURITY;

CREATE POLICY tenant ON public.api_tokens USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.artifact_blobs USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.artifact_bundles USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.artifact_chunks USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.artifacts USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.assignments USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.attachments USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.audit_log USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.check_ins USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.counters USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.dead_letters USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.deadline_marks USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.discarded_hashes USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.duplicates USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.error_activities USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.error_buckets USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.error_comments USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.error_crowds USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.error_hashes USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.error_hours USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.error_merges USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.error_remains USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.error_rollups USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.error_shares USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.error_subscriptions USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.error_tags USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.error_traits USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.error_types USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.error_visitors USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.error_words USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.errors USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.escalations USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.event_ids USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.feed USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.feed_heads USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.grouping_history USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.grouping_rules USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.idempotency_keys USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.inbox USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.ingest_keys USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.ingest_outcomes USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.ingest_settings USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.invitations USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.limit_notices USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.memberships USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.metric_rollups USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.metric_samples USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.metric_samples_of_services USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.metric_samples_of_users USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.missing_artifacts USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.monitors USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.new_error_counts USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.notifications USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.occurrences USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.organizations USING (((id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.release_services USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.release_sightings USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.releases USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.removals USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.resolution_types USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.resolutions USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.saved_views USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.services USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.session_hours USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.sessions USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.severity_levels USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.suppression_rules USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.team_members USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.teams USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.telemetry_ids USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.triage_settings USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.user_report_activities USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.user_reports USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

CREATE POLICY tenant ON public.web_vitals USING (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text))) WITH CHECK (((organization_id = ( SELECT ((string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[])[1] AS string_to_array)) OR (organization_id = ANY (( SELECT (string_to_array(current_setting('tocsin.organizations'::text, true), ','::text))::uuid[] AS string_to_array)::uuid[])) OR (( SELECT current_setting('tocsin.scope'::text, true) AS current_setting) = 'system'::text)));

ALTER TABLE public.triage_settings ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.user_report_activities ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.user_reports ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.users ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.web_vitals ENABLE ROW LEVEL SECURITY;

GRANT USAGE ON SCHEMA public TO tocsin_app;

REVOKE ALL ON FUNCTION public.drop_occurrence_partitions(before date) FROM PUBLIC;
GRANT ALL ON FUNCTION public.drop_occurrence_partitions(before date) TO tocsin_app;

REVOKE ALL ON FUNCTION public.drop_telemetry_partitions(family text, before date) FROM PUBLIC;
GRANT ALL ON FUNCTION public.drop_telemetry_partitions(family text, before date) TO tocsin_app;

REVOKE ALL ON FUNCTION public.forget_audit_log(moment timestamp with time zone, at_most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.forget_audit_log(moment timestamp with time zone, at_most integer) TO tocsin_app;

REVOKE ALL ON FUNCTION public.make_occurrence_partition(day date) FROM PUBLIC;
GRANT ALL ON FUNCTION public.make_occurrence_partition(day date) TO tocsin_app;

REVOKE ALL ON FUNCTION public.make_telemetry_partition(family text, day date) FROM PUBLIC;
GRANT ALL ON FUNCTION public.make_telemetry_partition(family text, day date) TO tocsin_app;

REVOKE ALL ON FUNCTION public.remove_rows(removal uuid, tenant_table text, at_most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.remove_rows(removal uuid, tenant_table text, at_most integer) TO tocsin_app;

GRANT SELECT ON TABLE public.alembic_version TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.api_tokens TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.artifact_blobs TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.artifact_bundles TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.artifact_chunks TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.artifacts TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.assignments TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.attachments TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.attempts TO tocsin_app;

GRANT SELECT,INSERT ON TABLE public.audit_log TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.check_ins TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.counters TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.dead_letters TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.deadline_marks TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.discarded_hashes TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.duplicates TO tocsin_app;

GRANT SELECT,INSERT ON TABLE public.error_activities TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.error_buckets TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.error_comments TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.error_crowds TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.error_hashes TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.error_hours TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.error_merges TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.error_remains TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.error_rollups TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.error_shares TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.error_subscriptions TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.error_tags TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.error_traits TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.error_types TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.error_visitors TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.error_words TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.errors TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.escalations TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.event_ids TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.feed TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.feed_heads TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.grouping_history TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.grouping_rules TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.idempotency_keys TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.identities TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.inbox TO tocsin_app;

GRANT USAGE ON SEQUENCE public.inbox_id_seq TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ingest_keys TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ingest_outcomes TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.ingest_settings TO tocsin_app;

GRANT SELECT,INSERT ON TABLE public.installation_secrets TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.invitations TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.job_starts TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.limit_notices TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.memberships TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.metric_rollups TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.metric_samples TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.missing_artifacts TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.monitors TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.new_error_counts TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.notifications TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.occurrences TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.organizations TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.passwords TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.pgqueuer TO tocsin_app;

GRANT USAGE ON SEQUENCE public.pgqueuer_id_seq TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.pgqueuer_log TO tocsin_app;

GRANT USAGE ON SEQUENCE public.pgqueuer_log_id_seq TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.pgqueuer_schedules TO tocsin_app;

GRANT USAGE ON SEQUENCE public.pgqueuer_schedules_id_seq TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.pgqueuer_statistics TO tocsin_app;

GRANT USAGE ON SEQUENCE public.pgqueuer_statistics_id_seq TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.process_heartbeats TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.release_services TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.release_sightings TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.releases TO tocsin_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.removals TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.resolution_types TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.resolutions TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.saved_views TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.services TO tocsin_app;

GRANT USAGE ON SEQUENCE public.services_number_seq TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.session_hours TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sessions TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.severity_levels TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sign_in_links TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sign_ins TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.suppression_rules TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.team_members TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.teams TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.telemetry_ids TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.triage_settings TO tocsin_app;

GRANT SELECT,INSERT ON TABLE public.user_report_activities TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.user_reports TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.users TO tocsin_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.web_vitals TO tocsin_app;
