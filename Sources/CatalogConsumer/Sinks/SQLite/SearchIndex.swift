internal import GRDB

/// The full-text index, written along with the entities.
struct SearchIndex {
    private let insertion: LentStatement
    private let deletion: LentStatement

    init(_ db: Database) throws {
        insertion = try LentStatement(
            db,
            "INSERT INTO entity_search (rowid, ref, title, description, tags) VALUES (?, ?, ?, ?, ?)"
        )
        deletion = try LentStatement(
            db,
            """
            INSERT INTO entity_search (entity_search, rowid, ref, title, description, tags)
            VALUES ('delete', ?, ?, ?, ?, ?)
            """
        )
    }

    func insert(_ text: SearchText, ref: UnsafeBufferPointer<UInt8>, id: Int64) throws {
        try run(insertion, text, ref: ref, id: id)
    }

    /// The text must be the one that was inserted: the index keeps no copy.
    func delete(_ text: SearchText, ref: UnsafeBufferPointer<UInt8>, id: Int64) throws {
        try run(deletion, text, ref: ref, id: id)
    }

    private func run(
        _ statement: LentStatement,
        _ text: SearchText,
        ref: UnsafeBufferPointer<UInt8>,
        id: Int64
    ) throws {
        statement.bind(id, at: 1)
        statement.bind(ref, at: 2)
        try text.title.withUnsafeBufferPointer { title in
            try text.description.withUnsafeBufferPointer { description in
                try text.tags.withUnsafeBufferPointer { tags in
                    statement.bind(title, at: 3)
                    statement.bind(description, at: 4)
                    statement.bind(tags, at: 5)
                    try statement.run()
                }
            }
        }
    }
}
