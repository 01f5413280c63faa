-- Rules of an organization: how events group, and what is scrubbed out of them.

CREATE TABLE grouping_rules (
    organization_id UUID NOT NULL,
    id UUID NOT NULL,
    service_id UUID,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    matchers JSONB NOT NULL,
    fingerprint TEXT[] DEFAULT '{}' NOT NULL,
    title TEXT,
    begins_new_errors BOOLEAN DEFAULT false NOT NULL,
    in_app BOOLEAN,
    position INTEGER NOT NULL,
    is_active BOOLEAN DEFAULT true NOT NULL,
    created_by UUID,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT grouping_rules_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT grouping_rules_organization_id_fkey FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT grouping_rules_organization_id_service_id_fkey FOREIGN KEY(organization_id, service_id) REFERENCES services (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT grouping_rules_created_by_fkey FOREIGN KEY(created_by) REFERENCES users (id),
    CONSTRAINT grouping_rules_kind_check CHECK (kind IN ('fingerprint', 'in_app')),
    CONSTRAINT grouping_rules_name_length_check CHECK (char_length(name) <= 200),
    CONSTRAINT grouping_rules_title_length_check CHECK (char_length(title) <= 500)
);
CREATE INDEX grouping_rules_organization_id_position_idx ON grouping_rules (organization_id, position);

-- The ways of grouping that an organization left: their hashes are still looked up for a while.
CREATE TABLE grouping_history (
    organization_id UUID NOT NULL,
    id UUID NOT NULL,
    version SMALLINT NOT NULL,
    rules JSONB NOT NULL,
    ended_at timestamptz NOT NULL,
    CONSTRAINT grouping_history_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT grouping_history_organization_id_fkey FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE
);
CREATE INDEX grouping_history_organization_id_ended_at_idx ON grouping_history (organization_id, ended_at);

-- One row for each organization that decided something; without one, the defaults hold.
CREATE TABLE ingest_settings (
    organization_id UUID NOT NULL,
    grouping_version SMALLINT DEFAULT 1 NOT NULL,
    secret_names TEXT[] DEFAULT '{}' NOT NULL,
    safe_names TEXT[] DEFAULT '{}' NOT NULL,
    hides_emails BOOLEAN DEFAULT false NOT NULL,
    hides_addresses BOOLEAN DEFAULT false NOT NULL,
    infers_addresses BOOLEAN DEFAULT false NOT NULL,
    switched_off TEXT[] DEFAULT '{}' NOT NULL,
    patterns JSONB DEFAULT '[]' NOT NULL,
    updated_by UUID,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT ingest_settings_pkey PRIMARY KEY (organization_id),
    CONSTRAINT ingest_settings_organization_id_fkey FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT ingest_settings_updated_by_fkey FOREIGN KEY(updated_by) REFERENCES users (id)
);

SELECT protect_tenant_table('grouping_rules');
SELECT protect_tenant_table('grouping_history');
SELECT protect_tenant_table('ingest_settings');

GRANT SELECT, INSERT, UPDATE, DELETE ON grouping_rules, grouping_history, ingest_settings TO tocsin_app;
