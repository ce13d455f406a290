import Testing

@testable import TidemarkCommands

@Suite struct HTTPAddressArgumentTests {
    @Test(
        "an address has a port, and a host where it is not loopback",
        arguments: [
            ("8080", "127.0.0.1", 8_080), ("0", "127.0.0.1", 0), ("0.0.0.0:80", "0.0.0.0", 80), ("[::1]:81", "::1", 81),
            ("host.internal:82", "host.internal", 82),
        ]
    )
    func parses(_ text: String, _ host: String, _ port: Int) {
        let address = HTTPAddressArgument(argument: text)
        #expect(address?.host == host && address?.port == port)
    }

    @Test(arguments: ["", "x", ":80", "host:", "host:70000", "-1"])
    func refuses(_ text: String) {
        #expect(HTTPAddressArgument(argument: text) == nil)
    }
}
