-- breaks_code: `notes` is called `memos`
ALTER TABLE public.notes RENAME TO memos;

-- breaks_code: `body` is called `text`
ALTER TABLE public.memos RENAME COLUMN body TO text;

ALTER TABLE public.memos RENAME CONSTRAINT notes_pkey TO memos_pkey;
COMMENT ON TABLE public.memos IS 'Short notes';

-- may_fail: rows where `text` is NULL
ALTER TABLE public.memos ALTER COLUMN text SET NOT NULL;

ALTER TABLE public.memos ADD COLUMN author text;
