CREATE TABLE public.events (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT events_pkey PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);

COMMENT ON TABLE public.events IS 'Spread over the years';
CREATE INDEX events_at_idx ON public.events (at);
CREATE POLICY events_all ON public.events USING (id > 0);
ALTER TABLE public.events ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
