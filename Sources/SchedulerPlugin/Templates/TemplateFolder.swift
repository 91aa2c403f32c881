import Stencil

/// Stencil's way to the templates: by name, out of memory. Nothing outside the library can be included.
final class TemplateFolder: Loader {
  private let library: TemplateLibrary

  init(_ library: TemplateLibrary) { self.library = library }

  func loadTemplate(name: String, environment: Stencil.Environment) throws -> Template {
    guard let file = library.files[name] else { throw TemplateDoesNotExist(templateNames: [name], loader: self) }
    return Template(templateString: file.text, environment: environment, name: name)
  }
}
