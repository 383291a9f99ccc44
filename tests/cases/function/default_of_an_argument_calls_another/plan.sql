CREATE FUNCTION public.usual_question()
RETURNS integer
LANGUAGE sql
AS $$SELECT 42$$;

CREATE FUNCTION public.answer(question integer DEFAULT usual_question())
RETURNS text
LANGUAGE sql
AS $$SELECT question::text$$;
