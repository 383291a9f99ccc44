-- breaks_code: `region` is called `place`
ALTER TABLE public.events RENAME COLUMN region TO place;
