import Testing

@testable import SchedulerPlugin

/// Protects what the server reaches and strangers must not: every spelling of a private address is known as one.
@Suite("Outbound: addresses")
struct AddressTests {
  @Test(
    "Every special-purpose range is told from the public Internet, also behind translations",
    arguments: [
      ("127.0.0.1", AddressKind.loopback), ("127.255.255.254", .loopback), ("::1", .loopback), ("10.0.0.1", .isPrivate),
      ("172.16.0.1", .isPrivate), ("172.31.255.255", .isPrivate), ("192.168.1.1", .isPrivate), ("fd12::1", .isPrivate),
      ("fec0::1", .isPrivate), ("169.254.1.1", .linkLocal), ("fe80::1", .linkLocal), ("100.64.0.1", .shared),
      ("100.127.255.255", .shared), ("169.254.169.254", .metadata), ("fd00:ec2::254", .metadata),
      ("100.100.100.200", .metadata), ("168.63.129.16", .metadata), ("0.0.0.0", .unspecified),
      ("0.1.2.3", .unspecified),
      ("::", .unspecified), ("224.0.0.1", .multicast), ("239.255.255.255", .multicast), ("ff02::1", .multicast),
      ("255.255.255.255", .reserved), ("240.0.0.1", .reserved), ("192.0.2.1", .reserved), ("198.18.0.1", .reserved),
      ("198.51.100.7", .reserved), ("203.0.113.7", .reserved), ("192.0.0.8", .reserved), ("2001:db8::1", .reserved),
      ("3fff::1", .reserved), ("100::1", .reserved), ("4000::1", .reserved), ("::ffff:127.0.0.1", .loopback),
      ("::ffff:10.0.0.1", .isPrivate), ("::ffff:169.254.169.254", .metadata), ("::127.0.0.1", .tunnel),
      ("64:ff9b::10.0.0.1", .isPrivate), ("64:ff9b::7f00:1", .loopback), ("64:ff9b::a9fe:a9fe", .metadata),
      ("64:ff9b:1::1", .tunnel), ("2002:7f00:1::", .tunnel), ("2002:808:808::", .tunnel), ("2001::1", .tunnel),
      ("2a00:1450::5efe:7f00:1", .tunnel), ("2a00:1450::200:5efe:a00:1", .tunnel),
      ("8.8.8.8", .isPublic), ("172.15.255.255", .isPublic), ("172.32.0.1", .isPublic), ("100.63.255.255", .isPublic),
      ("100.128.0.1", .isPublic), ("11.0.0.1", .isPublic), ("169.253.1.1", .isPublic), ("2a00:1450:4001::1", .isPublic),
      ("64:ff9b::8.8.8.8", .isPublic), ("::ffff:8.8.8.8", .isPublic),
    ])
  func kinds(_ text: String, _ kind: AddressKind) throws {
    #expect(try #require(IPAddress(text)).kind == kind)
  }

  @Test("The table is whole: a line that could not be read would open what it closes")
  func table() { #expect(IPAddress.tableSize == 35) }

  @Test(
    "Only what every reader takes for the same address is one; the rest is a name, to be resolved and checked",
    arguments: [
      "2130706433", "0x7f.1", "127.1", "0177.0.0.1", "127.0.0.1.", "::1%lo", "[::1]", "", "1.2.3.4\0", "1.2.3.256",
    ])
  func noAddresses(_ text: String) { #expect(IPAddress(text) == nil) }

  @Test("A network holds what its first bits say")
  func ranges() throws {
    let range = try #require(AddressRange("10.1.0.0/20"))
    #expect(range.contains(try #require(IPAddress("10.1.15.255"))))
    #expect(!range.contains(try #require(IPAddress("10.1.16.0"))))
    #expect(!range.contains(try #require(IPAddress("fd00::1"))))
    #expect(AddressRange("0.0.0.0/0")?.contains(try #require(IPAddress("9.9.9.9"))) == true)
    #expect(AddressRange("fd00::/9")?.contains(try #require(IPAddress("fd7f::1"))) == true)
    for slip in ["10.1.0.1/16", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "/8", "ten/8", "10.0.0.0/8/8"] {
      #expect(AddressRange(slip) == nil, "\(slip)")
    }
  }
}
