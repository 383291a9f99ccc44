ALTER TABLE public.notes DETACH PARTITION public.notes_a;
ALTER TABLE public.notes DETACH PARTITION public.notes_b;
DROP TABLE public.notes;
ALTER TYPE public.region RENAME TO region__old;
CREATE TYPE "public"."region" AS ENUM ('a', 'b');

-- rewrites_table: `notes_a`
-- may_fail: rows of `notes_a` that hold c
ALTER TABLE public.notes_a ALTER COLUMN region TYPE public.region USING region::text::public.region;

-- rewrites_table: `notes_b`
-- may_fail: rows of `notes_b` that hold c
ALTER TABLE public.notes_b ALTER COLUMN region TYPE public.region USING region::text::public.region;

DROP TYPE public.region__old;

CREATE TABLE public.notes (
    region region,
    id bigint
) PARTITION BY LIST (region);

-- blocks_reads: every row of `notes_a` is read
-- may_fail: rows of `notes_a` that do not belong there
ALTER TABLE public.notes ATTACH PARTITION public.notes_a FOR VALUES IN ('a');

-- blocks_reads: every row of `notes_b` is read
-- may_fail: rows of `notes_b` that do not belong there
ALTER TABLE public.notes ATTACH PARTITION public.notes_b FOR VALUES IN ('b');
