internal import ArgumentParser

/// What commands take that can serve HTTP.
struct HTTPOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Take webhooks at this address, in place of http of the configuration.",
            valueName: "[host:]port"
        )
    )
    var http: HTTPAddressArgument?
}

/// `8080`, `0.0.0.0:8080`, `[::1]:8080`.
struct HTTPAddressArgument: ExpressibleByArgument {
    let section: HTTPSection

    init?(argument: String) {
        var section = HTTPSection()
        var port = argument[...]
        if let colon = argument.lastIndex(of: ":") {
            var host = argument[..<colon]
            if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
            guard !host.isEmpty else { return nil }
            section.host = String(host)
            port = argument[argument.index(after: colon)...]
        }
        guard let number = UInt16(port) else { return nil }
        section.port = Int(number)
        self.section = section
    }
}
