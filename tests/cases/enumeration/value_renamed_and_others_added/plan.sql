-- file 1 of 2: one transaction

-- breaks_code: `free` is called `gratis`
ALTER TYPE "public"."plan" RENAME VALUE 'free' TO 'gratis';

-- file 2 of 2: one transaction

ALTER TYPE "public"."plan" ADD VALUE 'trial' BEFORE 'gratis';
ALTER TYPE "public"."plan" ADD VALUE 'plus' AFTER 'gratis';
