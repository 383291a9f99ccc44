DROP INDEX public.events_during_idx;

-- rewrites_table: `events`
ALTER TABLE public.events ALTER COLUMN during TYPE text USING during::text;

-- rewrites_table: `events`
ALTER TABLE public.events ALTER COLUMN all_of_it TYPE text USING all_of_it::text;

DROP TYPE public.span;
CREATE TYPE public.span AS RANGE (subtype = double precision, subtype_diff = float8mi);

-- rewrites_table: `events`
-- may_fail: values that the new type cannot hold
ALTER TABLE public.events ALTER COLUMN during TYPE span USING during::span;

-- rewrites_table: `events`
-- may_fail: values that the new type cannot hold
ALTER TABLE public.events ALTER COLUMN all_of_it TYPE span_multirange USING all_of_it::span_multirange;

-- blocks_writes: `events_during_idx` is built
-- builds_index: `events_during_idx` on `events`
CREATE INDEX events_during_idx ON public.events USING gist (during);
