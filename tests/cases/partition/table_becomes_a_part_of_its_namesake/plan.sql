-- deletes_data: every row of `ev`: PostgreSQL cannot change how a table is partitioned; to keep the rows, declare a new table beside it, move them, then drop the old one
DROP TABLE public.ev;

CREATE TABLE public.ev (
    d date NOT NULL
) PARTITION BY RANGE (d);

CREATE TABLE public.ev_default PARTITION OF public.ev DEFAULT;
CREATE INDEX ev_d_idx1 ON public.ev (d);
ALTER INDEX public.ev_default_d_idx RENAME TO ev_d_idx;
