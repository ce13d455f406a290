import Catalog
import Testing
import Tracing

@testable import Administration

@Suite struct SpanMessageTests {
    private func span(_ change: (inout SpanRecord) -> Void = { _ in }) throws -> JSON {
        var span = SpanRecord(
            place: .test(span: 0x0b),
            parent: 0x0a,
            name: "commit",
            kind: .producer,
            start: 1_700_000_000_000_000_001
        )
        span.end = 1_700_000_000_000_000_002
        change(&span)
        let message = try JSON(parsing: SpanMessage(resource: ["service.name": "tidemark"]).body(of: [span]))
        let resource = try #require(message["resourceSpans"]?[0])
        #expect(
            resource["resource"] == ["attributes": [["key": "service.name", "value": ["stringValue": "tidemark"]]]]
        )
        let scope = try #require(resource["scopeSpans"]?[0])
        #expect(scope["scope"]?["name"] == "tidemark")
        return try #require(scope["spans"]?[0])
    }

    @Test("ids are hexadecimal with all their digits, times are strings of nanoseconds")
    func plain() throws {
        #expect(
            try span() == [
                "traceId": "00000000000000070000000000000008", "spanId": "000000000000000b",
                "parentSpanId": "000000000000000a", "name": "commit", "kind": 4,
                "startTimeUnixNano": "1700000000000000001", "endTimeUnixNano": "1700000000000000002", "attributes": [],
            ]
        )
    }

    @Test("attributes have the type of their values; a number of 64 bits is a string")
    func attributes() throws {
        let json = try span {
            $0.attributes = [
                "a": .int64(.max), "b": .int32(-1), "c": .double(0.5), "d": .bool(true), "e": "text \"\n",
                "f": .stringArray(["x", "y"]), "g": .int64Array([1]), "h": .stringConvertible(7),
            ]
        }
        #expect(
            json["attributes"] == [
                ["key": "a", "value": ["intValue": "9223372036854775807"]], ["key": "b", "value": ["intValue": "-1"]],
                ["key": "c", "value": ["doubleValue": 0.5]], ["key": "d", "value": ["boolValue": true]],
                ["key": "e", "value": ["stringValue": "text \"\n"]],
                ["key": "f", "value": ["arrayValue": ["values": [["stringValue": "x"], ["stringValue": "y"]]]]],
                ["key": "g", "value": ["arrayValue": ["values": [["intValue": "1"]]]]],
                ["key": "h", "value": ["stringValue": "7"]],
            ]
        )
    }

    @Test("events, links and the status")
    func parts() throws {
        let json = try span {
            $0.events = [SpanRecord.Event(name: "exception", at: 9, attributes: ["exception.message": "no"])]
            $0.links = [SpanRecord.Link(place: .test(span: 0x0c, state: "a=1"), attributes: [:])]
            $0.status = SpanStatus(code: .error, message: "no")
        }
        #expect(
            json["events"] == [
                [
                    "name": "exception", "timeUnixNano": "9",
                    "attributes": [["key": "exception.message", "value": ["stringValue": "no"]]],
                ]
            ]
        )
        #expect(
            json["links"] == [
                [
                    "traceId": "00000000000000070000000000000008", "spanId": "000000000000000c", "traceState": "a=1",
                    "attributes": [],
                ]
            ]
        )
        #expect(json["status"] == ["code": 2, "message": "no"])
        #expect(try span { $0.status = SpanStatus(code: .ok) }["status"] == ["code": 1])
    }

    @Test(
        "kinds are numbers",
        arguments: [(.internal, 1), (.server, 2), (.client, 3), (.producer, 4), (.consumer, 5)] as [(SpanKind, Int64)]
    )
    func kinds(kind: SpanKind, number: Int64) throws {
        let record = SpanRecord(place: .test(span: 1), parent: nil, name: "x", kind: kind, start: 1)
        let message = try JSON(parsing: SpanMessage(resource: [:]).body(of: [record]))
        let span = message["resourceSpans"]?[0]?["scopeSpans"]?[0]?["spans"]?[0]
        #expect(span?["kind"] == .integer(number) && span?["parentSpanId"] == nil)
    }
}

extension TraceContext {
    /// In the trace 7, 8.
    static func test(span: UInt64, state: String? = nil) -> TraceContext {
        guard let trace = TraceParent.TraceID(high: 7, low: 8),
            let parent = TraceParent(trace: trace, span: span, isSampled: true)
        else { preconditionFailure("ids are not 0") }
        return TraceContext(parent: parent, state: state)
    }
}
