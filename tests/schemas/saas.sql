-- A product for teams: every row belongs to a tenant, and row security keeps tenants apart.
CREATE SCHEMA app;
CREATE SCHEMA private;

CREATE TYPE app.plan AS ENUM ('free', 'team', 'enterprise');
CREATE TYPE app.role AS ENUM ('viewer', 'editor', 'owner');
CREATE DOMAIN app.email AS text CONSTRAINT email_has_an_at CHECK (VALUE ~ '^[^@ ]+@[^@ ]+$');

CREATE FUNCTION private.tenant() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('app.tenant_id', true), '')::uuid $$;

CREATE FUNCTION private.touch() RETURNS trigger LANGUAGE plpgsql SET search_path TO '' AS $$
BEGIN
    new.updated_at := clock_timestamp();
    RETURN new;
END;
$$;

CREATE TABLE app.tenants (
    id uuid DEFAULT gen_random_uuid() PRIMARY KEY,
    slug varchar(63) NOT NULL UNIQUE CHECK (slug = lower(slug)),
    plan app.plan NOT NULL DEFAULT 'free',
    settings jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE app.tenants IS 'One paying customer; everything else hangs on one';
COMMENT ON COLUMN app.tenants.slug IS 'The first label of the host name';

CREATE TABLE app.users (
    id uuid DEFAULT gen_random_uuid() PRIMARY KEY,
    email app.email NOT NULL,
    password_hash text,
    last_seen_at timestamptz
);
CREATE UNIQUE INDEX users_email_key ON app.users (lower(email));

CREATE TABLE app.memberships (
    tenant_id uuid NOT NULL REFERENCES app.tenants ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES app.users ON DELETE CASCADE,
    role app.role NOT NULL DEFAULT 'viewer',
    invited_by uuid REFERENCES app.users ON DELETE SET NULL,
    PRIMARY KEY (tenant_id, user_id)
);
CREATE INDEX ON app.memberships (user_id);

CREATE TABLE app.projects (
    id uuid DEFAULT gen_random_uuid() PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES app.tenants ON DELETE CASCADE,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    archived_at timestamptz,
    updated_at timestamptz NOT NULL DEFAULT now(),
    search tsvector GENERATED ALWAYS AS (to_tsvector('simple', name)) STORED,
    UNIQUE (tenant_id, name),
    UNIQUE (tenant_id, id)
);
CREATE INDEX projects_search_idx ON app.projects USING gin (search);
CREATE INDEX projects_open_idx ON app.projects (tenant_id, updated_at DESC) WHERE archived_at IS NULL;

CREATE TABLE app.documents (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id uuid NOT NULL,
    project_id uuid NOT NULL,
    title text NOT NULL,
    body text,
    tags text[] NOT NULL DEFAULT '{}',
    status text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'published', 'withdrawn')),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT documents_of_a_project FOREIGN KEY (tenant_id, project_id)
        REFERENCES app.projects (tenant_id, id) ON UPDATE CASCADE ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX documents_tags_idx ON app.documents USING gin (tags) WITH (fastupdate = off);
CREATE INDEX documents_updated_idx ON app.documents USING brin (updated_at) WITH (pages_per_range = 32);

CREATE TABLE private.api_keys (
    id serial PRIMARY KEY,
    tenant_id uuid NOT NULL REFERENCES app.tenants,
    digest bytea NOT NULL CHECK (octet_length(digest) = 32),
    expires_at timestamptz,
    CHECK (expires_at IS NULL OR expires_at > '2020-01-01 00:00:00+00')
);

CREATE TRIGGER touch BEFORE UPDATE ON app.tenants FOR EACH ROW EXECUTE FUNCTION private.touch();
CREATE TRIGGER touch BEFORE UPDATE ON app.projects FOR EACH ROW EXECUTE FUNCTION private.touch();
CREATE TRIGGER touch BEFORE UPDATE OF title, body ON app.documents
    FOR EACH ROW WHEN (old.* IS DISTINCT FROM new.*) EXECUTE FUNCTION private.touch();

CREATE FUNCTION private.may_edit(tenant uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO '' AS $$
    SELECT EXISTS (SELECT FROM app.memberships m WHERE m.tenant_id = tenant
                      AND m.user_id = nullif(current_setting('app.user_id', true), '')::uuid AND m.role <> 'viewer')
$$;

ALTER TABLE app.projects ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.projects FORCE ROW LEVEL SECURITY;
CREATE POLICY projects_select ON app.projects FOR SELECT USING (tenant_id = private.tenant());
CREATE POLICY projects_insert ON app.projects FOR INSERT WITH CHECK (tenant_id = private.tenant());
CREATE POLICY projects_update ON app.projects FOR UPDATE USING (tenant_id = private.tenant())
    WITH CHECK (tenant_id = private.tenant());
CREATE POLICY projects_delete ON app.projects FOR DELETE USING (tenant_id = private.tenant());
ALTER TABLE app.documents ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.documents FORCE ROW LEVEL SECURITY;
CREATE POLICY documents_select ON app.documents FOR SELECT USING (tenant_id = private.tenant());
CREATE POLICY documents_insert ON app.documents FOR INSERT WITH CHECK (tenant_id = private.tenant());
CREATE POLICY documents_update ON app.documents FOR UPDATE USING (tenant_id = private.tenant())
    WITH CHECK (tenant_id = private.tenant());
CREATE POLICY documents_delete ON app.documents FOR DELETE USING (tenant_id = private.tenant());
CREATE POLICY documents_editors ON app.documents AS RESTRICTIVE FOR UPDATE USING (private.may_edit(tenant_id));
ALTER TABLE app.memberships ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_memberships ON app.memberships FOR SELECT
    USING (user_id = nullif(current_setting('app.user_id', true), '')::uuid);

CREATE VIEW app.open_projects WITH (security_barrier = true, security_invoker = true) AS
    SELECT p.id, p.tenant_id, p.name, count(d.id) AS documents
      FROM app.projects p LEFT JOIN app.documents d ON d.project_id = p.id AND d.status <> 'withdrawn'
     WHERE p.archived_at IS NULL GROUP BY p.id;
COMMENT ON VIEW app.open_projects IS 'What the start page lists';

-- Who may do what: the server's own roles stand for an application's.
GRANT USAGE ON SCHEMA app TO pg_monitor, pg_signal_backend;
GRANT USAGE, CREATE ON SCHEMA private TO pg_monitor WITH GRANT OPTION;
GRANT SELECT, INSERT, UPDATE, DELETE ON app.projects, app.documents TO pg_monitor;
GRANT SELECT ON ALL TABLES IN SCHEMA app TO pg_signal_backend;
GRANT UPDATE (name, archived_at), REFERENCES (id) ON app.projects TO pg_signal_backend;
GRANT SELECT (slug) ON app.tenants TO PUBLIC;
GRANT INSERT ON app.tenants TO pg_monitor WITH GRANT OPTION;
REVOKE ALL ON FUNCTION private.tenant() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION private.tenant() TO pg_monitor;
REVOKE USAGE ON TYPE app.plan FROM PUBLIC;
GRANT USAGE ON TYPE app.plan, app.email TO pg_monitor;
REVOKE TRUNCATE ON app.tenants FROM CURRENT_USER;
ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT, UPDATE ON TABLES TO pg_monitor;
ALTER DEFAULT PRIVILEGES IN SCHEMA private GRANT USAGE ON SEQUENCES TO pg_monitor WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES GRANT USAGE ON TYPES TO pg_signal_backend;
