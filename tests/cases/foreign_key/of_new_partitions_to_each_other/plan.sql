CREATE TABLE public.a_eu PARTITION OF public.a FOR VALUES IN ('eu');
CREATE TABLE public.b_eu PARTITION OF public.b FOR VALUES IN ('eu');
ALTER TABLE public.b_eu ADD CONSTRAINT b_eu_a_eu_fkey FOREIGN KEY (region, id) REFERENCES public.a_eu (region, id);
