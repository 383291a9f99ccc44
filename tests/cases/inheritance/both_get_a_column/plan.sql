ALTER TABLE public.things ADD COLUMN name text DEFAULT 'thing';
ALTER TABLE public.boxes ALTER COLUMN name SET DEFAULT 'box';
