CREATE TYPE mood AS ENUM ('good', 'so so', 'bad');
CREATE DOMAIN slug AS <<slug type>> CONSTRAINT slug_plain CHECK (<<slug check>>);
CREATE TYPE place AS (street <<street type>>, number <<number type>>);
CREATE FUNCTION tenant() RETURNS <<tenant type>> LANGUAGE sql STABLE
    AS $$SELECT NULLIF(current_setting('app.tenant', true), '')::uuid$$;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$;
CREATE FUNCTION scaled(value <<number type>>, by <<price type plain>> DEFAULT <<by default>>) RETURNS <<price type plain>>
    LANGUAGE sql IMMUTABLE AS $$SELECT value * by$$;
CREATE TABLE shops (
    id <<id type>> PRIMARY KEY,
    tenant_id uuid NOT NULL,
    name text NOT NULL UNIQUE
);
CREATE TABLE items (
    id <<serial type>> PRIMARY KEY,
    shop_id <<id type>> REFERENCES shops (id) ON DELETE CASCADE,
    tenant_id uuid NOT NULL DEFAULT <<tenant default>>,
    name <<name type>> NOT NULL DEFAULT <<name default>>,
    kind text,
    code <<code type>>,
    count <<number type>> NOT NULL DEFAULT <<count default>>,
    small <<small type>>,
    price <<price type>> DEFAULT <<price default>>,
    ratio <<ratio type>>,
    gone <<flag type>> NOT NULL DEFAULT <<flag default>>,
    made_at <<at type>> NOT NULL DEFAULT <<at default>>,
    until <<until type>> DEFAULT <<until default>>,
    tags <<tags type>> DEFAULT <<tags default>>,
    mood <<mood type>> DEFAULT <<mood default>>,
    spot <<place type>>,
    "Odd name" <<number type>>,
    double_count <<number type>> GENERATED ALWAYS AS (<<generated>>) STORED,
    CONSTRAINT items_kind_check CHECK (<<kind check>>),
    CONSTRAINT items_count CHECK (<<count check>>),
    CONSTRAINT items_name CHECK (<<name check>>),
    CONSTRAINT items_code CHECK (<<code check>>),
    CONSTRAINT items_pair UNIQUE (name, code)
);
CREATE INDEX items_search ON items (kind, (<<index expression>>)) WHERE <<index predicate>>;
CREATE INDEX items_recent ON items (made_at DESC);
ALTER TABLE items ENABLE ROW LEVEL SECURITY;
ALTER TABLE items FORCE ROW LEVEL SECURITY;
CREATE POLICY items_own ON items USING (<<policy using>>) WITH CHECK (<<policy check>>);
CREATE TRIGGER items_touch BEFORE UPDATE ON items FOR EACH ROW WHEN (<<trigger condition>>) EXECUTE FUNCTION touch();
CREATE VIEW cheap AS <<view query>>;
