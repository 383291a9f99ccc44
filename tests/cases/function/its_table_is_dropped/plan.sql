-- breaks_code: calls of `setting`
DROP FUNCTION public.setting(text);

-- deletes_data: every row of `settings`
-- breaks_code: code that names `settings`
DROP TABLE public.settings;
