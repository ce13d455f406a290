internal import Glibc

/// How many files and connections the process may have open.
enum OpenFiles {
    /// Lets there be so many connections beside what is open anyway, as far as the hard limit allows: the soft one is 1,024 where
    /// nobody has set it.
    static func allow(_ connections: Int) {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(resource, &limit) == 0 else { return }
        let wanted = rlim_t(connections + others)
        guard limit.rlim_cur < wanted else { return }
        limit.rlim_cur = min(wanted, limit.rlim_max)
        setrlimit(resource, &limit)
    }

    /// Connections to Redis and to sources, files, and those of what else runs in the process.
    private static let others = 512
}
