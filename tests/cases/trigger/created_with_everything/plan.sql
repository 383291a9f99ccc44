CREATE TRIGGER notes_audit AFTER UPDATE ON public.notes REFERENCING OLD TABLE AS was NEW TABLE AS "Is" FOR EACH STATEMENT EXECUTE FUNCTION public.audit('it''s', '', E'a\\b', '3');
ALTER TABLE public.notes ENABLE ALWAYS TRIGGER notes_audit;
COMMENT ON TRIGGER notes_audit ON public.notes IS 'Who did it';
CREATE CONSTRAINT TRIGGER notes_check AFTER INSERT OR DELETE ON public.notes DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.audit();
ALTER TABLE public.notes DISABLE TRIGGER notes_check;
CREATE TRIGGER notes_size BEFORE INSERT OR UPDATE OF size, title ON public.notes FOR EACH ROW WHEN (NEW.size>1 and (new.title in ('a', 'b'))) EXECUTE FUNCTION public.touch();
CREATE TRIGGER notes_truncated BEFORE TRUNCATE ON public.notes FOR EACH STATEMENT EXECUTE FUNCTION public.audit();
ALTER TABLE public.notes ENABLE REPLICA TRIGGER notes_truncated;
