-- breaks_code: `email` is called `address`
ALTER DOMAIN public.email RENAME TO address;
