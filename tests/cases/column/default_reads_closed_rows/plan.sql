-- weakens_access: `greatest` of `open` gets what `greatest_note` reads in `notes`, past the policies that bind others
ALTER TABLE public.open ADD COLUMN "greatest" text DEFAULT greatest_note();

ALTER TABLE public.open ADD COLUMN plain text DEFAULT plain();
ALTER TABLE public.shut ADD COLUMN "greatest" text DEFAULT greatest_note();
