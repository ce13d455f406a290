internal import Logging

/// Tells which entities the names of entries mean, by asking the directory for those it has not met: nothing holds the
/// whole directory.
///
/// A name that no entry has, or none that `users` or `groups` finds, means no entity: it dangles.
final class MemberResolver {
    private static let batch = 64
    /// How many names are remembered: about 10 MB. Beyond them it begins anew.
    private static let mostRemembered = 50_000

    private let searches: [SearchPlan]
    private let key: LeafKey
    private let connection: LDAPConnection
    private let referrals: LDAPSource.Referrals
    private let logger: Logger
    /// By the name in one spelling; nil for what means no entity.
    private var remembered: [String: String?] = [:]

    init(plan: LDAPPlan, key: LeafKey, connection: LDAPConnection, logger: Logger) {
        (searches, referrals) = (plan.searches, plan.referrals)
        (self.key, self.connection, self.logger) = (key, connection, logger)
    }

    /// The refs of all names in these attributes of entries, by the names as they are written there.
    func refs(in entries: [DirectoryEntry], attributes: [String]) async throws -> [String: String] {
        if remembered.count > Self.mostRemembered { remembered = [:] }
        var spellings: [String: [String]] = [:]
        var unknown: [Question] = []
        for entry in entries {
            for value in attributes.flatMap({ entry.values(of: $0) }) {
                let text = String(decoding: value, as: UTF8.self)
                let question = Question(text, searches)
                let isNew = spellings[question.name] == nil
                spellings[question.name, default: []].append(text)
                if isNew, remembered[question.name] == nil { unknown.append(question) }
            }
        }
        try await ask(unknown)
        var refs: [String: String] = [:]
        var dangling: String?
        var dropped = 0
        for (name, texts) in spellings {
            if let ref = remembered[name] ?? nil {
                for text in texts { refs[text] = ref }
            } else {
                dropped += texts.count
                dangling = dangling ?? texts.first
            }
        }
        if let dangling {
            logger.info(
                "members dropped: they are no entries that users or groups find",
                metadata: ["ldap.dropped": "\(dropped)", "ldap.example": "\(dangling)"]
            )
        }
        return refs
    }

    private func ask(_ questions: [Question]) async throws {
        var waiting = questions
        while !waiting.isEmpty {
            var asked: [(question: Question, search: SearchPlan, request: DirectorySearch)] = []
            for question in waiting.prefix(Self.batch) {
                guard let (search, request) = question.next(key: key) else {
                    remembered[question.name] = .some(nil)
                    continue
                }
                asked.append((question, search, request))
            }
            waiting.removeFirst(min(Self.batch, waiting.count))
            let answers = try await connection.answers(to: asked.map(\.request))
            for ((question, search, request), answer) in zip(asked, answers) {
                if let entry = try entry(of: answer, request) {
                    let name = search.entityName(of: entry, id: key.id(of: entry) ?? entry.dn)
                    remembered[question.name] = "\(search.kind.entityKind):default/\(name.lowercased())"
                } else if let rest = question.rest {
                    waiting.append(rest)
                } else {
                    remembered[question.name] = .some(nil)
                }
            }
        }
    }

    private func entry(of answer: DirectoryAnswer, _ request: DirectorySearch) throws -> DirectoryEntry? {
        switch answer.result.code {
        case ResultCode.success: return answer.entries.count == 1 ? answer.entries[0] : nil
        // What several entries are named by means none of them; 34 is a value that the server does not take for a name.
        case ResultCode.sizeLimitExceeded, ResultCode.noSuchObject, 34: return nil
        case ResultCode.referral where referrals != .refuse: return nil
        default: throw DirectoryError(request.summary, at: connection.server.text, answer.result)
        }
    }
}

/// A name whose entry is looked for, and where that may be.
private struct Question {
    /// In one spelling.
    let name: String
    private let text: String
    private let isDN: Bool
    /// Searches, and bases where the name is no DN, that have not been asked.
    private var places: ArraySlice<(search: SearchPlan, base: String)>

    init(_ text: String, _ searches: [SearchPlan]) {
        // What RFC 4517 (3.3.21) allows after a name.
        let plain = text.firstRange(of: "#'").map { String(text[..<$0.lowerBound]) } ?? text
        if let dn = DistinguishedName(plain), !dn.names.isEmpty {
            (name, self.text, isDN) = (dn.description, plain, true)
            places = searches.filter { $0.covers(dn) }.map { ($0, plain) }[...]
        } else {
            // A bare name, as memberUid has them.
            (name, self.text, isDN) = ("=" + text.asciiLowercased, text, false)
            places = searches.filter { $0.kind == .users }.flatMap { search in search.bases.map { (search, $0) } }[...]
        }
    }

    /// What to ask next.
    func next(key: LeafKey) -> (SearchPlan, DirectorySearch)? {
        guard let (search, base) = places.first else { return nil }
        var request = DirectorySearch(
            base: base,
            scope: .base,
            filter: search.filter,
            attributes: [search.name, key.attribute]
        )
        if !isDN {
            request.scope = search.scope.directoryScope
            request.filter = DirectoryFilter.all(search.filter, DirectoryFilter.equal(search.name, Array(text.utf8)))
            request.sizeLimit = 2
        }
        return (search, request)
    }

    /// The question to the places after that; nil when there are none.
    var rest: Question? {
        guard places.count > 1 else { return nil }
        var rest = self
        rest.places.removeFirst()
        return rest
    }
}
