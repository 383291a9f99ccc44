ALTER TABLE public.notes SET (autovacuum_enabled = false, fillfactor = 80);
ALTER TABLE public.notes RESET (toast.autovacuum_enabled);
