/// The package names in a `Depends` field.
enum Dependencies {
    /// Names of the packages in `field`, in order, each once: the first of alternatives (`a | b`), without version
    /// `(>= 1)`, architecture `:any` and restriction `[amd64]`.
    static func names(in field: String) -> [String] {
        var names: [String] = []
        for clause in field.utf8.split(separator: UInt8(ascii: ",")) {
            let trimmed = clause.drop { !$0.isPackageNameByte }
            guard let name = String(trimmed.prefix { $0.isPackageNameByte }), !name.isEmpty else { continue }
            if !names.contains(name) { names.append(name) }
        }
        return names
    }
}

extension UInt8 {
    /// Debian Policy 5.6.1: lower-case letters, digits, plus, minus and period.
    fileprivate var isPackageNameByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."): true
        default: false
        }
    }
}
