internal import HTTPTypes
internal import Hummingbird
package import Logging
internal import NIOCore
internal import ServiceLifecycle
internal import Synchronization

/// A paginated HTTP API over a package index, on this machine only: a source to try things with.
///
/// | request | answer |
/// | --- | --- |
/// | `GET /packages?per_page=500&cursor=…` | `{"items": […], "next": "CURSOR" or null, "total": N}` |
/// | `GET /maintainers?per_page=500&cursor=…` | the same |
/// | `GET /maintainers/ID/packages?per_page=500&cursor=…` | the same, of one maintainer |
/// | `GET /shards?count=16` | `{"items": [], "cursors": […], "total": N}`: ranges of `/packages` to read side by side |
/// | `GET /health` | `{"status": "ok", "revision": N}` |
///
/// A cursor of another revision is answered with 410, a maintainer who is not there with 404, a request that makes no sense with 400, one without the token with
/// 401, one too many with 429 and `Retry-After`.
package final class DemoServer: Service {
    /// How the server listens, and what it makes its clients suffer.
    package struct Configuration: Sendable {
        /// The port on 127.0.0.1; 0 takes a free one.
        package var port = 0
        /// What requests must carry as `Authorization: Bearer …`; none: everyone is answered.
        package var bearerToken: String?
        /// How long every answer takes.
        package var delay: Duration = .zero
        /// How many requests a second are answered; none: all of them.
        package var requestsPerSecond: Int?

        package init() {}
    }

    private let configuration: Configuration
    private let logger: Logger
    private let current: Mutex<Revision>
    private let boundPort = BoundPort()

    /// Serves the first revision of `index`, once it runs.
    package init(index: PackageIndex, configuration: Configuration = Configuration(), logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        current = Mutex(Revision(index))
    }

    /// What is being served.
    package var revision: Revision { current.withLock { $0 } }

    /// Goes on to the next revision, at once, and tells what became different. Cursors of the last one have expired.
    @discardableResult
    package func advance() -> Difference {
        current.withLock { current in
            let next = current.next()
            defer { current = next }
            return Difference(from: current, to: next)
        }
    }

    /// The address, as soon as the server listens; throws if it does not come to that.
    package var url: String {
        get async throws { "http://127.0.0.1:\(try await boundPort.value)" }
    }

    /// Serves until it is cancelled or shut down.
    package func run() async throws {
        let application = Application(
            router: router(),
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: configuration.port)),
            onServerRunning: { [boundPort] channel in
                if let port = channel.localAddress?.port { boundPort.resolve(.success(port)) }
            },
            logger: logger
        )
        do {
            try await application.run()
            boundPort.resolve(.failure(CancellationError()))
        } catch  where !boundPort.isBound && !(error is CancellationError) {
            let error = DemoServerError(port: configuration.port, underlying: error)
            boundPort.resolve(.failure(error))
            throw error
        } catch {
            boundPort.resolve(.failure(error))
            throw error
        }
    }

    private func router() -> Router<BasicRequestContext> {
        let router = Router()
        router.get("health") { _, _ in
            Response(json: Array("{\"status\":\"ok\",\"revision\":\(self.revision.number)}\n".utf8))
        }
        let records = router.group().add(middleware: AccessMiddleware(configuration))
        for list in RecordList.allCases {
            records.get("\(list.rawValue)") { request, _ in
                Response(json: try Pages(revision: self.revision).page(of: list, query: Query(request)))
            }
        }
        records.get("maintainers/:id/packages") { request, context in
            let id = try context.parameters.require("id")
            return Response(json: try Pages(revision: self.revision).packages(of: id, query: Query(request)))
        }
        records.get("shards") { request, _ in
            Response(json: try Pages(revision: self.revision).shards(query: Query(request)))
        }
        return router
    }
}
