/// A date as JSON documents write it (RFC 3339).
enum InternetDate {
    /// Seconds since 1970; nil if the text is no such date. Fractions of a second are dropped.
    ///
    /// `2016-07-11T22:14:10Z`, `2016-07-11T22:14:10.25+02:00`.
    static func seconds(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int64? {
            guard bytes.count >= range.upperBound, bytes[range].allSatisfy(\.isDigit) else { return nil }
            return Int64(String(decoding: bytes[range], as: UTF8.self))
        }
        func isMark(_ index: Int, _ marks: String) -> Bool { bytes.count > index && marks.utf8.contains(bytes[index]) }
        guard isMark(4, "-"), isMark(7, "-"), isMark(10, "Tt "), isMark(13, ":"), isMark(16, ":"),
            let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60
        else { return nil }
        var rest = bytes[19...]
        if rest.first == UInt8(ascii: ".") { rest = rest.dropFirst().drop(while: \.isDigit) }
        guard let offset = seconds(offset: Array(rest)) else { return nil }
        return HTTPDate.days(year: year, month: month, day: day) * 86400 + hour * 3600 + minute * 60 + second - offset
    }

    /// `Z`, or `±hh:mm`.
    private static func seconds(offset: [UInt8]) -> Int64? {
        if offset == [UInt8(ascii: "Z")] || offset == [UInt8(ascii: "z")] { return 0 }
        let parts = offset.dropFirst().split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard let sign = offset.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), parts.count == 2,
            parts.allSatisfy({ $0.count == 2 && $0.allSatisfy(\.isDigit) }),
            let hours = Int64(String(decoding: parts[0], as: UTF8.self)),
            let minutes = Int64(String(decoding: parts[1], as: UTF8.self))
        else { return nil }
        return (sign == UInt8(ascii: "-") ? -1 : 1) * (hours * 3600 + minutes * 60)
    }
}
