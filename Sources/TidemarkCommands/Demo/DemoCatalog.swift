internal import Catalog
internal import CatalogConsumer
internal import DemoSource

/// What the catalog has, in the terms of the demo's source.
struct DemoCatalog: Sendable {
    static let packages = "debian-packages"
    static let maintainers = "debian-maintainers"

    let catalog: SQLiteCatalog

    /// Holds every package of the catalog against the source, by name and version.
    func comparePackages(with revision: Revision) async throws -> Comparison {
        let versions = try await records(of: Self.packages) { entity in
            let annotations = entity["metadata"]?["annotations"]
            return (annotations?["debian.org/package"]?.string, annotations?["debian.org/version"]?.string)
        }
        return Comparison(source: revision.packageVersions, catalog: versions)
    }

    /// Holds every maintainer of the catalog against the source, by id and name.
    func compareMaintainers(with revision: Revision) async throws -> Comparison {
        let names = try await records(of: Self.maintainers) { entity in
            let metadata = entity["metadata"]
            return (metadata?["name"]?.string, metadata?["annotations"]?["debian.org/maintainer"]?.string)
        }
        return Comparison(source: revision.maintainerNames, catalog: names)
    }

    /// What the last cycle of a provider did to the catalog.
    func lastCycle(of provider: String) async throws -> CatalogCounts {
        try await catalog.cycles(provider: provider, limit: 1).first?.counts ?? CatalogCounts()
    }

    private func records(
        of provider: String,
        _ record: (JSON) -> (key: String?, value: String?)
    ) async throws -> [String: String] {
        var records = [String: String]()
        var last: CatalogEntity?
        while true {
            let page = try await catalog.entities(provider: provider, after: last, limit: 1_000)
            guard let end = page.last else { return records }
            last = end
            for entity in page {
                let (key, value) = record(try JSON(parsing: entity.body))
                // One that has lost its name must not vanish from the comparison.
                records[key ?? entity.ref] = value ?? ""
            }
        }
    }
}
