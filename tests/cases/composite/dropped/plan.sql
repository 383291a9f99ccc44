DROP TYPE public.address;
