import BoardInventory
public import BuildEvents

extension ProducerFiles {
  /// One source file by itself, with the tables of these files.
  func source(at path: String) throws(FileMistake) -> ProducerSource {
    let yaml = try YAMLFile.mapping(at: path)
    guard case .source(let source) = try Document(yaml, tables: tables) else {
      throw FileMistake(
        file: path, line: yaml.line, message: "the file holds no source", mend: "begin it with 'source: NAME'")
    }
    return source
  }

  /// Every producer and every source, for machines. Keys are only ever added; nothing of a secret is among them.
  public var json: JSONValue {
    [
      "producers": .array(
        Producers.all.map { producer in
          [
            "name": .string(producer.name), "summary": .string(producer.summary),
            "auth": .string(producer.scheme.rawValue),
            "defaults": defaults.first { $0.producer == producer.name }.map { .string($0.file) } ?? .null,
          ]
        }),
      "sources": .array(
        sources.sorted { ($0.producer, $0.name) < ($1.producer, $1.name) }.map { source in
          [
            "name": .string(source.name), "producer": .string(source.producer), "user": .string(source.user),
            "auth": source.secretFile == nil ? .null : .string(source.scheme.rawValue),
            "door": source.secretFile == nil ? .null : .string("/hooks/\(source.producer)/\(source.name)"),
            "fetched_from": .array(source.fetch.map { .string($0.url) }),
            "mappings": .int(Int64(source.builds.count)), "file": .string(source.file),
            "description": .string(source.summary),
          ]
        }),
      "tables": .array(tables.compactMap(\.name).sorted().map(JSONValue.string)),
    ]
  }
}
