-- may_fail: values that are NULL
ALTER DOMAIN public.email SET NOT NULL;
