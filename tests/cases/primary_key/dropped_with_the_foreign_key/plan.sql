ALTER TABLE public.posts DROP CONSTRAINT posts_author_id_fkey;

-- breaks_code: rows can be equal; ON CONFLICT and foreign keys need it
ALTER TABLE public.members DROP CONSTRAINT members_pkey;
