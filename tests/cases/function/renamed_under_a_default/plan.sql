-- breaks_code: `first_mood` is called `usual_mood`
ALTER FUNCTION public.first_mood() RENAME TO usual_mood;
