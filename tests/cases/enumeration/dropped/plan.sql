DROP TYPE "public"."plan";
