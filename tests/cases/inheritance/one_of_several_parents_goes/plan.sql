-- file 1 of 2: one transaction

-- breaks_code: rows of `one` are no longer found in `mix`
ALTER TABLE public.one NO INHERIT public.mix;

ALTER TABLE public.one DROP CONSTRAINT mix_check;

-- breaks_code: rows of `three` are no longer found in `mix`
ALTER TABLE public.three NO INHERIT public.mix;

ALTER TABLE public.three DROP CONSTRAINT mix_check;

-- breaks_code: rows of `two` are no longer found in `mix`
ALTER TABLE public.two NO INHERIT public.mix;

ALTER TABLE public.two DROP CONSTRAINT mix_check;

-- deletes_data: every value of `one.m`
-- breaks_code: code that names `one.m`
ALTER TABLE public.one DROP COLUMN m;

-- deletes_data: every value of `two.m`
-- breaks_code: code that names `two.m`
ALTER TABLE public.two DROP COLUMN m;

ALTER TABLE public.base ADD COLUMN n text DEFAULT 'n' NOT NULL;
ALTER TABLE public.mix ADD COLUMN later date;

-- rewrites_table: `three.m`: integer becomes bigint
ALTER TABLE public.three ALTER COLUMN m TYPE bigint;

-- file 2 of 2: no transaction

-- breaks_code: code that writes no `id`
ALTER TABLE public.base ADD CONSTRAINT base_id_not_null NOT NULL id NOT VALID;

-- may_fail: rows where `id` is NULL
ALTER TABLE public.base VALIDATE CONSTRAINT base_id_not_null;
