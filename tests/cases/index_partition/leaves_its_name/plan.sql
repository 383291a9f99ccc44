DROP INDEX public.notes_kind_idx;

CREATE TABLE public.kinds (
    kind text
);

ALTER INDEX public.ids RENAME TO first_ids;

CREATE TABLE public.ids (
    kind text
);
