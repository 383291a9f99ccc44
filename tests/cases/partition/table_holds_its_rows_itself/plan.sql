-- deletes_data: every row of `notes_3`; if something else makes partitions of `notes`, say `partitions = "unmanaged"` there
-- breaks_code: code that names `notes_3`
DROP TABLE public.notes_3;

-- deletes_data: every row of `notes`: PostgreSQL cannot change how a table is partitioned; to keep the rows, declare a new table beside it, move them, then drop the old one
DROP TABLE public.notes;

CREATE TABLE public.notes (
    kind integer
);
