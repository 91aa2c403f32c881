import BoardInventory
import Stencil

/// Renders the templates of a library. Parses each file once; not for sharing between threads.
///
/// The library is kept as the only memory of the files, so a renderer is cheap to make per decision.
final class TemplateRenderer {
  private let library: TemplateLibrary
  private let environment: Stencil.Environment
  private var parsed: [String: Template] = [:]

  init(_ library: TemplateLibrary) {
    self.library = library
    self.environment = Stencil.Environment(
      loader: TemplateFolder(library), extensions: [TemplateFilters.all], trimBehaviour: .smart)
  }

  /// The job's text. Throws `FileMistake` with the template's line, for example where a value is missing.
  func render(_ file: TemplateFile, _ context: TemplateContext) throws(FileMistake) -> String {
    let template = parsed[file.name] ?? Template(templateString: file.text, environment: environment, name: file.name)
    parsed[file.name] = template
    do {
      return try template.render(context.dictionary)
    } catch let error as TemplateSyntaxError {
      // The trace begins where it happened; the token is then the outermost include.
      let token = error.stackTrace.first ?? error.token
      let place = token?.sourceMap
      let at = place?.filename.flatMap { library.files[$0] } ?? file
      let what = token.map { "\($0.contents): " } ?? ""
      throw FileMistake(
        file: at.path, line: place.map { Int($0.location.lineNumber) }, message: "\(what)\(error.reason)")
    } catch {
      throw FileMistake(file: file.path, message: "the template does not render: \(error)")
    }
  }
}
