-- breaks_code: rows can be equal; ON CONFLICT and foreign keys need it
ALTER TABLE public.users DROP CONSTRAINT users_email_unique;
