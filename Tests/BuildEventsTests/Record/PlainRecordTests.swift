import BuildEvents
import Matcher
import Testing

@Suite("The plain record is read as its producers mean it")
struct PlainRecordTests {
  @Test("the neutral record: normal names beside the ones given, checksum in lower case, LAVA's word for gzip")
  func neutral() throws {
    let event = try event(Fixtures.neutral)
    #expect(event.source == "jenkins:oe")
    #expect(event.buildID == "oe-arm64-7")
    #expect(event.status == .success)
    #expect(event.imageFamily == "oe")
    #expect(event.imageName == "core-image-base")
    #expect(event.architecture == Architecture(normalizing: "arm64"))
    #expect(event.architectureAsGiven == "aarch64")
    #expect(event.bootloader == nil)
    #expect(event.bootloaderAsGiven == "none")
    #expect(event.deviceTypes == ["qemu"])
    #expect(event.kernelVersion == "6.12.1")
    #expect(event.buildURL == "https://ci.example.org/job/oe/7/")
    #expect(event.images.keys.sorted() == ["kernel", "rootfs"])
    #expect(event.images["kernel"]?.url == "https://files.example.org/oe/7/Image")
    #expect(event.images["kernel"]?.compression == nil)
    let digest = "ab00000000000000000000000000000000000000000000000000000000000012"
    #expect(event.images["rootfs"]?.sha256 == digest)
    #expect(event.images["rootfs"]?.compression == "gz")
    #expect(event.extra.isEmpty)
    #expect(event.envelope == nil)
  }

  @Test("Offspring: armel is arm, unknown fields are kept as they came")
  func offspring() throws {
    let event = try event(Fixtures.offspring)
    #expect(event.architecture?.name == "arm")
    #expect(event.architectureAsGiven == "armel")
    #expect(event.extra == ["series": "natty", "date": "20110301", "serial": 1])
    #expect(event.logURL == "http://offspring.example.org/builds/99/")
    let pack = try self.event(Fixtures.hardwarePack)
    #expect(pack.hardwarePack == "lt-panda")
    #expect(pack.boards == ["panda"])
    #expect(pack.images.keys.sorted() == ["hwpack"])
    #expect(pack.imageFamily == nil)
  }

  @Test("Android, Buildroot and AOSP: one device type, no arch, a number as build id, another status")
  func others() throws {
    let android = try event(Fixtures.android)
    #expect(android.deviceTypes == ["panda"])
    #expect(android.extra["test_plan"] == ["monkey", "v8"])
    let buildroot = try event(Fixtures.buildroot)
    #expect(buildroot.architecture == nil)
    #expect(buildroot.extra["config"] == ["BR2_ARCH": "aarch64", "BR2_TARGET_UBOOT": false])
    let aosp = try event(Fixtures.aosp)
    #expect(aosp.buildID == "13210000")
    #expect(aosp.status == .other("complete"))
    #expect(aosp.properties == ["ro.product.cpu.abi": "arm64-v8a", "level": "35", "debuggable": "true"])
  }

  @Test("lists and strings, repeats, empty images, headers and unknown members of an image")
  func full() throws {
    let event = try event(Fixtures.full)
    #expect(event.imageFamily == "nano")
    #expect(event.bootloader?.name == "u-boot")
    #expect(event.deviceTypes == ["panda", "beagle-xm", "imx53"])
    #expect(event.tags == ["hdmi", "usb"])
    #expect(event.boards == ["panda"])
    #expect(event.completedAt == "2026-01-01T01:30:00.5+02:00")
    #expect(event.properties == ["branch": "main", "n": "4", "x": "1.5"])
    #expect(event.images.keys.sorted() == ["dtb", "kernel"])
    #expect(event.images["kernel"]?.headers == ["PRIVATE-TOKEN": "hunter2"])
    #expect(event.images["kernel"]?.extra == ["sha512sum": "ab"])
    #expect(event.images["kernel"]?.archive == "tar")
    #expect(event.envelope == nil, "a plain record cannot pretend to be a CloudEvent")
  }

  @Test("device_type beside device_types adds a type only once")
  func deviceTypes() throws {
    let event = try event(
      #"{"source":"s","build_id":"b","status":"success","images":{"k":"http://h/k"},"#
        + #""device_types":"panda","device_type":["panda","qemu"]}"#)
    #expect(event.deviceTypes == ["panda", "qemu"])
  }

  @Test("empty and null mean absent, for optional and for required fields")
  func absent() throws {
    let event = try event(
      #"{"source":"s","build_id":"b","status":"SUCCESS","arch":"","bootloader":null,"device_types":["",null],"#
        + #""properties":{},"completed_at":"","images":{"kernel":"http://h/k","dtb":null}}"#)
    #expect(event.status == .success)
    #expect(event.architecture == nil && event.bootloader == nil && event.completedAt == nil)
    #expect(event.deviceTypes.isEmpty)
    #expect(event.images.count == 1)
  }

  func event(_ json: String) throws -> BuildEvent { try BuildEventsTests.event(json) }

  /// Protects producers that tell of failures too: a build that failed has no images to show, a good one must.
  /// Templates, fetches and LAVA look for `https://`; RFC 3986 allows any case of letters.
  @Test func theSchemeOfAnAddressIsInLowerCase() throws {
    let event = try event(
      """
      {"source": "s", "build_id": "b", "status": "success", "images": {"kernel": "httPs://H.example/Image"},
       "build_url": "HTTP://h/B"}
      """)
    #expect(event.images["kernel"]?.url == "https://H.example/Image")
    #expect(event.buildURL == "http://h/B")
  }

  @Test func aFailedBuildNeedsNoImages() throws {
    let failed = try event(#"{"source": "s", "build_id": "b", "status": "failure"}"#)
    #expect(failed.images.isEmpty)
    #expect(failed.status == .other("failure"))
    let good = refusal { try event(#"{"source": "s", "build_id": "b", "status": "success"}"#) }
    #expect(good?.field == "images")
  }
}
