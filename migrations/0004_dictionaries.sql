-- What the device dictionaries said that LAVA renders: only facts about what boards can run, never the text, which holds
-- power commands and passwords, nor a digest of it. Many boards say the same, so that is kept once, by its digest.
CREATE TABLE boardcast.dictionary_facts (
  -- SHA-256 in hex of the other columns as JSON.
  digest               text PRIMARY KEY,
  -- NULL: the dictionary does not say.
  architectures        text[],
  implied_architecture text,
  implied_by           text,
  boot_methods         text[],
  deploy_methods       text[]
);

CREATE TABLE boardcast.dictionary (
  hostname   text PRIMARY KEY,
  digest     text REFERENCES boardcast.dictionary_facts,
  -- Why nothing is known, in LAVA's words.
  problem    text,
  -- Since when it has been found like this, and when it was looked at last.
  since      timestamptz NOT NULL DEFAULT clock_timestamp(),
  checked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- The time of the dictionary's file when it was looked at, in seconds since 1970; NULL where the file cannot be seen.
  file_time  float8,
  CHECK ((digest IS NULL) <> (problem IS NULL))
);

-- A board whose registration or dictionary says something else is read again, as when LAVA's own row changed.
DO $$
DECLARE
  watched record;
BEGIN
  FOR watched IN
    SELECT * FROM (VALUES
      ('registration', $args$'device', 'hostname', 'applied', 'applied_at', 'applied_by', 'dictionary'$args$),
      ('dictionary', $args$'device', 'hostname', 'checked_at', 'file_time'$args$)
    ) AS w (name, args)
  LOOP
    EXECUTE format(
      'CREATE TRIGGER boardcast_inserted AFTER INSERT ON boardcast.%1$I REFERENCING NEW TABLE AS new_rows '
      'FOR EACH STATEMENT EXECUTE FUNCTION boardcast.inventory_changed(%2$s)', watched.name, watched.args);
    EXECUTE format(
      'CREATE TRIGGER boardcast_updated AFTER UPDATE ON boardcast.%1$I '
      'REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows '
      'FOR EACH STATEMENT EXECUTE FUNCTION boardcast.inventory_changed(%2$s)', watched.name, watched.args);
    EXECUTE format(
      'CREATE TRIGGER boardcast_deleted AFTER DELETE ON boardcast.%1$I REFERENCING OLD TABLE AS old_rows '
      'FOR EACH STATEMENT EXECUTE FUNCTION boardcast.inventory_changed(%2$s)', watched.name, watched.args);
    EXECUTE format(
      'CREATE TRIGGER boardcast_truncated AFTER TRUNCATE ON boardcast.%1$I '
      'FOR EACH STATEMENT EXECUTE FUNCTION boardcast.inventory_changed(%2$s)', watched.name, watched.args);
  END LOOP;
END
$$;
