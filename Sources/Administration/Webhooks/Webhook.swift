package import EntitySources
package import HTTPTypes

/// What is taken from others for one provider, as live events.
package struct Webhook: Sendable {
    /// The provider's name, which ends the path: `POST /webhooks/NAME`.
    package var provider: String
    package var authentication: WebhookAuthentication
    /// The header with the id of a delivery, by which a repeated one is known; nil takes each as a new one.
    package var deliveryHeader: HTTPField.Name?
    /// How long a body may be, in bytes.
    package var maximumBytes: Int
    /// What makes an event of headers and payload.
    package var mapping: EventMapping
    /// The `locationKey` of the provider.
    package var locationKey: String

    package init(
        provider: String,
        authentication: WebhookAuthentication,
        deliveryHeader: HTTPField.Name?,
        maximumBytes: Int = Webhook.defaultMaximumBytes,
        mapping: EventMapping,
        locationKey: String
    ) {
        self.provider = provider
        self.authentication = authentication
        self.deliveryHeader = deliveryHeader
        self.maximumBytes = maximumBytes
        self.mapping = mapping
        self.locationKey = locationKey
    }

    /// 1 MiB.
    package static let defaultMaximumBytes = 1 << 20
}
