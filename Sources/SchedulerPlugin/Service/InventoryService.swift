public import BoardInventory
public import ServiceLifecycle

/// Runs the inventory that follows LAVA until the service group shuts down.
public struct InventoryService: Service {
  let inventory: LiveInventory

  /// A service for one inventory; nothing happens before `run()`.
  public init(_ inventory: LiveInventory) { self.inventory = inventory }

  /// Follows LAVA.
  public func run() async throws {
    try await withGracefulShutdownHandler {
      try await inventory.run()
    } onGracefulShutdown: {
      inventory.stop()
    }
  }
}
