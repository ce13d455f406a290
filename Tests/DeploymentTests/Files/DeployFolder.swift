import Catalog
import Foundation
import TestSupport

/// `deploy` of this checkout.
enum DeployFolder {
    static let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../deploy")
        .standardized.path()

    static func file(_ name: String) -> String { path + "/" + name }

    static func text(_ name: String) throws -> String {
        try String(contentsOfFile: file(name), encoding: .utf8)
    }

    /// The metrics that the guide has in its table.
    static func metrics() throws -> Set<String> {
        let rows = try text("README.md").matches(of: /\n\| ((?:`(?:tidemark|process)_[^|]*)+)\|/)
        return Set(rows.flatMap { $0.1.matches(of: /`([a-z_]+)/).map { String($0.1) } })
    }

    /// The documents of a YAML text, as a parser that is not ours reads them.
    static func documents(_ yaml: String) async throws -> [JSON] {
        let program = "import json, sys, yaml; print(json.dumps(list(yaml.safe_load_all(sys.stdin))))"
        let result = try await Tool.run("/usr/bin/python3", ["-c", program], input: yaml)
        guard let documents = try JSON(parsing: result.output).array else { throw Unexpected() }
        return documents
    }
}
