internal import BoardInventory
internal import BuildEvents

extension ProducerOptions {
  /// Reads `accept_unstable: true`, which only Jenkins knows.
  init(_ yaml: FileMapping, producer: String) throws(FileMistake) {
    self.init()
    guard let word = try yaml.string("accept_unstable") else { return }
    guard Producers.named(producer)?.knowsUnstable == true else {
      throw yaml.mistake(
        "accept_unstable", "builds of \(producer) are never unstable", mend: "leave the key out; it is Jenkins'")
    }
    guard ["true", "false"].contains(word) else {
      throw yaml.mistake("accept_unstable", "'accept_unstable' must be true or false")
    }
    acceptsUnstable = word == "true"
  }
}
