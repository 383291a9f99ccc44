-- file 1 of 2: one transaction

-- breaks_code: columns of `inners` may go or change
DROP VIEW public.inners;

-- breaks_code: columns of `sizes` may go or change
DROP VIEW public.sizes;

ALTER TYPE public.size ADD ATTRIBUTE height integer;
ALTER TABLE public.boxes ADD CONSTRAINT flat CHECK ((size_of).height < 10) NOT VALID;

CREATE VIEW public.sizes AS
select (size_of).width, (size_of).height from boxes;

CREATE VIEW public.inners AS
select i.width, i.height from held() i;

ALTER POLICY small ON public.boxes USING ((size_of).height < 10);

-- file 2 of 2: no transaction

-- may_fail: rows that do not satisfy `flat`
ALTER TABLE public.boxes VALIDATE CONSTRAINT flat;

-- builds_index: `by_height` on `boxes`
CREATE INDEX CONCURRENTLY IF NOT EXISTS by_height ON public.boxes (((size_of).height));
