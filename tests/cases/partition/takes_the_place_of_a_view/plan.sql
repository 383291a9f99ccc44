-- breaks_code: queries of `north`
DROP VIEW public.north;

CREATE TABLE public.north PARTITION OF public.events FOR VALUES IN ('north');
