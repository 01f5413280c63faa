-- Limits and suppression: what is not kept, and why.

CREATE TABLE limit_notices (
    organization_id UUID NOT NULL,
    hour timestamptz NOT NULL,
    CONSTRAINT limit_notices_pkey PRIMARY KEY (organization_id, hour),
    CONSTRAINT limit_notices_organization_id_fkey FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE
);

-- The counts are of all hits, and of those in the present window of a rate limit.
CREATE TABLE suppression_rules (
    organization_id UUID NOT NULL,
    id UUID NOT NULL,
    scope TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    matchers JSONB NOT NULL,
    expression TEXT,
    alert_rule_id UUID,
    action TEXT NOT NULL,
    downgrade_to TEXT,
    max_per_window INTEGER,
    "window" INTERVAL,
    active_from timestamptz,
    active_until timestamptz,
    schedule JSONB,
    never_in_critical_window BOOLEAN DEFAULT true NOT NULL,
    never_above TEXT DEFAULT 'emergency' NOT NULL,
    expires_at timestamptz,
    is_active BOOLEAN DEFAULT true NOT NULL,
    created_by UUID,
    hit_count BIGINT DEFAULT 0 NOT NULL,
    last_hit_at timestamptz,
    window_began_at timestamptz,
    window_count BIGINT DEFAULT 0 NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT suppression_rules_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT suppression_rules_organization_id_fkey FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT suppression_rules_created_by_fkey FOREIGN KEY(created_by) REFERENCES users (id),
    CONSTRAINT suppression_rules_scope_check CHECK (scope IN ('error', 'alert', 'notification')),
    CONSTRAINT suppression_rules_action_check CHECK (action IN ('drop', 'rate_limit', 'store_only', 'mute', 'downgrade')),
    CONSTRAINT suppression_rules_downgrade_to_check CHECK (downgrade_to IN ('low', 'medium', 'high', 'critical', 'emergency')),
    CONSTRAINT suppression_rules_never_above_check CHECK (never_above IN ('low', 'medium', 'high', 'critical', 'emergency')),
    CONSTRAINT suppression_rules_name_length_check CHECK (char_length(name) <= 200),
    CONSTRAINT suppression_rules_description_length_check CHECK (char_length(description) <= 2000),
    CONSTRAINT suppression_rules_expression_length_check CHECK (char_length(expression) <= 10000)
) WITH (fillfactor = 70);

SELECT protect_tenant_table('limit_notices');
SELECT protect_tenant_table('suppression_rules');

GRANT SELECT, INSERT, UPDATE, DELETE ON limit_notices, suppression_rules TO tocsin_app;
