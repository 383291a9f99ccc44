-- breaks_code: rows of `both` are no longer found in `a`
ALTER TABLE public."both" NO INHERIT public.a;

-- rewrites_table: `b.id`: integer becomes bigint
ALTER TABLE public.b ALTER COLUMN id TYPE bigint;
