CREATE INDEX notes_kind_idx ON ONLY public.notes (kind);
