import Testing

@testable import EntitySources

@Suite struct InternetDateTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2016-07-11T22:14:10Z", 1_468_275_250),
        ("2016-07-11t22:14:10.999z", 1_468_275_250),
        ("2016-07-12 00:14:10.25+02:00", 1_468_275_250), ("2016-07-11T19:44:10-02:30", 1_468_275_250),
        ("2000-02-29T23:59:60Z", 951_868_800),
    ])
    func dates(_ text: String, _ seconds: Int64) {
        #expect(InternetDate.seconds(text) == seconds)
    }

    @Test(arguments: [
        "", "2016-07-11", "2016-07-11T22:14:10", "2016-13-11T22:14:10Z", "2016-07-11T24:14:10Z", "2016-07-11T22:14Z",
        "16-07-11T22:14:10Z", "2016-07-11T22:14:10+2", "2016-07-11T22:14:10Zoo", "Mon, 11 Jul 2016 22:14:10 GMT",
    ])
    func whatIsNone(_ text: String) {
        #expect(InternetDate.seconds(text) == nil)
    }
}
