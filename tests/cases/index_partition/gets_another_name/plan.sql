ALTER INDEX public.notes_1_kind_idx RENAME TO "kind of first";
ALTER INDEX public.notes_1_pkey RENAME TO first_key;
ALTER INDEX public.second_key RENAME TO notes_2_pkey;
ALTER INDEX public.notes_2_a_pkey RENAME TO deep_key;
