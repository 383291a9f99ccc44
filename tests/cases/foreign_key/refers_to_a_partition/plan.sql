ALTER TABLE public.r DROP CONSTRAINT r_id_ts_fkey;

CREATE TABLE public.ev2 (
    id integer NOT NULL,
    ts date NOT NULL,
    CONSTRAINT ev2_pkey PRIMARY KEY (id, ts)
) PARTITION BY RANGE (ts);

CREATE TABLE public.r2 (
    id integer,
    ts date
);

-- rewrites_table: `ev.id`: integer becomes bigint
ALTER TABLE public.ev ALTER COLUMN id TYPE bigint;

CREATE TABLE public.ev2_1 PARTITION OF public.ev2 DEFAULT;

-- rewrites_table: `r.id`: integer becomes bigint
ALTER TABLE public.r ALTER COLUMN id TYPE bigint;

-- blocks_writes: writers of both tables wait while `r` is checked
-- may_fail: rows that refer to nothing
ALTER TABLE public.r ADD CONSTRAINT r_id_ts_fkey FOREIGN KEY (id, ts) REFERENCES public.ev_1 (id, ts);

ALTER TABLE public.r2 ADD CONSTRAINT r2_id_ts_fkey FOREIGN KEY (id, ts) REFERENCES public.ev2_1 (id, ts);
