internal import AsyncHTTPClient
internal import Ingestion
internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTPCompression
internal import NIOPosix

/// Sends a request and reads its answer, redirects followed, within the limits.
struct HTTPExchange: Sendable {
    let credentials: Credentials
    let timeout: Duration
    let maxResponseBytes: Int

    private static let maximumRedirects = 5
    /// How much of an answer that is no page is read.
    private static let maximumErrorBytes = 256 << 10

    /// One client for the process: connections are used again across pages and bursts. It is never shut down, as the event
    /// loops that it runs on are not. Redirects are followed here, since credentials must not follow them.
    private static let client = HTTPClient(
        eventLoopGroupProvider: .singleton,
        configuration: {
            var configuration = HTTPClient.Configuration()
            configuration.redirectConfiguration = .disallow
            // What is unpacked is counted as it comes.
            configuration.decompression = .enabled(limit: .none)
            configuration.timeout.connect = .seconds(10)
            return configuration
        }()
    )

    /// Sends a request; whatever the status of the answer is, it is returned.
    func send(_ request: PreparedRequest) async throws -> HTTPAnswer {
        let name = request.name
        return try await withThrowingTaskGroup(of: HTTPAnswer?.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await follow(request) }
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

    private func follow(_ first: PreparedRequest) async throws -> HTTPAnswer {
        var request = first
        for _ in 0...Self.maximumRedirects {
            let answer = try await answer(to: request)
            guard let redirected = try redirect(request, by: answer) else { return answer }
            request = redirected
        }
        throw SourceError(.refused, "\(first.name): more than \(Self.maximumRedirects) redirects")
    }

    /// The request that a redirect asks for; nil if the answer is none.
    private func redirect(_ request: PreparedRequest, by answer: HTTPAnswer) throws(SourceError) -> PreparedRequest? {
        guard [301, 302, 303, 307, 308].contains(answer.status.code) else { return nil }
        guard let location = answer.headers.first(name: "location") else { return nil }
        var request = request
        guard let target = request.url.resolving(location) else {
            throw SourceError(.refused, "\(request.name): redirects to what is no http or https URL")
        }
        request.url = target
        // RFC 9110, 15.4: only 307 and 308 keep method and body.
        let isGet = request.method == "GET" || request.method == "HEAD"
        if answer.status.code < 307, !isGet {
            request.method = "GET"
            request.body = nil
            request.headers.removeAll { $0.name == "Content-Type" }
        }
        return request
    }

    private func answer(to request: PreparedRequest) async throws -> HTTPAnswer {
        let (url, headers) = credentials.addressed(request)
        guard request.body == nil || credentials.mayGo(to: url.origin) else {
            throw SourceError(
                .refused,
                "\(request.name): the request's body is not sent to another host; name \(url.origin.host) in allowedHosts if it may be"
            )
        }
        var message = HTTPClientRequest(url: url.text)
        message.method = HTTPMethod(rawValue: request.method)
        for header in headers { message.headers.add(name: header.name, value: header.value) }
        if let body = request.body { message.body = .bytes(ByteBuffer(bytes: body)) }
        do {
            let response = try await Self.client.execute(message, deadline: .distantFuture)
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
        case is NIOConnectionError, is IOError: reason = "cannot connect to \(origin)"
        default: reason = "the connection to \(origin) failed (\(type(of: error)))"
        }
        self.init(.unavailable, "\(request.name): \(reason)", underlying: error)
    }
}
