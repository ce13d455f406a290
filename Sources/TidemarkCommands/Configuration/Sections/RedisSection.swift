internal import Catalog
internal import Redis

/// `redis`: where Redis is and how it is laid out.
struct RedisSection: Sendable {
    /// `redis.tls`: files that replace the system's trust, or prove who we are.
    struct TLS: Sendable {
        var ca: String?
        var certificate: String?
        var key: String?
        var serverName: String?
    }

    /// Without one a private redis-server is started beside the process. It may hold a password.
    var url: Located<Secret>?
    var prefix = "tidemark"
    var lanes = 1
    var username: String?
    var password: Secret?
    var sentinelUsername: String?
    var sentinelPassword: Secret?
    var waitReplicas = 0
    var tls: TLS?

    static let schema = Schema.record(
        { RedisSection() },
        [
            Field(
                "url",
                urlSchema.located,
                \.url,
                "redis://host:6379, redis+sentinel://host,host/master, redis+cluster://host,host, with TLS rediss and so on, "
                    + "or redis+unix:///path. None: a private redis-server is started."
            ),
            Field(
                "prefix",
                prefixSchema,
                default: "tidemark",
                \.prefix,
                "What every key in Redis begins with."
            ),
            Field(
                "lanes",
                .integer(LaneCount.allowed),
                default: 1,
                \.lanes,
                "Over how many hash tags providers are spread. Fixed once Redis is laid out."
            ),
            Field("username", .nonEmptyString, \.username, "The ACL user, unless the URL names one."),
            Field("password", .secret, \.password, "The password: ${NAME} or file:PATH."),
            Field(
                "sentinelUsername",
                .nonEmptyString,
                \.sentinelUsername,
                "The ACL user for the sentinels, where it is another."
            ),
            Field(
                "sentinelPassword",
                .secret,
                \.sentinelPassword,
                "The password for the sentinels, where it is another: ${NAME} or file:PATH."
            ),
            Field(
                "waitReplicas",
                .integer(0...100),
                default: 0,
                \.waitReplicas,
                "How many replicas must have what was written before it counts."
            ),
            Field("tls", tlsSchema, \.tls, "For rediss://, rediss+sentinel:// and rediss+cluster:// URLs."),
        ],
        check: { redis in
            // Whoever asks for TLS must not go without it unseen.
            guard redis.tls != nil, let url = redis.url?.value.value,
                let configuration = try? RedisConfiguration(url: url), configuration.tls == nil
            else { return nil }
            return Finding(
                message: "`tls` is set, but `url` is not encrypted",
                mend: "write rediss:// in `url` (rediss+sentinel://, rediss+cluster://), or drop `tls`"
            )
        }
    )

    /// The URL may hold a password, so it is a secret.
    private static let urlSchema = Schema<Secret>(json: ["type": "string"]) { node, path, decoding in
        guard let text = Schema<String>.nonEmptyString.decode(node, path, &decoding) else { return nil }
        do throws(RedisError) {
            for secret in try RedisConfiguration(url: text).secrets { decoding.keep(secret: secret.value) }
        } catch {
            decoding.report(error.message, at: node.place, path, mend: "write it as redis://host:6379")
        }
        return Secret(text)
    }

    private static let tlsSchema = Schema.record(
        { TLS() },
        [
            Field("ca", .path, \.ca, "A PEM file of the authorities to trust, in place of the system's."),
            Field("certificate", .path, \.certificate, "A PEM file with this client's certificate."),
            Field("key", .path, \.key, "A PEM file with the key of the certificate."),
            Field(
                "serverName",
                .nonEmptyString,
                \.serverName,
                "The name that the server's certificate must have, where it is not the URL's host."
            ),
        ],
        check: { tls in
            (tls.certificate == nil) == (tls.key == nil)
                ? nil : Finding(message: "`certificate` and `key` go together", mend: "give both, or neither")
        }
    )

    private static let prefixSchema = Schema<String>.nonEmptyString.checked { prefix in
        let isPlain =
            prefix.utf8.count <= 63 && prefix.allSatisfy { $0.isASCII && $0 != "{" && $0 != "}" && !$0.isWhitespace }
        return isPlain ? nil : Finding(message: "must be at most 63 ASCII characters without blanks and braces")
    }
}
