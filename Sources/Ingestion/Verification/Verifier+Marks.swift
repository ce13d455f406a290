internal import Catalog
internal import Redis

extension Verifier {
    /// Whether a sweep removed what a page or an event of its own generation has published. What was marked without being
    /// published is in no entry, so nothing is said of it.
    func marks(of provider: String, _ check: Verification.Check) async throws -> Verification.Check {
        var check = check
        var published: [String: Int64] = [:]
        try await eachEntry(of: provider) { id, fields in
            // One that cannot be read is reported by the replay.
            guard let delta = try? Delta(fields: fields) else { return true }
            for removed in delta.removed.map(\.entityRef.string) {
                if delta.origin == .sweep, published[removed] == delta.generation {
                    check.violate("entry \(id): \(removed) is removed by the sweep of a cycle that published it")
                }
                published[removed] = nil
            }
            for added in delta.added { published[added.entity.ref.string] = delta.generation }
            check.looked += delta.added.count + delta.removed.count
            return true
        }
        return check
    }
}
