-- breaks_code: `notes` is called `all_notes`
ALTER VIEW public.notes RENAME TO all_notes;

CREATE TABLE public.notes (
    id integer
);
