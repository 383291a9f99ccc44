ALTER TYPE public.address ADD ATTRIBUTE city text;
ALTER TABLE public.people ALTER COLUMN home SET DEFAULT ROW('a', 1, 'x')::address;
