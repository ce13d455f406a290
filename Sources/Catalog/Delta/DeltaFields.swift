/// The fields of a stream entry by name.
struct DeltaFields {
    private let values: [String: [UInt8]]

    init(_ fields: [(String, [UInt8])]) {
        values = Dictionary(fields, uniquingKeysWith: { _, last in last })
    }

    func bytes(_ name: String) -> [UInt8]? { values[name] }

    func optionalText(_ name: String) -> String? {
        values[name].map { String(decoding: $0, as: UTF8.self) }
    }

    func text(_ name: String) throws(DeltaError) -> String {
        guard let text = optionalText(name) else { throw DeltaError(name, "missing") }
        return text
    }

    func number(_ name: String) throws(DeltaError) -> Int64 {
        let text = try text(name)
        guard let value = Int64(text), value >= 0 else {
            throw DeltaError(name, "\(Excerpt.quoted(text)) is no number from 0 on")
        }
        return value
    }
}
