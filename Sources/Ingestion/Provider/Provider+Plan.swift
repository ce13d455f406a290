internal import Catalog

extension Provider {
    /// The fingerprint of all that decides which entities a cursor leads to: 16 hexadecimal digits, the same on every machine.
    package var plan: String {
        let plan: JSON = [
            "engine": shape, "locationKey": .string(locationKey),
            "source": secrets.redactingConfigured(source.planIdentity),
        ]
        return EntityDigest(of: plan).description
    }

    /// What the engine itself does to the entities of a page.
    var shape: JSON { [.integer(KeptPage.format), .string(annotationKey), .string(managedByLocation)] }
}
