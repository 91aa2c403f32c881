-- Says on channel boardcast_inventory which rows of LAVA's inventory changed, so that Boardcast need not read them all.
--
-- A trigger stands in LAVA's own way, so it is harmless by construction:
--   * it names no column of LAVA's: rows are compared as jsonb, keys are looked up by name in that, and a name that is
--     gone makes it say 'all'. LAVA's migrations may alter or drop any column.
--   * it raises nothing: every error is swallowed, and 'all' is said instead where that is still possible.
--   * it writes nothing and locks nothing; per statement it says at most 100 keys, else 'all'.
--   * it keeps silent when PostgreSQL's notification queue is half full: a full one would fail LAVA's COMMIT.
-- Nothing is on testjob: a notification in every job's transaction would make commits stand in line.
--
-- Arguments: the kind of key, the key's name in the row, then names of values whose change does not matter.
CREATE FUNCTION boardcast.inventory_changed() RETURNS trigger
  LANGUAGE plpgsql
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  noisy text[];
  keys text[];
  key text;
BEGIN
  IF pg_notification_queue_usage() > 0.5 THEN
    RETURN NULL;
  END IF;
  IF TG_OP = 'TRUNCATE' THEN
    keys := ARRAY[NULL];
  ELSIF TG_OP = 'INSERT' THEN
    SELECT array_agg(DISTINCT k) INTO keys
      FROM (SELECT to_jsonb(n) ->> TG_ARGV[1] AS k FROM new_rows n LIMIT 1000) x;
  ELSIF TG_OP = 'DELETE' THEN
    SELECT array_agg(DISTINCT k) INTO keys
      FROM (SELECT to_jsonb(o) ->> TG_ARGV[1] AS k FROM old_rows o LIMIT 1000) x;
  ELSIF EXISTS (SELECT FROM new_rows OFFSET 1000) THEN
    -- Comparing that many would cost LAVA more than reading them costs us.
    keys := ARRAY[NULL];
  ELSE
    noisy := TG_ARGV[2:];
    SELECT array_agg(DISTINCT r ->> TG_ARGV[1]) INTO keys
      FROM ((SELECT to_jsonb(o) - noisy AS r FROM old_rows o EXCEPT ALL SELECT to_jsonb(n) - noisy FROM new_rows n)
            UNION ALL
            (SELECT to_jsonb(n) - noisy FROM new_rows n EXCEPT ALL SELECT to_jsonb(o) - noisy FROM old_rows o)) x;
  END IF;
  IF keys IS NULL THEN
    RETURN NULL;
  END IF;
  IF cardinality(keys) > 100 OR array_position(keys, NULL) IS NOT NULL THEN
    PERFORM pg_notify('boardcast_inventory', 'all');
    RETURN NULL;
  END IF;
  FOREACH key IN ARRAY keys LOOP
    PERFORM pg_notify('boardcast_inventory', TG_ARGV[0] || ':' || key);
  END LOOP;
  RETURN NULL;
EXCEPTION WHEN OTHERS THEN
  BEGIN
    PERFORM pg_notify('boardcast_inventory', 'all');
  EXCEPTION WHEN OTHERS THEN
    NULL;
  END;
  RETURN NULL;
END
$$;

-- Four triggers on each table: PostgreSQL wants one event per trigger that sees a statement's rows.
DO $$
DECLARE
  watched record;
BEGIN
  FOR watched IN
    SELECT * FROM (VALUES
      ('device', $args$'device', 'hostname', 'device_version', 'last_health_report_job_id'$args$),
      ('worker', $args$'worker', 'hostname', 'last_ping', 'version', 'token', 'description', 'master_version_notified'$args$),
      ('devicetype', $args$'type', 'name', 'description'$args$),
      ('alias', $args$'type', 'device_type_id'$args$),
      ('tag', $args$'tag', 'id', 'description'$args$),
      ('device_tags', $args$'device', 'device_id'$args$),
      ('groupdevicepermission', $args$'permission', 'device_id'$args$),
      ('groupdevicetypepermission', $args$'permission', 'devicetype_id'$args$)
    ) AS w (name, args)
  LOOP
    EXECUTE format(
      'CREATE TRIGGER boardcast_inserted AFTER INSERT ON public.%1$I REFERENCING NEW TABLE AS new_rows '
      'FOR EACH STATEMENT EXECUTE FUNCTION boardcast.inventory_changed(%2$s)',
      'lava_scheduler_app_' || watched.name, watched.args);
    EXECUTE format(
      'CREATE TRIGGER boardcast_updated AFTER UPDATE ON public.%1$I '
      'REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows '
      'FOR EACH STATEMENT EXECUTE FUNCTION boardcast.inventory_changed(%2$s)',
      'lava_scheduler_app_' || watched.name, watched.args);
    EXECUTE format(
      'CREATE TRIGGER boardcast_deleted AFTER DELETE ON public.%1$I REFERENCING OLD TABLE AS old_rows '
      'FOR EACH STATEMENT EXECUTE FUNCTION boardcast.inventory_changed(%2$s)',
      'lava_scheduler_app_' || watched.name, watched.args);
    EXECUTE format(
      'CREATE TRIGGER boardcast_truncated AFTER TRUNCATE ON public.%1$I '
      'FOR EACH STATEMENT EXECUTE FUNCTION boardcast.inventory_changed(%2$s)',
      'lava_scheduler_app_' || watched.name, watched.args);
  END LOOP;
END
$$;
