-- rewrites_table: its values are computed again
ALTER TABLE public.notes DROP COLUMN open;

-- rewrites_table: its values are computed again
ALTER TABLE public.notes DROP COLUMN code;

-- rewrites_table: each row of `notes` gets a value of its own
ALTER TABLE public.notes ADD COLUMN open integer GENERATED ALWAYS AS (((id > 3))::integer) STORED;

-- rewrites_table: each row of `notes` gets a value of its own
ALTER TABLE public.notes ADD COLUMN code uuid GENERATED ALWAYS AS ('00000000-0000-0000-0000-000000000001'::uuid) STORED;
