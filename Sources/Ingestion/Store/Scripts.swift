package import Redis

/// The scripts of the engine: one file each in `Lua/`, with what the lane shares before it.
package enum Scripts {
    package static let announce = script("announce", PackageResources.announce_lua)
    package static let approve = script("approve", PackageResources.approve_lua)
    package static let begin = script("begin", PackageResources.begin_lua)
    package static let cancel = script("cancel", PackageResources.cancel_lua)
    package static let changes = script(
        "changes",
        PackageResources.records_lua + PackageResources.location_lua + PackageResources.live_lua
            + PackageResources.changes_lua
    )
    package static let claim = script("claim", PackageResources.claim_lua)
    package static let commit = script(
        "commit",
        PackageResources.records_lua + PackageResources.location_lua + PackageResources.commit_lua
    )
    package static let discard = script("discard", PackageResources.discard_lua)
    package static let event = script(
        "event",
        PackageResources.records_lua + PackageResources.location_lua + PackageResources.live_lua
            + PackageResources.event_lua
    )
    package static let expire = script("expire", PackageResources.expire_lua)
    package static let fail = script("fail", PackageResources.fail_lua)
    package static let finish = script("finish", PackageResources.finish_lua)
    package static let pause = script("pause", PackageResources.pause_lua)
    package static let poll = script("poll", PackageResources.poll_lua)
    package static let polled = script("polled", PackageResources.polled_lua)
    package static let postpone = script("postpone", PackageResources.postpone_lua)
    package static let purge = script(
        "purge",
        PackageResources.records_lua + PackageResources.location_lua + PackageResources.purge_lua
    )
    package static let register = script("register", PackageResources.register_lua)
    package static let release = script("release", PackageResources.release_lua)
    package static let renew = script("renew", PackageResources.renew_lua)
    package static let resume = script("resume", PackageResources.resume_lua)
    package static let resync = script("resync", PackageResources.resync_lua)
    package static let retry = script("retry", PackageResources.retry_lua)
    package static let spend = script("spend", PackageResources.spend_lua)
    package static let start = script("start", PackageResources.start_lua)
    package static let sweep = script(
        "sweep",
        PackageResources.records_lua + PackageResources.location_lua + PackageResources.sweep_lua
    )
    package static let trigger = script("trigger", PackageResources.trigger_lua)
    package static let upgrade = script("upgrade", PackageResources.upgrade_lua)

    package static let all = [
        announce, approve, begin, cancel, changes, claim, commit, discard, event, expire, fail, finish, pause,
        poll, polled, postpone, purge, register, release, renew, resume, resync, retry, spend, start, sweep,
        trigger, upgrade,
    ]

    private static func script(_ name: String, _ source: [UInt8]) -> RedisScript {
        RedisScript(name: name, source: String(decoding: PackageResources.lane_lua + source, as: UTF8.self))
    }
}
