-- weakens_access: everybody gets select on `notes`
GRANT SELECT ON public.notes TO PUBLIC;
