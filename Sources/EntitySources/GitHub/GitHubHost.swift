/// Where a GitHub has its APIs: github.com, GitHub Enterprise Cloud with data residency, or an Enterprise Server.
package struct GitHubHost: Sendable, Hashable {
    /// The root of the REST API.
    package let restURL: String
    /// The GraphQL endpoint.
    package let graphQLURL: String

    /// The host that everybody knows.
    package static let publicURL = "https://github.com"

    /// - Parameter url: what people open in a browser, such as `https://github.example.com`.
    package init(url: String) {
        let url = url.hasSuffix("/") ? String(url.dropLast()) : url
        let parts = URLParts(url)
        let host = (parts.authority ?? "").lowercased()
        if host == "github.com" || host.hasSuffix(".ghe.com") {
            restURL = "https://api.\(host)"
            graphQLURL = restURL + "/graphql"
        } else {
            restURL = url + "/api/v3"
            graphQLURL = url + "/api/graphql"
        }
    }
}
