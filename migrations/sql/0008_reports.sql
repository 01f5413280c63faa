-- User reports, attachments, and the secrets of the installation that links are signed with.

CREATE TABLE user_reports (
    organization_id UUID NOT NULL,
    id UUID NOT NULL,
    service_id UUID NOT NULL,
    item_id UUID NOT NULL,
    event_id UUID,
    report_type TEXT NOT NULL,
    priority TEXT DEFAULT 'medium' NOT NULL,
    reporter_type TEXT NOT NULL,
    reporter_id UUID,
    reporter_email TEXT,
    reporter_name TEXT,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    steps_to_reproduce TEXT,
    expected_behavior TEXT,
    actual_behavior TEXT,
    url TEXT,
    environment TEXT,
    release TEXT,
    source TEXT,
    browser_info JSONB DEFAULT '{}' NOT NULL,
    context JSONB DEFAULT '{}' NOT NULL,
    associated_event_id UUID,
    linked_error_id UUID,
    status TEXT DEFAULT 'open' NOT NULL,
    assigned_to UUID,
    resolved_at timestamptz,
    resolution_notes TEXT,
    duplicate_of_id UUID,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT user_reports_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT user_reports_organization_id_service_id_item_id_key UNIQUE (organization_id, service_id, item_id),
    CONSTRAINT user_reports_organization_id_service_id_fkey FOREIGN KEY(organization_id, service_id) REFERENCES services (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT user_reports_organization_id_linked_error_id_fkey FOREIGN KEY(organization_id, linked_error_id) REFERENCES errors (organization_id, id) ON DELETE SET NULL (linked_error_id),
    CONSTRAINT user_reports_organization_id_duplicate_of_id_fkey FOREIGN KEY(organization_id, duplicate_of_id) REFERENCES user_reports (organization_id, id) ON DELETE SET NULL (duplicate_of_id),
    CONSTRAINT user_reports_reporter_id_fkey FOREIGN KEY(reporter_id) REFERENCES users (id),
    CONSTRAINT user_reports_assigned_to_fkey FOREIGN KEY(assigned_to) REFERENCES users (id),
    CONSTRAINT user_reports_report_type_check CHECK (report_type IN ('bug', 'feature_request', 'performance', 'ui_issue', 'data_issue', 'feedback', 'other')),
    CONSTRAINT user_reports_priority_check CHECK (priority IN ('low', 'medium', 'high', 'critical')),
    CONSTRAINT user_reports_reporter_type_check CHECK (reporter_type IN ('system_admin', 'org_owner', 'staff', 'customer')),
    CONSTRAINT user_reports_status_check CHECK (status IN ('open', 'in_progress', 'pending_info', 'resolved', 'closed', 'duplicate')),
    CONSTRAINT user_reports_reporter_email_length_check CHECK (char_length(reporter_email) <= 255),
    CONSTRAINT user_reports_reporter_name_length_check CHECK (char_length(reporter_name) <= 255),
    CONSTRAINT user_reports_title_length_check CHECK (char_length(title) <= 500),
    CONSTRAINT user_reports_description_length_check CHECK (char_length(description) <= 10000),
    CONSTRAINT user_reports_steps_to_reproduce_length_check CHECK (char_length(steps_to_reproduce) <= 10000),
    CONSTRAINT user_reports_expected_behavior_length_check CHECK (char_length(expected_behavior) <= 10000),
    CONSTRAINT user_reports_actual_behavior_length_check CHECK (char_length(actual_behavior) <= 10000),
    CONSTRAINT user_reports_url_length_check CHECK (char_length(url) <= 2000),
    CONSTRAINT user_reports_environment_length_check CHECK (char_length(environment) <= 255),
    CONSTRAINT user_reports_release_length_check CHECK (char_length(release) <= 255),
    CONSTRAINT user_reports_source_length_check CHECK (char_length(source) <= 100),
    CONSTRAINT user_reports_resolution_notes_length_check CHECK (char_length(resolution_notes) <= 10000)
);
CREATE INDEX user_reports_listed_idx ON user_reports (organization_id, created_at DESC, id DESC);
CREATE INDEX user_reports_status_idx ON user_reports (organization_id, status, created_at DESC, id DESC);
CREATE INDEX user_reports_error_idx ON user_reports (organization_id, linked_error_id) WHERE linked_error_id IS NOT NULL;
-- Those whose event has not come yet.
CREATE INDEX user_reports_waiting_idx ON user_reports (organization_id, service_id, associated_event_id) WHERE associated_event_id IS NOT NULL AND linked_error_id IS NULL;

CREATE TABLE attachments (
    organization_id UUID NOT NULL,
    id UUID NOT NULL,
    service_id UUID NOT NULL,
    item_id UUID NOT NULL,
    event_id UUID,
    filename TEXT NOT NULL,
    content_type TEXT NOT NULL,
    attachment_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 BYTEA NOT NULL,
    body BYTEA NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT attachments_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT attachments_organization_id_service_id_item_id_key UNIQUE (organization_id, service_id, item_id),
    CONSTRAINT attachments_organization_id_service_id_fkey FOREIGN KEY(organization_id, service_id) REFERENCES services (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT attachments_filename_length_check CHECK (char_length(filename) <= 255),
    CONSTRAINT attachments_content_type_length_check CHECK (char_length(content_type) <= 100),
    CONSTRAINT attachments_attachment_type_length_check CHECK (char_length(attachment_type) <= 100)
);
CREATE INDEX attachments_organization_id_service_id_event_id_idx ON attachments (organization_id, service_id, event_id);
CREATE INDEX attachments_organization_id_service_id_created_at_idx ON attachments (organization_id, service_id, created_at);
-- Images and archives are compressed already, and are always read whole.
ALTER TABLE attachments ALTER COLUMN body SET STORAGE EXTERNAL;

CREATE TABLE installation_secrets (
    name TEXT NOT NULL,
    value BYTEA NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT installation_secrets_pkey PRIMARY KEY (name),
    CONSTRAINT installation_secrets_name_length_check CHECK (char_length(name) <= 50)
);

SELECT protect_tenant_table('user_reports');
SELECT protect_tenant_table('attachments');

-- Of no tenant, and for none to see.
ALTER TABLE installation_secrets ENABLE ROW LEVEL SECURITY;
ALTER TABLE installation_secrets FORCE ROW LEVEL SECURITY;
CREATE POLICY system ON installation_secrets
    USING ((SELECT current_setting('tocsin.scope', true)) = 'system')
    WITH CHECK ((SELECT current_setting('tocsin.scope', true)) = 'system');

GRANT SELECT, INSERT, UPDATE, DELETE ON user_reports, attachments TO tocsin_app;
GRANT SELECT, INSERT ON installation_secrets TO tocsin_app;
