extension JobCase {
  /// What only newer releases know.
  static let newer: [JobCase] = [
    job("device", "device", "device: qemu01"),
    job("device empty", "device", "device: ''"),
    job("device a list", "device", "device: [a]"),
    job("worker", "worker", "worker: worker1"),
    job("worker null", "worker", "worker:"),
    job("context no_network", "context", "context: {no_network: true, deploy_character_delay: 5}"),
    job("metadata deep", "metadata", "metadata: {a: [1.5, {b: yes, 2: [~]}], c: 2024-01-02, d: [], e: .inf}"),
    job("protocols xnbd and lxc", "protocols", "protocols: {lava-xnbd: {}, lava-lxc: {}}"),
    action("services", "test: {services: [{name: a, from: git, repository: r, path: p, service: s, x: y}]}"),
    action("services without path", "test: {services: [{name: a, from: git, repository: r}]}"),
    action("services a mapping", "test: {services: {}}"),
    action("monitors expected", "test: {monitors: [{name: a, start: b, end: c, pattern: d, expected: [e]}]}"),
    action("monitors expected numbers", "test: {monitors: [{name: a, start: b, end: c, pattern: d, expected: [1]}]}"),
    action("interactive expected", "test: {interactive: [{name: a, prompts: [b], expected: [c], script: []}]}"),
    action("interactive expected empty", "test: {interactive: [{name: a, prompts: [b], expected: [''], script: []}]}"),
    action("interactive prompts empty", "test: {interactive: [{name: a, prompts: [''], script: []}]}"),
    action("interactive prompts numbers", "test: {interactive: [{name: a, prompts: [1], script: []}]}"),
  ]
}
