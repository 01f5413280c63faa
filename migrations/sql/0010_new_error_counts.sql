-- How many errors of a service were new in a minute: there is a cap.

CREATE TABLE new_error_counts (
    organization_id UUID NOT NULL,
    service_id UUID NOT NULL,
    minute timestamptz NOT NULL,
    quantity INTEGER NOT NULL,
    CONSTRAINT new_error_counts_pkey PRIMARY KEY (organization_id, service_id, minute)
) WITH (fillfactor = 50);

SELECT protect_tenant_table('new_error_counts');

GRANT SELECT, INSERT, UPDATE, DELETE ON new_error_counts TO tocsin_app;
