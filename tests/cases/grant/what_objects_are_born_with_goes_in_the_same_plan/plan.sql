-- weakens_access: everybody gets execute on new functions
ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC;

ALTER DEFAULT PRIVILEGES REVOKE SELECT, INSERT ON TABLES FROM case_app;
ALTER DEFAULT PRIVILEGES REVOKE SELECT ON TABLES FROM PUBLIC;

-- weakens_access: everybody gets usage on new types
ALTER DEFAULT PRIVILEGES GRANT USAGE ON TYPES TO PUBLIC;

ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE USAGE ON SEQUENCES FROM case_app;
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
