CREATE TYPE "public"."plan" AS ENUM ('a');

-- weakens_access: everybody gets usage on `plan`
GRANT USAGE ON TYPE public.plan TO PUBLIC;

CREATE SEQUENCE public.notes_id_seq AS integer;
REVOKE USAGE ON SEQUENCE public.notes_id_seq FROM case_app;

CREATE FUNCTION public.one()
RETURNS integer
LANGUAGE sql
AS $$SELECT 1$$;

-- weakens_access: everybody gets execute on `one`
GRANT EXECUTE ON FUNCTION public.one() TO PUBLIC;

CREATE FUNCTION public.two()
RETURNS integer
LANGUAGE sql
AS $$SELECT 1$$;

CREATE TABLE public.notes (
    id integer DEFAULT nextval('notes_id_seq'::regclass) NOT NULL
);

REVOKE SELECT ON public.notes FROM PUBLIC;
ALTER SEQUENCE public.notes_id_seq OWNED BY public.notes.id;

CREATE VIEW public.short AS
SELECT id FROM notes;

REVOKE SELECT, INSERT ON public.short FROM case_app;
REVOKE SELECT ON public.short FROM PUBLIC;
REVOKE INSERT ON public.notes FROM case_app;
