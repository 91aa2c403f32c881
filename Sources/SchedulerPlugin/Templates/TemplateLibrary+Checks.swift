import BoardInventory
import Foundation
import Matcher

/// What must hold of the files together before anything is rendered.
extension TemplateLibrary {
  /// A link out of the folder would put any file of the machine into jobs that everybody may read.
  static func checkStays(_ path: String, in folder: String) throws(FileMistake) {
    let real = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    let home = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
    guard !real.hasPrefix(home + "/") else { return }
    throw FileMistake(
      file: path, line: 1, message: "the template is a link to a file outside its folder", mend: "copy the file here")
  }

  /// Whatever a template includes must be in the library: nothing else is ever read.
  static func checkParts(of name: String, _ files: [String: TemplateFile]) throws(FileMistake) {
    guard let file = files[name] else { return }
    for part in file.parts where files[part.name] == nil {
      let near = NearestName.to(part.name, among: files.keys.sorted()).map { "did you mean '\($0)'?" }
      throw FileMistake(
        file: file.path, line: file.line(of: part.at), message: "there is no template '\(part.name)' in the folder",
        mend: near ?? "write a name below the templates folder, without .yaml")
    }
    guard name.hasPrefix(TemplateFile.testsFolder) else { return }
    for other in closure(of: name, files) where files[other]?.takesTests ?? false {
      throw FileMistake(
        file: file.path, line: 1, message: "a test block asks for test blocks again, in '\(other)'",
        mend: "take {% tests %} out of it")
    }
  }

  /// Stencil would follow a circle of includes until the process's stack is full.
  ///
  /// - Parameter done: files known to lead into no circle; looking at each once keeps parts of parts of parts cheap.
  static func checkCircles(
    from name: String, on way: [String], done: inout Set<String>, _ files: [String: TemplateFile]
  ) throws(FileMistake) {
    guard let file = files[name], !done.contains(name) else { return }
    for part in file.parts {
      guard part.name != name, !way.contains(part.name) else {
        throw FileMistake(
          file: file.path, line: file.line(of: part.at),
          message: "the template includes itself: \((way + [name, part.name]).joined(separator: " > "))",
          mend: "break the circle")
      }
      try checkCircles(from: part.name, on: way + [name], done: &done, files)
    }
    done.insert(name)
  }

  /// The template and all its parts, in the order they are met.
  static func closure(of name: String, _ files: [String: TemplateFile]) -> [String] {
    var met = [name]
    var next = 0
    while next < met.count {
      for part in files[met[next]]?.parts ?? [] where !met.contains(part.name) { met.append(part.name) }
      next += 1
    }
    return met
  }
}
