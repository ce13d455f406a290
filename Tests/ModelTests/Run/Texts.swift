import Redis
import Synchronization
import TestSupport

@testable import CatalogConsumer
@testable import Ingestion

/// The scripts as a run sends them.
///
/// The text of each is the one that workers use, but for what a model could not foresee or a short sequence would never
/// meet: the server's clock stands still, so that time is what the test says; of a set, the first refs in order are popped
/// and not any; and bounds are a few where they are hundreds.
struct Texts: Sendable {
    /// The names of the scripts that were sent since it was last emptied.
    final class Sent: Sendable {
        private let names = Mutex<Set<String>>([])

        func note(_ name: String) { names.withLock { _ = $0.insert(name) } }
        /// Returns the names and forgets them.
        @discardableResult func empty() -> Set<String> {
            names.withLock { names in
                defer { names = [] }
                return names
            }
        }
    }

    private var texts: [String: RedisScript] = [:]
    /// The one script of consumers that takes something away.
    private let ownTrim: RedisScript
    let sent = Sent()

    /// - Parameter mutations: what is taken out of the scripts besides.
    /// - Throws: when a text that is to be replaced is not there.
    init(_ mutations: [Mutation] = []) throws {
        ownTrim = try Self.trim(mutations)
        texts = try Self.whole.get()
        let foreseeable = try Self.foreseeable.get()
        let lane = try Self.changed(foreseeable.lane, "lane", by: mutations)
        let names = Set(mutations.map(\.script))
        for script in Scripts.all where names.contains(script.name) || names.contains("lane") {
            let own = try Self.changed(foreseeable.own[script.name] ?? "", script.name, by: mutations)
            texts[script.name] = Self.text(of: script, lane: lane, own: own)
        }
    }

    private static func text(of script: RedisScript, lane: String, own: String) -> RedisScript {
        RedisScript(name: script.name, source: script.flags + pop + lane + own)
    }

    /// The scripts without mutations, made once: hashing a script takes long in a debug build.
    private static let whole = Result {
        let foreseeable = try Self.foreseeable.get()
        var texts: [String: RedisScript] = [:]
        for script in Scripts.all {
            texts[script.name] = text(of: script, lane: foreseeable.lane, own: foreseeable.own[script.name] ?? "")
        }
        return texts
    }

    /// The part that all scripts share, and the rest of each, with the changes that every run makes.
    private static let foreseeable = Result {
        let lane = String(decoding: Ingestion.PackageResources.lane_lua, as: UTF8.self)
        func text(_ text: String, _ name: String) throws -> String {
            try changed(text, name, by: changes).replacing("redis.call('SPOP', ", with: "pop(")
                .replacing("redis.call('SSCAN', ", with: "scan(")
        }
        let own = try Scripts.all.map { script in
            (script.name, try text(String(script.source.dropFirst(script.flags.count + lane.count)), script.name))
        }
        return (lane: try text(lane, "lane"), own: Dictionary(own) { first, _ in first })
    }

    private static func changed(_ text: String, _ name: String, by changes: [Mutation]) throws -> String {
        try changes.filter { $0.script == name }.reduce(text) { try $1.applied(to: $0) }
    }

    private static func trim(_ mutations: [Mutation]) throws -> RedisScript {
        RedisScript(name: "trim", source: try changed(ConsumerScripts.trim.source, "trim", by: mutations))
    }

    func text(of script: RedisScript) -> RedisScript {
        sent.note(script.name)
        return texts[script.name] ?? script
    }

    var trim: RedisScript {
        sent.note(ownTrim.name)
        return ownTrim
    }

    var all: [RedisScript] { Array(texts.values) }

    private static let pop = """
        local function pop(key, most)
          local refs = redis.call('SORT', key, 'ALPHA', 'LIMIT', 0, \(Model.most.popped))
          if #refs > 0 then redis.call('SREM', key, unpack(refs)) end
          return refs
        end
        local function scan(key, place)
          local refs = redis.call('SORT', key, 'ALPHA', 'LIMIT', place, \(Model.most.popped))
          local next = tonumber(place) + #refs
          return {next < redis.call('SCARD', key) and tostring(next) or '0', refs}
        end

        """

    private static let changes = [
        Mutation("lane", "local time = redis.call('TIME')", "local time = {0, 0}"),
        Mutation(
            "claim",
            "leased, '-inf', time, 'LIMIT', 0, 100",
            "leased, '-inf', time, 'LIMIT', 0, \(Model.most.expired)"
        ),
        Mutation(
            "claim",
            "delayed, '-inf', time, 'LIMIT', 0, 100",
            "delayed, '-inf', time, 'LIMIT', 0, \(Model.most.promoted)"
        ),
        Mutation("expire", "restarts > tonumber(ARGV[4])", "restarts > \(Model.most.restarts)"),
        Mutation("lane", "history, 'MAXLEN', 50", "history, 'MAXLEN', \(Model.most.history)"),
        Mutation("claim", "looked < 200", "looked < \(Model.most.looked)"),
        Mutation("fail", "> tonumber(ARGV[9])", "> \(Model.most.dead)"),
        Mutation("commit", "redis.sha1hex(", "tostring("),
        Mutation("commit", "next > 100000", "next > \(Model.most.chains)"),
        Mutation("event", "KEYS[12]) - 100000", "KEYS[12]) - \(Model.most.touched)"),
        Mutation("changes", "KEYS[12]) - 100000", "KEYS[12]) - \(Model.most.touched)"),
        Mutation("event", "deliveries) - 100000", "deliveries) - \(Model.most.deliveries)"),
        Mutation("event", "<= time - 259200000", "<= time - \(Model.deliveryTime)"),
    ]
}
