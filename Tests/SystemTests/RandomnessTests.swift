import System
import Testing

struct RandomnessTests {
    @Test(arguments: [0, 1, 255, 256, 257, 1000]) func `As many random bytes come as are asked for`(count: Int) {
        let bytes = Randomness.bytes(count)
        #expect(bytes.count == count)
        if count > 200 { #expect(bytes.suffix(100).contains { $0 != 0 }) }
    }

    @Test func `A connection's id is a random UUID in upper case`() throws {
        let ids = (0..<100).map { _ in Randomness.uuid() }
        for id in ids {
            #expect(id.wholeMatch(of: /[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}/) != nil)
        }
        #expect(Set(ids).count == 100)
    }
}
