-- breaks_code: queries of `titles`
DROP VIEW public.titles;

CREATE TABLE public.titles (
    id bigint
);

CREATE TRIGGER told BEFORE INSERT ON public.titles FOR EACH STATEMENT EXECUTE FUNCTION public.tell();
GRANT SELECT ON public.titles TO case_reader;
