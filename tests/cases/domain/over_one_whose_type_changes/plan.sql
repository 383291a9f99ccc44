ALTER TYPE public.number RENAME TO number__old;
CREATE DOMAIN public.number AS bigint;
ALTER TYPE public.positive RENAME TO positive__old;
CREATE DOMAIN public.positive AS number CONSTRAINT positive_check CHECK (VALUE > 0);

-- rewrites_table: `t`
ALTER TABLE public.t ALTER COLUMN a TYPE public.positive USING a::text::public.positive;

-- rewrites_table: `t`
ALTER TABLE public.t ALTER COLUMN b TYPE public.positive[] USING b::text[]::public.positive[];

DROP TYPE public.positive__old;
DROP TYPE public.number__old;
