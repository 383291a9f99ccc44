DROP POLICY "all" ON public.parts_1;
DROP VIEW public.moods;
DROP VIEW public.part_moods;

-- weakens_access: policies of `parts_1` read values of `mood`, which come in another order
ALTER TYPE public.mood RENAME TO mood__old;

CREATE TYPE "public"."mood" AS ENUM ('bad', 'good');

-- rewrites_table: `notes`
ALTER TABLE public.notes ALTER COLUMN mood TYPE public.mood USING mood::text::public.mood;

-- rewrites_table: `parts`
ALTER TABLE public.parts ALTER COLUMN mood TYPE public.mood USING mood::text::public.mood;

DROP TYPE public.mood__old;

CREATE VIEW public.moods AS
SELECT mood FROM old_notes;

CREATE VIEW public.part_moods AS
SELECT mood FROM parts_1;

CREATE POLICY "all" ON public.parts_1 USING (mood = 'good'::mood);
