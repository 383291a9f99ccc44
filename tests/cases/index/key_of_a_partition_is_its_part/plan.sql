CREATE TABLE public.p (
    id integer NOT NULL,
    region text NOT NULL
) PARTITION BY LIST (region);

CREATE TABLE public.p_eu PARTITION OF public.p (
    CONSTRAINT p_eu_pkey PRIMARY KEY (region, id)
) FOR VALUES IN ('eu');

CREATE UNIQUE INDEX p_region_id_idx ON public.p (region, id);
