internal import EntitySources

/// Puts the environment into a text: `${NAME}` is the variable, `$${` a literal `${`.
struct Interpolation: Sendable {
    /// What became of a text.
    struct Result: Sendable, Equatable {
        var text: String
        var isInterpolated = false
        /// The values that were put in and may be secret: all but those of variables whose name says otherwise, and numbers.
        var secrets: [String] = []
        var problems: [Problem] = []
    }

    /// What is wrong with one variable.
    enum Problem: Sendable, Equatable {
        case unset(String)
        case malformed(String)
    }

    let environment: [String: String]

    /// Puts the variables in; what cannot be put in is a problem, and for one that is not set something else stands in.
    func expand(_ text: String) -> Result {
        guard text.contains("${") else { return Result(text: text) }
        var result = Result(text: "")
        var rest = Substring(text)
        while let dollar = rest.firstIndex(of: "$") {
            result.text += rest[..<dollar]
            rest = rest[dollar...]
            if rest.hasPrefix("$${") {
                result.text += "${"
                rest = rest.dropFirst(3)
            } else if rest.hasPrefix("${") {
                let name = rest.dropFirst(2).prefix { $0 != "}" && $0 != "\n" }
                let isClosed = name.endIndex < rest.endIndex && rest[name.endIndex] == "}"
                if !isClosed || !Self.isName(name) {
                    result.problems.append(.malformed("${\(name)\(isClosed ? "}" : "")"))
                } else if let value = environment[String(name)] {
                    result.text += value
                    result.isInterpolated = true
                    let isNumber = value.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
                    if !isNumber, !SensitiveName.isHarmless(variable: name) { result.secrets.append(value) }
                } else {
                    result.text += Decoding.standIn
                    result.problems.append(.unset(String(name)))
                }
                rest = isClosed ? rest[name.endIndex...].dropFirst() : rest[name.endIndex...]
            } else {
                result.text += "$"
                rest = rest.dropFirst()
            }
        }
        result.text += rest
        return result
    }

    private static func isName(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
            return false
        }
        return text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    }
}
