-- builds_index: `findings_open_idx` on `findings`
CREATE INDEX CONCURRENTLY IF NOT EXISTS findings_open_idx ON public.findings (status) WHERE ((status)::text = ANY ((ARRAY['new'::character varying, 'known'::character varying]::character varying[])::text[]));
