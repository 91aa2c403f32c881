public import Foundation

/// Starts programs one after the other, whichever thread wants to.
///
/// Foundation on Linux notices a program's end by a socket that only this program is to hold: before it starts one, it
/// closes all descriptors there that are open at that moment. What another thread opens in between, such as the socket or
/// the pipes of its own program, stays open in both, so that an end is noticed only when the other one has ended too: with
/// five threads seen 7 times in 17,000 starts, never when they took turns (swift-corelibs-foundation, Process.run).
public enum ProgramStart {
  private static let turn = NSLock()

  /// Starts a program, as `Process.run()`; throws what that throws.
  public static func run(_ process: Process) throws { try alone { try process.run() } }

  /// Does something while no program is started here; it may call `Process.run()` itself, but nothing of this type.
  public static func alone<Value>(_ body: () throws -> Value) rethrows -> Value {
    turn.lock()
    defer { turn.unlock() }
    return try body()
  }
}
