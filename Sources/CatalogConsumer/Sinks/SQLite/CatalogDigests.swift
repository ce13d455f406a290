internal import GRDB

/// The refs of a provider in a catalog and the digests of their bodies, ordered by ref.
///
/// It reads 10,000 at a time, so it holds no snapshot: what is written meanwhile may or may not be in it.
public struct CatalogDigests: AsyncSequence {
    /// A ref, and the digest of its body.
    public struct Element: Sendable, Hashable {
        /// `kind:namespace/name`.
        public let ref: String
        /// The digest of the body.
        public let digest: UInt64
    }

    let store: CatalogStore
    let provider: String

    public func makeAsyncIterator() -> Iterator {
        Iterator(store: store, provider: provider)
    }

    /// Goes through the refs.
    public struct Iterator: AsyncIteratorProtocol {
        private static let step = 10_000
        private let store: CatalogStore
        private let provider: String
        private var page: [Element] = []
        private var index = 0
        private var isLast = false

        init(store: CatalogStore, provider: String) {
            self.store = store
            self.provider = provider
        }

        public mutating func next() async throws -> Element? {
            if index == page.count {
                guard !isLast else { return nil }
                page = try await read(after: page.last?.ref ?? "")
                index = 0
                isLast = page.count < Self.step
                guard !page.isEmpty else { return nil }
            }
            defer { index += 1 }
            return page[index]
        }

        private func read(after ref: String) async throws -> [Element] {
            try await store.read { [provider] db in
                let sql = """
                    SELECT ref, digest FROM entity
                    WHERE provider = (SELECT id FROM provider WHERE name = ?) AND ref > ? ORDER BY ref LIMIT ?
                    """
                return try Row.fetchAll(db, sql: sql, arguments: [provider, ref, Self.step]).map { row in
                    Element(ref: row[0], digest: UInt64(bitPattern: row[1]))
                }
            }
        }
    }
}
