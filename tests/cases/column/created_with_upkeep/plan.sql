CREATE TABLE public.notes (
    body text,
    "Odd Name" text
);

ALTER TABLE public.notes ALTER COLUMN body SET STORAGE MAIN, ALTER COLUMN body SET COMPRESSION pglz;
ALTER TABLE public.notes ALTER COLUMN "Odd Name" SET (n_distinct = '-1');
ALTER TABLE public.papers ALTER COLUMN id SET STATISTICS 1000;
ALTER TABLE public.papers ADD COLUMN body text;
ALTER TABLE public.papers ALTER COLUMN body SET STORAGE EXTERNAL;
