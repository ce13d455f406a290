internal import CSimdjson

extension JSONError {
    /// What simdjson's error codes mean here; the numbers are its enum's, in the order of its header.
    init(simdjson code: Int32, maximumDepth: Int) {
        switch code {
        case 1: self.init(.size, "the JSON is longer than its parser may grow")
        case 2: self.init(.memory, "no memory to read the JSON")
        case 4: self.init(.depth, "the JSON is nested deeper than \(maximumDepth) levels")
        case 5, 13, 14: self.init(.string, "the JSON has a malformed string")
        case 9: self.init(.number, "the JSON has a malformed number, or one beyond 64 bits or the range of a double")
        case 10: self.init(.encoding, "the JSON is not UTF-8")
        case 12: self.init(.empty, "no JSON value: the text is empty")
        default: self.init(.syntax, "the text is not well-formed JSON")
        }
    }
}
