-- breaks_code: rows can be equal; ON CONFLICT and foreign keys need it
ALTER TABLE public.members DROP CONSTRAINT members_pkey;
