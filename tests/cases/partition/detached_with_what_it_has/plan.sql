-- file 1 of 2: no transaction

-- breaks_code: rows of `notes_1` are no longer found in `notes`
ALTER TABLE public.notes DETACH PARTITION public.notes_1 CONCURRENTLY;

ALTER TABLE public.notes_1 DROP CONSTRAINT notes_text_check;
ALTER TABLE public.notes_1 DROP CONSTRAINT notes_word_id_fkey;

DO $$
DECLARE
    bound name;
BEGIN
    FOR bound IN SELECT conname FROM pg_constraint
                  WHERE conrelid = 'public.notes_1'::regclass AND contype = 'c' AND coninhcount = 0
                    AND conname <> ALL (ARRAY['notes_text_check']::name[]) LOOP
        EXECUTE format('ALTER TABLE public.notes_1 DROP CONSTRAINT %I', bound);
    END LOOP;
END
$$;

-- breaks_code: rows of `notes_2` are no longer found in `notes`
ALTER TABLE public.notes DETACH PARTITION public.notes_2 CONCURRENTLY;

ALTER TABLE public.notes_2 DROP CONSTRAINT notes_text_check;
ALTER TABLE public.notes_2 DROP CONSTRAINT notes_word_id_fkey;
ALTER TABLE public.notes_2 DROP CONSTRAINT IF EXISTS notes_2_pkey;
DROP INDEX IF EXISTS public.notes_2_text_idx;

DO $$
DECLARE
    bound name;
BEGIN
    FOR bound IN SELECT conname FROM pg_constraint
                  WHERE conrelid = 'public.notes_2'::regclass AND contype = 'c' AND coninhcount = 0
                    AND conname <> ALL ('{}'::name[]) LOOP
        EXECUTE format('ALTER TABLE public.notes_2 DROP CONSTRAINT %I', bound);
    END LOOP;
END
$$;

-- file 2 of 2: one transaction

-- deletes_data: every value of `notes_2.text`
-- breaks_code: code that names `notes_2.text`
ALTER TABLE public.notes_2 DROP COLUMN text;

-- rewrites_table: `notes_2.word_id`: integer becomes bigint
ALTER TABLE public.notes_2 ALTER COLUMN word_id TYPE bigint;

-- blocks_reads: every row of `notes_1` is checked
-- may_fail: rows that do not satisfy `notes_text_check`
ALTER TABLE public.notes_1 ADD CONSTRAINT notes_text_check CHECK (text <> '');
