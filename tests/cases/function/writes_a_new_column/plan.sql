ALTER TABLE public.notes ADD COLUMN read boolean;

CREATE FUNCTION public.reads()
RETURNS void
LANGUAGE sql
AS $$update notes set read = true$$;

CREATE FUNCTION public.forgets()
RETURNS void
LANGUAGE sql
AS $$delete from notes where read$$;

CREATE FUNCTION public.merges()
RETURNS void
LANGUAGE sql
AS $$merge into notes n using words w on w.id = n.id when matched then update set read = true$$;

CREATE FUNCTION public.states()
RETURNS void
LANGUAGE sql
begin atomic update notes set read = true; end;
