internal import Catalog
internal import Synchronization

extension HTTPSource {
    /// What maps the pages of one burst, whatever chain it reads: a client for each kind, made when it is first needed.
    public final class Client: Sendable {
        private let clients = Mutex<[String: PageClient]>([:])
        private let make: @Sendable (PagePlan) -> PageClient

        init(_ make: @escaping @Sendable (PagePlan) -> PageClient) {
            self.make = make
        }

        /// Of the chains that these names of `each` lead to.
        func chain(_ path: String, _ plan: SourcePlan.Chain) -> PageClient {
            client(path) { plan.pages }
        }

        func detail(_ plan: DetailPlan) -> PageClient {
            client(plan.field) { plan.pages ?? PagePlan(records: nil, entity: nil) }
        }

        private func client(_ name: String, _ plan: () -> PagePlan) -> PageClient {
            clients.withLock { clients in
                if let found = clients[name] { return found }
                let new = make(plan())
                clients[name] = new
                return new
            }
        }
    }
}
