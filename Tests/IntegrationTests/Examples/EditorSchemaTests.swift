import Foundation
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// What editors make of the schema: a validator that is not ours, and a YAML parser that knows nothing of `${…}`.
@Suite struct EditorSchemaTests {
    private static let schema = ExampleFiles.directory + "/../tidemark.schema.json"

    /// Prints each error of each file, as an editor underlines it.
    private static let program = """
        import json, sys, yaml
        from jsonschema import Draft7Validator
        schema = json.load(open(sys.argv[1]))
        Draft7Validator.check_schema(schema)
        for file in sys.argv[2:]:
            for error in Draft7Validator(schema).iter_errors(yaml.safe_load(open(file))):
                print(f"{file}: {'.'.join(map(str, error.absolute_path))}: {error.message}")
        """

    private func validate(_ files: [String]) async throws -> String {
        let result = try await run(
            .path("/usr/bin/python3"),
            arguments: Arguments(["-c", Self.program, Self.schema] + files),
            output: .string(limit: 1 << 20),
            error: .string(limit: 1 << 20)
        )
        #expect(result.terminationStatus == .exited(0), "\(result.standardError)")
        return result.standardOutput
    }

    @Test("The schema is one, and every example is valid to it")
    func examplesAreValid() async throws {
        let files = try ExampleFiles.names.map { ExampleFiles.directory + "/" + $0 }
        #expect(try await validate(files) == "")
    }

    @Test func everyExampleNamesTheSchema() throws {
        for name in try ExampleFiles.names {
            let text = try String(contentsOfFile: ExampleFiles.directory + "/" + name, encoding: .utf8)
            #expect(text.hasPrefix("# yaml-language-server: $schema=../tidemark.schema.json\n"), "\(name)")
        }
    }

    @Test(
        "What Tidemark refuses is underlined",
        arguments: [
            ("burstLenght: 3s", "providers.a: Additional properties are not allowed ('burstLenght' was unexpected)"),
            ("burstLength: 3", "providers.a.burstLength: 3 is not of type 'string'"),
            ("concurrency: 0", "providers.a.concurrency: 0 is not valid under any of the given schemas"),
            ("source: { exec: {} }", "providers.a.source.exec: 'command' is a required property"),
        ]
    )
    func mistakesAreFound(_ line: String, _ error: String) async throws {
        try await withTemporaryDirectory { directory in
            let file = directory + "/t.yaml"
            let source = line.hasPrefix("source") ? "" : "    source: { exec: { command: [a] } }\n"
            try "providers:\n  a:\n    \(line)\n\(source)".write(toFile: file, atomically: true, encoding: .utf8)
            let output = try await validate([file])
            #expect(output.contains(error), "\(output)")
        }
    }
}
