import Foundation
import LabSupport

@testable import SchedulerPlugin

/// LAVA's own Python out of an installed LAVA, run with `chroot` (needs root).
struct LAVAPython {
  /// What LAVA makes of one text.
  struct Answer: Decodable {
    /// PyYAML's problem, or the name of the exception that is no YAMLError; nil when the text loads.
    let loading: String?
    /// All messages of the schema, the first of which LAVA reports; empty when it accepts.
    let problems: [String]
    /// The dumps; nil when the text does not load.
    let sorted: String?
    let ordered: String?
    /// Whether the dumps that were sent load to the same value, types and key order included.
    let sameSorted: Bool
    let sameOrdered: Bool
    /// `timeouts.queue` through `Timeout.parse`; nil when there is none.
    let queue: Double?
    /// The metadata as `models.py:extract_job_metadata` of 2026.10 makes it; that file alone cannot be imported.
    let metadata: String?
  }

  /// One text and our two dumps of it.
  struct Question: Encodable {
    let text: String
    let sorted: String?
    let ordered: String?
  }

  let rules: SubmissionRules
  let root: String

  /// The LAVAs that `scripts/lab` has made a folder of.
  static let installed: [LAVAPython] = [
    ("2023.01", SubmissionRules.lava2023_01), ("2026.10", .lava2026_10),
  ].compactMap { generation, rules in
    if let root = LAVACluster.root(generation) { return LAVAPython(rules: rules, root: root) }
    // A skipped test is easily overlooked, so it is said aloud.
    print("SKIPPED: comparison with the Python of \(rules); scripts/lab up --lava \(generation) makes its folder")
    return nil
  }

  func ask(_ questions: [Question]) async throws -> [Answer] {
    let output = try await Command(
      "/usr/sbin/chroot", [root, "/usr/bin/python3", "-c", Self.script], input: JSONEncoder().encode(questions)
    ).succeed()
    return try JSONDecoder().decode([Answer].self, from: Data(output.utf8))
  }

  private static let script = """
    import datetime, json, sys
    from django.conf import settings
    settings.configure(EXTRA_CONTEXT_VARIABLES=["lab_variable"])
    import yaml
    from voluptuous import MultipleInvalid
    try:
        from lava_common.yaml import yaml_safe_load, yaml_safe_dump
    except ImportError:
        from lava_common.compat import yaml_safe_load, yaml_safe_dump
    from lava_common.timeout import Timeout
    from lava_scheduler_app import schema

    def typed(value):
        # Types and order, which == does not look at: True == 1, {1: 2, 3: 4} == {3: 4, 1: 2}.
        if isinstance(value, dict):
            return ("dict", [(typed(k), typed(v)) for k, v in value.items()])
        if isinstance(value, list):
            return ("list", [typed(v) for v in value])
        return (type(value).__name__, repr(value))

    def metadata(value):
        if value is None:
            return None
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, dict):
            return {str(k): metadata(v) for k, v in value.items()}
        if isinstance(value, list):
            return [metadata(v) for v in value]
        return str(value)

    def problems(data):
        try:
            schema._job_schema(data)
            schema.validate_submission(data)
        except MultipleInvalid as exc:
            return [str(e) for e in exc.errors]
        except schema.SubmissionException as exc:
            return [str(exc)]
        except Exception as exc:
            return ["internal error " + type(exc).__name__]
        return []

    def answer(question):
        out = {"loading": None, "problems": [], "sorted": None, "ordered": None, "sameSorted": False,
               "sameOrdered": False, "queue": None, "metadata": None}
        try:
            data = yaml_safe_load(question["text"])
        except yaml.YAMLError as exc:
            out["loading"] = getattr(exc, "problem", None) or str(exc)
            return out
        except Exception as exc:
            out["loading"] = type(exc).__name__
            return out
        out["problems"] = problems(data)
        out["sorted"] = yaml_safe_dump(data, sort_keys=True)
        out["ordered"] = yaml_safe_dump(data, sort_keys=False)
        for key, same, theirs in (("sorted", "sameSorted", out["sorted"]), ("ordered", "sameOrdered", out["ordered"])):
            ours = question.get(key)
            if ours is not None:
                out[same] = typed(yaml_safe_load(ours)) == typed(yaml_safe_load(theirs))
        if isinstance(data, dict):
            out["metadata"] = json.dumps(metadata(data.get("metadata", {})))
            try:
                out["queue"] = Timeout.parse(data["timeouts"]["queue"])
            except Exception:
                pass
        return out

    json.dump([answer(q) for q in json.load(sys.stdin)], sys.stdout)
    """
}
