-- Merging, duplicates, escalations, likenesses, and what is left of errors that were deleted.

ALTER TABLE errors ADD COLUMN merged_into_id UUID;
ALTER TABLE errors ADD COLUMN merged_count INTEGER DEFAULT 0 NOT NULL;
ALTER TABLE errors ADD CONSTRAINT errors_organization_id_merged_into_id_fkey FOREIGN KEY(organization_id, merged_into_id) REFERENCES errors (organization_id, id) ON DELETE CASCADE;
ALTER TABLE errors ADD CONSTRAINT errors_merged_into_check CHECK (merged_into_id <> id AND (merged_into_id IS NULL OR merged_count = 0));
CREATE INDEX errors_merged_idx ON errors (organization_id, merged_into_id) WHERE merged_into_id IS NOT NULL;

-- A merged error is in no list: what every list asks is what its indexes hold.
DROP INDEX errors_assigned_idx, errors_category_idx, errors_first_seen_idx, errors_listed_idx, errors_service_idx, errors_triage_idx;
CREATE INDEX errors_assigned_idx ON errors (organization_id, assigned_to, listed_at DESC) WHERE assigned_to IS NOT NULL AND merged_into_id IS NULL;
CREATE INDEX errors_category_idx ON errors (organization_id, status_category, listed_at DESC, id DESC, severity, status) WHERE merged_into_id IS NULL;
CREATE INDEX errors_first_seen_idx ON errors (organization_id, first_seen_at DESC, id DESC) WHERE merged_into_id IS NULL;
CREATE INDEX errors_listed_idx ON errors (organization_id, listed_at DESC, id DESC) WHERE merged_into_id IS NULL;
CREATE INDEX errors_service_idx ON errors (organization_id, service_id, listed_at DESC, id DESC) WHERE merged_into_id IS NULL;
CREATE INDEX errors_triage_idx ON errors (organization_id, status_category, severity, status, service_id, environment) WHERE merged_into_id IS NULL;

-- What each member of a merged family has by itself: the primary's own row holds the sum.
CREATE TABLE error_shares (
    organization_id UUID NOT NULL,
    error_id UUID NOT NULL,
    primary_id UUID NOT NULL,
    occurrence_count BIGINT NOT NULL,
    users_affected_count BIGINT NOT NULL,
    sessions_affected_count BIGINT NOT NULL,
    first_seen_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    first_release TEXT,
    last_release TEXT,
    level TEXT NOT NULL,
    message TEXT NOT NULL,
    CONSTRAINT error_shares_pkey PRIMARY KEY (organization_id, error_id),
    CONSTRAINT error_shares_organization_id_error_id_fkey FOREIGN KEY(organization_id, error_id) REFERENCES errors (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT error_shares_first_release_length_check CHECK (char_length(first_release) <= 255),
    CONSTRAINT error_shares_last_release_length_check CHECK (char_length(last_release) <= 255),
    CONSTRAINT error_shares_message_length_check CHECK (char_length(message) <= 8192)
) WITH (fillfactor = 70);
CREATE INDEX error_shares_organization_id_primary_id_idx ON error_shares (organization_id, primary_id);

CREATE TABLE error_merges (
    organization_id UUID NOT NULL,
    id UUID NOT NULL,
    primary_error_id UUID NOT NULL,
    merged_error_id UUID NOT NULL,
    merged_by UUID NOT NULL,
    reason TEXT,
    before JSONB DEFAULT '{}' NOT NULL,
    merged_at timestamptz NOT NULL,
    undone_at timestamptz,
    undone_by UUID,
    CONSTRAINT error_merges_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT error_merges_organization_id_primary_error_id_fkey FOREIGN KEY(organization_id, primary_error_id) REFERENCES errors (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT error_merges_organization_id_merged_error_id_fkey FOREIGN KEY(organization_id, merged_error_id) REFERENCES errors (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT error_merges_merged_by_fkey FOREIGN KEY(merged_by) REFERENCES users (id),
    CONSTRAINT error_merges_undone_by_fkey FOREIGN KEY(undone_by) REFERENCES users (id),
    CONSTRAINT error_merges_different_check CHECK (primary_error_id <> merged_error_id),
    CONSTRAINT error_merges_reason_length_check CHECK (char_length(reason) <= 1000)
);
CREATE UNIQUE INDEX error_merges_standing_key ON error_merges (organization_id, merged_error_id) WHERE undone_at IS NULL;
CREATE INDEX error_merges_primary_idx ON error_merges (organization_id, primary_error_id, merged_at DESC);

CREATE TABLE duplicates (
    organization_id UUID NOT NULL,
    primary_error_id UUID NOT NULL,
    duplicate_error_id UUID NOT NULL,
    marked_by UUID NOT NULL,
    similarity_reason TEXT,
    marked_at timestamptz NOT NULL,
    CONSTRAINT duplicates_pkey PRIMARY KEY (organization_id, primary_error_id, duplicate_error_id),
    CONSTRAINT duplicates_organization_id_duplicate_error_id_key UNIQUE (organization_id, duplicate_error_id),
    CONSTRAINT duplicates_organization_id_primary_error_id_fkey FOREIGN KEY(organization_id, primary_error_id) REFERENCES errors (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT duplicates_organization_id_duplicate_error_id_fkey FOREIGN KEY(organization_id, duplicate_error_id) REFERENCES errors (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT duplicates_marked_by_fkey FOREIGN KEY(marked_by) REFERENCES users (id),
    CONSTRAINT duplicates_different_check CHECK (primary_error_id <> duplicate_error_id),
    CONSTRAINT duplicates_similarity_reason_length_check CHECK (char_length(similarity_reason) <= 1000)
);

CREATE TABLE escalations (
    organization_id UUID NOT NULL,
    id UUID NOT NULL,
    error_id UUID NOT NULL,
    escalated_by UUID NOT NULL,
    escalated_to UUID NOT NULL,
    escalation_reason TEXT NOT NULL,
    escalation_level TEXT NOT NULL,
    escalated_at timestamptz NOT NULL,
    acknowledged_at timestamptz,
    escalation_run_id UUID,
    notified_at timestamptz,
    CONSTRAINT escalations_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT escalations_organization_id_error_id_fkey FOREIGN KEY(organization_id, error_id) REFERENCES errors (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT escalations_escalated_by_fkey FOREIGN KEY(escalated_by) REFERENCES users (id),
    CONSTRAINT escalations_escalated_to_fkey FOREIGN KEY(escalated_to) REFERENCES users (id),
    CONSTRAINT escalations_escalation_level_check CHECK (escalation_level IN ('l1', 'l2', 'l3', 'management', 'executive')),
    CONSTRAINT escalations_escalation_reason_length_check CHECK (char_length(escalation_reason) <= 1000)
);
CREATE INDEX escalations_error_idx ON escalations (organization_id, error_id, escalated_at DESC, id DESC);
CREATE INDEX escalations_to_idx ON escalations (organization_id, escalated_to, escalated_at DESC, id DESC);
-- One that still stands of a person, an error and a level: a retry does not escalate twice.
CREATE UNIQUE INDEX escalations_open_key ON escalations (organization_id, error_id, escalated_to, escalation_level) WHERE acknowledged_at IS NULL;
-- What is owed: whoever is to be told, and was not.
CREATE INDEX escalations_owed_idx ON escalations (organization_id, escalated_at) WHERE notified_at IS NULL;

-- What errors are made of, as numbers, and the buckets in which alike ones meet.
CREATE TABLE error_traits (
    organization_id UUID NOT NULL,
    error_id UUID NOT NULL,
    service_id UUID NOT NULL,
    exception_type TEXT NOT NULL,
    frames BIGINT[] NOT NULL,
    words BIGINT[] NOT NULL,
    CONSTRAINT error_traits_pkey PRIMARY KEY (organization_id, error_id),
    CONSTRAINT error_traits_organization_id_error_id_fkey FOREIGN KEY(organization_id, error_id) REFERENCES errors (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT error_traits_exception_type_length_check CHECK (char_length(exception_type) <= 255)
);

CREATE TABLE error_buckets (
    organization_id UUID NOT NULL,
    bucket BIGINT NOT NULL,
    error_id UUID NOT NULL,
    CONSTRAINT error_buckets_pkey PRIMARY KEY (organization_id, bucket, error_id),
    CONSTRAINT error_buckets_organization_id_error_id_fkey FOREIGN KEY(organization_id, error_id) REFERENCES errors (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX error_buckets_organization_id_error_id_idx ON error_buckets (organization_id, error_id);

-- Errors are deleted at once; their occurrences, which can be millions, follow in batches.
CREATE TABLE error_remains (
    organization_id UUID NOT NULL,
    error_id UUID NOT NULL,
    service_id UUID NOT NULL,
    deleted_by UUID NOT NULL,
    deleted_at timestamptz NOT NULL,
    CONSTRAINT error_remains_pkey PRIMARY KEY (organization_id, error_id),
    CONSTRAINT error_remains_organization_id_fkey FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT error_remains_deleted_by_fkey FOREIGN KEY(deleted_by) REFERENCES users (id)
);

-- Events that nobody wants back: found by the hash that would lead to their error.
CREATE TABLE discarded_hashes (
    organization_id UUID NOT NULL,
    service_id UUID NOT NULL,
    hash BYTEA NOT NULL,
    title TEXT NOT NULL,
    discarded_by UUID NOT NULL,
    discarded_at timestamptz NOT NULL,
    error_id UUID NOT NULL,
    CONSTRAINT discarded_hashes_pkey PRIMARY KEY (organization_id, service_id, hash),
    CONSTRAINT discarded_hashes_organization_id_fkey FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT discarded_hashes_discarded_by_fkey FOREIGN KEY(discarded_by) REFERENCES users (id),
    CONSTRAINT discarded_hashes_title_length_check CHECK (char_length(title) <= 500)
);
CREATE INDEX discarded_hashes_organization_id_error_id_idx ON discarded_hashes (organization_id, error_id);

SELECT protect_tenant_table('error_shares');
SELECT protect_tenant_table('error_merges');
SELECT protect_tenant_table('duplicates');
SELECT protect_tenant_table('escalations');
SELECT protect_tenant_table('error_traits');
SELECT protect_tenant_table('error_buckets');
SELECT protect_tenant_table('error_remains');
SELECT protect_tenant_table('discarded_hashes');

GRANT SELECT, INSERT, UPDATE, DELETE ON
    error_shares, error_merges, duplicates, escalations, error_traits, error_buckets,
    error_remains, discarded_hashes
TO tocsin_app;
