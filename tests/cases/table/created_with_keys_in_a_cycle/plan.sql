CREATE TABLE public.users (
    id bigint NOT NULL,
    team_id bigint,
    CONSTRAINT users_pkey PRIMARY KEY (id)
);

CREATE TABLE public.teams (
    id bigint NOT NULL,
    lead_id bigint,
    CONSTRAINT teams_pkey PRIMARY KEY (id)
);

ALTER TABLE public.users ADD CONSTRAINT users_team_id_fkey FOREIGN KEY (team_id) REFERENCES public.teams (id);
ALTER TABLE public.teams ADD CONSTRAINT teams_lead_id_fkey FOREIGN KEY (lead_id) REFERENCES public.users (id);
