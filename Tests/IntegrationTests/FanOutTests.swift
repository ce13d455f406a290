import Catalog
import CatalogConsumer
import Foundation
import Ingestion
import Synchronization
import TestSupport
import Testing

@Suite struct FanOutTests {
    @Test(
        "organisations, their repositories and a call for each, read by three workers over a server that fails now and then: exact"
    )
    func threeWorkers() async throws {
        let forge = Forge()
        try await HTTPTestServer.with(forge.answer) { server in
            try await withDeployment(chains: 1, pageSize: 1) { deployment in
                let file = deployment.directory + "/tidemark.yaml"
                let yaml = try String(contentsOfFile: file, encoding: .utf8)
                let source = try #require(yaml.range(of: "    source:"))
                let configuration = yaml[..<source.lowerBound] + "    backoff: [10ms]\n" + Self.source(server.url)
                try configuration.write(toFile: file, atomically: true, encoding: .utf8)

                let directory = deployment.directory
                try await withTidemark(["worker"], name: "one", in: directory) { one in
                    try await withTidemark(["worker"], name: "two", in: directory) { two in
                        try await withTidemark(["worker"], name: "three", in: directory) { three in
                            try await withTidemark(["consume"], name: "consume", in: directory) { _ in
                                let catalog = try await Self.catalog(of: deployment, cycle: 1)
                                #expect(catalog == forge.refs)
                                // Until each of them has read some of it.
                                var cycles = 1
                                while ![one, two, three].allSatisfy({ $0.hasRead }) {
                                    try await deployment.operations.trigger(Deployment.provider)
                                    cycles += 1
                                    #expect(try await Self.catalog(of: deployment, cycle: cycles) == forge.refs)
                                }

                                // An organisation that is gone, and another whose repositories are gone while it is still listed.
                                forge.change()
                                try await deployment.operations.trigger(Deployment.provider)
                                #expect(try await Self.catalog(of: deployment, cycle: cycles + 1) == forge.refs)
                                let counts = try await deployment.status().counts
                                #expect(counts.added == 0 && counts.changed == 0 && counts.removed == 1 + 7 + 9)
                            }
                        }
                    }
                }
                #expect(forge.failures > 0)
                #expect(try await Verifier(store: deployment.operations.store).verify(Deployment.provider).holds)
            }
        }
    }

    /// The refs of the catalog after a cycle.
    private static func catalog(of deployment: Deployment, cycle: Int) async throws -> Set<String> {
        try await eventually { try await deployment.status().completed == cycle }
        let catalog = try SQLiteCatalog(readingAt: deployment.catalogPath)
        let known = try await deployment.status().known
        try await eventually { try await catalog.count() == known }
        var refs: Set<String> = []
        for try await element in catalog.digests(provider: Deployment.provider) { refs.insert(element.ref) }
        return refs
    }

    private static func source(_ url: String) -> String {
        #"""
            source:
              http:
                url: \#(url)/organisations
                pagination: linkHeader
                entity: '{apiVersion: "v1", kind: "Group", metadata: {name: .login}, spec: {type: "team", children: []}}'
                each:
                  repositories:
                    parent: '{login}'
                    url: /organisations/\($parent.login | @uri)/repositories
                    pageSize: { parameter: X-Size, in: header, size: 5 }
                    pagination: { keyset: { last: .id, parameter: since } }
                    absent: [404]
                    details:
                      language: { url: '/repositories/\(.id)/language', value: .name, concurrency: 3 }
                    entity: |
                      {
                        apiVersion: "v1", kind: "Component", metadata: { name: .name, tags: [.language] },
                        spec: { type: "service", lifecycle: "production", owner: $parent.login }
                      }

        """#
    }
}

extension TidemarkProcess {
    fileprivate var hasRead: Bool { lines.contains { $0.contains("burst begins") } }
}

/// 30 organisations, the one of number n with n repositories of its own; every seventh request fails the first time.
private final class Forge: Sendable {
    private struct State {
        var organisations = Array(0..<30)
        var empty: Set<Int> = []
        var asked: Set<String> = []
        var failures = 0
    }

    private let state = Mutex(State())

    var failures: Int { state.withLock { $0.failures } }

    var refs: Set<String> {
        state.withLock { state in
            Set(state.organisations.map { "group:default/o\($0)" })
                .union(
                    state.organisations.filter { !state.empty.contains($0) }.flatMap { organisation in
                        (0..<organisation).map { "component:default/r\(organisation)-\($0)" }
                    }
                )
        }
    }

    func change() {
        state.withLock { state in
            state.organisations.removeAll { $0 == 7 }
            state.empty = [9]
        }
    }

    func answer(_ request: HTTPTestServer.Request) -> HTTPTestServer.Response {
        state.withLock { state in
            if state.asked.insert(request.uri).inserted, state.asked.count % 7 == 0 {
                state.failures += 1
                return .json("{}", status: 503)
            }
            let parts = request.path.split(separator: "/")
            switch parts.count {
            case 1: return Self.organisations(state.organisations, request)
            case 3 where parts[0] == "repositories": return .json(#"{"name":"lang-\#(parts[1])"}"#)
            case 3: return Self.repositories(of: Int(parts[1].dropFirst()) ?? 0, state, request)
            default: return .json("{}", status: 400)
            }
        }
    }

    private static func organisations(
        _ organisations: [Int],
        _ request: HTTPTestServer.Request
    ) -> HTTPTestServer.Response {
        let start = request.query("start").first.flatMap { Int($0) } ?? 0
        let items = organisations.dropFirst(start).prefix(4).map { #"{"login":"o\#($0)"}"# }
        let isLast = start + 4 >= organisations.count
        let links = isLast ? [] : [("Link", #"<?start=\#(start + 4)>; rel="next""#)]
        return .json("[\(items.joined(separator: ","))]", headers: links)
    }

    private static func repositories(
        of organisation: Int,
        _ state: State,
        _ request: HTTPTestServer.Request
    ) -> HTTPTestServer.Response {
        guard state.organisations.contains(organisation), !state.empty.contains(organisation) else {
            return .json("{}", status: 404)
        }
        let size = request.header("x-size").flatMap { Int($0) } ?? 1
        let first = request.query("since").first.flatMap { Int($0) }.map { $0 - organisation * 1_000 + 1 } ?? 0
        let items = (first..<max(first, organisation)).prefix(size).map { number in
            #"{"id":\#(organisation * 1_000 + number),"name":"r\#(organisation)-\#(number)"}"#
        }
        return .json("[\(items.joined(separator: ","))]")
    }
}
