CREATE TYPE public.plan AS ENUM ();
