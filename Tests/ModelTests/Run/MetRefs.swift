import Catalog

@testable import Ingestion

/// Which refs were met in which generation, by the steps that were made and their answers, and what a sweep may remove by that:
/// nothing of it is read from the sets that Redis keeps for the same purpose.
struct MetRefs {
    /// The newest generation in which a ref was met, by provider and ref.
    private var generations: [String: [String: Int64]] = [:]
    /// The last generation of each provider that completed.
    private var completed: [String: Int64] = [:]
    /// Whether that cycle counts as a miss of what it did not meet: the next one began with two misses needed.
    private var counts: [String: Bool] = [:]

    /// A generation has begun, of a provider that removes after so many misses.
    mutating func begin(_ generation: Int64, of name: String, misses: Int) {
        if generation == (completed[name] ?? 0) + 1 { counts[name] = misses == 2 }
    }

    /// 8: what is wrong with the removal of a ref by the sweep of a generation.
    func violation(ofRemoving ref: String, _ name: String, by generation: Int64, misses: Int) -> String? {
        guard let met = generations[name]?[ref] else { return "6: \(ref) of \(name) is swept, and is not known" }
        if met == generation { return "8: \(ref) of \(name) was met in \(generation), which sweeps it" }
        guard misses == 2 else { return nil }
        guard let last = completed[name], met < last else {
            return "8: \(ref) of \(name) was met in \(met), and \(generation) alone has missed it"
        }
        return nil
    }

    /// 4: a sweep is complete; what of the known refs it should have removed.
    mutating func complete(_ generation: Int64, of name: String, misses: Int) -> [String] {
        let least = misses == 1 ? generation : counts[name] == true ? completed[name] ?? 0 : 0
        completed[name] = generation
        return (generations[name] ?? [:]).filter { $0.value < least }.keys.sorted().map {
            "4: \($0) of \(name) is known, and \(generation) should have removed it"
        }
    }

    /// Takes note of a step that was made while this generation was the provider's, after what it removed was forgotten.
    mutating func note(_ step: Step, reply: String, of name: String, in generation: Int64) {
        switch step {
        case .commit(let holder, let listing) where Job.provider(of: holder) == name && reply.hasPrefix("applied"):
            for item in listing.published + listing.unchanged { meet(Bodies.entity(item).ref, name, generation) }
            // Met, and known as it was: one that is not known stays so.
            for ref in listing.rejected.compactMap(Bodies.rejected).compactMap(\.ref)
            where generations[name]?[ref.string] != nil {
                meet(ref, name, generation)
            }
        case .event(name, let added, _, _) where reply.first?.isNumber == true:
            for item in added { meet(Bodies.entity(item).ref, name, generation) }
        case .change(let turn, let telling) where turn.hasPrefix("\(name)@") && reply.hasPrefix("applied"):
            for item in telling.told.flatMap(\.items) { meet(Bodies.entity(item).ref, name, generation) }
        default: break
        }
    }

    private mutating func meet(_ ref: EntityRef, _ name: String, _ generation: Int64) {
        generations[name, default: [:]][ref.string] = generation
    }

    mutating func forget(_ ref: String, _ name: String) { generations[name]?[ref] = nil }

    mutating func forget(_ name: String) { generations[name] = nil }
}
