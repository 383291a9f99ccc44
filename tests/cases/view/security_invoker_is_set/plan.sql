ALTER VIEW public.open_notes SET (security_invoker = true);
