-- breaks_code: `plan` is called `tier`
ALTER TYPE public.plan RENAME TO tier;
