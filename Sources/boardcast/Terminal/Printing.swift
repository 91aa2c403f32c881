import ArgumentParser
import BuildEvents

/// `--json`, shared by the commands that print facts.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Print JSON; keys are only ever added.")
  var json = false

  /// Prints a value, or what people read.
  func print(_ value: @autoclosure () -> JSONValue, _ readable: () -> Void) {
    if json { Swift.print(value().canonical) } else { readable() }
  }
}
