extension Double {
    /// With so many digits after the point, and thousands apart.
    func text(_ digits: Int) -> String {
        guard isFinite else { return "-" }
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = Int64((magnitude * scale).rounded())
        let (whole, fraction) = scaled.quotientAndRemainder(dividingBy: Int64(scale))
        var groups = String(whole)
        var place = groups.count - 3
        while place > 0 {
            groups.insert(",", at: groups.index(groups.startIndex, offsetBy: place))
            place -= 3
        }
        let sign = self < 0 && scaled != 0 ? "-" : ""
        guard digits > 0 else { return sign + groups }
        let decimals = String(fraction)
        return "\(sign)\(groups).\(String(repeating: "0", count: digits - decimals.count))\(decimals)"
    }
}

extension Collection<Double> {
    /// The middle one, or the mean of the two in the middle.
    var median: Double { (percentile(50, upper: false) + percentile(50, upper: true)) / 2 }

    /// The smallest value that so many percent of all do not exceed.
    func percentile(_ share: Double, upper: Bool = true) -> Double {
        let sorted = sorted()
        guard !sorted.isEmpty else { return .nan }
        let place = Double(sorted.count - 1) * share / 100
        return sorted[Int(upper ? place.rounded(.up) : place.rounded(.down))]
    }
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
