import Catalog
import Foundation
import TestSupport
import Testing

/// `deploy/prometheus/tidemark.rules.yml`.
struct AlertRules {
    static let path = DeployFolder.file("prometheus/tidemark.rules.yml")

    /// A rule that calls somebody.
    struct Alert {
        let name: String
        let expression: String
        /// Since when the condition must hold, as it stands; nil for at once.
        let duration: String?
        let severity: String
        let annotations: [String: String]
    }

    let text: String
    let alerts: [Alert]
    /// The names of series that rules make, each with how it is made.
    let recorded: [String: String]

    init() async throws {
        text = try String(contentsOfFile: Self.path, encoding: .utf8)
        let document = try #require(try await DeployFolder.documents(text).first)
        let rules = (document["groups"]?.array ?? []).flatMap { $0["rules"]?.array ?? [] }
        alerts = try rules.filter { $0["alert"] != nil }.map { rule in
            Alert(
                name: try #require(rule["alert"]?.string),
                expression: try #require(rule["expr"]?.string),
                duration: rule["for"]?.string,
                severity: try #require(rule["labels"]?["severity"]?.string),
                annotations: (rule["annotations"]?.object ?? [:]).compactMapValues(\.string)
            )
        }
        recorded = try Dictionary(
            uniqueKeysWithValues: rules.filter { $0["record"] != nil }.map {
                (try #require($0["record"]?.string), try #require($0["expr"]?.string))
            }
        )
    }

    /// The rules with half a second for each minute: every `for`, every range and every threshold of time. Nothing else is changed.
    var hurried: String {
        let halves = { (minutes: Substring) in "\((Int(minutes) ?? 0) * 500)ms" }
        return text.replacing(/for: ([0-9]+)m\n/) { "for: \(halves($0.1))\n" }
            .replacing(/\[([0-9]+)m\]/) { "[\(halves($0.1))]" }
            .replacing(/\* 60\n/, with: "* 0.5\n")
    }

    /// The names of metrics in a query, those of a pattern as well; not what rules record.
    static func metrics(in query: String) -> Set<String> {
        let query = query.replacing(/[a-z]+:tidemark_[a-z_]+:[a-z]+/, with: "")
        var names = Set(query.matches(of: /\b(?:tidemark|process)_[a-z_]+[a-z]\b/).map { String($0.output) })
        for match in query.matches(of: /__name__=~"([a-z_]+)\(([a-z_|]+)\)([a-z_]*)"/) {
            for part in match.2.split(separator: "|") { names.insert("\(match.1)\(part)\(match.3)") }
        }
        // What a histogram consists of.
        return Set(names.map { $0.hasSuffix("_bucket") ? String($0.dropLast(7)) : $0 })
    }
}
