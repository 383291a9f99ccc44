-- breaks_code: `tenants` is called `customers`
ALTER TABLE public.tenants RENAME TO customers;

-- breaks_code: `id` is called `number`
ALTER TABLE public.customers RENAME COLUMN id TO number;
