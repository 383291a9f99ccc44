ALTER VIEW public.open_notes SET (check_option = 'cascaded');
