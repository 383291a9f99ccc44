-- file 1 of 2: one transaction

-- breaks_code: `notes` is called `memos`
ALTER TABLE public.notes RENAME TO memos;

-- breaks_code: `body` is called `text`
ALTER TABLE public.memos RENAME COLUMN body TO text;

ALTER TABLE public.memos RENAME CONSTRAINT notes_pkey TO memos_pkey;
COMMENT ON TABLE public.memos IS 'Short notes';
ALTER TABLE public.memos ADD COLUMN author text;

-- file 2 of 2: no transaction

-- breaks_code: code that writes no `text`
ALTER TABLE public.memos ADD CONSTRAINT memos_text_not_null CHECK (text IS NOT NULL) NOT VALID;

-- may_fail: rows where `text` is NULL
ALTER TABLE public.memos VALIDATE CONSTRAINT memos_text_not_null;

ALTER TABLE public.memos ALTER COLUMN text SET NOT NULL;
ALTER TABLE public.memos DROP CONSTRAINT memos_text_not_null;
