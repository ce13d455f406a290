/// Numbers as people read them.
enum Figures {
    /// `61,204`.
    static func count(_ number: some BinaryInteger) -> String {
        let digits = String(number.magnitude)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text += "," }
            text.append(digit)
        }
        return (number < 0 ? "-" : "") + text
    }

    /// `1 page`, `2 pages`.
    static func count(_ number: some BinaryInteger, _ singular: String, _ plural: String? = nil) -> String {
        "\(count(number)) \(number == 1 ? singular : plural ?? singular + "s")"
    }

    /// A rate: `8,120/s`, `0.4/s`.
    static func rate(_ perSecond: Double) -> String {
        guard perSecond.isFinite, perSecond > 0 else { return "0/s" }
        guard perSecond < 10 else { return "\(count(Int(perSecond.rounded())))/s" }
        let tenths = Int((perSecond * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)/s"
    }

    /// A share in percent, with one digit after the point where it matters: `1.3 %`, `50 %`.
    static func percent(_ part: Int, of whole: Int) -> String {
        guard whole > 0 else { return "0 %" }
        let tenths = Int((Double(part) / Double(whole) * 1_000).rounded())
        return tenths.isMultiple(of: 10) || tenths >= 1_000 ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
    }
}
