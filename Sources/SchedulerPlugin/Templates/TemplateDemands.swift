import BuildEvents
import Matcher

/// What a template asks for before it is chosen: written in comments at its head, or at that of one of its parts.
///
///     {# needs: kernel, ramdisk #}      image roles that must be there; of several such lines one is enough
///     {# deploys: tftp #}               LAVA's deploy method, which the board must have
///     {# without: u-boot #}             boot methods that the board must not have
struct TemplateDemands: Hashable, Sendable {
  /// Sets of image roles, of which one must be there; empty asks for none.
  var needs: [[String]] = []
  /// Deploy methods that the board must all have.
  var deploys: [DeployMethod] = []
  /// Boot methods that the board must not have.
  var without: [BootMethod] = []

  /// Why the template cannot be used; nil when it can.
  func refusal(_ images: some Collection<String>, _ capabilities: Capabilities) -> String? {
    if !needs.isEmpty, !needs.contains(where: { $0.allSatisfy(images.contains) }) {
      let wanted = needs.map { $0.joined(separator: " and ") }.joined(separator: ", or ")
      let closest = needs.map { set in set.filter { !images.contains($0) } }.min { $0.count < $1.count } ?? []
      return "needs the images \(wanted); the event lacks \(closest.joined(separator: " and "))"
    }
    if case .known(let has) = capabilities.deployMethods, let method = deploys.first(where: { !has.contains($0) }) {
      return "deploys by \(method); the board has "
        + (has.isEmpty ? "no deploy method" : has.sorted().map(\.name).joined(separator: ", "))
    }
    if let method = without.first(where: { capabilities.bootMethods.contains($0) }) {
      return "is not for boards that have \(method)"
    }
    return nil
  }

  /// These, completed by a part's wherever these are silent.
  func orElse(_ part: Self) -> Self {
    TemplateDemands(
      needs: needs.isEmpty ? part.needs : needs, deploys: deploys.isEmpty ? part.deploys : deploys,
      without: without.isEmpty ? part.without : without)
  }
}
