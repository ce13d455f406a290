import AsyncHTTPClient
import Catalog
import Foundation
import NIOCore
import NIOHTTP1
import TestSupport
import Testing

/// The HTTP side of a process that a test started.
struct HTTPSite: Sendable {
    let port: Int
    let token: String

    struct Answer: Sendable {
        var status: Int
        var json: JSON
    }

    /// A new token, as the command makes it.
    static func token(scope: String, in directory: String) async throws -> (text: String, sha256: String) {
        let result = try await tidemark("token", "create", "--scope", scope, "--json", in: directory)
        let json = try JSON(parsing: result.output)
        return (try #require(json["token"]?.string), try #require(json["sha256"]?.string))
    }

    /// Puts a token into the configuration, and more requests than any test sends.
    static func configure(_ directory: String, _ token: (text: String, sha256: String), scope: String = "manage") throws
    {
        let file = URL(filePath: directory + "/tidemark.yaml")
        let yaml = try String(contentsOf: file, encoding: .utf8)
        let http = """
            http:
              port: 0
              requestsPerSecond: 100000
              tokens: { ops: { scope: \(scope), sha256: "\(token.sha256)" } }

            """
        try Data((http + yaml).utf8).write(to: file)
    }

    /// The port on which a process that logs as JSON says that it listens.
    static func port(of process: TidemarkProcess) async throws -> Int {
        let mark = #""http.address":"127.0.0.1:"#
        var port: Int?
        try await eventually {
            port =
                process.lines.lazy.compactMap { line in
                    line.firstRange(of: mark).flatMap { Int(line[$0.upperBound...].prefix { $0.isNumber }) }
                }.first
            return port != nil
        }
        return try #require(port)
    }

    /// Asks with the token, unless told another; "" for none.
    func ask(_ method: String, _ path: String, _ body: JSON? = nil, token: String? = nil) async throws -> Answer {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.method = .init(rawValue: method)
        let token = token ?? self.token
        if !token.isEmpty { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body.bytes))
        }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        let bytes = Array(buffer: try await response.body.collect(upTo: 4 << 20))
        return Answer(status: Int(response.status.code), json: try JSON(parsing: bytes))
    }

    /// What is served that is no JSON.
    func text(_ path: String) async throws -> String {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        if !token.isEmpty { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        guard response.status == .ok else { throw Unexpected() }
        return String(buffer: try await response.body.collect(upTo: 4 << 20))
    }

    /// What those who watch are told until this comes.
    func watch(until mark: String) async throws -> String {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/api/v1/watch")
        if !token.isEmpty { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        var text = ""
        for try await part in response.body {
            text += String(buffer: part)
            if text.contains(mark) { break }
        }
        return text
    }
}
