/// What an organization on the imitated GitHub has.
package struct GitHubOrganization: Sendable {
    package struct Repository: Sendable {
        package var number: Int
        package var name: String
        package var description: String?
        package var homepage: String?
        package var topics: [String] = []
        package var isArchived = false
        package var isFork = false
        package var isPrivate = false
        /// None for one without commits.
        package var branch: String? = "main"

        package init(number: Int, name: String, description: String? = nil, homepage: String? = nil) {
            (self.number, self.name, self.description, self.homepage) = (number, name, description, homepage)
        }
    }

    package struct User: Sendable {
        package var number: Int
        package var login: String
        package var name: String?
        package var bio: String?
        package var email = ""

        package init(number: Int, login: String) {
            (self.number, self.login) = (number, login)
        }
    }

    package struct Team: Sendable {
        package var number: Int
        package var slug: String
        package var name: String
        package var description: String?
        /// The number of the team that it is in.
        package var parent: Int?
        /// The numbers of its own members, those of its child teams left out.
        package var members: [Int] = []
    }

    package var login: String
    package var repositories: [Repository] = []
    package var users: [User] = []
    package var teams: [Team] = []

    package init(login: String) {
        self.login = login
    }

    package func user(_ number: Int) -> User? { users.first { $0.number == number } }

    /// An organization of some size, with what is unusual in it: names that no entity can have, repositories without commits,
    /// teams of several pages of members, one of several pages of child teams, and parents three deep.
    package init(login: String, repositories: Int, users: Int, teams: Int) {
        self.init(login: login)
        let names = [".github", "-dash-", String(repeating: "long", count: 25), "v1.2", "Mixed.Case", "..."]
        self.repositories = (0..<repositories).map { index in
            var repository = Repository(
                number: 10_000 + index,
                name: index < names.count ? names[index] : "repository-\(index)"
            )
            repository.description = index % 3 == 0 ? nil : "Repository no. \(index) — \"quoted\" & ünïcode"
            repository.homepage = index % 5 == 0 ? "https://\(index).example.com" : index % 5 == 1 ? "not a URL" : nil
            repository.topics = (0..<index % 4).map { "topic-\($0)" }
            repository.isArchived = index % 11 == 0
            repository.isFork = index % 13 == 0
            repository.isPrivate = index % 2 == 0
            repository.branch = index % 97 == 0 ? nil : index % 7 == 0 ? "develop" : "main"
            return repository
        }
        self.users = (0..<users).map { index in
            var user = User(number: 1_000_000 + index, login: index % 50 == 49 ? "user-\(index)_acme" : "User-\(index)")
            user.name = index % 4 == 0 ? nil : "User No. \(index)"
            user.bio = index % 10 == 0 ? "Writes code." : nil
            user.email = index % 3 == 0 ? "user-\(index)@example.com" : ""
            return user
        }
        self.teams = (0..<teams).map { index in
            var team = Team(number: 500 + index, slug: "team-\(index)", name: "Team No. \(index)")
            team.description = index % 2 == 0 ? "Does no. \(index)" : ""
            team.parent = index == 0 ? nil : index <= 120 ? 500 : index % 3 == 0 ? 500 + index - 100 : nil
            let size = index % 40 == 1 ? 250 + index : index % 7
            team.members = (0..<min(size, users)).map { 1_000_000 + (index * 31 + $0) % users }
            return team
        }
    }
}
