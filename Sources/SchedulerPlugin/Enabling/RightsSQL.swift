import PostgresClient

/// Statements about what roles may do.
enum RightsSQL {
  /// Of the rights `$1` table, `$2` privilege, `$3` column or '', those that role `$4` (NULL: the current one) lacks.
  /// Tables, columns and sequences that are not there are left out.
  static let lacking: SQL = """
    SELECT w.name AS table, w.privilege, w.col AS column
      FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS w (name, privilege, col, place)
      JOIN pg_catalog.pg_class c ON c.oid = to_regclass('public.' || quote_ident(w.name))
      LEFT JOIN pg_catalog.pg_attribute a
             ON a.attrelid = c.oid AND a.attname = w.col AND a.attnum > 0 AND NOT a.attisdropped
      LEFT JOIN pg_catalog.pg_class s
             ON s.oid = CASE WHEN w.privilege = 'USAGE'
                             THEN pg_get_serial_sequence('public.' || quote_ident(w.name), 'id')::regclass END
      LEFT JOIN pg_catalog.pg_roles r ON r.rolname = coalesce($4::text, current_user)
     WHERE (w.col = '' OR a.attnum IS NOT NULL)
       AND (w.privilege <> 'USAGE' OR s.oid IS NOT NULL)
       AND NOT coalesce(
         CASE WHEN w.privilege = 'USAGE' THEN has_sequence_privilege(r.oid, s.oid, 'USAGE')
              WHEN w.col <> '' THEN has_column_privilege(r.oid, c.oid, a.attnum, w.privilege)
              ELSE has_table_privilege(r.oid, c.oid, w.privilege) END, false)
     ORDER BY w.place
    """

  /// Gives the right to draw numbers from the sequence of a table's `id`; `name` is a role in quotes.
  static func grantSequence(table: String, to name: SQL) throws -> SQL {
    let relation = try SQL.literal("public." + table)
    return try "DO $do$ BEGIN EXECUTE format('GRANT USAGE ON SEQUENCE %s TO %s', pg_get_serial_sequence(" + relation
      + ", 'id'), " + .literal(name.description) + "); END $do$"
  }

  /// Whether role `$1` lacks anything in our own schema.
  static let lacksOurs: SQL = """
    SELECT r.oid IS NULL
           OR NOT has_schema_privilege(r.oid, 'boardcast', 'USAGE')
           OR EXISTS (SELECT FROM pg_catalog.pg_class c
                       WHERE c.relnamespace = 'boardcast'::regnamespace AND c.relkind IN ('r', 'p')
                         AND NOT (has_table_privilege(r.oid, c.oid, 'SELECT')
                                  AND (c.relname IN ('migration', 'enabling', 'removed_trigger', 'registration')
                                       OR (has_table_privilege(r.oid, c.oid, 'INSERT')
                                           AND has_table_privilege(r.oid, c.oid, 'UPDATE')
                                           AND has_table_privilege(r.oid, c.oid, 'DELETE')))))
           OR EXISTS (SELECT FROM pg_catalog.pg_proc p
                       WHERE p.pronamespace = 'boardcast'::regnamespace
                         AND NOT has_function_privilege(r.oid, p.oid, 'EXECUTE')) AS lacks
      FROM (SELECT $1::text AS name) w LEFT JOIN pg_catalog.pg_roles r ON r.rolname = w.name
    """

  /// Our own schema, all of it to work with, but what `enable` and `boards apply` write only to read.
  static func grantOurs(to name: SQL) -> [SQL] {
    [
      "GRANT USAGE ON SCHEMA boardcast TO " + name,
      "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA boardcast TO " + name,
      "REVOKE INSERT, UPDATE, DELETE ON boardcast.migration, boardcast.enabling, boardcast.removed_trigger, "
        + "boardcast.registration FROM " + name,
      "GRANT USAGE ON ALL SEQUENCES IN SCHEMA boardcast TO " + name,
      "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA boardcast TO " + name,
    ]
  }

  /// What is known of role `$1`; no row when it is not there.
  static let role: SQL = """
    SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls AS is_mighty, rolcanlogin
      FROM pg_catalog.pg_roles WHERE rolname = $1
    """

  /// Who we are, and whether we may make roles.
  static let myself: SQL = """
    SELECT current_user::text AS name, rolsuper OR rolcreaterole AS makes_roles
      FROM pg_catalog.pg_roles WHERE rolname = current_user
    """

  /// Tables and sequences of LAVA's on which role `$1` has a right of its own, in quotes.
  static let granted: SQL = """
    SELECT c.oid::regclass::text AS relation, c.relkind = 'S' AS is_sequence
      FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_roles r ON r.rolname = $1
     WHERE c.relnamespace = 'public'::regnamespace
       AND (EXISTS (SELECT FROM aclexplode(c.relacl) x WHERE x.grantee = r.oid)
            OR EXISTS (SELECT FROM pg_catalog.pg_attribute a, aclexplode(a.attacl) x
                        WHERE a.attrelid = c.oid AND x.grantee = r.oid))
     ORDER BY 1
    """

  /// Takes all rights on LAVA's tables and sequences from a role; `name` is a literal.
  static func revoke(from role: String) throws -> SQL {
    try "DO $do$ DECLARE x record; BEGIN FOR x IN SELECT c.oid::regclass AS relation, c.relkind "
      + "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_roles r ON r.rolname = " + .literal(role)
      + " WHERE c.relnamespace = 'public'::regnamespace AND "
      + "(EXISTS (SELECT FROM aclexplode(c.relacl) g WHERE g.grantee = r.oid) OR EXISTS "
      + "(SELECT FROM pg_catalog.pg_attribute a, aclexplode(a.attacl) g WHERE a.attrelid = c.oid AND g.grantee = r.oid)) "
      + "LOOP EXECUTE format('REVOKE ALL ON %s %s FROM %I', CASE WHEN x.relkind = 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, "
      + "x.relation, " + .literal(role) + "); END LOOP; END $do$"
  }
}
