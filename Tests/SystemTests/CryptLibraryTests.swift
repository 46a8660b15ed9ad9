import System
import Testing

@Suite struct CryptLibraryTests {
    @Test func `A password gives a yescrypt string, another one each time`() throws {
        let first = try CryptLibrary.hash(of: Array("pencil".utf8))
        #expect(first.wholeMatch(of: /\$y\$j9T\$[.\/0-9A-Za-z]{22}\$[.\/0-9A-Za-z]{43}/) != nil)
        #expect(try CryptLibrary.hash(of: Array("pencil".utf8)) != first)
    }

    @Test func `What crypt can't take is a failure`() {
        #expect(throws: CryptLibrary.Failure.self) { try CryptLibrary.hash(of: Array("a\0b".utf8)) }
        #expect(throws: CryptLibrary.Failure.self) { try CryptLibrary.hash(of: [UInt8](repeating: 97, count: 600)) }
    }
}
