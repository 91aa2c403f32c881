/// Finds the name somebody probably meant.
public enum NearestName {
  /// The name with the smallest edit distance to the word, when that distance is small enough to be a typo: at most
  /// two edits, or a third of the word's length for long words. Ties go to the first in alphabetical order.
  public static func to(_ word: String, among names: some Sequence<String>) -> String? {
    let limit = max(2, word.count / 3)
    let lowered = word.lowercased()
    return
      names.map { (name: $0, distance: distance(lowered, $0.lowercased())) }
      .filter { $0.distance <= limit && $0.distance < max(word.count, 1) }
      .min { ($0.distance, $0.name) < ($1.distance, $1.name) }?
      .name
  }

  private static func distance(_ left: String, _ right: String) -> Int {
    let right = Array(right)
    var row = Array(0...right.count)
    for (i, character) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in right.enumerated() {
        let substitution = diagonal + (character == other ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substitution, row[j] + 1, diagonal + 1)
      }
    }
    return row[right.count]
  }
}
