import Stencil

/// Stencil's way to the templates: by name, out of memory. Nothing outside the library can be included.
///
/// Each file is parsed once; whatever a template includes is charged to the budget.
final class TemplateFolder: Loader {
  private let library: TemplateLibrary
  private let budget: RenderBudget
  private var parsed: [String: Template] = [:]

  init(_ library: TemplateLibrary, _ budget: RenderBudget) {
    self.library = library
    self.budget = budget
  }

  func loadTemplate(name: String, environment: Stencil.Environment) throws -> Template {
    guard let file = library.files[name] else { throw TemplateDoesNotExist(templateNames: [name], loader: self) }
    try budget.charge(file.text.utf8.count)
    if let template = parsed[name] { return template }
    let template = Template(templateString: file.counted, environment: environment, name: name)
    parsed[name] = template
    return template
  }
}
