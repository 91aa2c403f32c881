/// Events of the shapes that producers send, with values of our own.
enum Fixtures {
  /// The neutral record with an image as URL and one as object.
  static let neutral = """
    {"source":"jenkins:oe","build_id":"oe-arm64-7","status":"success","image_family":"oe",
     "image_name":"core-image-base","arch":"aarch64","device_types":["qemu"],"kernel_version":"6.12.1",
     "bootloader":"none","images":{"kernel":"https://files.example.org/oe/7/Image",
     "rootfs":{"url":"https://files.example.org/oe/7/base.ext4.gz",
     "sha256":"AB00000000000000000000000000000000000000000000000000000000000012","compression":"gzip"}},
     "build_url":"https://ci.example.org/job/oe/7/"}
    """

  /// The shape of an Offspring image: a date and a serial that nobody here knows.
  static let offspring = """
    {"source": "offspring", "build_id": "linaro-n/nano/20110301/1", "status": "success", "image_family": "nano",
     "series": "natty", "date": "20110301", "serial": 1, "arch": "armel",
     "images": {"rootfs": "http://snapshots.example.org/11.05-daily/linaro-nano/20110301/1/images/tar/nano.tar.gz"},
     "log_url": "http://offspring.example.org/builds/99/"}
    """

  /// A hardware pack: boards and a role of its own.
  static let hardwarePack = """
    {"source": "offspring", "build_id": "linaro-n/hwpack/lt-panda/20110301/0", "status": "success", "kind": "hwpack",
     "hwpack": "lt-panda", "boards": ["panda"], "serial": 0, "arch": "armel", "support": "supported",
     "images": {"hwpack": "http://snapshots.example.org/hwpacks/lt-panda/hwpack_linaro-lt-panda_armel.tar.gz"}}
    """

  /// Android: `device_type` as one string, a list among the unknown fields.
  static let android = """
    {"source": "android-build", "build_id": "team/panda#12", "status": "success", "image_family": "android",
     "build_number": 12, "arch": "armhf", "device_type": "panda", "test_plan": ["monkey", "v8"],
     "images": {"boot": "http://snapshots.example.org/android/12/boot.tar.bz2",
                "system": "http://snapshots.example.org/android/12/system.tar.bz2"}}
    """

  /// Buildroot: no arch of its own, a nested object of settings.
  static let buildroot = """
    {"source": "buildroot", "build_id": "br-1", "status": "success",
     "config": {"BR2_ARCH": "aarch64", "BR2_TARGET_UBOOT": false},
     "images": {"kernel": "https://files.example.org/br/1/Image", "rootfs": "https://files.example.org/br/1/rootfs.ext4"}}
    """

  /// AOSP: another status than success, properties.
  static let aosp = """
    {"source": "aosp", "build_id": 13210000, "status": "complete", "target": "phone-userdebug",
     "properties": {"ro.product.cpu.abi": "arm64-v8a", "level": 35, "debuggable": true, "empty": "", "none": null},
     "images": {"vendor_boot": "https://files.example.org/aosp/vendor_boot.img"}}
    """

  /// Every field there is.
  static let full = """
    {"source":"s","build_id":"b","status":"success","image_family":"Nano","image_name":"nano ü","arch":"armv7l",
     "bootloader":"U-Boot","device_types":["panda","beagle-xm","panda"],"device_type":"imx53","tags":["hdmi","usb"],
     "hwpack":"lt-panda","boards":"panda","kernel_version":"3.0","build_url":"https://ci.example.org/1",
     "log_url":"https://ci.example.org/1/log","completed_at":"2026-01-01T01:30:00.5+02:00",
     "properties":{"branch":"main","n":4,"x":1.5},
     "images":{"kernel":{"url":"https://f.example.org/k","archive":"tar","compression":"xz","sha512sum":"ab",
       "headers":{"PRIVATE-TOKEN":"hunter2"}},"dtb":"https://f.example.org/d","ramdisk":""},
     "extra":{"envelope":1},"envelope":{"id":"forged"},"big":1e300,"wide":1e16,"deep":[[1,[2.0,null]]]}
    """

  static let all = [neutral, offspring, hardwarePack, android, buildroot, aosp, full]

  /// A structured CloudEvent.
  static let structured = """
    {"specversion":"1.0","id":"oe-7","source":"https://ci.example.org/job/oe","type":"org.example.image.built",
     "subject":"core-image-base/qemuarm64","time":"2026-01-01T01:30:00Z","datacontenttype":"application/json",
     "traceparent":"00-ab-01","data":{"build_id":"oe-7","status":"success","arch":"arm64",
     "images":{"kernel":"https://files.example.org/oe/7/Image"}}}
    """

  /// The data of ``structured``, as binary mode sends it.
  static let data = """
    {"build_id":"oe-7","status":"success","arch":"arm64","images":{"kernel":"https://files.example.org/oe/7/Image"}}
    """

  /// A call as Python's client writes it.
  static let call = """
    <?xml version='1.0'?>
    <methodCall>
    <methodName>boardcast.image_built</methodName>
    <params>
    <param>
    <value><struct>
    <member>
    <name>source</name>
    <value><string>offspring</string></value>
    </member>
    <member>
    <name>build_id</name>
    <value><string>20110301.0</string></value>
    </member>
    <member>
    <name>status</name>
    <value><string>success</string></value>
    </member>
    <member>
    <name>serial</name>
    <value><int>0</int></value>
    </member>
    <member>
    <name>images</name>
    <value><struct>
    <member>
    <name>rootfs</name>
    <value><string>http://snapshots.example.org/x?a=1&amp;b=2</string></value>
    </member>
    </struct></value>
    </member>
    </struct></value>
    </param>
    </params>
    </methodCall>

    """
}
