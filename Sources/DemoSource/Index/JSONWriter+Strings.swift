internal import Catalog

extension JSONWriter {
    /// Writes an array of strings.
    mutating func append(strings: some Sequence<String>) {
        append(UInt8(ascii: "["))
        var isFirst = true
        for string in strings {
            if !isFirst { append(UInt8(ascii: ",")) }
            append(string: string)
            isFirst = false
        }
        append(UInt8(ascii: "]"))
    }
}
