public import BoardInventory
import Foundation
internal import Synchronization

/// The terms in force. Whoever submits takes the current ones without waiting; a reload swaps them whole.
public final class SubmissionTermsBook: Sendable {
  /// What a reading says, as long as `serve` has its configuration.
  public typealias Reading = @Sendable () throws(FileMistake) -> Configuration

  private struct State {
    var terms: SubmissionTerms
    var stamp: [String: Date]
    /// Everything but the terms, as last read.
    var rest: Configuration?
  }

  /// Everything but the terms, as `serve` began.
  private let begunWith: Configuration?
  private let reading: Reading?
  private let paths: @Sendable () -> [String]
  private let state: Mutex<State>

  /// Terms that stay.
  public init(_ terms: SubmissionTerms) {
    reading = nil
    begunWith = nil
    paths = { [] }
    state = Mutex(State(terms: terms, stamp: [:]))
  }

  /// Terms that are read again when a file changes.
  ///
  /// - Parameters:
  ///   - configuration: as it was read at the start.
  ///   - paths: the files that say it, those included that are not there yet.
  ///   - reading: how it is read again.
  public init(
    _ configuration: Configuration, paths: @escaping @Sendable () -> [String], reading: @escaping Reading
  ) {
    self.reading = reading
    self.paths = paths
    begunWith = configuration.withoutTerms
    state = Mutex(State(terms: configuration.terms, stamp: Self.stamp(paths()), rest: configuration.withoutTerms))
  }

  /// The terms in force.
  public var current: SubmissionTerms { state.withLock { $0.terms } }

  /// What a reading found.
  public enum News: Hashable, Sendable {
    /// Other terms, in force now.
    case terms
    /// What else `config.yaml` says is another than `serve` began with.
    case needsRestart
    /// A mistake; the last good terms stay in force.
    case mistake(FileMistake)
  }

  /// Reads the files again where one came, went or was written since.
  ///
  /// - Parameter always: also where none did.
  /// - Returns: what is new; nothing mostly.
  public func reload(always: Bool = false) -> [News] {
    guard let reading else { return [] }
    let stamp = Self.stamp(paths())
    guard always || state.withLock({ $0.stamp != stamp }) else { return [] }
    let found = Result { () throws(FileMistake) in try reading() }
    return state.withLock { state in
      state.stamp = stamp
      let configuration: Configuration
      switch found {
      case .failure(let mistake): return [.mistake(mistake)]
      case .success(let read): configuration = read
      }
      var news: [News] = []
      if configuration.terms != state.terms { news.append(.terms) }
      let rest = configuration.withoutTerms
      if rest != state.rest, rest != begunWith { news.append(.needsRestart) }
      state.terms = configuration.terms
      state.rest = rest
      return news
    }
  }

  private static func stamp(_ paths: [String]) -> [String: Date] {
    var stamp: [String: Date] = [:]
    for path in paths {
      stamp[path] = try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
    }
    return stamp
  }
}

extension Configuration {
  /// What only a restart changes.
  fileprivate var withoutTerms: Configuration {
    var rest = self
    rest.terms = SubmissionTerms()
    return rest
  }
}
