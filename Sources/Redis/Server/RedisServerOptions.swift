/// How a private server is run.
package struct RedisServerOptions: Sendable {
    /// The program; one without a slash is looked up on PATH. Valkey's `valkey-server` takes the same arguments.
    package var executable = "redis-server"
    /// Keeps data over restarts: an append-only file, synced each second.
    package var isDurable = true
    /// Further arguments, after all others: `["--enable-debug-command", "local"]`.
    package var arguments: [String] = []
    /// Time from the start until it answers, reading its data included.
    package var startTimeout = Duration.seconds(300)
    /// Time to write its data out when it is stopped; then it is killed.
    package var stopTimeout = Duration.seconds(10)

    package init() {}
}
