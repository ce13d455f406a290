import Catalog
import EntitySources
import Ingestion
import TestSupport
import Testing

@Suite struct PageReaderTests {
    @Test(arguments: [
        (nil, nil, #"[{"a":1},{"a":2}]"#, [#"{"a":1}"#, #"{"a":2}"#]),
        (".items[]", nil, #"{"items":[{"a":1}]}"#, [#"{"a":1}"#]),
        (".items", nil, #"{"items":[{"a":1}]}"#, [#"{"a":1}"#]),
        (".items[]", "{b: .a}", #"{"items":[{"a":1.5},{}]}"#, [#"{"b":1.5}"#, #"{"b":null}"#]),
        (".items[]", "select(.a) | {a}", #"{"items":[{"a":1},{}]}"#, [#"{"a":1}"#]),
        (".items[]", "{a}, {b}", #"{"items":[{"a":1,"b":"ü"}]}"#, [#"{"a":1}"#, #"{"b":"ü"}"#]),
        (".items | map(select(.a > 1))", nil, #"{"items":[{"a":1},{"a":2}]}"#, [#"{"a":2}"#]),
        ("to_entries[] | {k: .key}", nil, #"{"x":1}"#, [#"{"k":"x"}"#]), ("(.items // [])[]", nil, "{}", []),
        (".items[]", nil, #"{"items":[]}"#, []), (".items", nil, #"{"items":[]}"#, []), (nil, ".", "[]", []),
        (".items[]", nil, #"{"items":{"k":{"a":1}}}"#, [#"{"a":1}"#]),
        (".rows[] | {row: .}", nil, #"{"rows":[[1,2]]}"#, [#"{"row":[1,2]}"#]),
    ])
    func entities(_ records: String?, _ entity: String?, _ body: String, _ expected: [String]) async throws {
        let result = try await reading({ _ in .json(body) }) {
            $0.records = records
            $0.entity = entity
            // Without it, and without both of the above, the answer would not be mapped at all.
            $0.pagination = .linkHeader()
        }
        #expect(result.entities == expected)
    }

    @Test(
        "U11: a document without records is an error, not an empty page",
        arguments: [
            (".items", #"{"error":"overloaded"}"#), (".items[]?", #"{"error":"overloaded"}"#),
            (".items[]? | select(.a)", #"{"message":"no"}"#), (".data.items", #"{"data":null,"errors":[{}]}"#),
            (".data.items[]?", #"{"data":null}"#), (".items | .[]?", #"{"items":null}"#),
            (nil, #"{"error":"overloaded"}"#), (nil, "null"),
            (nil, #""overloaded""#), (".items[]?", #"{"items":"none"}"#), (".[]?", #""overloaded""#),
        ]
    )
    func anErrorDocumentIsNoEmptyPage(_ records: String?, _ body: String) async throws {
        let error = try await failing({ _ in .json(body) }) { $0.records = records }
        #expect(error?.code == .invalidPage)
        #expect(error?.message.contains("it begins: ") == true, "\(error?.message ?? "none")")
    }

    @Test(
        "U11: an expression that cannot find its records fails the page",
        arguments: [
            (".items[]", #"{"error":"overloaded"}"#), (".data.items[]", #"{"data":"x"}"#),
        ]
    )
    func missingRecordsFailTheMapping(_ records: String, _ body: String) async throws {
        let error = try await failing({ _ in .json(body) }) { $0.records = records }
        #expect(error?.code == .mappingFailed)
        #expect(error?.message.hasPrefix("`records`: Cannot ") == true)
    }

    @Test func aMappingErrorNamesTheRecord() async throws {
        let error = try await failing({ _ in .json(#"{"items":[{"a":"x"},{"a":{}},{"a":[1]}]}"#) }) {
            $0.records = ".items[]"
            $0.entity = #"{name: ("n-" + .a)}"#
        }
        #expect(error?.code == .mappingFailed)
        #expect(
            error?.message
                == #"`entity`, record 1: string ("n-") and object ({}) cannot be added; the record begins: {"a":{}}"#
        )
    }

    @Test(arguments: [
        (#"{"items":[{"a":1}"#, "not JSON: Unfinished JSON term at EOF at line 1, column 17"), ("", "not JSON: empty"),
        ("<html>\n<body>Gateway", "not JSON: Invalid numeric literal at line 2, column 0"),
        ("{}{}", "more than one JSON value"),
    ])
    func whatIsNotJSONSaysWhere(_ body: String, _ message: String) async throws {
        let error = try await failing({ _ in .json(body) }) { $0.records = ".items[]" }
        #expect(error?.code == .invalidPage)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "none")")
    }

    @Test func anEndlessExpressionFailsItsPage() async throws {
        let error = try await failing({ _ in .json("[{}]") }) {
            $0.entity = "def f: f; f"
            $0.mappingLimits.time = .milliseconds(50)
        }
        #expect(error?.code == .limitExceeded)
        #expect(error?.message.contains("`entity`, record 0: the expressions of one page ran longer") == true)
    }

    @Test func resultsAreBounded() async throws {
        let many = try await failing({ _ in .json("[{}]") }) {
            $0.entity = "range(101)"
            $0.mappingLimits.results = 100
        }
        #expect(many?.code == .limitExceeded)
        let long = try await failing({ _ in .json("[{},{}]") }) {
            $0.entity = #""0123456789" * 5"#
            $0.mappingLimits.bytes = 100
        }
        #expect(long?.code == .limitExceeded)
        #expect(long?.message.contains("record 1") == true)
    }
}
