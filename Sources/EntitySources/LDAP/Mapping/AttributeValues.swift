/// How the values of attributes become text.
struct AttributeValues: Sendable {
    private enum Form { case base64, guid, sid }

    /// The spelling in which a name was asked for, by the name in lower case.
    private let spellings: [String: String]
    private var forms: [String: Form] = [
        "objectguid": .guid, "objectsid": .sid, "sidhistory": .sid, "jpegphoto": .base64, "thumbnailphoto": .base64,
        "usercertificate": .base64, "cacertificate": .base64, "usersmimecertificate": .base64, "userpkcs12": .base64,
        "audio": .base64, "photo": .base64, "guid": .base64, "msds-consistencyguid": .guid,
        "ms-ds-consistencyguid": .guid,
    ]

    init(asked: [String], binary: [String]) {
        spellings = Dictionary(asked.map { ($0.asciiLowercased, $0) }, uniquingKeysWith: { first, _ in first })
        for name in binary where forms[name.asciiLowercased] == nil { forms[name.asciiLowercased] = .base64 }
    }

    /// The name as it was asked for; as the server writes it where it was not.
    func spelling(of name: String) -> String { spellings[name.asciiLowercased] ?? name }

    /// A value as text: base64 for what is bytes, their own text for the identifiers of Active Directory. What is not UTF-8
    /// in any other is shown as U+FFFD.
    func text(of value: [UInt8], in attribute: String) -> String {
        let base = attribute.prefix { $0 != ";" }
        switch forms[String(base).asciiLowercased] {
        case .guid: return ActiveDirectory.guid(value) ?? Base64.encode(value)
        case .sid: return ActiveDirectory.sid(value) ?? Base64.encode(value)
        case .base64: return Base64.encode(value)
        case nil: return attribute.hasSuffix(";binary") ? Base64.encode(value) : String(decoding: value, as: UTF8.self)
        }
    }
}
