import Catalog
import TestSupport

/// The entities that there are, as the worker's own normalizer makes them.
enum Bodies {
    static let entities = 12
    static let versions = 3

    private static let valid: [[Entity]] = (0..<entities).map { number in
        (0..<versions).compactMap { version in
            var normalizer = EntityNormalizer()
            return try? normalizer.normalize(TestSource.entity("e\(number)", title: "version \(version)"))
        }
    }

    private static let invalid: [EntityRejection] = (0..<entities).compactMap { rejection("e\($0)") }
    private static let nameless = rejection("no name at all")

    static func entity(_ item: Item) -> Entity { valid[item.entity][item.version] }

    static let records = 5

    static func record(_ number: Int) -> String { "r\(number)" }

    /// From which record of the source a page has this entity: some change it with their body, and one has none.
    static func record(of item: Item) -> String {
        item.entity == entities - 1 ? "" : record((item.entity / 2 + item.version) % records)
    }

    static func ref(_ number: Int) -> EntityRef { valid[number][0].ref }

    /// Entity `number` as a source gives it that got it wrong.
    static func rejected(_ number: Int) -> EntityRejection? { number < 0 ? nameless : invalid[number] }

    private static func rejection(_ name: String) -> EntityRejection? {
        var normalizer = EntityNormalizer()
        do throws(EntityRejection) {
            _ = try normalizer.normalize(
                JSONText(.object(["kind": "Component", "metadata": .object(["name": .string(name)])]))
            )
            return nil
        } catch {
            return error
        }
    }
}
