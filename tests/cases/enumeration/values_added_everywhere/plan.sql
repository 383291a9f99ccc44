ALTER TYPE "public"."plan" ADD VALUE 'trial' BEFORE 'free';
ALTER TYPE "public"."plan" ADD VALUE 'guest' AFTER 'trial';
ALTER TYPE "public"."plan" ADD VALUE 'hobby' AFTER 'free';
ALTER TYPE "public"."plan" ADD VALUE 'max';
ALTER TYPE "public"."plan" ADD VALUE 'enterprise';
