internal import Catalog
internal import Ingestion

/// A page before the mapping: the entries as the mapping sees them, and where the chain goes on.
struct RawPage: Sendable {
    /// Which search the records are of; nil for a page that has none by its nature.
    var search: SearchPlan.Kind?
    var records: [EntryRecord] = []
    var next: [JSON] = []
}

extension RawPage {
    /// As `tidemark check --record` keeps it.
    var json: JSON {
        var json: JSON = ["next": .array(next)]
        if let search { json["search"] = .string(search.rawValue) }
        json["records"] = .array(
            records.map { record in
                [
                    "id": .string(record.id), "dn": .string(record.dn),
                    "record": (try? JSON(parsing: record.text)) ?? .null,
                ]
            }
        )
        return json
    }

    /// Reads what was kept; a person may have changed it.
    init(parsing text: [UInt8]) throws(SourceError) {
        guard let json = try? JSON(parsing: text), let next = json["next"]?.array, let records = json["records"]?.array
        else { throw SourceError(.invalidPage, #"what was kept is not a page: {"search", "records", "next"}"#) }
        search = json["search"]?.string.flatMap { SearchPlan.Kind(rawValue: $0) }
        self.next = next
        for record in records {
            guard let id = record["id"]?.string, let dn = record["dn"]?.string, let entry = record["record"] else {
                throw SourceError(.invalidPage, #"what was kept has a record without "id", "dn" and "record""#)
            }
            self.records.append(EntryRecord(id: id, dn: dn, text: JSONText(entry)))
        }
    }
}
