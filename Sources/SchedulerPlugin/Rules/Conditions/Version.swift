/// A version as kernels and images have them: numbers between dots, then perhaps `-rcN`, then anything.
///
/// `6.6-rc1` comes before `6.6`, which equals `6.6.0` and `v6.6`; what follows the numbers and the candidate
/// (`-g1234abc`, `-debian`) does not count.
public struct Version: Hashable, Sendable, Comparable {
  private let numbers: [Int]
  /// The number of a release candidate; `Int.max` for a release, so that candidates come first.
  private let candidate: Int

  /// Reads a version; nil for a text that does not begin with a number, after a `v` perhaps.
  public init?(_ text: String) {
    guard let match = text.prefixMatch(of: /[vV]?([0-9]+(?:\.[0-9]+)*)(?:[-.~]?rc\.?([0-9]+))?/) else { return nil }
    var numbers: [Int] = []
    for part in match.output.1.split(separator: ".") {
      guard let number = Int(part) else { return nil }
      numbers.append(number)
    }
    while numbers.last == 0 { numbers.removeLast() }
    self.numbers = numbers
    candidate = match.output.2.flatMap { Int($0) } ?? .max
  }

  /// Number by number; a missing number is 0.
  public static func < (one: Self, other: Self) -> Bool {
    for index in 0..<max(one.numbers.count, other.numbers.count) {
      let (mine, theirs) = (one.number(index), other.number(index))
      if mine != theirs { return mine < theirs }
    }
    return one.candidate < other.candidate
  }

  private func number(_ index: Int) -> Int { numbers.indices.contains(index) ? numbers[index] : 0 }
}
