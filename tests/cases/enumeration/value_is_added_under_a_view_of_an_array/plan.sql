ALTER TYPE "public"."mood" ADD VALUE 'sad';
