ALTER TYPE public.plan RENAME TO plan__old;
CREATE TYPE "public"."plan" AS ENUM ('free', 'pro');
DROP TYPE public.plan__old;
