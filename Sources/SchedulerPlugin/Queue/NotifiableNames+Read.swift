import PostgresClient

extension NotifiableNames {
  /// Reads the names of all users, and of the saved queries where the account may.
  static func read(_ session: borrowing PostgresSession) throws -> NotifiableNames {
    let usernames = Set(try session.query("SELECT username FROM auth_user").map { try $0.string("username") })
    guard try session.query(mayReadQueries).only({ try $0.bool("may") }) else {
      return NotifiableNames(usernames: usernames, queries: nil)
    }
    var all: [Query: Bool] = [:]
    try session.query(queries).forEach { row in
      all[Query(owner: try row.string("owner"), name: try row.string("name"))] = try row.bool("of_jobs")
    }
    return NotifiableNames(usernames: usernames, queries: all)
  }

  private static let mayReadQueries: SQL = """
    SELECT coalesce(bool_and(has_column_privilege(q.oid, w.name, 'SELECT')), false) AS may
      FROM pg_catalog.pg_class q, unnest(ARRAY['owner_id', 'name', 'content_type_id']) AS w (name)
     WHERE q.oid = to_regclass('public.lava_results_app_query')
    """

  private static let queries: SQL = """
    SELECT u.username AS owner, q.name, (c.app_label, c.model) = ('lava_scheduler_app', 'testjob') AS of_jobs
      FROM lava_results_app_query q
      JOIN auth_user u ON u.id = q.owner_id
      JOIN django_content_type c ON c.id = q.content_type_id
    """
}
