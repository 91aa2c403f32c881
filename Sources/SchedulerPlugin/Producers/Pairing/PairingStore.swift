import BuildEvents
import PostgresClient

/// The halves that a pairing source published, on disk.
enum PairingStore {
  /// Halves are paired one after another: two that come at the same moment would not see each other.
  static let lock: SQL = "LOCK TABLE boardcast.image_half IN SHARE ROW EXCLUSIVE MODE"

  private static let known: SQL = """
    SELECT kind, platform, name, build, url, arch, boards FROM boardcast.image_half
     WHERE producer = $1 AND source = $2 AND platform = $3
    """

  private static let keep: SQL = """
    INSERT INTO boardcast.image_half (producer, source, kind, platform, name, build, url, arch, boards)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    ON CONFLICT (producer, source, kind, platform, name) DO UPDATE
       SET build = excluded.build, url = excluded.url, arch = excluded.arch, boards = excluded.boards,
           came_at = clock_timestamp()
    """

  /// Decides about a half that came, and remembers it where it is the newest of its name.
  static func take(
    _ half: ImageHalf, of source: ProducerSource, _ settings: PairingSettings, _ session: borrowing PostgresSession
  ) throws -> HardwarePackPairing.Decision {
    _ = try session.execute(lock)
    let rows = try session.query(known, [.text(source.producer), .text(source.name), .text(half.platform)])
    let known = try rows.map { row in
      HardwarePackPairing.Known(
        half: ImageHalf(
          kind: ImageHalf.Kind(rawValue: try row.string("kind")) ?? .image, platform: try row.string("platform"),
          name: try row.string("name"), build: try row.string("build"), url: try row.string("url"),
          architecture: try row.optionalString("arch")),
        boards: try row.stringArray("boards"))
    }
    let new = HardwarePackPairing.Known(half: half, boards: settings.boards(of: half))
    // What the source does not pair any more is left alone too.
    let counting = known.filter { settings.complaint($0.half) == nil }
    let decision = HardwarePackPairing.decide(new, known: counting, images: settings.images)
    if case .pairs = decision {
      _ = try session.execute(
        keep,
        [
          .text(source.producer), .text(source.name), .text(half.kind.rawValue), .text(half.platform),
          .text(half.name), .text(half.build), .text(half.url), PostgresValue(half.architecture),
          .textArray(new.boards),
        ])
    }
    return decision
  }
}
