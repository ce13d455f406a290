/// What went wrong between this process and a Redis server.
///
/// Neither the message nor any description holds a password or an argument of a command.
package struct RedisError: Error, Sendable {
    package enum Code: Sendable, Hashable {
        /// No connection could be made within the command's time; the command was not sent.
        case connectionFailed
        /// The connection ended after the command was written: whether the server ran it is not known.
        case connectionClosed
        /// No reply came within the command's time: whether the server ran it is not known.
        case timeout
        /// The caller's task was cancelled. The command may have been sent.
        case cancelled
        /// The server sent what is not RESP2, or more than the limits allow.
        case protocolViolation
        /// User or password were refused, or are missing.
        case authentication
        /// The server, or the cluster, does not take the command at the moment; it did not run.
        case unavailable
        /// The command ran, but fewer replicas than asked for have what it wrote.
        case notReplicated
        /// Commands of one write have keys in several slots of a cluster.
        case crossSlot
        /// The server answered with an error; ``RedisError/serverError`` is what it said.
        case server
        /// The URL is not one that the client understands.
        case invalidURL
        /// A certificate could not be read or was not accepted, or the handshake failed.
        case tls
        /// A reply had another shape than its reader expects.
        case unexpectedReply
        /// The client is not running any more.
        case shutdown
        /// A private server could not be started, or ended while it was needed.
        case privateServer
    }

    package let code: Code
    /// What happened, where, and what to do about it.
    package let message: String
    package let underlying: (any Error)?

    package init(_ code: Code, _ message: String, underlying: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.underlying = underlying
    }

    /// What the server said, when ``code`` is ``Code/server``.
    package var serverError: RedisServerError? {
        underlying as? RedisServerError
    }
}

extension RedisError: CustomStringConvertible {
    package var description: String { message }
}

extension RedisError: CustomDebugStringConvertible {
    package var debugDescription: String {
        let cause = underlying.map { ", underlying: \(String(reflecting: $0))" } ?? ""
        return "RedisError(\(code): \(message)\(cause))"
    }
}
