CREATE TYPE "public"."plan" AS ENUM ('free', 'starter', 'pro');
