-- weakens_access: `open_notes` reads with its owner's rights
ALTER VIEW public.open_notes RESET (security_invoker);
