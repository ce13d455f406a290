internal import Catalog

extension EntityNormalizer {
    /// What every entity of a provider goes through, whichever way it comes.
    init(of provider: Provider) {
        self.init(
            annotations: [provider.annotationKey: provider.name],
            defaultAnnotations: [
                "backstage.io/managed-by-location": provider.managedByLocation,
                "backstage.io/managed-by-origin-location": provider.managedByLocation,
            ]
        )
    }

    /// Normalizes, but rejects an entity with a token in it; a rejection never shows a secret.
    mutating func normalize(_ text: JSONText, hiding secrets: Secrets) throws(EntityRejection) -> Entity {
        guard secrets.occur(in: text.bytes) else { return try normalize(text) }
        // Hidden before it is cut: a part of a secret would not be recognised.
        let shown = JSONText(bytes: secrets.redacting(text.bytes))
        let result: Result<Entity, EntityRejection>
        do throws(EntityRejection) { result = .success(try normalize(text)) } catch { result = .failure(error) }
        switch result {
        case .success(let entity):
            guard secrets.isToken(in: text.bytes) else { return entity }
            let isInName = secrets.isToken(in: Array(entity.ref.string.utf8))
            let reason =
                "it contains a secret of the configuration (auth, a password or a token): does the source echo it?"
            throw EntityRejection(ref: isInName ? nil : entity.ref, reason: reason, text: shown)
        case .failure(let error):
            var reason = secrets.redacting(error.reason)
            do throws(EntityRejection) { _ = try normalize(shown) } catch { reason = error.reason }
            throw EntityRejection(ref: error.ref, field: secrets.redacting(error.field), reason: reason, text: shown)
        }
    }
}
