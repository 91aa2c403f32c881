import AsyncHTTPClient
import BuildEvents
import Foundation
import NIOCore
import NIOHTTP1

/// Somebody who sends builds over HTTP, and sends them again until an answer comes.
struct Producer: Sendable {
  let url: String
  var token = LabBoards.token

  struct Answer: Sendable {
    let status: UInt
    let json: JSONValue

    /// The event's number.
    var id: Int64? {
      if case .int(let id) = json["id"] { id } else { nil }
    }
    var isDuplicate: Bool { json["duplicate"] == true }
  }

  func get(_ path: String) async throws -> Answer {
    try await execute(HTTPClientRequest(url: url + path))
  }

  /// One attempt.
  func post(_ event: String) async throws -> Answer {
    var request = HTTPClientRequest(url: url + "/api/v1/events")
    request.method = .POST
    request.headers.add(name: "Content-Type", value: "application/json")
    request.body = .bytes(ByteBuffer(string: event))
    return try await execute(request)
  }

  /// As many attempts as it takes: a broken connection or a 5xx says nothing about whether the event was kept.
  func send(_ event: String) async throws -> Answer {
    try await eventually("an answer to an event from \(url)") {
      guard let answer = try? await post(event), answer.status < 500 else { return nil }
      return answer
    }
  }

  private func execute(_ request: HTTPClientRequest) async throws -> Answer {
    var request = request
    request.headers.add(name: "Authorization", value: "Token \(token)")
    // A process that was killed leaves its connections in a client's pool.
    request.headers.add(name: "Connection", value: "close")
    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
    let body = try await response.body.collect(upTo: 1 << 22)
    return Answer(status: response.status.code, json: try JSONValue.parse(Array(body.readableBytesView)))
  }
}

/// A nano image for QEMU, as a plain record.
func nanoEvent(_ build: String, images: String = "http://127.0.0.1:9/images", more: String = "") -> String {
  """
  {"source": "ci:nano", "build_id": "\(build)", "status": "success", "image_family": "nano", "arch": "x86_64",
   "images": {"kernel": "\(images)/vmlinuz", "ramdisk": "\(images)/initramfs.cpio.gz"}\(more)}
  """
}
