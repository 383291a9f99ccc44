ALTER TABLE public.notes RESET (fillfactor, toast.autovacuum_enabled);
