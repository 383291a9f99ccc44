DROP POLICY pages_select ON public.pages;
DROP INDEX public.pages_slug_idx;
ALTER TABLE public.pages DROP CONSTRAINT pages_slug_check;

-- rewrites_table: its values are computed again
ALTER TABLE public.pages DROP COLUMN shown;

DROP VIEW public.clean;
ALTER TABLE public.pages ALTER COLUMN good DROP DEFAULT;

-- breaks_code: calls of `clean`
DROP FUNCTION public.clean(text);

-- weakens_access: policies that call `clean` let through what it says now
CREATE FUNCTION public.clean(slug text, rest text DEFAULT '')
RETURNS text
LANGUAGE sql IMMUTABLE
AS $$SELECT lower(slug) || rest$$;

CREATE VIEW public.clean AS
SELECT clean(slug) AS slug FROM pages;

ALTER TABLE public.pages ALTER COLUMN good SET DEFAULT clean('a');

-- rewrites_table: each row of `pages` gets a value of its own
ALTER TABLE public.pages ADD COLUMN shown text GENERATED ALWAYS AS (clean(slug)) STORED;

-- blocks_reads: every row of `pages` is checked
-- may_fail: rows that do not satisfy `pages_slug_check`
ALTER TABLE public.pages ADD CONSTRAINT pages_slug_check CHECK (clean(slug) <> '');

-- blocks_writes: `pages_slug_idx` is built
-- builds_index: `pages_slug_idx` on `pages`
CREATE INDEX pages_slug_idx ON public.pages ((clean(slug)));

CREATE POLICY pages_select ON public.pages FOR SELECT USING (clean(slug) = slug);
