internal import Ingestion

/// One entry of `providers`: a source, a schedule, guards.
struct ProviderSection: Sendable {
    /// A setting of the file; what the file leaves out keeps the engine's default.
    typealias Option = @Sendable (inout Provider) -> Void

    var name = ""
    var source: Located<SourceSection>?
    var webhook: Located<WebhookSection>?
    /// Also among the options; here for who needs no source.
    var locationKey: String?
    var options: [Option] = []

    /// The provider that the engine runs, with a source built from ``source``.
    func provider(source: any EntitySource) -> Provider {
        var provider = Provider(name: name, source: source)
        for option in options { option(&provider) }
        return provider
    }
}
