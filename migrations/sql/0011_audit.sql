-- The audit log: who changed what. It is append-only: nobody may change or delete what is in it.

CREATE TABLE audit_log (
    organization_id UUID NOT NULL,
    id UUID NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id UUID,
    token_id UUID,
    action TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object_id UUID NOT NULL,
    before JSONB,
    after JSONB,
    request_id TEXT,
    address INET,
    at timestamptz NOT NULL,
    CONSTRAINT audit_log_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT audit_log_actor_kind_check CHECK (actor_kind IN ('user', 'program', 'system')),
    CONSTRAINT audit_log_action_length_check CHECK (char_length(action) <= 100),
    CONSTRAINT audit_log_object_kind_length_check CHECK (char_length(object_kind) <= 50),
    CONSTRAINT audit_log_request_id_length_check CHECK (char_length(request_id) <= 64)
);
CREATE INDEX audit_log_organization_id_idx ON audit_log (organization_id, at DESC, id DESC);
CREATE INDEX audit_log_object_idx ON audit_log (organization_id, object_id, at DESC);

SELECT protect_tenant_table('audit_log');

GRANT SELECT, INSERT ON audit_log TO tocsin_app;
