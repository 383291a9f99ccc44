-- rewrites_table: the rows of `kept` are computed again
DROP MATERIALIZED VIEW public.kept;

-- breaks_code: columns of `short` may go or change
DROP VIEW public.short;

-- weakens_access: `case_app` gets rows of `notes` through `short`
CREATE VIEW public.short AS
SELECT title,
    id
   FROM notes;

CREATE MATERIALIZED VIEW public.kept AS
SELECT id FROM short;

GRANT SELECT ON public.short TO case_app;
GRANT SELECT (title) ON public.short TO case_reader;
GRANT SELECT ON public.kept TO case_reader;
