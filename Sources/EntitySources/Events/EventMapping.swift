internal import Catalog
package import Ingestion
internal import Synchronization

/// A jq expression that makes a live event of what a webhook was sent.
///
/// Its input is `{"headers": {…}, "payload": …}`, with the names of headers in lower case. It gives `{"added": […], "removed": […]}`,
/// as ``LiveEvent/init(json:locationKey:id:)`` reads it; nothing, or null, where there is nothing to apply; several are taken
/// together.
package final class EventMapping: Sendable {
    private let expression: JQExpression
    private let limits: MappingLimits
    private let idle = Mutex<[EventReader]>([])

    /// What the expression may use for one payload.
    package static let defaultLimits: MappingLimits = {
        var limits = MappingLimits()
        limits.time = .seconds(5)
        limits.results = 1_000
        limits.bytes = LiveEvent.maximumBytes
        return limits
    }()

    /// Compiles the expression.
    ///
    /// - Parameter field: where it stands in the configuration, for errors.
    package init(
        _ text: String,
        field: String,
        limits: MappingLimits = EventMapping.defaultLimits
    ) throws(SourceConfigurationError) {
        self.limits = limits
        expression = JQExpression(text, field: field)
        let reader = EventReader(expression)
        try reader.prepare()
        idle.withLock { $0.append(reader) }
    }

    /// The event that a payload, which is known to be JSON, tells of.
    ///
    /// - Throws: `LiveEventError` for an expression that fails, or gives what is no event.
    package func event(
        headers: [String: String],
        payload: [UInt8],
        locationKey: String,
        id: String?
    ) async throws -> LiveEvent {
        let reader = idle.withLock { $0.popLast() } ?? EventReader(expression)
        defer { idle.withLock { $0.append(reader) } }
        let input =
            Array(#"{"headers":"#.utf8) + JSON.object(headers.mapValues(JSON.string)).bytes
            + Array(#","payload":"#.utf8) + payload + Array("}".utf8)
        do {
            let texts = try await MappingGuard.within(limits) { try reader.results(on: input, $0) }
            var event = LiveEvent(id: id)
            for text in texts {
                let part = try LiveEvent(json: text, locationKey: locationKey)
                event.added += part.added
                event.removed += part.removed
            }
            return event
        } catch let error as JQError {
            if error.code == .cancelled { throw CancellationError() }
            throw LiveEventError(
                .invalid,
                "`\(expression.field)` fails on this payload: \(error.message.prefix(1_000))"
            )
        } catch let error as LiveEventError {
            throw LiveEventError(error.code, "`\(expression.field)` gives no event: \(error.message)")
        }
    }
}

/// Evaluates the expression on one payload after another.
private final class EventReader: Sendable {
    private struct State: ~Copyable {
        let programs = JQPrograms()
        var document = PageDocument(maximumBytes: LiveEvent.maximumBytes)
    }

    private let expression: JQExpression
    private let state = Mutex(State())

    init(_ expression: JQExpression) {
        self.expression = expression
    }

    func prepare() throws(SourceConfigurationError) {
        let result: Result<Void, SourceConfigurationError> = state.withLock { state in
            do throws(SourceConfigurationError) {
                return .success(try state.programs.prepare(expression))
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    /// The texts of all results that are not null.
    func results(on input: [UInt8], _ guardian: MappingGuard) throws -> [[UInt8]] {
        try state.withLock { state in
            var texts: [[UInt8]] = []
            var writer = JSONWriter()
            let programs = state.programs
            try state.document.withValue(of: input) { value in
                try programs.forEachResult(of: expression, on: value, variables: JQVariables(), guardian) { result in
                    guard result.kind != .null else { return }
                    let text = result.text(using: &writer)
                    try guardian.count(bytes: text.count)
                    texts.append(text)
                }
            }
            return texts
        }
    }
}
