ALTER TYPE public.plan RENAME TO plan__old;
CREATE TYPE "public"."plan" AS ENUM ('pro', 'starter', 'free');
DROP TYPE public.plan__old;
