DROP POLICY items_select ON public.items;
CREATE TYPE "public"."mode" AS ENUM ('text', 'voice');
ALTER TABLE public.items ALTER COLUMN mode DROP DEFAULT;

-- rewrites_table: `items.mode`: text becomes mode
-- may_fail: values that do not fit: `items.mode`: text becomes mode
ALTER TABLE public.items ALTER COLUMN mode TYPE mode USING mode::mode;

ALTER TABLE public.items ALTER COLUMN mode SET DEFAULT 'text';

-- weakens_access: `items_select` lets rows of `items` through
CREATE POLICY items_select ON public.items FOR SELECT USING (mode = 'text');
