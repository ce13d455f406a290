internal import Redis

/// The scripts of the engine: one file each in `Lua/`, with what the lane shares before it.
enum Scripts {
    static let approve = script("approve", PackageResources.approve_lua)
    static let begin = script("begin", PackageResources.begin_lua)
    static let cancel = script("cancel", PackageResources.cancel_lua)
    static let claim = script("claim", PackageResources.claim_lua)
    static let commit = script("commit", PackageResources.commit_lua)
    static let discard = script("discard", PackageResources.discard_lua)
    static let event = script("event", PackageResources.event_lua)
    static let expire = script("expire", PackageResources.expire_lua)
    static let fail = script("fail", PackageResources.fail_lua)
    static let finish = script("finish", PackageResources.finish_lua)
    static let pause = script("pause", PackageResources.pause_lua)
    static let purge = script("purge", PackageResources.purge_lua)
    static let register = script("register", PackageResources.register_lua)
    static let release = script("release", PackageResources.release_lua)
    static let renew = script("renew", PackageResources.renew_lua)
    static let resume = script("resume", PackageResources.resume_lua)
    static let resync = script("resync", PackageResources.resync_lua)
    static let retry = script("retry", PackageResources.retry_lua)
    static let start = script("start", PackageResources.start_lua)
    static let sweep = script("sweep", PackageResources.sweep_lua)
    static let trigger = script("trigger", PackageResources.trigger_lua)

    private static func script(_ name: String, _ source: [UInt8]) -> RedisScript {
        RedisScript(name: name, source: String(decoding: PackageResources.lane_lua + source, as: UTF8.self))
    }
}
