-- Access: passwords, sign-ins, links that are good once, invitations, identities elsewhere, and
-- tokens that may run one document only.

ALTER TABLE users ADD COLUMN email_verified_at timestamptz;

-- Who signs in is looked up before there is a caller, so these tables are for the system alone.
CREATE TABLE passwords (
    user_id UUID NOT NULL,
    hash TEXT NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT passwords_pkey PRIMARY KEY (user_id),
    CONSTRAINT passwords_user_id_fkey FOREIGN KEY(user_id) REFERENCES users (id),
    CONSTRAINT passwords_hash_length_check CHECK (char_length(hash) <= 500)
);

CREATE TABLE sign_ins (
    id UUID NOT NULL,
    user_id UUID NOT NULL,
    secret_hash BYTEA NOT NULL,
    method TEXT NOT NULL,
    user_agent TEXT,
    address INET,
    last_seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    created_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT sign_ins_pkey PRIMARY KEY (id),
    CONSTRAINT sign_ins_secret_hash_key UNIQUE (secret_hash),
    CONSTRAINT sign_ins_user_id_fkey FOREIGN KEY(user_id) REFERENCES users (id),
    CONSTRAINT sign_ins_method_check CHECK (method IN ('password', 'link', 'invitation', 'oidc')),
    CONSTRAINT sign_ins_user_agent_length_check CHECK (char_length(user_agent) <= 500)
);
CREATE INDEX sign_ins_user_id_idx ON sign_ins (user_id, created_at DESC);
CREATE INDEX sign_ins_last_seen_at_idx ON sign_ins (last_seen_at);

CREATE TABLE sign_in_links (
    secret_hash BYTEA NOT NULL,
    user_id UUID NOT NULL,
    purpose TEXT NOT NULL,
    is_mailed BOOLEAN NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    created_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT sign_in_links_pkey PRIMARY KEY (secret_hash),
    CONSTRAINT sign_in_links_user_id_fkey FOREIGN KEY(user_id) REFERENCES users (id),
    CONSTRAINT sign_in_links_purpose_check CHECK (purpose IN ('enter', 'reset'))
);
CREATE INDEX sign_in_links_user_id_idx ON sign_in_links (user_id);
CREATE INDEX sign_in_links_expires_at_idx ON sign_in_links (expires_at);

-- What was tried in vain, by account, by address and by both; the names are hashes.
CREATE TABLE attempts (
    name BYTEA NOT NULL,
    failures INTEGER NOT NULL,
    last_at timestamptz NOT NULL,
    free_at timestamptz NOT NULL,
    CONSTRAINT attempts_pkey PRIMARY KEY (name)
);
CREATE INDEX attempts_last_at_idx ON attempts (last_at);

CREATE TABLE identities (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    user_id UUID NOT NULL,
    last_used_at timestamptz NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT identities_pkey PRIMARY KEY (issuer, subject),
    CONSTRAINT identities_user_id_fkey FOREIGN KEY(user_id) REFERENCES users (id),
    CONSTRAINT identities_issuer_length_check CHECK (char_length(issuer) <= 500),
    CONSTRAINT identities_subject_length_check CHECK (char_length(subject) <= 255)
);
CREATE INDEX identities_user_id_idx ON identities (user_id);

CREATE TABLE invitations (
    organization_id UUID NOT NULL,
    id UUID NOT NULL,
    email TEXT NOT NULL,
    role TEXT NOT NULL,
    secret_hash BYTEA NOT NULL,
    is_mailed BOOLEAN DEFAULT false NOT NULL,
    invited_by UUID NOT NULL,
    expires_at timestamptz NOT NULL,
    accepted_at timestamptz,
    accepted_by UUID,
    revoked_at timestamptz,
    created_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT invitations_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT invitations_organization_id_fkey FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT invitations_invited_by_fkey FOREIGN KEY(invited_by) REFERENCES users (id),
    CONSTRAINT invitations_accepted_by_fkey FOREIGN KEY(accepted_by) REFERENCES users (id),
    CONSTRAINT invitations_role_check CHECK (role IN ('owner', 'admin', 'devops', 'on_call', 'support', 'staff', 'viewer')),
    CONSTRAINT invitations_email_length_check CHECK (char_length(email) <= 255)
);
CREATE INDEX invitations_listed_idx ON invitations (organization_id, created_at DESC, id DESC);
CREATE INDEX invitations_secret_hash_idx ON invitations (secret_hash);
-- One open invitation for an address: a new one takes the place of the old.
CREATE UNIQUE INDEX invitations_open_key ON invitations (organization_id, email) WHERE accepted_at IS NULL AND revoked_at IS NULL;

ALTER TABLE api_tokens
    ADD COLUMN bound_document TEXT,
    ADD COLUMN bound_sha256 TEXT,
    ADD CONSTRAINT api_tokens_bound_check CHECK ((bound_document IS NULL) = (bound_sha256 IS NULL)),
    ADD CONSTRAINT api_tokens_bound_document_length_check CHECK (char_length(bound_document) <= 20000),
    ADD CONSTRAINT api_tokens_bound_sha256_length_check CHECK (char_length(bound_sha256) <= 64);
CREATE INDEX api_tokens_listed_idx ON api_tokens (organization_id, created_at DESC, id DESC);
CREATE INDEX api_tokens_user_id_idx ON api_tokens (organization_id, user_id);

SELECT protect_tenant_table('invitations');

DO $$
DECLARE
    of_the_system text;
BEGIN
    FOREACH of_the_system IN ARRAY ARRAY['passwords', 'sign_ins', 'sign_in_links', 'attempts', 'identities'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', of_the_system);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', of_the_system);
        EXECUTE format(
            'CREATE POLICY system ON %I USING ((SELECT current_setting(''tocsin.scope'', true)) = ''system'')'
            ' WITH CHECK ((SELECT current_setting(''tocsin.scope'', true)) = ''system'')',
            of_the_system
        );
    END LOOP;
END
$$;

GRANT SELECT, INSERT, UPDATE, DELETE ON
    passwords, sign_ins, sign_in_links, attempts, identities, invitations
TO tocsin_app;
