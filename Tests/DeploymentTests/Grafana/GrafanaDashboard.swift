import Catalog
import Foundation
import TestSupport
import Testing

/// `deploy/grafana/tidemark.json`.
struct GrafanaDashboard {
    static let path = DeployFolder.file("grafana/tidemark.json")

    /// A query of a panel.
    struct Query {
        let panel: String
        let expression: String

        /// As Grafana sends it, where all providers are chosen, and the least range for a rate is some seconds.
        var sent: String {
            expression.replacing("$provider", with: ".*").replacing("$__rate_interval", with: "10s")
        }
    }

    let content: JSON

    init() throws {
        content = try JSON(parsing: Array(try Data(contentsOf: URL(filePath: Self.path))))
    }

    var panels: [JSON] { content["panels"]?.array ?? [] }

    /// Those that show something: not the headings of rows.
    var charts: [JSON] { panels.filter { $0["type"] != "row" } }

    var queries: [Query] {
        charts.flatMap { panel in
            (panel["targets"]?.array ?? []).map {
                Query(panel: panel["title"]?.string ?? "", expression: $0["expr"]?.string ?? "")
            }
        }
    }

    var variables: [JSON] { content["templating"]?["list"]?.array ?? [] }
}
