import Foundation
public import PostgresClient

/// A PostgreSQL server of the tests' own, in a temporary folder.
///
/// A shell in a session of its own makes it, takes commands from a pipe, and takes everything away when the pipe closes:
/// that is when this process ends, however it ends.
public actor TestCluster {
  /// One server for all tests that do no harm to it.
  public static let shared = Task { try TestCluster() }

  /// Where the PostgreSQL the tests run lies on Debian 12.
  public static let binaries = "/usr/lib/postgresql/15/bin"

  /// Holds the data, the log and the socket.
  public nonisolated let folder: String
  /// Where it listens on 127.0.0.1.
  public nonisolated let port: Int
  private let commands: FileHandle
  private let answers: FileHandle

  /// Makes and starts a server; returns when it takes connections.
  public init() throws {
    let input = Pipe()
    let output = Pipe()
    // Otherwise a program started at the same moment would inherit the pipe and keep the server alive.
    _ = fcntl(input.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/setsid")
    process.arguments = ["/bin/sh", "-c", Self.script, "sh", Self.binaries]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    try input.fileHandleForReading.close()
    commands = input.fileHandleForWriting
    answers = output.fileHandleForReading
    let words = try Self.readLine(answers).split(separator: " ")
    guard words.count == 3, words[0] == "ready", let port = Int(words[1]) else {
      throw ClusterError(text: "the test server did not start: \(words.joined(separator: " "))")
    }
    self.port = port
    folder = String(words[2])
  }

  /// What can be done to the server; `stop` cuts off whoever is connected.
  public enum Request: String, Sendable {
    case start, stop, restart
  }

  /// Does something to the server and returns when it is done.
  public func run(_ command: Request) throws {
    try commands.write(contentsOf: Data((command.rawValue + "\n").utf8))
    let answer = try Self.readLine(answers)
    if answer != "ok" { throw ClusterError(text: "\(command.rawValue): \(answer)") }
  }

  /// Over the socket, as superuser, without a password.
  public nonisolated func socketConfiguration(database: String = "postgres") -> PostgresConfiguration {
    PostgresConfiguration(parameters: ["host": folder, "port": "\(port)", "user": "postgres", "dbname": database])
  }

  private static func readLine(_ handle: FileHandle) throws -> String {
    var line = Data()
    while let byte = try handle.read(upToCount: 1), byte.count == 1, byte[byte.startIndex] != 10 { line += byte }
    return String(decoding: line, as: UTF8.self)
  }

  /// The server did not do what it was asked.
  public struct ClusterError: Error, CustomStringConvertible {
    private let text: String

    /// What went wrong.
    public var description: String { text }

    /// An error with its text.
    public init(text: String) { self.text = text }
  }

  private static let script = """
    bin=$1
    trap '' INT TERM HUP PIPE
    dir=$(mktemp -d /tmp/boardcast-pg.XXXXXX)
    as() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
    [ "$(id -u)" = 0 ] && chown postgres "$dir"
    cd "$dir"
    start() { as "$bin/pg_ctl" -s -w -t 30 -D data -l "$dir/log" start </dev/null >&2; }
    stop() { as "$bin/pg_ctl" -s -w -t 30 -D data -m "$1" stop </dev/null >&2; }
    as "$bin/initdb" -D data -A trust -U postgres -N -E UTF8 --locale=C </dev/null >init.log 2>&1
    cat >data/pg_hba.conf <<END
    local all all trust
    host all secretive 127.0.0.1/32 scram-sha-256
    host all all 127.0.0.1/32 trust
    END
    for attempt in 1 2 3 4 5; do
      port=$(shuf -i 20000-32000 -n 1)
      cat >data/postgresql.auto.conf <<END
    listen_addresses = '127.0.0.1'
    port = $port
    unix_socket_directories = '$dir'
    fsync = off
    full_page_writes = off
    synchronous_commit = off
    max_connections = 300
    shared_buffers = 32MB
    END
      if start; then echo "ready $port $dir"; up=1; break; fi
    done
    [ -n "$up" ] || { echo "failed $(tail -n 3 init.log log 2>/dev/null | tr '\\n' ' ')"; }
    while read -r command; do
      case $command in
        start) start ;;
        stop) stop fast ;;
        restart) stop fast && start ;;
      esac && echo ok || echo "failed $(tail -n 1 log)"
    done
    # A test may have died while it held the server frozen.
    postmaster=$(head -n 1 data/postmaster.pid 2>/dev/null)
    [ -n "$postmaster" ] && kill -CONT $postmaster $(cat "/proc/$postmaster/task/$postmaster/children")
    stop immediate || kill -KILL $postmaster
    cd /
    rm -rf "$dir"
    """
}
