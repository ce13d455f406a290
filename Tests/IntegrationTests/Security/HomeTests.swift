import Foundation
import Subprocess
import TestSupport
import Testing

@Suite struct HomeTests {
    @Test("a ~/.jq of the user who runs tidemark plays no part in its mappings")
    func jqDefinitions() async throws {
        try await HTTPTestServer.with({ _ in .json(#"[{"name":"Alpha"}]"#) }) { server in
            try await withTemporaryDirectory { directory in
                // `HOME` of the process is this directory. libjq itself evaluates `limit`, whatever the rest is evaluated by.
                try Data("def map(f): error(\"evil\"); def limit(n; f): error(\"evil\");".utf8)
                    .write(to: URL(filePath: directory + "/.jq"))
                let yaml = """
                    providers:
                      names:
                        source:
                          http:
                            url: "\(server.url)"
                            entity: |
                              limit(1; {apiVersion: "backstage.io/v1alpha1", kind: "Component", spec: {},
                                metadata: {name: (.name | explode | map(. + 0) | implode), description: "at home"}})
                    """
                try Data(yaml.utf8).write(to: URL(filePath: directory + "/tidemark.yaml"))
                let result = try await tidemark("check", in: directory)
                #expect(result.output.contains("name: Alpha"), "\(result.output)\(result.errors)")
            }
        }
    }
}
