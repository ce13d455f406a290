import Catalog
import Foundation
import TestSupport
import Testing

/// The rules as they are shipped, as promtool reads them.
@Suite("deploy/prometheus") struct AlertRuleTests {
    @Test("promtool finds nothing wrong with the rules")
    func rules() async throws {
        try await Tool.run("promtool", ["check", "rules", "--lint-fatal", AlertRules.path])
    }

    @Test("promtool finds nothing wrong with the example of a configuration")
    func configuration() async throws {
        try await withTemporaryDirectory { directory in
            for name in ["prometheus.yml", "tidemark.rules.yml"] {
                try FileManager.default.copyItem(
                    atPath: DeployFolder.file("prometheus/" + name),
                    toPath: "\(directory)/\(name)"
                )
            }
            try Data("token".utf8).write(to: URL(filePath: directory + "/tidemark.token"))
            try await Tool.run("promtool", ["check", "config", "--lint-fatal", directory + "/prometheus.yml"])
        }
    }

    @Test("The Prometheus operator is given the same rules; the head of its file says how to put them there")
    func operatorRules() async throws {
        let folder = "kubernetes/components/monitoring"
        let text = try DeployFolder.text(folder + "/prometheus-rule.yaml")
        let commands = text.matches(of: /\n#   (sed .*)/).map { String($0.1) }
        #expect(commands.count == 2)
        try await withTemporaryDirectory { directory in
            try FileManager.default.copyItem(atPath: DeployFolder.path, toPath: directory + "/deploy")
            for command in commands {
                try await Tool.run("/bin/sh", ["-c", "cd '\(directory)/deploy/\(folder)' && \(command)"])
            }
            let made = "\(directory)/deploy/\(folder)/prometheus-rule.yaml"
            #expect(try String(contentsOfFile: made, encoding: .utf8) == text)
        }
    }

    @Test("Each alert fires when it should, by virtual time, and not before")
    func moments() async throws {
        let file = DeployFolder.file("prometheus/tidemark.rules.test.yml")
        try await Tool.run("promtool", ["test", "rules", file])
        let tests = try await DeployFolder.documents(String(contentsOfFile: file, encoding: .utf8))
        var moments: [String: (quiet: Int, firing: Int)] = [:]
        for test in tests.first?["tests"]?.array ?? [] {
            let name = test["name"]?.string ?? ""
            for moment in test["promql_expr_test"]?.array ?? [] {
                #expect(moment["expr"]?.string?.contains("alertname=\"\(name)\", alertstate=\"firing\"") == true)
                if moment["exp_samples"]?.array?.isEmpty == true {
                    moments[name, default: (0, 0)].quiet += 1
                } else {
                    moments[name, default: (0, 0)].firing += 1
                }
            }
        }
        let alerts = try await AlertRules().alerts.map(\.name)
        #expect(Set(moments.keys) == Set(alerts))
        for (name, moments) in moments {
            #expect(moments.firing >= 1 && moments.quiet >= 2, "\(name)")
        }
    }

    @Test("Each alert has a severity, texts with its values, and a section of the guide, which names no other")
    func texts() async throws {
        let guide = try DeployFolder.text("README.md")
        let sections = guide.matches(of: /\n#### (Tidemark[A-Za-z]+)\n/).map { String($0.1) }
        let rules = try await AlertRules()
        #expect(sections == rules.alerts.map(\.name))
        for alert in rules.alerts {
            #expect(["critical", "warning"].contains(alert.severity), "\(alert.name)")
            #expect(alert.annotations["runbook"] == "deploy/README.md#\(alert.name.lowercased())")
            for text in ["summary", "description"] {
                #expect(alert.annotations[text]?.isEmpty == false, "\(alert.name): \(text)")
            }
            // Who gets it at night is to know of which provider it is.
            if alert.expression.contains("by (provider") || alert.expression.contains("provider:") {
                #expect(alert.annotations["summary"]?.contains("$labels.provider") == true, "\(alert.name)")
            }
        }
    }

    @Test("Every time in the rules is shortened for the test that sees each alert fire, and nothing else is")
    func hurried() async throws {
        let rules = try await AlertRules()
        let (shipped, hurried) = (rules.text.split(separator: "\n"), rules.hurried.split(separator: "\n"))
        #expect(shipped.count == hurried.count)
        for (line, other) in zip(shipped, hurried) where line != other {
            #expect(other.contains("ms") || other.hasSuffix("* 0.5"), "\(line)")
        }
        for line in hurried where !line.contains("#") {
            #expect(!line.contains(/for: [0-9]+[a-z]/) || line.hasSuffix("ms"), "\(line)")
            #expect(!line.contains(/\[[0-9]+[smhdwy]\]/), "\(line)")
            #expect(!line.contains(/> [0-9]+ \* (?!0\.5|1024)/), "\(line)")
        }
    }
}
