ALTER TABLE public.c DROP CONSTRAINT c_p_id_fkey;
ALTER TABLE public.c DETACH PARTITION public.c1;
ALTER TABLE public.p DETACH PARTITION public.p1;
DROP TABLE public.c;
DROP TABLE public.p;

CREATE TABLE public.p (
    id bigint NOT NULL,
    CONSTRAINT p_pkey PRIMARY KEY (id)
) PARTITION BY RANGE (id);

CREATE TABLE public.c (
    p_id bigint
) PARTITION BY RANGE (p_id);

-- rewrites_table: `p1.id`: integer becomes bigint
ALTER TABLE public.p1 ALTER COLUMN id TYPE bigint;

-- rewrites_table: `c1.p_id`: integer becomes bigint
ALTER TABLE public.c1 ALTER COLUMN p_id TYPE bigint;

-- blocks_reads: every row of `p1` is read
-- may_fail: rows of `p1` that do not belong there
ALTER TABLE public.p ATTACH PARTITION public.p1 FOR VALUES FROM (0) TO (10);

-- blocks_reads: every row of `c1` is read
-- may_fail: rows of `c1` that do not belong there
ALTER TABLE public.c ATTACH PARTITION public.c1 FOR VALUES FROM (0) TO (10);

ALTER TABLE public.c ADD CONSTRAINT c_p_id_fkey FOREIGN KEY (p_id) REFERENCES public.p (id);
