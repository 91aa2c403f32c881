import Stencil

/// What a template reaches by a dot: `event`, `artifact`, `rule`, `board`.
///
/// An object and no dictionary, because Stencil asks of each value on its way first whether it is one of its own objects,
/// for which Foundation makes an NSDictionary of a whole dictionary each time.
final class TemplateObject: DynamicMemberLookup {
  /// What is there; a fact that is not known is left out.
  let members: [String: Any]

  init(_ facts: [String: Any?]) { members = facts.compactMapValues { $0 } }

  subscript(dynamicMember member: String) -> Any? { members[member] }
}
