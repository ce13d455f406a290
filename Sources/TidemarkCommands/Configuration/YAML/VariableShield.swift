/// Lets `${NAME}` stand unquoted anywhere in a YAML file.
///
/// Inside `{ … }` YAML ends a plain scalar at a brace, so `auth: { bearer: ${TOKEN} }` would not parse. Before parsing,
/// the braces of each `${…}` are exchanged for two private characters that the file does not use, one for one, so every
/// place stays what it was; they are put back, or the variable in their stead, scalar by scalar.
struct VariableShield: Sendable {
    /// The file's text with its variables shielded.
    let text: String
    let open: Unicode.Scalar
    let close: Unicode.Scalar

    init(_ source: String) {
        var unused = [Unicode.Scalar]()
        let used = Set(source.unicodeScalars.lazy.filter { (0xE000...0xF8FF).contains($0.value) })
        for value in UInt32(0xE000)...0xF8FF {
            guard let scalar = Unicode.Scalar(value), !used.contains(scalar) else { continue }
            unused.append(scalar)
            if unused.count == 2 { break }
        }
        guard unused.count == 2 else {
            // A file that uses all 6,400 private characters: nothing is shielded, and quotes are needed.
            self.text = source
            self.open = "{"
            self.close = "}"
            return
        }
        self.open = unused[0]
        self.close = unused[1]

        var result = String.UnicodeScalarView()
        var rest = Substring(source).unicodeScalars
        while let dollar = rest.firstIndex(of: "$") {
            let brace = rest.index(after: dollar)
            result.append(contentsOf: rest[..<brace])
            rest = rest[brace...]
            guard rest.first == "{", let end = rest.firstIndex(where: { $0 == "}" || $0 == "\n" }),
                rest[end] == "}", !rest[rest.index(after: brace)..<end].contains("{")
            else { continue }
            result.append(unused[0])
            result.append(contentsOf: rest[rest.index(after: brace)..<end])
            result.append(unused[1])
            rest = rest[rest.index(after: end)...]
        }
        result.append(contentsOf: rest)
        self.text = String(result)
    }

    /// The text as it was written.
    func restore(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            result.append(scalar == open ? "{" : scalar == close ? "}" : scalar)
        }
        return String(result)
    }
}
