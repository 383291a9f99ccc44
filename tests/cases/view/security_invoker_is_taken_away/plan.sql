-- weakens_access: `open_notes` reads with its owner's rights
ALTER VIEW public.open_notes SET (security_invoker = false);
