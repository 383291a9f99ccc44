-- breaks_code: `bad` is called `awful`
ALTER TYPE "public"."mood" RENAME VALUE 'bad' TO 'awful';

ALTER TABLE public.t ALTER COLUMN a SET DEFAULT '{good,awful}';
ALTER TABLE public.t ALTER COLUMN b SET DEFAULT '(awful,2024-01-01)';
ALTER TABLE public.t ALTER COLUMN e SET DEFAULT '[good,awful]';
