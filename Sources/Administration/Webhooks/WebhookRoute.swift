internal import Catalog
internal import EntitySources
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
package import Ingestion
package import Logging
package import Metrics
internal import NIOCore
internal import Redis
internal import Tracing

/// `POST /webhooks/NAME`: a payload becomes a live event of the provider, at once.
///
/// | status | means |
/// | --- | --- |
/// | 200 | applied: `{"added": N, "unchanged": N, "removed": N, "rejected": […], "duplicate": false}`; a delivery that was applied before changes nothing, and says so |
/// | 202 | the mapping makes nothing of it |
/// | 400 · 413 · 415 | no JSON, or no delivery id · too long a body · not sent as JSON |
/// | 401 | the signature or token is missing or wrong; nothing was parsed |
/// | 404 · 405 | no such webhook · another method |
/// | 409 | the provider was purged, or no worker has made it known |
/// | 422 | the mapping fails, or makes no event |
/// | 503 | Redis cannot be reached, or consumers are behind: to be sent again, see Retry-After |
package struct WebhookRoute: EndpointGroup {
    private let webhooks: [String: Webhook]
    private let events: LiveEvents
    private let metrics: WebhookMetrics
    private let refusals = RefusalLog()
    private let logger: Logger

    private static let answers = [
        EndpointAnswer(.ok, "Applied.", .reference("EventOutcome")),
        EndpointAnswer(.accepted, "The mapping makes nothing of it.", .reference("EventOutcome")),
        EndpointAnswer(.badRequest, "No JSON, or no delivery id.", .reference("Refusal")),
        EndpointAnswer(.unauthorized, "The signature or token is missing or wrong.", .reference("Refusal")),
        EndpointAnswer(.notFound, "No such webhook.", .reference("Refusal")),
        EndpointAnswer(.conflict, "The provider takes no events now.", .reference("Refusal")),
        EndpointAnswer(.contentTooLarge, "The body is too long.", .reference("Refusal")),
        EndpointAnswer(.unsupportedMediaType, "The body is not sent as JSON.", .reference("Refusal")),
        EndpointAnswer(.unprocessableContent, "The mapping fails.", .reference("Refusal")),
        EndpointAnswer(
            .serviceUnavailable,
            "Redis cannot be reached, or consumers are behind: send it again.",
            .reference("Refusal")
        ),
    ]

    package init(_ webhooks: [Webhook], events: LiveEvents, metrics: any MetricsFactory, logger: Logger) {
        self.webhooks = Dictionary(webhooks.map { ($0.provider, $0) }, uniquingKeysWith: { first, _ in first })
        self.events = events
        self.logger = logger
        // Of a webhook that there is, it never says that there is none.
        let statuses = Self.answers.map(\.status).filter { $0 != .notFound }
        self.metrics = WebhookMetrics(self.webhooks.keys, answering: statuses, factory: metrics)
    }

    package func add(to table: inout EndpointTable) {
        table.add([
            Endpoint(
                name: "receiveWebhook",
                method: .post,
                path: "/webhooks/{provider}",
                guarding: .signature,
                summary: "Take a live event for a provider, by its webhook.",
                answers: Self.answers
            ) { request in
                let name = request.path["provider"] ?? ""
                do {
                    let response = try await receive(request.raw, for: name)
                    metrics.count(response.status, to: name)
                    return response
                } catch let refusal as RefusedRequest {
                    metrics.count(refusal.status, to: name)
                    throw refusal
                }
            }
        ])
    }

    private func receive(_ request: Request, for name: String) async throws -> Response {
        guard let webhook = webhooks[name] else { throw RefusedRequest.notFound }
        let payload = try await authenticatedBody(of: request, webhook)
        var logger = logger
        logger[metadataKey: LogKey.provider] = "\(name)"
        let id = try deliveryID(of: request, webhook)
        if let id { logger[metadataKey: "webhook.delivery"] = "\(id)" }
        do {
            let outcome = try await apply(payload, request.headers, id, webhook)
            guard let outcome else {
                logger.debug("a webhook's payload maps to nothing")
                return Response(.accepted, LiveEventOutcome().json)
            }
            logger.info(
                outcome.isDuplicate ? "a webhook's delivery was applied before" : "a webhook's event applied",
                metadata: [
                    "event.added": "\(outcome.published)", "event.removed": "\(outcome.removed)",
                    "event.rejected": "\(outcome.rejected.count)",
                ]
            )
            return Response(.ok, outcome.json)
        } catch let error as LiveEventError {
            logger.warning("a webhook's event was refused", metadata: [LogKey.error: "\(error)"])
            switch error.code {
            case .invalid: throw RefusedRequest.unprocessable(error.message)
            case .behind: throw RefusedRequest.unavailable("consumers are behind, send it again", retryAfter: 30)
            case .unknownProvider, .purged: throw RefusedRequest.conflict
            }
        } catch let error as RedisError {
            logger.warning("a webhook's event could not be stored", metadata: [LogKey.error: "\(error)"])
            throw RefusedRequest.unavailable("it could not be stored, send it again", retryAfter: 30)
        }
    }

    /// The body, known to be JSON of someone who may send it. Nothing of it is parsed before.
    private func authenticatedBody(of request: Request, _ webhook: Webhook) async throws -> [UInt8] {
        guard webhook.authentication.mayBeFrom(request.headers) else { throw refused(webhook) }
        guard Gate.mediaType(of: request) == "application/json",
            request.headers[.contentEncoding] ?? "identity" == "identity"
        else {
            throw RefusedRequest.unsupportedMediaType
        }
        let most = webhook.maximumBytes
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > most {
            throw RefusedRequest.contentTooLarge(most: most)
        }
        var request = request
        let body: [UInt8]
        do {
            body = Array(buffer: try await request.collectBody(upTo: most))
        } catch is NIOTooManyBytesError {
            throw RefusedRequest.contentTooLarge(most: most)
        }
        guard webhook.authentication.isFrom(request.headers, body: body) else { throw refused(webhook) }
        var document = JSONDocument(maximumBytes: most)
        do throws(JSONError) { try document.parse(body) } catch {
            throw RefusedRequest.badRequest("the body is not JSON: \(error)")
        }
        return body
    }

    /// Nil when the mapping makes nothing of it.
    private func apply(
        _ payload: [UInt8],
        _ headers: HTTPFields,
        _ id: String?,
        _ webhook: Webhook
    ) async throws -> LiveEventOutcome? {
        var shown: [String: String] = [:]
        for field in headers where !Self.isSecret(field.name) { shown[field.name.canonicalName] = field.value }
        let event = try await webhook.mapping.event(
            headers: shown,
            payload: payload,
            locationKey: webhook.locationKey,
            id: id
        )
        guard !event.added.isEmpty || !event.removed.isEmpty else { return nil }
        return try await ServiceContext.$current.withValue(Self.trace(of: headers)) {
            try await events.apply(event, to: webhook.provider)
        }
    }

    /// The trace of whoever sent the request, if it is in one.
    private static func trace(of headers: HTTPFields) -> ServiceContext {
        var context = ServiceContext.topLevel
        InstrumentationSystem.instrument.extract(headers, into: &context, using: FieldExtractor())
        return context
    }

    private func deliveryID(of request: Request, _ webhook: Webhook) throws -> String? {
        guard let header = webhook.deliveryHeader else { return nil }
        guard let id = request.headers[header], LiveEvent.isValid(id: id) else {
            throw RefusedRequest.badRequest("the header \(header) has no id of the delivery: \(LiveEvent.ruleOfIDs)")
        }
        return id
    }

    private func refused(_ webhook: Webhook) -> RefusedRequest {
        if let count = refusals.next(for: webhook.provider) {
            logger.warning(
                "requests to a webhook without the right signature or token",
                metadata: [LogKey.provider: "\(webhook.provider)", "webhook.refused": "\(count)"]
            )
        }
        return .unauthorized
    }

    /// What a mapping need not see.
    private static func isSecret(_ name: HTTPField.Name) -> Bool {
        name == .authorization || name == .cookie || name.canonicalName.hasPrefix("x-hub-signature")
    }
}

private struct FieldExtractor: Extractor {
    func extract(key: String, from fields: HTTPFields) -> String? {
        HTTPField.Name(key).flatMap { fields[$0] }
    }
}

extension LiveEventOutcome {
    /// What a webhook is answered.
    fileprivate var json: JSON {
        [
            "added": .integer(Int64(published)), "unchanged": .integer(Int64(unchanged)),
            "removed": .integer(Int64(removed)), "duplicate": .bool(isDuplicate),
            "rejected": .array(
                rejected.map {
                    ["entityRef": $0.ref.map { .string($0.string) } ?? .null, "reason": .string($0.reason)]
                }
            ),
        ]
    }
}
