-- breaks_code: `bad` is called `awful`
ALTER TYPE "public"."mood" RENAME VALUE 'bad' TO 'awful';

ALTER TABLE public.t ALTER COLUMN a SET DEFAULT '{good,awful}';
