/// Why a consumer does not get on with a provider, or ended.
public struct ConsumerError: Error, Sendable {
    /// What kind of failure it is.
    public enum Code: Sendable, Hashable {
        /// Redis cannot be reached, or answered with an error.
        case redis
        /// Entries that the sink has not stored are not in the stream any more.
        case missingEntries
        /// Redis has lost entries that the sink stored: it crashed, or another server took over.
        case lostEntries
        /// An entry cannot be read. Nothing behind it is read either.
        case malformedEntry
        /// An entry is of a version that this consumer does not know. Nothing behind it is read either.
        case unknownVersion
        /// A newer build has laid Redis out otherwise.
        case newerLayout
        /// The sink could not store.
        case sink
        /// Another consumer may have taken the provider over.
        case leaseLost
        /// The configuration is not valid.
        case configuration
    }

    /// What kind of failure it is.
    public let code: Code
    /// What happened, where, and what to do about it.
    public let message: String
    /// What caused it.
    public let underlying: (any Error)?

    init(_ code: Code, _ message: String, underlying: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.underlying = underlying
    }

    /// Whether to try again soon makes sense: the others wait for a person.
    var mayPass: Bool {
        switch code {
        case .redis, .sink, .leaseLost: true
        case .missingEntries, .lostEntries, .malformedEntry, .unknownVersion, .newerLayout, .configuration: false
        }
    }
}

extension ConsumerError: CustomStringConvertible {
    public var description: String { message }
}

extension ConsumerError: CustomDebugStringConvertible {
    public var debugDescription: String {
        let cause = underlying.map { ", underlying: \(String(reflecting: $0))" } ?? ""
        return "ConsumerError(\(code): \(message)\(cause))"
    }
}
