import SMTP
import Testing

@Suite struct SASLBase64Tests {
    @Test(
        "the vectors of RFC 4648 §10 go both ways",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ]
    )
    func vectors(plain: String, coded: String) {
        #expect(String(decoding: Base64.encode(Array(plain.utf8)), as: UTF8.self) == coded)
        #expect(Base64.decoded(coded) == Array(plain.utf8))
    }

    @Test(
        "what isn't strictly base64 is refused",
        arguments: [
            "Z", "Zg", "Zg=", "Zg===", "=", "==", "===", "====", "Zg==Zg==", "Zm9v\n", "Zm9 v", " Zm9v", "Zm9v ",
            "Zh==", "Zm9=", "Z===", "Zm=v", "Zm-_", "Zm9v*m9v", "Zm9\u{e9}", "Zm\0v", "=Zm9", "Zg=g",
        ]
    )
    func refusals(text: String) {
        #expect(Base64.decoded(text) == nil)
    }

    @Test("every byte at every place survives")
    func allBytes() {
        for length in 1...4 {
            for byte in UInt8.min...UInt8.max {
                let bytes = (0..<length).map { byte &+ UInt8($0) &* 85 }
                #expect(Base64.decoded(String(decoding: Base64.encode(bytes), as: UTF8.self)) == bytes)
            }
        }
    }

    @Test(
        "a line inside AUTH is a response, a star, or neither",
        arguments: [
            ("", SASLResponse.bytes([])), ("Zm9v", .bytes(Array("foo".utf8))), ("*", .cancel), ("=", .malformed),
            ("**", .malformed), ("* ", .malformed), ("Zm9", .malformed),
        ]
    )
    func lines(line: String, response: SASLResponse) {
        #expect(SASLResponse.line(line) == response)
    }

    @Test(
        "the first response is a word of base64 or an equals sign",
        arguments: [
            ("=", SASLResponse.bytes([])), ("Zm9v", .bytes(Array("foo".utf8))), ("", .malformed), ("*", .malformed),
            ("==", .malformed),
        ]
    )
    func words(word: String, response: SASLResponse) {
        #expect(SASLResponse.initial(word) == response)
    }
}
