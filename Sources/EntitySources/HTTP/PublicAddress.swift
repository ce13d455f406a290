internal import NIOCore

/// Tells addresses of the internet from those of this machine, this network, and other special purposes.
enum PublicAddress {
    /// Fails, and closes the connection, when it goes to an address that is not public.
    ///
    /// The address is the connection's own: whatever a name is resolved to, and however often, nothing is sent anywhere else.
    static func check(_ channel: any Channel) -> EventLoopFuture<Void> {
        guard let address = channel.remoteAddress, contains(address) else {
            let text = channel.remoteAddress?.ipAddress ?? "an unknown address"
            channel.close(promise: nil)
            return channel.eventLoop.makeFailedFuture(PrivateAddressError(address: text))
        }
        return channel.eventLoop.makeSucceededVoidFuture()
    }

    static func contains(_ address: SocketAddress) -> Bool {
        switch address {
        // Where sin_addr and sin6_addr lie: their module cannot be imported here.
        case .v4(let v4): isPublic(v4: withUnsafeBytes(of: v4.address) { Array($0[4..<8]) })
        case .v6(let v6): isPublic(v6: withUnsafeBytes(of: v6.address) { Array($0[8..<24]) })
        case .unixDomainSocket: false
        }
    }

    /// The special-purpose blocks of RFC 6890 and its successors, and multicast.
    private static let special4: [(prefix: [UInt8], bits: Int)] = [
        ([0, 0, 0, 0], 8), ([10, 0, 0, 0], 8), ([100, 64, 0, 0], 10), ([127, 0, 0, 0], 8), ([169, 254, 0, 0], 16),
        ([172, 16, 0, 0], 12), ([192, 0, 0, 0], 24), ([192, 0, 2, 0], 24), ([192, 88, 99, 0], 24),
        ([192, 168, 0, 0], 16),
        ([198, 18, 0, 0], 15), ([198, 51, 100, 0], 24), ([203, 0, 113, 0], 24), ([224, 0, 0, 0], 3),
    ]

    private static func isPublic(v4 address: [UInt8]) -> Bool {
        !special4.contains { matches(address, $0.prefix, $0.bits) }
    }

    private static func isPublic(v6 address: [UInt8]) -> Bool {
        // An IPv4 address within: mapped, translated (RFC 6052), 6to4.
        if matches(address, Array(repeating: 0, count: 10) + [0xFF, 0xFF], 96) {
            return isPublic(v4: Array(address[12...]))
        }
        if matches(address, [0, 0x64, 0xFF, 0x9B] + Array(repeating: 0, count: 8), 96) {
            return isPublic(v4: Array(address[12...]))
        }
        if matches(address, [0x20, 0x02], 16) { return isPublic(v4: Array(address[2..<6])) }
        // 2000::/3 is all that is handed out; of it, documentation and protocols (2001::/23, Teredo among them) are special.
        return matches(address, [0x20], 3) && !matches(address, [0x20, 0x01, 0x00], 23)
            && !matches(address, [0x20, 0x01, 0x0D, 0xB8], 32)
    }

    private static func matches(_ address: [UInt8], _ prefix: [UInt8], _ bits: Int) -> Bool {
        (0..<bits).allSatisfy { bit in
            (address[bit / 8] ^ prefix[bit / 8]) & (0x80 >> UInt8(bit % 8)) == 0
        }
    }
}

/// A connection went to an address that is not public.
struct PrivateAddressError: Error {
    let address: String

    var reason: String { "\(address) is not a public address, and allowPrivateAddresses is false" }
}
