import PostgresClient

/// Statements of enabling and disabling.
enum EnablingSQL {
  static let note: SQL = """
    UPDATE boardcast.enabling SET enabled = true, role = coalesce($1::text, role), since = clock_timestamp()
     WHERE NOT enabled OR role IS DISTINCT FROM coalesce($1::text, role)
    """

  static let isOff: SQL = "SELECT NOT bool_and(enabled) AS is_off FROM boardcast.enabling"

  static let isNews: SQL = """
    SELECT NOT bool_and(enabled) OR bool_or(role IS DISTINCT FROM coalesce($1::text, role)) AS is_news
      FROM boardcast.enabling
    """

  static let removedTriggers: SQL = "SELECT definition FROM boardcast.removed_trigger ORDER BY relation, name"

  /// Puts back what `disable` took away, where the table still is and nobody put it back.
  static let putTriggersBack: SQL = """
    DO $do$
    DECLARE
      removed record;
    BEGIN
      FOR removed IN SELECT * FROM boardcast.removed_trigger LOOP
        IF to_regclass(removed.relation) IS NOT NULL
           AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t
                            WHERE t.tgrelid = to_regclass(removed.relation) AND t.tgname = removed.name)
        THEN
          EXECUTE removed.definition;
        END IF;
      END LOOP;
      DELETE FROM boardcast.removed_trigger;
    END
    $do$
    """

  /// Triggers on LAVA's tables that call a function of ours.
  static let ourTriggers: SQL = """
    SELECT t.tgname || ' on ' || c.relname AS trigger
      FROM pg_catalog.pg_trigger t
      JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid AND c.relnamespace = 'public'::regnamespace
      JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid AND p.pronamespace = 'boardcast'::regnamespace
     WHERE NOT t.tgisinternal
     ORDER BY c.relname, t.tgname
    """

  /// Takes the triggers away and keeps how they were.
  static let removeTriggers: SQL = """
    DO $do$
    DECLARE
      ours record;
    BEGIN
      FOR ours IN
        SELECT format('public.%I', c.relname) AS relation, t.tgname::text AS name, pg_get_triggerdef(t.oid) AS definition
          FROM pg_catalog.pg_trigger t
          JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid AND c.relnamespace = 'public'::regnamespace
          JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid AND p.pronamespace = 'boardcast'::regnamespace
         WHERE NOT t.tgisinternal
      LOOP
        INSERT INTO boardcast.removed_trigger VALUES (ours.relation, ours.name, ours.definition)
        ON CONFLICT (relation, name) DO UPDATE SET definition = excluded.definition;
        EXECUTE format('DROP TRIGGER %I ON %s', ours.name, ours.relation);
      END LOOP;
    END
    $do$
    """

  static let switchOff: SQL = """
    UPDATE boardcast.enabling SET enabled = false, since = clock_timestamp() WHERE enabled
    """

  static let role: SQL = "SELECT role FROM boardcast.enabling"

  /// What is still open; a word for people.
  static let open: SQL = """
    SELECT (SELECT count(*) FROM boardcast.event)::int AS events,
           (SELECT count(*) FROM boardcast.assignment WHERE state = 'waiting')::int AS waiting
    """

  /// The writer's lock for the length of a transaction; false when a `serve` holds it. The numbers are `WriterLock`'s.
  static let takeWriterLock: SQL = "SELECT pg_try_advisory_xact_lock(1650746228, 1) AS taken"

  /// Who holds it.
  static let writers: SQL = """
    SELECT pid FROM pg_catalog.pg_locks
     WHERE locktype = 'advisory' AND classid = 1650746228 AND objid = 1 AND objsubid = 2 AND granted
       AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
    """

  /// Our own tags, as `QueueSQL.addTags` makes them, and who needs them: an unfinished job, or a job's record.
  static let tags: SQL = """
    SELECT t.id, t.name,
           EXISTS (SELECT FROM lava_scheduler_app_testjob_tags x JOIN lava_scheduler_app_testjob j ON j.id = x.testjob_id
                    WHERE x.tag_id = t.id AND j.state <> 5) AS is_needed,
           EXISTS (SELECT FROM lava_scheduler_app_testjob_tags x WHERE x.tag_id = t.id) AS is_named
      FROM lava_scheduler_app_tag t
     WHERE t.description LIKE '%kept by Boardcast'
     ORDER BY t.name
    """

  static let detachTags: SQL = "DELETE FROM lava_scheduler_app_device_tags WHERE tag_id = ANY ($1::bigint[])"
  static let removeTags: SQL = "DELETE FROM lava_scheduler_app_tag WHERE id = ANY ($1::bigint[])"
  static let dropSchema: SQL = "DROP SCHEMA boardcast CASCADE"
}
