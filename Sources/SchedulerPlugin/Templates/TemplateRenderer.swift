import BoardInventory
import Stencil

/// Renders the templates of a library. Parses each file once; not for sharing between threads.
///
/// The library is kept as the only memory of the files, so a renderer is cheap to make per decision.
final class TemplateRenderer {
  private let library: TemplateLibrary
  private let environment: Stencil.Environment
  private let budget = RenderBudget()

  init(_ library: TemplateLibrary) {
    self.library = library
    let own = Extension()
    TemplateFilters.register(in: own, budget)
    TemplateTags.register(in: own, library, budget)
    self.environment = Stencil.Environment(
      loader: TemplateFolder(library, budget), extensions: [own], trimBehaviour: .smart)
  }

  /// The job's text. Throws `FileMistake` with the template's line, for example where a value is missing.
  func render(_ file: TemplateFile, _ context: TemplateContext) throws(FileMistake) -> String {
    budget.refill()
    do {
      return try environment.loadTemplate(name: file.name).render(context.dictionary)
    } catch let error as TemplateSyntaxError {
      // The trace begins where it happened; the token is then the outermost include.
      let token = error.stackTrace.first ?? error.token
      let place = token?.sourceMap
      let at = place?.filename.flatMap { library.files[$0] } ?? file
      let what = token.map { $0.contents.hasPrefix("round ") ? "" : "\($0.contents): " } ?? ""
      throw FileMistake(
        file: at.path, line: place.map { Int($0.location.lineNumber) }, message: "\(what)\(error.reason)")
    } catch {
      throw FileMistake(file: file.path, message: "the template does not render: \(error)")
    }
  }
}
