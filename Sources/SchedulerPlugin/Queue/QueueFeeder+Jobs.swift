import BoardInventory
import Matcher
import PostgresClient

extension QueueFeeder {
  /// A shape as it is kept.
  private struct KeptShape {
    let route: BoardRoute
    let definition: String
    let jobName: String
    let visibility: String
    let viewingGroups: [String]
    let tags: [String]
    let priority: Int
    let queueTimeout: Int64?
    let metadata: String
  }

  /// Job rows for assignments, in the order given. Draws ids and times, resolves tags and groups.
  func prepare(
    _ assignments: [Int64], _ own: OwnTags, _ pools: PoolPlaces, _ session: borrowing PostgresSession,
    _ random: inout some RandomNumberGenerator
  ) throws -> [QueuedJob] {
    var rows: [Int64: (board: String, type: String, shape: Int64, submitter: Int, name: String)] = [:]
    try session.query(AssignmentSQL.toQueue, [.int8Array(assignments)]).forEach { row in
      rows[Int64(try row.int("id"))] = (
        try row.string("board"), try row.string("device_type"), Int64(try row.int("shape_id")),
        try row.int("submitter_id"), try row.string("submitter")
      )
    }
    let shapes = try readShapes(Set(rows.values.map(\.shape)), session)
    let requesting = rows.values.filter { shapes[$0.shape]?.route == .requestedDevice }.map(\.board)
    if !requesting.isEmpty { try schema.requireRequests() }
    let requested = try RequestedBoards.lock(Array(Set(requesting)), session)
    let extraTags = try tagIDs(Set(shapes.values.flatMap(\.tags)), session)
    let poolTexts = shapes.mapValues { $0.route == .pool ? BoardRoute.unmarked($0.definition) : "" }
    var groups: [String: [Int64]] = [:]
    let drawn = try session.query(QueueSQL.drawJobs, [PostgresValue(assignments.count)]).map {
      (id: Int64(try $0.int("id")), time: try $0.timestampMicroseconds("submit_time"))
    }
    var jobs: [QueuedJob] = []
    for (assignment, job) in zip(assignments, drawn) {
      guard let row = rows[assignment], let shape = shapes[row.shape] else { continue }
      let place = shape.route == .pool ? pools.places[assignment] : nil
      let isRequest = shape.route == .requestedDevice
      let tag = isRequest ? nil : place?.tag ?? own.ids[row.board]
      guard isRequest ? requested.contains(row.board) : tag != nil else { continue }
      let key = shape.visibility == "personal" ? "personal \(row.name)" : "\(shape.visibility) \(shape.viewingGroups)"
      let viewing = try groups[key] ?? viewingGroups(shape, submitter: row.name, session)
      groups[key] = viewing
      jobs.append(
        QueuedJob(
          id: job.id, submitMicroseconds: job.time, assignmentID: assignment, board: row.board,
          submitterID: row.submitter, deviceType: row.type,
          requestedDevice: isRequest ? row.board : nil,
          requestedWorker: isRequest ? requested.worker(of: row.board) : nil, jobName: shape.jobName,
          definition: place == nil
            ? (isRequest ? BoardRoute.requestedDevice : .ownTag).definition(shape.definition, for: row.board)
            : poolTexts[row.shape] ?? "",
          isPublic: shape.visibility == "public", priority: shape.priority, queueTimeout: shape.queueTimeout,
          metadata: shape.metadata, token: LAVASecret.make(using: &random),
          tagIDs: Array(Set((shape.tags.map { extraTags[$0] } + [tag]).compactMap { $0 })).sorted(),
          viewingGroupIDs: viewing, pool: place?.pool))
    }
    return jobs
  }

  private func readShapes(_ ids: Set<Int64>, _ session: borrowing PostgresSession) throws -> [Int64: KeptShape] {
    var shapes: [Int64: KeptShape] = [:]
    try session.query(AssignmentSQL.shapes, [.int8Array(ids.sorted())]).forEach { row in
      let definition = try row.string("definition")
      shapes[Int64(try row.int("id"))] = KeptShape(
        route: BoardRoute(of: definition, byPool: try row.bool("by_pool")), definition: definition,
        jobName: try row.string("job_name"),
        visibility: try row.string("visibility"), viewingGroups: try row.stringArray("viewing_groups"),
        tags: try row.stringArray("tags"), priority: try row.int("priority"),
        queueTimeout: try row.optionalInt("queue_timeout").map(Int64.init), metadata: try row.json("metadata"))
    }
    return shapes
  }

  private func tagIDs(_ names: Set<String>, _ session: borrowing PostgresSession) throws -> [String: Int64] {
    guard !names.isEmpty else { return [:] }
    var ids: [String: Int64] = [:]
    try session.query(QueueSQL.tagIDs, [.textArray(names.sorted())]).forEach {
      ids[try $0.string("name")] = Int64(try $0.int("id"))
    }
    return ids
  }

  /// LAVA's viewing groups for a visibility (models.py:_create_pipeline_job): the submitter's own group for
  /// `personal`, the named ones that exist for groups, none otherwise.
  private func viewingGroups(
    _ shape: KeptShape, submitter: String, _ session: borrowing PostgresSession
  ) throws -> [Int64] {
    switch shape.visibility {
    case "personal":
      _ = try session.execute(QueueSQL.addPersonalGroup, [.text(submitter)])
      return try session.query(QueueSQL.groupIDs, [.textArray([submitter])]).map { Int64(try $0.int("id")) }
    case "groups":
      return try session.query(QueueSQL.groupIDs, [.textArray(shape.viewingGroups)]).map { Int64(try $0.int("id")) }
    default:
      return []
    }
  }
}
