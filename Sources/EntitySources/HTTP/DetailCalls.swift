internal import Catalog
internal import Ingestion
internal import Synchronization

/// Asks for the details of one page's records, and puts them in.
struct DetailCalls: Sendable {
    let exchange: HTTPExchange
    let judge: PageJudge
    let credentials: Credentials
    /// The most bytes that the details of one kind may have on a page.
    let maximumBytes: Int

    private static let mostPages = 1_000

    /// The records with all their details; any that cannot be had is an error.
    ///
    /// - Parameter client: by the plan, what evaluates its expressions.
    func adding(
        _ plans: [DetailPlan],
        to records: [[UInt8]],
        of parent: JSON,
        _ client: (DetailPlan) -> PageClient
    ) async throws -> [[UInt8]] {
        var records = records
        for plan in plans {
            let details = try await details(plan, of: records, parent, client(plan))
            for (index, detail) in details.enumerated() {
                guard let detail else { continue }
                records[index] = try records[index].adding(detail, as: plan, record: index)
            }
        }
        return records
    }

    /// The detail of each record; nil for those that have none.
    private func details(
        _ plan: DetailPlan,
        of records: [[UInt8]],
        _ parent: JSON,
        _ client: PageClient
    ) async throws -> [[UInt8]?] {
        var details = [[UInt8]?](repeating: nil, count: records.count)
        let spare = SpareCalls(for: records.count)
        var bytes = 0
        try await withThrowingTaskGroup(of: (Int, [UInt8]?).self) { group in
            var begun = 0
            func begin() {
                guard begun < records.count else { return }
                let index = begun
                begun += 1
                group.addTask { (index, try await detail(plan, of: records[index], index, parent, client, spare)) }
            }
            for _ in 0..<plan.concurrency { begin() }
            while let (index, detail) = try await group.next() {
                details[index] = detail
                bytes += detail?.count ?? 0
                guard bytes <= maximumBytes else {
                    throw SourceError(
                        .limitExceeded,
                        "`\(plan.field)`: the details of one page are longer than \(maximumBytes) bytes (mappingLimits.bytes); "
                            + "ask for smaller pages, or take less of each answer"
                    )
                }
                begin()
            }
        }
        return details
    }

    private func detail(
        _ plan: DetailPlan,
        of record: [UInt8],
        _ index: Int,
        _ parent: JSON,
        _ client: PageClient,
        _ spare: SpareCalls
    ) async throws -> [UInt8]? {
        do {
            return try await detail(plan, of: record, parent, client, spare)
        } catch var error as SourceError {
            error.message = "`\(plan.field)`, record \(index): \(error.message)"
            throw error
        }
    }

    private func detail(
        _ plan: DetailPlan,
        of record: [UInt8],
        _ parent: JSON,
        _ client: PageClient,
        _ spare: SpareCalls
    ) async throws -> [UInt8]? {
        var cursor = HTTPCursor()
        var items: [JSONText] = []
        for _ in 0..<Self.mostPages {
            guard let request = try await client.request(plan, for: record, at: cursor.place, parent) else {
                return nil
            }
            try credentials.check(request.url, "this request")
            guard let answer = try await answer(to: request, plan, spare) else {
                return plan.pages == nil ? JSON.null.bytes : items.array
            }
            guard plan.pages != nil else { return try await client.value(plan.value, of: answer, parent) }
            let page = try await client.read(answer, parent: parent)
            items += page.entities
            guard let next = try plan.next.cursors(after: cursor, answer, page).first else { return items.array }
            guard next != cursor else {
                throw SourceError(.invalidPage, "\(answer.requestName): the page names its own cursor as the next")
            }
            cursor = next
        }
        throw SourceError(
            .limitExceeded,
            "it has more than \(Self.mostPages) pages: make it chains of their own (`each`)"
        )
    }

    /// The answer to a call; nil where it says that there is nothing. One that fails by chance is sent again.
    private func answer(
        to request: PreparedRequest,
        _ plan: DetailPlan,
        _ spare: SpareCalls
    ) async throws -> HTTPAnswer? {
        while true {
            do {
                let answer = try await exchange.send(request)
                if plan.absent.contain(answer, judge.status) { return nil }
                if let error = judge.error(for: answer, hadCursor: false, isQuery: plan.isQuery) { throw error }
                return answer
            } catch let error as SourceError where error.isByChance && spare.take() {
                continue
            }
        }
    }
}

extension SourceError {
    /// Whether the next try may well succeed, and the source did not ask to be left alone.
    fileprivate var isByChance: Bool { code == .unavailable && retryAfter == nil }
}

/// How many calls for one page's details may be sent again: the page that fails would repeat all of them. They are few, for a
/// source that fails more often is better left alone until the page's backoff is over.
private final class SpareCalls: Sendable {
    private let left: Mutex<Int>

    init(for records: Int) {
        left = Mutex(max(2, records / 10))
    }

    func take() -> Bool {
        left.withLock { left in
            guard left > 0 else { return false }
            left -= 1
            return true
        }
    }
}

extension [JSONText] {
    /// The text of an array.
    fileprivate var array: [UInt8] {
        var text = [UInt8(ascii: "[")]
        for item in self {
            if text.count > 1 { text.append(UInt8(ascii: ",")) }
            text += item.bytes
        }
        return text + [UInt8(ascii: "]")]
    }
}

extension [UInt8] {
    /// The text of an object with another member; of two with one name the last counts.
    fileprivate func adding(_ value: [UInt8], as plan: DetailPlan, record: Int) throws(SourceError) -> [UInt8] {
        guard first == UInt8(ascii: "{") else {
            throw SourceError(
                .invalidPage,
                "`\(plan.field)`, record \(record): it is no object that could have a member `\(plan.name)`"
            )
        }
        let separator = count > 2 ? "," : ""
        return dropLast() + "\(separator)\(JSON.string(plan.name)):".utf8 + value + [UInt8(ascii: "}")]
    }
}
