ALTER TYPE public.positive RENAME TO positive__old;
CREATE DOMAIN public.positive AS integer CONSTRAINT even CHECK ((VALUE % 2) = 0) CONSTRAINT positive_check CHECK (VALUE > 0);

-- rewrites_table: `t`
ALTER TABLE public.t ALTER COLUMN a TYPE public.positive USING a::text::public.positive;

-- rewrites_table: `t`
ALTER TABLE public.t ALTER COLUMN c TYPE public.positive[] USING c::text[]::public.positive[];

ALTER TYPE public.small RENAME TO small__old;
CREATE DOMAIN public.small AS positive CONSTRAINT small_check CHECK ((VALUE)::integer < 10);
ALTER TABLE public.t ALTER COLUMN b DROP DEFAULT;

-- rewrites_table: `t`
ALTER TABLE public.t ALTER COLUMN b TYPE public.small USING b::text::public.small;

ALTER TABLE public.t ALTER COLUMN b SET DEFAULT 4;
DROP TYPE public.small__old;
DROP TYPE public.positive__old;
