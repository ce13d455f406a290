import Testing

@testable import TidemarkCommands

@Suite struct SecretTests {
    @Test func isNeverPrinted() {
        let secret = Secret("t0ken")
        var dumped = ""
        dump(secret, to: &dumped)
        #expect("\(secret) \(String(reflecting: secret)) \([secret]) \(dumped)".contains("t0ken") == false)
        #expect(secret.value == "t0ken")
    }
}
