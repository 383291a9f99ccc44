-- breaks_code: rows of `logs_1` are no longer found in `logs`
ALTER TABLE public.logs DETACH PARTITION public.logs_1;
