-- Search: the words and tags by which errors are found, and the searches that people keep.

-- Row-level security is asked of every row that is read. Nearly every caller has one organization, and
-- to compare with that one costs a third of what it costs to look it up in an array; so it is compared
-- first. It means the same: the first is one of them, and where none is set it is NULL and fits no row.
CREATE OR REPLACE FUNCTION protect_tenant_table(tenant_table regclass, tenant_column text DEFAULT 'organization_id')
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    listed text := 'string_to_array(current_setting(''tocsin.organizations'', true), '','')::uuid[]';
    allowed text := format(
        '%1$I = (SELECT (%2$s)[1]) OR %1$I = ANY ((SELECT %2$s)::uuid[])'
        ' OR (SELECT current_setting(''tocsin.scope'', true)) = ''system''',
        tenant_column, listed
    );
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', tenant_table);
    EXECUTE format('DROP POLICY IF EXISTS tenant ON %s', tenant_table);
    EXECUTE format('CREATE POLICY tenant ON %s USING (%s) WITH CHECK (%s)', tenant_table, allowed, allowed);
END
$$;
SELECT protect_tenant_table(
    polrelid::regclass, CASE WHEN polrelid = 'organizations'::regclass THEN 'id' ELSE 'organization_id' END
)
FROM pg_policy WHERE polname = 'tenant';

-- Both without a foreign key: to check it would cost more than all else that a new error costs. What is
-- left of an error that is gone leads nowhere, and goes with what deletes errors.
-- Words, because row-level security lets an index answer only what cannot leak: equality and order
-- of texts, but not patterns.
CREATE TABLE error_words (
    organization_id UUID NOT NULL,
    word TEXT COLLATE "C" NOT NULL,
    error_id UUID NOT NULL,
    CONSTRAINT error_words_pkey PRIMARY KEY (organization_id, word, error_id),
    CONSTRAINT error_words_word_length_check CHECK (char_length(word) <= 64)
);
CREATE INDEX error_words_error_idx ON error_words (organization_id, error_id, word);

CREATE TABLE error_tags (
    organization_id UUID NOT NULL,
    key TEXT NOT NULL,
    value TEXT COLLATE "C" NOT NULL,
    error_id UUID NOT NULL,
    CONSTRAINT error_tags_pkey PRIMARY KEY (organization_id, key, value, error_id),
    CONSTRAINT error_tags_key_length_check CHECK (char_length(key) <= 200),
    CONSTRAINT error_tags_value_length_check CHECK (char_length(value) <= 200)
);
CREATE INDEX error_tags_error_idx ON error_tags (organization_id, error_id, key, value);

CREATE INDEX error_visitors_visitor_idx ON error_visitors (organization_id, visitor, error_id);

CREATE TABLE saved_views (
    organization_id UUID NOT NULL,
    id UUID NOT NULL,
    name TEXT NOT NULL,
    search TEXT NOT NULL,
    sort TEXT NOT NULL,
    is_shared BOOLEAN DEFAULT false NOT NULL,
    created_by UUID NOT NULL,
    created_at timestamptz DEFAULT now() NOT NULL,
    updated_at timestamptz DEFAULT now() NOT NULL,
    CONSTRAINT saved_views_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT saved_views_organization_id_fkey FOREIGN KEY(organization_id) REFERENCES organizations (id) ON DELETE CASCADE,
    CONSTRAINT saved_views_created_by_fkey FOREIGN KEY(created_by) REFERENCES users (id),
    CONSTRAINT saved_views_name_length_check CHECK (char_length(name) <= 100),
    CONSTRAINT saved_views_search_length_check CHECK (char_length(search) <= 1000),
    CONSTRAINT saved_views_sort_length_check CHECK (char_length(sort) <= 50)
);
CREATE INDEX saved_views_organization_id_created_by_idx ON saved_views (organization_id, created_by);

SELECT protect_tenant_table('error_words');
SELECT protect_tenant_table('error_tags');
SELECT protect_tenant_table('saved_views');

GRANT SELECT, INSERT, UPDATE, DELETE ON error_words, error_tags, saved_views TO tocsin_app;

-- What is there already: its words as PostgreSQL parts them (a new error's are parted with more care).
SET LOCAL tocsin.scope = 'system';
INSERT INTO error_words (organization_id, word, error_id)
SELECT DISTINCT organization_id, word, id
FROM errors, regexp_split_to_table(lower(title || ' ' || culprit), '[^[:alnum:]]+') AS word
WHERE char_length(word) BETWEEN 2 AND 64
ON CONFLICT DO NOTHING;
