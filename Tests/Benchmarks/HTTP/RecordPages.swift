internal import Catalog

/// Pages as an API of repositories gives them, about 900 bytes a record.
struct RecordPages: Sendable {
    let pages: [[UInt8]]

    init(records: Int, pageSize: Int) {
        pages = stride(from: 0, to: records, by: pageSize).map { first in
            var writer = JSONWriter(capacity: pageSize * 1_024)
            writer.append(#"{"total_count":"#)
            writer.append(Int64(records))
            writer.append(#","items":["#)
            for number in first..<min(first + pageSize, records) {
                if number > first { writer.append(",") }
                writer.append(Self.record(number).bytes)
            }
            writer.append("]}")
            return writer.bytes
        }
    }

    private static func record(_ number: Int) -> JSONText {
        let name = "service-\(1_000_000 + number)"
        let team = "team-\(number % 97)"
        let url = "https://git.example.com/\(team)/\(name)"
        return JSONText(
            """
            {"id":\(10_000_000 + number),"node_id":"R_kgDOH\(number)","name":"\(name)","full_name":"\(team)/\(name)",\
            "private":false,"owner":{"login":"\(team)","id":\(number % 97),"avatar_url":"https://git.example.com/avatars/\(team).png",\
            "type":"Organization","site_admin":false},"html_url":"\(url)","description":"Takes orders from the storefront \
            and hands them to the warehouse; the \\"\(name)\\" part","fork":false,"created_at":"2021-03-04T05:06:07Z",\
            "updated_at":"2024-05-06T07:08:09Z","pushed_at":"2024-05-06T07:08:09Z","clone_url":"\(url).git","homepage":null,\
            "size":\(number % 5_000),"stargazers_count":\(number % 300),"watchers_count":\(number % 300),"language":"Swift",\
            "has_issues":true,"has_wiki":false,"forks_count":\(number % 20),"archived":false,"disabled":false,\
            "open_issues_count":\(number % 40),"license":{"key":"apache-2.0","name":"Apache License 2.0","spdx_id":"Apache-2.0"},\
            "topics":["orders","swift","warehouse"],"visibility":"public","default_branch":"main"}
            """
        )
    }
}
