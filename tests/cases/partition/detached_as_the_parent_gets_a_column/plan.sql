-- breaks_code: rows of `readings_of_march` are no longer found in `readings`
ALTER TABLE public.readings DETACH PARTITION public.readings_of_march;

ALTER TABLE public.readings ADD COLUMN note text;
CREATE TABLE public.readings_of_april PARTITION OF public.readings FOR VALUES FROM ('2026-04-01') TO ('2026-05-01');
