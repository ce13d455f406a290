import NIOCore
import Testing

@testable import Administration

@Suite struct ServerContextTests {
    @Test(
        "an IPv4 client is its address, an IPv6 one its network",
        arguments: [
            ("10.1.2.3", "10.1.2.3"), ("::ffff:10.1.2.3", "10.1.2.3"), ("2001:db8:1:2::1", "20010db800010002::/64"),
            ("2001:db8:1:2:ffff::", "20010db800010002::/64"), ("2001:db8:1:3::1", "20010db800010003::/64"),
        ]
    )
    func clients(_ address: String, _ client: String) throws {
        #expect(ServerContext.client(try SocketAddress(ipAddress: address, port: 1)) == client)
    }
}
