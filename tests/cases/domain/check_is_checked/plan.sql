-- may_fail: values that do not satisfy `email_at`
ALTER DOMAIN public.email VALIDATE CONSTRAINT email_at;
