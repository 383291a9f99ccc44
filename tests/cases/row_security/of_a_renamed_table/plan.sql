-- breaks_code: `notes` is called `memos`
ALTER TABLE public.notes RENAME TO memos;

-- weakens_access: the owner of `memos` sees and changes every row
ALTER TABLE public.memos NO FORCE ROW LEVEL SECURITY;
