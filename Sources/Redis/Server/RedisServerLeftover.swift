internal import Logging
internal import SystemPackage

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// A server that outlived the process that had started it, because that one was killed.
///
/// To be looked for with the lock held: then nobody needs it any more, and two servers on one append-only file would
/// destroy it.
struct RedisServerLeftover {
    let directory: RedisServerDirectory
    let logger: Logger

    func stop(within timeout: Duration) async throws {
        guard let process = processID(), isServer(process) else { return }
        logger.notice(
            "stopping a private Redis that an earlier process left behind",
            metadata: [RedisLogKey.processID: "\(process)"]
        )
        kill(process, SIGTERM)
        let deadline = ContinuousClock.now + timeout
        while isServer(process) {
            if ContinuousClock.now > deadline {
                kill(process, SIGKILL)
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    private func processID() -> pid_t? {
        text(of: directory.processIDPath).flatMap { pid_t($0.prefix { $0.isNumber }) }
    }

    /// The number may have passed to another process since; a server carries its socket in its title.
    private func isServer(_ process: pid_t) -> Bool {
        text(of: FilePath("/proc/\(process)/cmdline"))?.contains(directory.socketPath.string) == true
    }

    private func text(of path: FilePath) -> String? {
        guard let file = try? FileDescriptor.open(path, .readOnly, options: .closeOnExec) else { return nil }
        defer { try? file.close() }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = bytes.withUnsafeMutableBytes { try? file.read(into: $0) }
        return String(decoding: bytes.prefix(count ?? 0), as: UTF8.self)
    }
}
