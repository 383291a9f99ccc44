-- breaks_code: `members` is called `people`
ALTER TABLE public.members RENAME TO people;

ALTER TABLE public.people RENAME CONSTRAINT members_pkey TO people_pkey;
