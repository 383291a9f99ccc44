ALTER TABLE public.members RENAME CONSTRAINT members_pkey TO who;
