ALTER TABLE public.ev DETACH PARTITION public.ev_1;
DROP TABLE public.ev;

CREATE TABLE public.ev (
    at timestamp with time zone CONSTRAINT ev_at_not_null NOT NULL
) PARTITION BY RANGE (at);

-- rewrites_table: `ev_1.at`: date becomes timestamp with time zone
-- may_fail: values that do not fit: `ev_1.at`: date becomes timestamp with time zone
ALTER TABLE public.ev_1 ALTER COLUMN at TYPE timestamp with time zone;

-- blocks_reads: every row of `ev_1` is read
-- may_fail: rows of `ev_1` that do not belong there
ALTER TABLE public.ev ATTACH PARTITION public.ev_1 DEFAULT;
