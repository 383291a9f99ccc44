-- rewrites_table: `people.email`: citext becomes text
ALTER TABLE public.people ALTER COLUMN email TYPE text;

-- rewrites_table: `people.more`: hstore becomes jsonb
-- may_fail: values that do not fit: `people.more`: hstore becomes jsonb
ALTER TABLE public.people ALTER COLUMN more TYPE jsonb USING more::text::jsonb;

-- deletes_data: the types, functions and operators of `hstore`
DROP EXTENSION hstore;

-- deletes_data: the types, functions and operators of `citext`
DROP EXTENSION citext;
