-- breaks_code: `sessions` is called `talks`
ALTER TABLE public.sessions RENAME TO talks;

ALTER TABLE public.talks RENAME CONSTRAINT sessions_pkey TO talks_pkey;
ALTER TABLE public.talks RENAME CONSTRAINT sessions_title_key TO talks_title_key;
ALTER TABLE public.talks RENAME CONSTRAINT sessions_parent_id_fkey TO talks_parent_id_fkey;
ALTER INDEX public.sessions_owner_idx RENAME TO talks_owner_idx;
DROP POLICY sessions_select ON public.talks;
ALTER TABLE public.talks DROP CONSTRAINT sessions_title_check;

-- blocks_writes: readers and writers wait while every row is checked
-- may_fail: rows that do not satisfy `talks_title_check`
ALTER TABLE public.talks ADD CONSTRAINT talks_title_check CHECK (title <> '');

-- weakens_access: `talks_select` lets rows of `talks` through
CREATE POLICY talks_select ON public.talks FOR SELECT USING (owner_id = (SELECT max(talks.owner_id) FROM talks));
