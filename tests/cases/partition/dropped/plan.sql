-- deletes_data: every row of `notes_a`; if something else makes partitions of `notes`, say `partitions = "unmanaged"` there
-- breaks_code: code that names `notes_a`
DROP TABLE public.notes_a;

-- deletes_data: every row of `notes_b`; if something else makes partitions of `notes`, say `partitions = "unmanaged"` there
-- breaks_code: code that names `notes_b`
DROP TABLE public.notes_b;
