COMMENT ON CONSTRAINT members_pkey ON public.members IS 'One row a user';
