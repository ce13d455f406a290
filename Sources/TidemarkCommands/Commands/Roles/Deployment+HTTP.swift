internal import Administration
internal import EntitySources
internal import Ingestion
internal import ServiceLifecycle

extension Deployment {
    /// The HTTP side. It depends on Redis alone: it comes after it, and is shut down before it.
    func http(_ section: HTTPSection, _ providers: [Provider]) throws -> ServiceConfiguration {
        var store = store
        // Who sends a webhook waits for seconds, and sends it again.
        store.resendFor = .seconds(3)
        let route = WebhookRoute(
            try session.webhooks(),
            events: try LiveEvents(store: store, providers: providers),
            logger: session.logger
        )
        return ServiceConfiguration(
            service: HTTPServer(section.server, webhooks: route, logger: session.logger),
            serviceName: "http"
        )
    }

    /// The HTTP side beside other roles: where an option or the configuration asks for it.
    func http(_ options: HTTPOptions, _ providers: [Provider]) throws -> [ServiceConfiguration] {
        guard let section = options.http?.section ?? session.configuration.http else { return [] }
        return [try http(section, providers)]
    }
}
