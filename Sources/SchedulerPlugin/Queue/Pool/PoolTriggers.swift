public import PostgresClient

/// The triggers of `migrations/0007_pool.sql`, by which a board loses a pool's tag when LAVA gives it a job of the pool.
/// Without them jobs find their boards by the boards' own tags.
public enum PoolTriggers {
  /// Triggers that are not there or are switched off, as `TRIGGER on TABLE`.
  public static func missing(_ session: borrowing PostgresSession) throws -> [String] {
    try session.query(PoolTriggerSQL.missing).map { try $0.string("missing") }
  }

  /// What keeps pools from being used, a line each; empty when nothing does.
  public static func obstacles(_ session: borrowing PostgresSession) throws -> [String] {
    let missing = try missing(session).map { "the trigger \($0) is missing or off; run 'boardcast enable'" }
    return try missing + session.query(PoolTriggerSQL.lackingRights).map { try $0.string("lacking") }
  }

  /// The statement by which `restore` puts back what is missing; harmless when nothing is.
  static var restoring: SQL { PoolTriggerSQL.restore }

  /// Puts back what `missing` finds; call it in a transaction of its own, for LAVA's writers wait until it ends.
  ///
  /// Returns what was missing. Throws what PostgreSQL throws, so when the role may not make triggers.
  @discardableResult
  public static func restore(_ session: borrowing PostgresSession) throws -> [String] {
    let missing = try missing(session)
    if !missing.isEmpty { try session.script(PoolTriggerSQL.restore) }
    return missing
  }
}

private enum PoolTriggerSQL {
  static let missing: SQL = """
    SELECT 'boardcast_pool on ' || w.name AS missing
      FROM (VALUES ('device', 'public.lava_scheduler_app_device'), ('pool_note', 'boardcast.pool_note'))
        AS w (name, place)
     WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t
                        WHERE t.tgrelid = to_regclass(w.place) AND t.tgname = 'boardcast_pool' AND t.tgenabled <> 'D')
     ORDER BY 1
    """

  /// Rights that the owner of the functions lacks, in whose name they work, and that the role lacks to call them.
  static let lackingRights: SQL = """
    SELECT format('the role %s, which owns Boardcast''s functions, lacks %s on %s; grant it', r.rolname, w.need, w.place)
             AS lacking
      FROM (VALUES ('DELETE', 'lava_scheduler_app_device_tags'), ('INSERT', 'lava_scheduler_app_device_tags'),
                   ('UPDATE', 'lava_scheduler_app_device'), ('SELECT', 'lava_scheduler_app_testjob'),
                   ('SELECT', 'lava_scheduler_app_testjob_tags')) AS w (need, place)
      JOIN pg_catalog.pg_proc p ON p.oid = to_regprocedure('boardcast.settle_pool_tags()')
      JOIN pg_catalog.pg_roles r ON r.oid = p.proowner
     WHERE CASE w.need WHEN 'UPDATE'
             THEN NOT has_any_column_privilege(r.oid, format('public.%I', w.place)::regclass, w.need)
             ELSE NOT has_table_privilege(r.oid, format('public.%I', w.place)::regclass, w.need) END
     UNION ALL
    SELECT format('the role may not call %s; grant EXECUTE on it', p.oid::regprocedure)
      FROM pg_catalog.pg_proc p
     WHERE p.oid IN (to_regprocedure('boardcast.join_pools(bigint[],text[])'),
                     to_regprocedure('boardcast.leave_pools(bigint[],text[])'))
       AND NOT has_function_privilege(p.oid, 'EXECUTE')
    """

  /// As `migrations/0007_pool.sql` makes them.
  static let restore: SQL = """
    DO $$
    DECLARE
      switched "char";
    BEGIN
      SELECT t.tgenabled INTO switched FROM pg_catalog.pg_trigger t
       WHERE t.tgrelid = to_regclass('public.lava_scheduler_app_device') AND t.tgname = 'boardcast_pool';
      IF NOT FOUND THEN
        CREATE TRIGGER boardcast_pool AFTER UPDATE ON public.lava_scheduler_app_device
          REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION boardcast.note_pooled_boards();
      ELSIF switched = 'D' THEN
        ALTER TABLE public.lava_scheduler_app_device ENABLE TRIGGER boardcast_pool;
      END IF;
      SELECT t.tgenabled INTO switched FROM pg_catalog.pg_trigger t
       WHERE t.tgrelid = to_regclass('boardcast.pool_note') AND t.tgname = 'boardcast_pool';
      IF NOT FOUND THEN
        CREATE CONSTRAINT TRIGGER boardcast_pool AFTER INSERT ON boardcast.pool_note
          DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION boardcast.settle_pool_tags();
      ELSIF switched = 'D' THEN
        ALTER TABLE boardcast.pool_note ENABLE TRIGGER boardcast_pool;
      END IF;
    END
    $$
    """
}
