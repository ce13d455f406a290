package import Redis

/// The scripts of `Lua/`, as the build embeds them. They work while Redis is full: a catalog that reads on is what drains it.
package enum ConsumerScripts {
    static let acquire = RedisScript(name: "acquire", bytes: PackageResources.acquire_lua)
    static let join = RedisScript(name: "join", bytes: PackageResources.join_lua)
    static let place = RedisScript(name: "place", bytes: PackageResources.place_lua)
    static let renew = RedisScript(name: "renew", bytes: PackageResources.renew_lua)
    static let release = RedisScript(name: "release", bytes: PackageResources.release_lua)
    static let state = RedisScript(name: "state", bytes: PackageResources.state_lua)
    static let trim = RedisScript(name: "trim", bytes: PackageResources.trim_lua)

    package static let all = [acquire, join, place, release, renew, state, trim]
}
