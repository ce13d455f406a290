internal import SystemPackage

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// The directory of a private server: its data, its socket, the lock that makes it one server's, its process id.
struct RedisServerDirectory: Sendable {
    /// Absolute, without symbolic links.
    let path: FilePath

    var socketPath: FilePath { path.appending("redis.sock") }
    var lockPath: FilePath { path.appending("redis.lock") }
    var processIDPath: FilePath { path.appending("redis.pid") }

    /// Creates the directory, for this user only, unless it is there.
    init(_ directory: String) throws(RedisError) {
        let given = FilePath(directory)
        try Self.create(given)
        guard let absolute = realpath(given.string, nil) else {
            throw Self.unusable(given, Errno(rawValue: errno))
        }
        defer { free(absolute) }
        path = FilePath(String(cString: absolute))

        let length = socketPath.string.utf8.count
        guard length <= RedisAddress.longestSocketPath else {
            throw RedisError(
                .privateServer,
                """
                The directory \(path) is too deep for the socket of a private Redis: its path would take \(length) bytes, \
                and a unix socket can have \(RedisAddress.longestSocketPath). Choose a directory with a shorter path.
                """
            )
        }
    }

    private static func create(_ path: FilePath) throws(RedisError) {
        guard !path.isEmpty, mkdir(path.string, 0o700) != 0 else { return }
        let problem = Errno(rawValue: errno)
        switch problem {
        case .fileExists:
            return
        case .noSuchFileOrDirectory where path.removingLastComponent() != path:
            try create(path.removingLastComponent())
            if mkdir(path.string, 0o700) != 0 {
                throw unusable(path, Errno(rawValue: errno))
            }
        default:
            throw unusable(path, problem)
        }
    }

    private static func unusable(_ path: FilePath, _ problem: Errno) -> RedisError {
        RedisError(
            .privateServer,
            "The directory \(path) for a private Redis cannot be used: \(problem).",
            underlying: problem
        )
    }
}
