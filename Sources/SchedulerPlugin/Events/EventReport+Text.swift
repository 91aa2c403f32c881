extension EventReport {
  /// The report for shells, which have no reader of JSON: a line `name: value` for each of the names below, in this
  /// order, then a line for each board that got an assignment. Names are only ever added, at the end of the first part.
  ///
  ///     event: 12
  ///     state: decided
  ///     over: yes
  ///     passed: no
  ///     boards: 2
  ///     complete: 1
  ///
  ///     nano-regression qemu-01 finished Complete job 17
  ///     nano-regression qemu-02 finished Incomplete job 18
  ///
  /// Nothing of it is what a producer sent, so that nobody can write a line of his own into it.
  public var text: String {
    let assigned = lines.filter { $0.state != "none" }
    let complete = assigned.filter { $0.state == "finished" && $0.outcome == "Complete" }.count
    let hasPassed = isOver && !assigned.isEmpty && complete == assigned.count
    var text = """
      event: \(stored.id)
      state: \(stored.state)
      over: \(isOver ? "yes" : "no")
      passed: \(hasPassed ? "yes" : "no")
      boards: \(assigned.count)
      complete: \(complete)

      """
    if !assigned.isEmpty { text += "\n" }
    for line in assigned {
      let job = line.jobID.map { " job \($0)" } ?? ""
      let outcome = line.outcome.map { " \($0)" } ?? ""
      text += "\(line.rule) \(line.board) \(line.state)\(outcome)\(job)\n"
    }
    return text
  }
}
