/// A decoded value, and where it stands: for what is found wrong with it later.
struct Located<Value: Sendable>: Sendable {
    let value: Value
    let node: YAMLNode
    let path: ConfigurationPath

    /// A problem at `field`, a dotted path below the value, or as near to it as the file goes; `line` counts from 1 within
    /// a text of several lines.
    func problem(_ message: String, at field: String, line: Int? = nil, mend: String? = nil) -> ConfigurationProblem {
        var node = node
        var path = path
        for key in field.split(separator: ".") {
            path = path.appending(key: String(key))
            if case .mapping(let entries) = node.content, let entry = entries.first(where: { $0.key == key }) {
                node = entry.value
            }
        }
        var place = node.place
        if let line {
            // The text of a block begins on the line after its `|`.
            let first = place.line + (node.scalar?.isBlock == true ? 1 : 0)
            place = Place(line: first + line - 1, column: line == 1 && first == place.line ? place.column : 1)
        }
        return ConfigurationProblem(place: place, path: path, message: message, mend: mend)
    }
}

extension Schema {
    /// The value with its place.
    var located: Schema<Located<Value>> {
        Schema<Located<Value>>(json: json, allowsEmpty: allowsEmpty) { node, path, decoding in
            decode(node, path, &decoding).map { Located(value: $0, node: node, path: path) }
        }
    }
}
