-- Teams, who owns a service, and the removal of an organization or a service with all that is theirs.

CREATE TABLE teams (
    organization_id UUID NOT NULL,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT teams_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT teams_organization_id_name_key UNIQUE (organization_id, name),
    CONSTRAINT teams_organization_id_fkey FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT teams_name_length_check CHECK (char_length(name) <= 100),
    CONSTRAINT teams_description_length_check CHECK (char_length(description) <= 2000)
);
CREATE INDEX teams_listed_idx ON teams (organization_id, created_at DESC, id DESC);

-- Who leaves the organization leaves its teams.
CREATE TABLE team_members (
    organization_id UUID NOT NULL,
    team_id UUID NOT NULL,
    user_id UUID NOT NULL,
    is_lead BOOLEAN DEFAULT false NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT team_members_pkey PRIMARY KEY (organization_id, team_id, user_id),
    CONSTRAINT team_members_organization_id_team_id_fkey FOREIGN KEY(organization_id, team_id) REFERENCES teams (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT team_members_organization_id_user_id_fkey FOREIGN KEY(organization_id, user_id) REFERENCES memberships (organization_id, user_id) ON DELETE CASCADE
);
CREATE INDEX team_members_user_idx ON team_members (organization_id, user_id);

CREATE INDEX memberships_listed_idx ON memberships (organization_id, created_at DESC, user_id DESC);

ALTER TABLE services
    ADD COLUMN owner_team_id UUID,
    ADD COLUMN runbook_links JSONB DEFAULT '[]' NOT NULL,
    ADD CONSTRAINT services_organization_id_owner_team_id_fkey FOREIGN KEY(organization_id, owner_team_id) REFERENCES teams (organization_id, id);
CREATE INDEX services_owner_team_idx ON services (organization_id, owner_team_id);

-- One organization holds what concerns no tenant: the errors of Tocsin itself, and what administrators did.
CREATE UNIQUE INDEX organizations_is_system_key ON organizations (is_system) WHERE is_system;

-- What is being removed, and what was. The row outlives what it names, so it refers to nothing.
CREATE TABLE removals (
    organization_id UUID NOT NULL,
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    object_id UUID NOT NULL,
    name TEXT NOT NULL,
    requested_by UUID,
    requested_at timestamptz NOT NULL,
    finished_at timestamptz,
    removed JSONB DEFAULT '{}' NOT NULL,
    CONSTRAINT removals_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT removals_organization_id_object_id_key UNIQUE (organization_id, object_id),
    CONSTRAINT removals_requested_by_fkey FOREIGN KEY(requested_by) REFERENCES users (id),
    CONSTRAINT removals_kind_check CHECK (kind IN ('organization', 'service')),
    CONSTRAINT removals_name_length_check CHECK (char_length(name) <= 255)
);
CREATE INDEX removals_listed_idx ON removals (organization_id, requested_at DESC, id DESC);

SELECT protect_tenant_table('teams');
SELECT protect_tenant_table('team_members');
SELECT protect_tenant_table('removals');

GRANT SELECT, INSERT, UPDATE, DELETE ON teams, team_members TO tocsin_app;
GRANT SELECT, INSERT, UPDATE ON removals TO tocsin_app;

-- Removes at most so many rows of one table that belong to what a removal names. It runs as the owner, because
-- the application may not delete what is append-only; without a row in `removals` it deletes nothing.
CREATE FUNCTION remove_rows(removal UUID, tenant_table text, at_most INTEGER) RETURNS INTEGER
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
$$;

-- Forgets entries of the audit log that are past their retention, which cannot be made shorter than a year.
CREATE FUNCTION forget_audit_log(moment timestamptz, at_most INTEGER) RETURNS INTEGER
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
CREATE INDEX audit_log_at_idx ON audit_log (at);

REVOKE ALL ON FUNCTION remove_rows(UUID, text, INTEGER), forget_audit_log(timestamptz, INTEGER) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION remove_rows(UUID, text, INTEGER), forget_audit_log(timestamptz, INTEGER) TO tocsin_app;
