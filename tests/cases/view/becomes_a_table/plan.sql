-- breaks_code: queries of `open_notes`
DROP VIEW public.open_notes;

CREATE TABLE public.open_notes (
    id bigint
);
