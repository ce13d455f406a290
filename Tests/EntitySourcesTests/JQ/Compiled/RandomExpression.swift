/// Expressions of the subset, made at random from its grammar.
struct RandomExpression {
    private var generator: SplitMix

    init(seed: UInt64) {
        generator = SplitMix(state: seed)
    }

    mutating func next() -> String { pipe(4) }

    private mutating func pick(_ choices: [String]) -> String {
        choices[Int.random(in: choices.indices, using: &generator)]
    }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &generator) < percent }

    private mutating func pipe(_ depth: Int) -> String {
        guard depth > 0 else { return term(0) }
        let left = operand(depth)
        switch Int.random(in: 0..<10, using: &generator) {
        case 0, 1, 2: return "\(left) | \(pipe(depth - 1))"
        case 3: return "\(left), \(operand(depth - 1))"
        case 4: return "\(term(depth - 1)) as $v | \(pipe(depth - 1))"
        default: return left
        }
    }

    private mutating func operand(_ depth: Int) -> String {
        guard depth > 0, chance(40) else { return term(depth) }
        let symbol = pick(["+", "+", "-", "*", "/", "//", "//", "==", "!=", "<", ">=", "and", "or"])
        return "(\(term(depth - 1)) \(symbol) \(term(depth - 1)))"
    }

    private mutating func term(_ depth: Int) -> String {
        guard depth > 0 else {
            return pick([
                ".", ".a", ".b", ".name", ".items", "(1)", "\"x\"", "null", "true", ".a?", ".[]?", ".[0]?", "empty",
                "2.5",
            ])
        }
        switch Int.random(in: 0..<16, using: &generator) {
        case 0: return "[\(pipe(depth - 1))]"
        case 1: return "{a: \(term(depth - 1)), b: \(term(depth - 1))}"
        case 2: return "{(\(term(depth - 1)) | tostring): \(term(depth - 1)), a}"
        case 3: return "(\(pipe(depth - 1)))"
        case 4: return "(\(pipe(depth - 1)) | (\(term(depth - 1)))?)"
        case 5: return "(if \(pipe(depth - 1)) then \(pipe(depth - 1)) else \(pipe(depth - 1)) end)"
        case 6: return "\(term(depth - 1)).\(pick(["a", "b", "name", "items"]))\(chance(50) ? "?" : "")"
        case 7: return "\(term(depth - 1))[]\(chance(70) ? "?" : "")"
        case 8: return "\(term(depth - 1))[\(pick(["0", "-1", "\"a\"", ".a?", "1:", ":2", "0:1"]))]"
        case 9: return "\"<\\([\(pipe(depth - 1))])>\""
        case 10: return "\(pick(["map", "map", "with_entries"]))(\(pipe(depth - 1)))"
        case 11: return "select(\(pipe(depth - 1)))"
        case 12: return "first(\(pipe(depth - 1)))"
        case 13:
            return
                "(\(term(depth - 1)) | \(pick(["startswith", "endswith", "ltrimstr", "split", "join", "has"]))(\"a\"))"
        case 14:
            let name = pick([
                "length", "type", "tostring", "tojson", "keys", "add", "not", "any", "all", "first", "last",
                "to_entries", "from_entries", "values",
            ])
            return "(\(term(depth - 1)) | \(name))"
        default: return "(\(term(depth - 1)) as $v | [$v, \(term(depth - 1))])"
        }
    }
}

/// A generator that gives the same numbers for the same seed.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
