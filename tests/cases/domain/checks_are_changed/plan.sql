ALTER DOMAIN public.email DROP CONSTRAINT email_at;
ALTER DOMAIN public.email DROP CONSTRAINT email_long;

-- may_fail: values that do not satisfy `email_at`
ALTER DOMAIN public.email ADD CONSTRAINT email_at CHECK (VALUE ~~ '%_@_%'::text);

-- may_fail: values that do not satisfy `email_short`
ALTER DOMAIN public.email ADD CONSTRAINT email_short CHECK (length(VALUE) < 300);
