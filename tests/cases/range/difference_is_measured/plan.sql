ALTER TYPE public.span_multirange RENAME TO span_multirange__old;
ALTER TYPE public.span RENAME TO span__old;
CREATE TYPE public.span AS RANGE (subtype = double precision, subtype_diff = float8mi);

-- rewrites_table: `events`
ALTER TABLE public.events ALTER COLUMN during TYPE public.span USING during::text::public.span;

-- rewrites_table: `events`
ALTER TABLE public.events ALTER COLUMN all_of_it TYPE public.span_multirange USING all_of_it::text::public.span_multirange;

DROP TYPE public.span__old;
