import Catalog

@testable import Ingestion

/// Which refs were met in which generation, by the steps that were made and their answers: nothing of it is read from the sets
/// that Redis keeps for the same purpose.
struct MetRefs {
    /// The newest generation in which a ref was met, by provider and ref.
    private var generations: [String: [String: Int64]] = [:]

    /// In which generation a ref was met last; nil when it never was.
    func generation(of ref: String, _ name: String) -> Int64? { generations[name]?[ref] }

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
