-- file 1 of 3: one transaction

ALTER TABLE public.pages DROP CONSTRAINT pages_slug_check;

-- rewrites_table: its values are computed again
ALTER TABLE public.pages DROP COLUMN shown;

CREATE FUNCTION public.is_word(slug text)
RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$SELECT slug <> ''$$;

ALTER TABLE public.pages ALTER COLUMN good SET DEFAULT is_word('a');

-- rewrites_table: each row of `pages` gets a value of its own
ALTER TABLE public.pages ADD COLUMN shown boolean GENERATED ALWAYS AS (is_word(slug)) STORED;

ALTER TABLE public.pages ADD CONSTRAINT pages_slug_check CHECK (is_word(slug)) NOT VALID;

-- weakens_access: `pages_select` on `pages` may let more rows through
ALTER POLICY pages_select ON public.pages USING (is_word(slug));

-- file 2 of 3: no transaction

-- may_fail: rows that do not satisfy `pages_slug_check`
ALTER TABLE public.pages VALIDATE CONSTRAINT pages_slug_check;

-- builds_index: `pages_slug_idx` on `pages`
CREATE INDEX CONCURRENTLY IF NOT EXISTS pages_slug_idx__new ON public.pages ((is_word(slug)));

DROP INDEX CONCURRENTLY IF EXISTS public.pages_slug_idx;
ALTER INDEX IF EXISTS public.pages_slug_idx__new RENAME TO pages_slug_idx;

-- builds_index: `pages_good_idx` on `pages`
CREATE INDEX CONCURRENTLY IF NOT EXISTS pages_good_idx__new ON public.pages (good) WHERE (is_word(slug));

DROP INDEX CONCURRENTLY IF EXISTS public.pages_good_idx;
ALTER INDEX IF EXISTS public.pages_good_idx__new RENAME TO pages_good_idx;

-- file 3 of 3: one transaction

-- breaks_code: calls of `is_slug`
DROP FUNCTION public.is_slug(text);
