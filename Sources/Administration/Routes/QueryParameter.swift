internal import Catalog

/// A parameter in the query of a URL.
struct QueryParameter: Sendable {
    let name: String
    let description: String
    let schema: JSON
    let accepts: @Sendable (String) -> Bool

    /// A whole number, `fallback` unless given.
    static func count(_ name: String, _ range: ClosedRange<Int>, default fallback: Int, _ description: String)
        -> QueryParameter
    {
        QueryParameter(
            name: name,
            description: description,
            schema: [
                "type": "integer", "minimum": .integer(Int64(range.lowerBound)),
                "maximum": .integer(Int64(range.upperBound)), "default": .integer(Int64(fallback)),
            ],
            accepts: { text in
                text.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
                    && Int(text).map(range.contains) == true
            }
        )
    }
}
