import Foundation

/// One thing that was measured many times, and the floor it is compared with.
struct Figure {
  let name: String
  let unit: String
  let samples: [Double]
  /// What the median is divided by: the least that any way of doing it would take, measured in the same run.
  var floor: (name: String, samples: [Double])?

  static func rank(_ samples: [Double], _ share: Double) -> Double {
    let sorted = samples.sorted()
    guard let last = sorted.indices.last else { return .nan }
    return sorted[min(last, Int((Double(sorted.count) * share).rounded(.down)))]
  }

  var median: Double { Self.rank(samples, 0.5) }
  var p99: Double { Self.rank(samples, 0.99) }
  var ratio: Double? { floor.map { median / Self.rank($0.samples, 0.5) } }

  var line: String {
    func number(_ value: Double) -> String { String(format: value < 10 ? "%.3f" : "%.1f", value) }
    let left = name.padding(toLength: max(52, name.count), withPad: " ", startingAt: 0)
    let spread = "\(number(samples.min() ?? .nan)) to \(number(samples.max() ?? .nan))"
    let columns = [number(median), number(p99), spread, "\(samples.count)"].enumerated().map { column, text in
      String(repeating: " ", count: max(0, [10, 10, 22, 6][column] - text.count)) + text
    }
    var line = left + columns.joined() + "  " + unit
    if let floor, let ratio {
      line += "  \(number(ratio)) x \(floor.name) (\(number(Self.rank(floor.samples, 0.5))))"
    }
    return line
  }

  var json: [String: Any] {
    var json: [String: Any] = [
      "name": name, "unit": unit, "median": median, "p99": p99, "samples": samples.count,
      "least": samples.min() ?? 0, "most": samples.max() ?? 0,
    ]
    if let floor, let ratio {
      json["floor"] = floor.name
      json["floor_median"] = Self.rank(floor.samples, 0.5)
      json["ratio"] = ratio
    }
    return json
  }
}

/// How long something takes, in milliseconds.
func milliseconds(_ body: () async throws -> Void) async throws -> Double {
  let begun = ContinuousClock.now
  try await body()
  return begun.duration(to: .now) / .milliseconds(1)
}
