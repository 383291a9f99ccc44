-- rewrites_table: `members.id`: integer becomes bigint
ALTER TABLE public.members ALTER COLUMN id TYPE bigint;
