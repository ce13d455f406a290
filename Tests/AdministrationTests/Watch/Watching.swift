import AsyncHTTPClient
import Catalog
import NIOCore
import NIOHTTP1

@testable import Administration

/// The messages of `/api/v1/watch`, as they come.
struct Watching {
    struct Message {
        var name: String
        var data: JSON
    }

    private var body: HTTPClientResponse.Body.AsyncIterator
    private var rest = ""
    let status: Int
    let headers: HTTPHeaders

    init(_ site: APISite, token: String? = APISite.read.text) async throws {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(site.port)/api/v1/watch")
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        (status, headers) = (Int(response.status.code), response.headers)
        body = response.body.makeAsyncIterator()
    }

    /// The next message; nil when the server has ended the stream.
    mutating func next() async throws -> Message? {
        while true {
            if let end = rest.firstRange(of: "\n\n") {
                let lines = rest[..<end.lowerBound].split(separator: "\n")
                rest = String(rest[end.upperBound...])
                let name = lines.first { $0.hasPrefix("event: ") }?.dropFirst(7) ?? ""
                let data = lines.first { $0.hasPrefix("data: ") }?.dropFirst(6) ?? ""
                return Message(name: String(name), data: try JSON(parsing: String(data)))
            }
            guard let part = try await body.next(isolation: #isolation) else { return nil }
            rest += String(buffer: part)
        }
    }

    /// The next message that is so.
    mutating func first(where isSo: (Message) -> Bool) async throws -> Message? {
        while let message = try await next() { if isSo(message) { return message } }
        return nil
    }
}
