-- breaks_code: `touch` is called `feel`
ALTER FUNCTION public.touch() RENAME TO feel;

-- breaks_code: `notes` is called `papers`
ALTER TABLE public.notes RENAME TO papers;

-- breaks_code: `id` is called `number`
ALTER TABLE public.papers RENAME COLUMN id TO number;
