import BoardInventory
import Foundation
import LabSupport
import TestRandom

@testable import SchedulerPlugin

/// The definitions that are given to both sides.
enum FidelityCorpus {
  /// The definitions of a run.
  ///
  /// - Parameters:
  ///   - isWhole: without it, the large corpora give a sample.
  ///   - only: the corpora that count; empty for all.
  static func cases(seed: UInt64, isWhole: Bool, only: Set<String> = []) -> [FidelityCase] {
    var random = SeededRandom(seed: seed)
    let all =
      schema + oddities + recipients + samples + shippedJobs(isWhole ? nil : 25, &random)
      + generated(isWhole ? 3_000 : 300, &random)
    return all.filter { only.isEmpty || only.contains($0.corpus) }
  }

  /// The systematic cases that the schema's own test has too: every key missing, of a wrong type, unknown.
  static let schema = (JobCase.jobs + JobCase.actions + JobCase.newer).map {
    FidelityCase(name: "schema/\($0.name)", text: $0.text)
  }

  /// Every job that the shipped templates make for the shipped device types, or for so many of them.
  private static func shippedJobs(_ count: Int?, _ random: inout SeededRandom) -> [FidelityCase] {
    let files = Example.shippedFiles()
    let types = count.map { Set(files.catalogue.entries.keys.sorted().shuffled(using: &random).prefix($0)) }
    return TemplateTrial(files, types: types).jobs.compactMap { job in
      job.definition.map {
        FidelityCase(
          name: "templates/\(job.template) \(job.deviceType) \(job.architecture ?? "-") \(job.images)", text: $0)
      }
    }
  }

  /// The sample jobs that LAVA's own packages ship (`scripts/samples` fetches them into the cache).
  static var samples: [FidelityCase] {
    let generation = (try? Lab.current.get()["BOARDCAST_LAB_LAVA"]) ?? "2023.01"
    let folder = LAVACluster.cache + "/samples-\(generation)"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder))?.sorted() ?? []
    if names.isEmpty { print("SKIPPED: LAVA's own sample jobs are not in \(folder); run scripts/samples") }
    return names.compactMap { name in
      (try? String(contentsOfFile: folder + "/" + name, encoding: .utf8)).map {
        FidelityCase(name: "samples/\(name)", text: $0)
      }
    }
  }
}
