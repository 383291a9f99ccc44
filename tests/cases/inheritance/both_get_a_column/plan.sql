ALTER TABLE public.boxes ADD COLUMN name text DEFAULT 'box';
ALTER TABLE public.things ADD COLUMN name text DEFAULT 'thing';
