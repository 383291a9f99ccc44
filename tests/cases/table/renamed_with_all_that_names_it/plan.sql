-- breaks_code: `sessions` is called `talks`
ALTER TABLE public.sessions RENAME TO talks;

ALTER TABLE public.talks RENAME CONSTRAINT sessions_pkey TO talks_pkey;
ALTER TABLE public.talks RENAME CONSTRAINT sessions_title_key TO talks_title_key;
ALTER TABLE public.talks RENAME CONSTRAINT sessions_title_check TO talks_title_check;
ALTER TABLE public.talks RENAME CONSTRAINT sessions_parent_id_fkey TO talks_parent_id_fkey;
ALTER INDEX public.sessions_owner_idx RENAME TO talks_owner_idx;
ALTER POLICY sessions_select ON public.talks RENAME TO talks_select;
ALTER SEQUENCE public.sessions_id_seq RENAME TO talks_id_seq;
