internal import Administration
internal import EntitySources
internal import Ingestion

extension Session {
    /// The providers of the configuration, each with its source. Nothing is read from them yet.
    ///
    /// - Throws: ``ConfigurationError`` with every source and webhook that cannot work: a jq expression that does not compile.
    func providers() throws -> [Provider] {
        var problems = [ConfigurationProblem]()
        var providers = [Provider]()
        for section in configuration.providers {
            guard let source = section.source else { continue }
            do throws(SourceConfigurationError) {
                var provider = section.provider(source: try source.value.build(logger, fetched: fetched))
                provider.secrets = Secrets(configuration.tokens, hiding: configuration.secrets, and: fetched)
                if provider.changes != nil, !(provider.source is any ChangeFeed) {
                    problems.append(
                        source.problem(
                            "tells no changes between cycles, so `changes` cannot be polled",
                            at: source.value.name,
                            mend: "leave `changes` out"
                        )
                    )
                }
                providers.append(provider)
            } catch {
                problems.append(
                    source.problem(error.message, at: "\(source.value.name).\(error.field)", line: error.line)
                )
            }
        }
        problems += webhooksOrProblems().problems
        guard problems.isEmpty else { throw ConfigurationError(file: configuration.file, problems: problems) }
        for provider in providers { try provider.validate() }
        return providers
    }

    /// The webhooks of the configuration.
    func webhooks() throws -> [Webhook] {
        let (webhooks, problems) = webhooksOrProblems()
        guard problems.isEmpty else { throw ConfigurationError(file: configuration.file, problems: problems) }
        return webhooks
    }

    private func webhooksOrProblems() -> (webhooks: [Webhook], problems: [ConfigurationProblem]) {
        var (webhooks, problems): ([Webhook], [ConfigurationProblem]) = ([], [])
        for section in configuration.providers {
            guard let webhook = section.webhook else { continue }
            do throws(SourceConfigurationError) {
                let locationKey = section.locationKey ?? section.name
                webhooks.append(try webhook.value.build(of: section.name, locationKey: locationKey))
            } catch {
                problems.append(webhook.problem(error.message, at: error.field, line: error.line))
            }
        }
        return (webhooks, problems)
    }
}
