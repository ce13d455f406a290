extension JSON {
    /// Reads one JSON value from UTF-8 bytes.
    ///
    /// Nesting is limited to 128 levels. Of duplicate keys the last wins. An integer that ``JSON`` cannot hold exactly is
    /// an error, not a rounded number.
    public init(parsing bytes: [UInt8]) throws(JSONError) {
        var document = JSONDocument()
        try document.parse(bytes)
        self = try document.withRoot { (root) throws(JSONError) in try root.value() }
    }

    /// Reads one JSON value from a string.
    public init(parsing text: String) throws(JSONError) {
        try self.init(parsing: Array(text.utf8))
    }

    /// Reads the value of a text.
    public init(parsing text: JSONText) throws(JSONError) {
        try self.init(parsing: text.bytes)
    }
}
