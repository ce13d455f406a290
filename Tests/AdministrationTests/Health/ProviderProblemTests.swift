import Catalog
import Testing

@testable import Administration
@testable import Ingestion

@Suite struct ProviderProblemTests {
    private func kinds(_ phase: ProviderStatus.Phase, _ change: (inout ProviderStatus) -> Void = { _ in })
        -> [ProviderProblem.Kind]
    {
        var status = ProviderStatus.test(phase)
        change(&status)
        return ProviderProblem.problems(of: status, pageTimeout: .seconds(60)).map(\.kind)
    }

    @Test(
        "a provider that works, rests or does what a person decided has no problem",
        arguments: ProviderStatus.Phase.allCases
    )
    func none(_ phase: ProviderStatus.Phase) {
        #expect(kinds(phase) == (phase == .failed ? [.failed] : []))
        #expect(kinds(phase) { ($0.waits, $0.due) = ("rest", $0.at + 1) } == (phase == .failed ? [.failed] : []))
        #expect(kinds(phase) { ($0.pausedSince, $0.waits, $0.due) = (1, "rest", 1) } == [])
    }

    @Test("what was due a minute ago and was not taken is behind")
    func overdue() {
        #expect(kinds(.resting) { ($0.waits, $0.due) = ("rest", $0.at - 59_000) } == [])
        #expect(kinds(.resting) { ($0.waits, $0.due) = ("rest", $0.at - 61_000) } == [.behind])
        #expect(kinds(.cancelled) { ($0.waits, $0.due) = ("cancelled", $0.at - 61_000) } == [.behind])
        #expect(kinds(.purged) { ($0.waits, $0.due) = ("rest", $0.at - 61_000) } == [])
    }

    @Test("a cycle in which nothing moves for ten minutes, or two pages' time, is behind")
    func still() {
        #expect(kinds(.running) { $0.lastPage = $0.at - 599_000 } == [])
        #expect(kinds(.running) { ($0.started, $0.lastPage) = (1, $0.at - 601_000) } == [.behind])
        #expect(kinds(.resting) { ($0.started, $0.lastPage) = (1, $0.at - 601_000) } == [])
        var slow = ProviderStatus.test(.running)
        (slow.started, slow.lastPage) = (1, slow.at - 601_000)
        #expect(ProviderProblem.problems(of: slow, pageTimeout: .seconds(301)) == [])
    }

    @Test(
        "while everything is published anew for a consumer, its catalog may lack entities: that is a problem, with the reason"
    )
    func republishing() {
        #expect(kinds(.running) { $0.republishing = "group catalog: the stream has lost entries" } == [.republishing])
        #expect(kinds(.cancelled) { $0.republishing = "group catalog: the stream has lost entries" } == [.republishing])
        var status = ProviderStatus.test(.running)
        status.republishing = "group catalog: the stream has lost entries"
        let reason = ProviderProblem.problems(of: status, pageTimeout: .seconds(60)).first?.reason
        #expect(reason?.contains("group catalog: the stream has lost entries") == true)
        #expect(status.json["republishing"]?.string == status.republishing)
    }

    @Test("jobs of a version that no worker knows are told of, those that a worker may take are not")
    func newer() {
        var status = ProviderStatus.test(.running)
        status.newer = ProviderStatus.Newer(count: 2, version: 3)
        func kinds(_ versions: Int64...) -> [ProviderProblem.Kind] {
            let workers = versions.map {
                WorkerRecord(
                    id: "w",
                    name: "h/1",
                    version: "1",
                    jobVersion: $0,
                    slots: 1,
                    since: 0,
                    seen: 0,
                    activities: []
                )
            }
            return ProviderProblem.problems(of: status, pageTimeout: .seconds(60), workers: workers).map(\.kind)
        }
        #expect(kinds() == [.newer] && kinds(1, 2) == [.newer] && kinds(2, 3) == [])
        status.pausedSince = 1
        #expect(kinds() == [])
    }

    @Test("a page that is set aside, and a Redis that takes no pages, are told of, with the reason")
    func waits() {
        var status = ProviderStatus.test(.running)
        (status.setAside, status.redisError, status.redisErrorSince) = (2, "Redis is full", status.at - 1)
        let problems = ProviderProblem.problems(of: status, pageTimeout: .seconds(60))
        #expect(problems.map(\.kind) == [.failing, .redis])
        #expect(problems[0].reason.contains("set aside 2 times"))
        #expect(problems[1].reason.contains("since 2026-") && problems[1].reason.hasSuffix("Redis is full"))
    }

    @Test("held, throttled and failing providers are told of, with the reason")
    func reasons() {
        var status = ProviderStatus.test(.running)
        (status.throttledSince, status.failures, status.error) = (status.at - 1, 3, "no route")
        status.held = ProviderStatus.HeldSweep(reason: "nothing was marked", unmarked: 4, known: 4)
        let problems = ProviderProblem.problems(of: status, pageTimeout: .seconds(60))
        #expect(problems.map(\.kind) == [.failing, .held, .throttled])
        #expect(problems.map(\.reason).first == "failed 3 times in a row: no route")
        #expect(problems[1].reason == "nothing was marked")
        #expect(problems[2].reason.contains("since 2026-"))
        #expect(kinds(.running) { $0.failures = 2 } == [])
    }
}
