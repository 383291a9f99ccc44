ALTER TABLE public.users RENAME CONSTRAINT users_email_unique TO users_address_key;
