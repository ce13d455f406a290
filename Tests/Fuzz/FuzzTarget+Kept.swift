internal import Catalog

@testable internal import Ingestion

extension FuzzTarget {
    /// A record that is taken is the same after it was written and read again.
    func readKept(_ bytes: [UInt8]) {
        let provider = Provider(name: "fuzz", source: NoPages())
        guard let kept = KeptPage(bytes, of: provider) else { return }
        let record = kept.record(of: provider)
        precondition(KeptPage(record, of: provider)?.record(of: provider) == record)
    }
}

private struct NoPages: EntitySource {
    func withClient(_ burst: (()) async throws -> Void) async throws { try await burst(()) }

    func page(at cursor: JSON?, using client: ()) async throws -> Page { Page(entities: []) }
}
