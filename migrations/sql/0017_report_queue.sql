-- The queue of user reports: who has one until when, which error people say it belongs to, and a
-- timeline that nobody may change.

ALTER TABLE user_reports ADD COLUMN is_linked_by_hand BOOLEAN DEFAULT false NOT NULL;
ALTER TABLE user_reports ADD COLUMN due_at timestamptz;
CREATE INDEX user_reports_assigned_idx ON user_reports (organization_id, assigned_to, created_at DESC, id DESC) WHERE assigned_to IS NOT NULL;
CREATE INDEX user_reports_duplicates_idx ON user_reports (organization_id, duplicate_of_id) WHERE duplicate_of_id IS NOT NULL;

CREATE TABLE user_report_activities (
    organization_id UUID NOT NULL,
    id UUID NOT NULL,
    user_report_id UUID NOT NULL,
    kind TEXT NOT NULL,
    actor_id UUID,
    body TEXT,
    data JSONB DEFAULT '{}' NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT user_report_activities_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT user_report_activities_organization_id_user_report_id_fkey FOREIGN KEY(organization_id, user_report_id) REFERENCES user_reports (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT user_report_activities_actor_id_fkey FOREIGN KEY(actor_id) REFERENCES users (id),
    CONSTRAINT user_report_activities_kind_length_check CHECK (char_length(kind) <= 50),
    CONSTRAINT user_report_activities_body_length_check CHECK (char_length(body) <= 10000)
);
CREATE INDEX user_report_activities_organization_id_user_report_id_idx ON user_report_activities (organization_id, user_report_id, created_at DESC, id DESC);

SELECT protect_tenant_table('user_report_activities');

GRANT SELECT, INSERT ON user_report_activities TO tocsin_app;
