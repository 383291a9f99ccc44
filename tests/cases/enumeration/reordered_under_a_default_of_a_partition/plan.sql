ALTER TABLE public.n DETACH PARTITION public.n_1;
DROP TABLE public.n;
ALTER TYPE public.c RENAME TO c__old;
CREATE TYPE "public"."c" AS ENUM ('b', 'a');
ALTER TABLE public.m ALTER COLUMN q DROP DEFAULT;

-- rewrites_table: `m`
ALTER TABLE public.m ALTER COLUMN q TYPE public.c USING q::text::public.c;

ALTER TABLE public.m ALTER COLUMN q SET DEFAULT 'a'::c;
ALTER TABLE public.m_1 ALTER COLUMN q SET DEFAULT 'b'::c;
ALTER TABLE public.n_1 ALTER COLUMN q DROP DEFAULT;

-- rewrites_table: `n_1`
ALTER TABLE public.n_1 ALTER COLUMN q TYPE public.c USING q::text::public.c;

ALTER TABLE public.n_1 ALTER COLUMN q SET DEFAULT 'b'::c;
DROP TYPE public.c__old;

CREATE TABLE public.n (
    q c
) PARTITION BY LIST (q);

-- blocks_reads: every row of `n_1` is read
-- may_fail: rows of `n_1` that do not belong there
ALTER TABLE public.n ATTACH PARTITION public.n_1 DEFAULT;
