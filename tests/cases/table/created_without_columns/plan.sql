CREATE TABLE public.blank ();
