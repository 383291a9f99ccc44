DROP POLICY pages_select ON public.pages;
DROP INDEX public.pages_good_idx;
DROP INDEX public.pages_slug_idx;
ALTER TABLE public.pages DROP CONSTRAINT pages_slug_check;

-- rewrites_table: its values are computed again
ALTER TABLE public.pages DROP COLUMN shown;

ALTER TABLE public.pages ALTER COLUMN good DROP DEFAULT;

-- breaks_code: calls of `is_slug`
DROP FUNCTION public.is_slug(text);

-- weakens_access: policies that call `is_slug` let through what it says now
CREATE FUNCTION public.is_slug(word text)
RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$SELECT word <> ''$$;

ALTER TABLE public.pages ALTER COLUMN good SET DEFAULT is_slug('a'::text);

-- rewrites_table: each row of `pages` gets a value of its own
ALTER TABLE public.pages ADD COLUMN shown boolean GENERATED ALWAYS AS (is_slug(slug)) STORED;

-- blocks_reads: every row of `pages` is checked
-- may_fail: rows that do not satisfy `pages_slug_check`
ALTER TABLE public.pages ADD CONSTRAINT pages_slug_check CHECK (is_slug(slug));

-- blocks_writes: `pages_slug_idx` is built
-- builds_index: `pages_slug_idx` on `pages`
CREATE INDEX pages_slug_idx ON public.pages ((is_slug(slug)));

-- blocks_writes: `pages_good_idx` is built
-- builds_index: `pages_good_idx` on `pages`
CREATE INDEX pages_good_idx ON public.pages (good) WHERE (is_slug(slug));

CREATE POLICY pages_select ON public.pages FOR SELECT USING (is_slug(slug));
