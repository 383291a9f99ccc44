ALTER TABLE public.notes SET (fillfactor = 70, toast.autovacuum_enabled = false);
