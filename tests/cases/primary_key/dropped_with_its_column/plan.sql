-- breaks_code: rows can be equal; ON CONFLICT and foreign keys need it
ALTER TABLE public.members DROP CONSTRAINT members_pkey;

-- deletes_data: every value of `members.id`
-- breaks_code: code that names `members.id`
ALTER TABLE public.members DROP COLUMN id;
