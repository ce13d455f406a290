internal import Catalog
internal import Hummingbird

/// `/`: the dashboard, one page. What it shows it asks of ``WatchEndpoints`` and ``ProviderEndpoints``, with the token that a person gives it.
package struct DashboardEndpoints: EndpointGroup {
    private let page: DashboardFile

    /// - Parameter access: says whether the page is to ask for a token.
    package init(_ access: Access) {
        let html = String(decoding: PackageResources.index_html, as: UTF8.self)
        page = DashboardFile(
            "",
            "text/html; charset=utf-8",
            Array(html.replacing("data-access=\"tokens\"", with: access.isOpen ? "" : "data-access=\"tokens\"").utf8)
        )
    }

    package func add(to table: inout EndpointTable) {
        table.add([Self.endpoint("/", page)])
        table.add(Self.files.map { Self.endpoint("/dashboard/\($0.name)", $0) })
    }

    private static func endpoint(_ path: String, _ file: DashboardFile) -> Endpoint {
        Endpoint(
            name: "dashboard",
            method: .get,
            path: path,
            guarding: .none,
            summary: "A file of the dashboard.",
            answers: [EndpointAnswer(.ok, "The file.", .text, as: file.mediaType)],
            isDescribed: false
        ) { request in file.response(unless: request.head.headerFields[.ifNoneMatch]) }
    }

    private static let files: [DashboardFile] =
        [
            DashboardFile("dashboard.css", "text/css; charset=utf-8", PackageResources.dashboard_css),
            DashboardFile("icon.svg", "image/svg+xml", PackageResources.icon_svg),
        ]
        + scripts.map { DashboardFile("\($0).js", "text/javascript; charset=utf-8", $1) }

    private static let scripts: [(String, [UInt8])] = [
        ("actions", PackageResources.actions_js),
        ("board", PackageResources.board_js),
        ("charts", PackageResources.charts_js),
        ("confirm", PackageResources.confirm_js),
        ("dashboard", PackageResources.dashboard_js),
        ("elements", PackageResources.elements_js),
        ("format", PackageResources.format_js),
        ("lists", PackageResources.lists_js),
        ("overview", PackageResources.overview_js),
        ("progress", PackageResources.progress_js),
        ("provider", PackageResources.provider_js),
        ("session", PackageResources.session_js),
        ("stream", PackageResources.stream_js),
        ("sweep", PackageResources.sweep_js),
        ("words", PackageResources.words_js),
        ("workers", PackageResources.workers_js),
    ]
}
