CREATE SCHEMA "ünïcode\slash";
CREATE SCHEMA "ünïcode.back\slash";
CREATE SEQUENCE "ünïcode\slash"."-- x_-- it's_seq" AS integer
;
CREATE SEQUENCE "ünïcode\slash"."-- x_""q""\_seq"
;
CREATE SEQUENCE "ünïcode.back\slash"."-- x_-- x_seq" AS integer
;

CREATE TABLE "ünïcode\slash"."-- x" (
    "-- it's" integer DEFAULT (
nextval(E'"ünïcode\\slash"."-- x_-- it''s_seq"'::regclass)
) NOT NULL,
    """q""\" bigint DEFAULT (
nextval(E'"ünïcode\\slash"."-- x_""q""\\_seq"'::regclass)
) NOT NULL,
    CONSTRAINT "-- x_pkey" PRIMARY KEY ("-- it's")
);

CREATE TABLE "ünïcode.back\slash"."-- x" (
    "-- x" integer DEFAULT (
nextval(E'"ünïcode.back\\slash"."-- x_-- x_seq"'::regclass)
) NOT NULL
);

ALTER SEQUENCE "ünïcode\slash"."-- x_-- it's_seq" OWNED BY "ünïcode\slash"."-- x"."-- it's"
;
ALTER SEQUENCE "ünïcode\slash"."-- x_""q""\_seq" OWNED BY "ünïcode\slash"."-- x"."""q""\"
;
ALTER SEQUENCE "ünïcode.back\slash"."-- x_-- x_seq" OWNED BY "ünïcode.back\slash"."-- x"."-- x"
;
