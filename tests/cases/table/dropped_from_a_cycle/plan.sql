ALTER TABLE public.users DROP CONSTRAINT users_team_id_fkey;

-- deletes_data: every value of `users.team_id`
-- breaks_code: code that names `users.team_id`
ALTER TABLE public.users DROP COLUMN team_id;

-- deletes_data: every row of `teams`
-- breaks_code: code that names `teams`
DROP TABLE public.teams;
