/// How a worker works, apart from what its providers say.
public struct WorkerSettings: Sendable {
    /// How many bursts it runs at a time.
    public var concurrency: Int
    /// For how long it holds a job without a sign of life; renewed at a third. Another worker goes on after it.
    public var lease: Duration
    /// When providers are throttled for the sake of their consumers.
    public var limits: StreamLimits

    /// The settings of one worker: 4 bursts at a time and a lease of 30 s by default.
    public init(concurrency: Int = 4, lease: Duration = .seconds(30), limits: StreamLimits = StreamLimits()) {
        self.concurrency = concurrency
        self.lease = lease
        self.limits = limits
    }
}
