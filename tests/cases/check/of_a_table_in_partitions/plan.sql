ALTER TABLE public.notes ADD CONSTRAINT notes_kind CHECK (kind <> '') NOT VALID;

-- may_fail: rows that do not satisfy `notes_kind`
ALTER TABLE public.notes VALIDATE CONSTRAINT notes_kind;
