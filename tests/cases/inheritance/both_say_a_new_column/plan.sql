ALTER TABLE public.crates ADD COLUMN name text DEFAULT 'thing' NOT NULL;
ALTER TABLE public.boxes ADD COLUMN name text DEFAULT 'thing' NOT NULL;
ALTER TABLE public.things ADD COLUMN name text DEFAULT 'thing' NOT NULL;
