internal import AsyncHTTPClient
internal import Ingestion
internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTPCompression
internal import NIOPosix
internal import Tracing

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// Sends one request and reads its answer, within the limits. It follows no redirect and adds no credentials.
struct HTTPTransport: Sendable {
    let timeout: Duration
    let maxResponseBytes: Int
    let allowPrivateAddresses: Bool

    /// How much of an answer that is no page is read.
    private static let maximumErrorBytes = 256 << 10

    /// One client for the process: connections are used again across pages and bursts. It is never shut down, as the event
    /// loops that it runs on are not. Redirects are followed here, since credentials must not follow them.
    private static let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)

    /// Another one, whose connections go to public addresses alone.
    private static let publicClient = HTTPClient(
        eventLoopGroupProvider: .singleton,
        configuration: {
            var configuration = HTTPTransport.configuration
            configuration.http1_1ConnectionDebugInitializer = { PublicAddress.check($0) }
            configuration.http2ConnectionDebugInitializer = { PublicAddress.check($0) }
            return configuration
        }()
    )

    private static let configuration: HTTPClient.Configuration = {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        // What is unpacked is counted as it comes.
        configuration.decompression = .enabled(limit: .none)
        configuration.timeout.connect = .seconds(10)
        // The provider's backoff tries again; until then, people are told at once.
        configuration.connectionPool.retryConnectionEstablishment = false
        // How many requests are under way is bounded by the chains that a worker reads, and by the details of a page.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1_024
        // Its spans would name whole URLs, in which credentials may stand.
        configuration.tracing.tracer = nil
        return configuration
    }()

    /// Sends a request; whatever the status of the answer is, it is returned.
    ///
    /// - Parameters:
    ///   - url: where it goes: that of the request, with an API key where one belongs there.
    ///   - headers: all that are sent.
    func send(
        _ request: PreparedRequest,
        to url: SourceURL,
        headers: [(name: String, value: String)]
    ) async throws -> HTTPAnswer {
        try await request.withSpan(to: url.origin) { try await exchange(request, at: url, headers) }
    }

    private func exchange(
        _ request: PreparedRequest,
        at url: SourceURL,
        _ headers: [(name: String, value: String)]
    ) async throws -> HTTPAnswer {
        let name = request.name
        return try await withThrowingTaskGroup(of: HTTPAnswer?.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await answer(to: request, at: url, headers) }
            group.addTask {
                try await Task.sleep(for: timeout)
                return nil
            }
            guard let answer = try await group.next() ?? nil else {
                throw SourceError(.timeout, "\(name): no whole answer within \(timeout) (requestTimeout)")
            }
            return answer
        }
    }

    private func answer(
        to request: PreparedRequest,
        at url: SourceURL,
        _ headers: [(name: String, value: String)]
    ) async throws -> HTTPAnswer {
        var message = HTTPClientRequest(url: url.text)
        message.method = HTTPMethod(rawValue: request.method)
        for header in headers { message.headers.add(name: header.name, value: header.value) }
        if let body = request.body { message.body = .bytes(ByteBuffer(bytes: body)) }
        do {
            let response = try await execute(message)
            let body = try await body(of: response, to: request)
            return HTTPAnswer(
                status: response.status,
                headers: response.headers,
                body: body,
                url: url,
                requestName: request.name
            )
        } catch let error as SourceError {
            throw error
        } catch {
            if Task.isCancelled { throw CancellationError() }
            throw SourceError(unreachable: request, error)
        }
    }

    private func execute(_ message: HTTPClientRequest) async throws -> HTTPClientResponse {
        let client = allowPrivateAddresses ? Self.client : Self.publicClient
        do {
            return try await client.execute(message, deadline: .distantFuture)
        } catch let error as HTTPClientError where error == .remoteConnectionClosed && message.method == .GET {
            // Most often a connection that was kept, and that the server has closed meanwhile.
            return try await client.execute(message, deadline: .distantFuture)
        }
    }

    private func body(of response: HTTPClientResponse, to request: PreparedRequest) async throws -> [UInt8] {
        let isPage = (200..<300).contains(response.status.code)
        var body: [UInt8] = []
        if let length = response.headers.first(name: "content-length").flatMap(Int.init), isPage {
            body.reserveCapacity(min(length, maxResponseBytes))
        }
        for try await chunk in response.body {
            body.append(contentsOf: chunk.readableBytesView)
            if isPage, body.count > maxResponseBytes {
                throw SourceError(
                    .limitExceeded,
                    "\(request.name): the answer is larger than \(maxResponseBytes) bytes (maxResponseBytes); ask for smaller pages"
                )
            }
            if !isPage, body.count >= Self.maximumErrorBytes { break }
        }
        // A body that was cut short by cancellation ends like any other.
        try Task.checkCancellation()
        return body
    }
}

extension SourceError {
    /// No answer, for a reason that the client gives.
    fileprivate init(unreachable request: PreparedRequest, _ error: any Error) {
        let origin = request.url.origin
        let reason: String
        switch error {
        case let error as HTTPClientError where error == .connectTimeout:
            reason = "\(origin) does not take the connection"
        case let error as HTTPClientError where error == .remoteConnectionClosed:
            reason = "\(origin) closed the connection before the whole answer was there"
        case let error as HTTPClientError: reason = error.shortDescription
        case let error as PrivateAddressError:
            self.init(.refused, "\(request.name): \(error.reason)")
            return
        case HTTPParserError.headerOverflow:
            self.init(
                .limitExceeded,
                "\(request.name): the answer has more than 256 headers, or more than 2 MiB of them"
            )
            return
        case let error as NIOConnectionError: reason = "cannot connect to \(origin): \(error.reason)"
        case let error as IOError:
            let isThere = ![ECONNREFUSED, EHOSTUNREACH, ENETUNREACH].contains(error.errnoCode)
            reason = (isThere ? "the connection to \(origin) failed: " : "cannot connect to \(origin): ") + error.reason
        default: reason = "the connection to \(origin) failed (\(type(of: error)))"
        }
        self.init(.unavailable, "\(request.name): \(reason)", underlying: error)
    }
}

extension NIOConnectionError {
    fileprivate var reason: String {
        if let error = connectionErrors.first?.error { return (error as? IOError)?.reason ?? "\(type(of: error))" }
        return "its host name is not known"
    }
}

extension IOError {
    fileprivate var reason: String {
        switch errnoCode {
        case ECONNREFUSED: "nothing listens there (connection refused)"
        case EHOSTUNREACH, ENETUNREACH: "there is no way to that host"
        case ECONNRESET, EPIPE: "the other side closed it"
        default: "errno \(errnoCode)"
        }
    }
}
