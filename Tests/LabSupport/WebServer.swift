internal import BoardInventory
import Foundation

/// A real web server that lists a folder: Python's, or Debian's nginx or Apache where they are installed. It ends with the
/// test.
public final class WebServer: Sendable {
  /// Whose it is.
  public enum Kind: String, CaseIterable, Sendable {
    case python, nginx, apache

    /// Its program.
    public var program: String {
      switch self {
      case .python: "/usr/bin/python3"
      case .nginx: "/usr/sbin/nginx"
      case .apache: "/usr/sbin/apache2"
      }
    }

    /// Whether it can be started here.
    public var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: program) }
  }

  /// Where it answers, with a slash at the end.
  public let url: String
  private let process = Process()
  private let folder: TemporaryFolder

  private init(_ kind: Kind, of www: String, port: Int) throws {
    url = "http://127.0.0.1:\(port)/"
    folder = try TemporaryFolder()
    process.executableURL = URL(fileURLWithPath: kind.program)
    switch kind {
    case .python:
      process.arguments = ["-I", "-m", "http.server", "--bind", "127.0.0.1", "--directory", www, "\(port)"]
    case .nginx:
      let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map { name in
        "\(name)_temp_path \(folder.path)/\(name);"
      }
      let text = """
        daemon off; master_process off; worker_processes 1; pid \(folder.path)/pid; error_log \(folder.path)/log;
        events {}
        http { access_log off; \(temporary.joined(separator: " "))
          server { listen 127.0.0.1:\(port); root \(www); autoindex on; absolute_redirect off;
            location = /moving/ { return 302 /11.05-daily/; } } }
        """
      process.arguments = ["-c", try folder.write("nginx.conf", text)]
    case .apache:
      let modules = ["mpm_event", "authz_core", "autoindex", "dir", "alias"].map { name in
        "LoadModule \(name)_module /usr/lib/apache2/modules/mod_\(name).so"
      }
      let text = """
        ServerRoot \(folder.path)
        ServerName here
        PidFile \(folder.path)/pid
        ErrorLog \(folder.path)/log
        Listen 127.0.0.1:\(port)
        \(modules.joined(separator: "\n"))
        User nobody
        DocumentRoot \(www)
        <Directory \(www)>
        Options Indexes FollowSymLinks
        Require all granted
        </Directory>
        IndexOptions FancyIndexing
        """
      process.arguments = ["-X", "-f", try folder.write("apache.conf", text)]
    }
    process.environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "TZ": "UTC", "LC_ALL": "C.UTF-8"]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try ProgramStart.run(process)
  }

  deinit {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
  }

  /// Starts one that serves a folder, and waits until it answers.
  public static func start(_ kind: Kind, of www: String) async throws -> WebServer {
    for _ in 0..<5 {
      let server = try WebServer(kind, of: www, port: Int.random(in: 20_000..<30_000))
      // A port that somebody else has ends it.
      let end = ContinuousClock.now + .seconds(30)
      while server.process.isRunning, !server.isOpen, ContinuousClock.now < end {
        try await Task.sleep(for: .milliseconds(20))
      }
      if server.process.isRunning, server.isOpen { return server }
    }
    throw NoWebServer(program: kind.program)
  }

  /// Whether somebody listens at its port.
  private var isOpen: Bool {
    guard let port = URL(string: url)?.port else { return false }
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    return withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }
}

/// Why there is none.
private struct NoWebServer: Error, CustomStringConvertible {
  let program: String
  var description: String { "\(program) does not start" }
}
