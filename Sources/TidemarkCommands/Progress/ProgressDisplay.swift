/// How progress is told.
protocol ProgressDisplay: Sendable {
    /// How often there is something new to tell.
    var interval: Duration { get }
    func show(_ snapshot: ProgressSnapshot)
    /// Leaves the last state where it was shown.
    func end()
}
