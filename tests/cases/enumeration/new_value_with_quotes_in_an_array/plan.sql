-- file 1 of 2: one transaction

ALTER TYPE "public"."state" ADD VALUE 'gone "x"';

-- file 2 of 2: one transaction

ALTER TABLE public.t ADD COLUMN states state[] DEFAULT '{"gone \"x\"",a}';
