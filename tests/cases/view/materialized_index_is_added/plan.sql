-- builds_index: `titles_lower_idx` on `titles`
CREATE INDEX CONCURRENTLY IF NOT EXISTS titles_lower_idx ON public.titles ((lower( title ))) WHERE (title!='');
