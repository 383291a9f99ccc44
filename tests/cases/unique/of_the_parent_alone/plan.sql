ALTER TABLE ONLY public.notes ADD CONSTRAINT notes_key UNIQUE (id, kind);
