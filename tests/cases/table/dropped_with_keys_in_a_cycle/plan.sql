ALTER TABLE public.teams DROP CONSTRAINT teams_lead_id_fkey;
ALTER TABLE public.users DROP CONSTRAINT users_team_id_fkey;

-- deletes_data: every row of `teams`
-- breaks_code: code that names `teams`
DROP TABLE public.teams;

-- deletes_data: every row of `users`
-- breaks_code: code that names `users`
DROP TABLE public.users;
