package import Catalog

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// Texts that belong in no log, no error and nowhere in Redis: the credentials of a source, above all.
///
/// Each is known in the forms in which it may come back: as it is, percent-encoded, and as JSON writes it.
public struct Secrets: Sendable {
    /// A shorter one is hidden nowhere: it is a word like any other, and every line would be garbled.
    public static let shortestHidden = 6
    /// A shorter one is not looked for in entities and cursors, which would be refused for containing a word.
    public static let shortestRefused = 12

    private let hidden: [[UInt8]]
    private let refused: [[UInt8]]
    private var fetched: FetchedSecrets?

    /// - Parameters:
    ///   - tokens: what nothing but its owner has, such as a bearer token: an entity or cursor with it in it is refused.
    ///   - others: what is kept out of texts for people, but may well stand in an entity.
    ///   - fetched: tokens that become known later.
    public init(_ tokens: [String], hiding others: [String] = [], and fetched: FetchedSecrets? = nil) {
        self.fetched = fetched
        hidden = Self.forms(of: tokens + others, from: Self.shortestHidden)
        refused = Self.forms(of: tokens, from: Self.shortestRefused)
    }

    /// Nothing is secret.
    public static let none = Secrets([])

    var isEmpty: Bool { everyHidden.isEmpty }

    private var everyHidden: [[UInt8]] { hidden + (fetched?.hidden ?? []) }

    /// The text with `***` for every secret in it, and for what is left of one that the text's end cuts in two.
    public func redacting(_ text: String) -> String {
        guard !isEmpty else { return text }
        let bytes = redacting(Array(text.utf8))
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The value with `***` for every secret in its texts.
    package func redacting(_ value: JSON) -> JSON {
        switch value {
        case .string(let text): .string(redacting(text))
        case .array(let values): .array(values.map { redacting($0) })
        case .object(let members): .object(members.mapValues { redacting($0) })
        default: value
        }
    }

    /// The same without those that became known later: it is the same however long the process runs.
    func redactingConfigured(_ value: JSON) -> JSON {
        var configured = self
        configured.fetched = nil
        return configured.redacting(value)
    }

    package func redacting(_ text: [UInt8]) -> [UInt8] {
        var text = text
        let hidden = everyHidden
        for form in hidden {
            var start = 0
            while let index = Self.find(form, in: text, from: start) {
                text.replaceSubrange(index..<index + form.count, with: "***".utf8)
                start = index + 3
            }
        }
        return hidingCutEnd(text, hidden)
    }

    /// Whether one of the tokens stands in the text.
    func isToken(in text: [UInt8]) -> Bool {
        (refused + (fetched?.refused ?? [])).contains { Self.find($0, in: text, from: 0) != nil }
    }

    /// Whether anything that is hidden stands in the text.
    func occur(in text: [UInt8]) -> Bool { everyHidden.contains { Self.find($0, in: text, from: 0) != nil } }

    private func hidingCutEnd(_ text: [UInt8], _ hidden: [[UInt8]]) -> [UInt8] {
        let ellipsis = Array("…".utf8)
        let isMarked = text.suffix(ellipsis.count).elementsEqual(ellipsis)
        let end = text.count - (isMarked ? ellipsis.count : 0)
        for form in hidden {
            var length = min(form.count - 1, end)
            while length >= Self.shortestHidden {
                if text[(end - length)..<end].elementsEqual(form.prefix(length)) {
                    return Array(text[..<(end - length)]) + "***".utf8 + text[end...]
                }
                length -= 1
            }
        }
        return text
    }

    static func forms(of values: [String], from shortest: Int) -> [[UInt8]] {
        var forms: Set<[UInt8]> = []
        for value in values where value.utf8.count >= shortest {
            forms.insert(Array(value.utf8))
            forms.insert(percentEncoded(value))
            forms.insert(Array(JSON.string(value).bytes.dropFirst().dropLast()))
        }
        // The longest first, so that one that contains another goes as a whole.
        return forms.sorted { $0.count > $1.count }
    }

    private static func percentEncoded(_ value: String) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        return value.utf8.flatMap { byte -> [UInt8] in
            let isUnreserved =
                byte < 0x80 && (Character(UnicodeScalar(byte)).isLetter || Character(UnicodeScalar(byte)).isNumber)
            if isUnreserved || "-._~".utf8.contains(byte) { return [byte] }
            return [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }

    private static func find(_ form: [UInt8], in text: [UInt8], from start: Int) -> Int? {
        text.withUnsafeBytes { text in
            form.withUnsafeBytes { form in
                guard let base = text.baseAddress, let pattern = form.baseAddress, let first = form.first else {
                    return nil
                }
                var index = start
                while text.count - index >= form.count {
                    let rest = text.count - index - form.count + 1
                    guard let found = memchr(base + index, Int32(first), rest) else { return nil }
                    index = UnsafeRawPointer(found) - base
                    if memcmp(base + index, pattern, form.count) == 0 { return index }
                    index += 1
                }
                return nil
            }
        }
    }
}
