/// How cycles ended, for people.
extension Model {
    /// One entry a cycle: one that went on after its end gets its last.
    mutating func record(_ name: String, _ outcome: String, _ reason: String?) {
        let state = self[name]
        let begin = "\(state.generation) "
        if let newest = state.history.last, newest.hasPrefix(begin) { self[name].history.removeLast() }
        let counts = (Self.cycleCounts + ["known_at_start", "shrunk"]).map { "\(state.counts[$0] ?? 0)" }
        self[name].history.append(
            begin + "\(outcome) \(reason ?? "") \(state.started ?? 0) \(now) " + counts.joined(separator: " ")
        )
        if self[name].history.count > Self.most.history { self[name].history.removeFirst() }
        if outcome != "completed" { self[name].count("ended_\(outcome)") }
    }

    /// The cycle that goes on, if any, ends because a person said so.
    mutating func recordCancelled(_ name: String, _ reason: String) {
        if self[name].isOpen { record(name, "cancelled", reason) }
    }
}
