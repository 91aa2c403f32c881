import BoardInventory
import Foundation

extension Shape {
  /// The shape of a job, checked as LAVA's submission would check it.
  ///
  /// - Throws: what LAVA would refuse, in its words, or what we refuse beyond that (`Strictness`).
  init(
    job: JobDefinition, deviceType: String, board: String?, template: String, lava: SubmissionFacts
  ) throws(DefinitionMistake) {
    try job.check(
      against: lava.rules, extraContextVariables: lava.settings.extraContextVariables, notifying: lava.names)
    guard job.deviceType == deviceType else {
      throw DefinitionMistake(
        "the job is for device type \(job.deviceType); write {{ device_type|yaml }}", strictness: .otherDeviceType)
    }
    guard job.requestedDevice == nil, job.requestedWorker == nil else {
      throw DefinitionMistake(
        "the job names a device or worker; leave 'device' and 'worker' to Boardcast", strictness: .namesBoard)
    }
    if let refusal = lava.refusal(of: job) { throw DefinitionMistake(refusal) }
    let route = BoardRoute(lava.rules)
    // LAVA sorted a definition's keys until 2024.05 and keeps their order since.
    let text = route.marked(job).dumped(sortedKeys: lava.rules == .lava2023_01)
    guard text.components(separatedBy: BoardTag.placeholder).count == 2 else {
      throw DefinitionMistake("the job contains '\(BoardTag.placeholder)' itself", strictness: .placeholder)
    }
    self.init(
      deviceType: deviceType, board: board, template: template, route: route, definition: text, jobName: job.jobName,
      visibility: job.visibility, tags: job.tags, priority: job.priority,
      queueTimeout: job.queueTimeoutSeconds ?? lava.settings.queueTimeoutSeconds,
      metadata: job.metadataJSON)
  }
}
