ALTER INDEX public.ev_1_d_idx RENAME TO ev_1_d_idx1;

CREATE TABLE public.ev_1_old (
    d date
);

CREATE INDEX ev_1_d_idx ON public.ev_1_old (d);
