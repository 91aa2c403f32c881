extension BoardPlan {
  /// LAVA's own commands that the plan needs, each as the words after `lava-server manage`.
  public var commands: [[String]] {
    steps.compactMap { step in
      switch step {
      case .update(let worker, let description, let health):
        var words = ["devices", "update", hostname]
        if let worker { words.append("--worker=\(worker)") }
        if let description { words.append("--description=\(description)") }
        if let health { words.append("--health=\(health.word.uppercased())") }
        return words
      case .removeTags(let tags): return ["device-tags", "remove", hostname, "--tags"] + tags
      case .addType, .addWorker, .addDevice, .addTags, .writeDictionary: return nil
      }
    }
  }
}
