@testable import Ingestion

/// What Tidemark's protocol says Redis holds: a model in plain values, written from the design and from what the scripts
/// promise. One step at a time it is told what was called, and says what the answer and the state must be.
struct Model {
    struct Job {
        var kind: Ingestion.Job.Kind
        var generation: Int64 = 0
        var sequence: Int64 = 0
        var fence: Int64 = 0
        var attempts = 0
        var stalls = 0
        /// How often in a row it was set aside, since it stalled again and again.
        var setAside = 0
        /// In a row: how often the source asked for fewer calls, and how often Redis took nothing.
        var rateLimits = 0
        var redisErrors = 0
        /// How long its lease and its last pause were to be.
        var lease: Int64 = 0
        var delay: Int64 = 0
        /// Whether a kept page named its cursor.
        var isLed = false
        var deliveries = 0
        var pages = 0
        var cursor = ""
        /// The cursor that tells whether the chain is led in a circle.
        var anchor = ""
        var failure: Failure?
        /// Why a sweep needs to ask the guard no more.
        var leave = ""
        /// What its last page said of how many records there are.
        var total: Int64?
        /// After how many misses a sweep removes; none before its guard was asked.
        var misses = 0
        /// How far it has told what stays though it was missed: a place in the order of refs, or `told`.
        var kept = ""
        var version: Int64 = 1
    }

    struct Failure {
        var text: String
        /// When; a job that stalled does not tell.
        var at: Int64?
    }

    /// The jobs of a lane, by where they are. A waiting job is its provider's.
    struct Lane {
        var ready: [String] = []
        var delayed: [String: Int64] = [:]
        var leased: [String: Int64] = [:]
        var dead: [String] = []
        var isAwake = false
        /// Those that know version 2.
        var isNewerAwake = false
        /// Those that have these plans.
        var awakePlans: Set<String> = []
        /// Providers with jobs that a worker without their plan left alone.
        var aside: Set<String> = []
    }

    /// The settings of the test's own text of the scripts, far below those in use, so that they are met.
    static let most = (
        popped: 3, dead: 2, expired: 2, promoted: 2, looked: 4, restarts: 1, deliveries: 4, history: 3, touched: 6,
        chains: 4
    )
    /// For how long a sign of life counts, in milliseconds.
    static let signOfLife: Int64 = 30_000
    /// For how long the id of an event is known, in milliseconds.
    static let deliveryTime: Int64 = 90_000

    /// In milliseconds: of a throttled job, and the first and the longest after an error of Redis's own.
    static let pauses = (throttled: Int64(1_000), redis: Int64(5_000), longestRedis: Int64(120_000))

    /// The lane of each provider that there may be.
    let laneOf: [String: Int]
    var now: Int64 = 1_000_000_000
    /// The number of the step; ids of jobs are made from it.
    private(set) var step = 0
    private var made = 0

    var lanes: [Lane]
    var providers: [String: ProviderModel] = [:]
    var jobs: [String: Job] = [:]

    init(laneOf: [String: Int]) {
        self.laneOf = laneOf
        lanes = Array(repeating: Lane(), count: (laneOf.values.max() ?? 0) + 1)
    }

    mutating func begin(step: Int) {
        self.step = step
        made = 0
        for name in providers.keys { providers[name]?.fresh = [] }
    }

    mutating func makeID(_ provider: String) -> String {
        made += 1
        return "\(provider):\(step)-\(made)"
    }

    /// Redis comes back empty.
    mutating func forget() {
        lanes = lanes.map { _ in Lane() }
        (providers, jobs) = ([:], [:])
    }

    subscript(_ name: String) -> ProviderModel {
        get { providers[name] ?? ProviderModel() }
        _modify { yield &providers[name, default: ProviderModel()] }
    }

    // MARK: - What is derived

    func provider(of id: String) -> String { Ingestion.Job.provider(of: id) }

    func lane(of id: String) -> Int { laneOf[provider(of: id)] ?? 0 }

    /// How many jobs of a provider are ready or leased.
    func active(_ name: String) -> Int {
        let lane = lanes[laneOf[name] ?? 0]
        return lane.ready.count { provider(of: $0) == name } + lane.leased.keys.count { provider(of: $0) == name }
    }

    /// Whether a job still has a part in what its provider does.
    func isCurrent(_ id: String) -> Bool {
        guard let job = jobs[id] else { return false }
        let state = self[provider(of: id)]
        return job.kind == .cycle ? state.next == id : state.isOpen && job.generation == state.generation
    }

    /// Whether a worker has the plan of a provider.
    func has(_ worker: String, planOf name: String) -> Bool {
        self[name].plan.map { self[name].workers["\($0) \(worker)"] != nil } ?? false
    }

    /// A fence that nobody has.
    mutating func nextFence(_ name: String) -> Int64 {
        self[name].fence = max(self[name].fence + 1, now * 1_000)
        return self[name].fence
    }

    /// Why a holder may not write.
    func refusal(_ holder: Ingestion.Job) -> String? {
        guard let job = jobs[holder.id], job.fence == holder.fence else { return "lost" }
        return holder.fence > self[holder.provider].floor && isCurrent(holder.id) ? nil : "revoked"
    }
}
