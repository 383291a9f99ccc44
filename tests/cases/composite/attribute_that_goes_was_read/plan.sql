-- file 1 of 2: one transaction

DROP POLICY small ON public.boxes;

-- breaks_code: columns of `inners` may go or change
DROP VIEW public.inners;

-- breaks_code: columns of `sizes` may go or change
DROP VIEW public.sizes;

DROP INDEX public.by_height;
ALTER TABLE public.boxes DROP CONSTRAINT flat;

-- deletes_data: every value of `height` in `size`
ALTER TYPE public.size DROP ATTRIBUTE height;

ALTER TYPE public.size ADD ATTRIBUTE depth integer;

-- blocks_reads: every row of `boxes` is checked
-- may_fail: rows that do not satisfy `flat`
ALTER TABLE public.boxes ADD CONSTRAINT flat CHECK ((size_of).depth < 10);

CREATE VIEW public.sizes AS
select (size_of).width, (size_of).depth from boxes;

CREATE VIEW public.inners AS
select i.width, i.depth from held() i;

CREATE POLICY small ON public.boxes USING ((size_of).depth < 10);

-- file 2 of 2: no transaction

-- builds_index: `by_depth` on `boxes`
CREATE INDEX CONCURRENTLY IF NOT EXISTS by_depth ON public.boxes (((size_of).depth));
