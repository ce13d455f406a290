import EntitySources
import Testing

@Suite struct GitHubHostTests {
    @Test(arguments: [
        ("https://github.com", "https://api.github.com", "https://api.github.com/graphql"),
        ("https://GitHub.com/", "https://api.github.com", "https://api.github.com/graphql"),
        ("https://acme.ghe.com", "https://api.acme.ghe.com", "https://api.acme.ghe.com/graphql"),
        ("https://github.example.com", "https://github.example.com/api/v3", "https://github.example.com/api/graphql"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080/api/v3", "http://127.0.0.1:8080/api/graphql"),
    ])
    func urls(_ url: String, _ rest: String, _ graphQL: String) {
        let host = GitHubHost(url: url)
        #expect(host.restURL == rest)
        #expect(host.graphQLURL == graphQL)
    }
}
