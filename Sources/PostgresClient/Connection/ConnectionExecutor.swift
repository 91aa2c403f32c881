internal import Dispatch

/// Runs a connection's actor on a serial queue of its own, so that libpq may block without holding a thread of Swift's
/// cooperative pool.
///
/// (`DispatchSerialQueue`, which is such an executor on Darwin, does not exist on Linux.)
final class ConnectionExecutor: SerialExecutor {
  let queue: DispatchQueue

  init(label: String) {
    queue = DispatchQueue(label: label)
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }

  func checkIsolated() {
    dispatchPrecondition(condition: .onQueue(queue))
  }
}
