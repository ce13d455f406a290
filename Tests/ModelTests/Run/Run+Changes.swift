@testable import Ingestion

/// Workers that ask what changed.
extension Run {
    static let pollPause = Duration.seconds(40)

    /// What a feed, or the begin of a cycle, names as the point at this step.
    static func cursor(_ step: Int) -> String { "\"point \(step)\"" }

    mutating func performPoll(_ step: Step, number: Int) async throws -> String? {
        let lease = Duration.milliseconds(Self.lease)
        switch step {
        case .poll(let name, let by):
            switch try await store(of: by).poll(Self.provider(name), every: Self.pollPause, lease: lease) {
            case .wait(let time): return "wait \(time.milliseconds)"
            case .taken(let turn):
                turns["\(name)@\(number)"] = Turn(provider: name, turn: turn)
                let cursor = turn.cursor.map { String(decoding: $0, as: UTF8.self) } ?? "-"
                return "taken \(turn.fence) \(turn.failures) \(cursor)"
            }
        case .change(let turn, let telling):
            guard let asking = turns[turn] else { return nil }
            let applied = try await store.apply(
                part(telling, of: asking, number: number),
                of: Self.ahead(asking, by: telling.ahead),
                provider: Self.provider(asking.provider),
                lease: lease
            )
            switch applied {
            case .applied(let published, let unchanged, let removed, let isBehind):
                return "applied \(published) \(unchanged) \(removed) \(isBehind)"
            case .repeated: return "repeated"
            case .retry: return "retry"
            case .refused(let refusal): return refusal.rawValue
            }
        case .conclude(let turn, let ending, let seconds):
            guard let asking = turns[turn] else { return nil }
            let pause = Duration.seconds(seconds)
            return "\(try await store.end(asking.turn, ending.outcome, of: asking.provider, pause: pause))"
        default: return nil
        }
    }

    mutating func applyPoll(_ step: Step, number: Int, _ asking: [Step.Holder: Turn]) -> String {
        switch step {
        case .poll(let name, let by):
            return model.poll(name, pause: Self.pollPause.milliseconds, lease: Self.lease, by: by.rawValue)
        case .change(let turn, let telling):
            guard let asking = asking[turn] else { return "" }
            return model.change(
                part(telling, of: asking, number: number),
                of: Self.ahead(asking, by: telling.ahead),
                to: asking.provider,
                lease: Self.lease
            )
        case .conclude(let turn, let ending, let seconds):
            guard let asking = asking[turn] else { return "" }
            return "\(model.conclude(asking.turn, ending.outcome, of: asking.provider, pause: Int64(seconds) * 1_000))"
        default: return ""
        }
    }

    private func part(_ telling: Telling, of asking: Turn, number: Int) -> ChangePart {
        telling.part(cursor: Self.cursor(number)) { model[asking.provider].refs(of: $0) }
    }

    private static func ahead(_ asking: Turn, by ahead: Int64) -> PollTurn {
        var turn = asking.turn
        turn.part += ahead
        return turn
    }
}
