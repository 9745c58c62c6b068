-- Two histograms as one. Rollup rows take one to three observations at a time: looking each of them up is four to ten
-- times quicker than unnesting both sides, which was half of the time that booking a batch took.
CREATE OR REPLACE FUNCTION "merge_histograms"(a integer[], b integer[]) RETURNS integer[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  size integer := cardinality(a) / 2;
  added integer := cardinality(b) / 2;
  slots integer[] := a[1:size];
  counts integer[] := a[size + 1:];
  place integer;
BEGIN
  IF added = 0 THEN RETURN a; END IF;
  IF size = 0 THEN RETURN b; END IF;
  IF added > size THEN RETURN merge_histograms(b, a); END IF;
  FOR i IN 1..added LOOP
    place := width_bucket(b[i], slots);
    IF place > 0 AND slots[place] = b[i] THEN
      counts[place] := counts[place] + b[added + i];
    ELSE
      slots := slots[:place] || b[i] || slots[place + 1:];
      counts := counts[:place] || b[added + i] || counts[place + 1:];
    END IF;
  END LOOP;
  IF 0 = ANY(counts) THEN
    RETURN (
      SELECT coalesce(array_agg(slot ORDER BY slot) || array_agg(total ORDER BY slot), '{}')
      FROM unnest(slots, counts) AS kept(slot, total) WHERE total <> 0
    );
  END IF;
  RETURN slots || counts;
END $$;

-- Everything in the inbox is deleted within a second; what it leaves behind is in the way of the next claim
ALTER TABLE "usage_inbox" SET (autovacuum_vacuum_cost_delay = 0);
