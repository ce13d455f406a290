import Testing

@testable import DemoSource

@Suite("Package names in a Depends field")
struct DependenciesTests {
    @Test(
        arguments: [
            ("libc6 (>= 2.34), libftgl2 (>= 2.4.0)", ["libc6", "libftgl2"]),
            ("fonts-dejavu-core | ttf-dejavu-core, fonts-freefont-ttf", ["fonts-dejavu-core", "fonts-freefont-ttf"]),
            ("0ad-data (>= 0.0.26), 0ad-data (<= 0.0.26-3)", ["0ad-data"]),
            ("python3:any, gcc [amd64], libstdc++6", ["python3", "gcc", "libstdc++6"]),
            ("a,\nb (= 1),\n c", ["a", "b", "c"]),
            (" , ,", []),
            ("", []),
        ]
    )
    func names(field: String, names: [String]) {
        #expect(Dependencies.names(in: field) == names)
    }
}
