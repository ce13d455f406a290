@testable import Ingestion

/// One thing that somebody does: a worker, a person, a consumer, or time. A step whose subject does not exist does
/// nothing, so that any part of a sequence is one too.
enum Step {
    /// A claim that gave a job: `ID@STEP`, the job and the number of the step that claimed it.
    typealias Holder = String

    /// Who works: this build, the next one with the same plan, and this one with another plan.
    enum Worker: String, CaseIterable {
        case current, newer, other
    }

    /// `starts`: the worker has not registered before.
    case register(
        String,
        concurrency: Int,
        publish: Provider.Publish,
        maxPending: Int,
        maxLength: Int,
        changes: Bool = false,
        misses: Int = 1,
        location: Int = 0,
        by: Worker = .current,
        starts: Bool = true
    )
    /// A worker ends.
    case unregister(String, by: Worker)
    /// Redis comes back empty.
    case forget
    /// A backup is made of Redis and of every catalog.
    case save
    /// Redis is restored from the last backup.
    case restore
    case claim(lane: Int, count: Int, by: Worker = .current)
    case begin(Holder, point: Point = .none)
    case commit(Holder, Listing)
    case finish(Holder, throttled: Bool)
    /// The source asks for fewer calls, or Redis does not take a page.
    case obstruct(Holder, byRedis: Bool)
    case fail(Holder, maxAttempts: Int?)
    case release(Holder, pause: Bool)
    case expire(Holder)
    case renew([Holder])
    /// `ahead` is added to the sequence: -1 repeats the last, 1 leaves one out.
    case sweep(Holder, ahead: Int64, rejectEmpty: Bool, above: Double)

    /// Asks for a turn at a provider's changes; it is `NAME@STEP` afterwards.
    case poll(String, by: Worker = .current)
    case change(Holder, Telling)
    case conclude(Holder, Ending, seconds: Int)

    /// `id` repeats an earlier event's; nil makes one.
    case event(String, added: [Item], removed: [Int], id: String? = nil)
    case trigger(String)
    case start(String)
    case cancel(String, seconds: Int)
    case pause(String)
    case resume(String)
    /// By a person; or by a consumer that knows of so many resyncs fewer than there were.
    case resync(String, behind: Int? = nil)
    case approve(String)
    case discard(String)
    case retry(String)
    /// One step of a purge; `of` is the number of the step that began it, nil begins one.
    case purge(String, publish: Bool, of: Int?)

    /// A consumer group is made.
    case join(String, String)
    case read(String, String, count: Int)
    /// A catalog that keeps its position reads all there is.
    case consume(String, String)
    /// The catalog of a group is restored from the last backup.
    case restoreCatalog(String, String)
    /// A group is deleted.
    case leave(String, String)
    /// A group is placed back by so many entries.
    case rewind(String, String, by: Int)
    /// Another reader takes entries in the group's name and does not acknowledge them.
    case take(String, String, count: Int)
    case acknowledge(String, String)
    case trim(String)
    /// Somebody deletes the stream.
    case drop(String)

    /// Below 0: the server's clock is set back.
    case advance(seconds: Int)
    /// Workers take the wake markers.
    case wake(lane: Int)

    /// Whose state it is about; nil for what may come before the provider is known.
    var provider: String? {
        switch self {
        case .unregister(let name, _), .poll(let name, _), .event(let name, _, _, _), .trigger(let name),
            .start(let name), .cancel(let name, _),
            .pause(let name),
            .resume(let name), .resync(let name, _), .approve(let name), .discard(let name), .purge(let name, _, _),
            .join(let name, _), .consume(let name, _), .restoreCatalog(let name, _), .leave(let name, _),
            .read(let name, _, _), .rewind(let name, _, _),
            .take(let name, _, _),
            .acknowledge(let name, _), .trim(let name), .drop(let name):
            name
        default: nil
        }
    }

    /// Its name, for counting.
    var name: String { String(code.dropFirst().prefix { $0 != "(" }) }

    /// As it stands in a test case.
    var code: String {
        switch self {
        case .register(
            let name,
            let concurrency,
            let publish,
            let pending,
            let length,
            let changes,
            let misses,
            let location,
            let by,
            let starts
        ):
            """
            .register("\(name)", concurrency: \(concurrency), publish: .\(publish), maxPending: \(pending), \
            maxLength: \(length)\(changes ? ", changes: true" : "")\(misses == 1 ? "" : ", misses: \(misses)")\
            \(location == 0 ? "" : ", location: \(location)")\(by == .current ? "" : ", by: .\(by)")\
            \(starts ? "" : ", starts: false"))
            """
        case .unregister(let name, let by): ".unregister(\"\(name)\", by: .\(by))"
        case .forget: ".forget"
        case .save: ".save"
        case .restore: ".restore"
        case .claim(let lane, let count, let by):
            ".claim(lane: \(lane), count: \(count)\(by == .current ? "" : ", by: .\(by)"))"
        case .begin(let holder, let point): ".begin(\"\(holder)\"\(point == .none ? "" : ", point: .\(point)"))"
        case .commit(let holder, let listing): ".commit(\"\(holder)\", \(listing.code))"
        case .finish(let holder, let throttled): ".finish(\"\(holder)\", throttled: \(throttled))"
        case .obstruct(let holder, let byRedis): ".obstruct(\"\(holder)\", byRedis: \(byRedis))"
        case .fail(let holder, let most):
            ".fail(\"\(holder)\", maxAttempts: \(most.map { "\($0)" } ?? "nil"))"
        case .release(let holder, let pause): ".release(\"\(holder)\", pause: \(pause))"
        case .expire(let holder): ".expire(\"\(holder)\")"
        case .renew(let holders): ".renew(\(holders))"
        case .sweep(let holder, let ahead, let empty, let above):
            ".sweep(\"\(holder)\", ahead: \(ahead), rejectEmpty: \(empty), above: \(above))"
        case .poll(let name, let by): ".poll(\"\(name)\"\(by == .current ? "" : ", by: .\(by)"))"
        case .change(let turn, let telling): ".change(\"\(turn)\", \(telling.code))"
        case .conclude(let turn, let ending, let seconds):
            ".conclude(\"\(turn)\", .\(ending), seconds: \(seconds))"
        case .event(let name, let added, let removed, let id):
            ".event(\"\(name)\", added: \(Item.code(added)), removed: \(removed)\(id.map { ", id: \"\($0)\"" } ?? ""))"
        case .trigger(let name): ".trigger(\"\(name)\")"
        case .start(let name): ".start(\"\(name)\")"
        case .cancel(let name, let seconds): ".cancel(\"\(name)\", seconds: \(seconds))"
        case .pause(let name): ".pause(\"\(name)\")"
        case .resume(let name): ".resume(\"\(name)\")"
        case .resync(let name, let behind): ".resync(\"\(name)\", behind: \(behind.map { "\($0)" } ?? "nil"))"
        case .approve(let name): ".approve(\"\(name)\")"
        case .discard(let name): ".discard(\"\(name)\")"
        case .retry(let id): ".retry(\"\(id)\")"
        case .purge(let name, let publish, let of):
            ".purge(\"\(name)\", publish: \(publish), of: \(of.map { "\($0)" } ?? "nil"))"
        case .join(let name, let group): ".join(\"\(name)\", \"\(group)\")"
        case .consume(let name, let group): ".consume(\"\(name)\", \"\(group)\")"
        case .restoreCatalog(let name, let group): ".restoreCatalog(\"\(name)\", \"\(group)\")"
        case .leave(let name, let group): ".leave(\"\(name)\", \"\(group)\")"
        case .read(let name, let group, let count): ".read(\"\(name)\", \"\(group)\", count: \(count))"
        case .rewind(let name, let group, let by): ".rewind(\"\(name)\", \"\(group)\", by: \(by))"
        case .take(let name, let group, let count): ".take(\"\(name)\", \"\(group)\", count: \(count))"
        case .acknowledge(let name, let group): ".acknowledge(\"\(name)\", \"\(group)\")"
        case .trim(let name): ".trim(\"\(name)\")"
        case .drop(let name): ".drop(\"\(name)\")"
        case .advance(let seconds): ".advance(seconds: \(seconds))"
        case .wake(let lane): ".wake(lane: \(lane))"
        }
    }
}
