ALTER TABLE public.notes_1 ADD CONSTRAINT notes_word_fk FOREIGN KEY (word_id) REFERENCES public.words (id) ON DELETE CASCADE NOT VALID;

-- may_fail: rows that refer to nothing
ALTER TABLE public.notes_1 VALIDATE CONSTRAINT notes_word_fk;

ALTER TABLE public."notes 2a" ADD CONSTRAINT notes_word_fk FOREIGN KEY (word_id) REFERENCES public.words (id) ON DELETE CASCADE NOT VALID;

-- may_fail: rows that refer to nothing
ALTER TABLE public."notes 2a" VALIDATE CONSTRAINT notes_word_fk;

ALTER TABLE public.notes ADD CONSTRAINT notes_word_fk FOREIGN KEY (word_id) REFERENCES public.words (id) ON DELETE CASCADE;
