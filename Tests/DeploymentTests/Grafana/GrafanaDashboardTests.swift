import Catalog
import Foundation
import TestSupport
import Testing

/// The dashboard as Grafana reads it. That its queries have something to show is seen in ``AlertTests``.
@Suite("deploy/grafana") struct GrafanaDashboardTests {
    /// Reads a dashboard into Grafana's own model of it, and prints what was lost on the way: what Grafana does not know.
    private static let reader = """
        import json, sys
        from grafana_foundation_sdk.cog import plugins
        from grafana_foundation_sdk.cog.encoder import JSONEncoder
        from grafana_foundation_sdk.models.dashboard import Dashboard

        def compare(given, known, path):
            if isinstance(given, dict) and isinstance(known, dict):
                for key, value in given.items():
                    if key in known: compare(value, known[key], f"{path}/{key}")
                    elif value not in (None, [], {}): print(f"{path}/{key} is not known")
            elif isinstance(given, list) and isinstance(known, list) and len(given) == len(known):
                for index, (left, right) in enumerate(zip(given, known)): compare(left, right, f"{path}/{index}")
            elif given != known: print(f"{path}: {given} became {known}")

        plugins.register_default_plugins()
        text = sys.stdin.read()
        try:
            model = Dashboard.from_json(json.loads(text))
            compare(json.loads(text), json.loads(JSONEncoder().encode(model)), "")
        except Exception as error:
            print(error)
        """

    private static func problems(_ text: String) async throws -> String {
        try await Tool.run(Tool.python + "python", ["-c", reader], input: text).output
    }

    @Test("Grafana's model of dashboards knows all that is in it")
    func model() async throws {
        #expect(try await Self.problems(DeployFolder.text("grafana/tidemark.json")) == "")
    }

    @Test(
        "A mistake is found",
        arguments: [("reduceOptions", "reduceOption"), ("gridPos", "gridpos"), ("matcher", "match")]
    )
    func mistakes(_ right: String, _ wrong: String) async throws {
        let text = try DeployFolder.text("grafana/tidemark.json")
        #expect(try await Self.problems(text.replacing("\"\(right)\"", with: "\"\(wrong)\"")) != "")
    }

    @Test("It goes into any Grafana: the data source and the providers are chosen there, and it is nobody's copy")
    func isPortable() throws {
        let dashboard = try GrafanaDashboard()
        #expect(dashboard.content["id"] == nil && dashboard.content["uid"] == "tidemark")
        #expect((dashboard.content["schemaVersion"]?.integer ?? 0) >= 39)
        let kinds = dashboard.variables.map { [$0["name"]?.string, $0["type"]?.string] }
        #expect(kinds == [["datasource", "datasource"], ["provider", "query"]])
        let source: JSON = ["type": "prometheus", "uid": "${datasource}"]
        for panel in dashboard.charts {
            #expect(panel["datasource"] == source)
            for target in panel["targets"]?.array ?? [] { #expect(target["datasource"] == source) }
        }
        for query in dashboard.queries where query.expression.contains("provider") {
            let selectors = query.expression.matches(of: /tidemark_[a-z_]+(\{[^}]*\})?/)
            let isOfAll = selectors.allSatisfy { $0.1 == nil }
            #expect(isOfAll || query.expression.contains("provider=~\"$provider\""), "\(query.panel)")
        }
    }

    @Test("Every panel says what it shows, has its own id, and none lies on another")
    func layout() throws {
        let dashboard = try GrafanaDashboard()
        #expect(Set(dashboard.panels.compactMap { $0["id"]?.integer }).count == dashboard.panels.count)
        #expect(Set(dashboard.panels.compactMap { $0["title"]?.string }).count == dashboard.panels.count)
        var taken: Set<[Int]> = []
        for panel in dashboard.panels {
            let place = try #require(panel["gridPos"])
            let (x, y) = (try #require(place["x"]?.integer), try #require(place["y"]?.integer))
            let (width, height) = (try #require(place["w"]?.integer), try #require(place["h"]?.integer))
            #expect(x >= 0 && x + width <= 24)
            for column in x..<x + width {
                for row in y..<y + height { #expect(taken.insert([Int(column), Int(row)]).inserted) }
            }
        }
        for panel in dashboard.charts {
            #expect(panel["description"]?.string?.hasSuffix(".") == true, "\(panel["title"] ?? .null)")
            #expect(panel["targets"]?.array?.isEmpty == false)
        }
    }
}
