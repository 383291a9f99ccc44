-- breaks_code: code that writes no `text`
ALTER TABLE public.notes ADD CONSTRAINT notes_text_not_null CHECK (text IS NOT NULL) NOT VALID;

-- may_fail: rows where `text` is NULL
ALTER TABLE public.notes VALIDATE CONSTRAINT notes_text_not_null;

ALTER TABLE public.notes ALTER COLUMN text SET NOT NULL;
ALTER TABLE public.notes DROP CONSTRAINT notes_text_not_null;

-- builds_index: `notes_1_pkey` on `notes_1`
-- may_fail: rows with equal or missing values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS notes_1_pkey__new ON public.notes_1 (id, kind, text);

-- builds_index: `notes_2a_pkey` on `notes_2a`
-- may_fail: rows with equal or missing values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS notes_2a_pkey__new ON public.notes_2a (id, kind, text);

-- builds_index: `notes_2_rest_pkey` on `notes_2_rest`
-- may_fail: rows with equal or missing values
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS notes_2_rest_pkey__new ON public.notes_2_rest (id, kind, text);

-- breaks_code: ON CONFLICT that names the key as it was
DO $$
BEGIN
    IF to_regclass('public.notes_1_pkey__new') IS NOT NULL THEN
        ALTER TABLE public.notes DROP CONSTRAINT notes_pkey;
        ALTER TABLE ONLY public.notes ADD CONSTRAINT notes_pkey PRIMARY KEY (id, kind, text) DEFERRABLE;
        ALTER TABLE public.notes_1 ADD CONSTRAINT notes_1_pkey PRIMARY KEY USING INDEX notes_1_pkey__new DEFERRABLE;
        ALTER INDEX public.notes_pkey ATTACH PARTITION public.notes_1_pkey;
        ALTER TABLE ONLY public.notes_2 ADD CONSTRAINT notes_2_pkey PRIMARY KEY (id, kind, text) DEFERRABLE;
        ALTER TABLE public.notes_2a ADD CONSTRAINT notes_2a_pkey PRIMARY KEY USING INDEX notes_2a_pkey__new DEFERRABLE;
        ALTER INDEX public.notes_2_pkey ATTACH PARTITION public.notes_2a_pkey;
        ALTER TABLE public.notes_2_rest ADD CONSTRAINT notes_2_rest_pkey PRIMARY KEY USING INDEX notes_2_rest_pkey__new DEFERRABLE;
        ALTER INDEX public.notes_2_pkey ATTACH PARTITION public.notes_2_rest_pkey;
        ALTER INDEX public.notes_pkey ATTACH PARTITION public.notes_2_pkey;
        COMMENT ON CONSTRAINT notes_pkey ON public.notes IS 'Which one';
    END IF;
END
$$;
