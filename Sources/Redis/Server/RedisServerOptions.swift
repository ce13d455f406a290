package struct RedisServerOptions: Sendable {
    /// The program, found on PATH when it has no slash.
    package var executable = "redis-server"
    /// Keeps data over restarts: an append-only file, synced each second.
    package var isDurable = true
    /// Further arguments, after all others.
    package var arguments: [String] = []
    /// Time from the start until it answers, reading its data included.
    package var startTimeout = Duration.seconds(60)
    /// Time to write its data out when it is stopped; then it is killed.
    package var stopTimeout = Duration.seconds(10)

    package init() {}
}
