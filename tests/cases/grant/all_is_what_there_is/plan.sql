-- weakens_access: `case_app` gets insert, update, delete, truncate, references, trigger, maintain on `notes`
GRANT INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER, MAINTAIN ON public.notes TO case_app;
