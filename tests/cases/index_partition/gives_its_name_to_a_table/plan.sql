ALTER INDEX public.kinds RENAME TO notes_1_kind_idx;

CREATE TABLE public.kinds (
    kind text
);
