internal import CatalogConsumer
internal import EntitySources
internal import Ingestion
internal import Redis

extension CommandFailure {
    /// Any error as a failure of the command: what, where, what to do, and an exit status.
    init(_ error: any Error, session: Session? = nil) {
        switch error {
        case let failure as CommandFailure: self = failure
        case let error as ConfigurationError:
            let count = error.problems.count
            self.init(.usage, "\(error)", mend: count > 1 ? "there are \(count) problems in \(error.file)" : nil)
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
        case let error as RedisError: self.init(error)
        case let error as ProviderError: self.init(.usage, error.description)
        default: self.init(.failure, "\(error)")
        }
    }

    private init(_ error: RedisError) {
        switch error.code {
        case .connectionFailed, .connectionClosed, .timeout, .authentication, .tls, .shutdown, .privateServer:
            self.init(.unreachable, error.message)
        case .invalidURL: self.init(.usage, error.message)
        case .cancelled, .protocolViolation, .server, .unexpectedReply: self.init(.failure, error.message)
        }
    }
}
