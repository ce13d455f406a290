internal import Catalog

/// What an operation did, in a sentence.
struct Outcome: Displayable {
    let provider: String
    let operation: String
    let sentence: String
    var details: [String: JSON] = [:]

    var json: JSON {
        .object(
            details.merging(
                ["provider": .string(provider), "operation": .string(operation), "message": .string(sentence)],
                uniquingKeysWith: { _, own in own }
            )
        )
    }

    func lines(width: Int?, style: Style) -> [String] { TextWidth.wrap(sentence, to: width ?? .max) }
}
