import Catalog

@testable import Ingestion

/// Workers that ask what changed, one of them at a time as they believe.
extension Walk {
    mutating func begin(_ holder: Step.Holder, _ run: Run) -> Step {
        guard let name = run.holders[holder]?.job.provider, run.model[name].isPolled else { return .begin(holder) }
        let asks = run.model[name].feed.cursor == nil || run.model[name].feed.held != nil
        let points: [Step.Point] = mood == .holding ? [.told, .failed, .failed] : [.told, .told, .failed]
        return .begin(holder, point: asks != chance(5) ? pick(points) : .none)
    }

    mutating func poll(_ run: Run) -> Step {
        // Now and then one whose turn is over, or that was stopped meanwhile.
        let turns = run.turns.sorted { $0.key < $1.key }
            .filter { run.model[$0.value.provider].feed.fence == $0.value.turn.fence || chance(4) }
        guard let (turn, asking) = turns.randomElement(using: &random), chance(90) else {
            let names = providers.filter { mayTake(turnOf: run.model[$0], now: run.model.now) }
            return .poll(
                names.isEmpty || chance(10) ? pick(providers) : pick(names),
                by: chance(10) ? .other : .current
            )
        }
        // Somebody stops what a feed may not start again.
        if asking.turn.cursor == nil, chance(25) {
            let name = asking.provider
            return pick([.pause(name), .pause(name), .cancel(name, seconds: 50), .start(name)])
        }
        if asking.turn.cursor == nil, run.model[asking.provider].paused != nil, chance(80) {
            return .conclude(turn, .answers, seconds: 0)
        }
        if asking.turn.cursor == nil, chance(80) {
            return .conclude(turn, pick([.answers, .answers, .failed]), seconds: pick([0, 1]))
        }
        if chance(run.model[asking.provider].feed.held == nil ? 70 : 20) { return .change(turn, telling(run)) }
        if run.model[asking.provider].feed.held != nil, chance(60) { return .conclude(turn, .held, seconds: 0) }
        let ending: Step.Ending = pick([
            .held, .told, .caught, .caught, .failed, .expired, .expired, .obstructed, .released, .answers,
        ])
        return .conclude(turn, ending, seconds: pick([0, 0, 1, 40]))
    }

    private func mayTake(turnOf state: ProviderModel, now: Int64) -> Bool {
        let isDue = max(state.feed.due ?? 0, state.feed.until ?? 0) <= now
        return state.isPolled && isDue && state.feed.held == nil && (state.feed.cursor != nil || !state.isOpen)
    }

    /// An entity that nothing has told of, of a record that changes were told of in this cycle.
    mutating func newOfToldRecord(_ state: ProviderModel) -> Item? {
        let items = (0..<Bodies.entities).flatMap { entity in (0..<Bodies.versions).map { Item(entity, $0) } }
        return items.filter {
            state.touched["#" + Bodies.record(of: $0)] != nil && state.touched[Bodies.entity($0).ref.string] == nil
        }.randomElement(using: &random)
    }

    private mutating func telling(_ run: Run) -> Telling {
        var telling = Telling()
        var entities = numbers(most: 4)
        for record in (0..<Bodies.records).shuffled(using: &random).prefix(pick([0, 1, 1, 2, 2])) {
            let count = Int.random(in: 0...entities.count, using: &random)
            let items = entities.suffix(count).map { Item($0, pick([0, 1, 2])) }
            entities.removeLast(count)
            telling.told.append(Telling.Told(record: record, items: items, isWhole: chance(85)))
        }
        if chance(telling.told.isEmpty ? 50 : 10) { telling.rejected = numbers(most: 2) }
        telling.hasCursor = chance(60)
        telling.isOutdated = chance(8)
        telling.ahead = chance(85) ? 0 : -1
        telling.more = pick([0, 0, 0, 1, 3, -1])
        telling.above = pick(mood == .holding ? [0, 0, 20, 50] : [100, 100, 50, 20, 0])
        return telling
    }
}
