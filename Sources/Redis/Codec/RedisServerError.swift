/// An error reply, as the server sent it: `WRONGTYPE Operation against a key holding the wrong kind of value`.
package struct RedisServerError: Error, Sendable, Equatable {
    /// The whole line, prefix included.
    package let message: String

    package init(message: String) {
        self.message = message
    }

    /// The first word: `NOSCRIPT`, `WRONGTYPE`, or `ERR` where the server has nothing more exact to say.
    package var prefix: String {
        String(message.prefix { $0 != " " })
    }
}

extension RedisServerError {
    /// The server is a replica, of a master or of none, and has to be left.
    var isOfReplica: Bool { ["READONLY", "MASTERDOWN", "LOADING"].contains(prefix) }

    /// Nothing was run, and the same command may go through a little later.
    var isPassing: Bool { isOfReplica || ["NOREPLICAS", "CLUSTERDOWN", "TRYAGAIN"].contains(prefix) }
}

extension RedisServerError: CustomStringConvertible {
    package var description: String { message }
}
