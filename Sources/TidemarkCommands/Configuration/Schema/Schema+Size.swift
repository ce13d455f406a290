internal import Catalog

extension Schema where Value == Int {
    /// A number of bytes, or one with a unit: `64KiB`, `32MiB`, `1GiB`.
    static var size: Schema {
        let json: JSON = [
            "anyOf": [
                ["type": "integer", "minimum": 1],
                ["type": "string", "pattern": "^([0-9]{1,9}(KiB|MiB|GiB)|\\$\\{.*\\})$"],
            ]
        ]
        return Schema(json: json) { node, path, decoding in
            if let text = node.scalar?.text, let bytes = parse(text), bytes > 0 { return bytes }
            decoding.report(
                "must be a number of bytes, or a size such as 64KiB, 32MiB or 1GiB, found \(node.found())",
                at: node.place,
                path
            )
            return nil
        }
    }

    private static func parse(_ text: String) -> Int? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int(digits) else { return nil }
        let shift: Int
        switch text.dropFirst(digits.count) {
        case "": shift = 0
        case "KiB": shift = 10
        case "MiB": shift = 20
        case "GiB": shift = 30
        default: return nil
        }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: 1 << shift)
        return overflow ? nil : bytes
    }
}
