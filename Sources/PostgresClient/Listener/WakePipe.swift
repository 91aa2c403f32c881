internal import Glibc

/// Wakes a thread that waits in `poll`. (Linux has `eventfd` for this, but Swift's Glibc module does not export it.)
final class WakePipe: Sendable {
  /// Readable once ``wake()`` was called, and for ever after. -1 if the process has no descriptors left.
  let readEnd: Int32
  private let writeEnd: Int32

  init() {
    var ends: [Int32] = [-1, -1]
    if pipe(&ends) == 0 {
      for end in ends {
        _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        _ = fcntl(end, F_SETFL, O_NONBLOCK)
      }
    }
    readEnd = ends[0]
    writeEnd = ends[1]
  }

  deinit {
    if readEnd >= 0 {
      close(readEnd)
      close(writeEnd)
    }
  }

  func wake() {
    var byte: UInt8 = 1
    // A full pipe is readable already, so a failure needs no answer.
    if writeEnd >= 0 { _ = write(writeEnd, &byte, 1) }
  }

  /// Waits until woken, until `descriptor` is readable (if not negative), or for the given time; nil waits without end.
  func wait(for descriptor: Int32 = -1, atMost limit: Duration? = nil) {
    var descriptors = [pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)]
    if descriptor >= 0 { descriptors.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)) }
    // Without a pipe nobody can wake us: look around five times a second instead.
    let longest: Int32 = readEnd >= 0 ? -1 : 200
    let timeout = limit.map { max(1, $0.wholeMilliseconds) } ?? longest
    _ = poll(&descriptors, nfds_t(descriptors.count), timeout)
  }
}
