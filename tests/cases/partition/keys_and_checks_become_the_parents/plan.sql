-- file 1 of 2: one transaction

ALTER TABLE public.notes ADD CONSTRAINT positive CHECK (id > 0) NOT VALID;
ALTER TABLE public.notes ADD CONSTRAINT notes_person_fkey FOREIGN KEY (person) REFERENCES public.people (id) NOT VALID;

-- file 2 of 2: no transaction

ALTER TABLE ONLY public.notes ADD CONSTRAINT notes_key UNIQUE (region, id);
ALTER INDEX public.notes_key ATTACH PARTITION public.notes_a_key;

-- may_fail: rows that do not satisfy `positive`
ALTER TABLE public.notes VALIDATE CONSTRAINT positive;

-- may_fail: rows that refer to nothing
ALTER TABLE public.notes VALIDATE CONSTRAINT notes_person_fkey;
