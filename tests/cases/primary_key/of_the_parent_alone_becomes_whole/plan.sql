-- blocks_reads: `notes_1_pkey` is built
-- builds_index: `notes_1_pkey` on `notes_1`
-- may_fail: rows with equal or missing values
ALTER TABLE public.notes_1 ADD CONSTRAINT notes_1_pkey PRIMARY KEY (id);

ALTER INDEX public.notes_pkey ATTACH PARTITION public.notes_1_pkey;
ALTER TABLE ONLY public.notes_2 ADD CONSTRAINT notes_2_pkey PRIMARY KEY (id);

-- blocks_reads: `notes_2a_pkey` is built
-- builds_index: `notes_2a_pkey` on `notes_2a`
-- may_fail: rows with equal or missing values
ALTER TABLE public.notes_2a ADD CONSTRAINT notes_2a_pkey PRIMARY KEY (id);

ALTER INDEX public.notes_2_pkey ATTACH PARTITION public.notes_2a_pkey;
ALTER INDEX public.notes_pkey ATTACH PARTITION public.notes_2_pkey;
ALTER INDEX public.notes_pkey ATTACH PARTITION public.own;
