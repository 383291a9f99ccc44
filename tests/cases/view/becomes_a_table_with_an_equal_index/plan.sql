-- breaks_code: queries of `titles`
DROP MATERIALIZED VIEW public.titles;

CREATE TABLE public.titles (
    id bigint,
    title text
);

CREATE INDEX titles_title_idx ON public.titles (title);
