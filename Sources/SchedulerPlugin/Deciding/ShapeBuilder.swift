import BoardInventory
import BuildEvents
import Foundation
import Matcher

/// Renders the job definitions of one rule for one event, once per device type where the template allows.
final class ShapeBuilder {
  private struct Key: Hashable {
    let deviceType: String
    let template: String
    let bootMethod: String
    let board: String?
  }

  private let event: BuildEvent
  private let eventID: Int64
  private let rule: String
  private let plan: TestPlan
  private let library: TemplateLibrary
  private let lava: SubmissionFacts
  private let renderer: TemplateRenderer
  private var made: [Key: Result<Shape, Refusal>] = [:]

  /// Why there is no shape, as the reason the board hears.
  struct Refusal: Error, Hashable {
    let reason: Reason
  }

  init(
    event: BuildEvent, eventID: Int64, rule: String, plan: TestPlan, library: TemplateLibrary,
    lava: SubmissionFacts = SubmissionFacts()
  ) {
    self.event = event
    self.eventID = eventID
    self.rule = rule
    self.plan = plan
    self.library = library
    self.lava = lava
    self.renderer = TemplateRenderer(library)
  }

  /// The shape for a board, or the reason why there is none.
  func shape(for board: Board) -> Result<Shape, Refusal> {
    let methods = event.bootloader.map { [$0] } ?? board.capabilities.bootMethods.elements
    let choices = methods.compactMap { method in
      library.file(plan.template, bootMethod: method.name).map { (file: $0, method: method.name) }
    }
    guard let choice = choices.first else { return .failure(noTemplate(methods)) }
    let key = Key(
      deviceType: board.deviceType, template: choice.file.name, bootMethod: choice.method,
      board: library.mentionsBoard(choice.file) ? board.hostname : nil)
    if let shape = made[key] { return shape }
    let shape = Result { () throws(Refusal) in try make(key, choice.file) }
    made[key] = shape
    return shape
  }

  private func make(_ key: Key, _ file: TemplateFile) throws(Refusal) -> Shape {
    let context = TemplateContext(
      event: event, eventID: eventID, rule: rule, plan: plan, deviceType: key.deviceType,
      bootMethod: key.bootMethod,
      board: key.board)
    let definition: JobDefinition
    do {
      definition = try JobDefinition.load(renderer.render(file, context)).completed(by: plan)
      try definition.check(against: lava.rules)
    } catch let mistake as DefinitionMistake {
      throw Refusal(reason: Reason(.definition, "\(file.path): \(mistake)"))
    } catch {
      throw Refusal(reason: Reason(.template, "\(error)"))
    }
    guard definition.deviceType == key.deviceType else {
      throw Refusal(
        reason: Reason(
          .definition, "\(file.path): the job is for device type \(definition.deviceType); write {{ device_type|yaml }}"
        ))
    }
    guard definition.requestedDevice == nil, definition.requestedWorker == nil else {
      throw Refusal(
        reason: Reason(
          .definition, "\(file.path): the job names a device or worker; leave 'device' and 'worker' to Boardcast"))
    }
    if let refusal = lava.refusal(of: definition) {
      throw Refusal(reason: Reason(.definition, "\(file.path): \(refusal)"))
    }
    // LAVA sorted a definition's keys until 2024.05 and keeps their order since.
    let text = definition.addingTags([BoardTag.placeholder]).dumped(sortedKeys: lava.rules == .lava2023_01)
    guard text.components(separatedBy: BoardTag.placeholder).count == 2 else {
      throw Refusal(reason: Reason(.definition, "\(file.path): the job contains '\(BoardTag.placeholder)' itself"))
    }
    return Shape(
      deviceType: key.deviceType, board: key.board, template: file.name, definition: text,
      jobName: definition.jobName, visibility: definition.visibility, tags: definition.tags,
      priority: definition.priority, queueTimeout: definition.queueTimeoutSeconds, metadata: definition.metadataJSON)
  }

  private func noTemplate(_ methods: [BootMethod]) -> Refusal {
    let has = methods.map(\.name).joined(separator: ", ")
    guard let served = library.bootMethods(of: plan.template), !served.isEmpty else {
      return Refusal(reason: Reason(.template, "there is no template '\(plan.template)'"))
    }
    return Refusal(
      reason: Reason(
        .template,
        "template '\(plan.template)' serves the boot methods \(served.joined(separator: ", ")); the board has "
          + (has.isEmpty ? "none that is known" : has)))
  }
}
