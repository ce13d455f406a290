import AsyncHTTPClient
import Catalog
import Foundation
import Ingestion
import NIOCore
import NIOHTTP1
import Subprocess
import TestSupport
import Testing

/// The HTTP side as processes run it.
@Suite struct ServeTests {
    @Test("beyond loopback nothing is served without a token, and what to do is said", arguments: ["serve", "worker"])
    func needsToken(_ role: String) async throws {
        try await withDeployment(chains: 1, pageSize: 5) { deployment in
            let result = try await tidemark(role, "--http", "0.0.0.0:0", in: deployment.directory)
            #expect(result.status == .exited(2))
            #expect(result.errors.contains("no token is configured") && result.errors.contains("tidemark token create"))
        }
    }

    @Test(
        "a token that `tidemark token create` made lets its holder look and act, in each role; without one nobody may",
        arguments: ["serve", "worker", "run"]
    )
    func roles(_ role: String) async throws {
        try await withDeployment(chains: 1, pageSize: 5) { deployment in
            let token = try await HTTPSite.token(scope: "manage", in: deployment.directory)
            try HTTPSite.configure(deployment.directory, token)
            try deployment.source.list(["a", "b"])
            try await withTidemark(["worker", "--http", "0"], name: "reader", in: deployment.directory) { reader in
                try await eventually { (try? await deployment.status().completed) == 1 }
                try reader.send(.terminate)
                try await eventually { reader.hasEnded }
            }
            let status = try await withTidemark([role, "--http", "0"], name: "server", in: deployment.directory) {
                process in
                let site = HTTPSite(port: try await HTTPSite.port(of: process), token: token.text)
                let path = "/api/v1/providers/\(Deployment.provider)"
                #expect(try await site.ask("GET", path, token: "").status == 401)
                #expect(try await site.ask("GET", path).json["known"] == 2)
                #expect(try await site.ask("GET", "/health/live", token: "").status == 200)
                #expect(try await site.ask("GET", "/metrics", token: "").status == 401)
                let text = try await site.text("/metrics")
                #expect(try await promtoolCheck(metrics: text) == "")
                let metrics = try PrometheusText(text)
                let labels = "provider=\"\(Deployment.provider)\""
                #expect(metrics["tidemark_known_entities{\(labels)}"] == 2)
                #expect((metrics["tidemark_pages_total{\(labels)}"] != nil) == (role != "serve"))
                try await eventually { try await site.ask("GET", "/health/ready", token: "").status == 200 }
                // Nobody works where only the server runs.
                let health = role == "serve" ? 503 : 200
                try await eventually { try await site.ask("GET", "/health").status == health }
                #expect(try await site.ask("POST", "\(path)/pause").json["status"]?["status"] == "paused")
                #expect(try await deployment.status().pausedSince != nil)
                try process.send(.terminate)
                try await eventually { process.hasEnded }
                let log = process.lines.joined(separator: "\n")
                #expect(log.contains(#""audit.action":"pauseProvider""#) && log.contains(#""audit.caller":"ops""#))
                #expect(!log.contains(token.text) && !log.contains(token.sha256))
            }
            #expect(status == .exited(0))
        }
    }

    @Test("a worker answers all that is asked over HTTP under its own user of Redis, and nothing is refused")
    func accessControlOfWorkers() async throws {
        try await AccessControl.with { access in
            try access.source.list((0..<20).map { "host-\($0)" } + ["-not-valid"])
            let worker = [
                "worker", "--http", "0", "--log-format", "json", "-c", access.configurationFile(of: .worker),
            ]
            try await withTidemark(worker, name: "worker", in: access.directory) { process in
                let site = HTTPSite(port: try await HTTPSite.port(of: process), token: "")
                let api = "/api/v1/providers/\(Deployment.provider)"
                try await eventually { try await site.ask("GET", api).json["phase"] == "resting" }
                let told = try await site.watch(until: "event: time")
                #expect(told.contains("event: history") && told.contains("event: trouble\ndata: null"), "\(told)")
                let metrics = try PrometheusText(try await site.text("/metrics"))
                #expect(metrics["tidemark_known_entities{provider=\"\(Deployment.provider)\"}"] == 20)
                #expect(metrics["tidemark_scrape_errors_total"] == 0 && metrics["tidemark_workers"] == 1)
                var asked = 0
                for (path, methods) in try await site.ask("GET", "/openapi.json").json["paths"]?.object ?? [:] {
                    guard methods["get"] != nil, path != "/api/v1/watch", path != "/metrics" else { continue }
                    let path = path.replacing("{provider}", with: Deployment.provider)
                    let answer = try await site.ask("GET", path)
                    #expect(answer.status == 200, "\(path): \(answer.json)")
                    asked += 1
                }
                #expect(asked > 10)
                try process.send(.terminate)
                try await eventually { process.hasEnded }
            }
            #expect(try await access.refusals() == [])
        }
    }

    @Test("a server runs under the operator's user of Redis, and nothing is refused")
    func accessControl() async throws {
        try await AccessControl.with { access in
            let name = Deployment.provider
            try access.source.list((0..<20).map { "host-\($0)" } + ["-not-valid"])
            let configuration = access.configurationFile(of: .operator_)
            try await withTidemark(
                ["worker", "-c", access.configurationFile(of: .worker)],
                name: "worker",
                in: access.directory
            ) { worker in
                let server = ["serve", "--http", "0", "--log-format", "json", "-c", configuration]
                try await withTidemark(server, name: "serve", in: access.directory) { process in
                    // On loopback without tokens: a change needs what a foreign page cannot send.
                    let site = HTTPSite(port: try await HTTPSite.port(of: process), token: "")
                    let api = "/api/v1/providers/\(name)"
                    try await eventually { try await site.ask("GET", api).json["phase"] == "resting" }
                    let metrics = try PrometheusText(try await site.text("/metrics"))
                    #expect(metrics["tidemark_known_entities{provider=\"\(name)\"}"] == 20)
                    #expect(metrics["tidemark_workers"] == 1)
                    let told = try await site.watch(until: "event: time")
                    #expect(told.contains("event: history") && told.contains("event: trouble\ndata: null"), "\(told)")
                    var asked: [(String, String, JSON?)] = [
                        ("GET", "/health", nil), ("GET", "/health/ready", nil), ("GET", "/api/v1/workers", nil),
                        ("GET", "/incremental/health", nil), ("GET", "/incremental/providers/\(name)/marks", nil),
                        ("DELETE", "/incremental/providers/\(name)", [:]), ("POST", "/incremental/cleanup", [:]),
                    ]
                    for end in ["", "/history", "/jobs", "/dead-jobs", "/rejected", "/stream", "/sweep"] {
                        asked.append(("GET", api + end, nil))
                    }
                    for end in ["trigger", "start", "cancel", "resume", "pause", "resume", "resync"] {
                        asked.append(("POST", "\(api)/\(end)", [:]))
                    }
                    asked.append(("POST", "\(api)/purge", ["publish": true]))
                    for (method, path, body) in asked {
                        let answer = try await site.ask(method, path, body)
                        #expect(answer.status == 200, "\(method) \(path): \(answer.json)")
                    }
                    try process.send(.terminate)
                    try await eventually { process.hasEnded }
                }
                try worker.send(.terminate)
                try await eventually { worker.hasEnded }
            }
            #expect(try await access.refusals() == [])
        }
    }
}
