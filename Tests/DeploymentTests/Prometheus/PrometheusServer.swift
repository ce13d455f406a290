import AsyncHTTPClient
import Catalog
import Foundation
import NIOCore
import NIOHTTP1
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// A `prometheus` of Debian's package on a port of 127.0.0.1, which asks and evaluates much more often than it would.
struct PrometheusServer: Sendable {
    /// An alert whose condition holds.
    struct Alert: Sendable, CustomStringConvertible {
        let name: String
        /// `pending` while its condition has not held for long enough, then `firing`.
        let state: String
        let labels: [String: String]
        let annotations: [String: String]

        var description: String { "\(name) \(state) \(labels)" }
    }

    /// A series of an answer.
    struct Sample: Sendable {
        let labels: [String: String]
        let value: Double
    }

    private let url: String
    private let log: String

    /// Runs `body` with a server.
    ///
    /// - Parameters:
    ///   - targets: by the name of the job, where what is scraped listens, as HOST:PORT.
    ///   - token: what it asks with.
    static func with(
        rules: String,
        targets: [String: [String]],
        token: String,
        in directory: String,
        _ body: (PrometheusServer) async throws -> Void
    ) async throws {
        let port = try ServerProcess.freePort()
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try Data(rules.utf8).write(to: URL(filePath: directory + "/rules.yml"))
        try Data(token.utf8).write(to: URL(filePath: directory + "/token"))
        let jobs = targets.sorted { $0.key < $1.key }.map { job, targets in
            """
              - job_name: \(job)
                authorization: { credentials_file: token }
                static_configs: [{ targets: ["\(targets.joined(separator: "\", \""))"] }]
            """
        }
        let configuration = """
            global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 250ms }
            rule_files: [rules.yml]
            scrape_configs:
            \(jobs.joined(separator: "\n"))
            """
        try Data(configuration.utf8).write(to: URL(filePath: directory + "/prometheus.yml"))
        let log = directory + "/log"
        let file = try FileDescriptor.open(
            FilePath(log),
            .writeOnly,
            options: [.create, .truncate],
            permissions: .ownerReadWrite
        )
        let server = PrometheusServer(url: "http://127.0.0.1:\(port)", log: log)
        var failure: (any Error)?
        _ = try await run(
            .name("prometheus"),
            arguments: [
                "--config.file=\(directory)/prometheus.yml", "--storage.tsdb.path=\(directory)/data",
                "--web.listen-address=127.0.0.1:\(port)", "--log.level=warn",
            ],
            workingDirectory: FilePath(directory),
            input: .none,
            output: .discarded,
            error: .fileDescriptor(file, closeAfterSpawningProcess: true)
        ) { execution in
            do {
                try await eventually { try await server.get("/-/ready").status == .ok }
                try await body(server)
            } catch {
                failure = error
            }
            try? execution.send(signal: .kill)
        }
        if let failure { throw failure }
    }

    /// What it complained of.
    var complaints: String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }

    func alerts() async throws -> [Alert] {
        let data = try await data("/api/v1/alerts")
        return (data["alerts"]?.array ?? []).map { alert in
            let labels = Self.texts(alert["labels"])
            return Alert(
                name: labels["alertname"] ?? "",
                state: alert["state"]?.string ?? "",
                labels: labels,
                annotations: Self.texts(alert["annotations"])
            )
        }
    }

    /// The names of all series that there have been.
    func names() async throws -> Set<String> {
        Set((try await data("/api/v1/label/__name__/values").array ?? []).compactMap(\.string))
    }

    /// What a query gives now; one that is no query throws.
    func query(_ expression: String) async throws -> [Sample] {
        let allowed = CharacterSet.alphanumerics
        let encoded = try #require(expression.addingPercentEncoding(withAllowedCharacters: allowed))
        let data = try await data("/api/v1/query?query=\(encoded)")
        return (data["result"]?.array ?? []).map { sample in
            Sample(labels: Self.texts(sample["metric"]), value: Double(sample["value"]?[1]?.string ?? "") ?? .nan)
        }
    }

    private func data(_ path: String) async throws -> JSON {
        let answer = try await get(path)
        let json = try JSON(parsing: Array(buffer: try await answer.body.collect(upTo: 16 << 20)))
        try #require(json["status"] == "success", "\(path): \(json)")
        return json["data"] ?? .null
    }

    private func get(_ path: String) async throws -> HTTPClientResponse {
        try await HTTPClient.shared.execute(HTTPClientRequest(url: url + path), timeout: .seconds(30))
    }

    private static func texts(_ json: JSON?) -> [String: String] {
        (json?.object ?? [:]).compactMapValues(\.string)
    }
}
