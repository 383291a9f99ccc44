CREATE SCHEMA billing;
CREATE DOMAIN public.short AS character varying(10) COLLATE pg_catalog."C" DEFAULT 'none' NOT NULL CONSTRAINT "Odd one" CHECK (length(value) in (1,2,3,4)) CONSTRAINT short_filled CHECK (VALUE <> '');
COMMENT ON DOMAIN public.short IS 'Not long';
CREATE DOMAIN billing."Positive" AS integer DEFAULT 1 CONSTRAINT positive CHECK (value > 0);

CREATE TABLE public.words (
    word short,
    count billing."Positive"
);
