import BoardInventory
import LabSupport
import Matcher
import PostgresClient
import TestRandom
import Testing

/// Protects that a decision rests on what is said of a board now, whoever says it.
@Suite("The snapshot follows what is said of boards")
struct LiveFactsTests {
  private static func fill(_ session: borrowing PostgresSession) throws {
    for type in ["qemu", "kiwi"] { try LAVARows.addDeviceType(type, session) }
    try LAVARows.addWorker("w1", session)
    for number in 1...6 {
      try LAVARows.addDevice("d\(number)", type: number % 2 == 0 ? "qemu" : "kiwi", worker: "w1", session)
    }
    for name in ["arm64", "ARMv7", "OMAP"] {
      _ = try session.execute("INSERT INTO lava_scheduler_app_architecture (name) VALUES ($1)", [.text(name)])
    }
    _ = try session.execute("INSERT INTO lava_scheduler_app_bitwidth (width) VALUES (32), (64)")
  }

  private static func catalogue(_ boots: String) -> DeviceCatalogue {
    DeviceCatalogue([
      DeviceTypeEntry(
        deviceType: "qemu",
        capabilities: Capabilities(bootMethods: .known(Set([BootMethod(normalizing: boots)].compactMap { $0 }))),
        sources: [:], file: "devices/qemu.yaml")
    ])
  }

  @Test("After each of many changes of registrations, dictionaries, LAVA's types and files it is as a fresh read")
  func random() async throws {
    try await LiveLab.with { lab in
      try await lab.fill(Self.fill)
      var generator = SeededRandom(seed: 3)
      for step in 1...120 {
        let board = "d\(Int.random(in: 1...6, using: &generator))"
        let kind = Int.random(in: 0..<8, using: &generator)
        let word = ["u-boot", "grub", "fastboot"][Int.random(in: 0..<3, using: &generator)]
        try await lab.fill { session in
          switch kind {
          case 0: try FactRows.register(board, #"{"boot_methods": ["\#(word)"], "device_tree": "x.dtb"}"#, session)
          case 1:
            _ = try session.execute("DELETE FROM boardcast.registration WHERE hostname = $1", [.text(board)])
          case 2: try FactRows.rendered(board, architectures: ["riscv64"], boots: [word], session)
          case 3: try FactRows.notRendered(board, "LAVA cannot: \(word)", session)
          case 4: _ = try session.execute("DELETE FROM boardcast.dictionary WHERE hostname = $1", [.text(board)])
          case 5:
            _ = try session.execute(
              """
              UPDATE lava_scheduler_app_devicetype
                 SET architecture_id = CASE $1 WHEN 'grub' THEN NULL WHEN 'u-boot' THEN 'ARMv7' ELSE 'OMAP' END,
                     bits_id = CASE $1 WHEN 'grub' THEN 64 END
               WHERE name = 'kiwi'
              """, [.text(word)])
          case 6: try session.script("TRUNCATE boardcast.registration")
          default: _ = try session.execute("UPDATE lava_scheduler_app_device SET state = 1 - state")
          }
        }
        if step % 10 == 0 {
          lab.files.current = Self.catalogue(word)
          lab.inventory.catalogueChanged()
        }
        if step % 3 != 0 { try await lab.agrees("change \(kind) in step \(step)") }
      }
      try await lab.agrees("the end")
    }
  }

  @Test("Files that changed change what boards can run, and nothing else; a board's own word still wins")
  func files() async throws {
    try await LiveLab.with { lab in
      try await lab.fill(Self.fill)
      try await lab.fill { try FactRows.register("d4", #"{"boot_methods": ["fastboot"]}"#, $0) }
      try await lab.agrees("filling")
      lab.files.current = Self.catalogue("grub")
      lab.inventory.catalogueChanged()
      try await eventually("the qemu boards boot by grub") {
        lab.inventory.current?.board(named: "d2")?.facts.values(.bootMethods) == ["grub"]
      }
      let snapshot = try #require(lab.inventory.current)
      #expect(snapshot.board(named: "d4")?.facts.values(.bootMethods) == ["fastboot"])
      #expect(snapshot.board(named: "d1")?.board.capabilities.isDescribed == false)
      #expect(snapshot.index.boards.map(\.capabilities) == snapshot.boards.map(\.facts.capabilities))
      try await lab.agrees("new files")
    }
  }

  @Test("Boards of which the same is said share one value, also after one of them was read again")
  func shared() async throws {
    try await LiveLab.with { lab in
      try await lab.fill(Self.fill)
      try await lab.fill { session in
        for number in 1...6 { try FactRows.rendered("d\(number)", boots: ["u-boot"], session) }
      }
      try await lab.agrees("filling")
      try await lab.change("UPDATE lava_scheduler_app_device SET state = 1 WHERE hostname = 'd2'")
      try await lab.agrees("a state")
      let boards = try #require(lab.inventory.current).boards
      #expect(Set(boards.map { ObjectIdentifier($0.facts) }).count <= 4, "two types, read in at most two goes")
    }
  }

  @Test("A look at a dictionary that finds the same says nothing to anybody")
  func unchanged() async throws {
    try await LiveLab.with { lab in
      try await lab.fill(Self.fill)
      try await lab.fill { try FactRows.rendered("d1", boots: ["u-boot"], $0) }
      try await lab.agrees("filling")
      let changes = lab.changes.value
      try await lab.change("UPDATE boardcast.dictionary SET checked_at = now(), file_time = 5")
      try await lab.change("UPDATE lava_scheduler_app_device SET state = 1 WHERE hostname = 'd5'")
      try await lab.agrees("a state")
      #expect(lab.changes.value == changes + 1)
    }
  }
}
