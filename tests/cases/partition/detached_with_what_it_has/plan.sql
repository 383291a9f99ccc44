-- breaks_code: rows of `notes_1` are no longer found in `notes`
ALTER TABLE public.notes DETACH PARTITION public.notes_1;

ALTER TABLE public.notes_1 DROP CONSTRAINT notes_text_check;
ALTER TABLE public.notes_1 DROP CONSTRAINT notes_word_id_fkey;

-- breaks_code: rows of `notes_2` are no longer found in `notes`
ALTER TABLE public.notes DETACH PARTITION public.notes_2;

ALTER TABLE public.notes_2 DROP CONSTRAINT notes_text_check;
ALTER TABLE public.notes_2 DROP CONSTRAINT notes_word_id_fkey;
ALTER TABLE public.notes_2 DROP CONSTRAINT IF EXISTS notes_2_pkey;
DROP INDEX IF EXISTS public.notes_2_text_idx;

-- deletes_data: every value of `notes_2.text`
ALTER TABLE public.notes_2 DROP COLUMN text;

-- rewrites_table: `notes_2.word_id`: integer becomes bigint
ALTER TABLE public.notes_2 ALTER COLUMN word_id TYPE bigint;

-- blocks_writes: readers and writers wait while every row is checked
-- may_fail: rows that do not satisfy `notes_text_check`
ALTER TABLE public.notes_1 ADD CONSTRAINT notes_text_check CHECK (text <> '');
