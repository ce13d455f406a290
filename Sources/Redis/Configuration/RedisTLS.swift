/// How a connection is encrypted, and what it trusts.
package struct RedisTLS: Sendable, Hashable {
    package enum Verification: String, Sendable, Hashable, CaseIterable {
        /// The chain and the name of the server.
        case full
        /// The chain alone: for servers reached by an address that their certificate does not name.
        case chain
        /// Nothing. Anyone between can read and change everything.
        case none
    }

    package var verification = Verification.full
    /// PEM file of the authorities to trust instead of the system's.
    package var authoritiesFile: String?
    /// PEM file of this client's certificate chain. It needs ``keyFile``.
    package var certificateFile: String?
    package var keyFile: String?
    /// The name to ask for and to check, where it is not the host of the URL.
    package var serverName: String?

    package init() {}
}
