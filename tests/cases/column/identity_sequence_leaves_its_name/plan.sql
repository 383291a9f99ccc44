ALTER SEQUENCE public.numbers RENAME TO numbers__old;
ALTER SEQUENCE public.others RENAME TO others__old;

-- deletes_data: every value of `items.other`
-- breaks_code: code that names `items.other`
ALTER TABLE public.items DROP COLUMN other;

CREATE SEQUENCE public.others;

CREATE TABLE public.numbers (
    id bigint
);

ALTER TABLE public.items ALTER COLUMN id DROP IDENTITY;
