import Testing

@testable import Catalog

@Suite struct JSONAccessTests {
    @Test("Members and elements are found by key and index, and nothing is found where there is none")
    func subscripts() {
        let value: JSON = ["a": [1, 2.5, "x", true, nil]]
        #expect(value["a"]?[0]?.integer == 1)
        #expect(value["a"]?[0]?.number == 1)
        #expect(value["a"]?[1]?.number == 2.5)
        #expect(value["a"]?[1]?.integer == nil)
        #expect(value["a"]?[2]?.string == "x")
        #expect(value["a"]?[3]?.bool == true)
        #expect(value["a"]?[4]?.isNull == true)
        #expect(value["a"]?[5] == nil && value["a"]?[-1] == nil)
        #expect(value["b"] == nil && value[0] == nil && value["a"]?["a"] == nil)
        #expect(value["a"]?.array?.count == 5 && value.object?.count == 1)
    }

    @Test("Assigning makes an object, replaces and removes")
    func assign() {
        var value: JSON = 1
        value["a"] = 2
        value["b"] = .null
        #expect(value == ["a": 2, "b": nil])
        value["a"] = nil as JSON?
        #expect(value == ["b": nil])
    }
}
