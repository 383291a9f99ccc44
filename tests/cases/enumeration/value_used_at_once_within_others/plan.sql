-- file 1 of 2: one transaction

ALTER TYPE "public"."mood" ADD VALUE 'so so';

-- file 2 of 2: one transaction

ALTER DOMAIN public.spirit SET DEFAULT 'so so';
ALTER TABLE public.t ALTER COLUMN a SET DEFAULT '{good,"so so"}';
ALTER TABLE public.t ALTER COLUMN b SET DEFAULT '("so so",2024-01-01)';
ALTER TABLE public.t ALTER COLUMN d SET DEFAULT '{so so}';
ALTER TABLE public.t ALTER COLUMN e SET DEFAULT '[good,"so so"]';
