-- breaks_code: names of its objects change
ALTER EXTENSION vector SET SCHEMA ext;

-- rewrites_table: `t.a`: vector(3) becomes ext.vector(4)
-- may_fail: values that do not fit: `t.a`: vector(3) becomes ext.vector(4)
ALTER TABLE public.t ALTER COLUMN a TYPE ext.vector(4) USING a::text::ext.vector(4);

ALTER TABLE public.t ADD COLUMN c ext.vector(3);
