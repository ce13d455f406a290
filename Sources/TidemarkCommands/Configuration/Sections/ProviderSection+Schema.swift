internal import Catalog
internal import Ingestion

extension ProviderSection {
    /// All providers, in the order of the file.
    static let mapSchema = Schema.map(of: schema, name: nameRule, namePattern: namePattern)
        .map { $0.map { name, section in section.named(name) } }

    private static let namePattern = "^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$"

    static let schema = Schema.record(
        { ProviderSection() },
        [
            Field("source", SourceSection.schema.located, required: true, \.source, "How the provider reads."),
            Field(
                "webhook",
                WebhookSection.schema.located,
                \.webhook,
                "Live events that others send: POST /webhooks/NAME."
            ),
            option(
                "changes",
                Schema<Duration>.duration(atLeast: .seconds(1)).map(Optional.some),
                \.changes,
                "How often to ask a source of kind ldap what changed, between and during cycles; never unless given."
            ),
            option(
                "burstLength",
                .duration(atLeast: .milliseconds(1)),
                default: "3s",
                \.burstLength,
                "How long one worker goes on reading pages before it pauses."
            ),
            option(
                "burstInterval",
                .duration(),
                default: "3s",
                \.burstInterval,
                "The pause between two bursts of one chain."
            ),
            option("restLength", .duration(), default: "1d", \.restLength, "The pause between two cycles."),
            option(
                "backoff",
                .list(of: .duration(atLeast: .milliseconds(1)), atLeast: 1),
                default: ["1m", "5m", "30m", "3h"],
                \.backoff,
                "How long to wait after the first, second, … failure in a row; the last repeats. Jitter is added."
            ),
            option(
                "maxAttempts",
                Schema<Int>.integer(1...1_000_000).map(Optional.some),
                \.maxAttempts,
                "After how many failures in a row a job is given up; never unless given."
            ),
            option(
                "pageTimeout",
                .duration(atLeast: .milliseconds(1)),
                default: "60s",
                \.pageTimeout,
                "The time limit for one page."
            ),
            option(
                "concurrency",
                .integer(1...1_000),
                default: 8,
                \.concurrency,
                "How many jobs of this provider may be ready or leased at a time."
            ),
            option(
                "callRate",
                Schema<CallRate>.callRate.map(Optional.some),
                \.callRate,
                "How often the source may be called, over all workers; as often as it takes unless given."
            ),
            option(
                "maxPages",
                .integer(1...1_000_000_000),
                default: 1_000_000,
                \.maxPages,
                "How many pages one chain may have in a cycle."
            ),
            option(
                "publish",
                .word,
                default: "changed",
                \.publish,
                "Publish only entities that changed, or all of them in every cycle."
            ),
            option(
                "rejectEmptySourceCollections",
                .boolean,
                default: true,
                \.rejectEmptySourceCollections,
                "Hold the sweep of a cycle whose pages listed nothing at all that is known."
            ),
            option(
                "rejectRemovalsAbovePercentage",
                .percentage,
                default: 50,
                \.rejectRemovalsAbovePercentage,
                "Hold a sweep, or what `changes` tell, that would remove more than this share of the known entities; 0: none may go."
            ),
            option(
                "removeAfterMisses",
                .integer(1...2),
                \.removeAfterMisses,
                "In how many cycles in a row an entity must be missing before it is removed; unless given, 2 for a graphql source and where "
                    + "pagination goes by page or offset, else 1."
            ),
            Field(
                "locationKey",
                .nonEmptyString,
                "The locationKey of every delta; the provider's name unless given."
            ) { section, key in
                section.locationKey = key
                section.options.append { $0.locationKey = key }
            },
            option(
                "annotationKey",
                .nonEmptyString,
                default: "frontside.com/incremental-entity-provider",
                \.annotationKey,
                "The annotation that names the provider on each entity."
            ),
            option(
                "managedByLocation",
                .nonEmptyString,
                \.managedByLocation,
                "What backstage.io/managed-by-location says where the mapping sets none."
            ),
        ]
    )

    private static func option<Value: Sendable>(
        _ name: String,
        _ schema: Schema<Value>,
        default fallback: JSON? = nil,
        _ property: any WritableKeyPath<Provider, Value> & Sendable,
        _ documentation: String
    ) -> Field<ProviderSection> {
        Field(name, schema, default: fallback, documentation) { section, value in
            section.options.append { $0[keyPath: property] = value }
        }
    }

    private func named(_ name: String) -> ProviderSection {
        var section = self
        section.name = name
        return section
    }

    private static func nameRule(_ name: String) -> Finding? {
        let isAllowed =
            name.utf8.count <= 63
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
        guard !isAllowed || name.first.map({ !$0.isLetter && !$0.isNumber }) ?? true else { return nil }
        return Finding(
            message: "`\(name)` cannot name a provider",
            mend: "use 1 to 63 letters, digits, `.`, `_` and `-`, beginning with a letter or digit"
        )
    }
}
