ALTER TABLE public.notes ADD COLUMN read boolean;

CREATE OR REPLACE FUNCTION public.copies()
RETURNS void
LANGUAGE sql
AS $$merge into notes n using words w on w.id = n.id when not matched then insert values (w.id, true)$$;
