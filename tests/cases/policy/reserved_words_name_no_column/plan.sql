-- deletes_data: every value of `type` in ` lead`
ALTER TYPE public." lead" DROP ATTRIBUTE type;

CREATE TABLE public."line
break" (
    "a b" " lead" NOT NULL,
    kind tenant_id
);

ALTER TABLE public."line
break" ALTER COLUMN "a b" SET STATISTICS 70;

ALTER TABLE public.kind ALTER COLUMN "select" SET DEFAULT null;

ALTER POLICY "/* x" ON public."§" USING (EXISTS (SELECT FROM "line
break" o WHERE o.kind = "§"."x""y")) WITH CHECK ("§".events = any (array(select o.tenant_id from kind o where o.tenant_id is not null)));

-- deletes_data: every value of `id.kind`
-- breaks_code: code that names `id.kind`
ALTER TABLE public.id DROP COLUMN kind;
