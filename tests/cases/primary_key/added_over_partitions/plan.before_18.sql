-- breaks_code: code that writes no `id`
ALTER TABLE public.notes ADD CONSTRAINT notes_id_not_null CHECK (id IS NOT NULL) NOT VALID;

-- may_fail: rows where `id` is NULL
ALTER TABLE public.notes VALIDATE CONSTRAINT notes_id_not_null;

ALTER TABLE public.notes ALTER COLUMN id SET NOT NULL;
ALTER TABLE public.notes DROP CONSTRAINT notes_id_not_null;

-- builds_index: `notes_1_pkey` on `notes_1`
-- may_fail: rows with equal or missing values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS notes_1_pkey ON public.notes_1 (id, kind) INCLUDE (text);

-- builds_index: `notes_2a_pkey` on `notes_2a`
-- may_fail: rows with equal or missing values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS notes_2a_pkey ON public.notes_2a (id, kind) INCLUDE (text);

-- builds_index: `notes_2_rest_pkey` on `notes_2_rest`
-- may_fail: rows with equal or missing values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS notes_2_rest_pkey ON public.notes_2_rest (id, kind) INCLUDE (text);

ALTER TABLE ONLY public.notes ADD CONSTRAINT notes_pkey PRIMARY KEY (id, kind) INCLUDE (text);
ALTER TABLE public.notes_1 ADD CONSTRAINT notes_1_pkey PRIMARY KEY USING INDEX notes_1_pkey;
ALTER INDEX public.notes_pkey ATTACH PARTITION public.notes_1_pkey;
ALTER TABLE ONLY public.notes_2 ADD CONSTRAINT notes_2_pkey PRIMARY KEY (id, kind) INCLUDE (text);
ALTER TABLE public.notes_2a ADD CONSTRAINT notes_2a_pkey PRIMARY KEY USING INDEX notes_2a_pkey;
ALTER INDEX public.notes_2_pkey ATTACH PARTITION public.notes_2a_pkey;
ALTER TABLE public.notes_2_rest ADD CONSTRAINT notes_2_rest_pkey PRIMARY KEY USING INDEX notes_2_rest_pkey;
ALTER INDEX public.notes_2_pkey ATTACH PARTITION public.notes_2_rest_pkey;
ALTER INDEX public.notes_pkey ATTACH PARTITION public.notes_2_pkey;
COMMENT ON CONSTRAINT notes_pkey ON public.notes IS 'Which one';
