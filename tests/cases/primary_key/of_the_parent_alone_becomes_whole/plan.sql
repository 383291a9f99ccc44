-- builds_index: `notes_1_pkey` on `notes_1`
-- may_fail: rows with equal or missing values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS notes_1_pkey ON public.notes_1 (id);

-- builds_index: `notes_2a_pkey` on `notes_2a`
-- may_fail: rows with equal or missing values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS notes_2a_pkey ON public.notes_2a (id);

ALTER TABLE public.notes_1 ADD CONSTRAINT notes_1_pkey PRIMARY KEY USING INDEX notes_1_pkey;
ALTER INDEX public.notes_pkey ATTACH PARTITION public.notes_1_pkey;
ALTER TABLE ONLY public.notes_2 ADD CONSTRAINT notes_2_pkey PRIMARY KEY (id);
ALTER TABLE public.notes_2a ADD CONSTRAINT notes_2a_pkey PRIMARY KEY USING INDEX notes_2a_pkey;
ALTER INDEX public.notes_2_pkey ATTACH PARTITION public.notes_2a_pkey;
ALTER INDEX public.notes_pkey ATTACH PARTITION public.notes_2_pkey;
ALTER INDEX public.notes_pkey ATTACH PARTITION public.own;
