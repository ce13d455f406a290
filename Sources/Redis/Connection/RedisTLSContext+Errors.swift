internal import NIOCore
internal import NIOSSL

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

extension RedisTLSContext {
    /// What went wrong, in words for a person.
    ///
    /// - Parameters:
    ///   - serverName: the name that was asked for, where it is not that of the address.
    ///   - pipeline: of the connection, on its event loop: it knows the certificate that was not accepted.
    /// - Returns: nil when `error` is not one of TLS.
    static func error(
        from error: any Error,
        address: RedisAddress,
        serverName: String? = nil,
        pipeline: ChannelPipeline.SynchronousOperations? = nil
    ) -> RedisError? {
        let reason: String
        switch error {
        // How many peers end a connection: nothing is wrong with TLS.
        case NIOSSLError.uncleanShutdown: return nil
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            reason =
                "its certificate is not for \(serverName ?? host(of: address)) (redis.tls.serverName, else the URL's host)"
        case NIOSSLError.handshakeFailed(.sslError(let stack)), BoringSSLError.sslError(let stack):
            let text = stack.map(\.description).joined(separator: ", ")
            reason = meaning(of: text, pipeline) ?? text
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: reason = "\(error)"
        default: return nil
        }
        return RedisError(.tls, "TLS with Redis at \(address) failed: \(reason)", underlying: error)
    }

    private static func host(of address: RedisAddress) -> String {
        if case .tcp(let host, _) = address { host } else { "\(address)" }
    }

    private static func meaning(of stack: String, _ pipeline: ChannelPipeline.SynchronousOperations?) -> String? {
        if stack.contains("CERTIFICATE_VERIFY_FAILED") { return refused(pipeline) }
        if stack.contains("CERTIFICATE_REQUIRED") || stack.contains("HANDSHAKE_FAILURE_ON_CLIENT_HELLO") {
            return "it wants a certificate of this client (redis.tls.certificate and redis.tls.key)"
        }
        if stack.contains("ALERT_UNKNOWN_CA") || stack.contains("ALERT_BAD_CERTIFICATE") {
            return "it does not accept this client's certificate (redis.tls.certificate)"
        }
        if stack.contains("WRONG_VERSION_NUMBER") { return "it does not speak TLS on that port" }
        return nil
    }

    private static func refused(_ pipeline: ChannelPipeline.SynchronousOperations?) -> String {
        if let certificate = try? pipeline?.handler(type: NIOSSLClientHandler.self).peerCertificate {
            let now = time(nil)
            if certificate.notValidAfter < now { return "its certificate expired on \(day(certificate.notValidAfter))" }
            if certificate.notValidBefore > now {
                return
                    "its certificate is not valid before \(day(certificate.notValidBefore)); is this machine's clock right?"
            }
        }
        return "no authority that is trusted vouches for its certificate (redis.tls.ca, else the system's authorities)"
    }
}

/// `2026-11-24`, in UTC.
private func day(_ time: time_t) -> String {
    var (time, parts) = (time, tm())
    gmtime_r(&time, &parts)
    let number = { (value: Int32) in value < 10 ? "0\(value)" : "\(value)" }
    return "\(parts.tm_year + 1900)-\(number(parts.tm_mon + 1))-\(number(parts.tm_mday))"
}
