internal import GRDB

/// The tables of a SQLite catalog, and how an older one becomes the present one.
///
/// `entity_search` has no content of its own: its words stand in the body, and are taken from there to be deleted again.
enum CatalogSchema {
    static let migrator: DatabaseMigrator = {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { db in
            try db.execute(
                sql: """
                    CREATE TABLE provider (
                        id INTEGER PRIMARY KEY,
                        name TEXT NOT NULL UNIQUE,
                        last_entry TEXT,            -- id of the last delta that was stored
                        entities INTEGER NOT NULL DEFAULT 0,
                        added INTEGER NOT NULL DEFAULT 0,
                        changed INTEGER NOT NULL DEFAULT 0,
                        unchanged INTEGER NOT NULL DEFAULT 0,
                        removed INTEGER NOT NULL DEFAULT 0,
                        cycles INTEGER NOT NULL DEFAULT 0,
                        restarting INTEGER NOT NULL DEFAULT 0,
                        restart_generation INTEGER  -- first cycle that started after a restart
                    ) STRICT;

                    CREATE TABLE entity (
                        id INTEGER PRIMARY KEY,
                        provider INTEGER NOT NULL REFERENCES provider (id),
                        ref TEXT NOT NULL,
                        body TEXT NOT NULL,             -- JSON
                        digest INTEGER NOT NULL,        -- 64 bits, as a signed number
                        first_changed INTEGER NOT NULL, -- ms
                        last_changed INTEGER NOT NULL,  -- ms
                        stale INTEGER NOT NULL DEFAULT 0,
                        UNIQUE (provider, ref)
                    ) STRICT;
                    CREATE INDEX entity_stale ON entity (provider) WHERE stale = 1;

                    CREATE TABLE cycle (
                        provider INTEGER NOT NULL REFERENCES provider (id),
                        generation INTEGER NOT NULL,
                        started INTEGER,   -- ms
                        completed INTEGER, -- ms
                        held INTEGER,      -- ms
                        added INTEGER NOT NULL DEFAULT 0,
                        changed INTEGER NOT NULL DEFAULT 0,
                        unchanged INTEGER NOT NULL DEFAULT 0,
                        removed INTEGER NOT NULL DEFAULT 0,
                        PRIMARY KEY (provider, generation)
                    ) STRICT, WITHOUT ROWID;

                    CREATE VIRTUAL TABLE entity_search USING fts5 (
                        ref, title, description, tags, content = '', tokenize = "unicode61 remove_diacritics 2"
                    );
                    INSERT INTO entity_search (entity_search, rank) VALUES ('automerge', 8);
                    """
            )
        }
        return migrator
    }()

    /// Gives a catalog the number by which it is told from others. SQLite keeps it in the file's head, for programs to use.
    static func identify(_ db: Database) throws {
        guard try identity(db) == 0 else { return }
        try db.execute(sql: "PRAGMA user_version = \(Int32.random(in: 1 ... .max))")
    }

    static func identity(_ db: Database) throws -> Int32 {
        try Int32.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    }
}
