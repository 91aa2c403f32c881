// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "boardcast",
  products: [
    .executable(name: "boardcast", targets: ["boardcast"]),
    .library(name: "SchedulerPlugin", targets: ["SchedulerPlugin"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    .package(url: "https://github.com/stencilproject/Stencil", from: "0.15.1"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    .systemLibrary(
      name: "CLibPQ", pkgConfig: "libpq",
      providers: [.apt(["libpq-dev"]), .brew(["libpq"]), .yum(["libpq-devel"])]),
    .systemLibrary(
      // Not by pkg-config: Debian's libzmq.pc brings flags of Kerberos that SwiftPM refuses with a warning.
      name: "CZMQ",
      providers: [.apt(["libzmq3-dev"]), .brew(["zeromq"]), .yum(["zeromq-devel"])]),
    .target(
      name: "Matcher",
      dependencies: [.product(name: "BitCollections", package: "swift-collections")],
      swiftSettings: strict),
    .target(
      name: "BuildEvents",
      dependencies: ["Matcher", .product(name: "Crypto", package: "swift-crypto")],
      swiftSettings: strict),
    .target(
      name: "PostgresClient",
      dependencies: [
        "CLibPQ",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    .target(
      name: "LAVAEvents",
      dependencies: ["BuildEvents", "CZMQ", .product(name: "Logging", package: "swift-log")],
      swiftSettings: strict),
    .target(
      name: "BoardInventory",
      dependencies: [
        "Matcher", "PostgresClient",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: strict),
    .target(
      name: "SchedulerPlugin",
      dependencies: [
        "Matcher", "BuildEvents", "PostgresClient", "LAVAEvents", "BoardInventory",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "HeapModule", package: "swift-collections"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOEmbedded", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOHTTPCompression", package: "swift-nio-extras"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "Stencil", package: "Stencil"),
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "boardcast",
      dependencies: [
        "Matcher", "BuildEvents", "PostgresClient", "LAVAEvents", "BoardInventory", "SchedulerPlugin",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),
    .target(name: "TestRandom", path: "Tests/TestRandom", swiftSettings: strict),
    .target(
      name: "LabSupport",
      dependencies: ["BoardInventory", "PostgresClient", .product(name: "Logging", package: "swift-log")],
      path: "Tests/LabSupport", swiftSettings: strict),
    .executableTarget(
      name: "bench",
      dependencies: [
        "BoardInventory", "BuildEvents", "LabSupport", "Matcher", "PostgresClient", "SchedulerPlugin",
        .product(name: "Logging", package: "swift-log"),
      ],
      path: "Benchmarks", swiftSettings: strict),
    .testTarget(name: "MatcherTests", dependencies: ["Matcher", "TestRandom"], swiftSettings: strict),
    .testTarget(
      name: "BuildEventsTests", dependencies: ["BuildEvents", "LabSupport", "Matcher", "TestRandom"],
      swiftSettings: strict),
    .testTarget(
      name: "PostgresClientTests",
      dependencies: ["LabSupport", "PostgresClient", .product(name: "Logging", package: "swift-log")],
      swiftSettings: strict),
    .testTarget(
      name: "BoardInventoryTests",
      dependencies: [
        "BoardInventory", "LabSupport", "Matcher", "PostgresClient", "TestRandom",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "SchedulerPluginTests",
      dependencies: [
        "SchedulerPlugin", "BuildEvents", "BoardInventory", "LAVAEvents", "LabSupport", "Matcher", "PostgresClient",
        "TestRandom",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdTesting", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "LabTests",
      dependencies: [
        "boardcast", "SchedulerPlugin", "BuildEvents", "BoardInventory", "LAVAEvents", "LabSupport", "Matcher",
        "PostgresClient", "TestRandom",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
