import Redis
import TestSupport

extension TestRedis {
    /// Returns when nobody but this client is connected, on one connection.
    func untilOnlyOneClient() async throws {
        while try await client.call("CLIENT", "LIST").string?.split(separator: "\n").count != 1 {
            await Task.yield()
        }
    }

    /// Returns when so many clients wait in a blocking command.
    func untilBlocked(_ count: Int) async throws {
        let line = "blocked_clients:\(count)"
        while try await client.call("INFO", "clients").string?.contains(line) != true {
            await Task.yield()
        }
    }
}
