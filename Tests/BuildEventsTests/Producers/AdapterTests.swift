import Foundation
import Testing

@testable import BuildEvents

/// Protects builds from being missed or misread: what each producer's own message says, and its odd cases.
@Suite("Producers' own messages")
struct AdapterTests {
  private func facts(_ reading: ProducerReading) throws -> ProducerFacts {
    guard case .build(let facts) = reading else { throw Sample.Missing(name: "\(reading)") }
    return facts
  }

  private func ignored(_ reading: @autoclosure () throws -> ProducerReading) -> String? {
    guard case .ignored(_, let why)? = try? reading() else { return nil }
    return why
  }

  private func field(_ reading: @autoclosure () throws -> ProducerReading) -> String? {
    do {
      _ = try reading()
      return "nothing was refused"
    } catch {
      return (error as? EventRefusal)?.field
    }
  }

  @Test("Jenkins: a finalized success with its artifacts; every other phase and status is ignored")
  func jenkins() throws {
    let facts = try facts(Sample.jenkins.read())
    #expect(facts.buildID == "https://ci.example.com/job/oe-rb5-nightly/412/")
    #expect(
      facts.files.map(\.name) == [
        "Image.gz", "core-image-minimal-qrb5165-rb5.rootfs.ext4.gz", "core-image-minimal-qrb5165-rb5.testdata.json",
      ])
    #expect(facts.record["properties"]?["branch"] == "origin/main")
    // 1767225600123 ms and 5412345 ms later.
    #expect(facts.record["completed_at"] == "2026-01-01T01:30:12Z")
    for phase in ["QUEUED", "STARTED", "COMPLETED", "FINISHED", "NONE"] {
      #expect(ignored(try Sample.jenkins.changed(["build.phase": .string(phase)]))?.contains(phase) == true)
    }
    for status in ["UNSTABLE", "FAILURE", "ABORTED"] {
      #expect(ignored(try Sample.jenkins.changed(["build.status": .string(status)]))?.contains(status) == true)
    }
    #expect(field(try Sample.jenkins.changed(["build.full_url": .null])) == "build.full_url")
    #expect(field(try Sample.jenkins.changed(["build": .null])) == "build")
    let odd = try self.facts(Sample.jenkins.changed(["build.artifacts": ["a": ["archive": "file:///etc/passwd"]]]))
    #expect(odd.files.isEmpty && odd.notes.first?.contains("build.artifacts.a") == true)
    let cloud = try self.facts(Sample.jenkinsCloudEvents.read())
    #expect(cloud.buildID == facts.buildID)
    #expect(
      ignored(try Sample.jenkinsCloudEvents.changed([:], headers: ["ce-type": "org.jenkinsci.job.failed"])) != nil)
  }

  @Test("GitLab: jobs and pipelines that succeeded; variables and jobs can be looked up by name")
  func gitLab() throws {
    let job = try facts(Sample.gitLabJob.read())
    #expect(job.buildID == "project 77 job 120034")
    #expect(job.record["completed_at"] == "2026-01-01T01:30:00Z")
    #expect(job.record["build_url"] == "https://gitlab.example.com/bsp/bsp/-/jobs/120034")
    #expect(job.record["properties"]?["job"] == "image: [qemuarm64, core-image-minimal]")
    let pipeline = try facts(Sample.gitLabPipeline.read())
    #expect(pipeline.buildID == "project 77 pipeline 8801")
    #expect(pipeline.fields["variables"]?["MACHINE"] == "qemuarm64")
    #expect(pipeline.fields["jobs"]?["image: [qemuarm64, core-image-minimal]"]?["id"] == 120034)
    #expect(pipeline.record["completed_at"] == "2026-01-01T01:35:00Z")
    for status in ["created", "pending", "running", "failed", "canceled"] {
      #expect(ignored(try Sample.gitLabJob.changed(["build_status": .string(status)])) != nil)
      #expect(ignored(try Sample.gitLabPipeline.changed(["object_attributes.status": .string(status)])) != nil)
    }
    #expect(ignored(try Sample.gitLabJob.changed(["object_kind": "push"])) != nil)
    #expect(field(try Sample.gitLabJob.changed(["build_id": "12"])) == "build_id")
    #expect(field(try Sample.gitLabPipeline.changed(["project": .null])) == "project")
  }

  @Test("GitHub: a successful run of the repository itself; forks, pings and attempts")
  func gitHub() throws {
    let facts = try facts(Sample.gitHubRun.read())
    #expect(facts.buildID == "example-org/meta-board run 20640011223.1")
    #expect(try self.facts(Sample.gitHubRun.changed(["workflow_run.run_attempt": 2])).buildID != facts.buildID)
    let fork = ignored(try Sample.gitHubRun.changed(["workflow_run.head_repository.full_name": "stranger/meta-board"]))
    #expect(fork?.contains("fork") == true)
    #expect(ignored(try Sample.gitHubRun.changed(["workflow_run.head_repository": .null]))?.contains("fork") == true)
    #expect(ignored(try Sample.gitHubRun.changed(["workflow_run.conclusion": "failure"])) != nil)
    #expect(ignored(try Sample.gitHubRun.changed(["workflow_run.conclusion": .null])) != nil)
    #expect(ignored(try Sample.gitHubRun.changed(["action": "requested"])) != nil)
    #expect(ignored(try Sample.gitHubRun.changed([:], headers: ["x-github-event": "ping"])) != nil)
    #expect(field(try Producers.named("github")!.read(ProducerPayload(Sample.gitHubRun.body))) == "X-GitHub-Event")
    let form =
      "payload=" + String(decoding: try Sample.gitHubRun.body, as: UTF8.self)
      .addingPercentEncoding(withAllowedCharacters: .alphanumerics)!
    let headers = ["x-github-event": "workflow_run"]
    let type = "application/x-www-form-urlencoded"
    let sent = ProducerPayload(Array(form.utf8), contentType: type, headers: headers)
    #expect(try self.facts(Producers.named("github")!.read(sent)) == facts)
  }

  @Test("TuxSuite: kernels with their artifacts in both wire forms, OpenEmbedded builds, and what is no build")
  func tuxSuite() throws {
    let facts = try facts(Sample.tuxBuild.read())
    #expect(try self.facts(Sample.tuxWire.read()) == facts)
    let base = "https://storage.tuxsuite.com/public/example/bsp/builds/37kQnV2sYtB8hLxR0dWmJc4EaGz/"
    #expect(facts.record["images"]?["kernel"] == .string(base + "Image.gz"))
    #expect(
      facts.record["images"]?["modules"] == [
        "url": .string(base + "modules.tar.xz"), "compression": "xz", "archive": "tar",
      ])
    #expect(facts.record["arch"] == "arm64" && facts.record["kernel_version"] == "6.19.0-rc4")
    let oe = try self.facts(Sample.tuxOE.read())
    #expect(oe.record["boards"] == ["juno"] && oe.record["image_name"] == "lkft-tux-image")
    #expect(ignored(try Sample.tuxBuild.changed(["kind": "test"])) != nil)
    #expect(ignored(try Sample.tuxBuild.changed(["kind": "plan"])) != nil)
    #expect(ignored(try Sample.tuxBuild.changed(["status.state": "running"])) != nil)
    #expect(ignored(try Sample.tuxBuild.changed(["status.result": "error"])) != nil)
    #expect(ignored(try Sample.tuxBuild.changed(["status.target_arch": "um"])) != nil)
    #expect(field(try Sample.tuxBuild.changed(["status.uid": .null])) == "status.uid")
    #expect(field(try Sample.tuxBuild.changed(["status.download_url": "s3://x/"])) == "status.download_url")
  }

  @Test("KernelCI: a passed kbuild node with its artifacts; an event has none")
  func kernelCI() throws {
    let facts = try facts(Sample.kernelCI.read())
    #expect(facts.buildID == "695a1f0c2b6e4d0012ab34cd")
    #expect(facts.record["images"]?["kernel"]?.stringValue?.hasSuffix("/Image") == true)
    #expect(facts.record["kernel_version"] == "v6.19-rc4-83-g7d2a94c1e06b")
    #expect(facts.record["properties"]?["tree"] == "mainline")
    #expect(facts.files.map(\.name).contains("dtbs_tar_xz"))
    #expect(facts.record["completed_at"] == "2026-01-01T01:30:00Z")
    #expect(ignored(try Sample.kernelCI.changed(["kind": "checkout"])) != nil)
    #expect(ignored(try Sample.kernelCI.changed(["state": "running"])) != nil)
    #expect(ignored(try Sample.kernelCI.changed(["result": .null])) != nil)
    #expect(ignored(try Sample(producer: "kernelci", file: "kernelci-event.json").read()) != nil)
    #expect(field(try Sample.kernelCI.changed(["artifacts.kernel": 1])) == "artifacts.kernel")
    #expect(try self.facts(Sample.kernelCI.changed(["artifacts.kernel": .null])).record["images"]?["kernel"] == nil)
  }

  @Test("Android: variables are read and never run; plans with brackets and options")
  func android() throws {
    let facts = try facts(Sample.androidEnv.read())
    #expect(facts.buildID == "linaro-android/staging-panda#173")
    #expect(facts.fields["owner"] == "linaro-android" && facts.fields["extension"] == "tar.bz2")
    #expect(facts.record["properties"]?["tests"] == "busybox 0xbench glmark2 skia v8 mmtest monkey system-reboot")
    let record = try self.facts(Sample.androidRecord.read())
    #expect(record.buildID == facts.buildID && record.record["device_type"] == "panda")
    let lines = String(decoding: try Sample.androidEnv.body, as: UTF8.self)
    func read(_ more: String) throws -> ProducerReading {
      try Producers.named("android-build")!.read(ProducerPayload(Array((lines + more).utf8)))
    }
    #expect(ignored(try read("LAVA_SUBMIT=0\n")) != nil)
    #expect(ignored(try read("SKIP_LAVA=no\n")) != nil)
    #expect(field(try read("TARGET_PRODUCT=$(reboot)\n")) == "TARGET_PRODUCT")
    #expect(field(try read("TARGET_PRODUCT=`id`\n")) == "TARGET_PRODUCT")
    #expect(field(try read("BAD LINE\n"))?.hasPrefix("line ") == true)
    #expect(field(try read("X=\"open\n"))?.hasPrefix("line ") == true)
    #expect(field(try read("LAVA_TEST_PLAN=a(b\n")) == "LAVA_TEST_PLAN")
    #expect(field(try read("CTS_TIMEOUT=long\n")) == "CTS_TIMEOUT")
    let typed = try self.facts(read("export LAVA_DEVICE_TYPE='panda-es' # ours\nCTS_TIMEOUT=3600\n"))
    #expect(typed.record["device_types"] == "panda-es")
    #expect(typed.record["properties"]?["timeout.cts"] == "3600")
    let steps = try AndroidTestPlan("methanol(-b CHROME, x), [system-reboot],,v8", field: "p").steps
    #expect(steps.map(\.name) == ["methanol", "system-reboot", "v8"])
    #expect(steps[0].options == "-b CHROME, x" && steps[1].isSystem)
  }

  @Test("ci.linaro.org: the hardware pack's address, SKIP_LAVA, and the two kinds of job names")
  func linaroCI() throws {
    let facts = try facts(Sample.linaroCI.read())
    #expect(facts.record["hwpack"] == "lt-panda-x11-base" && facts.fields["hwpack_board"] == "lt-panda")
    #expect(facts.record["arch"] == "armhf" && facts.record["device_types"] == "panda")
    let sample = try JSONValue.parse(Sample.linaroCI.body)
    #expect(facts.record["images"]?["hwpack"] == sample["derived"]?["hwpack_url"])
    #expect(ignored(try Sample.linaroCI.changed(["env.SKIP_LAVA": "0"]))?.contains("SKIP_LAVA") == true)
    #expect(field(try Sample.linaroCI.changed(["env.HWPACK_JOB_NAME": "precise"])) == "env.HWPACK_JOB_NAME")
    let packaged = try self.facts(Sample.linaroCI.changed(["env.HWPACK_JOB_NAME": "package-and-publish-lt-origen"]))
    #expect(packaged.record["arch"] == "armhf" && packaged.record["hwpack"] == "lt-origen")
  }

  @Test("Offspring: an address is the whole message; the image is told by its folder, not its file")
  func offspring() throws {
    func read(_ url: String) throws -> ProducerReading {
      try Producers.named("offspring")!.read(ProducerPayload(Array(url.utf8), contentType: "text/plain"))
    }
    let base = "http://snapshots.linaro.org"
    let developer = try facts(
      read("\(base)/11.05-daily/linaro-developer/20110208/0/images/tar/linaro-n-developer-tar-20110208-0.tar.gz\n"))
    #expect(developer.record["image_family"] == "developer" && developer.buildID == "11.05-daily/developer/20110208/0")
    let pack = try facts(
      read(
        "\(base)/11.05-daily/linaro-hwpacks/panda/20110208/0/images/hwpack/hwpack_linaro-panda_20110208-0_armel_supported.tar.gz"
      ))
    #expect(pack.record["hwpack"] == "panda" && pack.record["arch"] == "armel")
    #expect(pack.record["images"]?["hwpack"]?.stringValue?.hasPrefix(base) == true)
    let variant = try facts(
      read(
        "\(base)/precise/hwpacks/lt-panda-x11-base/329/hwpack_linaro-lt-panda-x11-base_20120924-329_armhf_supported.tar.gz"
      ))
    #expect(variant.fields["hwpack_board"] == "lt-panda" && variant.buildID == "precise/hwpack/lt-panda-x11-base/329")
    let image = try facts(read("\(base)/precise/images/nano-lava/417/linaro-precise-nano-lava-20120923-417.tar.gz"))
    #expect(image.record["image_family"] == "nano-lava")
    for bad in [
      "\(base)/11.05-daily/linaro-nano/latest/images/tar/x.tar.gz", "\(base)/x", "ftp://x/y", "", "a\nb",
      "\(base)/11.05-daily/linaro-hwpacks/panda/20110208/0/images/hwpack/hwpack_linaro-other_20110208-0_armel_supported.tar.gz",
      "http://u:p@x/11.05-daily/linaro-nano/20110208/0/images/tar/x.tar.gz",
    ] {
      #expect(field(try read(bad)) == "body", "\(bad)")
    }
    #expect(try facts(Sample.offspring.read()).buildID == "linaro-n/nano/20110208/0")
    #expect(try facts(Sample.offspringPack.read()).fields["hwpack_board"] == "lt-mx5")
  }

  @Test("Offspring's halves and pairs: each half knows its place, a pair both, and nothing is taken for what it is not")
  func halves() throws {
    let pair = try facts(Sample.offspringPair.read())
    #expect(pair.buildID == "11.05-daily/nano/20110208/0+11.05-daily/hwpack/lt-panda/20110209/1")
    #expect(pair.half == nil && pair.pair?.image.name == "nano" && pair.pair?.pack.build == "20110209/1")
    #expect(pair.record["images"]?["nfsrootfs"]?["archive"] == "tar" && pair.record["images"]?["hwpack"] == nil)
    #expect(pair.fields["hwpack_board"] == "lt-panda" && pair.fields["hwpack_serial"] == "1")
    #expect(pair.fields["kind"] == "pair" && pair.record["properties"]?["rootfs_build"] == "20110208/0")
    #expect(try self.facts(JSONSample.read(#require(pair.pair).message)).buildID == pair.buildID)
    #expect(field(try Sample.offspringPair.changed(["rootfs": .null])) == "rootfs")
    #expect(field(try Sample.offspringPair.changed(["hwpack": "http://h.example/x"])) == "hwpack")
    let half = try facts(Sample.offspring.read()).half
    #expect(half?.kind == .image && half?.platform == "11.05-daily" && half?.order == [20_110_208, 0])
    #expect(try facts(Sample.offspringPack.read()).half?.architecture == "armel")
    #expect(try facts(Sample.offspring.changed(["images": ["rootfs": "http://h.example/x"]])).half == nil)
  }

  @Test("A published build: its path, its folder, its files")
  func published() throws {
    let build = try facts(Sample.published.read())
    #expect(build.buildID == "20260101/0" && build.files.map(\.name).last == "images/core-image-minimal.ext4.gz")
    #expect(build.record["build_url"] == "https://images.example.org/nightly/20260101/0/")
    #expect(build.record["completed_at"] == "2026-01-01T01:30:00.000Z")
    #expect(field(try Sample.published.changed(["files": []])) == "files")
    #expect(field(try Sample.published.changed(["files": [["name": "a", "url": "ftp://x"]]])) == "files[0].url")
    #expect(field(try Sample.published.changed(["build": .null])) == "build")
  }

  /// Bytes of our own for Offspring's adapter.
  private enum JSONSample {
    static func read(_ bytes: [UInt8]) throws -> ProducerReading {
      guard let adapter = Producers.named("offspring") else { throw Sample.Missing(name: "offspring") }
      return try adapter.read(ProducerPayload(bytes, contentType: "application/json"))
    }
  }

  @Test("Buildbot, OBS, the plain record and CDEvents")
  func others() throws {
    let buildbot = try facts(Sample.buildbot.read())
    #expect(buildbot.buildID == "https://bb.example.com/#/builders/7/builds/412")
    #expect(buildbot.fields["property"]?["MACHINE"] == "qemuarm64")
    #expect(buildbot.record["completed_at"] == "2026-01-01T00:00:00Z")
    #expect(ignored(try Sample.buildbot.changed(["complete": false])) != nil)
    #expect(ignored(try Sample.buildbot.changed(["results": 2]))?.contains("failure") == true)
    #expect(field(try Sample.buildbot.changed(["results": .null])) == "results")
    let obs = try facts(Sample.obsPackage.read())
    #expect(obs.buildID == "home:bsp:images/kiwi-image-rpi/images/aarch64 c4d5e6f708192a3b4c5d6e7f80910a2b.7")
    #expect(obs.fields["folder"] == "home:/bsp:/images/images")
    let failed = ["x-routing-key": "opensuse.obs.package.build_fail"]
    #expect(ignored(try Sample.obsPackage.changed([:], headers: failed)) != nil)
    #expect(try facts(Sample.plain.read()).buildID == "oe-qemuarm64-412")
    #expect(ignored(try Sample.plain.changed(["status": "failure"])) != nil)
    #expect(try facts(Sample.cloudEvents.read()).record["arch"] == "arm64")
    let cdEvent = try facts(Sample.cdEvents.read())
    #expect(cdEvent.files.first?.name == "core-image-minimal-qemuarm64.rootfs.ext4.gz")
    #expect(ignored(try Sample.cdEvents.changed(["context.type": "dev.cdevents.build.finished.0.2.0"])) != nil)
  }

  @Test("The events door reads CDEvents and batches of CloudEvents")
  func eventsDoor() throws {
    let type = "application/cdevents+json"
    let event = try BuildEvent.decode(contentType: type, headers: [], body: try Sample.cdEvents.body)
    #expect(event.source == "https://ci.example.com/job/oe" && event.buildID == "oe-qemuarm64-412")
    #expect(event.envelope?.id == "3fd2b7a0-6c1e-4a59-9b84-7e0d5c2f1a38")
    let one = String(decoding: try Sample.cloudEvents.body, as: UTF8.self)
    let batch = "application/cloudevents-batch+json"
    #expect(try CloudEvents.batch(contentType: batch, body: Array("[\(one),\(one)]".utf8)).count == 2)
    #expect(try CloudEvents.batch(contentType: batch, body: Array("[]".utf8)).isEmpty)
    let bad = one.replacing("\"arm64\"", with: "\"z80\"")
    let error = refusal { try CloudEvents.batch(contentType: batch, body: Array("[\(one),\(bad)]".utf8))[1] }
    #expect(error?.field == "[1].data.arch")
  }
}
