/// Where a reading of KernelCI's history stands: which page comes next, and how far the pages so far really reach.
///
/// The API promises no order. Pages in order of time are followed by time, each from the last one's end; of all others the
/// next are asked for by number, and until the last of those is there nothing is known to be complete.
struct KernelCIHistory: Sendable {
  /// From when on the next page is.
  private(set) var from: UTCInstant
  /// How many events of that time on come before it.
  private(set) var offset = 0
  private var before: [KernelCIEvents.Event] = []
  private var newest: UTCInstant?

  init(from: UTCInstant) { self.from = from }

  /// What a page told.
  struct Told: Hashable {
    /// Every event up to here has been read; nil when nothing is sure before more pages are.
    var reached: UTCInstant?
    /// Whether this was the last page.
    var isOver: Bool
  }

  /// Reads a page.
  mutating func read(_ page: [KernelCIEvents.Event]) -> Told {
    let times = page.compactMap(\.at)
    newest = [newest, times.max()].compactMap { $0 }.max()
    // An API that knows no offset gives the same page again, and would for ever.
    if page.count < KernelCIPull.page || offset > 0 && page == before { return Told(reached: newest, isOver: true) }
    if offset == 0, let last = times.last, last > from, zip(times, times.dropFirst()).allSatisfy({ $0 <= $1 }) {
      self = KernelCIHistory(from: last)
      return Told(reached: last, isOver: false)
    }
    offset += KernelCIPull.page
    before = page
    return Told(reached: nil, isOver: false)
  }
}
