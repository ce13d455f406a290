internal import Foundation

/// The server that tests run against.
package enum TestServer {
    /// The program: `redis-server`, or what TIDEMARK_TEST_SERVER names, such as a `valkey-server`. One without a slash is
    /// looked up on PATH.
    package static let executable = named ?? "redis-server"

    /// Its path, for what starts programs by their path alone.
    package static let path = named ?? "/usr/bin/redis-server"

    private static var named: String? {
        ProcessInfo.processInfo.environment["TIDEMARK_TEST_SERVER"].flatMap { $0.isEmpty ? nil : $0 }
    }
}
