internal import CommitClient
internal import Ingestion
internal import Redis

/// What the C client is told once: where, whose, which scripts.
struct ClientSetting {
    let redis: PrivateRedis
    let provider: Provider
    let lease: Duration

    /// Runs the C client and gives what it measured.
    func run(_ body: (UnsafePointer<client_setting>, UnsafeMutablePointer<client_outcome>) -> Void) throws
        -> client_outcome
    {
        let tag = redis.store.lane(of: provider.name).tag
        var outcome = client_outcome()
        redis.socketPath.withCString { path in
            Scripts.commit.sha1.withCString { commit in
                Scripts.claim.sha1.withCString { claim in
                    tag.withCString { tag in
                        provider.name.withCString { name in
                            var setting = client_setting(
                                socket_path: path,
                                commit_sha1: commit,
                                claim_sha1: claim,
                                tag: tag,
                                provider: name,
                                lease_ms: lease.milliseconds,
                                rest_ms: provider.restLength.milliseconds
                            )
                            body(&setting, &outcome)
                        }
                    }
                }
            }
        }
        let message = withUnsafeBytes(of: outcome.error) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        guard message.isEmpty else { throw BenchmarkError("the C client: \(message)") }
        return outcome
    }
}
