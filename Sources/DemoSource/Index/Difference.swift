/// How a revision differs from the one before, record by record: what a cycle over it has to find.
package struct Difference: Sendable, Hashable {
    /// How many records of a list are new, different, gone, and the same.
    package struct Counts: Sendable, Hashable {
        package var added = 0
        package var changed = 0
        package var removed = 0
        package var unchanged = 0

        package init(added: Int = 0, changed: Int = 0, removed: Int = 0, unchanged: Int = 0) {
            self.added = added
            self.changed = changed
            self.removed = removed
            self.unchanged = unchanged
        }

        /// Compares two lists in the order of their keys.
        init<Record>(
            from old: [Record],
            to new: [Record],
            key: (Record) -> String,
            isSame: (Record, Record) -> Bool
        ) {
            var (before, after) = (old.startIndex, new.startIndex)
            while before < old.endIndex, after < new.endIndex {
                let (oldKey, newKey) = (key(old[before]), key(new[after]))
                if oldKey == newKey {
                    if isSame(old[before], new[after]) { unchanged += 1 } else { changed += 1 }
                    before += 1
                    after += 1
                } else if oldKey < newKey {
                    removed += 1
                    before += 1
                } else {
                    added += 1
                    after += 1
                }
            }
            removed += old.endIndex - before
            added += new.endIndex - after
        }
    }

    /// Of the packages.
    package var packages: Counts
    /// Of the maintainers.
    package var maintainers: Counts

    /// Compares two revisions of one index.
    package init(from old: Revision, to new: Revision) {
        packages = Counts(from: old.packages, to: new.packages, key: \.name) { before, after in
            before.version == after.version && before.members == after.members
                && old.index.maintainers[before.maintainer] == new.index.maintainers[after.maintainer]
        }
        maintainers = Counts(from: old.maintainers, to: new.maintainers, key: \.id, isSame: ==)
    }
}
