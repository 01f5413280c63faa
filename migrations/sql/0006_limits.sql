-- Limits and suppression: what is not kept, and why.

CREATE TABLE limit_notices (
    organization_id UUID NOT NULL,
    hour timestamptz NOT NULL,
    CONSTRAINT limit_notices_pkey PRIMARY KEY (organization_id, hour),
    CONSTRAINT limit_notices_organization_id_fkey FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE
);

SELECT protect_tenant_table('limit_notices');

GRANT SELECT, INSERT, UPDATE, DELETE ON limit_notices TO tocsin_app;
