internal import Redis

/// The scripts of `Lua/`, as the build embeds them.
enum ConsumerScripts {
    static let acquire = RedisScript(name: "acquire", bytes: PackageResources.acquire_lua)
    static let renew = RedisScript(name: "renew", bytes: PackageResources.renew_lua)
    static let release = RedisScript(name: "release", bytes: PackageResources.release_lua)
    static let trim = RedisScript(name: "trim", bytes: PackageResources.trim_lua)
}
