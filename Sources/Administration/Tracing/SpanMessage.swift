internal import Catalog
internal import Ingestion
internal import Tracing

/// Spans as the OpenTelemetry protocol has them in JSON (https://opentelemetry.io/docs/specs/otlp/): ids in hexadecimal, 64-bit numbers as
/// strings, enumerations as numbers.
struct SpanMessage {
    /// Who sends them: `service.name` and the like.
    let resource: [String: String]

    /// The body of an export.
    func body(of spans: some Sequence<SpanRecord>) -> [UInt8] {
        let scope: JSON = ["name": "tidemark", "version": .string(TidemarkVersion.current)]
        let resource = SpanAttributes(resource.mapValues { SpanAttribute.string($0) })
        let message: JSON = [
            "resourceSpans": [
                [
                    "resource": ["attributes": Self.attributes(resource)],
                    "scopeSpans": [["scope": scope, "spans": .array(spans.map(Self.span))]],
                ]
            ]
        ]
        return message.bytes
    }

    private static func span(_ span: SpanRecord) -> JSON {
        var json = ids(of: span.place)
        if let parent = span.parent { json["parentSpanId"] = .string(TraceParent.text(ofSpan: parent)) }
        json["name"] = .string(span.name)
        json["kind"] = .integer(span.kind.number)
        json["startTimeUnixNano"] = .string("\(span.start)")
        json["endTimeUnixNano"] = .string("\(span.end)")
        json["attributes"] = attributes(span.attributes)
        if !span.events.isEmpty {
            json["events"] = .array(
                span.events.map { event in
                    [
                        "name": .string(event.name), "timeUnixNano": .string("\(event.at)"),
                        "attributes": attributes(event.attributes),
                    ]
                }
            )
        }
        if !span.links.isEmpty {
            json["links"] = .array(
                span.links.map { link in
                    var json = ids(of: link.place)
                    json["attributes"] = attributes(link.attributes)
                    return .object(json)
                }
            )
        }
        if let status = span.status {
            var text: [String: JSON] = ["code": status.code == .ok ? 1 : 2]
            if let message = status.message { text["message"] = .string(message) }
            json["status"] = .object(text)
        }
        return .object(json)
    }

    private static func ids(of place: TraceContext) -> [String: JSON] {
        var json: [String: JSON] = [
            "traceId": .string(place.parent.trace.description), "spanId": .string(place.parent.spanText),
        ]
        if let state = place.state { json["traceState"] = .string(state) }
        return json
    }

    private static func attributes(_ attributes: SpanAttributes) -> JSON {
        var list: [(key: String, value: JSON)] = []
        attributes.forEach { list.append(($0, value($1))) }
        list.sort { $0.key < $1.key }
        return .array(list.map { ["key": .string($0.key), "value": $0.value] })
    }

    private static func value(_ attribute: SpanAttribute) -> JSON {
        switch attribute {
        case .int32(let value): integer(Int64(value))
        case .int64(let value): integer(value)
        case .double(let value): ["doubleValue": .number(value)]
        case .bool(let value): ["boolValue": .bool(value)]
        case .string(let value): string(value)
        case .stringConvertible(let value): string("\(value)")
        case .int32Array(let values): array(values.map { integer(Int64($0)) })
        case .int64Array(let values): array(values.map(integer))
        case .doubleArray(let values): array(values.map { ["doubleValue": .number($0)] })
        case .boolArray(let values): array(values.map { ["boolValue": .bool($0)] })
        case .stringArray(let values): array(values.map(string))
        case .stringConvertibleArray(let values): array(values.map { string("\($0)") })
        default: string("\(attribute)")
        }
    }

    private static func integer(_ value: Int64) -> JSON { ["intValue": .string("\(value)")] }
    private static func string(_ value: String) -> JSON { ["stringValue": .string(value)] }
    private static func array(_ values: [JSON]) -> JSON { ["arrayValue": ["values": .array(values)]] }
}

extension SpanKind {
    /// As OpenTelemetry numbers them.
    fileprivate var number: Int64 {
        switch self {
        case .server: 2
        case .client: 3
        case .producer: 4
        case .consumer: 5
        default: 1
        }
    }
}
