import Testing

@testable import BoardInventory

/// Protects the lab from missing a change, and us from growing with the number of changes.
@Suite("What is to be read again")
struct InventoryChangeTests {
  @Test("Notifications add names of each kind; a second one of the same adds nothing")
  func kinds() {
    var change = InventoryChange()
    #expect(change.isEmpty)
    for _ in 1...2 {
      for payload in ["device:a", "device:b:c", "worker:w", "type:qemu", "tag:7", "permission:a"] {
        change.note(payload)
      }
    }
    #expect(change.devices == ["a", "b:c"])
    #expect(change.workers == ["w"])
    #expect(change.types == ["qemu"])
    #expect(change.tags == [7])
    #expect(change.permissions)
    #expect(!change.everything)
    #expect(!change.isEmpty)
  }

  @Test("What is not understood means everything", arguments: ["all", "", "kite:a", "tag:seven", ":", "device"])
  func strange(_ payload: String) {
    var change = InventoryChange()
    change.note("device:a")
    change.note(payload)
    #expect(change == .all)
  }

  @Test("Too many names are everything, and everything stays everything")
  func bounded() {
    var change = InventoryChange()
    for number in 1...InventoryChange.mostNames { change.note("device:d\(number)") }
    #expect(!change.everything)
    change.note("worker:w")
    #expect(change == .all)
    change.note("device:a")
    #expect(change == .all)
  }
}
