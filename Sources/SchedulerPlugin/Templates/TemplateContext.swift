import BuildEvents
import Matcher

/// What a template may use. Keys are those of the event's record, so that one name means one thing everywhere.
struct TemplateContext {
  let dictionary: [String: Any]

  /// - Parameters:
  ///   - board: the board's hostname, for templates that mention it.
  ///   - deviceTree: the kernel's name of the type's device tree, if the catalogue knows it.
  init(
    event: BuildEvent, eventID: Int64, rule: String, plan: TestPlan, deviceType: String, bootMethod: String?,
    board: String?, deviceTree: String? = nil
  ) {
    var dictionary: [String: Any] = [
      "event": TemplateObject([
        "id": String(eventID), "source": event.source, "build_id": event.buildID, "build_url": event.buildURL,
        "log_url": event.logURL, "completed_at": event.completedAt, "properties": event.properties,
      ]),
      "artifact": TemplateObject([
        "image_family": event.imageFamily, "image_name": event.imageName, "arch": event.architecture?.name,
        "kernel_version": event.kernelVersion, "bootloader": event.bootloader?.name,
        "images": Self.images(event, deviceTree: deviceTree), "kernel_type": Self.kernelType(event),
        "partitions": Self.partitions(event),
      ]),
      "rule": TemplateObject([
        "name": rule, "parameters": plan.parameters, "priority": plan.priority, "tests": plan.tests,
        "visibility": Self.visibility(plan.visibility), TemplateTags.gitTests: plan.gitTests.map(Self.test),
      ]),
      "device_type": deviceType,
    ]
    if let bootMethod { dictionary["boot_method"] = bootMethod }
    if let board { dictionary["board"] = TemplateObject(["hostname": board]) }
    self.dictionary = dictionary
  }

  private static func test(_ tests: GitTests) -> [String: Any] {
    ["timeout": ["seconds": tests.timeout], "definitions": [tests.definition]]
  }

  private static func visibility(_ visibility: Visibility) -> Any {
    switch visibility {
    case .public: "public"
    case .personal: "personal"
    case .groups(let names): ["group": names]
    case .none: [String: Any]()
    }
  }
}
