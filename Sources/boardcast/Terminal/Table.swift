/// Rows in columns; the last column gives way when a terminal is too narrow.
struct Table {
  private let header: [String]
  private var rows: [[String]] = []

  init(_ header: String...) { self.header = header }

  mutating func add(_ cells: String...) { rows.append(cells) }

  /// The lines, cut to a width when there is one.
  func lines(width: Int?) -> [String] {
    let all = [header] + rows
    let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    return all.map { cells in
      var line = ""
      for (column, cell) in cells.enumerated() {
        if column == cells.count - 1 { line += cell } else { line += Self.pad(cell, widths[column]) + "  " }
      }
      guard let width, line.count > width, width > 1 else { return line }
      return String(line.prefix(width - 1)) + "…"
    }
  }

  func print() {
    for line in lines(width: Terminal.width) { Swift.print(line) }
  }

  private static func pad(_ cell: String, _ width: Int) -> String {
    cell + String(repeating: " ", count: max(0, width - cell.count))
  }
}
