internal import HTTPTypes
internal import Metrics

/// How a process answered the requests to each webhook.
struct WebhookMetrics: Sendable {
    static let requests = "tidemark_webhook_requests_total"
    static let help = "Requests to a webhook, by the status of the answer."

    private let counters: [String: [Int: Counter]]

    init(
        _ webhooks: some Sequence<String>,
        answering statuses: [HTTPResponse.Status],
        factory: any MetricsFactory
    ) {
        let pairs = webhooks.map { name in
            let counters = statuses.map { status in
                let dimensions = [("provider", name), ("status", "\(status.code)")]
                return (status.code, Counter(label: Self.requests, dimensions: dimensions, factory: factory))
            }
            return (name, Dictionary(uniqueKeysWithValues: counters))
        }
        counters = Dictionary(uniqueKeysWithValues: pairs)
    }

    func count(_ status: HTTPResponse.Status, to webhook: String) { counters[webhook]?[status.code]?.increment() }
}
