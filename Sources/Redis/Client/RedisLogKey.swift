/// The keys under which this module logs.
enum RedisLogKey {
    static let address = "redis.address"
    static let error = "redis.error"
    static let attempts = "redis.attempts"
    static let processID = "redis.process"
    static let directory = "redis.directory"
}
