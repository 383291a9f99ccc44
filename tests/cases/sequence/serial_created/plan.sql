CREATE SCHEMA billing;
CREATE SEQUENCE public.notes_id_seq AS integer;
CREATE SEQUENCE public.notes_other_seq;
CREATE SEQUENCE billing."Bills_No_seq" AS smallint;

CREATE TABLE public.notes (
    id integer DEFAULT nextval('notes_id_seq'::regclass) NOT NULL,
    other bigint DEFAULT nextval('notes_other_seq'::regclass) NOT NULL,
    CONSTRAINT notes_pkey PRIMARY KEY (id)
);

CREATE TABLE billing."Bills" (
    "No" smallint DEFAULT nextval('billing."Bills_No_seq"'::regclass) NOT NULL
);

COMMENT ON COLUMN public.notes.other IS 'More';
ALTER SEQUENCE public.notes_id_seq OWNED BY public.notes.id;
ALTER SEQUENCE public.notes_other_seq OWNED BY public.notes.other;
ALTER SEQUENCE billing."Bills_No_seq" OWNED BY billing."Bills"."No";
