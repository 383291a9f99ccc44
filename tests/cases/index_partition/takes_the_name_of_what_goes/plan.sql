-- deletes_data: every row of `kinds`
-- breaks_code: code that names `kinds`
DROP TABLE public.kinds;

ALTER INDEX public.notes_1_kind_idx RENAME TO kinds;
