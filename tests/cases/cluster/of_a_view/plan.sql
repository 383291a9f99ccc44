ALTER TABLE public.sizes CLUSTER ON sizes_size_idx;
