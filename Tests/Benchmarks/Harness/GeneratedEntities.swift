internal import Catalog

/// Entities that look like those of a software catalog, about 560 bytes each once the engine has added its annotation.
enum GeneratedEntities {
    /// The text of the entity of this number. `revision` makes another body of the same length.
    static func text(_ number: Int, revision: Int = 0) -> JSONText {
        var writer = JSONWriter(capacity: 640)
        write(number, revision: revision, to: &writer)
        return JSONText(bytes: writer.bytes)
    }

    /// The texts of a page.
    static func texts(_ numbers: Range<Int>, revision: Int = 0) -> [JSONText] {
        var writer = JSONWriter(capacity: 640)
        return numbers.map { number in
            writer.clear()
            write(number, revision: revision, to: &writer)
            return JSONText(bytes: writer.bytes)
        }
    }

    private static func write(_ number: Int, revision: Int, to writer: inout JSONWriter) {
        writer.append(#"{"apiVersion":"backstage.io/v1alpha1","kind":"Component","metadata":{"name":"service-"#)
        append(number, to: &writer)
        writer.append(#"","title":"Service "#)
        append(number, to: &writer)
        writer.append(#"","description":"Takes orders and hands them on; revision "#)
        append(revision, to: &writer)
        writer.append(#"","annotations":{"github.com/project-slug":"example-organisation/service-"#)
        append(number, to: &writer)
        writer.append(
            #"","backstage.io/managed-by-location":"url:https://git.example.com","backstage.io/managed-by-origin-location":"url:https://git.example.com"},"tags":["swift","orders"]},"spec":{"type":"service","lifecycle":"production","owner":"group:default/team-"#
        )
        writer.append(Int64(number % 97))
        writer.append(#""}}"#)
    }

    /// Seven digits, so that all are of one length.
    private static func append(_ number: Int, to writer: inout JSONWriter) {
        var divisor = 1_000_000
        while divisor > 0 {
            writer.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
            divisor /= 10
        }
    }
}
