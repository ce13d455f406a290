internal import Glibc
internal import Hummingbird
internal import NIOCore

/// What is known of a request besides itself.
struct ServerContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// By what requests are counted: the address of an IPv4 client, the network of an IPv6 one, which has as many addresses as it
    /// likes.
    let client: String
    /// Cuts the connection off, whatever it is in the midst of.
    let disconnect: @Sendable () -> Void

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        client = Self.client(source.channel.remoteAddress)
        let channel = source.channel
        disconnect = { channel.close(promise: nil) }
    }

    static func client(_ address: SocketAddress?) -> String {
        guard let address else { return "unknown" }
        guard let text = address.ipAddress else { return "local" }
        guard address.protocol == .inet6 else { return text }
        // An address of IPv4 in the form of IPv6 is one of IPv4.
        if text.hasPrefix("::ffff:") { return String(text.dropFirst(7)) }
        var bytes = [UInt8](repeating: 0, count: 16)
        guard inet_pton(AF_INET6, text, &bytes) == 1 else { return text }
        return HexText.text(Array(bytes.prefix(8))) + "::/64"
    }
}
