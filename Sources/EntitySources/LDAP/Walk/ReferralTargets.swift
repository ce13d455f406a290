internal import Ingestion

/// The places on other servers to which the referrals below a base lead.
struct ReferralTargets {
    let plan: LDAPPlan
    let target: SearchTarget

    func read(_ connection: LDAPConnection, _ search: SearchPlan) async throws -> [SearchTarget] {
        // Referrals come whatever the filter; there are few of this class, and often there is an index.
        let request = search.search(below: target.base, "(objectClass=referral)", attributes: ["1.1"])
        let answer = try await connection.answer(to: request)
        guard [ResultCode.success, ResultCode.referral].contains(answer.result.code) else {
            throw DirectoryError(request.summary, at: connection.server.text, answer.result)
        }
        let urls = answer.references + (answer.result.referrals.isEmpty ? [] : [answer.result.referrals])
        return try urls.map { try place($0) }
    }

    /// One place, of which there may be several URLs: the first on a server that may be followed to.
    private func place(_ urls: [String]) throws(SourceError) -> SearchTarget {
        for url in urls {
            guard let separator = url.firstRange(of: "://") else { continue }
            let rest = url[separator.upperBound...]
            let end = rest.firstIndex(of: "/") ?? rest.endIndex
            guard let server = LDAPURL(String(url[..<end])), plan.followed.contains(server) else { continue }
            let path = rest[end...].dropFirst().prefix { $0 != "?" }
            let base = path.isEmpty ? target.base : (String(path).percentDecoded ?? "")
            guard DistinguishedName(base) != nil else { continue }
            return SearchTarget(search: target.search, base: base, server: server)
        }
        throw SourceError(
            .refused,
            "below \(target.base) a referral leads to \(urls.joined(separator: " or ")), which `referrals.follow` does not name: "
                + "add the server, which is then sent this source's credentials"
        )
    }
}

extension String {
    /// With `%41` as the character that it stands for; nil where it is no UTF-8.
    var percentDecoded: String? {
        var bytes: [UInt8] = []
        var rest = Array(utf8)[...]
        while let byte = rest.popFirst() {
            if byte == 0x25, rest.count >= 2, let high = rest[rest.startIndex].hexDigit,
                let low = rest[rest.startIndex + 1].hexDigit
            {
                bytes.append(high << 4 | low)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
