DROP VIEW public.texts;
ALTER TABLE public.words DROP CONSTRAINT words_note_id_fkey;

-- deletes_data: every row of `notes`: PostgreSQL cannot change how a table is partitioned; to keep the rows, declare a new table beside it, move them, then drop the old one
DROP TABLE public.notes;

CREATE TABLE public.notes (
    id integer NOT NULL,
    text text DEFAULT 'b'::text,
    CONSTRAINT notes_pkey PRIMARY KEY (id)
) PARTITION BY HASH (id);

COMMENT ON COLUMN public.notes.id IS 'Its number';

-- weakens_access: policies of `notes` do not bind who queries its partition `notes_0` directly, which is not closed as it is
CREATE TABLE public.notes_0 PARTITION OF public.notes FOR VALUES WITH (modulus 1, remainder 0);

-- blocks_writes: writers of both tables wait while `words` is checked
-- may_fail: rows that refer to nothing
ALTER TABLE public.words ADD CONSTRAINT words_note_id_fkey FOREIGN KEY (note_id) REFERENCES public.notes (id);

CREATE INDEX notes_text_idx ON public.notes (text);

CREATE VIEW public.texts AS
SELECT notes.text
   FROM notes;

CREATE POLICY notes_all ON public.notes USING (true);
ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
