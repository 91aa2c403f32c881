import Foundation

/// What LAVA itself thinks of a board: whether its dictionary renders and passes the check that LAVA's scheduler makes
/// before it puts a job on the board (models.py:Device.is_valid), in LAVA's words.
public enum LAVAOpinion {
  /// So many boards are asked about in one run of LAVA's command.
  public static let atOnce = 50

  /// Nobody could be asked.
  public struct Unknown: Error, Hashable, Sendable, CustomStringConvertible {
    /// One line with the reason.
    public let description: String
  }

  /// LAVA's words of refusal by hostname; a board that is absent is accepted.
  ///
  /// `manage shell` runs LAVA's own functions: `devices check` holds boards against the dispatcher's schema and not the
  /// scheduler's, and XML-RPC's `validate_pipeline_devices` fails on the very boards that are wrong.
  public static func refusals(of hostnames: [String], by lava: LAVACommand) async throws -> [String: String] {
    guard !hostnames.isEmpty else { return [:] }
    let names = try JSONEncoder().encode(hostnames).base64EncodedString()
    let outcome = try await lava.run(["shell", "-c", script.replacing("NAMES", with: names)])
    let marked = outcome.output.split(separator: "\n").last { $0.hasPrefix(marker) }
    guard let marked, let data = String(marked.dropFirst(marker.count)).data(using: .utf8),
      let refusals = try? JSONDecoder().decode([String: String].self, from: data)
    else { throw Unknown(description: "LAVA could not be asked about the boards: \(outcome.reason)") }
    return refusals
  }

  private static let marker = "boardcast:"

  /// Flat, for Django's shell runs it inside a function. Jinja's and YAML's own texts quote lines of the dictionary, which
  /// may hold passwords: the problem is told by its kind and place alone.
  private static let script = """
    import base64, json, sys
    import yaml
    from lava_scheduler_app import environment
    from lava_scheduler_app.models import Device
    from lava_scheduler_app.schema import SubmissionException, validate_device
    refusals = {}
    for name in json.loads(base64.b64decode("NAMES")):
        try:
            device = Device.objects.filter(hostname=name).first()
            if device is None:
                refusals[name] = "LAVA does not have the board"
                continue
            loaded = device.load_configuration()
            if loaded is None:
                try:
                    jinja = getattr(environment, "DEVICES_JINJA_ENV", None) or environment.devices()
                    jinja.get_template(name + ".jinja2").render()
                    refusals[name] = "invalid or missing device dictionary"
                except Exception as exc:
                    words = (getattr(exc, "message", None) or str(exc)).split("\\n")[0]
                    line = getattr(exc, "lineno", None)
                    place = " (line %d)" % line if line else ""
                    refusals[name] = "the dictionary does not render: %s: %s%s" % (type(exc).__name__, words, place)
                continue
            validate_device(loaded)
        except yaml.YAMLError as exc:
            mark = getattr(exc, "problem_mark", None)
            place = " (line %d of what it renders to)" % (mark.line + 1) if mark else ""
            refusals[name] = "the dictionary renders to no YAML: %s%s" % (getattr(exc, "problem", None), place)
        except SubmissionException as exc:
            refusals[name] = "invalid device configuration: %s" % exc
        except Exception as exc:
            refusals[name] = "%s: %s" % (type(exc).__name__, exc)
    sys.stdout.write("\\nboardcast:" + json.dumps(refusals) + "\\n")
    """
}
