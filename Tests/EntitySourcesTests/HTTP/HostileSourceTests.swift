import Catalog
import Foundation
import Ingestion
import Synchronization
import TestSupport
import Testing

@testable import EntitySources

/// Sources that mean no good, or are broken.
@Suite struct HostileSourceTests {
    @Test(
        "private addresses are refused where they are not allowed, by number and by name",
        arguments: ["127.0.0.1", "localhost"]
    )
    func privateAddresses(_ host: String) async throws {
        try await HTTPTestServer.with({ _ in .json("[]") }) { server in
            var configuration = HTTPSource.Configuration(url: "http://\(host):\(server.port)/items")
            configuration.entity = "."
            _ = try await HTTPSource(configuration, logger: quiet).readPage()
            #expect(server.requests.count == 1)
            configuration.allowPrivateAddresses = false
            let source = try HTTPSource(configuration, logger: quiet)
            let error = await #expect(throws: SourceError.self) { try await source.readPage() }
            #expect(error?.code == .refused)
            let text = error?.message ?? ""
            #expect(
                text.contains("not a public address, and allowPrivateAddresses is false"),
                "\(text)"
            )
            #expect(server.requests.count == 1, "nothing is sent")
        }
    }

    @Test("a decompression bomb ends at maxResponseBytes")
    func decompressionBomb() async throws {
        let bomb = Self.bomb(matches: 100_000)
        #expect(bomb.count < 200_000)
        let error = try await failing({ _ in
            HTTPTestServer.Response(headers: [("Content-Encoding", "gzip")], body: bomb)
        }) { $0.maxResponseBytes = 1 << 20 }
        #expect(error?.code == .limitExceeded)
        #expect(error?.message.contains("maxResponseBytes") == true, "\(error?.message ?? "")")
    }

    @Test("deeply nested JSON fails its page, whole or in a record", arguments: ["", #"{"items":"#])
    func deepJSON(_ start: String) async throws {
        for depth in [129, 300, 10_000, 1_000_000] {
            let text =
                start + String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
                + (start.isEmpty ? "" : "}")
            let error = try await failing({ _ in .json(text) }) { $0.records = start.isEmpty ? "." : ".items" }
            if depth > 300 { #expect(error?.code == .invalidPage, "\(depth): \(String(describing: error))") }
        }
    }

    @Test("headers without end fail their page", arguments: [(300, 10), (10, 100_000)])
    func manyHeaders(_ count: Int, _ length: Int) async throws {
        let headers = (0..<count).map { ("X-\($0)", String(repeating: "x", count: length)) }
        let error = try await failing({ _ in .json("[]", headers: headers) })
        #expect(error?.code == .limitExceeded, "\(String(describing: error))")
        #expect(error?.message.contains("256 headers") == true)
    }

    @Test(
        "a GET on a connection that the server has closed is sent once more; another request, which may do something, is not"
    )
    func closedConnections() async throws {
        for (method, sent) in [("GET", 3), ("POST", 2)] {
            let requests = Mutex(0)
            try await HTTPTestServer.with({ _ in
                let number = requests.withLock { count in
                    count += 1
                    return count
                }
                return number == 2 ? HTTPTestServer.Response(end: .dropped) : .json("[]")
            }) { server in
                var configuration = HTTPSource.Configuration(url: server.url)
                configuration.entity = "."
                configuration.method = method
                let source = try HTTPSource(configuration, logger: quiet)
                _ = try await source.readPage()
                if method == "GET" {
                    _ = try await source.readPage()
                } else {
                    await #expect(throws: SourceError.self) { try await source.readPage() }
                }
                #expect(server.requests.count == sent)
            }
        }
    }

    @Test("what a user has in ~/.jq cannot change a mapping: it is refused, or, by the program, not looked for")
    func jqDefinitions() async throws {
        try await withTemporaryDirectory { directory in
            #expect(HomeDirectory.jqDefinitions(home: directory) == nil)
            #expect(HomeDirectory.jqDefinitions(home: "") == nil)
            #expect(HomeDirectory.jqDefinitions(home: nil) == nil)
            try Data("def map(f): 1;".utf8).write(to: URL(filePath: directory + "/.jq"))
            #expect(HomeDirectory.jqDefinitions(home: directory) == directory + "/.jq")
        }
    }

    /// gzip of one `x` and `matches` times 258 more of them, 13 bits for each: fixed Huffman codes (RFC 1951, 3.2.6).
    private static func bomb(matches: Int) -> [UInt8] {
        var bytes: [UInt8] = [31, 139, 8, 0, 0, 0, 0, 0, 0, 255]
        var (current, filled) = (UInt8(0), UInt8(0))
        func push(_ bits: String) {
            for bit in bits.utf8 {
                current |= (bit - 48) << filled
                filled += 1
                if filled == 8 {
                    bytes.append(current)
                    (current, filled) = (0, 0)
                }
            }
        }
        push("1" + "10" + "10101000")
        for _ in 0..<matches { push("11000101" + "00000") }
        push("0000000" + "0000000")
        return bytes + [0, 0, 0, 0, 0, 0, 0, 0]
    }
}
