-- breaks_code: the owner of `notes` loses the right to pass on select, update on `notes`
REVOKE GRANT OPTION FOR SELECT, UPDATE ON public.notes FROM CURRENT_USER;
