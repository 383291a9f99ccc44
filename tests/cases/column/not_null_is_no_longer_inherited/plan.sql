ALTER TABLE public.notes ALTER CONSTRAINT notes_id_not_null NO INHERIT;
ALTER TABLE public.old_notes ALTER COLUMN id DROP NOT NULL;
