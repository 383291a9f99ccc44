ALTER TABLE public.papers RENAME CONSTRAINT papers_pkey TO papers_code;
