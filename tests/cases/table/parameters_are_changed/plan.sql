ALTER TABLE public.notes SET (fillfactor = 80, autovacuum_enabled = false);
ALTER TABLE public.notes RESET (toast.autovacuum_enabled);
