internal import Hummingbird
internal import HummingbirdCore
package import Logging
internal import NIOCore
internal import ServiceLifecycle

/// The HTTP side of a deployment. It speaks HTTP/1.1 without TLS: what ends TLS stands before it.
///
/// | path | endpoints |
/// | --- | --- |
/// | `/webhooks/NAME` | ``WebhookRoute`` |
/// | `/health` | ``HealthEndpoints`` |
/// | `/api/v1` | ``ProviderEndpoints``, ``WorkerEndpoints``, ``WatchEndpoints`` |
/// | `/` | ``DashboardEndpoints`` |
/// | `/metrics` | ``MetricsEndpoints`` |
/// | `/incremental` | ``BackstageEndpoints`` |
/// | `/openapi.json` | ``OpenAPIDocument`` of all of them |
///
/// On graceful shutdown it takes no more requests, and ends those in hand.
package struct HTTPServer: Service {
    /// Where it listens, and what it bears.
    package struct Configuration: Sendable {
        /// The address, or a name of one. Loopback, unless told otherwise.
        package var host = "127.0.0.1"
        /// The port; 0 takes a free one.
        package var port = 8_080
        /// How many connections are open at a time; others wait to be accepted. Each dashboard that is looked at holds one.
        package var connections = 4_096
        /// How long a request may take to arrive, from its head to its last byte.
        package var receiveLimit = Duration.seconds(10)
        /// How long a connection may be silent before its first request and between two.
        package var idleLimit = Duration.seconds(30)
        /// How long a request may take to be answered, once it has arrived.
        package var answerLimit = Duration.seconds(30)
        /// How many requests one client may send a second, in the long run; twice as many at once, and a tenth
        /// with a wrong token, then one in the time of 600.
        package var requestsPerSecond = 100

        package init() {}
    }

    private let configuration: Configuration
    private let table: EndpointTable
    private let gate: Gate
    private let logger: Logger
    private let onListening: @Sendable (_ port: Int) -> Void

    /// - Parameters:
    ///   - access: who may ask for what.
    ///   - groups: what it serves.
    ///   - onListening: called with the port once it listens.
    package init(
        _ configuration: Configuration,
        access: Access,
        groups: [any EndpointGroup],
        logger: Logger,
        onListening: @escaping @Sendable (_ port: Int) -> Void = { _ in }
    ) {
        self.configuration = configuration
        var table = EndpointTable()
        for group in groups { group.add(to: &table) }
        OpenAPIDocument.add(to: &table)
        self.table = table
        gate = Gate(
            access,
            requestsPerSecond: configuration.requestsPerSecond,
            timeLimit: configuration.answerLimit,
            logger: logger
        )
        self.logger = logger
        self.onListening = onListening
    }

    /// Serves until it is cancelled or shut down gracefully.
    package func run() async throws {
        let (host, port) = (configuration.host, configuration.port)
        let receiveLimit = TimeAmount(configuration.receiveLimit)
        OpenFiles.allow(configuration.connections)
        let application = Application(
            router: router(),
            server: .http1(
                configuration: HTTP1Channel.Configuration(
                    additionalChannelHandlers: [ReceiveLimit(receiveLimit)],
                    idleTimeout: TimeAmount(configuration.idleLimit),
                    httpDecoderConfiguration: HTTP1Channel.Configuration.DecoderConfiguration(
                        maxHeaderFieldSize: 16 << 10,
                        maxHeaderListSize: 32 << 10,
                        maxHeaderFieldCount: 100
                    )
                )
            ),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port),
                availableConnectionsDelegate: .maximum(configuration.connections, logger: logger)
            ),
            onServerRunning: { [logger, onListening] channel in
                let port = channel.localAddress?.port ?? port
                logger.info("listening", metadata: ["http.address": "\(host):\(port)"])
                onListening(port)
            },
            logger: logger
        )
        do {
            try await application.run()
        } catch let error as IOError {
            throw HTTPServerError(host: host, port: port, underlying: error)
        }
    }

    private func router() -> Router<ServerContext> {
        let router = Router(context: ServerContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: RefusalMiddleware(table: table))
        for endpoint in table.endpoints {
            let path = endpoint.path.replacing("{", with: ":").replacing("}", with: "")
            router.on(RouterPath(path), method: endpoint.method) { [gate] request, context in
                try await gate.respond(to: request, context, at: endpoint)
            }
        }
        return router
    }
}

/// The server cannot listen at its address.
package struct HTTPServerError: Error, Sendable, CustomStringConvertible {
    /// The address that was asked for.
    package let host: String
    package let port: Int
    /// The error below, for `String(reflecting:)` only.
    package let underlying: any Error

    package var description: String {
        "cannot listen on \(host):\(port): is another program there, and is the address this machine's?"
    }
}
