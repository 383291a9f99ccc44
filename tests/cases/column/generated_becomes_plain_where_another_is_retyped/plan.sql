-- deletes_data: every value of `t.a`
ALTER TABLE public.t DROP COLUMN a;

-- rewrites_table: `t.id`: integer becomes bigint
ALTER TABLE public.t ALTER COLUMN id TYPE bigint;

ALTER TABLE public.t ADD COLUMN a integer;
