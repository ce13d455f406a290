import Testing

@testable import TidemarkCommands

@Suite struct NearestKeyTests {
    @Test(arguments: [
        ("ulr", "url"), ("Url", "url"), ("burst_length", "burstLength"), ("restlength", "restLength"),
        ("rejectRemovalsAbove", "rejectRemovalsAbovePercentage"), ("pagintion", "pagination"),
    ])
    func aSlipIsRecognised(_ word: String, _ meant: String) {
        let keys = ["url", "burstLength", "restLength", "rejectRemovalsAbovePercentage", "pagination"]
        #expect(NearestKey.find(word, in: keys) == (word == "rejectRemovalsAbove" ? nil : meant))
    }

    @Test(arguments: ["colour", "x", "", "burst"])
    func anotherWordIsNot(_ word: String) {
        #expect(NearestKey.find(word, in: ["url", "burstLength", "restLength"]) == nil)
    }

    @Test(arguments: [("", "", 0), ("a", "", 1), ("abc", "abc", 0), ("ab", "ba", 1), ("kitten", "sitting", 3)])
    func distanceCountsEdits(_ left: String, _ right: String, _ distance: Int) {
        #expect(NearestKey.distance(Array(left.utf8), Array(right.utf8)) == distance)
    }
}
