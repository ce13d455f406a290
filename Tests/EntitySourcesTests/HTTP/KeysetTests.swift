import Catalog
import EntitySources
import Ingestion
import TestSupport
import Testing

@Suite struct KeysetTests {
    @Test("the key is that of the source's last record, whether or not it is picked; it keeps its type")
    func keys() async throws {
        let result = try await reading({ request in
            switch request.query("since").first {
            case nil: .json(#"[{"id":"b"},{"id":"d","hidden":true}]"#)
            case "d": .json(#"[{"id":"f","hidden":true}]"#)
            default: .json("[]")
            }
        }) {
            $0.records = ".[] | select(.hidden | not)"
            $0.entity = "{n: .id}"
            $0.pagination = .keyset(last: ".id", parameter: "since")
        }
        #expect(result.entities == [#"{"n":"b"}"#])
        #expect(result.pages.map(\.next) == [[["key": "d"]], [["key": "f"]], []])
        #expect(result.uris == ["/items", "/items?since=d", "/items?since=f"])
    }

    @Test("a first key is sent at once, and a key of several values by a template")
    func severalValues() async throws {
        let result = try await reading({ request in
            .json(request.query("id") == ["0"] ? #"[{"day":3,"id":9}]"# : "[]")
        }) {
            $0.query = ["day": #"\(.key.day)"#, "id": #"\(.key.id)"#]
            $0.entity = "."
            $0.pagination = .keyset(last: "{day, id}", parameter: nil, first: ["day": 1, "id": 0])
        }
        #expect(result.uris == ["/items?day=1&id=0", "/items?day=3&id=9"])
    }

    @Test(
        "a key that cannot be gone on from is an error",
        arguments: [
            (#"[{"id":7}]"#, ["key": 7], "the last record's key is 7 again"),
            (#"[{"id":1374004777531007833}]"#, nil, "2^53"),
            (#"[{"id":1700000000.123456}]"#, nil, "gives 1700000000.123456"),
            (#"[{"id":null}]"#, nil, "gives null"), ("[{}]", nil, "gives null"), (#"[{"id":""}]"#, nil, "gives \"\""),
            (#"[{"id":["a",null]}]"#, nil, "it must give one key"),
        ] as [(String, JSON?, String)]
    )
    func badKeys(_ body: String, _ cursor: JSON?, _ message: String) async throws {
        let error = try await failing({ _ in .json(body) }, at: cursor) {
            $0.pagination = .keyset(last: ".id", parameter: "since")
        }
        #expect(error?.code == .invalidPage)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "none")")
    }

    @Test("a source that takes no notice of a first key does not go on")
    func ignoredParameter() async throws {
        let error = try await failing({ _ in .json(#"[{"id":4}]"#) }) {
            $0.pagination = .keyset(last: ".id", parameter: "since", first: 4)
        }
        #expect(error?.message.contains("does it know the parameter") == true)
    }

    @Test("a source that lists the record of the key again ends by a condition")
    func inclusiveKeys() async throws {
        let result = try await reading({ request in
            request.query("from").first == "3"
                ? .json(#"{"items":[{"id":3}],"more":false}"#)
                : .json(#"{"items":[{"id":1},{"id":3}],"more":true}"#)
        }) {
            $0.records = ".items"
            $0.pagination = .keyset(last: ".id", parameter: "from", end: .hasMore(".more"))
        }
        #expect(result.pages.count == 2)
    }

    @Test func aPageWithoutRecordsAndWithMoreToComeIsAnError() async throws {
        let error = try await failing({ _ in .json(#"{"items":[],"more":true}"#) }) {
            $0.records = ".items"
            $0.pagination = .keyset(last: ".id", parameter: "since", end: .hasMore(".more"))
        }
        #expect(error?.message.contains("but `pagination.keyset.end` says that there are more") == true)
    }
}
