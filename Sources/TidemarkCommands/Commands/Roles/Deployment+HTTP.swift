internal import Administration
internal import EntitySources
internal import Ingestion
internal import Logging
internal import ServiceLifecycle

extension Deployment {
    /// The HTTP side. It depends on Redis alone: it comes after it, and is shut down before it.
    /// What watches comes last, for the server waits for those who watch to be let go.
    ///
    /// - Parameter worker: the one that runs in this process; nil where none does.
    func http(_ section: HTTPSection, _ providers: [Provider], beside worker: Worker? = nil) throws
        -> [ServiceConfiguration]
    {
        var store = store
        // Who sends a webhook, or looks at a page, waits for seconds, and asks again.
        store.resendFor = .seconds(3)
        store.timers = ScriptTimers(metrics)
        let operations = Operations(store: store)
        let timeouts = providers.byName(\.pageTimeout)
        let health = ProviderHealth(operations, pageTimeouts: timeouts)
        let watch = StateWatch(operations, pageTimeouts: timeouts, logger: session.logger)
        let state = StateMetrics(operations, providers: providers.map(\.name), logger: session.logger)
        let lease = session.configuration.worker.lease
        let access = try section.access()
        let groups: [any EndpointGroup] = [
            WebhookRoute(
                try session.webhooks(),
                events: try LiveEvents(store: store, providers: providers, metrics: metrics),
                metrics: metrics,
                logger: session.logger
            ),
            HealthEndpoints(
                health,
                readiness: worker.map { Readiness(of: $0.health, lease: lease) } ?? Readiness(of: store)
            ),
            ProviderEndpoints(operations, locationKeys: providers.byName(\.locationKey)),
            WorkerEndpoints(store), WatchEndpoints(watch), DashboardEndpoints(access),
            BackstageEndpoints(operations, health: health),
            MetricsEndpoints(metrics, state, rests: providers.byName(\.restLength)),
        ]
        if section.tokens.isEmpty {
            session.logger.notice("no http.tokens are configured: whoever is on this machine may do everything")
        }
        let server = HTTPServer(section.server, access: access, groups: groups, logger: session.logger)
        return [
            ServiceConfiguration(service: server, serviceName: "http"),
            ServiceConfiguration(service: watch, serviceName: "watch"),
            ServiceConfiguration(service: state, serviceName: "metrics"),
        ]
    }

    /// The HTTP side beside a worker: where an option or the configuration asks for it.
    func http(_ options: HTTPOptions, _ providers: [Provider], beside worker: Worker) throws -> [ServiceConfiguration] {
        guard let section = options.section(of: session.configuration) else { return [] }
        return try http(section, providers, beside: worker)
    }
}

extension [Provider] {
    fileprivate func byName<Value>(_ value: (Provider) -> Value) -> [String: Value] {
        Dictionary(map { ($0.name, value($0)) }, uniquingKeysWith: { first, _ in first })
    }
}
