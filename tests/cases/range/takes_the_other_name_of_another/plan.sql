DROP TYPE public.span;
CREATE TYPE public.length AS RANGE (subtype = text, multirange_type_name = public.spans);
ALTER TABLE public.orders ALTER COLUMN size SET DEFAULT (2 + 2);
