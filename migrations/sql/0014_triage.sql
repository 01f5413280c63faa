-- Triage: resolutions and their types, comments, subscriptions, releases as they were first seen,
-- response targets, conditions of ignoring, and what a retry is known by.

-- Old rows are filled in below, whatever organization they belong to.
SELECT set_config('tocsin.scope', 'system', true);

CREATE TABLE resolution_types (
    organization_id UUID NOT NULL,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    requires_testing BOOLEAN DEFAULT false NOT NULL,
    is_builtin BOOLEAN DEFAULT false NOT NULL,
    is_active BOOLEAN DEFAULT true NOT NULL,
    created_by UUID,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT resolution_types_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT resolution_types_organization_id_name_key UNIQUE (organization_id, name),
    CONSTRAINT resolution_types_organization_id_fkey FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT resolution_types_created_by_fkey FOREIGN KEY(created_by) REFERENCES users (id),
    CONSTRAINT resolution_types_name_length_check CHECK (char_length(name) <= 50),
    CONSTRAINT resolution_types_description_length_check CHECK (char_length(description) <= 500)
);

INSERT INTO resolution_types (organization_id, id, name, description, is_builtin)
SELECT o.id, gen_random_uuid(), b.name, b.description, true
FROM organizations o, (VALUES
    ('code_fix', 'The code was changed.'),
    ('configuration_change', 'A setting was changed.'),
    ('rollback', 'An earlier version was put back.'),
    ('dependency_update', 'A library or service that it depends on was updated.'),
    ('infrastructure', 'Machines, networks or databases were mended.'),
    ('data_correction', 'Wrong data was put right.'),
    ('third_party', 'Somebody else had to mend it.'),
    ('duplicate', 'It is the same as another error.'),
    ('not_reproducible', 'Nobody could make it happen again.'),
    ('wont_fix', 'It was decided to live with it.'),
    ('auto_recovered', 'It went away by itself.'),
    ('unspecified', 'Nobody said how.')
) AS b (name, description);

CREATE TABLE resolutions (
    organization_id UUID NOT NULL,
    id UUID NOT NULL,
    error_id UUID NOT NULL,
    resolution_type_id UUID NOT NULL,
    resolved_by UUID,
    resolved_at timestamptz NOT NULL,
    resolution_description TEXT DEFAULT '' NOT NULL,
    steps_taken TEXT,
    prevention_measures TEXT,
    requires_code_change BOOLEAN DEFAULT false NOT NULL,
    requires_documentation BOOLEAN DEFAULT false NOT NULL,
    requires_testing BOOLEAN DEFAULT false NOT NULL,
    fixed_in TEXT DEFAULT 'now' NOT NULL,
    release TEXT,
    commit_sha TEXT,
    tested_at timestamptz,
    tested_by UUID,
    verified BOOLEAN,
    followed_up_at timestamptz,
    followed_up_by UUID,
    reverted_at timestamptz,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT resolutions_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT resolutions_organization_id_error_id_fkey FOREIGN KEY(organization_id, error_id) REFERENCES errors (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT resolutions_organization_id_resolution_type_id_fkey FOREIGN KEY(organization_id, resolution_type_id) REFERENCES resolution_types (organization_id, id),
    CONSTRAINT resolutions_resolved_by_fkey FOREIGN KEY(resolved_by) REFERENCES users (id),
    CONSTRAINT resolutions_tested_by_fkey FOREIGN KEY(tested_by) REFERENCES users (id),
    CONSTRAINT resolutions_followed_up_by_fkey FOREIGN KEY(followed_up_by) REFERENCES users (id),
    CONSTRAINT resolutions_fixed_in_check CHECK (fixed_in IN ('now', 'this_release', 'next_release', 'commit')),
    CONSTRAINT resolutions_resolution_description_length_check CHECK (char_length(resolution_description) <= 2000),
    CONSTRAINT resolutions_steps_taken_length_check CHECK (char_length(steps_taken) <= 2000),
    CONSTRAINT resolutions_prevention_measures_length_check CHECK (char_length(prevention_measures) <= 2000),
    CONSTRAINT resolutions_release_length_check CHECK (char_length(release) <= 255),
    CONSTRAINT resolutions_commit_sha_length_check CHECK (char_length(commit_sha) <= 64)
);
CREATE INDEX resolutions_organization_id_error_id_idx ON resolutions (organization_id, error_id, resolved_at DESC, id DESC);

CREATE TABLE error_comments (
    organization_id UUID NOT NULL,
    id UUID NOT NULL,
    error_id UUID NOT NULL,
    author_id UUID NOT NULL,
    body TEXT NOT NULL,
    mentions UUID[] DEFAULT '{}' NOT NULL,
    edited_at timestamptz,
    deleted_at timestamptz,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT error_comments_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT error_comments_organization_id_error_id_fkey FOREIGN KEY(organization_id, error_id) REFERENCES errors (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT error_comments_author_id_fkey FOREIGN KEY(author_id) REFERENCES users (id),
    CONSTRAINT error_comments_body_length_check CHECK (char_length(body) <= 10000)
);
CREATE INDEX error_comments_organization_id_error_id_idx ON error_comments (organization_id, error_id, created_at DESC, id DESC);

-- Somebody who unsubscribed keeps a row: a later comment of theirs does not bring them back.
CREATE TABLE error_subscriptions (
    organization_id UUID NOT NULL,
    error_id UUID NOT NULL,
    user_id UUID NOT NULL,
    is_subscribed BOOLEAN NOT NULL,
    reason TEXT NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT error_subscriptions_pkey PRIMARY KEY (organization_id, error_id, user_id),
    CONSTRAINT error_subscriptions_organization_id_error_id_fkey FOREIGN KEY(organization_id, error_id) REFERENCES errors (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT error_subscriptions_user_id_fkey FOREIGN KEY(user_id) REFERENCES users (id),
    CONSTRAINT error_subscriptions_reason_check CHECK (reason IN ('asked', 'assigned', 'commented', 'mentioned'))
);

-- When each release of a service was met first: the order of releases that are no versions.
CREATE TABLE release_sightings (
    organization_id UUID NOT NULL,
    service_id UUID NOT NULL,
    release TEXT NOT NULL,
    first_seen_at timestamptz NOT NULL,
    CONSTRAINT release_sightings_pkey PRIMARY KEY (organization_id, service_id, release),
    CONSTRAINT release_sightings_release_length_check CHECK (char_length(release) <= 255)
);
CREATE INDEX release_sightings_newest_idx ON release_sightings (organization_id, service_id, first_seen_at DESC);

INSERT INTO release_sightings (organization_id, service_id, release, first_seen_at)
SELECT e.organization_id, e.service_id, r.release, min(r.at)
FROM errors e, LATERAL (VALUES (e.first_release, e.first_seen_at), (e.last_release, e.last_seen_at)) AS r (release, at)
WHERE r.release IS NOT NULL
GROUP BY 1, 2, 3;

-- What a mutation answered, for a day: a client that asks again with the same key changes nothing.
CREATE TABLE idempotency_keys (
    organization_id UUID NOT NULL,
    user_id UUID NOT NULL,
    operation TEXT NOT NULL,
    key TEXT NOT NULL,
    asked TEXT NOT NULL,
    result JSONB,
    created_at timestamptz NOT NULL,
    CONSTRAINT idempotency_keys_pkey PRIMARY KEY (organization_id, user_id, operation, key),
    CONSTRAINT idempotency_keys_operation_length_check CHECK (char_length(operation) <= 50),
    CONSTRAINT idempotency_keys_key_length_check CHECK (char_length(key) <= 100),
    CONSTRAINT idempotency_keys_asked_length_check CHECK (char_length(asked) <= 64)
);
CREATE INDEX idempotency_keys_created_at_idx ON idempotency_keys (created_at);

CREATE TABLE triage_settings (
    organization_id UUID NOT NULL,
    auto_resolve_after INTERVAL,
    updated_by UUID,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT triage_settings_pkey PRIMARY KEY (organization_id),
    CONSTRAINT triage_settings_organization_id_fkey FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT triage_settings_updated_by_fkey FOREIGN KEY(updated_by) REFERENCES users (id)
);

ALTER TABLE error_types
    ADD COLUMN response_hint TEXT,
    ADD CONSTRAINT error_types_response_hint_length_check CHECK (char_length(response_hint) <= 2000);

ALTER TABLE severity_levels
    ADD COLUMN default_priority TEXT,
    ADD CONSTRAINT severity_levels_default_priority_check CHECK (default_priority IN ('p0', 'p1', 'p2', 'p3', 'p4'));
UPDATE severity_levels SET default_priority = CASE severity
    WHEN 'emergency' THEN 'p0' WHEN 'critical' THEN 'p1' WHEN 'high' THEN 'p2' WHEN 'medium' THEN 'p3' ELSE 'p4' END;

-- No foreign key on the resolution, which names its error: the two would wait for each other.
ALTER TABLE errors
    ADD COLUMN team_id UUID,
    ADD COLUMN assignment_due_at timestamptz,
    ADD COLUMN resolution_id UUID,
    ADD COLUMN resolved_in JSONB,
    ADD COLUMN ignored_until timestamptz,
    ADD COLUMN ignore_condition JSONB,
    ADD COLUMN first_response_at timestamptz,
    ADD COLUMN response_due_at timestamptz,
    ADD COLUMN resolve_due_at timestamptz,
    ADD CONSTRAINT errors_organization_id_team_id_fkey FOREIGN KEY(organization_id, team_id) REFERENCES teams (organization_id, id) ON DELETE SET NULL (team_id);

CREATE INDEX errors_team_idx ON errors (organization_id, team_id, listed_at DESC) WHERE team_id IS NOT NULL;

CREATE INDEX errors_ignored_until_idx ON errors (ignored_until) WHERE ignored_until IS NOT NULL;
CREATE INDEX errors_response_due_idx ON errors (organization_id, response_due_at) WHERE response_due_at IS NOT NULL AND first_response_at IS NULL;
CREATE INDEX errors_resolve_due_idx ON errors (organization_id, resolve_due_at) WHERE resolve_due_at IS NOT NULL AND resolved_at IS NULL;
CREATE INDEX errors_assignment_due_idx ON errors (organization_id, assignment_due_at) WHERE assignment_due_at IS NOT NULL;

CREATE INDEX assignments_organization_id_error_id_idx ON assignments (organization_id, error_id, created_at DESC, id DESC);

SELECT protect_tenant_table('resolution_types');
SELECT protect_tenant_table('resolutions');
SELECT protect_tenant_table('error_comments');
SELECT protect_tenant_table('error_subscriptions');
SELECT protect_tenant_table('release_sightings');
SELECT protect_tenant_table('idempotency_keys');
SELECT protect_tenant_table('triage_settings');

GRANT SELECT, INSERT, UPDATE, DELETE ON
    resolution_types, resolutions, error_comments, error_subscriptions, release_sightings, idempotency_keys, triage_settings
TO tocsin_app;
