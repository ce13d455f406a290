package import Catalog

extension Provider {
    /// The fingerprint of all that decides which entities a cursor leads to: 16 hexadecimal digits, the same on every machine.
    package var plan: String {
        let plan: JSON = [
            "engine": shape, "locationKey": .string(locationKey),
            "source": source.planIdentity.redactingSensitive(secrets.redactingConfigured),
        ]
        return EntityDigest(of: plan).description
    }

    /// What the engine itself does to the entities of a page.
    var shape: JSON { [.integer(KeptPage.format), .string(annotationKey), .string(managedByLocation)] }
}

extension JSON {
    private static let sensitiveMark = "\u{0}sensitive"

    /// A part of a source's ``EntitySource/planIdentity`` whose name says that it is a credential. What of it is configured as a secret
    /// does not count, so that a credential can be rotated. A value without this mark counts wherever it came from.
    package static func sensitive(_ value: JSON) -> JSON { .object([sensitiveMark: value]) }

    fileprivate func redactingSensitive(_ redacting: (JSON) -> JSON) -> JSON {
        switch self {
        case .array(let values): return .array(values.map { $0.redactingSensitive(redacting) })
        case .object(let members):
            if members.count == 1, let value = members[Self.sensitiveMark] { return .sensitive(redacting(value)) }
            return .object(members.mapValues { $0.redactingSensitive(redacting) })
        default: return self
        }
    }
}
