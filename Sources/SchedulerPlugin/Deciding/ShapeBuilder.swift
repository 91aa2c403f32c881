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
  private let deviceTrees: [String: String]
  private let renderer: TemplateRenderer
  private var made: [Key: Result<Shape, Refusal>] = [:]
  private var choices: [Capabilities: Result<Choice, Refusal>] = [:]

  private struct Choice {
    let file: TemplateFile
    let bootMethod: BootMethod
  }

  /// Why there is no shape, as the reason the board hears.
  struct Refusal: Error, Hashable {
    let reason: Reason
  }

  init(
    event: BuildEvent, eventID: Int64, rule: String, plan: TestPlan, library: TemplateLibrary,
    lava: SubmissionFacts = SubmissionFacts(), deviceTrees: [String: String] = [:],
    renderer: TemplateRenderer? = nil
  ) {
    self.event = event
    self.eventID = eventID
    self.rule = rule
    self.plan = plan
    self.library = library
    self.lava = lava
    self.deviceTrees = deviceTrees
    self.renderer = renderer ?? TemplateRenderer(library)
  }

  /// The shape for a board, or the reason why there is none.
  func shape(for board: Board) -> Result<Shape, Refusal> {
    let choice: Choice
    switch self.choice(for: board.capabilities) {
    case .failure(let refusal): return .failure(refusal)
    case .success(let chosen): choice = chosen
    }
    let key = Key(
      deviceType: board.deviceType, template: choice.file.name, bootMethod: choice.bootMethod.name,
      board: library.mentionsBoard(choice.file, tests: plan.tests) ? board.hostname : nil)
    if let shape = made[key] { return shape }
    let shape = Result { () throws(Refusal) in try make(key, choice.file) }
    made[key] = shape
    return shape
  }

  /// The first of the board's boot methods that the template has a file for whose demands are met.
  private func choice(for capabilities: Capabilities) -> Result<Choice, Refusal> {
    let asked = Capabilities(bootMethods: capabilities.bootMethods, deployMethods: capabilities.deployMethods)
    if let made = choices[asked] { return made }
    let choice = Result { () throws(Refusal) in try choose(asked) }
    choices[asked] = choice
    return choice
  }

  private func choose(_ capabilities: Capabilities) throws(Refusal) -> Choice {
    let methods =
      event.bootloader.map { [$0] }
      ?? library.order.arrange(capabilities.bootMethods.elements, family: event.imageFamily)
    var refusals: [String] = []
    for method in methods {
      guard let file = library.file(plan.template, bootMethod: method.name) else { continue }
      guard let refusal = library.demands(of: file).refusal(event.images.keys, capabilities) else {
        return Choice(file: file, bootMethod: method)
      }
      let text = "template '\(file.name)' \(refusal)"
      if !refusals.contains(text) { refusals.append(text) }
    }
    guard refusals.isEmpty else { throw Refusal(reason: Reason(.template, refusals.joined(separator: "; "))) }
    throw noTemplate(methods)
  }

  private func make(_ key: Key, _ file: TemplateFile) throws(Refusal) -> Shape {
    let context = TemplateContext(
      event: event, eventID: eventID, rule: rule, plan: plan, deviceType: key.deviceType,
      bootMethod: key.bootMethod, board: key.board, deviceTree: deviceTrees[key.deviceType])
    do {
      return try Shape(
        job: JobDefinition.load(renderer.render(file, context)).completed(by: plan), deviceType: key.deviceType,
        board: key.board, template: file.name, lava: lava)
    } catch let mistake as DefinitionMistake {
      throw Refusal(reason: Reason(.definition, "\(file.path): \(mistake)"))
    } catch {
      throw Refusal(reason: Reason(.template, "\(error)"))
    }
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
