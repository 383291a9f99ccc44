-- breaks_code: `users` is called `value`
ALTER TABLE public.users RENAME TO value;

CREATE DOMAIN public.code AS character varying CONSTRAINT code_check CHECK (VALUE = any(array['p', 'q']));
