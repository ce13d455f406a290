/// What the configurations of sources over HTTP have in common: how requests are sent, and within which limits.
package protocol RequestConfiguration: Sendable {
    var authentication: HTTPSource.Authentication? { get set }
    var allowedHosts: [String] { get set }
    var allowPrivateAddresses: Bool { get set }
    var userAgent: String { get set }
    var requestTimeout: Duration { get set }
    var maxResponseBytes: Int { get set }
    var mappingLimits: MappingLimits { get set }
}

extension HTTPSource.Configuration: RequestConfiguration {}
extension GraphQLSource.Configuration: RequestConfiguration {}
