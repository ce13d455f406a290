import Catalog
import Ingestion

/// Reads the hosts of an inventory that lists them by region, a hundred at a time.
struct InventorySource: EntitySource {
    let inventory: Inventory

    /// A connection that lives for one burst.
    func withClient(_ burst: (Inventory.Connection) async throws -> Void) async throws {
        let connection = try await inventory.connect()
        do {
            try await burst(connection)
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
    }

    func page(at cursor: JSON?, using connection: Inventory.Connection) async throws -> Page {
        guard let region = cursor?["region"]?.string else {
            // The first page has no entities and forks: each region is a chain that any worker may take.
            let regions = try await connection.regions()
            return Page(entities: [], next: regions.map { ["region": .string($0), "after": ""] })
        }
        let hosts = try await connection.hosts(in: region, after: cursor?["after"]?.string ?? "", most: 100)
        guard let last = hosts.last else { return Page(entities: []) }
        return Page(
            entities: hosts.map { host in
                JSONText([
                    "apiVersion": "backstage.io/v1alpha1",
                    "kind": "Resource",
                    "metadata": ["name": .string(host)],
                    "spec": ["type": "host", "owner": "operations", "region": .string(region)],
                ])
            },
            next: [["region": .string(region), "after": .string(last)]]
        )
    }
}
