-- Releases, and the artifacts of builds: source maps and the minified code that they explain.

CREATE TABLE releases (
    organization_id UUID NOT NULL,
    id UUID NOT NULL,
    version TEXT NOT NULL,
    url TEXT,
    finalized_at timestamptz,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT releases_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT releases_organization_id_version_key UNIQUE (organization_id, version),
    CONSTRAINT releases_organization_id_fkey FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT releases_version_length_check CHECK (char_length(version) <= 255),
    CONSTRAINT releases_url_length_check CHECK (char_length(url) <= 2000)
);

CREATE TABLE release_services (
    organization_id UUID NOT NULL,
    release_id UUID NOT NULL,
    service_id UUID NOT NULL,
    CONSTRAINT release_services_pkey PRIMARY KEY (organization_id, release_id, service_id),
    CONSTRAINT release_services_organization_id_release_id_fkey FOREIGN KEY(organization_id, release_id) REFERENCES releases (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT release_services_organization_id_service_id_fkey FOREIGN KEY(organization_id, service_id) REFERENCES services (organization_id, id) ON DELETE CASCADE
);

-- Pieces of an upload, until a bundle is made of them; what nobody assembles is forgotten.
CREATE TABLE artifact_chunks (
    organization_id UUID NOT NULL,
    sha1 BYTEA NOT NULL,
    size INTEGER NOT NULL,
    body BYTEA NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT artifact_chunks_pkey PRIMARY KEY (organization_id, sha1),
    CONSTRAINT artifact_chunks_organization_id_fkey FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE
);
-- What comes is zipped: PostgreSQL shall not try again.
ALTER TABLE artifact_chunks ALTER COLUMN body SET STORAGE EXTERNAL;

-- The contents of files, each once in an organization however many builds have it.
CREATE TABLE artifact_blobs (
    organization_id UUID NOT NULL,
    sha256 BYTEA NOT NULL,
    size BIGINT NOT NULL,
    body_format SMALLINT NOT NULL,
    body BYTEA NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT artifact_blobs_pkey PRIMARY KEY (organization_id, sha256),
    CONSTRAINT artifact_blobs_organization_id_fkey FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE
);
ALTER TABLE artifact_blobs ALTER COLUMN body SET STORAGE EXTERNAL;

CREATE TABLE artifact_bundles (
    organization_id UUID NOT NULL,
    id UUID NOT NULL,
    checksum BYTEA NOT NULL,
    release TEXT DEFAULT '' NOT NULL,
    dist TEXT DEFAULT '' NOT NULL,
    release_key UUID,
    service_ids UUID[] DEFAULT '{}' NOT NULL,
    chunks BYTEA[] DEFAULT '{}' NOT NULL,
    state TEXT DEFAULT 'created' NOT NULL,
    detail TEXT,
    size BIGINT DEFAULT 0 NOT NULL,
    artifact_count INTEGER DEFAULT 0 NOT NULL,
    assembled_at timestamptz,
    last_used_at timestamptz,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT artifact_bundles_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT artifact_bundles_organization_id_checksum_release_dist_key UNIQUE (organization_id, checksum, release, dist),
    CONSTRAINT artifact_bundles_organization_id_fkey FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT artifact_bundles_release_length_check CHECK (char_length(release) <= 255),
    CONSTRAINT artifact_bundles_dist_length_check CHECK (char_length(dist) <= 255),
    CONSTRAINT artifact_bundles_detail_length_check CHECK (char_length(detail) <= 1000),
    CONSTRAINT artifact_bundles_state_check CHECK (state IN ('created', 'ok', 'error'))
);
CREATE INDEX artifact_bundles_organization_id_created_at_idx ON artifact_bundles (organization_id, created_at DESC, id DESC);
CREATE INDEX artifact_bundles_release_key_idx ON artifact_bundles (organization_id, release_key) WHERE release_key IS NOT NULL;
-- What a worker looks for: bundles to be made, and those whose events may have come before them.
CREATE INDEX artifact_bundles_waiting_idx ON artifact_bundles (created_at) WHERE state = 'created';
CREATE INDEX artifact_bundles_assembled_idx ON artifact_bundles (assembled_at) WHERE state = 'ok';

CREATE TABLE artifacts (
    organization_id UUID NOT NULL,
    bundle_id UUID NOT NULL,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    debug_id UUID,
    place UUID,
    source_map_name TEXT,
    source_map_place UUID,
    sha256 BYTEA NOT NULL,
    size BIGINT NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT artifacts_pkey PRIMARY KEY (organization_id, bundle_id, position),
    CONSTRAINT artifacts_organization_id_bundle_id_fkey FOREIGN KEY(organization_id, bundle_id) REFERENCES artifact_bundles (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT artifacts_organization_id_sha256_fkey FOREIGN KEY(organization_id, sha256) REFERENCES artifact_blobs (organization_id, sha256),
    CONSTRAINT artifacts_name_length_check CHECK (char_length(name) <= 1000),
    CONSTRAINT artifacts_source_map_name_length_check CHECK (char_length(source_map_name) <= 1000),
    CONSTRAINT artifacts_kind_check CHECK (kind IN ('minified_source', 'source_map'))
);
CREATE INDEX artifacts_debug_id_idx ON artifacts (organization_id, debug_id, kind) WHERE debug_id IS NOT NULL;
CREATE INDEX artifacts_place_idx ON artifacts (organization_id, place, kind) WHERE place IS NOT NULL;
CREATE INDEX artifacts_sha256_idx ON artifacts (organization_id, sha256);

-- Which occurrences could not be read, and what they lack: a debug id, or a release's artifacts.
CREATE TABLE missing_artifacts (
    organization_id UUID NOT NULL,
    key UUID NOT NULL,
    occurrence_id UUID NOT NULL,
    occurred_at timestamptz NOT NULL,
    is_due BOOLEAN DEFAULT false NOT NULL,
    CONSTRAINT missing_artifacts_pkey PRIMARY KEY (organization_id, key, occurrence_id)
);
CREATE INDEX missing_artifacts_due_idx ON missing_artifacts (organization_id, key) WHERE is_due;
CREATE INDEX missing_artifacts_occurred_at_idx ON missing_artifacts (occurred_at);

SELECT protect_tenant_table('releases');
SELECT protect_tenant_table('release_services');
SELECT protect_tenant_table('artifact_chunks');
SELECT protect_tenant_table('artifact_blobs');
SELECT protect_tenant_table('artifact_bundles');
SELECT protect_tenant_table('artifacts');
SELECT protect_tenant_table('missing_artifacts');

GRANT SELECT, INSERT, UPDATE, DELETE ON
    releases, release_services, artifact_chunks, artifact_blobs, artifact_bundles, artifacts,
    missing_artifacts
TO tocsin_app;
