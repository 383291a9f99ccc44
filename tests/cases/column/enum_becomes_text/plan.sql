DROP POLICY items_select ON public.items;
ALTER TABLE public.items ALTER COLUMN mode DROP DEFAULT;

-- rewrites_table: `items.mode`: mode becomes text
ALTER TABLE public.items ALTER COLUMN mode TYPE text;

ALTER TABLE public.items ALTER COLUMN mode SET DEFAULT 'text'::text;
DROP TYPE "public"."mode";

-- weakens_access: `items_select` lets rows of `items` through
CREATE POLICY items_select ON public.items FOR SELECT USING (mode = 'text');
