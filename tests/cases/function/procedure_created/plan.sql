CREATE SCHEMA billing;

CREATE PROCEDURE public.add_note(id integer)
LANGUAGE sql
AS $$INSERT INTO entries VALUES (id)$$;

COMMENT ON PROCEDURE public.add_note(integer) IS 'One more';

-- weakens_access: `Count` runs with its owner's rights, whoever calls it
CREATE PROCEDURE billing."Count"(INOUT how_many integer, more integer DEFAULT 1)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path TO public
AS $$BEGIN how_many := how_many + more; END$$;
