ALTER TABLE public.notes DROP CONSTRAINT notes_title_check;
ALTER TABLE public.notes ALTER COLUMN is_short DROP DEFAULT;

-- breaks_code: calls of `short`
DROP FUNCTION public.short(text);

CREATE FUNCTION public.short(b text)
RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$SELECT length($1) < 9$$;

ALTER TABLE public.notes ALTER COLUMN is_short SET DEFAULT short('x'::text);

-- blocks_reads: every row of `notes` is checked
-- may_fail: rows that do not satisfy `notes_title_check`
ALTER TABLE public.notes ADD CONSTRAINT notes_title_check CHECK (short(title));
