internal import Administration
internal import Catalog
internal import EntitySources
internal import HTTPTypes

/// `webhook` of a provider: live events that others send.
struct WebhookSection: Sendable {
    var secret: Secret?
    var bearer: Secret?
    var delivery: HTTPField.Name?
    var event = ""
    var maxBytes = Webhook.defaultMaximumBytes

    static let schema = Schema.record(
        { WebhookSection() },
        [
            Field(
                "secret",
                .secret,
                \.secret,
                "The secret that signs each request (HMAC SHA-256 in X-Hub-Signature-256, as GitHub does): ${NAME} or "
                    + "file:PATH."
            ),
            Field(
                "bearer",
                .secret,
                \.bearer,
                "In its place the token of Authorization: Bearer: ${NAME} or file:PATH."
            ),
            Field(
                "delivery",
                headerName,
                \.delivery,
                "The header with the id of a delivery: one that was applied before changes nothing. X-GitHub-Delivery with "
                    + "`secret`, else none, unless given."
            ),
            Field(
                "event",
                .nonEmptyString,
                required: true,
                \.event,
                "jq over {\"headers\": {…}, \"payload\": …}: gives {\"added\": [{\"entity\": {…}}], \"removed\": "
                    + "[{\"entityRef\": \"…\"}]}, or nothing."
            ),
            Field("maxBytes", .size, default: "1MiB", \.maxBytes, "How long a request's body may be."),
        ],
        check: { webhook in
            (webhook.secret == nil) == (webhook.bearer == nil)
                ? Finding(message: "needs `secret` or `bearer`, and not both", mend: "GitHub signs with `secret`") : nil
        }
    )

    private static let headerName = Schema<HTTPField.Name>(json: ["type": "string"]) { node, path, decoding in
        guard let text = Schema<String>.nonEmptyString.decode(node, path, &decoding) else { return nil }
        guard let name = HTTPField.Name(text) else {
            decoding.report("`\(text)` cannot name a header", at: node.place, path)
            return nil
        }
        return name
    }

    /// The webhook of a provider, its expression compiled.
    func build(of provider: String, locationKey: String) throws(SourceConfigurationError) -> Webhook {
        Webhook(
            provider: provider,
            authentication: secret.map { .signature(secret: $0.value) } ?? .bearer(token: bearer?.value ?? ""),
            deliveryHeader: delivery ?? (secret == nil ? nil : HTTPField.Name("X-GitHub-Delivery")),
            maximumBytes: maxBytes,
            mapping: try EventMapping(event, field: "event"),
            locationKey: locationKey
        )
    }
}
