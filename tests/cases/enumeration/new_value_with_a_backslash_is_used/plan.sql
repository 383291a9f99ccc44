-- file 1 of 2: one transaction

ALTER TYPE "public"."e" ADD VALUE E'b\\c';

-- file 2 of 2: one transaction

ALTER TABLE public.t ALTER COLUMN s SET DEFAULT 'b\c';
