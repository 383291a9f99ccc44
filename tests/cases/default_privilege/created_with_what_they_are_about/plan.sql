CREATE TYPE "public"."plan" AS ENUM ('a');
CREATE SEQUENCE public.notes_id_seq AS integer;

CREATE FUNCTION public.one()
RETURNS integer
LANGUAGE sql
AS $$SELECT 1$$;

CREATE FUNCTION public.two()
RETURNS integer
LANGUAGE sql
AS $$SELECT 1$$;

CREATE TABLE public.notes (
    id integer DEFAULT nextval('notes_id_seq'::regclass) NOT NULL
);

ALTER SEQUENCE public.notes_id_seq OWNED BY public.notes.id;

CREATE VIEW public.short AS
SELECT id FROM notes;

REVOKE EXECUTE ON FUNCTION public.two() FROM PUBLIC;
GRANT SELECT ON public.notes TO case_app;

-- weakens_access: `case_app` gets select, insert on new tables
ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT ON TABLES TO case_app;

-- weakens_access: everybody gets select on new tables
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC;

ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO case_app;
ALTER DEFAULT PRIVILEGES REVOKE USAGE ON TYPES FROM PUBLIC;
