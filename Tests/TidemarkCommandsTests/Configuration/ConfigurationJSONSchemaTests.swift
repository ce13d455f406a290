import Catalog
import Foundation
import Testing

@testable import TidemarkCommands

@Suite struct ConfigurationJSONSchemaTests {
    /// `deploy/tidemark.schema.json` of this checkout.
    private static let file = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../deploy/tidemark.schema.json").standardized

    @Test("The schema that is shipped for editors is the one that files are decoded with: `tidemark schema` writes it")
    func shippedFileIsInStep() throws {
        let shipped = try String(contentsOf: Self.file, encoding: .utf8)
        #expect(shipped == PrettyJSON.text(Configuration.jsonSchema) + "\n")
    }

    @Test func everyKeyIsExplained() {
        let schema = Configuration.jsonSchema
        let definitions = (schema["definitions"]?.object ?? [:]).flatMap { Self.keys(of: $0.value, at: $0.key) }
        #expect(!definitions.isEmpty)
        for (path, schema) in Self.keys(of: schema) + definitions {
            #expect(schema["description"]?.string?.hasSuffix(".") == true, "\(path)")
        }
    }

    @Test("A default is what the engine takes when the key is left out")
    func defaultsAreTrue() throws {
        let section = try #require(Configuration.jsonSchema["properties"]?["providers"]?["additionalProperties"])
        let defaults = try #require(section["properties"]?.object).compactMapValues { $0["default"] }
        #expect(defaults.count >= 11)
        let keys = defaults.map { "    \($0.key): \($0.value)" }.sorted().joined(separator: "\n")
        let plain = try parse("providers:\n  a:\n    source: {exec: {command: [a]}}\n")
        let explicit = try parse("providers:\n  a:\n\(keys)\n    source: {exec: {command: [a]}}\n")
        let providers = [plain, explicit].map { $0.providers[0].provider(source: NoSource()) }
        #expect(String(reflecting: providers[0]) == String(reflecting: providers[1]))
    }

    @Test("The defaults of sources, of workers and of the stream are true as well")
    func otherDefaultsAreTrue() throws {
        func yaml(_ explicit: Bool) throws -> String {
            let root = Configuration.jsonSchema
            func keys(_ path: String...) throws -> String {
                let schema = path.reduce(Optional(root)) {
                    $0?["properties"]?[$1] ?? $0?["additionalProperties"]?["properties"]?[$1]
                }
                let members = try #require(schema?["properties"]?.object)
                return members.compactMap { key, value in value["default"].map { "\(key): \($0)" } }.sorted()
                    .joined(separator: ", ")
            }
            let http = explicit ? ", " + (try keys("providers", "source", "http")) : ""
            let graphQL = explicit ? ", " + (try keys("providers", "source", "graphql")) : ""
            let exec = explicit ? ", " + (try keys("providers", "source", "exec")) : ""
            let ldap = explicit ? ", " + (try keys("providers", "source", "ldap")) : ""
            let users = explicit ? ", " + (try keys("providers", "source", "ldap", "users")) : ""
            return """
                worker: {\(explicit ? try keys("worker") : "")}
                stream: {\(explicit ? try keys("stream") : "")}
                providers:
                  a: {source: {http: {url: http://b\(http)}}}
                  b:
                    source:
                      graphql:
                        {url: http://b, query: "{a}", connection: a\(graphQL)}
                  c: {source: {exec: {command: [a]\(exec)}}}
                  d: {source: {ldap: {url: ldap://b, users: {base: dc=c\(users)}\(ldap)}}}
                """
        }
        let plain = try parse(try yaml(false))
        let explicit = try parse(try yaml(true))
        #expect(String(reflecting: plain.worker) == String(reflecting: explicit.worker))
        for (left, right) in zip(plain.providers, explicit.providers) {
            #expect(String(reflecting: left.source?.value) == String(reflecting: right.source?.value))
        }
    }

    private static func keys(of schema: JSON, at path: String = "") -> [(String, JSON)] {
        var found = [(String, JSON)]()
        for (name, key) in schema["properties"]?.object ?? [:] {
            found.append(("\(path).\(name)", key))
            found += keys(of: key, at: "\(path).\(name)")
        }
        for key in ["additionalProperties", "items"] {
            if let inner = schema[key] { found += keys(of: inner, at: path + ".*") }
        }
        for inner in schema["anyOf"]?.array ?? [] { found += keys(of: inner, at: path) }
        return found
    }
}
