internal import ArgumentParser

/// What commands take that can serve HTTP.
struct HTTPOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Serve HTTP at this address, in place of http.host and http.port of the configuration.",
            valueName: "[host:]port"
        )
    )
    var http: HTTPAddressArgument?

    /// What the configuration says, at the address that the command line says; nil when neither asks for it.
    func section(of configuration: Configuration) -> HTTPSection? {
        guard let http else { return configuration.http }
        var section = configuration.http ?? HTTPSection()
        (section.host, section.port) = (http.host, http.port)
        return section
    }
}

/// `8080`, `0.0.0.0:8080`, `[::1]:8080`.
struct HTTPAddressArgument: ExpressibleByArgument {
    let host: String
    let port: Int

    init?(argument: String) {
        var name = "127.0.0.1"
        var digits = argument[...]
        if let colon = argument.lastIndex(of: ":") {
            var host = argument[..<colon]
            if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
            guard !host.isEmpty else { return nil }
            name = String(host)
            digits = argument[argument.index(after: colon)...]
        }
        guard let number = UInt16(digits) else { return nil }
        (host, port) = (name, Int(number))
    }
}
