/// The formats of the envelope's fields, as Backstage's catalog-model has them by default.
///
/// They are those of Kubernetes names and labels, all ASCII, so that bytes and characters are the same.
public enum EntityRule: Sendable, CaseIterable {
    case apiVersion, kind, name, namespace, labelKey, labelValue, annotationKey, tag

    /// Whether a text keeps this rule.
    public func accepts(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { accepts($0) }
    }

    /// What the rule asks for, to follow the word "expected".
    public var expectation: String {
        switch self {
        case .apiVersion:
            "1 to 63 letters and digits, with a DNS subdomain and a slash before them if at all, such as backstage.io/v1alpha1"
        case .kind: "1 to 63 letters and digits, a letter first"
        case .name: "1 to 63 letters, digits, '-', '_' and '.', a letter or digit first and last"
        case .namespace: "1 to 63 of a-z, 0-9 and '-', no '-' first or last"
        case .labelKey, .annotationKey:
            "1 to 63 letters, digits, '-', '_' and '.', a letter or digit first and last, with a DNS subdomain of at most "
                + "253 characters and a slash before them if at all"
        case .labelValue: "at most 63 letters, digits, '-', '_' and '.', a letter or digit first and last"
        case .tag: "1 to 63 of a-z, 0-9, ':', '+', '#' and single '-', no '-' first or last"
        }
    }

    package func accepts(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        switch self {
        case .apiVersion: Self.prefixed(text) { Self.isWord($0, letterFirst: false) }
        case .kind: Self.isWord(text, letterFirst: true)
        case .name: Self.isName(text)
        case .namespace: Self.isLabel(text)
        case .labelKey, .annotationKey: Self.prefixed(text, Self.isName)
        case .labelValue: text.isEmpty || Self.isName(text)
        case .tag: Self.isTag(text)
        }
    }

    /// `suffix`, or a DNS subdomain, a slash and `suffix`.
    @inline(__always)
    private static func prefixed(
        _ text: UnsafeBufferPointer<UInt8>,
        _ isSuffix: (UnsafeBufferPointer<UInt8>) -> Bool
    ) -> Bool {
        guard let slash = text.firstIndex(of: UInt8(ascii: "/")) else { return isSuffix(text) }
        return isSubdomain(UnsafeBufferPointer(rebasing: text[..<slash]))
            && isSuffix(UnsafeBufferPointer(rebasing: text[(slash + 1)...]))
    }

    private static func isWord(_ text: UnsafeBufferPointer<UInt8>, letterFirst: Bool) -> Bool {
        guard 1...63 ~= text.count, !letterFirst || ASCII.isLetter(text[0]) else { return false }
        for byte in text where !ASCII.isLetter(byte) && !ASCII.isDigit(byte) { return false }
        return true
    }

    private static func isName(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard 1...63 ~= text.count else { return false }
        var isEnd = false
        for byte in text {
            let isInner = byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
            isEnd = ASCII.isLetter(byte) || ASCII.isDigit(byte)
            guard isEnd || isInner else { return false }
        }
        return isEnd && (ASCII.isLetter(text[0]) || ASCII.isDigit(text[0]))
    }

    /// A DNS label as RFC 1123 has it.
    private static func isLabel(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        hyphenated(text, runs: true) { ASCII.isLower($0) || ASCII.isDigit($0) }
    }

    private static func isTag(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        hyphenated(text, runs: false) { byte in
            ASCII.isLower(byte) || ASCII.isDigit(byte)
                || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "#")
        }
    }

    /// 1 to 63 bytes, groups of `isInner` with one hyphen between, or with `runs` one or more.
    @inline(__always)
    private static func hyphenated(
        _ text: UnsafeBufferPointer<UInt8>,
        runs: Bool,
        _ isInner: (UInt8) -> Bool
    ) -> Bool {
        guard 1...63 ~= text.count, isInner(text[0]) else { return false }
        var afterInner = false
        for byte in text {
            if isInner(byte) {
                afterInner = true
            } else {
                guard byte == UInt8(ascii: "-"), runs || afterInner else { return false }
                afterInner = false
            }
        }
        return afterInner
    }

    private static func isSubdomain(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard 1...253 ~= text.count else { return false }
        var rest = text
        while let dot = rest.firstIndex(of: UInt8(ascii: ".")) {
            guard isLabel(UnsafeBufferPointer(rebasing: rest[..<dot])) else { return false }
            rest = UnsafeBufferPointer(rebasing: rest[(dot + 1)...])
        }
        return isLabel(rest)
    }
}
