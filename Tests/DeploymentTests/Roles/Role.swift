/// A process of Tidemark, as a manifest has it started.
struct Role: Sendable {
    /// `worker`, `consume`, `serve`: its command.
    var name: String { arguments.first ?? "" }
    var arguments: [String]
    var environment: [String: String]
    /// The configuration's text, by the path at which the process finds it.
    var configuration: [String: String]
    /// Which secret the process finds at which path.
    var secrets: [String: Secret]
    /// How long it has to end.
    var gracePeriod: Duration

    /// What an operator puts into a secret.
    enum Secret: Hashable, Sendable {
        /// The password of `tidemark-USER`.
        case password(of: String)
        case sourceToken
        case webhookSecret

        /// What a secret of this name is for, to the role of this user.
        init?(_ name: String, of user: String) {
            switch name {
            case "redis-password": self = .password(of: user)
            case "source-token": self = .sourceToken
            case "webhook-secret": self = .webhookSecret
            default: return nil
            }
        }
    }

    /// The user of Redis that it is, without `tidemark-`.
    var user: String { String((environment["TIDEMARK_REDIS_USER"] ?? "").trimmingPrefix("tidemark-")) }
}
