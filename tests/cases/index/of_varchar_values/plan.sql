-- builds_index: `some` on `notes`
CREATE INDEX CONCURRENTLY IF NOT EXISTS "some" ON public.notes (kind) WHERE (kind IN ('a', 'b'));
