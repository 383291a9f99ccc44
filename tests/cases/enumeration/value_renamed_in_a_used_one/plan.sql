-- breaks_code: `free` is called `gratis`
ALTER TYPE "public"."plan" RENAME VALUE 'free' TO 'gratis';
