ALTER TABLE public.notes ADD CONSTRAINT notes_size CHECK (size > 0) NOT ENFORCED;
