internal import ArgumentParser

/// `tidemark sweep`.
struct SweepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep",
        abstract: "Show, approve or discard a sweep that was held.",
        discussion: """
            At the end of a cycle, what the source no longer lists is removed. When that is suspiciously much, or the
            source listed nothing at all, the sweep is held and a person decides.

            EXAMPLES
              tidemark sweep show github
              tidemark sweep approve github
              tidemark sweep discard github
            """,
        subcommands: [SweepShowCommand.self, SweepApproveCommand.self, SweepDiscardCommand.self]
    )
}
