-- breaks_code: `papers.body`: character varying(20) becomes text
ALTER TABLE public.papers ALTER COLUMN body TYPE text;

ALTER TABLE public.papers ALTER COLUMN body SET STORAGE EXTERNAL, ALTER COLUMN body SET COMPRESSION pglz;
