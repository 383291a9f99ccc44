ALTER TYPE "public"."plan" ADD VALUE 'trial' BEFORE 'free';
