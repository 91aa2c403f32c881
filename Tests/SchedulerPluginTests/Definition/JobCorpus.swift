/// A good job for a QEMU device, in blocks that a case can leave out, replace or add to.
struct JobCase {
  /// What LAVA 2023.01 and this project are meant to agree on.
  enum Kind {
    /// Both accept, or both refuse with the same words.
    case same
    /// LAVA accepts, this project refuses on purpose.
    case stricter
    /// LAVA ends with an internal error, this project refuses.
    case internalError
  }

  let name: String
  let text: String
  var kind = Kind.same

  static let blocks: [(key: String, text: String)] = [
    ("device_type", "device_type: qemu"),
    ("job_name", "job_name: qemu smoke test"),
    (
      "timeouts",
      """
      timeouts:
        job:
          minutes: 15
        action:
          minutes: 5
        actions:
          lava-test-retry: {minutes: 10}
        connection:
          minutes: 2
        queue: {hours: 2}
      """
    ),
    ("priority", "priority: medium"),
    ("visibility", "visibility: public"),
    (
      "metadata",
      """
      metadata:
        build: 4711
        commit: 0f22b33d
        url: "https://ci.example/build/4711?x=1&y=2"
      """
    ),
    (
      "context",
      """
      context:
        arch: amd64
        memory: 1024
        extra_options: [-smp, 2]
      """
    ),
    ("tags", "tags:\n  - hvm\n  - big-disk"),
    (
      "actions",
      """
      actions:
        - deploy:
            timeout: {minutes: 5}
            to: tmpfs
            images:
              rootfs:
                image_arg: -drive format=raw,file={rootfs}
                url: https://images.example/debian.img.gz
                compression: gz
        - boot:
            method: qemu
            media: tmpfs
            prompts: ["root@debian:"]
            auto_login: {login_prompt: "login:", username: root}
        - test:
            definitions:
              - repository:
                  metadata: {format: Lava-Test Test Definition 1.0, name: smoke}
                  run:
                    steps:
                      - lava-test-case uname --shell uname -a
                from: inline
                name: smoke
                path: inline/smoke.yaml
      """
    ),
  ]

  /// The good job with one block replaced, left out (nil) or appended.
  static func job(_ name: String, _ key: String, _ text: String?, _ kind: Kind = .same) -> JobCase {
    var lines = blocks.compactMap { $0.key == key ? text : $0.text }
    if let text, !blocks.contains(where: { $0.key == key }) { lines.append(text) }
    return JobCase(name: name, text: lines.joined(separator: "\n") + "\n", kind: kind)
  }

  /// The good job with this one action.
  static func action(_ name: String, _ text: String, _ kind: Kind = .same) -> JobCase {
    job(name, "actions", "actions:\n- " + text, kind)
  }
}
