-- rewrites_table: `ev.id`: integer becomes bigint
ALTER TABLE public.ev ALTER COLUMN id TYPE bigint;

ALTER TABLE public.ev_1 REPLICA IDENTITY USING INDEX ev_1_pkey;
ALTER TABLE public.ev_1 CLUSTER ON ev_1_ts_idx;
