CREATE SCHEMA billing;
CREATE TYPE "billing"."State" AS ENUM (E'it\'s open', 'paid');
COMMENT ON TYPE billing."State" IS 'Where an invoice stands';
