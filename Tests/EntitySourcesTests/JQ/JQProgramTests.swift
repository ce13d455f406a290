import Testing

@testable import EntitySources

@Suite struct JQProgramTests {
    @Test(arguments: [
        (".a", #"{"a":[1,2.5,"ü"]}"#, [#"[1,2.5,"ü"]"#]),
        (".[]", "[1,null]", ["1", "null"]),
        ("empty", "{}", []),
        ("{b: .a, a: 1}", #"{"a":true}"#, [#"{"b":true,"a":1}"#]),
        ("[.items[] | select(.n > 1) | .n]", #"{"items":[{"n":1},{"n":2}]}"#, ["[2]"]),
        ("# a comment\n.a", #"{"a":"x"}"#, [#""x""#]),
        (#""\(.a) of \(.b)""#, #"{"a":1,"b":"two"}"#, [#""1 of two""#]),
        ("debug", "1", ["1"]),
    ])
    func results(_ expression: String, _ input: String, _ expected: [String]) async throws {
        #expect(try await evaluate(expression, input) == expected)
    }

    @Test(arguments: [
        (".a |", 1, "end of expression"), ("{\n a: .b,\n c: foo(1)\n}", 3, "foo/1 is not defined"),
        (".a\n| $x", 2, "$x is not defined"), (".a @", 1, "INVALID_CHARACTER"), ("", 1, "syntax error"),
        (#"import "a" as a; ."#, 1, "import"), (#"include "a"; ."#, 1, "include"), (#""abc"#, 1, "end of expression"),
    ])
    func syntaxErrorsSayWhere(_ expression: String, _ line: Int, _ message: String) throws {
        let error = try #require(throws: JQError.self) { _ = try JQProgram(expression) }
        #expect(error.code == .syntax)
        #expect(error.line == line)
        #expect(error.message.contains(message), "\(error.message)")
        #expect(!error.message.contains("Unix shell"))
        #expect(!error.message.contains("\n"), "\(error.message)")
    }

    @Test(arguments: [
        (".a.b", #"{"a":1}"#, #"Cannot index number with string "b""#),
        (".[]", "null", "Cannot iterate over null (null)"),
        (#"error("no")"#, "1", "no"), ("error({a: 1})", "1", #"{"a":1}"#),
    ])
    func raisedErrorsCarryTheMessageOfJQ(_ expression: String, _ input: String, _ message: String) async throws {
        let error = await #expect(throws: JQError.self) { try await evaluate(expression, input) }
        #expect(error == JQError(.raised, message))
    }

    @Test(arguments: [
        "env", "env.PATH", "input", "[inputs]", "halt", "halt_error", #""x" | halt_error(1)"#, #""a" | modulemeta"#,
        "get_search_list", "stderr", "input_filename",
    ])
    func nothingOutsideTheInputIsAvailable(_ expression: String) async throws {
        let error = await #expect(throws: JQError.self) { try await evaluate(expression, "1") }
        #expect(error?.message.contains("is not available in a mapping") == true)
    }

    @Test func theEnvironmentIsEmpty() async throws {
        #expect(try await evaluate("$ENV", "1") == ["{}"])
        #expect(try await evaluate("$ENV.PATH", "1") == ["null"])
    }

    @Test func variablesAreSetForEachInput() async throws {
        let results = try await MappingGuard.within(MappingLimits()) { guardian in
            let program = try JQProgram("[., $request.url, $parent]", variables: ["parent", "request"])
            var results: [String] = []
            for url in ["a", "b"] {
                program.start(JQValue("in"), variables: try parse(#"[1, {"url":"\#(url)"}]"#))
                if let result = try program.next(guardian) {
                    results.append(String(decoding: result.text, as: UTF8.self))
                }
            }
            return results
        }
        #expect(results == [#"["in","a",1]"#, #"["in","b",1]"#])
    }

    @Test func aProgramIsUsedAgainAfterAnError() async throws {
        let results = try await MappingGuard.within(MappingLimits()) { guardian in
            let program = try JQProgram(".[] | .a")
            program.start(try parse(#"[{"a":1},5]"#))
            _ = try program.next(guardian)
            #expect(throws: JQError.self) { _ = try program.next(guardian) }
            program.start(try parse(#"[{"a":2}]"#))
            return try program.next(guardian)?.text
        }
        #expect(results == Array("2".utf8))
    }
}

private func parse(_ text: String) throws -> JQValue {
    try JQParser.parse(Array(text.utf8))
}

func evaluate(_ expression: String, _ input: String, limits: MappingLimits = MappingLimits()) async throws -> [String] {
    try await MappingGuard.within(limits) { guardian in
        let program = try JQProgram(expression)
        program.start(try parse(input))
        var results: [String] = []
        while let result = try program.next(guardian) { results.append(String(decoding: result.text, as: UTF8.self)) }
        return results
    }
}
