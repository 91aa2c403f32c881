import BoardInventory

extension TemplateFile {
  /// Refuses a multinode job when the file is read: LAVA would choose the boards of such a job itself.
  func checkIsSingleNode() throws(FileMistake) {
    for match in text.matches(of: #/(?m)(?:^[ ]*|[{,]\s*|\?\s+)["']?(lava-multinode)["']?\s*:/#) {
      let name = match.output.1
      let line = text[..<name.startIndex].split(separator: "\n", omittingEmptySubsequences: false).last ?? ""
      guard line.drop(while: { $0 == " " }).first != "#" else { continue }
      throw FileMistake(
        file: path, line: self.line(of: name.startIndex),
        message: "multinode jobs are not supported: this job has the protocol lava-multinode",
        mend: "write one job for a single board; a rule gives it to as many boards as it names")
    }
  }
}
