internal import BoardInventory
import Foundation
public import PostgresClient

/// A PostgreSQL server of the tests' own, in a temporary folder.
///
/// A shell in a session of its own makes it, takes commands from a pipe, and takes everything away when the pipe closes:
/// that is when this process ends, however it ends.
public actor TestCluster {
  /// One server for all tests that do no harm to it.
  public static let shared = Task { try TestCluster() }

  /// Where the programs of the machine's own PostgreSQL lie on Debian 12; clients for any server of the same age or older.
  public static let binaries = "/usr/lib/postgresql/15/bin"

  /// The PostgreSQL that is run: the lab's, where the environment says that it is not the machine's own.
  public static let version: String = environment("BOARDCAST_LAB_POSTGRES") ?? "15"

  /// The folder with that PostgreSQL and what it needs (`scripts/lab up --postgres`); nil for the machine's own.
  public static let root: String? = environment("BOARDCAST_LAB_POSTGRES_ROOT")

  /// The words that run one of its programs that only talks to a server by TCP.
  public static func client(_ program: String) -> [String] {
    let path = "/usr/lib/postgresql/\(version)/bin/\(program)"
    return root.map { ["/usr/sbin/chroot", $0, path] } ?? [path]
  }

  private static func environment(_ name: String) -> String? {
    ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Holds the data, the log and the socket.
  public nonisolated let folder: String
  /// Where it listens on 127.0.0.1.
  public nonisolated let port: Int
  private let commands: FileHandle
  private let answers: FileHandle

  /// Makes and starts a server; returns when it takes connections.
  ///
  /// - Parameter environment: added to that of the server's own programs, without spaces; needs root where there is any.
  public init(environment: [String: String] = [:]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/setsid")
    let shell =
      ["/bin/sh", "-c", Self.script, "sh", "/usr/lib/postgresql/\(Self.version)/bin"]
      + environment.map { "\($0)=\($1)" }
    let isOrdinary = Self.root == nil && environment.isEmpty
    process.arguments =
      isOrdinary
      ? shell : ["/usr/bin/unshare", "--mount", "/bin/sh", "-e", "-c", Self.entrance, "sh"] + [Self.root ?? ""] + shell
    // With its pipes: a program started at the same moment would inherit them and keep the server alive.
    let (input, output) = try ProgramStart.alone {
      let (input, output) = (Pipe(), Pipe())
      process.standardInput = input
      process.standardOutput = output
      try process.run()
      return (input, output)
    }
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

  /// Gives the server shared memory of its own, in which it may leave what it likes, and goes into the folder of another
  /// PostgreSQL, with the machine's users, processes and temporary folder.
  private static let entrance = """
    root=$1; shift
    mount -t tmpfs -o mode=1777 tmpfs /dev/shm
    [ -n "$root" ] || exec "$@"
    for shared in dev proc tmp; do mount --rbind /$shared "$root/$shared"; done
    for users in passwd group; do mount --bind /etc/$users "$root/etc/$users"; done
    exec chroot "$root" "$@"
    """

  private static let script = """
    bin=$1; shift
    settings="$*"
    trap '' INT TERM HUP PIPE
    dir=$(mktemp -d /tmp/boardcast-pg.XXXXXX)
    as() {
      if [ "$(id -u)" = 0 ]; then chroot --skip-chdir --userspec=postgres:postgres / env $settings "$@"; else "$@"; fi
    }
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
    password_encryption = 'scram-sha-256'
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
