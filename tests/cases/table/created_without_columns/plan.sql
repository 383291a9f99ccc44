CREATE TABLE public.notes ();
