-- file 1 of 2: one transaction

CREATE SCHEMA ext;
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA ext;
CREATE EXTENSION IF NOT EXISTS intarray WITH SCHEMA ext;

CREATE FUNCTION public.is_jkl(title text)
RETURNS boolean
LANGUAGE sql
AS $$select title operator(ext.%) 'jkl'$$;

ALTER TABLE public.notes ADD CONSTRAINT not_abc CHECK (not title operator(ext.%) 'abc') NOT VALID;

CREATE VIEW public.ghi AS
select id from notes where title operator(ext.%) 'ghi';

-- file 2 of 2: no transaction

-- may_fail: rows that do not satisfy `not_abc`
ALTER TABLE public.notes VALIDATE CONSTRAINT not_abc;

-- builds_index: `of_word` on `notes`
CREATE INDEX CONCURRENTLY IF NOT EXISTS of_word ON public.notes (id) WHERE (words operator( ext.&& ) '{1}');
