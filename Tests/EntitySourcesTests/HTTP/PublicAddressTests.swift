import NIOCore
import Testing

@testable import EntitySources

@Suite struct PublicAddressTests {
    @Test(arguments: [
        "1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.0", "172.15.0.1", "172.32.0.1", "192.169.0.1", "198.20.0.1",
        "223.255.255.255", "2606:4700::1111", "2a00:1450:4001::1", "::ffff:8.8.8.8", "64:ff9b::808:808",
        "2002:808:808::1",
    ])
    func aPublicAddress(_ address: String) throws {
        #expect(PublicAddress.contains(try SocketAddress(ipAddress: address, port: 80)))
    }

    @Test(arguments: [
        "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.9.9.9", "169.254.169.254", "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8", "192.168.1.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1",
        "fc00::1", "fd12::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1",
        "2002:7f00:1::", "2001:db8::1", "2001::1", "::127.0.0.1",
    ])
    func aSpecialAddress(_ address: String) throws {
        #expect(!PublicAddress.contains(try SocketAddress(ipAddress: address, port: 80)))
    }

    @Test func aSocketIsNoPublicAddress() throws {
        #expect(!PublicAddress.contains(try SocketAddress(unixDomainSocketPath: "/tmp/x")))
    }
}
