internal import NIOCore
internal import NIOSSL

/// TLS as a configuration asks for it.
struct RedisTLSContext: Sendable {
    private let context: NIOSSLContext
    /// nil: the host that is connected to.
    private let serverName: String?

    /// Reads the certificate files.
    init(_ tls: RedisTLS) throws(RedisError) {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification =
            switch tls.verification {
            case .full: .fullVerification
            case .chain: .noHostnameVerification
            case .none: .none
            }
        // A peer that is gone does not answer the farewell.
        configuration.shutdownTimeout = .seconds(1)
        if let file = tls.authoritiesFile {
            configuration.trustRoots = .certificates(try Self.certificates(file))
        }
        if let certificateFile = tls.certificateFile, let keyFile = tls.keyFile {
            configuration.certificateChain = try Self.certificates(certificateFile).map { .certificate($0) }
            configuration.privateKey = .privateKey(try Self.key(keyFile))
        }
        do {
            context = try NIOSSLContext(configuration: configuration)
        } catch {
            throw RedisError(
                .tls,
                "The TLS configuration for Redis cannot be used: \(error)",
                underlying: error
            )
        }
        serverName = tls.serverName
    }

    func addHandler(to channel: any Channel, address: RedisAddress) throws {
        try channel.pipeline.syncOperations.addHandler(
            NIOSSLClientHandler(context: context, serverHostname: serverName ?? Self.name(of: address))
        )
    }

    /// nil for an address: certificates are then checked against the address itself.
    private static func name(of address: RedisAddress) -> String? {
        guard case .tcp(let host, _) = address else { return nil }
        let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
        return isAddress ? nil : host
    }

    private static func certificates(_ file: String) throws(RedisError) -> [NIOSSLCertificate] {
        let certificates: [NIOSSLCertificate]
        do {
            certificates = try NIOSSLCertificate.fromPEMFile(file)
        } catch {
            throw unreadable(file, error)
        }
        guard !certificates.isEmpty else {
            throw RedisError(.tls, "The file \(file) holds no certificate in PEM form.")
        }
        return certificates
    }

    private static func key(_ file: String) throws(RedisError) -> NIOSSLPrivateKey {
        do {
            return try NIOSSLPrivateKey(file: file, format: .pem)
        } catch {
            throw unreadable(file, error)
        }
    }

    private static func unreadable(_ file: String, _ error: any Error) -> RedisError {
        RedisError(.tls, "The file \(file) cannot be read as PEM: \(error)", underlying: error)
    }
}
