ALTER TABLE public.notes DETACH PARTITION public.notes_a;
DROP INDEX IF EXISTS public.notes_a_tail_idx;
DROP INDEX public.notes_tail;

-- breaks_code: calls of `tail`
DROP FUNCTION public.tail(text);

CREATE FUNCTION public.tail(what text)
RETURNS text
LANGUAGE sql IMMUTABLE
RETURN (what || 'x'::text);

-- blocks_reads: every row of `notes_a` is read
-- may_fail: rows of `notes_a` that do not belong there
ALTER TABLE public.notes ATTACH PARTITION public.notes_a FOR VALUES IN ('a', 'b');

-- blocks_writes: `notes_tail` is built
-- builds_index: `notes_tail` on `notes`
CREATE INDEX notes_tail ON public.notes ((tail(kind)));
