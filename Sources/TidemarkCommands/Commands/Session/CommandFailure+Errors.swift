internal import Administration
internal import CatalogConsumer
internal import EntitySources
internal import Ingestion
internal import Redis

extension CommandFailure {
    /// Any error as a failure of the command: what, where, what to do, and an exit status.
    init(_ error: any Error) {
        switch error {
        case let failure as CommandFailure: self = failure
        case let error as ConfigurationError: self.init(.usage, "\(error)")
        case let error as OperationError:
            switch error.code {
            case .unknownProvider, .unknownJob: self.init(.notFound, error.message)
            case .refused: self.init(.refused, error.message)
            }
        case let error as StoreError:
            switch error.code {
            case .layout: self.init(.usage, error.message)
            case .unfit: self.init(.unreachable, error.message)
            case .unexpectedReply: self.init(.failure, error.message)
            }
        case let error as ConsumerError where error.code == .newerLayout: self.init(.usage, error.message)
        case let error as HTTPServerError:
            self.init(.failure, error.description, mend: "set http.port, or --http, to another")
        case let error as AccessError:
            self.init(
                .usage,
                error.description,
                mend: "`tidemark token create --scope read` makes a token, and prints what belongs under http.tokens"
            )
        case let error as RedisError: self.init(error)
        case let error as ProviderError: self.init(.usage, error.description)
        case is CancellationError: self.init(.failure, "it was stopped before its end")
        default: self.init(.failure, "\(error)")
        }
    }

    private init(_ error: RedisError) {
        switch error.code {
        case .connectionFailed, .connectionClosed, .timeout, .shutdown:
            self.init(
                .unreachable,
                error.message,
                mend: "start Redis, or correct redis.url of the configuration, or --redis-url"
            )
        case .authentication:
            self.init(
                .unreachable,
                error.message,
                mend: "correct the user and password of redis.url, or redis.password"
            )
        case .tls:
            self.init(.unreachable, error.message, mend: "check redis.tls, and the certificate of the server")
        case .unavailable:
            self.init(.unreachable, error.message, mend: "try again when the failover, or the move of slots, is over")
        case .privateServer, .notReplicated: self.init(.unreachable, error.message)
        case .invalidURL: self.init(.usage, error.message)
        case .protocolViolation:
            self.init(.unreachable, error.message, mend: "correct redis.url or --redis-url: does Redis listen there?")
        case .cancelled, .crossSlot, .server, .unexpectedReply: self.init(.failure, error.message)
        }
    }
}
