-- The inbox of each person: what they are told of in the application itself (NTF-05).

CREATE TABLE notifications (
    organization_id UUID NOT NULL,
    id UUID NOT NULL,
    user_id UUID NOT NULL,
    kind TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id UUID NOT NULL,
    title TEXT NOT NULL,
    quantity INTEGER DEFAULT 1 NOT NULL,
    actor_id UUID,
    created_at timestamptz DEFAULT now() NOT NULL,
    read_at timestamptz,
    CONSTRAINT notifications_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT notifications_organization_id_fkey FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT notifications_user_id_fkey FOREIGN KEY(user_id) REFERENCES users (id),
    CONSTRAINT notifications_actor_id_fkey FOREIGN KEY(actor_id) REFERENCES users (id),
    CONSTRAINT notifications_kind_length_check CHECK (char_length(kind) <= 50),
    CONSTRAINT notifications_subject_kind_length_check CHECK (char_length(subject_kind) <= 50),
    CONSTRAINT notifications_title_length_check CHECK (char_length(title) <= 300)
);
CREATE INDEX notifications_listed_idx ON notifications (organization_id, user_id, created_at DESC, id DESC);
CREATE INDEX notifications_unread_idx ON notifications (organization_id, user_id) WHERE read_at IS NULL;

SELECT protect_tenant_table('notifications');

-- A second wall: who tells a colleague something cannot read what the colleague was told. Restrictive, so
-- that both walls must open. There is none for INSERT: to tell somebody something is for everybody.
CREATE POLICY own_read ON notifications AS RESTRICTIVE FOR SELECT USING (
    user_id::text = (SELECT current_setting('tocsin.caller', true))
    OR (SELECT current_setting('tocsin.scope', true)) = 'system'
);
CREATE POLICY own_changed ON notifications AS RESTRICTIVE FOR UPDATE USING (
    user_id::text = (SELECT current_setting('tocsin.caller', true))
    OR (SELECT current_setting('tocsin.scope', true)) = 'system'
);
CREATE POLICY own_removed ON notifications AS RESTRICTIVE FOR DELETE USING (
    user_id::text = (SELECT current_setting('tocsin.caller', true))
    OR (SELECT current_setting('tocsin.scope', true)) = 'system'
);

GRANT SELECT, INSERT, UPDATE, DELETE ON notifications TO tocsin_app;
