CREATE TYPE "public"."mode" AS ENUM ('text', 'voice');
ALTER TABLE public.items ALTER COLUMN name SET DEFAULT 'b'::text;
ALTER TABLE public.items ADD COLUMN mode mode DEFAULT 'voice';
