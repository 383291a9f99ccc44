-- file 1 of 2: one transaction

-- breaks_code: columns of `ghi` may go or change
DROP VIEW public.ghi;

ALTER TABLE public.notes DROP CONSTRAINT not_abc;
CREATE SCHEMA ext;

-- breaks_code: names of its objects change
ALTER EXTENSION pg_trgm SET SCHEMA ext;

CREATE OR REPLACE FUNCTION public.is_jkl(title text)
RETURNS boolean
LANGUAGE sql
AS $$select title operator(ext.%) 'jkl'$$;

ALTER TABLE public.notes ADD CONSTRAINT not_abc CHECK (not title operator(ext.%) 'abc') NOT VALID;

CREATE VIEW public.ghi AS
select id from notes where title operator(ext.%) 'ghi';

-- file 2 of 2: no transaction

-- may_fail: rows that do not satisfy `not_abc`
ALTER TABLE public.notes VALIDATE CONSTRAINT not_abc;
