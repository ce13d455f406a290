/// The keys of Redis that a consumer reads and writes. All of a provider are in its lane, thus in one slot.
struct ConsumerKeys: Sendable {
    /// How many lanes there are.
    let layout: String
    /// The version of the layout.
    let layoutVersion: String
    private let prefix: String

    init(prefix: String) {
        self.prefix = prefix
        layout = "\(prefix):layout"
        layoutVersion = "{\(prefix):0}:layout"
    }

    func providers(lane: Int) -> String { "{\(prefix):\(lane)}:providers" }

    struct Provider: Sendable {
        let name: String
        let state: String
        let deltas: String
        /// The lease of the one consumer of a group.
        let lease: String
    }

    func provider(_ name: String, lane: Int, group: String) -> Provider {
        let state = "{\(prefix):\(lane)}:provider:\(name)"
        return Provider(name: name, state: state, deltas: "\(state):deltas", lease: "\(state):consumer:\(group)")
    }
}
