CREATE TABLE public."Order Items" (
    "Item No." bigint NOT NULL,
    "select" text DEFAULT 'it''s',
    "Größe" integer,
    CONSTRAINT "Order Items_pkey" PRIMARY KEY ("Item No."),
    CONSTRAINT "Order Items_Größe_key" UNIQUE ("Größe"),
    CONSTRAINT "Order Items_select_check" CHECK ("select" <> '')
);

COMMENT ON COLUMN public."Order Items"."Größe" IS 'In cm';
CREATE INDEX "Size & Kind" ON public."Order Items" ("Größe", (lower("select")));
CREATE POLICY "May see" ON public."Order Items" USING ("Größe" > 0);
ALTER TABLE public."Order Items" ENABLE ROW LEVEL SECURITY;
