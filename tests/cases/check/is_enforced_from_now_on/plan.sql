-- file 1 of 2: one transaction

ALTER TABLE public.notes DROP CONSTRAINT notes_size;
ALTER TABLE public.notes ADD CONSTRAINT notes_size CHECK (size > 0) NOT VALID;

-- file 2 of 2: no transaction

-- may_fail: rows that do not satisfy `notes_size`
ALTER TABLE public.notes VALIDATE CONSTRAINT notes_size;
