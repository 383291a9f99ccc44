-- breaks_code: the owner of `notes` loses delete, truncate on `notes`
REVOKE DELETE, TRUNCATE ON public.notes FROM CURRENT_USER;
